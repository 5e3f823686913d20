package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

// englandSubject stands in addresses for overall effectiveness in all of England together. Other judgements, and parts of
// England, stand there by the code of the judgement.
const englandSubject = "england"

// englandShowPage shows how the grades of one judgement lay over England, or a part of it, through the years and on a day.
type englandShowPage struct {
	Page
	englandBase
	Heading  string
	Lead     string
	Complete string  // how far the lists go, where that is not to the day shown
	OneOf    string  // that the tables show one region, where all would be too many
	Figure   *figure // nil where no authority is meant
	On       string  // the day of the tables
	Splits   []standingTable
	Groups   []standGroup
	Official *officialView
	Whole    *downloads // of every inspection, as lists of England are brought in
}

// standingTable counts authorities by grade, a row for each part.
type standingTable struct {
	ID      string
	Heading string
	Part    string // what its rows are: "Region"
	Columns []mapKey
	Best    string // what the share is of: "Good or outstanding"
	Rows    []standingRow
	All     *standingRow // nil where one row says all
}

// standingRow counts the authorities of one part.
type standingRow struct {
	Name    string
	Address string // the same page of this part alone; empty where no address can ask for it
	Bar     []barPart
	Counts  []standingCount // in the order of the columns
	Total   int
	Share   string
}

type standingCount struct {
	Label   string // of the column
	Number  int
	Address string // the authorities behind it; empty for none
}

// barPart is one part of the bar of a row, in CSS pixels.
type barPart struct {
	Look  string
	Fill  string // the pattern that fills it: a grade's own, or that of all without a grade
	Left  string
	Width string
}

// standGroup lists the authorities behind one number.
type standGroup struct {
	ID      string
	Heading string
	Meaning string
	Look    string
	Stands  []mapStand
}

// officialView holds the record to the figures that Ofsted published.
type officialView struct {
	Lead string
	Rows []officialRow
}

type officialRow struct {
	Title    string
	Where    string
	When     string
	Official string
	Ours     string
	Differs  string // empty where both agree
}

func (s *Server) englandRoutes(r router) {
	r.get("/england", auth.ReadPublic, s.page(s.showEngland, reads{chosen: []string{"judgement", "region", "type", asAt}}))
}

func (s *Server) showEngland(c *gin.Context) error {
	a, err := s.askEngland(c)
	if err != nil {
		return err
	}
	a.askJudgement()
	a.askWhere(s.homeAuthority(c))
	made, err := chart.England(a.england, a.judgement.Code, a.where, a.day)
	if err != nil {
		return err
	}
	on := a.england.Seen(a.day)
	page := englandShowPage{
		Heading: a.judgement.Short + ", " + cmp.Or(a.where.Words(), "all of England"), Lead: made.Summary, On: on.Words(),
		Whole: tableFiles("/england/inspections", nil),
	}
	page.Page, page.englandBase = s.englandPage(c, a, "England over time: "+a.judgement.Short)
	if !made.Empty() {
		page.Figure = newFigureAsked(made, pastDay(c), whereQuery(a.where))
	}
	if on != a.day {
		page.Complete = fmt.Sprintf("The lists of full inspections are complete to %s. Reports published after that day are not counted here.",
			on.Words())
	}
	if a.oneRegion() {
		page.OneOf = fmt.Sprintf("The tables and the list show at most %d authorities at once. They are of %s alone.",
			mostAuthorities, a.listed.Region)
	}
	stands := a.england.Stands(a.judgement.Code, on, inspection.StandingBasis{PublishedBy: on}, a.listed)
	keys, listed := a.mapKeys(stands), a.listedStands(stands)
	page.Splits = a.standingTables(on, listed, keys)
	page.Groups = standGroups(listed, keys)
	page.Official = a.officialView()
	return s.render(c, a.filter.status(), "england_show", page)
}

// whereQuery is what names a part of England in an address.
func whereQuery(where inspection.Where) url.Values {
	out := url.Values{}
	for name, value := range map[string]string{"region": where.Region, "type": where.Type} {
		if value != "" {
			out.Set(name, value)
		}
	}
	return out
}

// englandChart makes the chart of a judgement, by its code, in the part of England that the address names.
func (s *Server) englandChart(c *gin.Context, id string) (chart.Chart, error) {
	a, err := s.askEngland(c)
	if err != nil {
		return chart.Chart{}, err
	}
	a.askWhere(inspection.Body{})
	if len(a.filter.problems) > 0 {
		return chart.Chart{}, a.filter.problems
	}
	judgement := id
	if id == englandSubject {
		judgement = inspection.OverallStrand
	}
	made, err := chart.England(a.england, judgement, a.where, a.day)
	if err == nil && (made.Empty() || made.Subject != id) {
		err = fmt.Errorf("chart of England %q: %w", id, inspection.ErrNotFound)
	}
	return made, err
}

// listedStand is where an authority stood, with the words that pages have for it.
type listedStand struct {
	inspection.Stand
	view mapStand
}

func (a *englandAsked) listedStands(stands []inspection.Stand) []listedStand {
	out := make([]listedStand, len(stands))
	for i, one := range stands {
		out[i] = listedStand{one, mapStandOf(a.england, one)}
		if one.Inspection != nil {
			f, _ := a.england.Catalogue.Framework(one.Inspection.Framework)
			out[i].view.Rules = fmt.Sprintf("rules of %d", a.england.Catalogue.Began(f.Family).Year())
		}
	}
	return out
}

// standingTables counts authorities by region and by type.
func (a *englandAsked) standingTables(on inspection.Date, stands []listedStand, keys []mapKey) []standingTable {
	tables := []standingTable{
		{ID: "by-region", Heading: "By region", Part: "Region"}, {ID: "by-type", Heading: "By type of council", Part: "Type of council"},
	}
	parameters := []string{"region", "type"}
	parts := []func(inspection.Body) string{
		func(b inspection.Body) string { return b.Region }, func(b inspection.Body) string { return b.Type },
	}
	scale, _ := a.england.Catalogue.Scale(a.judgement.Scale)
	var out []standingTable
	for i, table := range tables {
		byPart := map[string][]listedStand{}
		var names []string
		for _, one := range stands {
			name := parts[i](one.Body)
			if byPart[name] == nil {
				names = append(names, name)
			}
			byPart[name] = append(byPart[name], one)
		}
		if len(names) == 0 || len(names) == 1 && len(out) > 0 {
			continue // it would say the same again
		}
		slices.Sort(names)
		table.Columns, table.Best = keys, bestWords(scale)
		for _, name := range names {
			address := ""
			if name != "" {
				address = a.filter.with(parameters[i], name)
			}
			row := newStandingRow(on, byPart[name], keys, scale, address)
			row.Name, row.Address = cmp.Or(name, "Not known"), address
			table.Rows = append(table.Rows, row)
		}
		if len(names) > 1 {
			all := newStandingRow(on, stands, keys, scale, "")
			all.Name = "All of them"
			table.All = &all
		}
		out = append(out, table)
	}
	return out
}

// bestWords names the two best grades of a scale, of which Ofsted's figures are the share: "Good or outstanding".
func bestWords(scale inspection.Scale) string {
	if len(scale.Grades) < 2 {
		return ""
	}
	return scale.Grades[1].Name + " or " + lowerFirst(scale.Grades[0].Name)
}

// barWidth is the width of the bar of all authorities of a row.
const barWidth = 180

// newStandingRow counts some authorities by what the keys name. Its numbers lead to the list on the page at an address; empty:
// this one.
func newStandingRow(on inspection.Date, stands []listedStand, keys []mapKey, scale inspection.Scale, address string) standingRow {
	out := standingRow{Total: len(stands), Share: "too few known"}
	numbers := map[string]int{}
	plain := make([]inspection.Stand, len(stands))
	for i, one := range stands {
		numbers[one.view.Words]++
		plain[i] = one.Stand
	}
	left := 0.0
	for _, key := range keys {
		count := standingCount{Label: key.Words, Number: numbers[key.Words]}
		if count.Number > 0 {
			count.Address = address + "#" + groupID(key)
			width := barWidth * float64(count.Number) / float64(len(stands))
			part := barPart{Look: key.Look, Fill: "absent", Left: fmt.Sprintf("%.1f", left), Width: fmt.Sprintf("%.1f", width)}
			if slices.ContainsFunc(scale.Grades, func(g inspection.Grade) bool { return g.Fill == key.Look }) {
				part.Fill = key.Look
			}
			out.Bar = append(out.Bar, part)
			left += width
		}
		out.Counts = append(out.Counts, count)
	}
	if counted := inspection.Count(on, plain); counted.SharesDrawn() && len(scale.Grades) > 1 {
		best := counted.Grades[scale.Grades[0].Code] + counted.Grades[scale.Grades[1].Code]
		out.Share = fmt.Sprintf("%d of %d (%.0f%%)", best, counted.Known(), 100*float64(best)/float64(counted.Known()))
	}
	return out
}

// groupID is where the authorities behind a number stand on the page.
func groupID(key mapKey) string {
	return "at-" + strings.ReplaceAll(strings.ToLower(key.Words), " ", "-")
}

// standGroups lists the authorities behind the numbers, in the order of the keys.
func standGroups(stands []listedStand, keys []mapKey) []standGroup {
	at := map[string]int{}
	var out []standGroup
	for _, key := range keys {
		if key.Number > 0 {
			at[key.Words] = len(out)
			out = append(out, standGroup{
				ID: groupID(key), Heading: fmt.Sprintf("%s: %d", key.Words, key.Number), Meaning: key.Meaning, Look: key.Look,
			})
		}
	}
	for _, one := range stands {
		if i, ok := at[one.view.Words]; ok {
			out[i].Stands = append(out[i].Stands, one.view)
		}
	}
	return out
}

// officialNames say the values of official figures that are no grades.
var officialNames = map[string]string{
	inspection.AgainAll: "all of them", inspection.AgainImproved: "grade improved", inspection.AgainKept: "stayed good or outstanding",
	inspection.AgainDeclined: "grade declined",
}

// officialView holds the record to the figures that Ofsted published about days up to the one that is shown; nil where there
// are none.
func (a *englandAsked) officialView() *officialView {
	var out officialView
	agree, explained := 0, 0
	for _, c := range a.england.Official() {
		if c.Figure.On.After(a.day) {
			continue
		}
		for _, v := range c.Values {
			row := officialRow{
				Title: c.Figure.Title, Where: cmp.Or(c.Figure.Region, "England"), When: officialWhen(c.Figure),
				Official: v.OfficialWords(c.Figure.Measure), Ours: v.OursWords(c.Figure.Measure),
			}
			if name := cmp.Or(officialNames[v.Code], a.gradeName(c.Figure.Judgement, v.Code)); name != "" {
				row.Title += ": " + lowerFirst(name)
			}
			if v.Agrees() {
				agree++
			} else {
				row.Differs = cmp.Or(c.Figure.Differs, "We do not know why.")
			}
			if !v.Agrees() && c.Figure.Differs != "" {
				explained++
			}
			out.Rows = append(out.Rows, row)
		}
	}
	if len(out.Rows) == 0 {
		return nil
	}
	out.Lead = fmt.Sprintf("%d of %d numbers agree", agree, len(out.Rows))
	if explained > 0 {
		out.Lead += fmt.Sprintf(", and the table says why %d %s", explained, map[bool]string{true: "does not", false: "do not"}[explained == 1])
	}
	return &out
}

// gradeName names a grade of a judgement; empty where the scale has none of that code.
func (a *englandAsked) gradeName(judgement, code string) string {
	for _, j := range a.england.Catalogue.Judgements() {
		if j.Code == judgement {
			scale, _ := a.england.Catalogue.Scale(j.Scale)
			grade, _ := scale.Grade(code)
			return grade.Name
		}
	}
	return ""
}

// officialWhen says of which day a figure speaks and which inspections count for it.
func officialWhen(f inspection.OfficialFigure) string {
	out := f.On.Words()
	if f.FieldworkBy.Known() {
		out += "; fieldwork ended by " + f.FieldworkBy.Words()
	}
	if f.PublishedBy.Known() {
		out += "; reports published by " + f.PublishedBy.Words()
	}
	return out
}
