package inspection

import (
	"cmp"
	"slices"
)

// spell is one stretch of waiting: for how many days it was seen, and whether what was waited for came at its end.
type spell struct {
	days int
	came bool
}

// CurvePoint is one day, counted from the beginning of every wait, on which any of them ended or was no longer seen.
type CurvePoint struct {
	Days    int
	Waiting int     // seen waiting up to this day, those that end on it among them
	Came    int     // of these, for whom what they waited for came on this day
	Still   float64 // the share still waiting after it, from 0 to 1
}

// stillWaiting estimates, after Kaplan and Meier, what share of all waits still goes on after each day. Those that are no
// longer seen count for as long as they were seen waiting, so that the patient ones are not left out.
func stillWaiting(shortestFirst []spell) []CurvePoint {
	var out []CurvePoint
	waiting, still := len(shortestFirst), 1.0
	for i := 0; i < len(shortestFirst); {
		p := CurvePoint{Days: shortestFirst[i].days, Waiting: waiting}
		for ; i < len(shortestFirst) && shortestFirst[i].days == p.Days; i++ {
			waiting--
			if shortestFirst[i].came {
				p.Came++
			}
		}
		still *= 1 - float64(p.Came)/float64(p.Waiting)
		p.Still = still
		out = append(out, p)
	}
	return out
}

// daysToShares returns within how many days each of some rising shares of the waits is over. Where the curve is too short
// to reach a share, that one and those above it are missing from the end of the result.
func daysToShares(curve []CurvePoint, shares []float64) []int {
	var out []int
	for _, p := range curve {
		for len(out) < len(shares) && p.Still <= 1-shares[len(out)]+rounding {
			out = append(out, p.Days)
		}
	}
	return out
}

// WaitEnd is how a wait for a better grade stood when it was last seen.
type WaitEnd string

// The ends of a wait. What is gone improved in nobody's count: see GradeWait.Why.
const (
	WaitBetter WaitEnd = "better"  // a later letter gave a better grade
	WaitGoing  WaitEnd = "waiting" // it still goes on
	WaitGone   WaitEnd = "gone"    // it can no longer end in a better grade under these rules
)

// GradeWait is the time from the letter with which an authority came to a low grade in one judgement to the first later one
// with a better grade under the same family of rules. Another letter with the low grade, or a lower one, does not end it.
type GradeWait struct {
	Body *Body
	From *Inspection
	End  WaitEnd
	Next *Inspection // the letter that ended it, of whatever rules; nil where it goes on or the council ended
	Why  StepEnd     // of a wait that is gone: StepLeft, StepOtherRules or StepEnded
	Days int         // from publication to publication, or to the last day on which it was seen
}

// GradeWaits are the waits for a grade better than one in a judgement under one family of rules.
type GradeWaits struct {
	Family     Family
	Judgement  Strand
	From       Grade
	Seen       Date        // the last day up to which waits are followed
	Waits      []GradeWait // shortest first
	Unmeasured []GradeWait // those whose days are not known, by the names of their authorities
}

// GradeWaits follows every time that an authority came to a grade to the first better one, by the letters published by a
// day and no later than England is Seen. The second result is false where the family does not have the judgement, or the
// judgement not the grade.
func (e *England) GradeWaits(family Family, judgement, grade string, asOf Date, where Where) (GradeWaits, bool) {
	rules := e.judging(judgement)
	strand, scale, has := e.judgedIn(family, judgement)
	from, graded := scale.Grade(grade)
	if !has || !graded {
		return GradeWaits{}, false
	}
	out := GradeWaits{Family: family, Judgement: strand, From: from, Seen: e.Seen(asOf)}
	seen := dayNumber(out.Seen)
	for h := range e.meant(where) {
		var open *GradeWait
		for i, in := range h.Full {
			if h.outBy[i] > seen {
				continue
			}
			by, rank := rules[in.Framework], -1
			if by.family == family {
				rank = scale.Rank(by.grade(in, judgement))
			}
			switch {
			case open == nil && rank == scale.Rank(grade):
				open = &GradeWait{Body: &h.Body, From: in}
			case open == nil:
			case by.family != family:
				open = out.close(open, in, WaitGone, StepOtherRules)
			case !by.has:
				open = out.close(open, in, WaitGone, StepLeft)
			case rank >= 0 && rank < scale.Rank(grade):
				open = out.close(open, in, WaitBetter, "")
			}
		}
		switch {
		case open == nil:
		case h.Body.EndedBy(out.Seen):
			out.close(open, nil, WaitGone, StepEnded)
		default:
			out.close(open, nil, WaitGoing, "")
		}
	}
	slices.SortStableFunc(out.Waits, func(a, b GradeWait) int { return cmp.Compare(a.Days, b.Days) })
	return out, true
}

// close ends a wait and keeps it where its days are known. It returns nil, for there is then no open one.
func (w *GradeWaits) close(one *GradeWait, by *Inspection, end WaitEnd, why StepEnd) *GradeWait {
	one.Next, one.End, one.Why = by, end, why
	until := w.Seen
	switch {
	case by != nil:
		until = by.Published
	case end == WaitGone:
		until = one.Body.Ended
	}
	if from := one.From.Published; from.Precision() == ToDay && until.Precision() == ToDay && !until.Before(from) {
		one.Days = from.DaysUntil(until)
		w.Waits = append(w.Waits, *one)
	} else {
		w.Unmeasured = append(w.Unmeasured, *one)
	}
	return nil
}

// Ending returns the measured waits with an end, shortest first.
func (w GradeWaits) Ending(end WaitEnd) []GradeWait {
	return slices.DeleteFunc(slices.Clone(w.Waits), func(one GradeWait) bool { return one.End != end })
}

// SeenFor returns the waits that were seen going on for at least so many days, shortest first.
func (w GradeWaits) SeenFor(days int) []GradeWait {
	i, _ := slices.BinarySearchFunc(w.Waits, days, func(one GradeWait, days int) int { return cmp.Compare(one.Days, days) })
	return w.Waits[i:]
}

// Curve estimates what share of the waits still goes on after each day on which one ended.
func (w GradeWaits) Curve() []CurvePoint {
	var spells []spell
	for _, one := range w.Waits {
		spells = append(spells, spell{one.Days, one.End == WaitBetter})
	}
	return stillWaiting(spells)
}

// BetterBy returns the estimated share that has a better grade within so many days, from 0 to 1.
func (w GradeWaits) BetterBy(days int) float64 {
	share := 0.0
	for _, p := range w.Curve() {
		if p.Days <= days {
			share = 1 - p.Still
		}
	}
	return share
}

// Median returns within how many days half have a better grade; false where fewer than half have so far.
func (w GradeWaits) Median() (days int, ok bool) {
	found := daysToShares(w.Curve(), []float64{0.5})
	if len(found) == 0 {
		return 0, false
	}
	return found[0], true
}

// DaysOfYears returns the days of so many years, leap days among them, rounded.
func DaysOfYears(years int) int { return (years*1461 + 2) / 4 }

// MonthsOfDays returns the months that so many days are about.
func MonthsOfDays(days int) int { return (days*48 + 730) / 1461 }
