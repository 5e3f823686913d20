package chart

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"inspectiontimeline/internal/inspection"
)

// Journeys draws where inspections that judged something led: from each grade, at the left, to what the authority's next
// full inspection gave, at the right.
func Journeys(e *inspection.England, steps inspection.Steps, where inspection.Where) (Chart, error) {
	s := newFlowSheet(e, steps)
	out := Chart{
		Name: NameJourneys, Subject: steps.Judgement.Code,
		Title:    s.title(),
		Subtitle: fmt.Sprintf("%s, under %s, %s, up to %s", steps.Judgement.Short, plainRules(e, steps.Family), wherePhrase(where), steps.Seen.Words()),
		Summary:  s.summary(),
		Caption: "Each inspection that gave a grade stands at the left, under that grade, and leads to what the same authority’s next full " +
			"inspection gave. Heights are numbers of inspections. An authority that was inspected three times counts twice. It moves only from a grade to a grade; without one at the right it did not move.",
		Table: s.table(),
	}
	var err error
	if out.Wide, err = s.picture(Wide); err != nil {
		return Chart{}, fmt.Errorf("chart journeys in %s: %w", steps.Judgement.Code, err)
	}
	if out.Narrow, err = s.picture(Narrow); err != nil {
		return Chart{}, fmt.Errorf("chart journeys in %s: %w", steps.Judgement.Code, err)
	}
	return out, nil
}

// plainRules names a family of rules as pages say it.
func plainRules(e *inspection.England, family inspection.Family) string {
	for _, f := range e.Catalogue.FullRules() {
		if f.Family == family {
			return f.PlainName
		}
	}
	return string(family)
}

// wherePhrase says which authorities a chart is about.
func wherePhrase(where inspection.Where) string {
	if where == (inspection.Where{}) {
		return "all of England"
	}
	return where.Words()
}

// flowPost is one grade at the left or one end at the right.
type flowPost struct {
	code, name string
	look       Look
	count      int
	y, height  float64 // in its picture
}

// label is what stands beside the post: its name and its number.
func (p flowPost) label(letters int) string {
	return wrap(fmt.Sprintf("%s: %d", p.name, p.count), letters)
}

type flowSheet struct {
	steps             inspection.Steps
	count             map[[2]string]int
	from, to          []flowPost // those of which there are any, from the top
	all               int
	up, nowhere, down int
}

func newFlowSheet(e *inspection.England, steps inspection.Steps) flowSheet {
	s := flowSheet{steps: steps, count: steps.Count(), all: len(steps.Graded)}
	from, to := map[string]int{}, map[string]int{}
	for pair, n := range s.count {
		from[pair[0]] += n
		to[pair[1]] += n
	}
	for _, g := range steps.Scale.Grades {
		if n := from[g.Code]; n > 0 {
			s.from = append(s.from, flowPost{code: g.Code, name: g.Name, look: gradeLook(g), count: n})
		}
	}
	for _, code := range steps.Ends() {
		n := to[code]
		if n == 0 {
			continue
		}
		post := flowPost{code: code, name: e.Catalogue.StepEndWords(steps, code), look: endLooks[inspection.StepEnd(code)], count: n}
		if g, ok := steps.Scale.Grade(code); ok {
			post.look = gradeLook(g)
		}
		s.to = append(s.to, post)
	}
	for _, g := range steps.Scale.Grades {
		for _, h := range steps.Scale.Grades {
			n := s.count[[2]string{g.Code, h.Code}]
			switch before, after := steps.Scale.Rank(g.Code), steps.Scale.Rank(h.Code); {
			case after < before:
				s.up += n
			case after > before:
				s.down += n
			default:
				s.nowhere += n
			}
		}
	}
	return s
}

// endLooks are how the ends that are no grade are drawn: the absences as in all drawings.
var endLooks = map[inspection.StepEnd]Look{
	inspection.StepLeft:       LookNoSuchJudgement,
	inspection.StepUnknown:    LookGradeNotFound,
	inspection.StepOtherRules: LookNeutral,
	inspection.StepEnded:      LookNeutral,
	inspection.StepNoneYet:    LookNotInspectedYet,
}

func (s flowSheet) title() string {
	if s.up+s.nowhere+s.down == 0 {
		return "No inspection has been followed by another grade"
	}
	return fmt.Sprintf("Next time: %d better, %d the same, %d worse", s.up, s.nowhere, s.down)
}

func (s flowSheet) table() Table {
	t := Table{
		Caption: fmt.Sprintf("%s: inspections by their grade and by what the authority’s next full inspection gave", s.steps.Judgement.Short),
		Columns: []string{"Grade"},
	}
	for _, to := range s.to {
		t.Columns = append(t.Columns, "Next: "+lowerEnd(to))
	}
	t.Columns = append(t.Columns, "All")
	line := func(name, code string, all int) {
		cells := []string{name}
		for _, to := range s.to {
			n := to.count
			if code != "" {
				n = s.count[[2]string{code, to.code}]
			}
			cells = append(cells, fmt.Sprint(n))
		}
		t.Rows = append(t.Rows, append(cells, fmt.Sprint(all)))
	}
	for _, from := range s.from {
		line(from.name, from.code, from.count)
	}
	if s.all > 0 {
		line("All", "", s.all)
	}
	return t
}

// lowerEnd writes an end as it stands inside a sentence; grades keep their capital.
func lowerEnd(p flowPost) string {
	if _, ok := endLooks[inspection.StepEnd(p.code)]; ok {
		return lowerFirst(p.name)
	}
	return p.name
}

func (s flowSheet) summary() string {
	if s.all == 0 {
		return fmt.Sprintf("No inspection that graded this had come out by %s.", s.steps.Seen.Words())
	}
	parts := []string{fmt.Sprintf("%s that graded this, published by %s", inspection.CountWords(s.all, "inspection", "inspections"), s.steps.Seen.Words())}
	for _, from := range s.from {
		var ends []string
		for _, to := range s.to {
			if n := s.count[[2]string{from.code, to.code}]; n > 0 {
				ends = append(ends, fmt.Sprintf("%s %d", lowerEnd(to), n))
			}
		}
		parts = append(parts, fmt.Sprintf("From %s (%d) next: %s", from.name, from.count, strings.Join(ends, ", ")))
	}
	return strings.Join(parts, ". ") + "."
}

const (
	flowTop   = 28 // above the posts, for the headings
	flowPostX = 18 // how broad a post is
	flowGap   = 10 // at least between the words of one post and the next
	flowLine  = 15 // of words
	flowMost  = 330
)

// flowLayout is what the two layouts differ in.
type flowLayout struct{ width, left, right, fromLetters, toLetters int }

var flowLayouts = map[Layout]flowLayout{
	Wide:   {width: WideWidth, left: 150, right: 200, fromLetters: 19, toLetters: 26},
	Narrow: {width: NarrowWidth, left: 106, right: 118, fromLetters: 15, toLetters: 15},
}

// place sets posts one under another, each with room for its words, and returns how high they stand together.
func place(posts []flowPost, unit float64, letters int) ([]flowPost, float64) {
	var out []flowPost
	y := 0.0
	for _, p := range posts {
		p.height = unit * float64(p.count)
		room := max(p.height, float64(flowLine*(1+strings.Count(p.label(letters), "\n"))))
		p.y = y + (room-p.height)/2
		y += room + flowGap
		out = append(out, p)
	}
	return out, max(0, y-flowGap)
}

// flowNode is a post as ECharts' sankey series knows it. charts.js gives it the colour of its look, for the scheme is not
// known here.
type flowNode struct {
	opts.SankeyNode
	Look   Look      `json:"look"`
	LocalY float64   `json:"localY"` // its top as a share of the height of the whole
	Label  flowLabel `json:"label"`
}

type flowLabel struct {
	Position  string `json:"position"`
	Formatter string `json:"formatter"`
}

// picture draws the ribbons with ECharts' sankey series. It sets the posts where their words have room, which the series
// alone would not see to; a lane series draws them there with the patterns of their looks.
func (s flowSheet) picture(layout Layout) (Picture, error) {
	l := flowLayouts[layout]
	bar := min(max(3*s.all, 120), max(flowMost, min(s.all, 2*flowMost))) // how high all inspections together stand
	unit := float64(bar) / float64(max(1, s.all))
	from, leftHeight := place(s.from, unit, l.fromLetters)
	to, rightHeight := place(s.to, unit, l.toLetters)
	// The series divides by the posts' number what its height and the gap between them leave, and so finds the same unit.
	gaps := max(len(from), len(to)) - 1
	gap, height := 0, bar
	if gaps > 0 {
		gap = int(math.Ceil(max(0, max(leftHeight, rightHeight)-float64(bar)) / float64(gaps)))
		height = bar + gaps*gap
	}
	breadth := l.width - l.left - l.right
	payload := LanePayload{}
	var nodes []flowNode
	add := func(side, position string, posts []flowPost, down float64, letters, x int) {
		for _, p := range posts {
			p.y += (float64(height) - down) / 2
			depth := 0
			if side == flowTo {
				depth = 1
			}
			nodes = append(nodes, flowNode{
				SankeyNode: opts.SankeyNode{Name: side + p.name, Value: strconv.Itoa(p.count), Depth: &depth},
				Look:       p.look, LocalY: p.y / float64(height), Label: flowLabel{Position: position, Formatter: plainLabel(p.label(letters))},
			})
			payload.Items = append(payload.Items, LaneItem{
				Kind: KindBand, Look: p.look, Start: float64(x) - 1, End: float64(x + flowPostX + 1), Row: p.y, LastRow: p.y + p.height, Tip: s.tip(side, p),
			})
		}
	}
	add(flowFrom, "left", from, leftHeight, l.fromLetters, 0)
	add(flowTo, "right", to, rightHeight, l.toLetters, breadth-flowPostX)
	var links []opts.SankeyLink
	for _, a := range from {
		for _, b := range to {
			if n := s.count[[2]string{a.code, b.code}]; n > 0 {
				links = append(links, opts.SankeyLink{Source: flowFrom + a.name, Target: flowTo + b.name, Value: float32(n)})
			}
		}
	}
	hidden := opts.Bool(false)
	plot := newPlot(
		[]opts.XAxis{{Type: "value", Min: 0, Max: breadth, AxisLabel: &opts.AxisLabel{Show: hidden}, AxisLine: &opts.AxisLine{Show: hidden}, SplitLine: &opts.SplitLine{Show: hidden}}},
		[]opts.YAxis{{Type: "value", Min: 0, Max: height, Inverse: opts.Bool(true), AxisLabel: &opts.AxisLabel{Show: hidden}, AxisLine: &opts.AxisLine{Show: hidden}, SplitLine: &opts.SplitLine{Show: hidden}}},
	)
	flows := charts.NewSankey().AddSeries("", nil, links)
	series := &flows.MultiSeries[0]
	series.Data, series.NodeWidth, series.NodeGap = nodes, types.Int(opts.Int(flowPostX)), types.Int(opts.Int(gap))
	series.Left, series.Right, series.Top, series.Bottom = fmt.Sprint(l.left), fmt.Sprint(l.right), fmt.Sprint(flowTop), "4"
	plot.MultiSeries = append(plot.MultiSeries, *series)
	heads := []opts.Title{heading("Grade given", 0), {Title: "What came next", Right: "0", Top: "0"}}
	out, err := option(plot, []grid{newGrid(l.left, l.right, flowTop, 4)}, heads, NewLaneSeries("", payload))
	return Picture{Option: out, Size: Size{Width: l.width, Height: flowTop + height + 4}}, err
}

// The posts of the two sides have names of their own, since a grade stands on both.
const (
	flowFrom = "From "
	flowTo   = "To "
)

// plainLabel keeps ECharts from reading a name as a format.
func plainLabel(words string) string { return strings.NewReplacer("{", "(", "}", ")").Replace(words) }

// tip says what a post holds and where it leads, or where it came from.
func (s flowSheet) tip(side string, p flowPost) string {
	var parts []string
	if side == flowFrom {
		for _, to := range s.to {
			if n := s.count[[2]string{p.code, to.code}]; n > 0 {
				parts = append(parts, fmt.Sprintf("%s %d", lowerEnd(to), n))
			}
		}
		return tip(fmt.Sprintf("%s: %s", p.name, inspection.CountWords(p.count, "inspection", "inspections")), "Next: "+strings.Join(parts, ", "))
	}
	for _, from := range s.from {
		if n := s.count[[2]string{from.code, p.code}]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", from.name, n))
		}
	}
	return tip(fmt.Sprintf("Next: %s: %d", lowerEnd(p), p.count), "From "+strings.Join(parts, ", "))
}
