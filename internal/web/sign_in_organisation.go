package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// organisationActor is who makes and changes the accounts of those for whom their organisation vouches.
var organisationActor = inspection.Actor{ID: "organisation", Post: "the organisation’s sign-in", Role: inspection.RoleSystem}

// organisationAddress is where signing in through the organisation begins, with the way back. A silent one asks there, without
// a page, whether somebody is still signed in.
func organisationAddress(back string, silent bool) string {
	values := url.Values{"back": {back}}
	if silent {
		values.Set("silent", "yes")
	}
	return "/sign-in/organisation?" + values.Encode()
}

// beginAtOrganisation sends the browser to the organisation.
func (s *Server) beginAtOrganisation(c *gin.Context) error {
	if s.issuer == nil {
		return inspection.ErrNotFound
	}
	back := afterSignIn(c.Query("back"))
	if len(back) > mostBack {
		back = "/"
	}
	address, begun, err := s.issuer.Begin(c.Request.Context(), back, c.Query("silent") != "", s.clock())
	if err != nil {
		return s.organisationFault(c, err)
	}
	if err := s.keepBegun(c, begun); err != nil {
		return err
	}
	if !begun.Silent {
		return s.redirect(c, http.StatusSeeOther, address)
	}
	// Whoever is asked again may just have sent a form, and a browser does not let the answer to one lead to another host. A page
	// that leads there is a step of its own.
	c.Header("Refresh", "0; url="+address)
	return s.render(c, http.StatusOK, "sign_in_leaving", signInLeavingPage{Page: s.base(c, "Asking your organisation"), Address: address})
}

// signInLeavingPage leads to the organisation.
type signInLeavingPage struct {
	Page
	Address string
}

// What was begun is kept in a cookie for each signing in, so that two tabs do not take each other's away.
const (
	begunCookie       = "begun-"
	begunCookieSecure = "__Host-begun-"
	mostBack          = 1000 // bytes of the way back; browsers drop a cookie that is too large
)

func (s *Server) begunCookieName(r *http.Request, state string) string {
	name := begunCookie
	if s.secure(r) {
		name = begunCookieSecure
	}
	return name + auth.HashToken(state)[:12]
}

func (s *Server) keepBegun(c *gin.Context, begun auth.Begun) error {
	text, err := json.Marshal(begun)
	if err != nil {
		return err
	}
	value := base64.RawURLEncoding.EncodeToString(text)
	http.SetCookie(c.Writer, s.newCookie(c.Request, s.begunCookieName(c.Request, begun.State), value, int(auth.BegunHolds.Seconds())))
	return nil
}

// takeBegun returns what this browser began and forgets it. Where it began nothing that the answer belongs to, that is nothing,
// and finishing it fails.
func (s *Server) takeBegun(c *gin.Context) auth.Begun {
	name := s.begunCookieName(c.Request, c.Query("state"))
	cookie, err := c.Request.Cookie(name)
	if err != nil {
		return auth.Begun{}
	}
	http.SetCookie(c.Writer, s.newCookie(c.Request, name, "", -1))
	var begun auth.Begun
	text, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || json.Unmarshal(text, &begun) != nil {
		return auth.Begun{}
	}
	return begun
}

// finishAtOrganisation is where the browser comes back to.
func (s *Server) finishAtOrganisation(c *gin.Context) error {
	if s.issuer == nil {
		return inspection.ErrNotFound
	}
	p, err := s.person(c) // before anything ends their session
	if err != nil {
		return err
	}
	begun := s.takeBegun(c)
	back := afterSignIn(begun.Back)
	identity, err := s.issuer.Finish(c.Request.Context(), begun, c.Request.URL.Query(), s.clock())
	switch {
	case err != nil && begun.Silent && (errors.Is(err, auth.ErrNotSignedIn) || errors.Is(err, auth.ErrNotAllowed)):
		return s.notThereAnyMore(c, p, back)
	case err != nil:
		return s.organisationFault(c, err)
	}
	account, err := s.accountOf(c, identity)
	if err == nil {
		now := s.clock()
		err = s.store.VouchTokens(c.Request.Context(), account.ID, &now)
	}
	if err != nil {
		return err
	}
	session := auth.Session{AccountID: account.ID, Issuer: identity.Issuer}
	if !begun.Silent {
		return s.welcome(c, account, session, back)
	}
	// Somebody else may have signed in there meanwhile: nobody becomes another person without noticing.
	if p == nil || p.account.ID != account.ID {
		return s.notThereAnyMore(c, p, back)
	}
	err = s.store.ChangeSession(c.Request.Context(), p.session.Hash, func(session *auth.Session) { session.CheckedAt = s.clock() })
	if errors.Is(err, inspection.ErrNotFound) { // their roles are others now, which ended the session
		return s.welcome(c, account, session, back)
	}
	if err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, back)
}

// notThereAnyMore signs somebody out for whom their organisation no longer vouches.
func (s *Server) notThereAnyMore(c *gin.Context, p *person, back string) error {
	if err := s.endSession(c, p); err != nil {
		return err
	}
	values := url.Values{"back": {back}, "ended": {"organisation"}}
	return s.redirect(c, http.StatusSeeOther, "/sign-in?"+values.Encode())
}

// accountOf returns the account of whom the organisation vouches for, with the roles that their groups give them now. It is
// found by who they are there and never by an address: addresses change hands.
func (s *Server) accountOf(c *gin.Context, identity auth.Identity) (auth.Account, error) {
	ctx := c.Request.Context()
	account, err := s.store.AccountBySubject(ctx, identity.Issuer, identity.Subject)
	switch {
	case errors.Is(err, inspection.ErrNotFound) && len(identity.Roles) == 0:
		s.log.WarnContext(ctx, "sign-in refused", "account", "", "why", "no group gives a role", "network", s.network(c))
		return account, noRole
	case errors.Is(err, inspection.ErrNotFound):
		account = auth.Account{State: auth.Active, Issuer: identity.Issuer, Subject: identity.Subject, Address: identity.Address, Roles: identity.Roles}
		return s.keepAddressApart(account.Address, func(address string) (auth.Account, error) {
			account.Address = address
			return s.store.AddAccount(ctx, organisationActor, account)
		})
	case err != nil:
		return account, err
	case !account.MaySignIn():
		s.refuseSignIn(c, account, "state")
		return account, disabledHere
	case len(identity.Roles) == 0:
		return account, s.shutOut(c, account, "no group gives a role", noRole)
	case slices.Equal(account.Roles, identity.Roles) && (identity.Address == "" || account.Address == identity.Address):
		return account, nil
	}
	changed, err := s.keepAddressApart(identity.Address, func(address string) (auth.Account, error) {
		return s.store.ChangeAccount(ctx, organisationActor, account.ID, func(a *auth.Account) error {
			if a.Roles = identity.Roles; address != "" {
				a.Address = address
			}
			return nil
		})
	})
	var problems inspection.Problems
	if errors.As(err, &problems) { // the last administrator
		return account, s.shutOut(c, account, "its roles cannot follow the groups: "+problems.Error(), lastAdministrator)
	}
	return changed, err
}

// shutOut refuses somebody whose groups no longer let them in, ends the sessions that they have in other browsers, and stops
// their tokens until the organisation vouches for them again.
func (s *Server) shutOut(c *gin.Context, account auth.Account, why string, words error) error {
	s.refuseSignIn(c, account, why)
	ctx := c.Request.Context()
	if err := errors.Join(s.store.EndSessions(ctx, account.ID, ""), s.store.VouchTokens(ctx, account.ID, nil)); err != nil {
		return err
	}
	return words
}

// keepAddressApart saves an account with its address or, where another account has that, without.
func (s *Server) keepAddressApart(address string, save func(address string) (auth.Account, error)) (auth.Account, error) {
	account, err := save(address)
	var problems inspection.Problems
	if errors.As(err, &problems) && address != "" && slices.ContainsFunc(problems, func(p inspection.Problem) bool { return p.Field == "address" }) {
		return save("")
	}
	return account, err
}

var noRole = &refusal{http.StatusForbidden, "You have no role here yet", []string{
	"Your organisation says who you are. None of the groups that you are in there gives you a role in this service.",
	"Ask an administrator of this service: they know which groups give a role, and who can put you in one.",
	"Once you are in, sign in again. If your organisation does not see it at once, sign out there first.",
}}

var disabledHere = &refusal{http.StatusForbidden, "Your account here cannot be used", []string{
	"Your organisation says who you are. An administrator of this service has disabled your account.",
	"Ask an administrator to enable it again.",
}}

var lastAdministrator = &refusal{http.StatusForbidden, "Somebody has to stay an administrator", []string{
	"Your groups at your organisation do not make you an administrator any more, and nobody else who is one can sign in here.",
	"Put somebody in the group that makes administrators and let them sign in here once. Then sign in again. Whoever runs the service can also make an administrator with timeline user add.",
}}

// organisationFaults are what a reader is told, by what went wrong.
var organisationFaults = []struct {
	err     error
	refusal *refusal
}{
	{auth.ErrStartAgain, &refusal{http.StatusBadRequest, "This cannot be finished", []string{
		"This signing in was begun in another browser or too long ago, or it is finished already.",
		"Start again. If it goes wrong again, let this browser keep cookies of this site.",
	}}},
	{auth.ErrNotSignedIn, &refusal{http.StatusForbidden, "Your organisation did not sign you in", []string{
		"Start again, and answer what your organisation asks.",
	}}},
	{auth.ErrNotAllowed, &refusal{http.StatusForbidden, "Your organisation did not let you in", []string{
		"It does not give you access to this service, or you turned back there.",
		"Start again, or ask those who look after your organisation’s accounts for access.",
	}}},
	{auth.ErrIssuerAway, &refusal{http.StatusServiceUnavailable, "Your organisation’s sign-in does not answer", []string{
		"Try again in a few minutes. Public pages can be read meanwhile.",
		"If it lasts, tell whoever looks after this service.",
	}}},
	{auth.ErrGroupsElsewhere, &refusal{http.StatusForbidden, "Your organisation did not say which groups you are in", []string{
		"You are in more groups than it can say. Tell an administrator of this service: app roles in place of groups put it right.",
	}}},
	{auth.ErrUntrusted, &refusal{http.StatusBadRequest, "Your organisation’s answer could not be trusted", []string{
		"It failed a check, so nobody was signed in. Start again.",
		"If it goes wrong again, tell whoever looks after this service. The log says which check it was.",
	}}},
	{auth.ErrIssuerSettings, &refusal{http.StatusInternalServerError, "Signing in through your organisation is not set up right", []string{
		"Tell whoever looks after this service. The log says which setting does not fit.",
	}}},
}

// organisationFault says in words for the reader what went wrong with the organisation; the log gets the rest.
func (s *Server) organisationFault(c *gin.Context, err error) error {
	for _, fault := range organisationFaults {
		if errors.Is(err, fault.err) {
			s.log.WarnContext(c.Request.Context(), "sign-in through the organisation failed", "error", err, "network", s.network(c))
			return &referral{fault.refusal, Link{Name: "Sign in", Address: "/sign-in"}}
		}
	}
	return err
}
