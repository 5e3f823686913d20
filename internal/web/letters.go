package web

import (
	"fmt"
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
	Progress *letterProgress
	Again    string // the address that shows how far the reading has come
	Held     []Link
	Others   string // that files are held as letters that this officer does not see
	Letters  []letterRowView
	Aside    []letterRowView
	Nobody   []letterOfNobody
}

// letterCount is how many letters stand in one state.
type letterCount struct {
	State  letterStateView
	Number int
}

// letterProgress is how many of the letters that were added together have been read.
type letterProgress struct {
	Read, All int
	Words     string
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
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	letters, err := s.store.Letters(c.Request.Context(), by)
	if err != nil {
		return err
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	page := letterListPage{Page: s.officerBase(c, "Letters"), CanRead: s.readings.reader != nil, Others: heldByOthers(c.Query("others"))}
	if page.Nobody, err = s.lettersOfNobody(c, by); err != nil {
		return err
	}
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
	underway := counts[inspection.LetterWaiting] + counts[inspection.LetterReading]
	page.Underway = underway > 0
	page.Again = c.Request.URL.RequestURI()
	page.Progress = progressOf(letters, c.QueryArray("new"), underway)
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

// progressOf says how far the reading of letters that were added together has come; where none are named, how many are
// being read at all.
func progressOf(letters []inspection.Letter, together []string, underway int) *letterProgress {
	p := &letterProgress{}
	ready := 0
	for _, letter := range letters {
		if !slices.Contains(together, letter.ID) {
			continue
		}
		p.All++
		if letter.State != inspection.LetterWaiting && letter.State != inspection.LetterReading {
			p.Read++
		}
		if letter.State.Open() {
			ready++
		}
	}
	switch {
	case p.All == 0 && underway > 0:
		p.Words = inspection.CountWords(underway, "letter is being read", "letters are being read") + "."
	case p.All == 0:
		p.Words = "All letters have been read."
	case p.Read < p.All:
		p.Words = fmt.Sprintf("%d of %d read.", p.Read, p.All)
	case ready == p.All:
		p.Words = fmt.Sprintf("%d of %d read, all ready to review.", p.Read, p.All)
	default:
		p.Words = fmt.Sprintf("%d of %d read: %d ready to review, %d not.", p.Read, p.All, ready, p.All-ready)
	}
	return p
}

func (s *Server) letterRowOf(known *registerData, letter inspection.Letter) letterRowView {
	row := letterRowView{
		Link: Link{Name: letterHeading(known, letter), Address: letterAddress(letter.ID)}, State: letterStates[letter.State],
		Problem: letter.Problem, Added: s.moment(letter.CreatedAt), By: letter.CreatedBy, Next: letterStates[letter.State].Next,
	}
	if row.Link.Name != letter.FileName {
		row.Name = letter.FileName
	}
	if letter.PlannedFor.Known() {
		row.Planned = "Expected on " + letter.PlannedFor.Words() + ". That day publishes nothing by itself."
	}
	return row
}
