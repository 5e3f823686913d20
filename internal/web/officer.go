package web

import (
	"net"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// officersOnly answers whoever does not prove to sit at this machine.
var officersOnly = &refusal{http.StatusForbidden, "This page is for officers at the machine that runs the program", []string{
	"Letters are logged there until this service has accounts to sign in with.",
	"At that machine, open http://localhost with the port on which the program listens. The program has to listen on an address of that machine only, as it does when it is started without --addr, and no proxy may stand before it.",
	"Nothing has been changed.",
}}

// officer lets a request through to a page of those who act in one of the roles; without any, in whatever role.
func (s *Server) officer(handler func(*gin.Context) error, roles ...inspection.Role) gin.HandlerFunc {
	return s.hereOnly(func(c *gin.Context) error {
		if _, err := s.acting(c, roles...); err != nil {
			return err
		}
		return handler(c)
	})
}

// hereOnly lets a request through where it comes from this machine itself. Nothing of such a page is kept by a browser.
func (s *Server) hereOnly(handler func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		var r *response
		err := error(officersOnly)
		if s.atThisMachine(c) {
			r, err = s.answer(c, handler)
		}
		if err != nil {
			r = s.fail(c, err)
		}
		r.unkept = true
		r.send(c.Writer, c.Request)
	}
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

// officerBase returns what every officers' page has: the navigation with the officers' own entry.
func (s *Server) officerBase(c *gin.Context, title string) Page {
	p := s.base(c, title)
	p.Officer, p.SeenAs, p.Change = true, "", actingAddress(c.Request, c.Request.URL.Path)
	if by, ok := actorOf(c.Request); ok {
		p.Acting = actingWords(by)
	}
	path := c.Request.URL.Path
	for _, link := range []NavLink{
		{Name: "Letters", Address: "/letters"}, {Name: "Actions", Address: "/actions"}, {Name: "Committees", Address: "/committees"},
		{Name: "Tracker", Address: "/tracker"},
	} {
		link.Here = path == link.Address || strings.HasPrefix(path, link.Address+"/")
		p.Nav = append(p.Nav, link)
	}
	return p
}
