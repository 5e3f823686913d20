package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/auth/authtest"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// organisationDesk is a desk whose people also sign in through an organisation.
type organisationDesk struct {
	*accountDesk
	organisation *authtest.Issuer
}

func newOrganisationDesk(t testing.TB) *organisationDesk {
	t.Helper()
	d := &organisationDesk{newDesk(t, storetest.Seeded(t)), authtest.NewIssuer(t, storetest.Now)}
	const redirect = "https://timeline.example/sign-in/callback"
	client := d.organisation.Client(redirect)
	var err error
	d.issuer, err = auth.OpenIssuer(auth.IssuerConfig{
		Address: client.Issuer, ClientID: client.ID, ClientSecret: client.Secret, Redirect: redirect,
		RoleOf: map[string]auth.Role{"officers": auth.Officer, "scrutiny": auth.Member, "keepers": auth.Administrator},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// follow goes where an answer leads, at the organisation too, and returns the address of ours that the browser comes back to.
func (b *signInBrowser) follow(answer *httptest.ResponseRecorder) string {
	b.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	address, silent := strings.CutPrefix(answer.Header().Get("Refresh"), "0; url=")
	if !silent {
		address = led(b.t, answer)
	} else if link, _ := document(b.t, answer).Find("main a").Attr("href"); link != address {
		b.t.Errorf("the page leads to %s and its link to %s", address, link)
	}
	there, err := client.Get(address)
	if err != nil {
		b.t.Fatal(err)
	}
	defer there.Body.Close()
	back, err := there.Location()
	if err != nil {
		b.t.Fatalf("the organisation answers %d and leads nowhere", there.StatusCode)
	}
	return back.RequestURI()
}

// through signs in at the organisation and returns the last answer.
func (b *signInBrowser) through(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	return b.get(b.follow(b.get(path)))
}

// someone is a person there.
func someone(groups ...string) authtest.Account {
	return authtest.Account{Subject: "subject-1", Address: "officer@example.org", Verified: true, Groups: groups}
}

func TestTheFirstSignInThroughTheOrganisationMakesAnAccount(t *testing.T) {
	d := newOrganisationDesk(t)
	b := newBrowser(t, d.Server)
	if to := led(t, b.get("/letters")); to != signInAddress("/letters") {
		t.Errorf("before there is any account a visitor is led to %s", to)
	}
	says(t, b.get("/sign-in"), http.StatusOK, "Sign in through your organisation")
	if document(t, b.get("/sign-in")).Find("#password").Length() != 0 {
		t.Error("a password is asked for though nobody has one")
	}
	d.organisation.SignIn(someone("officers", "scrutiny", "others"))
	start, _ := document(t, b.get("/sign-in?back=/letters")).Find("a.button").Attr("href")
	if to := led(t, b.through(start)); to != "/account" {
		t.Errorf("somebody without a post is led to %s", to)
	}
	account, err := d.store.AccountBySubject(t.Context(), d.issuer.Address(), "subject-1")
	if err != nil || !slices.Equal(account.Roles, []auth.Role{auth.Officer, auth.Member}) || account.State != auth.Active || account.Address != "officer@example.org" {
		t.Fatalf("the account is %+v, %v", account, err)
	}
	for name := range b.cookies {
		if strings.HasPrefix(name, begunCookie) {
			t.Errorf("the cookie %s is left", name)
		}
	}
	if got := d.accesses(account.ID); !slices.Equal(got, []inspection.AccessKind{inspection.SignedIn}) {
		t.Errorf("noted is %v", got)
	}
	if log := d.logged(); !strings.Contains(log, `msg="signed in"`) || strings.Contains(log, "subject-1") || strings.Contains(log, "code=") {
		t.Errorf("the log says %s", log)
	}
	changes, err := d.store.Changes(t.Context(), store.ChangeFilter{Reader: inspection.ForOfficers, Of: store.RecordName{Kind: inspection.OfAccount, ID: account.ID}})
	if err != nil || len(changes.Lines) != 1 || changes.Lines[0].ActorPost != organisationActor.Post {
		t.Errorf("the record of changes says %+v, %v", changes.Lines, err)
	}

	if to := led(t, b.get("/letters")); to != "/account" {
		t.Errorf("somebody who has no post yet is led to %s", to)
	}
	says(t, b.send("/letters/new"), http.StatusForbidden, "Enter your post first", "Nothing has been changed.")
	says(t, b.get("/account"), http.StatusOK, "Name your post", "Signing out here does not sign you out at your organisation.")
	says(t, b.send("/account/post", "post", "  "), http.StatusUnprocessableEntity, "Enter the post, such as Improvement officer")
	if to := led(t, b.send("/account/post", "post", "Improvement officer", "body", "west-northamptonshire")); to != "/account?saved=post" {
		t.Errorf("after naming the post somebody is led to %s", to)
	}
	says(t, b.send("/account/post", "post", "Another"), http.StatusForbidden, "Your post is recorded already")
	says(t, b.send("/account/password", "old-password", "x"), http.StatusForbidden, "Your organisation looks after this")

	again := newBrowser(t, d.Server)
	if to := led(t, again.through(start)); to != "/letters" {
		t.Errorf("somebody with a post is led to %s", to)
	}
	if accounts, err := d.store.Accounts(t.Context()); err != nil || len(accounts) != 1 {
		t.Errorf("there are %d accounts, %v", len(accounts), err)
	}
}

func TestWithoutAGroupThatGivesARoleNobodyGetsIn(t *testing.T) {
	d := newOrganisationDesk(t)
	d.organisation.SignIn(someone("others"))
	b := newBrowser(t, d.Server)
	says(t, b.through(organisationAddress("/", false)), http.StatusForbidden, "You have no role here yet", "Ask an administrator")
	if accounts, err := d.store.Accounts(t.Context()); err != nil || len(accounts) != 0 || b.cookies[sessionCookie] != "" {
		t.Errorf("there are %d accounts and the cookie %q, %v", len(accounts), b.cookies[sessionCookie], err)
	}
}

func TestAnAddressThatSomebodyElseHasIsNotTakenOver(t *testing.T) {
	d := newOrganisationDesk(t)
	local := d.account("officer@example.org", nil, auth.Administrator)
	d.organisation.SignIn(someone("scrutiny"))
	b := newBrowser(t, d.Server)
	led(t, b.through(organisationAddress("/", false)))
	says(t, b.get("/people"), http.StatusForbidden, "This page is for another role")
	account, err := d.store.AccountBySubject(t.Context(), d.issuer.Address(), "subject-1")
	if err != nil || account.ID == local.ID || account.Address != "" {
		t.Errorf("the account is %+v, %v", account, err)
	}
}

func TestAnAnswerThatDoesNotBelongToThisBrowserIsRefused(t *testing.T) {
	d := newOrganisationDesk(t)
	d.organisation.SignIn(someone("officers"))
	victim, attacker := newBrowser(t, d.Server), newBrowser(t, d.Server)
	theirs := attacker.follow(attacker.get(organisationAddress("/", false)))
	led(t, victim.get(organisationAddress("/", false)))
	d.logged()
	for name, path := range map[string]string{
		"another browser’s answer": theirs, "no answer": "/sign-in/callback", "a made-up state": "/sign-in/callback?state=x&code=y",
	} {
		says(t, victim.get(path), http.StatusBadRequest, "This cannot be finished", "Start again")
		if log := d.logged(); !strings.Contains(log, `msg="sign-in through the organisation failed"`) || strings.Contains(log, "code=") {
			t.Errorf("%s: the log says %s", name, log)
		}
		if victim.signedIn() {
			t.Errorf("%s: somebody is signed in", name)
		}
	}
	led(t, attacker.get(theirs))
	says(t, attacker.get(theirs), http.StatusBadRequest, "This cannot be finished")

	late := newBrowser(t, d.Server)
	back := late.follow(late.get(organisationAddress("/", false)))
	passes(t, auth.BegunHolds+time.Second)
	says(t, late.get(back), http.StatusBadRequest, "This cannot be finished")
}

func TestACodeThatIsReplayedLetsNobodyIn(t *testing.T) {
	d := newOrganisationDesk(t)
	d.organisation.SignIn(someone("officers"))
	b := newBrowser(t, d.Server)
	answer := b.get(organisationAddress("/", false))
	kept := map[string]string{}
	for name, value := range b.cookies {
		kept[name] = value
	}
	back := b.follow(answer)
	led(t, b.get(back))
	thief := newBrowser(t, d.Server)
	thief.cookies = kept
	says(t, thief.get(back), http.StatusBadRequest, "This cannot be finished")
	if thief.signedIn() {
		t.Error("the code worked twice")
	}
}

func TestWhatTheOrganisationAnswersIsSaidInWords(t *testing.T) {
	d := newOrganisationDesk(t)
	d.organisation.SignIn(someone("officers"))
	for _, tt := range []struct {
		fault  authtest.Fault
		status int
		words  string
	}{
		{authtest.AccessDenied, http.StatusForbidden, "Your organisation did not let you in"},
		{authtest.WrongSignature, http.StatusBadRequest, "Your organisation’s answer could not be trusted"},
		{authtest.WrongNonce, http.StatusBadRequest, "Your organisation’s answer could not be trusted"},
		{authtest.BreaksDown, http.StatusServiceUnavailable, "Your organisation’s sign-in does not answer"},
		{authtest.RefusesClients, http.StatusInternalServerError, "Signing in through your organisation is not set up right"},
	} {
		d.organisation.Misbehave(tt.fault)
		b := newBrowser(t, d.Server)
		d.logged()
		says(t, b.through(organisationAddress("/", false)), tt.status, tt.words)
		if log := d.logged(); !strings.Contains(log, "sign-in through the organisation failed") || b.cookies[sessionCookie] != "" {
			t.Errorf("%s: the log says %s", tt.fault, log)
		}
	}
}

func TestADisabledAccountStaysOutWhateverTheOrganisationSays(t *testing.T) {
	d := newOrganisationDesk(t)
	d.organisation.SignIn(someone("officers"))
	b := newBrowser(t, d.Server)
	led(t, b.through(organisationAddress("/", false)))
	account, err := d.store.AccountBySubject(t.Context(), d.issuer.Address(), "subject-1")
	if err != nil {
		t.Fatal(err)
	}
	d.changes(account.ID, func(a *auth.Account) { a.State = auth.Disabled })
	d.logged()
	says(t, b.through(organisationAddress("/", false)), http.StatusForbidden, "Your account here cannot be used")
	if log := d.logged(); !strings.Contains(log, "state disabled") {
		t.Errorf("the log says %s", log)
	}
}

// recheckedAt lets a session become so old that the organisation is asked again, and follows the browser there and back.
func (b *signInBrowser) recheckedAt(path string) *httptest.ResponseRecorder {
	b.t.Helper()
	passes(b.t, auth.RecheckAfter+time.Second)
	start := led(b.t, b.get(path))
	if start != organisationAddress(path, true) {
		b.t.Fatalf("after a while somebody is led to %s", start)
	}
	return b.through(start)
}

func TestTheOrganisationIsAskedAgainWhetherSomebodyIsStillTheirs(t *testing.T) {
	d := newOrganisationDesk(t)
	d.organisation.SignIn(someone("officers"))
	b := newBrowser(t, d.Server)
	led(t, b.through(organisationAddress("/", false)))
	led(t, b.send("/account/post", "post", "Improvement officer"))
	token := b.cookies[sessionCookie]
	if to := led(t, b.recheckedAt("/letters")); to != "/letters" || b.cookies[sessionCookie] != token {
		t.Errorf("somebody who is still there is led to %s, with another session: %v", to, b.cookies[sessionCookie] != token)
	}
	says(t, b.get("/letters"), http.StatusOK, "You are signed in as")
	if got := b.get("/"); got.Code != http.StatusOK {
		t.Errorf("a public page is answered %d", got.Code)
	}

	d.organisation.SignOut()
	to := led(t, b.recheckedAt("/letters"))
	if want := "/sign-in?" + (url.Values{"back": {"/letters"}, "ended": {"organisation"}}).Encode(); to != want {
		t.Errorf("somebody who signed out there is led to %s, want %s", to, want)
	}
	says(t, b.get(to), http.StatusOK, "Your organisation no longer says that you are signed in there")
	if b.signedIn() || b.cookies[sessionCookie] != "" {
		t.Error("the session goes on")
	}
}

func TestARemovedAccountEndsWithinTheStatedTime(t *testing.T) {
	d := newOrganisationDesk(t)
	d.organisation.SignIn(someone("officers"))
	reads, sends := newBrowser(t, d.Server), newBrowser(t, d.Server)
	led(t, reads.through(organisationAddress("/", false)))
	led(t, sends.through(organisationAddress("/", false)))
	d.organisation.RemoveAccount()
	led(t, reads.recheckedAt("/letters"))
	if reads.signedIn() {
		t.Error("whoever reads pages is still signed in after the next check")
	}
	// Whoever only sends forms is not asked again, and so is out when the time is over.
	before := storetest.Now()
	for at := 5 * time.Minute; at < auth.RecheckBy; at += 10 * time.Minute {
		storetest.SetNow(before.Add(at - auth.RecheckAfter))
		if storetest.Now().Before(before) {
			continue
		}
		if answer := sends.send("/account/role", "role", "officer"); answer.Code != http.StatusSeeOther {
			t.Fatalf("after %s a form is answered %d", at, answer.Code)
		}
	}
	storetest.SetNow(before.Add(auth.RecheckBy - auth.RecheckAfter))
	says(t, sends.send("/account/role", "role", "officer"), http.StatusForbidden, "Sign in first")
}

func TestRolesFollowTheGroups(t *testing.T) {
	d := newOrganisationDesk(t)
	d.account("keeper@example.org", nil, auth.Administrator)
	d.organisation.SignIn(someone("officers", "keepers"))
	b, elsewhere := newBrowser(t, d.Server), newBrowser(t, d.Server)
	led(t, b.through(organisationAddress("/", false)))
	led(t, b.send("/account/post", "post", "Improvement officer"))
	led(t, elsewhere.through(organisationAddress("/", false)))
	says(t, elsewhere.get("/people"), http.StatusOK, "People")

	d.organisation.SignIn(someone("scrutiny"))
	if to := led(t, b.recheckedAt("/account")); to != "/account" {
		t.Errorf("after the check somebody is led to %s", to)
	}
	says(t, b.get("/account"), http.StatusOK, "Committee member")
	says(t, b.get("/letters"), http.StatusForbidden, "This page is for another role")
	if elsewhere.signedIn() {
		t.Error("another browser goes on with the roles of before")
	}

	d.organisation.SignIn(someone("others"))
	says(t, b.recheckedAt("/account"), http.StatusForbidden, "You have no role here yet")
	if b.signedIn() {
		t.Error("somebody without a role is still signed in")
	}
}

func TestTheLastAdministratorStaysOneUntilThereIsAnother(t *testing.T) {
	d := newOrganisationDesk(t)
	d.organisation.SignIn(someone("keepers"))
	b := newBrowser(t, d.Server)
	led(t, b.through(organisationAddress("/", false)))
	d.organisation.SignIn(someone("scrutiny"))
	says(t, b.through(organisationAddress("/", false)), http.StatusForbidden, "Somebody has to stay an administrator")
	if b.signedIn() {
		t.Error("they are still signed in")
	}
}

func TestNobodyBecomesAnotherWithoutNoticing(t *testing.T) {
	d := newOrganisationDesk(t)
	d.organisation.SignIn(someone("officers"))
	b := newBrowser(t, d.Server)
	led(t, b.through(organisationAddress("/", false)))
	other := someone("officers")
	other.Subject, other.Address = "subject-2", "other@example.org"
	d.organisation.SignIn(other)
	if to := led(t, b.recheckedAt("/letters")); !strings.HasPrefix(to, "/sign-in?") {
		t.Errorf("where somebody else is signed in there, a browser is led to %s", to)
	}
	if b.signedIn() {
		t.Error("the browser is signed in")
	}
}

func TestWithoutAnOrganisationNobodyIsSentThere(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("officer@example.org", nil, auth.Officer)
	b := newBrowser(t, d.Server)
	for _, path := range []string{organisationAddress("/", false), "/sign-in/callback?state=x&code=y"} {
		says(t, b.get(path), http.StatusNotFound, "Page not found")
	}
	if document(t, b.get("/sign-in")).Find(`a[href^="/sign-in/organisation"]`).Length() != 0 {
		t.Error("a way to the organisation is offered")
	}
}
