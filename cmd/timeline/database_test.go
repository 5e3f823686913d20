package main

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inspectiontimeline/internal/store/storetest"
)

// onDatabase lists subcommands that open a database, each of which has to refuse one that it cannot use.
func onDatabase(db string) [][]string {
	return [][]string{
		{"serve", "--addr", "127.0.0.1:0", "--db", db},
		{"seed", "--db", db},
		{"migrate", "--db", db},
		{"check", "--db", db},
		{"doctor", "--db", db},
	}
}

func TestFaultyFilesAreRefusedAndLeftAlone(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T) (db string)
		words   string
	}{
		{"a file newer than the program", func(t *testing.T) string {
			db := storetest.SQLite(t, true)
			execute(t, db, "INSERT INTO timeline_versions (version_id, is_applied) VALUES (99999, true)")
			return db
		}, "newer than this program"},
		{"a database of another program", func(t *testing.T) string {
			db := filepath.Join(t.TempDir(), "other.db")
			execute(t, db, "CREATE TABLE invoices (id INTEGER PRIMARY KEY)")
			return db
		}, "not a database of this program"},
		{"a file that is no database", func(t *testing.T) string {
			db := filepath.Join(t.TempDir(), "letter.txt")
			if err := os.WriteFile(db, []byte(strings.Repeat("Dear councillor,\n", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
			return db
		}, "not a database of this program"},
		{"a folder", func(t *testing.T) string { return t.TempDir() }, "folder"},
		{"a path whose folder does not exist", func(t *testing.T) string {
			return filepath.Join(t.TempDir(), "absent", "timeline.db")
		}, "no such database"},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := test.prepare(t)
			folder := existing(filepath.Dir(db))
			before := contents(t, folder)
			for _, args := range onDatabase(db) {
				t.Run(args[0], func(t *testing.T) {
					got := runCommand(t, nil, args...)
					if args[0] == "doctor" {
						got = withoutOutput(got) // it explains its configuration first
					}
					mustFail(t, got, args[0], db, test.words)
				})
			}
			if after := contents(t, folder); !maps.Equal(before, after) {
				t.Errorf("the folder held %v and now holds %v", before, after)
			}
		})
	}
}

func TestFaultyLockedDatabaseIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel() // each command waits some seconds for the other program
	db := storetest.SQLite(t, true)
	other, err := sql.Open("sqlite3", "file:"+db+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	writing, err := other.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer writing.Rollback()
	before := contents(t, filepath.Dir(db))[filepath.Base(db)]
	mustFail(t, runCommand(t, nil, "serve", "--addr", "127.0.0.1:0", "--db", db), db, "another program keeps the database locked")
	if contents(t, filepath.Dir(db))[filepath.Base(db)] != before {
		t.Error("the file has changed")
	}
}

func TestFaultyReadOnlyFilesAreRefusedAndLeftAlone(t *testing.T) {
	for _, test := range []struct {
		name         string
		file, folder fs.FileMode
	}{
		{"a file that may not be written", 0o444, 0o777},
		{"a file in a folder that may not be written", 0o666, 0o555},
		{"neither file nor folder may be written", 0o444, 0o555},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := openFolder(t)
			db := filepath.Join(folder, "timeline.db")
			data, err := os.ReadFile(storetest.SQLite(t, true))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(db, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(db, test.file); err != nil { // what the mask took from the mode above
				t.Fatal(err)
			}
			if err := os.Chmod(folder, test.folder); err != nil {
				t.Fatal(err)
			}
			before := contents(t, folder)
			for _, command := range []string{"serve", "seed"} {
				args := []string{command, "--db", db}
				if command == "serve" {
					args = append(args, "--addr", "127.0.0.1:0")
				}
				mustFail(t, runAsNobody(t, folder, args...), db, "cannot be opened for writing")
			}
			if after := contents(t, folder); !maps.Equal(before, after) {
				t.Errorf("the folder held %v and now holds %v", before, after)
			}
		})
	}
}

func TestFaultyPostgresAddressesAreRefused(t *testing.T) {
	for _, db := range []string{
		"postgres://officer:hunter2@127.0.0.1:1/timeline", // nothing listens on that port
		"postgres://officer:hunter2@127.0.0.1:port/timeline",
		"postgres://officer:hunter2@%zz/timeline",
	} {
		for _, args := range onDatabase(db) {
			got := runCommand(t, nil, args...)
			if strings.Contains(got.stdout+got.stderr, "hunter2") {
				t.Errorf("%s prints the password", args[0])
			}
			if args[0] == "doctor" {
				got = withoutOutput(got)
			}
			mustFail(t, got, args[0], "postgres")
		}
	}
}

func TestFaultyPostgresDatabasesAreRefusedAndLeftAlone(t *testing.T) {
	server := postgresServer(t)
	for _, test := range []struct {
		name, statement, words string
		seeded                 bool
	}{
		{"closed to programs as old as this one", "INSERT INTO timeline_versions (version_id, is_applied) VALUES (99999, true); " +
			"UPDATE schema_floor SET version = 99999", "newer than this program", true},
		{"another program's", "CREATE TABLE invoices (id INTEGER PRIMARY KEY)", "not a database of this program", false},
		{"one that may not be written", "ALTER DATABASE %s SET default_transaction_read_only = on", "cannot be opened for writing", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := storetest.EmptyPostgres(t, server)
			if test.seeded {
				db = storetest.Postgres(t, server, true)
			}
			address, err := url.Parse(db)
			if err != nil {
				t.Fatal(err)
			}
			statement := test.statement
			if strings.Contains(statement, "%s") {
				statement = fmt.Sprintf(statement, strings.TrimPrefix(address.Path, "/"))
			}
			execute(t, db, statement)
			for _, args := range onDatabase(db) {
				if args[0] == "check" && test.name == "one that may not be written" {
					continue // it writes nothing
				}
				got := runCommand(t, nil, args...)
				if args[0] == "doctor" {
					got = withoutOutput(got)
				}
				mustFail(t, got, test.words)
			}
		})
	}
}

// existing returns the folder, or the nearest above it that exists.
func existing(folder string) string {
	if _, err := os.Stat(folder); err != nil {
		return existing(filepath.Dir(folder))
	}
	return folder
}

// contents returns the hash of each file in a folder.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		found[name] = fmt.Sprintf("%x", sha256.Sum256(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// openDatabase opens a database as another program would.
func openDatabase(t *testing.T, db string) *sql.DB {
	t.Helper()
	driver := "sqlite3" // both drivers come with the store
	if strings.HasPrefix(db, "postgres") {
		driver = "pgx"
	}
	opened, err := sql.Open(driver, db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return opened
}

func execute(t *testing.T, db, statement string) {
	t.Helper()
	opened := openDatabase(t, db)
	defer opened.Close() // before the program opens it: a reader of an SQLite file keeps its log
	if _, err := opened.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// dropGuards takes off what keeps the record of changes from being rewritten, as somebody could who holds the database.
func dropGuards(t *testing.T, db string) {
	t.Helper()
	if strings.HasPrefix(db, "postgres") {
		execute(t, db, "ALTER TABLE changes DISABLE TRIGGER USER")
		return
	}
	opened := openDatabase(t, db)
	defer opened.Close()
	rows, err := opened.QueryContext(t.Context(), "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'changes'")
	if err != nil {
		t.Fatal(err)
	}
	var guards []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		guards = append(guards, name)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(guards) == 0 {
		t.Fatalf("%d guards, %v", len(guards), err)
	}
	for _, guard := range guards {
		execute(t, db, "DROP TRIGGER "+guard)
	}
}

// lastMark returns the last entry of the record of changes, as check names it.
func lastMark(t *testing.T, db string) string {
	t.Helper()
	opened := openDatabase(t, db)
	defer opened.Close()
	var number int64
	var hash string
	row := opened.QueryRowContext(t.Context(), "SELECT number, hash FROM changes ORDER BY number DESC LIMIT 1")
	if err := row.Scan(&number, &hash); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d:%s", number, hash)
}
