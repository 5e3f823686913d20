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
	"slices"
	"strings"
	"syscall"
	"unicode"

	_ "time/tzdata" // days are Europe/London days whatever the machine has installed
)

// The exit codes of every subcommand.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitUnread = 3 // some of the inputs could not be read
)

// command is one subcommand. Its run returns an error to be said as "timeline: …".
type command struct {
	name    string
	summary string
	args    string          // what follows the flags: "FILE…"; empty where nothing may, "[FILE]" where nothing need
	does    []string        // words of which the first argument is one, before the flags: "add"
	kinds   func() []string // what its argument is one of; nil where that is not known beforehand
	hidden  bool            // for the program's own use
	flags   func(*flag.FlagSet, *config)
	run     func(ctx context.Context, cfg config, args []string, out io.Writer) error
}

// usageError is a mistake in how the program was called.
type usageError struct{ error }

// unreadError says that some inputs could not be read. The command has said which.
type unreadError struct{ error }

func commands() []command {
	return []command{
		{
			name: "serve", flags: serveFlags, run: serve,
			summary: "migrate, load the seed into an empty database, and serve the pages",
		},
		{
			name: "read", args: "FILE…", flags: readFlags, run: read,
			summary: "read letters and print what they say; nothing is stored",
		},
		{
			name: "import", args: "letters DIR | tracker FILE | england FILE", flags: importFlags, run: importInto,
			summary: "read the letters of a folder into drafts, bring in a tracker that a council keeps, or a list of inspections in England",
		},
		{name: "migrate", flags: databaseFlags, run: migrate, summary: "bring the database to this program's version"},
		{
			name: "seed", flags: seedFlags, run: seedDatabase,
			summary: "add to the database what the program's seed has and it lacks",
		},
		{
			name: "setup", flags: setupFlags, run: setUp,
			summary: "say which council the service is for; asks where no flag says it",
		},
		{
			name: "user", args: "add|disable|enable|reset ADDRESS | list", flags: userFlags, run: lookAfterUsers,
			does:    []string{"add", "disable", "enable", "reset", "list"},
			summary: "add accounts, take away and give back the right to sign in, make links to set a password",
		},
		{
			name: "list", args: "KIND", kinds: kindsOfList, flags: listFlags, run: list,
			summary: "print a list of the record as everybody may read it: inspections, recommendations, authorities and others",
		},
		{
			name: "show", args: "ADDRESS|SLUG|ID|REFERENCE", flags: showFlags, run: show,
			summary: "print one thing of the record as everybody may read it",
		},
		{
			name: "export", args: "TABLE", kinds: tableNames, flags: exportFlags, run: export,
			summary: "write a table of the public pages as CSV or as an Excel workbook: inspections, judgements, recommendations and others",
		},
		searchCommand(),
		{
			name: "check", args: "[FILE]", flags: checkFlags, run: check,
			summary: "prove that the record of changes and the files are whole, in the database or in a backup",
		},
		{name: "backup", args: "FILE", flags: backupFlags, run: backup, summary: "write all that the database holds to a file, while it is in use"},
		{name: "restore", args: "FILE", flags: restoreFlags, run: restore, summary: "make a database of a backup, where there is none yet"},
		{name: "copy", flags: copyFlags, run: copyDatabase, summary: "copy a database to another place or engine, and prove that both hold the same"},
		{name: "doctor", flags: doctorFlags, run: doctor, summary: "explain the configuration and what is wrong with it"},
		{name: "version", flags: noFlags, run: sayVersion, summary: "say which release this is"},
		{name: letterReader, hidden: true, flags: noFlags, run: serveLetters, summary: "read letters for another of our processes"},
	}
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		keepMemorySmall()
	}
	os.Exit(run(untilSignal(), os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// untilSignal returns a context that ends when the program is told to end. Whoever sees its end can be sure that a second signal ends
// the program at once.
func untilSignal() context.Context {
	ctx, end := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		end()
	}()
	return ctx
}

// run is the whole program. It returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
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
		err := c.call(ctx, args[1:], config{getenv: getenv, in: stdin, log: stderr}, stdout)
		var wrong usageError
		var unread unreadError
		switch {
		case err == nil || errors.Is(err, flag.ErrHelp):
			return exitDone
		case errors.As(err, &wrong):
			fmt.Fprintf(stderr, "timeline: %s: %v\n", c.name, err)
			return exitUsage
		case errors.As(err, &unread):
			fmt.Fprintf(stderr, "timeline: %s: %v\n", c.name, err)
			return exitUnread
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
	var first []string
	if len(args) > 0 && slices.Contains(c.does, args[0]) {
		first, args = args[:1:1], args[1:]
	}
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(out, "timeline %s: %s\n", c.called(), c.summary)
		if c.kinds != nil {
			fmt.Fprintln(out, c.kindWords())
		}
		set.SetOutput(out)
		set.PrintDefaults()
		return flag.ErrHelp
	case err != nil:
		return usageError{err}
	case set.NArg() > 0 && c.args == "":
		return usageError{fmt.Errorf("%q is not expected here", set.Arg(0))}
	case slices.ContainsFunc(set.Args(), func(arg string) bool { return strings.HasPrefix(arg, "--") }):
		return usageError{fmt.Errorf("flags go before arguments: timeline %s", c.corrected(set, first, args))}
	case set.NArg() == 0 && c.args != "" && !strings.HasPrefix(c.args, "[") && len(first) == 0:
		if c.kinds != nil {
			return usageError{fmt.Errorf("say what: timeline %s, where %s", c.called(), c.kindWords())}
		}
		return usageError{fmt.Errorf("say what: timeline %s", c.called())}
	}
	if err := cfg.fromEnvironment(set); err != nil {
		return usageError{err}
	}
	if err := cfg.validate(set); err != nil {
		return usageError{err}
	}
	return c.run(ctx, cfg, append(first, set.Args()...), out)
}

// called returns the name of a subcommand with what follows it.
func (c command) called() string { return strings.TrimSpace(c.name + " " + c.args) }

// kindWords says what the argument of a subcommand is one of.
func (c command) kindWords() string { return c.args + " is one of " + strings.Join(c.kinds(), ", ") }

// corrected returns a subcommand as it was called, with the flags that stand behind arguments before them. Where one of them is
// not known, nobody can tell whether a value follows it, and it says only what goes where.
func (c command) corrected(set *flag.FlagSet, first, args []string) string {
	flags, rest := slices.Clone(args[:len(args)-set.NArg()]), []string{}
	behind := set.Args()
	for i := 0; i < len(behind); i++ {
		typed, isFlag := strings.CutPrefix(behind[i], "--")
		if !isFlag {
			rest = append(rest, behind[i])
			continue
		}
		name, _, whole := strings.Cut(typed, "=")
		known := set.Lookup(name)
		if known == nil {
			return c.name + " [FLAGS] " + c.args
		}
		flags = append(flags, behind[i])
		if yes, is := known.Value.(interface{ IsBoolFlag() bool }); !whole && (!is || !yes.IsBoolFlag()) && i+1 < len(behind) {
			i++
			flags = append(flags, behind[i])
		}
	}
	words := []string{c.name}
	for _, arg := range slices.Concat(first, flags, rest) {
		words = append(words, forShell(plain(arg)))
	}
	return strings.Join(words, " ")
}

// forShell writes an argument so that a shell takes it as one.
func forShell(arg string) string {
	if arg != "" && !strings.ContainsFunc(arg, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_=./:,@%+", r)
	}) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// widestCalled is how many characters of a subcommand stand before its summary on one line.
const widestCalled = 18

func usage(w io.Writer) {
	fmt.Fprintln(w, "usage: timeline COMMAND [FLAGS] [ARGUMENTS]")
	for _, c := range commands() {
		switch called := c.called(); {
		case c.hidden:
		case len(called) > widestCalled:
			fmt.Fprintf(w, "  %s\n  %-*s %s\n", called, widestCalled, "", c.summary)
		default:
			fmt.Fprintf(w, "  %-*s %s\n", widestCalled, called, c.summary)
		}
	}
	fmt.Fprintln(w, "Each command explains its flags with --help.")
}
