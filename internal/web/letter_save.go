package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// officerForm reads a form of an officers' page.
func officerForm(c *gin.Context) (url.Values, error) {
	limitBody(c, mostFormBytes)
	err := c.Request.ParseForm()
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &refusal{http.StatusRequestEntityTooLarge, "This is more than a letter holds", []string{
			fmt.Sprintf("A form here takes at most %d MB of text.", mostFormBytes>>20), "Nothing has been saved. Go back, and take out what is not of this letter.",
		}}
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, "This form cannot be read", []string{"Nothing has been saved. Open the letter again."}}
	}
	if len(c.Request.PostForm["items"]) > mostItems {
		return nil, &refusal{http.StatusUnprocessableEntity, "This is more than a letter holds", []string{
			fmt.Sprintf("A letter here has at most %d areas to improve.", mostItems), "Nothing has been saved. Check that this is one letter.",
		}}
	}
	return c.Request.PostForm, nil
}

// sentByOfficer returns who sends a form of a letter, and what it holds.
func (s *Server) sentByOfficer(c *gin.Context) (by inspection.Actor, values url.Values, err error) {
	if by, err = s.acting(c); err == nil {
		values, err = officerForm(c)
	}
	return by, values, err
}

// sentDraft is sentByOfficer for a form that was made from one revision of a draft, which it names.
func (s *Server) sentDraft(c *gin.Context) (by inspection.Actor, values url.Values, revision int, err error) {
	if by, values, err = s.sentByOfficer(c); err != nil {
		return by, nil, 0, err
	}
	revision, err = revisionOf(values)
	return by, values, revision, err
}

// revisionOf reads the revision that a form was made from.
func revisionOf(values url.Values) (int, error) {
	revision, err := strconv.Atoi(values.Get("revision"))
	if err != nil || revision < 0 {
		return 0, &refusal{http.StatusBadRequest, "This form cannot be read", []string{"Nothing has been saved. Open the letter again."}}
	}
	return revision, nil
}

// saveLetter saves what the form holds, does to its items what the button says, and comes back to the place.
func (s *Server) saveLetter(c *gin.Context) error {
	by, values, revision, err := s.sentDraft(c)
	if err != nil {
		return err
	}
	letter, err := s.store.Letter(c.Request.Context(), by, c.Param("id"))
	if err != nil {
		return err
	}
	quiet := values.Get("do") == "quiet" // sent by the page itself while an officer types
	if !letter.State.Open() {
		return s.draftClosed(c, letter.State.ClosedWords(), quiet)
	}
	draft, problems := parseDraft(values, letter.Draft)
	place := ""
	if len(problems) == 0 {
		place, problems = act(&draft, values.Get("do"))
	}
	switch {
	case len(problems) > 0 && quiet:
		return s.answerQuietly(c, http.StatusUnprocessableEntity, quietAnswer{Words: "Not saved: " + problems[0].Words + "."})
	case len(problems) > 0:
		page, err := s.letterPage(c, letter, values, draft, problems)
		if err != nil {
			return err
		}
		page.Revision = revision
		return s.render(c, http.StatusUnprocessableEntity, "letter_show", page)
	}
	if !quiet { // what the page saves by itself is a draft, which its officer saves once more
		if err := s.textsNameNoChild(c, values, draft.OwnWords()); err != nil {
			return err
		}
	}
	saved, err := s.store.SaveDraft(c.Request.Context(), by, letter.ID, revision, draft)
	var conflict *inspection.DraftConflict
	switch {
	case errors.As(err, &conflict):
		return s.afterConflict(c, letter, conflict, draft, quiet)
	case errors.As(err, &problems): // it was closed just now
		return s.draftClosed(c, problems[0].Words, quiet)
	case err != nil:
		return err
	case quiet:
		return s.answerQuietly(c, http.StatusOK, quietAnswer{Revision: saved.Revision, Words: s.savedWords(saved)})
	}
	return s.redirect(c, http.StatusSeeOther, letterAddress(letter.ID)+place)
}

// draftClosed says why a draft cannot be saved.
func (s *Server) draftClosed(c *gin.Context, why string, quiet bool) error {
	if quiet {
		return s.answerQuietly(c, http.StatusConflict, quietAnswer{Words: "Not saved: " + why + "."})
	}
	return &refusal{http.StatusConflict, "This draft cannot be changed now", []string{why + ".", "Nothing has been saved."}}
}

// quietAnswer is what the page's own script is told.
type quietAnswer struct {
	Revision int    `json:"revision,omitempty"`
	Words    string `json:"words"`
}

func (s *Server) answerQuietly(c *gin.Context, status int, answer quietAnswer) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	c.Set(answered, newResponse(status, "application/json", body, brotli.DefaultCompression))
	return nil
}

var blankLines = regexp.MustCompile(`\n[ \t]*\n\s*`)

// act does what a button beside the items says, and returns the place to come back to.
func act(draft *inspection.Draft, do string) (place string, problems inspection.Problems) {
	verb, object, _ := strings.Cut(do, ":")
	place = "#item." + object
	above := func(by int) string {
		for i, item := range draft.Items {
			if item.Key == object && i+by >= 0 && i+by < len(draft.Items) {
				return "#item." + draft.Items[i+by].Key
			}
		}
		return "#items"
	}
	switch verb {
	case "up":
		draft.MoveItem(object, -1)
	case "down":
		draft.MoveItem(object, 1)
	case "join":
		place = above(-1)
		draft.MergeItem(object)
	case "split":
		for _, item := range draft.Items {
			if item.Key != object {
				continue
			}
			parts := blankLines.Split(item.Words, -1)
			if len(parts) < 2 {
				return place, inspection.Problems{{Field: itemName(object, "words"), Words: "Put an empty line where this item is to be split"}}
			}
			draft.SplitItem(object, parts)
		}
	case "remove":
		if place = above(-1); place == "#items" {
			place = above(1)
		}
		draft.RemoveItem(object)
	case "add":
		if len(draft.Items) >= mostItems {
			return "#items", inspection.Problems{{Field: "items", Words: fmt.Sprintf("A letter can have at most %d areas to improve here", mostItems)}}
		}
		kind := inspection.Improvement
		if object == string(inspection.PriorityAction) {
			kind = inspection.PriorityAction
		}
		place = "#item." + draft.AddItem(kind)
	case "next":
		place = "/publish"
	case "save":
		if place = "#saved"; object != "" {
			place = "#" + object
		}
	default:
		place = "#saved"
	}
	return place, nil
}

// afterConflict brings two officers' drafts together: the page lists what the other one changed, and keeps this officer's
// own words. Nothing is saved before this officer has seen that.
func (s *Server) afterConflict(c *gin.Context, letter inspection.Letter, conflict *inspection.DraftConflict, mine inspection.Draft, quiet bool) error {
	merged, changed := inspection.RebaseDraft(conflict.Base, conflict.Theirs, mine)
	if quiet {
		// The script leaves it to the officer, who has to see it.
		return s.answerQuietly(c, http.StatusConflict, quietAnswer{Words: "Not saved: another officer has changed this draft. Press Save to see what, and keep your own words."})
	}
	letter.Draft, letter.Revision, letter.State = conflict.Theirs, conflict.Letter.Revision, conflict.Letter.State
	letter.UpdatedAt, letter.UpdatedBy = conflict.Letter.UpdatedAt, conflict.Letter.UpdatedBy
	page, err := s.letterPage(c, letter, draftValues(merged), merged, nil)
	if err != nil {
		return err
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	themes, err := s.store.Themes(c.Request.Context())
	if err != nil {
		return err
	}
	page.Title = "Changed by another officer: " + page.Title
	page.Changed = draftChanges(known, themes, changed, page.Form.places())
	if len(page.Changed) == 0 {
		page.Changed = []differenceView{{Title: "Nothing that differs from what you have here"}}
	}
	return s.render(c, http.StatusConflict, "letter_show", page)
}

// draftChanges says in words what differs between two drafts.
func draftChanges(known *registerData, themes []inspection.Theme, changed []inspection.DraftDifference, place func(string) string) []differenceView {
	var out []differenceView
	for _, d := range changed {
		view := differenceView{Title: d.Title, Address: place(d.Field), Clash: d.Clash}
		if strand, ok := strings.CutPrefix(d.Field, "judgement."); ok {
			for _, f := range known.catalogue.Frameworks() {
				if found, ok := f.Strand(strand); ok {
					view.Title = found.Name
				}
			}
		}
		view.Was, view.Says = draftWords(known, themes, d.Field, d.Was), draftWords(known, themes, d.Field, d.Says)
		if d.Clash {
			view.Mine = draftWords(known, themes, d.Field, d.Mine)
		}
		out = append(out, view)
	}
	return out
}

// draftWords says a value of a draft's field as pages do.
func draftWords(known *registerData, themes []inspection.Theme, field, value string) string {
	r := &inspection.Record{Catalogue: known.catalogue, Bodies: known.bodies}
	parts := strings.Split(value, "\n")
	switch last := field[strings.LastIndex(field, ".")+1:]; {
	case value == "":
		return "nothing"
	case field == "kind":
		if k, ok := r.Catalogue.Kind(value); ok {
			return k.Name
		}
	case field == "bodies":
		for i, id := range parts {
			parts[i] = r.Name(id)
		}
	case strings.HasPrefix(field, "judgement."):
		for _, f := range r.Catalogue.Frameworks() {
			if grade, ok := r.Catalogue.Grade(f.Code, last, value); ok {
				return grade.Name
			}
		}
		return "Not judged"
	case last == "kind" && value == string(inspection.PriorityAction):
		return "area for priority action"
	case last == "kind":
		return "area to improve"
	case last == "wording" && value == string(inspection.Paraphrase):
		return "ours"
	case last == "wording":
		return "the letter’s"
	case last == "themes":
		for i, code := range parts {
			for _, t := range themes {
				if t.Code == code {
					parts[i] = t.Name
				}
			}
		}
	default:
		if d, err := inspection.ParseDate(value); err == nil && len(value) > 4 {
			return d.Words()
		}
	}
	return strings.Join(parts, "; ")
}
