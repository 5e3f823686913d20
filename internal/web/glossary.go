package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// glossaryListPage explains the words of the field, from A to Z.
type glossaryListPage struct {
	Page
	Letters []glossaryLetter
	Files   *downloads
}

type glossaryLetter struct {
	Letter string
	Terms  []termView
}

type termView struct {
	inspection.Term
	AlsoCalled string
}

func (s *Server) listGlossary(c *gin.Context) error {
	terms, err := s.store.Terms(c.Request.Context())
	if err != nil {
		return err
	}
	slices.SortStableFunc(terms, func(a, b inspection.Term) int {
		return cmp.Compare(strings.ToLower(a.Term), strings.ToLower(b.Term))
	})
	page := glossaryListPage{Page: s.base(c, "Glossary"), Files: tableFiles("/glossary", nil)}
	page.words = nil // it explains them all itself
	for _, term := range terms {
		letter := strings.ToUpper(string([]rune(term.Term)[:1]))
		if n := len(page.Letters); n == 0 || page.Letters[n-1].Letter != letter {
			page.Letters = append(page.Letters, glossaryLetter{Letter: letter})
		}
		last := &page.Letters[len(page.Letters)-1]
		last.Terms = append(last.Terms, termView{Term: term, AlsoCalled: strings.Join(strings.Split(term.Also, "|"), ", ")})
	}
	return s.render(c, http.StatusOK, "glossary_list", page)
}
