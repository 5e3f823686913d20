package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marks returns what of a text answers the query, in order: whole words, and phrases as a whole. Nothing overlaps.
func (q Query) Marks(text string) []Span {
	marks, _ := q.Find(text)
	return marks
}

// Find returns the marks of a text, and how many of the words and phrases that are looked for stand in it.
func (q Query) Find(text string) (marks []Span, terms int) {
	words := Words(text)
	found := make([]string, len(words)) // their stems
	for i, w := range words {
		found[i] = Stem(w.Folded)
	}
	for _, t := range q.terms {
		if t.Excluded {
			continue
		}
		before := len(marks)
		for i := 0; i+len(t.Stems) <= len(found); i++ {
			if slices.Equal(found[i:i+len(t.Stems)], t.Stems) {
				marks = append(marks, Span{words[i].Start, words[i+len(t.Stems)-1].End})
			}
		}
		if len(marks) > before {
			terms++
		}
	}
	return merged(marks), terms
}

// merged puts spans in order and makes one of those that overlap.
func merged(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return a.Start - b.Start })
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start < out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Piece is a piece of a text, marked or not.
type Piece struct {
	Text   string
	Marked bool
}

// Cut parts a text at its marks: all pieces together are the text.
func Cut(text string, marks []Span) []Piece {
	var out []Piece
	at := 0
	for _, m := range marks {
		if m.Start > at {
			out = append(out, Piece{Text: text[at:m.Start]})
		}
		out = append(out, Piece{Text: text[m.Start:m.End], Marked: true})
		at = m.End
	}
	if at < len(text) {
		out = append(out, Piece{Text: text[at:]})
	}
	return out
}

// lead is how much of an excerpt stands before its first mark where something has to go: an eighth.
const lead = 8

// Excerpt returns about so many characters of a text around its marks, cut between words, with "…" where something was
// left out, and the marks in it. A text that fits is returned whole. The part is the one with the most marks, the first of
// these.
func Excerpt(text string, marks []Span, most int) (string, []Span) {
	if utf8.RuneCountInString(text) <= most {
		return text, marks
	}
	start, end := 0, cutAfter(text, 0, most)
	best := within(marks, start, end)
	for _, m := range marks {
		from := cutBefore(text, m.Start, most/lead)
		to := cutAfter(text, from, most)
		if n := within(marks, from, to); n > best {
			start, end, best = from, to, n
		}
	}
	excerpt := strings.TrimRightFunc(text[start:end], unicode.IsSpace)
	end = start + len(excerpt)
	var shift int
	if start > 0 {
		shift = len("…")
		excerpt = "…" + excerpt
	}
	if end < len(text) {
		excerpt += "…"
	}
	var inside []Span
	for _, m := range marks {
		if m.Start >= start && m.End <= end {
			inside = append(inside, Span{m.Start - start + shift, m.End - start + shift})
		}
	}
	return excerpt, inside
}

// within counts the marks that stand whole in a part.
func within(marks []Span, start, end int) int {
	n := 0
	for _, m := range marks {
		if m.Start >= start && m.End <= end {
			n++
		}
	}
	return n
}

// cutBefore returns where a word begins, at most so many characters before a place.
func cutBefore(text string, at, most int) int {
	from := at
	for range most {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if from == 0 {
		return 0
	}
	if space := strings.IndexFunc(text[from:at], unicode.IsSpace); space >= 0 {
		rest := text[from+space : at]
		return at - len(strings.TrimLeftFunc(rest, unicode.IsSpace))
	}
	return at
}

// cutAfter returns where a word ends, at most so many characters after a place; in a text without spaces it cuts anywhere.
func cutAfter(text string, from, most int) int {
	to := from
	for range most {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	if to == len(text) {
		return to
	}
	if space := strings.LastIndexFunc(text[from:to], unicode.IsSpace); space > 0 {
		return from + space
	}
	return to
}
