package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// told are the lines of the table in docs/reliability.md, in the order in which the tests ended.
var told struct {
	sync.Mutex
	lines []string
	open  map[*testing.T]*toldLine // of tests that still run
}

// toldLine is what a test says in the table.
type toldLine struct {
	tried, found string
	began        time.Time
	took         time.Duration
}

// tries begins a test's line of the table, so that there is one however the test ends: it says what tell was told where all held,
// what leaveOut was told, and else that the test failed. It is called before anything that has to be cleaned up.
func tries(t *testing.T, tried string) {
	t.Helper()
	line := &toldLine{tried: tried, began: time.Now()}
	told.Lock()
	defer told.Unlock()
	if told.open == nil {
		told.open = map[*testing.T]*toldLine{}
	}
	told.open[t] = line
	t.Cleanup(func() { line.end(t) })
}

// tell says what a test tried, exactly, and what it found.
func tell(t *testing.T, tried, found string) {
	t.Helper()
	told.Lock()
	defer told.Unlock()
	line := told.open[t]
	line.tried, line.found, line.took = tried, found, time.Since(line.began)
	t.Logf("%s: %s (%s)", tried, found, line.took.Round(time.Second))
}

// end puts a line into the table. Run in full, all of them are written to docs/reliability.md.
func (l *toldLine) end(t *testing.T) {
	told.Lock()
	defer told.Unlock()
	delete(told.open, t)
	switch leftOut := strings.HasPrefix(l.found, leftOutBecause); {
	case t.Failed() && !leftOut:
		l.found = "FAILED"
	case t.Skipped() && l.found == "":
		l.found = leftOutBecause + "the test says why"
	case l.found == "":
		l.found = "FAILED: it told nothing"
	}
	if l.took == 0 {
		l.took = time.Since(l.began)
	}
	name, engine, _ := strings.Cut(t.Name(), "/")
	told.lines = append(told.lines, fmt.Sprintf("| %s | %s | %s | %s | `%s` |", l.tried, engine, l.found, l.took.Round(time.Second), name))
	if *torture && len(told.lines) == 1 {
		atEnd(writeReliability)
	}
}

const leftOutBecause = "left out: "

// leaveOut ends a test for which this machine lacks something, and says so in its line. In CI and where the table is written that is a
// failure: both promise that the test runs.
func leaveOut(t *testing.T, why string) {
	t.Helper()
	told.Lock()
	if line := told.open[t]; line != nil {
		line.found = leftOutBecause + strings.Join(strings.Fields(why), " ")
	}
	told.Unlock()
	if *torture || os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

const (
	reliabilityFile  = "../../docs/reliability.md"
	reliabilityBegin = "<!-- results of make torture -->"
	reliabilityEnd   = "<!-- end of results -->"
)

// writeReliability writes the table into the page, between its two marks.
func writeReliability() {
	page, err := os.ReadFile(reliabilityFile)
	if err != nil {
		fmt.Fprintln(os.Stderr, "write what was found:", err)
		return
	}
	before, rest, begun := strings.Cut(string(page), reliabilityBegin)
	_, after, ended := strings.Cut(rest, reliabilityEnd)
	if !begun || !ended {
		fmt.Fprintln(os.Stderr, "write what was found: the page has lost its marks")
		return
	}
	table := fmt.Sprintf("\nOn %s, with %d cores, %s.\n\n| Tried | Database | What was found | Took | Test |\n|---|---|---|---|---|\n%s\n",
		time.Now().Format("2 January 2006"), runtime.NumCPU(), runtime.Version(), strings.Join(told.lines, "\n"))
	if err := os.WriteFile(reliabilityFile, []byte(before+reliabilityBegin+table+reliabilityEnd+after), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "write what was found:", err)
	}
}

// statusOf asks for an address without minding what is answered.
func statusOf(t *testing.T, address string) (status int, body string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(data)
}
