// Package letter reads what inspectors wrote: the bytes of a PDF, or text, become a Reading in which every value
// carries the words that it was read from. Nothing is guessed: a value that is not beyond doubt says so, and one that
// the letter does not print is absent.
//
// pdf.go turns a PDF into pages of lines with their positions, and is the only file that knows about PDF. Everything
// else works on pages, so that the rules are tested on plain text. A PDF is hostile until proved otherwise: programs
// read one through Reader, which hands it to a child process with limits of its own.
package letter

import "inspectiontimeline/internal/inspection"

// Status says how reading a file ended.
type Status string

// The ways in which reading ends.
const (
	Read       Status = "read"
	NotALetter Status = "not_a_letter" // a readable file that is something else
	Unreadable Status = "unreadable"   // no text could be had from it; Reading.Error says why
)

// Found is a value with its evidence.
type Found[T any] struct {
	Value     T                    `json:"value"`
	Page      int                  `json:"page"`  // of the first line of the quote, counted from 1
	Quote     string               `json:"quote"` // lines of the letter, word for word; several are joined by "\n"
	Rule      string               `json:"rule"`  // the rule that found it, as "ilacs.table"
	Certainty inspection.Certainty `json:"certainty"`
}

// Reading is what one file says.
type Reading struct {
	Status Status `json:"status"`
	Error  string `json:"error,omitempty"` // for an officer: what is wrong and what to do, where the file was not read

	Framework      *Found[string]          `json:"framework,omitempty"` // kind of letter, in the codes of --json: "ilacs-standard"
	Authority      *Found[Name]            `json:"authority,omitempty"`
	Also           []Found[Name]           `json:"also,omitempty"` // the other authorities of one letter to several
	Start          *Found[inspection.Date] `json:"start,omitempty"`
	End            *Found[inspection.Date] `json:"end,omitempty"`
	Published      *Found[inspection.Date] `json:"published,omitempty"`
	LeadInspector  *Found[string]          `json:"lead_inspector,omitempty"`
	Judgements     []Judgement             `json:"judgements,omitempty"`
	Items          []Item                  `json:"items,omitempty"`
	Visit          *Visit                  `json:"visit,omitempty"`
	Warnings       []string                `json:"warnings,omitempty"`
	NotFinal       *Found[string]          `json:"not_final,omitempty"` // words that say a draft, for factual accuracy, before publication
	StatementDueOn *Found[inspection.Date] `json:"statement_due,omitempty"`

	Pages []string `json:"pages,omitempty"` // the text of each page, as quotes are taken from it
}

// Name is an authority as the letter prints it, and the body of the register that it was matched to.
type Name struct {
	Printed string `json:"printed"`
	BodyID  string `json:"body,omitempty"` // empty where the register has no such body
	URN     string `json:"urn,omitempty"`
}

// Judgement is the grade given to one strand, by their codes; the Found value is the grade.
type Judgement struct {
	Strand string `json:"strand"`
	Found[string]
}

// Item is one area to improve, recommendation or area for priority action. The Found value is its text: whole, on one
// line, word for word, without bullet, number, footnote digit or page footer.
type Item struct {
	Kind         inspection.RecommendationKind `json:"kind"`
	Body         string                        `json:"body"` // "authority", "lscb", or the responsible body as printed
	FrameworkTag string                        `json:"framework_tag,omitempty"`
	Found[string]
}

// Visit is what only the letters of focused and monitoring visits print.
type Visit struct {
	Number       *Found[int]     `json:"number,omitempty"` // of a monitoring visit, counted since the judgement of inadequate
	Topic        *Found[string]  `json:"topic,omitempty"`
	Inspectors   []Found[string] `json:"inspectors,omitempty"`
	AreasCovered []Found[string] `json:"areas_covered,omitempty"`
}

// Limits of what is read at all.
const (
	MaxBytes = 25 << 20
	MaxPages = 400
)
