package letter

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// reportRow is one row of the table of judgements, which is also a section of the report.
type reportRow struct {
	strand  string         // none where only the older reports judged it
	label   *regexp.Regexp // how it begins in the table
	heading *regexp.Regexp // of the section, whole, without its grade
}

// verb is what stands between the name of a section and its grade: "is", "is that it", "are judged to be".
const verb = `(?: is| are)?(?: that)?(?: it| they)?(?: is| are)?(?: judged)?(?: to be)?[:.]?$`

func sifSection(strand, label, heading string) reportRow {
	const graded = `(?:the )?(?:graded judge?ment (?:for|about|on|of) )?(?:the )?`
	return reportRow{strand, regexp.MustCompile(`(?i)^` + label), regexp.MustCompile(`(?i)^` + graded + heading + verb)}
}

// sifRows are in the order in which every cover prints them.
var sifRows = []reportRow{
	sifSection("help_protection", `(?:1\.? )?children who need help and`,
		`(?:experiences? and progress of )?children who need help and protection`),
	sifSection("care_and_care_leavers", `(?:2\.? )?(?:children looked|looked after children)`,
		`experiences? and progress of (?:children looked after|looked after children) and achieving permanence`),
	sifSection("adoption", `2\.1\.? adoption`, `adoption(?: performance)?`),
	sifSection("care_leavers", `2\.2\.? `, `experiences? and progress of care leavers`),
	sifSection("leaders", `(?:3\.? )?leadership,? management`, `leadership,? management and governance`),
}

// keyStrands decide the overall judgement: one that is inadequate makes it inadequate.
var keyStrands = []string{"help_protection", "care_and_care_leavers", "leaders"}

// gradeEnd is a grade, or the piece of one that a line of a narrow column holds, at the end of a line.
var gradeEnd = regexp.MustCompile(`(?i)(?:^| )(outstanding|good|adequate|inadequate|not(?: judged)?|judged|` +
	`requires?(?: improvement(?: to(?: be(?: good)?)?)?)?|improvement(?: to(?: be(?: good)?)?)?|(?:to )?be good)[.:]?(?: \(?grade [1-4]\)?)?$`)

// splitGrade parts a line into what it says and the grade, or piece of one, that ends it.
func splitGrade(l line) (words, end string) {
	words = plain(l)
	at := gradeEnd.FindStringSubmatchIndex(words)
	if at == nil {
		return words, ""
	}
	return strings.TrimSpace(words[:at[0]]), words[at[2]:at[3]]
}

var wholeGrades = regexp.MustCompile(`(?i)\b` + gradeWords)

// gradesIn reads a column of grades, of which one may take several lines.
func gradesIn(ends []string, lines []line) []grade {
	p := passage{text: strings.Join(ends, " "), lines: lines}
	at := 0
	for _, s := range ends {
		p.starts = append(p.starts, at)
		at += len(s) + 1
	}
	var out []grade
	for _, m := range wholeGrades.FindAllStringIndex(p.text, -1) {
		out = append(out, grade{gradeCode(p.text[m[0]:m[1]]), p.between(m[0], m[1])})
	}
	return out
}

// sifTable reads the table on the cover, whose first grade may begin above its label.
func sifTable(cover []line) map[string]grade {
	first := slices.IndexFunc(cover, func(l line) bool { return sifRows[0].label.MatchString(l.text) })
	if first < 0 {
		return nil
	}
	const column = 60 // points from the labels to the grades, at the least
	for left := cover[first].X(); first > 0 && cover[first-1].X() > left+column; first-- {
		if words, end := splitGrade(cover[first-1]); words != "" || end == "" {
			break
		}
	}
	return gradeTable(cover[first:], sifRows)
}

// gradeTable reads a table of judgements: its labels and its grades apart, and then together in their order, since a
// grade may stand above, beside or below its label. Where their numbers differ nothing is read.
func gradeTable(lines []line, rows []reportRow) map[string]grade {
	var labels, column []line
	var ends []string
	for _, l := range lines {
		words, end := splitGrade(l)
		if len(labels) < len(rows) && rows[len(labels)].label.MatchString(words) {
			labels = append(labels, l)
		} else if len(labels) == len(rows) && words != "" && !rows[len(rows)-1].label.MatchString(words) {
			break
		}
		if end != "" {
			ends, column = append(ends, end), append(column, l)
		}
	}
	grades := gradesIn(ends, column)
	if len(grades) != len(labels) || len(labels) < len(rows) {
		return nil
	}
	table := map[string]grade{}
	for i, g := range grades {
		if !beside(labels[i], g.lines) {
			return nil
		}
		g.lines = mergeLines(labels[i:i+1], g.lines)
		table[rows[i].strand] = g
	}
	return table
}

// beside reports whether a grade stands at the height of its label, which may itself take two lines.
func beside(label line, lines []line) bool {
	const rows = 2.6 // lines of text between the two, at most
	return slices.ContainsFunc(lines, func(l line) bool {
		return l.page != label.page || math.Abs(l.Y-label.Y) <= rows*max(l.Size, label.Size)
	})
}

// sifServices opens the sentence that gives the overall judgement in the later reports.
const sifServices = `(?i)\bchildren['’]s services (?:in|for|provided by)(?: St\.)? [^.]{2,90}?`

var (
	sectionStart = regexp.MustCompile(`(?i)^(?:the )?(?:graded judge?ment|experiences? and progress|leadership,? management)`)
	// A sentence that says "not yet good" gives no grade: nothing but the verb may stand before one.
	sifOverall = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\boverall judge?ment(?: is)?(?: that)?(?: the)?(?: children['’]?s services?)?` +
			`(?: is| are)?(?: judged)?(?: to be)?:? (` + gradeWords + `)\b`),
		regexp.MustCompile(sifServices + ` (?:is|are)(?: judged)?(?: to be)? (` + gradeWords + `)\b`),
		regexp.MustCompile(sifServices + ` (requires? improvement(?: to be good)?)\b`),
	}
	sifBecause = regexp.MustCompile(`(?i)^this local authority (?:is (outstanding|good|inadequate)|(requires improvement)|(has serious weaknesses))\b`)
)

// sifSections reads the grades that the headings of the sections give.
func sifSections(body []line) map[string][]grade {
	out := map[string][]grade{}
	for i := range body {
		if !sectionStart.MatchString(body[i].text) {
			continue
		}
		if strand, g, ok := sectionGrade(body[i:min(i+5, len(body))]); ok {
			out[strand] = append(out[strand], g)
		}
	}
	return out
}

// sectionGrade reads a heading that ends with its grade, or has it in a column beside, over several lines.
func sectionGrade(lines []line) (string, grade, bool) {
	var said, ends []string
	var with []line
	for n, l := range lines {
		words, end := splitGrade(l)
		if words != "" {
			said = append(said, words)
		}
		if end != "" {
			ends, with = append(ends, end), append(with, l)
		}
		grades := gradesIn(ends, with)
		if len(grades) != 1 {
			continue
		}
		heading := strings.Join(said, " ")
		for _, row := range sifRows {
			if row.heading.MatchString(heading) {
				return row.strand, grade{grades[0].code, lines[:n+1]}, true
			}
		}
	}
	return "", grade{}, false
}

// sifJudgements weighs what the cover's table says against the headings of the sections.
func sifJudgements(d *document, body []line, table map[string]grade) []Judgement {
	sections := sifSections(body)
	var out []Judgement
	for _, row := range sifRows {
		if g, certainty, ok := agreed(table[row.strand], sections[row.strand]); ok {
			rule := "sif.table"
			if table[row.strand].code == "" {
				rule = "sif.section"
			}
			out = append(out, Judgement{row.strand, *found(g.code, rule, certainty, g.lines...)})
		}
	}
	if j, ok := sifOverallJudgement(d.coverLines(body), body, out); ok {
		out = append([]Judgement{j}, out...)
	}
	if j, ok := lscbJudgement(body); ok {
		out = append(out, j)
	}
	return out
}

// agreed takes the first reading if there is one, and is certain where another confirms it and none says otherwise.
func agreed(first grade, others []grade) (grade, inspection.Certainty, bool) {
	if first.code == "" {
		if len(others) == 0 {
			return grade{}, "", false
		}
		return others[0], inspection.Check, true
	}
	if len(others) == 0 || slices.ContainsFunc(others, func(g grade) bool { return g.code != first.code }) {
		return first, inspection.Check, true
	}
	return first, inspection.Certain, true
}

// sifOverallJudgement reads the sentence on the cover and holds it against the key judgements and the summary.
func sifOverallJudgement(cover, body []line, judged []Judgement) (Judgement, bool) {
	g, ok := newPassage(cover).gradeIn(sifOverall...)
	rule, certainty := "sif.overall", inspection.Check
	reasons := becauseGrades(body)
	if !ok {
		if len(reasons) == 0 {
			return Judgement{}, false
		}
		g, rule = reasons[0], "sif.because"
	} else if followsFrom(g.code, judged) && !slices.ContainsFunc(reasons, func(o grade) bool { return o.code != g.code }) {
		certainty = inspection.Certain
	}
	return Judgement{"overall", *found(g.code, rule, certainty, g.lines...)}, true
}

// becauseGrades reads the sentence that opens the early reports' summaries: "This local authority is good because".
func becauseGrades(body []line) []grade {
	var out []grade
	for _, l := range body {
		switch m := sifBecause.FindStringSubmatch(l.text); {
		case m == nil:
		case m[3] != "":
			out = append(out, grade{"inadequate", []line{l}})
		default:
			out = append(out, grade{gradeCode(m[1] + m[2]), []line{l}})
		}
	}
	return out
}

// followsFrom reports whether an overall grade is one that the three key judgements allow: inadequate exactly where one
// of them is, otherwise neither better than the best of them nor worse than the worst.
func followsFrom(overall string, judged []Judgement) bool {
	order := []string{"outstanding", "good", "requires_improvement", "inadequate"}
	best, worst, known := len(order), -1, 0
	for _, j := range judged {
		if at := slices.Index(order, j.Value); at >= 0 && slices.Contains(keyStrands, j.Strand) {
			best, worst, known = min(best, at), max(worst, at), known+1
		}
	}
	at := slices.Index(order, overall)
	if known == 0 || at < 0 || (order[worst] == "inadequate") != (overall == "inadequate") {
		return false
	}
	return at >= best && at <= worst
}

var (
	lscbStart = regexp.MustCompile(`(?i)^(?:the )?(?:judge?ment |effectiveness |[\p{L} ]{0,40}safeguarding children|LSCB)`)
	lscbGrade = regexp.MustCompile(`(?i)^(?:the )?(?:judge?ment (?:for|on|of|about) (?:the )?)?(?:effectiveness of (?:the )?)?` +
		`[\p{L} ]{0,40}?(?:safeguarding children['’]?s? board|LSCB)(?: \([A-Z]*LSCB\))?:?` +
		`(?: is| are)?(?: judged)?(?: to be)?(?: that it(?: is)?)? ?(` + gradeWords + `)(?:\.|:| because:?)?(?: |$)`)
)

// lscbJudgement reads the grade of the safeguarding board, from the cover or from the heading of its own part.
func lscbJudgement(body []line) (Judgement, bool) {
	const mostLines = 3
	var all []grade
	prominent := false
	for i, l := range body {
		if !lscbStart.MatchString(l.text) {
			continue
		}
		for n := 1; n <= mostLines && i+n <= len(body); n++ {
			p := newPassage(body[i : i+n])
			at := lscbGrade.FindStringSubmatchIndex(p.text)
			// A sentence goes on behind the grade; a heading ends with it.
			if at == nil || at[1] < len(p.text) {
				continue
			}
			next := strings.ToLower(newPassage(body[i:min(i+n+1, len(body))]).text)
			if strings.HasPrefix(next[len(p.text):], " to be good") {
				n++
			}
			all = append(all, grade{gradeCode(p.text[at[2]:at[3]]), body[i : i+n]})
			prominent = prominent || allBold(l)
			break
		}
	}
	if len(all) == 0 {
		return Judgement{}, false
	}
	certainty := inspection.Check
	if same := !slices.ContainsFunc(all, func(g grade) bool { return g.code != all[0].code }); same && (prominent || len(all) > 1) {
		certainty = inspection.Certain
	}
	return Judgement{"lscb", *found(all[0].code, "sif.lscb", certainty, all[0].lines...)}, true
}
