package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// accountRoutes registers the pages on which people sign in, and those about their accounts.
func (s *Server) accountRoutes(r router) {
	r.get("/sign-in", auth.Anything, s.ofAccounts(s.askToSignIn))
	r.post("/sign-in", auth.Anything, s.ofAccounts(s.signIn))
	r.get("/sign-in/code", auth.Anything, s.ofAccounts(s.askForCode))
	r.post("/sign-in/code", auth.Anything, s.ofAccounts(s.signInWithCode))
	r.get("/sign-in/organisation", auth.Anything, s.ofAccounts(s.beginAtOrganisation))
	r.get("/sign-in/callback", auth.Anything, s.ofAccounts(s.finishAtOrganisation))
	r.get("/sign-in/forgotten", auth.Anything, s.ofAccounts(s.askForAddress))
	r.post("/sign-in/forgotten", auth.Anything, s.ofAccounts(s.sendForgotten))
	r.get("/links/:token", auth.Anything, s.ofLinks(s.showLink))
	r.post("/links/:token", auth.Anything, s.ofLinks(s.setPassword))
	r.post("/sign-out", auth.Anything, s.ofAccounts(s.signOut))

	r.get("/account", auth.UseAccount, s.ofAccounts(s.showAccount))
	r.post("/account/post", auth.UseAccount, s.ofAccounts(s.savePost))
	r.post("/account/stay", auth.UseAccount, s.ofAccounts(s.staySignedIn))
	r.post("/account/role", auth.UseAccount, s.ofAccounts(s.chooseRole))
	r.post("/account/password", auth.UseAccount, s.ofAccounts(s.changePassword))
	r.post("/account/sessions", auth.UseAccount, s.ofAccounts(s.endOwnSession))
	r.post("/account/sign-out-everywhere", auth.UseAccount, s.ofAccounts(s.signOutEverywhere))
	r.post("/account/codes/start", auth.UseAccount, s.ofAccounts(s.startCodes))
	r.get("/account/codes", auth.UseAccount, s.ofAccounts(s.showCodes))
	r.post("/account/codes", auth.UseAccount, s.ofAccounts(s.confirmCodes))
	r.get("/account/code.png", auth.UseAccount, s.ofAccounts(s.showCodePicture))
	r.post("/account/codes/off", auth.UseAccount, s.ofAccounts(s.endCodes))

	r.get("/people", auth.ManagePeople, s.ofAccounts(s.listPeople))
	r.post("/people", auth.ManagePeople, s.ofAccounts(s.invite))
	r.get("/people/:id", auth.ManagePeople, s.ofAccounts(s.showPerson))
	r.post("/people/:id", auth.ManagePeople, s.ofAccounts(s.savePerson))
	r.post("/people/:id/state", auth.ManagePeople, s.ofAccounts(s.setPersonState))
	r.post("/people/:id/link", auth.ManagePeople, s.ofAccounts(s.makePersonLink))
	r.post("/people/:id/codes-off", auth.ManagePeople, s.ofAccounts(s.endPersonCodes))
	r.get("/people/:id/close", auth.ManagePeople, s.ofAccounts(s.confirmClosing))
	r.post("/people/:id/close", auth.ManagePeople, s.ofAccounts(s.closePerson))
}

// ofAccounts answers a page about accounts, of which the demonstration has none.
func (s *Server) ofAccounts(handler func(*gin.Context) error) gin.HandlerFunc {
	return s.private(func(c *gin.Context) error {
		if s.open {
			return demonstrationHasNone
		}
		return handler(c)
	})
}

var demonstrationHasNone = &referral{&refusal{http.StatusNotFound, "The demonstration has no accounts", []string{
	"Nobody signs in here: whoever sits at this machine says in which post and role they act.",
	"For a real record start the program without --open.",
}}, Link{Name: "Say in which post and role you act", Address: "/acting"}}

// credentialBox is a box that a browser or a password manager may fill in.
type credentialBox struct {
	letterBox
	Autocomplete string
	Choices      []string // offered while somebody types
}

// credential makes such a box, with what is wrong with it.
func (p Page) credential(name, kind, label, hint, autocomplete string) credentialBox {
	box := letterBox{Name: name, ID: name, Label: label, Hint: hint, Type: kind, Problem: p.Problem(name)}
	return credentialBox{letterBox: box, Autocomplete: autocomplete}
}

// signInFormPage is where people sign in. After a refusal it is the same whether or not there is such an account.
type signInFormPage struct {
	Page
	Notice       string
	Organisation string // where signing in through the organisation begins; empty where that is not set up
	Local        bool   // whether there is anybody with a password of this service
	Boxes        []credentialBox
	Back         string
}

// signInNotices are the words for those who were led to the page, by why.
var signInNotices = map[string]string{
	"here":         "You are signed out of this service in this browser.",
	"everywhere":   "You are signed out in every browser.",
	"organisation": "Your organisation no longer says that you are signed in there, so you were signed out here. Sign in again.",
	"late":         "The code was not entered in time. Enter your password again.",
}

// refusedSignIn is the one answer to whoever is not let in. It does not say whether there is such an account.
const refusedSignIn = "That address and password do not belong to an account that can sign in here"

// afterSignIn is where somebody goes on who has signed in, whatever was sent: a page of ours, and none about signing in.
func afterSignIn(sent string) string {
	back := wayBack(sent, "/")
	path, _, _ := strings.Cut(back, "?")
	if path == "/sign-in" || path == "/sign-out" || strings.HasPrefix(path, "/sign-in/") || strings.HasPrefix(path, "/links/") {
		return "/"
	}
	return back
}

// askToSignIn shows the form. Whoever is signed in already is led on.
func (s *Server) askToSignIn(c *gin.Context) error {
	back := afterSignIn(c.Query("back"))
	p, err := s.person(c)
	if err != nil {
		return err
	}
	if p != nil {
		return &detour{back}
	}
	return s.showSignIn(c, http.StatusOK, "", back, nil)
}

func (s *Server) showSignIn(c *gin.Context, status int, address, back string, problems inspection.Problems) error {
	local, err := s.store.AnyAccount(c.Request.Context())
	if err != nil {
		return err
	}
	if !local && s.issuer == nil {
		return noAccounts
	}
	page := signInFormPage{Page: s.officerBase(c, "Sign in"), Notice: signInNotices[c.Query("ended")], Local: local, Back: back}
	page.wrong(problems)
	if s.issuer != nil {
		page.Organisation = organisationAddress(back, false)
	}
	who := page.credential("address", "email", "Email address", "", "username")
	who.Value = address
	page.Boxes = []credentialBox{who, page.credential("password", "password", "Password", "", "current-password")}
	return s.render(c, status, "sign_in_form", page)
}

// signIn signs somebody in with their address and password, or leads them to the second step.
func (s *Server) signIn(c *gin.Context) error {
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	address, password, back := strings.TrimSpace(values.Get("address")), values.Get("password"), afterSignIn(values.Get("back"))
	again := func(status int, problems inspection.Problems) error {
		return s.showSignIn(c, status, address, back, problems)
	}
	if problems := missing(values, "address", "Enter your email address", "password", "Enter your password"); len(problems) > 0 {
		return again(http.StatusUnprocessableEntity, problems)
	}
	ctx := c.Request.Context()
	account, err := s.store.AccountByAddress(ctx, address)
	if err != nil && !errors.Is(err, inspection.ErrNotFound) {
		return err
	}
	err = s.attempt(c, s.slowKeys(c, address, account), account.CodesOn(), func() (bool, error) {
		right, err := s.passwords.Matches(ctx, password, account.PasswordHash)
		return right && account.MaySignIn(), err
	})
	if err != nil {
		return s.afterAttempt(c, account, "password", err, again)
	}
	if !account.CodesOn() {
		return s.welcome(c, account, auth.Session{AccountID: account.ID}, back)
	}
	if err := s.begin(c, auth.Session{AccountID: account.ID, Waits: true}); err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, codeAddress(back))
}

// missing lists which of some boxes are empty; the words for each stand after its name.
func missing(values url.Values, boxes ...string) inspection.Problems {
	var problems inspection.Problems
	for i := 0; i+1 < len(boxes); i += 2 {
		if strings.TrimSpace(values.Get(boxes[i])) == "" {
			problems = append(problems, inspection.Problem{Field: boxes[i], Words: boxes[i+1]})
		}
	}
	return problems
}

// errWrong says that a password or a code is not the right one.
var errWrong = errors.New("not the right password or code")

// slowed says that somebody has to wait before the next try.
type slowed struct{ wait time.Duration }

func (s *slowed) Error() string { return "the next try has to wait for " + s.wait.String() }

// seconds is how long to wait, in whole ones.
func (s *slowed) seconds() int { return max(1, int(math.Ceil(s.wait.Seconds()))) }

// retryAfter is what the header of that name says.
func (s *slowed) retryAfter() string { return fmt.Sprint(s.seconds()) }

// words say how long, and what to do then.
func (s *slowed) words() string {
	wait := inspection.CountWords(s.seconds(), "second", "seconds")
	return "Too many tries did not work, or too many people sign in at once. Wait " + wait + ", then try again"
}

// busyFor is how long somebody waits while too many passwords are being checked.
const busyFor = 3 * time.Second

// attempt runs one try at a password or a code, which counts for some keys. While they have to wait, nothing is looked at and
// nothing counted. It fails with errWrong and with slowed. A try that is only the first of two steps is not counted where it is
// right: the second is, by itself.
func (s *Server) attempt(c *gin.Context, keys []auth.SlowKey, firstStep bool, try func() (bool, error)) error {
	ctx := c.Request.Context()
	wait, err := s.store.BeginSignIn(ctx, keys)
	if err != nil {
		return err
	}
	if wait > 0 {
		return &slowed{wait}
	}
	right, err := try()
	switch {
	case errors.Is(err, auth.ErrBusy):
		if err := s.store.SignInUncounted(ctx, keys); err != nil {
			return err
		}
		return &slowed{busyFor}
	case err != nil:
		return err
	case !right:
		return errWrong
	case firstStep:
		return s.store.SignInUncounted(ctx, keys)
	}
	return s.store.SignInWorked(ctx, keys)
}

// afterAttempt answers a try that did not work. Somebody who has to wait is told for how long.
func (s *Server) afterAttempt(c *gin.Context, account auth.Account, what string, err error, again func(int, inspection.Problems) error) error {
	words := refusedSignIn
	if what == "code" {
		words = wrongCode
	}
	var slow *slowed
	switch {
	case errors.As(err, &slow):
		s.log.WarnContext(c.Request.Context(), "sign-in slowed down", "account", account.ID, "network", s.network(c), "seconds", slow.seconds())
		c.Header("Retry-After", slow.retryAfter())
		return again(http.StatusTooManyRequests, inspection.Problems{{Field: what, Words: slow.words()}})
	case errors.Is(err, errWrong):
		s.refuseSignIn(c, account, what)
		return again(http.StatusUnprocessableEntity, inspection.Problems{{Field: what, Words: words}})
	}
	return err
}

// refuseSignIn writes down that somebody was not let in. What they typed is in no line of the log: it may be their password.
func (s *Server) refuseSignIn(c *gin.Context, account auth.Account, why string) {
	switch {
	case account.ID == "":
		why = "no such account"
	case !account.MaySignIn():
		why = "state " + string(account.State)
	}
	s.log.WarnContext(c.Request.Context(), "sign-in refused", "account", account.ID, "why", why, "network", s.network(c))
	if account.ID == "" {
		return
	}
	access := s.accessOf(c, account, inspection.SignInRefused)
	s.afterwards(c.Request.Context(), "note a refused sign-in", func(ctx context.Context) error { return s.store.NoteAccess(ctx, access) })
}

// afterwardsFor is how long something may take that nobody waits for.
const afterwardsFor = 10 * time.Second

// afterwards does something that the answer does not wait for, so that its time tells nothing: whether there is an account with
// an address is for nobody to find out.
func (s *Server) afterwards(ctx context.Context, what string, do func(context.Context) error) {
	ctx = context.WithoutCancel(ctx)
	s.underway.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, afterwardsFor)
		defer cancel()
		if err := do(ctx); err != nil {
			s.log.ErrorContext(ctx, "could not "+what, "error", err)
		}
	})
}

// Settle waits until everything is done that answers did not wait for. The store must stay open until then.
func (s *Server) Settle() { s.underway.Wait() }

func (s *Server) accessOf(c *gin.Context, account auth.Account, what inspection.AccessKind) inspection.Access {
	return inspection.Access{AccountID: account.ID, Post: account.Post, What: what, Network: s.network(c)}
}

// welcome signs somebody in who has proved who they are, and leads them on. Whoever has no post yet names it first.
func (s *Server) welcome(c *gin.Context, account auth.Account, session auth.Session, back string) error {
	if err := s.store.NoteAccess(c.Request.Context(), s.accessOf(c, account, inspection.SignedIn)); err != nil {
		return err
	}
	if err := s.begin(c, session); err != nil {
		return err
	}
	s.rememberDevice(c, account)
	s.log.InfoContext(c.Request.Context(), "signed in", "account", account.ID, "issuer", session.Issuer, "network", s.network(c))
	if account.Post == "" {
		back = "/account"
	}
	return s.redirect(c, http.StatusSeeOther, back)
}

// The cookie by which a browser shows that an account has signed in there before. Failures of others then do not keep its
// holder waiting.
const (
	deviceCookie       = "device"
	deviceCookieSecure = "__Host-device"
	deviceFor          = 180 * 24 * 60 * 60 // seconds
)

func (s *Server) deviceCookieName(r *http.Request) string {
	if s.secure(r) {
		return deviceCookieSecure
	}
	return deviceCookie
}

// deviceProof binds a browser's random token to one account. It is keyed with the account's password hash, which nobody
// outside has, so that nothing has to be kept for it; and whoever changes their password begins anew.
func deviceProof(account auth.Account, token string) string {
	mac := hmac.New(sha256.New, []byte(account.PasswordHash))
	mac.Write([]byte("device of account " + account.ID + ": " + token))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// device returns the token of a browser in which the account has signed in before, empty for any other.
func (s *Server) device(r *http.Request, account auth.Account) string {
	cookie, err := r.Cookie(s.deviceCookieName(r))
	if err != nil || account.PasswordHash == "" {
		return ""
	}
	token, proof, _ := strings.Cut(cookie.Value, ".")
	if !hmac.Equal([]byte(proof), []byte(deviceProof(account, token))) {
		return ""
	}
	return token
}

func (s *Server) rememberDevice(c *gin.Context, account auth.Account) {
	if account.PasswordHash == "" {
		return
	}
	token := s.device(c.Request, account)
	if token == "" {
		token = auth.NewToken()
	}
	value := token + "." + deviceProof(account, token)
	http.SetCookie(c.Writer, s.newCookie(c.Request, s.deviceCookieName(c.Request), value, deviceFor))
}

// slowKeys lists what a try at an account's password counts for.
func (s *Server) slowKeys(c *gin.Context, address string, account auth.Account) []auth.SlowKey {
	return auth.SlowKeys(address, s.network(c), s.device(c.Request, account))
}

// signInCodePage asks for the second step.
type signInCodePage struct {
	Page
	Box  credentialBox
	Back string
}

const wrongCode = "That code is not right, or it was used already. Wait for the next one, or enter one of your recovery codes"

func codeAddress(back string) string {
	return "/sign-in/code?" + url.Values{"back": {back}}.Encode()
}

// waiting returns the session of this browser that waits for a code, and its account. Without one it leads back to the first
// step.
func (s *Server) waiting(c *gin.Context) (auth.Session, auth.Account, error) {
	session, account, err := s.store.Session(c.Request.Context(), auth.HashToken(s.sessionToken(c.Request)))
	switch {
	case errors.Is(err, inspection.ErrNotFound):
		return session, account, &detour{"/sign-in"}
	case err != nil:
		return session, account, err
	case !session.Waits || !account.MaySignIn() || !account.CodesOn():
		return session, account, &detour{"/sign-in"}
	case session.Ended(s.clock()):
		return session, account, &detour{"/sign-in?ended=late"}
	}
	return session, account, nil
}

func (s *Server) askForCode(c *gin.Context) error {
	if _, _, err := s.waiting(c); err != nil {
		return err
	}
	return s.showSignInCode(c, http.StatusOK, afterSignIn(c.Query("back")), nil)
}

func (s *Server) showSignInCode(c *gin.Context, status int, back string, problems inspection.Problems) error {
	page := signInCodePage{Page: s.officerBase(c, "Enter your one-time code"), Back: back}
	page.wrong(problems)
	page.Box = page.credential("code", "text", "Code", "The six digits that your app shows now, or one of your recovery codes.", "one-time-code")
	page.Box.Short = true
	return s.render(c, status, "sign_in_code", page)
}

// signInWithCode is the second step of signing in.
func (s *Server) signInWithCode(c *gin.Context) error {
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	_, account, err := s.waiting(c)
	if err != nil {
		return err
	}
	back := afterSignIn(values.Get("back"))
	again := func(status int, problems inspection.Problems) error {
		return s.showSignInCode(c, status, back, problems)
	}
	if problems := missing(values, "code", "Enter the code"); len(problems) > 0 {
		return again(http.StatusUnprocessableEntity, problems)
	}
	// Whoever gets this far knows the password: only tries at the code count, and no browser is trusted with more of them.
	keys := auth.SlowKeys("code of account "+account.ID, s.network(c), "")
	err = s.attempt(c, keys, false, func() (bool, error) { return s.useCode(c.Request.Context(), account.ID, values.Get("code")) })
	if err != nil {
		return s.afterAttempt(c, account, "code", err, again)
	}
	return s.welcome(c, account, auth.Session{AccountID: account.ID}, back)
}

// useCode uses a one-time code or a recovery code up, and reports whether it was one of the account's.
func (s *Server) useCode(ctx context.Context, accountID, typed string) (bool, error) {
	err := s.store.UseCode(ctx, accountID, func(a *auth.Account) error {
		if strings.ContainsFunc(typed, unicode.IsLetter) {
			return a.UseRecoveryCode(typed)
		}
		return a.UseCode(typed, s.clock())
	})
	if errors.Is(err, auth.ErrCode) || errors.Is(err, inspection.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// signOut ends this browser's session. Where an organisation vouched, nothing of it is ended there.
func (s *Server) signOut(c *gin.Context) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	if err := s.endSession(c, p); err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, "/sign-in?ended=here")
}

// endSession ends whatever session this browser holds, also one that still waits for its code. Where it fails nothing has ended.
func (s *Server) endSession(c *gin.Context, p *person) error {
	ctx := c.Request.Context()
	if token := s.sessionToken(c.Request); token != "" {
		if err := s.store.EndSession(ctx, auth.HashToken(token)); err != nil {
			return err
		}
	}
	http.SetCookie(c.Writer, s.newCookie(c.Request, s.sessionCookieName(c.Request), "", -1))
	if p == nil {
		return nil
	}
	s.log.InfoContext(ctx, "signed out", "account", p.account.ID, "network", s.network(c))
	// From here on they are signed out, and told so: what fails was not asked for by them, and is for whoever reads the log.
	if err := s.store.NoteAccess(ctx, s.accessOf(c, p.account, inspection.SignedOut)); err != nil {
		s.log.ErrorContext(ctx, "note that somebody signed out", "account", p.account.ID, "error", err)
	}
	if err := s.keptForms.forgetOf(ctx, p.account.ID); err != nil { // they go by themselves later
		s.log.WarnContext(ctx, "drop what was kept for somebody who signed out", "account", p.account.ID, "error", err)
	}
	return nil
}
