package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestScenariosOfInspectionLists(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "the whole list, latest first, a page at a time",
				path: "/inspections",
				wants: []string{
					`.nav a[href="/inspections"][aria-current="page"]`, `th[aria-sort="descending"] a[href*="sort=day"]`, `th[aria-sort="none"] a[href*="sort=authority"]`,
					`tbody tr:nth-child(50)`, `.govuk-pagination a[href="/inspections?page=13"]`, `.govuk-pagination a[aria-current="page"][href="/inspections"]`,
					`select#authority optgroup option[value="northamptonshire"]`, `select#kind option[value="jtai"]`, `select#year option[value="2013"]`, `select#framework option[value="sif"]`,
				},
				shows: []string{"633 inspections and visits", "1 to 50 are shown here.", "Lancashire"},
				hides: append([]string{"New Ofsted framework", "Show all"}, notOnAnyPage...),
			},
			{
				name: "filters narrow the list together, and the form and the links keep them",
				path: "/inspections?authority=west-northamptonshire&kind=ilacs-standard&year=2022",
				wants: []string{
					`option[value="west-northamptonshire"][selected]`, `option[value="ilacs-standard"][selected]`, `option[value="2022"][selected]`,
					`th a[href*="authority=west-northamptonshire"][href*="year=2022"]`, `tbody tr:only-child a[href="/inspections/west-northamptonshire-ilacs-standard-2022-10-03"]`,
				},
				shows: []string{"1 inspection or visit", "Only: West Northamptonshire · Full inspection (two weeks) · 2022.", "3 to 14 October 2022", "25 November 2022", "Overall effectiveness Requires improvement to be good"},
				hides: append([]string{"July 2026"}, notOnAnyPage...),
			},
			{
				name:  "a place stands for its whole area, the earlier council and the provider among it, each by its own name",
				path:  "/inspections?authority=northamptonshire",
				wants: []string{`a[href="/authorities/north-northamptonshire"]`, `td a[href="/authorities/west-northamptonshire"]`, `td a[href="/authorities/northamptonshire-county-council"]`},
				shows: []string{"26 inspections and visits, and 1 not confirmed", "June 2019", "Area SEND inspection", "Widespread or systemic failings", "No grade: a visit", "not confirmed", "Date not found"},
				hides: notOnAnyPage,
			},
			{
				name:  "what inspectors never published is told apart from what was not found",
				path:  "/inspections?authority=northamptonshire-county-council&year=2013",
				shows: []string{"Not published", "Inadequate", "Child protection inspection"},
				hides: append([]string{"Requires improvement to be good"}, notOnAnyPage...),
			},
			{
				name:  "the order of the list is turned round by its head",
				path:  "/inspections?sort=start&order=ascending",
				wants: []string{`th[aria-sort="ascending"] a[href*="sort=start"][href*="order=descending"]`, `input[type="hidden"][name="sort"][value="start"]`, `tbody tr:first-child a[href^="/inspections/northamptonshire-"]`},
			},
			{name: "the last page", path: "/inspections?page=13", wants: []string{`a[rel="prev"][href="/inspections?page=12"]`}, shows: []string{"601 to 633 are shown here."}},
			{
				name: "what is of a year by its fieldwork alone is told", path: "/inspections?year=2022",
				shows: []string{"1 of them is counted by when inspectors came, since its day of publication is not known."},
			},
			{name: "nothing found is no proof that nothing happened", path: "/inspections?authority=bradford&kind=sif&year=2026", shows: []string{"0 inspections and visits", "That does not mean that nothing happened"}},
			{
				name:   "a bad value is named and the other filters stay",
				path:   "/inspections?year=soon&authority=bradford",
				status: http.StatusBadRequest,
				wants:  []string{`.govuk-error-summary a[href="#year"]`, `#year[aria-describedby="year-problem"]`, `#year-problem`, `option[value="bradford"][selected]`},
				shows:  []string{"Choose a year from the list: “soon” is not on it", "Only: Bradford."},
				hides:  append([]string{"Lancashire County"}, notOnAnyPage...),
			},
			{
				name:   "every bad value is named at once",
				path:   "/inspections?kind=surprise&framework=none&authority=atlantis&year=1066&sort=colour&order=sideways&page=minus",
				status: http.StatusBadRequest,
				wants: []string{
					`.govuk-error-summary a[href="#kind"]`, `.govuk-error-summary a[href="#framework"]`, `.govuk-error-summary a[href="#authority"]`, `.govuk-error-summary a[href="#year"]`,
					`.govuk-error-summary a[href="#sort"]`, `.govuk-error-summary a[href="#order"]`, `.govuk-error-summary a[href="#page"]`, `#sort`, `#order`, `#page`,
				},
			},
			{name: "a page past the end", path: "/inspections?page=14", status: http.StatusBadRequest, wants: []string{`#page`}, shows: []string{"There is no page 14: choose one of this list, which has 13 pages", "1 to 50 are shown here."}},
			{
				name: "mark-up in an address stays text", path: "/inspections?authority=%3Cem%3Ex%3C/em%3E", status: http.StatusBadRequest,
				shows: []string{"“<em>x</em>” is not on it"},
			},
			{name: "a long value is cut", path: "/inspections?kind=" + strings.Repeat("x", 2000), status: http.StatusBadRequest, shows: []string{strings.Repeat("x", 40) + "…"}, hides: []string{strings.Repeat("x", 41)}},
		})
	})
}

func TestScenariosOfInspections(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "a full inspection says what each judgement was before where that may be compared",
				path: "/inspections/north-northamptonshire-ilacs-standard-2026-05-11",
				wants: []string{
					`a[href="/authorities/north-northamptonshire"]`, `a[href="https://files.ofsted.gov.uk/v1/file/50306548"][rel="external noopener"]`,
					`a[href="/inspections/north-northamptonshire-ilacs-standard-2022-10-03"]`, `.swatch--outstanding`, `li[value="2"] a[href="/recommendations/NN-ILACS-2026-2"]`,
					`a[href="/recommendations?inspection=north-northamptonshire-ilacs-standard-2026-05-11"]`, `a[href^="/milestones#"]`, `a[href="/sources#england-record"]`,
				},
				shows: []string{
					"North Northamptonshire Full inspection (two weeks), May 2026", "Fieldwork began 11 May 2026", "Fieldwork ended 22 May 2026", "Published 7 July 2026",
					"Received by the council Not recorded", "led by David Cohen", "Northamptonshire Children’s Trust",
					"Requires improvement to be good in November 2022: up two grades.", "up one grade.",
					"One grade for children in care and care leavers in November 2022 (requires improvement to be good); not compared.",
					"There is no overall grade", "2 areas, the whole list.", "In our words, not a quotation.", "on Ofsted’s site",
					"The letter says that they have been addressed (paragraph 47).", "From 11 November 2025 to 7 January 2027",
				},
				hides: append([]string{"up three"}, notOnAnyPage...),
			},
			{
				name:  "an earlier council's grades are nowhere on its successor's first inspection",
				path:  "/inspections/north-northamptonshire-ilacs-standard-2022-10-03",
				shows: []string{"First full inspection of North Northamptonshire; the earlier council’s grades are its own.", "Where sources disagree", "Used here The council, with four grades"},
				hides: append([]string{"up one", "Inadequate in", "June 2019"}, notOnAnyPage...),
			},
			{
				name:  "grades under other rules are stated and not compared, and a part of a list says so",
				path:  "/inspections/northamptonshire-county-council-ilacs-standard-2019-06-17",
				wants: []string{`li.unplaced`, `.ended a[href="/authorities/north-northamptonshire"]`, `.ended a[href="/authorities/west-northamptonshire"]`},
				shows: []string{
					"Northamptonshire County Council ended on 31 March 2021. What inspectors found, and any grade they gave, is its own and nobody else’s. After it: North Northamptonshire · West Northamptonshire.",
					"Requires improvement to be good in April 2016, under other rules (the single inspection framework of 2013); not compared.",
					"Grade not found in April 2016", "3 of 16 are held here.", "about 28 June 2019 (inferred, not stated anywhere)", "What we do not know", "Used here 29 July 2019",
				},
				hides: append([]string{"up one", "down one", "Ask whether it was published"}, notOnAnyPage...),
			},
			{
				name:  "on a day on which the council was there nothing says that it ended",
				path:  "/inspections/northamptonshire-county-council-ilacs-standard-2019-06-17?as-at=2020-01-31",
				shows: []string{"Full inspection (two weeks), June 2019"}, hides: append([]string{"ended on"}, notOnAnyPage...),
			},
			{
				name:  "a visit of a council that is not confirmed says so and gives no grade",
				path:  "/inspections/northamptonshire-ilacs-focused-visit-2025-04",
				wants: []string{`.doubt`},
				shows: []string{"West Northamptonshire (not confirmed)", "No grade: a visit. It does not confirm or change the grades of the inspection before.", "Not in this record yet. That does not mean that there were none.", "Julian Wooster, chair of Northamptonshire Children’s Trust", "Councillor Kathryn Shaw, cabinet member"},
				hides: append([]string{"Grades of this scale"}, notOnAnyPage...),
			},
			{
				name:  "a list that is empty in the letter is not a list that is not held",
				path:  "/inspections/northamptonshire-county-council-ilacs-focused-visit-2020-10",
				shows: []string{"The letter or report lists none."},
				hides: append([]string{"Not in this record yet"}, notOnAnyPage...),
			},
			{
				name:  "a visit whose day is known by its words only",
				path:  "/inspections/northamptonshire-county-council-ilacs-monitoring-visit-2020-02",
				shows: []string{"Monitoring visit, by February 2020", "what is known: by February 2020", "Fieldwork began Date not found"},
				hides: notOnAnyPage,
			},
			{
				name:  "an area's outcome is no grade, and the areas for priority action are named as Ofsted does",
				path:  "/inspections/north-northamptonshire-local-area-partnership-area-send-2024-01-22",
				wants: []string{`a[href="/authorities/north-northamptonshire"]`, `.priority`},
				shows: []string{"Widespread or systemic failings", "Area for priority action (Ofsted’s term)", "Responsible: North Northamptonshire Council, NHS Northamptonshire Integrated Care Board"},
				hides: append([]string{"Grades of this scale"}, notOnAnyPage...),
			},
			{
				name:  "an older scale shows its own grades",
				path:  "/inspections/northamptonshire-county-council-child-protection-2013-02",
				shows: []string{"Grades of this scale, best first: outstanding, good, adequate, inadequate.", "No earlier inspection of this kind is on this record."},
				hides: append([]string{"Requires improvement to be good in"}, notOnAnyPage...),
			},
			{
				name:  "what was never published has no grade",
				path:  "/inspections/northamptonshire-county-council-joint-pilot-2013-01",
				shows: []string{"Not published by the inspectors", "so no grade is shown here"},
				hides: append([]string{"Grade Inadequate"}, notOnAnyPage...),
			},
			{name: "an unknown inspection", path: "/inspections/none", status: http.StatusNotFound, wants: []string{`main a[href="/inspections"]`}, shows: []string{"Page not found"}},
		})
	})
}

// TestEveryKindOfInspectionHasAPage opens one of each kind and framework in the seed: the one of which most is held.
func TestEveryKindOfInspectionHasAPage(t *testing.T) {
	type sort struct{ kind, framework string }
	held := func(in *inspection.Inspection) int {
		return len(in.Judgements) + len(in.Recommendations) + len(in.Findings) + len(in.Responses) + len(in.Gaps)
	}
	fullest := map[sort]*inspection.Inspection{}
	for _, in := range storetest.Seed(t).Inspections {
		if one := fullest[sort{in.Kind, in.Framework}]; one == nil || held(in) > held(one) {
			fullest[sort{in.Kind, in.Framework}] = in
		}
	}
	if len(fullest) < 20 {
		t.Fatalf("the seed has only %d kinds", len(fullest))
	}
	s := newServer(t, storetest.Seeded(t))
	for _, in := range fullest {
		answer := get(t, s, inspectionAddress(in))
		page := document(t, answer)
		if answer.Code != http.StatusOK || page.Find("h1").Length() != 1 || page.Find("#sources + ul.citations li").Length() == 0 {
			t.Errorf("%s: status %d, or no heading or no source", in.ID, answer.Code)
		}
		for _, words := range notOnAnyPage {
			if text := seen(page.Find("body").Text()); strings.Contains(text, words) {
				t.Errorf("%s: says %q", in.ID, words)
			}
		}
	}
}

func TestPaginate(t *testing.T) {
	draw := func(p *pagination) string {
		if p == nil {
			return ""
		}
		var out []string
		for _, item := range p.Items {
			switch {
			case item.Gap:
				out = append(out, "…")
			case item.Here:
				out = append(out, "["+item.Address+"]")
			default:
				out = append(out, item.Address)
			}
		}
		return strings.Join(out, " ")
	}
	for _, test := range []struct {
		name        string
		page, pages int
		want        string
	}{
		{"one page needs no way through", 1, 1, ""},
		{"the first of two", 1, 2, "[/list] /list?page=2"},
		{"the first of many", 1, 13, "[/list] /list?page=2 … /list?page=13"},
		{"the middle", 7, 13, "/list … /list?page=6 [/list?page=7] /list?page=8 … /list?page=13"},
		{"near the start no page is left out", 3, 4, "/list /list?page=2 [/list?page=3] /list?page=4"},
		{"the last", 13, 13, "/list … /list?page=12 [/list?page=13]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := draw((&filter{Path: "/list"}).paginate(test.page, test.pages)); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestAPartnershipsInspectionSaysThatItsCouncilEnded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		own := *storetest.Seed(t)
		seed := &own
		seed.Bodies = slices.Clone(seed.Bodies) // other tests have the same
		for i := range seed.Bodies {
			if seed.Bodies[i].ID == "north-northamptonshire-local-area-partnership" {
				seed.Bodies[i].ListedOn = "northamptonshire-county-council"
			}
		}
		if _, err := db.LoadSeed(t.Context(), seed); err != nil {
			t.Fatal(err)
		}
		runScenarios(t, newServer(t, db), []scenario{{
			name: "with those who came after it", path: "/inspections/north-northamptonshire-local-area-partnership-area-send-2024-01-22",
			wants: []string{`.ended a[href="/authorities/north-northamptonshire"]`, `.ended a[href="/authorities/west-northamptonshire"]`},
			shows: []string{"Northamptonshire County Council ended on 31 March 2021."}, hides: []string{"Ask whether it was published"},
		}})
	})
}

func TestAPartnershipThatEndedDoesNotEndItsCouncil(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		own := *storetest.Seed(t)
		seed := &own
		seed.Bodies = slices.Clone(seed.Bodies) // other tests have the same
		for i := range seed.Bodies {
			if seed.Bodies[i].ID == "north-northamptonshire-local-area-partnership" {
				seed.Bodies[i].Ended = inspection.MustDate("2025-03-31")
			}
		}
		if _, err := db.LoadSeed(t.Context(), seed); err != nil {
			t.Fatal(err)
		}
		runScenarios(t, newServer(t, db), []scenario{{
			name: "it alone is said to have ended", path: "/inspections/north-northamptonshire-local-area-partnership-area-send-2024-01-22",
			shows: []string{"North Northamptonshire Local Area Partnership ended on 31 March 2025. What inspectors found"}, hides: []string{"North Northamptonshire ended", "ended on ."},
		}})
	})
}
