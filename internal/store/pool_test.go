package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"gorm.io/gorm"
)

// Settings that are sent to a pool reach one connection; in the address of the file they reach every one.
func TestEveryPooledConnectionHasTheSettings(t *testing.T) {
	s, err := Open(context.Background(), filepath.Join(t.TempDir(), "timeline.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for name, pool := range map[string]struct {
		db        *gorm.DB
		size      int
		queryOnly string
	}{
		"writing": {s.writePool, 1, "0"},
		"reading": {s.readPool, readers, "1"},
	} {
		t.Run(name, func(t *testing.T) {
			db, err := pool.db.DB()
			if err != nil {
				t.Fatal(err)
			}
			if got := db.Stats().MaxOpenConnections; got != pool.size {
				t.Errorf("the pool may open %d connections; want %d", got, pool.size)
			}
			for _, conn := range connections(t, db, pool.size) {
				for pragma, want := range map[string]string{
					"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "query_only": pool.queryOnly,
				} {
					var got string
					if err := conn.QueryRowContext(context.Background(), "PRAGMA "+pragma).Scan(&got); err != nil {
						t.Fatal(err)
					}
					if got != want {
						t.Errorf("%s is %s; want %s", pragma, got, want)
					}
				}
			}
		})
	}
}

// connections takes so many connections out of a pool at once, so that each is another.
func connections(t *testing.T, db *sql.DB, n int) []*sql.Conn {
	t.Helper()
	out := make([]*sql.Conn, n)
	for i := range out {
		conn, err := db.Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		out[i] = conn
	}
	return out
}
