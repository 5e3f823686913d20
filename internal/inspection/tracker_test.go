package inspection

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// testTracker is a tracker of actions with rows above its headings, as councils keep it.
func testTracker(rows ...[]string) Sheet {
	head := [][]string{
		{"East Shire improvement plan"}, {},
		{"Ref", "Area", "What", "Who", "When", "Success", "Status", "Q1 2026/27", "Q2 2026/27", "Notes"},
	}
	return Sheet{Name: "Tracker", Rows: append(head, rows...)}
}

func testMapping() TrackerMapping {
	return TrackerMapping{
		Name: "Plan", BodyID: "east-shire", Sheet: "Tracker", HeadingRow: 3, Rows: TrackerActions, InspectionID: "letter", LeadBodyID: "east-shire",
		Columns: []TrackerColumn{
			{Heading: "Ref", Holds: HoldsReference}, {Heading: "Area", Holds: HoldsArea}, {Heading: "What", Holds: HoldsAction},
			{Heading: "Who", Holds: HoldsOwner}, {Heading: "When", Holds: HoldsDue}, {Heading: "Success", Holds: HoldsMeasure},
			{Heading: "Status", Holds: HoldsStatus}, {Heading: "Q1 2026/27", Holds: HoldsProgress}, {Heading: "Q2 2026/27", Holds: HoldsProgress},
		},
		Statuses: []TrackerStatus{{"In progress", MeansUnderWay}, {"Complete", MeansDone}, {"Not begun", MeansNothing}},
		Audience: ForMembers,
	}
}

func testTrackerContext(t *testing.T) TrackerContext {
	items := []Recommendation{
		{Reference: "ES-ILACS-2026-1", InspectionID: "letter", Number: "1", Words: "The quality of plans."},
		{Reference: "ES-ILACS-2026-2", InspectionID: "letter", Number: "2", Words: "Supervision, and how it’s recorded"},
	}
	return TrackerContext{
		Today: MustDate("2026-11-21"), Bodies: newRecord(t).Bodies, Items: items,
		Committees: []Committee{{ID: "board", Name: "Improvement board", BodyID: "east-shire", Decides: true}},
		Posts: []Post{
			{ID: "east-shire/head-of-quality", BodyID: "east-shire", Name: "Head of quality"},
			{ID: "west-shire/head-of-quality", BodyID: "west-shire", Name: "Head of quality"},
			{ID: "west-shire/practice-lead", BodyID: "west-shire", Name: "Practice lead"},
			{ID: "shire/practice-lead", BodyID: "shire", Name: "Practice lead"},
		},
		Item: func(reference string) (Recommendation, bool) {
			for _, item := range append(items, Recommendation{Reference: "WS-ILACS-2026-1"}) {
				if item.Reference == reference || reference == "ES-ILACS-2026-P9" && item.Reference == "ES-ILACS-2026-2" {
					return item, true
				}
			}
			return Recommendation{}, false
		},
	}
}

// readOne reads the one row of a tracker, and returns the reasons for which it is rejected.
func readOne(t *testing.T, m TrackerMapping, row ...string) (TrackerRow, []string) {
	t.Helper()
	reading := m.Read(testTracker(row), testTrackerContext(t))
	var reasons []string
	for _, reject := range reading.Rejected {
		if reject.Row != 4 {
			t.Errorf("row 4 is called row %d", reject.Row)
		}
		reasons = append(reasons, reject.Cell+": "+reject.Words)
	}
	if len(reading.Rows)+min(len(reasons), 1) != 1 {
		t.Fatalf("%d rows were read, with %q", len(reading.Rows), reasons)
	}
	if len(reading.Rows) == 0 {
		return TrackerRow{}, reasons
	}
	return reading.Rows[0], nil
}

func TestARowAboutAnAction(t *testing.T) {
	row, wrong := readOne(t, testMapping(), "1; es-ilacs-2026-p9 and WS-ILACS-2026-1", "", "Audit plans", "head of  Quality", "31/03/27", "Nine in ten are good", "in  Progress", "Begun", "Amber")
	want := TrackerSays{
		OwnerID: "east-shire/head-of-quality", LeadBodyID: "east-shire", SuccessMeasure: "Nine in ten are good", Due: MustDate("2027-03-31"), Means: MeansUnderWay,
	}
	if wrong != nil || row.Says != want || row.Number != 4 || row.Words != "Audit plans" {
		t.Fatalf("%+v, %q", row, wrong)
	}
	if !slices.Equal(row.References, []string{"ES-ILACS-2026-1", "ES-ILACS-2026-2", "WS-ILACS-2026-1"}) {
		t.Errorf("it serves %q", row.References)
	}
	if len(row.Updates) != 1 || row.Updates[0].On != MustDate("2026-06-30") || row.Updates[0].Words != "Begun" || row.Updates[0].Cell != "H4" {
		t.Errorf("its updates are %+v; a colour is none", row.Updates)
	}
}

func TestEveryReasonForWhichARowIsRejected(t *testing.T) {
	usual := []string{"1", "", "Audit plans", "Head of quality", "31 March 2027", "", "", "", ""}
	for _, c := range []struct {
		name   string
		column int
		text   string
		change func(*TrackerMapping)
		want   string
	}{
		{name: "a reference that nothing has", text: "XX-ILACS-2026-1", want: "A4: “XX-ILACS-2026-1” is no reference on this record"},
		{name: "a number that the letter does not have", text: "Area 7", want: "A4: “Area 7” is no reference"},
		{name: "a number of an action", text: "1.2", want: "A4: “1.2” is no reference"},
		{name: "a number without a letter", text: "1", change: func(m *TrackerMapping) { m.InspectionID = "" }, want: "choose the letter whose numbers these are"},
		{name: "no reference and no words", text: "", want: "B4: Name an area to improve: none is named"},
		{name: "nothing but marks", text: ";", want: "A4: Name an area to improve: none is named"},
		{name: "no action", column: 2, text: "", want: "C4: Enter the action: none stands"},
		{name: "a person for an owner", column: 3, text: "J. Smith", want: "D4: “J. Smith” is not in the list of posts"},
		{name: "a post of two bodies, neither of which leads", column: 3, text: "Practice lead", want: "D4: Several bodies have a post called “Practice lead”"},
		{name: "no owner", column: 3, text: "", want: "D4: Enter the owner: none stands"},
		{name: "no day", column: 4, text: "", want: "E4: Enter the day by which the action is to be done: none stands"},
		{name: "a day that is none", column: 4, text: "Ongoing", want: "E4: “Ongoing” cannot be read as a day"},
		{name: "a month", column: 4, text: "March 2027", want: "E4: “March 2027” is not one day"},
		{name: "a quarter", column: 4, text: "Q2 2026/27", want: "E4: “Q2 2026/27” is not one day"},
		{name: "a status that nobody explained", column: 6, text: "Paused", want: "G4: It is not said what “Paused” means"},
		{name: "a fault of the spreadsheet", column: 2, text: "#REF!", want: "C4: The spreadsheet shows a fault here, #REF!"},
		{name: "a fault in progress", column: 7, text: "#N/A", want: "H4: The spreadsheet shows a fault"},
		{
			name: "progress of a day to come", column: 8, text: "Done", want: "I4: The column speaks of 31 December 2026",
			change: func(m *TrackerMapping) { m.Columns[8].On = MustDate("2026-12-31") },
		},
		{
			name: "a lead that is not on the record", column: 9, text: "Elsewhere", want: "J4: No body on this record is called “Elsewhere”",
			change: func(m *TrackerMapping) {
				m.Columns = append(m.Columns, TrackerColumn{Heading: "Notes", Holds: HoldsLead})
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, row := testMapping(), append(slices.Clone(usual), "")
			if row[c.column] = c.text; c.change != nil {
				c.change(&m)
			}
			_, wrong := readOne(t, m, row...)
			if len(wrong) != 1 || !strings.Contains(wrong[0], c.want) {
				t.Errorf("it is rejected for %q; want %q", wrong, c.want)
			}
		})
	}
	t.Run("all reasons at once", func(t *testing.T) {
		_, wrong := readOne(t, testMapping(), "9", "", "", "nobody", "soon", "", "Paused")
		if len(wrong) != 5 {
			t.Errorf("%q", wrong)
		}
	})
	t.Run("the same action twice", func(t *testing.T) {
		reading := testMapping().Read(testTracker(usual, usual), testTrackerContext(t))
		if len(reading.Rows) != 1 || len(reading.Rejected) != 1 || !strings.Contains(reading.Rejected[0].Words, "same as row 4") {
			t.Errorf("%+v", reading)
		}
	})
}

func TestRowsThatSayWhatTheyAreAboutInOtherWays(t *testing.T) {
	t.Run("by the words of the area, whatever their marks", func(t *testing.T) {
		row, wrong := readOne(t, testMapping(), "", "supervision and how it's  recorded.", "Audit", "Head of quality", "1 Jan 2027")
		if wrong != nil || !slices.Equal(row.References, []string{"ES-ILACS-2026-2"}) {
			t.Errorf("%+v, %q", row, wrong)
		}
		if _, wrong = readOne(t, testMapping(), "", "Supervision", "Audit", "Head of quality", "1 Jan 2027"); len(wrong) != 1 || !strings.Contains(wrong[0], "just these words") {
			t.Errorf("part of the words is taken for all: %q", wrong)
		}
	})
	t.Run("by the reference above, where the mapping says so", func(t *testing.T) {
		m := testMapping()
		sheet := testTracker([]string{"2", "Supervision"}, []string{"", "", "First", "Head of quality", "1/1/27"}, nil,
			[]string{"", "", "Second", "Head of quality", "1/1/27"}, []string{"1", "", "Third", "Head of quality", "1/1/27"})
		if reading := m.Read(sheet, testTrackerContext(t)); len(reading.Rows) != 1 || len(reading.Rejected) == 0 {
			t.Errorf("without it: %+v", reading)
		}
		m.EmptyMeans = true
		reading := m.Read(sheet, testTrackerContext(t))
		var got []string
		for _, row := range reading.Rows {
			got = append(got, fmt.Sprintln(row.Number, row.References, row.Words))
		}
		if want := []string{"5 [ES-ILACS-2026-2] First\n", "7 [ES-ILACS-2026-2] Second\n", "8 [ES-ILACS-2026-1] Third\n"}; len(reading.Rejected) > 0 || !slices.Equal(got, want) {
			t.Errorf("%q, %+v", got, reading.Rejected)
		}
	})
	t.Run("an owner with the body after a comma", func(t *testing.T) {
		row, wrong := readOne(t, testMapping(), "1", "", "Audit", "Practice lead, West Shire", "1 Jan 2027")
		if wrong != nil || row.Says.OwnerID != "west-shire/practice-lead" {
			t.Errorf("%+v, %q", row.Says, wrong)
		}
	})
	t.Run("a month for its last day, where the mapping says so", func(t *testing.T) {
		m := testMapping()
		m.MonthMeans = true
		row, wrong := readOne(t, m, "1", "", "Audit", "Head of quality", "Feb-27")
		if wrong != nil || row.Says.Due != MustDate("2027-02-28") {
			t.Errorf("%s, %q", row.Says.Due, wrong)
		}
	})
}

func TestARowAboutAnAreaToImprove(t *testing.T) {
	m := testMapping()
	m.Rows, m.CommitteeID = TrackerAreas, "board"
	row, wrong := readOne(t, m, "1", "", "", "Head of quality", "31 March 2027", "Plans are good", "Complete", "Trained", "Audited")
	want := TrackerSays{
		OwnerID: "east-shire/head-of-quality", LeadBodyID: "east-shire", CommitteeID: "board", SuccessMeasure: "Plans are good",
		Due: MustDate("2027-03-31"), Means: MeansDone,
	}
	if wrong != nil || row.Says != want || row.Words != "" || len(row.Updates) != 2 {
		t.Errorf("%+v, %q", row, wrong)
	}
	row, wrong = readOne(t, m, "1", "", "", "", "", "", "", "Trained")
	if wrong != nil || row.Says != (TrackerSays{Means: MeansNothing}) {
		t.Errorf("progress without a plan: %+v, %q", row.Says, wrong)
	}
	if _, wrong = readOne(t, m, "1", "", "", "Head of quality", "31 March 2027"); len(wrong) != 1 || !strings.HasPrefix(wrong[0], "F4: Fill in this too: a plan needs") {
		t.Errorf("part of a plan: %q", wrong)
	}
	if _, wrong = readOne(t, m, "1, 2", "", "", "", "", "", "", "x"); len(wrong) != 1 || !strings.Contains(wrong[0], "this row names two") {
		t.Errorf("two areas in one row: %q", wrong)
	}
}

func TestDaysAsSpreadsheetsWriteThem(t *testing.T) {
	m := TrackerMapping{MonthMeans: true}
	for text, want := range map[string]string{
		"2027-03-31": "2027-03-31", "31/03/27": "2027-03-31", "31/3/2027": "2027-03-31", "31.03.27": "2027-03-31", "31-03-2027": "2027-03-31",
		"31st March 2027": "2027-03-31", "By 31 Mar 27": "2027-03-31", "Wed 31 March 2027": "2027-03-31", "Wednesday, 31 March 2027": "2027-03-31",
		"2027-03-31 00:00:00": "2027-03-31", "30 Sept 2026": "2026-09-30", "31-Mar-27": "2027-03-31",
		"end of March 2027": "2027-03-31", "End March 2027": "2027-03-31", "end of Q4 2026/27": "2027-03-31",
		"March 2027": "2027-03-31", "Mar-27": "2027-03-31", "2027-03": "2027-03-31", "03/2027": "2027-03-31",
		"Q1 2026/27": "2026-06-30", "Q2 26/27": "2026-09-30", "2026-27 Q3": "2026-12-31", "Quarter 4 2026/2027": "2027-03-31",
		"Q2 2026": "", "Q2 2026/28": "", "Q5 2026/27": "", "2027": "", "2026/27": "", "Ongoing": "", "31/02/27": "", "13/13/27": "", "March 27": "",
		"TBC": "", "31 March": "", "31/03/27 or later": "", "end": "", "ASAP": "",
	} {
		got, wrong := m.day(text)
		if got.String() != want || (wrong == "") != (want != "") {
			t.Errorf("%q reads %q, with %q; want %q", text, got, wrong, want)
		}
	}
}

func TestTheDayThatAColumnOfProgressSpeaksOf(t *testing.T) {
	for heading, want := range map[string]string{
		"Q2 2026/27": "2026-09-30", "Progress Q1 (2026/27)": "2026-06-30", "Update September 2026": "2026-09-30", "Progress as at 3 March 2026": "2026-03-03",
		"Position at end of March 2026": "2026-03-31", "2025/26 Q4 update": "2026-03-31", "Q2": "", "Progress": "", "Comments (2)": "",
	} {
		if got := (TrackerColumn{Heading: heading}).Day(); got.String() != want {
			t.Errorf("%q speaks of %q, want %q", heading, got, want)
		}
	}
	if got := (TrackerColumn{Heading: "Q2 2026/27", On: MustDate("2026-10-15")}).Day(); got != MustDate("2026-10-15") {
		t.Errorf("the day that was given is not taken, but %s", got)
	}
}

func TestWhatIsWrongWithAMapping(t *testing.T) {
	areas := func(m *TrackerMapping) { m.Rows, m.CommitteeID = TrackerAreas, "board" }
	for _, c := range []struct {
		name   string
		change func(*TrackerMapping)
		want   string // field: part of the words; empty where nothing is wrong
	}{
		{"nothing", func(*TrackerMapping) {}, ""},
		{"areas with a committee", areas, ""},
		{"a committee by its name", func(m *TrackerMapping) { areas(m); m.CommitteeID = "improvement Board" }, ""},
		{"areas with progress alone", func(m *TrackerMapping) {
			m.Rows, m.LeadBodyID = TrackerAreas, ""
			m.Columns = slices.DeleteFunc(m.Columns, func(c TrackerColumn) bool { return c.Holds != HoldsReference && c.Holds != HoldsProgress })
		}, ""},
		{"no name", func(m *TrackerMapping) { m.Name = " " }, "name: Enter a name"},
		{"a council that is not there", func(m *TrackerMapping) { m.BodyID = "atlantis" }, "body: Choose the council"},
		{"a row of headings below the sheet", func(m *TrackerMapping) { m.HeadingRow = 9 }, "heading_row: Choose the row"},
		{"neither areas nor actions", func(m *TrackerMapping) { m.Rows = "" }, "rows: Choose whether"},
		{"a column that went away", func(m *TrackerMapping) { m.Columns[5].Heading = "Measure" }, "columns: This sheet has no column headed “Measure”"},
		{"a column that holds nothing known", func(m *TrackerMapping) { m.Columns[5].Holds = "x" }, "column.6.holds: Choose what “Success” holds"},
		{"two columns for one thing", func(m *TrackerMapping) { m.Columns[5].Holds = HoldsAction }, "column.6.holds: “What” is said to hold this already"},
		{"progress of no day", func(m *TrackerMapping) { m.Columns[5].Holds = HoldsProgress }, "column.6.on: Enter the day that “Success” speaks of"},
		{"progress of a month", func(m *TrackerMapping) { m.Columns[8].On = MustDate("2026-09") }, "column.9.on: Enter the day"},
		{"no column that names the area", func(m *TrackerMapping) { m.Columns = m.Columns[2:] }, "columns: Say which column names the area"},
		{"no column of owners", func(m *TrackerMapping) { m.Columns = slices.Delete(m.Columns, 3, 4) }, "columns: Choose a column for “Owner, as a post”"},
		{"no measure of a plan", func(m *TrackerMapping) { areas(m); m.Columns = slices.Delete(m.Columns, 5, 6) }, "columns: Choose a column for “Measure of success”"},
		{"nobody leads", func(m *TrackerMapping) { m.LeadBodyID = "" }, "lead_body: Choose the body that leads"},
		{"nobody decides", func(m *TrackerMapping) { m.Rows = TrackerAreas }, "committee: Choose the body that agrees"},
		{"a status without a meaning", func(m *TrackerMapping) { m.Statuses[0].Means = "" }, "statuses: Choose what “In progress” means"},
		{"too many words for a status", func(m *TrackerMapping) { m.Statuses = make([]TrackerStatus, MostStatuses+1) }, "statuses: The column of status has 41 different words"},
		{"a colour for a status", func(m *TrackerMapping) { m.Statuses[0].Says = "Amber" }, "statuses: “Amber” is a colour"},
		{"an unknown audience", func(m *TrackerMapping) { m.Audience = "all" }, "audience: Choose who may read this"},
	} {
		m := testMapping()
		c.change(&m)
		var got []string
		for _, p := range m.Check(testTracker([]string{"1"}), testTrackerContext(t)) {
			got = append(got, p.Field+": "+p.Words)
		}
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.Contains(got[0], c.want)) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestColoursAreNeverTakenForAState(t *testing.T) {
	for _, colour := range []string{"Red", "R", "amber / GREEN", "RAG: Red", "Green rated", "B"} {
		if !IsColour(colour) {
			t.Errorf("%q is taken for more than a colour", colour)
		}
	}
	for _, words := range []string{"", "On track", "Green paper issued", "Complete", "–"} {
		if IsColour(words) {
			t.Errorf("%q is taken for a colour", words)
		}
	}
	sheet := testTracker([]string{6: "Amber"}, []string{6: "On  track"}, []string{6: "on track"}, []string{6: "Done"})
	if got := testMapping().StatusWords(sheet); !slices.Equal(got, []string{"On track", "Done"}) {
		t.Errorf("the words of the status are %q", got)
	}
}

func TestTheKeyOfARowStaysWhileItIsAboutTheSame(t *testing.T) {
	read := func(change func(*TrackerMapping), row ...string) TrackerRow {
		m := testMapping()
		change(&m)
		got, wrong := readOne(t, m, row...)
		if wrong != nil {
			t.Fatal(wrong)
		}
		return got
	}
	same := func(*TrackerMapping) {}
	first := read(same, "1", "", "Audit plans", "Head of quality", "31/03/27", "", "", "Begun")
	later := read(same, "1", "", "Audit  plans", "Practice lead, Shire", "30/06/27", "Better", "Complete", "Begun", "Done")
	if first.Key != later.Key || first.Updates[0].Key != later.Updates[0].Key || later.Updates[1].Key == later.Updates[0].Key {
		t.Error("other values make it another row, or the same words another update")
	}
	for name, other := range map[string]TrackerRow{
		"another area":       read(same, "2", "", "Audit plans", "Head of quality", "31/03/27"),
		"another action":     read(same, "1", "", "Train", "Head of quality", "31/03/27"),
		"another tracker":    read(func(m *TrackerMapping) { m.Name = "Other" }, "1", "", "Audit plans", "Head of quality", "31/03/27"),
		"words run together": read(same, "1", "", "Auditplans", "Head of quality", "31/03/27"),
	} {
		if other.Key == first.Key {
			t.Errorf("%s has the same key", name)
		}
	}
}

func TestHeadingsNameEachColumnOnce(t *testing.T) {
	sheet := Sheet{Rows: [][]string{{"Ref", "Progress", " ", "Progress", "Progress\n (2)"}, {5: "beyond"}}}
	want := []string{"Ref", "Progress", "Column C", "Progress (2)", "Progress (2) (2)", "Column F"}
	if got := sheet.Headings(1); !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
	for number, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 702: "ZZ", 703: "AAA"} {
		if got := ColumnName(number); got != want {
			t.Errorf("column %d is %s, want %s", number, got, want)
		}
	}
}
