// Package authtest is an OpenID Connect issuer for tests. Discovery, keys and the signing of tokens are those of go-oidc's
// oidctest; the two endpoints that it lacks stand here, and check what a strict issuer checks.
package authtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"
)

// How long what the issuer gives out works.
const (
	CodeHolds  = time.Minute
	TokenHolds = 5 * time.Minute
)

// Ways for a service to prove who it is at the token endpoint.
const (
	InHeader = "client_secret_basic"
	InForm   = "client_secret_post"
)

// Fault is a way for the issuer to misbehave on purpose.
type Fault string

// The faults.
const (
	WrongNonce      Fault = "the token holds another nonce"
	WrongAudience   Fault = "the token is for another service"
	SharedAudience  Fault = "the token is for several services and was given to another of them"
	WrongIssuer     Fault = "the token is another issuer's"
	WrongSignature  Fault = "the token is signed with another key"
	SecretSignature Fault = "the token is signed with the client secret"
	NoSignature     Fault = "the token is not signed"
	NoToken         Fault = "there is no ID token"
	NoSubject       Fault = "the token is about nobody"
	ExpiredToken    Fault = "the token has expired"
	FutureToken     Fault = "the token was issued in the future"
	OtherAccess     Fault = "the token belongs to another access token"
	WrongState      Fault = "the answer's state is another"
	WrongAnswerer   Fault = "the answer says that it comes from another issuer"
	AccessDenied    Fault = "nobody is let in"
	EchoesRequests  Fault = "each refusal repeats the whole request"
	RefusesClients  Fault = "no service is known at the token endpoint"
	BreaksDown      Fault = "the token endpoint breaks down"
	OtherDiscovery  Fault = "the discovery document is another issuer's"
	ManyTenants     Fault = "the discovery document is for every tenant"
	PlainEndpoints  Fault = "the discovery document names endpoints without TLS"
	Away            Fault = "nothing answers"
)

// Account is somebody's at the issuer.
type Account struct {
	Subject  string
	Address  string
	Verified bool
	Groups   []string
	Claims   map[string]any // put into the token in place of the others; nil takes one out
}

// Client is what a service needs to know to be a client of the issuer.
type Client struct {
	Issuer string
	ID     string
	Secret string
}

// grant is what a code stands for.
type grant struct {
	account   Account
	redirect  string
	challenge string
	nonce     string
	expires   time.Time
}

// Issuer is a running issuer. One person at most is signed in there, and goes through without a page. It is safe for use by
// many at once.
type Issuer struct {
	t        testing.TB
	clock    func() time.Time
	server   *httptest.Server
	standard *oidctest.Server // answers discovery and keys

	mu        sync.Mutex
	key       *rsa.PrivateKey
	keyID     string
	client    Client
	redirects []string
	methods   []string
	account   *Account // nil where nobody is signed in
	removed   bool
	grants    map[string]grant
	faults    []Fault
	requests  map[string]int
}

// Keys are made once: that takes longer than most tests.
var firstKey, secondKey = sync.OnceValue(newKey), sync.OnceValue(newKey)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err) // there is no randomness
	}
	return key
}

// NewIssuer starts an issuer on loopback until the test ends. Nobody is signed in there.
func NewIssuer(t testing.TB, clock func() time.Time) *Issuer {
	t.Helper()
	i := &Issuer{
		t: t, clock: clock, standard: &oidctest.Server{},
		client:  Client{ID: "inspection-timeline", Secret: "a secret: with/odd+signs & " + rand.Text()},
		methods: []string{InHeader, InForm}, grants: map[string]grant{}, requests: map[string]int{},
	}
	i.useKey(firstKey(), "first")
	i.server = httptest.NewServer(i)
	t.Cleanup(i.server.Close)
	i.standard.SetIssuer(i.server.URL)
	i.client.Issuer = i.server.URL
	return i
}

func (i *Issuer) useKey(key *rsa.PrivateKey, id string) {
	i.key, i.keyID = key, id
	i.standard.PublicKeys = []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: id, Algorithm: oidc.RS256}}
}

// Client registers an address to come back to and returns what the service needs to know.
func (i *Issuer) Client(redirect string) Client {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.redirects = append(i.redirects, redirect)
	return i.client
}

// SignIn signs somebody in there, in place of whoever was.
func (i *Issuer) SignIn(account Account) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.account, i.removed = &account, false
}

// SignOut leaves nobody signed in there.
func (i *Issuer) SignOut() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.account = nil
}

// RemoveAccount takes away the account of whoever is signed in, with what was given out for it.
func (i *Issuer) RemoveAccount() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.account, i.removed = nil, true
	clear(i.grants)
}

// Misbehave sets the faults, in place of those before; none makes it behave.
func (i *Issuer) Misbehave(faults ...Fault) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.faults = faults
}

// TakeSecret sets the ways in which it takes the client secret.
func (i *Issuer) TakeSecret(methods ...string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.methods = methods
}

// RotateKey signs with another key from now on and gives up the first.
func (i *Issuer) RotateKey() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.useKey(secondKey(), "second")
}

// Requests counts those to a path, such as "/token".
func (i *Issuer) Requests(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.requests[path]
}

func (i *Issuer) does(fault Fault) bool { return slices.Contains(i.faults, fault) }

// ServeHTTP answers one request at a time.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.requests[r.URL.Path]++
	if i.does(Away) {
		panic(http.ErrAbortHandler) // cuts the connection
	}
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		i.serveDiscovery(w, r)
	case "/authorize":
		i.serveAuthorize(w, r)
	case "/token":
		i.serveToken(w, r)
	default:
		i.standard.ServeHTTP(w, r)
	}
}

// serveDiscovery adds to the standard document what stands beside it here.
func (i *Issuer) serveDiscovery(w http.ResponseWriter, r *http.Request) {
	recorded := httptest.NewRecorder()
	i.standard.ServeHTTP(recorded, r)
	var document map[string]any
	if err := json.Unmarshal(recorded.Body.Bytes(), &document); err != nil {
		i.t.Errorf("read the standard discovery document: %v", err)
	}
	document["authorization_endpoint"] = i.server.URL + "/authorize"
	document["response_types_supported"] = []string{"code"}
	document["code_challenge_methods_supported"] = []string{"S256"}
	document["token_endpoint_auth_methods_supported"] = i.methods
	document["authorization_response_iss_parameter_supported"] = true
	switch {
	case i.does(OtherDiscovery):
		document["issuer"] = "https://issuer.example"
	case i.does(ManyTenants):
		document["issuer"] = "https://login.microsoftonline.com/{tenantid}/v2.0"
	case i.does(PlainEndpoints):
		document["token_endpoint"] = "http://issuer.example/token"
	}
	writeJSON(w, http.StatusOK, document)
}

// serveAuthorize sends the browser back with a code for whoever is signed in, or with an error.
func (i *Issuer) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	redirect := query.Get("redirect_uri")
	if r.Method != http.MethodGet || query.Get("client_id") != i.client.ID || !slices.Contains(i.redirects, redirect) {
		http.Error(w, "this service or its address is not registered here", http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {query.Get("state")}, "iss": {i.server.URL}}
	if i.does(WrongState) {
		answer.Set("state", "another")
	}
	if i.does(WrongAnswerer) {
		answer.Set("iss", "https://issuer.example")
	}
	silent := slices.Contains(strings.Fields(query.Get("prompt")), "none")
	switch wrong, words := i.wrongRequest(query); {
	case wrong != "":
		answer.Set("error", wrong)
		answer.Set("error_description", words)
	case i.does(AccessDenied), i.removed && !silent:
		answer.Set("error", "access_denied")
	case i.account == nil && silent:
		answer.Set("error", "login_required")
	case i.account == nil:
		http.Error(w, "nobody is signed in here", http.StatusUnauthorized)
		return
	default:
		code := rand.Text()
		i.grants[code] = grant{
			account: *i.account, redirect: redirect, challenge: query.Get("code_challenge"),
			nonce: query.Get("nonce"), expires: i.clock().Add(CodeHolds),
		}
		answer.Set("code", code)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, redirect+"?"+answer.Encode(), http.StatusFound)
}

// wrongRequest returns the standard's error code for a request that a browser may be sent back with, and words for it.
func (i *Issuer) wrongRequest(query url.Values) (code, words string) {
	for name, values := range query {
		if len(values) > 1 {
			return "invalid_request", name + " is there more than once"
		}
	}
	switch {
	case query.Get("response_type") != "code":
		return "unsupported_response_type", "only code is supported"
	case !slices.Contains(strings.Fields(query.Get("scope")), oidc.ScopeOpenID):
		return "invalid_scope", "openid is missing"
	case query.Get("state") == "" || query.Get("nonce") == "":
		return "invalid_request", "state or nonce is missing"
	case query.Get("code_challenge_method") != "S256",
		len(query.Get("code_challenge")) != base64.RawURLEncoding.EncodedLen(sha256.Size):
		return "invalid_request", "a code_challenge of S256 is missing"
	}
	return "", ""
}

// serveToken exchanges a code, once, for tokens.
func (i *Issuer) serveToken(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost {
		i.refuse(w, r, http.StatusBadRequest, "invalid_request")
		return
	}
	if i.does(BreaksDown) {
		http.Error(w, "out of order: "+r.PostForm.Encode(), http.StatusBadGateway)
		return
	}
	if !i.knows(r) {
		i.refuse(w, r, http.StatusUnauthorized, "invalid_client")
		return
	}
	if r.PostForm.Get("grant_type") != "authorization_code" {
		i.refuse(w, r, http.StatusBadRequest, "unsupported_grant_type")
		return
	}
	code := r.PostForm.Get("code")
	given, known := i.grants[code]
	delete(i.grants, code) // whatever becomes of it
	challenge := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if !known || !i.clock().Before(given.expires) || r.PostForm.Get("redirect_uri") != given.redirect ||
		base64.RawURLEncoding.EncodeToString(challenge[:]) != given.challenge {
		i.refuse(w, r, http.StatusBadRequest, "invalid_grant")
		return
	}
	access := rand.Text()
	answer := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": int(TokenHolds.Seconds())}
	if !i.does(NoToken) {
		answer["id_token"] = i.sign(i.claims(given, access))
	}
	writeJSON(w, http.StatusOK, answer)
}

// knows checks who asks: the header or the form says it, never both.
func (i *Issuer) knows(r *http.Request) bool {
	if i.does(RefusesClients) {
		return false
	}
	name, secret, inHeader := r.BasicAuth()
	_, inForm := r.PostForm["client_secret"]
	switch {
	case inHeader && !inForm && slices.Contains(i.methods, InHeader):
		// RFC 6749, 2.3.1: both are encoded as in a form first.
		id, err := url.QueryUnescape(name)
		plain, wrong := url.QueryUnescape(secret)
		return err == nil && wrong == nil && id == i.client.ID && plain == i.client.Secret
	case inForm && !inHeader && slices.Contains(i.methods, InForm):
		return r.PostForm.Get("client_id") == i.client.ID && r.PostForm.Get("client_secret") == i.client.Secret
	}
	return false
}

// refuse answers with an error of the standard.
func (i *Issuer) refuse(w http.ResponseWriter, r *http.Request, status int, code string) {
	answer := map[string]string{"error": code}
	if i.does(EchoesRequests) {
		name, secret, _ := r.BasicAuth()
		answer["error_description"] = fmt.Sprintf("AADSTS7000215: refused %s from %s %s", r.PostForm.Encode(), name, secret)
	}
	writeJSON(w, status, answer)
}

// claims makes what an ID token says, faults included.
func (i *Issuer) claims(given grant, access string) map[string]any {
	now := i.clock()
	if i.does(ExpiredToken) {
		now = now.Add(-2 * TokenHolds)
	}
	half := sha256.Sum256([]byte(access))
	claims := map[string]any{
		"iss": i.server.URL, "aud": i.client.ID, "sub": given.account.Subject, "nonce": given.nonce,
		"iat": now.Unix(), "exp": now.Add(TokenHolds).Unix(),
		"at_hash": base64.RawURLEncoding.EncodeToString(half[:len(half)/2]),
		"email":   given.account.Address, "email_verified": given.account.Verified, "groups": given.account.Groups,
	}
	maps.Copy(claims, given.account.Claims)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	for fault, wrong := range map[Fault]map[string]any{
		WrongNonce:     {"nonce": "another"},
		WrongAudience:  {"aud": "another-service"},
		SharedAudience: {"aud": []string{"another-service", i.client.ID}, "azp": "another-service"},
		WrongIssuer:    {"iss": "https://issuer.example"},
		NoSubject:      {"sub": ""},
		FutureToken:    {"iat": now.Add(time.Hour).Unix(), "exp": now.Add(2 * time.Hour).Unix()},
		OtherAccess:    {"at_hash": "another"},
	} {
		if i.does(fault) {
			maps.Copy(claims, wrong)
		}
	}
	return claims
}

// sign makes a token of claims.
func (i *Issuer) sign(claims map[string]any) string {
	text, err := json.Marshal(claims)
	if err != nil {
		i.t.Errorf("write claims: %v", err)
	}
	switch {
	case i.does(WrongSignature):
		return oidctest.SignIDToken(secondKey(), i.keyID, oidc.RS256, string(text))
	case i.does(SecretSignature):
		return oidctest.SignIDToken([]byte(strings.Repeat(i.client.Secret, 2)), i.keyID, "HS256", string(text))
	case i.does(NoSignature):
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(`{"alg":"none"}`)) + "." + encode(text) + "."
	}
	return oidctest.SignIDToken(i.key, i.keyID, oidc.RS256, string(text))
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client that went away will notice
}
