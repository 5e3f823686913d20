package web

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"inspectiontimeline/internal/inspection"
)

// lexicon finds the terms of the glossary in a text.
type lexicon struct {
	all     []inspection.Term
	terms   map[string]inspection.Term // by the lower-case form in which it stands in a text
	pattern *regexp.Regexp
	short   []string // the forms that are abbreviations
}

// Words that every page uses in their plain sense; a mark at each would only distract. The glossary itself has them.
var unmarked = []string{"good", "outstanding", "inadequate", "published", "received", "leaders", "leadership", "recommendation", "direction", "assessment", "in care"}

func newLexicon(terms []inspection.Term) *lexicon {
	l := &lexicon{all: terms, terms: map[string]inspection.Term{}}
	var forms []string
	for _, term := range terms {
		for _, form := range term.Forms() {
			if slices.Contains(unmarked, strings.ToLower(form)) {
				continue
			}
			l.terms[strings.ToLower(form)] = term
			forms = append(forms, form)
		}
	}
	if len(forms) == 0 {
		return l
	}
	// The longest form first, so that "Area SEND" is not read as "SEND".
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	for i, form := range forms {
		forms[i] = regexp.QuoteMeta(form)
		if abbreviation(form) {
			l.short = append(l.short, form)
			continue // "SEND" is a term and "send" is not
		}
		forms[i] = "(?i:" + forms[i] + "s?)"
	}
	l.pattern = regexp.MustCompile(`\b(?:` + strings.Join(forms, "|") + `)\b`)
	return l
}

func abbreviation(form string) bool {
	return !strings.ContainsFunc(form, func(r rune) bool { return unicode.IsLower(r) || unicode.IsSpace(r) })
}

func (l *lexicon) term(found string) (inspection.Term, bool) {
	form := strings.ToLower(found)
	if term, ok := l.terms[form]; ok {
		return term, true
	}
	term, ok := l.terms[strings.TrimSuffix(form, "s")]
	return term, ok
}

// wordList gathers the terms that one page uses, in their order.
type wordList struct {
	lexicon *lexicon
	used    []inspection.Term
	written *bytes.Buffer // the page as far as it is written
}

// explains adds a term that the page uses, unless it is there.
func (w *wordList) explains(term inspection.Term) {
	if !slices.ContainsFunc(w.used, func(t inspection.Term) bool { return t.ID == term.ID }) {
		w.used = append(w.used, term)
	}
}

// readBack adds the abbreviations that the page has so far, wherever they stand in it, and those with which its terms are
// explained.
func (w *wordList) readBack() {
	if w.lexicon == nil || w.written == nil {
		return
	}
	page := w.written.Bytes()
	page = page[max(0, bytes.Index(page, []byte("<main"))):]
	for _, form := range w.lexicon.short {
		if term, _ := w.lexicon.term(form); standsIn(page, form) {
			w.explains(term)
		}
	}
	for i := 0; i < len(w.used); i++ { // the list grows as it is gone through
		for _, form := range w.lexicon.short {
			if term, _ := w.lexicon.term(form); standsIn([]byte(w.used[i].Meaning), form) {
				w.explains(term)
			}
		}
	}
}

// standsIn reports whether a page has an abbreviation as a word of its own. In a reference, such as NN-ILACS-2026-1, it is none,
// and within a tag nobody reads it.
func standsIn(page []byte, form string) bool {
	partOfWord := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' || r == '/'
	}
	for from := 0; ; {
		at := bytes.Index(page[from:], []byte(form))
		if at < 0 {
			return false
		}
		at += from
		from = at + len(form)
		before, _ := utf8.DecodeLastRune(page[:at])
		after, _ := utf8.DecodeRune(page[from:])
		inTag := bytes.LastIndexByte(page[:at], '<') > bytes.LastIndexByte(page[:at], '>')
		if !partOfWord(before) && !partOfWord(after) && !inTag {
			return true
		}
	}
}

// glossed returns the list of a page, for whoever writes the page.
func (p Page) glossed() *wordList { return p.words }

// Piece is a part of a text: plain words, or a term where it first appears on a page.
type Piece struct {
	Text    string
	Anchor  string // of the explanation at the foot of the page; empty for plain words
	Meaning string
}

// Say cuts a text into pieces, so that each term of the glossary is explained where it first appears.
func (p Page) Say(text string) []Piece {
	if p.words == nil || p.words.lexicon == nil || p.words.lexicon.pattern == nil {
		return []Piece{{Text: text}}
	}
	var out []Piece
	at := 0
	for _, span := range p.words.lexicon.pattern.FindAllStringIndex(text, -1) {
		found := text[span[0]:span[1]]
		term, ok := p.words.lexicon.term(found)
		if !ok || slices.ContainsFunc(p.words.used, func(t inspection.Term) bool { return t.ID == term.ID }) {
			continue
		}
		p.words.explains(term)
		if span[0] > at {
			out = append(out, Piece{Text: text[at:span[0]]})
		}
		out = append(out, Piece{Text: found, Anchor: "word-" + term.ID, Meaning: term.Meaning})
		at = span[1]
	}
	return append(out, Piece{Text: text[at:]})
}

// TermsUsed are the terms that Say has met so far and the abbreviations that were written otherwise, for the foot of the page.
func (p Page) TermsUsed() []inspection.Term {
	if p.words == nil {
		return nil
	}
	p.words.readBack()
	used := slices.Clone(p.words.used)
	slices.SortFunc(used, func(a, b inspection.Term) int { return cmp.Compare(strings.ToLower(a.Term), strings.ToLower(b.Term)) })
	return used
}
