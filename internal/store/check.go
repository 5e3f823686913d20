package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"inspectiontimeline/internal/inspection"
)

// Checked is what Check proved.
type Checked struct {
	Last     Mark
	Entries  int64
	Erased   int64 // entries whose texts were destroyed with their key; the chain holds them by their seal alone
	Erasures int64 // that account for them, the refusals of letters among them
}

// chainProof takes the record of changes entry by entry and proves that each follows from the one before.
type chainProof struct {
	done  Checked
	since *Mark // an entry that must be there; nil for none
	found bool
	lost  inspection.ErasureProof
}

// see takes the next entry and its key, which is nil where it was destroyed.
func (p *chainProof) see(entry *inspection.Change, key []byte) error {
	if err := entry.Follows(p.done.Last.Number, p.done.Last.Hash, key); err != nil {
		return err
	}
	if err := p.lost.See(entry, key != nil); err != nil {
		return err
	}
	p.done.Last = Mark{Number: entry.Number, Hash: entry.Hash}
	p.done.Entries++
	if key == nil {
		p.done.Erased++
	}
	p.found = p.found || p.since != nil && p.done.Last == *p.since
	return nil
}

// end returns what was proved, once every entry was seen.
func (p *chainProof) end() (Checked, error) {
	if p.since != nil && !p.found {
		return p.done, fmt.Errorf("%w: entry %s is gone", inspection.ErrChainBroken, p.since)
	}
	p.done.Erasures = p.lost.Erasures
	return p.done, p.lost.Close()
}

// Check reads the whole chain of changes and proves it, entry by entry. It fails with inspection.ErrChainBroken and
// names the first entry that is wrong, or that has lost its texts though no erasure accounts for it. Where since is given,
// that entry must still be there.
func (s *Store) Check(ctx context.Context, since *Mark) (Checked, error) {
	var done Checked
	err := s.read(ctx, func(r *reader) (err error) {
		done, err = r.check(since)
		return err
	})
	if err != nil {
		return done, fmt.Errorf("check the record of changes: %w", err)
	}
	return done, nil
}

func (r *reader) check(since *Mark) (Checked, error) {
	proof := chainProof{since: since}
	rows, err := r.db.Table("changes").Select("changes.*, change_keys.key").
		Joins("LEFT JOIN change_keys ON change_keys.number = changes.number").Order("changes.number").Rows()
	if err != nil {
		return proof.done, err
	}
	defer rows.Close()
	for rows.Next() {
		var row struct {
			inspection.Change
			Key *string
		}
		if err := r.db.ScanRows(rows, &row); err != nil {
			return proof.done, err
		}
		key, err := decodeKey(row.Key)
		if err != nil {
			return proof.done, fmt.Errorf("%w: the key of entry %d cannot be read", inspection.ErrChainBroken, row.Number)
		}
		if err := proof.see(&row.Change, key); err != nil {
			return proof.done, err
		}
	}
	if err := rows.Err(); err != nil {
		return proof.done, err
	}
	return proof.end()
}

func decodeKey(text *string) ([]byte, error) {
	if text == nil {
		return nil, nil
	}
	key, err := hex.DecodeString(*text)
	if err == nil && len(key) == 0 {
		err = errors.New("the key is empty")
	}
	return key, err
}

// Files counts documents that were proved, and their bytes.
type Files struct {
	Count, Bytes int64
}

// CheckDocuments reads every letter's and evidence's file and proves that its bytes are those that were kept. It fails with
// the name of the first that is damaged.
func (s *Store) CheckDocuments(ctx context.Context) (Files, error) {
	var done Files
	err := s.read(ctx, func(r *reader) error {
		return r.eachDocument(ctx, func(hash string, size int64, data io.Reader) error {
			done.Count++
			done.Bytes += size
			_, err := io.Copy(io.Discard, data)
			return err
		})
	})
	if err != nil {
		return done, fmt.Errorf("check the files: %w", err)
	}
	return done, nil
}

// eachDocument hands over the documents by hash, piece by piece: no more than one piece is held. Reading one to its end fails
// where its bytes are not those that were kept.
func (r *reader) eachDocument(ctx context.Context, do func(hash string, size int64, data io.Reader) error) error {
	var documents []inspection.Document
	if err := r.db.WithContext(ctx).Order("hash").Find(&documents).Error; err != nil {
		return err
	}
	for _, d := range documents {
		if err := do(d.Hash, d.Size, &documentReader{r: r, ctx: ctx, document: d, sum: sha256.New()}); err != nil {
			return fmt.Errorf("file %s: %w", d.Hash, err)
		}
	}
	return nil
}
