package opendata

import (
	"context"
	"errors"
	"strconv"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
	"inspectiontimeline/internal/store"
)

// searchWords is the parameter for what is looked for.
const searchWords = "q"

// SearchDocument is what was found for some words.
type SearchDocument struct {
	List[Hit]
	Query      string   `json:"query" doc:"The words as they were understood"`
	Suggestion *string  `json:"suggestion" doc:"The same words spelt as they stand here, where that finds something; null otherwise"`
	Unknown    []string `json:"unknown_words" doc:"Words that stand nowhere in what the asker may read; none while records wait"`
	Facets     Facets   `json:"facets" doc:"How many hits each value of a filter has, under the other filters"`
	Waiting    int      `json:"waiting" doc:"Records that are not in the index yet: the answer may lack them"`
	Holdings   Searched `json:"holdings" doc:"How much is searched: what is not found may stand in what is not held"`
}

// Searched says of how many letters and reports the text is searched.
type Searched struct {
	Held      int    `json:"letters_held" doc:"Inspections of which the text of the letter or report is held here and searched"`
	Published int    `json:"letters_published" doc:"Inspections of which a letter or report was published, as far as the record knows"`
	Words     string `json:"words" doc:"The same in sentences and, where nothing is found, what that means"`
}

func searchedOf(held store.SearchHoldings, found int) Searched {
	out := Searched{held.Letters, held.Published, held.Words()}
	if found == 0 {
		out.Words += " " + store.NothingFoundWords
	}
	return out
}

// Facets count hits by the values of the filters.
type Facets struct {
	Kinds       []FacetCount `json:"kind" doc:"By kind of record"`
	Authorities []FacetCount `json:"authority" doc:"By authority"`
	Inspections []FacetCount `json:"inspection" doc:"By kind of inspection"`
	Years       []FacetCount `json:"year" doc:"By year"`
	Judgements  []FacetCount `json:"judgement" doc:"By judgement"`
	Themes      []FacetCount `json:"theme" doc:"By theme"`
}

// FacetCount is how many hits a value has.
type FacetCount struct {
	Value  string `json:"value" doc:"What the filter takes"`
	Number int    `json:"number" doc:"How many hits"`
}

// Hit is a record, or a page of a letter, in which the words stand.
type Hit struct {
	Kind       Code      `json:"kind" column:"What" doc:"What it is"`
	ID         string    `json:"id" doc:"What names it"`
	Page       string    `json:"page" doc:"The page on which it stands"`
	Inspection *Link     `json:"inspection" column:"Inspection" doc:"The inspection it is of; null where it is of none"`
	Letter     *int      `json:"page_of_letter" column:"Page" doc:"Page of the letter; null where that is not known or it is in none"`
	Area       *string   `json:"area_to_improve" doc:"Reference of the area that it is, or is about; null where it is about none"`
	By         *string   `json:"by" doc:"Who says it; null where that is the record itself"`
	Bodies     []Body    `json:"bodies" column:"Of whom" doc:"Whose it is"`
	On         Date      `json:"date" column:"When" doc:"The day from which it counts"`
	Judgements []string  `json:"judgements" doc:"Codes of judgements"`
	Themes     []string  `json:"themes" doc:"Codes of themes"`
	Passages   []Passage `json:"passages" doc:"Where the words stand, the best first"`
}

// Passage is a piece of text with the words marked.
type Passage struct {
	Words     string     `json:"words" doc:"The text, cut around the words"`
	Marks     []TextSpan `json:"marks" doc:"Where the words stand in it"`
	Paragraph *string    `json:"paragraph" doc:"Paragraph of the letter; null where it numbers none there"`
	Label     *string    `json:"label" doc:"What the passage is beside the record's own words; null where it is those"`
	Own       bool       `json:"in_our_words" doc:"Whether it is in our words and not a quotation"`
}

// TextSpan is a piece of a text.
type TextSpan struct {
	Start int `json:"start" doc:"First byte in UTF-8, from 0"`
	End   int `json:"end" doc:"Byte after the last"`
}

// passageLength is about how many characters of a passage are answered.
const passageLength = 400

func searching() Operation {
	return Reading(Operation{
		Name: "search", Path: "/search", Page: "/search", Group: "The record", Summary: "Words in letters and in the record",
		Words: "All words have to stand there; a phrase is put in quotation marks, and what must not stand there has a minus sign before it. Words are found in all their forms.",
		Parameters: []Parameter{
			{Name: searchWords, Summary: "The words", Free: true},
			{Name: "kind", Summary: "Kind of record", OneOf: codesIn(store.SearchKinds(), func(k store.SearchKind) string { return string(k) })},
			authorityParameter, {Name: "inspection", Summary: "Code of a kind of inspection", From: kindCodes, At: "/frameworks"},
			{Name: "year", Summary: "Year", From: years}, {Name: "judgement", Summary: "Code of a judgement", From: judgementCodes, At: "/frameworks"}, themeParameter,
			{Name: "sort", Summary: "What hits are ordered by: relevance where it is left out", OneOf: codesIn(store.SearchSorts(), func(k store.SearchSort) string { return string(k) })},
			pageParameter,
		},
	}, find)
}

func find(ctx context.Context, c *Call) (SearchDocument, error) {
	query, err := search.Parse(c.Get(searchWords))
	if wrong, is := errors.AsType[search.Problem](err); is {
		c.Wrong(searchWords, wrong.Error())
		return SearchDocument{}, nil
	}
	if err != nil {
		return SearchDocument{}, err
	}
	year, _ := strconv.Atoi(c.Get("year")) // one of the years, or none
	found, err := c.Store.Search(ctx, store.SearchFilter{
		Query: query, Reader: c.Reader, Kind: store.SearchKind(c.Get("kind")), Authority: c.Get("authority"), Inspection: c.Get("inspection"), Year: year,
		Judgement: c.Get("judgement"), Theme: c.Get("theme"), Sort: store.SearchSort(c.Get("sort")), Page: c.number(pageParameter.Name, 1),
	})
	if err != nil {
		return SearchDocument{}, err
	}
	held, err := c.Store.SearchHoldings(ctx, c.Reader)
	if err != nil {
		return SearchDocument{}, err
	}
	r, err := c.record(ctx)
	if err != nil {
		return SearchDocument{}, err
	}
	var items []Hit
	for _, hit := range found.Hits {
		items = append(items, c.hit(r, hit))
	}
	out := SearchDocument{
		Query: query.String(), Suggestion: text(found.Suggestion), Unknown: texts(found.Unknown), Waiting: found.Waiting,
		Holdings: searchedOf(held, found.Total),
		Facets: Facets{
			facetOf(found.Facets.Kinds), facetOf(found.Facets.Authorities), facetOf(found.Facets.Inspections), facetOf(found.Facets.Years),
			facetOf(found.Facets.Judgements), facetOf(found.Facets.Themes),
		},
	}
	out.List, err = listOf(c, items, found.Total, found.Pages)
	return out, err
}

func facetOf(all []store.SearchCount) []FacetCount {
	out := []FacetCount{}
	for _, one := range all {
		out = append(out, FacetCount{one.Value, one.Count})
	}
	return out
}

func (c *Call) hit(r *inspection.Record, h store.SearchHit) Hit {
	out := Hit{
		Kind: Code{string(h.Kind), h.Kind.Words()}, ID: h.ID, Letter: count(h.Page), Area: text(h.Reference), By: text(h.By), Bodies: []Body{}, On: dateOf(h.On),
		Judgements: texts(h.Judgements), Themes: texts(h.Themes), Passages: []Passage{},
	}
	switch {
	case h.Kind == store.SearchAction:
		out.Page = c.link("/actions/" + h.ID)
	case h.Reference != "":
		out.Page = c.link(referencePath(h.Reference))
	case h.Milestone != nil:
		out.Page = c.link("/milestones#" + h.Milestone.ID)
	case h.Inspection != nil:
		out.Page = c.link("/inspections/" + h.Inspection.ID)
	default:
		out.Page = c.link("/scrutiny")
	}
	if h.Inspection != nil {
		link := c.inspectionLink(r, h.Inspection)
		out.Inspection = &link
	}
	for _, id := range h.Bodies {
		out.Bodies = append(out.Bodies, *c.bodyNamed(r, id))
	}
	for _, p := range h.Passages {
		words, marks := search.Excerpt(p.Words, p.Marks, passageLength)
		one := Passage{words, []TextSpan{}, text(p.Number), text(p.Label), p.Own}
		for _, m := range marks {
			one.Marks = append(one.Marks, TextSpan{m.Start, m.End})
		}
		out.Passages = append(out.Passages, one)
	}
	return out
}
