package web

import (
	"cmp"
	"errors"
	"net/http"

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
