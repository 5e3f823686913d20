package web

import (
	"net/http"
	"testing"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestScenariosOfRecommendations(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "an item of twin letters is listed once, with both references",
				path: "/recommendations",
				wants: []string{
					`.letter:first-of-type li[value="1"] a[href="/recommendations/NN-ILACS-2026-1"] ~ a[href="/recommendations/WN-ILACS-2026-1"]`,
					`.letter:first-of-type a[href="/inspections/west-northamptonshire-ilacs-standard-2026-05-11"]`, `select#theme option[value="neglect"]`,
				},
				shows: []string{
					"37 areas to improve, counted once where two letters share one (43 items letter by letter)", "No progress is recorded here yet.",
					"North Northamptonshire and West Northamptonshire: Full inspection (two weeks), May 2026", "In our words, not a quotation.",
					"3 of 16 are held here.", "Area for priority action (Ofsted’s term)",
				},
				hides: append([]string{"P1."}, notOnAnyPage...),
			},
			{
				name:  "one council's items still name their twins",
				path:  "/recommendations?authority=north-northamptonshire&theme=direct-work",
				wants: []string{`li[value="4"] a[href="/recommendations/WN-ILACS-2022-4"]`, `option[value="direct-work"][selected]`},
				shows: []string{"1 area to improve", "Only: North Northamptonshire · Direct work with children."},
				hides: append([]string{"counted once"}, notOnAnyPage...),
			},
			{
				name:  "one letter's items",
				path:  "/recommendations?inspection=northamptonshire-county-council-ilacs-standard-2019-06-17",
				shows: []string{"3 areas to improve", "3 of 16 are held here."},
				hides: append([]string{"2026-1"}, notOnAnyPage...),
			},
			{name: "a council of which none are held", path: "/recommendations?authority=leeds", shows: []string{"0 areas to improve", "That does not mean that inspectors asked for nothing"}, hides: notOnAnyPage},
			{
				name: "a bad value is named and the other filters stay", path: "/recommendations?theme=weather&authority=west-northamptonshire&inspection=%3Cem%3E", status: http.StatusBadRequest,
				wants: []string{`.govuk-error-summary a[href="#theme"]`, `.govuk-error-summary a[href="#inspection"]`, `option[value="west-northamptonshire"][selected]`},
				shows: []string{"Choose a theme from the list: “weather” is not on it", "“<em>” is not on it"},
			},
			{
				name: "one item, with its letter, its twin, its themes and its outcome in words",
				path: "/recommendations/NN-ILACS-2026-1",
				wants: []string{
					`.nav a[href="/recommendations"][aria-current="page"]`, `a[href="/inspections/north-northamptonshire-ilacs-standard-2026-05-11"]`, `a[href="/recommendations/WN-ILACS-2026-1"]`,
					`a[href="/recommendations?theme=children-in-need-plans"]`, `a[href^="https://files.ofsted.gov.uk/"][rel~="noopener"]`,
				},
				shows: []string{
					"Area to improve NN-ILACS-2026-1", "In our words, not a quotation.", "The letter ties this to outcome 1 of the government’s National framework",
					"families stay together and get the help they need", "No progress is recorded here yet.", "No body is named beside it",
				},
				hides: append([]string{"Area for priority action"}, notOnAnyPage...),
			},
			{
				name:  "an area for priority action names who is responsible",
				path:  "/recommendations/WN-SEND-2024-4",
				shows: []string{"Area for priority action (Ofsted’s term)", "Responsible NHS Northamptonshire Integrated Care Board", "West Northamptonshire Local Area Partnership"},
				hides: append([]string{"National framework"}, notOnAnyPage...),
			},
			{name: "an unknown reference", path: "/recommendations/XX-ILACS-1999-1", status: http.StatusNotFound, shows: []string{"Page not found"}},
		})
	})
}
