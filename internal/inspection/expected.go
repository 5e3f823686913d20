package inspection

import (
	"cmp"
	"fmt"
	"slices"
)

// Expectation is something that a letter or a rule leads one to expect: a return of inspectors, a published statement.
type Expectation struct {
	Body         Body // whom it concerns; an authority, also where its partnership was inspected
	Inspection   *Inspection
	Announcement Announcement // of a return; empty for a duty
	From, Until  Date         // the band in which it was, or is, to come
	Clock        *Clock       // of a duty; nil for a return
}

// announced returns the returns that an inspection's outcome announces, as bands: "approximately" months counted from
// the start of fieldwork to the letter, so that no hard date is made of it (pitfall 21).
func (r *Record) announced(body Body, in *Inspection) []Expectation {
	g, ok := r.outcome(in)
	if !ok {
		return nil
	}
	out, _ := in.OutDay()
	var all []Expectation
	for _, a := range g.Announces {
		from := in.FieldworkStart
		if !from.Known() {
			from = out
		}
		all = append(all, Expectation{
			Body: body, Inspection: in, Announcement: a,
			From: from.AddMonths(a.Months).First(), Until: out.AddMonths(a.Months).Last(),
		})
	}
	return all
}

// recorded reports whether an inspection of a kind, later than another, is on the record by a day.
func (r *Record) recorded(body Body, kind string, after *Inspection, asOf Date) bool {
	return slices.ContainsFunc(r.InspectionsOf(body.ID, asOf), func(in *Inspection) bool {
		return in.Kind == kind && ByDay(in, after) > 0
	})
}

// Expected lists what the latest letters and the duties after them lead one to expect and has nothing recorded, whether
// its time has passed by the day or is still to come.
func (r *Record) Expected(authorities []Body, asOf Date) []Expectation {
	var out []Expectation
	for _, a := range authorities {
		for _, p := range r.Partnerships(a.ID) {
			for _, f := range r.Catalogue.Frameworks() {
				in := r.latestOutcome(p, f, asOf)
				if in == nil || !f.Outcome {
					continue
				}
				for _, e := range r.announced(p, in) {
					if !r.recorded(p, e.Announcement.Kind, in, asOf) {
						e.Body = a
						out = append(out, e)
					}
				}
			}
		}
		if e, ok := r.statementOfAction(a, asOf); ok {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Expectation) int { return cmp.Or(a.Until.Compare(b.Until), a.From.Compare(b.From)) })
	return out
}

// statementOfAction is the duty to publish a written statement of proposed action after the latest full inspection.
func (r *Record) statementOfAction(a Body, asOf Date) (Expectation, bool) {
	full := r.fullInspections(a.ID, asOf)
	if len(full) == 0 || r.Calendar == nil || a.EndedBy(asOf) {
		return Expectation{}, false
	}
	last := full[len(full)-1]
	k, _ := r.Catalogue.Kind(last.Kind)
	rule, ok := r.Rule(StatementOfActionRule, last.Published)
	if !ok || !k.Statement {
		return Expectation{}, false
	}
	clock, ok := r.Calendar.RunClock(rule, last)
	if !ok {
		return Expectation{}, false
	}
	clock.Source, _ = r.Source(rule.SourceID)
	return Expectation{Body: a, Inspection: last, From: clock.Due, Until: clock.Due, Clock: &clock}, true
}

// DateLine is a line of the dates ahead, or of those that have passed with nothing recorded.
type DateLine struct {
	When       string
	Words      string
	Passed     bool
	Inspection *Inspection
	Clock      *Clock
	on         Date
}

// DateLines lists the dates that letters and facts themselves give: returns as bands, announced frameworks, and the
// statement of action. A rule that nobody confirmed is never called overdue: its line asks.
func (r *Record) DateLines(authorities []Body, place string, asOf Date) []DateLine {
	var out []DateLine
	for _, e := range r.Expected(authorities, asOf) {
		name := e.Body.NameWithin(place)
		if len(authorities) == 1 {
			name = ""
		}
		if e.Clock == nil {
			f, _ := r.Catalogue.Framework(e.Inspection.Framework)
			out = append(out, returnLine(e, f.Short, name, asOf))
			continue
		}
		line := clockLine(e, len(authorities) > 1, asOf)
		i := slices.IndexFunc(out, func(l DateLine) bool { return l.Clock != nil && l.When == line.When && l.Words == line.Words })
		if i < 0 {
			out = append(out, line)
		}
	}
	for _, f := range r.Catalogue.Frameworks() {
		if f.Announced && f.From.First().After(asOf) {
			out = append(out, DateLine{When: f.From.Words(), Words: f.Name + " due; it may change what is inspected and how.", on: f.From.Last()})
		}
	}
	slices.SortStableFunc(out, func(a, b DateLine) int {
		return cmp.Or(boolOrder(a.Passed, b.Passed), a.on.Compare(b.on))
	})
	return out
}

func returnLine(e Expectation, subject, name string, asOf Date) DateLine {
	out, _ := e.Inspection.OutDay()
	l := DateLine{When: "About " + BandWords(e.From, e.Until), Inspection: e.Inspection, on: e.Until, Passed: e.Until.Before(asOf)}
	l.Words = fmt.Sprintf("%s %s (letter of %d: within approximately %s).", subject, e.Announcement.Words, out.Year(), monthsWords(e.Announcement.Months))
	if name != "" {
		l.Words = name + ": " + l.Words
	} else {
		l.Words = sentenceCase(l.Words)
	}
	if l.Passed {
		l.Words += " No result is on this record: ask."
	}
	return l
}

func clockLine(e Expectation, several bool, asOf Date) DateLine {
	c := e.Clock
	l := DateLine{When: c.Due.Words(), Inspection: e.Inspection, Clock: c, on: c.Due, Passed: c.Due.Before(asOf)}
	day := "Latest day"
	basis := fmt.Sprintf("%d working days from publication; the day the letter was received is not recorded", c.Rule.Value)
	if c.Basis == "received" {
		day, basis = "Day", fmt.Sprintf("%d working days from the day the letter was received", c.Rule.Value)
	}
	whose := "the council's"
	if several {
		whose = "each council's"
	}
	l.Words = fmt.Sprintf("%s for %s written statement of action (%s).", day, whose, basis)
	if l.Passed {
		l.Words += " No link recorded: ask."
	}
	return l
}

func monthsWords(months int) string {
	if months%12 == 0 {
		return yearWords(months / 12)
	}
	return fmt.Sprintf("%d months", months)
}

// yearWords says a number of years in words: "three years".
func yearWords(n int) string {
	if n == 1 {
		return "one year"
	}
	return NumberWords(n) + " years"
}
