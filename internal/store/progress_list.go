package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// Show narrows a list of areas to improve to those of which something is so on the day of the list.
type Show string

// What a list can be narrowed to. What each means is the method of inspection.Position that is named.
const (
	ShowPastDate   Show = "past_date"   // PastDate
	ShowMoved      Show = "moved"       // MovedMoreThanOnce
	ShowWaiting    Show = "waiting"     // WaitsForDecision
	ShowCameBack   Show = "came_back"   // CameBack; not of a council that has ended
	ShowNoEvidence Show = "no_evidence" // LacksEvidence, for the reader
	ShowOpen       Show = "open"        // ProgressState.Open; as the others of open items, not of a council that has ended
	ShowClosed     Show = "closed"      // the contrary
	ShowNoView     Show = "no_view"     // a later full letter to the same body is out, and no later view is recorded
)

// leavesOutEnded reports whether the list leaves out what was asked of a council that has ended, as those of scrutiny do.
func (s Show) leavesOutEnded() bool {
	return slices.Contains([]Show{ShowOpen, ShowPastDate, ShowWaiting, ShowCameBack, ShowNoEvidence}, s)
}

// Shows lists what a list can be narrowed to.
func Shows() []Show {
	return []Show{ShowOpen, ShowClosed, ShowPastDate, ShowMoved, ShowWaiting, ShowCameBack, ShowNoEvidence, ShowNoView}
}

// PositionFilter says which areas to improve to list, and which page of the list.
type PositionFilter struct {
	Authority  string // with all that inspection.Record.ListedUnder names
	Inspection string
	Theme      string
	Stage      inspection.Stage
	Show       Show
	Reader     inspection.Audience
	AsOf       inspection.Date // today where unknown
	Page, Size int             // the first page and 50 items to a page where they are 0

	latest bool // whether AsOf is today, so that the positions asked for are those without a last day
}

// defaultSize is how many items a page has at least, save the last.
const defaultSize = 50

// RecommendationPage is one page of a list of areas to improve. A page ends with a letter, and letters that share an item
// stand on one page.
type RecommendationPage struct {
	List    []ListedRecommendation // latest letters first, each letter's items in its own order
	Total   int                    // items on all pages
	Counted int                    // the same, an item that stands in twin letters once
	Pages   int
	Letters []LetterCount // under the authority, whatever else the filter asks for; latest first
}

// LetterCount is an inspection that has areas to improve on the record, with its bodies, and how many.
type LetterCount struct {
	Inspection *inspection.Inspection
	Items      int
}

// RecommendationPage returns one page of the areas to improve that match, of the letters that were out on the day, each with
// where it stood then and what later letters had said. It fails with inspection.ErrNotFound where the filter names an
// authority that does not exist.
func (s *Store) RecommendationPage(ctx context.Context, filter PositionFilter) (RecommendationPage, error) {
	var page RecommendationPage
	filter.AsOf = s.dayOrToday(filter.AsOf)
	filter.latest = !filter.AsOf.Before(s.today())
	err := s.read(ctx, func(r *reader) (err error) {
		page, err = r.recommendationPage(filter)
		return err
	})
	if err != nil {
		return RecommendationPage{}, fmt.Errorf("list a page of areas to improve: %w", err)
	}
	return page, nil
}

// Positions returns every area to improve listed under a body, of the letters that were out on a day, with where it stood
// then and what later letters had said: for counts, charts and scrutiny. Positions tell every audience's days; the reason
// for a day that is asked for only where it is public. It fails with inspection.ErrNotFound.
func (s *Store) Positions(ctx context.Context, authority string, asOf inspection.Date) ([]ListedRecommendation, error) {
	lists, err := s.PositionsOn(ctx, authority, asOf)
	if err != nil {
		return nil, err
	}
	return lists[0], nil
}

// PositionsOn returns what Positions does, of several days: a list for each.
func (s *Store) PositionsOn(ctx context.Context, authority string, days ...inspection.Date) ([][]ListedRecommendation, error) {
	lists := make([][]ListedRecommendation, len(days))
	err := s.read(ctx, func(r *reader) error {
		all, err := r.recommendations(RecommendationFilter{Authority: authority})
		if err != nil {
			return err
		}
		for i, day := range days {
			day = s.dayOrToday(day)
			lists[i] = slices.DeleteFunc(slices.Clone(all), func(item ListedRecommendation) bool { return !item.Inspection.OutBy(day) })
			err := r.addPositions(lists[i], day, func(p inspection.Position) inspection.Position {
				p.AskedWhy = p.For(inspection.ForPublic).AskedWhy
				return p
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list where areas to improve stood: %w", err)
	}
	return lists, nil
}

// addPositions gives items where they stood on a day, as show lets it be seen, what later letters had said, and which later
// items asked for them again.
func (r *reader) addPositions(list []ListedRecommendation, day inspection.Date, show func(inspection.Position) inspection.Position) error {
	references := make([]string, len(list))
	for i, item := range list {
		references[i] = item.Reference
	}
	positions, err := r.positionsOn(references, day)
	if err != nil {
		return err
	}
	now, err := r.namesOf(references)
	if err != nil {
		return err
	}
	views, err := r.viewsOn(now, day)
	if err != nil {
		return err
	}
	again, err := r.askedAgain(day)
	if err != nil {
		return err
	}
	for i := range list {
		item := &list[i]
		if p, recorded := positions[item.Reference]; recorded {
			item.Position = show(p)
		} else {
			item.Position = inspection.Unmoved(item.Reference)
		}
		item.Views, item.Again = views[item.Reference], again[item.Reference]
	}
	return nil
}

func (r *reader) recommendationPage(f PositionFilter) (page RecommendationPage, err error) {
	var bodies []string
	if f.Authority != "" {
		if bodies, err = r.listedUnder(f.Authority); err != nil {
			return page, err
		}
	}
	if page.Letters, err = r.lettersOut(bodies, f.AsOf); err != nil {
		return page, err
	}
	shown := page.Letters
	if f.Show.leavesOutEnded() {
		if shown, err = r.standing(shown, f.AsOf); err != nil {
			return page, err
		}
	}
	matching, err := r.matching(f, bodies)
	if err != nil {
		return page, err
	}
	var found []foundItems
	if err := matching().Select("r.inspection_id, r.shared_key, COUNT(*) AS items").Group("r.inspection_id, r.shared_key").Scan(&found).Error; err != nil {
		return page, err
	}
	groups := lettersTogether(shown, found)
	page.Total, page.Counted = counts(groups)
	var letters []string
	letters, page.Pages = pageOf(groups, max(f.Page, 1), f.Size)
	var items []inspection.Recommendation
	if err := matching().Select("r.*").Where("r.inspection_id IN ?", letters).Scan(&items).Error; err != nil {
		return page, err
	}
	if page.List, err = r.listRecommendations(items); err != nil {
		return page, err
	}
	return page, r.addPositions(page.List, f.AsOf, func(p inspection.Position) inspection.Position { return p.For(f.Reader) })
}

// lettersOut returns the inspections of some bodies (nil for all) that have items and were out on a day, latest first.
func (r *reader) lettersOut(bodies []string, day inspection.Date) ([]LetterCount, error) {
	query := r.db.Model(&inspection.Recommendation{}).Select("inspection_id, COUNT(*) AS items").Group("inspection_id")
	var counts []struct {
		InspectionID string
		Items        int
	}
	if err := r.ofLetters(query, "inspection_id", bodies).Scan(&counts).Error; err != nil {
		return nil, err
	}
	items := make(map[string]int, len(counts))
	for _, c := range counts {
		items[c.InspectionID] = c.Items
	}
	inspections, err := within[*inspection.Inspection](r, "id", sortedKeys(items))
	if err != nil {
		return nil, err
	}
	inspections = slices.DeleteFunc(inspections, func(in *inspection.Inspection) bool { return !in.OutBy(day) })
	slices.SortFunc(inspections, func(a, b *inspection.Inspection) int { return inspection.ByDay(b, a) })
	letters := make([]LetterCount, len(inspections))
	for i, in := range inspections {
		letters[i] = LetterCount{Inspection: in, Items: items[in.ID]}
	}
	return letters, r.addBodies(inspections)
}

// standing leaves out the letters to councils that have ended: what they asked for stands open for nobody.
func (r *reader) standing(letters []LetterCount, day inspection.Date) ([]LetterCount, error) {
	var all inspection.Record
	if err := r.db.Select("id", "ended", "listed_on").Where("ended IS NOT NULL OR listed_on <> ''").Find(&all.Bodies).Error; err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(letters), func(l LetterCount) bool { return all.Ended(l.Inspection, day) }), nil
}

// ofLetters narrows a query to the inspections of some bodies; nil stands for all.
func (r *reader) ofLetters(query *gorm.DB, column string, bodies []string) *gorm.DB {
	if bodies == nil {
		return query
	}
	return query.Where(column+" IN (?)", r.db.Model(&inspection.InspectionBody{}).Select("inspection_id").Where("body_id IN ?", bodies))
}

// matching returns what begins a query for the items that a filter asks for, of all letters, whether or not they were out.
// The items are r and, where the filter needs them, their positions on the day are p.
func (r *reader) matching(f PositionFilter, bodies []string) (func() *gorm.DB, error) {
	var followed, viewed []string
	var again map[string][]string
	var err error
	switch f.Show {
	case ShowNoView:
		followed, viewed, err = r.followedAndViewed(f.AsOf)
	case ShowCameBack:
		again, err = r.askedAgain(f.AsOf)
	}
	if err != nil {
		return nil, err
	}
	return func() *gorm.DB {
		query := r.ofLetters(r.db.Table("recommendations AS r"), "r.inspection_id", bodies)
		if f.Inspection != "" {
			query = query.Where("r.inspection_id = ?", f.Inspection)
		}
		if f.Theme != "" {
			query = query.Where("r.reference IN (?)",
				r.db.Model(&inspection.RecommendationTheme{}).Select("reference").Where("theme_code = ?", f.Theme))
		}
		if f.Show == ShowNoView {
			query = query.Where("r.inspection_id IN ?", followed)
			if len(viewed) > 0 {
				query = query.Where("r.reference NOT IN ?", viewed)
			}
		}
		if f.Stage != "" || !slices.Contains([]Show{"", ShowNoView, ShowCameBack}, f.Show) {
			query = f.withPositions(query)
		}
		if f.Stage != "" {
			query = query.Where("COALESCE(p.state, ?) IN ?", inspection.Issued, f.Stage.States())
		}
		if f.Show == ShowCameBack {
			on, days := f.onDay("back")
			returned := r.db.Table("positions AS back").Select("back.reference").Where("back.returned > 0").Where(on, days...)
			query = query.Where("(r.reference IN (?) OR r.reference IN ?)", returned, sortedKeys(again))
		}
		return f.narrow(query)
	}, nil
}

// withPositions joins to each item where it stood on the day. An item of which nothing is recorded has no position: it is
// open and not started. Today's positions have an index of their own.
func (f PositionFilter) withPositions(query *gorm.DB) *gorm.DB {
	join := "JOIN positions AS p ON p.reference = r.reference AND "
	if slices.Contains([]Show{"", ShowOpen, ShowCameBack}, f.Show) && (f.Stage == "" || f.Stage == inspection.NotStarted) {
		join = "LEFT " + join
	}
	on, days := f.onDay("p")
	return query.Joins(join+on, days...)
}

// onDay says in SQL that a position is the one of the filter's day. Those of today are found without a day.
func (f PositionFilter) onDay(positions string) (condition string, days []any) {
	if f.latest {
		return positions + ".until_day IS NULL", nil
	}
	return positions + ".from_day <= ? AND (" + positions + ".until_day IS NULL OR " + positions + ".until_day > ?)", []any{f.AsOf, f.AsOf}
}

// openStates are the states in which something is still to be done or decided.
var openStates = slices.DeleteFunc(slices.Clone(inspection.ProgressStates()), func(s inspection.ProgressState) bool { return !s.Open() })

// narrow says in SQL what the methods of inspection.Position say in Go, so that a list need not read every position.
func (f PositionFilter) narrow(query *gorm.DB) *gorm.DB {
	open := func() *gorm.DB { return query.Where("COALESCE(p.state, ?) IN ?", inspection.Issued, openStates) }
	switch f.Show {
	case ShowPastDate:
		claimed := []inspection.ProgressState{inspection.Delivered, inspection.EvidenceAccepted, inspection.Verified}
		return open().Where("p.state NOT IN ? AND p.due < ?", claimed, f.AsOf)
	case ShowMoved:
		return query.Where("p.times_moved > 1")
	case ShowWaiting:
		return open().Where("(p.asked_due IS NOT NULL OR p.state = ?)", inspection.Verified)
	case ShowNoEvidence:
		newest := [...]string{"p.evidence_public", "p.evidence_members", "p.evidence_officers"}[f.Reader.Rank()]
		since := f.AsOf.AddDays(-inspection.EvidenceHolds)
		return open().Where("p.state <> ? AND (p.state_on IS NULL OR p.state_on < ?) AND ("+newest+" IS NULL OR "+newest+" < ?)",
			inspection.Issued, since, since)
	case ShowOpen:
		return open()
	case ShowClosed:
		return query.Where("p.state NOT IN ?", openStates)
	}
	return query
}

// followedAndViewed returns the inspections after which a graded one of the same body was out by a day, and the items of
// which a letter that was out by then is recorded to say something.
func (r *reader) followedAndViewed(day inspection.Date) (followed, viewed []string, err error) {
	var list []*inspection.Inspection
	if err := r.db.Select("id", "kind", "published", "fieldwork_start", "fieldwork_end").Find(&list).Error; err != nil {
		return nil, nil, err
	}
	list = slices.DeleteFunc(list, func(in *inspection.Inspection) bool { return !in.OutBy(day) })
	if err := r.addBodies(list); err != nil {
		return nil, nil, err
	}
	out := map[string]bool{}
	for _, in := range list {
		out[in.ID] = true
	}
	var views []inspection.LaterView
	if err := r.db.Select("reference", "inspection_id").Where("withdrawn IS NULL").Find(&views).Error; err != nil {
		return nil, nil, err
	}
	named := map[string]bool{}
	for _, v := range views {
		if out[v.InspectionID] {
			named[v.Reference] = true
		}
	}
	now, err := r.itemsNamed(sortedKeys(named))
	if err != nil {
		return nil, nil, err
	}
	for _, item := range now {
		viewed = append(viewed, item)
	}
	return r.followedBy(list), viewed, nil
}

// followedBy returns those of some inspections after which another of them judged the same body.
func (r *reader) followedBy(list []*inspection.Inspection) []string {
	slices.SortFunc(list, inspection.ByDay)
	record := &inspection.Record{Catalogue: r.catalogue}
	judged := map[string]bool{} // bodies that were judged after the inspection in hand
	var followed []string
	for _, in := range slices.Backward(list) {
		if slices.ContainsFunc(in.Bodies, func(of inspection.InspectionBody) bool { return of.Confirmed && judged[of.BodyID] }) {
			followed = append(followed, in.ID)
		}
		if r.catalogue == nil || !record.Graded(in) {
			continue
		}
		for _, of := range in.Bodies {
			judged[of.BodyID] = judged[of.BodyID] || of.Confirmed
		}
	}
	return followed
}

// foundItems is how many items of a letter match, of those with one shared key or of those with none.
type foundItems struct {
	InspectionID string
	SharedKey    string
	Items        int
}

// lettersTogether parts what was found into single letters and letters that share an item, in the order of the given
// letters; what is of none of these is left out.
func lettersTogether(letters []LetterCount, found []foundItems) [][]foundItems {
	items := map[string][]foundItems{}
	holders := map[string][]string{} // the letters that hold a shared item
	for _, one := range found {
		items[one.InspectionID] = append(items[one.InspectionID], one)
		if one.SharedKey != "" {
			holders[one.SharedKey] = append(holders[one.SharedKey], one.InspectionID)
		}
	}
	placeless := map[string]bool{}
	for _, letter := range letters {
		placeless[letter.Inspection.ID] = true
	}
	var groups [][]foundItems
	for _, letter := range letters {
		var group []foundItems
		for next := []string{letter.Inspection.ID}; len(next) > 0; next = next[1:] {
			if !placeless[next[0]] {
				continue
			}
			placeless[next[0]] = false
			group = append(group, items[next[0]]...)
			for _, one := range items[next[0]] {
				next = append(next, holders[one.SharedKey]...)
			}
		}
		if len(group) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

// counts returns how many items there are, letter by letter and with a shared item once.
func counts(groups [][]foundItems) (total, once int) {
	counted := map[string]bool{}
	for _, one := range slices.Concat(groups...) {
		total += one.Items
		switch {
		case one.SharedKey == "":
			once += one.Items
		case !counted[one.SharedKey]:
			once++
			counted[one.SharedKey] = true
		}
	}
	return total, once
}

// pageOf returns the letters on one page, and how many pages there are.
func pageOf(groups [][]foundItems, page, size int) (letters []string, pages int) {
	if size <= 0 {
		size = defaultSize
	}
	room := 0
	for _, group := range groups {
		if room <= 0 {
			pages, room = pages+1, size
		}
		for _, one := range group {
			room -= one.Items
			if pages == page && !slices.Contains(letters, one.InspectionID) {
				letters = append(letters, one.InspectionID)
			}
		}
	}
	return letters, pages
}
