package store

import (
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// SharedReferences returns, for each of the shared keys of items, the references of all twin letters' items that have it,
// in order.
func (s *Store) SharedReferences(ctx context.Context, keys []string) (map[string][]string, error) {
	out := map[string][]string{}
	err := s.read(ctx, func(r *reader) error {
		items, err := within[inspection.Recommendation](r, "shared_key", keys)
		for _, item := range items {
			out[item.SharedKey] = append(out[item.SharedKey], item.Reference)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up the items of twin letters: %w", err)
	}
	for _, references := range out {
		slices.Sort(references)
	}
	return out, nil
}
