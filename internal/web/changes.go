package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// changeRoutes registers the pages of the record of changes.
func (s *Server) changeRoutes(r router) {
	r.get("/changes", auth.ReadPublic, s.fresh(s.listChanges))
	r.get("/changes.csv", auth.ReadPublic, s.exportChanges(changesCSV))
	r.get("/changes.jsonl", auth.ReadPublic, s.exportChanges(changesJSON))
	r.get("/changes/readings", auth.ManagePeople, s.private(s.listReadings))
	r.get("/changes/:number", auth.ReadPublic, s.fresh(s.showChange))
	r.post("/changes/:number/restore", auth.RestoreValues, s.private(s.restoreChange))
}

// fresh answers a page that shows how far the record of changes goes. Work on the draft of a letter moves that too, which
// moves no other public page, so the page is made anew for each request. Only what everybody may read is kept by a browser.
func (s *Server) fresh(handler func(*gin.Context) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		r, err := s.answer(c, handler)
		if err != nil {
			r = s.fail(c, err)
		}
		r.unkept = s.signInRequired || s.reader(c) != inspection.ForPublic
		r.send(c.Writer, c.Request)
	}
}

// noteRead notes that somebody who is signed in reads an internal record. What cannot be noted is not shown.
func (s *Server) noteRead(c *gin.Context, subject string) error {
	p, err := s.person(c)
	if err != nil || p == nil {
		return err
	}
	needs, _ := c.Get(needsKey)
	permission, _ := needs.(auth.Permission)
	role, _ := p.roleFor(permission)
	return s.store.NoteAccess(c.Request.Context(), inspection.Access{
		AccountID: p.actor.ID, Post: p.actor.Post, Role: inspection.Role(role), What: inspection.RecordRead, Subject: subject,
		Network: s.network(c),
	})
}

// noteInternal notes that somebody read a page on which more stands for them than for everybody.
func (s *Server) noteInternal(c *gin.Context, kind inspection.RecordKind, id string) error {
	if s.reader(c) == inspection.ForPublic {
		return nil
	}
	return s.noteRead(c, string(kind)+":"+id)
}

// changeEyes returns for whose eyes the record of changes is shown: whoever is an officer sees the letters that they see
// elsewhere, in whichever role they act.
func (s *Server) changeEyes(c *gin.Context) (store.ChangeFilter, error) {
	eyes := store.ChangeFilter{Reader: inspection.ForPublic}
	p, err := s.person(c)
	if err != nil || p == nil {
		return eyes, err
	}
	eyes.Reader = p.audience()
	if slices.Contains(p.roles, auth.Officer) && p.may(auth.LogLetters) { // a program may have a token that only reads
		eyes.Officer = p.as(auth.Officer)
	}
	return eyes, nil
}

// changeListPage lists changes, the latest first.
type changeListPage struct {
	Page
	Heading string
	Intro   string
	Of      *Link // the record whose history it is; nil for the whole record
	Path    string
	Selects []selectBox
	Days    []dayBox
	Carried []carried
	Chosen  string // what the list is narrowed to
	All     string // the address of the whole record, where this is a part of it
	History bool   // whether it is the history of one record
	Mark    *markView
	Lines   []changeLineView
	Older   string // the address of the next page; empty on the last
	Latest  string // the address of the first page; empty on it
	Exports []Link

	Readings bool                // whether the reader may see who read what
	Stray    inspection.Problems // with parts of the address that have no control
}

// markView is the last entry of the chain.
type markView struct{ Number, Hash string }

type dayBox struct{ Name, Label, Value, Problem string }

type changeLineView struct {
	Number  string
	When    string
	Link    Link
	Who     string
	Folded  string // what a line that stands for many says
	Doubt   string // why its texts are not there
	Machine string // the moment in the form that programs read
}

// changeQuery is what the address of a list asks for.
type changeQuery struct {
	*filter
	wanted store.ChangeFilter
	days   []dayBox
}

func (s *Server) changesAsked(c *gin.Context, posts []string) (*changeQuery, error) {
	known, err := s.register(c)
	if err != nil {
		return nil, err
	}
	q := &changeQuery{filter: newFilter(c)}
	if q.wanted, err = s.changeEyes(c); err != nil {
		return nil, err
	}
	var kinds, did optionGroup
	for _, kind := range inspection.ChangedKinds(q.wanted.Reader) {
		kinds.Options = append(kinds.Options, selectOption{Value: string(kind), Name: kind.Words()})
	}
	for _, action := range inspection.ActionKinds() {
		did.Options = append(did.Options, selectOption{Value: string(action), Name: action.Words()})
	}
	w := &q.wanted
	w.Kind = inspection.RecordKind(q.choose("kind", "Kind of record", "Every kind", "a kind of record", kinds))
	w.Authority = q.chooseBody(known, s.today(), "Authority", "Every authority", "an authority", bodyOptions)
	w.Action = inspection.ActionKind(q.choose("did", "What was done", "Everything", "what was done", did))
	q.post(posts)
	w.Since = q.day("since", "From")
	w.Until = q.day("until", "To")
	q.record()
	return q, nil
}

// post reads who made the changes. A visitor may ask for what was supplied with the program, and gets no list of posts.
func (q *changeQuery) post(posts []string) {
	supplied := inspection.Seeder.Post
	if q.asked.Get("post") == supplied && len(posts) == 0 {
		q.wanted.Post = supplied
		q.keep("post", supplied)
		q.Carried = append(q.Carried, carried{"post", supplied})
		return
	}
	if len(posts) == 0 {
		if q.asked.Get("post") != "" {
			q.wrong("post", "Sign in to see what one post has changed")
		}
		return
	}
	options := optionGroup{Options: []selectOption{{Value: supplied, Name: capital(supplied)}}}
	for _, post := range posts {
		if post != supplied {
			options.Options = append(options.Options, selectOption{Value: post, Name: post})
		}
	}
	q.wanted.Post = q.choose("post", "By", "Every post", "a post", options)
}

// day reads a day that the list begins or ends with.
func (q *changeQuery) day(name, label string) inspection.Date {
	box := dayBox{Name: name, Label: label, Value: strings.TrimSpace(q.asked.Get(name))}
	day, err := readDay(box.Value)
	if err != nil || day.Known() && !day.Exact() {
		box.Problem = q.wrong(name, "Enter the day like 7 July 2026")
		day = inspection.Date{}
	}
	if day.Known() {
		q.keep(name, day.ISO())
	}
	q.days = append(q.days, box)
	return day
}

// record reads of which record the history is wanted: "recommendation:NN-ILACS-2026-1".
func (q *changeQuery) record() {
	text := q.asked.Get("record")
	if text == "" {
		return
	}
	kind, id, ok := strings.Cut(text, ":")
	if !ok || kind == "" || id == "" {
		q.wrong("record", fmt.Sprintf("“%s” names no record: follow a link to its history", shortened(text)))
		return
	}
	q.wanted.Of = store.RecordName{Kind: inspection.RecordKind(kind), ID: id}
	q.keep("record", text)
	q.Carried = append(q.Carried, carried{"record", text})
}

// hasControl reports whether the form shows what is wrong with a part of the address beside its control.
func (q *changeQuery) hasControl(name string) bool {
	return slices.ContainsFunc(q.Selects, func(box selectBox) bool { return box.Name == name }) ||
		slices.ContainsFunc(q.days, func(box dayBox) bool { return box.Name == name })
}

// before reads below which entry the page begins.
func (q *changeQuery) before() int64 {
	text := q.asked.Get("before")
	if text == "" {
		return 0
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < 1 {
		q.wrong("before", fmt.Sprintf("“%s” is not the number of an entry: follow a link of the list", shortened(text)))
		return 0
	}
	return number
}

// historyAddress is where the history of a record is.
func historyAddress(kind inspection.RecordKind, id string) string {
	return "/changes?" + url.Values{"record": {string(kind) + ":" + id}}.Encode()
}

func changeAddress(number int64) string { return fmt.Sprintf("/changes/%d", number) }

func (s *Server) listChanges(c *gin.Context) error {
	ctx := c.Request.Context()
	eyes, err := s.changeEyes(c)
	if err != nil {
		return err
	}
	inside := eyes.Reader.Reads(inspection.ForOfficers)
	who, err := s.person(c)
	if err != nil {
		return err
	}
	var posts []string
	if inside {
		if posts, err = s.store.ChangePosts(ctx); err != nil {
			return err
		}
	}
	q, err := s.changesAsked(c, posts)
	if err != nil {
		return err
	}
	if eyes.Reader != inspection.ForPublic {
		if err := s.noteRead(c, subjectOf(q.wanted)); err != nil {
			return err
		}
	}
	q.wanted.Before = q.before()
	found, err := s.store.Changes(ctx, q.wanted)
	if err != nil {
		return err
	}
	page := changeListPage{
		Page: s.changeBase(c, "Record of changes"), Heading: "Record of changes", Intro: changeIntro(eyes.Reader),
		Path: q.Path, Selects: q.Selects, Days: q.days, Carried: q.Carried, Chosen: q.Chosen(), Readings: who != nil && who.may(auth.ManagePeople),
	}
	page.wrong(q.problems)
	page.Stray = slices.DeleteFunc(slices.Clone(q.problems), func(p inspection.Problem) bool { return q.hasControl(p.Field) })
	page.Mark = s.lastMark(c)
	for _, line := range found.Lines {
		page.Lines = append(page.Lines, s.changeLine(line, found.Names))
	}
	if len(page.Lines) > 0 {
		page.Exports = []Link{
			{Name: "as a spreadsheet (Excel)", Address: q.exported("/changes.xlsx")}, {Name: "as a table (CSV)", Address: q.exported("/changes.csv")},
			{Name: "for programs (JSON lines)", Address: q.exported("/changes.jsonl")},
		}
	}
	if found.Next > 0 {
		page.Older = q.with("before", fmt.Sprint(found.Next))
	}
	if q.wanted.Before > 0 {
		page.Latest = q.with()
	}
	if len(q.kept) > 0 {
		page.All = "/changes"
	}
	page.nameRecord(q.wanted.Of, found)
	return s.render(c, q.status(), "change_list", page)
}

// changeBase returns what every page has, with the navigation of those who work on the record for them.
func (s *Server) changeBase(c *gin.Context, title string) Page {
	if s.reader(c).Reads(inspection.ForOfficers) {
		return s.officerBase(c, title)
	}
	return s.base(c, title)
}

// subjectOf says in the list of readings what somebody read.
func subjectOf(wanted store.ChangeFilter) string {
	if wanted.Of == (store.RecordName{}) {
		return "changes"
	}
	return "changes:" + string(wanted.Of.Kind) + ":" + shortened(wanted.Of.ID)
}

func changeIntro(reader inspection.Audience) string {
	if reader == inspection.ForPublic {
		return "Everything that was published here and every correction of it, the latest first. Councils’ work that they have not made public is left out. No entry is ever removed. Words that must not be held can be erased, and the entry then says so."
	}
	return "Every change that you may see, the latest first: who made it, by post, and what stood before. No entry is ever removed. Words that must not be held can be erased, and the entry then says so."
}

// lastMark returns the last entry of the chain, nil where it cannot be read: the page says so, and shows what it can.
func (s *Server) lastMark(c *gin.Context) *markView {
	last, err := s.store.Last(c.Request.Context())
	if err != nil {
		s.log.WarnContext(c.Request.Context(), "the last entry of the record of changes cannot be read", "error", err)
		return nil
	}
	return &markView{Number: fmt.Sprint(last.Number), Hash: last.Hash}
}

// nameRecord heads the page where it is the history of one record.
func (page *changeListPage) nameRecord(of store.RecordName, found store.ChangePage) {
	if of == (store.RecordName{}) {
		return
	}
	page.History = true
	name := of.Kind.Words()
	for _, line := range found.Lines {
		if line.RecordKind == of.Kind && line.RecordID == of.ID && !line.Withheld {
			name = found.Names.Title(line.Change)
			page.Of = recordLink(line, found.Names)
			break
		}
	}
	page.Heading, page.Intro = "History: "+name, "What was recorded of it and changed, the latest first. No entry is ever removed. Words that must not be held can be erased, and the entry then says so."
	title := "History: " + name
	if len(page.Problems) > 0 {
		title = "Error: " + title
	}
	page.Title = title
}

func (s *Server) changeLine(line store.ChangeLine, names *inspection.ChangeNames) changeLineView {
	view := changeLineView{
		Number: fmt.Sprint(line.Number), When: s.whenWords(line.At), Machine: line.At.UTC().Format(time.RFC3339), Who: line.ActorPost,
	}
	if line.Folded > 0 {
		view.Folded = inspection.CountWords(line.Folded, "record", "records") + " supplied with the program"
		view.When = line.Day.Words()
		view.Link = Link{Name: "Each of them", Address: "/changes?" + url.Values{
			"post": {inspection.Seeder.Post}, "since": {line.Day.ISO()}, "until": {line.Day.ISO()},
		}.Encode()}
		return view
	}
	view.Link = Link{Name: capital(changeWords(line, names)), Address: changeAddress(line.Number)}
	view.Doubt = missingWords(line)
	return view
}

// changeWords says in one line what an entry did. Of what is on the public pages no more it says that alone.
func changeWords(line store.ChangeLine, names *inspection.ChangeNames) string {
	if line.Withheld {
		return line.RecordKind.Words() + ": " + names.Did(line.Change)
	}
	return names.Words(line.Change)
}

// missingWords says why the texts of an entry are not there; empty where they are.
func missingWords(line store.ChangeLine) string {
	switch {
	case line.Erased:
		return "The words of this entry were erased. The entry itself stays, and the chain still holds."
	case line.Withheld:
		return "What it says was taken off the public pages since, and is not shown here."
	}
	return ""
}

// exported is the address of a file with what the list shows.
func (q *changeQuery) exported(path string) string {
	whole := *q.filter
	whole.Path = path
	return whole.with()
}

// whenWords says a moment by the clocks of London.
func (s *Server) whenWords(at time.Time) string {
	return at.In(s.london).Format("15:04 on 2 January 2006")
}
