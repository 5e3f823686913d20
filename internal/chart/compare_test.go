package chart

import (
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// compared draws one judgement of some authorities, the first of them the one that the others are set beside.
func compared(t *testing.T, judgement, on string, ids ...string) Chart {
	t.Helper()
	c, err := comparedIn(t, testRecord(t), judgement, on, ids...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func comparedIn(t *testing.T, record *inspection.Record, judgement, on string, ids ...string) (Chart, error) {
	t.Helper()
	copied := *record
	r := &copied
	r.Bodies = append(slices.Clone(record.Bodies), inspection.Body{ID: "lost", Kind: inspection.Authority, Name: "Lost Town", Ended: inspection.MustDate("2019-03-31")})
	e := inspection.NewEngland(r)
	all := e.Catalogue.Judgements()
	at := slices.IndexFunc(all, func(s inspection.Strand) bool { return s.Code == judgement })
	with := e.Comparables(inspection.Comparing{
		Authority: testBody(t, r, ids[0]), Group: inspection.GroupChosen, Chosen: ids[1:], On: inspection.MustDate(on),
	})
	return Compare(e, with, all[at])
}

// toldOf returns the lines of the table that are about one authority.
func toldOf(c Chart, name string) string {
	var out []string
	for _, row := range c.Table.Rows {
		if row[0] == name {
			out = append(out, strings.Join(row[1:], " | "))
		}
	}
	return strings.Join(out, "\n")
}

func TestCompare(t *testing.T) {
	t.Run("each authority has a lane of its own on one axis, the chosen one first", func(t *testing.T) {
		c := compared(t, "leaders", "2026-11-21", "new", "city", "town")
		var names []string
		for _, row := range c.Rows {
			names = append(names, row.Name)
		}
		if got := strings.Join(names, ", "); got != "New Council, City, Town" {
			t.Errorf("lanes: %s", got)
		}
		o := readOption(t, c.Wide)
		if from := days(inspection.RecordBegins); o.XAxis[0].Min != from {
			t.Errorf("the axis begins at %v, want %v", o.XAxis[0].Min, from)
		}
		for _, item := range o.items(KindBlock) {
			if item.Row != item.LastRow {
				t.Errorf("a block spans lanes: %+v", item)
			}
		}
	})
	t.Run("an earlier council's grades are not drawn into its successor's lane", func(t *testing.T) {
		want := strings.Join([]string{
			"1 April 2021 |  | Council began on 1 April 2021 |  | ",
			"1 April 2021 | 24 November 2022 | No graded inspection yet |  | ",
			"25 November 2022 | 6 July 2026 | Requires improvement to be good | Full inspection (two weeks), 3 to 14 October 2022 | The inspection rules of 2018",
			"7 July 2026 | 21 November 2026 (the record is complete to 22 August 2026) | Outstanding | Full inspection (two weeks), 11 to 22 May 2026 | " +
				"The inspection rules of 2018, without an overall grade since April 2026",
		}, "\n")
		if got := toldOf(compared(t, "leaders", "2026-11-21", "new", "city"), "New Council"); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	})
	t.Run("a grade for two subjects is drawn as the grade of neither", func(t *testing.T) {
		c := compared(t, "care_leavers", "2026-11-21", "new", "city")
		if got := toldOf(c, "New Council"); !strings.Contains(got, "No grade of its own; one for children in care and care leavers: requires improvement to be good") {
			t.Errorf("it is told as\n%s", got)
		}
		for _, item := range readOption(t, c.Wide).items(KindBlock) {
			if item.Look == LookRequiresImprovement {
				t.Errorf("the shared grade is drawn as a grade: %+v", item)
			}
		}
	})
	t.Run("where other rules began there is a break, named", func(t *testing.T) {
		for judgement, want := range map[string]string{
			"leaders":      "January 2018 Inspection rules of 2018",
			"overall":      "January 2018 Inspection rules of 2018, 1 April 2026 Without an overall grade since April 2026",
			"care_leavers": "January 2018 Inspection rules of 2018, January 2023 With care leavers graded on their own since January 2023",
		} {
			var got []string
			for _, row := range compared(t, judgement, "2026-11-21", "city").Table.Rows {
				if row[0] == "All" {
					got = append(got, row[1]+" "+row[3])
				}
			}
			if words := strings.Join(got, ", "); words != want {
				t.Errorf("%s: %s, want %s", judgement, words, want)
			}
		}
	})
	t.Run("on a past day nothing of later days is drawn or told", func(t *testing.T) {
		c := compared(t, "leaders", "2019-01-01", "county", "city", "lost", "new")
		for _, row := range c.Table.Rows {
			if strings.Contains(strings.Join(row, " "), "2019-07") || strings.Contains(strings.Join(row, " "), "2022") {
				t.Errorf("told: %s", row)
			}
		}
		if toldOf(c, "New Council") != "" {
			t.Error("a council that had not begun has a lane")
		}
		if !strings.HasSuffix(c.Title, "2013 to 2019") || !strings.Contains(c.Summary, "On 1 January 2019, Leaders: 1 at requires improvement to be good. Without a grade: 1 grade not found, 1 report not held.") {
			t.Errorf("title %q, summary %q", c.Title, c.Summary)
		}
	})
	t.Run("a report that is not held does not read as an inspection that never was", func(t *testing.T) {
		if got := toldOf(compared(t, "leaders", "2019-01-01", "city", "lost"), "Lost Town"); !strings.Contains(got, "Report not held") {
			t.Errorf("told: %s", got)
		}
	})
	t.Run("every line of the table has a cell for each column", func(t *testing.T) {
		c := compared(t, "overall", "2026-11-21", "city", "town", "new")
		for _, row := range c.Table.Rows {
			if len(row) != len(c.Table.Columns) {
				t.Errorf("%d cells under %d columns: %s", len(row), len(c.Table.Columns), row)
			}
		}
	})
	t.Run("of very many authorities the first are drawn, and it says so", func(t *testing.T) {
		r := testRecord(t)
		with := inspection.Comparables{Comparing: inspection.Comparing{Authority: testBody(t, r, "city"), On: asOf}}
		for range MostCompared + 5 {
			with.Members = append(with.Members, inspection.Comparable{Body: testBody(t, r, "city")})
		}
		e := inspection.NewEngland(r)
		c, err := Compare(e, with, e.Catalogue.Judgements()[0])
		if err != nil || len(c.Rows) != MostCompared || !strings.Contains(c.Subtitle, "the first 40 of 45 authorities") {
			t.Errorf("%d lanes, %q: %v", len(c.Rows), c.Subtitle, err)
		}
		if len(with.Members) != MostCompared+5 {
			t.Error("the authorities of the table were taken away too")
		}
	})
}
