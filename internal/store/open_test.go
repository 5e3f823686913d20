package store_test

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// refused opens a database that must be refused, and checks that the message is one line and that the folder is
// afterwards as it was.
func refused(t *testing.T, dsn string, want error) {
	t.Helper()
	opts := storetest.Options(t)
	opts.Wait = 50 * time.Millisecond
	refusedWith(t, dsn, opts, want)
}

func refusedWith(t *testing.T, dsn string, opts store.Options, want error) {
	t.Helper()
	folder := filepath.Dir(dsn)
	before := contents(t, folder)
	s, err := store.Open(context.Background(), dsn, opts)
	if err == nil {
		s.Close()
		t.Fatal("the database was opened")
	}
	if !errors.Is(err, want) {
		t.Errorf("got %v; want %v", err, want)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the message has more than one line: %s", err)
	}
	after := contents(t, folder)
	for name, data := range after {
		if before[name] != data {
			t.Errorf("%s was written", name)
		}
	}
	if len(before) != len(after) {
		t.Errorf("the folder held %d files and now holds %d", len(before), len(after))
	}
}

// contents returns what is in the files of a folder; nothing for one that is not there, as in a postgres:// address.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil
	}
	files := map[string]string{}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(data)
	}
	return files
}

// connected opens a database past the store.
func connected(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	driver := "sqlite3"
	if strings.HasPrefix(dsn, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// change runs statements on a database past the store.
func change(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	db := connected(t, dsn)
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Run("a file that another program keeps locked", func(t *testing.T) {
		path := storetest.SQLite(t, false)
		other, err := sql.Open("sqlite3", path)
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		other.SetMaxOpenConns(1)
		for _, statement := range []string{"PRAGMA journal_mode = DELETE", "BEGIN EXCLUSIVE"} {
			if _, err := other.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		refused(t, path, store.ErrLocked)
	})
	t.Run("a file to which another program is writing for too long", func(t *testing.T) {
		path := storetest.SQLite(t, false)
		other := storetest.Open(t, path)
		release := store.HoldWriteLock(t, other)
		defer release()
		opts := storetest.Options(t)
		opts.Wait = 50 * time.Millisecond
		if _, err := store.Open(context.Background(), path, opts); !errors.Is(err, store.ErrLocked) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a file that is not a database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "letter.pdf")
		if err := os.WriteFile(path, []byte("%PDF-1.7 and so on, long enough to be a header of something else entirely; "+
			strings.Repeat("x", 200)), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, path, store.ErrNotOurs)
	})
	t.Run("a database of another program", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "other.db")
		change(t, path, "CREATE TABLE songs (title TEXT)", "INSERT INTO songs VALUES ('Jerusalem')")
		refused(t, path, store.ErrNotOurs)
	})
	t.Run("a database of another program with the same migration library", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "other.db")
		change(t, path, "CREATE TABLE goose_db_version (version_id INTEGER, is_applied BOOLEAN)")
		refused(t, path, store.ErrNotOurs)
	})
	t.Run("a folder", func(t *testing.T) { refused(t, t.TempDir(), store.ErrNotOurs) })
	t.Run("a file in a folder that does not exist", func(t *testing.T) {
		refused(t, filepath.Join(t.TempDir(), "nowhere", "timeline.db"), store.ErrMissing)
	})
	t.Run("a file in a folder in which none can be made", func(t *testing.T) {
		refused(t, "/sys/timeline.db", store.ErrReadOnly) // the kernel lets nobody make one there
	})
	t.Run("a file that does not exist, if it must", func(t *testing.T) {
		opts := storetest.Options(t)
		opts.MustExist = true
		refusedWith(t, filepath.Join(t.TempDir(), "timeline.db"), opts, store.ErrMissing)
	})
	t.Run("a server that does not answer", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := listener.Addr().String()
		listener.Close() // nobody listens there now
		refused(t, "postgres://timeline:secret@"+address+"/timeline?sslmode=disable", store.ErrUnreachable)
	})
	for _, dsn := range []string{"mysql://localhost/timeline", "postgres://%zz", ":memory:", ""} {
		t.Run("an address of no use, "+dsn, func(t *testing.T) {
			_, err := store.Open(context.Background(), dsn, storetest.Options(t))
			if err == nil || !strings.Contains(err.Error(), "want") {
				t.Errorf("got %v; want words on what to give instead", err)
			}
		})
	}
}

func TestANewFileIsForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "timeline.db")
	s := storetest.Open(t, path)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + end)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the rights %s", info.Name(), info.Mode())
		}
	}
}

func TestOpenRefusesWhatItWouldMisread(t *testing.T) {
	t.Run("a file that a later version has been at", func(t *testing.T) {
		dsn := storetest.SQLite(t, false)
		change(t, dsn, "INSERT INTO timeline_versions (version_id, is_applied) VALUES (99999, true)")
		refused(t, dsn, store.ErrNewer)
	})
	t.Run("a record that uses an unknown code", func(t *testing.T) {
		for words, statement := range map[string]string{
			`framework "ilacs-1999"`:  "UPDATE inspections SET framework = 'ilacs-1999' WHERE id = 'north-northamptonshire-ilacs-standard-2026-05-11'",
			`kind "stroll"`:           "UPDATE inspections SET kind = 'stroll' WHERE id = 'north-northamptonshire-ilacs-standard-2026-05-11'",
			`judgement "furniture"`:   "UPDATE judgements SET strand = 'furniture' WHERE inspection_id = 'north-northamptonshire-ilacs-standard-2026-05-11' AND strand = 'leaders'",
			`grade "could do better"`: "UPDATE judgements SET grade = 'could do better' WHERE inspection_id = 'north-northamptonshire-ilacs-standard-2026-05-11' AND strand = 'leaders'",
		} {
			t.Run(words, func(t *testing.T) {
				dsn := storetest.SQLite(t, true)
				change(t, dsn, statement)
				_, err := store.Open(context.Background(), dsn, storetest.Options(t))
				if !errors.Is(err, store.ErrUnknownCode) || !strings.Contains(err.Error(), words) {
					t.Errorf("got %v; want it to name %s", err, words)
				}
			})
		}
	})
}

func TestOpenRefusesOnPostgres(t *testing.T) {
	server := storetest.Server(t)
	t.Run("a schema of another program", func(t *testing.T) {
		dsn := storetest.EmptyPostgres(t, server)
		change(t, dsn, "CREATE TABLE songs (title TEXT)")
		refused(t, dsn, store.ErrNotOurs)
	})
	t.Run("a database that may only be read, save by those who only read", func(t *testing.T) {
		dsn := storetest.Postgres(t, server, false) + "&default_transaction_read_only=on"
		refused(t, dsn, store.ErrReadOnly)
		s := storetest.OpenWith(t, dsn, func(o *store.Options) { o.ToRead = true })
		if _, err := s.Check(t.Context(), nil); err != nil {
			t.Error(err)
		}
		_, err := s.LoadSeed(t.Context(), &inspection.Record{Terms: []inspection.Term{{ID: "trout", Term: "Trout", Meaning: "A fish."}}})
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("writing ends with %v", err)
		}
	})
	t.Run("and never shows the password", func(t *testing.T) {
		_, err := store.Open(context.Background(), "postgres://timeline:open-sesame@127.0.0.1:1/timeline", storetest.Options(t))
		if err == nil || strings.Contains(err.Error(), "open-sesame") {
			t.Errorf("got %v", err)
		}
	})
}

func TestOpenOfAnAcceptedDatabase(t *testing.T) {
	t.Run("a file whose name means something in an address", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "50% of #1? timeline.db")
		s, err := store.Open(context.Background(), path, storetest.Options(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.Migrate(context.Background()), s.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	})
	t.Run("leaves one file when it is closed", func(t *testing.T) {
		path := storetest.SQLite(t, true)
		s, err := store.Open(context.Background(), path, storetest.Options(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Record(context.Background(), "northamptonshire"); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if files := contents(t, filepath.Dir(path)); len(files) != 1 {
			t.Errorf("the folder holds %d files", len(files))
		}
	})
}
