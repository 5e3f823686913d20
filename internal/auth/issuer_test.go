package auth_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/auth/authtest"
)

const callback = "https://timeline.example/sign-in/callback"

var officer = authtest.Account{
	Subject: "7f3a", Address: "Improvement.Officer@council.example", Verified: true,
	Groups: []string{"g-officers", "g-everybody"},
}

// journey is this service, a browser and an issuer of their own.
type journey struct {
	t       *testing.T
	issuer  *authtest.Issuer
	client  authtest.Client
	service *auth.Issuer
	seconds atomic.Int64 // since 1970, by all their clocks
}

func newJourney(t *testing.T, change ...func(*auth.IssuerConfig)) *journey {
	t.Helper()
	j := &journey{t: t}
	j.seconds.Store(time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC).Unix())
	j.issuer = authtest.NewIssuer(t, j.now)
	j.issuer.SignIn(officer)
	j.client = j.issuer.Client(callback)
	config := auth.IssuerConfig{
		Address: j.client.Issuer, ClientID: j.client.ID, ClientSecret: j.client.Secret, Redirect: callback,
		RoleOf: map[string]auth.Role{"g-officers": auth.Officer, "g-officers-too": auth.Officer, "g-scrutiny": auth.Member},
	}
	for _, one := range change {
		one(&config)
	}
	var err error
	if j.service, err = auth.OpenIssuer(config); err != nil {
		t.Fatal(err)
	}
	return j
}

func (j *journey) now() time.Time { return time.Unix(j.seconds.Load(), 0).UTC() }

func (j *journey) later(by time.Duration) { j.seconds.Add(int64(by.Seconds())) }

// begin leaves for the issuer.
func (j *journey) begin(silent bool) (address string, begun auth.Begun) {
	j.t.Helper()
	address, begun, err := j.service.Begin(j.t.Context(), "/letters", silent, j.now())
	if err != nil {
		j.t.Fatal(err)
	}
	return address, begun
}

// visit opens an address at the issuer as a browser does, and returns the status and the query that it is sent back with.
func (j *journey) visit(address string) (int, url.Values) {
	j.t.Helper()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := browser.Get(address)
	if err != nil {
		j.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusFound {
		return answer.StatusCode, nil
	}
	back, err := answer.Location()
	if err != nil {
		j.t.Fatal(err)
	}
	query := back.Query()
	if back.RawQuery = ""; back.String() != callback {
		j.t.Fatalf("the issuer sent the browser to %s", back)
	}
	return answer.StatusCode, query
}

// leave begins and comes back to the service.
func (j *journey) leave(silent bool) (auth.Begun, url.Values) {
	j.t.Helper()
	address, begun := j.begin(silent)
	status, query := j.visit(address)
	if status != http.StatusFound {
		j.t.Fatalf("the issuer answered with status %d", status)
	}
	return begun, query
}

func (j *journey) finish(begun auth.Begun, query url.Values) (auth.Identity, error) {
	return j.service.Finish(j.t.Context(), begun, query, j.now())
}

// signIn goes the whole way.
func (j *journey) signIn() (auth.Identity, error) {
	j.t.Helper()
	begun, query := j.leave(false)
	return j.finish(begun, query)
}

// holdsNone fails where an error's text holds what must not be in a log.
func holdsNone(t *testing.T, err error, secrets ...string) {
	t.Helper()
	for _, secret := range append(secrets, "eyJ") { // as every token begins
		for _, form := range []string{secret, url.QueryEscape(secret)} {
			if err != nil && secret != "" && strings.Contains(err.Error(), form) {
				t.Errorf("the error holds a secret: %v", err)
			}
		}
	}
}

func TestTheSecretIsSentAsTheIssuerTakesIt(t *testing.T) {
	for _, method := range []string{authtest.InHeader, authtest.InForm} {
		t.Run(method, func(t *testing.T) {
			j := newJourney(t)
			j.issuer.TakeSecret(method)
			if _, err := j.signIn(); err != nil {
				t.Fatal(err)
			}
			if n := j.issuer.Requests("/token"); n != 1 {
				t.Errorf("the token endpoint was asked %d times", n)
			}
		})
	}
	t.Run("a wrong secret is a matter of settings", func(t *testing.T) {
		j := newJourney(t, func(c *auth.IssuerConfig) { c.ClientSecret = "not the secret" })
		_, err := j.signIn()
		if !errors.Is(err, auth.ErrIssuerSettings) || !strings.Contains(err.Error(), "invalid_client") {
			t.Errorf("got %v", err)
		}
		holdsNone(t, err, "not the secret")
	})
}

func TestTheIssuerMayBeAway(t *testing.T) {
	j := newJourney(t)
	j.issuer.Misbehave(authtest.Away)
	_, _, err := j.service.Begin(t.Context(), "/", false, j.now())
	if !errors.Is(err, auth.ErrIssuerAway) || !strings.Contains(err.Error(), "try again in a few minutes") {
		t.Errorf("before its discovery: got %v", err)
	}
	j.issuer.Misbehave()
	begun, query := j.leave(false)
	j.issuer.Misbehave(authtest.Away)
	_, err = j.finish(begun, query)
	if !errors.Is(err, auth.ErrIssuerAway) {
		t.Errorf("at the exchange of the code: got %v", err)
	}
	holdsNone(t, err, query.Get("code"), begun.Verifier, j.client.Secret)
	j.issuer.Misbehave()
	if _, err := j.finish(begun, query); err != nil {
		t.Errorf("once it is back: %v", err)
	}
	if n := j.issuer.Requests("/.well-known/openid-configuration"); n != 2 {
		t.Errorf("it was discovered %d times", n)
	}
}

func TestTheIssuerMayChangeItsKeysAndItsDocument(t *testing.T) {
	j := newJourney(t)
	for _, step := range []struct {
		change      func()
		discoveries int
	}{
		{func() {}, 1},
		{j.issuer.RotateKey, 1},
		{func() { j.later(23 * time.Hour) }, 1},
		{func() { j.later(time.Hour) }, 2},
	} {
		step.change()
		_, err := j.signIn()
		// The library answers whoever waits for keys a moment before it puts that request away, and whoever comes within that moment
		// gets the same keys. People are never that quick after a change of keys; this test can be.
		for tries := 0; err != nil && tries < 100; tries++ {
			_, err = j.signIn()
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := j.issuer.Requests("/.well-known/openid-configuration"); n != step.discoveries {
			t.Errorf("it was discovered %d times, not %d", n, step.discoveries)
		}
	}
}

func TestADiscoveryDocumentThatDoesNotFitIsRefused(t *testing.T) {
	for fault, words := range map[authtest.Fault]string{
		authtest.OtherDiscovery: `calls itself "https://issuer.example"`,
		authtest.ManyTenants:    "put your own tenant's ID",
		authtest.PlainEndpoints: "must begin with https://",
	} {
		t.Run(string(fault), func(t *testing.T) {
			j := newJourney(t)
			j.issuer.Misbehave(fault)
			_, _, err := j.service.Begin(t.Context(), "/", false, j.now())
			if !errors.Is(err, auth.ErrIssuerSettings) || !strings.Contains(err.Error(), words) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// open returns a service whose issuer is a plain handler.
func open(t *testing.T, handler http.HandlerFunc) *auth.Issuer {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return openAt(t, server.URL, nil)
}

func openAt(t *testing.T, address string, client *http.Client) *auth.Issuer {
	t.Helper()
	issuer, err := auth.OpenIssuer(auth.IssuerConfig{
		Address: address, ClientID: "timeline", ClientSecret: "secret", Redirect: callback, Client: client,
	})
	if err != nil {
		t.Fatal(err)
	}
	return issuer
}

func TestAnIssuerThatAnswersNonsenseIsAway(t *testing.T) {
	var elsewhere atomic.Int64
	for name, handler := range map[string]http.HandlerFunc{
		"without end": func(w http.ResponseWriter, _ *http.Request) {
			for page := []byte(strings.Repeat(" ", 64<<10)); ; {
				if _, err := w.Write(page); err != nil {
					return
				}
			}
		},
		"with a redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/elsewhere" {
				elsewhere.Add(1)
			}
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"with a page": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<!doctype html>") },
		"with a long error": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, strings.Repeat("sorry ", 10_000), http.StatusServiceUnavailable)
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := open(t, handler).Begin(t.Context(), "/", false, time.Now())
			if !errors.Is(err, auth.ErrIssuerAway) || len(err.Error()) > 600 {
				t.Errorf("got %v", err)
			}
		})
	}
	if elsewhere.Load() > 0 {
		t.Error("the redirect was followed")
	}
}

// transport is a function that answers requests.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }

func TestAnIssuerThatNeverAnswersIsGivenUpOn(t *testing.T) {
	never := &http.Client{Transport: transport(func(request *http.Request) (*http.Response, error) {
		<-request.Context().Done()
		return nil, request.Context().Err()
	})}
	t.Run("after ten seconds", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			_, _, err := openAt(t, "https://issuer.example", never).Begin(t.Context(), "/", false, begun)
			if took := time.Since(begun); !errors.Is(err, auth.ErrIssuerAway) || took != 10*time.Second {
				t.Errorf("got %v after %s", err, took)
			}
		})
	})
	t.Run("at once by a browser that has gone, and not for it by the others", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			service, begun := openAt(t, "https://issuer.example", never), time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, _, err := service.Begin(ctx, "/", false, begun)
			if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
				t.Errorf("the one that has gone: got %v after %s", err, took)
			}
			_, _, err = service.Begin(t.Context(), "/", false, begun)
			if took := time.Since(begun); !errors.Is(err, auth.ErrIssuerAway) || took != 10*time.Second {
				t.Errorf("another, of the same question: got %v after %s", err, took)
			}
		})
	})
}

// The program reads the environment once, so this test runs itself again, in another environment.

func TestTheEnvironmentsProxyAndCertificatesAreUsed(t *testing.T) {
	const behind = "TIMELINE_TEST_BEHIND_A_PROXY"
	if os.Getenv(behind) != "" {
		if _, _, err := openAt(t, "https://example.com", nil).Begin(t.Context(), "/", false, time.Now()); err != nil {
			t.Fatal(err)
		}
		return
	}
	var standard oidctest.Server
	standard.SetIssuer("https://example.com")
	issuer := httptest.NewTLSServer(&standard) // its certificate is for example.com
	defer issuer.Close()
	var asked sync.Map
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r.Method+" "+r.Host, true)
		there, err := net.Dial("tcp", issuer.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer there.Close()
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer here.Close()
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(there, here) }()
		_, _ = io.Copy(here, there)
	}))
	defer proxy.Close()
	authority := filepath.Join(t.TempDir(), "authority.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issuer.Certificate().Raw})
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	again := func(more ...string) (string, error) {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
		command.Env = append(os.Environ(), behind+"=1", "HTTPS_PROXY="+proxy.URL, "NO_PROXY=", "no_proxy=")
		command.Env = append(command.Env, more...)
		out, err := command.CombinedOutput()
		return string(out), err
	}
	if out, err := again("SSL_CERT_FILE=" + authority); err != nil {
		t.Errorf("with the proxy and the certificate: %v\n%s", err, out)
	}
	if _, through := asked.Load("CONNECT example.com:443"); !through {
		t.Error("the proxy was not asked")
	}
	if out, err := again(); err == nil || !strings.Contains(out, "certificate") {
		t.Errorf("without the certificate it works all the same: %s", out)
	}
}

func TestTheSettingsOfAnIssuerAreChecked(t *testing.T) {
	right := auth.IssuerConfig{
		Address: "https://issuer.example", ClientID: "timeline", ClientSecret: "hidden-secret", Redirect: callback,
	}
	for _, c := range []struct {
		name  string
		words []string // of the error; none where it is right
		set   func(*auth.IssuerConfig)
	}{
		{name: "an issuer", set: func(*auth.IssuerConfig) {}},
		{name: "one tenant of Microsoft Entra ID", set: func(c *auth.IssuerConfig) {
			c.Address = "https://login.microsoftonline.com/8d3c7a5e-0000-4000-8000-000000000000/v2.0"
		}},
		{name: "http on this machine", set: func(c *auth.IssuerConfig) { c.Address = "http://[::1]:9000" }},
		{name: "http by the name of this machine", set: func(c *auth.IssuerConfig) {
			c.Redirect = "http://localhost:8080/sign-in/callback"
		}},
		{name: "http elsewhere", words: []string{"issuer's address must begin with https://"},
			set: func(c *auth.IssuerConfig) { c.Address = "http://issuer.example" }},
		{name: "http that only looks like this machine", words: []string{"must begin with https://"},
			set: func(c *auth.IssuerConfig) { c.Address = "http://localhost.example" }},
		{name: "coming back over http", words: []string{"address to come back to must begin with https://"},
			set: func(c *auth.IssuerConfig) { c.Redirect = "http://timeline.example/sign-in/callback" }},
		{name: "every tenant", words: []string{"your own tenant's ID"},
			set: func(c *auth.IssuerConfig) { c.Address = "https://login.microsoftonline.com/common/v2.0" }},
		{name: "a template", words: []string{"your own tenant's ID"},
			set: func(c *auth.IssuerConfig) { c.Address = "https://login.microsoftonline.com/{tenantid}/v2.0" }},
		{name: "a password in the address", words: []string{"a name or a password"},
			set: func(c *auth.IssuerConfig) { c.Address = "https://me:hidden-secret@issuer.example" }},
		{name: "a query", words: []string{"must not hold a ?"}, set: func(c *auth.IssuerConfig) { c.Address += "?a=b" }},
		{name: "a role that is none", words: []string{`"chief" for the group "g"`},
			set: func(c *auth.IssuerConfig) { c.RoleOf = map[string]auth.Role{"g": "chief"} }},
		{name: "nothing, every mistake at once", set: func(c *auth.IssuerConfig) { *c = auth.IssuerConfig{} },
			words: []string{"the issuer's address", "the address to come back to", "client ID", "client secret"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := right
			c.set(&config)
			_, err := auth.OpenIssuer(config)
			if (err == nil) != (c.words == nil) || err != nil && !errors.Is(err, auth.ErrIssuerSettings) {
				t.Fatalf("got %v", err)
			}
			holdsNone(t, err, "hidden-secret")
			for _, words := range c.words {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q is missing in %v", words, err)
				}
			}
		})
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	config := auth.IssuerConfig{
		Address: "https://issuer.example", ClientID: "timeline", ClientSecret: "hidden-secret", Redirect: callback,
	}
	issuer, err := auth.OpenIssuer(config)
	if err != nil {
		t.Fatal(err)
	}
	asJSON, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	begun := auth.Begun{State: "hidden-state", Nonce: "hidden-nonce", Verifier: "hidden-verifier"}
	printed := fmt.Sprintf("%v %+v %v %+v %v %+v %s", config, config, issuer, issuer, begun, begun, asJSON)
	if strings.Contains(printed, "hidden") || !strings.Contains(printed, issuer.Address()) {
		t.Errorf("it prints as %s", printed)
	}
}

func TestTheIssuerOfTheTestsIsStrict(t *testing.T) {
	for _, c := range []struct {
		name, parameter, value string
		status                 int
		code                   string
	}{
		{"another service", "client_id", "another", http.StatusBadRequest, ""},
		{"another address to come back to", "redirect_uri", "https://elsewhere.example/", http.StatusBadRequest, ""},
		{"a longer address to come back to", "redirect_uri", callback + "/more", http.StatusBadRequest, ""},
		{"tokens in the address", "response_type", "id_token", http.StatusFound, "unsupported_response_type"},
		{"no scope of OpenID Connect", "scope", "email", http.StatusFound, "invalid_scope"},
		{"no state", "state", "", http.StatusFound, "invalid_request"},
		{"no nonce", "nonce", "", http.StatusFound, "invalid_request"},
		{"no challenge", "code_challenge", "", http.StatusFound, "invalid_request"},
		{"a plain challenge", "code_challenge_method", "plain", http.StatusFound, "invalid_request"},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := newJourney(t)
			address, _ := j.begin(false)
			asked, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			query := asked.Query()
			query.Set(c.parameter, c.value)
			asked.RawQuery = query.Encode()
			status, answer := j.visit(asked.String())
			if status != c.status || answer.Get("error") != c.code || answer.Has("code") {
				t.Errorf("got status %d and %v", status, answer)
			}
		})
	}
	t.Run("nobody is signed in", func(t *testing.T) {
		j := newJourney(t)
		j.issuer.SignOut()
		address, _ := j.begin(false)
		if status, _ := j.visit(address); status != http.StatusUnauthorized {
			t.Errorf("got status %d", status)
		}
	})
}
