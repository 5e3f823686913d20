package store

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// What is made from the record is kept until one of the tables that were read for it may have changed. Which tables were read
// is noted while they are: every query of a context that has a Reads is looked through for their names. Which tables a change
// wrote is known by its kind; the tests hold every write to that.

// TableSet is a set of the tables of the database.
type TableSet [2]uint64

// Everything is the set of all tables.
var Everything = TableSet{^uint64(0), ^uint64(0)}

func (t *TableSet) add(number int) { t[number/64] |= 1 << (number % 64) }

// With returns the tables of both sets.
func (t TableSet) With(other TableSet) TableSet { return TableSet{t[0] | other[0], t[1] | other[1]} }

// Overlaps reports whether the sets have a table in common.
func (t TableSet) Overlaps(other TableSet) bool { return t[0]&other[0]|t[1]&other[1] != 0 }

// Chained reports whether no table of the set is ever written without an entry in the record of changes.
func (t TableSet) Chained() bool { return !t.Overlaps(unchained) }

// Names returns the names of the tables, sorted.
func (t TableSet) Names() []string {
	var names []string
	for number, name := range tableNames {
		if t[number/64]&(1<<(number%64)) != 0 {
			names = append(names, name)
		}
	}
	return names
}

func tablesNamed(names ...string) (set TableSet) {
	for _, name := range names {
		set.add(tableNumbers[name])
	}
	return set
}

// The tables of an inspection and of what rests on it. What became of its items stands in them too: items move from one
// letter to another, and their positions with them.
var inspectionTables = []string{
	"inspections", "inspection_bodies", "inspection_evidence", "judgements", "recommendations", "recommendation_themes", "findings",
	"responses", "citations", "facts", "disagreements", "versions", "gaps", "publications", "given_references", "reference_aliases",
	"positions",
}

// kindTables are the tables that a change of a record of a kind may write, besides the record of changes itself.
var kindTables = map[inspection.RecordKind][]string{
	inspection.OfBody:           {"bodies", "citations", "facts", "disagreements", "versions", "gaps"},
	inspection.OfInspection:     inspectionTables,
	inspection.OfRecommendation: inspectionTables,
	inspection.OfMilestone:      {"milestones", "milestone_bodies", "citations", "facts", "disagreements", "versions", "gaps"},
	inspection.OfSource:         {"sources"},
	inspection.OfSuccession:     {"successions"},
	inspection.OfService:        {"services"},
	inspection.OfCompleteness:   {"completeness"},
	inspection.OfTheme:          {"themes"},
	inspection.OfTerm:           {"terms"},
	inspection.OfRule:           {"rules"},
	inspection.OfBankHoliday:    {"bank_holidays"},
	inspection.OfFigure:         {"figures"},
	inspection.OfOfficialFigure: {"official_figures"},
	inspection.OfPlaceMember:    {"place_members"},
	inspection.OfFulfilment:     {"fulfilments"},
	inspection.OfLetter:         {"letters", "letter_pages", "documents", "document_chunks"},
	inspection.OfMove:           {"moves", "positions"},
	inspection.OfUpdate:         {"updates", "positions"},
	inspection.OfAction:         {"actions", "action_recommendations", "action_steps", "positions"},
	inspection.OfEvidenceItem:   {"evidence_items", "evidence_steps", "documents", "document_chunks", "positions"},
	inspection.OfCommittee:      {"committees"},
	inspection.OfMeeting:        {"meetings"},
	inspection.OfPost:           {"posts"},
	inspection.OfQuestion:       {"questions", "question_answers"},
	inspection.OfLaterView:      {"later_views"},
	inspection.OfLink:           {"recommendation_links", "positions"},
	inspection.OfTrackerMapping: {"tracker_mappings"},
	inspection.OfTrackerImport:  {"tracker_imports", "tracker_rows", "documents", "document_chunks"},
	inspection.OfAccount:        {"accounts"},
	inspection.OfToken:          {"tokens"},
	inspection.OfSettings:       {"settings", "documents", "document_chunks"},
	inspection.OfRemark:         {"remarks", "remark_answers", "remark_contacts"},
	inspection.OfErasure:        {"erasures"}, // and whatever else: see tablesOf
}

// unchainedTables are written without an entry in the record of changes: who is signed in, what leaves as messages, what waits
// to be read, what can be searched. What was made from one of them is kept until the next change, whatever that is.
var unchainedTables = []string{
	"accesses", "accounts", "held", "held_chunks", "held_room", "letter_readings", "links", "message_tokens", "outbox", "preferences",
	"remark_contacts", "schema_floor", "search_documents", "search_state", "search_text", "search_units", "search_words", "sessions", "sign_in_attempts",
	"tokens", "written_once",
}

// chainTables are the record of changes, which every change writes.
var chainTables = []string{"changes", "change_keys"}

var (
	tableNames   = allTableNames()
	tableNumbers = numbersOf(tableNames)
	unchained    = tablesNamed(unchainedTables...)
)

func allTableNames() []string {
	names := slices.Concat(unchainedTables, chainTables)
	for tables := range maps.Values(kindTables) {
		names = append(names, tables...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func numbersOf(names []string) map[string]int {
	numbers := make(map[string]int, len(names))
	for number, name := range names {
		numbers[name] = number
	}
	return numbers
}

// tablesOf returns the tables that a change of a record of a kind may have written: all of them where the kind is not known,
// and after an erasure, which takes texts out of wherever they are.
func tablesOf(kind inspection.RecordKind) TableSet {
	names, known := kindTables[kind]
	if !known || kind == inspection.OfErasure {
		return Everything
	}
	return tablesNamed(names...).With(tablesNamed(chainTables...))
}

// Reads notes which tables are read. It is safe for concurrent use.
type Reads struct {
	mu     sync.Mutex
	tables TableSet
}

// Tables returns the tables that were read until now.
func (r *Reads) Tables() TableSet {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tables
}

func (r *Reads) note(tables TableSet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tables = r.tables.With(tables)
}

type readsKey struct{}

// Noting returns a context of which every query is noted, there and nowhere else.
func Noting(ctx context.Context) (context.Context, *Reads) {
	reads := &Reads{}
	return context.WithValue(ctx, readsKey{}, reads), reads
}

// NoteReads notes in a context that something was used that had been made from some tables before.
func NoteReads(ctx context.Context, tables TableSet) {
	if reads := readsOf(ctx); reads != nil {
		reads.note(tables)
	}
}

// unnoted returns a context of which nothing is noted, for questions about the record that no page shows the answer to.
func unnoted(ctx context.Context) context.Context {
	return context.WithValue(ctx, readsKey{}, (*Reads)(nil))
}

func readsOf(ctx context.Context) *Reads {
	reads, _ := ctx.Value(readsKey{}).(*Reads)
	return reads
}

// TablesTouched returns the tables that may have been written by the changes after a version: everything where there are very
// many of them. It looks only at what came after, so that it is cheap to ask often.
func (s *Store) TablesTouched(ctx context.Context, since int64) (TableSet, error) {
	var kinds []inspection.RecordKind
	err := s.read(unnoted(ctx), func(r *reader) error {
		return r.db.Model(&inspection.Change{}).Where("number > ?", since).Order("number").Limit(mostTouched+1).Pluck("record_kind", &kinds).Error
	})
	if err != nil {
		return Everything, fmt.Errorf("ask what has changed: %w", err)
	}
	if len(kinds) > mostTouched {
		return Everything, nil
	}
	var touched TableSet
	for _, kind := range kinds {
		touched = touched.With(tablesOf(kind))
	}
	return touched, nil
}

// watcher is the part of gorm that notes what is read and, in tests, what is written.
type watcher struct{}

// Name names the plugin, for gorm.
func (watcher) Name() string { return "watcher" }

// Initialize puts the watcher behind every statement, for gorm.
func (watcher) Initialize(db *gorm.DB) error {
	on := db.Callback()
	for _, err := range []error{
		on.Query().After("gorm:query").Register("watcher:query", noteRead),
		on.Row().After("gorm:row").Register("watcher:row", noteRead),
		on.Raw().After("gorm:raw").Register("watcher:raw", noteWritten),
		on.Create().After("gorm:create").Register("watcher:create", noteWritten),
		on.Update().After("gorm:update").Register("watcher:update", noteWritten),
		on.Delete().After("gorm:delete").Register("watcher:delete", noteWritten),
	} {
		if err != nil {
			return fmt.Errorf("watch what is read: %w", err)
		}
	}
	return nil
}

func noteRead(db *gorm.DB) {
	if reads := readsOf(db.Statement.Context); reads != nil {
		reads.note(tablesIn(db.Statement.SQL.String()))
	}
}

// tablesIn returns the tables whose names are words of a statement. A column of such a name counts as the table: then something
// is made anew once too often, and never too seldom.
func tablesIn(statement string) (found TableSet) {
	for word := range strings.FieldsFuncSeq(statement, notOfName) {
		if number, ok := tableNumbers[word]; ok {
			found.add(number)
		}
	}
	return found
}

func notOfName(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }

type writesKey struct{}

// writes are the tables that one transaction has written.
type writes struct {
	tables map[string]bool
	before map[string]bool // at the last savepoint, to which the transaction may go back
}

// watchWrites notes what is written in a context, where the tests ask for that; nil otherwise.
func (s *Store) watchWrites(ctx context.Context) (context.Context, *writes) {
	if !s.checksWrites {
		return ctx, nil
	}
	w := &writes{tables: map[string]bool{}}
	return context.WithValue(ctx, writesKey{}, w), w
}

var writtenTables = regexp.MustCompile(`(?i)\b(?:INSERT(?: OR [A-Z]+)? INTO|UPDATE|DELETE FROM)\s+["` + "`" + `]?([a-z_]+)`)

func noteWritten(db *gorm.DB) {
	w, _ := db.Statement.Context.Value(writesKey{}).(*writes)
	if w == nil {
		return
	}
	statement := db.Statement.SQL.String()
	switch {
	case strings.HasPrefix(statement, "SAVEPOINT "):
		w.before = maps.Clone(w.tables)
	case strings.HasPrefix(statement, "ROLLBACK TO "):
		w.tables = maps.Clone(w.before)
	}
	for _, match := range writtenTables.FindAllStringSubmatch(statement, -1) {
		if table := match[1]; !strings.EqualFold(table, "set") { // of DO UPDATE SET
			w.tables[table] = true
		}
	}
}

// coveredBy fails where a table was written of which nobody would learn by the entries that were made: pages made from it
// would be kept though it has changed.
func (w *writes) coveredBy(entries []inspection.Change) error {
	if w == nil {
		return nil
	}
	told := unchained
	if len(entries) > 0 {
		told = told.With(tablesNamed(chainTables...))
	}
	var kinds []inspection.RecordKind
	for _, entry := range entries {
		told = told.With(tablesOf(entry.RecordKind))
		kinds = append(kinds, entry.RecordKind)
	}
	for table := range w.tables {
		if number, known := tableNumbers[table]; !known || !told.Overlaps(tablesNamed(tableNames[number])) {
			return fmt.Errorf("%s is written and no entry of %v tells of it: add it to what a kind writes", table, kinds)
		}
	}
	return nil
}
