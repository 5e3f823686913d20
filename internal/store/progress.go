package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// today is the day in London.
func (s *Store) today() inspection.Date { return inspection.DayOf(s.clock().In(s.london)) }

// dayOrToday returns a day, today where it is unknown.
func (s *Store) dayOrToday(day inspection.Date) inspection.Date {
	if day.Known() {
		return day
	}
	return s.today()
}

// Progress returns what is recorded of an area to improve, as a reader may read it and as it stood on a day (today where
// that is unknown): progress by the day on which it was recorded, later views by the day on which their letters came out.
// Committees, posts and links are as they are now. A reference that was joined to another leads to that one's item. It
// fails with inspection.ErrNotFound.
func (s *Store) Progress(ctx context.Context, reference string, audience inspection.Audience, asOf inspection.Date) (inspection.Progress, error) {
	var p inspection.Progress
	err := s.read(ctx, func(r *reader) (err error) {
		p, err = r.progress(reference, audience, s.dayOrToday(asOf))
		return err
	})
	if err != nil {
		return inspection.Progress{}, fmt.Errorf("read the progress of %s: %w", reference, err)
	}
	return p, nil
}

func (r *reader) progress(reference string, audience inspection.Audience, day inspection.Date) (p inspection.Progress, err error) {
	item, err := r.recommendation(reference)
	if err != nil {
		return p, err
	}
	now, err := r.namesOf([]string{item.Reference})
	if err != nil {
		return p, err
	}
	names := sortedKeys(now)
	p.Position = inspection.Unmoved(item.Reference)
	positions, err := r.positionsOn([]string{item.Reference}, day)
	if err != nil {
		return p, err
	}
	if recorded, ok := positions[item.Reference]; ok {
		p.Position = recorded.For(audience)
	}
	if p.Moves, err = r.movesShown(names, audience, day); err != nil {
		return p, err
	}
	if p.Updates, err = r.updatesShown(item.Reference, now, audience, day); err != nil {
		return p, err
	}
	if p.Evidence, err = r.evidenceShown(item.Reference, now, audience, day); err != nil {
		return p, err
	}
	if p.Actions, err = r.actionsShown(names, audience, day); err != nil {
		return p, err
	}
	if p.Questions, err = r.questionsShown(nil, names, audience, day); err != nil {
		return p, err
	}
	views, err := r.viewsOn(now, day)
	if err != nil {
		return p, err
	}
	p.Views = views[item.Reference]
	again, err := r.askedAgain(day)
	if err != nil {
		return p, err
	}
	p.Again = again[item.Reference]
	if p.Links, err = r.links(now); err != nil {
		return p, err
	}
	return p, r.addSurroundings(&p, item.InspectionID)
}

// addSurroundings adds the committees and posts that may have to do with the items of an inspection.
func (r *reader) addSurroundings(p *inspection.Progress, inspectionID string) error {
	inspections, err := within[*inspection.Inspection](r, "id", []string{inspectionID})
	if err != nil {
		return err
	}
	if err := r.addBodies(inspections); err != nil {
		return err
	}
	all, err := r.register()
	if err != nil {
		return err
	}
	committees, err := r.committees(nil)
	if err != nil {
		return err
	}
	posts, err := r.posts(nil)
	if err != nil {
		return err
	}
	s := surroundingsOf(all, committees, posts, inspections...)
	p.Committees, p.Posts = s.committees, s.posts
	return nil
}

// movesShown returns the moves of an item that were recorded by a day, oldest first. What was done and when is for
// everybody; the words follow their audience.
func (r *reader) movesShown(names []string, audience inspection.Audience, day inspection.Date) ([]inspection.Move, error) {
	moves, err := within[inspection.Move](r.where("recorded <= ?", day), "reference", names)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(moves, func(a, b inspection.Move) int { return cmp.Compare(a.Number, b.Number) })
	hideWords(moves, audience)
	return moves, nil
}

func hideWords(moves []inspection.Move, audience inspection.Audience) {
	for i := range moves {
		if !audience.Reads(moves[i].Audience) {
			moves[i].Words = ""
		}
	}
}

// updatesShown returns the updates that counted for an item on a day and that a reader may read, newest first.
func (r *reader) updatesShown(item string, now map[string]string, audience inspection.Audience, day inspection.Date) ([]inspection.Update, error) {
	all, err := r.updatesOf(now)
	if err != nil {
		return nil, err
	}
	updates := slices.DeleteFunc(all[item], func(u inspection.Update) bool { return u.Recorded.After(day) || !audience.Reads(u.Audience) })
	slices.SortFunc(updates, newestUpdate)
	return updates, nil
}

// newestUpdate orders updates by the day that they speak of, the newest first.
func newestUpdate(a, b inspection.Update) int {
	return cmp.Or(b.On.Compare(a.On), b.Recorded.Compare(a.Recorded), b.At.Compare(a.At), cmp.Compare(a.ID, b.ID))
}

// namesUnder returns every reference that the items listed under an authority, or the one of a reference, have had; nil,
// which stands for every item, where neither is named. It fails with inspection.ErrNotFound.
func (r *reader) namesUnder(authority, reference string) ([]string, error) {
	var items []string
	switch {
	case reference != "":
		item, err := r.recommendation(reference)
		if err != nil {
			return nil, err
		}
		items = []string{item.Reference}
	case authority != "":
		bodies, err := r.listedUnder(authority)
		if err != nil {
			return nil, err
		}
		if items, err = r.itemsOf(bodies); err != nil {
			return nil, err
		}
	default:
		return nil, nil
	}
	now, err := r.namesOf(items)
	if err != nil {
		return nil, err
	}
	return append([]string{}, sortedKeys(now)...), nil // never nil: no item is not every item
}

// itemsOf returns the references of the items that inspections of some bodies asked for.
func (r *reader) itemsOf(bodies []string) ([]string, error) {
	items := []string{}
	err := r.db.Model(&inspection.Recommendation{}).Where("inspection_id IN (?)",
		r.db.Model(&inspection.InspectionBody{}).Select("inspection_id").Where("body_id IN ?", bodies)).
		Order("reference").Pluck("reference", &items).Error
	return items, err
}

// Activity is what was recorded during some days, as a reader may read it.
type Activity struct {
	Moves    []inspection.Move // in the order in which they were recorded
	Updates  int               // one on an action that serves several items counts once
	Evidence int               // pieces put here and submitted
}

// ProgressSince returns what was recorded after one day and by another of the items that inspections of some bodies asked
// for; of every item where no body is named.
func (s *Store) ProgressSince(ctx context.Context, bodies []string, since, until inspection.Date, audience inspection.Audience) (Activity, error) {
	var activity Activity
	until = s.dayOrToday(until)
	err := s.read(ctx, func(r *reader) (err error) {
		activity, err = r.progressSince(bodies, since, until, audience)
		return err
	})
	if err != nil {
		return Activity{}, fmt.Errorf("read what was recorded since %s: %w", since, err)
	}
	return activity, nil
}

func (r *reader) progressSince(bodies []string, since, until inspection.Date, audience inspection.Audience) (Activity, error) {
	var a Activity
	var names []string
	if len(bodies) > 0 {
		items, err := r.itemsOf(bodies)
		if err != nil {
			return a, err
		}
		now, err := r.namesOf(items)
		if err != nil {
			return a, err
		}
		names = append([]string{}, sortedKeys(now)...) // never nil
	}
	recorded := r.where("recorded <= ?", until)
	if since.Known() {
		recorded = recorded.where("recorded > ?", since)
	}
	var err error
	if a.Moves, err = ofItems[inspection.Move](recorded, names); err != nil {
		return a, err
	}
	slices.SortFunc(a.Moves, func(x, y inspection.Move) int {
		return cmp.Or(x.Recorded.Compare(y.Recorded), x.At.Compare(y.At), cmp.Compare(x.Reference, y.Reference), cmp.Compare(x.Number, y.Number))
	})
	hideWords(a.Moves, audience)
	if a.Updates, err = r.countUpdates(recorded.where("audience IN ?", audience.Readable()), names); err != nil {
		return a, err
	}
	submitted := recorded.db.Model(&inspection.EvidenceStep{}).Select("evidence_id").Where("state = ?", inspection.EvidenceSubmitted)
	readable := r.columns("id").where("audience IN ? AND id IN (?)", audience.Readable(), submitted)
	evidence, err := ofItems[inspection.EvidenceItem](readable, names)
	a.Evidence = len(evidence)
	return a, err
}

// ofItems returns the rows about items that have had the given names; all rows where these are nil.
func ofItems[T any](r *reader, names []string) ([]T, error) {
	if names != nil {
		return within[T](r, "reference", names)
	}
	var rows []T
	err := r.db.Find(&rows).Error
	return rows, err
}

// countUpdates counts the updates about items that have had the given names and about the actions that serve them; all where
// these are nil.
func (r *reader) countUpdates(updates *reader, names []string) (int, error) {
	var all int64
	if names == nil {
		err := updates.db.Model(&inspection.Update{}).Count(&all).Error
		return int(all), err
	}
	links, err := within[inspection.ActionRecommendation](r, "reference", names)
	if err != nil {
		return 0, err
	}
	actions := map[string]bool{}
	for _, link := range links {
		actions[link.ActionID] = true
	}
	for column, values := range map[string][]string{"reference": names, "action_id": sortedKeys(actions)} {
		for chunk := range slices.Chunk(values, manyIDs) {
			var count int64
			if err := updates.db.Model(&inspection.Update{}).Where(column+" IN ?", chunk).Count(&count).Error; err != nil {
				return 0, err
			}
			all += count
		}
	}
	return int(all), nil
}
