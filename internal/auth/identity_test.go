package auth_test

import (
	"errors"
	"maps"
	"net/url"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/auth/authtest"
)

func TestSigningInThroughAnOrganisation(t *testing.T) {
	j := newJourney(t)
	address, begun := j.begin(false)
	asked, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := asked.Query()
	if query.Get("scope") != "openid email" || query.Has("prompt") {
		t.Errorf("the request is %s", address)
	}
	if strings.Contains(address, begun.Verifier) || strings.Contains(address, j.client.Secret) {
		t.Error("the request holds the verifier or the secret")
	}
	if begun.Back != "/letters" || begun.Silent || !begun.At.Equal(j.now()) {
		t.Errorf("begun is %+v", begun)
	}
	_, answer := j.visit(address)
	got, err := j.finish(begun, answer)
	want := auth.Identity{
		Issuer: j.client.Issuer, Subject: "7f3a", Address: "improvement.officer@council.example",
		Groups: []string{"g-officers", "g-everybody"}, Roles: []auth.Role{auth.Officer},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v and %v, want %+v", got, err, want)
	}

	t.Run("no two requests share anything secret", func(t *testing.T) {
		_, other := j.begin(false)
		if other.State == begun.State || other.Nonce == begun.Nonce || other.Verifier == begun.Verifier {
			t.Error("a state, a nonce or a verifier was used twice")
		}
	})
	t.Run("a callback that is played again is refused", func(t *testing.T) {
		if _, err := j.finish(begun, answer); !errors.Is(err, auth.ErrStartAgain) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a code that is played again for another signing in is refused", func(t *testing.T) {
		other, fresh := j.leave(false)
		fresh.Set("code", answer.Get("code"))
		_, err := j.finish(other, fresh)
		if !errors.Is(err, auth.ErrStartAgain) {
			t.Errorf("got %v", err)
		}
		holdsNone(t, err, answer.Get("code"), other.Verifier, j.client.Secret)
	})
	t.Run("many sign in at the same time", func(t *testing.T) {
		var all sync.WaitGroup
		for range 8 {
			begun, answer := j.leave(false)
			all.Go(func() {
				if _, err := j.finish(begun, answer); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	})
}

func TestAnAnswerThatDoesNotBelongToTheBrowserAsksTheIssuerNothing(t *testing.T) {
	for name, change := range map[string]func(j *journey, begun *auth.Begun, query url.Values){
		"a foreign state":              func(_ *journey, _ *auth.Begun, q url.Values) { q.Set("state", auth.NewToken()) },
		"the state of another browser": func(j *journey, begun *auth.Begun, _ url.Values) { _, *begun = j.begin(false) },
		"no state":                     func(_ *journey, _ *auth.Begun, q url.Values) { q.Del("state") },
		"two states":                   func(_ *journey, _ *auth.Begun, q url.Values) { q.Add("state", q.Get("state")) },
		"nothing begun":                func(_ *journey, begun *auth.Begun, _ url.Values) { *begun = auth.Begun{} },
		"nothing begun and no state": func(_ *journey, begun *auth.Begun, q url.Values) {
			*begun = auth.Begun{}
			q.Del("state")
		},
		"no nonce kept":                  func(_ *journey, begun *auth.Begun, _ url.Values) { begun.Nonce = "" },
		"no verifier kept":               func(_ *journey, begun *auth.Begun, _ url.Values) { begun.Verifier = "" },
		"no code":                        func(_ *journey, _ *auth.Begun, q url.Values) { q.Del("code") },
		"two codes":                      func(_ *journey, _ *auth.Begun, q url.Values) { q.Add("code", "another") },
		"begun more than 10 minutes ago": func(j *journey, _ *auth.Begun, _ url.Values) { j.later(auth.BegunHolds + time.Second) },
		"begun in the future": func(j *journey, begun *auth.Begun, _ url.Values) {
			begun.At = j.now().Add(time.Hour)
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJourney(t)
			begun, query := j.leave(false)
			change(j, &begun, query)
			got, err := j.finish(begun, query)
			if !errors.Is(err, auth.ErrStartAgain) || got.Subject != "" {
				t.Errorf("got %+v and %v", got, err)
			}
			holdsNone(t, err, query.Get("code"), query.Get("state"), begun.State, begun.Nonce, begun.Verifier, j.client.Secret)
			if n := j.issuer.Requests("/token"); n != 0 {
				t.Errorf("the token endpoint was asked %d times", n)
			}
		})
	}
}

func TestTheCodeNeedsItsVerifierAndIsSoonTooOld(t *testing.T) {
	for name, change := range map[string]func(j *journey, begun *auth.Begun, query url.Values){
		"a wrong verifier":        func(_ *journey, begun *auth.Begun, _ url.Values) { begun.Verifier = auth.NewToken() },
		"a code that has expired": func(j *journey, _ *auth.Begun, _ url.Values) { j.later(authtest.CodeHolds) },
		"a fresh code of another browser": func(j *journey, _ *auth.Begun, query url.Values) {
			_, other := j.leave(false)
			query.Set("code", other.Get("code"))
		},
		"an account that has been removed": func(j *journey, _ *auth.Begun, _ url.Values) { j.issuer.RemoveAccount() },
	} {
		t.Run(name, func(t *testing.T) {
			j := newJourney(t)
			j.issuer.Misbehave(authtest.EchoesRequests)
			begun, query := j.leave(false)
			change(j, &begun, query)
			_, err := j.finish(begun, query)
			if !errors.Is(err, auth.ErrStartAgain) || j.issuer.Requests("/token") != 1 {
				t.Errorf("got %v", err)
			}
			holdsNone(t, err, query.Get("code"), begun.Verifier, j.client.Secret)
		})
	}
}

func TestWhatTheIssuerDoesWrongIsRefused(t *testing.T) {
	for fault, want := range map[authtest.Fault]error{
		authtest.WrongNonce:      auth.ErrUntrusted,
		authtest.WrongAudience:   auth.ErrUntrusted,
		authtest.SharedAudience:  auth.ErrUntrusted,
		authtest.WrongIssuer:     auth.ErrUntrusted,
		authtest.WrongSignature:  auth.ErrUntrusted,
		authtest.SecretSignature: auth.ErrUntrusted,
		authtest.NoSignature:     auth.ErrUntrusted,
		authtest.NoToken:         auth.ErrUntrusted,
		authtest.NoSubject:       auth.ErrUntrusted,
		authtest.ExpiredToken:    auth.ErrUntrusted,
		authtest.FutureToken:     auth.ErrUntrusted,
		authtest.OtherAccess:     auth.ErrUntrusted,
		authtest.WrongAnswerer:   auth.ErrUntrusted,
		authtest.WrongState:      auth.ErrStartAgain,
		authtest.AccessDenied:    auth.ErrNotAllowed,
		authtest.RefusesClients:  auth.ErrIssuerSettings,
		authtest.BreaksDown:      auth.ErrIssuerAway,
	} {
		t.Run(string(fault), func(t *testing.T) {
			j := newJourney(t)
			j.issuer.Misbehave(fault, authtest.EchoesRequests)
			begun, query := j.leave(false)
			got, err := j.finish(begun, query)
			if !errors.Is(err, want) || !reflect.DeepEqual(got, auth.Identity{}) {
				t.Fatalf("got %+v and %v, want %v", got, err, want)
			}
			holdsNone(t, err, query.Get("code"), begun.Verifier, begun.Nonce, j.client.Secret)
			if fault == authtest.RefusesClients && !strings.Contains(err.Error(), "invalid_client (AADSTS7000215)") {
				t.Errorf("the error does not name the reason: %v", err)
			}
			j.issuer.Misbehave()
			if _, err := j.signIn(); err != nil {
				t.Errorf("it does not work afterwards: %v", err)
			}
		})
	}
}

func TestAnErrorInTheAddressIsReadButNotRepeated(t *testing.T) {
	for code, want := range map[string]error{
		"login_required":            auth.ErrNotSignedIn,
		"interaction_required":      auth.ErrNotSignedIn,
		"access_denied":             auth.ErrNotAllowed,
		"temporarily_unavailable":   auth.ErrIssuerAway,
		"invalid_scope":             auth.ErrIssuerSettings,
		"Call 0123\nfor your <b>id": auth.ErrIssuerSettings,
	} {
		j := newJourney(t)
		begun, _ := j.leave(false)
		_, err := j.finish(begun, url.Values{"state": {begun.State}, "error": {code}, "error_description": {"Call 0123"}})
		if !errors.Is(err, want) || strings.Contains(err.Error(), "Call") {
			t.Errorf("%q: got %v, want %v", code, err, want)
		}
	}
}

func TestAskingSilently(t *testing.T) {
	j := newJourney(t)
	address, begun := j.begin(true)
	if !strings.Contains(address, "prompt=none") || !begun.Silent {
		t.Errorf("the request is %s", address)
	}
	_, query := j.visit(address)
	if got, err := j.finish(begun, query); err != nil || got.Subject != officer.Subject {
		t.Errorf("somebody who is signed in there: got %+v and %v", got, err)
	}
	j.issuer.SignOut()
	if _, err := j.finish(j.leave(true)); !errors.Is(err, auth.ErrNotSignedIn) {
		t.Errorf("nobody is signed in there: got %v", err)
	}
	j.issuer.SignIn(officer)
	j.issuer.RemoveAccount()
	if _, err := j.finish(j.leave(true)); !errors.Is(err, auth.ErrNotSignedIn) {
		t.Errorf("the account is gone: got %v", err)
	}
	if _, err := j.finish(j.leave(false)); !errors.Is(err, auth.ErrNotAllowed) {
		t.Errorf("the account is gone, and a page may be shown: got %v", err)
	}
}

func TestWhatAPersonIsHere(t *testing.T) {
	elsewhere := map[string]any{
		"groups": nil, "_claim_names": map[string]string{"groups": "src1"},
		"_claim_sources": map[string]any{"src1": map[string]string{"endpoint": "https://graph.example/groups"}},
	}
	withRoles := maps.Clone(elsewhere)
	withRoles["roles"] = []string{"g-scrutiny"}
	const given = "a@council.example"
	for _, c := range []struct {
		name    string
		claims  map[string]any
		claim   string // that lists groups
		roles   []auth.Role
		address string
		err     error
	}{
		{name: "groups that mean nothing here give no role",
			claims: map[string]any{"groups": []string{"g-everybody"}}, address: given},
		{name: "no groups at all give no role", claims: map[string]any{"groups": nil}, address: given},
		{name: "a list", claims: map[string]any{"groups": []string{"g-scrutiny", "g-officers"}},
			roles: []auth.Role{auth.Officer, auth.Member}, address: given},
		{name: "two groups of one role give it once", claims: map[string]any{"groups": []string{"g-officers", "g-officers-too"}},
			roles: []auth.Role{auth.Officer}, address: given},
		{name: "one group as a text", claims: map[string]any{"groups": "g-scrutiny"},
			roles: []auth.Role{auth.Member}, address: given},
		{name: "the name of a role is no group", claims: map[string]any{"groups": []string{"administrator"}}, address: given},
		{name: "app roles", claim: "roles", claims: map[string]any{"roles": []string{"g-officers"}},
			roles: []auth.Role{auth.Officer}, address: given},
		{name: "too many groups for the token", claims: elsewhere, err: auth.ErrGroupsElsewhere},
		{name: "app roles in spite of too many groups", claim: "roles", claims: withRoles,
			roles: []auth.Role{auth.Member}, address: given},
		{name: "a claim that cannot be groups",
			claims: map[string]any{"groups": map[string]int{"g-officers": 1}}, err: auth.ErrIssuerSettings},
		{name: "an address that is not verified", claims: map[string]any{"email_verified": false}},
		{name: "an address that is not verified, in words", claims: map[string]any{"email_verified": "false"}},
		{name: "an address that is verified, in words", claims: map[string]any{"email_verified": "true"}, address: given},
		{name: "an address of which nothing is said", claims: map[string]any{"email_verified": nil}, address: given},
		{name: "no address", claims: map[string]any{"email": nil}},
		{name: "an address with a line break", claims: map[string]any{"email": "a@council.example\r\nBcc: b@elsewhere.example"}},
		{name: "an address with a name", claims: map[string]any{"email": "A <a@council.example>"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := newJourney(t, func(config *auth.IssuerConfig) { config.GroupsClaim = c.claim })
			j.issuer.SignIn(authtest.Account{Subject: "7f3a", Address: "A@council.example", Verified: true, Claims: c.claims})
			got, err := j.signIn()
			if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Fatalf("got %v, want %v", err, c.err)
			}
			if !reflect.DeepEqual(got.Roles, c.roles) || got.Address != c.address || (err == nil && got.Subject != "7f3a") {
				t.Errorf("got %+v, want the roles %v and the address %q", got, c.roles, c.address)
			}
		})
	}
	if !strings.Contains(auth.ErrGroupsElsewhere.Error(), "app roles") {
		t.Error("the error does not say what to do")
	}
}

func TestTheRolesOfGroups(t *testing.T) {
	for text, want := range map[string]map[string]auth.Role{
		"":                               {},
		" ":                              {},
		"Children officers=officer":      {"Children officers": auth.Officer},
		"a=officer, b = member ,c=clerk": {"a": auth.Officer, "b": auth.Member, "c": auth.Clerk},
		"kind=team=reviewer":             {"kind=team": auth.Reviewer},
	} {
		if got, err := auth.ParseGroupRoles(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v and %v, want %v", text, got, err, want)
		}
	}
	_, err := auth.ParseGroupRoles("a=officer,b,=member,c=chief,a=clerk,d=Officer,")
	for _, words := range []string{
		`"b" is not GROUP=role`, `"=member" names no group`, `"chief" for the group "c" is not a role`, `"a" is named twice`,
		`"Officer" for the group "d"`, `"" is not GROUP=role`, "officer, reviewer, clerk, member, administrator",
	} {
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q is missing in %v", words, err)
		}
	}
}
