package store

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// Accounts returns every account by post, those that are closed last.
func (s *Store) Accounts(ctx context.Context) ([]auth.Account, error) {
	var list []auth.Account
	if err := s.readPool.WithContext(ctx).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("list accounts: %w", translate(err))
	}
	closedLast := func(a auth.Account) int {
		if a.State == auth.Closed {
			return 1
		}
		return 0
	}
	slices.SortFunc(list, func(a, b auth.Account) int {
		return cmp.Or(closedLast(a)-closedLast(b), cmp.Compare(a.Post, b.Post), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// Account returns an account, also one that is closed. It fails with inspection.ErrNotFound.
func (s *Store) Account(ctx context.Context, id string) (auth.Account, error) {
	a, err := oneAccount(s.readPool.WithContext(ctx).Where("id = ?", id))
	if err != nil {
		return a, fmt.Errorf("read account %s: %w", id, err)
	}
	return a, nil
}

// AccountByAddress returns the account with an e-mail address, in whatever case and with whatever spaces around it that is
// typed. It fails with inspection.ErrNotFound. The address is in no error: people type their passwords in its place.
func (s *Store) AccountByAddress(ctx context.Context, address string) (auth.Account, error) {
	a, err := oneAccount(withAddress(s.readPool.WithContext(ctx), auth.FoldAddress(address)))
	if err != nil {
		return a, fmt.Errorf("read the account with an address: %w", err)
	}
	return a, nil
}

// AccountBySubject returns the account of somebody for whom an organisation vouches. It fails with inspection.ErrNotFound.
func (s *Store) AccountBySubject(ctx context.Context, issuer, subject string) (auth.Account, error) {
	a, err := oneAccount(withSubject(s.readPool.WithContext(ctx), issuer, subject))
	if err != nil {
		return a, fmt.Errorf("read the account of somebody at %s: %w", issuer, err)
	}
	return a, nil
}

// AnyAccount reports whether there is an account that is not closed.
func (s *Store) AnyAccount(ctx context.Context) (bool, error) {
	var ids []string
	err := s.readPool.WithContext(ctx).Model(&auth.Account{}).Where("state <> ?", auth.Closed).Limit(1).Pluck("id", &ids).Error
	if err != nil {
		return false, fmt.Errorf("ask whether there is an account: %w", translate(err))
	}
	return len(ids) > 0, nil
}

func oneAccount(found *gorm.DB) (auth.Account, error) {
	var a auth.Account
	if err := found.Take(&a).Error; err != nil {
		return auth.Account{}, translate(err)
	}
	return a, nil
}

// withAddress and withSubject repeat the conditions of their indexes, which hold nothing of closed accounts: neither engine
// uses an index whose condition it cannot see.
func withAddress(db *gorm.DB, folded string) *gorm.DB {
	return db.Where("address = ? AND address <> ''", folded)
}

func withSubject(db *gorm.DB, issuer, subject string) *gorm.DB {
	return db.Where("issuer = ? AND subject = ? AND subject <> ''", issuer, subject)
}

// lockedAccount returns an account and keeps others from changing it until the transaction ends.
func lockedAccount(db *gorm.DB, id string) (auth.Account, error) {
	return oneAccount(db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", id))
}

// accountEntry is an account as the record of changes keeps it: without its address and secrets. Where one of those was
// changed it says so, and not to what.
type accountEntry struct {
	auth.Account
	Changed []string `json:"changed,omitempty"`
}

// AddAccount adds an account with an ID of its own. It fails with inspection.Problems.
func (s *Store) AddAccount(ctx context.Context, by inspection.Actor, a auth.Account) (auth.Account, error) {
	err := s.write(ctx, by, func(t *tx) error {
		a.ID, a.Address, a.CreatedAt, a.UpdatedAt = newID(), auth.FoldAddress(a.Address), t.at, t.at
		if err := t.checkAccount(&a); err != nil {
			return err
		}
		if err := t.db.Create(&a).Error; err != nil {
			return err
		}
		return t.note(inspection.OfAccount, a.ID, inspection.Created, nil, accountEntry{Account: a})
	})
	if err != nil {
		return auth.Account{}, fmt.Errorf("add an account: %w", err)
	}
	return a, nil
}

// ChangeAccount changes an account and returns what it is then. A change of roles or state ends its sessions, and no link
// or token works for an account that is disabled. It fails with inspection.ErrNotFound, with inspection.Problems, also where no
// administrator who can sign in would be left, and with the error of change.
func (s *Store) ChangeAccount(ctx context.Context, by inspection.Actor, id string, change func(*auth.Account) error) (auth.Account, error) {
	var a auth.Account
	err := s.write(ctx, by, func(t *tx) (err error) {
		a, err = t.changeAccount(id, change)
		return err
	})
	if err != nil {
		return auth.Account{}, fmt.Errorf("change account %s: %w", id, err)
	}
	return a, nil
}

// CloseAccount closes an account for ever. What names its holder is emptied: their address, who they are to their
// organisation, secrets, sessions and links; tokens are revoked. The ID and the post stay, with what they recorded. It fails with
// inspection.ErrNotFound, and with inspection.Problems where it is closed or the last administrator's.
func (s *Store) CloseAccount(ctx context.Context, by inspection.Actor, id string) error {
	err := s.write(ctx, by, func(t *tx) error {
		_, err := t.changeAccount(id, func(a *auth.Account) error {
			a.State = auth.Closed
			return nil
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("close account %s: %w", id, err)
	}
	return nil
}

// closedAccount answers whoever would change a closed account.
var closedAccount = inspection.Problems{{Field: "state", Words: "This account is closed for ever: add another"}}

func (t *tx) changeAccount(id string, change func(*auth.Account) error) (auth.Account, error) {
	before, err := lockedAccount(t.db, id)
	if err != nil {
		return before, err
	}
	if before.State == auth.Closed {
		return before, closedAccount
	}
	after := before
	after.Roles, after.RecoveryCodes = slices.Clone(before.Roles), slices.Clone(before.RecoveryCodes)
	if err := change(&after); err != nil {
		return before, err
	}
	after.ID, after.CreatedAt, after.Address = before.ID, before.CreatedAt, auth.FoldAddress(after.Address)
	if after.State == auth.Closed {
		forgetHolder(&after)
	}
	if reflect.DeepEqual(before, after) {
		return before, nil
	}
	if err := t.checkAccount(&after); err != nil {
		return before, err
	}
	if err := t.keepAdministrator(&before, &after); err != nil {
		return before, err
	}
	after.UpdatedAt = t.at
	if err := t.db.Select("*").Updates(&after).Error; err != nil {
		return before, err
	}
	if err := t.endWhatNoLongerHolds(&before, &after); err != nil {
		return before, err
	}
	return after, t.noteAccount(&before, &after)
}

// forgetHolder empties what names the holder of an account, and what they prove it by.
func forgetHolder(a *auth.Account) {
	a.Address, a.Subject, a.PasswordHash = "", "", ""
	a.CodeSecret, a.CodeUsed, a.RecoveryCodes = "", 0, nil
}

// endWhatNoLongerHolds signs the holder of an account out where they may do something else than before, takes links away that
// would let them in again, and revokes the tokens of an account that is disabled or closed. Tokens of one whose roles are
// others now are looked at with each use.
func (t *tx) endWhatNoLongerHolds(before, after *auth.Account) error {
	if before.State != after.State || !slices.Equal(slices.Sorted(slices.Values(before.Roles)), slices.Sorted(slices.Values(after.Roles))) {
		if err := t.db.Where("account_id = ?", after.ID).Delete(&auth.Session{}).Error; err != nil {
			return err
		}
	}
	if after.Gone() {
		if err := t.revokeAll(after); err != nil {
			return err
		}
	}
	switch after.State {
	case auth.Closed:
		return t.db.Where("account_id = ?", after.ID).Delete(&auth.Link{}).Error
	case auth.Disabled:
		return t.db.Where("account_id = ? AND used_at IS NULL", after.ID).Delete(&auth.Link{}).Error
	}
	return nil
}

// noteAccount notes what was changed of an account, unless nobody but its holder could tell.
func (t *tx) noteAccount(before, after *auth.Account) error {
	was, is := accountEntry{Account: *before}, accountEntry{Account: *after}
	for _, part := range []struct {
		name    string
		changed bool
	}{
		{"address", before.Address != after.Address},
		{"subject", before.Subject != after.Subject},
		{"password", before.PasswordHash != after.PasswordHash},
		{"one-time codes", before.CodeSecret != after.CodeSecret},
		{"recovery codes", !slices.Equal(before.RecoveryCodes, after.RecoveryCodes)},
	} {
		if part.changed {
			is.Changed = append(is.Changed, part.name)
		}
	}
	if len(is.Changed) == 0 && reflect.DeepEqual(written(*before), written(*after)) {
		return nil
	}
	return t.note(inspection.OfAccount, after.ID, inspection.Updated, was, is)
}

// written returns what the record of changes holds of an account.
func written(a auth.Account) auth.Account {
	forgetHolder(&a)
	a.CreatedAt, a.UpdatedAt = time.Time{}, time.Time{}
	return a
}

// checkAccount checks an account that is to be kept by itself and against the others.
func (t *tx) checkAccount(a *auth.Account) error {
	if a.State == auth.Closed {
		return nil // whatever is wrong with it, it can be closed
	}
	var problems inspection.Problems
	for _, problem := range a.Check() {
		problems = append(problems, inspection.Problem(problem))
	}
	others := func() *gorm.DB { return t.db.Model(&auth.Account{}).Where("id <> ?", a.ID) }
	for _, rule := range []struct {
		applies bool
		taken   *gorm.DB
		problem inspection.Problem
	}{
		{a.Address != "", withAddress(others(), a.Address), inspection.Problem{Field: "address",
			Words: "Enter another address: there is an account with this one"}},
		{a.Subject != "", withSubject(others(), a.Issuer, a.Subject), inspection.Problem{Field: "subject",
			Words: "Use the account that this person has: their organisation vouches for one already"}},
		{a.Emergency, others().Where("emergency AND state <> ?", auth.Closed), inspection.Problem{Field: "emergency",
			Words: "Close the emergency account that there is first: there can be one only"}},
	} {
		var n int64
		if !rule.applies {
			continue
		}
		if err := rule.taken.Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			problems = append(problems, rule.problem)
		}
	}
	if a.BodyID != "" {
		var n int64
		if err := t.db.Model(&inspection.Body{}).Where("id = ?", a.BodyID).Count(&n).Error; err != nil {
			return err
		}
		if n == 0 {
			problems = append(problems, inspection.Problem{Field: "body", Words: "Choose the council, trust or place that the post is in from the list"})
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

// keepAdministrator refuses a change after which no administrator could sign in.
func (t *tx) keepAdministrator(before, after *auth.Account) error {
	if !administers(before) || administers(after) {
		return nil
	}
	var others []auth.Account
	if err := t.db.Where("state = ? AND id <> ?", auth.Active, after.ID).Find(&others).Error; err != nil {
		return err
	}
	if slices.ContainsFunc(others, func(a auth.Account) bool { return administers(&a) }) {
		return nil
	}
	field := "state"
	if after.State == auth.Active {
		field = "roles"
	}
	return inspection.Problems{{Field: field, Words: "Make somebody else an administrator first: nobody else who is one can sign in"}}
}

func administers(a *auth.Account) bool { return a.MaySignIn() && a.Has(auth.Administrator) }
