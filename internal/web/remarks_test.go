package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// tells sends a note as a reader without an account does; fields are given as name and value in turn.
func tells(t *testing.T, s *Server, fields ...string) *httptest.ResponseRecorder {
	t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return submit(t, s, tellUsPath, values)
}

// told sends a note that is kept, and returns the address of the page of its own.
func told(t *testing.T, s *Server, fields ...string) string {
	t.Helper()
	to := led(t, tells(t, s, fields...))
	if !strings.HasPrefix(to, tellUsPath+"/T-") {
		t.Fatalf("a note leads to %s", to)
	}
	return to
}

// latestRemark returns the note whose page of its own has an address.
func latestRemark(t *testing.T, s *Server, own string) inspection.Remark {
	t.Helper()
	m, _, err := s.store.RemarkOf(t.Context(), strings.TrimPrefix(own, tellUsPath+"/"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEveryPageAsksWhatIsWrongWithIt(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	officer := signIn(t, s, auth.Officer)
	for path, want := range map[string]string{
		"/":                                     "/tell-us?page=%2F",
		"/inspections?year=2026&stray=1":        "/tell-us?page=%2Finspections%3Fyear%3D2026",
		"/recommendations/NN-ILACS-2026-1":      "/tell-us?page=%2Frecommendations%2FNN-ILACS-2026-1",
		"/authorities?q=west+leeds":             "/tell-us?page=%2Fauthorities%3Fq%3Dwest%2Bleeds",
		"/search?q=care+leavers":                "/tell-us?page=%2Fsearch", // what somebody looked for is their own
		"/nowhere?stray=1":                      "/tell-us?page=%2Fnowhere",
		"/nowhere/" + strings.Repeat("a", 2000): "/tell-us",
		"/tell-us?page=%2F":                     "/tell-us",
		"/messages/unsubscribe/secret":          "/tell-us",
	} {
		link := document(t, get(t, s, path)).Find(".footer .tell-us a")
		if got := link.AttrOr("href", ""); link.Length() != 1 || got != want || seen(link.Text()) != "Something wrong? Tell us" {
			t.Errorf("%.60s leads to %.80q, want %q", path, got, want)
		}
	}
	if got := document(t, officer.sees("/letters?others=1")).Find(".tell-us a").AttrOr("href", ""); got != "/tell-us?page=%2Fletters" {
		t.Errorf("an officer’s page leads to %q", got)
	}
	if n := document(t, get(t, s, "/embed/lanes/bradford")).Find(".tell-us").Length(); n != 0 {
		t.Error("a page for frames asks too")
	}
}

func TestAReaderTellsUsAndIsAnswered(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	officer, member := signIn(t, s, auth.Officer), signIn(t, s, auth.Member)
	const words = "The <em>day</em> is wrong."
	form := get(t, s, "/tell-us?page=%2Finspections%3Fyear%3D2026")
	page := document(t, form)
	for _, selector := range []string{
		`form[action="/tell-us"][method="post"]`, `#page[value="/inspections?year=2026"]`, `label[for="words"]`, `label[for="elsewhere"]`, `.trap label[for="website"]`,
		`#website[tabindex="-1"]`,
	} {
		if page.Find(selector).Length() != 1 {
			t.Errorf("nothing matches %s", selector)
		}
	}
	if page.Find("#email").Length() > 0 || !strings.Contains(seenText(t, form), "This service sends no mail") {
		t.Error("it asks for an email address, though no mail is sent")
	}
	own := told(t, s, "page", "/inspections?year=2026", "words", words, "elsewhere", "https://example.org/letter", "email", "reader@example.org")
	reference := strings.TrimPrefix(own, tellUsPath+"/")

	t.Run("the page of their own says how far it is, and not what they wrote", func(t *testing.T) {
		answer := get(t, s, own)
		says(t, answer, http.StatusOK, reference, "21 November 2026", "Waiting for an answer", "Come back to this page to see the answer")
		if strings.Contains(answer.Body.String(), "day</em>") || strings.Contains(answer.Body.String(), "example.org") || strings.Contains(answer.Body.String(), "&lt;em&gt;") {
			t.Error("it repeats what was written")
		}
		if got := answer.Header(); got.Get("Cache-Control") != "no-store" || got.Get("X-Robots-Tag") != "noindex" || got.Get("Set-Cookie") != "" {
			t.Errorf("its headers are %v", got)
		}
		if to := led(t, get(t, s, "/tell-us?reference=+"+strings.ToLower(reference))); to != own {
			t.Errorf("the reference leads to %s", to)
		}
		for _, other := range []string{"/tell-us/T-2222222222", "/tell-us/none", "/tell-us/" + latestRemark(t, s, own).ID} {
			says(t, get(t, s, other), http.StatusNotFound, "There is no note with this reference")
		}
	})
	var desk string
	t.Run("officers are told at the desk, and see the words as they were written", func(t *testing.T) {
		says(t, officer.sees("/letters"), http.StatusOK, "Notes from readers (1 waits)")
		list := officer.sees("/remarks")
		says(t, list, http.StatusOK, "1 note, those that wait first", words, "/inspections?year=2026", "This service sends no mail")
		desk, _ = document(t, list).Find(`th a[href^="/remarks/"]`).Attr("href")
		show := officer.sees(desk)
		says(t, show, http.StatusOK, words, "Received on 21 November 2026", "What the reader read (on example.org)", "If this must not be held")
		if page := document(t, show); page.Find("em").Length() > 0 || page.Find(`a.page-address[href="/inspections?year=2026"]`).Length() != 1 {
			t.Error("the words make mark-up, or the page is not linked")
		}
		says(t, officer.sees("/remarks?state=closed"), http.StatusOK, "No note is that far.")
		says(t, officer.sees("/remarks?state=lost&page=x"), http.StatusBadRequest, "Choose how far it is from the list", "is not the number of a page")
		says(t, member.sees("/remarks"), http.StatusForbidden, "This page is for another role")
		says(t, officer.sees("/changes?kind=remark"), http.StatusOK, "Note from a reader: "+reference+": sent in", "A reader")
		if strings.Contains(get(t, s, "/changes").Body.String(), reference) {
			t.Error("the public record of changes names the note")
		}
		readings, err := s.store.Accesses(t.Context(), store.AccessFilter{What: []inspection.AccessKind{inspection.RecordRead}, Most: 50})
		if err != nil || !strings.Contains(fmt.Sprint(readings), "remark:"+latestRemark(t, s, own).ID) {
			t.Errorf("nobody noted that it was read: %v", err)
		}
	})
	t.Run("an answer that lacks something comes back with its words", func(t *testing.T) {
		answer := officer.sends(desk+"/answers", "seen", "0", "outcome", "mended", "words", "It is the 7th.")
		says(t, answer, http.StatusUnprocessableEntity, "There is a problem", "Choose what came of it", "It is the 7th.")
		says(t, officer.sends(desk+"/answers", "seen", "x", "outcome", "put_right", "words", "It is the 7th."), http.StatusUnprocessableEntity, "somebody else has answered")
		says(t, officer.sends(desk+"/answers", "seen", "0", "outcome", "put_right", "words", "Case reference 12345."), http.StatusUnprocessableEntity, "Does this name a child")
	})
	t.Run("the answer stands on the reader’s page, with its day and post", func(t *testing.T) {
		to := led(t, officer.sends(desk+"/answers", "seen", "0", "outcome", "put_right", "words", "It is the <b>7th</b>."))
		if to != desk+"?saved=answer#saved" {
			t.Errorf("answering leads to %s", to)
		}
		says(t, officer.sees(desk+"?saved=answer"), http.StatusOK, "The answer is recorded", "Add another answer")
		answer := get(t, s, own)
		says(t, answer, http.StatusOK, "Answered", "Put right", "It is the <b>7th</b>.", "Answered on 21 November 2026 by "+officer.account.Post)
		if document(t, answer).Find("main b").Length() > 0 {
			t.Error("the answer makes mark-up")
		}
		if strings.Contains(seenText(t, officer.sees("/letters")), "waits)") {
			t.Error("it still waits at the desk")
		}
		says(t, officer.sends(desk+"/answers", "seen", "0", "outcome", "passed_on", "words", "Another."), http.StatusUnprocessableEntity, "somebody else has answered", "Another.")
		says(t, officer.sends(desk+"/close"), http.StatusUnprocessableEntity, "This note is answered or closed already")
	})
	t.Run("one that wants no answer is closed", func(t *testing.T) {
		advertisement := told(t, s, "words", "Buy watches.")
		address := remarkAddress(latestRemark(t, s, advertisement).ID)
		if to := led(t, officer.sends(address+"/close")); to != address+"?saved=closed#saved" {
			t.Errorf("closing leads to %s", to)
		}
		says(t, officer.sees(address+"?saved=closed"), http.StatusOK, "The note is closed without an answer.", "None named")
		says(t, get(t, s, advertisement), http.StatusOK, "Closed without an answer", "Nothing was written in reply")
		says(t, officer.sees("/remarks/none"), http.StatusNotFound, "Page not found")
	})
}

func TestWhatIsWrongWithANoteIsSaidAtItsBox(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, c := range []struct {
		name, field, value, want string
	}{
		{"nothing said", "words", " ", "Enter what is wrong"},
		{"too much said", "words", strings.Repeat("é", inspection.MostRemark+1), "at most 2000 characters fit"},
		{"far too much said", "words", strings.Repeat("é", 20_001), "at most 2000 characters fit"},
		{"another site’s page", "page", "https://evil.example/inspections", "Enter the address of a page of this service"},
		{"another site’s page without its scheme", "page", "//evil.example/", "Enter the address of a page of this service"},
		{"a script", "page", "javascript:alert(1)", "Enter the address of a page of this service"},
		{"a script as the other page", "elsewhere", "javascript:alert(1)", "Enter the whole address"},
		{"the box for programs", trapField, "https://watches.example", "Leave the box with this message empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			values := []string{"page", "/", "words", "The day is wrong.", "elsewhere", "https://example.org/", c.field, c.value}
			answer := tells(t, s, values...)
			says(t, answer, http.StatusUnprocessableEntity, "There is a problem", c.want)
			page := document(t, answer)
			if page.Find(`.govuk-error-summary a[href="#`+c.field+`"]`).Length() != 1 || page.Find("#"+c.field+"-problem").Length() != 1 {
				t.Error("the problem does not stand at its box")
			}
			if c.field != "words" && seen(page.Find("#words").Text()) != "The day is wrong." || !strings.HasPrefix(page.Find("title").Text(), "Error: ") {
				t.Error("the words are lost, or the title says nothing")
			}
			if c.field == trapField && (page.Find(".trap").Length() > 0 || page.Find("#website").AttrOr("value", "") != "") {
				t.Error("the box is still hidden, or keeps what was in it")
			}
		})
	}
	if open, err := s.store.OpenRemarks(t.Context()); err != nil || open != 0 {
		t.Errorf("%d notes are kept, %v", open, err)
	}
	for _, page := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "/a b", "/" + strings.Repeat("a", 3000)} {
		if got := document(t, get(t, s, "/tell-us?"+url.Values{"page": {page}}.Encode())).Find("#page").AttrOr("value", "none"); got != "" {
			t.Errorf("page=%.40s is shown as %q", page, got)
		}
	}
}

func TestThePageThatANoteIsAboutMayBeGivenWhole(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for given, want := range map[string]string{
		"http://example.com/inspections?year=2026": "/inspections?year=2026", " /about ": "/about", "http://example.com": "/", "": "",
	} {
		if m := latestRemark(t, s, told(t, s, "words", "Wrong.", "page", given)); m.Page != want {
			t.Errorf("%q is kept as %q, want %q", given, m.Page, want)
		}
	}
	behind(t, s, Config{Address: mustURL(t, "https://council.example/timeline")})
	form := url.Values{"words": {"Wrong."}, "page": {"https://council.example/timeline/about"}}.Encode()
	answer := answers(s, from("192.0.2.1:1", http.MethodPost, "https://council.example/timeline/tell-us", form))
	own := strings.TrimPrefix(answer.Header().Get("Location"), "/timeline")
	if m := latestRemark(t, s, own); m.Page != "/about" {
		t.Errorf("below a prefix it is kept as %q", m.Page)
	}
	says(t, answers(s, from("192.0.2.1:1", http.MethodPost, "https://council.example/timeline/tell-us",
		url.Values{"words": {"Wrong."}, "page": {"https://council.example/other"}}.Encode())), http.StatusUnprocessableEntity, "Enter the address of a page of this service")
}

func TestANoteThatSeemsToNameAChildIsAskedAbout(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	const words = "My case reference 12345 is told."
	answer := tells(t, s, "words", words)
	says(t, answer, http.StatusUnprocessableEntity, "Does this name a child, a family or a case?", "the number of a child or a case")
	if open, err := s.store.OpenRemarks(t.Context()); err != nil || open != 0 {
		t.Errorf("%d are kept, %v", open, err)
	}
	if got := document(t, answer).Find(`form[action="/tell-us"] input[name="words"]`).AttrOr("value", ""); got != words {
		t.Errorf("the form goes on with %q", got)
	}
	told(t, s, "words", words, namesNobody, "yes")
}

func TestOneNetworkSendsAFewNotesAtATime(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.notes = newNotePace()
	sends := func(peer, words string) *httptest.ResponseRecorder {
		return answers(s, from(peer, http.MethodPost, tellUsPath, url.Values{"words": {words}}.Encode()))
	}
	for n := range notesAtOnce {
		says(t, sends("192.0.2.1:1", ""), http.StatusUnprocessableEntity, "Enter what is wrong") // what is not kept does not count
		if answer := sends("192.0.2.1:1", "Wrong."); answer.Code != http.StatusSeeOther {
			t.Fatalf("note %d is answered %d", n, answer.Code)
		}
	}
	held := sends("192.0.2.1:1", "Wrong.")
	says(t, held, http.StatusTooManyRequests, "Several notes came from your network", "what you typed is still in it", "This note has not been sent.")
	if held.Header().Get("Retry-After") != fmt.Sprint(int(noteEach.Seconds())) {
		t.Errorf("it says to come back after %s", held.Header().Get("Retry-After"))
	}
	if answer := sends("192.0.2.2:1", "Wrong."); answer.Code != http.StatusSeeOther {
		t.Errorf("another network is answered %d", answer.Code)
	}
	now := storetest.Now()
	t.Cleanup(func() { storetest.SetNow(now) })
	storetest.SetNow(now.Add(noteEach))
	if answer := sends("192.0.2.1:1", "Wrong."); answer.Code != http.StatusSeeOther {
		t.Errorf("after a while it is answered %d", answer.Code)
	}
	if answer := sends("192.0.2.1:1", "Wrong."); answer.Code != http.StatusTooManyRequests {
		t.Errorf("and once more %d", answer.Code)
	}
}

func TestWhenTooManyNotesWaitReadersAreToldWhomToWriteTo(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for n := range inspection.MostOpenRemarks - 1 {
		if _, err := s.store.AddRemark(t.Context(), inspection.Remark{Words: fmt.Sprintf("Note %d.", n)}, ""); err != nil {
			t.Fatal(err)
		}
	}
	told(t, s, "words", "The last one.")
	says(t, tells(t, s, "words", "One more."), http.StatusTooManyRequests, "no other can be taken now", "Write to the council", "One more.")
	form := get(t, s, "/tell-us")
	says(t, form, http.StatusOK, "no other can be taken now")
	if document(t, form).Find(`form[method="post"]`).Length() > 0 {
		t.Error("the form is still offered")
	}
}

func TestWhereMailIsSentReadersMayLeaveAnAddress(t *testing.T) {
	s, _ := serverThatMails(t)
	if document(t, get(t, s, "/tell-us")).Find(`input#email[type="email"][autocomplete="email"]`).Length() != 1 {
		t.Error("the form does not ask for it")
	}
	refused := tells(t, s, "words", "Wrong.", "email", "reader@")
	says(t, refused, http.StatusUnprocessableEntity, "Enter an email address")
	if document(t, refused).Find(`#email[value="reader@"]`).Length() != 1 {
		t.Error("what was typed is lost")
	}
	own := told(t, s, "words", "Wrong.", "email", "Reader@Example.org")
	says(t, get(t, s, own), http.StatusOK, "You get a message when there is an answer.")
	if body := get(t, s, own).Body.String(); strings.Contains(strings.ToLower(body), "reader@") {
		t.Error("the page shows the address")
	}
	officer, administrator := signIn(t, s, auth.Officer), signIn(t, s, auth.Administrator)
	desk := remarkAddress(latestRemark(t, s, own).ID)
	show := officer.sees(desk)
	says(t, show, http.StatusOK, "The reader left an email address, and is told that there is an answer.")
	if strings.Contains(strings.ToLower(show.Body.String()), "reader@") {
		t.Error("the desk shows the address")
	}
	says(t, officer.sees("/remarks"), http.StatusOK, "the settings name no email address for readers")
	led(t, officer.sends(desk+"/answers", "seen", "0", "outcome", "right_as_it_stands", "words", "It is right."))
	list := administrator.sees("/people/messages")
	says(t, list, http.StatusOK, "That there is an answer to a note from a reader", "The reader who wrote it")
	if strings.Contains(strings.ToLower(list.Body.String()), "reader@") {
		t.Error("the list of messages shows the address")
	}
}

func TestWhereSigningInIsRequiredReadersSignInToTellUs(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.signInRequired = true
	member := signIn(t, s, auth.Member)
	if to := led(t, get(t, s, "/tell-us")); !strings.HasPrefix(to, "/sign-in?back=") {
		t.Errorf("a visitor is led to %s", to)
	}
	if answer := tells(t, s, "words", "Wrong."); answer.Code != http.StatusForbidden {
		t.Errorf("a visitor’s note is answered %d", answer.Code)
	}
	own := led(t, member.sends(tellUsPath, "words", "Wrong."))
	says(t, member.sees(own), http.StatusOK, "Waiting for an answer")
	if change, err := s.store.LatestOutline(t.Context(), store.RecordName{Kind: inspection.OfRemark, ID: latestRemark(t, s, own).ID}); err != nil || change.ActorID != inspection.Visitor.ID {
		t.Errorf("the record names %q, %v", change.ActorID, err)
	}
}

func TestANoteOfAReaderIsErased(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	one, other := signIn(t, s, auth.Administrator), signIn(t, s, auth.Administrator)
	own := told(t, s, "words", "You name "+secret+".", "page", "/search?q="+secret)
	desk := remarkAddress(latestRemark(t, s, own).ID)
	ask, _ := document(t, one.sees(desk)).Find(`a[href^="/erasures/new"]`).Attr("href")
	says(t, one.sees(ask), http.StatusOK, "what the reader wrote", "every answer")
	u := mustURL(t, ask)
	led(t, one.sends("/erasures", "entry", u.Query().Get("entry"), "reason", "child"))
	address, _ := document(t, other.sees("/erasures")).Find(`th a[href^="/erasures/"]`).Attr("href")
	led(t, other.sends(address+"/agree"))
	wantSecret(t, s, desk, false, sessionOf(t, s, one.account)...)
	wantSecret(t, s, "/remarks", false, sessionOf(t, s, one.account)...)
	says(t, one.sees(desk), http.StatusOK, "Erased")
	says(t, get(t, s, own), http.StatusOK, "Waiting for an answer")
}
