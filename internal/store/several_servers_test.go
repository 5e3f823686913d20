package store_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// atOnce has several servers do something at the same time.
func atOnce(servers []*store.Store, do func(server int, s *store.Store)) {
	var all sync.WaitGroup
	for i, s := range servers {
		all.Go(func() { do(i, s) })
	}
	all.Wait()
}

func TestServersThatRemindAtTheSameTimeRemindOnce(t *testing.T) {
	eachPost(t, "2026-08-03", func(t *testing.T, p *post) {
		p.moves(northArea, inspection.MakePlan)
		p.day("2026-09-16")
		servers := []*store.Store{p.s, withMessages(t, p.dsn, store.Messages{Mail: true}), withMessages(t, p.dsn, store.Messages{Mail: true})}
		made := make([]int, len(servers))
		atOnce(servers, func(i int, s *store.Store) {
			var err error
			if made[i], err = s.MakeReminders(t.Context()); err != nil {
				t.Error(err)
			}
		})
		slices.Sort(made)
		if !slices.Equal(made, []int{0, 0, 1}) || p.unsent() != "waiting" {
			t.Errorf("they made %v, and the outbox holds %s", made, p.unsent())
		}
	})
}

func TestServersCountFailedSignInsTogether(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		var servers []*store.Store
		for range 2 {
			s := storetest.Open(t, dsn)
			servers = append(servers, s, s, s, s, s, s, s, s) // as many requests to each
		}
		keys := auth.SlowKeys("somebody@example.org", "203.0.113.7", "")
		waits := make([]time.Duration, len(servers))
		atOnce(servers, func(i int, s *store.Store) {
			var err error
			if waits[i], err = s.BeginSignIn(t.Context(), keys); err != nil {
				t.Error(err)
			}
		})
		slices.Sort(waits)
		if waits[5] != 0 || waits[6] == 0 {
			t.Errorf("with several servers somebody tries more often than with one: %v", waits)
		}
	})
}

func TestASessionThatEndsOnOneServerHasEndedOnAll(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		first, second := storetest.Open(t, dsn), storetest.Open(t, dsn)
		account := storetest.Account(t, first, auth.Officer)
		token := storetest.SignIn(t, first, account)
		if _, _, err := second.Session(t.Context(), auth.HashToken(token)); err != nil {
			t.Fatal(err)
		}
		if err := first.EndSessions(t.Context(), account.ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, _, err := second.Session(t.Context(), auth.HashToken(token)); err == nil {
			t.Error("another server still lets them in")
		}
	})
}

func TestNobodyWaitsForTheServerThatIndexes(t *testing.T) {
	dsn := storetest.Postgres(t, storetest.Server(t), true) // SQLite lets in one writer at a time, whatever it writes
	one, other := storetest.Open(t, dsn), storetest.Open(t, dsn)
	store.ForgetSearchVersion(t, one)
	release := store.HoldIndexLock(t, one)
	done, err := other.IndexSearch(t.Context()) // a server that waited would wait for ever
	release()
	if done != 0 || err != nil {
		t.Errorf("%d units are indexed beside another server, %v", done, err)
	}
	if done, err := other.IndexSearch(t.Context()); done == 0 || err != nil {
		t.Errorf("afterwards %d units are indexed, %v", done, err)
	}
}

func TestServersThatSweepAtTheSameTimeDoNotDisturbEachOther(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		servers := []*store.Store{storetest.Open(t, dsn), storetest.Open(t, dsn), storetest.Open(t, dsn)}
		h := holder{t, servers[0]}
		for range 20 {
			h.must(store.HeldForm, "one", "", "words", store.HeldBounds{})
		}
		storetest.SignIn(t, servers[0], storetest.Account(t, servers[0], auth.Officer))
		passes(t, 24*time.Hour)
		atOnce(servers, func(_ int, s *store.Store) {
			if err := s.DropStale(t.Context()); err != nil {
				t.Error(err)
			}
		})
		tables := store.Dump(t, servers[0])
		if n := len(tables["held"]) + len(tables["held_chunks"]) + len(tables["sessions"]); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}
