package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// batch is the number of rows in one INSERT, few enough for the number of values that SQLite lets a statement have.
const batch = 200

// tx is one write. Whatever it does to a record it also notes.
type tx struct {
	db      *gorm.DB
	actor   inspection.Actor
	at      time.Time
	now     time.Time // the same, as clocks in London show it
	last    Mark
	entries []inspection.Change
	keys    []inspection.ChangeKey

	restores *restoration // nil where nothing is put back
}

// today is the day in London on which the change is made.
func (t *tx) today() inspection.Date { return inspection.DayOf(t.now) }

// write is the one door for every change: it runs do in a transaction and appends what do noted to the chain. It fails with
// ErrNewer where a later program has changed the schema so that this one may not write any more.
func (s *Store) write(ctx context.Context, by inspection.Actor, do func(*tx) error) (err error) {
	defer s.observed(ctx, "write")(&err)
	var t *tx
	ctx, written := s.watchWrites(ctx)
	err = s.writePool.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if s.engine.serialise != "" {
			if err := db.Exec(s.engine.serialise).Error; err != nil {
				return err
			}
		}
		at := s.clock().UTC().Truncate(time.Second)
		t = &tx{db: db, actor: by, at: at, now: at.In(s.london)}
		var err error
		if t.last, err = markToFollow(db); err != nil {
			return err
		}
		if err := do(t); err != nil {
			return err
		}
		if err := written.coveredBy(t.entries); err != nil {
			return err
		}
		if err := t.append(); err != nil || len(t.entries) == 0 || !s.sessions {
			return err
		}
		return notify(db, t.last.Number)
	})
	if err == nil && len(t.entries) > 0 {
		wroteIn(ctx, t.last.Number)
	}
	return translate(err)
}

// note adds an entry to the chain; before is nil for a record that was created.
func (t *tx) note(kind inspection.RecordKind, id string, action inspection.ActionKind, before, after any) error {
	entry := inspection.Change{
		Number: t.last.Number + 1, Previous: t.last.Hash, At: t.at,
		ActorID: t.actor.ID, ActorPost: t.actor.Post, ActorRole: t.actor.Role,
		RecordKind: kind, RecordID: id, Action: action,
	}
	for _, side := range []struct {
		record any
		text   *string
	}{{before, &entry.Before}, {after, &entry.After}} {
		if side.record == nil {
			continue
		}
		data, err := json.Marshal(side.record)
		if err != nil {
			return fmt.Errorf("write down %s %s: %w", kind, id, err)
		}
		*side.text = string(data)
	}
	var err error
	if entry.After, err = t.restores.mark(entry.After); err != nil {
		return fmt.Errorf("write down %s %s: %w", kind, id, err)
	}
	if entry.After, err = markThrough(entry.After, t.actor.Through); err != nil {
		return fmt.Errorf("write down %s %s: %w", kind, id, err)
	}
	key := make([]byte, 32)
	rand.Read(key) // never fails: it would end the program
	entry.Seal = inspection.SealChange(key, entry.Before, entry.After)
	entry.Hash = entry.ComputeHash()
	t.entries = append(t.entries, entry)
	t.keys = append(t.keys, inspection.ChangeKey{Number: entry.Number, Key: hex.EncodeToString(key)})
	t.last = Mark{Number: entry.Number, Hash: entry.Hash}
	return nil
}

// markThrough adds to the JSON of a record by what means the change came, where it did not come from the pages.
func markThrough(text, through string) (string, error) {
	if through == "" || text == "" {
		return text, nil
	}
	added, err := json.Marshal(struct {
		Through string `json:"through"`
	}{through})
	return strings.TrimSuffix(text, "}") + "," + strings.TrimPrefix(string(added), "{"), err
}

func (t *tx) append() error {
	if len(t.entries) == 0 {
		return nil
	}
	if err := t.db.CreateInBatches(t.entries, batch).Error; err != nil {
		return fmt.Errorf("append to the record of changes: %w", err)
	}
	if err := t.db.CreateInBatches(t.keys, batch).Error; err != nil {
		return fmt.Errorf("keep the keys of changes: %w", err)
	}
	return nil
}

// Mark is a place in the chain of changes: the number of an entry and its hash.
type Mark struct {
	Number int64
	Hash   string
}

// String returns the text form, "1201:9f86d0…".
func (m Mark) String() string { return fmt.Sprintf("%d:%s", m.Number, m.Hash) }

// ParseMark reads the text form of a Mark.
func ParseMark(text string) (Mark, error) {
	number, hash, ok := strings.Cut(strings.TrimSpace(text), ":")
	n, err := strconv.ParseInt(number, 10, 64)
	raw, notHex := hex.DecodeString(hash)
	if !ok || err != nil || n < 1 || notHex != nil || len(raw) != 32 {
		return Mark{}, fmt.Errorf("read mark %q: want the number and hash of an entry, as check prints them", text)
	}
	return Mark{Number: n, Hash: strings.ToLower(hash)}, nil
}

// followQuery finds the floor of the schema and the last entry at once, since every write asks for both.
const followQuery = "SELECT f.version AS floor, COALESCE(c.number, 0) AS number, COALESCE(c.hash, '') AS hash FROM schema_floor AS f " +
	"LEFT JOIN (SELECT number, hash FROM changes ORDER BY number DESC LIMIT 1) AS c ON c.number > 0"

// markToFollow returns the mark of the entry that the next one follows, unless this program may not write any more.
func markToFollow(db *gorm.DB) (Mark, error) {
	var found struct {
		Floor int64
		Mark
	}
	err := db.Raw(followQuery).Scan(&found).Error
	if err == nil && found.Floor > newestMigration() {
		err = ErrNewer
	}
	return found.Mark, err
}

func lastMark(db *gorm.DB) (Mark, error) {
	var last []Mark
	err := db.Model(&inspection.Change{}).Select("number", "hash").Order("number DESC").Limit(1).Scan(&last).Error
	if err != nil || len(last) == 0 {
		return Mark{}, err
	}
	return last[0], nil
}

// versionQuery has its condition as the index changes_public has it, so that both engines answer from the index's end.
const versionQuery = "SELECT number FROM changes WHERE record_kind <> 'letter' AND record_kind <> 'account' AND " +
	"record_kind <> 'token' AND record_kind <> 'remark' ORDER BY number DESC LIMIT 1"

// Version returns the number of the last change to what the public can see: work on the draft of a letter, on accounts,
// on tokens or on notes of readers does not move it. It is cheap enough to ask before every page, and what was derived from the
// data at one version is good until the next. Where ctx lets what is read come from the reading server, the version is that
// server's, save once in a while, when it is the database's own where that answers; whatever is read after it, there or elsewhere,
// is of this version or a later one.
func (s *Store) Version(ctx context.Context) (int64, error) {
	version, asked := s.askDatabaseVersion(ctx)
	if !asked {
		version = 0 // and stays so where there is no row
		err := s.read(unnoted(ctx), func(r *reader) error { return r.db.Raw(versionQuery).Scan(&version).Error })
		if err != nil {
			return 0, fmt.Errorf("ask for the last change: %w", err)
		}
	}
	s.seen.raise(version)
	return version, nil
}

// Last returns the mark of the last change: what a log or a backup notes down, so that a record whose end was cut off
// shows later. Where ctx lets what is read come from the reading server, it is that server's, and a list that is read after it
// goes at least as far.
func (s *Store) Last(ctx context.Context) (Mark, error) {
	var last Mark
	err := s.read(unnoted(ctx), func(r *reader) (err error) {
		last, err = lastMark(r.db)
		return err
	})
	if err != nil {
		return Mark{}, fmt.Errorf("ask for the last change: %w", err)
	}
	if fromReplica(ctx) {
		s.seen.raise(last.Number)
	}
	return last, nil
}
