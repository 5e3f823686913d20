package inspection

import (
	"strings"
	"testing"
)

func bodies(r *Record, ids ...string) []Body {
	var out []Body
	for _, id := range ids {
		b, _ := r.Body(id)
		out = append(out, b)
	}
	return out
}

// say returns headlines as lines.
func say(headlines []Headline) string {
	var lines []string
	for _, h := range headlines {
		lines = append(lines, h.Lead)
		if h.LettersOn != "" {
			lines = append(lines, h.LettersOn)
		}
		lines = append(lines, h.Detail...)
	}
	return strings.Join(lines, "\n")
}

func TestHeadlines(t *testing.T) {
	const today = "2026-11-21"
	t.Run("two councils with equal grades share one sentence", func(t *testing.T) {
		r := newRecord(t)
		for _, b := range []string{"east-shire", "west-shire"} {
			r.inspect(b, "ilacs-standard", "2022-10-03", "2022-11-25", allGood2022)
			r.inspect(b, "ilacs-standard", "2026-05-11", "2026-07-07", "leaders outstanding, help_protection good, in_care good, care_leavers requires_improvement")
		}
		wantLines(t, say(r.Headlines(bodies(r, "east-shire", "west-shire"), MustDate(today))),
			"Inspectors came to both councils in May 2026 and gave both the same grades: leadership Outstanding; help and protection and children in care Good; care leavers Requires improvement to be good.",
			"Letters published 7 July 2026",
			"Since October 2022, on the same scale: leadership up one grade, help and protection the same.",
			"Children in care and care leavers shared one grade then (good); now each has its own.",
			"There is no overall grade: Ofsted stopped giving one for inspections that begin from April 2026. The last, in November 2022, was good.")
	})
	t.Run("two councils whose grades differ get a sentence each", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
		r.inspect("west-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "leaders good, help_protection inadequate, in_care good, care_leavers good")
		got := r.Headlines(bodies(r, "east-shire", "west-shire"), MustDate(today))
		if len(got) != 2 || !strings.HasPrefix(got[1].Lead, "West Shire: inspectors came in May 2026") || !strings.HasSuffix(got[1].Lead, "help and protection Inadequate.") {
			t.Errorf("got %s", say(got))
		}
	})
	t.Run("grades of other rules are stated and not compared", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "sif", "2016-02", "2016-04-27", "leaders inadequate, help_protection inadequate, care_and_care_leavers good, care_leavers good, overall inadequate")
		r.inspect("old-town", "ilacs-short", "2019-02-04", "2019-03-11", allGood2022)
		got := say(r.Headlines(bodies(r, "old-town"), MustDate(today)))
		if !strings.Contains(got, "under other rules (the single inspection framework of 2013), so its grades are not compared") ||
			strings.Contains(got, " up ") || strings.Contains(got, "same scale") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("an earlier council's grade is said to be its own", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29",
			"leaders requires_improvement, help_protection inadequate, care_and_care_leavers inadequate, overall inadequate")
		wantLines(t, say(r.Headlines(bodies(r, "east-shire"), MustDate(today))),
			"No graded inspection of East Shire yet, since it began on 1 April 2021.",
			"The earlier council, Shire County Council, ended on 31 March 2021. Its last grades, of July 2019, were its own: overall effectiveness Inadequate; leadership Requires improvement to be good; help and protection and children in care and care leavers Inadequate.")
	})
	t.Run("two councils that began on one day and have no grade yet share one sentence", func(t *testing.T) {
		r := newRecord(t)
		wantLines(t, say(r.Headlines(bodies(r, "east-shire", "west-shire"), MustDate("2022-11-24"))),
			"No graded inspection of East Shire or West Shire yet, since they began on 1 April 2021.",
			"The earlier council, Shire County Council, ended on 31 March 2021. No report on it is in this record.")
	})
	t.Run("where only single subjects were inspected their grades are told", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("shire-county-council", "child-protection", "2013-02-11", "2013-03-20", "overall inadequate")
		if got := say(r.Headlines(bodies(r, "shire-county-council"), MustDate("2014-01-01"))); !strings.HasSuffix(got,
			"\nInspections of one subject each gave these grades: child protection Inadequate, March 2013.") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a fall is a fall", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-standard", "2023-10-03", "2023-11-25", allGood2024)
		r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "leaders inadequate, help_protection good, in_care good, care_leavers good")
		if got := say(r.Headlines(bodies(r, "east-shire"), MustDate(today))); !strings.Contains(got, "leadership down two grades; help and protection, children in care and care leavers the same") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("before anything was published there is no grade to tell", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
		if got := say(r.Headlines(bodies(r, "east-shire"), MustDate("2026-07-06"))); strings.Contains(got, "Good") {
			t.Errorf("got %s", got)
		}
	})
}

func TestOtherHeadlines(t *testing.T) {
	r := newRecord(t)
	r.inspect("east-partnership", "area-send", "2024-01-22", "2024-03-25", "send_outcome 3")
	r.inspect("west-partnership", "area-send", "2024-03-18", "2024-07-12", "send_outcome 3")
	both := bodies(r, "east-shire", "west-shire")
	t.Run("the lowest outcome has a sentence of its own, with the return that is not recorded", func(t *testing.T) {
		got := r.OtherHeadlines(both, MustDate("2026-11-21"))
		if len(got) != 1 {
			t.Fatalf("got %d", len(got))
		}
		wantLines(t, got[0].Lead+"\n"+got[0].Detail,
			"SEND is inspected separately (Ofsted and CQC; council and NHS together). In 2024 both areas got the lowest of three outcomes.",
			"Monitoring was due about 18 months later; no result is on this record.")
	})
	t.Run("nothing is said to be owed before its time has passed", func(t *testing.T) {
		if got := r.OtherHeadlines(both, MustDate("2025-06-01")); got[0].Detail != "" {
			t.Errorf("got %q", got[0].Detail)
		}
	})
	t.Run("a return that is on the record is not owed", func(t *testing.T) {
		r.inspect("east-partnership", "area-send-monitoring", "2025-10-01", "2025-11-01", "")
		r.inspect("west-partnership", "area-send-monitoring", "2025-10-01", "2025-11-01", "")
		if got := r.OtherHeadlines(both, MustDate("2026-11-21")); got[0].Detail != "" {
			t.Errorf("got %q", got[0].Detail)
		}
	})
	t.Run("the best outcome needs no sentence", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-partnership", "area-send", "2024-01-22", "2024-03-25", "send_outcome 1")
		if got := r.OtherHeadlines(both[:1], MustDate("2026-11-21")); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestDates(t *testing.T) {
	r := newRecord(t)
	r.inspect("east-partnership", "area-send", "2024-01-22", "2024-03-25", "send_outcome 3")
	r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	lines := func(asOf string) string {
		var out []string
		for _, l := range r.DateLines(bodies(r, "east-shire"), "", MustDate(asOf)) {
			words := l.When + ": " + l.Words
			if l.Passed {
				words = "PASSED " + words
			}
			out = append(out, words)
		}
		return strings.Join(out, "\n")
	}
	t.Run("a clock counts from publication, as the latest day, while receipt is not recorded", func(t *testing.T) {
		wantLines(t, lines("2026-09-01"),
			"14 October 2026: Latest day for the council's written statement of action (70 working days from publication; the day the letter was received is not recorded).",
			"About early 2027: SEND full re-inspection (letter of 2024: within approximately three years).",
			"2027: New Ofsted framework due; it may change what is inspected and how.",
			"PASSED About summer–autumn 2025: SEND monitoring inspection (letter of 2024: within approximately 18 months). No result is on this record: ask.")
	})
	t.Run("a day that has passed asks, and does not say overdue", func(t *testing.T) {
		if got := lines("2026-11-21"); !strings.Contains(got, "PASSED 14 October 2026") || !strings.Contains(got, "No link recorded: ask.") || strings.Contains(got, "overdue") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a clock counts from receipt once that is recorded", func(t *testing.T) {
		r.Inspections[1].Received = MustDate("2026-06-30")
		if got := lines("2026-09-01"); !strings.Contains(got, "7 October 2026: Day for the council's written statement of action (70 working days from the day the letter was received).") {
			t.Errorf("got %s", got)
		}
	})
}

func TestALaterKindOfOutcomeSpeaksForItself(t *testing.T) {
	later, err := ParseFramework([]byte(`{
		"code": "family-hubs-2027", "name": "Inspection of family hubs", "plain_name": "the inspections of family hubs", "short": "Family help",
		"family": "family-hubs", "inspectors": "Ofsted", "in_short": "Ofsted", "from": "2027-01", "until": "", "outcome": true,
		"kinds": [{"code": "family-hubs", "name": "Inspection of family hubs", "reference": "HUBS", "record": "area_send_full", "graded": true, "lane": "Family help"}],
		"judgements": [{"code": "hubs_outcome", "name": "Outcome", "short": "Outcome", "phrase": "the outcome", "scale": "hubs"}],
		"scales": [{"code": "hubs", "name": "two outcomes", "grades": [
			{"code": "a", "name": "Effective", "fill": "neutral"},
			{"code": "b", "name": "Not effective", "fill": "neutral", "announces": [{"kind": "family-hubs", "words": "return", "phrase": "A return", "months": 6}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	r := newRecord(t, later)
	r.Completeness[2].To = MustDate("2028-12-31")
	r.inspect("east-partnership", "family-hubs", "2027-02-01", "2027-03-15", "hubs_outcome b")
	east := bodies(r, "east-shire")
	got := r.OtherHeadlines(east, MustDate("2028-01-01"))
	if len(got) != 1 || !strings.HasPrefix(got[0].Lead, "Family help is inspected separately (Ofsted; council and NHS together). In 2027 the area got the lowest of two outcomes.") {
		t.Errorf("got %+v", got)
	}
	if got := countLines(r, east, "2028-01-01"); !strings.Contains(got, "1 thing expected, nothing recorded: 1 Family help return") || strings.Contains(got, "SEND") {
		t.Errorf("got %s", got)
	}
}

func TestWhatMovedAlikeIsSaidTogether(t *testing.T) {
	for want, moves := range map[string][]strandMove{
		"leadership up two grades, help and protection up one":                              {{"leadership", 2}, {"help and protection", 1}},
		"leadership and overall effectiveness down one grade; help and protection the same": {{"leadership", -1}, {"help and protection", 0}, {"overall effectiveness", -1}},
		"leadership, help and protection and overall effectiveness the same":                {{"leadership", 0}, {"help and protection", 0}, {"overall effectiveness", 0}},
	} {
		if got := movesWords(moves); got != want {
			t.Errorf("%q; want %q", got, want)
		}
	}
}
