package letter

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// tableRow is one judgement of a table: its label and its grade, each perhaps over several lines.
type tableRow struct {
	strand string
	grade  string // its code; empty where none was found
	lines  []line
	beside bool // whether the grade stands at the height of the label
}

// judgementTable is the table of judgements, from its first line to the first that is no part of it. Where there is none,
// labels end at its first line and the text begins at its last.
type judgementTable struct {
	rows     []tableRow
	from, to int
	whole    bool // as many grades as labels, each at the height of its own
}

// piece is a label or a grade of the table as its lines come together.
type piece struct {
	words string
	lines []line
}

func (p piece) top() float64    { return p.lines[0].Y }
func (p piece) bottom() float64 { return p.lines[len(p.lines)-1].Y }

var (
	ilacsLabelStart = regexp.MustCompile(`(?i)^(?:the )?(?:impact of leaders|experiences? and progress|overall effectiveness)`)
	// Words of which every label consists. A line of other words ends the table.
	ilacsLabelWords = regexp.MustCompile(`(?i)^(?:(?:the|impact|of|leaders|on|social|work|practice|with|children['’]?s?|young|people|and|families|experiences|progress|who|need|help|protection|in|care|care-experienced|leavers|overall|effectiveness|adults|looked|after|for|their|those|experience|social-work) ?)+$`)
	gradeAtEnd      = regexp.MustCompile(`(?i)^(.*?)\s*\b(outstanding|good|inadequate|requires(?: improvement(?: to(?: be(?: good)?)?)?)?|not judged)\.?$`)
	tableHead       = regexp.MustCompile(`(?i)^judgements?\s+grades?$`)
)

const (
	tableReach = 15 // lines below the dates in which a table begins
	labelLines = 6  // lines below the dates that may hold labels where no table follows them
)

// ilacsTable reads the two columns of the table apart and pairs them in order: a grade stands on the first line of its
// row, in the middle of it, or over two lines.
func ilacsTable(lines []line) judgementTable {
	at := tableStart(lines)
	if at < 0 { // the headings of the body may still say the grades
		return judgementTable{from: min(len(lines), labelLines)}
	}
	t := judgementTable{from: at, to: at}
	var labels, grades []piece
	for _, l := range lines[at:] {
		t.to++
		if tableHead.MatchString(l.text) { // once more, where the table goes on over a page
			continue
		}
		label, grade, goesOn := splitRow(l, grades)
		begins := ilacsLabelStart.MatchString(label)
		if label != "" && !begins && (len(labels) == 0 || !ilacsLabelWords.MatchString(label)) {
			t.to--
			break
		}
		if label != "" {
			labels = addPiece(labels, label, l, begins)
		}
		if grade != "" {
			grades = addPiece(grades, grade, l, !goesOn)
		}
	}
	t.pair(labels, grades)
	return t
}

// tableStart returns the line at which the table begins, or -1 where the text begins before one does.
func tableStart(lines []line) int {
	for i, l := range lines[:min(len(lines), tableReach)] {
		if tableHead.MatchString(l.text) || ilacsLabelStart.MatchString(l.text) {
			return i
		}
		if _, opens := ilacsList(l); opens {
			return -1
		}
	}
	return -1
}

// splitRow parts a line of the table into what belongs to a label and what belongs to a grade, and says whether that goes
// on with the grade of the line before: "Requires improvement", "to be good".
func splitRow(l line, grades []piece) (label, grade string, goesOn bool) {
	words := strings.Fields(plain(l))
	whole := gradeAtEnd.FindStringSubmatch(strings.Join(words, " "))
	if whole != nil && !strings.EqualFold(whole[2], "good") { // "good" may be the end of what began above
		return whole[1], whole[2], false
	}
	open := openGrade(grades)
	for n := min(len(open), len(words)); n > 0; n-- {
		if at := len(words) - n; strings.EqualFold(strings.Join(words[at:], " "), strings.Join(open[:n], " ")) {
			return strings.Join(words[:at], " "), strings.Join(words[at:], " "), true
		}
	}
	if whole != nil {
		return whole[1], whole[2], false
	}
	return strings.Join(words, " "), "", false
}

// openGrade returns the words with which the last grade so far may go on.
func openGrade(grades []piece) []string {
	whole := strings.Fields("requires improvement to be good")
	if len(grades) == 0 {
		return nil
	}
	soFar := strings.Fields(strings.ToLower(grades[len(grades)-1].words))
	if len(soFar) == 0 || len(soFar) >= len(whole) || !slices.Equal(soFar, whole[:len(soFar)]) {
		return nil
	}
	return whole[len(soFar):]
}

func addPiece(pieces []piece, words string, l line, begins bool) []piece {
	if begins || len(pieces) == 0 {
		return append(pieces, piece{words: words, lines: []line{l}})
	}
	last := &pieces[len(pieces)-1]
	last.words += " " + words
	last.lines = append(last.lines, l)
	return pieces
}

func (t *judgementTable) pair(labels, grades []piece) {
	t.whole = len(labels) == len(grades) && len(labels) > 0
	used := make([]bool, len(grades))
	for i, label := range labels {
		row := tableRow{strand: ilacsStrand(label.words), lines: label.lines}
		at := i
		if len(labels) != len(grades) {
			at = slices.IndexFunc(grades, func(g piece) bool { return besides(label, g) })
		}
		if at >= 0 && at < len(grades) && !used[at] {
			used[at] = true
			row.grade, row.beside = gradeCode(grades[at].words), besides(label, grades[at])
			row.lines = mergeLines(label.lines, grades[at].lines)
		}
		t.whole = t.whole && row.strand != "" && row.grade != "" && row.beside
		t.rows = append(t.rows, row)
	}
}

// besides reports whether a grade stands at the height of its label: rows are further apart than half a line.
func besides(label, grade piece) bool {
	if label.lines[0].page != grade.lines[0].page {
		return false
	}
	slack := 0.75 * label.lines[0].Size
	middle := (grade.top() + grade.bottom()) / 2
	return middle >= label.top()-slack && middle <= label.bottom()+slack
}

// mergeLines returns the lines of a label and its grade in the order of the document, each once.
func mergeLines(a, b []line) []line {
	out := append(slices.Clone(a), b...)
	slices.SortFunc(out, func(a, b line) int { return a.number - b.number })
	return slices.CompactFunc(out, func(a, b line) bool { return a.number == b.number })
}

// ilacsStrand returns the strand that a label names. The label of care leavers is sometimes misprinted "children care
// leavers", and that of leaders speaks of practice or of social work practice.
func ilacsStrand(label string) string {
	words := strings.ToLower(strings.Join(strings.Fields(label), " "))
	leavers := strings.Contains(words, "care leavers") || strings.Contains(words, "care-experienced")
	switch {
	case strings.Contains(words, "overall effectiveness"):
		return "overall"
	case strings.Contains(words, "impact of leaders"):
		return "leaders"
	case strings.Contains(words, "help and protection"):
		return "help_protection"
	case leavers && (strings.Contains(words, "in care and") || strings.Contains(words, "looked after")):
		return "care_and_care_leavers"
	case leavers:
		return "care_leavers"
	case strings.Contains(words, "in care"):
		return "in_care"
	}
	return ""
}

// lastOverall is the last day of fieldwork for which letters give an overall grade.
var lastOverall = inspection.MustDate("2026-03-31")

// careSplit is the first day of fieldwork from which care leavers have a judgement of their own.
var careSplit = inspection.MustDate("2023-01-01")

var ilacsHeading = regexp.MustCompile(`(?i)^((?:the )?(?:impact of leaders|experiences? and progress)[a-z’' -]*?)\s*(?:\b(?:is|are)\b(?: judged)?(?: to be)?)?\s*[:;,–—(-]?\s*\b(outstanding|good|inadequate|requires improvement(?: to be good)?)\)?\.?$`)

// ilacsHeadings finds the headings of the body, by strand: each says its judgement's grade again, over up to four lines.
func ilacsHeadings(lines []line) map[string]tableRow {
	out := map[string]tableRow{}
	for i, l := range lines {
		if !ilacsLabelStart.MatchString(l.text) {
			continue
		}
		for n := 1; n <= 4 && i+n <= len(lines); n++ {
			m := ilacsHeading.FindStringSubmatch(joinLines(lines[i : i+n]))
			if m == nil || !ilacsLabelWords.MatchString(m[1]) {
				continue
			}
			strand := ilacsStrand(m[1])
			if _, twice := out[strand]; twice && n == 1 {
				break
			}
			out[strand] = tableRow{strand: strand, grade: gradeCode(m[2]), lines: lines[i : i+n]}
		}
	}
	return out
}

// isILACSHeading reports whether a heading of the body begins at a line.
func isILACSHeading(lines []line, at int) bool {
	if !ilacsLabelStart.MatchString(lines[at].text) {
		return false
	}
	for n := 1; n <= 3 && at+n <= len(lines); n++ {
		words := joinLines(lines[at : at+n])
		if ilacsHeading.MatchString(words) || ilacsStrand(words) != "" && ilacsLabelWords.MatchString(words) {
			return true
		}
	}
	return false
}

// ilacsJudgements puts the table and the headings together. What both say is certain; what one alone says, or what they
// do not agree on, is for a person to check. Overall effectiveness has no heading: it is as sure as the rest of its table.
func ilacsJudgements(t judgementTable, headings map[string]tableRow, start inspection.Date) []Judgement {
	var out []Judgement
	agreed, graded := 0, 0
	seen := map[string]bool{}
	for _, row := range t.rows {
		heading, confirmed := headings[row.strand]
		if row.strand == "" || seen[row.strand] {
			continue
		}
		if row.grade == "" {
			continue
		}
		seen[row.strand] = true
		certainty := inspection.Check
		if confirmed && heading.grade == row.grade {
			certainty = inspection.Certain
			agreed++
		}
		if row.strand != "overall" {
			graded++
		}
		out = append(out, Judgement{Strand: row.strand, Found: *found(row.grade, "ilacs.table", certainty, row.lines...)})
	}
	for _, strand := range ilacsStrands {
		if heading, ok := headings[strand]; ok && !seen[strand] {
			out = append(out, Judgement{Strand: strand, Found: *found(heading.grade, "ilacs.heading", inspection.Check, heading.lines...)})
		}
	}
	for i := range out {
		if out[i].Strand == "overall" && t.whole && agreed == graded && graded >= 3 && !start.After(lastOverall) {
			out[i].Certainty = inspection.Certain
		}
	}
	return out
}

// ilacsDoubts says where the judgements of a letter are not those of the rules of its day.
func ilacsDoubts(judgements []Judgement, start inspection.Date) []string {
	if !start.Known() {
		return nil
	}
	want := []string{"leaders", "help_protection", "in_care", "care_leavers", "overall"}
	switch {
	case start.Before(careSplit):
		want = []string{"leaders", "help_protection", "care_and_care_leavers", "overall"}
	case start.After(lastOverall):
		want = want[:4]
	}
	var out []string
	for i := range judgements {
		strand := judgements[i].Strand
		at := slices.Index(want, strand)
		if at >= 0 {
			want = slices.Delete(want, at, at+1)
			continue
		}
		judgements[i].Certainty = inspection.Check
		out = append(out, fmt.Sprintf("The letter prints a judgement that inspections of its date do not give: %s. Check it.", strandWords[strand]))
	}
	for _, strand := range want {
		out = append(out, fmt.Sprintf("No grade was found for one judgement that inspections of this date give: %s.", strandWords[strand]))
	}
	return out
}

// ilacsStrands are the judgements that have a heading, in the order of the letters.
var ilacsStrands = []string{"help_protection", "care_and_care_leavers", "in_care", "care_leavers", "leaders"}

var strandWords = map[string]string{
	"overall": "overall effectiveness", "leaders": "the impact of leaders", "help_protection": "help and protection",
	"care_and_care_leavers": "children in care and care leavers", "in_care": "children in care", "care_leavers": "care leavers",
}
