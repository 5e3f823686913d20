package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/store"
)

// Several servers may answer one browser, and some of what they show is up to a second old, or read from a server that follows the
// database. Whoever has changed the record sees it at once all the same: the answer says in a cookie with which change their work
// ended, and the next server shows nothing that is older.

// The names of that cookie. What it says need not be secret, nor true: at most the database is asked once more, and whoever has it
// asked is held back as by a page that has to be made.
const (
	ownWritesCookie       = "changed"
	ownWritesCookieSecure = "__Host-changed"
	// ownWritesFor is far longer than any server may be behind another.
	ownWritesFor = 60 // seconds
)

func (s *Server) ownWritesCookieName(r *http.Request) string {
	if s.secure(r) {
		return ownWritesCookieSecure
	}
	return ownWritesCookie
}

// Heard is told the number of a change that any server on the database has kept, so that the next page is made of what is new.
func (s *Server) Heard(int64) { s.data.forget() }

// ownWrites stands before every route that reads the record. It sees to it that whoever changed the record sees that, notes what
// they change, and lets pages for everybody be read from the reading server.
func (s *Server) ownWrites(c *gin.Context) {
	r := c.Request
	if err := s.catchUp(c); err != nil {
		s.fail(c, err).send(c.Writer, r)
		c.Abort()
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if s.store.HasReplica() && s.needs[r.Method+" "+c.FullPath()] == auth.ReadPublic && s.isNobody(r) {
			c.Request = r.WithContext(store.FromReplica(r.Context()))
		}
	default:
		// Those who only read are sent no cookie, nor is a visitor who writes a note.
		if s.store.Shared() && !s.open && !s.isNobody(r) {
			ctx, written := store.NotingWrites(r.Context())
			c.Request = r.WithContext(ctx)
			c.Writer = &ownWriter{ResponseWriter: c.Writer, written: written, tell: func(number int64) *http.Cookie {
				return s.newCookie(r, s.ownWritesCookieName(r), strconv.FormatInt(number, 10), ownWritesFor)
			}}
		}
	}
	c.Next()
}

// isNobody reports whether a request says of nobody that they make it.
func (s *Server) isNobody(r *http.Request) bool {
	return !s.open && r.Header.Get("Authorization") == "" && s.sessionToken(r) == ""
}

// catchUp looks whether a browser has seen a change that this server may not have seen yet. Anybody can say so of any number, and
// the database is asked for it: who does too often is held back.
func (s *Server) catchUp(c *gin.Context) error {
	if !s.store.Shared() { // nobody was told a number
		return nil
	}
	cookie, err := c.Request.Cookie(s.ownWritesCookieName(c.Request))
	if err != nil {
		return nil
	}
	number, err := strconv.ParseInt(cookie.Value, 10, 64)
	if err != nil || number <= s.shows.Load() {
		return nil
	}
	if err := s.unhurried(c); err != nil {
		return err
	}
	// Where the database does not answer, the page itself will say so.
	if there, err := s.store.Reached(c.Request.Context(), number); err != nil || !there {
		return nil
	}
	// First the old version goes, then others may rely on it.
	s.data.forget()
	for held := s.shows.Load(); held < number && !s.shows.CompareAndSwap(held, number); held = s.shows.Load() {
	}
	return nil
}

// wherever runs a handler again where the reading server fell out under it: the database itself has all that it had.
func wherever(handler func(*gin.Context) error) func(*gin.Context) error {
	return func(c *gin.Context) error {
		err := handler(c)
		if errors.Is(err, store.ErrReplica) {
			c.Request = c.Request.WithContext(store.FromDatabase(c.Request.Context()))
			err = handler(c)
		}
		return err
	}
}

// ownWriter adds the cookie to an answer when the first of it is written, which is when everything has been kept.
type ownWriter struct {
	gin.ResponseWriter
	written *store.Written
	tell    func(number int64) *http.Cookie
	told    bool
}

// Unwrap lets a handler give its connection more time.
func (w *ownWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader adds the cookie where something was changed.
func (w *ownWriter) WriteHeader(status int) {
	if number := w.written.Last(); number > 0 && !w.told {
		w.told = true
		http.SetCookie(w.ResponseWriter, w.tell(number))
	}
	w.ResponseWriter.WriteHeader(status)
}
