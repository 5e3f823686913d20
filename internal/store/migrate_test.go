package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"

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
				if !slices.Contains([]string{"timeline_versions", "sqlite_sequence", "search_text"}, table) && want[table] == nil {
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
		dsn := storetest.EmptyPostgres(t, storetest.Server(t))
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				s, err := store.Open(ctx, dsn, storetest.Options(t))
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
	})
}
