package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestComparingByKeyboard chooses a group, sorts the table, and makes and unmakes an own choice by keyboard alone, on a page
// without scripts too.
func TestComparingByKeyboard(t *testing.T) {
	b := openTab(t, siteURL(t))
	first := func() string { return textOf(b, ".compare-table tbody tr th > a") }
	for _, scripts := range []bool{true, false} {
		b.scripts(scripts)
		b.look(1280, 720)
		b.open("/compare?authority=west-northamptonshire")
		tabTo(b, "#group")
		b.do(chromedp.KeyEvent(kb.ArrowDown))
		tabTo(b, ".compare-choice button")
		enter(b)
		if got := ask[string](b, searched); !strings.Contains(got, "group=region") || !strings.Contains(got, "authority=west-northamptonshire") {
			t.Fatalf("the group leads to %s", got)
		}
		mustSay(t, textOf(b, "#beside"), "West Northamptonshire beside its region")
		mustSay(t, first(), "West Northamptonshire")

		tabTo(b, ".compare-table th:nth-child(1) .sorter")
		enter(b)
		mustSay(t, textOf(b, ".sorted"), "Sorted by name, A to Z.")
		mustSay(t, first(), "Derby")
		if got := ask[string](b, `document.querySelector(".compare-table th").getAttribute("aria-sort")`); got != "ascending" {
			t.Errorf("the head of the names says that it sorts %s", got)
		}
		tabTo(b, ".compare-table th:nth-child(1) .sorter")
		enter(b)
		mustSay(t, first(), "West Northamptonshire")
		mustSay(t, ask[string](b, searched), "group=region", "order=descending", "sort=name")

		b.open("/compare?authority=kent&group=chosen")
		tabTo(b, "#with")
		b.do(chromedp.KeyEvent("L"), chromedp.KeyEvent("e"), chromedp.KeyEvent("e"))
		tabTo(b, ".compare-adding button")
		enter(b)
		mustSay(t, ask[string](b, searched), "authority=kent", "group=chosen", "with=leeds")
		mustSay(t, textOf(b, ".compare-table tbody"), "Kent", "Leeds")
		tabTo(b, ".compare-table .remove")
		enter(b)
		if got := ask[string](b, searched); strings.Contains(got, "leeds") {
			t.Errorf("what was removed is still asked for: %s", got)
		}
		b.reportFaults("comparing")
	}
}

// TestComparisonFitsAPhone reads the table of a comparison without scrolling to the side.
func TestComparisonFitsAPhone(t *testing.T) {
	b := openTab(t, siteURL(t))
	for _, width := range []int64{375, 320} {
		b.look(width, 700)
		b.open("/compare?authority=west-northamptonshire&group=chosen&with=leeds,bournemouth-christchurch-and-poole&sort=leaders")
		if wide := ask[int64](b, "document.documentElement.scrollWidth"); wide > width {
			t.Errorf("at %d px the page is %d px wide", width, wide)
		}
		if over := ask[bool](b, `(() => { const s = document.querySelector(".scroll"); return s.scrollWidth > s.clientWidth })()`); over {
			t.Errorf("at %d px the table scrolls to the side", width)
		}
		if got := textOf(b, ".sorted a"); got != "Show lowest grade first" {
			t.Errorf("at %d px the order is turned by %q", width, got)
		}
	}
	b.reportFaults("a comparison on a phone")
}
