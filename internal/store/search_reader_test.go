package store_test

import (
	"context"
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// northText is the text of a letter on three pages, each with a running title: parts about judgements, a paragraph that goes
// on over the page, a footnote.
var northText = []string{
	"Inspection of North Northamptonshire\nOfsted\n" +
		"What is it like in this area?\nSocial workers know the toadflax of each child well.\n" +
		"The experiences and progress of children in care\n" +
		"1. Children live in homes that are registered, and nobody waits for a moonwort\nassessment. Plans say what is\n" +
		"1\n",
	"Inspection of North Northamptonshire\nOfsted\n" +
		"to be done and by whom.\n" +
		"The experiences and progress of care leavers\n" +
		"2. Young people have a personal adviser whom they trust, and a bedstraw.\n" +
		"1\nA footnote on spleenwort stands here.\n",
	"Inspection of North Northamptonshire\nOfsted\nYours sincerely\nA. Inspector\n",
}

// publishText adds a letter with the text and publishes it.
func publishText(t *testing.T, s *store.Store) inspection.Letter {
	t.Helper()
	letter := addText(t, s)
	letter, err := s.PublishLetter(context.Background(), officer, letter.ID, letter.Revision)
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

func addText(t *testing.T, s *store.Store) inspection.Letter {
	t.Helper()
	letter, err := s.AddLetter(context.Background(), officer, "letter.pdf", store.ReadLetter{State: inspection.LetterReady, Draft: northLetter(), Pages: northText})
	if err != nil {
		t.Fatal(err)
	}
	return letter
}

func TestALetterIsFoundByItsPages(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		letter := publishText(t, s)
		for text, want := range map[string]struct {
			page       int
			number     string
			judgements []string
		}{
			"toadflax":                          {1, "", []string{"in_care"}},
			"moonwort":                          {1, "1", []string{"in_care"}},
			`"what is to be done"`:              {1, "1", []string{"in_care"}}, // across the pages
			"bedstraw":                          {2, "2", []string{"care_leavers"}},
			"spleenwort":                        {2, "", []string{"care_leavers"}}, // in a footnote
			`"inspection of north" moonwort`:    {1, "1", []string{"in_care"}},     // in the running title, on its first page
			`registered moonwort -spleenwort`:   {1, "1", []string{"in_care"}},
			`"personal adviser" "young people"`: {2, "2", []string{"care_leavers"}},
		} {
			result := found(t, s, store.SearchFilter{Query: query(t, text), Kind: store.SearchLetter})
			if result.Total != 1 || len(result.Hits) != 1 {
				t.Errorf("%s: %d hits: %q", text, result.Total, names(result))
				continue
			}
			hit := result.Hits[0]
			if hit.LetterID() != letter.ID || hit.Page != want.page || hit.Passages[0].Number != want.number || !slices.Equal(hit.Judgements, want.judgements) {
				t.Errorf("%s: got %+v", text, hit)
			}
			if hit.Inspection.ID != northLatest || !hit.Published || hit.On != inspection.MustDate("2026-07-07") || hit.Own() {
				t.Errorf("%s: it is of %s, on %s", text, hit.Inspection.ID, hit.On)
			}
			if marked := hit.Passages[0]; len(marked.Marks) == 0 {
				t.Errorf("%s: nothing is marked in %q", text, marked.Words)
			}
		}
		if got := found(t, s, store.SearchFilter{Query: query(t, "bedstraw moonwort")}).Total; got != 0 {
			t.Errorf("words of two pages are found on %d", got)
		}
		held, err := s.SearchHoldings(context.Background(), inspection.ForPublic)
		if err != nil || held.Letters != 1 || held.Published < 20 || held.Documents[0] != (store.SearchCount{Value: "letter", Count: 3}) {
			t.Errorf("got %+v, %v", held, err)
		}
	})
}

func TestOnlyAPublishedLetterIsFound(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		nowhere := func(when string, ask func(filter store.SearchFilter) store.SearchResult) {
			t.Helper()
			for _, text := range []string{"moonwort", "mooonwort", `"the first matter"`, "spleenwort -zzzz"} {
				for _, reader := range inspection.Audiences() {
					result := ask(store.SearchFilter{Query: query(t, text), Reader: reader})
					if result.Total != 0 || len(result.Hits) != 0 || result.Suggestion != "" || len(result.Facets.Kinds) != 0 {
						t.Errorf("%s, for %s, %s: %+v", when, reader, text, result)
					}
				}
			}
		}
		live := func(filter store.SearchFilter) store.SearchResult { return found(t, s, filter) }
		asIndexed := func(filter store.SearchFilter) store.SearchResult { return store.SearchAsIndexed(t, s, filter) }
		letter := addText(t, s)
		nowhere("before it is published", live)
		letter, err := s.PublishLetter(ctx, officer, letter.ID, letter.Revision)
		if err != nil {
			t.Fatal(err)
		}
		nowhere("before it is indexed", asIndexed)
		if got := found(t, s, store.SearchFilter{Query: query(t, "moonwort")}); got.Total != 1 {
			t.Fatalf("published, it is found %d times", got.Total)
		}
		if got := found(t, s, store.SearchFilter{Query: query(t, "mooonwort")}); got.Suggestion != "moonwort" {
			t.Errorf("published, its words help with spelling as %q", got.Suggestion)
		}
		update, err := s.AddUpdate(ctx, storetest.Officer, inspection.Update{
			Reference: northArea, On: today(), Words: "We count every quillwort.", Audience: inspection.ForPublic,
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := found(t, s, store.SearchFilter{Query: query(t, "quillwort")}); got.Total != 1 || got.Hits[0].ID != update.ID {
			t.Errorf("an update is found as %q", names(got))
		}
		if _, err := s.UnpublishLetter(ctx, officer, letter.ID, "It was the wrong one"); err != nil {
			t.Fatal(err)
		}
		// First with the index as it was, in which the letter still stands.
		nowhere("taken off, with an old index", asIndexed)
		nowhere("taken off", live)
	})
}

func TestEachReaderFindsWhatIsForThem(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-10-01")
		words := map[inspection.Audience]string{inspection.ForPublic: "bedstraw", inspection.ForMembers: "toadflax", inspection.ForOfficers: "moonwort"}
		kinds := []store.SearchKind{store.SearchUpdate, store.SearchAction, store.SearchQuestion}
		for audience, word := range words {
			if _, err := s.AddUpdate(ctx, storetest.Officer, inspection.Update{Reference: northArea, On: today(), Words: "On " + word, Audience: audience}); err != nil {
				t.Fatal(err)
			}
			a := d.action()
			a.Words, a.SuccessMeasure, a.Audience = "See to it", "No more "+word, audience
			d.save(a, "")
			q, err := s.AskQuestion(ctx, storetest.Clerk, inspection.Question{
				BodyID: north, AskedBy: "A member", Asked: today(), Words: "What of it?", Audience: audience,
			})
			if err == nil {
				_, err = s.AnswerQuestion(ctx, storetest.Officer, q.ID, inspection.QuestionAnswer{On: today(), Words: "There is a " + word})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, reader := range inspection.Audiences() {
			for audience, word := range words {
				result := found(t, s, store.SearchFilter{Query: query(t, word), Reader: reader})
				counts, err := s.SearchCounts(ctx, store.SearchFilter{Reader: reader, Query: query(t, "children"), Page: 9}, []search.Query{query(t, word), query(t, "q"+word)})
				if err != nil || counts[0] != result.Total || counts[1] != 0 {
					t.Errorf("%s finds %d for %s, and counts %d: %v", reader, result.Total, audience, counts, err)
				}
				misspelt := found(t, s, store.SearchFilter{Query: query(t, "q"+word), Reader: reader})
				if !reader.Reads(audience) {
					if result.Total != 0 || misspelt.Suggestion != "" || len(result.Facets.Authorities) != 0 || len(result.Unknown) != 1 {
						t.Errorf("%s finds what is for %s: %q, %+v, and is told of %q", reader, audience, names(result), result.Facets, misspelt.Suggestion)
					}
					continue
				}
				var got []store.SearchKind
				for _, hit := range result.Hits {
					got = append(got, hit.Kind)
					if hit.Audience != audience || len(hit.Passages) != 1 || len(hit.Bodies) == 0 {
						t.Errorf("%s finds %+v", reader, hit)
					}
				}
				slices.Sort(got)
				if !slices.Equal(got, slices.Sorted(slices.Values(kinds))) || misspelt.Suggestion != word {
					t.Errorf("%s finds %q for %s, and is told of %q", reader, got, audience, misspelt.Suggestion)
				}
			}
		}
		// Who may read an action is said by the action as it stands.
		a := d.actions(northArea)
		for _, one := range a {
			if one.Audience == inspection.ForPublic {
				one.Audience = inspection.ForOfficers
				d.save(one, "")
			}
		}
		if old := store.SearchAsIndexed(t, s, store.SearchFilter{Query: query(t, "zzzzzzzz")}); old.Waiting == 0 || len(old.Unknown) != 0 {
			t.Errorf("with %d records waiting, %q are said to stand nowhere", old.Waiting, old.Unknown)
		}
		for name, result := range map[string]store.SearchResult{
			"with an old index": store.SearchAsIndexed(t, s, store.SearchFilter{Query: query(t, "bedstraw")}),
			"today":             found(t, s, store.SearchFilter{Query: query(t, "bedstraw")}),
		} {
			if result.Total != 2 || slices.ContainsFunc(result.Hits, func(h store.SearchHit) bool { return h.Kind == store.SearchAction }) {
				t.Errorf("%s everybody finds %q", name, names(result))
			}
		}
	})
}

func TestNothingErasedIsLeftInTheIndex(t *testing.T) {
	searched := []inspection.RecordKind{
		inspection.OfUpdate, inspection.OfAction, inspection.OfQuestion, inspection.OfLaterView, inspection.OfLetter,
	}
	for name, c := range mayHold {
		if !slices.Contains(searched, c.kind) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
				s := storetest.Open(t, dsn)
				d := newDesk(t, s, "2026-10-01")
				id, err := c.put(d)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.IndexSearch(context.Background()); err != nil {
					t.Fatal(err)
				}
				asked := store.SearchFilter{Query: query(t, secret), Reader: inspection.ForOfficers, Size: 1000}
				withdrawn := c.kind == inspection.OfLaterView // by now
				if before := found(t, s, asked); before.Total == 0 != withdrawn {
					t.Fatalf("before it is erased it is found %d times", before.Total)
				}
				d.erase(c.kind, id)
				if got := store.SearchAsIndexed(t, s, asked); got.Total != 0 || got.Suggestion != "" {
					t.Errorf("the index finds %q, and suggests %q", names(got), got.Suggestion)
				}
				if places := holds(t, s, dsn, secret); len(places) > 0 {
					t.Errorf("the words are still in %v", places)
				}
				if _, err := s.IndexSearch(context.Background()); err != nil {
					t.Fatal(err)
				}
				if got := found(t, s, asked); got.Total != 0 {
					t.Errorf("indexed again, it finds %q", names(got))
				}
				if places := holds(t, s, dsn, secret); len(places) > 0 {
					t.Errorf("indexed again, the words are in %v", places)
				}
			})
		})
	}
}
