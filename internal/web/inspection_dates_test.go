package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const northLatest = "north-northamptonshire-ilacs-standard-2026-05-11"

func TestDatesThatFollowFromALetter(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name:  "a full inspection's page says each day, how it was found, by which rule, and asks what became of it",
				path:  "/inspections/" + northLatest,
				wants: []string{`#follows`, `section[aria-labelledby="follows"] a[href="/sources#cypnow-2005662"]`, `a[href="/inspections/` + northLatest + `/dates"]`, `a[href="/working-days"]`},
				shows: []string{
					"18 August 2026", "14 October 2026", "so this is the latest possible day.", "How well the rule is known: from one weak source.",
					"Nothing is recorded. Ask whether it was published, and where.",
				},
				hides: append([]string{"overdue", " late ", "past its date"}, notOnAnyPage...),
			},
			{
				name:  "a visit whose letter sets nothing going has no such table",
				path:  "/inspections/northamptonshire-ilacs-focused-visit-2025-04",
				hides: append([]string{"Dates that follow from this letter"}, notOnAnyPage...),
			},
			{
				name:  "a joint inspection's computed day is said to stand in for the printed one",
				path:  "/inspections/" + jointInspection(t, db),
				shows: []string{"26 June 2024", "that day holds", "How well the rule is known: inferred, not stated anywhere."},
				hides: append([]string{"overdue"}, notOnAnyPage...),
			},
		})
	})
}

// jointInspection returns the ID of Buckinghamshire's joint inspection of 2024.
func jointInspection(t *testing.T, db *store.Store) string {
	t.Helper()
	list, _, err := db.Inspections(t.Context(), store.InspectionFilter{Authority: "buckinghamshire", Kind: "jtai", Year: 2024})
	if err != nil || len(list) != 1 {
		t.Fatalf("got %d, %v", len(list), err)
	}
	return list[0].ID
}

func TestOfficersRecordDates(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newOpenServer(t, db)
		const public = "/inspections/" + northLatest
		const address = public + "/dates"
		duty := inspection.StatementOfActionRule + "-north-northamptonshire"
		main := func(path string) string { return seen(document(t, get(t, s, path)).Find("main").Text()) }
		form := func(on, where, words string) url.Values {
			return url.Values{"do": {"duty"}, "rule": {inspection.StatementOfActionRule}, "body": {"north-northamptonshire"}, "on": {on}, "address": {where}, "words": {words}}
		}
		saved := func(values url.Values) {
			t.Helper()
			if answer := actingAs(t, s, planOfficer, address, values); answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != public {
				t.Fatalf("status %d to %q", answer.Code, answer.Header().Get("Location"))
			}
		}
		t.Run("the page asks for two days and, of each duty, whether and where", func(t *testing.T) {
			page := document(t, actingAs(t, s, planOfficer, address, nil))
			for _, selector := range []string{"#received", "#statement_due", "#" + duty + "-on", "#" + duty + "-address", "#publish_report-north-northamptonshire-on"} {
				if page.Find(selector).Length() != 1 {
					t.Errorf("nothing matches %s", selector)
				}
			}
		})
		last, err := db.Last(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Run("what is wrong stands at its box, the words are kept and nothing is stored", func(t *testing.T) {
			refused(t, actingAs(t, s, planOfficer, address, url.Values{"do": {"dates"}, "received": {"30 June 2062"}, "statement_due": {""}}),
				"received", "30 June 2062 is in the future", map[string]string{"received": "30 June 2062"})
			refused(t, actingAs(t, s, planOfficer, address, url.Values{"do": {"dates"}, "received": {""}, "statement_due": {"soon"}}),
				"statement_due", "Enter the day that the letter prints like 7 July 2026", map[string]string{"statement_due": "soon"})
			refused(t, actingAs(t, s, planOfficer, address, form("1 December 2026", "https://north.example/plan", "Agreed.")),
				duty+"-on", "1 December 2026 is in the future", map[string]string{duty + "-address": "https://north.example/plan", duty + "-words": "Agreed."})
			refused(t, actingAs(t, s, planOfficer, address, form("1 May 2026", "", "")), duty+"-on", "1 May 2026 is before 22 May 2026", nil)
			refused(t, actingAs(t, s, planOfficer, address, form("", "javascript:alert(1)", "")),
				duty+"-address", "Enter the whole address of the page", map[string]string{duty + "-address": "javascript:alert(1)"})
			refused(t, actingAs(t, s, planOfficer, address, form("", "", "")), duty+"-on", "Enter the day on which it was published, or its address", nil)
			if now, err := db.Last(t.Context()); err != nil || now != last {
				t.Errorf("something was stored: %v, %v", now, err)
			}
		})
		t.Run("the day of receipt moves the days, and a printed day wins", func(t *testing.T) {
			saved(url.Values{"do": {"dates"}, "received": {"30 June 2026"}, "statement_due": {""}})
			if text := main(public); !strings.Contains(text, "7 October 2026") || !strings.Contains(text, "70 working days from the day the letter was received.") {
				t.Errorf("got %s", text)
			}
			saved(url.Values{"do": {"dates"}, "received": {"30 June 2026"}, "statement_due": {"2 November 2026"}})
			if text := main(public); !strings.Contains(text, "2 November 2026 Printed in the letter.") {
				t.Errorf("got %s", text)
			}
			saved(url.Values{"do": {"dates"}, "received": {""}, "statement_due": {""}})
		})
		t.Run("a plan that was published is said with its link, and only the other council is asked about", func(t *testing.T) {
			saved(form("1 October 2026", "https://north.example/plan", "Agreed by <em>cabinet</em>."))
			for _, path := range []string{public, "/"} {
				if page := document(t, get(t, s, path)); page.Find(`main a[href="https://north.example/plan"]`).Length() != 1 {
					t.Errorf("%s does not lead to the plan", path)
				}
			}
			if text := main(public); !strings.Contains(text, "Published on 1 October 2026.") || !strings.Contains(text, "Agreed by <em>cabinet</em>.") || !strings.Contains(text, "Recorded on 21 November 2026 by Improvement officer.") {
				t.Errorf("got %s", text)
			}
			home := document(t, get(t, s, "/"))
			if text := seen(home.Find("#expected").Text()); !strings.Contains(text, "Latest day for West's written statement of action") || strings.Contains(text, "each council") {
				t.Errorf("got %s", text)
			}
			if text := seen(home.Find("main").Text()); !strings.Contains(text, "North's written statement of action was published.") {
				t.Error("the first page does not say that North published it")
			}
		})
		t.Run("it can be taken back with a reason, and what was said stays to be read by officers", func(t *testing.T) {
			refused(t, actingAs(t, s, planOfficer, address, form("", "", "")), duty+"-words", "Say why what was recorded before does not hold", nil)
			saved(form("", "", "That was the plan of 2022."))
			if text := main(public); strings.Contains(text, "Published on 1 October 2026") {
				t.Errorf("got %s", text)
			}
			text := seen(document(t, actingAs(t, s, planOfficer, address, nil)).Find("main").Text())
			if !strings.Contains(text, "Taken back. That was the plan of 2022.") || !strings.Contains(text, "Published on 1 October 2026.") {
				t.Errorf("got %s", text)
			}
		})
		t.Run("a form that says nothing that is asked is refused", func(t *testing.T) {
			if answer := actingAs(t, s, planOfficer, address, url.Values{"do": {"everything"}}); answer.Code != http.StatusBadRequest {
				t.Errorf("status %d", answer.Code)
			}
			if answer := actingAs(t, s, planOfficer, "/inspections/nothing/dates", nil); answer.Code != http.StatusNotFound {
				t.Errorf("status %d", answer.Code)
			}
		})
	})
}
