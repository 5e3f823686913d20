package letter

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"inspectiontimeline/internal/inspection"
)

// Letters of the inspections of local authority children's services since 2018. A front names the authority, the dates
// and the lead inspector above a table of judgements; the body has a heading with the grade again for each of them.

var (
	ilacsDates = regexp.MustCompile(`(?i)^(?:(?:on-?site )?inspection dates?|dates? of (?:the )?inspection)\s*:?\s*(.*)$`)
	ilacsLead  = regexp.MustCompile(`(?i)^lead inspectors?\b\s*:?\s*(.*)$`)
	ilacsTitle = regexp.MustCompile(`(?i)\binspection of (.*?)\s*\b(?:local authorit(?:y|ies)[’']?\s+)?children['’]?s['’]?\s+(?:social care\s+)?services\b(?:\s+(?:in|for|of|at)\s+(.+))?`)

	// What stands above the dates of papers about a letter, and never above those of a letter.
	paperWords = regexp.MustCompile(`(?i)\b(?:agenda|committee|cabinet|scrutiny|minutes|report (?:of|to|by|title|author)|wards?|action plan|improvement plan|briefing|purpose)\b`)
)

const ilacsFront = 30 // lines, at most, above the dates of an inspection

// ilacsStart returns where among the first lines a letter's dates stand below its title, or -1 where they do not.
func ilacsStart(lines []line) int {
	for i, l := range lines[:min(len(lines), ilacsFront)] {
		if !ilacsDates.MatchString(l.text) || len(datesIn(joinLines(lines[i:min(len(lines), i+2)]))) == 0 {
			continue
		}
		if front := joinLines(lines[:i]); ilacsTitle.MatchString(front) && !paperWords.MatchString(front) {
			return i
		}
		return -1
	}
	return -1
}

// isILACS asks for three judgements beside title and dates, of which one is on leaders: in the table or in the headings.
func isILACS(d *document) bool {
	lines := d.body()
	at := ilacsStart(upToPage(lines, 3))
	if at < 0 {
		return false
	}
	strands := map[string]bool{}
	for _, row := range ilacsTable(lines[at:]).rows {
		strands[row.strand] = true
	}
	if !strands["leaders"] || len(strands) < 3 {
		for strand := range ilacsHeadings(lines[at:]) {
			strands[strand] = true
		}
	}
	return strands["leaders"] && len(strands) >= 3
}

func readILACS(d *document, r *Reading) {
	lines := d.body()
	if page := secondILACS(d, lines); page > 0 {
		lines = upToPage(lines, page)
		r.Warnings = append(r.Warnings, fmt.Sprintf("This file holds a second report, from page %d. Only the first was read.", page))
	}
	at := ilacsStart(lines)
	title, lines := lines[:at], lines[at:]
	table := ilacsTable(lines)
	labels, rest := lines[:table.from], lines[table.to:]

	readILACSDates(labels, r)
	start := dateOf(r.Start)
	readILACSAuthority(d, title, start, r)
	readILACSLead(labels, r)
	r.Judgements = ilacsJudgements(table, ilacsHeadings(rest), start)
	r.Warnings = append(r.Warnings, ilacsDoubts(r.Judgements, start)...)
	readILACSItems(rest, r)
}

// secondILACS returns the page on which another letter begins, 0 where none does.
func secondILACS(d *document, lines []line) int {
	for _, p := range d.pages[min(len(d.pages), 2):] {
		from := 0
		for from < len(lines) && lines[from].page < p.Number {
			from++
		}
		if at := ilacsStart(lines[from:]); at > 0 && len(ilacsTable(lines[from+at:min(len(lines), from+at+ilacsFront)]).rows) > 1 {
			return p.Number
		}
	}
	return 0
}

// readILACSDates reads the days of fieldwork, and from their number what kind of inspection it was: no letter says that.
func readILACSDates(front []line, r *Reading) {
	lines := labelled(front, ilacsDates)
	days := datesIn(ilacsDates.ReplaceAllString(joinLines(lines), "$1"))
	if len(days) == 0 {
		r.Framework = found("ilacs-standard", "ilacs.dates", inspection.Check, lines...)
		return
	}
	first, last := days[0], days[len(days)-1]
	certainty := inspection.Check
	if len(days)%2 == 0 && !last.Before(first) && first.DaysUntil(last) < 60 && weekday(first) && weekday(last) {
		certainty = inspection.Certain
	}
	r.Start = found(first, "ilacs.dates", certainty, lines...)
	r.End = found(last, "ilacs.dates", certainty, lines...)
	kind, sure := ilacsKind(days)
	if certainty == inspection.Check {
		sure = inspection.Check
	}
	r.Framework = found(kind, "ilacs.weeks", sure, lines...)
}

// ilacsKind tells a short inspection, one working week on site, from a standard one of two weeks. A return visit of a
// day or two does not make it longer.
func ilacsKind(days []inspection.Date) (string, inspection.Certainty) {
	if len(days) < 2 {
		return "ilacs-standard", inspection.Check
	}
	n := workingDays(days[0], days[1])
	switch {
	case len(days) >= 4 && n <= 5 && workingDays(days[2], days[3]) >= 4:
		return "ilacs-standard", inspection.Check // two weeks with a gap, or a week and a long return
	case n >= 3 && n <= 5:
		return "ilacs-short", inspection.Certain
	case n <= 7:
		return "ilacs-short", inspection.Check
	case n >= 9 && n <= 11:
		return "ilacs-standard", inspection.Certain
	default:
		return "ilacs-standard", inspection.Check
	}
}

// workingDays counts Mondays to Fridays from the first day to the last.
func workingDays(first, last inspection.Date) int {
	n := 0
	for day := first; !day.After(last) && n < 100; day = day.AddDays(1) {
		if weekday(day) {
			n++
		}
	}
	return n
}

func weekday(d inspection.Date) bool {
	w := d.Time().Weekday()
	return w != time.Saturday && w != time.Sunday
}

// readILACSAuthority finds the name between the words of the title, or behind them, or above them where the title is only
// "Inspection of children's social care services".
func readILACSAuthority(d *document, front []line, start inspection.Date, r *Reading) {
	at := len(front) - 1
	for at > 0 && !(strings.Contains(strings.ToLower(front[at].text), "inspection of") && ilacsTitle.MatchString(joinLines(front[at:]))) {
		at--
	}
	title := front[at:]
	m := ilacsTitle.FindStringSubmatch(joinLines(title))
	name := m[1]
	if !isWord(noName.ReplaceAllString(name, "")) {
		name = m[2]
	}
	if name == "" {
		title = nameAbove(d.register, front[:at], start)
		name = joinLines(title)
	}
	setAuthority(d.register, name, title, "ilacs.title", start, r)
}

// noName is what stands in place of a name where the title has none.
var noName = regexp.MustCompile(`(?i)\b(?:the|local|authority)\b`)

// nameAbove returns the last lines above the title that are a name: it may wrap, and a letterhead may stand over it. The
// longest name counts, as the last line of "Bath and North East / Somerset" is another county's, but no line more than
// that name needs.
func nameAbove(register Register, lines []line, on inspection.Date) []line {
	const most = 3
	var best []line
	var named []Name
	for n := min(most, len(lines)); n > 0; n-- {
		last := lines[len(lines)-n:]
		if here := register.authoritiesIn(joinLines(last), on); len(here) > 0 && (best == nil || sameBodies(here, named)) {
			best, named = last, here
		}
	}
	if best == nil {
		return lines[max(len(lines)-1, 0):]
	}
	return best
}

// readILACSLead reads the names behind "Lead inspector:".
func readILACSLead(front []line, r *Reading) {
	lines := labelled(front, ilacsLead)
	if len(lines) == 0 {
		return
	}
	names, ranked, ok := inspectorNames(ilacsLead.ReplaceAllString(joinLines(lines), "$1"))
	if !ok {
		if len(names) == 0 {
			return
		}
		r.Warnings = append(r.Warnings, "The name of the lead inspector is not beyond doubt.")
	}
	certainty := inspection.Certain
	if !ok || !ranked {
		certainty = inspection.Check
	}
	r.LeadInspector = found(strings.Join(names, "; "), "ilacs.lead", certainty, lines...)
}

// labelled returns the line that begins with a label and those that go on with it, up to the next label.
func labelled(lines []line, label *regexp.Regexp) []line {
	for i, l := range lines {
		if !label.MatchString(l.text) {
			continue
		}
		to := i + 1
		for to < len(lines) && to < i+4 && !anyLabel.MatchString(lines[to].text) && lines[to].Size == l.Size &&
			lines[to].page == l.page && lines[to].Y-lines[to-1].Y < 1.9*l.Size {
			to++
		}
		return lines[i:to]
	}
	return nil
}

// anyLabel is a line that begins with a label of its own: "Lead inspector:", "Judgement".
var anyLabel = regexp.MustCompile(`^(?:[A-Z][A-Za-z’' -]{2,40}:|Judgement\b|Inspection dates?\b|Overall effectiveness|The (?:impact|experiences)\b)`)
