package opendata

import (
	"context"
	"reflect"
	"slices"
	"strings"
)

// IndexDocument says what can be asked.
type IndexDocument struct {
	Self        string  `json:"self" doc:"Address of this answer"`
	Page        string  `json:"page" doc:"The page for people about the interface"`
	Version     string  `json:"version" doc:"Version of the interface"`
	Today       string  `json:"today" doc:"The day in London, of which answers speak where no other is asked for"`
	Licence     string  `json:"licence" doc:"Licence of what is handed out"`
	LicenceAt   string  `json:"licence_address" doc:"Where the licence stands"`
	Attribution string  `json:"attribution" doc:"What has to be said where it is used"`
	Operations  []Offer `json:"operations" doc:"What can be asked"`
}

// Offer is one operation that can be asked.
type Offer struct {
	Name       string   `json:"name" doc:"Its name"`
	Method     string   `json:"method" doc:"The HTTP method"`
	Address    string   `json:"address" doc:"Its address; names in braces stand for values"`
	Summary    string   `json:"summary" doc:"What it answers"`
	Parameters []string `json:"parameters" doc:"Names of its parameters"`
	NeedsToken bool     `json:"needs_token" doc:"Whether it needs a token"`
}

func index() Operation {
	return Reading(Operation{
		Name: "index", Path: "", Page: "/open-data", Group: "About the interface", Summary: "What can be asked",
	}, func(_ context.Context, c *Call) (IndexDocument, error) {
		out := IndexDocument{
			Self: c.Address + Root, Page: c.Address + "/open-data", Version: InterfaceVersion, Today: c.Today().ISO(), Licence: LicenceName,
			LicenceAt: LicenceAddress, Attribution: Attribution, Operations: []Offer{},
		}
		for _, o := range Operations() {
			one := Offer{o.Name, o.HTTPMethod(), c.Address + Root + o.Path, o.Summary, []string{}, o.Needs != ""}
			for _, p := range o.Parameters {
				one.Parameters = append(one.Parameters, p.Name)
			}
			out.Operations = append(out.Operations, one)
		}
		return out, nil
	})
}

// openAPI answers the description of the interface. Its form is that of OpenAPI 3.1 and not described here again.
func openAPI() Operation {
	o := Reading(Operation{
		Name: "openapi", Path: "/openapi.json", Group: "About the interface", Summary: "The interface in OpenAPI 3.1",
	}, func(_ context.Context, c *Call) (OpenAPI, error) { return Describe(c.Address), nil })
	o.Answers, o.Sends = nil, "application/json"
	return o
}

// DictionaryDocument says what each field of each record means.
type DictionaryDocument struct {
	Document
	Records []DictionaryRecord `json:"records" doc:"The kinds of record, by name"`
}

// DictionaryRecord is one kind of record with its fields.
type DictionaryRecord struct {
	Name   string            `json:"name" doc:"Its name among the schemas of the OpenAPI document"`
	Fields []DictionaryField `json:"fields" doc:"Its fields, in their order"`
}

// DictionaryField is one field.
type DictionaryField struct {
	Name    string   `json:"name" doc:"Its name"`
	Type    string   `json:"type" doc:"Its type, in words: text, whole number, Date, list of Area"`
	CanMiss bool     `json:"can_be_null" doc:"Whether it is null where the record does not hold it, which never means no"`
	Meaning string   `json:"meaning" doc:"What it means"`
	Codes   []string `json:"codes" doc:"The values that it may have, of a text of codes; empty where it may have any"`
}

func dictionary() Operation {
	return Reading(Operation{
		Name: "dictionary", Path: "/dictionary", Page: "/open-data", Group: "About the interface", Summary: "What each field of each record means",
	}, func(_ context.Context, c *Call) (DictionaryDocument, error) {
		return DictionaryDocument{c.document(), Dictionary()}, nil
	})
}

// Dictionary returns every kind of record that the interface answers with, by name.
func Dictionary() []DictionaryRecord {
	types := newSchemas()
	types.of(problemType)
	for _, o := range Operations() {
		if o.Answers != nil {
			types.of(o.Answers)
		}
		if o.Takes != nil {
			types.of(o.Takes)
		}
	}
	var out []DictionaryRecord
	for _, name := range openNames(types.types) {
		one := DictionaryRecord{Name: name, Fields: []DictionaryField{}}
		for _, f := range fieldsOf(types.types[name]) {
			one.Fields = append(one.Fields, DictionaryField{f.name, kindWords(f.typ), f.typ.Kind() == reflect.Pointer, f.words, texts(f.codes)})
		}
		out = append(out, one)
	}
	return out
}

// kindWords says the type of a field.
func kindWords(t reflect.Type) string {
	switch {
	case t == timeType:
		return "moment"
	case t.Kind() == reflect.Pointer:
		return kindWords(t.Elem())
	case t.Kind() == reflect.Slice:
		return "list of " + kindWords(t.Elem())
	case t.Kind() == reflect.Struct:
		return typeName(t)
	}
	return map[reflect.Kind]string{
		reflect.String: "text", reflect.Bool: "true or false", reflect.Int: "whole number", reflect.Int64: "whole number", reflect.Float64: "number",
	}[t.Kind()]
}

// Groups lists the groups of operations, in the order of the table.
func Groups() []string {
	var out []string
	for _, o := range Operations() {
		if !slices.Contains(out, o.Group) {
			out = append(out, o.Group)
		}
	}
	return out
}

// Asking is what follows the address of an operation where all its parameters are given: "?authority=…&year=…".
func (o Operation) Asking() string {
	var parts []string
	for _, p := range o.Parameters {
		if !p.InPath {
			parts = append(parts, p.Name+"=…")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}
