package letter

import (
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// Output is a Reading as `timeline read --json` prints it. Its keys are a contract with other programs: each is always
// there, null or an empty list where a file does not say it.
type Output struct {
	File            string                 `json:"file"` // as it was given
	SHA256          string                 `json:"sha256"`
	Pages           int                    `json:"pages"`
	Status          Status                 `json:"status"`
	Error           string                 `json:"error"`
	Framework       *outputValue           `json:"framework"`
	Authority       *outputAuthority       `json:"authority"`
	Start           *outputValue           `json:"inspection_start"`
	End             *outputValue           `json:"inspection_end"`
	Published       *outputValue           `json:"published"`
	LeadInspector   *outputValue           `json:"lead_inspector"`
	Judgements      []outputJudgement      `json:"judgements"`
	Recommendations []outputRecommendation `json:"recommendations"`
	Visit           *outputVisit           `json:"visit"`
	Warnings        []string               `json:"warnings"`
}

type outputValue struct {
	Value string `json:"value"`
	outputEvidence
}

type outputEvidence struct {
	Page      int                  `json:"page"`
	Quote     string               `json:"quote"`
	Certainty inspection.Certainty `json:"certainty"`
}

type outputAuthority struct {
	outputName
	outputEvidence
	Also []outputName `json:"also"`
}

type outputName struct {
	Value string `json:"value"`
	URN   string `json:"urn"`
}

type outputJudgement struct {
	Strand string `json:"strand"`
	Grade  string `json:"grade"`
	outputEvidence
}

type outputRecommendation struct {
	Number       int                           `json:"number"`
	Text         string                        `json:"text"`
	Kind         inspection.RecommendationKind `json:"kind"`
	Body         string                        `json:"body"`
	FrameworkTag string                        `json:"framework_tag"`
	outputEvidence
}

type outputVisit struct {
	Number       *int     `json:"number"`
	Topic        *string  `json:"topic"`
	Inspectors   []string `json:"inspectors"`
	AreasCovered []string `json:"areas_covered"`
}

// Output returns the reading as it is printed for a file of this name. The hash is empty where the file could not be opened.
func (r Reading) Output(file, sha256 string) Output {
	out := Output{
		File: file, SHA256: sha256, Pages: len(r.Pages), Status: r.Status, Error: r.Error,
		Judgements: []outputJudgement{}, Recommendations: []outputRecommendation{}, Warnings: append([]string{}, r.Warnings...),
	}
	if r.Status != Read {
		return out
	}
	out.Framework, out.LeadInspector = outputText(r.Framework), outputText(r.LeadInspector)
	out.Start, out.End, out.Published = outputDate(r.Start), outputDate(r.End), outputDate(r.Published)
	if r.Authority != nil {
		out.Authority = &outputAuthority{nameOf(r.Authority.Value), evidenceOf(*r.Authority), []outputName{}}
		for _, other := range r.Also {
			out.Authority.Also = append(out.Authority.Also, nameOf(other.Value))
		}
	}
	for _, j := range r.Judgements {
		out.Judgements = append(out.Judgements, outputJudgement{j.Strand, j.Value, evidenceOf(j.Found)})
	}
	for i, item := range r.Items {
		out.Recommendations = append(out.Recommendations, outputRecommendation{
			Number: i + 1, Text: item.Value, Kind: item.Kind, Body: item.Body, FrameworkTag: item.FrameworkTag,
			outputEvidence: evidenceOf(item.Found),
		})
	}
	if r.Visit != nil {
		out.Visit = &outputVisit{Inspectors: values(r.Visit.Inspectors), AreasCovered: values(r.Visit.AreasCovered)}
		if r.Visit.Number != nil {
			out.Visit.Number = &r.Visit.Number.Value
		}
		if r.Visit.Topic != nil {
			out.Visit.Topic = &r.Visit.Topic.Value
		}
	}
	return out
}

func evidenceOf[T any](f Found[T]) outputEvidence {
	return outputEvidence{f.Page, f.Quote, f.Certainty}
}

func outputText(f *Found[string]) *outputValue {
	if f == nil {
		return nil
	}
	return &outputValue{f.Value, evidenceOf(*f)}
}

func outputDate(f *Found[inspection.Date]) *outputValue {
	if f == nil {
		return nil
	}
	return &outputValue{f.Value.ISO(), evidenceOf(*f)}
}

func nameOf(n Name) outputName { return outputName{n.Printed, n.URN} }

func values(found []Found[string]) []string {
	out := make([]string, len(found))
	for i, f := range found {
		out[i] = f.Value
	}
	return out
}

// Row is one value of a reading as a line of a table. A value that a file does not print has no evidence.
type Row struct {
	Name, Value string
	outputEvidence
}

// Rows returns the values of a reading, its list of areas to improve apart, in the order in which people look for them.
func (o Output) Rows() []Row {
	row := func(name string, v *outputValue) Row {
		if v == nil {
			return Row{Name: name}
		}
		return Row{name, v.Value, v.outputEvidence}
	}
	rows := []Row{row("kind of letter", o.Framework)}
	if a := o.Authority; a != nil {
		names := []string{a.Value}
		for _, other := range a.Also {
			names = append(names, other.Value)
		}
		rows = append(rows, Row{"authority", strings.Join(names, "; "), a.outputEvidence})
	} else {
		rows = append(rows, row("authority", nil))
	}
	rows = append(rows, row("fieldwork from", o.Start), row("fieldwork to", o.End), row("published", o.Published),
		row("lead inspector", o.LeadInspector))
	if o.Visit != nil {
		if o.Visit.Number != nil {
			rows = append(rows, Row{Name: "visit number", Value: strconv.Itoa(*o.Visit.Number)})
		}
		if o.Visit.Topic != nil {
			rows = append(rows, Row{Name: "topic", Value: *o.Visit.Topic})
		}
	}
	for _, j := range o.Judgements {
		rows = append(rows, Row{strings.ReplaceAll(j.Strand, "_", " "), strings.ReplaceAll(j.Grade, "_", " "), j.outputEvidence})
	}
	return rows
}
