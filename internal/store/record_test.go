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

func bodyIDs(bodies []inspection.Body) []string {
	var ids []string
	for _, b := range bodies {
		ids = append(ids, b.ID)
	}
	return ids
}

func inspectionIDs(list []*inspection.Inspection) []string {
	var ids []string
	for _, in := range list {
		ids = append(ids, in.ID)
	}
	return ids
}

func TestRecord(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		record := func(body string) *inspection.Record {
			t.Helper()
			r, err := s.Record(ctx, body)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		t.Run("a place has its members, their earlier council, their partnerships and their provider", func(t *testing.T) {
			r := record("northamptonshire")
			want := []string{
				"north-northamptonshire", "north-northamptonshire-local-area-partnership", "northamptonshire",
				"northamptonshire-childrens-trust", "northamptonshire-county-council",
				"west-northamptonshire", "west-northamptonshire-local-area-partnership",
			}
			got := bodyIDs(r.Bodies)
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("got %v; want %v", got, want)
			}
			if len(r.Inspections) != 27 || len(r.Milestones) != 60 {
				t.Errorf("it has %d inspections and %d milestones; want 27 and 60", len(r.Inspections), len(r.Milestones))
			}
			if got := bodyIDs(r.Members("northamptonshire")); !slices.Equal(got, []string{"north-northamptonshire", "west-northamptonshire"}) {
				t.Errorf("its members are %v", got)
			}
			if !slices.IsSortedFunc(r.Inspections, inspection.ByDay) {
				t.Error("the inspections are not in the order in which they came out")
			}
		})
		t.Run("an authority has its own inspections and those before it, not its neighbour's", func(t *testing.T) {
			r := record("north-northamptonshire")
			for _, in := range r.Inspections {
				if in.Of("west-northamptonshire") && !in.Of("north-northamptonshire") {
					t.Errorf("%s is the other council's", in.ID)
				}
			}
			if got := bodyIDs(r.EarlierCouncils(r.Members("north-northamptonshire")...)); !slices.Equal(got, []string{"northamptonshire-county-council"}) {
				t.Errorf("the earlier councils are %v", got)
			}
			// Joint visits and the succession name the other council, so its name must be there.
			if r.Name("west-northamptonshire") != "West Northamptonshire" {
				t.Error("the other council has no name")
			}
		})
		t.Run("an ended council names those that followed it and has none of their inspections", func(t *testing.T) {
			r := record("northamptonshire-county-council")
			if got := len(r.Successors("northamptonshire-county-council")); got != 2 {
				t.Errorf("it has %d successors", got)
			}
			if slices.ContainsFunc(r.Inspections, func(in *inspection.Inspection) bool { return in.ID == northLatest }) {
				t.Error("it has an inspection of its successor")
			}
		})
		t.Run("a provider has its own inspections", func(t *testing.T) {
			for _, in := range record("northamptonshire-childrens-trust").Inspections {
				if !in.Of("northamptonshire-childrens-trust") {
					t.Errorf("%s is not the trust's", in.ID)
				}
			}
		})
		t.Run("every source, theme and body that it names is in it", func(t *testing.T) {
			for _, body := range []string{"northamptonshire", "buckinghamshire", "kingston-upon-thames"} {
				r := record(body)
				for _, in := range r.Inspections {
					for _, c := range in.Citations {
						if _, ok := r.Source(c.SourceID); !ok {
							t.Errorf("%s: source %s of %s is missing", body, c.SourceID, in.ID)
						}
					}
					for _, b := range in.Bodies {
						if _, ok := r.Body(b.BodyID); !ok {
							t.Errorf("%s: body %s of %s is missing", body, b.BodyID, in.ID)
						}
					}
					for _, rec := range in.Recommendations {
						for _, code := range rec.Themes {
							if !slices.ContainsFunc(r.Themes, func(theme inspection.Theme) bool { return theme.Code == code }) {
								t.Errorf("%s: theme %s of %s is missing", body, code, rec.Reference)
							}
						}
					}
				}
			}
		})
		t.Run("it knows how far it is complete and can compute with working days", func(t *testing.T) {
			r := record("bradford")
			bradford, _ := r.Body("bradford")
			if got := r.CompleteTo(bradford, "ilacs_graded").String(); got != "2026-08-22" {
				t.Errorf("complete to %q", got)
			}
			due, ok := r.Calendar.AddWorkingDays(inspection.MustDate("2026-07-07"), 70)
			if !ok || due.String() != "2026-10-14" {
				t.Errorf("70 working days on is %s, %v", due, ok)
			}
			if r.Catalogue == nil {
				t.Error("it has no frameworks")
			}
		})
		t.Run("an unknown body is not found", func(t *testing.T) {
			if _, err := s.Record(ctx, "atlantis"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
			if _, err := s.Body(ctx, "atlantis"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
	})
}

func TestBodies(t *testing.T) {
	seed := storetest.Seed(t)
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		bodies, err := s.Bodies(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(bodies) != len(seed.Bodies) {
			t.Errorf("got %d bodies; want %d", len(bodies), len(seed.Bodies))
		}
		if !slices.IsSortedFunc(bodies, func(a, b inspection.Body) int { return compareText(a.Name, b.Name) }) {
			t.Error("they are not in the order of their names")
		}
		body, err := s.Body(context.Background(), "northamptonshire-childrens-trust")
		if err != nil || body.Kind != inspection.Provider || body.ShortName == "" {
			t.Errorf("the trust is %+v, %v", body, err)
		}
	})
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func TestEngland(t *testing.T) {
	seed := storetest.Seed(t)
	want := 0
	for _, in := range seed.Inspections {
		if kind, _ := seed.Catalogue.Kind(in.Kind); kind.Full {
			want++
		}
	}
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		r, err := s.England(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Inspections) != want || want < 480 {
			t.Errorf("got %d full inspections; want %d", len(r.Inspections), want)
		}
		for _, in := range r.Inspections {
			if len(in.Bodies) != 1 || len(in.Judgements) == 0 {
				t.Errorf("%s has %d bodies and %d judgements", in.ID, len(in.Bodies), len(in.Judgements))
			}
		}
		for _, b := range r.Bodies {
			if b.Kind != inspection.Authority {
				t.Errorf("%s is a %s", b.ID, b.Kind)
			}
		}
		if bradford, _ := r.Body("bradford"); !r.CompleteTo(bradford, "ilacs_graded").Known() {
			t.Error("it is not known how far the record is complete")
		}
	})
}
