package inspection

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// LetterParagraph is a paragraph of a letter, under the number that the letter prints before it.
type LetterParagraph struct {
	Number string // as printed; empty where the letter numbers none there
	Page   int    // on which it begins, counted from 1
	Words  string // on one line; word for word but for line breaks and what stands at the head and foot of every page
}

var (
	paragraphNumber = regexp.MustCompile(`^([0-9]{1,3})\.(?:\s+|$)`)
	sectionHead     = regexp.MustCompile(`(?i)^(the (experiences and progress|impact of leaders|overall effectiveness)\b|(what|which) needs to improve|(headline|main) findings|the office for standards in education)`)
	bareNumber      = regexp.MustCompile(`^[0-9]{1,3}$`)
	listMark        = regexp.MustCompile(`^[•◼▪●■\x{F06E}\x{F0A7}]`)
)

// Paragraphs parts a letter's text into its paragraphs. Those that the letter numbers 1, 2, 3 … begin where a line
// begins with the number that comes next; elsewhere a passage ends with a short line that ends a sentence, at a mark of a
// list or at a heading.
func Paragraphs(pages []LetterPage) []LetterParagraph {
	p := paragraphs{running: runningLines(pages)}
	for _, page := range pages {
		lines := p.textOf(page)
		p.page, p.width = page.Number, 0
		for _, line := range lines {
			p.width = max(p.width, utf8.RuneCountInString(line))
		}
		for _, line := range lines {
			p.add(line)
		}
	}
	p.end()
	return p.out
}

// paragraphs gathers the lines of a letter.
type paragraphs struct {
	running map[string]bool // lines at the head or foot of pages, without their numbers
	page    int
	width   int // of the page's longest line
	last    int // the number last seen
	open    LetterParagraph
	out     []LetterParagraph
}

// runningLines finds what stands on half of the pages or more, apart from its numbers: a title, a date, a page number.
func runningLines(pages []LetterPage) map[string]bool {
	const fewest = 3
	on := map[string]int{}
	for _, page := range pages {
		seen := map[string]bool{}
		for line := range strings.Lines(page.Words) {
			if line = withoutNumbers(line); line != "" && !seen[line] {
				seen[line] = true
				on[line]++
			}
		}
	}
	out := map[string]bool{}
	for line, n := range on {
		out[line] = n >= fewest && 2*n >= len(pages)
	}
	return out
}

// withoutNumbers puts a 0 in the place of each number of a line. A line that begins a paragraph, or is a number alone, stays
// what it is: that number is a paragraph's, a footnote's or the page's own.
func withoutNumbers(line string) string {
	line = strings.TrimSpace(line)
	if !strings.ContainsFunc(line, digit) || numberAlone(line) || numbered(line) != nil {
		return line
	}
	var out strings.Builder
	within := false // a number
	for i := range len(line) {
		if digit(rune(line[i])) {
			if !within {
				out.WriteByte('0')
			}
			within = true
			continue
		}
		out.WriteByte(line[i])
		within = false
	}
	return out.String()
}

// numbered returns the beginning of a line that begins a numbered paragraph, and its number; nil for any other line.
func numbered(line string) []string {
	if !digit(rune(line[0])) { // most lines, so that no pattern has to be tried
		return nil
	}
	return paragraphNumber.FindStringSubmatch(line)
}

func digit(r rune) bool { return '0' <= r && r <= '9' }

// numberAlone reports whether a line is a number of at most three digits and nothing else.
func numberAlone(line string) bool {
	return 1 <= len(line) && len(line) <= 3 && !strings.ContainsFunc(line, func(r rune) bool { return !digit(r) })
}

// textOf returns the lines of a page that belong to the letter's text: not its running lines, nor a footnote, which
// stands below a number of its own at the end of a page.
func (p *paragraphs) textOf(page LetterPage) []string {
	const mostFootnoteLines = 8
	var out []string
	for line := range strings.Lines(page.Words) {
		if line = strings.TrimSpace(line); line != "" && !p.running[withoutNumbers(line)] {
			out = append(out, line)
		}
	}
	for i, line := range out {
		if i > 0 && numberAlone(line) && len(out)-i <= mostFootnoteLines {
			return out[:i]
		}
	}
	return slices.DeleteFunc(out, numberAlone)
}

func (p *paragraphs) add(line string) {
	if found := numbered(line); found != nil {
		if n, _ := strconv.Atoi(found[1]); n == p.last+1 || n == 1 {
			p.end()
			p.last = n
			p.open = LetterParagraph{Number: found[1], Page: p.page, Words: line[len(found[0]):]}
			return
		}
	}
	heading := strings.ContainsRune("tTwWhHmM", rune(line[0])) && sectionHead.MatchString(line)
	if heading || listMark.MatchString(line) {
		p.end()
	}
	if p.open.Page == 0 {
		p.open.Page = p.page
	}
	p.open.Words += " " + line
	ends := strings.HasSuffix(line, ".") || strings.HasSuffix(line, ":")
	if p.open.Number == "" && ends && 4*utf8.RuneCountInString(line) < 3*p.width {
		p.end()
	}
}

func (p *paragraphs) end() {
	p.open.Words = oneLine(p.open.Words)
	if p.open.Words != "" && (p.open.Number != "" || strings.Contains(p.open.Words, " ")) {
		p.out = append(p.out, p.open)
	}
	p.open = LetterParagraph{}
}

// sentences parts a paragraph where a sentence ends and another begins.
func sentences(words string) []string {
	var out []string
	from := 0
	for _, end := range sentenceEnd.FindAllStringIndex(words, -1) {
		out = append(out, strings.TrimSpace(words[from:end[0]+1]))
		from = end[0] + 1
	}
	return append(out, strings.TrimSpace(words[from:]))
}

var sentenceEnd = regexp.MustCompile(`[.!?]\s+\p{Lu}`)
