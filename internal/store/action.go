package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// ActionFilter says which actions to list.
type ActionFilter struct {
	Authority string // whose areas to improve the actions serve, with all that inspection.Record.ListedUnder names
	Reference string // of an area to improve that they serve
	Reader    inspection.Audience
	AsOf      inspection.Date // today where unknown
}

// actionEntry is an action as the record of changes keeps it, with the reason for the change.
type actionEntry struct {
	inspection.Action
	Reason string `json:"reason,omitempty"`
}

// SaveAction adds an action, where it has no ID, or saves what was changed of one; each state of it stays as a step. An
// action is saved over the revision that was read. It fails with inspection.ErrNotFound and inspection.Problems.
func (s *Store) SaveAction(ctx context.Context, by inspection.Actor, a inspection.Action, reason string) (inspection.Action, error) {
	err := s.Together(ctx, by, func(w *Work) (err error) {
		a, err = w.SaveAction(a, reason)
		return err
	})
	if err != nil {
		return inspection.Action{}, fmt.Errorf("save an action: %w", err)
	}
	return a, nil
}

// SaveAction adds an action or saves what was changed of one.
func (w *Work) SaveAction(a inspection.Action, reason string) (inspection.Action, error) {
	var before *inspection.Action
	steps := 0
	if a.ID != "" {
		held, err := w.r.action(a.ID)
		if err != nil {
			return a, err
		}
		if held.Revision != a.Revision {
			return a, inspection.Problems{{Field: "revision",
				Words: "Somebody else has saved this action since you opened it. Open it again, and enter your change on theirs"}}
		}
		before = &held
		var count int64
		if err := w.r.db.Model(&inspection.ActionStep{}).Where("action_id = ?", a.ID).Count(&count).Error; err != nil {
			return a, err
		}
		steps = int(count)
	}
	if err := w.checkAction(&a, before, reason); err != nil {
		return a, err
	}
	a.Revision++
	if err := w.writeAction(&a, before); err != nil {
		return a, err
	}
	reason = strings.TrimSpace(reason)
	step := inspection.ActionStep{
		ActionID: a.ID, Number: steps + 1, Words: a.Words, State: a.State, OwnerID: a.OwnerID, LeadBodyID: a.LeadBodyID,
		SuccessMeasure: a.SuccessMeasure, Due: a.Due, Reason: reason,
		Recorded: w.today, At: w.t.at, ByID: w.t.actor.ID, ByPost: w.t.actor.Post,
	}
	if err := w.t.db.Create(&step).Error; err != nil {
		return a, err
	}
	if before == nil {
		return a, w.t.note(inspection.OfAction, a.ID, inspection.Created, nil, actionEntry{Action: a, Reason: reason})
	}
	return a, w.t.note(inspection.OfAction, a.ID, inspection.Updated, actionEntry{Action: *before}, actionEntry{Action: a, Reason: reason})
}

// checkAction checks an action against the councils, the trust and the posts of the items that it serves, and puts the
// references that these have now in the place of those that were given.
func (w *Work) checkAction(a, before *inspection.Action, reason string) error {
	var served []*inspection.Inspection
	a.References = slices.Clone(a.References)
	for i, reference := range a.References {
		item, in, err := w.item(strings.TrimSpace(reference))
		if errors.Is(err, inspection.ErrNotFound) {
			continue // Check says which references nothing has
		}
		if err != nil {
			return err
		}
		a.References[i], served = item.Reference, append(served, in)
	}
	s, err := w.surroundings(served...)
	if err != nil {
		return err
	}
	problems := a.Check(before, reason, inspection.ActionContext{Today: w.today, Posts: s.posts, Bodies: s.bodies, Exists: w.exists})
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// writeAction writes an action and which items it serves.
func (w *Work) writeAction(a, before *inspection.Action) error {
	var err error
	if before == nil {
		a.ID, a.Recorded = newID(), w.today
		err = w.t.db.Create(a).Error
	} else {
		err = w.t.db.Model(a).Select("words", "owner_id", "lead_body_id", "success_measure", "due", "state", "audience", "revision").
			Updates(a).Error
	}
	if err != nil {
		return err
	}
	var links []inspection.ActionRecommendation
	if err := w.t.db.Where("action_id = ?", a.ID).Find(&links).Error; err != nil {
		return err
	}
	now, err := w.r.namesOf(a.References)
	if err != nil {
		return err
	}
	var kept []string
	for _, link := range links {
		reference, stays := now[link.Reference]
		switch {
		case link.Until.Known() && !(stays && link.Recorded == w.today):
			continue
		case stays:
			link.Until, link.Position = inspection.Date{}, slices.Index(a.References, reference)+1
			kept = append(kept, reference)
		default:
			link.Until = w.today
		}
		if err := w.t.db.Model(&link).Select("until_day", "position").Updates(&link).Error; err != nil {
			return err
		}
		if item, there := w.named(link.Reference); there {
			w.touch(item.Reference)
		}
	}
	for i, reference := range a.References {
		if slices.Contains(kept, reference) {
			continue
		}
		link := inspection.ActionRecommendation{ActionID: a.ID, Reference: reference, Recorded: w.today, Position: i + 1}
		if err := w.t.db.Create(&link).Error; err != nil {
			return err
		}
		w.touch(reference)
	}
	return nil
}

// Action returns an action as it stands, with its steps, oldest first, and the updates on it that the reader may read,
// newest first. It fails with inspection.ErrNotFound, also where the reader may not read it.
func (s *Store) Action(ctx context.Context, id string, audience inspection.Audience) (inspection.Action, []inspection.ActionStep, []inspection.Update, error) {
	var a inspection.Action
	var steps []inspection.ActionStep
	var updates []inspection.Update
	err := s.read(ctx, func(r *reader) (err error) {
		if a, err = r.action(id); err != nil {
			return err
		}
		if !audience.Reads(a.Audience) {
			return inspection.ErrNotFound
		}
		if err := r.db.Where("action_id = ?", id).Order("number").Find(&steps).Error; err != nil {
			return err
		}
		if err := r.db.Where("action_id = ? AND audience IN ?", id, audience.Readable()).Find(&updates).Error; err != nil {
			return err
		}
		slices.SortFunc(updates, newestUpdate)
		return nil
	})
	if err != nil {
		return inspection.Action{}, nil, nil, fmt.Errorf("read action %s: %w", id, err)
	}
	return a, steps, updates, nil
}

// Actions returns the actions that match and that the reader may read, as they stood on the day, those due first first. It
// fails with inspection.ErrNotFound where the filter names an authority or an area to improve that does not exist.
func (s *Store) Actions(ctx context.Context, filter ActionFilter) ([]inspection.Action, error) {
	var list []inspection.Action
	filter.AsOf = s.dayOrToday(filter.AsOf)
	err := s.read(ctx, func(r *reader) error {
		names, err := r.namesUnder(filter.Authority, filter.Reference)
		if err != nil {
			return err
		}
		list, err = r.actionsShown(names, filter.Reader, filter.AsOf)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list actions: %w", err)
	}
	return list, nil
}

// action returns an action with the items that it serves, by the references that they have now.
func (r *reader) action(id string) (inspection.Action, error) {
	var list []inspection.Action
	if err := r.db.Where("id = ?", id).Limit(1).Find(&list).Error; err != nil {
		return inspection.Action{}, err
	}
	if len(list) == 0 {
		return inspection.Action{}, inspection.ErrNotFound
	}
	var links []inspection.ActionRecommendation
	if err := r.db.Where("action_id = ? AND until_day IS NULL", id).Order("position").Find(&links).Error; err != nil {
		return list[0], err
	}
	err := r.addServed(list, links)
	return list[0], err
}

// addServed gives actions the references of the items that they serve, in the order of the links.
func (r *reader) addServed(actions []inspection.Action, links []inspection.ActionRecommendation) error {
	var references []string
	for _, link := range links {
		references = append(references, link.Reference)
	}
	now, err := r.itemsNamed(references)
	if err != nil {
		return err
	}
	served := map[string][]string{} // by action
	for _, link := range links {
		reference := cmp.Or(now[link.Reference], link.Reference) // its own where its letter is unpublished
		if !slices.Contains(served[link.ActionID], reference) {
			served[link.ActionID] = append(served[link.ActionID], reference)
		}
	}
	for i := range actions {
		actions[i].References = served[actions[i].ID]
	}
	return nil
}

// actionsShown returns the actions that served any of the items on a day, as a reader may read them and as they stood then.
// Names are all the references that these items have had; nil stands for every item.
func (r *reader) actionsShown(names []string, audience inspection.Audience, day inspection.Date) ([]inspection.Action, error) {
	on := r.where("recorded <= ? AND (until_day IS NULL OR until_day > ?)", day, day)
	var links []inspection.ActionRecommendation
	var err error
	if names == nil {
		err = on.db.Find(&links).Error
	} else {
		links, err = within[inspection.ActionRecommendation](on, "reference", names)
	}
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, link := range links {
		ids[link.ActionID] = true
	}
	list, err := within[inspection.Action](r.where("audience IN ? AND recorded <= ?", audience.Readable(), day), "id", sortedKeys(ids))
	if err != nil {
		return nil, err
	}
	if links, err = within[inspection.ActionRecommendation](on, "action_id", sortedKeys(ids)); err != nil {
		return nil, err
	}
	slices.SortFunc(links, func(a, b inspection.ActionRecommendation) int { return cmp.Compare(a.Position, b.Position) })
	if err := r.addServed(list, links); err != nil {
		return nil, err
	}
	if err := r.takeBack(list, day); err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b inspection.Action) int {
		return cmp.Or(a.Due.Compare(b.Due), a.Recorded.Compare(b.Recorded), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// takeBack puts what actions were on a day in the place of what they are; who may read them stays as it is now.
func (r *reader) takeBack(list []inspection.Action, day inspection.Date) error {
	at := make(map[string]*inspection.Action, len(list))
	for i := range list {
		at[list[i].ID] = &list[i]
	}
	steps, err := within[inspection.ActionStep](r.where("recorded <= ?", day), "action_id", sortedKeys(at))
	if err != nil {
		return err
	}
	slices.SortFunc(steps, func(a, b inspection.ActionStep) int { return cmp.Compare(a.Number, b.Number) })
	for _, step := range steps {
		a := at[step.ActionID]
		a.Words, a.State, a.OwnerID, a.Due = step.Words, step.State, step.OwnerID, step.Due
		a.LeadBodyID, a.SuccessMeasure = step.LeadBodyID, step.SuccessMeasure
	}
	return nil
}
