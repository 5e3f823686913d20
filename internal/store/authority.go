package store

import (
	"context"
	"fmt"

	"inspectiontimeline/internal/inspection"
)

// Bodies returns every council, provider, partnership and place, by name.
func (s *Store) Bodies(ctx context.Context) ([]inspection.Body, error) {
	var bodies []inspection.Body
	err := s.read(ctx, func(r *reader) error {
		all, err := r.register()
		if err == nil {
			bodies = all.Bodies
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list authorities: %w", err)
	}
	return bodies, nil
}

// Body returns one body. It fails with inspection.ErrNotFound.
func (s *Store) Body(ctx context.Context, id string) (inspection.Body, error) {
	var body inspection.Body
	err := s.read(ctx, func(r *reader) error { return r.db.Where("id = ?", id).Take(&body).Error })
	if err != nil {
		return inspection.Body{}, fmt.Errorf("read authority %s: %w", id, err)
	}
	return body, nil
}

// Register returns every body and what joins them, with the frameworks, and nothing of their inspections.
func (s *Store) Register(ctx context.Context) (*inspection.Record, error) {
	var record *inspection.Record
	err := s.read(ctx, func(r *reader) (err error) {
		if record, err = r.register(); err == nil {
			record.Catalogue = r.catalogue
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the register of authorities: %w", err)
	}
	return record, nil
}
