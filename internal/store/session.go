package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// operate runs do in a transaction on what is no part of the record: who is signed in, links, attempts, and what was read.
// It stays out of the chain of changes because it changes nothing of the record, ends by itself and holds network addresses
// that have to go; and it does not wait on a server for whoever writes to the chain.
func (s *Store) operate(ctx context.Context, do func(*gorm.DB) error) (err error) {
	defer s.observed(ctx, "write")(&err)
	ctx, written := s.watchWrites(ctx)
	return translate(s.writePool.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		if err := mayWrite(db); err != nil {
			return err
		}
		if err := do(db); err != nil {
			return err
		}
		return written.coveredBy(nil)
	}))
}

// moment is a time as both engines keep it: without its zone, to the second.
func moment(at time.Time) time.Time { return at.UTC().Truncate(time.Second) }

// AddSession adds a session of an account. It fails with inspection.ErrNotFound where the account may not sign in: it may
// have been disabled since its password was checked.
func (s *Store) AddSession(ctx context.Context, session auth.Session) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		a, err := lockedAccount(db, session.AccountID)
		if err == nil && !a.MaySignIn() {
			err = inspection.ErrNotFound
		}
		if err != nil {
			return err
		}
		inUTC(&session)
		return db.Create(&session).Error
	})
	if err != nil {
		return fmt.Errorf("add a session of account %s: %w", session.AccountID, err)
	}
	return nil
}

func inUTC(session *auth.Session) {
	session.CreatedAt, session.SeenAt, session.CheckedAt = moment(session.CreatedAt), moment(session.SeenAt), moment(session.CheckedAt)
}

// Session returns the session with the hash of a token, whether or not it has ended, and its account. It fails with
// inspection.ErrNotFound.
func (s *Store) Session(ctx context.Context, hash string) (auth.Session, auth.Account, error) {
	var found withAccount[auth.Session]
	if err := findWithAccount(s.readPool.WithContext(ctx), "sessions", hash, &found).Error; err != nil {
		return auth.Session{}, auth.Account{}, fmt.Errorf("read a session: %w", translate(err))
	}
	return found.One, found.Account, nil
}

// withAccount is a session, a link or a token with the account that it belongs to.
type withAccount[T auth.Session | auth.Link | auth.Token] struct {
	One     T            `gorm:"embedded;embeddedPrefix:one_"`
	Account auth.Account `gorm:"embedded;embeddedPrefix:account_"`
}

// findWithAccount asks for both in one query, since every page of somebody who is signed in does.
func findWithAccount[T auth.Session | auth.Link | auth.Token](db *gorm.DB, table, hash string, found *withAccount[T]) *gorm.DB {
	statement := &gorm.Statement{DB: db}
	if err := statement.Parse(found); err != nil {
		panic("store: " + table + " cannot be read with its account: " + err.Error())
	}
	var columns []string
	for _, name := range statement.Schema.DBNames { // one_seen_at is column seen_at of one
		columns = append(columns, strings.Replace(name, "_", ".", 1)+" AS "+name)
	}
	return db.Table(table+" AS one").Select(columns).Joins("JOIN accounts AS account ON account.id = one.account_id").
		Where("one.hash = ?", hash).Take(found)
}

// SeeSession notes when a session was last used.
func (s *Store) SeeSession(ctx context.Context, hash string, at time.Time) error {
	at = moment(at)
	err := s.operate(ctx, func(db *gorm.DB) error {
		return db.Model(&auth.Session{}).Where("hash = ? AND seen_at < ?", hash, at).Update("seen_at", at).Error
	})
	if err != nil {
		return fmt.Errorf("note that a session is used: %w", err)
	}
	return nil
}

// ChangeSession changes a session: in which role its account acts, that it no longer waits, or when an issuer vouched. It
// fails with inspection.ErrNotFound.
func (s *Store) ChangeSession(ctx context.Context, hash string, change func(*auth.Session)) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		var session auth.Session
		locked := db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
		if err := locked.Where("hash = ?", hash).Take(&session).Error; err != nil {
			return err
		}
		account := session.AccountID
		change(&session)
		session.Hash, session.AccountID = hash, account
		inUTC(&session)
		return db.Select("*").Updates(&session).Error
	})
	if err != nil {
		return fmt.Errorf("change a session: %w", err)
	}
	return nil
}

// SessionsOf returns the sessions of an account, the one that was used last first. Some may have ended.
func (s *Store) SessionsOf(ctx context.Context, accountID string) ([]auth.Session, error) {
	var list []auth.Session
	err := s.readPool.WithContext(ctx).Where("account_id = ?", accountID).Order("seen_at DESC, hash").Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("list the sessions of account %s: %w", accountID, translate(err))
	}
	return list, nil
}

// EndSession ends a session. One that has ended, or never was, is no error.
func (s *Store) EndSession(ctx context.Context, hash string) error {
	err := s.operate(ctx, func(db *gorm.DB) error { return db.Where("hash = ?", hash).Delete(&auth.Session{}).Error })
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// EndSessions ends every session of an account but one, every one where except is empty.
func (s *Store) EndSessions(ctx context.Context, accountID, except string) error {
	err := s.operate(ctx, func(db *gorm.DB) error {
		return db.Where("account_id = ? AND hash <> ?", accountID, except).Delete(&auth.Session{}).Error
	})
	if err != nil {
		return fmt.Errorf("end the sessions of account %s: %w", accountID, err)
	}
	return nil
}
