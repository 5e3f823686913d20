package store_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestSources(t *testing.T) {
	seed := storetest.Seed(t)
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		t.Run("each source has all that rests on it", func(t *testing.T) {
			sources, err := s.Sources(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if len(sources) != len(seed.Sources) {
				t.Errorf("got %d sources; want %d", len(sources), len(seed.Sources))
			}
			uses := map[inspection.RecordKind]int{}
			for _, source := range sources {
				for _, use := range source.Uses {
					uses[use.Kind]++
					if use.Title == "" {
						t.Errorf("%s: %s %s has no title", source.ID, use.Kind, use.ID)
					}
				}
			}
			want := map[inspection.RecordKind]int{
				inspection.OfSuccession: len(seed.Successions), inspection.OfService: len(seed.Services),
				inspection.OfFigure: len(seed.Figures), inspection.OfRule: len(seed.Rules), inspection.OfOfficialFigure: len(seed.OfficialFigures), inspection.OfCompleteness: len(seed.Completeness),
			}
			for _, in := range seed.Inspections {
				want[inspection.OfInspection] += len(in.Citations) + len(in.Responses)
			}
			for _, m := range seed.Milestones {
				want[inspection.OfMilestone] += len(m.Citations)
			}
			for kind, n := range want {
				if uses[kind] != n {
					t.Errorf("%d uses by a %s; want %d", uses[kind], kind, n)
				}
			}
		})
		t.Run("each disagreement has its versions and names its record", func(t *testing.T) {
			want := 0
			for _, in := range seed.Inspections {
				want += len(in.Disagreements)
			}
			list, err := s.Disagreements(ctx)
			if err != nil || len(list) != want || want == 0 {
				t.Fatalf("got %d, %v; want %d", len(list), err, want)
			}
			for _, d := range list {
				if len(d.Versions) < 2 || d.About.Title == d.RecordID {
					t.Errorf("%s has %d versions and the title %q", d.ID, len(d.Versions), d.About.Title)
				}
			}
		})
		t.Run("each gap names its record", func(t *testing.T) {
			want := 0
			for _, in := range seed.Inspections {
				want += len(in.Gaps)
			}
			list, err := s.Gaps(ctx)
			if err != nil || len(list) != want || want == 0 {
				t.Fatalf("got %d, %v; want %d", len(list), err, want)
			}
			for _, g := range list {
				if g.About.Title == g.RecordID || g.Words == "" {
					t.Errorf("%s is %q about %q", g.ID, g.Words, g.About.Title)
				}
			}
		})
	})
}

func TestReferenceData(t *testing.T) {
	seed := storetest.Seed(t)
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		t.Run("milestones come in the order of time", func(t *testing.T) {
			list, err := s.Milestones(ctx)
			if err != nil || len(list) != len(seed.Milestones) {
				t.Fatalf("got %d, %v", len(list), err)
			}
			if !slices.IsSortedFunc(list, func(a, b inspection.Milestone) int { return a.On.Compare(b.On) }) {
				t.Error("they do not")
			}
			for _, m := range list {
				if len(m.Citations) == 0 {
					t.Errorf("%s has no source", m.ID)
				}
			}
		})
		t.Run("the glossary comes in the order of the alphabet", func(t *testing.T) {
			list, err := s.Terms(ctx)
			if err != nil || len(list) != len(seed.Terms) || !slices.IsSortedFunc(list, func(a, b inspection.Term) int { return compareText(a.ID, b.ID) }) {
				t.Errorf("got %d terms, %v", len(list), err)
			}
		})
		t.Run("themes come in the order of the seed", func(t *testing.T) {
			list, err := s.Themes(ctx)
			if err != nil || !reflect.DeepEqual(list, seed.Themes) {
				t.Errorf("got %v, %v", list, err)
			}
		})
		t.Run("what holds for every authority comes first", func(t *testing.T) {
			list, err := s.Completeness(ctx)
			if err != nil || len(list) != len(seed.Completeness) || list[0].BodyID != inspection.EveryAuthority {
				t.Errorf("got %v, %v", list, err)
			}
		})
	})
}
