package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// filter reads the query of a list page: what was asked for, what is wrong with it, and the addresses of the same list
// with one thing changed. It works by address alone, so that a filtered list can be kept and sent on.
type filter struct {
	Path    string
	Selects []selectBox
	Carried []carried // what the form keeps though it has no control for it

	asked    url.Values
	kept     url.Values // the part that was understood
	problems inspection.Problems
}

// selectBox is one control of the form: a list from which one entry, or all, is chosen.
type selectBox struct {
	Name    string // of the query parameter, and the ID of the control
	Label   string
	All     string // the entry that chooses nothing
	Groups  []optionGroup
	Problem string
	Left    string // a sentence where some are left out because they are too many for a list
	Ways    []Link // to those that are left out
}

// optionGroup is a part of a selectBox under a heading of its own; without a heading its options stand alone.
type optionGroup struct {
	Heading string
	Options []selectOption
}

type selectOption struct {
	Value, Name string
	Chosen      bool
}

type carried struct{ Name, Value string }

// newFilter returns the filter of a list. Where the list shows the record of a past day, which asOf has read before, its
// addresses and its form keep that day.
func newFilter(c *gin.Context) *filter {
	f := &filter{Path: c.Request.URL.Path, asked: c.Request.URL.Query(), kept: url.Values{}}
	if day := pastDay(c); day.Known() {
		f.keep(asAt, day.ISO())
		f.Carried = append(f.Carried, carried{asAt, day.ISO()})
	}
	return f
}

// choose adds a control and returns the value asked for, empty where there is none or where it is no option; that is
// then one of the problems, and the other controls keep their values. What says what is chosen, as "a theme".
func (f *filter) choose(name, label, all, what string, groups ...optionGroup) string {
	value := f.asked.Get(name)
	one := selectBox{Name: name, Label: label, All: all}
	found := value == ""
	for _, group := range groups {
		if len(group.Options) == 0 {
			continue
		}
		group.Options = slices.Clone(group.Options)
		for i := range group.Options {
			if value != "" && group.Options[i].Value == value {
				group.Options[i].Chosen, found = true, true
			}
		}
		one.Groups = append(one.Groups, group)
	}
	if !found {
		one.Problem = f.wrong(name, fmt.Sprintf("Choose %s from the list: “%s” is not on it", what, shortened(value)))
		value = ""
	}
	f.Selects = append(f.Selects, one)
	f.keep(name, value)
	return value
}

// chooseBody is choose for a body of the register, of those that options lists. Where there are too many authorities for a
// list, it has those near home and near the one that is asked for.
func (f *filter) chooseBody(known *registerData, today inspection.Date, label, all, what string, options bodyLister) string {
	near := known.near(f.asked.Get("authority"))
	value := f.choose("authority", label, all, what, options(near, today)...)
	if len(near) < len(known.bodies) {
		one := &f.Selects[len(f.Selects)-1]
		one.Left = "Not every authority is listed."
		one.Ways = []Link{{Name: "Find any other among all authorities", Address: "/authorities"}}
	}
	return value
}

const (
	// mostRegions is how many regions a list holds. England has nine.
	mostRegions = 60
	// everyRegion is how far those stand apart of which a longer list holds one each.
	everyRegion = 30
)

// chooseRegion adds the control by which a region is chosen. Of very many it lists some from the whole alphabet and those
// around the one that is asked for, or that is usual, so that two choices lead to any.
func (f *filter) chooseRegion(label, all string, regions []string, usual string) string {
	listed := regions
	if len(regions) > mostRegions {
		at := slices.Index(regions, f.asked.Get("region"))
		if at < 0 {
			at = max(0, slices.Index(regions, usual))
		}
		listed = nil
		for i, region := range regions {
			if i%everyRegion == 0 || i == len(regions)-1 || max(i-at, at-i) <= everyRegion/2 || region == usual {
				listed = append(listed, region)
			}
		}
	}
	value := f.choose("region", label, all, "a region", optionsOf(slices.Clone(listed)))
	if len(listed) < len(regions) {
		f.Selects[len(f.Selects)-1].Left = fmt.Sprintf("%d of %d regions are listed. Choose the one nearest in the alphabet to see those beside it.", len(listed), len(regions))
	}
	return value
}

// bodyLister makes options of bodies, as they are on a day.
type bodyLister func(bodies []inspection.Body, today inspection.Date) []optionGroup

// near returns the bodies that a list offers: all of them or, where there are more authorities than fit on a page, the home
// place's, the chosen one, and those in the regions of both.
func (d *registerData) near(chosen string) []inspection.Body {
	if d.authorities <= mostAuthorities {
		return d.bodies
	}
	regions, wanted := map[string]bool{}, map[string]bool{chosen: true}
	for _, b := range d.home {
		wanted[b.ID] = true
	}
	for i := range d.bodies {
		if b := &d.bodies[i]; wanted[b.ID] && b.Region != "" {
			regions[b.Region] = true
		}
	}
	for i := range d.bodies {
		if b := &d.bodies[i]; b.Kind == inspection.Authority && regions[b.Region] {
			wanted[b.ID] = true
		}
	}
	var out []inspection.Body
	for i := range d.bodies {
		if b := &d.bodies[i]; wanted[b.ID] || b.Kind == inspection.Provider || b.Kind == inspection.Partnership && wanted[b.ListedOn] {
			out = append(out, *b)
		}
	}
	return out
}

// oneOf returns the value of a parameter that has no control, and the usual one where nothing is asked for.
func (f *filter) oneOf(name, usual, what string, values ...string) string {
	value := f.asked.Get(name)
	if value == "" {
		return usual
	}
	if !slices.Contains(values, value) {
		f.wrong(name, fmt.Sprintf("“%s” is not %s of this list: use the links above its columns", shortened(value), what))
		return usual
	}
	f.keep(name, value)
	f.Carried = append(f.Carried, carried{name, value})
	return value
}

// page returns the number of the page asked for, from 1.
func (f *filter) page() int {
	value := f.asked.Get("page")
	if value == "" {
		return 1
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < 1 {
		f.wrong("page", fmt.Sprintf("“%s” is not the number of a page: follow a link of the list", shortened(value)))
		return 1
	}
	return number
}

func (f *filter) keep(name, value string) {
	if value != "" {
		f.kept.Set(name, value)
	}
}

func (f *filter) wrong(field, words string) string {
	f.problems = append(f.problems, inspection.Problem{Field: field, Words: words})
	return words
}

// listBase returns what every page has, with what is wrong in the address.
func (s *Server) listBase(c *gin.Context, title string, f *filter) Page {
	page := s.base(c, title)
	page.wrong(f.problems)
	if page.AsOf != nil {
		page.AsOf.keep(f.kept)
	}
	return page
}

// status is that of a page under a filter: a fault in the address is answered with the page, and said to be one.
func (f *filter) status() int {
	if len(f.problems) > 0 {
		return http.StatusBadRequest
	}
	return http.StatusOK
}

// Filtered reports whether the form narrows the list.
func (f *filter) Filtered() bool {
	return slices.ContainsFunc(f.Selects, func(c selectBox) bool { return f.kept.Has(c.Name) || c.Problem != "" })
}

// Chosen names what the list is narrowed to, for readers and for paper, where the form is not shown.
func (f *filter) Chosen() string {
	var names []string
	for _, one := range f.Selects {
		for _, group := range one.Groups {
			for _, o := range group.Options {
				if o.Chosen {
					names = append(names, o.Name)
				}
			}
		}
	}
	return strings.Join(names, " · ")
}

// with returns the address of the same list with some parameters changed, given as name and value in turn.
func (f *filter) with(changes ...string) string {
	query := url.Values{}
	for name, values := range f.kept {
		query[name] = values
	}
	for i := 0; i+1 < len(changes); i += 2 {
		query.Del(changes[i])
		if changes[i+1] != "" {
			query.Set(changes[i], changes[i+1])
		}
	}
	if len(query) == 0 {
		return f.Path
	}
	return f.Path + "?" + query.Encode()
}

// shortened cuts what somebody sent to a length that fits a message.
func shortened(value string) string {
	const most = 40
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}

// bodyOptions lists the bodies under which inspections are listed, those that have ended by today and those still to come
// apart. Partnerships are listed under their councils.
func bodyOptions(bodies []inspection.Body, today inspection.Date) []optionGroup {
	groups := []optionGroup{{Heading: "Places with several councils"}, {Heading: "Councils"}, {Heading: "Councils that have ended"}, {Heading: "Providers"}, {Heading: "Councils to come"}}
	for _, b := range bodies {
		i := -1
		switch {
		case !b.BegunBy(today) && b.Kind == inspection.Authority:
			i = 4
		case !b.BegunBy(today): // the place of councils to come
		case b.Kind == inspection.Place:
			i = 0
		case b.Kind == inspection.Authority && !b.EndedBy(today):
			i = 1
		case b.Kind == inspection.Authority:
			i = 2
		case b.Kind == inspection.Provider:
			i = 3
		}
		if i >= 0 {
			groups[i].Options = append(groups[i].Options, selectOption{Value: b.ID, Name: b.Name})
		}
	}
	return groups
}

// columnHead is the head of a column, with the link that orders the list by it.
type columnHead struct {
	Name    string
	Address string // empty where the list cannot be ordered by it
	Order   string // for aria-sort: ascending, descending or none
}

// head returns the head of a column by which the list can be ordered. Another column's first order is downward where the
// latest matters most; the one that already orders the list turns round.
func (f *filter) head(name string, by, now store.InspectionSort, descending, downFirst bool) columnHead {
	out := columnHead{Name: name, Order: "none"}
	down := downFirst
	if by == now {
		down = !descending
		out.Order = direction(descending)
	}
	out.Address = f.with("sort", string(by), "order", direction(down))
	return out
}

func direction(descending bool) string {
	if descending {
		return "descending"
	}
	return "ascending"
}

// pagination leads through the pages of a list.
type pagination struct {
	Previous, Next string
	Items          []pageItem
}

// pageItem is the link to one page, or the gap between two that are not neighbours.
type pageItem struct {
	Number  int
	Address string
	Here    bool
	Gap     bool
}

// paginate returns the way through a list of so many pages; nil where one is enough. It shows the first and last page
// and those beside the one that is shown.
func (f *filter) paginate(page, pages int) *pagination {
	if pages < 2 {
		return nil
	}
	address := func(number int) string {
		if number == 1 {
			return f.with("page", "")
		}
		return f.with("page", strconv.Itoa(number))
	}
	var out pagination
	if page > 1 {
		out.Previous = address(page - 1)
	}
	if page < pages {
		out.Next = address(page + 1)
	}
	last := 0
	for number := 1; number <= pages; number++ {
		if number != 1 && number != pages && (number < page-1 || number > page+1) {
			continue
		}
		if number > last+1 {
			out.Items = append(out.Items, pageItem{Gap: true})
		}
		out.Items = append(out.Items, pageItem{Number: number, Address: address(number), Here: number == page})
		last = number
	}
	return &out
}
