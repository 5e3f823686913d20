package store

import (
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// drawnColumns are what charts tell of a position: a third of a row, and much less to read where a council has many items.
var drawnColumns = []string{
	"reference", "from_day", "until_day", "state", "moves", "original_due", "due", "times_moved", "updated_public", "evidence_public",
}

// PositionHistory returns every position in which some items stood, by reference and in order, as the public may see them:
// the days, the state and how many moves led to it, the days by which it was to be done, and the newest update and
// evidence; the rest of a position is empty. Of an item of which nothing is recorded there is none. A reference that was
// joined to another is not followed.
func (s *Store) PositionHistory(ctx context.Context, references []string) (map[string][]inspection.Position, error) {
	history := map[string][]inspection.Position{}
	err := s.read(ctx, func(r *reader) error {
		rows, err := within[*inspection.Position](r.columns(drawnColumns...), "reference", references)
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
