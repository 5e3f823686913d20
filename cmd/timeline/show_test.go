package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store/storetest"
)

func TestTheRecordIsShownOnTheCommandLine(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		env := variables{"TIMELINE_DB": dsn}
		for _, test := range []struct {
			name string
			args []string
			says []string
		}{
			{"inspections of a council", []string{"list", "--authority", "west-northamptonshire", "inspections"}, []string{"Of whom", "West Northamptonshire", "2026-07-07"}},
			{"areas to improve", []string{"list", "--inspection", "north-northamptonshire-ilacs-standard-2026-05-11", "recommendations"}, []string{"NN-ILACS-2026-1", "How far it is"}},
			{"authorities of a region", []string{"list", "--region", "London", "authorities"}, []string{"Barnet", "London"}},
			{"milestones as it stood on a day", []string{"list", "--as-at", "2020-01-01", "milestones"}, []string{"What happened"}},
			{"a long ID whole, as show takes it", []string{"list", "--authority", "northamptonshire-childrens-trust", "inspections"}, []string{"northamptonshire-childrens-trust-voluntary-adoption-agency-2025-03-08"}},
			{"another page", []string{"list", "--page", "2", "inspections"}, []string{"Page 2 of "}},
			{"nothing held, which does not mean that nothing was asked for", []string{"list", "--authority", "bradford", "recommendations"}, []string{"Nothing on the record matches.", "Areas to improve are held here of 0 of the ", "That none is listed does not mean that inspectors asked for nothing."}},
			{"nothing that matches", []string{"list", "--authority", "west-northamptonshire", "--year", "2014", "inspections"}, []string{"Nothing on the record matches."}},
			{"an area by its reference", []string{"show", "NN-ILACS-2026-1"}, []string{"NN-ILACS-2026-1", "Asked for, no plan recorded"}},
			{"a council by its slug", []string{"show", "west-northamptonshire"}, []string{"West Northamptonshire", "Outstanding"}},
			{"an inspection by its ID", []string{"show", "north-northamptonshire-ilacs-standard-2026-05-11"}, []string{"Judgements 1: Grade", "2026-07-07"}},
			{"an inspection by its address", []string{"show", "https://council.example/inspections/north-northamptonshire-ilacs-standard-2026-05-11"}, []string{"2026-07-07"}},
			{"the next inspection", []string{"show", "/authorities/west-northamptonshire/next-inspection"}, []string{"West Northamptonshire"}},
		} {
			got := runCommand(t, env, test.args...)
			if got.code != exitDone {
				t.Errorf("%s: %v ends with %d: %s", test.name, test.args, got.code, got.stderr)
			}
			mustSay(t, got.stdout, test.says...)
		}
		got := runCommand(t, env, "list", "--json", "--url", "https://council.example/timeline", "--authority", "west-northamptonshire", "inspections")
		var list opendata.List[opendata.Inspection]
		if err := json.Unmarshal([]byte(got.stdout), &list); err != nil {
			t.Fatal(err)
		}
		if list.Total != len(list.Items) || list.Total < 3 || list.Self != "https://council.example/timeline/api/v1/inspections?authority=west-northamptonshire" {
			t.Errorf("%d of %d inspections at %s", len(list.Items), list.Total, list.Self)
		}
		for _, test := range []struct {
			code int
			says string
			args []string
		}{
			{exitUsage, "ilacs-standard", []string{"list", "--kind", "tea", "inspections"}},
			{exitUsage, "no such parameter", []string{"list", "--theme", "leadership", "inspections"}},
			{exitUsage, "is no list: give one of", []string{"list", "tea"}},
			{exitUsage, "--page", []string{"list", "--page", "two", "inspections"}},
			{exitUsage, "still to come", []string{"list", "--as-at", "2099-01-01", "inspections"}},
			{exitUsage, "say what", []string{"show"}},
			{exitUsage, "one address", []string{"show", "a", "b"}},
			{exitUsage, "flags go before arguments: timeline list --json inspections", []string{"list", "inspections", "--json"}},
			{exitUsage, "say what: timeline list KIND, where KIND is one of home, authorities, ", []string{"list"}},
			{exitFailed, "is not on the record", []string{"show", "atlantis"}},
			{exitFailed, "is not on the record", []string{"show", "/nowhere/at-all"}},
		} {
			got := runCommand(t, env, test.args...)
			if got.code != test.code || got.stdout != "" || !strings.Contains(got.stderr, test.says) {
				t.Errorf("%v ends with %d: %q; want %d, %q", test.args, got.code, got.stderr, test.code, test.says)
			}
		}
	})
}

func TestADatabaseThatIsNotThereIsNotMadeByLookingAtIt(t *testing.T) {
	got := runCommand(t, nil, "list", "--db", filepath.Join(t.TempDir(), "none.db"), "inspections")
	if got.code != exitFailed || got.stdout != "" || got.stderr == "" {
		t.Errorf("it ends with %d: %q", got.code, got.stderr)
	}
}
