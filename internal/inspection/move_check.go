package inspection

import (
	"slices"
	"strings"
)

// moveCheck checks one move against the position before it, and fills in what follows from that.
type moveCheck struct {
	checks
	before  Position
	move    Move
	context MoveContext
}

func (c *moveCheck) needsWords(what string) {
	if c.move.Words == "" {
		c.wrong("words", "Enter %s", what)
	}
}

func (c *moveCheck) reason() { c.needsWords("the reason") }

func (c *moveCheck) claim() { c.needsWords("what was done") }

func (c *moveCheck) response() {
	if !slices.Contains([]Answer{Accepted, AcceptedInPart, NotAccepted}, c.move.Answer) {
		c.wrong("answer", "Choose whether it is accepted, accepted in part or not accepted")
	}
	if c.move.Answer != Accepted {
		c.reason()
	}
}

func (c *moveCheck) plan() {
	c.people()
	due := c.move.Due
	switch {
	case c.before.Due.Known() && due.Known() && due != c.before.Due:
		c.wrong("due", "%s is the day that was agreed: ask the body that decides for another", c.before.Due.Words())
	case c.before.Due.Known():
		c.move.Due = c.before.Due
	case !due.Exact():
		c.wrong("due", "Enter the day by which it is to be done, as a day, month and year")
	case due.Before(c.context.Issued.First()):
		c.wrong("due", "Enter a later day: %s is before the letter that asks for this", due.Words())
	}
}

func (c *moveCheck) changedPlan() {
	if c.move.Due.Known() && c.move.Due != c.before.Due {
		c.wrong("due", "A day is not changed here: ask the body that decides for another, with the reason")
	}
	c.people()
	c.reason()
}

// people checks who owns, leads and decides, and the measure of success.
func (c *moveCheck) people() {
	m := &c.move
	c.owner(m.OwnerID, c.context.Posts, c.context.Today)
	c.body("lead_body", m.LeadBodyID, c.context.Bodies, "the body that leads")
	if committee, ok := c.committee(); !ok {
		c.wrong("committee", "Choose the body that agrees new dates and closes this, from the list")
	} else if !committee.Decides {
		c.wrong("committee", "Choose another body: %s does not decide on areas to improve", committee.Name)
	}
	c.text("success_measure", &m.SuccessMeasure, "how members will see that it worked", mostWords)
}

func (c *moveCheck) askedDate() {
	c.reason()
	switch due := c.move.Due; {
	case !due.Exact():
		c.wrong("due", "Enter the day that is asked for, as a day, month and year")
	case due == c.before.Due:
		c.wrong("due", "Enter another day: %s is the day that it has", due.Words())
	case due.Before(c.context.Today):
		c.wrong("due", "Enter a day to come: %s has passed", due.Words())
	}
}

func (c *moveCheck) agreedDate() {
	c.decision()
	if !c.move.Due.Known() {
		c.move.Due = c.before.AskedDue
	}
	switch due := c.move.Due; {
	case !due.Exact():
		c.wrong("due", "Enter the day that was agreed, as a day, month and year")
	case due == c.before.Due:
		c.wrong("due", "Enter the day that was agreed: %s is the day that it had", due.Words())
	case due.Before(c.move.On):
		c.wrong("due", "Enter the day that was agreed: %s is before the meeting", due.Words())
	}
	c.reason()
	c.move.MovesDate = true
}

// nothing is for a move that needs no more than the state that allows it.
func (c *moveCheck) nothing() {}

func (c *moveCheck) verified() { c.needsWords("what was checked, and how") }

func (c *moveCheck) committee() (Committee, bool) {
	i := slices.IndexFunc(c.context.Committees, func(one Committee) bool { return one.ID == c.move.CommitteeID })
	if i < 0 {
		return Committee{}, false
	}
	return c.context.Committees[i], true
}

// decision checks that the body which the council names for the item decided, on a day, with a minute.
func (c *moveCheck) decision() {
	committee, ok := c.committee()
	switch {
	case !ok:
		c.wrong("committee", "Choose the body that decided, from the list")
	case !committee.Decides:
		c.wrong("committee", "Choose another body: %s does not decide on areas to improve", committee.Name)
	case c.before.CommitteeID != "" && committee.ID != c.before.CommitteeID:
		c.wrong("committee", "Another body decides on this item: choose the one that its plan names")
	}
	answers := c.move.Kind == AgreeDate || c.move.Kind == RefuseDate
	if asked := c.before.AskedOn; answers && c.move.On.Before(asked) && c.move.On.Known() {
		c.wrong("on", "Check the day of the meeting: %s is before %s, when the other day was asked for", c.move.On.Words(), asked.Words())
	}
	c.minute(committee)
}

func (c *moveCheck) reasonedDecision() {
	c.decision()
	c.reason()
}

// minute checks that a body sat on the day and that its minute can be found.
func (c *moveCheck) minute(committee Committee) {
	c.text("minute", &c.move.MinuteReference, "the reference of the minute, such as “12 March 2027, item 6”", mostName)
	c.perhapsAddress("minute_address", &c.move.MinuteAddress, "the minute")
	if committee.ID != "" && c.move.On.Exact() && !committee.SitsOn(c.move.On) {
		c.wrong("on", "%s did not sit on %s: check the day or the body", committee.Name, c.move.On.Words())
	}
}

func (c *moveCheck) superseded() {
	c.reasonedDecision()
	c.other("took its place")
}

func (c *moveCheck) recurred() {
	c.other("asks for it again")
}

func (c *moveCheck) other(does string) {
	c.move.Other = strings.TrimSpace(c.move.Other)
	switch {
	case c.move.Other == "":
		c.wrong("other", "Enter the reference of the area to improve that %s", does)
	case c.move.Other == c.before.Reference:
		c.wrong("other", "Enter another reference: this is the item itself")
	case c.context.Exists == nil || !c.context.Exists(c.move.Other):
		c.wrong("other", "Check the reference: no area to improve here has “%s”", shortText(c.move.Other))
	}
}

func (c *moveCheck) view() {
	committee, ok := c.committee()
	switch {
	case !ok:
		c.wrong("committee", "Choose the scrutiny committee from the list")
	case !committee.Scrutinises:
		c.wrong("committee", "Choose another body: %s is not recorded as a body that scrutinises", committee.Name)
	}
	c.minute(committee)
	if c.move.View.Words() == "" {
		c.wrong("view", "Choose what scrutiny said")
	}
	if c.move.View == AskedToReturn && (!c.move.ComeBackBy.Exact() || c.move.ComeBackBy.Before(c.move.On)) {
		c.wrong("come_back_by", "Enter the day by which scrutiny asked to hear again, after its meeting")
	}
	if c.move.View != AskedToReturn {
		c.move.ComeBackBy = Date{}
	}
}
