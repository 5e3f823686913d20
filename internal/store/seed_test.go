package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const northLatest = "north-northamptonshire-ilacs-standard-2026-05-11"

func TestLoadSeed(t *testing.T) {
	ctx := context.Background()
	seed := storetest.Seed(t)
	t.Run("an empty database takes every record, and each makes its own entry", func(t *testing.T) {
		storetest.Each(t, func(t *testing.T, s *store.Store) {
			if empty, err := s.Empty(ctx); err != nil || !empty {
				t.Fatalf("a new database is not empty: %v", err)
			}
			loaded, err := s.LoadSeed(ctx, seed)
			if err != nil {
				t.Fatal(err)
			}
			for kind, want := range map[inspection.RecordKind]int{
				inspection.OfInspection: len(seed.Inspections), inspection.OfBody: len(seed.Bodies),
				inspection.OfMilestone: len(seed.Milestones), inspection.OfSource: len(seed.Sources),
				inspection.OfBankHoliday: len(seed.BankHolidays), inspection.OfTerm: len(seed.Terms),
			} {
				if loaded.Added[kind] != want {
					t.Errorf("%d records of kind %s were added; want %d", loaded.Added[kind], kind, want)
				}
			}
			checked, err := s.Check(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			if checked.Entries != int64(loaded.Total()) {
				t.Errorf("%d records made %d entries", loaded.Total(), checked.Entries)
			}
			if empty, err := s.Empty(ctx); err != nil || empty {
				t.Errorf("the database is empty afterwards: %v", err)
			}
		})
	})
	t.Run("loading again adds nothing and writes nothing", func(t *testing.T) {
		storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
			before, err := s.Version(ctx)
			if err != nil {
				t.Fatal(err)
			}
			loaded, err := s.LoadSeed(ctx, seed)
			if err != nil || loaded.Total() != 0 {
				t.Errorf("added %v, %v", loaded, err)
			}
			if after, err := s.Version(ctx); err != nil || after != before {
				t.Errorf("the version went from %d to %d, %v", before, after, err)
			}
		})
	})
	t.Run("what officers changed stays", func(t *testing.T) {
		storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
			change(t, dsn, "UPDATE inspections SET topic = 'changed by an officer' WHERE id = '"+northLatest+"'",
				"DELETE FROM findings WHERE inspection_id = '"+northLatest+"'")
			s := storetest.Open(t, dsn)
			if _, err := s.LoadSeed(ctx, seed); err != nil {
				t.Fatal(err)
			}
			in, _, err := s.InspectionRecord(ctx, northLatest)
			if err != nil {
				t.Fatal(err)
			}
			if in.Topic != "changed by an officer" || len(in.Findings) != 0 {
				t.Errorf("topic %q and %d findings are there after loading again", in.Topic, len(in.Findings))
			}
		})
	})
	t.Run("what a later seed has more is added, with its parts", func(t *testing.T) {
		storetest.Each(t, func(t *testing.T, s *store.Store) {
			earlier := *seed
			earlier.Inspections = slices.DeleteFunc(slices.Clone(seed.Inspections), func(in *inspection.Inspection) bool { return in.ID == northLatest })
			if _, err := s.LoadSeed(ctx, &earlier); err != nil {
				t.Fatal(err)
			}
			loaded, err := s.LoadSeed(ctx, seed)
			if err != nil {
				t.Fatal(err)
			}
			if loaded.Added[inspection.OfInspection] != 1 || loaded.Added[inspection.OfRecommendation] != 2 || loaded.Total() != 3 {
				t.Errorf("added %+v; want one inspection and its two areas to improve", loaded)
			}
			in, _, err := s.InspectionRecord(ctx, northLatest)
			if err != nil || len(in.Judgements) == 0 || len(in.Recommendations) != 2 {
				t.Errorf("its parts are not there: %v, %v", in, err)
			}
		})
	})
	t.Run("what an earlier seed had no names and words for is given them, once", func(t *testing.T) {
		storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
			change(t, dsn, "UPDATE bodies SET aliases = NULL", "UPDATE themes SET words = NULL")
			s := storetest.Open(t, dsn)
			for range 2 {
				if _, err := s.LoadSeed(ctx, seed); err != nil {
					t.Fatal(err)
				}
			}
			body, err := s.Body(ctx, "westminster")
			if err != nil || !slices.Contains(body.Aliases, "City of Westminster") {
				t.Errorf("got %v, %v", body.Aliases, err)
			}
			themes, err := s.Themes(ctx)
			if err != nil || !reflect.DeepEqual(themes, seed.Themes) {
				t.Errorf("got %v, %v", themes, err)
			}
			if entry := s.LastChange(t, inspection.OfBody, "westminster"); entry.Action != inspection.Updated || !strings.Contains(entry.After, "City of Westminster") {
				t.Errorf("the last entry is %+v", entry)
			}
		})
	})
	t.Run("a seed that cannot be taken whole leaves nothing behind", func(t *testing.T) {
		storetest.Each(t, func(t *testing.T, s *store.Store) {
			broken := *seed
			twice := *seed.Inspections[0]
			twice.ID += "-again" // its parts keep their identifiers
			broken.Inspections = append(slices.Clone(seed.Inspections), &twice)
			if _, err := s.LoadSeed(ctx, &broken); err == nil {
				t.Fatal("it was taken")
			}
			if empty, err := s.Empty(ctx); err != nil || !empty {
				t.Errorf("changes were recorded: %v", err)
			}
			if bodies, err := s.Bodies(ctx); err != nil || len(bodies) != 0 {
				t.Errorf("%d bodies are there, %v", len(bodies), err)
			}
		})
	})
	t.Run("two programs that load at once load it once", func(t *testing.T) {
		storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
			var all sync.WaitGroup
			totals := make([]int, 2)
			for i := range totals {
				s := storetest.Open(t, dsn)
				all.Go(func() {
					loaded, err := s.LoadSeed(ctx, seed)
					if err != nil {
						t.Error(err)
					}
					totals[i] = loaded.Total()
				})
			}
			all.Wait()
			if slices.Sort(totals); totals[0] != 0 || totals[1] == 0 {
				t.Errorf("they added %v records", totals)
			}
			if _, err := storetest.Open(t, dsn).Check(ctx, nil); err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("a database without tables is told apart from an empty one", func(t *testing.T) {
		s := storetest.Open(t, t.TempDir()+"/timeline.db")
		if _, err := s.Empty(ctx); err == nil || errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}

// What comes out of the database must be what went in, on each engine, part by part.
func TestTheSeedComesBackWhole(t *testing.T) {
	seed := storetest.Seed(t)
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		checked := 0
		for _, body := range []string{"northamptonshire", "bradford", "buckinghamshire"} {
			record, err := s.Record(ctx, body)
			if err != nil {
				t.Fatal(err)
			}
			for _, got := range record.Inspections {
				i := slices.IndexFunc(seed.Inspections, func(in *inspection.Inspection) bool { return in.ID == got.ID })
				if i < 0 {
					t.Fatalf("the seed has no inspection %s", got.ID)
				}
				sameJSON(t, got.ID, sortFacts(*got), sortFacts(*seed.Inspections[i]))
				checked++
			}
			for _, got := range record.Milestones {
				i := slices.IndexFunc(seed.Milestones, func(m inspection.Milestone) bool { return m.ID == got.ID })
				sameJSON(t, got.ID, got, seed.Milestones[i])
				checked++
			}
			for _, got := range record.Bodies {
				i := slices.IndexFunc(seed.Bodies, func(b inspection.Body) bool { return b.ID == got.ID })
				sameJSON(t, got.ID, got, seed.Bodies[i])
			}
		}
		if checked < 27+60 {
			t.Errorf("only %d records were compared", checked)
		}
	})
}

func sortFacts(in inspection.Inspection) inspection.Inspection {
	in.Facts = slices.Clone(in.Facts)
	slices.SortFunc(in.Facts, func(a, b inspection.Fact) int {
		if a.Field < b.Field {
			return -1
		}
		return 1
	})
	return in
}

func sameJSON(t *testing.T, id string, got, want any) {
	t.Helper()
	texts := make([]string, 2)
	for i, v := range []any{got, want} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(data)
	}
	if texts[0] != texts[1] {
		t.Errorf("%s came back as\n%s\nwant\n%s", id, texts[0], texts[1])
	}
}

func BenchmarkLoadSeed(b *testing.B) {
	seed := storetest.Seed(b)
	for b.Loop() {
		b.StopTimer()
		s := storetest.Open(b, storetest.SQLite(b, false))
		b.StartTimer()
		if _, err := s.LoadSeed(context.Background(), seed); err != nil {
			b.Fatal(err)
		}
	}
}
