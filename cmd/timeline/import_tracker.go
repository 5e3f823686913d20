package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// trackerConfig is how a tracker is brought in.
type trackerConfig struct {
	mapping     string
	mappingFile string
	authority   string
	on          string
	leaveOut    bool
	check       bool
}

func importFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	set.StringVar(&c.officers, "officers", "", "for letters: ADDRESS,ADDRESS of the officers who are listed on the drafts, and so see them")
	set.StringVar(&c.tracker.mapping, "mapping", "", "name under which the columns of the tracker are saved")
	set.StringVar(&c.tracker.mappingFile, "mapping-file", "", "JSON file that says what the columns of the tracker hold")
	set.StringVar(&c.tracker.authority, "authority", "", "slug of the council whose tracker it is, where the mapping is to be used for another")
	set.StringVar(&c.tracker.on, "on", "", "day of the tracker, such as 2026-10-14; today where it is not given")
	set.BoolVar(&c.tracker.leaveOut, "leave-out-rejected", false, "bring in the other rows of the tracker where some are rejected")
	set.BoolVar(&c.tracker.check, "check", false, "say what the tracker would record, and record nothing")
	englandFlags(set, &c.england)
}

// importTracker brings in a tracker by a mapping that is saved or stands in a file. Where rows are rejected, nothing is
// stored unless they may be left out.
func importTracker(ctx context.Context, cfg config, name string, out io.Writer) (err error) {
	load, err := readTracker(cfg.tracker, name)
	if err != nil {
		return err
	}
	book, err := exchange.OpenSheet(filepath.Base(name), load.File)
	if err != nil {
		return fmt.Errorf("read %s: %w", plain(name), err)
	}
	s, err := preparedWithSeed(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := chooseMapping(ctx, cfg.tracker, s, &load); err != nil {
		return err
	}
	sheet, ok := book.Sheet(load.Mapping.Sheet)
	if !ok {
		return fmt.Errorf("read %s: it has no sheet called %q", plain(name), load.Mapping.Sheet)
	}
	load.Sheet = sheet
	do := s.LoadTracker
	if cfg.tracker.check {
		do = s.CheckTracker
	}
	result, err := do(ctx, atTerminal, load)
	if err != nil {
		return err
	}
	printTracker(out, result, cfg.tracker.check)
	if result.Left > 0 {
		return unreadError{errors.New(inspection.CountWords(result.Left, "row was rejected", "rows were rejected"))}
	}
	return nil
}

// readTracker reads what the command line names: the tracker, its mapping where that is a file, and its day.
func readTracker(c trackerConfig, name string) (load inspection.TrackerLoad, err error) {
	own := c.mapping == "" && c.mappingFile == "" && c.authority != ""
	if !own && (c.mapping == "") == (c.mappingFile == "") {
		return load, usageError{errors.New("say what the columns hold: --mapping NAME of what is saved, or --mapping-file FILE, and only one of them; or --authority SLUG alone for the tracker sheet that this record wrote")}
	}
	if load.On, err = inspection.ParseDate(c.on); err != nil {
		return load, usageError{fmt.Errorf("--on: %w", err)}
	}
	if load.File, err = readUpTo(name, exchange.MaxSheetBytes); err != nil {
		return load, err
	}
	load.FileName, load.MediaType = plain(filepath.Base(name)), exchange.SheetMediaType(name, load.File)
	if c.leaveOut {
		load.LeaveOut = inspection.AnyNumber
	}
	if own {
		load.Mapping = inspection.OwnTracker(c.authority)
	}
	if c.mappingFile == "" {
		return load, nil
	}
	data, err := readUpTo(c.mappingFile, 1<<20)
	if err == nil {
		load.Mapping, err = exchange.ReadTrackerMapping(data)
	}
	if err != nil {
		return load, fmt.Errorf("%s: %w", plain(c.mappingFile), err)
	}
	return load, nil
}

// readUpTo reads a file that may have a number of bytes. Of a larger one it returns one byte more, by which it is known.
func readUpTo(name string, most int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	return data, nil
}

// chooseMapping takes the mapping that is saved, where none stands in a file, and the council that the command line names.
func chooseMapping(ctx context.Context, c trackerConfig, s *store.Store, load *inspection.TrackerLoad) error {
	if c.mapping != "" {
		var err error
		load.Mapping, err = s.TrackerMapping(ctx, c.mapping)
		if errors.Is(err, inspection.ErrNotFound) {
			return fmt.Errorf("no columns are saved under the name %q; %s", c.mapping, savedMappings(ctx, s))
		}
		if err != nil {
			return err
		}
	}
	load.Mapping.BodyID = cmp.Or(c.authority, load.Mapping.BodyID)
	return nil
}

// savedMappings names what is saved, for somebody who got the name wrong.
func savedMappings(ctx context.Context, s *store.Store) string {
	list, err := s.TrackerMappings(ctx)
	if err != nil || len(list) == 0 {
		return "none are saved: map them at /tracker, or give --mapping-file"
	}
	var names []string
	for _, m := range list {
		names = append(names, fmt.Sprintf("%q", m.Name))
	}
	return "saved are " + inspection.ListWords(names)
}

// printTracker says what came of a tracker, or would.
func printTracker(out io.Writer, r inspection.TrackerResult, check bool) {
	fmt.Fprintf(out, "new actions       %d\nchanged actions   %d\nsteps of areas    %d\nupdates           %d\nnothing new       %d\n",
		r.Actions, r.Changes, r.Moves, r.Updates, r.Same)
	for _, row := range r.Accepted {
		about := row.About
		if row.Words != "" {
			about += ": " + plain(short(row.Words))
		}
		fmt.Fprintf(out, "  row %d, %s: %s\n", row.Row, about, plain(strings.Join(row.Does, "; ")))
	}
	fmt.Fprintf(out, "rejected          %d\n", r.Left)
	for _, reject := range r.Rejected {
		at := fmt.Sprintf("row %d", reject.Row)
		if reject.Cell != "" {
			at += ", " + reject.Cell
		}
		fmt.Fprintf(out, "  %s: %s\n", at, plain(reject.Words))
	}
	switch {
	case check:
		fmt.Fprintln(out, "Nothing is stored: this was a check.")
	case !r.Stored:
		fmt.Fprintln(out, "Nothing is stored. Put the rejected rows right, or leave them out with --leave-out-rejected.")
	case len(r.Accepted) == 0:
		fmt.Fprintln(out, "0 new: the tracker says nothing that is not on the record already.")
	}
}

// short cuts a text to a length that fits a line.
func short(text string) string {
	if runes := []rune(text); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}
