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

// recommendationListPage lists areas to improve, letter by letter, an item that stands in twin letters once.
type recommendationListPage struct {
	Page
	Filter   *filter
	Found    string
	Progress string
	Groups   []recommendationGroup
}

// recommendationGroup is what one letter asks for, or what twin letters ask for together.
type recommendationGroup struct {
	ID      string
	Heading string
	Letters []letterView
	Ours    bool
	Note    string
	Items   []recommendationView
}

// letterView is an inspection and its letter.
type letterView struct {
	Whom   string
	Link   Link
	Report *outsideLink
}

type recommendationView struct {
	Place       int // in the letter's whole list; 0 where that list is not held
	Words       string
	Priority    bool
	References  []Link
	Responsible string
	Themes      []Link
	Tag         string
	Gloss       string // in plain English, ours, beside the inspectors' words
	Own         bool   // the council's own priority
	Page        int    // of the letter; 0 where not known
}

// recommendationShowPage is all that is known of one area to improve.
type recommendationShowPage struct {
	Page
	Heading  string
	Item     recommendationView
	Ours     bool
	Letter   letterView
	Whom     []whomView
	Twins    []letterTwin
	Themes   []inspection.Theme
	TagWords string
	Progress string
}

// letterTwin is the same item in another letter.
type letterTwin struct {
	Reference Link
	Letter    Link
}

const noProgress = "No progress is recorded here yet. That does not mean that nothing was done."

func (s *Server) listRecommendations(c *gin.Context) error {
	known, err := s.reference(c)
	if err != nil {
		return err
	}
	themes, err := s.store.Themes(c.Request.Context())
	if err != nil {
		return err
	}
	all, err := s.store.Recommendations(c.Request.Context(), store.RecommendationFilter{})
	if err != nil {
		return err
	}
	r := &inspection.Record{Catalogue: known.england.Catalogue, Bodies: known.bodies, Themes: themes}
	f := newFilter(c)
	list, err := s.store.Recommendations(c.Request.Context(), store.RecommendationFilter{
		Authority:  f.choose("authority", "Authority", "Every authority", "an authority", bodyOptions(known.bodies)...),
		Inspection: f.choose("inspection", "Inspection", "Every inspection", "an inspection", letterOptions(r, all)),
		Theme:      f.choose("theme", "Theme", "Every theme", "a theme", themeOptions(themes)),
	})
	if err != nil {
		return err
	}
	page := recommendationListPage{
		Page: s.listBase(c, "Areas to improve", f), Filter: f, Progress: noProgress, Groups: groupByLetter(r, list, all),
	}
	items := 0
	for _, group := range page.Groups {
		items += len(group.Items)
	}
	page.Found = inspection.CountWords(items, "area", "areas") + " to improve"
	if items < len(list) {
		page.Found += ", counted once where two letters share one (" + inspection.CountWords(len(list), "item", "items") + " letter by letter)"
	}
	return s.render(c, f.status(), "recommendation_list", page)
}

// letterOptions lists the inspections of which any area to improve is held, latest first.
func letterOptions(r *inspection.Record, all []store.ListedRecommendation) optionGroup {
	var out optionGroup
	for _, item := range all {
		if n := len(out.Options); n == 0 || out.Options[n-1].Value != item.InspectionID {
			out.Options = append(out.Options, selectOption{Value: item.InspectionID, Name: titleOf(r, item.Inspection)})
		}
	}
	return out
}

func themeOptions(themes []inspection.Theme) optionGroup {
	var out optionGroup
	for _, t := range themes {
		out.Options = append(out.Options, selectOption{Value: t.Code, Name: t.Name})
	}
	return out
}

// groupByLetter puts a list, in its order, under the letters it comes from. Letters that share an item stand together
// and show it once, with the references of all letters that hold it, also of those that the list leaves out.
func groupByLetter(r *inspection.Record, list, all []store.ListedRecommendation) []recommendationGroup {
	var groups []recommendationGroup
	at := lettersTogether(list)
	shown := map[string]bool{}
	for _, item := range list {
		lead := at[item.InspectionID]
		i := slices.IndexFunc(groups, func(g recommendationGroup) bool { return g.ID == lead })
		if i < 0 {
			i = len(groups)
			groups = append(groups, recommendationGroup{ID: lead})
		}
		groups[i].addLetter(r, item.Inspection, all)
		if item.SharedKey != "" && shown[item.SharedKey] {
			continue
		}
		shown[item.SharedKey] = true
		view := recommendationViewOf(r.Themes, item.Recommendation)
		for _, other := range all {
			if item.SharedKey != "" && other.SharedKey == item.SharedKey && other.Reference != item.Reference {
				view.References = append(view.References, referenceLink(other.Reference))
			}
		}
		slices.SortFunc(view.References, func(a, b Link) int { return strings.Compare(a.Name, b.Name) })
		groups[i].Ours = groups[i].Ours || item.Wording == inspection.Paraphrase
		groups[i].Items = append(groups[i].Items, view)
	}
	return groups
}

// lettersTogether returns, for each inspection of a list, the first one listed with which it shares an item; itself
// where there is none.
func lettersTogether(list []store.ListedRecommendation) map[string]string {
	lead := map[string]string{}
	holder := map[string]string{} // the first inspection that holds a shared item
	for _, item := range list {
		if lead[item.InspectionID] == "" {
			lead[item.InspectionID] = item.InspectionID
		}
		switch first := holder[item.SharedKey]; {
		case item.SharedKey == "":
		case first == "":
			holder[item.SharedKey] = item.InspectionID
		case lead[item.InspectionID] == item.InspectionID:
			lead[item.InspectionID] = lead[first]
		}
	}
	return lead
}

// addLetter adds an inspection to those that the group is about, once, in the order of their names. How many of its items
// are held is counted over all, whatever the list leaves out.
func (g *recommendationGroup) addLetter(r *inspection.Record, in *inspection.Inspection, all []store.ListedRecommendation) {
	letter := letterOf(r, in)
	if slices.ContainsFunc(g.Letters, func(l letterView) bool { return l.Link == letter.Link }) {
		return
	}
	g.Letters = append(g.Letters, letter)
	slices.SortFunc(g.Letters, func(a, b letterView) int { return strings.Compare(a.Whom, b.Whom) })
	var names []string
	for _, l := range g.Letters {
		names = append(names, l.Whom)
	}
	k, _ := r.Catalogue.Kind(in.Kind)
	g.Heading = fmt.Sprintf("%s: %s, %s", inspection.ListWords(names), k.Name, in.VisitedWords())
	if !in.WholeListHeld {
		held := 0
		for _, item := range all {
			if item.InspectionID == in.ID {
				held++
			}
		}
		g.Note = areasNote(in, held)
	}
}

func letterOf(r *inspection.Record, in *inspection.Inspection) letterView {
	view := letterView{Whom: whomWords(r, in), Link: Link{Name: titleOf(r, in), Address: inspectionAddress(in)}}
	if in.ReportAddress != "" {
		view.Report = outside("Letter or report on "+view.Whom, in.ReportAddress)
	}
	return view
}

func referenceLink(reference string) Link {
	return Link{Name: reference, Address: "/recommendations/" + reference}
}

func recommendationViewOf(themes []inspection.Theme, item inspection.Recommendation) recommendationView {
	view := recommendationView{
		Words: item.Words, Priority: item.Kind == inspection.PriorityAction,
		References: []Link{referenceLink(item.Reference)}, Responsible: item.Responsible, Tag: item.FrameworkTag,
		Gloss: item.Gloss, Own: item.OwnPriority, Page: item.Page,
	}
	// Where the whole list is not held the number is P1, P2 …, which is no place in it.
	if place, err := strconv.Atoi(item.Number); err == nil {
		view.Place = place
	}
	for _, t := range themes {
		if slices.Contains(item.Themes, t.Code) {
			view.Themes = append(view.Themes, Link{Name: t.Name, Address: "/recommendations?" + url.Values{"theme": {t.Code}}.Encode()})
		}
	}
	return view
}

func (s *Server) showRecommendation(c *gin.Context) error {
	item, twins, err := s.store.Recommendation(c.Request.Context(), c.Param("reference"))
	if err != nil {
		return err
	}
	if item.Reference != c.Param("reference") { // of an item that was joined to another: its reference leads there for ever
		return s.redirect(c, http.StatusPermanentRedirect, referenceLink(item.Reference).Address)
	}
	themes, err := s.store.Themes(c.Request.Context())
	if err != nil {
		return err
	}
	known, err := s.reference(c)
	if err != nil {
		return err
	}
	r := &inspection.Record{Catalogue: known.england.Catalogue, Bodies: known.bodies}
	heading := "Area to improve " + item.Reference
	page := recommendationShowPage{
		Page: s.base(c, heading), Heading: heading, Item: recommendationViewOf(themes, item.Recommendation),
		Ours: item.Wording == inspection.Paraphrase, Letter: letterOf(r, item.Inspection), Whom: whom(r, item.Inspection),
		TagWords: tagWords(item.FrameworkTag), Progress: noProgress,
	}
	for _, twin := range twins {
		page.Twins = append(page.Twins, letterTwin{Reference: referenceLink(twin.Reference), Letter: letterOf(r, twin.Inspection).Link})
	}
	for _, t := range themes {
		if slices.Contains(item.Themes, t.Code) {
			page.Themes = append(page.Themes, t)
		}
	}
	return s.render(c, http.StatusOK, "recommendation_show", page)
}

// nationalOutcomes are the outcomes of the government's National framework for children's social care, in short.
var nationalOutcomes = map[string]string{
	"outcome 1": "families stay together and get the help they need",
	"outcome 2": "the family network supports children and young people",
	"outcome 3": "children and young people are safe in and outside their home",
	"outcome 4": "children in care and care leavers have stable, loving homes",
}

// tagWords explains the part of the National framework that a letter names beside an item.
func tagWords(tag string) string {
	if tag == "" {
		return ""
	}
	words := "The letter ties this to " + tag + " of the government’s National framework for children’s social care"
	if outcome, ok := nationalOutcomes[tag]; ok {
		words += ": " + outcome
	}
	return words + "."
}
