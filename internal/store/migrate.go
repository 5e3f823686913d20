package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
)

// versionTable marks a database as ours, so it does not have the name that every program with the same library uses.
const versionTable = "timeline_versions"

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the program's migrations.
func Migrations() fs.FS { return migrations }

// Migrate brings the database to the program's version. Several programs may do so at once. A database that a later program has
// migrated, and that Open accepted, stays as it is. An SQLite file that holds something is copied first, and Options.Copied is
// told where to; where that fails nothing is migrated.
func (s *Store) Migrate(ctx context.Context) error {
	from, err := s.schemaVersion(ctx)
	if err != nil {
		return fmt.Errorf("migrate database: %w", translate(err))
	}
	if from >= newestMigration() {
		return nil
	}
	provider, done, err := s.migrator()
	if err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	defer done()
	copied, err := s.copyBefore(ctx, from)
	if err != nil {
		return fmt.Errorf("migrate database: nothing was migrated: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate database: %w", errors.Join(translate(err), s.dropNeedless(ctx, copied, from)))
	}
	if copied != "" && s.copied != nil {
		s.copied(copied)
	}
	return nil
}

// dropNeedless removes the copy of a database that no migration has changed after all, so that a service that is started again
// and again does not fill the disk. A copy that is needed is named.
func (s *Store) dropNeedless(ctx context.Context, copied string, from int64) error {
	if copied == "" {
		return nil
	}
	if version, err := s.schemaVersion(ctx); err == nil && version == from {
		return os.Remove(copied)
	}
	return fmt.Errorf("the database as it was before is in %s", copied)
}

// migrator returns what runs the migrations of this engine, past a pooler where that can be. It is good until done.
func (s *Store) migrator() (provider *goose.Provider, done func(), err error) {
	db, err := s.writePool.DB()
	if err != nil {
		return nil, nil, err
	}
	done = func() {}
	if s.pooled && s.direct != nil {
		db = stdlib.OpenDB(*s.direct)
		done = func() { _ = db.Close() } // what was migrated is committed, or there is an error that says more
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, nil, err
	}
	options := []goose.ProviderOption{
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithExcludeNames(s.engine.notForIt()),
	}
	if s.path == "" {
		options = append(options, goose.WithSessionLocker(s.schemaLock()))
	}
	provider, err = goose.NewProvider(s.engine.dialect, db, files, options...)
	return provider, done, err
}

// notForIt lists the migrations that are for another engine: where their SQL has to differ there is one for each, and the
// engine's name stands before the ending.
func (e engine) notForIt() []string {
	var out []string
	for _, path := range migrationFiles() {
		if name, ok := strings.CutSuffix(path, ".sql"); ok && strings.Contains(name, ".") && !strings.HasSuffix(name, "."+e.name) {
			out = append(out, strings.TrimPrefix(path, "migrations/"))
		}
	}
	return out
}

// migrationFiles lists the program's migrations in order.
func migrationFiles() []string {
	names, err := fs.Glob(migrations, "migrations/*.sql") // sorted; names begin with five digits
	if err != nil || len(names) == 0 {
		panic("store: the program holds no migrations")
	}
	return names
}

// schemaVersion returns the number of the newest migration that the database has had, 0 for an empty database.
func (s *Store) schemaVersion(ctx context.Context) (int64, error) {
	return schemaVersionAt(s.writePool.WithContext(ctx))
}

func schemaVersionAt(db *gorm.DB) (int64, error) {
	tables, err := db.Migrator().GetTables() // HasTable takes a database that is away for one without the table
	if err != nil || !slices.Contains(tables, versionTable) {
		return 0, err
	}
	return appliedVersion(db)
}

// appliedVersion is schemaVersionAt where the table of versions is there.
func appliedVersion(db *gorm.DB) (version int64, err error) {
	err = db.Raw("SELECT COALESCE(MAX(version_id), 0) FROM " + versionTable + " WHERE is_applied").Scan(&version).Error
	return version, err
}

// newestMigration returns the number of the program's newest migration.
var newestMigration = sync.OnceValue(func() int64 {
	names := migrationFiles()
	newest := strings.TrimPrefix(names[len(names)-1], "migrations/")
	number, err := strconv.ParseInt(newest[:5], 10, 64)
	if err != nil {
		panic("store: migration " + newest + " does not begin with its number")
	}
	return number
})

// schemaFloor is the oldest version of the schema whose program may write to the database. There is one.
type schemaFloor struct {
	OnlyRow int64 `gorm:"primaryKey"`
	Version int64
}

// TableName is not the plural that other tables have.
func (schemaFloor) TableName() string { return "schema_floor" }

// acceptSchema fails with ErrNewer for a schema that this program may not write to. Servers of a release are replaced one after
// the other, and an older one among them may have to be started again after the first newer one has migrated; so on PostgreSQL
// the floor decides. An SQLite file has one program, and the copy that was made of it before is the way back.
func (s *Store) acceptSchema(ctx context.Context, version int64) error {
	switch {
	case version <= newestMigration():
		return nil
	case s.path != "":
		return ErrNewer
	}
	return mayWrite(s.writePool.WithContext(ctx))
}

// mayWrite fails with ErrNewer where a later program has taken away something that this one needs.
func mayWrite(db *gorm.DB) error {
	var floor schemaFloor
	err := db.Take(&floor).Error
	if err == nil && floor.Version > newestMigration() {
		err = ErrNewer
	}
	return err
}
