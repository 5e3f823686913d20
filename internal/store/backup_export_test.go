package store

import (
	"slices"
	"strings"
	"testing"
)

// BackupTables lists the tables of a database, and those of which nobody has decided whether a backup holds them.
func BackupTables(t *testing.T, s *Store) (all, undecided []string) {
	t.Helper()
	all, err := s.writePool.WithContext(t.Context()).Migrator().GetTables()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range all {
		if _, decided := isBackedUp(table); !decided {
			undecided = append(undecided, table)
		}
	}
	return all, undecided
}

// Execute runs a statement past the store.
func Execute(s *Store, statement string) error { return s.writePool.Exec(statement).Error }

// Schema lists what an engine says of its tables, indexes, triggers and functions, save of the table of locks, which whoever needs
// it makes.
func Schema(t *testing.T, s *Store) []string {
	t.Helper()
	query := "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master"
	if s.path == "" {
		query = `SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || COALESCE(column_default, '')
				FROM information_schema.columns WHERE table_schema = current_schema()
			UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()
			UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
			UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace`
	}
	var lines []string
	if err := s.writePool.WithContext(t.Context()).Raw(query).Scan(&lines).Error; err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, lockTable) })
}
