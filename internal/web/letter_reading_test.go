package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestAnAnswerDoesNotWaitForASlowReading(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	s.readings.waits = time.Millisecond
	<-s.readings.turn // as if another letter were being read
	answer := adds(t, s, nil, upload{"slow.pdf", lettertest.PDF(aLetter...)})
	if to := led(t, answer); to != "/letters" {
		t.Fatalf("it leads to %s", to)
	}
	list := sees(t, s, "/letters")
	says(t, list, http.StatusOK, "Waiting to be read", "Check again")
	if document(t, list).Find("[data-refresh]").Length() != 1 || document(t, list).Find(`meta[http-equiv]`).Length() > 0 {
		t.Error("the list should be brought up to date by the script, and by nothing else")
	}
	letters, err := s.store.Letters(t.Context(), anOfficer)
	if err != nil || len(letters) != 1 {
		t.Fatal(letters, err)
	}
	says(t, sees(t, s, letterAddress(letters[0].ID)), http.StatusOK, "Nothing to do yet", "Check again")
	s.readings.most = 30_000
	two := []upload{{"fits.pdf", lettertest.PDF("One letter.")}, {"other.pdf", append(lettertest.PDF("Another letter."), make([]byte, 30_000)...)}}
	says(t, adds(t, s, nil, two...), http.StatusServiceUnavailable, "Too many letters wait to be read", "Nothing has been added")
	s.readings.turn <- struct{}{}
	s.readings.under.Wait()
	says(t, sees(t, s, "/letters"), http.StatusOK, "1 letter", "Ready to review")
	s.readings.most = mostWaiting
	s.FinishReadings()
	adds(t, s, nil, upload{"late.pdf", lettertest.PDF("Another letter.")})
	says(t, sees(t, s, "/letters"), http.StatusOK, "Waiting to be read") // until another server, or this one started anew, reads it
	another := newOfficerServer(t, s.store)
	if err := another.ReadWaiting(t.Context()); err != nil {
		t.Fatal(err)
	}
	list = sees(t, another, "/letters")
	if says(t, list, http.StatusOK, "2 letters"); document(t, list).Find("[data-refresh]").Length() > 0 {
		t.Error("a letter that one server took in is not read by the next")
	}
}

func TestALetterIsReadAgainWhoseServerStopsMeanwhile(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	s.readings.waits = time.Millisecond
	<-s.readings.turn
	adds(t, s, nil, upload{"letter.pdf", lettertest.PDF(aLetter...)})
	s.readings.reader.Close()
	s.readings.turn <- struct{}{}
	s.readings.under.Wait()
	says(t, sees(t, s, "/letters"), http.StatusOK, "Being read")
	another := newOfficerServer(t, s.store)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	taken, err := another.store.TakeReading(t.Context())
	if err != nil || taken == nil {
		t.Fatalf("it was not given back: %v", err)
	}
	another.readFile(stopped, taken)
	says(t, sees(t, another, "/letters"), http.StatusOK, "Being read")
	if err := another.ReadWaiting(t.Context()); err != nil {
		t.Error(err)
	}
	says(t, sees(t, another, "/letters"), http.StatusOK, "1 letter", "Ready to review")
}

func TestALetterOnWhichTheProgramFailsSaysSo(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	file, err := s.store.HoldFile(t.Context(), anOfficer, []byte("x"), mostWaiting)
	if err != nil {
		t.Fatal(err)
	}
	started, err := s.store.StartLetter(t.Context(), anOfficer, "a.pdf", file)
	if err != nil {
		t.Fatal(err)
	}
	s.readings.reader = nil // what is asked of it panics
	if read, err := s.readNext(t.Context()); err != nil || !read {
		t.Fatalf("nothing is read: %v", err)
	}
	held, err := s.store.Letter(t.Context(), anOfficer, started.ID)
	if err != nil || held.State != inspection.LetterUnreadable || held.Problem != programFailed {
		t.Errorf("the letter is %s: %s, %v", held.State, held.Problem, err)
	}
}

// statement matches the statements of a kind on a table, as either engine writes them.
func statement(verb, table string) func(string) bool {
	return func(text string) bool {
		return strings.HasPrefix(text, verb) && (strings.Contains(text, "`"+table+"`") || strings.Contains(text, `"`+table+`"`))
	}
}

func TestALetterOnWhichTheDatabaseFailsIsReadLater(t *testing.T) {
	const more = 5 // failures than a letter is taken before it is given up, and then some
	for _, tt := range []struct {
		name    string
		matches func(string) bool
		fault   storetest.Fault
		away    bool // whether it also takes no letter back, and answers nothing, until it is back
	}{
		{name: "as its reading is noted", matches: statement("UPDATE", "letters"), fault: storetest.Lost},
		{name: "as the register is looked at", matches: statement("SELECT", "terms"), fault: storetest.Lost},
		{name: "as its file is kept", matches: statement("INSERT", "documents"), fault: storetest.Lost},
		{name: "as its file is kept, in a way that nobody knows", matches: statement("INSERT", "documents"), fault: storetest.FailsBefore},
		{name: "as its file is kept, and stays away", matches: statement("INSERT", "documents"), fault: storetest.Lost, away: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
				s, faulty := faultyServer(t, dsn)
				meets := func(round func() error) {
					t.Helper()
					s.known = reference{}
					if tt.away {
						faulty.Once(tt.matches, storetest.Delayed, func() { faulty.Always(tt.fault) })
					} else {
						faulty.Once(tt.matches, tt.fault, nil)
					}
					failed := round()
					_, _, hit := faulty.Rest()
					letters, err := s.store.Letters(t.Context(), anOfficer)
					if err != nil || len(letters) != 1 {
						t.Fatal(letters, err)
					}
					if state := letters[0].State; state != inspection.LetterReading && state != inspection.LetterWaiting {
						t.Fatalf("it is %s: %s", state, letters[0].Problem)
					}
					if !hit {
						t.Fatalf("nobody takes it any more, %v", failed)
					}
				}
				meets(func() error {
					adds(t, s, nil, upload{"letter.pdf", lettertest.PDF(aLetter...)})
					if tt.away {
						return s.ReadWaiting(t.Context())
					}
					return nil
				})
				for range more {
					rests(t, s)
					meets(func() error { return s.ReadWaiting(t.Context()) })
				}
				rests(t, s)
				if err := s.ReadWaiting(t.Context()); err != nil {
					t.Fatal(err)
				}
				says(t, sees(t, s, "/letters"), http.StatusOK, "1 letter", "Ready to review")
			})
		})
	}
}

func TestNoLetterIsGivenUpThatItsServerCouldNotGiveBackSinceTheDatabaseWasAway(t *testing.T) {
	for _, tt := range []struct {
		name      string
		givesBack bool
		wants     inspection.LetterState
	}{
		{"its server gives it back", true, inspection.LetterReady},
		{"its server is gone", false, inspection.LetterUnreadable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
				s, faulty := faultyServer(t, dsn)
				file, err := s.store.HoldFile(t.Context(), anOfficer, lettertest.PDF(aLetter...), mostWaiting)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.store.StartLetter(t.Context(), anOfficer, "letter.pdf", file); err != nil {
					t.Fatal(err)
				}
				take := func() *store.Reading { // as another server does
					t.Helper()
					taken, err := s.store.TakeReading(t.Context())
					if err != nil || taken == nil {
						t.Fatalf("nothing is taken: %v", err)
					}
					return taken
				}
				take()
				passes(t, letterRestsAtMost) // whoever took it has ended
				last := take()
				stands := func() inspection.LetterState {
					t.Helper()
					letters, err := s.store.Letters(t.Context(), anOfficer)
					if err != nil || len(letters) != 1 {
						t.Fatal(letters, err)
					}
					return letters[0].State
				}
				for range 2 { // the database stays away for longer than a letter is anybody's
					passes(t, letterRestsAtMost)
					faulty.Always(storetest.Lost)
					if err := s.ReadWaiting(t.Context()); err == nil {
						t.Fatal("the database is not away")
					}
					faulty.Rest()
				}
				if err := s.ReadWaiting(t.Context()); err != nil {
					t.Fatal(err)
				}
				if state := stands(); state == inspection.LetterUnreadable {
					t.Fatal("it is given up before its server could give it back")
				}
				if tt.givesBack {
					if err := s.store.GiveBackReading(t.Context(), last, 0); err != nil {
						t.Fatal(err)
					}
				}
				passes(t, othersGiveBack)
				if err := s.ReadWaiting(t.Context()); err != nil {
					t.Fatal(err)
				}
				if state := stands(); state != tt.wants {
					t.Errorf("it is %s", state)
				}
			})
		})
	}
}

// rests has a letter given back that is owed, and lets it rest as long as one may. Where it is not given back, whoever has it counts as
// gone by then.
func rests(t *testing.T, s *Server) {
	t.Helper()
	if err := s.giveBackOwed(t.Context()); err != nil {
		t.Fatal(err)
	}
	passes(t, letterRestsAtMost)
}

func TestALetterThatTheDatabaseNeverTakesHoldsUpNoOtherAndComesToAnEnd(t *testing.T) {
	s, faulty := faultyServer(t, storetest.SQLite(t, true))
	for i, name := range []string{"never.pdf", "other.pdf"} {
		passes(t, time.Second) // so that the first has waited longest
		file, err := s.store.HoldFile(t.Context(), anOfficer, lettertest.PDF(aLetter[i]), mostWaiting)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.store.StartLetter(t.Context(), anOfficer, name, file); err != nil {
			t.Fatal(err)
		}
	}
	stands := func(name string) inspection.LetterState {
		t.Helper()
		letters, err := s.store.Letters(t.Context(), anOfficer)
		if err != nil {
			t.Fatal(err)
		}
		for _, letter := range letters {
			if letter.FileName == name {
				return letter.State
			}
		}
		t.Fatalf("%s is not there", name)
		return ""
	}
	rounds := 0
	for ; stands("never.pdf") != inspection.LetterUnreadable; rounds++ {
		if rounds > mostOdd+10 {
			t.Fatal("it is read for ever")
		}
		rests(t, s)
		faulty.Once(statement("INSERT", "documents"), storetest.FailsBefore, nil)
		if err := s.ReadWaiting(t.Context()); err != nil {
			t.Fatal(err)
		}
		faulty.Rest()
		if state := stands("other.pdf"); state == inspection.LetterWaiting {
			t.Fatal("another letter waits for it")
		}
	}
	if rounds <= mostOdd {
		t.Errorf("it is given up after %d rounds", rounds)
	}
}
