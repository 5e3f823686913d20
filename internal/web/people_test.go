package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestAnAdministratorInvitesSomebody(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		d := newDesk(t, db)
		d.account("keeper@example.org", nil, auth.Administrator)
		b := d.at("keeper@example.org")
		says(t, b.get("/people"), http.StatusOK, "Post of keeper@example.org", "Administrator", "Can sign in", "Invite somebody")
		bad := b.ask(http.MethodPost, "/people", url.Values{"address": {"not an address"}, "body": {"nowhere"}, "roles": {"emperor"}})
		says(t, bad, http.StatusUnprocessableEntity, "Enter an email address", "Enter the post", "Choose from the roles: officer, reviewer, clerk, member, administrator")
		page := document(t, bad)
		for _, field := range []string{"address", "post", "roles"} {
			if page.Find(`.govuk-error-summary a[href="#`+field+`"]`).Length() != 1 || page.Find("#"+field+"-problem").Length() != 1 || page.Find("#"+field).Length() != 1 {
				t.Errorf("%s: the problem does not stand at its box", field)
			}
		}
		taken := url.Values{"address": {"Keeper@example.org"}, "post": {"Officer"}, "roles": {"officer"}}
		says(t, b.ask(http.MethodPost, "/people", taken), http.StatusUnprocessableEntity, "there is an account with this one")

		d.logged()
		answer := b.ask(http.MethodPost, "/people", url.Values{
			"address": {"new@example.org"}, "post": {"Improvement officer"}, "body": {"west-northamptonshire"}, "roles": {"officer", "clerk"},
		})
		says(t, answer, http.StatusOK, "The link is made for", "shown here once", "Improvement officer")
		if kept := answer.Header().Get("Cache-Control"); kept != "no-store" {
			t.Errorf("the link may be kept: %q", kept)
		}
		link := document(t, answer).Find(".made-link code").Text()
		account, err := d.store.AccountByAddress(t.Context(), "new@example.org")
		if err != nil || account.State != auth.Invited || account.BodyID != "west-northamptonshire" || len(account.Roles) != 2 {
			t.Fatalf("the account is %+v, %v", account, err)
		}
		if log := d.logged(); !strings.Contains(log, `msg="account added"`) || strings.Contains(log, "new@example.org") || strings.Contains(log, strings.TrimPrefix(link, "http://example.com/links/")) {
			t.Errorf("the log says %s", log)
		}
		invited := newBrowser(t, d.Server)
		path := strings.TrimPrefix(link, "http://example.com")
		led(t, invited.send(path, "new-password", aNewPassword, "again", aNewPassword))
		says(t, invited.get("/letters"), http.StatusOK, "Improvement officer (an officer and a clerk)")
		says(t, b.get("/people"), http.StatusOK, "Improvement officer", "West Northamptonshire", "Officer, Clerk")
	})
}

func TestAnInvitationIsSentWhereMailIsSetUp(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("keeper@example.org", nil, auth.Administrator)
	sent := mailing(t, d)
	b := newBrowser(t, d.Server)
	b.host = thePublicAddress
	led(t, b.signIn("keeper@example.org", thePassword))
	says(t, b.send("/people", "address", "new@example.org", "post", "Clerk", "roles", "clerk"), http.StatusOK, "It was sent to new@example.org")
	if len(*sent) != 1 || (*sent)[0].purpose != auth.Invitation || (*sent)[0].to != "new@example.org" {
		t.Errorf("sent is %v", *sent)
	}
}

func TestAnAccountIsChangedDisabledAndClosed(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	d.account("keeper@example.org", nil, auth.Administrator)
	account := d.account("officer@example.org", nil, auth.Officer)
	d.codesOn(account.ID)
	b := d.at("keeper@example.org")
	address := personAddress(account.ID)
	says(t, b.get(address), http.StatusOK, account.Post, "officer@example.org", "Switch one-time codes off", "Disable the account")

	bad := b.send(address, "address", "", "post", "", "body", "")
	says(t, bad, http.StatusUnprocessableEntity, "Enter an email address", "Enter the post", "Choose at least one role")
	changed := url.Values{"address": {"second@example.org"}, "post": {"Head of quality"}, "body": {"west-northamptonshire"}, "roles": {"reviewer"}}
	if to := led(t, b.ask(http.MethodPost, address, changed)); to != address+"?saved=changed" {
		t.Errorf("afterwards somebody is led to %s", to)
	}
	says(t, b.get(address+"?saved=changed"), http.StatusOK, "The account is changed.", "Head of quality, West Northamptonshire", "Reviewer")
	led(t, b.send(address+"/codes-off"))
	if a, err := d.store.Account(t.Context(), account.ID); err != nil || a.CodesOn() || a.Address != "second@example.org" {
		t.Errorf("the account is %+v, %v", a, err)
	}

	holder := d.at("second@example.org")
	if to := led(t, b.send(address+"/state", "do", "disable")); to != address+"?saved=disabled" || holder.signedIn() {
		t.Errorf("afterwards somebody is led to %s, and the holder is signed in: %v", to, holder.signedIn())
	}
	says(t, b.send(address+"/link"), http.StatusUnprocessableEntity, "Enable this account first")
	led(t, b.send(address+"/state", "do", "enable"))
	d.at("second@example.org")
	answer := b.send(address + "/link")
	says(t, answer, http.StatusOK, "The link is made for")
	link := strings.TrimPrefix(document(t, answer).Find(".made-link code").Text(), "http://example.com")
	says(t, newBrowser(t, d.Server).get(link), http.StatusOK, "Set another password", "second@example.org")

	says(t, b.get(address+"/close"), http.StatusOK, "What goes", "What stays")
	says(t, b.send(address+"/close"), http.StatusUnprocessableEntity, "Tick that you know that this cannot be undone")
	if to := led(t, b.send(address+"/close", "sure", "yes")); to != "/people?saved=closed" {
		t.Errorf("afterwards somebody is led to %s", to)
	}
	says(t, b.get("/people?saved=closed"), http.StatusOK, "The account is closed.", "Closed accounts", "Head of quality")
	page := b.get(address)
	says(t, page, http.StatusOK, "This account is closed for ever.")
	if strings.Contains(page.Body.String(), "second@example.org") || document(t, page).Find("main form").Length() != 0 {
		t.Error("a closed account names its holder, or can be changed")
	}
	says(t, newBrowser(t, d.Server).get(link), http.StatusNotFound, "There is no such link")
	if to := led(t, b.get(address+"/close")); to != address {
		t.Errorf("who would close it again is led to %s", to)
	}
}

func TestNobodyChangesWhatTheyThemselvesMayDo(t *testing.T) {
	d := newDesk(t, storetest.Seeded(t))
	own := d.account("keeper@example.org", nil, auth.Administrator)
	second := d.account("second@example.org", nil, auth.Administrator)
	b := d.at("keeper@example.org")
	address := personAddress(own.ID)
	page := b.get(address)
	says(t, page, http.StatusOK, "This is your own account.")
	if document(t, page).Find(`input[name="roles"], form[action$="/state"], form[action$="/link"], a[href$="/close"]`).Length() != 0 {
		t.Error("the page offers what nobody may do to themselves")
	}
	for _, path := range []string{"/state", "/link", "/codes-off", "/close"} {
		says(t, b.send(address+path, "do", "disable", "sure", "yes"), http.StatusForbidden, "This is your own account", "Nothing has been changed.")
	}
	led(t, b.ask(http.MethodPost, address, url.Values{"address": {"keeper@example.org"}, "post": {"Keeper"}, "roles": {"officer", "administrator"}}))
	if a, err := d.store.Account(t.Context(), own.ID); err != nil || a.Has(auth.Officer) || a.Post != "Keeper" {
		t.Errorf("the account is %+v, %v", a, err)
	}

	deciding := d.account("deciding@example.org", nil, auth.Officer, auth.Reviewer, auth.Administrator)
	dodges := d.at("deciding@example.org").send(personAddress(deciding.ID), "address", "deciding@example.org", "post", "Keeper", "roles", "officer")
	says(t, dodges, http.StatusUnprocessableEntity, "Ask another administrator to change your post")
	if a, err := d.store.Account(t.Context(), deciding.ID); err != nil || a.Post != deciding.Post {
		t.Errorf("the account that decides is %+v, %v", a, err)
	}

	other := d.at("second@example.org")
	led(t, b.send(personAddress(second.ID)+"/state", "do", "disable"))
	says(t, other.send(address+"/state", "do", "disable"), http.StatusForbidden, "Sign in first")
}
