package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// The queue of letters whose files wait to be read is in the database, so that whichever server is there reads them. The bytes
// of a file are held sealed until then, and what opens them goes with them: before a letter is read nobody knows whether it may
// be kept.

const (
	// readingHolds is how long whoever took a letter has it for without saying that it is still being read.
	readingHolds = 30 * time.Second
	// mostReadings is how often a letter is taken. A file at which two servers ended is not given to a third.
	mostReadings = 2
	// unstartedHolds is how long a file is held that no letter waits for yet.
	unstartedHolds = 10 * time.Minute
	// clocksDiffer is by how much servers' clocks may differ without one of them giving up what another reads. One whose clock is
	// ahead may take a letter that is being read, which is then read there; a letter that is given up has to be added again.
	clocksDiffer = time.Minute
)

// KeepReadingEvery is how often whoever reads a letter says so by KeepReading.
const KeepReadingEvery = readingHolds / 3

// ErrReadingLost says that a letter was not read in time, and was given to another server or given up.
var ErrReadingLost = errors.New("another server reads this letter by now")

// interrupted is the problem of a letter whose reading never ended.
const interrupted = "The program stopped before it had read this file. Add the file again."

// HeldFile names the file of a letter that is held until it is read. Its zero value names none.
type HeldFile struct{ secret string }

// letterReading is a letter whose file waits to be read, and how its reading stands.
type letterReading struct {
	LetterID   string `gorm:"primaryKey"`
	HeldID     string
	Secret     string           // that opens what is held
	AddedBy    inspection.Actor `gorm:"serializer:json"`
	AddedAt    time.Time
	Tries      int
	Lease      string // empty while nobody reads it
	LeaseUntil *time.Time
}

// Reading is a letter that was taken to be read.
type Reading struct {
	LetterID string
	By       inspection.Actor // who added it
	Lease    string
	Data     []byte // of its file; nil where what was held is damaged
}

// HoldFile takes in the file of a letter that StartLetter is to be called for. All files that wait take up a number of bytes at
// most. It fails with ErrNoRoom.
func (s *Store) HoldFile(ctx context.Context, by inspection.Actor, data []byte, mostBytes int) (HeldFile, error) {
	file := HeldFile{secret: auth.NewToken()}
	err := s.Hold(ctx, file.secret, Holding{Kind: HeldLetter, Owner: by.ID, For: unstartedHolds, Data: data}, HeldBounds{Bytes: mostBytes})
	return file, err
}

// DropFile drops a file for which no letter was started after all.
func (s *Store) DropFile(ctx context.Context, file HeldFile) error {
	return s.DropHeld(ctx, file.secret, HeldLetter)
}

func (t *tx) startLetter(fileName string, file HeldFile) (inspection.Letter, error) {
	letter := t.newLetter(fileName, nil)
	if err := t.addLetter(&letter); err != nil || file.secret == "" {
		return letter, err
	}
	return letter, t.db.Create(&letterReading{
		LetterID: letter.ID, HeldID: heldID(HeldLetter, file.secret), Secret: file.secret, AddedBy: t.actor, AddedAt: t.at,
	}).Error
}

// freeToRead are the readings that nobody is at, or whose server did not say any more that it is.
const freeToRead = "(lease = '' OR lease_until <= ?)"

// TakeReading takes the letter that has waited longest, or one of those that are named, and gives it to nobody else for as long
// as whoever has it calls KeepReading; it returns nil where none waits. Of two servers that ask at the same time neither waits
// for the other.
func (s *Store) TakeReading(ctx context.Context, letterIDs ...string) (*Reading, error) {
	now := moment(s.clock())
	waiting := func(db *gorm.DB) *gorm.DB {
		db = db.Where(freeToRead+" AND tries < ?", now, mostReadings).Order("added_at, letter_id").Limit(1)
		if len(letterIDs) > 0 {
			db = db.Where("letter_id IN ?", letterIDs)
		}
		return db
	}
	// A look that finds nothing to do holds nobody up.
	var any []letterReading
	err := waiting(s.readPool.WithContext(ctx)).Select("letter_id").Find(&any).Error
	if err != nil || len(any) == 0 {
		return nil, wrapped("look for letters that wait to be read", err)
	}
	var taken *Reading
	err = s.operate(ctx, func(db *gorm.DB) error {
		var first []letterReading
		if err := waiting(skipLocked(db)).Find(&first).Error; err != nil || len(first) == 0 {
			return err
		}
		row, until := first[0], now.Add(readingHolds)
		row.Tries, row.Lease, row.LeaseUntil = row.Tries+1, newID(), &until
		if err := db.Select("tries", "lease", "lease_until").Updates(&row).Error; err != nil {
			return err
		}
		taken = &Reading{LetterID: row.LetterID, By: row.AddedBy, Lease: row.Lease}
		var file held
		if err := db.Where("id = ?", row.HeldID).Take(&file).Error; err != nil {
			return err
		}
		var err error
		if taken.Data, err = openHeld(db, file, row.Secret); errors.Is(err, auth.ErrSealed) {
			err = nil
		}
		return err
	})
	if err != nil {
		return nil, wrapped("take a letter to read", err)
	}
	return taken, nil
}

// skipLocked has a query lock the rows that it finds and pass over those that others have locked. SQLite, which lets in one
// writer at a time, needs none of it and is not asked for it.
func skipLocked(db *gorm.DB) *gorm.DB {
	return db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked})
}

func wrapped(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, translate(err))
}

// KeepReading says that a letter is still being read. It fails with ErrReadingLost.
func (s *Store) KeepReading(ctx context.Context, r *Reading) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		return changedOne(ownReading(db, r).Update("lease_until", moment(s.clock()).Add(readingHolds)))
	})
	return wrapped("go on reading letter "+r.LetterID, err)
}

// GiveBackReading gives a letter back that was taken and not read, since the server stops or the database failed. Others take it when
// it has rested for so long. The try is not counted. It fails with ErrReadingLost.
func (s *Store) GiveBackReading(ctx context.Context, r *Reading, rests time.Duration) error {
	given := map[string]any{"lease": "", "lease_until": nil, "tries": gorm.Expr("tries - 1")}
	if rests > 0 {
		given["lease"], given["lease_until"] = newID(), moment(s.clock()).Add(rests) // whose lease that is nobody knows
	}
	err := s.operate(ctx, func(db *gorm.DB) error { return changedOne(ownReading(db, r).Updates(given)) })
	return wrapped("give letter "+r.LetterID+" back", err)
}

func ownReading(db *gorm.DB, r *Reading) *gorm.DB {
	return db.Model(&letterReading{}).Where("letter_id = ? AND lease = ? AND lease <> ''", r.LetterID, r.Lease)
}

// changedOne fails with ErrReadingLost where a reading is not, or no longer, whose it was.
func changedOne(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return ErrReadingLost
	}
	return done.Error
}

// endReading takes a letter out of the queue, with its file and what opens that. It fails with ErrReadingLost where it is
// another's by now.
func (t *tx) endReading(letterID, lease string) error {
	var rows []letterReading
	if err := t.db.Where("letter_id = ?", letterID).Limit(1).Find(&rows).Error; err != nil {
		return err
	}
	switch {
	case len(rows) == 0 && lease == "":
		return nil
	case len(rows) == 0 || rows[0].Lease != lease:
		return ErrReadingLost
	}
	done := t.db.Where("letter_id = ? AND lease = ?", letterID, lease).Delete(&letterReading{})
	if err := changedOne(done); err != nil {
		return err
	}
	return dropHeld(t.db, rows[0].HeldID)
}

// abandoned are the letters that nobody reads any more: they have no file here, as after a restore, or every try at it ended with
// the server, and a while ago.
const abandoned = "state IN ? AND NOT EXISTS (SELECT 1 FROM letter_readings r WHERE r.letter_id = letters.id AND (r.tries < ? OR r.lease_until > ?))"

// AbandonReadings marks every letter as unreadable that nobody reads any more, so that its officer adds it again. It returns how
// many there were.
func (s *Store) AbandonReadings(ctx context.Context, by inspection.Actor) (int, error) {
	ended := moment(s.clock()).Add(-clocksDiffer)
	find := func(db *gorm.DB) (ids []string, err error) {
		underway := []inspection.LetterState{inspection.LetterWaiting, inspection.LetterReading}
		err = db.Model(&inspection.Letter{}).Where(abandoned, underway, mostReadings, ended).Order("id").Pluck("id", &ids).Error
		return ids, err
	}
	const doing = "give up letters that nobody reads any more"
	if ids, err := find(s.readPool.WithContext(ctx)); err != nil || len(ids) == 0 {
		return 0, wrapped(doing, err)
	}
	var ids []string
	err := s.write(ctx, by, func(t *tx) (err error) {
		if ids, err = find(t.db); err != nil {
			return err
		}
		for _, id := range ids {
			if err := t.giveUp(id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, wrapped(doing, err)
	}
	if len(ids) > 0 {
		_ = s.emptyLog(ctx) // of what they were sealed with; where somebody reads, the next write over it does that
	}
	return len(ids), nil
}

// giveUp takes a letter out of the queue that nobody reads any more.
func (t *tx) giveUp(letterID string) error {
	var lease []string
	if err := t.db.Model(&letterReading{}).Where("letter_id = ?", letterID).Pluck("lease", &lease).Error; err != nil {
		return err
	}
	if len(lease) == 1 {
		if err := t.endReading(letterID, lease[0]); err != nil {
			return err
		}
	}
	_, err := t.changeRead(letterID, func(l *inspection.Letter) error {
		l.Problem = interrupted
		return l.Move(inspection.LetterUnreadable)
	})
	return err
}
