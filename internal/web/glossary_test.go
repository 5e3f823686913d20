package web

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestGlossary(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		runScenarios(t, s, []scenario{{
			name:  "the glossary",
			path:  "/glossary",
			wants: []string{`#ilacs dt`, `.alphabet a[href="#letter-A"]`, `#letter-A`},
			shows: []string{"ILACS", "Also called: Inspection of local authority children’s services."},
			hides: []string{"|", "<nil>", "ZgotmplZ"},
		}})
		page := document(t, get(t, s, "/glossary"))
		for _, term := range storetest.Seed(t).Terms {
			if !strings.Contains(page.Find(`[id="`+term.ID+`"]`).Text(), term.Meaning) {
				t.Errorf("%s is not explained at #%s", term.Term, term.ID)
			}
		}
		letters := page.Find("main h2").Map(func(_ int, h *goquery.Selection) string { return h.Text() })
		if !slices.IsSorted(letters) || len(letters) != len(slices.Compact(slices.Clone(letters))) {
			t.Errorf("letters out of order: %v", letters)
		}
	})
}
