package web

import (
	"bytes"
	"context"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const (
	anItem   = "NN-ILACS-2026-1"
	itsTwin  = "WN-ILACS-2026-1"
	theTrust = "northamptonshire-childrens-trust"
)

// itemDesk is a seeded service on 21 November 2026 with a board, a scrutiny committee and posts.
type itemDesk struct {
	*Server
	t                *testing.T
	board, scrutiny  string // IDs of committees
	owner, ownerWest string // IDs of posts
}

func eachItemDesk(t *testing.T, test func(*itemDesk)) {
	t.Helper()
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) { test(deskOn(t, db)) })
}

// deskOn sets a desk up over a seeded store.
func deskOn(t *testing.T, db *store.Store) *itemDesk {
	t.Helper()
	d := &itemDesk{Server: newOfficerServer(t, db), t: t}
	board, err := db.SaveCommittee(t.Context(), aClerk, inspection.Committee{BodyID: "northamptonshire", Name: "Improvement board", Decides: true})
	d.must(err)
	scrutiny, err := db.SaveCommittee(t.Context(), aClerk, inspection.Committee{BodyID: "north-northamptonshire", Name: "Scrutiny committee", Scrutinises: true})
	d.must(err)
	owner, err := db.SavePost(t.Context(), anOfficer, inspection.Post{BodyID: theTrust, Name: "Director of practice"})
	d.must(err)
	west, err := db.SavePost(t.Context(), anOfficer, inspection.Post{BodyID: "west-northamptonshire", Name: "Head of service"})
	d.must(err)
	d.board, d.scrutiny, d.owner, d.ownerWest = board.ID, scrutiny.ID, owner.ID, west.ID
	return d
}

func (d *itemDesk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// form makes the values of a form out of names and values in turn.
func form(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	return values
}

// moves records a move of the item, which must be taken.
func (d *itemDesk) moves(by inspection.Actor, kind inspection.MoveKind, pairs ...string) {
	d.t.Helper()
	answer := sendsAs(d.t, d.Server, by, "/recommendations/"+anItem+"/moves", form(append([]string{"move", string(kind)}, pairs...)...))
	if to := led(d.t, answer); to != "/recommendations/"+anItem+"/work?saved=move#saved" {
		d.t.Errorf("%s leads to %s", kind, to)
	}
}

func (d *itemDesk) plans() {
	d.t.Helper()
	d.moves(anOfficer, inspection.MakePlan, "owner", d.owner, "lead_body", theTrust, "committee", d.board,
		"success_measure", "Nine of ten plans are reviewed in time", "due", "31 October 2026", "on", "1 September 2026", "audience", "public")
}

// stored counts everything that is recorded, so that a refused form can be seen to have stored nothing.
func (d *itemDesk) stored() int64 {
	d.t.Helper()
	last, err := d.store.Last(d.t.Context())
	d.must(err)
	return last.Number
}

func TestAnAreaGoesFromItsPlanToItsClosingOnPages(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		address := "/recommendations/" + anItem
		says(t, get(t, d.Server, address), http.StatusOK, noProgress)
		says(t, sees(t, d.Server, address), http.StatusOK, "Work on this area")
		says(t, sees(t, d.Server, address+"/work"), http.StatusOK, "Work on "+anItem, "Record the plan", "To record what scrutiny said: This is for a clerk.")
		d.plans()
		d.moves(anOfficer, inspection.StartWork, "on", "14 September 2026", "words", "Two leads started", "audience", "officers")
		d.moves(anOfficer, inspection.AskForDate, "due", "31 January 2027", "words", "Recruiting took longer", "on", "20 October 2026", "audience", "officers")
		waiting := get(t, d.Server, address)
		says(t, waiting, http.StatusOK, "31 January 2027 is asked for and waits for a decision", "The reason is not for everyone.")
		if strings.Contains(waiting.Body.String(), "Recruiting took longer") || strings.Contains(waiting.Body.String(), "Two leads") {
			t.Error("everybody reads words for officers")
		}
		d.moves(aClerk, inspection.AgreeDate, "committee", d.board, "on", "2 November 2026", "minute", "2 November 2026, item 5",
			"minute_address", "https://example.org/minutes", "due", "31 January 2027", "words", "The board heard why")
		says(t, get(t, d.Server, "/recommendations?show=moved"), http.StatusOK, "0 areas to improve")
		d.moves(aClerk, inspection.RecordView, "committee", d.scrutiny, "on", "10 November 2026", "minute", "10 November 2026, item 4",
			"view", "asked_to_return", "come_back_by", "10 March 2027", "words", "Show us the audit")
		d.moves(anOfficer, inspection.SayDone, "words", "All plans are reviewed", "on", "12 November 2026", "audience", "public")

		evidence := address + "/evidence"
		led(t, sendsAs(t, d.Server, anOfficer, evidence, form("title", "Audit of 40 plans", "address", "https://example.org/audit",
			"on", "30 October 2026", "expires_on", "30 October 2027", "audience", "public", "submit", "yes")))
		held, err := d.store.Progress(t.Context(), anItem, inspection.ForOfficers, d.today())
		d.must(err)
		if len(held.Evidence) != 1 {
			t.Fatalf("%d pieces of evidence", len(held.Evidence))
		}
		steps := evidence + "/" + held.Evidence[0].ID + "/steps"
		says(t, sendsAs(t, d.Server, anOfficer, steps, form("state", "accepted")), http.StatusUnprocessableEntity, "from there it cannot become “accepted”")
		led(t, sendsAs(t, d.Server, aReviewer, steps, form("state", "in_review")))
		says(t, sendsAs(t, d.Server, aReviewer, steps, form("state", "rejected")), http.StatusUnprocessableEntity, "Enter the reason")
		led(t, sendsAs(t, d.Server, aReviewer, steps, form("state", "accepted", "words", "Sampled ten")))
		d.moves(aReviewer, inspection.AcceptEvidence, "on", "16 November 2026")
		adviser := inPost("Board adviser", inspection.RoleReviewer)
		d.moves(adviser, inspection.Verify, "words", "Visited two teams", "on", "17 November 2026", "audience", "public")
		says(t, get(t, d.Server, "/recommendations?show=waiting"), http.StatusOK, "1 area to improve", "Checked", "Waits for a decision")
		d.moves(aClerk, inspection.CloseItem, "committee", d.board, "on", "19 November 2026", "minute", "19 November 2026, item 2", "words", "The board is content")

		closed := get(t, d.Server, address)
		says(t, closed, http.StatusOK, "Closed since 19 November 2026", "Director of practice", "Northamptonshire Children’s Trust", "Nine of ten plans",
			"Original day", "31 October 2026", "31 January 2027 (moved once)", "The board heard why", "Improvement board, minute 19 November 2026, item 2",
			"Asked to come back by 10 March 2027", "Audit of 40 plans", "Its own day 30 October 2026", "Added here 21 November 2026", "Counts until 30 October 2027")
		page := document(t, closed)
		if page.Find(`.track li[aria-current="step"]`).Text() != "Closed" || page.Find(".track .reached").Length() != 5 {
			t.Error("the way to the closing is not shown as gone")
		}
		says(t, get(t, d.Server, "/recommendations?authority=north-northamptonshire&stage=closed"), http.StatusOK, "1 area to improve", "moved once")
		says(t, get(t, d.Server, "/recommendations?stage=closed&show=past_date"), http.StatusOK, "0 areas to improve")
		says(t, get(t, d.Server, address+"?as-at=2026-11-20"), http.StatusOK, noProgress)
	})
}

func TestAFormThatTheRulesRefuseStoresNothingAndKeepsItsWords(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		d.plans()
		address := "/recommendations/" + anItem
		moves, updates, evidence := address+"/moves", address+"/updates", address+"/evidence"
		asOwner := inPost("director of Practice", inspection.RoleClerk)
		for _, tt := range []struct {
			name  string
			by    inspection.Actor
			path  string
			sent  url.Values
			field string
			words string
			kept  string // words that stand in the form again
		}{
			{
				"a move from another state says what is possible and why", aClerk, moves,
				form("move", "close", "committee", d.board, "on", "2 November 2026", "minute", "item 5", "words", "It is kept"), "close",
				"This area to improve stands at “planned”, and from there nobody can record that it was closed", "It is kept",
			},
			{"a move that is none", anOfficer, moves, form("move", "vanish"), "moves", "Choose what to record", ""},
			{
				"a move of another role", anOfficer, moves, form("move", "agree_date", "words", "It is kept"), "agree_date", "No other day is asked for", "It is kept",
			},
			{
				"a date asked for without a reason", anOfficer, moves, form("move", "ask_for_date", "due", "31 January 2027", "on", "1 November 2026"),
				"ask_for_date-words", "Enter the reason", "31 January 2027",
			},
			{
				"a day that is no day", anOfficer, moves, form("move", "ask_for_date", "due", "31 February 2027", "words", "It is kept", "on", "1 November 2026"),
				"ask_for_date-due", "Enter the day like 7 July 2026", "31 February 2027",
			},
			{
				"a day still to come", anOfficer, moves, form("move", "start", "on", "22 November 2026"), "start-on", "has not come yet", "22 November 2026",
			},
			{"a day before the record", anOfficer, moves, form("move", "start", "on", "1 May 2012"), "start-on", "1 May 2012 is before", "1 May 2012"},
			{
				"an owner that does not exist", anOfficer, moves,
				form("move", "change_plan", "owner", "nobody/at-all", "lead_body", theTrust, "committee", d.board, "success_measure", "It is kept", "on", "1 November 2026", "words", "x"),
				"change_plan-owner", "Choose the owner from the list: there is no such post on it", "It is kept",
			},
			{
				"scrutiny's view by a body that does not scrutinise", aClerk, moves,
				form("move", "scrutiny_view", "committee", d.board, "view", "endorsed", "on", "2 November 2026", "minute", "item 5", "words", "It is kept"),
				"scrutiny_view-committee", "Choose another body: Improvement board is not recorded as a body that scrutinises", "It is kept",
			},
			{
				"a decision without its minute, on one's own item", asOwner, moves,
				form("move", "supersede", "committee", d.board, "on", "2 November 2026", "other", itsTwin, "words", "It is kept"), "supersede",
				"Nobody decides on their own item: ask somebody else", "It is kept",
			},
			{
				"a decision without its minute", aClerk, moves,
				form("move", "supersede", "committee", d.board, "on", "2 November 2026", "other", itsTwin, "words", "It is kept"), "supersede-minute",
				"Enter the reference of the minute", "It is kept",
			},
			{
				"an item that does not exist", aClerk, moves,
				form("move", "supersede", "committee", d.board, "on", "2 November 2026", "minute", "5", "other", "XX-1", "words", "It is kept"), "supersede-other",
				"no area to improve here has “XX-1”", "XX-1",
			},
			{"an update without words", anOfficer, updates, form("on", "1 November 2026"), "update-words", "Enter what has happened", "1 November 2026"},
			{"an update of tomorrow", anOfficer, updates, form("on", "22 November 2026", "words", "It is kept"), "update-on", "has not come yet", "It is kept"},
			{"an update for nobody known", anOfficer, updates, form("on", "1 November 2026", "words", "It is kept", "audience", "friends"), "update-audience", "Choose who may read this", "It is kept"},
			{"an update that is too long", anOfficer, updates, form("on", "1 November 2026", "words", strings.Repeat("x", 5001)), "update-words", "at most 5000 characters fit", "xxx"},
			{
				"evidence dated in the future", anOfficer, evidence, form("title", "It is kept", "address", "https://example.org/a", "on", "1 December 2026"),
				"evidence-on", "1 December 2026 has not come yet", "It is kept",
			},
			{"evidence without an address", anOfficer, evidence, form("title", "It is kept", "on", "1 November 2026"), "evidence-address", "Enter the address of the evidence", "It is kept"},
			{
				"evidence at an address that runs", anOfficer, evidence, form("title", "It is kept", "address", "javascript:alert(1)", "on", "1 November 2026"),
				"evidence-address", "beginning with https://", "It is kept",
			},
		} {
			t.Run(tt.name, func(t *testing.T) {
				before := d.stored()
				answer := sendsAs(t, d.Server, tt.by, tt.path, tt.sent)
				says(t, answer, http.StatusUnprocessableEntity, "There is a problem", tt.words)
				page := document(t, answer)
				if page.Find(`.govuk-error-summary a[href="#`+tt.field+`"]`).Length() == 0 {
					link, _ := page.Find(".govuk-error-summary a").Attr("href")
					t.Errorf("the summary leads to %s, not to #%s", link, tt.field)
				}
				if page.Find(`[id="`+tt.field+`"]`).Length() != 1 {
					t.Errorf("there is no place called %s", tt.field)
				}
				if !strings.HasPrefix(page.Find("title").Text(), "Error: ") {
					t.Errorf("the title is %q", page.Find("title").Text())
				}
				if !stillHolds(page, tt.kept) {
					t.Errorf("%q is lost", tt.kept)
				}
				if after := d.stored(); after != before {
					t.Errorf("%d entries were stored", after-before)
				}
			})
		}
	})
}

// stillHolds reports whether a box of an open form holds some words.
func stillHolds(page *goquery.Document, words string) bool {
	found := words == ""
	page.Find("details[open] form").Find("input, textarea").Each(func(_ int, box *goquery.Selection) {
		found = found || strings.Contains(box.AttrOr("value", box.Text()), words)
	})
	return found
}

func TestNobodyClosesTheirOwnArea(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		d.plans()
		d.moves(anOfficer, inspection.StartWork, "on", "14 September 2026")
		d.moves(anOfficer, inspection.SayDone, "words", "Done", "on", "12 November 2026")
		led(t, sendsAs(t, d.Server, anOfficer, "/recommendations/"+anItem+"/evidence", form("title", "Audit", "address", "https://example.org/a", "on", "1 November 2026", "submit", "yes")))
		p, err := d.store.Progress(t.Context(), anItem, inspection.ForOfficers, d.today())
		d.must(err)
		steps := "/recommendations/" + anItem + "/evidence/" + p.Evidence[0].ID + "/steps"
		says(t, sendsAs(t, d.Server, inPost("improvement officer", inspection.RoleReviewer), steps, form("state", "in_review")), http.StatusUnprocessableEntity, "Nobody reviews their own evidence")
		says(t, sendsAs(t, d.Server, aReviewer, strings.Replace(steps, anItem, itsTwin, 1), form("state", "in_review")), http.StatusNotFound, "Page not found")
		led(t, sendsAs(t, d.Server, aReviewer, steps, form("state", "in_review")))
		led(t, sendsAs(t, d.Server, aReviewer, steps, form("state", "accepted")))
		d.moves(aReviewer, inspection.AcceptEvidence, "on", "16 November 2026")
		says(t, sendsAs(t, d.Server, aReviewer, "/recommendations/"+anItem+"/moves", form("move", "verify", "on", "17 November 2026", "words", "x")),
			http.StatusUnprocessableEntity, "You accepted the evidence yourself: the check must be somebody else’s")
		d.moves(inPost("Board adviser", inspection.RoleReviewer), inspection.Verify, "words", "Visited", "on", "17 November 2026")
		closing := form("move", "close", "committee", d.board, "on", "19 November 2026", "minute", "item 2")
		_, err = d.store.SaveAction(t.Context(), anOfficer, inspection.Action{
			Words: "Train", OwnerID: d.ownerWest, LeadBodyID: theTrust, Due: inspection.MustDate("2026-12-31"), References: []string{anItem, itsTwin},
		}, "")
		d.must(err)
		// Who said that it is done, in whatever letters, who owns it, and who owns an action that serves it.
		for _, post := range []string{"Improvement officer", "IMPROVEMENT officer.", "Director of practice", "Head of service"} {
			says(t, sendsAs(t, d.Server, inPost(post, inspection.RoleClerk), "/recommendations/"+anItem+"/moves", closing), http.StatusUnprocessableEntity,
				"Nobody decides on their own item: ask somebody else")
		}
		says(t, seesAs(t, d.Server, inPost("Director of practice", inspection.RoleClerk), "/recommendations/"+anItem+"/work"), http.StatusOK,
			"To record that it was closed: Nobody decides on their own item")
	})
}

func TestEachReaderSeesWhatIsForThem(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		address := "/recommendations/" + anItem
		d.plans()
		for _, audience := range []string{"public", "members", "officers"} {
			led(t, sendsAs(t, d.Server, anOfficer, address+"/updates", form("on", "1 November 2026", "words", "Update for the "+audience, "audience", audience)))
			led(t, sendsAs(t, d.Server, anOfficer, address+"/evidence", form("title", "Audit for the "+audience, "address", "https://example.org/"+audience,
				"on", "1 November 2026", "audience", audience, "submit", "yes")))
		}
		led(t, sendsAs(t, d.Server, anOfficer, address+"/updates", form("on", "2 November 2026", "words", "Update for nobody said whom"))) // then for officers
		everything := []string{"the public", "the members", "the officers", "nobody said whom"}
		for _, tt := range []struct {
			name  string
			by    inspection.Actor
			sees  []string
			works bool
		}{
			{"everybody", notYetSaid, everything[:1], false}, {"a member", aMember, everything[:2], false},
			{"an officer", anOfficer, everything, true}, {"a clerk", aClerk, everything, true},
		} {
			answer := seesAs(t, d.Server, tt.by, address)
			text := seenText(t, answer)
			for i, words := range everything {
				if got := strings.Contains(text, "Update for "+words); got != (i < len(tt.sees)) {
					t.Errorf("%s: sees the update for %s: %v", tt.name, words, got)
				}
			}
			if got := document(t, answer).Find(`a[href$="/work"]`).Length() > 0; got != tt.works {
				t.Errorf("%s: is led to the work: %v", tt.name, got)
			}
		}
		remote := get(t, d.Server, address, "Cookie", newActingCookie(anOfficer).String())
		if strings.Contains(remote.Body.String(), "Update for the members") {
			t.Error("an officer's cookie shows more on another machine")
		}
	})
}

// files turns files of evidence on, with a scanner that refuses one word.
func (d *itemDesk) files() {
	d.evidenceFiles = evidenceFiles{on: true, most: 1 << 10, scan: func(_ context.Context, _ string, data []byte) error {
		if bytes.Contains(data, []byte("harmful")) {
			return errors.New("found something")
		}
		return nil
	}}
}

// sendsFile adds evidence with a file.
func (d *itemDesk) sendsFile(name, content string, pairs ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		d.must(w.WriteField(pairs[i], pairs[i+1]))
	}
	part, err := w.CreateFormFile("file", name)
	d.must(err)
	_, err = part.Write([]byte(content))
	d.must(err)
	d.must(w.Close())
	return asksAs(d.t, d.Server, anOfficer, http.MethodPost, "/recommendations/"+anItem+"/evidence", w.FormDataContentType(), &body)
}

func TestAFileOfEvidenceIsScannedBeforeItIsKeptAndBeforeItIsHandedOut(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		about := []string{"title", "Audit <em>", "on", "1 November 2026", "audience", "public", "submit", "yes"}
		refused := func(words string, answer *httptest.ResponseRecorder) {
			t.Helper()
			before := d.stored()
			says(t, answer, http.StatusUnprocessableEntity, words)
			page := document(t, answer)
			if page.Find(`#evidence-title[value="Audit <em>"]`).Length() != 1 || d.stored() != before {
				t.Errorf("%s: the words are lost, or something was stored", words)
			}
		}
		refused("Enter a link: this council does not keep files here", d.sendsFile("a.txt", "a clean audit", about...))
		says(t, sees(t, d.Server, "/recommendations/"+anItem+"/work"), http.StatusOK, "Never case detail, and nothing that names a child")
		if document(t, sees(t, d.Server, "/recommendations/"+anItem+"/work")).Find(`input[type="file"]`).Length() > 0 {
			t.Error("a file is asked for where none is taken")
		}
		d.files()
		if document(t, sees(t, d.Server, "/recommendations/"+anItem+"/work")).Find(`form[enctype="multipart/form-data"] input[type="file"]`).Length() != 1 {
			t.Error("no file is asked for where they are taken")
		}
		refused("Look through the file, then say that it names no child", d.sendsFile("a.txt", "a clean audit", about...))
		about = append(about, namesNobody, "yes")
		refused("This file was refused by the scanner", d.sendsFile("a.txt", "something harmful", about...))
		refused("This file is larger than 1 KB", d.sendsFile("a.txt", strings.Repeat("x", 1025), about...))
		refused("This file is empty", d.sendsFile("a.txt", "", about...))
		refused("not both", d.sendsFile("a.txt", "a clean audit", append(about, "address", "https://example.org")...))

		led(t, d.sendsFile(`C:\audits\a "b".html`, "<script>a clean audit</script>", about...))
		shown := get(t, d.Server, "/recommendations/"+anItem)
		link, _ := document(t, shown).Find(`a[href^="/evidence/"]`).Attr("href")
		if link == "" {
			t.Fatalf("the file is not on the page: %s", seenText(t, shown))
		}
		says(t, shown, http.StatusOK, "SHA-256", `Download a "b".html`)
		file := get(t, d.Server, link)
		header := file.Header()
		if file.Code != http.StatusOK || file.Body.String() != "<script>a clean audit</script>" || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") ||
			header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") ||
			header.Get("Content-Type") != "application/octet-stream" || header.Get("Cache-Control") != "no-store" {
			t.Errorf("the file is answered %d with %v: %s", file.Code, header, file.Body)
		}
		d.evidenceFiles.scan = func(context.Context, string, []byte) error { return errors.New("found something since") }
		says(t, get(t, d.Server, link), http.StatusForbidden, "This file is held back")
		d.evidenceFiles.scan = nil
		says(t, get(t, d.Server, link), http.StatusForbidden, "This file is held back")
		d.evidenceFiles.on = false
		says(t, get(t, d.Server, link), http.StatusForbidden, "Files are not handed out here now")
		says(t, get(t, d.Server, "/evidence/none/file"), http.StatusNotFound)
	})
}

func TestAFormAboutProgressThatIsTooLargeIsRefused(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		large := form("words", strings.Repeat("x", mostSentBytes), "on", "1 November 2026")
		for _, path := range []string{"/recommendations/" + anItem + "/updates", "/recommendations/" + anItem + "/moves", "/recommendations/" + anItem + "/evidence", "/actions/new"} {
			says(t, sendsAs(t, d.Server, anOfficer, path, large), http.StatusRequestEntityTooLarge, "This is more than a form here takes", "Nothing has been saved.")
		}
		broken := asksAs(t, d.Server, anOfficer, http.MethodPost, "/recommendations/"+anItem+"/evidence", "multipart/form-data; boundary=x", strings.NewReader("--x\r\nbroken"))
		says(t, broken, http.StatusBadRequest, "This form cannot be read")
	})
}

func TestABadAddressOfTheListIsNamed(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for path, words := range map[string]string{
		"/recommendations?stage=finished":                  "Choose a stage from the list: “finished” is not on it",
		"/recommendations?show=red":                        "Choose one of these from the list: “red” is not on it",
		"/recommendations?page=99":                         "There is no page 99",
		"/recommendations?page=x":                          "“x” is not the number of a page",
		"/recommendations?as-at=2012-12-31":                "This record begins on",
		"/recommendations?as-at=2026-11-22":                "22 November 2026 is still to come",
		"/recommendations/NN-ILACS-2026-1?as-at=yesterday": "“yesterday” is not a day",
		"/actions?authority=atlantis":                      "Choose an authority from the list: “atlantis” is not on it",
	} {
		says(t, get(t, s, path), http.StatusBadRequest, words)
	}
	says(t, get(t, s, "/recommendations/NN-ILACS-2026-1?as-at=2026-07-06"), http.StatusOK, "Not out yet on 6 July 2026")
}

func TestEvidenceAddedUnderAnOlderReferenceIsReviewedUnderTheLaterOne(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	led(t, sends(t, s, "/recommendations/NN-ILACS-2026-2/evidence", form("title", "Audit", "address", "https://example.org/a", "on", "1 November 2026", "submit", "yes")))
	address := addedLetter(t, s)
	joining := formOf(t, s, address)
	joining["item."+joining["items"][0]+".joins"] = []string{"NN-ILACS-2026-1", "NN-ILACS-2026-2"}
	joining["items"] = joining["items"][:1]
	led(t, sends(t, s, address, joining))
	led(t, sends(t, s, address+"/publish", url.Values{
		"revision": {"2"}, "published": {"7 July 2026"}, "final": {"yes"}, "seen": {"yes"}, "address": {"https://files.ofsted.gov.uk/v1/file/50306548"},
		"shown": {shownOn(t, sees(t, s, address+"/publish"))},
	}))
	work := document(t, seesAs(t, s, aReviewer, "/recommendations/NN-ILACS-2026-1/work"))
	steps, offered := work.Find(`form[action$="/steps"]`).Attr("action")
	if !offered {
		t.Fatal("the evidence is not offered for review")
	}
	led(t, sendsAs(t, s, aReviewer, steps, form("state", "in_review")))
}
