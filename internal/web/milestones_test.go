package web

import (
	"net/http"
	"testing"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestScenariosOfMilestones(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name:  "every milestone, year by year, latest first",
				path:  "/milestones",
				wants: []string{`.year:first-of-type h3#year-2026`, `li#ms-05 .structural`, `li#ms-02 a[href="/sources#ncc-2013-3138"]`, `a[href="/milestones?category=direction"]`},
				shows: []string{"60 milestones", "Government direction to the county council", "by August 2013", "Structural event"},
				hides: append([]string{"improvement_board", "safeguarding_board"}, notOnAnyPage...),
			},
			{
				name:  "one category",
				path:  "/milestones?category=reorganisation",
				wants: []string{`option[value="reorganisation"][selected]`},
				shows: []string{"2 milestones", "Only: New councils."},
				hides: append([]string{"Trust forecasts"}, notOnAnyPage...),
			},
			{
				name:  "a place has those of its councils and partnerships, not the earlier council's",
				path:  "/milestones?authority=northamptonshire&category=send",
				wants: []string{`option[value="northamptonshire"][selected]`},
				shows: []string{"Northamptonshire Local Area Partnership"},
				hides: append([]string{"Northamptonshire County Council Sources"}, notOnAnyPage...),
			},
			{name: "a council without any", path: "/milestones?authority=leeds", shows: []string{"0 milestones", "None on this record match."}},
			{
				name: "a bad value is named and the other filter stays", path: "/milestones?category=%3Cem%3E&authority=west-northamptonshire", status: http.StatusBadRequest,
				wants: []string{`.govuk-error-summary a[href="#category"]`, `#category-problem`, `option[value="west-northamptonshire"][selected]`},
				shows: []string{"Choose a category from the list: “<em>” is not on it"},
				hides: []string{"Recovery programme"},
			},
			{name: "an unknown authority", path: "/milestones?authority=atlantis", status: http.StatusBadRequest, wants: []string{`.govuk-error-summary a[href="#authority"]`}, shows: []string{"60 milestones"}},
		})
	})
}

func TestEveryCategoryOfTheSeedHasAName(t *testing.T) {
	for _, m := range storetest.Seed(t).Milestones {
		if milestoneCategories[m.Category] == "" {
			t.Errorf("category %q of %s has no name", m.Category, m.ID)
		}
	}
}
