package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"inspectiontimeline/internal/inspection"
)

// Revision is the last change of a record, or of several: its number in the record of changes, which grows, and when it was
// made.
type Revision struct {
	Number   int64
	At       time.Time // UTC, to the second
	Supplied bool      // whether it came with the program and nobody made it
}

// Later returns the later of two revisions.
func (r Revision) Later(o Revision) Revision {
	if o.Number > r.Number {
		return o
	}
	return r
}

// Revisions returns the last change of each record of a kind, by its ID. It says nothing of what was changed, and whoever asks
// must see to it that their reader may know of the records.
func (s *Store) Revisions(ctx context.Context, kind inspection.RecordKind, ids []string) (map[string]Revision, error) {
	out := map[string]Revision{}
	err := s.read(ctx, func(r *reader) error {
		for chunk := range slices.Chunk(ids, manyIDs) {
			last := r.db.Model(&inspection.Change{}).Select("MAX(number)").Where("record_kind = ? AND record_id IN ?", kind, chunk).Group("record_id")
			var entries []inspection.Change
			if err := r.db.Select("number", "at", "actor_id", "record_id").Where("number IN (?)", last).Find(&entries).Error; err != nil {
				return err
			}
			for _, entry := range entries {
				out[entry.RecordID] = revisionOf(entry)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("ask when each %s was last changed: %w", kind, err)
	}
	return out, nil
}

// LastRevision returns the last change of all records of some kinds; the zero Revision where there is none.
func (s *Store) LastRevision(ctx context.Context, kinds ...inspection.RecordKind) (Revision, error) {
	var entries []inspection.Change
	err := s.read(ctx, func(r *reader) error {
		return r.db.Select("number", "at", "actor_id").Where("record_kind IN ?", kinds).Order("number DESC").Limit(1).Find(&entries).Error
	})
	if err != nil {
		return Revision{}, fmt.Errorf("ask for the last change of some kinds: %w", err)
	}
	if len(entries) == 0 {
		return Revision{}, nil
	}
	return revisionOf(entries[0]), nil
}

func revisionOf(entry inspection.Change) Revision {
	return Revision{Number: entry.Number, At: entry.At.UTC(), Supplied: entry.ActorID == inspection.Seeder.ID}
}

// First returns the mark of the first change, which tells this record from every other one: its hash rests on a key made at
// random. A copy of the record has the same. It is the zero Mark where nothing was ever recorded.
func (s *Store) First(ctx context.Context) (Mark, error) {
	var first []Mark
	err := s.read(ctx, func(r *reader) error {
		return r.db.Model(&inspection.Change{}).Select("number", "hash").Order("number").Limit(1).Scan(&first).Error
	})
	if err != nil {
		return Mark{}, fmt.Errorf("ask for the first change: %w", err)
	}
	if len(first) == 0 {
		return Mark{}, nil
	}
	return first[0], nil
}
