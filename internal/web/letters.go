package web

import (
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// letterListPage lists the letters that officers have added, the latest first.
type letterListPage struct {
	Page
	CanRead  bool
	Found    string
	Counts   []letterCount
	Underway bool // whether any is waiting or being read
	Held     []Link
	Letters  []letterRowView
	Aside    []letterRowView
}

// letterCount is how many letters stand in one state.
type letterCount struct {
	State  letterStateView
	Number int
}

type letterRowView struct {
	Link    Link
	Name    string // of its file, where the link says more than that
	State   letterStateView
	Problem string
	Planned string
	Added   string
	By      string
	Next    string
}

func (s *Server) listLetters(c *gin.Context) error {
	letters, err := s.store.Letters(c.Request.Context())
	if err != nil {
		return err
	}
	known, err := s.reference(c)
	if err != nil {
		return err
	}
	page := letterListPage{Page: s.officerBase(c, "Letters"), CanRead: s.readings.reader != nil}
	counts := map[inspection.LetterState]int{}
	for _, letter := range letters {
		counts[letter.State]++
		row := s.letterRowOf(known, letter)
		if letter.State == inspection.LetterSetAside {
			page.Aside = append(page.Aside, row)
		} else {
			page.Letters = append(page.Letters, row)
		}
		if slices.Contains(c.QueryArray("held"), letter.ID) {
			page.Held = append(page.Held, row.Link)
		}
	}
	page.Found = inspection.CountWords(len(letters), "letter", "letters")
	page.Underway = counts[inspection.LetterWaiting]+counts[inspection.LetterReading] > 0
	for _, state := range []inspection.LetterState{
		inspection.LetterWaiting, inspection.LetterReading, inspection.LetterReady, inspection.LetterEmbargoed,
		inspection.LetterPublished, inspection.LetterUnreadable, inspection.LetterSetAside,
	} {
		if counts[state] > 0 {
			page.Counts = append(page.Counts, letterCount{letterStates[state], counts[state]})
		}
	}
	return s.render(c, http.StatusOK, "letter_list", page)
}

func (s *Server) letterRowOf(known *referenceData, letter inspection.Letter) letterRowView {
	row := letterRowView{
		Link: Link{Name: letterHeading(known, letter), Address: letterAddress(letter.ID)}, State: letterStates[letter.State],
		Problem: letter.Problem, Added: s.moment(letter.CreatedAt), By: letter.CreatedBy, Next: letterStates[letter.State].Next,
	}
	if row.Link.Name != letter.FileName {
		row.Name = letter.FileName
	}
	if letter.State == inspection.LetterUnreadable {
		row.Next = "" // the problem says it
	}
	if letter.PlannedFor.Known() {
		row.Planned = "Expected on " + letter.PlannedFor.Words() + ". That day publishes nothing by itself."
	}
	return row
}
