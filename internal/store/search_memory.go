package store

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
)

// searchMemory keeps in memory what every answer needs of all documents. It follows the index by its generation, so that
// several programs may work on one database.
type searchMemory struct {
	epoch atomic.Int64 // counts how often the record was found to have lost changes
	mutex sync.Mutex
	held  *searchIndex
}

// searchIndex is the narrow part of the index at one generation. It does not change, save for what it remembers.
type searchIndex struct {
	epoch      int64
	generation int64
	documents  []searchEntry
	at         []int32          // by the number of a document, its place among them and one; 0 where it is gone
	words      []string         // by number
	forms      map[string][]int // by stem, the numbers of the words that have it, in order
	counts     [3]int           // of documents, by the rank of the audience that reads them
	lengths    [3]int           // of these together, in words
	mutex      sync.Mutex       // of what follows
	having     map[string]bits  // by a phrase's stems, the places of the documents that have it
	known      [3]knownWords    // by the rank of an audience
}

// searchEntry is a document in memory. Texts that many share are held once.
type searchEntry struct {
	number         int32
	page, part     int32
	length         int32
	day, from      int32 // as 20261121; 0 where there is none
	rank           int   // of the audience
	unit           string
	kind           SearchKind
	place          int // of the kind among the kinds
	recordID       string
	inspectionKind string
	bodies         []string
	judgements     []string
	themes         []string
	words          []byte
}

// ForgetSearch forgets what is held in memory of the index. It is for when the record has lost changes, as where a server took over that
// had not received them: what they were found by is in no table any more, and the generations after them are others.
func (s *Store) ForgetSearch() { s.index.epoch.Add(1) }

// bits is a set of places.
type bits []uint64

func (b bits) has(i int) bool { return b[i>>6]&(1<<(i&63)) != 0 }

func (b bits) add(i int) { b[i>>6] |= 1 << (i & 63) }

// numberOf returns a day as a number that orders as days do.
func numberOf(d inspection.Date) int32 {
	if !d.Known() {
		return 0
	}
	last := d.Last().Time()
	return int32(last.Year()*10_000 + int(last.Month())*100 + last.Day())
}

// searchIndexNow returns the index as the reader's transaction sees it, or a later one. The epoch is that of before the transaction began:
// one that may have begun at a server with other changes gets an index of its own, which nobody else uses.
func (r *reader) searchIndexNow(memory *searchMemory, state searchState, epoch int64) (*searchIndex, error) {
	memory.mutex.Lock()
	defer memory.mutex.Unlock()
	held := memory.held
	if held != nil && held.epoch != epoch {
		held = nil
	}
	if held != nil && held.generation >= state.Generation {
		return held, nil
	}
	next, err := r.nextSearchIndex(held, state)
	if err != nil {
		return nil, err
	}
	if next.epoch = epoch; epoch == memory.epoch.Load() {
		memory.held = next
	}
	return next, nil
}

// nextSearchIndex returns the index at a generation, from what is held of an earlier one where there is any.
func (r *reader) nextSearchIndex(held *searchIndex, state searchState) (*searchIndex, error) {
	next := &searchIndex{generation: state.Generation, having: map[string]bits{}}
	var rows []searchDocument
	if held == nil {
		if err := r.db.Order("number").Find(&rows).Error; err != nil {
			return nil, err
		}
	} else {
		var changed []string
		err := r.db.Model(&searchUnit{}).Where("generation > ?", held.generation).Pluck("unit", &changed).Error
		if err != nil {
			return nil, err
		}
		gone := make(map[string]bool, len(changed))
		for _, unit := range changed {
			gone[unit] = true
		}
		next.documents = slices.DeleteFunc(slices.Clone(held.documents), func(e searchEntry) bool { return gone[e.unit] })
		if rows, err = within[searchDocument](r, "unit", changed); err != nil {
			return nil, err
		}
	}
	shared := sharedTexts{}
	for _, row := range rows {
		next.documents = append(next.documents, shared.entry(row))
	}
	slices.SortFunc(next.documents, func(a, b searchEntry) int { return cmp.Compare(a.number, b.number) })
	next.count(state.Documents)
	return next, r.addSearchWords(next, held, state.Words)
}

// count works out what is worked out of all documents.
func (x *searchIndex) count(last int) {
	if n := len(x.documents); n > 0 {
		last = max(last, int(x.documents[n-1].number))
	}
	x.at = make([]int32, last+1)
	for i, d := range x.documents {
		x.at[d.number] = int32(i + 1)
		for rank := d.rank; rank < len(x.counts); rank++ {
			x.counts[rank]++
			x.lengths[rank] += int(d.length)
		}
	}
}

// addSearchWords gives an index its words: those held and the ones that were added since. A number is never given twice.
func (r *reader) addSearchWords(next, held *searchIndex, last int) error {
	var rows []searchWord
	from := 0
	if held != nil && len(held.words) <= last+1 {
		next.words, next.forms = slices.Clone(held.words), make(map[string][]int, len(held.forms))
		for stem, forms := range held.forms {
			next.forms[stem] = forms
		}
		from = len(held.words) - 1
	} else {
		next.forms = map[string][]int{}
	}
	if err := r.db.Where("number > ?", from).Order("number").Find(&rows).Error; err != nil {
		return err
	}
	next.words = append(next.words, make([]string, max(last+1-len(next.words), 0))...)
	for _, w := range rows {
		if w.Number >= len(next.words) {
			continue // of a later generation than this one
		}
		next.words[w.Number] = w.Word
		stem := search.Stem(w.Word)
		next.forms[stem] = append(slices.Clip(next.forms[stem]), w.Number)
	}
	return nil
}

// sharedTexts holds once what many documents have.
type sharedTexts map[string][]string

// list returns the parts of a text that have spaces between them.
func (s sharedTexts) list(text string) []string {
	held, ok := s[text]
	if !ok {
		held = strings.Fields(text)
		s[text] = held
	}
	return held
}

// word returns a text that has one part or none.
func (s sharedTexts) word(text string) string {
	if parts := s.list(text); len(parts) == 1 {
		return parts[0]
	}
	return ""
}

func (s sharedTexts) entry(d searchDocument) searchEntry {
	kind := SearchKind(s.word(string(d.Kind)))
	return searchEntry{
		number: int32(d.Number), page: int32(d.Page), part: int32(d.Part), length: int32(d.Length),
		day: numberOf(d.On), from: numberOf(d.From), rank: d.Audience.Rank(), unit: d.Unit, kind: kind, place: slices.Index(SearchKinds(), kind),
		recordID: d.RecordID, inspectionKind: s.word(d.InspectionKind), bodies: s.list(d.Bodies),
		judgements: s.list(d.Judgements), themes: s.list(d.Themes), words: d.Words,
	}
}

// mostRemembered is how many words and phrases an index remembers the documents of.
const mostRemembered = 500

// docsHaving returns the places of the documents in which some stems stand one after another. The transaction sees the index at
// its own generation, which may be an earlier one: then nothing is remembered.
func (x *searchIndex) docsHaving(r *reader, text searchText, generation int64, stems []string) (bits, error) {
	key := strings.Join(stems, " ")
	x.mutex.Lock()
	held, ok := x.having[key]
	x.mutex.Unlock()
	if ok {
		return held, nil
	}
	numbers, err := text.having(r.db, stems)
	if err != nil {
		return nil, err
	}
	set := make(bits, len(x.documents)/64+1)
	for _, number := range numbers {
		if number < len(x.at) && x.at[number] > 0 {
			set.add(int(x.at[number]) - 1)
		}
	}
	if generation == x.generation {
		x.mutex.Lock()
		if len(x.having) >= mostRemembered {
			clear(x.having)
		}
		x.having[key] = set
		x.mutex.Unlock()
	}
	return set, nil
}

// knownWords are the words that an audience may read on a day.
type knownWords struct {
	day   int32
	words []search.Known
}

// knownTo returns the words that an audience may read on a day, where they are remembered.
func (x *searchIndex) knownTo(rank int, day int32) ([]search.Known, bool) {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	return x.known[rank].words, x.known[rank].day == day
}

func (x *searchIndex) keepKnown(rank int, day int32, words []search.Known) {
	x.mutex.Lock()
	defer x.mutex.Unlock()
	x.known[rank] = knownWords{day, words}
}
