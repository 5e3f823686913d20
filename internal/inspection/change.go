package inspection

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Role is what somebody may do.
type Role string

// The roles that part of the record needs before there are accounts.
const (
	// RoleSystem acts for nobody in particular: loading the seed.
	RoleSystem Role = "system"
	// RoleOfficer logs letters and updates.
	RoleOfficer Role = "officer"
)

// Actor is who made a change: an ID that stays the same for one person, the post they hold, and the role in which they act.
type Actor struct {
	ID      string
	PostID  string // of the post they hold, as PostID makes it; empty where the ID says it
	Post    string
	Role    Role
	Through string // what they used; empty for the pages, ThroughInterface for a program with a token of theirs
}

// ThroughInterface says that a change came through the interface for programs. It stands in the record after the change.
const ThroughInterface = "interface"

var throughWords = map[string]string{ThroughInterface: "Through the interface for programs"}

// Seeder is the Actor of the seed's load.
var Seeder = Actor{ID: "seed", Post: "data supplied with the program", Role: RoleSystem}

// ActionKind says what a change did to its record.
type ActionKind string

// The kinds of change.
const (
	Created ActionKind = "created"
	Updated ActionKind = "updated"
	Removed ActionKind = "removed"
)

// ErrChainBroken says that an entry of the record of changes does not follow from the one before it.
var ErrChainBroken = errors.New("the record of changes is broken")

// Change is one entry of the record of changes. Entries are chained: each hash covers the number, the hash before, who,
// when, and a keyed hash of the record before and after. The key is the entry's own, so that a text which must be
// erased can be destroyed with its key while the chain still holds.
type Change struct {
	Number     int64 `gorm:"primaryKey;autoIncrement:false"`
	Previous   string
	Hash       string
	At         time.Time // UTC, to the second
	ActorID    string
	ActorPost  string
	ActorRole  Role
	RecordKind RecordKind
	RecordID   string
	Action     ActionKind
	Before     string // JSON of the record, empty when it was created
	After      string // JSON of the record
	Seal       string // HMAC-SHA-256 of before and after, under the entry's key, in hexadecimal
}

// ChangeKey is the random key of one Change.
type ChangeKey struct {
	Number int64  `gorm:"primaryKey;autoIncrement:false"`
	Key    string // 32 bytes in hexadecimal
}

// SealChange returns the keyed hash of a record before and after. Lengths stand before the texts, so that no two pairs
// give the same input.
func SealChange(key []byte, before, after string) string {
	mac := hmac.New(sha256.New, key)
	for _, text := range []string{before, after} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(text)))
		mac.Write(n[:])
		mac.Write([]byte(text))
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// ComputeHash returns the hash that the entry must have.
func (c *Change) ComputeHash() string {
	h := sha256.New()
	for _, part := range []string{
		fmt.Sprint(c.Number), c.Previous, c.ActorID, c.ActorPost, string(c.ActorRole), c.At.UTC().Format(time.RFC3339),
		string(c.RecordKind), c.RecordID, string(c.Action), c.Seal,
	} {
		fmt.Fprintf(h, "%d:%s\n", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Follows checks an entry against the one before it and, where its key is held, against its own texts. It fails with
// ErrChainBroken and says what is wrong.
func (c *Change) Follows(previousNumber int64, previousHash string, key []byte) error {
	switch {
	case c.Number != previousNumber+1:
		return fmt.Errorf("%w: entry %d is followed by entry %d", ErrChainBroken, previousNumber, c.Number)
	case c.Previous != previousHash:
		return fmt.Errorf("%w: entry %d does not continue the hash of the entry before it", ErrChainBroken, c.Number)
	case c.Hash != c.ComputeHash():
		return fmt.Errorf("%w: the hash of entry %d does not match what it says", ErrChainBroken, c.Number)
	case key != nil && c.Seal != SealChange(key, c.Before, c.After):
		return fmt.Errorf("%w: the texts of entry %d were altered", ErrChainBroken, c.Number)
	case key == nil && (c.Before != "" || c.After != ""):
		return fmt.Errorf("%w: entry %d has texts but no key", ErrChainBroken, c.Number)
	}
	return nil
}
