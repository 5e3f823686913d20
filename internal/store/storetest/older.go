package storetest

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/pressly/goose/v3"

	"inspectiontimeline/internal/store"
)

// OlderSQLite returns the path of a new file as a program left it that knew the migrations up to a version and no later
// ones, with one word in its glossary.
func OlderSQLite(t testing.TB, version int64) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "timeline.db")
	db := connectTo(t, "sqlite3", path+"?_journal_mode=WAL")
	defer db.Close()
	files, err := fs.Sub(store.Migrations(), "migrations")
	if err != nil {
		t.Fatal(err)
	}
	others, err := fs.Glob(files, "*.postgres.sql")
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files,
		goose.WithTableName("timeline_versions"), goose.WithDisableGlobalRegistry(true), goose.WithExcludeNames(others))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	const term = "INSERT INTO terms (id, term, short, meaning, also) VALUES ('kept', 'Kept', '', 'What an older program wrote.', '')"
	if _, err := db.ExecContext(t.Context(), term); err != nil {
		t.Fatal(err)
	}
	return path
}
