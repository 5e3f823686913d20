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
	by           string       // the body whose duty it is: the authority itself or its partnership
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
// its time has passed by the day or is still to come. Of an authority that has ended nothing is expected any more.
func (r *Record) Expected(authorities []Body, asOf Date) []Expectation {
	var out []Expectation
	for _, a := range authorities {
		if a.EndedBy(asOf) {
			continue
		}
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
		out = append(out, r.plans(a, asOf, false)...)
	}
	slices.SortStableFunc(out, func(a, b Expectation) int { return cmp.Or(a.Until.Compare(b.Until), a.From.Compare(b.From)) })
	return out
}

// Fulfilled lists the statements and plans after the latest letters that are recorded to have been published.
func (r *Record) Fulfilled(authorities []Body, asOf Date) []Expectation {
	var out []Expectation
	for _, a := range authorities {
		out = append(out, r.plans(a, asOf, true)...)
	}
	return out
}

// plans lists the statements and plans that an authority owes, alone or with its partners, after its latest full
// inspection and after the letters of visits and joint inspections since. Those of letters before it are history: the
// full inspection has looked at everything again. It lists those that are done, or those that are not.
func (r *Record) plans(a Body, asOf Date, done bool) []Expectation {
	if a.EndedBy(asOf) {
		return nil
	}
	var last *Inspection
	if full := r.fullInspections(a.ID, asOf); len(full) > 0 {
		last = full[len(full)-1]
	}
	var out []Expectation
	for _, body := range append([]Body{a}, r.Partnerships(a.ID)...) {
		for _, in := range r.InspectionsOf(body.ID, asOf) {
			if last != nil && ByDay(in, last) < 0 {
				continue
			}
			for _, clock := range r.Clocks(in, asOf) {
				_, fulfilled := clock.FulfilledBy(body.ID)
				if clock.Rule.Code != PublishReportRule && clock.Due.Known() && fulfilled == done {
					out = append(out, Expectation{Body: a, Inspection: in, From: clock.Due, Until: clock.Due, Clock: &clock, by: body.ID})
				}
			}
		}
	}
	return out
}

// DateLine is a line of the dates ahead, or of those that have passed with nothing recorded, or of what was done.
type DateLine struct {
	When       string
	Words      string
	Passed     bool
	Inspection *Inspection
	Clock      *Clock
	Fulfilment *Fulfilment // where the line says that something was done
	on         Date
}

// DateLines lists the dates that letters and facts themselves give: returns as bands, announced frameworks, and the
// statements and plans, with those that were published last. A rule that nobody confirmed is never called overdue: its
// line asks.
func (r *Record) DateLines(authorities []Body, place string, asOf Date) []DateLine {
	var out []DateLine
	names := func(bodies []Body) string {
		all := make([]string, len(bodies))
		for i, b := range bodies {
			all[i] = b.NameWithin(place)
		}
		return ListWords(all)
	}
	expected := r.Expected(authorities, asOf)
	for i, e := range expected {
		if e.Clock == nil {
			name := ""
			if len(authorities) > 1 {
				name = names([]Body{e.Body})
			}
			f, _ := r.Catalogue.Framework(e.Inspection.Framework)
			out = append(out, returnLine(e, f.Short, name, asOf))
			continue
		}
		if slices.ContainsFunc(expected[:i], e.sameDuty) {
			continue // one line speaks for all councils of which the same is expected
		}
		var owing []Body
		for _, other := range expected[i:] {
			if e.sameDuty(other) {
				owing = append(owing, other.Body)
			}
		}
		whose := names(owing) + "'s"
		switch {
		case len(authorities) == 1:
			whose = "the council's"
		case len(owing) == len(authorities):
			whose = "each council's"
		}
		out = append(out, clockLine(e, whose, asOf))
	}
	for _, f := range r.Catalogue.Frameworks() {
		if f.DueOn(asOf) {
			out = append(out, DateLine{When: f.From.Words(), Words: f.Name + " due; it may change what is inspected and how.", on: f.From.Last()})
		}
	}
	slices.SortStableFunc(out, func(a, b DateLine) int {
		return cmp.Or(boolOrder(a.Passed, b.Passed), a.on.Compare(b.on))
	})
	for _, e := range r.Fulfilled(authorities, asOf) {
		whose := names([]Body{e.Body}) + "'s"
		if len(authorities) == 1 {
			whose = "the council's"
		}
		out = append(out, doneLine(e, whose))
	}
	return out
}

// sameDuty reports whether two expectations are of one rule and one day, so that one line can say both.
func (e Expectation) sameDuty(o Expectation) bool {
	return e.Clock != nil && o.Clock != nil && e.Clock.Rule.Code == o.Clock.Rule.Code && e.Clock.Due == o.Clock.Due && e.Clock.Basis == o.Clock.Basis
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

func clockLine(e Expectation, whose string, asOf Date) DateLine {
	c := e.Clock
	l := DateLine{When: c.Due.Words(), Inspection: e.Inspection, Clock: c, on: c.Due, Passed: c.Due.Before(asOf)}
	day := "Day"
	if c.LatestPossible() {
		day = "Latest day"
	}
	l.Words = fmt.Sprintf("%s for %s %s (%s).", day, whose, c.planWords(), c.basisWords())
	if l.Passed {
		l.Words += " No link recorded: ask."
	}
	return l
}

func doneLine(e Expectation, whose string) DateLine {
	done, _ := e.Clock.FulfilledBy(e.by)
	l := DateLine{When: done.On.Words(), Inspection: e.Inspection, Clock: e.Clock, Fulfilment: &done, Passed: true, on: done.On}
	if !done.On.Known() {
		l.When = "Day not recorded"
	}
	l.Words = sentenceCase(fmt.Sprintf("%s %s was published.", whose, e.Clock.planWords()))
	return l
}

// planWords says inside a sentence what is to be published.
func (c Clock) planWords() string {
	if c.Rule.Code == StatementOfActionRule {
		return "written statement of action"
	}
	return lowerFirst(c.Rule.About)
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
