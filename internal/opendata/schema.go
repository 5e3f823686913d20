package opendata

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Schema is a JSON Schema of the dialect that OpenAPI 3.1 uses (2020-12), as far as documents here need it.
type Schema struct {
	Ref         string             `json:"$ref,omitempty"`
	Type        any                `json:"type,omitempty"` // a string, or a list of them where null may stand too
	Description string             `json:"description,omitempty"`
	Format      string             `json:"format,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Minimum     *int               `json:"minimum,omitempty"`
	Properties  map[string]*Schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Items       *Schema            `json:"items,omitempty"`
	AnyOf       []*Schema          `json:"anyOf,omitempty"`
	// More is false where an object has no other properties than those named, and a schema where their names are not known.
	More any `json:"additionalProperties,omitempty"`
}

// schemas gathers the schemas of types under their names.
type schemas struct {
	named map[string]*Schema
	types map[string]reflect.Type
}

func newSchemas() *schemas { return &schemas{map[string]*Schema{}, map[string]reflect.Type{}} }

var timeType = reflect.TypeFor[time.Time]()

// of returns the schema of a type. That of a struct stands under its name, and is referred to.
func (s *schemas) of(t reflect.Type) *Schema {
	if t == timeType {
		return &Schema{Type: "string", Format: "date-time"}
	}
	switch t.Kind() {
	case reflect.String:
		return &Schema{Type: "string"}
	case reflect.Bool:
		return &Schema{Type: "boolean"}
	case reflect.Int, reflect.Int64:
		return &Schema{Type: "integer"}
	case reflect.Float64:
		return &Schema{Type: "number"}
	case reflect.Slice:
		return &Schema{Type: "array", Items: s.of(t.Elem())}
	case reflect.Map:
		return &Schema{Type: "object", More: s.of(t.Elem())}
	case reflect.Pointer:
		return orNull(s.of(t.Elem()))
	case reflect.Struct:
		name := typeName(t)
		s.addStruct(name, t)
		return &Schema{Ref: "#/components/schemas/" + name}
	}
	return &Schema{} // anything: a schema of a schema
}

// orNull lets a value be missing.
func orNull(inner *Schema) *Schema {
	if kind, plain := inner.Type.(string); plain {
		inner.Type = []string{kind, "null"}
		return inner
	}
	return &Schema{AnyOf: []*Schema{inner, {Type: "null"}}}
}

func (s *schemas) addStruct(name string, t reflect.Type) {
	if held, done := s.types[name]; done {
		if held != t {
			panic(fmt.Sprintf("two types of documents are called %s", name))
		}
		return
	}
	s.types[name] = t
	out := &Schema{Type: "object", Properties: map[string]*Schema{}, More: false}
	s.named[name] = out
	for _, f := range fieldsOf(t) {
		one := s.of(f.typ)
		if len(f.codes) > 0 {
			one.Enum = f.codes
		}
		if one.Ref != "" { // what stands beside a reference is kept with it, not in it
			one = &Schema{Ref: one.Ref}
		}
		one.Description = f.words
		out.Properties[f.name] = one
		if !f.optional {
			out.Required = append(out.Required, f.name)
		}
	}
	slices.Sort(out.Required)
}

// field is one field of a document.
type field struct {
	name     string
	words    string // what it means
	typ      reflect.Type
	optional bool
	codes    []string // the values it may have, of a text of codes
	key      bool     // whether it is, or is part of, what names a row of a table
	refers   string   // table and field that it names a row of: "inspections.id"
	index    []int
}

// fieldsOf returns the fields of a type as they stand in JSON, those of embedded types among them.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				out = append(out, inner)
			}
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" {
			continue
		}
		one := field{
			name: name, words: f.Tag.Get("doc"), typ: f.Type, optional: strings.Contains(options, "omitempty"),
			key: f.Tag.Get("key") != "", refers: f.Tag.Get("refers"), index: []int{i},
		}
		if of := f.Tag.Get("codes"); of != "" {
			one.codes = strings.Split(of, "|")
		}
		out = append(out, one)
	}
	return out
}

// typeName is the name of a type among the schemas: that of a list is the name of what it lists, with List behind.
func typeName(t reflect.Type) string {
	name, inner, generic := strings.Cut(t.Name(), "[")
	if !generic {
		return name
	}
	inner = strings.TrimSuffix(inner, "]")
	return inner[strings.LastIndexByte(inner, '.')+1:] + name
}
