package search_test

import (
	"slices"
	"testing"

	"inspectiontimeline/internal/search"
)

func TestRanking(t *testing.T) {
	r := search.NewRanking(1000, 100, []int{10, 900})
	scores := []float64{
		r.Score([]int{3, 1}, 100), // the rare word three times
		r.Score([]int{1, 3}, 100), // the common word three times
		r.Score([]int{1, 1}, 100),
		r.Score([]int{1, 1}, 400), // in a longer document
		r.Score([]int{0, 9}, 100), // without the rare word
		0,
	}
	if !slices.IsSortedFunc(scores, func(a, b float64) int {
		if a > b {
			return -1
		}
		return 1
	}) {
		t.Errorf("the scores are %v; want them to fall", scores)
	}
	everywhere := search.NewRanking(5, 10, []int{5})
	if everywhere.Score([]int{1}, 10) <= 0 {
		t.Error("a word that stands everywhere counts for nothing")
	}
	if search.NewRanking(0, 0, []int{0}).Score([]int{0}, 0) != 0 {
		t.Error("nothing in nothing counts for something")
	}
}

func TestSpellings(t *testing.T) {
	known := []search.Known{
		{Word: "unregistered", Documents: 3}, {Word: "registered", Documents: 9}, {Word: "leavers", Documents: 40}, {Word: "leaders", Documents: 90},
		{Word: "lever", Documents: 1}, {Word: "care", Documents: 100}, {Word: "core", Documents: 2}, {Word: "gone", Documents: 0}, {Word: "plans", Documents: 7}, {Word: "2018", Documents: 8},
	}
	for word, want := range map[string][]string{
		"unregistred":  {"unregistered"},       // a letter missing
		"leavres":      {"leavers", "leaders"}, // letters that changed places
		"leavers":      {"leaders", "lever"},
		"caer":         {"care"},
		"coer":         {"core"},
		"gine":         nil, // the word that would fit stands nowhere
		"cre":          nil, // too short to tell
		"pllans":       {"plans"},
		"unregistered": {"registered"},
		"zzzzzzzz":     nil,
		"2019":         nil, // another year is another question
	} {
		if got := search.Spellings(word, known); !slices.Equal(got, want) {
			t.Errorf("for %q: %q; want %q", word, got, want)
		}
	}
}
