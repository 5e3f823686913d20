package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/search"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const (
	// someLetters are more than one place will ever have, and manyLetters about what England has had since 2009.
	someLetters = 500
	manyLetters = 5000

	searchLimit     = 50 * time.Millisecond
	manySearchLimit = 200 * time.Millisecond
	leastIndexed    = 50.0 // letters in a second
)

// TestBenchSearch prints the figures of the search alone.
func TestBenchSearch(t *testing.T) { benchPart(t, "the search", (*report).measureSearch) }

// measureSearch measures the search on a database of each engine, with some letters and with many.
func (r *report) measureSearch() {
	r.measureSearchOn("SQLite", func() string {
		db := filepath.Join(r.t.TempDir(), "search.db")
		r.timeOfCommand("migrate", "--db", db)
		return db
	})
	server := os.Getenv("TEST_DATABASE_URL")
	if server == "" {
		r.add("PostgreSQL: TEST_DATABASE_URL names no server", "not measured", searchLimit.String(), true, false)
		return
	}
	r.measureSearchOn("PostgreSQL", func() string { return storetest.Postgres(r.t, server, false) })
}

func (r *report) measureSearchOn(engine string, empty func() string) {
	for _, size := range []struct {
		letters int
		limit   time.Duration
	}{{someLetters, searchLimit}, {manyLetters, manySearchLimit}} {
		db := empty()
		storetest.Letters(r.t, db, size.letters)
		s := storetest.Open(r.t, db)
		name := fmt.Sprintf("%s, %d letters: ", engine, size.letters)
		start := time.Now()
		if _, err := s.IndexSearch(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
		rate := float64(size.letters) / time.Since(start).Seconds()
		r.add(name+"letters indexed in a second", fmt.Sprintf("%.0f", rate), fmt.Sprintf("at least %.0f", leastIndexed), rate >= leastIndexed, false)
		r.addTime(name+"the first search of a program", r.timeOfSearch(s, "children care"), 3*time.Second)
		r.measureQueries(name, s, size.limit)
		if size.letters == someLetters {
			r.measureSearchPage(name, db, size.limit)
		}
	}
}

// searchedWords are asked for two at a time, each pair once, so that no answer is a repetition. The first of them stand on
// nearly every page.
var searchedWords = []string{
	"children", "care", "services", "plans", "quality", "visits", "leavers", "supervision", "neglect", "homes", "director", "unregistered",
}

// measureQueries asks for two words, for a phrase and for what nobody has written.
func (r *report) measureQueries(name string, s *store.Store, limit time.Duration) {
	var pairs []time.Duration
	for i, one := range searchedWords {
		for _, other := range searchedWords[i+1:] {
			pairs = append(pairs, r.timeOfSearch(s, one+" "+other))
		}
	}
	figure := fmt.Sprintf("%s, 95 of 100 within %s", median(pairs).Round(time.Millisecond), tail(pairs).Round(time.Millisecond))
	r.add(name+"two words", figure, "median "+limit.String(), median(pairs) <= limit, false)
	r.addTime(name+"a phrase of common words", r.timeOfSearch(s, `"children in care"`), limit)
	r.addTime(name+"a word that is misspelt", r.timeOfSearch(s, "childern care"), limit)
}

func (r *report) timeOfSearch(s *store.Store, text string) time.Duration {
	r.t.Helper()
	query, err := search.Parse(text)
	if err != nil {
		r.t.Fatal(err)
	}
	start := time.Now()
	if _, err := s.Search(r.t.Context(), store.SearchFilter{Query: query, Reader: inspection.ForPublic}); err != nil {
		r.t.Fatal(err)
	}
	return time.Since(start)
}

// measureSearchPage asks the program itself for a page of each pair of words.
func (r *report) measureSearchPage(name, db string, limit time.Duration) {
	p := startProcess(r.t, r.t.TempDir(), nil, programPath(r.t), "serve", "--open", "--unlimited", "--addr", "127.0.0.1:0", "--db", db)
	defer p.stop(r.t)
	address := func(text string) string { return p.url + "/search?" + url.Values{"q": {text}}.Encode() }
	r.timeOf(address("children")) // reads what every answer needs
	var times []time.Duration
	for i, one := range searchedWords {
		for _, other := range searchedWords[i+1:] {
			times = append(times, r.timeOf(address(one+" "+other)))
		}
	}
	r.addTimes(name+"/search of two words", times, 2*limit)
}
