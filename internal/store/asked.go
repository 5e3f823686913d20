package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// NoTheme stands in an AskedFilter for the areas to improve that have no theme: a letter may be published before anybody has
// given them one.
const NoTheme = "none"

// AskedFilter says of whom, and about what, areas to improve are looked for.
type AskedFilter struct {
	Theme  string          // its code or NoTheme; empty: the page has counts alone
	Bodies []string        // authorities and partnerships; nil: every one
	Except []string        // bodies that are left out all the same
	OutBy  inspection.Date // letters that had come out by this day
	Page   int             // from 1
	Size   int             // how many items a page has
}

// AskedPage is one page of what inspectors asked of some authorities. An item that twin letters share counts once.
type AskedPage struct {
	Counts  map[string]int    // items by theme, those without any under NoTheme; no entry where there are none
	Letters map[string]string // the kinds of the inspections whose areas to improve are held, some or all, by ID
	Total   int               // items of the theme
	Pages   int
	List    []inspection.Asked
	// Record holds what the list needs: the letters on it with their judgements, the bodies that they are about, what later
	// letters said of its items, with those letters, and of a partnership its other inspections.
	Record *inspection.Record
}

// Asked returns what inspectors asked of some authorities, the newest letters first.
func (s *Store) Asked(ctx context.Context, filter AskedFilter) (AskedPage, error) {
	var page AskedPage
	err := s.read(ctx, func(r *reader) (err error) {
		page, err = r.asked(filter)
		return err
	})
	if err != nil {
		return AskedPage{}, fmt.Errorf("list what was asked of authorities: %w", err)
	}
	return page, nil
}

func (r *reader) asked(filter AskedFilter) (AskedPage, error) {
	page := AskedPage{Counts: map[string]int{}, Letters: map[string]string{}, Record: &inspection.Record{Catalogue: r.catalogue}}
	letters, err := r.askedLetters(filter)
	if err != nil {
		return page, err
	}
	for id, in := range letters {
		page.Letters[id] = in.Kind
	}
	if page.Counts, err = r.askedCounts(sortedKeys(letters)); err != nil || filter.Theme == "" {
		return page, err
	}
	list, err := r.askedOf(filter.Theme, letters)
	if err != nil {
		return page, err
	}
	page.Total = len(list)
	page.Pages = (len(list) + filter.Size - 1) / filter.Size
	first := min((filter.Page-1)*filter.Size, len(list))
	page.List = list[first:min(first+filter.Size, len(list))]
	return page, r.addAsked(&page)
}

// askedLetters returns, by ID, the inspections that are wanted and whose areas to improve are held, some or all. One that is
// known to list none is held.
func (r *reader) askedLetters(filter AskedFilter) (map[string]*inspection.Inspection, error) {
	query := r.askedOfSome(filter.Bodies)
	if filter.Bodies == nil || len(filter.Bodies) > manyIDs { // of very many it is quicker to look at every letter that is held
		query = r.askedOfAll()
	}
	var list []*inspection.Inspection
	if err := query.Find(&list).Error; err != nil {
		return nil, err
	}
	out := map[string]*inspection.Inspection{}
	for _, in := range list {
		if in.OutBy(filter.OutBy) {
			out[in.ID] = in
		}
	}
	if err := r.addBodies(valuesOf(out)); err != nil {
		return nil, err
	}
	bodies, err := r.bodiesOf(valuesOf(out))
	if err != nil {
		return nil, err
	}
	wanted := filter.wanted(bodies)
	maps.DeleteFunc(out, func(_ string, in *inspection.Inspection) bool {
		return !slices.ContainsFunc(in.Bodies, func(b inspection.InspectionBody) bool { return b.Confirmed && wanted[b.BodyID] })
	})
	return out, nil
}

// wanted returns, of some bodies, the IDs of those whose letters are looked for.
func (f AskedFilter) wanted(bodies []inspection.Body) map[string]bool {
	out := map[string]bool{}
	for _, b := range bodies {
		out[b.ID] = f.Bodies == nil && (b.Kind == inspection.Authority || b.Kind == inspection.Partnership)
	}
	for _, id := range f.Bodies {
		out[id] = true
	}
	for _, id := range f.Except {
		out[id] = false
	}
	return out
}

// askingColumns are what is read of an inspection that asks for something: all but what takes room and is not shown.
var askingColumns = []string{
	"id", "kind", "framework", "when_words", "fieldwork_start", "fieldwork_end", "published", "report_address", "document", "areas_count", "whole_list_held",
}

// noAreas is the condition of a letter of which it is held that it lists no area to improve.
const noAreas = "whole_list_held AND areas_count = 0"

// askedOfAll asks for the inspections whose areas to improve are held, as far as there are any: few among all that there are.
func (r *reader) askedOfAll() *gorm.DB {
	items := r.db.Model(&inspection.Recommendation{}).Select("inspection_id")
	none := r.db.Model(&inspection.Inspection{}).Select("id").Where(noAreas)
	return r.db.Select(askingColumns).Where("id IN (?)", r.db.Raw("? UNION ?", items, none))
}

// askedOfSome asks for those among the inspections that are confirmed to be of any of the bodies.
func (r *reader) askedOfSome(bodies []string) *gorm.DB {
	of := r.db.Model(&inspection.InspectionBody{}).Select("inspection_id").Where("confirmed AND body_id IN ?", bodies)
	items := r.db.Model(&inspection.Recommendation{}).Select("1").Where("recommendations.inspection_id = inspections.id")
	return r.db.Select(askingColumns).Where("id IN (?)", of).Where("EXISTS (?) OR "+noAreas, items)
}

// bodiesOf returns the bodies that inspections are about, each once.
func (r *reader) bodiesOf(list []*inspection.Inspection) ([]inspection.Body, error) {
	ids := map[string]bool{}
	for _, in := range list {
		for _, b := range in.Bodies {
			ids[b.BodyID] = true
		}
	}
	return within[inspection.Body](r, "id", sortedKeys(ids))
}

// askedCounts counts the items of some letters by theme.
func (r *reader) askedCounts(letters []string) (map[string]int, error) {
	type counted struct{ Theme, Item string }
	seen, out := map[counted]bool{}, map[string]int{}
	for chunk := range slices.Chunk(letters, manyIDs) {
		var rows []counted
		if err := r.askedByTheme(chunk).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			if !seen[row] {
				seen[row] = true
				out[row.Theme]++
			}
		}
	}
	return out, nil
}

// askedByTheme asks for what tells the items of some letters apart, under each of their themes.
func (r *reader) askedByTheme(letters []string) *gorm.DB {
	return r.db.Table("recommendations AS item").
		Joins("LEFT JOIN recommendation_themes AS theme ON theme.reference = item.reference").
		Where("item.inspection_id IN ?", letters).
		Select("DISTINCT COALESCE(theme.theme_code, ?) AS theme, COALESCE(NULLIF(item.shared_key, ''), item.reference) AS item", NoTheme)
}

// askedOf returns the items of a theme that some letters have, without their words.
func (r *reader) askedOf(theme string, letters map[string]*inspection.Inspection) ([]inspection.Asked, error) {
	var items []inspection.AskedBy
	for chunk := range slices.Chunk(sortedKeys(letters), manyIDs) {
		var some []inspection.Recommendation
		if err := r.askedItems(theme, chunk).Find(&some).Error; err != nil {
			return nil, err
		}
		for _, item := range some {
			items = append(items, inspection.AskedBy{Item: item, Letter: letters[item.InspectionID]})
		}
	}
	return inspection.AskedOnce(items), nil
}

func (r *reader) askedItems(theme string, letters []string) *gorm.DB {
	query := r.db.Select("reference", "inspection_id", "shared_key", "position").Where("inspection_id IN ?", letters)
	given := r.db.Model(&inspection.RecommendationTheme{}).Select("1").Where("recommendation_themes.reference = recommendations.reference")
	if theme == NoTheme {
		return query.Where("NOT EXISTS (?)", given)
	}
	return query.Where("reference IN (?)",
		r.db.Model(&inspection.RecommendationTheme{}).Select("reference").Where("theme_code = ?", theme))
}

// addAsked adds the words of a page's items and what is needed to say what came next.
func (r *reader) addAsked(page *AskedPage) error {
	letters, err := r.addWords(page.List)
	if err != nil {
		return err
	}
	record := page.Record
	if record.Bodies, err = r.bodiesOf(letters); err != nil {
		return err
	}
	record.Inspections = letters
	if err := r.addLaterViews(record); err != nil {
		return err
	}
	more, err := r.askedLater(record)
	if err != nil {
		return err
	}
	if err := r.addBodies(more); err != nil {
		return err
	}
	record.Inspections = append(record.Inspections, more...)
	slices.SortFunc(record.Inspections, inspection.ByDay)
	return r.addJudgements(record.Inspections)
}

// addWords reads the items of a list in full, and returns their letters with these items.
func (r *reader) addWords(list []inspection.Asked) ([]*inspection.Inspection, error) {
	at := map[string]*inspection.AskedBy{}
	for _, asked := range list {
		for i := range asked {
			at[asked[i].Item.Reference] = &asked[i]
		}
	}
	items, err := within[inspection.Recommendation](r, "reference", sortedKeys(at))
	if err != nil {
		return nil, err
	}
	byReference := map[string]*inspection.Recommendation{}
	for _, item := range items {
		at[item.Reference].Item = item
		byReference[item.Reference] = &at[item.Reference].Item
	}
	if err := r.addThemes(byReference); err != nil {
		return nil, err
	}
	letters := map[string]*inspection.Inspection{}
	for _, by := range at {
		letters[by.Letter.ID] = by.Letter
		by.Letter.Recommendations = append(by.Letter.Recommendations, by.Item)
	}
	return valuesOf(letters), nil
}

// askedLater returns the inspections that a record of asking letters still lacks: those whose letters speak of its items and
// the others of its partnerships.
func (r *reader) askedLater(record *inspection.Record) ([]*inspection.Inspection, error) {
	var partnerships []string
	for _, b := range record.Bodies {
		if b.Kind == inspection.Partnership {
			partnerships = append(partnerships, b.ID)
		}
	}
	more, err := r.inspectionsOf(partnerships)
	if err != nil {
		return nil, err
	}
	lacking := map[string]bool{}
	for _, v := range record.LaterViews {
		lacking[v.InspectionID] = true
	}
	for _, in := range more {
		delete(lacking, in.ID)
	}
	speaking, err := within[*inspection.Inspection](r, "id", sortedKeys(lacking))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(append(more, speaking...), func(in *inspection.Inspection) bool {
		return slices.ContainsFunc(record.Inspections, func(held *inspection.Inspection) bool { return held.ID == in.ID })
	}), nil
}

func valuesOf[V any](set map[string]V) []V {
	out := make([]V, 0, len(set))
	for _, key := range sortedKeys(set) {
		out = append(out, set[key])
	}
	return out
}
