package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

func TestBodiesMeetingsAndPostsAreKept(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db := storetest.Open(t, dsn)
		s := newServer(t, db)
		s.open = true
		shows := func(words ...string) *goquery.Document {
			t.Helper()
			answer := asks(t, s, testClerk, http.MethodGet, "/committees", nil)
			says(t, answer, http.StatusOK, words...)
			return document(t, answer)
		}
		shows("North Northamptonshire No body is recorded that agrees new dates", "Until one is, nothing can be closed.", "Record the body first")

		here := map[string]string{
			"body": "Northamptonshire North Northamptonshire West Northamptonshire",
			"post": "Northamptonshire North Northamptonshire West Northamptonshire Northamptonshire Children’s Trust",
		}
		for form, begins := range here {
			group := shows().Find(`[id="` + form + `.body"] optgroup`).First()
			var names []string
			group.Find("option").Each(func(_ int, option *goquery.Selection) { names = append(names, option.Text()) })
			if label, _ := group.Attr("label"); label != "Northamptonshire" || !strings.HasPrefix(strings.Join(names, " "), begins) {
				t.Errorf("the first group of %s is %s: %s", form, label, names)
			}
		}

		post := func(path string, values url.Values) string {
			t.Helper()
			return led(t, asks(t, s, testClerk, http.MethodPost, path, values))
		}
		place := post("/committees", url.Values{"name": {"Improvement board"}, "body": {"northamptonshire"}, "kind": {"decides"}, "from": {"1 April 2026"}})
		says(t, asks(t, s, testClerk, http.MethodGet, place, nil), http.StatusOK, "The body is recorded.")
		post("/committees", url.Values{"name": {"Scrutiny commission"}, "body": {"north-northamptonshire"}, "kind": {"scrutinises"}})
		shows("West Northamptonshire Improvement board agrees new dates and closes areas to improve.", "1 April 2026", "Scrutinises")

		committees, err := db.Committees(t.Context(), []string{"north-northamptonshire"})
		if err != nil || len(committees) != 1 {
			t.Fatalf("%d committees, %v", len(committees), err)
		}
		commission := committees[0]
		post("/committees/meetings", url.Values{"body": {commission.ID}, "on": {"10 December 2026"}, "address": {"https://example.org/papers"}})
		post("/committees/meetings", url.Values{"body": {commission.ID}, "on": {"15/9/2026"}})
		post("/committees/posts", url.Values{"name": {"Head of quality"}, "body": {"northamptonshire-childrens-trust"}})
		page := shows("10 December 2026, Scrutiny commission, North Northamptonshire · Papers", "15 September 2026", "Head of quality")
		if page.Find(`section[aria-labelledby="posts"] input[name="id"][value="northamptonshire-childrens-trust/head-of-quality"]`).Length() != 1 {
			t.Error("a post cannot be ended")
		}

		post("/committees/posts/ends", url.Values{"id": {"northamptonshire-childrens-trust/head-of-quality"}, "until": {"20 November 2026"}})
		post("/committees/ends", url.Values{"id": {commission.ID}, "until": {"31 December 2026"}})
		page = shows("20 November 2026", "31 December 2026", "Head of quality", "Scrutiny commission")
		if page.Find(`input[name="id"][value="`+commission.ID+`"]`).Length() != 0 {
			t.Error("what has ended can be ended again")
		}
	})
}

func TestBodiesMeetingsAndPostsWithAProblem(t *testing.T) {
	db, story := tellScrutiny(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	s.open = true
	for _, one := range []struct {
		name   string
		path   string
		values url.Values
		field  string
		says   string
	}{
		{"a body without a name", "/committees", url.Values{"body": {"northamptonshire"}, "kind": {"both"}}, "body.name", "Enter the name of the body"},
		{"a body of nobody", "/committees", url.Values{"name": {"Board"}, "kind": {"both"}}, "body.body", "Choose the council that it belongs to from the list"},
		{"a body that does nothing", "/committees", url.Values{"name": {"Board"}, "body": {"northamptonshire"}}, "body.kind", "Choose whether it decides"},
		{"a day that is none", "/committees", url.Values{"name": {"Board"}, "body": {"northamptonshire"}, "kind": {"both"}, "from": {"soon"}}, "body.from", "Enter the first day like 7 July 2026"},
		{"a body twice", "/committees", url.Values{"name": {"Improvement board"}, "body": {"northamptonshire"}, "kind": {"decides"}}, "body.name", "This body is recorded already"},
		{"a meeting of nobody", "/committees/meetings", url.Values{"on": {"1 December 2026"}}, "meeting.body", "Choose the body that meets"},
		{"a meeting too far away", "/committees/meetings", url.Values{"body": {story.committee.ID}, "on": {"1 December 2036"}}, "meeting.on", "more than three years away"},
		{"papers at no address", "/committees/meetings", url.Values{"body": {story.committee.ID}, "on": {"1 December 2026"}, "address": {"javascript:alert(1)"}}, "meeting.address", "beginning with https://"},
		{"a post twice", "/committees/posts", url.Values{"name": {"head of  assessment"}, "body": {"northamptonshire-childrens-trust"}}, "post.name", "This post is recorded already"},
		{"a post of nobody", "/committees/posts", url.Values{"name": {"Head"}, "body": {"atlantis"}}, "post.body", "Choose the body that the post is in"},
		{"no last day", "/committees/ends", url.Values{"id": {story.board.ID}}, "end-body." + story.board.ID + ".until", "Enter the last day"},
		{"a last day that is none", "/committees/posts/ends", url.Values{"id": {story.post.ID}, "until": {"some day"}}, "end-post.northamptonshire-childrens-trust.head-of-assessment.until", "Enter its last day like 7 July 2026"},
	} {
		t.Run(one.name, func(t *testing.T) {
			before, err := db.Last(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			answer := asks(t, s, testClerk, http.MethodPost, one.path, one.values)
			says(t, answer, http.StatusUnprocessableEntity, one.says)
			page := document(t, answer)
			at := page.Find("[id]").FilterFunction(func(_ int, e *goquery.Selection) bool { return e.AttrOr("id", "") == one.field })
			link := page.Find(".govuk-error-summary a").FilterFunction(func(_ int, e *goquery.Selection) bool { return e.AttrOr("href", "") == "#"+one.field })
			if at.Length() != 1 || link.Length() != 1 {
				t.Errorf("%d fields and %d links for %s", at.Length(), link.Length(), one.field)
			}
			for name, sent := range one.values {
				if name != "id" && page.Find(`[name="`+name+`"]`).FilterFunction(func(_ int, e *goquery.Selection) bool {
					return e.AttrOr("value", e.Find("option[selected]").AttrOr("value", "")) == sent[0]
				}).Length() == 0 && sent[0] != "atlantis" {
					t.Errorf("%s is not kept", name)
				}
			}
			if after, err := db.Last(t.Context()); err != nil || after.Number != before.Number {
				t.Errorf("something was recorded: %v", err)
			}
		})
	}
}

func TestBodiesAreKeptByOfficersAndClerks(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	says(t, get(t, s, "/committees"), http.StatusForbidden, "Nobody can sign in yet")
	s.open = true
	for _, by := range []inspection.Actor{testMember, testReviewer} {
		says(t, asks(t, s, by, http.MethodGet, "/committees", nil), http.StatusForbidden, "This page is for another role")
		says(t, asks(t, s, by, http.MethodPost, "/committees", url.Values{"name": {"Board"}}), http.StatusForbidden)
	}
	says(t, asks(t, s, testOfficer, http.MethodGet, "/committees", nil), http.StatusOK, "Bodies, meetings and posts")
	if document(t, get(t, s, "/scrutiny")).Find(".doubt").Length() == 0 {
		t.Error("the public does not see what is not recorded")
	}
}
