package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"inspectiontimeline/internal/letter/lettertest"
)

const (
	laterInspection = "/inspections/west-northamptonshire-ilacs-standard-2026-05-11"
	followed        = "WN-ILACS-2022-1"
)

// Two letters about inspections that the seed holds in words of ours: the one that asks, and the one that comes back to it.
// Their words are made up.
var (
	askingLetter = []string{strings.Join([]string{
		"# Inspection of West Northamptonshire local authority children’s services",
		"Inspection dates: 3 to 14 October 2022",
		"Lead inspector: Robin Sample, His Majesty’s Inspector",
		"",
		"Judgement                                           Grade",
		"The impact of leaders on social work practice       Requires improvement",
		"with children and families                          to be good",
		"The experiences and progress of children who need   Requires improvement",
		"help and protection                                 to be good",
		"The experiences and progress of children in care    Requires improvement",
		"and care leavers                                    to be good",
		"Overall effectiveness                               Requires improvement",
		"                                                    to be good",
		"",
		"Managers are new to their posts. Many plans do not say what will change for the child.",
	}, "\n"), strings.Join([]string{
		"# What needs to improve?",
		"• The guidance that managers give in supervision, so that plans say what changes for the child.",
		"• The oversight of homes that are not registered.",
		"• The planning when a child comes into care.",
		"• The time that is spent with children to hear their wishes.",
		"",
		"# The experiences and progress of children who need help and protection: requires improvement to be good",
		"1. Some children wait too long for a visit.",
	}, "\n")}

	laterLetter = []string{strings.Join([]string{
		"# Inspection of West Northamptonshire local authority children’s services",
		"Inspection dates: 11 to 22 May 2026",
		"Lead inspector: Robin Sample, His Majesty’s Inspector",
		"",
		"Judgement                                           Grade",
		"The impact of leaders on social work practice       Outstanding",
		"with children and families",
		"The experiences and progress of children who need   Good",
		"help and protection",
		"The experiences and progress of children in care    Good",
		"The experiences and progress of care leavers        Good",
		"",
		"Leaders know their services well.",
	}, "\n"), strings.Join([]string{
		"# What needs to improve?",
		"• The plans for children in need, those of disabled children among them.",
		"• What care leavers are told of the help that they can ask for.",
		"",
		"# The experiences and progress of children who need help and protection: good",
		"1. Children are seen alone, and their wishes are written down.",
		"2. Supervision is regular, and the guidance that managers give shows in plans that say what changes for the child.",
		"3. Plans for children in need vary.",
		"# The experiences and progress of children in care: good",
		"4. Most children live with people who know them well.",
		"# The experiences and progress of care leavers: good",
		"5. Personal advisers stay in touch.",
		"# The impact of leaders on social work practice with children and families: outstanding",
		"6. Leaders know their services well.",
	}, "\n")}
)

// TestFollowAnAreaToItsEndInBrowser logs the letter that asks for something, plans it, moves its day, has it done, checked
// and closed by the body that decides, each by whom the rules name, lets scrutiny say what it thinks, and records what the
// next letter said.
func TestFollowAnAreaToItsEndInBrowser(t *testing.T) {
	o := ownSite(t)
	folder := t.TempDir()
	write := func(name string, pages []string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, lettertest.PDF(pages...), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	asking, later := write("asking.pdf", askingLetter), write("later.pdf", laterLetter)
	b := openTab(t, o.origin)
	b.look(1280, 900)
	actAs(b, "Improvement officer", "officer")
	item := "/recommendations/" + followed
	logLetter(b, asking, "25 November 2022", "https://files.ofsted.gov.uk/v1/file/50200026")
	b.open(item)
	mustSay(t, textOf(b, "main"), "Word for word, as printed", "No progress is recorded here yet")

	b.open("/committees")
	send(b, `form[action="/committees"]`, fields{"name": "Improvement board", "body": "west-northamptonshire", "kind": "decides", "from": "1 April 2021"})
	send(b, `form[action="/committees"]`, fields{"name": "Children’s scrutiny committee", "body": "west-northamptonshire", "kind": "scrutinises"})
	send(b, `form[action="/committees/posts"]`, fields{"name": "Head of assessment", "body": "northamptonshire-childrens-trust"})

	move := func(kind string, values fields) {
		t.Helper()
		b.open(item + "/work")
		send(b, "#"+kind, values)
		if problem := textOf(b, ".error-summary, .govuk-error-summary, .problems"); problem != "" {
			t.Fatalf("%s is answered: %s", kind, problem)
		}
	}
	move("plan", fields{
		"owner": "Head of assessment", "lead_body": "Northamptonshire Children’s Trust", "committee": "Improvement board, West Northamptonshire",
		"success_measure": "Nine in ten plans that are read say what changes for the child.", "due": "31 March 2024", "on": "1 March 2023",
	})
	move("start", fields{"on": "2 March 2023"})
	move("update", fields{"words": "All team managers have begun the training.", "on": "1 June 2023", "audience": "public"})
	move("ask_for_date", fields{"due": "31 March 2027", "words": "The training takes longer than planned.", "on": "1 February 2024"})
	b.open(item)
	mustSay(t, textOf(b, "main"), "31 March 2024", "waits for")

	actAs(b, "Clerk to the improvement board", "clerk")
	decided := fields{"committee": "Improvement board, West Northamptonshire", "on": "12 March 2024", "minute": "12 March 2024, item 6"}
	move("agree_date", decided.and("words", "The training takes longer than planned."))
	b.open(item + "/work")
	mustSay(t, textOf(b, "main"), "What others can record")
	if ask[bool](b, `!!document.querySelector("#close")`) {
		t.Error("an area that nobody says is done can be closed")
	}

	actAs(b, "Improvement officer", "officer")
	move("say_done", fields{"words": "Every team manager has been trained and supervises by the new guide.", "on": "1 July 2025"})
	move("evidence", fields{
		"title": "Audit of plans, June 2025", "address": "https://www.westnorthants.gov.uk/audit-of-plans", "on": "30 June 2025", "audience": "public",
	})
	step := func(to string, words string) {
		t.Helper()
		b.open(item + "/work")
		pressFolded(b, fmt.Sprintf(`form[action*="/steps"] button[value=%q]`, to), words)
	}
	step("submitted", "")
	actAs(b, "Head of quality", "reviewer")
	step("in_review", "")
	step("accepted", "")
	move("accept_evidence", fields{"on": "1 August 2025"})
	b.open(item + "/work")
	if ask[bool](b, `!!document.querySelector("#verify")`) {
		t.Error("whoever accepted the evidence may check it too")
	}
	actAs(b, "Independent chair", "reviewer")
	move("verify", fields{"words": "Twenty plans were read at random.", "on": "1 September 2025"})

	// The officer who said that it is done stays the same person in another role.
	actAs(b, "Improvement officer", "clerk")
	b.open(item + "/work")
	if ask[bool](b, `!!document.querySelector("#close")`) {
		t.Error("somebody may close what they said is done themselves")
	}
	mustSay(t, textOf(b, "main"), "Nobody decides on their own item")
	actAs(b, "Clerk to the improvement board", "clerk")
	move("close", fields{"committee": "Improvement board, West Northamptonshire", "on": "10 November 2025", "minute": "10 November 2025, item 4"})
	actAs(b, "Scrutiny clerk", "clerk")
	move("scrutiny_view", fields{
		"view": "Endorsed", "committee": "Children’s scrutiny committee, West Northamptonshire", "on": "2 December 2025", "minute": "2 December 2025, item 9",
	})

	actAs(b, "Improvement officer", "officer")
	logLetter(b, later, "7 July 2026", "https://files.ofsted.gov.uk/v1/file/50306547")
	b.open(laterInspection + "/later-views")
	work := "section:has(#" + ask[string](b, `document.querySelector('a[href="`+item+`"]').closest("h2").id`) + ")"
	mustSay(t, textOf(b, work), "Paragraphs most like it", "shares")
	send(b, work+` form[action$="/later-views"]`, fields{"view": "Improving", "paragraph": "2", "gloss": "Managers’ guidance now shows in plans."})

	actAs(b, "", "stop")
	b.open(item)
	mustSay(t, textOf(b, "main"), "Closed", "31 March 2024", "31 March 2027", "The training takes longer than planned.", "12 March 2024, item 6",
		"10 November 2025, item 4", "Endorsed", "2 December 2025, item 9", "All team managers have begun the training.", "Audit of plans, June 2025",
		"Improving", "paragraph 2", "Supervision is regular", "Managers’ guidance now shows in plans.")
	if said := textOf(b, "main"); strings.Contains(said, "Every team manager has been trained") {
		t.Error("what was written for officers shows to everybody")
	}
	b.open("/scrutiny?authority=west-northamptonshire")
	mustSay(t, textOf(b, "main"), followed)
	b.open(item + "?as-at=2026-07-06")
	if said := textOf(b, "main"); strings.Contains(said, "Improving") || strings.Contains(said, "10 November 2025") {
		t.Errorf("on the day before the later letter, and before anything was recorded, the page says: %s", said)
	}
	b.reportFaults("a page")
}

// fields are what is entered into a form: a box by its name; of a list, the entry by its words or its value.
type fields map[string]string

func (f fields) and(name, value string) fields {
	out := fields{name: value}
	for name, value := range f {
		out[name] = value
	}
	return out
}

// send fills in the form that a selector names, or that stands within what it names, and sends it.
func send(b *tab, selector string, values fields) {
	b.t.Helper()
	script, err := json.Marshal([]any{selector, values})
	if err != nil {
		b.t.Fatal(err)
	}
	wrong := ask[string](b, `((selector, values) => {
		const found = document.querySelector(selector)
		if (!found) return "there is no " + selector
		const form = found.matches("form") ? found : found.querySelector("form") || found.closest("form")
		for (let up = form; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true
		for (const [name, value] of Object.entries(values)) {
			const box = form.elements[name]
			if (!box) return selector + " asks for no " + name
			if (box.tagName === "SELECT") {
				const option = [...box.options].find(one => one.value === value || one.textContent.trim() === value)
				if (!option) return name + " offers no " + value + ", but " + [...box.options].map(one => one.textContent.trim()).join(" | ").slice(0, 300)
				box.value = option.value
			} else box.value = value
		}
		document.querySelectorAll("[data-pressed]").forEach(one => one.removeAttribute("data-pressed"))
		form.querySelector("button[type=submit]").setAttribute("data-pressed", "")
		return ""
	})(...`+string(script)+`)`)
	if wrong != "" {
		b.t.Fatalf("%s: %s", ask[string](b, "location.pathname"), wrong)
	}
	press(b, "[data-pressed]")
}

// pressFolded opens what a button is folded into, enters the words that its form asks for, and presses it.
func pressFolded(b *tab, selector, words string) {
	b.t.Helper()
	quoted, _ := json.Marshal([]string{selector, words}) // strings
	if !ask[bool](b, `((selector, words) => {
		const button = document.querySelector(selector)
		if (!button) return false
		for (let up = button; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true
		if (words) button.form.elements.words.value = words
		return true
	})(...`+string(quoted)+`)`) {
		b.t.Fatalf("%s has no %s", ask[string](b, "location.pathname"), selector)
	}
	press(b, selector)
}

// actAs says who acts from now on; the role "stop" makes a visitor of whoever acted.
func actAs(b *tab, post, role string) {
	b.t.Helper()
	b.open("/acting?back=" + url.QueryEscape("/recommendations"))
	if role == "stop" {
		press(b, `button[value="stop"]`)
		return
	}
	b.do(typed("post", post), chromedp.Click(chromedp.CSS(`input[name="role"][value="`+role+`"]`)))
	press(b, `form[action="/acting"] button.button`)
}

// logLetter takes a letter from its file to the published page.
func logLetter(b *tab, file, published, address string) {
	b.t.Helper()
	if status := b.open("/letters/new"); status != http.StatusOK {
		b.t.Fatalf("the page for letters is answered %d", status)
	}
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#letters"), []string{file}))
	press(b, "section[aria-labelledby=by-file] button")
	tick(b, "final")
	press(b, `.save-bar button[value="next"]`)
	b.do(typed("published", published), typed("published_hour", "09:30"), typed("address", address))
	tick(b, "seen")
	press(b, "section[aria-labelledby=out] button")
	mustSay(b.t, textOf(b, "main"), "Published")
}
