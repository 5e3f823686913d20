package store

import (
	"slices"

	"inspectiontimeline/internal/search"
)

// help adds to an answer that found nothing, under no filter either, which of its words stand nowhere, and another query that
// finds something. Both speak of what the reader may read alone. While records wait to be indexed no word is said to stand nowhere.
func (f *finder) help(result *SearchResult) error {
	rare, err := f.unknownWords(f.filter.Query)
	if err != nil {
		return err
	}
	if result.Waiting == 0 {
		result.Unknown = rare
	}
	better, err := f.respelt(f.filter.Query, rare)
	if err != nil {
		return err
	}
	if better.Empty() {
		return nil
	}
	hits, err := f.match(better)
	if err == nil && len(hits) > 0 {
		result.Suggestion = better.String()
	}
	return err
}

// unknownWords returns the words that are looked for and that no document of the reader has, folded.
func (f *finder) unknownWords(query search.Query) ([]string, error) {
	var out []string
	for _, t := range query.Terms() {
		if t.Excluded {
			continue
		}
		for i, folded := range t.Folded {
			n, err := f.documentsWith(t.Stems[i])
			if err != nil {
				return nil, err
			}
			if n == 0 && !slices.Contains(out, folded) {
				out = append(out, folded)
			}
		}
	}
	return out, nil
}

// documentsWith counts the reader's documents with a stem.
func (f *finder) documentsWith(stem string) (int, error) {
	set, err := f.index.docsHaving(f.reader, f.text, f.state.Generation, []string{stem})
	if err != nil {
		return 0, err
	}
	n := 0
	for i := range f.index.documents {
		if set.has(i) && f.reads(&f.index.documents[i]) {
			n++
		}
	}
	return n, nil
}

// respelt returns a query with a known word in the place of each that is not; the zero Query where there is none. Where all
// words are known nothing is misspelt: another word would be another question.
func (f *finder) respelt(query search.Query, unknown []string) (search.Query, error) {
	if len(unknown) == 0 {
		return search.Query{}, nil
	}
	known := f.known()
	for _, word := range unknown {
		spellings := search.Spellings(word, known)
		if len(spellings) == 0 {
			return search.Query{}, nil
		}
		better := query.With(word, spellings[0])
		for _, one := range spellings {
			with := query.With(word, one)
			hits, err := f.match(with)
			if err != nil {
				return search.Query{}, err
			}
			if len(hits) > 0 {
				better = with
				break
			}
		}
		query = better
	}
	return query, nil
}

// known returns the words of what the reader may read, with the number of the documents that have each.
func (f *finder) known() []search.Known {
	// What has changed since it was indexed makes these words different from what the next reader is told.
	keeps := len(f.stale) == 0 && !f.useless
	if keeps {
		if held, ok := f.index.knownTo(f.rank, f.today); ok {
			return held
		}
	}
	in := make([]int, len(f.index.words))
	for i := range f.index.documents {
		if d := &f.index.documents[i]; f.reads(d) {
			eachWord(d.words, func(number, _ int) bool {
				if number < len(in) {
					in[number]++
				}
				return true
			})
		}
	}
	var known []search.Known
	for number, n := range in {
		if n > 0 && f.index.words[number] != "" {
			known = append(known, search.Known{Word: f.index.words[number], Documents: n})
		}
	}
	if keeps {
		f.index.keepKnown(f.rank, f.today, known)
	}
	return known
}
