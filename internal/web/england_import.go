package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// A list of inspections that was chosen is held until its officer has it written: nothing of it is on the record before. Each
// officer holds one; it is forgotten after a while, and when they choose another.
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

// heldList is a list between its choice and its being written: the file, and what is said of it as a whole.
type heldList struct {
	Name string
	Data []byte
	Said url.Values
}

// load reads the file. It fails with inspection.Problems.
func (h heldList) load(today inspection.Date) (inspection.EnglandLoad, error) {
	load, problems := readList(h.Said)
	if checked := load.Check(today); len(problems) == 0 {
		problems = checked
	}
	if h.Name == "" {
		return load, append(inspection.Problems{{Field: "file", Words: "Choose the list, a CSV file"}}, problems...)
	}
	var unfit inspection.Problems
	var err error
	if load.List, err = exchange.ReadEngland(h.Name, h.Data); err != nil && !errors.As(err, &unfit) {
		return load, err
	}
	if problems = append(unfit, problems...); len(problems) > 0 {
		return load, problems
	}
	return load, nil
}

// listDone is what writing a list did, as the page that follows says it.
type listDone struct {
	Sentences []string
	Conflicts listTable
}

// ofList is the parameter that names a list.
const ofList = "list"

// onlyOne is the place of each officer's list, which the next one takes.
const onlyOne = "list"

func newLists(s *store.Store) desk[heldList] {
	return desk[heldList]{s, store.HeldList, listHeldFor, store.HeldBounds{All: mostHeldLists}}
}

func newListsDone(s *store.Store) desk[listDone] {
	return desk[listDone]{s, store.HeldListDone, listHeldFor, store.HeldBounds{Own: 1, Bytes: exchange.MaxEnglandBytes}}
}

func listCheckAt(secret string) string {
	return listCheckAddress + "?" + url.Values{ofList: {secret}}.Encode()
}

var listGone = &referral{&refusal{http.StatusGone, "This list is no longer held", []string{
	"A list that was chosen is held for 30 minutes, for whoever chose it.",
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
	if c.Query("saved") == "list" {
		page.Saved = "The list is written."
		done, _, err := s.listsDone.find(c.Request.Context(), c.Query(ofList), by.ID)
		if err != nil {
			return err
		}
		page.Done, page.Look = done.Sentences, done.Conflicts
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
	name, data, values, err := sentTable(c, exchange.MaxEnglandBytes)
	if err != nil {
		return err
	}
	held := heldList{name, data, values}
	var problems inspection.Problems
	if _, err := held.load(s.today()); errors.As(err, &problems) {
		return s.listStart(c, http.StatusUnprocessableEntity, values, problems)
	} else if err != nil {
		return err
	}
	secret, err := s.lists.hold(c.Request.Context(), by.ID, onlyOne, held)
	if errors.Is(err, store.ErrNoRoom) {
		return listsFull
	}
	if err != nil {
		return err
	}
	return s.redirect(c, http.StatusSeeOther, listCheckAt(secret))
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
func (s *Server) ownList(c *gin.Context) (inspection.EnglandLoad, inspection.Actor, error) {
	by, err := s.acting(c)
	if err != nil {
		return inspection.EnglandLoad{}, by, err
	}
	held, ok, err := s.lists.find(c.Request.Context(), c.Query(ofList), by.ID)
	if err == nil && !ok {
		err = listGone
	}
	if err != nil {
		return inspection.EnglandLoad{}, by, err
	}
	load, err := held.load(s.today())
	return load, by, err
}

func (s *Server) checkList(c *gin.Context) error {
	load, _, err := s.ownList(c)
	if err != nil {
		return err
	}
	plan, err := s.store.CheckEngland(c.Request.Context(), load)
	if err != nil {
		return err
	}
	return s.listCheck(c, http.StatusOK, load, plan, nil)
}

func (s *Server) listCheck(c *gin.Context, status int, load inspection.EnglandLoad, plan inspection.EnglandPlan, problems inspection.Problems) error {
	page := englandImportCheckPage{
		Page: s.officerBase(c, "Check the list"), File: load.List.FileName, Source: sourceWords(load.Source),
		Said: plan.Sentences(), Unknown: inspection.ListWords(load.List.Unknown), Address: listCheckAt(c.Query(ofList)), Again: listAddress,
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
	load, by, err := s.ownList(c)
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
	ctx := c.Request.Context()
	plan, err := s.store.LoadEngland(ctx, by, load, mark)
	if errors.Is(err, store.ErrPlanChanged) {
		return s.listCheck(c, http.StatusConflict, load, plan, inspection.Problems{{
			Field: "counts", Words: "The record has changed since you looked at the list. Look at what it would do now, then write it",
		}})
	}
	if err != nil {
		return err
	}
	s.data.forget()
	s.lists.forgetDone(ctx, s.log, c.Query(ofList))
	done := listDone{plan.Sentences(), listRows(plan, inspection.EnglandConflict)}
	secret, err := s.listsDone.hold(ctx, by.ID, onlyOne, done)
	if err != nil { // the list is written: the page says so, without what it did
		s.log.WarnContext(ctx, "hold what a list did", "error", err)
	}
	return s.redirect(c, http.StatusSeeOther, listAddress+"?"+url.Values{"saved": {"list"}, ofList: {secret}}.Encode()+"#saved")
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
