package inspection

import (
	"strings"
	"testing"
)

// clockRules are the rules of these tests; the seed's own are checked where the seed is read.
var clockRules = []Rule{
	{ID: PublishReportRule, Code: PublishReportRule, About: "Making the report public", Value: 30, Unit: WorkingDays, Confidence: ByListing},
	{ID: StatementOfActionRule, Code: StatementOfActionRule, About: "Written statement", Value: 70, Unit: WorkingDays, SourceID: "press", Confidence: BySingleWeak},
	{ID: "focused_visit_draft_plan", Code: "focused_visit_draft_plan", About: "Draft plan", Value: 20, Unit: WorkingDays, ValidFrom: MustDate("2018-08"), Confidence: BySingleWeak},
	{ID: "focused_visit_final_plan", Code: "focused_visit_final_plan", About: "Final plan", Value: 70, Unit: WorkingDays, Confidence: BySingleWeak},
	{ID: "jtai_statement", Code: "jtai_statement", About: "Joint statement", Value: 70, Unit: WorkingDays, Confidence: ByInference},
	{ID: "area_send_statement_2016", Code: "area_send_statement_2016", About: "Statement of the area", Value: 70, Unit: WorkingDays, Confidence: BySingleWeak},
}

func clockRecord(t *testing.T) *Record {
	t.Helper()
	r := newRecord(t)
	r.Rules = clockRules
	r.Sources = []Source{{ID: "press", Title: "The trade press"}}
	return r
}

// clockLines says the clocks of an inspection, one a line.
func clockLines(r *Record, in *Inspection, asOf string) string {
	var out []string
	for _, c := range r.Clocks(in, MustDate(asOf)) {
		line := c.Rule.Code + " " + c.Due.String() + ": " + c.HowWords()
		if !c.Confirmed() {
			line += " (not confirmed)"
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func TestClocksAfterAFullInspection(t *testing.T) {
	r := clockRecord(t)
	in := r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	t.Run("they count from publication, as the latest possible day, while receipt is not recorded", func(t *testing.T) {
		wantLines(t, clockLines(r, in, "2026-07-07"),
			"publish_report 2026-08-18: 30 working days from publication; the day the letter was received is not recorded, so this is the latest possible day",
			"statement_of_action 2026-10-14: 70 working days from publication; the day the letter was received is not recorded, so this is the latest possible day (not confirmed)")
		if c := r.Clocks(in, MustDate("2026-07-07"))[1]; c.From != in.Published || c.Basis != FromPublication || c.Source.Title != "The trade press" {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("they count from receipt once that is recorded", func(t *testing.T) {
		in := *in
		in.Received = MustDate("2026-06-30")
		wantLines(t, clockLines(r, &in, "2026-07-07"),
			"publish_report 2026-08-11: 30 working days from the day the letter was received",
			"statement_of_action 2026-10-07: 70 working days from the day the letter was received (not confirmed)")
	})
	t.Run("a day that the letter prints wins over both, is the statement's, and needs no rule to be confirmed", func(t *testing.T) {
		in := *in
		in.Received, in.StatementDue = MustDate("2026-06-30"), MustDate("2026-11-02")
		wantLines(t, clockLines(r, &in, "2026-07-07"),
			"publish_report 2026-08-11: 30 working days from the day the letter was received",
			"statement_of_action 2026-11-02: printed in the letter")
	})
	t.Run("there are none before the letter is out", func(t *testing.T) {
		if got := clockLines(r, in, "2026-07-06"); got != "" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a bank holiday that an officer adds moves the day", func(t *testing.T) {
		_, holidays := seededCalendar(t)
		r := *r
		r.Calendar = NewCalendar(append(holidays, BankHoliday{On: MustDate("2026-09-21"), Name: "A day of mourning", Kind: AddedHoliday}))
		if got := clockLines(&r, in, "2026-07-07"); !strings.Contains(got, "publish_report 2026-08-18") || !strings.Contains(got, "statement_of_action 2026-10-15") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a day that was inferred gives a day that is marked so", func(t *testing.T) {
		in := *in
		in.Published = MustDate("2026-07-07~")
		if c := r.Clocks(&in, MustDate("2026-07-07"))[1]; c.Due.Words() != "about 14 October 2026" {
			t.Errorf("got %s", c.Due.Words())
		}
	})
	t.Run("outside the calendar, and without a day to count from, nothing is computed and the reason is said", func(t *testing.T) {
		late := r.inspect("west-shire", "ilacs-standard", "2030-10-01", "2030-11-20", allGood2026)
		unpublished := r.inspect("old-town", "ilacs-standard", "2026-05-11", "", allGood2026)
		for in, want := range map[*Inspection]string{
			late:        "statement_of_action : nothing can be computed: the bank holidays held here are those of 2007 to 2030",
			unpublished: "statement_of_action : nothing can be computed: neither the day of receipt nor the day of publication is on this record",
		} {
			if got := clockLines(r, in, "2030-12-01"); !strings.Contains(got, want) {
				t.Errorf("got %s; want %s", got, want)
			}
		}
	})
}

func TestClocksAfterAFocusedVisit(t *testing.T) {
	r := clockRecord(t)
	priority := []Recommendation{{Reference: "ES-FV-2023-1", Kind: PriorityAction}}
	t.Run("one without an area for priority action sets nothing going", func(t *testing.T) {
		in := r.inspect("east-shire", "ilacs-focused-visit", "2023-10-10", "2023-11-14", "")
		in.Recommendations = []Recommendation{{Reference: "ES-FV-2023-1", Kind: Improvement}}
		if got := clockLines(r, in, "2024-01-01"); got != "" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("one with an area for priority action asks for a draft and then for the plan", func(t *testing.T) {
		in := r.inspect("east-shire", "ilacs-focused-visit", "2023-10-10", "2023-11-14", "")
		in.Recommendations, in.Received = priority, MustDate("2023-11-06")
		wantLines(t, clockLines(r, in, "2024-01-01"),
			"focused_visit_draft_plan 2023-12-04: 20 working days from the day the letter was received (not confirmed)",
			"focused_visit_final_plan 2024-02-15: 70 working days from the day the letter was received (not confirmed)")
		in.StatementDue = MustDate("2024-02-01")
		if got := clockLines(r, in, "2024-01-01"); !strings.Contains(got, "focused_visit_draft_plan 2023-12-04") || !strings.Contains(got, "focused_visit_final_plan 2024-02-01: printed in the letter") {
			t.Errorf("the printed day is the plan's, not the draft's; got %s", got)
		}
	})
	t.Run("a rule that was not yet valid when the letter came out is left out", func(t *testing.T) {
		in := r.inspect("old-town", "ilacs-focused-visit", "2018-05-15", "2018-06-12", "")
		in.Recommendations = priority
		if got := clockLines(r, in, "2019-01-01"); strings.Contains(got, "draft") || !strings.HasPrefix(got, "focused_visit_final_plan 2018-09-19") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a later version of a rule holds from its own day", func(t *testing.T) {
		r := *r
		r.Rules = append([]Rule{{ID: "focused_visit_draft_plan/2024-01-01", Code: "focused_visit_draft_plan", Value: 10, Unit: WorkingDays, ValidFrom: MustDate("2024-01-01")}}, clockRules...)
		for on, want := range map[string]int{"2018-08-01": 20, "2023-12-31": 20, "2024-01-01": 10} {
			if rule, ok := r.Rule("focused_visit_draft_plan", MustDate(on)); !ok || rule.Value != want {
				t.Errorf("on %s: got %+v", on, rule)
			}
		}
		if rule, ok := r.Rule("focused_visit_draft_plan", MustDate("2018-07-31")); ok {
			t.Errorf("before it was made: got %+v", rule)
		}
	})
}

func TestClocksOfJointInspections(t *testing.T) {
	r := clockRecord(t)
	t.Run("the day that a joint letter prints wins, and 70 working days stand in for it only where it is not recorded", func(t *testing.T) {
		in := r.inspect("east-partnership", "jtai", "2024-01-22", "2024-03-14", "")
		wantLines(t, clockLines(r, in, "2024-04-01"),
			"jtai_statement 2024-06-26: 70 working days from publication; the day the letter was received is not recorded, so this is the latest possible day (not confirmed)")
		in.StatementDue = MustDate("2024-05-09")
		wantLines(t, clockLines(r, in, "2024-04-01"), "jtai_statement 2024-05-09: printed in the letter")
	})
	t.Run("an area SEND inspection before 2023 sets a clock going only where its letter asked for a statement", func(t *testing.T) {
		asked := r.inspect("east-partnership", "area-send-2016", "2019-01-14", "2019-03-01", "send_outcome required")
		fine := r.inspect("west-partnership", "area-send-2016", "2019-01-14", "2019-03-01", "send_outcome not_required")
		if got := clockLines(r, asked, "2019-04-01"); !strings.HasPrefix(got, "area_send_statement_2016 2019-06-13") {
			t.Errorf("got %s", got)
		}
		if got := clockLines(r, fine, "2019-04-01"); got != "" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a letter of whose kind no rule is known can print a day all the same", func(t *testing.T) {
		in := r.inspect("east-partnership", "area-send", "2024-01-22", "2024-03-25", "send_outcome 3")
		in.StatementDue = MustDate("2024-05-20")
		wantLines(t, clockLines(r, in, "2024-04-01"), "printed_statement 2024-05-20: printed in the letter")
	})
}

func TestDatesSayWhatWasDone(t *testing.T) {
	r := clockRecord(t)
	r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	r.inspect("west-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	both := bodies(r, "east-shire", "west-shire")
	lines := func(asOf string) string {
		var out []string
		for _, l := range r.DateLines(both, "Shire", MustDate(asOf)) {
			if l.Clock != nil {
				out = append(out, l.When+": "+l.Words)
			}
		}
		return strings.Join(out, "\n")
	}
	east := r.Inspections[0]
	r.Fulfilments = []Fulfilment{{
		InspectionID: east.ID, BodyID: "east-shire", RuleCode: StatementOfActionRule, Position: 1,
		On: MustDate("2026-10-01"), Address: "https://east.example/plan", RecordedOn: MustDate("2026-10-20"),
	}}
	const basis = " written statement of action (70 working days from publication; the day the letter was received is not recorded). No link recorded: ask."
	t.Run("what one council published is said, and only the other is asked about", func(t *testing.T) {
		wantLines(t, lines("2026-11-21"), "14 October 2026: Latest day for West's"+basis, "1 October 2026: East's written statement of action was published.")
		if got := countLines(r, both, "2026-11-21"); !strings.Contains(got, "1 thing expected, nothing recorded: 1 action plan") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("it counts from the day of publication, though it was recorded later", func(t *testing.T) {
		wantLines(t, lines("2026-10-15"), "14 October 2026: Latest day for West's"+basis, "1 October 2026: East's written statement of action was published.")
		if got := lines("2026-09-30"); !strings.Contains(got, "each council's") {
			t.Errorf("before it was published: %s", got)
		}
	})
	t.Run("an answer that was taken back counts no more", func(t *testing.T) {
		r := *r
		r.Fulfilments = append(r.Fulfilments, Fulfilment{
			InspectionID: east.ID, BodyID: "east-shire", RuleCode: StatementOfActionRule, Position: 2,
			Words: "That was the plan of 2022.", RecordedOn: MustDate("2026-11-01"),
		})
		c := r.Clocks(east, MustDate("2026-11-21"))[1]
		if _, done := c.FulfilledBy("east-shire"); done {
			t.Error("it still counts")
		}
		if c := r.Clocks(east, MustDate("2026-10-31"))[1]; len(c.Fulfilments) != 1 {
			t.Error("it did not count until it was taken back")
		}
	})
}

func TestFromWhichDayAnAnswerCounts(t *testing.T) {
	answer := func(position int, on, recorded string) Fulfilment {
		f := Fulfilment{InspectionID: "x", Position: position, RecordedOn: MustDate(recorded)}
		switch on {
		case "taken back":
		case "somewhere":
			f.Address = "https://east.example/plan"
		default:
			f.On = MustDate(on)
		}
		return f
	}
	for _, c := range []struct {
		name    string
		answers []Fulfilment
		from    map[string]int // the position of what counts on a day, 0 for nothing
	}{
		{"that of publication", []Fulfilment{answer(1, "2026-10-01", "2026-10-20")}, map[string]int{"2026-09-30": 0, "2026-10-01": 1}},
		{"the end of a month", []Fulfilment{answer(1, "2026-09", "2026-10-20")}, map[string]int{"2026-09-29": 0, "2026-09-30": 1}},
		{"that of recording before the month is over", []Fulfilment{answer(1, "2026-10", "2026-10-20")}, map[string]int{"2026-10-19": 0, "2026-10-20": 1}},
		{"that of recording where no other is known", []Fulfilment{answer(1, "somewhere", "2026-10-20")}, map[string]int{"2026-10-19": 0, "2026-10-20": 1}},
		{"a corrected day never counts", []Fulfilment{answer(1, "2026-10-01", "2026-10-20"), answer(2, "2026-10-09", "2026-10-21")},
			map[string]int{"2026-10-08": 0, "2026-10-09": 2, "2026-10-21": 2}},
		{"what was taken back counted until then", []Fulfilment{answer(1, "2026-10-01", "2026-10-20"), answer(2, "taken back", "2026-11-01")},
			map[string]int{"2026-10-01": 1, "2026-10-31": 1, "2026-11-01": 2}},
		{"what was published after a taking back", []Fulfilment{
			answer(1, "2026-10-01", "2026-10-20"), answer(2, "taken back", "2026-11-01"), answer(3, "2026-11-10", "2026-11-12"),
		}, map[string]int{"2026-10-31": 1, "2026-11-09": 2, "2026-11-10": 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &Record{Fulfilments: c.answers}
			for day, want := range c.from {
				if got, ok := r.Answer(&Inspection{ID: "x"}, "", "", MustDate(day)); got.Position != want || ok != (want > 0) {
					t.Errorf("on %s answer %d counts; want %d", day, got.Position, want)
				}
			}
		})
	}
}

func TestPlansOfLettersSinceTheLatestFullInspection(t *testing.T) {
	r := clockRecord(t)
	r.inspect("east-partnership", "jtai", "2023-01-16", "2023-03-10", "")
	r.inspect("east-shire", "ilacs-standard", "2024-05-13", "2024-07-08", "overall good, leaders good, help_protection good, in_care good, care_leavers good")
	r.inspect("east-partnership", "jtai", "2025-01-20", "2025-03-14", "")
	var got []string
	for _, l := range r.DateLines(bodies(r, "east-shire"), "", MustDate("2025-04-01")) {
		if l.Clock != nil {
			got = append(got, l.When+": "+l.Words)
		}
	}
	wantLines(t, strings.Join(got, "\n"),
		"26 June 2025: Latest day for the council's joint statement (70 working days from publication; the day the letter was received is not recorded).",
		"15 October 2024: Latest day for the council's written statement of action (70 working days from publication; the day the letter was received is not recorded). No link recorded: ask.")
}
