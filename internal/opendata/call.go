package opendata

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// Interface is what operations are answered from.
type Interface struct {
	Store   *store.Store
	Home    string                                               // slug of the home place
	Address string                                               // the public one, without a slash at its end; empty: addresses begin at the root of the host
	Today   func() inspection.Date                               // the day in London
	Bodies  func(context.Context) ([]inspection.Body, error)     // every body of the register
	England func(context.Context) (*inspection.England, error)   // the record of England
	Rules   func(context.Context) (*inspection.Catalogue, error) // every framework
}

// New returns an Interface that reads everything from a database, once for all that is asked of it.
func New(s *store.Store, home, address string, today func() inspection.Date) *Interface {
	register := once(s.Register)
	return &Interface{
		Store: s, Home: home, Address: strings.TrimRight(address, "/"), Today: today,
		Bodies: func(ctx context.Context) ([]inspection.Body, error) {
			all, err := register(ctx)
			if err != nil {
				return nil, err
			}
			return all.Bodies, nil
		},
		Rules: func(ctx context.Context) (*inspection.Catalogue, error) {
			all, err := register(ctx)
			if err != nil {
				return nil, err
			}
			return all.Catalogue, nil
		},
		England: once(func(ctx context.Context) (*inspection.England, error) {
			record, err := s.England(ctx)
			if err != nil {
				return nil, err
			}
			return inspection.NewEngland(record), nil
		}),
	}
}

// once keeps what was read without fault.
func once[T any](read func(context.Context) (*T, error)) func(context.Context) (*T, error) {
	var held *T
	return func(ctx context.Context) (*T, error) {
		if held != nil {
			return held, nil
		}
		made, err := read(ctx)
		if err == nil {
			held = made
		}
		return made, err
	}
}

// Asked is a question: who asks, and with which parameters.
type Asked struct {
	Reader  inspection.Audience // everybody where empty
	Officer inspection.Actor    // in whose eyes letters are seen in the record of changes; nobody's where empty
	Path    map[string]string
	Query   url.Values
}

// Call is an operation being answered. Its parameters have been checked.
type Call struct {
	*Interface
	Operation Operation
	Reader    inspection.Audience
	Officer   inspection.Actor

	path   map[string]string
	query  url.Values // each parameter once, without the empty ones
	day    inspection.Date
	past   bool
	faults []Fault
}

// asAt is the parameter for the day as of which something is asked.
const asAt = "as-at"

// Ask answers a question. It fails with *Refusal where the question is wrong and with inspection.ErrNotFound where what it
// names is not on the record, or not for the one who asks.
func (o Operation) Ask(ctx context.Context, in *Interface, asked Asked) (any, error) {
	c := &Call{Interface: in, Operation: o, Reader: asked.Reader, Officer: asked.Officer, path: asked.Path, query: url.Values{}, day: in.Today()}
	if c.Reader == "" {
		c.Reader = inspection.ForPublic
	}
	c.faults = o.Unknown(asked.Query)
	for _, p := range o.Parameters {
		if p.InPath || p.InHeader {
			continue
		}
		if value := strings.TrimSpace(asked.Query.Get(p.Name)); value != "" {
			if err := c.take(ctx, p, value); err != nil {
				return nil, err
			}
		}
	}
	if len(c.faults) > 0 {
		return nil, &Refusal{Faults: c.faults}
	}
	document, err := o.answer(ctx, c)
	if err == nil && len(c.faults) > 0 {
		err = &Refusal{Faults: c.faults}
	}
	if err != nil {
		return nil, err
	}
	return document, nil
}

// Unknown says which parts of a query the operation does not know, or gets more than once.
func (o Operation) Unknown(query url.Values) []Fault {
	var known []string
	for _, p := range o.Parameters {
		if !p.InPath && !p.InHeader {
			known = append(known, p.Name)
		}
	}
	var out []Fault
	for name, values := range query {
		switch {
		case !slices.Contains(known, name) && len(known) == 0:
			out = append(out, Fault{Field: name, Words: "This address takes no parameters: leave it out"})
		case !slices.Contains(known, name):
			out = append(out, Fault{Field: name, Words: "This address has no such parameter: leave it out, or use one of those that are allowed", Allowed: known})
		case len(values) > 1:
			out = append(out, Fault{Field: name, Words: "Give this parameter once"})
		}
	}
	slices.SortFunc(out, func(a, b Fault) int { return strings.Compare(a.Field, b.Field) })
	return out
}

// longestValue is more than any value of a parameter needs.
const longestValue = 1000

// take reads one parameter.
func (c *Call) take(ctx context.Context, p Parameter, value string) error {
	if len(value) > longestValue && p.Name != searchWords {
		c.Wrong(p.Name, "This is too long")
		return nil
	}
	c.query.Set(p.Name, value)
	switch p.Kind {
	case DayValue:
		c.takeDay(p, value)
		return nil
	case NumberValue:
		if n, err := strconv.Atoi(value); err != nil || n < 1 {
			c.Wrong(p.Name, fmt.Sprintf("“%s” is not a whole number from 1", shortened(value)))
		}
		return nil
	}
	allowed := p.OneOf
	if p.From != nil {
		var err error
		if allowed, err = p.From(ctx, c); err != nil {
			return err
		}
	}
	if allowed == nil {
		return nil
	}
	values := []string{value}
	if p.Kind == ListValue {
		values = listed(value)
	}
	for _, one := range values {
		if !slices.Contains(allowed, one) {
			c.faults = append(c.faults, notAllowed(p, one, allowed))
		}
	}
	return nil
}

// mostNamed is how many allowed values a fault names. More of them are listed at an address.
const mostNamed = 250

func notAllowed(p Parameter, value string, allowed []string) Fault {
	fault := Fault{Field: p.Name, Words: fmt.Sprintf("“%s” is not a value of this parameter: use one of those that are allowed", shortened(value)), Allowed: allowed}
	if len(allowed) > mostNamed {
		fault.Allowed = nil
		fault.Words = fmt.Sprintf("“%s” is not a value of this parameter", shortened(value))
	}
	if p.At != "" {
		fault.Words += "; they are listed at " + Root + p.At
	}
	return fault
}

// takeDay reads a day from the beginning of the record to today.
func (c *Call) takeDay(p Parameter, value string) {
	day, err := inspection.ParseDate(value)
	switch {
	case err != nil || !day.Exact():
		c.Wrong(p.Name, fmt.Sprintf("“%s” is not a day: give year, month and day, such as 2022-11-25", shortened(value)))
	case day.Before(inspection.RecordBegins):
		c.Wrong(p.Name, fmt.Sprintf("This record begins on %s: give that day or a later one", inspection.RecordBegins.ISO()))
	case day.After(c.Today()):
		c.Wrong(p.Name, fmt.Sprintf("%s is still to come: give today or an earlier day", day.ISO()))
	case p.Name == asAt && day.Before(c.Today()):
		c.day, c.past = day, true
	case p.Name == asAt:
		c.query.Del(asAt) // today is what is shown without it
	}
}

// Wrong notes what is wrong with a parameter. The question is then refused.
func (c *Call) Wrong(field, words string) {
	c.faults = append(c.faults, Fault{Field: field, Words: words})
}

// Get returns the value of a parameter; empty where it was not given.
func (c *Call) Get(name string) string {
	if value, ok := c.path[name]; ok {
		return value
	}
	return c.query.Get(name)
}

// Day is the day as of which the question is answered.
func (c *Call) Day() inspection.Date { return c.day }

// Past is that day where it is not today, and otherwise unknown.
func (c *Call) Past() inspection.Date {
	if c.past {
		return c.day
	}
	return inspection.Date{}
}

// number returns the value of a number, and the usual one where it was not given.
func (c *Call) number(name string, usual int) int {
	if n, err := strconv.Atoi(c.query.Get(name)); err == nil {
		return n
	}
	return usual
}

// date returns the value of a day; unknown where it was not given.
func (c *Call) date(name string) inspection.Date {
	day, err := inspection.ParseDate(c.query.Get(name))
	if err != nil {
		return inspection.Date{}
	}
	return day
}

// or returns the value of a parameter, and the usual one where it was not given.
func (c *Call) or(name, usual string) string {
	if value := c.Get(name); value != "" {
		return value
	}
	return usual
}

// link returns the full address of something below the public address, on the past day where one is asked for.
func (c *Call) link(path string) string {
	if day := c.Past(); day.Known() && c.carries(path) {
		sign := "?"
		if strings.Contains(path, "?") {
			sign = "&"
		}
		where, fragment, cut := strings.Cut(path, "#")
		path = where + sign + asAt + "=" + day.ISO()
		if cut {
			path += "#" + fragment
		}
	}
	return c.Address + path
}

// carries reports whether an address is of something that can be asked for as of a day.
func (c *Call) carries(path string) bool {
	where, query, _ := strings.Cut(path, "?")
	where, _, _ = strings.Cut(where, "#")
	if strings.Contains(query, asAt+"=") {
		return false
	}
	for _, o := range Operations() {
		if _, dated := o.parameter(asAt); dated && (matchesPath(Root+o.Path, where) || o.Page != "" && matchesPath(o.Page, where)) {
			return true
		}
	}
	return false
}

// matchesPath reports whether an address is one that a pattern with names in braces stands for.
func matchesPath(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (!strings.HasPrefix(want[i], "{") || got[i] == "") {
			return false
		}
	}
	return true
}

// self is the full address of what is asked, with some parameters changed, given as name and value in turn.
func (c *Call) self(changes ...string) string {
	return c.Address + c.at(Root+c.Operation.Path, changes...)
}

// page is the full address of the page that shows the same; nil where there is none.
func (c *Call) page() *string {
	if c.Operation.Page == "" {
		return nil
	}
	at := c.Address + c.at(c.Operation.Page)
	return &at
}

func (c *Call) at(pattern string, changes ...string) string {
	escaped := map[string]string{}
	for name, value := range c.path {
		escaped[name] = url.PathEscape(value)
	}
	query := url.Values{}
	for name, values := range c.query {
		query[name] = values
	}
	for i := 0; i+1 < len(changes); i += 2 {
		query.Del(changes[i])
		if changes[i+1] != "" {
			query.Set(changes[i], changes[i+1])
		}
	}
	if len(query) == 0 {
		return fill(pattern, escaped)
	}
	return fill(pattern, escaped) + "?" + query.Encode()
}

// record returns an empty record that knows every body and framework, for names.
func (c *Call) record(ctx context.Context) (*inspection.Record, error) {
	bodies, err := c.Bodies(ctx)
	if err != nil {
		return nil, err
	}
	catalogue, err := c.Rules(ctx)
	if err != nil {
		return nil, err
	}
	return &inspection.Record{Bodies: bodies, Catalogue: catalogue}, nil
}

// listed returns the parts of a list with commas between.
func listed(value string) []string {
	var out []string
	for one := range strings.SplitSeq(value, ",") {
		if one = strings.TrimSpace(one); one != "" {
			out = append(out, one)
		}
	}
	return out
}

// shortened cuts what somebody sent to a length that fits a message.
func shortened(value string) string {
	const most = 40
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}
