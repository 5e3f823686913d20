package inspection

import (
	"slices"
	"strings"
	"testing"
)

var shireBodies = []Body{{ID: "east-shire", Kind: Authority, Name: "East Shire"}, {ID: "west-shire", Kind: Authority, Name: "West Shire"}}

// bad is something that was entered with one thing wrong: where, and part of the words that say so.
type bad[T any] struct {
	spoil func(*T)
	field string
	words string
}

// checkEach checks that what is good has no problems, and that each spoiled copy has its one.
func checkEach[T any](t *testing.T, good func() T, check func(*T) Problems, cases map[string]bad[T]) {
	t.Helper()
	t.Run("what lacks nothing is good", func(t *testing.T) {
		one := good()
		if problems := check(&one); len(problems) > 0 {
			t.Error(problems)
		}
	})
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			one := good()
			c.spoil(&one)
			if words := onlyProblem(t, check(&one), c.field); !strings.Contains(words, c.words) {
				t.Errorf("got %q", words)
			}
		})
	}
}

func TestWhatAnUpdateNeeds(t *testing.T) {
	issued := MustDate("2026-07-07")
	good := func() Update { return Update{Reference: "ES-1", On: moveDay, Words: " Twelve plans were read "} }
	check := func(u *Update) Problems { return u.Check(issued, moveToday) }
	checkEach(t, good, check, map[string]bad[Update]{
		"words":                    {func(u *Update) { u.Words = "\t" }, "words", "what has happened"},
		"words that fit":           {func(u *Update) { u.Words = strings.Repeat("a", 5001) }, "words", "at most 5000"},
		"a day":                    {func(u *Update) { u.On = Date{} }, "on", "day, month and year"},
		"a day that has come":      {func(u *Update) { u.On = MustDate("2026-11-21") }, "on", "has not come yet"},
		"a day after the letter":   {func(u *Update) { u.On = MustDate("2026-07-06") }, "on", "before 7 July 2026"},
		"an audience that exists":  {func(u *Update) { u.Audience = "all" }, "audience", "who may read"},
		"something to be about":    {func(u *Update) { u.Reference = "" }, "reference", "Say which"},
		"one thing to be about":    {func(u *Update) { u.ActionID = "a1" }, "reference", "only one"},
		"a day, even of an action": {func(u *Update) { u.Reference, u.ActionID, u.On = "", "a1", MustDate("2026") }, "on", "day"},
	})
	u := good()
	if check(&u); u.Words != "Twelve plans were read" || u.Audience != ForOfficers {
		t.Errorf("got %+v", u)
	}
	u.Reference, u.ActionID, u.On = "", "a1", MustDate("2013-01-01")
	if problems := u.Check(Date{}, moveToday); len(problems) > 0 {
		t.Errorf("an update about an action, of the record's first day: %v", problems)
	}
}

func actionContext() ActionContext {
	return ActionContext{
		Today: moveToday, Posts: moveContext().Posts, Bodies: shireBodies,
		Exists: func(reference string) bool {
			return strings.HasPrefix(reference, "ES-") || strings.HasPrefix(reference, "WS-")
		},
	}
}

func TestWhatAnActionNeeds(t *testing.T) {
	good := func() Action {
		return Action{
			Words: " Train every team ", OwnerID: "east-shire/head-of-help", LeadBodyID: "west-shire", Due: MustDate("2027-03-31"),
			References: []string{"ES-1", " WS-1 ", "", "ES-1"},
		}
	}
	check := func(a *Action) Problems { return a.Check(nil, "", actionContext()) }
	checkEach(t, good, check, map[string]bad[Action]{
		"words":                   {func(a *Action) { a.Words = "" }, "words", "what is to be done"},
		"words that fit":          {func(a *Action) { a.Words = strings.Repeat("a", 5001) }, "words", "Shorten"},
		"a measure that fits":     {func(a *Action) { a.SuccessMeasure = strings.Repeat("a", 5001) }, "success_measure", "Shorten"},
		"an owner":                {func(a *Action) { a.OwnerID = "" }, "owner", "Choose the post"},
		"an owner that exists":    {func(a *Action) { a.OwnerID = "nobody" }, "owner", "no such post"},
		"an owner who stays":      {func(a *Action) { a.OwnerID = "east-shire/old-post" }, "owner", "ended on"},
		"a lead body that exists": {func(a *Action) { a.LeadBodyID = "" }, "lead_body", "the body that leads"},
		"a day":                   {func(a *Action) { a.Due = MustDate("2027-03") }, "due", "day, month and year"},
		"a day of our times":      {func(a *Action) { a.Due = MustDate("2012-12-31") }, "due", "this record begins on"},
		"a state that exists":     {func(a *Action) { a.State = "lost" }, "state", "how far"},
		"an audience that exists": {func(a *Action) { a.Audience = "all" }, "audience", "who may read"},
		"an item to serve":        {func(a *Action) { a.References = []string{" "} }, "references", "at least one"},
		"items that exist":        {func(a *Action) { a.References = []string{"ES-1", "XX-9"} }, "references", "“XX-9”"},
		"a long reference, shortened where it is named": {func(a *Action) {
			a.References = []string{strings.Repeat("X", 500)}
		}, "references", "“" + strings.Repeat("X", 40) + "…”"},
		"no endless list of items": {func(a *Action) {
			for i := range mostServed {
				a.References = append(a.References, "ES-"+strings.Repeat("1", i+2))
			}
		}, "references", "at most 200"},
	})
	t.Run("what follows is filled in", func(t *testing.T) {
		a := good()
		check(&a)
		if a.Words != "Train every team" || a.OriginalDue != a.Due || a.State != ActionPlanned || a.Audience != ForOfficers ||
			!slices.Equal(a.References, []string{"ES-1", "WS-1"}) {
			t.Errorf("got %+v", a)
		}
	})
}

func TestEveryStateOfAnActionHasWords(t *testing.T) {
	for _, s := range ActionStates() {
		if s.Words() == "" {
			t.Errorf("%s has none", s)
		}
	}
}

func TestChangingAnAction(t *testing.T) {
	before := Action{
		ID: "a1", Words: "Train every team", OwnerID: "east-shire/old-post", LeadBodyID: "east-shire", State: ActionUnderWay,
		OriginalDue: MustDate("2026-12-31"), Due: MustDate("2027-03-31"), Audience: ForMembers, Recorded: MustDate("2026-08-01"),
		References: []string{"ES-1"},
	}
	for name, c := range map[string]struct {
		change func(*Action)
		reason string
		field  string // of the problem; empty for none
	}{
		"an owner whose post has ended may stay":     {func(a *Action) { a.State = ActionDone }, "", ""},
		"another owner has to exist":                 {func(a *Action) { a.OwnerID = "nobody" }, "", "owner"},
		"another day needs a reason":                 {func(a *Action) { a.Due = MustDate("2027-06-30") }, " ", "reason"},
		"another day with a reason":                  {func(a *Action) { a.Due = MustDate("2027-06-30") }, "Trainers were ill", ""},
		"the original day is another day":            {func(a *Action) { a.Due = MustDate("2026-12-31") }, "", "reason"},
		"a reason fits":                              {func(a *Action) { a.Due = MustDate("2027-06-30") }, strings.Repeat("a", 5001), "reason"},
		"no day is taken away":                       {func(a *Action) { a.Due = Date{} }, "Trainers were ill", "due"},
		"the original day is not changed by writing": {func(a *Action) { a.OriginalDue = MustDate("2030-01-01") }, "", ""},
		"nor by leaving it out":                      {func(a *Action) { a.OriginalDue, a.Recorded = Date{}, Date{} }, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := before
			c.change(&a)
			problems := a.Check(&before, c.reason, actionContext())
			if c.field != "" {
				onlyProblem(t, problems, c.field)
			} else if len(problems) > 0 {
				t.Error(problems)
			}
			if a.OriginalDue != before.OriginalDue || a.Recorded != before.Recorded {
				t.Errorf("the original day is %s, recorded %s", a.OriginalDue, a.Recorded)
			}
		})
	}
}

func TestWhatACommitteeNeeds(t *testing.T) {
	good := func() Committee {
		return Committee{BodyID: "east-shire", Name: " Improvement board ", Decides: true, From: MustDate("2026-01"), Until: MustDate("2028-01-01")}
	}
	checkEach(t, good, func(m *Committee) Problems { return m.Check(shireBodies, moveToday) }, map[string]bad[Committee]{
		"a name":                     {func(m *Committee) { m.Name = " " }, "name", "Improvement board"},
		"a name that fits":           {func(m *Committee) { m.Name = strings.Repeat("é", 201) }, "name", "at most 200"},
		"a body that exists":         {func(m *Committee) { m.BodyID = "nowhere" }, "body", "council"},
		"something to do":            {func(m *Committee) { m.Decides = false }, "kind", "scrutinises"},
		"a first day of our times":   {func(m *Committee) { m.From = MustDate("2012-12-31") }, "from", "before 1 January 2013"},
		"a last day after the first": {func(m *Committee) { m.Until = MustDate("2025-12-31") }, "until", "no earlier than the first"},
		"a last day not too far":     {func(m *Committee) { m.Until = MustDate("2029-11-21") }, "until", "three years away"},
		"the address of a page":      {func(m *Committee) { m.Address = "www" }, "address", "https://"},
	})
}

func TestACommitteeSitsWhileItExists(t *testing.T) {
	c := Committee{From: MustDate("2026-01-05"), Until: MustDate("2026-11")}
	for day, want := range map[string]bool{"2026-01-04": false, "2026-01-05": true, "2026-11-30": true, "2026-12-01": false} {
		if got := c.SitsOn(MustDate(day)); got != want {
			t.Errorf("on %s: %v", day, got)
		}
	}
	if !(Committee{}).SitsOn(moveToday) {
		t.Error("a body of unknown days does not sit")
	}
}

func TestWhatAMeetingNeeds(t *testing.T) {
	good := func() Meeting {
		return Meeting{CommitteeID: "board", On: MustDate("2026-11-15"), Address: "https://council.example/papers"}
	}
	check := func(m *Meeting) Problems { return m.Check(moveContext().Committees, moveToday) }
	checkEach(t, good, check, map[string]bad[Meeting]{
		"a body that meets":            {func(m *Meeting) { m.CommitteeID = "" }, "body", "the body that meets"},
		"a body that still sits":       {func(m *Meeting) { m.On = MustDate("2026-11-16") }, "on", "did not sit on 16 November 2026"},
		"a day":                        {func(m *Meeting) { m.On = MustDate("2026-11") }, "on", "day, month and year"},
		"a day of our times":           {func(m *Meeting) { m.CommitteeID, m.On = "cabinet", MustDate("2012-01-01") }, "on", "before 1 January 2013"},
		"a day in three years at most": {func(m *Meeting) { m.CommitteeID, m.On = "cabinet", MustDate("2029-11-21") }, "on", "three years away"},
		"the address of its papers":    {func(m *Meeting) { m.Address = "papers" }, "address", "its papers"},
	})
	m := Meeting{CommitteeID: "cabinet", On: MustDate("2029-11-20")}
	if problems := check(&m); len(problems) > 0 {
		t.Errorf("a meeting to come: %v", problems)
	}
}

func TestWhatAPostNeeds(t *testing.T) {
	good := func() Post { return Post{BodyID: "east-shire", Name: " Head of help "} }
	check := func(p *Post) Problems { return p.Check(shireBodies, moveToday) }
	checkEach(t, good, check, map[string]bad[Post]{
		"a name":             {func(p *Post) { p.Name = "" }, "name", "never a person’s name"},
		"a name in letters":  {func(p *Post) { p.Name = "…" }, "name", "in letters"},
		"a name that fits":   {func(p *Post) { p.Name = strings.Repeat("a", 201) }, "name", "at most 200"},
		"a body that exists": {func(p *Post) { p.BodyID = "" }, "body", "the body that the post is in"},
		"an end after its beginning": {func(p *Post) {
			p.From, p.Until = MustDate("2026-05-01"), MustDate("2026-04-30")
		}, "until", "no earlier than the first"},
	})
	p := good()
	if check(&p); p.ID != "east-shire/head-of-help" || p.Name != "Head of help" {
		t.Errorf("got %+v", p)
	}
	p.Name = "Head of early help"
	if check(&p); p.ID != "east-shire/head-of-help" {
		t.Errorf("a post keeps its ID: %s", p.ID)
	}
}

func TestWhatAQuestionNeeds(t *testing.T) {
	r := newRecord(t)
	letters := map[string]*Inspection{
		"ES-1": r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", ""),
		"WS-1": r.inspect("west-shire", "ilacs-standard", "2026-05-11", "2026-07-07", ""),
		"EP-1": r.inspect("east-partnership", "jtai", "2025-01-20", "2025-03-14", ""),
	}
	good := func() Question {
		return Question{
			BodyID: "east-shire", MeetingID: "m1", Reference: " ES-1 ", AskedBy: "A member of the scrutiny committee", Asked: moveDay,
			AnswerBy: MustDate("2026-12-10"), Words: " How many plans were read? ",
		}
	}
	check := func(q *Question) Problems {
		return q.Check(QuestionContext{
			Today: moveToday, Record: r, Meetings: []Meeting{{ID: "m1"}}, About: letters[strings.TrimSpace(q.Reference)],
		})
	}
	checkEach(t, good, check, map[string]bad[Question]{
		"words":                          {func(q *Question) { q.Words = "" }, "words", "the question"},
		"words that fit":                 {func(q *Question) { q.Words = strings.Repeat("a", 5001) }, "words", "Shorten"},
		"somebody who asks":              {func(q *Question) { q.AskedBy = "" }, "asked_by", "by post"},
		"a post that fits":               {func(q *Question) { q.AskedBy = strings.Repeat("a", 201) }, "asked_by", "Shorten"},
		"a council that is asked":        {func(q *Question) { q.BodyID = "nowhere" }, "body", "asked"},
		"a day":                          {func(q *Question) { q.Asked, q.AnswerBy = Date{}, Date{} }, "asked", "on which it was asked"},
		"a day that has come":            {func(q *Question) { q.Asked = MustDate("2026-11-21") }, "asked", "has not come yet"},
		"an answer after it is asked":    {func(q *Question) { q.AnswerBy = MustDate("2026-11-09") }, "answer_by", "before 10 November 2026"},
		"an answer within three years":   {func(q *Question) { q.AnswerBy = MustDate("2030-01-01") }, "answer_by", "three years away"},
		"a meeting that exists":          {func(q *Question) { q.MeetingID = "m2" }, "meeting", "or none"},
		"an area to improve that exists": {func(q *Question) { q.Reference = "ES-2" }, "reference", "“ES-2”"},
		"an area of the council asked":   {func(q *Question) { q.Reference = "WS-1" }, "reference", "East Shire was asked for"},
		"an audience that exists":        {func(q *Question) { q.Audience = "all" }, "audience", "who may read"},
	})
	q := good()
	if check(&q); q.Audience != ForOfficers || q.Reference != "ES-1" || q.Words != "How many plans were read?" {
		t.Errorf("got %+v", q)
	}
	for reference, bodies := range map[string][]string{"EP-1": {"east-shire", "shire"}, "WS-1": {"shire"}} {
		for _, body := range bodies {
			q := good()
			q.BodyID, q.Reference = body, reference
			if problems := check(&q); len(problems) > 0 {
				t.Errorf("%s asked about %s: %v", body, reference, problems)
			}
		}
	}
	q.MeetingID, q.Reference, q.AnswerBy = "", "", Date{}
	if problems := check(&q); len(problems) > 0 {
		t.Errorf("a question about nothing in particular: %v", problems)
	}
}

func TestWhatAnAnswerNeeds(t *testing.T) {
	good := func() QuestionAnswer { return QuestionAnswer{On: moveDay, Words: "Twelve."} }
	checkEach(t, good, func(a *QuestionAnswer) Problems { return a.Check(moveDay, moveToday) }, map[string]bad[QuestionAnswer]{
		"words":                    {func(a *QuestionAnswer) { a.Words = "" }, "words", "the answer"},
		"words that fit":           {func(a *QuestionAnswer) { a.Words = strings.Repeat("a", 5001) }, "words", "Shorten"},
		"a day after the question": {func(a *QuestionAnswer) { a.On = MustDate("2026-11-09") }, "on", "before 10 November 2026"},
		"a day that has come":      {func(a *QuestionAnswer) { a.On = MustDate("2026-11-21") }, "on", "has not come yet"},
		"the address of a page":    {func(a *QuestionAnswer) { a.Address = "ftp://council.example" }, "address", "https://"},
	})
}
