package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// Page is what every page has; each page's own type embeds it.
type Page struct {
	Title     string // of the browser's tab, without the name of the service
	Nav       []NavLink
	Desk      []NavLink // for those who work on the record: what they may work on
	Canonical string    // the one address of this page; empty where it is the one asked for
	Reached   string    // path and query at which anybody reaches this page again; empty where nobody else is to have them
	AtHost    string    // the public address without its last slash, for what other sites load; empty where none is set
	Unlisted  bool      // whether search engines are asked to leave it out
	Problems  inspection.Problems
	Today     inspection.Date
	AsOf      *asOfView // the day as of which the page shows the record; nil where it shows none
	Version   string
	Missing   []string // assets that the program was built without
	Officer   bool     // whether it is a page for officers, which loads what only those need
	Acting    string   // who acts on a page for those who work on the record: "Improvement officer (an officer)"
	SeenAs    string   // as whom a public page is seen that holds more than everybody may read; empty where it does not
	Change    string   // the address at which that is changed
	SignedIn  bool     // whether the one who acts has an account, and can sign out
	Open      bool     // whether it is a page of the demonstration

	Council councilView
	Session *stayView  // until when whoever is signed in stays so; nil for everybody else
	Typed   *typedView // what was typed before they had to sign in again, back in its boxes; nil where nothing is

	words *wordList
}

// NavLink is one entry of the navigation.
type NavLink struct {
	Name    string
	Address string
	Here    bool // the page shown, or the section it stands in
}

// Link is a name that leads somewhere.
type Link struct {
	Name    string
	Address string
	Here    bool
}

var sections = []NavLink{
	{Name: "Timeline", Address: "/"},
	{Name: "Inspections", Address: "/inspections"},
	{Name: "Areas to improve", Address: "/recommendations"},
	{Name: "Scrutiny", Address: "/scrutiny"},
	{Name: "Compare", Address: "/compare"},
	{Name: "England", Address: "/england"},
	{Name: "Authorities", Address: "/authorities"},
	{Name: "Milestones", Address: "/milestones"},
	{Name: "Search", Address: "/search"},
	{Name: "About", Address: "/about"},
}

// base returns what every page has.
func (s *Server) base(c *gin.Context, title string) Page {
	p := Page{Title: title, Today: s.today(), Version: s.version, Missing: s.missing, words: &wordList{}}
	// Without the glossary a page still says what it has to say, and is kept for nobody.
	if known, err := s.register(c); err == nil {
		p.words.lexicon = known.lexicon
	} else {
		s.known.settings.missed.Add(1)
	}
	for _, link := range sections {
		path := c.Request.URL.Path
		link.Here = path == link.Address || link.Address != "/" && strings.HasPrefix(path, link.Address+"/")
		p.Nav = append(p.Nav, link)
	}
	p.showAsOf(asOfAsked(c))
	p.Reached = reachedAt(c)
	p.Open, p.Council = s.open, s.council(c)
	p.AtHost = strings.TrimSuffix(s.doors.address, "/")
	// A page for everybody says nothing of who is signed in where that cannot be looked up.
	if who, err := s.person(c); err == nil && who != nil {
		p.SignedIn, p.Change = !who.open, s.changeAddress(c.Request)
		p.Session, p.Typed = s.stayView(who), s.typedView(c)
		p.Desk = s.workFor(c, who)
		p.SeenAs = who.seesWords()
	}
	return p
}

// problem returns what is wrong with one field, for the message beside it.
func (p Page) Problem(field string) string {
	for _, problem := range p.Problems {
		if problem.Field == field {
			return problem.Words
		}
	}
	return ""
}

// wrong puts problems at the head of a page and into its title.
func (p *Page) wrong(problems inspection.Problems) {
	p.Problems = problems
	if len(problems) > 0 {
		p.Title = "Error: " + p.Title
	}
}

// answered is the key under which a handler leaves its answer in the context; page and handle send it.
const answered = "answer"

// render executes a page's template in memory, so that a fault in it is a clean error and never half a page, and leaves
// the answer to be sent.
func (s *Server) render(c *gin.Context, status int, name string, data any) error {
	made, ok := s.templates[name]
	if !ok {
		return fmt.Errorf("render %s: no such template", name)
	}
	t, err := made()
	if err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	var body bytes.Buffer
	if page, ok := data.(interface{ glossed() *wordList }); ok && page.glossed() != nil {
		page.glossed().written = &body
	}
	if err := t.ExecuteTemplate(&body, "layout", data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	written := body.Bytes()
	if day := pastDay(c); day.Known() {
		written = carryDay(written, day)
	}
	if kept, ok := s.keptOf(c); ok && !c.GetBool(keptShown) {
		if written, ok = fillForm(written, kept); !ok {
			return s.showKept(c)
		}
	}
	written = s.doors.carryPrefix(written)
	c.Set(answered, newResponse(status, "text/html; charset=utf-8", written, brotli.DefaultCompression))
	return nil
}

// redirect leaves an answer that leads to another address of ours, on the same past day where one is asked for.
func (s *Server) redirect(c *gin.Context, status int, address string) error {
	if day := pastDay(c); day.Known() && takesDay(address) {
		address = withDay(address, day)
	}
	address = s.doors.withPrefix(address)
	r := newResponse(status, "text/plain; charset=utf-8", []byte("Go to "+address+"\n"), brotli.DefaultCompression)
	r.location = []string{address}
	c.Set(answered, r)
	return nil
}

// handle answers each request anew.
func (s *Server) handle(handler func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		r, err := s.answer(c, handler)
		if err != nil {
			r = s.fail(c, err)
		}
		r.send(c.Writer, c.Request)
	}
}

// reads names the query parameters that a page reads. Others do not change it.
type reads struct {
	chosen []string // from values that are known; an answer is kept for each
	free   []string // of the reader's own; no answer to one is kept, since their number has no bound
	same   bool     // whether the answer is the same for every reader, and so is kept whoever asks for it
	page   bool     // whether it is of a page or a picture, and not of an interface or a file with ways of its own
}

// page answers a request from the cache or, once for all that ask at the same time, by the handler.
func (s *Server) page(handler func(*gin.Context) error, parameters reads) gin.HandlerFunc {
	slices.Sort(parameters.chosen)
	parameters.page = true
	return func(c *gin.Context) {
		c.Set(readsKey, parameters)
		r, err := s.cached(c, handler, parameters)
		if err != nil {
			r = s.fail(c, err)
		}
		if s.signInRequired {
			// Whoever signs out must not leave pages behind in the browser.
			unkept := *r
			unkept.unkept = true
			r = &unkept
		}
		r.send(c.Writer, c.Request)
	}
}

// cached keeps answers for everybody alone: what members and officers see is made for each of them anew, so that nobody else
// can ever be given it.
func (s *Server) cached(c *gin.Context, handler func(*gin.Context) error, parameters reads) (*response, error) {
	if !parameters.same && s.reader(c) != inspection.ForPublic {
		r, err := s.answer(c, handler)
		if err == nil {
			r.unkept = true
		}
		return r, err
	}
	if asksFor(c.Request.URL, parameters.free) {
		return s.answer(c, handler)
	}
	state, err := s.data.state(c.Request.Context())
	if err != nil {
		return nil, err
	}
	key := cacheKey{address: address(c.Request.URL, parameters.chosen), day: s.today()}
	if r, ok := s.keptAnswer(c.Request.Context(), key, state); ok {
		return r, nil
	}
	if err := s.unhurried(c); err != nil {
		return nil, err
	}
	// Who asks may not have been found out for want of time; a page that is kept for everybody is made for nobody in particular.
	c.Set(personKey, (*person)(nil))
	s.past.begin(c.Request.Context(), state)
	made, err, _ := s.building.Do(fmt.Sprint(key, state), func() (any, error) {
		// The answer is for all that wait for it, so the first one's going away must not stop it.
		ctx, reads := store.Noting(context.WithoutCancel(c.Request.Context()))
		c.Request = c.Request.WithContext(ctx)
		missed := s.known.settings.missed.Load()
		r, err := s.makeAnswer(c, handler)
		if err == nil && r.status == http.StatusOK && !r.rare && missed == s.known.settings.missed.Load() {
			entry := cacheEntry{key: key, state: state, tables: reads.Tables(), response: r}
			if parameters.page && !s.signInRequired && !s.needs[http.MethodGet+" "+c.FullPath()].NeedsAccount() {
				entry.route = c.FullPath()
			}
			s.cache.put(entry)
		}
		return r, err
	})
	if err != nil {
		return nil, err
	}
	return made.(*response), nil
}

// keptAnswer returns an answer that is kept and still holds. One of an earlier state holds where nothing has changed of which it
// was made.
func (s *Server) keptAnswer(ctx context.Context, key cacheKey, now dataState) (*response, bool) {
	entry, ok := s.cache.get(key)
	if ok && entry.state != now {
		if ok = s.past.holds(ctx, entry.tables, entry.state, now); ok {
			entry.state = now
			s.cache.put(entry)
		}
	}
	if ok {
		s.cache.found.Add(1)
	} else {
		s.cache.missed.Add(1)
	}
	return entry.response, ok
}

// keptFirst answers visitors with the pages that are kept, ahead of everything that a route looks at: most requests are for one
// of few pages, and none of what is looked at can make a difference to one that says so little.
func (s *Server) keptFirst(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, observed := w.(*noted)
		entry, ok := s.keptPage(r)
		switch {
		case ok && observed:
			n.route = entry.route
		case !ok:
			if observed { // what makes an answer asks for it; a page that is kept is only sent
				r = n.under(r)
			}
			next.ServeHTTP(w, r)
			return
		}
		setSecurityHeaders(w.Header())
		s.setTransportHeader(w.Header(), r)
		entry.response.send(w, r)
	})
}

// keptPage returns the page that a request is for, where it is kept and the request is a visitor's who asks for nothing else.
func (s *Server) keptPage(r *http.Request) (cacheEntry, bool) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || r.URL.RawQuery != "" || r.ContentLength != 0 || strings.Contains(r.URL.Path, "?") ||
		r.Header["Cookie"] != nil || r.Header["Authorization"] != nil || !s.doors.meant(r) || s.doors.outside(r) {
		return cacheEntry{}, false
	}
	now, ok := s.data.fresh()
	if !ok {
		return cacheEntry{}, false
	}
	entry, ok := s.cache.get(cacheKey{address: r.URL.Path, day: s.today()})
	if !ok || entry.route == "" || entry.state != now {
		return cacheEntry{}, false
	}
	s.cache.found.Add(1)
	return entry, true
}

// asksFor reports whether an address gives any of some parameters a value. All values of a parameter count, since a handler may
// read them all.
func asksFor(u *url.URL, parameters []string) bool {
	if u.RawQuery == "" || len(parameters) == 0 {
		return false
	}
	asked := u.Query()
	return slices.ContainsFunc(parameters, func(name string) bool { return strings.Join(asked[name], "") != "" })
}

// address writes a path with the given parameters in one order, each once, without the empty ones.
func address(u *url.URL, parameters []string) string {
	if u.RawQuery == "" || len(parameters) == 0 {
		return u.Path
	}
	asked := u.Query()
	kept := url.Values{}
	for _, name := range parameters {
		if value := asked.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	return u.Path + "?" + kept.Encode()
}

// answer makes an answer for one who asks, unless they ask too often.
func (s *Server) answer(c *gin.Context, handler func(*gin.Context) error) (*response, error) {
	if err := s.unhurried(c); err != nil {
		return nil, err
	}
	return s.makeAnswer(c, handler)
}

func (s *Server) makeAnswer(c *gin.Context, handler func(*gin.Context) error) (*response, error) {
	if !isWarming(c.Request.Context()) {
		s.making.Add(1)
		defer s.making.Add(-1)
	}
	if err := s.timed(c, wherever(handler)); err != nil {
		return nil, err
	}
	if r, ok := c.Get(answered); ok {
		return r.(*response), nil
	}
	return nil, errors.New("the handler answered nothing")
}

type failPage struct {
	Page
	Heading string
	Words   []string
	Ways    []Link
}

// refusal says why a request is not carried out, and what to do, in words for the one who made it.
type refusal struct {
	status  int
	heading string
	words   []string
}

// referral is a refusal that shows the way to what can be done about it.
type referral struct {
	*refusal
	way Link
}

func (r *referral) Unwrap() error { return r.refusal }

func (r *refusal) Error() string { return "refused: " + r.heading }

// readerLeft answers whoever did not wait for the answer, so that it counts as no fault of the service. Nobody reads it; the status
// is the one that nginx notes then.
var readerLeft = &refusal{499, "This was asked for by nobody any more", []string{"Ask again if you still want it."}}

// hasLeft reports whether an error came of nothing but that the reader did not wait for the answer.
func hasLeft(ctx context.Context, err error) bool {
	return errors.Is(ctx.Err(), context.Canceled) && errors.Is(err, context.Canceled)
}

// fail is the one door for what goes wrong: the reader gets a status, safe words and a way on, the log gets the rest.
func (s *Server) fail(c *gin.Context, err error) *response {
	if hasLeft(c.Request.Context(), err) {
		err = fmt.Errorf("%w: %w", readerLeft, err)
	} else {
		err = s.withoutStorage(c, err)
	}
	if forPrograms(c.Request) {
		return s.problem(c, err)
	}
	var away *turnedAway
	if errors.As(err, &away) {
		return s.turnAway(c, away)
	}
	page := failPage{Page: s.base(c, "")}
	if needs, known := s.needs[c.Request.Method+" "+c.FullPath()]; known && needs.NeedsAccount() {
		page.Reached = "" // to name what was asked for would tell what may not be seen apart from what is not there
	}
	page.Ways = []Link{
		{Name: "The timeline of the home place", Address: "/"},
		{Name: "All authorities", Address: "/authorities"},
		{Name: "All inspections", Address: "/inspections"},
	}
	var status int
	var problems inspection.Problems
	var refused *refusal
	var referred *referral
	var elsewhere *detour
	var personal *personalQuestion
	switch {
	case errors.As(err, &personal):
		if err := s.askPersonal(c, personal); err == nil {
			r, _ := c.Get(answered)
			return r.(*response)
		}
		status, page.Heading = http.StatusInternalServerError, "Something went wrong"
	case errors.As(err, &elsewhere):
		// It fails only in words.
		_ = s.redirect(c, http.StatusSeeOther, elsewhere.address)
		r, _ := c.Get(answered)
		return r.(*response)
	case errors.Is(err, inspection.ErrNotFound):
		status, page.Heading = http.StatusNotFound, "Page not found"
		page.Words = []string{
			"If you typed the address, check that it is right.",
			"If you followed a link, the page may have moved, or it may never have been on this record.",
		}
	case errors.As(err, &problems):
		status, page.Heading, page.Problems = http.StatusBadRequest, "This address cannot be read", problems
	case errors.As(err, &refused):
		status, page.Heading, page.Words = refused.status, refused.heading, refused.words
		if errors.As(err, &referred) {
			page.Ways = slices.Insert(page.Ways, 0, referred.way)
		}
	case errors.Is(err, errMethod):
		status, page.Heading = http.StatusMethodNotAllowed, "This page can only be read"
		page.Words = []string{"Nothing has been changed."}
	default:
		status, page.Heading = http.StatusInternalServerError, "Something went wrong"
		page.Words = []string{"The page could not be made. Nothing has been changed.", "Try again in a moment.", tellReference(c.Request.Context())}
		s.log.ErrorContext(c.Request.Context(), "request failed", "path", loggedPath(c.Request.URL), "error", err)
	}
	page.Title = page.Heading
	if page.Problem(asAt) == "" {
		page.AsOf = nil
	}
	if len(page.Problems) > 0 {
		page.Title = "Error: " + page.Title
	}
	if err := s.render(c, status, "fail_show", page); err != nil {
		s.log.ErrorContext(c.Request.Context(), "the page for failures failed", "error", err)
		return newResponse(http.StatusInternalServerError, "text/plain; charset=utf-8", []byte("Something went wrong.\n"), brotli.DefaultCompression)
	}
	r, _ := c.Get(answered)
	return r.(*response)
}
