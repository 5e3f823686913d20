package store_test

import (
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestRevisionsOfRecords(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		revisions := func(ids ...string) map[string]store.Revision {
			t.Helper()
			found, err := s.Revisions(ctx, inspection.OfInspection, ids)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		before := revisions(northLatest, "nothing", "north-northamptonshire")
		if len(before) != 1 || !before[northLatest].Supplied || before[northLatest].Number < 1 || before[northLatest].At.IsZero() {
			t.Fatalf("of one inspection, one that is not there and one record of another kind: %+v", before)
		}
		supplied, err := s.LastRevision(ctx, inspection.OfInspection)
		if err != nil || !supplied.Supplied || supplied.Number < before[northLatest].Number {
			t.Errorf("the last inspection that was supplied: %+v, %v", supplied, err)
		}
		for range 2 {
			if err := s.Note(t, officer, inspection.OfInspection, northLatest, map[string]string{"topic": ""}, map[string]string{"topic": "x"}); err != nil {
				t.Fatal(err)
			}
		}
		last, err := s.Last(ctx)
		if err != nil {
			t.Fatal(err)
		}
		now := revisions(northLatest)[northLatest]
		if now.Number != last.Number || now.Supplied || !now.At.Equal(storetest.Now().UTC()) {
			t.Errorf("after two changes it is %+v, and the last entry is %d", now, last.Number)
		}
		if latest, err := s.LastRevision(ctx, inspection.OfTheme, inspection.OfInspection); err != nil || latest != now {
			t.Errorf("the last of two kinds is %+v, %v; want %+v", latest, err, now)
		}
		if later := before[northLatest].Later(now); later != now || now.Later(store.Revision{}) != now {
			t.Errorf("the later of the two is %+v", later)
		}
		if none, err := s.LastRevision(ctx, inspection.OfQuestion); err != nil || none != (store.Revision{}) {
			t.Errorf("of a kind that has no record: %+v, %v", none, err)
		}
		if none := revisions(); len(none) != 0 {
			t.Errorf("of no record: %v", none)
		}
	})
}

func TestTheFirstChangeTellsARecordFromEveryOther(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		before, err := s.First(t.Context())
		if err != nil || before.Number != 1 || len(before.Hash) != 64 {
			t.Fatalf("the first change is %v, %v", before, err)
		}
		if err := s.Note(t, officer, inspection.OfInspection, northLatest, nil, map[string]string{"topic": "x"}); err != nil {
			t.Fatal(err)
		}
		if after, err := s.First(t.Context()); err != nil || after != before {
			t.Errorf("it became %v, %v", after, err)
		}
	})
	t.Run("an empty record has none", func(t *testing.T) {
		storetest.Each(t, func(t *testing.T, s *store.Store) {
			if first, err := s.First(t.Context()); err != nil || first != (store.Mark{}) {
				t.Errorf("it has %v, %v", first, err)
			}
		})
	})
}
