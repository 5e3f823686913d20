package main

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// One among so many is asked for: to draw all drawings, and to read all histories, would take minutes.
const (
	drawnOf     = 60
	historiesOf = 40
	notesOf     = 200
)

// sitePage is one answer of a walk through the site.
type sitePage struct {
	address, from string
	header        http.Header
	status        int
	body          []byte
	links         []siteLink // of a page; none of other answers
	anchors       map[string]bool
}

// siteLink is something that a page leads to or loads.
type siteLink struct{ from, to, place string }

// walkSite asks for everything that the first page leads to: every link, picture, style and script, and what those pages
// lead to. Links with parameters are followed only from pages without, since lists lead to themselves in every order.
func walkSite(t *testing.T, visit func(sitePage)) {
	t.Helper()
	origin := siteURL(t)
	drawings, histories, notes := 0, 0, 0
	asked := map[string]bool{"/": true}
	todo := []siteLink{{from: "the start", to: "/"}}
	for len(todo) > 0 {
		one := todo[0]
		todo = todo[1:]
		page := askFor(t, origin, one)
		visit(page)
		for _, link := range page.links {
			isDrawing := strings.HasPrefix(link.to, "/charts/") && (strings.Contains(link.to, ".svg") || strings.Contains(link.to, ".png") || strings.Contains(link.to, ".xlsx"))
			if asked[link.to] || strings.Contains(link.to, "?") && strings.Contains(one.to, "?") && !isDrawing {
				continue
			}
			if isDrawing {
				if drawings++; drawings%drawnOf != 0 {
					continue
				}
			}
			// Each record leads to its history, and each entry there to its own page: they are of one kind.
			if strings.HasPrefix(link.to, "/changes?record=") || strings.HasPrefix(link.to, "/changes/") {
				if histories++; histories%historiesOf != 1 {
					continue
				}
			}
			// Each page leads to the form for what is wrong with it, which is the same for all.
			if strings.HasPrefix(link.to, "/tell-us?") {
				if notes++; notes%notesOf != 1 {
					continue
				}
			}
			asked[link.to] = true
			todo = append(todo, link)
		}
	}
	t.Logf("%d addresses", len(asked))
	site.addresses = slices.Sorted(maps.Keys(asked))
}

// siteAddresses returns every address that a walk finds. The walk takes a minute, so that all tests share one.
func siteAddresses(t *testing.T) []string {
	t.Helper()
	if site.addresses == nil {
		walkSite(t, func(sitePage) {})
	}
	return site.addresses
}

func askFor(t *testing.T, origin string, one siteLink) sitePage {
	t.Helper()
	answer, err := http.Get(origin + one.to)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("read %s: %v", one.to, err)
	}
	page := sitePage{address: one.to, from: one.from, header: answer.Header, status: answer.StatusCode, body: body, anchors: map[string]bool{}}
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		return page
	}
	document, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("read %s: %v", one.to, err)
	}
	document.Find("[id]").Each(func(_ int, element *goquery.Selection) {
		id := element.AttrOr("id", "")
		if page.anchors[id] {
			t.Errorf("%s has two elements called %q", one.to, id)
		}
		page.anchors[id] = true
	})
	base, _ := url.Parse(one.to) // it came from a parsed address
	document.Find("a[href], link[href], script[src], img[src], source[srcset]").Each(func(_ int, element *goquery.Selection) {
		address := element.AttrOr("href", element.AttrOr("src", element.AttrOr("srcset", "")))
		u, err := base.Parse(address)
		if err != nil {
			t.Errorf("%s leads to %q, which is no address", one.to, address)
			return
		}
		if u.Host != "" {
			return // another site's pages are not asked for
		}
		link := siteLink{from: one.to, to: u.EscapedPath(), place: u.Fragment}
		if u.RawQuery != "" {
			link.to += "?" + u.RawQuery
		}
		page.links = append(page.links, link)
	})
	return page
}

// TestEveryLinkLeadsSomewhere walks the whole site: everything is answered, and every place within a page that a link
// names is there.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	var places []siteLink
	anchors := map[string]map[string]bool{}
	walkSite(t, func(page sitePage) {
		if page.status != http.StatusOK {
			t.Errorf("%s, linked from %s, is answered %d", page.address, page.from, page.status)
		}
		if !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
			return
		}
		anchors[page.address] = page.anchors
		for _, link := range page.links {
			if link.place != "" {
				places = append(places, link)
			}
		}
	})
	for _, one := range places {
		if found, ok := anchors[one.to]; ok && !found[one.place] {
			t.Errorf("%s leads to %s#%s, which is not there", one.from, one.to, one.place)
		}
	}
}
