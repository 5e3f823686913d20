package store

import (
	"testing"

	"inspectiontimeline/internal/inspection"
)

// AskedPlans say how the database finds what was asked: the letters with areas to improve of everybody and of some
// authorities, the counts of themes, and the items of a theme and those of none.
func AskedPlans(t *testing.T, s *Store, bodies, letters []string) map[string]string {
	t.Helper()
	plans := map[string]string{}
	err := s.read(t.Context(), func(r *reader) error {
		if r.db.Name() == "postgres" { // which reads a table of a few rows whole, whatever indexes it has
			if err := r.db.Exec("SET LOCAL enable_seqscan = off").Error; err != nil {
				return err
			}
		}
		var err error
		for name, query := range map[string]func() (string, error){
			"everybody": func() (string, error) { return planOf(r, r.askedOfAll().Model(&inspection.Inspection{})) },
			"some": func() (string, error) {
				return planOf(r, r.askedOfSome(bodies).Model(&inspection.Inspection{}))
			},
			"counts": func() (string, error) { return planOf(r, r.askedByTheme(letters)) },
			"theme": func() (string, error) {
				return planOf(r, r.askedItems("neglect", letters).Model(&inspection.Recommendation{}))
			},
			"no theme": func() (string, error) {
				return planOf(r, r.askedItems(NoTheme, letters).Model(&inspection.Recommendation{}))
			},
		} {
			if plans[name], err = query(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return plans
}
