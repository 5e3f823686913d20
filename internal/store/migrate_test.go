package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestMigrate(t *testing.T) {
	ctx := context.Background()
	t.Run("every type of the domain has a table with exactly its columns", func(t *testing.T) {
		storetest.Each(t, func(t *testing.T, s *store.Store) {
			want, got := store.Columns(t, s)
			for table, columns := range want {
				if !slices.Equal(columns, got[table]) {
					t.Errorf("table %s has %v; want %v", table, got[table], columns)
				}
			}
			for _, table := range store.Tables(t, s) {
				// The text of the search differs by engine, and is read by no type.
				if !slices.Contains([]string{"timeline_versions", "timeline_locks", "sqlite_sequence", "search_text"}, table) && want[table] == nil {
					t.Errorf("table %s belongs to no type", table)
				}
			}
		})
	})
	t.Run("a database is ready only once it has been migrated", func(t *testing.T) {
		s, err := store.Open(ctx, filepath.Join(t.TempDir(), "timeline.db"), storetest.Options(t))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Ready(ctx); !errors.Is(err, store.ErrNotMigrated) {
			t.Errorf("before: got %v", err)
		}
		for range 2 { // the second time there is nothing to do
			if err := s.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Ready(ctx); err != nil {
			t.Errorf("after: got %v", err)
		}
	})
	t.Run("several programs may start on one server at once", func(t *testing.T) {
		migrateAtOnce(t, storetest.EmptyPostgres(t, storetest.Server(t)), func(*store.Options) {})
	})
	t.Run("several programs may start at once on an engine that lacks locks", func(t *testing.T) {
		migrateAtOnce(t, storetest.EmptyPostgres(t, storetest.Server(t)), func(o *store.Options) { o.WithoutSessions = true })
	})
	t.Run("several programs may make the table of locks at once", func(t *testing.T) {
		dsn := storetest.EmptyPostgres(t, storetest.Server(t))
		s := storetest.OpenWith(t, dsn, func(*store.Options) {})
		for range 30 {
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					if err := store.MakeLocks(t, s); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			change(t, dsn, "DROP TABLE timeline_locks")
		}
	})
	for way, with := range map[string]func(*store.Options){
		"at the server itself": func(*store.Options) {},
		"without sessions":     func(o *store.Options) { o.WithoutSessions = true },
	} {
		t.Run("a program "+way+" waits for another that migrates without sessions, and not for one that died a while ago", func(t *testing.T) {
			dsn := storetest.EmptyPostgres(t, storetest.Server(t))
			s := storetest.OpenWith(t, dsn, with)
			store.HoldMigrationLock(t, s)
			soon, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
			defer cancel()
			if err := s.Migrate(soon); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("while another migrates: got %v", err)
			}
			change(t, dsn, fmt.Sprintf("UPDATE timeline_locks SET held_until = held_until - %d", store.LockHolds))
			// Another program, for whom nothing may be left of the one that gave up.
			other := storetest.OpenWith(t, dsn, with)
			inTime, cancel := context.WithTimeout(ctx, heardSoon)
			defer cancel()
			if err := errors.Join(other.Migrate(inTime), other.Ready(ctx)); err != nil {
				t.Errorf("after another died: got %v", err)
			}
		})
	}
}

// The one connection that writes to an SQLite file may be busy for as long as a list of England takes to be written.
func TestADatabaseIsReadyWhileSomebodyWrites(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		release := store.HoldWriteLock(t, s)
		defer release()
		soon, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := s.Ready(soon); err != nil {
			t.Error(err)
		}
	})
}

// migrateAtOnce starts four programs on an empty database.
func migrateAtOnce(t *testing.T, dsn string, with func(*store.Options)) {
	t.Helper()
	ctx := t.Context()
	opts := storetest.Options(t)
	with(&opts)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			s, err := store.Open(ctx, dsn, opts)
			if err != nil {
				t.Error(err)
				return
			}
			if err := errors.Join(s.Migrate(ctx), s.Ready(ctx), s.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// TestAnOlderProgramOnANewerSchema has the database as a later release leaves it while servers of this one are still at work.
func TestAnOlderProgramOnANewerSchema(t *testing.T) {
	ctx := t.Context()
	const newer, raise = "INSERT INTO timeline_versions (version_id, is_applied) VALUES (99999, true)", "UPDATE schema_floor SET version = 99999"
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		change(t, dsn, newer)
		if err := errors.Join(s.Ready(ctx), s.Migrate(ctx)); err != nil {
			t.Errorf("with a schema that it can go on with: got %v", err)
		}
		define(t, s, "quixotry")
		if strings.HasPrefix(dsn, "postgres") {
			again := storetest.Open(t, dsn) // as when its machine is started anew
			define(t, again, "rodomontade")
		} else {
			refused(t, dsn, store.ErrNewer)
		}
		change(t, dsn, raise)
		before := store.Dump(t, s)
		if err := s.Ready(ctx); !errors.Is(err, store.ErrNewer) {
			t.Errorf("with a schema that it cannot go on with: it is ready, %v", err)
		}
		_, err := s.LoadSeed(ctx, &inspection.Record{Terms: []inspection.Term{{ID: "sesquipedalian", Term: "sesquipedalian", Meaning: "A long word."}}})
		if !errors.Is(err, store.ErrNewer) {
			t.Errorf("it writes: %v", err)
		}
		if after := store.Dump(t, s); !maps.EqualFunc(before, after, slices.Equal) {
			t.Error("something has changed")
		}
		refused(t, dsn, store.ErrNewer)
	})
}

func TestDurability(t *testing.T) {
	t.Run("of an SQLite file is right, and is noticed where it is not", func(t *testing.T) {
		s := storetest.Open(t, storetest.SQLite(t, false))
		if faults, err := s.Durability(t.Context()); err != nil || len(faults) > 0 {
			t.Errorf("got %q, %v", faults, err)
		}
		store.Hurry(t, s)
		faults, err := s.Durability(t.Context())
		if err != nil || len(faults) != 1 || !strings.Contains(faults[0], "synchronous is 0") {
			t.Errorf("got %q, %v", faults, err)
		}
	})
	t.Run("of a server for tests, which need not survive anything, is named as it is", func(t *testing.T) {
		dsn := storetest.Postgres(t, storetest.Server(t), false)
		faults, err := storetest.Open(t, dsn+"&synchronous_commit=off").Durability(t.Context())
		if err != nil || !slices.ContainsFunc(faults, func(fault string) bool { return strings.HasPrefix(fault, "synchronous_commit is off: ") }) {
			t.Errorf("got %q, %v", faults, err)
		}
	})
}
