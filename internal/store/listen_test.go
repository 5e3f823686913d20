package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// heardSoon is how long a change may take to be heard of on a machine that is busy.
const heardSoon = 20 * time.Second

// ear hears of changes.
type ear struct {
	numbers chan int64
	ended   chan error
}

// listening hears of changes through a store until the test ends, and returns when it does.
func listening(t *testing.T, s *store.Store) *ear {
	t.Helper()
	e := &ear{make(chan int64, 1000), make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() { e.ended <- s.Listen(ctx, func(number int64) { e.numbers <- number }) })
	t.Cleanup(func() {
		cancel()
		done.Wait()
	})
	select {
	case <-e.numbers: // the one that it begins with
	case <-time.After(heardSoon):
		t.Fatal("does not begin to listen")
	}
	return e
}

// atLeast waits until a change is heard of, or a later one. It returns how often it was told of any.
func (e *ear) atLeast(t *testing.T, number int64) (times int) {
	t.Helper()
	for {
		select {
		case got := <-e.numbers:
			times++
			if got >= number {
				return times
			}
		case err := <-e.ended:
			t.Fatalf("nobody listens any more: %v", err)
		case <-time.After(heardSoon):
			t.Fatalf("change %d is not heard of", number)
		}
	}
}

func TestListen(t *testing.T) {
	dsn := storetest.Postgres(t, storetest.Server(t), false)
	var log said
	one := storetest.OpenWith(t, dsn, func(o *store.Options) { o.Warn = log.warn })
	other := storetest.Open(t, dsn)
	t.Run("a change by one program is heard of by another", func(t *testing.T) {
		e := listening(t, one)
		e.atLeast(t, define(t, other, "quixotry"))
		e.atLeast(t, define(t, one, "rodomontade")) // and by the one that made it
	})
	t.Run("a connection that breaks is made anew, and what was missed is told", func(t *testing.T) {
		e := listening(t, one)
		change(t, dsn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'")
		e.atLeast(t, define(t, other, "sesquipedalian"))
		for _, words := range []string{"are not heard of", "are heard of again"} {
			if n := log.count(words); n != 1 {
				t.Errorf("the log has been told %d times that changes %s", n, words)
			}
		}
	})
	t.Run("without sessions nothing is told, and the version is asked for", func(t *testing.T) {
		e := listening(t, one)
		plain := storetest.OpenWith(t, dsn, func(o *store.Options) { o.WithoutSessions = true })
		if err := plain.Listen(t.Context(), func(int64) { t.Error("something is heard") }); err != nil {
			t.Error(err)
		}
		number := define(t, plain, "taradiddle")
		if got, err := one.Version(t.Context()); err != nil || got != number {
			t.Errorf("got version %d, %v; want %d", got, err, number)
		}
		e.atLeast(t, define(t, other, "ultracrepidarian"))
	})
	t.Run("an engine that lacks notifications and locks is used without them", func(t *testing.T) {
		empty := storetest.EmptyPostgres(t, storetest.Server(t))
		const refuses = " LANGUAGE plpgsql AS $$ BEGIN RAISE feature_not_supported; END $$"
		change(t, empty, "CREATE SCHEMA lacking",
			"CREATE FUNCTION lacking.pg_notify(text, text) RETURNS void"+refuses,
			"CREATE FUNCTION lacking.pg_advisory_lock(bigint) RETURNS void"+refuses)
		var log said
		s := storetest.OpenWith(t, empty+"&search_path=lacking,pg_catalog", func(o *store.Options) { o.Warn = log.warn })
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		define(t, s, "velleity")
		if err := s.Listen(t.Context(), func(int64) { t.Error("something is heard") }); err != nil {
			t.Error(err)
		}
		if n := log.count("asks for them once a second"); n != 1 {
			t.Errorf("the log has been told %d times", n)
		}
	})
	t.Run("on SQLite there is nobody to tell", func(t *testing.T) {
		s := storetest.Open(t, storetest.SQLite(t, false))
		if err := s.Listen(t.Context(), func(int64) { t.Error("something is heard") }); err != nil {
			t.Error(err)
		}
	})
}
