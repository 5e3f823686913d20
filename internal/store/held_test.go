package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// holder holds things in a test.
type holder struct {
	t *testing.T
	s *store.Store
}

func (h holder) hold(kind store.HeldKind, owner, place, words string, most store.HeldBounds) (secret string, err error) {
	secret = auth.NewToken()
	return secret, h.s.Hold(h.t.Context(), secret, store.Holding{Kind: kind, Owner: owner, Place: place, For: time.Hour, Data: []byte(words)}, most)
}

// must is hold where there has to be room.
func (h holder) must(kind store.HeldKind, owner, place, words string, most store.HeldBounds) string {
	h.t.Helper()
	secret, err := h.hold(kind, owner, place, words, most)
	if err != nil {
		h.t.Fatal(err)
	}
	return secret
}

// finds returns what a secret opens, "" where nothing is held.
func (h holder) finds(secret string, kind store.HeldKind, owner string) string {
	h.t.Helper()
	data, err := h.s.Held(h.t.Context(), secret, kind, owner)
	if err != nil && !errors.Is(err, inspection.ErrNotFound) {
		h.t.Fatal(err)
	}
	return string(data)
}

// passes lets time pass on the clock of tests, until the test ends.
func passes(t *testing.T, d time.Duration) {
	t.Helper()
	was := storetest.Now()
	storetest.SetNow(was.Add(d))
	t.Cleanup(func() { storetest.SetNow(was) })
}

func TestWhatIsHeldIsFoundOnEveryServerByItsOwnerAlone(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		first, second := storetest.Open(t, dsn), storetest.Open(t, dsn)
		h, other := holder{t, first}, holder{t, second}
		before, err := first.Last(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		long := make([]byte, 5<<19) // two chunks and a half
		random := rand.NewChaCha8([32]byte{1})
		if _, err := random.Read(long); err != nil {
			t.Fatal(err)
		}
		words := "quillwort" + string(long)
		secret := h.must(store.HeldForm, "one", "", words, store.HeldBounds{})
		if got := other.finds(secret, store.HeldForm, "one"); got != words {
			t.Errorf("another server finds %d bytes of %d", len(got), len(words))
		}
		for name, got := range map[string]string{
			"somebody else": other.finds(secret, store.HeldForm, "two"), "another kind": other.finds(secret, store.HeldTracker, "one"),
			"another secret": other.finds(auth.NewToken(), store.HeldForm, "one"), "no secret": other.finds("", store.HeldForm, "one"),
		} {
			if got != "" {
				t.Errorf("%s: %d bytes are found", name, len(got))
			}
		}
		for table, rows := range store.Dump(t, second) {
			for _, row := range rows {
				if strings.Contains(row, "quillwort") || strings.Contains(row, secret) || strings.Contains(row, fmt.Sprint([]byte("quillwort"))[1:20]) {
					t.Errorf("table %s holds the words or the secret", table)
				}
			}
		}
		if err := second.ReplaceHeld(t.Context(), secret, store.HeldForm, "one", []byte("shorter")); err != nil || h.finds(secret, store.HeldForm, "one") != "shorter" {
			t.Errorf("it is not replaced: %v", err)
		}
		if err := second.ReplaceHeld(t.Context(), secret, store.HeldForm, "two", []byte("theirs")); !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("somebody else replaces it: %v", err)
		}
		if err := first.DropHeld(t.Context(), secret, store.HeldForm); err != nil || other.finds(secret, store.HeldForm, "one") != "" {
			t.Errorf("it is not dropped: %v", err)
		}
		if err := second.ReplaceHeld(t.Context(), secret, store.HeldForm, "one", []byte("back")); !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("what was dropped comes back: %v", err)
		}
		after, err := first.Last(t.Context())
		if err != nil || after != before {
			t.Errorf("holding something is in the record of changes: %v", err)
		}
	})
}

func TestWhatIsHeldEndsWithItsTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := holder{t, s}
		first := h.must(store.HeldForm, "one", "", "first", store.HeldBounds{})
		passes(t, time.Hour-time.Second)
		if h.finds(first, store.HeldForm, "one") != "first" {
			t.Error("it is gone before its time")
		}
		second := h.must(store.HeldCodes, "one", "", "second", store.HeldBounds{})
		passes(t, time.Second)
		if h.finds(first, store.HeldForm, "one") != "" {
			t.Error("it is held for too long")
		}
		if n := len(store.Dump(t, s)["held"]); n != 2 {
			t.Errorf("%d are held", n)
		}
		if err := s.DropStale(t.Context()); err != nil {
			t.Fatal(err)
		}
		tables := store.Dump(t, s)
		if len(tables["held"]) != 1 || len(tables["held_chunks"]) != 1 || h.finds(second, store.HeldCodes, "one") != "second" {
			t.Errorf("the daily sweep leaves %d", len(tables["held"]))
		}
		passes(t, time.Hour)
		h.must(store.HeldForm, "two", "", "third", store.HeldBounds{})
		if n := len(store.Dump(t, s)["held"]); n != 1 {
			t.Errorf("whoever comes next leaves %d", n)
		}
	})
}

func TestWhatIsHeldHasNarrowBounds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := holder{t, s}
		most := store.HeldBounds{Own: 2, All: 3, Bytes: 1000}
		first := h.must(store.HeldForm, "one", "", "first", most)
		passes(t, time.Second)
		second := h.must(store.HeldForm, "one", "", "second", most)
		h.must(store.HeldTracker, "one", "", "of another kind", most)
		passes(t, time.Second)
		third := h.must(store.HeldForm, "one", "page", "third", most)
		if h.finds(first, store.HeldForm, "one") != "" || h.finds(second, store.HeldForm, "one") == "" {
			t.Error("who holds too many does not lose their own oldest")
		}
		again := h.must(store.HeldForm, "one", "page", "again", most)
		if h.finds(third, store.HeldForm, "one") != "" || h.finds(second, store.HeldForm, "one") == "" || h.finds(again, store.HeldForm, "one") != "again" {
			t.Error("the same thing does not take the place of the earlier one")
		}
		theirs := h.must(store.HeldForm, "two", "page", "theirs", most)
		if h.finds(again, store.HeldForm, "one") == "" {
			t.Error("somebody else's takes that place")
		}
		if _, err := h.hold(store.HeldForm, "three", "", "a fourth", most); !errors.Is(err, store.ErrNoRoom) {
			t.Errorf("more are held than may be: %v", err)
		}
		if _, err := h.hold(store.HeldForm, "two", "", strings.Repeat("x", 1000), most); !errors.Is(err, store.ErrNoRoom) {
			t.Errorf("more bytes are held than may be: %v", err)
		}
		if h.finds(theirs, store.HeldForm, "two") == "" {
			t.Error("who brings too much loses what they had")
		}
		if err := s.Hold(t.Context(), theirs, store.Holding{Kind: store.HeldForm, Owner: "two", For: time.Hour, Data: []byte("anew")}, most); err != nil || h.finds(theirs, store.HeldForm, "two") != "anew" {
			t.Errorf("under the same secret it is not held anew: %v", err)
		}
		if err := s.DropHeldOf(t.Context(), store.HeldForm, "one"); err != nil || h.finds(again, store.HeldForm, "one") != "" || h.finds(theirs, store.HeldForm, "two") == "" {
			t.Errorf("not all of one owner's, or others' too, are dropped: %v", err)
		}
	})
}

func TestServersThatHoldAtTheSameTimeKeepTheBounds(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		servers := []*store.Store{storetest.Open(t, dsn), storetest.Open(t, dsn)}
		var waiting sync.WaitGroup
		for i := range 12 {
			waiting.Go(func() {
				h := holder{t, servers[i%2]}
				_, err := h.hold(store.HeldTracker, fmt.Sprint("officer ", i), "", "words", store.HeldBounds{All: 3})
				if err != nil && !errors.Is(err, store.ErrNoRoom) {
					t.Error(err)
				}
			})
		}
		waiting.Wait()
		if n := len(store.Dump(t, servers[0])["held"]); n != 3 {
			t.Errorf("%d are held, want 3", n)
		}
	})
}

func TestWhatIsReplacedAndDroppedAtTheSameTimeIsDropped(t *testing.T) {
	dsn := storetest.Postgres(t, storetest.Server(t), false) // SQLite lets in one writer at a time
	faulty := storetest.NewFaulty()
	s, other := storetest.OpenWith(t, dsn, func(o *store.Options) { o.Connect = faulty.Connect }), storetest.Open(t, dsn)
	h := holder{t, s}
	secret := h.must(store.HeldForm, "one", "", "words", store.HeldBounds{})
	past := connected(t, dsn)
	defer past.Close()
	dropped := make(chan error, 1)
	inserts := func(statement string) bool { return strings.HasPrefix(statement, `INSERT INTO "held_chunks"`) }
	faulty.Once(inserts, storetest.Delayed, func() {
		go func() { dropped <- other.DropHeld(t.Context(), secret, store.HeldForm) }()
		const waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
		err := storetest.Await(func() error {
			var n int
			if err := past.QueryRow(waiting).Scan(&n); err != nil || n > 0 {
				return err
			}
			return errors.New("nobody waits for the other")
		})
		if err != nil {
			t.Error(err)
		}
	})
	if err := s.ReplaceHeld(t.Context(), secret, store.HeldForm, "one", []byte("other words")); err != nil {
		t.Error(err)
	}
	if _, _, hit := faulty.Rest(); !hit {
		t.Fatal("nothing was replaced")
	}
	if err := <-dropped; err != nil {
		t.Error(err)
	}
	if got := h.finds(secret, store.HeldForm, "one"); got != "" {
		t.Errorf("%q is held", got)
	}
}

func TestWhatIsDamagedDoesNotOpen(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := holder{t, s}
		secret := h.must(store.HeldForm, "one", "", "words", store.HeldBounds{})
		store.DamageHeld(t, s)
		if data, err := s.Held(t.Context(), secret, store.HeldForm, "one"); !errors.Is(err, auth.ErrSealed) || !bytes.Equal(data, nil) {
			t.Errorf("it opens as %q, %v", data, err)
		}
	})
}
