package web

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// inspectionListPage lists inspections and visits of all kinds.
type inspectionListPage struct {
	Page
	Filter  *filter
	Found   string
	Undated string // how many of a year's are counted by when inspectors came
	Range   string // which of those found this page shows; empty where it shows all
	Heads   []columnHead
	Rows    []inspectionRow
	Pages   *pagination

	Judgements *downloads // of the judgements, each on a row
}

type inspectionRow struct {
	Link      Link // named by the kind
	Topic     string
	Whom      []whomView
	Fieldwork string
	Published string
	Outcome   string
}

// whomView is a body that an inspection was of. One that is not confirmed says so wherever it is named.
type whomView struct {
	Link      Link // without an address where the body has no page
	Confirmed bool
}

const inspectionsPerPage = 50

// The order in which the list stands where none is asked for: what came out last is first.
const (
	usualInspectionSort = store.SortByDay
	usualDirection      = "descending"
)

// inspectionsAsked is what a list of inspections was asked for.
type inspectionsAsked struct {
	filter *filter
	wanted store.InspectionFilter
	record *inspection.Record // who there is, and the rules
	day    inspection.Date
}

func (s *Server) askInspections(c *gin.Context) (*inspectionsAsked, error) {
	day, err := s.asOf(c)
	if err != nil {
		return nil, err
	}
	known, err := s.register(c)
	if err != nil {
		return nil, err
	}
	r := &inspection.Record{Catalogue: known.catalogue, Bodies: known.bodies}
	f := newFilter(c)
	wanted := store.InspectionFilter{
		OutBy:     pastDay(c),
		Authority: f.chooseBody(known, s.today(), "Authority", "Every authority", "an authority", bodyOptions),
		Kind:      f.choose("kind", "Kind", "Every kind", "a kind of inspection", kindOptions(r.Catalogue)),
		Framework: f.choose("framework", "Inspection rules", "All rules", "a set of inspection rules", frameworkOptions(r.Catalogue)),
	}
	// A year that is no option reads as none, and is then among the problems.
	wanted.Year, _ = strconv.Atoi(f.choose("year", "Year published", "Every year", "a year", yearOptions(day)))
	var sorts []string
	for _, by := range store.InspectionSorts() {
		sorts = append(sorts, string(by))
	}
	wanted.Sort = store.InspectionSort(f.oneOf("sort", string(usualInspectionSort), "an order", sorts...))
	wanted.Descending = f.oneOf("order", usualDirection, "a direction", "ascending", "descending") == "descending"
	return &inspectionsAsked{f, wanted, r, day}, nil
}

func (s *Server) listInspections(c *gin.Context) error {
	asked, err := s.askInspections(c)
	if err != nil {
		return err
	}
	f, wanted, r := asked.filter, asked.wanted, asked.record
	number := f.page()
	wanted.Limit, wanted.Offset = inspectionsPerPage, (number-1)*inspectionsPerPage

	list, total, err := s.store.Inspections(c.Request.Context(), wanted)
	if err != nil {
		return err
	}
	pages := max(1, (total+inspectionsPerPage-1)/inspectionsPerPage)
	if number > pages {
		f.wrong("page", fmt.Sprintf("There is no page %d: choose one of this list, which has %s", number, inspection.CountWords(pages, "page", "pages")))
		number, wanted.Offset = 1, 0
		if list, total, err = s.store.Inspections(c.Request.Context(), wanted); err != nil {
			return err
		}
	}
	first := wanted.Offset + 1
	all := list
	if (wanted.Authority != "" || wanted.Year != 0) && total > len(list) {
		wanted.Limit, wanted.Offset = 0, 0
		if all, _, err = s.store.Inspections(c.Request.Context(), wanted); err != nil {
			return err
		}
	}
	page := inspectionListPage{
		Page: s.listBase(c, "Inspections and visits", f), Filter: f, Pages: f.paginate(number, pages),
		Found: foundWords(wanted, all, total), Undated: undatedWords(wanted, all), Judgements: tableFiles("/judgements", f.kept),
		Heads: []columnHead{
			f.head("Inspection or visit", store.SortByKind, wanted.Sort, wanted.Descending, false),
			f.head("Of whom", store.SortByAuthority, wanted.Sort, wanted.Descending, false),
			f.head("Inspectors came", store.SortByStart, wanted.Sort, wanted.Descending, true),
			f.head("Published", store.SortByDay, wanted.Sort, wanted.Descending, true),
			{Name: "What they concluded"},
		},
	}
	if pages > 1 {
		page.Range = fmt.Sprintf("%d to %d are shown here.", first, first+len(list)-1)
	}
	for _, in := range list {
		page.Rows = append(page.Rows, inspectionRowOf(r, in))
	}
	return s.render(c, f.status(), "inspection_list", page)
}

func inspectionRowOf(r *inspection.Record, in *inspection.Inspection) inspectionRow {
	k, _ := r.Catalogue.Kind(in.Kind)
	row := inspectionRow{
		Link: Link{Name: k.Name, Address: inspectionAddress(in)}, Topic: in.Topic, Whom: whom(r, in),
		Fieldwork: fieldworkWords(in), Published: in.Published.Words(), Outcome: r.OutcomeWords(in),
	}
	if !in.Published.Known() {
		row.Published = "Date not found"
		if in.Document == inspection.DocumentNotPublished {
			row.Published = "Not published"
		}
	}
	return row
}

func fieldworkWords(in *inspection.Inspection) string {
	if in.WhenWords != "" {
		return in.WhenWords
	}
	if !in.FieldworkStart.Known() && !in.FieldworkEnd.Known() {
		return "Dates not found"
	}
	return inspection.DateRangeWords(in.FieldworkStart, in.FieldworkEnd)
}

// whom names the bodies that an inspection was of.
func whom(r *inspection.Record, in *inspection.Inspection) []whomView {
	var out []whomView
	for _, b := range in.Bodies {
		body, _ := r.Body(b.BodyID)
		out = append(out, whomView{Link: Link{Name: r.Name(b.BodyID), Address: bodyAddress(body)}, Confirmed: b.Confirmed})
	}
	return out
}

// bodyAddress is where a body is shown. A partnership stands on its council's page, a provider has the list of its
// inspections.
func bodyAddress(body inspection.Body) string {
	switch {
	case body.HasPage():
		return bodyLink(body).Address
	case body.ListedOn != "":
		return "/authorities/" + body.ListedOn
	case body.Kind == inspection.Provider:
		return "/inspections?" + url.Values{"authority": {body.ID}}.Encode()
	}
	return ""
}

func kindOptions(catalogue *inspection.Catalogue) optionGroup {
	var out optionGroup
	for _, k := range catalogue.Kinds() {
		out.Options = append(out.Options, selectOption{Value: k.Code, Name: k.Name})
	}
	return out
}

// frameworkOptions lists the frameworks under which anything can have been inspected.
func frameworkOptions(catalogue *inspection.Catalogue) optionGroup {
	var out optionGroup
	for _, f := range catalogue.Frameworks() {
		if !f.Announced {
			out.Options = append(out.Options, selectOption{Value: f.Code, Name: capital(f.PlainName)})
		}
	}
	return out
}

// yearOptions lists the years of the record up to a day, the latest first.
func yearOptions(day inspection.Date) optionGroup {
	var out optionGroup
	for year := day.Year(); year >= inspection.RecordBegins.Year(); year-- {
		out.Options = append(out.Options, selectOption{Value: strconv.Itoa(year), Name: strconv.Itoa(year)})
	}
	return out
}

// foundWords counts what a filter found. An inspection that is not confirmed to be of the authority asked for is in the
// list and not in its count.
func foundWords(filter store.InspectionFilter, all []*inspection.Inspection, total int) string {
	unsure := 0
	for _, in := range all {
		if filter.Authority != "" && !in.Confirmed() {
			unsure++
		}
	}
	words := inspection.CountWords(total-unsure, "inspection or visit", "inspections and visits")
	if unsure > 0 {
		words += fmt.Sprintf(", and %d not confirmed", unsure)
	}
	return words
}

// undatedWords says how many inspections of a year are not known to have come out in it; empty where all are.
func undatedWords(filter store.InspectionFilter, all []*inspection.Inspection) string {
	undated := 0
	for _, in := range all {
		if filter.Year != 0 && !in.Published.Known() {
			undated++
		}
	}
	switch undated {
	case 0:
		return ""
	case 1:
		return "1 of them is counted by when inspectors came, since its day of publication is not known."
	}
	return fmt.Sprintf("%d of them are counted by when inspectors came, since their day of publication is not known.", undated)
}
