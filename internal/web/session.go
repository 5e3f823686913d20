package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// The names of the cookie that holds the token of a session. A browser takes one with the prefix from this host alone, over
// TLS, for all its paths.
const (
	sessionCookie       = "session"
	sessionCookieSecure = "__Host-session"
)

func (s *Server) sessionCookieName(r *http.Request) string {
	if s.secure(r) {
		return sessionCookieSecure
	}
	return sessionCookie
}

// newCookie returns a cookie of ours, which scripts and other sites do not get. Without an age it ends with the browser.
func (s *Server) newCookie(r *http.Request, name, value string, seconds int) *http.Cookie {
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteLaxMode,
	}
}

// sessionToken returns what the browser holds of a session, empty where it holds nothing.
func (s *Server) sessionToken(r *http.Request) string {
	cookie, err := r.Cookie(s.sessionCookieName(r))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// signedIn returns who is signed in in a browser, nil where nobody is.
func (s *Server) signedIn(c *gin.Context) (*person, error) {
	token := s.sessionToken(c.Request)
	if token == "" {
		return nil, nil
	}
	ctx := c.Request.Context()
	session, account, err := s.store.Session(ctx, auth.HashToken(token))
	if errors.Is(err, inspection.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	now := s.clock()
	if session.Waits || session.Ended(now) || !account.MaySignIn() {
		return nil, nil
	}
	if now.Sub(session.SeenAt) >= auth.SeenEvery {
		// It only shortens the session where it cannot be written down: no reason to keep the page from its reader.
		if err := s.store.SeeSession(ctx, session.Hash, now); err != nil {
			s.log.WarnContext(ctx, "a session's last request was not written down", "error", err)
		}
		session.SeenAt = now
	}
	return &person{
		account: account, session: session, post: account.Post, roles: account.Roles,
		actor: inspection.Actor{ID: account.ID, PostID: postOf(account), Post: cmp.Or(account.Post, "a post not named")},
	}, nil
}

// postOf returns the ID of the post that an account's holder has, empty while none is known.
func postOf(a auth.Account) string {
	if a.Post == "" {
		return ""
	}
	return inspection.PostID(a.BodyID, a.Post)
}

// begin signs somebody in in this browser. Whatever session it held before is over, so that nobody goes on under a token that
// somebody else may know.
func (s *Server) begin(c *gin.Context, session auth.Session) error {
	ctx := c.Request.Context()
	if old := s.sessionToken(c.Request); old != "" {
		if err := s.store.EndSession(ctx, auth.HashToken(old)); err != nil && !errors.Is(err, inspection.ErrNotFound) {
			return err
		}
	}
	token, now := auth.NewToken(), s.clock()
	session.Hash, session.CreatedAt, session.SeenAt, session.CheckedAt = auth.HashToken(token), now, now, now
	session.Network, session.Browser = s.network(c), browserWords(c.Request.UserAgent())
	if err := s.store.AddSession(ctx, session); err != nil {
		return err
	}
	http.SetCookie(c.Writer, s.newCookie(c.Request, s.sessionCookieName(c.Request), token, 0))
	return nil
}

// stayView says until when somebody stays signed in, and asks them in time whether they want to stay longer.
type stayView struct {
	Ends    string // the time in London: "14:35"
	Seconds int    // until then
	Warn    int    // seconds before the end at which the warning comes
	Last    bool   // whether nothing that is done here moves the end
	Renew   string // where the organisation vouches anew; empty for those with a password of ours
}

// warnBefore is how long before the end of a session its holder is asked whether they want to stay. It is long enough to
// finish a sentence and to find the button with a switch or by voice.
const warnBefore = 5 * time.Minute

// stayView returns nothing for the demonstration and for programs, which have no session.
func (s *Server) stayView(p *person) *stayView {
	if p.open || p.token != nil {
		return nil
	}
	end := p.session.EndsAt()
	used := p.session
	used.SeenAt, used.CheckedAt = end, end
	view := &stayView{
		Ends: end.In(s.london).Format("15:04"), Seconds: max(0, int(end.Sub(s.clock()).Seconds())),
		Warn: int(warnBefore.Seconds()), Last: !used.EndsAt().After(end),
	}
	if p.session.Issuer != "" {
		view.Renew = organisationAddress("/account", true)
	}
	return view
}

// staySignedIn answers the button of the warning: asking is enough to stay. It says when the session ends now.
func (s *Server) staySignedIn(c *gin.Context) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	if !strings.Contains(c.GetHeader("Accept"), "application/json") {
		return s.redirect(c, http.StatusSeeOther, "/account")
	}
	view := s.stayView(p)
	body, err := json.Marshal(map[string]any{"ends": view.Ends, "seconds": view.Seconds, "last": view.Last})
	if err != nil {
		return fmt.Errorf("say when the session ends: %w", err)
	}
	c.Set(answered, newResponse(http.StatusOK, "application/json", body, brotli.DefaultCompression))
	return nil
}
