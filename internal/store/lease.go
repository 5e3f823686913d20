package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// One program at a time migrates a PostgreSQL database. Where the server keeps sessions, a lock of the session holds the others
// back: a program that dies gives it up. Through a pooler, and on an engine without such locks, a row does: whoever holds it says
// again and again that it is at work, and when it has not said so for a while the row is anybody's.

const (
	// lockHolds is how long a row holds others back after its holder last said that it is at work, by the clock of the database.
	lockHolds = 15 * time.Second
	lockRenew = lockHolds / 5
	lockTries = 200 * time.Millisecond

	lockTable     = "timeline_locks"
	migrationLock = "migrations"

	schemaLockKey = "hashtextextended('inspection timeline migrations in ' || current_schema(), 0)"
)

// schemaLock lets one program at a time migrate a PostgreSQL schema.
type schemaLock struct {
	store *Store
	lease *lease // nil where a lock of the session holds the others back
}

func (s *Store) schemaLock() *schemaLock { return &schemaLock{store: s} }

// SessionLock waits for the lock.
func (l *schemaLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	if l.store.sessions && l.store.direct != nil {
		_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock("+schemaLockKey+")")
		if !lacking(err) {
			return err
		}
		l.store.say("the database has no locks of its own for migrations: a row is taken instead", "error", translate(err))
	}
	l.lease = &lease{store: l.store, name: migrationLock, holder: rand.Text()}
	return l.lease.wait(ctx)
}

// SessionUnlock gives the lock up.
func (l *schemaLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	if l.lease != nil {
		return l.lease.release(ctx)
	}
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_unlock("+schemaLockKey+")")
	return err
}

// lease is a lock that is a row.
type lease struct {
	store  *Store
	name   string
	holder string

	stop  context.CancelFunc
	renew sync.WaitGroup
}

// wait waits until the row is this holder's, and keeps it so until release.
func (l *lease) wait(ctx context.Context) error {
	if err := l.store.makeLocks(ctx); err != nil {
		return err
	}
	for {
		taken, err := l.take(ctx)
		if err != nil {
			return fmt.Errorf("take the lock %q: %w", l.name, err)
		}
		if taken {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockTries):
		}
	}
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	l.renew.Go(func() {
		again := time.NewTicker(lockRenew)
		defer again.Stop()
		for {
			select {
			case <-renewing.Done():
				return
			case <-again.C:
			}
			// A failure is tried again; when the row is lost, the database refuses what two programs would do twice.
			if _, err := l.take(renewing); err != nil && renewing.Err() == nil {
				l.store.say("the lock for migrations could not be held", "error", translate(err))
			}
		}
	})
	return nil
}

// take takes the row, or holds it for longer, where it is nobody else's.
func (l *lease) take(ctx context.Context) (bool, error) {
	// Milliseconds since 1970 by the one clock that all programs share.
	done := l.store.writePool.WithContext(ctx).Exec("INSERT INTO "+lockTable+" (name, holder, held_until) "+
		"VALUES (?, ?, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + ?) "+
		"ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until "+
		"WHERE "+lockTable+".holder = excluded.holder OR "+lockTable+".held_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
		l.name, l.holder, lockHolds.Milliseconds())
	return done.RowsAffected == 1, done.Error
}

// release gives the row to whoever waits for it.
func (l *lease) release(ctx context.Context) error {
	l.stop()
	l.renew.Wait()
	err := l.store.writePool.WithContext(ctx).Exec("DELETE FROM "+lockTable+" WHERE name = ? AND holder = ?", l.name, l.holder).Error
	if err != nil {
		return fmt.Errorf("give up the lock %q: %w", l.name, err)
	}
	return nil
}

// makeLocks makes the table of locks. No migration does: it has to be there before the first.
func (s *Store) makeLocks(ctx context.Context) error {
	err := s.writePool.WithContext(ctx).Exec("CREATE TABLE IF NOT EXISTS " + lockTable +
		" (name TEXT PRIMARY KEY, holder TEXT NOT NULL, held_until BIGINT NOT NULL)").Error
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) && (postgres.Code == postgresTaken || postgres.Code == postgresTableThere) {
		return nil // another program made it at the same moment
	}
	if err != nil {
		return fmt.Errorf("make the table of locks: %w", err)
	}
	return nil
}

// codes of PostgreSQL with which it says that something is there already.
const (
	postgresTaken      = "23505"
	postgresTableThere = "42P07"
)
