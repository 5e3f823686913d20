package help

import (
	"cmp"
	"slices"

	"inspectiontimeline/internal/search"
)

const (
	// excerptLength is how many characters of a section a hit shows.
	excerptLength = 260
	// titleTimes is how often a word of a title counts: who looks for "publish" wants the section of that name first.
	titleTimes = 3
	// mostPart is how many hits are shown that have only some of the words.
	mostPart = 8
)

// unit is a section of a guide as it is searched.
type unit struct {
	guide   int
	section int
	texts   []string   // what it says, paragraph by paragraph
	stems   [][]string // of the words of its title, as often as they count, and of each text
	words   int
}

func unitsOf(guides []Guide) []unit {
	var units []unit
	for g, guide := range guides {
		for s, section := range guide.Sections {
			u := unit{guide: g, section: s}
			for range titleTimes {
				u.add(section.Title)
			}
			for _, block := range section.Blocks {
				for _, words := range block.texts() {
					u.texts = append(u.texts, words)
					u.add(words)
				}
			}
			units = append(units, u)
		}
	}
	return units
}

func (u *unit) add(words string) {
	var stems []string
	for _, word := range search.Words(words) {
		stems = append(stems, search.Stem(word.Folded))
	}
	u.stems = append(u.stems, stems)
	u.words += len(stems)
}

// times counts how often a word or phrase stands in a section.
func (u *unit) times(term search.Term) int {
	n := 0
	for _, stems := range u.stems {
		for at := 0; at+len(term.Stems) <= len(stems); at++ {
			if slices.Equal(stems[at:at+len(term.Stems)], term.Stems) {
				n++
			}
		}
	}
	return n
}

// Hit is a section in which words were found, with those words marked.
type Hit struct {
	Guide   Guide
	Section Section
	Title   []search.Piece // of the section
	Excerpt []search.Piece // the paragraph of it that has most of the words
}

// Search returns the sections that have all the words and phrases of a query and nothing that it excludes, the best first.
// Where no section has all of them, it returns the few best of those that have some, and whole is false: who asks in a
// sentence is helped too.
func (g *Guides) Search(query search.Query) (hits []Hit, whole bool) {
	var wanted, excluded []search.Term
	for _, term := range query.Terms() {
		if term.Excluded {
			excluded = append(excluded, term)
		} else {
			wanted = append(wanted, term)
		}
	}
	found := g.found(wanted, excluded)
	if all := slices.DeleteFunc(slices.Clone(found), func(f finding) bool { return f.terms < len(wanted) }); len(all) > 0 {
		found, whole = all, true
	}
	if !whole {
		found = found[:min(len(found), mostPart)]
	}
	for _, f := range found {
		hits = append(hits, g.hit(query, f.unit))
	}
	return hits, whole
}

// finding is a section that has some of what is looked for.
type finding struct {
	unit  *unit
	terms int // how many of the words and phrases it has
	score float64
}

// found lists the sections that have anything of what is wanted and nothing of what is excluded, the best first.
func (g *Guides) found(wanted, excluded []search.Term) []finding {
	times := make([][]int, len(g.units))
	in := make([]int, len(wanted)) // in how many sections each word stands
	total := 0
	for i := range g.units {
		total += g.units[i].words
		times[i] = make([]int, len(wanted))
		for t, term := range wanted {
			if times[i][t] = g.units[i].times(term); times[i][t] > 0 {
				in[t]++
			}
		}
	}
	ranking := search.NewRanking(len(g.units), float64(total)/float64(max(len(g.units), 1)), in)
	var out []finding
	for i := range g.units {
		u := &g.units[i]
		if slices.ContainsFunc(excluded, func(term search.Term) bool { return u.times(term) > 0 }) {
			continue
		}
		terms := 0
		for _, n := range times[i] {
			if n > 0 {
				terms++
			}
		}
		if terms > 0 {
			out = append(out, finding{u, terms, ranking.Score(times[i], u.words)})
		}
	}
	slices.SortStableFunc(out, func(a, b finding) int { return cmp.Compare(b.score, a.score) })
	return out
}

// hit shows a section: its title, and the first of those paragraphs that have most of the words.
func (g *Guides) hit(query search.Query, u *unit) Hit {
	hit := Hit{Guide: g.guides[u.guide], Section: g.guides[u.guide].Sections[u.section]}
	hit.Title = search.Cut(hit.Section.Title, query.Marks(hit.Section.Title))
	best, most := 0, 0
	for i, words := range u.texts {
		if _, terms := query.Find(words); terms > most {
			best, most = i, terms
		}
	}
	excerpt, marks := search.Excerpt(u.texts[best], query.Marks(u.texts[best]), excerptLength)
	hit.Excerpt = search.Cut(excerpt, marks)
	return hit
}
