package main

import (
	"context"
	"flag"
	"log/slog"
	"strings"

	"inspectiontimeline/internal/store"
)

// serversConfig is the database servers besides the one that --db names.
type serversConfig struct {
	direct  string // the server itself, where --db leads to a pooler; empty: not known
	replica string // a server that follows the database, from which pages for everybody are read; empty: none

	warn func(message string, details ...any) // is told what goes wrong with them; nobody is when nil
}

func directFlag(set *flag.FlagSet, c *serversConfig) {
	set.StringVar(&c.direct, "db-direct", "", "postgres:// address of the server itself where --db leads to a pooler, for migrations and to hear of changes at once")
}

func replicaFlag(set *flag.FlagSet, c *serversConfig) {
	set.StringVar(&c.replica, "db-replica", "", "postgres:// address of a server that follows the one of --db, from which pages for everybody are read")
}

// validate says what is wrong with the addresses, given the one of the database.
func (c serversConfig) validate(db string, wrong func(name, format string, args ...any)) {
	for _, server := range []struct{ flag, address string }{{"db-direct", c.direct}, {"db-replica", c.replica}} {
		switch {
		case server.address == "":
		case !isPostgres(db):
			wrong(server.flag, "only a PostgreSQL database has another server; give its postgres:// address with --db, or leave this away")
		case !isPostgres(server.address):
			wrong(server.flag, "give a postgres:// address")
		}
	}
}

func isPostgres(address string) bool {
	scheme, _, ok := strings.Cut(address, "://")
	return ok && (scheme == "postgres" || scheme == "postgresql")
}

// warnOfLoss writes into the log what is wrong with the settings by which a change that was kept survives a power cut. The service
// goes on: it is no safer when nobody can read it.
func warnOfLoss(ctx context.Context, s *store.Store, log *slog.Logger) error {
	faults, err := s.Durability(ctx)
	for _, fault := range faults {
		log.ErrorContext(ctx, "a power cut can lose what is kept", "fault", fault)
	}
	return err
}
