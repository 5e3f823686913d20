package chart

import (
	"fmt"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"

	"inspectiontimeline/internal/inspection"
)

// fewWaiting is the number of authorities still waiting below which the curve is drawn dashed: each one that improves then
// moves it far.
const fewWaiting = 5

// Waits draws what share of the authorities that came to a low grade had a better one within how many years, with the
// number still waiting after each.
func Waits(e *inspection.England, waits inspection.GradeWaits, where inspection.Where) (Chart, error) {
	s := waitSheet{waits: waits, curve: waits.Curve()}
	if n := len(waits.Waits); n > 0 {
		s.years = 1 + waits.Waits[n-1].Days*4/1461
	}
	out := Chart{
		Name: NameWaits, Subject: waits.Judgement.Code,
		Title: s.title(),
		Subtitle: fmt.Sprintf("%s: from a letter with %s to the first with a better grade, under %s, %s, up to %s",
			waits.Judgement.Short, waits.From.Name, plainRules(e, waits.Family), wherePhrase(where), waits.Seen.Words()),
		Summary: s.summary(),
		Caption: fmt.Sprintf("A better grade can only come with a full inspection, so the line also tells when inspectors came back. Those still waiting count for as long as they have been seen to wait (the method of Kaplan and Meier), so the line is an estimate. "+
			"Below it stands how many were still waiting after each year. Where fewer than %s were, the line is dashed: it rests on little.", inspection.NumberWords(fewWaiting)),
		Table: s.table(),
	}
	var err error
	if out.Wide, err = s.picture(Wide); err != nil {
		return Chart{}, fmt.Errorf("chart waits in %s: %w", waits.Judgement.Code, err)
	}
	if out.Narrow, err = s.picture(Narrow); err != nil {
		return Chart{}, fmt.Errorf("chart waits in %s: %w", waits.Judgement.Code, err)
	}
	return out, nil
}

type waitSheet struct {
	waits inspection.GradeWaits
	curve []inspection.CurvePoint
	years int // whole years that hold the longest wait
}

// aboutMonths says days in months: "about 27 months".
func aboutMonths(days int) string {
	return "about " + inspection.CountWords(inspection.MonthsOfDays(days), "month", "months")
}

func (s waitSheet) title() string {
	days, ok := s.waits.Median()
	switch {
	case ok:
		return "Half had a better grade within " + aboutMonths(days)
	case len(s.waits.Ending(inspection.WaitBetter)) == 0:
		return "None has a better grade so far"
	}
	return "Fewer than half have a better grade so far"
}

func wholePercent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

func (s waitSheet) summary() string {
	all := len(s.waits.Waits)
	if all == 0 {
		return fmt.Sprintf("No wait from %s is in this record.", s.waits.From.Name)
	}
	parts := []string{fmt.Sprintf("Of %s from %s: a better grade since %d, still waiting %d, not followed further %d",
		inspection.CountWords(all, "wait", "waits"), s.waits.From.Name,
		len(s.waits.Ending(inspection.WaitBetter)), len(s.waits.Ending(inspection.WaitGoing)), len(s.waits.Ending(inspection.WaitGone)))}
	if days, ok := s.waits.Median(); ok {
		parts = append(parts, fmt.Sprintf("Half had a better grade within %s, %s", daysWords(days), aboutMonths(days)))
	} else {
		parts = append(parts, "Fewer than half have had a better grade so far")
	}
	for year := 1; year < s.years; year++ {
		days := inspection.DaysOfYears(year)
		parts = append(parts, fmt.Sprintf("After %s %s, with %d still waiting",
			inspection.CountWords(year, "year", "years"), wholePercent(s.waits.BetterBy(days)), len(s.waits.SeenFor(days))))
	}
	return strings.Join(parts, ". ") + "."
}

// table tells each turn of the line.
func (s waitSheet) table() Table {
	t := Table{
		Caption: fmt.Sprintf("%s: days from a letter with %s to the first with a better grade", s.waits.Judgement.Short, s.waits.From.Name),
		Columns: []string{"Days since the letter", "Still waiting until that day", "A better grade on that day", "Share with a better grade by then"},
	}
	for _, p := range s.curve {
		if p.Came > 0 {
			t.Rows = append(t.Rows, []string{fmt.Sprint(p.Days), fmt.Sprint(p.Waiting), fmt.Sprint(p.Came), wholePercent(1 - p.Still)})
		}
	}
	if n := len(s.curve); n > 0 && s.curve[n-1].Came == 0 {
		last := s.curve[n-1]
		t.Rows = append(t.Rows, []string{fmt.Sprint(last.Days), fmt.Sprint(last.Waiting), "0", wholePercent(1 - last.Still)})
	}
	return t
}

const (
	waitHeight = 230 // of the plot
	waitTop    = 30
	waitFoot   = 66 // for two lines of numbers, and their names
	waitLeft   = 48
)

// yearsOf places days on the axis.
func yearsOf(days int) float64 { return float64(days) * 4 / 1461 }

func (s waitSheet) picture(layout Layout) (Picture, error) {
	width, name := WideWidth, "Years since the letter, and below how many were still waiting then"
	if layout == Narrow {
		width, name = NarrowWidth, "Years, and how many still waited then"
	}
	low, high := -0.5, float64(s.years)+0.5
	var years []string
	for year := 0; year <= s.years; year++ {
		years = append(years, fmt.Sprintf("%d\n%d", year, len(s.waits.SeenFor(inspection.DaysOfYears(year)))))
	}
	hidden, shown := opts.Bool(false), opts.Bool(true)
	plot := newPlot(
		// The line needs an axis of values; the second axis only names the values of the first.
		[]opts.XAxis{
			{Type: "value", Min: low, Max: high, AxisLabel: &opts.AxisLabel{Show: hidden}, AxisLine: &opts.AxisLine{Show: hidden}, SplitLine: &opts.SplitLine{Show: hidden}},
			{Type: "category", Position: "bottom", Data: years, Name: name, NameLocation: "middle", NameGap: 46, AxisLabel: &opts.AxisLabel{Interval: "0"}},
		},
		[]opts.YAxis{{Type: "value", Min: 0, Max: 100, AxisLabel: &opts.AxisLabel{Show: shown, Formatter: "{value}%"}, AxisLine: &opts.AxisLine{Show: hidden}}},
	)
	solid, dashed := s.line()
	addStep(plot, "Share with a better grade", solid, "solid")
	addStep(plot, "Share with a better grade, few waiting", dashed, "dashed")
	var payload LanePayload
	if days, ok := s.waits.Median(); ok {
		words := fmt.Sprintf("Half: within %s", aboutMonths(days))
		payload.Items = append(payload.Items, LaneItem{
			Kind: KindMark, Start: yearsOf(days), End: yearsOf(days), Row: 50, LastRow: 50, Words: []string{words, fmt.Sprintf("Half: %s", inspection.CountWords(inspection.MonthsOfDays(days), "month", "months")), "Half"}, Tip: tip(words, daysWords(days)),
		})
	}
	out, err := option(plot, []grid{newGrid(waitLeft, rightMargin, waitTop, waitFoot)}, []opts.Title{heading("Share with a better grade", 0)}, NewLaneSeries("", payload))
	return Picture{Option: out, Size: Size{Width: width, Height: waitTop + waitHeight + waitFoot}}, err
}

// line returns the turns of the curve in years and per cent, the second part of it where few were still waiting.
func (s waitSheet) line() (solid, dashed [][2]float64) {
	solid = [][2]float64{{0, 0}}
	for _, p := range s.curve {
		at := [2]float64{yearsOf(p.Days), 100 * (1 - p.Still)}
		if p.Waiting >= fewWaiting {
			solid = append(solid, at)
			continue
		}
		if dashed == nil {
			dashed = append(dashed, solid[len(solid)-1])
		}
		dashed = append(dashed, at)
	}
	return solid, dashed
}
