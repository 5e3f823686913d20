package chart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"

	"inspectiontimeline/internal/inspection"
)

// Themes draws which inspections of some bodies named which themes in what they asked for. Numbers stand in the table
// alone: a longer list is not a worse inspection.
func Themes(r *inspection.Record, subject inspection.Body, bodies []inspection.Body, asOf inspection.Date) (Chart, error) {
	g := r.ThemeGrid(bodies, asOf)
	s := themeSheet{record: r, grid: g, asOf: asOf, facts: themeFacts(r, g)}
	out := Chart{
		Name: NameThemes, Subject: subject.ID,
		Title:    subject.Name + ": what inspectors asked for, by theme",
		Subtitle: "Each inspection that asked for anything, oldest first; one item may name several themes",
		Summary:  s.summary(),
		Caption: "Filled, with a disc: named. Empty: not named. Hatched: not known, since we do not hold the whole list; above it stands how much we hold. " +
			"Not named is not the same as put right. Twin letters with the same list count once. A heavy line parts an earlier council from those after it.",
		Table: Table{
			Caption: "Areas to improve by theme and inspection: how many items name it",
			Columns: append([]string{"Theme"}, s.columnNames()...),
			Rows:    s.lines(),
		},
	}
	if len(g.Columns) == 0 || len(g.Rows) == 0 {
		return out, nil
	}
	var err error
	if out.Wide, err = s.picture(Wide); err != nil {
		return Chart{}, fmt.Errorf("chart themes of %s: %w", subject.Name, err)
	}
	if out.Narrow, err = s.picture(Narrow); err != nil {
		return Chart{}, fmt.Errorf("chart themes of %s: %w", subject.Name, err)
	}
	return out, nil
}

// themeSheet gathers what the grid of themes draws: a fact for each cell, row by row.
type themeSheet struct {
	record *inspection.Record
	grid   inspection.ThemeGrid
	asOf   inspection.Date
	facts  []fact
}

func themeFacts(r *inspection.Record, g inspection.ThemeGrid) []fact {
	var out []fact
	for y, row := range g.Rows {
		for x, n := range row.Counts {
			look, words := LookNotNamed, "not named"
			switch {
			case n > 0:
				look, words = LookNamed, inspection.CountWords(n, "item", "items")
			case !g.Columns[x].Whole():
				look, words = LookListNotHeld, "not known"
			}
			said := words
			if n > 0 {
				said = "named"
			}
			out = append(out, fact{
				item: LaneItem{
					Kind: KindCell, Look: look, Start: float64(x), End: float64(x), Row: float64(y), LastRow: float64(y),
					Tip: tip(row.Theme.Name+": "+said, columnName(r, g.Columns[x])),
				},
				line: []string{words},
			})
		}
	}
	return out
}

// lines are the rows of the table: the cells of one theme behind its name.
func (s themeSheet) lines() [][]string {
	var out [][]string
	wide := len(s.grid.Columns)
	for y, row := range s.grid.Rows {
		line := []string{row.Theme.Name}
		for _, f := range s.facts[y*wide : (y+1)*wide] {
			line = append(line, f.line...)
		}
		out = append(out, line)
	}
	return out
}

func (s themeSheet) columnNames() []string {
	var out []string
	for _, c := range s.grid.Columns {
		out = append(out, columnName(s.record, c))
	}
	return out
}

// columnName says whose inspection a column is, of what kind, when, and how much of its list is held.
func columnName(r *inspection.Record, c inspection.ThemeColumn) string {
	first := c.Inspections[0]
	k, _ := r.Catalogue.Kind(first.Kind)
	out := fmt.Sprintf("%s: %s, %s", inspection.ListWords(bodyNames(r, c)), lowerFirst(k.Name), columnDate(first).Words())
	if held := heldWords(c); held != "" {
		out += " (" + held + " held)"
	}
	return out
}

func bodyNames(r *inspection.Record, c inspection.ThemeColumn) []string {
	var names []string
	for _, in := range c.Inspections {
		for _, b := range in.Bodies {
			if name := r.Name(b.BodyID); b.Confirmed && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func columnDate(in *inspection.Inspection) inspection.Date {
	day, _ := in.OutDay()
	return day
}

// heldWords says how much of a list is held, where it is not the whole: "3 of 16".
func heldWords(c inspection.ThemeColumn) string {
	switch {
	case c.Whole():
		return ""
	case c.Printed > 0:
		return fmt.Sprintf("%d of %d", c.Held, c.Printed)
	}
	return fmt.Sprintf("%d of an unknown number", c.Held)
}

// ended reports whether a column is of bodies that had all ended.
func (s themeSheet) ended(c inspection.ThemeColumn) bool {
	return !slices.ContainsFunc(c.Inspections, func(in *inspection.Inspection) bool {
		return slices.ContainsFunc(in.Bodies, func(b inspection.InspectionBody) bool {
			body, _ := s.record.Body(b.BodyID)
			return b.Confirmed && !body.EndedBy(s.asOf)
		})
	})
}

// columnHead is the same in a few short lines.
func (s themeSheet) columnHead(c inspection.ThemeColumn, layout Layout, letters int) string {
	first := c.Inspections[0]
	k, _ := s.record.Catalogue.Kind(first.Kind)
	day := columnDate(first)
	kind := "Full"
	switch {
	case k.Lane == "Visits":
		kind = "Visit"
	case k.Lane != "":
		kind = k.Lane
	}
	parts := []string{wrap(kind, letters), wrap(day.ShortMonthWords(), letters)}
	if layout == Narrow {
		parts = parts[1:]
	}
	if held := heldWords(c); held != "" {
		parts = append(parts, wrap(strings.ReplaceAll(held, "an unknown number", "?"), letters))
	}
	return strings.Join(parts, "\n")
}

const (
	themeRow       = 28
	themeNarrowRow = 44 // with the name above
	themeMargin    = 204
	textLine       = 15
)

func (s themeSheet) picture(layout Layout) (Picture, error) {
	width, left, right, row := WideWidth, themeMargin, rightMargin, themeRow
	payload := LanePayload{Inset: [2]float64{2, 2}}
	var names, heads []string
	for _, t := range s.grid.Rows {
		names = append(names, t.Theme.Name)
	}
	if layout == Narrow {
		width, left, right, row = NarrowWidth, narrowSide, narrowSide, themeNarrowRow
		payload.Inset, payload.Names = [2]float64{20, 3}, names
	}
	lines, letters := 1, max(4, (width-left-right)/len(s.grid.Columns)/7)
	for i, c := range s.grid.Columns {
		if i > 0 && s.ended(s.grid.Columns[i-1]) && !s.ended(c) { // an earlier council's letters are its own
			payload.Items = append(payload.Items, LaneItem{Kind: KindBreak, Edge: EdgeAuthority, Start: float64(i) - 0.5, End: float64(i) - 0.5, LastRow: float64(len(names) - 1)})
		}
		head := s.columnHead(c, layout, letters)
		heads, lines = append(heads, head), max(lines, 1+strings.Count(head, "\n"))
	}
	for _, f := range s.facts {
		payload.Items = append(payload.Items, f.item)
	}
	hidden := opts.Bool(false)
	n := float64(len(heads))
	top := textLine*lines + 14
	plot := newPlot([]opts.XAxis{
		{Type: "value", Min: -0.5, Max: n - 0.5, AxisLabel: &opts.AxisLabel{Show: hidden}, AxisLine: &opts.AxisLine{Show: hidden}, SplitLine: &opts.SplitLine{Show: hidden}},
		{Type: "category", Position: "top", Data: heads, AxisLabel: &opts.AxisLabel{Interval: "0"}, AxisLine: &opts.AxisLine{Show: hidden}},
	}, []opts.YAxis{{
		Type: "category", Inverse: opts.Bool(true), Data: names,
		AxisLine: &opts.AxisLine{Show: hidden}, AxisLabel: &opts.AxisLabel{Show: opts.Bool(layout == Wide), Interval: "0"},
	}})
	out, err := option(plot, []grid{newGrid(left, right, top, 4)}, nil, NewLaneSeries("", payload))
	return Picture{Option: out, Size: Size{Width: width, Height: top + row*len(names) + 4}}, err
}

func (s themeSheet) summary() string {
	columns := len(s.grid.Columns)
	if columns == 0 {
		return "No areas to improve are in this record."
	}
	type often struct {
		name string
		in   int
	}
	var all []often
	for _, row := range s.grid.Rows {
		n := len(slices.DeleteFunc(slices.Clone(row.Counts), func(c int) bool { return c == 0 }))
		all = append(all, often{row.Theme.Name, n})
	}
	slices.SortStableFunc(all, func(a, b often) int { return b.in - a.in })
	var parts []string
	for _, o := range all[:min(3, len(all))] {
		parts = append(parts, fmt.Sprintf("%s (%d)", lowerFirst(o.name), o.in))
	}
	out := fmt.Sprintf("Of %s with areas to improve on this record, the themes named by most are %s.",
		inspection.CountWords(columns, "inspection", "inspections"), inspection.ListWords(parts))
	part := len(slices.DeleteFunc(slices.Clone(s.grid.Columns), inspection.ThemeColumn.Whole))
	if part > 0 {
		out += " " + inspection.CountWords(part, "list is", "lists are") + " not wholly held, so what they do not name here is not known."
	}
	return out + " Not named is not the same as put right."
}
