package store

import (
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// Rules returns every version of every rule of the field, by code and then by the day from which each is valid.
func (s *Store) Rules(ctx context.Context) ([]inspection.Rule, error) {
	var list []inspection.Rule
	err := s.read(ctx, func(r *reader) error { return r.db.Find(&list).Error })
	if err != nil {
		return nil, fmt.Errorf("list rules: %w", err)
	}
	slices.SortFunc(list, inspection.ByVersion)
	return list, nil
}
