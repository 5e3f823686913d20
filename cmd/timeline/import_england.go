package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// mostEnglandLines is how many rows of each kind the command says one by one; the others it counts.
const mostEnglandLines = 200

// englandConfig is how a list of inspections in England is brought in.
type englandConfig struct {
	dryRun     bool
	complete   bool
	readOn     string
	confidence string
	title      string
	publisher  string
	address    string

	read inspection.Date // what readOn says, once it is validated
}

func englandFlags(set *flag.FlagSet, e *englandConfig) {
	set.BoolVar(&e.dryRun, "dry-run", false, "for England: say what the list would add, fill and change, and write nothing")
	set.StringVar(&e.readOn, "read-on", "", "for England: day on which the list was read at its source, such as 2026-11-20")
	set.BoolVar(&e.complete, "complete", false, "for England: the list holds every full inspection with grades that was published up to --read-on")
	set.StringVar(&e.confidence, "confidence", string(inspection.ByListing), "for England: how well the list knows what it says: letter, official_page, third_party_listing, news, single_weak_source or inferred")
	set.StringVar(&e.title, "source-title", "List of inspections in England", "for England: what the list is called; a later list of the same name and publisher counts as the same source")
	set.StringVar(&e.publisher, "source-publisher", "", "for England: who publishes the list")
	set.StringVar(&e.address, "source-address", "", "for England: address of the page on which the list stands")
}

// validate reports what is wrong with the flags about England. What depends on today the store says.
func (e *englandConfig) validate(wrong func(name, format string, args ...any)) {
	var err error
	if e.read, err = inspection.ParseDate(e.readOn); err != nil || e.read.Known() && !e.read.Exact() {
		wrong("read-on", "%q is not a day, such as 2026-11-20", e.readOn)
	}
	if !inspection.Confidence(e.confidence).Known() {
		wrong("confidence", "%q is none of letter, official_page, third_party_listing, news, single_weak_source and inferred", e.confidence)
	}
	if e.complete && e.readOn == "" {
		wrong("complete", "give --read-on too: only up to a day can a list hold every report")
	}
	if e.address != "" && !inspection.WebAddress(e.address) {
		wrong("source-address", "%q is not the address of a page, beginning with https://", e.address)
	}
}

// importEngland brings in a list of inspections in England, or says what it would do. Rows that are refused are left out.
func importEngland(ctx context.Context, cfg config, name string, out io.Writer) (err error) {
	data, err := readUpTo(name, exchange.MaxEnglandBytes)
	if err != nil {
		return err
	}
	load := inspection.EnglandLoad{
		Confidence: inspection.Confidence(cfg.england.confidence), Complete: cfg.england.complete,
		Source: inspection.Source{
			Title: cfg.england.title, Publisher: cfg.england.publisher, Address: cfg.england.address, ReadOn: cfg.england.read,
		},
	}
	if load.List, err = exchange.ReadEngland(plain(filepath.Base(name)), data); err != nil {
		return fmt.Errorf("read %s: %w", plain(name), err)
	}
	s, err := preparedWithSeed(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var plan inspection.EnglandPlan
	if cfg.england.dryRun {
		plan, err = s.CheckEngland(ctx, load)
	} else {
		plan, err = s.LoadEngland(ctx, atTerminal, load, "")
	}
	if err != nil {
		return err
	}
	printEngland(out, load.List, plan)
	if plan.RefusedRows > 0 {
		return unreadError{errors.New(inspection.CountWords(plan.RefusedRows, "row was refused", "rows were refused"))}
	}
	return nil
}

// printEngland says what a list did, or would do: counts, then each row that somebody should look at.
func printEngland(out io.Writer, list inspection.EnglandList, plan inspection.EnglandPlan) {
	for _, effect := range inspection.EnglandEffects() {
		fmt.Fprintf(out, "%-17s %d\n", plainCount[effect], plan.Count(effect))
		if effect == inspection.EnglandSame {
			continue
		}
		said := 0
		for _, row := range plan.Outcomes {
			if row.Effect != effect {
				continue
			}
			if said++; said > mostEnglandLines {
				continue
			}
			fmt.Fprintf(out, "  line %d, %s: %s\n", row.Line, plain(row.Authority), plain(row.Title))
			if row.Says != "" {
				fmt.Fprintf(out, "    %s.\n", plain(row.Says))
			}
			for _, field := range row.Fields {
				fmt.Fprintf(out, "    %s\n", plain(field.Words()))
			}
		}
		printRest(out, said)
	}
	fmt.Fprintf(out, "%-17s %d\n", "refused", plan.RefusedRows)
	for i, refused := range plan.Refused {
		if i == mostEnglandLines {
			break
		}
		at := fmt.Sprintf("line %d", refused.Line)
		if refused.Column != "" {
			at += ", " + refused.Column
		}
		fmt.Fprintf(out, "  %s: %s.\n", plain(at), plain(refused.Words))
	}
	printRest(out, len(plan.Refused))
	for _, heading := range list.Unknown {
		fmt.Fprintf(out, "Nothing is taken from the column %q.\n", plain(heading))
	}
	for _, words := range plan.Sentences() {
		fmt.Fprintln(out, plain(words))
	}
}

var plainCount = map[inspection.EnglandEffect]string{
	inspection.EnglandAdded: "added", inspection.EnglandFilled: "filled", inspection.EnglandChanged: "changed",
	inspection.EnglandConflict: "in conflict", inspection.EnglandSame: "same",
}

func printRest(out io.Writer, said int) {
	if said > mostEnglandLines {
		fmt.Fprintf(out, "  and %d more\n", said-mostEnglandLines)
	}
}
