package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
)

// letterReader is the subcommand with which the program starts itself to read letters.
const letterReader = "letter-reader"

// serveLetters is the process that opens letters for another one. It ends when that one has no more to read or is gone.
func serveLetters(_ context.Context, cfg config, _ []string, out io.Writer) error {
	// Ctrl-C reaches both processes; the other one decides what becomes of the letter that is being read.
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	return letter.Serve(cfg.in, out)
}

// newReader returns a reader of letters whose child is this program.
func newReader(bodies []inspection.Body) (*letter.Reader, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the program to read letters with: %w", err)
	}
	return letter.NewReader([]string{self, letterReader}, bodies), nil
}
