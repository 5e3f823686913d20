package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestThePrivacyPageSaysWhatIsKeptAndForHowLong(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{
			{
				name:  "what is kept, why and for how long",
				path:  "/privacy",
				wants: []string{`main[data-page="privacy_show"]`, `#accounts`, `#cookies`, `.footer-links a[href="/privacy"]`, `a[href="/about#errors"]`},
				shows: []string{
					"You need no account for what is public. No cookie is set", "At most 12 hours, or 1 hour in which you do nothing.",
					"The network address is removed after 30 days.", "It works for 7 days as an invitation, otherwise for 1 hour. What is left of it is removed 30 days later.",
					"They count for 15 minutes.", "That you were reminded: 30 days.", "stops such mail: 400 days.", "180 days, or until you change your password.",
					"at most 10 minutes.", "signed out here within 1 hour.", "Nothing about any child, family or case", "They are kept for 35 days.",
				},
				hides: append([]string{"demonstration", "GDPR"}, notOnAnyPage...),
			},
			{name: "every page leads to it", path: "/nowhere", status: 404, wants: []string{`footer a[href="/privacy"]`}},
		})
	})
}

func TestThePrivacyPageNamesEveryCookie(t *testing.T) {
	page := get(t, newServer(t, storetest.Seeded(t)), "/privacy").Body.String()
	for _, name := range []string{sessionCookie, deviceCookie, strings.TrimSuffix(begunCookie, "-")} {
		if !strings.Contains(page, `<th scope="row">`+name+`</th>`) {
			t.Errorf("the cookie %s is not named", name)
		}
	}
	s := newServer(t, storetest.Seeded(t))
	s.open = true
	open := get(t, s, "/privacy").Body.String()
	if !strings.Contains(open, `<th scope="row">`+actingCookie+`</th>`) || !strings.Contains(open, "30 days.") {
		t.Error("the cookie of the demonstration is not named")
	}
}

// TestReadersGetNoCookie holds the page to its word, on what it says of those who only read.
func TestReadersGetNoCookie(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, path := range append(everyKindOfPage(storetest.Seed(t)), "/privacy", "/scrutiny", "/letters", "/sign-in", "/nowhere") {
		if got := get(t, s, path).Header().Values("Set-Cookie"); len(got) > 0 {
			t.Errorf("%s sets %q", path, got)
		}
	}
}

func TestThePrivacyPageIsThereWhereSigningInIsRequired(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.signInRequired = true
	storetest.Account(t, s.store, auth.Administrator)
	if answer := get(t, s, "/privacy"); answer.Code != http.StatusOK {
		t.Errorf("status %d", answer.Code)
	}
}

func TestNoPathInTheLogHoldsAToken(t *testing.T) {
	for path, want := range map[string]string{
		"/links/secret": "/links/:token", "/messages/unsubscribe/secret": "/messages/unsubscribe/:token", "/timeline/links/secret": "/timeline/links/:token",
		"/letters/new": "/letters/new",
	} {
		if got := loggedPath(&url.URL{Path: path}); got != want {
			t.Errorf("%s is logged as %s, want %s", path, got, want)
		}
	}
}

func TestSpansAreSaidInTheLargestUnitThatFits(t *testing.T) {
	for span, want := range map[time.Duration]string{
		time.Hour: "1 hour", 24 * time.Hour: "1 day", 36 * time.Hour: "36 hours", 90 * time.Minute: "90 minutes", 45 * time.Second: "45 seconds",
	} {
		if got := spanWords(span); got != want {
			t.Errorf("%s is said as %q, want %q", span, got, want)
		}
	}
}
