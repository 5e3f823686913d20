package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"inspectiontimeline/internal/auth"
)

// HeldKind says what is held for a time.
type HeldKind string

// The kinds of what is held.
const (
	HeldForm     HeldKind = "form"      // what somebody sent whose session had ended
	HeldTracker  HeldKind = "tracker"   // between its choice and its confirmation
	HeldList     HeldKind = "list"      // of inspections in England, between its choice and its being written
	HeldListDone HeldKind = "list done" // what writing such a list did
	HeldCodes    HeldKind = "codes"     // the secret of one-time codes that nobody has proved yet to have in an app
	HeldLetter   HeldKind = "letter"    // a file that nobody has read yet
)

// ErrNoRoom says that as much is held as may be.
var ErrNoRoom = errors.New("no more of these can be held")

// Holding is what is to be held for a time.
type Holding struct {
	Kind  HeldKind
	Owner string        // ID of the account or post whose it is, which alone it is given back to
	Place string        // where it is not empty, the next of the same kind, owner and place takes the place of this
	For   time.Duration // how long
	Data  []byte
}

// HeldBounds say how much of one kind is held at most; 0 is no bound.
type HeldBounds struct {
	Own   int // of one owner: who has as many loses the oldest
	All   int // of everybody: who has one of them loses their oldest, and for others there is no room
	Bytes int // of everybody, as they are held
}

// held is something that is held. Its bytes are sealed and lie in heldChunks.
type held struct {
	ID     string `gorm:"primaryKey"`
	Kind   HeldKind
	Owner  string
	Place  string
	Size   int // bytes, sealed
	HeldAt time.Time
	Until  time.Time
}

// TableName names the table, for gorm.
func (held) TableName() string { return "held" }

// heldChunk is a piece of the sealed bytes of what is held.
type heldChunk struct {
	HeldID string `gorm:"primaryKey"`
	Number int    `gorm:"primaryKey;autoIncrement:false"` // counted from 1
	Bytes  []byte
}

// heldRoom is one row, which is locked by whoever looks whether there is room.
type heldRoom struct {
	ID int `gorm:"primaryKey;autoIncrement:false"`
}

// TableName names the table, for gorm.
func (heldRoom) TableName() string { return "held_room" }

// heldID is the ID of what a secret opens. Like the seal it tells nothing of the secret.
func heldID(kind HeldKind, secret string) string { return auth.HashToken(string(kind) + " " + secret) }

// sealedAbout is what a seal is about: whose it is and of which kind.
func sealedAbout(kind HeldKind, owner string) string { return string(kind) + " of " + owner }

// Hold holds something, sealed, for whoever has a secret that nobody guesses; the database has neither the secret nor anything
// that the seal could be opened with, save for HeldLetter: whichever server is there has to open it, so the secret lies beside it
// in letter_readings, until both go. Under the same secret it takes the place of what was held before. It changes no record,
// so that nothing of it is in the record of changes. What is past its time goes. It fails with ErrNoRoom.
func (s *Store) Hold(ctx context.Context, secret string, h Holding, most HeldBounds) error {
	sealed, err := auth.Seal(secret, sealedAbout(h.Kind, h.Owner), h.Data)
	if err != nil {
		return fmt.Errorf("hold a %s: %w", h.Kind, err)
	}
	now := moment(s.clock())
	row := held{
		ID: heldID(h.Kind, secret), Kind: h.Kind, Owner: h.Owner, Place: h.Place, Size: len(sealed), HeldAt: now, Until: now.Add(h.For),
	}
	err = s.operate(ctx, func(db *gorm.DB) error {
		if err := dropStaleHeld(db, now); err != nil { // holds the room until the transaction ends
			return err
		}
		if err := makeRoom(db, row, most); err != nil {
			return err
		}
		return keepHeld(db, row, sealed)
	})
	if err != nil {
		return fmt.Errorf("hold a %s: %w", h.Kind, err)
	}
	return nil
}

// lockRoom keeps others from holding anything until the transaction ends. SQLite lets in one writer at a time by itself.
func lockRoom(db *gorm.DB) error {
	return db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Take(&heldRoom{}).Error
}

// makeRoom drops what has to give way to something new.
func makeRoom(db *gorm.DB, row held, most HeldBounds) error {
	var others []held
	if err := db.Where("kind = ?", row.Kind).Order("held_at, id").Find(&others).Error; err != nil {
		return err
	}
	var give []string
	var own []held // the oldest first
	all, bytes := 0, row.Size
	for _, other := range others {
		if other.ID == row.ID || row.Place != "" && other.Owner == row.Owner && other.Place == row.Place {
			give = append(give, other.ID)
			continue
		}
		if other.Owner == row.Owner {
			own = append(own, other)
		}
		all++
		bytes += other.Size
	}
	for len(own) > 0 && (most.Own > 0 && len(own) >= most.Own || most.All > 0 && all >= most.All) {
		give = append(give, own[0].ID)
		bytes -= own[0].Size
		own, all = own[1:], all-1
	}
	if most.All > 0 && all >= most.All || most.Bytes > 0 && bytes > most.Bytes {
		return ErrNoRoom
	}
	return dropHeld(db, give...)
}

func keepHeld(db *gorm.DB, row held, sealed []byte) error {
	if err := db.Create(&row).Error; err != nil {
		return err
	}
	number := 0
	for piece := range slices.Chunk(sealed, chunkSize) {
		number++
		if err := db.Create(&heldChunk{HeldID: row.ID, Number: number, Bytes: piece}).Error; err != nil {
			return err
		}
	}
	return nil
}

// ReplaceHeld puts other data in the place of what a secret opens, which stays for as long as it would have. It fails with
// inspection.ErrNotFound where nothing is held.
func (s *Store) ReplaceHeld(ctx context.Context, secret string, kind HeldKind, owner string, data []byte) error {
	sealed, err := auth.Seal(secret, sealedAbout(kind, owner), data)
	if err != nil {
		return fmt.Errorf("hold another %s: %w", kind, err)
	}
	err = s.operate(ctx, func(db *gorm.DB) error {
		if err := lockRoom(db); err != nil {
			return err
		}
		row, err := heldBy(db, secret, kind, owner, moment(s.clock()))
		if err != nil {
			return err
		}
		if err := dropHeld(db, row.ID); err != nil {
			return err
		}
		row.Size = len(sealed)
		return keepHeld(db, row, sealed)
	})
	if err != nil {
		return fmt.Errorf("hold another %s: %w", kind, err)
	}
	return nil
}

// Held returns to its owner what a secret opens. It fails with inspection.ErrNotFound where nothing is held, any more or for
// them, and with auth.ErrSealed where it is damaged.
func (s *Store) Held(ctx context.Context, secret string, kind HeldKind, owner string) ([]byte, error) {
	var data []byte
	err := s.readPool.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		row, err := heldBy(db, secret, kind, owner, moment(s.clock()))
		if err != nil {
			return err
		}
		data, err = openHeld(db, row, secret)
		return err
	}, oneState)
	if err != nil {
		return nil, fmt.Errorf("look for a %s that is held: %w", kind, translate(err))
	}
	return data, nil
}

func heldBy(db *gorm.DB, secret string, kind HeldKind, owner string, now time.Time) (held, error) {
	var row held
	err := db.Where("id = ? AND owner = ? AND until > ?", heldID(kind, secret), owner, now).Take(&row).Error
	return row, err
}

// openHeld returns what is held, unsealed.
func openHeld(db *gorm.DB, row held, secret string) ([]byte, error) {
	var chunks []heldChunk
	if err := db.Where("held_id = ?", row.ID).Order("number").Find(&chunks).Error; err != nil {
		return nil, err
	}
	sealed := make([]byte, 0, row.Size)
	for _, chunk := range chunks {
		sealed = append(sealed, chunk.Bytes...)
	}
	return auth.Unseal(secret, sealedAbout(row.Kind, row.Owner), sealed)
}

// DropHeld drops what a secret opens. Where nothing is held that is no error.
func (s *Store) DropHeld(ctx context.Context, secret string, kind HeldKind) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		if err := lockRoom(db); err != nil { // ReplaceHeld may be putting something there
			return err
		}
		return dropHeld(db, heldID(kind, secret))
	})
	if err != nil {
		return fmt.Errorf("drop a %s that is held: %w", kind, err)
	}
	return nil
}

// DropHeldOf drops everything of a kind that is held for an owner.
func (s *Store) DropHeldOf(ctx context.Context, kind HeldKind, owner string) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		if err := lockRoom(db); err != nil {
			return err
		}
		var ids []string
		if err := db.Model(&held{}).Where("kind = ? AND owner = ?", kind, owner).Pluck("id", &ids).Error; err != nil {
			return err
		}
		return dropHeld(db, ids...)
	})
	if err != nil {
		return fmt.Errorf("drop what is held for %s: %w", owner, err)
	}
	return nil
}

// dropStaleHeld drops what is past its time, save the files of letters that are still to be read, and keeps others from holding
// anything until the transaction ends.
func dropStaleHeld(db *gorm.DB, now time.Time) error {
	if err := lockRoom(db); err != nil {
		return err
	}
	var ids []string
	err := db.Model(&held{}).Where("until <= ? AND id NOT IN (SELECT held_id FROM letter_readings)", now).Pluck("id", &ids).Error
	if err != nil {
		return err
	}
	return dropHeld(db, ids...)
}

// dropHeld drops things that are held, with their bytes.
func dropHeld(db *gorm.DB, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := db.Where("held_id IN ?", ids).Delete(&heldChunk{}).Error; err != nil {
		return err
	}
	return db.Where("id IN ?", ids).Delete(&held{}).Error
}
