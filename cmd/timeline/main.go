// Timeline is the one program of Inspection Timeline: it serves the pages and looks after the record.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	_ "time/tzdata" // days are Europe/London days whatever the machine has installed
)

// The exit codes of every subcommand.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// command is one subcommand. Its run returns an error to be said as "timeline: …".
type command struct {
	name    string
	summary string
	flags   func(*flag.FlagSet, *config)
	run     func(ctx context.Context, cfg config, args []string, out io.Writer) error
}

// usageError is a mistake in how the program was called.
type usageError struct{ error }

func commands() []command {
	return []command{
		{"serve", "migrate, load the seed into an empty database, and serve the pages", serveFlags, serve},
		{"migrate", "bring the database to this program's version", databaseFlags, migrate},
		{"seed", "add to the database what the program's seed has and it lacks", databaseFlags, seedDatabase},
		{"check", "prove that the record of changes is whole", checkFlags, check},
		{"doctor", "explain the configuration and what is wrong with it", doctorFlags, doctor},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program. It returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, _ io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stderr)
		return exitUsage
	}
	if args[0] == "help" || args[0] == "--help" || args[0] == "-h" {
		usage(stdout)
		return exitDone
	}
	for _, c := range commands() {
		if c.name != args[0] {
			continue
		}
		err := c.call(ctx, args[1:], config{getenv: getenv, log: stderr}, stdout)
		var wrong usageError
		switch {
		case err == nil || errors.Is(err, flag.ErrHelp):
			return exitDone
		case errors.As(err, &wrong):
			fmt.Fprintf(stderr, "timeline: %s: %v\n", c.name, err)
			return exitUsage
		}
		fmt.Fprintf(stderr, "timeline: %s: %v\n", c.name, err)
		return exitFailed
	}
	fmt.Fprintf(stderr, "timeline: %q is not a command\n", args[0])
	usage(stderr)
	return exitUsage
}

// call reads the flags and the environment of a subcommand and runs it.
func (c command) call(ctx context.Context, args []string, cfg config, out io.Writer) error {
	set := flag.NewFlagSet("timeline "+c.name, flag.ContinueOnError)
	set.SetOutput(io.Discard) // what is wrong is returned, and said once
	c.flags(set, &cfg)
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(out, "timeline %s: %s\n", c.name, c.summary)
		set.SetOutput(out)
		set.PrintDefaults()
		return flag.ErrHelp
	case err != nil:
		return usageError{err}
	case set.NArg() > 0:
		return usageError{fmt.Errorf("%q is not expected here", set.Arg(0))}
	}
	if err := cfg.fromEnvironment(set); err != nil {
		return usageError{err}
	}
	if err := cfg.validate(set); err != nil {
		return usageError{err}
	}
	return c.run(ctx, cfg, set.Args(), out)
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: timeline COMMAND [FLAGS]")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-8s %s\n", c.name, c.summary)
	}
	fmt.Fprintln(w, "Each command explains its flags with --help.")
}
