package store

import (
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// SearchAsIndexed is Search that does not bring the index up to date first, as in a database that may only be read.
func SearchAsIndexed(t *testing.T, s *Store, filter SearchFilter) (result SearchResult) {
	t.Helper()
	err := s.read(t.Context(), func(r *reader) error {
		f, err := s.newFinder(r, filter, s.index.epoch.Load())
		if err == nil {
			result, err = f.answer()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// Searchable returns everything that a reader may find, read from the record without the index.
func Searchable(t *testing.T, s *Store, audience inspection.Audience) (hits []SearchHit) {
	t.Helper()
	err := s.read(t.Context(), func(r *reader) error {
		var units []string
		for _, one := range unitTables {
			ids, err := r.everyID(one.table)
			if err != nil {
				return err
			}
			for _, id := range ids {
				units = append(units, unitOf(one.kind, id))
			}
		}
		slices.Sort(units)
		all, err := r.searched(units)
		for _, f := range all {
			if audience.Reads(f.hit.Audience) && numberOf(f.from) <= numberOf(s.today()) {
				hits = append(hits, f.hit)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

func (r *reader) everyID(table string) (ids []string, err error) {
	return ids, r.db.Table(table).Order("id").Pluck("id", &ids).Error
}

// ForgetSearchVersion has the index look as if another version of the program had made it.
func ForgetSearchVersion(t *testing.T, s *Store) {
	t.Helper()
	if err := s.writePool.Exec("UPDATE search_state SET version = 0").Error; err != nil {
		t.Fatal(err)
	}
}

// SearchRows counts the documents of the index.
func SearchRows(t *testing.T, s *Store) (documents, words int64) {
	t.Helper()
	for table, count := range map[string]*int64{"search_documents": &documents, "search_text": &words} {
		if err := s.readPool.Table(table).Count(count).Error; err != nil {
			t.Fatal(err)
		}
	}
	return documents, words
}
