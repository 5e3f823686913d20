package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store"
)

// apiWriteRoutes registers what programs do with a token: each operation of the table that needs one. What they write goes
// through the store's methods that the pages' forms go through, and so by the same rules.
func (s *Server) apiWriteRoutes(r router) {
	writers := map[string]func(*gin.Context) error{
		"log_letter": s.logLetter, "add_update": s.addUpdateByProgram, "change_action": s.changeActionByProgram,
	}
	for _, operation := range opendata.Operations() {
		if operation.Needs == "" {
			continue
		}
		needs := auth.TokenPurpose(operation.Needs).Needs()
		if operation.Reads() {
			r.get(operation.RoutePath(), needs, s.private(func(c *gin.Context) error { return s.answerOperation(c, operation) }))
			continue
		}
		write := writers[operation.Name]
		r.register(operation.HTTPMethod(), operation.RoutePath(), needs, s.private(func(c *gin.Context) error {
			if faults := operation.Unknown(c.Request.URL.Query()); len(faults) > 0 {
				return &opendata.Refusal{Faults: faults}
			}
			return write(c)
		}))
	}
}

// onceHeader is the header in which a program names a request that it may send again.
const onceHeader = "Idempotency-Key"

// mostKey is how many characters the key of a request may have.
const mostKey = 200

// onceOf returns under which key a program sends something, and what it is: the address with a hash of what came.
func onceOf(c *gin.Context, sent string) (store.Once, error) {
	once := store.Once{Key: c.GetHeader(onceHeader), Request: c.Request.Method + " " + c.Request.URL.Path + " " + sent}
	unseen := func(r rune) bool { return r < ' ' || r > '~' }
	if len(once.Key) > mostKey || strings.ContainsFunc(once.Key, unseen) || len(c.Request.Header.Values(onceHeader)) > 1 {
		return once, opendata.RefuseSent(opendata.Fault{Field: onceHeader,
			Words: fmt.Sprintf("Send one key of at most %d letters, digits and signs of ASCII, such as a UUID", mostKey)})
	}
	return once, nil
}

// savedUntold answers a program whose write is kept, where the database fails before the answer is made.
var savedUntold = &refusal{http.StatusServiceUnavailable, "It is saved, and the answer could not be made", []string{
	"What you sent is kept. Then the database of this service failed. Send the same again in a minute, under the same key if you gave one: it is not kept twice.",
}}

// afterWrite says of an error of the database that what was sent is kept all the same.
func afterWrite(err error) error {
	if isStorageFault(err) {
		return fmt.Errorf("%w: %w", savedUntold, err)
	}
	return err
}

// answerWith answers what was written with the document of an operation that reads it. A repeat is answered as such.
func (s *Server) answerWith(c *gin.Context, status int, operation, id string) error {
	return afterWrite(s.answerRead(c, status, operation, id))
}

func (s *Server) answerRead(c *gin.Context, status int, operation, id string) error {
	o, known := opendata.Find(operation)
	if !known {
		return fmt.Errorf("answer what was written: no operation is called %s", operation)
	}
	eyes, err := s.changeEyes(c)
	if err != nil {
		return err
	}
	asked := opendata.Asked{Reader: eyes.Reader, Officer: eyes.Officer, Path: map[string]string{"id": id}}
	document, err := o.Ask(c.Request.Context(), s.interfaceFor(c), asked)
	if err != nil {
		return err
	}
	if o.Notes != "" {
		if err := s.noteInternal(c, o.Notes, id); err != nil {
			return err
		}
	}
	if err := answerJSON(c, status, "application/json", document); err != nil {
		return err
	}
	if status != http.StatusOK {
		c.MustGet(answered).(*response).location = []string{s.publicAddress() + strings.ReplaceAll(opendata.Root+o.Path, "{id}", url.PathEscape(id))}
	}
	return nil
}

// logLetter takes one letter from a program, as the page for adding letters does from a person.
func (s *Server) logLetter(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	if s.readings.reader == nil {
		return cannotRead
	}
	file, err := s.sentLetter(c)
	if err != nil {
		return err
	}
	once, err := onceOf(c, file.hash+" "+file.name)
	if err != nil {
		return err
	}
	// The file is here; its sender may go.
	ctx := context.WithoutCancel(c.Request.Context())
	held, ok, err := s.store.LetterByHash(ctx, by, file.hash)
	switch {
	case err != nil:
		return err
	case ok && held.ID == "":
		return heldByOtherOfficers
	case ok:
		return s.answerWith(c, http.StatusOK, "letter", held.ID)
	}
	waiting, err := s.store.HoldFile(ctx, by, file.data, s.readings.most)
	if errors.Is(err, store.ErrNoRoom) {
		return &turnedAway{tooManyWaiting, toFirstPage, 60}
	}
	if err != nil {
		return err
	}
	id, again, err := s.store.Once(ctx, by, once, func(w *store.Work) (string, error) {
		started, err := w.StartLetter(file.name, waiting)
		return started.ID, err
	})
	if err != nil || again {
		err = errors.Join(err, s.store.DropFile(ctx, waiting))
	}
	switch {
	case err != nil:
		return sentRefused(err)
	case again:
		return s.answerWith(c, http.StatusOK, "letter", id)
	}
	s.readings.await(c, s.readings.start(s, id))
	made, err := s.store.Letter(ctx, by, id)
	if err != nil {
		return afterWrite(err)
	}
	if made.State == inspection.LetterWaiting || made.State == inspection.LetterReading {
		return s.answerWith(c, http.StatusAccepted, "letter", id)
	}
	return s.answerWith(c, http.StatusCreated, "letter", id)
}

var heldByOtherOfficers = &refusal{http.StatusConflict, "This letter is held already", []string{
	inspection.HeldByOthersWords, "Nothing has been added.",
}}

// usualLetterName is the name of a file that came without one.
const usualLetterName = "letter.pdf"

// sentLetter reads the letter that a program sends: the PDF itself, or a form with one file as a browser sends it.
func (s *Server) sentLetter(c *gin.Context) (addedFile, error) {
	s.takesLong(c)
	kind, _, err := mime.ParseMediaType(c.ContentType())
	switch {
	case err == nil && kind == "application/pdf":
		return sentPDF(c)
	case err == nil && kind == "multipart/form-data":
		return sentLetterForm(c)
	}
	return addedFile{}, &refusal{http.StatusUnsupportedMediaType, "Send the letter as a PDF", []string{
		"Content-Type has to be application/pdf, or multipart/form-data with one file in the field letters.", "Nothing has been added.",
	}}
}

func sentPDF(c *gin.Context) (addedFile, error) {
	limitBody(c, letter.MaxBytes)
	data, err := io.ReadAll(c.Request.Body)
	switch {
	case err != nil:
		return addedFile{}, letterNotTaken(err)
	case len(data) == 0:
		return addedFile{}, opendata.RefuseSent(opendata.Fault{Field: "letters", Words: "The file is empty: send the letter itself"})
	}
	_, parameters, err := mime.ParseMediaType(c.GetHeader("Content-Disposition"))
	name := ""
	if err == nil {
		name = parameters["filename"]
	}
	if name = cmp.Or(fileName(name), usualLetterName); name == "." || name == "/" {
		name = usualLetterName
	}
	sum := sha256.Sum256(data)
	return addedFile{name: name, data: data, hash: hex.EncodeToString(sum[:])}, nil
}

// letterNotTaken says why the file of one letter did not arrive.
func letterNotTaken(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &refusal{http.StatusRequestEntityTooLarge, "This file is too large", []string{
			fmt.Sprintf("A letter may have at most %d MB. Check that it is the letter.", letter.MaxBytes>>20), "Nothing has been added.",
		}}
	}
	return &refusal{http.StatusBadRequest, "The letter did not arrive whole", []string{"Send it again.", "Nothing has been added."}}
}

func sentLetterForm(c *gin.Context) (addedFile, error) {
	in, status, err := takeLetters(c)
	var problems inspection.Problems
	switch {
	case errors.As(err, &problems):
		return addedFile{}, &opendata.Refusal{Status: status, Title: "The letter cannot be taken", Faults: opendata.Faults(problems)}
	case err != nil:
		return addedFile{}, err
	case len(in.files) != 1:
		return addedFile{}, opendata.RefuseSent(opendata.Fault{Field: "letters", Words: "Send one letter with each request, as a file in this field"})
	}
	return in.files[0], nil
}

// sentDocument reads the JSON that a program sends. Its text is returned too, by which a repeat is known.
func sentDocument[T any](c *gin.Context) (document T, given []string, text string, err error) {
	if kind, _, err := mime.ParseMediaType(c.ContentType()); err != nil || kind != "application/json" {
		return document, nil, "", &refusal{http.StatusUnsupportedMediaType, "Send JSON", []string{
			"Content-Type has to be application/json.", "Nothing has been changed.",
		}}
	}
	limitBody(c, mostSentBytes)
	data, err := io.ReadAll(c.Request.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return document, nil, "", &refusal{http.StatusRequestEntityTooLarge, "This is more than is taken here", []string{
			fmt.Sprintf("At most %d kB fit. A long text belongs in a document that you link to.", mostSentBytes>>10), "Nothing has been changed.",
		}}
	case err != nil:
		return document, nil, "", &refusal{http.StatusBadRequest, "What was sent did not arrive whole", []string{"Send it again.", "Nothing has been changed."}}
	}
	document, given, err = opendata.ReadSent[T](data)
	return document, given, string(data), err
}

// programNamesNoChild refuses texts that look as if they named a child, unless the program says that they do not: a person has
// to have looked at them.
func (s *Server) programNamesNoChild(c *gin.Context, said bool, texts ...string) error {
	values := url.Values{}
	if said {
		values.Set(namesNobody, "yes")
	}
	err := s.textsNameNoChild(c, values, texts)
	var asked *personalQuestion
	if !errors.As(err, &asked) {
		return err
	}
	refused := &opendata.Refusal{
		Status: http.StatusUnprocessableEntity, Title: "Does this name a child?",
		Detail: "Something in it looks as if it named a child, a family or a case. Somebody has to look at it. If it names none, send the same again with names_nobody: true. Nothing has been changed.",
	}
	for _, one := range asked.found {
		refused.Faults = append(refused.Faults, opendata.Fault{Field: namesNobody, Words: fmt.Sprintf("“%s” looks like %s", one.Words, one.Why)})
	}
	return refused
}

// sentNames are the fields of documents that the forms of pages know by another name.
var sentNames = map[string]string{"references": "serves"}

// sentRefused says the problems of what was sent as they are said to programs. Another error stays as it is.
func sentRefused(err error) error {
	var problems inspection.Problems
	if !errors.As(err, &problems) {
		return err
	}
	faults := opendata.Faults(problems)
	for i := range faults {
		faults[i].Field = cmp.Or(sentNames[faults[i].Field], faults[i].Field)
		if faults[i].Field == "revision" {
			return &opendata.Refusal{
				Status: http.StatusConflict, Title: "Somebody else has changed this since it was read", Faults: faults[i : i+1],
				Detail: "Read the action again and make the change on it as it is now. Nothing has been changed.",
			}
		}
	}
	return opendata.RefuseSent(faults...)
}

// addUpdateByProgram adds an update to an action, as its page's form does.
func (s *Server) addUpdateByProgram(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	sent, _, text, err := sentDocument[opendata.NewUpdate](c)
	if err != nil {
		return err
	}
	once, err := onceOf(c, text)
	if err != nil {
		return err
	}
	if err := s.programNamesNoChild(c, sent.NamesNobody, sent.Words); err != nil {
		return err
	}
	update, problems := parseUpdate(url.Values{
		"words": {sent.Words}, "on": {cmp.Or(sent.On, s.today().ISO())}, "audience": {sent.Audience},
	})
	update.ActionID = c.Param("id")
	problems = append(problems, s.audienceProblem(c, update.Audience, "")...)
	return s.writeOnce(c, by, once, http.StatusCreated, problems, func(w *store.Work) error {
		_, err := w.AddUpdate(update)
		return err
	})
}

// changeActionByProgram changes those fields of an action that a program sends, as its page's form changes them all.
func (s *Server) changeActionByProgram(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	sent, given, text, err := sentDocument[opendata.ActionChange](c)
	if err != nil {
		return err
	}
	once, err := onceOf(c, text)
	if err != nil {
		return err
	}
	if err := s.programNamesNoChild(c, sent.NamesNobody, sent.Words, sent.SuccessMeasure, sent.Reason); err != nil {
		return err
	}
	held, _, _, err := s.store.Action(c.Request.Context(), c.Param("id"), by.Role.Audience())
	if err != nil {
		return err
	}
	values := actionValues(held)
	values.Set("reason", sent.Reason)
	changed := false
	for _, name := range given {
		switch value, ok := sentActionFields(sent)[name]; {
		case name == "serves":
			values.Set("references", strings.Join(sent.Serves, "\n"))
		case ok:
			values.Set(name, value)
		default:
			continue
		}
		changed = true
	}
	if !changed {
		return opendata.RefuseSent(opendata.Fault{Field: "words", Words: "Send at least one field that is to be changed, such as this one"})
	}
	a, reason, problems := parseAction(values)
	a.ID, a.Revision = held.ID, sent.Revision
	problems = append(problems, s.audienceProblem(c, a.Audience, held.Audience)...)
	return s.writeOnce(c, by, once, http.StatusOK, problems, func(w *store.Work) error {
		_, err := w.SaveAction(a, reason)
		return err
	})
}

// sentActionFields are the fields of a change that hold one value, by the names that the form knows them by too.
func sentActionFields(sent opendata.ActionChange) map[string]string {
	return map[string]string{
		"words": sent.Words, "state": sent.State, "owner": sent.Owner, "lead_body": sent.LeadBody, "success_measure": sent.SuccessMeasure,
		"due": sent.Due, "audience": sent.Audience,
	}
}

// writeOnce writes something about the action that an address names, where there are no problems, and answers with the action
// as it then stands.
func (s *Server) writeOnce(c *gin.Context, by inspection.Actor, once store.Once, status int, problems inspection.Problems, write func(*store.Work) error) error {
	if len(problems) > 0 {
		return sentRefused(problems)
	}
	id := c.Param("id")
	_, again, err := s.store.Once(c.Request.Context(), by, once, func(w *store.Work) (string, error) { return id, write(w) })
	if err != nil {
		return sentRefused(err)
	}
	s.data.forget()
	if again {
		status = http.StatusOK
	}
	return s.answerWith(c, status, "action", id)
}
