package inspection

import (
	"cmp"
	"slices"
)

// Record is what is held about some bodies: the whole of the seed, or what one page needs. Rules about more than one
// inspection are its methods. A Record is read-only once built.
type Record struct {
	Catalogue *Catalogue
	Calendar  *Calendar

	Bodies       []Body
	Successions  []Succession
	PlaceMembers []PlaceMember
	Services     []Service
	Inspections  []*Inspection
	Fulfilments  []Fulfilment
	Milestones   []Milestone
	Figures      []Figure
	Completeness []Completeness
	Sources      []Source
	Themes       []Theme
	Terms        []Term
	Rules        []Rule
	BankHolidays []BankHoliday
	LaterViews   []LaterView // of the areas to improve of Inspections; those taken back are among them
	Links        []RecommendationLink

	OfficialFigures []OfficialFigure

	order *England // the order in which England put it; nil of other records
}

// Body returns a body by its ID.
func (r *Record) Body(id string) (Body, bool) {
	if e := r.ordered(); e != nil {
		if h, ok := e.History(id); ok {
			return h.Body, true
		}
	}
	i := slices.IndexFunc(r.Bodies, func(b Body) bool { return b.ID == id })
	if i < 0 {
		return Body{}, false
	}
	return r.Bodies[i], true
}

// Name returns a body's name, or its ID where the record does not hold the body.
func (r *Record) Name(id string) string {
	if b, ok := r.Body(id); ok {
		return b.Name
	}
	return id
}

// Source returns a source by its ID.
func (r *Record) Source(id string) (Source, bool) {
	i := slices.IndexFunc(r.Sources, func(s Source) bool { return s.ID == id })
	if i < 0 {
		return Source{}, false
	}
	return r.Sources[i], true
}

// Members returns the authorities of a place in its own order; an authority is its own only member.
func (r *Record) Members(id string) []Body {
	b, ok := r.Body(id)
	if !ok {
		return nil
	}
	if b.Kind != Place {
		return []Body{b}
	}
	members := slices.Clone(r.PlaceMembers)
	slices.SortStableFunc(members, func(a, b PlaceMember) int { return cmp.Compare(a.Position, b.Position) })
	var out []Body
	for _, m := range members {
		if member, ok := r.Body(m.AuthorityID); ok && m.PlaceID == id {
			out = append(out, member)
		}
	}
	return out
}

// EarlierCouncils returns the ended authorities whose area the given ones took over, each once, latest first. Their
// past is shown as their own; it is never the successors'.
func (r *Record) EarlierCouncils(authorities ...Body) []Body {
	var out []Body
	for _, a := range authorities {
		for _, s := range r.Successions {
			from, ok := r.Body(s.FromID)
			if s.ToID != a.ID || !ok || slices.ContainsFunc(out, func(b Body) bool { return b.ID == from.ID }) {
				continue
			}
			out = append(out, from)
		}
	}
	slices.SortStableFunc(out, func(a, b Body) int { return b.Ended.Compare(a.Ended) })
	return out
}

// Successors returns the authorities that took over an ended one's area.
func (r *Record) Successors(id string) []Body {
	var out []Body
	for _, s := range r.Successions {
		if b, ok := r.Body(s.ToID); ok && s.FromID == id {
			out = append(out, b)
		}
	}
	return out
}

// Partnerships returns the partnerships that stand on an authority's page.
func (r *Record) Partnerships(authority string) []Body {
	var out []Body
	for _, b := range r.Bodies {
		if b.Kind == Partnership && b.ListedOn == authority {
			out = append(out, b)
		}
	}
	return out
}

// Providers returns the providers that serve, or served, any of the given authorities, each once.
func (r *Record) Providers(authorities ...Body) []Body {
	var out []Body
	for _, s := range r.Services {
		serves := slices.ContainsFunc(authorities, func(a Body) bool { return a.ID == s.AuthorityID })
		known := slices.ContainsFunc(out, func(b Body) bool { return b.ID == s.ProviderID })
		if b, ok := r.Body(s.ProviderID); ok && serves && !known {
			out = append(out, b)
		}
	}
	return out
}

// ListedUnder returns the bodies whose inspections a reader expects in the list of one: an authority's own and those of
// its partnerships; for a place, which is a whole area, also those of its authorities, of the earlier councils and of the
// providers that serve it. Each inspection in such a list says whose it was.
func (r *Record) ListedUnder(id string) []Body {
	b, ok := r.Body(id)
	if !ok {
		return nil
	}
	members := r.Members(id)
	out := []Body{b}
	if b.Kind == Place {
		out = append(out, members...)
		out = append(out, r.EarlierCouncils(members...)...)
		out = append(out, r.Providers(members...)...)
	}
	for _, m := range members {
		out = append(out, r.Partnerships(m.ID)...)
	}
	return out
}

// EventsUnder returns the IDs of the bodies whose events a reader expects in the list of one: its own, and those of the
// authorities and partnerships of its area.
func (r *Record) EventsUnder(id string) []string {
	ids := []string{id}
	for _, member := range r.Members(id) {
		ids = append(ids, member.ID)
		for _, partnership := range r.Partnerships(member.ID) {
			ids = append(ids, partnership.ID)
		}
	}
	return ids
}

// InspectionsOf returns the inspections and visits confirmed to be of a body that were out by a day, in the order in
// which they came out.
func (r *Record) InspectionsOf(body string, asOf Date) []*Inspection {
	var out []*Inspection
	for _, in := range r.Inspections {
		if in.Of(body) && in.OutBy(asOf) {
			out = append(out, in)
		}
	}
	slices.SortFunc(out, ByDay)
	return out
}

// PerhapsOf returns the inspections that may be of a body but are not confirmed to be. They are in nobody's count.
func (r *Record) PerhapsOf(body string, asOf Date) []*Inspection {
	var out []*Inspection
	for _, in := range r.Inspections {
		if in.PerhapsOf(body) && in.OutBy(asOf) {
			out = append(out, in)
		}
	}
	slices.SortFunc(out, ByDay)
	return out
}

// Graded reports whether an inspection's kind gives judgements.
func (r *Record) Graded(in *Inspection) bool {
	k, ok := r.Catalogue.Kind(in.Kind)
	return ok && k.Graded
}

// Family returns the family of an inspection's framework.
func (r *Record) Family(in *Inspection) Family {
	f, _ := r.Catalogue.Framework(in.Framework)
	return f.Family
}

// CompleteTo returns the day to which one kind of record is believed complete for a body; the unknown date where it is
// complete to none. What is said of every authority holds for those that have no line of their own and existed on the day to
// which it is said: one that is to end later is among them.
func (r *Record) CompleteTo(body Body, record string) Date {
	var every Date
	for _, c := range r.Completeness {
		if c.Record != record {
			continue
		}
		if c.BodyID == body.ID {
			return c.To
		}
		if c.BodyID == EveryAuthority && (body.Kind == Authority || body.Kind == Partnership) && !body.EndedBy(c.To) {
			every = c.To
		}
	}
	return every
}
