package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter"
	"inspectiontimeline/internal/store"
)

// What may be added at once.
const (
	mostFiles = 20
	// mostHeld bounds what is held in memory of one request. More than that is taken off the line and forgotten, so that
	// the answer gets through and says why.
	mostHeld    = 100 << 20
	mostRequest = mostFiles*letter.MaxBytes + 8<<20
	mostPasted  = 2 << 20
	// addingTakes is how long the files of one request may take to arrive.
	addingTakes = 10 * time.Minute
	// waitForReading is how long the answer waits for the reading, so that one letter leads straight to its review.
	waitForReading = 2 * time.Second
)

// letterNewPage is where letters are added.
type letterNewPage struct {
	Page
	CanRead   bool
	Text      string
	Largest   int // MB
	MostPages int
	MostFiles int
	Together  int // MB
	For       *Link
}

// addedFile is a file as it came with a request.
type addedFile struct {
	name string
	data []byte
	hash string
}

// added is what one request brings.
type added struct {
	files  []addedFile
	text   string
	byHand bool
}

func (s *Server) newLetterPage(c *gin.Context) letterNewPage {
	return letterNewPage{
		Page: s.officerBase(c, "Log a letter"), CanRead: s.readings.reader != nil, Largest: letter.MaxBytes >> 20,
		MostPages: letter.MaxPages, MostFiles: mostFiles, Together: mostHeld >> 20,
	}
}

func (s *Server) newLetter(c *gin.Context) error {
	return s.render(c, http.StatusOK, "letter_new", s.newLetterPage(c))
}

// addLetters takes files, pasted text, or a letter that will be logged by hand.
func (s *Server) addLetters(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	s.takesLong(c)
	in, status, err := takeLetters(c)
	var problems inspection.Problems
	if errors.As(err, &problems) {
		page := s.newLetterPage(c)
		page.Text = in.text
		page.wrong(problems)
		return s.render(c, status, "letter_new", page)
	}
	ctx := c.Request.Context()
	switch {
	case err != nil:
		return err
	case in.byHand:
		made, err := s.store.AddLetter(ctx, by, "", store.ReadLetter{State: inspection.LetterReady})
		if err != nil {
			return err
		}
		return s.redirect(c, http.StatusSeeOther, letterAddress(made.ID))
	case in.text != "":
		return s.addText(c, by, in.text)
	}
	return s.addFiles(c, by, in.files)
}

// takesLong gives a request time to bring letters. The server's own deadlines are for pages; twenty letters over a slow line take
// longer.
func (s *Server) takesLong(c *gin.Context) {
	control := http.NewResponseController(c.Writer)
	err := errors.Join(control.SetReadDeadline(time.Now().Add(addingTakes)), control.SetWriteDeadline(time.Now().Add(addingTakes+time.Minute)))
	if err != nil {
		s.log.WarnContext(c.Request.Context(), "letters have no more time to arrive than a page", "error", err)
	}
}

// leavesLong gives an answer with a letter or a file of evidence as much time to reach its reader.
func leavesLong(c *gin.Context) {
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(addingTakes)) // where that cannot be set nobody waits
}

// takeLetters reads what a request brings. It fails with Problems, and then the status says of what sort they are.
func takeLetters(c *gin.Context) (in added, status int, err error) {
	problem := func(status int, field, format string, args ...any) (added, int, error) {
		return in, status, inspection.Problems{{Field: field, Words: fmt.Sprintf(format, args...)}}
	}
	limitBody(c, mostRequest)
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return in, 0, &refusal{http.StatusBadRequest, "This form cannot be read", []string{"Open the page again, and add the letter there.", "Nothing has been changed."}}
	}
	held, count, tooLarge := 0, 0, ""
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return in, 0, takingFailed(err)
		}
		limit := mostPasted
		if part.FormName() == "letters" {
			limit = letter.MaxBytes
		}
		data, over, err := takePart(part, limit, held, count)
		switch {
		case err != nil:
			return in, 0, takingFailed(err)
		case part.FormName() == "text" && over:
			return problem(http.StatusRequestEntityTooLarge, "text", "The text must be that of one letter, at most %d MB", mostPasted>>20)
		case part.FormName() == "text":
			in.text = strings.TrimSpace(strings.ReplaceAll(string(data), "\x00", "")) // no database holds that one
		case part.FormName() == "do":
			in.byHand = string(data) == "hand"
		case part.FormName() == "letters" && part.FileName() != "":
			count++
			held += len(data)
			name := fileName(part.FileName())
			if over && tooLarge == "" {
				tooLarge = name
			}
			sum := sha256.Sum256(data)
			in.files = append(in.files, addedFile{name: name, data: data, hash: hex.EncodeToString(sum[:])})
		}
	}
	switch empty := slices.IndexFunc(in.files, func(f addedFile) bool { return len(f.data) == 0 }); {
	case in.byHand:
	case count > 0 && in.text != "":
		return problem(http.StatusUnprocessableEntity, "text", "Add a file or a text, not both at once. To add the file, empty this box")
	case count > mostFiles:
		return problem(http.StatusUnprocessableEntity, "letters", "Choose at most %d files at once", mostFiles)
	case tooLarge != "":
		return problem(http.StatusRequestEntityTooLarge, "letters", "%s is larger than %d MB. Check that it is the letter, or paste its text", tooLarge, letter.MaxBytes>>20)
	case held > mostHeld:
		return problem(http.StatusRequestEntityTooLarge, "letters", "These files are larger than %d MB together. Add fewer at once", mostHeld>>20)
	case empty >= 0:
		return problem(http.StatusUnprocessableEntity, "letters", "%s is empty, and none of these files was added. Save that letter again, then add them", in.files[empty].name)
	case len(in.files) == 0 && in.text == "":
		return problem(http.StatusUnprocessableEntity, "letters", "Choose a letter, or paste its text")
	}
	return in, 0, nil
}

// takePart reads one part of a request up to a limit. What is beyond it, and a file beyond what a request may bring in all,
// is read and thrown away.
func takePart(part *multipart.Part, limit, held, count int) (data []byte, over bool, err error) {
	if part.FormName() != "letters" || count < mostFiles && held <= mostHeld {
		if data, err = io.ReadAll(io.LimitReader(part, int64(limit)+1)); err != nil {
			return nil, false, err
		}
		if over = len(data) > limit; over {
			data = data[:1] // it only has to be told from an empty file
		}
	} else {
		data = []byte{0}
	}
	_, err = io.Copy(io.Discard, part)
	return data, over, err
}

func takingFailed(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &refusal{http.StatusRequestEntityTooLarge, "These files are too large", []string{
			fmt.Sprintf("A letter may have at most %d MB, and at most %d letters are added at once.", letter.MaxBytes>>20, mostFiles), "Nothing has been added.",
		}}
	}
	return &refusal{http.StatusBadRequest, "The letters did not arrive whole", []string{"Check the connection and add them again.", "Nothing has been added."}}
}

// fileName is the name of a file as it is kept: without folders, which some browsers send, and of a length that fits a
// line.
func fileName(name string) string {
	const most = 200
	name = path.Base(strings.ReplaceAll(clean(name), `\`, "/"))
	if runes := []rune(name); len(runes) > most {
		name = string(runes[:most])
	}
	return name
}

func (s *Server) addText(c *gin.Context, by inspection.Actor, text string) error {
	if s.readings.reader == nil {
		return cannotRead
	}
	ctx := c.Request.Context()
	read, err := s.kept(ctx, s.readings.reader.ReadText(ctx, text), nil)
	if err != nil {
		return err
	}
	if read.State == inspection.LetterUnreadable {
		page := s.newLetterPage(c)
		page.Text = text
		page.wrong(inspection.Problems{{Field: "text", Words: strings.TrimSuffix(read.Problem, ".")}})
		return s.render(c, http.StatusUnprocessableEntity, "letter_new", page)
	}
	made, err := s.store.AddLetter(ctx, by, "", read)
	if err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, letterAddress(made.ID))
}

var cannotRead = &refusal{http.StatusServiceUnavailable, "Letters cannot be read here", []string{
	"This program was started without its reader of letters. Log the letter by hand.", "Nothing has been added.",
}}

var tooManyWaiting = &refusal{http.StatusServiceUnavailable, "Too many letters wait to be read", []string{
	"Wait until those that were added before have been read, then add these again.", "Nothing has been added.",
}}

// addFiles starts the reading of files that are not held yet, waits a moment for it, and leads to what came of it.
func (s *Server) addFiles(c *gin.Context, by inspection.Actor, files []addedFile) error {
	if s.readings.reader == nil {
		return cannotRead
	}
	// The files are here; their sender may go.
	ctx := context.WithoutCancel(c.Request.Context())
	held := url.Values{}
	others := 0 // held as letters that this officer does not see
	var fresh []addedFile
	for i, file := range files {
		first := slices.IndexFunc(files, func(other addedFile) bool { return other.hash == file.hash })
		if first < i {
			continue // the same file twice in one request
		}
		already, ok, err := s.store.LetterByHash(ctx, by, file.hash)
		switch {
		case err != nil:
			return err
		case ok && already.ID == "":
			others++
			continue
		case ok:
			held.Add("held", already.ID)
			continue
		}
		fresh = append(fresh, file)
	}
	waiting, err := s.holdFiles(ctx, by, fresh)
	if err != nil {
		return err
	}
	var batch []string
	var failed error
	for i, file := range fresh {
		started, err := s.store.StartLetter(ctx, by, file.name, waiting[i])
		if err != nil {
			failed = errors.Join(err, s.dropFiles(ctx, waiting[i:]))
			break
		}
		batch = append(batch, started.ID)
	}
	if others > 0 {
		held.Set("others", strconv.Itoa(others))
	}
	done := s.readings.start(s, batch...)
	if failed != nil && len(batch) > 0 { // those that were added are read all the same
		return fmt.Errorf("%w: %w", someAdded, failed)
	}
	if failed != nil {
		return failed
	}
	s.readings.await(c, done)
	return s.afterAdding(c, by, batch, held)
}

// someAdded is said where letters were added before one that could not be.
var someAdded = &refusal{http.StatusServiceUnavailable, "Not all letters were added", []string{
	"The database of this service, or its disk, failed after some of your letters were added. They are on the list of letters and are being read.",
	"Add those again that are missing there. If it lasts, tell whoever looks after this service.",
}}

// holdFiles takes files into the queue, all or none of them. It fails with tooManyWaiting.
func (s *Server) holdFiles(ctx context.Context, by inspection.Actor, files []addedFile) ([]store.HeldFile, error) {
	var waiting []store.HeldFile
	for _, file := range files {
		one, err := s.store.HoldFile(ctx, by, file.data, s.readings.most)
		if errors.Is(err, store.ErrNoRoom) {
			err = tooManyWaiting
		}
		if err != nil {
			return nil, errors.Join(err, s.dropFiles(ctx, waiting))
		}
		waiting = append(waiting, one)
	}
	return waiting, nil
}

func (s *Server) dropFiles(ctx context.Context, files []store.HeldFile) error {
	var errs []error
	for _, file := range files {
		errs = append(errs, s.store.DropFile(ctx, file))
	}
	return errors.Join(errs...)
}

// await waits a moment for a reading to end.
func (r *readings) await(c *gin.Context, done <-chan struct{}) {
	waited := time.NewTimer(r.waits)
	defer waited.Stop()
	select {
	case <-done:
	case <-waited.C:
	case <-c.Request.Context().Done():
	}
}

func (s *Server) afterAdding(c *gin.Context, by inspection.Actor, batch []string, held url.Values) error {
	switch {
	case len(batch) == 1 && len(held) == 0:
		made, err := s.store.Letter(c.Request.Context(), by, batch[0])
		switch {
		case err != nil: // it is added all the same, and the list has it
			s.log.WarnContext(c.Request.Context(), "look at a letter that was added", "letter", batch[0], "error", err)
		case made.State == inspection.LetterReady:
			return s.redirect(c, http.StatusSeeOther, letterAddress(made.ID))
		}
	case len(batch) == 0 && len(held) == 1 && len(held["held"]) == 1:
		return s.redirect(c, http.StatusSeeOther, letterAddress(held.Get("held"))+"?already=held")
	}
	query := held
	if len(batch) > 1 { // the list then says how many of them have been read
		for _, id := range batch {
			query.Add("new", id)
		}
	}
	if len(query) > 0 {
		return s.redirect(c, http.StatusSeeOther, "/letters?"+query.Encode())
	}
	return s.redirect(c, http.StatusSeeOther, "/letters")
}

// letterAddress is where a letter is reviewed.
func letterAddress(id string) string { return "/letters/" + id }
