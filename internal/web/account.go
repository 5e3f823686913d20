package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// accountShowPage is somebody's own account.
type accountShowPage struct {
	Page
	Saved        string
	Post         string
	Address      string
	Roles        []string
	Organisation bool      // whether their organisation vouches for them
	AskPost      *postForm // nil once the post is known
	ActIn        []roleChoice
	Sessions     []sessionView
	Password     []credentialBox // none where the organisation looks after it
	Codes        codesView
	Messages     *messagePreferencesView
}

// postForm asks for a post and for what it is in.
type postForm struct {
	Post credentialBox
	Body letterBox
}

// sessionView is one browser in which somebody is signed in.
type sessionView struct {
	Key     string
	Browser string
	Since   string
	Seen    string
	Here    bool // whether it is the one that asks
}

// codesView says whether signing in asks for a one-time code, and has the form that changes it.
type codesView struct {
	On  bool
	Box credentialBox
	// Left says how many recovery codes there still are.
	Left string
}

// accountSaved are the words after something was done.
var accountSaved = map[string]string{
	"password": "Your password is set. You are signed out in every other browser.", "role": "Your role is chosen, for this browser.",
	"session": "That browser is signed out.", "codes-off": "One-time codes are switched off.", "post": "Your post is recorded.",
	"messages": "Which messages you get is saved.",
}

// roleName is a role as a list names it: "Committee member".
func roleName(role auth.Role) string {
	name := inspection.Role(role).Words()
	return capital(strings.TrimPrefix(strings.TrimPrefix(name, "an "), "a "))
}

// roleNames lists some roles in the order in which they are always listed.
func roleNames(roles []auth.Role) []string {
	var names []string
	for _, role := range auth.Roles() {
		if slices.Contains(roles, role) {
			names = append(names, roleName(role))
		}
	}
	return names
}

// roleChoices offers some roles.
func roleChoices(offered, chosen []auth.Role) []roleChoice {
	var out []roleChoice
	for _, role := range offered {
		known := inspection.Role(role)
		out = append(out, roleChoice{known, roleName(role), roleDoes[known], slices.Contains(chosen, role)})
	}
	return out
}

// own returns whoever uses their account, and the form that they sent.
func (s *Server) own(c *gin.Context) (*person, url.Values, error) {
	p, err := s.person(c)
	if err != nil {
		return nil, nil, err
	}
	if p == nil {
		return nil, nil, notSignedIn
	}
	if c.Request.Method != http.MethodPost {
		return p, url.Values{}, nil
	}
	values, err := sentForm(c)
	return p, values, err
}

func (s *Server) showAccount(c *gin.Context) error {
	p, _, err := s.own(c)
	if err != nil {
		return err
	}
	return s.showOwn(c, http.StatusOK, p, url.Values{}, nil)
}

// showOwn shows somebody their account; after a form that could not be taken, with its words in its boxes.
func (s *Server) showOwn(c *gin.Context, status int, p *person, values url.Values, problems inspection.Problems) error {
	account := p.account
	names, err := s.naming(c)
	if err != nil {
		return err
	}
	page := accountShowPage{
		Page: s.officerBase(c, "Your account"), Saved: accountSaved[c.Query("saved")], Post: names.postWords(account.Post, account.BodyID),
		Address: account.Address, Roles: roleNames(account.Roles), Organisation: account.Issuer != "",
	}
	page.wrong(problems)
	if account.Post == "" {
		form := page.postForm(names, values.Get("post"), values.Get("body"))
		page.AskPost = &form
	}
	if len(account.Roles) > 1 {
		first, _ := p.roleFor(auth.UseAccount)
		held := slices.DeleteFunc(auth.Roles(), func(role auth.Role) bool { return !account.Has(role) })
		page.ActIn = roleChoices(held, []auth.Role{first})
	}
	if page.Sessions, err = s.sessionViews(c, p); err != nil {
		return err
	}
	if !page.Organisation {
		old := page.credential("old-password", "password", "Your password now", "", "current-password")
		page.Password = append([]credentialBox{old}, page.newPassword()...)
		page.Codes = page.codes(account)
	}
	if page.Messages, err = s.messagePreferences(c, account); err != nil {
		return err
	}
	return s.render(c, status, "account_show", page)
}

// accountNaming names what posts of accounts are in.
type accountNaming struct {
	naming
	known *registerData
}

func (s *Server) naming(c *gin.Context) (names accountNaming, err error) {
	if names.known, err = s.register(c); err != nil {
		return names, err
	}
	names.naming, err = namesOf(c.Request.Context(), s.store, names.known.bodies)
	return names, err
}

// postWords says a post and what it is in: "Improvement officer, North Northamptonshire".
func (n accountNaming) postWords(post, bodyID string) string {
	if post == "" {
		return "No post yet"
	}
	if bodyID == "" {
		return post
	}
	return post + ", " + n.body(bodyID)
}

// postForm asks for a post. The posts that are recorded are offered while somebody types: only the same words are the same
// post.
func (p Page) postForm(names accountNaming, post, bodyID string) postForm {
	form := postForm{
		Post: p.credential("post", "text", "Post", "A post, never a name, such as Improvement officer. Write it as it stands among the posts, under “Bodies, meetings and posts”: what a post owns is its holder’s own.", "organization-title"),
		Body: letterBox{Name: "body", ID: "body", Label: "The council, trust or place that the post is in", Type: "select", Value: bodyID, Problem: p.Problem("body")},
	}
	form.Post.Value = post
	for _, one := range names.posts {
		if !slices.Contains(form.Post.Choices, one.Name) && !one.Until.Known() {
			form.Post.Choices = append(form.Post.Choices, one.Name)
		}
	}
	slices.Sort(form.Post.Choices)
	form.Body = form.Body.choosing(names.known.homeFirst(anyBodyOptions(names.known.near(bodyID), p.Today)))
	return form
}

// readPost reads what postForm asked for.
func readPost(values url.Values) (post, bodyID string, problems inspection.Problems) {
	f := &draftForm{values: values}
	post, bodyID = f.line("post"), f.line("body")
	if strings.Trim(inspection.PostID("", post), "/") == "" {
		f.wrong("post", "Enter the post, such as Improvement officer")
	}
	return post, bodyID, f.problems
}

// sessionViews lists the browsers in which somebody is signed in, this one first.
func (s *Server) sessionViews(c *gin.Context, p *person) ([]sessionView, error) {
	sessions, err := s.store.SessionsOf(c.Request.Context(), p.account.ID)
	if err != nil {
		return nil, err
	}
	var out []sessionView
	for _, session := range sessions {
		if session.Waits || session.Ended(s.clock()) {
			continue
		}
		out = append(out, sessionView{
			Key: sessionKey(session), Browser: cmp.Or(session.Browser, "A browser that does not say what it is"), Since: s.moment(session.CreatedAt),
			Seen: s.moment(session.SeenAt), Here: session.Hash == p.session.Hash,
		})
	}
	slices.SortStableFunc(out, func(a, b sessionView) int { return rankHere(a) - rankHere(b) })
	return out, nil
}

func rankHere(v sessionView) int {
	if v.Here {
		return 0
	}
	return 1
}

// sessionKey names a session on its holder's page. Nobody gets in with a part of a token's hash.
func sessionKey(session auth.Session) string { return session.Hash[:16] }

// savePost records the post of somebody who has none yet. Later only an administrator changes it.
func (s *Server) savePost(c *gin.Context) error {
	p, values, err := s.own(c)
	if err != nil {
		return err
	}
	post, bodyID, problems := readPost(values)
	if len(problems) == 0 {
		_, err = s.store.ChangeAccount(c.Request.Context(), holder(p.account), p.account.ID, func(a *auth.Account) error {
			if a.Post != "" {
				return postIsSet
			}
			a.Post, a.BodyID = post, bodyID
			return nil
		})
	}
	return s.afterSaving(c, "/account?saved=post", err, problems, func(problems inspection.Problems) error {
		return s.showOwn(c, http.StatusUnprocessableEntity, p, values, problems)
	})
}

var postIsSet = &referral{&refusal{http.StatusForbidden, "Your post is recorded already", []string{
	"What is recorded under it stays with it, so only an administrator changes it.", "Nothing has been changed.",
}}, Link{Name: "Your account", Address: "/account"}}

// chooseRole says in which of their roles somebody acts where several would do.
func (s *Server) chooseRole(c *gin.Context) error {
	p, values, err := s.own(c)
	if err != nil {
		return err
	}
	role := auth.Role(values.Get("role"))
	if !p.account.Has(role) {
		return s.showOwn(c, http.StatusUnprocessableEntity, p, values, inspection.Problems{{Field: "role", Words: "Choose one of your roles"}})
	}
	if err := s.store.ChangeSession(c.Request.Context(), p.session.Hash, func(session *auth.Session) { session.Role = role }); err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, "/account?saved=role")
}

var organisationsPassword = &refusal{http.StatusForbidden, "Your organisation looks after this", []string{
	"You sign in through your organisation, so your password and its one-time codes are set there.", "Nothing has been changed.",
}}

// ownPassword returns what own does, for those whose password this service keeps.
func (s *Server) ownPassword(c *gin.Context) (*person, url.Values, error) {
	p, values, err := s.own(c)
	if err == nil && p.account.Issuer != "" {
		err = organisationsPassword
	}
	return p, values, err
}

// proved checks the password of somebody who is signed in, before they change what lets them in: the browser may be one that
// they left open. The box of the password has the given name. It returns false where it has answered already.
func (s *Server) proved(c *gin.Context, p *person, values url.Values, box string) (bool, error) {
	return s.provedOn(c, p, values, box, func(status int, problems inspection.Problems) error {
		return s.showOwn(c, status, p, values, problems)
	})
}

// provedOn does what proved does, for a form on another page, which show shows with what is wrong.
func (s *Server) provedOn(c *gin.Context, p *person, values url.Values, box string, show func(int, inspection.Problems) error) (bool, error) {
	again := func(status int, problems inspection.Problems) error {
		for i := range problems {
			problems[i].Field = box
		}
		return show(status, problems)
	}
	if problems := missing(values, box, "Enter your password"); len(problems) > 0 {
		return false, again(http.StatusUnprocessableEntity, problems)
	}
	ctx := c.Request.Context()
	err := s.attempt(c, s.slowKeys(c, p.account.Address, p.account), false, func() (bool, error) {
		return s.passwords.Matches(ctx, values.Get(box), p.account.PasswordHash)
	})
	if errors.Is(err, errWrong) {
		s.refuseSignIn(c, p.account, "password on the account’s page")
		return false, again(http.StatusUnprocessableEntity, inspection.Problems{{Words: "This is not your password"}})
	}
	if err != nil {
		return false, s.afterAttempt(c, p.account, box, err, again)
	}
	return true, nil
}

// changePassword sets another password and signs its holder out everywhere else.
func (s *Server) changePassword(c *gin.Context) error {
	p, values, err := s.ownPassword(c)
	if err != nil {
		return err
	}
	password, problems := chosenPassword(values, p.account)
	if problems = append(missing(values, "old-password", "Enter your password"), problems...); len(problems) > 0 {
		return s.showOwn(c, http.StatusUnprocessableEntity, p, values, problems)
	}
	if ok, err := s.proved(c, p, values, "old-password"); !ok {
		return err
	}
	ctx := c.Request.Context()
	hash, err := s.passwords.Hash(ctx, password)
	if errors.Is(err, auth.ErrBusy) {
		return s.showOwn(c, http.StatusTooManyRequests, p, values, s.busy(c, "new-password"))
	}
	if err != nil {
		return err
	}
	account, err := s.store.ChangeAccount(ctx, holder(p.account), p.account.ID, func(a *auth.Account) error {
		a.PasswordHash = hash
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.store.EndSessions(ctx, account.ID, p.session.Hash); err != nil {
		return err
	}
	s.rememberDevice(c, account)
	s.log.InfoContext(ctx, "password changed", "account", account.ID, "network", s.network(c))
	return s.redirect(c, http.StatusSeeOther, "/account?saved=password")
}

// endOwnSession signs somebody out in one of their browsers.
func (s *Server) endOwnSession(c *gin.Context) error {
	p, values, err := s.own(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	sessions, err := s.store.SessionsOf(ctx, p.account.ID)
	if err != nil {
		return err
	}
	for _, session := range sessions {
		if sessionKey(session) != values.Get("session") {
			continue
		}
		if session.Hash == p.session.Hash {
			return s.signOut(c)
		}
		if err := s.store.EndSession(ctx, session.Hash); err != nil {
			return err
		}
		s.log.InfoContext(ctx, "signed out from another browser", "account", p.account.ID, "network", s.network(c))
		if err := s.store.NoteAccess(ctx, s.accessOf(c, p.account, inspection.SignedOut)); err != nil { // they are signed out there all the same
			s.log.ErrorContext(ctx, "note that somebody signed out", "account", p.account.ID, "error", err)
		}
	}
	// One that has ended meanwhile is signed out too.
	return s.redirect(c, http.StatusSeeOther, "/account?saved=session")
}

// signOutEverywhere ends every session of an account, this one too, and revokes its tokens.
func (s *Server) signOutEverywhere(c *gin.Context) error {
	p, _, err := s.own(c)
	if err != nil {
		return err
	}
	// The tokens first: whoever is still signed in when that fails can ask again.
	if err := s.store.RevokeTokens(c.Request.Context(), holder(p.account), p.account.ID); err != nil {
		return err
	}
	if err := s.store.EndSessions(c.Request.Context(), p.account.ID, ""); err != nil {
		return err
	}
	if err := s.endSession(c, p); err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, "/sign-in?ended=everywhere")
}

// The names by which browsers and systems call themselves, those first that others also use.
var (
	browserMarks = [][2]string{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systemMarks = [][2]string{
		{"iPhone", "an iPhone"}, {"iPad", "an iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Macintosh", "a Mac"},
		{"Linux", "Linux"},
	}
)

// browserWords says in few words what a browser calls itself: "Firefox on Windows". What is not known is cut short.
func browserWords(agent string) string {
	browser, system := markIn(agent, browserMarks), markIn(agent, systemMarks)
	switch {
	case browser == "":
		return firstWords(clean(agent))
	case system == "":
		return browser
	}
	return browser + " on " + system
}

func markIn(agent string, marks [][2]string) string {
	for _, mark := range marks {
		if strings.Contains(agent, mark[0]) {
			return mark[1]
		}
	}
	return ""
}
