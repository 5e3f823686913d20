package letter

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"inspectiontimeline/internal/inspection"
)

// document is a letter as the rules see it: its lines in reading order, with what stands at the edge of pages marked.
type document struct {
	pages    []Page
	lines    []line
	register Register
	size     float64 // of the body text
}

// line is one line of a document.
type line struct {
	Line
	page      int
	number    int // in the document, from 0
	text      string
	furniture bool // a running header or footer, or a page number
	footnote  bool // small print below the text of a page
}

func newDocument(pages []Page, register Register) *document {
	d := &document{pages: pages, register: register}
	sizes := map[float64]int{}
	for _, p := range pages {
		for _, l := range p.Lines {
			text := l.String()
			if text == "" {
				continue
			}
			d.lines = append(d.lines, line{Line: l, page: p.Number, number: len(d.lines), text: text})
			sizes[math.Round(l.Size*2)/2] += len(text)
		}
	}
	most := 0
	for size, n := range sizes {
		if n > most || n == most && size > d.size {
			d.size, most = size, n
		}
	}
	d.markFurniture()
	d.markFootnotes()
	return d
}

var (
	pageNumber = regexp.MustCompile(`^(?:[Pp]age )?[0-9]{1,3}(?: of [0-9]{1,3})?$`)
	footerDays = regexp.MustCompile(`^[0-9]{1,2}(?: [A-Z][a-z]+)?(?: 20[0-9]{2})? (?:to|and|[–-]) [0-9]{1,2} [A-Z][a-z]+ 20[0-9]{2}(?: +[0-9]{1,3})?$`)
	noteStart  = regexp.MustCompile(`^([0-9]{1,2}) +["“‘'(]?[A-Z]`)
)

// furnitureEdge is how many lines at either end of a page can be furniture.
const furnitureEdge = 4

// markFurniture finds lines that come back at the top or the bottom of pages, save for their numbers.
func (d *document) markFurniture() {
	type edge struct {
		place int // lines from the top of the page; below 0 from its foot
		says  string
	}
	seen := map[edge]int{} // pages
	d.eachEdge(func(l *line, place int, says string) { seen[edge{place, says}]++ })
	need := max(2, len(d.pages)/3)
	if len(d.pages) == 1 {
		d.markPasted()
	}
	d.eachEdge(func(l *line, place int, says string) {
		l.furniture = l.furniture || seen[edge{place, says}] >= need || pageNumber.MatchString(l.text) ||
			place < 0 && footerDays.MatchString(l.text)
	})
}

// markPasted finds what was furniture before the pages of a text were pasted into one: numbers of pages by themselves, and
// long lines that come back.
func (d *document) markPasted() {
	const often, long = 3, 25 // times, characters
	seen := map[string]int{}
	for _, l := range d.lines {
		seen[withoutNumbers(l.text)]++
	}
	for i := range d.lines {
		l := &d.lines[i]
		l.furniture = pageNumber.MatchString(l.text) || len(l.text) > long && seen[withoutNumbers(l.text)] >= often
	}
}

// eachEdge calls a function with each line near the top or the bottom of its page: where it stands, and what it says
// save for its numbers. The first page may lack the number of the page.
func (d *document) eachEdge(do func(l *line, place int, says string)) {
	for _, lines := range d.byPage() {
		for i := range lines {
			if i >= furnitureEdge && len(lines)-i > furnitureEdge {
				continue
			}
			says := withoutNumbers(lines[i].text)
			if i < furnitureEdge {
				do(&lines[i], i, says)
			}
			if len(lines)-i <= furnitureEdge {
				do(&lines[i], i-len(lines), says)
			}
		}
	}
}

// withoutNumbers returns a line with a sign for each number, and without those at its end.
func withoutNumbers(text string) string {
	var b strings.Builder
	var before rune
	for _, r := range text {
		if unicode.IsDigit(r) {
			r = '#'
		}
		if r != '#' || before != '#' {
			b.WriteRune(r)
		}
		before = r
	}
	return strings.TrimRight(b.String(), "# ")
}

// byPage returns the lines of each page, as parts of the document's own.
func (d *document) byPage() [][]line {
	var out [][]line
	from := 0
	for i := range d.lines {
		if i+1 == len(d.lines) || d.lines[i+1].page != d.lines[i].page {
			out = append(out, d.lines[from:i+1])
			from = i + 1
		}
	}
	return out
}

// markFootnotes finds small print at the foot of pages. In text without sizes a note begins with a number that also
// stands behind a word above it.
func (d *document) markFootnotes() {
	const longestNotes = 12 // lines at the foot of a page
	for _, lines := range d.byPage() {
		note := len(lines)
		for i := len(lines) - 1; i >= 0; i-- {
			if l := lines[i]; !l.furniture && l.Size >= 0.9*d.size {
				break
			}
			note = i
		}
		for i := note - 1; i > 0 && i >= len(lines)-longestNotes; i-- {
			m := noteStart.FindStringSubmatch(lines[i].text)
			if m != nil && lines[i].Y-lines[i-1].Y > paragraphGap*lines[i].Size && refersTo(lines[:i], m[1]) {
				note = i
			}
		}
		for i := note; i < len(lines); i++ {
			lines[i].footnote = !lines[i].furniture
		}
	}
}

// refersTo reports whether a word in some lines has the number of a footnote behind it.
func refersTo(lines []line, number string) bool {
	return slices.ContainsFunc(lines, func(l line) bool {
		words := strings.Fields(l.text)
		return words[len(words)-1] == number || slices.ContainsFunc(words, func(word string) bool {
			before, cut := strings.CutSuffix(strings.TrimRight(word, ".,;:?"), number)
			return cut && isWord(before)
		})
	})
}

// body returns the lines that belong to the text itself.
func (d *document) body() []line {
	return slices.DeleteFunc(slices.Clone(d.lines), func(l line) bool { return l.furniture || l.footnote })
}

// page returns a page by its number.
func (d *document) page(number int) Page {
	i := slices.IndexFunc(d.pages, func(p Page) bool { return p.Number == number })
	if i < 0 {
		return Page{}
	}
	return d.pages[i]
}

// found returns a value with the lines that it was read from as its evidence.
func found[T any](value T, rule string, certainty inspection.Certainty, lines ...line) *Found[T] {
	f := &Found[T]{Value: value, Rule: rule, Certainty: certainty}
	quote := make([]string, len(lines))
	for i, l := range lines {
		quote[i] = l.text
	}
	if len(lines) > 0 {
		f.Page = lines[0].page
	}
	f.Quote = strings.Join(quote, "\n")
	return f
}

// joinLines makes one line of several. A word that the end of a line breaks stays as it is printed.
func joinLines(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		words := plain(l)
		if soFar := b.String(); soFar != "" && !breaksWord(soFar, words) {
			b.WriteByte(' ')
		}
		b.WriteString(words)
	}
	return b.String()
}

// firstPages returns the lines of the text itself on the first pages.
func (d *document) firstPages(n int) []line { return upToPage(d.body(), n+1) }

// upToPage returns the lines before a page.
func upToPage(lines []line, page int) []line {
	i := slices.IndexFunc(lines, func(l line) bool { return l.page >= page })
	if i < 0 {
		return lines
	}
	return lines[:i]
}

// dateOf returns the day that was found, the unknown one where none was.
func dateOf(f *Found[inspection.Date]) inspection.Date {
	if f == nil {
		return inspection.Date{}
	}
	return f.Value
}
