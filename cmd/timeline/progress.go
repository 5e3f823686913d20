package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// progress is a bar that shows on a terminal how far a command has come.
type progress struct {
	terminal   io.Writer // nil where nothing is shown
	done, long int
}

const (
	barFrom  = 6 // files; fewer are read before one could look
	barWidth = 40
)

// newProgress returns a bar for so many files. It shows nothing where a log or another program listens.
func newProgress(w io.Writer, files int) *progress {
	p := &progress{long: files}
	file, ok := w.(*os.File)
	if !ok || files < barFrom {
		return p
	}
	if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		p.terminal = w
		p.show()
	}
	return p
}

func (p *progress) step() {
	p.done++
	p.show()
}

func (p *progress) show() {
	if p.terminal != nil {
		full := barWidth * p.done / p.long
		fmt.Fprintf(p.terminal, "\r[%s%s] %d of %d files", strings.Repeat("#", full), strings.Repeat(" ", barWidth-full), p.done, p.long)
	}
}

// clear takes the bar away, so that what follows begins on an empty line.
func (p *progress) clear() {
	if p.terminal != nil {
		fmt.Fprint(p.terminal, "\r\x1b[K")
	}
}
