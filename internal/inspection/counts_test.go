package inspection

import (
	"fmt"
	"strings"
	"testing"
)

func countLines(r *Record, authorities []Body, asOf string) string {
	var out []string
	for _, c := range r.Counts(authorities, nil, MustDate(asOf)) {
		line := c.Words
		if c.Known {
			line = fmt.Sprint(c.Number) + " " + line
		}
		if c.Note != "" {
			line += ". " + c.Note
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// ask adds areas to improve to an inspection.
func (in *Inspection) ask(shared string, kinds ...RecommendationKind) {
	n := len(kinds)
	in.AreasCount, in.WholeListHeld = &n, true
	for i, k := range kinds {
		key := ""
		if shared != "" {
			key = fmt.Sprint(shared, i)
		}
		in.Recommendations = append(in.Recommendations, Recommendation{
			Reference: fmt.Sprint(in.ID, i), InspectionID: in.ID, Number: fmt.Sprint(i + 1), Kind: k, SharedKey: key, Themes: []string{"plans"}})
	}
}

func TestCounts(t *testing.T) {
	const today = "2026-11-21"
	t.Run("an area that both letters share counts once, with the number letter by letter", func(t *testing.T) {
		r := newRecord(t)
		for _, b := range []string{"east-shire", "west-shire"} {
			r.inspect(b, "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026).ask("twin", Improvement, Improvement)
		}
		r.inspect("east-partnership", "area-send", "2024-01-22", "2024-03-25", "send_outcome 3").ask("", PriorityAction, PriorityAction, Improvement)
		r.inspect("west-partnership", "area-send", "2024-03-18", "2024-07-12", "send_outcome 3").ask("", PriorityAction, Improvement)
		wantLines(t, countLines(r, bodies(r, "east-shire", "west-shire"), today),
			"2 areas to improve in the 2026 letters, the same two in both councils (4 counted council by council). No progress recorded here yet.",
			"5 SEND areas from 2024 (3 for priority action): no progress recorded here",
			"4 things expected, nothing recorded: 2 action plans, 2 SEND monitoring inspections",
			"Visits since the last graded inspection: none known.")
	})
	t.Run("areas that are not held have no count, not even none", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("old-town", "ilacs-short", "2024-02-05", "2024-03-18", allGood2024)
		if got := countLines(r, bodies(r, "old-town"), today); !strings.HasPrefix(got, "Areas to improve: those of the letter of 2024 are not in this record yet.") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a list that is held in part says how much", func(t *testing.T) {
		r := newRecord(t)
		in := r.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29", "overall inadequate")
		in.ask("", Improvement, Improvement, Improvement)
		sixteen := 16
		in.AreasCount, in.WholeListHeld = &sixteen, false
		if got := countLines(r, bodies(r, "shire-county-council"), "2020-01-01"); !strings.HasPrefix(got, "16 areas to improve in the letter of 2019. 3 of them are held here.") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a visit since the last inspection is counted once for both councils", func(t *testing.T) {
		r := newRecord(t)
		for _, b := range []string{"east-shire", "west-shire"} {
			r.inspect(b, "ilacs-standard", "2022-10-03", "2022-11-25", allGood2022)
		}
		in := r.inspect("east-shire", "ilacs-focused-visit", "2023-10", "2023-11", "")
		in.Bodies = append(in.Bodies, InspectionBody{BodyID: "west-shire", Confirmed: true})
		if got := countLines(r, bodies(r, "east-shire", "west-shire"), today); !strings.HasSuffix(got, "1 visit known since the last graded inspection") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a visit before any inspection is not counted from one", func(t *testing.T) {
		r := newRecord(t)
		r.inspect("east-shire", "ilacs-monitoring-visit", "2021-07-06", "2021-09-09", "")
		if got := countLines(r, bodies(r, "east-shire"), "2022-11-24"); !strings.HasSuffix(got, "1 visit known, and no graded inspection yet") {
			t.Errorf("got %s", got)
		}
	})
}

func TestThemeGrid(t *testing.T) {
	r := newRecord(t)
	r.Themes = []Theme{{Code: "plans", Name: "Plans"}, {Code: "health", Name: "Health"}}
	for _, b := range []string{"east-shire", "west-shire"} {
		r.inspect(b, "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026).ask("twin", Improvement, Improvement)
	}
	part := r.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29", "overall inadequate")
	part.ask("", Improvement)
	part.WholeListHeld = false
	grid := r.ThemeGrid(bodies(r, "shire-county-council", "east-shire", "west-shire"), MustDate("2026-11-21"))
	if len(grid.Columns) != 2 || len(grid.Rows) != 1 {
		t.Fatalf("got %d columns and %d rows: twin letters are one column, a theme that nobody named has no row", len(grid.Columns), len(grid.Rows))
	}
	if got := grid.Rows[0].Counts; got[0] != 1 || got[1] != 2 {
		t.Errorf("counts: got %v, want each twin item once", got)
	}
	if grid.Columns[0].Whole() || !grid.Columns[1].Whole() {
		t.Error("a list held in part is not whole")
	}
}
