package letter

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// listItem is one item of a list as printed.
type listItem struct {
	words  string // whole, on one line, without its bullet or number and without footnote digits
	number string // as printed, for a numbered one
	lines  []line

	mark mark
}

// list is the items that stand among some lines, and the lines that belong to none of them: prose and sub-headings.
type list struct {
	items []listItem
	other []line
	cut   bool // whether the end of an item was taken for a sub-heading
}

// mark is what begins an item: a bullet or a number.
type mark struct {
	number string
	weak   bool    // a dash or an "o", which below other bullets marks a sub-list
	rest   string  // of the line
	x      float64 // where the mark stands
	textX  float64 // where the words begin
}

func (m mark) numbered() bool { return m.number != "" }

const (
	indent       = 4.0 // less is not an indent but the roughness of positions
	paragraphGap = 1.5 // between baselines, in parts of the size: more is a new paragraph
)

var (
	// A bullet of any kind: programs draw them as arrows, stars and ticks and with letters of a private use area too. A
	// dash, an "o" or the letter that a font of signs has in the place of its bullet is one where a space follows.
	bulletMark = regexp.MustCompile(`^(?:[\x{2190}-\x{21FF}\x{25A0}-\x{26FF}\x{2700}-\x{27BF}\x{2B00}-\x{2BFF}\x{2022}\x{2023}\x{2043}\x{204C}\x{204D}\x{2219}\x{00B7}\x{E000}-\x{F8FF}]+\s*|[o*§Ø¨–—−‒‑-](?:\s+|$))`)
	dashes     = "–—−‒‑-"
	// A number may touch its words: "10.Ensure that".
	numberMark = regexp.MustCompile(`^(?:\(?([0-9]{1,3})[.)](?:\s+|$|(\p{Lu}))|([0-9]{1,3})$)`)

	strayDigits = regexp.MustCompile(`([.;:?!])[0-9]{1,2}$`)
	spaceBefore = regexp.MustCompile(` +([,.;:?!)])`)
	joinsBroken = regexp.MustCompile(`^(?:and|or|to)\b`)
)

// listIn finds the items among lines that stand between a heading and the next. The first mark sets what an item of the
// list looks like; a mark that stands where the words of an item do belongs to that item, as its own sub-list.
func listIn(lines []line) list {
	var out list
	for i, l := range lines {
		var item *listItem
		if n := len(out.items); n > 0 {
			item = &out.items[n-1]
		}
		m, marked := markOf(l)
		switch {
		case item != nil && (marked && item.contains(m) || !marked && item.goesOn(l, lines[i-1])):
			item.add(l)
		case marked && (item == nil || !m.numbered() || out.items[0].mark.numbered()):
			out.items = append(out.items, listItem{number: m.number, lines: []line{l}, mark: m})
		default: // prose, or numbered paragraphs below a list of bullets
			out.other = append(out.other, l)
		}
	}
	for i := range out.items {
		if n := out.items[i].headingBelow(); n > 0 {
			end := len(out.items[i].lines) - n
			out.other = append(out.other, out.items[i].lines[end:]...)
			out.items[i].lines = out.items[i].lines[:end]
			out.cut = true
		}
		out.items[i].words = joinWords(out.items[i].lines)
	}
	if out.cut {
		slices.SortFunc(out.other, func(a, b line) int { return a.number - b.number })
	}
	return out
}

// headingBelow returns how many lines at the end of an item are a sub-heading, which text without positions and fonts
// does not set apart: words that begin behind the end of a sentence and do not end one.
func (it *listItem) headingBelow() int {
	const most, longest = 2, 80 // lines, characters
	for n := 1; n <= most && n < len(it.lines); n++ {
		tail, above := it.lines[len(it.lines)-n:], it.lines[len(it.lines)-n-1]
		words := joinLines(tail)
		first, _ := utf8.DecodeRuneInString(words)
		if _, marked := markOf(tail[0]); !marked && unicode.IsUpper(first) && len(words) <= longest &&
			endsSentence(plain(above)) && !strings.HasSuffix(above.text, ":") && (!endsSentence(words) || strings.HasSuffix(words, ":")) {
			return n
		}
	}
	return 0
}

// markOf returns the bullet or number that a line begins with.
func markOf(l line) (mark, bool) {
	if len(l.Texts) == 0 {
		return mark{}, false
	}
	first := l.Texts[0]
	m := mark{x: first.X}
	end := 0
	if at := bulletMark.FindStringIndex(first.S); at != nil && (first.S[:at[1]] != first.S || len(l.Texts) > 1 || at[1] > 0 && !isWord(first.S)) {
		end = at[1]
		m.weak = strings.HasPrefix(first.S, "o") || strings.ContainsAny(first.S[:end], dashes)
	} else if at := numberMark.FindStringSubmatchIndex(first.S); at != nil {
		if at[6] >= 0 && len(l.Texts) == 1 {
			return mark{}, false // a bare number is a mark only where words follow in another column
		}
		m.number = first.S[max(at[2], at[6]):max(at[3], at[7])]
		end = at[1]
		if at[4] >= 0 {
			end = at[4]
		}
	} else {
		return mark{}, false
	}
	m.rest = strings.TrimSpace(strings.TrimPrefix(plain(l), strings.TrimSpace(first.S[:end])))
	switch {
	case end < len(first.S):
		m.textX = first.X + first.Width*float64(utf8.RuneCountInString(first.S[:end]))/float64(utf8.RuneCountInString(first.S))
	case len(l.Texts) > 1:
		m.textX = l.Texts[1].X
	default:
		m.textX = first.X + 1.5*first.Size
	}
	return m, true
}

func isWord(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

// contains reports whether a mark belongs to the item: it stands where the words of the item do, or is of a kind that
// marks sub-lists, or is a bullet to the right of a number.
func (it *listItem) contains(m mark) bool {
	inner := it.mark.number != "" && m.number == ""
	return m.weak && !it.mark.weak || m.x > it.mark.x+indent && (inner || m.x >= it.mark.textX-indent)
}

// goesOn reports whether an unmarked line belongs to the item: it hangs below the item's words, or follows them closely,
// or goes on in the middle of a sentence on the next page.
func (it *listItem) goesOn(l, before line) bool {
	last := it.lines[len(it.lines)-1]
	if before.number != last.number || l.page > last.page+1 {
		return false // other lines, or a page without any, have come between
	}
	if it.mark.rest == "" && len(it.lines) == 1 {
		return true // the mark stood alone
	}
	hangs := l.X() >= it.mark.textX-indent
	if l.page != last.page || l.number > last.number+1 { // a footer stands between, pasted or not
		return hangs || !strings.ContainsAny(last.text[len(last.text)-1:], ".;:?!")
	}
	if allBold(l) && !allBold(last) {
		return false
	}
	return hangs || l.Y-last.Y <= paragraphGap*max(l.Size, last.Size)
}

func (it *listItem) add(l line) {
	if _, marked := markOf(l); !marked && len(it.lines) == 1 && l.X() > it.mark.x+indent {
		it.mark.textX = min(it.mark.textX, l.X())
	}
	it.lines = append(it.lines, l)
}

// allBold reports whether every word in a line is printed bold. A line without words, as "42).", is not.
func allBold(l line) bool {
	return isWord(l.text) && !slices.ContainsFunc(l.Texts, func(t Text) bool { return !t.Bold && isWord(t.S) })
}

// plain returns a line's words without the digits that lead to footnotes.
func plain(l line) string {
	raised := func(t Text) bool {
		return t.Rise > 1 && t.Size < 0.85*l.Size && !isWord(t.S)
	}
	if !slices.ContainsFunc(l.Texts, raised) {
		return l.text
	}
	kept := l.Line
	kept.Texts = slices.DeleteFunc(slices.Clone(l.Texts), raised)
	return spaceBefore.ReplaceAllString(kept.String(), "$1")
}

// joinWords makes one line of an item's lines: the mark of the first is left out, those of sub-lists stay as dashes.
func joinWords(lines []line) string {
	var b strings.Builder
	for i, l := range lines {
		words := plain(l)
		switch m, marked := markOf(l); {
		case marked && i == 0:
			words = m.rest
		case marked && !m.weak && !m.numbered():
			words = "– " + m.rest
		}
		switch soFar := b.String(); {
		case words == "":
		case soFar == "" || breaksWord(soFar, words):
			b.WriteString(words)
		default:
			b.WriteString(" " + words)
		}
	}
	return strayDigits.ReplaceAllString(strings.Join(strings.Fields(b.String()), " "), "$1")
}

// breaksWord reports whether a line ends inside a word that goes on in the next: "multi-" and "agency", but not "short-"
// and "and long-term".
func breaksWord(line, next string) bool {
	before, cut := strings.CutSuffix(line, "-")
	if !cut {
		return strings.HasSuffix(line, "/")
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(next)
	return (unicode.IsLetter(last) || unicode.IsDigit(last)) && unicode.IsLetter(first) && !joinsBroken.MatchString(next)
}
