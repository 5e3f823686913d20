package store_test

import (
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestAsked(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		asks := func(t *testing.T, filter store.AskedFilter) store.AskedPage {
			t.Helper()
			if !filter.OutBy.Known() {
				filter.OutBy = inspection.MustDate("2026-11-21")
			}
			filter.Page, filter.Size = max(filter.Page, 1), max(filter.Size, 50)
			page, err := s.Asked(t.Context(), filter)
			if err != nil {
				t.Fatal(err)
			}
			return page
		}
		references := func(page store.AskedPage) string {
			var out []string
			for _, asked := range page.List {
				var one []string
				for _, by := range asked {
					one = append(one, by.Item.Reference)
				}
				out = append(out, strings.Join(one, "+"))
			}
			return strings.Join(out, " ")
		}
		t.Run("a theme's items are those of every authority, shared ones once, newest first", func(t *testing.T) {
			page := asks(t, store.AskedFilter{Theme: "neglect"})
			if got, want := references(page), "NN-ILACS-2022-2+WN-ILACS-2022-2 NCC-ILACS-2019-P2"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if page.Total != 2 || page.Counts["neglect"] != 2 || page.Pages != 1 {
				t.Errorf("%d in all, %d counted, %d pages", page.Total, page.Counts["neglect"], page.Pages)
			}
			first := page.List[0][0]
			if first.Item.Words == "" || !slices.Contains(first.Item.Themes, "neglect") || first.Letter.Published != inspection.MustDate("2022-11-25") {
				t.Errorf("the item lacks words, themes or letter: %+v", first.Item)
			}
			views := page.Record.ViewsOf("NN-ILACS-2022-2", inspection.MustDate("2026-11-21"))
			if len(views) == 0 {
				t.Error("what a later letter said of it is not there")
			}
			if len(page.Record.ViewsOf("NN-ILACS-2022-2", inspection.MustDate("2026-07-06"))) != 0 {
				t.Error("a view is there before its letter was out")
			}
		})
		t.Run("without a theme there are counts alone", func(t *testing.T) {
			page := asks(t, store.AskedFilter{})
			if len(page.List) != 0 || page.Counts["health"] != 5 || page.Counts[store.NoTheme] != 0 {
				t.Errorf("%d items, health %d, without a theme %d", len(page.List), page.Counts["health"], page.Counts[store.NoTheme])
			}
			for id, kind := range page.Letters {
				if kind == "youth-justice" {
					t.Errorf("%s is of a provider", id)
				}
			}
		})
		t.Run("some authorities, with one of twin letters", func(t *testing.T) {
			page := asks(t, store.AskedFilter{Theme: "neglect", Bodies: []string{"west-northamptonshire", "leeds"}})
			if got := references(page); got != "WN-ILACS-2022-2" {
				t.Errorf("got %s", got)
			}
			if page := asks(t, store.AskedFilter{Theme: "neglect", Bodies: []string{}}); page.Total != 0 || len(page.Letters) != 0 {
				t.Errorf("of nobody: %s", references(page))
			}
		})
		t.Run("all but one authority", func(t *testing.T) {
			page := asks(t, store.AskedFilter{Theme: "neglect", Except: []string{"northamptonshire-county-council"}})
			if got, want := references(page), "NN-ILACS-2022-2+WN-ILACS-2022-2"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
		t.Run("only letters that had come out by the day", func(t *testing.T) {
			if got := references(asks(t, store.AskedFilter{Theme: "neglect", OutBy: inspection.MustDate("2022-11-24")})); got != "NCC-ILACS-2019-P2" {
				t.Errorf("got %s", got)
			}
			if page := asks(t, store.AskedFilter{Theme: "neglect", OutBy: inspection.MustDate("2013-08-22")}); page.Total+len(page.Counts)+len(page.Letters) != 0 {
				t.Errorf("before the first letter: %v", page.Counts)
			}
		})
		t.Run("a letter of which it is held that it lists no area counts among those that are held", func(t *testing.T) {
			const visit = "northamptonshire-county-council-ilacs-focused-visit-2020-10"
			for name, filter := range map[string]store.AskedFilter{
				"of everybody": {}, "of some": {Bodies: []string{"northamptonshire-county-council"}},
			} {
				if page := asks(t, filter); page.Letters[visit] != "ilacs-focused-visit" {
					t.Errorf("%s: it is not among %v", name, page.Letters)
				}
			}
			if page := asks(t, store.AskedFilter{OutBy: inspection.MustDate("2020-12-06")}); page.Letters[visit] != "" {
				t.Error("it is held before it came out")
			}
		})
		t.Run("pages follow one another", func(t *testing.T) {
			whole := asks(t, store.AskedFilter{Theme: "assessment-and-planning"})
			var parts []string
			for number := 1; ; number++ {
				page, err := s.Asked(t.Context(), store.AskedFilter{
					Theme: "assessment-and-planning", OutBy: inspection.MustDate("2026-11-21"), Page: number, Size: 3,
				})
				if err != nil {
					t.Fatal(err)
				}
				parts = append(parts, references(page))
				if number == page.Pages {
					break
				}
			}
			if got := strings.Join(parts, " "); len(parts) != 3 || got != references(whole) {
				t.Errorf("%d pages: %s; want %s", len(parts), got, references(whole))
			}
		})
		t.Run("a partnership's other inspections and all judgements are there to be compared", func(t *testing.T) {
			page := asks(t, store.AskedFilter{Theme: "ehc-plans"})
			for _, in := range page.Record.Inspections {
				if in.Kind == "area-send" && len(in.Judgements) == 0 {
					t.Errorf("%s lacks its judgement", in.ID)
				}
			}
		})
	})
}

func TestItemsWithoutAThemeAreFound(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		draft := northLetter()
		draft.Bodies, draft.Address = []string{"leeds"}, "https://files.ofsted.gov.uk/v1/file/50306549"
		publish(t, s, draft)
		page, err := s.Asked(t.Context(), store.AskedFilter{Theme: store.NoTheme, OutBy: inspection.MustDate("2026-11-21"), Page: 1, Size: 50})
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != 2 || page.Counts[store.NoTheme] != 2 {
			t.Fatalf("%d items without a theme, %d counted; want 2", page.Total, page.Counts[store.NoTheme])
		}
		if item := page.List[0][0].Item; item.Wording != inspection.Verbatim || item.Words != draft.Items[0].Words {
			t.Errorf("the item of a published letter is not in its own words: %+v", item)
		}
	})
}

func TestWhatWasAskedIsFoundByIndexes(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		plans := store.AskedPlans(t, s, []string{"north-northamptonshire"}, []string{northLatest})
		for name, index := range map[string]string{
			"everybody": "recommendations_inspection", "some": "inspection_bodies_body", "counts": "recommendations_inspection",
			"theme": "recommendation_themes", "no theme": "recommendations_inspection",
		} {
			plan := plans[name]
			if !strings.Contains(plan, index) {
				t.Errorf("%s: not by %s:\n%s", name, index, plan)
			}
			if name == "everybody" && !strings.Contains(plan, "inspections_without_areas") {
				t.Errorf("letters that list none are not found by their index:\n%s", plan)
			}
			for line := range strings.Lines(plan) {
				if strings.Contains(line, "Seq Scan") || strings.Contains(line, "SCAN ") && !strings.Contains(line, "INDEX") {
					t.Errorf("%s: a table is read whole:\n%s", name, plan)
				}
			}
		}
	})
}
