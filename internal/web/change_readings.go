package web

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// readingsPerPage is how many readings and sign-ins a page lists.
const readingsPerPage = 100

// readingListPage lists who read what, and who signed in, the latest first.
type readingListPage struct {
	Page
	Filter *filter
	Chosen string
	Holds  string
	Rows   []readingRow
	Pages  *pagination
}

type readingRow struct {
	When, Machine string
	Who, Role     string
	What          string
	Subject       *Link
	Network       string
}

// listReadings shows administrators who signed in, who read what is not public, and where they came from.
func (s *Server) listReadings(c *gin.Context) error {
	if err := s.noteRead(c, "readings"); err != nil {
		return err
	}
	f := newFilter(c)
	var kinds optionGroup
	for _, kind := range inspection.AccessKinds() {
		kinds.Options = append(kinds.Options, selectOption{Value: string(kind), Name: capital(kind.Words())})
	}
	wanted := store.AccessFilter{Most: readingsPerPage + 1}
	if what := f.choose("what", "What was done", "Everything", "what was done", kinds); what != "" {
		wanted.What = []inspection.AccessKind{inspection.AccessKind(what)}
	}
	number := f.page()
	wanted.Skip = (number - 1) * readingsPerPage
	list, err := s.store.Accesses(c.Request.Context(), wanted)
	if err != nil {
		return err
	}
	page := readingListPage{
		Page: s.officerBase(c, "Readings and sign-ins"), Filter: f,
		Chosen: f.Chosen(), Holds: inspection.CountWords(int(inspection.NetworkHolds.Hours()/24), "day", "days"),
	}
	page.wrong(f.problems)
	if len(list) > readingsPerPage {
		list = list[:readingsPerPage]
		page.Pages = &pagination{Next: f.with("page", fmt.Sprint(number+1))}
	}
	if number > 1 {
		if page.Pages == nil {
			page.Pages = &pagination{}
		}
		page.Pages.Previous = f.with("page", fmt.Sprint(number-1))
	}
	for _, one := range list {
		row := readingRow{
			When: s.whenWords(one.At), Machine: one.At.UTC().Format("2006-01-02T15:04:05Z"), Who: one.Post, What: capital(one.What.Words()),
			Subject: subjectLink(one.Subject), Network: one.Network,
		}
		if one.Role != "" {
			row.Role = one.Role.Words()
		}
		page.Rows = append(page.Rows, row)
	}
	return s.render(c, f.status(), "reading_list", page)
}

// subjectLink names what an access was about, and leads there; nil where it was about nothing in particular. Of a letter it
// names no more than that it was one: not everybody who reads this sees the letter.
func subjectLink(subject string) *Link {
	kind, id, _ := strings.Cut(subject, ":")
	switch kind {
	case "":
		return nil
	case "changes", "changes.csv", "changes.jsonl":
		if kind != "changes" {
			return &Link{Name: "The record of changes, as a file"}
		}
		if of, record, ok := strings.Cut(id, ":"); ok {
			return &Link{Name: "History: " + inspection.RecordKind(of).Words(), Address: historyAddress(inspection.RecordKind(of), record)}
		}
		if id != "" {
			return &Link{Name: "Entry " + id + " of the record of changes", Address: "/changes/" + url.PathEscape(id)}
		}
		return &Link{Name: "The record of changes", Address: "/changes"}
	case "readings":
		return &Link{Name: "This list", Address: "/changes/readings"}
	case "letter":
		return &Link{Name: "A letter", Address: letterAddress(id)}
	case "account":
		return &Link{Name: "An account"}
	case "remarks":
		return &Link{Name: "Notes from readers", Address: "/remarks"}
	case string(inspection.OfRemark):
		return &Link{Name: "A note from a reader", Address: remarkAddress(id)}
	case string(inspection.OfRecommendation):
		return &Link{Name: "Area to improve " + id, Address: referenceLink(id).Address}
	}
	return &Link{Name: inspection.RecordKind(kind).Words()}
}
