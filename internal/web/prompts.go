package web

import (
	"fmt"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// mostPrompts is how many questions stand on the page of a council or a place. The page for scrutiny has them all.
const mostPrompts = 3

// items reads the areas to improve that belong on a page, each with where it stood on the page's day and what later
// letters had said of it by then.
func (s *Server) items(c *gin.Context, sub subject) ([]inspection.ScrutinyItem, error) {
	list, err := s.store.Positions(c.Request.Context(), sub.body.ID, sub.asOf)
	if err != nil {
		return nil, err
	}
	return sub.items(list, s.reader(c)), nil
}

// items shows the areas to improve of a list as a reader may see them.
func (sub subject) items(list []store.ListedRecommendation, reader inspection.Audience) []inspection.ScrutinyItem {
	out := make([]inspection.ScrutinyItem, len(list))
	for i, one := range list {
		out[i] = inspection.ScrutinyItem{
			Recommendation: one.Recommendation, Inspection: one.Inspection, Position: one.Position.For(reader),
			Views: one.Views, Again: one.Again,
			Ended: sub.record.Ended(one.Inspection, sub.asOf),
		}
	}
	return out
}

func positionsOf(items []inspection.ScrutinyItem) map[string]inspection.Position {
	out := make(map[string]inspection.Position, len(items))
	for _, item := range items {
		out[item.Reference] = item.Position
	}
	return out
}

// recorded reports whether any progress that the public can see is recorded of an area to improve.
func recorded(items []inspection.ScrutinyItem) bool {
	areas := make([]inspection.Recommendation, len(items))
	for i, item := range items {
		areas[i] = item.Recommendation
	}
	return inspection.CountPositions(areas, positionsOf(items), inspection.Date{}).Recorded > 0
}

// prompts returns every question that the record suggests about the councils of a page.
func (sub subject) prompts(items []inspection.ScrutinyItem, reader inspection.Audience) []inspection.Prompt {
	return sub.record.Prompts(sub.members, sub.body.Name, items, reader, sub.asOf)
}

func (sub subject) promptViews(prompts []inspection.Prompt) []promptView {
	var out []promptView
	for _, p := range prompts {
		view := promptView{Question: p.Question, Rule: p.Rule}
		for _, reference := range p.References {
			view.References = append(view.References, referenceLink(reference))
		}
		for _, in := range p.Inspections {
			day, _ := in.OutDay()
			view.Letters = append(view.Letters, Link{Name: sub.councilOf(in) + ", " + day.MonthWords(), Address: inspectionAddress(in)})
		}
		out = append(out, view)
	}
	return out
}

// addPrompts puts the first questions on a page, and names those that are left for the page for scrutiny.
func (page *authorityShowPage) addPrompts(sub subject, prompts []inspection.Prompt) {
	shown := prompts[:min(mostPrompts, len(prompts))]
	page.Prompts = sub.promptViews(shown)
	page.AllPrompts = Link{Name: "For scrutiny: every question and list", Address: scrutinyAddress(sub.body.ID)}
	left := prompts[len(shown):]
	if len(left) == 0 {
		return
	}
	names := make([]string, len(left))
	for i, p := range left {
		names[i] = p.Short
	}
	page.MorePrompts = fmt.Sprintf("%d more: %s.", len(left), strings.Join(names, " · "))
}
