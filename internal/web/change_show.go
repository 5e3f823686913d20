package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// changeShowPage shows one entry.
type changeShowPage struct {
	Page
	Heading  string
	Number   string
	When     string
	Who      string
	Role     string
	Kind     string
	Did      string
	Record   *Link
	History  string
	Doubt    string // why its texts are not there
	Restores *Link  // the entry that it puts back
	Hash     string
	Before   string // the hash of the entry before
	Fields   []inspection.FieldChange
	Alone    string // heads the fields of a record that was added or taken out, which has one side; empty where it has two
	Restore  *restoreForm
	Wrongly  *heldWrongly
}

// restoreForm asks why an earlier value is put back, or says why it cannot be.
type restoreForm struct {
	Action  string
	Reason  letterBox
	Refused string
	Clash   []inspection.FieldChange // what was changed again since
}

func (s *Server) showChange(c *gin.Context) error {
	return s.change(c, http.StatusOK, "", nil, nil)
}

// change renders one entry; reason is what was typed, with what is wrong and what stands in the way.
func (s *Server) change(c *gin.Context, status int, reason string, problems inspection.Problems, clash *inspection.RestoreClash) error {
	number, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil || number < 1 {
		return inspection.ErrNotFound
	}
	eyes, err := s.changeEyes(c)
	if err != nil {
		return err
	}
	line, names, err := s.store.Change(c.Request.Context(), number, eyes)
	if err != nil {
		return err
	}
	if eyes.Reader != inspection.ForPublic {
		if err := s.noteRead(c, fmt.Sprintf("changes:%d", number)); err != nil {
			return err
		}
	}
	heading := capital(changeWords(line, names))
	page := changeShowPage{
		Page: s.changeBase(c, fmt.Sprintf("Entry %d: %s", number, heading)), Heading: heading, Number: fmt.Sprint(number),
		When: s.whenWords(line.At), Who: line.ActorPost, Role: line.ActorRole.Words(), Kind: line.RecordKind.Words(),
		Did: line.Action.Words(), Doubt: missingWords(line), Hash: line.Hash, Before: line.Previous,
		Fields: names.Differences(line.Change),
	}
	switch {
	case line.Before == "":
		page.Alone = "What was recorded"
	case line.After == "":
		page.Alone = "What was taken out"
	}
	page.wrong(problems)
	if !line.Withheld {
		page.Record, page.History = recordLink(line, names), historyAddress(line.RecordKind, line.RecordID)
	}
	if restored, ok := line.Restores(); ok {
		page.Restores = &Link{Name: fmt.Sprintf("entry %d", restored), Address: changeAddress(restored)}
	}
	page.Restore = s.restoreForm(c, line, names, reason, page.Page, clash)
	page.Wrongly = s.heldWronglyOf(c, line)
	return s.render(c, status, "change_show", page)
}

// restoreForm returns the form for putting back what an entry changed; nil for those who may not.
func (s *Server) restoreForm(c *gin.Context, line store.ChangeLine, names *inspection.ChangeNames, reason string, page Page, clash *inspection.RestoreClash) *restoreForm {
	p, err := s.person(c)
	if err != nil || p == nil || !p.may(auth.RestoreValues) {
		return nil
	}
	var why inspection.Problems
	if errors.As(store.Restorable(line), &why) {
		return &restoreForm{Refused: why[0].Words + "."}
	}
	form := &restoreForm{
		Action: changeAddress(line.Number) + "/restore",
		Reason: letterBox{
			Name: "reason", ID: "reason", Label: "Why it is put back", Type: "text", Value: reason, Problem: page.Problem("reason"),
			Hint: "It stays in this record, for everybody who may read the change.",
		},
	}
	if clash != nil {
		form.Clash = names.Clash(clash)
	}
	return form
}

// restoreChange writes what stood before an entry again, as a new change.
func (s *Server) restoreChange(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	number, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil {
		return inspection.ErrNotFound
	}
	eyes, err := s.changeEyes(c)
	if err != nil {
		return err
	}
	f := &draftForm{values: values}
	reason := f.line("reason")
	record, err := s.store.Restore(c.Request.Context(), by, number, reason, eyes)
	var clash *inspection.RestoreClash
	if errors.As(err, &clash) {
		problems := inspection.Problems{{Field: "clash", Words: "This was changed again since. Look at both below, and enter the right value on the record’s own page"}}
		return s.change(c, http.StatusUnprocessableEntity, reason, problems, clash)
	}
	return s.afterSaving(c, historyAddress(record.Kind, record.ID), err, nil, func(problems inspection.Problems) error {
		for i := range problems {
			problems[i].Field = "reason"
		}
		return s.change(c, http.StatusUnprocessableEntity, reason, problems, nil)
	})
}

// recordLink leads to the record that an entry is about; nil where no page has it.
func recordLink(line store.ChangeLine, names *inspection.ChangeNames) *Link {
	link := func(address string) *Link { return &Link{Name: names.Title(line.Change), Address: address} }
	references, id := line.About()
	switch line.RecordKind {
	case inspection.OfInspection, inspection.OfFulfilment:
		for _, in := range names.Inspections {
			if in.ID == id {
				return link(inspectionAddress(in))
			}
		}
	case inspection.OfRecommendation, inspection.OfMove, inspection.OfUpdate, inspection.OfEvidenceItem, inspection.OfLaterView, inspection.OfLink:
		if len(references) > 0 {
			return &Link{Name: "Area to improve " + references[0], Address: "/recommendations/" + url.PathEscape(references[0])}
		}
	case inspection.OfAction:
		return link("/actions/" + url.PathEscape(line.RecordID))
	case inspection.OfCommittee, inspection.OfMeeting, inspection.OfPost:
		return link("/scrutiny#bodies")
	case inspection.OfLetter:
		return link(letterAddress(line.RecordID))
	case inspection.OfRemark:
		return link(remarkAddress(line.RecordID))
	case inspection.OfBody:
		for _, b := range names.Bodies {
			if address := bodyAddress(b); b.ID == line.RecordID && address != "" {
				return link(address)
			}
		}
	case inspection.OfMilestone:
		return link("/milestones")
	case inspection.OfSource:
		return link("/sources#" + url.PathEscape(line.RecordID))
	case inspection.OfTerm:
		return link("/glossary#" + url.PathEscape(line.RecordID))
	case inspection.OfBankHoliday:
		return link("/working-days")
	}
	return nil
}
