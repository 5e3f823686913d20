package opendata

import (
	"encoding/json"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"inspectiontimeline/internal/inspection"
)

// Encode writes a document for programs, laid out so that people can read it too.
func Encode(w io.Writer, document any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(document)
}

// Table is a document as lines of words for people.
type Table struct {
	Heads []string // of its columns; none where each row is a name and what stands there
	Rows  [][]string
	Note  string // a sentence under it
}

// InWords lays a document out for people: a list as a table of the columns that its type names, anything else as names and
// values, one under the other.
func InWords(document any) Table {
	v := reflect.ValueOf(document)
	items := v.FieldByName("Items")
	if !items.IsValid() {
		var out Table
		out.describe("", v)
		return out
	}
	var out Table
	columns := columnsOf(items.Type().Elem())
	for _, one := range columns {
		out.Heads = append(out.Heads, one.head)
	}
	for i := range items.Len() {
		row := make([]string, len(columns))
		for n, one := range columns {
			row[n] = inWords(items.Index(i).FieldByIndex(one.index))
		}
		out.Rows = append(out.Rows, row)
	}
	if pages := v.FieldByName("Pages").Int(); pages > 1 {
		out.Note = "Page " + strconv.FormatInt(v.FieldByName("PageNumber").Int(), 10) + " of " + strconv.FormatInt(pages, 10) +
			", " + strconv.FormatInt(v.FieldByName("Total").Int(), 10) + " in all."
	}
	if held := v.FieldByName("Holdings"); held.IsValid() {
		out.Note = strings.TrimSpace(out.Note + "\n" + held.FieldByName("Words").String())
	}
	return out
}

// tableColumn is a field of what is listed, with the head of its column.
type tableColumn struct {
	head  string
	index []int
}

// columnsOf returns the fields of a type that are marked as columns.
func columnsOf(t reflect.Type) []tableColumn {
	var out []tableColumn
	for _, f := range reflect.VisibleFields(t) {
		if head := f.Tag.Get("column"); head != "" {
			out = append(out, tableColumn{head, f.Index})
		}
	}
	return out
}

// describe adds a row for each value of a document. Addresses of the interface itself are left out.
func (t *Table) describe(prefix string, v reflect.Value) {
	for _, f := range fieldsOf(v.Type()) {
		if f.name == "self" {
			continue
		}
		t.value(prefix+capital(strings.ReplaceAll(f.name, "_", " ")), v.FieldByIndex(f.index))
	}
}

func (t *Table) value(name string, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
	case v.Kind() == reflect.Pointer:
		t.value(name, v.Elem())
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		for i := range v.Len() {
			t.value(name+" "+strconv.Itoa(i+1), v.Index(i))
		}
	case v.Kind() == reflect.Struct && !inOneLine(v.Type()):
		t.describe(name+": ", v)
	default:
		if words := inWords(v); words != "" {
			t.Rows = append(t.Rows, []string{name, words})
		}
	}
}

// inOneLine reports whether a value of a type is said in one line.
func inOneLine(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[Date](), reflect.TypeFor[Code](), reflect.TypeFor[Body](), reflect.TypeFor[Link](), reflect.TypeFor[Inspected](), timeType:
		return true
	}
	return false
}

// inWords says one value; nothing of what is not known.
func inWords(v reflect.Value) string {
	switch one := v.Interface().(type) {
	case Date:
		if one.Value == nil {
			return ""
		}
		return *one.Value
	case Code:
		return one.Name
	case Body:
		return one.Name
	case Link:
		return one.Title
	case Inspected:
		if !one.Confirmed {
			return one.Name + " (not confirmed)"
		}
		return one.Name
	case time.Time:
		return one.UTC().Format(time.RFC3339)
	case Progress:
		if one.Stage == nil {
			return inspection.Stage("").Words()
		}
		return one.Stage.Name
	case LaneEnd:
		return one.Name + ": " + one.Words
	case Judgement:
		return one.Name + ": " + one.Words
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return inWords(v.Elem())
	case reflect.Slice:
		var parts []string
		for i := range v.Len() {
			if words := inWords(v.Index(i)); words != "" {
				parts = append(parts, words)
			}
		}
		return strings.Join(parts, "; ")
	case reflect.Bool:
		if v.Bool() {
			return "yes"
		}
		return "no"
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	}
	return ""
}
