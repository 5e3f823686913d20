package web

import (
	"io/fs"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/docs"
	"inspectiontimeline/internal/help"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

func TestScenariosOfHelp(t *testing.T) {
	runScenarios(t, newServer(t, storetest.Seeded(t)), []scenario{
		{
			name: "the guides are listed with whom they are for and what is in them",
			path: "/help",
			wants: []string{
				`form[role="search"] input[name="q"]`, `.help-guides a[href="/help/members"]`, `.help-guides a[href="/help/officers#add-a-letter"]`,
				`.help-guides a[href="/help/administrators#settings"]`, `a[href="/glossary"]`,
			},
			shows: []string{"Guide for committee members", "For councillors and others"},
			hides: notOnAnyPage,
		},
		{
			name: "a guide has its contents, its sections and its pictures",
			path: "/help/officers",
			wants: []string{
				`.guide-contents a[href="#publish-a-letter"]`, `section[aria-labelledby="publish-a-letter"] h2#publish-a-letter`,
				`.switch a[href="/help/officers"][aria-current="page"]`, `.switch a[href="/help/members"]`,
				`a[href="/letters"] code`, `a[href="/help/administrators#when-something-is-held-that-must-not-be"]`,
				`figure img[alt="The review of a letter"][width][height][src^="/static/help-review."]`, `figure figcaption`,
				`table caption`, `td[data-label="Records"]`, `p.guide-note`, `ol li`, `pre code`,
			},
			shows: []string{"Guide for officers", "Areas to improve are the inspectors’ own words"},
			hides: append([]string{"**", "](", "officers.md"}, notOnAnyPage...),
		},
		{
			name:  "terms are explained below the guide",
			path:  "/help/members",
			wants: []string{`.guide-text a.term[href^="#word-"]`, `section.words`},
			hides: notOnAnyPage,
		},
		{
			name:  "what is looked for is found in a section, with its words marked",
			path:  "/help?q=publish+letter",
			wants: []string{`.search-hit a[href="/help/officers#publish-a-letter"]`, `.search-hit mark`, `main a[href="/search?q=publish+letter"]`},
			shows: []string{"sections for “publish letter”"},
		},
		{
			name:  "a question is answered by the sections that have some of its words",
			path:  "/help?q=how+does+one+invite+somebody+quickly",
			wants: []string{`.search-hit a[href="/help/administrators#let-people-in"]`},
			shows: []string{"No section has all of"},
		},
		{
			name:  "what stands in no guide leads to the guides and to the record",
			path:  "/help?q=xylophone",
			wants: []string{`main a[href="/search?q=xylophone"]`, `.help-guides`},
			shows: []string{"Nothing found for “xylophone”"},
		},
		{
			name:   "what cannot be read is said at the box, and stays in it",
			path:   "/help?q=-letter",
			status: http.StatusBadRequest,
			wants:  []string{`.govuk-error-summary a[href="#q"]`, `input[name="q"][value="-letter"][aria-invalid="true"]`},
			shows:  []string{"There is a problem"},
		},
		{
			name:   "what is looked for is shown as words, whatever it is",
			path:   "/help?q=-%3Cem%3Einjected%3C%2Fem%3E",
			status: http.StatusBadRequest,
			wants:  []string{`input[name="q"][value="-<em>injected</em>"]`},
		},
		{name: "a guide that there is not", path: "/help/inspectors", status: http.StatusNotFound, shows: []string{"Page not found"}},
	})
}

func TestPicturesOfTheGuidesHaveTheirSizeAndStayWithTheReader(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	pictures := 0
	for _, guide := range s.guides.All() {
		page := document(t, get(t, s, guide.Address()))
		page.Find("figure img").Each(func(_ int, img *goquery.Selection) {
			pictures++
			address, _ := img.Attr("src")
			answer := get(t, s, address)
			if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "image/png" {
				t.Errorf("%s: %s is answered %d as %q", guide.Name, address, answer.Code, answer.Header().Get("Content-Type"))
			}
			if kept := answer.Header().Get("Cache-Control"); !strings.Contains(kept, "immutable") {
				t.Errorf("%s: %s is kept as %q", guide.Name, address, kept)
			}
			for _, side := range []string{"width", "height"} {
				if n, err := strconv.Atoi(img.AttrOr(side, "")); err != nil || n < 100 {
					t.Errorf("%s: the %s of %s is %d: %v", guide.Name, side, address, n, err)
				}
			}
		})
	}
	if pictures < 10 {
		t.Errorf("the guides show %d pictures", pictures)
	}
}

func TestAProgramWithoutGuidesSaysSo(t *testing.T) {
	s, err := New(Config{Store: storetest.Seeded(t), Files: static.Files(), Missing: static.Missing(), Clock: storetest.Now, Unlimited: true})
	if err != nil {
		t.Fatal(err)
	}
	answer := get(t, s, "/help?q=letter")
	if text := document(t, answer).Find("main").Text(); answer.Code != http.StatusOK || !strings.Contains(text, "built without its guides") {
		t.Errorf("it answers %d: %s", answer.Code, seen(text))
	}
	if answer := get(t, s, "/help/officers"); answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/help" {
		t.Errorf("a guide is answered %d, to %q", answer.Code, answer.Header().Get("Location"))
	}
}

var (
	helpLink   = regexp.MustCompile(`{{-? ?template "help-link" ([^}]*?) ?-?}}`)
	helpTarget = regexp.MustCompile(`^"([a-z]+)#([a-z-]+)"$`)
)

func TestHelpWithAPageLeadsToASectionOfAGuide(t *testing.T) {
	guides, err := help.Read(docs.Guides())
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]bool{}
	for _, guide := range guides.All() {
		for _, section := range guide.Sections {
			sections[guide.Name+"#"+section.ID] = true
		}
	}
	files, err := fs.Glob(templateFiles, "templates/page/*.html")
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, file := range files {
		source, err := fs.ReadFile(templateFiles, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range helpLink.FindAllSubmatch(source, -1) {
			links++
			target := helpTarget.FindSubmatch(link[1])
			if target == nil || !sections[string(target[1])+"#"+string(target[2])] {
				t.Errorf("%s: help with it is at %s, which is no section", file, link[1])
			}
		}
	}
	if links < 10 {
		t.Errorf("%d pages lead to help", links)
	}
}

// Addresses that the guides name are pages of the service, for somebody at least.
func TestGuidesNamePagesThatThereAre(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	known := map[string]bool{}
	for _, route := range s.engineGin.Routes() {
		if route.Method == http.MethodGet {
			known[route.Path] = true
		}
	}
	for _, guide := range s.guides.All() {
		document(t, get(t, s, guide.Address())).Find(".guide-text a:has(code)").Each(func(_ int, link *goquery.Selection) {
			if address := link.AttrOr("href", ""); !known[address] {
				t.Errorf("the guide for %s names %s, which is no page", guide.Name, address)
			}
		})
	}
}
