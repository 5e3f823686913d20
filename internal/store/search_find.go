package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
)

const (
	// mostCaughtUp is how many changes an answer waits for; more are left to the background.
	mostCaughtUp = 200
	// catchUpWait is for how long.
	catchUpWait = 2 * time.Second
)

// Search returns one page of what stands in the record under a filter, as its reader may read it today. A page past the last
// one has no hits. It fails with inspection.ErrNotFound where the filter names an authority that does not exist.
//
// The index only says where to look: what has changed since it was made is left out, and each hit that is shown is read from
// the record and checked again. It may be behind and miss something, but shows nothing that is gone or not for its reader.
func (s *Store) Search(ctx context.Context, filter SearchFilter) (SearchResult, error) {
	var result SearchResult
	if filter.Query.Empty() {
		return result, errors.New("search: nothing is asked for")
	}
	s.catchUp(ctx)
	epoch := s.index.epoch.Load()
	err := s.read(ctx, func(r *reader) error {
		f, err := s.newFinder(r, filter, epoch)
		if err != nil {
			return err
		}
		result, err = f.answer()
		return err
	})
	if err != nil {
		return SearchResult{}, fmt.Errorf("search: %w", err)
	}
	return result, nil
}

// SearchCounts returns how many hits each of some queries has under a filter, whose own query and page it leaves out. It waits for
// no change to be indexed: whoever asks has just searched.
func (s *Store) SearchCounts(ctx context.Context, filter SearchFilter, queries []search.Query) ([]int, error) {
	counts := make([]int, len(queries))
	filter.Sort = SearchByDate // by which nothing is ranked
	epoch := s.index.epoch.Load()
	err := s.read(ctx, func(r *reader) error {
		f, err := s.newFinder(r, filter, epoch)
		if err != nil {
			return err
		}
		for i, query := range queries {
			all, err := f.match(query)
			if err != nil {
				return err
			}
			hits, _ := f.narrowed(all)
			counts[i] = len(hits)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count what searches find: %w", err)
	}
	return counts, nil
}

// SearchHoldings says what a reader can search, as of today.
func (s *Store) SearchHoldings(ctx context.Context, audience inspection.Audience) (SearchHoldings, error) {
	var held SearchHoldings
	s.catchUp(ctx)
	epoch := s.index.epoch.Load()
	err := s.read(ctx, func(r *reader) error {
		f, err := s.newFinder(r, SearchFilter{Reader: audience}, epoch)
		if err != nil {
			return err
		}
		held, err = f.holdings()
		return err
	})
	if err != nil {
		return SearchHoldings{}, fmt.Errorf("ask what can be searched: %w", err)
	}
	return held, nil
}

// catchUp brings the index up to date where little is missing. Where that cannot be done, as in a database that may only be
// read, or not at once, the answer leaves out what has changed.
func (s *Store) catchUp(ctx context.Context) {
	var little bool
	err := s.read(ctx, func(r *reader) error {
		state, err := r.searchState()
		if err != nil || state.Version != searchVersion {
			return err
		}
		last, err := lastMark(r.db)
		if err != nil {
			return err
		}
		waiting, err := r.searchWaiting()
		behind := int(last.Number-state.Covers) + waiting
		little = behind > 0 && behind <= mostCaughtUp
		return err
	})
	if err != nil || !little {
		return
	}
	short, cancel := context.WithTimeout(ctx, catchUpWait)
	defer cancel()
	_, _ = s.IndexSearch(short) // what cannot be indexed now is left out
}

// finder answers one question to the index.
type finder struct {
	*reader
	text    searchText
	filter  SearchFilter
	state   searchState
	index   *searchIndex
	today   int32
	stale   map[string]bool   // units that have changed since they were indexed
	useless bool              // so much has changed that nothing of the index counts
	under   map[string]bool   // the bodies that the filter's authority names
	listed  map[string]string // the authority under which a body that is none is listed; empty for a place, which is several
	rank    int
}

func (s *Store) newFinder(r *reader, filter SearchFilter, epoch int64) (*finder, error) {
	f := &finder{reader: r, text: s.engine.text, filter: filter, today: numberOf(s.today()), rank: filter.Reader.Rank()}
	var err error
	if f.state, err = r.searchState(); err != nil {
		return nil, err
	}
	if f.state.Version != searchVersion {
		f.useless = true
	} else if f.stale, _, f.useless, err = r.searchTouched(f.state.Covers); err != nil {
		return nil, err
	}
	if filter.Authority != "" {
		bodies, err := r.listedUnder(filter.Authority)
		if err != nil {
			return nil, err
		}
		f.under = map[string]bool{}
		for _, id := range bodies {
			f.under[id] = true
		}
	}
	if f.listed, err = r.listedOn(); err != nil {
		return nil, err
	}
	f.index, err = r.searchIndexNow(&s.index, f.state, epoch)
	return f, err
}

// listedOn returns the authorities under which partnerships are listed. Places are among them, with none.
func (r *reader) listedOn() (map[string]string, error) {
	var bodies []inspection.Body
	err := r.db.Select("id", "listed_on").Where("listed_on <> '' OR kind = ?", inspection.Place).Find(&bodies).Error
	listed := make(map[string]string, len(bodies))
	for _, b := range bodies {
		listed[b.ID] = b.ListedOn
	}
	return listed, err
}

// authorities returns under which authorities a document is listed, each once.
func (f *finder) authorities(d *searchEntry) []string {
	var out []string
	for _, id := range d.bodies {
		if council, other := f.listed[id]; other {
			id = council
		}
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// reads reports whether a document may count at all: its reader may read it, it is out, and it is what it was when it was
// indexed.
func (f *finder) reads(d *searchEntry) bool {
	return d.rank <= f.rank && d.from <= f.today && !f.useless && !f.stale[d.unit]
}

// facet is one of the ways in which an answer is narrowed.
type facet int

const (
	byKind facet = iota
	byAuthority
	byInspection
	byYear
	byJudgement
	byTheme
	facets
)

// passes reports whether a document stands under the filter of a facet.
func (f *finder) passes(d *searchEntry, by facet) bool {
	switch by {
	case byKind:
		return f.filter.Kind == "" || d.kind == f.filter.Kind
	case byAuthority:
		return f.under == nil || slices.ContainsFunc(d.bodies, func(id string) bool { return f.under[id] })
	case byInspection:
		return f.filter.Inspection == "" || d.inspectionKind == f.filter.Inspection
	case byYear:
		return f.filter.Year == 0 || d.year() == f.filter.Year
	case byJudgement:
		return f.filter.Judgement == "" || slices.Contains(d.judgements, f.filter.Judgement)
	case byTheme:
		return f.filter.Theme == "" || slices.Contains(d.themes, f.filter.Theme)
	}
	return true
}

func (d *searchEntry) year() int { return int(d.day / 10_000) }

// hitEntry is a document that was found, with what it is ordered by.
type hitEntry struct {
	*searchEntry
	score float64
}

// match finds the documents that have everything that a query asks for, ranked, before they are narrowed.
func (f *finder) match(query search.Query) ([]hitEntry, error) {
	var hits []hitEntry
	var wanted, excluded []bits
	var terms [][][]int // of each term, for each of its words the numbers of the forms
	for _, t := range query.Terms() {
		set, err := f.index.docsHaving(f.reader, f.text, f.state.Generation, t.Stems)
		if err != nil {
			return nil, err
		}
		if t.Excluded {
			excluded = append(excluded, set)
			continue
		}
		wanted = append(wanted, set)
		var words [][]int
		for _, stem := range t.Stems {
			words = append(words, f.index.forms[stem])
		}
		terms = append(terms, words)
	}
	in := make([]int, len(wanted)) // how many documents have each term
	for i := range f.index.documents {
		d := &f.index.documents[i]
		if !f.reads(d) {
			continue
		}
		all := true
		for n, set := range wanted {
			if set.has(i) {
				in[n]++
			} else {
				all = false
			}
		}
		if all && !slices.ContainsFunc(excluded, func(set bits) bool { return set.has(i) }) {
			hits = append(hits, hitEntry{searchEntry: d})
		}
	}
	if f.filter.Sort != SearchByDate {
		f.score(hits, terms, in)
	}
	return hits, nil
}

// score ranks what was found. A phrase counts as often as the rarest of its words.
func (f *finder) score(hits []hitEntry, terms [][][]int, in []int) {
	documents := f.index.counts[f.rank]
	ranking := search.NewRanking(documents, float64(f.index.lengths[f.rank])/float64(max(documents, 1)), in)
	var wanted []wantedWord
	words := 0
	for _, term := range terms {
		for _, forms := range term {
			for _, number := range forms {
				wanted = append(wanted, wantedWord{number, words})
			}
			words++
		}
	}
	slices.SortFunc(wanted, func(a, b wantedWord) int { return cmp.Compare(a.number, b.number) })
	times, of := make([]int, words), make([]int, len(terms))
	for i := range hits {
		clear(times)
		hits[i].count(wanted, times)
		word := 0
		for n, term := range terms {
			of[n] = slices.Min(times[word : word+len(term)])
			word += len(term)
		}
		hits[i].score = ranking.Score(of, int(hits[i].length))
	}
}

// wantedWord is a word of the index that counts for one of the words that are looked for.
type wantedWord struct{ number, word int }

// count adds up how often the wanted words, which are in the order of their numbers, stand in a document.
func (d *searchEntry) count(wanted []wantedWord, times []int) {
	if len(wanted) == 0 {
		return
	}
	next := 0
	eachWord(d.words, func(number, n int) bool {
		for next < len(wanted) && wanted[next].number < number {
			next++
		}
		// The same word may stand in two phrases.
		for ; next < len(wanted) && wanted[next].number == number; next++ {
			times[wanted[next].word] += n
		}
		return next < len(wanted)
	})
}

// order puts hits in the order that is asked for. Two documents never compare equal.
func (f *finder) order(a, b hitEntry) int {
	if f.filter.Sort != SearchByDate {
		if c := cmp.Compare(b.score, a.score); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(b.day, a.day), cmp.Compare(a.place, b.place), cmp.Compare(a.recordID, b.recordID),
		cmp.Compare(a.page, b.page), cmp.Compare(a.part, b.part))
}

// first returns the first so many of some hits in order, and leaves the others in none: of a common word there are many
// thousands, of which a page shows twenty.
func (f *finder) first(hits []hitEntry, n int) []hitEntry {
	n = min(n, len(hits))
	best := slices.Clone(hits[:n])
	slices.SortFunc(best, f.order)
	for _, hit := range hits[n:] {
		if n == 0 || f.order(hit, best[n-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(best, hit, f.order)
		copy(best[at+1:], best[at:n-1])
		best[at] = hit
	}
	return best
}

// narrowed returns what passes every filter, and counts what passes all filters but one.
func (f *finder) narrowed(hits []hitEntry) ([]hitEntry, [facets]map[string]int) {
	var counts [facets]map[string]int
	for by := range counts {
		counts[by] = map[string]int{}
	}
	var out []hitEntry
	for _, hit := range hits {
		failed, only := 0, facet(0)
		for by := range facets {
			if !f.passes(hit.searchEntry, by) {
				failed, only = failed+1, by
			}
		}
		switch failed {
		case 0:
			out = append(out, hit)
			for by := range facets {
				f.tally(hit.searchEntry, by, counts[by])
			}
		case 1:
			f.tally(hit.searchEntry, only, counts[only])
		}
	}
	return out, counts
}

// tally counts a document under each value that it has of a facet.
func (f *finder) tally(d *searchEntry, by facet, counts map[string]int) {
	switch by {
	case byKind:
		counts[string(d.kind)]++
	case byInspection:
		if d.inspectionKind != "" {
			counts[d.inspectionKind]++
		}
	case byYear:
		if d.day != 0 {
			counts[yearWords(d.year())]++
		}
	case byAuthority:
		for _, id := range f.authorities(d) {
			counts[id]++
		}
	case byJudgement:
		for _, code := range d.judgements {
			counts[code]++
		}
	case byTheme:
		for _, code := range d.themes {
			counts[code]++
		}
	}
}

func yearWords(year int) string { return fmt.Sprintf("%04d", year) }

// answer returns the page that is asked for.
func (f *finder) answer() (SearchResult, error) {
	result := SearchResult{Page: max(f.filter.Page, 1), Size: f.filter.Size}
	if result.Size <= 0 {
		result.Size = searchSize
	}
	all, err := f.match(f.filter.Query)
	if err != nil {
		return result, err
	}
	if result.Waiting, err = f.waiting(); err != nil {
		return result, err
	}
	hits, counts := f.narrowed(all)
	result.Total = len(hits)
	result.Pages = max((result.Total+result.Size-1)/result.Size, 1)
	result.Facets = facetsOf(counts)
	if len(all) == 0 {
		if err := f.help(&result); err != nil {
			return result, err
		}
	}
	from := min((result.Page-1)*result.Size, len(hits))
	result.Hits, err = f.shown(f.first(hits, from+result.Size)[from:])
	return result, err
}

func (f *finder) waiting() (int, error) {
	waiting, err := f.searchWaiting()
	if f.useless {
		return max(waiting, 1), err
	}
	return waiting + len(f.stale), err
}

// facetsOf puts counts in order.
func facetsOf(counts [facets]map[string]int) SearchFacets {
	list := func(by facet, compare func(a, b SearchCount) int) []SearchCount {
		var out []SearchCount
		for value, n := range counts[by] {
			out = append(out, SearchCount{value, n})
		}
		slices.SortFunc(out, func(a, b SearchCount) int { return cmp.Or(compare(a, b), cmp.Compare(a.Value, b.Value)) })
		return out
	}
	most := func(a, b SearchCount) int { return cmp.Compare(b.Count, a.Count) }
	return SearchFacets{
		Kinds: list(byKind, func(a, b SearchCount) int {
			return cmp.Compare(slices.Index(SearchKinds(), SearchKind(a.Value)), slices.Index(SearchKinds(), SearchKind(b.Value)))
		}),
		Years:       list(byYear, func(a, b SearchCount) int { return cmp.Compare(b.Value, a.Value) }),
		Authorities: list(byAuthority, most), Inspections: list(byInspection, most),
		Judgements: list(byJudgement, most), Themes: list(byTheme, most),
	}
}

// mostPassages is how many paragraphs of a document are shown.
const mostPassages = 3

// shown reads hits from the record, with the paragraphs that answer the query best. What is not there any more, or does not
// answer it any more, is left out.
func (f *finder) shown(hits []hitEntry) ([]SearchHit, error) {
	var units []string
	for _, hit := range hits {
		if !slices.Contains(units, hit.unit) {
			units = append(units, hit.unit)
		}
	}
	all, err := f.searched(units)
	if err != nil {
		return nil, err
	}
	type place struct {
		kind SearchKind
		id   string
		page int32
	}
	live := make(map[place]found, len(all))
	for _, one := range all {
		live[place{one.hit.Kind, one.hit.ID, int32(one.hit.Page)}] = one
	}
	var out []SearchHit
	for _, hit := range hits {
		one, there := live[place{hit.kind, hit.recordID, hit.page}]
		if !there || one.hit.Audience.Rank() > f.rank || numberOf(one.from) > f.today {
			continue
		}
		one.hit.Score = hit.score
		own := one.hit.Passages[0]
		if one.hit.Passages = best(f.filter.Query, one.hit.Passages); len(one.hit.Passages) == 0 {
			continue
		}
		if own.Label != themeLabel && !slices.ContainsFunc(one.hit.Passages, func(p SearchPassage) bool { return p.Label != themeLabel }) {
			one.hit.Passages = append([]SearchPassage{own}, one.hit.Passages[:min(len(one.hit.Passages), mostPassages-1)]...)
		}
		out = append(out, one.hit)
	}
	return out, nil
}

// best returns the passages that hold most of what is looked for, marked.
func best(query search.Query, passages []SearchPassage) []SearchPassage {
	type marked struct {
		SearchPassage
		terms int
	}
	var some []marked
	for _, p := range passages {
		marks, terms := query.Find(p.Words)
		if terms > 0 {
			p.Marks = marks
			some = append(some, marked{p, terms})
		}
	}
	slices.SortStableFunc(some, func(a, b marked) int {
		return cmp.Or(cmp.Compare(b.terms, a.terms), cmp.Compare(len(b.Marks), len(a.Marks)))
	})
	var out []SearchPassage
	for _, p := range some[:min(len(some), mostPassages)] {
		out = append(out, p.SearchPassage)
	}
	return out
}

// holdings counts what the reader can search.
func (f *finder) holdings() (SearchHoldings, error) {
	var held SearchHoldings
	counts := map[string]int{}
	letters := map[string]bool{}
	for i := range f.index.documents {
		d := &f.index.documents[i]
		if f.reads(d) {
			counts[string(d.kind)]++
			if d.kind == SearchLetter {
				letters[d.recordID] = true
			}
		}
	}
	held.Letters = len(letters)
	for _, kind := range SearchKinds() {
		if n := counts[string(kind)]; n > 0 {
			held.Documents = append(held.Documents, SearchCount{string(kind), n})
		}
	}
	var published int64
	err := f.db.Model(&inspection.Inspection{}).
		Where("document IN ?", []inspection.DocumentState{inspection.DocumentHeld, inspection.DocumentPublished}).Count(&published).Error
	if err != nil {
		return held, err
	}
	held.Published = max(int(published), held.Letters)
	held.Waiting, err = f.waiting()
	return held, err
}
