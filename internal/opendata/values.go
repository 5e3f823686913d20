package opendata

import (
	"inspectiontimeline/internal/inspection"
)

// Date is a calendar day with as much of it as is known.
type Date struct {
	Value       *string `json:"value" doc:"The day as year, year and month, or year, month and day (2016, 2016-04, 2016-04-27); null where it is not known"`
	Precision   string  `json:"precision" codes:"day|month|year|unknown" doc:"How much of the day is known"`
	Approximate bool    `json:"approximate" doc:"Whether the day was inferred, or sources do not agree on it"`
}

var precisions = map[inspection.Precision]string{
	inspection.Unknown: "unknown", inspection.ToYear: "year", inspection.ToMonth: "month", inspection.ToDay: "day",
}

func dateOf(d inspection.Date) Date {
	out := Date{Precision: precisions[d.Precision()], Approximate: d.Approximate()}
	if d.Known() {
		iso := d.ISO()
		out.Value = &iso
	}
	return out
}

// Code is a value from a list of values, by its code and in the words of the pages.
type Code struct {
	Code string `json:"code" doc:"For programs; it does not change"`
	Name string `json:"name" doc:"In words, as the pages say it"`
}

// codeOf returns a value with its words; nil where there is none.
func codeOf[T ~string](value T, words string) *Code {
	if value == "" {
		return nil
	}
	return &Code{string(value), words}
}

// Body is a council, a provider, a partnership or a place, by name.
type Body struct {
	ID   string  `json:"id" doc:"Its short name, which does not change"`
	Name string  `json:"name" doc:"Its name"`
	Self *string `json:"self" doc:"Where the interface says more about it; null where it has no page of its own"`
	Page *string `json:"page" doc:"Its page; null where it has none"`
}

// bodyOf names a body. Partnerships and providers stand on the pages of their authorities.
func (c *Call) bodyOf(b inspection.Body) Body {
	out := Body{ID: b.ID, Name: b.Name}
	if b.Kind == inspection.Authority || b.Kind == inspection.Place {
		out.Self, out.Page = address(c.link(Root+"/authorities/"+b.ID)), address(c.link("/authorities/"+b.ID))
	}
	return out
}

// bodyNamed names a body by its ID; nil where there is none.
func (c *Call) bodyNamed(r *inspection.Record, id string) *Body {
	if id == "" {
		return nil
	}
	b, known := r.Body(id)
	if !known {
		b = inspection.Body{ID: id, Name: id}
	}
	out := c.bodyOf(b)
	return &out
}

func (c *Call) bodiesOf(bodies []inspection.Body) []Body {
	out := make([]Body, 0, len(bodies))
	for _, b := range bodies {
		out = append(out, c.bodyOf(b))
	}
	return out
}

// Link names another record.
type Link struct {
	ID    string `json:"id" doc:"What names it"`
	Title string `json:"title" doc:"What it is called"`
	Self  string `json:"self" doc:"Where the interface says more about it"`
	Page  string `json:"page" doc:"Where the pages say more about it"`
}

func (c *Call) sourceLink(r *inspection.Record, id string) *Link {
	if id == "" {
		return nil
	}
	title := id
	if s, known := r.Source(id); known {
		title = s.Title
	}
	return &Link{ID: id, Title: title, Self: c.link(Root + "/sources/" + id), Page: c.link("/sources#" + id)}
}

func address(at string) *string { return &at }

// text returns a text; nil where there is none.
func text[T ~string](words T) *string {
	if words == "" {
		return nil
	}
	out := string(words)
	return &out
}

// count returns a number; nil where it is nothing, which then means that it is not known.
func count(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// texts returns a list that is never null.
func texts(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}

// List is what a list answers.
type List[T any] struct {
	Self        string  `json:"self" doc:"Address of this answer"`
	Page        *string `json:"page" doc:"The page for people that shows the same; null where there is none"`
	AsItStoodOn string  `json:"as_it_stood_on" doc:"The day as of which the record is shown"`
	Total       int     `json:"total" doc:"How many there are on all pages of the list"`
	PageNumber  int     `json:"page_number" doc:"Which page of the list this is, from 1"`
	Pages       int     `json:"pages" doc:"How many pages the list has; 1 where it is empty"`
	Next        *string `json:"next" doc:"Address of the next page; null on the last"`
	Prev        *string `json:"prev" doc:"Address of the page before; null on the first"`
	Items       []T     `json:"items" doc:"What is listed"`
}

// Document begins what a document about one thing answers.
type Document struct {
	Self        string  `json:"self" doc:"Address of this answer"`
	Page        *string `json:"page" doc:"The page for people that shows the same; null where there is none"`
	AsItStoodOn string  `json:"as_it_stood_on" doc:"The day as of which the record is shown"`
}

func (c *Call) document() Document {
	return Document{Self: c.self(), Page: c.page(), AsItStoodOn: c.Day().ISO()}
}
