package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3/database"
	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// ErrNotEmpty says that there is something where a database is to be restored.
var ErrNotEmpty = errors.New("a backup is restored into an empty place only, and there is something here already")

// ErrRestored says that the database is restored and in its place, and that something failed after that.
var ErrRestored = errors.New("the database is restored, and something failed after that")

// ErrForeign says that what is to be restored does not fit the tables of the program.
var ErrForeign = errors.New("this is not what the program keeps")

// Restore makes a database in an empty place: a path at which there is no file, or a PostgreSQL database without tables. load
// gives it, through the sink, what a Snapshot of a schema version handed over, and returns the mark of the last change that has to
// be there. The database is then brought to the program's version and its record of changes is proved; what was recorded is as
// it was, without an entry of its own, and the search is made again when somebody serves it. Until all of this is done nobody sees anything of it, and where anything fails nothing
// is left. It fails with ErrNotEmpty, ErrNewer, ErrForeign, inspection.ErrChainBroken and with what load returns.
func Restore(ctx context.Context, dsn string, opts Options, schema int64, load func(BackupSink) (last string, err error)) (Proved, error) {
	if schema > newestMigration() {
		return Proved{}, ErrNewer
	}
	restore := restoreFile
	if strings.Contains(dsn, "://") {
		restore = restoreServer
	}
	done, err := restore(ctx, dsn, opts, func(s *Store) (Proved, error) { return s.rebuild(ctx, schema, load) })
	if loaded := (loadError{}); err != nil && !errors.As(err, &loaded) && !errors.Is(err, ErrRestored) {
		err = translate(err)
	}
	if err != nil {
		return Proved{}, fmt.Errorf("restore the database: %w", err)
	}
	return done, nil
}

// loadError is what load returned. What the database said is translated in it already, and the end of a file that is read must not
// be taken for the end of a connection.
type loadError struct{ error }

// Unwrap returns it as load did.
func (e loadError) Unwrap() error { return e.error }

// restoreServer restores into a PostgreSQL database, in one transaction.
func restoreServer(ctx context.Context, dsn string, opts Options, rebuild func(*Store) (Proved, error)) (done Proved, err error) {
	s, err := Open(ctx, dsn, opts)
	if err != nil {
		return done, err
	}
	done, err = rebuild(s)
	if closed := s.Close(); err == nil && closed != nil {
		err = fmt.Errorf("%w: %w", ErrRestored, closed)
	}
	return done, err
}

// restoreFile restores into a file beside the one that is wanted, which takes its place when it is whole and on the disk.
func restoreFile(ctx context.Context, path string, opts Options, rebuild func(*Store) (Proved, error)) (done Proved, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return done, fmt.Errorf("find its folder: %w", err)
	}
	for _, end := range []string{"", "-wal", "-shm", "-journal"} { // SQLite would write a log that lies there into the new file
		name := path + end
		if _, err := os.Lstat(name); err == nil {
			return done, fmt.Errorf("%w: %s", ErrNotEmpty, name)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return done, err
		}
	}
	if err := opts.refuseNetwork(path); err != nil {
		return done, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".restoring-*") // readable by its owner alone
	if err != nil {
		return done, err
	}
	name, placed := file.Name(), false
	defer func() {
		if gone := os.Remove(name); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
		if placed && err != nil {
			err = fmt.Errorf("%w: %w", ErrRestored, err)
		}
	}()
	if err := file.Close(); err != nil {
		return done, err
	}
	if done, err = rebuildFile(name, opts, rebuild); err != nil {
		return done, err
	}
	if err = place(name, path); err != nil {
		return done, err
	}
	placed = true
	return done, flush(filepath.Dir(path))
}

// rebuildFile fills an empty file. It keeps no log and does not wait for the disk before the end: what is half made is thrown
// away.
func rebuildFile(name string, opts Options, rebuild func(*Store) (Proved, error)) (done Proved, err error) {
	pool, err := openSQLitePool(sqliteAddress(name, url.Values{
		"_journal_mode": {"OFF"}, "_synchronous": {"OFF"}, "_foreign_keys": {"on"}, "_txlock": {"exclusive"},
	}), 1, opts.Connect)
	if err != nil {
		return done, err
	}
	s := &Store{engine: sqliteEngine, path: name, writePool: pool, catalogue: opts.Catalogue}
	done, err = rebuild(s)
	if err = errors.Join(err, s.Close()); err != nil {
		return done, err
	}
	return done, flush(name)
}

// place gives a finished file its name. It never takes the place of another.
func place(name, path string) error {
	if err := os.Link(name, path); err == nil {
		return nil // whoever made the file removes its first name
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%w: %s", ErrNotEmpty, path)
	}
	return os.Rename(name, path) // some disks have no second names
}

// rebuild makes the tables as they were at a version, fills them and brings them to the program's version, all in one
// transaction.
func (s *Store) rebuild(ctx context.Context, schema int64, load func(BackupSink) (last string, err error)) (done Proved, err error) {
	err = s.writePool.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		tables, err := db.Migrator().GetTables()
		if err != nil {
			return err
		}
		if slices.ContainsFunc(tables, func(table string) bool { return table != lockTable }) {
			return ErrNotEmpty
		}
		if s.path == "" { // else a server elsewhere would turn times into its own
			if err := db.Exec("SET LOCAL TIME ZONE 'UTC'").Error; err != nil {
				return err
			}
		}
		if err := s.layMigrations(ctx, db, 0, schema); err != nil {
			return err
		}
		b := &rebuilding{ctx: ctx, db: db, files: map[string]int64{}}
		if b.tables, err = db.Migrator().GetTables(); err != nil {
			return err
		}
		last, err := load(b)
		if err != nil {
			return loadError{err}
		}
		if err := b.end(); err != nil {
			return err
		}
		if err := s.layMigrations(ctx, db, schema, newestMigration()); err != nil {
			return err
		}
		done.Rows = b.total
		for _, size := range b.files {
			done.Files.Count++
			done.Files.Bytes += size
		}
		if done.Checked, err = (&reader{db: db}).check(nil); err != nil {
			return err
		}
		if done.Last.String() != last {
			return fmt.Errorf("%w: its last entry is %s, and should be %s", inspection.ErrChainBroken, done.Last, last)
		}
		if s.catalogue == nil {
			return nil
		}
		return (&Store{readPool: db, catalogue: s.catalogue}).checkCodes(ctx)
	})
	return done, err
}

// layMigrations runs the migrations behind one version, up to another, as part of a transaction.
func (s *Store) layMigrations(ctx context.Context, db *gorm.DB, behind, upTo int64) error {
	versions, err := database.NewStore(s.engine.dialect, versionTable)
	if err != nil {
		return err
	}
	run := db.Statement.ConnPool
	if behind == 0 {
		if err := versions.CreateVersionTable(ctx, run); err != nil {
			return fmt.Errorf("make the table of versions: %w", err)
		}
		if err := versions.Insert(ctx, run, database.InsertRequest{Version: 0}); err != nil {
			return fmt.Errorf("note the version: %w", err)
		}
	}
	others := s.engine.notForIt()
	for _, path := range migrationFiles() {
		name := strings.TrimPrefix(path, "migrations/")
		number, err := strconv.ParseInt(name[:5], 10, 64)
		if err != nil {
			return fmt.Errorf("migration %s does not begin with its number", name)
		}
		if number <= behind || number > upTo || slices.Contains(others, name) {
			continue
		}
		text, err := fs.ReadFile(migrations, path)
		if err != nil {
			return err
		}
		// A file holds nothing but statements, and comments for whom they mean something: it is run as one text.
		if _, err := run.ExecContext(ctx, string(text)); err != nil {
			return fmt.Errorf("migration %s: %w", name, err)
		}
		if err := versions.Insert(ctx, run, database.InsertRequest{Version: number}); err != nil {
			return fmt.Errorf("note migration %s: %w", name, err)
		}
	}
	return nil
}

const (
	// mostValues of one statement are far below what either engine takes.
	mostValues = 4000
	// heldBytes is how much of rows with long texts is held before it is written.
	heldBytes = 1 << 20
)

// rebuilding is the BackupSink that fills a database.
type rebuilding struct {
	ctx    context.Context
	db     *gorm.DB
	tables []string // that the database has

	begun   []string // the tables that came, the last of which takes rows
	columns []string
	held    []any // values of rows that are not written yet
	bytes   int   // of their texts

	total int64            // rows
	files map[string]int64 // the sizes of documents that came
}

// Table implements BackupSink. It fails with ErrForeign where the table is none of ours, does not have these columns, or comes
// twice or out of turn.
func (b *rebuilding) Table(name string, columns []string) error {
	if err := b.write(); err != nil {
		return err
	}
	if yes, _ := isBackedUp(name); !yes || !slices.Contains(b.tables, name) {
		return fmt.Errorf("%w: there is no table %q", ErrForeign, name)
	}
	if len(b.begun) > 0 && slices.Index(backedUp, name) <= slices.Index(backedUp, b.begun[len(b.begun)-1]) {
		return fmt.Errorf("%w: table %s is not where it belongs", ErrForeign, name)
	}
	want, err := columnsOf(b.db, name)
	if err != nil {
		return translate(err)
	}
	if !slices.Equal(want, columns) {
		return fmt.Errorf("%w: the columns of table %s are others", ErrForeign, name)
	}
	b.begun, b.columns = append(b.begun, name), want
	return nil
}

// Row implements BackupSink.
func (b *rebuilding) Row(values []any) error {
	if len(values) != len(b.columns) {
		return fmt.Errorf("%w: a row has %d values for %d columns", ErrForeign, len(values), len(b.columns))
	}
	b.held = append(b.held, values...)
	for _, value := range values {
		switch v := value.(type) {
		case string:
			b.bytes += len(v)
		case []byte:
			b.bytes += len(v)
		}
	}
	b.total++
	if len(b.held)+len(b.columns) > mostValues || b.bytes > heldBytes {
		return b.write()
	}
	return nil
}

// write writes the rows that are held.
func (b *rebuilding) write() error {
	if len(b.held) == 0 {
		return nil
	}
	table := b.begun[len(b.begun)-1]
	var statement strings.Builder
	fmt.Fprintf(&statement, "INSERT INTO %s (%s) VALUES ", table, quoted(b.columns))
	for i := range b.held {
		switch {
		case i == 0:
			statement.WriteString("(")
		case i%len(b.columns) == 0:
			statement.WriteString("), (")
		default:
			statement.WriteString(", ")
		}
		fmt.Fprintf(&statement, "$%d", i+1) // both engines know these
	}
	statement.WriteString(")")
	if _, err := b.db.Statement.ConnPool.ExecContext(b.ctx, statement.String(), b.held...); err != nil {
		return fmt.Errorf("fill table %s: %w", table, translate(err))
	}
	b.held, b.bytes = b.held[:0], 0
	return nil
}

// Document implements BackupSink. It fails with ErrForeign where its bytes are not those that it is named by.
func (b *rebuilding) Document(hash string, size int64, data io.Reader) error {
	if err := b.write(); err != nil {
		return err
	}
	sum, piece := sha256.New(), make([]byte, chunkSize)
	var kept int64
	for number := 1; ; number++ {
		n, err := io.ReadFull(data, piece)
		if n > 0 {
			sum.Write(piece[:n])
			kept += int64(n)
			if err := b.db.Create(&documentChunk{Hash: hash, Number: number, Bytes: piece[:n]}).Error; err != nil {
				return fmt.Errorf("keep file %s: %w", hash, translate(err))
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if _, twice := b.files[hash]; twice || kept != size || hex.EncodeToString(sum.Sum(nil)) != hash {
		return fmt.Errorf("%w: file %s", errDamaged, hash)
	}
	b.files[hash] = size
	return nil
}

// end writes what is left and looks whether anything is missing.
func (b *rebuilding) end() error {
	if err := b.write(); err != nil {
		return err
	}
	for _, table := range backedUp {
		if slices.Contains(b.tables, table) && !slices.Contains(b.begun, table) {
			return fmt.Errorf("%w: table %s is missing", ErrForeign, table)
		}
	}
	if !slices.Contains(b.tables, "documents") {
		return nil
	}
	var listed []struct {
		Hash string
		Size int64
	}
	if err := b.db.Table("documents").Select("hash", "size").Scan(&listed).Error; err != nil {
		return err
	}
	for _, d := range listed {
		if size, there := b.files[d.Hash]; !there || size != d.Size {
			return fmt.Errorf("%w: file %s is missing", ErrForeign, d.Hash)
		}
	}
	return nil
}
