package web

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// pagePolicy lets a page load only what is our own, and nothing inline.
const pagePolicy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// picturePolicy is that of a drawing opened by itself: it needs nothing.
const picturePolicy = "default-src 'none'; frame-ancestors 'none'"

// securityValues are the headers that every answer has.
var securityValues = map[string][]string{
	"Content-Security-Policy":      {pagePolicy},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"same-origin"},
	"Permissions-Policy":           {"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
}

func securityHeaders(c *gin.Context) { setSecurityHeaders(c.Writer.Header()) }

func setSecurityHeaders(header http.Header) {
	for name, value := range securityValues {
		header[name] = value
	}
}

// recovered turns a panic into the page for failures.
func (s *Server) recovered(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p == http.ErrAbortHandler {
			panic(p) // a file that broke off: the connection has to break off too
		}
		s.log.ErrorContext(c.Request.Context(), "panic", "value", fmt.Sprint(p), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			s.fail(c, fmt.Errorf("panic: %v", p)).send(c.Writer, c.Request)
		}
	}()
	c.Next()
}

// readable answers an address that no page of ours has: with bytes that are no text, or that no database keeps in one.
func (s *Server) readable(c *gin.Context) {
	if legible(c.Request.URL) {
		return
	}
	unreadable := inspection.Problems{{Field: "address", Words: "Check the address: a part of it is no text"}}
	s.fail(c, s.unhurriedOr(c, unreadable)).send(c.Writer, c.Request)
	c.Abort()
}

func legible(u *url.URL) bool {
	if !isText(u.Path) {
		return false
	}
	if !strings.Contains(u.RawQuery, "%") {
		return isText(u.RawQuery)
	}
	for name, values := range u.Query() {
		if !isText(name) || slices.ContainsFunc(values, func(value string) bool { return !isText(value) }) {
			return false
		}
	}
	return true
}

// isText reports whether every database of ours keeps a text as it is.
func isText(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }
