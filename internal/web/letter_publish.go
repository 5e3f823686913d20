package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// letterPublishPage says what publishing a letter changes, and asks for the evidence that it is out.
type letterPublishPage struct {
	Page
	ID       string
	Heading  string
	State    letterStateView
	Revision int
	Stops    []publishStop
	Asks     []checkView
	Held     *heldView
	New      []string // what the public pages will show that they do not show now
	Boxes    []letterBox
	Seen     bool
	Planned  string
	Shown    string // stands for what the page says will change and asks to check, so that nothing else is published
}

// publishStop is a check that keeps a letter from being published; its ID is that of the box it is about, unless the page
// has that box itself.
type publishStop struct{ ID, Words, Address string }

// askedAtPublishing are the boxes of the page for publishing.
var askedAtPublishing = []string{"published", "published_hour", "address", "no_document", "final"}

func (s *Server) confirmLetter(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	letter, err := s.openLetter(c, by)
	if err != nil {
		return err
	}
	if err := s.noteRead(c, "letter:"+letter.ID); err != nil {
		return err
	}
	page, err := s.publishPage(c, letter, draftValues(letter.Draft), letter.Draft, nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "letter_publish", page)
}

// openLetter returns the letter that an address names, where by sees it and its draft can be worked on.
func (s *Server) openLetter(c *gin.Context, by inspection.Actor) (inspection.Letter, error) {
	letter, err := s.store.Letter(c.Request.Context(), by, c.Param("id"))
	if err == nil && !letter.State.Open() {
		err = &refusal{http.StatusConflict, "This letter cannot be published now", []string{letter.State.ClosedWords() + "."}}
	}
	return letter, err
}

func (s *Server) publishPage(c *gin.Context, letter inspection.Letter, values url.Values, draft inspection.Draft, problems inspection.Problems) (*letterPublishPage, error) {
	record, err := s.store.LetterRecord(c.Request.Context(), draft)
	if err != nil {
		return nil, err
	}
	known, err := s.register(c)
	if err != nil {
		return nil, err
	}
	heading := letterHeading(known, letter)
	place := func(field string) string { return letterAddress(letter.ID) + "#" + field }
	page := &letterPublishPage{
		Page: s.officerBase(c, "Publish: "+heading), ID: letter.ID, Heading: heading, State: letterStates[letter.State],
		Revision: letter.Revision, Seen: values.Get("seen") != "", Planned: values.Get("planned"),
	}
	if page.Planned == "" {
		page.Planned = dayText(letter.PlannedFor)
	}
	page.wrong(problems)
	maker := &formMaker{values: values, problems: problems, text: newLetterText(nil, nil), record: record, draft: draft}
	page.Boxes = append(maker.publication(), maker.tick("final", "This is the final version, not a draft", ""))
	for _, check := range draft.Checks(record, s.today()) {
		own := slices.Contains(askedAtPublishing, check.Field)
		switch {
		case check.Stops && !own:
			page.Stops = append(page.Stops, publishStop{check.Field, check.Words, place(check.Field)})
		case !check.Stops:
			page.Asks = append(page.Asks, checkView{check.Words, place(check.Field)})
		}
	}
	if page.Held = heldOf(record, draft, place); page.Held == nil {
		page.New = newOnPages(record, draft)
	}
	other, err := s.otherLetter(c.Request.Context(), letter.ID, draft.Held(record))
	if err != nil {
		return nil, err
	}
	page.Asks = append(page.Asks, other...)
	page.Shown = page.shown()
	return page, nil
}

// shown stands for all that an officer was told when the page was sent. The day and the address are entered on the page
// itself, and what follows from them has to be seen before it is published.
func (page *letterPublishPage) shown() string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%+v %+v", page.Asks, page.New)
	if page.Held != nil {
		fmt.Fprintf(hash, " %+v", *page.Held)
	}
	return hex.EncodeToString(hash.Sum(nil)[:12])
}

// newOnPages says what a letter adds to the public pages where the record has nothing of its inspection.
func newOnPages(r *inspection.Record, d inspection.Draft) []string {
	var names, out []string
	for _, id := range d.Bodies {
		names = append(names, r.Name(id))
	}
	k, _ := r.Catalogue.Kind(d.Kind)
	out = append(out, fmt.Sprintf("%s of %s, %s", k.Name, inspection.ListWords(names), inspection.DateRangeWords(d.FieldworkStart, d.FieldworkEnd)))
	f, _ := d.Framework(r.Catalogue)
	for _, j := range d.Judgements {
		strand, _ := f.Strand(j.Strand)
		out = append(out, strand.Name+": "+gradeWords(r.Catalogue, f.Code, j))
	}
	for i, item := range d.Items {
		name := "Area to improve"
		if item.Kind == inspection.PriorityAction {
			name = "Area for priority action"
		}
		out = append(out, fmt.Sprintf("%s %d: %s", name, i+1, item.Words))
	}
	if n := len(d.Findings); n > 0 {
		out = append(out, inspection.CountWords(n, "finding", "findings"))
	}
	if n := len(d.Responses); n > 0 {
		out = append(out, inspection.CountWords(n, "reply", "replies"))
	}
	return out
}

// gradeWords says a grade as the pages will.
func gradeWords(c *inspection.Catalogue, framework string, j inspection.DraftJudgement) string {
	if j.Grade == inspection.NotJudged {
		return "not judged"
	}
	grade, _ := c.Grade(framework, j.Strand, j.Grade)
	return grade.Name
}

// publishLetter makes a letter public, on the word of an officer who has seen it on the publisher's site.
func (s *Server) publishLetter(c *gin.Context) error {
	by, values, revision, err := s.sentDraft(c)
	if err != nil {
		return err
	}
	letter, err := s.openLetter(c, by)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	draft := letter.Draft
	f := &draftForm{values: values}
	f.publication(&draft)
	if !draft.NoDocument && values.Get("seen") == "" {
		f.wrong("seen", "Confirm that you have seen the letter on Ofsted’s site")
	}
	again := func(status int, problems inspection.Problems) error {
		page, err := s.publishPage(c, letter, values, draft, problems)
		if err != nil {
			return err
		}
		return s.render(c, status, "letter_publish", page)
	}
	changed := inspection.Problems{{Field: "changes", Words: "Another officer has changed this draft meanwhile. Look at what will change now, then publish again"}}
	switch {
	case revision != letter.Revision:
		return again(http.StatusConflict, changed)
	case len(f.problems) > 0:
		return again(http.StatusUnprocessableEntity, f.problems)
	}
	preview, err := s.publishPage(c, letter, values, draft, nil)
	if err != nil {
		return err
	}
	if preview.Shown != values.Get("shown") {
		return again(http.StatusUnprocessableEntity, inspection.Problems{{
			Field: "changes", Words: "With this day and address more changes than the page said. Look at what will change and what to check, then publish",
		}})
	}
	var problems inspection.Problems
	var conflict *inspection.DraftConflict
	saved, err := s.store.SaveDraft(ctx, by, letter.ID, revision, draft)
	if err == nil {
		letter = saved
		if _, err = s.store.PublishLetter(ctx, by, letter.ID, letter.Revision); err != nil {
			err = s.savedOnly(c, letter, err)
		}
	}
	switch {
	case errors.As(err, &conflict):
		letter = conflict.Letter
		return again(http.StatusConflict, changed)
	case errors.As(err, &problems):
		return again(http.StatusUnprocessableEntity, problems)
	case err != nil:
		return err
	}
	s.data.forget()
	return s.redirect(c, http.StatusSeeOther, letterAddress(letter.ID))
}

// savedOnly says that the day and the address of a letter were saved before its publication failed. What an officer can put right
// passes, as does a letter that is gone; and where the database broke off nobody knows whether it was published.
func (s *Server) savedOnly(c *gin.Context, letter inspection.Letter, err error) error {
	var problems inspection.Problems
	var conflict *inspection.DraftConflict
	said := savedNotPublished
	switch {
	case errors.As(err, &problems), errors.As(err, &conflict), errors.Is(err, inspection.ErrNotFound), errors.Is(err, store.ErrInterrupted):
		return err
	case errors.Is(err, store.ErrFull):
		said = savedAndFull
	case !isStorageFault(err): // of those the log is told anyway
		s.log.ErrorContext(c.Request.Context(), "publish a letter whose draft was saved", "letter", letter.ID, "error", err)
	}
	return fmt.Errorf("%w: %w", &referral{said, Link{Name: "Publish this letter", Address: letterAddress(letter.ID) + "/publish"}}, err)
}

var (
	savedNotPublished = &refusal{http.StatusServiceUnavailable, "The letter is saved, and is not published", []string{
		"What you entered is saved with the draft. Then the database of this service, or its disk, failed: the letter is not published, and no public page has changed.",
		"Open the page for publishing again in a minute: what you entered stands there. If it lasts, tell whoever looks after this service.",
	}}
	savedAndFull = &refusal{http.StatusInsufficientStorage, "The letter is saved, and is not published", []string{
		"What you entered is saved with the draft. Then a disk that this service needs was full: the letter is not published, and no public page has changed.",
		"Tell whoever looks after this service that its disk is full. When there is room again, open the page for publishing: what you entered stands there.",
	}}
)

// unpublishLetter takes a letter off the public pages again.
func (s *Server) unpublishLetter(c *gin.Context) error {
	by, values, err := s.sentByOfficer(c)
	if err != nil {
		return err
	}
	reason := (&draftForm{values: values}).line("reason")
	if reason == "" {
		return s.reasonMissing(c, by, values, inspection.Problems{{Field: "reason", Words: "Enter the reason why this letter is taken off the public pages"}})
	}
	letter, err := s.store.UnpublishLetter(c.Request.Context(), by, c.Param("id"), reason)
	var problems inspection.Problems
	if errors.As(err, &problems) {
		return s.reasonMissing(c, by, values, problems)
	}
	if err != nil {
		return err
	}
	s.data.forget()
	return s.redirect(c, http.StatusSeeOther, letterAddress(letter.ID))
}

// moveLetter sets a letter aside, takes it up again, or says that it is reviewed and waits for its publisher.
func (s *Server) moveLetter(c *gin.Context) error {
	by, values, err := s.sentByOfficer(c)
	if err != nil {
		return err
	}
	f := &draftForm{values: values}
	to, reason := inspection.LetterState(values.Get("to")), f.line("reason")
	planned := f.day("planned", "the day on which Ofsted is expected to publish")
	if len(f.problems) > 0 {
		letter, err := s.openLetter(c, by)
		if err != nil {
			return err
		}
		page, err := s.publishPage(c, letter, draftValues(letter.Draft), letter.Draft, f.problems)
		if err != nil {
			return err
		}
		page.Planned = values.Get("planned")
		return s.render(c, http.StatusUnprocessableEntity, "letter_publish", page)
	}
	letter, err := s.store.SetLetterState(c.Request.Context(), by, c.Param("id"), to, reason, planned)
	var problems inspection.Problems
	if errors.As(err, &problems) {
		return s.reasonMissing(c, by, values, problems)
	}
	if err != nil {
		return err
	}
	if to == inspection.LetterSetAside {
		return s.redirect(c, http.StatusSeeOther, "/letters")
	}
	return s.redirect(c, http.StatusSeeOther, letterAddress(letter.ID))
}

// reasonMissing shows a letter again with what is wrong in moving it.
func (s *Server) reasonMissing(c *gin.Context, by inspection.Actor, values url.Values, problems inspection.Problems) error {
	page, err := s.letterAsSaved(c, by, problems)
	if err != nil {
		return err
	}
	page.Reason = values.Get("reason")
	return s.render(c, http.StatusUnprocessableEntity, "letter_show", page)
}
