package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// askedShowPage shows what inspectors asked of comparable authorities on a theme, and what came next.
type askedShowPage struct {
	Page
	englandBase
	Whom     string   // whose letters are read
	Notes    []string // whom the group names too, and what else has to be known of it
	Choose   *Link    // where a choice of one's own is made
	Own      *Link    // what was asked of the authority that the others are set beside
	Held     string   // of how many inspections the areas to improve are held
	Themes   []askedTheme
	ListNone bool   // whether letters are held and none of them lists an area
	Found    string // empty where no theme is chosen
	None     string // what is said where nothing was found
	Meaning  string
	Range    string // which of those found this page shows; empty where it shows all
	Letters  []askedLetters
	Pages    *pagination
}

// askedTheme is a theme with the number of areas to improve on it.
type askedTheme struct {
	Link  Link
	Count int
}

// askedLetters is what one letter, or twin letters together, asked for on the theme, and what came next.
type askedLetters struct {
	ID      string
	Heading string
	When    string
	Whom    []whomView
	Letters []letterView
	Items   []askedItem
	Next    []cameNextView // of each body that was asked
}

// askedItem is one area to improve.
type askedItem struct {
	recommendationView
	Ours  bool
	Other []otherWording
	Later []laterViewGroup
}

// otherWording is how a twin letter prints the same item in other words.
type otherWording struct {
	Whom, Words string
	Ours        bool
}

// cameNextView is what is on record of a body after the letter to it.
type cameNextView struct {
	Name        string
	Ended       string // that the council ended; empty where it had not
	Successors  []Link
	Letter      *Link // the next inspection; nil where there is none
	None        string
	Compared    []gradeMove
	NotCompared string
}

// gradeMove is a judgement of the next inspection beside that of the inspection before it.
type gradeMove struct {
	Name, Grade, Before string
}

const askedPerPage = 50

// everyAuthority stands in addresses for the group of all authorities.
const everyAuthority = "all"

// askedOf is the question that the page answers.
type askedOf struct {
	*englandAsked
	own         inspection.Body // the zero Body where none is asked for and none is needed
	group       inspection.Group
	chosen      []string // IDs of one's own choice
	theme       string
	comparables inspection.Comparables
	others      []string // IDs of the authorities of the group; none where every authority is meant
}

// askAsked reads on which theme, and of whom, the areas to improve are asked for.
func (s *Server) askAsked(c *gin.Context) (*askedOf, []inspection.Theme, error) {
	asked, err := s.askEngland(c)
	if err != nil {
		return nil, nil, err
	}
	themes, err := s.store.Themes(c.Request.Context())
	if err != nil {
		return nil, nil, err
	}
	a := &askedOf{englandAsked: asked}
	a.theme = a.filter.choose("theme", "Theme", "No theme chosen", "a theme",
		themeOptions(themes), optionGroup{Options: []selectOption{{Value: store.NoTheme, Name: noThemeGiven}}})
	a.askGroup(s.homeAuthority(c))
	return a, themes, nil
}

func (s *Server) showAsked(c *gin.Context) error {
	ctx := c.Request.Context()
	a, themes, err := s.askAsked(c)
	if err != nil {
		return err
	}
	found, number, err := a.find(ctx, s.store)
	if err != nil {
		return err
	}
	page := askedShowPage{Pages: a.filter.paginate(number, found.Pages)}
	page.Page, page.englandBase = s.englandPage(c, a.englandAsked, "What was asked of others")
	page.Held = a.heldWords(found)
	a.sayWhom(&page)
	page.Themes = a.themeLinks(themes, found.Counts)
	page.ListNone = len(found.Letters) > 0 && len(page.Themes) == 0
	if a.theme != "" {
		page.Found, page.Meaning = foundOnTheme(themes, a.theme, found.Total)
		page.None = "No letter of these authorities that is held asks for this. That does not mean that none did."
		if a.theme == store.NoTheme {
			page.None = "Every area to improve of these authorities that is held has a theme."
		}
	}
	if found.Pages > 1 {
		first := (number - 1) * askedPerPage
		page.Range = fmt.Sprintf("%d to %d are shown here.", first+1, first+len(found.List))
	}
	found.Record.Themes = themes
	page.Letters = a.letters(found)
	return s.render(c, a.filter.status(), "asked_show", page)
}

const noThemeGiven = "No theme given"

// askGroup reads which authorities are meant. All but the group of every authority are of one authority: home's where none is
// asked for.
func (a *askedOf) askGroup(home inspection.Body) {
	slug := a.filter.choose("authority", "Authority", "None chosen", "an authority", a.authorityOptions(home))
	groups := optionGroup{}
	for _, group := range inspection.Groups() {
		groups.Options = append(groups.Options, selectOption{Value: string(group), Name: group.Words()})
	}
	a.group = inspection.Group(a.filter.choose("group", "Which others", "Every authority", "a group of authorities",
		optionGroup{Options: []selectOption{{Value: everyAuthority, Name: "Every authority"}}}, groups))
	boxes := a.filter.Selects
	boxes[len(boxes)-1].All = "" // every authority is an entry of the list
	a.chosen = a.askOwnChoice("", true)
	if a.group == everyAuthority {
		a.group = ""
	}
	if slug == "" && a.group != "" {
		slug = home.ID
	}
	if h, ok := a.england.History(slug); ok {
		a.own = h.Body
	}
	comparing := inspection.Comparing{Authority: a.own, Group: a.group, Chosen: a.chosen, On: a.day}
	if a.group == inspection.GroupType && a.england.MoreThan(mostAuthorities, a.day, inspection.Where{Type: a.own.Type}) {
		comparing.Within = a.own.Region
	}
	a.comparables = a.england.Comparables(comparing)
	if a.group != "" {
		a.others = a.authorities()
	}
}

// authorityOptions lists the authorities of the day, and the one that is asked for where it had ended or not begun. Beyond what a
// list can hold they are those of the region of the one that is asked for, or of home.
func (a *askedOf) authorityOptions(home inspection.Body) optionGroup {
	var where inspection.Where
	asked, known := a.england.History(a.filter.asked.Get("authority"))
	if a.england.MoreThan(mostAuthorities, a.day, where) {
		where.Region = home.Region
		if known {
			where.Region = asked.Body.Region
		}
	}
	var out optionGroup
	if known && !asked.Body.ExistedOn(a.day) {
		out.Options = append(out.Options, selectOption{Value: asked.Body.ID, Name: asked.Body.Name})
	}
	for _, h := range a.england.Histories(a.day, where) {
		out.Options = append(out.Options, selectOption{Value: h.Body.ID, Name: h.Body.Name})
	}
	return out
}

// wanted says which letters are read.
func (a *askedOf) wanted() store.AskedFilter {
	wanted := store.AskedFilter{Theme: a.theme, OutBy: a.day}
	if a.group != "" {
		wanted.Bodies = a.withPartnerships(a.others)
	}
	if a.own.ID != "" {
		wanted.Except = a.withPartnerships([]string{a.own.ID})
	}
	return wanted
}

// find reads the page of the list that is asked for; the first where there is no such page.
func (a *askedOf) find(ctx context.Context, s *store.Store) (store.AskedPage, int, error) {
	wanted := a.wanted()
	wanted.Page, wanted.Size = a.filter.page(), askedPerPage
	found, err := s.Asked(ctx, wanted)
	if pages := max(1, found.Pages); err == nil && wanted.Page > pages {
		a.filter.wrong("page", fmt.Sprintf("There is no page %d: choose one of this list, which has %s", wanted.Page, inspection.CountWords(pages, "page", "pages")))
		wanted.Page = 1
		found, err = s.Asked(ctx, wanted)
	}
	return found, wanted.Page, err
}

// authorities returns the IDs of the authorities of the group, without the one that they are set beside, and of the earlier
// councils before them, whose letters stand under their own names.
func (a *askedOf) authorities() []string {
	ids := []string{} // never nil, which means every one where letters are asked for
	for _, m := range a.comparables.Members {
		if !m.Own {
			ids = append(ids, m.Body.ID)
		}
	}
	earlier := map[string][]string{}
	for _, s := range a.england.Successions {
		earlier[s.ToID] = append(earlier[s.ToID], s.FromID)
	}
	taken := map[string]bool{}
	for i := 0; i < len(ids); i++ { // grows: an earlier council may have had one before it
		taken[ids[i]] = true
		for _, id := range earlier[ids[i]] {
			if !taken[id] {
				taken[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// withPartnerships adds the partnerships of the areas of some authorities.
func (a *askedOf) withPartnerships(authorities []string) []string {
	among := map[string]bool{}
	for _, id := range authorities {
		among[id] = true
	}
	out := slices.Clip(authorities)
	for _, b := range a.bodies {
		if b.Kind == inspection.Partnership && among[b.ListedOn] {
			out = append(out, b.ID)
		}
	}
	return out
}

// heldWords says of how many inspections of the authorities the areas to improve are held.
func (a *askedOf) heldWords(found store.AskedPage) string {
	all := 0
	if a.group == "" {
		own, _ := a.england.History(a.own.ID)
		all = a.england.FullOutBy(a.day) - own.FullOutBy(a.day)
	}
	for _, id := range a.others {
		h, _ := a.england.History(id)
		all += h.FullOutBy(a.day)
	}
	held, others := 0, 0
	for _, kind := range found.Letters {
		if k, _ := a.england.Catalogue.Kind(kind); k.Full {
			held++
		} else {
			others++
		}
	}
	words := fmt.Sprintf("Areas to improve are held for %d of the %s of these authorities on this record", held,
		inspection.CountWords(all, "full inspection", "full inspections"))
	if all == 0 {
		words = "No full inspection of these authorities that was out by " + a.day.Words() + " is on this record"
	}
	if others > 0 {
		words += ". Areas are held for " + inspection.CountWords(others, "other inspection or visit", "other inspections and visits")
	}
	return words + ". A theme that is missing here may stand in a letter that is not held."
}

// sayWhom says whose letters are read, and who is left out.
func (a *askedOf) sayWhom(page *askedShowPage) {
	if a.own.ID != "" {
		query := url.Values{"authority": {a.own.ID}}
		if a.theme != "" && a.theme != store.NoTheme {
			query.Set("theme", a.theme)
		}
		page.Own = &Link{Name: a.own.Name, Address: "/recommendations?" + query.Encode()}
		if a.own.EndedBy(a.day) {
			page.Notes = append(page.Notes, fmt.Sprintf("%s ended on %s. The others are those of %s.", a.own.Name, a.own.Ended.Words(), a.day.Words()))
		} else if !a.own.BegunBy(a.day) {
			page.Notes = append(page.Notes, inspection.LeftOut{Body: a.own, On: a.day, Before: a.england.EarlierOn(a.own.ID, a.day)}.Words())
		}
	}
	members := len(a.comparables.Members) - 1
	switch {
	case a.group == "" && a.own.ID == "":
		page.Whom = "Letters to every authority on this record, earlier councils among them."
		return
	case a.group == "":
		page.Whom = "Letters to every authority on this record but " + a.own.Name + ", earlier councils among them."
		return
	case a.own.ID == "":
		page.Whom = "Choose an authority: the others are found beside one."
		return
	}
	page.Whom = "No authority to set beside " + a.own.Name + "."
	if members > 0 {
		page.Whom = fmt.Sprintf("Letters to %s and to the earlier councils before them. Chosen for %s: %s.",
			inspection.CountWords(members, "authority", "authorities"), a.own.Name, lowerFirst(a.group.Words()))
	}
	if region := a.comparables.Within; region != "" {
		page.Notes = append(page.Notes, "So many authorities are of this type that only those of the region "+region+" are read here.")
	}
	for _, left := range a.comparables.LeftOut {
		page.Notes = append(page.Notes, left.Words())
	}
	if members > 0 {
		return
	}
	switch a.group {
	case inspection.GroupTrust:
		page.Notes = append(page.Notes, fmt.Sprintf("No other authority on this record had the same children’s trust as %s on %s.", a.own.Name, a.day.Words()))
	case inspection.GroupChosen:
		page.Choose = &Link{
			Name: "Choose authorities on the page Compare", Address: "/compare?authority=" + a.own.ID + "&group=" + string(inspection.GroupChosen),
		}
	default:
		page.Notes = append(page.Notes, fmt.Sprintf("This record names no such authorities for %s.", a.own.Name))
	}
}

// themeLinks lists the themes that are asked for, each with the number of areas to improve on it.
func (a *askedOf) themeLinks(themes []inspection.Theme, counts map[string]int) []askedTheme {
	var out []askedTheme
	for _, t := range append(slices.Clone(themes), inspection.Theme{Code: store.NoTheme, Name: noThemeGiven}) {
		if counts[t.Code] > 0 {
			link := Link{Name: t.Name, Address: a.filter.with("theme", t.Code), Here: t.Code == a.theme}
			out = append(out, askedTheme{Link: link, Count: counts[t.Code]})
		}
	}
	return out
}

func foundOnTheme(themes []inspection.Theme, code string, total int) (found, meaning string) {
	name := "no theme given"
	for _, t := range themes {
		if t.Code == code {
			name, meaning = t.Name, t.Meaning
		}
	}
	return inspection.CountWords(total, "area", "areas") + " to improve: " + name, meaning
}

// letters puts the items of a page under the letters that ask for them.
func (a *askedOf) letters(found store.AskedPage) []askedLetters {
	var out []askedLetters
	key := ""
	for _, asked := range found.List {
		if next := asked.LettersKey(); next != key {
			key = next
			out = append(out, a.lettersOf(found.Record, asked))
		}
		last := &out[len(out)-1]
		last.Items = append(last.Items, a.item(found.Record, asked))
	}
	return out
}

func (a *askedOf) lettersOf(r *inspection.Record, asked inspection.Asked) askedLetters {
	first := asked[0].Letter
	view := askedLetters{ID: "in-" + strings.ReplaceAll(asked.LettersKey(), " ", "-and-")}
	if day, published := first.OutDay(); published {
		view.When = "Published " + day.MonthWords()
	} else {
		view.When = "Publication date not found"
	}
	for _, by := range asked {
		view.Whom = append(view.Whom, whom(r, by.Letter)...)
		view.Letters = append(view.Letters, letterOf(r, by.Letter))
		for _, of := range by.Letter.Bodies {
			if body, ok := r.Body(of.BodyID); ok && of.Confirmed && body.Kind != inspection.Provider {
				view.Next = append(view.Next, a.cameNext(r, by.Letter, body))
			}
		}
	}
	var names []string
	for _, one := range view.Whom {
		names = append(names, one.Link.Name)
	}
	k, _ := r.Catalogue.Kind(first.Kind)
	view.Heading = fmt.Sprintf("%s: %s, %s", inspection.ListWords(names), k.Name, first.VisitedWords())
	return view
}

func (a *askedOf) item(r *inspection.Record, asked inspection.Asked) askedItem {
	first := asked[0]
	item := askedItem{recommendationView: recommendationViewOf(r.Themes, first.Item), Ours: first.Item.Wording == inspection.Paraphrase}
	item.References, item.Themes = nil, nil
	for _, t := range r.Themes {
		if slices.Contains(first.Item.Themes, t.Code) {
			item.Themes = append(item.Themes, Link{Name: t.Name, Address: a.filter.with("theme", t.Code)})
		}
	}
	for _, by := range asked {
		item.References = append(item.References, referenceLink(by.Item.Reference))
		if by.Item.Words != first.Item.Words {
			item.Other = append(item.Other, otherWording{r.WhomWords(by.Letter.Bodies), by.Item.Words, by.Item.Wording == inspection.Paraphrase})
		}
		item.Later = append(item.Later, a.laterWords(r, by)...)
	}
	return item
}

// laterWords returns what later letters to the same body said of an item. The record here does not know who took over from
// whom: what a letter to another council says stands on the item's own page.
func (a *askedOf) laterWords(r *inspection.Record, by inspection.AskedBy) []laterViewGroup {
	views := r.ViewsOf(by.Item.Reference, a.day)
	var out []laterViewGroup
	for _, in := range r.LaterLetters(by.Letter, a.day) {
		group := laterViewGroupOf(r, in, views)
		if len(group.Views) > 0 {
			group.Council = r.WhomWords(in.Bodies)
			out = append(out, group)
		}
	}
	return out
}

func (a *askedOf) cameNext(r *inspection.Record, letter *inspection.Inspection, body inspection.Body) cameNextView {
	next := a.england.CameNext(letter, body, r.InspectionsOf(body.ID, a.day), a.day)
	view := cameNextView{Name: body.Name}
	if next.Ended.Known() {
		view.Ended = body.Name + " ended on " + next.Ended.Words()
		for _, b := range next.Successors {
			view.Successors = append(view.Successors, bodyLink(b))
		}
	}
	if next.Next == nil {
		kind := "full inspection"
		if body.Kind != inspection.Authority {
			kind = "inspection of this kind"
		}
		view.None = fmt.Sprintf("No later letter is held. This record has no later %s of %s that was out by %s.", kind, body.Name, a.day.Words())
		return view
	}
	view.Letter = &Link{Name: a.titleOfNext(next.Next), Address: inspectionAddress(next.Next)}
	for _, line := range next.Compared {
		view.Compared = append(view.Compared, gradeMove{Name: line.Strand.Short, Grade: line.Grade.Name, Before: line.Earlier.Words})
	}
	view.NotCompared = notComparedWords(next)
	return view
}

func (a *askedOf) titleOfNext(in *inspection.Inspection) string {
	k, _ := a.england.Catalogue.Kind(in.Kind)
	words := k.Name + ", " + in.VisitedWords()
	if day, published := in.OutDay(); published {
		words += ", published " + day.MonthWords()
	}
	return words
}

// notComparedWords says which judgements of the next inspection are not set beside those before it and, where none is, why.
func notComparedWords(next inspection.CameNext) string {
	var names []string
	for _, line := range next.NotCompared {
		names = append(names, line.Strand.Phrase)
	}
	switch {
	case len(names) == 0:
		return ""
	case len(next.Compared) > 0:
		return "Not compared: " + inspection.ListWords(names) + "."
	}
	first := next.NotCompared[0]
	return first.Strand.Short + ": " + first.Earlier.Words + "."
}

func (s *Server) askedRoutes(r router) {
	r.get("/england/asked", auth.ReadPublic, s.page(s.showAsked, reads{
		chosen: []string{"theme", "authority", "group", "page", asAt}, free: []string{"with"},
	}))
}
