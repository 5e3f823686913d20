package inspection

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// fields is a JSON object with its members in the order in which they were written, which is that of the record's fields.
type fields []field

type field struct {
	name  string
	value any // fields, []any, string, json.Number, bool or nil
}

// readFields reads the JSON of a record.
func readFields(text string) (fields, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	value, err := readValue(d)
	if err != nil {
		return nil, fmt.Errorf("read a record of the past: %w", err)
	}
	record, ok := value.(fields)
	if !ok {
		return nil, errors.New("read a record of the past: it is no object")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read a record of the past: something follows it")
	}
	return record, nil
}

func readValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		out := fields{}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			value, err := readValue(d)
			if err != nil {
				return nil, err
			}
			out = append(out, field{name.(string), value})
		}
		_, err = d.Token()
		return out, err
	case json.Delim('['):
		out := []any{}
		for d.More() {
			value, err := readValue(d)
			if err != nil {
				return nil, err
			}
			out = append(out, value)
		}
		_, err = d.Token()
		return out, err
	}
	return token, nil
}

// get returns the value of a field, nil where there is none.
func (f fields) get(name string) any {
	i := slices.IndexFunc(f, func(one field) bool { return one.name == name })
	if i < 0 {
		return nil
	}
	return f[i].value
}

// text returns the value of a field that holds a text, "" where there is none.
func (f fields) text(name string) string {
	text, _ := f.get(name).(string)
	return text
}

// without returns the fields, and those inside them, save the one of a name.
func (f fields) without(name string) fields {
	out := fields{}
	for _, one := range f {
		if one.name != name {
			out = append(out, field{one.name, withoutIn(one.value, name)})
		}
	}
	return out
}

func withoutIn(value any, name string) any {
	switch v := value.(type) {
	case fields:
		return v.without(name)
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = withoutIn(one, name)
		}
		return out
	}
	return value
}

// MarshalJSON writes the fields in their order.
func (f fields) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, one := range f {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := json.Marshal(one.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		out.Write(name)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// sameValue reports whether two values were written down in the same way.
func sameValue(a, b any) bool {
	one, err := json.Marshal(a)
	other, fault := json.Marshal(b)
	return err == nil && fault == nil && bytes.Equal(one, other)
}

// RestoreClash says that fields which an entry changed were changed again since, so that what they held before it cannot be
// put back without losing what somebody else entered.
type RestoreClash struct {
	Entry  Change
	Now    string   // JSON of the record as it stands
	Fields []string // by their names in the JSON
}

// Error names the entry.
func (e *RestoreClash) Error() string {
	return fmt.Sprintf("entry %d: changed since: %s", e.Entry.Number, strings.Join(e.Fields, ", "))
}

// Restored returns what a record would be with what an entry changed put back, from the JSON of the record as it stands,
// and whether that differs from what stands. Fields that the entry did not touch stay as they are, and so do those that are
// named. It fails with *RestoreClash where what the entry wrote was changed again since.
func (c *Change) Restored(now string, untouched ...string) (string, bool, error) {
	before, err := readFields(c.Before)
	if err != nil {
		return "", false, err
	}
	after, err := readFields(c.After)
	if err != nil {
		return "", false, err
	}
	held, err := readFields(now)
	if err != nil {
		return "", false, err
	}
	differs := false
	clash := &RestoreClash{Entry: *c, Now: now}
	for _, one := range namesOf(before, after) {
		was, wrote, is := before.get(one), after.get(one), held.get(one)
		switch {
		case sameValue(was, wrote) || slices.Contains(untouched, one) || sameValue(was, is):
		case !sameValue(wrote, is):
			clash.Fields = append(clash.Fields, one)
		default:
			held, differs = held.with(one, was), true
		}
	}
	if len(clash.Fields) > 0 {
		return "", false, clash
	}
	out, err := json.Marshal(held)
	return string(out), differs, err
}

// with returns the fields with one of another value; nil takes it out.
func (f fields) with(name string, value any) fields {
	out := slices.DeleteFunc(slices.Clone(f), func(one field) bool { return one.name == name })
	if value != nil {
		out = append(out, field{name, value})
	}
	return out
}

// namesOf lists the fields that any of some records has, in the order of the first that has them.
func namesOf(records ...fields) []string {
	var out []string
	for _, record := range records {
		for _, one := range record {
			if !slices.Contains(out, one.name) {
				out = append(out, one.name)
			}
		}
	}
	return out
}
