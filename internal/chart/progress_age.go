package chart

import (
	"fmt"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"

	"inspectiontimeline/internal/inspection"
)

// mostRows is how many areas a chart of progress draws one by one.
const mostRows = 30

// AreaAges draws how long ago the letters came out whose areas to improve are open: area by area or, where there are many,
// in four bands of age.
func AreaAges(subject inspection.Body, items []inspection.FollowedItem, asOf inspection.Date) (Chart, error) {
	ages := inspection.OpenAreas(items, asOf)
	s := agesOneByOne(ages, asOf)
	if len(ages) > mostRows {
		s = agesInBands(ages, asOf)
	}
	unrecorded := 0
	for _, age := range ages {
		if !age.Area.Recorded(asOf) {
			unrecorded++
		}
	}
	out := Chart{
		Name: NameAreaAges, Subject: subject.ID,
		Title:    subject.Name + ": " + agesTitle(len(ages), unrecorded),
		Subtitle: "Time from the day on which the letter came out to " + asOf.Words(),
		Summary:  agesSummary(ages, unrecorded, asOf),
		Caption: "Open means not closed by the body that decides, and not replaced by another area to improve. Lined: progress is recorded. " +
			"Dotted: nothing is recorded here, which does not mean that nothing was done. " + twinsOnce,
		Table: Table{Caption: "Open areas to improve of " + subject.Name + " by age", Columns: s.columns, Rows: s.lines},
	}
	if years := inspection.YearsOfLetters(ages); years != "" {
		out.Subtitle += ". " + years
	}
	if len(ages) == 0 {
		return out, nil
	}
	var err error
	if out.Wide, err = s.picture(Wide); err != nil {
		return Chart{}, fmt.Errorf("chart ages of the areas of %s: %w", subject.Name, err)
	}
	if out.Narrow, err = s.picture(Narrow); err != nil {
		return Chart{}, fmt.Errorf("chart ages of the areas of %s: %w", subject.Name, err)
	}
	return out, nil
}

// agesTitle calls areas open only where something is recorded of some: of the others nobody here knows.
func agesTitle(areas, unrecorded int) string {
	if areas == unrecorded {
		return inspection.CountWords(areas, "area", "areas") + " with no progress recorded"
	}
	return inspection.CountWords(areas, "open area", "open areas") + " by age"
}

func agesSummary(ages []inspection.AreaAge, unrecorded int, asOf inspection.Date) string {
	if len(ages) == 0 {
		return "No area to improve was open on " + asOf.Words() + "."
	}
	day, _ := ages[0].Area.OutDay()
	out := fmt.Sprintf("On %s %s open", asOf.Words(), inspection.CountWords(len(ages), "area to improve was", "areas to improve were"))
	if unrecorded > 0 {
		out += fmt.Sprintf(", %d of them with nothing recorded", unrecorded)
	}
	var parts []string
	for _, band := range inspection.AgeBands(ages, asOf) {
		if n := band.Open + band.Unrecorded; n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", lowerFirst(band.Words), n))
		}
	}
	return fmt.Sprintf("%s. By the time since the letter came out: %s. The oldest letter is of %s.", out, strings.Join(parts, "; "), day.Words())
}

// ageSheet is rows of bars from the left, each of one part or two.
type ageSheet struct {
	names   []string
	facts   []LaneItem
	most    float64 // the end of the longest bar
	columns []string
	lines   [][]string
}

func agesOneByOne(ages []inspection.AreaAge, asOf inspection.Date) ageSheet {
	s := ageSheet{columns: []string{"Area to improve", "Letter came out", "Days since then, from the end of the month or year where no day is known", "Progress"}}
	for row, age := range ages {
		look, recorded := LookAreaOpen, "Recorded"
		if !age.Area.Recorded(asOf) {
			look, recorded = LookAreaUnrecorded, "Nothing recorded"
		}
		name, words := inspection.ListWords(age.Area.References()), strings.TrimSpace(age.Doubt+" "+daysWords(age.Days))
		s.addBar(row, look, 0, age.Days, tip(name, words, recorded))
		s.addWords(row, age.Days, words)
		s.names = append(s.names, name)
		s.lines = append(s.lines, []string{name, outWords(age.Area[0].Inspection), fmt.Sprint(age.Days), recorded})
	}
	return s
}

// daysWords writes a number of days with a comma after thousands: "1,458 days".
func daysWords(n int) string {
	if n < 1000 {
		return inspection.CountWords(n, "day", "days")
	}
	return fmt.Sprintf("%d,%03d days", n/1000, n%1000)
}

func agesInBands(ages []inspection.AreaAge, asOf inspection.Date) ageSheet {
	s := ageSheet{columns: []string{"Time since the letter came out", "Open areas", "Of them with nothing recorded"}}
	for row, band := range inspection.AgeBands(ages, asOf) {
		all := band.Open + band.Unrecorded
		words := inspection.CountWords(all, "area", "areas")
		switch {
		case all > 0 && band.Open == 0:
			words += ", nothing recorded"
		case band.Unrecorded > 0:
			words += fmt.Sprintf(", %d with nothing recorded", band.Unrecorded)
		}
		s.addBar(row, LookAreaOpen, 0, band.Open, tip(band.Words, words))
		s.addBar(row, LookAreaUnrecorded, band.Open, all, tip(band.Words, words))
		s.addWords(row, all, words)
		s.names = append(s.names, band.Words)
		s.lines = append(s.lines, []string{band.Words, fmt.Sprint(all), fmt.Sprint(band.Unrecorded)})
	}
	return s
}

func (s *ageSheet) addBar(row int, look Look, from, to int, says string) {
	if from == to {
		return
	}
	y := float64(row)
	s.facts = append(s.facts, LaneItem{Kind: KindBlock, Look: look, Start: float64(from), End: float64(to), Row: y, LastRow: y, Tip: says})
	s.most = max(s.most, float64(to))
}

// addWords adds words right of a bar; how far they may run is known when all bars are.
func (s *ageSheet) addWords(row, at int, words string) {
	y := float64(row)
	s.facts = append(s.facts, LaneItem{Kind: KindNote, Start: float64(at), Row: y, LastRow: y, Words: []string{words}})
}

const (
	ageRow       = 38
	ageNarrowRow = 56 // with the name above
	ageMargin    = 140
	ageRoom      = 1.4 // the plot against its longest bar, for the words right of it
)

func (s *ageSheet) picture(layout Layout) (Picture, error) {
	width, left, row, room := WideWidth, ageMargin, ageRow, ageRoom
	payload := LanePayload{Inset: [2]float64{5, 5}}
	var names []string
	for _, name := range s.names {
		names = append(names, wrap(name, 19))
	}
	if layout == Narrow {
		width, left, row, room = NarrowWidth, narrowSide, ageNarrowRow, 1.8
		payload.Inset, payload.Names = [2]float64{20, 5}, s.names
	}
	end := max(1, room*s.most)
	for _, item := range s.facts {
		if item.Kind == KindNote {
			item.End = end
		}
		payload.Items = append(payload.Items, item)
	}
	out, err := rowsOption(names, opts.XAxis{Type: "value", Min: 0, Max: end}, newGrid(left, rightMargin, 4, 4), layout, payload)
	return Picture{Option: out, Size: Size{Width: width, Height: 4 + row*len(names) + 4}}, err
}

// rowsOption is the option of a plot with a named row for each thing, whose x axis shows neither labels nor lines.
func rowsOption(names []string, x opts.XAxis, place grid, layout Layout, payload LanePayload) ([]byte, error) {
	hidden := opts.Bool(false)
	x.AxisLabel, x.AxisLine, x.SplitLine = &opts.AxisLabel{Show: hidden}, &opts.AxisLine{Show: hidden}, &opts.SplitLine{Show: hidden}
	plot := newPlot([]opts.XAxis{x}, []opts.YAxis{{
		Type: "category", Inverse: opts.Bool(true), Data: names,
		AxisLine: &opts.AxisLine{Show: hidden}, AxisLabel: &opts.AxisLabel{Show: opts.Bool(layout == Wide), Interval: "0"},
	}})
	return option(plot, []grid{place}, nil, NewLaneSeries("", payload))
}
