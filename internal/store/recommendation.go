package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// RecommendationFilter says which areas to improve to list.
type RecommendationFilter struct {
	Authority  string // with all that inspection.Record.ListedUnder names
	Inspection string
	Theme      string
}

// ListedRecommendation is an area to improve with the inspection that gave it, whose bodies are read but no other part,
// where it stands and what later letters said of it.
type ListedRecommendation struct {
	inspection.Recommendation
	Inspection *inspection.Inspection
	Position   inspection.Position
	Views      []inspection.LaterView
	Again      []string // the later items that ask for it again (inspection.AskedAgain)
}

// Recommendations returns the areas to improve that match, those of the latest inspections first and each letter's in
// its own order. It fails with inspection.ErrNotFound if the filter names an authority that does not exist.
func (s *Store) Recommendations(ctx context.Context, filter RecommendationFilter) ([]ListedRecommendation, error) {
	var list []ListedRecommendation
	err := s.read(ctx, func(r *reader) (err error) {
		list, err = r.recommendations(filter)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list areas to improve: %w", err)
	}
	return list, nil
}

func (r *reader) recommendations(filter RecommendationFilter) ([]ListedRecommendation, error) {
	query := r.db
	if filter.Inspection != "" {
		query = query.Where("inspection_id = ?", filter.Inspection)
	}
	if filter.Authority != "" {
		bodies, err := r.listedUnder(filter.Authority)
		if err != nil {
			return nil, err
		}
		query = query.Where("inspection_id IN (?)",
			r.db.Model(&inspection.InspectionBody{}).Select("inspection_id").Where("body_id IN ?", bodies))
	}
	if filter.Theme != "" {
		query = query.Where("reference IN (?)",
			r.db.Model(&inspection.RecommendationTheme{}).Select("reference").Where("theme_code = ?", filter.Theme))
	}
	var items []inspection.Recommendation
	if err := query.Find(&items).Error; err != nil {
		return nil, err
	}
	return r.listRecommendations(items)
}

func (r *reader) listRecommendations(items []inspection.Recommendation) ([]ListedRecommendation, error) {
	byReference := make(map[string]*inspection.Recommendation, len(items))
	ids := map[string]bool{}
	for i := range items {
		byReference[items[i].Reference] = &items[i]
		ids[items[i].InspectionID] = true
	}
	if err := r.addThemes(byReference); err != nil {
		return nil, err
	}
	inspections, err := within[*inspection.Inspection](r, "id", sortedKeys(ids))
	if err != nil {
		return nil, err
	}
	if err := r.addBodies(inspections); err != nil {
		return nil, err
	}
	byID := make(map[string]*inspection.Inspection, len(inspections))
	for _, in := range inspections {
		byID[in.ID] = in
	}
	list := make([]ListedRecommendation, len(items))
	for i, item := range items {
		list[i] = ListedRecommendation{Recommendation: item, Inspection: byID[item.InspectionID]}
	}
	slices.SortFunc(list, func(a, b ListedRecommendation) int {
		return cmp.Or(inspection.ByDay(b.Inspection, a.Inspection), cmp.Compare(a.Recommendation.Position, b.Recommendation.Position))
	})
	return list, nil
}

// Recommendation returns one area to improve by its reference and the same item in the twin letters to other councils,
// if there are any. A reference that was joined to another leads to that one's item. It fails with inspection.ErrNotFound.
func (s *Store) Recommendation(ctx context.Context, reference string) (item ListedRecommendation, twins []ListedRecommendation, err error) {
	err = s.read(ctx, func(r *reader) error {
		found, err := r.recommendation(reference)
		if err != nil {
			return err
		}
		items := []inspection.Recommendation{found}
		if found.SharedKey != "" {
			if err := r.db.Where("shared_key = ?", found.SharedKey).Find(&items).Error; err != nil {
				return err
			}
		}
		list, err := r.listRecommendations(items)
		if err != nil {
			return err
		}
		for _, one := range list {
			if one.Reference == found.Reference {
				item = one
			} else {
				twins = append(twins, one)
			}
		}
		return nil
	})
	if err != nil {
		return ListedRecommendation{}, nil, fmt.Errorf("read area to improve %s: %w", reference, err)
	}
	return item, twins, nil
}

// recommendation returns the item of a reference or, where it has none of its own any more, of the one it leads to. An
// item that is back in its place, because the letter that joined it was unpublished, comes first.
func (r *reader) recommendation(reference string) (inspection.Recommendation, error) {
	seen := map[string]bool{}
	for !seen[reference] {
		seen[reference] = true
		var found []inspection.Recommendation
		if err := r.db.Where("reference = ?", reference).Limit(1).Find(&found).Error; err != nil {
			return inspection.Recommendation{}, err
		}
		if len(found) > 0 {
			return found[0], nil
		}
		var aliases []inspection.ReferenceAlias
		if err := r.db.Where("reference = ?", reference).Limit(1).Find(&aliases).Error; err != nil {
			return inspection.Recommendation{}, err
		}
		if len(aliases) > 0 {
			reference = aliases[0].LeadsTo
		}
	}
	return inspection.Recommendation{}, inspection.ErrNotFound
}
