package opendata

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"inspectiontimeline/internal/inspection"
)

// DumpType is the media type of a dump.
const DumpType = "application/zip"

func dump() Operation {
	return Operation{
		Name: "dump", Path: "/dump.zip", Page: "/open-data", Group: "About the interface", Summary: "The whole public record, as CSV and as JSON lines",
		Words: "A ZIP file with a datapackage.json of Frictionless Data, which says what each column means and how the tables hang together. It holds what is for everybody, whoever asks.",
		Sends: DumpType,
	}
}

// Dump is the whole public record in files, to be written into one.
type Dump struct {
	folder string
	made   inspection.Date
	at     string // public address
}

// MakeDump writes the record as everybody may read it into files of their own, row by row, all of one state: its tables fit together
// whatever is written meanwhile. Close takes them away.
func MakeDump(ctx context.Context, in *Interface) (d *Dump, err error) {
	err = in.Store.AtOneState(ctx, func(ctx context.Context) error {
		// What others keep in memory is of a state of its own.
		d, err = makeDump(ctx, New(in.Store, in.Home, in.Address, in.Today))
		return err
	})
	return d, err
}

func makeDump(ctx context.Context, in *Interface) (d *Dump, err error) {
	folder, err := os.MkdirTemp("", "timeline-dump-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the tables: %w", err)
	}
	d = &Dump{folder, in.Today(), in.Address}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
			d = nil
		}
	}()
	out := &spool{files: map[string]*spooled{}}
	for _, table := range dumpTables {
		if out.files[table.name], err = newSpooled(folder, table); err != nil {
			return d, errors.Join(err, out.finish())
		}
	}
	c := &Call{Interface: in, Reader: inspection.ForPublic, day: in.Today()}
	if err := errors.Join(c.spoolAll(ctx, out), out.finish()); err != nil {
		return d, fmt.Errorf("write out the record: %w", err)
	}
	return d, nil
}

// Close takes away the files from which the dump is written.
func (d *Dump) Close() error { return os.RemoveAll(d.folder) }

// WriteTo writes the dump as a ZIP file. The same record gives the same bytes on the same day.
func (d *Dump) WriteTo(w io.Writer) (int64, error) {
	counted := &countingWriter{w: w}
	archive := zip.NewWriter(counted)
	put := func(name string, from io.Reader) error {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: d.made.Time()}
		file, err := archive.CreateHeader(header)
		if err == nil {
			_, err = io.Copy(file, from)
		}
		return err
	}
	described, err := json.MarshalIndent(d.Package(), "", "  ")
	if err != nil {
		return counted.n, err
	}
	if err := put("datapackage.json", strings.NewReader(string(described)+"\n")); err != nil {
		return counted.n, err
	}
	for _, table := range dumpTables {
		for _, ending := range []string{".csv", ".jsonl"} {
			file, err := os.Open(filepath.Join(d.folder, table.name+ending))
			if err != nil {
				return counted.n, err
			}
			err = errors.Join(put(table.name+ending, file), file.Close())
			if err != nil {
				return counted.n, err
			}
		}
	}
	return counted.n, archive.Close()
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// dumpTable is one table of a dump. Its columns are the fields of a type, a date in two: what is known, and how much of it.
type dumpTable struct {
	name  string
	title string
	row   reflect.Type
}

// dumpColumn is one column.
type dumpColumn struct {
	field
	part string // of a date: "" for what is known of it, "precision" for how much that is
}

func (t dumpTable) columns() []dumpColumn {
	var out []dumpColumn
	for _, f := range fieldsOf(t.row) {
		out = append(out, dumpColumn{f, ""})
		if f.typ == reflect.TypeFor[Date]() {
			precision := f
			precision.name, precision.words = f.name+"_precision", "How much is known of "+f.name
			precision.codes = []string{"day", "month", "year", "unknown"}
			out = append(out, dumpColumn{precision, "precision"})
		}
	}
	return out
}

// value returns what stands in the column of a row; nil where nothing is known.
func (c dumpColumn) value(row reflect.Value) any {
	v := row.FieldByIndex(c.index)
	if day, is := v.Interface().(Date); is {
		if c.part != "" {
			return day.Precision
		}
		if day.Value == nil {
			return nil
		}
		return *day.Value
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	return v.Interface()
}

// spool writes rows to the files of their tables.
type spool struct{ files map[string]*spooled }

// spooled is one table being written, as CSV and as JSON lines.
type spooled struct {
	columns []dumpColumn
	files   []*os.File
	lines   *bufio.Writer
	table   *csv.Writer
	cells   []string
}

func newSpooled(folder string, t dumpTable) (*spooled, error) {
	s := &spooled{columns: t.columns()}
	for _, ending := range []string{".csv", ".jsonl"} {
		file, err := os.Create(filepath.Join(folder, t.name+ending))
		if err != nil {
			return s, err
		}
		s.files = append(s.files, file)
	}
	s.table, s.lines = csv.NewWriter(s.files[0]), bufio.NewWriter(s.files[1])
	for _, c := range s.columns {
		s.cells = append(s.cells, c.name)
	}
	return s, s.table.Write(s.cells)
}

// put writes a row of a table.
func (s *spool) put(table string, row any) error {
	t, v := s.files[table], reflect.ValueOf(row)
	for i, c := range t.columns {
		value := c.value(v)
		t.cells[i] = cellOf(value)
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		sign := byte(',')
		if i == 0 {
			sign = '{'
		}
		_ = t.lines.WriteByte(sign) // what is wrong shows when it is flushed
		_, _ = t.lines.WriteString(strconv.Quote(c.name) + ":")
		_, _ = t.lines.Write(text)
	}
	_, _ = t.lines.WriteString("}\n")
	return t.table.Write(t.cells)
}

// finish writes what is left and closes every file.
func (s *spool) finish() error {
	var errs []error
	for _, t := range s.files {
		if t == nil {
			continue
		}
		if t.table != nil {
			t.table.Flush()
			errs = append(errs, t.table.Error(), t.lines.Flush())
		}
		for _, file := range t.files {
			errs = append(errs, file.Close())
		}
	}
	return errors.Join(errs...)
}

// cellOf writes a value for a spreadsheet. What begins like a formula gets an apostrophe before it, so that it cannot run.
func cellOf(value any) string {
	if value == nil {
		return ""
	}
	if moment, is := value.(time.Time); is {
		return moment.UTC().Format(time.RFC3339)
	}
	words, is := value.(string)
	if !is {
		return fmt.Sprint(value)
	}
	return inspection.GuardCell(words)
}
