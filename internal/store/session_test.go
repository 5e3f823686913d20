package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestSessions(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := storetest.Account(t, s, auth.Officer, auth.Reviewer)
		token := storetest.SignIn(t, s, a)
		hash := auth.HashToken(token)
		session := func() auth.Session {
			t.Helper()
			session, account, err := s.Session(ctx, hash)
			if err != nil || account.ID != a.ID || account.Address != a.Address || len(account.Roles) != 2 || session.AccountID != a.ID {
				t.Fatalf("got %+v of %+v, %v", session, account, err)
			}
			return session
		}
		t.Run("one comes with its account, by the hash of its token alone", func(t *testing.T) {
			if got := session(); got.Hash != hash || got.Role != auth.Officer || got.Waits || got.Network != "203.0.113.7" || got.Browser != "Test" ||
				!got.CreatedAt.Equal(storetest.Now()) || !got.SeenAt.Equal(storetest.Now()) || !got.CheckedAt.Equal(storetest.Now()) {
				t.Errorf("it is %+v", got)
			}
			for _, other := range []string{"", token, strings.ToUpper(hash)} {
				if _, _, err := s.Session(ctx, other); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("under %q: got %v", other, err)
				}
			}
			for table, rows := range everything(t, s) {
				if strings.Contains(strings.Join(rows, "\n"), token) {
					t.Errorf("table %s holds the token itself", table)
				}
			}
		})
		t.Run("the last use moves on and never back, whatever zone its time is in", func(t *testing.T) {
			later := storetest.Now().Add(5 * time.Minute)
			for _, at := range []time.Time{later.In(time.FixedZone("east", 5*60*60)), storetest.Now()} {
				if err := s.SeeSession(ctx, hash, at); err != nil {
					t.Fatal(err)
				}
			}
			if got := session(); !got.SeenAt.Equal(later) || !got.CreatedAt.Equal(storetest.Now()) {
				t.Errorf("it is %+v; want it seen at %v", got, later)
			}
		})
		t.Run("the role changes, but not whose session it is", func(t *testing.T) {
			err := s.ChangeSession(ctx, hash, func(session *auth.Session) {
				session.Role, session.AccountID, session.Hash, session.Waits = auth.Reviewer, "somebody", "else", true
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := session(); got.Role != auth.Reviewer || !got.Waits {
				t.Errorf("it is %+v", got)
			}
			if err := s.ChangeSession(ctx, "nothing", func(*auth.Session) {}); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("one ends, or all but one, or all", func(t *testing.T) {
			other := storetest.SignIn(t, s, storetest.Account(t, s, auth.Officer))
			second, third := storetest.SignIn(t, s, a), storetest.SignIn(t, s, a)
			if list, err := s.SessionsOf(ctx, a.ID); err != nil || len(list) != 3 || list[0].Hash != hash {
				t.Errorf("there are %+v, %v; want three, that which was seen last first", list, err)
			}
			for range 2 { // the second time there is none
				if err := s.EndSession(ctx, auth.HashToken(third)); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.EndSessions(ctx, a.ID, hash); err != nil {
				t.Fatal(err)
			}
			if !signedIn(t, s, token) || signedIn(t, s, second) || signedIn(t, s, third) || !signedIn(t, s, other) {
				t.Error("not the others ended")
			}
			if err := s.EndSessions(ctx, a.ID, ""); err != nil {
				t.Fatal(err)
			}
			if signedIn(t, s, token) || !signedIn(t, s, other) {
				t.Error("not every one of the account ended, and no other")
			}
		})
	})
}

func TestWhatEndsSessions(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for name, c := range map[string]struct {
			change func(*auth.Account)
			ends   bool
		}{
			"another post":                {func(a *auth.Account) { a.Post = "Head of service" }, false},
			"the same roles in any order": {func(a *auth.Account) { a.Roles[0], a.Roles[1] = a.Roles[1], a.Roles[0] }, false},
			"a role taken":                {func(a *auth.Account) { a.Roles = a.Roles[:1] }, true},
			"a role given":                {func(a *auth.Account) { a.Roles = append(a.Roles, auth.Clerk) }, true},
			"being disabled":              {func(a *auth.Account) { a.State = auth.Disabled }, true},
		} {
			t.Run(name, func(t *testing.T) {
				a := storetest.Account(t, s, auth.Officer, auth.Reviewer)
				token, other := storetest.SignIn(t, s, a), storetest.SignIn(t, s, storetest.Account(t, s, auth.Officer))
				_, err := s.ChangeAccount(ctx, storetest.Administrator, a.ID, func(a *auth.Account) error {
					c.change(a)
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				if signedIn(t, s, token) == c.ends || !signedIn(t, s, other) {
					t.Errorf("signed in: %v, somebody else: %v", signedIn(t, s, token), signedIn(t, s, other))
				}
			})
		}
		t.Run("an account that may not sign in is given none", func(t *testing.T) {
			for _, state := range []auth.AccountState{auth.Invited, auth.Disabled} {
				a := addAccount(t, s, auth.Account{Address: string(state) + "@example.org", Roles: []auth.Role{auth.Officer}, State: state})
				if err := s.AddSession(ctx, auth.Session{Hash: string(state), AccountID: a.ID}); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("%s: got %v", state, err)
				}
			}
			if err := s.AddSession(ctx, auth.Session{Hash: "nobody", AccountID: "nobody"}); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	})
}

// Signing in writes to no chain, and so waits for nobody who does.
func TestSigningInDoesNotWaitForTheRecord(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t, storetest.Server(t), false)) // a file lets in one writer of whatever kind
	a := storetest.Account(t, s, auth.Officer)
	release := store.HoldWriteLock(t, s)
	defer release()
	if token := storetest.SignIn(t, s, a); !signedIn(t, s, token) {
		t.Error("nobody is signed in")
	}
}

func TestWhoSomebodyIsIsFoundByAnIndex(t *testing.T) {
	s := storetest.Seeded(t)
	want := map[string]string{
		"session": "sqlite_autoindex_sessions_1", "link": "sqlite_autoindex_links_1", "address": "INDEX accounts_address", "subject": "INDEX accounts_subject",
	}
	plans := store.SignInPlans(t, s)
	for name, index := range want {
		if plan := plans[name]; !strings.Contains(plan, index) || strings.Contains(plan, "SCAN") {
			t.Errorf("%s: the plan is %s", name, plan)
		}
	}
}
