// Package store keeps the record in a database. It is the only room that knows that there is one: SQLite in a file, or
// PostgreSQL.
//
// An exported method is one transaction. Reading methods see one state of the database throughout; every write passes
// through write, which appends what was done to the chained record of changes in the same transaction, so that nothing
// can change without an entry.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// Store is an open database. It is safe for use by several goroutines.
type Store struct {
	readPool  *gorm.DB
	writePool *gorm.DB
	replica   *replica // what may be read elsewhere is read there; nil where there is no such server
	engine    engine
	path      string            // of the SQLite file; empty for PostgreSQL
	copied    func(name string) // is told of the copy made before a migration
	clock     func() time.Time
	london    *time.Location // whose days the record counts in
	catalogue *inspection.Catalogue
	messages  Messages
	index     searchMemory
	observe   func(ctx context.Context, kind string, method func() string) func(error)

	checksWrites bool // whether a write fails of which readers would not learn

	sessions bool            // whether the engine keeps what belongs to a session: NOTIFY, LISTEN and advisory locks
	pooled   bool            // whether a pooler stands before the database
	direct   *pgx.ConnConfig // the server itself, past any pooler; nil where it is not known, and for SQLite
	seen     latest          // the last change that readers of this program may have seen
	warn     func(message string, details ...any)
}

// Close gives up every connection.
func (s *Store) Close() error {
	var errs []error
	// Readers go first: the last connection to an SQLite file folds its log back into it, and a reader may not.
	pools := []*gorm.DB{s.readPool, s.writePool}
	if s.replica != nil {
		pools = append(pools, s.replica.pool)
	}
	for _, pool := range pools {
		if pool == nil {
			continue
		}
		db, err := pool.DB()
		if err == nil {
			err = db.Close()
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// Ready reports by its error whether the database answers and this program may write to it.
func (s *Store) Ready(ctx context.Context) error {
	version, err := schemaVersionAt(s.readPool.WithContext(ctx)) // on SQLite there is one connection to write, which may be busy for long
	switch {
	case err != nil:
		return fmt.Errorf("ask the database for its version: %w", translate(err))
	case version < newestMigration():
		return ErrNotMigrated
	case version > newestMigration():
		return wrapped("ask which programs may write", mayWrite(s.readPool.WithContext(ctx)))
	}
	return nil
}

// read runs do in one read-only transaction, so that all its queries see the same state. Where ctx lets it, and the reading
// server has all that this program has shown before, it is read there.
func (s *Store) read(ctx context.Context, do func(*reader) error) (err error) {
	defer s.observed(ctx, "read")(&err)
	if within, ok := ctx.Value(stateKey{s}).(*reader); ok {
		err := do(&reader{db: within.db.WithContext(ctx), catalogue: within.catalogue})
		if err != nil {
			err = translated{translate(err), err} // the transaction around it has still to tell a server that failed
		}
		return err
	}
	if s.replica != nil && fromReplica(ctx) {
		if answered, err := s.readReplica(ctx, do); answered {
			return err
		}
	}
	err = s.readPool.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return do(&reader{db: db, catalogue: s.catalogue})
	}, oneState)
	return translate(err)
}

// stateKey is where a context holds the state of a store in which everything is read.
type stateKey struct{ of *Store }

// AtOneState runs do with a context with which everything is read from the record as it is now, whatever is written meanwhile:
// for what takes long and has to fit together. With that context one thing may be read after the other, and nothing written.
func (s *Store) AtOneState(ctx context.Context, do func(ctx context.Context) error) error {
	return s.read(ctx, func(r *reader) error { return do(context.WithValue(ctx, stateKey{s}, r)) })
}

// oneState is the transaction of a reader.
var oneState = &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}

// reader is one read-only transaction.
type reader struct {
	db        *gorm.DB
	catalogue *inspection.Catalogue
}
