package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// AddLink adds a link with which the holder of an account sets a password, and notes as an access who made it. Where another
// makes it, links of the account for the same purpose that nobody has used work no longer. It fails with inspection.ErrNotFound, and with
// inspection.Problems where the account can have no password.
func (s *Store) AddLink(ctx context.Context, by inspection.Actor, link auth.Link) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		a, err := lockedAccount(db, link.AccountID)
		if err != nil {
			return err
		}
		if words := noPassword(&a); words != "" {
			return inspection.Problems{{Field: "account", Words: words}}
		}
		// Anybody can ask in the holder's name for a link to their mailbox: that must not undo one that somebody gave them.
		if by.ID != a.ID {
			unused := db.Where("account_id = ? AND purpose = ? AND used_at IS NULL", a.ID, link.Purpose)
			if err := unused.Delete(&auth.Link{}).Error; err != nil {
				return err
			}
		}
		link.CreatedAt, link.ExpiresAt, link.UsedAt = moment(link.CreatedAt), moment(link.ExpiresAt), nil
		if err := db.Create(&link).Error; err != nil {
			return err
		}
		return s.noteAccess(db, inspection.Access{
			AccountID: by.ID, Post: by.Post, Role: by.Role, What: inspection.LinkMade, Subject: "account:" + a.ID,
		})
	})
	if err != nil {
		return fmt.Errorf("add a link for account %s: %w", link.AccountID, err)
	}
	return nil
}

// noPassword says why no password can be set for an account, nothing where one can.
func noPassword(a *auth.Account) string {
	switch {
	case a.State == auth.Closed:
		return "This account is closed for ever: add another"
	case a.State == auth.Disabled:
		return "Enable this account first: while it is disabled no link would work"
	case a.Issuer != "":
		return "This person signs in through their organisation, which looks after their password"
	}
	return ""
}

// Link returns the link with the hash of a token, whether or not it still works, and its account. It fails with
// inspection.ErrNotFound.
func (s *Store) Link(ctx context.Context, hash string) (auth.Link, auth.Account, error) {
	var found withAccount[auth.Link]
	if err := findWithAccount(s.readPool.WithContext(ctx), "links", hash, &found).Error; err != nil {
		return auth.Link{}, auth.Account{}, fmt.Errorf("read a link: %w", translate(err))
	}
	return found.One, found.Account, nil
}

// UseLink uses a link up, once however many try at the same time, and changes its account as change says: an account that
// was only invited is active then. Every session, every token and every other link of the account ends. It fails with
// inspection.ErrNotFound, auth.ErrLinkUsed and auth.ErrLinkExpired, and as ChangeAccount does.
func (s *Store) UseLink(ctx context.Context, by inspection.Actor, hash string, change func(*auth.Account) error) (auth.Account, error) {
	var a auth.Account
	err := s.write(ctx, by, func(t *tx) error {
		var link auth.Link
		if err := t.db.Where("hash = ?", hash).Take(&link).Error; err != nil {
			return err
		}
		switch {
		case link.UsedAt != nil:
			return auth.ErrLinkUsed
		case !link.Works(t.at):
			return auth.ErrLinkExpired
		}
		var err error
		a, err = t.changeAccount(link.AccountID, func(a *auth.Account) error {
			if noPassword(a) != "" {
				return auth.ErrLinkExpired
			}
			a.State = auth.Active
			return change(a)
		})
		if err != nil {
			return err
		}
		if err := t.revokeAll(&a); err != nil {
			return err
		}
		return t.useUp(&link)
	})
	if err != nil {
		return auth.Account{}, fmt.Errorf("use a link: %w", err)
	}
	return a, nil
}

// useUp marks a link as used, unless a newer one has taken its place meanwhile, and ends whatever else lets somebody in to
// the account.
func (t *tx) useUp(link *auth.Link) error {
	used := t.db.Model(&auth.Link{}).Where("hash = ? AND used_at IS NULL", link.Hash).Update("used_at", t.at)
	if used.Error != nil {
		return used.Error
	}
	if used.RowsAffected == 0 {
		return auth.ErrLinkUsed
	}
	if err := t.db.Where("account_id = ? AND used_at IS NULL", link.AccountID).Delete(&auth.Link{}).Error; err != nil {
		return err
	}
	return t.db.Where("account_id = ?", link.AccountID).Delete(&auth.Session{}).Error
}

// UseCode runs check on an account, for it to use a one-time code or a recovery code up, and keeps what it did to those. It
// is one transaction, so that no code is used twice. It fails with the error of check, having kept nothing, and with
// inspection.ErrNotFound where the account may not sign in.
func (s *Store) UseCode(ctx context.Context, accountID string, check func(*auth.Account) error) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		a, err := lockedAccount(db, accountID)
		if err == nil && !a.MaySignIn() {
			err = inspection.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := check(&a); err != nil {
			return err
		}
		return db.Select("code_used", "recovery_codes").Updates(&a).Error
	})
	if err != nil {
		return fmt.Errorf("use a code of account %s: %w", accountID, err)
	}
	return nil
}

// signInAttempt is what is kept of the attempts to sign in that have a key in common and did not work, or have not yet.
type signInAttempt struct {
	Kind   auth.SlowKind `gorm:"primaryKey"`
	Hash   string        `gorm:"primaryKey"`
	Failed []int64       `gorm:"serializer:json"` // when, in milliseconds since 1970, the latest last
	LastAt time.Time     // of the latest one there was
}

// wait returns how long the next attempt has to wait.
func (a *signInAttempt) wait(now time.Time) time.Duration {
	if len(a.Failed) == 0 {
		return 0
	}
	since := now.Sub(time.UnixMilli(a.Failed[len(a.Failed)-1]))
	return max(0, a.Kind.Wait(len(a.Failed))-max(0, since))
}

// takeBack forgets the latest attempt.
func (a *signInAttempt) takeBack() {
	if len(a.Failed) > 0 {
		a.Failed = a.Failed[:len(a.Failed)-1]
	}
}

// BeginSignIn counts an attempt to sign in for some keys or, where too many have failed, returns how long to wait, the
// longest of the keys, and counts nothing. What is counted has failed until SignInWorked or SignInUncounted says otherwise:
// many attempts at the same time do not slip past a count that comes only after them.
func (s *Store) BeginSignIn(ctx context.Context, keys []auth.SlowKey) (wait time.Duration, err error) {
	err = s.changeAttempts(ctx, keys, func(attempts []signInAttempt, now time.Time) {
		for _, a := range attempts {
			wait = max(wait, a.wait(now))
		}
		for i := range attempts {
			if wait == 0 {
				attempts[i].Failed = append(attempts[i].Failed, now.UnixMilli())
			}
		}
	})
	if err != nil {
		return 0, fmt.Errorf("count an attempt to sign in: %w", err)
	}
	return wait, nil
}

// SignInWorked says that the attempt which BeginSignIn counted for some keys worked. What failed before it is forgotten,
// save for keys of which auth.ForgivenKeys says otherwise.
func (s *Store) SignInWorked(ctx context.Context, keys []auth.SlowKey) error {
	forgiven := auth.ForgivenKeys(keys)
	err := s.changeAttempts(ctx, keys, func(attempts []signInAttempt, _ time.Time) {
		for i := range attempts {
			a := &attempts[i]
			if slices.Contains(forgiven, auth.SlowKey{Kind: a.Kind, Hash: a.Hash}) {
				a.Failed = nil
			} else {
				a.takeBack()
			}
		}
	})
	if err != nil {
		return fmt.Errorf("forget failed attempts to sign in: %w", err)
	}
	return nil
}

// SignInUncounted takes the attempt back that BeginSignIn counted for some keys: it was neither right nor wrong. A password
// could not be looked at for want of time, or it was right and the one-time code, which is counted by itself, is still to
// come.
func (s *Store) SignInUncounted(ctx context.Context, keys []auth.SlowKey) error {
	err := s.changeAttempts(ctx, keys, func(attempts []signInAttempt, _ time.Time) {
		for i := range attempts {
			attempts[i].takeBack()
		}
	})
	if err != nil {
		return fmt.Errorf("take an attempt to sign in back: %w", err)
	}
	return nil
}

// changeAttempts changes what is kept of the attempts for some keys, one program and one request at a time.
func (s *Store) changeAttempts(ctx context.Context, keys []auth.SlowKey, change func(attempts []signInAttempt, now time.Time)) error {
	if len(keys) == 0 {
		return nil
	}
	now := s.clock().UTC()
	return s.operate(ctx, func(db *gorm.DB) error {
		attempts, err := lockedAttempts(db, keys, now)
		if err != nil {
			return err
		}
		forgotten := now.Add(-auth.SlowForgets).UnixMilli()
		for i := range attempts {
			a := &attempts[i]
			a.Failed = slices.DeleteFunc(a.Failed, func(at int64) bool { return at <= forgotten })
		}
		change(attempts, now)
		for i := range attempts {
			attempts[i].LastAt = moment(now)
			change := db.Select("failed", "last_at").Updates
			if len(attempts[i].Failed) == 0 { // of what does not count nothing is kept: somebody may try a new address each time
				change = func(row any) *gorm.DB { return db.Delete(row) }
			}
			if err := change(&attempts[i]).Error; err != nil {
				return err
			}
		}
		return nil
	})
}

// lockedAttempts returns what is kept for some keys and keeps others from it until the transaction ends. Writing a row as it
// is takes its lock on either engine, also where there was none; the order keeps two that want the same rows from waiting for
// each other.
func lockedAttempts(db *gorm.DB, keys []auth.SlowKey, now time.Time) ([]signInAttempt, error) {
	keys = slices.Clone(keys)
	slices.SortFunc(keys, func(a, b auth.SlowKey) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Hash, b.Hash)) })
	attempts := make([]signInAttempt, 0, len(keys))
	for _, key := range slices.Compact(keys) {
		row := signInAttempt{Kind: key.Kind, Hash: key.Hash, LastAt: moment(now)}
		asItIs := clause.OnConflict{
			Columns:   []clause.Column{{Name: "kind"}, {Name: "hash"}},
			DoUpdates: clause.AssignmentColumns([]string{"kind"}),
		}
		if err := db.Clauses(asItIs).Create(&row).Error; err != nil {
			return nil, err
		}
		var kept signInAttempt
		if err := db.Where("kind = ? AND hash = ?", key.Kind, key.Hash).Take(&kept).Error; err != nil {
			return nil, err
		}
		attempts = append(attempts, kept)
	}
	return attempts, nil
}
