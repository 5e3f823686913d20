package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// versionTable marks a database as ours, so it does not have the name that every program with the same library uses.
const versionTable = "timeline_versions"

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations returns the program's migrations.
func Migrations() fs.FS { return migrations }

// Migrate brings the database to the program's version. Several programs may do so at once. An SQLite file that holds
// something is copied first, and Options.Copied is told where to; where that fails nothing is migrated.
func (s *Store) Migrate(ctx context.Context) error {
	from, err := s.schemaVersion(ctx)
	if err != nil {
		return fmt.Errorf("migrate database: %w", translate(err))
	}
	if from == newestMigration() {
		return nil
	}
	provider, err := s.migrator()
	if err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
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

// migrator returns what runs the migrations of this engine.
func (s *Store) migrator() (*goose.Provider, error) {
	db, err := s.writePool.DB()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithExcludeNames(s.engine.notForIt()),
	}
	if s.engine.locker != nil {
		options = append(options, goose.WithSessionLocker(s.engine.locker))
	}
	return goose.NewProvider(s.engine.dialect, db, files, options...)
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
	db := s.writePool.WithContext(ctx)
	if !db.Migrator().HasTable(versionTable) {
		return 0, nil
	}
	var version int64
	err := db.Raw("SELECT COALESCE(MAX(version_id), 0) FROM " + versionTable + " WHERE is_applied").Scan(&version).Error
	return version, err
}

// newestMigration returns the number of the program's newest migration.
func newestMigration() int64 {
	names := migrationFiles()
	newest := strings.TrimPrefix(names[len(names)-1], "migrations/")
	number, err := strconv.ParseInt(newest[:5], 10, 64)
	if err != nil {
		panic("store: migration " + newest + " does not begin with its number")
	}
	return number
}
