package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// scrutinyShowPage is one page that a chair can take to a meeting: what has happened since the last one, what to ask about,
// and what members asked.
type scrutinyShowPage struct {
	Page
	Heading   string
	Saved     string
	Switch    []Link
	Form      scrutinyForm
	Since     string // "Since 3 March 2026"
	SinceNote string // how that day came about
	Progress  string // that none is recorded of any item here
	Shared    string // how an item of two letters is counted
	Counts    []countView
	Briefing  Link // to the paper of the same council since the same day
	Prompts   []promptView
	Lists     []scrutinyListView // those with something in them
	Empty     []scrutinyListView
	Ended     []endedView // what councils were asked that have ended
	Ours      bool        // whether all words in the lists are ours and not a quotation
	Activity  string
	Decisions []decisionView
	Earlier   string // how many more decisions there are than the page shows
	Followed  followedView
	Questions questionsView
	Bodies    scrutinyBodies
	Files     *downloads
}

// scrutinyForm chooses the council and the day since which the page looks back.
type scrutinyForm struct {
	Authority  selectBox
	Meetings   selectBox
	NoMeetings bool
	Day        string
	DayProblem string
	Carried    []carried
}

type promptView struct {
	Question   string
	Rule       string
	References []Link
	Letters    []Link
}

// scrutinyListView is one list. What its rule finds beyond the number that a page can hold is on a page of its own.
type scrutinyListView struct {
	Code  inspection.ScrutinyCode
	Title string
	Count int
	Rule  string
	Years string // how many are of letters of each year
	Ours  bool   // whether all words in it are ours and not a quotation
	Rows  []scrutinyRow
	Blank []scrutinyRow // of which nothing is recorded
	More  *Link
	Left  string
}

// scrutinyRow is one area to improve. What is not the same for its twins is said for each.
type scrutinyRow struct {
	References []Link
	Words      string
	Priority   bool
	Ours       bool
	Notes      []string
	Stage      []rowWords
	Owner      []rowWords
	Original   []rowWords
	Latest     []rowWords
	Moved      []rowWords
	Evidence   []rowWords
}

// rowWords is what one column says, and of which council's item where its twin's says something else.
type rowWords struct {
	Of    string
	Words string // empty where nothing is recorded
	Look  string // the code of a stage
}

// endedView is one council that has ended, and how many areas to improve it left open.
type endedView struct {
	Words string // "11 areas to improve of Northamptonshire County Council, which ended on 31 March 2021"
	All   Link
}

type decisionView struct {
	moveView
	References []Link
}

// scrutinyBodies says who decides, who scrutinises and when they meet.
type scrutinyBodies struct {
	Deciders    []deciderView
	Scrutinises []keptView
	ToCome      []meetingView
	Past        []meetingView
}

// Bounds of the page: it is to be taken to a meeting, and everything beyond them is on the pages that it leads to.
const (
	mostScrutinyRows = 50
	mostRowWords     = 160 // characters of an area's words
	mostDecisions    = 100
	mostPastMeetings = 4
	monthsWithout    = 3 // how far back the page looks where no meeting is recorded
)

// scrutinyRoutes registers the pages for scrutiny, and those for the bodies, meetings and posts.
func (s *Server) scrutinyRoutes(r router) {
	r.get("/scrutiny", auth.ReadPublic, s.page(s.showScrutiny, reads{chosen: []string{"authority", "since", asAt}, free: []string{"day", "saved"}}))
	r.get("/scrutiny/questions/new", auth.AskQuestions, s.private(s.newQuestion))
	r.post("/scrutiny/questions", auth.AskQuestions, s.private(s.askQuestion))
	r.get("/scrutiny/questions/:id", auth.AnswerQuestions, s.private(s.showQuestion))
	r.post("/scrutiny/questions/:id/answers", auth.AnswerQuestions, s.private(s.answerQuestion))

	r.get("/committees", auth.KeepBodies, s.private(s.listCommittees))
	r.post("/committees", auth.KeepBodies, s.private(s.addCommittee))
	r.post("/committees/ends", auth.KeepBodies, s.private(s.endCommittee))
	r.post("/committees/meetings", auth.KeepBodies, s.private(s.addMeeting))
	r.post("/committees/posts", auth.KeepBodies, s.private(s.addPost))
	r.post("/committees/posts/ends", auth.KeepBodies, s.private(s.endPost)) // an ID of a post has a slash in it
}

// askScrutiny reads of whom, and since which day, the page is asked for, puts its form on it, and reads where each item stands. A
// council that has not begun has no members, and nothing is read of it.
func (s *Server) askScrutiny(c *gin.Context, page *scrutinyShowPage) (*scrutiny, *filter, error) {
	if _, err := s.asOf(c); err != nil { // before the filter, which keeps that day
		return nil, nil, err
	}
	known, err := s.register(c)
	if err != nil {
		return nil, nil, err
	}
	f := newFilter(c)
	authority := cmp.Or(f.chooseBody(known, s.today(), "Council or place", "", "a council or a place", councilOptions), s.home(c.Request.Context()))
	sub, err := s.subject(c, authority)
	work := &scrutiny{subject: sub, reader: s.reader(c)}
	if err != nil || len(sub.members) == 0 {
		return work, f, err
	}
	if work.data, err = s.committees(c, work.bodies()); err != nil {
		return nil, nil, err
	}
	page.Form.Authority = f.Selects[0].having(authority)
	work.chooseSince(page, f)
	return work, f, s.readScrutiny(c, work)
}

func (s *Server) showScrutiny(c *gin.Context) error {
	var page scrutinyShowPage
	work, f, err := s.askScrutiny(c, &page)
	if err != nil {
		return err
	}
	sub := work.subject
	if len(sub.members) == 0 {
		return s.showNotBegun(c, sub)
	}
	page.Heading, page.Files = "For scrutiny: "+sub.body.Name, f.Downloads()
	if c.Query("saved") == "question" {
		page.Saved = "The question is recorded. It stands below, until it is answered and after."
	}
	page.Page, page.Form.Carried = s.listBase(c, page.Heading, f), f.Carried
	for _, link := range sub.links() {
		id := strings.TrimPrefix(link.Address, "/authorities/")
		page.Switch = append(page.Switch, Link{Name: link.Name, Address: scrutinyAddress(id), Here: id == sub.body.ID})
	}
	work.fill(&page)
	if page.Followed, err = s.progressFigures(c, work.subject, work.items); err != nil {
		return err
	}
	return s.render(c, f.status(), "scrutiny_show", page)
}

func scrutinyAddress(authority string) string {
	return "/scrutiny?" + url.Values{"authority": {authority}}.Encode()
}

// having chooses one option of a select that always has a value.
func (b selectBox) having(value string) selectBox {
	for _, group := range b.Groups {
		for i := range group.Options {
			group.Options[i].Chosen = group.Options[i].Value == value
		}
	}
	return b
}

// scrutiny is what one such page is made from.
type scrutiny struct {
	subject
	reader    inspection.Audience
	data      committeesData
	since     inspection.Date
	items     []inspection.ScrutinyItem
	activity  store.Activity
	questions []inspection.Question
}

// bodies lists those whose committees, posts, meetings and questions belong on the page.
func (w *scrutiny) bodies() []string {
	var ids []string
	add := func(bodies ...inspection.Body) {
		for _, b := range bodies {
			if b.ID != "" && !slices.Contains(ids, b.ID) {
				ids = append(ids, b.ID)
			}
		}
	}
	add(w.place, w.body)
	add(w.members...)
	add(w.record.ListedUnder(w.body.ID)...)
	add(w.record.Providers(w.members...)...)
	return ids
}

// chooseSince reads since which day the page looks back: a recorded meeting, or a day that somebody types. Without either
// it is the latest meeting before the day of the page.
func (w *scrutiny) chooseSince(page *scrutinyShowPage, f *filter) {
	form := &page.Form
	form.Meetings = selectBox{Name: "since", Label: "Since our meeting on", Groups: []optionGroup{w.pastMeetings()}}
	meetings := form.Meetings.Groups[0].Options
	form.NoMeetings = len(meetings) == 0
	chosen, typed := strings.TrimSpace(f.asked.Get("since")), strings.TrimSpace(f.asked.Get("day"))
	met := slices.ContainsFunc(meetings, func(o selectOption) bool { return o.Value == chosen })
	if !met && typed == "" {
		typed = chosen // an address may name a day as well as a meeting
	}
	switch {
	case typed != "":
		form.Day = typed
		day, problem := w.typedDay(typed)
		if form.DayProblem = problem; problem == "" {
			w.since = day
			f.keep("day", typed)
			page.SinceNote = "A day that you chose."
			break
		}
		f.wrong("day", problem)
		w.usualSince(page, meetings)
	case met:
		w.sinceMeeting(page, chosen)
		f.keep("since", chosen)
	default:
		w.usualSince(page, meetings)
	}
	page.Since = "Since " + w.since.Words()
}

func (w *scrutiny) typedDay(typed string) (inspection.Date, string) {
	day, err := readDay(typed)
	switch {
	case err != nil || !day.Exact():
		return day, fmt.Sprintf("“%s” is neither a meeting that is recorded here nor a day: choose a meeting, or enter a day like 3 March 2026", shortened(typed))
	case day.Before(inspection.RecordBegins):
		return day, fmt.Sprintf("This record begins on %s: enter that day or a later one", inspection.RecordBegins.Words())
	case day.After(w.asOf):
		return day, fmt.Sprintf("%s is after the day of this page, %s: enter an earlier day", day.Words(), w.asOf.Words())
	}
	return day, ""
}

// usualSince looks back to the latest meeting or, where none is recorded, some months.
func (w *scrutiny) usualSince(page *scrutinyShowPage, meetings []selectOption) {
	if len(meetings) > 0 {
		w.sinceMeeting(page, meetings[0].Value)
		return
	}
	if w.since = w.asOf.AddMonths(-monthsWithout); w.since.Before(inspection.RecordBegins) {
		w.since = inspection.RecordBegins
	}
	page.SinceNote = "No meeting of a scrutiny committee is recorded before this day, so the page looks back " + inspection.NumberWords(monthsWithout) + " months."
}

func (w *scrutiny) sinceMeeting(page *scrutinyShowPage, id string) {
	for _, met := range w.data.meetings {
		if met.ID == id {
			w.since = met.On
			page.SinceNote = "The meeting of " + w.data.committeeOf(met.CommitteeID) + "."
		}
	}
	page.Form.Meetings = page.Form.Meetings.having(id)
}

// pastMeetings lists the meetings of scrutiny committees before the day of the page, the latest first.
func (w *scrutiny) pastMeetings() optionGroup {
	var out optionGroup
	for _, met := range w.data.meetings {
		if met.On.Before(w.asOf) && w.data.scrutinises(met.CommitteeID) {
			out.Options = append(out.Options, selectOption{Value: met.ID, Name: met.On.Words() + ", " + w.data.committeeOf(met.CommitteeID)})
		}
	}
	return out
}

func (d committeesData) scrutinises(id string) bool {
	return slices.ContainsFunc(d.committees, func(one inspection.Committee) bool { return one.ID == id && one.Scrutinises })
}

// readScrutiny reads where each item stands and where it stood on the day since which the page looks back, with what was
// recorded in between.
func (s *Server) readScrutiny(c *gin.Context, w *scrutiny) error {
	ctx := c.Request.Context()
	lists, err := s.store.PositionsOn(ctx, w.body.ID, w.since, w.asOf)
	if err != nil {
		return err
	}
	before := map[string]store.ListedRecommendation{}
	for _, item := range lists[0] {
		before[item.Reference] = item
	}
	w.items = w.subject.items(lists[1], w.reader)
	for i := range w.items {
		item := &w.items[i]
		earlier := before[item.Reference]
		item.Before, item.ViewsBefore = earlier.Position.For(w.reader), earlier.Views
	}
	if w.activity, err = s.store.ProgressSince(ctx, w.bodies(), w.since, w.asOf, w.reader); err != nil {
		return err
	}
	w.questions, err = s.store.Questions(ctx, store.QuestionFilter{Bodies: w.bodies(), Reader: w.reader, AsOf: w.asOf})
	return err
}

// fill puts what was read into the page.
func (w *scrutiny) fill(page *scrutinyShowPage) {
	board := inspection.Scrutiny(w.items, w.since, w.asOf, w.reader)
	for _, list := range board.Lists {
		view := w.list(list)
		if view.Count > 0 {
			page.Lists = append(page.Lists, view)
		} else {
			page.Empty = append(page.Empty, view)
		}
		page.Counts = append(page.Counts, countView{Number: view.Count, Numbers: true, Words: view.Title, List: string(view.Code)})
		if list.Count < len(list.Items) {
			page.Shared = "An area that stands in the letters to two councils is counted once, and both references stand beside it."
		}
	}
	// The list of everything that is live is the longest and holds most of the others: it comes last.
	if len(page.Lists) > 0 && page.Lists[0].Code == inspection.ScrutinyLive {
		page.Lists = append(page.Lists[1:], page.Lists[0])
	}
	page.Ended, page.Briefing = w.ended(board.Ended), w.briefingLink()
	page.Ours = oursAlone(page.Lists)
	page.Questions = w.questionsView()
	page.Counts = append(page.Counts, countView{Number: len(page.Questions.Waiting), Numbers: true, Words: "Questions waiting for an answer", List: "questions"})
	if !slices.ContainsFunc(w.items, func(i inspection.ScrutinyItem) bool { return w.shown(i.Position) }) {
		page.Progress = noProgress
	}
	page.Prompts = w.promptViews(w.prompts(w.items, w.reader))
	page.Activity = w.activityWords()
	if len(w.items) == 0 {
		page.Activity = "No area to improve of these letters is held here yet. That does not mean that inspectors asked for nothing."
	}
	page.Decisions = w.decisions()
	if left := len(page.Decisions) - mostDecisions; left > 0 {
		page.Decisions = page.Decisions[:mostDecisions]
		page.Earlier = inspection.CountWords(left, "earlier one stands", "earlier ones stand") + " on the pages of the areas to improve."
	}
	page.Bodies = w.bodiesView()
}

// ended names the councils that have ended whose areas to improve were never closed. They count in no list.
func (w *scrutiny) ended(list inspection.ScrutinyList) []endedView {
	number := map[string]int{}
	var bodies []inspection.Body
	for _, item := range list.Items {
		for _, of := range item.Inspection.Bodies {
			b, ok := w.record.Body(of.BodyID)
			if council, listed := w.record.Body(b.ListedOn); listed {
				b = council
			}
			if !ok || !of.Confirmed || !b.EndedBy(w.asOf) {
				continue
			}
			if number[b.ID] == 0 {
				bodies = append(bodies, b)
			}
			number[b.ID]++
			break
		}
	}
	var out []endedView
	for _, b := range bodies {
		out = append(out, endedView{
			Words: fmt.Sprintf("%s to improve of %s, which ended on %s", inspection.CountWords(number[b.ID], "area", "areas"), b.Name, b.Ended.Words()),
			All:   Link{Name: "See what it was asked", Address: "/recommendations?" + url.Values{"authority": {b.ID}}.Encode()},
		})
	}
	return out
}

// shown reports whether the reader can see that anything is recorded.
func (w *scrutiny) shown(p inspection.Position) bool {
	return p.Moves > 0 || p.Updated(w.reader).Known() || p.EvidenceOn(w.reader).Known()
}

// activityWords says how much was recorded, of that which the reader may read.
func (w *scrutiny) activityWords() string {
	if w.activity.Updates == 0 && w.activity.Evidence == 0 {
		return "Recorded after " + w.since.Words() + ", of what is shown here: no update and no evidence."
	}
	return fmt.Sprintf("Recorded after %s, of what is shown here: %s and %s.", w.since.Words(),
		inspection.CountWords(w.activity.Updates, "update", "updates"), inspection.CountWords(w.activity.Evidence, "piece of evidence", "pieces of evidence"))
}

// decisions lists what bodies decided and scrutiny said. One decision about an item of two letters stands once.
func (w *scrutiny) decisions() []decisionView {
	type sameDecision struct {
		kind                     inspection.MoveKind
		on, due, back            inspection.Date
		committee, minute, words string
		view                     inspection.ScrutinyView
	}
	moves := slices.Clone(w.activity.Moves)
	slices.SortStableFunc(moves, func(a, b inspection.Move) int {
		return cmp.Or(b.On.Compare(a.On), cmp.Compare(a.Reference, b.Reference))
	})
	var out []decisionView
	at := map[sameDecision]int{}
	for _, m := range moves {
		if !m.Kind.Decision() {
			continue
		}
		key := sameDecision{m.Kind, m.On, m.Due, m.ComeBackBy, m.CommitteeID, m.MinuteReference, m.Words, m.View}
		i, held := at[key]
		if !held {
			i = len(out)
			at[key] = i
			out = append(out, decisionView{moveView: w.data.move(m, w.reader)})
		}
		if link := referenceLink(m.Reference); !slices.Contains(out[i].References, link) {
			out[i].References = append(out[i].References, link)
		}
	}
	return out
}

func (w *scrutiny) bodiesView() scrutinyBodies {
	out := scrutinyBodies{Deciders: deciders(w.members, placesOf(w.record), w.data.committees, w.asOf)}
	for _, one := range w.data.committees {
		if one.Scrutinises && one.SitsOn(w.asOf) {
			out.Scrutinises = append(out.Scrutinises, keptView{Name: one.Name, Address: one.Address, Of: w.data.body(one.BodyID)})
		}
	}
	for _, met := range w.data.meetings {
		view := meetingView{When: met.On.Words(), Committee: w.data.committeeOf(met.CommitteeID), Papers: met.Address}
		switch {
		case !met.On.Before(w.asOf):
			out.ToCome = slices.Insert(out.ToCome, 0, view)
		case len(out.Past) < mostPastMeetings:
			out.Past = append(out.Past, view)
		}
	}
	return out
}
