package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

// mostChosen is how many authorities a reader may set beside one of their own choice.
const mostChosen = 20

// compareShowPage sets an authority's latest grades beside those of a group of others.
type compareShowPage struct {
	Page
	englandBase
	Notes    []string // what was chosen for the reader
	Nothing  *nothingYet
	Heading  string
	About    []string // which authorities these are
	Complete string   // how far the lists go, where that is not to the day shown
	LeftOut  []leftOutView
	Adding   *compareAdding // of the reader's own choice: the form that adds one
	Counts   []string
	Sorted   string
	Turn     Link // to the same order turned round
	Heads    []columnHead
	Rows     []compareRow
	Day      string
	Figure   *figure
	Key      []inspection.Grade // of the drawing, in which short blocks have no room for words
	Ways     []Link             // to the same area and the same group on other pages
}

// nothingYet says why an authority cannot be shown on a day, and where to go instead.
type nothingYet struct {
	Words []string
	Ways  []Link
}

type leftOutView struct {
	Words, Name string
	Remove      string // address without it; empty where it is not of the reader's own choice
}

// compareAdding is the form that adds an authority to the reader's own choice.
type compareAdding struct {
	Select  selectBox
	Carried []carried
	Full    bool
}

// compareAsked is what /compare and its picture are asked for.
type compareAsked struct {
	*englandAsked
	comparing inspection.Comparing
	shown     inspection.Comparables
	columns   []inspection.Strand
	notes     []string
	nothing   *nothingYet
	fewer     string // a sentence where the group has more authorities than a page shows
	region    string // from which authorities are chosen, where there are too many for one list
}

func (s *Server) compareRoutes(r router) {
	r.get("/compare", auth.ReadPublic, s.page(s.showCompare, reads{
		chosen: []string{"authority", "group", "judgement", "sort", "order", "region", asAt}, free: []string{"with"},
	}))
}

func (s *Server) showCompare(c *gin.Context) error {
	a, err := s.askCompare(c, c.Query("authority"))
	if err != nil {
		return err
	}
	if clean := a.cleaned(); clean != "" {
		return s.redirect(c, http.StatusSeeOther, clean)
	}
	sort := a.askSort()
	page := compareShowPage{Notes: a.notes, Nothing: a.nothing, Day: a.day.Words()}
	page.Page, page.englandBase = s.englandPage(c, a.englandAsked, "Compare "+a.comparing.Authority.Name)
	if a.nothing != nil {
		return s.render(c, a.filter.status(), "compare_show", page)
	}
	page.Heading, page.About = a.heading(), a.about(s.nameOf(c))
	page.LeftOut, page.Complete = a.leftOut(), a.completeWords()
	if a.comparing.Group == inspection.GroupChosen {
		page.Adding = a.adding()
	}
	page.addRows(a, sort)
	page.Ways = a.ways()
	if !a.drawn() {
		return s.render(c, a.filter.status(), "compare_show", page)
	}
	made, err := chart.Compare(a.england, a.shown, a.judgement)
	if err != nil {
		return err
	}
	page.Figure = newFigureAsked(made, pastDay(c), a.pictureAsked())
	scale, _ := a.england.Catalogue.Scale(a.judgement.Scale)
	page.Key = scale.Grades
	return s.render(c, a.filter.status(), "compare_show", page)
}

// compareChart makes the picture of a comparison. What is wrong in its address is no picture.
func (s *Server) compareChart(c *gin.Context, id string) (chart.Chart, error) {
	a, err := s.askCompare(c, id)
	if err != nil {
		return chart.Chart{}, err
	}
	if a.filter.problems != nil || a.nothing != nil || a.comparing.Authority.ID != id || !a.drawn() {
		return chart.Chart{}, fmt.Errorf("compare %s: %w", id, inspection.ErrNotFound)
	}
	return chart.Compare(a.england, a.shown, a.judgement)
}

// askCompare reads whom an address sets beside whom; the authority may stand in its path.
func (s *Server) askCompare(c *gin.Context, authority string) (*compareAsked, error) {
	england, err := s.askEngland(c)
	if err != nil {
		return nil, err
	}
	a := &compareAsked{englandAsked: england, columns: england.england.JudgementsOn(england.day)}
	a.comparing.On = a.day
	a.filter.asked.Set("authority", authority)
	home := s.homeAuthority(c)
	if err := s.askAuthority(c, a, home); err != nil {
		return nil, err
	}
	var groups optionGroup
	for _, g := range inspection.Groups() {
		groups.Options = append(groups.Options, selectOption{Value: string(g), Name: g.Words()})
	}
	a.comparing.Group = inspection.Group(a.filter.choose("group", "Beside", "", "a group", groups))
	if a.comparing.Group == "" {
		a.comparing.Group = inspection.GroupNeighbours
	}
	a.askJudgement()
	a.filter.Selects[len(a.filter.Selects)-1].Label = "Judgement in the drawing"
	a.askChosen()
	if a.nothing == nil {
		a.gather()
	}
	return a, nil
}

// askAuthority reads whom the others are set beside: the home's first council where nobody is named. A place is compared by
// one of its councils.
func (s *Server) askAuthority(c *gin.Context, a *compareAsked, home inspection.Body) error {
	asked := a.filter.asked.Get("authority")
	named, known := a.england.History(asked)
	body, problem := named.Body, ""
	if known {
		a.nothing = a.notOn(body)
	} else if place, ok := a.place(asked); ok {
		record, err := s.store.Record(c.Request.Context(), place.ID)
		if err != nil {
			return err
		}
		if members := record.MembersOn(place.ID, a.day); len(members) > 0 {
			body = members[0]
			a.notes = append(a.notes, standsForPlace(place, members))
		}
	} else if asked != "" {
		problem = a.filter.wrong("authority", fmt.Sprintf("Choose an authority from the list: “%s” is not on it", shortened(asked)))
	}
	if body.ID == "" {
		body = a.usual(home)
	}
	a.comparing.Authority = body
	a.askRegion(body)
	box := selectBox{Name: "authority", Label: "Authority", Problem: problem, Groups: []optionGroup{{Options: a.options(body)}}}
	a.filter.Selects = append(a.filter.Selects, box)
	if asked != "" && problem == "" {
		a.filter.keep("authority", body.ID)
	}
	return nil
}

// standsForPlace says by which of its councils a place is compared.
func standsForPlace(place inspection.Body, members []inspection.Body) string {
	words := fmt.Sprintf("%s is a place, and inspectors grade its councils. This page is about %s.", place.Name, members[0].Name)
	if len(members) > 1 {
		words += " Choose another council in the list."
	}
	return words
}

// place returns the place of an address.
func (a *englandAsked) place(id string) (inspection.Body, bool) {
	if id == "" {
		return inspection.Body{}, false
	}
	i := slices.IndexFunc(a.bodies, func(b inspection.Body) bool { return b.ID == id && b.Kind == inspection.Place })
	if i < 0 {
		return inspection.Body{}, false
	}
	return a.bodies[i], true
}

// usual returns the authority that stands for home on the day: before it began, the earlier council of its area.
func (a *compareAsked) usual(home inspection.Body) inspection.Body {
	if home.ID != "" && home.ExistedOn(a.day) {
		return home
	}
	if earlier := a.england.EarlierOn(home.ID, a.day); len(earlier) > 0 {
		a.notes = append(a.notes, fmt.Sprintf("%s did not exist yet on %s. This page is about %s, to which its area belonged then.",
			home.Name, a.day.Words(), earlier[0].Name))
		return earlier[0]
	}
	if all := a.england.Histories(a.day, inspection.Where{}); len(all) > 0 {
		return all[0].Body
	}
	return home
}

// notOn says why an authority is not shown on the day; nil where it existed.
func (a *compareAsked) notOn(b inspection.Body) *nothingYet {
	if b.ExistedOn(a.day) {
		return nil
	}
	before := a.england.EarlierOn(b.ID, a.day)
	out := &nothingYet{Words: []string{inspection.LeftOut{Body: b, On: a.day, Before: before}.Words()}}
	for _, earlier := range before {
		out.Ways = append(out.Ways, Link{Name: "Compare " + earlier.Name + " on that day", Address: a.filter.with("authority", earlier.ID, "with", "")})
	}
	if !b.EndedBy(a.day) {
		return out
	}
	last := b.Ended.First()
	out.Words = append(out.Words, "Its grades are its own and nobody else’s. It can be compared on a day on which it existed.")
	out.Ways = append(out.Ways, Link{Name: "Compare it on its last day, " + last.Words(), Address: a.filter.with("authority", b.ID, asAt, last.ISO())})
	for _, s := range a.england.Successions {
		if h, ok := a.england.History(s.ToID); ok && s.FromID == b.ID && h.Body.BegunBy(a.day) {
			out.Ways = append(out.Ways, Link{Name: "Compare " + h.Body.Name + ", which took over its area", Address: a.filter.with("authority", h.Body.ID)})
		}
	}
	return out
}

// askRegion narrows the lists from which authorities are chosen to a region, where all of them would make the page long.
func (a *compareAsked) askRegion(authority inspection.Body) {
	if !a.england.MoreThan(mostAuthorities, a.day, inspection.Where{}) {
		return
	}
	if a.region = a.filter.chooseRegion("Choose from", "", a.england.Regions(), authority.Region); a.region != "" {
		return
	}
	a.region = authority.Region
	options := a.filter.Selects[len(a.filter.Selects)-1].Groups[0].Options
	for i := range options {
		options[i].Chosen = options[i].Value == a.region
	}
}

// options lists the authorities that can be chosen on the day, and the one that is.
func (a *compareAsked) options(chosen inspection.Body) []selectOption {
	var out []selectOption
	for _, h := range a.england.Histories(a.day, inspection.Where{Region: a.region}) {
		out = append(out, selectOption{Value: h.Body.ID, Name: h.Body.Name, Chosen: h.Body.ID == chosen.ID})
	}
	if chosen.ID != "" && !slices.ContainsFunc(out, func(o selectOption) bool { return o.Chosen }) {
		out = slices.Insert(out, 0, selectOption{Value: chosen.ID, Name: chosen.Name, Chosen: true})
	}
	return out
}

// askChosen reads the reader's own choice. It is kept beside other groups too, so that one can look there and come back.
func (a *compareAsked) askChosen() {
	a.comparing.Chosen = a.askOwnChoice(a.comparing.Authority.ID, a.comparing.Group == inspection.GroupChosen)
}

// askOwnChoice reads the authorities that a reader chose one by one, each once and without the one that they are set beside: in
// the address their IDs stand with commas between. What is wrong with them is said where they are what is shown.
func (a *englandAsked) askOwnChoice(beside string, shown bool) []string {
	var chosen, unknown []string
	wrong := func(words string) {
		if shown {
			a.filter.wrong("with", words)
		}
	}
	for _, id := range strings.Split(strings.Join(a.filter.asked["with"], ","), ",") {
		id = strings.TrimSpace(id)
		if id == "" || id == beside || slices.Contains(chosen, id) || slices.Contains(unknown, id) {
			continue
		}
		if len(chosen)+len(unknown) == mostChosen {
			wrong(fmt.Sprintf("At most %d authorities can be added: remove one before you add another", mostChosen))
			break
		}
		if _, known := a.england.History(id); known {
			chosen = append(chosen, id)
			continue
		}
		unknown = append(unknown, id)
		wrong(a.notChosen(id))
	}
	if with := strings.Join(chosen, ","); with != "" {
		a.filter.keep("with", with)
		a.filter.Carried = append(a.filter.Carried, carried{"with", with})
	}
	return chosen
}

// notChosen says why an ID is none that can be chosen.
func (a *englandAsked) notChosen(id string) string {
	if place, ok := a.place(id); ok {
		return fmt.Sprintf("%s is a place with several councils: add one of its councils", place.Name)
	}
	return fmt.Sprintf("Choose an authority from the list: “%s” is not on it", shortened(id))
}

// cleaned returns the one address of the reader's own choice, where it is asked for in another way, as the form does that adds
// an authority; empty where the address is clean or something in it is wrong.
func (a *compareAsked) cleaned() string {
	asked := a.filter.asked["with"]
	clean := len(asked) == 0 || len(asked) == 1 && asked[0] == strings.Join(a.comparing.Chosen, ",") && asked[0] != ""
	if clean || len(a.filter.problems) > 0 {
		return ""
	}
	for _, name := range []string{"sort", "order"} { // askSort has not read them yet
		a.filter.keep(name, a.filter.asked.Get(name))
	}
	return a.filter.with()
}

// gather finds the authorities of the group. One with too many is shown for the authority's own region.
func (a *compareAsked) gather() {
	ofType := inspection.Where{Type: a.comparing.Authority.Type}
	if a.comparing.Group == inspection.GroupType && a.england.MoreThan(mostAuthorities, a.day, ofType) {
		a.comparing.Within = a.comparing.Authority.Region
		a.fewer = fmt.Sprintf("There are more than %d of them. This page shows those of one region: %s.", mostAuthorities, a.comparing.Within)
	}
	a.shown = a.england.Comparables(a.comparing)
	if n := len(a.shown.Members); n > mostAuthorities {
		a.shown.Members = a.shown.Members[:mostAuthorities]
		a.fewer = fmt.Sprintf("There are %d of them. This page shows the first %d by name.", n, mostAuthorities)
	}
}

// drawn reports whether an authority of the group has anything to draw. Lanes that only say that no report is held are no
// picture.
func (a *compareAsked) drawn() bool {
	return slices.ContainsFunc(a.shown.Members, func(m inspection.Comparable) bool {
		h, _ := a.england.History(m.Body.ID)
		lane := a.england.LaneOf(h, a.judgement, a.day).Main[0]
		return len(lane.Blocks)+len(lane.Marks) > 0
	})
}

// pictureAsked is what the address of the picture has to say besides the authority and the day.
func (a *compareAsked) pictureAsked() url.Values {
	out := url.Values{"group": {string(a.comparing.Group)}, "judgement": {a.judgement.Code}}
	if a.comparing.Group == inspection.GroupChosen && len(a.comparing.Chosen) > 0 {
		out.Set("with", strings.Join(a.comparing.Chosen, ","))
	}
	return out
}

// ways lead to what other pages say about the same region and the same group, with the judgement and the day that are shown.
func (a *compareAsked) ways() []Link {
	b := a.comparing.Authority
	address := func(path string, query url.Values) string {
		if a.filter.kept.Has(asAt) {
			query.Set(asAt, a.day.ISO())
		}
		return path + "?" + query.Encode()
	}
	var out []Link
	if b.Region != "" {
		region := func() url.Values { return url.Values{"region": {b.Region}, "judgement": {a.judgement.Code}} }
		out = append(out,
			Link{Name: "The map of the region: " + b.Region, Address: address("/england/map", region())},
			Link{Name: "From one inspection to the next in the region: " + b.Region, Address: address("/england/journeys", region())})
	}
	group := url.Values{"authority": {b.ID}, "group": {string(a.comparing.Group)}}
	if a.comparing.Group == inspection.GroupChosen && len(a.comparing.Chosen) > 0 {
		group.Set("with", strings.Join(a.comparing.Chosen, ","))
	}
	return append(out, Link{Name: "What inspectors asked the same authorities to improve", Address: address("/england/asked", group)})
}
