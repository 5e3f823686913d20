package letter

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"inspectiontimeline/internal/inspection"
)

// Parent and child talk in frames: a byte that says what the frame is, the length of what follows in four bytes, and
// then that. The parent first sends the register, then a letter at a time; the child answers each with one frame.
const (
	frameRegister = 'r' // bodies, in JSON
	framePDF      = 'p'
	frameText     = 't'
	frameReading  = 'a' // a Reading, in JSON
	frameLast     = 'l' // the same; the child ends after it
)

// maxAnswer bounds what a child may say of one letter.
const maxAnswer = 32 << 20

// Exit codes of a child, beside those of Go's own.
const exitOverTime = 24

// Limits that the child sets itself. The collector keeps within goLimit as long as it can; dataLimit then ends the child.
// It is not RLIMIT_AS, since a Go program maps far more than it ever uses.
const (
	dataLimit  = 1 << 30
	goLimit    = 768 << 20
	stackLimit = 64 << 20
	cpuLimit   = 20 * time.Second // for one letter
	// collectAt lets the heap grow to two and a half times what is in use: a letter needs little, and less collecting saves time.
	collectAt = 150
)

// Serve is the child's side of a Reader: it sets itself limits, then reads letters from in until it ends. The process is
// to do nothing else.
func Serve(in io.Reader, out io.Writer) error {
	if err := confine(); err != nil {
		return fmt.Errorf("set limits: %w", err)
	}
	return serve(in, out, func() error { return limitTime(cpuLimit) })
}

// serve answers letters; before is called ahead of each.
func serve(in io.Reader, out io.Writer, before func() error) error {
	var register Register
	for {
		kind, body, err := readFrame(in, MaxBytes)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read a letter: %w", err)
		}
		if kind == frameRegister {
			var bodies []inspection.Body
			if err := json.Unmarshal(body, &bodies); err != nil {
				return fmt.Errorf("read the register: %w", err)
			}
			register = NewRegister(bodies)
			continue
		}
		if err := before(); err != nil {
			return err
		}
		reading, sound := readGuarded(kind, body, register)
		answer, err := json.Marshal(reading)
		if err != nil {
			return fmt.Errorf("write a reading: %w", err)
		}
		if len(answer) > maxAnswer {
			if answer, err = json.Marshal(unreadable(problemMemory)); err != nil {
				return fmt.Errorf("write a reading: %w", err)
			}
		}
		what := byte(frameReading)
		if !sound {
			what = frameLast
		}
		if err := writeFrame(out, what, answer); err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		if !sound {
			return nil
		}
	}
}

// readGuarded reads one letter. Where a rule panics, the letter is unreadable and the process is not to be used again.
func readGuarded(kind byte, data []byte, register Register) (reading Reading, sound bool) {
	defer func() {
		if p := recover(); p != nil {
			reading, sound = unreadable(problemDied), false
		}
	}()
	if kind == frameText {
		return Interpret(ParseText(string(data)), register), true
	}
	pages, err := Open(data)
	switch {
	case errors.Is(err, ErrNotPDF):
		return unreadable(problemNotPDF), true
	case errors.Is(err, ErrEncrypted):
		return unreadable(problemLocked), true
	case errors.Is(err, ErrTooLong):
		return unreadable(problemTooLong), true
	case err != nil:
		return unreadable(problemDamaged), true
	}
	if isPicture(pages) {
		reading = unreadable(problemPicture)
		reading.Pages = make([]string, len(pages))
		return reading, true
	}
	return Interpret(pages, register), true
}

// isPicture reports whether pages hold nothing to read. A scanner may print a stray mark of its own on them.
func isPicture(pages []Page) bool {
	const fewest = 20 // letters and digits of a page
	n := 0
	for _, page := range pages {
		n += len(strings.Join(strings.Fields(page.String()), ""))
	}
	return n < fewest*len(pages)
}

func writeFrame(w io.Writer, kind byte, body []byte) error {
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(body)))
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(body)
	return err
}

// errTooMuch is a frame longer than the one who reads it takes.
var errTooMuch = errors.New("a frame is too long")

// readFrame reads one frame. It fails with io.EOF only where there is none.
func readFrame(r io.Reader, most int) (kind byte, body []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	length := int64(binary.BigEndian.Uint32(head[1:]))
	if length > int64(most) {
		return 0, nil, errTooMuch
	}
	body = make([]byte, length)
	if _, err := io.ReadFull(r, body); err != nil {
		return 0, nil, fmt.Errorf("a frame is cut short: %w", errors.Join(err, io.ErrUnexpectedEOF))
	}
	return head[0], body, nil
}
