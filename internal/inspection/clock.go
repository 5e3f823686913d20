package inspection

import (
	"fmt"
	"slices"
)

// Basis says what the day of a Clock rests on.
type Basis string

// The bases of a Clock, best first.
const (
	PrintedInLetter Basis = "printed"
	FromReceipt     Basis = "received"
	FromPublication Basis = "published" // the latest possible day, since the council has the letter before the public does
)

// Clock is a day by which something has to be done after a letter: printed in it, or computed by a rule.
type Clock struct {
	Rule        Rule
	Source      Source
	Basis       Basis
	From        Date         // the day from which the rule counts; unknown where the day is printed, or neither day is held
	Due         Date         // unknown where nothing can be computed
	Fulfilments []Fulfilment // what each body is recorded to have done by the day asked about
	noReason    string       // why nothing can be computed
}

// LatestPossible reports whether the duty may in truth have ended earlier, since receipt is not recorded.
func (c Clock) LatestPossible() bool { return c.Basis == FromPublication && c.Due.Known() }

// Confirmed reports whether the day is printed in the letter or follows from a rule that is confirmed.
func (c Clock) Confirmed() bool { return c.Basis == PrintedInLetter || c.Rule.Confirmed() }

// FulfilledBy returns what is recorded to have been done by a body.
func (c Clock) FulfilledBy(body string) (Fulfilment, bool) {
	i := slices.IndexFunc(c.Fulfilments, func(f Fulfilment) bool { return f.BodyID == body })
	if i < 0 {
		return Fulfilment{}, false
	}
	return c.Fulfilments[i], true
}

// HowWords says how the day was found, or why there is none: "70 working days from publication; the day the letter was
// received is not recorded, so this is the latest possible day".
func (c Clock) HowWords() string {
	switch {
	case c.Basis == PrintedInLetter:
		return "printed in the letter"
	case !c.Due.Known():
		return c.noReason
	case c.LatestPossible():
		return c.basisWords() + ", so this is the latest possible day"
	}
	return c.basisWords()
}

func (c Clock) basisWords() string {
	switch c.Basis {
	case PrintedInLetter:
		return "printed in the letter"
	case FromReceipt:
		return fmt.Sprintf("%d working days from the day the letter was received", c.Rule.Value)
	}
	return fmt.Sprintf("%d working days from publication; the day the letter was received is not recorded", c.Rule.Value)
}

// Run computes a rule for an inspection: from receipt where that day is recorded, else from publication, which gives the
// latest possible day since receipt comes first (domain rules 3.4). The Clock has no day where neither is known to the
// day, or where the count leads out of the years that the calendar holds; HowWords then says which.
func (c *Calendar) Run(rule Rule, in *Inspection) Clock {
	clock := Clock{Rule: rule, From: in.Received, Basis: FromReceipt}
	if !clock.From.Known() {
		clock.From, clock.Basis = in.Published, FromPublication
	}
	due, ok := c.AddWorkingDays(clock.From, rule.Value)
	first, last, held := c.Span()
	switch {
	case rule.Unit != WorkingDays || rule.Value == 0:
		clock.noReason = "the rule names no number of working days"
	case clock.From.Precision() != ToDay:
		clock.noReason = "nothing can be computed: neither the day of receipt nor the day of publication is on this record"
	case !ok && !held:
		clock.noReason = "nothing can be computed: no bank holidays are on this record"
	case !ok:
		clock.noReason = fmt.Sprintf("nothing can be computed: the bank holidays held here are those of %d to %d", first, last)
	default:
		due.approx = clock.From.Approximate()
		clock.Due = due
	}
	return clock
}

// Duties returns the codes of the rules that a letter of this inspection sets going, in the order in which they fall
// due: those of its kind, those of an area for priority action where it has one, and those of its outcome.
func (c *Catalogue) Duties(in *Inspection) []string {
	f, _ := c.Framework(in.Framework)
	kind, ok := f.Kind(in.Kind)
	if !ok {
		kind, _ = c.Kind(in.Kind)
	}
	out := slices.Clone(kind.Duties)
	if slices.ContainsFunc(in.Recommendations, func(rec Recommendation) bool { return rec.Kind == PriorityAction }) {
		out = append(out, kind.PriorityDuties...)
	}
	for _, j := range in.Judgements {
		if grade, ok := c.Grade(in.Framework, j.Strand, j.Grade); ok {
			out = append(out, grade.Duties...)
		}
	}
	if len(out) == 0 && in.StatementDue.Known() {
		out = []string{PrintedStatementRule}
	}
	return out
}

// Clocks returns every day that follows from an inspection's letter by the rules as they stood when it came out, with
// what is recorded by a day to have been done. A day that the letter prints wins over the computed one; it is that of
// the statement or plan, the last of the duties.
func (r *Record) Clocks(in *Inspection, asOf Date) []Clock {
	if !in.OutBy(asOf) || r.Calendar == nil {
		return nil
	}
	out, _ := in.OutDay()
	duties := r.Catalogue.Duties(in)
	var clocks []Clock
	for i, code := range duties {
		printed := in.StatementDue.Known() && i == len(duties)-1
		rule, ok := r.Rule(code, out)
		switch {
		case !ok && !printed:
			continue
		case !ok:
			rule = Rule{Code: code, About: "The statement or plan that the letter asks for"}
		}
		clock := r.Calendar.Run(rule, in)
		if printed {
			clock = Clock{Rule: rule, Basis: PrintedInLetter, Due: in.StatementDue}
		}
		clock.Source, _ = r.Source(rule.SourceID)
		clock.Fulfilments = r.fulfilments(in, code, asOf)
		clocks = append(clocks, clock)
	}
	return clocks
}
