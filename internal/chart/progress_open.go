package chart

import (
	"fmt"
	"slices"
	"strings"

	"github.com/go-echarts/go-echarts/v2/opts"

	"inspectiontimeline/internal/inspection"
)

// twinsOnce says how charts of progress count.
const twinsOnce = "An area that stands in the letters to two councils counts once, and is open while it is open in either."

// OpenAreas draws how many areas to improve stood open and closed since each letter came out. Letters of whose areas
// nothing is recorded are named and not drawn.
func OpenAreas(r *inspection.Record, subject inspection.Body, items []inspection.FollowedItem, asOf inspection.Date) (Chart, error) {
	s := newOpenSheet(r, items, asOf)
	out := Chart{
		Name: NameOpenAreas, Subject: subject.ID,
		Title:    fmt.Sprintf("%s: %d of %s closed", subject.Name, s.closed, inspection.CountWords(s.areas, "area", "areas")),
		Subtitle: "Areas to improve, open and closed, since each letter came out",
		Summary:  s.summary(subject),
		Caption: "Plain: closed, or replaced by another area to improve. Lined: open. Dotted: open, and nothing was recorded here yet. " +
			"Changes stand on the day on which they were recorded. " + twinsOnce + s.notDrawn(),
		Table: Table{
			Caption: "Areas to improve of " + subject.Name + ", open and closed",
			Columns: []string{"Letter", "From", "Open", "Open, nothing recorded", "Closed"},
			Rows:    s.lines(),
		},
	}
	if len(s.letters) == 0 {
		return out, nil
	}
	var err error
	if out.Wide, err = s.picture(Wide); err != nil {
		return Chart{}, fmt.Errorf("chart open areas of %s: %w", subject.Name, err)
	}
	if out.Narrow, err = s.picture(Narrow); err != nil {
		return Chart{}, fmt.Errorf("chart open areas of %s: %w", subject.Name, err)
	}
	return out, nil
}

// openSheet gathers what the picture of open areas draws: the letters of whose areas anything is recorded.
type openSheet struct {
	record  *inspection.Record
	letters []inspection.LetterProgress
	others  []inspection.LetterProgress
	areas   int // of the letters that are drawn
	closed  int
	until   inspection.Date
}

func newOpenSheet(r *inspection.Record, items []inspection.FollowedItem, asOf inspection.Date) openSheet {
	s := openSheet{record: r, until: asOf}
	for _, p := range inspection.ProgressByLetter(items, asOf) {
		if !p.Recorded() {
			s.others = append(s.others, p)
			continue
		}
		s.letters = append(s.letters, p)
		s.areas += len(p.Areas)
		s.closed += p.Latest().Closed
	}
	return s
}

// letterName says whose letters these are and when they came out: "East and West Council, 25 November 2022".
func letterName(r *inspection.Record, letters []*inspection.Inspection) string {
	var names []string
	for _, in := range letters {
		for _, b := range in.Bodies {
			if name := r.Name(b.BodyID); b.Confirmed && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return inspection.ListWords(names) + ", " + outWords(letters[0])
}

// outWords says when a letter came out, or that this is not known.
func outWords(in *inspection.Inspection) string {
	day, published := in.OutDay()
	if !published {
		return day.Words() + " (end of fieldwork)"
	}
	return day.Words()
}

func (s openSheet) lines() [][]string {
	var out [][]string
	for _, p := range s.letters {
		for _, stand := range p.Stands {
			out = append(out, []string{
				letterName(s.record, p.Inspections), stand.From.Words(),
				fmt.Sprint(stand.Open), fmt.Sprint(stand.Unrecorded), fmt.Sprint(stand.Closed),
			})
		}
	}
	return out
}

// notDrawn names the letters that are left out.
func (s openSheet) notDrawn() string {
	var names []string
	for _, p := range s.others {
		names = append(names, letterName(s.record, p.Inspections))
	}
	if len(names) == 0 {
		return ""
	}
	return " Not drawn, since nothing is recorded of their areas: " + strings.Join(names, "; ") + "."
}

func (s openSheet) summary(subject inspection.Body) string {
	if len(s.letters) == 0 {
		return "No progress is recorded for " + subject.Name + ", so nothing can be drawn of areas opened and closed."
	}
	var parts []string
	for _, p := range s.letters {
		parts = append(parts, fmt.Sprintf("%s: %s", letterName(s.record, p.Inspections), standWords(p.Latest())))
	}
	return "On " + s.until.Words() + ". " + strings.Join(parts, ". ") + "."
}

// standWords says how areas stand: "3 open, 1 of them with nothing recorded; 2 closed".
func standWords(stand inspection.AreaStand) string {
	open := fmt.Sprintf("%d open", stand.Open+stand.Unrecorded)
	if stand.Unrecorded > 0 {
		open += fmt.Sprintf(", %d of them with nothing recorded", stand.Unrecorded)
	}
	return fmt.Sprintf("%s; %d closed", open, stand.Closed)
}

const (
	openRight  = 136 // for the words beside the plots
	openNarrow = 104
	openPlot   = 84 // height of one letter's plot
	openHead   = 40 // above it, for its heading
)

// picture draws one plot for each letter, one under another on one scale of time.
func (s openSheet) picture(layout Layout) (Picture, error) {
	width, right, letters := WideWidth, openRight, 100
	if layout == Narrow {
		width, right, letters = NarrowWidth, openNarrow, 44
	}
	from, _ := s.letters[0].Inspections[0].OutDay()
	until := s.until.AddDays(1)
	hidden := opts.Bool(false)
	var xs []opts.XAxis
	var ys []opts.YAxis
	var grids []grid
	var heads []opts.Title
	var series []LaneSeries
	one := openHead + openPlot + BottomMargin
	height := one * len(s.letters)
	for i, p := range s.letters {
		x := timeAxis(from.Last(), until)
		x.GridIndex = i
		xs = append(xs, x)
		ys = append(ys, opts.YAxis{
			Type: "value", Min: 0, Max: len(p.Areas), GridIndex: i,
			AxisLabel: &opts.AxisLabel{Show: hidden}, AxisLine: &opts.AxisLine{Show: hidden}, SplitLine: &opts.SplitLine{Show: hidden},
		})
		top := one*i + openHead
		grids = append(grids, newGrid(narrowSide, right, top, height-top-openPlot))
		head := fmt.Sprintf("%s: %s", letterName(s.record, p.Inspections), inspection.CountWords(len(p.Areas), "area", "areas"))
		heads = append(heads, heading(wrap(head, letters), one*i))
		lanes := NewLaneSeries("", LanePayload{Years: true, Items: s.bands(p, until)})
		lanes.XAxis, lanes.YAxis = i, i
		series = append(series, lanes)
	}
	out, err := option(newPlot(xs, ys), grids, heads, series...)
	return Picture{Option: out, Size: Size{Width: width, Height: height}}, err
}

// bands are one letter's stands, what is closed at the foot, with words beside the last.
func (s openSheet) bands(p inspection.LetterProgress, until inspection.Date) []LaneItem {
	var out []LaneItem
	for i, stand := range p.Stands {
		end, last := until, i == len(p.Stands)-1
		if !last {
			end = p.Stands[i+1].From
		}
		low := 0.0
		for _, part := range []struct {
			look  Look
			words string
			n     int
		}{
			{LookAreaClosed, "Closed", stand.Closed}, {LookAreaOpen, "Open", stand.Open}, {LookAreaUnrecorded, "Nothing recorded", stand.Unrecorded},
		} {
			if part.n == 0 {
				continue
			}
			item := LaneItem{
				Kind: KindBand, Look: part.look, Start: days(stand.From), End: days(end), Row: low, LastRow: low + float64(part.n),
				Tip: tip("From "+stand.From.Words(), fmt.Sprintf("%s: %d of %d", part.words, part.n, len(p.Areas))),
			}
			low = item.LastRow
			out = append(out, item)
			if last {
				out = append(out, LaneItem{
					Kind: KindLabel, Start: item.End, End: item.End, Row: item.Row, LastRow: item.LastRow,
					Words: []string{fmt.Sprintf("%s: %d", part.words, part.n)},
				})
			}
		}
	}
	return out
}
