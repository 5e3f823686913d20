package store

import (
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// PositionHistory returns every position in which some items stood, by reference and in order, as the public may see them.
// Of an item of which nothing is recorded there is none. A reference that was joined to another is not followed.
func (s *Store) PositionHistory(ctx context.Context, references []string) (map[string][]inspection.Position, error) {
	history := map[string][]inspection.Position{}
	err := s.read(ctx, func(r *reader) error {
		rows, err := within[inspection.Position](r, "reference", references)
		if err != nil {
			return err
		}
		for _, p := range rows {
			history[p.Reference] = append(history[p.Reference], p.For(inspection.ForPublic))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read where items stood: %w", err)
	}
	for _, list := range history {
		slices.SortFunc(list, func(a, b inspection.Position) int { return a.FromDay.Compare(b.FromDay) })
	}
	return history, nil
}
