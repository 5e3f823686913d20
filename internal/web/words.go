package web

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"inspectiontimeline/internal/inspection"
)

// lexicon finds the terms of the glossary in a text.
type lexicon struct {
	terms   map[string]inspection.Term // by the lower-case form in which it stands in a text
	pattern *regexp.Regexp
}

// Words that every page uses in their plain sense; a mark at each would only distract. The glossary itself has them.
var unmarked = []string{"good", "outstanding", "inadequate", "published", "received", "leaders", "leadership", "recommendation", "direction", "assessment", "in care"}

func newLexicon(terms []inspection.Term) *lexicon {
	l := &lexicon{terms: map[string]inspection.Term{}}
	var forms []string
	for _, term := range terms {
		for _, form := range append([]string{term.Term}, strings.Split(term.Also, "|")...) {
			form = strings.TrimSpace(form)
			if form == "" || slices.Contains(unmarked, strings.ToLower(form)) {
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
}

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
		p.words.used = append(p.words.used, term)
		if span[0] > at {
			out = append(out, Piece{Text: text[at:span[0]]})
		}
		out = append(out, Piece{Text: found, Anchor: "word-" + term.ID, Meaning: term.Meaning})
		at = span[1]
	}
	return append(out, Piece{Text: text[at:]})
}

// TermsUsed are the terms that Say has met so far, for the foot of the page.
func (p Page) TermsUsed() []inspection.Term {
	if p.words == nil {
		return nil
	}
	used := slices.Clone(p.words.used)
	slices.SortFunc(used, func(a, b inspection.Term) int { return cmp.Compare(strings.ToLower(a.Term), strings.ToLower(b.Term)) })
	return used
}
