package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// refusedWords returns what a refusal says; it fails the test where nothing was refused.
func refusedWords(t *testing.T, err error) string {
	t.Helper()
	var problems inspection.Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		t.Fatalf("not refused: %v", err)
	}
	return problems[0].Words
}

func TestRestore(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-10-01")
		restore := func(c inspection.Change) error {
			_, err := s.Restore(ctx, storetest.Officer, c.Number, " It was right. ", officerEyes)
			return err
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		committee := func() inspection.Committee {
			t.Helper()
			list, err := s.Committees(ctx, nil)
			must(err)
			return list[slices.IndexFunc(list, func(c inspection.Committee) bool { return c.ID == d.board })]
		}
		t.Run("a body is put back as a new change that says which and why, and what was changed of the rest since stays", func(t *testing.T) {
			c := committee()
			c.Name = "Improvment board"
			_, err := s.SaveCommittee(ctx, storetest.Clerk, c)
			must(err)
			wrong := s.LastChange(t, inspection.OfCommittee, d.board)
			c.Address = "https://example.org/board"
			_, err = s.SaveCommittee(ctx, storetest.Clerk, c)
			must(err)
			record, err := s.Restore(ctx, storetest.Officer, wrong.Number, " It was right. ", officerEyes)
			must(err)
			if record != (store.RecordName{Kind: inspection.OfCommittee, ID: d.board}) {
				t.Errorf("got %v", record)
			}
			if c = committee(); c.Name != "Improvement board" || c.Address == "" {
				t.Errorf("got %+v", c)
			}
			made := s.LastChange(t, inspection.OfCommittee, d.board)
			if entry, ok := made.Restores(); !ok || entry != wrong.Number || !strings.Contains(made.After, `"restored_why":"It was right."`) || made.ActorID != storetest.Officer.ID {
				t.Errorf("the entry is %+v", made)
			}
			if words := refusedWords(t, restore(wrong)); !strings.Contains(words, "already") {
				t.Errorf("a second time: %s", words)
			}
			if _, err := s.Check(ctx, nil); err != nil {
				t.Error(err)
			}
			t.Run("and the restoring can be restored", func(t *testing.T) {
				must(restore(made))
				if c := committee(); c.Name != "Improvment board" {
					t.Errorf("got %+v", c)
				}
			})
		})
		t.Run("what was changed again since is not overwritten", func(t *testing.T) {
			c := committee()
			for _, name := range []string{"First name", "Second name"} {
				c.Name = name
				_, err := s.SaveCommittee(ctx, storetest.Clerk, c)
				must(err)
			}
			history, err := s.Changes(ctx, store.ChangeFilter{Reader: inspection.ForOfficers, Kind: inspection.OfCommittee, Of: store.RecordName{Kind: inspection.OfCommittee, ID: d.board}})
			must(err)
			err = restore(history.Lines[1].Change)
			var clash *inspection.RestoreClash
			if !errors.As(err, &clash) || !slices.Equal(clash.Fields, []string{"name"}) || committee().Name != "Second name" {
				t.Errorf("got %v", err)
			}
		})
		t.Run("a post that was ended by mistake goes on", func(t *testing.T) {
			must(s.EndPost(ctx, storetest.Officer, d.owner, today()))
			must(restore(s.LastChange(t, inspection.OfPost, d.owner)))
			posts, err := s.Posts(ctx, nil)
			must(err)
			i := slices.IndexFunc(posts, func(p inspection.Post) bool { return p.ID == d.owner })
			if posts[i].Until.Known() {
				t.Errorf("got %+v", posts[i])
			}
		})
		t.Run("a meeting goes back to its day", func(t *testing.T) {
			m, err := s.SaveMeeting(ctx, storetest.Clerk, inspection.Meeting{CommitteeID: d.board, On: today()})
			must(err)
			m.On = today().AddDays(7)
			_, err = s.SaveMeeting(ctx, storetest.Clerk, m)
			must(err)
			must(restore(s.LastChange(t, inspection.OfMeeting, m.ID)))
			meetings, err := s.Meetings(ctx, nil)
			must(err)
			if len(meetings) != 1 || meetings[0].On != today() {
				t.Errorf("got %+v", meetings)
			}
		})
		t.Run("an action goes back with the reason for its day, as a step that stays", func(t *testing.T) {
			a, err := s.SaveAction(ctx, storetest.Officer, inspection.Action{
				Words: "Read the plans", OwnerID: d.owner, LeadBodyID: trust, Due: today().AddDays(30), Audience: inspection.ForPublic, References: []string{northArea},
			}, "")
			must(err)
			a.Due, a.References = today().AddDays(60), []string{northArea, westArea}
			_, err = s.SaveAction(ctx, storetest.Officer, a, "More time")
			must(err)
			must(restore(s.LastChange(t, inspection.OfAction, a.ID)))
			now, steps, _, err := s.Action(ctx, a.ID, inspection.ForOfficers)
			must(err)
			if now.Due != today().AddDays(30) || !slices.Equal(now.References, []string{northArea}) || len(steps) != 3 || steps[2].Reason != "It was right." {
				t.Errorf("got %+v, %+v", now, steps)
			}
		})
		t.Run("the dates of an inspection go back, and nothing else of it does", func(t *testing.T) {
			must(s.SetInspectionDates(ctx, storetest.Officer, northLatest, inspection.MustDate("2026-06-30"), inspection.Date{}))
			entry := s.LastChange(t, inspection.OfInspection, northLatest)
			must(restore(entry))
			in, _, err := s.InspectionRecord(ctx, northLatest)
			must(err)
			if in.Received.Known() {
				t.Errorf("got %s", in.Received)
			}
			publish(t, s, northLetter())
			words := refusedWords(t, restore(s.LastChange(t, inspection.OfInspection, northLatest)))
			if !strings.Contains(words, "Unpublish the letter") {
				t.Error(words)
			}
		})
		t.Run("a link and a bank holiday that were taken out come back", func(t *testing.T) {
			link := inspection.RecommendationLink{FromReference: northArea, ToReference: "NN-ILACS-2022-1", Kind: inspection.LinkArisesFrom}
			must(s.LinkRecommendations(ctx, storetest.Officer, link))
			must(s.UnlinkRecommendations(ctx, storetest.Officer, link))
			removed := s.LastChange(t, inspection.OfLink, northArea+" arises_from NN-ILACS-2022-1")
			must(restore(removed))
			if words := refusedWords(t, restore(removed)); !strings.Contains(words, "already") {
				t.Error(words)
			}
			day := inspection.MustDate("2027-05-05")
			must(s.AddBankHoliday(ctx, storetest.Officer, inspection.BankHoliday{On: day, Name: "A day off"}))
			must(s.RemoveBankHoliday(ctx, storetest.Officer, day))
			must(restore(s.LastChange(t, inspection.OfBankHoliday, day.String())))
			days, err := s.BankHolidays(ctx)
			must(err)
			if !slices.ContainsFunc(days, func(h inspection.BankHoliday) bool { return h.On == day && h.Name == "A day off" }) {
				t.Error("the day is not there")
			}
		})
		t.Run("what is only ever added to is refused, and the words say what to do instead", func(t *testing.T) {
			d.moves(northArea, inspection.MakePlan)
			u := d.update(northArea, "Said wrongly", inspection.ForPublic)
			e := d.proof(northArea, inspection.ForPublic)
			q, err := s.AskQuestion(ctx, storetest.Clerk, inspection.Question{BodyID: north, AskedBy: "A member", Asked: today(), Words: "Why?"})
			must(err)
			letter := addLetter(t, s, inspection.Draft{})
			for kind, id := range map[inspection.RecordKind]string{
				inspection.OfUpdate: u.ID, inspection.OfEvidenceItem: e.ID, inspection.OfQuestion: q.ID, inspection.OfLetter: letter.ID,
				inspection.OfRecommendation: northArea, inspection.OfCommittee: d.scrutiny, inspection.OfTheme: "neglect",
			} {
				if words := refusedWords(t, restore(s.LastChange(t, kind, id))); len(words) < 40 {
					t.Errorf("%s: %s", kind, words)
				}
			}
		})
		t.Run("a reason is needed", func(t *testing.T) {
			_, err := s.Restore(ctx, storetest.Officer, s.LastChange(t, inspection.OfPost, d.owner).Number, "  ", officerEyes)
			if words := refusedWords(t, err); !strings.Contains(words, "Enter the reason") {
				t.Error(words)
			}
		})
		t.Run("an entry that somebody may not see cannot be restored by them", func(t *testing.T) {
			for _, number := range []int64{s.LastChange(t, inspection.OfPost, d.owner).Number, 1 << 40} {
				if _, err := s.Restore(ctx, storetest.Officer, number, "Why not", publicEyes); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("got %v", err)
				}
			}
		})
	})
}

func TestWhatWasErasedCannotBeRestored(t *testing.T) {
	ctx := context.Background()
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		d := newDesk(t, s, "2026-10-01")
		if err := s.EndPost(ctx, storetest.Officer, d.owner, today()); err != nil {
			t.Fatal(err)
		}
		number := s.LastChange(t, inspection.OfPost, d.owner).Number
		change(t, dsn, fmt.Sprintf("DELETE FROM change_keys WHERE number = %d", number), fmt.Sprintf("UPDATE changes SET before = '', after = '' WHERE number = %d", number))
		_, err := s.Restore(ctx, storetest.Officer, number, "It was right.", officerEyes)
		if words := refusedWords(t, err); !strings.Contains(words, "erased") {
			t.Error(words)
		}
	})
}
