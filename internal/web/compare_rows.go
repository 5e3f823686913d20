package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// The orders of a comparison besides those by a judgement, which go by its code.
const (
	sortByName = "name"
	sortByDate = "date"
)

// compareSort is the order in which the rows stand; by is empty for the group's own.
type compareSort struct {
	by         string
	descending bool
}

// compareRow is one authority's row.
type compareRow struct {
	Link   Link
	Own    bool
	Notes  []string
	Remove string // address without it, of the reader's own choice
	Date   string
	Cells  []compareCell

	latest    []inspection.LatestJudgement // of each cell
	published inspection.Date              // of the latest full inspection; unknown where it was not found, or none is held
}

// compareCell is where an authority stands in one judgement, with the date and the rules beside it.
type compareCell struct {
	latestCell
	Column  string
	Address string // of the inspection; empty where none is held
	Rules   string
}

// askSort reads the order of the rows. One by a judgement that the rules of the day do not have is left for days that do.
func (a *compareAsked) askSort() compareSort {
	options := []selectOption{{Value: sortByName, Name: "Name"}, {Value: sortByDate, Name: "Date of the latest inspection"}}
	for _, j := range a.columns {
		options = append(options, selectOption{Value: j.Code, Name: j.Short})
	}
	asked := a.filter.asked.Get("sort")
	later := slices.ContainsFunc(a.england.Catalogue.Judgements(), func(j inspection.Strand) bool { return j.Code == asked })
	if later && !slices.ContainsFunc(a.columns, func(j inspection.Strand) bool { return j.Code == asked }) {
		a.filter.asked.Del("sort")
		a.filter.keep("sort", asked)
	}
	out := compareSort{by: a.filter.choose("sort", "Sort by", "The group’s own order", "an order", optionGroup{Options: options})}
	usual := "ascending"
	if out.by == sortByDate {
		usual = "descending"
	}
	out.descending = a.filter.oneOf("order", usual, "a direction", "ascending", "descending") == "descending"
	return out
}

// addRows adds the table, the sentences above it and its heads.
func (p *compareShowPage) addRows(a *compareAsked, sort compareSort) {
	for _, m := range a.shown.Members {
		p.Rows = append(p.Rows, a.row(m))
	}
	for i, j := range a.columns {
		var latest []inspection.LatestJudgement
		for _, row := range p.Rows {
			latest = append(latest, row.latest[i])
		}
		if i == 0 {
			p.Counts = append(p.Counts, lastInspected(latest))
		}
		p.Counts = append(p.Counts, inspection.CountLatest(j, latest))
	}
	p.Heads = []columnHead{a.head("Authority", sortByName, sort, false), a.head("Latest full inspection published", sortByDate, sort, true)}
	for _, j := range a.columns {
		p.Heads = append(p.Heads, a.head(j.Short, j.Code, sort, false))
	}
	p.Sorted, p.Turn = a.sorted(sort)
	a.order(p.Rows, sort)
}

// lastInspected says under which rules authorities were last inspected. One whose report is not held is no authority without
// an inspection, and is counted apart.
func lastInspected(all []inspection.LatestJudgement) string {
	held := slices.DeleteFunc(slices.Clone(all), func(l inspection.LatestJudgement) bool { return l.NotHeld })
	missing := len(all) - len(held)
	words := fmt.Sprintf("%d whose report is not held", missing)
	switch {
	case missing == 0:
		return inspection.CountRules(held)
	case len(held) == 0:
		return "Last inspected: " + words + "."
	}
	return strings.TrimSuffix(inspection.CountRules(held), ".") + "; " + words + "."
}

func (a *compareAsked) row(m inspection.Comparable) compareRow {
	h, _ := a.england.History(m.Body.ID)
	out := compareRow{Link: bodyLink(m.Body), Own: m.Own}
	if m.Service != nil && m.Service.Confidence.Weak() {
		out.Notes = append(out.Notes, "not confirmed ("+m.Service.Confidence.Words()+")")
	}
	if !m.Own && a.comparing.Group == inspection.GroupChosen {
		out.Remove = a.without(m.Body.ID)
	}
	for _, j := range a.columns {
		l := a.england.LatestJudgement(h, j, a.day)
		cell := compareCell{latestCell: latestCellOf(inspection.Lane{Latest: l.Latest}), Column: j.Short}
		if l.Absence != "" && l.Absence != inspection.AbsentNoSuchJudgement {
			cell.Words = capital(l.AbsenceWords()) // the date stands below
		}
		if out.Date = capital(l.AbsenceWords()); l.Inspection != nil {
			day, published := l.Inspection.OutDay()
			out.Date = day.Words()
			if published {
				out.published = day
			} else {
				out.Date += " (end of fieldwork; publication date not found)"
			}
			cell.Address, cell.Rules, cell.When = inspectionAddress(l.Inspection), l.ShortRules(), l.When
		}
		out.latest, out.Cells = append(out.latest, l), append(out.Cells, cell)
	}
	return out
}

// order puts the rows in the order asked for. Those of which nothing is known stand last whichever way it goes.
func (a *compareAsked) order(rows []compareRow, sort compareSort) {
	column := slices.IndexFunc(a.columns, func(j inspection.Strand) bool { return j.Code == sort.by })
	turn := map[bool]int{false: 1, true: -1}[sort.descending]
	byName := func(x, y compareRow) int { return strings.Compare(x.Link.Name, y.Link.Name) }
	switch {
	case sort.by == sortByName:
		slices.SortStableFunc(rows, func(x, y compareRow) int { return turn * byName(x, y) })
	case sort.by == sortByDate:
		slices.SortStableFunc(rows, func(x, y compareRow) int {
			a, b := x.latestDay(), y.latestDay()
			if !a.Known() || !b.Known() {
				return cmp.Or(b.Compare(a), byName(x, y))
			}
			return cmp.Or(turn*a.Compare(b), byName(x, y))
		})
	case column >= 0:
		slices.SortStableFunc(rows, func(x, y compareRow) int {
			return cmp.Or(inspection.ByJudgement(x.latest[column], y.latest[column], sort.descending), byName(x, y))
		})
	}
}

func (r compareRow) latestDay() inspection.Date {
	if len(r.latest) == 0 || r.latest[0].Inspection == nil {
		return inspection.Date{}
	}
	day, _ := r.latest[0].Inspection.OutDay()
	return day
}

// head returns the head of a column, whose link sorts by it and, where it already does, turns the order round.
func (a *compareAsked) head(name, by string, sort compareSort, downFirst bool) columnHead {
	out := columnHead{Name: name, Order: "none"}
	down := downFirst
	if by == sort.by {
		down, out.Order = !sort.descending, direction(sort.descending)
	}
	out.Address = a.filter.with("sort", by, "order", direction(down))
	return out
}

// sorted says the order of the rows, with the way to the same turned round: where a table is stacked its heads do not show.
func (a *compareAsked) sorted(sort compareSort) (string, Link) {
	ways := [2]string{"best grade first", "lowest grade first"}
	name := "the judgement"
	switch sort.by {
	case "":
		if len(a.shown.Members) == 1 {
			return "", Link{}
		}
		order := "by name"
		switch a.comparing.Group {
		case inspection.GroupNeighbours:
			order = "nearest first, as the register lists them"
		case inspection.GroupChosen:
			order = "in the order in which they were added"
		}
		return fmt.Sprintf("%s stands first, then the others, %s.", a.comparing.Authority.Name, order), Link{}
	case sortByName:
		name, ways = "name", [2]string{"A to Z", "Z to A"}
	case sortByDate:
		name, ways = "date", [2]string{"oldest first", "latest first"}
	default:
		for _, j := range a.columns {
			if j.Code == sort.by {
				name = j.Phrase
			}
		}
	}
	now, other := ways[0], ways[1]
	if sort.descending {
		now, other = other, now
	}
	words := fmt.Sprintf("Sorted by %s, %s.", name, now)
	if sort.by != sortByName && sort.by != sortByDate {
		words += " Grades are ranked within one set of inspection rules. Those of older rules stand below, and authorities without a grade last."
	}
	return words, Link{Name: "Show " + other, Address: a.filter.with("sort", sort.by, "order", direction(!sort.descending))}
}

func (a *compareAsked) heading() string {
	name := a.comparing.Authority.Name
	switch a.comparing.Group {
	case inspection.GroupRegion:
		return name + " beside its region"
	case inspection.GroupType:
		return name + " beside councils of its type"
	case inspection.GroupTrust:
		return name + " beside authorities with the same children’s trust"
	case inspection.GroupChosen:
		return name + " beside authorities of your choice"
	}
	return name + " beside its statistical neighbours"
}

// about says which authorities the group holds and how sure that is, and whether there is a report to compare at all.
func (a *compareAsked) about(nameOf func(id string) string) []string {
	out := a.groupWords(nameOf)
	h, known := a.england.History(a.comparing.Authority.ID)
	if known && a.england.LatestJudgement(h, a.judgement, a.day).NotHeld {
		out = append(out, fmt.Sprintf("This record holds no full report of %s, so it has no grades to show. That does not mean that it was never inspected.",
			h.Body.Name))
	}
	return out
}

func (a *compareAsked) groupWords(nameOf func(id string) string) []string {
	b := a.comparing.Authority
	var out []string
	switch a.comparing.Group {
	case inspection.GroupNeighbours:
		n := len(b.NeighbourCodes())
		if n == 0 {
			return []string{fmt.Sprintf("The register lists no statistical neighbours for %s. Choose another group.", b.Name)}
		}
		out = append(out, fmt.Sprintf("Statistical neighbours: the %s that the public register lists for %s.", inspection.NumberWords(n), b.Name))
		if a.past() {
			out[0] += " The list is today’s, on this past day too."
		}
	case inspection.GroupRegion:
		if b.Region == "" {
			return []string{fmt.Sprintf("The register names no region for %s. Choose another group.", b.Name)}
		}
		out = append(out, fmt.Sprintf("Authorities of the same region in the register: %s.", b.Region))
	case inspection.GroupType:
		if b.Type == "" {
			return []string{fmt.Sprintf("The register names no type of council for %s. Choose another group.", b.Name)}
		}
		out = append(out, fmt.Sprintf("Councils of the same type in the register: %s.", b.Type))
	case inspection.GroupTrust:
		out = append(out, a.trustWords(nameOf)...)
	case inspection.GroupChosen:
		out = append(out, fmt.Sprintf("Add the authorities that you want to see beside %s, at most %d.", b.Name, mostChosen))
	}
	if a.fewer != "" {
		out = append(out, a.fewer)
	}
	return out
}

// trustWords says who ran the services on the day. The record of that is not complete, and says so.
func (a *compareAsked) trustWords(nameOf func(id string) string) []string {
	b, day := a.comparing.Authority, a.day.Words()
	if len(a.shown.Providers) == 0 {
		return []string{fmt.Sprintf("No children’s trust that ran children’s services of %s on %s is on this record. "+
			"That does not mean that there was none: this record knows of a few trusts only.", b.Name, day)}
	}
	var names []string
	for _, id := range a.shown.Providers {
		names = append(names, nameOf(id))
	}
	words := fmt.Sprintf("Children’s services of %s were run by %s on %s", b.Name, inspection.ListWords(names), day)
	if s := a.shown.Members[0].Service; s != nil && s.Confidence.Weak() {
		words += " (not confirmed: " + s.Confidence.Words() + ")"
	}
	out := []string{words + "."}
	if len(a.shown.Members) == 1 {
		out = append(out, "No other authority that it served on that day is on this record.")
	}
	return out
}

func (a *compareAsked) past() bool { return a.filter.kept.Has(asAt) }

// nameOf finds the name of a body that may be no authority.
func (s *Server) nameOf(c *gin.Context) func(id string) string {
	return func(id string) string {
		known, err := s.reference(c)
		if err != nil {
			return id
		}
		return (&inspection.Record{Bodies: known.bodies}).Name(id)
	}
}

func (a *compareAsked) leftOut() []leftOutView {
	var out []leftOutView
	for _, l := range a.shown.LeftOut {
		view := leftOutView{Words: l.Words(), Name: l.Body.Name}
		if a.comparing.Group == inspection.GroupChosen {
			view.Remove = a.without(l.Body.ID)
		}
		out = append(out, view)
	}
	return out
}

// without returns the address of the reader's own choice without one.
func (a *compareAsked) without(id string) string {
	rest := slices.DeleteFunc(slices.Clone(a.comparing.Chosen), func(one string) bool { return one == id })
	return a.filter.with("with", strings.Join(rest, ","))
}

// adding returns the form that adds an authority, without those that stand there already.
func (a *compareAsked) adding() *compareAdding {
	options := slices.DeleteFunc(a.options(inspection.Body{}), func(o selectOption) bool {
		return o.Value == a.comparing.Authority.ID || slices.Contains(a.comparing.Chosen, o.Value)
	})
	out := &compareAdding{Full: len(a.comparing.Chosen) >= mostChosen, Select: selectBox{
		Name: "with", Label: "Add an authority", All: "Choose an authority", Groups: []optionGroup{{Options: options}},
	}}
	var problems []string
	for _, problem := range a.filter.problems {
		if problem.Field == "with" {
			problems = append(problems, problem.Words)
		}
	}
	out.Select.Problem = strings.Join(problems, ". ")
	for name, values := range a.filter.kept {
		if name != "group" {
			out.Carried = append(out.Carried, carried{name, values[0]})
		}
	}
	out.Carried = append(out.Carried, carried{"group", string(inspection.GroupChosen)})
	slices.SortFunc(out.Carried, func(a, b carried) int { return strings.Compare(a.Name, b.Name) })
	return out
}
