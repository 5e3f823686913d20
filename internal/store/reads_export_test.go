package store

import (
	"testing"

	"inspectiontimeline/internal/inspection"
)

// TablesIn returns the names of the tables that a statement names.
func TablesIn(statement string) []string { return tablesIn(statement).Names() }

// WriteTerm adds a word to the glossary, with an entry about a record of some kind.
func (s *Store) WriteTerm(t *testing.T, kind inspection.RecordKind) error {
	t.Helper()
	return s.write(t.Context(), inspection.Seeder, func(tx *tx) error {
		term := inspection.Term{ID: "quixotry", Term: "Quixotry", Meaning: "A word that nobody knew before."}
		if err := tx.db.Create(&term).Error; err != nil {
			return err
		}
		return tx.note(kind, term.ID, inspection.Created, nil, term)
	})
}
