package opendata

import (
	"errors"
	"net/http"

	"inspectiontimeline/internal/inspection"
)

// ProblemType is the media type of a Problem (RFC 9457).
const ProblemType = "application/problem+json"

// Problem says what went wrong, in the form of RFC 9457.
type Problem struct {
	Type   string  `json:"type" doc:"Kind of problem: about:blank, since the status says it"`
	Title  string  `json:"title" doc:"What went wrong, in a few words"`
	Status int     `json:"status" doc:"The HTTP status"`
	Detail string  `json:"detail" doc:"What went wrong and what to do, in sentences"`
	Errors []Fault `json:"errors" doc:"What is wrong with single parameters or fields; empty where the problem is not about one"`
}

// Fault is what is wrong with one parameter or one field.
type Fault struct {
	Field   string   `json:"field" doc:"Name of the parameter or field"`
	Words   string   `json:"words" doc:"What is wrong with it and what to do"`
	Allowed []string `json:"allowed,omitempty" doc:"The values or names that are allowed, where they can be listed"`
}

// Refusal is a question that cannot be answered, or something sent that cannot be taken, for reasons of its own.
type Refusal struct {
	Status int    // 0: 400
	Title  string // empty: that of the status
	Detail string // empty: what the faults say
	Faults []Fault
}

// Error says the faults for a log.
func (r *Refusal) Error() string {
	words := "refused: " + r.Title + r.Detail
	for _, fault := range r.Faults {
		words += "; " + fault.Field + ": " + fault.Words
	}
	return words
}

// Problem returns what is said to the one who asked.
func (r *Refusal) Problem() Problem {
	status := r.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	p := Problem{Type: "about:blank", Title: r.Title, Status: status, Detail: r.Detail, Errors: r.Faults}
	if p.Title == "" {
		p.Title = "The question cannot be read"
	}
	if p.Detail == "" {
		p.Detail = "Something in the address is wrong. Nothing has been changed."
		if len(r.Faults) > 0 {
			p.Detail = r.Faults[0].Field + ": " + r.Faults[0].Words + "."
		}
	}
	if p.Errors == nil {
		p.Errors = []Fault{}
	}
	return p
}

// ProblemOf returns what is said of an error, and false where the error is a fault of the program or of the database, of which
// nothing may be said.
func ProblemOf(err error) (Problem, bool) {
	var refused *Refusal
	var problems inspection.Problems
	switch {
	case errors.As(err, &refused):
		return refused.Problem(), true
	case errors.As(err, &problems):
		return (&Refusal{Faults: Faults(problems)}).Problem(), true
	case errors.Is(err, inspection.ErrNotFound):
		return (&Refusal{
			Status: http.StatusNotFound, Title: "Not found",
			Detail: "There is nothing at this address. Check it, or begin at " + Root + ", which lists what there is.",
		}).Problem(), true
	}
	return (&Refusal{
		Status: http.StatusInternalServerError, Title: "Something went wrong", Detail: "The answer could not be made. Nothing has been changed. Try again in a moment.",
	}).Problem(), false
}

// Faults returns problems as they are said to programs.
func Faults(problems inspection.Problems) []Fault {
	out := make([]Fault, 0, len(problems))
	for _, p := range problems {
		out = append(out, Fault{Field: p.Field, Words: p.Words})
	}
	return out
}
