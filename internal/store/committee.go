package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// Committees returns the committees of some bodies, by name; those of every body where none is named.
func (s *Store) Committees(ctx context.Context, bodies []string) ([]inspection.Committee, error) {
	var list []inspection.Committee
	err := s.read(ctx, func(r *reader) (err error) {
		list, err = r.committees(bodies)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list committees: %w", err)
	}
	return list, nil
}

func (r *reader) committees(bodies []string) ([]inspection.Committee, error) {
	list, err := ofBodies[inspection.Committee](r, bodies)
	slices.SortFunc(list, func(a, b inspection.Committee) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.BodyID, b.BodyID), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// ofBodies returns the rows of some bodies, all rows where none is named.
func ofBodies[T any](r *reader, bodies []string) ([]T, error) {
	if len(bodies) > 0 {
		return within[T](r, "body_id", bodies)
	}
	var list []T
	err := r.db.Find(&list).Error
	return list, err
}

// SaveCommittee adds a committee, where it has no ID, or saves what was changed of one. It fails with
// inspection.ErrNotFound and inspection.Problems.
func (s *Store) SaveCommittee(ctx context.Context, by inspection.Actor, c inspection.Committee) (inspection.Committee, error) {
	err := s.Together(ctx, by, func(w *Work) (err error) {
		c, err = w.SaveCommittee(c)
		return err
	})
	if err != nil {
		return inspection.Committee{}, fmt.Errorf("save a committee: %w", err)
	}
	return c, nil
}

// SaveCommittee adds a committee or saves what was changed of one.
func (w *Work) SaveCommittee(c inspection.Committee) (inspection.Committee, error) {
	all, err := w.bodies()
	if err != nil {
		return c, err
	}
	if problems := c.Check(all.Bodies, w.today); len(problems) > 0 {
		return c, problems
	}
	w.forgetBodies()
	id := c.ID
	if id == "" {
		c.ID = newID()
	}
	return c, save(w, inspection.OfCommittee, id, c.ID, &c)
}

// save adds a record, where it is new and has no ID, or writes it in the place of the one with the ID, and notes it.
func save[T any](w *Work, kind inspection.RecordKind, id, newID string, after *T) error {
	if id == "" {
		if err := w.t.db.Create(after).Error; err != nil {
			return err
		}
		return w.t.note(kind, newID, inspection.Created, nil, after)
	}
	var before T
	if err := w.t.db.Where("id = ?", id).Take(&before).Error; err != nil {
		return err
	}
	if err := w.t.db.Select("*").Updates(after).Error; err != nil {
		return err
	}
	return w.t.note(kind, id, inspection.Updated, before, after)
}

// EndCommittee says on which day a committee sits last. It fails with inspection.ErrNotFound and inspection.Problems.
func (s *Store) EndCommittee(ctx context.Context, by inspection.Actor, id string, on inspection.Date) error {
	err := s.Together(ctx, by, func(w *Work) error {
		var c inspection.Committee
		if err := w.t.db.Where("id = ?", id).Take(&c).Error; err != nil {
			return err
		}
		if !on.Exact() {
			return lastDay
		}
		c.Until = on
		_, err := w.SaveCommittee(c)
		return err
	})
	if err != nil {
		return fmt.Errorf("end committee %s: %w", id, err)
	}
	return nil
}

// lastDay asks for the day on which something ended.
var lastDay = inspection.Problems{{Field: "until", Words: "Enter the last day, as a day, month and year"}}

// Meetings returns the meetings of the committees of some bodies, the latest first; those of every body where none is named.
func (s *Store) Meetings(ctx context.Context, bodies []string) ([]inspection.Meeting, error) {
	var list []inspection.Meeting
	err := s.read(ctx, func(r *reader) error {
		committees, err := r.committees(bodies)
		if err != nil {
			return err
		}
		ids := make([]string, len(committees))
		for i, c := range committees {
			ids[i] = c.ID
		}
		list, err = r.meetings(ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list meetings: %w", err)
	}
	return list, nil
}

func (r *reader) meetings(committees []string) ([]inspection.Meeting, error) {
	list, err := within[inspection.Meeting](r, "committee_id", committees)
	slices.SortFunc(list, func(a, b inspection.Meeting) int {
		return cmp.Or(b.On.Compare(a.On), cmp.Compare(a.CommitteeID, b.CommitteeID), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// SaveMeeting adds a meeting, where it has no ID, or saves what was changed of one. A committee's meeting of a day that is
// on the record is the same meeting. It fails with inspection.ErrNotFound and inspection.Problems.
func (s *Store) SaveMeeting(ctx context.Context, by inspection.Actor, m inspection.Meeting) (inspection.Meeting, error) {
	err := s.Together(ctx, by, func(w *Work) (err error) {
		m, err = w.SaveMeeting(m)
		return err
	})
	if err != nil {
		return inspection.Meeting{}, fmt.Errorf("save a meeting: %w", err)
	}
	return m, nil
}

// SaveMeeting adds a meeting or saves what was changed of one.
func (w *Work) SaveMeeting(m inspection.Meeting) (inspection.Meeting, error) {
	committees, err := w.r.committees(nil)
	if err != nil {
		return m, err
	}
	if problems := m.Check(committees, w.today); len(problems) > 0 {
		return m, problems
	}
	var same []inspection.Meeting
	err = w.t.db.Where("committee_id = ? AND on_day = ?", m.CommitteeID, m.On).Limit(1).Find(&same).Error
	if err != nil {
		return m, err
	}
	switch {
	case len(same) == 0 || same[0].ID == m.ID:
	case m.ID != "":
		return m, inspection.Problems{{Field: "on", Words: "Choose another day: a meeting of this body on " + m.On.Words() + " is recorded already"}}
	default:
		m.ID, m.Address = same[0].ID, cmp.Or(m.Address, same[0].Address)
		if m == same[0] {
			return m, nil
		}
	}
	id := m.ID
	if id == "" {
		m.ID = newID()
	}
	return m, save(w, inspection.OfMeeting, id, m.ID, &m)
}

// Posts returns the posts of some bodies, by name; those of every body where none is named.
func (s *Store) Posts(ctx context.Context, bodies []string) ([]inspection.Post, error) {
	var list []inspection.Post
	err := s.read(ctx, func(r *reader) (err error) {
		list, err = r.posts(bodies)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list posts: %w", err)
	}
	return list, nil
}

func (r *reader) posts(bodies []string) ([]inspection.Post, error) {
	list, err := ofBodies[inspection.Post](r, bodies)
	slices.SortFunc(list, func(a, b inspection.Post) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.BodyID, b.BodyID), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// SavePost adds a post or saves the days between which it exists. The same words for the same body are the same post, and a
// day that is recorded of it is not taken away by leaving it out. It fails with inspection.Problems.
func (s *Store) SavePost(ctx context.Context, by inspection.Actor, p inspection.Post) (inspection.Post, error) {
	err := s.Together(ctx, by, func(w *Work) (err error) {
		p, err = w.SavePost(p)
		return err
	})
	if err != nil {
		return inspection.Post{}, fmt.Errorf("save a post: %w", err)
	}
	return p, nil
}

// SavePost adds a post or saves the days between which it exists.
func (w *Work) SavePost(p inspection.Post) (inspection.Post, error) {
	all, err := w.bodies()
	if err != nil {
		return p, err
	}
	if problems := p.Check(all.Bodies, w.today); len(problems) > 0 {
		return p, problems
	}
	var held []inspection.Post
	if err := w.t.db.Where("id = ?", p.ID).Limit(1).Find(&held).Error; err != nil {
		return p, err
	}
	w.forgetBodies()
	if len(held) == 0 {
		return p, save(w, inspection.OfPost, "", p.ID, &p)
	}
	if held[0].Until.Known() && !p.Until.Known() {
		return p, inspection.Problems{{Field: "name", Words: "This post is recorded already, and its last day is " +
			held[0].Until.Words() + ": give a new one another name"}}
	}
	p.From = cmp.Or(p.From, held[0].From)
	if held[0] == p {
		return p, nil
	}
	return p, save(w, inspection.OfPost, p.ID, p.ID, &p)
}

// EndPost says which day is a post's last. It fails with inspection.ErrNotFound and inspection.Problems.
func (s *Store) EndPost(ctx context.Context, by inspection.Actor, id string, on inspection.Date) error {
	err := s.Together(ctx, by, func(w *Work) error {
		var p inspection.Post
		if err := w.t.db.Where("id = ?", id).Take(&p).Error; err != nil {
			return err
		}
		if !on.Exact() {
			return lastDay
		}
		p.Until = on
		_, err := w.SavePost(p)
		return err
	})
	if err != nil {
		return fmt.Errorf("end post %s: %w", id, err)
	}
	return nil
}
