package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store/storetest"
)

// manyShapes is far above the number of pages that differ in kind, so that a crawl which finds more has lost its way.
const manyShapes = 90

// TestPagesInBrowser opens a page of every kind, those of an answer to a mistake too, as readers with and without
// JavaScript, with light and dark screens, on wide and narrow ones.
func TestPagesInBrowser(t *testing.T) {
	origin := siteURL(t)
	b := openTab(t, origin)
	axe := axeScript(t)

	todo := startingAddresses(t)
	seen := map[string]bool{}
	for _, one := range todo {
		seen[shape(one.address)] = true
	}
	for len(todo) > 0 {
		one := todo[0]
		todo = todo[1:]
		t.Run(strings.TrimPrefix(one.address, "/"), func(t *testing.T) {
			b.t = t
			words := readWithScripts(b, one, axe)
			for _, address := range linksWithin(b) {
				// A list that is filtered or sorted leads on to itself in every other order.
				if again := strings.Contains(one.address, "?") && strings.Contains(address, "?"); !again && !seen[shape(address)] {
					seen[shape(address)] = true
					todo = append(todo, visit{address, http.StatusOK})
				}
			}
			readWithoutScripts(b, one, words)
		})
		if len(seen) > manyShapes {
			t.Fatalf("the crawl found %d kinds of page", len(seen))
		}
	}
}

// axeScript returns the accessibility checks, to be run in a page.
func axeScript(t *testing.T) string {
	t.Helper()
	axe, err := os.ReadFile("../../static/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("make assets lays the accessibility checks: %v", err)
	}
	return string(axe)
}

// visit is a page to open and the status with which it has to answer.
type visit struct {
	address string
	status  int
}

// startingAddresses are every main address, and those of detail that links might not lead to. The crawl adds the rest.
func startingAddresses(t *testing.T) []visit {
	t.Helper()
	var all []visit
	add := func(status int, addresses ...string) {
		for _, address := range addresses {
			all = append(all, visit{address, status})
		}
	}
	add(http.StatusOK, "/", "/authorities", "/inspections", "/recommendations", "/milestones", "/sources", "/glossary", "/about",
		"/authorities/northamptonshire", "/authorities/west-northamptonshire", "/authorities/northamptonshire-county-council",
		"/authorities/bradford", "/authorities?q=north", "/authorities?q=nothing-is-called-so",
		"/inspections?authority=west-northamptonshire&kind=ilacs-standard&year=2022", "/inspections?year=2013",
		"/recommendations?authority=north-northamptonshire", "/recommendations/NN-ILACS-2026-1")
	for _, in := range fullestInspections(t) {
		add(http.StatusOK, "/inspections/"+in)
	}
	add(http.StatusNotFound, "/nowhere", "/authorities/atlantis", "/inspections/none", "/recommendations/XX-ILACS-1999-1")
	add(http.StatusBadRequest, "/inspections?year=soon", "/inspections?kind=surprise&authority=bradford",
		"/recommendations?theme=weather", "/authorities?region=atlantis")
	return all
}

// fullestInspections returns, for each kind in the seed, the inspection of which most is recorded.
func fullestInspections(t *testing.T) []string {
	t.Helper()
	fullest := map[string]*inspection.Inspection{}
	parts := func(in *inspection.Inspection) int {
		return len(in.Judgements) + len(in.Recommendations) + len(in.Findings) + len(in.Responses) + len(in.Disagreements) + len(in.Gaps)
	}
	for _, in := range storetest.Seed(t).Inspections {
		if held := fullest[in.Kind]; held == nil || parts(in) > parts(held) {
			fullest[in.Kind] = in
		}
	}
	var ids []string
	for _, in := range fullest {
		ids = append(ids, in.ID)
	}
	slices.Sort(ids)
	return ids
}

// mainWords is what a reader sees of a page that was just opened.
const mainWords = `document.querySelector("main").innerText`

// readWithScripts opens a page with JavaScript and checks it in every look. It returns the page's words.
func readWithScripts(b *tab, one visit, axe string) string {
	t := b.t
	t.Helper()
	b.scripts(true)
	b.look(1280, 720, "prefers-color-scheme", "light")
	if status := b.open(one.address); status != one.status {
		t.Fatalf("answered %d, want %d", status, one.status)
	}
	words := ask[string](b, mainWords)
	everyLook(b, axe)
	b.reportFaults("with JavaScript the page")
	return words
}

// everyLook checks the page that is shown on wide and narrow screens, light and dark ones.
func everyLook(b *tab, axe string) {
	t := b.t
	t.Helper()
	// What is closed is read too: the pictures in it and the accessibility of its words.
	ask[any](b, `document.querySelectorAll("details").forEach(one => one.open = true)`)
	ask[any](b, axe+"\nnull")
	looks := map[string][]string{} // each thing that is wrong, and in which looks
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 375} {
			b.look(width, 720, "prefers-color-scheme", scheme)
			found := slices.Concat(brokenPictures(b), axeViolations(b, scheme), overflow(b))
			for _, wrong := range found {
				looks[wrong] = append(looks[wrong], fmt.Sprintf("%d px, %s", width, scheme))
			}
		}
	}
	b.look(320, 720)
	for _, wrong := range overflow(b) {
		looks[wrong] = append(looks[wrong], "320 px")
	}
	for wrong, where := range looks {
		t.Errorf("at %s: %s", strings.Join(where, "; "), wrong)
	}
}

// readWithoutScripts opens a page without JavaScript: its pictures and the words that it has with it are there all the same.
func readWithoutScripts(b *tab, one visit, with string) {
	t := b.t
	t.Helper()
	b.look(1280, 720)
	b.scripts(false)
	b.open(one.address)
	if n := ask[int](b, `document.querySelectorAll("button[data-chart-option]").length`); n > 0 {
		t.Errorf("without JavaScript the page has %d buttons that do nothing", n)
	}
	// Only buttons are added by scripts.
	for line := range strings.Lines(ask[string](b, mainWords)) {
		if line = strings.TrimSpace(line); !strings.Contains(with, line) {
			t.Errorf("without JavaScript the page says %q, with it it does not", line)
		}
	}
	for _, wrong := range brokenPictures(b) {
		t.Errorf("without JavaScript %s", wrong)
	}
	b.reportFaults("without JavaScript the page")
}

// brokenPictures waits for the pictures of a page and reports those that do not appear. One that is exchanged for another width or
// scheme while it is waited for is waited for again.
func brokenPictures(b *tab) []string {
	b.t.Helper()
	return ask[[]string](b, `(async () => {
		const shown = [...document.images].filter(image => image.checkVisibility())
		shown.forEach(image => image.loading = "eager")
		const settled = async image => {
			for (let changes = 0; changes < 10; changes++) {
				const asked = image.currentSrc
				if (await image.decode().then(() => true, () => image.complete && image.currentSrc === asked)) return
			}
		}
		await Promise.all(shown.map(settled))
		return shown.filter(image => !image.naturalWidth).map(image => "the picture does not load: " + (image.currentSrc || image.src))
	})()`)
}

// overflow reports what makes a page wider than the screen.
func overflow(b *tab) []string {
	b.t.Helper()
	return ask[[]string](b, `(() => {
		const page = document.documentElement
		if (page.scrollWidth <= page.clientWidth) return []
		const scrolls = one => one && (getComputedStyle(one).overflowX !== "visible" || scrolls(one.parentElement))
		const wide = [...document.body.querySelectorAll("*")]
			.filter(one => one.getBoundingClientRect().right > page.clientWidth + 0.5 && !scrolls(one.parentElement))
		return wide.slice(0, 3).map(one => "the page has to be scrolled sideways: " + one.outerHTML.replace(/\s+/g, " ").slice(0, 150))
	})()`)
}

// What axe-core looks for: WCAG 2.2 at levels A and AA with its best practice, and of these what depends on colours.
const (
	everyRule  = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]`
	colourRule = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

// axeViolations reports what axe-core finds wrong. In another colour scheme only colours can be.
func axeViolations(b *tab, scheme string) []string {
	b.t.Helper()
	rules := everyRule
	if scheme != "light" {
		rules = colourRule
	}
	var words []string
	for _, violation := range ask[[]struct {
		ID    string
		Help  string
		Nodes []struct {
			HTML           string
			FailureSummary string
		}
	}](b, `axe.run(document, {preload: false, selectors: false, resultTypes: ["violations"], runOnly: `+rules+`})
		.then(result => result.violations)`) {
		for _, node := range violation.Nodes[:min(len(violation.Nodes), 3)] {
			words = append(words, fmt.Sprintf("axe: %s: %s: %.200s: %s (of %d)",
				violation.ID, violation.Help, node.HTML, node.FailureSummary, len(violation.Nodes)))
		}
	}
	return words
}

// linksWithin returns the addresses of pages that the page shown leads to.
func linksWithin(b *tab) []string {
	b.t.Helper()
	var pages []string
	for _, link := range ask[[]string](b, `[...document.links].filter(a => !a.hasAttribute("download")).map(a => a.href)`) {
		if address, ok := strings.CutPrefix(link, b.origin); ok {
			address, _, _ = strings.Cut(address, "#")
			if path.Ext(address) == "" && !strings.HasPrefix(address, opendata.Root) { // the others are files, and answers for programs
				pages = append(pages, cmp.Or(address, "/"))
			}
		}
	}
	return pages
}

// shape is what addresses of the same kind of page have in common: the first part of the path, how long it is, and the
// names of the parameters.
func shape(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	parts := strings.Split(u.Path, "/")
	for i := 2; i < len(parts); i++ {
		parts[i] = "…"
	}
	var names []string
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	text, _ := json.Marshal(names)
	return strings.Join(parts, "/") + string(text)
}
