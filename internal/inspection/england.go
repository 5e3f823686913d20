package inspection

import (
	"cmp"
	"slices"
)

// England is the record of every authority's full inspections, put in order once so that a question about many of them does
// not search it anew. It is read-only, as the Record in it.
type England struct {
	*Record
	histories []History
	byID      map[string]int
	byLACode  map[string]int
}

// History is one authority with its full inspections, whatever their rules, oldest first.
type History struct {
	Body Body
	Full []*Inspection

	outBy []int // of each inspection: the last day that its OutDay can mean, as dayNumber
	ended []int // of each: the last day that the end of its fieldwork can mean; 0 where it is unknown
}

// NewEngland puts a record in order. It must hold every authority, with its full inspections.
func NewEngland(r *Record) *England {
	e := &England{Record: r, byID: map[string]int{}, byLACode: map[string]int{}}
	full := r.fullByAuthority()
	for _, b := range r.Bodies {
		if b.Kind != Authority {
			continue
		}
		h := History{Body: b, Full: full[b.ID]}
		for _, in := range h.Full {
			out, _ := in.OutDay()
			h.outBy = append(h.outBy, dayNumber(out.Last()))
			h.ended = append(h.ended, dayNumber(in.FieldworkEnd.Last()))
		}
		e.byID[b.ID] = len(e.histories)
		if _, taken := e.byLACode[b.LACode]; b.LACode != "" && !taken {
			e.byLACode[b.LACode] = len(e.histories)
		}
		e.histories = append(e.histories, h)
	}
	return e
}

// dayNumber is a number that grows with the day, for comparing many; 0 for the unknown date.
func dayNumber(d Date) int {
	if !d.Known() {
		return 0
	}
	return d.Year()*10000 + int(d.Month())*100 + d.day
}

// Where narrows England to a region or a type of council, as the register names them; empty: every one.
type Where struct{ Region, Type string }

// Holds reports whether an authority is meant.
func (w Where) Holds(b Body) bool {
	return (w.Region == "" || b.Region == w.Region) && (w.Type == "" || b.Type == w.Type)
}

// Words names what is meant: "London", "London, London Borough"; it is empty for all of England.
func (w Where) Words() string {
	switch {
	case w.Region != "" && w.Type != "":
		return w.Region + ", " + w.Type
	case w.Region != "":
		return w.Region
	}
	return w.Type
}

// History returns an authority's history by its ID.
func (e *England) History(id string) (History, bool) {
	i, ok := e.byID[id]
	if !ok {
		return History{}, false
	}
	return e.histories[i], true
}

// ByLACode returns the authority that has a local authority code.
func (e *England) ByLACode(code string) (Body, bool) {
	i, ok := e.byLACode[code]
	if !ok {
		return Body{}, false
	}
	return e.histories[i].Body, true
}

// Histories returns the histories of the authorities that existed on a day, in the order of their names.
func (e *England) Histories(on Date, where Where) []History {
	var out []History
	for _, h := range e.histories {
		if where.Holds(h.Body) && h.Body.BegunBy(on) && !h.Body.EndedBy(on) {
			out = append(out, h)
		}
	}
	return out
}

// EveryHistory returns the histories of all authorities that are meant, those that have ended or are still to come among
// them, in the order of their names.
func (e *England) EveryHistory(where Where) []History {
	var out []History
	for _, h := range e.histories {
		if where.Holds(h.Body) {
			out = append(out, h)
		}
	}
	return out
}

// Part returns the record of some authorities alone, with the earlier councils before them: what their lanes need.
func (e *England) Part(ids ...string) *Record {
	out := &Record{Catalogue: e.Catalogue, Calendar: e.Calendar, Completeness: e.Completeness}
	taken := map[string]bool{}
	var take func(id string)
	take = func(id string) {
		h, ok := e.History(id)
		if !ok || taken[id] {
			return
		}
		taken[id] = true
		out.Bodies = append(out.Bodies, h.Body)
		out.Inspections = append(out.Inspections, h.Full...)
		for _, s := range e.Successions {
			if s.ToID == id {
				take(s.FromID)
			}
		}
	}
	for _, id := range ids {
		take(id)
	}
	for _, s := range e.Successions {
		if taken[s.FromID] || taken[s.ToID] {
			out.Successions = append(out.Successions, s)
		}
	}
	slices.SortFunc(out.Inspections, ByDay)
	out.Inspections = slices.CompactFunc(out.Inspections, func(a, b *Inspection) bool { return a.ID == b.ID })
	return out
}

// Regions lists the regions of the register in alphabetical order.
func (e *England) Regions() []string { return e.values(func(b Body) string { return b.Region }) }

// Types lists the types of council of the register in alphabetical order.
func (e *England) Types() []string { return e.values(func(b Body) string { return b.Type }) }

func (e *England) values(of func(Body) string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, h := range e.histories {
		if v := of(h.Body); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// Seen returns the last day up to which anything can be said of all authorities: a day, or the earlier one to which the
// lists of full inspections are complete.
func (e *England) Seen(asOf Date) Date {
	if to := e.fullCompleteTo(Body{Kind: Authority}, asOf); to.Known() && to.Before(asOf) {
		return to
	}
	return asOf
}

// Judgements lists the judgements that full inspections give or gave, each under the code with which reports give it: those
// of the newest rules first, then those that only older rules have.
func (c *Catalogue) Judgements() []Strand {
	var out []Strand
	frameworks := slices.Clone(c.Frameworks())
	slices.SortStableFunc(frameworks, func(a, b Framework) int { return cmp.Compare(dayNumber(b.From.First()), dayNumber(a.From.First())) })
	for _, f := range frameworks {
		if !slices.ContainsFunc(f.Kinds, func(k Kind) bool { return k.Full }) {
			continue
		}
		for _, s := range f.Strands {
			known := slices.ContainsFunc(out, func(o Strand) bool { return o.Code == s.Code })
			if !known && (s.Main || s.Within != "") {
				out = append(out, s)
			}
		}
	}
	return out
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
