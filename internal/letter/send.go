package letter

import (
	"regexp"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// Reports of area SEND inspections by Ofsted and the Care Quality Commission. Since 2023 a box on the front gives one of
// three outcomes. What must improve stands in ruled tables, those for priority action with a responsible body beside each.

var (
	sendTitle    = regexp.MustCompile(`(?i)\barea SEND (monitoring )?inspection of (.+)$`)
	sendDates    = regexp.MustCompile(`(?i)^inspection dates?\b\s*:?`)
	sendPrevious = regexp.MustCompile(`(?i)^dates? of (?:the )?previous\b`)
	sendBox      = regexp.MustCompile(`(?i)^inspection outcomes?:?$`)
	sendBoxEnd   = regexp.MustCompile(`(?i)^information about (?:the|this) (?:local )?area\b`)
	partnership  = regexp.MustCompile(`(?i)^(.+?)(?:[’']s?)? local area partnership\b.*$`)
)

const sendFront = 45 // lines on which title, dates and outcome stand

// sendOutcomes are the three sentences of an outcome, each with what follows from it, which the same box says too.
var sendOutcomes = []struct {
	outcome           string
	sentence, follows *regexp.Regexp
}{
	{"1", regexp.MustCompile(`(?i)[^.]*\btypically lead to positive experiences\b[^.]*\.?`),
		regexp.MustCompile(`(?i)\bnext full\b[^.]*\bwithin (?:approximately )?(?:five|5) years`)},
	{"2", regexp.MustCompile(`(?i)[^.]*\blead to inconsistent experiences\b[^.]*\.?`),
		regexp.MustCompile(`(?i)\bnext full\b[^.]*\bwithin (?:approximately )?(?:three|3) years`)},
	{"3", regexp.MustCompile(`(?i)[^.]*\bwidespread and/?or systemic failings\b[^.]*\.?`),
		regexp.MustCompile(`(?i)\bmonitoring inspection\b|\bpriority action plan\b`)},
}

func isSEND(d *document) bool { return sendTitleLines(d.firstPages(1)) != nil }

// sendTitleLines returns the lines of the title, which stands above the dates and wraps.
func sendTitleLines(front []line) []line {
	front = front[:min(len(front), sendFront)]
	dates := slices.IndexFunc(front, func(l line) bool { return sendDates.MatchString(l.text) })
	if dates < 0 {
		return nil
	}
	for i, l := range front[:dates] {
		if title := front[i:dates]; sendTitle.MatchString(l.text) && len(title) <= longestSubject {
			return title
		}
	}
	return nil
}

func readSEND(d *document, r *Reading) {
	front := d.firstPages(1)
	title := sendTitleLines(front)
	words := sendTitle.FindStringSubmatch(joinLines(title))
	if words[1] == "" {
		r.Framework = found("area-send", "send.title", inspection.Certain, title...)
	} else {
		r.Framework = found("other", "send.title", inspection.Check, title...)
		r.Warnings = append(r.Warnings, "This is the report of a monitoring inspection, which gives no outcome of its own.")
	}
	r.readSENDDates(front)
	r.readSENDAuthority(d, words[2], title)
	if words[1] == "" {
		r.readSENDOutcome(front)
		r.readSENDLead(d.body())
	}
	r.readSENDItems(d)
}

// readSENDDates reads the days after "Inspection dates:". Those of the previous inspection stand right below.
func (r *Reading) readSENDDates(front []line) {
	at := slices.IndexFunc(front, func(l line) bool { return sendDates.MatchString(l.text) })
	lines := front[at:min(at+3, len(front))]
	if end := slices.IndexFunc(lines[1:], func(l line) bool {
		return sendPrevious.MatchString(l.text) || sendBox.MatchString(l.text)
	}); end >= 0 {
		lines = lines[:1+end]
	}
	r.Start, r.End = newPassage(lines).fieldwork(0, "send.dates")
}

// readSENDAuthority reads the area from the title. It is certain where the rest of the front names the same authority.
func (r *Reading) readSENDAuthority(d *document, name string, title []line) {
	if m := partnership.FindStringSubmatch(name); m != nil {
		name = m[1]
	}
	on := dateOf(r.Start)
	setAuthority(d.register, name, title, "send.title", on, r)
	if r.Authority == nil || r.Authority.Certainty == inspection.Check {
		return
	}
	last := title[len(title)-1].number
	rest := slices.DeleteFunc(d.firstPages(2), func(l line) bool { return l.number <= last })
	if !slices.ContainsFunc(d.register.within(joinLines(rest), on), func(b inspection.Body) bool { return b.ID == r.Authority.Value.BodyID }) {
		r.Authority.Certainty = inspection.Check
	}
}

// readSENDOutcome reads the sentence in the box. It is certain where no other outcome stands there, and what the box says
// comes next fits.
func (r *Reading) readSENDOutcome(front []line) {
	from := slices.IndexFunc(front, func(l line) bool { return sendBox.MatchString(l.text) })
	if from < 0 {
		return
	}
	box := front[from+1:]
	if end := slices.IndexFunc(box, func(l line) bool { return sendBoxEnd.MatchString(l.text) }); end >= 0 {
		box = box[:end]
	}
	text := newPassage(box)
	for _, o := range sendOutcomes {
		sentence, quote := text.find(o.sentence)
		if sentence == nil {
			continue
		}
		certainty := inspection.Check
		if o.follows.MatchString(text.text) {
			certainty = inspection.Certain
		}
		r.Judgements = append(r.Judgements, Judgement{Strand: "send_outcome", Found: *found(o.outcome, "send.outcome", certainty, quote...)})
	}
	if len(r.Judgements) > 1 {
		r.Judgements = nil
		r.Warnings = append(r.Warnings, "The front gives more than one outcome. Choose the one that it means.")
	}
}

var (
	sendTeam     = regexp.MustCompile(`(?i)^inspection team:?$`)
	sendTeamHead = regexp.MustCompile(`(?i)^Ofsted\b.{0,40}\bCare Quality Commission`)
	sendTeamEnd  = regexp.MustCompile(`(?i)^(?:if you are not happy|the office for standards)`)
	leadRole     = regexp.MustCompile(`(?i)\blead\b`)
	otherRole    = regexp.MustCompile(`(?i)\b(?:CQC|Care Quality Commission)\b`)
	personFirst  = regexp.MustCompile(`^(?:(?:Mr|Mrs|Ms|Miss|Dr) )?(\p{Lu}[\p{L}'’.-]*(?: (?:(?:de|da|di|la|le|van|von|der|den|du|al|el|bin|ap|ab) ){0,2}\p{Lu}[\p{L}'’.-]*){1,3}?)(?:,? (?:an )?(?:Ofsted|HMI|SHMI|(?:His|Her) Majesty|OI\b|(?i:lead) )|,)`)
)

// readSENDLead reads the team's first column, which is Ofsted's. The CQC has a lead of its own beside it.
func (r *Reading) readSENDLead(body []line) {
	at := slices.IndexFunc(body, func(l line) bool { return sendTeam.MatchString(l.text) })
	if at < 0 {
		return
	}
	const most = 14 // lines of a team
	team := body[at+1 : min(at+1+most, len(body))]
	if end := slices.IndexFunc(team, func(l line) bool { return sendTeamEnd.MatchString(l.text) }); end >= 0 {
		team = team[:end]
	}
	second := secondColumn(team)
	var leads []string
	var quote []line
	name, nameLine := "", line{}
	for _, l := range team {
		words := leftOf(l, second)
		if m := personFirst.FindStringSubmatchIndex(words); m != nil {
			name, nameLine = words[:m[3]], l
			words = words[m[3]:]
		}
		if name == "" || !leadRole.MatchString(upToMatch(words, otherRole)) {
			continue
		}
		leads, quote = append(leads, name), append(quote, nameLine)
		if l.number != nameLine.number {
			quote = append(quote, l)
		}
		name = ""
	}
	if len(leads) > 0 {
		r.LeadInspector = found(strings.Join(leads, "; "), "send.team", inspection.Certain, quote...)
	}
}

// secondColumn returns where the second column of a team begins, under its own heading, or 0.
func secondColumn(team []line) float64 {
	for _, l := range team {
		if sendTeamHead.MatchString(l.text) && len(l.Texts) > 1 {
			return l.Texts[1].X
		}
	}
	return 0
}

// leftOf returns the words of a line that stand left of a place; all of them where the place is 0.
func leftOf(l line, x float64) string {
	if x == 0 {
		return l.text
	}
	left := l.Line
	left.Texts = slices.DeleteFunc(slices.Clone(l.Texts), func(t Text) bool { return t.X >= x-indent })
	return left.String()
}

// upToMatch returns the words before the first match.
func upToMatch(words string, re *regexp.Regexp) string {
	if at := re.FindStringIndex(words); at != nil {
		return words[:at[0]]
	}
	return words
}
