package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store/storetest"
)

const (
	readRounds = 3    // of reading all letters, in turns with pdftotext
	mutations  = 2000 // damaged letters that are read
)

// TestBenchLetters prints the figures of reading letters alone.
func TestBenchLetters(t *testing.T) {
	benchPart(t, "letters", func(r *report) {
		r.section("Letters")
		r.measureLetters()
	})
}

// measureLetters reads every real letter, whole and damaged.
func (r *report) measureLetters() {
	folder := os.Getenv("TIMELINE_TEST_LETTERS")
	if folder == "" {
		r.add("reading letters: TIMELINE_TEST_LETTERS names no folder", "not measured", "80 ms", true, false)
		return
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.pdf"))
	if err != nil || len(files) == 0 {
		r.t.Fatalf("%s holds no letters: %v", folder, err)
	}
	r.measureReading(files)

	reader := letter.NewReader([]string{programPath(r.t), letterReader}, storetest.Seed(r.t).Bodies)
	defer reader.Close()
	r.measureSlowest(reader, files)
	r.measureMutations(reader, files)
}

// measureReading reads all letters in as many child processes as there are cores, in turns with one core and with pdftotext.
func (r *report) measureReading(files []string) {
	var ours, oneCore, theirs time.Duration
	var held int64
	_, missing := exec.LookPath("pdftotext")
	for range readRounds {
		cmd := exec.CommandContext(r.t.Context(), programPath(r.t), append([]string{"read", "--json"}, files...)...)
		cmd.Env = []string{}
		start := time.Now()
		if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != exitUnread {
			r.t.Fatalf("read letters: %v", err)
		}
		ours += time.Since(start)
		// The larger of the command and its child, which it has waited for.
		held = max(held, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss<<10)
		oneCore += r.readOnOneCore(files)
		if missing != nil {
			continue
		}
		start = time.Now()
		for _, file := range files {
			if err := exec.CommandContext(r.t.Context(), "pdftotext", "-layout", file, os.DevNull).Run(); err != nil {
				r.t.Fatalf("pdftotext: %v", err)
			}
		}
		theirs += time.Since(start)
	}
	cores := oneCore.Seconds() / ours.Seconds()
	r.add(fmt.Sprintf("times faster on %d cores than on one", runtime.NumCPU()), fmt.Sprintf("%.2f", cores), "at least 1.60", cores >= 1.6, false)
	each := ours / time.Duration(readRounds*len(files))
	r.addTime(fmt.Sprintf("reading a letter, on average of %d", len(files)), each, 80*time.Millisecond)
	r.add("memory for reading letters", megabytes(held), "120 MB", held <= 120<<20, true)
	if missing != nil {
		r.add("reading letters against pdftotext, which is not installed", "not measured", "at least 3.0", true, false)
		return
	}
	times := theirs.Seconds() / ours.Seconds()
	r.add("times faster than pdftotext -layout", fmt.Sprintf("%.1f", times), "at least 3.0", times >= 3, true)
}

// readOnOneCore returns how long the same takes on one core.
func (r *report) readOnOneCore(files []string) time.Duration {
	cmd := exec.CommandContext(r.t.Context(), "taskset", append([]string{"-c", "0", programPath(r.t), "read", "--json"}, files...)...)
	cmd.Env = []string{}
	start := time.Now()
	if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != exitUnread {
		r.t.Fatalf("read letters on one core: %v", err)
	}
	return time.Since(start)
}

func (r *report) measureSlowest(reader *letter.Reader, files []string) {
	var slowest time.Duration
	var which string
	for _, file := range files {
		start := time.Now()
		reader.Read(r.t.Context(), r.letter(file))
		if took := time.Since(start); took > slowest {
			slowest, which = took, filepath.Base(file)
		}
	}
	r.add("slowest letter: "+which, slowest.Round(time.Millisecond).String(), "none", true, false)
}

func (r *report) letter(file string) []byte {
	data, err := os.ReadFile(file)
	if err != nil {
		r.t.Fatal(err)
	}
	return data
}

func (r *report) measureMutations(reader *letter.Reader, files []string) {
	random := rand.New(rand.NewPCG(20, 26))
	whole := lettertest.PDF(testLetter)
	expected := reader.Read(r.t.Context(), whole)
	var longest time.Duration
	for range mutations {
		data := lettertest.Mutate(random, r.letter(files[random.IntN(len(files))]))
		start := time.Now()
		got := reader.Read(r.t.Context(), data)
		if took := time.Since(start); took > longest {
			longest = took
		}
		if got.Status == letter.Unreadable && got.Error == "" {
			r.t.Error("a damaged letter is unreadable and nobody says why")
		}
	}
	if after := reader.Read(r.t.Context(), bytes.Clone(whole)); after.Status != expected.Status {
		r.t.Errorf("after the damaged letters a whole one is %s: %s", after.Status, after.Error)
	}
	reader.Close() // waits for the child, whose memory is told then
	var children syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children); err != nil {
		r.t.Fatal(err)
	}
	held := children.Maxrss << 10
	r.add(fmt.Sprintf("longest of %d damaged letters", mutations), longest.Round(time.Millisecond).String(), "30s", longest <= 30*time.Second, true)
	r.add("memory for damaged letters", megabytes(held), "1024 MB", held <= 1<<30, true)
}
