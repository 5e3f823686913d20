package exchange_test

import (
	"errors"
	"strings"
	"testing"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/seed"
)

func TestTheRulesOfTheSeed(t *testing.T) {
	record, err := exchange.ReadSeed(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code, on  string
		value     int
		unit      string
		confirmed bool
	}{
		{"publish_report", "2026-07-07", 30, inspection.WorkingDays, true},
		{"statement_of_action", "2026-07-07", 70, inspection.WorkingDays, false},
		{"focused_visit_draft_plan", "2018-08-01", 20, inspection.WorkingDays, false},
		{"focused_visit_final_plan", "2018-08-01", 70, inspection.WorkingDays, false},
		{"jtai_statement", "2024-03-14", 70, inspection.WorkingDays, false},
		{"area_send_statement_2016", "2019-03-01", 70, inspection.WorkingDays, false},
		{"inspection_interval", "2026-07-07", 36, inspection.Months, true},
		{"inspection_interval_margin", "2026-07-07", 6, inspection.Months, true},
	} {
		rule, ok := record.Rule(c.code, inspection.MustDate(c.on))
		if !ok || rule.Value != c.value || rule.Unit != c.unit || rule.Confirmed() != c.confirmed {
			t.Errorf("%s on %s is %+v", c.code, c.on, rule)
		}
		if _, ok := record.Source(rule.SourceID); !ok {
			t.Errorf("%s names no source", c.code)
		}
	}
	if rule, ok := record.Rule("focused_visit_draft_plan", inspection.MustDate("2018-07-31")); ok {
		t.Errorf("before August 2018 a draft was asked for: %+v", rule)
	}
}

const secondRule = "Seventy working days.\nstatement_of_action,The statement,60,working_days,received,2027-01-01,,register,letter,Sixty working days."

func TestRulesComeInVersions(t *testing.T) {
	t.Run("a second row of a code is a later version, under an identifier of its own", func(t *testing.T) {
		record, err := exchange.ReadSeed(small("rules.csv", "Seventy working days.", secondRule))
		if err != nil {
			t.Fatal(err)
		}
		if len(record.Rules) != 2 || record.Rules[0].ID != "statement_of_action" || record.Rules[1].ID != "statement_of_action/2027-01-01" {
			t.Errorf("got %+v", record.Rules)
		}
	})
	for _, c := range []struct{ name, file, text, instead, want string }{
		{"a later version without its first day", "rules.csv", "Seventy working days.", strings.ReplaceAll(secondRule, "2027-01-01", ""),
			"rules.csv, line 3, column valid_from: is empty"},
		{"two versions from one day", "rules.csv", "Seventy working days.", secondRule + strings.TrimPrefix(secondRule, "Seventy working days."),
			`rules.csv, line 4, column code: "statement_of_action/2027-01-01" is already in line 3`},
		{"a duty that no rule explains", "frameworks/ilacs-2018.json", `"full": true}`, `"full": true, "duties": ["tell_everybody"]}`,
			`frameworks/ilacs-2018.json, duties: no rule of rules.csv has the code "tell_everybody"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := exchange.ReadSeed(small(c.file, c.text, c.instead))
			var problems exchange.SeedProblems
			if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}
