package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// clockView is one day that follows from a letter.
type clockView struct {
	Name    string
	Day     string
	How     string
	Doubt   string // where the rule is not confirmed
	Rule    string
	Source  *Link
	Answers []answerView
}

// answerView is what is recorded of one body's duty.
type answerView struct {
	Who      string // empty where the inspection was of one body
	Words    string
	Where    *outsideLink
	Note     string
	Recorded string // when, and by which post
}

// clocksOf lists the days that follow from an inspection's letter, as recorded by a day.
func clocksOf(r *inspection.Record, in *inspection.Inspection, asOf inspection.Date) []clockView {
	var out []clockView
	for _, c := range r.Clocks(in, asOf) {
		view := clockView{Name: c.Rule.About, Day: "No day known", How: capital(c.HowWords()) + ".", Rule: c.Rule.Words}
		if c.Due.Known() {
			view.Day = c.Due.Words()
		}
		if !c.Confirmed() {
			view.Doubt = "How well the rule is known: " + c.Rule.Confidence.Words() + "."
		}
		if c.Source.ID != "" {
			view.Source = &Link{Name: c.Source.Title, Address: "/sources#" + c.Source.ID}
		}
		for _, body := range owing(in) {
			answer := answerView{Words: "Nothing is recorded. Ask whether it was published, and where."}
			if r.BodyEnded(body, asOf) { // there is nobody to ask
				answer.Words = "Nothing is recorded."
			}
			if done, ok := c.FulfilledBy(body); ok {
				answer = answerOf(done)
			}
			if len(owing(in)) > 1 {
				answer.Who = r.Name(body)
			}
			view.Answers = append(view.Answers, answer)
		}
		out = append(out, view)
	}
	return out
}

// owing lists the bodies whose duties follow from a letter: those that the inspection is confirmed to be of.
func owing(in *inspection.Inspection) []string {
	var out []string
	for _, b := range in.Bodies {
		if b.Confirmed {
			out = append(out, b.BodyID)
		}
	}
	return out
}

func answerOf(f inspection.Fulfilment) answerView {
	view := answerView{Words: capital(f.DoneWords()) + ".", Note: f.Words, Recorded: "Recorded on " + f.RecordedOn.Words() + " by " + f.RecordedBy}
	if !f.Done() {
		view.Words = "Taken back."
	}
	if f.Address != "" {
		view.Where = outside("Read it", f.Address)
	}
	return view
}

// inspectionDatesPage is where officers record the day of receipt, a day that the letter prints, and what was published.
type inspectionDatesPage struct {
	Page
	Inspection Link
	Boxes      []letterBox
	Duties     []dutyForm
}

// dutyForm asks whether and where one body published what a letter asks of it.
type dutyForm struct {
	ID      string
	Rule    string
	Body    string
	Heading string
	Day     string
	How     string
	Now     *answerView
	Earlier []answerView // what was recorded before, latest first
	Boxes   []letterBox
}

func (s *Server) showInspectionDates(c *gin.Context) error {
	return s.inspectionDates(c, http.StatusOK, nil, nil)
}

// inspectionDates renders the page; sent is the form that came with problems, nil where none did.
func (s *Server) inspectionDates(c *gin.Context, status int, sent url.Values, problems inspection.Problems) error {
	in, r, err := s.store.InspectionRecord(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	page := inspectionDatesPage{
		Page:       s.officerBase(c, "Dates that follow from a letter"),
		Inspection: Link{Name: r.TitleOf(in), Address: inspectionAddress(in)},
	}
	page.wrong(problems)
	values := url.Values{"received": {dayText(in.Received)}, "statement_due": {dayText(in.StatementDue)}}
	if sent.Get("do") == "dates" {
		values = sent
	}
	page.Boxes = []letterBox{
		{Name: "received", ID: "received", Label: "Day the council received the final letter", Type: "text", Short: true, Value: values.Get("received"),
			Hint: "Like 30 June 2026. The duties are counted from it. Leave it empty while it is not known.", Problem: page.Problem("received")},
		{Name: "statement_due", ID: "statement_due", Label: "Day that the letter prints for a statement or plan", Type: "text", Short: true, Value: values.Get("statement_due"),
			Hint: "Only where the letter itself prints one. It wins over any day that is computed.", Problem: page.Problem("statement_due")},
	}
	for _, clock := range r.Clocks(in, s.today()) {
		for _, body := range owing(in) {
			page.Duties = append(page.Duties, page.duty(r, in, clock, body, sent))
		}
	}
	return s.render(c, status, "inspection_dates", page)
}

// duty is the form of one duty of one body, with what was sent of it or else with what is recorded.
func (page *inspectionDatesPage) duty(r *inspection.Record, in *inspection.Inspection, clock inspection.Clock, body string, sent url.Values) dutyForm {
	form := dutyForm{
		ID: dutyID(clock.Rule.Code, body), Rule: clock.Rule.Code, Body: body, Heading: clock.Rule.About,
		Day: "No day known", How: capital(clock.HowWords()) + ".",
	}
	if len(owing(in)) > 1 {
		form.Heading += ": " + r.Name(body)
	}
	if clock.Due.Known() {
		form.Day = clock.Due.Words()
	}
	values := url.Values{}
	for _, f := range slices.Backward(r.Fulfilments) {
		if f.InspectionID == in.ID && f.BodyID == body && f.RuleCode == clock.Rule.Code {
			form.Earlier = append(form.Earlier, answerOf(f))
		}
	}
	hint := "For readers, such as which meeting agreed it."
	if now, ok := clock.FulfilledBy(body); ok {
		form.Now, form.Earlier = &form.Earlier[0], form.Earlier[1:]
		values = url.Values{"on": {dayText(now.On)}, "address": {now.Address}, "words": {now.Words}}
		hint = "To take back what is recorded, empty the two boxes above and say here why."
	}
	if sent.Get("do") == "duty" && sent.Get("rule") == form.Rule && sent.Get("body") == body {
		values = sent
	}
	box := func(name, label, kind, hint string) letterBox {
		id := form.ID + "-" + name
		return letterBox{Name: name, ID: id, Label: label, Type: kind, Hint: hint, Value: values.Get(name), Problem: page.Problem(id)}
	}
	on := box("on", "Day it was published", "text", "Like 1 October 2026, or October 2026 where only the month is known.")
	on.Short = true
	note := box("words", "Note", "area", strings.TrimSpace(hint+" "+noNames))
	note.Rows = 2
	form.Boxes = []letterBox{on, box("address", "Where it can be read", "url", "The whole address of the page, beginning with https://"), note}
	return form
}

// dutyID names the form of a duty on its page.
func dutyID(rule, body string) string { return rule + "-" + body }

// saveInspectionDates records the dates of an inspection, or what one body did about one duty after it.
func (s *Server) saveInspectionDates(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	id := c.Param("id")
	f := &draftForm{values: values}
	var save func() error
	place := func(field string) string { return field }
	switch values.Get("do") {
	case "dates":
		received := f.day("received", "the day on which the council received the final letter")
		due := f.day("statement_due", "the day that the letter prints")
		save = func() error { return s.store.SetInspectionDates(c.Request.Context(), by, id, received, due) }
	case "duty":
		done := inspection.Fulfilment{
			InspectionID: id, BodyID: f.line("body"), RuleCode: f.line("rule"),
			On: f.day("on", "the day on which it was published"), Address: f.line("address"), Words: f.words("words"),
		}
		place = func(field string) string {
			if field == "body" || field == "rule" {
				return "duties" // no form of the page sends another body or rule than it has
			}
			return dutyID(done.RuleCode, done.BodyID) + "-" + field
		}
		save = func() error { return s.store.AddFulfilment(c.Request.Context(), by, done) }
	default:
		return &refusal{http.StatusBadRequest, "This form cannot be read", []string{"Open the page again.", "Nothing has been saved."}}
	}
	if len(f.problems) == 0 {
		err = save()
	}
	return s.afterSaving(c, "/inspections/"+id, err, f.problems, func(problems inspection.Problems) error {
		for i := range problems {
			problems[i].Field = place(problems[i].Field)
		}
		return s.inspectionDates(c, http.StatusUnprocessableEntity, values, problems)
	})
}
