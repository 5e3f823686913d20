package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/store"
)

// atTerminal is the Actor of what is done at this machine's terminal. Nothing says who that is.
var atTerminal = inspection.Actor{ID: "officer", Post: "an officer at this machine", Role: inspection.RoleOfficer}

// importInto brings something into the database. What it is says the first argument.
func importInto(ctx context.Context, cfg config, args []string, out io.Writer) error {
	switch {
	case args[0] != "letters" && args[0] != "tracker" && args[0] != "england":
		return usageError{fmt.Errorf("%q cannot be imported; letters, a tracker and a list of inspections in England can", args[0])}
	case args[0] == "england" && len(args) != 2:
		return usageError{errors.New("give one file: timeline import [FLAGS] england FILE.csv")}
	case args[0] == "england":
		return importEngland(ctx, cfg, args[1], out)
	case args[0] == "tracker" && len(args) != 2:
		return usageError{errors.New("give one file: timeline import [FLAGS] tracker FILE")}
	case args[0] == "tracker":
		return importTracker(ctx, cfg, args[1], out)
	case len(args) != 2:
		return usageError{errors.New("give one folder: timeline import letters DIR")}
	}
	return importLetters(ctx, cfg, args[1], out)
}

// importLetters reads the letters of a folder into drafts. A file that is held already is left alone, so that the import
// can be repeated when letters have come in.
func importLetters(ctx context.Context, cfg config, folder string, out io.Writer) (err error) {
	root, err := os.OpenRoot(folder) // links may not lead out of it
	if err != nil {
		return fmt.Errorf("open the folder: %w", err)
	}
	defer root.Close()
	names, err := letterFiles(root)
	if err != nil {
		return fmt.Errorf("list the folder: %w", err)
	}
	s, err := prepared(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	officers, err := listedOfficers(ctx, s, cfg.officers)
	if err != nil {
		return err
	}
	if err := seedIfEmpty(ctx, s); err != nil {
		return err
	}
	bodies, err := s.Bodies(ctx)
	if err != nil {
		return err
	}
	reader, err := newReader(bodies)
	if err != nil {
		return err
	}
	defer reader.Close()
	catalogue, err := frameworks()
	if err != nil {
		return err
	}
	i := letterImport{store: s, reader: reader, catalogue: catalogue, root: root, officers: officers}
	bar := newProgress(cfg.log, len(names))
	for _, name := range names {
		if err := i.file(ctx, name); err != nil {
			bar.clear()
			return fmt.Errorf("import %s: %w", plain(name), err)
		}
		bar.step()
	}
	bar.clear()
	i.print(out)
	if len(i.unread) > 0 {
		return unreadError{fmt.Errorf("%d of %s could not be read as letters", len(i.unread), inspection.CountWords(len(names), "file", "files"))}
	}
	return nil
}

// listedOfficers returns the IDs of the accounts that will be listed on each new letter, by their addresses. It reports every
// address that is none of an officer who can sign in.
func listedOfficers(ctx context.Context, s *store.Store, addresses string) ([]string, error) {
	ids := []string{}
	var problems inspection.Problems
	for address := range strings.SplitSeq(addresses, ",") {
		if address = strings.TrimSpace(address); address == "" {
			continue
		}
		account, err := s.AccountByAddress(ctx, address)
		switch {
		case errors.Is(err, inspection.ErrNotFound):
			problems = append(problems, inspection.Problem{Field: "--officers", Words: fmt.Sprintf("no account has the address %q", address)})
		case err != nil:
			return nil, err
		case account.Gone() || !account.Allows(auth.LogLetters):
			problems = append(problems, inspection.Problem{Field: "--officers", Words: fmt.Sprintf("%q is not an officer who can sign in", address)})
		default:
			ids = append(ids, account.ID)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return ids, nil
}

// letterFiles returns the names of a folder's PDFs in order; hidden ones are not meant.
func letterFiles(root *os.Root) ([]string, error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range entries {
		if name := entry.Name(); !entry.IsDir() && strings.EqualFold(path.Ext(name), ".pdf") && name[0] != '.' {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// letterImport is an import at work, and what has come of it so far.
type letterImport struct {
	store     *store.Store
	reader    *letter.Reader
	catalogue *inspection.Catalogue
	root      *os.Root
	officers  []string // IDs of the accounts that are listed on each new letter; not nil

	added, held   int
	check, unread []string // lines about files
}

// file imports one file. Only what keeps the others from being imported too is an error.
func (i *letterImport) file(ctx context.Context, name string) error {
	data, hash, err := i.contents(name)
	if err != nil {
		i.unread = append(i.unread, plain(name)+": "+plain(notOpened(err)))
		return nil
	}
	if _, held, err := i.store.LetterByHash(ctx, atTerminal, hash); err != nil {
		return err
	} else if held {
		i.held++
		return nil
	}
	reading := i.reader.Read(ctx, data)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	// Of what could not be read no trace is kept: the next import would leave another.
	if problem := reading.Problem(); problem != "" {
		i.unread = append(i.unread, plain(name)+": "+problem)
		return nil
	}
	read := store.ReadLetter{
		State: inspection.LetterReady, Original: data, MediaType: "application/pdf",
		Pages: reading.Pages, Draft: reading.Draft(i.catalogue), Officers: i.officers,
	}
	if reading.IsPicture() {
		read.Pages, read.Draft.Warnings = nil, []string{reading.Error}
	}
	_, err = i.store.AddLetter(ctx, atTerminal, plain(name), read)
	if errors.Is(err, inspection.ErrHeldByOthers) { // added just now, by somebody else
		i.held++
		return nil
	}
	if err != nil {
		return err
	}
	i.added++
	if words := toCheck(read.Draft); words != "" {
		i.check = append(i.check, plain(name)+": "+words)
	}
	return nil
}

func (i *letterImport) contents(name string) (data []byte, hash string, err error) {
	if info, err := i.root.Stat(name); err != nil {
		return nil, "", err
	} else if !info.Mode().IsRegular() {
		return nil, "", errors.New("it is not a file")
	}
	file, err := i.root.Open(name)
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	return contentsOf(file)
}

// toCheck says what an officer has to look at in a draft; it is empty where the reader was sure of all.
func toCheck(draft inspection.Draft) string {
	var words []string
	doubtful := 0
	for _, e := range draft.Evidence {
		if e.Certainty == inspection.Check {
			doubtful++
		}
	}
	if doubtful > 0 {
		words = append(words, inspection.CountWords(doubtful, "value", "values")+" to check.")
	}
	for _, warning := range draft.Warnings {
		words = append(words, plain(warning))
	}
	return strings.Join(words, " ")
}

func (i *letterImport) print(out io.Writer) {
	fmt.Fprintf(out, "new               %d\nalready held      %d\n", i.added, i.held)
	for _, part := range []struct {
		name  string
		lines []string
	}{{"needs checking", i.check}, {"could not be read", i.unread}} {
		fmt.Fprintf(out, "%-17s %d\n", part.name, len(part.lines))
		for _, line := range part.lines {
			fmt.Fprintf(out, "  %s\n", line)
		}
	}
	if i.added == 0 {
		return
	}
	fmt.Fprintln(out, "The new letters are drafts; nothing is published. Start the program with timeline serve and open /letters to review them.")
	if len(i.officers) == 0 {
		fmt.Fprintln(out, "Nobody is listed on them: where people sign in, an officer has to take each on at /letters. With --officers the import lists them.")
	}
}
