package main

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// The letter of July 2026 to North Northamptonshire, which the seed holds in words of ours.
const (
	northLetter     = "ilacs-standard-2637539-2026-05-11.pdf"
	northInspection = "/inspections/north-northamptonshire-ilacs-standard-2026-05-11"
	northAddress    = "https://files.ofsted.gov.uk/v1/file/50306548"
)

// TestLogALetterInBrowser logs a real letter from its file to the published page, in a browser with JavaScript and in one
// without.
func TestLogALetterInBrowser(t *testing.T) {
	letter := realLetter(t, northLetter)
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			o := ownSite(t)
			b := o.tab(t)
			b.look(1280, 900)
			b.scripts(scripts)
			b.open("/")
			judgements, headline := latestWords(b), textOf(b, ".changed")
			b.open("/recommendations/NN-ILACS-2026-1")
			if words := textOf(b, "main"); !strings.Contains(words, "In our words") {
				t.Fatalf("the seed’s own words do not say that they are ours: %s", words)
			}

			b.open("/letters/new")
			b.do(chromedp.SetUploadFiles(chromedp.CSS("#letters"), []string{letter}))
			press(b, "section[aria-labelledby=by-file] button")
			if got := textOf(b, "h1"); !strings.Contains(got, "North Northamptonshire") {
				t.Fatalf("after the upload the page is %q: %s", got, textOf(b, "main"))
			}
			review := ask[string](b, "location.pathname")
			for _, grade := range []string{"leaders outstanding", "help_protection good", "in_care good", "care_leavers good"} {
				strand, want, _ := strings.Cut(grade, " ")
				if got := valueOf(b, "judgement."+strand); got != want {
					t.Errorf("%s is filled in as %q, want %q", strand, got, want)
				}
			}
			if n := ask[int](b, `document.querySelectorAll(".pages mark").length`); n < 8 {
				t.Errorf("%d places of the letter are marked as evidence", n)
			}

			b.do(
				typed("lead_inspector", "David Cohen and another"),
				typed("received", "23 June 2026"),
			)
			tick(b, "final")
			if scripts {
				b.do(chromedp.Focus(chromedp.CSS(`[name="fieldwork_start"]`)))
				if got := textOf(b, "mark.now"); !strings.Contains(got, "11 to 22 May 2026") {
					t.Errorf("the evidence that stands out is %q", got)
				}
				until(b, `document.querySelector(".save-status").textContent.startsWith("Saved")`)
			}
			press(b, `.save-bar button[value="next"]`)
			if got := textOf(b, "h1"); got != "Publish this letter" {
				t.Fatalf("after saving the page is %q: %s", got, textOf(b, "main"))
			}
			changes := textOf(b, "section[aria-labelledby=changes]")
			mustSay(t, changes, "David Cohen and another", "The quality of the support and plans for children in need, including disabled children.")
			b.do(
				typed("published", "7 July 2026"),
				typed("published_hour", "09:30"),
				typed("address", northAddress),
			)
			tick(b, "seen")
			press(b, "section[aria-labelledby=out] button")
			mustSay(t, textOf(b, "main"), "Published")
			if got := ask[string](b, "location.pathname"); got != review {
				t.Errorf("publishing leads to %s", got)
			}

			b.open("/")
			if got := latestWords(b); !slices.Equal(got, judgements) {
				t.Errorf("the latest judgements are %q; they were %q", got, judgements)
			}
			if got := textOf(b, ".changed"); got != headline {
				t.Errorf("the headline is now\n%s\nand was\n%s", got, headline)
			}
			if status := b.open(northInspection); status != http.StatusOK {
				t.Fatalf("the inspection is answered %d", status)
			}
			said := textOf(b, "main")
			mustSay(t, said, "David Cohen and another", "The quality of the support and plans for children in need, including disabled children.",
				"Communication of the local offer for care-experienced young adults")
			if strings.Contains(said, "Support and plans for children in need, disabled children among them") {
				t.Error("our own words still stand where the inspectors’ should")
			}
			b.open("/recommendations/NN-ILACS-2026-1")
			words := textOf(b, "main .lead") + " " + textOf(b, "main .ours")
			if strings.Contains(words, "In our words") || !strings.Contains(words, "The quality of the support and plans") {
				t.Errorf("the area to improve is not in the inspectors’ words: %s", words)
			}
			b.open("/recommendations/NN-ILACS-2022-4") // what the letter says of it was recorded by paragraph, before the letter was held
			mustSay(t, textOf(b, "main blockquote"), "disabled children")
			b.open(review + "/history")
			mustSay(t, textOf(b, "main"), "David Cohen and another")
			original, body := o.send(http.MethodGet, review+"/original", "", nil)
			if file, err := os.ReadFile(letter); err != nil || body != string(file) {
				t.Errorf("the original is not the file that was added (%d bytes, %v)", len(body), err)
			}
			if policy := original.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") {
				t.Errorf("the original is sent with the policy %q", policy)
			}
			b.reportFaults("a page")
		})
	}
}

// press clicks and waits for the page that comes of it.
func press(b *tab, selector string) {
	b.t.Helper()
	if _, err := act(b, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.Click(chromedp.CSS(selector)))); err != nil {
		b.t.Fatalf("press %s: %v", selector, err)
	}
}

// typed replaces what a box holds by what an officer types.
func typed(name, words string) chromedp.Action[chromedp.Void] {
	box := `[name="` + name + `"]`
	chosen := chromedp.Evaluate[chromedp.Void](`(box => { box.focus(); box.select() })(document.querySelector('` + box + `'))`)
	return chromedp.Steps(chosen, chromedp.SendKeys(chromedp.CSS(box), words))
}

// tick ticks a box where it is not ticked yet.
func tick(b *tab, name string) {
	b.t.Helper()
	box := `[name="` + name + `"]`
	if !ask[bool](b, `document.querySelector('`+box+`').checked`) {
		b.do(chromedp.Click(chromedp.CSS(box)))
		if !ask[bool](b, `document.querySelector('`+box+`').checked`) {
			b.t.Errorf("clicking %s does not tick it", name)
		}
	}
}

// until waits until an expression is true in the page.
func until(b *tab, expression string) {
	b.t.Helper()
	if _, err := act(b, chromedp.Poll[bool](expression)); err != nil {
		b.t.Fatalf("wait until %s: %v", expression, err)
	}
}

func textOf(b *tab, selector string) string {
	b.t.Helper()
	words := ask[string](b, `(document.querySelector('`+selector+`') || {textContent: ""}).textContent`)
	return strings.Join(strings.Fields(words), " ")
}

func valueOf(b *tab, name string) string {
	b.t.Helper()
	return ask[string](b, `(document.querySelector('[name="`+name+`"]') || {value: "no such box"}).value`)
}

// latestWords returns the latest judgements of the first page and those beside its lanes, as they read.
func latestWords(b *tab) []string {
	b.t.Helper()
	cells := ask[[]string](b, `[...document.querySelectorAll(".latest tbody tr, .lanes-latest dl > div, .entries .entry-head")].map(one => one.textContent)`)
	for i, cell := range cells {
		cells[i] = strings.Join(strings.Fields(cell), " ")
	}
	if len(cells) < 8 {
		b.t.Fatalf("the first page has only %d judgements", len(cells))
	}
	return cells
}
