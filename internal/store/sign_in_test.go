package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// addLink adds a link of an account, as of now, and returns its token.
func addLink(t *testing.T, s *store.Store, a auth.Account, purpose auth.Purpose) string {
	t.Helper()
	token := auth.NewToken()
	err := s.AddLink(context.Background(), storetest.Administrator, auth.Link{
		Hash: auth.HashToken(token), AccountID: a.ID, Purpose: purpose, CreatedAt: storetest.Now(), ExpiresAt: storetest.Now().Add(purpose.Holds()),
	})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// turn sets the clock of the tests on until the test ends.
func turn(t *testing.T, by time.Duration) {
	before := storetest.Now()
	t.Cleanup(func() { storetest.SetNow(before) })
	storetest.SetNow(before.Add(by))
}

func setPassword(hash string) func(*auth.Account) error {
	return func(a *auth.Account) error {
		a.PasswordHash = hash
		return nil
	}
}

func TestLinks(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		invited := func(t *testing.T) auth.Account {
			return addAccount(t, s, auth.Account{
				Address: strings.ToLower(auth.NewToken()) + "@example.org", Post: "Quality lead", Roles: []auth.Role{auth.Reviewer}, State: auth.Invited,
			})
		}
		use := func(token string, change func(*auth.Account) error) (auth.Account, error) {
			return s.UseLink(ctx, storetest.Reviewer, auth.HashToken(token), change)
		}
		t.Run("an invitation makes an account active, once, and the record says that a password was set", func(t *testing.T) {
			a := invited(t)
			token := addLink(t, s, a, auth.Invitation)
			link, holder, err := s.Link(ctx, auth.HashToken(token))
			if err != nil || holder.ID != a.ID || link.Purpose != auth.Invitation || link.UsedAt != nil || !link.Works(storetest.Now()) ||
				!link.ExpiresAt.Equal(storetest.Now().Add(auth.InvitationHolds)) {
				t.Errorf("opened, it is %+v of %+v, %v", link, holder, err)
			}
			got, err := use(token, setPassword("the-hash"))
			if err != nil || got.State != auth.Active || got.PasswordHash != "the-hash" {
				t.Errorf("used, it gives %+v, %v", got, err)
			}
			entry := s.LastChange(t, inspection.OfAccount, a.ID)
			if entry.ActorID != storetest.Reviewer.ID || !strings.Contains(entry.After, `"changed":["password"]`) || strings.Contains(entry.After, "the-hash") {
				t.Errorf("the entry is %+v", entry)
			}
			if _, err := use(token, setPassword("another")); !errors.Is(err, auth.ErrLinkUsed) {
				t.Errorf("again: got %v", err)
			}
			if got, err := s.Account(ctx, a.ID); err != nil || got.PasswordHash != "the-hash" {
				t.Errorf("the account is %+v, %v", got, err)
			}
			if link, _, err := s.Link(ctx, auth.HashToken(token)); err != nil || link.UsedAt == nil || !link.UsedAt.Equal(storetest.Now()) {
				t.Errorf("afterwards it is %+v, %v", link, err)
			}
		})
		t.Run("of two who use one link at the same time one wins", func(t *testing.T) {
			a := invited(t)
			token := addLink(t, s, a, auth.Invitation)
			var all sync.WaitGroup
			results := make([]error, 4)
			for i := range results {
				all.Go(func() { _, results[i] = use(token, setPassword(string(rune('a'+i)))) })
			}
			all.Wait()
			won := slices.Index(results, nil)
			got, err := s.Account(ctx, a.ID)
			if err != nil || won < 0 || got.PasswordHash != string(rune('a'+won)) {
				t.Fatalf("the results are %v, and the account %+v, %v", results, got, err)
			}
			for i, err := range results {
				if i != won && !errors.Is(err, auth.ErrLinkUsed) {
					t.Errorf("number %d: got %v", i, err)
				}
			}
		})
		t.Run("a reset ends every session and every other link of the account", func(t *testing.T) {
			a, other := storetest.Account(t, s, auth.Officer), storetest.Account(t, s, auth.Officer)
			session, otherSession := storetest.SignIn(t, s, a), storetest.SignIn(t, s, other)
			invitation, token, otherLink := addLink(t, s, a, auth.Invitation), addLink(t, s, a, auth.Reset), addLink(t, s, other, auth.Reset)
			if _, err := use(token, setPassword("the-hash")); err != nil {
				t.Fatal(err)
			}
			if signedIn(t, s, session) || !signedIn(t, s, otherSession) {
				t.Error("not the account's sessions ended")
			}
			if _, _, err := s.Link(ctx, auth.HashToken(invitation)); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("the other link: got %v", err)
			}
			if _, _, err := s.Link(ctx, auth.HashToken(otherLink)); err != nil {
				t.Errorf("another account's link: got %v", err)
			}
		})
		t.Run("a new link takes the place of one for the same purpose", func(t *testing.T) {
			a := storetest.Account(t, s, auth.Officer)
			first := addLink(t, s, a, auth.Reset)
			addLink(t, s, a, auth.Reset)
			if _, err := use(first, setPassword("the-hash")); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("a refused password uses nothing up", func(t *testing.T) {
			a := invited(t)
			token := addLink(t, s, a, auth.Invitation)
			short := errors.New("too short")
			if _, err := use(token, func(*auth.Account) error { return short }); !errors.Is(err, short) {
				t.Errorf("got %v", err)
			}
			if got, err := s.Account(ctx, a.ID); err != nil || got.State != auth.Invited {
				t.Errorf("the account is %+v, %v", got, err)
			}
			if _, err := use(token, setPassword("the-hash")); err != nil {
				t.Errorf("a longer one: got %v", err)
			}
		})
		t.Run("who made one is noted as an access", func(t *testing.T) {
			a := storetest.Account(t, s, auth.Officer)
			addLink(t, s, a, auth.Reset)
			list, err := s.Accesses(ctx, store.AccessFilter{Subject: "account:" + a.ID})
			if err != nil || len(list) != 1 || list[0].What != inspection.LinkMade || list[0].AccountID != storetest.Administrator.ID {
				t.Errorf("there are %+v, %v", list, err)
			}
		})
		t.Run("none lets somebody in whose account is disabled, closed or another's to look after", func(t *testing.T) {
			a := storetest.Account(t, s, auth.Officer)
			token := addLink(t, s, a, auth.Reset)
			disable := func(state auth.AccountState) {
				t.Helper()
				_, err := s.ChangeAccount(ctx, storetest.Administrator, a.ID, func(a *auth.Account) error {
					a.State = state
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			disable(auth.Disabled)
			add := func(id string) error {
				return s.AddLink(ctx, storetest.Administrator, auth.Link{Hash: "0f", AccountID: id, Purpose: auth.Reset})
			}
			refusedAt(t, add(a.ID), "account", "Enable this account first")
			disable(auth.Active)
			if _, err := use(token, setPassword("the-hash")); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("the link of before: got %v", err)
			}
			if err := s.CloseAccount(ctx, storetest.Administrator, a.ID); err != nil {
				t.Fatal(err)
			}
			refusedAt(t, add(a.ID), "account", "closed for ever")
			vouched := addAccount(t, s, auth.Account{Roles: []auth.Role{auth.Officer}, State: auth.Active, Issuer: "https://login.example.org", Subject: "s-1"})
			refusedAt(t, add(vouched.ID), "account", "through their organisation")
			if err := add("nobody"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("one expires", func(t *testing.T) {
			a := storetest.Account(t, s, auth.Officer)
			token := addLink(t, s, a, auth.Reset)
			turn(t, auth.ResetHolds)
			if _, err := use(token, setPassword("the-hash")); !errors.Is(err, auth.ErrLinkExpired) {
				t.Errorf("got %v", err)
			}
			if _, err := use("nothing", setPassword("the-hash")); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	})
}

func TestNoCodeIsUsedTwice(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		codes, hashes := auth.NewRecoveryCodes()
		a := full()
		a.RecoveryCodes = hashes
		a = addAccount(t, s, a)
		// atOnce runs check in several goroutines and says how many of them it let through.
		atOnce := func(check func(*auth.Account) error) (worked int) {
			t.Helper()
			var all sync.WaitGroup
			results := make([]error, 4)
			for i := range results {
				all.Go(func() { results[i] = s.UseCode(ctx, a.ID, check) })
			}
			all.Wait()
			for _, err := range results {
				switch {
				case err == nil:
					worked++
				case !errors.Is(err, auth.ErrCode):
					t.Errorf("got %v", err)
				}
			}
			return worked
		}
		for i, code := range codes[:8] { // often enough that two would meet
			if worked := atOnce(func(a *auth.Account) error { return a.UseRecoveryCode(code) }); worked != 1 {
				t.Errorf("recovery code %d worked %d times", i, worked)
			}
		}
		step := func(a *auth.Account) error {
			if a.CodeUsed >= 8 {
				return auth.ErrCode
			}
			a.CodeUsed, a.PasswordHash, a.Roles = 8, "not for codes to change", nil
			return nil
		}
		if worked := atOnce(step); worked != 1 {
			t.Errorf("one time step worked %d times", worked)
		}
		got, err := s.Account(ctx, a.ID)
		if err != nil || got.CodeUsed != 8 || !slices.Equal(got.RecoveryCodes, hashes[8:]) || got.PasswordHash != a.PasswordHash || !slices.Equal(got.Roles, a.Roles) {
			t.Errorf("the account is %+v, %v", got, err)
		}
		for _, code := range codes[8:] {
			if err := s.UseCode(ctx, a.ID, func(a *auth.Account) error { return a.UseRecoveryCode(code) }); err != nil {
				t.Error(err)
			}
		}
		if got, err := s.Account(ctx, a.ID); err != nil || len(got.RecoveryCodes) != 0 {
			t.Errorf("with every code used the account is %+v, %v", got, err)
		}
		storetest.Account(t, s, auth.Administrator)
		_, err = s.ChangeAccount(ctx, storetest.Administrator, a.ID, func(a *auth.Account) error {
			a.State = auth.Disabled
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{a.ID, "nobody"} {
			if err := s.UseCode(ctx, id, func(*auth.Account) error { return nil }); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("%s: got %v", id, err)
			}
		}
	})
}

func TestFailedSignInsSlowDownThoseThatFollow(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		begin := func(keys []auth.SlowKey) time.Duration {
			t.Helper()
			wait, err := s.BeginSignIn(ctx, keys)
			if err != nil {
				t.Fatal(err)
			}
			return wait
		}
		// fails begins so many attempts, as far apart as they have to be, and says how long the next one has to wait.
		fails := func(t *testing.T, keys []auth.SlowKey, times int) time.Duration {
			t.Helper()
			for range times {
				for wait := begin(keys); wait > 0; wait = begin(keys) {
					turn(t, wait)
				}
			}
			return begin(keys)
		}
		t.Run("whoever has to wait leaves nothing behind, however many addresses they try", func(t *testing.T) {
			for n := 0; begin(auth.SlowKeys(fmt.Sprintf("made-up-%d@example.org", n), "203.0.113.99", "")) == 0; n++ {
			}
			before := len(store.Dump(t, s)["sign_in_attempts"])
			for n := range 20 {
				if begin(auth.SlowKeys(fmt.Sprintf("another-%d@example.org", n), "203.0.113.99", "")) == 0 {
					t.Fatal("nobody waits")
				}
			}
			if after := len(store.Dump(t, s)["sign_in_attempts"]); before == 0 || after != before {
				t.Errorf("%d rows are kept, then %d", before, after)
			}
		})
		t.Run("each kind of key for itself, and what waits is not counted", func(t *testing.T) {
			keys := auth.SlowKeys("first@example.org", "203.0.113.1", "")
			for n := range 6 {
				if wait := begin(keys); wait != 0 {
					t.Errorf("attempt %d has to wait %v", n+1, wait)
				}
			}
			for range 10 {
				if wait := begin(keys); wait != time.Second {
					t.Errorf("after six failures the wait is %v", wait)
				}
			}
			if wait := begin(auth.SlowKeys("first@example.org", "203.0.113.2", "")); wait != 0 {
				t.Errorf("from another network the wait is %v", wait)
			}
			if wait := begin(auth.SlowKeys("other@example.org", "203.0.113.1", "")); wait != 0 {
				t.Errorf("for another account the wait is %v", wait)
			}
			if wait := begin(auth.SlowKeys("first@example.org", "203.0.113.1", "known")); wait != 0 {
				t.Errorf("in a browser that is known the wait is %v", wait)
			}
			turn(t, 700*time.Millisecond)
			if wait := begin(keys); wait != 300*time.Millisecond {
				t.Errorf("after a part of it the wait is %v", wait)
			}
			turn(t, 300*time.Millisecond)
			if wait := begin(keys); wait != 0 {
				t.Errorf("after it the wait is %v", wait)
			}
			if wait := begin(keys); wait != 2*time.Second {
				t.Errorf("after the next failure the wait is %v", wait)
			}
		})
		t.Run("the wait grows to a minute and no further", func(t *testing.T) {
			keys := auth.SlowKeys("second@example.org", "203.0.113.3", "known")
			if wait := fails(t, keys, 16); wait != time.Minute {
				t.Errorf("after sixteen failures the wait is %v", wait)
			}
		})
		t.Run("failures are forgotten one by one as they grow old", func(t *testing.T) {
			keys := auth.SlowKeys("third@example.org", "203.0.113.4", "")
			fails(t, keys, 4)
			turn(t, auth.SlowForgets-time.Minute)
			if wait := fails(t, keys, 1); wait != time.Second {
				t.Errorf("while the first still count the wait is %v", wait)
			}
			turn(t, time.Minute)
			for n := range 4 {
				if wait := begin(keys); wait != 0 {
					t.Errorf("attempt %d after those were forgotten has to wait %v", n+1, wait)
				}
			}
		})
		t.Run("success forgets them, save for the network's", func(t *testing.T) {
			keys, network := auth.SlowKeys("fourth@example.org", "203.0.113.5", ""), 0
			for range 5 {
				fails(t, keys, 4)
				network += 5
				if err := s.SignInWorked(ctx, keys); err != nil {
					t.Fatal(err)
				}
				network-- // the one that worked
			}
			for ; network < 30; network++ { // each with another address
				if wait := begin(auth.SlowKeys(auth.NewToken()+"@example.org", "203.0.113.5", "")); wait != 0 {
					t.Fatalf("after %d failures from the network the wait is %v", network, wait)
				}
			}
			begin(auth.SlowKeys("last@example.org", "203.0.113.5", ""))
			if wait := begin(keys); wait != time.Second {
				t.Errorf("after %d failures from the network the wait is %v", network+1, wait)
			}
		})
		t.Run("an attempt that was neither right nor wrong is taken back", func(t *testing.T) {
			keys := auth.SlowKeys("fifth@example.org", "203.0.113.6", "")
			for range 20 {
				if wait := begin(keys); wait != 0 {
					t.Fatalf("the wait is %v", wait)
				}
				if err := s.SignInUncounted(ctx, keys); err != nil {
					t.Fatal(err)
				}
			}
		})
		t.Run("many at the same time do not slip past", func(t *testing.T) {
			keys := auth.SlowKeys("sixth@example.org", "203.0.113.7", "")
			var all sync.WaitGroup
			waits := make([]time.Duration, 24)
			for i := range waits {
				all.Go(func() {
					var err error
					if waits[i], err = s.BeginSignIn(ctx, keys); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			slices.Sort(waits)
			if waits[5] != 0 || waits[6] != time.Second {
				t.Errorf("the waits are %v", waits)
			}
		})
		t.Run("without keys there is nothing to wait for, and nothing typed is kept", func(t *testing.T) {
			if wait := begin(nil); wait != 0 {
				t.Errorf("the wait is %v", wait)
			}
			if rows := strings.Join(everything(t, s)["sign_in_attempts"], "\n"); strings.Contains(rows, "example") || strings.Contains(rows, "203.0.113") {
				t.Errorf("the attempts hold %s", rows)
			}
		})
	})
}

func TestALinkAskedForInTheHoldersNameUndoesNoOther(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		account := storetest.Account(t, s, auth.Officer)
		holder := inspection.Actor{ID: account.ID, Post: account.Post, Role: inspection.RoleOfficer}
		add := func(by inspection.Actor) string {
			t.Helper()
			link := auth.Link{Hash: auth.HashToken(auth.NewToken()), AccountID: account.ID, Purpose: auth.Reset, CreatedAt: storetest.Now(), ExpiresAt: storetest.Now().Add(auth.ResetHolds)}
			if err := s.AddLink(t.Context(), by, link); err != nil {
				t.Fatal(err)
			}
			return link.Hash
		}
		given, asked := add(storetest.Administrator), add(holder)
		for _, hash := range []string{given, asked} {
			if _, _, err := s.Link(t.Context(), hash); err != nil {
				t.Errorf("a link is gone: %v", err)
			}
		}
		again := add(storetest.Administrator)
		if _, _, err := s.Link(t.Context(), given); err == nil {
			t.Error("two links that an administrator made work at the same time")
		}
		if _, _, err := s.Link(t.Context(), again); err != nil {
			t.Error(err)
		}
	})
}
