package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestLaterViews(t *testing.T) {
	ctx := context.Background()
	const westPast = "WN-ILACS-2022-1"
	westLatest := "west-northamptonshire-ilacs-standard-2026-05-11"
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		view := inspection.LaterView{Reference: westPast, InspectionID: westLatest, View: inspection.Improving, Paragraph: "12", Gloss: "Plans are better."}
		var kept inspection.LaterView
		t.Run("it is kept with its day and its maker, and stands in the order of paragraphs", func(t *testing.T) {
			d.T = t
			var err error
			if kept, err = s.AddLaterView(ctx, storetest.Officer, view); err != nil || kept.Recorded != today() || kept.ByPost != storetest.Officer.Post {
				t.Fatalf("got %+v, %v", kept, err)
			}
			for _, paragraph := range []string{"9", "3.2", "3.12"} {
				next := view
				next.Paragraph = paragraph
				if _, err := s.AddLaterView(ctx, storetest.Officer, next); err != nil {
					t.Fatal(err)
				}
			}
			var got []string
			for _, v := range d.progress(westPast, inspection.ForPublic, "").Views {
				got = append(got, v.Paragraph)
			}
			if !slices.Equal(got, []string{"3.2", "3.12", "9", "12"}) {
				t.Errorf("the paragraphs are %v", got)
			}
		})
		t.Run("what the letter cannot say is refused", func(t *testing.T) {
			before := everything(t, s)
			wrong := view
			wrong.InspectionID = northLatest
			_, err := s.AddLaterView(ctx, storetest.Officer, wrong)
			refusedAt(t, err, "inspection", "about the same council")
			wrong = view
			wrong.Quote = "Words that nobody holds."
			_, err = s.AddLaterView(ctx, storetest.Officer, wrong)
			refusedAt(t, err, "quote", "not held")
			wrong.Reference = "NN-ILACS-1999-1"
			if _, err := s.AddLaterView(ctx, storetest.Officer, wrong); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
			compareTables(t, before, everything(t, s))
		})
		t.Run("one that was wrong is taken back once, with a reason, and is shown no more", func(t *testing.T) {
			d.T = t
			refusedAt(t, s.WithdrawLaterView(ctx, storetest.Officer, kept.ID, " "), "reason", "Enter why")
			if err := s.WithdrawLaterView(ctx, storetest.Officer, kept.ID, "It speaks of another matter."); err != nil {
				t.Fatal(err)
			}
			refusedAt(t, s.WithdrawLaterView(ctx, storetest.Officer, kept.ID, "Again."), "reason", "taken back already")
			if views := d.progress(westPast, inspection.ForPublic, "").Views; len(views) != 3 {
				t.Errorf("it has %+v", views)
			}
			if err := s.WithdrawLaterView(ctx, storetest.Officer, "nowhere", "Gone."); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
			if entry := s.LastChange(t, inspection.OfLaterView, kept.ID); entry.Action != inspection.Updated {
				t.Errorf("the entry is %+v", entry)
			}
		})
		t.Run("items are linked once, and parted again", func(t *testing.T) {
			l := inspection.RecommendationLink{FromReference: "WN-ILACS-2026-2", ToReference: "WN-ILACS-2022-3", Kind: inspection.LinkArisesFrom}
			before, err := s.Links(ctx, []string{l.ToReference})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := s.LinkRecommendations(ctx, storetest.Officer, l); err != nil {
					t.Fatal(err)
				}
			}
			for _, end := range []string{l.FromReference, l.ToReference} {
				links, err := s.Links(ctx, []string{end})
				if err != nil || len(links) != len(before)+1 || links[0].ByPost != storetest.Officer.Post {
					t.Errorf("%s has %+v, %v", end, links, err)
				}
			}
			for _, want := range []error{nil, inspection.ErrNotFound} {
				if err := s.UnlinkRecommendations(ctx, storetest.Officer, l); !errors.Is(err, want) {
					t.Errorf("got %v; want %v", err, want)
				}
			}
			l.ToReference = "NN-ILACS-1999-1"
			refusedAt(t, s.LinkRecommendations(ctx, storetest.Officer, l), "earlier", "Check the reference")
		})
	})
}
