package store

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// What can be wrong with a database as a whole. Nothing has been changed in it when one of these is returned by Open.
var (
	// ErrLocked says that another program holds the database.
	ErrLocked = errors.New("another program keeps the database locked")
	// ErrReadOnly says that the database, its file or its folder may not be written.
	ErrReadOnly = errors.New("the database cannot be opened for writing")
	// ErrNewer says that a later version of the program has been at the database.
	ErrNewer = errors.New("the database is newer than this program: start the newer program, or go back to the copy or backup that was made before it was migrated")
	// ErrNotMigrated says that the database waits for migrations of this program.
	ErrNotMigrated = errors.New("the database is older than this program and has to be migrated")
	// ErrNotOurs says that the database holds something else.
	ErrNotOurs = errors.New("this is not a database of this program")
	// ErrMissing says that there is no such database.
	ErrMissing = errors.New("there is no such database")
	// ErrNetworkShare says that the file of an SQLite database lies on another machine.
	ErrNetworkShare = errors.New("an SQLite file on a network share can be damaged")
	// ErrUnreachable says that no database server answered.
	ErrUnreachable = errors.New("the database server cannot be reached")
	// ErrPooler says that a pooler stands before the database, to which the address does not say how queries have to be sent.
	ErrPooler = errors.New("a pooler stands before the database: add default_query_exec_mode=exec to its address, and name the server itself with --db-direct or TIMELINE_DB_DIRECT")
	// ErrReplica says that the reading server failed while it was read from. Read again from the database itself.
	ErrReplica = errors.New("the reading server failed")
	// ErrFull says that the disk of the database has no room left. Nothing was changed.
	ErrFull = errors.New("the disk of the database is full")
	// ErrInterrupted says that the database went away, or that its disk failed, in the middle of something: a change that was
	// being written may have been made or not.
	ErrInterrupted = errors.New("the database broke off")
	// ErrUnknownCode says that the database uses a code that no framework defines.
	ErrUnknownCode = errors.New("the database uses a code that no framework defines")
)

// codes of PostgreSQL that have a meaning for the reader of the message.
const (
	postgresReadOnlyTransaction = "25006"
	postgresNoPrivilege         = "42501"
	postgresLockNotAvailable    = "55P03"
	postgresDiskFull            = "53100"
	postgresNoTable             = "42P01"
)

// translate turns what the drivers say into errors of the domain and of this package. Messages become one line.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return inspection.ErrNotFound
	}
	var lite sqlite3.Error
	if errors.As(err, &lite) {
		if full := diskFault(lite); full != nil {
			return full
		}
		switch lite.Code {
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			return ErrLocked
		case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
			return fmt.Errorf("%w (%s)", ErrReadOnly, lite.Error())
		case sqlite3.ErrNotADB:
			return ErrNotOurs
		}
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return fmt.Errorf("%w: %s", ErrUnreachable, oneLine(connect.Error()))
	}
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) {
		switch postgres.Code {
		case postgresReadOnlyTransaction, postgresNoPrivilege:
			return fmt.Errorf("%w (%s)", ErrReadOnly, oneLine(postgres.Message))
		case postgresLockNotAvailable:
			return ErrLocked
		case postgresDiskFull:
			return fmt.Errorf("%w (%s)", ErrFull, oneLine(postgres.Message))
		}
	}
	if brokeOff(err) {
		return fmt.Errorf("%w: %w", ErrInterrupted, err)
	}
	return err
}

// translated is an error as translate has it, with what it was made of.
type translated struct {
	error
	cause error
}

// Unwrap returns both.
func (t translated) Unwrap() []error { return []error{t.error, t.cause} }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
