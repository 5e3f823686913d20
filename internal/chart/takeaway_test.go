package chart

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
)

// readSheet reads a sheet as a document and returns its texts, in order.
func readSheet(t *testing.T, svg []byte) (words []string) {
	t.Helper()
	var document struct {
		XMLName     xml.Name `xml:"http://www.w3.org/2000/svg svg"`
		Role        string   `xml:"role,attr"`
		Title       string   `xml:"title"`
		Description string   `xml:"desc"`
		Texts       []string `xml:"text"`
		Drawing     struct {
			Texts []string `xml:"text"`
			Title []string `xml:"title"`
		} `xml:"svg"`
	}
	if err := xml.Unmarshal(svg, &document); err != nil {
		t.Fatalf("the sheet is not well formed: %v", err)
	}
	if document.Role != "img" || document.Title == "" || document.Description == "" {
		t.Errorf("role %q, title %q, description %q", document.Role, document.Title, document.Description)
	}
	if len(document.Drawing.Title) > 0 {
		t.Error("the drawing in the sheet has a title of its own")
	}
	return document.Texts
}

func TestSheetSaysWhatItsPageSays(t *testing.T) {
	for name, c := range testCharts(t, testRecord(t)) {
		for _, layout := range []Layout{Wide, Narrow} {
			svg, err := testEngine(t).DrawSheet(t.Context(), Sheet{Chart: c, Layout: layout, Scheme: Dark, Source: testSource})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			words := strings.Join(readSheet(t, svg), " ")
			said := append([]string{c.Title, c.Subtitle, c.Summary, c.Key(), c.Caption}, testSource[:2]...)
			for _, want := range said {
				if want = strings.Join(strings.Fields(want), " "); !strings.Contains(words, want) {
					t.Errorf("%s, %s: %q is not on the sheet", name, layout, want)
				}
			}
		}
	}
}

func TestSheetHoldsHostileTextAsText(t *testing.T) {
	c := testCharts(t, testRecord(t))["lanes_town"]
	c.Title, c.Caption = `</text><script>alert(1)</script>`, `" onload="alert(1)`
	svg, err := testEngine(t).DrawSheet(t.Context(), Sheet{Chart: c, Layout: Wide, Scheme: Light, Source: []string{"<image href='x'/>"}})
	if err != nil {
		t.Fatal(err)
	}
	words := readSheet(t, svg)
	c.Caption = c.Key() + " " + c.Caption
	for _, want := range []string{c.Title, c.Caption, "<image href='x'/>"} {
		if !slices.Contains(words, want) {
			t.Errorf("%q does not stand there as it is: %q", want, words)
		}
	}
	for _, unwanted := range []string{"<script", "<image", ` onload="`} {
		if bytes.Contains(svg, []byte(unwanted)) {
			t.Errorf("the sheet has %s in it", unwanted)
		}
	}
}

func TestSheetRefusesADrawingThatIsNotOurs(t *testing.T) {
	for _, drawn := range []string{"", "<svg></svg>", "<svg><desc></desc>"} {
		if _, err := (Sheet{Scheme: Light}).around([]byte(drawn)); err == nil {
			t.Errorf("%q was taken", drawn)
		}
	}
}

func TestLinesOfASheetHaveRoom(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		ems        float64
		want       []string
	}{
		{"nothing", " \n ", 9, nil},
		{"words are kept whole", "areas to improve", 6, []string{"areas to", "improve"}},
		{"a line may be filled to its end", "mm mm", emsOf("mm mm"), []string{"mm mm"}},
		{"a word wider than a line is broken where it ends", "https://council.example/x", 6, []string{"https://counci", "l.example/x"}},
		{"and so is one that follows others", "at mmmmmm", 3, []string{"at", "mmm", "mmm"}},
		{"letters that are not measured count as wide ones", "英国英国", 2, []string{"英国", "英国"}},
		{"a letter wider than the line stands alone", "mm", 0.1, []string{"m", "m"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := fillLines(tt.text, tt.ems)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if strings.Join(strings.Fields(strings.Join(got, "")), "") != strings.Join(strings.Fields(tt.text), "") {
				t.Errorf("letters were lost: %q", got)
			}
		})
	}
}

func TestSheetHasTheColoursOfItsDrawing(t *testing.T) {
	engine := testEngine(t)
	draw(t, engine, lanes(340, 340, Light)) // so that there is a worker
	w := <-engine.workers
	defer func() { engine.workers <- w }()
	value, err := w.runtime.RunString(`JSON.stringify({palettes: InspectionCharts.palettes, patterns: InspectionCharts.patterns})`)
	if err != nil {
		t.Fatal(err)
	}
	var drawn struct {
		Palettes map[Scheme]struct{ Page, Ink, Muted, Hair string }
		Patterns map[Look]string
	}
	if err := json.Unmarshal([]byte(value.String()), &drawn); err != nil {
		t.Fatal(err)
	}
	palettes := drawn.Palettes
	// As Key has them.
	for look, pattern := range map[Look]string{LookOutstanding: "dots", LookGood: "plain", LookRequiresImprovement: "hatch", LookInadequate: "cross"} {
		if drawn.Patterns[look] != pattern {
			t.Errorf("%s is drawn with %s, and the key says %s", look, drawn.Patterns[look], pattern)
		}
	}
	for scheme, p := range palettes {
		if got := sheetColours[scheme]; got.page != p.Page || got.ink != p.Ink || got.muted != p.Muted || got.hair != p.Hair {
			t.Errorf("%s: %+v, but charts.js has %+v", scheme, got, p)
		}
	}
	if len(sheetColours) != len(palettes) {
		t.Errorf("%d schemes of sheets, %d of drawings", len(sheetColours), len(palettes))
	}
}
