package chart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"

	"inspectiontimeline/internal/inspection"
)

// LaterViews draws what later letters said of each area to improve, for the letters of whose areas any view is recorded.
func LaterViews(r *inspection.Record, subject inspection.Body, items []inspection.FollowedItem, asOf inspection.Date) (Chart, error) {
	s := viewSheet{record: r, grid: r.LaterViewGrid(items, asOf)}
	s.addFacts()
	out := Chart{
		Name: NameLaterViews, Subject: subject.ID,
		Title:    subject.Name + ": what later letters said",
		Subtitle: "Areas to improve of earlier letters, and each later letter that may speak of them",
		Summary:  s.summary(),
		Caption: "The numbers are paragraphs of the later letter, or pages where it numbers none. Lined: the letter does not mention the area. " +
			"Dotted: nobody has recorded here what the letter says of it. Empty: the letter is of another council, or came first. " +
			"Not mentioned is not the same as put right. " + viewsOfTwins,
		Table: Table{
			Caption: "What later letters said of the areas to improve of " + subject.Name,
			Columns: append([]string{"Area to improve"}, s.columns()...),
			Rows:    s.lines(),
		},
	}
	if len(s.grid.Rows) == 0 {
		return out, nil
	}
	var err error
	if out.Wide, err = s.wide(); err != nil {
		return Chart{}, fmt.Errorf("chart later views of %s: %w", subject.Name, err)
	}
	if out.Narrow, err = s.narrow(); err != nil {
		return Chart{}, fmt.Errorf("chart later views of %s: %w", subject.Name, err)
	}
	return out, nil
}

const viewsOfTwins = "An area that stands in the letters to two councils has one row; each later letter speaks for its own council."

// viewFact is one cell: its lines in the picture, and its words in the table.
type viewFact struct {
	row, column int
	look        Look
	lines       []string
	words       string
	applies     bool
}

type viewSheet struct {
	record *inspection.Record
	grid   inspection.ViewGrid
	facts  []viewFact // row by row, one for each cell
}

func (s *viewSheet) addFacts() {
	for y, row := range s.grid.Rows {
		for x, cell := range row.Cells {
			f := viewFact{row: y, column: x, look: LookSaid, applies: cell.Applies}
			switch {
			case !cell.Applies:
				f.words = "does not apply"
			case len(cell.Views) == 0:
				f.look, f.lines, f.words = LookNoView, []string{"No view recorded"}, "no view recorded"
			default:
				f.lines, f.words = viewLines(cell.Views)
				if !slices.ContainsFunc(cell.Views, func(v inspection.LaterView) bool { return v.View != inspection.NotMentioned }) {
					f.look = LookNotMentioned
				}
			}
			s.facts = append(s.facts, f)
		}
	}
}

// viewLines says what a letter said of an area: a line for each kind of view, with its paragraphs.
func viewLines(views []inspection.LaterView) (lines []string, words string) {
	var all []string
	for _, kind := range inspection.ViewsOfProgress() {
		var places []string
		said := false
		for _, v := range views {
			if v.View != kind {
				continue
			}
			said = true
			if place := placeOf(v); place != "" && !slices.Contains(places, place) {
				places = append(places, place)
			}
		}
		if !said {
			continue
		}
		line := kind.Words()
		if len(places) > 0 {
			line += ": " + strings.Join(places, ", ")
		}
		lines, all = append(lines, line), append(all, lowerFirst(line))
	}
	return lines, strings.Join(all, "; ")
}

// placeOf says where in its letter a view stands: the item that asks again, and the number of the paragraph, else the page.
func placeOf(v inspection.LaterView) string {
	var parts []string
	if v.Repeats != "" {
		parts = append(parts, "as "+v.Repeats)
	}
	switch {
	case v.Paragraph != "":
		parts = append(parts, v.Paragraph)
	case v.Page > 0:
		parts = append(parts, fmt.Sprintf("page %d", v.Page))
	}
	return strings.Join(parts, ", ")
}

func (s viewSheet) columns() []string {
	var out []string
	for _, in := range s.grid.Letters {
		out = append(out, letterName(s.record, []*inspection.Inspection{in}))
	}
	return out
}

func (s viewSheet) lines() [][]string {
	var out [][]string
	for y, row := range s.grid.Rows {
		line := []string{inspection.ListWords(row.Area.References())}
		for _, f := range s.facts {
			if f.row == y {
				line = append(line, f.words)
			}
		}
		out = append(out, line)
	}
	return out
}

func (s viewSheet) summary() string {
	if len(s.grid.Rows) == 0 {
		return "What later letters said of areas to improve is not recorded here yet."
	}
	said, silent, none := 0, 0, 0
	for _, f := range s.facts {
		switch {
		case !f.applies:
		case f.look == LookSaid:
			said++
		case f.look == LookNotMentioned:
			silent++
		default:
			none++
		}
	}
	return fmt.Sprintf("%s of earlier letters, against %s that came later. Of each area and each letter that may speak of it: said something of, %d; "+
		"not mentioned, %d; no view recorded here, %d.",
		inspection.CountWords(len(s.grid.Rows), "area to improve", "areas to improve"),
		inspection.CountWords(len(s.grid.Letters), "letter", "letters"), said, silent, none)
}

const (
	viewLetters = 7  // pixels that a letter takes, about, with room for a wider font
	viewPadding = 12 // of a cell, above and below its lines
)

// stack breaks the lines of a cell to fit so many letters.
func (f viewFact) stack(letters int) []string {
	var out []string
	for _, line := range f.lines {
		out = append(out, strings.Split(wrap(line, letters), "\n")...)
	}
	return out
}

// cell is a fact as an item of the picture.
func (s viewSheet) cell(f viewFact, row, column float64, letters int) LaneItem {
	name := inspection.ListWords(s.grid.Rows[f.row].Area.References())
	return LaneItem{
		Kind: KindCell, Look: f.look, Start: column, End: column, Row: row, LastRow: row, Stack: f.stack(letters),
		Tip: tip(name, s.columns()[f.column], sentenceCase(f.words)),
	}
}

// wide is a grid: a row for each area and a column for each letter.
func (s viewSheet) wide() (Picture, error) {
	n := len(s.grid.Letters)
	letters := max(8, (WideWidth-ageMargin-rightMargin)/n/viewLetters-2)
	payload := LanePayload{Inset: [2]float64{2, 2}}
	var names, heads []string
	most, top := 2, 1
	for _, row := range s.grid.Rows {
		names = append(names, wrap(inspection.ListWords(row.Area.References()), 19))
	}
	for _, name := range s.columns() {
		head := wrap(name, letters)
		heads, top = append(heads, head), max(top, 1+strings.Count(head, "\n"))
	}
	for _, f := range s.facts {
		if f.applies {
			item := s.cell(f, float64(f.row), float64(f.column), letters)
			payload.Items, most = append(payload.Items, item), max(most, len(item.Stack))
		}
	}
	above, row := textLine*top+14, textLine*most+viewPadding
	hidden := opts.Bool(false)
	plot := newPlot([]opts.XAxis{
		{
			Type: "value", Min: -0.5, Max: float64(n) - 0.5,
			AxisLabel: &opts.AxisLabel{Show: hidden}, AxisLine: &opts.AxisLine{Show: hidden}, SplitLine: &opts.SplitLine{Show: hidden},
		},
		{Type: "category", Position: "top", Data: heads, AxisLabel: &opts.AxisLabel{Interval: "0"}, AxisLine: &opts.AxisLine{Show: hidden}},
	}, []opts.YAxis{{
		Type: "category", Inverse: opts.Bool(true), Data: names,
		AxisLine: &opts.AxisLine{Show: hidden}, AxisLabel: &opts.AxisLabel{Interval: "0"},
	}})
	out, err := option(plot, []grid{newGrid(ageMargin, rightMargin, above, 4)}, nil, NewLaneSeries("", payload))
	return Picture{Option: out, Size: Size{Width: WideWidth, Height: above + row*len(names) + 4}}, err
}

// narrow is a list: a row for each area and letter, the area's name above and the letter's in the cell.
func (s viewSheet) narrow() (Picture, error) {
	letters := NarrowWidth/viewLetters - 4
	payload := LanePayload{Inset: [2]float64{20, 2}}
	most := 1
	for _, f := range s.facts {
		if !f.applies {
			continue
		}
		f.lines = append([]string{s.columns()[f.column] + ":"}, f.lines...)
		item := s.cell(f, float64(len(payload.Names)), 0, letters)
		payload.Items, most = append(payload.Items, item), max(most, len(item.Stack))
		payload.Names = append(payload.Names, inspection.ListWords(s.grid.Rows[f.row].Area.References()))
	}
	row := 22 + textLine*most + viewPadding
	out, err := rowsOption(payload.Names, opts.XAxis{Type: "value", Min: -0.5, Max: 0.5}, newGrid(narrowSide, narrowSide, 4, 4), Narrow, payload)
	return Picture{Option: out, Size: Size{Width: NarrowWidth, Height: 4 + row*len(payload.Names) + 4}}, err
}
