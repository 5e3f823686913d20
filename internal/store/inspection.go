package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// InspectionFilter says which inspections to list, and how.
type InspectionFilter struct {
	Authority  string // with all that inspection.Record.ListedUnder names
	Kind       string
	Framework  string
	Year       int             // of publication or, where that is unknown, of the last known day of fieldwork
	OutBy      inspection.Date // those that had come out by a day; unknown: all
	Sort       InspectionSort
	Descending bool
	Limit      int // 0 for all
	Offset     int
}

// InspectionSort is what a list of inspections is ordered by.
type InspectionSort string

// The orders of a list of inspections. Equals follow the day from which they count, then their ID.
const (
	SortByDay       InspectionSort = "day" // from which the inspection counts; the order of a filter that names none
	SortByStart     InspectionSort = "start"
	SortByAuthority InspectionSort = "authority"
	SortByKind      InspectionSort = "kind"
	SortByFramework InspectionSort = "framework"
)

// InspectionSorts lists the orders.
func InspectionSorts() []InspectionSort {
	return []InspectionSort{SortByDay, SortByStart, SortByAuthority, SortByKind, SortByFramework}
}

// Inspections returns the inspections that match, with their bodies and judgements, and how many match without the
// limit. It fails with inspection.ErrNotFound if the filter names an authority that does not exist.
func (s *Store) Inspections(ctx context.Context, filter InspectionFilter) (list []*inspection.Inspection, total int, err error) {
	err = s.read(ctx, func(r *reader) (err error) {
		list, total, err = r.inspections(filter)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("list inspections: %w", err)
	}
	return list, total, nil
}

func (r *reader) inspections(filter InspectionFilter) ([]*inspection.Inspection, int, error) {
	query, err := r.inspectionsAsked(filter)
	if err != nil {
		return nil, 0, err
	}
	var list []*inspection.Inspection
	if err := query.Find(&list).Error; err != nil {
		return nil, 0, err
	}
	list = slices.DeleteFunc(list, func(in *inspection.Inspection) bool { return !filter.matches(in) })
	// Bodies before the order, which may be by their names; judgements only for what is shown.
	if err := r.addBodies(list); err != nil {
		return nil, 0, err
	}
	compare, err := r.inspectionOrder(filter.Sort)
	if err != nil {
		return nil, 0, err
	}
	slices.SortFunc(list, func(a, b *inspection.Inspection) int {
		if filter.Descending {
			a, b = b, a
		}
		return cmp.Or(compare(a, b), inspection.ByDay(a, b))
	})
	total := len(list)
	list = list[min(max(filter.Offset, 0), total):]
	if filter.Limit > 0 {
		list = list[:min(filter.Limit, len(list))]
	}
	return list, total, r.addJudgements(list)
}

// inspectionsAsked begins a query for the inspections that a filter asks for, as far as the database can tell; the rest is for
// matches.
func (r *reader) inspectionsAsked(filter InspectionFilter) (*gorm.DB, error) {
	query := r.db
	if filter.Kind != "" {
		query = query.Where("kind = ?", filter.Kind)
	}
	if filter.Framework != "" {
		query = query.Where("framework = ?", filter.Framework)
	}
	if filter.Authority != "" {
		bodies, err := r.listedUnder(filter.Authority)
		if err != nil {
			return nil, err
		}
		query = query.Where("id IN (?)", r.db.Model(&inspection.InspectionBody{}).Select("inspection_id").Where("body_id IN ?", bodies))
	}
	return query.Session(&gorm.Session{}), nil
}

// matches reports whether an inspection is of the year that is asked for, and was out by the day.
func (f InspectionFilter) matches(in *inspection.Inspection) bool {
	day, _ := in.OutDay()
	return (f.Year == 0 || day.Year() == f.Year) && (!f.OutBy.Known() || in.OutBy(f.OutBy))
}

// inspectionOrder returns a comparison in Go, because the two engines do not agree on the order of text.
func (r *reader) inspectionOrder(by InspectionSort) (func(a, b *inspection.Inspection) int, error) {
	switch by {
	case SortByStart:
		return func(a, b *inspection.Inspection) int { return a.FieldworkStart.Compare(b.FieldworkStart) }, nil
	case SortByKind:
		return func(a, b *inspection.Inspection) int {
			return cmp.Or(cmp.Compare(r.kindName(a), r.kindName(b)), cmp.Compare(a.Kind, b.Kind))
		}, nil
	case SortByFramework:
		return func(a, b *inspection.Inspection) int { return cmp.Compare(a.Framework, b.Framework) }, nil
	case SortByAuthority:
		var bodies []inspection.Body
		if err := r.db.Select("id", "name").Find(&bodies).Error; err != nil {
			return nil, err
		}
		names := make(map[string]string, len(bodies))
		for _, b := range bodies {
			names[b.ID] = b.Name
		}
		first := func(in *inspection.Inspection) string {
			if len(in.Bodies) == 0 {
				return ""
			}
			return names[in.Bodies[0].BodyID]
		}
		return func(a, b *inspection.Inspection) int { return cmp.Compare(first(a), first(b)) }, nil
	}
	return inspection.ByDay, nil
}

// kindName returns what pages call the kind, so that a list sorted by it reads in order.
func (r *reader) kindName(in *inspection.Inspection) string {
	if r.catalogue == nil {
		return ""
	}
	k, _ := r.catalogue.Kind(in.Kind)
	return k.Name
}

// listedUnder returns the IDs of the bodies whose inspections are listed under one.
func (r *reader) listedUnder(body string) ([]string, error) {
	all, err := r.registerAround(body)
	if err != nil {
		return nil, err
	}
	if _, ok := all.Body(body); !ok {
		return nil, inspection.ErrNotFound
	}
	var ids []string
	for _, b := range all.ListedUnder(body) {
		ids = append(ids, b.ID)
	}
	return ids, nil
}

// InspectionRecord returns one inspection with all its parts, and the record of the body it was of, so that a page can
// say what stood before. It fails with inspection.ErrNotFound.
func (s *Store) InspectionRecord(ctx context.Context, id string) (*inspection.Inspection, *inspection.Record, error) {
	var found *inspection.Inspection
	var record *inspection.Record
	err := s.read(ctx, func(r *reader) error {
		var first []inspection.InspectionBody
		if err := r.db.Where("inspection_id = ?", id).Order("position").Limit(1).Find(&first).Error; err != nil {
			return err
		}
		if len(first) == 0 {
			return inspection.ErrNotFound
		}
		var err error
		if record, err = r.record(first[0].BodyID); err != nil {
			return err
		}
		i := slices.IndexFunc(record.Inspections, func(in *inspection.Inspection) bool { return in.ID == id })
		found = record.Inspections[i]
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read inspection %s: %w", id, err)
	}
	return found, record, nil
}

// inspectionsOf returns the inspections of any of the bodies, without their parts, in the order in which they came out.
func (r *reader) inspectionsOf(bodies []string) ([]*inspection.Inspection, error) {
	seen := map[string]bool{}
	for chunk := range slices.Chunk(bodies, manyIDs) {
		var ids []string
		err := r.db.Model(&inspection.InspectionBody{}).Where("body_id IN ?", chunk).Pluck("inspection_id", &ids).Error
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			seen[id] = true
		}
	}
	list, err := within[*inspection.Inspection](r, "id", sortedKeys(seen))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, inspection.ByDay)
	return list, nil
}

// addParts reads every part of the inspections, one query to a table.
func (r *reader) addParts(list []*inspection.Inspection) error {
	for _, add := range []func([]*inspection.Inspection) error{
		r.addBodies, r.addJudgements, r.addRecommendations, r.addDisagreements,
		func(list []*inspection.Inspection) error {
			return attach(r, list, "inspection_id", func(v inspection.Finding) (string, int) { return v.InspectionID, v.Position },
				func(in *inspection.Inspection, v inspection.Finding) { in.Findings = append(in.Findings, v) })
		},
		func(list []*inspection.Inspection) error {
			return attach(r, list, "inspection_id", func(v inspection.Response) (string, int) { return v.InspectionID, v.Position },
				func(in *inspection.Inspection, v inspection.Response) { in.Responses = append(in.Responses, v) })
		},
		func(list []*inspection.Inspection) error {
			return attach(r.about(inspection.OfInspection), list, "record_id",
				func(v inspection.Citation) (string, int) { return v.RecordID, v.Position },
				func(in *inspection.Inspection, v inspection.Citation) { in.Citations = append(in.Citations, v) })
		},
		func(list []*inspection.Inspection) error {
			return attach(r.about(inspection.OfInspection), list, "record_id",
				func(v inspection.Gap) (string, int) { return v.RecordID, v.Position },
				func(in *inspection.Inspection, v inspection.Gap) { in.Gaps = append(in.Gaps, v) })
		},
		func(list []*inspection.Inspection) error {
			return attach(r.about(inspection.OfInspection), list, "record_id",
				func(v inspection.Fact) (string, int) { return v.RecordID, 0 },
				func(in *inspection.Inspection, v inspection.Fact) { in.Facts = append(in.Facts, v) })
		},
		func(list []*inspection.Inspection) error {
			return attach(r, list, "inspection_id", func(v inspection.InspectionEvidence) (string, int) { return v.InspectionID, v.Position },
				func(in *inspection.Inspection, v inspection.InspectionEvidence) {
					in.Evidence = append(in.Evidence, v.Evidence)
				})
		},
	} {
		if err := add(list); err != nil {
			return err
		}
	}
	for _, in := range list {
		slices.SortFunc(in.Facts, func(a, b inspection.Fact) int { return cmp.Compare(a.Field, b.Field) })
	}
	return nil
}

func (r *reader) addBodies(list []*inspection.Inspection) error {
	return attach(r, list, "inspection_id", func(v inspection.InspectionBody) (string, int) { return v.InspectionID, v.Position },
		func(in *inspection.Inspection, v inspection.InspectionBody) { in.Bodies = append(in.Bodies, v) })
}

func (r *reader) addJudgements(list []*inspection.Inspection) error {
	return attach(r, list, "inspection_id", func(v inspection.Judgement) (string, int) { return v.InspectionID, v.Position },
		func(in *inspection.Inspection, v inspection.Judgement) { in.Judgements = append(in.Judgements, v) })
}

func (r *reader) addRecommendations(list []*inspection.Inspection) error {
	err := attach(r, list, "inspection_id", func(v inspection.Recommendation) (string, int) { return v.InspectionID, v.Position },
		func(in *inspection.Inspection, v inspection.Recommendation) {
			in.Recommendations = append(in.Recommendations, v)
		})
	if err != nil {
		return err
	}
	byReference := map[string]*inspection.Recommendation{}
	for _, in := range list {
		for i := range in.Recommendations {
			byReference[in.Recommendations[i].Reference] = &in.Recommendations[i]
		}
	}
	return r.addThemes(byReference)
}

func (r *reader) addThemes(items map[string]*inspection.Recommendation) error {
	references := make(map[string]bool, len(items))
	for reference := range items {
		references[reference] = true
	}
	themes, err := within[inspection.RecommendationTheme](r, "reference", sortedKeys(references))
	if err != nil {
		return err
	}
	slices.SortFunc(themes, func(a, b inspection.RecommendationTheme) int { return cmp.Compare(a.Position, b.Position) })
	for _, theme := range themes {
		item := items[theme.Reference]
		item.Themes = append(item.Themes, theme.ThemeCode)
	}
	return nil
}

func (r *reader) addDisagreements(list []*inspection.Inspection) error {
	err := attach(r.about(inspection.OfInspection), list, "record_id",
		func(v inspection.Disagreement) (string, int) { return v.RecordID, 0 },
		func(in *inspection.Inspection, v inspection.Disagreement) {
			in.Disagreements = append(in.Disagreements, v)
		})
	if err != nil {
		return err
	}
	var all []*inspection.Disagreement
	for _, in := range list {
		slices.SortFunc(in.Disagreements, func(a, b inspection.Disagreement) int { return cmp.Compare(a.ID, b.ID) })
		for i := range in.Disagreements {
			all = append(all, &in.Disagreements[i])
		}
	}
	return r.addVersions(all)
}

// about narrows a reader to rows about one kind of record.
func (r *reader) about(kind inspection.RecordKind) *reader {
	return &reader{db: r.db.Where("record_kind = ?", kind).Session(&gorm.Session{}), catalogue: r.catalogue}
}

// attach reads the rows that belong to the inspections and gives each to its own, in the order of their positions.
func attach[T any](r *reader, list []*inspection.Inspection, column string, owner func(T) (id string, position int), give func(*inspection.Inspection, T)) error {
	byID := make(map[string]*inspection.Inspection, len(list))
	ids := make([]string, len(list))
	for i, in := range list {
		byID[in.ID], ids[i] = in, in.ID
	}
	rows, err := within[T](r, column, ids)
	if err != nil {
		return err
	}
	slices.SortStableFunc(rows, func(a, b T) int {
		_, pa := owner(a)
		_, pb := owner(b)
		return cmp.Compare(pa, pb)
	})
	for _, row := range rows {
		id, _ := owner(row)
		give(byID[id], row)
	}
	return nil
}
