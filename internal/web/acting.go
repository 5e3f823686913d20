package web

import (
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// In the demonstration there are no accounts: whoever sits at this machine says once in which post and role they act. A cookie
// keeps that. Nothing of it is proved; it is let in from this machine alone.
const (
	actingCookie = "acting"
	actingFor    = 30 * 24 * 60 * 60 // seconds
	mostPost     = 120               // characters
)

// detour leads a reader to another page of ours first. A handler returns it as its error.
type detour struct{ address string }

func (d *detour) Error() string { return "led to " + d.address + " first" }

var notActing = &referral{&refusal{http.StatusForbidden, "Say first in which post and role you act", []string{
	"What is recorded here keeps the post and the role of whoever recorded it, and this browser has not named them yet.",
	"Say so in another tab. Then come back to this one, go back to the form and send it again.",
	"Nothing has been changed.",
}}, Link{Name: "Say in which post and role you act", Address: "/acting"}}

// thisMachineOnly answers whoever does not prove to sit at the machine of a demonstration.
var thisMachineOnly = &refusal{http.StatusForbidden, "This is a demonstration, and this page is for the machine that runs it", []string{
	"A demonstration has no accounts, so that nobody can work on its record from elsewhere.",
	"At that machine, open http://localhost with the port on which the program listens; no proxy may stand before it. For a real record start the program without --open and sign in.",
	"Nothing has been changed.",
}}

// askFirst asks somebody at this machine in which post and role they act, before the page that they asked for.
func (s *Server) askFirst(c *gin.Context) error {
	if c.Request.Method == http.MethodPost {
		return notActing
	}
	return &detour{actingAddress(c.Request, c.Request.URL.RequestURI())}
}

// acts returns who acts at this machine, nil where nobody has said so.
func (s *Server) acts(r *http.Request) *person {
	if !fromThisMachine(r) {
		return nil
	}
	by, ok := actorOf(r)
	if !ok {
		return nil
	}
	role := auth.Role(by.Role)
	by.Role = ""
	return &person{actor: by, post: by.Post, roles: []auth.Role{role}, session: auth.Session{Role: role}, open: true}
}

// demonstration answers a page that there is in the demonstration only.
func (s *Server) demonstration(handler func(*gin.Context) error) gin.HandlerFunc {
	return s.private(func(c *gin.Context) error {
		switch {
		case !s.open:
			return inspection.ErrNotFound
		case !fromThisMachine(c.Request):
			return thisMachineOnly
		}
		return handler(c)
	})
}

// fromThisMachine reports whether a request names this machine as it is known to itself alone, and says of no proxy that
// it came through one. The name matters too: a page of another site can make a browser ask a loopback address, but only
// under a name of its own. A common proxy, as it comes, asks under the name of this machine and says nothing of itself; it
// shows by the old version of HTTP that it speaks, which no browser does.
func fromThisMachine(r *http.Request) bool {
	if !r.ProtoAtLeast(1, 1) {
		return false
	}
	for name := range r.Header {
		name = strings.ToLower(name)
		if name == "forwarded" || name == "via" || name == "x-real-ip" || strings.HasPrefix(name, "x-forwarded") {
			return false
		}
	}
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
		if strings.Contains(name, ":") {
			host = "[" + name + "]"
		}
	}
	switch strings.ToLower(host) {
	case "localhost", "127.0.0.1", "[::1]":
		return true
	}
	return false
}

// actorOf reads the cookie. One that nobody here has written counts as none.
func actorOf(r *http.Request) (inspection.Actor, bool) {
	cookie, err := r.Cookie(actingCookie)
	if err != nil {
		return inspection.Actor{}, false
	}
	role, encoded, _ := strings.Cut(cookie.Value, ".")
	post, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || !utf8.Valid(post) {
		return inspection.Actor{}, false
	}
	by, problems := newActor(string(post), inspection.Role(role))
	return by, len(problems) == 0 && by.Post == string(post)
}

// newActor returns who acts in a post and a role. The same words for a post are the same person, in whatever role.
func newActor(post string, role inspection.Role) (inspection.Actor, inspection.Problems) {
	var problems inspection.Problems
	post = strings.Join(strings.Fields(clean(post)), " ")
	by := inspection.Actor{ID: inspection.PostID("", post), Post: post, Role: role}
	switch {
	case strings.Trim(by.ID, "/") == "":
		problems = append(problems, inspection.Problem{Field: "post", Words: "Enter your post, such as Improvement officer"})
	case utf8.RuneCountInString(post) > mostPost:
		problems = append(problems, inspection.Problem{Field: "post", Words: "Shorten the post: at most 120 characters fit"})
	}
	if !slices.Contains(inspection.PeopleRoles(), role) {
		problems = append(problems, inspection.Problem{Field: "role", Words: "Choose the role in which you act"})
	}
	return by, problems
}

func newActingCookie(by inspection.Actor) *http.Cookie {
	return &http.Cookie{
		Name: actingCookie, Value: string(by.Role) + "." + base64.RawURLEncoding.EncodeToString([]byte(by.Post)),
		Path: "/", MaxAge: actingFor, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}

// actingAddress is where somebody says in which post they act, with the way back; a form cannot be gone back to.
func actingAddress(r *http.Request, back string) string {
	if r.Method == http.MethodPost {
		return "/acting"
	}
	return "/acting?" + url.Values{"back": {back}}.Encode()
}

// wayBack returns an address of ours, whatever somebody sent: the path and query of a page here, or the usual one.
func wayBack(sent, usual string) string {
	u, err := url.Parse(sent)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(sent, "/") ||
		strings.HasPrefix(sent, "//") || strings.ContainsAny(sent, "\\\r\n\t") || u.Path == "/acting" {
		return usual
	}
	return u.RequestURI()
}

// actingFormPage asks in which post and role somebody acts.
type actingFormPage struct {
	Page
	Now   string // in which they act already
	Back  string
	Post  letterBox
	Posts []string // that are recorded, to choose from
	Roles []roleChoice
}

type roleChoice struct {
	Role   inspection.Role
	Name   string
	Does   string
	Chosen bool
}

var roleDoes = map[inspection.Role]string{
	inspection.RoleOfficer:  "Logs letters, records plans, updates and evidence, and says when something is done.",
	inspection.RoleReviewer: "Accepts evidence and checks what officers say is done; never their own.",
	inspection.RoleClerk:    "Records what the bodies decided and what scrutiny said, with the minute.",
	inspection.RoleMember:   "Reads what is marked for members, and asks questions.",

	inspection.RoleAdministrator: "Sets the service up, looks after people and settings; reads the record and does not rewrite it.",
}

func (s *Server) askWhoActs(c *gin.Context) error {
	by, _ := actorOf(c.Request)
	return s.showActing(c, http.StatusOK, by, wayBack(c.Query("back"), "/letters"), nil)
}

func (s *Server) showActing(c *gin.Context, status int, by inspection.Actor, back string, problems inspection.Problems) error {
	posts, err := s.store.Posts(c.Request.Context(), nil)
	if err != nil {
		return err
	}
	page := actingFormPage{Page: s.officerBase(c, "Who acts"), Back: back}
	page.wrong(problems)
	page.Now, page.Acting = page.Acting, ""
	page.Post = letterBox{
		Name: "post", ID: "post", Label: "Your post", Type: "text", Value: by.Post, Problem: page.Problem("post"),
		Hint: "A post, never a name, such as Improvement officer. The same words are taken to be the same person.",
	}
	for _, post := range posts {
		if !slices.Contains(page.Posts, post.Name) && !post.Until.Known() {
			page.Posts = append(page.Posts, post.Name)
		}
	}
	slices.Sort(page.Posts)
	for _, role := range inspection.PeopleRoles() {
		name := strings.TrimPrefix(strings.TrimPrefix(role.Words(), "an "), "a ")
		page.Roles = append(page.Roles, roleChoice{role, capital(name), roleDoes[role], role == by.Role})
	}
	return s.render(c, status, "acting_form", page)
}

// actAs keeps in a cookie in which post and role somebody acts, or forgets it.
func (s *Server) actAs(c *gin.Context) error {
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	if values.Get("do") == "stop" {
		http.SetCookie(c.Writer, s.newCookie(c.Request, actingCookie, "", -1))
		return s.redirect(c, http.StatusSeeOther, "/")
	}
	back := wayBack(values.Get("back"), "/letters")
	by, problems := newActor(values.Get("post"), inspection.Role(values.Get("role")))
	if len(problems) > 0 {
		return s.showActing(c, http.StatusUnprocessableEntity, by, back, problems)
	}
	cookie := newActingCookie(by)
	cookie.Secure = s.secure(c.Request)
	http.SetCookie(c.Writer, cookie)
	return s.redirect(c, http.StatusSeeOther, back)
}
