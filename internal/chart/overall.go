package chart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"inspectiontimeline/internal/inspection"
)

// Overall draws overall effectiveness under SIF and ILACS, of an authority and, as their own, of its earlier councils.
// Each framework of each authority is a line by itself: nothing is joined across either.
func Overall(r *inspection.Record, authority inspection.Body, asOf inspection.Date) (Chart, error) {
	s := overallSheet{record: r, until: asOf}
	if authority.EndedBy(asOf) {
		s.until = authority.Ended.First()
	}
	earlier := r.EarlierCouncils(authority)
	slices.Reverse(earlier)
	for _, body := range append(earlier, authority) {
		s.add(body, asOf, body.ID == authority.ID && len(earlier) > 0)
	}
	out := Chart{
		Name: NameOverall, Subject: authority.ID,
		Title:    authority.Name + ": overall effectiveness",
		Subtitle: "Full inspections under the single inspection framework and the inspection rules of 2018",
		Summary:  s.summary(authority),
		Caption: "Each line holds from the day a grade was published until the next full inspection was. Lines of different rules, or " +
			"of different councils, are not joined. Dashed: after the day to which the record is complete.",
		Table: Table{
			Caption: "Overall effectiveness of " + authority.Name,
			Columns: []string{"Authority", "Rules", "Grade", "From", "Until", "Inspection"},
			Rows:    linesOf(s.facts),
		},
	}
	if len(s.facts) == 0 {
		return out, nil
	}
	var err error
	if out.Wide, err = s.picture(Wide); err != nil {
		return Chart{}, fmt.Errorf("chart overall effectiveness of %s: %w", authority.Name, err)
	}
	if out.Narrow, err = s.picture(Narrow); err != nil {
		return Chart{}, fmt.Errorf("chart overall effectiveness of %s: %w", authority.Name, err)
	}
	return out, nil
}

// overallSheet gathers what the picture of overall effectiveness draws.
type overallSheet struct {
	record   *inspection.Record
	from     inspection.Date
	until    inspection.Date
	facts    []fact
	segments []segment
	grades   []inspection.Grade // the names of the axis, best first
	stories  []string
	names    []LaneItem // of the councils, where there is more than one
}

// segment is one line: the grades of one authority under one framework, without a gap.
type segment struct {
	name  string
	solid [][2]float64
	open  [][2]float64
}

func (s *overallSheet) add(body inspection.Body, asOf inspection.Date, successor bool) {
	lanes := s.record.Lanes(body, asOf)
	i := slices.IndexFunc(lanes.Main, func(l inspection.Lane) bool { return l.Code == inspection.OverallStrand })
	if i < 0 {
		return
	}
	if !s.from.Known() || lanes.From.Before(s.from) {
		s.from = lanes.From
	}
	lane := lanes.Main[i]
	s.names = append(s.names, LaneItem{Kind: KindNote, Start: days(lanes.From), End: days(lanes.Until.AddDays(1)), Words: []string{body.Name}})
	s.stories = append(s.stories, body.Name+": "+laneStory(lane))
	if successor {
		s.addBreak(began(body, 0), body.Name)
	}
	var framework string
	for _, b := range lane.Blocks {
		if b.Inspection == nil {
			s.absent(body, b)
			continue
		}
		if f := b.Inspection.Framework; f != framework {
			if framework != "" {
				words := "From here under " + s.rules(b.Inspection)
				s.addBreak(newRulesLetter(b.From, words, body.Name, 0), body.Name)
			}
			framework = f
			s.segments = append(s.segments, segment{name: body.Name + ", " + s.rules(b.Inspection)})
		}
		if !b.Graded() {
			s.absent(body, b)
			s.segments = append(s.segments, segment{name: body.Name + ", " + s.rules(b.Inspection)})
			continue
		}
		s.graded(body, b)
	}
	for _, m := range lane.Marks {
		s.dot(body, m, lane.Later)
	}
}

// rules names the rules an inspection was under, as pages say it.
func (s *overallSheet) rules(in *inspection.Inspection) string {
	f, _ := s.record.Catalogue.Framework(in.Framework)
	return f.PlainName
}

// rank places a grade on the axis: 4 for the best of four.
func (s *overallSheet) rank(in *inspection.Inspection, strand string, g inspection.Grade) float64 {
	f, _ := s.record.Catalogue.Framework(in.Framework)
	st, _ := f.Strand(strand)
	scale, _ := s.record.Catalogue.Scale(st.Scale)
	if s.grades == nil {
		s.grades = scale.Grades
	}
	return float64(len(scale.Grades) - scale.Rank(g.Code))
}

func (s *overallSheet) graded(body inspection.Body, b inspection.Block) {
	y := s.rank(b.Inspection, b.Strand.Code, b.Grade)
	start, end := days(b.From), days(b.Until.AddDays(1))
	solid := min(end, max(start, days(b.SolidUntil.AddDays(1))))
	line := &s.segments[len(s.segments)-1]
	line.solid = append(line.solid, [2]float64{start, y}, [2]float64{solid, y})
	if solid < end {
		line.open = append(line.open, [2]float64{solid, y}, [2]float64{end, y})
	}
	from, to, came := blockWords(s.record, b)
	day, _ := b.Inspection.OutDay()
	item := LaneItem{
		Kind: KindDot, Look: gradeLook(b.Grade), Start: start, End: start, Row: y, LastRow: y, Above: true,
		Words: []string{b.Grade.Name + ", " + day.ShortMonthWords(), day.ShortMonthWords(), fmt.Sprint(day.Year())},
		Tip:   tip(body.Name+": overall effectiveness "+b.Grade.Name, "From "+from+" to "+to, came),
	}
	if b.Soft {
		item.End = days(day.Last())
		item.StartSure = max(item.End, start+dayLength)
	}
	s.facts = append(s.facts, fact{item: item, line: []string{body.Name, s.rules(b.Inspection), b.Grade.Name, from, to, came}})
}

// absent adds a stretch without a grade: a leader along the foot of the plot, so that it is not read as a low one.
func (s *overallSheet) absent(body inspection.Body, b inspection.Block) {
	from, to, came := blockWords(s.record, b)
	words, rules := sentenceCase(b.Words()), ""
	if b.Inspection != nil {
		rules = s.rules(b.Inspection)
		if f, _ := s.record.Catalogue.Framework(b.Inspection.Framework); b.Absence == inspection.AbsentNoSuchJudgement {
			words, rules = "No overall grade is given", f.PlainName
		}
	}
	item := LaneItem{
		Kind: KindAbsence, Look: Look(b.Absence), Start: days(b.From), End: days(b.Until.AddDays(1)),
		Words: []string{words, sentenceCase(b.Words())}, Tip: tip(body.Name+": "+words, "From "+from+" to "+to, came),
	}
	if b.SolidUntil.Before(b.Until) {
		item.OpenFrom = days(b.SolidUntil.AddDays(1))
	}
	s.facts = append(s.facts, fact{item: item, line: []string{body.Name, rules, words, from, to, came}})
}

func (s *overallSheet) dot(body inspection.Body, m inspection.Mark, later string) {
	if m.Absence != "" {
		s.facts = append(s.facts, fact{
			item: LaneItem{Kind: KindDot, Look: Look(m.Absence), Start: days(m.On.First()), End: days(m.On.Last()), Words: []string{sentenceCase(m.Words)}, Tip: tip(body.Name, m.Words, m.When)},
			line: []string{body.Name, s.rules(m.Inspection), sentenceCase(m.Words), m.When, later, inspectionWords(s.record, m.Inspection)},
		})
		return
	}
	y := s.rank(m.Inspection, inspection.OverallStrand, m.Grade)
	s.facts = append(s.facts, fact{
		item: LaneItem{
			Kind: KindDot, Look: gradeLook(m.Grade), Start: days(m.On.First()), End: days(m.On.Last()), Row: y, LastRow: y, Above: true,
			Words: []string{m.Grade.Name + ", " + m.On.ShortMonthWords() + "; " + later, m.On.ShortMonthWords(), fmt.Sprint(m.On.Year())},
			Tip:   tip(body.Name+": overall effectiveness "+m.Grade.Name, m.When, later),
		},
		line: []string{body.Name, s.rules(m.Inspection), m.Grade.Name, m.When, later, inspectionWords(s.record, m.Inspection)},
	})
}

func (s *overallSheet) addBreak(f fact, body string) {
	f.line = []string{body, "", f.line[3], f.line[1], "", ""}
	s.facts = append(s.facts, f)
}

const (
	overallRow    = 54  // of one grade, with room for words above its line
	overallMargin = 136 // for the names of grades, the longest on two lines
	overallNarrow = 92
)

func (s *overallSheet) picture(layout Layout) (Picture, error) {
	width, left, letters := WideWidth, overallMargin, 20
	if layout == Narrow {
		width, left, letters = NarrowWidth, overallNarrow, 12
	}
	names := []string{"No grade"}
	for _, g := range slices.Backward(s.grades) {
		names = append(names, wrap(g.Name, letters))
	}
	var councils []LaneItem
	if len(s.names) > 1 && layout == Wide { // in the narrow one the words of the break say it
		councils, names = s.names, append(names, "")
	}
	low, high := -0.5, float64(len(names))-0.5
	payload := LanePayload{Inset: [2]float64{13, 13}, Years: true}
	for _, f := range s.facts {
		payload.Items = append(payload.Items, f.item)
	}
	for _, item := range councils {
		item.Row, item.LastRow = high-0.5, high-0.5
		payload.Items = append(payload.Items, item)
	}
	hidden := opts.Bool(false)
	plot := newPlot([]opts.XAxis{timeAxis(s.from, s.until.AddDays(1))}, []opts.YAxis{
		// The lines need an axis of values: on one of categories a step turns at its wrong end. The second axis only
		// names the values of the first.
		{Type: "value", Min: low, Max: high, AxisLabel: &opts.AxisLabel{Show: hidden}, AxisLine: &opts.AxisLine{Show: hidden}, SplitLine: &opts.SplitLine{Show: hidden}},
		{Type: "category", Position: "left", Data: names, AxisLine: &opts.AxisLine{Show: hidden}},
	})
	for _, line := range s.segments {
		addStep(plot, line.name, line.solid, "solid")
		addStep(plot, line.name, line.open, "dashed")
	}
	out, err := option(plot, []grid{newGrid(left, rightMargin, TopMargin, BottomMargin)}, nil, NewLaneSeries("", payload))
	return Picture{Option: out, Size: Size{Width: width, Height: TopMargin + overallRow*len(names) + BottomMargin}}, err
}

// addStep adds a line that holds each grade up to the day of the next.
func addStep(plot *charts.Custom, name string, points [][2]float64, kind string) {
	if len(points) == 0 {
		return
	}
	var data []opts.LineData
	for _, p := range points {
		data = append(data, opts.LineData{Value: p[:]})
	}
	line := charts.NewLine().AddSeries(name, data,
		charts.WithLineChartOpts(opts.LineChart{Step: "end", ShowSymbol: opts.Bool(false)}),
		charts.WithLineStyleOpts(opts.LineStyle{Type: kind, Width: 2}))
	plot.Overlap(line)
}

func (s *overallSheet) summary(authority inspection.Body) string {
	if len(s.stories) == 0 {
		return "No overall effectiveness grade of " + authority.Name + " is in this record."
	}
	return "Overall effectiveness. " + strings.Join(s.stories, ". ") + "."
}
