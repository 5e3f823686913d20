package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"inspectiontimeline/internal/inspection"
)

// staff is a desk with progress on its record, and a tab for each who works there; the visitor's has no role.
type staff struct {
	desk                                      *desk
	record                                    *progressRecord
	visitor, member, officer, reviewer, clerk *tab
}

func staffed(t *testing.T) *staff {
	t.Helper()
	o := ownSite(t)
	all := &staff{desk: o, record: fillProgress(t, o.store), visitor: openTab(t, o.origin)}
	for _, one := range []struct {
		at   **tab
		post string
		role inspection.Role
	}{
		{&all.member, "A member of the scrutiny committee", inspection.RoleMember}, {&all.reviewer, "Quality lead", inspection.RoleReviewer},
		{&all.clerk, "Clerk to the board", inspection.RoleClerk}, {&all.officer, "Improvement officer", inspection.RoleOfficer},
	} {
		o.actAs(one.post, one.role)
		*one.at = o.tab(t)
	}
	return all
}

// TestPagesOfProgressInBrowser opens every page about what became of areas to improve, with something in all of its parts,
// as everybody who reads it or works on it.
func TestPagesOfProgressInBrowser(t *testing.T) {
	all := staffed(t)
	axe := axeScript(t)
	const item, later = "/recommendations/NN-ILACS-2022-1", "/inspections/" + westLater + "/later-views"
	type shown struct {
		name, address string
		by            *tab
		shows         string // a selector of what the page is for
	}
	look := func(page shown, check func(*tab, string)) {
		t.Run(page.name, func(t *testing.T) {
			b := page.by
			b.t = t
			b.look(1280, 720, "prefers-color-scheme", "light")
			if status := b.open(page.address); status != http.StatusOK {
				t.Fatalf("%s is answered %d", page.address, status)
			}
			if ask[int](b, "document.querySelectorAll(`"+page.shows+"`).length") == 0 {
				t.Errorf("the page shows no %s: %.300s", page.shows, textOf(b, "main"))
			}
			check(b, axe)
			b.reportFaults("the page")
		})
	}
	for _, page := range []shown{
		{"scrutiny", "/scrutiny", all.visitor, "#live ~ .scrutiny-table .stage--came_back"},
		{"scrutiny for a member", "/scrutiny?authority=" + northID, all.member, "#questions ~ .dates .answer"},
		{"scrutiny since a day", "/scrutiny?day=3+March+2026", all.visitor, "#decisions ~ .dates li:nth-child(2)"},
		{"scrutiny on a past day", "/scrutiny?as-at=2024-06-10", all.visitor, ".as-it-stood ~ .scrutiny-counts .none"},
		{"scrutiny of a council of which nothing is held", "/scrutiny?authority=bradford", all.visitor, ".empty-lists #live"},
		{"all areas", "/recommendations?authority=northamptonshire", all.visitor, ".progress-line .flag"},
		{"areas on a past day", "/recommendations?as-at=2024-06-10", all.visitor, ".as-it-stood ~ .results .stage--under_way"},
		{"an area", item, all.visitor, ".later-view--repeated"},
		{"an area for a member", item, all.member, ".story .govuk-tag--light-blue, .story .govuk-tag--blue"},
		{"an area for an officer", item, all.officer, `a[href$="/work"]`},
		{"an area on a past day", item + "?as-at=2024-06-10", all.visitor, ".as-it-stood"},
		{"a closed area", "/recommendations/NN-ILACS-2022-2", all.visitor, ".stage--closed"},
		{"work of an officer", item + "/work", all.officer, "#ask_for_date"},
		{"work of a reviewer", item + "/work", all.reviewer, "main:not(:has(#update, #evidence)) .others"},
		{"work of a clerk", "/recommendations/WN-ILACS-2026-1/work", all.clerk, "#agree_date"},
		{"work where nothing is recorded", "/recommendations/NN-SEND-2024-3/work", all.officer, "#plan"},
		{"actions", "/actions", all.visitor, ".story .flag"},
		{"a new action", "/actions/new?reference=NN-ILACS-2026-1", all.officer, "main form"},
		{"an action", "/actions/" + all.record.action, all.visitor, "#steps ~ table"},
		{"an action for an officer", "/actions/" + all.record.action, all.officer, ".folded-form"},
		{"committees", "/committees", all.clerk, ".end-form"},
		{"a new question", "/scrutiny/questions/new", all.member, "#words"},
		{"a question that waits", "/scrutiny/questions/" + all.record.waiting, all.officer, ".waiting"},
		{"a question with its answer", "/scrutiny/questions/" + all.record.answered, all.officer, ".answer"},
		{"who acts", "/acting", all.visitor, "#post"},
		{"who acts already", "/acting", all.officer, `button[value="stop"]`},
		{"working days", "/working-days", all.visitor, "#year-2026"},
		{"working days for an officer", "/working-days", all.officer, `button[value="add"]`},
		{"dates of a letter", "/inspections/" + northLater + "/dates", all.officer, "#received"},
		{"later views", later, all.officer, ".later-view--improving form"},
		{"themes", "/themes", all.visitor, ".mention"},
		{"the next inspection", "/authorities/northamptonshire/next-inspection", all.visitor, "#right ~ table"},
		{"the next inspection on a past day", "/authorities/northamptonshire/next-inspection?as-at=2024-06-10", all.visitor, ".as-it-stood"},
		{"a tracker", "/tracker", all.officer, "#file"},
	} {
		look(page, inAllLooks)
	}
	for asked, shows := range map[string]string{
		"show=past_date": ".flag", "show=moved": `a[href="` + item + `"]`, "show=waiting": ".flag", "show=no_evidence": ".stage", "show=no_view": ".item-list",
		"show=open": ".stage--under_way", "stage=came_back": ".stage--came_back", "stage=closed": ".stage--closed", "stage=said_done": ".stage--said_done",
	} {
		look(shown{"areas with " + asked, "/recommendations?" + asked, all.visitor, shows}, atAGlance)
	}
}

// TestMistakesOfProgressInBrowser sends forms in which something is wrong, and looks at the pages that answer.
func TestMistakesOfProgressInBrowser(t *testing.T) {
	all := staffed(t)
	axe := axeScript(t)
	const work = "/recommendations/NN-ILACS-2022-1/work"
	for _, tt := range []struct {
		name, address string
		by            *tab
		form          string
		enter         fields
		words         []string // of the summary, in the order of the boxes
	}{
		{"nobody acts", "/acting", all.visitor, `form[action="/acting"]`, fields{}, []string{"Enter your post", "Choose the role in which you act"}},
		{"a day that is asked for without a reason", work, all.officer, "#ask_for_date", fields{"due": "", "on": ""},
			[]string{"Enter the day that is asked for", "Enter the reason", "Enter the day on which this was done"}},
		{"evidence of tomorrow", work, all.officer, "#evidence", fields{"title": "Audit", "address": "https://example.org/audit", "on": "22 November 2026"},
			[]string{"22 November 2026"}},
		{"an update of nothing", work, all.officer, "#update", fields{"words": ""}, []string{"Enter what has happened"}},
		{"a decision without a minute", "/recommendations/WN-ILACS-2026-1/work", all.clerk, "#agree_date", fields{"on": "12 October 2026"}, []string{"minute"}},
		{"an action of nobody", "/actions/new", all.officer, "main form.officer-form", fields{},
			[]string{"Enter what is to be done", "reference of at least one area", "Choose the post that owns this"}},
		{"a meeting of nobody", "/committees", all.clerk, `form[action="/committees/meetings"]`, fields{}, []string{"Choose the body that meets", "Enter the day of the meeting"}},
		{"no question", "/scrutiny/questions/new", all.member, `form[action="/scrutiny/questions"]`, fields{"asked": ""},
			[]string{"Enter the question", "Enter the day on which it was asked"}},
		{"no answer", "/scrutiny/questions/" + all.record.waiting, all.officer, "main form.officer-form", fields{"on": "1 October 2026"}, []string{"Enter the answer", "Enter the day"}},
		{"no holiday", "/working-days", all.officer, `form[action="/working-days"]`, fields{"on": "someday"}, []string{"Enter the day"}},
		{"a letter received on no day", "/inspections/" + northLater + "/dates", all.officer, "#dates ~ form", fields{"received": "32 May"}, []string{"received"}},
		{"no later view", "/inspections/" + westLater + "/later-views", all.officer, `form[action$="/later-views"]`, fields{}, []string{"Choose"}},
		{"no tracker", "/tracker", all.officer, `form[action="/tracker"]`, fields{}, []string{"Choose the tracker"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := tt.by
			b.t = t
			b.look(1280, 720, "prefers-color-scheme", "light")
			b.open(tt.address)
			send(b, tt.form, tt.enter)
			if title := ask[string](b, "document.title"); !strings.HasPrefix(title, "Error: ") {
				t.Errorf("the title is %q", title)
			}
			said := textOf(b, ".govuk-error-summary__list")
			for rest, i := said, 0; i < len(tt.words); i++ {
				_, after, found := strings.Cut(rest, tt.words[i])
				if !found {
					t.Errorf("the summary does not say %q in its place: %q", tt.words[i], said)
				}
				rest = after
			}
			for _, to := range ask[[]string](b, `[...document.querySelectorAll(".govuk-error-summary a")].map(a => a.hash).filter(to => {
				const box = document.getElementById(decodeURIComponent(to.slice(1)))
				return !box || !box.checkVisibility()
			})`) {
				t.Errorf("the summary leads to %s, which cannot be seen", to)
			}
			for name, want := range tt.enter {
				if values := ask[[]string](b, fmt.Sprintf(`[...document.getElementsByName(%q)].map(box => box.value)`, name)); !slices.Contains(values, want) {
					t.Errorf("%s holds %q, want %q", name, values, want)
				}
			}
			atAGlance(b, axe)
			b.reportFaults("the page")
		})
	}
	t.Run("a page of no day", func(t *testing.T) {
		b := all.visitor
		b.t = t
		for _, address := range []string{"/scrutiny?authority=bradford&day=soon", "/scrutiny?as-at=soon", "/recommendations?authority=bradford&show=surprise"} {
			if status := b.open(address); status != http.StatusBadRequest {
				t.Errorf("%s is answered %d", address, status)
			}
			atAGlance(b, axe)
		}
		b.reportFaults("the page")
	})
}

// TestBringInATrackerInBrowser looks at the pages on the way from a spreadsheet to the check of its rows.
func TestBringInATrackerInBrowser(t *testing.T) {
	o := ownSite(t)
	fillProgress(t, o.store)
	b, axe := o.tab(t), axeScript(t)
	day := time.Date(2027, time.March, 31, 0, 0, 0, 0, time.UTC)
	file := filepath.Join(t.TempDir(), "Improvement plan, version 17.xlsx")
	if err := os.WriteFile(file, tracker(t,
		trackerRow(1, "Read forty plans each month", "Head of quality and practice learning", day, "On track", "The first forty are read", "Eight in ten were good"),
		trackerRow(nil, "Train managers", "J. Smith", "June 2027", "Complete", "", "All are trained"),
	), 0o600); err != nil {
		t.Fatal(err)
	}
	b.look(1280, 900, "prefers-color-scheme", "light")
	b.open("/tracker")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	press(b, `form[action="/tracker"] button`)
	send(b, "form[method=get].officer-form", fields{"sheet": "Tracker", "heading_row": "4", "body": "North Northamptonshire"})
	inAllLooks(b, axe)

	columns := fields{"name": "Improvement plan"}
	for i, holds := range []string{"reference", "action", "owner", "", "due", "success_measure", "", "status", "progress", "progress"} {
		columns[fmt.Sprintf("column.%d.holds", i+1)] = holds
	}
	send(b, "form[method=post].officer-form", columns)
	mustSay(t, textOf(b, ".govuk-error-summary"), "Choose whether each row is an area to improve or an action", "Choose what “Complete” means")
	inAllLooks(b, axe)

	send(b, "form[method=post].officer-form", fields{
		"lead_body": "Northamptonshire Children’s Trust", "rows": "actions", "inspection": northLater, "status.1.means": "under_way", "status.2.means": "said_done",
	})
	mustSay(t, textOf(b, "main"), "Check the tracker", "Rows that cannot be taken", "“J. Smith” is not in the list of posts", "Rows that would be brought in")
	inAllLooks(b, axe)
	b.reportFaults("a page of the tracker")
}

// TestPlanAnAreaByKeyboard goes from the question who acts to a plan that everybody sees, without a mouse.
func TestPlanAnAreaByKeyboard(t *testing.T) {
	o := ownSite(t)
	fillProgress(t, o.store)
	b := openTab(t, o.origin)
	b.look(1280, 720)
	const item = "/recommendations/NN-SEND-2024-3"
	b.open(item + "/work")
	if at := ask[string](b, "location.pathname"); at != "/acting" {
		t.Fatalf("whoever has not said who acts is led to %s", at)
	}
	tabTo(b, "#post")
	write(b, "Improvement officer")
	tabTo(b, "#role")
	b.do(chromedp.KeyEvent(" "))
	tabTo(b, `form[action="/acting"] .button`)
	enter(b)
	if at := ask[string](b, "location.pathname"); at != item+"/work" {
		t.Fatalf("saying who acts leads to %s", at)
	}

	tabTo(b, "details:has(#plan) > summary")
	b.do(chromedp.KeyEvent(kb.Enter))
	for _, fill := range []struct{ box, words string }{
		{"#plan-owner", "Head of quality"}, {"#plan-lead_body", "Northamptonshire Children"}, {"#plan-committee", "Improvement board"},
		{"#plan-success_measure", "Each partner says what the others do."}, {"#plan-due", "31 March 2027"},
	} {
		tabTo(b, fill.box)
		if ask[bool](b, `document.activeElement.matches("select")`) {
			b.do(chromedp.KeyEvent(fill.words)) // a list goes to the entry that begins so
		} else {
			write(b, fill.words)
		}
	}
	tabTo(b, "#plan button")
	enter(b)
	mustSay(t, textOf(b, "#saved"), "It is recorded.")
	tabBack(b, `.govuk-breadcrumbs a[href="`+item+`"]`)
	enter(b)
	mustSay(t, textOf(b, "#stands ~ dl"), "Head of quality and practice learning", "Northamptonshire Children’s Trust", "Improvement board", "31 March 2027")
	tabTo(b, "footer a")
	b.reportFaults("a page")
}

// inAllLooks checks the page that is shown at a glance, on a narrow dark screen, in the reader's own colours and on paper.
func inAllLooks(b *tab, axe string) {
	b.t.Helper()
	atAGlance(b, axe)
	note := func(look string, found ...[]string) {
		for _, one := range slices.Concat(found...) {
			b.t.Errorf("%s: %s", look, one)
		}
	}
	b.look(375, 720, "prefers-color-scheme", "dark")
	note("375 px, dark", overflow(b), brokenPictures(b), axeViolations(b, "dark"))
	b.look(1280, 720, "forced-colors", "active")
	note("forced colours", overflow(b), ask[[]string](b, `[...document.images].filter(one => one.checkVisibility()).map(one => "a picture is shown: " + one.alt)`))
	b.do(chromedp.EmulateViewport(718, 1000))
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	note("paper", overflow(b), ask[[]string](b, `[...document.querySelectorAll(".nav, .filters, .button, .folded-form")].filter(one => one.checkVisibility()).map(one => "on paper stands " + one.outerHTML.slice(0, 100))`))
	b.look(1280, 720, "prefers-color-scheme", "light") // a screen again
}

// atAGlance checks the page that is shown for accessibility, with all that is folded away in it, and that nothing of it has
// to be scrolled sideways on wide and magnified screens.
func atAGlance(b *tab, axe string) {
	b.t.Helper()
	ask[any](b, `document.querySelectorAll("details").forEach(one => one.open = true)`)
	ask[any](b, axe+"\nnull")
	b.look(1280, 720, "prefers-color-scheme", "light")
	found := slices.Concat(overflow(b), axeViolations(b, "light"))
	b.look(320, 256) // 1280 px by 1024 px at 400 %
	for _, one := range slices.Concat(found, overflow(b)) {
		b.t.Errorf("at a glance: %s", one)
	}
}
