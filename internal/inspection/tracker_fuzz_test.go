package inspection

import (
	"slices"
	"strings"
	"testing"
)

// FuzzTrackerRow reads a row of whatever stands in its cells: it is read, passed over or rejected with reasons at cells that are
// there, and what is read names only what is on the record.
func FuzzTrackerRow(f *testing.F) {
	f.Add("1", "", "Audit plans", "Head of quality", "31/03/2027", "All audited", "In progress", "Begun", "", false, true)
	f.Add("ES-ILACS-2026-1; 2", "", "x", "Practice lead, West Shire", "Q4 2026/27", "", "Amber", "", "Done", true, false)
	f.Add("", "the quality of plans", "#REF!", "=1+1", "2027-02-30", "\x00", "R", "green", "\u202e", true, true)
	f.Fuzz(func(t *testing.T, reference, area, action, owner, due, measure, status, first, second string, above, month bool) {
		m, context := testMapping(), testTrackerContext(t)
		m.EmptyMeans, m.MonthMeans = above, month
		row := []string{reference, area, action, owner, due, measure, status, first, second}
		sheet := testTracker(row, slices.Clone(row), nil)
		got := m.Read(sheet, context)
		if len(got.Rows) > 1 {
			t.Fatalf("two rows about the same are both taken: %+v", got.Rows)
		}
		for _, rejected := range got.Rejected {
			if rejected.Words == "" || rejected.Row < 4 || rejected.Row > 5 || rejected.Cell != "" && !trackerCell.MatchString(rejected.Cell) {
				t.Fatalf("rejected without a reason or a place: %+v", rejected)
			}
		}
		for _, one := range got.Rows {
			holdsOnTrackerRow(t, one, context)
		}
		if again := m.Read(sheet, context); len(again.Rows) == 1 && again.Rows[0].Key != got.Rows[0].Key {
			t.Fatal("the same row has two keys")
		}
		for _, name := range sheet.Headings(3) {
			if name == "" {
				t.Fatal("a column has no name")
			}
		}
	})
}

func holdsOnTrackerRow(t *testing.T, row TrackerRow, context TrackerContext) {
	t.Helper()
	if row.Key == "" || row.Words == "" || len(row.References) == 0 || !row.Says.Due.Exact() || row.Says.Means.Words() == "" {
		t.Fatalf("half a row is taken: %+v", row)
	}
	for _, reference := range row.References {
		if _, known := context.Item(reference); !known {
			t.Fatalf("%q is on no record", reference)
		}
	}
	if !slices.ContainsFunc(context.Posts, func(p Post) bool { return p.ID == row.Says.OwnerID }) {
		t.Fatalf("the owner %q is no post", row.Says.OwnerID)
	}
	for _, update := range row.Updates {
		if strings.TrimSpace(update.Words) == "" || !update.On.Exact() || update.On.After(context.Today) || IsColour(update.Words) {
			t.Fatalf("taken for progress: %+v", update)
		}
	}
}

// FuzzTrackerColumns holds that the names of columns are each there once, whatever stands in the row that heads them, and that a
// heading says a day only where it is a whole one.
func FuzzTrackerColumns(f *testing.F) {
	f.Add("Progress", "Progress", "Q1 2026/27", "")
	f.Add("Progress (2)", "Progress", "Progress", "Update\n31 March 2026")
	f.Add("Column B", "", "2026-02-30", "Quarter 9 2026")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		sheet := Sheet{Rows: [][]string{{a, b, c, d}}}
		names := sheet.Headings(1)
		for i, name := range names {
			if name == "" || slices.Contains(names[:i], name) {
				t.Fatalf("the columns are called %q", names)
			}
			if day := (TrackerColumn{Heading: name}).Day(); day.Known() && !day.Exact() {
				t.Fatalf("%q speaks of %v", name, day)
			}
		}
		m := testMapping()
		m.HeadingRow, m.Columns = 1, []TrackerColumn{{Heading: a, Holds: HoldsReference}, {Heading: b, Holds: HoldsProgress}, {Heading: c, Holds: TrackerHolds(d)}}
		m.Statuses = []TrackerStatus{{Says: c, Means: MeansDone}}
		for _, problem := range m.Check(sheet, testTrackerContext(t)) {
			if problem.Field == "" || problem.Words == "" {
				t.Fatalf("got %+v", problem)
			}
		}
	})
}
