package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"inspectiontimeline/internal/inspection"
)

// evidenceView is where in the letter a value stands.
type evidenceView struct {
	Page    int
	Address string // of the words among the pages beside the form; of their page where they are not found on it
	Quote   string // empty where the box itself holds the same words
	Doubt   bool
	Changed bool // an officer has put another value in the place of the one that was read
}

// Words says how sure the reader was.
func (v evidenceView) Words() string {
	switch {
	case v.Changed:
		return "Changed by an officer since it was read"
	case v.Doubt:
		return "Check this"
	}
	return "Read without doubt"
}

// letterPageView is the text of one page, cut where evidence begins and ends.
type letterPageView struct {
	Number int
	Pieces []pagePiece
}

// pagePiece is a part of a page's text with the marks of all evidence that it belongs to.
type pagePiece struct {
	Text  string
	Marks []evidenceMark
}

// evidenceMark stands around words that evidence quotes. Only the first piece of a quote carries the ID.
type evidenceMark struct {
	ID    string
	Field string
}

// span is where a piece of a quote stands on a page.
type span struct {
	page, from, to int
	evidence       int // its place among the draft's
}

// letterText is a letter's pages with the evidence of its draft found on them.
type letterText struct {
	pages    []inspection.LetterPage
	evidence []inspection.Evidence
	spans    []span
}

// newLetterText looks for every quote on its page. A quote is lines of the letter joined by line breaks; one that crosses
// a page goes on at the head of the next.
func newLetterText(pages []inspection.LetterPage, evidence []inspection.Evidence) *letterText {
	t := &letterText{pages: pages, evidence: evidence}
	for i, one := range evidence {
		// Lines of a table repeat, so the quote as a whole is looked for first.
		if from := t.find(one.Page, 0, one.Quote); from >= 0 && one.Quote != "" {
			t.spans = append(t.spans, span{page: one.Page, from: from, to: from + len(one.Quote), evidence: i})
			continue
		}
		page, at := one.Page, 0
		for line := range strings.SplitSeq(one.Quote, "\n") {
			if strings.TrimSpace(line) == "" {
				continue
			}
			from := t.find(page, at, line)
			if from < 0 {
				if from = t.find(page+1, 0, line); from < 0 {
					continue
				}
				page++
			}
			at = from + len(line)
			t.spans = append(t.spans, span{page: page, from: from, to: at, evidence: i})
		}
	}
	return t
}

// find returns where a line stands on a page, from a place on.
func (t *letterText) find(page, at int, line string) int {
	i := slices.IndexFunc(t.pages, func(p inspection.LetterPage) bool { return p.Number == page })
	if i < 0 || at > len(t.pages[i].Words) {
		return -1
	}
	found := strings.Index(t.pages[i].Words[at:], line)
	if found < 0 {
		return -1
	}
	return at + found
}

func markID(evidence int) string { return fmt.Sprintf("evidence-%d", evidence+1) }

// views returns the pages with their marks.
func (t *letterText) views() []letterPageView {
	var out []letterPageView
	begun := map[int]bool{}
	for _, page := range t.pages {
		var here []span
		cuts := []int{0, len(page.Words)}
		for _, s := range t.spans {
			if s.page == page.Number {
				here = append(here, s)
				cuts = append(cuts, s.from, s.to)
			}
		}
		slices.Sort(cuts)
		cuts = slices.Compact(cuts)
		view := letterPageView{Number: page.Number}
		for i := 1; i < len(cuts); i++ {
			piece := pagePiece{Text: page.Words[cuts[i-1]:cuts[i]]}
			for _, s := range here {
				if s.from > cuts[i-1] || s.to < cuts[i] {
					continue
				}
				mark := evidenceMark{Field: t.evidence[s.evidence].Field}
				if !begun[s.evidence] {
					begun[s.evidence] = true
					mark.ID = markID(s.evidence)
				}
				piece.Marks = append(piece.Marks, mark)
			}
			view.Pieces = append(view.Pieces, piece)
		}
		out = append(out, view)
	}
	return out
}

// of returns the evidence of a field, each line of quotes once. The words of the box itself are not said again.
func (t *letterText) of(field, value string) []evidenceView {
	var out []evidenceView
	for i, one := range t.evidence {
		if one.Field != field {
			continue
		}
		view := evidenceView{Page: one.Page, Quote: strings.Join(strings.Fields(one.Quote), " "), Doubt: one.Certainty != inspection.Certain}
		view.Changed = one.Certainty == inspection.Corrected
		if spoken(one.Quote) == spoken(value) {
			view.Quote = ""
		}
		switch {
		case slices.ContainsFunc(t.spans, func(s span) bool { return s.evidence == i }):
			view.Address = "#" + markID(i)
		case slices.ContainsFunc(t.pages, func(p inspection.LetterPage) bool { return p.Number == one.Page }):
			view.Address = fmt.Sprintf("#page-%d", one.Page)
		}
		out = append(out, view)
	}
	slices.SortStableFunc(out, func(a, b evidenceView) int { return cmp.Compare(a.Page, b.Page) })
	return out
}

// spoken is a text without what a bullet, a number or a line break adds to it.
func spoken(text string) string {
	return strings.TrimLeftFunc(strings.Join(strings.Fields(text), " "), func(r rune) bool { return !unicode.IsLetter(r) })
}
