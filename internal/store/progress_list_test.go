package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// pages reads every page of a list.
func pages(t *testing.T, s *store.Store, filter store.PositionFilter) (list []store.ListedRecommendation, first store.RecommendationPage) {
	t.Helper()
	for n := 1; ; n++ {
		filter.Page = n
		page, err := s.RecommendationPage(context.Background(), filter)
		if err != nil {
			t.Fatal(err)
		}
		if n == 1 {
			first = page
		}
		if n > page.Pages {
			if len(page.List) != 0 {
				t.Errorf("page %d of %d has %d items", n, page.Pages, len(page.List))
			}
			return list, first
		}
		list = append(list, page.List...)
	}
}

func named(list []store.ListedRecommendation) []string {
	var out []string
	for _, item := range list {
		out = append(out, item.Reference)
	}
	return out
}

// What a list is narrowed to in SQL has to be what the methods of the position say, for every reader and on every day.
func TestRecommendationPageSaysWhatPositionsSay(t *testing.T) {
	storetest.LeaveOutWalk(t)
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		councils := storetest.Progress(t, s, 200, 900)
		var all []store.ListedRecommendation
		for _, day := range []string{"2013-05-01", "2016-01-01", "2026-02-01", "2026-04-20", "2026-06-08", "2026-08-03", "2026-11-21"} {
			asOf := inspection.MustDate(day)
			all = nil
			for _, council := range councils {
				list, err := s.Positions(ctx, council, asOf)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, list...)
			}
			for _, reader := range inspection.Audiences() {
				says := map[store.Show]func(inspection.Position, []string) bool{
					"":                   func(inspection.Position, []string) bool { return true },
					store.ShowPastDate:   func(p inspection.Position, _ []string) bool { return p.PastDate(asOf) },
					store.ShowMoved:      func(p inspection.Position, _ []string) bool { return p.MovedMoreThanOnce() },
					store.ShowWaiting:    func(p inspection.Position, _ []string) bool { return p.WaitsForDecision() },
					store.ShowCameBack:   inspection.Position.CameBack,
					store.ShowNoEvidence: func(p inspection.Position, _ []string) bool { return p.LacksEvidence(asOf, reader) },
					store.ShowOpen:       func(p inspection.Position, _ []string) bool { return p.State.Open() },
					store.ShowClosed:     func(p inspection.Position, _ []string) bool { return !p.State.Open() },
				}
				for show, holds := range says {
					for _, stage := range append(inspection.Stages(), "") {
						var want []string
						for _, item := range all {
							if holds(item.Position, item.Again) && (stage == "" || slices.Contains(stage.States(), item.Position.State)) {
								want = append(want, item.Reference)
							}
						}
						list, page := pages(t, s, store.PositionFilter{Show: show, Stage: stage, Reader: reader, AsOf: asOf})
						got := named(list)
						slices.Sort(got)
						slices.Sort(want)
						if !slices.Equal(got, want) || page.Total != len(want) {
							t.Fatalf("on %s for %s, show %q and stage %q: %d items of %d; want %d", day, reader, show, stage, len(got), page.Total, len(want))
						}
					}
				}
			}
		}
		for state := range map[inspection.ProgressState]bool{inspection.Closed: true, inspection.Reopened: true, inspection.Verified: true, inspection.Issued: true} {
			if !slices.ContainsFunc(all, func(item store.ListedRecommendation) bool { return item.Position.State == state }) {
				t.Errorf("no item was %s, so nothing was proved of it", state)
			}
		}
	})
}

// What came back is the same for the list, for scrutiny and for the item's own page.
func TestWhatCameBackIsTheSameEverywhere(t *testing.T) {
	ctx := context.Background()
	const north2022, west2022 = "NN-ILACS-2022-1", "WN-ILACS-2022-1"
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		agree := func(t *testing.T, day string, counted int, want ...string) {
			t.Helper()
			asOf := inspection.MustDate(day)
			for _, stage := range []inspection.Stage{"", inspection.NotStarted} {
				list, page := pages(t, s, store.PositionFilter{Authority: "northamptonshire", Show: store.ShowCameBack, Stage: stage, AsOf: asOf})
				got := named(list)
				if slices.Sort(got); !slices.Equal(got, want) || page.Counted != counted {
					t.Errorf("on %s at stage %q the list has %v and counts %d; want %v, %d", day, stage, got, page.Counted, want, counted)
				}
			}
			all, err := s.Positions(ctx, "northamptonshire", asOf)
			if err != nil {
				t.Fatal(err)
			}
			var items []inspection.ScrutinyItem
			var own []string
			for _, item := range all {
				items = append(items, inspection.ScrutinyItem{Recommendation: item.Recommendation, Position: item.Position, Again: item.Again})
				if p := d.progress(item.Reference, inspection.ForPublic, day); p.Position.CameBack(p.Again) {
					own = append(own, item.Reference)
				}
			}
			scrutiny := inspection.Scrutiny(items, inspection.Date{}, asOf, inspection.ForPublic).List(inspection.ScrutinyCameBack)
			if slices.Sort(own); !slices.Equal(own, want) || len(scrutiny.Items) != len(want) || scrutiny.Count != counted {
				t.Errorf("on %s the items say %v, and scrutiny counts %d of %d; want %v, %d", day, own, scrutiny.Count, len(scrutiny.Items), want, counted)
			}
		}
		t.Run("a twin that a letter asks for again counts once, from the day on which the letter came out", func(t *testing.T) {
			d.T = t
			agree(t, "2026-07-06", 0)
			agree(t, "2026-08-03", 1, north2022, west2022)
			if got := d.progress(west2022, inspection.ForPublic, "").Again; !slices.Equal(got, []string{"WN-ILACS-2026-1"}) {
				t.Errorf("it is asked for again as %v", got)
			}
		})
		t.Run("without the link only what a view says came back, and without both nothing", func(t *testing.T) {
			d.T = t
			for _, of := range []string{"NN", "WN"} {
				link := inspection.RecommendationLink{FromReference: of + "-ILACS-2026-1", ToReference: of + "-ILACS-2022-1", Kind: inspection.LinkRepeats}
				if err := s.UnlinkRecommendations(ctx, storetest.Officer, link); err != nil {
					t.Fatal(err)
				}
			}
			agree(t, "2026-08-03", 1, north2022)
			for _, v := range d.progress(north2022, inspection.ForPublic, "").Views {
				if v.View == inspection.Repeated {
					if err := s.WithdrawLaterView(ctx, storetest.Officer, v.ID, "It asks for something else."); err != nil {
						t.Fatal(err)
					}
				}
			}
			agree(t, "2026-08-03", 0)
		})
	})
}

func TestNothingStandsOpenForACouncilThatHasEnded(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		const council = "northamptonshire-county-council"
		for _, c := range []struct {
			show store.Show
			day  string
			any  bool
		}{
			{"", "2026-11-21", true}, {store.ShowOpen, "2026-11-21", false}, {store.ShowOpen, "2021-03-31", true}, {store.ShowOpen, "2021-04-01", false},
		} {
			list, page := pages(t, s, store.PositionFilter{Authority: council, Show: c.show, AsOf: inspection.MustDate(c.day)})
			if (len(list) > 0) != c.any || (page.Total > 0) != c.any {
				t.Errorf("show %q on %s: %d items", c.show, c.day, len(list))
			}
			if len(page.Letters) == 0 {
				t.Errorf("show %q on %s: no letter is left to choose", c.show, c.day)
			}
		}
		open, _ := pages(t, s, store.PositionFilter{Authority: "northamptonshire", Show: store.ShowOpen})
		if len(open) == 0 || slices.ContainsFunc(open, func(item store.ListedRecommendation) bool { return item.Inspection.Of(council) }) {
			t.Errorf("open in the place are %v", named(open))
		}
	})
}

func TestRecommendationPage(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		t.Run("a page ends with a letter, and pages together are the whole list in its order", func(t *testing.T) {
			whole, err := s.Recommendations(ctx, store.RecommendationFilter{})
			if err != nil {
				t.Fatal(err)
			}
			list, page := pages(t, s, store.PositionFilter{Size: 5})
			if len(list) != len(whole) || page.Total != len(whole) || page.Pages < 3 || len(page.List) < 5 {
				t.Errorf("%d items on %d pages; want %d", len(list), page.Pages, len(whole))
			}
			items := 0
			for _, letter := range page.Letters {
				if items += letter.Items; len(letter.Inspection.Bodies) == 0 {
					t.Errorf("%s has no bodies", letter.Inspection.ID)
				}
			}
			if items != len(whole) {
				t.Errorf("its letters have %d items", items)
			}
		})
		t.Run("letters that share an item stand on one page, and the item is counted once", func(t *testing.T) {
			page, err := s.RecommendationPage(ctx, store.PositionFilter{Authority: "northamptonshire", Size: 1})
			if err != nil {
				t.Fatal(err)
			}
			if got := named(page.List); !slices.Contains(got, northArea) || !slices.Contains(got, westArea) {
				t.Errorf("the first page has %v", got)
			}
			if page.Counted >= page.Total {
				t.Errorf("%d of %d are counted", page.Counted, page.Total)
			}
		})
		t.Run("filters are of all that may be asked of an item", func(t *testing.T) {
			d.T = t
			d.moves(northArea, inspection.MakePlan)
			for name, c := range map[string]struct {
				filter store.PositionFilter
				want   string
			}{
				"of one authority and theme": {store.PositionFilter{Authority: west, Theme: "neglect"}, "WN-ILACS-2022-2"},
				"of one letter":              {store.PositionFilter{Inspection: northLatest}, "NN-ILACS-2026-1 NN-ILACS-2026-2"},
				"of one stage and letter":    {store.PositionFilter{Inspection: northLatest, Stage: inspection.UnderWay}, ""},
				"open, of one letter":        {store.PositionFilter{Inspection: northLatest, Show: store.ShowOpen}, "NN-ILACS-2026-1 NN-ILACS-2026-2"},
				"past their date":            {store.PositionFilter{Show: store.ShowPastDate, AsOf: inspection.MustDate("2026-11-21")}, "NN-ILACS-2026-1"},
				"before the letter was out":  {store.PositionFilter{Inspection: northLatest, AsOf: inspection.MustDate("2026-07-06")}, ""},
				"without a later view":       {store.PositionFilter{Authority: west, Show: store.ShowNoView}, "WN-ILACS-2022-1 WN-ILACS-2022-2 WN-ILACS-2022-3 WN-ILACS-2022-4"},
				"North has every later view": {store.PositionFilter{Authority: north, Show: store.ShowNoView}, ""},
				"none was due before 2026":   {store.PositionFilter{Authority: west, Show: store.ShowNoView, AsOf: inspection.MustDate("2026-07-06")}, ""},
			} {
				list, _ := pages(t, s, c.filter)
				if got := strings.Join(named(list), " "); got != c.want {
					t.Errorf("%s: got %s; want %s", name, got, c.want)
				}
			}
			if _, err := s.RecommendationPage(ctx, store.PositionFilter{Authority: "atlantis"}); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("each item has where it stands and what later letters said", func(t *testing.T) {
			page, err := s.RecommendationPage(ctx, store.PositionFilter{Authority: north})
			if err != nil {
				t.Fatal(err)
			}
			for _, item := range page.List {
				want := inspection.Issued
				if item.Reference == northArea {
					want = inspection.Planned
				}
				if item.Position.State != want || item.Position.Reference != item.Reference {
					t.Errorf("%s stands at %+v", item.Reference, item.Position)
				}
				if past := strings.HasPrefix(item.Reference, "NN-ILACS-2022"); past != (len(item.Views) > 0) {
					t.Errorf("%s has %d later views", item.Reference, len(item.Views))
				}
			}
		})
	})
}

func TestListsAreAnsweredFromTheirIndex(t *testing.T) {
	s := storetest.Seeded(t)
	for _, show := range store.Shows() {
		for day, index := range map[string]string{"2026-11-21": "positions_today", "2026-05-20": "positions_days"} {
			switch show {
			case store.ShowNoView:
				index = "recommendations_inspection"
			case store.ShowOpen, store.ShowCameBack:
				index = "positions_days" // with the items of which nothing is recorded
			}
			plan := store.ListPlan(t, s, store.PositionFilter{Show: show, AsOf: inspection.MustDate(day)})
			if !strings.Contains(plan, index) || strings.Contains(plan, "AUTOMATIC") {
				t.Errorf("show %s as of %s: %s", show, day, plan)
			}
		}
	}
}
