package store

import (
	"cmp"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// itemsAbout returns, by any reference that it has had, the area to improve that something is about, with its themes. What
// is off the record with its letter is not among them: what was recorded of it is not found either.
func (r *reader) itemsAbout(references []string) (map[string]*inspection.Recommendation, map[string]*inspection.Inspection, error) {
	now, err := r.itemsNamed(references)
	if err != nil {
		return nil, nil, err
	}
	own := map[string]bool{}
	for _, reference := range now {
		own[reference] = true
	}
	list, err := within[inspection.Recommendation](r, "reference", sortedKeys(own))
	if err != nil {
		return nil, nil, err
	}
	byReference := make(map[string]*inspection.Recommendation, len(list))
	ids := map[string]bool{}
	for i := range list {
		byReference[list[i].Reference] = &list[i]
		ids[list[i].InspectionID] = true
	}
	if err := r.addThemes(byReference); err != nil {
		return nil, nil, err
	}
	items := map[string]*inspection.Recommendation{}
	for reference, item := range now {
		items[reference] = byReference[item]
	}
	inspections, err := r.inspectionsByID(ids)
	return items, inspections, err
}

// about says that something is about an area to improve: the first one leads to the area, and all of them say whose it is.
func (f *found) about(item *inspection.Recommendation, in *inspection.Inspection) {
	if f.hit.Reference == "" {
		f.hit.Reference, f.hit.Inspection = item.Reference, in
	}
	for _, b := range in.Bodies {
		f.also(b.BodyID)
	}
	for _, theme := range item.Themes {
		if !slices.Contains(f.hit.Themes, theme) {
			f.hit.Themes = append(f.hit.Themes, theme)
		}
	}
	if day, _ := in.OutDay(); !day.Known() || day.Last().After(f.from) {
		f.from = never
		if day.Known() {
			f.from = day.Last()
		}
	}
}

// searchedViews reads what later letters said of earlier areas to improve.
func (r *reader) searchedViews(ids []string) ([]found, error) {
	views, err := within[inspection.LaterView](r.where("withdrawn IS NULL"), "id", ids)
	if err != nil {
		return nil, err
	}
	var references []string
	letters := map[string]bool{}
	for _, v := range views {
		references = append(references, v.Reference)
		letters[v.InspectionID] = true
	}
	items, _, err := r.itemsAbout(references)
	if err != nil {
		return nil, err
	}
	inspections, err := r.inspectionsByID(letters)
	if err != nil {
		return nil, err
	}
	var out []found
	for _, v := range views {
		item, in := items[v.Reference], inspections[v.InspectionID]
		if item == nil || in == nil {
			continue
		}
		f := foundIn(in, SearchView, v.ID)
		f.unit = unitOf(unitView, v.ID)
		f.hit.Reference, f.hit.Page, f.hit.Themes = item.Reference, v.Page, item.Themes
		f.hit.Passages = []SearchPassage{{Words: v.Quote, Number: v.Paragraph}, {Words: v.Gloss, Number: v.Paragraph, Own: true}}
		out = append(out, f)
	}
	return out, nil
}

// searchedActions reads the actions that serve an area to improve on the record.
func (r *reader) searchedActions(ids []string) ([]found, error) {
	actions, err := within[inspection.Action](r, "id", ids)
	if err != nil {
		return nil, err
	}
	served, items, inspections, err := r.servedBy(ids)
	if err != nil {
		return nil, err
	}
	var out []found
	for _, a := range actions {
		f := found{unit: unitOf(unitAction, a.ID), from: a.Recorded, hit: SearchHit{
			Kind: SearchAction, ID: a.ID, On: a.Recorded, Audience: a.Audience,
			Passages: []SearchPassage{{Words: a.Words}, {Words: a.SuccessMeasure, Label: "How success is measured"}},
		}}
		f.also(a.LeadBodyID)
		for _, link := range served[a.ID] {
			if item := items[link.Reference]; item != nil && !link.Until.Known() {
				f.about(item, inspections[item.InspectionID])
			}
		}
		if f.hit.Reference != "" {
			out = append(out, f)
		}
	}
	return out, nil
}

// servedBy returns what actions serve or served, by action and in order, with the areas to improve and their inspections.
func (r *reader) servedBy(actions []string) (
	served map[string][]inspection.ActionRecommendation, items map[string]*inspection.Recommendation,
	inspections map[string]*inspection.Inspection, err error,
) {
	links, err := within[inspection.ActionRecommendation](r, "action_id", actions)
	if err != nil {
		return nil, nil, nil, err
	}
	slices.SortFunc(links, func(a, b inspection.ActionRecommendation) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Reference, b.Reference), a.Recorded.Compare(b.Recorded))
	})
	served = map[string][]inspection.ActionRecommendation{}
	var references []string
	for _, link := range links {
		served[link.ActionID] = append(served[link.ActionID], link)
		references = append(references, link.Reference)
	}
	items, inspections, err = r.itemsAbout(references)
	return served, items, inspections, err
}

// searchedUpdates reads the updates on areas to improve that are on the record, and on actions when they served one.
func (r *reader) searchedUpdates(ids []string) ([]found, error) {
	updates, err := within[inspection.Update](r, "id", ids)
	if err != nil {
		return nil, err
	}
	var references []string
	ofActions := map[string]bool{}
	for _, u := range updates {
		if u.Reference != "" {
			references = append(references, u.Reference)
		} else {
			ofActions[u.ActionID] = true
		}
	}
	items, inspections, err := r.itemsAbout(references)
	if err != nil {
		return nil, err
	}
	served, itemsOfActions, theirs, err := r.servedBy(sortedKeys(ofActions))
	if err != nil {
		return nil, err
	}
	var out []found
	for _, u := range updates {
		f := found{unit: unitOf(unitUpdate, u.ID), from: u.Recorded, hit: SearchHit{
			Kind: SearchUpdate, ID: u.ID, On: u.On, By: u.ByPost, Audience: u.Audience, Passages: []SearchPassage{{Words: u.Words}},
		}}
		if item := items[u.Reference]; item != nil {
			f.about(item, inspections[item.InspectionID])
		}
		for _, link := range served[u.ActionID] {
			item := itemsOfActions[link.Reference]
			if _, counts := countsFrom(u, []inspection.ActionRecommendation{link}); item != nil && counts {
				f.about(item, theirs[item.InspectionID])
			}
		}
		if f.hit.Reference != "" {
			out = append(out, f)
		}
	}
	return out, nil
}

// searchedQuestions reads questions and their answers, save those on an area to improve that is off the record.
func (r *reader) searchedQuestions(ids []string) ([]found, error) {
	questions, err := within[inspection.Question](r, "id", ids)
	if err != nil {
		return nil, err
	}
	answers, err := within[inspection.QuestionAnswer](r, "question_id", ids)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(answers, func(a, b inspection.QuestionAnswer) int { return cmp.Compare(a.Number, b.Number) })
	var references []string
	for _, q := range questions {
		references = append(references, q.Reference)
	}
	items, inspections, err := r.itemsAbout(slices.DeleteFunc(references, func(reference string) bool { return reference == "" }))
	if err != nil {
		return nil, err
	}
	var out []found
	for _, q := range questions {
		f := found{unit: unitOf(unitQuestion, q.ID), from: q.Recorded, hit: SearchHit{
			Kind: SearchQuestion, ID: q.ID, On: q.Asked, By: q.AskedBy, Audience: q.Audience, Passages: []SearchPassage{{Words: q.Words}},
		}}
		for _, a := range answers {
			if a.QuestionID == q.ID {
				f.hit.Passages = append(f.hit.Passages, SearchPassage{Words: a.Words, Label: "Answer"})
			}
		}
		f.also(q.BodyID)
		if item := items[q.Reference]; item != nil {
			f.about(item, inspections[item.InspectionID])
		} else if q.Reference != "" {
			continue
		}
		out = append(out, f)
	}
	return out, nil
}
