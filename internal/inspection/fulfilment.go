package inspection

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
)

// OfFulfilment is the kind of record that a Fulfilment is.
const OfFulfilment RecordKind = "fulfilment"

// Fulfilment is what officers recorded of a duty that follows from a letter: that a body published its report or plan,
// on which day and where. Rows are only ever added. Of several for one duty of one body the last one counts, and one
// without a day or an address takes back what was said before.
type Fulfilment struct {
	ID           string `gorm:"primaryKey" json:"id"`
	InspectionID string `json:"inspection"`
	BodyID       string `json:"body"`
	RuleCode     string `json:"rule"`
	On           Date   `gorm:"column:on_day" json:"date"` // the day of publication, or its month
	Address      string `json:"address,omitempty"`         // where it can be read
	Words        string `json:"words,omitempty"`
	RecordedOn   Date   `json:"recorded_on"`
	RecordedBy   string `json:"recorded_by"` // the post of whoever recorded it
	Position     int    `json:"position"`    // 1 for the first that was recorded of this duty of this body
}

// The longest texts of a Fulfilment, in characters.
const (
	longestAddress = 500
	longestWords   = 1000
)

// Done reports whether it says that something was published, rather than taking that back.
func (f Fulfilment) Done() bool { return f.On.Known() || f.Address != "" }

// Says reports whether another says the same of the duty.
func (f Fulfilment) Says(o Fulfilment) bool {
	return f.On == o.On && f.Address == o.Address && f.Words == o.Words
}

// DoneWords says when it was published: "published on 1 October 2026", "published in October 2026", "published".
func (f Fulfilment) DoneWords() string {
	switch {
	case !f.On.Known():
		return "published"
	case f.On.Precision() == ToDay && !f.On.Approximate():
		return "published on " + f.On.Words()
	}
	return "published in " + f.On.Words()
}

// Check says what is wrong with what an officer entered about a letter's duty. Earlier is the answer that counts now, or
// nil. Fields are those of the form: on, address, words, and body and rule for what no form offers.
func (f Fulfilment) Check(c *Catalogue, in *Inspection, earlier *Fulfilment, today Date) Problems {
	var out Problems
	wrong := func(field, format string, args ...any) {
		out = append(out, Problem{Field: field, Words: fmt.Sprintf(format, args...)})
	}
	if !in.Of(f.BodyID) {
		wrong("body", "Choose a body that this inspection is confirmed to be of")
	}
	if !in.owes(c, f.RuleCode) {
		wrong("rule", "Choose a duty that follows from this letter")
	}
	letter := in.letterDay()
	switch {
	case f.On.Known() && f.On.Precision() == ToYear:
		wrong("on", "Enter the day or the month of publication, like 1 October 2026")
	case f.On.First().After(today):
		wrong("on", "%s is in the future. Enter the day on which it was published", f.On.Words())
	case f.On.Known() && letter.Known() && f.On.Last().Before(letter.First()):
		wrong("on", "%s is before %s, when the council can first have had the letter. Enter a later day", f.On.Words(), letter.Words())
	}
	switch u, err := url.Parse(f.Address); {
	case f.Address == "":
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		wrong("address", "Enter the whole address of the page, beginning with https://")
	case len([]rune(f.Address)) > longestAddress:
		wrong("address", "Shorten the address: at most %d characters fit", longestAddress)
	}
	switch {
	case len([]rune(f.Words)) > longestWords:
		wrong("words", "Shorten the note: at most %d characters fit", longestWords)
	case f.Done() || len(out) > 0:
	case earlier == nil:
		wrong("on", "Enter the day on which it was published, or its address")
	case f.Words == "":
		wrong("words", "Say why what was recorded before does not hold")
	}
	return out
}

// owes reports whether a duty follows from the letter.
func (in *Inspection) owes(c *Catalogue, code string) bool {
	for _, duty := range c.Duties(in) {
		if duty == code {
			return true
		}
	}
	return false
}

// letterDay is the first day on which the council can have had the letter: that of receipt, else the end of fieldwork or,
// where that is unknown, publication.
func (in *Inspection) letterDay() Date {
	for _, d := range []Date{in.Received, in.FieldworkEnd, in.Published} {
		if d.Known() {
			return d
		}
	}
	return in.FieldworkStart
}

// CheckDates says what is wrong with the day of receipt and the printed day that an officer enters for an inspection;
// either may be unknown. Fields are those of the form: received, statement_due.
func (in *Inspection) CheckDates(received, statementDue, today Date) Problems {
	var out Problems
	wrong := func(field, format string, args ...any) {
		out = append(out, Problem{Field: field, Words: fmt.Sprintf(format, args...)})
	}
	visited := cmp.Or(in.FieldworkEnd, in.FieldworkStart)
	switch {
	case !received.Known():
	case !received.Exact():
		wrong("received", "Enter the whole date on which the final letter was received: day, month and year")
	case received.After(today):
		wrong("received", "%s is in the future. Check the day on which the final letter was received", received.Words())
	case received.Before(visited.First()):
		wrong("received", "Enter a later day: the final letter comes after the last day of fieldwork, %s", visited.Words())
	case in.Published.Exact() && received.After(in.Published):
		wrong("received", "The letter was published on %s, and the council has it by then. Check the day on which the final letter was received", in.Published.Words())
	}
	after := in.letterDay()
	if received.Known() {
		after = received
	}
	if fault := statementDueFault(statementDue, after); fault != "" {
		wrong("statement_due", "%s", fault)
	}
	return out
}

// longestDuty bounds how many months after a letter a printed day can be, so that a slip in the year shows.
const longestDuty = 24

// statementDueFault says what is wrong with a printed day for a statement, given the first day on which the council can
// have had the letter; it is empty where nothing is.
func statementDueFault(due, letter Date) string {
	switch {
	case !due.Known():
	case !due.Exact():
		return "Enter the whole date that the letter prints: day, month and year"
	case letter.Known() && !due.After(letter.Last()):
		return fmt.Sprintf("The day by which a statement is due comes after the letter (%s). Check the date that the letter prints", letter.Words())
	case letter.Known() && due.After(letter.Last().AddMonths(longestDuty)):
		return due.Words() + " is more than two years after the letter. Check the date that the letter prints"
	}
	return ""
}

// fulfilments returns what counts by a day of one duty after an inspection: for each body of it the last that was
// recorded, unless that takes back what was said before.
func (r *Record) fulfilments(in *Inspection, rule string, asOf Date) []Fulfilment {
	var out []Fulfilment
	for _, body := range in.Bodies {
		if last, ok := r.Answer(in, rule, body.BodyID, asOf); ok && last.Done() {
			out = append(out, last)
		}
	}
	return out
}

// Answer returns what stood on a day of one duty of one body after an inspection, also where it takes back what was said
// before. A day of publication is taken as now known, so that a corrected one never counts.
func (r *Record) Answer(in *Inspection, rule, body string, asOf Date) (Fulfilment, bool) {
	var all []Fulfilment
	for _, f := range r.Fulfilments {
		if f.InspectionID == in.ID && f.RuleCode == rule && f.BodyID == body {
			all = append(all, f)
		}
	}
	slices.SortFunc(all, func(a, b Fulfilment) int { return cmp.Compare(b.Position, a.Position) })
	corrected := false
	for _, f := range all {
		if corrected && f.Done() {
			continue
		}
		if !f.countsFrom().After(asOf) {
			return f, true
		}
		corrected = f.On.Known()
	}
	return Fulfilment{}, false
}

// countsFrom is the day from which a Fulfilment counts: that of publication where it is known, for what was public by a day
// was so before officers noted it, else that on which it was recorded. A month counts from its end, as with letters, but no
// later than it was recorded.
func (f Fulfilment) countsFrom() Date {
	if f.On.Known() && f.On.Last().Before(f.RecordedOn) {
		return f.On.Last()
	}
	return f.RecordedOn
}
