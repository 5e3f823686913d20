package inspection

import (
	"fmt"
	"math"
	"slices"
)

// The codes of the rules that a forecast rests on, and of the one that may end it.
const (
	InspectionIntervalRule       = "inspection_interval"        // the next full inspection usually comes so many months after the last
	InspectionIntervalMarginRule = "inspection_interval_margin" // so many months either way
	NewFrameworkRule             = "new_framework"              // new inspection rules are announced
)

// Forecast is the stretch of months in which the next full inspection of an authority is most likely, and what that
// rests on. It never says a day, and never a grade.
type Forecast struct {
	Authority      Body
	AsOf           Date        // what was not out by this day is not in it
	From           *Inspection // the latest full inspection; nil where there is none
	Seen           Date        // the day to which the waits of other councils were followed
	Usual          Window      // by the rule, counted from publication; unknown without the rule or that day
	UsualFieldwork Window      // the same, counted from the end of fieldwork
	Band           Window      // in which nine tenths of councils were inspected again; unknown where no band can be estimated
	Median         Date        // the middle of the band; for those who check the estimate, not for readers
	Absent         string      // why there is no window, in a sentence; empty where there is one
	Tried          *Trial      // how the usual window did the last time; nil where it could not be tried
}

// Trial sets the usual window after an authority's inspection before the latest against the day inspectors came.
type Trial struct {
	After, Next    *Inspection
	Usual          Window // counted from publication
	UsualFieldwork Window // counted from the end of fieldwork
}

// Forecast works out when the next full inspection of an authority is most likely, from what was out by a day. The rules
// are those of r; every full inspection is in england, which may be r itself. Where the second result is false there is
// no window and Absent says why: the authority did not exist on the day, has ended, ends before its window would begin, has had
// no inspection of today's family, or was judged inadequate, after which other rules apply.
func (r *Record) Forecast(england *Record, authority Body, asOf Date) (Forecast, bool) {
	out := Forecast{Authority: authority, AsOf: asOf, Seen: england.seen(asOf)}
	full := england.fullInspections(authority.ID, asOf)
	if n := len(full); n > 0 && england.Family(full[n-1]) == FamilyILACS {
		out.From = full[n-1]
	}
	switch {
	case !authority.BegunBy(asOf):
		out.Absent = fmt.Sprintf("%s did not exist yet: it began on %s.", authority.Name, authority.Created.Words())
	case authority.EndedBy(asOf):
		out.Absent = fmt.Sprintf("%s ended on %s, so inspectors will not come to it again.", authority.Name, authority.Ended.Words())
	case out.From == nil:
		out.Absent = fmt.Sprintf("No full inspection of %s under the inspection rules of 2018 is on this record, and the window is counted from one.", authority.Name)
	case england.foundInadequate(out.From):
		out.Absent = fmt.Sprintf("The full inspection of %s gave the grade inadequate. "+
			"After that other rules apply, and monitoring visits come first, so no window is worked out.", out.From.VisitedWords())
		out.Absent += england.afterInadequateWords(out.Seen)
	}
	if out.Absent != "" {
		return out, false
	}
	out.Usual, out.UsualFieldwork = r.usualWindow(out.From.Published), r.usualWindow(out.From.FieldworkEnd)
	if days, ok := band(england.waits(out.Seen), ""); ok && out.From.FieldworkEnd.Precision() == ToDay {
		out.Band, out.Median = bandWindow(out.From, days), out.From.FieldworkEnd.AddDays(days[1])
	}
	out.Tried = r.trial(england, full)
	if !out.Window().Known() {
		out.Absent = "Too little is known of the latest full inspection, or of the time that passes between two, to work out a window."
		return out, false
	}
	if ends := authority.Ended; ends.Known() && ends.Before(out.Window().From) {
		out.Absent = fmt.Sprintf("%s ends on %s, before the months in which its next full inspection would be likely. Ofsted may come sooner.",
			authority.Name, ends.Words())
		return out, false
	}
	return out, true
}

// usualWindow returns the window that the rule of the interval gives, counted from a day; unknown where the record holds
// no such rule or the day is not known.
func (r *Record) usualWindow(from Date) Window {
	interval, ok := r.Rule(InspectionIntervalRule, from)
	margin, known := r.Rule(InspectionIntervalMarginRule, from)
	if !ok || !known || from.Precision() != ToDay {
		return Window{}
	}
	return Window{From: from.AddMonths(interval.Value - margin.Value), Until: from.AddMonths(interval.Value + margin.Value)}
}

// trial sets the usual window after the inspection before the latest against the latest. It is nil where there is no such
// pair, where the first of the two began before the pandemic's pause was over, or where it gave the grade inadequate and
// the usual window did not apply.
func (r *Record) trial(england *Record, full []*Inspection) *Trial {
	if len(full) < 2 {
		return nil
	}
	after, next := full[len(full)-2], full[len(full)-1]
	usual := r.usualWindow(after.FieldworkEnd)
	if england.Family(after) != FamilyILACS || after.FieldworkStart.Before(waitsBegin) || england.foundInadequate(after) ||
		!usual.Known() || next.FieldworkStart.Precision() != ToDay {
		return nil
	}
	return &Trial{After: after, Next: next, Usual: r.usualWindow(after.Published), UsualFieldwork: usual}
}

// foundInadequate reports whether an inspection gave the lowest grade overall or, where its rules give no overall grade,
// for any judgement.
func (r *Record) foundInadequate(in *Inspection) bool {
	f, _ := r.Catalogue.Framework(in.Framework)
	return slices.ContainsFunc(in.Judgements, func(j Judgement) bool {
		s, ok := f.Strand(j.Strand)
		scale, _ := r.Catalogue.Scale(s.Scale)
		return ok && scale.Lowest(j.Grade) && (j.Strand == OverallStrand || !f.GivesOverall())
	})
}

// afterInadequateWords says how long the councils that were judged inadequate waited; nothing where too few did to tell
// one from another.
func (r *Record) afterInadequateWords(seen Date) string {
	var again []int // days, shortest first
	waiting := 0
	for _, w := range r.waits(seen) {
		switch {
		case !r.foundInadequate(w.after):
		case w.next == nil:
			waiting++
		default:
			again = append(again, w.days)
		}
	}
	if len(again) < 2 {
		return ""
	}
	return fmt.Sprintf(" Of the councils with that grade since %d, %s were inspected again, about %d to %d months later, and %s still waited on %s.",
		waitsBegin.Year(), NumberWords(len(again)), aboutMonths(again[0]), aboutMonths(again[len(again)-1]), NumberWords(waiting), seen.Words())
}

// aboutMonths returns a number of days in months, to the nearest.
func aboutMonths(days int) int { return int(math.Round(float64(days) * 12 / 365.25)) }

// Window returns the whole months from the earlier start to the later end of what the rule and the band say; unknown
// where neither says anything.
func (f Forecast) Window() Window { return monthsAround(f.Usual, f.Band) }

// WindowWords says the window as readers see it: "most likely January 2029 to March 2030; Ofsted may come sooner". Once
// it has begun, or ended with no inspection on the record, the words say so. It is empty where there is no window.
func (f Forecast) WindowWords() string {
	w := f.Window()
	switch {
	case f.Absent != "" || !w.Known():
		return ""
	case w.Until.Before(f.AsOf):
		return fmt.Sprintf("the likely months ended with %s and no later inspection is on this record; Ofsted may come at any time", w.Until.MonthWords())
	case !f.AsOf.Before(w.From):
		return fmt.Sprintf("most likely by %s; Ofsted may come at any time", w.Until.MonthWords())
	}
	return fmt.Sprintf("most likely %s to %s; Ofsted may come sooner", w.From.MonthWords(), w.Until.MonthWords())
}

// EndWords says that the authority ends within its window; it is empty where it does not.
func (f Forecast) EndWords() string {
	if ends := f.Authority.Ended; !ends.Known() || !f.Window().Known() || ends.After(f.Window().Until) {
		return ""
	}
	return "The council ends on " + f.Authority.Ended.Words() + ", and inspectors do not come to it after that."
}

// Words says in a sentence how the usual window, counted from the end of fieldwork, did the last time.
func (t Trial) Words() string {
	w, came := t.UsualFieldwork, t.Next.FieldworkStart
	var ran, where string
	switch {
	case came.After(w.Until):
		ran, where = "ran to "+w.Until.Words(), CountWords(w.Until.DaysUntil(came), "day", "days")+" after it"
	case came.Before(w.From):
		ran, where = "began on "+w.From.Words(), CountWords(came.DaysUntil(w.From), "day", "days")+" before it"
	default:
		ran, where = "ran from "+w.Words(), "inside it"
	}
	return fmt.Sprintf("After the inspection of %s the usual window (counted from the end of fieldwork) %s; inspectors came on %s, %s.",
		t.After.VisitedWords(), ran, came.Words(), where)
}
