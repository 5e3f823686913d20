package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// evidenceFiles is how files of evidence are handled, where the council has turned them on.
type evidenceFiles struct {
	on   bool
	most int // bytes of one file
	scan func(ctx context.Context, name string, data []byte) error
}

// scanned lets a file through that the council's scanner found nothing in.
func (f evidenceFiles) scanned(ctx context.Context, name string, data []byte) error {
	if f.scan == nil {
		return errors.New("no command scans files")
	}
	if err := f.scan(ctx, name, data); err != nil {
		return fmt.Errorf("scan a file of evidence: %w", err)
	}
	return nil
}

// evidenceItemView is a piece of evidence as pages show it: its own day apart from the day on which it was put here.
type evidenceItemView struct {
	ID      string
	Title   string
	Link    *outsideLink
	File    *Link
	On      string
	Added   string
	By      string
	Expires string
	State   string
	Look    string
	Version int
	Short   string // the beginning of the file's SHA-256
	Hash    string
	For     string
	Steps   []evidenceStepView
}

type evidenceStepView struct{ When, State, By, Words string }

// evidenceLooks are the tags of the states, beside their words.
var evidenceLooks = map[inspection.EvidenceState]string{
	inspection.EvidenceDraft: "grey", inspection.EvidenceSubmitted: "blue", inspection.EvidenceInReview: "yellow",
	inspection.EvidenceIn: "green", inspection.EvidenceRejected: "red", inspection.EvidenceLapsed: "grey",
}

func evidenceItemViewOf(e inspection.EvidenceItem, day inspection.Date) evidenceItemView {
	state := e.StateOn(day)
	view := evidenceItemView{
		ID: e.ID, Title: e.Title, On: e.On.Words(), Added: e.Recorded.Words(), By: e.ByPost, Expires: dayText(e.ExpiresOn),
		State: state.Words(), Look: evidenceLooks[state], Version: e.Version, Hash: e.DocumentHash, For: audienceNote(e.Audience),
	}
	switch {
	case e.DocumentHash != "":
		view.Short = e.DocumentHash[:min(12, len(e.DocumentHash))]
		view.File = &Link{Name: e.FileName, Address: "/evidence/" + e.ID + "/file"}
	case e.Address != "":
		view.Link = outside("Open it", e.Address)
	}
	for _, step := range e.Steps {
		if !step.Recorded.After(day) {
			view.Steps = append(view.Steps, evidenceStepView{step.On.Words(), step.State.Words(), step.ByPost, step.Words})
		}
	}
	return view
}

// evidence lists what is held with what this person can do about it, and makes the form for more.
func (w *workMaker) evidence(files evidenceFiles) {
	var versions optionGroup
	for _, e := range w.progress.Evidence {
		one := evidenceWork{evidenceItemView: evidenceItemViewOf(e, w.today)}
		form := "step-" + e.ID
		one.Form = w.sent(form, nil, func(m boxMaker) formView {
			return formView{
				ID: form, Title: "Record a step: " + e.Title, Address: w.page.Address + "/evidence/" + url.PathEscape(e.ID) + "/steps",
				Boxes: []letterBox{m.area("words", "Reason", "Needed where evidence is not accepted or has expired.")},
			}
		})
		for _, step := range e.Possible(w.by, w.today) {
			if step.WhyNot != "" {
				one.Others = append(one.Others, otherMove{step.Does, step.WhyNot})
				continue
			}
			one.Choices = append(one.Choices, stepChoice{step.To, capital(step.Does)})
		}
		versions.Options = append(versions.Options, selectOption{Value: e.ID, Name: fmt.Sprintf("%s (version %d)", e.Title, e.Version)})
		w.page.Evidence = append(w.page.Evidence, one)
	}
	if !w.page.May {
		return
	}
	w.page.Add = w.sent("evidence", nil, func(m boxMaker) formView {
		view := formView{
			ID: "evidence", Title: "Add evidence", Address: w.page.Address + "/evidence", Button: "Add this evidence", Files: files.on,
			Note: "Never case detail, and nothing that names a child or a family or by which they could be known. A link to where the document is kept is the usual way.",
			Boxes: []letterBox{
				m.box("title", "What it is", "Like Audit of 40 plans, February 2026."),
				m.box("address", "Address of the document", "Beginning with https://."),
			},
		}
		if files.on {
			file := m.box("file", "Or a file", fmt.Sprintf("At most %s. It is scanned before it is kept and each time before it is handed out.", sizeWords(files.most)))
			file.Type, file.Value = "file", ""
			nobody := m.box(namesNobody, "The file names no child, family or case", "Needed with a file.")
			nobody.Type = "tick"
			view.Boxes = append(view.Boxes, file, nobody)
		}
		view.Boxes = append(view.Boxes, m.day("on", "The evidence’s own day", "The day to which it speaks, like 26 February 2026; not the day on which it is added here."),
			m.day("expires_on", "Last day on which it counts (optional)", "Like 26 February 2028. After that day the question is open again."), m.audience())
		if len(versions.Options) > 0 {
			view.Boxes = append(view.Boxes, m.choice("replaces", "A new version of", "", "No, it is new", versions))
		}
		submit := m.box("submit", "Submit it for review now", "")
		submit.Type = "tick"
		view.Boxes = append(view.Boxes, submit)
		return view
	})
}

// sizeWords says how large a file may be.
func sizeWords(bytes int) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KB", bytes>>10)
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}

// addEvidence adds a link or, where that is turned on, a file.
func (s *Server) addEvidence(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	values, file, problems, err := s.sentEvidence(c)
	if err != nil {
		return err
	}
	if file == nil {
		err = s.namesNoChild(c, values)
	} else if values.Get(namesNobody) != "yes" {
		problems = append(problems, inspection.Problem{Field: namesNobody, Words: "Look through the file, then say that it names no child, family or case"})
	}
	if err != nil {
		return err
	}
	item, wrong := parseEvidence(values)
	item.Reference = c.Param("reference")
	if problems = slices.Concat(problems, wrong); len(problems) == 0 && file != nil {
		if fault := s.evidenceFiles.scanned(c.Request.Context(), file.Name, file.Bytes); fault != nil {
			s.log.WarnContext(c.Request.Context(), "a file of evidence was refused", "error", fault)
			problems = inspection.Problems{{Field: "file", Words: "This file was refused by the scanner, and was not kept. Give a link, or another file"}}
		}
	}
	if len(problems) == 0 {
		_, err = s.store.AddEvidence(c.Request.Context(), by, item, file)
	}
	saved := "evidence"
	if item.State == inspection.EvidenceDraft {
		saved = "draft"
	}
	return s.afterSaving(c, workAddress(item.Reference, saved), err, problems, func(problems inspection.Problems) error {
		return s.showWork(c, http.StatusUnprocessableEntity, sentBack{"evidence", values, problems})
	})
}

// parseEvidence reads a piece of evidence out of a form.
func parseEvidence(values url.Values) (inspection.EvidenceItem, inspection.Problems) {
	f := &draftForm{values: values}
	item := inspection.EvidenceItem{
		Title: f.line("title"), Address: f.address("address"), On: f.day("on", "the evidence’s own day"),
		ExpiresOn: f.day("expires_on", "the last day on which it counts"), Audience: inspection.Audience(f.line("audience")), Replaces: f.line("replaces"),
		State: inspection.EvidenceDraft,
	}
	if f.ticked("submit") {
		item.State = inspection.EvidenceSubmitted
	}
	return item, f.problems
}

// sentEvidence reads the form of evidence, with its file if it brings one. A file that is too large is one of the problems:
// what was typed comes back to be sent again.
func (s *Server) sentEvidence(c *gin.Context) (url.Values, *store.EvidenceFile, inspection.Problems, error) {
	kind, _, _ := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if kind != "multipart/form-data" {
		values, err := sentForm(c)
		return values, nil, nil, err
	}
	limitBody(c, int64(4*s.evidenceFiles.most+mostSentBytes))
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return nil, nil, nil, formFault(err)
	}
	values := url.Values{}
	var file *store.EvidenceFile
	var problems inspection.Problems
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return values, file, problems, nil
		}
		if err != nil {
			return nil, nil, nil, formFault(err)
		}
		if part.FormName() != "file" || part.FileName() == "" {
			text, err := io.ReadAll(io.LimitReader(part, mostSentBytes))
			if err != nil {
				return nil, nil, nil, formFault(err)
			}
			values.Add(part.FormName(), clean(string(text)))
			continue
		}
		var wrong string
		if file, wrong, err = s.takeFile(part); err != nil {
			return nil, nil, nil, formFault(err)
		}
		if wrong != "" {
			problems = append(problems, inspection.Problem{Field: "file", Words: wrong})
		}
	}
}

// takeFile reads a file up to what one may hold; the rest is thrown away, so that the answer gets through.
func (s *Server) takeFile(part *multipart.Part) (file *store.EvidenceFile, wrong string, err error) {
	data, err := io.ReadAll(io.LimitReader(part, int64(s.evidenceFiles.most)+1))
	if err == nil {
		_, err = io.Copy(io.Discard, part)
	}
	if err != nil {
		return nil, "", err
	}
	switch {
	case !s.evidenceFiles.on:
		return nil, "Enter a link: this council does not keep files here", nil
	case len(data) > s.evidenceFiles.most:
		return nil, fmt.Sprintf("This file is larger than %s. Give a link, or a smaller file", sizeWords(s.evidenceFiles.most)), nil
	case len(data) == 0:
		return nil, "This file is empty. Give a link, or another file", nil
	}
	return &store.EvidenceFile{Name: fileName(part.FileName()), MediaType: "application/octet-stream", Bytes: data}, "", nil
}

// stepEvidence records a step in the review of a piece of evidence.
func (s *Server) stepEvidence(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	ctx, id, reference := c.Request.Context(), c.Param("id"), c.Param("reference")
	item, err := s.store.Evidence(ctx, id, by.Role.Audience())
	if err != nil {
		return err
	}
	// It may have been added under a reference that leads to another by now.
	of, _, err := s.store.Recommendation(ctx, item.Reference)
	if err != nil {
		return err
	}
	if of.Reference != reference {
		return inspection.ErrNotFound
	}
	f := &draftForm{values: values}
	words, to := f.words("words"), inspection.EvidenceState(f.line("state"))
	if len(f.problems) == 0 {
		_, err = s.store.StepEvidence(ctx, by, id, to, words)
	}
	return s.afterSaving(c, workAddress(reference, "step"), err, f.problems, func(problems inspection.Problems) error {
		return s.showWork(c, http.StatusUnprocessableEntity, sentBack{"step-" + id, values, problems})
	})
}

// showEvidenceFile hands out a file of evidence. It is scanned again first, since scanners learn; it is never shown inside a
// page of ours, and nothing in it may load or run anything.
func (s *Server) showEvidenceFile(c *gin.Context) error {
	ctx := c.Request.Context()
	item, _, data, err := s.store.EvidenceDocument(ctx, c.Param("id"), s.reader(c))
	if err != nil {
		return err
	}
	if err := s.noteInternal(c, inspection.OfEvidenceItem, item.ID); err != nil {
		return err
	}
	if !s.evidenceFiles.on {
		return &refusal{http.StatusForbidden, "Files are not handed out here now", []string{"This council has turned files of evidence off.", "Nothing has been changed."}}
	}
	if err := s.evidenceFiles.scanned(ctx, item.FileName, data); err != nil {
		s.log.WarnContext(ctx, "a file of evidence was held back", "evidence", item.ID, "error", err)
		return &refusal{http.StatusForbidden, "This file is held back", []string{
			"The scanner of this council refuses it now. Ask whoever added it for another way to see it.", "Nothing has been changed.",
		}}
	}
	if s.reader(c) != inspection.ForPublic { // of the public anybody could hold as many files in memory for as long
		leavesLong(c)
	}
	named := mime.FormatMediaType("attachment", map[string]string{"filename": item.FileName})
	if named == "" || item.FileName == "" {
		named = `attachment; filename="evidence"`
	}
	r := &response{
		status: http.StatusOK, kind: []string{"application/octet-stream"}, policy: []string{originalPolicy}, filename: []string{named}, unkept: true,
	}
	r.bodies[plain], r.lengths[plain] = data, []string{strconv.Itoa(len(data))}
	c.Set(answered, r)
	return nil
}
