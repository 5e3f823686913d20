package opendata

import (
	"cmp"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// OpenAPI is a description of the interface that programs read, in OpenAPI 3.1.
type OpenAPI struct {
	OpenAPI    string                         `json:"openapi"`
	Info       openInfo                       `json:"info"`
	Servers    []openServer                   `json:"servers"`
	Tags       []openTag                      `json:"tags"`
	Paths      map[string]map[string]openCall `json:"paths"`
	Components openComponents                 `json:"components"`
}

type openInfo struct {
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Version     string      `json:"version"`
	License     openLicense `json:"license"`
}

type openLicense struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type openServer struct {
	URL string `json:"url"`
}

type openTag struct {
	Name string `json:"name"`
}

type openCall struct {
	ID          string                `json:"operationId"`
	Tags        []string              `json:"tags"`
	Summary     string                `json:"summary"`
	Description string                `json:"description,omitempty"`
	Parameters  []openParameter       `json:"parameters,omitempty"`
	Body        *openBody             `json:"requestBody,omitempty"`
	Responses   map[string]openAnswer `json:"responses"`
	Security    []map[string][]string `json:"security,omitempty"`
}

type openParameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Description string  `json:"description"`
	Required    bool    `json:"required"`
	Schema      *Schema `json:"schema"`
}

type openBody struct {
	Required bool                 `json:"required"`
	Content  map[string]openMedia `json:"content"`
}

type openAnswer struct {
	Description string               `json:"description"`
	Content     map[string]openMedia `json:"content,omitempty"`
}

type openMedia struct {
	Schema *Schema `json:"schema"`
}

type openComponents struct {
	Schemas         map[string]*Schema      `json:"schemas"`
	SecuritySchemes map[string]openSecurity `json:"securitySchemes"`
}

type openSecurity struct {
	Type        string `json:"type"`
	Scheme      string `json:"scheme"`
	Description string `json:"description"`
}

// InterfaceVersion is that of the interface. Within it fields are added and none is changed or taken away.
const InterfaceVersion = "1.0"

// The licence of what the interface hands out.
const (
	LicenceName    = "Open Government Licence v3.0"
	LicenceAddress = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
	Attribution    = "Contains public sector information licensed under the Open Government Licence v3.0."
)

const aboutInterface = "Everything that the public pages of Inspection Timeline show about inspections of councils’ children’s services. " +
	"A value that is null is not on the record; null never means no. Dates say how much of them is known. " +
	"Fields may be added; a program should pass over those that it does not know. " + Attribution

// Describe returns the description of the interface at a public address; without one, of the interface where the description
// is found.
func Describe(address string) OpenAPI {
	types := newSchemas()
	problem := openAnswer{Description: "What went wrong", Content: map[string]openMedia{ProblemType: {types.of(problemType)}}}
	out := OpenAPI{
		OpenAPI: "3.1.0",
		Info: openInfo{
			Title: "Inspection Timeline", Description: aboutInterface, Version: InterfaceVersion, License: openLicense{LicenceName, LicenceAddress},
		},
		Servers: []openServer{{cmp.Or(strings.TrimRight(address, "/"), "/")}},
		Paths:   map[string]map[string]openCall{},
	}
	for _, o := range Operations() {
		if !slices.Contains(out.Tags, openTag{o.Group}) {
			out.Tags = append(out.Tags, openTag{o.Group})
		}
		if out.Paths[Root+o.Path] == nil {
			out.Paths[Root+o.Path] = map[string]openCall{}
		}
		out.Paths[Root+o.Path][strings.ToLower(o.HTTPMethod())] = o.describe(types, problem)
	}
	out.Components = openComponents{Schemas: types.named, SecuritySchemes: map[string]openSecurity{
		"token": {"http", "bearer", "A token of somebody’s account. What is for everybody needs none."},
	}}
	return out
}

func (o Operation) describe(types *schemas, problem openAnswer) openCall {
	out := openCall{
		ID: o.Name, Tags: []string{o.Group}, Summary: o.Summary, Description: o.Words,
		Responses: map[string]openAnswer{"default": problem},
	}
	answer := openAnswer{Description: o.Summary, Content: map[string]openMedia{}}
	switch {
	case o.Sends != "":
		answer.Content[o.Sends] = openMedia{&Schema{}}
	case o.Answers != nil:
		answer.Content["application/json"] = openMedia{types.of(o.Answers)}
	}
	for _, status := range append([]int{cmp.Or(o.Status, http.StatusOK)}, o.Also...) {
		out.Responses[strconv.Itoa(status)] = answer
	}
	for _, p := range o.Parameters {
		out.Parameters = append(out.Parameters, p.describe())
	}
	switch {
	case o.Takes != nil:
		out.Body = &openBody{true, map[string]openMedia{"application/json": {types.of(o.Takes)}}}
	case o.Sent != "":
		out.Body = &openBody{true, map[string]openMedia{o.Sent: {&Schema{}}}}
	}
	if o.Needs != "" {
		out.Security = []map[string][]string{{"token": {}}}
	} else {
		out.Security = []map[string][]string{{}, {"token": {}}}
	}
	return out
}

func (p Parameter) describe() openParameter {
	out := openParameter{Name: p.Name, In: "query", Description: p.Summary, Schema: &Schema{Type: "string", Enum: p.OneOf}}
	if p.InPath {
		out.In, out.Required = "path", true
	}
	if p.InHeader {
		out.In = "header"
	}
	if p.At != "" {
		out.Description += ". The values are listed at " + Root + p.At
	}
	switch p.Kind {
	case DayValue:
		out.Schema.Format = "date"
	case NumberValue:
		least := 1
		out.Schema = &Schema{Type: "integer", Minimum: &least}
	case ListValue:
		out.Schema.Enum = nil
		out.Description += ". Several are written with commas between"
	}
	return out
}

// openNames are the names in the description, in order, for those who lay it out.
func openNames[V any](all map[string]V) []string { return slices.Sorted(maps.Keys(all)) }

var braces = regexp.MustCompile(`\{(\w+)\}`)

// RoutePath is the path of an operation as the router of the pages writes it.
func (o Operation) RoutePath() string { return Root + braces.ReplaceAllString(o.Path, ":$1") }
