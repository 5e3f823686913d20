package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"

	"inspectiontimeline/internal/inspection"
)

// The measures of a wide picture of lanes, by which a page sets words beside its rows.
const (
	RowHeight    = 40
	TopMargin    = 28 // above the first row, for the words of breaks
	BottomMargin = 26 // below the last row, for the years
)

const (
	nameMargin   = 146 // room for the names of lanes beside a wide plot
	rightMargin  = 8
	narrowHeight = 72 // of a row with its name above the lane, and room for three lines of words
	narrowSide   = 2
	markHeight   = 18 // of one line of marks, as charts.js lays them
	nameLetters  = 21 // of a name of a lane on one line beside the plot
)

var laneColumns = []string{"Judgement", "From", "To", "What", "Inspection"}

// Lanes draws the judgements and visits of one body.
func Lanes(r *inspection.Record, lanes inspection.Lanes) (Chart, error) {
	s := sheet{record: r, from: lanes.From, until: lanes.Until}
	for _, lane := range lanes.Main {
		s.addLane(lane)
	}
	for i, lane := range lanes.Main {
		s.addBlocks(lane, i)
		s.addMarks(lane, i)
	}
	if lanes.Body.Created.Known() && lanes.Body.Created.After(inspection.RecordBegins) {
		s.facts = append(s.facts, began(lanes.Body, s.lastRow()))
	}
	for _, b := range lanes.Breaks {
		s.facts = append(s.facts, newRulesLetter(b.On, sentenceCase(b.Words), "All", s.lastRow()))
	}
	if lanes.Body.EndedBy(lanes.Until.AddDays(1)) {
		s.facts = append(s.facts, ended(lanes.Body, s.lastRow()))
	}
	out, err := s.chart()
	if err != nil {
		return Chart{}, fmt.Errorf("chart judgements of %s: %w", lanes.Body.Name, err)
	}
	out.Name, out.Subject = NameLanes, lanes.Body.ID
	out.Title = fmt.Sprintf("%s: judgements, %s", lanes.Body.Name, years(lanes.From, lanes.Until))
	out.Subtitle = fmt.Sprintf("The latest published grade of each judgement, and visits, %s", inspection.DateRangeWords(lanes.From, lanes.Until))
	out.Summary = lanesSummary(lanes)
	out.Caption = "Blocks show the latest published grade, from the day it was published. They say what inspectors found then, not " +
		"what happened in between. A small triangle marks when inspectors came; a dashed edge, what is not known to the day or to today."
	out.Table.Caption = "Judgements and visits of " + lanes.Body.Name
	for _, lane := range lanes.Main {
		if lane.Later != "" && len(lane.Blocks) == 0 && laneOfVisits(lane) {
			out.Caption += fmt.Sprintf(" %s: %s.", lane.Name, lane.Later)
		}
	}
	return out, nil
}

// MoreLanes draws what stands behind the disclosure: other kinds of inspection, and structural events as numbered flags
// whose words the page lists. What happened after the last day drawn is left out of the picture and the table alike.
func MoreLanes(r *inspection.Record, subject inspection.Body, lanes []inspection.Lane, events []inspection.Milestone, from, until inspection.Date) (Chart, error) {
	s := sheet{record: r, from: from, until: until}
	lanes = within(lanes, until)
	events = slices.DeleteFunc(slices.Clone(events), func(e inspection.Milestone) bool { return e.On.After(until) })
	for i, lane := range lanes {
		s.addLane(lane)
		s.addBlocks(lane, i)
		s.addMarks(lane, i)
	}
	if len(events) > 0 {
		s.addLane(inspection.Lane{Code: "events", Name: "Key events"})
		for i, e := range events {
			s.addEvent(i+1, e)
		}
	}
	out, err := s.chart()
	if err != nil {
		return Chart{}, fmt.Errorf("chart other inspections of %s: %w", subject.Name, err)
	}
	out.Name, out.Subject = NameMoreLanes, subject.ID
	out.Title = subject.Name + ": other inspections and key events"
	out.Subtitle = "Each at its date, " + years(from, until)
	out.Table.Caption = "Other inspections and key events of " + subject.Name
	out.Caption = "Marks stand at their dates and say nothing about later. Each kind has rules and grades of its own."
	var parts []string
	for _, lane := range lanes {
		parts = append(parts, marksSummary(lane))
		if lane.Later != "" {
			out.Caption += fmt.Sprintf(" %s: %s.", lane.Name, lane.Later)
		}
	}
	if n := len(events); n > 0 {
		parts = append(parts, inspection.CountWords(n, "key event", "key events"))
	}
	out.Summary = strings.Join(parts, ". ") + "."
	return out, nil
}

// within returns the lanes that have marks by a day, with those alone.
func within(lanes []inspection.Lane, until inspection.Date) []inspection.Lane {
	var out []inspection.Lane
	for _, lane := range lanes {
		lane.Marks = slices.DeleteFunc(slices.Clone(lane.Marks), func(m inspection.Mark) bool { return m.On.After(until) })
		if len(lane.Marks)+len(lane.Blocks) > 0 {
			out = append(out, lane)
		}
	}
	return out
}

func laneOfVisits(lane inspection.Lane) bool {
	return !slices.ContainsFunc(lane.Marks, func(m inspection.Mark) bool { return !m.Visit })
}

// sheet gathers what a picture of lanes draws.
type sheet struct {
	record      *inspection.Record
	from, until inspection.Date
	rows        []Row
	facts       []fact
	ticks       []LaneItem // fieldwork, of which the blocks' lines tell
}

func (s *sheet) addLane(lane inspection.Lane) {
	s.rows = append(s.rows, Row{Code: lane.Code, Name: lane.Name, Lines: 1})
}

func (s *sheet) row(code string) int {
	return slices.IndexFunc(s.rows, func(r Row) bool { return r.Code == code })
}

// addBlocks adds the blocks of a lane. A block that several lanes share is drawn, and told, once: by the first of them.
func (s *sheet) addBlocks(lane inspection.Lane, at int) {
	for _, b := range lane.Blocks {
		first, last, name := at, at, lane.Name
		if len(b.Spans) > 0 {
			if b.Spans[0] != lane.Code {
				continue
			}
			last = s.row(b.Spans[len(b.Spans)-1])
			name = s.names(first, last)
		}
		item := LaneItem{
			Kind: KindBlock, Look: gradeLook(b.Grade), Start: days(b.From), End: days(b.Until.AddDays(1)),
			Row: float64(first), LastRow: float64(last), Words: []string{sentenceCase(b.Words())},
		}
		if !b.Graded() {
			item.Kind, item.Look = KindAbsence, Look(b.Absence)
		}
		if last > first {
			item.Words = []string{oneGrade(last-first+1) + ": " + lowerFirst(b.Words()), sentenceCase(b.Words())}
		}
		if b.SolidUntil.Before(b.Until) {
			item.OpenFrom = days(b.SolidUntil.AddDays(1))
		}
		from, to, came := blockWords(s.record, b)
		if b.Soft {
			day, _ := b.Inspection.OutDay()
			item.StartSure = max(days(day.Last()), item.Start+dayLength)
		}
		what := sentenceCase(b.Words())
		if last > first {
			what += " (one grade for all of these)"
		}
		line := []string{name, from, to, what, came}
		item.Tip = tip(name+": "+what, "From "+from+" to "+to, came)
		s.facts = append(s.facts, fact{item: item, line: line})
		s.addTick(b.Inspection, first, last)
	}
}

// dayLength is a day on the axis. A start that is not known to the day, or is not the publication, is never drawn sharp.
const dayLength = 24 * 60 * 60 * 1000

func (s *sheet) names(first, last int) string {
	var names []string
	for _, row := range s.rows[first : last+1] {
		names = append(names, row.Name)
	}
	return inspection.ListWords(names)
}

func oneGrade(lanes int) string {
	if lanes == 2 {
		return "One grade for both"
	}
	return fmt.Sprintf("One grade for all %s", inspection.NumberWords(lanes))
}

func blockWords(r *inspection.Record, b inspection.Block) (from, to, came string) {
	from, to = b.From.Words(), b.Until.Words()
	if b.Inspection != nil {
		day, _ := b.Inspection.OutDay()
		from, came = day.Words(), inspectionWords(r, b.Inspection)
	}
	if b.Unpublished {
		from += " (end of fieldwork; publication date not found)"
	}
	if b.SolidUntil.Before(b.Until) {
		to += " (the record is complete to " + b.SolidUntil.Words() + ")"
	}
	return from, to, came
}

// inspectionWords names an inspection by its kind and the days on which inspectors came.
func inspectionWords(r *inspection.Record, in *inspection.Inspection) string {
	k, _ := r.Catalogue.Kind(in.Kind)
	if !in.FieldworkStart.Known() && !in.FieldworkEnd.Known() {
		return k.Name
	}
	when := inspection.DateRangeWords(in.FieldworkStart, in.FieldworkEnd)
	return k.Name + ", " + when
}

func (s *sheet) addTick(in *inspection.Inspection, first, last int) {
	if in == nil {
		return
	}
	start, end := in.FieldworkStart, in.FieldworkEnd
	if !start.Known() {
		start = end
	}
	if !end.Known() {
		end = start
	}
	if start.Known() {
		s.ticks = append(s.ticks, LaneItem{Kind: KindTick, Start: days(start), End: days(end.Last()), Row: float64(first), LastRow: float64(last)})
	}
}

// covered reports whether a tick would stand inside a block that several lanes share, as if it were that block's.
func (s *sheet) covered(tick LaneItem) bool {
	return slices.ContainsFunc(s.facts, func(f fact) bool {
		b := f.item
		return b.Row <= tick.LastRow && tick.LastRow < b.LastRow && b.Kind != KindBreak && b.Start <= tick.Start && tick.Start < b.End
	})
}

// addMarks adds a lane's marks: diamonds for visits, which give no grade, and small blocks for outcomes at their dates.
func (s *sheet) addMarks(lane inspection.Lane, row int) {
	at := float64(row)
	if len(lane.Marks)+len(lane.Blocks) == 0 {
		words := "None known"
		if lane.Later != "" {
			words += "; " + lane.Later
		}
		item := LaneItem{Kind: KindNote, Start: days(s.from), End: days(s.until), Row: at, LastRow: at, Words: []string{words, "None known"}, Tip: tip(lane.Name, words)}
		s.facts = append(s.facts, fact{item: item, line: []string{lane.Name, "", "", words, ""}})
	}
	for i, m := range lane.Marks {
		words, short := sentenceCase(m.Words), m.On.ShortMonthWords()
		if !m.Confirmed {
			words += " (council not confirmed)"
		}
		item := LaneItem{
			Kind: KindDot, Look: gradeLook(m.Grade), Start: days(m.On.First()), End: days(m.On.Last()), Row: at, LastRow: at,
			Words: []string{words + ", " + m.On.ShortMonthWords(), words}, Unconfirmed: !m.Confirmed,
		}
		if m.Absence != "" {
			item.Look = Look(m.Absence)
		}
		if m.Visit {
			item.Kind, item.Words = KindMark, []string{words, short}
		}
		if m.On.Precision() != inspection.ToDay || m.On.Approximate() {
			item.StartSure = max(item.End, item.Start+dayLength)
		}
		if i == len(lane.Marks)-1 && lane.Later != "" && !laneOfVisits(lane) {
			item.Words = append([]string{words + ", " + short + "; " + lane.Later}, item.Words...)
			words += " (" + lane.Later + ")"
		}
		came := ""
		if m.Inspection != nil {
			came = inspectionWords(s.record, m.Inspection)
		}
		item.Tip = tip(lane.Name+": "+words, m.When, came)
		s.facts = append(s.facts, fact{item: item, line: []string{lane.Name, m.When, "", words, came}})
		if !m.Visit {
			s.addTick(m.Inspection, row, row)
		}
		if m.On.Before(s.from) {
			s.from = m.On.First()
		}
	}
}

func (s *sheet) addEvent(number int, e inspection.Milestone) {
	at := float64(len(s.rows) - 1)
	item := LaneItem{Kind: KindEvent, Start: days(e.On.First()), End: days(e.On.Last()), Row: at, LastRow: at, Number: number, Tip: tip(e.Title, e.When())}
	if e.On.Precision() != inspection.ToDay || e.On.Approximate() {
		item.StartSure = max(item.End, item.Start+dayLength)
	}
	s.facts = append(s.facts, fact{item: item, line: []string{"Key events", e.When(), "", fmt.Sprintf("%d. %s", number, e.Title), ""}})
	if e.On.Before(s.from) {
		s.from = e.On.First()
	}
}

func (s *sheet) lastRow() float64 { return float64(len(s.rows) - 1) }

// began and ended are the heavy lines at the ends of a council's life; newRules is the line where the rules changed.
func began(body inspection.Body, lastRow float64) fact {
	return lifeBreak(body, body.Created.First(), body.Created, "began", lastRow)
}

func ended(body inspection.Body, lastRow float64) fact {
	return lifeBreak(body, body.Ended.First().AddDays(1), body.Ended, "ended", lastRow)
}

func lifeBreak(body inspection.Body, at, on inspection.Date, verb string, lastRow float64) fact {
	words := fmt.Sprintf("%s %s, %s", body.Name, verb, on.Words())
	return breakFact(EdgeAuthority, at, on, lastRow, "All", words, fmt.Sprintf("Council %s %s", verb, on.Words()),
		sentenceCase(verb)+" "+on.ShortMonthWords())
}

func newRules(on inspection.Date, words, name string, lastRow float64) fact {
	return rulesBreak(on, words, "New rules", name, lastRow)
}

// newRulesLetter is the line at the first letter under other rules: they began before it came out.
func newRulesLetter(on inspection.Date, words, name string, lastRow float64) fact {
	return rulesBreak(on, words, "First letter under new rules", name, lastRow)
}

func rulesBreak(on inspection.Date, words, short, name string, lastRow float64) fact {
	candidates := []string{words, short + ", " + on.Words(), on.ShortMonthWords()}
	if textWidth(words) > WideWidth/2 { // it would push aside the words of every other break
		candidates = []string{candidates[1], words, candidates[2]}
	}
	f := breakFact(EdgeFramework, on, on, lastRow, name, candidates...)
	f.line[3], f.item.Tip = words, tip(words, on.Words())
	return f
}

func breakFact(edge LaneEdge, at, on inspection.Date, lastRow float64, name string, words ...string) fact {
	return fact{
		item: LaneItem{Kind: KindBreak, Edge: edge, Start: days(at), End: days(at), LastRow: lastRow, Words: words, Tip: tip(words[0])},
		line: []string{name, on.Words(), "", words[0], ""},
	}
}

// chart lays the sheet out twice and writes its table.
func (s *sheet) chart() (Chart, error) {
	out := Chart{Table: Table{Columns: laneColumns, Rows: linesOf(s.facts)}}
	var err error
	if out.Wide, out.Rows, err = s.picture(Wide); err != nil {
		return Chart{}, err
	}
	out.Narrow, _, err = s.picture(Narrow)
	return out, err
}

func (s *sheet) picture(layout Layout) (Picture, []Row, error) {
	width, left, right, height := WideWidth, nameMargin, rightMargin, RowHeight
	payload := LanePayload{Inset: [2]float64{4, 4}, Years: true}
	if layout == Narrow {
		width, left, right, height = NarrowWidth, narrowSide, narrowSide, narrowHeight
		payload.Inset = [2]float64{20, 4}
	}
	rows, first := slices.Clone(s.rows), make([]int, len(s.rows))
	var names, labels []string
	for i := range rows {
		free := payload.Inset[0] + payload.Inset[1]
		marks := markHeight * float64(s.markLines(i, float64(width-left-right)))
		rows[i].Lines = int(math.Ceil(max(1, (marks+free)/float64(height))))
		first[i] = len(names)
		names = append(append(names, rows[i].Name), make([]string, rows[i].Lines-1)...)
		labels = append(append(labels, wrap(rows[i].Name, nameLetters)), make([]string, rows[i].Lines-1)...)
	}
	place := func(item LaneItem) LaneItem {
		last := int(item.LastRow)
		item.Row, item.LastRow = float64(first[int(item.Row)]), float64(first[last]+rows[last].Lines-1)
		return item
	}
	for _, f := range s.facts {
		payload.Items = append(payload.Items, place(f.item))
	}
	for _, tick := range s.ticks {
		if !s.covered(tick) {
			payload.Items = append(payload.Items, place(tick))
		}
	}
	if layout == Narrow {
		payload.Names = names
	}
	plot := newPlot([]opts.XAxis{timeAxis(s.from, s.until.AddDays(1))}, []opts.YAxis{{
		Type: "category", Inverse: opts.Bool(true), Data: labels,
		AxisLine:  &opts.AxisLine{Show: opts.Bool(false)},
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(layout == Wide), Interval: "0"},
	}})
	out, err := option(plot, []grid{newGrid(left, right, TopMargin, BottomMargin)}, nil, NewLaneSeries("", payload))
	return Picture{Option: out, Size: Size{Width: width, Height: TopMargin + height*len(names) + BottomMargin}}, rows, err
}

// markLines is how many lines a lane's marks need so that the longest words that fit the plot at all stand beside them.
func (s *sheet) markLines(row int, plot float64) int {
	const glyph, gap, most = 8.0, 4.0, 5
	perDay := plot / float64(max(1, s.from.DaysUntil(s.until.AddDays(1))))
	var marks []LaneItem
	for _, f := range s.facts {
		if k := f.item.Kind; (k == KindMark || k == KindDot || k == KindEvent) && int(f.item.Row) == row {
			marks = append(marks, f.item)
		}
	}
	slices.SortStableFunc(marks, func(a, b LaneItem) int { return cmp.Compare(a.Start, b.Start) })
	var taken [most][][2]float64
	lines := 0
	for _, m := range marks {
		x := ((m.Start+max(m.Start, m.StartSure))/2 - days(s.from)) / dayLength * perDay
		places := [][2]float64{{x - glyph, x + glyph}}
		for _, words := range slices.Backward(m.Words) {
			wide := textWidth(words) + gap
			if x-glyph-wide >= 0 {
				places = slices.Insert(places, 0, [2]float64{x - glyph - wide, x + glyph})
			}
			if x+glyph+wide <= plot {
				places = slices.Insert(places, 0, [2]float64{x - glyph, x + glyph + wide})
			}
		}
		lines = max(lines, takeLine(&taken, places))
	}
	return lines
}

// takeLine takes the first of some places that is free on any line, and returns the number of that line, from one.
func takeLine(taken *[5][][2]float64, places [][2]float64) int {
	for _, place := range places {
		for i := range taken {
			if !slices.ContainsFunc(taken[i], func(t [2]float64) bool { return place[0] < t[1]+4 && place[1]+4 > t[0] }) {
				taken[i] = append(taken[i], place)
				return i + 1
			}
		}
	}
	return len(taken)
}
