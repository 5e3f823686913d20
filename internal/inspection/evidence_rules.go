package inspection

import (
	"fmt"
	"slices"
	"strings"
)

// Check trims a piece of evidence, marks it for officers where nobody marked it, and lists what is wrong with it. It is a
// link or, where the council allows files, a file: never both. Its own day is when what it shows was so, not when it was
// put here, and cannot be still to come.
func (e *EvidenceItem) Check(today Date, filesAllowed bool) Problems {
	c := &checks{}
	c.text("title", &e.Title, "a title that says what this shows", mostName)
	e.Address = strings.TrimSpace(e.Address)
	file := e.DocumentHash != "" || e.FileName != ""
	switch {
	case file && !filesAllowed:
		c.wrong("file", "Enter a link: this council does not keep files here")
	case file && e.Address != "":
		c.wrong("address", "Give a link or a file, not both")
	case !file && e.Address == "":
		c.wrong("address", "Enter the address of the evidence, beginning with https://")
	}
	c.perhapsAddress("address", &e.Address, "the evidence")
	c.pastDay("on", e.On, "the evidence’s own day", RecordBegins, today)
	switch {
	case e.ExpiresOn.Known() && !e.ExpiresOn.Exact():
		c.wrong("expires_on", "Enter the last day on which this counts, as a day, month and year, or leave it empty")
	case e.ExpiresOn.Known() && !e.ExpiresOn.After(e.On):
		c.wrong("expires_on", "Enter a later day: evidence counts until some day after its own")
	}
	c.audience(&e.Audience)
	return c.problems
}

// evidenceRule says who may take a piece of evidence from one state to another.
type evidenceRule struct {
	from, to EvidenceState
	roles    []Role
	own      bool   // whether it may be done by whoever put the evidence here
	reason   bool   // whether it needs one
	does     string // what is done, after "you can"
}

// evidenceRules is the one table of allowed steps. What was rejected or has expired stays so: a new version goes its own
// way through review.
var evidenceRules = []evidenceRule{
	{EvidenceDraft, EvidenceSubmitted, []Role{RoleOfficer}, true, false, "submit it"},
	{EvidenceSubmitted, EvidenceDraft, []Role{RoleOfficer}, true, false, "take it back as a draft"},
	{EvidenceSubmitted, EvidenceInReview, []Role{RoleReviewer}, false, false, "take it into review"},
	{EvidenceInReview, EvidenceIn, []Role{RoleReviewer}, false, false, "accept it"},
	{EvidenceInReview, EvidenceRejected, []Role{RoleReviewer}, false, true, "not accept it"},
	{EvidenceIn, EvidenceLapsed, []Role{RoleOfficer, RoleReviewer}, true, true, "record that it has expired"},
}

// PossibleStep is a step that somebody could take with a piece of evidence now, or could but for WhyNot.
type PossibleStep struct {
	To     EvidenceState
	Does   string // what is done, after "you can"
	Reason bool   // whether it needs one
	WhyNot string // why this person may not; empty where they may
}

// Possible lists the steps that the evidence's state on a day allows, with the reason beside those that the actor may not
// take.
func (e EvidenceItem) Possible(by Actor, today Date) []PossibleStep {
	var out []PossibleStep
	state := e.StateOn(today)
	for _, rule := range evidenceRules {
		if rule.from == state {
			out = append(out, PossibleStep{To: rule.to, Does: rule.does, Reason: rule.reason, WhyNot: e.whyNot(rule, by)})
		}
	}
	return out
}

func (e EvidenceItem) whyNot(rule evidenceRule, by Actor) string {
	switch {
	case !slices.Contains(rule.roles, by.Role):
		return "This is for " + roleList(rule.roles)
	case !rule.own && by.ID == "":
		return "Say first in which post you act: nobody reviews their own evidence"
	case !rule.own && by.Holds(e.ByID):
		return "Nobody reviews their own evidence: ask somebody else"
	}
	return ""
}

// Step returns the next step of the evidence's review, or fails with Problems. A step that the rules forbid is answered
// with those they allow.
func (e EvidenceItem) Step(to EvidenceState, by Actor, words string, today Date) (EvidenceStep, error) {
	state := e.StateOn(today)
	i := slices.IndexFunc(evidenceRules, func(r evidenceRule) bool { return r.from == state && r.to == to })
	if i < 0 {
		if to.Words() == "" {
			return EvidenceStep{}, Problems{{Field: "state", Words: "Choose what to record of this evidence"}}
		}
		return EvidenceStep{}, Problems{{Field: "state", Words: e.forbidden(state, to, by, today)}}
	}
	rule := evidenceRules[i]
	if why := e.whyNot(rule, by); why != "" {
		return EvidenceStep{}, Problems{{Field: "state", Words: why + ". " + e.allowedWords(by, today)}}
	}
	c := &checks{}
	if c.perhapsText("words", &words, mostWords); rule.reason && words == "" {
		c.wrong("words", "Enter the reason")
	}
	if len(c.problems) > 0 {
		return EvidenceStep{}, c.problems
	}
	return EvidenceStep{
		EvidenceID: e.ID, Number: len(e.Steps) + 1, State: to, On: today, Recorded: today,
		ByID: by.ID, ByPost: by.Post, Words: words,
	}, nil
}

// forbidden says why no step leads from one state to another, and which do lead on.
func (e EvidenceItem) forbidden(state, to EvidenceState, by Actor, today Date) string {
	why := fmt.Sprintf("This evidence stands at “%s”, and from there it cannot become “%s”",
		lowerFirst(state.Words()), lowerFirst(to.Words()))
	if state == EvidenceRejected || state == EvidenceLapsed {
		return why + ": add a new version instead"
	}
	return why + ". " + e.allowedWords(by, today)
}

// allowedWords says what the actor can do with the evidence now and what somebody else can.
func (e EvidenceItem) allowedWords(by Actor, today Date) string {
	var can whoCan
	for _, one := range e.Possible(by, today) {
		can.add(one.Does, one.WhyNot)
	}
	return can.words()
}

// whoCan gathers what somebody can do now, and what others can.
type whoCan struct{ mine, others []string }

// add takes a step and, where it is for others, why.
func (w *whoCan) add(does, whyNot string) {
	if whyNot == "" {
		w.mine = append(w.mine, does)
	} else {
		w.others = append(w.others, fmt.Sprintf("%s (%s)", does, lowerFirst(whyNot)))
	}
}

func (w *whoCan) words() string {
	words := "There is nothing that you can record now"
	if len(w.mine) > 0 {
		words = "You can " + JoinWords(w.mine, "or")
	}
	if len(w.others) > 0 {
		words += ". Others can " + JoinWords(w.others, "or")
	}
	return words
}

// roleList says who acts in one of some roles: "an officer or a reviewer".
func roleList(roles []Role) string {
	words := make([]string, len(roles))
	for i, role := range roles {
		words[i] = role.Words()
	}
	return JoinWords(words, "or")
}
