package chart

import (
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

var compareColumns = []string{"Authority", "From", "To", "What", "Inspection", "Inspection rules"}

// MostCompared is how many lanes one picture of a comparison has: more would be too tall to be looked at as one.
const MostCompared = 40

// Compare draws one judgement of several authorities, a lane for each, on one axis of time. An earlier council's grades stand
// in its own lane alone. Of more than MostCompared authorities it draws the first, and says so.
func Compare(e *inspection.England, with inspection.Comparables, judgement inspection.Strand) (Chart, error) {
	s := sheet{record: e.Record, from: inspection.RecordBegins, until: with.On}
	var lanes []inspection.Lane
	var latest []inspection.LatestJudgement
	drawn := inspection.CountWords(len(with.Members), "authority", "authorities")
	if all := len(with.Members); all > MostCompared {
		with.Members = with.Members[:MostCompared]
		drawn = fmt.Sprintf("the first %d of %d authorities", MostCompared, all)
	}
	for _, m := range with.Members {
		h, _ := e.History(m.Body.ID)
		lane := e.LaneOf(h, judgement, with.On).Main[0]
		lane.Code, lane.Name = m.Body.ID, m.Body.Name
		lanes, latest = append(lanes, lane), append(latest, e.LatestJudgement(h, judgement, with.On))
		s.addLane(lane)
	}
	for i, lane := range lanes {
		if created := with.Members[i].Body.Created; created.Known() && created.After(s.from) {
			s.addBegan(lane.Name, created, i)
		}
		s.addCompared(lane, latest[i].NotHeld, judgement, i)
	}
	s.addChanges(judgement)
	out, err := s.chart()
	if err != nil {
		return Chart{}, fmt.Errorf("chart %s of %s and others: %w", judgement.Phrase, with.Authority.Name, err)
	}
	out.Name, out.Subject = NameCompare, with.Authority.ID
	out.Title = fmt.Sprintf("%s, %s", judgement.Short, years(s.from, s.until))
	out.Subtitle = fmt.Sprintf("The latest published grade of %s, %s", drawn, inspection.DateRangeWords(s.from, s.until))
	out.Summary = fmt.Sprintf("A lane for each of %s, %s first. On %s, %s", drawn, with.Authority.Name, with.On.Words(),
		inspection.CountLatest(judgement, latest))
	out.Caption = fmt.Sprintf("%s stands first. Blocks show the latest published grade, from the day it was published. They say what "+
		"inspectors found then, not what happened in between. Grades on two sides of a double line were given under other rules and are "+
		"not compared. A report of an inspection under the older rules may have come out after the line.", with.Authority.Name)
	out.Table.Columns, out.Table.Caption = compareColumns, judgement.Short+" in each authority"
	return out, nil
}

// addBegan says in an authority's lane that it did not exist yet.
func (s *sheet) addBegan(name string, created inspection.Date, row int) {
	began := "Council began on " + created.Words()
	item := LaneItem{
		Kind: KindNote, Start: days(s.from), End: days(created.First()), Row: float64(row), LastRow: float64(row),
		Words: []string{began, "Began " + created.ShortMonthWords()}, Tip: tip(name, began),
	}
	s.facts = append(s.facts, fact{item: item, line: []string{name, created.Words(), "", began, "", ""}})
}

// addCompared adds one authority's lane, and under which rules each of its grades was given.
func (s *sheet) addCompared(lane inspection.Lane, notHeld bool, judgement inspection.Strand, row int) {
	before := len(s.facts)
	if notHeld {
		words := "Report not held"
		item := LaneItem{Kind: KindNote, Start: days(s.from), End: days(s.until), Row: float64(row), LastRow: float64(row), Words: []string{words}, Tip: tip(lane.Name, words)}
		s.facts = append(s.facts, fact{item: item, line: []string{lane.Name, "", "", words, "", ""}})
		return
	}
	s.addBlocks(lane, row)
	for i, b := range lane.Blocks {
		f := &s.facts[before+i]
		if b.Graded() && b.Strand.Spans(judgement.Code) {
			shareGrade(f, b, lane.Name)
		}
		f.line = append(f.line, s.rules(b.Inspection))
	}
	if len(lane.Marks)+len(lane.Blocks) == 0 || len(lane.Marks) > 0 {
		before = len(s.facts)
		s.addMarks(lane, row)
		for i := range s.facts[before:] {
			var in *inspection.Inspection
			if i < len(lane.Marks) {
				in = lane.Marks[i].Inspection
			}
			s.facts[before+i].line = append(s.facts[before+i].line, s.rules(in))
		}
	}
}

// shareGrade draws a grade that several subjects shared as the grade of none of them alone.
func shareGrade(f *fact, b inspection.Block, name string) {
	words := fmt.Sprintf("No grade of its own; one for %s: %s", b.Strand.Phrase, lowerFirst(b.Grade.Name))
	f.item.Kind, f.item.Look = KindAbsence, LookNoSuchJudgement
	f.item.Words = []string{words, "One grade for both: " + lowerFirst(b.Grade.Name), "Both: " + lowerFirst(b.Grade.Name), "One for both"}
	f.line[3] = words
	f.item.Tip = tip(name+": "+words, f.line[4])
}

func (s *sheet) rules(in *inspection.Inspection) string {
	if in == nil {
		return ""
	}
	f, _ := s.record.Catalogue.Framework(in.Framework)
	return sentenceCase(f.PlainName)
}

// addChanges adds a break where other rules began to judge: another family of them, or the first that give this judgement
// or no longer do.
func (s *sheet) addChanges(judgement inspection.Strand) {
	var before *inspection.Framework
	for _, f := range s.record.Catalogue.Frameworks() {
		if f.From.After(s.until) || !slices.ContainsFunc(f.Kinds, func(k inspection.Kind) bool { return k.Full }) {
			continue
		}
		if before != nil && (before.Family != f.Family || gives(*before, judgement) != gives(f, judgement)) {
			words := f.InShortWords()
			if before.Family == f.Family {
				_, words, _ = strings.Cut(f.PlainName, ", ")
			}
			change := newRules(f.From, sentenceCase(strings.TrimPrefix(words, "the ")), "All", s.lastRow())
			change.line = append(change.line, sentenceCase(f.PlainName))
			s.facts = append(s.facts, change)
		}
		before = &f
	}
}

func gives(f inspection.Framework, judgement inspection.Strand) bool {
	_, ok := f.Strand(judgement.Code)
	return ok
}
