package web

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// A tracker that was chosen is held until its officer confirms it: nothing of it is on the record before. It is forgotten after
// a while, and when the same officer brings too many others.
const (
	trackerHeldFor   = 30 * time.Minute
	mostHeldTrackers = 3
	trackersListed   = 10
)

// heldTracker is a tracker between its choice and its confirmation.
type heldTracker struct {
	Name     string
	Data     []byte
	Mapping  string // under which its columns are saved; empty until they are
	On       inspection.Date
	workbook exchange.Workbook
}

func newTrackers(s *store.Store) desk[heldTracker] {
	return desk[heldTracker]{s, store.HeldTracker, trackerHeldFor, store.HeldBounds{All: mostHeldTrackers}}
}

// sheet returns the sheet of a name, the first one where there is none of that name.
func (h heldTracker) sheet(name string) inspection.Sheet {
	if sheet, ok := h.workbook.Sheet(name); ok {
		return sheet
	}
	return h.workbook.Sheets[0]
}

var trackerGone = &referral{&refusal{http.StatusGone, "This tracker is no longer held", []string{
	"A tracker that was chosen is held for 30 minutes, for whoever chose it.",
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
	name, data, values, err := sentTable(c, exchange.MaxSheetBytes)
	if err != nil {
		return err
	}
	mapping := values.Get("mapping")
	_, err = exchange.OpenSheet(name, data)
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
	id, err := s.trackers.hold(c.Request.Context(), by.ID, "", heldTracker{Name: name, Data: data, On: s.today()})
	if errors.Is(err, store.ErrNoRoom) {
		return trackersFull
	}
	if err != nil {
		return err
	}
	address := trackerAddress(id)
	if mapping != "" {
		address += "?" + url.Values{"mapping": {mapping}}.Encode()
	}
	return s.redirect(c, http.StatusSeeOther, address)
}

func trackerAddress(id string) string { return "/tracker/" + id }

// mostName bounds what is said of a table in one box of its form, in bytes.
const mostName = 1000

// sentTable reads a form that brings a table in a file, and a few words about it. A file that is larger than most is cut one
// byte later, which tells that it is too large.
func sentTable(c *gin.Context, most int) (name string, data []byte, values url.Values, err error) {
	limitBody(c, int64(4*most))
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return "", nil, nil, formFault(err)
	}
	values = url.Values{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return name, data, values, nil
		}
		if err != nil {
			return "", nil, nil, formFault(err)
		}
		limit := mostName
		if part.FormName() == "file" {
			limit = most + 1
		}
		content, err := cutPart(part, limit)
		switch {
		case err != nil:
			return "", nil, nil, formFault(err)
		case part.FormName() != "file":
			values.Set(part.FormName(), clean(string(content)))
		case part.FileName() != "":
			name, data = fileName(part.FileName()), content
		}
	}
}

// ownTracker returns the tracker that an address names, if whoever asks chose it.
func (s *Server) ownTracker(c *gin.Context) (heldTracker, inspection.Actor, error) {
	by, err := s.acting(c)
	if err != nil {
		return heldTracker{}, by, err
	}
	held, ok, err := s.trackers.find(c.Request.Context(), c.Param("id"), by.ID)
	if err == nil && !ok {
		err = trackerGone
	}
	if err != nil {
		return heldTracker{}, by, err
	}
	held.workbook, err = exchange.OpenSheet(held.Name, held.Data)
	return held, by, err
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
	if held.Mapping == "" {
		return load, &detour{trackerAddress(c.Param("id"))}
	}
	mapping, err := s.store.TrackerMapping(c.Request.Context(), held.Mapping)
	return inspection.TrackerLoad{
		Mapping: mapping, Sheet: held.sheet(mapping.Sheet), FileName: held.Name, On: held.On,
		MediaType: exchange.SheetMediaType(held.Name, held.Data), File: held.Data,
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
		return &detour{trackerAddress(c.Param("id")) + "?" + url.Values{"mapping": {held.Mapping}}.Encode()}
	}
	if err != nil {
		return err
	}
	return s.trackerCheck(c, http.StatusOK, held, result, nil)
}

func (s *Server) trackerCheck(c *gin.Context, status int, held heldTracker, result inspection.TrackerResult, problems inspection.Problems) error {
	address := trackerAddress(c.Param("id"))
	page := trackerCheckPage{
		Page: s.officerBase(c, "Check the tracker"), File: held.Name, Address: address + "/check",
		Columns: address + "?" + url.Values{"mapping": {held.Mapping}}.Encode(),
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
		return &detour{trackerAddress(c.Param("id")) + "?" + url.Values{"mapping": {held.Mapping}}.Encode()}
	case err != nil:
		return err
	case !result.Stored:
		words := "Say that the rejected rows are left out, or put them right in the spreadsheet and choose it again"
		if f.ticked("leave_out") {
			words = "Look at the rejected rows again: there are others than before"
		}
		return s.trackerCheck(c, http.StatusUnprocessableEntity, held, result, inspection.Problems{{Field: "leave_out", Words: words}})
	}
	s.data.forget()
	s.trackers.forgetDone(c.Request.Context(), s.log, c.Param("id"))
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
