package web

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// sourceListPage shows what the record rests on: every source, where sources disagree, and what is not known.
type sourceListPage struct {
	Page
	Kinds         []sourceKind
	Disagreements []disagreementView
	Gaps          []gapView
	Lists         []completenessView
	Files         *downloads
}

type sourceKind struct {
	ID, Name string
	Meaning  string
	Sources  []sourceView
}

type sourceView struct {
	ID        string
	Title     string
	Outside   *outsideLink
	Publisher string
	Published string
	ReadOn    string
	Resting   string // how many records rest on it
	Long      bool   // so many that they are folded away
	Uses      []useView
}

type useView struct {
	Link       Link
	Supports   []string
	Confidence string
}

type completenessView struct {
	Whose  string
	List   string
	To     string
	Note   string
	Source Link
}

// sourceKinds are the kinds of source in the order of the page, strongest first.
var sourceKinds = []sourceKind{
	{ID: "letter", Name: "Letters and reports of inspectors", Meaning: "The documents themselves."},
	{ID: "official_page", Name: "Official pages", Meaning: "What councils, the government and inspectors say on their own sites, and minutes of meetings."},
	{ID: "statute", Name: "Law"},
	{ID: "third_party_listing", Name: "Listings and copies by others", Meaning: "Official facts as somebody else lists or copies them."},
	{ID: "news", Name: "News"},
	{ID: "compiled", Name: "Compiled for this record", Meaning: "Searches and tables made from many public pages and letters."},
}

const foldedFrom = 6 // uses; fewer are shown at once

func (s *Server) listSources(c *gin.Context) error {
	known, err := s.register(c)
	if err != nil {
		return err
	}
	sources, err := s.store.Sources(c.Request.Context())
	if err != nil {
		return err
	}
	disagreements, err := s.store.Disagreements(c.Request.Context())
	if err != nil {
		return err
	}
	gaps, err := s.store.Gaps(c.Request.Context())
	if err != nil {
		return err
	}
	lists, err := s.store.Completeness(c.Request.Context())
	if err != nil {
		return err
	}
	r := &inspection.Record{Bodies: known.bodies}
	for _, source := range sources {
		r.Sources = append(r.Sources, source.Source)
	}
	page := sourceListPage{Page: s.base(c, "Sources"), Kinds: sourcesByKind(r, sources), Gaps: gapsByRecord(r, gaps), Files: tableFiles("/sources", nil)}
	for _, d := range disagreements {
		view := disagreementViewOf(d.Disagreement, func(id string) Link { return sourceLink(r, id) })
		view.Record = aboutLink(r, d.About)
		page.Disagreements = append(page.Disagreements, view)
	}
	for _, line := range lists {
		page.Lists = append(page.Lists, completenessOf(r, line))
	}
	return s.render(c, http.StatusOK, "source_list", page)
}

func sourcesByKind(r *inspection.Record, sources []store.SourceUse) []sourceKind {
	out := slices.Clone(sourceKinds)
	for _, source := range sources {
		i := slices.IndexFunc(out, func(k sourceKind) bool { return k.ID == source.Kind })
		if i < 0 {
			i = len(out)
			out = append(out, sourceKind{ID: source.Kind, Name: fieldName(source.Kind)})
		}
		out[i].Sources = append(out[i].Sources, sourceViewOf(r, source))
	}
	return slices.DeleteFunc(out, func(k sourceKind) bool { return len(k.Sources) == 0 })
}

func sourceViewOf(r *inspection.Record, source store.SourceUse) sourceView {
	view := sourceView{ID: source.ID, Title: source.Title, Publisher: source.Publisher}
	if source.Address != "" {
		view.Outside = outside(source.Title, source.Address)
	}
	if source.Published.Known() {
		view.Published = source.Published.Words()
	}
	if source.ReadOn.Known() {
		view.ReadOn = source.ReadOn.Words()
	}
	for _, use := range source.Uses {
		link := aboutLink(r, use.About)
		n := len(view.Uses)
		if n == 0 || view.Uses[n-1].Link != link { // several facts of one record stand together
			view.Uses = append(view.Uses, useView{Link: link})
			n++
		}
		last := &view.Uses[n-1]
		if use.Supports != "" {
			last.Supports = append(last.Supports, use.Supports)
		}
		if use.Confidence != "" {
			last.Confidence = use.Confidence.Words()
		}
	}
	view.Resting = inspection.CountWords(len(view.Uses), "record rests on it", "records rest on it")
	view.Long = len(view.Uses) >= foldedFrom
	return view
}

// aboutLink leads to the record that something is said of; without an address where it has no page.
func aboutLink(r *inspection.Record, about store.About) Link {
	link := Link{Name: about.Title}
	switch about.Kind {
	case inspection.OfInspection:
		link.Address = "/inspections/" + about.ID
	case inspection.OfRecommendation:
		link.Address = "/recommendations/" + about.ID
	case inspection.OfMilestone:
		link.Address = "/milestones#" + about.ID
	case inspection.OfCompleteness:
		link.Name, link.Address = completenessTitle(r, about), "#complete"
	case inspection.OfBody, inspection.OfSuccession, inspection.OfService, inspection.OfFigure, inspection.OfPlaceMember:
		body, _ := r.Body(about.ID)
		link.Address = bodyAddress(body)
	}
	return link
}

// gapsByRecord gathers what was not found under the record in which it is missing.
func gapsByRecord(r *inspection.Record, gaps []store.ListedGap) []gapView {
	var out []gapView
	for _, gap := range gaps {
		link := aboutLink(r, gap.About)
		if n := len(out); n == 0 || out[n-1].Link != link {
			out = append(out, gapView{Link: link})
		}
		last := &out[len(out)-1]
		last.Words = append(last.Words, gap.Words)
	}
	return out
}

// listNames are the lists whose completeness is kept, as pages name them.
var listNames = map[string]string{
	"ilacs_graded": "Full inspections since 2018", "sif_graded": "Full inspections of 2013 to 2018",
	"visits": "Focused and monitoring visits", "area_send_full": "Area SEND inspections since 2023",
	"area_send_monitoring": "Area SEND monitoring inspections", "jtai": "Joint targeted area inspections",
	"fostering_agency": "Fostering agency inspections", "adoption_agency": "Adoption agency inspections",
	"youth_justice": "Youth justice inspections",
}

func listName(record string) string {
	if name, ok := listNames[record]; ok {
		return name
	}
	return fieldName(record)
}

func completenessOf(r *inspection.Record, line inspection.Completeness) completenessView {
	view := completenessView{
		Whose: whoseList(r, line.BodyID), List: listName(line.Record), To: "No complete list is held", Note: line.Note,
		Source: sourceLink(r, line.SourceID),
	}
	if line.To.Known() {
		view.To = "Complete to " + line.To.Words()
	}
	return view
}

func whoseList(r *inspection.Record, body string) string {
	if body == inspection.EveryAuthority {
		return "Every council of today"
	}
	return r.Name(body)
}

// completenessTitle names what a source says of how far a body's lists are complete.
func completenessTitle(r *inspection.Record, about store.About) string {
	return whoseList(r, about.ID) + ": how far the lists are complete"
}
