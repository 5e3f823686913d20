package store

import (
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// searchText is how an engine keeps the words of documents and says which documents have some. It is given stems alone,
// letters and digits in small letters, so that both engines find the same.
type searchText struct {
	number   string // the column with a document's number
	word     string // what a row of words is written with
	every    string // the query for the numbers of the documents that match, in one text
	optimise string // takes the words of deleted documents out of the index, where deleting leaves them in
	document func(pieces [][]string) string
	phrase   func(stems []string) string
}

// apart parts the pieces of a document in SQLite's index: no phrase goes across it, and it is no word of any text.
const apart = " § "

var (
	sqliteText = searchText{
		number: "docid", word: "?",
		every:    "SELECT group_concat(docid) FROM search_text WHERE words MATCH ?",
		optimise: "INSERT INTO search_text (search_text) VALUES ('optimize')",
		document: func(pieces [][]string) string {
			parts := make([]string, len(pieces))
			for i, stems := range pieces {
				parts[i] = strings.Join(stems, " ")
			}
			return strings.Join(parts, apart)
		},
		phrase: func(stems []string) string { return `"` + strings.Join(stems, " ") + `"` },
	}
	postgresText = searchText{
		number: "number", word: "CAST(CAST(? AS text) AS tsvector)",
		every:    "SELECT string_agg(CAST(number AS text), ',') FROM search_text WHERE words @@ CAST(CAST(? AS text) AS tsquery)",
		document: lexemes,
		phrase: func(stems []string) string {
			quoted := make([]string, len(stems))
			for i, stem := range stems {
				quoted[i] = "'" + stem + "'"
			}
			return strings.Join(quoted, " <-> ")
		},
	}
)

// lexemes writes a document as PostgreSQL reads it: each word with its places.
func lexemes(pieces [][]string) string {
	places := map[string][]byte{}
	var order []string
	place := 0
	for _, stems := range pieces {
		place++ // no phrase goes from piece to piece
		for _, stem := range stems {
			place++
			at, known := places[stem]
			if known {
				at = append(at, ',')
			} else {
				order = append(order, stem)
			}
			places[stem] = strconv.AppendInt(at, int64(place), 10)
		}
	}
	var out strings.Builder
	for _, stem := range order {
		fmt.Fprintf(&out, "'%s':%s ", stem, places[stem])
	}
	return out.String()
}

// PostgreSQL keeps so many places of a word in a document, and places up to so far. A document that has more is parted.
const (
	mostPlacesOfWord = 255
	lastPlace        = 16_000
)

// add writes the words of documents.
func (x searchText) add(db *gorm.DB, documents []searchDocument) error {
	for first := 0; first < len(documents); first += batch {
		some := documents[first:min(first+batch, len(documents))]
		var values []any
		for _, d := range some {
			values = append(values, d.Number, x.document(d.stems))
		}
		row := "(?, " + x.word + ")"
		rows := strings.TrimSuffix(strings.Repeat(row+", ", len(some)), ", ")
		err := db.Exec("INSERT INTO search_text ("+x.number+", words) VALUES "+rows, values...).Error
		if err != nil {
			return fmt.Errorf("write the words of %d documents: %w", len(some), err)
		}
	}
	return nil
}

// remove takes out the words of the documents of some units, before these documents are deleted themselves.
func (x searchText) remove(db *gorm.DB, units []string) error {
	return db.Exec("DELETE FROM search_text WHERE "+x.number+" IN (SELECT number FROM search_documents WHERE unit IN ?)", units).Error
}

// having returns the numbers of the documents in which some stems stand one after another, in no order.
func (x searchText) having(db *gorm.DB, stems []string) ([]int, error) {
	var found *string
	if err := db.Raw(x.every, x.phrase(stems)).Scan(&found).Error; err != nil {
		return nil, err
	}
	if found == nil || *found == "" {
		return nil, nil
	}
	numbers := make([]int, 0, strings.Count(*found, ",")+1)
	for text := range strings.SplitSeq(*found, ",") {
		number, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("read the numbers of documents: %w", err)
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}
