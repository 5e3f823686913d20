package letter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"time"

	"inspectiontimeline/internal/inspection"
)

// What is wrong with a file, in words for the officer who added it.
const (
	problemEmpty    = "This file is empty. Save the PDF again, then add it again."
	problemNoText   = "There is no text to read. Paste the whole text of the letter."
	problemNotPDF   = "This file is not a PDF. Add the letter as a PDF, or paste its text."
	problemLocked   = "This PDF is locked with a password. Save a copy without the password and add that, or paste its text."
	problemDamaged  = "This PDF is damaged or cut short. Download it again, or paste the letter’s text."
	problemPicture  = "This letter is a picture: it holds no text that can be read. Paste its text, or type the values."
	problemSlow     = "Reading this file took too long, so it was stopped. Paste the letter’s text, or type the values."
	problemMemory   = "Reading this file took too much memory, so it was stopped. Paste the letter’s text, or type the values."
	problemDied     = "This file could not be read: the reader stopped on it. Paste the letter’s text, or type the values."
	problemStopped  = "The program stopped before it had read this file. Add the file again."
	problemNotFinal = "This letter says that it is a draft or is not published yet, so nothing of it was kept. Add the final letter."
	problemOther    = "This is not a letter or report on an inspection of children’s services, as far as its text says. Check that it is the right file."
	problemNoChild  = "Letters cannot be read on this machine just now. Tell whoever looks after the program, or type the values."
)

var (
	problemTooLarge = fmt.Sprintf("This file is larger than %d MB. Check that it is the letter, or paste its text.", MaxBytes>>20)
	problemTooLong  = fmt.Sprintf("This PDF has more than %d pages. Check that it is the letter, or paste its text.", MaxPages)
)

const (
	readLimit = 30 * time.Second // for one letter, child's start included
	idleLimit = time.Minute      // after which a child that has nothing to do is ended, for its memory
	endLimit  = 5 * time.Second  // for a child that was told to end
)

// Reader reads letters in a child process, so that a hostile file harms nothing else. It may be used by several callers at
// once; their letters are read one after the other.
type Reader struct {
	// Log says why a child ended before its time, and nothing of the file. Without it nothing is said.
	Log *slog.Logger

	limit   time.Duration
	command []string
	bodies  []inspection.Body

	life context.Context // ends with Close
	end  context.CancelFunc

	turn  chan struct{} // holds one value, which is taken for as long as what follows is used
	child *child
	idle  *time.Timer
}

// NewReader returns a Reader whose children are started by a command, one that does nothing but Serve, and know these
// bodies. A child is started when the first letter comes.
func NewReader(command []string, bodies []inspection.Body) *Reader {
	r := &Reader{limit: readLimit, command: command, bodies: bodies, turn: make(chan struct{}, 1)}
	r.life, r.end = context.WithCancel(context.Background())
	r.idle = time.AfterFunc(idleLimit, r.rest)
	r.giveTurn()
	return r
}

// Read reads a PDF. It always returns a Reading; that of a file which cannot be read says why.
func (r *Reader) Read(ctx context.Context, data []byte) Reading {
	switch {
	case len(data) == 0:
		return unreadable(problemEmpty)
	case len(data) > MaxBytes:
		return unreadable(problemTooLarge)
	}
	return r.ask(ctx, framePDF, data)
}

// ReadText reads the pasted text of a letter; a form feed parts pages.
func (r *Reader) ReadText(ctx context.Context, text string) Reading {
	switch {
	case strings.TrimSpace(text) == "":
		return unreadable(problemNoText)
	case len(text) > MaxBytes:
		return unreadable(problemTooLarge)
	}
	return r.ask(ctx, frameText, []byte(text))
}

// Close ends the child. A letter that is being read, or comes later, is unreadable since the program stops.
func (r *Reader) Close() {
	r.end()
	<-r.turn
	defer r.giveTurn()
	r.idle.Stop()
	r.endChild()
}

// Closed reports whether Close was called. A letter that was being read then was not read to its end.
func (r *Reader) Closed() bool { return r.life.Err() != nil }

func unreadable(problem string) Reading { return Reading{Status: Unreadable, Error: problem} }

// IsPicture reports whether a file could not be read because its pages are pictures of paper: an officer may look at it
// and type what it says.
func (r Reading) IsPicture() bool { return r.Status == Unreadable && len(r.Pages) > 0 }

// Problem says, for the officer who added a file, why nothing of it is to be kept. It is empty where the reading may
// become a draft, and for a picture, the values of which an officer may type.
func (r Reading) Problem() string {
	switch {
	case r.Refused():
		return problemNotFinal
	case r.Status == NotALetter:
		return problemOther
	case r.Status == Unreadable && !r.IsPicture():
		return r.Error
	}
	return ""
}

// Refused reports whether this is a letter that says that it is not the final one, of which nothing may be held.
func (r Reading) Refused() bool { return r.Status == Read && r.NotFinal != nil }

func (r *Reader) giveTurn() { r.turn <- struct{}{} }

// rest ends a child that had nothing to do.
func (r *Reader) rest() {
	select {
	case <-r.turn:
		defer r.giveTurn()
		r.endChild()
	default: // it has something to do
	}
}

func (r *Reader) endChild() {
	if r.child != nil {
		r.child.end()
		r.child = nil
	}
}

// ask has the child read one letter.
func (r *Reader) ask(ctx context.Context, kind byte, data []byte) Reading {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(r.life, stop)()
	select {
	case <-r.turn:
	case <-ctx.Done():
		return unreadable(problemStopped)
	}
	defer r.giveTurn()
	if ctx.Err() != nil {
		return unreadable(problemStopped)
	}
	r.idle.Stop()
	defer r.idle.Reset(idleLimit)
	limited, cancel := context.WithTimeout(ctx, r.limit)
	defer cancel()
	if r.child != nil && r.child.hasEnded() { // while it had nothing to do
		r.endChild()
	}
	if r.child == nil {
		if err := r.startChild(limited); err != nil {
			return r.lost(ctx, limited, err)
		}
	}
	reading, last, err := r.child.read(limited, kind, data)
	if err != nil {
		return r.lost(ctx, limited, err)
	}
	if last {
		r.say("a reader of letters failed on a file", "cause", endedOther)
		r.endChild()
	}
	return reading
}

func (r *Reader) say(message string, args ...any) {
	if r.Log != nil {
		r.Log.Warn(message, args...)
	}
}

// lost ends a child that gave no answer and says why.
func (r *Reader) lost(ctx, limited context.Context, err error) Reading {
	if r.child == nil { // it never was
		r.say("no reader of letters could be started", "error", err)
		return unreadable(problemNoChild)
	}
	cause := r.child.end()
	r.child = nil
	problem := problemDied
	switch {
	case ctx.Err() != nil:
		return unreadable(problemStopped) // nothing is wrong with the file
	case limited.Err() != nil, cause == endedOverTime:
		problem, cause = problemSlow, endedOverTime
	case cause == endedMemory, errors.Is(err, errTooMuch):
		problem, cause = problemMemory, endedMemory
	}
	r.say("a reader of letters was lost", "cause", cause)
	return unreadable(problem)
}

// startChild starts a child and tells it the register.
func (r *Reader) startChild(ctx context.Context) error {
	register, err := json.Marshal(r.bodies)
	if err != nil {
		return fmt.Errorf("write the register: %w", err)
	}
	if r.child, err = startChild(r.command); err != nil {
		return err
	}
	return r.child.send(ctx, frameRegister, register)
}

// Why a child ended, as the log says it.
const (
	endedOverTime = "time"
	endedMemory   = "memory"
	endedStack    = "depth"
	endedOther    = "fault"
)

// child is one process that reads letters.
type child struct {
	cmd   *exec.Cmd
	in    *os.File // its standard input
	out   *os.File
	words firstWords
	ended chan struct{} // is closed when it has
}

func startChild(command []string) (*child, error) {
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	defer theirIn.Close()
	out, theirOut, err := os.Pipe()
	if err != nil {
		_ = in.Close() // nothing was written to it
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	defer theirOut.Close()
	c := &child{cmd: exec.Command(command[0], command[1:]...), in: in, out: out, ended: make(chan struct{})}
	c.cmd.Env = []string{} // nothing of ours
	c.cmd.Dir = string(os.PathSeparator)
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = theirIn, theirOut, &c.words
	if err := c.cmd.Start(); err != nil {
		_, _ = in.Close(), out.Close() // nobody is at their other ends
		return nil, fmt.Errorf("start %s: %w", command[0], err)
	}
	go func() {
		_ = c.cmd.Wait() // how it ended is read from its state
		close(c.ended)
	}()
	return c, nil
}

func (c *child) hasEnded() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// send writes a frame. When ctx ends, the child is killed, so that neither side waits for the other for ever.
func (c *child) send(ctx context.Context, kind byte, body []byte) error {
	defer context.AfterFunc(ctx, c.stop)()
	return writeFrame(c.in, kind, body)
}

// read sends a letter and returns the answer; last says that the child takes no other.
func (c *child) read(ctx context.Context, kind byte, data []byte) (reading Reading, last bool, err error) {
	stopWatching := context.AfterFunc(ctx, c.stop)
	defer stopWatching()
	if err := writeFrame(c.in, kind, data); err != nil {
		return Reading{}, false, fmt.Errorf("send a letter: %w", err)
	}
	what, body, err := readFrame(c.out, maxAnswer)
	if err != nil {
		return Reading{}, false, fmt.Errorf("read the answer: %w", err)
	}
	if err := json.Unmarshal(body, &reading); err != nil {
		return Reading{}, false, fmt.Errorf("understand the answer: %w", err)
	}
	switch reading.Status {
	case Read, NotALetter, Unreadable:
	default:
		return Reading{}, false, fmt.Errorf("understand the answer: the status is %q", reading.Status)
	}
	return reading, what != frameReading || !stopWatching(), nil
}

func (c *child) stop() { _ = c.cmd.Process.Kill() } // it may have ended

// end lets the child go, which ends when nothing more comes, and returns why it ended where that was before its time.
func (c *child) end() string {
	_, _ = c.in.Close(), c.out.Close() // the child may have closed its ends
	select {
	case <-c.ended:
	case <-time.After(endLimit):
		c.stop()
		<-c.ended
	}
	words := string(c.words)
	switch {
	case c.cmd.ProcessState.ExitCode() == exitOverTime:
		return endedOverTime
	case strings.Contains(words, "out of memory"), strings.Contains(words, "cannot allocate memory"),
		strings.Contains(words, "pthread_create failed"), c.cmd.ProcessState.String() == "signal: killed": // by the system
		return endedMemory
	case strings.Contains(words, "stack exceeds"):
		return endedStack
	}
	return endedOther
}

// firstWords keeps the beginning of what a child complained of; the rest, such as its many stacks, is of no use.
type firstWords []byte

func (w *firstWords) Write(p []byte) (int, error) {
	const most = 4 << 10
	*w = append(*w, p[:min(len(p), most-len(*w))]...)
	return len(p), nil
}
