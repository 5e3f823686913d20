// Package chart makes pictures of the record: what inspectors found over time, as options for ECharts, and the engine
// that draws them. Every chart is made of facts that carry both the thing drawn and the line of the table that says the
// same, so that a picture and its words cannot disagree.
package chart

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// The names of the charts, as their addresses have them; those of progress come last.
const (
	NameLanes      = "lanes"
	NameMoreLanes  = "more-lanes"
	NameOverall    = "overall"
	NameThemes     = "themes"
	NameEngland    = "england"
	NameCompare    = "compare"
	NameJourneys   = "journeys"
	NameWaits      = "waits"
	NameOpenAreas  = "open-areas"
	NameAreaAges   = "area-ages"
	NameMovedDates = "moved-dates"
	NameLaterViews = "later-views"
)

// Layout is one of the two drawings of a chart. Each is laid out for its own width, not scaled.
type Layout string

// The two layouts: for pages of ordinary width, and for those below 600 px.
const (
	Wide   Layout = "wide"
	Narrow Layout = "narrow"
)

// The widths of the layouts in CSS pixels.
const (
	WideWidth   = 720
	NarrowWidth = 340
)

// Chart is a picture of some facts, the same facts as a table, and what they show in words.
type Chart struct {
	Name     string // as in addresses: "lanes"
	Subject  string // the ID of the body it is about, or "england"
	Title    string // at most ten words
	Subtitle string // what is drawn, of whom, and when
	Summary  string // what a reader who does not see the picture is told
	Caption  string // what a reader of the picture has to know
	Table    Table
	Wide     Picture
	Narrow   Picture
	Rows     []Row // of a picture of lanes: its rows from the top, for words that stand beside them
}

// Picture is one layout of a chart: an ECharts option as JSON and the size it is made for.
type Picture struct {
	Option []byte
	Size   Size
}

// Row is one row of a wide picture of lanes.
type Row struct {
	Code  string
	Name  string
	Lines int // its height in units of RowHeight
}

// Empty reports whether there is nothing to draw.
func (c Chart) Empty() bool { return len(c.Table.Rows) == 0 }

// Picture returns the chart in one layout.
func (c Chart) Picture(layout Layout) Picture {
	if layout == Narrow {
		return c.Narrow
	}
	return c.Wide
}

// Drawing returns what the Engine needs to draw the chart.
func (c Chart) Drawing(layout Layout, scheme Scheme) Drawing {
	p := c.Picture(layout)
	return Drawing{Option: p.Option, Size: p.Size, Scheme: scheme, Title: c.Title, Description: c.Summary}
}

// Hash is short and differs whenever the drawing would, so that a picture may be kept for ever under an address that
// holds it. It needs no drawing. A change of ECharts or of charts.js is not in it.
func (c Chart) Hash(layout Layout, scheme Scheme) string {
	d := c.Drawing(layout, scheme)
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%d\x00%d\x00%s\x00%s\x00", d.Scheme, d.Size.Width, d.Size.Height, d.Title, d.Description)
	h.Write(d.Option)
	return hex.EncodeToString(h.Sum(nil))[:16]
}
