package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/opendata"
)

// questionConfig is what the record is asked with.
type questionConfig struct {
	values map[string]*string // of the parameters of the interface, by name
	url    string             // the public address, for the addresses in JSON
}

// lists are the operations whose answers have no name in their path: what list can show.
func lists() []opendata.Operation {
	return slices.DeleteFunc(slices.Clone(opendata.Operations()), func(o opendata.Operation) bool {
		return !o.Reads() || o.Needs != "" || o.Sends != "" || strings.Contains(o.Path, "{") || o.Name == "search"
	})
}

func kindsOfList() []string {
	var out []string
	for _, o := range lists() {
		out = append(out, o.Name)
	}
	return out
}

func showFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	set.BoolVar(&c.json, "json", false, "print what the interface for programs answers, instead of a table")
	set.StringVar(&c.question.url, "url", "", "public address of the service, with which addresses in JSON begin")
	homeFlag(set, c)
	c.question.values = map[string]*string{asAtFlag: set.String(asAtFlag, "", "day as of which the record is shown; today where it is left out")}
}

const asAtFlag = "as-at"

// listFlags has a flag for each parameter of any list, from the table from which the interface is made.
func listFlags(set *flag.FlagSet, c *config) {
	showFlags(set, c)
	for _, o := range lists() {
		questionFlags(set, c, o)
	}
	set.VisitAll(func(f *flag.Flag) {
		if kinds := listsThatTake(f.Name); len(kinds) > 0 {
			f.Usage += " (with " + strings.Join(kinds, ", ") + ")"
		}
	})
}

// listsThatTake names the lists that a parameter narrows.
func listsThatTake(parameter string) []string {
	var out []string
	for _, o := range lists() {
		if slices.ContainsFunc(o.Parameters, func(p opendata.Parameter) bool { return p.Name == parameter }) {
			out = append(out, o.Name)
		}
	}
	return out
}

// questionFlags adds a flag for each parameter of an operation that has none yet.
func questionFlags(set *flag.FlagSet, c *config, o opendata.Operation) {
	for _, p := range o.Parameters {
		if !p.InPath && set.Lookup(p.Name) == nil {
			c.question.values[p.Name] = set.String(p.Name, "", p.Summary)
		}
	}
}

// asked returns what the flags say, as the interface is asked.
func (c *config) asked() url.Values {
	out := url.Values{}
	for name, value := range c.question.values {
		if *value != "" {
			out.Set(name, *value)
		}
	}
	return out
}

// list prints a list of the record.
func list(ctx context.Context, cfg config, args []string, out io.Writer) error {
	if len(args) != 1 || !slices.Contains(kindsOfList(), args[0]) {
		return usageError{fmt.Errorf("%q is no list: give one of %s", strings.Join(args, " "), strings.Join(kindsOfList(), ", "))}
	}
	document, err := askInterface(ctx, cfg, args[0], nil, cfg.asked())
	if err != nil {
		return err
	}
	return printDocument(cfg, out, document)
}

// show prints one thing of the record: by its address on the pages or in the interface, its slug, its ID or its reference.
func show(ctx context.Context, cfg config, args []string, out io.Writer) error {
	if len(args) != 1 {
		return usageError{errors.New("give one address, slug, ID or reference at a time")}
	}
	for _, guess := range whatIsMeant(args[0]) {
		document, err := askInterface(ctx, cfg, guess.name, guess.path, cfg.asked())
		if errors.Is(err, inspection.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		return printDocument(cfg, out, document)
	}
	return fmt.Errorf("%q is not on the record: give an address, a slug such as %s, the ID of an inspection or the reference of an area to improve", args[0], defaultHome)
}

// meant is an operation that may be meant, with what its path names.
type meant struct {
	name string
	path map[string]string
}

// whatIsMeant returns what an address names or, where it is none, everything that has such names.
func whatIsMeant(what string) []meant {
	path := what
	if u, err := url.Parse(what); err == nil && u.Host != "" {
		path = u.Path
	}
	var out []meant
	for _, o := range opendata.Operations() {
		if !o.Reads() || o.Needs != "" || o.Sends != "" {
			continue
		}
		if strings.Contains(path, "/") {
			if values, ok := o.Names(path); ok {
				out = append(out, meant{o.Name, values})
			}
			continue
		}
		if name, alone := o.NamedBy(); alone {
			out = append(out, meant{o.Name, map[string]string{name: what}})
		}
	}
	return out
}

// askInterface asks the record of a database as everybody may, without a server. What is wrong with the question is a wrong use.
func askInterface(ctx context.Context, cfg config, name string, path map[string]string, query url.Values) (any, error) {
	operation, known := opendata.Find(name)
	if !known {
		return nil, fmt.Errorf("the interface has no operation %q", name)
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, fmt.Errorf("load the time zone: %w", err)
	}
	s, err := openStore(ctx, cfg, true)
	if err != nil {
		return nil, err
	}
	today := func() inspection.Date { return inspection.DayOf(time.Now().In(london)) }
	home, err := cfg.homePlace(ctx, s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	document, err := operation.Ask(ctx, opendata.New(s, home, cfg.question.url, today), opendata.Asked{Path: path, Query: query})
	err = errors.Join(err, s.Close())
	if err == nil {
		return document, nil
	}
	if refused, wrong := errors.AsType[*opendata.Refusal](err); wrong {
		return nil, usageError{errors.New(refusedWords(refused))}
	}
	return nil, err
}

// refusedWords says what is wrong with a question, each flag by its name.
func refusedWords(refused *opendata.Refusal) string {
	var parts []string
	for _, fault := range refused.Faults {
		words := "--" + fault.Field + ": " + fault.Words
		if len(fault.Allowed) > 0 {
			words += ": " + strings.Join(fault.Allowed, ", ")
		}
		parts = append(parts, words)
	}
	if len(parts) == 0 {
		return refused.Problem().Detail
	}
	return strings.Join(parts, "; ")
}

// printDocument prints an answer of the interface: as it is for programs, or as a table for people.
func printDocument(cfg config, out io.Writer, document any) error {
	if cfg.json {
		return opendata.Encode(out, document)
	}
	table := opendata.InWords(document)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(table.Heads) > 0 {
		fmt.Fprintln(w, strings.Join(table.Heads, "\t"))
	}
	for _, row := range table.Rows {
		cells := make([]string, len(row))
		for i, words := range row {
			cells[i] = plain(words)
			if i > 0 && len(table.Heads) > 0 { // the first names the row, and is what show is asked with
				cells[i] = shortCell(cells[i])
			}
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(table.Heads) > 0 && len(table.Rows) == 0 {
		fmt.Fprintln(out, "Nothing on the record matches.")
	}
	if table.Note != "" {
		fmt.Fprintln(out, table.Note)
	}
	return nil
}

// widestCell is how many characters of a value stand in a column. All of it is in the JSON.
const widestCell = 60

func shortCell(words string) string {
	if runes := []rune(words); len(runes) > widestCell {
		return strings.TrimRight(string(runes[:widestCell-1]), " ,;:.") + "…"
	}
	return words
}
