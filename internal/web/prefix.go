package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// Where the public address has a path, as https://council.example/timeline has, the program knows nothing of it but here: the
// path is taken off each request, and put before each address of ours in what is sent.

// outsideKey marks a request whose path is not below the public address.
type outsideKey struct{}

// belowPrefix takes the path of the public address off each request. What is not below it is marked; health addresses are
// known with and without it, since those who ask for them stand beside the program.
func (d *doors) belowPrefix(next http.Handler) http.Handler {
	if d.prefix == "" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path, below := cutPrefix(r.URL.Path, d.prefix)
		switch {
		case healthAddress(r.URL.Path):
		case !below:
			r = r.WithContext(context.WithValue(r.Context(), outsideKey{}, true))
		default:
			inner, at := *r, *r.URL
			at.Path = path
			at.RawPath, _ = cutPrefix(r.URL.RawPath, d.prefix) // nothing where it has none, or writes the prefix in another way
			inner.URL = &at
			r = &inner
		}
		next.ServeHTTP(w, r)
	})
}

// cutPrefix returns the rest of a path below a prefix. The prefix alone is the first page.
func cutPrefix(path, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(path, prefix)
	if !ok || rest != "" && rest[0] != '/' {
		return "", false
	}
	if rest == "" {
		rest = "/"
	}
	return rest, true
}

// outside reports whether a request is not below the public address.
func (d *doors) outside(r *http.Request) bool {
	return d.prefix != "" && r.Context().Value(outsideKey{}) != nil
}

// ownAddress matches an attribute that holds an address on this host. Templates write attributes in double quotes, and what
// they take from the record cannot hold one. An attribute in which a script looks for an address has to be named here.
var ownAddress = regexp.MustCompile(
	`\s(?:href|src|srcset|action|formaction|data-chart-option|data-chart-option-narrow|data-echarts|data-charts|data-refresh)="/`)

// carryPrefix puts the path of the public address before each address of ours on a page. It works on the page as written: no
// template can forget it then.
func (d *doors) carryPrefix(page []byte) []byte {
	if d.prefix == "" {
		return page
	}
	var out bytes.Buffer
	at := 0
	for _, span := range ownAddress.FindAllIndex(page, -1) {
		slash := span[1] - 1
		if bytes.HasPrefix(page[slash:], []byte("//")) { // of another host
			continue
		}
		out.Write(page[at:slash])
		out.WriteString(d.prefix)
		at = slash
	}
	out.Write(page[at:])
	return out.Bytes()
}

// withPrefix returns an address of ours as a browser knows it; one of another host stays as it is.
func (d *doors) withPrefix(address string) string {
	if !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return address
	}
	return d.prefix + address
}

// notFound answers an address that is not ours. One with a slash too many at its end is led to the one without.
func (s *Server) notFound(c *gin.Context) error {
	asked := c.Request.URL
	if c.Request.Method == http.MethodPost || len(asked.Path) < 2 || !strings.HasSuffix(asked.Path, "/") {
		return inspection.ErrNotFound
	}
	// Two slashes at its beginning, or a backslash, would lead to another host.
	plain := url.URL{Path: "/" + strings.Trim(asked.Path, "/"), RawQuery: asked.RawQuery}
	return s.redirect(c, http.StatusMovedPermanently, plain.String())
}
