package opendata

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// Root is where the interface stands, below the public address.
const Root = "/api/v1"

// Operation is one thing that programs can ask or do.
type Operation struct {
	Name       string // names it in the OpenAPI document and on the command line: "inspections"
	Method     string // empty: GET
	Path       string // below Root, with the names of parameters in braces: "/inspections/{id}"
	Page       string // the page that shows the same, written like Path; empty where none does
	Group      string // under which documents list it
	Summary    string // in a few words: "Inspections and visits"
	Words      string // what else has to be known, in sentences; may be empty
	Parameters []Parameter
	// Notes is the kind of record whose reading by somebody with an account is noted; empty: none is.
	Notes inspection.RecordKind

	Answers reflect.Type // of its document; nil where it sends a file
	Status  int          // of the answer; 0: 200
	Also    []int        // other statuses that the same document may have
	Sends   string       // media type of the file it sends; empty where it answers a document
	Takes   reflect.Type // of the document that is sent with it; nil: none is
	Sent    string       // media type of what is sent, where that is no document
	Needs   string       // what a token must be for; empty: no token is needed

	answer func(context.Context, *Call) (any, error)
}

// HTTPMethod is the method by which it is asked.
func (o Operation) HTTPMethod() string {
	if o.Method == "" {
		return http.MethodGet
	}
	return o.Method
}

// Reads reports whether it only reads, and is answered by Ask.
func (o Operation) Reads() bool { return o.answer != nil }

// Chosen names the parameters whose values are known beforehand, and Free those of the asker's own choice.
func (o Operation) Chosen() (chosen, free []string) {
	for _, p := range o.Parameters {
		switch {
		case p.InPath, p.InHeader:
		case p.Free:
			free = append(free, p.Name)
		default:
			chosen = append(chosen, p.Name)
		}
	}
	return chosen, free
}

// Parameter is one thing that an operation is asked with.
type Parameter struct {
	Name     string
	Summary  string
	Kind     ParameterKind
	InPath   bool
	InHeader bool     // whether it is a header of the request
	Free     bool     // whether it is of the asker's own choice, so that its values have no bound
	OneOf    []string // the values that it may have; nil where any will do, or where From lists them
	// From lists the values that it may have where they follow from the record.
	From func(context.Context, *Call) ([]string, error)
	At   string // the operation that lists those values
}

// ParameterKind says how the value of a Parameter is written.
type ParameterKind int

// The kinds.
const (
	TextValue   ParameterKind = iota
	DayValue                  // year, month and day: 2022-11-25
	NumberValue               // from 1
	ListValue                 // several, with commas between
)

// Reading returns an operation that answers documents of one type.
func Reading[T any](o Operation, answer func(context.Context, *Call) (T, error)) Operation {
	o.Answers = reflect.TypeFor[T]()
	o.answer = func(ctx context.Context, c *Call) (any, error) { return answer(ctx, c) }
	return o
}

// Find returns the operation of a name.
func Find(name string) (Operation, bool) {
	all := Operations()
	i := slices.IndexFunc(all, func(o Operation) bool { return o.Name == name })
	if i < 0 {
		return Operation{}, false
	}
	return all[i], true
}

// parameter returns the parameter of a name.
func (o Operation) parameter(name string) (Parameter, bool) {
	i := slices.IndexFunc(o.Parameters, func(p Parameter) bool { return p.Name == name })
	if i < 0 {
		return Parameter{}, false
	}
	return o.Parameters[i], true
}

// fill puts values in the place of the names in braces of a path.
func fill(pattern string, values map[string]string) string {
	for name, value := range values {
		pattern = strings.ReplaceAll(pattern, "{"+name+"}", value)
	}
	return pattern
}

// Names returns what a path, of the page or of the interface, names for an operation; false where it is none of its.
func (o Operation) Names(path string) (map[string]string, bool) {
	for _, pattern := range []string{o.Page, Root + o.Path} {
		if pattern == "" || !matchesPath(pattern, path) {
			continue
		}
		out := map[string]string{}
		parts := strings.Split(path, "/")
		for i, part := range strings.Split(pattern, "/") {
			if name, named := strings.CutPrefix(part, "{"); named {
				out[strings.TrimSuffix(name, "}")] = parts[i]
			}
		}
		return out, true
	}
	return nil, false
}

// NamedBy returns the parameter by which an operation names one thing; false where it lists, or says something else of it.
func (o Operation) NamedBy() (string, bool) {
	if !strings.HasSuffix(o.Path, "}") {
		return "", false
	}
	_, name, _ := strings.Cut(o.Path, "{")
	return strings.TrimSuffix(name, "}"), true
}
