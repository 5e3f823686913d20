package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// AddUpdate adds what somebody says about an area to improve or about an action; what was said before stays. It fails with
// inspection.ErrNotFound and inspection.Problems.
func (s *Store) AddUpdate(ctx context.Context, by inspection.Actor, u inspection.Update) (inspection.Update, error) {
	err := s.Together(ctx, by, func(w *Work) (err error) {
		u, err = w.AddUpdate(u)
		return err
	})
	if err != nil {
		return inspection.Update{}, fmt.Errorf("add an update: %w", err)
	}
	return u, nil
}

// AddUpdate adds what somebody says about an area to improve or about an action.
func (w *Work) AddUpdate(u inspection.Update) (inspection.Update, error) {
	var issued inspection.Date
	var counts []string // the items that it counts for
	switch {
	case u.Reference != "":
		item, in, err := w.item(u.Reference)
		if err != nil {
			return u, err
		}
		u.Reference, counts = item.Reference, []string{item.Reference}
		issued, _ = in.OutDay()
	case u.ActionID != "":
		action, err := w.r.action(u.ActionID)
		if err != nil {
			return u, err
		}
		counts = action.References
	}
	if problems := u.Check(issued, w.today); len(problems) > 0 {
		return u, problems
	}
	u.ID, u.Recorded, u.At = newID(), w.today, w.t.at
	u.ByID, u.ByPost = w.t.actor.ID, w.t.actor.Post
	if err := w.t.db.Create(&u).Error; err != nil {
		return u, err
	}
	w.touch(counts...)
	return u, w.t.note(inspection.OfUpdate, u.ID, inspection.Created, nil, u)
}

// updatesOf returns the updates that count for items, oldest first: their own, and those of the actions that serve them or
// did when they were written. What an action's owner said before it served an item counts from the day on which it began
// to. The items are given by every reference that they have had.
func (r *reader) updatesOf(now map[string]string) (map[string][]inspection.Update, error) {
	own, err := within[inspection.Update](r, "reference", sortedKeys(now))
	if err != nil {
		return nil, err
	}
	updates := map[string][]inspection.Update{}
	for _, u := range own {
		updates[now[u.Reference]] = append(updates[now[u.Reference]], u)
	}
	links, err := within[inspection.ActionRecommendation](r, "reference", sortedKeys(now))
	if err != nil {
		return nil, err
	}
	served := map[string]map[string][]inspection.ActionRecommendation{} // by action and item
	for _, link := range links {
		if served[link.ActionID] == nil {
			served[link.ActionID] = map[string][]inspection.ActionRecommendation{}
		}
		item := now[link.Reference]
		served[link.ActionID][item] = append(served[link.ActionID][item], link)
	}
	ofActions, err := within[inspection.Update](r, "action_id", sortedKeys(served))
	if err != nil {
		return nil, err
	}
	for _, u := range ofActions {
		for item, links := range served[u.ActionID] {
			if from, counts := countsFrom(u, links); counts {
				counted := u
				counted.Recorded = from
				updates[item] = append(updates[item], counted)
			}
		}
	}
	for _, list := range updates {
		slices.SortFunc(list, func(a, b inspection.Update) int {
			return cmp.Or(a.Recorded.Compare(b.Recorded), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
		})
	}
	return updates, nil
}

// countsFrom returns the first day on which an action's update counts for an item, by the days during which the action
// served it.
func countsFrom(u inspection.Update, served []inspection.ActionRecommendation) (from inspection.Date, counts bool) {
	for _, link := range served {
		day := u.Recorded
		if link.Recorded.After(day) {
			day = link.Recorded
		}
		if link.Until.Known() && !link.Until.After(day) || counts && !day.Before(from) {
			continue
		}
		from, counts = day, true
	}
	return from, counts
}
