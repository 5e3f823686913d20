package web

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// sendsIn posts a form as somebody who is signed in does.
func sendsIn(t testing.TB, s *Server, path string, who []string, values url.Values) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(values.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(who); i += 2 {
		request.Header.Set(who[i], who[i+1])
	}
	answer := httptest.NewRecorder()
	s.Handler().ServeHTTP(answer, request)
	return answer
}

func TestScenariosOfTheRecordOfChanges(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, story := tellScrutiny(t, dsn)
		s := newServer(t, db)
		last, err := db.Last(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		runScenarios(t, s, []scenario{
			{
				name: "visitors see publications, decisions and corrections, how far the record goes, and files to take with them",
				path: "/changes",
				wants: []string{
					`main[data-page="change_list"]`, `.footer a[href="/changes"]`, `select#kind option[value="move"]`, `#since`, `a[href="/changes.csv"][download]`,
					`a[href="/changes.jsonl"][download]`, `.changes a[href^="/changes?post="]`,
				},
				shows: []string{
					"Record of changes", "view of scrutiny recorded", "Question to North Northamptonshire: asked", "records supplied with the program",
					last.Hash, fmt.Sprintf("number %d", last.Number), "Note both down", "Committee clerk",
				},
				hides: append([]string{"plan recorded", "another day asked for", "answered", "Post:", "{", "readings"}, notOnAnyPage...),
			},
			{
				name:  "what was supplied can be listed one by one",
				path:  "/changes?post=data+supplied+with+the+program",
				wants: []string{`.changes li:nth-child(50)`, `a[rel="next"][href*="before="]`, `input[type="hidden"][name="post"]`},
				shows: []string{"Older changes"}, hides: notOnAnyPage,
			},
			{
				name:  "the history of one area to improve has what was decided of it",
				path:  "/changes?record=recommendation:WN-ILACS-2026-1",
				wants: []string{`.govuk-breadcrumbs a[href="/recommendations/WN-ILACS-2026-1"]`, `input[name="record"]`, `a[href="/changes"].reset`},
				shows: []string{"History: Area to improve WN-ILACS-2026-1", "view of scrutiny recorded", "put on the record"},
				hides: append([]string{"NN-ILACS-2026-1", "plan recorded"}, notOnAnyPage...),
			},
			{name: "a body and its meetings", path: "/changes?record=committee:" + story.committee.ID, shows: []string{"Meeting of Scrutiny commission, Northamptonshire on 10 December 2026"}},
			{
				name:  "filters go together",
				path:  "/changes?kind=meeting&authority=northamptonshire&did=created&since=1+September+2026&until=2026-09-01",
				wants: []string{`#since[value="1 September 2026"]`, `option[value="meeting"][selected]`},
				shows: []string{"Only: Meeting", "Meeting of Scrutiny commission"}, hides: []string{"Improvement board: added"},
			},
			{
				name: "a day that is none", path: "/changes?since=soon", status: http.StatusBadRequest,
				wants: []string{`.govuk-error-summary a[href="#since"]`, `#since[aria-describedby="since-problem"]`}, shows: []string{"Enter the day like 7 July 2026"},
			},
			{
				name: "a record that is none", path: "/changes?record=nothing&before=last", status: http.StatusBadRequest,
				wants: []string{`.govuk-error-summary a[href="#record"]`, `#record`, `#before`}, shows: []string{"names no record", "not the number of an entry"},
			},
			{name: "what one post did is for those who sign in", path: "/changes?post=Improvement+officer", status: http.StatusBadRequest, shows: []string{"Sign in to see"}},
			{name: "a kind that only officers see", path: "/changes?kind=letter", status: http.StatusBadRequest, shows: []string{"Choose a kind of record from the list"}},
			{name: "nothing", path: "/changes?kind=question&did=removed", shows: []string{"Nothing that you may see here matches."}},
			{
				name: "the first entry says what it put on the record, field by field", path: "/changes/1",
				wants: []string{`main[data-page="change_show"]`, `.change-values dt`, `a[href^="/changes?record="]`},
				shows: []string{"Entry 1 of the record of changes", "data supplied with the program", "What was recorded"},
				hides: append([]string{"{", "Put back"}, notOnAnyPage...),
			},
			{name: "no entry", path: "/changes/0", status: http.StatusNotFound},
			{name: "no number", path: "/changes/first", status: http.StatusNotFound},
			{name: "an entry to come", path: fmt.Sprintf("/changes/%d", last.Number+1), status: http.StatusNotFound},
			{name: "an inspection leads to its history", path: "/inspections/west-northamptonshire-ilacs-standard-2026-05-11", wants: []string{`a[href^="/changes?record=inspection%3Awest"]`}},
			{name: "an area to improve leads to its history", path: "/recommendations/WN-ILACS-2026-1", wants: []string{`a[href="/changes?record=recommendation:WN-ILACS-2026-1"]`}},
		})
	})
}

// tellEverything records something of every kind and audience, with words that say for whom they are.
func tellEverything(t *testing.T, s *Server) {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	posts, err := s.store.Posts(ctx, nil)
	check(err)
	for _, audience := range inspection.Audiences() {
		words := "Words for " + string(audience)
		_, err := s.store.AddUpdate(ctx, testOfficer, inspection.Update{Reference: "NN-ILACS-2026-1", On: s.today(), Words: words, Audience: audience})
		check(err)
		a, err := s.store.SaveAction(ctx, testOfficer, inspection.Action{
			Words: words, OwnerID: posts[0].ID, LeadBodyID: posts[0].BodyID, Due: s.today(), Audience: audience, References: []string{"NN-ILACS-2026-1"},
		}, "")
		check(err)
		_, err = s.store.AddUpdate(ctx, testOfficer, inspection.Update{ActionID: a.ID, On: s.today(), Words: "An update for everybody.", Audience: inspection.ForPublic})
		check(err)
		for _, state := range []inspection.EvidenceState{inspection.EvidenceDraft, inspection.EvidenceSubmitted} {
			title := words
			if state == inspection.EvidenceDraft {
				title = "Words for officers"
			}
			_, err = s.store.AddEvidence(ctx, testOfficer, inspection.EvidenceItem{
				Reference: "NN-ILACS-2026-1", Title: title, Address: "https://example.org/audit", On: s.today(), Audience: audience, State: state,
			}, nil)
			check(err)
		}
	}
	letter, err := s.store.AddLetter(ctx, testOfficer, "Words for those listed.pdf", store.ReadLetter{State: inspection.LetterReady, Draft: inspection.Draft{Note: "Words for those listed"}})
	check(err)
	_, err = s.store.SetLetterState(ctx, testOfficer, letter.ID, inspection.LetterSetAside, "Words for those listed", inspection.Date{})
	check(err)
}

func TestNoEntryShowsAnybodyWhatIsNotForThem(t *testing.T) {
	storetest.LeaveOutWalk(t)
	db, _ := tellScrutiny(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	tellEverything(t, s)
	last, err := db.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"Words for public", "Words for members", "Words for officers", "Words for those listed"}
	for name, c := range map[string]struct {
		roles []auth.Role
		reads int
	}{
		"visitors": {nil, 1}, "members": {[]auth.Role{auth.Member}, 2}, "officers": {[]auth.Role{auth.Officer}, 3},
		"reviewers": {[]auth.Role{auth.Reviewer}, 3}, "clerks": {[]auth.Role{auth.Clerk}, 3}, "administrators": {[]auth.Role{auth.Administrator}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			var who []string
			if c.roles != nil {
				who = sessionOf(t, s, storetest.Account(t, db, c.roles...))
			}
			var texts strings.Builder
			pages := 0
			for at := "/changes"; at != ""; {
				answer := get(t, s, at, who...)
				page := document(t, answer)
				if answer.Code != http.StatusOK {
					t.Fatalf("%s: status %d", at, answer.Code)
				}
				texts.WriteString(seen(page.Find("main").Text()))
				at, pages = page.Find(`.change-pages a[rel="next"]`).AttrOr("href", ""), pages+1
			}
			shown := 0
			for number := last.Number; number > last.Number-45; number-- {
				answer := get(t, s, fmt.Sprintf("/changes/%d", number), who...)
				if answer.Code == http.StatusOK {
					shown++
					texts.WriteString(seen(document(t, answer).Find("main").Text()))
				}
				if kept := answer.Code == http.StatusOK && answer.Header().Get("Cache-Control") != "no-store"; kept != (who == nil && answer.Code == http.StatusOK) {
					t.Errorf("entry %d: whether a browser may keep it: %v", number, kept)
				}
			}
			for _, path := range []string{"/changes.csv", "/changes.jsonl"} {
				answer := get(t, s, path, who...)
				if answer.Code != http.StatusOK {
					t.Fatalf("%s: status %d", path, answer.Code)
				}
				texts.WriteString(answer.Body.String())
			}
			for i, words := range all {
				if got := strings.Contains(texts.String(), words); got != (i < c.reads) {
					t.Errorf("%q is shown: %v", words, got)
				}
			}
			if who == nil && (strings.Contains(texts.String(), testOfficer.ID) || strings.Contains(texts.String(), `"by":`)) {
				t.Error("a visitor is told the ID of somebody")
			}
			for _, broken := range []string{"<nil>", "%!", "ZgotmplZ"} {
				if strings.Contains(texts.String(), broken) {
					t.Errorf("says %q", broken)
				}
			}
			if shown == 0 || pages == 0 {
				t.Error("nothing was read")
			}
		})
	}
}

// Of every kind of entry that the seed makes, each is said in words: no code, no JSON and no empty name.
func TestSeededEntriesAreInWords(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	kinds := map[inspection.RecordKind]int{}
	err := s.store.EachChange(t.Context(), store.ChangeFilter{}, func(line store.ChangeLine, names *inspection.ChangeNames) error {
		if kinds[line.RecordKind]++; kinds[line.RecordKind] > 40 {
			return nil
		}
		words := changeWords(line, names)
		for _, f := range names.Differences(line.Change) {
			if f.Name == "" || f.Was == "" && f.Says == "" || strings.ContainsAny(f.Name, "_{") {
				t.Errorf("entry %d (%s): a field %+v", line.Number, line.RecordKind, f)
			}
			if strings.ContainsAny(f.Says, "{}") || strings.Contains(f.Says, "date not found") {
				t.Errorf("entry %d (%s): %s says %q", line.Number, line.RecordKind, f.Name, f.Says)
			}
		}
		if strings.ContainsAny(words, "_{") || strings.Contains(words, ": :") || strings.HasPrefix(words, ":") {
			t.Errorf("entry %d (%s) is called %q", line.Number, line.RecordKind, words)
		}
		return nil
	})
	if err != nil || len(kinds) < 12 {
		t.Errorf("%d kinds, %v", len(kinds), err)
	}
}

func TestExportsOfTheRecordOfChanges(t *testing.T) {
	db, _ := tellScrutiny(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	if _, err := db.AddUpdate(t.Context(), inspection.Actor{ID: "x", Post: "=HYPERLINK(\"https://example.org\")", Role: inspection.RoleOfficer},
		inspection.Update{Reference: "NN-ILACS-2026-1", On: s.today(), Words: "+1", Audience: inspection.ForPublic}); err != nil {
		t.Fatal(err)
	}
	last, err := db.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the table guards what a spreadsheet would take for a formula, and is a file", func(t *testing.T) {
		answer := get(t, s, "/changes.csv?kind=update")
		if got := answer.Header().Get("Content-Disposition"); got != `attachment; filename="changes-2026-11-21.csv"` || answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("got %q", got)
		}
		table, err := csv.NewReader(answer.Body).ReadAll()
		if err != nil || len(table) != 2 {
			t.Fatal(table, err)
		}
		if row := table[1]; row[2] != `'=HYPERLINK("https://example.org")` || row[5] != "Area to improve NN-ILACS-2026-1: update added" || !strings.Contains(row[6], "Words: nothing → +1") || row[8] != last.Hash {
			t.Errorf("got %q", row)
		}
	})
	t.Run("each line for programs is a whole entry, the first one first, up to the last", func(t *testing.T) {
		answer := get(t, s, "/changes.jsonl")
		lines := bufio.NewScanner(answer.Body)
		lines.Buffer(nil, 1<<20)
		var before int64
		for lines.Scan() {
			var one changeLineJSON
			if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
				t.Fatal(err)
			}
			if one.Number <= before || one.Hash == "" || one.Actor != "" {
				t.Fatalf("got %+v after %d", one, before)
			}
			before = one.Number
		}
		if before != last.Number || lines.Err() != nil {
			t.Errorf("ends with %d, %v", before, lines.Err())
		}
	})
	t.Run("officers get who it was by their ID, and their letters not through a member's eyes", func(t *testing.T) {
		answer := get(t, s, "/changes.jsonl?kind=post", sessionOf(t, s, storetest.Account(t, db, auth.Officer))...)
		if !strings.Contains(answer.Body.String(), `"actor":"`+testOfficer.ID) {
			t.Errorf("got %s", answer.Body)
		}
	})
	t.Run("an address that cannot be read gives no file", func(t *testing.T) {
		says(t, get(t, s, "/changes.csv?until=soon"), http.StatusBadRequest, "Enter the day like 7 July 2026")
	})
	t.Run("a question for the head of it alone sends no body", func(t *testing.T) {
		answer := ask(t, s, http.MethodHead, "/changes.csv")
		if answer.Code != http.StatusOK || answer.Body.Len() != 0 {
			t.Errorf("status %d, %d bytes", answer.Code, answer.Body.Len())
		}
	})
}

func TestAnEarlierValueIsPutBack(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db, story := tellScrutiny(t, dsn)
		s := newServer(t, db)
		officer := sessionOf(t, s, storetest.Account(t, db, auth.Officer))
		wrong := story.board
		wrong.Name = "Improvment board"
		if _, err := db.SaveCommittee(t.Context(), testClerk, wrong); err != nil {
			t.Fatal(err)
		}
		last, err := db.Last(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		entry := fmt.Sprintf("/changes/%d", last.Number)
		says(t, get(t, s, entry, officer...), http.StatusOK, "Improvement board", "Improvment board", "Put back what stood before", "Why it is put back")
		says(t, get(t, s, "/changes/1", officer...), http.StatusOK, "Nothing stood here before this entry")

		for name, who := range map[string][]string{
			"members": sessionOf(t, s, storetest.Account(t, db, auth.Member)), "administrators": sessionOf(t, s, storetest.Account(t, db, auth.Administrator)), "visitors": nil,
		} {
			if page := document(t, get(t, s, entry, who...)); page.Find("main form").Length() > 0 {
				t.Errorf("%s are offered the form", name)
			}
			if answer := sendsIn(t, s, entry+"/restore", who, url.Values{"reason": {"Mine"}}); answer.Code != http.StatusForbidden {
				t.Errorf("%s: status %d", name, answer.Code)
			}
		}
		answer := sendsIn(t, s, entry+"/restore", officer, url.Values{"reason": {" "}})
		says(t, answer, http.StatusUnprocessableEntity, "Enter the reason why the earlier value is put back")
		if document(t, answer).Find(`.govuk-error-summary a[href="#reason"]`).Length() == 0 {
			t.Error("the problem does not lead to its field")
		}
		place := led(t, sendsIn(t, s, entry+"/restore", officer, url.Values{"reason": {"A slip"}}))
		says(t, get(t, s, place, officer...), http.StatusOK, "History: Body that decides or scrutinises: Improvement board", fmt.Sprintf("put back as it was before entry %d", last.Number))
		made, err := db.Last(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		says(t, get(t, s, fmt.Sprintf("/changes/%d", made.Number)), http.StatusOK, "A slip", "What stood before entry")

		again := wrong
		again.Name = "Board of improvement"
		if _, err := db.SaveCommittee(t.Context(), testClerk, again); err != nil {
			t.Fatal(err)
		}
		answer = sendsIn(t, s, entry+"/restore", officer, url.Values{"reason": {"Once more"}})
		says(t, answer, http.StatusUnprocessableEntity, "It was changed again since", "Before this entry: Improvement board", "Now: Board of improvement")
		if page := document(t, answer); page.Find(`.govuk-error-summary a[href="#clash"]`).Length() == 0 || page.Find(`#reason[value="Once more"]`).Length() == 0 {
			t.Error("the clash is not led to, or the reason is not kept")
		}
		if answer := sendsIn(t, s, "/changes/none/restore", officer, url.Values{"reason": {"x"}}); answer.Code != http.StatusNotFound {
			t.Errorf("status %d", answer.Code)
		}
	})
}

func TestReadingTheRecordIsNoted(t *testing.T) {
	db, _ := tellScrutiny(t, storetest.SQLite(t, true))
	s := newServer(t, db)
	account := storetest.Account(t, db, auth.Officer)
	officer, administrator := sessionOf(t, s, account), sessionOf(t, s, storetest.Account(t, db, auth.Administrator))
	for _, path := range []string{"/changes", "/changes?record=recommendation:NN-ILACS-2026-1", "/changes/1", "/changes.csv"} {
		if answer := get(t, s, path, officer...); answer.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, answer.Code)
		}
		get(t, s, path)
	}
	noted, err := db.Accesses(t.Context(), store.AccessFilter{What: []inspection.AccessKind{inspection.RecordRead}})
	if err != nil {
		t.Fatal(err)
	}
	var subjects []string
	for _, one := range noted {
		if one.AccountID != account.ID || one.Post != account.Post {
			t.Errorf("noted %+v", one)
		}
		subjects = append(subjects, one.Subject)
	}
	slices.Sort(subjects)
	if want := []string{"changes", "changes.csv", "changes:1", "changes:recommendation:NN-ILACS-2026-1"}; !slices.Equal(subjects, want) {
		t.Errorf("noted %q; want %q", subjects, want)
	}
	list := get(t, s, "/changes/readings", administrator...)
	says(t, list, http.StatusOK, "Readings and sign-ins", account.Post, "Read an internal record", "Entry 1 of the record of changes", "dropped after 30 days", "From")
	if list.Header().Get("Cache-Control") != "no-store" {
		t.Error("a browser may keep who read what")
	}
	if answer := get(t, s, "/changes/readings", officer...); answer.Code != http.StatusForbidden {
		t.Errorf("an officer: status %d", answer.Code)
	}
	if answer := get(t, s, "/changes/readings"); answer.Code != http.StatusSeeOther {
		t.Errorf("a visitor: status %d", answer.Code)
	}
	says(t, get(t, s, "/changes/readings?page=0&what=everything", administrator...), http.StatusBadRequest, "is not the number of a page")
}

func TestHowFarTheRecordGoesIsNeverOld(t *testing.T) {
	db := storetest.Seeded(t)
	s := newServer(t, db)
	mark := func() string {
		t.Helper()
		return document(t, get(t, s, "/changes")).Find(".change-mark code").Text()
	}
	before := mark()
	if _, err := db.AddLetter(t.Context(), testOfficer, "letter.pdf", store.ReadLetter{State: inspection.LetterReady}); err != nil {
		t.Fatal(err)
	}
	if after := mark(); len(before) != 64 || len(after) != 64 || after == before {
		t.Errorf("before %s, after %s", before, after)
	}
	var page strings.Builder
	if err := template.Must(s.templates["change_list"]()).ExecuteTemplate(&page, "layout", changeListPage{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), "The last entry of this record cannot be read now.") {
		t.Error("a page without a last entry does not say so")
	}
}

func TestReadingWhatIsNotForEverybodyIsNoted(t *testing.T) {
	db := storetest.Seeded(t)
	s := newServer(t, db)
	officer := storetest.Account(t, db, auth.Officer)
	const area = "/recommendations/NN-ILACS-2026-1"
	get(t, s, area)
	for _, path := range []string{area, area + "/work", "/recommendations"} {
		if answer := get(t, s, path, sessionOf(t, s, officer)...); answer.Code != http.StatusOK {
			t.Fatalf("%s: status %d", path, answer.Code)
		}
	}
	noted, err := db.Accesses(t.Context(), store.AccessFilter{What: []inspection.AccessKind{inspection.RecordRead}})
	if err != nil || len(noted) != 2 {
		t.Fatalf("noted %+v, %v", noted, err)
	}
	for _, one := range noted {
		if one.AccountID != officer.ID || one.Subject != "recommendation:NN-ILACS-2026-1" {
			t.Errorf("noted %+v", one)
		}
	}
	list := get(t, s, "/changes/readings", sessionOf(t, s, storetest.Account(t, db, auth.Administrator))...)
	if document(t, list).Find(`main a[href="`+area+`"]`).Length() != 2 {
		t.Error("the list of readings does not lead to what was read")
	}
}
