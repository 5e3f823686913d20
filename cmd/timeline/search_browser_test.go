package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestSearchingByKeyboard goes from words to what they lead to by keyboard alone, on a page without scripts too, and narrows the
// results on the way.
func TestSearchingByKeyboard(t *testing.T) {
	b := openTab(t, ownSite(t).origin)
	b.look(1280, 720)
	for _, scripts := range []bool{true, false} {
		b.scripts(scripts)
		b.open("/search")
		tabTo(b, "#q")
		for _, letter := range "neglect" {
			b.do(chromedp.KeyEvent(string(letter)))
		}
		enter(b)
		all := textOf(b, "#found")
		mustSay(t, all, "results for “neglect”")

		tabTo(b, `.search-facet a[href*="kind=area"]`)
		enter(b)
		mustSay(t, ask[string](b, searched), "kind=area", "q=neglect")
		mustSay(t, textOf(b, ".search-chosen"), "What it is: Area to improve")
		if textOf(b, "#found") == all {
			t.Errorf("narrowed to areas to improve there are %s too", all)
		}
		tabTo(b, ".search-chosen .remove")
		enter(b)
		if got := textOf(b, "#found"); got != all {
			t.Errorf("without what was chosen there are %s, want %s", got, all)
		}

		tabTo(b, `.search-facets a[href="#hits"]`)
		b.do(chromedp.KeyEvent(kb.Enter))
		if at := ask[string](b, pressed+".id"); at != "hits" {
			t.Errorf("skipping to the results leads to %q", at)
		}
		title := textOf(b, ".search-hit h3 a")
		tabTo(b, ".search-hit h3 a")
		enter(b)
		if at := ask[string](b, "location.pathname"); !strings.HasPrefix(at, "/inspections/") && !strings.HasPrefix(at, "/recommendations/") && at != "/milestones" {
			t.Errorf("%s leads to %s", title, at)
		}
		b.reportFaults("searching")
	}
}

// TestSearchOnAPhone opens what narrows the results, which is closed there, and finds it open on a wide screen.
func TestSearchOnAPhone(t *testing.T) {
	b := openTab(t, ownSite(t).origin)
	const facet = `document.querySelector(".search-facet a").checkVisibility({contentVisibilityAuto: true})`
	b.look(375, 700)
	b.open("/search?q=children")
	if ask[bool](b, facet) {
		t.Error("on a phone the ways to narrow the results stand before them")
	}
	tabTo(b, ".search-facets > summary")
	b.do(chromedp.KeyEvent(kb.Enter))
	if !ask[bool](b, facet) {
		t.Error("the ways to narrow the results do not open")
	}
	b.look(1280, 720)
	b.open("/search?q=children")
	if !ask[bool](b, facet) || ask[bool](b, `document.querySelector(".search-facets > summary").checkVisibility()`) {
		t.Error("on a wide screen the ways to narrow the results are closed")
	}

	axe := axeScript(t)
	for _, one := range []visit{
		{"/search?q=children&authority=north-northamptonshire&kind=finding", http.StatusOK}, {"/search?q=commissioner+-improvement", http.StatusOK},
		{"/search?q=negelct", http.StatusOK}, {"/search?q=" + strings.Repeat("unbroken", 40), http.StatusOK}, {"/search?q=%22&year=soon", http.StatusBadRequest},
	} {
		t.Run(one.address, func(t *testing.T) {
			b.t = t
			readWithScripts(b, one, axe)
		})
	}
}
