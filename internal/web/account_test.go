package web

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// at returns a browser in which an account is signed in with its password.
func (d *accountDesk) at(address string) *signInBrowser {
	d.t.Helper()
	b := newBrowser(d.t, d.Server)
	led(d.t, b.signIn(address, thePassword))
	return b
}

func TestTheAccountPageSaysWhoAndWhere(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("officer@example.org", nil, auth.Officer, auth.Reviewer)
	d.at("officer@example.org")
	b := d.at("officer@example.org")
	page := b.get("/account")
	says(t, page, http.StatusOK, account.Post, "officer@example.org", "Officer, Reviewer", "this browser", "Sign out everywhere")
	if n := document(t, page).Find(".session-list > li").Length(); n != 2 {
		t.Errorf("%d browsers are listed", n)
	}
	if strings.Contains(page.Body.String(), b.cookies[sessionCookie]) {
		t.Error("the page holds the session’s token")
	}
}

func TestSomebodyChoosesInWhichRoleTheyAct(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("officer@example.org", nil, auth.Officer, auth.Clerk)
	b := d.at("officer@example.org")
	if to := led(t, b.send("/account/role", "role", "clerk")); to != "/account?saved=role" {
		t.Errorf("afterwards somebody is led to %s", to)
	}
	page := document(t, b.get("/account?saved=role"))
	if got, _ := page.Find(`input[name="role"][checked]`).Attr("value"); got != "clerk" || !strings.Contains(page.Find("main").Text(), "Your role is chosen") {
		t.Errorf("chosen is %q", got)
	}
	sessions, err := d.store.SessionsOf(t.Context(), account.ID)
	if err != nil || len(sessions) != 1 || sessions[0].Role != auth.Clerk {
		t.Errorf("the session is %+v, %v", sessions, err)
	}
	says(t, b.send("/account/role", "role", "reviewer"), http.StatusUnprocessableEntity, "Choose one of your roles")
}

func TestAnotherPasswordEndsTheOtherSessions(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	other, b := d.at("officer@example.org"), d.at("officer@example.org")
	d.logged()
	change := func(old, new, again string) *httptest.ResponseRecorder {
		return b.send("/account/password", "old-password", old, "new-password", new, "again", again)
	}
	says(t, change("", aNewPassword, aNewPassword), http.StatusUnprocessableEntity, "Enter your password")
	says(t, change(thePassword, "too short", "too short"), http.StatusUnprocessableEntity, "12 characters or more")
	says(t, change(thePassword, aNewPassword, "x"), http.StatusUnprocessableEntity, "Enter the same password twice")
	wrong := change("not my password", aNewPassword, aNewPassword)
	says(t, wrong, http.StatusUnprocessableEntity, "This is not your password")
	if document(t, wrong).Find(`.govuk-error-summary a[href="#old-password"]`).Length() != 1 || document(t, wrong).Find("#old-password-problem").Length() != 1 {
		t.Error("the problem does not stand at its box")
	}
	if log := d.logged(); !strings.Contains(log, `msg="sign-in refused"`) || strings.Contains(log, "not my password") {
		t.Errorf("the log says %s", log)
	}
	if !other.signedIn() {
		t.Error("a change that failed ends sessions")
	}
	if to := led(t, change(thePassword, aNewPassword, aNewPassword)); to != "/account?saved=password" {
		t.Errorf("afterwards somebody is led to %s", to)
	}
	if other.signedIn() || !b.signedIn() {
		t.Error("the other browser is still signed in, or this one no longer is")
	}
	says(t, newBrowser(t, d.Server).signIn("officer@example.org", thePassword), http.StatusUnprocessableEntity, refusedSignIn)
	led(t, newBrowser(t, d.Server).signIn("officer@example.org", aNewPassword))
	for range 10 {
		change("not my password", thePassword, thePassword)
	}
	answer := change(aNewPassword, thePassword, thePassword)
	says(t, answer, http.StatusTooManyRequests, "then try again")
	if answer.Header().Get("Retry-After") == "" {
		t.Error("it is not said when to come back")
	}
}

func TestOneBrowserOrAllAreSignedOut(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	d.account("somebody@example.org", nil, auth.Officer)
	first, second, b := d.at("officer@example.org"), d.at("officer@example.org"), d.at("officer@example.org")
	stranger := d.at("somebody@example.org")
	keyOf := func(b *signInBrowser) string { return auth.HashToken(b.cookies[sessionCookie])[:16] }
	led(t, b.send("/account/sessions", "session", keyOf(stranger)))
	if !stranger.signedIn() {
		t.Fatal("somebody else was signed out")
	}
	if to := led(t, b.send("/account/sessions", "session", keyOf(first))); to != "/account?saved=session" {
		t.Errorf("afterwards somebody is led to %s", to)
	}
	if first.signedIn() || !second.signedIn() || !b.signedIn() {
		t.Error("not the one browser was signed out")
	}
	if to := led(t, second.send("/account/sessions", "session", keyOf(second))); to != "/sign-in?ended=here" || second.signedIn() {
		t.Errorf("who ends their own session is led to %s", to)
	}
	third := d.at("officer@example.org")
	if to := led(t, b.send("/account/sign-out-everywhere")); to != "/sign-in?ended=everywhere" {
		t.Errorf("who signs out everywhere is led to %s", to)
	}
	if b.signedIn() || third.signedIn() || !stranger.signedIn() {
		t.Error("signing out everywhere left a browser signed in, or took somebody else along")
	}
	says(t, b.get("/sign-in?ended=everywhere"), http.StatusOK, "You are signed out in every browser.")
	if log := d.logged(); strings.Count(log, `msg="signed out"`) != 2 || strings.Count(log, "signed out from another browser") != 1 {
		t.Errorf("the log says %s", log)
	}
}

func TestOneTimeCodesAreSetUpWithACode(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("officer@example.org", nil, auth.Officer)
	b := d.at("officer@example.org")
	says(t, b.get("/account/codes"), http.StatusGone, "Begin again with one-time codes")
	says(t, b.get("/account/code.png"), http.StatusGone)
	says(t, b.send("/account/codes/start", "codes-password", "wrong"), http.StatusUnprocessableEntity, "This is not your password")
	if to := led(t, b.send("/account/codes/start", "codes-password", thePassword)); to != "/account/codes" {
		t.Fatalf("afterwards somebody is led to %s", to)
	}
	form := b.get("/account/codes")
	says(t, form, http.StatusOK, "Scan this picture")
	secret := strings.ReplaceAll(document(t, form).Find(".secret code").Text(), " ", "")
	picture := b.get("/account/code.png")
	if _, err := png.Decode(bytes.NewReader(picture.Body.Bytes())); err != nil || picture.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the picture is kept as %q, or is none: %v", picture.Header().Get("Cache-Control"), err)
	}
	other := d.at("officer@example.org")
	says(t, other.get("/account/code.png"), http.StatusGone)
	says(t, b.send("/account/codes", "code", "000000"), http.StatusUnprocessableEntity, "not the code that the app should show")
	if a, err := d.store.Account(t.Context(), account.ID); err != nil || a.CodesOn() {
		t.Errorf("codes are on before one was entered, %v", err)
	}
	done := b.send("/account/codes", "code", codeNow(t, secret))
	says(t, done, http.StatusOK, "One-time codes are switched on", "shown this once")
	if kept := done.Header().Get("Cache-Control"); kept != "no-store" {
		t.Errorf("the recovery codes may be kept: %q", kept)
	}
	var recovery []string
	for _, code := range document(t, done).Find(".recovery-codes code").EachIter() {
		recovery = append(recovery, code.Text())
	}
	if len(recovery) != 10 {
		t.Fatalf("the recovery codes are %v", recovery)
	}
	log := d.logged()
	if !strings.Contains(log, "one-time codes switched on") || strings.Contains(log, secret) || slices.ContainsFunc(recovery, func(code string) bool { return strings.Contains(log, code) }) {
		t.Errorf("the log says %s", log)
	}
	says(t, b.get("/account"), http.StatusOK, "They are switched on", "10 recovery codes are left.")

	again := newBrowser(t, d.Server)
	led(t, again.signIn("officer@example.org", thePassword))
	led(t, again.send("/sign-in/code", "code", recovery[3]))
	says(t, again.get("/account"), http.StatusOK, "9 recovery codes are left.")
	says(t, again.send("/account/codes/off", "codes-password", "wrong"), http.StatusUnprocessableEntity, "This is not your password")
	if to := led(t, again.send("/account/codes/off", "codes-password", thePassword)); to != "/account?saved=codes-off" {
		t.Errorf("afterwards somebody is led to %s", to)
	}
	if to := led(t, newBrowser(t, d.Server).signIn("officer@example.org", thePassword)); to != "/letters" {
		t.Errorf("without codes somebody is led to %s", to)
	}
}

func TestASecretNobodyProvedIsForgotten(t *testing.T) {
	desk := newCodes(storetest.Seeded(t))
	if err := desk.holdUnder(t.Context(), "the session", "one", "", heldCodes{Secret: "A"}); err != nil {
		t.Fatal(err)
	}
	passes(t, codesHeldFor-time.Second)
	if codes, ok, err := desk.find(t.Context(), "the session", "one"); err != nil || !ok || codes.Secret != "A" {
		t.Errorf("a secret is forgotten before its time: %v", err)
	}
	if _, ok, err := desk.find(t.Context(), "another session", "one"); err != nil || ok {
		t.Errorf("a secret is found in another session: %v", err)
	}
	passes(t, time.Second)
	if _, ok, err := desk.find(t.Context(), "the session", "one"); err != nil || ok {
		t.Errorf("a secret is held for too long: %v", err)
	}
}

func TestABrowserIsNamedAsPeopleKnowIt(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                        "Firefox on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari on an iPhone",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":                            "Chrome on Android",
		"curl/8.5.0":                      "curl/8.5.0",
		"":                                "",
		strings.Repeat("x", 200) + "\x00": strings.Repeat("x", 60) + "…",
	} {
		if got := browserWords(agent); got != want {
			t.Errorf("%q is called %q, want %q", agent, got, want)
		}
	}
}

func TestWhoSignsOutIsSignedOutWhateverFailsAfterwards(t *testing.T) {
	for _, tt := range []struct {
		name    string
		matches func(string) bool
		noted   bool
		says    string
	}{
		{"what was kept for them cannot be dropped", statement("SELECT", "held"), true, "drop what was kept for somebody who signed out"},
		{"it cannot be noted", statement("INSERT", "accesses"), false, "note that somebody signed out"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			faulty := storetest.NewFaulty()
			d := newDesk(t, storetest.OpenWith(t, storetest.SQLite(t, true), func(o *store.Options) { o.Connect = faulty.Connect }))
			account := d.account("officer@example.org", nil, auth.Officer)
			b := d.at("officer@example.org")
			d.logged()
			faulty.Once(tt.matches, storetest.FailsBefore, nil)
			answer := b.send("/sign-out")
			if _, _, hit := faulty.Rest(); !hit {
				t.Fatal("the fault was not met")
			}
			if to := led(t, answer); to != "/sign-in?ended=here" || b.signedIn() {
				t.Errorf("it leads to %s, and the browser is signed in: %v", to, b.signedIn())
			}
			if noted := slices.Contains(d.accesses(account.ID), inspection.SignedOut); noted != tt.noted {
				t.Errorf("that somebody signed out is noted: %v", noted)
			}
			if log := d.logged(); !strings.Contains(log, `msg="signed out"`) || !strings.Contains(log, tt.says) {
				t.Errorf("the log says %s", log)
			}
		})
	}
}
