package main

import (
	"fmt"
	"io"
	"sync"
)

// serviceLog is where the service writes its log: to standard output, one JSON object on each line, behind the one plain line
// that says where it listens. Whoever starts the service reads that line first, so what is to be said before is held until then.
type serviceLog struct {
	mu          sync.Mutex
	out, errors io.Writer
	held        []byte
	listening   bool
}

// Write takes one line of the log. Where nobody reads standard output any more it goes to standard error.
func (l *serviceLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.listening {
		l.held = append(l.held, line...)
		return len(line), nil
	}
	if n, err := l.out.Write(line); err == nil {
		return n, nil
	}
	return l.errors.Write(line)
}

// begin says where the service listens, and then what was held.
func (l *serviceLog) begin(address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.out, "listening on %s\n", address)
	if len(l.held) > 0 {
		if _, err := l.out.Write(l.held); err != nil {
			_, _ = l.errors.Write(l.held) // there is no other place
		}
	}
	l.listening, l.held = true, nil
}

// end says what was held on standard error where the service never came to listen.
func (l *serviceLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.listening {
		_, _ = l.errors.Write(l.held) // there is no other place
	}
	l.listening, l.held = true, nil
}
