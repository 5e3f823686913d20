package web

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// recurrenceListPage shows what keeps coming back across letters, theme by theme, with the words side by side.
type recurrenceListPage struct {
	Page
	Name    string // of the council or place
	Filter  *filter
	Found   string
	Earlier string // whose letters stand apart
	Themes  []recurringThemeView
}

type recurringThemeView struct {
	Code    string
	Name    string
	Meaning string
	Count   string
	List    string // the address of the items of the theme
	Own     []mentionView
	Earlier []mentionView
	Links   []themeLink
}

// mentionView is one letter of a chain, or the visits between two letters that do not name the theme.
type mentionView struct {
	When     string
	Letters  []Link
	Items    []mentionedItem
	Concerns []findingView // in our words
	Silent   []silentVisit
}

// mentionedItem is an area to improve of the letter.
type mentionedItem struct {
	recommendationView
	Ours bool // whether its words are ours; twins' may differ in that
}

// silentVisit is a visit between two letters that name a theme.
type silentVisit struct {
	Link  Link
	Topic string
}

// themeLink says that one item of a theme repeats another, replaces it or arises from it.
type themeLink struct {
	Later, Earlier Link
	Says, Note     string
}

func recurrenceAddress(authority string) string {
	return "/themes?" + url.Values{"authority": {authority}}.Encode()
}

// actedOptions lists the places and councils that have acted.
func actedOptions(bodies []inspection.Body, today inspection.Date) []optionGroup {
	return bodyOptions(bodies, today)[:3]
}

// recurrenceAsked is whose recurring themes were asked for, and what they are.
type recurrenceAsked struct {
	subject
	filter  *filter
	earlier string // whose letters stand apart
	themes  []inspection.RecurringTheme
}

func (s *Server) askRecurrence(c *gin.Context) (*recurrenceAsked, error) {
	if _, err := s.asOf(c); err != nil {
		return nil, err
	}
	known, err := s.register(c)
	if err != nil {
		return nil, err
	}
	f := newFilter(c)
	home := (&inspection.Record{Bodies: known.bodies}).Name(s.home(c.Request.Context()))
	slug := f.chooseBody(known, s.today(), "Authority", home, "an authority", actedOptions)
	if slug == "" {
		slug = s.home(c.Request.Context())
	}
	sub, err := s.subject(c, slug)
	if err != nil {
		return nil, err
	}
	a := &recurrenceAsked{subject: sub, filter: f}
	earlier := sub.record.EarlierCouncils(sub.record.Members(slug)...)
	var names []string
	for _, b := range earlier {
		if b.EndedBy(sub.asOf) {
			names = append(names, b.Name)
		}
	}
	a.earlier = inspection.ListWords(names)
	a.themes = sub.record.Recurrence(append(sub.record.ListedUnder(slug), earlier...), sub.asOf)
	return a, nil
}

func (s *Server) listRecurrence(c *gin.Context) error {
	a, err := s.askRecurrence(c)
	if err != nil {
		return err
	}
	name, f := a.body.Name, a.filter
	page := recurrenceListPage{Page: s.listBase(c, "What keeps coming back: "+name, f), Name: name, Filter: f, Earlier: a.earlier}
	for _, theme := range a.themes {
		page.Themes = append(page.Themes, recurringThemeViewOf(a.record, a.body.ID, theme, page.Earlier))
	}
	page.Found = inspection.CountWords(len(page.Themes), "theme", "themes") + " in more than one round of inspections"
	return s.render(c, f.status(), "recurrence_list", page)
}

func recurringThemeViewOf(r *inspection.Record, slug string, t inspection.RecurringTheme, earlier string) recurringThemeView {
	view := recurringThemeView{
		Code: t.Theme.Code, Name: t.Theme.Name, Meaning: t.Theme.Meaning,
		List: "/recommendations?" + url.Values{"authority": {slug}, "theme": {t.Theme.Code}}.Encode(),
		Own:  mentionViews(r, t.Own), Earlier: mentionViews(r, t.Earlier),
	}
	own, before := t.Asked()
	switch asked := "Asked for in " + inspection.CountWords(own, "letter", "letters"); {
	case own+before == 0:
		view.Count = "Named as a concern; no area to improve of it is held here"
	case before > 0:
		view.Count = fmt.Sprintf("%s, and in %d to %s", asked, before, earlier)
	default:
		view.Count = asked
	}
	for _, l := range t.Links {
		view.Links = append(view.Links, themeLink{referenceLink(l.FromReference), referenceLink(l.ToReference), l.Kind.Words(), l.Note})
	}
	return view
}

func mentionViews(r *inspection.Record, mentions []inspection.ThemeMention) []mentionView {
	var out []mentionView
	for _, m := range mentions {
		if m.Silent {
			in := m.Inspections[0]
			if n := len(out); n == 0 || len(out[n-1].Silent) == 0 {
				out = append(out, mentionView{})
			}
			last := &out[len(out)-1]
			last.Silent = append(last.Silent, silentVisit{Link{Name: r.TitleOf(in), Address: inspectionAddress(in)}, in.Topic})
			continue
		}
		out = append(out, mentionViewOf(r, m))
	}
	return out
}

func mentionViewOf(r *inspection.Record, m inspection.ThemeMention) mentionView {
	day, published := m.Inspections[0].OutDay()
	view := mentionView{When: "Published " + day.MonthWords()}
	if !published {
		view.When = capital(m.Inspections[0].VisitedWords()) + ", publication date not found"
	}
	for _, in := range m.Inspections {
		view.Letters = append(view.Letters, Link{Name: r.TitleOf(in), Address: inspectionAddress(in)})
	}
	for _, item := range m.Items {
		one := mentionedItem{recommendationViewOf(nil, item), item.Wording == inspection.Paraphrase}
		one.References = referencesOf(m, item)
		view.Items = append(view.Items, one)
	}
	for _, finding := range m.Concerns {
		view.Concerns = append(view.Concerns, findingView{Words: finding.Words, Paragraph: finding.Paragraph})
	}
	return view
}

// referencesOf lists the references of an item and of the twins' that are printed like it.
func referencesOf(m inspection.ThemeMention, item inspection.Recommendation) []Link {
	var out []Link
	for _, in := range m.Inspections {
		for _, other := range in.Recommendations {
			alike := item.SharedKey != "" && other.SharedKey == item.SharedKey && strings.EqualFold(other.Words, item.Words)
			if alike || other.Reference == item.Reference {
				out = append(out, referenceLink(other.Reference))
			}
		}
	}
	return out
}
