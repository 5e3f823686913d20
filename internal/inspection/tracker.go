package inspection

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Sheet is one sheet of a spreadsheet as text. A day stands as "2027-03-31" or, where its cell shows only the month, as
// "2027-03". Rows and columns are counted from 1, as spreadsheets do.
type Sheet struct {
	Name string
	Rows [][]string
}

// Cell returns the text of a cell without the space around it, "" beyond the edge of the sheet.
func (s Sheet) Cell(row, column int) string {
	if row < 1 || row > len(s.Rows) || column < 1 || column > len(s.Rows[row-1]) {
		return ""
	}
	return strings.TrimSpace(s.Rows[row-1][column-1])
}

// Width returns the number of columns.
func (s Sheet) Width() int {
	width := 0
	for _, row := range s.Rows {
		width = max(width, len(row))
	}
	return width
}

// Headings returns the names of the columns by the row that heads them, each name once: "Progress", "Progress (2)",
// "Column D" for one without a heading.
func (s Sheet) Headings(row int) []string {
	names := make([]string, s.Width())
	for i := range names {
		heading := strings.Join(strings.Fields(s.Cell(row, i+1)), " ")
		if heading == "" {
			heading = "Column " + ColumnName(i+1)
		}
		names[i] = heading
		for n := 2; slices.Contains(names[:i], names[i]); n++ {
			names[i] = fmt.Sprintf("%s (%d)", heading, n)
		}
	}
	return names
}

// ColumnName returns the letters of a column: 1 is "A", 27 is "AA".
func ColumnName(column int) string {
	name := ""
	for ; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// TrackerRows says what each row of a tracker is.
type TrackerRows string

// What rows can be.
const (
	TrackerAreas   TrackerRows = "areas"
	TrackerActions TrackerRows = "actions"
)

// TrackerHolds says what a column of a tracker holds.
type TrackerHolds string

// What columns can hold. Of what is not mapped nothing is taken.
const (
	HoldsReference TrackerHolds = "reference" // or the number of the area in its letter
	HoldsArea      TrackerHolds = "area"      // its words, as the letter has them
	HoldsAction    TrackerHolds = "action"
	HoldsOwner     TrackerHolds = "owner"
	HoldsLead      TrackerHolds = "lead_body"
	HoldsDue       TrackerHolds = "due"
	HoldsMeasure   TrackerHolds = "success_measure"
	HoldsStatus    TrackerHolds = "status"
	HoldsProgress  TrackerHolds = "progress" // of one day; there may be several
	HoldsMark      TrackerHolds = "mark"     // of an action of this record, as its own tracker sheet has it
)

var trackerHolds = []TrackerHolds{
	HoldsReference, HoldsArea, HoldsAction, HoldsOwner, HoldsLead, HoldsDue, HoldsMeasure, HoldsStatus, HoldsProgress, HoldsMark,
}

var trackerHoldsWords = map[TrackerHolds]string{
	HoldsReference: "Reference or number of the area to improve", HoldsArea: "Words of the area to improve", HoldsAction: "Action",
	HoldsOwner: "Owner, as a post", HoldsLead: "Body that leads", HoldsDue: "Day due", HoldsMeasure: "Measure of success",
	HoldsStatus: "Status", HoldsProgress: "Progress on a day", HoldsMark: "Mark of the action, from this record’s own sheet",
}

// TrackerHoldings lists what columns can hold.
func TrackerHoldings() []TrackerHolds { return trackerHolds }

// Words says what the column holds.
func (h TrackerHolds) Words() string { return trackerHoldsWords[h] }

// TrackerColumn says what a column holds. It is known by its heading, so that a later version of the tracker may have it
// elsewhere.
type TrackerColumn struct {
	Heading string       `json:"heading"`
	Holds   TrackerHolds `json:"holds"`
	On      Date         `json:"on,omitzero"` // the day that progress speaks of, where the heading does not say it
}

// TrackerMeaning is what a word of a tracker's column of status is taken for.
type TrackerMeaning string

// The meanings. Whether something was checked or closed is never taken from a tracker.
const (
	MeansNothing  TrackerMeaning = "nothing"
	MeansUnderWay TrackerMeaning = "under_way"
	MeansDone     TrackerMeaning = "said_done"
)

// TrackerMeanings lists them.
func TrackerMeanings() []TrackerMeaning {
	return []TrackerMeaning{MeansNothing, MeansUnderWay, MeansDone}
}

var trackerMeaningWords = map[TrackerMeaning]string{
	MeansNothing: "Nothing that is recorded here", MeansUnderWay: "Under way", MeansDone: "Said to be done",
}

// Words says the meaning.
func (m TrackerMeaning) Words() string { return trackerMeaningWords[m] }

// TrackerStatus says what one word of the column of status means.
type TrackerStatus struct {
	Says  string         `json:"says"`
	Means TrackerMeaning `json:"means"`
}

// MostStatuses bounds the different words of a column of status. A column with more holds no status.
const MostStatuses = 40

// colourWords are states by colour. They are never taken: a colour is no state.
var colourWords = []string{
	"r", "a", "g", "b", "red", "amber", "green", "blue", "grey", "gray", "black", "white", "yellow", "orange", "purple", "rag", "brag",
}

// IsColour reports whether a status says nothing but colours: "Amber", "R", "Red / Amber", "Amber rating".
func IsColour(status string) bool {
	words := strings.FieldsFunc(strings.ToLower(status), func(r rune) bool { return r < 'a' || r > 'z' })
	for _, word := range words {
		if !slices.Contains(colourWords, word) && word != "rated" && word != "rating" {
			return false
		}
	}
	return len(words) > 0
}

// TrackerMapping says what the columns of a tracker hold. It is made once, saved under a name, and used for every later
// version of that tracker.
type TrackerMapping struct {
	Name         string          `json:"name"`
	BodyID       string          `json:"body"`  // whose tracker it is
	Sheet        string          `json:"sheet"` // empty: the first
	HeadingRow   int             `json:"heading_row"`
	Rows         TrackerRows     `json:"rows"`
	InspectionID string          `json:"inspection,omitempty"` // whose areas the numbers are of; empty where references stand in full
	Columns      []TrackerColumn `json:"columns"`
	LeadBodyID   string          `json:"lead_body,omitempty"` // of every row, where no column says
	CommitteeID  string          `json:"committee,omitempty"` // that agrees new dates and closes, for plans; its name will do
	Statuses     []TrackerStatus `json:"statuses,omitempty"`
	MonthMeans   bool            `json:"month_means_last_day"` // whether a month or a quarter is taken for its last day
	EmptyMeans   bool            `json:"empty_means_above"`    // whether an empty reference is taken for the one above it
	Audience     Audience        `json:"audience"`             // of what comes in
}

// TrackerContext is what a tracker is read against.
type TrackerContext struct {
	Today      Date
	Bodies     []Body
	Committees []Committee
	Posts      []Post
	Items      []Recommendation                              // of the letter that the mapping names, or of the authority
	Item       func(reference string) (Recommendation, bool) // follows old references
}

// Column returns the number of the column that holds something, 0 where the sheet has none.
func (m TrackerMapping) Column(sheet Sheet, holds TrackerHolds) int {
	for _, column := range m.Columns {
		if column.Holds == holds {
			return slices.Index(sheet.Headings(m.HeadingRow), column.Heading) + 1
		}
	}
	return 0
}

func (m TrackerMapping) has(holds TrackerHolds) bool {
	return slices.ContainsFunc(m.Columns, func(c TrackerColumn) bool { return c.Holds == holds })
}

// Check trims a mapping, gives a committee that is named its ID, and lists what is wrong with it for a sheet. What is wrong
// with one column stands under its number: "column.4.holds" or, where it is about the day of progress, "column.4.on".
func (m *TrackerMapping) Check(sheet Sheet, context TrackerContext) Problems {
	c := &checks{}
	c.text("name", &m.Name, "a name under which these columns are kept, such as “Improvement plan tracker”", mostName)
	c.body("body", m.BodyID, context.Bodies, "the council whose tracker this is")
	c.audience(&m.Audience)
	if m.Rows != TrackerAreas && m.Rows != TrackerActions {
		c.wrong("rows", "Choose whether each row is an area to improve or an action")
	}
	if m.HeadingRow < 1 || m.HeadingRow > len(sheet.Rows) {
		c.wrong("heading_row", "Choose the row with the headings: the sheet has %s", CountWords(len(sheet.Rows), "row", "rows"))
		return c.problems
	}
	m.checkColumns(c, sheet)
	m.checkPeople(c, context)
	m.checkStatuses(c)
	return c.problems
}

func (m *TrackerMapping) checkColumns(c *checks, sheet Sheet) {
	headings := sheet.Headings(m.HeadingRow)
	first := map[TrackerHolds]string{}
	for _, column := range m.Columns {
		number := slices.Index(headings, column.Heading) + 1
		field := fmt.Sprintf("column.%d.", number)
		switch {
		case number == 0:
			c.wrong("columns", "This sheet has no column headed “%s”: check the row of headings, or map the columns again", shortText(column.Heading))
		case column.Holds.Words() == "":
			c.wrong(field+"holds", "Choose what “%s” holds", shortText(column.Heading))
		case first[column.Holds] != "" && column.Holds != HoldsProgress:
			c.wrong(field+"holds", "“%s” is said to hold this already: choose one of the two", shortText(first[column.Holds]))
		case column.Holds == HoldsProgress && column.On.Known() && !column.On.Exact():
			c.wrong(field+"on", "Enter the day that “%s” speaks of, as a day, month and year", shortText(column.Heading))
		case column.Holds == HoldsProgress && !column.Day().Known():
			c.wrong(field+"on", "Enter the day that “%s” speaks of: its heading does not say it", shortText(column.Heading))
		}
		first[column.Holds] = column.Heading
	}
	if !m.has(HoldsReference) && !m.has(HoldsArea) {
		c.wrong("columns", "Say which column names the area to improve, by its reference, its number or its words")
	}
	if m.Rows == TrackerActions {
		m.needs(c, "An action needs", HoldsAction, HoldsOwner, HoldsDue)
	} else if m.plans() {
		m.needs(c, "A plan needs", HoldsOwner, HoldsDue, HoldsMeasure)
	}
}

// plans reports whether the rows are areas to improve with what a plan says.
func (m *TrackerMapping) plans() bool {
	return m.Rows == TrackerAreas && (m.has(HoldsOwner) || m.has(HoldsDue) || m.has(HoldsMeasure) || m.has(HoldsLead))
}

func (m *TrackerMapping) needs(c *checks, what string, needed ...TrackerHolds) {
	for _, holds := range needed {
		if !m.has(holds) {
			c.wrong("columns", "Choose a column for “%s”: %s one", holds.Words(), what)
		}
	}
}

// checkPeople checks who leads and who decides, where no column says.
func (m *TrackerMapping) checkPeople(c *checks, context TrackerContext) {
	needed := m.Rows == TrackerActions || m.plans()
	if m.LeadBodyID != "" || needed && !m.has(HoldsLead) {
		c.body("lead_body", m.LeadBodyID, context.Bodies, "the body that leads, or say which column names it")
	}
	if m.CommitteeID == "" && !m.plans() {
		return
	}
	var named []Committee
	for _, one := range context.Committees {
		if one.ID == m.CommitteeID {
			named = []Committee{one}
			break
		}
		if strings.EqualFold(one.Name, m.CommitteeID) {
			named = append(named, one)
		}
	}
	switch {
	case len(named) == 0:
		c.wrong("committee", "Choose the body that agrees new dates and closes these areas, from the list")
	case len(named) > 1:
		c.wrong("committee", "Several bodies have this name: choose one from the list")
	default:
		m.CommitteeID = named[0].ID
	}
}

func (m *TrackerMapping) checkStatuses(c *checks) {
	if len(m.Statuses) > MostStatuses {
		c.wrong("statuses", "The column of status has %d different words: choose another column, or none", len(m.Statuses))
		return
	}
	for i := range m.Statuses {
		status := &m.Statuses[i]
		status.Says = strings.Join(strings.Fields(status.Says), " ")
		switch {
		case status.Means.Words() == "":
			c.wrong("statuses", "Choose what “%s” means", shortText(status.Says))
		case IsColour(status.Says) && status.Means != MeansNothing:
			c.wrong("statuses", "“%s” is a colour, and colours are never taken: choose that it means nothing here", shortText(status.Says))
		}
	}
}

// meaning returns what a status is taken for; false where the mapping does not say. No status and a colour mean nothing.
func (m TrackerMapping) meaning(status string) (TrackerMeaning, bool) {
	status = strings.Join(strings.Fields(status), " ")
	if status == "" || IsColour(status) {
		return MeansNothing, true
	}
	for _, one := range m.Statuses {
		if strings.EqualFold(one.Says, status) {
			return one.Means, true
		}
	}
	return MeansNothing, false
}

// StatusWords returns the words of a sheet's column of status, without colours, each once and in their order.
func (m TrackerMapping) StatusWords(sheet Sheet) []string {
	var out []string
	column := m.Column(sheet, HoldsStatus)
	for row := m.HeadingRow + 1; column > 0 && row <= len(sheet.Rows); row++ {
		says := strings.Join(strings.Fields(sheet.Cell(row, column)), " ")
		known := slices.ContainsFunc(out, func(other string) bool { return strings.EqualFold(other, says) })
		if says != "" && !known && !IsColour(says) {
			out = append(out, says)
		}
	}
	return out
}

// TrackerLoad is a tracker to be brought in.
type TrackerLoad struct {
	Mapping   TrackerMapping
	Sheet     Sheet
	FileName  string
	MediaType string
	File      []byte
	On        Date // the day of the tracker, on which its plans and claims count as made; unknown: today
	LeaveOut  int  // how many rejected rows its officer has agreed to leave out; AnyNumber for whatever is rejected
}

// AnyNumber lets any number of rejected rows be left out.
const AnyNumber = -1

// TrackerReject is a row that cannot be taken, with one reason.
type TrackerReject struct {
	Row   int
	Cell  string // such as "D14"; empty where the reason is about no cell
	Words string // a sentence without a full stop
}

// TrackerOutcome says what a row would record, or recorded.
type TrackerOutcome struct {
	Row   int
	About string   // the references that it is for
	Words string   // of its action; empty for an area to improve
	Does  []string // "adds the action", "adds 2 updates"
}

// TrackerResult is what came of a tracker, or would.
type TrackerResult struct {
	Stored   bool
	Accepted []TrackerOutcome // rows that record something
	Same     int              // rows that were brought in before and say nothing new
	Rejected []TrackerReject
	Left     int // how many rows are rejected
	Actions  int // added
	Changes  int // of actions
	Moves    int // of areas to improve: plans, beginnings and claims
	Updates  int
}

// TrackerImport is a tracker that was brought in.
type TrackerImport struct {
	ID           string    `gorm:"primaryKey" json:"id"`
	Mapping      string    `gorm:"column:mapping_name" json:"mapping"`
	BodyID       string    `json:"body"`
	FileName     string    `json:"file_name"`
	DocumentHash string    `json:"document"`
	Recorded     Date      `json:"recorded"`
	At           time.Time `gorm:"column:recorded_at" json:"-"`
	ByID         string    `json:"by"`
	ByPost       string    `json:"by_post"`
	Actions      int       `json:"actions"`
	Changes      int       `json:"changes"`
	Moves        int       `json:"moves"`
	Updates      int       `json:"updates"`
	LeftOut      int       `json:"left_out"`
}

// The kinds of record that bringing in a tracker makes beside what its rows record.
const (
	OfTrackerMapping RecordKind = "tracker_mapping"
	OfTrackerImport  RecordKind = "tracker_import"
)
