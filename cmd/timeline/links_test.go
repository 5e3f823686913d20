package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// drawnOf is among how many drawings one is asked for: to draw all would take minutes.
const drawnOf = 40

// TestEveryLinkLeadsSomewhere walks the whole site: every link, picture, style and script is answered, and every place
// within a page that a link names is there. Links with parameters are followed only from pages without, since lists lead
// to themselves in every order.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	origin := siteURL(t)
	type link struct{ from, to, place string }
	var places []link
	anchors := map[string]map[string]bool{}
	drawings := 0
	asked := map[string]bool{"/": true}
	todo := []link{{from: "the start", to: "/"}}
	for len(todo) > 0 {
		one := todo[0]
		todo = todo[1:]
		answer, err := http.Get(origin + one.to)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s, linked from %s, is answered %d", one.to, one.from, answer.StatusCode)
		}
		if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
			answer.Body.Close()
			continue
		}
		page, err := goquery.NewDocumentFromReader(answer.Body)
		answer.Body.Close()
		if err != nil {
			t.Fatalf("read %s: %v", one.to, err)
		}
		anchors[one.to] = map[string]bool{}
		page.Find("[id]").Each(func(_ int, element *goquery.Selection) {
			id := element.AttrOr("id", "")
			if anchors[one.to][id] {
				t.Errorf("%s has two elements called %q", one.to, id)
			}
			anchors[one.to][id] = true
		})
		base, _ := url.Parse(one.to) // it came from a parsed address
		page.Find("a[href], link[href], script[src], img[src], source[srcset]").Each(func(_ int, element *goquery.Selection) {
			address := element.AttrOr("href", element.AttrOr("src", element.AttrOr("srcset", "")))
			u, err := base.Parse(address)
			if err != nil {
				t.Errorf("%s leads to %q, which is no address", one.to, address)
				return
			}
			if u.Host != "" {
				return // another site's pages are not asked for
			}
			to := u.EscapedPath()
			if u.RawQuery != "" {
				to += "?" + u.RawQuery
			}
			if u.Fragment != "" {
				places = append(places, link{one.to, to, u.Fragment})
			}
			if asked[to] || u.RawQuery != "" && base.RawQuery != "" && !element.Is("img") {
				return
			}
			if strings.HasPrefix(u.Path, "/charts/") && strings.HasSuffix(u.Path, ".svg") {
				if drawings++; drawings%drawnOf != 0 {
					return
				}
			}
			asked[to] = true
			todo = append(todo, link{from: one.to, to: to})
		})
	}
	for _, one := range places {
		if found, ok := anchors[one.to]; ok && !found[one.place] {
			t.Errorf("%s leads to %s#%s, which is not there", one.from, one.to, one.place)
		}
	}
	t.Logf("%d addresses", len(asked))
}
