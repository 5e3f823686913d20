package store

import (
	"testing"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// Correct runs a statement as one write of a record, as every change of reference data is.
func Correct(t *testing.T, s *Store, kind inspection.RecordKind, id, statement string, values ...any) {
	t.Helper()
	err := s.write(t.Context(), inspection.Seeder, func(t *tx) error {
		if err := t.db.Exec(statement, values...).Error; err != nil {
			return err
		}
		return t.note(kind, id, inspection.Updated, nil, id)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// RecordOfWholeRegister is Record, worked out of the whole register and not of the part around the body.
func RecordOfWholeRegister(t *testing.T, s *Store, body string) *inspection.Record {
	t.Helper()
	var record *inspection.Record
	err := s.read(t.Context(), func(r *reader) error {
		all, err := r.register()
		if err != nil {
			return err
		}
		start, _ := all.Body(body)
		record, err = r.recordOf(all, start)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// EnglandPlans say how the database finds what is asked for often where there are many authorities: the version, what was
// touched since one, the inspections and bodies that were, and what is of one body. The tables of successions and of how far the
// record is complete stay small: a database reads them whole sooner than by their indexes.
func EnglandPlans(t *testing.T, s *Store, since int64, ids []string, body string) map[string]string {
	t.Helper()
	plans := map[string]string{}
	err := s.read(t.Context(), func(r *reader) error {
		for name, query := range map[string]*gorm.DB{
			"the version": r.db.Raw(versionQuery),
			"the touched": touchedSince(r.db, since),
			"bodies":      r.db.Model(&inspection.Body{}).Where("id IN ?", ids),
			"inspections": r.db.Table("inspections AS i").Where("i.id IN ?", ids).Select("i.id"),
			"of bodies":   partsOf(r.db, "inspection_bodies", "i.id IN ?", ids).Select("p.body_id"),
			"judgements":  partsOf(r.db, "judgements", "i.id IN ?", ids).Select("p.grade"),
			"its bodies":  r.db.Model(&inspection.InspectionBody{}).Where("body_id IN ?", []string{body}),
			"partnership": r.db.Model(&inspection.Body{}).Where("listed_on IN ?", []string{body}),
		} {
			plan, err := planOf(r, query)
			if err != nil {
				return err
			}
			plans[name] = plan
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return plans
}
