package storetest

import (
	"crypto/rand"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// Administrator makes the accounts of the tests.
var Administrator = inspection.Actor{ID: "/administrator", Post: "Administrator", Role: inspection.RoleAdministrator}

// Account adds an account that can sign in, with some roles and no password. Its address and post are nobody else's.
func Account(t testing.TB, s *store.Store, roles ...auth.Role) auth.Account {
	t.Helper()
	own := strings.ToLower(rand.Text()[:10])
	a, err := s.AddAccount(t.Context(), Administrator, auth.Account{
		Address: own + "@example.org", Post: "Post " + own, Roles: roles, State: auth.Active,
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// SignIn adds a session of an account, as of now, in the first of its roles. It returns the token that a browser would hold.
func SignIn(t testing.TB, s *store.Store, a auth.Account) string {
	t.Helper()
	token := auth.NewToken()
	session := auth.Session{
		Hash: auth.HashToken(token), AccountID: a.ID, Role: a.Roles[0], Issuer: a.Issuer, CreatedAt: Now(), SeenAt: Now(), CheckedAt: Now(),
		Network: "203.0.113.7", Browser: "Test",
	}
	if err := s.AddSession(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	return token
}

// Token adds a token of an account that works for 90 days. It returns its text, as a program holds it.
func Token(t testing.TB, s *store.Store, a auth.Account, purpose auth.TokenPurpose) string {
	t.Helper()
	text := auth.NewTokenText()
	token := auth.Token{AccountID: a.ID, Hash: auth.HashToken(text), Name: "Test of " + string(purpose), Purpose: purpose}
	if a.Issuer != "" {
		now := Now()
		token.VouchedAt = &now
	}
	if _, err := s.AddToken(t.Context(), inspection.Actor{ID: a.ID, Post: a.Post, Role: inspection.Role(a.Roles[0])}, token, 90); err != nil {
		t.Fatal(err)
	}
	return text
}
