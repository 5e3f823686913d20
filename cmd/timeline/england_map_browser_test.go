package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const (
	pressed  = "document.activeElement"
	slider   = `document.querySelector("#quarter")`
	searched = "location.search"
)

// TestQuartersByKeyboard goes to the end of another quarter with the slider, and without JavaScript by the list.
func TestQuartersByKeyboard(t *testing.T) {
	b := openTab(t, siteURL(t))
	b.look(1280, 720)
	b.open("/england/map?judgement=overall&region=London")
	tabTo(b, "#quarter")
	says := func(want string) {
		t.Helper()
		if got := ask[string](b, slider+`.getAttribute("aria-valuetext")`); got != want {
			t.Errorf("the slider says %q, want %q", got, want)
		}
		if got := textOf(b, ".quarter-slider output"); !strings.EqualFold(got, want) {
			t.Errorf("beside it stands %q, want %q", got, want)
		}
	}
	says("today, 21 November 2026")
	for _, step := range []struct{ key, says string }{
		{kb.ArrowLeft, "30 September 2026"}, {kb.PageDown, "30 September 2025"}, {kb.Home, "31 March 2014"}, {kb.PageDown, "31 March 2014"},
		{kb.ArrowRight, "30 June 2014"}, {kb.PageUp, "30 June 2015"}, {kb.End, "today, 21 November 2026"}, {kb.PageUp, "today, 21 November 2026"},
		{kb.Home, "31 March 2014"}, {kb.PageUp, "31 March 2015"}, {kb.PageUp, "31 March 2016"},
	} {
		b.do(chromedp.KeyEvent(step.key))
		says(step.says)
	}
	if got := ask[string](b, searched); strings.Contains(got, "as-at") {
		t.Fatalf("a key on the slider alone leads to %s", got)
	}
	tabTo(b, ".quarter-slider button")
	enter(b)
	if got := ask[string](b, searched); got != "?as-at=2016-03-31&judgement=overall&region=London" {
		t.Errorf("the slider leads to %s", got)
	}
	says("31 March 2016")
	mustSay(t, textOf(b, ".as-it-stood"), "As it stood on 31 March 2016")

	b.open("/england/map?as-at=2016-05-04")
	says("4 May 2016")
	if at := ask[string](b, slider+".value"); at != "8" {
		t.Errorf("a day between two quarters stands at %s, want that of March 2016", at)
	}
	b.reportFaults("the slider")

	b.scripts(false)
	b.open("/england/map?judgement=overall")
	if ask[bool](b, slider+" !== null") {
		t.Error("without JavaScript there is a slider")
	}
	tabTo(b, ".quarter-list summary")
	b.do(chromedp.KeyEvent(" "))
	tabTo(b, `.quarter-list a[data-day="2019-12-31"]`)
	enter(b)
	if got := ask[string](b, searched); got != "?as-at=2019-12-31&judgement=overall" {
		t.Errorf("the list leads to %s", got)
	}
	b.reportFaults("the list of quarters")
}

// TestMapByKeyboard goes over the map by Tab, by its skip links and by the arrow keys, and on to an authority.
func TestMapByKeyboard(t *testing.T) {
	b := openTab(t, siteURL(t))
	b.look(1280, 720)
	b.open("/england/map")
	at := func(want string) {
		t.Helper()
		if got := ask[string](b, pressed+`.querySelector(".tile-name") ? `+pressed+`.querySelector(".tile-name").textContent : "no tile"`); got != want {
			t.Errorf("the focus is on %q, want %q", got, want)
		}
	}
	press := func(key string) {
		t.Helper()
		b.do(chromedp.KeyEvent(key))
	}
	tabTo(b, ".region-north-west .govuk-skip-link")
	press(kb.Enter)
	if got := ask[string](b, pressed+".id"); got != "region-north-east" {
		t.Fatalf("the skip link leads to %q", got)
	}
	tabTo(b, ".region-north-east .tile")
	at("Darlington")
	for _, step := range []struct{ key, at string }{
		{kb.Tab, "Durham"}, {kb.ArrowLeft, "Darlington"}, {kb.ArrowDown, "Gateshead"}, {kb.ArrowRight, "Hartlepool"}, {kb.ArrowUp, "Durham"},
		{kb.ArrowUp, "Durham"}, {kb.ArrowRight, "Barnsley"}, {kb.Tab, "Bradford"},
	} {
		press(step.key)
		at(step.at)
	}
	enter(b)
	if got := ask[string](b, "location.pathname"); got != "/authorities/bradford" {
		t.Errorf("the tile leads to %s", got)
	}
	b.reportFaults("the map")
}

// TestEveryTileIsReachedByTab counts the stops on the way over the map without JavaScript.
func TestEveryTileIsReachedByTab(t *testing.T) {
	b := openTab(t, siteURL(t))
	b.look(375, 720)
	b.scripts(false)
	b.open("/england/map")
	tabTo(b, ".tile")
	tiles := ask[int](b, `document.querySelectorAll(".tile").length`)
	const skipLinks = 8 // one more in each region after the first
	if passed := tabTo(b, ".map-table .scroll"); len(passed) != tiles-1+skipLinks {
		t.Errorf("%d stops on the way over %d tiles", len(passed), tiles)
	}
	b.reportFaults("the map")
}

func TestMapInAllLooks(t *testing.T) {
	b := openTab(t, siteURL(t))
	axe := axeScript(t)
	for name, address := range map[string]string{
		"today":               "/england/map",
		"a past day":          "/england/map?judgement=overall&as-at=2016-03-31",
		"one region":          "/england/map?judgement=care_leavers&region=London",
		"nothing to be shown": "/england/map?region=London&type=County",
	} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			b.look(1280, 720, "prefers-color-scheme", "light")
			if status := b.open(address); status != http.StatusOK {
				t.Fatalf("%s is answered %d", address, status)
			}
			inAllLooks(b, axe)
			if cut := ask[[]string](b, `[...document.querySelectorAll(".tile")].filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)`); len(cut) > 0 {
				t.Errorf("names are cut off on %q", cut)
			}
			b.reportFaults("the map")
		})
	}
}
