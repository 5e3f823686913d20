package exchange

import (
	"fmt"

	"inspectiontimeline/internal/inspection"
)

// readLaterViews reads what later letters said of earlier areas to improve, and which items hang together. It comes after
// every item has its reference.
func (s *seedReader) readLaterViews() {
	item, letter := s.itemsByReference()
	type laterView struct {
		Item       string
		Inspection string
		View       string
		Paragraph  string
		Page       int
		Gloss      string
		RepeatedAs string `json:"repeated_as"`
	}
	given := map[string][]inspection.LaterView{}
	items(s, "northamptonshire/later_views.json", func(at spot, one laterView) {
		view := inspection.LaterView{
			ID: fmt.Sprintf("%s/%s/view-%d", one.Item, one.Inspection, len(given[one.Item])+1), Reference: one.Item,
			InspectionID: one.Inspection, View: inspection.ViewOfProgress(one.View), Paragraph: one.Paragraph, Page: one.Page,
			Gloss: at.need("gloss", one.Gloss), Repeats: one.RepeatedAs, ByPost: inspection.Seeder.Post,
		}
		if _, ok := item[one.Item]; !ok {
			at.wrong("item", "no area to improve has the reference %q", one.Item)
			return
		}
		later, ok := s.inspections[one.Inspection]
		if !ok {
			at.wrong("inspection", "no inspection has the id %q", one.Inspection)
			return
		}
		out, _ := later.OutDay()
		at.problems(view.Check(inspection.LaterViewContext{
			Today: out.Last(), Item: item[one.Item], Earlier: letter[one.Item], Later: later, Record: s.record, Views: given[one.Item],
		}))
		given[one.Item] = append(given[one.Item], view)
		s.record.LaterViews = append(s.record.LaterViews, view)
	})
	type link struct{ Later, Earlier, Kind, Note string }
	used := map[string]int{}
	items(s, "northamptonshire/links.json", func(at spot, one link) {
		at.once("later", one.Later+" "+one.Kind+" "+one.Earlier, used)
		l := inspection.RecommendationLink{
			FromReference: one.Later, ToReference: one.Earlier, Kind: inspection.LinkKind(one.Kind), Note: one.Note, ByPost: inspection.Seeder.Post,
		}
		at.problems(l.Check(letter[one.Later], letter[one.Earlier]))
		s.record.Links = append(s.record.Links, l)
	})
}

// itemsByReference returns every area to improve, and the inspection that asked for it.
func (s *seedReader) itemsByReference() (map[string]inspection.Recommendation, map[string]*inspection.Inspection) {
	item, letter := map[string]inspection.Recommendation{}, map[string]*inspection.Inspection{}
	for _, in := range s.record.Inspections {
		for _, rec := range in.Recommendations {
			item[rec.Reference], letter[rec.Reference] = rec, in
		}
	}
	return item, letter
}

// problems reports what a rule of the field says is wrong.
func (s spot) problems(problems inspection.Problems) {
	for _, p := range problems {
		s.wrong(p.Field, "%s", p.Words)
	}
}
