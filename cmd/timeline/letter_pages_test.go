package main

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"inspectiontimeline/internal/letter/lettertest"
)

// TestOfficersPagesInBrowser opens the officers' pages with letters in every state, and what publishing one gives.
func TestOfficersPagesInBrowser(t *testing.T) {
	o := ownSite(t)
	all := fillOffice(o)
	long := o.addRead(longName, lettertest.PDF(longLetter()...))
	b := o.tab(t)
	axe := axeScript(t)
	for _, page := range []struct {
		name, address string
		status        int
		shows         string // a selector of what the page is for
	}{
		{"an inspection that the record holds", all.held, http.StatusOK, ".certainty--check"},
		{"a new inspection", all.newer, http.StatusOK, ".review--pages mark"},
		{"a visit", all.visit, http.StatusOK, `#topic:not([value=""])`},
		{"by hand", all.byHand, http.StatusOK, "#review"},
		{"a picture", all.scanned, http.StatusOK, "#picture"},
		{"unreadable", all.unreadable, http.StatusOK, ".govuk-tag--red"},
		{"waiting for Ofsted", all.embargoed, http.StatusOK, ".govuk-tag--yellow"},
		{"published", all.published, http.StatusOK, "#unpublish"},
		{"set aside", all.aside, http.StatusOK, "#up"},
		{"forty areas", long, http.StatusOK, ".item:nth-of-type(40)"},
		{"already held", all.held + "?already=held", http.StatusOK, "#already"},
		{"publish what the record holds", all.held + "/publish", http.StatusOK, ".differences .note"},
		{"publish a new inspection", all.newer + "/publish", http.StatusOK, "#changes + p + ul"},
		{"publish too early", all.byHand + "/publish", http.StatusOK, "#stops"},
		{"publish again", all.published + "/publish", http.StatusConflict, "h1"},
		{"history", all.published + "/history", http.StatusOK, ".history del"},
		{"the published inspection", publicAddress(o, all.published), http.StatusOK, "#sources ~ details q"},
		{"an area of it", "/recommendations/831-ILACS-2026-1", http.StatusOK, "main"},
		{"no such letter", "/letters/none", http.StatusNotFound, "h1"},
	} {
		t.Run(page.name, func(t *testing.T) {
			b.t = t
			one := visit{page.address, page.status}
			words := readWithScripts(b, one, axe)
			if ask[int](b, "document.querySelectorAll(`"+page.shows+"`).length") == 0 {
				t.Errorf("the page shows no %s: %.300s", page.shows, textOf(b, "form"))
			}
			readWithoutScripts(b, one, words)
		})
	}
	t.Run("for officers only", func(t *testing.T) {
		b.t = t
		b.scripts(true)
		call(b, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Via": "1.1 proxy"}})
		one := visit{"/letters", http.StatusForbidden}
		readWithoutScripts(b, one, readWithScripts(b, one, axe))
		call(b, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{}})
	})

	leaveUnread(o, &all)
	for name, address := range map[string]string{
		"a list of every state":     "/letters?new=" + strings.TrimPrefix(all.waiting, "/letters/") + "&new=" + strings.TrimPrefix(all.held, "/letters/"),
		"a list with one held":      "/letters?held=" + strings.TrimPrefix(all.held, "/letters/"),
		"a letter waits to be read": all.waiting,
		"a letter is being read":    all.reading,
	} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			one := visit{address, http.StatusOK}
			readWithoutScripts(b, one, readWithScripts(b, one, axe))
		})
	}
}

// TestOfficersMistakesInBrowser opens the pages that answer a form in which something is wrong.
func TestOfficersMistakesInBrowser(t *testing.T) {
	o := ownSite(t)
	letter := o.addRead("north.pdf", lettertest.PDF(heldReview...))
	large := filepath.Join(t.TempDir(), "large.pdf")
	if err := os.WriteFile(large, append([]byte("%PDF-1.4\n"), make([]byte, 26<<20)...), 0o600); err != nil {
		t.Fatal(err)
	}
	b := o.tab(t)
	axe := axeScript(t)
	for _, tt := range []struct {
		name, address string
		fill          func()
		button        string
		status        int
		words         string
	}{
		{"nothing to add", "/letters/new", func() {}, "[aria-labelledby=by-file] button", http.StatusUnprocessableEntity, "Choose a letter, or paste its text"},
		{"a file that is too large", "/letters/new", func() {
			b.do(chromedp.SetUploadFiles(chromedp.CSS("#letters"), []string{large}))
		}, "[aria-labelledby=by-file] button", http.StatusRequestEntityTooLarge, "large.pdf is larger than 25 MB"},
		{"a text of something else", "/letters/new", func() { b.do(typed("text", "Dear all, the kettle is broken.")) },
			"[aria-labelledby=by-text] button", http.StatusUnprocessableEntity, "There is a problem"},
		{"no such day, no such address", letter, func() { b.do(typed("fieldwork_start", "31 February"), typed("address", "ofsted")) },
			`.save-bar button[value="save"]`, http.StatusUnprocessableEntity, "Enter the day on which fieldwork began like 7 July 2026"},
		{"no reason", letter, func() {}, "[aria-labelledby=aside] button", http.StatusUnprocessableEntity, "Enter the reason why this letter is set aside"},
		{"published unseen", letter + "/publish", func() { b.do(typed("published", "7 July 2026")) },
			"[aria-labelledby=out] button", http.StatusUnprocessableEntity, "Confirm that you have seen the letter"},
		{"expected some time", letter + "/publish", func() { b.do(typed("planned", "soon")) },
			`[aria-labelledby=wait] button[value="embargoed"]`, http.StatusUnprocessableEntity, "Enter the day on which Ofsted is expected to publish"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b.t = t
			var said []string
			for _, scripts := range []bool{true, false} {
				b.scripts(scripts)
				b.look(1280, 720)
				b.open(tt.address)
				tt.fill()
				press(b, tt.button)
				said = append(said, textOf(b, "main"))
				mustSay(t, said[len(said)-1], tt.words)
				if scripts {
					if title := ask[string](b, "document.title"); !strings.HasPrefix(title, "Error: ") {
						t.Errorf("the title is %q", title)
					}
					for _, to := range ask[[]string](b, `[...document.querySelectorAll(".govuk-error-summary a")].map(a => a.hash).filter(to => !document.getElementById(decodeURIComponent(to.slice(1))))`) {
						t.Errorf("the summary leads to %s, which is not on the page", to)
					}
					everyLook(b, axe)
				}
			}
			if said[0] != said[1] {
				t.Errorf("with JavaScript the page says\n%s\nwithout it\n%s", said[0], said[1])
			}
			b.reportFaults("a page")
		})
	}
}

// TestTwoOfficersInTwoTabs lets one officer's words be saved as they are typed while another one works on the same draft.
func TestTwoOfficersInTwoTabs(t *testing.T) {
	o := ownSite(t)
	letter := o.addRead("north.pdf", lettertest.PDF(heldReview...))
	first, second := o.tab(t), o.tab(t)
	for _, b := range []*tab{first, second} {
		b.look(1280, 900)
		b.open(letter)
	}
	first.do(typed("lead_inspector", "First Officer"), typed("note", "the first officer’s note"))
	until(first, `document.querySelector(".save-status").textContent.startsWith("Saved") && document.querySelector("[name=revision]").value === "2"`)

	second.do(typed("received", "30 June 2026"), typed("note", "the second officer’s note"))
	until(second, `document.querySelector(".save-status").textContent.startsWith("Not saved: another officer")`)
	press(second, `.save-bar button[value="save"]`)
	banner := textOf(second, "[aria-labelledby=changed]")
	mustSay(t, banner, "another officer has changed this draft", "First Officer", "the first officer’s note", "the second officer’s note (still in the box)")
	everyLook(second, axeScript(t))
	for name, want := range map[string]string{"lead_inspector": "First Officer", "received": "30 June 2026", "note": "the second officer’s note"} {
		if got := valueOf(second, name); got != want {
			t.Errorf("after the conflict %s holds %q, want %q", name, got, want)
		}
	}
	press(second, `.save-bar button[value="save"]`)

	// The first goes on typing in a draft that has moved on, and is told so in turn.
	first.do(typed("published_hour", "09:30"))
	until(first, `document.querySelector(".save-status").textContent.startsWith("Not saved: another officer")`)
	press(first, `.save-bar button[value="save"]`)
	mustSay(t, textOf(first, "[aria-labelledby=changed]"), "the second officer’s note")
	press(first, `.save-bar button[value="save"]`)
	first.open(letter)
	for name, want := range map[string]string{
		"lead_inspector": "First Officer", "received": "30 June 2026", "note": "the second officer’s note", "published_hour": "09:30",
	} {
		if got := valueOf(first, name); got != want {
			t.Errorf("in the end %s holds %q, want %q", name, got, want)
		}
	}
	for _, b := range []*tab{first, second} {
		// An answer of 409 to a save as one types is an answer like any other.
		b.forgive("is answered 409")
		b.reportFaults("the review")
	}
}

// publicAddress returns where a published letter's inspection is.
func publicAddress(o *desk, letter string) string {
	o.t.Helper()
	id := strings.TrimPrefix(letter, "/letters/")
	held, err := o.store.Letter(o.t.Context(), seesAll, id)
	if err != nil || held.InspectionID == "" {
		o.t.Fatalf("letter %s is published as %q: %v", id, held.InspectionID, err)
	}
	return "/inspections/" + held.InspectionID
}

// forgive drops noted faults of one kind.
func (b *tab) forgive(words string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = slices.DeleteFunc(b.faults, func(fault string) bool { return strings.Contains(fault, words) })
}
