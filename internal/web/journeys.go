package web

import (
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

func (s *Server) journeyRoutes(r router) {}

func (s *Server) journeysChart(c *gin.Context, id string) (chart.Chart, error) {
	return chart.Chart{}, inspection.ErrNotFound
}

func (s *Server) waitsChart(c *gin.Context, id string) (chart.Chart, error) {
	return chart.Chart{}, inspection.ErrNotFound
}
