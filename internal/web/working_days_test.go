package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

var planOfficer = inspection.Actor{ID: "improvement-officer", Post: "Improvement officer", Role: inspection.RoleOfficer}

// actingAs sends a request from this machine in a post and role; values nil asks for the page.
func actingAs(t testing.TB, s *Server, by inspection.Actor, path string, values url.Values) *httptest.ResponseRecorder {
	t.Helper()
	method, body := http.MethodGet, ""
	if values != nil {
		method, body = http.MethodPost, values.Encode()
	}
	request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	request.Host = "localhost:8080"
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.AddCookie(newActingCookie(by))
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	return answer
}

// refused checks that a form came back with its words, and returns the page.
func refused(t testing.TB, answer *httptest.ResponseRecorder, field, words string, kept map[string]string) *goquery.Document {
	t.Helper()
	if answer.Code != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", answer.Code)
	}
	page := document(t, answer)
	if got := seen(page.Find(`.govuk-error-summary a[href="#` + field + `"]`).Text()); !strings.Contains(got, words) {
		t.Errorf("the summary says %q of %s; want %q", got, field, words)
	}
	if got := seen(page.Find("#" + field + "-problem").Text()); !strings.Contains(got, words) {
		t.Errorf("beside %s stands %q; want %q", field, got, words)
	}
	for id, want := range kept {
		box := page.Find("#" + id)
		if got := box.AttrOr("value", box.Text()); got != want {
			t.Errorf("%s holds %q; want %q", id, got, want)
		}
	}
	if !strings.HasPrefix(page.Find("title").Text(), "Error: ") {
		t.Error("the title does not say that there is an error")
	}
	return page
}

// newOpenServer serves a demonstration, in which one acts in a post without an account.
func newOpenServer(t testing.TB, db *store.Store) *Server {
	t.Helper()
	s := newServer(t, db)
	s.open = true
	return s
}

func TestWorkingDays(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newOpenServer(t, db)
		runScenarios(t, s, []scenario{{
			name:  "the public sees the table by year, with what is not ordinary marked, and no form",
			path:  "/working-days",
			wants: []string{`details#year-2026[open]`, `details#year-2022:not([open])`, `main a[href="/sources#si-2007-462"]`},
			shows: []string{
				"The years 2007 to 2030 are held.", "Working days leave out weekends, Good Friday, Christmas Day",
				"Monday 19 September", "(in this year only)", "(moved in this year)", "Friday 25 December",
			},
			hides: append([]string{"Add a bank holiday", "Take out"}, notOnAnyPage...),
		}})
		last, err := db.Last(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Run("what is wrong stands at its box, the words are kept and nothing is stored", func(t *testing.T) {
			refused(t, actingAs(t, s, planOfficer, "/working-days", url.Values{"do": {"add"}, "on": {"some day"}, "name": {"A day of mourning"}}),
				"on", "Enter the day like 7 July 2026", map[string]string{"on": "some day", "name": "A day of mourning"})
			refused(t, actingAs(t, s, planOfficer, "/working-days", url.Values{"do": {"add"}, "on": {"25 December 2026"}, "name": {"Christmas"}}),
				"on", "Enter another day: 25 December 2026 is in the table already", map[string]string{"on": "25 December 2026", "name": "Christmas"})
			refused(t, actingAs(t, s, planOfficer, "/working-days", url.Values{"do": {"add"}, "on": {"21 September 2026"}}),
				"name", "Enter what the day is called", map[string]string{"on": "21 September 2026"})
			if now, err := db.Last(t.Context()); err != nil || now != last {
				t.Errorf("something was stored: %v, %v", now, err)
			}
		})
		t.Run("a day that an officer adds shows at once, moves the days after it, and can be taken out", func(t *testing.T) {
			answer := actingAs(t, s, planOfficer, "/working-days", url.Values{"do": {"add"}, "on": {"21 September 2026"}, "name": {"A day of <em>mourning</em>"}})
			if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/working-days" {
				t.Fatalf("status %d to %q", answer.Code, answer.Header().Get("Location"))
			}
			text := seen(document(t, get(t, s, "/working-days")).Find("#year-2026").Text())
			if !strings.Contains(text, "Monday 21 September A day of <em>mourning</em> (added by an officer)") {
				t.Errorf("the year says %q", text)
			}
			if text := seen(document(t, get(t, s, "/inspections/"+northLatest)).Find("main").Text()); !strings.Contains(text, "15 October 2026") {
				t.Error("the day of the statement has not moved")
			}
			answer = actingAs(t, s, planOfficer, "/working-days", url.Values{"do": {"remove"}, "on": {"2026-09-21"}})
			if answer.Code != http.StatusSeeOther {
				t.Fatalf("status %d", answer.Code)
			}
			if text := get(t, s, "/working-days").Body.String(); strings.Contains(text, "mourning") {
				t.Error("it is still there")
			}
		})
	})
}

func TestWorkingDaysAreChangedByOfficersHereOnly(t *testing.T) {
	db := storetest.Seeded(t)
	s := newOpenServer(t, db)
	form := url.Values{"do": {"add"}, "on": {"21 September 2026"}, "name": {"A day"}}
	member := inspection.Actor{ID: "councillor", Post: "Councillor", Role: inspection.RoleMember}
	for _, path := range []string{"/working-days", "/inspections/" + northLatest + "/dates"} {
		if answer := actingAs(t, s, member, path, form); answer.Code != http.StatusForbidden {
			t.Errorf("%s as a member: status %d", path, answer.Code)
		}
		request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		request.Host = "example.org"
		request.AddCookie(newActingCookie(planOfficer))
		answer := httptest.NewRecorder()
		s.Handler().ServeHTTP(answer, request)
		if answer.Code != http.StatusForbidden {
			t.Errorf("%s from elsewhere: status %d", path, answer.Code)
		}
	}
	if page := document(t, actingAs(t, s, planOfficer, "/working-days", nil)); page.Find(`form button[value="add"]`).Length() != 1 {
		t.Error("an officer sees no form")
	}
}
