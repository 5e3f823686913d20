package web

import (
	"fmt"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

// followedView is what became of some areas to improve, in pictures, and in words where there is nothing to draw.
type followedView struct {
	Figures []figure
	Nothing []string
}

// progressCharts are the charts of progress in the order in which pages show them.
var progressCharts = []string{chart.NameOpenAreas, chart.NameAreaAges, chart.NameMovedDates, chart.NameLaterViews}

// saysNothing are the charts that wait for something to be recorded here: without it a page says so in their place.
var saysNothing = []string{chart.NameOpenAreas, chart.NameMovedDates}

// progressFigures draws what became of areas to improve as it stood on the day of the page. What is drawn is public,
// whoever reads the page.
func (s *Server) progressFigures(c *gin.Context, sub subject, items []inspection.ScrutinyItem) (followedView, error) {
	var out followedView
	followed, err := s.followed(c, items)
	if err != nil || len(followed) == 0 {
		return out, err
	}
	standing := slices.ContainsFunc(followed, func(i inspection.FollowedItem) bool { return !i.Ended })
	for _, name := range progressCharts {
		made, err := sub.progressChart(name, followed)
		switch {
		case err != nil:
			return out, err
		case !made.Empty():
			out.Figures = append(out.Figures, *sub.figure(made))
		case standing && slices.Contains(saysNothing, name):
			out.Nothing = append(out.Nothing, made.Summary)
		}
	}
	return out, nil
}

// followed gives items every position in which they stood.
func (s *Server) followed(c *gin.Context, items []inspection.ScrutinyItem) ([]inspection.FollowedItem, error) {
	references := make([]string, len(items))
	for i, item := range items {
		references[i] = item.Reference
	}
	history, err := s.store.PositionHistory(c.Request.Context(), references)
	if err != nil {
		return nil, err
	}
	out := make([]inspection.FollowedItem, len(items))
	for i, item := range items {
		out[i] = inspection.FollowedItem{Recommendation: item.Recommendation, Inspection: item.Inspection, Positions: history[item.Reference], Ended: item.Ended}
	}
	return out, nil
}

// servedProgressChart makes a chart of progress for its own address.
func (s *Server) servedProgressChart(c *gin.Context, sub subject, name string) (chart.Chart, error) {
	items, err := s.items(c, sub)
	if err != nil {
		return chart.Chart{}, err
	}
	followed, err := s.followed(c, items)
	if err != nil {
		return chart.Chart{}, err
	}
	return sub.progressChart(name, followed)
}

func (sub subject) progressChart(name string, items []inspection.FollowedItem) (chart.Chart, error) {
	switch name {
	case chart.NameOpenAreas:
		return chart.OpenAreas(sub.record, sub.body, items, sub.asOf)
	case chart.NameAreaAges:
		return chart.AreaAges(sub.body, items, sub.asOf)
	case chart.NameMovedDates:
		return chart.MovedDates(sub.body, items, sub.asOf)
	case chart.NameLaterViews:
		return chart.LaterViews(sub.record, sub.body, items, sub.asOf)
	}
	return chart.Chart{}, fmt.Errorf("chart of progress %s: %w", name, inspection.ErrNotFound)
}
