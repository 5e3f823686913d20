package web

import (
	"net/http"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestWhatTheRecordSuggestsToAskAbout(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		t.Run("the first three questions of the home place stand in the order of their rules, and the others are named", func(t *testing.T) {
			page := document(t, get(t, s, "/"))
			var questions []string
			for _, q := range page.Find(".prompts .prompt").EachIter() {
				questions = append(questions, seen(q.Text()))
			}
			want := []string{
				"Where can we read each council’s action plan for the July 2026 letter?",
				"Have inspectors returned on SEND since 2024, and what did they find?",
				"Assessments and plans: in the 2022 letters, again in 2026. What is different now?",
			}
			if strings.Join(questions, "\n") != strings.Join(want, "\n") {
				t.Errorf("got %q", questions)
			}
			text := seen(page.Find(`section[aria-labelledby="ask"]`).Text())
			for _, words := range []string{
				"Why: The latest possible day for it, 14 October 2026, has passed, and no link to it is recorded here.",
				"Why: A monitoring inspection was expected about summer 2025–early 2026, and nothing is recorded.",
				"2 more: West’s four areas from 2022 (letter silent) · fostering agency since March 2023 (later result not found).",
			} {
				if !strings.Contains(text, words) {
					t.Errorf("it does not say %q but %q", words, text)
				}
			}
			if page.Find(`section[aria-labelledby="ask"] a[href="/scrutiny?authority=northamptonshire"]`).Length() != 1 {
				t.Error("nothing leads to all questions")
			}
		})
		runScenarios(t, s, []scenario{
			{
				name:  "one council's questions are its own",
				path:  "/authorities/north-northamptonshire",
				shows: []string{"Where can we read the council’s action plan for the July 2026 letter?", "Assessments and plans: in the 2022 letter, again in 2026."},
				hides: append([]string{"West’s four areas", "each council’s action plan"}, notOnAnyPage...),
			},
			{
				name:  "a council that has ended is not asked about, and nothing is ahead of it",
				path:  "/authorities/northamptonshire-county-council",
				hides: append([]string{"Ask about", "Committee meeting dates", "Most likely window"}, notOnAnyPage...),
			},
			{
				name:  "the window leads to the page on what it rests on",
				path:  "/authorities/west-northamptonshire",
				wants: []string{`.dates a[href="/authorities/west-northamptonshire/next-inspection"]`},
				shows: []string{"Jan 2029 – Mar 2030 Most likely window for the next full inspection."},
				hides: notOnAnyPage,
			},
			{
				name:  "on a past day the window and the questions are those of that day",
				path:  "/?as-at=2024-06-01",
				shows: []string{"May 2025 – ", "Where can we read each council’s action plan for the November 2022 letter?"},
				hides: append([]string{"Jan 2029", "July 2026 letter", "have inspectors returned"}, notOnAnyPage...),
			},
		})
	})
}

func TestThePagesOfCouncilsSayHowAreasStand(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, _ := tellScrutiny(t, dsn)
		s := newServer(t, db)
		s.open = true
		runScenarios(t, s, []scenario{
			{
				name: "an area that both letters share is counted once, and the next meeting stands under the dates",
				path: "/",
				shows: []string{
					"2 open · 1 moved more than once or past its date · 1 waiting for the body that decides",
					"20 SEND areas from 2024 (9 for priority action): no progress recorded here",
					"10 December 2026 Scrutiny commission",
				},
				hides: append([]string{"No progress recorded here yet", "None recorded.", "15 September 2026"}, notOnAnyPage...),
			},
			{
				name:  "what one council asked for is not the other's",
				path:  "/authorities/west-northamptonshire",
				shows: []string{"2 open · 1 moved more than once or past its date"},
				hides: append([]string{"waiting for the body that decides"}, notOnAnyPage...),
			},
			{
				name:  "on an earlier day progress is what had been recorded by then",
				path:  "/?as-at=2026-10-01",
				shows: []string{"As it stood on 1 October 2026.", "2 open"},
				hides: append([]string{"past its date", "waiting for the body", "No progress had been recorded"}, notOnAnyPage...),
			},
			{
				name:  "before the first progress was recorded the inspections still show, with a sentence",
				path:  "/?as-at=2026-08-31",
				shows: []string{"No progress had been recorded here by then.", "both councils in May 2026", "No progress recorded here yet."},
				hides: append([]string{"2 open"}, notOnAnyPage...),
			},
		})
		t.Run("officers see the same first screen as everybody", func(t *testing.T) {
			open := document(t, get(t, s, "/")).Find(".opening").Text()
			answer := asks(t, s, testOfficer, http.MethodGet, "/", nil)
			if page := document(t, answer); seen(page.Find(".opening").Text()) != seen(open) {
				t.Errorf("got %q", seen(page.Find(".opening").Text()))
			}
		})
	})
}

func TestAPlanThatIsRecordedIsNotAskedFor(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		err := db.AddFulfilment(t.Context(), testOfficer, inspection.Fulfilment{
			InspectionID: "west-northamptonshire-ilacs-standard-2026-05-11", BodyID: "west-northamptonshire",
			RuleCode: inspection.StatementOfActionRule, On: inspection.MustDate("2026-10-01"), Address: "https://west.example/plan",
		})
		if err != nil {
			t.Fatal(err)
		}
		text := seen(document(t, get(t, newServer(t, db), "/")).Find("main").Text())
		if !strings.Contains(text, "Where can we read North’s action plan for the July 2026 letter?") || strings.Contains(text, "each council’s action plan") {
			t.Error("the question does not leave out the council whose plan is recorded")
		}
	})
}
