package store_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// rows counts what each table of a database holds.
func rows(t *testing.T, path string) map[string]int {
	t.Helper()
	db := connected(t, path)
	defer db.Close()
	var names []string
	found, err := db.Query("SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		t.Fatal(err)
	}
	for found.Next() {
		var name string
		if err := found.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if err := errors.Join(found.Err(), found.Close()); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, name := range names {
		var n int
		if err := db.QueryRow("SELECT COUNT(*) FROM " + name).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts[name] = n
	}
	return counts
}

func version(t *testing.T, path string) (version int64) {
	t.Helper()
	db := connected(t, path)
	defer db.Close()
	if err := db.QueryRow("SELECT MAX(version_id) FROM timeline_versions WHERE is_applied").Scan(&version); err != nil {
		t.Fatal(err)
	}
	return version
}

// migrated opens and migrates a file, and returns the copies of which it told.
func migrated(t *testing.T, path string) (copies []string, err error) {
	t.Helper()
	opts := storetest.Options(t)
	opts.Copied = func(name string) { copies = append(copies, name) }
	s, err := store.Open(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	return copies, errors.Join(s.Migrate(t.Context()), s.Close())
}

// copiesIn lists the copies that lie in a folder.
func copiesIn(t *testing.T, folder string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "*before*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// inTheWayOf20 makes a table that the migration to version 20 wants to make itself, so that it fails.
const inTheWayOf20 = "CREATE TABLE tokens (in_the_way TEXT)"

func TestMigrateCopiesAnSQLiteFileFirst(t *testing.T) {
	older := store.Newest() - 1
	t.Run("the copy is the older database, whole, for its owner alone", func(t *testing.T) {
		path := storetest.OlderSQLite(t, older)
		before := rows(t, path)
		copies, err := migrated(t, path)
		if err != nil {
			t.Fatal(err)
		}
		want := filepath.Join(filepath.Dir(path), fmt.Sprintf("timeline.before-%d-2026-11-21.db", store.Newest()))
		if len(copies) != 1 || copies[0] != want {
			t.Fatalf("told of %v; want %s", copies, want)
		}
		if now := version(t, path); now != store.Newest() {
			t.Errorf("the database is at version %d", now)
		}
		if kept := version(t, want); kept != older {
			t.Errorf("the copy is at version %d; want %d", kept, older)
		}
		if kept := rows(t, want); !maps.Equal(kept, before) {
			t.Errorf("the copy holds %v; the database held %v", kept, before)
		}
		if info, err := os.Stat(want); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("got %v, %v", info.Mode(), err)
		}
	})
	t.Run("going back is the copy under the old name, and going forward again from there makes another", func(t *testing.T) {
		path := storetest.OlderSQLite(t, older)
		first, err := migrated(t, path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(first[0], path); err != nil {
			t.Fatal(err)
		}
		if back := version(t, path); back != older {
			t.Fatalf("the database is at version %d; want %d", back, older)
		}
		if again, err := migrated(t, path); err != nil || len(again) != 1 || version(t, path) != store.Newest() {
			t.Errorf("told of %v, %v", again, err)
		}
	})
	t.Run("nothing that is there already is written over", func(t *testing.T) {
		path := storetest.OlderSQLite(t, older)
		taken := filepath.Join(filepath.Dir(path), fmt.Sprintf("timeline.before-%d-2026-11-21.db", store.Newest()))
		if err := os.WriteFile(taken, []byte("somebody's"), 0o600); err != nil {
			t.Fatal(err)
		}
		copies, err := migrated(t, path)
		if err != nil || len(copies) != 1 || copies[0] != strings.TrimSuffix(taken, ".db")+"-2.db" {
			t.Errorf("told of %v, %v", copies, err)
		}
		if data, err := os.ReadFile(taken); err != nil || string(data) != "somebody's" {
			t.Errorf("the file holds %q, %v", data, err)
		}
	})
	t.Run("a new file, and one with nothing to migrate, is not copied", func(t *testing.T) {
		for _, path := range []string{filepath.Join(t.TempDir(), "new.db"), storetest.SQLite(t, true)} {
			if copies, err := migrated(t, path); err != nil || len(copies) > 0 || len(copiesIn(t, filepath.Dir(path))) > 0 {
				t.Errorf("%s: told of %v, %v", path, copies, err)
			}
		}
	})
	t.Run("no copy is left of what another program has migrated meanwhile", func(t *testing.T) {
		path := storetest.OlderSQLite(t, older)
		late, err := store.Open(t.Context(), path, storetest.Options(t))
		if err != nil {
			t.Fatal(err)
		}
		defer late.Close()
		first, err := migrated(t, path)
		if err != nil {
			t.Fatal(err)
		}
		if name, err := late.CopyBefore(t.Context(), older); err != nil || name != "" {
			t.Errorf("%q is said to be the database as it was before: %v", name, err)
		}
		if left := copiesIn(t, filepath.Dir(path)); !slices.Equal(left, first) {
			t.Errorf("beside it are %v; want %v", left, first)
		}
	})
	t.Run("a migration that changed nothing leaves no copy behind", func(t *testing.T) {
		path := storetest.OlderSQLite(t, 19)
		change(t, path, inTheWayOf20)
		copies, err := migrated(t, path)
		if err == nil || len(copies) > 0 || len(copiesIn(t, filepath.Dir(path))) > 0 {
			t.Errorf("told of %v, %v; beside it are %v", copies, err, copiesIn(t, filepath.Dir(path)))
		}
	})
	t.Run("a migration that got half way names the copy", func(t *testing.T) {
		path := storetest.OlderSQLite(t, 18)
		change(t, path, inTheWayOf20)
		_, err := migrated(t, path)
		left := copiesIn(t, filepath.Dir(path))
		if err == nil || len(left) != 1 || !strings.Contains(err.Error(), "the database as it was before is in "+left[0]) {
			t.Errorf("got %v; beside it are %v", err, left)
		}
	})
}
