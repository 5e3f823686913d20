package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
)

// mostStops is more than any officers' page of this test has places for the focus.
const mostStops = 600

// TestLogALetterByKeyboard goes from the list to the published letter without a mouse.
func TestLogALetterByKeyboard(t *testing.T) {
	o := ownSite(t)
	b := o.tab(t)
	b.look(1280, 720)
	b.open("/letters")
	tabTo(b, "main a.button")
	enter(b)
	if passed := tabTo(b, "#text"); !slices.Contains(passed, "letters") {
		t.Errorf("on the way to the text the box for files was not reached: %q", passed)
	}
	write(b, strings.ReplaceAll(strings.Join(heldReview, "\n"), "# ", ""))
	tabTo(b, "[aria-labelledby=by-text] button")
	enter(b)

	review := ask[string](b, "location.pathname")
	fills := []struct{ box, words string }{ // in the order in which the form has them
		{"#lead_inspector", "Robin Sample and another"},
		{`[id="item.1.gloss"]`, "Visit children who live far away in time."},
		{`[id="item.1.joins.NN-ILACS-2026-1"]`, ""},
		{`[id="item.3.joins.NN-ILACS-2026-2"]`, ""},
		{"#received", "30 June 2026"},
		{"#final", ""},
		{"#published", "7 July 2026"},
		{"#published_hour", "09:30"},
		{"#address", northAddress},
	}
	for _, fill := range fills {
		tabTo(b, fill.box)
		if fill.words == "" {
			b.do(chromedp.KeyEvent(" "))
		} else {
			write(b, fill.words)
		}
	}
	tabTo(b, `.save-bar ~ fieldset > .buttons [value="next"]`)
	enter(b)
	if got := textOf(b, "h1"); got != "Publish this letter" {
		t.Fatalf("after saving the page is %q: %s", got, textOf(b, "main"))
	}
	mustSay(t, textOf(b, "[aria-labelledby=changes]"), "in our words, not a quotation", "Robin Sample and another")
	tabTo(b, "#seen")
	b.do(chromedp.KeyEvent(" "))
	tabTo(b, "[aria-labelledby=out] button")
	enter(b)
	if got := ask[string](b, "location.pathname"); got != review {
		t.Fatalf("publishing leads to %s: %s", got, textOf(b, "main"))
	}
	mustSay(t, textOf(b, ".letter-head"), "Published", "See it on the public pages")
	b.reportFaults("a page")
}

// TestFocusIsSeenInTheReview goes through the whole review, forwards and back, on wide and narrow screens.
func TestFocusIsSeenInTheReview(t *testing.T) {
	o := ownSite(t)
	letter := o.addRead("north.pdf", lettertest.PDF(heldReview...))
	b := o.tab(t)
	for _, size := range [][2]int64{{1280, 720}, {375, 720}} {
		b.look(size[0], size[1])
		b.open(letter)
		ask[any](b, `document.querySelectorAll("details").forEach(one => one.open = true)`)
		forwards := tabTo(b, "footer a")
		if len(forwards) < 60 {
			t.Errorf("only %d places have the focus on the way through the page", len(forwards))
		}
		tabBack(b, "main a")
	}
	b.reportFaults("the review")
}

// stop is a place where the focus is.
type stop struct {
	ID, Tag, Words string
	There          bool // whether it is the one that was looked for
	Marked         bool // whether it can be seen that it has the focus
	Hidden         bool // whether it is outside the window, or behind the bar that stays
}

// tabTo presses Tab until the focus is where it should be, and returns the IDs that it passed.
func tabTo(b *tab, selector string) []string {
	b.t.Helper()
	return pressTo(b, selector, chromedp.KeyEvent(kb.Tab))
}

// tabBack is tabTo against the order.
func tabBack(b *tab, selector string) []string {
	b.t.Helper()
	return pressTo(b, selector, chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift)))
}

func pressTo(b *tab, selector string, press chromedp.Action[chromedp.Void]) (passed []string) {
	b.t.Helper()
	for range mostStops {
		b.do(press)
		at := ask[stop](b, `(() => {
			const stop = document.activeElement, style = getComputedStyle(stop), box = stop.getBoundingClientRect()
			const bar = document.querySelector(".save-bar"), over = bar && bar.getBoundingClientRect()
			const beside = !bar || bar.contains(stop) || box.right <= over.left || box.left >= over.right
			return {
				id: stop.id, tag: stop.tagName, words: (stop.innerText || stop.name || "").slice(0, 60), there: stop.matches(`+"`"+selector+"`"+`),
				marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none",
				hidden: box.bottom <= 0 || box.top >= innerHeight || !beside && box.top < over.bottom - 1 && over.top <= 0,
			}
		})()`)
		if at.Tag == "BODY" {
			break
		}
		if !at.Marked {
			b.t.Errorf("nothing shows that %s %q has the focus", at.Tag, at.ID+at.Words)
		}
		if at.Hidden {
			b.t.Errorf("%s %q has the focus where it is not seen", at.Tag, at.ID+at.Words)
		}
		if at.There {
			return passed
		}
		passed = append(passed, at.ID)
	}
	b.t.Fatalf("Tab does not lead to %s, only to %q", selector, passed)
	return nil
}

// write puts words into the box that has the focus, as pasting does. A box of one line is entered with all of it chosen.
func write(b *tab, words string) {
	b.t.Helper()
	call(b, input.InsertText, input.InsertTextParams{Text: words})
}

// enter presses Enter and waits for the page that comes of it.
func enter(b *tab) {
	b.t.Helper()
	if _, err := act(b, chromedp.WaitEvent(page.LoadEventFired, nil, chromedp.KeyEvent(kb.Enter))); err != nil {
		b.t.Fatalf("press Enter: %v", err)
	}
}

// TestTheListFollowsTheReading shows how far the reading of several letters has come, by itself and by a link.
func TestTheListFollowsTheReading(t *testing.T) {
	for name, scripts := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			o := ownSite(t)
			by := inspection.Actor{ID: "officer", Post: "an officer at this machine", Role: inspection.RoleOfficer}
			var ids []string
			for _, file := range []string{"one.pdf", "two.pdf", "three.pdf"} {
				started, err := o.store.StartLetter(t.Context(), by, file, store.HeldFile{})
				if err == nil {
					err = o.store.SetReading(t.Context(), by, started.ID)
				}
				if err != nil {
					t.Fatal(err)
				}
				ids = append(ids, started.ID)
			}
			b := o.tab(t)
			b.look(1280, 720)
			b.scripts(scripts)
			b.open("/letters?new=" + strings.Join(ids, "&new="))
			const again = `.underway a`
			ask[any](b, "document.querySelector(`"+again+"`).focus()")
			finish := func(id string, read store.ReadLetter) {
				t.Helper()
				if _, err := o.store.FinishLetter(t.Context(), by, id, read); err != nil {
					t.Fatal(err)
				}
			}
			check := func(want string, value int) {
				t.Helper()
				if scripts {
					until(b, fmt.Sprintf(`document.querySelector(".progress-words").textContent === %q`, want))
				} else if ask[bool](b, "!!document.querySelector(`"+again+"`)") && value > 0 {
					press(b, again)
				}
				if got := textOf(b, ".progress-words"); got != want {
					t.Errorf("the list says %q, want %q", got, want)
				}
				if got := ask[int](b, `document.querySelector("progress").value`); got != value {
					t.Errorf("the bar is at %d, want %d", got, value)
				}
			}
			check("0 of 3 read.", 0)
			finish(ids[0], store.ReadLetter{State: inspection.LetterReady})
			check("1 of 3 read.", 1)
			if scripts && !ask[bool](b, "document.activeElement.matches(`"+again+"`)") {
				t.Error("bringing the list up to date takes the focus away")
			}
			finish(ids[1], store.ReadLetter{State: inspection.LetterUnreadable, Problem: "It is no letter."})
			check("2 of 3 read.", 2)
			finish(ids[2], store.ReadLetter{State: inspection.LetterReady})
			check("3 of 3 read: 2 ready to review, 1 not.", 3)
			if n := ask[int](b, `document.querySelectorAll("[data-refresh], `+again+`").length`); n > 0 {
				t.Error("when all is read the list still asks to be looked at again")
			}
			if said := textOf(b, "p.save-status"); scripts && !strings.HasPrefix(said, "3 of 3 read") {
				t.Errorf("a screen reader is told %q", said)
			}
			b.reportFaults("the list")
		})
	}
}

// TestNothingTypedIsLost leaves the review at moments at which words could be lost.
func TestNothingTypedIsLost(t *testing.T) {
	o := ownSite(t)
	letter := o.addRead("north.pdf", lettertest.PDF(heldReview...))
	b := o.tab(t)
	b.look(1280, 720)

	b.open(letter)
	b.do(typed("note", "typed just before leaving"))
	b.open("/letters")
	for began := time.Now(); ; {
		b.open(letter)
		if valueOf(b, "note") == "typed just before leaving" {
			break
		}
		if time.Since(began) > actionWait {
			t.Fatalf("after leaving, the note is %q", valueOf(b, "note"))
		}
	}

	// What cannot be saved is asked about before the page is left.
	const leave = `window.dispatchEvent(new Event("beforeunload", {cancelable: true}))`
	if !ask[bool](b, leave) {
		t.Error("a page with nothing unsaved asks to stay")
	}
	b.do(typed("fieldwork_start", "31 February"))
	until(b, `document.querySelector(".save-status").textContent.startsWith("Not saved")`)
	if ask[bool](b, leave) {
		t.Error("words that could not be saved are lost without a warning")
	}
	b.do(typed("fieldwork_start", "11 May 2026"))
	until(b, `document.querySelector(".save-status").textContent.startsWith("Saved")`)
	if !ask[bool](b, leave) {
		t.Error("when they are saved the page still asks to stay")
	}

	b.forgive("is answered 422") // as it should be

	// Once a button sends the form, nothing else does.
	for button, want := range map[string]int{"": 1, "save": 0, "next": 0} {
		b.open(letter)
		sent := ask[int](b, fmt.Sprintf(`(() => {
			let sent = 0
			window.fetch = () => { sent++; return new Promise(() => {}) }
			const form = document.querySelector(".review-form"), button = form.querySelector('.save-bar button[value="%s"]')
			form.addEventListener("submit", event => event.preventDefault())
			form.elements.note.value += " and more"
			if (button) button.click()
			Object.defineProperty(document, "hidden", {get: () => true})
			document.dispatchEvent(new Event("visibilitychange"))
			form.elements.note.value = form.elements.note.defaultValue
			return sent
		})()`, button))
		if sent != want {
			t.Errorf("after pressing %q the page itself saves %d times, want %d", button, sent, want)
		}
	}
	b.reportFaults("the review")
}
