package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/mattn/go-sqlite3"
	"github.com/pressly/goose/v3"
	"gorm.io/driver/postgres"
	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"

	"inspectiontimeline/internal/inspection"
)

// This file is the only one that knows that there are two engines.

// Options say how to open a database.
type Options struct {
	// Clock gives the time of changes; the machine's when nil.
	Clock func() time.Time
	// Catalogue is what stored codes are checked against. Without one they are not checked and records come without.
	Catalogue *inspection.Catalogue
	// MustExist refuses a path at which there is no file yet, rather than creating a database there.
	MustExist bool
	// Messages says by which ways messages leave; by none when it is empty, and then none is made.
	Messages Messages
	// ToRead is for those who write nothing: a PostgreSQL server is accepted that only lets read, as one does that follows another.
	ToRead bool
	// Wait is how long to wait for a database that another program holds; five seconds when zero.
	Wait time.Duration
	// Copied is told the name of the copy that Migrate made of an SQLite file before it changed it; nobody is when nil.
	Copied func(name string)
	// Direct is the address of the PostgreSQL server itself, for migrations and Listen, where a pooler stands before the
	// database; empty: none is known.
	Direct string
	// Replica is the address of a server that follows a PostgreSQL database, from which is read what may be (see
	// FromReplica); empty: there is none.
	Replica string
	// WithoutSessions does without what belongs to a session on a PostgreSQL server, as engines that speak its protocol may
	// lack it: NOTIFY, LISTEN and advisory locks.
	WithoutSessions bool
	// Warn is told what goes wrong behind requests and does not stop them, as a log is told; nobody is when nil.
	Warn func(message string, details ...any)
	// CheckWrites makes a write fail that touches a table of which its entries in the record of changes do not tell: pages made
	// from that table would be kept. It is for tests.
	CheckWrites bool

	// Connect stands between the pools and the driver, as tests do that make statements fail; nothing does when nil. A connection
	// of its own has Unwrap, which returns the driver's.
	Connect func(driver.Connector) driver.Connector

	// Observe is told when a transaction begins, of which kind it is ("read" or "write") and, where it asks at once, which
	// exported method makes it. What it returns is called with the transaction's error when it has ended. Nobody is told when nil.
	Observe func(ctx context.Context, kind string, method func() string) (ended func(error))

	// fileSystem says on what a file lies; the system is asked when nil.
	fileSystem func(path string) (fileSystem, error)
}

const (
	defaultWait = 5 * time.Second
	// connectWait bounds how long an unreachable server can hold up the start.
	connectWait = 10 * time.Second
	// readers is the number of connections that read an SQLite file at the same time; it allows one writer.
	readers = 4
	// postgresConnections leaves room for other programs on a server of the usual hundred.
	postgresConnections = 10
)

// engine is what differs between the two.
type engine struct {
	name      string // as migrations that are for one engine only end
	dialect   goose.Dialect
	tryWrite  string     // fails in a database that may only be read; always undone
	serialise string     // run first in every write, where the engine does not let in one writer at a time itself
	rewrite   string     // takes what was deleted out of pages that are half empty; empty where the engine does so in its own time
	text      searchText // keeps and finds words
	emptyLog  string     // empties the log of writes, or says by a first column that is not 0 that readers keep it
}

var (
	sqliteEngine = engine{
		name:     "sqlite",
		text:     sqliteText,
		dialect:  goose.DialectSQLite3,
		tryWrite: "CREATE TABLE writable (yes INTEGER)", // beginning to write succeeds even in a file that may only be read
		rewrite:  "VACUUM",                              // what is deleted is overwritten, but a copy may stay where a page was split
		emptyLog: "PRAGMA wal_checkpoint(TRUNCATE)",
	}
	postgresEngine = engine{
		name:    "postgres",
		text:    postgresText,
		dialect: goose.DialectPostgres,
		tryWrite: "DO $$ BEGIN IF current_setting('transaction_read_only')::boolean THEN " +
			"RAISE read_only_sql_transaction USING MESSAGE = 'the server allows only reading'; END IF; END $$",
		serialise: "LOCK TABLE changes IN EXCLUSIVE MODE", // readers are let through
	}
)

// Open opens the database at a path (SQLite) or a postgres:// address. It refuses, having changed nothing, a database
// that is locked, cannot be written, lies on a network share, is newer than the program or holds something else, and one
// whose records use codes that no framework defines. It does not migrate.
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	s := &Store{clock: opts.Clock, catalogue: opts.Catalogue, messages: opts.Messages, copied: opts.Copied, warn: opts.Warn, checksWrites: opts.CheckWrites}
	s.observe = opts.Observe
	if s.clock == nil {
		s.clock = time.Now
	}
	if opts.Wait == 0 {
		opts.Wait = defaultWait
	}
	var err error
	if s.london, err = time.LoadLocation("Europe/London"); err != nil {
		return nil, fmt.Errorf("open database: load the time zone: %w", err)
	}
	name := dsn
	switch scheme, _, isAddress := strings.Cut(dsn, "://"); {
	case isAddress && (scheme == "postgres" || scheme == "postgresql"):
		name, err = s.openPostgres(ctx, dsn, opts)
	case isAddress:
		err = fmt.Errorf("cannot use %q: want a path or a postgres:// address", scheme)
	case opts.Direct != "" || opts.Replica != "":
		err = errors.New("a direct address and a reading server are for PostgreSQL: want a postgres:// address of the database")
	default:
		err = s.openSQLite(ctx, dsn, opts)
	}
	if err == nil {
		err = s.accept(ctx, opts.ToRead && s.path == "")
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", name, translate(err)), s.Close())
	}
	return s, nil
}

// openPostgres returns the address without its password, for messages.
func (s *Store) openPostgres(ctx context.Context, dsn string, opts Options) (name string, err error) {
	config, err := postgresConfig(dsn)
	if err != nil {
		return "postgres", err
	}
	name = serverName(config)
	s.engine, s.sessions = postgresEngine, !opts.WithoutSessions
	if s.writePool, err = openPostgresPool(config, false, opts.Connect); err != nil {
		return name, err
	}
	s.readPool = s.writePool
	if s.pooled, err = behindPooler(ctx, s.writePool); err != nil {
		return name, err
	}
	switch {
	case s.pooled && !outlastsTransactions(config):
		return name, ErrPooler
	case opts.Direct != "":
		if s.direct, err = postgresConfig(opts.Direct); err != nil {
			return name, fmt.Errorf("the direct address: %w", err)
		}
	case !s.pooled:
		s.direct = config
	}
	if opts.Replica == "" {
		return name, nil
	}
	if config, err = postgresConfig(opts.Replica); err != nil {
		return name, fmt.Errorf("the address of the reading server: %w", err)
	}
	s.replica, err = openReplica(config)
	return name, err
}

func postgresConfig(dsn string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, errors.New("cannot read the address: want postgres://user:password@host:port/database")
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectWait
	}
	return config, nil
}

// serverName is the address of a server as messages name it: without its password.
func serverName(config *pgx.ConnConfig) string {
	return fmt.Sprintf("postgres://%s:%d/%s", config.Host, config.Port, config.Database)
}

// openPostgresPool asks the server whether it is there, unless it may be away.
func openPostgresPool(config *pgx.ConnConfig, mayBeAway bool, connect func(driver.Connector) driver.Connector) (*gorm.DB, error) {
	db := openPool(stdlib.GetConnector(*config), connect)
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	settings := gormConfig()
	settings.DisableAutomaticPing = mayBeAway
	pool, err := gorm.Open(postgres.New(postgres.Config{Conn: db}), settings)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return pool, nil
}

func (s *Store) openSQLite(ctx context.Context, path string, opts Options) (err error) {
	if strings.HasPrefix(path, ":") || path == "" {
		return errors.New("want the path of a file")
	}
	if path, err = filepath.Abs(path); err != nil {
		return fmt.Errorf("find its folder: %w", err)
	}
	if err := examineFile(ctx, path, opts.MustExist); err != nil {
		return err
	}
	if err := opts.refuseNetwork(path); err != nil {
		return err
	}
	if err := makeFile(path); err != nil {
		return err
	}
	s.engine, s.path = sqliteEngine, path
	common := url.Values{
		"_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_foreign_keys": {"on"},
		"_busy_timeout":  {fmt.Sprint(opts.Wait.Milliseconds())},
		"_secure_delete": {"on"}, // what is erased is overwritten, not only forgotten
	}
	writing := sqliteAddress(path, common, url.Values{"_txlock": {"immediate"}})
	if s.writePool, err = openSQLitePool(writing, 1, opts.Connect); err != nil {
		return err
	}
	// Readers may not take the writer's lock, nor write by mistake.
	reading := sqliteAddress(path, common, url.Values{"_txlock": {"deferred"}, "_query_only": {"on"}})
	s.readPool, err = openSQLitePool(reading, readers, opts.Connect)
	return err
}

// openPool opens a pool of what a driver connects to, with what a test puts between them.
func openPool(to driver.Connector, connect func(driver.Connector) driver.Connector) *sql.DB {
	if connect != nil {
		to = connect(to)
	}
	return sql.OpenDB(to)
}

// sqliteFile connects to a file as its address says.
type sqliteFile struct{ address string }

// Connect opens the file.
func (f sqliteFile) Connect(context.Context) (driver.Conn, error) { return f.Driver().Open(f.address) }

// Driver returns the driver of SQLite.
func (sqliteFile) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

func openSQLitePool(address string, connections int, connect func(driver.Connector) driver.Connector) (*gorm.DB, error) {
	db := openPool(sqliteFile{address}, connect)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	pool, err := gorm.Open(sqlite.New(sqlite.Config{Conn: db}), gormConfig())
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return pool, nil
}

func sqliteAddress(path string, settings ...url.Values) string {
	all := url.Values{}
	for _, values := range settings {
		for name, value := range values {
			all[name] = value
		}
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: all.Encode()}).String()
}

// makeFile makes the file where there is none, for nobody but its owner to read: letters will be in it that are not out yet. SQLite
// gives the files beside it the same rights.
func makeFile(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w (%w): its folder cannot be written", ErrReadOnly, errors.Unwrap(err))
	case err != nil:
		return fmt.Errorf("make the file: %w", err)
	}
	return file.Close()
}

// examineFile looks at the file as it lies on the disk before any connection could write to it or make a log beside it.
func examineFile(ctx context.Context, path string, mustExist bool) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && mustExist:
		return ErrMissing
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return fmt.Errorf("%w: its folder does not exist", ErrMissing)
		}
		return nil
	case err != nil:
		return fmt.Errorf("look at the file: %w", err)
	case info.IsDir():
		return fmt.Errorf("%w: it is a folder", ErrNotOurs)
	}
	// SQLite would open a file that may only be read, and make a log beside it.
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("%w (%w)", ErrReadOnly, errors.Unwrap(err))
	}
	if err := file.Close(); err != nil || info.Size() == 0 {
		return err
	}
	// With a log beside it the file alone is not the database: a crash while the log was copied into it leaves a file that reads
	// as damaged. The checks that need a connection see both.
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		return nil
	}
	db, err := sql.Open("sqlite3", sqliteAddress(path, url.Values{"mode": {"ro"}, "immutable": {"1"}}))
	if err != nil {
		return fmt.Errorf("look at the file: %w", err)
	}
	defer db.Close()
	rows, err := db.QueryContext(ctx, "SELECT name FROM sqlite_master WHERE type = 'table'")
	if err != nil {
		return err
	}
	defer rows.Close()
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return checkOurs(tables)
}

// checkOurs tells a database of this program, or an empty one, from any other by its tables.
func checkOurs(tables []string) error {
	// Another program may be about to migrate an empty database: its lock is there before anything else.
	others := slices.DeleteFunc(slices.Clone(tables), func(table string) bool { return table == lockTable })
	if len(others) > 0 && !slices.Contains(others, versionTable) {
		return ErrNotOurs
	}
	return nil
}

// accept makes the checks that need a connection, without changing anything.
func (s *Store) accept(ctx context.Context, toRead bool) error {
	tables, err := s.writePool.WithContext(ctx).Migrator().GetTables()
	if err != nil {
		return err
	}
	if err := checkOurs(tables); err != nil {
		return err
	}
	version, err := s.schemaVersion(ctx)
	if err != nil {
		return err
	}
	if err := s.acceptSchema(ctx, version); err != nil {
		return err
	}
	if !toRead {
		if err := s.acceptWrites(ctx); err != nil {
			return err
		}
	}
	if version < newestMigration() || s.catalogue == nil {
		return nil
	}
	return s.checkCodes(ctx)
}

// acceptWrites looks whether the database can be written, and whether it can tell others of that.
func (s *Store) acceptWrites(ctx context.Context) error {
	if err := s.checkWritable(ctx); err != nil {
		return err
	}
	return s.tryNotify(ctx)
}

// errUndo rolls a transaction back that did what it was for.
var errUndo = errors.New("undo")

func (s *Store) checkWritable(ctx context.Context) error {
	err := s.writePool.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if err := db.Exec(s.engine.tryWrite).Error; err != nil {
			return err
		}
		return errUndo
	})
	if errors.Is(err, errUndo) {
		return nil
	}
	return err
}

func gormConfig() *gorm.Config {
	return &gorm.Config{
		TranslateError:         true,
		SkipDefaultTransaction: true,           // every method begins its own
		Logger:                 logger.Discard, // errors are returned; they are not for standard output
		NamingStrategy:         naming{},
		Plugins:                map[string]gorm.Plugin{watcher{}.Name(): watcher{}},
	}
}

// naming gives tables the plural of their type's name, and completeness, which has none, its own.
type naming struct{ schema.NamingStrategy }

// TableName returns the table of a type.
func (n naming) TableName(typeName string) string {
	if typeName == "Completeness" {
		return "completeness"
	}
	return n.NamingStrategy.TableName(typeName)
}
