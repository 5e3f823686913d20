package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"sync"
	"text/tabwriter"
	"unicode"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/seed"
)

// read prints what letters say, and stores nothing.
func read(ctx context.Context, cfg config, files []string, out io.Writer) error {
	record, err := exchange.ReadSeed(seed.Files())
	if err != nil {
		return fmt.Errorf("read seed: %w", err)
	}
	bar := newProgress(cfg.log, len(files))
	read, err := readFiles(ctx, record.Bodies, files, bar)
	if err != nil {
		bar.clear()
		return err
	}
	unread := 0
	for _, one := range read {
		if one.Status != letter.Read {
			unread++
		}
	}
	bar.clear()
	if cfg.json {
		err = printJSON(out, read)
	} else {
		err = printTables(out, read)
	}
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if unread > 0 {
		return unreadError{fmt.Errorf("%d of %s could not be read as letters", unread, inspection.CountWords(len(files), "file", "files"))}
	}
	return nil
}

// readFiles reads letters, as many at a time as there are cores, each in a child of its own. What it returns is in the order of
// the files.
func readFiles(ctx context.Context, bodies []inspection.Body, files []string, bar *progress) ([]letter.Output, error) {
	read := make([]letter.Output, len(files))
	next := make(chan int, len(files))
	for i := range files {
		next <- i
	}
	close(next)
	var readers []*letter.Reader
	for range min(runtime.GOMAXPROCS(0), len(files)) {
		reader, err := newReader(bodies)
		if err != nil {
			return nil, err
		}
		readers = append(readers, reader)
	}
	var mu sync.Mutex // of the bar and of what went wrong
	var failed error
	var reading sync.WaitGroup
	for _, reader := range readers {
		reading.Go(func() {
			defer reader.Close()
			for i := range next {
				one := readFile(ctx, reader, files[i])
				mu.Lock()
				if ctx.Err() != nil && failed == nil {
					failed = fmt.Errorf("read %s: %w", files[i], ctx.Err())
				}
				read[i] = one
				bar.step()
				stop := failed != nil
				mu.Unlock()
				if stop {
					return
				}
			}
		})
	}
	reading.Wait()
	return read, failed
}

// readFile reads one letter; what keeps it from being opened is told as a reading too.
func readFile(ctx context.Context, reader *letter.Reader, name string) letter.Output {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a file")
	}
	var file *os.File
	if err == nil {
		file, err = os.Open(name)
	}
	if err == nil {
		defer file.Close()
		data, hash, readErr := contentsOf(file)
		if readErr == nil {
			return reader.Read(ctx, data).Output(name, hash)
		}
		err = readErr
	}
	return letter.Reading{Status: letter.Unreadable, Error: notOpened(err)}.Output(name, "")
}

// notOpened says in a sentence why a file could not be opened.
func notOpened(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "There is no such file."
	case errors.Is(err, fs.ErrPermission):
		return "This file may not be opened: its permissions forbid it."
	}
	if within, ok := errors.AsType[*fs.PathError](err); ok {
		err = within.Err
	}
	return "This file could not be opened: " + err.Error() + "."
}

// contentsOf returns the bytes of a file, of one that is too large only so many that this shows, and its SHA-256.
func contentsOf(file io.Reader) (data []byte, hash string, err error) {
	sum := sha256.New()
	if data, err = io.ReadAll(io.TeeReader(io.LimitReader(file, letter.MaxBytes+1), sum)); err != nil {
		return nil, "", err
	}
	if _, err := io.Copy(sum, file); err != nil {
		return nil, "", err
	}
	return data, hex.EncodeToString(sum.Sum(nil)), nil
}

func printJSON(out io.Writer, read []letter.Output) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(read)
}

// printTables prints each reading as a table for the terminal.
func printTables(out io.Writer, read []letter.Output) error {
	for i, one := range read {
		if i > 0 {
			fmt.Fprintln(out)
		}
		fmt.Fprintf(out, "%s: %s\n", plain(one.File), statusWords(one))
		if one.Status != letter.Read {
			continue
		}
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
		for _, row := range one.Rows() {
			page := ""
			if row.Page > 0 {
				page = fmt.Sprintf("page %d", row.Page)
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\n", row.Name, plain(cmp.Or(row.Value, "not printed")), page, certaintyWords(row.Certainty), plain(row.Quote))
		}
		if err := w.Flush(); err != nil {
			return err
		}
		for _, item := range one.Recommendations {
			fmt.Fprintf(out, "  %d. %s (%s)\n", item.Number, plain(item.Text), itemWords(item.Kind, item.Body, item.Page, item.Certainty))
		}
		for _, warning := range one.Warnings {
			fmt.Fprintf(out, "  Note: %s\n", plain(warning))
		}
	}
	return nil
}

func statusWords(one letter.Output) string {
	pages := inspection.CountWords(one.Pages, "page", "pages")
	switch one.Status {
	case letter.Read:
		return pages
	case letter.NotALetter:
		return pages + ". This is not a letter or report that the program knows."
	}
	return plain(one.Error)
}

func certaintyWords(c inspection.Certainty) string {
	switch c {
	case inspection.Certain:
		return "certain"
	case inspection.Check:
		return "please check"
	}
	return ""
}

func itemWords(kind inspection.RecommendationKind, body string, page int, certainty inspection.Certainty) string {
	words := []string{"area to improve"}
	if kind == inspection.PriorityAction {
		words[0] = "area for priority action"
	}
	if body != "authority" {
		words = append(words, "for "+plain(body))
	}
	words = append(words, fmt.Sprintf("page %d", page))
	if certainty == inspection.Check {
		words = append(words, certaintyWords(certainty))
	}
	return strings.Join(words, ", ")
}

// plain makes words from a file safe to print on a terminal: one line, without the characters that steer it.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}
