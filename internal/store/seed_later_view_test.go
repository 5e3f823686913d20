package store_test

import (
	"context"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestTheSeedsLaterViewsAreLoadedOnceWithTheirEntries(t *testing.T) {
	ctx := context.Background()
	seed := storetest.Seed(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		loaded, err := s.LoadSeed(ctx, seed)
		if err != nil {
			t.Fatal(err)
		}
		if views, links := loaded.Added[inspection.OfLaterView], loaded.Added[inspection.OfLink]; views != len(seed.LaterViews) || links != len(seed.Links) || links != 2 {
			t.Errorf("%d views and %d links were added; want %d and 2", views, links, len(seed.LaterViews))
		}
		if again, err := s.LoadSeed(ctx, seed); err != nil || again.Total() != 0 {
			t.Errorf("loading again added %v, %v", again.Added, err)
		}
		if checked, err := s.Check(ctx, nil); err != nil || checked.Entries != int64(loaded.Total()) {
			t.Errorf("%d records made %d entries, %v", loaded.Total(), checked.Entries, err)
		}
		record, err := s.Record(ctx, "north-northamptonshire")
		if err != nil {
			t.Fatal(err)
		}
		if len(record.LaterViews) != len(seed.LaterViews) || len(record.Links) != 1 {
			t.Fatalf("North's record has %d views and %d links", len(record.LaterViews), len(record.Links))
		}
		for _, v := range record.LaterViews {
			if v.Recorded != inspection.DayOf(storetest.Now()) || v.ByPost != inspection.Seeder.Post {
				t.Errorf("%s was recorded on %s by %q", v.ID, v.Recorded, v.ByPost)
			}
		}
		if views := record.ViewsOf("NN-ILACS-2022-4", inspection.MustDate("2026-07-07")); len(views) != 3 || views[0].Paragraph != "9" || views[2].Paragraph != "47" {
			t.Errorf("the fourth area of 2022 has %+v", views)
		}
	})
}

func TestALinkThatAnOfficerTookAwayStaysAway(t *testing.T) {
	ctx := context.Background()
	seed := storetest.Seed(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if _, err := s.LoadSeed(ctx, seed); err != nil {
			t.Fatal(err)
		}
		if err := s.UnlinkRecommendations(ctx, storetest.Officer, seed.Links[0]); err != nil {
			t.Fatal(err)
		}
		if again, err := s.LoadSeed(ctx, seed); err != nil || again.Total() != 0 {
			t.Errorf("loading the seed again brought back %v, %v", again.Added, err)
		}
	})
}
