package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/auth/authtest"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// signInBrowser is somebody's, with its cookies. Another network is another browser's.
type signInBrowser struct {
	t       testing.TB
	s       *Server
	cookies map[string]string
	network string
	host    string // with its scheme; "http://example.com" where empty
}

func newBrowser(t testing.TB, s *Server) *signInBrowser {
	return &signInBrowser{t: t, s: s, cookies: map[string]string{}, network: "203.0.113.7"}
}

func (b *signInBrowser) ask(method, path string, values url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	request := httptest.NewRequestWithContext(b.t.Context(), method, b.host+path, strings.NewReader(values.Encode()))
	request.RemoteAddr = b.network + ":40000"
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer := httptest.NewRecorder()
	b.s.Handler().ServeHTTP(answer, request)
	for _, cookie := range answer.Result().Cookies() {
		if b.cookies[cookie.Name] = cookie.Value; cookie.MaxAge < 0 {
			delete(b.cookies, cookie.Name)
		}
	}
	return answer
}

func (b *signInBrowser) get(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.ask(http.MethodGet, path, nil)
}

// send posts a form; boxes are given as name and value in turn.
func (b *signInBrowser) send(path string, boxes ...string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.ask(http.MethodPost, path, with(url.Values{}, boxes...))
}

func (b *signInBrowser) signIn(address, password string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.send("/sign-in", "address", address, "password", password, "back", "/letters")
}

// signedIn reports whether the browser's own account page is shown to it.
func (b *signInBrowser) signedIn() bool {
	b.t.Helper()
	return b.get("/account").Code == http.StatusOK
}

// thePassword is that of every account here; hashing takes a while.
const thePassword = "lantern gravel copper sonnet"

var theHash = sync.OnceValues(func() (string, error) {
	return auth.NewPasswords(0).Hash(context.Background(), thePassword)
})

// accountDesk is a server with accounts, and what it logs.
type accountDesk struct {
	*Server
	t   testing.TB
	log *bytes.Buffer
}

func newDesk(t testing.TB, db *store.Store) *accountDesk {
	t.Helper()
	s := newServer(t, db)
	d := &accountDesk{Server: s, t: t, log: &bytes.Buffer{}}
	s.log = slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	t.Cleanup(s.Settle)
	return d
}

// account adds one with the password, as its change says.
func (d *accountDesk) account(address string, change func(*auth.Account), roles ...auth.Role) auth.Account {
	d.t.Helper()
	hash, err := theHash()
	if err != nil {
		d.t.Fatal(err)
	}
	a := auth.Account{Address: address, Post: "Post of " + address, Roles: roles, State: auth.Active, PasswordHash: hash}
	if change != nil {
		change(&a)
	}
	if a, err = d.store.AddAccount(d.t.Context(), storetest.Administrator, a); err != nil {
		d.t.Fatal(err)
	}
	return a
}

// changes changes an account behind the pages.
func (d *accountDesk) changes(id string, change func(*auth.Account)) {
	d.t.Helper()
	_, err := d.store.ChangeAccount(d.t.Context(), storetest.Administrator, id, func(a *auth.Account) error {
		change(a)
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

// logged returns what was logged since it was last asked.
func (d *accountDesk) logged() string {
	d.Settle()
	text := d.log.String()
	d.log.Reset()
	return text
}

// accesses lists what accounts did, the latest first.
func (d *accountDesk) accesses(id string) []inspection.AccessKind {
	d.t.Helper()
	d.Settle()
	list, err := d.store.Accesses(d.t.Context(), store.AccessFilter{AccountID: id})
	if err != nil {
		d.t.Fatal(err)
	}
	var kinds []inspection.AccessKind
	for _, access := range list {
		kinds = append(kinds, access.What)
	}
	return kinds
}

// passes lets time pass until the test ends.
func passes(t testing.TB, by time.Duration) {
	t.Helper()
	before := storetest.Now()
	t.Cleanup(func() { storetest.SetNow(before) })
	storetest.SetNow(before.Add(by))
}

func TestSomebodySignsInAndIsLedBack(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		d := newDesk(t, db)
		account := d.account("officer@example.org", nil, auth.Officer)
		b := newBrowser(t, d.Server)
		to := led(t, b.get("/letters?held=x"))
		form := b.get(to)
		says(t, form, http.StatusOK, "Sign in", "Email address", "Password")
		page := document(t, form)
		if back, _ := page.Find(`input[name="back"]`).Attr("value"); back != "/letters?held=x" {
			t.Errorf("the way back is %q", back)
		}
		if page.Find(`#address[autocomplete="username"]`).Length() != 1 || page.Find(`#password[autocomplete="current-password"][type="password"]`).Length() != 1 {
			t.Error("a password manager does not know the boxes")
		}
		answer := b.send("/sign-in", "address", "  Officer@Example.org ", "password", thePassword, "back", "/letters?held=x")
		if to := led(t, answer); to != "/letters?held=x" {
			t.Errorf("afterwards somebody is led to %s", to)
		}
		for _, cookie := range answer.Result().Cookies() {
			if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
				t.Errorf("the cookie %s is open to others: %v", cookie.Name, cookie)
			}
		}
		says(t, b.get("/letters"), http.StatusOK, "You are signed in as "+account.Post+" (an officer).", "Sign out")
		if to := led(t, b.get("/sign-in?back=/letters")); to != "/letters" {
			t.Errorf("somebody who is signed in is led to %s", to)
		}
		if log := d.logged(); !strings.Contains(log, `msg="signed in"`) || !strings.Contains(log, account.ID) || strings.Contains(log, "Officer@") || strings.Contains(log, thePassword) {
			t.Errorf("the log says %s", log)
		}
		if got := d.accesses(account.ID); !slices.Equal(got, []inspection.AccessKind{inspection.SignedIn}) {
			t.Errorf("noted is %v", got)
		}
		held := b.cookies[sessionCookie]
		if to := led(t, b.send("/sign-out")); to != "/sign-in?ended=here" || b.cookies[sessionCookie] != "" {
			t.Errorf("who signs out is led to %s and keeps %q", to, b.cookies[sessionCookie])
		}
		b.cookies[sessionCookie] = held
		if b.signedIn() {
			t.Error("the cookie of a session that was ended still lets in")
		}
		if got := d.accesses(account.ID); !slices.Contains(got, inspection.SignedOut) {
			t.Errorf("noted is %v", got)
		}
	})
}

func TestEveryRefusedSignInLooksTheSame(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("wrong-password@example.org", nil, auth.Officer)
	d.account("disabled-one@example.org", func(a *auth.Account) { a.State = auth.Disabled }, auth.Officer)
	d.account("invited-only@example.org", func(a *auth.Account) { a.State, a.PasswordHash = auth.Invited, "" }, auth.Officer)
	d.account("organisation@example.org", func(a *auth.Account) { a.PasswordHash, a.Issuer, a.Subject = "", "https://issuer.example", "x" }, auth.Officer)
	var first string
	for _, tt := range []struct{ address, password, why string }{
		{"wrong-password@example.org", "not the right password", "password"},
		{"nobody-at-all@example.org", thePassword, `"no such account"`},
		{"disabled-one@example.org", thePassword, `"state disabled"`},
		{"invited-only@example.org", thePassword, `"state invited"`},
		{"organisation@example.org", thePassword, "password"},
	} {
		b := newBrowser(t, d.Server)
		answer := b.signIn(tt.address, tt.password)
		says(t, answer, http.StatusUnprocessableEntity, refusedSignIn)
		page := document(t, answer)
		if title := page.Find("title").Text(); !strings.HasPrefix(title, "Error: ") {
			t.Errorf("%s: the title is %q", tt.address, title)
		}
		if value, _ := page.Find("#address").Attr("value"); value != tt.address {
			t.Errorf("%s: the address in the box is %q", tt.address, value)
		}
		if value, _ := page.Find("#password").Attr("value"); value != "" || strings.Contains(answer.Body.String(), tt.password) {
			t.Errorf("%s: the password comes back", tt.address)
		}
		if page.Find(`.govuk-error-summary a[href="#password"]`).Length() != 1 || page.Find("#password-problem").Length() != 1 {
			t.Errorf("%s: the problem does not stand at its box", tt.address)
		}
		if len(answer.Result().Cookies()) != 0 {
			t.Errorf("%s: a cookie is set: %v", tt.address, answer.Result().Cookies())
		}
		text := strings.ReplaceAll(answer.Body.String(), tt.address, "ADDRESS")
		if first == "" {
			first = text
		}
		if text != first {
			t.Errorf("%s: the answer is another than for others", tt.address)
		}
		log := d.logged()
		if !strings.Contains(log, `msg="sign-in refused"`) || !strings.Contains(log, "why="+tt.why) || strings.Contains(log, tt.address) || strings.Contains(log, tt.password) {
			t.Errorf("%s: the log says %s", tt.address, log)
		}
		account, err := d.store.AccountByAddress(t.Context(), tt.address)
		if err == nil && !slices.Equal(d.accesses(account.ID), []inspection.AccessKind{inspection.SignInRefused}) {
			t.Errorf("%s: noted is %v", tt.address, d.accesses(account.ID))
		}
	}
	says(t, newBrowser(t, d.Server).send("/sign-in"), http.StatusUnprocessableEntity, "Enter your email address", "Enter your password")
}

func TestWhoeverTriesTooOftenWaitsAndIsThenLetIn(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	b := newBrowser(t, d.Server)
	for range 6 {
		says(t, b.signIn("officer@example.org", "not the right password"), http.StatusUnprocessableEntity, refusedSignIn)
	}
	d.logged()
	answer := b.signIn("officer@example.org", thePassword)
	says(t, answer, http.StatusTooManyRequests, "Wait 1 second, then try again")
	if after := answer.Header().Get("Retry-After"); after != "1" {
		t.Errorf("Retry-After is %q", after)
	}
	if log := d.logged(); !strings.Contains(log, `msg="sign-in slowed down"`) {
		t.Errorf("the log says %s", log)
	}
	unknown := newBrowser(t, d.Server)
	unknown.network = "203.0.113.8"
	for range 6 {
		unknown.signIn("nobody@example.org", "not the right password")
	}
	says(t, unknown.signIn("nobody@example.org", thePassword), http.StatusTooManyRequests, "Wait 1 second, then try again")
	passes(t, time.Second)
	if to := led(t, b.signIn("officer@example.org", thePassword)); to != "/letters" {
		t.Errorf("after the wait somebody is led to %s", to)
	}
}

func TestFiveHundredTriesInAMinuteFindNothingAndKeepNobodyOut(t *testing.T) {
	if testing.Short() {
		t.Skip("it hashes some dozens of passwords, which takes minutes under the race detector")
	}
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	honest := newBrowser(t, d.Server)
	honest.network = "198.51.100.4"
	led(t, honest.signIn("officer@example.org", thePassword))
	led(t, honest.send("/sign-out"))
	for _, tt := range []struct {
		name            string
		tries, networks int
	}{{"from one network", 500, 1}, {"from a hundred networks", 250, 100}} {
		before := storetest.Now()
		looked := 0
		for i := range tt.tries {
			attacker := newBrowser(t, d.Server)
			attacker.network = fmt.Sprintf("192.0.2.%d", 1+i%tt.networks)
			// A proof of another browser, and one made up, are worth nothing.
			attacker.cookies[deviceCookie] = auth.NewToken() + "." + auth.NewToken()
			switch answer := attacker.signIn("officer@example.org", fmt.Sprintf("guess number %d of many", i)); answer.Code {
			case http.StatusUnprocessableEntity:
				looked++
			case http.StatusTooManyRequests:
				if answer.Header().Get("Retry-After") == "" {
					t.Fatal("it is not said when to come back")
				}
			default:
				t.Fatalf("%s: status %d", tt.name, answer.Code)
			}
			storetest.SetNow(storetest.Now().Add(time.Minute / time.Duration(tt.tries)))
		}
		if looked > 60 {
			t.Errorf("%s: %d guesses were looked at", tt.name, looked)
		}
		if to := led(t, honest.signIn("officer@example.org", thePassword)); to != "/letters" {
			t.Errorf("%s: the account’s holder is led to %s in their own browser", tt.name, to)
		}
		led(t, honest.send("/sign-out"))
		storetest.SetNow(before.Add(auth.SlowForgets + time.Hour))
		t.Cleanup(func() { storetest.SetNow(before) })
	}
}

func TestABrowserIsKnownForOneAccountOnly(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	one, other := d.account("one@example.org", nil, auth.Officer), d.account("other@example.org", nil, auth.Officer)
	b := newBrowser(t, d.Server)
	led(t, b.signIn("one@example.org", thePassword))
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	request.AddCookie(&http.Cookie{Name: deviceCookie, Value: b.cookies[deviceCookie]})
	if d.device(request, one) == "" {
		t.Error("the account’s own browser is not known")
	}
	if d.device(request, other) != "" {
		t.Error("another account’s browser is known")
	}
	one.PasswordHash = "another"
	if d.device(request, one) != "" {
		t.Error("the browser is known after the password was changed")
	}
	one.PasswordHash = ""
	request = httptest.NewRequest(http.MethodGet, "/", nil)
	request.AddCookie(&http.Cookie{Name: deviceCookie, Value: "x." + deviceProof(one, "x")})
	if d.device(request, one) != "" {
		t.Error("an account without a password has a browser that is known")
	}
}

func TestSigningInGivesAnotherSession(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	planted := storetest.SignIn(t, d.store, d.account("attacker@example.org", nil, auth.Member))
	b := newBrowser(t, d.Server)
	b.cookies[sessionCookie] = planted
	// The form is shown to nobody who is signed in, but it can be sent.
	led(t, b.signIn("officer@example.org", thePassword))
	if got := b.cookies[sessionCookie]; got == planted || len(got) != 43 {
		t.Errorf("the token after signing in is %q", got)
	}
	attacker := newBrowser(t, d.Server)
	attacker.cookies[sessionCookie] = planted
	if attacker.signedIn() {
		t.Error("the planted token still lets in")
	}
	chosen := newBrowser(t, d.Server)
	chosen.cookies[sessionCookie] = "a-token-of-somebody's-choice"
	led(t, chosen.signIn("officer@example.org", thePassword))
	if chosen.cookies[sessionCookie] == "a-token-of-somebody's-choice" {
		t.Error("a token that the browser brought along is taken")
	}
}

func TestASessionEndsWithoutRequestsAndAtTheLatestAfterTwelveHours(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	idle := newBrowser(t, d.Server)
	led(t, idle.signIn("officer@example.org", thePassword))
	passes(t, auth.SessionIdle)
	if !idle.signedIn() {
		t.Error("a session ends before its time")
	}
	passes(t, auth.SessionIdle+time.Second)
	if to := led(t, idle.get("/letters")); to != signInAddress("/letters") {
		t.Errorf("after an hour without a page somebody is led to %s", to)
	}
	busy := newBrowser(t, d.Server)
	led(t, busy.signIn("officer@example.org", thePassword))
	for range 24 {
		if !busy.signedIn() {
			t.Fatalf("a session in use ends at %s", storetest.Now())
		}
		passes(t, auth.SessionLongest/24)
	}
	passes(t, time.Second)
	says(t, busy.send("/letters/new"), http.StatusForbidden, "Sign in first", "Nothing has been changed.")
}

func TestWhatABrowserSaysOfItsRoleIsWorthNothing(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("member@example.org", nil, auth.Member)
	b := newBrowser(t, d.Server)
	b.cookies[actingCookie] = newActingCookie(anOfficer).Value
	if to := led(t, b.get("/letters")); to != signInAddress("/letters") {
		t.Errorf("a visitor who says to be an officer is led to %s", to)
	}
	led(t, b.signIn("member@example.org", thePassword))
	says(t, b.get("/letters"), http.StatusForbidden, "This page is for another role", account.Post+" (a committee member)")
	says(t, b.send("/account/role", "role", "administrator"), http.StatusUnprocessableEntity, "Choose one of your roles")
	says(t, b.get("/people"), http.StatusForbidden, "This page is for another role")
	says(t, b.get("/acting"), http.StatusNotFound)
}

func TestTheWayBackAfterSigningInStaysHere(t *testing.T) {
	for sent, want := range map[string]string{
		"/letters?held=x": "/letters?held=x", "": "/", "//example.org": "/", "https://example.org": "/", "/\\example.org": "/", "/sign-in?back=/x": "/",
		"/sign-in/callback?code=x": "/", "/sign-out": "/", "/links/x": "/", "/sign-in-and-more": "/sign-in-and-more", "/x\r\nSet-Cookie: a=b": "/",
	} {
		if got := afterSignIn(sent); got != want {
			t.Errorf("%q leads to %q, want %q", sent, got, want)
		}
	}
}

func TestWithoutAccountsSigningInSaysHowToMakeTheFirst(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	b := newBrowser(t, d.Server)
	says(t, b.get("/sign-in"), http.StatusForbidden, "Nobody can sign in yet", "timeline user add")
	says(t, b.send("/sign-in"), http.StatusForbidden, "Nobody can sign in yet")
}

func TestTheDemonstrationHasNoAccounts(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.open = true
	for _, path := range []string{"/sign-in", "/sign-in/code", "/sign-in/forgotten", "/links/x"} {
		says(t, newBrowser(t, d.Server).get(path), http.StatusNotFound, "The demonstration has no accounts")
	}
}

func TestAFormThatIsTooLargeIsRefused(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	b := newBrowser(t, d.Server)
	says(t, b.signIn("officer@example.org", strings.Repeat("x", 10<<20)), http.StatusRequestEntityTooLarge, "more than a form here takes")
}

// codesOn switches one-time codes on and returns their secret and the recovery codes.
func (d *accountDesk) codesOn(id string) (string, []string) {
	d.t.Helper()
	secret, _, err := auth.NewCodeSecret("x@example.org", serviceName)
	if err != nil {
		d.t.Fatal(err)
	}
	codes, hashes := auth.NewRecoveryCodes()
	d.changes(id, func(a *auth.Account) { a.CodeSecret, a.RecoveryCodes = secret, hashes })
	return secret, codes
}

func codeNow(t testing.TB, secret string) string {
	t.Helper()
	return authtest.Code(t, secret, storetest.Now())
}

func TestTheSecondStepAsksForACode(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("officer@example.org", nil, auth.Officer)
	secret, recovery := d.codesOn(account.ID)
	b := newBrowser(t, d.Server)
	if to := led(t, b.get("/sign-in/code")); to != "/sign-in" {
		t.Errorf("without the first step somebody is led to %s", to)
	}
	if to := led(t, b.signIn("officer@example.org", thePassword)); to != "/sign-in/code?back=%2Fletters" {
		t.Fatalf("after the password somebody is led to %s", to)
	}
	waiting := b.cookies[sessionCookie]
	if b.signedIn() || b.cookies[deviceCookie] != "" {
		t.Error("the password alone lets in")
	}
	if document(t, b.get("/sign-in/code")).Find(`#code[autocomplete="one-time-code"]`).Length() != 1 {
		t.Error("the box for the code is not marked as one")
	}
	says(t, b.send("/sign-in/code", "code", "", "back", "/letters"), http.StatusUnprocessableEntity, "Enter the code")
	says(t, b.send("/sign-in/code", "code", "000000", "back", "/letters"), http.StatusUnprocessableEntity, wrongCode)
	if log := d.logged(); !strings.Contains(log, `msg="sign-in refused"`) || !strings.Contains(log, "why=code") {
		t.Errorf("the log says %s", log)
	}
	code := codeNow(t, secret)
	if to := led(t, b.send("/sign-in/code", "code", code[:3]+" "+code[3:], "back", "/letters")); to != "/letters" {
		t.Errorf("after the code somebody is led to %s", to)
	}
	if b.cookies[sessionCookie] == waiting || !b.signedIn() {
		t.Error("the session that waited goes on")
	}

	again := newBrowser(t, d.Server)
	led(t, again.signIn("officer@example.org", thePassword))
	says(t, again.send("/sign-in/code", "code", code), http.StatusUnprocessableEntity, wrongCode)
	led(t, again.send("/sign-in/code", "code", strings.ToLower(recovery[0])))
	if !again.signedIn() {
		t.Error("a recovery code does not let in")
	}
	third := newBrowser(t, d.Server)
	led(t, third.signIn("officer@example.org", thePassword))
	says(t, third.send("/sign-in/code", "code", recovery[0]), http.StatusUnprocessableEntity, wrongCode)
	passes(t, auth.SecondStep+time.Second)
	if to := led(t, third.send("/sign-in/code", "code", codeNow(t, secret))); to != "/sign-in?ended=late" {
		t.Errorf("after five minutes somebody is led to %s", to)
	}
	says(t, third.get("/sign-in?ended=late"), http.StatusOK, "The code was not entered in time")
}

func TestCodesCannotBeTriedThrough(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("officer@example.org", nil, auth.Officer)
	secret, _ := d.codesOn(account.ID)
	b := newBrowser(t, d.Server)
	wrong := "000000"
	if codeNow(t, secret) == wrong {
		wrong = "000001"
	}
	for range 6 {
		led(t, b.signIn("officer@example.org", thePassword))
		says(t, b.send("/sign-in/code", "code", wrong), http.StatusUnprocessableEntity, wrongCode)
	}
	led(t, b.signIn("officer@example.org", thePassword)) // the right password makes nothing of it forgotten
	answer := b.send("/sign-in/code", "code", codeNow(t, secret))
	says(t, answer, http.StatusTooManyRequests, "Wait 1 second, then try again")
	if answer.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", answer.Header().Get("Retry-After"))
	}
}

func TestAnAccountThatIsTakenAwayEndsAtOnce(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("officer@example.org", nil, auth.Officer, auth.Member)
	b := newBrowser(t, d.Server)
	for name, change := range map[string]func(*auth.Account){
		"disabled":     func(a *auth.Account) { a.State = auth.Disabled },
		"another role": func(a *auth.Account) { a.Roles = []auth.Role{auth.Member} },
	} {
		led(t, b.signIn("officer@example.org", thePassword))
		d.changes(account.ID, change)
		if b.signedIn() {
			t.Errorf("%s: the session goes on", name)
		}
		d.changes(account.ID, func(a *auth.Account) { a.State, a.Roles = auth.Active, []auth.Role{auth.Officer, auth.Member} })
	}
}
