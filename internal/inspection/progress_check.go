package inspection

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

const (
	// mostWords bounds what is written into one field of progress, in characters.
	mostWords = 5000
	// mostName bounds names, titles and references of minutes, in characters.
	mostName = 200
	// mostServed bounds how many areas to improve one action serves.
	mostServed = 200
	// yearsAhead is how far ahead a meeting, an answer or the end of a body is recorded at most.
	yearsAhead = 3
)

// checks gathers what is wrong with something that was entered. Its methods trim what they check.
type checks struct{ problems Problems }

func (c *checks) wrong(field, format string, values ...any) {
	c.problems = append(c.problems, Problem{Field: field, Words: fmt.Sprintf(format, values...)})
}

// text checks a text that has to be there.
func (c *checks) text(field string, text *string, what string, most int) {
	if c.perhapsText(field, text, most); *text == "" {
		c.wrong(field, "Enter %s", what)
	}
}

// perhapsText checks a text that may be left out.
func (c *checks) perhapsText(field string, text *string, most int) {
	*text = strings.TrimSpace(*text)
	if n := len([]rune(*text)); n > most {
		c.wrong(field, "Shorten the text: at most %d characters fit, and it has %d", most, n)
	}
}

// perhapsAddress checks the address of a page, which may be left out.
func (c *checks) perhapsAddress(field string, address *string, of string) {
	if *address = strings.TrimSpace(*address); *address != "" && !WebAddress(*address) {
		c.wrong(field, "Enter the whole address of %s, beginning with https://", of)
	}
}

// audience marks for officers what nobody marked.
func (c *checks) audience(a *Audience) {
	if *a == "" {
		*a = ForOfficers
	}
	if !a.Known() {
		c.wrong("audience", "Choose who may read this")
	}
}

// pastDay checks a day on which something happened.
func (c *checks) pastDay(field string, on Date, what string, first, today Date) {
	if words := DayProblem(on, what, first, today); words != "" {
		c.wrong(field, "%s", words)
	}
}

// dayWithin checks a day that may be still to come, but not before the first nor more than a few years after today.
func (c *checks) dayWithin(field string, on Date, what string, first, today Date) {
	if !on.Exact() {
		c.wrong(field, "Enter %s, as a day, month and year", what)
		return
	}
	c.within(field, on, what, first, today)
}

// within is dayWithin for a date of which perhaps only the month or the year is known.
func (c *checks) within(field string, on Date, what string, first, today Date) {
	switch {
	case on.Last().Before(first):
		c.wrong(field, "Enter %s: %s is before %s", what, on.Words(), first.Words())
	case on.After(today.AddMonths(12 * yearsAhead)):
		c.wrong(field, "Enter %s: %s is more than %s years away", what, on.Words(), NumberWords(yearsAhead))
	}
}

// life checks the days between which a body or a post exists; either may be unknown.
func (c *checks) life(from, until, today Date) {
	if from.Known() {
		c.within("from", from, "the first day", RecordBegins, today)
	}
	if until.Known() {
		c.within("until", until, "the last day, no earlier than the first", laterDay(from, RecordBegins), today)
	}
}

// body checks that a body is one of those on the record.
func (c *checks) body(field, id string, bodies []Body, what string) {
	if !slices.ContainsFunc(bodies, func(b Body) bool { return b.ID == id }) {
		c.wrong(field, "Choose %s from the list", what)
	}
}

// owner checks that a post exists and has not ended.
func (c *checks) owner(id string, posts []Post, today Date) {
	i := slices.IndexFunc(posts, func(p Post) bool { return p.ID == id })
	switch {
	case id == "":
		c.wrong("owner", "Choose the post that owns this")
	case i < 0:
		c.wrong("owner", "Choose the owner from the list: there is no such post on it")
	case posts[i].Until.Known() && posts[i].Until.Last().Before(today):
		c.wrong("owner", "Choose another owner: this post ended on %s", posts[i].Until.Words())
	}
}

// DayProblem says what is wrong with a day on which something happened, and "" where nothing is: it has to be known to
// the day, from the first day on (or from 2013) and not in the future.
func DayProblem(on Date, what string, first, today Date) string {
	if !first.Known() {
		first = RecordBegins
	}
	switch {
	case !on.Exact():
		return "Enter " + what + ", as a day, month and year"
	case on.After(today):
		return fmt.Sprintf("Enter %s: %s has not come yet", what, on.Words())
	case on.Before(first.First()):
		return fmt.Sprintf("Enter %s: %s is before %s, when this could first be recorded", what, on.Words(), first.Words())
	}
	return ""
}

// WebAddress reports whether a text is the whole address of a page on the web.
func WebAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && len(text) <= 2000 &&
		!strings.ContainsAny(text, " \t\r\n")
}

// laterDay returns the later of two days.
func laterDay(a, b Date) Date {
	if a.After(b) {
		return a
	}
	return b
}

// shortText cuts what somebody sent to a length that fits a message.
func shortText(s string) string {
	if runes := []rune(s); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return s
}

// Check trims an update, marks it for officers where nobody marked it, and lists what is wrong with it. Issued is the day
// from which the letter of its item counts; for an update about an action it may be unknown.
func (u *Update) Check(issued, today Date) Problems {
	c := &checks{}
	if (u.Reference == "") == (u.ActionID == "") {
		c.wrong("reference", "Say which area to improve or which action this is about, and only one of them")
	}
	c.pastDay("on", u.On, "the day that this speaks of", issued, today)
	c.text("words", &u.Words, "what has happened since the last update", mostWords)
	c.audience(&u.Audience)
	return c.problems
}

// ActionContext is what an action is checked against.
type ActionContext struct {
	Today  Date
	Posts  []Post
	Bodies []Body
	Exists func(reference string) bool
}

// Check trims an action, fills in what follows from the one before (nil for a new one) and lists what is wrong with it.
// The reason is for another day than before: without one the day stays. The original day never changes.
func (a *Action) Check(before *Action, reason string, context ActionContext) Problems {
	c := &checks{}
	c.text("words", &a.Words, "what is to be done", mostWords)
	c.perhapsText("success_measure", &a.SuccessMeasure, mostWords)
	// Whoever owned it when it was last saved may stay its owner: a post that has ended does not bar noting that it is done.
	if before == nil || a.OwnerID != before.OwnerID {
		c.owner(a.OwnerID, context.Posts, context.Today)
	}
	c.body("lead_body", a.LeadBodyID, context.Bodies, "the body that leads")
	if a.State == "" {
		a.State = ActionPlanned
	}
	if a.State.Words() == "" {
		c.wrong("state", "Choose how far this is")
	}
	c.audience(&a.Audience)
	a.checkDue(c, before, strings.TrimSpace(reason))
	a.checkServed(c, context.Exists)
	return c.problems
}

func (a *Action) checkDue(c *checks, before *Action, reason string) {
	if before == nil {
		a.OriginalDue = a.Due
	} else {
		a.OriginalDue, a.Recorded = before.OriginalDue, before.Recorded
	}
	switch {
	case !a.Due.Exact():
		c.wrong("due", "Enter the day by which it is to be done, as a day, month and year")
	case a.Due.Before(RecordBegins):
		c.wrong("due", "Enter a later day: this record begins on %s", RecordBegins.Words())
	case before != nil && a.Due != before.Due && reason == "":
		c.wrong("reason", "Enter why the day moves from %s to %s", before.Due.Words(), a.Due.Words())
	}
	c.perhapsText("reason", &reason, mostWords)
}

// checkServed checks the areas to improve that the action serves, each named once.
func (a *Action) checkServed(c *checks, exists func(string) bool) {
	var served []string
	for _, reference := range a.References {
		reference = strings.TrimSpace(reference)
		if reference == "" || slices.Contains(served, reference) {
			continue
		}
		served = append(served, reference)
		if exists == nil || !exists(reference) {
			c.wrong("references", "Check the reference: no area to improve here has “%s”", shortText(reference))
		}
	}
	a.References = served
	switch {
	case len(served) == 0:
		c.wrong("references", "Enter the reference of at least one area to improve that this serves")
	case len(served) > mostServed:
		c.wrong("references", "Enter fewer areas to improve: one action serves at most %d", mostServed)
	}
}

// Check trims a committee and lists what is wrong with it.
func (m *Committee) Check(bodies []Body, today Date) Problems {
	c := &checks{}
	c.text("name", &m.Name, "the name of the body, such as “Improvement board”", mostName)
	c.body("body", m.BodyID, bodies, "the council that it belongs to")
	if !m.Decides && !m.Scrutinises {
		c.wrong("kind", "Choose whether it decides on areas to improve, scrutinises them, or both")
	}
	c.life(m.From, m.Until, today)
	c.perhapsAddress("address", &m.Address, "its page")
	return c.problems
}

// Check trims a meeting, which may be still to come, and lists what is wrong with it.
func (m *Meeting) Check(committees []Committee, today Date) Problems {
	c := &checks{}
	c.dayWithin("on", m.On, "the day of the meeting", RecordBegins, today)
	i := slices.IndexFunc(committees, func(one Committee) bool { return one.ID == m.CommitteeID })
	switch {
	case i < 0:
		c.wrong("body", "Choose the body that meets from the list")
	case m.On.Exact() && !committees[i].SitsOn(m.On):
		c.wrong("on", "%s did not sit on %s: check the day or the body", committees[i].Name, m.On.Words())
	}
	c.perhapsAddress("address", &m.Address, "its papers")
	return c.problems
}

// Check trims a post, gives it its ID where it has none, and lists what is wrong with it.
func (p *Post) Check(bodies []Body, today Date) Problems {
	c := &checks{}
	c.text("name", &p.Name, "the name of the post, such as “Head of quality”; never a person’s name", mostName)
	c.body("body", p.BodyID, bodies, "the body that the post is in")
	c.life(p.From, p.Until, today)
	if p.ID == "" {
		p.ID = PostID(p.BodyID, p.Name)
	}
	if p.Name != "" && strings.HasSuffix(p.ID, "/") {
		c.wrong("name", "Enter the name of the post in letters")
	}
	return c.problems
}

// QuestionContext is what a question is checked against.
type QuestionContext struct {
	Today    Date
	Record   *Record // every body, and what joins them
	Meetings []Meeting
	About    *Inspection // whose letter asks for the item that the question names; nil where there is no such item
}

// Check trims a question, marks it for officers where nobody marked it, and lists what is wrong with it.
func (q *Question) Check(context QuestionContext) Problems {
	c := &checks{}
	c.text("words", &q.Words, "the question", mostWords)
	c.text("asked_by", &q.AskedBy, "who asked, by post, such as “A member of the scrutiny committee”", mostName)
	c.body("body", q.BodyID, context.Record.Bodies, "the council that is asked")
	c.pastDay("asked", q.Asked, "the day on which it was asked", RecordBegins, context.Today)
	if q.AnswerBy.Known() {
		first := laterDay(q.Asked, RecordBegins)
		c.dayWithin("answer_by", q.AnswerBy, "the day by which an answer was promised", first, context.Today)
	}
	if q.MeetingID != "" && !slices.ContainsFunc(context.Meetings, func(m Meeting) bool { return m.ID == q.MeetingID }) {
		c.wrong("meeting", "Choose the meeting from the list, or none")
	}
	q.Reference = strings.TrimSpace(q.Reference)
	body, known := context.Record.Body(q.BodyID)
	asked := func(b Body) bool { return context.About.Of(b.ID) }
	switch {
	case q.Reference == "":
	case context.About == nil:
		c.wrong("reference", "Check the reference: no area to improve here has “%s”", shortText(q.Reference))
	case known && !slices.ContainsFunc(context.Record.ListedUnder(body.ID), asked):
		c.wrong("reference", "Choose an area to improve that %s was asked for: “%s” is in another’s letter", body.Name, shortText(q.Reference))
	}
	c.audience(&q.Audience)
	return c.problems
}

// Check trims an answer to a question that was asked on a day, and lists what is wrong with it.
func (a *QuestionAnswer) Check(asked, today Date) Problems {
	c := &checks{}
	c.text("words", &a.Words, "the answer", mostWords)
	c.pastDay("on", a.On, "the day on which the answer came", asked, today)
	c.perhapsAddress("address", &a.Address, "the page with the answer")
	return c.problems
}
