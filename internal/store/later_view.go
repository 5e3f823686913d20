package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// AddLaterView records what one paragraph of a later letter says of an earlier area to improve, or that the letter does not
// mention it. It fails with inspection.ErrNotFound where there is no such item, and with inspection.Problems.
func (s *Store) AddLaterView(ctx context.Context, by inspection.Actor, v inspection.LaterView) (inspection.LaterView, error) {
	err := s.Together(ctx, by, func(w *Work) (err error) {
		v, err = w.AddLaterView(v)
		return err
	})
	if err != nil {
		return inspection.LaterView{}, fmt.Errorf("record what a later letter says of %s: %w", v.Reference, err)
	}
	return v, nil
}

// AddLaterView records what one paragraph of a later letter says of an earlier area to improve.
func (w *Work) AddLaterView(v inspection.LaterView) (inspection.LaterView, error) {
	item, earlier, err := w.item(v.Reference)
	if err != nil {
		return v, err
	}
	v.Reference = item.Reference
	if repeated, there := w.named(strings.TrimSpace(v.Repeats)); there {
		v.Repeats = repeated.Reference
	}
	context := inspection.LaterViewContext{Today: w.today, Item: item, Earlier: earlier}
	if context.Later, err = w.r.wholeInspection(v.InspectionID); err != nil {
		return v, err
	}
	if context.Record, err = w.bodies(); err != nil {
		return v, err
	}
	if context.Pages, err = w.r.publishedPages(v.InspectionID); err != nil {
		return v, err
	}
	now, err := w.r.namesOf([]string{v.Reference})
	if err != nil {
		return v, err
	}
	if context.Views, err = within[inspection.LaterView](w.r, "reference", sortedKeys(now)); err != nil {
		return v, err
	}
	if problems := v.Check(context); len(problems) > 0 {
		return v, problems
	}
	v.ID, v.Recorded, v.At, v.ByPost = newID(), w.today, w.t.at, w.t.actor.Post
	v.Withdrawn, v.WithdrawnWhy = inspection.Date{}, ""
	if err := w.t.db.Create(&v).Error; err != nil {
		return v, err
	}
	return v, w.t.note(inspection.OfLaterView, v.ID, inspection.Created, nil, v)
}

// PublishedPages returns the text of the letter that is published as an inspection, none where none is held. It never looks at
// that of a letter that is not published.
func (s *Store) PublishedPages(ctx context.Context, inspectionID string) ([]inspection.LetterPage, error) {
	var pages []inspection.LetterPage
	err := s.read(ctx, func(r *reader) (err error) {
		pages, err = r.publishedPages(inspectionID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the letter of inspection %s: %w", inspectionID, err)
	}
	return pages, nil
}

func (r *reader) publishedPages(inspectionID string) ([]inspection.LetterPage, error) {
	id, err := r.publishedLetter(inspectionID)
	if err != nil || id == "" {
		return nil, err
	}
	var pages []inspection.LetterPage
	err = r.db.Where("letter_id = ?", id).Order("number").Find(&pages).Error
	return pages, err
}

// WithdrawLaterView takes a view back as wrong; it stays in the database with the reason, and is shown no more. It fails
// with inspection.ErrNotFound and inspection.Problems.
func (s *Store) WithdrawLaterView(ctx context.Context, by inspection.Actor, id, why string) error {
	why = strings.TrimSpace(why)
	err := s.Together(ctx, by, func(w *Work) error {
		var before inspection.LaterView
		if err := w.t.db.Where("id = ?", id).Take(&before).Error; err != nil {
			return err
		}
		if problems := before.CheckTakingBack(why); len(problems) > 0 {
			return problems
		}
		after := before
		after.Withdrawn, after.WithdrawnWhy = w.today, why
		if err := w.t.db.Model(&after).Select("withdrawn", "withdrawn_why").Updates(&after).Error; err != nil {
			return err
		}
		return w.t.note(inspection.OfLaterView, id, inspection.Updated, before, after)
	})
	if err != nil {
		return fmt.Errorf("take back view %s: %w", id, err)
	}
	return nil
}

// LinkRecommendations says how a later area to improve hangs together with an earlier one. A link that is recorded already
// is left as it is. It fails with inspection.Problems.
func (s *Store) LinkRecommendations(ctx context.Context, by inspection.Actor, l inspection.RecommendationLink) error {
	err := s.Together(ctx, by, func(w *Work) error { return w.link(l) })
	if err != nil {
		return fmt.Errorf("link %s to %s: %w", l.FromReference, l.ToReference, err)
	}
	return nil
}

func (w *Work) link(l inspection.RecommendationLink) error {
	later, err := w.linked(&l.FromReference)
	if err != nil {
		return err
	}
	earlier, err := w.linked(&l.ToReference)
	if err != nil {
		return err
	}
	if problems := l.Check(later, earlier); len(problems) > 0 {
		return problems
	}
	held, err := w.r.link(l)
	if err != nil || held != nil {
		return err
	}
	l.ByPost, l.Recorded = w.t.actor.Post, w.today
	if err := w.t.db.Create(&l).Error; err != nil {
		return err
	}
	return w.t.note(inspection.OfLink, linkID(l), inspection.Created, nil, l)
}

// linked returns the inspection of the item that a reference leads to, nil where there is none, and makes the reference the
// one that the item has now.
func (w *Work) linked(reference *string) (*inspection.Inspection, error) {
	item, in, err := w.item(strings.TrimSpace(*reference))
	if errors.Is(err, inspection.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		*reference = item.Reference
	}
	return in, err
}

// UnlinkRecommendations takes a link away; it stays in the record of changes. It fails with inspection.ErrNotFound.
func (s *Store) UnlinkRecommendations(ctx context.Context, by inspection.Actor, l inspection.RecommendationLink) error {
	err := s.Together(ctx, by, func(w *Work) error {
		held, err := w.r.link(l)
		if err != nil {
			return err
		}
		if held == nil {
			return inspection.ErrNotFound
		}
		if err := w.t.db.Delete(held).Error; err != nil {
			return err
		}
		return w.t.note(inspection.OfLink, linkID(*held), inspection.Removed, held, nil)
	})
	if err != nil {
		return fmt.Errorf("part %s and %s: %w", l.FromReference, l.ToReference, err)
	}
	return nil
}

// linkID names a link in the record of changes.
func linkID(l inspection.RecommendationLink) string {
	return l.FromReference + " " + string(l.Kind) + " " + l.ToReference
}

// link returns the link between two items, under whatever references they had when it was recorded; nil where there is
// none.
func (r *reader) link(l inspection.RecommendationLink) (*inspection.RecommendationLink, error) {
	from, err := r.namesOf([]string{l.FromReference})
	if err != nil {
		return nil, err
	}
	to, err := r.namesOf([]string{l.ToReference})
	if err != nil {
		return nil, err
	}
	links, err := within[inspection.RecommendationLink](r.where("kind = ?", l.Kind), "from_reference", sortedKeys(from))
	if err != nil {
		return nil, err
	}
	for _, one := range links {
		if _, same := to[one.ToReference]; same {
			return &one, nil
		}
	}
	return nil, nil
}

// Links returns the links from and to some items, by the references that these have now.
func (s *Store) Links(ctx context.Context, references []string) ([]inspection.RecommendationLink, error) {
	var links []inspection.RecommendationLink
	err := s.read(ctx, func(r *reader) error {
		now, err := r.namesOf(references)
		if err != nil {
			return err
		}
		links, err = r.links(now)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	return links, nil
}

// links returns the links from and to some items, given by every reference that they have had with the one they have now.
// What is at the other end of a link is named as it is now, too.
func (r *reader) links(now map[string]string) ([]inspection.RecommendationLink, error) {
	names := sortedKeys(now)
	from, err := within[inspection.RecommendationLink](r, "from_reference", names)
	if err != nil {
		return nil, err
	}
	to, err := within[inspection.RecommendationLink](r, "to_reference", names)
	if err != nil {
		return nil, err
	}
	all := append(from, to...)
	var ends []string
	for _, l := range all {
		ends = append(ends, l.FromReference, l.ToReference)
	}
	items, err := r.itemsNamed(ends)
	if err != nil {
		return nil, err
	}
	var links []inspection.RecommendationLink
	for _, l := range all {
		l.FromReference = cmp.Or(items[l.FromReference], l.FromReference)
		l.ToReference = cmp.Or(items[l.ToReference], l.ToReference)
		if !slices.Contains(links, l) {
			links = append(links, l)
		}
	}
	slices.SortFunc(links, func(a, b inspection.RecommendationLink) int {
		return cmp.Or(cmp.Compare(b.FromReference, a.FromReference), cmp.Compare(a.ToReference, b.ToReference), cmp.Compare(a.Kind, b.Kind))
	})
	return links, nil
}

// viewsOn returns, by item, what letters that were out by a day said of some items, those that came out last first and each
// letter's in the order of its paragraphs. The items are given by every reference that they have had.
func (r *reader) viewsOn(now map[string]string, day inspection.Date) (map[string][]inspection.LaterView, error) {
	found, err := within[inspection.LaterView](r.where("withdrawn IS NULL"), "reference", sortedKeys(now))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := map[string]bool{}
	for _, v := range found {
		ids[v.InspectionID] = true
	}
	inspections, err := within[*inspection.Inspection](r, "id", sortedKeys(ids))
	if err != nil {
		return nil, err
	}
	letters := map[string]*inspection.Inspection{}
	for _, in := range inspections {
		letters[in.ID] = in
	}
	found = slices.DeleteFunc(found, func(v inspection.LaterView) bool { return !v.InForce(letters[v.InspectionID], day) })
	slices.SortFunc(found, func(a, b inspection.LaterView) int {
		return cmp.Or(inspection.ByDay(letters[b.InspectionID], letters[a.InspectionID]),
			slices.Compare(paragraphNumbers(a.Paragraph), paragraphNumbers(b.Paragraph)), cmp.Compare(a.Page, b.Page), cmp.Compare(a.ID, b.ID))
	})
	views := map[string][]inspection.LaterView{}
	for _, v := range found {
		v.Reference = now[v.Reference]
		views[v.Reference] = append(views[v.Reference], v)
	}
	return views, nil
}

// askedAgain returns, by item, the later items that ask for it again in letters that were out by a day, all by the
// references that they have now.
func (r *reader) askedAgain(day inspection.Date) (map[string][]string, error) {
	var views []inspection.LaterView
	if err := r.db.Where("view = ? AND withdrawn IS NULL", inspection.Repeated).Find(&views).Error; err != nil {
		return nil, err
	}
	var links []inspection.RecommendationLink
	if err := r.db.Where("kind = ?", inspection.LinkRepeats).Find(&links).Error; err != nil {
		return nil, err
	}
	var references []string
	for _, v := range views {
		references = append(references, v.Reference, v.Repeats)
	}
	for _, l := range links {
		references = append(references, l.ToReference, l.FromReference)
	}
	now, err := r.itemsNamed(references)
	if err != nil {
		return nil, err
	}
	out, err := r.outBy(now, day)
	if err != nil {
		return nil, err
	}
	views = slices.DeleteFunc(views, func(v inspection.LaterView) bool { return now[v.Reference] == "" || !out[now[v.Repeats]] })
	for i, v := range views {
		views[i].Reference, views[i].Repeats = now[v.Reference], now[v.Repeats]
	}
	links = slices.DeleteFunc(links, func(l inspection.RecommendationLink) bool {
		return now[l.ToReference] == "" || !out[now[l.FromReference]]
	})
	for i, l := range links {
		links[i].ToReference, links[i].FromReference = now[l.ToReference], now[l.FromReference]
	}
	return inspection.AskedAgain(views, links), nil
}

// outBy returns those of some items, which are the values of now, whose letters were out by a day.
func (r *reader) outBy(now map[string]string, day inspection.Date) (map[string]bool, error) {
	letterOf := map[string]string{}
	items, err := within[inspection.Recommendation](r.columns("reference", "inspection_id"), "reference", slices.Collect(maps.Values(now)))
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		letterOf[item.Reference] = item.InspectionID
	}
	letters, err := within[*inspection.Inspection](r, "id", slices.Compact(slices.Sorted(maps.Values(letterOf))))
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for item, id := range letterOf {
		out[item] = slices.ContainsFunc(letters, func(in *inspection.Inspection) bool { return in.ID == id && in.OutBy(day) })
	}
	return out, nil
}

// paragraphNumbers returns the numbers of a paragraph, so that 3.2 stands before 3.12; what is no number counts as 0.
func paragraphNumbers(paragraph string) []int {
	var out []int
	for part := range strings.SplitSeq(paragraph, ".") {
		n, _ := strconv.Atoi(part)
		out = append(out, n)
	}
	return out
}
