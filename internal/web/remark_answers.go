package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// remarksPerPage is how many notes a page of their list shows.
const remarksPerPage = 50

func remarkAddress(id string) string { return "/remarks/" + url.PathEscape(id) }

// remarkListPage lists the notes of readers, those that wait first.
type remarkListPage struct {
	Page
	Filter *filter
	Found  string
	Ways   string // how officers and readers learn of each other
	Rows   []remarkRow
	Pages  *pagination
}

// remarkRow is one note of the list.
type remarkRow struct {
	Link     Link // the beginning of its words
	About    string
	Received string
	State    remarkStateView
}

func (s *Server) listRemarks(c *gin.Context) error {
	if err := s.noteRead(c, "remarks"); err != nil {
		return err
	}
	f := newFilter(c)
	var states optionGroup
	for _, state := range inspection.RemarkStates() {
		states.Options = append(states.Options, selectOption{Value: string(state), Name: state.Words()})
	}
	filter := store.RemarkFilter{Most: remarksPerPage, State: inspection.RemarkState(f.choose("state", "How far it is", "All notes", "how far it is", states))}
	number := f.page()
	filter.Skip = (number - 1) * remarksPerPage
	list, all, err := s.store.Remarks(c.Request.Context(), filter)
	if err != nil {
		return err
	}
	page := remarkListPage{
		Page: s.officerBase(c, "Notes from readers"), Filter: f,
		Found: inspection.CountWords(all, "note", "notes"), Pages: f.paginate(number, (all+remarksPerPage-1)/remarksPerPage),
	}
	page.wrong(f.problems)
	page.Ways = "This service sends no mail, so nobody is told: look here from time to time. Readers come back to their note to see the answer."
	if s.store.Messages().Mail {
		page.Ways = "Readers who left an email address are told of the answer. "
		if page.Council.Contact.Email != "" {
			page.Ways += "When a note comes in, " + page.Council.Contact.Email + " is told."
		} else {
			page.Ways += "Nobody is told when a note comes in, since the settings name no email address for readers: look here from time to time."
		}
	}
	for _, m := range list {
		page.Rows = append(page.Rows, remarkRow{
			Link: Link{Name: firstWords(m.Words), Address: remarkAddress(m.ID)}, About: m.Page, Received: m.Received.Words(), State: remarkState(m),
		})
	}
	return s.render(c, f.status(), "remark_list", page)
}

// remarkShowPage is one note with its answers, and the form for another.
type remarkShowPage struct {
	Page
	Saved     string
	Words     string
	Received  string
	About     string
	Elsewhere *outsideLink
	State     remarkStateView
	Waits     bool
	Answers   []remarkAnswerView
	Seen      int // answers, when the form was shown
	Told      string
	Boxes     []letterBox
	Address   string
	Own       string // where its writer sees the answer
	History   string
	Wrongly   *heldWrongly
}

// remarkSaved are the words after something was done.
var remarkSaved = map[string]string{"answer": "The answer is recorded. The reader sees it on the page of their note.", "closed": "The note is closed without an answer."}

func (s *Server) showRemark(c *gin.Context) error {
	m, err := s.store.Remark(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	return s.showRemarkWith(c, http.StatusOK, m, url.Values{"seen": {fmt.Sprint(len(m.Answers))}}, nil)
}

func (s *Server) showRemarkWith(c *gin.Context, status int, m inspection.Remark, values url.Values, problems inspection.Problems) error {
	if err := s.noteInternal(c, inspection.OfRemark, m.ID); err != nil {
		return err
	}
	page := remarkShowPage{
		Page: s.officerBase(c, "A note from a reader"), Saved: remarkSaved[c.Query("saved")], Words: m.Words, Received: m.Received.Words(),
		About: m.Page, State: remarkState(m), Waits: m.Open(), Answers: remarkAnswers(m), Seen: len(m.Answers), Address: remarkAddress(m.ID),
		Own: ownRemarkAddress(m.Reference), History: historyAddress(inspection.OfRemark, m.ID),
	}
	page.wrong(problems)
	if m.Elsewhere != "" {
		page.Elsewhere = outside("What the reader read", m.Elsewhere)
	}
	_, held, err := s.store.RemarkOf(c.Request.Context(), m.Reference)
	if err != nil {
		return err
	}
	page.Told = "The reader left no email address, and comes back to the page of the note to see the answer."
	if held && s.store.Messages().Mail {
		page.Told = "The reader left an email address, and is told that there is an answer."
	}
	entry, err := s.store.LatestOutline(c.Request.Context(), store.RecordName{Kind: inspection.OfRemark, ID: m.ID})
	if err != nil {
		return err
	}
	page.Wrongly = s.heldWronglyOf(c, store.ChangeLine{Change: entry, Erased: m.Words == inspection.ErasedWords})
	outcomes := optionGroup{}
	for _, outcome := range inspection.RemarkOutcomes() {
		outcomes.Options = append(outcomes.Options, selectOption{Value: string(outcome), Name: outcome.Words(), Chosen: values.Get("outcome") == string(outcome)})
	}
	outcome := letterBox{Name: "outcome", ID: "outcome", Label: "What came of it", Type: "select", Problem: page.Problem("outcome")}
	outcome.Groups = []optionGroup{{Options: []selectOption{{Name: "Choose one"}}}, outcomes}
	words := letterBox{
		Name: "words", ID: "words", Label: "The answer", Hint: "Everybody who has the reference can read it. No names of children, families or staff.",
		Type: "area", Rows: 5, Value: values.Get("words"), Problem: page.Problem("words"),
	}
	page.Boxes = []letterBox{outcome, words}
	page.Problems = inBoxOrder(page.Problems, page.Boxes...)
	return s.render(c, status, "remark_show", page)
}

func (s *Server) answerRemark(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	f, id := &draftForm{values: values}, c.Param("id")
	answer := inspection.RemarkAnswer{Outcome: inspection.RemarkOutcome(f.line("outcome")), Words: f.words("words")}
	seen, err := strconv.Atoi(values.Get("seen"))
	if err != nil {
		seen = -1 // the form says nothing of what its sender saw
	}
	err = nil
	if len(f.problems) == 0 {
		_, err = s.store.AnswerRemark(c.Request.Context(), by, id, answer, seen)
	}
	return s.afterRemark(c, "answer", err, f)
}

func (s *Server) closeRemark(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	return s.afterRemark(c, "closed", s.store.CloseRemark(c.Request.Context(), by, c.Param("id")), &draftForm{values: values})
}

// afterRemark leads on where a note was answered or closed, and back to its page where it was not.
func (s *Server) afterRemark(c *gin.Context, done string, err error, f *draftForm) error {
	id := c.Param("id")
	return s.afterSaving(c, remarkAddress(id)+"?saved="+done+"#saved", err, f.problems, func(problems inspection.Problems) error {
		m, err := s.store.Remark(c.Request.Context(), id)
		if err != nil {
			return err
		}
		return s.showRemarkWith(c, http.StatusUnprocessableEntity, m, f.values, problems)
	})
}
