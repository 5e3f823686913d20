package chart

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"inspectiontimeline/internal/inspection"
)

// grid is where a plot stands in its picture. go-echarts' own has no word for the outer bounds, without which ECharts
// shrinks the plot to make room for labels, and rows no longer stand where the page expects them.
type grid struct {
	Left   int    `json:"left"`
	Right  int    `json:"right"`
	Top    int    `json:"top"`
	Bottom int    `json:"bottom"`
	Bounds string `json:"outerBoundsMode"`
}

func newGrid(left, right, top, bottom int) grid {
	return grid{Left: left, Right: right, Top: top, Bottom: bottom, Bounds: "none"}
}

// newPlot returns go-echarts' chart for one plot, or for several with an x axis and a y axis each.
func newPlot(x []opts.XAxis, y []opts.YAxis) *charts.Custom {
	plot := charts.NewCustom()
	plot.SetGlobalOptions(charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)})) // words stand beside what they name
	for i := range x {
		if i > 0 {
			plot.ExtendXAxis(opts.XAxis{})
		}
		plot.SetGlobalOptions(charts.WithXAxisOpts(x[i], i))
	}
	for i := range y {
		if i > 0 {
			plot.ExtendYAxis(opts.YAxis{})
		}
		plot.SetGlobalOptions(charts.WithYAxisOpts(y[i], i))
	}
	if len(x) > 0 {
		plot.SetXAxis(x[0].Data)
	}
	return plot
}

// option returns a plot as JSON, with its grids, its headings and its series of lanes, which go-echarts' chart has no
// room for. Its colours are left out: they are the scheme's, which charts.js holds.
func option(plot *charts.Custom, grids []grid, headings []opts.Title, lanes ...LaneSeries) ([]byte, error) {
	plot.Validate()
	all := plot.JSON()
	delete(all, "color")
	all["grid"], all["title"] = grids, headings
	var series []any
	for _, s := range plot.MultiSeries {
		series = append(series, s)
	}
	for _, s := range lanes {
		series = append(series, s)
	}
	all["series"] = series
	out, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("write chart option: %w", err)
	}
	return out, nil
}

// timeAxis is an axis of days. Its labels are hidden because charts.js writes the years: ECharts' time axis would follow
// the reader's clock.
func timeAxis(from, until inspection.Date) opts.XAxis {
	return opts.XAxis{
		Type: "value", Min: days(from), Max: days(until),
		AxisLabel: &opts.AxisLabel{Show: opts.Bool(false)},
		AxisLine:  &opts.AxisLine{Show: opts.Bool(false)},
		SplitLine: &opts.SplitLine{Show: opts.Bool(false)},
	}
}

func days(d inspection.Date) float64 { return Millis(d.Time()) }

// fact is one thing that a picture draws and the line of the table that says the same. Row and LastRow of its item are
// lanes, which each layout turns into rows.
type fact struct {
	item LaneItem
	line []string
}

func linesOf(facts []fact) [][]string {
	var out [][]string
	for _, f := range facts {
		out = append(out, f.line)
	}
	return out
}

// tip joins a line of the table into the sentence that the interactive chart says.
func tip(line ...string) string {
	var parts []string
	for _, p := range line {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ". ")
}

// gradeLook is how a grade is drawn. Scales other than Ofsted's four grades share a neutral look.
func gradeLook(g inspection.Grade) Look {
	switch look := Look(g.Fill); look {
	case LookOutstanding, LookGood, LookRequiresImprovement, LookInadequate:
		return look
	}
	if g.Code == string(LookAdequate) {
		return LookAdequate
	}
	return LookNeutral
}

// textWidth is about the width of a text at 12 px, rounded up; the drawing itself measures exactly.
func textWidth(text string) float64 { return 6.9 * float64(utf8.RuneCountInString(text)) }

// wrap breaks a text at spaces into lines of at most so many letters, a longer word standing alone.
func wrap(text string, letters int) string {
	var lines []string
	for word := range strings.FieldsSeq(text) {
		if n := len(lines); n > 0 && utf8.RuneCountInString(lines[n-1])+1+utf8.RuneCountInString(word) <= letters {
			lines[n-1] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return strings.Join(lines, "\n")
}
