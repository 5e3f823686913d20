package main

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/letter/lettertest"
)

// secret is a word that stands nowhere but in the letter of this test.
const secret = "quillwort"

// heldBack is a letter that a council holds and Ofsted has not published.
var heldBack = []string{strings.Join([]string{
	"# Inspection of West Northamptonshire local authority children’s services",
	"Inspection dates: 5 to 16 October 2026",
	"Lead inspector: Quentin Quillwort, His Majesty’s Inspector",
	"",
	"Judgement                                           Grade",
	"The impact of leaders on social work practice       Inadequate",
	"with children and families",
	"The experiences and progress of children            Inadequate",
	"who need help and protection",
	"The experiences and progress of children in care    Inadequate",
	"The experiences and progress of care leavers        Inadequate",
	"",
	"# What needs to improve?",
	"• The watching of every quillwort in the borough.",
	"",
	"# The experiences and progress of children who need help and protection: inadequate",
	"1. The quillwort was not watched.",
	"# The experiences and progress of children in care: inadequate",
	"2. Nor here.",
	"# The experiences and progress of care leavers: inadequate",
	"3. Nor here.",
	"# The impact of leaders on social work practice with children and families: inadequate",
	"4. Nor here.",
}, "\n")}

// shown is what a visitor can tell of an answer.
type shown struct {
	status     int
	etag, body string
}

// lastEntry is where a page says how far the whole record of changes goes. It counts work on drafts, so that a record whose end
// was cut off shows; of a draft it says nothing else.
var lastEntry = regexp.MustCompile(`number <strong>[0-9]+</strong>, and its hash is <code>[0-9a-f]{64}</code>`)

// mostAlike is how many addresses of one shape are compared, besides those of tellsOfAll: to compare each page that anything leads
// to, three times, takes minutes.
const mostAlike = 8

// tellsOfAll finds the addresses that tell of the council that the letter is about, or count the letters of every council.
var tellsOfAll = regexp.MustCompile(`northamptonshire|WN-|^/(charts|embed)/(england|compare|journeys|waits)/|year=2026|theme=`)

// asShown returns what a visitor can tell of a page, but for how far the record of changes goes.
func asShown(page sitePage) shown {
	body := lastEntry.ReplaceAllString(string(page.body), "")
	if len(body) < len(page.body) {
		return shown{page.status, "", body}
	}
	return shown{page.status, page.header.Get("Etag"), body}
}

// TestNothingShowsBeforePublication compares what visitors can ask for before and after work on a letter that is not
// out yet, and then publishes it.
func TestNothingShowsBeforePublication(t *testing.T) {
	t.Parallel()
	o := ownSite(t)
	// Addresses that nothing leads to before the letter is out, among them those that it will have.
	guesses := []string{
		"/inspections/west-northamptonshire-ilacs-standard-2026-10-05", "/recommendations/WN-ILACS-2026b-1",
		"/recommendations/WN-ILACS-2026-3", "/inspections?authority=west-northamptonshire&year=2026&sort=start",
		"/recommendations?inspection=west-northamptonshire-ilacs-standard-2026-10-05", "/authorities?q=west",
		"/healthz", "/readyz", "/robots.txt", "/feeds/changes.atom", "/calendar.ics", "/api/v1/inspections", "/search?q=" + secret,
		"/changes", "/metrics", "/letters.csv", "/documents",
	}
	before, alike := map[string]shown{}, map[string]int{}
	for _, address := range slices.Concat(guesses, siteAddresses(t)) {
		if strings.HasPrefix(address, "/letters") || address == "/metrics" {
			continue
		}
		kind := shape(address)
		if alike[kind]++; alike[kind] <= mostAlike || tellsOfAll.MatchString(address) {
			before[address] = asShown(askFor(t, o.origin, siteLink{to: address}))
		}
	}
	if len(before) < 450 || len(alike) < 60 {
		t.Fatalf("only %d addresses of %d shapes were found", len(before), len(alike))
	}
	t.Logf("%d addresses of %d shapes", len(before), len(alike))
	compare := func(when string) {
		t.Helper()
		after := map[string]shown{}
		for address := range before {
			after[address] = asShown(askFor(t, o.origin, siteLink{to: address}))
		}
		for address, was := range before {
			if is := after[address]; is != was {
				t.Errorf("%s: %s is answered otherwise: %d %s, before %d %s", when, address, is.status, is.etag, was.status, was.etag)
			}
			// The page for a search repeats what was looked for, before as after.
			if strings.Contains(strings.ToLower(after[address].body), secret) && !strings.Contains(was.body, secret) {
				t.Errorf("%s: %s shows what only the letter says", when, address)
			}
		}
	}

	letter := o.add("letter-"+secret+".pdf", lettertest.PDF(heldBack...))
	if review := o.get(letter); !strings.Contains(review, "watching of every "+secret) {
		t.Fatalf("the review does not show the letter: %s", mainText(t, review))
	}
	if again := o.add("the same.pdf", lettertest.PDF(heldBack...)); !strings.HasPrefix(again, letter+"?already") {
		t.Errorf("the same file again leads to %s, not to the letter that holds it", again)
	}
	o.submit(letter, "#review", map[string]string{"received": "9 November 2026", "final": "yes", "do": "save"})
	compare("with a draft")

	planned := "20 November 2026" // has passed by the clock of this site
	o.submit(letter+"/publish", "form[action$='/state']", map[string]string{"planned": planned, "to": "embargoed"})
	compare("reviewed, and its planned day passed")

	mustSay(t, mainText(t, o.get(letter+"/publish")), "The experiences and progress of care leavers: Inadequate",
		"Area to improve 1: The watching of every quillwort")
	publish := map[string]string{
		"published": planned, "published_hour": "10:30", "address": "https://files.ofsted.gov.uk/v1/file/50999999", "seen": "yes", "final": "yes",
	}
	o.submit(letter+"/publish", "form[action$='/publish']", publish)
	out, page := o.send(http.MethodGet, guesses[0], "", nil)
	if out.StatusCode != http.StatusOK || !strings.Contains(page, "watching of every "+secret) {
		t.Fatalf("the published inspection is answered %d: %s", out.StatusCode, mainText(t, page))
	}
	changed := 0
	for _, address := range []string{"/", "/authorities/west-northamptonshire", "/inspections", "/recommendations", "/authorities"} {
		page := askFor(t, o.origin, siteLink{to: address})
		if page.header.Get("Etag") != before[address].etag && string(page.body) != before[address].body {
			changed++
		}
	}
	if changed != 5 {
		t.Errorf("publishing changed %d of the 5 pages that it is about", changed)
	}
	if home := mainText(t, o.get("/authorities/west-northamptonshire")); !strings.Contains(home, "Inadequate") {
		t.Error("the published grade is not on the council's page")
	}

	o.submit(letter, "form[action$='/unpublish']", map[string]string{"reason": "It was withdrawn by Ofsted"})
	back := askFor(t, o.origin, siteLink{to: guesses[0]})
	if back.status != http.StatusNotFound || bytes.Contains(back.body, []byte(secret)) {
		t.Errorf("after unpublishing, the inspection is answered %d", back.status)
	}
	for _, address := range []string{"/", "/authorities/west-northamptonshire", "/inspections", "/recommendations", "/authorities"} {
		if page := askFor(t, o.origin, siteLink{to: address}); string(page.body) != before[address].body {
			t.Errorf("after unpublishing, %s is not what it was", address)
		}
	}
}
