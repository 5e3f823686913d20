package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Known is a word that stands in so many documents.
type Known struct {
	Word      string // folded
	Documents int
}

const (
	// shortest is how long a word is, in letters, for which another spelling is looked for; from longer on, two letters may
	// be wrong.
	shortest = 4
	longer   = 6
	// mostSpellings is how many are offered.
	mostSpellings = 5
)

// Spellings returns the known words that somebody may have meant by a folded word, the likeliest first: those with fewer
// letters wrong before others, and of these the ones that stand in more documents. A letter is wrong where it is another,
// too many, missing, or has changed places with the next. A word with a digit is meant as it is: another year is another question.
func Spellings(word string, known []Known) []string {
	length := utf8.RuneCountInString(word)
	if length < shortest || strings.ContainsFunc(word, unicode.IsDigit) {
		return nil
	}
	most := 1
	if length >= longer {
		most = 2
	}
	type candidate struct {
		Known
		wrong int
	}
	var found []candidate
	letters := []rune(word)
	m := newDistances(length + most)
	for _, k := range known {
		if n := utf8.RuneCountInString(k.Word); n < length-most || n > length+most || k.Word == word || k.Documents == 0 {
			continue
		}
		if wrong := m.between(letters, []rune(k.Word), most); wrong <= most {
			found = append(found, candidate{k, wrong})
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.wrong, b.wrong), cmp.Compare(b.Documents, a.Documents), cmp.Compare(a.Word, b.Word))
	})
	var out []string
	for _, c := range found[:min(len(found), mostSpellings)] {
		out = append(out, c.Word)
	}
	return out
}

// distances are the three rows that the distance of two words is worked out in.
type distances [3][]int

func newDistances(longest int) *distances {
	var d distances
	for i := range d {
		d[i] = make([]int, longest+1)
	}
	return &d
}

// between counts the letters in which two words differ; more than the most that is of interest is any number above it.
func (d *distances) between(a, b []rune, most int) int {
	two, one, now := d[0], d[1], d[2]
	for j := range len(b) + 1 {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(one[j]+1, now[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], two[j-2]+1)
			}
			least = min(least, now[j])
		}
		if least > most {
			return most + 1
		}
		two, one, now = one, now, two
	}
	return one[len(b)]
}
