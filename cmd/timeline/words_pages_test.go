package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/opendata"
)

// saidPage is a page, a mail or a message of the command line by its words.
type saidPage struct {
	where  string   // its address and who reads it
	said   []string // every piece of text that is seen, heard or shown when one points at something
	main   []string // of that, what stands in the page's own part
	blocks []string // its running text, a block each, without quotations
	terms  []string // of the glossary, explained at its foot
}

// walker asks for pages as one person does.
type walker struct {
	t      *testing.T
	origin string
	name   string
	client *http.Client
	seen   map[string]bool // shapes of addresses
	pages  *[]saidPage
}

// walking returns somebody with cookies of their own.
func walking(t *testing.T, origin, name string, pages *[]saidPage) *walker {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &walker{t: t, origin: origin, name: name, client: &http.Client{Jar: jar}, seen: map[string]bool{}, pages: pages}
}

// walk reads some addresses, and one page of each further shape that they lead to.
func (r *walker) walk(addresses ...string) {
	r.t.Helper()
	for _, address := range addresses {
		r.seen[shape(address)] = true
	}
	for todo := addresses; len(todo) > 0; todo = todo[1:] {
		answer, err := r.client.Get(r.origin + todo[0])
		if err != nil {
			r.t.Fatal(err)
		}
		page := r.take(answer, todo[0])
		if page == nil {
			continue
		}
		page.Find("a[href]:not([download])").Each(func(_ int, a *goquery.Selection) {
			to, err := answer.Request.URL.Parse(a.AttrOr("href", ""))
			if err != nil || to.Scheme+"://"+to.Host != r.origin || path.Ext(to.Path) != "" || strings.HasPrefix(to.Path, opendata.Root) {
				return // another site's, a file, or an answer for programs
			}
			address := to.RequestURI()
			if again := strings.Contains(todo[0], "?") && strings.Contains(address, "?"); !again && !r.seen[shape(address)] {
				r.seen[shape(address)] = true
				todo = append(todo, address)
			}
		})
	}
}

// send sends a form with some boxes filled in, which is answered with a page.
func (r *walker) send(address string, boxes url.Values) {
	r.t.Helper()
	answer, err := r.client.PostForm(r.origin+address, boxes)
	if err != nil {
		r.t.Fatal(err)
	}
	r.take(answer, address+" after "+boxes.Encode())
}

// take keeps the words of an answer that is a page.
func (r *walker) take(answer *http.Response, where string) *goquery.Document {
	r.t.Helper()
	defer answer.Body.Close()
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	page, err := goquery.NewDocumentFromReader(answer.Body)
	if err != nil {
		r.t.Fatalf("read %s: %v", where, err)
	}
	if answer.StatusCode >= http.StatusInternalServerError {
		r.t.Errorf("%s is answered %d to %s", where, answer.StatusCode, r.name)
	}
	*r.pages = append(*r.pages, wordsOf(page, where+", for "+r.name))
	return page
}

// quoted is what is not the program's own wording: letters, what somebody types for a program, and drawings, whose words the
// lists beside them have.
const quoted = "script, style, svg, code, pre, q, blockquote, .review--pages, textarea, del, ins, [data-quoted]"

// wordsOf takes the words of a page.
func wordsOf(page *goquery.Document, where string) saidPage {
	s := saidPage{where: where}
	page.Find("section.words dt").Each(func(_ int, term *goquery.Selection) { s.terms = append(s.terms, strings.TrimSpace(term.Text())) })
	page.Find(quoted).Each(func(_ int, one *goquery.Selection) { one.ReplaceWithHtml("it") })
	page.Find("title, [alt], [title], [aria-label], [placeholder]").Each(func(_ int, one *goquery.Selection) {
		if goquery.NodeName(one) == "title" {
			s.said = append(s.said, oneLine(one.Text()))
		}
		for _, name := range []string{"alt", "title", "aria-label", "placeholder"} {
			if words := oneLine(one.AttrOr(name, "")); words != "" {
				s.said = append(s.said, words)
			}
		}
	})
	s.said = append(s.said, blocksOf(page.Find("body"))...)
	main := page.Find("main")
	s.main = blocksOf(main)
	main.Find(".govuk-visually-hidden, table, section.words, select").Remove()
	s.blocks = blocksOf(main)
	return s
}

// aside are elements that stand within a line and begin another sentence.
const aside = ".note, .doubt, .entry-when, .date, .eyebrow, .flag, .grade, .govuk-tag, .priority, .stage, .number, .topic"

// inline are the elements that stand within a line of text.
var inline = []string{"a", "abbr", "b", "cite", "code", "em", "i", "label", "q", "small", "span", "strong", "sub", "sup", "time"}

// blocksOf returns the text of a part of a page, a block of it each.
func blocksOf(part *goquery.Selection) []string {
	var blocks []string
	var line strings.Builder
	end := func() {
		if words := oneLine(line.String()); words != "" {
			blocks = append(blocks, words)
		}
		line.Reset()
	}
	var walk func(*goquery.Selection)
	walk = func(node *goquery.Selection) {
		switch name := goquery.NodeName(node); {
		case name == "#text":
			line.WriteString(node.Text())
			return
		case !slices.Contains(inline, name) || node.Is(aside):
			end()
			defer end()
		}
		node.Contents().Each(func(_ int, child *goquery.Selection) { walk(child) })
	}
	walk(part)
	end()
	return blocks
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// allPages returns the words of a page of each kind: as a visitor, a member and staff read them, with letters in every state
// and progress of every kind on the record, with forms in which something is wrong, and where people need accounts.
func allPages(t *testing.T) []saidPage {
	t.Helper()
	var pages []saidPage
	o := ownSite(t)
	letters := fillOffice(o)
	record := fillProgress(t, o.store)
	leaveUnread(o, &letters)

	visitor := walking(t, o.origin, "a visitor", &pages)
	var starts []string
	for _, one := range startingAddresses(t) {
		starts = append(starts, one.address)
	}
	visitor.walk(append(starts, "/scrutiny?authority=north-northamptonshire", "/recommendations/NN-ILACS-2022-1", "/?as-at=2022-12-15", "/?as-at=soon",
		"/search?q=unregistered", "/embed/lanes/north-northamptonshire", "/search?q=", "/compare?with=bradford", "/letters/none", "/authorities/west-northamptonshire/next-inspection")...)

	officer := walking(t, o.origin, "an officer", &pages)
	officer.act("Improvement officer", inspection.RoleOfficer)
	officer.walk("/", letters.held, letters.newer, letters.visit, letters.byHand, letters.scanned, letters.unreadable, letters.embargoed,
		letters.published, letters.aside, letters.waiting, letters.reading, letters.held+"/publish", letters.byHand+"/publish", letters.published+"/publish",
		"/actions/"+record.action, "/scrutiny/questions/"+record.waiting, "/scrutiny/questions/"+record.answered,
		"/recommendations/NN-ILACS-2022-1/work", "/actions/new", "/working-days", "/tracker", "/reorganisations/new", "/england/import",
		"/inspections/"+northLater+"/dates", "/inspections/"+westLater+"/later-views")
	wrong := url.Values{"do": {"save"}, "on": {"31 February"}, "address": {"ofsted"}, "due": {"soon"}, "day": {"soon"}, "received": {"32 May"}}
	for _, form := range []string{"/letters/new", letters.held, letters.held + "/publish", letters.held + "/state", "/actions/new", "/tracker", "/working-days",
		"/inspections/" + northLater + "/dates", "/inspections/" + westLater + "/later-views", "/recommendations/NN-ILACS-2022-1/updates",
		"/recommendations/NN-ILACS-2022-1/moves", "/recommendations/NN-ILACS-2022-1/evidence", "/recommendations/NN-ILACS-2022-1/actions",
		"/scrutiny/questions/" + record.waiting + "/answers", "/reorganisations/new", "/england/import", "/actions/" + record.action} {
		officer.send(form, wrong)
	}
	for _, one := range []struct {
		post string
		role inspection.Role
	}{
		{"A member of the scrutiny committee", inspection.RoleMember}, {"Quality lead", inspection.RoleReviewer},
		{"Clerk to the board", inspection.RoleClerk}, {"Systems manager", inspection.Role(auth.Administrator)},
	} {
		other := walking(t, o.origin, "a "+string(one.role), &pages)
		other.seen = officer.seen // what an officer reads is not read again
		other.act(one.post, one.role)
		other.walk("/", "/scrutiny?authority=north-northamptonshire", "/recommendations/NN-ILACS-2022-1", "/committees", "/people", "/erasures")
		other.send("/committees/meetings", wrong)
		other.send("/scrutiny/questions", wrong)
		other.send("/erasures", wrong)
	}
	return append(pages, closedPages(t, visitor.seen)...)
}

// act says in which post and role somebody works from now on.
func (r *walker) act(post string, role inspection.Role) {
	r.t.Helper()
	r.send("/acting", url.Values{"post": {post}, "role": {string(role)}})
}

// closedPages returns the words of the pages with which people sign in and are looked after, save those that have been seen.
func closedPages(t *testing.T, seen map[string]bool) []saidPage {
	t.Helper()
	var pages []saidPage
	origin, s := closedSite(t)
	link := invited(t, s, "systems@west.example", "Systems manager", auth.Administrator, auth.Officer)
	invited(t, s, "officer@west.example", "Improvement officer", auth.Officer, auth.Reviewer)
	visitor := walking(t, origin, "somebody who has not signed in", &pages)
	visitor.seen = seen
	visitor.walk("/sign-in", "/sign-in/forgotten", "/account", "/people", link, "/links/none")
	visitor.send("/sign-in", url.Values{})
	visitor.send("/sign-in", url.Values{"address": {"systems@west.example"}, "password": {"what was it"}})

	visitor.send(link, url.Values{"new-password": {"short"}, "again": {"shorter"}})
	administrator := walking(t, origin, "an administrator", &pages)
	administrator.seen = seen
	administrator.send(link, url.Values{"new-password": {phrase}, "again": {phrase}})
	administrator.walk("/account", "/people", "/account/tokens", "/people/messages", "/people/letters", "/erasures", "/changes/readings")
	for _, form := range []string{"/people", "/account/password", "/account/tokens", "/account/post", "/account/codes", "/erasures"} {
		administrator.send(form, url.Values{"address": {"somebody"}})
	}
	return pages
}
