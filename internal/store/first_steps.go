package store

import (
	"context"
	"fmt"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// FirstSteps counts what a council does first with a new service.
type FirstSteps struct {
	Letters  int64 // that are published
	Trackers int64 // that were brought in
	People   int64 // who have accounts, whether or not they signed in yet
}

// FirstSteps returns how far a council has come with a new service.
func (s *Store) FirstSteps(ctx context.Context) (FirstSteps, error) {
	var steps FirstSteps
	err := s.read(ctx, func(r *reader) error {
		if err := r.db.Model(&publication{}).Count(&steps.Letters).Error; err != nil {
			return err
		}
		if err := r.db.Model(&inspection.TrackerImport{}).Count(&steps.Trackers).Error; err != nil {
			return err
		}
		return r.db.Model(&auth.Account{}).Where("state <> ?", auth.Disabled).Count(&steps.People).Error
	})
	if err != nil {
		return FirstSteps{}, fmt.Errorf("count the first steps: %w", err)
	}
	return steps, nil
}
