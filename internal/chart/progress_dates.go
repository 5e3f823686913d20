package chart

import (
	"cmp"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// MovedDates draws the day by which each area to improve was to be done, as first planned and as it is now. Where there are
// too many, those whose days moved furthest are drawn.
func MovedDates(subject inspection.Body, items []inspection.FollowedItem, asOf inspection.Date) (Chart, error) {
	s := newDateSheet(inspection.PlannedDates(items, asOf), asOf)
	out := Chart{
		Name: NameMovedDates, Subject: subject.ID,
		Title:    fmt.Sprintf("%s: %d of %s moved", subject.Name, s.moved, inspection.CountWords(s.planned, "date", "dates")),
		Subtitle: "The day by which each area to improve was to be done: first planned, and latest",
		Summary:  s.summary(subject),
		Caption: "Ring: the day first planned. Disc: the latest day that the body which decides has agreed. A disc in a ring: the day has not moved. " +
			"The dotted line is " + asOf.Words() + ". Items of twin letters with the same days stand in one row." + s.notDrawn(),
		Table: Table{
			Caption: "Original and latest dates of the areas to improve of " + subject.Name,
			Columns: []string{"Area to improve", "Original date", "Latest date", "Times moved", "State"},
			Rows:    s.lines(),
		},
	}
	if len(s.dates) == 0 {
		return out, nil
	}
	var err error
	if out.Wide, err = s.picture(Wide); err != nil {
		return Chart{}, fmt.Errorf("chart moved dates of %s: %w", subject.Name, err)
	}
	if out.Narrow, err = s.picture(Narrow); err != nil {
		return Chart{}, fmt.Errorf("chart moved dates of %s: %w", subject.Name, err)
	}
	return out, nil
}

type dateSheet struct {
	dates   []inspection.PlannedDate // those that are drawn
	planned int
	moved   int
	asOf    inspection.Date
}

func newDateSheet(dates []inspection.PlannedDate, asOf inspection.Date) dateSheet {
	s := dateSheet{dates: dates, planned: len(dates), asOf: asOf}
	for _, d := range dates {
		if d.Moved > 0 {
			s.moved++
		}
	}
	if len(dates) > mostRows {
		s.dates = slices.Clone(dates)
		slices.SortStableFunc(s.dates, func(a, b inspection.PlannedDate) int {
			return cmp.Compare(b.Original.DaysUntil(b.Latest), a.Original.DaysUntil(a.Latest))
		})
		s.dates = s.dates[:mostRows]
	}
	return s
}

// stateOf says whether the area is open, in the table and, where it is not, in the picture.
func stateOf(d inspection.PlannedDate) string {
	if d.Open {
		return "Open"
	}
	return "Closed"
}

// dateWords says how often a day was moved, and that its area is closed.
func dateWords(d inspection.PlannedDate) string {
	if d.Open {
		return d.MovedWords()
	}
	return d.MovedWords() + ", closed"
}

func (s dateSheet) lines() [][]string {
	var out [][]string
	for _, d := range s.dates {
		out = append(out, []string{inspection.ListWords(d.References), d.Original.Words(), d.Latest.Words(), fmt.Sprint(d.Moved), stateOf(d)})
	}
	return out
}

func (s dateSheet) notDrawn() string {
	if s.planned == len(s.dates) {
		return ""
	}
	return fmt.Sprintf(" Of %d dates the %d that moved furthest are drawn.", s.planned, len(s.dates))
}

func (s dateSheet) summary(subject inspection.Body) string {
	if s.planned == 0 {
		return "No plan with a date is recorded for " + subject.Name + ", so no date can have moved."
	}
	out := fmt.Sprintf("As it stood on %s, %s recorded, of which %d moved.", s.asOf.Words(),
		inspection.CountWords(s.planned, "planned date was", "planned dates were"), s.moved)
	furthest := slices.MaxFunc(s.dates, func(a, b inspection.PlannedDate) int {
		return cmp.Compare(a.Original.DaysUntil(a.Latest), b.Original.DaysUntil(b.Latest))
	})
	if furthest.Original.Before(furthest.Latest) {
		out += fmt.Sprintf(" The furthest, of %s, moved from %s to %s (%s).", inspection.ListWords(furthest.References),
			furthest.Original.Words(), furthest.Latest.Words(), furthest.MovedWords())
	}
	return out
}

const (
	dateRow       = 34
	dateNarrowRow = 48  // with the name above
	dateRight     = 150 // for the words beside the latest days
	dateNarrow    = 16
)

func (s dateSheet) picture(layout Layout) (Picture, error) {
	width, left, right, row := WideWidth, ageMargin, dateRight, dateRow
	payload := LanePayload{Inset: [2]float64{4, 4}, Years: true}
	first, last := s.asOf, s.asOf
	var names []string
	for i, d := range s.dates {
		name, y := inspection.ListWords(d.References), float64(i)
		item := LaneItem{
			Kind: KindDates, Start: days(d.Original), End: days(d.Latest), Row: y, LastRow: y,
			Tip: tip(name, "First planned: "+d.Original.Words(), "Latest: "+d.Latest.Words(), sentenceCase(dateWords(d))),
		}
		for _, day := range []inspection.Date{d.Original, d.Latest} {
			if day.Before(first) {
				first = day
			}
			if day.After(last) {
				last = day
			}
		}
		if layout == Wide {
			names, item.Words = append(names, wrap(name, 19)), []string{dateWords(d)}
		} else {
			names, payload.Names = append(names, name), append(payload.Names, name+": "+dateWords(d))
		}
		payload.Items = append(payload.Items, item)
	}
	payload.Items = append(payload.Items, LaneItem{
		Kind: KindBreak, Edge: EdgeDay, Start: days(s.asOf), End: days(s.asOf), LastRow: float64(len(names) - 1), Words: []string{s.asOf.Words()},
	})
	if layout == Narrow {
		width, left, right, row = NarrowWidth, dateNarrow, dateNarrow, dateNarrowRow
		payload.Inset = [2]float64{22, 4}
	}
	room := max(10, first.DaysUntil(last)/20) // so that no mark stands on the edge
	out, err := rowsOption(names, timeAxis(first.AddDays(-room), last.AddDays(room)), newGrid(left, right, TopMargin, BottomMargin), layout, payload)
	return Picture{Option: out, Size: Size{Width: width, Height: TopMargin + row*len(names) + BottomMargin}}, err
}
