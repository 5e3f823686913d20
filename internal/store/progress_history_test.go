package store_test

import (
	"context"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestPositionHistory(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		council := storetest.Progress(t, s, 20, 60)[0]
		list, err := s.Positions(ctx, council, inspection.Date{})
		if err != nil {
			t.Fatal(err)
		}
		references := []string{"C001-NO-SUCH-1"}
		for _, item := range list {
			references = append(references, item.Reference)
		}
		history, err := s.PositionHistory(ctx, references)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("tells on every day what the list of that day tells", func(t *testing.T) {
			several := 0
			for _, day := range []string{"2026-01-11", "2026-01-12", "2026-04-20", "2026-07-27", "2026-08-31", "2026-11-21"} {
				day := inspection.MustDate(day)
				list, err := s.Positions(ctx, council, day)
				if err != nil {
					t.Fatal(err)
				}
				for _, item := range list {
					got := inspection.PositionOn(item.Reference, history[item.Reference], day)
					if got.State != item.Position.State || got.Due != item.Position.Due || got.TimesMoved != item.Position.TimesMoved {
						t.Errorf("%s on %s: %s, due %s; the list says %s, due %s", item.Reference, day, got.State, got.Due, item.Position.State, item.Position.Due)
					}
					if len(history[item.Reference]) > 3 {
						several++
					}
				}
			}
			if several == 0 {
				t.Error("no item has a history to speak of")
			}
		})
		t.Run("an item of which nothing is recorded has none", func(t *testing.T) {
			if n := len(history["C001-ILACS-2014-1"]) + len(history["C001-NO-SUCH-1"]); n != 0 {
				t.Errorf("%d positions", n)
			}
		})
		t.Run("it holds nothing that is for officers or members", func(t *testing.T) {
			for reference, positions := range history {
				for _, p := range positions {
					if p.Updated(inspection.ForOfficers) != p.Updated(inspection.ForPublic) || p.EvidenceOn(inspection.ForOfficers) != p.EvidenceOn(inspection.ForPublic) ||
						p.AskedWhy != "" && p.AskedAudience != inspection.ForPublic {
						t.Errorf("%s from %s: %+v", reference, p.FromDay, p)
					}
				}
			}
		})
	})
}
