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

// told are the lines of the table in docs/reliability.md, in the order in which the tests ran.
var told struct {
	sync.Mutex
	lines []string
}

// tell notes what a test tried and what it found. Run in full, all that hold are written to docs/reliability.md.
func tell(t *testing.T, tried, found string, took time.Duration) {
	t.Helper()
	t.Logf("%s: %s (%s)", tried, found, took.Round(time.Second))
	if t.Failed() {
		found = "FAILED"
	}
	told.Lock()
	defer told.Unlock()
	name, engine, _ := strings.Cut(t.Name(), "/")
	told.lines = append(told.lines, fmt.Sprintf("| %s | %s | %s | %s | `%s` |", tried, engine, found, took.Round(time.Second), name))
	if *torture && len(told.lines) == 1 {
		atEnd(writeReliability)
	}
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
