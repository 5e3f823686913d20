package web

import (
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

func (s *Server) compareRoutes(r router) {}

func (s *Server) compareChart(c *gin.Context, id string) (chart.Chart, error) {
	return chart.Chart{}, inspection.ErrNotFound
}
