package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// One program at a time migrates a PostgreSQL database. A row holds the others back: whoever holds it says again and again that it
// is at work, and when it has not said so for a while the row is anybody's. Every program takes it, since some may come through a
// pooler and others not. Where the server keeps sessions, those who reach it wait in order, by a lock of the session, for who may
// take the row.

const (
	// lockHolds is how long a row holds others back after its holder last said that it is at work, by the clock of the database.
	lockHolds = 15 * time.Second
	lockRenew = lockHolds / 5
	lockTries = 200 * time.Millisecond

	lockTable     = "timeline_locks"
	migrationLock = "migrations"

	schemaLockKey = "hashtextextended('inspection timeline migrations in ' || current_schema(), 0)"

	// databaseNow is the one clock that all programs share, in milliseconds since 1970.
	databaseNow = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
)

// errLockLost says that a program did not say for too long that it is at work.
var errLockLost = errors.New("the lock is another's by now")

// schemaLock lets one program at a time migrate a PostgreSQL schema.
type schemaLock struct {
	store   *Store
	session bool // whether a lock of the session is held too
	lease   *lease
}

func (s *Store) schemaLock() *schemaLock { return &schemaLock{store: s} }

// SessionLock waits for the lock.
func (l *schemaLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	if l.store.sessions && l.store.direct != nil {
		_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock("+schemaLockKey+")")
		switch {
		case lacking(err):
			l.store.say("the database has no locks of its own for migrations: a row is taken instead", "error", translate(err))
		case err != nil:
			return err
		default:
			l.session = true
		}
	}
	l.lease = &lease{store: l.store, name: migrationLock, holder: rand.Text()}
	// Where the row is lost, the database refuses what two programs would do twice.
	if _, err := l.lease.wait(ctx); err != nil {
		_ = l.unlockSession(context.WithoutCancel(ctx), conn) // a connection on which that fails is gone, and the lock with it
		return err
	}
	return nil
}

// SessionUnlock gives the lock up.
func (l *schemaLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	return errors.Join(l.lease.release(ctx), l.unlockSession(ctx, conn))
}

func (l *schemaLock) unlockSession(ctx context.Context, conn *sql.Conn) error {
	if !l.session {
		return nil
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

// wait waits until the row is this holder's, and keeps it so until release. The context that it returns ends earlier, by errLockLost,
// where the row is another's, or may be by the time of the next look since it could not be held.
func (l *lease) wait(ctx context.Context) (context.Context, error) {
	if err := l.store.makeLocks(ctx); err != nil {
		return nil, err
	}
	var taken time.Time // when it was taken last, or soon after
	for {
		taken = time.Now()
		mine, err := l.take(ctx)
		if err != nil {
			return nil, fmt.Errorf("take the lock %q: %w", l.name, err)
		}
		if mine {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockTries):
		}
	}
	held, lose := context.WithCancelCause(ctx)
	renewing, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	l.renew.Go(func() {
		defer lose(nil)
		again := time.NewTicker(lockRenew)
		defer again.Stop()
		for {
			select {
			case <-renewing.Done():
				return
			case <-again.C:
			}
			asked := time.Now()
			bounded, cancel := context.WithTimeout(renewing, lockRenew)
			mine, err := l.take(bounded)
			cancel()
			switch {
			case renewing.Err() != nil:
				return
			case err == nil && mine:
				taken = asked
			case err == nil:
				l.store.say("the lock is another's by now", "lock", l.name)
				lose(errLockLost)
				return
			default: // is tried again, also by those who go on without it
				l.store.say("a lock could not be held", "lock", l.name, "error", translate(err))
				if time.Since(taken)+2*lockRenew > lockHolds { // the next look may come too late
					lose(errLockLost)
				}
			}
		}
	})
	return held, nil
}

// take takes the row, or holds it for longer, where it is nobody else's.
func (l *lease) take(ctx context.Context) (bool, error) {
	done := l.store.writePool.WithContext(ctx).Exec("INSERT INTO "+lockTable+" (name, holder, held_until) "+
		"VALUES (?, ?, "+databaseNow+" + ?) "+
		"ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until "+
		"WHERE "+lockTable+".holder = excluded.holder OR "+lockTable+".held_until < "+databaseNow,
		l.name, l.holder, lockHolds.Milliseconds())
	return done.RowsAffected == 1, done.Error
}

// rest says no more that its holder is at work.
func (l *lease) rest() {
	l.stop()
	l.renew.Wait()
}

// release gives the row to whoever waits for it.
func (l *lease) release(ctx context.Context) error {
	l.rest()
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
	if errors.As(err, &postgres) && slices.Contains(postgresThere, postgres.Code) {
		return nil // another program made it at the same moment
	}
	if err != nil {
		return fmt.Errorf("make the table of locks: %w", err)
	}
	return nil
}

// postgresThere are the codes with which PostgreSQL says that a table, its type or its name in the catalogue is there already.
var postgresThere = []string{"42P07", "42710", "23505"}
