package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// waits adds a letter whose file waits to be read.
func waits(t *testing.T, s *store.Store, name, words string) inspection.Letter {
	t.Helper()
	file, err := s.HoldFile(t.Context(), officer, []byte(words), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	letter, err := s.StartLetter(t.Context(), officer, name, file)
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

// takes takes the next letter, which has to be there.
func takes(t *testing.T, s *store.Store, ids ...string) *store.Reading {
	t.Helper()
	taken, err := s.TakeReading(t.Context(), ids...)
	if err != nil || taken == nil {
		t.Fatalf("no letter is taken: %v", err)
	}
	return taken
}

// noneIsLeft fails where a letter waits that a server could take, or anything of a file is held.
func noneIsLeft(t *testing.T, s *store.Store) {
	t.Helper()
	if taken, err := s.TakeReading(t.Context()); err != nil || taken != nil {
		t.Errorf("%+v is taken, %v", taken, err)
	}
	tables := store.Dump(t, s)
	for _, table := range []string{"held", "held_chunks", "letter_readings"} {
		if len(tables[table]) > 0 {
			t.Errorf("%s has %d rows", table, len(tables[table]))
		}
	}
}

func TestWhicheverServerIsThereReadsALetter(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		ctx := t.Context()
		first, second := storetest.Open(t, dsn), storetest.Open(t, dsn)
		one := waits(t, first, "one.pdf", "words of one")
		passes(t, time.Second)
		two := waits(t, first, "two.pdf", "words of two")
		taken := takes(t, second)
		if taken.LetterID != one.ID || taken.By != officer || string(taken.Data) != "words of one" {
			t.Errorf("%+v is taken first", taken)
		}
		if again, err := first.TakeReading(ctx, one.ID); err != nil || again != nil {
			t.Errorf("one letter is taken twice: %+v, %v", again, err)
		}
		if named := takes(t, first, one.ID, two.ID); named.LetterID != two.ID || string(named.Data) != "words of two" {
			t.Errorf("of those that are named %+v is taken", named)
		}
		if err := second.SetReading(ctx, officer, one.ID); err != nil {
			t.Fatal(err)
		}
		read := store.ReadLetter{
			State: inspection.LetterReady, Original: taken.Data, MediaType: "application/pdf", Pages: []string{"words of one"}, Lease: taken.Lease,
		}
		if got, err := second.FinishLetter(ctx, taken.By, one.ID, read); err != nil || got.State != inspection.LetterReady || got.CreatedBy != officer.Post {
			t.Errorf("it is %+v, %v", got, err)
		}
		if n := len(store.Dump(t, first)["held"]); n != 1 {
			t.Errorf("%d files are held while one waits", n)
		}
		if _, err := second.FinishLetter(ctx, taken.By, one.ID, read); !errors.Is(err, store.ErrReadingLost) {
			t.Errorf("a letter is finished twice: %v", err)
		}
	})
}

func TestALetterWhoseServerDiedIsReadByAnother(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		ctx := t.Context()
		dies, lives := storetest.Open(t, dsn), storetest.Open(t, dsn)
		letter := waits(t, dies, "letter.pdf", "the words")
		lost := takes(t, dies)
		if err := dies.SetReading(ctx, officer, letter.ID); err != nil {
			t.Fatal(err)
		}
		passes(t, 20*time.Second)
		if err := dies.KeepReading(ctx, lost); err != nil {
			t.Fatal(err)
		}
		passes(t, 29*time.Second)
		if taken, err := lives.TakeReading(ctx); err != nil || taken != nil {
			t.Errorf("a letter that is being read is taken: %+v, %v", taken, err)
		}
		passes(t, time.Second)
		taken := takes(t, lives)
		if taken.LetterID != letter.ID || string(taken.Data) != "the words" {
			t.Errorf("%+v is taken", taken)
		}
		if err := lives.SetReading(ctx, officer, letter.ID); err != nil {
			t.Errorf("it cannot be read again: %v", err)
		}
		// The first server was only slow.
		ready := store.ReadLetter{State: inspection.LetterReady, Original: lost.Data, MediaType: "application/pdf", Pages: []string{"the words"}}
		ready.Lease = lost.Lease
		for doing, err := range map[string]error{
			"keeps": dies.KeepReading(ctx, lost), "gives back": dies.GiveBackReading(ctx, lost, 0),
			"finishes": func() error { _, err := dies.FinishLetter(ctx, officer, letter.ID, ready); return err }(),
		} {
			if !errors.Is(err, store.ErrReadingLost) {
				t.Errorf("a server %s what it has lost: %v", doing, err)
			}
		}
		ready.Lease = taken.Lease
		if got, err := lives.FinishLetter(ctx, officer, letter.ID, ready); err != nil || got.State != inspection.LetterReady {
			t.Errorf("it is %+v, %v", got, err)
		}
		noneIsLeft(t, dies)
	})
}

func TestALetterAtWhichTwoServersDiedIsGivenUp(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		ctx := t.Context()
		s, other := storetest.Open(t, dsn), storetest.Open(t, dsn)
		bad := waits(t, s, "bad.pdf", "what ends servers")
		for range 2 {
			takes(t, s)
			if n, err := other.AbandonReadings(ctx, inspection.Seeder); err != nil || n != 0 {
				t.Errorf("%d are given up while they are read, %v", n, err)
			}
			passes(t, 31*time.Second)
		}
		waiting := waits(t, s, "good.pdf", "words")
		if taken := takes(t, s); taken.LetterID != waiting.ID {
			t.Errorf("%+v is taken for the third time", taken)
		} else if err := s.GiveBackReading(ctx, taken, 0); err != nil {
			t.Error(err)
		}
		if n, err := other.AbandonReadings(ctx, inspection.Seeder); err != nil || n != 0 {
			t.Errorf("%d are given up while a server whose clock is wrong may read them, %v", n, err)
		}
		passes(t, time.Minute)
		orphan, err := s.StartLetter(ctx, officer, "lost.pdf", store.HeldFile{})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := other.AbandonReadings(ctx, inspection.Seeder); err != nil || n != 2 {
			t.Errorf("%d are given up, %v", n, err)
		}
		for _, id := range []string{bad.ID, orphan.ID} {
			if got, err := s.Letter(ctx, officer, id); err != nil || got.State != inspection.LetterUnreadable || !strings.Contains(got.Problem, "Add the file again") {
				t.Errorf("it is %+v, %v", got, err)
			}
		}
		if err := s.GiveBackReading(ctx, takes(t, s, waiting.ID), time.Minute); err != nil {
			t.Fatal(err)
		}
		if taken, err := other.TakeReading(ctx, waiting.ID); taken != nil || err != nil {
			t.Errorf("one that rests is taken: %+v, %v", taken, err)
		}
		passes(t, time.Minute)
		for range 3 { // a server that stops gives a letter back, and that counts for no try
			if err := s.GiveBackReading(ctx, takes(t, s, waiting.ID), 0); err != nil {
				t.Fatal(err)
			}
		}
		refused := store.ReadLetter{State: inspection.LetterUnreadable, Problem: "A draft.", Lease: takes(t, s).Lease}
		if _, err := s.FinishLetter(ctx, officer, waiting.ID, refused); err != nil {
			t.Error(err)
		}
		noneIsLeft(t, s)
	})
}

func TestALetterIsNotGivenUpByAServerWhoseClockIsAhead(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		ctx := t.Context()
		s := storetest.Open(t, dsn)
		ahead := storetest.OpenWith(t, dsn, func(o *store.Options) { o.Clock = func() time.Time { return storetest.Now().Add(50 * time.Second) } })
		letter := waits(t, s, "letter.pdf", "words")
		lost := takes(t, s)
		taken := takes(t, ahead, letter.ID) // to it the first server looks as if it had died
		if err := s.KeepReading(ctx, lost); !errors.Is(err, store.ErrReadingLost) {
			t.Errorf("two servers read one letter: %v", err)
		}
		if err := ahead.GiveBackReading(ctx, taken, 0); err != nil {
			t.Fatal(err)
		}
		taken = takes(t, s)
		if n, err := ahead.AbandonReadings(ctx, inspection.Seeder); err != nil || n != 0 {
			t.Errorf("%d are given up while they are read, %v", n, err)
		}
		read := store.ReadLetter{State: inspection.LetterUnreadable, Problem: "A draft.", Lease: taken.Lease}
		if _, err := s.FinishLetter(ctx, officer, letter.ID, read); err != nil {
			t.Error(err)
		}
	})
}

func TestServersThatTakeLettersAtTheSameTimeTakeEachOnce(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		servers := []*store.Store{storetest.Open(t, dsn), storetest.Open(t, dsn)}
		const letters = 8
		for i := range letters {
			waits(t, servers[0], fmt.Sprint(i, ".pdf"), fmt.Sprint("words of ", i))
		}
		var mu sync.Mutex
		times := map[string]int{}
		var working sync.WaitGroup
		for i := range 4 {
			working.Go(func() {
				for {
					taken, err := servers[i%2].TakeReading(t.Context())
					if err != nil {
						t.Error(err)
					}
					if err != nil || taken == nil {
						return
					}
					mu.Lock()
					times[taken.LetterID]++
					mu.Unlock()
				}
			})
		}
		working.Wait()
		// One that meets only what others are just taking goes away; it comes again soon.
		for taken, err := servers[0].TakeReading(t.Context()); taken != nil; taken, err = servers[0].TakeReading(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			times[taken.LetterID]++
		}
		if len(times) != letters {
			t.Errorf("%d letters were taken, want %d", len(times), letters)
		}
		for id, n := range times {
			if n != 1 {
				t.Errorf("%s was taken %d times", id, n)
			}
		}
	})
}

// A letter that must not be held was held for a moment, sealed. Afterwards neither it nor what opens it is anywhere. The same is true
// of one that nobody could read to its end.
func TestARefusedLetterLeavesNothingInTheQueue(t *testing.T) {
	leavesNothing(t, func(t *testing.T, s *store.Store, letter inspection.Letter) {
		taken := takes(t, s)
		refused := store.ReadLetter{State: inspection.LetterUnreadable, Problem: "This is a draft.", Original: taken.Data, Lease: taken.Lease}
		if _, err := s.FinishLetter(t.Context(), officer, letter.ID, refused); err != nil {
			t.Fatal(err)
		}
	})
}

func TestALetterThatIsGivenUpLeavesNothingInTheQueue(t *testing.T) {
	leavesNothing(t, func(t *testing.T, s *store.Store, letter inspection.Letter) {
		for range 2 {
			takes(t, s)
			passes(t, 2*time.Minute)
		}
		if n, err := s.AbandonReadings(t.Context(), inspection.Seeder); err != nil || n != 1 {
			t.Fatalf("%d are given up, %v", n, err)
		}
	})
}

// leavesNothing fails where anything is left of a letter that waited to be read, once something was done with it.
func leavesNothing(t *testing.T, do func(t *testing.T, s *store.Store, letter inspection.Letter)) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		letter := waits(t, s, "draft.pdf", "%PDF hush-bytes")
		secret, sealed := store.HeldSecret(t, s)
		do(t, s, letter)
		noneIsLeft(t, s)
		for table, rows := range store.Dump(t, s) {
			for _, row := range rows {
				if strings.Contains(row, "hush") || strings.Contains(row, secret) {
					t.Errorf("table %s holds %s", table, row)
				}
			}
		}
		if strings.Contains(dsn, "://") {
			return // what a server of PostgreSQL keeps on its disk is for its vacuum
		}
		for _, file := range []string{dsn, dsn + "-wal"} {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte(secret)) || bytes.Contains(data, sealed) || bytes.Contains(data, []byte("hush")) {
				t.Errorf("%s still holds the file, or what opens it", file)
			}
		}
	})
}

func TestADamagedFileIsTakenWithoutItsBytes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		waits(t, s, "letter.pdf", "words")
		store.DamageHeld(t, s)
		if taken := takes(t, s); taken.Data != nil {
			t.Errorf("it is taken with %q", taken.Data)
		}
	})
}

func TestAFileForWhichNoLetterWasStartedGoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		file, err := s.HoldFile(ctx, officer, []byte("words"), 100)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.HoldFile(ctx, officer, make([]byte, 80), 100); !errors.Is(err, store.ErrNoRoom) {
			t.Errorf("more is held than may wait: %v", err)
		}
		if err := s.DropFile(ctx, file); err != nil {
			t.Fatal(err)
		}
		if file, err = s.HoldFile(ctx, officer, []byte("words"), 100); err != nil {
			t.Fatal(err)
		}
		started := waits(t, s, "letter.pdf", "words that a letter waits for")
		passes(t, time.Hour)
		if err := s.DropStale(ctx); err != nil {
			t.Fatal(err)
		}
		if taken := takes(t, s); taken.LetterID != started.ID || string(taken.Data) != "words that a letter waits for" {
			t.Errorf("%+v is taken", taken)
		}
		if _, err := s.StartLetter(ctx, officer, "late.pdf", file); err == nil {
			t.Error("a letter waits for a file that is gone")
		}
	})
}
