package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

var officer = inspection.Actor{ID: "officer-1", Post: "Improvement officer", Role: inspection.RoleOfficer}

// tamper changes the record past the database's own guards, as somebody could who holds it.
func tamper(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	guards := []string{"ALTER TABLE changes DISABLE TRIGGER USER"}
	if !strings.HasPrefix(dsn, "postgres") {
		guards = nil
		for _, guard := range []string{"unchanged", "only_erased", "undeleted", "unreplaced"} {
			guards = append(guards, "DROP TRIGGER IF EXISTS changes_"+guard)
		}
	}
	change(t, dsn, append(guards, statements...)...)
}

func TestCheck(t *testing.T) {
	ctx := context.Background()
	t.Run("an untouched chain holds from the first entry to the last", func(t *testing.T) {
		storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
			before, err := s.Check(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			err = s.Note(t, officer, inspection.OfInspection, northLatest, map[string]string{"topic": ""}, map[string]string{"topic": "everything"})
			if err != nil {
				t.Fatal(err)
			}
			after, err := s.Check(ctx, &before.Last)
			if err != nil {
				t.Fatal(err)
			}
			if after.Entries != before.Entries+1 || after.Last.Number != before.Last.Number+1 || after.Last.Hash == before.Last.Hash {
				t.Errorf("before %+v, after %+v", before, after)
			}
			if last, err := s.Last(ctx); err != nil || last != after.Last {
				t.Errorf("the last change is %v, %v; want %v", last, err, after.Last)
			}
			if version, err := s.Version(ctx); err != nil || version != after.Last.Number {
				t.Errorf("the version is %d, %v; want %d", version, err, after.Last.Number)
			}
		})
	})
	t.Run("an empty chain holds", func(t *testing.T) {
		storetest.Each(t, func(t *testing.T, s *store.Store) {
			if checked, err := s.Check(ctx, nil); err != nil || checked != (store.Checked{}) {
				t.Errorf("got %+v, %v", checked, err)
			}
			if last, err := s.Last(ctx); err != nil || last != (store.Mark{}) {
				t.Errorf("the last change is %v, %v; want none", last, err)
			}
		})
	})
	for name, c := range map[string]struct{ tamper, names string }{
		"a text that was altered":       {"UPDATE changes SET after = replace(after, 'Bradford', 'Bedford') WHERE record_kind = 'body' AND record_id = 'bradford'", "texts of entry"},
		"an actor who was exchanged":    {"UPDATE changes SET actor_id = 'somebody-else' WHERE number = 7", "hash of entry 7 "},
		"a time that was moved":         {"UPDATE changes SET at = '2020-01-01 00:00:00' WHERE number = 9", "hash of entry 9 "},
		"an entry that was taken out":   {"DELETE FROM change_keys WHERE number = 12; DELETE FROM changes WHERE number = 12", "entry 11 is followed by entry 13"},
		"a first entry that is missing": {"DELETE FROM change_keys WHERE number = 1; DELETE FROM changes WHERE number = 1", "entry 0 is followed by entry 2"},
		"an entry from another chain":   {"UPDATE changes SET previous = hash WHERE number = 20", "entry 20 "},
		"a key that was lost":           {"DELETE FROM change_keys WHERE number = 30", "entry 30 has texts but no key"},
		"a key that was exchanged":      {"UPDATE change_keys SET key = repeat_key WHERE number = 31", "texts of entry 31 "},
		"a key that cannot be read":     {"UPDATE change_keys SET key = 'none' WHERE number = 32", "key of entry 32 "},
	} {
		t.Run("it finds "+name, func(t *testing.T) {
			dsn := storetest.SQLite(t, true) // what is tested here is the same on both engines
			for statement := range strings.SplitSeq(strings.ReplaceAll(c.tamper, "repeat_key", "'"+strings.Repeat("ab", 32)+"'"), "; ") {
				tamper(t, dsn, statement)
			}
			_, err := storetest.Open(t, dsn).Check(ctx, nil)
			if !errors.Is(err, inspection.ErrChainBroken) || !strings.Contains(fmt.Sprint(err), c.names) {
				t.Errorf("got %v; want words with %q", err, c.names)
			}
		})
	}
	t.Run("it finds that the end was cut off, if the end was noted", func(t *testing.T) {
		storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
			whole, err := storetest.Open(t, dsn).Check(ctx, nil)
			if err != nil {
				t.Fatal(err)
			}
			tamper(t, dsn, fmt.Sprintf("DELETE FROM change_keys WHERE number = %d", whole.Last.Number),
				fmt.Sprintf("DELETE FROM changes WHERE number = %d", whole.Last.Number))
			s := storetest.Open(t, dsn)
			if _, err := s.Check(ctx, nil); err != nil {
				t.Errorf("what is left is a chain; got %v", err)
			}
			if _, err := s.Check(ctx, &whole.Last); !errors.Is(err, inspection.ErrChainBroken) {
				t.Errorf("got %v", err)
			}
		})
	})
	t.Run("it finds that a text was destroyed with its key, and no erasure says so", func(t *testing.T) {
		storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
			change(t, dsn, "DELETE FROM change_keys WHERE number = 40", "UPDATE changes SET before = '', after = '' WHERE number = 40")
			_, err := storetest.Open(t, dsn).Check(ctx, nil)
			if !errors.Is(err, inspection.ErrChainBroken) || !strings.Contains(fmt.Sprint(err), "entry 40 has lost its texts") {
				t.Errorf("got %v", err)
			}
		})
	})
}

// Two programs may write at the same time; the chain must not fork.
func TestWritesFromSeveralProgramsMakeOneChain(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		const programs, each = 3, 8
		var all sync.WaitGroup
		for range programs {
			s := storetest.Open(t, dsn)
			all.Go(func() {
				for i := range each {
					if err := s.Note(t, officer, inspection.OfMilestone, fmt.Sprint("ms-", i), nil, i); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		checked, err := storetest.Open(t, dsn).Check(context.Background(), nil)
		if err != nil || checked.Entries != programs*each {
			t.Errorf("got %+v, %v", checked, err)
		}
	})
}

func TestParseMark(t *testing.T) {
	hash := strings.Repeat("0f", 32)
	if mark, err := store.ParseMark("1201:" + hash); err != nil || mark.String() != "1201:"+hash {
		t.Errorf("got %v, %v", mark, err)
	}
	for _, text := range []string{"", "1201", ":" + hash, "0:" + hash, "-1:" + hash, "1201:0f", "1201:" + strings.Repeat("zz", 32)} {
		if _, err := store.ParseMark(text); err == nil {
			t.Errorf("%q was taken for a mark", text)
		}
	}
}

func TestProgressDoesNotCountAsAChangeOfReferenceData(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		version := func() int64 {
			t.Helper()
			v, err := s.Version(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		wantChanged := func(since int64, want bool, what string) {
			t.Helper()
			if changed, err := s.Touched(ctx, since); err != nil || changed.Nothing() == want {
				t.Errorf("%s: changed %v, %v; want %v", what, changed, err, want)
			}
		}
		wantChanged(0, true, "all of the seed")
		seeded := version()
		wantChanged(seeded, false, "nothing")

		d := newDesk(t, s, "2026-10-01") // a post and two committees
		d.moves(northArea, inspection.MakePlan, inspection.StartWork)
		d.proof(northArea, inspection.ForPublic)
		d.update(northArea, "Half of them are read.", inspection.ForPublic)
		_, actionErr := s.SaveAction(ctx, storetest.Officer, inspection.Action{
			Words: "Read the plans", OwnerID: d.owner, LeadBodyID: trust, Due: today(), Audience: inspection.ForPublic, References: []string{northArea},
		}, "")
		_, meetingErr := s.SaveMeeting(ctx, officer, inspection.Meeting{CommitteeID: d.board, On: today()})
		_, questionErr := s.AskQuestion(ctx, storetest.Clerk, inspection.Question{BodyID: north, AskedBy: "A member", Asked: today(), Words: "Why?"})
		_, viewErr := s.AddLaterView(ctx, storetest.Officer, inspection.LaterView{
			Reference: "WN-ILACS-2022-1", InspectionID: "west-northamptonshire-ilacs-standard-2026-05-11", View: inspection.Improving, Paragraph: "12",
			Gloss: "Plans are better.",
		})
		if err := errors.Join(actionErr, meetingErr, questionErr, viewErr); err != nil {
			t.Fatal(err)
		}
		addLetter(t, s, inspection.Draft{})
		if version() <= seeded {
			t.Error("the version stands still while progress is recorded")
		}
		wantChanged(seeded, false, "progress")

		recorded := version()
		term := inspection.Term{ID: "plan", Term: "Plan", Meaning: "What is to be done, by whom and by when."}
		if _, err := s.LoadSeed(ctx, &inspection.Record{Terms: []inspection.Term{term}}); err != nil {
			t.Fatal(err)
		}
		wantChanged(recorded, true, "a word of the glossary")
		wantChanged(seeded, true, "progress and a word of the glossary")
		wantChanged(version(), false, "nothing since")
	})
}
