package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// laterViewGroup is what one later letter says of one earlier area to improve.
type laterViewGroup struct {
	Heading string // when the letter came out, and what it is
	Letter  Link
	Council string // to which the letter is, where it took over from the one that was asked
	Report  *outsideLink
	Views   laterViewLines // none where no view is recorded yet, which is not the same as “not mentioned”
}

// laterViewLine is what one paragraph says.
type laterViewLine struct {
	ID    string // of the record, for taking it back
	Word  string
	Look  string // the view's code
	Where string // "paragraph 18"; empty where the letter is silent
	Quote string // word for word
	Gloss string // in our words
	Again *Link  // the later item in which it is asked for again
	How   string // how the paragraph was found, for officers

	paragraph string // as the letter numbers it
}

// laterViewLines are what one letter says of one item.
type laterViewLines []laterViewLine

// Ours reports whether all words in them are ours, so that it is enough to say so once.
func (l laterViewLines) Ours() bool {
	return !slices.ContainsFunc(l, func(line laterViewLine) bool { return line.Quote != "" })
}

func laterViewLineOf(v inspection.LaterView) laterViewLine {
	line := laterViewLine{
		ID: v.ID, Word: v.View.Words(), Look: string(v.View), Where: placeWords(v.Paragraph, v.Page), Quote: v.Quote, Gloss: v.Gloss, How: v.Matched,
		paragraph: v.Paragraph,
	}
	if v.Repeats != "" {
		again := referenceLink(v.Repeats)
		line.Again = &again
	}
	return line
}

// quoteLetter gives the lines that name a numbered paragraph its words, where the letter has been published here since. A
// number that the letter seems to have twice gives none.
func (s *Server) quoteLetter(ctx context.Context, inspectionID string, all ...laterViewLines) error {
	lacks := func(line laterViewLine) bool { return line.Quote == "" && line.paragraph != "" }
	if !slices.ContainsFunc(all, func(lines laterViewLines) bool { return slices.ContainsFunc(lines, lacks) }) {
		return nil
	}
	pages, err := s.store.PublishedPages(ctx, inspectionID)
	if err != nil || len(pages) == 0 {
		return err
	}
	words, times := map[string]string{}, map[string]int{}
	for _, p := range inspection.Paragraphs(pages) {
		words[p.Number] = p.Words
		times[p.Number]++
	}
	for _, lines := range all {
		for i, line := range lines {
			if lacks(line) && times[line.paragraph] == 1 {
				lines[i].Quote = words[line.paragraph]
			}
		}
	}
	return nil
}

// placeWords says where in a letter something stands. The paragraph is enough where the letter numbers it.
func placeWords(paragraph string, page int) string {
	switch {
	case paragraph != "":
		return "paragraph " + paragraph
	case page != 0:
		return fmt.Sprintf("page %d", page)
	}
	return ""
}

// laterViewGroups returns what each later letter said of an area to improve, as of a day: the letters of which a view is
// recorded, and the graded ones to the same body of which none is.
func (s *Server) laterViewGroups(ctx context.Context, item store.ListedRecommendation, asOf inspection.Date) ([]laterViewGroup, error) {
	earlier, record, err := s.store.InspectionRecord(ctx, item.InspectionID)
	if err != nil {
		return nil, err
	}
	records := []*inspection.Record{record}
	for _, b := range earlier.Bodies {
		for _, successor := range record.Successors(b.BodyID) { // whose letters may speak of it too
			next, err := s.store.Record(ctx, successor.ID)
			if err != nil {
				return nil, err
			}
			records = append(records, next)
		}
	}
	type told struct {
		group laterViewGroup
		in    *inspection.Inspection
	}
	var out []told
	for _, r := range records {
		views := r.ViewsOf(item.Reference, asOf)
		for _, in := range r.LaterLetters(earlier, asOf) {
			if slices.ContainsFunc(out, func(t told) bool { return t.in.ID == in.ID }) {
				continue
			}
			group := laterViewGroupOf(r, in, views)
			if r.TookOver(in, earlier) {
				group.Council = r.WhomWords(in.Bodies)
			}
			if len(group.Views) > 0 || group.Council == "" && r.Graded(in) {
				out = append(out, told{group, in})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b told) int { return inspection.ByDay(a.in, b.in) })
	groups := make([]laterViewGroup, len(out))
	for i, t := range out {
		if err := s.quoteLetter(ctx, t.in.ID, t.group.Views); err != nil {
			return nil, err
		}
		groups[i] = t.group
	}
	return groups, nil
}

func laterViewGroupOf(r *inspection.Record, in *inspection.Inspection, views []inspection.LaterView) laterViewGroup {
	k, _ := r.Catalogue.Kind(in.Kind)
	group := laterViewGroup{
		Heading: k.Name + ", " + in.VisitedWords(), Letter: Link{Name: r.TitleOf(in), Address: inspectionAddress(in)},
	}
	if in.ReportAddress != "" {
		group.Report = outside("Read the letter", in.ReportAddress)
	}
	for _, v := range views {
		if v.InspectionID == in.ID {
			group.Views = append(group.Views, laterViewLineOf(v))
		}
	}
	return group
}

// earlierAreasView is what one letter says of earlier areas to improve.
type earlierAreasView struct {
	Items    []earlierAreaView
	NoView   string // that of some no view is recorded yet; empty where there are none
	Without  []Link // those
	Officers string // the address at which officers record views
}

// earlierAreaView is one earlier area to improve with what the letter says of it.
type earlierAreaView struct {
	Reference Link
	Words     string
	Ours      bool
	Asked     Link   // the inspection that asked for it
	Council   string // the earlier council that was asked, where it was another
	Views     laterViewLines
}

// earlierAreas returns what an inspection's letter says of earlier areas to improve, as of a day. Where no view is recorded
// of what the letter before it asked for, that is said.
func (s *Server) earlierAreas(ctx context.Context, r *inspection.Record, in *inspection.Inspection, asOf inspection.Date) (earlierAreasView, error) {
	out := earlierAreasView{Officers: laterViewsAddress(in.ID)}
	views := r.ViewsBy(in.ID, asOf)
	items := r.EarlierItems(in)
	for _, item := range items {
		view := earlierAreaOf(r, item)
		for _, v := range views {
			if v.Reference == item.Reference {
				view.Views = append(view.Views, laterViewLineOf(v))
			}
		}
		switch {
		case len(view.Views) > 0:
			out.Items = append(out.Items, view)
		case r.Graded(in) && item.Inspection == items[0].Inspection && !item.TookOver:
			out.Without = append(out.Without, view.Reference)
		}
	}
	if n := len(out.Without); n > 0 {
		out.NoView = fmt.Sprintf("No view is recorded yet of %s from %s. That does not mean that the letter does not mention %s.",
			inspection.CountWords(n, "area to improve", "areas to improve"), items[0].Inspection.VisitedWords(), itOrThem(n))
	}
	var lines []laterViewLines
	for _, item := range out.Items {
		lines = append(lines, item.Views)
	}
	return out, s.quoteLetter(ctx, in.ID, lines...)
}

func itOrThem(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

func earlierAreaOf(r *inspection.Record, item inspection.EarlierItem) earlierAreaView {
	view := earlierAreaView{
		Reference: referenceLink(item.Reference), Words: item.Words, Ours: item.Wording == inspection.Paraphrase,
		Asked: Link{Name: r.TitleOf(item.Inspection), Address: inspectionAddress(item.Inspection)},
	}
	if item.TookOver {
		view.Council = r.WhomWords(item.Inspection.Bodies)
	}
	return view
}

func laterViewsAddress(inspectionID string) string {
	return "/inspections/" + inspectionID + "/later-views"
}

// earlierOffers returns the open items of earlier letters with the paragraphs of a later one that are most like them. The
// later letter need not be on the record: what it is offered for is then read only.
func (s *Server) earlierOffers(
	ctx context.Context, r *inspection.Record, later *inspection.Inspection, pages []inspection.LetterPage,
) ([]earlierOffersView, error) {
	open, err := s.itemsToView(ctx, r, later)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	matcher := inspection.NewMatcher(inspection.Paragraphs(pages), r.Themes)
	var out []earlierOffersView
	for _, item := range open {
		view := earlierOffersView{earlierAreaView: earlierAreaOf(r, item.EarlierItem), Stage: stageViewOf(item.position)}
		for _, offer := range matcher.Offers(item.Recommendation) {
			view.Offers = append(view.Offers, offerViewOf(later.ID, item.Reference, offer))
		}
		out = append(out, view)
	}
	return out, nil
}

// earlierOffersView is an earlier item with the paragraphs that are offered for it.
type earlierOffersView struct {
	earlierAreaView
	Stage  stageView
	Offers []offerView
}

// offerView is one paragraph that is offered.
type offerView struct {
	Where string
	Words string
	How   string
	Use   string // the address at which its view can be recorded; empty as long as the letter is not public
	offer inspection.Offer
}

func offerViewOf(inspectionID, reference string, offer inspection.Offer) offerView {
	p := offer.Paragraph
	view := offerView{Where: capital(placeWords(p.Number, p.Page)), Words: p.Words, How: offer.How, offer: offer}
	if p.Number != "" {
		view.Where += fmt.Sprintf(", page %d", p.Page)
	}
	if inspectionID != "" {
		view.Use = useAddress(inspectionID, reference, p)
	}
	return view
}

// ownAndBefore tells a body's own earlier items from those of the council before it.
func ownAndBefore(items []earlierOffersView) (own, before []earlierOffersView) {
	for _, item := range items {
		if item.Council == "" {
			own = append(own, item)
		} else {
			before = append(before, item)
		}
	}
	return own, before
}

// itemToView is an earlier item that a letter may speak of, and where it stands.
type itemToView struct {
	inspection.EarlierItem
	position inspection.Position
}

// itemsToView returns the earlier items that a letter may speak of: those that are open today, then those that the council
// closed, since a letter may find them weak all the same. What another item replaced is left out, unless a view is recorded.
func (s *Server) itemsToView(ctx context.Context, r *inspection.Record, later *inspection.Inspection) ([]itemToView, error) {
	items := r.EarlierItems(later)
	positions := map[string]inspection.Position{}
	var asked []string
	for _, item := range items {
		for _, b := range item.Inspection.Bodies {
			if !b.Confirmed || slices.Contains(asked, b.BodyID) {
				continue
			}
			asked = append(asked, b.BodyID)
			listed, err := s.store.Positions(ctx, b.BodyID, s.today())
			if err != nil {
				return nil, err
			}
			for _, one := range listed {
				positions[one.Reference] = one.Position
			}
		}
	}
	viewed := r.ViewsBy(later.ID, s.today())
	var out []itemToView
	for _, item := range items {
		position, ok := positions[item.Reference]
		if !ok {
			position = inspection.Unmoved(item.Reference)
		}
		if position.State != inspection.Superseded || slices.ContainsFunc(viewed, func(v inspection.LaterView) bool { return v.Reference == item.Reference }) {
			out = append(out, itemToView{item, position})
		}
	}
	slices.SortStableFunc(out, func(a, b itemToView) int {
		return cmp.Compare(map[bool]int{false: 1}[a.position.State.Open()], map[bool]int{false: 1}[b.position.State.Open()])
	})
	return out, nil
}

// draftAsLetter returns a draft as the inspection that it is going to be, as far as its place among letters goes.
func draftAsLetter(d inspection.Draft) *inspection.Inspection {
	in := &inspection.Inspection{Kind: d.Kind, Published: d.Published, FieldworkStart: d.FieldworkStart, FieldworkEnd: d.FieldworkEnd}
	for i, id := range d.Bodies {
		in.Bodies = append(in.Bodies, inspection.InspectionBody{BodyID: id, Confirmed: true, Position: i + 1})
	}
	return in
}

// fragment writes a reference as the ID of a part of a page.
func fragment(reference string) string { return strings.ToLower(reference) }
