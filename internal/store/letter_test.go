package store_test

import (
	"bytes"
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

var june = inspection.MustDate("2026-06-30")

// addLetter adds a letter that is ready to review.
func addLetter(t *testing.T, s *store.Store, draft inspection.Draft) inspection.Letter {
	t.Helper()
	letter, err := s.AddLetter(context.Background(), officer, "letter.pdf", store.ReadLetter{State: inspection.LetterReady, Draft: draft})
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

func TestLetterStates(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		t.Run("a file waits, is read and is ready with its original, pages and draft", func(t *testing.T) {
			letter, err := s.StartLetter(ctx, officer, "north.pdf", store.HeldFile{})
			if err != nil || letter.State != inspection.LetterWaiting {
				t.Fatalf("got %+v, %v", letter, err)
			}
			if err := s.SetReading(ctx, officer, letter.ID); err != nil {
				t.Fatal(err)
			}
			original := bytes.Repeat([]byte("%PDF of more than one chunk. "), 100_000)
			draft := inspection.Draft{Kind: "ilacs-short", FieldworkStart: june,
				Evidence: []inspection.Evidence{{Field: "kind", Page: 1, Quote: "one week", Rule: "r", Certainty: inspection.Check}}}
			_, err = s.FinishLetter(ctx, officer, letter.ID, store.ReadLetter{State: inspection.LetterReady, Original: original,
				MediaType: "application/pdf", Pages: []string{"first", "second"}, Draft: draft})
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Letter(ctx, officer, letter.ID)
			if err != nil || got.State != inspection.LetterReady || got.Revision != 1 || len(got.Pages) != 2 || got.Pages[1].Words != "second" {
				t.Fatalf("got %+v, %v", got, err)
			}
			if got.Draft.Kind != "ilacs-short" || got.Draft.FieldworkStart != june || !slices.Equal(got.Draft.Evidence, draft.Evidence) {
				t.Errorf("the draft came back as %+v", got.Draft)
			}
			if got.CreatedBy != officer.Post || !got.CreatedAt.Equal(storetest.Now()) {
				t.Errorf("it was added by %q at %s", got.CreatedBy, got.CreatedAt)
			}
			document, data, err := s.Document(ctx, got.DocumentHash)
			if err != nil || !bytes.Equal(data, original) || document.MediaType != "application/pdf" || document.Size != int64(len(original)) {
				t.Errorf("the original came back as %+v with %d bytes, %v", document, len(data), err)
			}
			if byHash, ok, err := s.LetterByHash(ctx, officer, got.DocumentHash); err != nil || !ok || byHash.ID != letter.ID {
				t.Errorf("by its hash: %v, %v, %v", byHash.ID, ok, err)
			}
			history, err := s.LetterHistory(ctx, officer, letter.ID)
			if err != nil || len(history) != 3 || history[0].Action != inspection.Created || history[2].Action != inspection.Updated {
				t.Errorf("its history is %+v, %v", history, err)
			}
		})
		t.Run("the same file again is the letter that holds it", func(t *testing.T) {
			read := store.ReadLetter{State: inspection.LetterReady, Original: []byte("%PDF same"), MediaType: "application/pdf"}
			first, err := s.AddLetter(ctx, officer, "a.pdf", read)
			if err != nil {
				t.Fatal(err)
			}
			before, err := s.Last(ctx)
			if err != nil {
				t.Fatal(err)
			}
			again, err := s.AddLetter(ctx, officer, "b.pdf", read)
			after, lastErr := s.Last(ctx)
			if err != nil || lastErr != nil || again.ID != first.ID || after != before {
				t.Errorf("adding again gave letter %s and entries %v to %v, %v", again.ID, before.Number, after.Number, errors.Join(err, lastErr))
			}
			waiting, err := s.StartLetter(ctx, officer, "c.pdf", store.HeldFile{})
			if err != nil {
				t.Fatal(err)
			}
			aside, err := s.FinishLetter(ctx, officer, waiting.ID, read)
			if err != nil || aside.State != inspection.LetterSetAside || aside.DocumentHash != "" || !strings.Contains(aside.Problem, "already held") {
				t.Errorf("uploading again gave %+v, %v", aside, err)
			}
		})
		t.Run("a hash that no letter has finds none, nor does the empty one", func(t *testing.T) {
			addLetter(t, s, inspection.Draft{})
			for _, hash := range []string{"", "00"} {
				if _, ok, err := s.LetterByHash(ctx, officer, hash); ok || err != nil {
					t.Errorf("%q: %v, %v", hash, ok, err)
				}
			}
		})
		t.Run("an officer moves a letter back and forth, with reasons where needed", func(t *testing.T) {
			id := addLetter(t, s, inspection.Draft{}).ID
			got, err := s.SetLetterState(ctx, officer, id, inspection.LetterEmbargoed, "", june)
			if err != nil || got.State != inspection.LetterEmbargoed || got.PlannedFor != june {
				t.Fatalf("got %+v, %v", got, err)
			}
			var problems inspection.Problems
			if _, err := s.SetLetterState(ctx, officer, id, inspection.LetterSetAside, " ", june); !errors.As(err, &problems) || problems[0].Field != "reason" {
				t.Errorf("without a reason: %v", err)
			}
			if _, err := s.SetLetterState(ctx, officer, id, inspection.LetterPublished, "", june); !errors.As(err, &problems) {
				t.Errorf("published by hand: %v", err)
			}
			got, err = s.SetLetterState(ctx, officer, id, inspection.LetterSetAside, "sent to us by mistake", inspection.Date{})
			if err != nil || got.Problem != "sent to us by mistake" || got.PlannedFor.Known() {
				t.Errorf("aside: %+v, %v", got, err)
			}
			if _, err := s.SaveDraft(ctx, officer, id, 1, inspection.Draft{Note: "x"}); !errors.As(err, &problems) {
				t.Errorf("its draft could be saved: %v", err)
			}
			got, err = s.SetLetterState(ctx, officer, id, inspection.LetterReady, "", inspection.Date{})
			if err != nil || got.Problem != "" {
				t.Errorf("back: %+v, %v", got, err)
			}
		})
		t.Run("an unknown letter is not found", func(t *testing.T) {
			_, err := s.Letter(ctx, officer, "none")
			_, saveErr := s.SaveDraft(ctx, officer, "none", 0, inspection.Draft{})
			_, _, documentErr := s.Document(ctx, "none")
			for _, err := range []error{err, saveErr, documentErr} {
				if !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("got %v", err)
				}
			}
		})
	})
}

// A letter that must not be held, as a draft for factual accuracy, leaves its file's name and the reason, and no more.
func TestARefusedLetterLeavesNothing(t *testing.T) {
	ctx := context.Background()
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		letter, err := s.StartLetter(ctx, officer, "secret.pdf", store.HeldFile{})
		if err != nil {
			t.Fatal(err)
		}
		refused := store.ReadLetter{
			State: inspection.LetterUnreadable, Problem: "This is a draft for checking facts.", Original: []byte("%PDF hush-bytes"),
			MediaType: "application/pdf", Pages: []string{"hush-page"}, Draft: inspection.Draft{Note: "hush-note", LeadInspector: "hush-name"},
		}
		got, err := s.FinishLetter(ctx, officer, letter.ID, refused)
		if err != nil || got.State != inspection.LetterUnreadable || got.Problem != refused.Problem {
			t.Fatalf("got %+v, %v", got, err)
		}
		for table, rows := range store.Dump(t, s) {
			for _, row := range rows {
				if strings.Contains(row, "hush") || strings.Contains(row, fmt.Sprint([]byte("hush"))[1:12]) {
					t.Errorf("table %s holds %s", table, row)
				}
			}
		}
	})
}

func TestSaveDraft(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first := inspection.Draft{Topic: "front door", LeadInspector: "A", Evidence: []inspection.Evidence{{Field: "topic", Page: 1, Quote: "front door"}}}
		id := addLetter(t, s, first).ID
		second := first
		second.Topic = "care leavers"
		if got, err := s.SaveDraft(ctx, officer, id, 1, second); err != nil || got.Revision != 2 || got.Draft.Topic != "care leavers" {
			t.Fatalf("got %+v, %v", got, err)
		}
		t.Run("the second to save is told, with what both began from, and nothing changes", func(t *testing.T) {
			mine := first
			mine.LeadInspector = "B"
			_, err := s.SaveDraft(ctx, officer, id, 1, mine)
			var conflict *inspection.DraftConflict
			if !errors.As(err, &conflict) {
				t.Fatalf("got %v", err)
			}
			if conflict.Base.Topic != "front door" || len(conflict.Base.Evidence) != 1 || conflict.Theirs.Topic != "care leavers" || conflict.Letter.Revision != 2 {
				t.Errorf("got %+v", conflict)
			}
			merged, changed := inspection.RebaseDraft(conflict.Base, conflict.Theirs, mine)
			if merged.Topic != "care leavers" || merged.LeadInspector != "B" || len(changed) != 1 {
				t.Errorf("together they are %+v; changed %+v", merged, changed)
			}
			if _, err := s.PublishLetter(ctx, officer, id, 1); !errors.As(err, &conflict) {
				t.Errorf("a draft nobody saw was published: %v", err)
			}
		})
		t.Run("every value that was replaced stays in the history, and evidence is not repeated", func(t *testing.T) {
			history, err := s.LetterHistory(ctx, officer, id)
			if err != nil || len(history) != 2 {
				t.Fatalf("got %d entries, %v", len(history), err)
			}
			if last := history[1]; !strings.Contains(last.Before, "front door") || !strings.Contains(last.After, "care leavers") || strings.Contains(last.After, `"quote"`) {
				t.Errorf("got %s and %s", last.Before, last.After)
			}
		})
	})
}

func TestVersionStaysWhileADraftIsWorkedOn(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		before, err := s.Version(ctx)
		if err != nil {
			t.Fatal(err)
		}
		last, err := s.Last(ctx)
		if err != nil || before != last.Number {
			t.Fatalf("the version is %d, the last entry %d, %v", before, last.Number, err)
		}
		letter := addLetter(t, s, inspection.Draft{})
		if _, err := s.SaveDraft(ctx, officer, letter.ID, 1, inspection.Draft{Note: "later"}); err != nil {
			t.Fatal(err)
		}
		after, err := s.Version(ctx)
		if err != nil || after != before {
			t.Errorf("it went from %d to %d, %v", before, after, err)
		}
		if checked, err := s.Check(ctx, &last); err != nil || checked.Entries != last.Number+2 {
			t.Errorf("the chain has %d entries, %v; want two more than %d", checked.Entries, err, last.Number)
		}
	})
}

func TestVersionIsReadFromItsIndexAlone(t *testing.T) {
	if plan := store.VersionPlan(t, storetest.Seeded(t)); !strings.Contains(plan, "USING INDEX changes_public") || strings.Contains(plan, "TEMP") {
		t.Errorf("the plan is %s", plan)
	}
}

func TestADamagedDocumentIsNotHandedOut(t *testing.T) {
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		read := store.ReadLetter{State: inspection.LetterReady, Original: []byte("%PDF whole"), MediaType: "application/pdf"}
		letter, err := storetest.Open(t, dsn).AddLetter(context.Background(), officer, "a.pdf", read)
		if err != nil {
			t.Fatal(err)
		}
		change(t, dsn, "DELETE FROM document_chunks")
		if _, data, err := storetest.Open(t, dsn).Document(context.Background(), letter.DocumentHash); err == nil || data != nil {
			t.Errorf("got %q, %v", data, err)
		}
	})
}
