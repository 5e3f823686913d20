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

// England draws how many authorities of England, or of a part of it, stood at each grade of a judgement at the end of each
// quarter, and their shares where enough is known. Where no authority is meant the chart is empty. It fails with
// inspection.ErrNotFound for a judgement that full inspections never gave.
func England(e *inspection.England, judgement string, where inspection.Where, asOf inspection.Date) (Chart, error) {
	all := e.Catalogue.Judgements()
	at := slices.IndexFunc(all, func(j inspection.Strand) bool { return j.Code == judgement })
	if at < 0 {
		return Chart{}, fmt.Errorf("chart judgement %q of England: %w", judgement, inspection.ErrNotFound)
	}
	s := newEnglandSheet(e, all[at], where, asOf)
	last := s.standings[len(s.standings)-1]
	out := Chart{
		Name: NameEngland, Subject: judgement,
		Title: s.title(last),
		Subtitle: fmt.Sprintf("%s: authorities of %s by grade at the end of each quarter, %s",
			s.judgement.Short, partWords(where), years(s.standings[0].On, last.On)),
		Summary: s.summary(last), Caption: s.caption(),
	}
	if judgement == inspection.OverallStrand && where == (inspection.Where{}) {
		out.Subject = NameEngland
	}
	if !slices.ContainsFunc(s.standings, func(on inspection.Standing) bool { return on.Total() > 0 }) {
		return out, nil
	}
	out.Table = s.table()
	var err error
	if out.Wide, err = s.picture(Wide); err != nil {
		return Chart{}, fmt.Errorf("chart %s in %s: %w", s.judgement.Phrase, partWords(where), err)
	}
	if out.Narrow, err = s.picture(Narrow); err != nil {
		return Chart{}, fmt.Errorf("chart %s in %s: %w", s.judgement.Phrase, partWords(where), err)
	}
	return out, nil
}

// partWords names a part of England as sentences do.
func partWords(where inspection.Where) string {
	switch {
	case where == inspection.Where{}:
		return "England"
	case where.Region == "":
		return "England, type " + where.Type
	case where.Type == "":
		return where.Region
	}
	return where.Region + ", type " + where.Type
}

// level is one band of the picture and one column of its table.
type level struct {
	name  string
	label string // beside the picture, where there is less room
	look  Look
	grade bool
	count func(inspection.Standing) int
}

// rulesChange is a day on which the rules changed for a judgement, and what a line there says.
type rulesChange struct {
	on    inspection.Date
	rules string // "Rules of 2023"
	words string // what they changed
}

type englandSheet struct {
	judgement inspection.Strand
	where     inspection.Where
	standings []inspection.Standing
	levels    []level // from the foot of the picture
	changes   []rulesChange
	earlier   []string // sentences for rules under which the judgement went by another name
}

func newEnglandSheet(
	e *inspection.England, judgement inspection.Strand, where inspection.Where, asOf inspection.Date,
) englandSheet {
	s := englandSheet{judgement: judgement, where: where, standings: e.Standings(judgement.Code, asOf, where)}
	scale, _ := e.Catalogue.Scale(judgement.Scale)
	for _, g := range scale.Grades {
		s.levels = append(s.levels, level{
			name: g.Name, label: g.Name, look: gradeLook(g), grade: true, count: func(on inspection.Standing) int { return on.Grades[g.Code] },
		})
	}
	s.addRules(e.Catalogue)
	without := func(name, label string, look Look, count func(inspection.Standing) int) {
		s.levels = append(s.levels, level{name: name, label: label, look: look, count: count})
	}
	without("Last inspected under rules that do not give it", "Not given", LookNoSuchJudgement,
		func(on inspection.Standing) int { return on.NotGiven })
	without("Report not held", "Report not held", LookNotPublished, func(on inspection.Standing) int { return on.NotHeld })
	if slices.ContainsFunc(s.standings, func(on inspection.Standing) bool { return on.NotJudged > 0 }) { // few judgements are ever left out
		without("Not judged", "Not judged", LookNotJudged, func(on inspection.Standing) int { return on.NotJudged })
	}
	without("Grade not found", "Grade not found", LookGradeNotFound, func(on inspection.Standing) int { return on.NotFound })
	without("No grade in our record yet", "No grade in our record yet", LookBeforeRecord,
		func(on inspection.Standing) int { return on.NotYet })
	return s
}

// addRules finds the days on which full inspections began to follow other rules, as far as those changed the judgement:
// where it began, ended, went over to another family of rules or was parted in another way.
func (s *englandSheet) addRules(catalogue *inspection.Catalogue) {
	var before inspection.Framework
	for _, f := range catalogue.Frameworks() {
		if f.SingleTopic || !slices.ContainsFunc(f.Kinds, func(k inspection.Kind) bool { return k.Full }) {
			continue
		}
		now, given := f.Strand(s.judgement.Code)
		_, gave := before.Strand(s.judgement.Code)
		change := rulesChange{on: f.From, rules: fmt.Sprintf("Rules of %d", f.From.Year())}
		switch first := before.Code == ""; {
		case !first && given && !gave:
			change.words = change.rules + ": given from here"
		case gave && !given:
			change.words = change.rules + ": no longer given"
		case gave && f.Family != before.Family:
			change.words = "Inspection " + lowerFirst(change.rules)
		}
		if change.words != "" && s.covers(f.From) {
			s.changes = append(s.changes, change)
		}
		if given && now.Short != s.judgement.Short {
			s.earlier = append(s.earlier, fmt.Sprintf("Under %s reports gave it as “%s”.", f.PlainName, now.Name))
		}
		before = f
	}
}

// covers reports whether a day is one of those that are drawn.
func (s *englandSheet) covers(day inspection.Date) bool {
	return !day.Before(s.standings[0].On) && day.Before(s.standings[len(s.standings)-1].On)
}

func (s englandSheet) caption() string {
	parts := []string{"An authority stands at the grade of its latest full inspection published by that day."}
	if len(s.changes) > 0 {
		parts = append(parts, "A dashed line marks where inspections began to follow other rules; until an authority was next "+
			"inspected its earlier grade still stands here. Grades of different rules are counted side by side, not compared.")
	}
	parts = append(parts, s.earlier...)
	parts = append(parts, fmt.Sprintf("Shares are of the authorities with a grade. They are drawn only where that is at least %.0f%% of "+
		"those that could have one, and at least half of all. The table has the numbers of bands that are too thin for words.",
		100*inspection.EnoughKnown))
	return strings.Join(parts, " ")
}

// share says a grade's share of the authorities with a grade, or that it is not drawn.
func share(on inspection.Standing, n int) string {
	if !on.SharesDrawn() {
		return "too few known"
	}
	return fmt.Sprintf("%.0f%%", 100*float64(n)/float64(on.Known()))
}

func (s englandSheet) table() Table {
	t := Table{
		Caption: fmt.Sprintf("%s: authorities of %s by grade at the end of each quarter", s.judgement.Short, partWords(s.where)),
		Columns: []string{"As it stood on"},
	}
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

// longestTitle is the most words that a title may have.
const longestTitle = 10

// title names the commonest grade, where one is and there is room for it.
func (s englandSheet) title(last inspection.Standing) string {
	var most level
	n, tied := 0, true
	for _, l := range s.levels {
		if c := l.count(last); l.grade && c >= n {
			most, tied, n = l, c == n, c
		}
	}
	message := sentenceCase(s.judgement.Phrase) + ": most often " + most.name
	if tied || len(strings.Fields(message)) > longestTitle {
		return "Grades for " + s.judgement.Phrase
	}
	return message
}

func (s englandSheet) summary(last inspection.Standing) string {
	of := partWords(s.where)
	if last.Total() == 0 {
		return fmt.Sprintf("On %s there was no such authority in %s.", last.On.Words(), of)
	}
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
	return fmt.Sprintf("On %s, of %s of %s on this record, %d had a grade for %s: %s.", last.On.Words(),
		inspection.CountWords(last.Total(), "authority", "authorities"), of, last.Known(), s.judgement.Phrase, strings.Join(parts, "; "))
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
	englandTop     = 60 // above each plot, for its heading, the words of breaks and those of the topmost band
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
	numbers, shares := s.payloads(layout, standings, from)
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
	axis := func(top, index int) opts.YAxis {
		return opts.YAxis{
			Type: "value", Min: 0, Max: top, SplitNumber: min(5, top), GridIndex: index,
			AxisLine: &opts.AxisLine{Show: hidden}, AxisLabel: &opts.AxisLabel{Show: opts.Bool(true)},
		}
	}
	plot := newPlot([]opts.XAxis{x, x2}, []opts.YAxis{axis(axisTop(most), 0), axis(100, 1)})
	first, under := NewLaneSeries("", numbers), NewLaneSeries("", shares)
	under.XAxis, under.YAxis = 1, 1
	last := standings[len(standings)-1]
	heads := []opts.Title{
		heading("Number of authorities", 0),
		heading(fmt.Sprintf("Share of those with a grade, %% (%d at the end)", last.Known()), englandTop+englandNumbers+8),
	}
	out, err := option(plot, []grid{
		newGrid(englandLeft, right, englandTop, height-englandTop-englandNumbers),
		newGrid(englandLeft, right, second, BottomMargin),
	}, heads, first, under)
	return Picture{Option: out, Size: Size{Width: width, Height: height}}, err
}

// axisTop rounds the most that is drawn up to a round number not far above it.
func axisTop(most int) int {
	unit := 1
	for i := 0; most > 16*unit; i++ {
		unit = []int{2, 5, 10}[i%3] * int(math.Pow10(i/3))
	}
	return max(1, (most+unit-1)/unit*unit)
}

// heading is the name of a plot, above it and to its left.
func heading(words string, top int) opts.Title {
	return opts.Title{Title: words, Left: "0", Top: fmt.Sprint(top)}
}

// payloads returns the bands of both plots, with a label beside the last of each and a break wherever the rules changed.
func (s englandSheet) payloads(
	layout Layout, standings []inspection.Standing, from inspection.Date,
) (numbers, shares LanePayload) {
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
			if i == len(standings)-1 {
				numbers.Items = append(numbers.Items, beside(item, fmt.Sprintf("%s: %d", l.label, n)))
			}
			if !l.grade || !on.SharesDrawn() {
				continue
			}
			item.Row, item.LastRow = part, part+100*float64(n)/float64(on.Known())
			item.Tip = tip(on.On.Words(), fmt.Sprintf("%s: %s of %d with a grade", l.name, share(on, n), on.Known()))
			part = item.LastRow
			shares.Items = append(shares.Items, item)
			if i == len(standings)-1 {
				shares.Items = append(shares.Items, beside(item, fmt.Sprintf("%s: %s", l.label, share(on, n))))
			}
		}
		start = end
	}
	numbers.Items = append(numbers.Items, s.past(standings, from)...)
	shares.Items = append(shares.Items, s.gaps(standings, from)...)
	shares.Years = true
	for _, change := range s.changes {
		words := change.words
		if layout == Narrow {
			words = change.rules
		}
		line := newRules(change.on, words, "", 0).item
		numbers.Items = append(numbers.Items, line)
		line.Words = nil
		shares.Items = append(shares.Items, line)
	}
	return numbers, shares
}

// beside returns the words beside the last of a level's bands.
func beside(band LaneItem, words string) LaneItem {
	return LaneItem{Kind: KindLabel, Start: band.End, End: band.End, Row: band.Row, LastRow: band.LastRow, Words: []string{words}}
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
			out = append(out, LaneItem{
				Kind: KindNote, Look: l.look, Start: days(start), End: days(standings[at].On), Row: middle, LastRow: middle,
				Words: []string{l.name, l.label},
			})
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
					"Too few known: shares not drawn", "Too few known"}})
			}
			out[len(out)-1].End = days(end)
		}
		open, start = !on.SharesDrawn(), end
	}
	return out
}
