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

func TestRecommendations(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		references := func(filter store.RecommendationFilter) []string {
			t.Helper()
			list, err := s.Recommendations(ctx, filter)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, item := range list {
				if item.Inspection == nil || len(item.Inspection.Bodies) == 0 || len(item.Themes) == 0 {
					t.Errorf("%s lacks its inspection, its bodies or its themes", item.Reference)
				}
				out = append(out, item.Reference)
			}
			return out
		}
		t.Run("an authority's are its own and its partnership's, latest letter first and each in its letter's order", func(t *testing.T) {
			got := references(store.RecommendationFilter{Authority: "north-northamptonshire"})
			want := []string{
				"NN-ILACS-2026-1", "NN-ILACS-2026-2", "NN-SEND-2024-1", "NN-SEND-2024-2", "NN-SEND-2024-3", "NN-SEND-2024-4",
				"NN-SEND-2024-5", "NN-SEND-2024-6", "NN-SEND-2024-7", "NN-SEND-2024-8", "NN-SEND-2024-9", "NN-SEND-2024-10",
				"NN-ILACS-2022-1", "NN-ILACS-2022-2", "NN-ILACS-2022-3", "NN-ILACS-2022-4",
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v; want %v", got, want)
			}
		})
		t.Run("one letter's", func(t *testing.T) {
			got := references(store.RecommendationFilter{Inspection: northLatest})
			if !slices.Equal(got, []string{"NN-ILACS-2026-1", "NN-ILACS-2026-2"}) {
				t.Errorf("got %v", got)
			}
		})
		t.Run("a theme's, of one authority", func(t *testing.T) {
			got := references(store.RecommendationFilter{Authority: "west-northamptonshire", Theme: "neglect"})
			if !slices.Equal(got, []string{"WN-ILACS-2022-2"}) {
				t.Errorf("got %v", got)
			}
		})
		t.Run("an unknown authority is not found", func(t *testing.T) {
			if _, err := s.Recommendations(ctx, store.RecommendationFilter{Authority: "atlantis"}); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("one by its reference, with its twin", func(t *testing.T) {
			item, twins, err := s.Recommendation(ctx, "NN-ILACS-2026-1")
			if err != nil {
				t.Fatal(err)
			}
			if item.Inspection.ID != northLatest || len(twins) != 1 || twins[0].Reference != "WN-ILACS-2026-1" {
				t.Errorf("got %+v with %+v", item, twins)
			}
		})
		t.Run("one that stands in one letter only has no twin", func(t *testing.T) {
			if _, twins, err := s.Recommendation(ctx, "NN-SEND-2024-1"); err != nil || len(twins) != 0 {
				t.Errorf("got %v, %v", twins, err)
			}
		})
		t.Run("an unknown reference is not found", func(t *testing.T) {
			if _, _, err := s.Recommendation(ctx, "NN-ILACS-1999-1"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	})
}
