package inspection

import "slices"

// AsOf returns the record as it stood on a day (rule 8 of the first screen): what had come out and what had begun by then,
// as it is now known. Bodies, sources and the days to which lists are complete stay as they are: they say how well that
// time is known, and successions tell who came before and after. A council that went on and took over from another is the
// exception: before that day it had no part in the other's past.
func (r *Record) AsOf(day Date) *Record {
	out := *r
	out.Inspections = kept(r.Inspections, func(in *Inspection) bool { return in.OutBy(day) })
	out.Milestones = kept(r.Milestones, func(m Milestone) bool { return m.OnBy(day) })
	out.Services = kept(r.Services, func(s Service) bool { return !s.From.First().After(day) })
	out.Successions = kept(r.Successions, func(s Succession) bool {
		to, _ := r.Body(s.ToID)
		return !s.On.First().After(day) || !to.BegunBy(day)
	})
	out.Figures = kept(r.Figures, func(f Figure) bool { return !f.On.Last().After(day) })
	known := map[string]bool{} // what can be spoken of: the letters that were out, and their areas to improve
	for _, in := range out.Inspections {
		known[in.ID] = true
		for _, item := range in.Recommendations {
			known[item.Reference] = true
		}
	}
	out.LaterViews = kept(r.LaterViews, func(v LaterView) bool { return known[v.InspectionID] })
	out.Links = kept(r.Links, func(l RecommendationLink) bool { return known[l.FromReference] })
	return &out
}

// kept returns the part of a list that passes, and leaves the list itself alone.
func kept[T any](list []T, passes func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(one T) bool { return !passes(one) })
}

// OnBy reports whether the event had happened by a day. One known to the month counts from the end of that month, and one
// of an unknown day never.
func (m Milestone) OnBy(day Date) bool { return m.On.Known() && !m.On.Last().After(day) }

// BegunBy reports whether the body existed on a day or before it. A body of which no first day is held always did.
func (b Body) BegunBy(day Date) bool { return !b.Created.Known() || !b.Created.First().After(day) }

// ExistedOn reports whether the body had begun by a day and had not ended before it.
func (b Body) ExistedOn(day Date) bool { return b.BegunBy(day) && !b.EndedBy(day) }

// MembersOn returns the authorities that a place had on a day: its members or, where they had not begun, the earlier
// councils that then had their areas, each once. An authority is its own only member, and none before it began; so it is with
// a place that came with a reorganisation.
func (r *Record) MembersOn(id string, day Date) []Body {
	b, _ := r.Body(id)
	var out []Body
	if b.Kind == Place && !b.BegunBy(day) {
		return nil
	}
	for _, m := range r.Members(id) {
		then := []Body{m}
		if !m.BegunBy(day) {
			then = nil
			if b.Kind == Place {
				then = r.before(m, day)
			}
		}
		for _, one := range then {
			if !slices.ContainsFunc(out, func(known Body) bool { return known.ID == one.ID }) {
				out = append(out, one)
			}
		}
	}
	return out
}

// before returns the earlier councils of an authority that existed on a day.
func (r *Record) before(authority Body, day Date) []Body {
	return kept(r.EarlierCouncils(authority), func(b Body) bool { return b.ExistedOn(day) })
}
