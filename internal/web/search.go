package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
	"inspectiontimeline/internal/store"
)

// searchShowPage shows where words stand in letters and in the record. Without words it says what can be searched.
type searchShowPage struct {
	Page
	Path     string
	Query    string    // as it was understood or, where it was not, as it was typed
	Carried  []carried // what a search for other words keeps
	Examples []searchExample
	Start    []searchHolding     // what can be searched; none once something is looked for
	Held     string              // how much is searched, so that silence is not taken for a no
	Waiting  string              // what is not searched yet
	Faults   inspection.Problems // of the address, that are about no box

	Asked      bool   // whether something was looked for
	Unready    bool   // nothing can be searched yet, so that other words would find no more
	Found      string // how much was found
	Nothing    string // what it means that nothing was
	Range      string // which results this page shows; empty where it shows all
	First      int    // the number of the first of them
	Instead    *Link  // the same words spelt as they stand here
	Related    []relatedWords
	Unknown    string // which of the words stand nowhere
	Chosen     []chosenValue
	Everything string // the address of the same words without what is chosen
	Sorts      []Link
	Facets     []searchFacet
	Hits       []searchHitView
	Pages      *pagination
}

// searchExample is a way of asking, and what it finds.
type searchExample struct {
	Link  Link
	Finds string
}

// searchHolding is one kind of what can be searched.
type searchHolding struct {
	Count int
	Words string
}

// relatedWords ask with another word that the glossary has for what is looked for, and find so many results.
type relatedWords struct {
	Link  Link
	Count int
}

// chosenValue is a value to which the results are narrowed, with the address of those without it.
type chosenValue struct{ Heading, Name, Without string }

// searchFacet is one way to narrow the results: its values, each with how many results it leaves.
type searchFacet struct {
	ID, Heading string
	Values      []facetValue // those that are shown at once
	More        []facetValue
}

type facetValue struct {
	Link    Link // Here where it is the chosen one
	Count   int
	Without string // the address of the results without it, where it is chosen
}

const (
	// valuesAtOnce is how many values of a facet stand open.
	valuesAtOnce = 8
	// pastEveryEnd is a page that no results have. A larger number is as much past the end.
	pastEveryEnd = 1_000_000
	// mostRelated is how many related words are offered, and mostRelatedTried how many are tried.
	mostRelated, mostRelatedTried = 3, 6
	// mostTypedBack is how many characters of what could not be read stand in the box again.
	mostTypedBack = 200
)

// searchExamples show each way of asking.
var searchExamples = []struct{ query, finds string }{
	{"care leavers", "what has both words, in all their forms, in any order"},
	{`"care leavers"`, "the two words one after the other"},
	{"plans -health", "what has “plan” or “plans”, without what has “health” too"},
}

// searchHoldings names what can be searched, as sentences do.
var searchHoldings = map[store.SearchKind]struct{ one, many string }{
	store.SearchLetter:    {"page of letters and reports, word for word", "pages of letters and reports, word for word"},
	store.SearchArea:      {"area to improve", "areas to improve"},
	store.SearchFinding:   {"finding of inspectors, in our words", "findings of inspectors, in our words"},
	store.SearchView:      {"view of a later letter on an earlier area to improve", "views of later letters on earlier areas to improve"},
	store.SearchResponse:  {"response to a letter or report, in our words", "responses to letters and reports, in our words"},
	store.SearchMilestone: {"milestone, in our words", "milestones, in our words"},
	store.SearchAction:    {"action that serves areas to improve", "actions that serve areas to improve"},
	store.SearchUpdate:    {"update on areas to improve and actions", "updates on areas to improve and actions"},
	store.SearchQuestion:  {"question of committee members, with its answers", "questions of committee members, with their answers"},
}

// searchRoutes registers the page that finds words in letters and in the record.
func (s *Server) searchRoutes(r router) {
	r.get("/search", auth.ReadPublic, s.searchPage)
}

// searchPage answers every request anew: nobody can tell what others will look for, and how much is searched changes while
// the record does not. Only what everybody may read may be kept by a browser.
func (s *Server) searchPage(c *gin.Context) {
	r, err := s.answer(c, s.showSearch)
	if err != nil {
		r = s.fail(c, err)
	}
	r.unkept = s.signInRequired || s.reader(c) != inspection.ForPublic
	r.send(c.Writer, c.Request)
}

func (s *Server) showSearch(c *gin.Context) error {
	known, err := s.register(c)
	if err != nil {
		return err
	}
	themes, err := s.store.Themes(c.Request.Context())
	if err != nil {
		return err
	}
	f := newFilter(c)
	query := askedQuery(f)
	wanted := store.SearchFilter{Query: query, Reader: s.reader(c)}
	facets := facetsOf(known, themes, s.today())
	for i := range facets {
		facets[i].choose(f, &wanted)
	}
	wanted.Sort = askedSort(f)
	wanted.Page = min(f.page(), pastEveryEnd)

	page := searchShowPage{Path: f.Path, Query: typedBack(c.Query("q"))}
	if !query.Empty() {
		page.Query = query.String()
		result, err := s.searchFor(c, f, wanted)
		if err != nil {
			return err
		}
		if page.Asked = result.Total > 0 || inLatin(query); page.Asked {
			page.showResult(f, facets, wanted, result)
			if page.Related, err = s.relatedWords(c, f, known.lexicon.all, wanted); err != nil {
				return err
			}
		} else {
			f.wrong("q", inEnglish)
		}
		if page.Hits, err = s.searchHits(c, known, query, result.Hits); err != nil {
			return err
		}
	}
	if err := s.sayWhatIsHeld(c, &page, wanted.Reader); err != nil {
		return err
	}
	for _, example := range searchExamples {
		address := (&filter{Path: f.Path}).with("q", example.query)
		page.Examples = append(page.Examples, searchExample{Link{Name: example.query, Address: address}, example.finds})
	}
	title := "Search"
	if page.Asked {
		title += ": " + shortened(page.Query)
	}
	page.Carried = f.Carried
	page.Faults = slices.DeleteFunc(slices.Clone(f.problems), func(p inspection.Problem) bool { return p.Field == "q" })
	page.Page = s.listBase(c, title, f)
	return s.render(c, f.status(), "search_show", page)
}

// typedBack is what stands in the box again of a question that could not be read.
func typedBack(typed string) string {
	runes := []rune(strings.TrimSpace(typed))
	return string(runes[:min(len(runes), mostTypedBack)])
}

// askedQuery reads what is looked for; what is wrong with it is one of the problems, and nothing is looked for then.
func askedQuery(f *filter) search.Query {
	typed := strings.TrimSpace(f.asked.Get("q"))
	if typed == "" {
		return search.Query{}
	}
	query, err := search.Parse(typed)
	if err != nil {
		f.wrong("q", err.Error()) // it fails in words for the reader alone
		return search.Query{}
	}
	f.keep("q", query.String())
	return query
}

func askedSort(f *filter) store.SearchSort {
	value := store.SearchSort(f.asked.Get("sort"))
	switch {
	case value == "" || value == store.SearchByRelevance:
		return store.SearchByRelevance
	case !slices.Contains(store.SearchSorts(), value):
		f.wrong("sort", fmt.Sprintf("“%s” is not an order of results: use the links above them", shortened(string(value))))
		return store.SearchByRelevance
	}
	f.keep("sort", string(value))
	f.Carried = append(f.Carried, carried{"sort", string(value)})
	return value
}

// searchFor looks for what is asked. Where the page that is asked for is past the last, it says so and returns the first.
func (s *Server) searchFor(c *gin.Context, f *filter, wanted store.SearchFilter) (store.SearchResult, error) {
	result, err := s.store.Search(c.Request.Context(), wanted)
	if err != nil {
		return result, err
	}
	if wanted.Page > result.Pages {
		f.wrong("page", fmt.Sprintf("There is no page %d: choose one of these results, which have %s", wanted.Page, inspection.CountWords(result.Pages, "page", "pages")))
		wanted.Page = 1
		if result, err = s.store.Search(c.Request.Context(), wanted); err != nil {
			return result, err
		}
	}
	return result, nil
}

// inEnglish answers a question in another script, of which nothing is on the record.
const inEnglish = "Enter English words, in the letters A to Z: this record is in English"

// inLatin reports whether any letter or digit that is looked for is one of those in which English is written.
func inLatin(query search.Query) bool {
	return strings.ContainsFunc(strings.Join(query.Words(), " "), func(r rune) bool {
		return unicode.Is(unicode.Latin, r) || unicode.IsDigit(r)
	})
}

// showResult shapes what was found, but for the hits themselves.
func (p *searchShowPage) showResult(f *filter, facets []facet, wanted store.SearchFilter, result store.SearchResult) {
	what := search.Quoted(p.Query)
	p.Found = inspection.CountWords(result.Total, "result", "results") + " for " + what
	if result.Total == 0 {
		p.Found, p.Nothing = "Nothing found for "+what, store.NothingFoundWords
		if result.Waiting > 0 {
			p.Found = "Nothing found yet for " + what
		}
	}
	p.First = (result.Page-1)*result.Size + 1
	if result.Pages > 1 {
		p.Range = fmt.Sprintf("%d to %d are shown here.", p.First, p.First+len(result.Hits)-1)
	}
	p.Pages = f.paginate(result.Page, result.Pages)
	only := &filter{Path: f.Path} // the words alone
	if result.Suggestion != "" {
		p.Instead = &Link{Name: result.Suggestion, Address: only.with("q", result.Suggestion)}
	}
	p.Everything = only.with("q", p.Query)
	p.Unknown = unknownWords(result.Unknown)
	p.Sorts = []Link{
		{Name: "Best match first", Address: f.with("sort", ""), Here: wanted.Sort == store.SearchByRelevance},
		{Name: "Latest first", Address: f.with("sort", string(store.SearchByDate)), Here: wanted.Sort == store.SearchByDate},
	}
	for _, one := range facets {
		if one.value != "" {
			name, _ := one.name(one.value)
			p.Chosen = append(p.Chosen, chosenValue{one.heading, name, f.with(one.parameter, "")})
		}
		if view := one.view(f, result); len(view.Values) > 0 {
			p.Facets = append(p.Facets, view)
		}
	}
}

// relatedWords offers what the reader may have meant as well: inspectors, councils and members have several words for one thing,
// and only the one that is looked for is found. What is chosen stays chosen; words that find nothing are not offered.
func (s *Server) relatedWords(c *gin.Context, f *filter, terms []inspection.Term, wanted store.SearchFilter) ([]relatedWords, error) {
	queries := rephrased(wanted.Query, terms)
	if len(queries) == 0 {
		return nil, nil
	}
	counts, err := s.store.SearchCounts(c.Request.Context(), wanted, queries)
	if err != nil {
		return nil, err
	}
	var out []relatedWords
	for i, query := range queries {
		if counts[i] > 0 && len(out) < mostRelated {
			out = append(out, relatedWords{Link{Name: search.Quoted(query.String()), Address: f.with("q", query.String())}, counts[i]})
		}
	}
	return out, nil
}

// rephrased returns a query with each other word of the glossary for what it names: of each term the shortest first, and none
// that only narrows another. Where a longer word of the glossary stands there too, its parts name nothing.
func rephrased(query search.Query, terms []inspection.Term) []search.Query {
	named := make([]string, len(terms)) // the longest form of each that stands there
	for i, term := range terms {
		for _, form := range term.Forms() {
			if _, ok := query.Rephrased(form, form); ok && len(search.Words(form)) > len(search.Words(named[i])) {
				named[i] = form
			}
		}
	}
	var out []search.Query
	for i, term := range terms {
		part := func(other string) bool {
			return len(search.Words(other)) > len(search.Words(named[i])) && search.Includes(other, named[i])
		}
		if named[i] == "" || slices.ContainsFunc(named, part) {
			continue
		}
		forms := term.Forms()
		slices.SortStableFunc(forms, func(a, b string) int { return cmp.Compare(len(search.Words(a)), len(search.Words(b))) })
		offered := []string{named[i]}
		for _, form := range forms {
			narrower := func(other string) bool { return search.Includes(form, other) }
			if other, ok := query.Rephrased(named[i], asTyped(form)); ok && !slices.ContainsFunc(offered, narrower) && len(out) < mostRelatedTried {
				offered, out = append(offered, form), append(out, other)
			}
		}
	}
	return out
}

// asTyped writes a word of the glossary as people type it: small, unless it has capitals within, as most names and abbreviations have.
func asTyped(form string) string {
	if strings.ContainsFunc(strings.TrimLeftFunc(form, unicode.IsUpper), unicode.IsUpper) {
		return form
	}
	return lowerFirst(form)
}

func unknownWords(words []string) string {
	if len(words) == 0 {
		return ""
	}
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, "“"+word+"”")
	}
	stand := "stands"
	if len(words) > 1 {
		stand = "stand"
	}
	return fmt.Sprintf("%s %s nowhere in what is searched here.", inspection.ListWords(quoted), stand)
}

// sayWhatIsHeld says how much is searched and, where nothing is looked for, of which kinds it is.
func (s *Server) sayWhatIsHeld(c *gin.Context, page *searchShowPage, reader inspection.Audience) error {
	held, err := s.store.SearchHoldings(c.Request.Context(), reader)
	if err != nil {
		return err
	}
	page.Held, page.Unready = held.Words(), held.None()
	if held.Waiting > 0 {
		page.Waiting = "Some new or changed records are not searched yet. Look again in a minute."
	}
	if page.Unready {
		page.Waiting = "Look again in a minute."
	}
	if page.Asked {
		return nil
	}
	for _, one := range held.Documents {
		if words, ok := searchHoldings[store.SearchKind(one.Value)]; ok && one.Count > 0 {
			holding := searchHolding{one.Count, words.many}
			if one.Count == 1 {
				holding.Words = words.one
			}
			page.Start = append(page.Start, holding)
		}
	}
	return nil
}

// facet is one way to narrow what is found: a parameter of the address, and the names of its values.
type facet struct {
	parameter string
	heading   string
	what      string // that is chosen: "a theme"
	name      func(value string) (string, bool)
	narrow    func(wanted *store.SearchFilter, value string)
	counts    func(found store.SearchFacets) []store.SearchCount
	first     []string // values that come before all others
	value     string   // the one that is chosen
}

// choose reads which value is asked for. One that is none of the facet's is one of the problems, and nothing is chosen then.
func (one *facet) choose(f *filter, wanted *store.SearchFilter) {
	value := f.asked.Get(one.parameter)
	if value == "" {
		return
	}
	if _, known := one.name(value); !known {
		f.wrong(one.parameter, fmt.Sprintf("Choose %s from the list: “%s” is not on it", one.what, shortened(value)))
		return
	}
	one.value = value
	one.narrow(wanted, value)
	f.keep(one.parameter, value)
	f.Carried = append(f.Carried, carried{one.parameter, value})
}

// view returns the facet with what each value would leave. The chosen value is always among those that stand open.
func (one *facet) view(f *filter, result store.SearchResult) searchFacet {
	counts := slices.Clone(one.counts(result.Facets))
	if result.Total > 0 && one.value != "" && !slices.ContainsFunc(counts, func(n store.SearchCount) bool { return n.Value == one.value }) {
		counts = append(counts, store.SearchCount{Value: one.value, Count: result.Total})
	}
	place := func(n store.SearchCount) int {
		switch at := slices.Index(one.first, n.Value); {
		case n.Value == one.value:
			return -1
		case at >= 0:
			return at
		}
		return len(one.first)
	}
	slices.SortStableFunc(counts, func(a, b store.SearchCount) int { return cmp.Compare(place(a), place(b)) })
	view := searchFacet{ID: one.parameter, Heading: one.heading}
	for _, n := range counts {
		name, known := one.name(n.Value)
		if !known {
			continue
		}
		value := facetValue{Link: Link{Name: name, Address: f.with(one.parameter, n.Value), Here: n.Value == one.value}, Count: n.Count}
		if value.Link.Here {
			value.Without = f.with(one.parameter, "")
		}
		if len(view.Values) < valuesAtOnce {
			view.Values = append(view.Values, value)
		} else {
			view.More = append(view.More, value)
		}
	}
	return view
}

// facetsOf lists every way to narrow what is found. Of authorities those of home come first: it is them that most readers
// ask about.
func facetsOf(known *registerData, themes []inspection.Theme, today inspection.Date) []facet {
	bodies := map[string]string{}
	for _, b := range known.bodies {
		bodies[b.ID] = b.Name
	}
	var home []string
	for _, b := range known.home {
		home = append(home, b.ID)
	}
	judgements := map[string]string{}
	for _, rules := range known.catalogue.Frameworks() { // oldest first: a judgement has the name that it had last
		for _, j := range rules.Strands {
			judgements[j.Code] = cmp.Or(j.Short, j.Name)
		}
	}
	subjects := map[string]string{}
	for _, t := range themes {
		subjects[t.Code] = t.Name
	}
	return []facet{
		{
			parameter: "kind", heading: "What it is", what: "a kind of record",
			name: func(value string) (string, bool) {
				k := store.SearchKind(value)
				return k.Words(), k.Known()
			},
			narrow: func(wanted *store.SearchFilter, value string) { wanted.Kind = store.SearchKind(value) },
			counts: func(found store.SearchFacets) []store.SearchCount { return found.Kinds },
		},
		{
			parameter: "authority", heading: "Authority", what: "an authority", name: namedIn(bodies), first: home,
			narrow: func(wanted *store.SearchFilter, value string) { wanted.Authority = value },
			counts: func(found store.SearchFacets) []store.SearchCount { return found.Authorities },
		},
		{
			parameter: "year", heading: "Year", what: "a year",
			name: func(value string) (string, bool) {
				year, err := strconv.Atoi(value)
				return value, err == nil && len(value) == 4 && year >= firstYearLookedFor && year <= today.Year()
			},
			narrow: func(wanted *store.SearchFilter, value string) { wanted.Year, _ = strconv.Atoi(value) },
			counts: func(found store.SearchFacets) []store.SearchCount { return found.Years },
		},
		{
			parameter: "inspection", heading: "Kind of inspection", what: "a kind of inspection",
			name: func(value string) (string, bool) {
				k, ok := known.catalogue.Kind(value)
				return k.Name, ok
			},
			narrow: func(wanted *store.SearchFilter, value string) { wanted.Inspection = value },
			counts: func(found store.SearchFacets) []store.SearchCount { return found.Inspections },
		},
		{
			parameter: "judgement", heading: "Judgement", what: "a judgement", name: namedIn(judgements),
			narrow: func(wanted *store.SearchFilter, value string) { wanted.Judgement = value },
			counts: func(found store.SearchFacets) []store.SearchCount { return found.Judgements },
		},
		{
			parameter: "theme", heading: "Theme", what: "a theme", name: namedIn(subjects),
			narrow: func(wanted *store.SearchFilter, value string) { wanted.Theme = value },
			counts: func(found store.SearchFacets) []store.SearchCount { return found.Themes },
		},
	}
}

// firstYearLookedFor is before anything on the record: milestones are older than the first inspections.
const firstYearLookedFor = 1990

func namedIn(names map[string]string) func(string) (string, bool) {
	return func(value string) (string, bool) {
		name, ok := names[value]
		return name, ok
	}
}
