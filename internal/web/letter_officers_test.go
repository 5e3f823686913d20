package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// secret is a word that stands nowhere but in the letter of these tests.
const secret = "quillwort"

// aSecret is a letter that says it in its areas to improve and in its text.
var aSecret = []string{
	strings.ReplaceAll(aLetter[0], "Robin Sample", "Quentin Quillwort"),
	strings.ReplaceAll(aLetter[1], "visits to children", "visits to every quillwort"),
}

// browser is somebody signed in in a browser.
type browser struct {
	t       *testing.T
	server  *Server
	account auth.Account
	token   string
}

// newSignedServer returns a server that knows accounts, with a reader of letters.
func newSignedServer(t *testing.T) *Server {
	t.Helper()
	s := newOfficerServer(t, storetest.Seeded(t))
	s.open = false
	return s
}

func signIn(t *testing.T, s *Server, roles ...auth.Role) browser {
	t.Helper()
	account := storetest.Account(t, s.store, roles...)
	return browser{t, s, account, storetest.SignIn(t, s.store, account)}
}

func (b browser) asks(method, path, kind string, body io.Reader) *httptest.ResponseRecorder {
	b.t.Helper()
	request := httptest.NewRequestWithContext(b.t.Context(), method, path, body)
	request.AddCookie(&http.Cookie{Name: sessionCookie, Value: b.token})
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	answer := httptest.NewRecorder()
	b.server.Handler().ServeHTTP(answer, request)
	return answer
}

func (b browser) sees(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.asks(http.MethodGet, path, "", nil)
}

func (b browser) sends(path string, values ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	form := with(url.Values{}, values...)
	return b.asks(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// adds adds the secret letter, under the name of a file, and returns where that leads.
func (b browser) adds(name string) string {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("letters", name)
	if err == nil {
		_, err = part.Write(lettertest.PDF(aSecret...))
	}
	if err != nil || form.Close() != nil {
		b.t.Fatal("the form cannot be written")
	}
	return led(b.t, b.asks(http.MethodPost, "/letters/new", form.FormDataContentType(), &body))
}

// addsSecret adds the secret letter and returns its address.
func (b browser) addsSecret() string {
	b.t.Helper()
	address := b.adds(secret + ".pdf")
	page := b.sees(address)
	says(b.t, page, http.StatusOK, "every "+secret, "Who sees this draft", b.account.Post)
	if words := seen(document(b.t, page).Text()); strings.Contains(words, "Demonstration") {
		b.t.Error("the page says that it is a demonstration")
	}
	return address
}

// namesNothing checks that an answer says nothing of a letter.
func namesNothing(t *testing.T, address, path string, answer *httptest.ResponseRecorder) {
	t.Helper()
	said := strings.ToLower(answer.Body.String() + answer.Header().Get("Location"))
	if strings.Contains(said, secret) || strings.Contains(said, strings.TrimPrefix(address, "/letters/")) {
		t.Errorf("%s names a letter that nobody listed this officer on", path)
	}
}

func TestALetterIsNotThereForWhoeverIsNotListed(t *testing.T) {
	s := newSignedServer(t)
	listed, other := signIn(t, s, auth.Officer), signIn(t, s, auth.Officer, auth.Reviewer, auth.Clerk)
	address := listed.addsSecret()
	before := formValues(document(t, listed.sees(address)).Find("form.review-form"))
	tried := 0
	for _, route := range s.engineGin.Routes() {
		if !strings.HasPrefix(route.Path, "/letters/:id") {
			continue
		}
		for _, form := range [][]string{
			{}, {"revision", "1", "do", "list", "officer", other.account.ID, "reason", "why", "to", "set_aside", "text", "a text", "seen", "yes"},
			{"revision", "0", "do", "quiet", "to", "embargoed", "planned", "no day"}, {"do", "take"}, {"do", "unlist", "officer", listed.account.ID},
		} {
			ask := func(id string) *httptest.ResponseRecorder {
				path := strings.Replace(route.Path, "/letters/:id", id, 1)
				if route.Method == http.MethodPost {
					return other.sends(path, form...)
				}
				return other.asks(route.Method, path+"?"+with(url.Values{}, form...).Encode(), "", nil)
			}
			there, none := ask(address), ask("/letters/abcdefghijklmnop")
			for _, answer := range []*httptest.ResponseRecorder{there, none} {
				answer.Header().Del(referenceHeader) // every request has its own
			}
			tried++
			if there.Code != none.Code || !bytes.Equal(there.Body.Bytes(), none.Body.Bytes()) || !reflect.DeepEqual(there.Header(), none.Header()) {
				t.Errorf("%s %s with %v: answered %d, one that is not there %d", route.Method, route.Path, form, there.Code, none.Code)
			}
			if there.Code < http.StatusBadRequest {
				t.Errorf("%s %s with %v is answered %d", route.Method, route.Path, form, there.Code)
			}
			namesNothing(t, address, route.Path, there)
		}
	}
	if tried < 50 {
		t.Errorf("only %d requests were tried", tried)
	}
	if after := formValues(document(t, listed.sees(address)).Find("form.review-form")); !reflect.DeepEqual(before, after) {
		t.Error("the draft was changed")
	}
}

func TestNoPageNamesALetterToWhoeverIsNotListed(t *testing.T) {
	storetest.LeaveOutWalk(t)
	const ofEachKind = 3
	s := newSignedServer(t)
	listed := signIn(t, s, auth.Officer)
	address := listed.addsSecret()
	led(t, listed.sends(address+"/state", "to", "embargoed"))
	says(t, listed.sees("/letters"), http.StatusOK, secret+".pdf", "Waiting for Ofsted to publish")
	administrator := signIn(t, s, auth.Administrator)
	for who, other := range map[string]browser{
		"an officer":  signIn(t, s, auth.Officer, auth.Reviewer, auth.Clerk, auth.Member),
		"a clerk":     signIn(t, s, auth.Clerk),
		"a member":    signIn(t, s, auth.Member),
		"a visitor":   {t: t, server: s},
		"a colleague": administrator,
	} {
		t.Run(who, func(t *testing.T) {
			id := strings.TrimPrefix(address, "/letters/")
			queue := []string{
				"/", "/letters", "/letters?held=" + id, "/letters?new=" + id, "/letters/new", "/scrutiny", "/changes", "/account", "/people", "/actions",
				"/committees", "/tracker", "/themes", "/working-days", "/search?q=" + secret, "/authorities?q=" + secret, "/recommendations?theme=" + secret,
				"/changes?kind=letter", "/changes?record=letter:" + id, "/changes.csv", "/changes.jsonl", "/inspections?authority=north-northamptonshire&year=2026",
				"/letters.csv", "/documents", "/api/v1/letters", "/inspections/north-northamptonshire-ilacs-standard-2026-05-11/later-views",
			}
			asked, kinds := map[string]bool{}, map[string]int{}
			for len(queue) > 0 {
				path := queue[0]
				queue = queue[1:]
				if asked[path] || kinds[kindOf(path)] >= ofEachKind {
					continue
				}
				asked[path] = true
				kinds[kindOf(path)]++
				answer := other.sees(path)
				if answer.Code >= http.StatusInternalServerError {
					t.Errorf("%s is answered %d", path, answer.Code)
				}
				asks := strings.ToLower(path)
				if strings.Contains(asks, secret) || strings.Contains(asks, id) {
					sayBack(t, path, answer)
				} else if other.token != administrator.token || path != "/people/letters" {
					namesNothing(t, address, path, answer)
				}
				document(t, answer).Find("a[href]").Each(func(_ int, a *goquery.Selection) {
					href, _ := a.Attr("href")
					if u, err := url.Parse(href); err == nil && u.Host == "" && u.Path != "" && !strings.HasPrefix(u.Path, "/static/") && !strings.HasPrefix(u.Path, "/charts/") {
						queue = append(queue, u.RequestURI())
					}
				})
			}
			if len(asked) < 60 {
				t.Errorf("only %d pages were found", len(asked))
			}
		})
	}
}

// sayBack checks a page that was asked for with words of a letter: it may say those back, and nothing else of it.
func sayBack(t *testing.T, path string, answer *httptest.ResponseRecorder) {
	t.Helper()
	for _, words := range []string{"every " + secret, secret + ".pdf", "/letters/"} {
		text := answer.Body.String()
		if words == "/letters/" {
			text = strings.ReplaceAll(text, "/letters/new", "")
		}
		if strings.Contains(strings.ToLower(text), words) {
			t.Errorf("%s says %q of the letter", path, words)
		}
	}
}

func TestTheSameFileTellsAnotherOfficerNothing(t *testing.T) {
	s := newSignedServer(t)
	listed, other := signIn(t, s, auth.Officer), signIn(t, s, auth.Officer)
	address := listed.addsSecret()
	if to := listed.adds("again.pdf"); to != address+"?already=held" {
		t.Errorf("whoever is listed is led to %s", to)
	}
	to := other.adds("mine.pdf")
	if to != "/letters?others=1" {
		t.Fatalf("another officer is led to %s", to)
	}
	list := other.sees(to)
	says(t, list, http.StatusOK, "0 letters", inspection.HeldByOthersWords)
	namesNothing(t, address, to, list)
}

func TestOfficersListEachOtherOnALetter(t *testing.T) {
	s := newSignedServer(t)
	first, second := signIn(t, s, auth.Officer), signIn(t, s, auth.Officer)
	address := first.addsSecret()
	officers := address + "/officers"
	alone := document(t, first.sees(address))
	if alone.Find(`button[value="unlist"]`).Length() > 0 || alone.Find(`select#officer option`).Length() != 2 {
		t.Error("the only officer can be taken off, or another cannot be listed")
	}
	refused := first.sends(officers, "do", "list", "officer", "")
	says(t, refused, http.StatusUnprocessableEntity, "There is a problem", "Choose an officer who has an account")
	if document(t, refused).Find(`.govuk-error-summary a[href="#officer"]`).Length() != 1 || document(t, refused).Find(`#officer[aria-describedby="officer-problem"]`).Length() != 1 {
		t.Error("the problem does not lead to its box")
	}
	says(t, first.sends(officers, "do", "unlist", "officer", first.account.ID), http.StatusUnprocessableEntity, "List another officer first")

	if to := led(t, first.sends(officers, "do", "list", "officer", second.account.ID)); to != address+"#officers" {
		t.Errorf("listing leads to %s", to)
	}
	page := second.sees(address)
	says(t, page, http.StatusOK, "every "+secret, first.account.Post, second.account.Post, "There is no other officer with an account to list")
	if document(t, page).Find(`button[value="unlist"]`).Length() != 2 {
		t.Error("of two officers neither can be taken off")
	}
	if to := led(t, first.sends(officers, "do", "unlist", "officer", first.account.ID)); to != "/letters" {
		t.Errorf("taking oneself off leads to %s", to)
	}
	says(t, first.sees(address), http.StatusNotFound, "Page not found")
	says(t, second.sees(address+"/history"), http.StatusOK, "Listed: "+second.account.Post+".", "Taken off the list: "+first.account.Post+".")
}

func TestReadingALetterIsNoted(t *testing.T) {
	s := newSignedServer(t)
	listed, other := signIn(t, s, auth.Officer), signIn(t, s, auth.Officer)
	address := listed.addsSecret()
	noted := func() []inspection.Access {
		t.Helper()
		list, err := s.store.Accesses(t.Context(), store.AccessFilter{Subject: "letter:" + strings.TrimPrefix(address, "/letters/")})
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	before := len(noted())
	for i, path := range []string{address, address + "/original", address + "/history", address + "/publish"} {
		if answer := listed.sees(path); answer.Code != http.StatusOK {
			t.Fatalf("%s is answered %d", path, answer.Code)
		}
		got := noted()
		if len(got) != before+i+1 {
			t.Fatalf("after %s there are %d accesses, want %d", path, len(got), before+i+1)
		}
		if a := got[0]; a.AccountID != listed.account.ID || a.Post != listed.account.Post || a.What != inspection.RecordRead || a.Role != inspection.RoleOfficer {
			t.Errorf("%s is noted as %+v", path, a)
		}
		other.sees(path)
		if len(noted()) != len(got) {
			t.Errorf("%s is noted of somebody who was not shown it", path)
		}
	}
}

func TestALetterThatNobodyIsListedOnIsTakenOnInTheList(t *testing.T) {
	s := newSignedServer(t)
	imported, err := s.store.AddLetter(t.Context(), anOfficer, secret+".pdf", store.ReadLetter{
		State: inspection.LetterReady, Draft: inspection.Draft{Topic: secret}, Officers: []string{},
	})
	if err != nil {
		t.Fatal(err)
	}
	address := letterAddress(imported.ID)
	first, second := signIn(t, s, auth.Officer), signIn(t, s, auth.Officer)
	list := first.sees("/letters")
	says(t, list, http.StatusOK, "0 letters", "A letter that nobody is listed on, added 21 November 2026", "Take it on")
	if strings.Contains(list.Body.String(), secret) {
		t.Error("the list names a letter that nobody is listed on")
	}
	says(t, first.sees(address), http.StatusNotFound)
	action, _ := document(t, list).Find(`form:has(button[value="take"])`).Attr("action")
	if to := led(t, first.sends(action, "do", "take")); to != address+"#officers" {
		t.Errorf("taking it on leads to %s", to)
	}
	says(t, first.sees(address), http.StatusOK, "Who sees this draft", first.account.Post)
	says(t, second.sends(action, "do", "take"), http.StatusNotFound)
	if text := seen(document(t, second.sees("/letters")).Text()); strings.Contains(text, "nobody is listed on") {
		t.Error("it is still offered")
	}
}

func TestAdministratorsListOfficersOnLettersThatTheyDoNotSee(t *testing.T) {
	s := newSignedServer(t)
	listed, other := signIn(t, s, auth.Officer), signIn(t, s, auth.Officer)
	administrator := signIn(t, s, auth.Administrator, auth.Officer)
	const path = "/people/letters"
	says(t, administrator.sees(path), http.StatusOK, "Every letter that is held is published")
	address := listed.addsSecret()
	id := strings.TrimPrefix(address, "/letters/")
	page := administrator.sees(path)
	says(t, page, http.StatusOK, id, "Ready to review", "21 November 2026", listed.account.Post)
	if strings.Contains(strings.ToLower(page.Body.String()), secret) || strings.Contains(page.Body.String(), "Inspection of") {
		t.Error("the page for administrators says what the letter is")
	}
	says(t, administrator.sees(address), http.StatusNotFound)
	for _, tt := range []struct{ letter, officer, words, place string }{
		{"", other.account.ID, "Choose a letter of the list", "letter"},
		{id, "", "Choose an officer who has an account", "officer"},
		{id, administrator.account.ID, "Nobody lists themselves", "officer"},
	} {
		answer := administrator.sends(path, "letter", tt.letter, "officer", tt.officer)
		says(t, answer, http.StatusUnprocessableEntity, "There is a problem", tt.words)
		back := document(t, answer)
		if back.Find(`.govuk-error-summary a[href="#`+tt.place+`"]`).Length() != 1 || back.Find("#"+tt.place+"-problem").Length() != 1 {
			t.Errorf("%s: the problem does not lead to its box", tt.words)
		}
		if kept, _ := back.Find("#letter option[selected]").Attr("value"); kept != tt.letter {
			t.Errorf("%s: the letter chosen was %q and is %q", tt.words, tt.letter, kept)
		}
	}
	to := led(t, administrator.sends(path, "letter", id, "officer", other.account.ID))
	says(t, administrator.sees(to), http.StatusOK, "The officer is listed", other.account.Post)
	says(t, other.sees(address), http.StatusOK, "every "+secret)
	says(t, administrator.sees(address), http.StatusNotFound)
	says(t, listed.sees(address+"/history"), http.StatusOK, administrator.account.Post, "Listed: "+other.account.Post+".")
	says(t, other.sees(path), http.StatusForbidden, "This page is for another role")
}

func TestTheDemonstrationShowsEveryOfficerEveryLetter(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	address := addedLetter(t, s)
	page := asksAs(t, s, inPost("Somebody else", inspection.RoleOfficer), http.MethodGet, address, "", nil)
	says(t, page, http.StatusOK, "This is a demonstration without accounts")
	if document(t, page).Find(`form[action$="/officers"]`).Length() > 0 {
		t.Error("officers are listed where there are no accounts")
	}
}
