package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/web"
	"inspectiontimeline/static"
)

// exportConfig is which table is written, and where to.
type exportConfig struct {
	csv    bool
	xlsx   bool
	out    string
	url    string
	values map[string]*string // of the parameters that narrow tables
}

func exportFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	homeFlag(set, c)
	set.BoolVar(&c.export.csv, "csv", false, "write CSV in UTF-8, as is done where nothing is said")
	set.BoolVar(&c.export.xlsx, "xlsx", false, "write an Excel workbook (.xlsx)")
	set.StringVar(&c.export.out, "out", "", "file to write; standard output where it is left out")
	set.StringVar(&c.export.url, "url", "", "public address of the service, with which addresses in the table begin")
	c.export.values = map[string]*string{}
	for _, table := range web.Tables() {
		for _, name := range table.Takes {
			if set.Lookup(name) == nil {
				c.export.values[name] = set.String(name, "", "narrows "+strings.Join(tablesThatTake(name), ", "))
			}
		}
	}
}

func tableNames() []string {
	var out []string
	for _, table := range web.Tables() {
		out = append(out, table.Name)
	}
	return out
}

// tablesThatTake names the tables that a parameter narrows.
func tablesThatTake(parameter string) []string {
	var out []string
	for _, table := range web.Tables() {
		if slices.Contains(table.Takes, parameter) {
			out = append(out, table.Name)
		}
	}
	return out
}

// export writes a table of the public pages, with what the flags narrow it to. A file is there whole or not at all.
func export(ctx context.Context, cfg config, args []string, out io.Writer) (err error) {
	asked, address, err := exportAsked(cfg.export, args)
	if err != nil {
		return usageError{err}
	}
	if cfg.export.xlsx && cfg.export.out == "" && onTerminal(out) {
		return usageError{errors.New("a workbook is nothing that a terminal can show: name its file with --out, or send it on through a pipe")}
	}
	s, err := prepared(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	server, err := web.New(web.Config{Store: s, Files: static.Files(), Clock: time.Now, Home: cfg.home, Address: address})
	if err != nil {
		return err
	}
	write := func(w io.Writer) error {
		err := server.WriteTable(ctx, w, args[0], cfg.export.xlsx, asked)
		var problems inspection.Problems
		switch {
		case errors.Is(err, exchange.ErrNoRows):
			return errors.New("nothing on this record matches, so the table would be empty and nothing is written: narrow it less")
		case errors.As(err, &problems):
			return usageError{problems}
		}
		return err
	}
	if cfg.export.out == "" {
		return write(out)
	}
	return writeWhole(cfg.export.out, write)
}

// exportAsked reads what the command line asks for.
func exportAsked(c exportConfig, args []string) (url.Values, *url.URL, error) {
	tables := web.Tables()
	at := -1
	if len(args) == 1 {
		at = slices.IndexFunc(tables, func(t web.TableOffer) bool { return t.Name == args[0] })
	}
	if at < 0 {
		return nil, nil, fmt.Errorf("%q is no table: give one of %s", strings.Join(args, " "), strings.Join(tableNames(), ", "))
	}
	if c.csv && c.xlsx {
		return nil, nil, errors.New("give --csv or --xlsx, not both")
	}
	asked := url.Values{}
	for name, value := range c.values {
		switch {
		case *value == "":
		case !slices.Contains(tables[at].Takes, name):
			return nil, nil, fmt.Errorf("--%s does not narrow the table %s", name, args[0])
		default:
			asked.Set(name, *value)
		}
	}
	if c.url == "" {
		return asked, nil, nil
	}
	address, err := url.Parse(c.url)
	if err != nil || !inspection.WebAddress(c.url) {
		return nil, nil, fmt.Errorf("--url: %q is not the address of a service, beginning with https://", c.url)
	}
	return asked, address, nil
}

// writeWhole writes a file beside its place and puts it there when it is whole.
func writeWhole(name string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".timeline-export-")
	if err != nil {
		return fmt.Errorf("write %s: %w", plain(name), err)
	}
	defer os.Remove(file.Name()) // nothing, once it has its name
	if err := file.Chmod(0o644); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", plain(name), err), file.Close())
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(file.Name(), name); err != nil {
		return fmt.Errorf("write %s: %w", plain(name), err)
	}
	return nil
}
