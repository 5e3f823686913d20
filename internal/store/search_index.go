package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
)

// searchVersion is that of the way in which the index is made. Whoever changes how texts are parted, folded or stemmed, or what
// is kept of a document, raises it, and every index is made again.
const searchVersion = 2

// How many units are indexed in one transaction, so that nobody who writes waits for long.
const (
	lettersAtOnce = 20
	unitsAtOnce   = 400
)

// searchState is how far the index is.
type searchState struct {
	ID         int `gorm:"primaryKey"`
	Version    int
	Covers     int64 // the last change that has been looked at
	Generation int64 // counts the times that the index was changed
	Documents  int   // the last number that was given to a document; none is given twice
	Words      int   // and to a word
}

// TableName names the table, for gorm.
func (searchState) TableName() string { return "search_state" }

// searchUnit is what is indexed together. One that waits has no documents.
type searchUnit struct {
	Unit       string `gorm:"primaryKey"`
	Generation int64
	Waiting    bool
}

// searchWord is a word of the index, folded, with the number by which documents name it.
type searchWord struct {
	Number int `gorm:"primaryKey;autoIncrement:false"`
	Word   string
}

func (r *reader) searchState() (state searchState, err error) {
	return state, r.db.Take(&state).Error
}

// IndexSearch brings the index of what can be searched up to the last change, and returns how many units it read anew: letters,
// inspections, updates and so on. It is cheap where nothing has changed. Of several programs that do it at once, one does it and
// the others do not wait for it. Much is done in several transactions, so that nobody who writes waits for long. The index is
// derived from the record, so that nothing of this is in the record of changes.
func (s *Store) IndexSearch(ctx context.Context) (done int, err error) {
	behind, err := s.searchBehind(ctx)
	if err != nil || !behind {
		return 0, err
	}
	for more := true; more; {
		err := s.operate(ctx, func(db *gorm.DB) (err error) {
			x := &searchIndexer{r: &reader{db: db, catalogue: s.catalogue}, text: s.engine.text}
			alone, err := x.tryLock()
			if err != nil || !alone {
				more = false
				return err
			}
			if err := x.look(); err != nil {
				return err
			}
			var n int
			if n, more, err = x.some(); err != nil {
				return err
			}
			done += n
			return x.keep()
		})
		if err != nil {
			return done, fmt.Errorf("index what can be searched: %w", err)
		}
	}
	return done, nil
}

// searchBehind reports whether there is anything to index.
func (s *Store) searchBehind(ctx context.Context) (behind bool, err error) {
	err = s.read(ctx, func(r *reader) error {
		state, err := r.searchState()
		if err != nil {
			return err
		}
		last, err := lastMark(r.db)
		if err != nil {
			return err
		}
		waiting, err := r.searchWaiting()
		behind = state.Version != searchVersion || state.Covers != last.Number || waiting > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("ask how far the index of what can be searched is: %w", err)
	}
	return behind, nil
}

// searchWaiting counts the units that are to be indexed.
func (r *reader) searchWaiting() (int, error) {
	var waiting int64
	err := r.db.Model(&searchUnit{}).Where("waiting").Count(&waiting).Error
	return int(waiting), err
}

// searchIndexer is one transaction that changes the index.
type searchIndexer struct {
	r     *reader
	text  searchText
	state searchState
	was   searchState
}

// lock reads how far the index is, and lets nobody else change it until the transaction ends.
func (x *searchIndexer) lock() (err error) {
	if err = x.r.db.Exec("UPDATE search_state SET generation = generation WHERE id = 1").Error; err != nil {
		return err
	}
	x.state, err = x.r.searchState()
	x.was = x.state
	return err
}

// tryLock is lock, unless somebody else is changing the index, which it reports.
func (x *searchIndexer) tryLock() (alone bool, err error) {
	var states []searchState
	if err := skipLocked(x.r.db).Limit(1).Find(&states).Error; err != nil || len(states) == 0 {
		return false, err
	}
	x.state, x.was = states[0], states[0]
	return true, nil
}

// keep writes how far the index is, where that has changed.
func (x *searchIndexer) keep() error {
	if x.state == x.was {
		return nil
	}
	return x.r.db.Select("version", "covers", "generation", "documents", "words").Updates(&x.state).Error
}

// generation returns the number of this change of the index.
func (x *searchIndexer) generation() int64 {
	x.state.Generation = x.was.Generation + 1
	return x.state.Generation
}

// look has everything wait that was changed since the index was looked at last. What waits has no documents.
func (x *searchIndexer) look() error {
	if x.state.Version != searchVersion {
		return x.begin()
	}
	units, last, everything, err := x.r.searchTouched(x.state.Covers)
	if err != nil || last == x.state.Covers {
		return err
	}
	x.state.Covers = last
	if everything {
		return x.clear()
	}
	for chunk := range slices.Chunk(sortedKeys(units), manyIDs) {
		if err := x.remove(chunk); err != nil {
			return err
		}
		if err := x.mark(chunk, true); err != nil {
			return err
		}
	}
	return nil
}

// begin makes the index anew.
func (x *searchIndexer) begin() error {
	last, err := lastMark(x.r.db)
	if err != nil {
		return err
	}
	x.state.Version, x.state.Covers = searchVersion, last.Number
	if err := x.r.db.Exec("DELETE FROM search_words").Error; err != nil {
		return err
	}
	return x.clear()
}

// clear empties the index and has everything wait.
func (x *searchIndexer) clear() error {
	for _, table := range []string{"search_text", "search_documents"} {
		if err := x.r.db.Exec("DELETE FROM " + table).Error; err != nil {
			return err
		}
	}
	return everyUnit(x.r.db, x.generation())
}

// remove takes the documents of some units out of the index.
func (x *searchIndexer) remove(units []string) error {
	if err := x.text.remove(x.r.db, units); err != nil {
		return err
	}
	return x.r.db.Exec("DELETE FROM search_documents WHERE unit IN ?", units).Error
}

// mark says of some units whether they wait.
func (x *searchIndexer) mark(units []string, waiting bool) error {
	generation := x.generation()
	rows := make([]searchUnit, len(units))
	for i, unit := range units {
		rows[i] = searchUnit{Unit: unit, Generation: generation, Waiting: waiting}
	}
	if err := x.r.db.Exec("DELETE FROM search_units WHERE unit IN ?", units).Error; err != nil {
		return err
	}
	return x.r.db.CreateInBatches(rows, batch).Error
}

// some indexes some of what waits, and reports whether there may be more.
func (x *searchIndexer) some() (done int, more bool, err error) {
	var units []string
	err = x.r.db.Model(&searchUnit{}).Where("waiting").Order("unit").Limit(unitsAtOnce).Pluck("unit", &units).Error
	if err != nil || len(units) == 0 {
		return 0, false, err
	}
	// Letters are long, and stand together in the order of units.
	if letters := byUnitKind(units)[unitLetter]; len(letters) > lettersAtOnce {
		first, _ := slices.BinarySearch(units, unitOf(unitLetter, letters[0]))
		units = units[:first+lettersAtOnce]
	}
	all, err := x.r.searched(units)
	if err != nil {
		return 0, false, err
	}
	if err := x.add(all); err != nil {
		return 0, false, err
	}
	return len(units), true, x.mark(units, false)
}

// add adds documents of what was found to the index.
func (x *searchIndexer) add(all []found) error {
	words, err := x.numbered(all)
	if err != nil {
		return err
	}
	documents := parted(all, func(word string) int { return words[word] })
	for i := range documents {
		x.state.Documents++
		documents[i].Number = x.state.Documents
	}
	if err := x.text.add(x.r.db, documents); err != nil {
		return err
	}
	if len(documents) == 0 {
		return nil
	}
	return x.r.db.CreateInBatches(documents, batch).Error
}

// numbered returns the numbers of all words of some documents, and gives numbers to those that have none.
func (x *searchIndexer) numbered(all []found) (map[string]int, error) {
	numbers := map[string]int{}
	var order []string // so that the words that are met first, which are the commonest, have the smallest numbers
	for _, f := range all {
		for _, p := range f.hit.Passages {
			for _, w := range search.Words(p.Words) {
				if _, met := numbers[w.Folded]; !met {
					numbers[w.Folded] = 0
					order = append(order, w.Folded)
				}
			}
		}
	}
	held, err := within[searchWord](x.r, "word", order)
	if err != nil {
		return nil, err
	}
	for _, w := range held {
		numbers[w.Word] = w.Number
	}
	var rows []searchWord
	for _, word := range order {
		if numbers[word] == 0 {
			x.state.Words++
			numbers[word] = x.state.Words
			rows = append(rows, searchWord{Number: x.state.Words, Word: word})
		}
	}
	if len(rows) == 0 {
		return numbers, nil
	}
	return numbers, x.r.db.CreateInBatches(rows, batch).Error
}

// forgetSearched takes some records out of the index in the transaction that erases their texts, with every word that stands
// in no other. Whatever is left of them is indexed again afterwards.
func (t *tx) forgetSearched(text searchText, records map[RecordName]bool) error {
	touched := searchTouched{reader: &reader{db: t.db}, ids: map[string]map[string]bool{}, references: map[string]bool{}}
	for of := range records {
		touched.add(inspection.Change{RecordKind: of.Kind, RecordID: of.ID})
	}
	if err := touched.follow(); err != nil {
		return err
	}
	units := sortedKeys(touched.units())
	if len(units) == 0 {
		return nil
	}
	x := &searchIndexer{r: touched.reader, text: text}
	if err := x.lock(); err != nil {
		return err
	}
	for chunk := range slices.Chunk(units, manyIDs) {
		if err := x.remove(chunk); err != nil {
			return err
		}
		if err := x.mark(chunk, true); err != nil {
			return err
		}
	}
	if err := x.dropWords(); err != nil {
		return err
	}
	return x.keep()
}

// dropWords deletes the words that no document has.
func (x *searchIndexer) dropWords() error {
	used := map[int]bool{}
	rows, err := x.r.db.Model(&searchDocument{}).Select("words").Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var words []byte
		if err := rows.Scan(&words); err != nil {
			return err
		}
		eachWord(words, func(number, _ int) bool {
			used[number] = true
			return true
		})
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var all, unused []int
	if err := x.r.db.Model(&searchWord{}).Pluck("number", &all).Error; err != nil {
		return err
	}
	for _, number := range all {
		if !used[number] {
			unused = append(unused, number)
		}
	}
	for chunk := range slices.Chunk(unused, manyIDs) {
		if err := x.r.db.Where("number IN ?", chunk).Delete(&searchWord{}).Error; err != nil {
			return err
		}
	}
	return nil
}
