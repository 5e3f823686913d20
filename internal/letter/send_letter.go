package letter

import (
	"regexp"

	"inspectiontimeline/internal/inspection"
)

// From 2016 to 2022 Ofsted and the Care Quality Commission wrote letters about a local area's arrangements for SEND. They
// give no outcome: where they found significant weaknesses, they ask for a written statement of action.

var (
	oldSENDSubject   = regexp.MustCompile(`(?i)^(?:joint |re-?)?(?:local )?(?:joint )?(?:local )?area (?:SEND|special educational needs)\b.{0,60}?\b(?:re-?)?(?:inspection|visit)(?: of| in| to)? (?:the )?(.+?)(?: local area)?$`)
	oldSENDDays      = regexp.MustCompile(`(?i)\b(?:between|on|from)\s+(?:the )?(?:(?:mon|tues|wednes|thurs|fri)day )?[0-9]`)
	oldSENDStatement = regexp.MustCompile(`(?i)\b(?:required|determined|requires?)\b[^.]{0,120}\bwritten statement of action\b[^.]*`)
)

func isOldSEND(d *document) bool {
	head, ok := d.letterhead()
	return ok && oldSENDSubject.MatchString(head.subject.text)
}

func readOldSEND(d *document, r *Reading) {
	head, _ := d.letterhead()
	r.Framework = found("other", "send.subject", inspection.Check, head.subject.lines...)
	r.Published = head.dated
	if at := oldSENDDays.FindStringIndex(head.opening.text); at != nil {
		r.Start, r.End = head.opening.fieldwork(at[0], "send.opening")
	}
	r.checkDays()
	name := oldSENDSubject.FindStringSubmatch(head.subject.text)[1]
	on := dateOf(r.Start)
	setAuthority(d.register, name, head.subject.lines, "send.subject", on, r)
	if r.Authority != nil && !head.addressed([]Name{r.Authority.Value}, d.register, on) {
		r.Authority.Certainty = inspection.Check
	}
	r.readLists(head.after, "send")
	if said, _ := newPassage(head.after).find(oldSENDStatement); said != nil {
		r.Warnings = append(r.Warnings, "The letter asks for a written statement of action. Add the significant weaknesses that it names.")
	}
}
