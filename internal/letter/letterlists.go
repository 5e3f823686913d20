package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"inspectiontimeline/internal/inspection"
)

// Letters to a partnership and letters about visits list what must improve under headings of these words. Old ones have
// sub-headings inside their lists, so that not every heading ends one.
var (
	listsImprovements = regexp.MustCompile(`(?i)^(?:what (?:still )?(?:needs to|must) (?:improve|be improved)(?: in this area of (?:social work )?practice| in [^.?]{0,60}\?)?|areas? (?:(?:for|requiring|that require|in need of) (?:improvement|development)|to improve)|recommendations?) ?[?:]*[0-9]{0,2}$`)
	listsPriorities   = regexp.MustCompile(`(?i)^(?:areas? (?:for|of) (?:immediate and )?priority actions?|priority actions?) ?[?:]*[0-9]?$`)
	listsEnd          = regexp.MustCompile(`(?i)^(?:(?:[a-z-]+ ){0,3}strengths|(?:main |headline |key )?findings\b.{0,40}|overview|context|next steps|conclusions?|(?:case|practice) (?:study|example|studies)\b.*|(?:the )?areas covered\b.*|yours sincerely,?|what is working well.{0,20}|progress since .*) ?[?:]*$`)
	closingWords      = regexp.MustCompile(`^(?:Yours (?:sincerely|faithfully)|I am copying|Ofsted will (?:take|use)|(?:Your )?letter will be (?:published|copied)|This letter will be|Thank you for)`)

	// noneWords say that there is nothing under a heading.
	noneWords = regexp.MustCompile(`(?i)\b(?:no (?:areas? (?:for|of) |immediate |priority (?:and immediate )?actions?\b)|(?:did not (?:find|identify)|not (?:found|identified)) any (?:areas?|priority|immediate)|none (?:were |was )?identified)`)
)

// headingKind is what a heading opens.
type headingKind int

const (
	noHeading headingKind = iota
	opensImprovements
	opensPriorities
	closes
)

// headingAt tells what kind of heading stands at a place, and on how many lines.
func headingAt(lines []line, i int) (headingKind, int) {
	words := plain(lines[i])
	if len(words) > longestHeading {
		return noHeading, 0
	}
	if kind := headingOf(words); kind != noHeading {
		return kind, 1
	}
	// One that wraps is bold or large, as its second line is.
	if i+1 < len(lines) && lines[i+1].page == lines[i].page && allBold(lines[i]) == allBold(lines[i+1]) {
		if kind := headingOf(words + " " + plain(lines[i+1])); kind == opensImprovements || kind == opensPriorities {
			return kind, 2
		}
	}
	return noHeading, 0
}

const (
	longestHeading = 90  // characters
	longestNone    = 160 // characters of a statement that there is nothing
)

// saysNone reports whether words say that there is nothing to list.
func saysNone(words string) bool { return len(words) <= longestNone && noneWords.MatchString(words) }

func headingOf(words string) headingKind {
	if first, _ := utf8.DecodeRuneInString(words); unicode.IsLower(first) {
		return noHeading // the end of a sentence
	}
	switch {
	case listsImprovements.MatchString(words):
		return opensImprovements
	case listsPriorities.MatchString(words):
		return opensPriorities
	case listsEnd.MatchString(words), closingWords.MatchString(words):
		return closes
	}
	return noHeading
}

// section is the lines under a heading.
type section struct {
	kind  inspection.RecommendationKind
	lines []line
}

// improvementSections finds the lists of what must improve, in the order of the letter.
func improvementSections(lines []line) []section {
	var out []section
	open := false
	for i := 0; i < len(lines); {
		kind, n := headingAt(lines, i)
		switch {
		case kind == opensImprovements:
			out, open = append(out, section{kind: inspection.Improvement}), true
		case kind == opensPriorities:
			out, open = append(out, section{kind: inspection.PriorityAction}), true
		case kind == closes, open && opensProse(lines, i):
			open, n = false, 1
		default:
			n = 1
			if open {
				out[len(out)-1].lines = append(out[len(out)-1].lines, lines[i])
			}
		}
		i += n
	}
	return out
}

// opensProse reports whether a heading of unknown words stands here with prose, not a list, below it.
func opensProse(lines []line, i int) bool {
	if !looksLikeHeading(lines[i]) {
		return false
	}
	for i++; i < len(lines) && looksLikeHeading(lines[i]); i++ {
	}
	if i >= len(lines) {
		return true
	}
	_, marked := markOf(lines[i])
	return !marked
}

// looksLikeHeading reports whether a line is set apart as headings are: short, bold, and no sentence.
func looksLikeHeading(l line) bool {
	if _, marked := markOf(l); marked || len(l.text) > longestHeading || strings.HasSuffix(l.text, ".") {
		return false
	}
	return len(l.Texts) > 0 && l.Texts[0].Bold && allBold(l)
}

// readLists reads the items under every heading that opens a list.
func (r *Reading) readLists(lines []line, rule string) {
	for _, s := range improvementSections(lines) {
		if l, any := s.list(); any {
			addItems(l, s.kind, rule, r)
		}
	}
}

// list returns the items of a section, and false where it says that there are none. Sub-headings and what follows prose
// below the items are left out.
func (s section) list() (list, bool) {
	lines := slices.DeleteFunc(slices.Clone(s.lines), func(l line) bool { return looksLikeHeading(l) })
	l := listIn(lines)
	if len(l.items) == 0 {
		return l, !saysNone(joinLines(lines))
	}
	if at := l.proseBelow(); at >= 0 {
		after := func(o line) bool { return o.number >= at }
		l.other = slices.DeleteFunc(l.other, after)
		l.items = slices.DeleteFunc(l.items, func(it listItem) bool { return after(it.lines[0]) })
	}
	n := len(l.items)
	l.items = slices.DeleteFunc(l.items, func(it listItem) bool { return saysNone(it.words) })
	return l, len(l.items) > 0 || n == 0
}

// proseBelow returns the number of the line at which prose begins below the first item, or -1. One line alone may be
// a sub-heading that is not printed bold.
func (l list) proseBelow() int {
	for i := 1; i < len(l.other); i++ {
		before := l.other[i-1]
		if before.number > l.items[0].lines[0].number && l.other[i].number == before.number+1 {
			return before.number
		}
	}
	return -1
}

func endsSentence(words string) bool {
	words = strings.TrimRight(words, `’”"') `)
	return words != "" && strings.ContainsAny(words[len(words)-1:], ".:;?!")
}
