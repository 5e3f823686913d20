package main

import (
	"context"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// How long the soak takes: in CI, in make bench and in make torture.
const (
	soakInCI, soakInBench, soakInTorture = 20 * time.Second, 10 * time.Minute, time.Hour

	readersAtOnce = 4
	// mostGrown and grownAnyway are what the memory after the warm-up may grow by: a part of itself, and bytes.
	mostGrown, grownAnyway = 1.15, 24 << 20
	// mostFilesGrown is how many files more may be open at the end than after the warm-up.
	mostFilesGrown = 16
)

// TestFaultSoak lets members read, search and export, and officers write, log letters and publish them, for as long as it is
// asked to. No answer may be an error, and after the warm-up neither memory nor open files may grow.
func TestFaultSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("a short run has no time for it")
	}
	lasts := soakInCI
	switch {
	case *torture:
		lasts = soakInTorture
	case *benchReport:
		lasts = soakInBench
	}
	tries(t, fmt.Sprintf("%s of members reading and officers writing", lasts))
	path := storetest.SQLite(t, true)
	o := newOffice(t, path, 5, true)
	p := faultServer(t, nil, "--addr", "127.0.0.1:0", "--db", path, "--unlimited", "--evidence-files", "--scan-command", "cat")
	o.movedTo(t, p.url)
	o.ledger.nextRound()
	ctx, stop := context.WithTimeout(t.Context(), lasts)
	defer stop()
	var all sync.WaitGroup
	readers := make([]*soakReader, readersAtOnce)
	for n := range readers {
		readers[n] = &soakReader{site: p.url, random: rand.New(rand.NewPCG(9, uint64(n))), client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{}}}
		all.Go(func() { readers[n].read(ctx) })
	}
	for _, one := range o.officers {
		all.Go(func() { one.workAtEase(ctx) })
	}
	memory, files := p.watch(t, ctx)
	all.Wait()

	var took []time.Duration
	seen := map[string]bool{}
	for _, r := range readers {
		took = append(took, r.took...)
		for address := range r.seen {
			seen[address] = true
		}
		for i, fault := range r.faults {
			if i < 3 {
				t.Errorf("a member: %s", fault)
			}
		}
	}
	for i, said := range o.ledger.refusals {
		if i < 3 {
			t.Errorf("an officer is refused: %s", said)
		}
	}
	o.ledger.mustNotHaveFailed(t)
	if lost := o.ledger.lostOnTheWay(); lost > 0 {
		t.Errorf("%d requests of officers were not answered", lost)
	}
	kept, _ := o.ledger.acknowledged()
	if lasts > soakInCI {
		o.ledger.mustHaveEachKind(t)
	}
	if len(took) == 0 || kept == 0 {
		t.Fatalf("%d pages were read and %d changes made", len(took), kept)
	}
	warm, end := aroundFifth(memory, 1), aroundFifth(memory, 4)
	if lasts > soakInCI && float64(end) > mostGrown*float64(warm)+grownAnyway {
		t.Errorf("memory grew from %s to %s", megabytes(warm), megabytes(end))
	}
	warmFiles, endFiles := aroundFifth(files, 1), aroundFifth(files, 4)
	if endFiles > warmFiles+mostFilesGrown {
		t.Errorf("open files grew from %d to %d", warmFiles, endFiles)
	}
	o.mustHaveSettled(t)
	o.mustTakeEachKind(t)
	o.mustHoldAll(t, o.ledger.of(0))
	p.stop(t)
	slices.Sort(took)
	tell(t, fmt.Sprintf("%s of members reading and officers writing", lasts),
		fmt.Sprintf("%d pages, tables and searches of %d addresses, 99 of 100 within %s; %d changes (%s); no error; memory %s after the warm-up and %s at the end, open files %d and %d",
			len(took), len(seen), took[len(took)*99/100].Round(time.Millisecond), kept, o.ledger.kinds(), megabytes(warm), megabytes(end), warmFiles, endFiles))
}

// aroundFifth returns the middle of the values in one fifth of a series, counted from 0.
func aroundFifth[T int | int64](series []T, fifth int) T {
	size := max(1, len(series)/5)
	part := slices.Clone(series[min(fifth*size, len(series)-1):min((fifth+1)*size, len(series))])
	if len(part) == 0 {
		return series[len(series)-1]
	}
	return median(part)
}

// watch notes what a process holds until ctx ends.
func (p *process) watch(t *testing.T, ctx context.Context) (memory []int64, files []int) {
	t.Helper()
	often := time.NewTicker(500 * time.Millisecond)
	defer often.Stop()
	for {
		now, _ := p.memory(t)
		memory, files = append(memory, now), append(files, p.openFiles(t))
		select {
		case <-ctx.Done():
			return memory, files
		case <-often.C:
		}
	}
}

// workAtEase works as people do who read what they wrote before they write again.
func (o *officer) workAtEase(ctx context.Context) {
	for ctx.Err() == nil {
		o.one(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(1+o.random.IntN(2000)) * time.Millisecond):
		}
	}
}

// soakReader follows links from page to page, and searches and exports now and then.
type soakReader struct {
	site   string
	random *rand.Rand
	client *http.Client
	took   []time.Duration
	seen   map[string]bool
	faults []string
}

// ownLink finds the addresses of a page that lead to another of ours.
var ownLink = regexp.MustCompile(`href="(/[^"]*)"`)

// lookedFor are words that members look for.
var lookedFor = []string{"care leavers", "plans", "\"children in care\"", "supervision visits", "disabled children", "exploitation -online", "nothing says this"}

func (r *soakReader) read(ctx context.Context) {
	r.seen = map[string]bool{}
	for next := "/"; ctx.Err() == nil; {
		body := r.ask(ctx, next)
		links := ownLink.FindAllStringSubmatch(body, -1)
		switch {
		case r.random.IntN(12) == 0:
			next = "/search?q=" + strings.ReplaceAll(lookedFor[r.random.IntN(len(lookedFor))], " ", "+")
		case len(links) == 0 || r.random.IntN(30) == 0:
			next = "/"
		default:
			next, _, _ = strings.Cut(html.UnescapeString(links[r.random.IntN(len(links))][1]), "#")
		}
		if next == "/sign-in" || strings.HasPrefix(next, "/sign-in?") {
			next = "/inspections"
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(r.random.IntN(60)) * time.Millisecond):
		}
	}
}

// ask asks for an address and returns what a page says.
func (r *soakReader) ask(ctx context.Context, address string) string {
	began := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.site+address, nil)
	if err != nil {
		r.faults = append(r.faults, fmt.Sprintf("%s cannot be asked for: %v", address, err))
		return ""
	}
	answer, err := r.client.Do(request)
	var body []byte
	status := 0
	if err == nil {
		status = answer.StatusCode
		body, err = io.ReadAll(answer.Body)
		_ = answer.Body.Close()
	}
	if ctx.Err() != nil {
		return ""
	}
	r.took = append(r.took, time.Since(began))
	r.seen[address] = true
	if err != nil || status >= http.StatusBadRequest {
		r.faults = append(r.faults, fmt.Sprintf("%s is answered %d: %v", address, status, err))
	}
	if err != nil || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		return ""
	}
	return string(body)
}
