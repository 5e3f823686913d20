package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// codesHeldFor is how long somebody has for setting up one-time codes.
const codesHeldFor = 10 * time.Minute

// mostHeldCodes is in how many browsers somebody can set them up at once.
const mostHeldCodes = 5

// heldCodes is the secret of one-time codes that nobody has proved yet to have in an app.
type heldCodes struct{ Secret, Address string }

// Secrets are held until a code proves them, each for the session in which it was made, whose token opens it: in the form a
// secret could be replaced by a stranger's.
func newCodes(s *store.Store) desk[heldCodes] {
	return desk[heldCodes]{s, store.HeldCodes, codesHeldFor, store.HeldBounds{Own: mostHeldCodes}}
}

// codesOf returns the secret that was made in a session.
func (s *Server) codesOf(c *gin.Context, p *person) (heldCodes, error) {
	codes, ok, err := s.codes.find(c.Request.Context(), s.sessionToken(c.Request), p.account.ID)
	if err == nil && !ok {
		err = codesGone
	}
	return codes, err
}

// accountCodesPage sets one-time codes up and, once a code has proved them, shows the recovery codes.
type accountCodesPage struct {
	Page
	Heading  string
	Secret   string // in groups of four, for those who cannot scan the picture
	Box      credentialBox
	Recovery []string // shown this once
}

// codes has the form that switches one-time codes on or off.
func (p Page) codes(account auth.Account) codesView {
	view := codesView{On: account.CodesOn(), Left: inspection.CountWords(len(account.RecoveryCodes), "recovery code is", "recovery codes are") + " left."}
	view.Box = p.credential("codes-password", "password", "Your password", "", "current-password")
	return view
}

// startCodes makes a secret for somebody who wants one-time codes.
func (s *Server) startCodes(c *gin.Context) error {
	p, values, err := s.ownPassword(c)
	if err != nil {
		return err
	}
	if ok, err := s.proved(c, p, values, "codes-password"); !ok {
		return err
	}
	if p.account.CodesOn() {
		return s.redirect(c, http.StatusSeeOther, "/account")
	}
	secret, uri, err := auth.NewCodeSecret(p.account.Address, serviceName)
	if err != nil {
		return err
	}
	err = s.codes.holdUnder(c.Request.Context(), s.sessionToken(c.Request), p.account.ID, "", heldCodes{secret, uri})
	if err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, "/account/codes")
}

func (s *Server) showCodes(c *gin.Context) error {
	p, _, err := s.ownPassword(c)
	if err != nil {
		return err
	}
	return s.showCodesForm(c, http.StatusOK, p, nil)
}

func (s *Server) showCodesForm(c *gin.Context, status int, p *person, problems inspection.Problems) error {
	codes, err := s.codesOf(c, p)
	if err != nil {
		return err
	}
	page := accountCodesPage{Page: s.officerBase(c, "Set up one-time codes"), Heading: "Set up one-time codes", Secret: inFours(codes.Secret)}
	page.wrong(problems)
	page.Box = page.credential("code", "text", "The code that your app shows now", "Six digits.", "one-time-code")
	page.Box.Short = true
	return s.render(c, status, "account_codes", page)
}

var codesGone = &referral{&refusal{http.StatusGone, "Begin again with one-time codes", []string{
	"There are ten minutes for setting them up, in the browser in which you began.",
	"Nothing has been changed. If your app shows codes of this service already, take them out there.",
}}, Link{Name: "Your account", Address: "/account#codes"}}

// inFours writes a secret in groups, as people copy it.
func inFours(secret string) string {
	var out []byte
	for i := range len(secret) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, secret[i])
	}
	return string(out)
}

// showCodePicture answers with the picture that an app scans.
func (s *Server) showCodePicture(c *gin.Context) error {
	p, _, err := s.ownPassword(c)
	if err != nil {
		return err
	}
	codes, err := s.codesOf(c, p)
	if err != nil {
		return err
	}
	picture, err := auth.CodePicture(codes.Address)
	if err != nil {
		return err
	}
	c.Set(answered, newResponse(http.StatusOK, "image/png", picture, brotli.DefaultCompression))
	return nil
}

// confirmCodes switches one-time codes on once a code proves that an app has their secret, and shows the recovery codes. They
// are shown in this answer and nowhere else: only their hashes are kept.
func (s *Server) confirmCodes(c *gin.Context) error {
	p, values, err := s.ownPassword(c)
	if err != nil {
		return err
	}
	codes, err := s.codesOf(c, p)
	if err != nil {
		return err
	}
	recovery, hashes := auth.NewRecoveryCodes()
	ctx := c.Request.Context()
	_, err = s.store.ChangeAccount(ctx, holder(p.account), p.account.ID, func(a *auth.Account) error {
		a.CodeSecret, a.CodeUsed, a.RecoveryCodes = codes.Secret, 0, hashes
		return a.UseCode(values.Get("code"), s.clock())
	})
	if errors.Is(err, auth.ErrCode) {
		problems := inspection.Problems{{Field: "code", Words: "That is not the code that the app should show. Check that the clock of your phone is right, then enter the next code"}}
		return s.showCodesForm(c, http.StatusUnprocessableEntity, p, problems)
	}
	if err != nil {
		return err
	}
	s.codes.forgetDone(ctx, s.log, s.sessionToken(c.Request))
	s.log.InfoContext(ctx, "one-time codes switched on", "account", p.account.ID, "network", s.network(c))
	const heading = "One-time codes are switched on"
	return s.render(c, http.StatusOK, "account_codes", accountCodesPage{Page: s.officerBase(c, heading), Heading: heading, Recovery: recovery})
}

// endCodes switches one-time codes off.
func (s *Server) endCodes(c *gin.Context) error {
	p, values, err := s.ownPassword(c)
	if err != nil {
		return err
	}
	if ok, err := s.proved(c, p, values, "codes-password"); !ok {
		return err
	}
	if err := s.switchCodesOff(c, holder(p.account), p.account.ID); err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, "/account?saved=codes-off")
}

func (s *Server) switchCodesOff(c *gin.Context, by inspection.Actor, accountID string) error {
	ctx := c.Request.Context()
	_, err := s.store.ChangeAccount(ctx, by, accountID, func(a *auth.Account) error {
		a.CodeSecret, a.CodeUsed, a.RecoveryCodes = "", 0, nil
		return nil
	})
	if err == nil {
		s.log.InfoContext(ctx, "one-time codes switched off", "account", accountID, "by", by.ID, "network", s.network(c))
	}
	return err
}
