package inspection

import (
	"strings"
	"testing"
)

const (
	allGood2022 = "leaders good, help_protection good, care_and_care_leavers good, overall good"
	allGood2024 = "leaders good, help_protection good, in_care good, care_leavers good, overall good"
	allGood2026 = "leaders good, help_protection good, in_care good, care_leavers good"
)

func wantLines(t *testing.T, got string, want ...string) {
	t.Helper()
	if all := strings.Join(want, "\n"); got != all {
		t.Errorf("got\n%s\nwant\n%s", got, all)
	}
}

func TestLanes(t *testing.T) {
	t.Run("a block starts at publication, is solid while the record is complete, and open after that", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", allGood2022)
		r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
		wantLines(t, draw(t, r, "east-shire", "leaders", "2026-11-21"),
			"2021-04-01 to 2022-11-24: no graded inspection yet",
			"2022-11-25 to 2026-07-06: Good",
			"2026-07-07 to 2026-11-21: Good, open after 2026-08-22")
	})
	t.Run("one grade for two judgements is one block over both lanes", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", allGood2022)
		r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
		for _, lane := range []string{"in_care", "care_leavers"} {
			wantLines(t, draw(t, r, "east-shire", lane, "2026-08-01"),
				"2021-04-01 to 2022-11-24: no graded inspection yet",
				"2022-11-25 to 2026-07-06: Good, one for in_care+care_leavers",
				"2026-07-07 to 2026-08-01: Good")
		}
	})
	t.Run("overall is no longer given from the publication of the first inspection without it", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", allGood2022)
		r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
		wantLines(t, draw(t, r, "east-shire", "overall", "2026-08-01"),
			"2021-04-01 to 2022-11-24: no graded inspection yet",
			"2022-11-25 to 2026-07-06: Good",
			"2026-07-07 to 2026-08-01: not given")
	})
	t.Run("a council last inspected before April 2026 keeps its overall grade", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-short", "2026-03-02", "2026-05-21", allGood2024)
		wantLines(t, draw(t, r, "east-shire", "overall", "2026-08-01"),
			"2021-04-01 to 2026-05-20: no graded inspection yet",
			"2026-05-21 to 2026-08-01: Good")
	})
	t.Run("a lane not known to be complete never runs on", func(t *testing.T) {
		r := newRecord(t)
		r.Completeness = nil
		r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", allGood2022)
		wantLines(t, draw(t, r, "east-shire", "leaders", "2026-11-21"),
			"2021-04-01 to 2022-11-24: no graded inspection yet",
			"mark 25 November 2022: Good",
			"later inspections not found")
	})
	t.Run("an earlier council's grades end with it and are no successor's", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29",
			"leaders requires_improvement, help_protection inadequate, care_and_care_leavers inadequate, overall inadequate")
		wantLines(t, draw(t, r, "shire-county-council", "overall", "2026-11-21"),
			"2013-01-01 to 2019-07-28: before the first full report here",
			"2019-07-29 to 2021-03-31: Inadequate")
		wantLines(t, draw(t, r, "shire-county-council", "care_and_care_leavers", "2026-11-21"),
			"2013-01-01 to 2019-07-28: before the first full report here",
			"2019-07-29 to 2021-03-31: Inadequate")
		wantLines(t, draw(t, r, "east-shire", "overall", "2026-11-21"), "no lane")
		wantLines(t, draw(t, r, "east-shire", "leaders", "2026-11-21"),
			"2021-04-01 to 2026-11-21: no graded inspection yet, open after 2026-08-22")
	})
	t.Run("a grade that was given and not found is not a missing judgement", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "sif", "2016-02", "2016-04-27", "overall requires_improvement, leaders ?")
		wantLines(t, draw(t, r, "old-town", "leaders", "2017-01-01"),
			"2013-01-01 to 2016-04-26: before the first full report here",
			"2016-04-27 to 2017-01-01: grade not found")
	})
	t.Run("what the report prints as not judged is said so", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "sif", "2016-02-01", "2016-04-27", "care_and_care_leavers not_judged, leaders good, help_protection good, overall good")
		if got := draw(t, r, "old-town", "care_and_care_leavers", "2017-01-01"); !strings.HasSuffix(got, ": not judged") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a visit is a mark and never a grade", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-focused-visit", "2023-10", "2023-11", "").Topic = "care leavers"
		wantLines(t, draw(t, r, "east-shire", "visits", "2026-11-21"), "mark October 2023: care leavers", "no complete list held")
		wantLines(t, draw(t, r, "east-shire", "leaders", "2026-08-01"), "2021-04-01 to 2026-08-01: no graded inspection yet")
	})
	t.Run("a visit whose council is not confirmed says so", func(t *testing.T) {
		r := newRecord(t)
		in := r.inspect("west-shire", "ilacs-focused-visit", "2025-04", "2025-05-20", "")
		in.Topic, in.Bodies[0].Confirmed = "children in care", false
		wantLines(t, draw(t, r, "west-shire", "visits", "2026-11-21"), "mark April 2025: children in care?", "no complete list held")
		if n := r.visitCount([]Body{{ID: "west-shire"}}, MustDate("2026-11-21")).Number; n != 0 {
			t.Errorf("it is counted: %d", n)
		}
	})
	t.Run("nothing shows before it was published", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", allGood2022)
		wantLines(t, draw(t, r, "east-shire", "leaders", "2022-11-24"), "2021-04-01 to 2022-11-24: no graded inspection yet")
	})
	t.Run("where publication is unknown a block starts at the end of fieldwork, marked", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-standard", "2022-10-03", "", allGood2022)
		b, _ := r.Body("east-shire")
		block := r.Lanes(b, MustDate("2023-01-01")).Main[0].Blocks[1]
		if block.From != MustDate("2022-10-14") || !block.Unpublished || !block.Soft {
			t.Errorf("got %+v", block)
		}
	})
	t.Run("an inspection of one subject has a lane of its own", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("shire-county-council", "child-protection", "2013-02", "2013-03-20", "overall inadequate")
		wantLines(t, draw(t, r, "shire-county-council", "child-protection", "2014-01-01"), "mark 20 March 2013: Inadequate")
		wantLines(t, draw(t, r, "shire-county-council", "overall", "2014-01-01"), "2013-01-01 to 2014-01-01: before the first full report here")
	})
	t.Run("sub-judgements of a council that ended under the old framework keep lanes of their own", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("shire-county-council", "sif", "2014-06-03", "2014-08-07",
			"leaders inadequate, help_protection inadequate, care_and_care_leavers inadequate, care_leavers requires_improvement, adoption good, lscb inadequate, overall inadequate")
		b, _ := r.Body("shire-county-council")
		var got []string
		for _, l := range r.Lanes(b, MustDate("2015-01-01")).More {
			got = append(got, l.Name+": "+l.Latest.Words)
		}
		wantLines(t, strings.Join(got, "\n"), "Care leavers: Requires improvement to be good, August 2014", "Adoption: Good, August 2014", "Safeguarding board: Inadequate, August 2014")
	})
	t.Run("a judgement that was printed as not judged does not count as an earlier one", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "sif", "2016-02-01", "2016-04-27", "care_leavers not_judged, overall good")
		r.inspect("old-town", "ilacs-short", "2024-02-05", "2024-03-18", allGood2024)
		b, _ := r.Body("old-town")
		if got := r.Lanes(b, MustDate("2024-06-01")).Main[3].Latest.Words; got != "Good, March 2024 (first of its own)" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a break stands where the framework changed", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "sif", "2016-02-01", "2016-04-27", "overall good")
		r.inspect("old-town", "ilacs-short", "2019-02-04", "2019-03-11", allGood2022)
		b, _ := r.Body("old-town")
		breaks := r.Lanes(b, MustDate("2020-01-01")).Breaks
		if len(breaks) != 1 || breaks[0].On != MustDate("2019-03-11") {
			t.Errorf("got %+v", breaks)
		}
	})
}

func TestALaterFrameworkIsOneNewFile(t *testing.T) {
	later, err := ParseFramework([]byte(`{
		"code": "ilacs-2027", "name": "A later framework", "plain_name": "the inspection rules of 2027", "family": "ilacs-2027",
		"inspectors": "Ofsted", "from": "2027-04-01", "until": "",
		"kinds": [{"code": "ilacs-full", "name": "Full inspection", "reference": "ILACS", "record": "ilacs_graded", "graded": true, "full": true}],
		"judgements": [{"code": "family_help", "name": "Family help", "short": "Family help", "phrase": "family help", "scale": "five-point", "main": true}],
		"scales": [{"code": "five-point", "name": "five points", "grades": [
			{"code": "exceptional", "name": "Exceptional", "fill": "outstanding"}, {"code": "strong", "name": "Strong", "fill": "good"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	r := newRecord(t, later)
	r.Completeness[0].To = MustDate("2027-12-31")
	r.Completeness[1].To = MustDate("2027-12-31")
	r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	r.inspect("east-shire", "ilacs-full", "2027-05-10", "2027-07-01", "family_help strong")
	wantLines(t, draw(t, r, "east-shire", "family_help", "2027-08-01"),
		"2021-04-01 to 2026-07-06: no graded inspection yet",
		"2026-07-07 to 2027-06-30: not given",
		"2027-07-01 to 2027-08-01: Strong")
	b, _ := r.Body("east-shire")
	if got := r.Headlines([]Body{b}, MustDate("2027-08-01"))[0]; got.Lead != "Inspectors came in May 2027 and gave these grades: family help Strong." {
		t.Errorf("got %q", got.Lead)
	}
}

func TestCatalogueRefuses(t *testing.T) {
	frameworks := seededFrameworks(t)
	for says, spoil := range map[string]func(*Framework){
		"a scale that nobody defines":     func(f *Framework) { f.Strands[0].Scale = "stars" },
		"a judgement that nobody defines": func(f *Framework) { f.Strands[0].Covers = []string{"nothing"} },
		"a code given twice":              func(f *Framework) { f.Code = "sif" },
	} {
		t.Run(says, func(t *testing.T) {
			spoiled := Framework{Code: "x", Strands: []Strand{{Code: "leaders", Scale: "ofsted-2013"}}}
			spoil(&spoiled)
			if _, err := NewCatalogue(append(frameworks[:len(frameworks):len(frameworks)], spoiled)); err == nil {
				t.Error("it was accepted")
			}
		})
	}
	t.Run("a misspelt key", func(t *testing.T) {
		if _, err := ParseFramework([]byte(`{"code": "x", "judgments": []}`)); err == nil {
			t.Error("it was accepted")
		}
	})
}

func TestACouncilWhoseReportsAreNotHeldIsNotSaidToBeUninspected(t *testing.T) {
	r := newRecord(t)
	r.Completeness = nil
	wantLines(t, draw(t, r, "shire-county-council", "leaders", "2026-11-21"), "no lane")
	b, _ := r.Body("shire-county-council")
	if got := say(r.Headlines([]Body{b}, MustDate("2026-11-21"))); got != "No report of a full inspection of Shire County Council is held here. That does not mean that it was never inspected." {
		t.Errorf("got %q", got)
	}
	if got := r.GeneralGaps([]Body{b}, MustDate("2026-11-21")); len(got) != 2 || got[0] != "No report of a full inspection of Shire County Council is held." {
		t.Errorf("got %q", got)
	}
}
