package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// milestoneListPage lists the events around the inspections, year by year.
type milestoneListPage struct {
	Page
	Filter *filter
	Found  string
	Years  []milestoneYear
}

type milestoneYear struct {
	Year       string
	Milestones []milestoneView
}

type milestoneView struct {
	ID         string
	Address    string // on the page of milestones
	When       string
	Title      string
	Detail     string
	Note       string
	Category   Link
	Structural bool
	Doubt      string
	Whom       []string
	Sources    []Link
}

// milestoneCategories are the categories as pages name them.
var milestoneCategories = map[string]string{
	"commissioner": "Commissioner", "covid": "Covid-19", "direction": "Direction by the government", "director": "Director",
	"finance": "Money", "governance": "Who decides and oversees", "improvement_board": "Improvement board",
	"inspection": "Inspection", "national": "National event", "plan": "Plan", "related_inspection": "Related inspection",
	"reorganisation": "New councils", "review": "Review", "safeguarding_board": "Safeguarding board", "send": "SEND", "trust": "Children’s trust",
}

func categoryName(code string) string {
	if name, ok := milestoneCategories[code]; ok {
		return name
	}
	return capital(strings.ReplaceAll(code, "_", " "))
}

// milestonesAsked is what a list of milestones was asked for.
type milestonesAsked struct {
	filter     *filter
	milestones []inspection.Milestone // all that there are
	record     *inspection.Record     // who there is, and the sources
	past       inspection.Date
	authority  string
	category   string
	under      []string // the bodies whose milestones are listed under the authority
}

func (s *Server) askMilestones(c *gin.Context) (*milestonesAsked, error) {
	if _, err := s.asOf(c); err != nil {
		return nil, err
	}
	known, err := s.register(c)
	if err != nil {
		return nil, err
	}
	milestones, err := s.store.Milestones(c.Request.Context())
	if err != nil {
		return nil, err
	}
	sources, err := s.store.Sources(c.Request.Context())
	if err != nil {
		return nil, err
	}
	r := &inspection.Record{Bodies: known.bodies}
	for _, source := range sources {
		r.Sources = append(r.Sources, source.Source)
	}
	f := newFilter(c)
	a := &milestonesAsked{filter: f, milestones: milestones, record: r, past: pastDay(c)}
	a.authority = f.chooseBody(known, s.today(), "Authority", "Every authority", "an authority", bodyOptions)
	a.category = f.choose("category", "Category", "Every category", "a category", categoryOptions(milestones))
	a.under, err = s.listedUnder(c, a.authority)
	return a, err
}

// holds reports whether a milestone is one of those that were asked for.
func (a *milestonesAsked) holds(m inspection.Milestone) bool {
	of := a.authority == "" || slices.ContainsFunc(m.Bodies, func(id string) bool { return slices.Contains(a.under, id) })
	return of && (a.category == "" || m.Category == a.category) && (!a.past.Known() || m.OnBy(a.past))
}

func (s *Server) listMilestones(c *gin.Context) error {
	a, err := s.askMilestones(c)
	if err != nil {
		return err
	}
	f, r := a.filter, a.record
	page := milestoneListPage{Page: s.listBase(c, "Milestones", f), Filter: f}
	found := 0
	for _, m := range slices.Backward(a.milestones) {
		if !a.holds(m) {
			continue
		}
		found++
		year := "Date not found"
		if m.On.Known() {
			year = strconv.Itoa(m.On.Year())
		}
		if n := len(page.Years); n == 0 || page.Years[n-1].Year != year {
			page.Years = append(page.Years, milestoneYear{Year: year})
		}
		last := &page.Years[len(page.Years)-1]
		last.Milestones = append(last.Milestones, milestoneViewOf(r, r, m))
	}
	page.Found = inspection.CountWords(found, "milestone", "milestones")
	return s.render(c, f.status(), "milestone_list", page)
}

// listedUnder returns the bodies whose events are listed under one: itself, a place's members, and the partnerships of
// all of these; none for no body.
func (s *Server) listedUnder(c *gin.Context, body string) ([]string, error) {
	if body == "" {
		return nil, nil
	}
	record, err := s.store.Record(c.Request.Context(), body)
	if err != nil {
		return nil, err
	}
	return record.EventsUnder(body), nil
}

func categoryOptions(milestones []inspection.Milestone) optionGroup {
	var out optionGroup
	for _, m := range milestones {
		if !slices.ContainsFunc(out.Options, func(o selectOption) bool { return o.Value == m.Category }) {
			out.Options = append(out.Options, selectOption{Value: m.Category, Name: categoryName(m.Category)})
		}
	}
	slices.SortFunc(out.Options, func(a, b selectOption) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// milestoneViewOf shows a milestone; with its sources where a record that holds them is given.
func milestoneViewOf(r, sources *inspection.Record, m inspection.Milestone) milestoneView {
	view := milestoneView{
		ID: m.ID, Address: "/milestones#" + m.ID, When: m.When(), Title: m.Title, Detail: m.Detail, Note: m.Note, Structural: m.Structural,
		Category: Link{Name: categoryName(m.Category), Address: "/milestones?" + url.Values{"category": {m.Category}}.Encode()},
	}
	if m.Confidence.Weak() {
		view.Doubt = m.Confidence.Words()
	}
	for _, id := range m.Bodies {
		view.Whom = append(view.Whom, r.Name(id))
	}
	if sources != nil {
		for _, cited := range m.Citations {
			view.Sources = append(view.Sources, sourceLink(sources, cited.SourceID))
		}
	}
	return view
}
