package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// Completeness returns how far each kind of record is believed complete, for every body; what holds for every authority
// comes first.
func (s *Store) Completeness(ctx context.Context) ([]inspection.Completeness, error) {
	var lines []inspection.Completeness
	err := s.read(ctx, func(r *reader) (err error) {
		lines, err = r.completeness()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list how far the record is complete: %w", err)
	}
	return lines, nil
}

func (r *reader) completeness() ([]inspection.Completeness, error) {
	var lines []inspection.Completeness
	if err := r.db.Find(&lines).Error; err != nil {
		return nil, err
	}
	slices.SortFunc(lines, func(a, b inspection.Completeness) int { // "*" sorts before every letter
		return cmp.Or(cmp.Compare(a.BodyID, b.BodyID), cmp.Compare(a.Record, b.Record))
	})
	return lines, nil
}

// Terms returns the glossary in the order of the alphabet.
func (s *Store) Terms(ctx context.Context) ([]inspection.Term, error) {
	var terms []inspection.Term
	if err := s.read(ctx, func(r *reader) error { return r.db.Find(&terms).Error }); err != nil {
		return nil, fmt.Errorf("list the glossary: %w", err)
	}
	slices.SortFunc(terms, func(a, b inspection.Term) int { return cmp.Compare(a.ID, b.ID) })
	return terms, nil
}

// Themes returns every theme in the order in which pages list them.
func (s *Store) Themes(ctx context.Context) ([]inspection.Theme, error) {
	var themes []inspection.Theme
	if err := s.read(ctx, func(r *reader) error { return r.db.Order("position").Find(&themes).Error }); err != nil {
		return nil, fmt.Errorf("list themes: %w", err)
	}
	return themes, nil
}
