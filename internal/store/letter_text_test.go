package store_test

import (
	"errors"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestAddLetterText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		read := inspection.Draft{
			Kind: "ilacs-short", LeadInspector: "Robin Sample", WholeListHeld: true,
			Items: []inspection.DraftItem{{Key: "1", Kind: inspection.Improvement, Words: "First."}, {Key: "2", Kind: inspection.Improvement, Words: "Second."}},
			Evidence: []inspection.Evidence{
				{Field: "kind", Page: 1, Quote: "one week"}, {Field: "item.1", Page: 1, Quote: "First."}, {Field: "item.2", Page: 2, Quote: "Second."},
			},
		}
		picture := func(name string) inspection.Letter {
			letter, err := s.AddLetter(ctx, officer, name, store.ReadLetter{
				State: inspection.LetterReady, Original: []byte(name), MediaType: "application/pdf", Draft: inspection.Draft{Warnings: []string{"A picture."}},
			})
			if err != nil {
				t.Fatal(err)
			}
			return letter
		}
		t.Run("a picture gets its text, and what was read of it", func(t *testing.T) {
			letter := picture("plain.pdf")
			if _, err := s.AddLetterText(ctx, officer, letter.ID, letter.Revision, []string{"one", "two"}, read); err != nil {
				t.Fatal(err)
			}
			got, err := s.Letter(ctx, officer, letter.ID)
			if err != nil || got.Revision != 2 || got.DocumentHash != letter.DocumentHash || len(got.Pages) != 2 || got.Pages[1].Words != "two" {
				t.Fatalf("got %+v, %v", got, err)
			}
			if d := got.Draft; d.Kind != "ilacs-short" || len(d.Items) != 2 || len(d.Evidence) != 3 || d.Evidence[2].Field != "item.2" || len(d.Warnings) != 0 {
				t.Errorf("its draft is %+v", d)
			}
			var problems inspection.Problems
			if _, err := s.AddLetterText(ctx, officer, letter.ID, 2, []string{"one"}, read); !errors.As(err, &problems) {
				t.Errorf("it took a second text: %v", err)
			}
		})
		t.Run("what an officer typed before stays", func(t *testing.T) {
			letter := picture("typed.pdf")
			typed := letter.Draft
			typed.Received, typed.LeadInspector = june, "R. Sample"
			typed.Items = []inspection.DraftItem{{Key: "1", Kind: inspection.Improvement, Words: "SECOND", Gloss: "Ours."}}
			saved, err := s.SaveDraft(ctx, officer, letter.ID, letter.Revision, typed)
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.AddLetterText(ctx, officer, letter.ID, saved.Revision, []string{"one", "two"}, read)
			if err != nil {
				t.Fatal(err)
			}
			d := got.Draft
			if d.Received != june || d.LeadInspector != "R. Sample" || d.Kind != "ilacs-short" || !d.WholeListHeld {
				t.Errorf("the draft is %+v", d)
			}
			if len(d.Items) != 2 || d.Items[0].Words != "SECOND" || d.Items[0].Gloss != "Ours." || d.Items[0].Key != "1" || d.Items[1].Words != "First." {
				t.Fatalf("its items are %+v", d.Items)
			}
			for field, quote := range map[string]string{"item.1": "Second.", "item." + d.Items[1].Key: "First."} {
				found := false
				for _, e := range d.Evidence {
					found = found || e.Field == field && e.Quote == quote
				}
				if !found {
					t.Errorf("%q is not the evidence of %s: %+v", quote, field, d.Evidence)
				}
			}
		})
		t.Run("another officer's draft is not written over", func(t *testing.T) {
			letter := picture("both.pdf")
			if _, err := s.SaveDraft(ctx, officer, letter.ID, letter.Revision, inspection.Draft{Topic: "front door"}); err != nil {
				t.Fatal(err)
			}
			var conflict *inspection.DraftConflict
			if _, err := s.AddLetterText(ctx, officer, letter.ID, letter.Revision, []string{"one"}, read); !errors.As(err, &conflict) {
				t.Errorf("got %v", err)
			}
			if got, err := s.Letter(ctx, officer, letter.ID); err != nil || len(got.Pages) != 0 || got.Draft.Topic != "front door" {
				t.Errorf("got %+v, %v", got, err)
			}
		})
		t.Run("a letter that is set aside takes none", func(t *testing.T) {
			letter := picture("aside.pdf")
			if _, err := s.SetLetterState(ctx, officer, letter.ID, inspection.LetterSetAside, "twice", inspection.Date{}); err != nil {
				t.Fatal(err)
			}
			var problems inspection.Problems
			if _, err := s.AddLetterText(ctx, officer, letter.ID, letter.Revision, []string{"one"}, read); !errors.As(err, &problems) {
				t.Errorf("got %v", err)
			}
		})
	})
}
