package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// reading is an access of an officer who reads something.
func reading(subject string) inspection.Access {
	return inspection.Access{
		AccountID: "officer-1", Post: "Improvement officer", Role: inspection.RoleOfficer, What: inspection.RecordRead, Subject: subject,
		Network: "203.0.113.7",
	}
}

func TestAccesses(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		began := storetest.Now()
		signedIn := inspection.Access{AccountID: "clerk-1", Post: "Clerk", What: inspection.SignedIn, Network: "198.51.100.9"}
		for _, a := range []inspection.Access{signedIn, reading("letter:one"), reading("letter:two"), reading("changes")} {
			if err := s.NoteAccess(ctx, a); err != nil {
				t.Fatal(err)
			}
			turn(t, time.Hour)
		}
		for name, c := range map[string]struct {
			filter store.AccessFilter
			want   string
		}{
			"all, the latest first": {store.AccessFilter{}, "changes letter:two letter:one signed_in"},
			"of an account":         {store.AccessFilter{AccountID: "clerk-1"}, "signed_in"},
			"to one thing":          {store.AccessFilter{Subject: "letter:two"}, "letter:two"},
			"of a kind":             {store.AccessFilter{What: []inspection.AccessKind{inspection.SignedIn, inspection.SignedOut}}, "signed_in"},
			"between two times":     {store.AccessFilter{From: began.Add(time.Hour), Until: began.Add(3 * time.Hour)}, "letter:two letter:one"},
			"between times of other zones": {store.AccessFilter{
				From: began.Add(3 * time.Hour).In(time.FixedZone("east", 7*60*60)), Until: began.Add(4 * time.Hour).In(time.FixedZone("west", -7*60*60)),
			}, "changes"},
			"a few, some left out": {store.AccessFilter{Skip: 1, Most: 2}, "letter:two letter:one"},
		} {
			list, err := s.Accesses(ctx, c.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range list {
				if a.Subject == "" {
					a.Subject = string(a.What)
				}
				got = append(got, a.Subject)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: got %v; want %s", name, got, c.want)
			}
		}
		list, err := s.Accesses(ctx, store.AccessFilter{Subject: "letter:one"})
		if err != nil || len(list) != 1 {
			t.Fatalf("got %+v, %v", list, err)
		}
		got, want := list[0], reading("letter:one")
		want.ID, want.At = got.ID, got.At
		if got != want || got.ID == "" || !got.At.Equal(began.Add(time.Hour)) {
			t.Errorf("it is %+v", got)
		}
		if checked, err := s.Check(ctx, nil); err != nil || checked.Entries != 0 {
			t.Errorf("the chain has %+v, %v; want nothing of it there", checked, err)
		}
	})
}

func TestAccessesCannotBeRewritten(t *testing.T) {
	ctx := context.Background()
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		if err := s.NoteAccess(ctx, reading("letter:one")); err != nil {
			t.Fatal(err)
		}
		before := everything(t, s)
		statements := []string{"DELETE FROM accesses", "UPDATE accesses SET network = '198.51.100.1'", "UPDATE accesses SET network = '', post = 'Clerk'"}
		for _, column := range []string{"id", "account_id", "post", "role", "what", "subject"} {
			statements = append(statements, "UPDATE accesses SET "+column+" = 'other'")
		}
		statements = append(statements, "UPDATE accesses SET at = '2020-01-01 00:00:00'")
		if strings.HasPrefix(dsn, "postgres") {
			statements = append(statements, "TRUNCATE accesses")
		} else {
			statements = append(statements, "INSERT OR REPLACE INTO accesses SELECT * FROM accesses")
		}
		for _, statement := range statements {
			if err := attempt(t, dsn, statement); err == nil || !strings.Contains(err.Error(), "history cannot be rewritten") {
				t.Errorf("%s: got %v", statement, err)
			}
		}
		compareTables(t, before, everything(t, s))
		if err := attempt(t, dsn, "UPDATE accesses SET network = ''"); err != nil {
			t.Errorf("a network address is dropped: got %v", err)
		}
		if err := attempt(t, dsn, "UPDATE accesses SET network = '203.0.113.7'"); err == nil {
			t.Error("a network address that was dropped was put back")
		}
	})
}

func TestWhatIsKeptForATimeIsDropped(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := storetest.Account(t, s, auth.Officer)
		keys := auth.SlowKeys(a.Address, "203.0.113.1", "")
		rows := func(table string) int { return len(store.Dump(t, s)[table]) }
		drop := func() {
			t.Helper()
			if err := s.DropStale(ctx); err != nil {
				t.Fatal(err)
			}
		}
		addLink(t, s, a, auth.Reset)
		quiet, busy := storetest.SignIn(t, s, a), storetest.SignIn(t, s, a)
		_, beginErr := s.BeginSignIn(ctx, keys)
		if err := errors.Join(beginErr, s.NoteAccess(ctx, reading("letter:one"))); err != nil {
			t.Fatal(err)
		}
		drop()
		if !signedIn(t, s, quiet) || rows("links") != 1 || rows("sign_in_attempts") != len(keys) {
			t.Error("something was dropped at once")
		}
		turn(t, auth.SessionIdle+time.Second)
		if err := s.SeeSession(ctx, auth.HashToken(busy), storetest.Now().Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
		drop()
		if signedIn(t, s, quiet) || !signedIn(t, s, busy) || rows("sign_in_attempts") != 0 || rows("links") != 1 {
			t.Errorf("after an hour there are %d attempts and %d links", rows("sign_in_attempts"), rows("links"))
		}
		turn(t, inspection.NetworkHolds-auth.SessionIdle-time.Second)
		if err := s.NoteAccess(ctx, reading("letter:two")); err != nil {
			t.Fatal(err)
		}
		networks := func() (of []string) {
			t.Helper()
			list, err := s.Accesses(ctx, store.AccessFilter{What: []inspection.AccessKind{inspection.RecordRead}})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range list {
				of = append(of, a.Subject+" "+a.Network)
			}
			return of
		}
		drop()
		if want := []string{"letter:two 203.0.113.7", "letter:one 203.0.113.7"}; !slices.Equal(networks(), want) || rows("sessions") != 0 {
			t.Errorf("on the thirtieth day: %v", networks())
		}
		turn(t, 2*time.Hour)
		drop()
		if want := []string{"letter:two 203.0.113.7", "letter:one "}; !slices.Equal(networks(), want) || rows("links") != 0 {
			t.Errorf("after it: %v and %d links", networks(), rows("links"))
		}
	})
}
