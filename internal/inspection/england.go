package inspection

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"sync"
)

// England is the record of every authority's full inspections, put in order once so that a question about many of them does
// not search it anew. It is read-only, as the Record in it.
type England struct {
	*Record
	histories   []History
	byID        map[string]int
	byLACode    map[string]int
	byRegion    map[string][]int
	regions     []string
	types       []string
	joined      map[string][]int // the places of the successions that each authority is in
	complete    map[string][]int // and of the lines that say how far its record is complete
	byDay       []*Inspection
	waited      *workedOut[[]wait]
	official    func() []OfficialComparison // worked out when it is first asked for
	reorganised func() []Reorganisation     // the same
	standings   *keptStandings
}

// ordered returns the England whose Record this is, so that a rule asked of it need not search it; nil for any other record,
// and for a copy of that one, which may since have been changed.
func (r *Record) ordered() *England {
	if r.order == nil || r.order.Record != r {
		return nil
	}
	return r.order
}

// workedOut keeps what was worked out for the days asked for last.
type workedOut[T any] struct {
	mu   sync.Mutex
	days map[Date]T
}

// mostWorkedOut bounds for how many days something is kept: most pages are about today.
const mostWorkedOut = 20

func (w *workedOut[T]) of(day Date, workOut func(Date) T) T {
	w.mu.Lock()
	defer w.mu.Unlock()
	if known, ok := w.days[day]; ok {
		return known
	}
	if w.days == nil || len(w.days) >= mostWorkedOut {
		w.days = map[Date]T{}
	}
	w.days[day] = workOut(day)
	return w.days[day]
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
	e := &England{Record: r, byID: map[string]int{}, byLACode: map[string]int{}, byRegion: map[string][]int{}}
	full := r.fullByAuthority()
	for _, b := range r.Bodies {
		if b.Kind != Authority {
			continue
		}
		at := len(e.histories)
		e.byID[b.ID] = at
		e.byRegion[b.Region] = append(e.byRegion[b.Region], at)
		if _, taken := e.byLACode[b.LACode]; b.LACode != "" && !taken {
			e.byLACode[b.LACode] = at
		}
		e.histories = append(e.histories, newHistory(b, full[b.ID]))
	}
	e.regions = e.values(func(b Body) string { return b.Region })
	e.types = e.values(func(b Body) string { return b.Type })
	return e.finished()
}

// With returns England where only some inspections, of which the IDs are given in order, differ from those that e has: r is the
// record as it is now, with the same authorities. The histories of all others are taken from e, which stays as it is.
func (e *England) With(r *Record, written []string) *England {
	out := &England{
		Record: r, histories: slices.Clone(e.histories), byID: e.byID, byLACode: e.byLACode, byRegion: e.byRegion,
		regions: e.regions, types: e.types,
	}
	touched := map[string]bool{}
	fresh := *r
	fresh.Inspections = nil
	for _, list := range [][]*Inspection{e.Inspections, r.Inspections} {
		for _, in := range list {
			if _, is := slices.BinarySearch(written, in.ID); is {
				for _, b := range in.Bodies {
					touched[b.BodyID] = true
				}
			}
		}
	}
	for _, in := range r.Inspections {
		if slices.ContainsFunc(in.Bodies, func(b InspectionBody) bool { return touched[b.BodyID] }) {
			fresh.Inspections = append(fresh.Inspections, in)
		}
	}
	full := fresh.fullByAuthority()
	for id := range touched {
		if at, is := e.byID[id]; is {
			out.histories[at] = newHistory(e.histories[at].Body, full[id])
		}
	}
	return out.finished()
}

func newHistory(b Body, full []*Inspection) History {
	h := History{Body: b, Full: full}
	for _, in := range full {
		out, _ := in.OutDay()
		h.outBy = append(h.outBy, dayNumber(out.Last()))
		h.ended = append(h.ended, dayNumber(in.FieldworkEnd.Last()))
	}
	return h
}

// finished adds what follows from the whole. The Record becomes England's own.
func (e *England) finished() *England {
	own := *e.Record
	own.order = e
	e.Record, e.waited = &own, &workedOut[[]wait]{}
	e.joined, e.complete = map[string][]int{}, map[string][]int{}
	for at, s := range e.Successions {
		e.joined[s.FromID] = append(e.joined[s.FromID], at)
		e.joined[s.ToID] = append(e.joined[s.ToID], at)
	}
	for at, line := range e.Completeness {
		e.complete[line.BodyID] = append(e.complete[line.BodyID], at)
	}
	e.reorganised = sync.OnceValue(e.Record.Reorganisations)
	e.byDay = slices.SortedFunc(slices.Values(e.Inspections), ByDay)
	e.official, e.standings = sync.OnceValue(e.compareOfficial), &keptStandings{}
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

// Reorganisations is that of the Record, worked out once.
func (e *England) Reorganisations() []Reorganisation { return slices.Clone(e.reorganised()) }

// Histories returns the histories of the authorities that existed on a day, in the order of their names.
func (e *England) Histories(on Date, where Where) []History {
	var out []History
	for h := range e.meant(where) {
		if h.existed(on) {
			out = append(out, *h)
		}
	}
	return out
}

// NewestLetter returns the day of the newest letter or report that was out by a day.
func (e *England) NewestLetter(asOf Date) Date {
	for _, in := range slices.Backward(e.byDay) {
		if in.Published.Known() && in.OutBy(asOf) {
			return in.Published
		}
	}
	return Date{}
}

func (h *History) existed(on Date) bool { return h.Body.ExistedOn(on) }

// meant passes the histories of the authorities that are meant, in the order of their names. Of a region it does not look
// at the rest of England.
func (e *England) meant(where Where) iter.Seq[*History] {
	return func(yield func(*History) bool) {
		if where.Region != "" {
			for _, at := range e.byRegion[where.Region] {
				if h := &e.histories[at]; (where.Type == "" || h.Body.Type == where.Type) && !yield(h) {
					return
				}
			}
			return
		}
		for at := range e.histories {
			if h := &e.histories[at]; (where.Type == "" || h.Body.Type == where.Type) && !yield(h) {
				return
			}
		}
	}
}

// Part returns the record of some authorities alone, with the earlier councils before them: what their lanes need.
func (e *England) Part(ids ...string) *Record {
	out := &Record{Catalogue: e.Catalogue, Calendar: e.Calendar}
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
		for _, at := range e.joined[id] {
			if s := e.Successions[at]; s.ToID == id {
				take(s.FromID)
			}
		}
	}
	for _, id := range ids {
		take(id)
	}
	out.Successions = atPlaces(e.Successions, e.joined, taken)
	taken[EveryAuthority] = true
	out.Completeness = atPlaces(e.Completeness, e.complete, taken)
	slices.SortFunc(out.Inspections, ByDay)
	out.Inspections = slices.CompactFunc(out.Inspections, func(a, b *Inspection) bool { return a.ID == b.ID })
	return out
}

// atPlaces returns those of a list that belong to the bodies taken, in the order of the list; of says where those of each are.
func atPlaces[T any](list []T, of map[string][]int, taken map[string]bool) []T {
	var places []int
	for id := range taken {
		places = append(places, of[id]...)
	}
	slices.Sort(places)
	var out []T
	for _, at := range slices.Compact(places) {
		out = append(out, list[at])
	}
	return out
}

// Regions lists the regions of the register in alphabetical order.
func (e *England) Regions() []string { return slices.Clone(e.regions) }

// Types lists the types of council of the register in alphabetical order.
func (e *England) Types() []string { return slices.Clone(e.types) }

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

// fullOfEach passes every authority's full inspections, oldest first.
func (r *Record) fullOfEach() iter.Seq2[string, []*Inspection] {
	e := r.ordered()
	if e == nil {
		return maps.All(r.fullByAuthority())
	}
	return func(yield func(string, []*Inspection) bool) {
		for at := range e.histories {
			if h := &e.histories[at]; !yield(h.Body.ID, h.Full) {
				return
			}
		}
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
