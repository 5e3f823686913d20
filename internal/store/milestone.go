package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// Milestones returns every milestone with its bodies and citations, oldest first.
func (s *Store) Milestones(ctx context.Context) ([]inspection.Milestone, error) {
	var milestones []inspection.Milestone
	err := s.read(ctx, func(r *reader) (err error) {
		if err = r.db.Find(&milestones).Error; err != nil {
			return err
		}
		return r.addMilestoneParts(milestones)
	})
	if err != nil {
		return nil, fmt.Errorf("list milestones: %w", err)
	}
	return milestones, nil
}

func (r *reader) milestonesOf(bodies []string) ([]inspection.Milestone, error) {
	links, err := within[inspection.MilestoneBody](r, "body_id", bodies)
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for _, link := range links {
		ids[link.MilestoneID] = true
	}
	milestones, err := within[inspection.Milestone](r, "id", sortedKeys(ids))
	if err != nil {
		return nil, err
	}
	return milestones, r.addMilestoneParts(milestones)
}

// addMilestoneParts also puts the milestones in order.
func (r *reader) addMilestoneParts(milestones []inspection.Milestone) error {
	slices.SortFunc(milestones, func(a, b inspection.Milestone) int {
		return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.ID, b.ID))
	})
	byID := make(map[string]*inspection.Milestone, len(milestones))
	ids := make([]string, len(milestones))
	for i := range milestones {
		byID[milestones[i].ID], ids[i] = &milestones[i], milestones[i].ID
	}
	bodies, err := within[inspection.MilestoneBody](r, "milestone_id", ids)
	if err != nil {
		return err
	}
	slices.SortFunc(bodies, func(a, b inspection.MilestoneBody) int { return cmp.Compare(a.Position, b.Position) })
	for _, link := range bodies {
		byID[link.MilestoneID].Bodies = append(byID[link.MilestoneID].Bodies, link.BodyID)
	}
	citations, err := within[inspection.Citation](r.about(inspection.OfMilestone), "record_id", ids)
	if err != nil {
		return err
	}
	slices.SortFunc(citations, func(a, b inspection.Citation) int { return cmp.Compare(a.Position, b.Position) })
	for _, c := range citations {
		byID[c.RecordID].Citations = append(byID[c.RecordID].Citations, c)
	}
	return nil
}
