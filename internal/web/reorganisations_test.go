package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// norfolkForm splits a county of the seed in two.
func norfolkForm() url.Values {
	return url.Values{
		"on": {"1 April 2028"}, "ending.1": {"norfolk"}, "council.1.name": {"West Norfolk"}, "council.1.code": {"wnf"},
		"council.2.name": {"East Norfolk"}, "council.2.code": {"947"}, "region": {"East of England"}, "type": {"Unitary Authority"},
		"confidence": {"news"}, "source_title": {"A decision on Norfolk"}, "source_publisher": {"A newspaper"},
		"source_address": {"https://example.org/norfolk"}, "note": {"The districts end too."},
	}
}

// planned records the reorganisation of norfolkForm.
func planned(t testing.TB, db *store.Store) {
	t.Helper()
	plan, _, problems := planOf(norfolkForm())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if _, err := db.AddReorganisation(t.Context(), testOfficer, plan); err != nil {
		t.Fatal(err)
	}
}

func TestReorganisations(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name: "every council that ended or began stands by day, with what each is inspected as and how it is known",
				path: "/reorganisations",
				wants: []string{
					`tr#northamptonshire-county-council a[href="/authorities/west-northamptonshire"]`, `tr#poole a[href="/sources#authority-register"]`,
					`.section-links a[aria-current="page"][href="/reorganisations"]`, `header a[href="/england"][aria-current]`, `tr#dorset`, `tr#bedford-borough`,
				},
				shows: []string{
					"No grade passes along", "Cumbria County Council ended; Cumberland, and Westmorland and Furness took over its area.",
					"Northamptonshire County Council ended; North Northamptonshire and West Northamptonshire took over its area.",
					"Other earlier councils in the area are not in this register.", "The earlier Dorset County Council is not in this register",
					"Bedford Borough began. The earlier councils in its area are not in this register.", "None is recorded here. That does not mean that none is planned.",
					"each by itself", "Split", "Taken over",
				},
				hides: append([]string{"Record a reorganisation", "Change or withdraw", "As it stood on"}, notOnAnyPage...),
			},
			{name: "one region alone", path: "/reorganisations?region=South+West", shows: []string{"Poole ended", "Dorset"}, hides: []string{"Cumbria County Council"}},
			{name: "a region of nowhere is named", path: "/reorganisations?region=Narnia", status: 400, wants: []string{`.govuk-error-summary a[href="#region"]`}},
		})
	})
}

func TestWhoMayRecordAReorganisation(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	pages := map[string]string{"/reorganisations/new": "/committees", "/reorganisations/norfolk/change": "/committees"}
	for path, like := range pages {
		if got, want := get(t, s, path).Code, get(t, s, like).Code; got != want || got == http.StatusOK {
			t.Errorf("a visitor of %s gets %d, and of %s %d", path, got, like, want)
		}
		for _, role := range []auth.Role{auth.Member, auth.Clerk, auth.Reviewer, auth.Administrator} {
			who := sessionOf(t, s, storetest.Account(t, s.store, role))
			if got, want := get(t, s, path, who...).Code, get(t, s, "/letters/new", who...).Code; got != want || got == http.StatusOK {
				t.Errorf("a %s at %s gets %d, and at /letters/new %d", role, path, got, want)
			}
			if got := sendsIn(t, s, path, who, norfolkForm()).Code; got == http.StatusOK || got == http.StatusSeeOther {
				t.Errorf("a %s may send %s: %d", role, path, got)
			}
		}
	}
	officer := sessionOf(t, s, storetest.Account(t, s.store, auth.Officer))
	says(t, get(t, s, "/reorganisations/new", officer...), http.StatusOK, "Record a reorganisation to come")
	says(t, get(t, s, "/reorganisations", officer...), http.StatusOK, "Record a reorganisation to come")
}

// A council that is to end exists until then, and one that is to begin does not yet: wherever councils stand.
func TestPagesWithAReorganisationToCome(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		planned(t, db)
		runScenarios(t, newServer(t, db), []scenario{
			{
				name:  "the council that is to end says so, keeps its grades, and is as complete as before",
				path:  "/authorities/norfolk",
				wants: []string{`.ended a[href="/reorganisations#norfolk"]`, `figure#lanes-norfolk`, `#dates`},
				shows: []string{
					"Children’s services in Norfolk", "Planned for 1 April 2028: Norfolk is to end; East Norfolk and West Norfolk are to take over its area. No grade passes along.",
					"gave these grades: overall effectiveness Outstanding",
				},
				hides: append([]string{"Norfolk ended", "No report of a full inspection"}, notOnAnyPage...),
			},
			{
				name:  "a page of a past day says nothing of what is planned",
				path:  "/authorities/norfolk?as-at=2025-01-01",
				hides: []string{"Planned for", "is to end", "Norfolk ended"},
			},
			{
				name:  "the next inspection of a council that is to end before it is likely",
				path:  "/authorities/norfolk/next-inspection",
				shows: []string{"Norfolk ends on 31 March 2028, before the months in which its next full inspection would be likely. Ofsted may come sooner."},
			},
			{
				name:  "a council that is to begin has no page of grades yet, and leads to the one that has its area",
				path:  "/authorities/west-norfolk",
				wants: []string{`main a[href="/authorities/norfolk"]`, `main a[href="/reorganisations"]`},
				shows: []string{"West Norfolk does not exist yet: it is planned to begin on 1 April 2028.", "Its area belongs to Norfolk, whose record is its own."},
				hides: []string{"it began on", "ended on"},
			},
			{name: "nor on a past day", path: "/authorities/west-norfolk?as-at=2025-01-01", shows: []string{"West Norfolk does not exist yet", "Its area belonged to Norfolk"}},
			{name: "nor has it a next inspection", path: "/authorities/east-norfolk/next-inspection", shows: []string{"East Norfolk does not exist yet"}},
			{
				name:  "the place of the councils to come says what it is to show",
				path:  "/authorities/norfolk-area",
				wants: []string{`main a[href="/authorities/norfolk"]`},
				shows: []string{"From 1 April 2028 on this page is to show the councils of Norfolk together. They do not exist yet.", "Its area belongs to Norfolk"},
			},
			{
				name:  "the list of authorities counts who exists today",
				path:  "/authorities",
				wants: []string{`a[href="/authorities/norfolk"]`},
				shows: []string{"157 authorities", "to end on 31 March 2028"},
				hides: []string{"West Norfolk", "Norfolk, Cumbria"},
			},
			{
				name:  "the filter of inspections has it among the councils, and those to come apart",
				path:  "/inspections?authority=norfolk",
				wants: []string{`optgroup[label="Councils"] option[value="norfolk"][selected]`, `optgroup[label="Councils to come"] option[value="west-norfolk"]`},
			},
			{name: "one to come has no inspections", path: "/inspections?authority=west-norfolk", shows: []string{"Nothing on this record matches"}},
			{name: "its inspections can be looked at by scrutiny", path: "/scrutiny?authority=norfolk", shows: []string{"Norfolk"}, hides: []string{"Asked of a council that has ended"}},
			{
				name: "one to come has no page for scrutiny yet", path: "/scrutiny?authority=west-norfolk", wants: []string{`main a[href="/authorities/norfolk"]`},
				shows: []string{"West Norfolk does not exist yet"},
			},
			{
				name: "the change stands among those to come, with how sure it is", path: "/reorganisations",
				wants: []string{`tr#norfolk a[href="/sources#reorganisation-norfolk"]`},
				shows: []string{"Norfolk is to end; East Norfolk and West Norfolk are to take over its area.", "The districts end too.", "From the news"},
				hides: []string{"None is recorded here", "Change or withdraw"},
			},
			{name: "the source stands among the sources", path: "/sources", wants: []string{`li#reorganisation-norfolk`}, shows: []string{"A decision on Norfolk"}},
			{
				name: "the record of changes says what was recorded", path: "/changes?authority=norfolk",
				shows: []string{"Council that followed another: Norfolk and West Norfolk: added", "Norfolk: changed"},
			},
		})
		t.Run("officers choose the councils of a letter among those that exist", func(t *testing.T) {
			s := newOfficerServer(t, db)
			page := document(t, sees(t, s, addedLetter(t, s)))
			if page.Find(`optgroup[label="Councils"] option[value="norfolk"]`).Length() == 0 || page.Find(`optgroup[label="Councils"] option[value="west-norfolk"]`).Length() > 0 {
				t.Error("a council that is to end is not among the councils, or one to come is")
			}
		})
	})
}

// The same record on days after the reorganisation.
func TestPagesAfterAReorganisation(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		planned(t, db)
		s := newServer(t, db)
		s.clock = func() time.Time { return time.Date(2028, time.May, 2, 12, 0, 0, 0, time.UTC) }
		runScenarios(t, s, []scenario{
			{
				name:  "the earlier council has ended and keeps its grades",
				path:  "/authorities/norfolk",
				wants: []string{`.ended a[href="/authorities/east-norfolk"]`},
				shows: []string{"Children’s services of Norfolk", "Norfolk ended on 31 March 2028. Its grades are its own and nobody else’s.", "gave these grades: overall effectiveness Outstanding"},
				hides: []string{"Planned for", "Dates ahead"},
			},
			{
				name:  "a new council has no grade, and the earlier one's past behind a heavy line",
				path:  "/authorities/west-norfolk",
				wants: []string{`p.heavy-line + figure#lanes-norfolk`, `.switch a[href="/authorities/norfolk-area"]`},
				shows: []string{
					"No graded inspection of West Norfolk yet, since it began on 1 April 2028.", "No graded inspection yet",
					"The earlier council, Norfolk, ended on 31 March 2028. Its last grades, of May 2026, were its own", "Above this line: from 1 April 2028, when Norfolk ended.",
				},
				hides: []string{"That does not mean that it was never inspected"},
			},
			{
				name:  "the place shows both",
				path:  "/authorities/norfolk-area",
				wants: []string{`figure#lanes-east-norfolk`, `figure#lanes-west-norfolk`},
				shows: []string{"Both councils", "No graded inspection of East Norfolk or West Norfolk yet, since they began on 1 April 2028."},
			},
			{name: "its next inspection is counted from none", path: "/authorities/west-norfolk/next-inspection", shows: []string{"No full inspection of West Norfolk"}},
			{name: "the list of authorities has all three", path: "/authorities?q=norfolk", shows: []string{"3 authorities", "ended 31 March 2028"}},
			{
				name:  "on the day before it was one",
				path:  "/authorities?q=norfolk&as-at=2028-03-31",
				shows: []string{"1 authority"}, hides: []string{"ended 31 March 2028", "East Norfolk"},
			},
			{name: "and a new one did not exist", path: "/authorities/east-norfolk?as-at=2028-03-31", shows: []string{"East Norfolk did not exist yet on 31 March 2028: it began on 1 April 2028.", "Its area belonged to Norfolk"}},
			{name: "the filter has it among those that have ended", path: "/inspections", wants: []string{`optgroup[label="Councils that have ended"] option[value="norfolk"]`, `optgroup[label="Councils"] option[value="east-norfolk"]`}},
			{
				name: "the map of its region has the new ones without a grade", path: "/england/map?region=East+of+England",
				wants: []string{`a[href^="/authorities/east-norfolk"]`},
				shows: []string{"12 authorities: outstanding 3, good 3, requires improvement to be good 4, no graded inspection yet 2"}, hides: []string{"Norfolk Outstanding"},
			},
			{
				name: "and on the day before the one with its grade", path: "/england/map?region=East+of+England&as-at=2028-03-31",
				shows: []string{"11 authorities: outstanding 4, good 3, requires improvement to be good 4"}, hides: []string{"East Norfolk"},
			},
			{
				name: "England is counted no further than the lists reach, where it was one council", path: "/england?region=East+of+England",
				shows: []string{"On 22 August 2026, of 11 authorities of East of England on this record, 11 had a grade for leadership"}, hides: []string{"East Norfolk"},
			},
			{
				name: "it is compared no more, and nobody stands for it among the neighbours of others", path: "/compare?authority=suffolk&group=neighbours",
				shows: []string{"Norfolk ended on 31 March 2028, so it is not shown on 2 May 2028."}, hides: []string{"East Norfolk 18 May 2026"},
			},
			{
				name: "on its last day it was one of them", path: "/compare?authority=suffolk&group=neighbours&as-at=2028-03-31",
				wants: []string{`figure td`}, shows: []string{"Norfolk 18 May 2026 Outstanding"}, hides: []string{"Norfolk ended"},
			},
			{name: "the change has happened", path: "/reorganisations", shows: []string{"Norfolk ended; East Norfolk and West Norfolk took over its area.", "None is recorded here"}},
		})
		t.Run("one whose day came and that did not happen can still be put off", func(t *testing.T) {
			s.open = true
			says(t, asksAs(t, s, anOfficer, http.MethodGet, "/reorganisations", "", nil), http.StatusOK, "Change or withdraw this")
			form := document(t, asksAs(t, s, anOfficer, http.MethodGet, "/reorganisations/norfolk/change", "", nil))
			sent := with(formValues(form.Find(`form[action="/reorganisations/norfolk/change"]`)), "on", "1 April 2029", "do", "preview")
			answer := asksAs(t, s, anOfficer, http.MethodPost, "/reorganisations/norfolk/change", "application/x-www-form-urlencoded", strings.NewReader(sent.Encode()))
			says(t, answer, http.StatusOK, "Planned for 1 April 2029: Norfolk is to end", "1 April 2029, the first day")
		})
	})
}

func TestACouncilThatEndsWithinItsWindowSaysSo(t *testing.T) {
	db := storetest.Seeded(t)
	plan, _, _ := planOf(norfolkForm())
	plan.On = inspection.MustDate("2029-09-01")
	if _, err := db.AddReorganisation(t.Context(), testOfficer, plan); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, db)
	const words = "The council ends on 31 August 2029, and inspectors do not come to it after that."
	for _, path := range []string{"/authorities/norfolk", "/authorities/norfolk/next-inspection"} {
		if text := seen(document(t, get(t, s, path)).Find("main").Text()); !strings.Contains(text, words) {
			t.Errorf("%s does not say so: %s", path, text)
		}
	}
}

// A council that goes on keeps its own past, and nothing is expected any more of the one that ended.
func TestPagesOfACouncilThatGoesOn(t *testing.T) {
	db := storetest.Seeded(t)
	plan, _, _ := planOf(norfolkForm())
	plan.Ending, plan.Continuing, plan.Region = []string{"surrey"}, []string{"west-sussex"}, "South East"
	plan.New = []inspection.PlannedCouncil{{Name: "East Surrey", Code: "ESY"}}
	if _, err := db.AddReorganisation(t.Context(), testOfficer, plan); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, db)
	runScenarios(t, s, []scenario{
		{
			name: "until then it has no part in the other's past", path: "/authorities/west-sussex",
			shows: []string{"Planned for 1 April 2028: Surrey is to end; East Surrey and West Sussex are to take over its area."},
			hides: []string{"Surrey ended", "Both councils"},
		},
	})
	s.clock = func() time.Time { return time.Date(2028, time.March, 31, 12, 0, 0, 0, time.UTC) }
	runScenarios(t, s, []scenario{
		{
			name: "on its last day the other is still told what its area waits for", path: "/authorities/surrey",
			shows: []string{"1 SEND full re-inspection", "A full re-inspection was due"},
		},
	})
	s.clock = func() time.Time { return time.Date(2028, time.May, 2, 12, 0, 0, 0, time.UTC) }
	runScenarios(t, s, []scenario{
		{
			name: "after it its own past stands above the line, and that of the other below", path: "/authorities/west-sussex",
			wants: []string{`figure#lanes-west-sussex`, `p.heavy-line + figure#lanes-surrey`},
			shows: []string{"Surrey ended on 31 March 2028. Below this line: the earlier council’s past, which is its own.", "Letter published 11 May 2023"},
			hides: []string{"Above this line"},
		},
		{
			name: "a new one begins at the line", path: "/authorities/east-surrey",
			shows: []string{"Above this line: from 1 April 2028, when Surrey ended. Below it: the earlier council’s past, which is its own."},
		},
		{
			name: "of the one that ended nothing is expected", path: "/authorities/surrey", shows: []string{"Surrey ended on 31 March 2028."},
			hides: []string{"SEND full re-inspection", "re-inspection was due"},
		},
	})
}

// The councils of the home place end: its page says so, and leads on.
func TestAPlaceWhoseCouncilsHaveEndedSaysSo(t *testing.T) {
	db := storetest.Seeded(t)
	plan, _, _ := planOf(norfolkForm())
	plan.Ending = []string{"north-northamptonshire", "west-northamptonshire"}
	plan.Region, plan.New = "East Midlands", []inspection.PlannedCouncil{{Name: "Nene", Code: "NEN"}}
	if _, err := db.AddReorganisation(t.Context(), testOfficer, plan); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, db)
	runScenarios(t, s, []scenario{
		{
			name: "until then the first page says what is planned", path: "/",
			shows: []string{"Planned for 1 April 2028: North Northamptonshire and West Northamptonshire are to end; Nene is to take over their areas.", "Inspectors came to both councils in May 2026"},
			wants: []string{`.switch a[href="/authorities/north-northamptonshire"]`, `#dates`},
		},
		{
			name: "the new council's area belongs to both", path: "/authorities/nene",
			shows: []string{"Its area belongs to North Northamptonshire and West Northamptonshire, each with a record of its own."},
		},
	})
	s.clock = func() time.Time { return time.Date(2028, time.May, 2, 12, 0, 0, 0, time.UTC) }
	runScenarios(t, s, []scenario{
		{
			name: "after it the place says that its councils have ended, and leads to the one after them", path: "/",
			wants: []string{`.ended a[href="/authorities/nene"]`},
			shows: []string{"North Northamptonshire and West Northamptonshire had ended by 31 March 2028. Their grades are their own and nobody else’s."},
			hides: []string{"Dates ahead", "Planned for"},
		},
		{
			name: "the new council names both before it", path: "/authorities/nene",
			shows: []string{"when North Northamptonshire and West Northamptonshire ended", "the earlier councils’ past, which is their own"},
		},
	})
}
