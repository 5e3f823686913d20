package inspection

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
)

// Offer is a paragraph of a later letter that may speak of an earlier item, for an officer to look at. Nothing follows
// from it by itself.
type Offer struct {
	Paragraph LetterParagraph
	Sentence  string // of the paragraph, that fits best
	How       string // how it was found: "shares the words “supervision” and “oversight”"
}

// manyOffers is how many paragraphs are offered for one item at most.
const manyOffers = 3

// Matcher offers the paragraphs of one letter for earlier items.
type Matcher struct {
	themes     []Theme
	paragraphs []LetterParagraph
	plain      []string            // the words of each paragraph, as plainWords writes them
	stems      []map[string]string // of each: its distinctive words by their stems, as they first stand there
	on         map[string]int      // how many paragraphs have a stem
	general    []int               // paragraphs on earlier areas to improve in general
}

// NewMatcher prepares the paragraphs of a letter.
func NewMatcher(paragraphs []LetterParagraph, themes []Theme) *Matcher {
	m := &Matcher{themes: themes, paragraphs: paragraphs, on: map[string]int{}}
	for i, p := range paragraphs {
		m.plain = append(m.plain, plainWords(p.Words))
		stems := stemsOf(p.Words)
		m.stems = append(m.stems, stems)
		for stem := range stems {
			m.on[stem]++
		}
		if speaksOfEarlierAreas(p.Words) {
			m.general = append(m.general, i)
		}
	}
	return m
}

// rarity weighs a word by how few of the letter's paragraphs have it; one that many have tells nothing apart.
func (m *Matcher) rarity(paragraphs int) float64 {
	const tooMany = 4 // a quarter of them
	if paragraphs == 0 || len(m.paragraphs) >= 2*tooMany && tooMany*paragraphs > len(m.paragraphs) {
		return 0
	}
	return math.Log(float64(len(m.paragraphs)+1) / float64(paragraphs))
}

// Offers returns the paragraphs most like an item, the best first, at most three; and after them those that speak of all
// earlier areas to improve at once. A paragraph counts by the distinctive words that it shares with the item and by the
// words of the item's themes that stand in it, rare ones for more than common ones, and a long paragraph for less. What
// an offer before it has already counts half, so that an item of several subjects is offered something on each.
func (m *Matcher) Offers(item Recommendation) []Offer {
	var found []likeness
	for i, p := range m.paragraphs {
		if slices.Contains(m.general, i) || p.Number == "" && m.numbered() || strings.Contains(p.Words, item.Words) {
			continue
		}
		if l := m.compare(i, item); len(l.shared) > 0 {
			found = append(found, l)
		}
	}
	covered := map[string]bool{}
	var out []Offer
	for len(out) < manyOffers && len(found) > 0 {
		best := 0
		for i := range found {
			if found[i].score(covered) > found[best].score(covered) {
				best = i
			}
		}
		out = append(out, m.offer(found[best]))
		for _, s := range found[best].shared {
			covered[s.key] = true
		}
		found = slices.Delete(found, best, best+1)
	}
	for _, i := range m.general {
		out = append(out, Offer{
			Paragraph: m.paragraphs[i], Sentence: firstThat(sentences(m.paragraphs[i].Words), speaksOfEarlierAreas),
			How: "speaks of the areas to improve of the inspection before as a whole",
		})
	}
	return out
}

// numbered reports whether the letter numbers its paragraphs, so that what has no number is a heading or a list.
func (m *Matcher) numbered() bool {
	const fewest = 5
	n := 0
	for _, p := range m.paragraphs {
		if p.Number != "" {
			n++
		}
	}
	return n >= fewest
}

// likeness is what a paragraph and an item have in common.
type likeness struct {
	paragraph int
	length    int // of the paragraph, in distinctive words
	shared    []shared
}

// shared is a word in common, or a theme of the item that the paragraph names.
type shared struct {
	key    string // the word's stem, or the theme's code
	theme  string // its name; empty for a word
	words  []string
	weight float64
}

func (l likeness) score(covered map[string]bool) float64 {
	const shortest = 12 // below which a paragraph gains nothing by being shorter
	score := 0.0
	for _, s := range l.shared {
		if covered[s.key] {
			score += s.weight / 2
		} else {
			score += s.weight
		}
	}
	return score / math.Sqrt(float64(max(l.length, shortest)))
}

func (m *Matcher) compare(i int, item Recommendation) likeness {
	l := likeness{paragraph: i, length: len(m.stems[i])}
	for stem := range stemsOf(item.Words) {
		if word, ok := m.stems[i][stem]; ok {
			if weight := m.rarity(m.on[stem]); weight > 0 {
				l.shared = append(l.shared, shared{key: stem, words: []string{word}, weight: weight})
			}
		}
	}
	for _, theme := range m.themes {
		if slices.Contains(item.Themes, theme.Code) {
			if s := m.themeIn(i, theme); s.weight > 0 {
				l.shared = append(l.shared, s)
			}
		}
	}
	slices.SortFunc(l.shared, func(a, b shared) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.key, b.key)) })
	return l
}

// ofTheme is how much more a word of a theme counts than one that is merely shared.
const ofTheme = 1.5

// themeIn returns which of a theme's words stand in a paragraph, the rarest first.
func (m *Matcher) themeIn(i int, theme Theme) shared {
	weights := map[string]float64{}
	seen := map[string]bool{}
	out := shared{key: theme.Code, theme: theme.Name}
	for _, words := range theme.Words {
		if plain := plainWords(words); seen[plain] || !hasWords(m.plain[i], words) {
			continue
		} else {
			seen[plain] = true // “life story” and “life-story” are one
		}
		n := 0
		for _, text := range m.plain {
			if hasWords(text, words) {
				n++
			}
		}
		if weight := m.rarity(n); weight > 0 {
			weights[words] = weight
			out.words = append(out.words, words)
			out.weight += ofTheme * weight
		}
	}
	slices.SortStableFunc(out.words, func(a, b string) int { return cmp.Compare(weights[b], weights[a]) })
	return out
}

// hasWords reports whether whole words stand in a text that plainWords wrote.
func hasWords(plain, words string) bool {
	return strings.Contains(plain, " "+strings.TrimSpace(plainWords(words))+" ")
}

// offer says how a paragraph was found, and finds the sentence of it that has most of what was.
func (m *Matcher) offer(l likeness) Offer {
	const most = 4
	var words, themes, marks []string
	for _, s := range l.shared {
		marks = append(marks, s.words...)
		quoted := "“" + strings.Join(s.words[:min(2, len(s.words))], "”, “") + "”"
		switch {
		case s.theme != "":
			themes = append(themes, s.theme+" ("+quoted+")")
		case len(words) < most:
			words = append(words, quoted)
		}
	}
	var parts []string
	if len(words) > 0 {
		parts = append(parts, "shares the "+oneOrMany(len(words), "word ", "words ")+ListWords(words))
	}
	if len(themes) > 0 {
		parts = append(parts, "names the "+oneOrMany(len(themes), "theme ", "themes ")+ListWords(themes))
	}
	offer := Offer{Paragraph: m.paragraphs[l.paragraph], How: strings.Join(parts, "; ")}
	hits := -1
	for _, sentence := range sentences(offer.Paragraph.Words) {
		n, plain := 0, plainWords(sentence)
		for _, mark := range marks {
			if hasWords(plain, mark) {
				n++
			}
		}
		if n > hits {
			offer.Sentence, hits = sentence, n
		}
	}
	return offer
}

func oneOrMany(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func firstThat(texts []string, is func(string) bool) string {
	if i := slices.IndexFunc(texts, is); i >= 0 {
		return texts[i]
	}
	return ""
}

var (
	earlierInspection = regexp.MustCompile(`(?i)\b(last|previous|earlier)\s+(full\s+|standard\s+|short\s+)?(inspections?|visit)\b|\bin\s+20[12][0-9]\b`)
	areasToImprove    = regexp.MustCompile(`(?i)\b(areas?\b[^.]{0,40}\bimprov|recommendations\b)`)
)

// speaksOfEarlierAreas reports whether a text has a sentence on the areas to improve of the inspection before, whatever
// they were about.
func speaksOfEarlierAreas(text string) bool {
	return slices.ContainsFunc(sentences(text), func(s string) bool {
		return earlierInspection.MatchString(s) && areasToImprove.MatchString(s)
	})
}

// commonWords tell no paragraph from another, in any letter about children.
var commonWords = wordSet(`a about above across after against all also although an and any are as at be because been before being
	between both but by can could did do does each either every few for from further get had has have having he help helps her here his
	how however if in including into is it its itself least less like made make makes many may more most much must need needs neither
	no nor not now of off often on once one only or other others our out over own per rather same she should since so some such than
	that the their them then there these they this those through to too under until up upon us use used very was we well were what
	when where which while who whom whose why will with within without would yet you
	child children childrens young people person family families carers service services social worker workers work working practice
	local authority council quality ensure ensures ensuring effective effectively support supported supports
	experience experiences progress increase increased increasing improve improved improves improving improvement area areas better clear clearly good set`)

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for _, word := range strings.Fields(words) {
		out[word] = true
	}
	return out
}

// stemsOf returns the distinctive words of a text by their stems.
func stemsOf(text string) map[string]string {
	out := map[string]string{}
	for _, word := range strings.Fields(plainWords(text)) {
		if len(word) < 3 || commonWords[word] || bareNumber.MatchString(word) {
			continue
		}
		if s := stem(word); out[s] == "" {
			out[s] = word
		}
	}
	return out
}

// stem takes the commonest endings off a word, so that “plan” and “planning” are one. It need not be a word itself.
func stem(word string) string {
	const shortest = 4
	for _, ending := range []struct{ from, to string }{
		{"ations", "ate"}, {"ation", "ate"}, {"ments", "ment"}, {"ities", "ity"}, {"ies", "y"},
		{"ings", ""}, {"ing", ""}, {"ised", "ise"}, {"ed", ""}, {"es", ""}, {"ly", ""}, {"s", ""}, {"e", ""},
	} {
		if cut, ok := strings.CutSuffix(word, ending.from); ok && len(cut) >= shortest-1 && !strings.HasSuffix(word, "ss") {
			word = cut + ending.to
			break
		}
	}
	if n := len(word); n > shortest && word[n-1] == word[n-2] { // plann
		word = word[:n-1]
	}
	return strings.TrimSuffix(word, "e")
}
