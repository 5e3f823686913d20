package web

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// doors is what stands before every route: whether a request is meant for this service, where it comes from, whether another
// site sent it, and whether whoever sends it sends too much.
type doors struct {
	address     string         // the public one, to be shown; empty where none is set
	host        string         // of the public address, as a browser writes it; empty where none is set
	https       bool           // whether the public address is https
	prefix      string         // path of the public address, "/timeline" or empty
	proxies     []netip.Prefix // whose forwarded headers count
	crossOrigin *http.CrossOriginProtection
	made        *pace // requests that are made anew; nil: no limit
	posts       *pace // requests that would change something; nil: no limit
}

// newDoors fails where the public address has no origin that a browser could name.
func newDoors(config Config) (doors, error) {
	d := doors{proxies: config.Proxies, crossOrigin: http.NewCrossOriginProtection()}
	if !config.Unlimited {
		d.made, d.posts = newPace(madeEach, madeAtOnce), newPace(postsEach, postsAtOnce)
	}
	if config.Address == nil {
		return d, nil
	}
	d.https = config.Address.Scheme == "https"
	d.host = plainHost(config.Address.Host, config.Address.Scheme)
	d.prefix = strings.TrimRight(config.Address.Path, "/")
	d.address = config.Address.Scheme + "://" + d.host + d.prefix + "/"
	// Browsers that do not say whether a form is of the same site name its origin, and a proxy may have written another Host.
	if err := d.crossOrigin.AddTrustedOrigin(config.Address.Scheme + "://" + d.host); err != nil {
		return d, fmt.Errorf("trust forms of the public address: %w", err)
	}
	return d, nil
}

// plainHost writes a host as browsers do: in lower case, without the port that the scheme has anyway, and without the dot
// that may end a name.
func plainHost(host, scheme string) string {
	host = strings.ToLower(host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	}
	return strings.TrimSuffix(host, ".")
}

// peer returns who is at the other end of a request's connection; the zero address where that cannot be known.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

func (d *doors) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(d.proxies, func(proxy netip.Prefix) bool { return proxy.Contains(addr) })
}

// byProxy reports whether a request comes straight from a proxy that is trusted.
func (d *doors) byProxy(r *http.Request) bool { return len(d.proxies) > 0 && d.trusts(peer(r)) }

// client returns the network address that a request was sent from. Each proxy adds to X-Forwarded-For from whom it had the
// request; so the last one that is no proxy of ours is the sender, and what stands before it is the sender's own claim.
func (d *doors) client(r *http.Request) netip.Addr {
	client := peer(r)
	if !d.byProxy(r) {
		return client
	}
	for _, said := range slices.Backward(listed(r, "X-Forwarded-For")) {
		addr, ok := readNetwork(said)
		if !ok {
			break
		}
		client = addr
		if !d.trusts(addr) {
			break
		}
	}
	return client
}

// readNetwork reads a network address; some proxies write its port after it.
func readNetwork(text string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		at, err := netip.ParseAddrPort(text)
		if err != nil {
			return addr, false
		}
		addr = at.Addr()
	}
	return addr.Unmap().WithZone(""), true
}

// listed returns the values of a header that holds a list, over all lines of it.
func listed(r *http.Request, name string) []string {
	var out []string
	for _, line := range r.Header.Values(name) {
		for one := range strings.SplitSeq(line, ",") {
			out = append(out, strings.TrimSpace(one))
		}
	}
	return out
}

// last returns the last value of a header that holds a list, which the proxy that is nearest wrote.
func last(r *http.Request, name string) string {
	all := listed(r, name)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// meant reports whether a request is for the public address. A page of a foreign name that leads here could otherwise be
// read by that name's owner.
func (d *doors) meant(r *http.Request) bool {
	if d.host == "" || d.ours(r.Host) {
		return true
	}
	if !d.byProxy(r) {
		return false
	}
	if asked := last(r, "X-Forwarded-Host"); asked != "" {
		return d.ours(asked)
	}
	// Some proxies ask under the name by which they reach this program, and say no other.
	return withinNetwork(r.Host)
}

func (d *doors) ours(host string) bool {
	if host == d.host {
		return true
	}
	if d.https {
		return plainHost(host, "https") == d.host
	}
	return plainHost(host, "http") == d.host
}

// withinNetwork reports whether a host is an address or a name without a dot. No other site has such a name.
func withinNetwork(host string) bool {
	if u, err := url.Parse("//" + host); err == nil {
		host = u.Hostname()
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host != "" && !strings.Contains(host, ".")
}

// network returns the network address that a request was sent from, empty where that cannot be known.
func (s *Server) network(c *gin.Context) string {
	if client := s.doors.client(c.Request); client.IsValid() {
		return client.String()
	}
	return ""
}

// secure reports whether whoever asks does so over TLS: it ends here, the public address says so, or a trusted proxy does.
// Cookies are then marked to go over TLS alone.
func (s *Server) secure(r *http.Request) bool {
	return r.TLS != nil || s.doors.https || s.doors.byProxy(r) && strings.EqualFold(last(r, "X-Forwarded-Proto"), "https")
}

// oneYear is for how long a browser that came over TLS asks in no other way. The councils' other hosts are not ours to speak
// for, so their names are not included, and a list inside browsers, which cannot be left quickly, is not asked for.
var oneYear = []string{"max-age=31536000"}

// forwarded are the headers in which proxies say for whom they ask.
var forwarded = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"}

// guarded lets a request in, or turns it away before anything of the service is asked.
func (s *Server) guarded(c *gin.Context) {
	r := c.Request
	if len(r.TransferEncoding) > 0 {
		// It may have had a length too, which is dropped before we see it: a proxy before us that went by that one would take the
		// rest for another request, and so the connection ends here.
		c.Header("Connection", "close")
	}
	s.setTransportHeader(c.Writer.Header(), r)
	if healthAddress(r.URL.Path) {
		return
	}
	if s.log.Enabled(r.Context(), slog.LevelDebug) && !s.doors.byProxy(r) &&
		slices.ContainsFunc(forwarded, func(name string) bool { return r.Header[name] != nil }) {
		s.log.DebugContext(r.Context(), "forwarded headers ignored: they are not from a trusted proxy", "path", loggedPath(r.URL))
	}
	if err := s.refused(c); err != nil {
		s.fail(c, err).send(c.Writer, r)
		c.Abort()
		return
	}
	if r.Body != nil && r.Body != http.NoBody {
		c.Set(wholeBody, r.Body)
		limitBody(c, mostFormBytes)
	}
}

func (s *Server) setTransportHeader(header http.Header, r *http.Request) {
	if s.doors.https || r.TLS != nil {
		header["Strict-Transport-Security"] = oneYear
	}
}

// healthAddress reports whether a path is of what a container's watch asks, which knows no public address.
func healthAddress(path string) bool { return path == "/healthz" || path == "/readyz" }

// refused fails with what whoever sent a request is told at the door.
func (s *Server) refused(c *gin.Context) error {
	r := c.Request
	switch {
	case !s.doors.meant(r):
		return s.turned(c, foreignHost, Link{Name: "Go to the address of this service", Address: s.doors.address},
			"request for another host refused; where a proxy asks, name it in --trusted-proxies and let it pass the host on",
			"host", shortened(r.Host), "forwarded", shortened(last(r, "X-Forwarded-Host")))
	case s.doors.crossOrigin.Check(r) != nil:
		return s.turned(c, foreignForm, toFirstPage,
			"form of another site refused", "path", shortened(loggedPath(r.URL)), "origin", shortened(r.Header.Get("Origin")))
	case s.doors.outside(r):
		return s.unhurriedOr(c, inspection.ErrNotFound)
	case !readOnly(r.Method):
		return s.paced(c, s.doors.posts, networkKey(s.doors.client(r)))
	}
	return nil
}

var toFirstPage = Link{Name: "The first page of this service", Address: "/"}

// turned returns what a request is told that is turned away, and tells the log. Whoever is turned away too often is held
// back, so that nobody fills the log.
func (s *Server) turned(c *gin.Context, why *refusal, way Link, said string, args ...any) error {
	if err := s.unhurried(c); err != nil {
		return err
	}
	s.log.WarnContext(c.Request.Context(), said, args...)
	return &turnedAway{why, way, 0}
}

// readOnly reports whether a request of a method changes nothing.
func readOnly(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// turnedAway is what is said at the door.
type turnedAway struct {
	*refusal
	way   Link
	after int // seconds until it is worth trying again; 0: not said
}

func (t *turnedAway) Unwrap() error { return t.refusal }

var foreignHost = &refusal{http.StatusMisdirectedRequest, "This is not the address of this service", []string{
	"This service answers under its own address only, and this request named another one.",
	"If you followed a link, its address is out of date or wrong.",
	"Nothing has been changed.",
}}

var foreignForm = &refusal{http.StatusForbidden, "This form came from another site", []string{
	"What you sent was not sent from a page of this service, so it was not carried out.",
	"If you were working here, open the page again and send the form from there. An old browser may need an update.",
	"Nothing has been changed.",
}}

// turnAway answers at the door. Whoever is kept out must not cost what a page costs, so the answer is made once a day; each gets
// a copy, which is theirs to mark.
func (s *Server) turnAway(c *gin.Context, t *turnedAway) *response {
	if t.after > 0 {
		c.Header("Retry-After", strconv.Itoa(t.after))
	}
	key := cacheKey{address: "door: " + t.heading, day: s.today()}
	if held, ok := s.cache.get(key); ok {
		own := *held.response
		return &own
	}
	page := failPage{Heading: t.heading, Words: t.words, Ways: []Link{t.way}}
	page.Page = Page{Title: t.heading, Nav: slices.Clone(sections), Today: s.today(), Version: s.version, Missing: s.missing, Open: s.open, words: &wordList{}}
	if err := s.render(c, t.status, "fail_show", page); err != nil {
		s.log.ErrorContext(c.Request.Context(), "the page for failures failed", "error", err)
		return newResponse(t.status, "text/plain; charset=utf-8", []byte(t.heading+".\n"), 0)
	}
	r := c.MustGet(answered).(*response)
	s.cache.put(cacheEntry{key: key, response: r})
	own := *r
	return &own
}

// wholeBody is the key under which a request carries its body without the limit that every body has.
const wholeBody = "whole body"

// mostDrained is how much of what is too large is read and thrown away. A browser looks at an answer only when all is sent.
const mostDrained = 32 << 20

// limitBody bounds what is read of a request's body, in bytes. Beyond that reading fails with *http.MaxBytesError. Every body
// has the limit of the largest form; a route that takes files sets its own.
func limitBody(c *gin.Context, most int64) {
	body := c.Request.Body
	if whole, ok := c.Get(wholeBody); ok {
		body = whole.(io.ReadCloser)
	}
	c.Request.Body = &limitedBody{http.MaxBytesReader(c.Writer, body, most), body}
}

type limitedBody struct {
	io.ReadCloser
	whole io.Reader
}

// Read reads up to the limit, and at the limit on to the end, so that the sender gets to hear that it was too much.
func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		_, _ = io.CopyN(io.Discard, b.whole, mostDrained) // whatever happens, the answer is the same
	}
	return n, err
}
