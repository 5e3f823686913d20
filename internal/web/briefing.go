package web

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// briefingShowPage is a paper for a committee's meeting, with the form that asks for another one of the same councils.
type briefingShowPage struct {
	Page
	Paper     inspection.Briefing
	About     [][]paperRun
	Headline  [][]paperRun
	Parts     []paperPart
	Switch    []Link
	Form      briefingForm
	Document  string // the address of the same paper as a document
	Marked    string // for whom the paper is, where that is not everybody
	Numbers   Link   // to every list behind it
	Authority Link   // to the page of its council; none for a provider
}

// briefingForm chooses the day since which the paper looks back, and for whom it is made.
type briefingForm struct {
	Path       string
	Since      string
	Problem    string
	Choices    []Link // of usual days
	Readers    []Link // for whom; none where the reader may read no more than everybody
	Carried    []carried
	ForProblem string
}

// paperPart is a section of a paper with its addresses.
type paperPart struct {
	Code, Title string
	Words       [][]paperRun
	Table       *paperTable
	List        [][]paperRun
	After       [][]paperRun
}

type paperTable struct {
	Caption string
	Heads   []string
	Rows    []paperRow
}

type paperRow struct {
	Head  []paperRun
	Cells []paperCell
}

// paperCell is a cell with the head of its column, which stands beside it where a table is shown as a list.
type paperCell struct {
	Column string
	Words  []paperRun
}

// paperRun is a piece of text, and the address on this host to which it leads. That of a word of the glossary leads to its
// meaning at the foot of the page.
type paperRun struct{ Words, Address, Meaning string }

const (
	briefingFor   = "for" // the query parameter for whom a paper is made
	briefingSince = "since"
	docxKind      = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)

// briefingRoutes registers the paper for a meeting, as a page and as a document.
func (s *Server) briefingRoutes(r router) {
	parameters := reads{chosen: []string{asAt, briefingFor}, free: []string{briefingSince}}
	page, document := s.page(s.showBriefing, parameters), s.page(s.writeBriefing, parameters)
	if s.doors.address == "" {
		// The paper holds whole addresses. Without a public one they are those under which it was asked for, and so nobody else's.
		page, document = s.private(s.showBriefing), s.private(s.writeBriefing)
	}
	r.get("/authorities/:slug/briefing", auth.ReadPublic, page)
	r.get("/authorities/:slug/briefing.docx", auth.ReadPublic, document)
}

// briefingAddress is that of a body's paper.
func briefingAddress(body string) string {
	return bodyLink(inspection.Body{ID: body}).Address + "/briefing"
}

// briefingLink leads to a body's paper.
func briefingLink(of inspection.Body) Link {
	return Link{Name: "Make a briefing for a meeting", Address: briefingAddress(of.ID)}
}

// briefingLink leads from the page for scrutiny to the paper since the same day.
func (w *scrutiny) briefingLink() Link {
	link := briefingLink(w.body)
	link.Address += "?" + url.Values{briefingSince: {w.since.ISO()}}.Encode()
	return link
}

// paperwork is what one paper is made from.
type paperwork struct {
	scrutiny
	form  briefingForm
	paper inspection.Briefing
	links []Link
}

// errNotBegun says that a council had not begun on the day asked for, so that there is nothing to tell of it.
var errNotBegun = errors.New("the council had not begun")

// paperwork makes the paper that a request asks for. It fails with errNotBegun, of a body that is then in its subject.
func (s *Server) paperwork(c *gin.Context, f *filter) (*paperwork, error) {
	sub, err := s.briefingSubject(c)
	if err != nil {
		return nil, err
	}
	w := &paperwork{scrutiny: scrutiny{subject: sub}}
	provider := sub.body.Kind == inspection.Provider
	if len(sub.members) == 0 && !provider || !sub.body.BegunBy(sub.asOf) {
		return w, errNotBegun
	}
	known, err := s.reference(c)
	if err != nil {
		return nil, err
	}
	w.reader = w.chooseReader(f, s.reader(c))
	facts := inspection.BriefingFacts{
		Heading: sub.heading(), Reader: w.reader,
		Fresh: sub.record.FreshnessWords(sub.members, known.freshness(sub.record, sub.asOf), sub.until),
	}
	w.links = sub.links()
	if facts.Ended, _ = sub.ended(); facts.Ended != "" {
		// What an ended council was asked and graded is told to its last day, and no further.
		w.subject = sub.on(sub.until)
		facts.Ended += " This paper tells of it to that day."
	}
	if provider {
		facts.Heading = "Children’s services run by " + sub.body.Name
	}
	if w.data, err = s.committees(c, w.concerned()); err != nil {
		return nil, err
	}
	facts.SinceWhy = w.choosePaperSince(f)
	if err := s.readScrutiny(c, &w.scrutiny); err != nil {
		return nil, err
	}
	facts.Record, facts.Body, facts.Authorities = w.record, w.body, w.members
	facts.Items, facts.Moves, facts.Questions = w.items, w.activity.Moves, w.questions
	facts.Recorded, facts.Since, facts.AsOf = w.activityWords(), w.since, w.asOf
	facts.Committees, facts.Meetings, facts.Posts = w.data.committees, w.data.meetings, w.data.posts
	w.paper = inspection.NewBriefing(facts)
	return w, nil
}

// briefingSubject is subject for a provider too, whose paper tells of what it was itself asked.
func (s *Server) briefingSubject(c *gin.Context) (subject, error) {
	slug := c.Param("slug")
	known, err := s.register(c)
	if err != nil {
		return subject{}, err
	}
	provider := func(b inspection.Body) bool { return b.ID == slug && b.Kind == inspection.Provider }
	if !slices.ContainsFunc(known.bodies, provider) {
		return s.subject(c, slug)
	}
	day, err := s.asOf(c)
	if err != nil {
		return subject{}, err
	}
	record, err := s.store.Record(c.Request.Context(), slug)
	if err != nil {
		return subject{}, err
	}
	body, _ := record.Body(slug)
	return subject{record: record.AsOf(day), body: body, asOf: day, today: s.today(), past: pastDay(c), until: day}, nil
}

// on is the subject as it stood on an earlier day.
func (sub subject) on(day inspection.Date) subject {
	sub.record, sub.members = sub.record.AsOf(day), sub.record.MembersOn(sub.body.ID, day)
	sub.asOf, sub.until = day, day
	return sub
}

// concerned lists those whose committees, meetings and posts a paper may name: a provider works for councils, whose bodies
// decide.
func (w *paperwork) concerned() []string {
	ids := w.bodies()
	for _, service := range w.record.Services {
		if service.ProviderID != w.body.ID {
			continue
		}
		ids = append(ids, service.AuthorityID)
		for _, m := range w.record.PlaceMembers {
			if m.AuthorityID == service.AuthorityID {
				ids = append(ids, m.PlaceID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// chooseReader reads for whom the paper is made: for everybody, since papers are published, unless whoever asks may read
// more and asks for it.
func (w *paperwork) chooseReader(f *filter, most inspection.Audience) inspection.Audience {
	asked := inspection.Audience(f.asked.Get(briefingFor))
	switch {
	case asked == "":
		return inspection.ForPublic
	case most.Reads(asked):
		f.keep(briefingFor, string(asked))
		return asked
	}
	problem := fmt.Sprintf("“%s” is nobody for whom a paper is made: take one of the papers on this page", shortened(string(asked)))
	if asked.Known() {
		problem = "A paper for " + asked.Words() + " is made for those who are signed in as such. " +
			"Sign in, or take the paper that everyone may read"
	}
	w.form.ForProblem = f.wrong(briefingFor, problem)
	return inspection.ForPublic
}

// choosePaperSince reads since which day the paper looks back, and returns how that day came about.
func (w *paperwork) choosePaperSince(f *filter) string {
	typed := strings.TrimSpace(f.asked.Get(briefingSince))
	w.form.Since = typed
	if typed != "" {
		day, problem := w.typedDay(typed)
		if problem == "" {
			w.since = day
			f.keep(briefingSince, day.ISO())
			if met := w.metOn(day); met != "" {
				return met
			}
			return "a day that was chosen."
		}
		w.form.Problem = f.wrong(briefingSince, problem)
	}
	if last := w.lastMeeting(); last.Known() {
		w.since = last
		return w.metOn(last)
	}
	w.since = w.monthsBack(monthsWithout)
	return "no earlier meeting of a scrutiny committee is recorded, so the paper looks back " +
		inspection.NumberWords(monthsWithout) + " months."
}

// lastMeeting is the day of the latest meeting of a scrutiny committee before the day of the paper.
func (w *paperwork) lastMeeting() inspection.Date {
	for _, met := range w.data.meetings { // the latest first
		if met.On.Before(w.asOf) && w.data.scrutinises(met.CommitteeID) {
			return met.On
		}
	}
	return inspection.Date{}
}

// metOn names the scrutiny committee that met on a day.
func (w *paperwork) metOn(day inspection.Date) string {
	for _, met := range w.data.meetings {
		if met.On == day && w.data.scrutinises(met.CommitteeID) {
			return "the meeting of " + w.data.committeeOf(met.CommitteeID) + "."
		}
	}
	return ""
}

// monthsBack is the day so many months before that of the paper, within the record.
func (w *paperwork) monthsBack(months int) inspection.Date {
	if day := w.asOf.AddMonths(-months); day.After(inspection.RecordBegins) {
		return day
	}
	return inspection.RecordBegins
}

func (s *Server) showBriefing(c *gin.Context) error {
	if _, err := s.asOf(c); err != nil { // before the filter, which keeps that day
		return err
	}
	f := newFilter(c)
	w, err := s.paperwork(c, f)
	if errors.Is(err, errNotBegun) {
		return s.showNotBegun(c, w.subject)
	}
	if err != nil {
		return err
	}
	page := briefingShowPage{
		Page: s.listBase(c, w.paper.Title, f), Paper: w.paper, Switch: w.switchLinks(), Form: w.form,
		Document: addressWith(briefingAddress(w.body.ID)+".docx", f.kept), Authority: bodyLink(w.body),
		Numbers: Link{Name: "Every list behind this paper", Address: w.leads(inspection.BriefingLead{To: inspection.ToScrutiny, ID: w.body.ID})},
	}
	if w.body.Kind == inspection.Provider {
		page.Authority = Link{}
	}
	if page.SeenAs != "" { // the paper holds what its reader was chosen for, which may be less
		if who, err := s.person(c); err == nil && who != nil {
			page.Acting = who.words()
		}
	}
	if w.reader != inspection.ForPublic {
		page.Marked = capital(w.reader.Words()) + ". Not for publication"
	}
	page.Form.fill(w, f, s.reader(c))
	page.fill(w, func(address string) string { return s.whole(c, address) })
	return s.render(c, f.status(), "briefing_show", page)
}

// writeBriefing answers with the paper as a document. What is wrong in its address is said on a page, and nothing is
// written.
func (s *Server) writeBriefing(c *gin.Context) error {
	f := newFilter(c)
	w, err := s.paperwork(c, f)
	if errors.Is(err, errNotBegun) {
		words, _ := w.notBegun()
		return &refusal{http.StatusNotFound, "No briefing yet", words}
	}
	if err != nil {
		return err
	}
	if len(f.problems) > 0 {
		return f.problems
	}
	var out bytes.Buffer
	lead := func(to inspection.BriefingLead) string { return s.whole(c, w.leads(to)) }
	if err := exchange.WriteBriefing(&out, w.paper, lead); err != nil {
		return fmt.Errorf("write the briefing of %s: %w", w.body.ID, err)
	}
	r := newResponse(http.StatusOK, docxKind, out.Bytes(), brotli.BestSpeed)
	r.filename = []string{fmt.Sprintf("attachment; filename=%q", "briefing-"+w.body.ID+"-"+w.paper.AsOf.ISO()+".docx")}
	c.Set(answered, r)
	return nil
}

// leads returns the address on this host to which a piece of the paper leads, on the paper's day; empty where it leads
// nowhere.
func (w *paperwork) leads(to inspection.BriefingLead) string {
	address := w.place(to)
	if address != "" && w.asOf.Before(w.today) && takesDay(address) {
		return withDay(address, w.asOf)
	}
	return address
}

func (w *paperwork) place(to inspection.BriefingLead) string {
	switch to.To {
	case inspection.ToArea:
		return referenceLink(to.ID).Address
	case inspection.ToInspection:
		return inspectionAddress(&inspection.Inspection{ID: to.ID})
	case inspection.ToBriefing:
		return briefingAddress(to.ID)
	case inspection.ToScrutiny:
		if w.body.Kind == inspection.Provider { // which the page for scrutiny does not list
			return "/recommendations?" + url.Values{"authority": {to.ID}}.Encode()
		}
		return scrutinyAddress(to.ID)
	case inspection.ToList:
		show := string(shownElsewhere[inspection.ScrutinyCode(to.ID)])
		return "/recommendations?" + url.Values{"authority": {w.body.ID}, "show": {show}}.Encode()
	}
	return ""
}

// switchLinks lead between the papers of a place and of its councils.
func (w *paperwork) switchLinks() []Link {
	var out []Link
	for _, link := range w.links {
		link.Address += "/briefing"
		out = append(out, link)
	}
	return out
}

// fill puts the usual choices into the form.
func (form *briefingForm) fill(w *paperwork, f *filter, most inspection.Audience) {
	form.Path = briefingAddress(w.body.ID)
	if form.Since == "" {
		form.Since = w.since.Words()
	}
	with := func(name, value string) string {
		query := url.Values{}
		for key, values := range f.kept {
			query[key] = values
		}
		query.Set(name, value)
		return addressWith(form.Path, query)
	}
	choose := func(name string, day inspection.Date) {
		here := day == w.since && form.Problem == ""
		form.Choices = append(form.Choices, Link{Name: name, Address: with(briefingSince, day.ISO()), Here: here})
	}
	if last := w.lastMeeting(); last.Known() {
		choose("The last meeting, "+last.Words(), last)
	}
	choose(capital(inspection.NumberWords(monthsWithout))+" months", w.monthsBack(monthsWithout))
	choose("A year", w.monthsBack(12))
	for _, name := range []string{asAt, briefingFor} {
		if value := f.kept.Get(name); value != "" {
			form.Carried = append(form.Carried, carried{name, value})
		}
	}
	if most == inspection.ForPublic {
		return
	}
	for _, one := range most.Readable() {
		link := Link{Name: capital(one.Words()), Address: with(briefingFor, string(one)), Here: one == w.reader}
		form.Readers = append(form.Readers, link)
	}
}

// addressWith writes an address with its query, in one order.
func addressWith(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// fill writes the paper with its addresses: links stay on this host, and an address that is shown is whole.
func (page *briefingShowPage) fill(w *paperwork, absolute func(string) string) {
	text := func(t inspection.BriefingText) []paperRun {
		var out []paperRun
		for _, run := range t {
			if address := w.leads(run.Lead); address != "" {
				out = append(out, paperRun{Words: cmp.Or(run.Words, absolute(address)), Address: address})
				continue
			}
			for _, piece := range page.Say(run.Words) {
				one := paperRun{Words: piece.Text, Meaning: piece.Meaning}
				if piece.Anchor != "" {
					one.Address = "#" + piece.Anchor
				}
				out = append(out, one)
			}
		}
		return out
	}
	texts := func(all []inspection.BriefingText) [][]paperRun {
		var out [][]paperRun
		for _, t := range all {
			out = append(out, text(t))
		}
		return out
	}
	page.About, page.Headline = texts(w.paper.About), texts(w.paper.Headline)
	for _, section := range w.paper.Sections {
		part := paperPart{Code: section.Code, Title: section.Title}
		part.Words, part.List, part.After = texts(section.Words), texts(section.List), texts(section.After)
		if table := section.Table; table != nil {
			part.Table = &paperTable{Caption: table.Caption, Heads: table.Heads}
			for _, row := range table.Rows {
				made := paperRow{Head: text(row[0])}
				for i, cell := range row[1:] {
					made.Cells = append(made.Cells, paperCell{table.Heads[i+1], text(cell)})
				}
				part.Table.Rows = append(part.Table.Rows, made)
			}
		}
		page.Parts = append(page.Parts, part)
	}
}
