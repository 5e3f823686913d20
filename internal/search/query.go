package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MostCharacters is how long a query may be.
	MostCharacters = 500
	// MostTerms is how many words and phrases a query may name.
	MostTerms = 20
)

// Problem says what is wrong with a query, in a sentence that tells its reader what to do.
type Problem string

// Error returns the sentence.
func (p Problem) Error() string { return string(p) }

// The problems of a query.
const (
	NothingAsked  Problem = "Enter a word or a phrase to look for"
	NoLetters     Problem = "Enter at least one word: there is no letter or number in what you entered"
	OnlyOperators Problem = "Enter at least one word to look for: quotation marks, “-”, AND and NOT find nothing by themselves"
	OnlyExcluded  Problem = "Enter at least one word that has to be there: words after “-” or NOT only leave pages out"
	EitherWord    Problem = "Look for one of the words at a time: this search finds what has all the words, and cannot look for one OR another"
)

// Query is what somebody looks for: texts in which every word and phrase stands, and nothing that is excluded. The zero
// Query asks for nothing.
type Query struct{ terms []Term }

// Term is a word, or a phrase: words that stand one after another.
type Term struct {
	Folded   []string // its words, folded
	Stems    []string // the same, stemmed
	Excluded bool
	shown    string // as it was entered, without quotation marks
	quoted   bool
}

// Parse reads what somebody entered: words, "phrases" and -exclusions. It fails with a Problem.
func Parse(text string) (Query, error) {
	if n := utf8.RuneCountInString(text); n > MostCharacters {
		return Query{}, Problem(fmt.Sprintf("Shorten what you look for: at most %d characters fit, and it has %d", MostCharacters, n))
	}
	if strings.TrimSpace(text) == "" {
		return Query{}, NothingAsked
	}
	p := parser{rest: text}
	if err := p.parse(); err != nil {
		return Query{}, err
	}
	if len(p.terms) > MostTerms {
		return Query{}, Problem(fmt.Sprintf("Look for fewer words: at most %d words and phrases fit, and there are %d", MostTerms, len(p.terms)))
	}
	if !slices.ContainsFunc(p.terms, func(t Term) bool { return !t.Excluded }) {
		switch {
		case len(p.terms) > 0:
			return Query{}, OnlyExcluded
		case p.operators || !strings.ContainsFunc(text, func(r rune) bool { return !operator(r) && !unicode.IsSpace(r) }):
			return Query{}, OnlyOperators
		}
		return Query{}, NoLetters
	}
	return Query{p.terms}, nil
}

func operator(r rune) bool { return quotation(r) || minus(r) || strings.ContainsRune("+*()|&!~^", r) }

// minus reports whether a sign before a word excludes it.
func minus(r rune) bool { return r == '-' || r == '−' }

// parser reads a query from left to right.
type parser struct {
	rest      string
	excluding bool // the next term, since NOT stands before it
	operators bool // whether AND or NOT was met
	terms     []Term
}

func (p *parser) parse() error {
	for {
		p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
		if p.rest == "" {
			return nil
		}
		excluded := p.excluding
		p.excluding = false
		if r, size := utf8.DecodeRuneInString(p.rest); minus(r) && size < len(p.rest) {
			if next, _ := utf8.DecodeRuneInString(p.rest[size:]); !unicode.IsSpace(next) {
				excluded, p.rest = true, p.rest[size:]
			}
		}
		if r, size := utf8.DecodeRuneInString(p.rest); quotation(r) {
			p.add(p.upTo(size, quotation), excluded, true)
			continue
		}
		switch word := p.word(); word {
		case "AND":
			p.operators, p.excluding = true, excluded
		case "NOT":
			p.operators, p.excluding = true, true
		case "OR":
			return EitherWord
		default:
			p.add(word, excluded, false)
		}
	}
}

// upTo takes a phrase, whose first quotation mark has the given size; without a second one it goes to the end.
func (p *parser) upTo(size int, ends func(rune) bool) string {
	text := p.rest[size:]
	end := strings.IndexFunc(text, ends)
	if end < 0 {
		p.rest = ""
		return text
	}
	_, size = utf8.DecodeRuneInString(text[end:])
	p.rest = text[end+size:]
	return text[:end]
}

// word takes what stands before the next space or quotation mark.
func (p *parser) word() string {
	end := strings.IndexFunc(p.rest, func(r rune) bool { return unicode.IsSpace(r) || quotation(r) })
	if end < 0 {
		end = len(p.rest)
	}
	word := p.rest[:end]
	p.rest = p.rest[end:]
	return word
}

// add adds a term once. Words that are joined by a hyphen and the like are a phrase: "re-inspection". One that has no
// letter or digit asks for nothing.
func (p *parser) add(text string, excluded, quoted bool) {
	words := Words(text)
	if len(words) == 0 {
		return
	}
	term := Term{Excluded: excluded, quoted: quoted, shown: oneLine(text[words[0].Start:words[len(words)-1].End])}
	for _, w := range words {
		term.Folded = append(term.Folded, w.Folded)
		term.Stems = append(term.Stems, Stem(w.Folded))
	}
	same := func(t Term) bool { return t.Excluded == excluded && slices.Equal(t.Stems, term.Stems) }
	if !slices.ContainsFunc(p.terms, same) {
		p.terms = append(p.terms, term)
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// Empty reports whether nothing is asked for.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Terms returns what is looked for and what is excluded, in the order in which it was entered.
func (q Query) Terms() []Term { return slices.Clone(q.terms) }

// String returns the query as it was understood, in a form that is read as the same query.
func (q Query) String() string {
	var parts []string
	for _, t := range q.terms {
		text := t.shown
		if t.quoted || text == "AND" || text == "NOT" || text == "OR" {
			text = `"` + text + `"`
		}
		if t.Excluded {
			text = "-" + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " ")
}

// Quoted puts what is looked for into quotation marks, as a sentence does. Where it has phrases, which have marks of their own,
// theirs are the only ones.
func Quoted(query string) string {
	if !strings.Contains(query, `"`) {
		return "“" + query + "”"
	}
	var out strings.Builder
	for i, part := range strings.Split(query, `"`) {
		switch {
		case i%2 == 1:
			out.WriteString("“")
		case i > 0:
			out.WriteString("”")
		}
		out.WriteString(part)
	}
	return out.String()
}

// Words lists what is looked for, as it was entered.
func (q Query) Words() []string { return q.shown(false) }

// Excluded lists what must not stand there, as it was entered.
func (q Query) Excluded() []string { return q.shown(true) }

func (q Query) shown(excluded bool) []string {
	var out []string
	for _, t := range q.terms {
		if t.Excluded == excluded {
			out = append(out, t.shown)
		}
	}
	return out
}

// With returns the query with another word in the place of one, wherever it is looked for.
func (q Query) With(folded, other string) Query {
	out := Query{q.Terms()}
	for i, t := range out.terms {
		if t.Excluded || !slices.Contains(t.Folded, folded) {
			continue
		}
		words := Words(t.shown)
		for _, w := range slices.Backward(words) {
			if w.Folded == folded {
				t.shown = t.shown[:w.Start] + other + t.shown[w.End:]
			}
		}
		t.Folded = slices.Clone(t.Folded)
		t.Stems = slices.Clone(t.Stems)
		for n, word := range t.Folded {
			if word == folded {
				t.Folded[n], t.Stems[n] = other, Stem(other)
			}
		}
		out.terms[i] = t
	}
	return out
}

// Rephrased returns the query with another phrase wherever one stands in it, in any of its forms, and whether it does and can be
// asked. What is excluded, and a part of a longer phrase in quotation marks, stay as they are.
func (q Query) Rephrased(phrase, other string) (Query, bool) {
	wanted := stemmed(phrase)
	if len(wanted) == 0 || len(Words(other)) == 0 || strings.ContainsFunc(other, quotation) {
		return q, false
	}
	var p parser
	stands := false
	for from := 0; from < len(q.terms); {
		if to := q.runsTo(from, wanted); to > from {
			p.add(other, false, len(Words(other)) > 1)
			from, stands = to, true
			continue
		}
		t := q.terms[from]
		p.add(t.shown, t.Excluded, t.quoted)
		from++
	}
	out := Query{p.terms}
	if !stands || utf8.RuneCountInString(out.String()) > MostCharacters {
		return q, false
	}
	return out, true
}

// runsTo returns where the words end that stand one after another from a term on; the term itself where they do not.
func (q Query) runsTo(from int, wanted []string) int {
	to := from
	for len(wanted) > 0 {
		if to == len(q.terms) || q.terms[to].Excluded {
			return from
		}
		stems := q.terms[to].Stems
		if len(stems) > len(wanted) || !slices.Equal(stems, wanted[:len(stems)]) {
			return from
		}
		wanted, to = wanted[len(stems):], to+1
	}
	return to
}

// Includes reports whether a phrase stands in a text, in any of its forms.
func Includes(text, phrase string) bool {
	in, wanted := stemmed(text), stemmed(phrase)
	for from := 0; from+len(wanted) <= len(in); from++ {
		if slices.Equal(in[from:from+len(wanted)], wanted) {
			return true
		}
	}
	return false
}

func stemmed(text string) []string {
	var out []string
	for _, w := range Words(text) {
		out = append(out, Stem(w.Folded))
	}
	return out
}
