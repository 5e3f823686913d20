package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"inspectiontimeline/internal/inspection"
)

// Proved is what a restore brought back, or what a backup holds, and what was proved of its record of changes.
type Proved struct {
	Rows  int64
	Files Files
	Checked
}

// BackupProof is a BackupSink that proves what a backup holds without a database: the chain of changes, and each file by its
// hash. The keys of entries come behind the entries, so it has to be given the backup twice, with Again between.
type BackupProof struct {
	done    Proved
	chain   chainProof
	keys    [][32]byte // by the number of the entry, from 1
	held    []bool     // which of them there are
	entries int64

	again bool
	table string
	at    map[string]int // where each column stands in a row
}

// NewBackupProof begins a proof. Where since is given, that entry has to be there.
func NewBackupProof(since *Mark) *BackupProof { return &BackupProof{chain: chainProof{since: since}} }

// Again says that the backup follows a second time.
func (p *BackupProof) Again() { p.again = true }

// Table implements BackupSink.
func (p *BackupProof) Table(name string, columns []string) error {
	p.table, p.at = name, map[string]int{}
	for i, column := range columns {
		p.at[column] = i
	}
	return nil
}

// Row implements BackupSink. It fails with inspection.ErrChainBroken.
func (p *BackupProof) Row(values []any) error {
	switch {
	case p.again && p.table == "changes":
		return p.entry(values)
	case p.again:
		return nil
	case p.table == "changes":
		// Without its number the shortest of rows would make room for a key.
		if p.entries++; valueOf[int64](p, values, "number") != p.entries {
			return fmt.Errorf("%w: entry %d is not where it belongs", inspection.ErrChainBroken, p.entries)
		}
	case p.table == "change_keys":
		if err := p.key(values); err != nil {
			return err
		}
	}
	p.done.Rows++
	return nil
}

func (p *BackupProof) key(values []any) error {
	number := valueOf[int64](p, values, "number")
	key, err := hex.DecodeString(valueOf[string](p, values, "key"))
	if number < 1 || number > p.entries || err != nil || len(key) != 32 {
		return fmt.Errorf("%w: the key of entry %d cannot be read", inspection.ErrChainBroken, number)
	}
	for int64(len(p.keys)) < number {
		p.keys, p.held = append(p.keys, [32]byte{}), append(p.held, false)
	}
	p.keys[number-1], p.held[number-1] = [32]byte(key), true
	return nil
}

func (p *BackupProof) entry(values []any) error {
	text := func(column string) string { return valueOf[string](p, values, column) }
	entry := inspection.Change{
		Number: valueOf[int64](p, values, "number"), Previous: text("previous"), Hash: text("hash"),
		At: valueOf[time.Time](p, values, "at"), ActorID: text("actor_id"), ActorPost: text("actor_post"),
		ActorRole: inspection.Role(text("actor_role")), RecordKind: inspection.RecordKind(text("record_kind")), RecordID: text("record_id"),
		Action: inspection.ActionKind(text("action")), Before: text("before"), After: text("after"), Seal: text("seal"),
	}
	var key []byte
	if n := entry.Number; n >= 1 && n <= int64(len(p.keys)) && p.held[n-1] {
		key = p.keys[n-1][:]
	}
	return p.chain.see(&entry, key)
}

// valueOf returns what a row has in a column; nothing where the column is missing or holds something else.
func valueOf[T any](p *BackupProof, values []any, column string) T {
	var none T
	at, there := p.at[column]
	if !there {
		return none
	}
	value, is := values[at].(T)
	if !is {
		return none
	}
	return value
}

// Document implements BackupSink.
func (p *BackupProof) Document(hash string, size int64, data io.Reader) error {
	if p.again {
		_, err := io.Copy(io.Discard, data)
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(sum, data)
	if err != nil {
		return err
	}
	if n != size || hex.EncodeToString(sum.Sum(nil)) != hash {
		return fmt.Errorf("%w: file %s", errDamaged, hash)
	}
	p.done.Files.Count++
	p.done.Files.Bytes += size
	return nil
}

// End returns what was proved, once the backup was given twice. It fails with inspection.ErrChainBroken, also where the last
// entry is another than the backup says.
func (p *BackupProof) End(last string) (Proved, error) {
	var err error
	if p.done.Checked, err = p.chain.end(); err != nil {
		return p.done, err
	}
	if p.done.Last.String() != last {
		return p.done, fmt.Errorf("%w: its last entry is %s, and should be %s", inspection.ErrChainBroken, p.done.Last, last)
	}
	return p.done, nil
}
