package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// What is handed over one by one is read in batches within one transaction: it is the record of one moment, and never more of it
// than a batch is held. The order is that of the keys.

// eachAtATime is how many records one batch has.
const eachAtATime = 250

// EachInspection hands over the inspections that match, by ID, with their bodies and judgements. Sort, Limit and Offset count
// for nothing. It stops at the first error of do, and fails with inspection.ErrNotFound where the filter names an authority
// that does not exist.
func (s *Store) EachInspection(ctx context.Context, filter InspectionFilter, do func(*inspection.Inspection) error) error {
	err := s.read(ctx, func(r *reader) error {
		query, err := r.inspectionsAsked(filter)
		if err != nil {
			return err
		}
		return inBatches(query, "id", func(in *inspection.Inspection) string { return in.ID }, func(list []*inspection.Inspection) error {
			list = slices.DeleteFunc(list, func(in *inspection.Inspection) bool { return !filter.matches(in) })
			if err := r.addBodies(list); err != nil {
				return err
			}
			if err := r.addJudgements(list); err != nil {
				return err
			}
			return each(list, do)
		})
	})
	if err != nil {
		return fmt.Errorf("read one inspection after another: %w", err)
	}
	return nil
}

// EachRecommendation hands over the areas to improve that match, letter by letter and by reference, each with where it stood as
// the reader may see it. Page and Size count for nothing. It stops at the first error of do, and fails with
// inspection.ErrNotFound where the filter names an authority that does not exist.
func (s *Store) EachRecommendation(ctx context.Context, filter PositionFilter, do func(ListedRecommendation) error) error {
	filter.AsOf = s.dayOrToday(filter.AsOf)
	filter.latest = !filter.AsOf.Before(s.today())
	err := s.read(ctx, func(r *reader) error {
		var bodies []string
		var err error
		if filter.Authority != "" {
			if bodies, err = r.listedUnder(filter.Authority); err != nil {
				return err
			}
		}
		matching, err := r.matching(filter, bodies)
		if err != nil {
			return err
		}
		left, err := r.leftOut(filter)
		if err != nil {
			return err
		}
		query := matching().Select("r.*").Session(&gorm.Session{})
		return inBatches(query, "r.reference", func(item inspection.Recommendation) string { return item.Reference }, func(items []inspection.Recommendation) error {
			list, err := r.listRecommendations(items)
			if err != nil {
				return err
			}
			list = slices.DeleteFunc(list, func(item ListedRecommendation) bool {
				return !item.Inspection.OutBy(filter.AsOf) || left(item.Inspection)
			})
			if err := r.addPositions(list, filter.AsOf, func(p inspection.Position) inspection.Position { return p.For(filter.Reader) }); err != nil {
				return err
			}
			return each(list, do)
		})
	})
	if err != nil {
		return fmt.Errorf("read one area to improve after another: %w", err)
	}
	return nil
}

// leftOut returns which letters a list leaves out: those to councils that have ended, where it shows what is still open.
func (r *reader) leftOut(filter PositionFilter) (func(*inspection.Inspection) bool, error) {
	if !filter.Show.leavesOutEnded() {
		return func(*inspection.Inspection) bool { return false }, nil
	}
	var all inspection.Record
	err := r.db.Select("id", "ended", "listed_on").Where("ended IS NOT NULL OR listed_on <> ''").Find(&all.Bodies).Error
	return func(in *inspection.Inspection) bool { return all.Ended(in, filter.AsOf) }, err
}

// ServedAction is an action with the words of the areas to improve that it serves, in the order of its references.
type ServedAction struct {
	inspection.Action
	Areas []string
}

// EachAction hands over the actions that match and that the reader may read, as they stood on the day, by ID. It stops at the
// first error of do, and fails with inspection.ErrNotFound where the filter names an authority or an area to improve that does
// not exist.
func (s *Store) EachAction(ctx context.Context, filter ActionFilter, do func(ServedAction) error) error {
	filter.AsOf = s.dayOrToday(filter.AsOf)
	err := s.read(ctx, func(r *reader) error {
		names, err := r.namesUnder(filter.Authority, filter.Reference)
		if err != nil {
			return err
		}
		wanted := map[string]bool{}
		for _, name := range names {
			wanted[name] = true
		}
		serves := func(link inspection.ActionRecommendation) bool { return names == nil || wanted[link.Reference] }
		query := r.db.Where("audience IN ? AND recorded <= ?", filter.Reader.Readable(), filter.AsOf).Session(&gorm.Session{})
		return inBatches(query, "id", func(a inspection.Action) string { return a.ID }, func(list []inspection.Action) error {
			list, err := r.serving(list, filter.AsOf, serves)
			if err != nil {
				return err
			}
			served, err := r.withAreas(list)
			if err != nil {
				return err
			}
			return each(served, do)
		})
	})
	if err != nil {
		return fmt.Errorf("read one action after another: %w", err)
	}
	return nil
}

// serving returns those of some actions that served a wanted item on a day, with all that they served and as they stood then.
func (r *reader) serving(list []inspection.Action, day inspection.Date, wanted func(inspection.ActionRecommendation) bool) ([]inspection.Action, error) {
	ids := make([]string, len(list))
	for i, a := range list {
		ids[i] = a.ID
	}
	on := r.where("recorded <= ? AND (until_day IS NULL OR until_day > ?)", day, day)
	links, err := within[inspection.ActionRecommendation](on, "action_id", ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(links, func(a, b inspection.ActionRecommendation) int { return a.Position - b.Position })
	serves := map[string]bool{}
	for _, link := range links {
		serves[link.ActionID] = serves[link.ActionID] || wanted(link)
	}
	list = slices.DeleteFunc(list, func(a inspection.Action) bool { return !serves[a.ID] })
	if err := r.addServed(list, links); err != nil {
		return nil, err
	}
	return list, r.takeBack(list, day)
}

// withAreas gives actions the words of what they serve; of an area whose letter is unpublished there are none.
func (r *reader) withAreas(list []inspection.Action) ([]ServedAction, error) {
	wanted := map[string]bool{}
	for _, a := range list {
		for _, reference := range a.References {
			wanted[reference] = true
		}
	}
	items, err := within[inspection.Recommendation](r, "reference", sortedKeys(wanted))
	if err != nil {
		return nil, err
	}
	words := make(map[string]string, len(items))
	for _, item := range items {
		words[item.Reference] = item.Words
	}
	out := make([]ServedAction, len(list))
	for i, a := range list {
		out[i].Action = a
		for _, reference := range a.References {
			out[i].Areas = append(out[i].Areas, words[reference])
		}
	}
	return out, nil
}

// EachMilestone hands over every milestone with its bodies and citations, by ID. It stops at the first error of do.
func (s *Store) EachMilestone(ctx context.Context, do func(inspection.Milestone) error) error {
	err := s.read(ctx, func(r *reader) error {
		return inBatches(r.db, "id", func(m inspection.Milestone) string { return m.ID }, func(list []inspection.Milestone) error {
			if err := r.addMilestoneParts(list); err != nil {
				return err
			}
			return each(list, do)
		})
	})
	if err != nil {
		return fmt.Errorf("read one milestone after another: %w", err)
	}
	return nil
}

// inBatches reads the rows of a query in the order of a key that each has for itself.
func inBatches[T any](query *gorm.DB, column string, key func(T) string, do func([]T) error) error {
	for after, more := "", true; more; {
		batch := query.Order(column).Limit(eachAtATime)
		if after != "" {
			batch = batch.Where(column+" > ?", after)
		}
		var list []T
		if err := batch.Find(&list).Error; err != nil {
			return err
		}
		if more = len(list) == eachAtATime; more {
			after = key(list[len(list)-1])
		}
		if err := do(list); err != nil {
			return err
		}
	}
	return nil
}

func each[T any](list []T, do func(T) error) error {
	for _, one := range list {
		if err := do(one); err != nil {
			return err
		}
	}
	return nil
}
