package letter

import (
	"regexp"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"

	"inspectiontimeline/internal/inspection"
)

// The lists of full reports: one for the authority and, later, one for the safeguarding board.

const (
	bodyAuthority = "authority"
	bodyLSCB      = "lscb"
)

var (
	// A heading opens a list only as a whole line: in the list of contents a page number follows it.
	listHeading = regexp.MustCompile(`(?i)^(?:what (?:does|do) (?:.{0,60}) need to improve|` +
		`(?:areas?|recommendations?) for (?:improvement|development)|recommendations?|` +
		`(?:areas? for )?priority(?: and immediate)? actions?|(?:areas? for )?immediate(?: and priority)? actions?)` +
		`[0-9]{0,2} ?[?:.]?[0-9]{0,2}$`)
	priorityHeading = regexp.MustCompile(`(?i)\b(?:priority|immediate)\b`)
	// What stands behind a list where the heading is printed no larger than the text.
	sifListEnd = regexp.MustCompile(`(?i)^(?:(?:the )?.{0,60}\bstrengths\b.{0,30}|progress since .{0,40}|` +
		`summary(?: for .{0,40}| of .{0,40})?|information about .{0,60}|inspection (?:findings|judge?ments?)\b.{0,60}|` +
		`(?:the )?experiences? and progress of .{0,60}|key (?:strengths|judge?ments?)\b.{0,60}|what the inspection .{0,60}|` +
		`executive summary|section [0-9]\b.{0,80}|the inspection team)$`)
	lscbHeading = regexp.MustCompile(`(?i)^(?:section 2\b.*|(?:the )?(?:effectiveness of (?:the )?)?` +
		`[\p{L}’' ]{0,40}?(?:safeguarding children['’]?s? board|safeguarding|LSCB)(?: \([A-Z]*LSCB\))?` +
		`(?:(?: is| are| has)?(?: ` + gradeWords + `| serious weaknesses)|(?: is| are| requires?))?(?: because)?[:.]?|` +
		`what (?:does|do) .*(?:LSCB|board) need to improve.?)$`)
	noItem = regexp.MustCompile(`(?i)^(?:(?:(?:the|this) )?(?:inspection|review|inspectors?) (?:did not|has not|have not|found no|identified no)\b|` +
		`there (?:are|were|is|was) no\b|no (?:areas?|priority|immediate|recommendations?|actions?)\b|none\b)`)
	pageAtEnd  = regexp.MustCompile(` [0-9]{1,3}$`)
	longestNil = 160 // characters of a statement that there is nothing to do
)

// reportItems reads every list of a report, in order. Lists end at the headings of ends, too.
func reportItems(d *document, body []line, ends *regexp.Regexp, rule string) []Item {
	heads := headings{lines: body, ends: ends, size: d.size, bold: slices.ContainsFunc(body, allBold)}
	var out []Item
	part := bodyAuthority
	contents := slices.IndexFunc(body, func(l line) bool { return contentsHeading.MatchString(l.text) })
	for i := 0; i < len(body); i++ {
		words := plain(body[i])
		if !heads.at(i) && !(listHeading.MatchString(words) && heads.opensList(i)) {
			continue
		}
		if i > contents && len(out) > 0 && isLSCBHeading(words) { // covers name the board too
			part = bodyLSCB
		}
		if !listHeading.MatchString(words) {
			continue
		}
		kind := inspection.Improvement
		if priorityHeading.MatchString(words) {
			kind = inspection.PriorityAction
		}
		end := i + 1
		for end < len(body) && !heads.endsList(end) {
			end++
		}
		out = append(out, listItems(body[i+1:end], kind, part, rule)...)
		i = end - 1
	}
	return out
}

// headings tells headings from lines of text, among which the same words may stand.
type headings struct {
	lines []line
	ends  *regexp.Regexp
	size  float64 // of the body text
	bold  bool    // whether the fonts tell bold print at all
}

// at reports whether a line may be a heading: it is bold or large or, where only the words are known, begins with a
// capital letter below the end of a sentence, of a paragraph or of another heading.
func (h headings) at(i int) bool {
	l := h.lines[i]
	if h.bold {
		return allBold(l) || h.large(i)
	}
	first, _ := utf8.DecodeRuneInString(l.text)
	return unicode.IsUpper(first) && (h.opensParagraph(i) || endsSentence(h.lines[i-1].text) ||
		listHeading.MatchString(h.lines[i-1].text) || noItem.MatchString(h.lines[i-1].text))
}

// opensList reports whether a line in plain print stands by itself above the first item of a list.
func (h headings) opensList(i int) bool {
	if i+1 == len(h.lines) || h.bold && !h.opensParagraph(i) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(h.lines[i].text)
	_, marked := markOf(h.lines[i+1])
	return marked && unicode.IsUpper(first)
}

func (h headings) opensParagraph(i int) bool {
	l := h.lines[i]
	return i == 0 || l.page != h.lines[i-1].page || l.Y-h.lines[i-1].Y > paragraphGap*l.Size
}

func (h headings) large(i int) bool { return h.lines[i].Size > h.size+1 }

// endsList reports whether a line is the heading of the next list, or of what follows the lists. Headings in bold of the
// text's own size stand inside lists too, as the themes of the items.
func (h headings) endsList(i int) bool {
	if !h.at(i) {
		return false
	}
	words := plain(h.lines[i])
	return listHeading.MatchString(words) || h.ends.MatchString(words) || isLSCBHeading(words) ||
		h.large(i) && allBold(h.lines[i])
}

func isLSCBHeading(words string) bool {
	return lscbHeading.MatchString(words) && !pageAtEnd.MatchString(words)
}

// listItems reads one list. It is certain where its numbers follow one another, or where all have bullets and every
// line belongs to one of them or is a heading between them.
func listItems(lines []line, kind inspection.RecommendationKind, part, rule string) []Item {
	read := listIn(afterLeadIn(lines))
	if len(read.items) == 0 {
		return nil
	}
	certainty := sureIf(!read.cut && !slices.ContainsFunc(read.other, func(l line) bool {
		return len(l.text) > longLine && l.number > read.items[0].lines[0].number
	}))
	for i, it := range read.items {
		if (it.number == "") != (read.items[0].number == "") || i > 0 && it.number != "" && !follows(read.items[i-1].number, it.number) {
			certainty = inspection.Check
		}
	}
	var out []Item
	for _, it := range read.items {
		if it.words == "" || len(it.words) <= longestNil && noItem.MatchString(it.words) {
			continue
		}
		out = append(out, Item{Kind: kind, Body: part, Found: *found(it.words, rule, certainty, it.lines...)})
	}
	return out
}

var leadIn = regexp.MustCompile(`(?i)\bfollowing actions?\b|\bshould(?: now)?:$`)

// afterLeadIn leaves out the numbered paragraph that introduces a list of bullets.
func afterLeadIn(lines []line) []line {
	bullet := slices.IndexFunc(lines, func(l line) bool {
		m, marked := markOf(l)
		return marked && m.number == ""
	})
	if bullet <= 0 || !leadIn.MatchString(newPassage(lines[:bullet]).text) {
		return lines
	}
	return lines[bullet:]
}

// follows reports whether one printed number comes right after another.
func follows(before, number string) bool {
	b, err := strconv.Atoi(before)
	n, err2 := strconv.Atoi(number)
	return err == nil && err2 == nil && n == b+1
}
