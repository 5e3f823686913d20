package store

import (
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
)

// letterPassages parts a letter's text into what its pages are searched by, page by page: its paragraphs, on the page on
// which each begins, and then what paragraphs leave out, such as footnotes. What stands at the head or foot of many pages is
// left on the first of them. The judgements are those in whose parts of the letter a page stands.
func letterPassages(pages []inspection.LetterPage, strands []inspection.Strand) []letterPage {
	out := make([]letterPage, len(pages))
	at := map[int]int{}
	for i, page := range pages {
		out[i].number = page.Number
		at[page.Number] = i
	}
	paragraphs := inspection.Paragraphs(pages)
	of := sections(paragraphs, strands)
	for i, p := range paragraphs {
		page := &out[at[p.Page]]
		page.passages = append(page.passages, SearchPassage{Words: p.Words, Number: p.Number})
		if of[i] != "" && !slices.Contains(page.judgements, of[i]) {
			page.judgements = append(page.judgements, of[i])
		}
	}
	seen := map[string]bool{}
	for i, page := range pages {
		held := leftOut(page, out, i, seen)
		if held != "" {
			out[i].passages = append(out[i].passages, SearchPassage{Words: held})
		}
	}
	return out
}

// letterPage is a page of a letter as it is searched.
type letterPage struct {
	number     int
	passages   []SearchPassage
	judgements []string
}

// leftOut returns the lines of a page that stand in no paragraph and were not met before, on one line.
func leftOut(page inspection.LetterPage, parted []letterPage, at int, seen map[string]bool) string {
	var begun string // the paragraph of the page before that may go on here
	if at > 0 {
		if n := len(parted[at-1].passages); n > 0 {
			begun = parted[at-1].passages[n-1].Words
		}
	}
	var held strings.Builder
	for _, p := range parted[at].passages {
		if p.Number != "" {
			held.WriteString(p.Number + ". ")
		}
		held.WriteString(p.Words + " ")
	}
	rest := held.String() // of the paragraphs, which hold the lines in their order
	var out []string
	for line := range strings.Lines(page.Words) {
		line = strings.Join(strings.Fields(line), " ")
		if after, held := strings.CutPrefix(rest, line); held {
			rest = strings.TrimPrefix(after, " ")
			continue
		}
		but := strings.Map(withoutDigit, line) // "Page 2 of 12" is met before as "Page 1 of 12"
		if strings.TrimSpace(but) == "" || seen[but] || strings.Contains(begun, line) {
			continue
		}
		seen[but] = true
		out = append(out, line)
	}
	return strings.Join(out, " ")
}

func withoutDigit(r rune) rune {
	if '0' <= r && r <= '9' {
		return -1
	}
	return r
}

// sections returns, for each paragraph, the code of the judgement in whose part of the letter it stands, empty for none. A
// part begins with a heading that names the judgement, before paragraphs that the letter numbers.
func sections(paragraphs []inspection.LetterParagraph, strands []inspection.Strand) []string {
	const longestHeading = 24
	names := make([][]string, len(strands))
	for i, s := range strands {
		names[i] = stemsOf(s.Name)
	}
	out := make([]string, len(paragraphs))
	now := ""
	for i, p := range paragraphs {
		heading := p.Number == "" && i+1 < len(paragraphs) && paragraphs[i+1].Number != "" && strings.Count(p.Words, " ") < longestHeading
		if heading {
			now = ""
			stems, best := stemsOf(p.Words), 0.6 // less is another heading
			for n, name := range names {
				if alike := likeness(stems, name); alike > best {
					now, best = strands[n].Code, alike
				}
			}
		}
		out[i] = now
	}
	return out
}

func stemsOf(text string) []string {
	words := search.Words(text)
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = search.Stem(w.Folded)
	}
	return stems
}

// likeness is how many words two headings share, of all that they have.
func likeness(a, b []string) float64 {
	all := slices.Clone(a)
	shared := 0
	for _, word := range b {
		if slices.Contains(a, word) {
			shared++
		} else {
			all = append(all, word)
		}
	}
	return float64(shared) / float64(max(len(all), 1))
}
