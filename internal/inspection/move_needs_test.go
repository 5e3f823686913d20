package inspection

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestWhatAMoveNeeds(t *testing.T) {
	long := strings.Repeat("é", mostWords+1)
	silent := func(m *Move) { m.Words = "" }
	wordy := func(m *Move) { m.Words = long }
	due := func(day string) func(*Move) { return func(m *Move) { m.Due = MustDate(day) } }
	on := func(day string) func(*Move) { return func(m *Move) { m.On = MustDate(day) } }
	body := func(id string) func(*Move) { return func(m *Move) { m.CommitteeID = id } }
	owner := func(id string) func(*Move) { return func(m *Move) { m.OwnerID = id } }
	other := func(reference string) func(*Move) { return func(m *Move) { m.Other = reference } }
	minute := func(words string) func(*Move) { return func(m *Move) { m.MinuteReference = words } }
	for name, c := range map[string]struct {
		kind  MoveKind
		state ProgressState
		spoil func(*Move)
		field string
		words string // part of the problem
	}{
		"a day":                              {StartWork, Planned, on(""), "on", "day, month and year"},
		"a whole day":                        {StartWork, Planned, on("2026-11"), "on", "day, month and year"},
		"a day that has come":                {StartWork, Planned, on("2026-11-21"), "on", "21 November 2026 has not come yet"},
		"a day after the letter":             {Supersede, Issued, on("2026-07-06"), "on", "before 7 July 2026"},
		"a day after the step before":        {SayDone, InProgress, on("2026-08-31"), "on", "on or after 1 September 2026"},
		"a text that fits":                   {StartWork, Planned, wordy, "words", "at most 5000 characters fit, and it has 5001"},
		"a text that fits of a decision":     {CloseItem, Verified, wordy, "words", "Shorten"},
		"a text that fits of a view":         {RecordView, Closed, wordy, "words", "Shorten"},
		"an answer":                          {Respond, Issued, func(m *Move) { m.Answer = "perhaps" }, "answer", "accepted in part"},
		"a reason for not accepting":         {Respond, Issued, func(m *Move) { m.Answer, m.Words = NotAccepted, " \n" }, "words", "Enter the reason"},
		"an owner":                           {MakePlan, Issued, owner(""), "owner", "Choose the post that owns this"},
		"an owner that exists":               {MakePlan, Issued, owner("nobody"), "owner", "no such post"},
		"an owner whose post has not ended":  {MakePlan, Issued, owner("east-shire/old-post"), "owner", "ended on 31 October 2026"},
		"a lead body that exists":            {MakePlan, Issued, func(m *Move) { m.LeadBodyID = "nowhere" }, "lead_body", "leads"},
		"a body that decides":                {MakePlan, Issued, body(""), "committee", "agrees new dates and closes"},
		"a body that may decide":             {MakePlan, Issued, body("scrutiny"), "committee", "Scrutiny committee does not decide"},
		"a measure of success":               {MakePlan, Issued, func(m *Move) { m.SuccessMeasure = " " }, "success_measure", "see that it worked"},
		"a measure of success that fits":     {MakePlan, Issued, func(m *Move) { m.SuccessMeasure = long }, "success_measure", "Shorten"},
		"a day for a plan":                   {MakePlan, Issued, due("2026"), "due", "by which it is to be done"},
		"a day after the letter for a plan":  {MakePlan, Issued, due("2026-07-06"), "due", "before the letter"},
		"the day that was agreed, kept":      {MakePlan, Recurred, due("2027-06-30"), "due", "ask the body that decides"},
		"no other day in a changed plan":     {ChangePlan, Planned, due("2027-06-30"), "due", "not changed here"},
		"a reason for a changed plan":        {ChangePlan, Planned, silent, "words", "Enter the reason"},
		"a living owner in a changed plan":   {ChangePlan, Planned, owner("east-shire/old-post"), "owner", "ended"},
		"a reason for another day":           {AskForDate, Planned, silent, "words", "Enter the reason"},
		"a day to ask for":                   {AskForDate, Planned, due(""), "due", "the day that is asked for"},
		"another day than it has":            {AskForDate, Planned, due("2026-10-31"), "due", "is the day that it has"},
		"a day to come":                      {AskForDate, Planned, due("2026-11-19"), "due", "has passed"},
		"a reason for a day that was agreed": {AgreeDate, Planned, silent, "words", "Enter the reason"},
		"another day than it had":            {AgreeDate, Planned, due("2026-10-31"), "due", "the day that it had"},
		"a day after the meeting":            {AgreeDate, Planned, due("2026-11-09"), "due", "before the meeting"},
		"a body that agreed":                 {AgreeDate, Planned, body("nobody"), "committee", "the body that decided"},
		"a minute of the agreement":          {AgreeDate, Planned, minute(" "), "minute", "the reference of the minute"},
		"a reason for refusing a day":        {RefuseDate, Planned, silent, "words", "Enter the reason"},
		"a claim":                            {SayDone, InProgress, silent, "words", "what was done"},
		"a reason for sending back":          {SendBack, Delivered, silent, "words", "Enter the reason"},
		"what was checked":                   {Verify, EvidenceAccepted, silent, "words", "what was checked, and how"},
		"the body that decides":              {CloseItem, Verified, body("cabinet"), "committee", "Another body decides"},
		"a body that decides at all":         {CloseItem, Verified, body("scrutiny"), "committee", "does not decide"},
		"a body that sat":                    {CloseItem, Verified, on("2026-11-16"), "on", "did not sit on 16 November 2026"},
		"a minute":                           {CloseItem, Verified, minute(""), "minute", "12 March 2027, item 6"},
		"a minute that fits":                 {CloseItem, Verified, minute(long[:2*mostName+2]), "minute", "Shorten"},
		"the address of a page":              {CloseItem, Verified, func(m *Move) { m.MinuteAddress = "javascript:alert(1)" }, "minute_address", "https://"},
		"a reason for not closing":           {RefuseClosing, Verified, silent, "words", "Enter the reason"},
		"a reason for opening again":         {Reopen, Closed, silent, "words", "Enter the reason"},
		"what took its place":                {Supersede, Planned, other(""), "other", "that took its place"},
		"another item in its place":          {Supersede, Planned, other("ES-ILACS-2026-1"), "other", "the item itself"},
		"an item that exists":                {MarkRecurred, Closed, other("XX-1"), "other", "“XX-1”"},
		"a body that scrutinises":            {RecordView, Planned, body("board"), "committee", "not recorded as a body that scrutinises"},
		"a committee on the list":            {RecordView, Planned, body(""), "committee", "Choose the scrutiny committee"},
		"a view":                             {RecordView, Planned, func(m *Move) { m.View = "bored" }, "view", "what scrutiny said"},
		"a minute of the view":               {RecordView, Planned, minute(""), "minute", "minute"},
		"a day to come back by":              {RecordView, Planned, func(m *Move) { m.View = AskedToReturn }, "come_back_by", "hear again"},
		"a day to come back by, to come": {RecordView, Planned, func(m *Move) {
			m.View, m.ComeBackBy = AskedToReturn, MustDate("2026-11-09")
		}, "come_back_by", "after its meeting"},
	} {
		t.Run(name, func(t *testing.T) {
			m, by, asked := goodMove(c.kind)
			c.spoil(&m)
			before := planned(c.state)
			if !asked {
				before.AskedDue, before.AskedBy = Date{}, ""
			}
			if c.state == Issued {
				before = Unmoved("ES-ILACS-2026-1")
			}
			after, _, err := before.Apply(m, by, moveContext())
			if words := problemAt(t, err, c.field); !strings.Contains(words, c.words) || after != before {
				t.Errorf("got %q", words)
			}
		})
	}
	t.Run("everything that is missing is said at once", func(t *testing.T) {
		_, _, err := Unmoved("X-1").Apply(Move{Kind: MakePlan}, officer, moveContext())
		var problems Problems
		if !errors.As(err, &problems) {
			t.Fatal(err)
		}
		var fields []string
		for _, one := range problems {
			fields = append(fields, one.Field)
		}
		if want := []string{"on", "owner", "lead_body", "committee", "success_measure", "due"}; !slices.Equal(fields, want) {
			t.Errorf("got %v, want %v", fields, want)
		}
	})
	t.Run("a kind of move", func(t *testing.T) {
		_, _, err := planned(Planned).Apply(Move{Kind: "fly"}, officer, moveContext())
		problemAt(t, err, "move")
	})
}

func TestADecisionIsNotBeforeWhatItAnswers(t *testing.T) {
	for _, kind := range []MoveKind{AgreeDate, RefuseDate} {
		m, by, _ := goodMove(kind)
		if kind == AgreeDate {
			m.Due = MustDate("2027-01-31")
		}
		before := planned(Planned)
		before.AskedOn = m.On.AddDays(1)
		_, _, err := before.Apply(m, by, moveContext())
		if words := problemAt(t, err, "on"); !strings.Contains(words, "when the other day was asked for") {
			t.Errorf("%s is answered %q", kind, words)
		}
		before.AskedOn = m.On
		if _, _, err := before.Apply(m, by, moveContext()); err != nil {
			t.Errorf("%s on the day of the request: %v", kind, err)
		}
	}
}

func TestMovesThatHaveNothingToActOn(t *testing.T) {
	type change func(*Position, *MoveContext)
	notAsked := func(p *Position, _ *MoveContext) { p.AskedDue = Date{} }
	noDay := func(p *Position, _ *MoveContext) { p.Due, p.AskedDue = Date{}, Date{} }
	expired := func(p *Position, _ *MoveContext) { p.EvidenceUntil = MustDate("2026-11-19") }
	for name, c := range map[string]struct {
		kind   MoveKind
		state  ProgressState
		change change
		words  string
	}{
		"Ofsted's letters take no answer":         {Respond, Issued, func(_ *Position, c *MoveContext) { c.TakesAnswer = false }, "take no answer"},
		"an answer is given once":                 {Respond, Issued, func(p *Position, _ *MoveContext) { p.Answer = Accepted }, "or it has one"},
		"one day is asked for at a time":          {AskForDate, Planned, nil, "Another day, 31 January 2027, is already asked for"},
		"no day is moved before there is one":     {AskForDate, Reopened, noDay, "No day is recorded yet"},
		"no day is agreed that nobody asked for":  {AgreeDate, Planned, notAsked, "No other day is asked for"},
		"nor is one refused":                      {RefuseDate, Planned, notAsked, "No other day is asked for"},
		"work does not begin anew without a day":  {StartWork, Reopened, noDay, "No plan with a day is recorded"},
		"nothing is verified on expired evidence": {Verify, EvidenceAccepted, expired, "has expired"},
		"nothing is closed on expired evidence":   {CloseItem, Verified, expired, "has expired"},
		"without evidence there is nothing to accept": {
			AcceptEvidence, Delivered, func(_ *Position, c *MoveContext) { c.EvidenceIn = false }, "No accepted evidence is in force"},
		"words say what others can do, and who": {
			Verify, Delivered, nil, "send it back to work. Others can name another owner, lead or measure (this is for an officer)"},
		"and that a member can do nothing at all": {CloseItem, Closed, nil, "There is nothing that you can record now. Others can"},
		"and where it would have to stand": {
			AskForDate, Superseded, nil, "at “planned”, “work under way”, “opened again” or “came back in a later letter”"},
	} {
		t.Run(name, func(t *testing.T) {
			m, by, _ := goodMove(c.kind)
			before, context := planned(c.state), moveContext()
			if c.change != nil {
				c.change(&before, &context)
			}
			if c.state == Closed {
				by = Actor{ID: "/member", Role: RoleMember}
			}
			after, _, err := before.Apply(m, by, context)
			if words := problemAt(t, err, "move"); !strings.Contains(words, c.words) || after != before {
				t.Errorf("got %q", words)
			}
		})
	}
	t.Run("evidence speaks to its last day", func(t *testing.T) {
		m, by, _ := goodMove(CloseItem)
		before := planned(Verified)
		before.EvidenceUntil = moveToday
		if _, _, err := before.Apply(m, by, moveContext()); err != nil {
			t.Error(err)
		}
	})
}
