package search

import "math"

// The constants of BM25, as they are usually taken: how soon more of the same word stops to matter, and how much the length
// of a document counts.
const (
	saturation = 1.2
	lengthRule = 0.75
)

// Ranking scores documents by BM25: a word counts for more the fewer documents have it, the more often it stands in one,
// and the shorter that one is.
type Ranking struct {
	average float64   // length of a document
	weights []float64 // of each term
}

// NewRanking returns the ranking for terms of which each is in some of so many documents, of an average length in words.
func NewRanking(documents int, average float64, in []int) Ranking {
	r := Ranking{average: max(average, 1), weights: make([]float64, len(in))}
	for i, n := range in {
		// One more in both, so that a term that stands everywhere still counts for something.
		r.weights[i] = math.Log(1 + (float64(documents-n)+0.5)/(float64(n)+0.5))
	}
	return r
}

// Score scores a document of some length in words, in which each term stands so many times.
func (r Ranking) Score(times []int, length int) float64 {
	norm := saturation * (1 - lengthRule + lengthRule*float64(length)/r.average)
	score := 0.0
	for i, n := range times {
		// An explicit conversion keeps machines that would fuse the operations at the same result.
		score += float64(r.weights[i] * (float64(n) * (saturation + 1) / (float64(n) + norm)))
	}
	return score
}
