package letter

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// Letters about visits: focused visits between inspections, and monitoring visits to councils judged inadequate. They
// give no grades. What they are about stands in the subject line and, again, in the opening paragraph.

var (
	visitSubject = regexp.MustCompile(`(?i)^(?:re:? )?(?:ofsted )?(?:[a-z0-9-]+ )?(?:(focused|monitoring|assurance|interim) visit|(?:focused|monitoring|assurance|interim) visits)\b`)
	visitSummary = regexp.MustCompile(`(?i)\bthis letter (?:summarises|sets out|gives|outlines|reports|describes)\b[^.]{0,40}\b(?:findings|outcomes?) (?:of|from)\b[^.]{0,60}?\b(?:focused|monitoring|assurance|interim) visit\b`)
	visitOpening = regexp.MustCompile(`(?i)\b(?:(?:findings|outcomes?|results) (?:of|from)|following|report on|about) (?:a|an|the|our|ofsted[’']s|this|your)(?: [a-z0-9-]+){0,4}? (focused|monitoring|assurance|interim) visit\b`)

	// The name of the authority stands between the visit and what was visited.
	visitTo = regexp.MustCompile(`(?i)\b(?:focused|monitoring|assurance|interim) visit(?: \([^)]{1,30}\))? (?:to|of|in|at) (.+?)(?:[’']s?)? ?(?:,? (?:local authorit(?:y|ies)|children[’']?s (?:social care|services|trust)|social care)\b|\bon [0-9]|$)`)

	visitNumber  = regexp.MustCompile(`(?i)\b(?:((?:this|it|which|the)(?: (?:monitoring )?visit)?) (?:was|is) (?:the|your|our) )?(` + ordinalWords + `|[0-9]{1,2}(?:st|nd|rd|th))(?: (?:and (?:final|last)|published|remote|full|ILACS|Ofsted|quarterly)){0,2} (?:monitoring )?visit\b`)
	visitNumeral = regexp.MustCompile(`(?i)\bmonitoring visit (?:number |no\.? ?)?([0-9]{1,2})\b`)

	visitTopic = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\binspectors (?:looked at|evaluated|considered|reviewed|examined|focused on|assessed)(?: the (?:effectiveness|quality|impact) of)?(?: how well)?,? (?:the )?(?:local authorit(?:y|ies)|council|borough|county council|partnership|trust)[’']?s?[’']? (?:current )?arrangements (?:for|to|in relation to|in respect of|regarding|around|concerning) (.+?[.:])(?: |$)`),
		regexp.MustCompile(`(?i)\b(?:the (?:focus|scope|theme) of (?:the|this) visit was|(?:the|this) visit (?:focused on|looked at|considered|evaluated)) (?:the )?(?:local authority[’']s arrangements for )?(.+?[.:])(?: |$)`),
		regexp.MustCompile(`(?i)\binspectors (?:looked at|evaluated|focused on) (.+?[.:])(?: |$)`),
	}

	visitAreas    = regexp.MustCompile(`(?i)^(?:(?:the )?areas covered(?:(?: by| during| in| at)? ?(?:the|this|our)?(?: monitoring)? visit)?(?: (?:are|were|included?))?|scope of the visit) ?[:?]*$`)
	visitProgress = regexp.MustCompile(`(?i)\breviewed (?:the )?progress (?:that had been )?(?:made )?(?:in|on|with|against|by|in relation to) (.+?)\.(?: |$)`)
	visitEvidence = regexp.MustCompile(`(?i)\b(?:evidence|case (?:records|files)|spoke|met with|interviews|methodology|carried out in line)\b`)
	leadNamed     = regexp.MustCompile(`\b(?i:(?:lead inspector(?: (?:for|on) (?:this|the) visit)? was|visit was led by)(?: (?:his|her) majesty[’']s inspector)?) (\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+){1,3})`)
	leadSaid      = regexp.MustCompile(`(?i)\blead inspector\b`)
	yoursLine     = regexp.MustCompile(`^Yours (?:sincerely|faithfully)`)
)

// ordinals count the monitoring visits since a council was judged inadequate.
var ordinals = []string{
	"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
}

const ordinalWords = `first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth`

// visitKinds are the codes of what letters call a visit. Those of 2020 and 2021 that assured were focused ones by rule.
var visitKinds = map[string]struct {
	code      string
	certainty inspection.Certainty
}{
	"focused":    {"ilacs-focused-visit", inspection.Certain},
	"monitoring": {"ilacs-monitoring-visit", inspection.Certain},
	"assurance":  {"ilacs-focused-visit", inspection.Check},
	"interim":    {"ilacs-focused-visit", inspection.Check},
}

// isVisit needs the subject line or what the letter says it is for to be a visit: all letters mention earlier visits.
func isVisit(d *document) bool {
	head, ok := d.letterhead()
	if !ok || jtaiSubject.MatchString(head.subject.text) {
		return false
	}
	return (visitSubject.MatchString(head.subject.text) || visitSummary.MatchString(head.opening.text)) && visitWord(head) != ""
}

// visitWord returns what the opening calls the visit, or what the subject does where the opening only says "visit".
func visitWord(head letterhead) string {
	if m := visitOpening.FindStringSubmatch(head.opening.text); m != nil {
		return strings.ToLower(m[1])
	}
	if m := visitSubject.FindStringSubmatch(head.subject.text); m != nil && strings.Contains(head.opening.text, "visit") {
		return strings.ToLower(m[1])
	}
	return ""
}

func readVisit(d *document, r *Reading) {
	head, _ := d.letterhead()
	r.Visit = &Visit{}
	r.readVisitKind(head)
	r.Published = head.dated
	r.readVisitDays(head)
	r.checkDays()
	r.readVisitAuthorities(d.register, head)
	if r.Framework.Value == "ilacs-monitoring-visit" {
		r.Visit.readNumber(head)
		r.Visit.readAreas(head.after)
	}
	r.Visit.readTopic(head)
	r.Visit.readInspectors(head)
	r.readVisitLead(head)
	r.readLists(head.after, "visit")
}

func (r *Reading) readVisitKind(head letterhead) {
	word := visitWord(head)
	kind := visitKinds[word]
	said, quote := head.subject.find(visitSubject)
	if said == nil || !strings.EqualFold(said[1], word) {
		kind.certainty = inspection.Check
		_, quote = head.opening.find(visitOpening)
	}
	r.Framework = found(kind.code, "visit.kind", kind.certainty, quote...)
}

// readVisitDays reads the first days that the opening names after it has said that it is about a visit.
func (r *Reading) readVisitDays(head letterhead) {
	from := 0
	if at := visitOpening.FindStringIndex(head.opening.text); at != nil {
		from = at[0]
	}
	if r.Start, r.End = head.opening.fieldwork(from, "visit.opening"); r.Start == nil {
		r.Start, r.End = head.subject.fieldwork(0, "visit.subject")
	}
}

// readVisitAuthorities reads the authorities from the subject and from the opening. They are certain where both say the
// same, or where one does and the letter is addressed there.
func (r *Reading) readVisitAuthorities(register Register, head letterhead) {
	on := dateOf(r.Start)
	subject, subjectLines := namedIn(head.subject, register, on)
	opening, openingLines := namedIn(head.opening, register, on)
	switch {
	case len(subject) == 0 && len(opening) == 0:
		if !r.readVisitAddressee(register, head) {
			for _, p := range []passage{head.opening, head.subject} {
				if m, lines := p.find(visitTo); m != nil {
					setAuthority(register, m[1], lines, "visit.subject", on, r)
					return
				}
			}
		}
	case len(subject) == 0:
		r.setAuthorities(opening, "visit.opening", sureIf(head.addressed(opening, register, on)), openingLines)
	case len(opening) == 0:
		r.setAuthorities(subject, "visit.subject", sureIf(head.addressed(subject, register, on)), subjectLines)
	default:
		r.setAuthorities(subject, "visit.subject", sureIf(sameBodies(subject, opening)), subjectLines)
	}
}

// namedIn reads the authorities to which a passage says that a visit went.
func namedIn(p passage, register Register, on inspection.Date) ([]Name, []line) {
	m, lines := p.find(visitTo)
	if m == nil {
		return nil, nil
	}
	return register.authoritiesIn(m[1], on), lines
}

// readVisitAddressee falls back on the address, where a line of it is the name of an authority.
func (r *Reading) readVisitAddressee(register Register, head letterhead) bool {
	for _, l := range head.addressees {
		if body, ok := register.match(l.text, dateOf(r.Start)); ok {
			name := Name{Printed: tidyName(l.text), BodyID: body.ID, URN: body.URN}
			r.setAuthorities([]Name{name}, "visit.address", inspection.Check, []line{l})
			return true
		}
	}
	return false
}

func sureIf(agreed bool) inspection.Certainty {
	if agreed {
		return inspection.Certain
	}
	return inspection.Check
}

// readNumber reads which monitoring visit it was. "This was the second …" is beyond doubt; a number elsewhere may be
// that of an earlier visit.
func (v *Visit) readNumber(head letterhead) {
	for _, p := range []passage{head.opening, head.subject} {
		if m, lines := p.find(visitNumber); m != nil {
			v.Number = found(ordinal(m[2]), "visit.number", sureIf(m[1] != ""), lines...)
			return
		}
		if m, lines := p.find(visitNumeral); m != nil {
			v.Number = found(ordinal(m[1]), "visit.number", inspection.Check, lines...)
			return
		}
	}
}

// ordinal returns the number that "second", "2nd" or "2" means.
func ordinal(words string) int {
	if i := slices.Index(ordinals, strings.ToLower(words)); i >= 0 {
		return i + 1
	}
	n, err := strconv.Atoi(strings.TrimRight(strings.ToLower(words), "stndrh"))
	if err != nil {
		return 0
	}
	return n
}

// readTopic reads what the visit looked at. Where a list follows, its items are the topic.
func (v *Visit) readTopic(head letterhead) {
	intro := newPassage(head.opening.lines[:introEnd(head.opening.lines)])
	for i, topic := range visitTopic {
		m, lines := intro.find(topic)
		if m == nil {
			continue
		}
		words := strings.TrimSpace(m[1])
		if strings.HasSuffix(words, ":") {
			items := listIn(intro.lines[slices.IndexFunc(intro.lines, func(l line) bool { return l.number == lines[len(lines)-1].number })+1:]).items
			var listed []string
			for _, it := range items {
				listed = append(listed, strings.TrimRight(strings.TrimSuffix(it.words, " and"), " .;,"))
				lines = append(lines, it.lines...)
			}
			words = strings.TrimSuffix(words+" "+strings.Join(listed, "; "), ": ")
		}
		v.Topic = found(strings.TrimRight(words, "."), "visit.topic", sureIf(i == 0), lines...)
		return
	}
}

// introEnd returns how many lines stand before the first heading.
func introEnd(lines []line) int {
	for i := range lines {
		if kind, _ := headingAt(lines, i); kind != noHeading || looksLikeHeading(lines[i]) {
			return i
		}
	}
	return len(lines)
}

// readAreas reads the areas that a monitoring visit covered. A list of the evidence looked at may follow them.
func (v *Visit) readAreas(lines []line) {
	from := slices.IndexFunc(lines, func(l line) bool { return visitAreas.MatchString(plain(l)) })
	if from < 0 {
		return
	}
	from++
	to := from
	for to < len(lines) {
		if kind, _ := headingAt(lines, to); kind != noHeading || looksLikeHeading(lines[to]) {
			break
		}
		to++
	}
	l := listIn(lines[from:to])
	for _, o := range l.other {
		if len(l.items) > 0 && o.number > l.items[0].lines[0].number || visitEvidence.MatchString(o.text) {
			l.items = slices.DeleteFunc(l.items, func(it listItem) bool { return it.lines[0].number > o.number })
			break
		}
	}
	if len(l.items) == 0 {
		// Early letters say it in a sentence.
		if m, quote := newPassage(lines[from:to]).find(visitProgress); m != nil {
			v.AreasCovered = append(v.AreasCovered, *found(m[1], "visit.progress", inspection.Check, quote...))
		}
	}
	for _, it := range l.items {
		v.AreasCovered = append(v.AreasCovered, *found(it.words, "visit.areas", inspection.Certain, it.lines...))
	}
}

// readVisitLead reads the name that the letter calls the lead inspector, in its opening or where it is signed. Who only
// signs need not have led.
func (r *Reading) readVisitLead(head letterhead) {
	if m, lines := head.opening.find(leadNamed); m != nil {
		r.LeadInspector = found(m[1], "visit.opening", inspection.Certain, lines...)
		return
	}
	at := slices.IndexFunc(head.after, func(l line) bool { return yoursLine.MatchString(l.text) })
	if at < 0 {
		return
	}
	const most = 8 // lines of a signature
	signed := head.after[at+1 : min(at+1+most, len(head.after))]
	for i, l := range signed {
		names, _, ok := inspectorNames(leadSaid.ReplaceAllString(l.text, ""))
		if !ok || len(names) != 1 {
			continue
		}
		for j := i; j < min(i+3, len(signed)); j++ {
			if leadSaid.MatchString(signed[j].text) {
				r.LeadInspector = found(names[0], "visit.signature", inspection.Certain, signed[i:j+1]...)
			}
		}
		return
	}
}
