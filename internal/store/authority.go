package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

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

// England returns every authority with its full inspections, under whatever framework, their judgements, and how far each kind of record is complete; nothing else of them.
func (s *Store) England(ctx context.Context) (*inspection.Record, error) {
	var record *inspection.Record
	err := s.read(ctx, func(r *reader) error {
		if r.catalogue == nil {
			return errors.New("the database was opened without frameworks")
		}
		all, err := r.register()
		if err != nil {
			return err
		}
		all.Bodies = slices.DeleteFunc(all.Bodies, func(b inspection.Body) bool { return b.Kind != inspection.Authority })
		all.Catalogue, all.PlaceMembers, all.Services = r.catalogue, nil, nil
		for _, framework := range r.catalogue.Frameworks() {
			for _, kind := range framework.Kinds {
				if !kind.Full {
					continue
				}
				var list []*inspection.Inspection
				if err := r.db.Where("framework = ? AND kind = ?", framework.Code, kind.Code).Find(&list).Error; err != nil {
					return err
				}
				all.Inspections = append(all.Inspections, list...)
			}
		}
		slices.SortFunc(all.Inspections, inspection.ByDay)
		if err := r.addBodies(all.Inspections); err != nil {
			return err
		}
		if err := r.addJudgements(all.Inspections); err != nil {
			return err
		}
		if all.Completeness, err = r.completeness(); err != nil {
			return err
		}
		record = all
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the record of England: %w", err)
	}
	return record, nil
}
