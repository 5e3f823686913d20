package web

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/static"
)

// wordsOfDocument reads the words of a Word document's paragraphs, in order.
func wordsOfDocument(t *testing.T, answer *httptest.ResponseRecorder) []string {
	t.Helper()
	if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != docxKind {
		t.Fatalf("status %d, %s: %s", answer.Code, answer.Header().Get("Content-Type"), answer.Body)
	}
	body := answer.Body.Bytes()
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := archive.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	var out []string
	decoder := xml.NewDecoder(part)
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch one := token.(type) {
		case xml.StartElement:
			if one.Name.Local == "p" {
				out = append(out, "")
			}
		case xml.CharData:
			if len(out) > 0 {
				out[len(out)-1] += string(one)
			}
		}
	}
}

// wordsOfPaper reads the words of the paper's paragraphs on its page, in order.
func wordsOfPaper(t *testing.T, answer *httptest.ResponseRecorder) []string {
	t.Helper()
	page := document(t, answer)
	out := []string{page.Find("main h1").Text()}
	for _, one := range page.Find(".paper").Find("p, h2, li, caption, th, td").EachIter() {
		out = append(out, one.Text())
	}
	return out
}

func TestTheBriefingAsPageAndAsDocumentSayTheSame(t *testing.T) {
	storetest.LeaveOutWalk(t)
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, _ := tellScrutiny(t, dsn)
		s := newServer(t, db)
		for _, address := range []string{
			"northamptonshire/briefing?", "west-northamptonshire/briefing?since=2022-01-01", "northamptonshire-childrens-trust/briefing?",
			"northamptonshire-county-council/briefing?", "bradford/briefing?", "northamptonshire/briefing?as-at=2026-09-20",
		} {
			slug, query, _ := strings.Cut(address, "?")
			shown := wordsOfPaper(t, get(t, s, "/authorities/"+slug+"?"+query))
			written := wordsOfDocument(t, get(t, s, "/authorities/"+slug+".docx?"+query))
			if !slices.Equal(shown, written) {
				t.Errorf("%s: the page says\n%s\nand the document\n%s", address, strings.Join(shown, "\n"), strings.Join(written, "\n"))
			}
		}
	})
}

func TestTheBriefingSaysWhatOtherPagesSay(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, story := tellScrutiny(t, dsn)
		s := newServer(t, db)
		for _, slug := range []string{"northamptonshire", "west-northamptonshire"} {
			paper := seen(strings.Join(wordsOfPaper(t, get(t, s, "/authorities/"+slug+"/briefing")), "\n"))
			front := document(t, get(t, s, "/authorities/"+slug))
			for _, sentence := range front.Find(".headline .lead").EachIter() {
				if !strings.Contains(paper, seen(sentence.Text())) {
					t.Errorf("%s: the paper does not say %q", slug, seen(sentence.Text()))
				}
			}
			grades := front.Find(".latest tbody tr").Length()
			if grades < 5 {
				t.Fatalf("%s: %d rows of grades", slug, grades)
			}
			for _, row := range front.Find(".latest tbody tr").EachIter() {
				if name, grade := seen(row.Find("th").Text()), seen(row.Find("td .grade").First().Text()); grade != "" && !strings.Contains(paper, name+" "+grade) &&
					!strings.Contains(paper, name+" Both councils "+grade) {
					t.Errorf("%s: the paper does not give %s %s", slug, name, grade)
				}
			}
			count := seen(front.Find(`.counts a[href="#areas"]`).Parent().Text())
			if !strings.Contains(strings.ReplaceAll(paper, ".", ""), strings.ReplaceAll(count, ".", "")) {
				t.Errorf("%s: the paper does not count as the first screen does: %q", slug, count)
			}
			page := document(t, get(t, s, scrutinyAddress(slug)))
			number := func(list inspection.ScrutinyCode) string {
				return page.Find(`.scrutiny-counts a[href="#` + string(list) + `"] .number`).Text()
			}
			for _, words := range []string{
				"Live in all, of every letter: " + number(inspection.ScrutinyLive) + ".", "Past their date: " + number(inspection.ScrutinyPastDate) + ".",
				"Moved more than once: " + number(inspection.ScrutinyMovedMore) + ".", "New dates asked for: " + number(inspection.ScrutinyDatesAsked),
				"What changed since " + story.met.On.Words(), "Members’ questions waiting for an answer: " + number("questions") + ".",
			} {
				if !strings.Contains(paper, words) {
					t.Errorf("%s: the paper does not say %q", slug, words)
				}
			}
			for _, question := range page.Find("#ask ~ ul .prompt").EachIter() {
				if !strings.Contains(paper, seen(question.Text())) && page.Find("#ask ~ ul .prompt").Length() <= 5 {
					t.Errorf("%s: the paper does not ask %q", slug, seen(question.Text()))
				}
			}
		}
	})
}

func TestTheBriefing(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, _ := tellScrutiny(t, dsn)
		s := newServer(t, db)
		s.open = true
		reserved := []string{"The reason is for officers", "How many plans are late?", "Who checks", "Nine of a hundred", "overdue", " RI "}
		runScenarios(t, s, []scenario{
			{
				name: "it looks back to the last meeting, and says so",
				path: "/authorities/northamptonshire/briefing",
				wants: []string{
					`main[data-page="briefing_show"]`, `.switch a[href="/authorities/west-northamptonshire/briefing"]`, `.switch a[aria-current="page"]`,
					`a[href="/authorities/northamptonshire/briefing.docx"][download]`, `.briefing-choices a[aria-current][href="/authorities/northamptonshire/briefing?since=2026-09-15"]`,
					`.paper-table th[scope="row"] a[href="/recommendations/WN-ILACS-2026-1"]`, `section[aria-labelledby="dates_asked"] a[href="/recommendations/NN-ILACS-2026-1"]`,
					`section[aria-labelledby="sources"] a[href^="/inspections/"]`, `#since[value="15 September 2026"]`, `.paper-table caption`, `.paper-table td[data-label="Owner"]`,
				},
				shows: []string{
					"Briefing: children’s services in Northamptonshire", "As it stood on 21 November 2026. What changed is told since 15 September 2026: the meeting of Scrutiny commission, Northamptonshire.",
					"Next meeting recorded: Scrutiny commission, 10 December 2026.", "It holds what everyone may read.",
					"WN-ILACS-2026-1: 20 November 2026: scrutiny: asked to come back by 10 December 2026 (Scrutiny commission, minute 20 November 2026, item 4).",
					"Head of assessment, Northamptonshire Children’s Trust", "31 October 2026, past its date", "New dates asked for: 1", "Closures proposed: 0",
					"NN-ILACS-2026-1: 31 January 2027 in place of 31 October 2026, asked for on 20 November 2026 (Improvement board decides).",
					"What would good look like?", "Where can we read each council’s action plan", "in our words, not a quotation", "Not counted: 10 areas of an earlier council",
					"/scrutiny?authority=northamptonshire",
				},
				hides: reserved,
			},
			{
				name:  "a day that is chosen takes the place of the meeting",
				path:  "/authorities/west-northamptonshire/briefing?since=2026-07-01",
				wants: []string{`a[href="/authorities/west-northamptonshire/briefing.docx?since=2026-07-01"]`, `#since[value="2026-07-01"]`},
				shows: []string{"What changed since 1 July 2026", "a day that was chosen.", "Published: Full inspection (two weeks), West Northamptonshire, published 7 July 2026"},
				hides: append([]string{"NN-ILACS", "What would good look like?"}, reserved...),
			},
			{name: "a day may be written as people write it", path: "/authorities/west-northamptonshire/briefing?since=1+July+2026", shows: []string{"What changed since 1 July 2026"}},
			{
				name:  "without a meeting it looks back three months",
				path:  "/authorities/bradford/briefing",
				wants: []string{`.briefing-choices a[aria-current][href="/authorities/bradford/briefing?since=2026-08-21"]`, `.briefing-choices a[href="/authorities/bradford/briefing?since=2025-11-21"]`},
				shows: []string{"no earlier meeting of a scrutiny committee is recorded, so the paper looks back three months.", "No area to improve of these letters is held here yet."},
				hides: append([]string{"Improvement board", "Scrutiny commission", "The last meeting"}, reserved...),
			},
			{
				name:  "a trust has a paper of its own, which leaves grades to its councils",
				path:  "/authorities/northamptonshire-childrens-trust/briefing",
				wants: []string{`.paper a[href="/authorities/west-northamptonshire/briefing"]`, `.paper a[href="/recommendations/NCT-YJ-2023-P1"]`, `a[href="/recommendations?authority=northamptonshire-childrens-trust"]`},
				shows: []string{"Briefing: children’s services run by Northamptonshire Children’s Trust", "runs children’s services for North Northamptonshire and West Northamptonshire.", "Fostering agency"},
				hides: append([]string{"Leaders", "both councils in May 2026"}, reserved...),
			},
			{
				name:  "an ended council’s paper tells of it to its last day",
				path:  "/authorities/northamptonshire-county-council/briefing",
				wants: []string{`.paper tbody tr:nth-child(10) a[href^="/recommendations/"][href$="?as-at=2021-03-31"]`},
				shows: []string{"As it stood on 31 March 2021.", "Northamptonshire County Council ended on 31 March 2021.", "This paper tells of it to that day.", "Live in all, of every letter: 10.", "so there is nobody to ask"},
				hides: append([]string{"2022", "West Northamptonshire", "Where can we read"}, reserved...),
			},
			{
				name:  "as it stood on a past day nothing of what came later shows",
				path:  "/authorities/northamptonshire/briefing?as-at=2026-09-20",
				wants: []string{`input[type="hidden"][name="as-at"][value="2026-09-20"]`, `.paper a[href="/recommendations/WN-SEND-2024-1?as-at=2026-09-20"]`, `a[href="/authorities/northamptonshire/briefing.docx?as-at=2026-09-20"]`},
				shows: []string{"As it stood on 20 September 2026.", "New dates asked for: 0"},
				hides: append([]string{"31 January 2027", "What would good look like?", "past its date"}, reserved...),
			},
			{name: "before the council began there is nothing to tell", path: "/authorities/west-northamptonshire/briefing?as-at=2020-01-01", shows: []string{"did not exist yet on 1 January 2020"}},
			{
				name: "a day to come", path: "/authorities/northamptonshire/briefing?since=2026-11-22", status: http.StatusBadRequest,
				wants: []string{`.govuk-error-summary a[href="#since"]`, `#since[aria-describedby="since-problem"][value="2026-11-22"]`},
				shows: []string{"22 November 2026 is after the day of this page, 21 November 2026: enter an earlier day", "Since: The last meeting"},
			},
			{
				name: "no day at all", path: "/authorities/northamptonshire/briefing?since=%3Cem%3Eyesterday", status: http.StatusBadRequest,
				wants: []string{`#since[value="<em>yesterday"]`}, shows: []string{"nor a day"},
			},
			{name: "a day before the record", path: "/authorities/northamptonshire/briefing?since=2012-12-31", status: http.StatusBadRequest, shows: []string{"This record begins on 1 January 2013"}},
			{name: "a month is no day", path: "/authorities/northamptonshire/briefing?since=2026-03", status: http.StatusBadRequest, shows: []string{"nor a day"}},
			{name: "nobody by that name", path: "/authorities/atlantis/briefing", status: http.StatusNotFound},
			{name: "a partnership has no paper", path: "/authorities/west-northamptonshire-local-area-partnership/briefing", status: http.StatusNotFound},
			{name: "a document about nobody", path: "/authorities/atlantis/briefing.docx", status: http.StatusNotFound},
			{name: "a document since a day to come", path: "/authorities/northamptonshire/briefing.docx?since=2026-11-22", status: http.StatusBadRequest, shows: []string{"enter an earlier day"}},
			{name: "a document of a council that had not begun", path: "/authorities/west-northamptonshire/briefing.docx?as-at=2020-01-01", status: http.StatusNotFound, shows: []string{"No briefing yet", "did not exist yet"}},
			{
				name: "a paper for officers, asked for by a visitor", path: "/authorities/northamptonshire/briefing?for=officers", status: http.StatusBadRequest,
				wants: []string{`.govuk-error-summary a[href="#for"]`, "#for"}, shows: []string{"Sign in, or take the paper that everyone may read", "It holds what everyone may read."}, hides: reserved,
			},
			{name: "a paper for nobody that is known", path: "/authorities/northamptonshire/briefing?for=friends", status: http.StatusBadRequest, shows: []string{"“friends” is nobody for whom a paper is made"}},
			{name: "the dashboard leads to it", path: "/", wants: []string{`a[href="/authorities/northamptonshire/briefing"]`}, shows: []string{"Make a briefing for a meeting"}},
			{name: "a council’s page leads to it", path: "/authorities/bradford", wants: []string{`a[href="/authorities/bradford/briefing"]`}},
			{name: "the page for scrutiny leads to it, since the same day", path: "/scrutiny", wants: []string{`a[href="/authorities/northamptonshire/briefing?since=2026-09-15"]`}},
		})
		t.Run("who may read more takes the public paper, unless they ask for their own", func(t *testing.T) {
			usual := asks(t, s, testOfficer, http.MethodGet, "/authorities/northamptonshire/briefing", nil)
			says(t, usual, http.StatusOK, "It holds what everyone may read.", "Committee members and officers", "Officers only")
			for _, word := range reserved[:4] {
				if strings.Contains(usual.Body.String(), word) {
					t.Errorf("the public paper holds %q", word)
				}
			}
			own := asks(t, s, testOfficer, http.MethodGet, "/authorities/northamptonshire/briefing?for=officers", nil)
			says(t, own, http.StatusOK, "Officers only. Not for publication", "For officers only: it holds what is not for everyone. Do not publish it.", "Who checks <em>the plans</em>? (For officers only.)")
			if kept := own.Header().Get("Cache-Control"); kept != "no-store" {
				t.Errorf("a paper for officers may be kept: %s", kept)
			}
			written := strings.Join(wordsOfDocument(t, asks(t, s, testOfficer, http.MethodGet, "/authorities/northamptonshire/briefing.docx?for=officers", nil)), "\n")
			if !strings.Contains(written, "Who checks <em>the plans</em>?") || !strings.Contains(written, "Do not publish it.") {
				t.Errorf("the officers’ document says\n%s", written)
			}
			refused := asks(t, s, testMember, http.MethodGet, "/authorities/northamptonshire/briefing.docx?for=officers", nil)
			if refused.Code != http.StatusBadRequest || strings.Contains(refused.Body.String(), "Who checks") {
				t.Errorf("a member asks for the officers’ paper: status %d", refused.Code)
			}
		})
	})
}

func TestABriefingsAddressesAreBelowThePublicOne(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		public, err := url.Parse("https://council.example/timeline/")
		if err != nil {
			t.Fatal(err)
		}
		engine, err := drawing()
		if err != nil {
			t.Fatal(err)
		}
		s, err := New(Config{
			Store: db, Engine: engine, Files: static.Files(), Missing: static.Missing(), Clock: storetest.Now, Unlimited: true, Address: public,
		})
		if err != nil {
			t.Fatal(err)
		}
		ask := func(path string) *httptest.ResponseRecorder {
			return get(t, s, "https://council.example/timeline/authorities/west-northamptonshire/"+path)
		}
		page := document(t, ask("briefing"))
		if got := page.Find("#sources ~ p a").Last(); got.Text() != "https://council.example/timeline/scrutiny?authority=west-northamptonshire" ||
			got.AttrOr("href", "") != "/timeline/scrutiny?authority=west-northamptonshire" {
			t.Errorf("the record is at %q, %q", got.Text(), got.AttrOr("href", ""))
		}
		answer := ask("briefing.docx")
		if words := strings.Join(wordsOfDocument(t, answer), "\n"); !strings.Contains(words, "https://council.example/timeline/scrutiny?authority=west-northamptonshire") {
			t.Errorf("the document does not say where the record is:\n%s", words)
		}
		again := ask("briefing.docx")
		if !bytes.Equal(answer.Body.Bytes(), again.Body.Bytes()) || answer.Header().Get("Etag") == "" {
			t.Error("the same paper gives other bytes, or may not be asked for again")
		}
		if named := answer.Header().Get("Content-Disposition"); named != `attachment; filename="briefing-west-northamptonshire-2026-11-21.docx"` {
			t.Errorf("it is called %s", named)
		}
	})
}
