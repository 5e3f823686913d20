package chart

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

func day(text string) float64 {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return Millis(t)
}

// councilLanes is one council's judgements, visits and events, with every kind of item that stands in time.
func councilLanes() []LaneItem {
	full := []string{"Requires improvement to be good"}
	var items []LaneItem
	for row := range 5 {
		item := LaneItem{Kind: KindAbsence, Look: LookNotInspectedYet, Start: day("2021-04-01"), End: day("2022-11-25"),
			Row: float64(row), LastRow: float64(row), Words: []string{"No graded inspection yet", "None yet"}}
		items = append(items, item)
	}
	block := func(look Look, row, last int, start, end string, words ...string) LaneItem {
		return LaneItem{Kind: KindBlock, Look: look, Start: day(start), End: day(end), Row: float64(row), LastRow: float64(last),
			Words: words, Tip: "Published " + start}
	}
	open := func(item LaneItem) LaneItem { item.OpenFrom = day("2026-08-22"); return item }
	items = append(items,
		block(LookRequiresImprovement, 0, 0, "2022-11-25", "2026-07-07", full...),
		block(LookInadequate, 1, 1, "2022-11-25", "2026-07-07", "Inadequate"),
		block(LookRequiresImprovement, 2, 3, "2022-11-25", "2026-07-07", append([]string{"One grade for both: requires improvement to be good"}, full...)...),
		block(LookAdequate, 4, 4, "2022-11-25", "2024-03-01", "Adequate"),
		LaneItem{Kind: KindAbsence, Look: LookGradeNotFound, Start: day("2024-03-01"), End: day("2025-01-01"), Row: 4, LastRow: 4,
			Words: []string{"Grade not found", "Not found"}},
		LaneItem{Kind: KindAbsence, Look: LookNotJudged, Start: day("2025-01-01"), End: day("2025-09-01"), Row: 4, LastRow: 4,
			Words: []string{"Not judged"}},
		LaneItem{Kind: KindAbsence, Look: LookNotPublished, Start: day("2025-09-01"), End: day("2026-07-07"), Row: 4, LastRow: 4,
			Words: []string{"Not published"}},
		open(block(LookOutstanding, 0, 0, "2026-07-07", "2027-12-31", "Outstanding")),
		open(block(LookGood, 1, 1, "2026-07-07", "2027-12-31", "Good")),
		open(block(LookGood, 2, 2, "2026-07-07", "2027-12-31", "Good")),
		open(block(LookGood, 3, 3, "2026-07-07", "2027-12-31", "Good")),
		LaneItem{Kind: KindAbsence, Look: LookNoSuchJudgement, Start: day("2026-07-07"), End: day("2027-12-31"), Row: 4, LastRow: 4,
			Words: []string{"No longer given"}},
		LaneItem{Kind: KindTick, Start: day("2022-10-03"), End: day("2022-10-14"), Row: 0, LastRow: 0},
		LaneItem{Kind: KindTick, Start: day("2026-05-11"), End: day("2026-05-22"), Row: 0, LastRow: 0},
	)
	for _, mark := range []struct {
		date, topic string
		unconfirmed bool
	}{
		{"2021-07-14", "Front door", false}, {"2021-11-10", "Plans and protection", false}, {"2023-10-18", "Children in need", false},
		{"2024-10-09", "Care leavers", false}, {"2025-04-30", "Children in care", true},
	} {
		items = append(items, LaneItem{Kind: KindMark, Start: day(mark.date), End: day(mark.date), Row: 5, LastRow: 6,
			Words: []string{mark.topic}, Unconfirmed: mark.unconfirmed, Tip: "Visit: " + mark.topic})
	}
	items = append(items,
		LaneItem{Kind: KindEvent, Start: day("2021-04-01"), End: day("2021-04-01"), Row: 7, LastRow: 7, Number: 1, Words: []string{"New council"}},
		LaneItem{Kind: KindDot, Look: LookInadequate, Start: day("2023-03-01"), StartSure: day("2023-03-31"), End: day("2023-03-31"), Row: 7, LastRow: 7,
			Words: []string{"Fostering agency: inadequate; later inspections not found", "Inadequate"}},
		LaneItem{Kind: KindBreak, Edge: EdgeAuthority, Start: day("2021-04-01"), End: day("2021-04-01"), Row: 0, LastRow: 7,
			Words: []string{"County council ended, 1 April 2021", "1 Apr 2021"}},
		LaneItem{Kind: KindBreak, Edge: EdgeFramework, Start: day("2023-01-09"), End: day("2023-01-09"), Row: 0, LastRow: 7,
			Words: []string{"Care leavers judged on their own from January 2023", "Jan 2023"}},
	)
	return items
}

var councilRows = []string{"Leaders", "Help and protection", "Children in care", "Care leavers", "Overall", "Visits", "", "Events"}

func lanes(width, height int, scheme Scheme) Drawing {
	payload := LanePayload{Inset: [2]float64{5, 5}, Years: true, Items: councilLanes()}
	if width < 600 {
		payload.Inset, payload.Names = [2]float64{20, 4}, councilRows
	}
	d := lanesOf(payload, councilRows)
	d.Size, d.Scheme = Size{width, height}, scheme
	return d
}

type object = map[string]any

// lanesOf is a picture of lanes from 2021 to 2026.
func lanesOf(payload LanePayload, rows []string) Drawing {
	bare := object{"show": false}
	left := 130
	if payload.Names != nil {
		left = 2
	}
	return drawing(object{
		"grid": object{"left": left, "right": 8, "top": 26, "bottom": 24, "outerBoundsMode": "none"},
		"xAxis": object{"type": "value", "min": day("2021-01-01"), "max": day("2026-12-31"),
			"axisLabel": bare, "axisLine": bare, "splitLine": bare},
		"yAxis": object{"type": "category", "inverse": true, "data": rows, "axisLine": bare,
			"axisLabel": object{"show": payload.Names == nil, "interval": 0}},
		"series": []LaneSeries{NewLaneSeries("North Northamptonshire", payload)},
	})
}

func drawing(option object) Drawing {
	text, err := json.Marshal(option)
	if err != nil {
		panic(err)
	}
	return Drawing{Option: text, Size: Size{720, 340}, Scheme: Light,
		Title: "Judgements of North Northamptonshire", Description: "Leaders were outstanding in July 2026."}
}

// looksDrawing has every look in a lane of its own, with the edges and ends a block may have.
func looksDrawing() Drawing {
	var items []LaneItem
	var rows []string
	for i, look := range []Look{LookOutstanding, LookGood, LookRequiresImprovement, LookInadequate, LookAdequate, LookNeutral,
		LookNotJudged, LookNoSuchJudgement, LookNotInspectedYet, LookGradeNotFound, LookVisit, LookNotPublished, LookBeforeRecord} {
		row, name := float64(i), strings.ReplaceAll(string(look), "_", " ")
		rows = append(rows, name)
		item := LaneItem{Kind: KindBlock, Look: look, Row: row, LastRow: row, Words: []string{name}}
		if i >= 6 {
			item.Kind = KindAbsence
		}
		before, soft, open := item, item, item
		before.Start, before.End = day("2020-01-01"), day("2022-03-01")
		soft.Start, soft.StartSure, soft.End = day("2022-03-01"), day("2022-06-30"), day("2024-03-31")
		open.Start, open.OpenFrom, open.End = day("2024-06-15"), day("2025-06-01"), day("2026-12-31")
		items = append(items, before, soft, open)
	}
	d := lanesOf(LanePayload{Inset: [2]float64{4, 4}, Items: items}, rows)
	d.Size.Height = 470
	return d
}

// cellsDrawing is a grid of themes by inspections.
func cellsDrawing() Drawing {
	columns, rows := []string{"2022", "2023", "2026"}, []string{"Plans", "Assessments", "Placements"}
	var items []LaneItem
	for row := range rows {
		for column := range columns {
			look, words := []Look{LookNamed, LookNotNamed, LookListNotHeld}[(row+column)%3], []string(nil)
			switch look {
			case LookNamed:
				words = []string{"Named"}
			case LookListNotHeld:
				words = []string{"List not fully held: 3 of 16", "3 of 16"}
			}
			items = append(items, LaneItem{Kind: KindCell, Look: look, Start: float64(column), End: float64(column),
				Row: float64(row), LastRow: float64(row), Words: words})
		}
	}
	return drawing(object{
		"grid":   object{"left": 100, "right": 8, "top": 30, "bottom": 8, "outerBoundsMode": "none"},
		"xAxis":  object{"type": "category", "position": "top", "data": columns},
		"yAxis":  object{"type": "category", "inverse": true, "data": rows},
		"series": []LaneSeries{NewLaneSeries("Themes", LanePayload{Inset: [2]float64{2, 2}, Items: items})},
	})
}

// bandsDrawing is shares of a whole at three times, one upon the other.
func bandsDrawing() Drawing {
	var items []LaneItem
	for column := range 3 { // the first two touch, the third stands apart
		start, low := float64(column+column/2), 0.0
		for i, look := range []Look{LookInadequate, LookRequiresImprovement, LookGood, LookOutstanding, LookGradeNotFound, LookNotPublished, LookNoSuchJudgement} {
			high := low + []float64{20, 30, 20, 10, 8, 6, 6}[(i+column)%7]
			items = append(items, LaneItem{Kind: KindBand, Look: look, Start: start, End: start + 1, Row: low, LastRow: high,
				Words: []string{strconv.Itoa(int(high - low))}})
			low = high
		}
	}
	return drawing(object{
		"grid":   object{"left": 50, "right": 8, "top": 20, "bottom": 30, "outerBoundsMode": "none"},
		"xAxis":  object{"type": "value", "min": 0, "max": 4},
		"yAxis":  object{"type": "value", "min": 0, "max": 100},
		"series": []LaneSeries{NewLaneSeries("England", LanePayload{Items: items})},
	})
}

func TestDrawLanes(t *testing.T) {
	for name, drawing := range map[string]Drawing{
		"engine_lanes_wide_light":   lanes(720, 340, Light),
		"engine_lanes_wide_dark":    lanes(720, 340, Dark),
		"engine_lanes_narrow_light": lanes(340, 520, Light),
		"engine_looks":              looksDrawing(),
		"engine_cells":              cellsDrawing(),
		"engine_bands":              bandsDrawing(),
	} {
		t.Run(name, func(t *testing.T) {
			got := draw(t, testEngine(t), drawing)
			golden := filepath.Join("testdata", name+".svg")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs from the drawing: look at it, and if it is right run go test ./internal/chart -update", golden)
			}
		})
	}
}

// texts are the words that a drawing shows, with the place where each begins or is anchored.
func texts(t *testing.T, svg []byte) []string {
	t.Helper()
	var found []string
	for _, m := range regexp.MustCompile(`<text[^>]*>([^<]*)</text>`).FindAllSubmatch(svg, -1) {
		found = append(found, string(m[1]))
	}
	return found
}

func TestLaneWords(t *testing.T) {
	full, short := "Requires improvement to be good", "Not found"
	wordsOf := func(end string, height float64, others ...LaneItem) []string {
		item := LaneItem{Kind: KindBlock, Look: LookGood, Start: day("2021-01-01"), End: day(end), Words: []string{full, short}}
		d := lanesOf(LanePayload{Inset: [2]float64{0, 0}, Items: append([]LaneItem{item}, others...)}, []string{""})
		d.Size.Height = int(height) + 50
		return texts(t, draw(t, testEngine(t), d))
	}
	for _, c := range []struct {
		name   string
		end    string
		height float64
		want   []string
	}{
		{"the longest that fits is drawn", "2024-01-01", 24, []string{full}},
		{"a shorter one where the longest does not fit", "2022-06-01", 24, []string{short}},
		{"two lines where the block is high enough", "2022-09-01", 40, []string{"Requires improvement", "to be good"}},
		{"none where none fits: a word is never cut", "2021-03-01", 24, nil},
		{"none where the block is lower than a line", "2024-01-01", 10, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := wordsOf(c.end, c.height); !slices.Equal(got, c.want) {
				t.Errorf("drawn: %q, want %q", got, c.want)
			}
		})
	}
	t.Run("a word keeps off a break", func(t *testing.T) {
		at := day("2021-12-01")
		if got := wordsOf("2022-12-01", 24, LaneItem{Kind: KindBreak, Edge: EdgeAuthority, Start: at, End: at}); !slices.Equal(got, []string{short}) {
			t.Errorf("drawn: %q, want only %q", got, short)
		}
	})
}

func TestLaneMarksKeepApart(t *testing.T) {
	mark := func(date, words string) LaneItem {
		return LaneItem{Kind: KindMark, Start: day(date), End: day(date), Words: []string{words}}
	}
	d := lanesOf(LanePayload{Items: []LaneItem{
		mark("2023-01-01", "First topic"), mark("2023-02-01", "Second topic"), mark("2023-02-01", "Same day"),
		mark("2030-01-01", "Beyond the picture"),
	}}, []string{"Visits"})
	d.Size.Height = 80 // one line only
	svg := draw(t, testEngine(t), d)
	if got := texts(t, svg); slices.Contains(got, "Beyond the picture") || !slices.Contains(got, "Visits") {
		t.Errorf("drawn: %q", got)
	}
	if n := bytes.Count(svg, []byte("<polygon")); n != 3 {
		t.Errorf("%d diamonds, want 3: a visit may lose its words, never its mark", n)
	}
}

func TestPalettesStandOut(t *testing.T) {
	type palette struct {
		Page, Ink, Muted, Track string
		Looks                   map[string]struct{ Fill, Line, Edge string }
	}
	engine := newTestEngine(t)
	w, err := engine.newWorker()
	if err != nil {
		t.Fatal(err)
	}
	value, err := w.runtime.RunString(`JSON.stringify({palettes: InspectionCharts.palettes, patterns: InspectionCharts.patterns})`)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Palettes map[string]palette
		Patterns map[string]string
	}
	if err := json.Unmarshal([]byte(value.String()), &got); err != nil {
		t.Fatal(err)
	}
	atLeast := func(want float64, what, a, b string) {
		t.Helper()
		if ratio := contrast(a, b); ratio < want {
			t.Errorf("%s: %s on %s is %.2f, want %.1f", what, a, b, ratio, want)
		}
	}
	for scheme, p := range got.Palettes {
		atLeast(4.5, scheme+" muted words on an absence", p.Muted, p.Track)
		atLeast(4.5, scheme+" muted words on the page", p.Muted, p.Page)
		atLeast(4.5, scheme+" words on the page", p.Ink, p.Page)
		for name, look := range p.Looks {
			atLeast(4.5, scheme+" "+name+" word", p.Ink, look.Fill)
			atLeast(3, scheme+" "+name+" edge on its fill", look.Edge, look.Fill)
			atLeast(3, scheme+" "+name+" edge on the page", look.Edge, p.Page)
			if got.Patterns[name] == "" {
				t.Errorf("%s has no pattern", name)
			}
		}
		for _, scheme := range []Scheme{Light, Dark} {
			if _, ok := got.Palettes[string(scheme)]; !ok {
				t.Errorf("no palette for %s", scheme)
			}
		}
	}
	patterns := map[string]Look{}
	for _, look := range []Look{LookOutstanding, LookGood, LookRequiresImprovement, LookInadequate, LookAdequate, LookNotJudged,
		LookNoSuchJudgement, LookNotInspectedYet, LookGradeNotFound, LookVisit, LookNotPublished, LookBeforeRecord} {
		pattern := got.Patterns[string(look)]
		if other, taken := patterns[pattern]; taken {
			t.Errorf("%s and %s share the pattern %q", look, other, pattern)
		}
		patterns[pattern] = look
	}
}

// contrast is the WCAG 2 contrast ratio of two colours written as #rrggbb.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			panic(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
