package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// reorganisationListPage lists the councils that ended, began, or are to.
type reorganisationListPage struct {
	Page
	englandBase
	Narrow string // a sentence where the tables show less than there is
	ToCome []reorganisationView
	Past   []reorganisationView
	May    bool // whether the reader may record another
}

// reorganisationView is one change of councils.
type reorganisationView struct {
	ID       string
	When     string
	Kind     string
	Words    string
	Notes    []string
	Ended    []Link
	After    []Link
	Source   Link
	Sureness string
	Change   string // the address at which it is changed; empty where it cannot be
}

// comingView says on the page of a council what is planned for it.
type comingView struct {
	Words string
	Link  Link
}

// reorganisationRoutes registers the page about changes of councils, and those on which officers record one that is to come.
func (s *Server) reorganisationRoutes(r router) {
	r.get("/reorganisations", auth.ReadPublic, s.page(s.listReorganisations, reads{chosen: []string{"region"}}))
	r.get("/reorganisations/new", auth.KeepRegister, s.private(s.newReorganisation))
	r.post("/reorganisations/new", auth.KeepRegister, s.private(s.addReorganisation))
	r.get("/reorganisations/:slug/change", auth.KeepRegister, s.private(s.openReorganisation))
	r.post("/reorganisations/:slug/change", auth.KeepRegister, s.private(s.changeReorganisation))
	r.post("/reorganisations/:slug/withdraw", auth.KeepRegister, s.private(s.withdrawReorganisation))
}

// askReorganisations reads of which region changes of councils are asked for; of all where none is named.
func (s *Server) askReorganisations(c *gin.Context) (asked *englandAsked, all []inspection.Reorganisation, region string, err error) {
	known, err := s.reference(c)
	if err != nil {
		return nil, nil, "", err
	}
	all = known.england.Reorganisations()
	asked = &englandAsked{england: known.england, filter: newFilter(c)}
	if len(all) > mostAuthorities || asked.filter.asked.Has("region") {
		region = asked.filter.chooseRegion("Region", "All of England", known.england.Regions(), "")
	}
	return asked, all, region, nil
}

// inRegion returns those changes that touch a region; all of them for no region.
func inRegion(all []inspection.Reorganisation, region string) []inspection.Reorganisation {
	if region == "" {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(x inspection.Reorganisation) bool {
		return !slices.ContainsFunc(slices.Concat(x.Ended, x.After), func(b inspection.Body) bool { return b.Region == region })
	})
}

func (s *Server) listReorganisations(c *gin.Context) error {
	asked, all, region, err := s.askReorganisations(c)
	if err != nil {
		return err
	}
	page := reorganisationListPage{}
	page.Page, page.englandBase = s.englandPage(c, asked, "New and ended councils")
	page.Quarters = nil // what was planned on a past day is not recorded
	for i := range page.Nav {
		page.Nav[i].Here = page.Nav[i].Address == "/england" // the section that it stands in
	}
	if region == "" && len(all) > mostAuthorities {
		region = asked.england.Regions()[0]
		if home := s.homeAuthority(c).Region; home != "" {
			region = home
		}
		page.Narrow = "These would be too many councils for one table. It shows one region at a time: " + region + "."
	}
	all = inRegion(all, region)
	sources, err := s.sourcesOf(c, all)
	if err != nil {
		return err
	}
	who, err := s.person(c)
	page.May = err == nil && who != nil && who.may(auth.KeepRegister)
	today := s.today()
	for _, x := range all {
		view := reorganisationViewOf(x, sources, today)
		if page.May && len(asked.england.Fixed(x)) == 0 {
			view.Change = reorganisationAddress(x.ID) + "/change"
		}
		if x.ToCome(today) {
			page.ToCome = slices.Insert(page.ToCome, 0, view) // the next one first
		} else {
			page.Past = append(page.Past, view)
		}
	}
	return s.render(c, asked.filter.status(), "reorganisation_list", page)
}

func reorganisationAddress(id string) string { return "/reorganisations/" + id }

// reorganisationPlace is where a reorganisation stands on the public page.
func reorganisationPlace(x inspection.Reorganisation) Link {
	return Link{Name: "How sure this is, and where it says so", Address: "/reorganisations#" + x.ID}
}

// sourcesOf returns the titles of what reorganisations rest on, by ID.
func (s *Server) sourcesOf(c *gin.Context, list []inspection.Reorganisation) (map[string]string, error) {
	var ids []string
	for _, x := range list {
		ids = append(ids, sourceOf(x))
	}
	slices.Sort(ids)
	sources, err := s.store.SourcesNamed(c.Request.Context(), slices.Compact(ids))
	titles := map[string]string{}
	for _, source := range sources {
		titles[source.ID] = source.Title
	}
	return titles, err
}

// sourceOf is the source of a reorganisation: that of the new council where it took over from none on the record.
func sourceOf(x inspection.Reorganisation) string {
	if len(x.Successions) > 0 {
		return x.Successions[0].SourceID
	}
	return x.After[0].SourceID
}

func reorganisationViewOf(x inspection.Reorganisation, sources map[string]string, today inspection.Date) reorganisationView {
	view := reorganisationView{
		ID: x.ID, When: x.On.Words(), Kind: x.Kind().Words(), Words: x.Words(today), Notes: x.Notes(),
		Ended: bodyLinks(x.Ended), After: bodyLinks(x.After),
	}
	if id := sourceOf(x); id != "" {
		view.Source = Link{Name: sources[id], Address: "/sources#" + id}
	}
	if len(x.Successions) > 0 {
		view.Sureness = capital(x.Successions[0].Confidence.Words())
	}
	return view
}

func bodyLinks(bodies []inspection.Body) []Link {
	var out []Link
	for _, b := range bodies {
		out = append(out, bodyLink(b))
	}
	return out
}

// coming says what is planned for the councils of a page. A page of a past day says nothing of it.
func (sub subject) coming(england *inspection.England) []comingView {
	if sub.past.Known() {
		return nil
	}
	planned := slices.ContainsFunc(england.Successions, func(s inspection.Succession) bool { return s.On.After(sub.today) })
	if !planned {
		return nil
	}
	var out []comingView
	for _, x := range slices.Backward(england.Reorganisations()) {
		about := slices.ContainsFunc(sub.members, func(m inspection.Body) bool {
			return slices.ContainsFunc(slices.Concat(x.Ended, x.GoOn()), func(b inspection.Body) bool { return b.ID == m.ID })
		})
		if about && x.ToCome(sub.today) {
			out = append(out, comingView{Words: comingWords(x, sub.today), Link: reorganisationPlace(x)})
		}
	}
	return out
}

// comingWords says what is planned, and what it does to grades.
func comingWords(x inspection.Reorganisation, today inspection.Date) string {
	words := "Planned for " + x.On.Words() + ": " + x.Words(today) + " No grade passes along."
	if confidence := x.Successions[0].Confidence; confidence.Weak() {
		words += " How it is known: " + confidence.Words() + "."
	}
	return words
}

// allEnded returns the last day of the page's councils, where all of them had ended on the day; otherwise the unknown day.
func (sub subject) allEnded() inspection.Date {
	var last inspection.Date
	for _, m := range sub.members {
		if !m.EndedBy(sub.asOf) {
			return inspection.Date{}
		}
		if m.Ended.After(last) {
			last = m.Ended
		}
	}
	return last
}

// ended says of earlier councils when they ended, and who came after them; nothing where one had not ended on the day.
func (sub subject) ended() (string, []Link) {
	last := sub.allEnded()
	if !last.Known() {
		return "", nil
	}
	words, after := endedCouncils(sub.record, sub.members, last)
	if len(sub.members) > 1 {
		return words + " Their grades are their own and nobody else’s.", after
	}
	return words + " Its grades are its own and nobody else’s.", after
}

// endedOf says the same of the councils of an inspection on which nobody can act any more.
func endedOf(r *inspection.Record, in *inspection.Inspection, day inspection.Date) (string, []Link) {
	var councils []inspection.Body
	var last inspection.Date
	for _, of := range in.Bodies {
		b, ok := r.Body(of.BodyID)
		if council, _ := r.Body(b.ListedOn); council.EndedBy(day) {
			b = council // a partnership ends with its council, and may end before it
		}
		if !ok || !of.Confirmed || slices.ContainsFunc(councils, func(known inspection.Body) bool { return known.ID == b.ID }) {
			continue
		}
		councils = append(councils, b)
		if b.Ended.After(last) {
			last = b.Ended
		}
	}
	words, after := endedCouncils(r, councils, last)
	if len(councils) > 1 {
		return words + " What inspectors found, and any grade they gave, is their own and nobody else’s.", after
	}
	return words + " What inspectors found, and any grade they gave, is its own and nobody else’s.", after
}

func endedCouncils(r *inspection.Record, councils []inspection.Body, last inspection.Date) (string, []Link) {
	var names []string
	var after []inspection.Body
	for _, m := range councils {
		names = append(names, m.Name)
		for _, b := range r.Successors(m.ID) {
			if !slices.ContainsFunc(after, func(known inspection.Body) bool { return known.ID == b.ID }) {
				after = append(after, b)
			}
		}
	}
	slices.SortFunc(after, func(a, b inspection.Body) int { return strings.Compare(a.Name, b.Name) })
	if len(names) > 1 {
		return inspection.ListWords(names) + " had ended by " + last.Words() + ".", bodyLinks(after)
	}
	return inspection.ListWords(names) + " ended on " + last.Words() + ".", bodyLinks(after)
}

// notBegun says of a council on a day before its first that it did not exist, or does not yet, with the way to those whose
// area it then was.
func (sub subject) notBegun() (words []string, ways []Link) {
	name, belonged := sub.body.Name, "belonged"
	switch created := sub.body.Created; {
	case created.After(sub.today):
		belonged = "belongs"
		if sub.past.Known() {
			belonged = "belonged"
		}
		words = append(words, fmt.Sprintf("%s does not exist yet: it is planned to begin on %s. It will begin with no grade of its own.", name, created.Words()))
		if sub.body.Kind == inspection.Place {
			words[0] = fmt.Sprintf("From %s on this page is to show the councils of %s together. They do not exist yet.", created.Words(), name)
		}
	case created.Known():
		words = append(words, name+" did not exist yet on "+sub.asOf.Words()+": it began on "+created.Words()+".")
	default:
		words = append(words, name+" did not exist yet on "+sub.asOf.Words()+".")
	}
	var then []string
	for _, b := range sub.record.EarlierCouncils(sub.record.Members(sub.body.ID)...) {
		if !b.EndedBy(sub.asOf) {
			then, ways = append(then, b.Name), append(ways, bodyLink(b))
		}
	}
	switch len(then) {
	case 0:
	case 1:
		words = append(words, "Its area "+belonged+" to "+then[0]+", whose record is its own.")
	default:
		words = append(words, "Its area "+belonged+" to "+inspection.ListWords(then)+", each with a record of its own.")
	}
	if sub.body.Created.After(sub.today) {
		ways = append(ways, Link{Name: "New and ended councils: how sure this is", Address: "/reorganisations"})
	}
	return words, ways
}

// showReorganisationForm answers with the form of a reorganisation.
func (s *Server) showReorganisationForm(c *gin.Context, status int, page reorganisationFormPage) error {
	return s.render(c, status, "reorganisation_form", page)
}

// newReorganisation opens the empty form.
func (s *Server) newReorganisation(c *gin.Context) error {
	desk, err := s.reorganisationDesk(c, "")
	if err != nil {
		return err
	}
	page := desk.form(url.Values{}, nil)
	if c.Query("saved") == "withdrawn" {
		page.Saved = "The reorganisation is withdrawn. The councils go on as they were, and the record of changes keeps what was planned."
	}
	return s.showReorganisationForm(c, http.StatusOK, page)
}
