package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// A backup holds the rows of these tables, in this order: each behind those that it refers to, so that they can be put back
// in it. A table of a new migration has to be named here or in notBackedUp; a test fails until it is.
var backedUp = []string{
	"sources", "bodies", "successions", "place_members", "services",
	"inspections", "inspection_bodies", "judgements", "themes", "recommendations", "recommendation_themes", "findings", "responses",
	"milestones", "milestone_bodies", "figures", "official_figures", "completeness",
	"citations", "facts", "disagreements", "versions", "gaps", "terms", "rules", "bank_holidays",
	"changes", "change_keys",
	"documents", "letters", "letter_pages", "inspection_evidence", "publications", "given_references", "reference_aliases",
	"fulfilments", "committees", "meetings", "posts", "moves", "actions", "action_recommendations", "action_steps", "updates",
	"evidence_items", "evidence_steps", "questions", "question_answers", "later_views", "recommendation_links", "positions",
	"tracker_mappings", "tracker_imports", "tracker_rows",
	"accounts", "accesses", "preferences", "outbox", "message_tokens", "erasures", "tokens", "written_once",
	"settings", "remarks", "remark_answers", "remark_contacts",
}

// notBackedUp says of every other table why it is left out.
var notBackedUp = map[string]string{
	versionTable:       "the backup says its version itself, and the migrations that lead to it are the program's",
	"document_chunks":  "documents are handed over whole, beside the tables",
	"sessions":         "a restore must not sign in again who signed out since",
	"links":            "a restore must not make a link work again that was used since",
	"sign_in_attempts": "it slows down whoever guesses passwords now, and is of no use tomorrow",
	"held":             "forms and files that wait for minutes, sealed under keys that nobody has later",
	"held_chunks":      "as held",
	"held_room":        "as held: one row, which the migration makes",
	"letter_readings":  "as held: an officer is told that the letter was not read, and adds it again",
	"schema_floor":     "one row, which migrations make and change",
	"sqlite_sequence":  "SQLite's own count for the table of versions",
	lockTable:          "which program does what at the moment",
}

// searchTables is how the names of all tables of the search begin. They are made again from the record.
const searchTables = "search_"

// isBackedUp reports whether a backup holds the rows of a table, and whether anybody has decided so.
func isBackedUp(table string) (yes, decided bool) {
	if slices.Contains(backedUp, table) {
		return true, true
	}
	_, named := notBackedUp[table]
	return false, named || strings.HasPrefix(table, searchTables)
}

// BackupSink takes what a database holds: table by table, and then document by document. exchange has the same interface, since
// neither of the two may import the other.
type BackupSink interface {
	// Table begins a table. Its rows follow, with their values in the order of the columns.
	Table(name string, columns []string) error
	// Row takes a row of the table. Each value is nil, a string, an int64, a bool, a time.Time in UTC or bytes. The slice is
	// used again for the next row.
	Row(values []any) error
	// Document takes a file, which is named by the SHA-256 of its bytes, and reads it to its end.
	Document(hash string, size int64, data io.Reader) error
}

// Snapshot is one state of a database, whatever is written to it meanwhile.
type Snapshot struct {
	Engine string // "sqlite" or "postgres"
	Schema int64  // the newest migration that the database has had
	Last   Mark   // of its changes

	ctx    context.Context
	r      *reader
	tables []string
}

// Snapshot opens one state of the database, which lasts until do returns. It fails with ErrNotMigrated where the database
// holds no tables yet, and with ErrNewer where a later version of the program has been at it.
func (s *Store) Snapshot(ctx context.Context, do func(*Snapshot) error) error {
	// Never from a reading server, which may lag behind.
	err := s.readPool.WithContext(ctx).Transaction(func(db *gorm.DB) (err error) {
		snap := &Snapshot{Engine: s.engine.name, ctx: ctx, r: &reader{db: db}}
		if snap.tables, err = db.Migrator().GetTables(); err != nil {
			return err
		}
		if !slices.Contains(snap.tables, versionTable) {
			return ErrNotMigrated
		}
		if snap.Schema, err = appliedVersion(db); err != nil {
			return err
		}
		if snap.Schema > newestMigration() {
			return ErrNewer // with tables of which this program does not know
		}
		if slices.Contains(snap.tables, "changes") {
			if snap.Last, err = lastMark(db); err != nil {
				return err
			}
		}
		return do(snap)
	}, oneState)
	if err != nil {
		return fmt.Errorf("read the database as it stands: %w", translate(err))
	}
	return nil
}

// HandOver gives a sink all that a backup holds. A database of an older version has fewer tables.
func (snap *Snapshot) HandOver(sink BackupSink) error {
	for _, table := range backedUp {
		if !slices.Contains(snap.tables, table) {
			continue
		}
		if err := snap.handOverTable(table, sink); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	if !slices.Contains(snap.tables, "document_chunks") {
		return nil
	}
	return snap.r.eachDocument(snap.ctx, sink.Document)
}

func (snap *Snapshot) handOverTable(table string, sink BackupSink) error {
	columns, err := columnsOf(snap.r.db, table)
	if err != nil {
		return err
	}
	if err := sink.Table(table, columns); err != nil {
		return err
	}
	query := "SELECT " + quoted(columns) + " FROM " + table
	if table == "changes" || table == "change_keys" {
		query += " ORDER BY number" // so that the chain can be proved as it is read
	}
	rows, err := snap.r.db.Raw(query).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		for i, value := range values {
			if at, is := value.(time.Time); is {
				values[i] = at.UTC()
			}
		}
		if err := sink.Row(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// columnsOf lists the columns of a table by name: their order in the table depends on how it came to be.
func columnsOf(db *gorm.DB, table string) ([]string, error) {
	rows, err := db.Raw("SELECT * FROM " + table + " LIMIT 0").Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	slices.Sort(columns)
	return columns, errors.Join(err, rows.Err())
}

// quoted lists names so that none is taken for a word of SQL.
func quoted(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }

// documentReader reads a document, one of its pieces at a time.
type documentReader struct {
	r        *reader
	ctx      context.Context
	document inspection.Document
	number   int    // of the piece that was read last
	rest     []byte // of it
	read     int64
	sum      hash.Hash
}

// Read implements io.Reader. At the end it fails where the bytes are not those that were kept.
func (d *documentReader) Read(to []byte) (int, error) {
	if len(d.rest) == 0 {
		if err := d.next(); err != nil {
			return 0, err
		}
	}
	n := copy(to, d.rest)
	d.rest = d.rest[n:]
	return n, nil
}

// next fetches the piece that follows. It returns io.EOF behind the last.
func (d *documentReader) next() error {
	d.number++
	var chunks []documentChunk
	query := d.r.db.WithContext(d.ctx).Where("hash = ? AND number = ?", d.document.Hash, d.number)
	if err := query.Find(&chunks).Error; err != nil {
		return err
	}
	if len(chunks) == 1 && len(chunks[0].Bytes) > 0 {
		d.rest = chunks[0].Bytes
		d.read += int64(len(d.rest))
		d.sum.Write(d.rest)
		if d.read > d.document.Size {
			return errDamaged
		}
		return nil
	}
	if d.read != d.document.Size || hex.EncodeToString(d.sum.Sum(nil)) != d.document.Hash {
		return errDamaged
	}
	return io.EOF
}
