package chart

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/seed"
)

var readEngland = sync.OnceValues(func() (*inspection.England, error) {
	record, err := exchange.ReadSeed(seed.Files())
	if err != nil {
		return nil, err
	}
	return inspection.NewEngland(record), nil
})

func seededEngland(t *testing.T) *inspection.England {
	t.Helper()
	e, err := readEngland()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// eachJourney draws the journeys of every judgement under every family of rules that has it.
func eachJourney(t *testing.T, test func(t *testing.T, steps inspection.Steps, made Chart)) {
	t.Helper()
	e := seededEngland(t)
	drawn := 0
	for _, rules := range e.Catalogue.FullRules() {
		for _, judgement := range e.Catalogue.Judgements() {
			steps, has := e.Steps(rules.Family, judgement.Code, asOf, inspection.Where{})
			if !has || len(steps.Graded) == 0 { // of rules that nobody was inspected under yet there is nothing to draw
				continue
			}
			drawn++
			t.Run(fmt.Sprintf("%s, %s", rules.Family, judgement.Code), func(t *testing.T) {
				made, err := Journeys(e, steps, inspection.Where{})
				if err != nil {
					t.Fatal(err)
				}
				test(t, steps, made)
			})
		}
	}
	if drawn != 12 {
		t.Errorf("%d were drawn", drawn)
	}
}

// drawnFlows is what these tests read of an option.
type drawnFlows struct {
	Series []struct {
		Type  string
		Data  json.RawMessage
		Links []struct {
			Source, Target string
			Value          float64
		}
		Payload LanePayload `json:"itemPayload"`
	}
}

type drawnPost struct {
	Name, Value string
	Look        Look
	Label       struct{ Position, Formatter string }
}

func readFlows(t *testing.T, p Picture) (out drawnFlows, posts []drawnPost) {
	t.Helper()
	if err := json.Unmarshal(p.Option, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Series) != 2 || out.Series[0].Type != "sankey" {
		t.Fatalf("the series are %+v", out.Series)
	}
	if err := json.Unmarshal(out.Series[0].Data, &posts); err != nil {
		t.Fatal(err)
	}
	return out, posts
}

// ribbon matches the path of what flows between two posts: from the left edge along its top, and back along its foot.
var ribbon = regexp.MustCompile(`<path d="M18 ([\d.]+)C[^"L]*? ([\d.]+)L[\d.]+ ([\d.]+)C[^"]*? 18 ([\d.]+)Z" transform="translate\(\d+ (\d+)\)"`)

func TestFlowsAreAsBroadAsTheirNumbers(t *testing.T) {
	eachJourney(t, func(t *testing.T, steps inspection.Steps, made Chart) {
		for _, layout := range []Layout{Wide, Narrow} {
			flows, posts := readFlows(t, made.Picture(layout))
			bands := flows.Series[1].Payload.Items
			if len(bands) != len(posts) {
				t.Fatalf("%s: %d posts, %d drawn", layout, len(posts), len(bands))
			}
			unit, at := 0.0, map[string]LaneItem{}
			for i, post := range posts {
				n, _ := strconv.ParseFloat(post.Value, 64)
				unit = max(unit, (bands[i].LastRow-bands[i].Row)/n)
				at[post.Name] = bands[i]
				if math.Abs((bands[i].LastRow-bands[i].Row)/n-unit) > 1e-9 || bands[i].Look != post.Look {
					t.Errorf("%s: %s stands %v high for %v", layout, post.Name, bands[i].LastRow-bands[i].Row, n)
				}
				if i > 0 && posts[i-1].Label.Position == post.Label.Position && bands[i].Row <= bands[i-1].LastRow {
					t.Errorf("%s: %s stands on the one above", layout, post.Name)
				}
			}
			if unit < 1 {
				t.Errorf("%s: an inspection is %v px high, and ECharts draws no less than one", layout, unit)
			}
			var drawn [][4]float64
			for _, path := range ribbon.FindAllStringSubmatch(string(draw(t, testEngine(t), made.Drawing(layout, Light))), -1) {
				var ends [4]float64
				for i := range ends {
					ends[i], _ = strconv.ParseFloat(path[1+i], 64)
				}
				drawn = append(drawn, ends)
			}
			count := steps.Count()
			if len(drawn) != len(flows.Series[0].Links) || len(drawn) != len(count) {
				t.Fatalf("%s: %d ribbons for %d links and %d numbers", layout, len(drawn), len(flows.Series[0].Links), len(count))
			}
			sum := 0.0
			for i, link := range flows.Series[0].Links {
				d := drawn[i]
				for _, thickness := range []float64{d[3] - d[0], d[2] - d[1]} {
					if math.Abs(thickness-unit*link.Value) > 0.11 { // drawn to a tenth of a pixel
						t.Errorf("%s: %s to %s is %.2f broad for %v of %.3f", layout, link.Source, link.Target, thickness, link.Value, unit)
					}
				}
				from, to := at[link.Source], at[link.Target]
				if d[0] < from.Row-0.1 || d[3] > from.LastRow+0.1 || d[1] < to.Row-0.1 || d[2] > to.LastRow+0.1 {
					t.Errorf("%s: %s to %s runs from %.1f–%.1f to %.1f–%.1f, off its posts %+v %+v", layout, link.Source, link.Target, d[0], d[3], d[1], d[2], from, to)
				}
				sum += link.Value
			}
			if int(sum) != len(steps.Graded) {
				t.Errorf("%s: %v are drawn of %d", layout, sum, len(steps.Graded))
			}
		}
	})
}

func TestTableOfJourneysTellsEveryNumber(t *testing.T) {
	e := seededEngland(t)
	eachJourney(t, func(t *testing.T, steps inspection.Steps, made Chart) {
		grades, ends := map[string]string{}, map[string]string{}
		for _, code := range steps.Ends() {
			name := e.Catalogue.StepEndWords(steps, code)
			if g, ok := steps.Scale.Grade(code); ok {
				grades[name] = g.Code
			} else {
				name = lowerFirst(name)
			}
			ends["Next: "+name] = code
		}
		sum := 0
		for _, line := range made.Table.Rows {
			all := 0
			for i, cell := range line[1 : len(line)-1] {
				n, err := strconv.Atoi(cell)
				if err != nil {
					t.Fatalf("%q: %v", line, err)
				}
				all += n
				if want := len(steps.Between(grades[line[0]], ends[made.Table.Columns[1+i]])); n != want || ends[made.Table.Columns[1+i]] == "" {
					t.Errorf("%s, %s: %d told, %d counted", line[0], made.Table.Columns[1+i], n, want)
				}
			}
			if line[len(line)-1] != fmt.Sprint(all) {
				t.Errorf("%q does not add up to %d", line, all)
			}
			if sum += all; line[0] == "All" && sum != 2*len(steps.Graded) {
				t.Errorf("the rows add up to %d and the last", sum-all)
			}
		}
		for _, part := range []string{made.Title, made.Summary} {
			if part == "" || strings.Contains(part, "%!") {
				t.Errorf("it says %q", part)
			}
		}
	})
}

func TestEveryPostIsNamedWithItsNumber(t *testing.T) {
	eachJourney(t, func(t *testing.T, _ inspection.Steps, made Chart) {
		for _, layout := range []Layout{Wide, Narrow} {
			_, posts := readFlows(t, made.Picture(layout))
			words := strings.Join(texts(t, draw(t, testEngine(t), made.Drawing(layout, Dark))), " ")
			for _, post := range posts {
				label := strings.Join(strings.Fields(post.Label.Formatter), " ")
				if !strings.Contains(words, label) || !strings.HasSuffix(label, ": "+post.Value) {
					t.Errorf("%s: %q stands nowhere in %q", layout, label, words)
				}
			}
		}
	})
}

func TestColoursOfFlowsFollowTheScheme(t *testing.T) {
	e := seededEngland(t)
	steps, _ := e.Steps(inspection.FamilyILACS, "leaders", asOf, inspection.Where{})
	made, err := Journeys(e, steps, inspection.Where{})
	if err != nil {
		t.Fatal(err)
	}
	for scheme, fills := range map[Scheme][]string{Light: {"#79c7b6", "#cfe7ea", "#f7e0ae", "#e2a8ae"}, Dark: {"#14695d", "#1d4650", "#5a430f", "#6e2335"}} {
		svg := draw(t, testEngine(t), made.Drawing(Wide, scheme))
		if again := draw(t, testEngine(t), made.Drawing(Wide, scheme)); !bytes.Equal(svg, again) {
			t.Errorf("%s: two drawings of one chart differ", scheme)
		}
		for _, fill := range fills {
			if !bytes.Contains(svg, []byte(`fill="`+fill+`" fill-opacity="0.8"`)) {
				t.Errorf("%s: nothing flows in %s", scheme, fill)
			}
		}
	}
}

func TestJourneysOfTheOldRulesAreNeverMovesToTheNew(t *testing.T) {
	e := inspection.NewEngland(testRecord(t))
	steps, _ := e.Steps("sif", inspection.OverallStrand, asOf, inspection.Where{})
	made, err := Journeys(e, steps, inspection.Where{})
	if err != nil {
		t.Fatal(err)
	}
	if made.Title != "No inspection has been followed by another grade" || !slices.Contains(made.Table.Columns, "Next: inspected under other rules") {
		t.Errorf("%q, %q", made.Title, made.Table.Columns)
	}
	none := inspection.Steps{Judgement: steps.Judgement, Family: steps.Family, Scale: steps.Scale, Seen: steps.Seen}
	if made, err = Journeys(e, none, inspection.Where{}); err != nil || !made.Empty() || made.Summary == "" {
		t.Errorf("journeys of nothing: %+v, %v", made, err)
	}
}

func TestTitlesOfJourneysAndWaitsAreShort(t *testing.T) {
	e := seededEngland(t)
	eachJourney(t, func(t *testing.T, steps inspection.Steps, made Chart) {
		waits, ok := e.GradeWaits(steps.Family, steps.Judgement.Code, "inadequate", asOf, inspection.Where{})
		if !ok {
			t.Fatal("no waits")
		}
		waited, err := Waits(e, waits, inspection.Where{Region: "London"})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []Chart{made, waited} {
			if n := len(strings.Fields(c.Title)); n == 0 || n > 10 {
				t.Errorf("%s: the title has %d words: %q", c.Name, n, c.Title)
			}
			if c.Subtitle == "" || c.Caption == "" || !strings.HasSuffix(c.Summary, ".") || c.Table.Caption == "" {
				t.Errorf("%s: words are missing: %+v", c.Name, c)
			}
			if c.Wide.Size.Width != WideWidth || c.Narrow.Size.Width != NarrowWidth {
				t.Errorf("%s: drawn %v and %v", c.Name, c.Wide.Size, c.Narrow.Size)
			}
			for _, line := range c.Table.Rows {
				if len(line) != len(c.Table.Columns) {
					t.Errorf("%s: %d cells under %d columns: %q", c.Name, len(line), len(c.Table.Columns), line)
				}
			}
		}
	})
}
