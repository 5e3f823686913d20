package web

import (
	"net/http"
	"testing"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestForecastPage(t *testing.T) {
	const window = "Most likely January 2029 to March 2030; Ofsted may come sooner."
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "a council's window is given in months, with what it is made of and how often such windows were right",
				path: "/authorities/north-northamptonshire/next-inspection",
				wants: []string{
					`main[data-page="forecast_show"]`, `section[aria-labelledby="north-northamptonshire"] .lead`,
					`.switch a[href="/authorities/northamptonshire/next-inspection"]`, `.switch a[aria-current="page"][href="/authorities/north-northamptonshire/next-inspection"]`,
					`main a[href="/inspections/north-northamptonshire-ilacs-standard-2026-05-11"]`, `section[aria-labelledby="how"] a[href^="/sources#"]`,
				},
				shows: []string{
					window, "7 January 2029", "7 January 2030", "22 November 2028", "16 April 2029", "18 March 2030",
					"After the inspection of October 2022 the usual window (counted from the end of fieldwork) ran to 14 April 2026; inspectors came on 11 May 2026, 27 days after it.",
					"Counted from publication it ran from 25 May 2025 to 25 May 2026, and that day lies inside it.",
					"67 times that a council was inspected again", "153 councils that were still waiting on 22 August 2026",
					"in 61 of 67 cases, about 91 in 100", "335 days wide", "80 days off", "460 days on average, and held the day in all 67 cases", "Measured before the 2026 change of inspection rules",
					"due in 2027 and may change everything", "What grades they will give",
				},
				hides: append([]string{"22 October 2029", "What had been published by that day", "NaN", "overdue"}, notOnAnyPage...),
			},
			{
				name:  "a place shows the window of each of its councils",
				path:  "/authorities/northamptonshire/next-inspection",
				wants: []string{`section[aria-labelledby="north-northamptonshire"] .lead`, `section[aria-labelledby="west-northamptonshire"] .lead`},
				shows: []string{"The next inspection of Northamptonshire", window},
				hides: notOnAnyPage,
			},
			{
				name:  "an ended council has no window, and the page says why",
				path:  "/authorities/northamptonshire-county-council/next-inspection",
				wants: []string{`section[aria-labelledby="northamptonshire-county-council"]`},
				shows: []string{"Northamptonshire County Council ended on 31 March 2021, so inspectors will not come to it again."},
				hides: append([]string{"Most likely", "27 days after"}, notOnAnyPage...),
			},
			{
				name:  "after the grade inadequate other rules apply, and the page says so",
				path:  "/authorities/nottingham/next-inspection",
				shows: []string{"The full inspection of July 2022 gave the grade inadequate. After that other rules apply", "nine were inspected again"},
				hides: append([]string{"Most likely"}, notOnAnyPage...),
			},
			{
				name: "as it stood on an earlier day the page knows no more than was out by then",
				path: "/authorities/west-northamptonshire/next-inspection?as-at=2024-03-01",
				wants: []string{
					`main a[rel="alternate"][href="/authorities/west-northamptonshire/next-inspection"]`, `.switch a[href="/authorities/north-northamptonshire/next-inspection?as-at=2024-03-01"]`,
					`.govuk-breadcrumbs a[href="/authorities/west-northamptonshire?as-at=2024-03-01"]`,
				},
				shows: []string{"As it stood on 1 March 2024", "Most likely May 2025 to May 2026; Ofsted may come sooner.", "too few councils had been inspected twice"},
				hides: append([]string{"2029", "11 May 2026", "in 100"}, notOnAnyPage...),
			},
			{
				name:  "a council that did not exist yet on the day is said not to have",
				path:  "/authorities/north-northamptonshire/next-inspection?as-at=2020-03-01",
				shows: []string{"North Northamptonshire did not exist yet on 1 March 2020: it began on 1 April 2021."},
				hides: append([]string{"Most likely"}, notOnAnyPage...),
			},
			{name: "a day that has not come", path: "/authorities/leeds/next-inspection?as-at=2027-01-01", status: http.StatusBadRequest},
			{name: "a day that cannot be read", path: "/authorities/leeds/next-inspection?as-at=soon", status: http.StatusBadRequest},
			{name: "an authority that is not on the record", path: "/authorities/atlantis/next-inspection", status: http.StatusNotFound},
		})
	})
}
