package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// feedEntries is how many entries a page of a feed has.
const feedEntries = 50

// mostFeedLines is how many lines one entry of a feed has: who wants more opens its page.
const mostFeedLines = 40

// feedRights is what every feed says of its letters.
const feedRights = "Made from Ofsted’s published letters and reports; not an Ofsted service. Letters are reused under the Open Government Licence v3.0: " +
	"https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"

// feedRoutes registers the feeds and the calendar.
func (s *Server) feedRoutes(r router) {
	r.followed("/feeds/publications.atom", s.everybodys(s.feedPublications, reads{chosen: []string{"authority", "page"}}))
	r.followed("/feeds/changes.atom", s.everybodys(s.feedChanges, reads{chosen: []string{"authority"}, free: []string{"before"}}))
	r.followed("/calendar.ics", s.everybodys(s.showCalendar, reads{chosen: []string{"authority", "what"}}))
	r.followed("/inspections/:id/dates.ics", s.everybodys(s.showInspectionCalendar, reads{}))
}

// followed registers an address that programs ask for by themselves, again and again. They cannot follow the way to signing in:
// where everything is for those who are signed in, they are told so and no more.
func (r router) followed(path string, handler gin.HandlerFunc) {
	s := r.server
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		s.needs[method+" "+path] = auth.ReadPublic
		r.engine.Handle(method, path, func(c *gin.Context) {
			c.Set(needsKey, auth.ReadPublic)
			switch err := s.admit(c, auth.ReadPublic); {
			case err == nil:
				handler(c)
			case s.signInRequired && errors.As(err, new(*detour)):
				s.notForPrograms(c)
			default:
				refused := s.fail(c, s.unhurriedOr(c, err))
				refused.unkept = true
				refused.send(c.Writer, c.Request)
			}
		})
	}
}

// notForPrograms says plainly that nothing is handed out without signing in.
func (s *Server) notForPrograms(c *gin.Context) {
	if err := s.unhurried(c); err != nil {
		s.fail(c, err).send(c.Writer, c.Request)
		return
	}
	// An answer of this status has to name a way (RFC 9110, 11.6.1): it is a browser that is signed in.
	c.Header("WWW-Authenticate", `Cookie realm="`+serviceName+`"`)
	const words = "Sign in first.\n\nEverything on this service is for those who are signed in, and a program that follows a feed or a calendar is not.\n" +
		"Open this address in a browser in which you are signed in, and keep the file.\n"
	newResponse(http.StatusUnauthorized, "text/plain; charset=utf-8", []byte(words), brotli.DefaultCompression).send(c.Writer, c.Request)
}

// everybodys answers with a file that holds what everybody may read, whoever asks. Without a public address the addresses in it
// are those under which it was asked for, and so it is made for each request.
func (s *Server) everybodys(handler func(*gin.Context) error, parameters reads) gin.HandlerFunc {
	parameters.same = true
	kept := s.page(handler, parameters)
	return func(c *gin.Context) {
		c.Set(personKey, (*person)(nil))
		c.Set(asOfKey, &asOfView{Day: s.today()}) // a subscription is always of today, whatever its address asks for
		if s.doors.address != "" {
			kept(c)
			return
		}
		r, err := s.answer(c, handler)
		if err != nil {
			r = s.fail(c, err)
		}
		r.unkept = true // by a proxy either, that knows of one host only
		r.send(c.Writer, c.Request)
	}
}

// answerFile leaves a file in the context that is shown in its place, and saved under a name.
func answerFile(c *gin.Context, kind, name string, modified time.Time, write func(io.Writer) error) error {
	var body bytes.Buffer
	if err := write(&body); err != nil {
		return err
	}
	r := newResponse(http.StatusOK, kind, body.Bytes(), brotli.DefaultCompression)
	r.filename = []string{fmt.Sprintf("inline; filename=%q", name)}
	r.modified = []string{modified.UTC().Format(http.TimeFormat)}
	c.Set(answered, r)
	return nil
}

// followedBody returns the body that a feed is asked about, and keeps it in the feed's address; the zero Body where it is about
// all. It fails with inspection.ErrNotFound.
func (f *filter) followedBody(known *registerData) (inspection.Body, error) {
	slug := f.asked.Get("authority")
	if slug == "" {
		return inspection.Body{}, nil
	}
	i := slices.IndexFunc(known.bodies, func(b inspection.Body) bool { return b.ID == slug })
	if i < 0 {
		return inspection.Body{}, fmt.Errorf("feed about %q: %w", shortened(slug), inspection.ErrNotFound)
	}
	f.keep("authority", slug)
	return known.bodies[i], nil
}

// feedOf returns the head of a feed. Its ID is of what it is about, and so stays when the service moves.
func (s *Server) feedOf(c *gin.Context, f *filter, record, subject string, about inspection.Body) exchange.Feed {
	feed := exchange.Feed{
		ID: "urn:uuid:" + exchange.StableID(record, "feed", subject, about.ID), Title: subject, Author: serviceName, Rights: feedRights,
		Updated: s.dayBegins(inspection.RecordBegins),
	}
	if about.Name != "" {
		feed.Title += ": " + about.Name
	}
	feed.Self = s.whole(c, f.with())
	return feed
}

// addEntry appends an entry and makes the feed as new as it is.
func addEntry(feed *exchange.Feed, entry exchange.FeedEntry) {
	feed.Entries = append(feed.Entries, entry)
	if entry.Updated.After(feed.Updated) {
		feed.Updated = entry.Updated
	}
}

// dayBegins returns the moment at which a day begins in London, the last that it can mean where only its month or year is known.
// No hour of publication is recorded, and a feed has to name one.
func (s *Server) dayBegins(day inspection.Date) time.Time {
	last := day.Last().Time()
	return time.Date(last.Year(), last.Month(), last.Day(), 0, 0, 0, 0, s.london)
}

// feedPublications lists the letters and reports that were published, the latest first.
func (s *Server) feedPublications(c *gin.Context) error {
	ctx := c.Request.Context()
	known, err := s.register(c)
	if err != nil {
		return err
	}
	f := newFilter(c)
	about, err := f.followedBody(known)
	if err != nil {
		return err
	}
	number := f.page()
	list, total, err := s.store.Inspections(ctx, store.InspectionFilter{
		Authority: about.ID, OutBy: s.today(), Sort: store.SortByDay, Descending: true, Limit: feedEntries, Offset: (number - 1) * feedEntries,
	})
	if err != nil {
		return err
	}
	pages := max(1, (total+feedEntries-1)/feedEntries)
	if number > pages {
		f.wrong("page", fmt.Sprintf("There is no page %d: choose one of this feed, which has %s", number, inspection.CountWords(pages, "page", "pages")))
	}
	if len(f.problems) > 0 {
		return f.problems
	}
	var ids []string
	for _, in := range list {
		ids = append(ids, in.ID)
	}
	changed, err := s.store.Revisions(ctx, inspection.OfInspection, ids)
	if err != nil {
		return err
	}
	first, err := s.store.First(ctx)
	if err != nil {
		return err
	}
	feed := s.feedOf(c, f, first.Hash, "Letters and inspections published", about)
	feed.Subtitle = "Each entry stands at the beginning of its day in London: the hour of publication is not recorded."
	feed.Alternate = s.whole(c, withQuery("/inspections", "authority", about.ID))
	feed.Self = s.whole(c, f.feedPage(number))
	if pages > 1 {
		feed.First = s.whole(c, f.feedPage(1))
	}
	if number > 1 {
		feed.Previous = s.whole(c, f.feedPage(number-1))
	}
	if number < pages {
		feed.Next = s.whole(c, f.feedPage(number+1))
	}
	r := &inspection.Record{Catalogue: known.catalogue, Bodies: known.bodies}
	for _, in := range list {
		if in.Document == inspection.DocumentNotPublished {
			continue // nothing came out that anybody could read
		}
		entry := publicationEntry(r, in)
		entry.ID = "urn:uuid:" + exchange.StableID(first.Hash, "publication", in.ID)
		entry.Address = s.whole(c, inspectionAddress(in))
		out, _ := in.OutDay()
		entry.Published = s.dayBegins(out)
		entry.Updated = entry.Published
		if last := changed[in.ID]; !last.Supplied && last.At.After(entry.Updated) {
			entry.Updated = last.At
		}
		addEntry(&feed, entry)
	}
	return answerFile(c, exchange.AtomType, "publications.atom", feed.Updated, feed.Write)
}

// feedPage is the address of a page of a feed.
func (f *filter) feedPage(number int) string {
	if number == 1 {
		return f.with()
	}
	return f.with("page", fmt.Sprint(number))
}

// withQuery returns an address with a parameter, without it where it has no value.
func withQuery(path, name, value string) string {
	if value == "" {
		return path
	}
	return path + "?" + url.Values{name: {value}}.Encode()
}

// publicationEntry says of whom a letter or report was, when it came out, and what inspectors concluded.
func publicationEntry(r *inspection.Record, in *inspection.Inspection) exchange.FeedEntry {
	kind, _ := r.Catalogue.Kind(in.Kind)
	entry := exchange.FeedEntry{Title: r.TitleOf(in), Summary: outWords(in)}
	lines := r.JudgementLines(in)
	if len(lines) == 0 {
		entry.Lines = append(entry.Lines, r.OutcomeWords(in))
	}
	for _, line := range lines {
		entry.Lines = append(entry.Lines, line.Strand.Name+": "+line.Words())
	}
	if in.Topic != "" {
		entry.Lines = append(entry.Lines, "About: "+in.Topic)
	}
	if in.AreasCount != nil {
		entry.Lines = append(entry.Lines, "The letter or report lists "+inspection.CountWords(*in.AreasCount, "area to improve", "areas to improve"))
	}
	entry.Categories = append(entry.Categories, exchange.FeedCategory{Code: in.Kind, Name: kind.Name})
	for _, b := range in.Bodies {
		entry.Categories = append(entry.Categories, exchange.FeedCategory{Code: b.BodyID, Name: r.Name(b.BodyID)})
	}
	return entry
}

// outWords says how well the day of publication is known.
func outWords(in *inspection.Inspection) string {
	out, published := in.OutDay()
	switch {
	case !published:
		return "The day of publication was not found. This entry stands where fieldwork ended: " + out.Words() + "."
	case out.Exact():
		return "Published on " + out.Words() + "."
	case out.Precision() == inspection.ToDay:
		return "Published " + out.Words() + "; the day is not certain."
	case out.Approximate():
		return "Published " + out.Words() + "; the day is not known."
	}
	return "Published in " + out.Words() + "; the day is not known."
}

// feedChanges lists what everybody may read of the record of changes, as its page does.
func (s *Server) feedChanges(c *gin.Context) error {
	ctx := c.Request.Context()
	known, err := s.register(c)
	if err != nil {
		return err
	}
	q := changeQuery{filter: newFilter(c)}
	about, err := q.followedBody(known)
	if err != nil {
		return err
	}
	before := q.before()
	if len(q.problems) > 0 {
		return q.problems
	}
	found, err := s.store.Changes(ctx, store.ChangeFilter{Reader: inspection.ForPublic, Authority: about.ID, Before: before, Limit: feedEntries})
	if err != nil {
		return err
	}
	first, err := s.store.First(ctx)
	if err != nil {
		return err
	}
	feed := s.feedOf(c, q.filter, first.Hash, "Record of changes", about)
	feed.Subtitle = "What was published here and every correction of it. What was supplied with the program is one entry for each day."
	feed.Alternate = s.whole(c, withQuery("/changes", "authority", about.ID))
	if before > 0 {
		feed.First = feed.Self
		feed.Self = s.whole(c, q.with("before", fmt.Sprint(before)))
	}
	if found.Next > 0 {
		feed.Next = s.whole(c, q.with("before", fmt.Sprint(found.Next)))
	}
	for _, line := range found.Lines {
		entry := s.changeEntry(line, found.Names)
		entry.ID = "urn:uuid:" + exchange.StableID(first.Hash, changeName(line)...)
		entry.Address = s.whole(c, s.changeLine(line, found.Names).Link.Address)
		addEntry(&feed, entry)
	}
	return answerFile(c, exchange.AtomType, "changes.atom", feed.Updated, feed.Write)
}

// changeName names a line of the record of changes for ever: what was supplied on a day is one thing, however much it was.
func changeName(line store.ChangeLine) []string {
	if line.Folded > 0 {
		return []string{"supplied", line.Day.ISO()}
	}
	return []string{"change", fmt.Sprint(line.Number)}
}

func (s *Server) changeEntry(line store.ChangeLine, names *inspection.ChangeNames) exchange.FeedEntry {
	view := s.changeLine(line, names)
	entry := exchange.FeedEntry{Title: view.Link.Name, Author: line.ActorPost, Summary: view.Doubt, Published: line.At.UTC(), Updated: line.At.UTC()}
	if line.Folded > 0 {
		entry.Title = view.Folded
		entry.Summary = "They came with the program on " + line.Day.Words() + ". The page lists each of them."
		return entry
	}
	entry.Categories = []exchange.FeedCategory{{Code: string(line.RecordKind), Name: line.RecordKind.Words()}}
	if view.Doubt != "" {
		return entry
	}
	for _, f := range names.Differences(line.Change) {
		if len(entry.Lines) == mostFeedLines {
			entry.Lines = append(entry.Lines, "The page of this entry shows the rest.")
			break
		}
		entry.Lines = append(entry.Lines, f.Name+": "+saysWords(f))
	}
	return entry
}

// saysWords says what a field holds now and, where it held something else, what that was.
func saysWords(f inspection.FieldChange) string {
	if f.Was == "" {
		return f.Says
	}
	return orNothing(f.Says) + " (before: " + f.Was + ")"
}

// feedLinks lead to the feeds and the calendar of a body, or of the whole record.
type feedLinks struct {
	Of           string // what is followed, inside a sentence
	Publications string
	Changes      string
	Calendar     string
	Whole        string // the address of the calendar as it is copied into a program
	StandIn      string // what stands in it for the service's address; empty with a public address
	Subscribe    string // the same without its scheme, for the one that opens a calendar program; empty without a public address
}

// feedLinks returns the ways to follow a body, or the whole record where it is the zero Body. The calendar is then that of the home
// place.
func (s *Server) feedLinks(about inspection.Body) feedLinks {
	view := feedLinks{
		Of: "this record", Publications: withQuery("/feeds/publications.atom", "authority", about.ID),
		Changes: withQuery("/feeds/changes.atom", "authority", about.ID), Calendar: withQuery("/calendar.ics", "authority", about.ID),
	}
	if about.Name != "" {
		view.Of = about.Name
	}
	view.StandIn, view.Whole = standInAddress, standInAddress+s.publicAddress()+view.Calendar
	if address := s.doors.address; address != "" { // a page is kept for everybody, so nothing of one request may stand on it
		view.StandIn, view.Whole = "", address+strings.TrimPrefix(view.Calendar, "/")
		_, view.Subscribe, _ = strings.Cut(view.Whole, ":")
	}
	return view
}
