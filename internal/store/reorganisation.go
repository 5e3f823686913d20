package store

import (
	"context"
	"fmt"
	"reflect"

	"inspectiontimeline/internal/inspection"
)

// SourcesNamed returns the sources of some IDs, in no order that means anything; those that are not on the record are left out.
func (s *Store) SourcesNamed(ctx context.Context, ids []string) ([]inspection.Source, error) {
	var list []inspection.Source
	err := s.read(ctx, func(r *reader) (err error) {
		list, err = within[inspection.Source](r, "id", ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	return list, nil
}

// Reorganisations returns the register of bodies, what joins them, and the sources that this rests on.
func (s *Store) Reorganisations(ctx context.Context) (*inspection.Record, error) {
	var all *inspection.Record
	err := s.read(ctx, func(r *reader) (err error) {
		all, err = r.registerWithSources()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the changes of councils: %w", err)
	}
	return all, nil
}

func (r *reader) registerWithSources() (*inspection.Record, error) {
	all, err := r.register()
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	for _, succession := range all.Successions {
		named[succession.SourceID] = true
	}
	all.Sources, err = within[inspection.Source](r, "id", sortedKeys(named))
	return all, err
}

// AddReorganisation records a reorganisation to come: the last day of the councils that end, the new councils and the place
// that joins them, who takes over from whom, and the source of it. It returns the ID of the first council that ends, and fails
// with inspection.Problems.
func (s *Store) AddReorganisation(ctx context.Context, by inspection.Actor, plan inspection.Plan) (string, error) {
	var id string
	err := s.write(ctx, by, func(t *tx) error {
		all, err := (&reader{db: t.db}).registerWithSources()
		if err != nil {
			return err
		}
		id, err = t.plan(all, all, plan)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("record a reorganisation: %w", err)
	}
	return id, nil
}

// ChangeReorganisation writes another plan in the place of one that was recorded, whose Mark says which state of it was seen. It
// returns the ID of the first council that ends now, and fails with inspection.ErrNotFound, and with inspection.Problems, also where
// the plan can no longer be changed or somebody else has changed it.
func (s *Store) ChangeReorganisation(ctx context.Context, by inspection.Actor, id, seen string, plan inspection.Plan) (string, error) {
	var now string
	err := s.write(ctx, by, func(t *tx) error {
		all, without, before, err := t.planned(id)
		if err != nil {
			return err
		}
		if seen != before.Mark() {
			return inspection.Problems{{Field: "on",
				Words: "Somebody else has changed this reorganisation since you opened it. Open it again, and enter your change on theirs"}}
		}
		plan.Source.ID = before.Source.ID
		now, err = t.plan(all, without, plan)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("change the reorganisation of %s: %w", id, err)
	}
	return now, nil
}

// WithdrawReorganisation takes a reorganisation off the record that was called off. The record of changes keeps what it was.
// It fails with inspection.ErrNotFound, and with inspection.Problems where it came with the program or something rests on it.
func (s *Store) WithdrawReorganisation(ctx context.Context, by inspection.Actor, id string) error {
	err := s.write(ctx, by, func(t *tx) error {
		all, without, _, err := t.planned(id)
		if err != nil {
			return err
		}
		return t.replaceRegister(all, without)
	})
	if err != nil {
		return fmt.Errorf("withdraw the reorganisation of %s: %w", id, err)
	}
	return nil
}

// plan checks a plan against the register without it and writes the register with it.
func (t *tx) plan(all, without *inspection.Record, plan inspection.Plan) (string, error) {
	if problems := plan.Check(without, t.today()); len(problems) > 0 {
		return "", problems
	}
	after := plan.In(without, t.today())
	if err := t.replaceRegister(all, after); err != nil {
		return "", err
	}
	found, err := after.ReorganisationOf(plan.Ending[0])
	return found.ID, err
}

// planned returns the register, the same without a reorganisation, and its plan. It fails where the plan cannot be changed.
func (t *tx) planned(id string) (all, without *inspection.Record, plan inspection.Plan, err error) {
	all, err = (&reader{db: t.db}).registerWithSources()
	if err != nil {
		return nil, nil, plan, err
	}
	found, err := all.ReorganisationOf(id)
	if err != nil {
		return nil, nil, plan, err
	}
	if problems := all.Fixed(found); len(problems) > 0 {
		return nil, nil, plan, problems
	}
	without, plan = all.Without(found)
	return all, without, plan, nil
}

// replaceRegister writes what differs between two states of the register, and notes each record that does. What goes, goes
// first, since a council under another name keeps its code; and what others refer to comes before these and goes after them.
func (t *tx) replaceRegister(before, after *inspection.Record) error {
	sources := differing(before.Sources, after.Sources, func(s inspection.Source) string { return s.ID })
	bodies := differing(before.Bodies, after.Bodies, func(b inspection.Body) string { return b.ID })
	successions := differing(before.Successions, after.Successions, successionID)
	members := differing(before.PlaceMembers, after.PlaceMembers, func(m inspection.PlaceMember) string { return m.PlaceID + "/" + m.AuthorityID })
	for _, gone := range bodies.gone {
		if err := t.nothingRestsOn(gone); err != nil {
			return err
		}
	}
	for i, is := range bodies.is {
		if err := t.notInspectedBefore(is, bodies.was[i]); err != nil {
			return err
		}
	}
	for _, write := range []func() error{
		func() error { return members.take(t, inspection.OfPlaceMember) },
		func() error { return successions.take(t, inspection.OfSuccession) },
		func() error { return bodies.take(t, inspection.OfBody) },
		func() error { return sources.take(t, inspection.OfSource) },
		func() error { return sources.put(t, inspection.OfSource) },
		func() error { return bodies.put(t, inspection.OfBody) },
		func() error { return successions.put(t, inspection.OfSuccession) },
		func() error { return members.put(t, inspection.OfPlaceMember) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func successionID(s inspection.Succession) string { return s.FromID + "/" + s.ToID }

// differences is what came, went and changed between two states of a list.
type differences[T any] struct {
	id        func(T) string
	new, gone []T
	was, is   []T // side by side
}

func differing[T any](before, after []T, id func(T) string) differences[T] {
	out := differences[T]{id: id}
	held := map[string]T{}
	for _, one := range before {
		held[id(one)] = one
	}
	for _, one := range after {
		was, there := held[id(one)]
		delete(held, id(one))
		switch {
		case !there:
			out.new = append(out.new, one)
		case !reflect.DeepEqual(was, one):
			out.was, out.is = append(out.was, was), append(out.is, one)
		}
	}
	for _, one := range before {
		if _, gone := held[id(one)]; gone {
			out.gone = append(out.gone, one)
		}
	}
	return out
}

func (d differences[T]) put(t *tx, kind inspection.RecordKind) error {
	for i := range d.new {
		if err := t.db.Create(&d.new[i]).Error; err != nil {
			return fmt.Errorf("add %s %s: %w", kind, d.id(d.new[i]), err)
		}
		if err := t.note(kind, d.id(d.new[i]), inspection.Created, nil, d.new[i]); err != nil {
			return err
		}
	}
	for i := range d.is {
		if err := t.db.Select("*").Updates(&d.is[i]).Error; err != nil {
			return fmt.Errorf("change %s %s: %w", kind, d.id(d.is[i]), err)
		}
		if err := t.note(kind, d.id(d.is[i]), inspection.Updated, d.was[i], d.is[i]); err != nil {
			return err
		}
	}
	return nil
}

func (d differences[T]) take(t *tx, kind inspection.RecordKind) error {
	for i := range d.gone {
		if err := t.db.Delete(&d.gone[i]).Error; err != nil {
			return fmt.Errorf("take out %s %s: %w", kind, d.id(d.gone[i]), err)
		}
		if err := t.note(kind, d.id(d.gone[i]), inspection.Removed, d.gone[i], nil); err != nil {
			return err
		}
	}
	return nil
}

// restsOnBody lists where other records refer to a body, with the words for what they are. What joins a council to those before
// it, and to its place, goes with it.
var restsOnBody = []struct{ table, column, words string }{
	{"inspection_bodies", "body_id", "an inspection or visit"}, {"inspections", "delivered_by", "an inspection or visit"},
	{"letters", "draft", "a letter that is being logged"},
	{"responses", "body_id", "a reply to a letter"}, {"milestone_bodies", "body_id", "a milestone"}, {"figures", "body_id", "a figure"},
	{"completeness", "body_id", "a line on how far a list is complete"}, {"services", "authority_id", "a provider that serves it"},
	{"bodies", "listed_on", "a partnership on its page"}, {"fulfilments", "body_id", "what followed a letter"},
	{"committees", "body_id", "a body that decides or scrutinises"}, {"posts", "body_id", "a post"}, {"questions", "body_id", "a question"},
	{"actions", "lead_body_id", "an action"}, {"action_steps", "lead_body_id", "an action"}, {"moves", "lead_body_id", "a step of an area to improve"},
	{"tracker_mappings", "body_id", "the columns of a tracker"}, {"tracker_imports", "body_id", "a tracker"}, {"accounts", "body_id", "an account"},
}

// nothingRestsOn fails with inspection.Problems where another record refers to a body that is to be taken out. That another
// reorganisation does was ruled out before.
func (t *tx) nothingRestsOn(b inspection.Body) error {
	for _, one := range restsOnBody {
		rests, err := t.restsOn(b, one.table, one.column)
		if err != nil {
			return err
		}
		if rests {
			return inspection.Problems{{Field: "withdraw", Words: fmt.Sprintf(
				"%s cannot be taken off the record: %s rests on it. Change or end that first, or correct the day instead", b.Name, one.words)}}
		}
	}
	return nil
}

// notInspectedBefore fails with inspection.Problems where a body that was inspected is to begin later: its day had come.
func (t *tx) notInspectedBefore(b, was inspection.Body) error {
	if !b.Created.After(was.Created) {
		return nil
	}
	inspected, err := t.restsOn(b, "inspection_bodies", "body_id")
	if err == nil && inspected {
		err = inspection.Problems{{Field: "on", Words: fmt.Sprintf(
			"%s cannot begin later than %s: an inspection or visit of it is on the record", b.Name, was.Created.Words())}}
	}
	return err
}

// restsOn reports whether a column of a table refers to a body.
func (t *tx) restsOn(b inspection.Body, table, column string) (bool, error) {
	var found int64
	rows := t.db.Table(table).Where(column+" = ?", b.ID)
	if column == "draft" { // holds the IDs of its bodies in its text
		rows = t.db.Table(table).Where("draft LIKE ?", `%"`+b.ID+`"%`)
	}
	if err := rows.Limit(1).Count(&found).Error; err != nil {
		return false, fmt.Errorf("look for what rests on %s: %w", b.ID, err)
	}
	return found > 0, nil
}
