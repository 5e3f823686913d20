package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// Work is progress being recorded: what is recorded in one Work is kept together or not at all. Its methods do what those
// of Store with the same names do. It is for one goroutine, and for no longer than the function that it was given to.
type Work struct {
	t     *tx
	r     *reader
	today inspection.Date

	register    *inspection.Record                // every body; nil until it is needed
	committees  []inspection.Committee            // of every body, as the two below
	posts       []inspection.Post                 //
	inspections map[string]*inspection.Inspection // those that were needed, with their bodies
	positions   map[string]inspection.Position    // of the items that this work moved and did nothing else to since
	changed     map[string]bool                   // the items whose positions have to be worked out again
	fault       error                             // of the database, that nobody could be told at once
}

// Together records progress in one transaction: everything that do records or, where it fails, nothing.
func (s *Store) Together(ctx context.Context, by inspection.Actor, do func(*Work) error) error {
	return s.write(ctx, by, func(t *tx) error {
		w := &Work{
			t: t, r: &reader{db: t.db, catalogue: s.catalogue}, today: t.today(),
			inspections: map[string]*inspection.Inspection{}, positions: map[string]inspection.Position{}, changed: map[string]bool{},
		}
		err := do(w)
		if w.fault != nil { // what do found wrong may rest on it
			return w.fault
		}
		if err != nil {
			return err
		}
		return w.foldChanged()
	})
}

// newID returns an ID for something that has no name of its own.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

// item returns the area to improve that a reference leads to, and its inspection with the bodies of that.
func (w *Work) item(reference string) (inspection.Recommendation, *inspection.Inspection, error) {
	item, err := w.r.recommendation(reference)
	if err != nil {
		return item, nil, err
	}
	in, held := w.inspections[item.InspectionID]
	if !held {
		list, err := within[*inspection.Inspection](w.r, "id", []string{item.InspectionID})
		if err != nil {
			return item, nil, err
		}
		if err := w.r.addBodies(list); err != nil {
			return item, nil, err
		}
		in = list[0]
		w.inspections[in.ID] = in
	}
	return item, in, nil
}

// named returns the area to improve that a reference leads to, if there is one. A database that cannot say is not a record in which
// there is none: its fault is remembered, and nothing of the work is kept.
func (w *Work) named(reference string) (inspection.Recommendation, bool) {
	item, err := w.r.recommendation(reference)
	if err != nil && !errors.Is(err, inspection.ErrNotFound) {
		w.fault = err
	}
	return item, err == nil
}

// exists reports whether a reference leads to an area to improve.
func (w *Work) exists(reference string) bool {
	_, there := w.named(reference)
	return there
}

// bodies returns every body of the record and what joins them.
func (w *Work) bodies() (*inspection.Record, error) {
	if w.register != nil {
		return w.register, nil
	}
	var err error
	w.register, err = w.r.register()
	return w.register, err
}

// surroundings returns the bodies that may have to do with the items of some inspections, and their committees and posts.
func (w *Work) surroundings(inspections ...*inspection.Inspection) (s surroundings, err error) {
	all, err := w.bodies()
	if err != nil {
		return s, err
	}
	if w.committees == nil {
		if w.committees, err = w.r.committees(nil); err != nil {
			return s, err
		}
	}
	if w.posts == nil {
		if w.posts, err = w.r.posts(nil); err != nil {
			return s, err
		}
	}
	return surroundingsOf(all, w.committees, w.posts, inspections...), nil
}

// forgetBodies makes what was read of bodies be read again, after one of them has changed.
func (w *Work) forgetBodies() { w.committees, w.posts = nil, nil }

// surroundings is who may have to do with an area to improve.
type surroundings struct {
	bodies     []inspection.Body
	committees []inspection.Committee
	posts      []inspection.Post
}

func surroundingsOf(all *inspection.Record, committees []inspection.Committee, posts []inspection.Post, inspections ...*inspection.Inspection) surroundings {
	s := surroundings{bodies: around(all, inspections...)}
	near := func(id string) bool {
		return slices.ContainsFunc(s.bodies, func(b inspection.Body) bool { return b.ID == id })
	}
	for _, c := range committees {
		if near(c.BodyID) {
			s.committees = append(s.committees, c)
		}
	}
	for _, p := range posts {
		if near(p.BodyID) {
			s.posts = append(s.posts, p)
		}
	}
	return s
}

// around returns the bodies that may lead, own or decide on the items of some inspections: the bodies inspected, the
// council of a partnership, the councils that took over an earlier one's area, and the places, providers and partnerships
// of all these.
func around(all *inspection.Record, inspections ...*inspection.Inspection) []inspection.Body {
	var out []inspection.Body
	include := func(bodies ...inspection.Body) {
		for _, b := range bodies {
			if !slices.ContainsFunc(out, func(known inspection.Body) bool { return known.ID == b.ID }) {
				out = append(out, b)
			}
		}
	}
	for _, in := range inspections {
		for _, of := range in.Bodies {
			if b, ok := all.Body(of.BodyID); ok {
				include(b)
			}
		}
	}
	for i := 0; i < len(out); i++ { // grows: a partnership's council may have been followed by others
		if council, ok := all.Body(out[i].ListedOn); ok {
			include(council)
		}
		include(all.Successors(out[i].ID)...)
	}
	for _, council := range slices.Clone(out) {
		for _, member := range all.PlaceMembers {
			if place, ok := all.Body(member.PlaceID); ok && member.AuthorityID == council.ID {
				include(place)
			}
		}
		include(all.Partnerships(council.ID)...)
	}
	include(all.Providers(out...)...)
	slices.SortFunc(out, func(a, b inspection.Body) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out
}
