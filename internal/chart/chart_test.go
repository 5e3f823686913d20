package chart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// drawnOption is what the tests read of an option.
type drawnOption struct {
	YAxis []struct {
		Type string
		Data []string
	}
	XAxis []struct {
		Type     string
		Name     string
		Data     []string
		Min, Max float64
	}
	Title  []struct{ Text string }
	Series []struct {
		Type, Name string
		RenderItem string
		Step       string
		LineStyle  struct{ Type string }
		Data       []json.RawMessage
		Payload    LanePayload `json:"itemPayload"`
	}
}

func readOption(t *testing.T, p Picture) drawnOption {
	t.Helper()
	var o drawnOption
	if err := json.Unmarshal(p.Option, &o); err != nil {
		t.Fatalf("read option: %v", err)
	}
	return o
}

func (o drawnOption) items(kinds ...LaneKind) []LaneItem {
	var out []LaneItem
	for _, s := range o.Series {
		for _, item := range s.Payload.Items {
			if len(kinds) == 0 || slices.Contains(kinds, item.Kind) {
				out = append(out, item)
			}
		}
	}
	return out
}

func TestChartsAgainstGoldens(t *testing.T) {
	for name, c := range testCharts(t, testRecord(t)) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			out := json.NewEncoder(&b)
			out.SetEscapeHTML(false)
			out.SetIndent("", " ")
			if err := out.Encode(struct {
				Title, Subtitle, Summary, Caption string
				Table                             Table
				Rows                              []Row
				Size                              [2]Size
				Wide, Narrow                      json.RawMessage
			}{c.Title, c.Subtitle, c.Summary, c.Caption, c.Table, c.Rows, [2]Size{c.Wide.Size, c.Narrow.Size}, c.Wide.Option, c.Narrow.Option}); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", "chart_"+name+".golden.json")
			if *update {
				if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Bytes(), want) {
				t.Errorf("%s differs: if the chart is right run go test ./internal/chart -update", golden)
			}
		})
	}
}

func TestEqualRecordsGiveEqualBytes(t *testing.T) {
	one, two := testRecord(t), testRecord(t)
	shuffle := rand.New(rand.NewPCG(1, 2))
	shuffle.Shuffle(len(two.Inspections), func(i, j int) {
		two.Inspections[i], two.Inspections[j] = two.Inspections[j], two.Inspections[i]
	})
	shuffle.Shuffle(len(two.Bodies), func(i, j int) { two.Bodies[i], two.Bodies[j] = two.Bodies[j], two.Bodies[i] })
	a, b := testCharts(t, one), testCharts(t, two)
	for name := range a {
		for _, layout := range []Layout{Wide, Narrow} {
			if !bytes.Equal(a[name].Picture(layout).Option, b[name].Picture(layout).Option) {
				t.Errorf("%s, %s: the option depends on the order of the record", name, layout)
			}
			if a[name].Hash(layout, Light) != b[name].Hash(layout, Light) {
				t.Errorf("%s, %s: the hash depends on the order of the record", name, layout)
			}
		}
	}
}

func TestHashDiffersWithTheDrawing(t *testing.T) {
	c := testCharts(t, testRecord(t))["lanes_new"]
	other := c
	other.Summary += " And more."
	hashes := map[string]bool{
		c.Hash(Wide, Light): true, c.Hash(Wide, Dark): true, c.Hash(Narrow, Light): true, c.Hash(Narrow, Dark): true, other.Hash(Wide, Light): true,
	}
	if len(hashes) != 5 {
		t.Errorf("%d different hashes of 5 drawings", len(hashes))
	}
}

// wholeWords are the texts that a picture may show: candidates of its items, names of its axes, headings and years.
func wholeWords(o drawnOption) map[string]bool {
	whole := map[string]bool{}
	add := func(texts ...string) {
		for _, text := range texts {
			whole[strings.Join(strings.Fields(text), " ")] = true
		}
	}
	for _, axis := range o.YAxis {
		add(axis.Data...)
	}
	for _, axis := range o.XAxis {
		add(axis.Name)
		add(axis.Data...)
	}
	for _, title := range o.Title {
		add(title.Text)
	}
	for _, s := range o.Series {
		add(s.Payload.Names...)
		for _, item := range s.Payload.Items {
			add(item.Words...)
			add(item.Stack...)
		}
		for _, one := range s.Data {
			var named struct{ Label struct{ Formatter string } }
			if json.Unmarshal(one, &named) == nil { // else it is a number alone
				add(named.Label.Formatter)
			}
		}
	}
	return whole
}

var number = regexp.MustCompile(`^[0-9?]+$`) // years, numbers of events, values of an axis, the mark of an unconfirmed visit

func TestNoWordIsCut(t *testing.T) {
	for name, c := range testCharts(t, testRecord(t)) {
		for _, layout := range []Layout{Wide, Narrow} {
			whole := wholeWords(readOption(t, c.Picture(layout)))
			for share := 0; c.Name == NameWaits && share <= 100; share += 20 { // its axis of shares
				whole[fmt.Sprintf("%d%%", share)] = true
			}
			drawn := texts(t, draw(t, testEngine(t), c.Drawing(layout, Light)))
			if len(drawn) == 0 {
				t.Errorf("%s, %s: no words are drawn", name, layout)
			}
			for i := 0; i < len(drawn); {
				// A text may be set on several lines, which then follow one another.
				n := 1
				for n <= 6 && i+n <= len(drawn) && !whole[strings.Join(drawn[i:i+n], " ")] && !number.MatchString(drawn[i]) {
					n++
				}
				if n > 6 || i+n > len(drawn) {
					t.Errorf("%s, %s: %q is a piece of a word, among %q", name, layout, drawn[i], drawn[max(0, i-2):min(len(drawn), i+3)])
					n = 1
				}
				i += n
			}
		}
	}
}

func TestHostileTextStaysText(t *testing.T) {
	const hostile = `</script><em onload="x">{b} &amp; '=1+1'`
	r := testRecord(t)
	for i := range r.Bodies {
		r.Bodies[i].Name = hostile
	}
	for i := range r.Themes {
		r.Themes[i].Name = hostile
	}
	for _, in := range r.Inspections {
		in.Topic = hostile
	}
	for name, c := range testCharts(t, r) {
		for _, layout := range []Layout{Wide, Narrow} {
			svg := draw(t, testEngine(t), c.Drawing(layout, Dark))
			if bytes.Contains(svg, []byte("<em")) || bytes.Contains(svg, []byte("<script")) {
				t.Errorf("%s, %s: text became an element", name, layout)
			}
			if unnamed := []string{NameEngland, NameJourneys, NameWaits}; !slices.Contains(unnamed, c.Name) && !bytes.Contains(svg, []byte("&lt;/script&gt;")) {
				t.Errorf("%s, %s: the text is lost", name, layout)
			}
		}
	}
}

func TestEveryChartIsAmongThoseOfTheTests(t *testing.T) {
	made := map[string]bool{}
	for _, c := range testCharts(t, testRecord(t)) {
		made[c.Name] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\tName\w+ += "([^"]+)"`).FindAllSubmatch(source, -1) {
			names = append(names, string(name[1]))
		}
	}
	if len(names) < 12 {
		t.Fatalf("only %d charts have a name", len(names))
	}
	for _, name := range names {
		if !made[name] {
			t.Errorf("testCharts makes no chart %s, so that nothing holds its words, its table and its picture", name)
		}
	}
}

func TestTitlesAreShort(t *testing.T) {
	for name, c := range testCharts(t, testRecord(t)) {
		if n := len(strings.Fields(c.Title)); n == 0 || n > 10 {
			t.Errorf("%s: the title has %d words: %q", name, n, c.Title)
		}
		if c.Subtitle == "" || c.Caption == "" || !strings.HasSuffix(c.Summary, ".") || c.Table.Caption == "" {
			t.Errorf("%s: words are missing: %+v", name, c)
		}
		if c.Wide.Size.Width != WideWidth || c.Narrow.Size.Width != NarrowWidth {
			t.Errorf("%s: drawn %v and %v", name, c.Wide.Size, c.Narrow.Size)
		}
	}
}

// told counts what a picture draws that the table must tell: everything but fieldwork, names and notes beside the plots.
func told(o drawnOption) int {
	return len(o.items(KindBlock, KindAbsence, KindMark, KindDot, KindEvent, KindBreak))
}

func TestTableTellsWhatIsDrawn(t *testing.T) {
	charts := testCharts(t, testRecord(t))
	for _, name := range slices.Sorted(maps.Keys(charts)) {
		c := charts[name]
		for _, layout := range []Layout{Wide, Narrow} {
			o := readOption(t, c.Picture(layout))
			drawn, lines := told(o), len(c.Table.Rows)
			switch {
			case c.Name == NameThemes:
				drawn, lines = len(o.items(KindCell)), lines*(len(c.Table.Columns)-1)
			case c.Name == NameEngland:
				continue // its numbers are compared in TestEngland
			case slices.Contains([]string{NameOpenAreas, NameAreaAges, NameMovedDates, NameLaterViews}, c.Name):
				continue // what they draw is compared in progress_test.go
			case c.Name == NameJourneys || c.Name == NameWaits:
				continue // and of these in journeys_test.go and waits_test.go
			case c.Name == NameCompare:
				lines-- // the lane of the new council begins where it did
			case c.Name == NameLanes:
				drawn += len(o.items(KindNote))
			}
			if drawn != lines || drawn == 0 {
				t.Errorf("%s, %s: %d things drawn, %d told", name, layout, drawn, lines)
			}
		}
		for _, line := range c.Table.Rows {
			if len(line) != len(c.Table.Columns) {
				t.Errorf("%s: %d cells under %d columns: %q", name, len(line), len(c.Table.Columns), line)
			}
		}
	}
}

func TestTableAsCSV(t *testing.T) {
	var b bytes.Buffer
	table := Table{Columns: []string{"What", "When"}, Rows: [][]string{{"=1+1", "-2"}, {"+3", "@x"}, {"\t=1", "\r"}, {"£ “plain”, text", ""}}}
	if err := table.CSV(&b); err != nil {
		t.Fatal(err)
	}
	want := "What,When\n'=1+1,'-2\n'+3,'@x\n'\t=1,\"'\r\"\n\"£ “plain”, text\",\n"
	if b.String() != want {
		t.Errorf("csv: %q, want %q", b.String(), want)
	}
}

func TestEmptyChart(t *testing.T) {
	r := testRecord(t)
	r.Inspections = nil
	c, err := Themes(r, testBody(t, r, "new"), r.Bodies, asOf)
	if err != nil || !c.Empty() || c.Summary == "" {
		t.Errorf("themes of nothing: %+v, %v", c, err)
	}
	if c, err = Overall(r, inspection.Body{ID: "x", Name: "X", Kind: inspection.Authority, Created: inspection.MustDate("2025")}, asOf); err != nil || !c.Empty() {
		t.Errorf("overall of nothing: %+v, %v", c, err)
	}
}
