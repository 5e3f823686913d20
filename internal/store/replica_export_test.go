package store

import (
	"context"
	"testing"
	"time"
)

// ReadAtStandby reports whether what is read in a context is read at a server that follows another. Between its two queries it
// calls between.
func ReadAtStandby(ctx context.Context, s *Store, between func()) (standby bool, err error) {
	err = s.read(ctx, func(r *reader) error {
		for range 2 {
			if err := r.db.Raw("SELECT pg_is_in_recovery()").Scan(&standby).Error; err != nil {
				return err
			}
			between()
		}
		return nil
	})
	return standby, err
}

// DatabaseRead returns the name of the database at which what is read in a context is read.
func DatabaseRead(ctx context.Context, s *Store) (name string, err error) {
	err = s.read(ctx, func(r *reader) error { return r.db.Raw("SELECT current_database()").Scan(&name).Error })
	return name, err
}

// AskDatabaseAgain has the version be asked for at the database itself from a time on, also where the reading server would do.
func AskDatabaseAgain(s *Store, at time.Time) { s.replica.askVersion.Store(at.UnixNano()) }

// ReplicaConnections is how many may read at the reading server at the same time.
const ReplicaConnections = postgresConnections

// AskReplicaAgain lets the reading server be asked at once, though it was away a moment ago.
func AskReplicaAgain(s *Store) { s.replica.rest.Store(1) }

// Seen returns the last change that readers may have seen.
func Seen(s *Store) int64 { return s.seen.Load() }

// HoldMigrationLock takes the row that holds back who would migrate, as a program that then dies does: nobody renews it.
func HoldMigrationLock(t *testing.T, s *Store) {
	t.Helper()
	if err := s.makeLocks(t.Context()); err != nil {
		t.Fatal(err)
	}
	dead := &lease{store: s, name: migrationLock, holder: "a program that died"}
	if taken, err := dead.take(t.Context()); err != nil || !taken {
		t.Fatalf("the lock was not taken: %v", err)
	}
}

// MakeLocks makes the table of locks where it is not there.
func MakeLocks(t *testing.T, s *Store) error { return s.makeLocks(t.Context()) }

// LockHolds is how long the row of a program that died holds others back, in milliseconds.
var LockHolds = lockHolds.Milliseconds()

// Hurry makes an SQLite store wait for the disk less than it should.
func Hurry(t *testing.T, s *Store) {
	t.Helper()
	if err := s.writePool.Exec("PRAGMA synchronous = OFF").Error; err != nil {
		t.Fatal(err)
	}
}
