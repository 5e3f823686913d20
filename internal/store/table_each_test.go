package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// gathered collects what is handed over one by one.
func gathered[T, F any](t *testing.T, each func(context.Context, F, func(T) error) error, filter F) []T {
	t.Helper()
	var out []T
	if err := each(t.Context(), filter, func(one T) error { out = append(out, one); return nil }); err != nil {
		t.Fatalf("%+v: %v", filter, err)
	}
	return out
}

func TestInspectionsOneByOneAreThoseOfTheList(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		for _, filter := range []store.InspectionFilter{
			{}, {Authority: "northamptonshire"}, {Kind: "sif"}, {Framework: "ilacs-2018", Year: 2022}, {OutBy: storetest.On(t, "2016-06-30")},
			{Authority: north, Year: 2026, Sort: store.SortByAuthority, Limit: 1},
		} {
			wanted := filter
			wanted.Limit = 0
			list, _, err := s.Inspections(t.Context(), wanted)
			if err != nil {
				t.Fatal(err)
			}
			says := func(in *inspection.Inspection) string {
				return fmt.Sprintf("%s %v %v", in.ID, in.Bodies, in.Judgements)
			}
			var want, got []string
			for _, in := range list {
				want = append(want, says(in))
			}
			for _, in := range gathered(t, s.EachInspection, filter) {
				got = append(got, says(in))
			}
			if slices.Sort(want); !slices.Equal(sorted(got), want) || len(want) == 0 {
				t.Errorf("%+v: %d are handed over, %d are listed", filter, len(got), len(want))
			}
		}
	})
}

func sorted(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return out
}

func TestAreasToImproveOneByOneAreThoseOfTheList(t *testing.T) {
	storetest.LeaveOutWalk(t)
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		storetest.Progress(t, s, 600, 1200)
		says := func(item store.ListedRecommendation) string {
			return fmt.Sprintf("%s %v %+v %d", item.Reference, item.Themes, item.Position, len(item.Views))
		}
		for _, reader := range []inspection.Audience{inspection.ForPublic, inspection.ForOfficers} {
			for _, filter := range append(everyShow(), store.PositionFilter{Authority: "northamptonshire"}, store.PositionFilter{Theme: "permanence"},
				store.PositionFilter{Stage: inspection.Stages()[1]}, store.PositionFilter{AsOf: storetest.On(t, "2023-01-31")}) {
				filter.Reader = reader
				var want, got []string
				for page, pages := 1, 1; page <= pages; page++ {
					filter.Page = page
					found, err := s.RecommendationPage(t.Context(), filter)
					if err != nil {
						t.Fatal(err)
					}
					for _, item := range found.List {
						want = append(want, says(item))
					}
					pages = found.Pages
				}
				for _, item := range gathered(t, s.EachRecommendation, filter) {
					got = append(got, says(item))
				}
				if !slices.Equal(sorted(got), sorted(want)) {
					t.Errorf("%+v: %d are handed over, %d are listed", filter, len(got), len(want))
				}
			}
		}
	})
}

// everyShow is a filter for each way in which the list can be narrowed.
func everyShow() []store.PositionFilter {
	out := []store.PositionFilter{{}}
	for _, show := range store.Shows() {
		out = append(out, store.PositionFilter{Show: show})
	}
	return out
}

func TestActionsOneByOneAreThoseOfTheList(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-11-21")
		d.bringIn(d.actionTracker(
			actionRow("1", "Audit plans", "Director of social care", "31/03/27", "In progress", "Begun", ""),
			actionRow("1, WN-ILACS-2026-1", "Train", "Director of social care", "2026-12-31", "", "", ""),
		))
		for _, filter := range []store.ActionFilter{
			{Reader: inspection.ForOfficers}, {Reader: inspection.ForPublic}, {Authority: "west-northamptonshire", Reader: inspection.ForMembers},
			{Reference: northArea, Reader: inspection.ForMembers}, {Reader: inspection.ForOfficers, AsOf: storetest.On(t, "2026-01-31")},
		} {
			list, err := s.Actions(t.Context(), filter)
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			for _, a := range list {
				want = append(want, fmt.Sprintf("%+v", a))
			}
			for _, a := range gathered(t, s.EachAction, filter) {
				got = append(got, fmt.Sprintf("%+v", a.Action))
				if len(a.Areas) != len(a.References) || a.Areas[0] == "" {
					t.Errorf("the areas of %s are %q", a.ID, a.Areas)
				}
			}
			if !slices.Equal(sorted(got), sorted(want)) {
				t.Errorf("%+v: %q are handed over, %q are listed", filter, got, want)
			}
		}
	})
}

func TestMilestonesOneByOneAreThoseOfTheList(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		list, err := s.Milestones(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, m := range list {
			want = append(want, fmt.Sprintf("%+v", m))
		}
		if err := s.EachMilestone(t.Context(), func(m inspection.Milestone) error { got = append(got, fmt.Sprintf("%+v", m)); return nil }); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(sorted(got), sorted(want)) || len(want) == 0 {
			t.Errorf("%d are handed over, %d are listed", len(got), len(want))
		}
	})
}

func TestHandingOverStopsWhereItIsToldTo(t *testing.T) {
	s := storetest.Seeded(t)
	enough, n := errors.New("enough"), 0
	err := s.EachInspection(t.Context(), store.InspectionFilter{}, func(*inspection.Inspection) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || n != 3 {
		t.Errorf("%d were handed over, then %v", n, err)
	}
	for name, err := range map[string]error{
		"inspections": s.EachInspection(t.Context(), store.InspectionFilter{Authority: "atlantis"}, nil),
		"areas":       s.EachRecommendation(t.Context(), store.PositionFilter{Authority: "atlantis"}, nil),
		"actions":     s.EachAction(t.Context(), store.ActionFilter{Authority: "atlantis"}, nil),
	} {
		if !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("%s of a council that is not there: %v", name, err)
		}
	}
}
