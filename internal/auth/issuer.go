package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

// BegunHolds is how long signing in through an organisation may take, from leaving this service to coming back.
const BegunHolds = 10 * time.Minute

const (
	rediscoverAfter = 24 * time.Hour   // so that a key which the issuer gave up is trusted no longer than that
	answerWithin    = 10 * time.Second // every request to the issuer
	mostAnswerBytes = 1 << 20          // of the issuer to one request
	clockLeeway     = 5 * time.Minute  // between its clock and ours
	mostErrorBytes  = 200              // of another program's words in an error of ours
)

// What can go wrong with signing in through an organisation. Errors of Begin and Finish are one of these, with more words
// for the log behind it; none holds a code, a token, the secret or the verifier.
var (
	// ErrStartAgain: the answer does not belong to what this browser began, comes too late, or was used already.
	ErrStartAgain = errors.New("this signing in cannot be finished: go to the sign-in page and start again")
	// ErrNotSignedIn: nobody is signed in there, or somebody would have to do something there first.
	ErrNotSignedIn = errors.New("nobody is signed in at the organisation: sign in again")
	// ErrNotAllowed: the organisation does not let this person use this service, or they turned back.
	ErrNotAllowed = errors.New("the organisation did not let this person in: ask those who keep its accounts for access")
	// ErrIssuerAway: no answer, or none that makes sense. Trying again later may work.
	ErrIssuerAway = errors.New("the organisation's sign-in service cannot be reached: try again in a few minutes; if that " +
		"does not help, check its address, the proxy (HTTPS_PROXY) and the certificates (SSL_CERT_FILE)")
	// ErrIssuerSettings: it cannot work before somebody changes the settings here or there.
	ErrIssuerSettings = errors.New("the settings for signing in through the organisation do not fit")
	// ErrUntrusted: an answer failed a check.
	ErrUntrusted = errors.New("the answer of the organisation's sign-in service failed a check: start again; if it fails " +
		"again, tell whoever looks after this service")
	// ErrGroupsElsewhere: Microsoft Entra ID leaves the groups out of the token of somebody who is in very many.
	ErrGroupsElsewhere = errors.New("the organisation did not send this person's groups because there are too many: define " +
		"app roles there, give them to people or groups, and read the claim \"roles\" in place of groups")
)

// IssuerConfig says through which organisation people sign in, and as what this service is registered there.
type IssuerConfig struct {
	Address      string          // of the issuer, exactly as its discovery document says it
	ClientID     string          //
	ClientSecret string          `json:"-"`
	Redirect     string          // public address of the page that people come back to, as registered
	GroupsClaim  string          // that lists a person's groups or app roles; "groups" where empty
	RoleOf       map[string]Role // of a group; groups that are not in it mean nothing here
	Scopes       []string        // asked for beside "openid"; "email" where nil
	Client       *http.Client    `json:"-"` // nil for one that follows HTTPS_PROXY and SSL_CERT_FILE
}

// String leaves the secret out.
func (c IssuerConfig) String() string { return "issuer " + c.Address }

// check returns every mistake in one error.
func (c IssuerConfig) check() error {
	var wrong []string
	address, words := readAddress(c.Address)
	switch {
	case words != "":
		wrong = append(wrong, "the issuer's address "+words)
	case manyTenants(address):
		wrong = append(wrong, "the issuer's address is that of every organisation: put your own tenant's ID in it")
	case address.RawQuery != "":
		wrong = append(wrong, "the issuer's address must not hold a ?")
	}
	if _, words := readAddress(c.Redirect); words != "" {
		wrong = append(wrong, "the address to come back to "+words)
	}
	if c.ClientID == "" {
		wrong = append(wrong, "the client ID is missing")
	}
	if c.ClientSecret == "" {
		wrong = append(wrong, "the client secret is missing")
	}
	for _, group := range slices.Sorted(maps.Keys(c.RoleOf)) {
		if role := c.RoleOf[group]; group == "" || !role.Known() {
			wrong = append(wrong, fmt.Sprintf("%q for the group %q is not a role", role, group))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%w: %s", ErrIssuerSettings, strings.Join(wrong, "; "))
	}
	return nil
}

// readAddress reads an address that sign-ins pass through, or says what is wrong with it. It does not repeat the address,
// which may hold a password.
func readAddress(text string) (*url.URL, string) {
	address, err := url.Parse(text)
	switch {
	case err != nil || address.Hostname() == "":
		return nil, "is not an address that begins with https://"
	case address.User != nil:
		return nil, "must not hold a name or a password"
	case address.Fragment != "":
		return nil, "must not hold a #"
	case address.Scheme == "https", address.Scheme == "http" && loopback(address.Hostname()):
		return address, ""
	}
	return nil, "must begin with https:// (http:// is only for this machine itself)"
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// manyTenants reports whether an issuer of Microsoft Entra ID speaks for more than one organisation: anybody's account
// would do, and the issuer in its tokens would be another for each.
func manyTenants(issuer *url.URL) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(issuer.Path, "/"), "/")
	switch first {
	case "common", "organizations", "consumers":
		return strings.Contains(issuer.Host, "microsoftonline.")
	}
	return strings.Contains(issuer.Path, "{tenantid}")
}

// Issuer is the organisation that vouches for people, by OpenID Connect: authorization code flow with PKCE, state and nonce.
// It may be away at any time, this program's start included. It is safe for use by many requests at once.
type Issuer struct {
	config IssuerConfig
	client *http.Client
	found  atomic.Pointer[discovery]
	flight singleflight.Group // of discoveries, so that an issuer which is away is asked once and not by everybody
}

// discovery is what the issuer says of itself.
type discovery struct {
	provider *oidc.Provider // holds its keys too
	service  *oauth2.Config // this service as the issuer knows it
	at       time.Time
}

// OpenIssuer checks the settings, and says every mistake at once. It asks the issuer nothing yet: that happens when somebody
// first signs in, and again until it works.
func OpenIssuer(config IssuerConfig) (*Issuer, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	if config.GroupsClaim == "" {
		config.GroupsClaim = "groups"
	}
	if config.Scopes == nil {
		config.Scopes = []string{oidc.ScopeEmail}
	}
	return &Issuer{config: config, client: carefulClient(config.Client)}, nil
}

// Address is the issuer's, as it stands in accounts and sessions.
func (i *Issuer) Address() string { return i.config.Address }

// String leaves the secret out.
func (i *Issuer) String() string { return i.config.String() }

// Begun is a signing in that left for the organisation. The browser keeps it in a cookie of its own, which binds the answer
// to that browser.
type Begun struct {
	State    string
	Nonce    string
	Verifier string
	Back     string // where to go afterwards; whoever redirects there checks that it is a page of ours
	At       time.Time
	Silent   bool // asked without a page: is the person still signed in there?
}

// String leaves out what only the browser may hold.
func (b Begun) String() string { return "begun at " + b.At.UTC().Format(time.RFC3339) }

// Begin returns the address at the organisation to send the browser to, and what to keep until it comes back. A silent one
// shows no page there: it comes back at once, with ErrNotSignedIn from Finish where a page would have been needed.
// It fails with ErrIssuerAway or ErrIssuerSettings.
func (i *Issuer) Begin(
	ctx context.Context, back string, silent bool, now time.Time,
) (address string, begun Begun, err error) {
	found, err := i.discovery(ctx, now)
	if err != nil {
		return "", Begun{}, err
	}
	begun = Begun{
		State: NewToken(), Nonce: NewToken(), Verifier: oauth2.GenerateVerifier(),
		Back: back, At: now, Silent: silent,
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier)}
	if silent {
		options = append(options, oauth2.SetAuthURLParam("prompt", "none"))
	}
	return found.service.AuthCodeURL(begun.State, options...), begun, nil
}

// discovery returns what the issuer says of itself, asking it where that is not known or old.
func (i *Issuer) discovery(ctx context.Context, now time.Time) (*discovery, error) {
	if found := i.found.Load(); found != nil && now.Sub(found.at) < rediscoverAfter {
		return found, nil
	}
	// Others wait for the same answer, so it does not end with the request that happened to ask first.
	answer := i.flight.DoChan("", func() (any, error) { return i.discover(context.WithoutCancel(ctx), now) })
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-answer:
		if got.Err != nil {
			return nil, got.Err
		}
		return got.Val.(*discovery), nil
	}
}

func (i *Issuer) discover(ctx context.Context, now time.Time) (*discovery, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.config.Address)
	var mismatch *oidc.IssuerMismatchError
	switch {
	case errors.As(err, &mismatch) && strings.Contains(mismatch.Discovered, "{tenantid}"):
		return nil, fmt.Errorf("%w: the issuer speaks for every organisation: put your own tenant's ID in its address",
			ErrIssuerSettings)
	case errors.As(err, &mismatch):
		return nil, fmt.Errorf("%w: the issuer calls itself %s, and that must be its address here, to the letter",
			ErrIssuerSettings, cut(fmt.Sprintf("%q", mismatch.Discovered)))
	case err != nil:
		return nil, fmt.Errorf("%w: read its discovery document: %s", ErrIssuerAway, cut(err.Error()))
	}
	var says struct {
		Keys        string   `json:"jwks_uri"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	}
	if err := provider.Claims(&says); err != nil {
		return nil, fmt.Errorf("%w: read its discovery document: %s", ErrIssuerAway, cut(err.Error()))
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = authStyle(says.AuthMethods)
	for _, address := range []string{endpoint.AuthURL, endpoint.TokenURL, says.Keys} {
		if _, words := readAddress(address); words != "" {
			return nil, fmt.Errorf("%w: an address in the issuer's discovery document %s", ErrIssuerSettings, words)
		}
	}
	found := &discovery{provider: provider, at: now, service: &oauth2.Config{
		ClientID: i.config.ClientID, ClientSecret: i.config.ClientSecret, RedirectURL: i.config.Redirect,
		Endpoint: endpoint, Scopes: withOpenID(i.config.Scopes),
	}}
	i.found.Store(found)
	return found, nil
}

// authStyle is how this service proves to the issuer who it is: in the header, as the standard expects, unless the issuer
// takes it only in the form. Trying both would spend the code, which works once.
func authStyle(methods []string) oauth2.AuthStyle {
	if slices.Contains(methods, "client_secret_post") && !slices.Contains(methods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// withOpenID puts the scope first that makes a request one of OpenID Connect.
func withOpenID(scopes []string) []string {
	others := slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return s == oidc.ScopeOpenID })
	return append([]string{oidc.ScopeOpenID}, others...)
}

// carefulClient returns a client that waits only so long and reads only so much. It follows no redirect: one could carry
// the secret and the code elsewhere.
func carefulClient(base *http.Client) *http.Client {
	var client http.Client
	if base != nil {
		client = *base
	}
	if client.Timeout <= 0 || client.Timeout > answerWithin {
		client.Timeout = answerWithin
	}
	if client.Transport == nil {
		client.Transport = http.DefaultTransport
	}
	client.Transport = smallAnswers{client.Transport}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}

// smallAnswers ends answers that are larger than any honest one.
type smallAnswers struct{ http.RoundTripper }

// RoundTrip bounds the answer's body.
func (s smallAnswers) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := s.RoundTripper.RoundTrip(request)
	if err == nil {
		answer.Body = &smallBody{ReadCloser: answer.Body, left: mostAnswerBytes + 1}
	}
	return answer, err
}

type smallBody struct {
	io.ReadCloser
	left int
}

// Read fails once more than the most was read.
func (b *smallBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	if b.left -= n; b.left <= 0 {
		return 0, fmt.Errorf("the answer is larger than %d bytes", mostAnswerBytes)
	}
	return n, err
}

// cut shortens another program's words, which may repeat a whole page.
func cut(words string) string {
	if len(words) <= mostErrorBytes {
		return words
	}
	return strings.ToValidUTF8(words[:mostErrorBytes], "") + "…"
}
