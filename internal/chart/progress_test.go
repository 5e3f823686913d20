package chart

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// testItems are the areas to improve of three letters of the test record, given references: those of the county's, of which
// nothing is recorded, and those of the new council's, each with what became of it. It also records later views of them.
func testItems(r *inspection.Record) []inspection.FollowedItem {
	date := inspection.MustDate
	stands := func(state inspection.ProgressState, from, until, due, original string, moved int) inspection.Position {
		return inspection.Position{
			State: state, Moves: 1, FromDay: date(from), UntilDay: date(until), Due: date(due), OriginalDue: date(original), TimesMoved: moved,
		}
	}
	histories := map[string][]inspection.Position{
		"new-2022-1": {
			stands(inspection.Planned, "2023-02-01", "2023-06-01", "2023-12-31", "2023-12-31", 0),
			stands(inspection.InProgress, "2023-06-01", "2024-11-04", "2024-10-31", "2023-12-31", 2),
			stands(inspection.Closed, "2024-11-04", "", "2024-10-31", "2023-12-31", 2),
		},
		"new-2026-1": {stands(inspection.Planned, "2026-09-01", "", "2027-03-31", "2027-03-31", 0)},
	}
	var out []inspection.FollowedItem
	for _, in := range r.Inspections {
		for i, item := range in.Recommendations {
			item.Reference, item.InspectionID, item.Position = fmt.Sprintf("%s-%d", in.ID, i+1), in.ID, i+1
			positions := histories[item.Reference]
			for p := range positions {
				positions[p].Reference = item.Reference
			}
			out = append(out, inspection.FollowedItem{Recommendation: item, Inspection: in, Positions: positions})
		}
	}
	slices.SortFunc(out, func(a, b inspection.FollowedItem) int { return strings.Compare(a.Reference, b.Reference) })
	r.LaterViews = []inspection.LaterView{
		{ID: "a", Reference: "new-2022-1", InspectionID: "new-2026", View: inspection.Addressed, Paragraph: "47"},
		{ID: "b", Reference: "new-2022-1", InspectionID: "new-2026", View: inspection.Improving, Paragraph: "5"},
		{ID: "c", Reference: "new-2022-1", InspectionID: "new-2026", View: inspection.Improving, Paragraph: "12"},
		{ID: "d", Reference: "new-2022-1", InspectionID: "new-2026", View: inspection.Repeated, Page: 2, Repeats: "new-2026-1"},
		{ID: "e", Reference: "county-ilacs-1", InspectionID: "new-2022", View: inspection.NotMentioned},
	}
	return out
}

// manyItems repeats the first of some items under other references.
func manyItems(items []inspection.FollowedItem, n int) []inspection.FollowedItem {
	out := slices.Clone(items)
	for i := range n {
		more := items[0]
		more.Reference, more.Position = fmt.Sprintf("more-%02d", i), 100+i
		out = append(out, more)
	}
	return out
}

func TestOpenAreasAreDrawnAsTold(t *testing.T) {
	c := testCharts(t, testRecord(t))["open_areas"]
	if !strings.HasSuffix(c.Title, "1 of 3 areas closed") {
		t.Errorf("title %q", c.Title)
	}
	var drawn [][]string
	o := readOption(t, c.Wide)
	for _, s := range o.Series {
		byStart := map[float64]map[Look]float64{}
		var starts []float64
		for _, item := range s.Payload.Items {
			if item.Kind != KindBand {
				continue
			}
			if byStart[item.Start] == nil {
				byStart[item.Start], starts = map[Look]float64{}, append(starts, item.Start)
			}
			byStart[item.Start][item.Look] = item.LastRow - item.Row
		}
		slices.Sort(starts)
		for _, start := range starts {
			n := byStart[start]
			drawn = append(drawn, []string{fmt.Sprint(start), fmt.Sprint(n[LookAreaOpen]), fmt.Sprint(n[LookAreaUnrecorded]), fmt.Sprint(n[LookAreaClosed])})
		}
	}
	if len(drawn) != len(c.Table.Rows) {
		t.Fatalf("%d stands drawn, %d told", len(drawn), len(c.Table.Rows))
	}
	for i, want := range []struct{ from, counts string }{
		{"2022-11-25", "0 2 0"}, {"2023-02-01", "1 1 0"}, {"2024-11-04", "0 1 1"}, {"2026-07-07", "0 1 0"}, {"2026-09-01", "1 0 0"},
	} {
		if got := strings.Join(drawn[i][1:], " "); got != want.counts || drawn[i][0] != fmt.Sprint(day(want.from)) {
			t.Errorf("drawn: %v, want %v", drawn[i], want)
		}
		row := c.Table.Rows[i]
		if got := strings.Join(row[2:], " "); got != want.counts || row[1] != inspection.MustDate(want.from).Words() {
			t.Errorf("told: %q, want %v", row, want)
		}
	}
	if !strings.Contains(c.Caption, "nothing is recorded of their areas: Old County Council, 29 July 2019") {
		t.Errorf("the letter that is not drawn is not named: %q", c.Caption)
	}
	t.Run("where nothing is recorded it says so and draws nothing", func(t *testing.T) {
		r := testRecord(t)
		c, err := OpenAreas(r, testBody(t, r, "county"), testItems(r)[:2], asOf)
		if err != nil || !c.Empty() || !strings.Contains(c.Summary, "No progress is recorded") {
			t.Errorf("%v, %q", err, c.Summary)
		}
	})
}

func TestAnAgeOfWhichTheDayIsNotKnownSaysSo(t *testing.T) {
	r := testRecord(t)
	items := testItems(r)[:2]
	for out, want := range map[string]string{"2024-10": "at least 751 days", "2024-10-31~": "about 751 days", "2024": "at least 690 days", "2024-10-31": "751 days"} {
		one := *items[0].Inspection
		one.Published = inspection.MustDate(out)
		item := items[0]
		item.Inspection = &one
		c, err := AreaAges(testBody(t, r, "county"), []inspection.FollowedItem{item}, asOf)
		if err != nil {
			t.Fatal(err)
		}
		for _, picture := range []Picture{c.Wide, c.Narrow} {
			if option := string(picture.Option); !strings.Contains(option, `"`+want) {
				t.Errorf("of a letter of %s the picture does not say %q: %s", out, want, option)
			}
		}
		if _, err := strconv.Atoi(c.Table.Rows[0][2]); err != nil {
			t.Errorf("the table has no number: %q", c.Table.Rows)
		}
	}
}

func TestAgesAreDrawnAsTold(t *testing.T) {
	charts := testCharts(t, testRecord(t))
	t.Run("one by one", func(t *testing.T) {
		c := charts["area_ages"]
		blocks := readOption(t, c.Wide).items(KindBlock)
		if len(blocks) != 4 || len(c.Table.Rows) != 4 {
			t.Fatalf("%d drawn, %d told; one of five is closed", len(blocks), len(c.Table.Rows))
		}
		for i, block := range blocks {
			look := map[string]Look{"Recorded": LookAreaOpen, "Nothing recorded": LookAreaUnrecorded}[c.Table.Rows[i][3]]
			if fmt.Sprint(block.End) != c.Table.Rows[i][2] || block.Look != look || block.Row != float64(i) {
				t.Errorf("drawn %+v, told %q", block, c.Table.Rows[i])
			}
		}
		if got := c.Table.Rows[0]; got[0] != "county-ilacs-1" || got[1] != "29 July 2019" || got[2] != "2672" {
			t.Errorf("the oldest is %q", got)
		}
	})
	t.Run("in bands where there are many", func(t *testing.T) {
		c := charts["area_ages_bands"]
		lengths := map[float64]float64{}
		for _, block := range readOption(t, c.Wide).items(KindBlock) {
			lengths[block.Row] += block.End - block.Start
		}
		for i, want := range []string{"43 43", "0 0", "0 0", "1 0"} {
			if got := strings.Join(c.Table.Rows[i][1:], " "); got != want || fmt.Sprint(lengths[float64(i)]) != c.Table.Rows[i][1] {
				t.Errorf("%s: told %s, drawn %v, want %s", c.Table.Rows[i][0], got, lengths[float64(i)], want)
			}
		}
	})
}

func TestMovedDatesAreDrawnAsTold(t *testing.T) {
	c := testCharts(t, testRecord(t))["moved_dates"]
	want := [][]string{
		{"new-2022-1", "31 December 2023", "31 October 2024", "2", "Closed"}, {"new-2026-1", "31 March 2027", "31 March 2027", "0", "Open"},
	}
	if fmt.Sprint(c.Table.Rows) != fmt.Sprint(want) {
		t.Fatalf("told %q", c.Table.Rows)
	}
	for _, layout := range []Layout{Wide, Narrow} {
		items := readOption(t, c.Picture(layout)).items(KindDates)
		if len(items) != 2 || items[0].Start != day("2023-12-31") || items[0].End != day("2024-10-31") || items[1].Start != items[1].End {
			t.Errorf("%s: drawn %+v", layout, items)
		}
	}
	if words := readOption(t, c.Wide).items(KindDates)[0].Words; !slices.Equal(words, []string{"moved twice, closed"}) {
		t.Errorf("beside the dates stands %q", words)
	}
	if !strings.HasSuffix(c.Title, "1 of 2 dates moved") {
		t.Errorf("title %q", c.Title)
	}
	t.Run("of many the furthest moved are drawn, and it says so", func(t *testing.T) {
		items := manyItems(testItems(testRecord(t))[2:3], 40)
		c, err := MovedDates(inspection.Body{ID: "new", Name: "New Council"}, items, asOf)
		if err != nil || len(c.Table.Rows) != mostRows || !strings.Contains(c.Caption, "Of 41 dates the 30 that moved furthest are drawn.") {
			t.Errorf("%v, %d rows, %q", err, len(c.Table.Rows), c.Caption)
		}
	})
}

func TestLaterViewsAreDrawnAsTold(t *testing.T) {
	c := testCharts(t, testRecord(t))["later_views"]
	want := [][]string{
		{"county-ilacs-1", "not mentioned", "no view recorded"}, {"county-ilacs-2", "no view recorded", "no view recorded"},
		{"new-2022-1", "does not apply", "addressed: 47; improving: 5, 12; repeated: as new-2026-1, page 2"}, {"new-2022-2", "does not apply", "no view recorded"},
	}
	if fmt.Sprint(c.Table.Rows) != fmt.Sprint(want) {
		t.Fatalf("told %q", c.Table.Rows)
	}
	looks := map[string]Look{"not mentioned": LookNotMentioned, "no view recorded": LookNoView}
	for _, layout := range []Layout{Wide, Narrow} {
		cells := readOption(t, c.Picture(layout)).items(KindCell)
		for _, row := range want {
			for _, words := range row[1:] {
				if words == "does not apply" {
					continue
				}
				look, plain := looks[words]
				if !plain {
					look = LookSaid
				}
				stack := strings.ToLower(strings.Join(cells[0].Stack, "; "))
				if cells[0].Look != look || !strings.HasSuffix(stack, words) {
					t.Errorf("%s, %s: drawn %+v, told %q", layout, row[0], cells[0], words)
				}
				cells = cells[1:]
			}
		}
		if len(cells) > 0 {
			t.Errorf("%s: drawn and not told: %+v", layout, cells)
		}
	}
}
