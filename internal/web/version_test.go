package web

import (
	"context"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestReferenceDataIsReadAgainOnlyWhereItMayHaveChanged(t *testing.T) {
	ctx := context.Background()
	eachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		read := func() *referenceData {
			t.Helper()
			s.data.forget() // as after a change that the program itself has made
			known, err := s.referenceData(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return known
		}
		add := func(term string) {
			t.Helper()
			terms := []inspection.Term{{ID: term, Term: term, Meaning: "A word that nobody knew before."}}
			if _, err := db.LoadSeed(ctx, &inspection.Record{Terms: terms}); err != nil {
				t.Fatal(err)
			}
		}
		first := read()
		_, err := db.AddUpdate(ctx, storetest.Officer, inspection.Update{
			Reference: "NN-ILACS-2026-1", On: inspection.DayOf(storetest.Now), Words: "Half of them are read.", Audience: inspection.ForPublic,
		})
		if err != nil {
			t.Fatal(err)
		}
		if read() != first {
			t.Error("an update makes the record of England be read again")
		}
		add("quixotry")
		second := read()
		if second == first || second.lexicon.terms["quixotry"].Meaning == "" {
			t.Error("a new word of the glossary is not known")
		}
		if read() != second {
			t.Error("it is read again though nothing has changed")
		}
		s.known.version += 1000 // as where a backup with fewer changes was put in place
		if read() == second {
			t.Error("data of a later version is taken for that of an earlier one")
		}
	})
}
