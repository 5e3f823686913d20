package web

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
)

// referenceHeader carries the reference of a request: from a proxy that gives one, and to whoever asked.
const referenceHeader = "X-Request-Id"

// referenceLength makes two equal references unlikely in what a log holds, and one still fit to be read out on the telephone.
const referenceLength = 12

// plainReference is what is taken over from a proxy: nothing in it could break a line of the log or mark up a page.
var plainReference = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$`)

// noted is the answer to a request, with what is noted of both for the log and the figures.
type noted struct {
	http.ResponseWriter
	reference string
	route     string // the pattern of the address; empty where no page has it
	status    int
	bytes     int64
}

type notedKey struct{}

// notedOf returns what is noted of the request to which a context belongs; nil where it belongs to none.
func notedOf(ctx context.Context) *noted {
	n, _ := ctx.Value(notedKey{}).(*noted)
	return n
}

// WriteHeader notes the status and passes it on.
func (n *noted) WriteHeader(status int) {
	if n.status < http.StatusOK { // an answer may be announced before it begins
		n.status = status
	}
	n.ResponseWriter.WriteHeader(status)
}

// Write notes how much is sent and passes it on.
func (n *noted) Write(body []byte) (int, error) {
	if n.status < http.StatusOK {
		n.status = http.StatusOK
	}
	written, err := n.ResponseWriter.Write(body)
	n.bytes += int64(written)
	return written, err
}

// Flush sends what is held back, so that a long file arrives while it is made.
func (n *noted) Flush() {
	_ = http.NewResponseController(n.ResponseWriter).Flush() // what cannot be sent early is sent at the end
}

// code is the status of the answer; the server sends 200 where nothing was written.
func (n *noted) code() int { return max(n.status, http.StatusOK) }

// Unwrap returns the answer below, of which deadlines can be set.
func (n *noted) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// observed gives each request its reference, and counts, times and traces its answer.
func (s *Server) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		byProxy := s.doors.byProxy(r)
		n := &noted{ResponseWriter: w, reference: referenceOf(r, byProxy)}
		w.Header()[referenceHeader] = []string{n.reference}
		if s.logRequests || s.telemetry.traces != nil {
			r = n.under(r)
		}
		ctx, ended := s.telemetry.request(r.Context(), r, n, byProxy)
		defer func() {
			ended(time.Since(began))
			if s.logRequests && !healthAddress(r.URL.Path) {
				s.log.InfoContext(ctx, "request", "method", methodWord(r.Method), "path", shortened(loggedPath(r.URL)),
					"status", n.code(), "bytes", n.bytes, "took", time.Since(began).Round(time.Microsecond).String())
			}
		}()
		if ctx != r.Context() {
			r = r.WithContext(ctx)
		}
		next.ServeHTTP(n, r)
	})
}

// under returns a request in whose context it stands what is noted of it.
func (n *noted) under(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), notedKey{}, n))
}

// referenceOf returns the reference that a trusted proxy gave a request, or a new one.
func referenceOf(r *http.Request, byProxy bool) string {
	if given := r.Header.Get(referenceHeader); byProxy && plainReference.MatchString(given) {
		return given
	}
	return strings.ToLower(rand.Text()[:referenceLength])
}

// routed notes by which route a request is answered.
func routed(c *gin.Context) {
	if n := notedOf(c.Request.Context()); n != nil {
		n.route = c.FullPath()
	}
}

// tellReference asks a reader to name the request that failed, so that whoever looks after the service finds it in the log.
func tellReference(ctx context.Context) string {
	n := notedOf(ctx)
	if n == nil {
		return "If it goes on, tell us when it happened."
	}
	return "If it goes on, tell us, and give this reference: " + n.reference + "."
}

// LogHandler adds to each line of a log that belongs to a request its reference, and the number of its trace where one is made.
func LogHandler(next slog.Handler) slog.Handler { return logHandler{next} }

type logHandler struct{ slog.Handler }

// Handle writes a line.
func (h logHandler) Handle(ctx context.Context, line slog.Record) error {
	if n := notedOf(ctx); n != nil {
		line.AddAttrs(slog.String("request", n.reference))
	}
	if trace := traceOf(ctx); trace != "" {
		line.AddAttrs(slog.String("trace", trace))
	}
	return h.Handler.Handle(ctx, line)
}

// WithAttrs returns a handler whose lines have these attributes too.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup returns a handler whose further attributes stand in a group.
func (h logHandler) WithGroup(name string) slog.Handler { return logHandler{h.Handler.WithGroup(name)} }

// methodWord returns the method of a request where it is one that HTTP knows: anybody can send any word.
func methodWord(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}
