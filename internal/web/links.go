package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// linksPath stands before the token of a link.
const linksPath = "/links/"

// loggedPath is the path of a request as a line of the log may hold it: without the token of a link, which lets whoever reads
// it set a password, or turn somebody's messages off, and without the reference of a note.
func loggedPath(u *url.URL) string {
	for _, path := range []string{linksPath, unsubscribePath, tellUsPath + "/", trackerAddress("")} {
		if before, _, found := strings.Cut(u.Path, path); found {
			return before + path + ":token"
		}
	}
	return u.Path
}

// ofLinks answers a page whose address holds a token, which no other site is to learn from this one. An address without its
// path may be named: browsers that say nothing else of where a form comes from say nothing at all under stricter rules, and the
// form would be taken for another site's.
func (s *Server) ofLinks(handler func(*gin.Context) error) gin.HandlerFunc {
	answer := s.ofAccounts(handler)
	return func(c *gin.Context) {
		c.Header("Referrer-Policy", "strict-origin")
		answer(c)
	}
}

// linkShowPage is where somebody sets a password with the link that they were given.
type linkShowPage struct {
	Page
	Heading string
	Address string // of the account's holder, for the password manager too
	Action  string
	Until   string
	Boxes   []credentialBox
}

var (
	linkUnknown = &referral{&refusal{http.StatusNotFound, "There is no such link", []string{
		"Check that the whole address was copied: mail programs sometimes break it in two.",
		"A link that is older than a month, or in whose place a newer one was made, is not known any more. Ask an administrator of this service for another.",
	}}, Link{Name: "Sign in", Address: "/sign-in"}}
	linkUsed = &referral{&refusal{http.StatusGone, "This link was used already", []string{
		"A password has been set with it, and each link works once. If that was you, sign in with that password.",
		"If it was not you, tell an administrator of this service at once.",
	}}, Link{Name: "Sign in", Address: "/sign-in"}}
	linkExpired = &referral{&refusal{http.StatusGone, "This link works no longer", []string{
		"Its time is over: an invitation works for seven days, and a link for setting another password for one hour.",
		"Ask an administrator of this service for another.",
	}}, Link{Name: "Sign in", Address: "/sign-in"}}
)

// workingLink returns the link of an address and its account. It fails with words for whoever holds a link that does not work.
func (s *Server) workingLink(c *gin.Context) (auth.Link, auth.Account, error) {
	link, account, err := s.store.Link(c.Request.Context(), auth.HashToken(c.Param("token")))
	switch {
	case err != nil:
		return link, account, linkFault(err)
	case link.UsedAt != nil:
		return link, account, linkUsed
	case !link.Works(s.clock()):
		return link, account, linkExpired
	}
	return link, account, nil
}

func linkFault(err error) error {
	switch {
	case errors.Is(err, inspection.ErrNotFound):
		return linkUnknown
	case errors.Is(err, auth.ErrLinkUsed):
		return linkUsed
	case errors.Is(err, auth.ErrLinkExpired):
		return linkExpired
	}
	return err
}

// showLink shows the form and uses nothing up: programs that look at mail open its links.
func (s *Server) showLink(c *gin.Context) error {
	link, account, err := s.workingLink(c)
	if err != nil {
		return err
	}
	return s.showLinkForm(c, http.StatusOK, link, account, nil)
}

func (s *Server) showLinkForm(c *gin.Context, status int, link auth.Link, account auth.Account, problems inspection.Problems) error {
	heading := "Set another password"
	if link.Purpose == auth.Invitation {
		heading = "Set your password"
	}
	page := linkShowPage{
		Page: s.officerBase(c, heading), Heading: heading, Address: account.Address, Action: linksPath + url.PathEscape(c.Param("token")),
		Until: s.moment(link.ExpiresAt),
	}
	page.wrong(problems)
	page.Boxes = page.newPassword()
	return s.render(c, status, "link_show", page)
}

// passwordRules are said before somebody chooses a password.
const passwordRules = "12 characters or more. Not your email address, your post or the name of this service, and nothing that many people use. Three or four words that do not belong together make a good one."

// newPassword asks for a password, twice: no script shows here what is typed.
func (p Page) newPassword() []credentialBox {
	return []credentialBox{
		p.credential("new-password", "password", "New password", passwordRules, "new-password"),
		p.credential("again", "password", "The new password again", "", "new-password"),
	}
}

// serviceName is what the service calls itself, which no password may hold.
const serviceName = "Inspection Timeline"

// chosenPassword reads a new password and says what is wrong with it.
func chosenPassword(values url.Values, account auth.Account) (string, inspection.Problems) {
	password := values.Get("new-password")
	var wrong auth.Problem
	switch err := auth.CheckPassword(password, []string{account.Address, account.Post, serviceName}); {
	case errors.As(err, &wrong):
		return "", inspection.Problems{{Field: "new-password", Words: wrong.Words}}
	case values.Get("again") != password:
		return "", inspection.Problems{{Field: "again", Words: "Enter the same password twice: these two differ"}}
	}
	return password, nil
}

// setPassword uses a link up, sets the password and signs its holder in; where they use one-time codes, after the second step.
func (s *Server) setPassword(c *gin.Context) error {
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	link, account, err := s.workingLink(c)
	if err != nil {
		return err
	}
	password, problems := chosenPassword(values, account)
	if len(problems) > 0 {
		return s.showLinkForm(c, http.StatusUnprocessableEntity, link, account, problems)
	}
	ctx := c.Request.Context()
	hash, err := s.passwords.Hash(ctx, password)
	if errors.Is(err, auth.ErrBusy) {
		return s.showLinkForm(c, http.StatusTooManyRequests, link, account, s.busy(c, "new-password"))
	}
	if err != nil {
		return err
	}
	account, err = s.store.UseLink(ctx, holder(account), link.Hash, func(a *auth.Account) error {
		a.PasswordHash = hash
		return nil
	})
	if err != nil {
		return linkFault(err)
	}
	s.log.InfoContext(ctx, "password set with a link", "account", account.ID, "purpose", link.Purpose, "network", s.network(c))
	if account.CodesOn() {
		if err := s.begin(c, auth.Session{AccountID: account.ID, Waits: true}); err != nil {
			return err
		}
		return s.redirect(c, http.StatusSeeOther, codeAddress("/account"))
	}
	return s.welcome(c, account, auth.Session{AccountID: account.ID}, "/account?saved=password")
}

// busy says when to come back, and that nothing was looked at.
func (s *Server) busy(c *gin.Context, field string) inspection.Problems {
	slow := &slowed{busyFor}
	c.Header("Retry-After", slow.retryAfter())
	return inspection.Problems{{Field: field, Words: slow.words()}}
}

// holder is an account's own holder as the record keeps them, before they are signed in.
func holder(account auth.Account) inspection.Actor {
	by := inspection.Actor{ID: account.ID, PostID: postOf(account), Post: cmp.Or(account.Post, "a post not named")}
	if len(account.Roles) > 0 {
		by.Role = inspection.Role(account.Roles[0])
	}
	return by
}

// newLink makes a link with which an account's holder sets a password, and returns its address: nobody can read that anywhere
// afterwards.
func (s *Server) newLink(ctx context.Context, by inspection.Actor, account auth.Account, purpose auth.Purpose, origin string) (string, error) {
	token, now := auth.NewToken(), s.clock()
	link := auth.Link{Hash: auth.HashToken(token), AccountID: account.ID, Purpose: purpose, CreatedAt: now, ExpiresAt: now.Add(purpose.Holds())}
	if err := s.store.AddLink(ctx, by, link); err != nil {
		return "", err
	}
	s.log.InfoContext(ctx, "link made", "for", account.ID, "purpose", purpose, "by", by.ID)
	return origin + strings.TrimPrefix(linksPath, "/") + token, nil
}

// origin is what stands before every address of this service: the public address or, where none is set, the one under which
// this request came.
func (s *Server) origin(r *http.Request) string {
	switch {
	case s.doors.address != "":
		return s.doors.address
	case s.secure(r):
		return "https://" + r.Host + "/"
	}
	return "http://" + r.Host + "/"
}

// whole returns an address of ours with its host, by which it is found from anywhere. What nobody asked a server for, as on the
// command line, has no host.
func (s *Server) whole(c *gin.Context, address string) string {
	if s.doors.address == "" && c.Request.Host == "" {
		return address
	}
	return s.origin(c.Request) + strings.TrimPrefix(address, "/")
}

// mails reports whether links can be sent. Without a public address none is: what a request calls this service may be anything,
// and a link to another host would hand it the token.
func (s *Server) mails() bool { return s.mail != nil && s.doors.address != "" }

// sendLink sends somebody the link that was made for them.
func (s *Server) sendLink(ctx context.Context, account auth.Account, purpose auth.Purpose, address string) error {
	return s.mail(ctx, account, purpose, address)
}

// signInForgottenPage is for those who forgot their password. What it says afterwards is the same for every address.
type signInForgottenPage struct {
	Page
	Mails bool
	Sent  bool
	Box   credentialBox
}

func (s *Server) askForAddress(c *gin.Context) error {
	return s.showForgotten(c, http.StatusOK, "", nil)
}

func (s *Server) showForgotten(c *gin.Context, status int, address string, problems inspection.Problems) error {
	page := signInForgottenPage{Page: s.officerBase(c, "If you forgot your password"), Mails: s.mails(), Sent: c.Query("sent") != ""}
	page.wrong(problems)
	page.Box = page.credential("address", "email", "Email address", "The one with which you sign in.", "username")
	page.Box.Value = address
	return s.render(c, status, "sign_in_forgotten", page)
}

// sendForgotten sends a link to whoever has an account with an address. Whether there is one does not show, not by its time
// either.
func (s *Server) sendForgotten(c *gin.Context) error {
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	address := strings.TrimSpace(values.Get("address"))
	switch {
	case !s.mails():
		return s.showForgotten(c, http.StatusOK, "", nil)
	case !auth.IsAddress(auth.FoldAddress(address)):
		problems := inspection.Problems{{Field: "address", Words: "Enter an email address, like name@example.org"}}
		return s.showForgotten(c, http.StatusUnprocessableEntity, address, problems)
	}
	// Nobody's mailbox is filled by others: each asking counts as a try that did not work.
	wait, err := s.store.BeginSignIn(c.Request.Context(), auth.SlowKeys("link to "+address, s.network(c), ""))
	if err != nil {
		return err
	}
	if wait > 0 {
		slow := &slowed{wait}
		c.Header("Retry-After", slow.retryAfter())
		return s.showForgotten(c, http.StatusTooManyRequests, address, inspection.Problems{{Field: "address", Words: slow.words()}})
	}
	s.afterwards(c.Request.Context(), "send a link for another password", func(ctx context.Context) error {
		account, err := s.store.AccountByAddress(ctx, address)
		if errors.Is(err, inspection.ErrNotFound) || err == nil && (account.Issuer != "" || account.State == auth.Disabled) {
			return nil
		}
		if err != nil {
			return err
		}
		// Never an invitation: whoever asks would undo the one that an administrator gave out.
		link, err := s.newLink(ctx, holder(account), account, auth.Reset, s.doors.address)
		if err != nil {
			return err
		}
		return s.sendLink(ctx, account, auth.Reset, link)
	})
	return s.redirect(c, http.StatusSeeOther, "/sign-in/forgotten?sent=yes")
}
