package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// tokens lists those of an account, the latest first.
func (d *accountDesk) tokens(accountID string) []auth.Token {
	d.t.Helper()
	list, err := d.store.Tokens(d.t.Context(), accountID)
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

func TestSomebodyMakesATokenAndRevokesIt(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("officer@example.org", nil, auth.Officer)
	b := d.at("officer@example.org")
	says(t, b.get("/account"), http.StatusOK, "Tokens for programs", "Signing out everywhere revokes your tokens")
	page := document(t, b.get("/account/tokens"))
	if text := seen(page.Find("main").Text()); !strings.Contains(text, "You have no token.") || !strings.Contains(text, "19 February 2027 (in 90 days)") {
		t.Errorf("the page says %s", text)
	}
	if got, _ := page.Find("#ends option[selected]").Attr("value"); got != "90" {
		t.Errorf("offered first is %q", got)
	}
	d.logged()

	bad := b.send("/account/tokens", "name", "", "purpose", "publish", "ends", "4000")
	says(t, bad, http.StatusUnprocessableEntity, "Enter a name by which you will know this token", "Choose what the token is for", "at most a year from today", "Enter your password")
	for _, field := range []string{"name", "purpose", "ends", "password"} {
		page := document(t, bad)
		if page.Find(`.govuk-error-summary a[href="#`+field+`"]`).Length() != 1 || page.Find("#"+field+"-problem").Length() != 1 || page.Find("#"+field).Length() != 1 {
			t.Errorf("%s: the problem does not stand at its box", field)
		}
	}
	wrong := b.send("/account/tokens", "name", "Nightly <em>import</em>", "purpose", "log_letters", "ends", "30", "password", "not my password")
	says(t, wrong, http.StatusUnprocessableEntity, "This is not your password")
	if got, _ := document(t, wrong).Find("#name").Attr("value"); got != "Nightly <em>import</em>" || document(t, wrong).Find(`input[name="purpose"][checked]`).Length() != 1 {
		t.Errorf("the name is %q after a wrong password", got)
	}
	if log := d.logged(); strings.Contains(log, "not my password") || len(d.tokens(account.ID)) != 0 {
		t.Errorf("a token was made, or the log says %s", log)
	}

	made := b.send("/account/tokens", "name", "Nightly <em>import</em>", "purpose", "log_letters", "ends", "30", "password", thePassword)
	says(t, made, http.StatusOK, "The token “Nightly <em>import</em>” is made", "shown here once", "Works until the end of 21 December 2026", "Not used yet")
	text := document(t, made).Find(".made-link code").Text()
	if !auth.IsTokenText(text) || made.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("shown is %q, to be kept %q", text, made.Header().Get("Cache-Control"))
	}
	if list := d.tokens(account.ID); len(list) != 1 || list[0].Hash != auth.HashToken(text) || list[0].Purpose != auth.TokenLogs {
		t.Errorf("kept is %+v", list)
	}
	if log := d.logged(); !strings.Contains(log, `msg="token made"`) || strings.Contains(log, text) || strings.Contains(log, "Nightly") {
		t.Errorf("the log says %s", log)
	}
	if again := b.get("/account/tokens"); strings.Contains(again.Body.String(), text) || strings.Contains(again.Body.String(), auth.HashToken(text)) {
		t.Error("the token is shown twice, or its hash is")
	}
	changes := b.get("/changes?kind=token")
	says(t, changes, http.StatusOK, "Token of a program: Nightly <em>import</em>: made")

	stranger := d.account("other@example.org", nil, auth.Officer)
	other := d.at("other@example.org")
	id := d.tokens(account.ID)[0].ID
	if answer := other.send("/account/tokens/revoke", "token", id); answer.Code != http.StatusNotFound || stranger.ID == account.ID {
		t.Errorf("somebody else’s token: status %d", answer.Code)
	}
	if to := led(t, b.send("/account/tokens/revoke", "token", id)); to != "/account/tokens?saved=revoked#saved" {
		t.Errorf("afterwards somebody is led to %s", to)
	}
	says(t, b.get("/account/tokens?saved=revoked"), http.StatusOK, "The token is revoked.", "Revoked on 21 November 2026", "You have no token.", "They are listed here for 30 days.")
}

func TestNobodyMakesAnEleventhToken(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account := d.account("member@example.org", nil, auth.Member)
	for range auth.MostTokens {
		storetest.Token(t, d.store, account, auth.TokenReads)
	}
	b := d.at("member@example.org")
	page := b.get("/account/tokens")
	says(t, page, http.StatusOK, "You have 10 tokens, and no account has more.")
	if document(t, page).Find("#name").Length() != 0 {
		t.Error("another can be made")
	}
	answer := b.send("/account/tokens", "name", "One more", "purpose", "read", "ends", "30", "password", thePassword)
	if answer.Code != http.StatusUnprocessableEntity || len(d.tokens(account.ID)) != auth.MostTokens {
		t.Errorf("status %d, and there are %d", answer.Code, len(d.tokens(account.ID)))
	}
}

func TestAnAdministratorRevokesSomebodysToken(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	keeper := d.account("keeper@example.org", nil, auth.Administrator)
	account := d.account("officer@example.org", nil, auth.Officer)
	storetest.Token(t, d.store, account, auth.TokenUpdates)
	own := storetest.Token(t, d.store, keeper, auth.TokenReads)
	b := d.at("keeper@example.org")
	page := b.get(personAddress(account.ID))
	says(t, page, http.StatusOK, "With these, programs act for this person.", "Test of update_actions", "Update actions", "Works until the end of 19 February 2027")
	id, _ := document(t, page).Find(`input[name="token"]`).Attr("value")
	if answer := b.send(personAddress(keeper.ID)+"/tokens", "token", id); answer.Code != http.StatusForbidden {
		t.Errorf("of one’s own account: status %d", answer.Code)
	}
	if to := led(t, b.send(personAddress(account.ID)+"/tokens", "token", id)); to != personAddress(account.ID)+"?saved=token" {
		t.Errorf("afterwards an administrator is led to %s", to)
	}
	page = b.get(personAddress(account.ID) + "?saved=token")
	says(t, page, http.StatusOK, "The token is revoked. It works no longer.")
	if document(t, page).Find(`input[name="token"]`).Length() != 0 || d.tokens(account.ID)[0].Works(storetest.Now()) {
		t.Error("it still works, or is still listed")
	}
	if token := d.tokens(keeper.ID)[0]; token.Hash != auth.HashToken(own) || !token.Works(storetest.Now()) {
		t.Error("the administrator’s own token went too")
	}
}

func TestSigningOutEverywhereRevokesTokens(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	account, other := d.account("officer@example.org", nil, auth.Officer), d.account("other@example.org", nil, auth.Officer)
	storetest.Token(t, d.store, account, auth.TokenReads)
	storetest.Token(t, d.store, other, auth.TokenReads)
	led(t, d.at("officer@example.org").send("/account/sign-out-everywhere"))
	if d.tokens(account.ID)[0].Works(storetest.Now()) || !d.tokens(other.ID)[0].Works(storetest.Now()) {
		t.Error("a token outlived signing out everywhere, or somebody else’s went too")
	}
}

func TestTheDemonstrationHasNoTokens(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	says(t, sees(t, s, "/account/tokens"), http.StatusNotFound, "The demonstration has no accounts")
	answer := get(t, s, "/api/v1/letters", "Authorization", "Bearer "+auth.NewTokenText())
	if answer.Code != http.StatusUnauthorized || !strings.Contains(answer.Body.String(), "no accounts, and so no tokens") {
		t.Errorf("status %d: %s", answer.Code, answer.Body)
	}
}

func TestTokensStopWhenTheOrganisationVouchesNoMore(t *testing.T) {
	d := newOrganisationDesk(t)
	b := newBrowser(t, d.Server)
	d.organisation.SignIn(someone("officers"))
	start := organisationAddress("/", false)
	led(t, b.through(start))
	led(t, b.send("/account/post", "post", "Improvement officer"))
	says(t, b.get("/account/tokens"), http.StatusOK, "You sign in through your organisation. A token works for 7 days after that was last done")
	made := b.send("/account/tokens", "name", "Import", "purpose", "log_letters", "ends", "90")
	says(t, made, http.StatusOK, "shown here once")
	text := document(t, made).Find(".made-link code").Text()
	asks := func() *httptest.ResponseRecorder {
		return get(t, d.Server, "/api/v1/letters", "Authorization", "Bearer "+text)
	}
	expect := func(what string, status int, words string) {
		t.Helper()
		if answer := asks(); answer.Code != status || !strings.Contains(answer.Body.String(), words) {
			t.Errorf("%s: status %d: %s", what, answer.Code, answer.Body)
		}
	}
	expect("at first", http.StatusOK, "")
	passes(t, auth.TokenVouchedFor+time.Hour)
	expect("a week later", http.StatusForbidden, "Your organisation has to sign you in again")
	led(t, newBrowser(t, d.Server).through(start))
	expect("after another sign-in", http.StatusOK, "")
	d.organisation.SignIn(someone("scrutiny"))
	led(t, newBrowser(t, d.Server).through(start))
	expect("with groups that give another role", http.StatusForbidden, "no longer has the role")
	d.organisation.SignIn(someone("officers"))
	led(t, newBrowser(t, d.Server).through(start))
	expect("with the group again", http.StatusOK, "")
	d.organisation.SignIn(someone("others"))
	says(t, newBrowser(t, d.Server).through(start), http.StatusForbidden, "You have no role here yet")
	expect("once no group gives a role", http.StatusForbidden, "Your organisation has to sign you in again")
	account, err := d.store.AccountBySubject(t.Context(), d.issuer.Address(), "subject-1")
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := d.store.Changes(t.Context(), store.ChangeFilter{
		Reader: inspection.ForOfficers, Of: store.RecordName{Kind: inspection.OfToken, ID: d.tokens(account.ID)[0].ID},
	}); err != nil || len(entries.Lines) != 1 {
		t.Errorf("the record of changes has %d entries about the token, %v", len(entries.Lines), err)
	}
}
