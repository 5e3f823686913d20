package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// torture makes the fault tests as long as docs/reliability.md says that they are; without it they are short.
var torture = flag.Bool("torture", false, "run the fault tests in full and write docs/reliability.md")

// inFull returns the number for the full tests, or that for the short ones.
func inFull(full, short int) int {
	if *torture {
		return full
	}
	return short
}

// deedKind is what an officer does on the pages.
type deedKind string

const (
	anUpdate     deedKind = "update"
	aMove        deedKind = "move"
	someEvidence deedKind = "evidence"
	aLetter      deedKind = "letter"
	aDraft       deedKind = "draft"
	aPublication deedKind = "publication"
)

// deedKinds are all of them, each with the words for one and for several.
var deedKinds = []struct {
	kind      deedKind
	one, many string
}{
	{anUpdate, "update", "updates"}, {aMove, "change of plan", "changes of plan"}, {someEvidence, "piece of evidence", "pieces of evidence"},
	{aLetter, "letter", "letters"}, {aDraft, "reviewed draft", "reviewed drafts"}, {aPublication, "publication", "publications"},
}

// deed is one change that was asked for. Its mark stands nowhere else in the database.
type deed struct {
	kind  deedKind
	mark  string
	about string // the reference of an area to improve, or the ID of a letter
	sum   string // SHA-256 of the file that it brought
	by    int    // the number of the officer
	round int

	acknowledged bool // an answer of 2xx or 3xx arrived whole
	refused      bool // an answer of 4xx arrived whole: nothing may have been changed
}

// ledger is what clients noted of the changes that they asked for: each before its request was sent, and again when the answer
// had arrived whole. What is neither acknowledged nor refused may be there or not, but never in part and never twice.
type ledger struct {
	mu       sync.Mutex
	round    int
	deeds    []*deed
	refusals []string  // what those that were refused were told
	failures []failure // answers that arrived and were 5xx, and pages that were answered otherwise than 200
	lost     int       // answers that did not arrive though whoever asked was still there
	broken   int       // answers to changes that did not arrive, or were 5xx
	status   int       // of the last answer; 0: it did not arrive
	said     string    // what it said
}

// failure is an answer that nobody should get while the server and its database are there.
type failure struct {
	page   bool // whether a page was asked for, and not a change
	status int
	words  string
}

// nextRound begins another round: what is noted from now on is told from what was noted before.
func (l *ledger) nextRound() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.round++
	return l.round
}

func (l *ledger) ask(by int, kind deedKind, about, mark, sum string) *deed {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := &deed{by: by, kind: kind, mark: mark, about: about, sum: sum, round: l.round}
	l.deeds = append(l.deeds, d)
	return d
}

// answered notes the status of an answer that arrived whole; 0 is one that did not. What a server or a proxy answers that failed
// says nothing of whether the change was made.
func (l *ledger) answered(d *deed, status int, said string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status, l.said = status, said
	switch {
	case status == 0:
		l.broken++
	case status >= http.StatusInternalServerError:
		l.failures = append(l.failures, failure{false, status, fmt.Sprintf("%s of %s: %d: %s", d.kind, d.about, status, said)})
		l.broken++
	case status >= http.StatusBadRequest:
		d.refused = true
		l.refusals = append(l.refusals, fmt.Sprintf("%s of %s: %d: %s", d.kind, d.about, status, said))
	default:
		d.acknowledged = true
	}
}

// last returns the status of the last answer and what it said.
func (l *ledger) last() (status int, said string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.status, l.said
}

// brokenOff counts the answers that did not arrive, or were 5xx.
func (l *ledger) brokenOff() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.broken
}

// notShown notes that a page arrived which was not the one asked for.
func (l *ledger) notShown(address string, status int, said string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures = append(l.failures, failure{true, status, fmt.Sprintf("%s: %d: %s", address, status, said)})
}

// lose notes that an answer did not arrive, unless whoever asked has gone.
func (l *ledger) lose(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost++
}

// lostOnTheWay counts the answers that did not arrive though whoever asked was still there.
func (l *ledger) lostOnTheWay() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

// mustNotHaveFailed fails where something was answered by a failure. Some may be expected of a server whose database or disk was away.
func (l *ledger) mustNotHaveFailed(t *testing.T, save ...int) {
	t.Helper()
	l.mustHaveNone(t, func(f failure) bool { return !slices.Contains(save, f.status) })
}

// mustHaveShown fails where a page that an officer asked for was answered by a failure.
func (l *ledger) mustHaveShown(t *testing.T) {
	t.Helper()
	l.mustHaveNone(t, func(f failure) bool { return f.page })
}

func (l *ledger) mustHaveNone(t *testing.T, which func(failure) bool) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	failed := slices.DeleteFunc(slices.Clone(l.failures), func(f failure) bool { return !which(f) })
	for _, f := range failed[:min(5, len(failed))] {
		t.Errorf("answered by a failure, as %d were: %s", len(failed), f.words)
	}
}

// of returns the deeds of a round, or all of them for 0.
func (l *ledger) of(round int) []*deed {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*deed
	for _, d := range l.deeds {
		if round == 0 || d.round == round {
			out = append(out, d)
		}
	}
	return out
}

// acknowledged counts the changes that were acknowledged, and those of which nobody was told what became of them.
func (l *ledger) acknowledged() (kept, unknown int) {
	for _, d := range l.of(0) {
		switch {
		case d.acknowledged:
			kept++
		case !d.refused:
			unknown++
		}
	}
	return kept, unknown
}

// byKind counts the changes of each kind that were acknowledged.
func (l *ledger) byKind() map[deedKind]int {
	counts := map[deedKind]int{}
	for _, d := range l.of(0) {
		if d.acknowledged {
			counts[d.kind]++
		}
	}
	return counts
}

// kinds says how many changes of each kind were acknowledged.
func (l *ledger) kinds() string {
	var parts []string
	counts := l.byKind()
	for _, one := range deedKinds {
		parts = append(parts, inspection.CountWords(counts[one.kind], one.one, one.many))
	}
	return strings.Join(parts, ", ")
}

// mustHaveEachKind fails where no change of some kind was acknowledged.
func (l *ledger) mustHaveEachKind(t *testing.T) {
	t.Helper()
	if len(l.byKind()) < len(deedKinds) {
		t.Errorf("of some kind no change was acknowledged: %s", l.kinds())
	}
}
