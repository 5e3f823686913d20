package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/opts"

	"inspectiontimeline/internal/inspection"
)

// England draws how many authorities stood at each overall effectiveness grade at the end of each quarter, and their
// shares where enough is known.
func England(e *inspection.England, judgement string, where inspection.Where, asOf inspection.Date) (Chart, error) {
	s := newEnglandSheet(e, judgement, where, asOf)
	last := s.standings[len(s.standings)-1]
	out := Chart{
		Name: NameEngland, Subject: NameEngland,
		Title:    s.title(last),
		Subtitle: fmt.Sprintf("Overall effectiveness of English authorities at the end of each quarter, %s", years(s.standings[0].On, last.On)),
		Summary:  s.summary(last),
		Caption: fmt.Sprintf("An authority stands at the grade of its latest full inspection published by that day. From %s inspections follow other "+
			"rules; until an authority was next inspected its earlier grade still stands here. Shares are of the authorities with a grade, and "+
			"are drawn only where that is at least %.0f%% of those that could have one. A band too thin for words: report not held.", s.change.Words(), 100*inspection.EnoughKnown),
		Table: s.table(),
	}
	var err error
	if out.Wide, err = s.picture(Wide); err != nil {
		return Chart{}, fmt.Errorf("chart overall effectiveness in England: %w", err)
	}
	if out.Narrow, err = s.picture(Narrow); err != nil {
		return Chart{}, fmt.Errorf("chart overall effectiveness in England: %w", err)
	}
	return out, nil
}

// level is one band of the picture and one column of its table.
type level struct {
	name  string
	look  Look
	grade bool
	count func(inspection.Standing) int
}

type englandSheet struct {
	standings []inspection.Standing
	levels    []level // from the foot of the picture
	change    inspection.Date
}

func newEnglandSheet(r *inspection.England, judgement string, where inspection.Where, asOf inspection.Date) englandSheet {
	s := englandSheet{standings: r.Standings(judgement, asOf, where)}
	var since inspection.Date
	for _, f := range r.Catalogue.Frameworks() {
		if f.Family != inspection.FamilyILACS {
			continue
		}
		if overall, ok := f.Strand(inspection.OverallStrand); ok && !s.change.Known() {
			s.change = f.From
			scale, _ := r.Catalogue.Scale(overall.Scale)
			for _, g := range scale.Grades {
				s.levels = append(s.levels, level{g.Name, gradeLook(g), true, func(on inspection.Standing) int { return on.Grades[g.Code] }})
			}
		} else if !ok && !since.Known() {
			since = f.From
		}
	}
	s.levels = append(s.levels,
		level{"No overall grade, inspected since " + since.MonthWords(), LookNoSuchJudgement, false, func(on inspection.Standing) int { return on.NotGiven }},
		level{"Report not held", LookNotPublished, false, func(on inspection.Standing) int { return on.NotHeld }},
		level{"Grade not found", LookGradeNotFound, false, func(on inspection.Standing) int { return on.NotFound }},
		level{"No grade in our record yet", LookBeforeRecord, false, func(on inspection.Standing) int { return on.NotYet }},
	)
	return s
}

// share says a grade's share of the authorities with a grade, or that it is not drawn.
func share(on inspection.Standing, n int) string {
	if !on.SharesDrawn() {
		return "too few known"
	}
	return fmt.Sprintf("%.0f%%", 100*float64(n)/float64(on.Known()))
}

func (s englandSheet) table() Table {
	t := Table{Caption: "English authorities by overall effectiveness at the end of each quarter", Columns: []string{"As it stood on"}}
	for _, l := range s.levels {
		t.Columns = append(t.Columns, l.name)
	}
	t.Columns = append(t.Columns, "Authorities in our register", "With a grade")
	for _, l := range s.levels {
		if l.grade {
			t.Columns = append(t.Columns, l.name+", share of those with a grade")
		}
	}
	for _, on := range s.standings {
		line := []string{on.On.Words()}
		for _, l := range s.levels {
			line = append(line, fmt.Sprint(l.count(on)))
		}
		line = append(line, fmt.Sprint(on.Total()), fmt.Sprint(on.Known()))
		for _, l := range s.levels {
			if l.grade {
				line = append(line, share(on, l.count(on)))
			}
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// title names the commonest grade, where one is.
func (s englandSheet) title(last inspection.Standing) string {
	var most level
	n, tied := 0, true
	for _, l := range s.levels {
		if c := l.count(last); l.grade && c >= n {
			most, tied, n = l, c == n, c
		}
	}
	if tied {
		return "Overall grades of authorities in England"
	}
	return "Most common overall grade: " + most.name
}

func (s englandSheet) summary(last inspection.Standing) string {
	var parts []string
	for _, l := range s.levels {
		n := l.count(last)
		words := fmt.Sprintf("%s %d", l.name, n)
		if l.grade && last.SharesDrawn() {
			words += fmt.Sprintf(" (%s)", share(last, n))
		}
		if l.grade || n > 0 {
			parts = append(parts, words)
		}
	}
	return fmt.Sprintf("On %s, of %d authorities, %d had an overall grade: %s.", last.On.Words(), last.Total(), last.Known(), strings.Join(parts, "; "))
}

// drawn are the standings of a layout: every quarter, or each March and the last where there is less room.
func (s englandSheet) drawn(layout Layout) []inspection.Standing {
	if layout == Wide {
		return s.standings
	}
	last := len(s.standings) - 1
	return slices.DeleteFunc(slices.Clone(s.standings), func(on inspection.Standing) bool {
		return on.On.Month() != time.March && on.On != s.standings[last].On
	})
}

const (
	englandLeft    = 40
	englandRight   = 198 // for the words beside the plots
	englandNarrow  = 132
	englandNumbers = 230 // height of the plot of numbers
	englandShares  = 180
	englandTop     = 46 // above each plot, for its heading and the words of breaks
)

func (s englandSheet) picture(layout Layout) (Picture, error) {
	width, right := WideWidth, englandRight
	if layout == Narrow {
		width, right = NarrowWidth, englandNarrow
	}
	standings := s.drawn(layout)
	from := standings[0].On.AddMonths(-2)
	if layout == Narrow {
		from = standings[0].On.AddMonths(-11)
	}
	from = inspection.Day(from.Year(), from.Month(), 1)
	until := standings[len(standings)-1].On.AddDays(1)
	numbers, shares := s.payloads(standings, from)
	most := 0
	for _, on := range standings {
		most = max(most, on.Total())
	}
	second := englandTop + englandNumbers + englandTop
	height := second + englandShares + BottomMargin
	hidden := opts.Bool(false)
	x := timeAxis(from, until)
	x2 := x
	x2.GridIndex = 1
	axis := func(top float64, index int) opts.YAxis {
		return opts.YAxis{Type: "value", Min: 0, Max: top, GridIndex: index, AxisLine: &opts.AxisLine{Show: hidden}, AxisLabel: &opts.AxisLabel{Show: opts.Bool(true)}}
	}
	plot := newPlot([]opts.XAxis{x, x2}, []opts.YAxis{axis(40*math.Ceil(float64(most)/40), 0), axis(100, 1)})
	first, under := NewLaneSeries("", numbers), NewLaneSeries("", shares)
	under.XAxis, under.YAxis = 1, 1
	last := standings[len(standings)-1]
	heads := []opts.Title{heading("Number of authorities", 0), heading(fmt.Sprintf("Share of those with a grade, %% (%d at the end)", last.Known()), englandTop+englandNumbers+10)}
	out, err := option(plot, []grid{
		newGrid(englandLeft, right, englandTop, height-englandTop-englandNumbers),
		newGrid(englandLeft, right, second, BottomMargin),
	}, heads, first, under)
	return Picture{Option: out, Size: Size{Width: width, Height: height}}, err
}

// heading is the name of a plot, above it and to its left.
func heading(words string, top int) opts.Title {
	return opts.Title{Title: words, Left: "0", Top: fmt.Sprint(top)}
}

// payloads returns the bands of both plots, with a label beside the last of each and the break where the rules changed.
func (s englandSheet) payloads(standings []inspection.Standing, from inspection.Date) (numbers, shares LanePayload) {
	start := days(from)
	for i, on := range standings {
		end, low, part := days(on.On.AddDays(1)), 0.0, 0.0
		for _, l := range s.levels {
			n := l.count(on)
			if n == 0 {
				continue
			}
			item := LaneItem{
				Kind: KindBand, Look: l.look, Start: start, End: end, Row: low, LastRow: low + float64(n),
				Tip: tip(on.On.Words(), fmt.Sprintf("%s: %d of %d authorities", l.name, n, on.Total())),
			}
			low = item.LastRow
			numbers.Items = append(numbers.Items, item)
			words := []string{fmt.Sprintf("%s: %d", l.name, n)}
			if i == len(standings)-1 {
				numbers.Items = append(numbers.Items, LaneItem{Kind: KindLabel, Start: end, End: end, Row: item.Row, LastRow: item.LastRow, Words: words})
			}
			if !l.grade || !on.SharesDrawn() {
				continue
			}
			item.Row, item.LastRow = part, part+100*float64(n)/float64(on.Known())
			item.Tip = tip(on.On.Words(), fmt.Sprintf("%s: %s of %d with a grade", l.name, share(on, n), on.Known()))
			part = item.LastRow
			shares.Items = append(shares.Items, item)
			if i == len(standings)-1 {
				words = []string{fmt.Sprintf("%s: %s", l.name, share(on, n))}
				shares.Items = append(shares.Items, LaneItem{Kind: KindLabel, Start: end, End: end, Row: item.Row, LastRow: item.LastRow, Words: words})
			}
		}
		start = end
	}
	numbers.Items = append(numbers.Items, s.past(standings, from)...)
	shares.Items = append(shares.Items, s.gaps(standings, from)...)
	shares.Years = true
	change := newRules(s.change, "Inspection rules of "+fmt.Sprint(s.change.Year()), "", 0).item
	numbers.Items = append(numbers.Items, change)
	change.Words = nil
	shares.Items = append(shares.Items, change)
	return numbers, shares
}

// past names, inside its band, each level that has gone by the end, where no label beside the plot can.
func (s englandSheet) past(standings []inspection.Standing, from inspection.Date) []LaneItem {
	var out []LaneItem
	low := make([]int, len(standings))
	for _, l := range s.levels {
		start, at := from, 0
		for i, on := range standings {
			if l.count(on) > standings[0].Total()/3 {
				at = i
			}
		}
		if n := l.count(standings[at]); n > standings[0].Total()/3 && l.count(standings[len(standings)-1]) == 0 {
			middle := float64(low[at]) + float64(n)/2
			out = append(out, LaneItem{Kind: KindNote, Look: l.look, Start: days(start), End: days(standings[at].On), Row: middle, LastRow: middle, Words: []string{l.name}})
		}
		for i, on := range standings {
			low[i] += l.count(on)
		}
	}
	return out
}

// gaps says where shares are not drawn, so that an empty stretch does not read as nothing.
func (s englandSheet) gaps(standings []inspection.Standing, from inspection.Date) []LaneItem {
	var out []LaneItem
	start, open := from, false
	for _, on := range standings {
		end := on.On.AddDays(1)
		if !on.SharesDrawn() {
			if !open {
				out = append(out, LaneItem{Kind: KindNote, Start: days(start), Row: 50, LastRow: 50, Words: []string{
					fmt.Sprintf("Fewer than %.0f%% known: shares not drawn", 100*inspection.EnoughKnown), "Too few known"}})
			}
			out[len(out)-1].End = days(end)
		}
		open, start = !on.SharesDrawn(), end
	}
	return out
}
