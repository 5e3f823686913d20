package inspection

import (
	"fmt"
	"slices"
	"testing"
)

// shireLetters are the letters to the two councils of the test record in 2022, which share two of their areas, and in 2026.
func shireLetters() (east, west, later *Inspection) {
	letter := func(id, kind, published, body string) *Inspection {
		return &Inspection{
			ID: id, Kind: kind, Framework: "ilacs-2018", Published: MustDate(published), Bodies: []InspectionBody{{BodyID: body, Confirmed: true}},
		}
	}
	return letter("east-2022", "ilacs-standard", "2022-11-25", "east-shire"), letter("west-2022", "ilacs-standard", "2022-11-25", "west-shire"),
		letter("east-2026", "ilacs-standard", "2026-07-07", "east-shire")
}

func followedItem(reference, shared string, place int, in *Inspection, positions ...Position) FollowedItem {
	for i := range positions {
		positions[i].Reference, positions[i].Moves = reference, 1
		if i > 0 {
			positions[i-1].UntilDay = positions[i].FromDay
		}
	}
	return FollowedItem{
		Recommendation: Recommendation{Reference: reference, InspectionID: in.ID, SharedKey: shared, Position: place}, Inspection: in, Positions: positions,
	}
}

func stood(from string, state ProgressState) Position {
	return Position{FromDay: MustDate(from), State: state}
}

func TestTwinsAreFollowedAsOneArea(t *testing.T) {
	east, west, later := shireLetters()
	items := []FollowedItem{
		followedItem("ES-26", "", 1, later),
		followedItem("WS-1", "one", 1, west), followedItem("ES-2", "", 2, east), followedItem("ES-1", "one", 1, east),
	}
	var got [][]string
	for _, area := range FollowedAreas(items, MustDate("2026-11-21")) {
		got = append(got, area.References())
	}
	if want := [][]string{{"ES-1", "WS-1"}, {"ES-2"}, {"ES-26"}}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := len(FollowedAreas(items, MustDate("2026-07-06"))); n != 2 {
		t.Errorf("%d areas before the later letter came out, want 2", n)
	}
}

func TestProgressByLetterCountsEachChange(t *testing.T) {
	east, west, _ := shireLetters()
	items := []FollowedItem{
		followedItem("ES-1", "one", 1, east, stood("2023-01-10", Planned), stood("2024-05-01", Closed)),
		followedItem("WS-1", "one", 1, west, stood("2023-02-20", InProgress), stood("2025-03-03", Closed), stood("2026-09-01", Reopened)),
		followedItem("ES-2", "", 2, east),
	}
	letters := ProgressByLetter(items, MustDate("2026-06-30"))
	if len(letters) != 1 || len(letters[0].Inspections) != 2 || len(letters[0].Areas) != 2 || !letters[0].Recorded() {
		t.Fatalf("twin letters stand together: got %+v", letters)
	}
	want := []AreaStand{
		{MustDate("2022-11-25"), 2, 0, 0}, {MustDate("2023-01-10"), 1, 1, 0},
		{MustDate("2025-03-03"), 1, 0, 1}, // closed in both only now
	}
	if !slices.Equal(letters[0].Stands, want) {
		t.Errorf("got %v, want %v", letters[0].Stands, want)
	}
	if latest := ProgressByLetter(items, MustDate("2026-09-01"))[0].Latest(); latest.Open != 1 || latest.Closed != 0 {
		t.Errorf("opened again in one letter, it stands as %+v", latest)
	}
	if ProgressByLetter(items[2:], MustDate("2026-09-01"))[0].Recorded() {
		t.Error("nothing is recorded of the one area")
	}
}

func TestOpenAreasByAge(t *testing.T) {
	day := MustDate("2026-11-25")
	out := func(published string) *Inspection {
		return &Inspection{ID: published, Published: MustDate(published)}
	}
	ages := OpenAreas([]FollowedItem{
		followedItem("A", "", 1, out("2026-05-26")), followedItem("B", "", 1, out("2026-05-25")), followedItem("C", "", 1, out("2025-11-26~")),
		followedItem("D", "", 1, out("2025-11-25")), followedItem("E", "", 1, out("2024-11")),
		followedItem("I", "", 1, &Inspection{ID: "visit", FieldworkEnd: MustDate("2026-06-01")}), followedItem("K", "", 1, out("2023")),
		followedItem("F", "", 1, out("2024-11-25"), stood("2025-01-01", InProgress)),
		followedItem("G", "", 1, out("2020-01-01"), stood("2021-01-01", Closed)),
		followedItem("H", "", 1, out("2020-01-01"), stood("2021-01-01", Superseded)),
	}, day)
	var got []string
	for _, age := range ages {
		got = append(got, fmt.Sprint(age.Area.References()[0], age.Doubt, age.Days))
	}
	if want := []string{"Kat least1060", "F730", "Eat least725", "D365", "Cabout364", "B184", "A183", "Iabout177"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	want := []AgeBand{{"2 years or more", 1, 1}, {"1 year to 2 years", 2, 0}, {"6 months to 1 year", 2, 0}, {"Under 6 months", 2, 0}}
	if bands := AgeBands(ages, day); !slices.Equal(bands, want) {
		t.Errorf("got %v, want %v", bands, want)
	}
}

func TestPlannedDatesOfTwinsStandTogetherWhileTheyAgree(t *testing.T) {
	east, west, _ := shireLetters()
	planned := func(from, original, due string, moved int) Position {
		return Position{FromDay: MustDate(from), State: Planned, OriginalDue: MustDate(original), Due: MustDate(due), TimesMoved: moved}
	}
	items := []FollowedItem{
		followedItem("ES-1", "one", 1, east, planned("2023-01-10", "2023-06-30", "2023-06-30", 0)),
		followedItem("WS-1", "one", 1, west, planned("2023-01-10", "2023-06-30", "2023-06-30", 0), planned("2023-06-01", "2023-06-30", "2023-12-31", 1)),
		followedItem("ES-2", "", 2, east),
	}
	if got := PlannedDates(items, MustDate("2023-05-31")); len(got) != 1 || !slices.Equal(got[0].References, []string{"ES-1", "WS-1"}) {
		t.Errorf("before one moved: %+v", got)
	}
	got := PlannedDates(items, MustDate("2023-06-01"))
	if len(got) != 2 || got[0].Moved != 0 || got[1].Moved != 1 || got[1].Latest != MustDate("2023-12-31") || got[1].Original != MustDate("2023-06-30") {
		t.Errorf("after one moved: %+v", got)
	}
	for times, want := range []string{"not moved", "moved once", "moved twice", "moved 3 times"} {
		if got := (PlannedDate{Moved: times}).MovedWords(); got != want {
			t.Errorf("%d: %q, want %q", times, got, want)
		}
	}
}

func TestLaterViewGridTellsSilenceFromNothingRecorded(t *testing.T) {
	r := newRecord(t)
	east, west, later := shireLetters()
	visit := &Inspection{ID: "east-visit", Kind: "ilacs-focused-visit", Framework: "ilacs-2023", Published: MustDate("2024-03-01"), Bodies: east.Bodies}
	r.Inspections = []*Inspection{later, visit, east, west}
	items := []FollowedItem{
		followedItem("ES-1", "one", 1, east), followedItem("WS-1", "one", 1, west), followedItem("ES-2", "", 2, east), followedItem("ES-26", "", 1, later),
	}
	r.LaterViews = []LaterView{
		{ID: "a", Reference: "ES-1", InspectionID: "east-2026", View: NotMentioned},
		{ID: "b", Reference: "ES-2", InspectionID: "east-visit", View: Improving, Withdrawn: MustDate("2026-08-01")},
	}
	day := MustDate("2026-11-21")
	grid := r.LaterViewGrid(items, day)
	if len(grid.Letters) != 1 || grid.Letters[0] != later {
		t.Fatalf("a visit of which no view is in force is left out: got %d letters", len(grid.Letters))
	}
	if len(grid.Rows) != 2 {
		t.Fatalf("got %d rows, want the areas of 2022", len(grid.Rows))
	}
	if cell := grid.Rows[0].Cells[0]; !cell.Applies || len(cell.Views) != 1 || cell.Views[0].View != NotMentioned {
		t.Errorf("not mentioned: %+v", cell)
	}
	if cell := grid.Rows[1].Cells[0]; !cell.Applies || len(cell.Views) != 0 {
		t.Errorf("no view recorded: %+v", cell)
	}
	r.LaterViews[1].Withdrawn = Date{}
	if grid := r.LaterViewGrid(items, day); len(grid.Letters) != 2 || grid.Letters[0] != visit {
		t.Errorf("a visit that says something stands before the later letter: %d letters", len(grid.Letters))
	}
	if grid := r.LaterViewGrid(items, MustDate("2026-07-06")); len(grid.Letters) != 1 || grid.Letters[0] != visit {
		t.Errorf("before the letter of 2026 came out: %d letters", len(grid.Letters))
	}
}
