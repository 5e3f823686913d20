package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// A row is a JSON array. Text, whole numbers, yes and no, and what is not known are themselves; what JSON has no way to say is an
// object with one name.

// heldTime is a moment.
type heldTime struct {
	At time.Time `json:"time"`
}

// heldBytes are bytes, in base64.
type heldBytes struct {
	Bytes []byte `json:"bytes"`
}

// heldText is text that is not UTF-8, which SQLite takes and JSON cannot hold, in base64.
type heldText struct {
	Text []byte `json:"text"`
}

// rowWriter writes rows as lines.
type rowWriter struct {
	line   bytes.Buffer
	json   *json.Encoder
	values []any
}

func newRowWriter() *rowWriter {
	w := &rowWriter{}
	w.json = json.NewEncoder(&w.line)
	w.json.SetEscapeHTML(false)
	return w
}

// write returns the line of a row, with its end. It is good until the next.
func (w *rowWriter) write(values []any) ([]byte, error) {
	w.line.Reset()
	w.values = w.values[:0]
	for _, value := range values {
		switch v := value.(type) {
		case nil, int64, bool:
			w.values = append(w.values, v)
		case string:
			if utf8.ValidString(v) {
				w.values = append(w.values, v)
			} else {
				w.values = append(w.values, heldText{[]byte(v)})
			}
		case []byte:
			w.values = append(w.values, heldBytes{v})
		case time.Time:
			w.values = append(w.values, heldTime{v.UTC()})
		default:
			return nil, fmt.Errorf("a backup cannot hold a value of the kind %T", value)
		}
	}
	if err := w.json.Encode(w.values); err != nil {
		return nil, err
	}
	if w.line.Len() > mostRow {
		return nil, fmt.Errorf("a row has %d bytes, and a backup holds none with more than %d", w.line.Len(), mostRow)
	}
	return w.line.Bytes(), nil
}

var errNoRow = errors.New("a line is no row")

// rowReader reads the lines of rows. It has room for one value more than a row can have, and what is behind that is passed over: a
// slice would grow to many times the size of a line of many short values before anybody had counted them.
type rowReader struct {
	raw [mostColumns + 1]json.RawMessage
}

// read reads the line of a row of a table with so many columns.
func (r *rowReader) read(line []byte, columns int) ([]any, error) {
	clear(r.raw[:]) // a line that is null would leave the row before it
	if err := json.Unmarshal(line, &r.raw); err != nil {
		return nil, errNoRow
	}
	if r.raw[columns-1] == nil || r.raw[columns] != nil {
		return nil, fmt.Errorf("a row has not the %d values of its columns", columns)
	}
	values := make([]any, columns)
	for i, text := range r.raw[:columns] {
		var err error
		if values[i], err = readRowValue(text); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func readRowValue(text json.RawMessage) (any, error) {
	switch text[0] { // what Unmarshal returned is never empty
	case 'n':
		return nil, nil
	case 't', 'f':
		return text[0] == 't', nil
	case '"':
		var s string
		err := json.Unmarshal(text, &s)
		return s, err
	case '{':
		return readHeld(text)
	case '[':
		return nil, errNoRow
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%.40q is no whole number of 64 bits", text)
	}
	return n, nil
}

// readHeld reads what is an object with one name.
func readHeld(text json.RawMessage) (any, error) {
	var held struct {
		At    *time.Time `json:"time"`
		Bytes *[]byte    `json:"bytes"`
		Text  *[]byte    `json:"text"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&held); err != nil {
		return nil, errNoRow
	}
	switch {
	case held.At != nil && held.Bytes == nil && held.Text == nil:
		at := held.At.UTC()
		if at.Year() < 0 || at.Year() > 9999 { // in its own zone it was another year; no backup could be made of it again
			return nil, errNoRow
		}
		return at, nil
	case held.Bytes != nil && held.At == nil && held.Text == nil:
		return *held.Bytes, nil
	case held.Text != nil && held.At == nil && held.Bytes == nil:
		return string(*held.Text), nil
	}
	return nil, errNoRow
}
