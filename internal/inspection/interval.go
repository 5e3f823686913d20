package inspection

import (
	"cmp"
	"slices"
	"time"
)

// waitsBegin is the first day on which an inspection can have begun for the wait after it to count. Full inspections
// stood still from March 2020 until 2021, and a wait across that pause says nothing about the waits of today.
var waitsBegin = Day(2021, time.January, 1)

// bandShares are the shares of councils inspected again by the beginning, the middle and the end of the band. They and
// waitsBegin were fixed before anything was measured with them; fitting them to what is measured would make that empty.
var bandShares = []float64{0.05, 0.50, 0.95}

const (
	// leastPairs is the least number of councils inspected twice on which a band may rest: with fewer, the twentieth of
	// them at which it begins and ends is not even one council.
	leastPairs = 20
	// gradedRecord is the list of full inspections whose completeness limits how long a council is known to have waited.
	gradedRecord = "ilacs_graded"
	// rounding absorbs what a product of fractions is off by.
	rounding = 1e-9
)

// Window is a stretch of days, its first and its last among them. The zero Window is unknown.
type Window struct{ From, Until Date }

// Known reports whether there is a window at all.
func (w Window) Known() bool { return w.From.Known() && w.Until.Known() }

// Holds reports whether a day lies in the window.
func (w Window) Holds(day Date) bool { return w.Known() && !day.Before(w.From) && !day.After(w.Until) }

// Days returns the number of days from the first to the last.
func (w Window) Days() int { return w.From.DaysUntil(w.Until) }

// Words says the window to the day: "7 January 2029 to 7 January 2030".
func (w Window) Words() string { return w.From.Words() + " to " + w.Until.Words() }

// monthsAround returns the whole months that two windows reach from the earlier start to the later end; of one where
// the other is unknown.
func monthsAround(a, b Window) Window {
	switch {
	case !a.Known() && !b.Known():
		return Window{}
	case !a.Known():
		a = b
	case !b.Known():
		b = a
	}
	from, until := a.From, a.Until
	if b.From.Before(from) {
		from = b.From
	}
	if b.Until.After(until) {
		until = b.Until
	}
	return Window{From: Day(from.Year(), from.Month(), 1), Until: Day(until.Year(), until.Month()+1, 0)}
}

// wait is the time between two full inspections of one authority that follow each other, or that from its latest one
// to the last day seen.
type wait struct {
	authority string
	after     *Inspection
	next      *Inspection // nil while the authority waits
	days      int         // from the last day of fieldwork to the first day of the next
}

// seen returns the last day that waits can be followed to: a day, or the earlier one to which the list of full
// inspections is complete. Beyond that nobody knows who still waits.
func (r *Record) seen(asOf Date) Date {
	to := r.CompleteTo(Body{Kind: Authority}, gradedRecord)
	if !to.Known() || to.After(asOf) {
		return asOf
	}
	return to
}

// waits returns the waits of every authority, which England works out once for a day.
func (r *Record) waits(seen Date) []wait {
	if e := r.ordered(); e != nil {
		return e.waited.of(seen, r.workOutWaits)
	}
	return r.workOutWaits(seen)
}

// workOutWaits returns the waits of every authority after the full inspections of one family that were out by a day, shortest
// first. An authority waits for itself alone: an ended one stops waiting on its last day, and an inspection of a
// successor is not its next.
func (r *Record) workOutWaits(seen Date) []wait {
	ended := map[string]Date{}
	for _, b := range r.Bodies {
		if b.EndedBy(seen) {
			ended[b.ID] = b.Ended
		}
	}
	var out []wait
	for authority, full := range r.fullOfEach() {
		var all []*Inspection
		for _, in := range full {
			if r.Family(in) == FamilyILACS && in.OutBy(seen) {
				all = append(all, in)
			}
		}
		for i, in := range all {
			w := wait{authority: authority, after: in}
			until := seen
			if last, ok := ended[authority]; ok {
				until = last
			}
			if i+1 < len(all) {
				w.next = all[i+1]
				until = w.next.FieldworkStart
			}
			w.days = in.FieldworkEnd.DaysUntil(until)
			measured := in.FieldworkEnd.Precision() == ToDay && until.Precision() == ToDay
			if measured && w.days >= 0 && !in.FieldworkStart.Before(waitsBegin) {
				out = append(out, w)
			}
		}
	}
	slices.SortFunc(out, func(a, b wait) int {
		return cmp.Or(cmp.Compare(a.days, b.days), cmp.Compare(a.authority, b.authority), cmp.Compare(a.after.ID, b.after.ID))
	})
	return out
}

// daysByShare estimates within how many days each of some rising shares of authorities has been inspected again. One
// authority can be left out altogether. Where the waits are too short to reach a share, that one and those above it are
// missing from the end of the result.
func daysByShare(shortestFirst []wait, without string, shares []float64) []int {
	var spells []spell
	for _, w := range shortestFirst {
		if w.authority != without {
			spells = append(spells, spell{w.days, w.next != nil})
		}
	}
	return daysToShares(stillWaiting(spells), shares)
}

// band returns the days to the beginning, middle and end of the band. The second result is false where too few
// authorities have been inspected twice, or where too many wait to say when the last of them will be reached.
func band(shortestFirst []wait, without string) (days [3]int, ok bool) {
	pairs := 0
	for _, w := range shortestFirst {
		if w.next != nil && w.authority != without {
			pairs++
		}
	}
	found := daysByShare(shortestFirst, without, bandShares)
	if pairs < leastPairs || len(found) < len(bandShares) {
		return days, false
	}
	return [3]int(found), true
}

// Measure is how one kind of window would have done on inspections of the past.
type Measure struct {
	Pairs, Inside int // councils inspected twice; those whose inspectors came inside the window
	width         int
}

// HitRate returns the share of inspections that fell inside, from 0 to 1.
func (m Measure) HitRate() float64 { return over(m.Inside, m.Pairs) }

// MeanWidth returns the mean width of the windows in days.
func (m Measure) MeanWidth() float64 { return over(m.width, m.Pairs) }

func (m *Measure) add(w Window, day Date) {
	if !w.Known() {
		return
	}
	m.Pairs++
	m.width += w.Days()
	if w.Holds(day) {
		m.Inside++
	}
}

func over(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// BackTest is how each kind of window would have done for the councils of England that were inspected twice. Every band
// is estimated without the council that it is tried on. The terms of the test were chosen knowing this same data, so it
// shows that the windows are computed as stated; it does not promise as much of the next ones.
type BackTest struct {
	Seen           Date // the day to which waits were followed
	Pairs, Waiting int  // waits that ended in another inspection, and those that had not
	WaitingLonger  int  // of the waiting, those seen beyond the end of their own band
	Band           Measure
	Usual          Measure // the rule's window, counted from publication
	UsualFieldwork Measure // the same, counted from the end of fieldwork
	Shown          Measure // the whole months around band and rule, which readers see
	MeanError      float64 // days by which the middle of the band missed, on average
	Change         Date    // the first day of the inspection rules in force
	AfterChange    int     // of the pairs, those whose second inspection was under these
}

// BackTest tries the windows on what had been seen of England by a day. The rules are those of r; every full inspection
// is in england, which may be r itself. The second result is false where no band can be estimated.
func (r *Record) BackTest(england *Record, asOf Date) (BackTest, bool) {
	out := BackTest{Seen: england.seen(asOf)}
	out.Change = england.rulesSince(asOf)
	all := england.waits(out.Seen)
	missed := 0
	for _, w := range all {
		days, ok := band(all, w.authority)
		if !ok {
			return BackTest{}, false
		}
		if w.next == nil {
			out.Waiting++
			if w.days > days[2] {
				out.WaitingLonger++
			}
			continue
		}
		out.Pairs++
		came := w.next.FieldworkStart
		likely := bandWindow(w.after, days)
		usual := r.usualWindow(w.after.Published)
		out.Band.add(likely, came)
		out.Usual.add(usual, came)
		out.UsualFieldwork.add(r.usualWindow(w.after.FieldworkEnd), came)
		out.Shown.add(monthsAround(usual, likely), came)
		missed += max(days[1]-w.days, w.days-days[1])
		if out.Change.Known() && !came.Before(out.Change) {
			out.AfterChange++
		}
	}
	out.MeanError = over(missed, out.Pairs)
	return out, out.Pairs > 0
}

func bandWindow(after *Inspection, days [3]int) Window {
	return Window{From: after.FieldworkEnd.AddDays(days[0]), Until: after.FieldworkEnd.AddDays(days[2])}
}

// rulesSince returns the first day of the newest rules under which full inspections of the family were made on a day.
func (r *Record) rulesSince(on Date) Date {
	var since Date
	for _, f := range r.Catalogue.Frameworks() {
		if f.Family == FamilyILACS && !f.From.First().After(on) && f.From.After(since) {
			since = f.From.First()
		}
	}
	return since
}
