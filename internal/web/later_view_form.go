package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// laterViewFormPage is where officers record what a published letter says of earlier areas to improve.
type laterViewFormPage struct {
	Page
	Heading string
	Letter  Link
	Report  *outsideLink
	HasText bool // whether the letter's text is held, so that paragraphs can be offered
	Saved   string
	Own     []laterViewWork
	Earlier []laterViewWork // items of the earlier council
	Links   []linkWork
	Link    formView
	Unlink  string // the address at which a link is taken off
}

// laterViewWork is one earlier item with what is recorded, what is offered, and the forms.
type laterViewWork struct {
	ID string
	earlierOffersView
	Recorded []recordedView
	Add      formView
}

// recordedView is a recorded view with the form that takes it back.
type recordedView struct {
	laterViewLine
	Withdraw formView
}

// linkWork is a link between two items, with what unlinks them.
type linkWork struct {
	Later, Earlier Link
	Says, Note     string
	Hidden         []carried
}

func (s *Server) laterViewRoutes(r router) {
	r.get("/themes", auth.ReadPublic, s.page(s.listRecurrence, reads{chosen: []string{"authority", asAt}}))
	r.get("/inspections/:id/later-views", auth.RecordProgress, s.private(s.showLaterViews))
	r.post("/inspections/:id/later-views", auth.RecordProgress, s.private(s.addLaterView))
	r.post("/inspections/:id/later-views/withdraw", auth.RecordProgress, s.private(s.withdrawLaterView))
	r.post("/inspections/:id/later-views/link", auth.RecordProgress, s.private(s.linkItems))
	r.post("/inspections/:id/later-views/unlink", auth.RecordProgress, s.private(s.unlinkItems))
}

// useAddress leads to the form of an item with a paragraph filled in.
func useAddress(inspectionID, reference string, p inspection.LetterParagraph) string {
	query := url.Values{"item": {reference}, "paragraph": {p.Number}, "page": {strconv.Itoa(p.Page)}}
	return laterViewsAddress(inspectionID) + "?" + query.Encode() + "#" + fragment(reference) + "-add"
}

func (s *Server) showLaterViews(c *gin.Context) error {
	page, err := s.laterViewsPage(c, nil)
	if err != nil {
		return err
	}
	page.Saved = map[string]string{
		"view": "The view is recorded.", "withdrawn": "The view is taken back. It stays in the record of changes.",
		"link": "The two areas to improve are linked.", "unlinked": "The link is taken off. It stays in the record of changes.",
	}[c.Query("saved")]
	return s.render(c, http.StatusOK, "later_view_form", page)
}

// laterViewsPage shapes the page of a letter that is out, around a form that came back if there is one.
func (s *Server) laterViewsPage(c *gin.Context, back *sentBack) (*laterViewFormPage, error) {
	ctx := c.Request.Context()
	in, r, err := s.store.InspectionRecord(ctx, c.Param("id"))
	if err != nil {
		return nil, err
	}
	if !in.OutBy(s.today()) {
		return nil, &refusal{http.StatusConflict, "This letter is not out yet", []string{
			"What it says of earlier areas to improve can be recorded once it is published.", "Nothing has been changed.",
		}}
	}
	pages, err := s.store.PublishedPages(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	items, err := s.earlierOffers(ctx, r, in, pages)
	if err != nil {
		return nil, err
	}
	page := &laterViewFormPage{
		Page: s.officerBase(c, "What this letter says of earlier areas to improve"), Heading: "What this letter says of earlier areas to improve",
		Letter: Link{Name: r.TitleOf(in), Address: inspectionAddress(in)}, HasText: len(pages) > 0,
		Unlink: laterViewsAddress(in.ID) + "/unlink",
	}
	if in.ReportAddress != "" {
		page.Report = outside("Open the letter", in.ReportAddress)
	}
	views := r.ViewsBy(in.ID, s.today())
	f := laterViewForms{in: in, asked: c.Request.URL.Query(), back: back}
	for _, item := range items {
		work := laterViewWork{ID: fragment(item.Reference.Name), earlierOffersView: item, Add: f.add(item)}
		for _, v := range views {
			if v.Reference == item.Reference.Name {
				work.Recorded = append(work.Recorded, recordedView{laterViewLineOf(v), f.withdraw(v)})
			}
		}
		if item.Council == "" {
			page.Own = append(page.Own, work)
		} else {
			page.Earlier = append(page.Earlier, work)
		}
	}
	page.Links, page.Link = f.links(r), f.link(items)
	if back != nil {
		if f.located == nil { // the item is not listed here any more, so its form is not
			f.located = back.problems
		}
		page.wrong(f.located)
	}
	return page, nil
}

// laterViewForms makes the forms of the page.
type laterViewForms struct {
	in      *inspection.Inspection
	asked   url.Values
	back    *sentBack
	located inspection.Problems // of the form that came back, by the IDs of its boxes
}

// maker returns what makes the boxes of one form, which holds what was sent if it is the one that came back.
func (f *laterViewForms) maker(form string, filled url.Values) boxMaker {
	m := boxMaker{form: form, values: filled}
	if f.back != nil && f.back.form == form {
		m.values, m.problems = f.back.values, f.back.problems
	}
	return m
}

func (f *laterViewForms) finish(form formView) formView {
	if f.back != nil && f.back.form == form.ID {
		f.located = form.located(f.back.problems)
		form.Open = true
	}
	return form
}

// add is the form for a view of one item, filled in from the paragraph that the officer chose.
func (f *laterViewForms) add(item earlierOffersView) formView {
	reference := item.Reference.Name
	id := fragment(reference) + "-add"
	filled, chosen := url.Values{}, f.asked.Get("item") == reference
	if chosen {
		for _, offer := range item.Offers {
			if p := offer.offer.Paragraph; p.Number == f.asked.Get("paragraph") && strconv.Itoa(p.Page) == f.asked.Get("page") {
				filled = url.Values{"paragraph": {p.Number}, "page": {strconv.Itoa(p.Page)}, "quote": {offer.offer.Sentence}}
			}
		}
	}
	m := f.maker(id, filled)
	var views, asks optionGroup
	for _, v := range inspection.ViewsOfProgress() {
		views.Options = append(views.Options, selectOption{Value: string(v), Name: v.Words()})
	}
	for _, later := range f.in.Recommendations {
		asks.Options = append(asks.Options, selectOption{Value: later.Reference, Name: later.Reference + ": " + firstWords(later.Words)})
	}
	boxes := []letterBox{
		m.choice("view", "What the letter says of it", "“Not mentioned” only where the whole letter is silent.", "Choose", views),
		m.day("paragraph", "Paragraph", "Its number, like 47."), m.day("page", "Page", "Needed where the letter numbers no paragraphs."),
		m.area("gloss", "What it says, in our words", "Shown as ours, never as a quotation."),
		m.area("quote", "Word for word", "Only what stands in the letter; it is looked up there."),
	}
	if len(asks.Options) > 0 {
		boxes = append(boxes, m.choice("repeats", "Asked for again as", "Only for “Repeated”.", "Not asked for again", asks))
	}
	return f.finish(formView{
		ID: id, Title: "Record a view of " + reference, Address: laterViewsAddress(f.in.ID), Hidden: []carried{{"item", reference}},
		Boxes: boxes, Button: "Record this view", Open: chosen,
	})
}

// firstWords shortens an item to what tells it from others.
func firstWords(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return strings.TrimSpace(string(runes[:most])) + "…"
	}
	return text
}

func (f *laterViewForms) withdraw(v inspection.LaterView) formView {
	id := "withdraw-" + strings.ToLower(strings.ReplaceAll(v.ID, "/", "-"))
	m := f.maker(id, url.Values{})
	return f.finish(formView{
		ID: id, Title: strings.TrimSuffix("Take back: "+lowerFirst(v.View.Words())+", "+placeWords(v.Paragraph, v.Page), ", "), Address: laterViewsAddress(f.in.ID) + "/withdraw",
		Hidden: []carried{{"view", v.ID}, {"form", id}}, Boxes: []letterBox{m.box("reason", "Why it was wrong", "")}, Button: "Take it back",
	})
}

// link is the form that joins one of the letter's own items to an earlier one; empty where it has none.
func (f *laterViewForms) link(items []earlierOffersView) formView {
	if len(f.in.Recommendations) == 0 || len(items) == 0 {
		return formView{}
	}
	m := f.maker("link", url.Values{})
	var kinds, later, earlier optionGroup
	for _, kind := range inspection.LinkKinds() {
		kinds.Options = append(kinds.Options, selectOption{Value: string(kind), Name: capital(kind.Words())})
	}
	for _, item := range f.in.Recommendations {
		later.Options = append(later.Options, selectOption{Value: item.Reference, Name: item.Reference + ": " + firstWords(item.Words)})
	}
	for _, item := range items {
		earlier.Options = append(earlier.Options, selectOption{Value: item.Reference.Name, Name: item.Reference.Name + ": " + firstWords(item.Words)})
	}
	return f.finish(formView{
		ID: "link", Title: "Link two areas to improve", Address: laterViewsAddress(f.in.ID) + "/link",
		Boxes: []letterBox{
			m.choice("later", "Area to improve of this letter", "", "Choose", later), m.choice("kind", "What it does", "", "Choose", kinds),
			m.choice("earlier", "Earlier area to improve", "", "Choose", earlier), m.area("note", "Note, in our words", ""),
		}, Button: "Link them",
	})
}

// links lists the links from the letter's own items to earlier ones.
func (f *laterViewForms) links(r *inspection.Record) []linkWork {
	var out []linkWork
	for _, l := range r.Links {
		if !slices.ContainsFunc(f.in.Recommendations, func(item inspection.Recommendation) bool { return item.Reference == l.FromReference }) {
			continue
		}
		out = append(out, linkWork{
			Later: referenceLink(l.FromReference), Earlier: referenceLink(l.ToReference), Says: l.Kind.Words(), Note: l.Note,
			Hidden: []carried{{"later", l.FromReference}, {"kind", string(l.Kind)}, {"earlier", l.ToReference}},
		})
	}
	return out
}

func (s *Server) addLaterView(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	read := &draftForm{values: values}
	view := inspection.LaterView{
		Reference: read.line("item"), InspectionID: c.Param("id"), View: inspection.ViewOfProgress(read.line("view")),
		Paragraph: read.line("paragraph"), Page: read.number("page", 400, "the page, such as 5"),
		Quote: read.words("quote"), Gloss: read.words("gloss"), Repeats: read.line("repeats"),
	}
	form := fragment(view.Reference) + "-add"
	if len(read.problems) == 0 {
		if view.Matched, err = s.howMatched(c.Request.Context(), view); err != nil {
			return err
		}
		_, err = s.store.AddLaterView(c.Request.Context(), by, view)
	}
	return s.laterViewSaved(c, err, sentBack{form, values, read.problems}, "view", "#"+fragment(view.Reference))
}

// howMatched says how the program found the paragraph of a view, where it did.
func (s *Server) howMatched(ctx context.Context, view inspection.LaterView) (string, error) {
	in, r, err := s.store.InspectionRecord(ctx, view.InspectionID)
	if err != nil || view.View == inspection.NotMentioned {
		return "", err
	}
	pages, err := s.store.PublishedPages(ctx, in.ID)
	if err != nil {
		return "", err
	}
	matcher := inspection.NewMatcher(inspection.Paragraphs(pages), r.Themes)
	for _, item := range r.EarlierItems(in) {
		if item.Reference != view.Reference {
			continue
		}
		for _, offer := range matcher.Offers(item.Recommendation) {
			p := offer.Paragraph
			if p.Number != "" && p.Number == view.Paragraph || p.Number == "" && view.Paragraph == "" && p.Page == view.Page {
				return offer.How, nil
			}
		}
	}
	return "", nil
}

func (s *Server) withdrawLaterView(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	back := sentBack{form: values.Get("form"), values: values}
	in, r, err := s.store.InspectionRecord(c.Request.Context(), c.Param("id"))
	if err != nil {
		return err
	}
	views := r.ViewsBy(in.ID, s.today())
	if !slices.ContainsFunc(views, func(v inspection.LaterView) bool { return v.ID == values.Get("view") }) {
		return inspection.ErrNotFound // of another letter, or taken back already
	}
	reason := (&draftForm{values: values}).line("reason")
	if reason == "" {
		err = inspection.Problems{{Field: "reason", Words: "Enter why this view was wrong"}}
	} else {
		err = s.store.WithdrawLaterView(c.Request.Context(), by, values.Get("view"), reason)
	}
	return s.laterViewSaved(c, err, back, "withdrawn", "")
}

func (s *Server) linkItems(c *gin.Context) error {
	by, link, values, err := s.sentLink(c)
	if err != nil {
		return err
	}
	return s.laterViewSaved(c, s.store.LinkRecommendations(c.Request.Context(), by, link), sentBack{form: "link", values: values}, "link", "#links")
}

func (s *Server) unlinkItems(c *gin.Context) error {
	by, link, values, err := s.sentLink(c)
	if err != nil {
		return err
	}
	return s.laterViewSaved(c, s.store.UnlinkRecommendations(c.Request.Context(), by, link), sentBack{form: "link", values: values}, "unlinked", "#links")
}

// sentLink reads a link out of a form. Only the letter's own items can be the later ones.
func (s *Server) sentLink(c *gin.Context) (inspection.Actor, inspection.RecommendationLink, url.Values, error) {
	by, values, err := s.sentBy(c)
	if err != nil {
		return by, inspection.RecommendationLink{}, nil, err
	}
	read := &draftForm{values: values}
	link := inspection.RecommendationLink{
		FromReference: read.line("later"), ToReference: read.line("earlier"), Kind: inspection.LinkKind(read.line("kind")),
		Note: read.words("note"),
	}
	in, _, err := s.store.InspectionRecord(c.Request.Context(), c.Param("id"))
	if err == nil && link.FromReference != "" &&
		!slices.ContainsFunc(in.Recommendations, func(item inspection.Recommendation) bool { return item.Reference == link.FromReference }) {
		err = inspection.ErrNotFound
	}
	return by, link, values, err
}

// laterViewSaved leads back to the page after something was saved, or shows the form again with what is wrong.
func (s *Server) laterViewSaved(c *gin.Context, err error, back sentBack, saved, place string) error {
	address := fmt.Sprintf("%s?saved=%s%s", laterViewsAddress(c.Param("id")), saved, place)
	return s.afterSaving(c, address, err, back.problems, func(problems inspection.Problems) error {
		back.problems = problems
		page, err := s.laterViewsPage(c, &back)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "later_view_form", page)
	})
}
