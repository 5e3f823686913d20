package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// About names the record that something is said of.
type About struct {
	Kind  inspection.RecordKind
	ID    string
	Title string
}

// SourceUse is a source and everything that rests on it.
type SourceUse struct {
	inspection.Source
	Uses []Use
}

// Use is one record that rests on a source, and what the source supports about it.
type Use struct {
	About
	Supports   string
	Confidence inspection.Confidence
}

// ListedDisagreement is a disagreement of sources and the record that it is about.
type ListedDisagreement struct {
	inspection.Disagreement
	About About
}

// ListedGap is something that was not found and the record in which it is missing.
type ListedGap struct {
	inspection.Gap
	About About
}

// Disagreements returns every disagreement of sources with its versions.
func (s *Store) Disagreements(ctx context.Context) ([]ListedDisagreement, error) {
	var list []ListedDisagreement
	err := s.read(ctx, func(r *reader) error {
		var found []*inspection.Disagreement
		if err := r.db.Find(&found).Error; err != nil {
			return err
		}
		if err := r.addVersions(found); err != nil {
			return err
		}
		titles, err := r.titles()
		if err != nil {
			return err
		}
		for _, d := range found {
			list = append(list, ListedDisagreement{Disagreement: *d, About: titles.about(d.RecordKind, d.RecordID)})
		}
		slices.SortFunc(list, func(a, b ListedDisagreement) int {
			return cmp.Or(titles.compare(a.About, b.About), cmp.Compare(a.ID, b.ID))
		})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list disagreements: %w", err)
	}
	return list, nil
}

// Gaps returns everything that was looked for and not found.
func (s *Store) Gaps(ctx context.Context) ([]ListedGap, error) {
	var list []ListedGap
	err := s.read(ctx, func(r *reader) error {
		var found []inspection.Gap
		if err := r.db.Find(&found).Error; err != nil {
			return err
		}
		titles, err := r.titles()
		if err != nil {
			return err
		}
		for _, g := range found {
			list = append(list, ListedGap{Gap: g, About: titles.about(g.RecordKind, g.RecordID)})
		}
		slices.SortFunc(list, func(a, b ListedGap) int {
			return cmp.Or(titles.compare(a.About, b.About), cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
		})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list what was not found: %w", err)
	}
	return list, nil
}

func (r *reader) addVersions(disagreements []*inspection.Disagreement) error {
	byID := make(map[string]*inspection.Disagreement, len(disagreements))
	ids := make([]string, len(disagreements))
	for i, d := range disagreements {
		byID[d.ID], ids[i] = d, d.ID
	}
	versions, err := within[inspection.Version](r, "disagreement_id", ids)
	if err != nil {
		return err
	}
	slices.SortFunc(versions, func(a, b inspection.Version) int { return cmp.Compare(a.Position, b.Position) })
	for _, v := range versions {
		byID[v.DisagreementID].Versions = append(byID[v.DisagreementID].Versions, v)
	}
	return nil
}

// Sources returns every source with all that rests on it, by title.
func (s *Store) Sources(ctx context.Context) ([]SourceUse, error) {
	var list []SourceUse
	err := s.read(ctx, func(r *reader) (err error) {
		list, err = r.sources()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list sources: %w", err)
	}
	return list, nil
}

func (r *reader) sources() ([]SourceUse, error) {
	var sources []inspection.Source
	if err := r.db.Find(&sources).Error; err != nil {
		return nil, err
	}
	titles, err := r.titles()
	if err != nil {
		return nil, err
	}
	uses := map[string][]Use{}
	use := func(source string, about About, supports string, confidence inspection.Confidence) {
		if source != "" {
			uses[source] = append(uses[source], Use{About: about, Supports: supports, Confidence: confidence})
		}
	}
	if err := r.citedUses(titles, use); err != nil {
		return nil, err
	}
	if err := r.namedUses(titles, use); err != nil {
		return nil, err
	}
	list := make([]SourceUse, len(sources))
	for i, source := range sources {
		slices.SortStableFunc(uses[source.ID], func(a, b Use) int { return titles.compare(a.About, b.About) })
		list[i] = SourceUse{Source: source, Uses: uses[source.ID]}
	}
	slices.SortFunc(list, func(a, b SourceUse) int { return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID)) })
	return list, nil
}

type useFunc func(source string, about About, supports string, confidence inspection.Confidence)

// citedUses reports what says for itself which source supports what.
func (r *reader) citedUses(titles *titles, use useFunc) error {
	var citations []inspection.Citation
	if err := r.db.Find(&citations).Error; err != nil {
		return err
	}
	slices.SortFunc(citations, func(a, b inspection.Citation) int {
		return cmp.Or(cmp.Compare(a.RecordID, b.RecordID), cmp.Compare(a.Position, b.Position))
	})
	for _, c := range citations {
		use(c.SourceID, titles.about(c.RecordKind, c.RecordID), c.Supports, c.Confidence)
	}
	return nil
}

// namedUses reports the records that name their one source.
func (r *reader) namedUses(titles *titles, use useFunc) error {
	for _, b := range titles.register.Bodies {
		use(b.SourceID, titles.about(inspection.OfBody, b.ID), "", "")
	}
	for _, s := range titles.register.Successions {
		about := About{Kind: inspection.OfSuccession, ID: s.ToID, Title: titles.register.Name(s.FromID) + " to " + titles.register.Name(s.ToID)}
		use(s.SourceID, about, "", s.Confidence)
	}
	for _, s := range titles.register.Services {
		about := About{Kind: inspection.OfService, ID: s.AuthorityID, Title: titles.register.Name(s.ProviderID) + " for " + titles.register.Name(s.AuthorityID)}
		use(s.SourceID, about, "", s.Confidence)
	}
	var figures []inspection.Figure
	var rules []inspection.Rule
	var responses []inspection.Response
	for _, err := range []error{r.db.Find(&figures).Error, r.db.Find(&rules).Error, r.db.Find(&responses).Error} {
		if err != nil {
			return err
		}
	}
	for _, f := range figures {
		use(f.SourceID, About{Kind: inspection.OfFigure, ID: f.BodyID, Title: titles.register.Name(f.BodyID) + ", " + f.Name}, "", "")
	}
	for _, rule := range rules {
		use(rule.SourceID, About{Kind: inspection.OfRule, ID: rule.Code, Title: rule.About}, rule.Words, rule.Confidence)
	}
	for _, response := range responses {
		use(response.SourceID, titles.about(inspection.OfInspection, response.InspectionID), response.Gist, "")
	}
	official, err := r.officialFigures()
	if err != nil {
		return err
	}
	for _, f := range official {
		use(f.SourceID, About{Kind: inspection.OfOfficialFigure, ID: f.ID, Title: f.Title + ", " + f.On.Words()}, "", "")
	}
	lines, err := r.completeness()
	if err != nil {
		return err
	}
	for _, line := range lines {
		name := titles.register.Name(line.BodyID)
		if line.BodyID == inspection.EveryAuthority {
			name = "Every authority"
		}
		use(line.SourceID, About{Kind: inspection.OfCompleteness, ID: line.BodyID, Title: name}, line.Note, "")
	}
	return nil
}

// titles names records for lists that are about all of them.
type titles struct {
	catalogue   *inspection.Catalogue
	register    *inspection.Record
	inspections map[string]*inspection.Inspection
	milestones  map[string]inspection.Milestone
}

func (r *reader) titles() (*titles, error) {
	register, err := r.register()
	if err != nil {
		return nil, err
	}
	t := &titles{
		catalogue: r.catalogue, register: register,
		inspections: map[string]*inspection.Inspection{}, milestones: map[string]inspection.Milestone{},
	}
	var inspections []*inspection.Inspection
	var milestones []inspection.Milestone
	if err := r.db.Find(&inspections).Error; err != nil {
		return nil, err
	}
	if err := r.addBodies(inspections); err != nil {
		return nil, err
	}
	if err := r.db.Find(&milestones).Error; err != nil {
		return nil, err
	}
	for _, in := range inspections {
		t.inspections[in.ID] = in
	}
	for _, m := range milestones {
		t.milestones[m.ID] = m
	}
	return t, nil
}

func (t *titles) about(kind inspection.RecordKind, id string) About {
	about := About{Kind: kind, ID: id, Title: id}
	switch kind {
	case inspection.OfBody:
		about.Title = t.register.Name(id)
	case inspection.OfMilestone:
		about.Title = t.milestones[id].Title
	case inspection.OfInspection:
		if in := t.inspections[id]; in != nil {
			about.Title = t.inspection(in)
		}
	}
	return about
}

func (t *titles) inspection(in *inspection.Inspection) string {
	var names []string
	for _, b := range in.Bodies {
		names = append(names, t.register.Name(b.BodyID))
	}
	what := in.Kind
	if t.catalogue != nil {
		if kind, ok := t.catalogue.Kind(in.Kind); ok {
			what = kind.Name
		}
	}
	day, _ := in.OutDay()
	return fmt.Sprintf("%s: %s, %s", strings.Join(names, " and "), what, day.MonthWords())
}

// compare puts records of one kind together, inspections and milestones in the order of time.
func (t *titles) compare(a, b About) int {
	if order := cmp.Compare(a.Kind, b.Kind); order != 0 {
		return order
	}
	switch a.Kind {
	case inspection.OfInspection:
		if x, y := t.inspections[a.ID], t.inspections[b.ID]; x != nil && y != nil {
			return inspection.ByDay(x, y)
		}
	case inspection.OfMilestone:
		return cmp.Or(t.milestones[a.ID].On.Compare(t.milestones[b.ID].On), cmp.Compare(a.ID, b.ID))
	}
	return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
}
