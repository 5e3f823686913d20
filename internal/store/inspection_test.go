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

func TestInspections(t *testing.T) {
	seed := storetest.Seed(t)
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		list := func(filter store.InspectionFilter) []*inspection.Inspection {
			t.Helper()
			found, total, err := s.Inspections(context.Background(), filter)
			if err != nil {
				t.Fatal(err)
			}
			if filter.Limit == 0 && filter.Offset == 0 && total != len(found) {
				t.Errorf("the total is %d, but %d were found", total, len(found))
			}
			return found
		}
		t.Run("without a filter there are all, with bodies and judgements", func(t *testing.T) {
			all := list(store.InspectionFilter{})
			if len(all) != len(seed.Inspections) {
				t.Errorf("got %d; want %d", len(all), len(seed.Inspections))
			}
			for _, in := range all {
				if len(in.Bodies) == 0 {
					t.Errorf("%s has no body", in.ID)
				}
				i := slices.IndexFunc(seed.Inspections, func(want *inspection.Inspection) bool { return want.ID == in.ID })
				if want := seed.Inspections[i]; len(in.Judgements) != len(want.Judgements) {
					t.Errorf("%s has %d judgements; want %d", in.ID, len(in.Judgements), len(want.Judgements))
				}
			}
		})
		t.Run("an authority's list has its partnership's and none that is only its earlier council's", func(t *testing.T) {
			ids := inspectionIDs(list(store.InspectionFilter{Authority: "north-northamptonshire"}))
			for id, want := range map[string]bool{
				northLatest: true,
				"north-northamptonshire-local-area-partnership-area-send-2024-01-22": true,
				"northamptonshire-ilacs-focused-visit-2023-10":                       true,
				"northamptonshire-county-council-ilacs-standard-2019-06-17":          false,
				"west-northamptonshire-ilacs-standard-2026-05-11":                    false,
			} {
				if slices.Contains(ids, id) != want {
					t.Errorf("%s: listed is %v", id, !want)
				}
			}
		})
		t.Run("a place's list has those of all its members and of the earlier council", func(t *testing.T) {
			ids := inspectionIDs(list(store.InspectionFilter{Authority: "northamptonshire", Kind: "ilacs-standard"}))
			want := []string{
				"northamptonshire-county-council-ilacs-standard-2019-06-17",
				"north-northamptonshire-ilacs-standard-2022-10-03", "west-northamptonshire-ilacs-standard-2022-10-03",
				"north-northamptonshire-ilacs-standard-2026-05-11", "west-northamptonshire-ilacs-standard-2026-05-11",
			}
			if !slices.Equal(ids, want) {
				t.Errorf("got %v; want %v", ids, want)
			}
		})
		t.Run("the year is that of publication, or of the fieldwork where that is unknown", func(t *testing.T) {
			for _, in := range list(store.InspectionFilter{Year: 2022}) {
				if day, _ := in.OutDay(); day.Year() != 2022 {
					t.Errorf("%s came out on %s", in.ID, day)
				}
			}
			ids := inspectionIDs(list(store.InspectionFilter{Year: 2020, Authority: "northamptonshire-county-council"}))
			if !slices.Contains(ids, "northamptonshire-county-council-ilacs-monitoring-visit-2020-02") {
				t.Errorf("the visit without a publication date is missing from %v", ids)
			}
		})
		t.Run("filters narrow together", func(t *testing.T) {
			got := inspectionIDs(list(store.InspectionFilter{Authority: "bradford", Kind: "ilacs-standard", Framework: "ilacs-2018", Year: 2018}))
			want := inspectionIDs(slices.DeleteFunc(slices.Clone(seed.Inspections), func(in *inspection.Inspection) bool {
				return !in.Of("bradford") || in.Kind != "ilacs-standard" || in.Framework != "ilacs-2018" || in.Published.Year() != 2018
			}))
			if !slices.Equal(got, want) || len(want) == 0 {
				t.Errorf("got %v; want %v", got, want)
			}
		})
		t.Run("every order is the same on each engine and its reverse the other way round", func(t *testing.T) {
			for _, order := range store.InspectionSorts() {
				up, down := inspectionIDs(list(store.InspectionFilter{Sort: order})), inspectionIDs(list(store.InspectionFilter{Sort: order, Descending: true}))
				slices.Reverse(down)
				if !slices.Equal(up, down) {
					t.Errorf("order %s is not its reverse's reverse", order)
				}
			}
			names := list(store.InspectionFilter{Sort: store.SortByAuthority})
			if first, last := names[0].Bodies[0].BodyID, names[len(names)-1].Bodies[0].BodyID; first != "barking-and-dagenham" || last != "york-local-area-partnership" {
				t.Errorf("by authority they go from %s to %s", first, last)
			}
		})
		t.Run("pages together are the whole list", func(t *testing.T) {
			whole := inspectionIDs(list(store.InspectionFilter{}))
			var pages []string
			for offset := 0; offset < len(whole)+100; offset += 100 {
				pages = append(pages, inspectionIDs(list(store.InspectionFilter{Limit: 100, Offset: offset}))...)
			}
			if !slices.Equal(whole, pages) {
				t.Error("they are not")
			}
		})
		t.Run("an unknown authority is not found", func(t *testing.T) {
			_, _, err := s.Inspections(context.Background(), store.InspectionFilter{Authority: "atlantis"})
			if !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	})
}

func TestInspectionRecord(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		for name, c := range map[string]struct{ id, with string }{
			"an inspection of a council, with the one before":      {northLatest, "north-northamptonshire-ilacs-standard-2022-10-03"},
			"an inspection of the trust, with another of its kind": {"northamptonshire-childrens-trust-fostering-agency-2023-03-21", "northamptonshire-childrens-trust-fostering-agency-2021-10"},
			"an inspection of a partnership":                       {"west-northamptonshire-local-area-partnership-area-send-2024-03-18", ""},
			"a visit whose council is not confirmed":               {"northamptonshire-ilacs-focused-visit-2025-04", ""},
		} {
			t.Run(name, func(t *testing.T) {
				in, record, err := s.InspectionRecord(ctx, c.id)
				if err != nil {
					t.Fatal(err)
				}
				if in.ID != c.id {
					t.Errorf("got %s", in.ID)
				}
				if c.with != "" && !slices.Contains(inspectionIDs(record.Inspections), c.with) {
					t.Errorf("the record lacks %s", c.with)
				}
			})
		}
		t.Run("an unknown one is not found", func(t *testing.T) {
			if _, _, err := s.InspectionRecord(ctx, "nowhere-sif-2013"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	})
}
