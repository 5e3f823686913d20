package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
)

// postgresNoSetting is what PostgreSQL says of a setting that it does not know, as engines do that only speak its protocol.
const postgresNoSetting = "42704"

// Durability returns in plain words what is wrong with the settings by which a change that was kept survives a power cut; nothing
// where all is right.
func (s *Store) Durability(ctx context.Context) ([]string, error) {
	faults := s.postgresDurability
	if s.path != "" {
		faults = s.sqliteDurability
	}
	found, err := faults(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask whether what is kept survives a power cut: %w", translate(err))
	}
	return found, nil
}

func (s *Store) sqliteDurability(ctx context.Context) ([]string, error) {
	var faults []string
	for _, pool := range []struct {
		db   *gorm.DB
		what string
	}{{s.writePool, "writing"}, {s.readPool, "reading"}} {
		var synchronous int
		var journal string
		db := pool.db.WithContext(ctx)
		if err := errors.Join(db.Raw("PRAGMA synchronous").Scan(&synchronous).Error, db.Raw("PRAGMA journal_mode").Scan(&journal).Error); err != nil {
			return nil, err
		}
		if synchronous < 2 {
			faults = append(faults, fmt.Sprintf("the connection for %s does not wait until a change is on the disk (synchronous is %d): "+
				"a power cut can lose changes; start the program anew, and report it if this stays", pool.what, synchronous))
		}
		if journal != "wal" {
			faults = append(faults, fmt.Sprintf("the connection for %s keeps its log as %q and not as \"wal\": another program has changed "+
				"the file; stop both programs and start this one alone", pool.what, journal))
		}
	}
	return faults, nil
}

// postgresSettings are those that have to be as they come.
var postgresSettings = []struct{ name, fault string }{
	{"fsync", "a power cut can destroy the whole database; set fsync = on in postgresql.conf and start the server anew"},
	{"full_page_writes", "a power cut can leave pages of the database half written; set full_page_writes = on in postgresql.conf and reload the server"},
	{"synchronous_commit", "a power cut can lose changes that people were told are kept; set synchronous_commit = on for the server, the database and the role"},
}

func (s *Store) postgresDurability(ctx context.Context) ([]string, error) {
	var faults []string
	for _, setting := range postgresSettings {
		var value string
		err := s.writePool.WithContext(ctx).Raw("SHOW " + setting.name).Scan(&value).Error
		var postgres *pgconn.PgError
		switch {
		case errors.As(err, &postgres) && postgres.Code == postgresNoSetting:
			continue // an engine of another kind, which has settings of its own
		case err != nil:
			return nil, err
		case value == "off":
			faults = append(faults, setting.name+" is off: "+setting.fault)
		}
	}
	return faults, nil
}
