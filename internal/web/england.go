package web

import (
	"fmt"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

// englandSubject stands in addresses for all authorities together.
const englandSubject = "england"

func (s *Server) englandRoutes(r router) {}

func (s *Server) englandChart(c *gin.Context, id string) (chart.Chart, error) {
	known, err := s.reference(c)
	if err != nil {
		return chart.Chart{}, err
	}
	if id != englandSubject {
		return chart.Chart{}, fmt.Errorf("chart of %s: %w", id, inspection.ErrNotFound)
	}
	day, err := s.asOf(c)
	if err != nil {
		return chart.Chart{}, err
	}
	return chart.England(known.england, inspection.OverallStrand, inspection.Where{}, day)
}
