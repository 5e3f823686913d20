package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// remark is a note of a reader as one sends it.
func remark(words string) inspection.Remark {
	return inspection.Remark{Page: "/inspections?year=2026", Words: words, Elsewhere: "https://example.org/letter"}
}

// sendsIn keeps a note, with an address for its answer or none.
func sendsIn(t *testing.T, s *store.Store, words, email string) inspection.Remark {
	t.Helper()
	m, err := s.AddRemark(context.Background(), remark(words), email)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// answers answers a note for the first time.
func answers(t *testing.T, s *store.Store, id string) inspection.Remark {
	t.Helper()
	m, err := s.AnswerRemark(context.Background(), storetest.Officer, id, inspection.RemarkAnswer{Outcome: inspection.RemarkPutRight, Words: "It is right now."}, 0)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestRemarks(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		m := sendsIn(t, s, "The day is wrong.", " Reader@Example.org ")
		t.Run("one is found by its reference, and by no other", func(t *testing.T) {
			got, told, err := s.RemarkOf(ctx, m.Reference)
			if err != nil || !told || got.ID != m.ID || got.Words != "The day is wrong." || got.Page != m.Page || got.State != inspection.RemarkReceived ||
				got.Received.String() != "2026-11-21" || len(got.Answers) != 0 {
				t.Fatalf("got %+v, %v, %v", got, told, err)
			}
			for _, wrong := range []string{"", "T-", strings.ToLower(m.Reference), m.ID, inspection.NewRemarkReference()} {
				if _, _, err := s.RemarkOf(ctx, wrong); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("under %q: got %v", wrong, err)
				}
			}
		})
		t.Run("the record of changes says that a reader sent it in, and not who", func(t *testing.T) {
			entry := s.LastChange(t, inspection.OfRemark, m.ID)
			if entry.ActorID != inspection.Visitor.ID || entry.ActorPost != "A reader" || entry.ActorRole != inspection.RoleVisitor ||
				!strings.Contains(entry.After, m.Reference) || strings.Contains(strings.ToLower(entry.After), "reader@") {
				t.Errorf("got %+v", entry)
			}
		})
		t.Run("what cannot be kept leaves nothing", func(t *testing.T) {
			before := everything(t, s)
			_, err := s.AddRemark(ctx, inspection.Remark{Page: "https://evil.example/", Elsewhere: "letter"}, "reader@example.org, other@example.org")
			for field, words := range map[string]string{"page": "of this service", "words": "Enter what is wrong", "elsewhere": "whole address", "email": "Enter an email address"} {
				refusedAt(t, err, field, words)
			}
			_, err = s.AddRemark(ctx, remark("The day is wrong."), "reader@example.org\r\nBcc: other@example.org")
			refusedAt(t, err, "email", "Enter an email address")
			compareTables(t, before, everything(t, s))
		})
		t.Run("notes and answers do not move the version of what the public sees", func(t *testing.T) {
			before, err := s.Version(ctx)
			if err != nil {
				t.Fatal(err)
			}
			answers(t, s, sendsIn(t, s, "Another.", "").ID)
			if after, err := s.Version(ctx); err != nil || after != before {
				t.Errorf("got %d after %d, %v", after, before, err)
			}
		})
		t.Run("whoever answers has seen the answers before, and all stay", func(t *testing.T) {
			if got := answers(t, s, m.ID); got.State != inspection.RemarkAnswered || len(got.Answers) != 1 || got.Answers[0].ByPost != storetest.Officer.Post {
				t.Fatalf("got %+v", got)
			}
			again := inspection.RemarkAnswer{Outcome: inspection.RemarkPassedOn, Words: "The trust looks too."}
			_, err := s.AnswerRemark(ctx, storetest.Clerk, m.ID, again, 0)
			refusedAt(t, err, "answers", "somebody else has answered")
			if _, err := s.AnswerRemark(ctx, storetest.Clerk, m.ID, again, 1); err != nil {
				t.Fatal(err)
			}
			got, err := s.Remark(ctx, m.ID)
			if err != nil || len(got.Answers) != 2 || got.Answers[1].Words != "The trust looks too." || got.Answers[1].On.String() != "2026-11-21" {
				t.Errorf("got %+v, %v", got, err)
			}
			if _, err := s.AnswerRemark(ctx, storetest.Clerk, "none", again, 0); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("an answer to none: %v", err)
			}
		})
		t.Run("one that wants no answer is closed, once", func(t *testing.T) {
			advertisement := sendsIn(t, s, "Buy watches.", "")
			if err := s.CloseRemark(ctx, storetest.Officer, advertisement.ID); err != nil {
				t.Fatal(err)
			}
			refusedAt(t, s.CloseRemark(ctx, storetest.Officer, advertisement.ID), "state", "already")
			if err := s.CloseRemark(ctx, storetest.Officer, "none"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("of none: %v", err)
			}
		})
		if _, err := s.Check(ctx, nil); err != nil {
			t.Error(err)
		}
	})
}

func TestRemarksAreListedWithThoseThatWaitFirst(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, one := range []struct {
			day, words string
			answered   bool
		}{{"2026-11-18", "first", true}, {"2026-11-19", "second", false}, {"2026-11-20", "third", false}, {"2026-11-21", "fourth", true}} {
			storetest.On(t, one.day)
			if m := sendsIn(t, s, one.words, ""); one.answered {
				answers(t, s, m.ID)
			}
		}
		for _, c := range []struct {
			filter store.RemarkFilter
			want   string
			all    int
		}{
			{store.RemarkFilter{Most: 10}, "second third fourth first", 4},
			{store.RemarkFilter{Skip: 1, Most: 2}, "third fourth", 4},
			{store.RemarkFilter{State: inspection.RemarkAnswered, Most: 10}, "fourth first", 2},
			{store.RemarkFilter{State: inspection.RemarkClosed, Most: 10}, "", 0},
		} {
			list, all, err := s.Remarks(ctx, c.filter)
			var words []string
			for _, m := range list {
				words = append(words, m.Words)
			}
			if got := strings.Join(words, " "); err != nil || got != c.want || all != c.all {
				t.Errorf("%+v: got %q of %d, %v; want %q of %d", c.filter, got, all, err, c.want, c.all)
			}
		}
		if open, err := s.OpenRemarks(ctx); err != nil || open != 2 {
			t.Errorf("%d wait, %v", open, err)
		}
	})
}

func TestNoMoreRemarksAreTakenThanWaitAtMost(t *testing.T) {
	s := storetest.Open(t, storetest.SQLite(t, false))
	var last inspection.Remark
	for n := range inspection.MostOpenRemarks {
		last = sendsIn(t, s, fmt.Sprintf("Note %d.", n), "")
	}
	if _, err := s.AddRemark(context.Background(), remark("One more."), ""); !errors.Is(err, store.ErrRemarksFull) {
		t.Errorf("one more: %v", err)
	}
	answers(t, s, last.ID)
	sendsIn(t, s, "One more.", "")
}

func TestAddressesOfReadersAreDropped(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		storetest.On(t, "2026-01-01")
		answered, closed, waits := sendsIn(t, s, "One.", "one@example.org"), sendsIn(t, s, "Two.", "two@example.org"), sendsIn(t, s, "Three.", "three@example.org")
		storetest.On(t, "2026-02-01")
		answers(t, s, answered.ID)
		if err := s.CloseRemark(ctx, storetest.Officer, closed.ID); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			after time.Duration // of the day on which they were answered and closed
			held  []inspection.Remark
		}{
			{inspection.ContactAfterAnswer, []inspection.Remark{answered, closed, waits}},
			{inspection.ContactAfterAnswer + time.Second, []inspection.Remark{waits}},
			{inspection.ContactHolds - 31*24*time.Hour, []inspection.Remark{waits}},
			{inspection.ContactHolds - 31*24*time.Hour + time.Second, nil},
		} {
			day := inspection.MustDate("2026-02-01").Time().Add(12 * time.Hour)
			storetest.SetNow(day.Add(c.after))
			if err := s.DropStale(ctx); err != nil {
				t.Fatal(err)
			}
			for _, m := range []inspection.Remark{answered, closed, waits} {
				want := slices.ContainsFunc(c.held, func(one inspection.Remark) bool { return one.ID == m.ID })
				if _, told, err := s.RemarkOf(ctx, m.Reference); err != nil || told != want {
					t.Errorf("after %v the address of %q is held: %v, want %v, %v", c.after, m.Words, told, want, err)
				}
			}
		}
	})
}

func TestWhatReadersWroteStaysAsItWas(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		answers(t, s, sendsIn(t, s, "The day is wrong.", "").ID)
		before := everything(t, s)
		for _, statement := range []string{
			"DELETE FROM remarks", "DELETE FROM remark_answers", "UPDATE remarks SET words = 'otherwise'", "UPDATE remarks SET page = '/'",
			"UPDATE remarks SET elsewhere = 'https://example.com'", "UPDATE remarks SET reference = 'T-'", "UPDATE remarks SET received = '2026-01-01'",
			"UPDATE remark_answers SET words = 'otherwise'", "UPDATE remark_answers SET outcome = 'passed_on'", "UPDATE remark_answers SET by_post = 'Another'",
		} {
			if err := attempt(t, dsn, statement); err == nil || !strings.Contains(err.Error(), "history cannot be rewritten") {
				t.Errorf("%s: got %v", statement, err)
			}
		}
		if !strings.HasPrefix(dsn, "postgres") {
			for _, table := range []string{"remarks", "remark_answers"} {
				if err := attempt(t, dsn, fmt.Sprintf("INSERT OR REPLACE INTO %s SELECT * FROM %s", table, table)); err == nil {
					t.Errorf("the rows of %s are replaced", table)
				}
			}
		}
		compareTables(t, before, everything(t, s))
	})
}

func TestMailAboutRemarks(t *testing.T) {
	ctx := context.Background()
	eachPost(t, "2026-10-01", func(t *testing.T, p *post) {
		t.Run("without an address of the council nobody is told", func(t *testing.T) {
			sendsIn(t, p.s, "Early.", "")
			if p.unsent() != "" {
				t.Errorf("there are messages: %s", p.unsent())
			}
		})
		if _, err := p.s.SaveSettings(ctx, storetest.Administrator, inspection.Settings{Email: "scrutiny@example.org"}); err != nil {
			t.Fatal(err)
		}
		m := sendsIn(t, p.s, "The day is wrong.", "reader@example.org")
		t.Run("the council is told once that a note came in", func(t *testing.T) {
			list := p.takeAll()
			if addressees(list) != "scrutiny@example.org" || list[0].Kind != inspection.RemarkMessage || list[0].Remark.ID != m.ID || list[0].Token != "" {
				t.Fatalf("got %+v", list)
			}
			if more := p.takeAll(); len(more) > 0 {
				t.Errorf("then also %s", addressees(more))
			}
		})
		t.Run("whoever wrote it is told once of each answer", func(t *testing.T) {
			answers(t, p.s, m.ID)
			list := p.takeAll()
			if addressees(list) != "reader@example.org" || list[0].Kind != inspection.AnswerMessage || len(list[0].Remark.Answers) != 1 {
				t.Fatalf("got %+v", list)
			}
			_, err := p.s.AnswerRemark(ctx, storetest.Officer, m.ID, inspection.RemarkAnswer{Outcome: inspection.RemarkPutRight, Words: "And so is the month."}, 1)
			if err != nil {
				t.Fatal(err)
			}
			if list := p.takeAll(); addressees(list) != "reader@example.org" {
				t.Errorf("of the second answer is told %s", addressees(list))
			}
			if more := p.takeAll(); len(more) > 0 {
				t.Errorf("then also %s", addressees(more))
			}
		})
		t.Run("whoever left no address is told nothing", func(t *testing.T) {
			quiet := sendsIn(t, p.s, "The month is wrong.", "")
			answers(t, p.s, quiet.ID)
			if list := p.takeAll(); len(list) > 0 {
				t.Errorf("told is %s: the note is answered, and its reader not known", addressees(list))
			}
		})
		t.Run("what waits is told to nobody once the address is erased", func(t *testing.T) {
			erased := sendsIn(t, p.s, "The year is wrong.", "gone@example.org")
			answers(t, p.s, erased.ID)
			p.T = t
			p.erase(inspection.OfRemark, erased.ID)
			if list := p.takeAll(); len(list) > 0 {
				t.Errorf("told is %s", addressees(list))
			}
		})
		t.Run("nothing is kept of them after thirty days", func(t *testing.T) {
			storetest.SetNow(storetest.Now().Add(store.MessagesStay + time.Hour))
			if err := p.s.DropMessages(ctx); err != nil {
				t.Fatal(err)
			}
			if rows := store.Dump(t, p.s)["outbox"]; len(rows) > 0 {
				t.Errorf("there is %s", rows)
			}
		})
	})
	t.Run("without mail nothing is made", func(t *testing.T) {
		s := storetest.Seeded(t)
		if _, err := s.SaveSettings(ctx, storetest.Administrator, inspection.Settings{Email: "scrutiny@example.org"}); err != nil {
			t.Fatal(err)
		}
		answers(t, s, sendsIn(t, s, "The day is wrong.", "reader@example.org").ID)
		if rows := store.Dump(t, s)["outbox"]; len(rows) > 0 {
			t.Errorf("there is %s", rows)
		}
	})
}
