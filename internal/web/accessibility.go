package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// What the accessibility statement says of itself. Whoever tests again changes the day here, and what is left in the page.
var (
	statementPrepared = inspection.Day(2026, time.November, 22)
	statementTested   = inspection.Day(2026, time.November, 22)
)

func (s *Server) accessibilityRoutes(r router) {
	r.get("/accessibility", auth.Anything, s.page(s.showAccessibility, reads{}))
	s.keptRoutes(r)
}

// accessibilityShowPage is the accessibility statement in the order of the model that public bodies in the United Kingdom
// follow, under the accessibility regulations of 2018.
type accessibilityShowPage struct {
	Page
	Prepared, Tested string
}

func (s *Server) showAccessibility(c *gin.Context) error {
	return s.render(c, http.StatusOK, "accessibility_show", accessibilityShowPage{
		Page: s.base(c, "Accessibility statement"), Prepared: statementPrepared.Words(), Tested: statementTested.Words(),
	})
}
