package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// peopleShowPage is one account, for administrators.
type peopleShowPage struct {
	Page
	Saved        string
	Link         *madeLink
	ID           string
	Heading      string
	State        stateView
	Row          personRow
	EmailAddress string
	You          bool // nobody changes what they themselves may do
	Closed       bool
	Organisation bool
	CodesOn      bool
	Disabled     bool
	MayLink      bool
	LinkWords    string
	Address      credentialBox
	Post         postForm
	Roles        roleTicks
	Tokens       []tokenView // that neither ended nor were revoked
}

// peopleSaved are the words after something was done.
var peopleSaved = map[string]string{
	"changed": "The account is changed.", "disabled": "The account is disabled. Its holder is signed out everywhere.",
	"enabled": "The account is enabled.", "codes": "One-time codes are switched off for this account.", "closed": "The account is closed.",
	"token": "The token is revoked. It works no longer.",
}

var ownAccountOnly = &referral{&refusal{http.StatusForbidden, "This is your own account", []string{
	"Nobody changes what they themselves may do, or closes or disables their own account. Ask another administrator.",
	"Nothing has been changed.",
}}, Link{Name: "People", Address: "/people"}}

func problemsIn(err error) inspection.Problems {
	var problems inspection.Problems
	errors.As(err, &problems)
	return problems
}

func (s *Server) showPerson(c *gin.Context) error {
	account, err := s.store.Account(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.showPersonForm(c, http.StatusOK, account, nil, nil, nil)
}

// showPersonForm shows an account; after a form that could not be taken, with that form's words in its boxes.
func (s *Server) showPersonForm(c *gin.Context, status int, account auth.Account, sent url.Values, link *madeLink, problems inspection.Problems) error {
	p, _, err := s.own(c)
	if err != nil {
		return err
	}
	seen, err := s.lastSignIns(c, store.AccessFilter{AccountID: account.ID})
	if err != nil {
		return err
	}
	names, err := s.naming(c)
	if err != nil {
		return err
	}
	page := peopleShowPage{
		Page: s.officerBase(c, "Account of "+names.postWords(account.Post, account.BodyID)), Saved: peopleSaved[c.Query("saved")], Link: link, ID: account.ID,
		Heading: names.postWords(account.Post, account.BodyID), State: stateViews[account.State], Row: s.personRow(account, names, seen[account.ID]),
		EmailAddress: account.Address, You: account.ID == p.account.ID, Closed: account.State == auth.Closed, Organisation: account.Issuer != "",
		CodesOn: account.CodesOn(), Disabled: account.State == auth.Disabled,
	}
	page.wrong(problems)
	page.MayLink = !page.Closed && !page.Disabled && !page.Organisation
	page.LinkWords = "Make a link for setting another password"
	if account.State == auth.Invited {
		page.LinkWords = "Make another invitation"
	}
	values := sent
	if values == nil {
		values = url.Values{"address": {account.Address}, "post": {account.Post}, "body": {account.BodyID}}
		for _, role := range account.Roles {
			values.Add("roles", string(role))
		}
	}
	page.Address = page.credential("address", "email", "Email address", "With which they sign in, and to which messages go.", "off")
	page.Address.Value = values.Get("address")
	page.Post = page.postForm(names, values.Get("post"), values.Get("body"))
	page.Roles = page.roleTicks(sentRoles(values))
	if page.Tokens, _, err = s.tokenViews(c, &account); err != nil {
		return err
	}
	return s.render(c, status, "people_show", page)
}

// managing returns who looks after people, and the form that they sent. Nothing in it is a text about children’s services.
func (s *Server) managing(c *gin.Context) (inspection.Actor, url.Values, error) {
	by, err := s.acting(c)
	if err != nil {
		return by, nil, err
	}
	values, err := sentForm(c)
	return by, values, err
}

// another returns an account that is not the administrator's own, and who asks.
func (s *Server) another(c *gin.Context) (auth.Account, inspection.Actor, url.Values, error) {
	by, values, err := s.managing(c)
	if err != nil {
		return auth.Account{}, by, values, err
	}
	account, err := s.store.Account(c.Request.Context(), c.Param("id"))
	if err == nil && account.ID == by.ID {
		err = ownAccountOnly
	}
	return account, by, values, err
}

// afterChange leads back to the account with a notice, or shows again what could not be done.
func (s *Server) afterChange(c *gin.Context, account auth.Account, sent url.Values, saved string, err error) error {
	if err == nil {
		s.log.InfoContext(c.Request.Context(), "account "+saved, "account", account.ID)
	}
	return s.afterSaving(c, personAddress(account.ID)+"?saved="+saved, err, nil, func(problems inspection.Problems) error {
		return s.showPersonForm(c, http.StatusUnprocessableEntity, account, sent, nil, problems)
	})
}

// savePerson changes the post, the address and the roles of an account. Roles that an organisation's groups give follow those,
// and nobody changes their own.
func (s *Server) savePerson(c *gin.Context) error {
	by, values, err := s.managing(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	account, err := s.store.Account(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	post, bodyID, problems := readPost(values)
	change := func(a *auth.Account) error {
		if a.ID == by.ID && decides(*a) && (a.Post != post || a.BodyID != bodyID) {
			return ownPost
		}
		a.Post, a.BodyID = post, bodyID
		if a.Issuer == "" {
			a.Address = strings.TrimSpace(values.Get("address"))
			if a.ID != by.ID {
				a.Roles = sentRoles(values)
			}
		}
		return nil
	}
	changed := account
	if err = change(&changed); err != nil {
		return s.afterChange(c, account, values, "changed", err)
	}
	// What comes of it is looked at first, so that all of a form is said at once.
	if problems = accountProblems(changed, problems); len(problems) == 0 {
		_, err = s.store.ChangeAccount(ctx, by, account.ID, change)
	} else {
		err = problems
	}
	return s.afterChange(c, account, values, "changed", err)
}

// decides reports whether an account decides on what other posts own. Whoever does could decide on their own under another
// post.
func decides(a auth.Account) bool { return a.Has(auth.Reviewer) || a.Has(auth.Clerk) }

var ownPost = inspection.Problems{{Field: "post",
	Words: "Ask another administrator to change your post: you decide on what others own, and nobody decides on what their post owns"}}

// setPersonState disables an account or enables it again.
func (s *Server) setPersonState(c *gin.Context) error {
	account, by, values, err := s.another(c)
	if err != nil {
		return err
	}
	saved := "disabled"
	if values.Get("do") == "enable" {
		saved = "enabled"
	}
	_, err = s.store.ChangeAccount(c.Request.Context(), by, account.ID, func(a *auth.Account) error {
		switch {
		case saved == "disabled":
			a.State = auth.Disabled
		case a.State == auth.Disabled && a.PasswordHash == "" && a.Issuer == "":
			a.State = auth.Invited
		case a.State == auth.Disabled:
			a.State = auth.Active
		}
		return nil
	})
	return s.afterChange(c, account, nil, saved, err)
}

// makePersonLink makes a link with which an account's holder sets a password, and shows it in this answer alone.
func (s *Server) makePersonLink(c *gin.Context) error {
	account, by, _, err := s.another(c)
	if err != nil {
		return err
	}
	purpose := auth.Reset
	if account.State == auth.Invited {
		purpose = auth.Invitation
	}
	link, err := s.linkFor(c, by, account, purpose)
	if problems := problemsIn(err); len(problems) > 0 {
		return s.showPersonForm(c, http.StatusUnprocessableEntity, account, nil, nil, problems)
	}
	if err != nil {
		return err
	}
	return s.showPersonForm(c, http.StatusOK, account, nil, link, nil)
}

// endPersonCodes switches one-time codes off for somebody who lost their phone and their recovery codes.
func (s *Server) endPersonCodes(c *gin.Context) error {
	account, by, _, err := s.another(c)
	if err != nil {
		return err
	}
	return s.afterChange(c, account, nil, "codes", s.switchCodesOff(c, by, account.ID))
}

// peopleClosePage says what closing an account leaves and what it takes away, and asks.
type peopleClosePage struct {
	Page
	ID           string
	Heading      string
	Organisation bool
	Sure         letterBox
}

func (s *Server) confirmClosing(c *gin.Context) error {
	account, _, _, err := s.another(c)
	if err != nil {
		return err
	}
	return s.showClosing(c, http.StatusOK, account, nil)
}

func (s *Server) showClosing(c *gin.Context, status int, account auth.Account, problems inspection.Problems) error {
	if account.State == auth.Closed {
		return &detour{personAddress(account.ID)}
	}
	names, err := s.naming(c)
	if err != nil {
		return err
	}
	page := peopleClosePage{
		Page: s.officerBase(c, "Close an account"), ID: account.ID, Heading: names.postWords(account.Post, account.BodyID), Organisation: account.Issuer != "",
	}
	page.wrong(problems)
	page.Sure = letterBox{Name: "sure", ID: "sure", Label: "I know that this cannot be undone", Type: "tick", Problem: page.Problem("sure")}
	return s.render(c, status, "people_close", page)
}

// closePerson closes an account for ever.
func (s *Server) closePerson(c *gin.Context) error {
	account, by, values, err := s.another(c)
	if err != nil {
		return err
	}
	again := func(problems inspection.Problems) error {
		return s.showClosing(c, http.StatusUnprocessableEntity, account, problems)
	}
	if values.Get("sure") == "" {
		return again(inspection.Problems{{Field: "sure", Words: "Tick that you know that this cannot be undone"}})
	}
	if err = s.store.CloseAccount(c.Request.Context(), by, account.ID); err == nil {
		s.log.InfoContext(c.Request.Context(), "account closed", "account", account.ID, "by", by.ID)
	}
	return s.afterSaving(c, "/people?saved=closed", err, nil, again)
}
