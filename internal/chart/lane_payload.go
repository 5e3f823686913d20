package chart

import "time"

// LaneKind is how a LaneItem is drawn.
type LaneKind string

// The kinds of lane items. Marks, dots and events of the same rows keep out of each other's way: they take as many lines
// as the rows have room for, so a row of visits may be given several categories, the later ones with empty names.
const (
	KindBlock   LaneKind = "block"   // a judgement from Start to End on rows Row to LastRow
	KindAbsence LaneKind = "absence" // the same place, but nothing was judged: drawn as a leader, never as a grade
	KindMark    LaneKind = "mark"    // a visit: a diamond at Start with its words beside it
	KindDot     LaneKind = "dot"     // an outcome at its date that claims nothing about later: a small block with its words
	KindEvent   LaneKind = "event"   // a numbered flag
	KindTick    LaneKind = "tick"    // fieldwork from Start to End, at the foot of the row
	KindBreak   LaneKind = "break"   // a heavy line through every row at Start, its words above the plot
	KindCell    LaneKind = "cell"    // a block that fills one cell of a grid: Start is the column, Row the row
	KindBand    LaneKind = "band"    // a block between the values Row and LastRow; those of one look that touch make one area
	KindLabel   LaneKind = "label"   // words right of the plot for what stands between the values Row and LastRow at Start
	KindNote    LaneKind = "note"    // words where nothing else is drawn
	KindDates   LaneKind = "dates"   // a day that may have moved: a ring at Start, a disc at End, and words beside them
)

// Look is the fill and the pattern of a lane item: a grade, a kind of absence, or a state of a theme.
type Look string

// The looks. Only the first four carry a colour of their own; the others are neutral and told apart by their pattern.
const (
	LookOutstanding         Look = "outstanding"
	LookGood                Look = "good"
	LookRequiresImprovement Look = "requires_improvement"
	LookInadequate          Look = "inadequate"
	LookAdequate            Look = "adequate"
	LookNeutral             Look = "neutral"

	LookNotJudged       Look = "not_judged"
	LookNoSuchJudgement Look = "no_such_judgement"
	LookNotInspectedYet Look = "not_inspected_yet"
	LookGradeNotFound   Look = "grade_not_found"
	LookVisit           Look = "visit"
	LookNotPublished    Look = "not_published"
	LookBeforeRecord    Look = "before_record"

	LookNamed       Look = "named"
	LookNotNamed    Look = "not_named"
	LookListNotHeld Look = "list_not_held"

	LookAreaOpen       Look = "area_open"
	LookAreaClosed     Look = "area_closed"
	LookAreaUnrecorded Look = "area_unrecorded" // open, and nothing is recorded

	LookSaid         Look = "said" // a later letter said something
	LookNotMentioned Look = "not_mentioned"
	LookNoView       Look = "no_view" // nobody has recorded what it says
)

// LaneEdge is what changed at a break.
type LaneEdge string

// The kinds of break. The day of the page changes nothing and only parts what has passed from what is to come.
const (
	EdgeAuthority LaneEdge = "authority"
	EdgeFramework LaneEdge = "framework"
	EdgeDay       LaneEdge = "day"
)

// LaneItem is one thing drawn in a lane. Start and End are days as Millis gives them, except in cells (columns). Row and
// LastRow are indexes of a category y axis, or values of a value axis.
type LaneItem struct {
	Kind        LaneKind `json:"kind"`
	Look        Look     `json:"look,omitempty"`
	Start       float64  `json:"start"`
	StartSure   float64  `json:"startSure,omitempty"` // where Start is not known to the day: the last day it may have been
	End         float64  `json:"end"`
	OpenFrom    float64  `json:"openFrom,omitempty"` // the day the record is complete to: solid up to it, an open outline after
	Row         float64  `json:"row"`
	LastRow     float64  `json:"lastRow"`
	Words       []string `json:"words,omitempty"`       // candidates, longest first; the first that fits is drawn, whole, or none
	Stack       []string `json:"stack,omitempty"`       // of a cell: lines that are all drawn, one under another; they have to fit
	Tip         string   `json:"tip,omitempty"`         // what the interactive chart says for the item
	Unconfirmed bool     `json:"unconfirmed,omitempty"` // a mark whose authority is not confirmed: an empty diamond with "?"
	Above       bool     `json:"above,omitempty"`       // a dot on a line: its words stand above the line
	Number      int      `json:"number,omitempty"`      // the number on an event's flag
	Edge        LaneEdge `json:"edge,omitempty"`        // what changed at a break
}

// LanePayload is what a lane series carries beside ECharts' own fields.
type LanePayload struct {
	Inset [2]float64 `json:"inset"`           // free room above and below a block inside its row, in pixels
	Years bool       `json:"years,omitempty"` // a line at each 1 January, and the years in 22 px below the plot
	Names []string   `json:"names,omitempty"` // of the rows, drawn above each lane where there is no room beside the plot: Inset needs 20 px there
	Items []LaneItem `json:"items"`
}

// LaneSeries is the custom series that static/charts.js draws. Put it under "series" in the map that go-echarts gives:
// its own series type has no room for a payload.
type LaneSeries struct {
	Type       string           `json:"type"`
	RenderItem string           `json:"renderItem"`
	Name       string           `json:"name,omitempty"`
	XAxis      int              `json:"xAxisIndex,omitempty"`
	YAxis      int              `json:"yAxisIndex,omitempty"`
	Data       [][4]float64     `json:"data"`
	Encode     map[string][]int `json:"encode"`
	Payload    LanePayload      `json:"itemPayload"`
}

// NewLaneSeries makes a series of the payload's items; what ECharts has to know of them is derived here, so that the
// two cannot disagree.
func NewLaneSeries(name string, payload LanePayload) LaneSeries {
	data := make([][4]float64, len(payload.Items))
	for i, item := range payload.Items {
		data[i] = [4]float64{item.Start, item.End, item.Row, item.LastRow}
	}
	return LaneSeries{
		Type: "custom", RenderItem: "lane", Name: name, Data: data,
		Encode: map[string][]int{"x": {0, 1}, "y": {2, 3}}, Payload: payload,
	}
}

// Millis places the calendar day of t on a lane's x axis, at midnight UTC whatever zone t carries.
func Millis(t time.Time) float64 {
	return float64(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).UnixMilli())
}
