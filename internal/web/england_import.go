package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// A list of inspections that was chosen is held in memory until its officer has it written: nothing of it is on the record
// before. Each officer holds one; it is forgotten after a while, with the program, and when they choose another.
const (
	listHeldFor   = 30 * time.Minute
	mostHeldLists = 3
	mostListRows  = 200 // of one kind that a page shows
)

// The addresses of the pages on which a list is brought in.
const (
	listAddress      = "/england/import"
	listCheckAddress = "/england/import/check"
)

// heldList is a list between its choice and its being written, and then what that did.
type heldList struct {
	at   time.Time
	load inspection.EnglandLoad
	done *inspection.EnglandPlan
}

// listDesk holds lists, by the ID of whoever chose them. It is safe for concurrent use.
type listDesk struct {
	mu   sync.Mutex
	held map[string]heldList
}

// hold keeps a list, unless others hold as many as there may be.
func (d *listDesk) hold(by string, h heldList) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.held == nil {
		d.held = map[string]heldList{}
	}
	for id, other := range d.held {
		if h.at.Sub(other.at) > listHeldFor || other.done != nil && id != by {
			delete(d.held, id)
		}
	}
	if _, own := d.held[by]; !own && len(d.held) >= mostHeldLists {
		return false
	}
	d.held[by] = h
	return true
}

// find returns the list that somebody chose not too long ago.
func (d *listDesk) find(by string, now time.Time) (heldList, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	h, ok := d.held[by]
	return h, ok && now.Sub(h.at) <= listHeldFor
}

var listGone = &referral{&refusal{http.StatusGone, "This list is no longer held", []string{
	"A list that was chosen is held for 30 minutes, for whoever chose it, and until the program is started again.",
	"Choose the file again.", "Nothing of it has been written.",
}}, Link{Name: "Bring in a list", Address: listAddress}}

var listsFull = &refusal{http.StatusServiceUnavailable, "Other officers are bringing in lists", []string{
	"Only a few are held at a time. Wait until one of them is done, then choose the file again.", "Nothing has been written.",
}}

// englandImportRoutes registers the pages on which officers bring in a list of inspections in England.
func (s *Server) englandImportRoutes(r router) {
	r.get(listAddress, auth.KeepRegister, s.private(s.startList))
	r.post(listAddress, auth.KeepRegister, s.private(s.chooseList))
	r.get(listCheckAddress, auth.KeepRegister, s.private(s.checkList))
	r.post(listCheckAddress, auth.KeepRegister, s.private(s.writeList))
}

// englandImportPage is where a list is chosen, and where it says what became of it.
type englandImportPage struct {
	Page
	Saved    string
	Done     []string  // sentences about the list that was written last
	Look     listTable // the conflicts of that list
	Boxes    []letterBox
	Largest  int // MB
	MostRows string
	Help     listHelp
	Whole    *downloads // the list as this record has it
}

func (s *Server) startList(c *gin.Context) error {
	return s.listStart(c, http.StatusOK, url.Values{
		"source_title": {"List of inspections in England"}, "confidence": {string(inspection.ByListing)},
	}, nil)
}

func (s *Server) listStart(c *gin.Context, status int, values url.Values, problems inspection.Problems) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	page := englandImportPage{
		Page: s.officerBase(c, "Record of England"), Largest: exchange.MaxEnglandBytes >> 20, MostRows: fmt.Sprintf("%d,000", exchange.MaxEnglandRows/1000),
		Help: listHelpOf(known.catalogue), Whole: tableFiles("/england/inspections", nil),
	}
	if held, ok := s.lists.find(by.ID, s.clock()); ok && held.done != nil && c.Query("saved") == "list" {
		page.Saved, page.Done = "The list is written.", held.done.Sentences()
		page.Look = listRows(*held.done, inspection.EnglandConflict)
	}
	m := boxMaker{form: "list", values: values, problems: problems}
	var sure optionGroup
	for _, one := range inspection.Confidences() {
		sure.Options = append(sure.Options, selectOption{Value: string(one), Name: capital(one.Words())})
	}
	whole := m.box("complete", "It holds every full inspection with grades that was published up to that day", "The record then counts as complete to that day. Leave it empty if the list may lack some.")
	whole.Type = "tick"
	address := m.box("source_address", "Address of the page on which it stands (optional)", "")
	address.Type = "url"
	page.Boxes = []letterBox{
		m.box("source_title", "What the list is called", "A later list of the same name and publisher counts as the same source."),
		m.box("source_publisher", "Who publishes it (optional)", ""), address,
		m.choice("confidence", "How well it knows what it says", "A value that is held gives way only to a surer one.", "Choose", sure),
		m.day("read_on", "Day on which it was read (optional)", "Such as 20 November 2026."), whole,
	}
	for i := range problems {
		if problems[i].Field != "file" {
			problems[i].Field = "list-" + problems[i].Field
		}
	}
	page.wrong(problems)
	return s.render(c, status, "england_import", page)
}

// chooseList takes the file of a list and what is said of it, and holds both.
func (s *Server) chooseList(c *gin.Context) error {
	by, err := s.acting(c)
	if err != nil {
		return err
	}
	name, data, values, err := takeList(c)
	if err != nil {
		return err
	}
	load, problems := readList(values)
	if checked := load.Check(s.today()); len(problems) == 0 {
		problems = checked
	}
	var unfit inspection.Problems
	load.List, err = exchange.ReadEngland(name, data)
	switch {
	case name == "":
		problems = append(inspection.Problems{{Field: "file", Words: "Choose the list, a CSV file"}}, problems...)
	case errors.As(err, &unfit):
		problems = append(unfit, problems...)
	case err != nil:
		return err
	}
	if len(problems) > 0 {
		return s.listStart(c, http.StatusUnprocessableEntity, values, problems)
	}
	if !s.lists.hold(by.ID, heldList{at: s.clock(), load: load}) {
		return listsFull
	}
	return s.redirect(c, http.StatusSeeOther, listCheckAddress)
}

// readList reads what is said of a list as a whole.
func readList(values url.Values) (inspection.EnglandLoad, inspection.Problems) {
	f := &draftForm{values: values}
	load := inspection.EnglandLoad{
		Confidence: inspection.Confidence(f.line("confidence")), Complete: f.ticked("complete"),
		Source: inspection.Source{
			Title: f.line("source_title"), Publisher: f.line("source_publisher"), Address: f.address("source_address"),
			ReadOn: f.day("read_on", "the day on which the list was read,"),
		},
	}
	return load, f.problems
}

// takeList reads the form with the file. A file that is too large is cut where it is known to be so.
func takeList(c *gin.Context) (name string, data []byte, values url.Values, err error) {
	limitBody(c, 4*exchange.MaxEnglandBytes)
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
		limit := int64(mostName)
		if part.FormName() == "file" {
			limit = exchange.MaxEnglandBytes + 1
		}
		content, err := io.ReadAll(io.LimitReader(part, limit))
		if err == nil {
			_, err = io.Copy(io.Discard, part)
		}
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

// englandImportCheckPage shows what a list would do, before anything is written.
type englandImportCheckPage struct {
	Page
	File    string
	Source  string
	Counts  []listCount
	Said    []string
	Unknown string // the columns of which nothing is taken
	Tables  []listTable
	Refused []listRefusal
	Rest    string // how many refusals are not shown
	Button  string // empty where there is nothing to write
	Mark    string
	Address string
	Again   string
}

// listCount is how many rows have one effect, and where they stand.
type listCount struct {
	Name    string
	N       int
	Address string // empty where the page has no table of them
}

// listTable holds the rows with one effect.
type listTable struct {
	ID, Title, Note string
	Rows            []listRow
	Rest            string // how many are not shown
}

// listRow is a row of a list and what it does.
type listRow struct {
	Line       int
	Authority  string
	Inspection Link // without an address while it is not on the record
	Says       string
	Fields     []inspection.EnglandField
}

// listRefusal is a reason why a row is refused.
type listRefusal struct {
	Line          int
	Column, Words string
}

var listTitles = map[inspection.EnglandEffect]listTable{
	inspection.EnglandAdded:    {ID: "added", Title: "Inspections that are new"},
	inspection.EnglandFilled:   {ID: "filled", Title: "Gaps that are filled"},
	inspection.EnglandChanged:  {ID: "changed", Title: "Values that change", Note: "The list is surer here than what is held."},
	inspection.EnglandConflict: {ID: "conflict", Title: "Conflicts", Note: "What is held stays. Both sides are kept and shown on the inspection’s own page."},
}

var listCountNames = map[inspection.EnglandEffect]string{
	inspection.EnglandAdded: "New inspections", inspection.EnglandFilled: "Gaps filled", inspection.EnglandChanged: "Values changed",
	inspection.EnglandConflict: "In conflict", inspection.EnglandSame: "The same as held",
}

// listRows returns the table of the rows with one effect.
func listRows(plan inspection.EnglandPlan, effect inspection.EnglandEffect) listTable {
	table := listTitles[effect]
	n := 0
	for _, outcome := range plan.Outcomes {
		if outcome.Effect != effect {
			continue
		}
		if n++; n > mostListRows {
			continue
		}
		row := listRow{Line: outcome.Line, Authority: outcome.Authority, Inspection: Link{Name: outcome.Title}, Says: outcome.Says, Fields: outcome.Fields}
		if effect != inspection.EnglandAdded || plan.Stored {
			row.Inspection.Address = "/inspections/" + outcome.InspectionID
		}
		table.Rows = append(table.Rows, row)
	}
	table.Rest = restOf(n)
	return table
}

// restOf says how many rows are not shown, where they are many.
func restOf(n int) string {
	if n <= mostListRows {
		return ""
	}
	return fmt.Sprintf("The first %d of %d are shown.", mostListRows, n)
}

// ownList returns the list that whoever asks has chosen and not written yet.
func (s *Server) ownList(c *gin.Context) (heldList, inspection.Actor, error) {
	by, err := s.acting(c)
	if err != nil {
		return heldList{}, by, err
	}
	held, ok := s.lists.find(by.ID, s.clock())
	if !ok || held.done != nil {
		return heldList{}, by, listGone
	}
	return held, by, nil
}

func (s *Server) checkList(c *gin.Context) error {
	held, _, err := s.ownList(c)
	if err != nil {
		return err
	}
	plan, err := s.store.CheckEngland(c.Request.Context(), held.load)
	if err != nil {
		return err
	}
	return s.listCheck(c, http.StatusOK, held, plan, nil)
}

func (s *Server) listCheck(c *gin.Context, status int, held heldList, plan inspection.EnglandPlan, problems inspection.Problems) error {
	page := englandImportCheckPage{
		Page: s.officerBase(c, "Check the list"), File: held.load.List.FileName, Source: sourceWords(held.load.Source),
		Said: plan.Sentences(), Unknown: inspection.ListWords(held.load.List.Unknown), Address: listCheckAddress, Again: listAddress,
	}
	var err error
	if page.Mark, err = plan.Mark(); err != nil {
		return err
	}
	for _, effect := range inspection.EnglandEffects() {
		count := listCount{Name: listCountNames[effect], N: plan.Count(effect)}
		if table := listRows(plan, effect); len(table.Rows) > 0 && effect != inspection.EnglandSame {
			count.Address = "#" + table.ID
			page.Tables = append(page.Tables, table)
		}
		page.Counts = append(page.Counts, count)
	}
	refused := listCount{Name: "Refused", N: plan.RefusedRows}
	if plan.RefusedRows > 0 {
		refused.Address = "#refused"
	}
	page.Counts = append(page.Counts, refused)
	for i, one := range plan.Refused {
		if i < mostListRows {
			page.Refused = append(page.Refused, listRefusal(one))
		}
	}
	page.Rest = restOf(len(plan.Refused))
	page.Button = listButton(plan)
	page.wrong(problems)
	return s.render(c, status, "england_import_check", page)
}

// listButton says what is written; nothing where nothing is.
func listButton(plan inspection.EnglandPlan) string {
	if plan.Nothing() {
		return ""
	}
	added, improved, noted := plan.Written()
	var parts []string
	if added > 0 {
		parts = append(parts, "add "+inspection.CountWords(added, "inspection", "inspections"))
	}
	if improved > 0 {
		parts = append(parts, "fill or change "+inspection.CountWords(improved, "inspection", "inspections"))
	}
	if noted > 0 {
		parts = append(parts, "note conflicts on "+inspection.CountWords(noted, "inspection", "inspections"))
	}
	if len(parts) == 0 {
		return "Write down when the list was read"
	}
	return capital(inspection.ListWords(parts))
}

// sourceWords says what a list is, as its check page does.
func sourceWords(source inspection.Source) string {
	words := source.Title + ", " + source.Publisher
	if source.ReadOn.Known() {
		words += ", read on " + source.ReadOn.Words()
	}
	return words
}

// writeList brings in a list that was looked at, as it was looked at.
func (s *Server) writeList(c *gin.Context) error {
	held, by, err := s.ownList(c)
	if err != nil {
		return err
	}
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	mark := values.Get("mark")
	if mark == "" {
		mark = "none" // what nobody has looked at is not written
	}
	plan, err := s.store.LoadEngland(c.Request.Context(), by, held.load, mark)
	if errors.Is(err, store.ErrPlanChanged) {
		return s.listCheck(c, http.StatusConflict, held, plan, inspection.Problems{{
			Field: "counts", Words: "The record has changed since you looked at the list. Look at what it would do now, then write it",
		}})
	}
	if err != nil {
		return err
	}
	s.lists.hold(by.ID, heldList{at: s.clock(), done: &plan})
	s.data.forget()
	return s.redirect(c, http.StatusSeeOther, listAddress+"?saved=list#saved")
}

// staleWords says on a page about England that its record was read too long ago, as of a day. Without it a page still says what
// it has to say, so what goes wrong here does not stop it.
func (s *Server) staleWords(c *gin.Context, day inspection.Date) string {
	record, err := s.store.EnglandReading(c.Request.Context())
	if err != nil {
		s.log.WarnContext(c.Request.Context(), "the age of the record of England is not known", "error", err)
		return ""
	}
	return record.StaleWords(inspection.Freshness{ReadOn: record.EnglandReadOn(day)}, day)
}
