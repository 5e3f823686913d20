// Package storetest gives tests a real database: a fresh SQLite file always, and a fresh PostgreSQL database where
// TEST_DATABASE_URL names a server on which databases may be created.
package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/seed"
)

var now = func() *atomic.Pointer[time.Time] {
	var now atomic.Pointer[time.Time]
	noon := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	now.Store(&noon)
	return &now
}()

// Now is the time on the clock of every Store that this package opens: noon on 21 November 2026, unless SetNow said otherwise.
func Now() time.Time { return *now.Load() }

// SetNow puts every such clock right or wrong. What a server does after it answered may look at the clock at the same time.
func SetNow(to time.Time) { now.Store(&to) }

// Each runs a test on an empty, migrated database of each engine.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) { each(t, false, test) }

// EachSeeded runs a test on a database of each engine that holds the seed.
func EachSeeded(t *testing.T, test func(t *testing.T, s *store.Store)) { each(t, true, test) }

// Seeded returns an SQLite store that holds the seed, for tests that are not about the database.
func Seeded(t testing.TB) *store.Store { return Open(t, SQLite(t, true)) }

// each leaves PostgreSQL out of short runs: they look for data races, which are in our code and not in a database's, and every
// run that is not short holds the tests to both.
func each(t *testing.T, seeded bool, test func(*testing.T, *store.Store)) {
	t.Helper()
	if testing.Short() {
		t.Run("sqlite", func(t *testing.T) { test(t, Open(t, SQLite(t, seeded))) })
		return
	}
	EachDSN(t, seeded, func(t *testing.T, dsn string) { test(t, Open(t, dsn)) })
}

// LeaveOutWalk skips a walk of hundreds of addresses or rows in a short run: it takes minutes under the race detector, and nothing
// in it goes on at once.
func LeaveOutWalk(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a walk of minutes under the race detector, with nothing in it that goes on at once")
	}
}

// EachDSN runs a test on a migrated database of each engine that it opens itself.
func EachDSN(t *testing.T, seeded bool, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t, seeded)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t, Server(t), seeded)) })
}

// EmptyPlaces runs a test on an empty place of each engine, at which a database can be restored. Short runs leave PostgreSQL out, as
// those of Each do.
func EmptyPlaces(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("into SQLite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "timeline.db")) })
	t.Run("into PostgreSQL", func(t *testing.T) {
		if testing.Short() {
			t.Skip("short runs look for data races in our code")
		}
		test(t, EmptyPostgres(t, Server(t)))
	})
}

// Server returns the address of the PostgreSQL server for tests. Without one it skips the test, save in CI, where every
// test of the store has to run on PostgreSQL too.
func Server(t testing.TB) string {
	t.Helper()
	server := os.Getenv("TEST_DATABASE_URL")
	switch {
	case server != "":
	case os.Getenv("CI") != "":
		t.Fatal("TEST_DATABASE_URL is not set")
	default:
		t.Skip("TEST_DATABASE_URL names no PostgreSQL server; make test starts one")
	}
	return server
}

// Open opens a database with the frameworks of the seed and closes it when the test ends.
func Open(t testing.TB, dsn string) *store.Store {
	t.Helper()
	return OpenWith(t, dsn, func(*store.Options) {})
}

// OpenWith is Open with options of the test's own.
func OpenWith(t testing.TB, dsn string, with func(*store.Options)) *store.Store {
	t.Helper()
	options := Options(t)
	with(&options)
	s, err := store.Open(context.Background(), dsn, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Options are those with which Open opens a database.
func Options(t testing.TB) store.Options {
	return store.Options{Clock: Now, Catalogue: Seed(t).Catalogue, CheckWrites: true}
}

var readSeed = sync.OnceValues(func() (*inspection.Record, error) { return exchange.ReadSeed(seed.Files()) })

// Seed returns the seed that the program comes with.
func Seed(t testing.TB) *inspection.Record {
	t.Helper()
	record, err := readSeed()
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// prepared holds the bytes of an SQLite file with and without the seed; each is made once and then copied.
var prepared [2]struct {
	sync.Once
	data []byte
}

// SQLite returns the path of a new migrated file, with the seed if wanted.
func SQLite(t testing.TB, seeded bool) string {
	t.Helper()
	template := &prepared[0]
	if seeded {
		template = &prepared[1]
	}
	template.Do(func() {
		path := filepath.Join(t.TempDir(), "template.db")
		prepare(t, path, seeded)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		template.data = data
	})
	if template.data == nil {
		t.Fatal("the test that prepared the database failed")
	}
	path := filepath.Join(t.TempDir(), "timeline.db")
	if err := os.WriteFile(path, template.data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func prepare(t testing.TB, dsn string, seeded bool) {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, dsn, Options(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if seeded {
		if _, err := s.LoadSeed(ctx, Seed(t)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.IndexSearch(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// patience is how long a server of a test may take to answer.
const patience = 20 * time.Second

var databases atomic.Int64

// Postgres returns the address of a new migrated database on a server, with the seed if wanted. It is dropped when the
// test ends.
func Postgres(t testing.TB, server string, seeded bool) string {
	t.Helper()
	template := postgresTemplate(t, server, seeded)
	name := fmt.Sprintf("%s_%d_%d", template, os.Getpid(), databases.Add(1))
	execute(t, server, "CREATE DATABASE "+name+" TEMPLATE "+template)
	t.Cleanup(func() { execute(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return databaseAddress(t, server, name)
}

// EmptyPostgres returns the address of a new database on a server in which there is nothing. It is dropped when the
// test ends.
func EmptyPostgres(t testing.TB, server string) string {
	t.Helper()
	name := fmt.Sprintf("timeline_test_%d_%d", os.Getpid(), databases.Add(1))
	execute(t, server, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, server, "DROP DATABASE "+name+" WITH (FORCE)") })
	return databaseAddress(t, server, name)
}

// templateLock is the advisory lock under which test programs that run side by side make a template once.
const templateLock = 7_101_955

// postgresTemplate returns the name of a prepared database to copy. It carries a hash of what is in it, so that later
// runs find it again and a change of seed or migrations makes another.
func postgresTemplate(t testing.TB, server string, seeded bool) string {
	t.Helper()
	name := "timeline_test_" + contentHash(t, seeded)
	admin := connect(t, server)
	defer admin.Close()
	ctx := context.Background()
	conn, err := admin.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", templateLock); err != nil {
		t.Fatal(err)
	}
	var ready bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&ready); err != nil {
		t.Fatal(err)
	}
	if ready {
		return name
	}
	// It gets its name last: one that was left half made is never taken for a template.
	making := name + "_making"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + making, "CREATE DATABASE " + making} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	prepare(t, databaseAddress(t, server, making), seeded)
	if _, err := conn.ExecContext(ctx, "ALTER DATABASE "+making+" RENAME TO "+name); err != nil {
		t.Fatal(err)
	}
	return name
}

func contentHash(t testing.TB, seeded bool) string {
	t.Helper()
	trees := []fs.FS{store.Migrations()}
	if seeded {
		trees = append(trees, seed.Files())
	}
	hash := sha256.New()
	for _, tree := range trees {
		err := fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := fs.ReadFile(tree, path)
			fmt.Fprintf(hash, "%s %d\n%s", path, len(data), data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))[:12]
}

func databaseAddress(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("TEST_DATABASE_URL: %v", err)
	}
	u.Path = "/" + name
	return u.String()
}

func connect(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	return connectTo(t, "pgx", dsn)
}

// connectTo opens a database past the store, which registers the drivers.
func connectTo(t testing.TB, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func execute(t testing.TB, server, statement string) {
	t.Helper()
	db := connect(t, server)
	defer db.Close()
	if _, err := db.ExecContext(context.Background(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
