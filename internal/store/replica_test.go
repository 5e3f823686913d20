package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// said collects what a store tells the log.
type said struct {
	mu    sync.Mutex
	lines []string
}

func (s *said) warn(message string, details ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, message+" "+fmt.Sprint(details...))
}

// count returns how often a line with some words was said.
func (s *said) count(words string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(s.lines), func(line string) bool { return !strings.Contains(line, words) }))
}

// opened opens a database with options of the test's own and closes it when the test ends.
func opened(t *testing.T, dsn string, with func(*store.Options)) *store.Store {
	t.Helper()
	opts := storetest.Options(t)
	with(&opts)
	s, err := store.Open(t.Context(), dsn, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// define makes a change that everybody can see and returns its number.
func define(t *testing.T, s *store.Store, word string) int64 {
	t.Helper()
	terms := []inspection.Term{{ID: word, Term: word, Meaning: "A word that nobody knew before."}}
	if _, err := s.LoadSeed(t.Context(), &inspection.Record{Terms: terms}); err != nil {
		t.Fatal(err)
	}
	last, err := s.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return last.Number
}

// atDatabase is the address of a database of a server, at another server that has the same.
func atDatabase(dsn, server string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(dsn[strings.LastIndex(dsn, "@"):], "@/"), "?")
	return strings.Replace(server, "@/postgres?", "@/"+name+"?", 1)
}

func TestAReadingServer(t *testing.T) {
	primary := storetest.NewPostgres(t)
	dsn := storetest.Postgres(t, primary.Address, false)
	standby := primary.Standby(t)
	var log said
	open := func(t *testing.T) *store.Store {
		return opened(t, dsn, func(o *store.Options) { o.Replica, o.Warn = atDatabase(dsn, standby.Address), log.warn })
	}
	s := open(t)
	ctx := t.Context()
	public := store.FromReplica(ctx)
	heard := listening(t, s)
	readAt := func(t *testing.T, ctx context.Context, wantStandby bool) {
		t.Helper()
		got, err := store.ReadAtStandby(ctx, s, func() {})
		if err != nil || got != wantStandby {
			t.Errorf("read at the standby: %t, %v; want %t", got, err, wantStandby)
		}
	}
	version := func(t *testing.T, ctx context.Context) int64 {
		t.Helper()
		got, err := s.Version(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	t.Run("is read where that is allowed, and nowhere else", func(t *testing.T) {
		heard.atLeast(t, define(t, s, "quixotry")) // and so the standby has it
		readAt(t, public, true)
		readAt(t, ctx, false)
		readAt(t, store.FromDatabase(public), false)
	})
	t.Run("that is behind says an older version, and what is read has at least the version that was told", func(t *testing.T) {
		before := version(t, public)
		standby.Pause()
		defer standby.Resume()
		number := define(t, s, "rodomontade")
		if got := version(t, public); got != before {
			t.Errorf("got version %d; want the %d of the server that is read", got, before)
		}
		readAt(t, public, true)
		if got := version(t, ctx); got != number {
			t.Errorf("got version %d; want %d", got, number)
		}
		readAt(t, public, false)
		if got := version(t, public); got != number {
			t.Errorf("after version %d the version is %d", number, got)
		}
	})
	t.Run("is read again when it has followed", func(t *testing.T) {
		heard.atLeast(t, define(t, s, "sesquipedalian"))
		readAt(t, public, true)
	})
	t.Run("that is behind is not read by whoever has changed something", func(t *testing.T) {
		standby.Pause()
		defer standby.Resume()
		number := define(t, s, "taradiddle")
		readAt(t, public, true)
		if there, err := s.Reached(ctx, number+1000); err != nil || there || store.Seen(s) >= number {
			t.Errorf("a change that nobody made is there: %t, %v", there, err)
		}
		if there, err := s.Reached(ctx, number); err != nil || !there {
			t.Errorf("a change that was made is not there: %v", err)
		}
		readAt(t, public, false)
	})
	t.Run("that falls out while it is read says so, and then the database itself is read", func(t *testing.T) {
		heard.atLeast(t, define(t, s, "ultracrepidarian"))
		stopped := false
		_, err := store.ReadAtStandby(public, s, func() {
			if !stopped {
				standby.Stop("immediate")
				stopped = true
			}
		})
		if !errors.Is(err, store.ErrReplica) {
			t.Errorf("got %v; want it to be known as a fault of the reading server", err)
		}
		for range 2 {
			readAt(t, public, false)
			store.AskReplicaAgain(s)
		}
		if n := log.count("the reading server is away"); n != 1 {
			t.Errorf("the log has been told %d times that it is away", n)
		}
		second := open(t) // it can be started while the standby is away
		if _, err := second.Version(public); err != nil {
			t.Error(err)
		}
	})
	t.Run("that comes back is read again", func(t *testing.T) {
		standby.Start()
		store.AskReplicaAgain(s)
		heard.atLeast(t, define(t, s, "velleity"))
		readAt(t, public, true)
		if n := log.count("the reading server is back"); n != 1 {
			t.Errorf("the log has been told %d times that it is back", n)
		}
	})
	t.Run("without the schema of this program is not read", func(t *testing.T) {
		change(t, dsn, "UPDATE timeline_versions SET is_applied = false WHERE version_id > 20")
		defer change(t, dsn, "UPDATE timeline_versions SET is_applied = true")
		heard.atLeast(t, define(t, s, "widdershins"))
		readAt(t, public, false)
	})
	t.Run("keeps what it has told is kept through a power cut", func(t *testing.T) {
		if faults, err := s.Durability(ctx); err != nil || len(faults) > 0 {
			t.Errorf("got %q, %v", faults, err)
		}
	})
	t.Run("is enough for what everybody reads while the database is away", func(t *testing.T) {
		before := define(t, s, "borborygmus")
		heard.atLeast(t, define(t, s, "nudiustertian"))
		primary.Stop("immediate")
		defer primary.Start()
		if got := version(t, public); got <= before {
			t.Errorf("got version %d; want one after %d", got, before)
		}
		if touched, err := s.Touched(public, before); err != nil || !touched.Any(inspection.OfTerm) {
			t.Errorf("got %v, %v", touched, err)
		}
		if _, err := s.TablesTouched(public, before); err != nil {
			t.Error(err)
		}
		if err := s.Ready(ctx); err == nil || errors.Is(err, store.ErrNotMigrated) {
			t.Errorf("without its database the program says %v", err)
		}
	})
}

func TestOnlyPostgresHasOtherServers(t *testing.T) {
	for _, with := range []func(*store.Options){
		func(o *store.Options) { o.Direct = "postgres://timeline@127.0.0.1/timeline" },
		func(o *store.Options) { o.Replica = "postgres://timeline@127.0.0.1/timeline" },
	} {
		opts := storetest.Options(t)
		with(&opts)
		if _, err := store.Open(t.Context(), storetest.SQLite(t, false), opts); err == nil || !strings.Contains(err.Error(), "want a postgres:// address") {
			t.Errorf("got %v", err)
		}
	}
}
