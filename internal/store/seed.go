package store

import (
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// Loaded says what LoadSeed added.
type Loaded struct {
	Added map[inspection.RecordKind]int // how many records of each kind
}

// Total returns the number of records added.
func (l Loaded) Total() int {
	n := 0
	for _, count := range l.Added {
		n += count
	}
	return n
}

// Empty reports whether nothing has ever been recorded.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	last, err := s.Last(ctx)
	return last.Number == 0, err
}

// LoadSeed adds each record of the seed that the database does not hold. What it holds stays as it is, whoever changed
// it, so loading again adds only what a later seed has more. All is added in one transaction, and each record makes its
// own entry in the record of changes.
func (s *Store) LoadSeed(ctx context.Context, seed *inspection.Record) (Loaded, error) {
	loaded := Loaded{Added: map[inspection.RecordKind]int{}}
	err := s.write(ctx, inspection.Seeder, func(t *tx) error {
		l := loader{tx: t, loaded: loaded}
		load(&l, inspection.OfSource, "id", seed.Sources, func(v inspection.Source) string { return v.ID })
		load(&l, inspection.OfBody, "id", seed.Bodies, func(v inspection.Body) string { return v.ID })
		load(&l, inspection.OfTheme, "code", seed.Themes, func(v inspection.Theme) string { return v.Code })
		load(&l, inspection.OfTerm, "id", seed.Terms, func(v inspection.Term) string { return v.ID })
		load(&l, inspection.OfRule, "id", seed.Rules, func(v inspection.Rule) string { return v.ID })
		load(&l, inspection.OfBankHoliday, "on_day", seed.BankHolidays,
			func(v inspection.BankHoliday) string { return v.On.String() })
		load(&l, inspection.OfSuccession, "from_id || '/' || to_id", seed.Successions,
			func(v inspection.Succession) string { return v.FromID + "/" + v.ToID })
		load(&l, inspection.OfPlaceMember, "place_id || '/' || authority_id", seed.PlaceMembers,
			func(v inspection.PlaceMember) string { return v.PlaceID + "/" + v.AuthorityID })
		load(&l, inspection.OfService, "provider_id || '/' || authority_id", seed.Services,
			func(v inspection.Service) string { return v.ProviderID + "/" + v.AuthorityID })
		load(&l, inspection.OfFigure, "id", seed.Figures, func(v inspection.Figure) string { return v.ID })
		load(&l, inspection.OfOfficialFigure, "id", seed.OfficialFigures, func(v inspection.OfficialFigure) string { return v.ID })
		load(&l, inspection.OfCompleteness, "body_id || '/' || record", seed.Completeness,
			func(v inspection.Completeness) string { return v.BodyID + "/" + v.Record })
		l.fillAliases(seed.Bodies)
		l.fillThemeWords(seed.Themes)
		l.loadMilestones(seed.Milestones)
		l.loadInspections(seed.Inspections)
		l.loadLaterViews(seed.LaterViews, seed.Links)
		return l.err
	})
	if err != nil {
		return Loaded{}, fmt.Errorf("load seed: %w", err)
	}
	return loaded, nil
}

// loader adds records within one write. After its first error it does nothing more.
type loader struct {
	tx     *tx
	loaded Loaded
	err    error
}

// load adds the records whose key is not in their table yet, notes each, and returns those it added. The key is an SQL
// expression; id computes the same from a record.
func load[T any](l *loader, kind inspection.RecordKind, key string, records []T, id func(T) string) []T {
	added := missing(l, kind, key, records, id)
	for _, record := range added {
		l.note(kind, id(record), record)
	}
	insert(l, added)
	return added
}

func missing[T any](l *loader, kind inspection.RecordKind, key string, records []T, id func(T) string) []T {
	if l.err != nil || len(records) == 0 {
		return nil
	}
	var held []string
	if err := l.tx.db.Model(new(T)).Select(key).Scan(&held).Error; err != nil {
		l.err = fmt.Errorf("find each %s that is held: %w", kind, err)
		return nil
	}
	known := make(map[string]bool, len(held))
	for _, one := range held {
		known[one] = true
	}
	var out []T
	for _, record := range records {
		if !known[id(record)] {
			out = append(out, record)
		}
	}
	return out
}

func insert[T any](l *loader, rows []T) {
	if l.err != nil || len(rows) == 0 {
		return
	}
	if err := l.tx.db.CreateInBatches(rows, batch).Error; err != nil {
		l.err = fmt.Errorf("add %T: %w", rows[0], err)
	}
}

func (l *loader) note(kind inspection.RecordKind, id string, record any) {
	if l.err != nil {
		return
	}
	l.loaded.Added[kind]++
	l.err = l.tx.note(kind, id, inspection.Created, nil, record)
}

// fillAliases gives bodies that were loaded before the seed had other names for them those names.
func (l *loader) fillAliases(bodies []inspection.Body) {
	if l.err != nil {
		return
	}
	var without []inspection.Body
	if l.err = l.tx.db.Where("aliases IS NULL").Find(&without).Error; l.err != nil {
		return
	}
	for _, before := range without {
		i := slices.IndexFunc(bodies, func(b inspection.Body) bool { return b.ID == before.ID && len(b.Aliases) > 0 })
		if i < 0 || l.err != nil {
			continue
		}
		after := before
		after.Aliases = bodies[i].Aliases
		if l.err = l.tx.db.Model(&after).Select("aliases").Updates(&after).Error; l.err == nil {
			l.err = l.tx.note(inspection.OfBody, after.ID, inspection.Updated, before, after)
		}
	}
}

// fillThemeWords gives themes that were loaded before the seed had words for them those words.
func (l *loader) fillThemeWords(themes []inspection.Theme) {
	if l.err != nil {
		return
	}
	var without []inspection.Theme
	if l.err = l.tx.db.Where("words IS NULL").Find(&without).Error; l.err != nil {
		return
	}
	for _, before := range without {
		i := slices.IndexFunc(themes, func(t inspection.Theme) bool { return t.Code == before.Code && len(t.Words) > 0 })
		if i < 0 || l.err != nil {
			continue
		}
		after := before
		after.Words = themes[i].Words
		if l.err = l.tx.db.Model(&after).Select("words").Updates(&after).Error; l.err == nil {
			l.err = l.tx.note(inspection.OfTheme, after.Code, inspection.Updated, before, after)
		}
	}
}

func (l *loader) loadMilestones(milestones []inspection.Milestone) {
	added := load(l, inspection.OfMilestone, "id", milestones, func(v inspection.Milestone) string { return v.ID })
	var bodies []inspection.MilestoneBody
	var citations []inspection.Citation
	for _, m := range added {
		for i, body := range m.Bodies {
			bodies = append(bodies, inspection.MilestoneBody{MilestoneID: m.ID, BodyID: body, Position: i + 1})
		}
		citations = append(citations, m.Citations...)
	}
	insert(l, bodies)
	insert(l, citations)
}

// inspectionEntry is an inspection as the record of changes keeps it: with all its parts, save that each area to improve,
// which will have a history of its own, is an entry of its own and here only named.
type inspectionEntry struct {
	*inspection.Inspection
	Recommendations []string `json:"areas_to_improve"`
}

func (l *loader) loadInspections(inspections []*inspection.Inspection) {
	rows := make([]inspection.Inspection, len(inspections))
	for i, in := range inspections {
		rows[i] = *in
	}
	added := missing(l, inspection.OfInspection, "id", rows, func(v inspection.Inspection) string { return v.ID })
	insert(l, added)
	var parts inspection.Inspection
	var themes []inspection.RecommendationTheme
	var versions []inspection.Version
	for i := range added {
		in := &added[i]
		entry := inspectionEntry{Inspection: in, Recommendations: []string{}}
		for _, rec := range in.Recommendations {
			entry.Recommendations = append(entry.Recommendations, rec.Reference)
			for j, theme := range rec.Themes {
				themes = append(themes, inspection.RecommendationTheme{Reference: rec.Reference, ThemeCode: theme, Position: j + 1})
			}
		}
		l.note(inspection.OfInspection, in.ID, entry)
		for _, rec := range in.Recommendations {
			l.note(inspection.OfRecommendation, rec.Reference, rec)
		}
		for _, d := range in.Disagreements {
			versions = append(versions, d.Versions...)
		}
		parts.Bodies = append(parts.Bodies, in.Bodies...)
		parts.Judgements = append(parts.Judgements, in.Judgements...)
		parts.Recommendations = append(parts.Recommendations, in.Recommendations...)
		parts.Findings = append(parts.Findings, in.Findings...)
		parts.Responses = append(parts.Responses, in.Responses...)
		parts.Citations = append(parts.Citations, in.Citations...)
		parts.Facts = append(parts.Facts, in.Facts...)
		parts.Disagreements = append(parts.Disagreements, in.Disagreements...)
		parts.Gaps = append(parts.Gaps, in.Gaps...)
	}
	insert(l, parts.Recommendations)
	insert(l, themes)
	insertParts(l, &parts, versions)
}

// insertParts adds the parts of an inspection, or those of several gathered in one, without its areas to improve.
func insertParts(l *loader, in *inspection.Inspection, versions []inspection.Version) {
	insert(l, in.Bodies)
	insert(l, in.Judgements)
	insert(l, in.Findings)
	insert(l, in.Responses)
	insert(l, in.Citations)
	insert(l, in.Facts)
	insert(l, in.Disagreements)
	insert(l, versions)
	insert(l, in.Gaps)
}

// loadLaterViews adds what later letters said of earlier areas to improve, and which items hang together. They are written
// down today, whenever the letters came out.
func (l *loader) loadLaterViews(views []inspection.LaterView, links []inspection.RecommendationLink) {
	if l.err != nil {
		return
	}
	today := l.tx.today()
	views, links = slices.Clone(views), slices.Clone(links)
	for i := range views {
		views[i].Recorded, views[i].At = today, l.tx.at
	}
	for i := range links {
		links[i].Recorded = today
	}
	load(l, inspection.OfLaterView, "id", views, func(v inspection.LaterView) string { return v.ID })
	taken, err := l.takenAway(inspection.OfLink)
	if err != nil {
		l.err = err
		return
	}
	links = slices.DeleteFunc(links, func(v inspection.RecommendationLink) bool { return taken[linkID(v)] })
	load(l, inspection.OfLink, "from_reference || ' ' || kind || ' ' || to_reference", links, linkID)
}

// takenAway returns the records of a kind that somebody took away at some time: the seed does not bring those back.
func (l *loader) takenAway(kind inspection.RecordKind) (map[string]bool, error) {
	var ids []string
	err := l.tx.db.Model(&inspection.Change{}).Distinct("record_id").
		Where("record_kind = ? AND action = ?", kind, inspection.Removed).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("find each %s that was taken away: %w", kind, err)
	}
	taken := make(map[string]bool, len(ids))
	for _, id := range ids {
		taken[id] = true
	}
	return taken, nil
}
