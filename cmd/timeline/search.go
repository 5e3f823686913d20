package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/search"
)

// searchOperation is what the interface for programs calls the same.
const searchOperation = "search"

// The parameters of the interface that the arguments stand for, and that names the page of the list.
const (
	searchWords = "q"
	searchPage  = "page"
)

// searchCommand is the subcommand that finds words in letters and in the record.
func searchCommand() command {
	return command{
		name: "search", args: "WORDS…", flags: searchFlags, run: searchRecord,
		summary: `find words in letters and in the record as everybody may read it: plans '"care leavers"' -adoption`,
	}
}

// searchFlags has a flag for each way to narrow a search, from the table from which the interface is made.
func searchFlags(set *flag.FlagSet, c *config) {
	databaseFlags(set, c)
	set.BoolVar(&c.json, "json", false, "print what the interface for programs answers, instead of text")
	set.StringVar(&c.question.url, "url", "", "public address of the service, with which addresses begin")
	c.question.values = map[string]*string{}
	operation, _ := opendata.Find(searchOperation)
	operation.Parameters = slices.DeleteFunc(slices.Clone(operation.Parameters), func(p opendata.Parameter) bool { return p.Name == searchWords })
	questionFlags(set, c, operation)
}

// searchRecord finds words and prints where they stand.
func searchRecord(ctx context.Context, cfg config, args []string, out io.Writer) error {
	words := strings.Join(args, " ")
	if _, err := search.Parse(words); err != nil { // without the name of a flag, since the words are none
		return usageError{err}
	}
	query := cfg.asked()
	query.Set(searchWords, words)
	// Where no service runs that would read what is new, this does. The first page is there however little was read before.
	first := maps.Clone(query)
	first.Del(searchPage)
	found, err := askSearch(ctx, cfg, first)
	if err != nil {
		return err
	}
	if found.Waiting > 0 {
		if err := indexSearch(ctx, cfg); err != nil {
			return err
		}
	}
	if found.Waiting > 0 || query.Has(searchPage) {
		if found, err = askSearch(ctx, cfg, query); err != nil {
			return err
		}
	}
	if cfg.json {
		return opendata.Encode(out, found)
	}
	_, err = io.WriteString(out, foundText(found, query.Get("sort"), markingFor(out, cfg.getenv)))
	return err
}

func askSearch(ctx context.Context, cfg config, query url.Values) (opendata.SearchDocument, error) {
	document, err := askInterface(ctx, cfg, searchOperation, nil, query)
	if err != nil {
		return opendata.SearchDocument{}, err
	}
	found, ok := document.(opendata.SearchDocument)
	if !ok {
		return found, fmt.Errorf("the interface answers a search with %T", document)
	}
	return found, nil
}

// indexSearch brings the index of a database up to its last change. One that may only be read keeps the index that it has, and
// the answer says what it may lack.
func indexSearch(ctx context.Context, cfg config) error {
	s, err := openStore(ctx, cfg, true)
	if err != nil {
		return err
	}
	if _, err := s.IndexSearch(ctx); err != nil {
		fmt.Fprintf(cfg.log, "timeline: search: the index could not be brought up to date: %v\n", err)
	}
	return s.Close()
}

// marking stands before and after each word that was looked for.
type marking struct{ begin, end string }

var (
	markedInText     = marking{"**", "**"}
	markedOnTerminal = marking{"\x1b[1m", "\x1b[0m"} // bold
)

// markingFor returns how words are marked: a terminal makes them bold, where it can.
func markingFor(out io.Writer, getenv func(string) string) marking {
	if !onTerminal(out) || getenv("TERM") == "" || getenv("TERM") == "dumb" {
		return markedInText
	}
	return markedOnTerminal
}

// onTerminal reports whether what is printed goes to a device such as a terminal, and to no file or pipe.
func onTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	about, err := file.Stat()
	return err == nil && about.Mode()&os.ModeCharDevice != 0
}

// foundText lays out what was found for people to read.
func foundText(found opendata.SearchDocument, sort string, marks marking) string {
	var out strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	asked := search.Quoted(plain(found.Query))
	order := "best match first"
	if sort == "date" {
		order = "latest first"
	}
	if found.Total == 0 {
		line("Nothing found for %s.", asked)
	} else {
		line("%s for %s, %s.", inspection.CountWords(found.Total, "result", "results"), asked, order)
	}
	if len(found.Unknown) > 0 {
		line("Nowhere in what is searched here: “%s”.", plain(strings.Join(found.Unknown, "”, “")))
	}
	if found.Suggestion != nil {
		line("Did you mean: %s", plain(*found.Suggestion))
	}
	for _, hit := range found.Items {
		line("\n%s", hitHeading(hit))
		for _, passage := range hit.Passages {
			line("  %s", passageText(passage, marks))
		}
		line("  %s", plain(hit.Page))
	}
	if found.Pages > 1 {
		line("\nPage %d of %d. Ask for another with --page.", found.PageNumber, found.Pages)
	}
	line("\n%s", found.Holdings.Words)
	if found.Waiting > 0 {
		line("\nThe answer may lack something: %s still to be read into the index. A service that runs does it by itself.",
			inspection.CountWords(found.Waiting, "record is", "records are"))
	}
	return out.String()
}

// hitHeading says where the words stand: in what, of whom, on which page, from which day.
func hitHeading(hit opendata.Hit) string {
	parts := []string{hit.Kind.Name}
	if hit.Area != nil {
		parts = append(parts, *hit.Area)
	}
	if hit.Inspection != nil {
		parts = append(parts, hit.Inspection.Title)
	} else {
		var names []string
		for _, body := range hit.Bodies {
			names = append(names, body.Name)
		}
		parts = append(parts, inspection.ListWords(names))
	}
	if hit.Letter != nil {
		parts = append(parts, fmt.Sprintf("page %d", *hit.Letter))
	}
	if hit.By != nil {
		parts = append(parts, *hit.By)
	}
	parts = append(parts, dayWords(hit.On))
	return plain(strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), " · "))
}

// dayWords says a day as pages do; nothing where it is not known.
func dayWords(on opendata.Date) string {
	if on.Value == nil {
		return ""
	}
	text := *on.Value
	if on.Approximate {
		text += "~"
	}
	day, err := inspection.ParseDate(text)
	if err != nil {
		return *on.Value
	}
	return day.Words()
}

// passageText is a passage on one line, with the words marked and what it is said before and after it.
func passageText(passage opendata.Passage, marks marking) string {
	var spans []search.Span
	for _, m := range passage.Marks {
		spans = append(spans, search.Span{Start: m.Start, End: m.End})
	}
	var out strings.Builder
	if passage.Label != nil {
		out.WriteString(plain(*passage.Label) + ": ")
	}
	if passage.Paragraph != nil {
		out.WriteString("paragraph " + plain(*passage.Paragraph) + ": ")
	}
	for _, piece := range search.Cut(passage.Words, spans) {
		if words := plain(piece.Text); piece.Marked {
			out.WriteString(marks.begin + words + marks.end)
		} else {
			out.WriteString(words)
		}
	}
	if passage.Own {
		out.WriteString(" (in our words, not a quotation)")
	}
	return out.String()
}
