package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// scanWait bounds how long the council's scanner may look at one file.
const scanWait = 30 * time.Second

// scanner returns what looks through a file of evidence with a command of the council's own, and nil where there is none.
// The command reads the file from its standard input and ends with 0 where it found nothing; anything else refuses the file.
// The file's name is not handed over: whoever sends the file chooses it.
func scanner(command []string) func(ctx context.Context, name string, data []byte) error {
	if len(command) == 0 {
		return nil
	}
	return func(ctx context.Context, _ string, data []byte) error {
		ctx, cancel := context.WithTimeout(ctx, scanWait)
		defer cancel()
		scan := exec.CommandContext(ctx, command[0], command[1:]...)
		scan.Stdin = bytes.NewReader(data)
		scan.WaitDelay = time.Second
		said, err := scan.CombinedOutput()
		switch {
		case ctx.Err() != nil:
			return fmt.Errorf("the scanner did not end within %s: %w", scanWait, ctx.Err())
		case err != nil:
			return fmt.Errorf("the scanner refused it: %w: %.200s", err, strings.TrimSpace(string(said)))
		}
		return nil
	}
}
