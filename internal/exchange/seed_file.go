package exchange

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"inspectiontimeline/internal/inspection"
)

// manyProblems is how many mistakes are listed before the rest are only counted.
const manyProblems = 50

// SeedProblem is one mistake in a file of the seed.
type SeedProblem struct {
	File  string
	Line  int    // counted from 1; 0 where the mistake is about the whole file
	Field string // the column, or the path within the item of a JSON file
	Words string
}

// String says where the mistake is and what it is, on one line.
func (p SeedProblem) String() string {
	where := p.File
	if p.Line > 0 {
		where += fmt.Sprintf(", line %d", p.Line)
	}
	if p.Field != "" {
		where += ", " + p.Field
	}
	return where + ": " + p.Words
}

// SeedProblems is every mistake found in a seed, as one error.
type SeedProblems []SeedProblem

// Error lists the mistakes, each on a line of its own.
func (p SeedProblems) Error() string {
	var b strings.Builder
	for i, problem := range p {
		if i == manyProblems {
			fmt.Fprintf(&b, "\nand %d more", len(p)-i)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(problem.String())
	}
	return b.String()
}

// spot is a place in a file where something is being read: a row of a table or an item of an array. What it reads it
// checks; what is wrong it reports and leaves empty.
type spot struct {
	seed   *seedReader
	file   string
	line   int
	prefix string // what a field is called: "column "
}

func (s spot) wrong(field, format string, args ...any) {
	if field != "" {
		field = s.prefix + field
	}
	s.seed.problems = append(s.seed.problems, SeedProblem{
		File: s.file, Line: s.line, Field: field, Words: fmt.Sprintf(format, args...),
	})
}

// need returns a text that may not be empty.
func (s spot) need(field, text string) string {
	if text == "" {
		s.wrong(field, "is empty")
	}
	return text
}

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (s spot) slug(field, text string) string {
	if s.need(field, text) != "" && !slugPattern.MatchString(text) {
		s.wrong(field, "%q is not lower-case words with hyphens", text)
	}
	return text
}

func (s spot) date(field, text string) inspection.Date {
	date, err := inspection.ParseDate(text)
	if err != nil {
		s.wrong(field, "%q is not a date: want YYYY, YYYY-MM or YYYY-MM-DD, with ~ if it is approximate", text)
	}
	return date
}

// inOrder reports a date that cannot be before the one after it, however much of either is known.
func (s spot) inOrder(early string, a inspection.Date, late string, b inspection.Date) {
	if a.Known() && b.Known() && a.First().After(b.Last()) {
		s.wrong(late, "%s is before %s %s", b, early, a)
	}
}

func (s spot) confidence(field, text string) inspection.Confidence {
	c := inspection.Confidence(text)
	if s.need(field, text) != "" && !c.Known() {
		s.wrong(field, "%q is not one of %s", text, list(inspection.Confidences()))
	}
	return c
}

func (s spot) oneOf(field, text string, known ...string) string {
	if s.need(field, text) != "" && !slices.Contains(known, text) {
		s.wrong(field, "%q is not one of %s", text, list(known))
	}
	return text
}

func (s spot) source(field, id string) string {
	if s.need(field, id) != "" && !s.seed.sources[id] {
		s.wrong(field, "no source of sources.csv has the id %q", id)
	}
	return id
}

func (s spot) body(field, id string, kinds ...inspection.BodyKind) string {
	if s.need(field, id) == "" {
		return id
	}
	switch body, ok := s.seed.bodies[id]; {
	case !ok:
		s.wrong(field, "no authority, place, provider or partnership is called %q", id)
	case len(kinds) > 0 && !slices.Contains(kinds, body.Kind):
		s.wrong(field, "%q is a %s; want %s", id, body.Kind, list(kinds))
	}
	return id
}

// once reports a key that an earlier row or item has used.
func (s spot) once(field, key string, used map[string]int) {
	if first, ok := used[key]; ok {
		s.wrong(field, "%q is already in line %d", key, first)
		return
	}
	used[key] = s.line
}

func list[T ~string](values []T) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return strings.Join(texts, ", ")
}

// row is one row of a table.
type row struct {
	spot
	cells map[string]string
}

func (r row) text(column string) string            { return r.cells[column] }
func (r row) needed(column string) string          { return r.need(column, r.cells[column]) }
func (r row) dateIn(column string) inspection.Date { return r.date(column, r.cells[column]) }
func (r row) sourceIn(column string) string        { return r.source(column, r.cells[column]) }
func (r row) confidenceIn() inspection.Confidence {
	return r.confidence("confidence", r.cells["confidence"])
}

// table reads a CSV file whose header has exactly the given columns, in any order; those in optional may be missing.
func (s *seedReader) table(file, columns, optional string) []row {
	data, ok := s.bytes(file)
	if !ok {
		return nil
	}
	whole := spot{seed: s, file: file, prefix: "column "}
	reader := csv.NewReader(bytes.NewReader(data))
	header, err := reader.Read()
	if err != nil {
		whole.wrong("", "cannot read the header: %v", err)
		return nil
	}
	want, may := strings.Fields(columns), strings.Fields(optional)
	whole.line = 1
	for i, name := range header {
		switch {
		case !slices.Contains(want, name) && !slices.Contains(may, name):
			whole.wrong(name, "is not a column of this file; it has %s", strings.Join(append(want, may...), ", "))
		case slices.Contains(header[:i], name):
			whole.wrong(name, "stands there twice")
		}
	}
	for _, name := range want {
		if !slices.Contains(header, name) {
			whole.wrong(name, "is missing")
		}
	}
	var rows []row
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			spot{seed: s, file: file, line: parse.StartLine}.wrong("", "%v", parse.Err)
			if !errors.Is(err, csv.ErrFieldCount) {
				return rows // quotes are out of step: what follows cannot be told apart
			}
			continue
		}
		line, _ := reader.FieldPos(0)
		one := row{spot: spot{seed: s, file: file, line: line, prefix: whole.prefix}, cells: make(map[string]string, len(cells))}
		for i, cell := range cells {
			one.cells[header[i]] = cell
			if cell != strings.TrimSpace(cell) {
				one.wrong(header[i], "begins or ends with a space")
			}
		}
		rows = append(rows, one)
	}
}

// items reads a JSON file that holds an array of objects and hands over each with its place. A key that the type does
// not have is a mistake.
func items[T any](s *seedReader, file string, each func(spot, T)) {
	data, ok := s.bytes(file)
	if !ok {
		return
	}
	lineAt := func(offset int64) int {
		return 1 + bytes.Count(data[:min(int(offset), len(data))], []byte("\n"))
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if opening, err := d.Token(); err != nil || opening != json.Delim('[') {
		spot{seed: s, file: file, line: 1}.wrong("", "is not a JSON array")
		return
	}
	for d.More() {
		start := d.InputOffset()
		start += int64(len(data[start:]) - len(bytes.TrimLeft(data[start:], ", \t\r\n")))
		at := spot{seed: s, file: file, line: lineAt(start)}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			at.line = lineAt(d.InputOffset())
			var syntax *json.SyntaxError
			if errors.As(err, &syntax) {
				at.line = lineAt(syntax.Offset)
			}
			at.wrong("", "is not JSON: %v", err)
			return
		}
		var item T
		strict := json.NewDecoder(bytes.NewReader(raw))
		strict.DisallowUnknownFields()
		if err := strict.Decode(&item); err != nil {
			var kind *json.UnmarshalTypeError
			if errors.As(err, &kind) {
				at.line = lineAt(start + kind.Offset)
				at.wrong(strings.ToLower(kind.Field), "holds a %s", kind.Value)
			} else {
				at.wrong("", "%s", strings.TrimPrefix(err.Error(), "json: "))
			}
			continue
		}
		each(at, item)
	}
	if _, err := d.Token(); err != nil {
		spot{seed: s, file: file, line: lineAt(int64(len(data)))}.wrong("", "the array does not end")
	} else if rest := bytes.TrimSpace(data[d.InputOffset():]); len(rest) > 0 {
		spot{seed: s, file: file, line: lineAt(d.InputOffset())}.wrong("", "something follows the array")
	}
}

func (s *seedReader) bytes(file string) ([]byte, bool) {
	data, err := fs.ReadFile(s.files, file)
	whole := spot{seed: s, file: file}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		whole.wrong("", "is missing")
	case err != nil:
		whole.wrong("", "%v", err)
	case !utf8.Valid(data):
		whole.wrong("", "is not UTF-8")
	default:
		return data, true
	}
	return nil, false
}
