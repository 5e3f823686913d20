package store

import (
	"context"
	"fmt"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// MoveRecommendation makes a move of an area to improve and returns where it then stands. The move is checked against the
// position that the item has when it is written, whatever its maker saw. A reference that was joined to another leads to
// that one's item. It fails with inspection.ErrNotFound, and with inspection.Problems where the rules forbid the move.
func (s *Store) MoveRecommendation(ctx context.Context, by inspection.Actor, reference string, m inspection.Move) (inspection.Position, error) {
	var position inspection.Position
	err := s.Together(ctx, by, func(w *Work) error {
		if err := w.MoveRecommendation(reference, m); err != nil {
			return err
		}
		if err := w.foldChanged(); err != nil {
			return err
		}
		item, err := w.r.recommendation(reference)
		if err != nil {
			return err
		}
		position, err = w.position(item.Reference)
		return err
	})
	if err != nil {
		return inspection.Position{}, fmt.Errorf("move area to improve %s: %w", reference, err)
	}
	return position, nil
}

// MoveRecommendation makes a move of an area to improve.
func (w *Work) MoveRecommendation(reference string, m inspection.Move) error {
	item, in, err := w.item(reference)
	if err != nil {
		return err
	}
	before, err := w.position(item.Reference)
	if err != nil {
		return err
	}
	surroundings, err := w.surroundings(in)
	if err != nil {
		return err
	}
	issued, _ := in.OutDay()
	kind, _ := w.r.catalogue.Kind(in.Kind)
	workers, err := w.workers(item.Reference)
	if err != nil {
		return err
	}
	if m.Other = strings.TrimSpace(m.Other); m.Other != "" {
		if other, there := w.named(m.Other); there {
			m.Other = other.Reference // under whatever reference it was named
		}
	}
	after, made, err := before.Apply(m, w.t.actor, inspection.MoveContext{
		Today: w.today, Issued: issued, Exists: w.exists,
		Committees: surroundings.committees, Posts: surroundings.posts, Bodies: surroundings.bodies,
		EvidenceIn: before.EvidenceInForce(w.today), TakesAnswer: kind.TakesAnswer, Workers: workers,
	})
	if err != nil {
		return err
	}
	made.ID, made.Recorded, made.At = newID(), w.today, w.t.at
	if err := w.t.db.Create(&made).Error; err != nil {
		return err
	}
	w.positions[item.Reference], w.changed[item.Reference] = after, true
	return w.t.note(inspection.OfMove, made.ID, inspection.Created, nil, made)
}

// workers returns who has worked on an item. Officers decide on none, so that nothing is read for them.
func (w *Work) workers(reference string) ([]string, error) {
	if w.t.actor.Role == inspection.RoleOfficer {
		return nil, nil
	}
	now, err := w.r.namesOf([]string{reference})
	if err != nil {
		return nil, err
	}
	names := sortedKeys(now)
	moves, err := within[inspection.Move](w.r, "reference", names)
	if err != nil {
		return nil, err
	}
	actions, err := w.r.actionsShown(names, inspection.ForOfficers, w.today)
	if err != nil {
		return nil, err
	}
	links, err := within[inspection.ActionRecommendation](w.r, "reference", names) // those that were ended too
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(links))
	for i, link := range links {
		ids[i] = link.ActionID
	}
	steps, err := within[inspection.ActionStep](w.r, "action_id", ids)
	if err != nil {
		return nil, err
	}
	evidence, err := within[inspection.EvidenceItem](w.r, "reference", names)
	return inspection.WorkersOn(moves, actions, steps, evidence), err
}

// position returns where an item stands with what this work has done so far.
func (w *Work) position(reference string) (inspection.Position, error) {
	if p, moved := w.positions[reference]; moved {
		return p, nil
	}
	if w.changed[reference] {
		if err := w.t.fold(reference); err != nil {
			return inspection.Position{}, err
		}
		delete(w.changed, reference)
	}
	positions, err := w.r.positionsOn([]string{reference}, w.today)
	if err != nil {
		return inspection.Position{}, err
	}
	if p, recorded := positions[reference]; recorded {
		return p, nil
	}
	return inspection.Unmoved(reference), nil
}

// touch has an item's positions worked out again: something was recorded of it that is no move.
func (w *Work) touch(references ...string) {
	for _, reference := range references {
		delete(w.positions, reference)
		w.changed[reference] = true
	}
}
