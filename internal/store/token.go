package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// TokensStay is how long a token that works no longer is kept, so that whoever uses it is told why.
const TokensStay = 30 * 24 * time.Hour

// tokenEntry is a token as the record of changes keeps it: without its hash, and by days.
type tokenEntry struct {
	ID      string            `json:"id"`
	Account string            `json:"account"`
	Post    string            `json:"post"` // of the account's holder
	Name    string            `json:"name"`
	Purpose auth.TokenPurpose `json:"purpose"`
	Ends    inspection.Date   `json:"ends"` // the last day on which it works
	Revoked inspection.Date   `json:"revoked"`
}

func (t *tx) tokenEntry(token *auth.Token, of *auth.Account) tokenEntry {
	entry := tokenEntry{ID: token.ID, Account: of.ID, Post: of.Post, Name: token.Name, Purpose: token.Purpose, Ends: t.lastDay(token)}
	if token.RevokedAt != nil {
		entry.Revoked = t.today()
	}
	return entry
}

// lastDay is the day in London at whose end a token ends.
func (t *tx) lastDay(token *auth.Token) inspection.Date {
	return inspection.DayOf(token.EndsAt.Add(-time.Second).In(t.now.Location()))
}

// AddToken adds a token of an account, with an ID of its own, that works until the end of the day in so many days. It fails
// with inspection.ErrNotFound where nobody can sign in to the account, and with inspection.Problems.
func (s *Store) AddToken(ctx context.Context, by inspection.Actor, token auth.Token, days int) (auth.Token, error) {
	err := s.write(ctx, by, func(t *tx) error {
		of, err := lockedAccount(t.db, token.AccountID)
		if err == nil && !of.MaySignIn() {
			err = inspection.ErrNotFound
		}
		if err != nil {
			return err
		}
		if err := t.checkToken(&of, token, days); err != nil {
			return err
		}
		last := t.now.AddDate(0, 0, days)
		token.ID, token.CreatedAt = newID(), t.at
		token.EndsAt = time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, last.Location()).UTC()
		token.SeenAt, token.RevokedAt = nil, nil
		if err := t.db.Create(&token).Error; err != nil {
			return err
		}
		return t.note(inspection.OfToken, token.ID, inspection.Created, nil, t.tokenEntry(&token, &of))
	})
	if err != nil {
		return auth.Token{}, fmt.Errorf("add a token of account %s: %w", token.AccountID, err)
	}
	return token, nil
}

func (t *tx) checkToken(of *auth.Account, token auth.Token, days int) error {
	var problems inspection.Problems
	for _, problem := range auth.CheckToken(of, token.Name, token.Purpose, days) {
		problems = append(problems, inspection.Problem(problem))
	}
	var working int64
	err := t.db.Model(&auth.Token{}).Where("account_id = ? AND revoked_at IS NULL AND ends_at > ?", of.ID, t.at).Count(&working).Error
	if err != nil {
		return err
	}
	if working >= auth.MostTokens {
		problems = append(problems, inspection.Problem{Field: "name",
			Words: fmt.Sprintf("Revoke a token that you no longer need first: %d of yours work, and no account has more", auth.MostTokens)})
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// Token returns the token with the hash of a text, whether or not it still works, and its account. The hash is looked up and
// never compared letter by letter with a secret, so the time that it takes tells nothing of one. It fails with
// inspection.ErrNotFound.
func (s *Store) Token(ctx context.Context, hash string) (auth.Token, auth.Account, error) {
	var found withAccount[auth.Token]
	if err := findWithAccount(s.readPool.WithContext(ctx), "tokens", hash, &found).Error; err != nil {
		return auth.Token{}, auth.Account{}, fmt.Errorf("read a token: %w", translate(err))
	}
	return found.One, found.Account, nil
}

// Tokens returns the tokens of an account, the latest first. Some may work no longer.
func (s *Store) Tokens(ctx context.Context, accountID string) ([]auth.Token, error) {
	var list []auth.Token
	err := s.readPool.WithContext(ctx).Where("account_id = ?", accountID).Order("created_at DESC, id").Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list the tokens of account %s: %w", accountID, translate(err))
	}
	return list, nil
}

// SeeToken notes when a token was last used.
func (s *Store) SeeToken(ctx context.Context, id string, at time.Time) error {
	at = moment(at)
	err := s.operate(ctx, func(db *gorm.DB) error {
		return db.Model(&auth.Token{}).Where("id = ? AND (seen_at IS NULL OR seen_at < ?)", id, at).Update("seen_at", at).Error
	})
	if err != nil {
		return fmt.Errorf("note that token %s is used: %w", id, err)
	}
	return nil
}

// VouchTokens notes when an organisation vouched for the holder of an account, nil where it does so no longer: tokens of such
// an account work for auth.TokenVouchedFor after that.
func (s *Store) VouchTokens(ctx context.Context, accountID string, at *time.Time) error {
	if at != nil {
		vouched := moment(*at)
		at = &vouched
	}
	err := s.operate(ctx, func(db *gorm.DB) error {
		return db.Model(&auth.Token{}).Where("account_id = ?", accountID).Update("vouched_at", at).Error
	})
	if err != nil {
		return fmt.Errorf("note whether an organisation vouches for account %s: %w", accountID, err)
	}
	return nil
}

// RevokeToken revokes a token of an account. One that works no longer stays as it is. It fails with inspection.ErrNotFound where
// the account has no such token.
func (s *Store) RevokeToken(ctx context.Context, by inspection.Actor, accountID, id string) error {
	err := s.write(ctx, by, func(t *tx) error {
		of, err := lockedAccount(t.db, accountID)
		if err != nil {
			return err
		}
		var token auth.Token
		if err := t.db.Where("id = ? AND account_id = ?", id, accountID).Take(&token).Error; err != nil {
			return err
		}
		return t.revoke(&of, token)
	})
	if err != nil {
		return fmt.Errorf("revoke token %s: %w", id, err)
	}
	return nil
}

// RevokeTokens revokes every token of an account that still works.
func (s *Store) RevokeTokens(ctx context.Context, by inspection.Actor, accountID string) error {
	err := s.write(ctx, by, func(t *tx) error {
		of, err := lockedAccount(t.db, accountID)
		if err != nil {
			return err
		}
		return t.revokeAll(&of)
	})
	if err != nil {
		return fmt.Errorf("revoke the tokens of account %s: %w", accountID, err)
	}
	return nil
}

// revokeAll revokes every token of an account that still works, each with its entry in the record of changes.
func (t *tx) revokeAll(of *auth.Account) error {
	var tokens []auth.Token
	if err := t.db.Where("account_id = ? AND revoked_at IS NULL", of.ID).Order("created_at, id").Find(&tokens).Error; err != nil {
		return err
	}
	return t.revoke(of, tokens...)
}

func (t *tx) revoke(of *auth.Account, tokens ...auth.Token) error {
	for _, before := range tokens {
		if !before.Works(t.at) {
			continue
		}
		after := before
		after.RevokedAt = &t.at
		if err := t.db.Select("revoked_at").Updates(&after).Error; err != nil {
			return err
		}
		if err := t.note(inspection.OfToken, after.ID, inspection.Updated, t.tokenEntry(&before, of), t.tokenEntry(&after, of)); err != nil {
			return err
		}
	}
	return nil
}

// OnceHolds is for how long a program's request is known again by its key.
const OnceHolds = 24 * time.Hour

// Once names a request that a program may send again where it does not know whether it arrived. Without a key each request is
// carried out.
type Once struct {
	Key     string // of the program's own making
	Request string // what it asks for; the same key with another request is a mistake
}

// OnceProblem are the Problems of a key that came with another request before.
var OnceProblem = inspection.Problems{{Field: "Idempotency-Key",
	Words: "This key was used for another request within the last 24 hours. Send a key of its own with each thing that is to be written"}}

// writtenOnce is what a program wrote under a key. Of the key and the request only hashes are kept.
type writtenOnce struct {
	AccountID string    `gorm:"primaryKey"`
	Key       string    `gorm:"primaryKey"`
	Request   string    //
	Made      string    // the ID of what was written
	At        time.Time // when
}

// TableName is the name of the table.
func (writtenOnce) TableName() string { return "written_once" }

// Once records progress as Together does, unless the same account did so under the same key within OnceHolds: then nothing is
// written. It returns the ID of what do wrote, or had written, and which of both it is. It fails with OnceProblem where the
// key came with another request.
func (s *Store) Once(ctx context.Context, by inspection.Actor, once Once, do func(*Work) (id string, err error)) (id string, again bool, err error) {
	// The key, which is kept nowhere, is in the hash of the request too: who reads the database cannot try what its words were.
	row := writtenOnce{AccountID: by.ID, Key: auth.HashToken(once.Key), Request: auth.HashToken(once.Key + "\n" + once.Request)}
	err = s.Together(ctx, by, func(w *Work) (err error) {
		if once.Key != "" {
			if id, err = w.t.writtenBefore(row); err != nil || id != "" {
				again = id != ""
				return err
			}
		}
		if id, err = do(w); err != nil || once.Key == "" {
			return err
		}
		row.Made, row.At = id, w.t.at
		return w.t.db.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error // over one that has run out
	})
	if err != nil {
		return "", false, fmt.Errorf("write once: %w", err)
	}
	return id, again, nil
}

// writtenBefore returns the ID of what was written under a key, empty where nothing was.
func (t *tx) writtenBefore(row writtenOnce) (string, error) {
	var known []writtenOnce
	err := t.db.Where("account_id = ? AND key = ? AND at > ?", row.AccountID, row.Key, t.at.Add(-OnceHolds)).Find(&known).Error
	switch {
	case err != nil || len(known) == 0:
		return "", err
	case known[0].Request != row.Request:
		return "", OnceProblem
	}
	return known[0].Made, nil
}

// StartLetter adds a letter that waits for its file to be read.
func (w *Work) StartLetter(fileName string, file HeldFile) (inspection.Letter, error) {
	return w.t.startLetter(fileName, file)
}

// dropStaleTokens drops tokens that have long worked no longer, and keys under which programs wrote.
func dropStaleTokens(db *gorm.DB, now time.Time) error {
	stale := now.Add(-TokensStay)
	if err := db.Where("ends_at < ? OR revoked_at < ?", stale, stale).Delete(&auth.Token{}).Error; err != nil {
		return err
	}
	return db.Where("at <= ?", now.Add(-OnceHolds)).Delete(&writtenOnce{}).Error
}
