package store

import (
	"context"
	"fmt"

	"inspectiontimeline/internal/inspection"
)

// checkCodes compares every code that the database uses with the catalogue, so that the program does not start on data
// that it would misread.
func (s *Store) checkCodes(ctx context.Context) error {
	db := s.readPool.WithContext(ctx)
	var uses []struct{ Framework, Kind string }
	if err := db.Model(&inspection.Inspection{}).Distinct("framework", "kind").Scan(&uses).Error; err != nil {
		return err
	}
	for _, use := range uses {
		framework, ok := s.catalogue.Framework(use.Framework)
		if !ok {
			return fmt.Errorf("%w: framework %q", ErrUnknownCode, use.Framework)
		}
		if _, ok := framework.Kind(use.Kind); !ok {
			return fmt.Errorf("%w: kind %q of framework %s", ErrUnknownCode, use.Kind, use.Framework)
		}
	}
	var grades []struct{ Framework, Strand, Grade string }
	err := db.Model(&inspection.Judgement{}).Joins("JOIN inspections ON inspections.id = judgements.inspection_id").
		Distinct("inspections.framework", "judgements.strand", "judgements.grade").Scan(&grades).Error
	if err != nil {
		return err
	}
	for _, g := range grades {
		framework, _ := s.catalogue.Framework(g.Framework)
		if _, ok := framework.Strand(g.Strand); !ok {
			return fmt.Errorf("%w: judgement %q of framework %s", ErrUnknownCode, g.Strand, g.Framework)
		}
		if g.Grade == "" || g.Grade == inspection.NotJudged {
			continue
		}
		if _, ok := s.catalogue.Grade(g.Framework, g.Strand, g.Grade); !ok {
			return fmt.Errorf("%w: grade %q of judgement %s of framework %s", ErrUnknownCode, g.Grade, g.Strand, g.Framework)
		}
	}
	return nil
}
