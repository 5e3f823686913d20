package store

import (
	"context"
	"database/sql/driver"
	"sync/atomic"
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

// ReplicaRests says that the reading server is away, and keeps everybody from asking it for an hour.
func ReplicaRests(s *Store) { s.replica.rest.Store(time.Now().Add(time.Hour).UnixNano()) }

// CountReplicaConnections has a store that nobody uses yet count how often it connects to its reading server, which is at an address.
func CountReplicaConnections(t *testing.T, s *Store, address string) *atomic.Int64 {
	t.Helper()
	config, err := postgresConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	counting := new(countingConnector)
	pool, err := openPostgresPool(config, true, func(real driver.Connector) driver.Connector {
		counting.Connector = real
		return counting
	})
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.replica.pool.DB()
	if err == nil {
		err = before.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	s.replica.pool = pool
	return &counting.times
}

// countingConnector counts how often somebody connects, or tries to.
type countingConnector struct {
	driver.Connector
	times atomic.Int64
}

// Connect implements driver.Connector.
func (c *countingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	c.times.Add(1)
	return c.Connector.Connect(ctx)
}

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

// AnswersSoon is answersSoon.
var AnswersSoon = answersSoon

// ReadFails reads something for which a PostgreSQL server answers with a code of its own.
func ReadFails(ctx context.Context, s *Store, code string) error {
	return s.read(ctx, func(r *reader) error {
		return r.db.Exec("DO $$ BEGIN RAISE EXCEPTION 'as a test wants it' USING ERRCODE = '" + code + "'; END $$").Error
	})
}

// Hurry makes an SQLite store wait for the disk less than it should.
func Hurry(t *testing.T, s *Store) {
	t.Helper()
	if err := s.writePool.Exec("PRAGMA synchronous = OFF").Error; err != nil {
		t.Fatal(err)
	}
}
