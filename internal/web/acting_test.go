package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

// sendsAs posts a form as somebody at this machine does.
func sendsAs(t testing.TB, s *Server, by inspection.Actor, path string, values url.Values) *httptest.ResponseRecorder {
	t.Helper()
	return asksAs(t, s, by, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
}

// seesAs asks for a page as somebody at this machine does.
func seesAs(t testing.TB, s *Server, by inspection.Actor, path string) *httptest.ResponseRecorder {
	t.Helper()
	return asksAs(t, s, by, http.MethodGet, path, "", nil)
}

func TestWhoActsIsAskedOnceAndShownOnEveryOfficersPage(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	first := led(t, seesAs(t, s, notYetSaid, "/letters?held=x"))
	if first != "/acting?back=%2Fletters%3Fheld%3Dx" {
		t.Fatalf("somebody who has not said so is led to %s", first)
	}
	page := seesAs(t, s, notYetSaid, first)
	says(t, page, http.StatusOK, "In which post and role do you act?", "never a name")
	if back, _ := document(t, page).Find(`input[name="back"]`).Attr("value"); back != "/letters?held=x" {
		t.Errorf("the way back is %q", back)
	}
	answer := sendsAs(t, s, notYetSaid, "/acting", url.Values{"post": {"  Improvement \t officer "}, "role": {"officer"}, "back": {"/letters?held=x"}})
	if to := led(t, answer); to != "/letters?held=x" {
		t.Errorf("afterwards somebody is led to %s", to)
	}
	cookies := answer.Result().Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || cookies[0].Path != "/" {
		t.Fatalf("the cookies are %v", cookies)
	}
	request := httptest.NewRequest(http.MethodGet, "/letters", nil)
	request.AddCookie(cookies[0])
	if by, ok := actorOf(request); !ok || by != anOfficer {
		t.Errorf("the cookie says %+v, %v", by, ok)
	}
	says(t, sees(t, s, "/letters"), http.StatusOK, "You are acting as Improvement officer (an officer). Change")
	says(t, sees(t, s, "/acting"), http.StatusOK, "You are acting as Improvement officer (an officer).")
	stopped := sendsAs(t, s, anOfficer, "/acting", url.Values{"do": {"stop"}})
	if cookies := stopped.Result().Cookies(); len(cookies) != 1 || cookies[0].MaxAge >= 0 {
		t.Errorf("who stops acting keeps %v", cookies)
	}
}

func TestAFormOfSomebodyWhoHasNotSaidWhoTheyAreIsRefused(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	says(t, sendsAs(t, s, notYetSaid, "/letters/new", url.Values{"do": {"hand"}}), http.StatusForbidden,
		"Say first in which post and role you act", "Nothing has been changed.")
	if letters, err := s.store.Letters(t.Context(), anOfficer); err != nil || len(letters) != 0 {
		t.Errorf("%d letters are held, %v", len(letters), err)
	}
}

func TestAPageOfAnotherRoleSaysWhoseItIs(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	for _, tt := range []struct {
		by    inspection.Actor
		path  string
		words string
	}{
		{aClerk, "/letters", "You are acting as Democratic services officer (a clerk), and this is for an officer."},
		{aMember, "/letters/new", "and this is for an officer."},
		{aMember, "/recommendations/NN-ILACS-2026-1/work", "and this is for an officer, a reviewer or a clerk."},
		{aReviewer, "/actions/new", "and this is for an officer."},
	} {
		answer := seesAs(t, s, tt.by, tt.path)
		says(t, answer, http.StatusForbidden, tt.words)
		if document(t, answer).Find(`a[href^="/acting?back="]`).Length() == 0 {
			t.Errorf("%s: no way to change the role", tt.path)
		}
	}
	says(t, sendsAs(t, s, aMember, "/recommendations/NN-ILACS-2026-1/updates", url.Values{"words": {"x"}}), http.StatusForbidden, "this is for an officer", "Nothing has been changed.")
}

func TestABadAnswerToWhoActsComesBackWithItsWords(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	for _, tt := range []struct{ post, role, field, words string }{
		{"", "officer", "post", "Enter your post, such as Improvement officer"},
		{" ’ - ", "officer", "post", "Enter your post, such as Improvement officer"},
		{strings.Repeat("x", 121), "officer", "post", "at most 120 characters fit"},
		{"Clerk", "", "role", "Choose the role in which you act"},
		{"Clerk", "system", "role", "Choose the role in which you act"},
	} {
		answer := sendsAs(t, s, notYetSaid, "/acting", url.Values{"post": {tt.post}, "role": {tt.role}, "back": {"/actions/new"}})
		says(t, answer, http.StatusUnprocessableEntity, tt.words)
		page := document(t, answer)
		if page.Find(`.govuk-error-summary a[href="#`+tt.field+`"]`).Length() == 0 || page.Find("#"+tt.field+"-problem").Length() == 0 {
			t.Errorf("%q: the problem does not stand at its field", tt.words)
		}
		if got, _ := page.Find(`input[name="back"]`).Attr("value"); got != "/actions/new" {
			t.Errorf("the way back is lost: %q", got)
		}
		if len(answer.Result().Cookies()) != 0 {
			t.Error("a cookie is set all the same")
		}
	}
}

func TestTheWayBackStaysOnThisHost(t *testing.T) {
	for sent, want := range map[string]string{
		"/recommendations?page=2": "/recommendations?page=2", "/a/b#c": "/a/b", "": "/letters", "//example.org": "/letters",
		"https://example.org/": "/letters", "/\\example.org": "/letters", "javascript:alert(1)": "/letters", "letters": "/letters",
		"/\texample.org": "/letters", "/acting?back=%2Facting": "/letters", "%": "/letters",
	} {
		if got := wayBack(sent, "/letters"); got != want {
			t.Errorf("%q leads to %q, want %q", sent, got, want)
		}
	}
}

func TestABadCookieCountsAsNone(t *testing.T) {
	good := newActingCookie(anOfficer).Value
	for _, value := range []string{"", "officer", "officer.", ".", "officer.%%%", "officer._w", "system" + strings.TrimPrefix(good, "officer"), "x" + good, good + "!"} {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.Header.Set("Cookie", actingCookie+"="+value)
		if by, ok := actorOf(request); ok {
			t.Errorf("%q acts as %+v", value, by)
		}
	}
}

func TestWhatAPageHoldsForOthersIsKeptApart(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	seenBy := func(host string, by inspection.Actor) *httptest.ResponseRecorder {
		request := httptest.NewRequest(http.MethodGet, "/recommendations", nil)
		request.Host = host
		if by != notYetSaid {
			request.AddCookie(newActingCookie(by))
		}
		answer := httptest.NewRecorder()
		s.Handler().ServeHTTP(answer, request)
		return answer
	}
	const seen = "You see here what is for"
	for _, tt := range []struct {
		name, host string
		by         inspection.Actor
		words      string
		kept       bool
	}{
		{"an officer", "localhost", anOfficer, seen + " officers only", false},
		{"everybody", "localhost", notYetSaid, "", true},
		{"a member", "localhost", aMember, seen + " committee members and officers", false},
		{"the cookie of an officer elsewhere", "example.org", anOfficer, "", true},
		{"an officer again, from the cache", "localhost", anOfficer, seen + " officers only", false},
	} {
		answer := seenBy(tt.host, tt.by)
		text := seenText(t, answer)
		if tt.words == "" && strings.Contains(text, seen) || !strings.Contains(text, tt.words) {
			t.Errorf("%s: the page does not say for whom it is: %.200s", tt.name, text)
		}
		if kept := answer.Header().Get("Cache-Control") != "no-store"; kept != tt.kept {
			t.Errorf("%s: Cache-Control %q", tt.name, answer.Header().Get("Cache-Control"))
		}
	}
}

// seenText is the text of a whole answer as a reader sees it.
func seenText(t testing.TB, answer *httptest.ResponseRecorder) string {
	t.Helper()
	return seen(document(t, answer).Find("body").Text())
}

func TestNobodyIsShownAPageMadeForAnother(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	other := inPost("Head of quality", inspection.RoleOfficer)
	for _, path := range []string{"/working-days", "/recommendations/NN-ILACS-2026-1", "/scrutiny", "/actions"} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			made := asksAs(t, s, anOfficer, method, path, "", nil)
			if made.Header().Get("Etag") != "" || made.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s %s for an officer may be kept: %v", method, path, made.Header())
			}
		}
		if text := seenText(t, seesAs(t, s, other, path)); strings.Contains(text, anOfficer.Post+" ("+anOfficer.Role.Words()+")") {
			t.Errorf("%s: somebody else reads who acted before them", path)
		}
		open := get(t, s, path)
		text := seenText(t, open)
		if strings.Contains(text, "You see here what is for") || strings.Contains(text, "You are acting") || strings.Contains(text, "Work on this area") {
			t.Errorf("%s: everybody reads a page made for an officer", path)
		}
		request := httptest.NewRequest(http.MethodGet, path, nil)
		request.Host = "localhost"
		request.AddCookie(newActingCookie(anOfficer))
		request.Header.Set("If-None-Match", open.Header().Get("Etag"))
		answer := httptest.NewRecorder()
		s.Handler().ServeHTTP(answer, request)
		if answer.Code != http.StatusOK {
			t.Errorf("%s: an officer who holds everybody’s page is answered %d", path, answer.Code)
		}
	}
}
