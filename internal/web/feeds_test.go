package web

import (
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// publicAddress is where the service stands in these tests.
const publicAddress = "https://council.example/timeline"

// newAddressedServer returns a server that stands at a public address with a path.
func newAddressedServer(t testing.TB, db *store.Store) *Server {
	t.Helper()
	s := newServer(t, db)
	address, err := url.Parse(publicAddress)
	if err != nil {
		t.Fatal(err)
	}
	if s.doors, err = newDoors(Config{Address: address, Unlimited: true}); err != nil {
		t.Fatal(err)
	}
	return s
}

// follows asks for an address as a program does that knows the public one.
func follows(t testing.TB, s *Server, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return get(t, s, publicAddress+path, headers...)
}

// feedAt reads a feed with a library that is not ours.
func feedAt(t testing.TB, s *Server, path string, headers ...string) *gofeed.Feed {
	t.Helper()
	answer := follows(t, s, path, headers...)
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Fatalf("%s: status %d, %s", path, answer.Code, answer.Header().Get("Content-Type"))
	}
	feed, err := gofeed.NewParser().Parse(answer.Body)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return feed
}

var anyUUID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// withoutIDs puts the same word in the place of every ID: those of two test databases differ.
func withoutIDs(text string) string { return anyUUID.ReplaceAllString(text, "ID") }

func TestTheFeedOfPublications(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newAddressedServer(t, db)
		t.Run("one council’s feed says what was judged, and no more than is known of the day", func(t *testing.T) {
			answer := follows(t, s, "/feeds/publications.atom?authority=northamptonshire")
			golden(t, "feed-publications.golden", withoutIDs(answer.Body.String()))
			if modified := answer.Header().Get("Last-Modified"); modified != "Mon, 06 Jul 2026 23:00:00 GMT" {
				t.Errorf("it was last modified at %q", modified)
			}
		})
		t.Run("the pages lead through all that was published, each once", func(t *testing.T) {
			seen, pages := map[string]bool{}, 0
			for path := "/feeds/publications.atom"; path != ""; pages++ {
				feed := feedAt(t, s, path)
				path = ""
				for _, item := range feed.Items {
					if seen[item.GUID] || !strings.HasPrefix(item.Link, publicAddress+"/inspections/") || item.PublishedParsed == nil || item.UpdatedParsed == nil {
						t.Fatalf("%s: again, or not whole: %+v", feed.FeedLink, item)
					}
					seen[item.GUID] = true
				}
				for _, link := range feed.Links {
					if !strings.HasPrefix(link, publicAddress+"/") {
						t.Errorf("the link %s is not below the public address", link)
					}
				}
				if next := nextOf(t, s, feed.FeedLink); next != "" {
					path = strings.TrimPrefix(next, publicAddress)
				}
			}
			_, total, err := db.Inspections(t.Context(), store.InspectionFilter{OutBy: s.today()})
			if err != nil || pages != (total+feedEntries-1)/feedEntries || len(seen) < total-30 || len(seen) >= total {
				t.Errorf("%d entries on %d pages, of %d inspections, some of which were not published; %v", len(seen), pages, total, err)
			}
		})
		t.Run("a correction makes its entry newer, and keeps its ID", func(t *testing.T) {
			path := "/feeds/publications.atom?authority=north-northamptonshire"
			before := feedAt(t, s, path)
			note(t, db, "north-northamptonshire-ilacs-standard-2026-05-11")
			s.data.forget()
			after := feedAt(t, s, path)
			if before.Items[0].GUID != after.Items[0].GUID || !after.Items[0].UpdatedParsed.Equal(storetest.Now()) || !after.UpdatedParsed.Equal(storetest.Now()) ||
				!after.Items[0].PublishedParsed.Equal(*before.Items[0].PublishedParsed) || !after.Items[1].UpdatedParsed.Equal(*before.Items[1].UpdatedParsed) {
				t.Errorf("it became %+v", after.Items[0])
			}
		})
	})
}

// nextOf returns the address of the page of a feed after another; empty on the last.
func nextOf(t testing.TB, s *Server, self string) string {
	t.Helper()
	body := follows(t, s, strings.TrimPrefix(self, publicAddress)).Body.String()
	found := regexp.MustCompile(`<link rel="next" type="application/atom\+xml" href="([^"]+)"`).FindStringSubmatch(body)
	if found == nil {
		return ""
	}
	return strings.ReplaceAll(found[1], "&amp;", "&")
}

// note records a change of an inspection's dates by an officer.
func note(t testing.TB, db *store.Store, inspectionID string) {
	t.Helper()
	if err := db.SetInspectionDates(t.Context(), planOfficer, inspectionID, inspection.MustDate("2026-06-30"), inspection.Date{}); err != nil {
		t.Fatal(err)
	}
}

func TestTheFeedOfChanges(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newAddressedServer(t, db)
		if feed := feedAt(t, s, "/feeds/changes.atom"); len(feed.Items) != 1 || !strings.HasSuffix(feed.Items[0].Title, "records supplied with the program") {
			t.Errorf("what was supplied makes %d entries", len(feed.Items))
		}
		storetest.On(t, "2026-11-23")
		note(t, db, "north-northamptonshire-ilacs-standard-2026-05-11")
		_, err := db.AskQuestion(t.Context(), storetest.Clerk, inspection.Question{
			BodyID: "north-northamptonshire", AskedBy: "A member", Asked: inspection.MustDate("2026-11-20"), Words: "The hidden question", Audience: inspection.ForOfficers,
		})
		if err != nil {
			t.Fatal(err)
		}
		s.data.forget()
		officer := sessionOf(t, s, storetest.Account(t, db, auth.Officer))
		for who, headers := range map[string][]string{"a visitor": nil, "an officer": officer} {
			answer := follows(t, s, "/feeds/changes.atom", headers...)
			text := withoutIDs(answer.Body.String())
			golden(t, "feed-changes.golden", text)
			if strings.Contains(text, "hidden") || strings.Contains(text, planOfficer.ID) || answer.Header().Get("Cache-Control") != "no-cache" {
				t.Errorf("%s is told what is not for everybody", who)
			}
		}
		if feed := feedAt(t, s, "/feeds/changes.atom?authority=west-northamptonshire"); len(feed.Items) != 1 {
			t.Errorf("the other council has %d entries", len(feed.Items))
		}
		if feed := feedAt(t, s, "/feeds/changes.atom?before=1"); len(feed.Items) != 0 || feed.UpdatedParsed == nil {
			t.Errorf("before the first entry there are %d", len(feed.Items))
		}
	})
}

func TestAFeedWithAddressesOfOneRequestIsKeptByNobody(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, path := range []string{"/feeds/publications.atom", "/feeds/changes.atom", "/calendar.ics"} {
		if answer := get(t, s, path); answer.Code != http.StatusOK || answer.Header().Get("Cache-Control") != "no-store" || answer.Header().Get("Etag") != "" {
			t.Errorf("%s: status %d, %s", path, answer.Code, answer.Header().Get("Cache-Control"))
		}
	}
}

func TestAFeedIsNotSentAgainToWhoHasIt(t *testing.T) {
	s := newAddressedServer(t, storetest.Seeded(t))
	for _, path := range []string{"/feeds/publications.atom", "/feeds/changes.atom", "/calendar.ics", "/inspections/north-northamptonshire-ilacs-standard-2026-05-11/dates.ics"} {
		etag := follows(t, s, path).Header().Get("Etag")
		if again := follows(t, s, path, "If-None-Match", etag); etag == "" || again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s: status %d", path, again.Code)
		}
	}
}

func TestWhatCannotBeFollowedIsSaid(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for path, want := range map[string]struct {
		status int
		words  string
	}{
		"/feeds/publications.atom?authority=narnia":      {http.StatusNotFound, "Page not found"},
		"/feeds/publications.atom?page=0":                {http.StatusBadRequest, "“0” is not the number of a page"},
		"/feeds/publications.atom?page=5000":             {http.StatusBadRequest, "There is no page 5000: choose one of this feed, which has"},
		"/feeds/publications.atom?page=9223372036854775": {http.StatusBadRequest, "There is no page 9223372036854775"},
		"/feeds/changes.atom?authority=narnia":           {http.StatusNotFound, "Page not found"},
		"/feeds/changes.atom?before=yesterday":           {http.StatusBadRequest, "“yesterday” is not the number of an entry"},
		"/calendar.ics?authority=narnia":                 {http.StatusNotFound, "Page not found"},
		"/calendar.ics?what=birthdays":                   {http.StatusBadRequest, "Choose a kind of day from the list: “birthdays” is not on it"},
		"/inspections/none/dates.ics":                    {http.StatusNotFound, "Page not found"},
	} {
		answer := get(t, s, path)
		if text := seen(document(t, answer).Find("main").Text()); answer.Code != want.status || !strings.Contains(text, want.words) {
			t.Errorf("%s: status %d: %s", path, answer.Code, text)
		}
	}
}

func TestAFollowerIsToldPlainlyToSignIn(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.signInRequired = true
	member := sessionOf(t, s, storetest.Account(t, s.store, auth.Member))
	for _, path := range []string{"/feeds/publications.atom", "/feeds/changes.atom", "/calendar.ics", "/inspections/none/dates.ics"} {
		answer := get(t, s, path)
		if answer.Code != http.StatusUnauthorized || answer.Header().Get("WWW-Authenticate") == "" || answer.Header().Get("Location") != "" ||
			!strings.HasPrefix(answer.Body.String(), "Sign in first.") || answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a visitor is answered %d, %v", path, answer.Code, answer.Header())
		}
		if answer := get(t, s, path, member...); answer.Code == http.StatusUnauthorized || answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a member is answered %d, to be kept %q", path, answer.Code, answer.Header().Get("Cache-Control"))
		}
	}
}

func TestAFileWithoutAPublicAddressNamesTheOneItWasAskedUnder(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, host := range []string{"one.example", "other.example"} {
		for _, path := range []string{"/feeds/publications.atom", "/calendar.ics"} {
			if body := get(t, s, "http://"+host+path).Body.String(); !strings.Contains(body, "http://"+host+path) || strings.Count(body, ".example/") != strings.Count(body, host+"/") {
				t.Errorf("%s%s names another host", host, path)
			}
		}
	}
}

func TestAFollowerSeesNothingOfAnUnpublishedLetterOrOfAnotherDay(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	paths := []string{"/feeds/publications.atom", "/feeds/changes.atom", "/calendar.ics"}
	var before []string
	for _, path := range paths {
		before = append(before, get(t, s, path).Body.String())
	}
	addedLetter(t, s)
	for i, path := range paths {
		for _, asked := range []string{path, path + "?as-at=2022-11-25"} {
			if after := get(t, s, asked).Body.String(); after != before[i] {
				t.Errorf("%s: %s", asked, differing(before[i], after))
			}
		}
	}
}

func TestEveryFeedKeepsToTheDayInLondon(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for day, want := range map[string]string{"2026-07-07": "2026-07-07T00:00:00+01:00", "2024-10": "2024-10-31T00:00:00Z", "2013": "2013-12-31T00:00:00Z"} {
		if got := s.dayBegins(inspection.MustDate(day)).Format(time.RFC3339); got != want {
			t.Errorf("%s begins at %s, want %s", day, got, want)
		}
	}
}

func TestTheWaysToFollowABody(t *testing.T) {
	db := storetest.Seeded(t)
	s := newServer(t, db)
	whole := s.feedLinks(inspection.Body{})
	if whole.Calendar != "/calendar.ics" || whole.Whole != "https://timeline.example/calendar.ics" || whole.Subscribe != "" || whole.Of != "this record" {
		t.Errorf("without a public address: %+v", whole)
	}
	addressed := newAddressedServer(t, db)
	one := addressed.feedLinks(inspection.Body{ID: "west-northamptonshire", Name: "West Northamptonshire"})
	for _, view := range []feedLinks{whole, one} {
		var out strings.Builder
		if err := template.Must(s.templates["authority_show"]()).ExecuteTemplate(&out, "follow-explained", view); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "ZgotmplZ") || strings.Contains(out.String(), `href="webcal:`) != (view.Subscribe != "") || !strings.Contains(out.String(), "<code>"+view.Whole+"</code>") ||
			strings.Contains(out.String(), "stands for the address of this service") == (view.Subscribe != "") {
			t.Errorf("%+v is explained as %s", view, out.String())
		}
	}
	page := document(t, follows(t, addressed, "/authorities/west-northamptonshire"))
	for _, address := range []string{"/feeds/publications.atom", "/feeds/changes.atom", "/calendar.ics"} {
		if link := page.Find(`#dates ~ p a[href="/timeline` + address + `?authority=west-northamptonshire"]`); link.Length() != 1 {
			t.Errorf("the council’s page has %d links to %s", link.Length(), address)
		}
	}
	const letter = "/inspections/north-northamptonshire-ilacs-standard-2026-05-11"
	if link := document(t, follows(t, addressed, letter)).Find(`a[href="/timeline` + letter + `/dates.ics"]`); link.Length() != 1 {
		t.Errorf("the letter’s page has %d links to its days", link.Length())
	}
}
