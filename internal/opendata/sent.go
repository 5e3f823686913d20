package opendata

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"unicode/utf8"
)

// cannotBeTaken is the title of what is said about fields that were sent.
const cannotBeTaken = "What was sent cannot be taken"

// RefuseSent returns what is said about fields that were sent.
func RefuseSent(faults ...Fault) error {
	return &Refusal{Status: http.StatusUnprocessableEntity, Title: cannotBeTaken, Detail: sentDetail(faults), Faults: faults}
}

func sentDetail(faults []Fault) string {
	return faults[0].Field + ": " + faults[0].Words + ". Nothing has been changed."
}

// notOneObject is said of what is no JSON at all.
var notOneObject = &Refusal{
	Status: http.StatusBadRequest, Title: "What was sent cannot be read", Detail: "Send one object of JSON in UTF-8, and nothing after it. Nothing has been changed.",
}

// ReadSent reads a document that was sent: one object whose fields are those of T, each once. It also returns which of them were
// there. It fails with *Refusal, which lists everything that is wrong with the fields at once.
func ReadSent[T any](data []byte) (document T, given []string, err error) {
	sent, names, err := readObject(data)
	if err != nil {
		return document, nil, notOneObject
	}
	known := fieldsOf(reflect.TypeFor[T]())
	var faults []Fault
	for i, name := range names {
		place := slices.IndexFunc(known, func(f field) bool { return f.name == name })
		switch {
		case place < 0:
			faults = append(faults, Fault{Field: name, Words: "There is no such field here: leave it out, or use one of those that are allowed", Allowed: fieldNames(known)})
		case slices.Contains(names[:i], name):
			faults = append(faults, Fault{Field: name, Words: "Send this field once"})
		default:
			given = append(given, name)
			if fault, wrong := known[place].take(sent[i], reflect.ValueOf(&document).Elem()); wrong {
				faults = append(faults, fault)
			}
		}
	}
	for _, f := range known {
		if !f.optional && !slices.Contains(given, f.name) {
			faults = append(faults, Fault{Field: f.name, Words: "Send this field too. " + f.words})
		}
	}
	if len(faults) > 0 {
		return document, given, RefuseSent(faults...)
	}
	return document, given, nil
}

// readObject returns the values of an object with their names, in order and as often as each is there.
func readObject(data []byte) (values []json.RawMessage, names []string, err error) {
	if !utf8.Valid(data) {
		return nil, nil, errors.New("it is no UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if begin, err := d.Token(); err != nil || begin != json.Delim('{') {
		return nil, nil, errors.Join(err, errors.New("it is no object"))
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, nil, err
		}
		values, names = append(values, value), append(names, name.(string)) // what stands before a colon is a text
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, nil, errors.New("something follows it")
	}
	return values, names, nil
}

func fieldNames(all []field) []string {
	return codesIn(all, func(f field) string { return f.name })
}

// wantedKinds say what a field takes, by the kind of its type.
var wantedKinds = map[reflect.Kind]string{
	reflect.String: "Send a text", reflect.Int: "Send a whole number", reflect.Bool: "Send true or false", reflect.Slice: "Send a list of texts",
}

// take puts a value that was sent into its field of a document.
func (f field) take(value json.RawMessage, document reflect.Value) (fault Fault, wrong bool) {
	place := document.FieldByIndex(f.index)
	if string(value) == "null" || json.Unmarshal(value, place.Addr().Interface()) != nil {
		return Fault{Field: f.name, Words: wantedKinds[f.typ.Kind()] + ", or leave the field out where it is not needed"}, true
	}
	if len(f.codes) > 0 && !slices.Contains(f.codes, place.String()) {
		return Fault{Field: f.name, Words: "Send one of the values that are allowed", Allowed: f.codes}, true
	}
	return Fault{}, false
}
