package store

import (
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
)

// SearchKind is what something that was found is.
type SearchKind string

// The kinds of what can be found.
const (
	SearchLetter    SearchKind = "letter"    // a page of a letter that is published
	SearchArea      SearchKind = "area"      // an area to improve
	SearchFinding   SearchKind = "finding"   // what inspectors found, in our words
	SearchView      SearchKind = "view"      // what a later letter said of an earlier area to improve
	SearchResponse  SearchKind = "response"  // what somebody said in reply to a letter, in our words
	SearchMilestone SearchKind = "milestone" // an event around the inspections
	SearchAction    SearchKind = "action"    // a piece of work that serves areas to improve
	SearchUpdate    SearchKind = "update"    // what officers said of an area to improve or an action
	SearchQuestion  SearchKind = "question"  // what a member asked, with the answers
)

var searchKindWords = map[SearchKind]string{
	SearchLetter: "Letter", SearchArea: "Area to improve", SearchFinding: "Finding", SearchView: "Later view",
	SearchResponse: "Response", SearchMilestone: "Milestone", SearchAction: "Action", SearchUpdate: "Update",
	SearchQuestion: "Question",
}

// SearchKinds lists the kinds, inspectors' own words first.
func SearchKinds() []SearchKind {
	return []SearchKind{
		SearchLetter, SearchArea, SearchFinding, SearchView, SearchResponse, SearchMilestone, SearchAction, SearchUpdate, SearchQuestion,
	}
}

// Known reports whether it is one of the kinds.
func (k SearchKind) Known() bool { return searchKindWords[k] != "" }

// Words says what one of the kind is, as pages do.
func (k SearchKind) Words() string { return searchKindWords[k] }

// SearchSort is what an answer is ordered by.
type SearchSort string

// The orders of an answer. Equals follow the day, the newest first, and then what they are.
const (
	SearchByRelevance SearchSort = "relevance" // the order of a filter that names none
	SearchByDate      SearchSort = "date"
)

// SearchSorts lists the orders.
func SearchSorts() []SearchSort { return []SearchSort{SearchByRelevance, SearchByDate} }

// SearchFilter says what to look for, who reads the answer and which page of it.
type SearchFilter struct {
	Query      search.Query
	Reader     inspection.Audience // the public where it is empty
	Kind       SearchKind
	Authority  string // with all that inspection.Record.ListedUnder names
	Inspection string // the code of a kind of inspection
	Year       int    // of the day from which something counts
	Judgement  string // the code of one, of which an area of a letter speaks
	Theme      string
	Sort       SearchSort
	Page, Size int // the first page and 20 to a page where they are 0
}

// searchSize is how many hits a page has where nothing else is asked for.
const searchSize = 20

// SearchResult is one page of an answer.
type SearchResult struct {
	Hits              []SearchHit
	Total             int // on all pages
	Page, Pages, Size int // one page at least
	Facets            SearchFacets
	Suggestion        string   // another query, that finds something for this reader; empty for none
	Unknown           []string // words of the query that stand nowhere that this reader may read; none while records wait
	Waiting           int      // records that are not in the index yet, so that the answer may lack them
}

// SearchFacets counts what was found. Each facet counts what the other filters leave, whatever its own filter asks for.
type SearchFacets struct {
	Kinds       []SearchCount // in the order of SearchKinds
	Authorities []SearchCount // most first; a partnership counts under its council, and a place is none
	Inspections []SearchCount // kinds of inspection, most first
	Years       []SearchCount // newest first
	Judgements  []SearchCount // most first
	Themes      []SearchCount // most first
}

// SearchCount is how many hits there are under one value of a filter.
type SearchCount struct {
	Value string
	Count int
}

// SearchHit is something that was found, as the record has it.
type SearchHit struct {
	Kind       SearchKind
	ID         string                 // of the record
	Page       int                    // of the letter, counted from 1; 0 where there is none or it is not known
	Inspection *inspection.Inspection // with its bodies; nil for a milestone and for what is about no area to improve
	Reference  string                 // of the area to improve that it is or is about; empty for none
	Milestone  *inspection.Milestone  // nil unless it is one
	By         string                 // who says it, by their post or role
	Bodies     []string               // that it is of
	On         inspection.Date        // the day from which it counts
	Published  bool                   // whether that is the day of publication
	Judgements []string
	Themes     []string
	Audience   inspection.Audience
	Score      float64         // comparable within one answer
	Passages   []SearchPassage // the best first, three at most
}

// LetterID returns the ID of the letter that the hit is a page of, empty for none.
func (h SearchHit) LetterID() string {
	if h.Kind == SearchLetter {
		return h.ID
	}
	return ""
}

// Own reports whether all that is shown of the hit is in our words.
func (h SearchHit) Own() bool {
	return !slices.ContainsFunc(h.Passages, func(p SearchPassage) bool { return !p.Own })
}

// SearchPassage is a paragraph of what was found.
type SearchPassage struct {
	Words  string // in full
	Marks  []search.Span
	Number string // of the letter's paragraph, as printed
	Label  string // what it is beside the record's own words: "Answer"
	Own    bool   // in our words, not a quotation
}

// SearchHoldings says what can be searched.
type SearchHoldings struct {
	Letters   int           // inspections of which the letter's text is held
	Published int           // inspections of which a letter was published, as far as the record knows
	Documents []SearchCount // by SearchKind, for the reader
	Waiting   int           // records that are not in the index yet
}

// NothingFoundWords is said where nothing was found, so that silence is not taken for a no.
const NothingFoundWords = "That nothing was found does not mean that inspectors never said it."

// None reports whether nothing can be searched, because all waits to be indexed.
func (h SearchHoldings) None() bool { return len(h.Documents) == 0 && h.Waiting > 0 }

// Words says how much is searched, so that silence is not taken for a no.
func (h SearchHoldings) Words() string {
	switch {
	case h.None():
		return "Nothing can be searched yet: this service is still looking through the record."
	case h.Letters == 0:
		return "The text of no letter or report is held here yet. What is searched is what this record says of them."
	case h.Letters >= h.Published:
		return fmt.Sprintf("The text of all %s on this record is searched.", inspection.CountWords(h.Letters, "letter or report", "letters and reports"))
	}
	return fmt.Sprintf("The text of %d of the %d letters and reports on this record is held here and searched. What is not found may stand in one of the others.",
		h.Letters, h.Published)
}
