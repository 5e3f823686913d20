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

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// Store is an open database. It is safe for use by several goroutines.
type Store struct {
	readPool  *gorm.DB
	writePool *gorm.DB
	engine    engine
	path      string            // of the SQLite file; empty for PostgreSQL
	copied    func(name string) // is told of the copy made before a migration
	clock     func() time.Time
	london    *time.Location // whose days the record counts in
	catalogue *inspection.Catalogue
	messages  Messages
	index     searchMemory
}

// Close gives up every connection.
func (s *Store) Close() error {
	var errs []error
	// Readers go first: the last connection to an SQLite file folds its log back into it, and a reader may not.
	for _, pool := range []*gorm.DB{s.readPool, s.writePool} {
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

// Ready reports by its error whether the database answers and is at the program's version.
func (s *Store) Ready(ctx context.Context) error {
	version, err := s.schemaVersion(ctx)
	switch want := newestMigration(); {
	case err != nil:
		return fmt.Errorf("ask the database for its version: %w", err)
	case version > want:
		return ErrNewer
	case version < want:
		return ErrNotMigrated
	}
	return nil
}

// read runs do in one read-only transaction, so that all its queries see the same state.
func (s *Store) read(ctx context.Context, do func(*reader) error) error {
	err := s.readPool.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return do(&reader{db: db, catalogue: s.catalogue})
	}, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	return translate(err)
}

// reader is one read-only transaction.
type reader struct {
	db        *gorm.DB
	catalogue *inspection.Catalogue
}
