package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// aNewPassword is another than thePassword.
const aNewPassword = "orchard velvet thunder biscuit"

// link makes a link for an account and returns its path.
func (d *accountDesk) link(account auth.Account, purpose auth.Purpose) string {
	d.t.Helper()
	address, err := d.newLink(d.t.Context(), storetest.Administrator, account, purpose, "/")
	if err != nil {
		d.t.Fatal(err)
	}
	return address
}

func (d *accountDesk) invited(address string) auth.Account {
	d.t.Helper()
	return d.account(address, func(a *auth.Account) { a.State, a.PasswordHash = auth.Invited, "" }, auth.Officer)
}

func TestALinkSetsThePasswordOnce(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		d := newDesk(t, db)
		account := d.invited("new@example.org")
		link := d.link(account, auth.Invitation)
		b := newBrowser(t, d.Server)
		for range 3 { // programs that look at mail open it
			form := b.get(link)
			says(t, form, http.StatusOK, "Set your password", "new@example.org", "12 characters or more")
			if policy := form.Header().Get("Referrer-Policy"); policy != "strict-origin" {
				t.Errorf("Referrer-Policy is %q", policy)
			}
			if page := document(t, form); page.Find(`#new-password[autocomplete="new-password"]`).Length() != 1 || page.Find(`form[action="`+link+`"]`).Length() != 1 {
				t.Error("the form is not one for a new password")
			}
		}
		for _, tt := range []struct{ password, again, field, words string }{
			{"", "", "new-password", "12 characters or more"},
			{"short", "short", "new-password", "12 characters or more"},
			{"password1234", "password1234", "new-password", "harder to guess"},
			{"inspection timeline 2026", "inspection timeline 2026", "new-password", "without your email address, your post or the name of this service"},
			{aNewPassword, "something else", "again", "Enter the same password twice"},
		} {
			answer := b.send(link, "new-password", tt.password, "again", tt.again)
			says(t, answer, http.StatusUnprocessableEntity, tt.words)
			if document(t, answer).Find("#"+tt.field+"-problem").Length() != 1 || tt.password != "" && strings.Contains(answer.Body.String(), `value="`+tt.password) {
				t.Errorf("%q: the problem does not stand at its box, or the password comes back", tt.password)
			}
		}
		if to := led(t, b.send(link, "new-password", aNewPassword, "again", aNewPassword)); to != "/account?saved=password" || !b.signedIn() {
			t.Errorf("afterwards somebody is led to %s", to)
		}
		stranger := newBrowser(t, d.Server)
		says(t, stranger.get(link), http.StatusGone, "This link was used already", "tell an administrator")
		says(t, stranger.send(link, "new-password", thePassword, "again", thePassword), http.StatusGone, "This link was used already")
		if to := led(t, stranger.signIn("new@example.org", aNewPassword)); to != "/letters" {
			t.Errorf("with the new password somebody is led to %s", to)
		}
		token := strings.TrimPrefix(link, linksPath)
		if log := d.logged(); strings.Contains(log, token) || strings.Contains(log, aNewPassword) || !strings.Contains(log, `msg="password set with a link"`) {
			t.Errorf("the log says %s", log)
		}
	})
}

func TestALinkThatDoesNotWorkSaysWhatToDo(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("officer@example.org", nil, auth.Officer)
	b := newBrowser(t, d.Server)
	first, link := d.link(account, auth.Reset), d.link(account, auth.Reset)
	says(t, b.get(first), http.StatusNotFound, "There is no such link", "in whose place a newer one was made")
	says(t, b.get("/links/made-up"), http.StatusNotFound, "There is no such link")
	says(t, b.get(link), http.StatusOK, "Set another password")
	passes(t, auth.ResetHolds)
	says(t, b.get(link), http.StatusGone, "This link works no longer", "Ask an administrator")
	says(t, b.send(link, "new-password", aNewPassword, "again", aNewPassword), http.StatusGone, "This link works no longer")
	if b.signedIn() {
		t.Error("a link that is too old lets in")
	}
	log := d.logged()
	for _, one := range []string{first, link, "made-up"} {
		if strings.Contains(log, strings.TrimPrefix(one, linksPath)) {
			t.Errorf("the log holds the token of a link: %s", log)
		}
	}
	disabled := d.link(account, auth.Reset)
	d.changes(account.ID, func(a *auth.Account) { a.State = auth.Disabled })
	says(t, b.get(disabled), http.StatusNotFound, "There is no such link")
}

func TestALinkDoesNotLeadPastTheSecondStep(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("officer@example.org", nil, auth.Officer)
	secret, _ := d.codesOn(account.ID)
	elsewhere, b := newBrowser(t, d.Server), newBrowser(t, d.Server)
	elsewhere.cookies[sessionCookie] = storetest.SignIn(t, d.store, account)
	link := d.link(account, auth.Reset)
	if to := led(t, b.send(link, "new-password", aNewPassword, "again", aNewPassword)); to != "/sign-in/code?back=%2Faccount" || b.signedIn() {
		t.Errorf("with one-time codes on somebody is led to %s", to)
	}
	if elsewhere.signedIn() {
		t.Error("another browser is still signed in after the password was set anew")
	}
	led(t, b.send("/sign-in/code", "code", codeNow(t, secret)))
	if !b.signedIn() {
		t.Error("the code does not let in")
	}
}

// sentLink is what was handed to the mail.
type sentLink struct {
	to      string
	purpose auth.Purpose
	address string
}

// thePublicAddress is where the service is found from outside in these tests.
const thePublicAddress = "https://timeline.example"

// mailing makes a desk send links, and returns what it sent.
func mailing(t testing.TB, d *accountDesk) *[]sentLink {
	t.Helper()
	address, err := url.Parse(thePublicAddress)
	if err != nil {
		t.Fatal(err)
	}
	if d.doors, err = newDoors(Config{Address: address, Unlimited: true}); err != nil {
		t.Fatal(err)
	}
	sent := &[]sentLink{}
	d.mail = func(_ context.Context, to auth.Account, purpose auth.Purpose, address string) error {
		*sent = append(*sent, sentLink{to.Address, purpose, address})
		return nil
	}
	return sent
}

func TestWhoForgotTheirPasswordLearnsNothingOfOthers(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	d.account("disabled@example.org", func(a *auth.Account) { a.State = auth.Disabled }, auth.Officer)
	b := newBrowser(t, d.Server)
	says(t, b.get("/sign-in/forgotten"), http.StatusOK, "Ask an administrator of this service")
	if document(t, b.get("/sign-in/forgotten")).Find("form[action='/sign-in/forgotten']").Length() != 0 {
		t.Error("a form is shown though nothing can be sent")
	}
	says(t, b.send("/sign-in/forgotten", "address", "officer@example.org"), http.StatusOK, "Ask an administrator of this service")

	sent := mailing(t, d)
	b.host = thePublicAddress
	ask := func(address string) *httptest.ResponseRecorder {
		t.Helper()
		defer d.Settle()
		return b.send("/sign-in/forgotten", "address", address)
	}
	for _, address := range []string{"officer@example.org", "nobody@example.org", "disabled@example.org"} {
		if to := led(t, ask(address)); to != "/sign-in/forgotten?sent=yes" {
			t.Errorf("%s: somebody is led to %s", address, to)
		}
	}
	says(t, b.get("/sign-in/forgotten?sent=yes"), http.StatusOK, "If there is an account with that address")
	if len(*sent) != 1 || (*sent)[0].to != "officer@example.org" || (*sent)[0].purpose != auth.Reset || !strings.HasPrefix((*sent)[0].address, thePublicAddress+linksPath) {
		t.Fatalf("sent is %v", *sent)
	}
	says(t, ask("no address"), http.StatusUnprocessableEntity, "Enter an email address")
	for range 10 {
		ask("officer@example.org")
	}
	if len(*sent) > 6 {
		t.Errorf("%d messages went to one mailbox", len(*sent))
	}
	answer := ask("officer@example.org")
	says(t, answer, http.StatusTooManyRequests, "then try again")
	if answer.Header().Get("Retry-After") == "" {
		t.Error("it is not said when to come back")
	}
	if log := d.logged(); strings.Contains(log, "officer@example.org") || strings.Contains(log, (*sent)[0].address) {
		t.Errorf("the log says %s", log)
	}
}

func TestAnAddressOfALinkIsNotMadeFromWhatARequestClaims(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.mail = func(context.Context, auth.Account, auth.Purpose, string) error { return nil }
	if d.mails() {
		t.Error("links are sent though no public address is set")
	}
	request := httptest.NewRequest(http.MethodGet, "http://evil.example/", nil)
	mailing(t, d)
	if got := d.origin(request); got != thePublicAddress+"/" {
		t.Errorf("a link begins with %s", got)
	}
}
