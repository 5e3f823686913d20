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

// databaseName is the name of a database of a server for tests, by its address.
func databaseName(dsn string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(dsn[strings.LastIndex(dsn, "@"):], "@/"), "?")
	return name
}

// atDatabase is the address of a database of a server, at another server that has the same.
func atDatabase(dsn, server string) string {
	return strings.Replace(server, "@/postgres?", "@/"+databaseName(dsn)+"?", 1)
}

func TestAReadingServer(t *testing.T) {
	primary := storetest.NewPostgres(t)
	dsn := storetest.Postgres(t, primary.Address, false)
	standby := primary.Standby(t)
	var log said
	open := func(t *testing.T) *store.Store {
		return storetest.OpenWith(t, dsn, func(o *store.Options) { o.Replica, o.Warn = atDatabase(dsn, standby.Address), log.warn })
	}
	s := open(t)
	ctx := t.Context()
	public := store.FromReplica(ctx)
	heard := listening(t, s)
	// One that hears of no change, as through a pooler, and need not ask the database itself for the version yet.
	deaf := open(t)
	store.AskDatabaseAgain(deaf, time.Now().Add(time.Hour))
	readBy := func(t *testing.T, s *store.Store, ctx context.Context, wantStandby bool) {
		t.Helper()
		got, err := store.ReadAtStandby(ctx, s, func() {})
		if err != nil || got != wantStandby {
			t.Errorf("read at the standby: %t, %v; want %t", got, err, wantStandby)
		}
	}
	readAt := func(t *testing.T, ctx context.Context, wantStandby bool) {
		t.Helper()
		readBy(t, s, ctx, wantStandby)
	}
	version := func(t *testing.T, s *store.Store, ctx context.Context) int64 {
		t.Helper()
		got, err := s.Version(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	lag := func(t *testing.T) time.Duration {
		t.Helper()
		got, known, err := s.ReplicaLag(ctx)
		if err != nil || !known {
			t.Fatalf("how far it is behind is known: %t, %v", known, err)
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
		before := version(t, deaf, public)
		standby.Pause()
		defer standby.Resume()
		number := define(t, s, "rodomontade")
		if got := version(t, deaf, public); got != before {
			t.Errorf("got version %d; want the %d of the server that is read", got, before)
		}
		readBy(t, deaf, public, true)
		if got := version(t, deaf, ctx); got != number {
			t.Errorf("got version %d; want %d", got, number)
		}
		readBy(t, deaf, public, false)
		if got := version(t, deaf, public); got != number {
			t.Errorf("after version %d the version is %d", number, got)
		}
	})
	t.Run("is read again when it has followed", func(t *testing.T) {
		heard.atLeast(t, define(t, s, "sesquipedalian"))
		readAt(t, public, true)
		readBy(t, deaf, public, true)
	})
	t.Run("that is cut off is not read any more", func(t *testing.T) {
		before := version(t, deaf, public)
		standby.Pause()
		defer standby.Resume()
		number := define(t, s, "floccinaucinihilipilification")
		heard.atLeast(t, number)
		readAt(t, public, false) // by who hears of the change
		if got := version(t, s, public); got != number {
			t.Errorf("got version %d; want %d", got, number)
		}
		if got := version(t, deaf, public); got != before {
			t.Errorf("got version %d; want %d: nobody told it", got, before)
		}
		store.AskDatabaseAgain(deaf, time.Now())
		err := deaf.AtOneState(public, func(state context.Context) error {
			if got := version(t, deaf, state); got != before {
				t.Errorf("got version %d; want %d, of the state that is read", got, before)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if got := version(t, deaf, public); got != number {
			t.Errorf("got version %d; want %d, once the database itself is asked", got, number)
		}
		readBy(t, deaf, public, false)
		store.AskDatabaseAgain(deaf, time.Now().Add(time.Hour))
	})
	t.Run("is behind for as long as it lacks a change", func(t *testing.T) {
		heard.atLeast(t, define(t, s, "honorificabilitudinitatibus"))
		passes(t, time.Hour)
		if got := lag(t); got != 0 {
			t.Errorf("with every change it is %s behind", got)
		}
		standby.Pause()
		define(t, s, "gongoozler")
		passes(t, 10*time.Minute)
		define(t, s, "gobemouche")
		if got := lag(t); got != 10*time.Minute {
			t.Errorf("it is %s behind", got)
		}
		standby.Resume()
		heard.atLeast(t, define(t, s, "groak"))
		if got := lag(t); got != 0 {
			t.Errorf("again with every change it is %s behind", got)
		}
	})
	t.Run("that is behind does not keep anybody from hearing of changes", func(t *testing.T) {
		standby.Pause()
		defer standby.Resume()
		const changes = 30
		var last int64
		for i := range changes {
			last = define(t, s, fmt.Sprint("word ", i))
		}
		if told := heard.atLeast(t, last); told > changes/2 {
			t.Errorf("%d changes that follow each other closely are told as %d, each after a while", changes, told)
		}
	})
	t.Run("has a list of changes that ends with the last one that is told", func(t *testing.T) {
		heard.atLeast(t, define(t, s, "nincompoop"))
		want, err := deaf.Last(public)
		if err != nil {
			t.Fatal(err)
		}
		standby.Pause()
		defer standby.Resume()
		define(t, s, "nudnik")
		last, err := deaf.Last(public)
		if err != nil || last != want {
			t.Errorf("the last change is %s, %v; want the %s of the server that is read", last, err, want)
		}
		page, err := deaf.Changes(public, store.ChangeFilter{Post: inspection.Seeder.Post})
		if err != nil || len(page.Lines) == 0 || page.Lines[0].Number != last.Number {
			t.Errorf("the list does not end with change %d: %v", last.Number, err)
		}
		var number int64
		err = deaf.EachChange(public, store.ChangeFilter{}, func(line store.ChangeLine, _ *inspection.ChangeNames) error {
			number = line.Number
			return nil
		})
		if err != nil || number != last.Number {
			t.Errorf("the file ends with change %d, %v; want %d", number, err, last.Number)
		}
		if number, err := deaf.Last(ctx); err != nil || number.Number <= last.Number {
			t.Errorf("whoever works on the record is told %s, %v", number, err)
		}
	})
	t.Run("that is behind is not read by whoever has changed something", func(t *testing.T) {
		heard.atLeast(t, define(t, s, "snollygoster"))
		standby.Pause()
		defer standby.Resume()
		number := define(t, s, "taradiddle")
		readBy(t, deaf, public, true)
		if there, err := deaf.Reached(public, number+1000); err != nil || there || store.Seen(deaf) >= number {
			t.Errorf("a change that nobody made is there: %t, %v", there, err)
		}
		if there, err := deaf.Reached(public, number); err != nil || !there {
			t.Errorf("a change that was made is not there: %v", err)
		}
		readBy(t, deaf, public, false)
	})
	t.Run("with whose connections others are busy is not away", func(t *testing.T) {
		heard.atLeast(t, define(t, s, "lollygag"))
		var reading, began sync.WaitGroup
		began.Add(store.ReplicaConnections)
		end := make(chan struct{})
		for range store.ReplicaConnections {
			reading.Go(func() {
				begin := sync.OnceFunc(began.Done)
				at, err := store.ReadAtStandby(public, s, func() {
					begin()
					<-end
				})
				begin() // also where it failed
				if err != nil || !at {
					t.Errorf("read at the standby: %t, %v", at, err)
				}
			})
		}
		began.Wait()
		readAt(t, public, false)
		close(end)
		reading.Wait()
		readAt(t, public, true)
		if n := log.count("the reading server is away"); n != 0 {
			t.Errorf("the log has been told %d times that it is away", n)
		}
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
		waits := open(t)
		asked := store.CountReplicaConnections(t, waits, atDatabase(dsn, standby.Address))
		ear := listening(t, waits)
		if asked.Load() == 0 {
			t.Error("whoever begins to listen does not look at the reading server")
		}
		store.ReplicaRests(waits)
		before := asked.Load()
		for i := range 10 {
			ear.atLeast(t, define(t, s, fmt.Sprint("other word ", i)))
		}
		if n := asked.Load() - before; n != 0 {
			t.Errorf("before 10 changes are told a server that is away is asked %d times", n)
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
		readAt(t, public, true)
		unread := open(t) // by whom nobody has read there yet
		listening(t, unread)
		primary.Stop("immediate")
		defer primary.Start()
		if got := version(t, unread, public); got <= before {
			t.Errorf("got version %d; want one after %d", got, before)
		}
		readBy(t, unread, public, true)
		for range 2 {
			store.AskDatabaseAgain(s, time.Now())
			if got := version(t, s, public); got <= before {
				t.Errorf("got version %d; want one after %d", got, before)
			}
		}
		if got := lag(t); got != 0 {
			t.Errorf("with everything that it was sent it says that it is %s behind", got)
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

func TestAServerWithAnotherRecordIsNotRead(t *testing.T) {
	ctx := t.Context()
	public := store.FromReplica(ctx)
	ours, theirs := storetest.Postgres(t, storetest.Server(t), false), storetest.Postgres(t, storetest.Server(t), false)
	other := storetest.Open(t, theirs)
	var log said
	s := storetest.OpenWith(t, ours, func(o *store.Options) { o.Replica, o.Warn = theirs, log.warn })
	isRead := func(t *testing.T, want string) {
		t.Helper()
		got, err := store.DatabaseRead(public, s)
		if err != nil || got != databaseName(want) {
			t.Errorf("read at %s, %v; want %s", got, err, databaseName(want))
		}
	}
	differs := func(t *testing.T, times int) {
		t.Helper()
		for range 3 {
			store.AskReplicaAgain(s)
			isRead(t, ours)
		}
		if n := log.count("follows another record"); n != times {
			t.Errorf("the log has been told %d times that it follows another record", n)
		}
		if _, _, err := s.ReplicaLag(ctx); err == nil || !strings.Contains(err.Error(), "follows another record") {
			t.Errorf("how far it is behind: %v", err)
		}
	}
	t.Run("while both are empty they are alike", func(t *testing.T) { isRead(t, theirs) })
	t.Run("an empty one is behind", func(t *testing.T) {
		define(t, s, "quixotry")
		isRead(t, ours)
		if n := log.count("the reading server is away"); n != 0 {
			t.Errorf("the log has been told %d times that it is away", n)
		}
	})
	t.Run("one that goes on by itself has the same number, and is told from what follows", func(t *testing.T) {
		define(t, other, "rodomontade")
		differs(t, 1)
	})
	t.Run("more changes do not make it newer", func(t *testing.T) {
		last := define(t, s, "sesquipedalian")
		for _, word := range []string{"taradiddle", "ultracrepidarian", "velleity"} {
			define(t, other, word)
		}
		store.AskDatabaseAgain(s, time.Now().Add(time.Hour))
		for range 2 {
			store.AskReplicaAgain(s)
			if got, err := s.Version(public); err != nil || got != last || store.Seen(s) > last {
				t.Errorf("got version %d, %v; want %d", got, err, last)
			}
		}
		differs(t, 1)
	})
	t.Run("a copy is noticed once it goes on by itself", func(t *testing.T) {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		theirs = copied(t, ours)
		s = storetest.OpenWith(t, ours, func(o *store.Options) { o.Replica, o.Warn = theirs, log.warn })
		isRead(t, theirs)
		define(t, storetest.Open(t, theirs), "widdershins")
		isRead(t, ours) // as a server that follows shows a change a moment before the database does
		if n := log.count("the reading server is away"); n != 1 {
			t.Errorf("the log has been told %d times that it is away", n)
		}
		if lag, _, err := s.ReplicaLag(ctx); lag != 0 || err != nil {
			t.Errorf("it is %s behind, %v", lag, err)
		}
		define(t, s, "nudiustertian")
		differs(t, 2)
	})
}

// copied makes a copy of a database on its server, to which nobody may be connected, and returns its address. It is dropped when the
// test ends.
func copied(t *testing.T, dsn string) string {
	t.Helper()
	made := storetest.EmptyPostgres(t, storetest.Server(t))
	name := databaseName(made)
	change(t, storetest.Server(t), "DROP DATABASE "+name, "CREATE DATABASE "+name+" TEMPLATE "+databaseName(dsn))
	return made
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
