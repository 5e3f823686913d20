package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/seed"
)

func example(t *testing.T) inspection.Example {
	t.Helper()
	x, err := exchange.ReadExample(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// inCumberland is the home of a service for which the example of Northamptonshire is one.
func inCumberland(inspection.Settings) string { return "cumberland" }

func TestTakingTheExampleAway(t *testing.T) {
	ctx := context.Background()
	x := example(t)
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		held, err := s.Example(ctx, x)
		if err != nil || len(held.Worked) > 0 || held.Taken {
			t.Fatalf("before anybody worked on it: %+v, %v", held, err)
		}
		if held.Inspections != len(x.Whole) || held.Told != len(x.Told) || held.Milestones != len(x.Milestones) ||
			held.Figures != len(x.Figures) || held.LaterViews != len(x.LaterViews) || held.Areas == 0 {
			t.Errorf("of an untouched example are held %+v", held)
		}
		before, err := s.Check(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		taken, err := s.TakeExampleAway(ctx, storetest.Administrator, x, inCumberland)
		if err != nil {
			t.Fatal(err)
		}
		if taken.Inspections != held.Inspections || taken.Areas != held.Areas || taken.Sources == 0 || taken.Sources > held.Sources {
			t.Errorf("taken were %+v of %+v", taken, held)
		}
		t.Run("the record of changes is whole, with an entry for each", func(t *testing.T) {
			after, err := s.Check(ctx, &before.Last)
			if err != nil {
				t.Fatal(err)
			}
			want := taken.Inspections + taken.Told + taken.Areas + taken.Milestones + taken.Figures + taken.LaterViews +
				taken.Sources + len(x.Links)
			if got := int(after.Entries - before.Entries); got != want {
				t.Errorf("%d entries were made; want %d", got, want)
			}
		})
		t.Run("what every council has stays", func(t *testing.T) {
			in, _, err := s.InspectionRecord(ctx, northLatest)
			if err != nil {
				t.Fatal(err)
			}
			leaders, _ := in.Judgement("leaders")
			if in.BeyondList() || leaders.Grade != "outstanding" || in.Published.ISO() != "2026-07-07" || len(in.Citations) != 1 {
				t.Errorf("the inspection of 2026 is left as %+v", in)
			}
		})
		t.Run("nothing that only it told is found any more", func(t *testing.T) {
			for _, in := range x.Whole {
				if _, _, err := s.InspectionRecord(ctx, in.ID); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("%s is found: %v", in.ID, err)
				}
			}
			milestones, err := s.Milestones(ctx)
			if err != nil || len(milestones) > 0 {
				t.Errorf("%d milestones are left: %v", len(milestones), err)
			}
			if _, err := s.IndexSearch(ctx); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("taking it away again does nothing", func(t *testing.T) {
			again, err := s.TakeExampleAway(ctx, storetest.Administrator, x, inCumberland)
			if err != nil || !again.Taken || again.Any() {
				t.Errorf("again: %+v, %v", again, err)
			}
		})
		t.Run("loading a seed without it brings nothing back", func(t *testing.T) {
			loaded, err := s.LoadSeed(ctx, x.Left(storetest.Seed(t)))
			if err != nil || loaded.Total() != 0 {
				t.Errorf("%v was added: %v", loaded.Added, err)
			}
		})
	})
}

func TestAnExampleThatSomebodyWorkedOnStays(t *testing.T) {
	ctx := context.Background()
	x := example(t)
	tests := map[string]struct {
		do    func(s *store.Store) error
		names string
	}{
		"a question was asked": {func(s *store.Store) error {
			_, err := s.AskQuestion(ctx, storetest.Officer, inspection.Question{
				BodyID: "north-northamptonshire", Reference: "NN-ILACS-2026-1", Words: "What is different now?",
				AskedBy: "a member of the committee", Asked: inspection.DayOf(storetest.Now()), Audience: inspection.ForPublic,
			})
			return err
		}, "NN-ILACS-2026-1"},
		"dates were entered": {func(s *store.Store) error {
			received, err := inspection.ParseDate("2026-07-06")
			if err != nil {
				return err
			}
			return s.SetInspectionDates(ctx, storetest.Officer, northLatest, received, inspection.Date{})
		}, northLatest},
		"what a later letter says was taken back as wrong": {func(s *store.Store) error {
			return s.WithdrawLaterView(ctx, storetest.Officer, x.LaterViews[0].ID, "The letter speaks of another service.")
		}, x.LaterViews[0].Reference},
		"two areas to improve were parted": {func(s *store.Store) error {
			return s.UnlinkRecommendations(ctx, storetest.Officer, x.Links[0])
		}, x.Links[0].FromReference + " " + string(x.Links[0].Kind) + " " + x.Links[0].ToReference},
	}
	t.Run("it is the record of the council that the service is for", func(t *testing.T) {
		s := storetest.Seeded(t)
		_, err := s.TakeExampleAway(ctx, storetest.Administrator, x, func(inspection.Settings) string { return "north-northamptonshire" })
		var stays *store.ExampleStays
		if !errors.As(err, &stays) || stays.Own != "north-northamptonshire" {
			t.Errorf("want a refusal, got %v", err)
		}
		if held, err := s.Example(ctx, x); err != nil || held.Taken || !held.Any() {
			t.Errorf("there are %+v, %v", held, err)
		}
	})
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := storetest.Seeded(t)
			if err := test.do(s); err != nil {
				t.Fatal(err)
			}
			last, err := s.Last(ctx)
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.TakeExampleAway(ctx, storetest.Administrator, x, inCumberland)
			var stays *store.ExampleStays
			if !errors.As(err, &stays) || !slices.ContainsFunc(stays.Worked, func(w store.WorkedOn) bool { return w.Record.ID == test.names }) ||
				!strings.Contains(err.Error(), test.names) {
				t.Errorf("want a refusal that names %s, got %v", test.names, err)
			}
			if now, err := s.Last(ctx); err != nil || now != last {
				t.Errorf("the refusal changed the record: %v", err)
			}
		})
	}
}
