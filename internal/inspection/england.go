package inspection

import (
	"slices"
	"time"
)

// Standing counts authorities by the overall effectiveness grade of their latest full inspection, as at one day.
// Frameworks that grade overall differently are counted side by side and never compared across their change.
type Standing struct {
	On        Date
	Grades    map[string]int // authorities by grade code
	NotYet    int            // no grade in our record yet
	NotHeld   int            // inspected, by a report that we do not hold
	NoOverall int            // last inspected since Ofsted stopped giving an overall grade
}

// EnoughKnown is the least share of authorities with a grade for which shares are drawn.
const EnoughKnown = 0.95

// Known returns the number of authorities whose overall grade is known: the denominator of shares.
func (s Standing) Known() int {
	n := 0
	for _, c := range s.Grades {
		n += c
	}
	return n
}

// Total returns the number of authorities that existed on the day.
func (s Standing) Total() int { return s.Known() + s.NotYet + s.NotHeld + s.NoOverall }

// Graded returns the share of authorities whose latest inspection is one we can speak for: those with a grade among all
// that could have one, those without an overall grade left out.
func (s Standing) Graded() float64 {
	could := s.Total() - s.NoOverall
	if could == 0 {
		return 0
	}
	return float64(s.Known()) / float64(could)
}

// SharesDrawn reports whether enough is known for shares to be drawn.
func (s Standing) SharesDrawn() bool { return s.Known() > 0 && s.Graded() >= EnoughKnown }

// StandingBasis says which inspections count for a Standing. Official figures use different bases in different years.
type StandingBasis struct {
	FieldworkEndedBy Date // unknown: any
	PublishedBy      Date // unknown: any
}

// Standing counts the authorities that existed on a day and pass the filter (nil: all).
func (r *Record) Standing(on Date, basis StandingBasis, filter func(Body) bool) Standing {
	out := Standing{On: on, Grades: map[string]int{}}
	full := r.fullByAuthority()
	for _, b := range r.Bodies {
		if b.Kind != Authority || b.EndedBy(on) || b.Created.After(on) || filter != nil && !filter(b) {
			continue
		}
		var last *Inspection
		for _, in := range full[b.ID] {
			day, _ := in.OutDay()
			late := basis.PublishedBy.Known() && day.Last().After(basis.PublishedBy) ||
				basis.FieldworkEndedBy.Known() && in.FieldworkEnd.Last().After(basis.FieldworkEndedBy)
			if !late {
				last = in
			}
		}
		r.stand(&out, b, last, len(full[b.ID]) > 0)
	}
	return out
}

// stand counts one authority by its last inspection.
func (r *Record) stand(out *Standing, b Body, last *Inspection, anyHeld bool) {
	if last == nil {
		if b.Ended.Known() && !anyHeld {
			out.NotHeld++
		} else {
			out.NotYet++
		}
		return
	}
	f, _ := r.Catalogue.Framework(last.Framework)
	j, _ := last.Judgement(OverallStrand)
	_, known := r.Catalogue.Grade(last.Framework, OverallStrand, j.Grade)
	switch {
	case known:
		out.Grades[j.Grade]++
	case !f.GivesOverall():
		out.NoOverall++
	default:
		out.NotHeld++
	}
}

// fullByAuthority returns every authority's full inspections, oldest first.
func (r *Record) fullByAuthority() map[string][]*Inspection {
	out := map[string][]*Inspection{}
	for _, in := range r.Inspections {
		k, ok := r.Catalogue.Kind(in.Kind)
		if !ok || !k.Full {
			continue
		}
		for _, b := range in.Bodies {
			if b.Confirmed {
				out[b.BodyID] = append(out[b.BodyID], in)
			}
		}
	}
	for _, all := range out {
		slices.SortFunc(all, ByDay)
	}
	return out
}

// England returns the standing of all authorities at the end of each quarter from March 2014 to a day, by publication,
// and on that day itself. It goes no further than the day to which the list of full inspections is complete.
func (r *Record) England(asOf Date) []Standing {
	if to := r.fullCompleteTo(Body{Kind: Authority}, asOf); to.Known() && to.Before(asOf) {
		asOf = to
	}
	var out []Standing
	for end := Day(2014, time.March, 31); !end.After(asOf); end = Day(end.Year(), end.Month()+4, 0) {
		out = append(out, r.Standing(end, StandingBasis{PublishedBy: end}, nil))
	}
	if len(out) == 0 || out[len(out)-1].On != asOf {
		out = append(out, r.Standing(asOf, StandingBasis{PublishedBy: asOf}, nil))
	}
	return out
}
