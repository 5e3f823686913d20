package letter

import (
	"regexp"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// Letters of joint targeted area inspections are written to everybody who protects children in an area. They give no
// grades and name no lead inspector; their subject line and opening sentence name the area.

var (
	jtaiSubject = regexp.MustCompile(`(?i)^joint targeted area (?:re-?)?inspection\b`)
	jtaiOpening = regexp.MustCompile(`(?i)\bjoint (?:targeted area )?inspection\b`)
	jtaiDays    = regexp.MustCompile(`(?i)\b(?:between|took place (?:from|between|on|over)|carried out (?:from|between|on|over)|undertaken (?:from|between|on))\s+(?:the )?[0-9]`)

	// The area stands at the end of the subject: "… of Leeds", "… of the response to neglect in Leeds".
	jtaiArea = []*regexp.Regexp{
		regexp.MustCompile(`(?i)^.* in (.+)$`),
		regexp.MustCompile(`(?i)^joint targeted area (?:re-?)?inspection (?:of|in|:|-|–) ?(.+)$`),
	}
	jtaiSentence = regexp.MustCompile(`(?i)\b(?:multi-agency|response to|joint inspection of|inspection \(JTAI\) of)\b[^.]*\.`)

	statementDue = regexp.MustCompile(`(?i)\bwritten statement of (?:proposed )?action\b.{0,200}?\bby ((?:the )?[0-3]?[0-9](?:st|nd|rd|th)? [a-z]+ 20[0-9]{2})`)
)

func isJTAI(d *document) bool {
	head, ok := d.letterhead()
	return ok && jtaiSubject.MatchString(head.subject.text) && jtaiOpening.MatchString(head.opening.text)
}

func readJTAI(d *document, r *Reading) {
	head, _ := d.letterhead()
	r.Framework = found("jtai", "jtai.subject", inspection.Certain, head.subject.lines...)
	r.Published = head.dated
	if at := jtaiDays.FindStringIndex(head.opening.text); at != nil {
		r.Start, r.End = head.opening.fieldwork(at[0], "jtai.opening")
	}
	r.checkDays()
	r.readJTAIAuthority(d.register, head)
	r.readLists(head.after, "jtai")
	r.readStatementDue(head.after)
}

// readJTAIAuthority reads the area from the subject line. It is certain where the opening sentence names the same one, or
// the letter is addressed to it.
func (r *Reading) readJTAIAuthority(register Register, head letterhead) {
	on := dateOf(r.Start)
	for _, area := range jtaiArea {
		m := area.FindStringSubmatch(head.subject.text)
		if m == nil {
			continue
		}
		named := register.authoritiesIn(m[1], on)
		if len(named) == 0 {
			continue
		}
		certainty := inspection.Check
		if head.addressed(named, register, on) || opensWith(head.opening, named, register, on) {
			certainty = inspection.Certain
		}
		r.setAuthorities(named, "jtai.subject", certainty, head.subject.lines)
		return
	}
	// Some subjects name no area. Then the beginning of the letter does, and no other.
	if bodies := register.within(head.opening.text, on); len(bodies) == 1 {
		name := Name{Printed: bodies[0].Name, BodyID: bodies[0].ID, URN: bodies[0].URN}
		quote := slices.DeleteFunc(slices.Clone(head.opening.lines), func(l line) bool { return len(register.within(l.text, on)) != 1 })
		if len(quote) > 0 {
			r.setAuthorities([]Name{name}, "jtai.opening", inspection.Check, quote[:1])
		}
	}
}

// opensWith reports whether the opening sentence names these authorities.
func opensWith(opening passage, named []Name, register Register, on inspection.Date) bool {
	sentence, _ := opening.find(jtaiSentence)
	if sentence == nil {
		return false
	}
	bodies := register.within(sentence[0], on)
	return !slices.ContainsFunc(named, func(n Name) bool {
		return !slices.ContainsFunc(bodies, func(b inspection.Body) bool { return b.ID == n.BodyID })
	})
}

// readStatementDue reads the day by which the partners must have written their statement of action.
func (r *Reading) readStatementDue(lines []line) {
	m, quote := newPassage(lines).find(statementDue)
	if m == nil {
		return
	}
	days := datesIn(m[1])
	if len(days) != 1 {
		return
	}
	certainty := inspection.Certain
	if r.Published == nil || !days[0].After(r.Published.Value) {
		certainty = inspection.Check
	}
	r.StatementDueOn = found(days[0], "jtai.statement", certainty, quote...)
}
