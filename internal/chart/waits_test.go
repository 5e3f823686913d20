package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
)

func TestCurveIsDrawnAsItsTableTells(t *testing.T) {
	e := seededEngland(t)
	eachJourney(t, func(t *testing.T, steps inspection.Steps, _ Chart) {
		for _, from := range []string{worst, improve} {
			waits, _ := e.GradeWaits(steps.Family, steps.Judgement.Code, from, asOf, inspection.Where{})
			made, err := Waits(e, waits, inspection.Where{})
			if err != nil {
				t.Fatal(err)
			}
			for _, layout := range []Layout{Wide, Narrow} {
				o := readOption(t, made.Picture(layout))
				// Of each turn, by its day: the share, and whether the line is solid up to it.
				share, solid := map[int]float64{}, map[int]bool{}
				for _, s := range o.Series {
					for _, p := range points(t, s.Type, s.Data) {
						day := int(math.Round(p[0] * 1461 / 4))
						share[day], solid[day] = p[1], solid[day] || s.LineStyle.Type == "solid"
					}
					if s.Type == "line" && (s.Step != "end" || o.XAxis[0].Type != "value") {
						t.Errorf("from %s: a step %q on an axis of type %q turns at the wrong end", from, s.Step, o.XAxis[0].Type)
					}
				}
				turns := 0
				for _, line := range made.Table.Rows {
					day, _ := strconv.Atoi(line[0])
					waiting, _ := strconv.Atoi(line[1])
					drawn, ok := share[day]
					if !ok || wholePercent(drawn/100) != line[3] || solid[day] != (waiting >= fewWaiting) {
						t.Errorf("from %s, day %d: %v drawn (%v, solid %v), told %q", from, day, drawn, ok, solid[day], line)
					}
					came, _ := strconv.Atoi(line[2])
					turns += came
				}
				if want := len(waits.Ending(inspection.WaitBetter)); turns != want {
					t.Errorf("from %s: %d better grades told, want %d", from, turns, want)
				}
				for year, label := range o.XAxis[1].Data {
					if want := fmt.Sprintf("%d\n%d", year, len(waits.SeenFor(inspection.DaysOfYears(year)))); label != want {
						t.Errorf("from %s: below year %d stands %q, want %q", from, year, label, want)
					}
				}
				if n := len(waits.Waits); n > 0 && yearsOf(waits.Waits[n-1].Days) > float64(len(o.XAxis[1].Data)-1) {
					t.Errorf("from %s: the axis ends before the longest wait", from)
				}
				median, reached := waits.Median()
				marks := o.items(KindMark)
				if reached != (len(marks) == 1) || reached && (marks[0].Row != 50 || marks[0].Start != yearsOf(median)) {
					t.Errorf("from %s: the median %d, %v is marked %+v", from, median, reached, marks)
				}
			}
		}
	})
}

func TestWaitsOfNothing(t *testing.T) {
	e := seededEngland(t)
	waits, _ := e.GradeWaits(inspection.FamilyILACS, "leaders", worst, inspection.MustDate("2018-01-31"), inspection.Where{})
	made, err := Waits(e, waits, inspection.Where{})
	if err != nil || !made.Empty() || made.Title != "None has a better grade so far" {
		t.Errorf("got %+v, %v", made, err)
	}
}

func TestYearsAndTheirNumbersAreDrawnWhole(t *testing.T) {
	e := seededEngland(t)
	waits, _ := e.GradeWaits(inspection.FamilyILACS, inspection.OverallStrand, worst, asOf, inspection.Where{})
	made, err := Waits(e, waits, inspection.Where{})
	if err != nil {
		t.Fatal(err)
	}
	for _, layout := range []Layout{Wide, Narrow} {
		words := texts(t, draw(t, testEngine(t), made.Drawing(layout, Light)))
		for _, label := range readOption(t, made.Picture(layout)).XAxis[1].Data {
			for part := range strings.SplitSeq(label, "\n") {
				if !slices.Contains(words, part) {
					t.Errorf("%s: %q is not drawn: %q", layout, part, words)
				}
			}
		}
		if !slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "Half: ") && strings.HasSuffix(w, "44 months") }) {
			t.Errorf("%s: the median is not named: %q", layout, words)
		}
	}
}
