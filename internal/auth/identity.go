package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Identity is whom the organisation says somebody is. An account is found by Issuer and Subject, never by Address: addresses
// change hands.
type Identity struct {
	Issuer  string
	Subject string   // who they are to that issuer and this service
	Address string   // e-mail address in lower case; empty where there is none or the issuer says that it is not verified
	Groups  []string // groups or app roles, as the issuer names them
	Roles   []Role   // what those mean here; none where they mean nothing
}

// Finish reads the query that the browser came back with, exchanges its code and returns who the organisation says it is.
// Nothing is asked of the issuer unless the answer belongs to what was begun. It fails with one of the errors above.
func (i *Issuer) Finish(ctx context.Context, begun Begun, query url.Values, now time.Time) (Identity, error) {
	if err := begun.check(query, now); err != nil {
		return Identity{}, err
	}
	// RFC 9207: an issuer that names itself must be the one that was asked.
	if issuer, named := query["iss"]; named && (len(issuer) != 1 || issuer[0] != i.config.Address) {
		return Identity{}, fmt.Errorf("%w: it comes from another issuer", ErrUntrusted)
	}
	if code, said := query["error"]; said {
		return Identity{}, refusal(code[0])
	}
	if len(query["code"]) != 1 || query.Get("code") == "" {
		return Identity{}, fmt.Errorf("%w: the answer holds no code, or several", ErrStartAgain)
	}
	found, err := i.discovery(ctx, now)
	if err != nil {
		return Identity{}, err
	}
	token, err := i.exchange(ctx, found, query.Get("code"), begun.Verifier)
	if err != nil {
		return Identity{}, err
	}
	verified, err := i.verify(ctx, found, token, begun.Nonce, now)
	if err != nil {
		return Identity{}, err
	}
	return i.identity(verified)
}

// check holds the answer against what this browser began.
func (b Begun) check(query url.Values, now time.Time) error {
	switch {
	case b.State == "" || b.Nonce == "" || b.Verifier == "":
		return fmt.Errorf("%w: nothing was begun in this browser, or it is finished already", ErrStartAgain)
	case len(query["state"]) != 1 || !same(query.Get("state"), b.State):
		return fmt.Errorf("%w: the answer's state is not that of this browser", ErrStartAgain)
	case now.Sub(b.At) > BegunHolds || b.At.Sub(now) > clockLeeway:
		return fmt.Errorf("%w: it was %s, and may take %s", ErrStartAgain, b, BegunHolds)
	}
	return nil
}

// same compares without telling by its time how much is alike.
func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// exchange returns what the issuer gives for a code.
func (i *Issuer) exchange(ctx context.Context, found *discovery, code, verifier string) (*oauth2.Token, error) {
	token, err := found.service.Exchange(oidc.ClientContext(ctx, i.client), code, oauth2.VerifierOption(verifier))
	var refused *oauth2.RetrieveError
	switch {
	case err == nil:
		return token, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !errors.As(err, &refused):
		return nil, fmt.Errorf("%w: exchange the code: %s", ErrIssuerAway, cut(err.Error()))
	}
	// Its body and description may repeat what was sent, the secret included: only what cannot is passed on.
	switch {
	case refused.ErrorCode == "invalid_grant":
		return nil, fmt.Errorf("%w: the issuer did not take the code%s", ErrStartAgain, entraNumber(refused.ErrorDescription))
	case refused.ErrorCode == "" || refused.Response.StatusCode >= http.StatusInternalServerError:
		return nil, fmt.Errorf("%w: exchange the code: status %d", ErrIssuerAway, refused.Response.StatusCode)
	}
	return nil, fmt.Errorf("%w: the issuer refused to exchange the code: %s%s", ErrIssuerSettings,
		errorCode(refused.ErrorCode), entraNumber(refused.ErrorDescription))
}

// verify checks the ID token: its signature, issuer, audience and times, and that it was made for this signing in.
func (i *Issuer) verify(
	ctx context.Context, found *discovery, token *oauth2.Token, nonce string, now time.Time,
) (*oidc.IDToken, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, fmt.Errorf("%w: there is no ID token in it", ErrUntrusted)
	}
	verifier := found.provider.Verifier(&oidc.Config{ClientID: i.config.ClientID, Now: func() time.Time { return now }})
	verified, err := verifier.Verify(oidc.ClientContext(ctx, i.client), raw)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrUntrusted, cut(err.Error()))
	}
	var more struct {
		Party string `json:"azp"`
	}
	if err := verified.Claims(&more); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrUntrusted, cut(err.Error()))
	}
	switch {
	case !same(verified.Nonce, nonce):
		return nil, fmt.Errorf("%w: the ID token was made for another signing in", ErrUntrusted)
	case len(verified.Audience) > 1 && more.Party == "", more.Party != "" && more.Party != i.config.ClientID:
		return nil, fmt.Errorf("%w: the ID token was made for another service", ErrUntrusted)
	case verified.IssuedAt.Unix() <= 0 || verified.IssuedAt.Sub(now) > clockLeeway:
		return nil, fmt.Errorf("%w: the ID token says no time of issue, or one to come: compare the clocks", ErrUntrusted)
	case verified.AccessTokenHash != "" && verified.VerifyAccessToken(token.AccessToken) != nil:
		return nil, fmt.Errorf("%w: the ID token belongs to another access token", ErrUntrusted)
	}
	return verified, nil
}

// refusal says in our errors what an issuer's error code means.
func refusal(code string) error {
	switch code {
	case "login_required", "interaction_required", "account_selection_required", "consent_required":
		return fmt.Errorf("%w (%s)", ErrNotSignedIn, code)
	case "access_denied":
		return ErrNotAllowed
	case "server_error", "temporarily_unavailable":
		return fmt.Errorf("%w: it says %s", ErrIssuerAway, code)
	}
	return fmt.Errorf("%w: the issuer refused the request: %s", ErrIssuerSettings, errorCode(code))
}

var (
	plainCode  = regexp.MustCompile(`^[a-z_]{1,40}$`)
	entraError = regexp.MustCompile(`\bAADSTS[0-9]{4,9}\b`)
)

// errorCode passes on a code that looks like those of the standards. It comes in an address that anybody can write.
func errorCode(code string) string {
	if plainCode.MatchString(code) {
		return code
	}
	return "no code of the standard"
}

// entraNumber finds the number by which Microsoft Entra ID's own pages explain an error.
func entraNumber(description string) string {
	if number := entraError.FindString(description); number != "" {
		return " (" + number + ")"
	}
	return ""
}

// mostSubjectBytes is the standard's limit (OpenID Connect Core 1.0, section 2).
const mostSubjectBytes = 255

// identity reads the claims of a verified ID token.
func (i *Issuer) identity(token *oidc.IDToken) (Identity, error) {
	var claims map[string]json.RawMessage
	if err := token.Claims(&claims); err != nil {
		return Identity{}, fmt.Errorf("%w: %s", ErrUntrusted, cut(err.Error()))
	}
	if token.Subject == "" || len(token.Subject) > mostSubjectBytes {
		return Identity{}, fmt.Errorf("%w: the ID token does not say who it is about", ErrUntrusted)
	}
	groups, err := groupsIn(claims, i.config.GroupsClaim)
	if err != nil {
		return Identity{}, err
	}
	return Identity{
		Issuer: i.config.Address, Subject: token.Subject, Address: addressIn(claims),
		Groups: groups, Roles: i.config.rolesOf(groups),
	}, nil
}

// groupsIn reads the claim that lists groups: a list, or the one group alone, as some issuers write it.
func groupsIn(claims map[string]json.RawMessage, name string) ([]string, error) {
	var elsewhere map[string]string // claims that are to be fetched from another address
	if raw, some := claims["_claim_names"]; some {
		if err := json.Unmarshal(raw, &elsewhere); err != nil {
			return nil, fmt.Errorf("%w: the claim \"_claim_names\" cannot be read", ErrUntrusted)
		}
	}
	if _, away := elsewhere[name]; away {
		return nil, ErrGroupsElsewhere
	}
	raw, some := claims[name]
	if !some {
		return nil, nil
	}
	var groups []string
	if json.Unmarshal(raw, &groups) == nil {
		return groups, nil
	}
	var group string
	if json.Unmarshal(raw, &group) == nil {
		return []string{group}, nil
	}
	return nil, fmt.Errorf("%w: the claim %q is neither a text nor a list of texts", ErrIssuerSettings, name)
}

// rolesOf lists the roles that groups give, each once.
func (c IssuerConfig) rolesOf(groups []string) []Role {
	var roles []Role
	for _, role := range Roles() {
		if slices.ContainsFunc(groups, func(group string) bool { return c.RoleOf[group] == role }) {
			roles = append(roles, role)
		}
	}
	return roles
}

// addressIn reads the e-mail address. An issuer that does not say whether it is verified is taken at its word: the address
// is for messages, and opens nothing.
func addressIn(claims map[string]json.RawMessage) string {
	switch verified := string(claims["email_verified"]); verified {
	case "", "true", `"true"`:
	default:
		return ""
	}
	var address string
	if json.Unmarshal(claims["email"], &address) != nil {
		return ""
	}
	address = strings.ToLower(strings.TrimSpace(address))
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || strings.ContainsFunc(address, unicode.IsControl) {
		return ""
	}
	return address
}

// ParseGroupRoles reads a setting such as "Children officers=officer,Scrutiny=member": the role that each group of the
// organisation gives here, by the group's name or ID as the issuer writes it. A group's name may hold = but no comma. Every
// mistake is in the one error. An empty text is no group.
func ParseGroupRoles(text string) (map[string]Role, error) {
	roleOf := map[string]Role{}
	if strings.TrimSpace(text) == "" {
		return roleOf, nil
	}
	var wrong []string
	for _, pair := range strings.Split(text, ",") {
		at := strings.LastIndex(pair, "=")
		if at < 0 {
			wrong = append(wrong, fmt.Sprintf("%q is not GROUP=role", strings.TrimSpace(pair)))
			continue
		}
		group, role := strings.TrimSpace(pair[:at]), Role(strings.TrimSpace(pair[at+1:]))
		switch _, twice := roleOf[group]; {
		case group == "":
			wrong = append(wrong, fmt.Sprintf("%q names no group", strings.TrimSpace(pair)))
		case twice:
			wrong = append(wrong, fmt.Sprintf("the group %q is named twice", group))
		case !role.Known():
			wrong = append(wrong, fmt.Sprintf("%q for the group %q is not a role: use one of %s", role, group, roleNames()))
		}
		roleOf[group] = role
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("read the roles of groups: %s", strings.Join(wrong, "; "))
	}
	return roleOf, nil
}

func roleNames() string {
	var names []string
	for _, role := range Roles() {
		names = append(names, string(role))
	}
	return strings.Join(names, ", ")
}
