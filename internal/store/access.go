package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// NoteAccess notes an access, as of now.
func (s *Store) NoteAccess(ctx context.Context, a inspection.Access) error {
	if err := s.operate(ctx, func(db *gorm.DB) error { return s.noteAccess(db, a) }); err != nil {
		return fmt.Errorf("note an access: %w", err)
	}
	return nil
}

func (s *Store) noteAccess(db *gorm.DB, a inspection.Access) error {
	a.ID, a.At = newID(), moment(s.clock())
	return db.Create(&a).Error
}

// AccessFilter says which accesses are wanted; what is empty narrows nothing.
type AccessFilter struct {
	AccountID string
	Subject   string
	What      []inspection.AccessKind
	From      time.Time // at or after
	Until     time.Time // before
	Skip      int       // how many of the latest to leave out
	Most      int       // how many to return; MostAccesses where 0 or more than that
}

// MostAccesses is how many accesses are returned at a time.
const MostAccesses = 1000

// Accesses returns the accesses that a filter asks for, the latest first.
func (s *Store) Accesses(ctx context.Context, filter AccessFilter) ([]inspection.Access, error) {
	query := s.readPool.WithContext(ctx)
	for _, condition := range []struct {
		applies bool
		words   string
		value   any
	}{
		{filter.AccountID != "", "account_id = ?", filter.AccountID},
		{filter.Subject != "", "subject = ?", filter.Subject},
		{len(filter.What) > 0, "what IN ?", filter.What},
		{!filter.From.IsZero(), "at >= ?", filter.From.UTC()},
		{!filter.Until.IsZero(), "at < ?", filter.Until.UTC()},
	} {
		if condition.applies {
			query = query.Where(condition.words, condition.value)
		}
	}
	most := filter.Most
	if most <= 0 || most > MostAccesses {
		most = MostAccesses
	}
	var list []inspection.Access
	if err := query.Order("at DESC, id").Offset(max(0, filter.Skip)).Limit(most).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list accesses: %w", translate(err))
	}
	return list, nil
}

// LinksStay is how long a link that works no longer is kept, so that whoever opens it is told why.
const LinksStay = 30 * 24 * time.Hour

// DropStale drops what is kept for a time only: sessions that have ended, old links and tokens, the keys under which programs
// wrote, the addresses of readers who wrote a note, attempts to sign in that no longer count, and network addresses after
// inspection.NetworkHolds.
func (s *Store) DropStale(ctx context.Context) error {
	now := moment(s.clock())
	err := s.operate(ctx, func(db *gorm.DB) error {
		if err := dropEndedSessions(db, now); err != nil {
			return err
		}
		if err := db.Where("expires_at < ?", now.Add(-LinksStay)).Delete(&auth.Link{}).Error; err != nil {
			return err
		}
		if err := dropStaleTokens(db, now); err != nil {
			return err
		}
		if err := dropStaleContacts(db, now); err != nil {
			return err
		}
		if err := dropStaleHeld(db, now); err != nil {
			return err
		}
		if err := db.Where("last_at < ?", now.Add(-auth.SlowForgets)).Delete(&signInAttempt{}).Error; err != nil {
			return err
		}
		// Sessions end long before their network addresses would have to go.
		old := db.Model(&inspection.Access{}).Where("network <> '' AND at < ?", now.Add(-inspection.NetworkHolds))
		return old.Update("network", "").Error
	})
	if err != nil {
		return fmt.Errorf("drop what is kept for a time only: %w", err)
	}
	return nil
}

// dropEndedSessions asks each session itself, so that the rule stands in one place. There are no more than people at work.
func dropEndedSessions(db *gorm.DB, now time.Time) error {
	var sessions []auth.Session
	if err := db.Find(&sessions).Error; err != nil {
		return err
	}
	var ended []string
	for _, session := range sessions {
		if session.Ended(now) {
			ended = append(ended, session.Hash)
		}
	}
	for hashes := range slices.Chunk(ended, manyIDs) {
		if err := db.Where("hash IN ?", hashes).Delete(&auth.Session{}).Error; err != nil {
			return err
		}
	}
	return nil
}
