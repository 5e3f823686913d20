package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// router registers routes, each with the permission that it needs. There is no other way to register one.
type router struct {
	server *Server
	engine *gin.Engine
}

func (r router) get(path string, needs auth.Permission, handler gin.HandlerFunc) {
	r.register(http.MethodGet, path, needs, handler)
	r.register(http.MethodHead, path, needs, handler)
}

func (r router) post(path string, needs auth.Permission, handler gin.HandlerFunc) {
	r.register(http.MethodPost, path, needs, handler)
}

func (r router) register(method, path string, needs auth.Permission, handler gin.HandlerFunc) {
	r.server.needs[method+" "+path] = needs
	r.engine.Handle(method, path, r.server.admitted(needs, handler))
}

// The keys under which a request carries what it needs and who makes it.
const (
	needsKey  = "needs"
	personKey = "person"
)

// person is somebody who is known to the service: signed in or, in the demonstration, acting at this machine.
type person struct {
	account auth.Account
	session auth.Session
	token   *auth.Token // with which a program acts for them; nil for themselves
	post    string
	actor   inspection.Actor // without a role
	roles   []auth.Role
	open    bool // whether they act in the demonstration, where nothing of it is proved
}

// as returns the person in one of their roles.
func (p *person) as(role auth.Role) inspection.Actor {
	by := p.actor
	by.Role = inspection.Role(role)
	return by
}

// may reports whether the person has a permission in any of their roles, and whoever acts for them has it too.
func (p *person) may(needs auth.Permission) bool {
	if p.token != nil && !p.token.Purpose.Allows(needs) {
		return false
	}
	_, ok := auth.RoleFor(needs, "", p.roles)
	return ok
}

// roleFor returns the role in which the person does something.
func (p *person) roleFor(needs auth.Permission) (auth.Role, bool) {
	return auth.RoleFor(needs, p.session.Role, p.roles)
}

// audience returns what the person may read in any of their roles.
func (p *person) audience() inspection.Audience {
	most := inspection.ForPublic
	for _, role := range p.roles {
		if audience := inspection.Role(role).Audience(); audience.Reads(most) {
			most = audience
		}
	}
	return most
}

// seesWords says for whom the pages are that the person sees: whoever works on the record in another role is no officer.
func (p *person) seesWords() string {
	switch audience := p.audience(); {
	case audience == inspection.ForPublic:
		return ""
	case audience == inspection.ForOfficers && !slices.Contains(p.roles, auth.Officer):
		return "those who work on the record"
	default:
		return audience.Words()
	}
}

// words names the person by post and roles: "Improvement officer (an officer and a reviewer)".
func (p *person) words() string {
	var roles []string
	for _, role := range auth.Roles() {
		if slices.Contains(p.roles, role) {
			roles = append(roles, inspection.Role(role).Words())
		}
	}
	return cmp.Or(p.post, "No post yet") + " (" + inspection.JoinWords(roles, "and") + ")"
}

// person returns who makes a request, nil for a visitor. It is looked up once for a request.
func (s *Server) person(c *gin.Context) (*person, error) {
	if known, ok := c.Get(personKey); ok {
		return known.(*person), nil
	}
	var p *person
	var err error
	if text, sent := bearer(c.Request); sent {
		p, err = s.byToken(c, text)
	} else if s.open {
		p = s.acts(c.Request)
	} else {
		p, err = s.signedIn(c)
	}
	if err != nil {
		return nil, err
	}
	c.Set(personKey, p)
	return p, nil
}

// admitted lets a request through to its handler where whoever makes it has the permission.
func (s *Server) admitted(needs auth.Permission, handler gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Set(needsKey, needs)
		if err := s.admit(c, needs); err != nil {
			r := s.fail(c, s.unhurriedOr(c, err))
			r.unkept = true
			r.send(c.Writer, c.Request)
			return
		}
		handler(c)
	}
}

func (s *Server) admit(c *gin.Context, needs auth.Permission) error {
	if forPrograms(c.Request) {
		return s.admitProgram(c, needs)
	}
	if needs == auth.Anything || needs == auth.ReadPublic && !s.signInRequired {
		return nil
	}
	if s.open && !fromThisMachine(c.Request) {
		return thisMachineOnly
	}
	p, err := s.person(c)
	switch {
	case err != nil:
		return err
	case p == nil && s.open:
		return s.askFirst(c)
	case p == nil:
		return s.signInFirst(c)
	case !p.may(needs):
		return otherRole(c.Request, p, needs)
	case !p.open && p.session.WantsRecheck(s.clock()) && c.Request.Method == http.MethodGet:
		return &detour{organisationAddress(c.Request.URL.RequestURI(), true)}
	case !p.open && p.post == "" && needs != auth.UseAccount && needs != auth.ReadPublic:
		return postFirst(c.Request)
	}
	return nil
}

// signInFirst leads a visitor to signing in, or says how the first account is made.
func (s *Server) signInFirst(c *gin.Context) error {
	any, err := s.store.AnyAccount(c.Request.Context())
	switch {
	case err != nil:
		return err
	case !any && s.issuer == nil:
		return noAccounts
	case c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead:
		return &detour{signInAddress(c.Request.URL.RequestURI())}
	}
	back, err := s.keepForm(c)
	switch {
	case err != nil:
		return err
	case back != "":
		return &referral{signedOutMeanwhile, Link{Name: "Sign in again", Address: signInAddress(back)}}
	}
	return notSignedIn
}

// noAccounts says how the first account is made. Nothing but the command line makes one.
var noAccounts = &refusal{http.StatusForbidden, "Nobody can sign in yet", []string{
	"This page needs an account, and this service has none.",
	"Whoever runs the service makes the first one, of an administrator, on the machine on which it runs: timeline user add --roles administrator NAME@COUNCIL. It prints a link with which that person sets a password. Everybody else is then invited in the pages.",
	"To look at the program without accounts, start it with --open on that machine. That is a demonstration and not for a real record.",
	"Nothing has been changed.",
}}

var notSignedIn = &referral{&refusal{http.StatusForbidden, "Sign in first", []string{
	"This can be done by somebody who is signed in, and this browser is not, or no longer.",
	"Sign in in another tab. Then come back to this one, go back to the form and send it again. What you typed is still in it.",
	"Nothing has been changed.",
}}, Link{Name: "Sign in", Address: "/sign-in"}}

// signedOutMeanwhile is what somebody is told whose session ended while they typed.
var signedOutMeanwhile = &refusal{http.StatusForbidden, "Sign in first: what you typed is kept", []string{
	"You were signed out before you sent this form, so it was not carried out.",
	"Sign in again within an hour. You come back to the form with your words in its boxes, and can send it. Files have to be chosen again.",
	"Nothing has been changed.",
}}

// postFirst asks somebody for their post before they work on the record: what is recorded names it, and what is a post's own is
// not decided by whoever holds it.
func postFirst(r *http.Request) error {
	if readOnly(r.Method) {
		return &detour{"/account"}
	}
	return noPost
}

var noPost = &referral{&refusal{http.StatusForbidden, "Enter your post first", []string{
	"What is recorded here keeps the post of whoever recorded it, and yours is not known yet.",
	"Enter it on the page of your account in another tab. Then come back to this one, go back to the form and send it again. What you typed is still in it.",
	"Nothing has been changed.",
}}, Link{Name: "Your account", Address: "/account"}}

func otherRole(r *http.Request, p *person, needs auth.Permission) error {
	var names []string
	for _, role := range needs.Roles() {
		names = append(names, inspection.Role(role).Words())
	}
	words, way := "Otherwise ask somebody who has it.", Link{Name: "Your account", Address: "/account"}
	if p.open {
		words, way = "If that is your role too, choose it. "+words, Link{Name: "Change the post or the role in which you act", Address: actingAddress(r, r.URL.RequestURI())}
	} else {
		words = "Ask somebody who has it, or an administrator for the role."
	}
	said := []string{"You are acting as " + p.words() + ", and this is for " + inspection.JoinWords(names, "or") + ".", words}
	if !readOnly(r.Method) {
		said = append(said, "Nothing has been changed.")
	}
	return &referral{&refusal{http.StatusForbidden, "This page is for another role", said}, way}
}

// acting returns who works on a page, in the role in which they may.
func (s *Server) acting(c *gin.Context) (inspection.Actor, error) {
	p, err := s.person(c)
	if err != nil {
		return inspection.Actor{}, err
	}
	needs, _ := c.Get(needsKey)
	permission, named := needs.(auth.Permission)
	if p == nil || !named {
		return inspection.Actor{}, errors.New("nobody was let in to this page")
	}
	role, ok := p.roleFor(permission)
	if !ok {
		return inspection.Actor{}, otherRole(c.Request, p, permission)
	}
	return p.as(role), nil
}

// reader returns whose eyes a public page is made for: everybody's, or those of whoever is signed in.
func (s *Server) reader(c *gin.Context) inspection.Audience {
	p, err := s.person(c)
	if err != nil || p == nil {
		return inspection.ForPublic
	}
	return p.audience()
}

// private answers a page for those who are known. Nothing of it is kept by a browser.
func (s *Server) private(handler func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		r, err := s.answer(c, handler)
		if err != nil {
			r = s.fail(c, err)
		}
		r.unkept = true
		r.send(c.Writer, c.Request)
	}
}

// officerBase returns what every page for those who work on the record has: it says who they are.
func (s *Server) officerBase(c *gin.Context, title string) Page {
	p := s.base(c, title)
	p.Officer, p.SeenAs = true, ""
	if who, err := s.person(c); err == nil && who != nil {
		p.Acting = who.words()
	}
	return p
}

// workFor lists what somebody may work on. Where something waits for them it says so.
func (s *Server) workFor(c *gin.Context, who *person) []NavLink {
	path := c.Request.URL.Path
	var links []NavLink
	for _, entry := range workSections {
		accounts := entry.needs == auth.ManagePeople || entry.needs == auth.EraseTexts
		if !who.may(entry.needs) || who.open && accounts {
			continue
		}
		link := entry.link
		link.Here = path == link.Address || strings.HasPrefix(path, link.Address+"/")
		if waiting, err := s.waitingAt(c, who, entry.needs); err == nil && waiting > 0 {
			link.Name = fmt.Sprintf("%s (%s)", link.Name, inspection.CountWords(waiting, "waits", "wait"))
		}
		links = append(links, link)
	}
	return links
}

// waitingAt returns how many wait for somebody at what a permission is for: notes of readers, and erasures that another
// administrator asked for.
func (s *Server) waitingAt(c *gin.Context, who *person, needs auth.Permission) (int, error) {
	switch needs {
	case auth.AnswerRemarks:
		return s.store.OpenRemarks(c.Request.Context())
	case auth.EraseTexts:
		return s.store.ErasuresWaiting(c.Request.Context(), who.actor.ID)
	}
	return 0, nil
}

// workSections are what there is to work on, with the permission that each needs.
var workSections = []struct {
	link  NavLink
	needs auth.Permission
}{
	{NavLink{Name: "Letters", Address: "/letters"}, auth.LogLetters},
	{NavLink{Name: "Actions", Address: "/actions"}, auth.MoveItems},
	{NavLink{Name: "Bodies, meetings and posts", Address: "/committees"}, auth.KeepBodies},
	{NavLink{Name: "Tracker", Address: "/tracker"}, auth.ImportTracker},
	{NavLink{Name: "England record", Address: "/england/import"}, auth.KeepRegister},
	{NavLink{Name: "Notes from readers", Address: "/remarks"}, auth.AnswerRemarks},
	{NavLink{Name: "Changes", Address: "/changes"}, auth.UseAccount},
	{NavLink{Name: "People", Address: "/people"}, auth.ManagePeople},
	{NavLink{Name: "Erasures", Address: "/erasures"}, auth.EraseTexts},
	{NavLink{Name: "Settings", Address: settingsAddress}, auth.ChangeSettings},
	{NavLink{Name: "Set up", Address: setupAddress}, auth.ChangeSettings},
}

// changeAddress is where somebody changes in which role they act.
func (s *Server) changeAddress(r *http.Request) string {
	if s.open {
		return actingAddress(r, r.URL.Path)
	}
	return "/account"
}

// signInAddress is where a visitor signs in, with the way back.
func signInAddress(back string) string {
	return "/sign-in?" + url.Values{"back": {back}}.Encode()
}
