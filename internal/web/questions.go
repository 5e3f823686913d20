package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// questionsView is what members asked: what waits for an answer first, the longest waiting at its head.
type questionsView struct {
	Waiting  []questionView
	Answered []questionView
	Older    string // how many more were answered than the page shows
	New      string // the address at which one is asked
}

type questionView struct {
	ID       string
	Words    string
	Asked    string // by whom and when
	About    *Link
	Whom     string // the council that is asked
	Waiting  string // for how long
	Promised string
	For      string // who may read it, where that is not everybody
	Answers  []questionAnswerView
	Address  string // at which it is answered; empty where this reader cannot
}

type questionAnswerView struct {
	When    string
	Words   string
	By      string
	Address *outsideLink
}

// mostAnswered bounds how many answered questions the page for scrutiny shows.
const mostAnswered = 30

func (w *scrutiny) questionsView() questionsView {
	var out questionsView
	out.New = "/scrutiny/questions/new?" + url.Values{"authority": {w.body.ID}}.Encode()
	questions := slices.Clone(w.questions)
	slices.SortStableFunc(questions, func(a, b inspection.Question) int { return a.Asked.Compare(b.Asked) })
	for _, q := range questions {
		view := w.data.question(q, w.reader, w.asOf)
		if len(q.Answers) == 0 {
			out.Waiting = append(out.Waiting, view)
		} else {
			out.Answered = slices.Insert(out.Answered, 0, view)
		}
	}
	if left := len(out.Answered) - mostAnswered; left > 0 {
		out.Answered = out.Answered[:mostAnswered]
		out.Older = inspection.CountWords(left, "older question was", "older questions were") + " answered too."
	}
	return out
}

// question shows one question, as a reader may see it on a day.
func (d committeesData) question(q inspection.Question, reader inspection.Audience, day inspection.Date) questionView {
	view := questionView{ID: q.ID, Words: q.Words, Whom: d.body(q.BodyID), Asked: q.AskedBy + ", " + q.Asked.Words()}
	for _, met := range d.meetings {
		if met.ID == q.MeetingID {
			view.Asked += ", at the meeting of " + d.committee(met.CommitteeID) + " on " + met.On.Words()
		}
	}
	if q.Reference != "" {
		about := referenceLink(q.Reference)
		view.About = &about
	}
	if q.Audience != inspection.ForPublic {
		view.For = q.Audience.Words()
	}
	if reader == inspection.ForOfficers {
		view.Address = questionAddress(q.ID)
	}
	for _, answer := range q.Answers {
		one := questionAnswerView{Words: answer.Words, By: answer.ByPost, When: answer.On.Words() + ", " + daysAfter(q.Asked, answer.On)}
		if answer.Address != "" {
			one.Address = outside("Where it is answered", answer.Address)
		}
		view.Answers = append(view.Answers, one)
	}
	if len(q.Answers) > 0 {
		return view
	}
	view.Waiting = "Waiting since the day it was asked"
	if days := q.Asked.DaysUntil(day); days > 0 {
		view.Waiting = "Waiting for " + inspection.CountWords(days, "day", "days")
	}
	switch {
	case !q.AnswerBy.Known():
	case q.AnswerBy.Last().Before(day):
		view.Promised = "An answer was promised by " + q.AnswerBy.Words() + ", which has passed."
	default:
		view.Promised = "An answer is promised by " + q.AnswerBy.Words() + "."
	}
	return view
}

func daysAfter(from, to inspection.Date) string {
	switch days := from.DaysUntil(to); days {
	case 0:
		return "the same day"
	default:
		return inspection.CountWords(days, "day", "days") + " after it was asked"
	}
}

func questionAddress(id string) string { return "/scrutiny/questions/" + url.PathEscape(id) }

// questionFormPage asks a question.
type questionFormPage struct {
	Page
	Boxes []letterBox
	Back  string
}

// questionShowPage is one question with its answers, and the form for another.
type questionShowPage struct {
	Page
	Question questionView
	Boxes    []letterBox
	Back     string
}

func (s *Server) newQuestion(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	values := url.Values{"body": {cmp.Or(c.Query("authority"), s.home(c.Request.Context()))}, "asked": {s.today().Words()}, "audience": {string(inspection.ForOfficers)}}
	values.Set("reference", c.Query("reference"))
	if by.Role == inspection.RoleMember {
		// What members ask is for members, unless they choose otherwise: they could not read it themselves.
		values.Set("audience", string(inspection.ForMembers))
		values.Set("asked_by", by.Post)
	}
	return s.showQuestionForm(c, http.StatusOK, by, values, nil)
}

func (s *Server) showQuestionForm(c *gin.Context, status int, by inspection.Actor, values url.Values, problems inspection.Problems) error {
	data, err := s.committees(c, nil)
	if err != nil {
		return err
	}
	page := questionFormPage{Page: s.officerBase(c, "Record a member’s question"), Back: scrutinyAddress(cmp.Or(values.Get("body"), s.home(c.Request.Context())))}
	page.wrong(problems)
	box := func(name, kind, label, hint string) letterBox {
		return letterBox{Name: name, ID: name, Label: label, Hint: hint, Type: kind, Value: values.Get(name), Problem: page.Problem(name)}
	}
	short := func(b letterBox) letterBox { b.Short = true; return b }
	words := box("words", "area", "The question", "No names of children, families or staff.")
	words.Rows = 5
	page.Boxes = []letterBox{
		words,
		box("body", "select", "The council or place that is asked", "").choosing(data.known.homeFirst(councilOptions(data.known.near(values.Get("body")), s.today()))),
		box("asked_by", "text", "Who asked", "By post, such as A member of the scrutiny committee. Never a name."),
		short(box("asked", "text", "The day on which it was asked", "Like 3 March 2026")),
		box("meeting", "select", "The meeting at which it was asked", "Leave this as it is for a question outside a meeting.").choosing(data.meetingOptions()),
		short(box("reference", "text", "The area to improve that it is about", "Its reference, such as NN-ILACS-2026-1. Leave this empty for a question in general.")),
		short(box("answer_by", "text", "The day by which an answer was promised", "Leave this empty where none was.")),
		box("audience", "select", "Who may read it", "").choosing(audienceGroups(s.audiences(c), by.Role.Audience(), inspection.Audience(values.Get("audience")))),
	}
	page.Problems = inBoxOrder(page.Problems, page.Boxes...)
	return s.render(c, status, "question_form", page)
}

// meetingOptions lists every meeting, the latest first.
func (d committeesData) meetingOptions() []optionGroup {
	var out optionGroup
	for _, met := range d.meetings {
		out.Options = append(out.Options, selectOption{Value: met.ID, Name: met.On.Words() + ", " + d.committeeOf(met.CommitteeID)})
	}
	return []optionGroup{out}
}

// audienceGroups lists those of some audiences, widest first, for whom somebody can mark what they record and still read it,
// and the one for whom it is marked already. Nil stands for all audiences.
func audienceGroups(offered []inspection.Audience, own, now inspection.Audience) []optionGroup {
	var out optionGroup
	for _, a := range own.Readable() {
		if offered == nil || slices.Contains(offered, a) || a == now {
			out.Options = append(out.Options, selectOption{Value: string(a), Name: capital(a.Words()), Chosen: a == now})
		}
	}
	return []optionGroup{out}
}

func (s *Server) askQuestion(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	f := &draftForm{values: values}
	q := inspection.Question{
		Words: f.words("words"), BodyID: f.line("body"), AskedBy: f.line("asked_by"), MeetingID: f.line("meeting"), Reference: f.line("reference"),
		Asked: f.day("asked", "the day on which it was asked"), AnswerBy: f.day("answer_by", "the day by which an answer was promised"),
		Audience: inspection.Audience(f.line("audience")),
	}
	if len(f.problems) == 0 {
		_, err = s.store.AskQuestion(c.Request.Context(), by, q)
	}
	return s.afterSaving(c, scrutinyAddress(q.BodyID)+"&saved=question#saved", err, f.problems, func(problems inspection.Problems) error {
		return s.showQuestionForm(c, http.StatusUnprocessableEntity, by, values, problems)
	})
}

// questionOf returns one question with what its page shows beside it. It fails with inspection.ErrNotFound.
func (s *Server) questionOf(c *gin.Context) (inspection.Question, committeesData, error) {
	questions, err := s.store.Questions(c.Request.Context(), store.QuestionFilter{Reader: s.reader(c), AsOf: s.today()})
	if err != nil {
		return inspection.Question{}, committeesData{}, err
	}
	i := slices.IndexFunc(questions, func(q inspection.Question) bool { return q.ID == c.Param("id") })
	if i < 0 {
		return inspection.Question{}, committeesData{}, fmt.Errorf("read question %s: %w", c.Param("id"), inspection.ErrNotFound)
	}
	data, err := s.committees(c, nil)
	return questions[i], data, err
}

func (s *Server) showQuestion(c *gin.Context) error {
	return s.showAnswerForm(c, http.StatusOK, url.Values{"on": {s.today().Words()}}, nil)
}

func (s *Server) showAnswerForm(c *gin.Context, status int, values url.Values, problems inspection.Problems) error {
	q, data, err := s.questionOf(c)
	if err != nil {
		return err
	}
	if err := s.noteInternal(c, inspection.OfQuestion, q.ID); err != nil {
		return err
	}
	page := questionShowPage{
		Page: s.officerBase(c, "A member’s question"), Question: data.question(q, inspection.ForOfficers, s.today()), Back: scrutinyAddress(q.BodyID) + "#questions",
	}
	page.wrong(problems)
	box := func(name, kind, label, hint string) letterBox {
		return letterBox{Name: name, ID: name, Label: label, Hint: hint, Type: kind, Value: values.Get(name), Problem: page.Problem(name)}
	}
	words := box("words", "area", "The answer", "Whoever may read the question may read this. No names of children, families or staff.")
	words.Rows = 5
	on := box("on", "text", "The day on which the answer came", "Like 3 March 2026")
	on.Short = true
	page.Boxes = []letterBox{words, on, box("address", "url", "Address of the page or paper with the answer", "Not needed")}
	page.Problems = inBoxOrder(page.Problems, page.Boxes...)
	return s.render(c, status, "question_show", page)
}

func (s *Server) answerQuestion(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	f, id := &draftForm{values: values}, c.Param("id")
	answer := inspection.QuestionAnswer{Words: f.words("words"), On: f.day("on", "the day on which the answer came"), Address: f.address("address")}
	if len(f.problems) == 0 {
		_, err = s.store.AnswerQuestion(c.Request.Context(), by, id, answer)
	}
	return s.afterSaving(c, questionAddress(id), err, f.problems, func(problems inspection.Problems) error {
		return s.showAnswerForm(c, http.StatusUnprocessableEntity, values, problems)
	})
}
