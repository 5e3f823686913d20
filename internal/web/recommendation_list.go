package web

import (
	"context"
	"fmt"
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
	Progress string // that none is recorded of any item here
	Groups   []recommendationGroup
	Pages    *pagination
}

// recommendationGroup is what one letter asks for, or what twin letters ask for together.
type recommendationGroup struct {
	ID      string
	Heading string
	Letters []letterView
	Ours    bool
	Note    string
	Items   []*recommendationView
}

// letterView is an inspection and its letter.
type letterView struct {
	Whom   string
	Link   Link
	Report *outsideLink
}

type recommendationView struct {
	Reference   string
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
	Progress    []progressView
}

// itemsPerPage is about how many areas to improve one page of the list shows: a letter is never cut in two.
const itemsPerPage = 50

// shows are what the list can be narrowed to, by what is recorded of an item.
var shows = optionGroup{Options: []selectOption{
	{Value: string(store.ShowPastDate), Name: "Past its date"}, {Value: string(store.ShowMoved), Name: "Date moved more than once"},
	{Value: string(store.ShowWaiting), Name: "Waiting for a decision"}, {Value: string(store.ShowCameBack), Name: "Came back"},
	{Value: string(store.ShowNoEvidence), Name: "No evidence shown here for 90 days"}, {Value: string(store.ShowNoView), Name: "No later view recorded"},
	{Value: string(store.ShowOpen), Name: "Open"}, {Value: string(store.ShowClosed), Name: "Closed"},
}}

func stageOptions() optionGroup {
	var out optionGroup
	for _, stage := range inspection.Stages() {
		option := selectOption{Value: string(stage), Name: stage.Words()}
		if stage == inspection.NotStarted {
			option.Name += ", or nothing recorded"
		}
		out.Options = append(out.Options, option)
	}
	return out
}

// recommendationsAsked is what a list of areas to improve was asked for.
type recommendationsAsked struct {
	filter *filter
	wanted store.PositionFilter
	record *inspection.Record // who there is, the rules and the themes
}

func (s *Server) askRecommendations(c *gin.Context) (*recommendationsAsked, error) {
	day, err := s.asOf(c)
	if err != nil {
		return nil, err
	}
	known, err := s.register(c)
	if err != nil {
		return nil, err
	}
	themes, err := s.store.Themes(c.Request.Context())
	if err != nil {
		return nil, err
	}
	f := newFilter(c)
	wanted := store.PositionFilter{
		Authority: f.chooseBody(known, s.today(), "Authority", "Every authority", "an authority", bodyOptions),
		Theme:     f.choose("theme", "Theme", "Every theme", "a theme", themeOptions(themes)),
		Stage:     inspection.Stage(f.choose("stage", "How far it is", "Every stage", "a stage", stageOptions())),
		Show:      store.Show(f.choose("show", "Only those", "All", "one of these", shows)),
		Reader:    s.reader(c), AsOf: day, Page: f.page(), Size: itemsPerPage, Inspection: f.asked.Get("inspection"),
	}
	r := &inspection.Record{Catalogue: known.catalogue, Bodies: known.bodies, Themes: themes}
	return &recommendationsAsked{f, wanted, r}, nil
}

func (s *Server) listRecommendations(c *gin.Context) error {
	ctx := c.Request.Context()
	asked, err := s.askRecommendations(c)
	if err != nil {
		return err
	}
	f, wanted, r := asked.filter, asked.wanted, asked.record
	found, err := s.store.RecommendationPage(ctx, wanted)
	if err != nil {
		return err
	}
	again := f.choose("inspection", "Inspection", "Every inspection", "an inspection", letterOptions(r, found.Letters)) != wanted.Inspection
	last := len(f.Selects) - 1
	f.Selects = slices.Insert(f.Selects[:last], 1, f.Selects[last]) // the letters to choose from are known only now
	if again {
		wanted.Inspection = ""
	}
	if pages := max(found.Pages, 1); wanted.Page > pages && !again {
		f.wrong("page", fmt.Sprintf("There is no page %d: choose one of this list, which has %s", wanted.Page, inspection.CountWords(pages, "page", "pages")))
		wanted.Page, again = 1, true
	}
	if again {
		if found, err = s.store.RecommendationPage(ctx, wanted); err != nil {
			return err
		}
	}
	page := recommendationListPage{
		Page: s.listBase(c, "Areas to improve", f), Filter: f, Pages: f.paginate(wanted.Page, found.Pages), Found: foundAreas(found),
	}
	list := &recommendationList{record: r, found: found, reader: wanted.Reader, day: wanted.AsOf}
	if page.Groups, err = list.groups(ctx, s.store); err != nil {
		return err
	}
	if !slices.ContainsFunc(found.List, func(item store.ListedRecommendation) bool { return item.Position.Recorded() }) {
		page.Progress = noProgress
	}
	return s.render(c, f.status(), "recommendation_list", page)
}

func foundAreas(found store.RecommendationPage) string {
	words := inspection.CountWords(found.Counted, "area", "areas") + " to improve"
	if found.Counted < found.Total {
		words += ", counted once where two letters share one (" + inspection.CountWords(found.Total, "item", "items") + " letter by letter)"
	}
	return words
}

// letterOptions lists the inspections of which any area to improve is held, latest first.
func letterOptions(r *inspection.Record, letters []store.LetterCount) optionGroup {
	var out optionGroup
	for _, letter := range letters {
		out.Options = append(out.Options, selectOption{Value: letter.Inspection.ID, Name: r.TitleOf(letter.Inspection)})
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

// recommendationList puts one page of areas to improve under the letters that they come from.
type recommendationList struct {
	record *inspection.Record
	found  store.RecommendationPage
	names  naming
	twins  map[string][]string // references by shared key
	reader inspection.Audience
	day    inspection.Date
}

// groups keeps the order of the list. Letters that share an item stand together and show it once, with the references of
// all letters that hold it, also of those that the list leaves out.
func (l *recommendationList) groups(ctx context.Context, s *store.Store) (groups []recommendationGroup, err error) {
	var keys []string
	for _, item := range l.found.List {
		if item.SharedKey != "" && !slices.Contains(keys, item.SharedKey) {
			keys = append(keys, item.SharedKey)
		}
	}
	if l.twins, err = s.SharedReferences(ctx, keys); err != nil {
		return nil, err
	}
	if l.names, err = namesOf(ctx, s, l.record.Bodies); err != nil {
		return nil, err
	}
	at := lettersTogether(l.found.List)
	shown := map[string]*recommendationView{}
	for _, item := range l.found.List {
		lead := at[item.InspectionID]
		i := slices.IndexFunc(groups, func(g recommendationGroup) bool { return g.ID == lead })
		if i < 0 {
			i = len(groups)
			groups = append(groups, recommendationGroup{ID: lead})
		}
		groups[i].addLetter(l.record, item.Inspection, l.found.Letters)
		if first := shown[item.SharedKey]; item.SharedKey != "" && first != nil {
			l.addProgress(first, item)
			continue
		}
		view := recommendationViewOf(l.record.Themes, item.Recommendation)
		if item.SharedKey != "" {
			view.References = nil
			for _, reference := range l.twins[item.SharedKey] {
				view.References = append(view.References, referenceLink(reference))
			}
		}
		l.addProgress(&view, item)
		groups[i].Ours = groups[i].Ours || item.Wording == inspection.Paraphrase
		groups[i].Items = append(groups[i].Items, &view)
		shown[item.SharedKey] = &view
	}
	return groups, nil
}

// addProgress says where an item stands. Twins stand side by side: the same words can be further on in one council than in
// the other.
func (l *recommendationList) addProgress(view *recommendationView, item store.ListedRecommendation) {
	progress := l.names.progress(item.Position, l.reader, l.day)
	progress.Views = l.views(item.Views)
	if len(view.References) > 1 {
		progress.Whose = l.record.WhomWords(item.Inspection.Bodies)
	}
	if progress.Recorded || len(progress.Views) > 0 {
		view.Progress = append(view.Progress, progress)
		slices.SortStableFunc(view.Progress, func(a, b progressView) int { return strings.Compare(a.Whose, b.Whose) })
	}
}

// views says what later letters said, each once in a word with its paragraphs.
func (l *recommendationList) views(views []inspection.LaterView) []viewWord {
	var out []viewWord
	for _, v := range views {
		word := viewWord{Word: v.View.Words(), Letter: Link{Name: "a later letter", Address: "/inspections/" + v.InspectionID}}
		if v.Paragraph != "" {
			word.Where = "paragraph " + v.Paragraph
		}
		for _, letter := range l.found.Letters {
			if letter.Inspection.ID == v.InspectionID {
				word.Letter.Name = l.record.TitleOf(letter.Inspection)
			}
		}
		out = append(out, word)
	}
	return out
}

// namesOf reads the posts and committees of some bodies, of all where none is named, beside the names of the bodies.
func namesOf(ctx context.Context, s *store.Store, bodies []inspection.Body, of ...string) (naming, error) {
	posts, err := s.Posts(ctx, of)
	if err != nil {
		return naming{}, err
	}
	committees, err := s.Committees(ctx, of)
	return naming{bodies: bodies, posts: posts, committees: committees}, err
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
func (g *recommendationGroup) addLetter(r *inspection.Record, in *inspection.Inspection, all []store.LetterCount) {
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
		for _, letter := range all {
			if letter.Inspection.ID == in.ID {
				g.Note = areasNote(in, letter.Items)
			}
		}
	}
}

func letterOf(r *inspection.Record, in *inspection.Inspection) letterView {
	view := letterView{Whom: r.WhomWords(in.Bodies), Link: Link{Name: r.TitleOf(in), Address: inspectionAddress(in)}}
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
		Reference: item.Reference, Words: item.Words, Priority: item.Kind == inspection.PriorityAction,
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
