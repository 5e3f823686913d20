package web

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// codesHeldFor is how long somebody has for setting up one-time codes.
const codesHeldFor = 10 * time.Minute

// heldCodes is the secret of one-time codes that nobody has proved yet to have in an app.
type heldCodes struct {
	secret, uri string
	at          time.Time
}

// codeDesk holds secrets until a code proves them, each for the session in which it was made. They are held in memory: in the
// form a secret could be replaced by a stranger's, and in the database it would lie about where nobody uses it. It is safe for
// concurrent use.
type codeDesk struct {
	mu   sync.Mutex
	held map[string]heldCodes // by the hash of the session's token
}

// hold keeps a secret in place of the one before, and forgets those that are too old.
func (d *codeDesk) hold(session string, codes heldCodes) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held == nil {
		d.held = map[string]heldCodes{}
	}
	for hash, other := range d.held {
		if codes.at.Sub(other.at) > codesHeldFor {
			delete(d.held, hash)
		}
	}
	d.held[session] = codes
}

func (d *codeDesk) find(session string, now time.Time) (heldCodes, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	codes, ok := d.held[session]
	return codes, ok && now.Sub(codes.at) <= codesHeldFor
}

func (d *codeDesk) forget(session string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.held, session)
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
	s.codes.hold(p.session.Hash, heldCodes{secret, uri, s.clock()})
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
	codes, ok := s.codes.find(p.session.Hash, s.clock())
	if !ok {
		return codesGone
	}
	page := accountCodesPage{Page: s.officerBase(c, "Set up one-time codes"), Heading: "Set up one-time codes", Secret: inFours(codes.secret)}
	page.wrong(problems)
	page.Box = page.credential("code", "text", "The code that your app shows now", "Six digits.", "one-time-code")
	page.Box.Short = true
	return s.render(c, status, "account_codes", page)
}

var codesGone = &referral{&refusal{http.StatusGone, "Begin again with one-time codes", []string{
	"There are ten minutes for setting them up, in the browser in which you began, and until the program is started again.",
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
	codes, ok := s.codes.find(p.session.Hash, s.clock())
	if !ok {
		return codesGone
	}
	picture, err := auth.CodePicture(codes.uri)
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
	codes, ok := s.codes.find(p.session.Hash, s.clock())
	if !ok {
		return codesGone
	}
	recovery, hashes := auth.NewRecoveryCodes()
	ctx := c.Request.Context()
	_, err = s.store.ChangeAccount(ctx, holder(p.account), p.account.ID, func(a *auth.Account) error {
		a.CodeSecret, a.CodeUsed, a.RecoveryCodes = codes.secret, 0, hashes
		return a.UseCode(values.Get("code"), s.clock())
	})
	if errors.Is(err, auth.ErrCode) {
		problems := inspection.Problems{{Field: "code", Words: "That is not the code that the app should show. Check that the clock of your phone is right, then enter the next code"}}
		return s.showCodesForm(c, http.StatusUnprocessableEntity, p, problems)
	}
	if err != nil {
		return err
	}
	s.codes.forget(p.session.Hash)
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
