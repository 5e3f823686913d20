package main

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/auth/authtest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// closedSite serves a database with the seed that is this test's alone, where people need accounts.
func closedSite(t *testing.T) (origin string, s *store.Store) {
	t.Helper()
	if testing.Short() {
		t.Skip("it draws pages and hashes passwords, for which a short run has no time")
	}
	s, err := store.Open(t.Context(), storetest.SQLite(t, true), storetest.Options(t))
	if err == nil {
		err = s.Migrate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	clock := storetest.Now
	cfg := config{home: defaultHome, doors: doorsConfig{unlimited: true}}
	handler, finish, err := newHandler(context.Background(), s, cfg, clock, slog.New(slog.DiscardHandler))
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
	return server.URL, s
}

// invited adds an account and returns the address of the link with which its holder sets a password.
func invited(t *testing.T, s *store.Store, address, post string, roles ...auth.Role) string {
	t.Helper()
	account, err := s.AddAccount(t.Context(), commandLine, auth.Account{Address: address, Post: post, Roles: roles, State: auth.Invited})
	if err != nil {
		t.Fatal(err)
	}
	token := auth.NewToken()
	err = s.AddLink(t.Context(), commandLine, auth.Link{
		Hash: auth.HashToken(token), AccountID: account.ID, Purpose: auth.Invitation,
		CreatedAt: storetest.Now(), ExpiresAt: storetest.Now().Add(auth.InvitationHolds),
	})
	if err != nil {
		t.Fatal(err)
	}
	return "/links/" + token
}

// shows fails unless the page in the browser says something.
func (b *tab) shows(words ...string) {
	b.t.Helper()
	text := strings.Join(strings.Fields(ask[string](b, "document.body.innerText")), " ")
	for _, one := range words {
		if !strings.Contains(text, one) {
			b.t.Fatalf("%s does not say %q, but: %s", ask[string](b, "location.pathname"), one, text)
		}
	}
}

const phrase = "copper lantern drifts westward"

func TestSigningInInBrowser(t *testing.T) {
	axe := axeScript(t)
	origin, s := closedSite(t)
	first := invited(t, s, "systems@west.example", "Systems manager", auth.Administrator)
	officerLink := invited(t, s, "officer@west.example", "Improvement officer", auth.Officer, auth.Reviewer)
	memberLink := invited(t, s, "chair@west.example", "Chair of scrutiny", auth.Member)

	officer := openTab(t, origin)
	officer.open("/letters?held=x")
	officer.shows("Sign in", "Most pages here are public and need no account.")
	everyLook(officer, axe)
	send(officer, "main form", fields{"address": "officer@west.example", "password": "not the right one"})
	officer.shows("That address and password do not belong to an account that can sign in here")
	everyLook(officer, axe)

	officer.open(officerLink)
	everyLook(officer, axe)
	send(officer, "main form", fields{"new-password": "improvement1", "again": "improvement1"})
	officer.shows("Choose a password")
	everyLook(officer, axe)
	send(officer, "main form", fields{"new-password": phrase, "again": phrase})
	officer.shows("Your account", "Improvement officer", "The role in which you act")
	everyLook(officer, axe)
	officer.open(officerLink)
	officer.shows("This link was used")

	member := openTab(t, origin)
	member.open(memberLink)
	send(member, "main form", fields{"new-password": phrase + " too", "again": phrase + " too"})
	const same = "/recommendations/NN-ILACS-2026-1"
	officer.open(same)
	officer.shows("You see here what is for officers only")
	member.open(same)
	member.shows("You see here what is for committee members and officers")
	visitor := openTab(t, origin)
	visitor.open(same)
	if text := ask[string](visitor, "document.body.innerText"); strings.Contains(text, "You see here") {
		t.Error("a visitor is shown what is for somebody else")
	}
	if status := member.open("/letters"); status != 403 {
		t.Errorf("a member is answered %d at the letters", status)
	}
	everyLook(member, axe)

	t.Log("one-time codes are switched on, and asked for from then on")
	officer.open("/account")
	send(officer, `form[action="/account/codes/start"]`, fields{"codes-password": phrase})
	everyLook(officer, axe)
	secret := strings.ReplaceAll(ask[string](officer, `document.querySelector(".secret code").innerText`), " ", "")
	code := authtest.Code(t, secret, storetest.Now())
	send(officer, `form[action="/account/codes"]`, fields{"code": code})
	officer.shows("Recovery codes")
	everyLook(officer, axe)
	recovery := ask[string](officer, `document.querySelector(".recovery-codes code").innerText`)
	officer.open("/account")
	press(officer, `.acting form[action="/sign-out"] button, form[action="/sign-out"] button`)
	officer.open("/sign-in?back=/letters")
	send(officer, "main form", fields{"address": "Officer@west.example ", "password": phrase})
	officer.shows("Enter your one-time code")
	everyLook(officer, axe)
	send(officer, "main form", fields{"code": code})
	officer.shows("Enter your one-time code") // it was used
	send(officer, "main form", fields{"code": recovery})
	officer.shows("Letters", "You are signed in as Improvement officer (an officer and a reviewer)")

	t.Log("an administrator looks after people")
	administrator := openTab(t, origin)
	administrator.open(first)
	send(administrator, "main form", fields{"new-password": phrase + " again", "again": phrase + " again"})
	administrator.open("/people")
	administrator.shows("Improvement officer", "Invite somebody")
	everyLook(administrator, axe)
	for _, one := range []string{"/changes", "/changes/readings", "/people/messages", "/people/letters", "/sign-in/forgotten", "/privacy"} {
		if status := administrator.open(one); status != 200 {
			t.Errorf("%s is answered %d", one, status)
		}
		everyLook(administrator, axe)
	}
}
