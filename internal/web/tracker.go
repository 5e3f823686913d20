package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// A tracker that was chosen is held in memory until its officer confirms it: nothing of it is on the record before. It is
// forgotten after a while, with the program, and when the same officer brings too many others.
const (
	trackerHeldFor   = 30 * time.Minute
	mostHeldTrackers = 3
	trackersListed   = 10
)

// heldTracker is a tracker between its choice and its confirmation.
type heldTracker struct {
	by       string // the ID of whoever chose it
	at       time.Time
	name     string
	data     []byte
	mapping  string // under which its columns are saved; empty until they are
	on       inspection.Date
	workbook exchange.Workbook
}

// sheet returns the sheet of a name, the first one where there is none of that name.
func (h heldTracker) sheet(name string) inspection.Sheet {
	if sheet, ok := h.workbook.Sheet(name); ok {
		return sheet
	}
	return h.workbook.Sheets[0]
}

// trackerDesk holds trackers. It is safe for concurrent use.
type trackerDesk struct {
	mu   sync.Mutex
	held map[string]heldTracker
}

// hold keeps a tracker and returns its ID, "" where others hold as many as there may be. Who held as many themselves loses
// the oldest.
func (d *trackerDesk) hold(h heldTracker) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held == nil {
		d.held = map[string]heldTracker{}
	}
	oldest := ""
	for id, other := range d.held {
		switch {
		case h.at.Sub(other.at) > trackerHeldFor:
			delete(d.held, id)
		case other.by == h.by && (oldest == "" || other.at.Before(d.held[oldest].at)):
			oldest = id
		}
	}
	if len(d.held) >= mostHeldTrackers {
		if oldest == "" {
			return ""
		}
		delete(d.held, oldest)
	}
	id := strings.ToLower(rand.Text()[:16])
	d.held[id] = h
	return id
}

// find returns a tracker that somebody chose themselves not too long ago.
func (d *trackerDesk) find(id, by string, now time.Time) (heldTracker, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	h, ok := d.held[id]
	return h, ok && h.by == by && now.Sub(h.at) <= trackerHeldFor
}

// replace keeps what was learned of a tracker, if it is still held.
func (d *trackerDesk) replace(id string, h heldTracker) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.held[id]; ok {
		d.held[id] = h
	}
}

func (d *trackerDesk) forget(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.held, id)
}

var trackerGone = &referral{&refusal{http.StatusGone, "This tracker is no longer held", []string{
	"A tracker that was chosen is held for 30 minutes, for whoever chose it, and until the program is started again.",
	"Choose the file again. The columns that you saved are still there.", "Nothing of it has been recorded.",
}}, Link{Name: "Bring in a tracker", Address: "/tracker"}}

var trackersFull = &refusal{http.StatusServiceUnavailable, "Other officers are bringing in trackers", []string{
	"Only a few are held at a time. Wait until one of them is done, then choose the file again.", "Nothing has been recorded.",
}}

// trackerRoutes registers the pages on which officers bring in a tracker.
func (s *Server) trackerRoutes(r router) {
	r.get("/tracker", auth.ImportTracker, s.private(s.startTracker))
	r.post("/tracker", auth.ImportTracker, s.private(s.chooseTracker))
	r.get("/tracker/:id", auth.ImportTracker, s.private(s.mapTracker))
	r.post("/tracker/:id", auth.ImportTracker, s.private(s.saveTrackerColumns))
	r.get("/tracker/:id/check", auth.ImportTracker, s.private(s.checkTracker))
	r.post("/tracker/:id/check", auth.ImportTracker, s.private(s.loadTracker))
}

// trackerStartPage is where a tracker is chosen.
type trackerStartPage struct {
	Page
	Saved    string
	Largest  int // MB
	Mapping  letterBox
	Imports  []trackerImportView
	Sheet    *downloads
	MostRows int
}

// trackerImportView is a tracker that was brought in.
type trackerImportView struct{ When, File, Columns, By, What, LeftOut string }

func (s *Server) startTracker(c *gin.Context) error {
	return s.trackerStart(c, http.StatusOK, "", nil)
}

func (s *Server) trackerStart(c *gin.Context, status int, mapping string, problems inspection.Problems) error {
	ctx := c.Request.Context()
	page := trackerStartPage{
		Page: s.officerBase(c, "Bring in a tracker"), Largest: exchange.MaxSheetBytes >> 20, MostRows: exchange.MaxSheetRows,
		Saved: map[string]string{
			"tracker": "The tracker is brought in.", "nothing": "The tracker says nothing that is not on the record already. Nothing was changed.",
		}[c.Query("saved")],
	}
	page.wrong(problems)
	any, err := s.anyAction(ctx)
	if err != nil {
		return err
	}
	if any {
		page.Sheet = trackerSheet(nil)
	}
	mappings, err := s.store.TrackerMappings(ctx)
	if err != nil {
		return err
	}
	m := boxMaker{form: "tracker", values: url.Values{"mapping": {mapping}}}
	var saved optionGroup
	for _, one := range mappings {
		saved.Options = append(saved.Options, selectOption{Value: one.Name, Name: one.Name})
	}
	page.Mapping = m.choice("mapping", "Its columns", "A tracker that was brought in before has its columns saved.", "New: say what the columns hold", saved)
	imports, err := s.store.TrackerImports(ctx, trackersListed)
	if err != nil {
		return err
	}
	for _, one := range imports {
		page.Imports = append(page.Imports, trackerImportView{
			When: one.Recorded.Words(), File: one.FileName, Columns: one.Mapping, By: one.ByPost,
			What:    recordedWords(one.Actions, one.Changes, one.Moves, one.Updates),
			LeftOut: inspection.CountWords(one.LeftOut, "row", "rows"),
		})
	}
	return s.render(c, status, "tracker_start", page)
}

// recordedWords says what a tracker records.
func recordedWords(actions, changes, moves, updates int) string {
	var parts []string
	for _, part := range []struct {
		n         int
		one, many string
	}{
		{actions, "new action", "new actions"}, {changes, "changed action", "changed actions"},
		{moves, "step of an area to improve", "steps of areas to improve"}, {updates, "update", "updates"},
	} {
		if part.n > 0 {
			parts = append(parts, inspection.CountWords(part.n, part.one, part.many))
		}
	}
	return cmp.Or(inspection.ListWords(parts), "nothing new")
}

// chooseTracker takes the file of a tracker and holds it.
func (s *Server) chooseTracker(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	name, data, mapping, err := takeTracker(c)
	if err != nil {
		return err
	}
	workbook, err := exchange.OpenSheet(name, data)
	var problems inspection.Problems
	switch {
	case name == "":
		problems = inspection.Problems{{Field: "file", Words: "Choose the tracker, an Excel workbook or a CSV file"}}
	case err != nil && !errors.As(err, &problems):
		return err
	}
	if len(problems) > 0 {
		return s.trackerStart(c, http.StatusUnprocessableEntity, mapping, problems)
	}
	id := s.trackers.hold(heldTracker{by: by.ID, at: s.clock(), name: name, data: data, on: s.today(), workbook: workbook})
	if id == "" {
		return trackersFull
	}
	address := trackerAddress(id)
	if mapping != "" {
		address += "?" + url.Values{"mapping": {mapping}}.Encode()
	}
	return s.redirect(c, http.StatusSeeOther, address)
}

func trackerAddress(id string) string { return "/tracker/" + id }

// takeTracker reads the form with the file. A file that is too large is cut where it is known to be so.
func takeTracker(c *gin.Context) (name string, data []byte, mapping string, err error) {
	limitBody(c, 4*exchange.MaxSheetBytes)
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return "", nil, "", formFault(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return name, data, mapping, nil
		}
		if err != nil {
			return "", nil, "", formFault(err)
		}
		limit := int64(mostName)
		if part.FormName() == "file" {
			limit = exchange.MaxSheetBytes + 1
		}
		content, err := io.ReadAll(io.LimitReader(part, limit))
		if err == nil {
			_, err = io.Copy(io.Discard, part)
		}
		if err != nil {
			return "", nil, "", formFault(err)
		}
		switch part.FormName() {
		case "file":
			if part.FileName() != "" {
				name, data = fileName(part.FileName()), content
			}
		case "mapping":
			mapping = clean(string(content))
		}
	}
}

// mostName bounds the name of a mapping in a form, in bytes.
const mostName = 1000

// ownTracker returns the tracker that an address names, if whoever asks chose it.
func (s *Server) ownTracker(c *gin.Context) (heldTracker, inspection.Actor, error) {
	by, err := s.acting(c)
	if err != nil {
		return heldTracker{}, by, err
	}
	held, ok := s.trackers.find(c.Param("id"), by.ID, s.clock())
	if !ok {
		return heldTracker{}, by, trackerGone
	}
	return held, by, nil
}

// trackerCheckPage shows what a tracker would record, before anything is.
type trackerCheckPage struct {
	Page
	File     string
	Address  string
	Columns  string // the address at which what the columns hold is changed
	Summary  []string
	Accepted []acceptedRow
	Rejected []rejectedRow
	Left     int
	Taken    string
	LeftOut  letterBox // the tick that lets rejected rows be left out
	Nothing  bool      // whether there is nothing to bring in
}

// acceptedRow is a row that would be brought in.
type acceptedRow struct {
	Row   int
	About []Link
	Words string
	Does  string
}

// rejectedRow is a row that is rejected, with all its reasons.
type rejectedRow struct {
	Row     int
	Reasons []inspection.TrackerReject
}

// trackerLoad is a held tracker as the store takes it.
func (s *Server) trackerLoad(c *gin.Context, held heldTracker) (load inspection.TrackerLoad, err error) {
	if held.mapping == "" {
		return load, &detour{trackerAddress(c.Param("id"))}
	}
	mapping, err := s.store.TrackerMapping(c.Request.Context(), held.mapping)
	return inspection.TrackerLoad{
		Mapping: mapping, Sheet: held.sheet(mapping.Sheet), FileName: held.name, On: held.on,
		MediaType: exchange.SheetMediaType(held.name, held.data), File: held.data,
	}, err
}

func (s *Server) checkTracker(c *gin.Context) error {
	held, by, err := s.ownTracker(c)
	if err != nil {
		return err
	}
	load, err := s.trackerLoad(c, held)
	if err != nil {
		return err
	}
	result, err := s.store.CheckTracker(c.Request.Context(), by, load)
	var problems inspection.Problems
	if errors.As(err, &problems) { // somebody saved other columns under the name
		return &detour{trackerAddress(c.Param("id")) + "?" + url.Values{"mapping": {held.mapping}}.Encode()}
	}
	if err != nil {
		return err
	}
	return s.trackerCheck(c, http.StatusOK, held, result, nil)
}

func (s *Server) trackerCheck(c *gin.Context, status int, held heldTracker, result inspection.TrackerResult, problems inspection.Problems) error {
	address := trackerAddress(c.Param("id"))
	page := trackerCheckPage{
		Page: s.officerBase(c, "Check the tracker"), File: held.name, Address: address + "/check",
		Columns: address + "?" + url.Values{"mapping": {held.mapping}}.Encode(),
		Left:    result.Left, Nothing: len(result.Accepted) == 0,
		Taken: inspection.CountWords(len(result.Accepted), "row", "rows"),
	}
	for _, row := range result.Accepted {
		accepted := acceptedRow{Row: row.Row, Words: row.Words, Does: capital(strings.Join(row.Does, "; "))}
		for reference := range strings.SplitSeq(row.About, ", ") {
			accepted.About = append(accepted.About, referenceLink(reference))
		}
		page.Accepted = append(page.Accepted, accepted)
	}
	page.Summary = []string{
		fmt.Sprintf("%s would be brought in: %s.", sentence(inspection.CountWords(len(result.Accepted), "row", "rows")),
			recordedWords(result.Actions, result.Changes, result.Moves, result.Updates)),
	}
	if result.Same > 0 {
		page.Summary = append(page.Summary, fmt.Sprintf("%s nothing that is not on the record already.", saysOrSay(result.Same)))
	}
	if result.Left > 0 {
		page.Summary = append(page.Summary, fmt.Sprintf("%s rejected.", isOrAre(result.Left)))
	}
	for _, reject := range result.Rejected {
		if n := len(page.Rejected); n == 0 || page.Rejected[n-1].Row != reject.Row {
			page.Rejected = append(page.Rejected, rejectedRow{Row: reject.Row})
		}
		last := &page.Rejected[len(page.Rejected)-1]
		last.Reasons = append(last.Reasons, reject)
	}
	m := boxMaker{form: "tracker", problems: problems}
	page.LeftOut = m.box("leave_out", fmt.Sprintf("Bring in %s and leave out %s", page.Taken, inspection.CountWords(result.Left, "rejected row", "rejected rows")), "")
	page.LeftOut.Type = "tick"
	for i := range problems {
		problems[i].Field = page.LeftOut.ID
	}
	page.wrong(problems)
	return s.render(c, status, "tracker_check", page)
}

func saysOrSay(rows int) string {
	if rows == 1 {
		return "1 row says"
	}
	return fmt.Sprintf("%d rows say", rows)
}

func isOrAre(rows int) string {
	if rows == 1 {
		return "1 row is"
	}
	return fmt.Sprintf("%d rows are", rows)
}

// sentence begins a sentence with a count.
func sentence(count string) string { return strings.Replace(count, "0 ", "No ", 1) }

// loadTracker brings in a tracker that was checked.
func (s *Server) loadTracker(c *gin.Context) error {
	held, by, err := s.ownTracker(c)
	if err != nil {
		return err
	}
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	load, err := s.trackerLoad(c, held)
	if err != nil {
		return err
	}
	if err := s.textsNameNoChild(c, values, slices.Concat(load.Sheet.Rows...)); err != nil {
		return err
	}
	f := &draftForm{values: values}
	if f.ticked("leave_out") {
		load.LeaveOut = f.number("left", exchange.MaxSheetRows, "how many rows are left out")
	}
	result, err := s.store.LoadTracker(c.Request.Context(), by, load)
	var problems inspection.Problems
	switch {
	case errors.As(err, &problems):
		return &detour{trackerAddress(c.Param("id")) + "?" + url.Values{"mapping": {held.mapping}}.Encode()}
	case err != nil:
		return err
	case !result.Stored:
		words := "Say that the rejected rows are left out, or put them right in the spreadsheet and choose it again"
		if f.ticked("leave_out") {
			words = "Look at the rejected rows again: there are others than before"
		}
		return s.trackerCheck(c, http.StatusUnprocessableEntity, held, result, inspection.Problems{{Field: "leave_out", Words: words}})
	}
	s.trackers.forget(c.Param("id"))
	s.data.forget()
	saved := "tracker"
	if len(result.Accepted) == 0 {
		saved = "nothing"
	}
	return s.redirect(c, http.StatusSeeOther, "/tracker?saved="+saved+"#saved")
}

// trackerSamples are the first different texts of a column below its heading.
func trackerSamples(sheet inspection.Sheet, heading, column int) []string {
	const most = 3
	var out []string
	for row := heading + 1; row <= len(sheet.Rows) && len(out) < most; row++ {
		if text := shortened(strings.Join(strings.Fields(sheet.Cell(row, column)), " ")); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}
