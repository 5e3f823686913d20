package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// tokenOf returns the token with a text.
func tokenOf(t *testing.T, s *store.Store, text string) auth.Token {
	t.Helper()
	token, _, err := s.Token(context.Background(), auth.HashToken(text))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestTokens(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, other := storetest.Account(t, s, auth.Officer, auth.Reviewer), storetest.Account(t, s, auth.Member)
		text := storetest.Token(t, s, a, auth.TokenLogs)
		holder := inspection.Actor{ID: a.ID, Post: a.Post, Role: inspection.RoleOfficer}
		t.Run("one comes with its account, by the hash of its text alone", func(t *testing.T) {
			token, account, err := s.Token(ctx, auth.HashToken(text))
			if err != nil || account.ID != a.ID || len(account.Roles) != 2 || token.AccountID != a.ID || token.Purpose != auth.TokenLogs {
				t.Fatalf("got %+v of %+v, %v", token, account, err)
			}
			// The ninetieth day from 21 November is 19 February, whose end in London is midnight.
			if want := time.Date(2027, time.February, 20, 0, 0, 0, 0, time.UTC); !token.EndsAt.Equal(want) || token.SeenAt != nil || token.RevokedAt != nil {
				t.Errorf("it is %+v; want it to end at %v", token, want)
			}
			for _, wrong := range []string{"", text, auth.HashToken(text + "0")} {
				if _, _, err := s.Token(ctx, wrong); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("under %q: got %v", wrong, err)
				}
			}
			for table, rows := range everything(t, s) {
				if strings.Contains(strings.Join(rows, "\n"), text) {
					t.Errorf("table %s holds the token itself", table)
				}
			}
		})
		t.Run("its making is in the record of changes, for officers, without its hash", func(t *testing.T) {
			id := tokenOf(t, s, text).ID
			entry := s.LastChange(t, inspection.OfToken, id)
			want := fmt.Sprintf(`{"id":%q,"account":%q,"post":%q,"name":"Test of log_letters","purpose":"log_letters","ends":"2027-02-19","revoked":""}`, id, a.ID, a.Post)
			if entry.After != want || entry.ActorID != a.ID || entry.Action != inspection.Created {
				t.Errorf("it says %s by %s\nwant %s", entry.After, entry.ActorID, want)
			}
			if entry.SeenBy(inspection.ForPublic, nil) || entry.SeenBy(inspection.ForMembers, nil) || !entry.SeenBy(inspection.ForOfficers, nil) {
				t.Error("others than officers see it")
			}
		})
		t.Run("tokens do not move the version of what the public sees", func(t *testing.T) {
			before, err := s.Version(ctx)
			if err != nil {
				t.Fatal(err)
			}
			storetest.Token(t, s, other, auth.TokenReads)
			if after, err := s.Version(ctx); err != nil || after != before {
				t.Errorf("got %d after %d, %v", after, before, err)
			}
		})
		t.Run("one that cannot be made leaves nothing", func(t *testing.T) {
			before := everything(t, s)
			add := func(of auth.Account, purpose auth.TokenPurpose, days int) error {
				_, err := s.AddToken(ctx, holder, auth.Token{AccountID: of.ID, Hash: auth.HashToken("x"), Name: "One", Purpose: purpose}, days)
				return err
			}
			refusedAt(t, add(other, auth.TokenUpdates, 90), "purpose", "Choose what the token is for")
			refusedAt(t, add(a, auth.TokenUpdates, 366), "ends", "at most a year")
			if err := add(auth.Account{ID: "nobody"}, auth.TokenReads, 90); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("of nobody: got %v", err)
			}
			compareTables(t, before, everything(t, s))
		})
		t.Run("its last use moves on and never back", func(t *testing.T) {
			token := tokenOf(t, s, text)
			later := storetest.Now().Add(2 * time.Hour)
			for _, at := range []time.Time{storetest.Now(), later.In(time.FixedZone("east", 5*60*60)), storetest.Now()} {
				if err := s.SeeToken(ctx, token.ID, at); err != nil {
					t.Fatal(err)
				}
			}
			if got := tokenOf(t, s, text); got.SeenAt == nil || !got.SeenAt.Equal(later) {
				t.Errorf("it is %+v; want it seen at %v", got, later)
			}
		})
		t.Run("an organisation vouches for all tokens of an account, and can stop", func(t *testing.T) {
			now := storetest.Now()
			for _, at := range []*time.Time{&now, nil} {
				if err := s.VouchTokens(ctx, a.ID, at); err != nil {
					t.Fatal(err)
				}
				if got := tokenOf(t, s, text).VouchedAt; (got == nil) != (at == nil) || got != nil && !got.Equal(*at) {
					t.Errorf("got %v, want %v", got, at)
				}
			}
		})
		t.Run("it is revoked once, and by nobody as another account's", func(t *testing.T) {
			token := tokenOf(t, s, text)
			if err := s.RevokeToken(ctx, holder, other.ID, token.ID); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("of another account: got %v", err)
			}
			for range 2 {
				if err := s.RevokeToken(ctx, storetest.Administrator, a.ID, token.ID); err != nil {
					t.Fatal(err)
				}
			}
			got := tokenOf(t, s, text)
			if got.RevokedAt == nil || got.Works(storetest.Now()) {
				t.Errorf("it is %+v", got)
			}
			if entry := s.LastChange(t, inspection.OfToken, token.ID); entry.ActorID != storetest.Administrator.ID || !strings.Contains(entry.After, `"revoked":"2026-11-21"`) {
				t.Errorf("the record says %s", entry.After)
			}
			if n := len(tokenEntries(t, s, token.ID)); n != 2 {
				t.Errorf("there are %d entries about it", n)
			}
		})
		t.Run("no account has more than ten that work", func(t *testing.T) {
			for range auth.MostTokens {
				text = storetest.Token(t, s, a, auth.TokenReads)
			}
			add := func() error {
				_, err := s.AddToken(ctx, holder, auth.Token{AccountID: a.ID, Hash: auth.HashToken(auth.NewTokenText()), Name: "One more", Purpose: auth.TokenReads}, 90)
				return err
			}
			refusedAt(t, add(), "name", "10 of yours work")
			if err := s.RevokeToken(ctx, holder, a.ID, tokenOf(t, s, text).ID); err != nil {
				t.Fatal(err)
			}
			if err := add(); err != nil {
				t.Errorf("once one is revoked: got %v", err)
			}
			if err := s.RevokeTokens(ctx, holder, a.ID); err != nil {
				t.Fatal(err)
			}
			list, err := s.Tokens(ctx, a.ID)
			if err != nil || len(list) != auth.MostTokens+2 {
				t.Fatalf("there are %d, %v", len(list), err)
			}
			for _, token := range list {
				if token.Works(storetest.Now()) {
					t.Errorf("%s still works", token.Name)
				}
			}
		})
	})
}

// tokenEntries lists what the record of changes holds of a token.
func tokenEntries(t *testing.T, s *store.Store, id string) (of []string) {
	t.Helper()
	for _, row := range everything(t, s)["changes"] {
		if strings.Contains(row, "token") && strings.Contains(row, id) {
			of = append(of, row)
		}
	}
	return of
}

func TestWhatRevokesTokens(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		storetest.Account(t, s, auth.Administrator)
		set := func(change func(*auth.Account)) func(auth.Account) error {
			return func(a auth.Account) error {
				_, err := s.ChangeAccount(ctx, storetest.Administrator, a.ID, func(a *auth.Account) error { change(a); return nil })
				return err
			}
		}
		for name, one := range map[string]struct {
			does  func(auth.Account) error
			works bool
		}{
			"disabling the account":            {set(func(a *auth.Account) { a.State = auth.Disabled }), false},
			"closing it":                       {func(a auth.Account) error { return s.CloseAccount(ctx, storetest.Administrator, a.ID) }, false},
			"a password set by a link":         {func(a auth.Account) error { return usesLink(t, s, a) }, false},
			"another password leaves them":     {set(func(a *auth.Account) { a.PasswordHash = "another" }), true},
			"other roles leave them":           {set(func(a *auth.Account) { a.Roles = []auth.Role{auth.Member} }), true},
			"the end of the sessions does too": {func(a auth.Account) error { return s.EndSessions(ctx, a.ID, "") }, true},
		} {
			t.Run(name, func(t *testing.T) {
				a := storetest.Account(t, s, auth.Officer)
				text := storetest.Token(t, s, a, auth.TokenUpdates)
				if err := one.does(a); err != nil {
					t.Fatal(err)
				}
				token := tokenOf(t, s, text)
				entries := len(tokenEntries(t, s, token.ID))
				if token.Works(storetest.Now()) != one.works || one.works != (entries == 1) {
					t.Errorf("it works: %v, with %d entries", token.Works(storetest.Now()), entries)
				}
			})
		}
	})
}

// usesLink sets another password of an account by a link.
func usesLink(t *testing.T, s *store.Store, a auth.Account) error {
	t.Helper()
	_, err := s.UseLink(context.Background(), storetest.Administrator, auth.HashToken(addLink(t, s, a, auth.Reset)), func(a *auth.Account) error {
		a.PasswordHash = "another"
		return nil
	})
	return err
}

func TestOldTokensAndKeysAreDropped(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := storetest.Account(t, s, auth.Officer)
		by := inspection.Actor{ID: a.ID, Post: a.Post, Role: inspection.RoleOfficer}
		revoked := storetest.Token(t, s, a, auth.TokenReads)
		storetest.Token(t, s, a, auth.TokenReads) // which ends by itself
		if err := s.RevokeToken(ctx, by, a.ID, tokenOf(t, s, revoked).ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Once(ctx, by, store.Once{Key: "one"}, func(*store.Work) (string, error) { return "made", nil }); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			after        time.Duration
			tokens, keys int
		}{{0, 2, 1}, {store.OnceHolds, 2, 0}, {store.TokensStay, 1, 0}, {90 * 24 * time.Hour, 0, 0}} {
			turn(t, step.after)
			if err := s.DropStale(ctx); err != nil {
				t.Fatal(err)
			}
			rows := store.Dump(t, s)
			if len(rows["tokens"]) != step.tokens || len(rows["written_once"]) != step.keys {
				t.Errorf("%v later there are %d tokens and %d keys, want %d and %d", step.after, len(rows["tokens"]), len(rows["written_once"]), step.tokens, step.keys)
			}
		}
		if entries := tokenEntries(t, s, a.ID); len(entries) != 3 {
			t.Errorf("the record of changes holds %d entries about the tokens, want that two were made and one revoked", len(entries))
		}
	})
}

func TestWhatIsWrittenOnce(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		a, b := storetest.Account(t, s, auth.Officer), storetest.Account(t, s, auth.Officer)
		by := func(a auth.Account) inspection.Actor {
			return inspection.Actor{ID: a.ID, Post: a.Post, Role: inspection.RoleOfficer, Through: inspection.ThroughInterface}
		}
		writes := func(a auth.Account, once store.Once) (id string, again bool, err error) {
			return s.Once(ctx, by(a), once, func(w *store.Work) (string, error) {
				u, err := w.AddUpdate(inspection.Update{
					Reference: northArea, On: inspection.Day(2026, time.November, 20), Words: "Visits are on time.", Audience: inspection.ForPublic,
				})
				return u.ID, err
			})
		}
		first, again, err := writes(a, store.Once{Key: "one", Request: "visits"})
		if err != nil || again || first == "" {
			t.Fatalf("got %q, %v, %v", first, again, err)
		}
		t.Run("the record says that it came through the interface, and holds no key", func(t *testing.T) {
			if entry := s.LastChange(t, inspection.OfUpdate, first); !strings.HasSuffix(entry.After, `,"through":"interface"}`) {
				t.Errorf("it says %s", entry.After)
			}
			if _, err := s.Check(ctx, nil); err != nil {
				t.Error(err)
			}
			if rows := strings.Join(everything(t, s)["written_once"], "\n"); strings.Contains(rows, "visits") || !strings.Contains(rows, first) {
				t.Errorf("kept is %s", rows)
			}
		})
		t.Run("the same again writes nothing", func(t *testing.T) {
			before := everything(t, s)
			if id, again, err := writes(a, store.Once{Key: "one", Request: "visits"}); err != nil || !again || id != first {
				t.Errorf("got %q, %v, %v", id, again, err)
			}
			_, _, err := writes(a, store.Once{Key: "one", Request: "something else"})
			refusedAt(t, err, "Idempotency-Key", "used for another request")
			compareTables(t, before, everything(t, s))
		})
		t.Run("another key, another account, no key and the next day write anew", func(t *testing.T) {
			for what, write := range map[string]func() (string, bool, error){
				"another key":     func() (string, bool, error) { return writes(a, store.Once{Key: "two", Request: "visits"}) },
				"another account": func() (string, bool, error) { return writes(b, store.Once{Key: "one", Request: "visits"}) },
				"no key":          func() (string, bool, error) { return writes(a, store.Once{Request: "visits"}) },
				"the next day": func() (string, bool, error) {
					turn(t, store.OnceHolds)
					return writes(a, store.Once{Key: "one", Request: "something else"})
				},
			} {
				if id, again, err := write(); err != nil || again || id == first || id == "" {
					t.Errorf("%s: got %q, %v, %v", what, id, again, err)
				}
			}
		})
		t.Run("what fails can be sent again under its key", func(t *testing.T) {
			once := store.Once{Key: "three", Request: "visits"}
			failed := errors.New("failed")
			if _, _, err := s.Once(ctx, by(a), once, func(*store.Work) (string, error) { return "", failed }); !errors.Is(err, failed) {
				t.Errorf("got %v", err)
			}
			if id, again, err := writes(a, once); err != nil || again || id == "" {
				t.Errorf("got %q, %v, %v", id, again, err)
			}
		})
	})
}
