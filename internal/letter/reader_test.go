package letter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
)

// asChild makes this test binary be the child of a Reader, one that misbehaves in the way that the next argument says.
// It is an argument, since a child's environment is empty.
const asChild = "letter-child"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == asChild {
		if err := misbehave(os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// The ways in which a test's child may misbehave before it reads a letter.
const (
	sound     = "sound"
	hasty     = "hasty"   // sound, with little time
	hurried   = "hurried" // sound, with so little that a fuzzer does not take it for stuck
	busy      = "busy"
	hungry    = "hungry"
	deep      = "deep"
	stuck     = "stuck"
	panicking = "panicking"
	talkative = "talkative"
	babbling  = "babbling"
)

func misbehave(how string) error {
	if how == sound {
		return Serve(os.Stdin, os.Stdout)
	}
	if err := confine(); err != nil {
		return err
	}
	return serve(os.Stdin, os.Stdout, func() error {
		switch how {
		case hasty:
			return limitTime(5 * time.Second)
		case hurried:
			return limitTime(time.Second)
		case busy:
			if err := limitTime(time.Second); err != nil {
				return err
			}
			for n := 0; ; n++ {
			}
		case hungry:
			held := make([][]byte, 1<<10)
			for i := range held {
				held[i] = bytes.Repeat([]byte{1}, 16<<20)
			}
			runtime.KeepAlive(held)
			return errors.New("there was room for all of it")
		case deep:
			return fmt.Errorf("%d levels", levels(1))
		case stuck:
			<-context.Background().Done()
		case panicking:
			panic("on purpose")
		case talkative:
			return writeFrame(os.Stdout, frameReading, make([]byte, maxAnswer+1))
		case babbling:
			return writeFrame(os.Stdout, frameReading, []byte(`{"status": "splendid"}`))
		}
		return nil
	})
}

// levels calls itself until there is no more room.
func levels(n int) int {
	if n < 0 {
		return 0
	}
	var room [1 << 10]byte
	room[n%len(room)] = 1
	return levels(n+1) + int(room[0])
}

// testReader returns a Reader whose children are this test binary, and where its log goes.
func testReader(t testing.TB, how string) (*Reader, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := NewReader([]string{self, asChild, how}, []inspection.Body{
		{ID: "westmere", Kind: inspection.Authority, Name: "Westmere", Code: "WM", URN: "80999"},
	})
	log := &bytes.Buffer{}
	r.Log = slog.New(slog.NewTextHandler(log, nil))
	t.Cleanup(r.Close)
	return r, log
}

const somethingElse = "Minutes of the allotment society\nThe meeting began at seven. Twelve members were there.\nThe pump is to be mended."

func TestReaderSaysWhatIsWrongWithAFile(t *testing.T) {
	many := make([]string, 500)
	for i := range many {
		many[i] = somethingElse
	}
	large := append(lettertest.PDF(somethingElse), bytes.Repeat([]byte("%"), 30_000_000)...)
	r, log := testReader(t, sound)
	for _, test := range []struct {
		name    string
		data    []byte
		status  Status
		problem string
	}{
		{"an empty file", nil, Unreadable, problemEmpty},
		{"a file of 30 MB", large, Unreadable, problemTooLarge},
		{"not a PDF", []byte("Dear colleague, please find attached the letter."), Unreadable, problemNotPDF},
		{"a page of a web site", []byte("<!DOCTYPE html><title>Not found</title>"), Unreadable, problemNotPDF},
		{"a PDF of something else", lettertest.PDF(somethingElse), NotALetter, ""},
		{"500 pages", lettertest.PDF(many...), Unreadable, problemTooLong},
		{"a scanned letter", lettertest.Picture(4), Unreadable, problemPicture},
		{"a locked letter", lettertest.Encrypted("secret", somethingElse), Unreadable, problemLocked},
		{"a letter that anybody may open", lettertest.Encrypted("", somethingElse), NotALetter, ""},
		{"a letter cut short", lettertest.Truncated(somethingElse, somethingElse), Unreadable, problemDamaged},
		{"a tree of pages that leads to itself", lettertest.LoopingPages(), Unreadable, problemDamaged},
		{"contents that draw themselves", lettertest.LoopingContents(), Unreadable, problemPicture},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := r.Read(t.Context(), test.data)
			if got.Status != test.status || test.problem != "" && got.Error != test.problem {
				t.Errorf("is %s: %q, want %s: %q", got.Status, got.Error, test.status, test.problem)
			}
			if got.IsPicture() != (test.problem == problemPicture) {
				t.Errorf("IsPicture says %t", got.IsPicture())
			}
		})
	}
	if log.Len() > 0 {
		t.Errorf("an everyday fault is in the log: %s", log)
	}
	t.Run("a picture tells how many pages it has", func(t *testing.T) {
		if got := r.Read(t.Context(), lettertest.Picture(4)); len(got.Pages) != 4 {
			t.Errorf("has %d pages", len(got.Pages))
		}
	})
	t.Run("pasted text is read in the child too", func(t *testing.T) {
		if got := r.ReadText(t.Context(), somethingElse); got.Status != NotALetter {
			t.Errorf("is %s: %s", got.Status, got.Error)
		}
		if got := r.ReadText(t.Context(), " \n"); got.Error != problemNoText {
			t.Errorf("nothing at all is %s: %s", got.Status, got.Error)
		}
	})
}

// TestHostileFiles asks only that each file is called unreadable within the time, whatever it does to the child, and that
// the next letter is read.
func TestHostileFiles(t *testing.T) {
	if raceDetector {
		t.Skip("a program with the race detector in it cannot be held to the limits of memory")
	}
	r, log := testReader(t, hasty)
	for name, data := range map[string][]byte{
		"streams of objects that continue in themselves": lettertest.LoopingStreams(),
		"lists of objects that come before themselves":   lettertest.LoopingTables(),
		"lists inside lists, a million deep":             lettertest.Nested(1 << 20),
		"a gigabyte in a megabyte":                       lettertest.Bomb(1 << 30),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got := r.Read(t.Context(), data)
			if got.Status != Unreadable || got.Error == "" || got.Error == problemNoChild || got.Error == problemStopped {
				t.Errorf("is %s: %s", got.Status, got.Error)
			}
			if took := time.Since(start); took > readLimit+time.Second {
				t.Errorf("took %s", took)
			}
			t.Logf("%s after %s", got.Error, time.Since(start).Round(time.Millisecond))
			if got := r.Read(t.Context(), lettertest.PDF(somethingElse)); got.Status != NotALetter {
				t.Errorf("the next letter is %s: %s", got.Status, got.Error)
			}
		})
	}
	mostMemory(t)
	if strings.Contains(log.String(), "allotment") {
		t.Errorf("the log tells what a file says: %s", log)
	}
}

// mostMemory checks that no child so far held more memory than it may.
func mostMemory(t *testing.T) int64 {
	t.Helper()
	var children syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children); err != nil {
		t.Fatal(err)
	}
	held := children.Maxrss << 10
	if held > 1<<30 {
		t.Errorf("a child held %d MB", held>>20)
	}
	return held
}

func TestReaderOutlivesItsChildren(t *testing.T) {
	for _, test := range []struct {
		how, problem, cause string
	}{
		{busy, problemSlow, endedOverTime},
		{hungry, problemMemory, endedMemory},
		{deep, problemDied, endedStack},
		{panicking, problemDied, endedOther},
		{stuck, problemSlow, endedOverTime},
		{talkative, problemMemory, endedMemory},
		{babbling, problemDied, endedOther},
	} {
		t.Run("a child that is "+test.how, func(t *testing.T) {
			if raceDetector && test.how == hungry {
				t.Skip("a program with the race detector in it cannot be held to the limits of memory")
			}
			r, log := testReader(t, test.how)
			if test.how == stuck {
				r.limit = 300 * time.Millisecond
			}
			for range 2 { // each has its own child
				if got := r.Read(t.Context(), lettertest.PDF(somethingElse)); got.Status != Unreadable || got.Error != test.problem {
					t.Errorf("the letter is %s: %q, want %q", got.Status, got.Error, test.problem)
				}
				if r.child != nil {
					t.Error("the child is kept")
				}
			}
			if got := strings.Count(log.String(), "cause="+test.cause); got != 2 {
				t.Errorf("the log has the cause %s %d times: %s", test.cause, got, log)
			}
		})
	}
	t.Run("a program that is not there", func(t *testing.T) {
		r := NewReader([]string{"/nowhere/at/all"}, nil)
		defer r.Close()
		if got := r.Read(t.Context(), lettertest.PDF(somethingElse)); got.Error != problemNoChild {
			t.Errorf("is %s: %s", got.Status, got.Error)
		}
	})
	t.Run("a child that died while it had nothing to do is not the next letter's fault", func(t *testing.T) {
		r, _ := testReader(t, sound)
		r.Read(t.Context(), lettertest.PDF(somethingElse))
		first := r.child
		first.stop()
		<-first.ended
		if got := r.Read(t.Context(), lettertest.PDF(somethingElse)); got.Status != NotALetter || r.child == first {
			t.Errorf("is %s: %s", got.Status, got.Error)
		}
	})
}

func TestOneChildReadsSeveralLetters(t *testing.T) {
	r, _ := testReader(t, sound)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got := r.Read(t.Context(), lettertest.PDF(somethingElse)); got.Status != NotALetter {
				t.Errorf("is %s: %s", got.Status, got.Error)
			}
		})
	}
	all.Wait()
	first := r.child
	if r.Read(t.Context(), lettertest.Picture(1)); first == nil || r.child != first {
		t.Error("another child was started")
	}
	r.rest()
	if r.child != nil || !first.hasEnded() {
		t.Error("a child with nothing to do is kept")
	}
	if code := first.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("the child that was let go ended with %d", code)
	}
	if got := r.Read(t.Context(), lettertest.PDF(somethingElse)); got.Status != NotALetter {
		t.Errorf("after a rest a letter is %s: %s", got.Status, got.Error)
	}
}

func TestReaderStops(t *testing.T) {
	for _, test := range []struct {
		name string
		stop func(*Reader, context.CancelFunc)
	}{
		{"when its caller goes", func(_ *Reader, cancel context.CancelFunc) { cancel() }},
		{"when it is closed", func(r *Reader, _ context.CancelFunc) { r.Close() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, log := testReader(t, stuck)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			reading := make(chan Reading)
			for range 2 { // one is being read, one waits for its turn
				go func() { reading <- r.Read(ctx, lettertest.PDF(somethingElse)) }()
			}
			test.stop(r, cancel)
			for range 2 {
				if got := <-reading; got.Error != problemStopped {
					t.Errorf("a letter is %s: %s", got.Status, got.Error)
				}
			}
			r.Close()
			if got := r.Read(t.Context(), lettertest.PDF(somethingElse)); got.Error != problemStopped {
				t.Errorf("after Close a letter is %s: %s", got.Status, got.Error)
			}
			if r.child != nil || log.Len() > 0 {
				t.Errorf("the child is %v, the log says %s", r.child, log)
			}
		})
	}
}

func TestChildSetsItsLimits(t *testing.T) {
	r, _ := testReader(t, sound)
	r.Read(t.Context(), lettertest.PDF(somethingElse))
	of := func(file string) string {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", r.child.cmd.Process.Pid, file))
		if err != nil {
			t.Skipf("only Linux shows the limits of another process: %v", err)
		}
		return string(data)
	}
	limits := map[string][]string{}
	for line := range strings.Lines(of("limits")) {
		for _, name := range []string{"Max cpu time", "Max data size", "Max core file size"} {
			if rest, ok := strings.CutPrefix(line, name); ok {
				limits[name] = strings.Fields(rest)
			}
		}
	}
	for name, want := range map[string]string{"Max cpu time": "21", "Max data size": "1073741824", "Max core file size": "0"} {
		if raceDetector && name == "Max data size" {
			continue
		}
		if got := limits[name]; len(got) < 2 || got[0] != want {
			t.Errorf("%s is %v, want %s", name, got, want)
		}
	}
	if environment := of("environ"); environment != "" {
		t.Errorf("the child has the environment %q", environment)
	}
}
