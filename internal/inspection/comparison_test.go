package inspection

import (
	"strings"
	"testing"
)

func TestBefore(t *testing.T) {
	r := newRecord(t)
	r.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29", "overall inadequate, leaders requires_improvement")
	r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25",
		"overall requires_improvement, leaders requires_improvement, help_protection requires_improvement, care_and_care_leavers requires_improvement")
	r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "leaders outstanding, help_protection good, in_care good, care_leavers good")
	r.inspect("old-town", "sif", "2015-05-05", "2015-07-01", "overall good, leaders outstanding, help_protection ?, care_and_care_leavers good, care_leavers good")
	r.inspect("old-town", "ilacs-short", "2018-11-05", "2018-12-10", "overall good, leaders good, help_protection ?, care_and_care_leavers good")
	r.inspect("old-town", "ilacs-standard", "2023-02-06", "2023-03-20", "overall inadequate, leaders good, help_protection good, in_care good, care_leavers good")
	r.inspect("old-town", "child-protection", "2013-02-04", "2013-03-01", "overall adequate")
	doubtful := r.inspect("west-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "overall good")
	doubtful.Bodies[0].Confirmed = false

	for _, test := range []struct {
		name, inspection, strand string
		want                     Comparison
		up                       int
		words                    string
	}{
		{"the same judgement on the same scale is compared", "east-shire-ilacs-standard-2026-05-11", "leaders",
			Compared, 2, "Requires improvement to be good in November 2022: up two grades"},
		{"a lower grade is said to be down", "old-town-ilacs-standard-2023-02-06", "overall",
			Compared, -2, "Good in December 2018: down two grades"},
		{"an equal grade is said to be the same", "old-town-ilacs-standard-2023-02-06", "leaders",
			Compared, 0, "Good in December 2018: the same"},
		{"a judgement that was split is not compared", "east-shire-ilacs-standard-2026-05-11", "care_leavers",
			SharedGrade, 0, "One grade for children in care and care leavers in November 2022 (requires improvement to be good); not compared"},
		{"nothing is compared across families", "old-town-ilacs-short-2018-11-05", "leaders",
			OtherRules, 0, "Outstanding in July 2015, under other rules (the single inspection framework of 2013); not compared"},
		{"a grade that was not found is not compared", "old-town-ilacs-standard-2023-02-06", "help_protection",
			NoGrade, 0, "Grade not found in December 2018; not compared"},
		{"an earlier council's grade is never a successor's", "east-shire-ilacs-standard-2022-10-03", "leaders",
			NoneBefore, 0, "First full inspection of East Shire; the earlier council’s grades are its own"},
		{"a single subject is not compared with the whole", "old-town-sif-2015-05-05", "overall",
			NoneBefore, 0, "No earlier inspection of this kind is on this record"},
		{"nothing is compared where the council is not confirmed", "west-shire-ilacs-standard-2022-10-03", "overall",
			NotConfirmed, 0, "Not compared: whose inspection this was is not confirmed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := r.Before(r.find(t, test.inspection), test.strand)
			if got.Comparison != test.want || got.Up != test.up || got.Words != test.words {
				t.Errorf("got %s, up %d: %q\nwant %s, up %d: %q", got.Comparison, got.Up, got.Words, test.want, test.up, test.words)
			}
		})
	}
}

func (r *Record) find(t *testing.T, id string) *Inspection {
	t.Helper()
	for _, in := range r.Inspections {
		if in.ID == id {
			return in
		}
	}
	t.Fatalf("no inspection %s", id)
	return nil
}

func TestJudgementLines(t *testing.T) {
	r := newRecord(t)
	full := r.inspect("old-town", "sif", "2015-05-05", "2015-07-01", "overall good, leaders not_judged, adoption good, lscb inadequate")
	visit := r.inspect("old-town", "ilacs-focused-visit", "2019-05-07", "2019-06-03", "")
	board := r.inspect("old-town", "lscb-review", "2015-05-05", "2015-07-01", "lscb good")
	pilot := r.inspect("old-town", "joint-pilot", "2013-01", "", "")
	pilot.Document = DocumentNotPublished

	for _, test := range []struct {
		name string
		in   *Inspection
		want string
	}{
		{"a full inspection lists every main and sub-judgement, and what else its report judged", full,
			"overall: Good, leaders: Not judged, help_protection: Grade not found, care_and_care_leavers: Grade not found, " +
				"care_leavers: Grade not found, adoption: Good, lscb: Inadequate"},
		{"a visit has no judgement", visit, ""},
		{"a review of another body has its own judgement only", board, "lscb: Good"},
		{"what was never published is said to be so", pilot, "overall: Not published"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, line := range r.JudgementLines(test.in) {
				got = append(got, line.Strand.Code+": "+line.Words())
			}
			if strings.Join(got, ", ") != test.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), test.want)
			}
		})
	}
}

func TestOutcomeWords(t *testing.T) {
	r := newRecord(t)
	pilot := r.inspect("old-town", "joint-pilot", "2013-01", "", "")
	pilot.Document = DocumentNotPublished
	for _, test := range []struct {
		in   *Inspection
		want string
	}{
		{r.inspect("old-town", "ilacs-short", "2018-11-05", "2018-12-10", "overall good, leaders outstanding, help_protection good, care_and_care_leavers ?"),
			"Overall effectiveness Good; leadership Outstanding; help and protection Good; children in care and care leavers grade not found"},
		{r.inspect("old-town", "child-protection", "2013-02-04", "2013-03-01", "overall adequate"), "Adequate"},
		{r.inspect("old-town", "ilacs-focused-visit", "2019-05-07", "2019-06-03", ""), "No grade: a visit"},
		{r.inspect("east-partnership", "jtai", "2022-05-09", "2022-07-01", ""), "No grade: this kind of inspection gives none"},
		{r.inspect("east-partnership", "area-send", "2024-01-22", "2024-03-25", "send_outcome 3"), "Widespread or systemic failings"},
		{pilot, "Not published"},
	} {
		t.Run(test.in.Kind, func(t *testing.T) {
			if got := r.OutcomeWords(test.in); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestAround(t *testing.T) {
	r := newRecord(t)
	for _, test := range []struct {
		name, start, published, from, until string
	}{
		{"six months before fieldwork to six after publication", "2026-05-11", "2026-07-07", "2025-11-11", "2027-01-07"},
		{"a month counts whole", "2016-02", "2016-04", "2015-08-01", "2016-10-30"},
		{"without publication it is counted from the visit", "2024-10", "", "2024-04-01", "2025-04-30"},
	} {
		t.Run(test.name, func(t *testing.T) {
			kind := "ilacs-standard"
			if test.start < "2018" {
				kind = "sif"
			}
			from, until := r.inspect("old-town", kind, test.start, test.published, "").Around()
			if from.String() != test.from || until.String() != test.until {
				t.Errorf("got %s to %s, want %s to %s", from, until, test.from, test.until)
			}
		})
	}
}
