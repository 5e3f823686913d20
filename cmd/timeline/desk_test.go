package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/network"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// desk works with the pages for officers as a browser without scripts does.
type desk struct {
	t      *testing.T
	origin string
	client *http.Client
	store  *store.Store
	acting *http.Cookie // who works there
}

// stepByStep shows where answers lead, and does not go there.
var stepByStep = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// ownSite serves a database with the seed that is this test's alone, its clock at storetest.Now.
func ownSite(t *testing.T) *desk {
	t.Helper()
	return siteOn(t, storetest.SQLite(t, true))
}

// siteOn serves a database as ownSite does.
func siteOn(t *testing.T, dsn string) *desk {
	t.Helper()
	if testing.Short() {
		t.Skip("it draws pages and starts the reader, for which a short run has no time")
	}
	s, err := store.Open(t.Context(), dsn, storetest.Options(t)) // on the day of the pages
	if err == nil {
		err = s.Migrate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	clock := storetest.Now
	handler, finish, err := newHandler(context.Background(), s, config{home: defaultHome, doors: doorsConfig{open: true, unlimited: true}}, clock, faultsTo(t.Output()))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.Close()
		finish()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &desk{t: t, origin: server.URL, client: stepByStep, store: s}
	o.actAs("Improvement officer", inspection.RoleOfficer)
	return o
}

// faultsTo says what a service failed at, so that a test that meets the page for failures tells why.
func faultsTo(out io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: slog.LevelError}))
}

// actAs says in which post and role somebody works from now on.
func (o *desk) actAs(post string, role inspection.Role) {
	o.t.Helper()
	form := url.Values{"post": {post}, "role": {string(role)}}
	answer, body := o.send(http.MethodPost, "/acting", "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	cookies := answer.Cookies()
	if answer.StatusCode != http.StatusSeeOther || len(cookies) != 1 {
		o.t.Fatalf("saying who acts is answered %d: %s", answer.StatusCode, mainText(o.t, body))
	}
	o.acting = cookies[0]
}

// tab opens a tab of the browser in which the same person works.
func (o *desk) tab(t *testing.T) *tab {
	t.Helper()
	b := openTab(t, o.origin)
	b.actAs(o)
	return b
}

// actAs lets the person at a desk work in the tab.
func (b *tab) actAs(o *desk) {
	b.t.Helper()
	b.do() // the tab has to be there before it has a cookie
	call(b, network.SetCookie, network.SetCookieParams{Name: o.acting.Name, Value: o.acting.Value, URL: o.origin})
}

// realLetter returns the path of a real letter, or skips the test where none are held.
func realLetter(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("TIMELINE_TEST_LETTERS")
	if folder == "" {
		t.Skip("TIMELINE_TEST_LETTERS names no folder of real letters")
	}
	path, err := filepath.Abs(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// send makes a request and returns the answer with its body read.
func (o *desk) send(method, address, kind string, body io.Reader) (*http.Response, string) {
	o.t.Helper()
	request, err := http.NewRequestWithContext(o.t.Context(), method, o.origin+address, body)
	if err != nil {
		o.t.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	if o.acting != nil {
		request.AddCookie(o.acting)
	}
	answer, err := o.client.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return answer, string(data)
}

// get returns the body of a page that must be there.
func (o *desk) get(address string) string {
	o.t.Helper()
	answer, body := o.send(http.MethodGet, address, "", nil)
	if answer.StatusCode != http.StatusOK {
		o.t.Fatalf("%s is answered %d", address, answer.StatusCode)
	}
	return body
}

// add uploads a file and returns where the officer is led.
func (o *desk) add(name string, data []byte) string {
	o.t.Helper()
	return o.addForm("read", func(form *multipart.Writer) error {
		part, err := form.CreateFormFile("letters", name)
		if err == nil {
			_, err = part.Write(data)
		}
		return err
	})
}

// addByHand opens the empty form and returns where it is.
func (o *desk) addByHand() string {
	o.t.Helper()
	return o.addForm("hand", func(*multipart.Writer) error { return nil })
}

func (o *desk) addForm(do string, write func(*multipart.Writer) error) string {
	o.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := write(form)
	if err == nil {
		err = form.WriteField("do", do)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		o.t.Fatal(err)
	}
	answer, words := o.send(http.MethodPost, "/letters/new", form.FormDataContentType(), &body)
	if answer.StatusCode != http.StatusSeeOther {
		o.t.Fatalf("adding a letter is answered %d: %s", answer.StatusCode, mainText(o.t, words))
	}
	return answer.Header.Get("Location")
}

// fill returns what a browser would send of a page's form, with some boxes filled in.
func (o *desk) fill(address, form string, boxes map[string]string) url.Values {
	o.t.Helper()
	page, err := goquery.NewDocumentFromReader(strings.NewReader(o.get(address)))
	if err != nil {
		o.t.Fatal(err)
	}
	found := page.Find(form)
	if found.Length() != 1 {
		o.t.Fatalf("%s has %d forms %s", address, found.Length(), form)
	}
	return formValues(found, boxes)
}

// formValues returns what a browser would send of a form, with some boxes filled in.
func formValues(form *goquery.Selection, boxes map[string]string) url.Values {
	values := url.Values{}
	form.Find("input, textarea").Each(func(_ int, box *goquery.Selection) {
		name := box.AttrOr("name", "")
		switch kind := box.AttrOr("type", "text"); {
		case name == "" || kind == "submit":
		case kind == "checkbox" || kind == "radio":
			if _, ticked := box.Attr("checked"); ticked {
				values.Add(name, box.AttrOr("value", "on"))
			}
		case box.Is("textarea"):
			values.Add(name, strings.TrimPrefix(box.Text(), "\n"))
		default:
			values.Add(name, box.AttrOr("value", ""))
		}
	})
	form.Find("select").Each(func(_ int, box *goquery.Selection) {
		box.Find("option[selected]").Each(func(_ int, option *goquery.Selection) {
			values.Add(box.AttrOr("name", ""), option.AttrOr("value", option.Text()))
		})
	})
	for name, value := range boxes {
		values.Set(name, value)
	}
	return values
}

// submit fills in a page's form and sends it, which must lead on to another page.
func (o *desk) submit(address, form string, boxes map[string]string) string {
	o.t.Helper()
	page, err := goquery.NewDocumentFromReader(strings.NewReader(o.get(address)))
	if err != nil {
		o.t.Fatal(err)
	}
	action := page.Find(form).AttrOr("action", address)
	values := o.fill(address, form, boxes)
	answer, body := o.send(http.MethodPost, action, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()))
	if answer.StatusCode != http.StatusSeeOther {
		o.t.Fatalf("%s of %s is answered %d: %s", form, address, answer.StatusCode, mainText(o.t, body))
	}
	to, _, _ := strings.Cut(answer.Header.Get("Location"), "#")
	return to
}

// mainText returns the words of a page without what stands around them.
func mainText(t *testing.T, body string) string {
	t.Helper()
	page, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(page.Find("main").Text()), " ")
}
