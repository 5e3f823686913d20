package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store/storetest"
)

// unsteady reports what a page does that no page may in any state: move where the reader wants nothing to move, or lose words
// where the reader sets lines, words and letters further apart as success criterion 1.4.12 lets them. It leaves the page wide.
func unsteady(b *tab) []string {
	b.t.Helper()
	b.look(1280, 720)
	found := ask[[]string](b, movesScript)
	b.look(320, 256)
	found = append(found, ask[[]string](b, spacedScript)...)
	b.look(1280, 720)
	return found
}

// movesScript lists what still moves although the reader asked for nothing to.
const movesScript = `[...document.querySelectorAll("*")].filter(one => {
	const style = getComputedStyle(one)
	const longest = text => Math.max(...text.split(",").map(parseFloat))
	return longest(style.transitionDuration) > 0.01 || style.animationName !== "none" && longest(style.animationDuration) > 0.01
}).slice(0, 3).map(one => "it moves for those who want nothing to: " + one.outerHTML.slice(0, 120))`

// spacedScript sets the spacing of the criterion, lists what is cut off by it, and takes it away again. What is out of sight on
// purpose is a pixel large; what scrolls can be read.
const spacedScript = `(() => {
	const sheet = new CSSStyleSheet()
	sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }")
	document.adoptedStyleSheets = [sheet]
	const page = document.documentElement, cut = []
	if (page.scrollWidth > page.clientWidth) {
		const scrolls = one => one && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement))
		for (const one of document.body.querySelectorAll("*")) {
			if (one.getBoundingClientRect().right > page.clientWidth + 0.5 && !scrolls(one.parentElement)) {
				cut.push("with wide spacing the page has to be scrolled sideways: " + one.outerHTML.replace(/\s+/g, " ").slice(0, 150))
			}
		}
	}
	for (const one of document.body.querySelectorAll("*")) {
		const style = getComputedStyle(one), hides = value => value === "hidden" || value === "clip"
		if (one.clientWidth < 2 || one.clientHeight < 2 || !one.textContent.trim() || !one.checkVisibility()) continue
		if (hides(style.overflowY) && one.scrollHeight > one.clientHeight + 1 || hides(style.overflowX) && one.scrollWidth > one.clientWidth + 1) {
			cut.push("with wide spacing words are cut off in " + one.outerHTML.replace(/\s+/g, " ").slice(0, 150))
		}
	}
	document.adoptedStyleSheets = []
	return cut.slice(0, 4)
})()`

// unreachable reports what scrolls by itself and cannot be reached by keyboard, or has no name there.
func unreachable(b *tab) []string {
	b.t.Helper()
	return ask[[]string](b, `[...document.querySelectorAll("main *")].filter(one => {
		const style = getComputedStyle(one)
		if (one.matches("textarea, select, details") || !one.checkVisibility()) return false
		const scrolls = /auto|scroll/.test(style.overflowX) && one.scrollWidth > one.clientWidth + 1
		const named = one.hasAttribute("aria-label") || one.hasAttribute("aria-labelledby")
		return scrolls && !(one.tabIndex >= 0 && named)
	}).slice(0, 3).map(one => "it scrolls and has no name or no focus: " + one.outerHTML.replace(/\s+/g, " ").slice(0, 150))`)
}

// TestPagesHoldInEveryReadersView opens one page of each make-up, with what it holds when it is empty, long or wrong.
func TestPagesHoldInEveryReadersView(t *testing.T) {
	all := staffed(t)
	axe := axeScript(t)
	visit := func(b *tab, status int, addresses ...string) {
		for _, address := range addresses {
			t.Run(strings.TrimPrefix(address, "/"), func(t *testing.T) {
				b.t = t
				b.look(1280, 720, "prefers-color-scheme", "light")
				if got := b.open(address); got != status {
					t.Fatalf("answered %d, want %d", got, status)
				}
				if lang := ask[string](b, `document.documentElement.lang`); lang != "en-GB" {
					t.Errorf("the page says that its language is %q", lang)
				}
				ask[any](b, `document.querySelectorAll("details").forEach(one => one.open = true)`)
				found := unsteady(b)
				b.look(320, 256)
				found = append(found, unreachable(b)...)
				ask[any](b, axe+"\nnull")
				found = append(found, tooSmall(b)...)
				for _, wrong := range found {
					t.Error(wrong)
				}
			})
		}
	}
	visit(all.visitor, http.StatusOK, "/", "/authorities?q=nothing-is-called-so", "/inspections", northInspection, "/recommendations",
		"/recommendations/NN-ILACS-2022-1", "/compare?authority=west-northamptonshire", "/england", "/england/map", "/england/journeys",
		"/authorities/northamptonshire/briefing", "/search?q=plans", "/search?q=care+leavers", "/search?q=zzzz", "/changes", "/glossary", "/milestones", "/scrutiny",
		"/accessibility", "/open-data", "/privacy", "/embed/lanes/west-northamptonshire")
	visit(all.visitor, http.StatusNotFound, "/nowhere")
	visit(all.visitor, http.StatusBadRequest, "/inspections?year=soon")
	visit(all.officer, http.StatusOK, "/letters", "/letters/new", "/recommendations/NN-ILACS-2022-1/work", "/actions/new", "/tracker", "/committees", "/england/import")
	visit(all.member, http.StatusForbidden, "/letters/new")
	visit(all.clerk, http.StatusOK, "/scrutiny/questions/new")
}

// tooSmall reports what is smaller than 24 by 24 pixels and has no room around it, as success criterion 2.5.8 has it.
func tooSmall(b *tab) []string {
	b.t.Helper()
	return ask[[]string](b, `axe.run(document, {preload: false, resultTypes: ["violations"], runOnly: {type: "rule", values: ["target-size"]}})
		.then(result => result.violations.flatMap(one => one.nodes).slice(0, 4).map(one => "too small to be hit: " + one.html.slice(0, 150) + one.failureSummary))`)
}

// TestTheMainPagesAreWalkedByKeyboard goes through each main page by Tab: every stop shows, none is covered, and they come in the
// order of the page.
func TestTheMainPagesAreWalkedByKeyboard(t *testing.T) {
	b := openTab(t, siteURL(t))
	for _, address := range []string{"/", "/inspections", "/recommendations", "/compare?authority=west-northamptonshire", "/scrutiny"} {
		for _, width := range []int64{1280, 320} {
			t.Run(fmt.Sprint(strings.TrimPrefix(address, "/"), " ", width), func(t *testing.T) {
				b.t = t
				b.look(width, 720)
				b.open(address)
				tabTo(b, ".govuk-skip-link")
				tabTo(b, ".wordmark")
				tabTo(b, ".footer-links a")
				// The focus goes where the page goes: nothing asks for another place in the order.
				if n := ask[int](b, `[...document.querySelectorAll("[tabindex]")].filter(one => one.tabIndex > 0).length`); n > 0 {
					t.Errorf("%d places ask for another order of the focus", n)
				}
			})
		}
	}
	b.t = t
	b.look(1280, 720)
	b.open("/")
	tabTo(b, ".govuk-skip-link")
	b.do(chromedp.KeyEvent("\r"))
	if id := ask[string](b, "document.activeElement.id"); id != "main" {
		t.Errorf("the link over the navigation leads to %q", id)
	}
	b.reportFaults("a page")
}

// TestReadersOwnColoursTellThingsApart looks at pages in forced colours: what can be used has an edge, what is chosen and what is
// focused shows, and each grade stands as a word.
func TestReadersOwnColoursTellThingsApart(t *testing.T) {
	o := ownSite(t)
	letter := o.addRead("north.pdf", lettertest.PDF(heldReview...))
	b := o.tab(t)
	for _, address := range []string{"/", "/inspections", "/england/map", letter} {
		b.look(1280, 720, "forced-colors", "active")
		b.open(address)
		for _, wrong := range ask[[]string](b, `[...document.querySelectorAll("input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([type=file]):not([type=range]), select, textarea, .button, .govuk-button")]
			.filter(one => one.checkVisibility()).filter(one => {
				const style = getComputedStyle(one)
				return style.borderBottomStyle === "none" || parseFloat(style.borderBottomWidth) < 1
			}).slice(0, 3).map(one => "it has no edge: " + one.outerHTML.slice(0, 150))`) {
			t.Errorf("%s: %s", address, wrong)
		}
		for _, wrong := range ask[[]string](b, `[...document.querySelectorAll(".swatch")].filter(one => one.checkVisibility() &&
			!(one.textContent + one.parentElement.textContent).trim()).slice(0, 3).map(one => "a grade has no word: " + one.outerHTML)`) {
			t.Errorf("%s: %s", address, wrong)
		}
	}
	b.reportFaults("a page")
}

// heard is what a screen reader is told of a part of a page: a line for each role and name, further in for what is inside.
// Words that only repeat the name of what they stand in are left out.
func heard(b *tab, role, name string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, actionWait)
	defer cancel()
	tree, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		b.t.Fatalf("ask for what a screen reader is told: %v", err)
	}
	nodes := map[accessibility.NodeID]*accessibility.Node{}
	for _, node := range tree.Nodes {
		nodes[node.NodeID] = node
	}
	var out strings.Builder
	var tell func(node *accessibility.Node, depth int, within string)
	tell = func(node *accessibility.Node, depth int, within string) {
		role, name := valueWords(node.Role), valueWords(node.Name)
		silent := node.Ignored || role == "InlineTextBox" || role == "LineBreak" || role == "ListMarker" ||
			name == "" && (role == "generic" || role == "none" || role == "paragraph" || role == "strong" || role == "Section") ||
			role == "StaticText" && strings.Contains(within, name)
		if !silent {
			fmt.Fprintf(&out, "%s%s %s%s\n", strings.Repeat("  ", depth), role, shortWords(name), stateWords(node))
			depth++
			within = name
		}
		for _, id := range node.ChildIDs {
			// What a list offers is in the record, which grows; what is chosen of it is said with its name.
			if child := nodes[id]; child != nil && role != "InlineTextBox" && role != "MenuListPopup" {
				tell(child, depth, within)
			}
		}
	}
	for _, node := range tree.Nodes {
		if !node.Ignored && valueWords(node.Role) == role && strings.HasPrefix(valueWords(node.Name), name) {
			tell(node, 0, "")
			return out.String()
		}
	}
	b.t.Fatalf("a screen reader finds no %s %q", role, name)
	return ""
}

// valueWords is a role or a name as words.
func valueWords(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var words any
	if err := json.Unmarshal(v.Value, &words); err != nil || words == nil {
		return ""
	}
	return strings.Join(strings.Fields(fmt.Sprint(words)), " ")
}

// shortWords cuts what is long: who reads the golden wants to see that it is told, not all of it.
func shortWords(words string) string {
	const most = 90
	if runes := []rune(words); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return words
}

// stateWords is what a screen reader adds to a name: the level of a heading, what stands in a box, what is wrong with it.
func stateWords(node *accessibility.Node) string {
	var words []string
	for _, property := range node.Properties {
		value := valueWords(property.Value)
		switch string(property.Name) {
		case "level", "checked", "expanded", "required", "disabled", "invalid":
			if value != "" && value != "false" {
				words = append(words, string(property.Name)+" "+value)
			}
		}
	}
	if value := valueWords(node.Value); value != "" {
		words = append(words, "holds "+shortWords(value))
	}
	if described := valueWords(node.Description); described != "" {
		words = append(words, "described: "+shortWords(described))
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, "; ") + ")"
}

// TestWhatAScreenReaderIsTold compares the names and roles of the first page, of its lanes and of the review with what they should
// be. Who changes a page reads the difference as somebody who does not see it.
func TestWhatAScreenReaderIsTold(t *testing.T) {
	o := ownSite(t)
	letter := o.addRead("north.pdf", lettertest.PDF(heldReview...))
	b := o.tab(t)
	b.look(1280, 720)
	b.open("/authorities/west-northamptonshire")
	golden(t, "heard_dashboard.golden", heard(b, "main", ""))
	ask[any](b, `document.querySelectorAll("#lanes-west-northamptonshire details").forEach(one => one.open = true)`)
	golden(t, "heard_lanes.golden", heard(b, "figure", ""))
	b.open(letter)
	golden(t, "heard_review.golden", heard(b, "form", ""))
	b.reportFaults("a page")
}

// TestTheEndOfASessionIsAskedAboutInTime lets the hour of an officer run out while they type: they are asked, can stay by one
// button, and when they did not, what they typed is back after they sign in again.
func TestTheEndOfASessionIsAskedAboutInTime(t *testing.T) {
	axe := axeScript(t)
	origin, s := closedSite(t)
	began := storetest.Now()
	t.Cleanup(func() { storetest.SetNow(began) })
	link := invited(t, s, "officer@west.example", "Improvement officer", auth.Officer)
	b := openTab(t, origin)
	b.do()
	// The page's clock runs ahead as far as the test says.
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `(() => { const now = Date.now; let ahead = 0; Date.now = () => now() + ahead
			window.later = minutes => { ahead += minutes * 60000; document.dispatchEvent(new Event("visibilitychange")) } })()`,
	})
	later := func(minutes int) {
		t.Helper()
		storetest.SetNow(storetest.Now().Add(time.Duration(minutes) * time.Minute))
		ask[any](b, fmt.Sprintf("later(%d)", minutes))
	}
	b.look(1280, 720)
	b.open(link)
	send(b, "main form", fields{"new-password": phrase, "again": phrase})
	b.open("/actions/new")
	line := textOf(b, ".session-line")
	mustSay(t, line, "You stay signed in until ")
	const box = "main form textarea"
	name := ask[string](b, `document.querySelector("`+box+`").name`)
	b.do(typed(name, "What an officer types slowly"))

	later(54)
	if ask[bool](b, `document.querySelector("#session-end").open`) {
		t.Fatal("somebody is asked whether they want to stay before it is time")
	}
	later(2)
	if !ask[bool](b, `document.querySelector("#session-end").open && document.querySelector("#session-end").contains(document.activeElement)`) {
		t.Fatal("five minutes before the end nobody is asked, or the question has not the focus")
	}
	mustSay(t, ask[string](b, `document.querySelector("#session-end").innerText`), "You will be signed out at ", "Stay signed in", "Sign out")
	mustSay(t, heard(b, "alertdialog", "You will be signed out at "), "described: Nothing was sent from this page", "button Stay signed in")
	ask[any](b, axe+"\nnull")
	for _, scheme := range []string{"light", "dark"} {
		b.look(320, 256, "prefers-color-scheme", scheme)
		for _, wrong := range append(axeViolations(b, scheme), overflow(b)...) {
			t.Errorf("the question, %s: %s", scheme, wrong)
		}
	}
	b.look(1280, 720)
	b.do(chromedp.Click(chromedp.CSS("#session-end [data-may-stay] button")))
	until(b, `!document.querySelector("#session-end").open`)
	if !ask[bool](b, `document.activeElement.matches("`+box+`")`) {
		t.Error("whoever stays is not led back to where they typed")
	}
	if now := textOf(b, ".session-line"); now == line {
		t.Errorf("after staying the page still says %q", now)
	}

	later(61)
	mustSay(t, ask[string](b, `document.querySelector("#session-end").innerText`), "You were signed out at ", "What you typed is still on this page", "opens in a new tab")
	b.do(chromedp.Click(chromedp.CSS("#session-end [data-close]")))
	if got := valueOf(b, name); got != "What an officer types slowly" {
		t.Errorf("the box now holds %q", got)
	}
	press(b, "main form button[type=submit], main form button:not([type])")
	b.shows("Sign in first: what you typed is kept")
	press(b, `main a[href^="/sign-in?back="]`)
	send(b, "main form", fields{"address": "officer@west.example", "password": phrase})
	b.shows("Your words are back in their boxes")
	if got := valueOf(b, name); got != "What an officer types slowly" {
		t.Errorf("after signing in again the box holds %q", got)
	}
	everyLook(b, axe)
	b.forgive("Password forms should have") // whoever sets a password came by a link of their own
	b.reportFaults("a page")
}
