package opendata

import (
	"reflect"
	"strings"
)

// DataPackage describes a dump in the form of Frictionless Data.
type DataPackage struct {
	Profile     string         `json:"profile"`
	Name        string         `json:"name"`
	Title       string         `json:"title"`
	Description string         `json:"description"`
	Homepage    string         `json:"homepage,omitempty"`
	Version     string         `json:"version"`
	Created     string         `json:"created"`
	Licenses    []DataLicence  `json:"licenses"`
	Sources     []DataSource   `json:"sources"`
	Resources   []DataResource `json:"resources"`
}

// DataLicence is a licence under which a package may be used.
type DataLicence struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Title string `json:"title"`
}

// DataSource is what a package rests on.
type DataSource struct {
	Title string `json:"title"`
	Path  string `json:"path,omitempty"`
}

// DataResource is one file of a package.
type DataResource struct {
	Profile   string      `json:"profile"`
	Name      string      `json:"name"`
	Title     string      `json:"title"`
	Path      string      `json:"path"`
	Format    string      `json:"format"`
	MediaType string      `json:"mediatype"`
	Encoding  string      `json:"encoding"`
	Schema    *DataSchema `json:"schema,omitempty"`
}

// DataSchema says what the columns of a table are.
type DataSchema struct {
	Fields        []DataField `json:"fields"`
	PrimaryKey    []string    `json:"primaryKey"`
	ForeignKeys   []DataKey   `json:"foreignKeys,omitempty"`
	MissingValues []string    `json:"missingValues"`
}

// DataField is one column.
type DataField struct {
	Name        string           `json:"name"`
	Type        string           `json:"type"`
	Description string           `json:"description"`
	Constraints *DataConstraints `json:"constraints,omitempty"`
}

// DataConstraints say which values a column may have.
type DataConstraints struct {
	Required bool     `json:"required,omitempty"`
	Enum     []string `json:"enum,omitempty"`
}

// DataKey says that a column names rows of another table.
type DataKey struct {
	Fields    string        `json:"fields"`
	Reference DataReference `json:"reference"`
}

// DataReference is the column that is named.
type DataReference struct {
	Resource string `json:"resource"`
	Fields   string `json:"fields"`
}

// Package describes the dump.
func (d *Dump) Package() DataPackage {
	out := DataPackage{
		Profile: "data-package", Name: "inspection-timeline", Title: "Inspection Timeline: the public record", Version: InterfaceVersion,
		Description: aboutInterface + " In CSV files a value that is missing is empty, and one that begins like a formula has an apostrophe before it; JSON lines have it as it is.",
		Created:     d.made.ISO() + "T00:00:00Z",
		Licenses:    []DataLicence{{"OGL-UK-3.0", LicenceAddress, LicenceName}},
		Sources:     []DataSource{{"Ofsted reports", "https://reports.ofsted.gov.uk/"}, {"Sources of each record, in the tables sources and citations", ""}},
	}
	if d.at != "" {
		out.Homepage = d.at + "/open-data"
	}
	for _, table := range dumpTables {
		out.Resources = append(out.Resources,
			DataResource{"tabular-data-resource", resourceName(table.name), table.title, table.name + ".csv", "csv", "text/csv", "utf-8", table.schema()},
			DataResource{"data-resource", resourceName(table.name) + "-lines", table.title, table.name + ".jsonl", "jsonl", "application/jsonl", "utf-8", nil})
	}
	return out
}

func resourceName(table string) string { return strings.ReplaceAll(table, "_", "-") }

func (t dumpTable) schema() *DataSchema {
	out := &DataSchema{Fields: []DataField{}, MissingValues: []string{""}}
	for _, c := range t.columns() {
		one := DataField{Name: c.name, Type: dataType(c), Description: c.words}
		missing := c.typ.Kind() == reflect.Pointer || c.typ == reflect.TypeFor[Date]() && c.part == ""
		if !missing || len(c.codes) > 0 {
			one.Constraints = &DataConstraints{Required: !missing, Enum: c.codes}
		}
		out.Fields = append(out.Fields, one)
		if c.key {
			out.PrimaryKey = append(out.PrimaryKey, c.name)
		}
		if table, column, refers := strings.Cut(c.refers, "."); refers {
			out.ForeignKeys = append(out.ForeignKeys, DataKey{c.name, DataReference{resourceName(table), column}})
		}
	}
	return out
}

// dataType is the type of a column. A date is a text, since often no more than its month is known.
func dataType(c dumpColumn) string {
	t := c.typ
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64:
		return "integer"
	}
	return "string"
}
