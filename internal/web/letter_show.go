package web

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// letterShowPage is the review of one letter: the form of its draft beside the pages it was read from.
type letterShowPage struct {
	Page
	ID         string
	Heading    string
	Caption    string
	State      letterStateView
	Revision   int
	Saved      string
	Already    bool
	MayWork    bool // whether its draft can be worked on
	Problem    string
	Picture    bool // whether it is a picture of paper, whose text an officer pastes or types
	CanRead    bool
	Report     *outsideLink
	Original   *Link
	Public     *Link // its inspection, once it is published
	Changed    []differenceView
	Stops      []checkView
	Asks       []checkView
	Warnings   []string
	Held       *heldView
	Form       letterFormView
	Pages      []letterPageView
	Reason     string // of setting aside or unpublishing, as it was typed
	Officers   letterOfficersView
	Earlier    []earlierOffersView // open areas to improve of earlier letters, beside the paragraphs most like them
	BeforeThem []earlierOffersView // those of the earlier council
	Record     string              // the address at which what this letter says of them is recorded, once it is published

	HasDraft, Underway                   bool
	Closed                               string // why its draft cannot be worked on
	CanSetAside, CanTakeUp, CanUnpublish bool
	Text, TextProblem                    string // pasted for a letter that is a picture
}

// checkView is something wrong with a draft, or to look at, and the box that it is about.
type checkView struct{ Words, Address string }

// heldView is the inspection on the record that a letter is about.
type heldView struct {
	Link    Link
	Changes []differenceView
}

// differenceView is one field that differs between the record and a draft, or between two officers' drafts.
type differenceView struct {
	Title, Address, Was, Doubt, Says, Mine string
	Clash                                  bool
}

// letterStateView is how pages say where a letter stands.
type letterStateView struct{ Name, Next, Look string }

var letterStates = map[inspection.LetterState]letterStateView{
	inspection.LetterWaiting:    {"Waiting to be read", "Nothing to do yet. Check again in a moment.", "grey"},
	inspection.LetterReading:    {"Being read", "Nothing to do yet. Check again in a moment.", "grey"},
	inspection.LetterReady:      {"Ready to review", "Check what was read, then publish it when Ofsted has.", "blue"},
	inspection.LetterEmbargoed:  {"Waiting for Ofsted to publish", "When it is on Ofsted’s site, confirm that and publish it here.", "yellow"},
	inspection.LetterPublished:  {"Published", "Nothing. It is on the public pages.", "green"},
	inspection.LetterUnreadable: {"Could not be read", "", "red"}, // its problem says what,
	inspection.LetterSetAside:   {"Set aside", "Nothing, unless it is taken up again.", "grey"},
}

func (s *Server) showLetter(c *gin.Context) error {
	_, letter, err := s.letterRead(c)
	if err != nil {
		return err
	}
	page, err := s.letterPage(c, letter, draftValues(letter.Draft), letter.Draft, nil)
	if err != nil {
		return err
	}
	page.Already = c.Query("already") != ""
	return s.render(c, http.StatusOK, "letter_show", page)
}

// letterAsSaved shapes the review of the letter that an address names around its draft as it was saved last, with what is wrong.
func (s *Server) letterAsSaved(c *gin.Context, by inspection.Actor, problems inspection.Problems) (*letterShowPage, error) {
	letter, err := s.store.Letter(c.Request.Context(), by, c.Param("id"))
	if err != nil {
		return nil, err
	}
	return s.letterPage(c, letter, draftValues(letter.Draft), letter.Draft, problems)
}

// letterPage shapes the review of a letter around what the boxes hold.
func (s *Server) letterPage(c *gin.Context, letter inspection.Letter, values url.Values, draft inspection.Draft, problems inspection.Problems) (*letterShowPage, error) {
	ctx := c.Request.Context()
	record, err := s.store.LetterRecord(ctx, draft)
	if err != nil {
		return nil, err
	}
	known, err := s.register(c)
	if err != nil {
		return nil, err
	}
	themes, err := s.store.Themes(ctx)
	if err != nil {
		return nil, err
	}
	heading := letterHeading(known, letter)
	page := &letterShowPage{
		Page: s.officerBase(c, heading), ID: letter.ID, Heading: heading, Caption: letterCaption(letter), State: letterStates[letter.State],
		Revision: letter.Revision, Saved: s.savedWords(letter), MayWork: letter.State.Open(), Problem: letter.Problem,
		Picture: letter.DocumentHash != "" && len(letter.Pages) == 0, CanRead: s.readings.reader != nil, Warnings: draft.Warnings,
	}
	page.wrong(problems)
	if page.Officers, err = s.letterOfficers(c, letter); err != nil {
		return nil, err
	}
	page.HasDraft = letter.Revision > 0
	page.Underway = letter.State == inspection.LetterWaiting || letter.State == inspection.LetterReading
	page.CanSetAside = page.MayWork || letter.State == inspection.LetterUnreadable
	page.CanTakeUp = letter.State == inspection.LetterSetAside && page.HasDraft
	page.CanUnpublish = letter.State == inspection.LetterPublished
	if letter.State == inspection.LetterSetAside && letter.Problem != "" {
		page.Problem = "Set aside for this reason: " + letter.Problem
	}
	if page.HasDraft && !page.MayWork {
		page.Closed = letter.State.ClosedWords()
	}
	if draft.Address != "" {
		page.Report = outside("Open the letter’s page", draft.Address)
	}
	if letter.DocumentHash != "" {
		page.Original = &Link{Name: "Download the file as it was added", Address: letterAddress(letter.ID) + "/original"}
	}
	if letter.State == inspection.LetterPublished {
		page.Public = &Link{Name: "See it on the public pages", Address: "/inspections/" + letter.InspectionID}
		page.Record = laterViewsAddress(letter.InspectionID)
	}
	checks := draft.Checks(record, s.today())
	text := newLetterText(letter.Pages, draft.EvidenceNow())
	maker := &formMaker{
		values: values, problems: problems, checks: checks, text: text, record: record, draft: draft, bodies: known.bodies, themes: themes, today: s.today(),
	}
	page.Form, page.Pages = maker.form(), text.views()
	if !page.MayWork {
		for i := range page.Form.Items {
			page.Form.Items[i].Joins = nil // those of the record are its own
		}
		return page, nil
	}
	earlier, err := s.earlierOffers(ctx, record, draftAsLetter(draft), letter.Pages)
	if err != nil {
		return nil, err
	}
	page.Earlier, page.BeforeThem = ownAndBefore(earlier)
	place := page.Form.places()
	for _, check := range checks {
		view := checkView{check.Words, place(check.Field)}
		if check.Stops {
			page.Stops = append(page.Stops, view)
		} else {
			page.Asks = append(page.Asks, view)
		}
	}
	page.Held = heldOf(record, draft, place)
	other, err := s.otherLetter(ctx, letter.ID, draft.Held(record))
	page.Asks = append(page.Asks, other...)
	return page, err
}

// otherLetter asks about another letter that is published as the same inspection already.
func (s *Server) otherLetter(ctx context.Context, id string, held *inspection.Inspection) ([]checkView, error) {
	if held == nil {
		return nil, nil
	}
	other, err := s.store.PublishedLetter(ctx, held.ID)
	if err != nil || other == "" || other == id {
		return nil, err
	}
	return []checkView{{"Another letter that was logged here is published as this inspection already. Publishing this one takes its place", letterAddress(other)}}, nil
}

// heldOf says what publishing a draft changes in an inspection that is on the record already; nil where none is.
func heldOf(r *inspection.Record, draft inspection.Draft, place func(string) string) *heldView {
	held := draft.Held(r)
	if held == nil {
		return nil
	}
	view := &heldView{Link: Link{Name: r.TitleOf(held), Address: inspectionAddress(held)}}
	ours := paraphrased(held, draft)
	for _, d := range draft.Differences(r) {
		change := differenceView{Title: d.Title, Address: place(d.Field), Was: d.Was, Says: d.Says}
		switch {
		case d.Was == "": // nothing is not known in any way
		case ours[d.Field]:
			change.Doubt = "in our words, not a quotation; " + d.Confidence.Words()
		default:
			change.Doubt = d.Confidence.Words()
		}
		view.Changes = append(view.Changes, change)
	}
	return view
}

// paraphrased returns the fields of those items in whose place the record has words of ours.
func paraphrased(held *inspection.Inspection, draft inspection.Draft) map[string]bool {
	ours := map[string]bool{}
	for i, joined := range draft.Joins(held) {
		for _, on := range held.Recommendations {
			if on.Wording == inspection.Paraphrase && slices.Contains(joined, on.Reference) {
				ours["item."+draft.Items[i].Key] = true
			}
		}
	}
	return ours
}

// letterHeading names a letter by what it is known to be: whose inspection, or else its file.
func letterHeading(known *registerData, letter inspection.Letter) string {
	d := letter.Draft
	if len(d.Bodies) > 0 {
		r := &inspection.Record{Bodies: known.bodies}
		var names []string
		for _, id := range d.Bodies {
			names = append(names, r.Name(id))
		}
		words := inspection.ListWords(names)
		if k, ok := known.catalogue.Kind(d.Kind); ok {
			words += ": " + k.Name
		}
		if d.FieldworkStart.Known() {
			words += ", " + d.FieldworkStart.MonthWords()
		}
		return words
	}
	if letter.FileName != "" {
		return letter.FileName
	}
	return "A letter without a file"
}

func letterCaption(letter inspection.Letter) string {
	if letter.FileName != "" && len(letter.Draft.Bodies) > 0 {
		return "Letter " + letter.FileName
	}
	return "Letter"
}

// moment is a time as officers read it, in London.
func (s *Server) moment(t time.Time) string {
	t = t.In(s.london)
	if inspection.DayOf(t) == s.today() {
		return t.Format("15:04")
	}
	return t.Format("15:04 on 2 January 2006")
}

func (s *Server) savedWords(letter inspection.Letter) string {
	return fmt.Sprintf("Saved at %s by %s.", s.moment(letter.UpdatedAt), letter.UpdatedBy)
}

// readTextIntoLetter reads the text that an officer pasted for a letter whose file is a picture.
func (s *Server) readTextIntoLetter(c *gin.Context) error {
	by, values, revision, err := s.sentDraft(c)
	if err != nil {
		return err
	}
	if s.readings.reader == nil {
		return cannotRead
	}
	ctx := c.Request.Context()
	letter, err := s.store.Letter(ctx, by, c.Param("id"))
	if err != nil {
		return err
	}
	pasted := strings.TrimSpace(strings.ReplaceAll(values.Get("text"), "\x00", ""))
	reading := s.readings.reader.ReadText(ctx, pasted)
	read, err := s.kept(ctx, reading, nil)
	if err != nil {
		return err
	}
	problem := read.Problem
	if reading.Refused() && letter.State.Open() {
		// Only now it shows that the picture is of a draft, and no draft may be held.
		_, err := s.store.RefuseLetter(ctx, by, letter.ID, problem)
		if err == nil {
			return s.redirect(c, http.StatusSeeOther, letterAddress(letter.ID))
		}
		if len(problemsIn(err)) == 0 {
			return err
		}
	}
	if read.State == inspection.LetterReady {
		_, err = s.store.AddLetterText(ctx, by, letter.ID, revision, read.Pages, read.Draft)
		var problems inspection.Problems
		var conflict *inspection.DraftConflict
		switch {
		case errors.As(err, &problems):
			problem = problems[0].Words
		case errors.As(err, &conflict):
			problem = "Another officer has changed this draft meanwhile. Look at it, then paste the text again"
		case err != nil:
			return err
		}
	}
	if problem == "" {
		return s.redirect(c, http.StatusSeeOther, letterAddress(letter.ID))
	}
	if letter, err = s.store.Letter(ctx, by, letter.ID); err != nil {
		return err
	}
	problem = strings.TrimSuffix(problem, ".")
	page, err := s.letterPage(c, letter, draftValues(letter.Draft), letter.Draft, inspection.Problems{{Field: "text", Words: problem}})
	if err != nil {
		return err
	}
	page.Text, page.TextProblem = pasted, problem
	return s.render(c, http.StatusUnprocessableEntity, "letter_show", page)
}

// showOriginal hands out a letter's file as it was added. It is never shown inside a page of ours.
func (s *Server) showOriginal(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	letter, document, data, err := s.store.LetterOriginal(c.Request.Context(), by, c.Param("id"))
	if err != nil {
		return err
	}
	if err := s.noteRead(c, "letter:"+letter.ID); err != nil {
		return err
	}
	named := mime.FormatMediaType("attachment", map[string]string{"filename": letter.FileName})
	if named == "" || letter.FileName == "" {
		named = `attachment; filename="letter.pdf"`
	}
	leavesLong(c)
	r := &response{status: http.StatusOK, kind: []string{document.MediaType}, policy: []string{originalPolicy}, filename: []string{named}}
	r.bodies[plain], r.lengths[plain] = data, []string{strconv.Itoa(len(data))}
	c.Set(answered, r)
	return nil
}

// originalPolicy lets a letter's file do nothing at all, should a browser show it after all.
const originalPolicy = "sandbox; default-src 'none'"
