package web

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// sendFrom posts a form as a browser does that shows a page.
func (b *signInBrowser) sendFrom(page, path, kind string, body []byte) *httptest.ResponseRecorder {
	b.t.Helper()
	request := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, b.host+path, bytes.NewReader(body))
	request.RemoteAddr = b.network + ":40000"
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Referer", "http://example.com"+page)
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer := httptest.NewRecorder()
	b.s.Handler().ServeHTTP(answer, request)
	return answer
}

const formKind = "application/x-www-form-urlencoded"

// wayToSignIn is where an answer leads whose sender was signed out meanwhile, "" where nothing was kept.
func wayToSignIn(t *testing.T, answer *httptest.ResponseRecorder) string {
	t.Helper()
	says(t, answer, http.StatusForbidden, "Sign in first", "Nothing has been changed.")
	address, _ := document(t, answer).Find(`main a[href^="/sign-in?back="]`).Attr("href")
	return address
}

// backFrom signs in where an answer leads, and returns the page that comes of it.
func (b *signInBrowser) backFrom(address, way string) *httptest.ResponseRecorder {
	b.t.Helper()
	back, _ := document(b.t, b.get(way)).Find(`input[name="back"]`).Attr("value")
	return b.get(led(b.t, b.send("/sign-in", "address", address, "password", thePassword, "back", back)))
}

// typeInto fills every box of a form with something of its own and returns what a browser would send.
func typeInto(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input[name], textarea[name], select[name]").Each(func(i int, box *goquery.Selection) {
		name, kind := box.AttrOr("name", ""), box.AttrOr("type", "text")
		_, held := box.Attr("checked")
		switch {
		case box.Is("select"):
			values.Add(name, box.Find("option").Last().AttrOr("value", ""))
		case box.Is("textarea"):
			values.Add(name, fmt.Sprintf("Typed at %d: <b>“quoted”</b> & more,\r\n\r\nin two paragraphs.", i))
		case kind == "checkbox":
			if !held { // the other way round than the page comes
				values.Add(name, box.AttrOr("value", "on"))
			}
		case kind == "radio":
			values.Set(name, box.AttrOr("value", "on")) // the last one
		case kind == "hidden":
			values.Add(name, box.AttrOr("value", ""))
		case kind != "file" && kind != "submit":
			values.Add(name, fmt.Sprintf("typed at %d & “there”", i))
		}
	})
	return values
}

// formHolds reads the boxes of a form again, as a browser would send them.
func formHolds(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, box *goquery.Selection) {
		name, kind := box.AttrOr("name", ""), box.AttrOr("type", "text")
		_, held := box.Attr("checked")
		switch {
		case box.Is("select"):
			values.Add(name, box.Find("option[selected]").AttrOr("value", box.Find("option").First().AttrOr("value", "")))
		case box.Is("textarea"):
			values.Add(name, strings.ReplaceAll(box.Text(), "\n", "\r\n"))
		case kind == "checkbox" || kind == "radio":
			if held {
				values.Add(name, box.AttrOr("value", "on"))
			}
		case kind != "file" && kind != "submit":
			values.Add(name, box.AttrOr("value", ""))
		}
	})
	return values
}

func TestWhatIsTypedInAnyFormComesBackAfterSigningInAgain(t *testing.T) {
	storetest.LeaveOutWalk(t)
	d := &accountDesk{Server: newSignedServer(t), t: t, log: &bytes.Buffer{}}
	const who = "officer@example.org"
	account := d.account(who, nil, auth.Roles()...)
	letter := browser{t, d.Server, account, storetest.SignIn(t, d.store, account)}.adds("letter.pdf")
	b := d.at(who)
	forms := 0
	for _, page := range []string{
		letter, letter + "/officers", "/committees", "/working-days", "/actions/new", "/recommendations/NN-ILACS-2026-1",
		"/recommendations/NN-ILACS-2026-1/work", "/people", "/people/" + account.ID, "/people/letters", "/people/messages", "/erasures/new",
		"/account", "/letters/new", "/tracker", "/england/import", "/reorganisations/new", "/scrutiny/questions/new",
		"/inspections/" + "north-northamptonshire-ilacs-standard-2026-05-11/later-views",
	} {
		answer := b.get(page)
		if answer.Code == http.StatusNotFound {
			continue
		}
		length := document(t, answer).Find(`main form[method="post"]`).Length()
		for i := range length {
			form := document(t, b.get(page)).Find(`main form[method="post"]`).Eq(i)
			typed := typeInto(form)
			if form.Find("textarea[name], select[name], input[name]:not([type=hidden]):not([type=file])").Length() == 0 || form.Find("[type=password]").Length() > 0 {
				continue
			}
			forms++
			address := form.AttrOr("action", "")
			t.Run(strings.TrimPrefix(page, "/")+" "+address, func(t *testing.T) {
				b.t = t
				passes(t, auth.SessionIdle+time.Minute)
				way := wayToSignIn(t, b.sendFrom(page, address, formKind, []byte(typed.Encode())))
				if way == "" {
					t.Fatal("nothing was kept")
				}
				back := b.backFrom(who, way)
				says(t, back, http.StatusOK, "Your words are back in their boxes", "Nothing has been saved yet")
				for name, want := range typed {
					found := formHolds(document(t, back).Find(`main form[method="post"]`).Eq(i))[name]
					if strings.Join(found, "|") != strings.Join(want, "|") {
						t.Errorf("%s holds %q, typed was %q", name, found, want)
					}
				}
			})
			b = d.at(who)
		}
	}
	if forms < 15 {
		t.Errorf("only %d forms were looked at", forms)
	}
}

// questionForm is a form with one box, on a page for those who are signed in.
const (
	actionPage = "/actions/new"
	actionBody = "what=Hold+a+weekly+meeting&detail=Typed+before+the+session+ended"
)

func TestWhatIsKeptIsItsSendersAlone(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	d.account("other@example.org", nil, auth.Officer)
	b, other := d.at("officer@example.org"), newBrowser(t, d.Server)
	passes(t, auth.SessionIdle+time.Minute)
	way := wayToSignIn(t, b.sendFrom(actionPage, "/actions/new", formKind, []byte(actionBody)))
	if way == "" {
		t.Fatal("nothing was kept")
	}
	hides := func(what string, answer *httptest.ResponseRecorder) {
		t.Helper()
		if strings.Contains(answer.Body.String(), "weekly meeting") {
			t.Errorf("%s is shown what somebody else typed", what)
		}
	}
	hides("a colleague", other.backFrom("other@example.org", way))
	kept := strings.TrimPrefix(way, "/sign-in?back=")
	back, err := url.QueryUnescape(kept)
	if err != nil {
		t.Fatal(err)
	}
	hides("a visitor", newBrowser(t, d.Server).get(back))
	if log := d.logged(); strings.Contains(log, "weekly") {
		t.Errorf("the log holds what was typed: %s", log)
	}
	if answer := b.backFrom("officer@example.org", way); !strings.Contains(answer.Body.String(), "weekly meeting") {
		t.Error("its sender does not get it back")
	} else if cache := answer.Header().Get("Cache-Control"); cache != "no-store" {
		t.Errorf("a browser may keep the page: %q", cache)
	}
	led(t, b.send("/sign-out"))
	led(t, b.signIn("officer@example.org", thePassword))
	hides("the next one at this browser, after signing out,", b.get(back))
}

func TestWhatIsKeptIsForgottenAfterAnHour(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	b := d.at("officer@example.org")
	passes(t, auth.SessionIdle+time.Minute)
	way := wayToSignIn(t, b.sendFrom("/nowhere", "/actions/new", formKind, []byte(actionBody)))
	answer := b.backFrom("officer@example.org", way)
	says(t, answer, http.StatusOK, "What you typed is kept", "Hold a weekly meeting", "Send it now")
	if action := document(t, answer).Find("main form").AttrOr("action", ""); action != "/actions/new" {
		t.Errorf("it is sent to %q", action)
	}
	d2 := newBrowser(t, d.Server)
	passes(t, keptFor+time.Second)
	gone := d2.backFrom("officer@example.org", "/sign-in?back="+url.QueryEscape("/kept?kept=none"))
	says(t, gone, http.StatusNotFound, "no longer kept here")
	if answer := d2.backFrom("officer@example.org", way); strings.Contains(answer.Body.String(), "weekly meeting") {
		t.Error("what was typed is kept for longer than is said")
	}
}

func TestFilesAndPasswordsAreNotKept(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	b := d.at("officer@example.org")
	passes(t, auth.SessionIdle+time.Minute)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("text", "Typed beside a file")
	part, err := w.CreateFormFile("letters", "letter.pdf")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(bytes.Repeat([]byte("x"), 3*mostFormBytes))
	_ = w.Close()
	way := wayToSignIn(t, b.sendFrom("/letters/new", "/letters/new", w.FormDataContentType(), body.Bytes()))
	says(t, b.backFrom("officer@example.org", way), http.StatusOK, "Typed beside a file", "Files are not kept")

	again := d.at("officer@example.org")
	passes(t, 2*auth.SessionIdle)
	for path, sent := range map[string]string{
		"/account/password": "old-password=lantern&new-password=gravel&again=gravel", "/account/codes": "code=123456", "/account/stay": "",
	} {
		if way := wayToSignIn(t, again.sendFrom("/account", path, formKind, []byte(sent))); strings.Contains(way, "kept") {
			t.Errorf("%s is kept: %s", path, way)
		}
	}
	many := strings.TrimSuffix(strings.Repeat("what=x&", mostPartsTyped+1), "&")
	if way := wayToSignIn(t, again.sendFrom(actionPage, "/actions/new", formKind, []byte(many))); strings.Contains(way, "kept") {
		t.Error("a form of more values than any page has is kept")
	}
	stranger := newBrowser(t, d.Server)
	if way := wayToSignIn(t, stranger.sendFrom(actionPage, "/actions/new", formKind, []byte(actionBody))); strings.Contains(way, "kept") {
		t.Error("a stranger's form is kept")
	}
}

func TestKeptFormsHaveNarrowBounds(t *testing.T) {
	db := storetest.Seeded(t)
	desk := newKeptForms(db)
	hold := func(account, page, text string) (string, error) {
		f := keptForm{Page: page, Address: "/actions/new", Values: url.Values{"what": {text}}}
		return desk.hold(t.Context(), account, f.place(), f)
	}
	text := func(id, account string) string {
		f, _, err := desk.find(t.Context(), id, account)
		if err != nil {
			t.Fatal(err)
		}
		return f.Values.Get("what")
	}
	first, _ := hold("a", "/1", "first")
	again, err := hold("a", "/1", "again")
	if err != nil || text(first, "a") != "" || text(again, "a") != "again" || text(again, "b") != "" {
		t.Errorf("the same form sent again is kept twice, or for somebody else: %v", err)
	}
	var ids []string
	for i := range 2 * mostKeptForms {
		passes(t, time.Second)
		id, err := hold("a", fmt.Sprintf("/page/%d", i), "one of many")
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	for i, id := range ids {
		if kept := text(id, "a") != ""; kept != (i >= mostKeptForms) {
			t.Errorf("of %d forms, that of number %d is kept: %t", len(ids), i, kept)
		}
	}
	if _, err := hold("b", "/1", strings.Repeat("x", mostKeptBytes)); !errors.Is(err, store.ErrNoRoom) {
		t.Errorf("more is kept than there is room for: %v", err)
	}
	if err := desk.forgetOf(t.Context(), "a"); err != nil || text(ids[len(ids)-1], "a") != "" {
		t.Errorf("what somebody typed who signs out is kept: %v", err)
	}
}

func TestWhoeverIsSignedInIsToldUntilWhen(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	b := d.at("officer@example.org")
	ends := func(after time.Duration) string { return storetest.Now().Add(after).In(d.london).Format("15:04") }
	page := b.get("/account")
	says(t, page, http.StatusOK, "You stay signed in until "+ends(auth.SessionIdle)+", or for an hour after the last page that you open.")
	dialog := document(t, page).Find("dialog#session-end")
	if dialog.AttrOr("data-seconds", "") != "3600" || dialog.AttrOr("data-warn", "") != "300" || dialog.Is("[data-last], [open]") {
		t.Errorf("the warning is set to %v", dialog.Nodes)
	}
	passes(t, 56*time.Minute)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/account/stay", nil)
	request.Header.Set("Accept", "application/json")
	request.AddCookie(&http.Cookie{Name: sessionCookie, Value: b.cookies[sessionCookie]})
	answer := httptest.NewRecorder()
	d.Handler().ServeHTTP(answer, request)
	if want := `{"ends":"` + ends(auth.SessionIdle) + `","last":false,"seconds":3600}`; answer.Code != http.StatusOK || answer.Body.String() != want {
		t.Errorf("staying is answered %d: %s, want %s", answer.Code, answer.Body, want)
	}
	if to := led(t, b.send("/account/stay")); to != "/account" {
		t.Errorf("without JavaScript staying leads to %s", to)
	}
	for range 11 {
		passes(t, 59*time.Minute)
		b.get("/account")
	}
	last := b.get("/account")
	says(t, last, http.StatusOK, "You stay signed in until ")
	if dialog := document(t, last).Find("dialog#session-end[data-last]"); dialog.Length() != 1 || strings.Contains(document(t, last).Find(".session-line").Text(), "hour") {
		t.Error("towards the end of the longest session it is not said that it cannot be made longer")
	}
	if words := document(t, newBrowser(t, d.Server).get("/")).Find(".session-line, dialog, script[src*=session]").Length(); words > 0 {
		t.Error("a visitor is told of a session")
	}
}
