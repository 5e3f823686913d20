package store_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// query reads a query that is known to be well formed.
func query(t testing.TB, text string) search.Query {
	t.Helper()
	q, err := search.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return q
}

func found(t testing.TB, s *store.Store, filter store.SearchFilter) store.SearchResult {
	t.Helper()
	result, err := s.Search(context.Background(), filter)
	if err != nil {
		t.Fatalf("%s: %v", filter.Query, err)
	}
	return result
}

// names says in order what was found, each hit by what it is.
func names(result store.SearchResult) []string {
	var out []string
	for _, hit := range result.Hits {
		out = append(out, fmt.Sprintf("%s %s %d", hit.Kind, hit.ID, hit.Page))
	}
	return out
}

// askedOfSearch are queries of every sort.
var askedOfSearch = []string{
	"plans", "plan", "children", "care", "children care", "care children", `"children in care"`, `"in care"`, `"care in"`, "leavers",
	`"care leavers"`, `"care leavers" housing`, "care -children", `children -"children in care"`, "council’s", "councils", "the", "of the",
	"the of and", `"of the"`, "inspection", "inspected", "re-inspection", "monitoring visit", "2022", "2021/22", "SEND", "send",
	"Northamptonshire", "north northamptonshire", `"north northamptonshire"`, "trust", "improve improving improvement", "director", "neglect",
	"supervision", "managers", "quality of practice", `"quality of practice"`, "homes -trust", "zzzz", "children zzzz", "unregistered",
	"café", "naïve", "Σοφός", "儿童", "أطفال", "a", "i", "1", "sqlite_master", "'quoted'", `"o'clock"`, "docid:1", "words:plans", "plan*",
	"(plans)", "plan & visit", "plan|visit", "plan <-> visit", "NEAR/2", "plan NEAR visit", "!plan", "§", "plan:*", "--", "safeguarding partners",
}

func TestBothEnginesFindTheSameInTheSameOrder(t *testing.T) {
	storetest.LeaveOutWalk(t)
	want := map[string][]string{}
	hits := 0
	storetest.EachDSN(t, false, func(t *testing.T, dsn string) {
		storetest.Letters(t, dsn, 12)
		s := storetest.Open(t, dsn)
		if _, err := s.IndexSearch(context.Background()); err != nil {
			t.Fatal(err)
		}
		all := store.Searchable(t, s, inspection.ForPublic)
		for _, text := range askedOfSearch {
			q, err := search.Parse(text)
			if err != nil {
				continue // what cannot be asked finds nothing anywhere
			}
			result := found(t, s, store.SearchFilter{Query: q, Size: 1 << 20})
			got := names(result)
			if len(got) != result.Total || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(got) {
				t.Errorf("%s: %d hits of %d, or one twice", text, len(got), result.Total)
			}
			byHand := standingIn(q, all)
			if !slices.Equal(slices.Sorted(slices.Values(got)), byHand) {
				t.Errorf("%s: the index finds %d, reading everything finds %d", text, len(got), len(byHand))
			}
			if other, asked := want[text]; asked && !slices.Equal(got, other) {
				t.Errorf("%s: this engine finds %q, the other one %q", text, got[:min(len(got), 5)], other[:min(len(other), 5)])
			}
			want[text] = got
			hits += len(got)
		}
	})
	if hits < 1000 {
		t.Errorf("only %d hits were compared", hits)
	}
}

// standingIn lists by hand what holds everything that a query asks for.
func standingIn(q search.Query, all []store.SearchHit) []string {
	var out []string
	for _, hit := range all {
		holds := func(t search.Term) bool {
			return slices.ContainsFunc(hit.Passages, func(p store.SearchPassage) bool {
				words := search.Words(p.Words)
				for i := range words {
					n := 0
					for n < len(t.Stems) && i+n < len(words) && search.Stem(words[i+n].Folded) == t.Stems[n] {
						n++
					}
					if n == len(t.Stems) {
						return true
					}
				}
				return false
			})
		}
		if !slices.ContainsFunc(q.Terms(), func(t search.Term) bool { return holds(t) == t.Excluded }) {
			out = append(out, fmt.Sprintf("%s %s %d", hit.Kind, hit.ID, hit.Page))
		}
	}
	slices.Sort(out)
	return out
}

func TestFacetsCountWhatTheyLeadTo(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		publish(t, s, northLetter())
		for _, base := range []store.SearchFilter{
			{}, {Kind: store.SearchArea}, {Year: 2022}, {Authority: "northamptonshire"}, {Kind: store.SearchFinding, Authority: "west-northamptonshire"},
		} {
			base.Query = query(t, "care")
			result := found(t, s, base)
			if result.Total == 0 {
				t.Fatalf("%+v finds nothing", base)
			}
			for name, facet := range map[string]struct {
				counts []store.SearchCount
				with   func(value string) store.SearchFilter
			}{
				"kind":       {result.Facets.Kinds, func(v string) store.SearchFilter { f := base; f.Kind = store.SearchKind(v); return f }},
				"inspection": {result.Facets.Inspections, func(v string) store.SearchFilter { f := base; f.Inspection = v; return f }},
				"judgement":  {result.Facets.Judgements, func(v string) store.SearchFilter { f := base; f.Judgement = v; return f }},
				"authority":  {result.Facets.Authorities, func(v string) store.SearchFilter { f := base; f.Authority = v; return f }},
				"theme":      {result.Facets.Themes, func(v string) store.SearchFilter { f := base; f.Theme = v; return f }},
				"year":       {result.Facets.Years, func(v string) store.SearchFilter { f := base; f.Year, _ = strconv.Atoi(v); return f }},
			} {
				if len(facet.counts) == 0 && name != "judgement" && name != "theme" {
					t.Errorf("%+v: no %s is counted", base, name)
				}
				for _, one := range facet.counts {
					if got := found(t, s, facet.with(one.Value)).Total; got != one.Count {
						t.Errorf("%+v: %s %s is counted %d times and leads to %d", base, name, one.Value, one.Count, got)
					}
				}
			}
		}
		_, err := s.Search(context.Background(), store.SearchFilter{Query: query(t, "care"), Authority: "nowhere"})
		if err == nil || !strings.Contains(err.Error(), "not found") {
			t.Errorf("an authority that does not exist: %v", err)
		}
	})
}

func TestAnAnswerComesInPages(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		filter := store.SearchFilter{Query: query(t, "children"), Size: 7}
		whole := names(found(t, s, store.SearchFilter{Query: query(t, "children"), Size: 1000}))
		var got []string
		for page := 1; ; page++ {
			filter.Page = page
			result := found(t, s, filter)
			if result.Total != len(whole) || result.Pages != (len(whole)+6)/7 {
				t.Fatalf("page %d is of %d hits on %d pages", page, result.Total, result.Pages)
			}
			if len(result.Hits) == 0 {
				if page != result.Pages+1 {
					t.Errorf("page %d of %d is empty", page, result.Pages)
				}
				break
			}
			got = append(got, names(result)...)
		}
		if !slices.Equal(got, whole) || len(whole) < 20 {
			t.Errorf("the pages hold %d of %d hits, or in another order", len(got), len(whole))
		}
		filter.Sort, filter.Page, filter.Size = store.SearchByDate, 1, 1000
		var last inspection.Date
		for i, hit := range found(t, s, filter).Hits {
			if i > 0 && hit.On.Last().After(last.Last()) {
				t.Errorf("by date, %s comes after %s", hit.On, last)
			}
			last = hit.On
		}
	})
}

func TestSpellingHelp(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		for text, want := range map[string]string{
			"unregistred":              "unregistered",
			"childern in care":         "children in care",
			`"care leavrs"`:            `"care leavers"`,
			"zzzzzzzz":                 "",
			"care":                     "",
			"childern zzzzzzzz":        "",
			"childern -care":           "children -care",
			"childern unregistred zoo": "",
			"looked after":             "", // each is a word; "worked after" is another question
			"council 2035":             "",
		} {
			result := found(t, s, store.SearchFilter{Query: query(t, text)})
			if result.Suggestion != want {
				t.Errorf("for %s it suggests %q; want %q", text, result.Suggestion, want)
			}
			if want == "" {
				continue
			}
			if got := found(t, s, store.SearchFilter{Query: query(t, result.Suggestion)}).Total; got == 0 || len(result.Unknown) == 0 {
				t.Errorf("%s, suggested for %s, finds %d; unknown are %q", result.Suggestion, text, got, result.Unknown)
			}
		}
		narrowed := found(t, s, store.SearchFilter{Query: query(t, "children"), Year: 1990})
		if narrowed.Total != 0 || narrowed.Suggestion != "" || len(narrowed.Unknown) != 0 || len(narrowed.Facets.Years) == 0 {
			t.Errorf("what a filter leaves out is no matter of spelling: %+v", narrowed)
		}
	})
}

func TestProgramsIndexOneDatabaseTogether(t *testing.T) {
	ctx := context.Background()
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		one, other := storetest.Open(t, dsn), storetest.Open(t, dsn)
		before := names(found(t, one, store.SearchFilter{Query: query(t, "children"), Size: 1000}))
		store.ForgetSearchVersion(t, one)
		if waits := store.SearchAsIndexed(t, other, store.SearchFilter{Query: query(t, "children")}); waits.Total != 0 || waits.Waiting == 0 {
			t.Errorf("an index of another version answers %d hits, with %d waiting", waits.Total, waits.Waiting)
		}
		var both sync.WaitGroup
		for _, s := range []*store.Store{one, other} {
			both.Go(func() {
				if _, err := s.IndexSearch(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		for _, s := range []*store.Store{one, other} {
			result := found(t, s, store.SearchFilter{Query: query(t, "children"), Size: 1000})
			if got := names(result); !slices.Equal(got, before) || result.Waiting != 0 {
				t.Errorf("after it was made anew it finds %d in place of %d, with %d waiting", len(got), len(before), result.Waiting)
			}
		}
		if documents, words := store.SearchRows(t, one); documents != words || documents == 0 {
			t.Errorf("%d documents with the words of %d", documents, words)
		}
		storetest.On(t, "2026-11-21")
		_, err := one.AddUpdate(ctx, storetest.Officer, inspection.Update{Reference: northArea, On: today(), Words: "Quillworts grow.", Audience: inspection.ForPublic})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*store.Store{other, one} {
			if got := found(t, s, store.SearchFilter{Query: query(t, "quillwort")}); got.Total != 1 || got.Hits[0].Reference != northArea {
				t.Errorf("what one program recorded the other finds as %+v", got.Hits)
			}
		}
		if done, err := other.IndexSearch(ctx); done != 0 || err != nil {
			t.Errorf("with nothing new, %d units were indexed: %v", done, err)
		}
	})
}

func TestNothingIsFoundOfAChangeThatWasLost(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		storetest.On(t, "2026-11-21")
		_, err := s.AddUpdate(t.Context(), storetest.Officer, inspection.Update{Reference: northArea, On: today(), Words: "Quillworts grow.", Audience: inspection.ForPublic})
		if err != nil {
			t.Fatal(err)
		}
		asked := store.SearchFilter{Query: query(t, "quillwort")}
		if got := found(t, s, asked); got.Total != 1 {
			t.Fatalf("it finds %+v", got.Hits)
		}
		// As where a server took over that had not received the change.
		change(t, dsn, "DELETE FROM search_documents WHERE number = (SELECT MAX(number) FROM search_documents)")
		change(t, dsn, "UPDATE search_state SET generation = generation - 1")
		s.ForgetSearch()
		if got := found(t, s, asked); got.Total != 0 {
			t.Errorf("it finds %+v", got.Hits)
		}
	})
}

func TestAnIndexFarBehindSaysSo(t *testing.T) {
	ctx := context.Background()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if _, err := s.IndexSearch(ctx); err != nil {
			t.Fatal(err)
		}
		if got := found(t, s, store.SearchFilter{Query: query(t, "children")}); got.Total != 0 || got.Waiting != 0 || got.Suggestion != "" {
			t.Errorf("where there is nothing it finds %+v", got)
		}
		if _, err := s.LoadSeed(ctx, storetest.Seed(t)); err != nil {
			t.Fatal(err)
		}
		if got := found(t, s, store.SearchFilter{Query: query(t, "children")}); got.Total != 0 || got.Waiting == 0 {
			t.Errorf("far behind, it finds %d, with %d waiting", got.Total, got.Waiting)
		}
		if done, err := s.IndexSearch(ctx); err != nil || done < 500 {
			t.Errorf("%d units were indexed: %v", done, err)
		}
		if got := found(t, s, store.SearchFilter{Query: query(t, "children")}); got.Total == 0 || got.Waiting != 0 {
			t.Errorf("indexed, it finds %d, with %d waiting", got.Total, got.Waiting)
		}
	})
}

func TestAnAreaIsFoundByTheNameOfItsTheme(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		byTheme := func(text string) []string {
			t.Helper()
			var out []string
			for _, hit := range found(t, s, store.SearchFilter{Query: query(t, text), Kind: store.SearchArea}).Hits {
				if !slices.ContainsFunc(hit.Passages, func(p store.SearchPassage) bool { return p.Label != "Theme" }) {
					t.Errorf("%s finds %s, and none of its own words are shown: %+v", text, hit.Reference, hit.Passages)
				}
				if i := slices.IndexFunc(hit.Passages, func(p store.SearchPassage) bool { return p.Label == "Theme" && len(p.Marks) > 0 }); i >= 0 {
					out = append(out, hit.Reference)
				}
			}
			slices.Sort(out)
			return out
		}
		if got := byTheme("offer care leavers"); !slices.Contains(got, "NN-ILACS-2026-2") || !slices.Contains(got, "WN-ILACS-2026-2") {
			t.Errorf("the offer to care leavers finds %q", got)
		}
		// Its themes are children in need, assessments and disabled children, one after the other.
		if got := byTheme("children need assessments plans disabled"); !slices.Contains(got, "NN-ILACS-2026-1") {
			t.Errorf("the words of three themes find %q", got)
		}
		for _, text := range []string{`"need assessments and plans"`, `"plans disabled children"`} {
			if got := found(t, s, store.SearchFilter{Query: query(t, text), Kind: store.SearchArea}); got.Total != 0 {
				t.Errorf("the phrase %s runs from one theme to the next in %q", text, names(got))
			}
		}
	})
}
