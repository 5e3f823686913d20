package store_test

import (
	"context"
	"errors"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestQuestions(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		meeting, err := s.SaveMeeting(ctx, officer, inspection.Meeting{CommitteeID: d.scrutiny, On: today()})
		if err != nil {
			t.Fatal(err)
		}
		asked, err := s.AskQuestion(ctx, storetest.Clerk, inspection.Question{
			BodyID: north, MeetingID: meeting.ID, Reference: northArea, AskedBy: "A member", Asked: today(), AnswerBy: inspection.MustDate("2026-09-01"),
			Words: "How many plans are good?", Audience: inspection.ForPublic,
		})
		if err != nil {
			t.Fatal(err)
		}
		list := func(filter store.QuestionFilter) []inspection.Question {
			t.Helper()
			filter.Reader = inspection.ForPublic
			questions, err := s.Questions(ctx, filter)
			if err != nil {
				t.Fatal(err)
			}
			return questions
		}
		t.Run("an answer has the day on which it came, and another one stands beside it", func(t *testing.T) {
			d.day("2026-09-10")
			came := inspection.QuestionAnswer{On: inspection.MustDate("2026-09-08"), Words: "Eight of ten."}
			if _, err := s.AnswerQuestion(ctx, storetest.Clerk, asked.ID, came); err != nil {
				t.Fatal(err)
			}
			d.day("2026-10-01")
			q, err := s.AnswerQuestion(ctx, storetest.Clerk, asked.ID, inspection.QuestionAnswer{On: today(), Words: "Seven of ten; the first count was wrong."})
			if err != nil || len(q.Answers) != 2 || q.Answers[0].On != came.On || q.Answers[1].Number != 2 || q.Answers[1].ByPost != storetest.Clerk.Post {
				t.Errorf("got %+v, %v", q, err)
			}
		})
		t.Run("a question and its answers stand by the days on which they were recorded", func(t *testing.T) {
			for day, answers := range map[string]int{"2026-08-03": 0, "2026-09-09": 0, "2026-09-10": 1, "2026-10-01": 2} {
				got := list(store.QuestionFilter{Bodies: []string{north}, AsOf: inspection.MustDate(day)})
				if len(got) != 1 || len(got[0].Answers) != answers {
					t.Errorf("on %s: %+v", day, got)
				}
			}
			if got := list(store.QuestionFilter{AsOf: inspection.MustDate("2026-08-02")}); len(got) != 0 {
				t.Errorf("before it was asked: %+v", got)
			}
		})
		t.Run("questions are found by the body asked and by the item", func(t *testing.T) {
			for name, c := range map[string]struct {
				filter store.QuestionFilter
				want   int
			}{
				"the item":        {store.QuestionFilter{Reference: northArea}, 1},
				"another item":    {store.QuestionFilter{Reference: westArea}, 0},
				"another body":    {store.QuestionFilter{Bodies: []string{west}}, 0},
				"one body of two": {store.QuestionFilter{Bodies: []string{west, north}, Reference: northArea}, 1},
			} {
				if got := list(c.filter); len(got) != c.want {
					t.Errorf("%s: %+v", name, got)
				}
			}
			if _, err := s.Questions(ctx, store.QuestionFilter{Reference: "NN-ILACS-1999-1"}); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("what is wrong leaves nothing behind", func(t *testing.T) {
			before := everything(t, s)
			_, err := s.AskQuestion(ctx, storetest.Clerk, inspection.Question{BodyID: north, MeetingID: "nowhere", Reference: "X", Asked: today().AddDays(1)})
			for _, field := range []string{"meeting", "reference", "asked", "words", "asked_by"} {
				refusedAt(t, err, field, "")
			}
			_, err = s.AskQuestion(ctx, storetest.Clerk, inspection.Question{BodyID: north, Reference: westArea, AskedBy: "A member", Asked: today(), Words: "Why?"})
			refusedAt(t, err, "reference", "North Northamptonshire was asked for")
			_, err = s.AnswerQuestion(ctx, storetest.Clerk, asked.ID, inspection.QuestionAnswer{On: inspection.MustDate("2026-08-02"), Words: "Too soon."})
			refusedAt(t, err, "on", "")
			if _, err := s.AnswerQuestion(ctx, storetest.Clerk, "nowhere", inspection.QuestionAnswer{On: today(), Words: "Yes."}); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
			compareTables(t, before, everything(t, s))
		})
	})
}
