package store_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// full is an account with something in each of its fields.
func full() auth.Account {
	return auth.Account{
		Address: "Ayesha.Khan@Example.org ", Post: "Improvement officer", BodyID: north, Roles: []auth.Role{auth.Officer, auth.Administrator},
		State: auth.Active, Emergency: true, PasswordHash: "$argon2id$the-hash", CodeSecret: "THESECRET", CodeUsed: 7,
		RecoveryCodes: []string{"first-code", "second-code"},
	}
}

func addAccount(t *testing.T, s *store.Store, a auth.Account) auth.Account {
	t.Helper()
	added, err := s.AddAccount(context.Background(), storetest.Administrator, a)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// signedIn reports whether the token of a session still leads to one.
func signedIn(t *testing.T, s *store.Store, token string) bool {
	t.Helper()
	_, _, err := s.Session(context.Background(), auth.HashToken(token))
	if err != nil && !errors.Is(err, inspection.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func TestAnAccountIsKept(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		if any, err := s.AnyAccount(ctx); err != nil || any {
			t.Fatalf("before the first there is any: %v, %v", any, err)
		}
		a := addAccount(t, s, full())
		if any, err := s.AnyAccount(ctx); err != nil || !any {
			t.Errorf("after the first there is any: %v, %v", any, err)
		}
		if a.ID == "" || a.Address != "ayesha.khan@example.org" || !a.CreatedAt.Equal(storetest.Now()) || !a.UpdatedAt.Equal(storetest.Now()) {
			t.Errorf("it was added as %+v", a)
		}
		byID, idErr := s.Account(ctx, a.ID)
		byAddress, addressErr := s.AccountByAddress(ctx, " AYESHA.Khan@example.ORG")
		if err := errors.Join(idErr, addressErr); err != nil {
			t.Fatal(err)
		}
		for _, got := range []auth.Account{byID, byAddress} {
			got.CreatedAt, got.UpdatedAt = a.CreatedAt, a.UpdatedAt // the same times, in another shape
			if !reflect.DeepEqual(got, a) {
				t.Errorf("got %+v; want %+v", got, a)
			}
		}
		vouched := addAccount(t, s, auth.Account{
			Post: "Clerk to the board", Roles: []auth.Role{auth.Clerk}, State: auth.Active, Issuer: "https://login.example.org", Subject: "s-1",
		})
		if got, err := s.AccountBySubject(ctx, vouched.Issuer, "s-1"); err != nil || got.ID != vouched.ID || len(got.RecoveryCodes) != 0 {
			t.Errorf("by subject there is %+v, %v", got, err)
		}
		for name, find := range map[string]func() (auth.Account, error){
			"another ID":                      func() (auth.Account, error) { return s.Account(ctx, "nobody") },
			"another address":                 func() (auth.Account, error) { return s.AccountByAddress(ctx, "nobody@example.org") },
			"no address, as one of them has":  func() (auth.Account, error) { return s.AccountByAddress(ctx, " ") },
			"no subject, as one of them has":  func() (auth.Account, error) { return s.AccountBySubject(ctx, "", "") },
			"that subject of another issuer":  func() (auth.Account, error) { return s.AccountBySubject(ctx, "https://example.org", "s-1") },
			"an address that was never typed": func() (auth.Account, error) { return s.AccountByAddress(ctx, "the-password") },
		} {
			if got, err := find(); !errors.Is(err, inspection.ErrNotFound) || got.ID != "" || strings.Contains(err.Error(), "the-password") {
				t.Errorf("under %s there is %+v, %v", name, got, err)
			}
		}
	})
}

func TestWhatAnAccountMayNotShare(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		addAccount(t, s, full())
		vouched := auth.Account{Roles: []auth.Role{auth.Officer}, State: auth.Active, Issuer: "https://login.example.org", Subject: "s-1"}
		addAccount(t, s, vouched)
		add := func(change func(*auth.Account)) error {
			a := full()
			a.Address, a.Emergency = "another@example.org", false
			change(&a)
			_, err := s.AddAccount(ctx, storetest.Administrator, a)
			return err
		}
		before := everything(t, s)
		refusedAt(t, add(func(a *auth.Account) { a.Address = "AYESHA.KHAN@EXAMPLE.ORG" }), "address", "Enter another address")
		refusedAt(t, add(func(a *auth.Account) { a.Address = "no address" }), "address", "Enter an email address")
		refusedAt(t, add(func(a *auth.Account) { a.Emergency = true }), "emergency", "Close the emergency account that there is")
		refusedAt(t, add(func(a *auth.Account) { a.Issuer, a.Subject = vouched.Issuer, vouched.Subject }), "subject", "Use the account")
		refusedAt(t, add(func(a *auth.Account) { a.BodyID = "atlantis" }), "body", "from the list")
		refusedAt(t, add(func(a *auth.Account) { a.Roles = nil }), "roles", "at least one role")
		compareTables(t, before, everything(t, s))

		second := storetest.Account(t, s, auth.Officer)
		_, err := s.ChangeAccount(ctx, storetest.Administrator, second.ID, func(a *auth.Account) error {
			a.Address = "ayesha.khan@example.org"
			return nil
		})
		refusedAt(t, err, "address", "Enter another address")
		refused := errors.New("not this one")
		for id, want := range map[string]error{"nobody": inspection.ErrNotFound, second.ID: refused} {
			_, err := s.ChangeAccount(ctx, storetest.Administrator, id, func(a *auth.Account) error {
				a.Roles[0] = auth.Administrator // in place: it must not show in what was before
				return refused
			})
			if !errors.Is(err, want) {
				t.Errorf("changing %s: got %v; want %v", id, err, want)
			}
		}
		if got, err := s.Account(ctx, second.ID); err != nil || !slices.Equal(got.Roles, second.Roles) || got.Address != second.Address {
			t.Errorf("the account is %+v, %v", got, err)
		}
	})
}

func TestTheRecordOfChangesHoldsAccountsWithoutWhatNamesOrProvesTheirHolder(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		version, versionErr := s.Version(ctx)
		last, lastErr := s.Last(ctx)
		if err := errors.Join(versionErr, lastErr); err != nil {
			t.Fatal(err)
		}
		storetest.Account(t, s, auth.Administrator) // so that the other may be changed as one likes
		a := addAccount(t, s, full())
		if entry := s.LastChange(t, inspection.OfAccount, a.ID); entry.Action != inspection.Created || entry.Before != "" ||
			entry.ActorID != storetest.Administrator.ID || !strings.Contains(entry.After, `"post":"Improvement officer"`) {
			t.Errorf("the entry is %+v", entry)
		}
		change := func(change func(*auth.Account)) {
			t.Helper()
			_, err := s.ChangeAccount(ctx, storetest.Administrator, a.ID, func(a *auth.Account) error {
				change(a)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		change(func(a *auth.Account) { a.Roles, a.Emergency = []auth.Role{auth.Reviewer}, false })
		if entry := s.LastChange(t, inspection.OfAccount, a.ID); !strings.Contains(entry.Before, `"roles":["officer","administrator"]`) ||
			!strings.Contains(entry.After, `"roles":["reviewer"]`) || strings.Contains(entry.After, "changed") {
			t.Errorf("the entry is %+v", entry)
		}
		change(func(a *auth.Account) {
			a.Address, a.PasswordHash, a.CodeSecret = "new.name@example.org", "$argon2id$another", "ANOTHERSECRET"
			a.RecoveryCodes = []string{"third-code"}
		})
		if entry := s.LastChange(t, inspection.OfAccount, a.ID); !strings.Contains(entry.After, `"changed":["address","password","one-time codes","recovery codes"]`) {
			t.Errorf("the entry is %+v", entry)
		}
		noted := store.Dump(t, s)["changes"]
		change(func(*auth.Account) {})
		change(func(a *auth.Account) { a.CodeUsed++ })
		if after := store.Dump(t, s)["changes"]; len(after) != len(noted) || int64(len(after)) != last.Number+4 {
			t.Errorf("the record went from %d entries over %d to %d", last.Number, len(noted), len(after))
		}
		all := strings.ToLower(strings.Join(noted, "\n"))
		for _, secret := range []string{"ayesha", "new.name", "argon2id", "thesecret", "anothersecret", "first-code", "third-code", "@example.org"} {
			if strings.Contains(all, secret) {
				t.Errorf("the record of changes holds %q", secret)
			}
		}
		if checked, err := s.Check(ctx, &last); err != nil || checked.Entries != last.Number+4 {
			t.Errorf("checked %+v, %v", checked, err)
		}
		if after, err := s.Version(ctx); err != nil || after != version {
			t.Errorf("the version of the public pages went from %d to %d, %v", version, after, err)
		}
		if changed, err := s.Touched(ctx, version); err != nil || !changed.Nothing() {
			t.Errorf("reference data has changed: %v, %v", changed, err)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first := storetest.Account(t, s, auth.Administrator, auth.Officer)
		storetest.Account(t, s, auth.Officer)
		invited := addAccount(t, s, auth.Account{Address: "later@example.org", Roles: []auth.Role{auth.Administrator}, State: auth.Invited})
		change := func(id string, change func(*auth.Account)) error {
			_, err := s.ChangeAccount(ctx, storetest.Administrator, id, func(a *auth.Account) error {
				change(a)
				return nil
			})
			return err
		}
		disable := func(a *auth.Account) { a.State = auth.Disabled }
		demote := func(a *auth.Account) { a.Roles = []auth.Role{auth.Officer} }
		token := storetest.SignIn(t, s, first)
		refusedAt(t, change(first.ID, disable), "state", "somebody else an administrator first")
		refusedAt(t, change(first.ID, demote), "roles", "somebody else an administrator first")
		refusedAt(t, s.CloseAccount(ctx, storetest.Administrator, first.ID), "state", "somebody else an administrator first")
		if got, err := s.Account(ctx, first.ID); err != nil || got.State != auth.Active || !slices.Equal(got.Roles, first.Roles) || !signedIn(t, s, token) {
			t.Errorf("the last administrator is %+v, %v", got, err)
		}
		if err := change(first.ID, func(a *auth.Account) { a.Post = "Head of performance" }); err != nil {
			t.Errorf("another post: %v", err)
		}
		if err := change(invited.ID, func(a *auth.Account) { a.State = auth.Active }); err != nil {
			t.Fatal(err)
		}
		if err := change(first.ID, demote); err != nil {
			t.Errorf("with another one: %v", err)
		}
		refusedAt(t, s.CloseAccount(ctx, storetest.Administrator, invited.ID), "state", "somebody else an administrator first")
	})
}

func TestClosingAnAccountEmptiesWhatNamesItsHolder(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		other := storetest.Account(t, s, auth.Administrator)
		otherToken := storetest.SignIn(t, s, other)
		a := addAccount(t, s, full())
		used := addLink(t, s, a, auth.Reset)
		if _, err := s.UseLink(ctx, storetest.Administrator, auth.HashToken(used), func(*auth.Account) error { return nil }); err != nil {
			t.Fatal(err)
		}
		unused, token := addLink(t, s, a, auth.Reset), storetest.SignIn(t, s, a)
		by := inspection.Actor{ID: a.ID, PostID: inspection.PostID(a.BodyID, a.Post), Post: a.Post, Role: inspection.RoleOfficer}
		update, err := s.AddUpdate(ctx, by, inspection.Update{Reference: northArea, On: today(), Words: "Training began.", Audience: inspection.ForPublic})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.CloseAccount(ctx, storetest.Administrator, a.ID); err != nil {
			t.Fatal(err)
		}
		got, err := s.Account(ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := auth.Account{
			ID: a.ID, Post: a.Post, BodyID: a.BodyID, Roles: a.Roles, State: auth.Closed, Emergency: true,
			CreatedAt: got.CreatedAt, UpdatedAt: got.UpdatedAt,
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("it is %+v; want %+v", got, want)
		}
		tables := everything(t, s)
		if !slices.ContainsFunc(tables["updates"], func(row string) bool {
			return strings.Contains(row, "id="+update.ID) && strings.Contains(row, "by_id="+a.ID) && strings.Contains(row, "by_post="+a.Post)
		}) {
			t.Errorf("what they recorded is %v", tables["updates"])
		}
		for table, rows := range tables {
			for _, secret := range []string{"ayesha", "argon2id", "THESECRET", "first-code", auth.HashToken(token), auth.HashToken(used), auth.HashToken(unused)} {
				if strings.Contains(strings.Join(rows, "\n"), secret) {
					t.Errorf("table %s still holds %q", table, secret)
				}
			}
		}
		if !signedIn(t, s, otherToken) {
			t.Error("somebody else was signed out")
		}
		if entry := s.LastChange(t, inspection.OfAccount, a.ID); !strings.Contains(entry.After, `"state":"closed"`) ||
			!strings.Contains(entry.After, `"changed":["address","password","one-time codes","recovery codes"]`) {
			t.Errorf("the entry is %+v", entry)
		}
		refusedAt(t, s.CloseAccount(ctx, storetest.Administrator, a.ID), "state", "closed for ever")
		_, err = s.ChangeAccount(ctx, storetest.Administrator, a.ID, func(a *auth.Account) error {
			a.State = auth.Active
			return nil
		})
		refusedAt(t, err, "state", "closed for ever")
		if list, err := s.Accounts(ctx); err != nil || len(list) != 2 || list[0].ID != other.ID || list[1].ID != a.ID {
			t.Errorf("the accounts are %+v, %v", list, err)
		}
		t.Run("and its address and its place as the emergency account are free again", func(t *testing.T) {
			if again := addAccount(t, s, full()); again.ID == a.ID {
				t.Error("the new account has the ID of the closed one")
			}
		})
	})
}
