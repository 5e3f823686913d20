package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// trackerMapPage asks what the columns of a tracker hold.
type trackerMapPage struct {
	Page
	File     string
	Address  string
	Table    []letterBox // which table it is; sent by itself, since the rest depends on it
	Mapping  string      // the name of the mapping that the page began with
	Chosen   bool        // whether it is known which table it is
	Hidden   []carried
	About    []letterBox
	Columns  []trackerColumnRow
	Problem  string // of the columns as a whole
	Rest     []letterBox
	Statuses []trackerStatusRow
	Unclear  string // what is wrong with the words of the status
}

// trackerColumnRow asks what one column holds, beside what stands in it.
type trackerColumnRow struct {
	Letter  string
	Heading string
	Samples []string
	Holds   letterBox
	On      letterBox
	Day     string // which the heading says
}

// trackerStatusRow asks what one word of the column of status means.
type trackerStatusRow struct {
	Says  carried
	Means letterBox
}

// mapTracker shows what the columns of a tracker hold, by a mapping that is saved or by none yet.
func (s *Server) mapTracker(c *gin.Context) error {
	held, _, err := s.ownTracker(c)
	if err != nil {
		return err
	}
	mapping := inspection.TrackerMapping{Audience: inspection.ForOfficers}
	if name := c.Query("mapping"); name != "" {
		if mapping, err = s.store.TrackerMapping(c.Request.Context(), name); err != nil && !errors.Is(err, inspection.ErrNotFound) {
			return err
		}
	}
	if c.Query("mapping") == "" && inspection.IsOwnTracker(held.sheet("")) {
		mapping = inspection.OwnTracker(s.homeAuthority(c).ID)
	}
	// What the form at the head asks for wins over what is saved.
	if c.Query("sheet") != "" {
		mapping.Sheet = c.Query("sheet")
	}
	if row, err := strconv.Atoi(c.Query("heading_row")); err == nil {
		mapping.HeadingRow = row
	}
	if body := c.Query("body"); body != "" {
		mapping.BodyID = body
	}
	sheet := held.sheet(mapping.Sheet)
	mapping.Sheet = sheet.Name
	if mapping.HeadingRow < 1 || mapping.HeadingRow > len(sheet.Rows) {
		mapping.HeadingRow = likelyHeading(sheet)
	}
	return s.trackerMap(c, http.StatusOK, held, sheet, mappingValues(mapping, sheet, held.On), nil)
}

// likelyHeading is the row that is offered as that of the headings: the one among the first with the most cells filled.
func likelyHeading(sheet inspection.Sheet) int {
	const first = 20
	best, most := 1, 0
	for row := 1; row <= min(first, len(sheet.Rows)); row++ {
		filled := 0
		for column := 1; column <= sheet.Width(); column++ {
			if sheet.Cell(row, column) != "" {
				filled++
			}
		}
		if filled > most {
			best, most = row, filled
		}
	}
	return best
}

// mappingValues returns what the boxes hold for a mapping. parseMapping reads it back.
func mappingValues(m inspection.TrackerMapping, sheet inspection.Sheet, on inspection.Date) url.Values {
	v := url.Values{
		"name": {m.Name}, "body": {m.BodyID}, "sheet": {m.Sheet}, "heading_row": {strconv.Itoa(m.HeadingRow)}, "rows": {string(m.Rows)},
		"inspection": {m.InspectionID}, "lead_body": {m.LeadBodyID}, "committee": {m.CommitteeID}, "audience": {string(m.Audience)},
		"on": {dayText(on)},
	}
	for name, ticked := range map[string]bool{"month_means": m.MonthMeans, "empty_means": m.EmptyMeans} {
		if ticked {
			v.Set(name, "yes")
		}
	}
	headings := sheet.Headings(m.HeadingRow)
	for _, column := range m.Columns {
		if i := slices.Index(headings, column.Heading); i >= 0 {
			v.Set(columnName(i+1, "holds"), string(column.Holds))
			v.Set(columnName(i+1, "on"), dayText(column.On))
		}
	}
	for i, status := range m.Statuses {
		v.Set(rowName("status", i, "says"), status.Says)
		v.Set(rowName("status", i, "means"), string(status.Means))
	}
	return v
}

func columnName(column int, field string) string { return fmt.Sprintf("column.%d.%s", column, field) }

// parseMapping reads a mapping out of the form, and the day of the tracker. Words of the column of status of which the form
// does not say what they mean are among the statuses all the same, so that they are asked for.
func parseMapping(values url.Values, sheet inspection.Sheet) (inspection.TrackerMapping, inspection.Date, inspection.Problems) {
	f := &draftForm{values: values}
	m := inspection.TrackerMapping{
		Name: f.line("name"), BodyID: f.line("body"), Sheet: sheet.Name, Rows: inspection.TrackerRows(f.line("rows")),
		InspectionID: f.line("inspection"), LeadBodyID: f.line("lead_body"), CommitteeID: f.line("committee"),
		MonthMeans: f.ticked("month_means"), EmptyMeans: f.ticked("empty_means"), Audience: inspection.Audience(f.line("audience")),
	}
	m.HeadingRow, _ = strconv.Atoi(f.line("heading_row")) // the check asks for it where it is none
	if m.HeadingRow >= 1 && m.HeadingRow <= len(sheet.Rows) {
		for i, heading := range sheet.Headings(m.HeadingRow) {
			holds := inspection.TrackerHolds(f.line(columnName(i+1, "holds")))
			if holds == "" {
				continue
			}
			column := inspection.TrackerColumn{Heading: heading, Holds: holds}
			if holds == inspection.HoldsProgress {
				column.On = f.day(columnName(i+1, "on"), "the day that this column speaks of")
			}
			m.Columns = append(m.Columns, column)
		}
	}
	for i := range f.rows("status", "says") {
		says := f.line(rowName("status", i, "says"))
		m.Statuses = append(m.Statuses, inspection.TrackerStatus{Says: says, Means: inspection.TrackerMeaning(f.line(rowName("status", i, "means")))})
	}
	for _, says := range m.StatusWords(sheet) {
		if !slices.ContainsFunc(m.Statuses, func(s inspection.TrackerStatus) bool { return strings.EqualFold(s.Says, says) }) {
			m.Statuses = append(m.Statuses, inspection.TrackerStatus{Says: says})
		}
	}
	on := f.day("on", "the day of this tracker")
	return m, on, f.problems
}

// saveTrackerColumns saves what the columns hold and goes on to the check of the rows.
func (s *Server) saveTrackerColumns(c *gin.Context) error {
	held, by, err := s.ownTracker(c)
	if err != nil {
		return err
	}
	values, err := sentForm(c)
	if err != nil {
		return err
	}
	sheet := held.sheet(values.Get("sheet"))
	mapping, on, problems := parseMapping(values, sheet)
	if words := inspection.DayProblem(on, "the day of this tracker", inspection.Date{}, s.today()); words != "" && len(problems) == 0 {
		problems = inspection.Problems{{Field: "on", Words: words}}
	}
	next := trackerAddress(c.Param("id")) + "/check"
	if len(problems) == 0 {
		if _, err = s.store.SaveTrackerMapping(c.Request.Context(), by, mapping, sheet); err == nil {
			held.Mapping, held.On = mapping.Name, on
			if err := s.trackers.replace(c.Request.Context(), c.Param("id"), by.ID, held); err != nil {
				// The columns are saved. The tracker does not know them yet, so they are asked for once more as they were saved.
				s.log.ErrorContext(c.Request.Context(), "note which columns a tracker has", "error", err)
				next = trackerAddress(c.Param("id")) + "?" + url.Values{"mapping": {mapping.Name}}.Encode()
			}
		}
	}
	return s.afterSaving(c, next, err, problems,
		func(problems inspection.Problems) error {
			for i, status := range mapping.Statuses {
				values.Set(rowName("status", i, "says"), status.Says)
			}
			return s.trackerMap(c, http.StatusUnprocessableEntity, held, sheet, values, problems)
		})
}

// trackerMap shows the form of a mapping.
func (s *Server) trackerMap(c *gin.Context, status int, held heldTracker, sheet inspection.Sheet, values url.Values, problems inspection.Problems) error {
	ctx := c.Request.Context()
	known, err := s.register(c)
	if err != nil {
		return err
	}
	names, err := namesOf(ctx, s.store, known.bodies)
	if err != nil {
		return err
	}
	m := boxMaker{values: values, problems: problems, names: names, leads: known.leaders(s.today()), audiences: s.audiences(c)}
	page := trackerMapPage{
		Page: s.officerBase(c, "What the columns hold"), File: held.Name, Address: trackerAddress(c.Param("id")), Mapping: c.Query("mapping"),
		Chosen: values.Get("body") != "",
	}
	page.wrong(problems)
	page.Problem, page.Unclear = page.Page.Problem("columns"), page.Page.Problem("statuses")
	page.Table = m.trackerTable(held, known.homeFirst(bodyOptions(known.near(values.Get("body")), s.today())))
	for _, name := range []string{"sheet", "heading_row", "body"} {
		page.Hidden = append(page.Hidden, carried{name, values.Get(name)})
	}
	if !page.Chosen {
		return s.render(c, status, "tracker_map", page)
	}
	letters, err := s.trackerLetters(c, known, values.Get("body"))
	if err != nil {
		return err
	}
	page.About = []letterBox{
		m.plain("name", "Name under which these columns are kept", "Keep it for later versions of this tracker: what was brought in before is known by it."),
		m.plainChoice("rows", "Each row is", "", "Choose one", optionGroup{Options: []selectOption{
			{Value: string(inspection.TrackerActions), Name: "An action"}, {Value: string(inspection.TrackerAreas), Name: "An area to improve"},
		}}),
		m.plainChoice("inspection", "Letter whose areas the numbers are", "Only where rows name areas by their numbers in one letter.", "None: references stand in full", letters),
	}
	row, _ := strconv.Atoi(values.Get("heading_row")) // a row that is none has no headings
	for i, heading := range sheet.Headings(row) {
		page.Columns = append(page.Columns, m.trackerColumn(sheet, row, i+1, heading))
	}
	page.Rest = m.trackerRest()
	for i := range (&draftForm{values: values}).rows("status", "says") {
		if i < inspection.MostStatuses {
			page.Statuses = append(page.Statuses, m.trackerStatus(i))
		}
	}
	return s.render(c, status, "tracker_map", page)
}

// plain makes a box whose ID is its name, as in forms that are alone on their page.
func (m boxMaker) plain(name, label, hint string) letterBox {
	b := m.box(name, label, hint)
	b.ID = name
	return b
}

func (m boxMaker) plainChoice(name, label, hint, none string, groups ...optionGroup) letterBox {
	b := m.plain(name, label, hint)
	b.setOptions(none, groups...)
	return b
}

// trackerTable are the boxes that say which table it is, and whose.
func (m boxMaker) trackerTable(held heldTracker, bodies []optionGroup) []letterBox {
	var sheets optionGroup
	for _, sheet := range held.workbook.Sheets {
		sheets.Options = append(sheets.Options, selectOption{Value: sheet.Name, Name: sheet.Name})
	}
	row := m.plain("heading_row", "Row with the headings", "Its number in the spreadsheet. Rows above it are passed over.")
	row.Short = true
	return []letterBox{
		m.plainChoice("sheet", "Sheet", "", "The first", sheets), row,
		m.plainChoice("body", "Whose tracker it is", "", "Choose a council", bodies...),
	}
}

// trackerLetters lists the letters that have areas to improve, of a body and of all that is listed under it.
func (s *Server) trackerLetters(c *gin.Context, known *registerData, body string) (optionGroup, error) {
	items, err := s.store.Recommendations(c.Request.Context(), store.RecommendationFilter{Authority: body})
	if err != nil && !errors.Is(err, inspection.ErrNotFound) {
		return optionGroup{}, err
	}
	r := &inspection.Record{Catalogue: known.catalogue, Bodies: known.bodies}
	var letters optionGroup
	for _, item := range items {
		option := selectOption{Value: item.InspectionID, Name: r.TitleOf(item.Inspection)}
		if !slices.Contains(letters.Options, option) {
			letters.Options = append(letters.Options, option)
		}
	}
	return letters, nil
}

// trackerColumn asks what a column holds.
func (m boxMaker) trackerColumn(sheet inspection.Sheet, row, number int, heading string) trackerColumnRow {
	var holdings optionGroup
	for _, holds := range inspection.TrackerHoldings() {
		holdings.Options = append(holdings.Options, selectOption{Value: string(holds), Name: holds.Words()})
	}
	out := trackerColumnRow{
		Letter: inspection.ColumnName(number), Heading: heading, Samples: trackerSamples(sheet, row, number),
		Holds: m.plainChoice(columnName(number, "holds"), "What column "+inspection.ColumnName(number)+" holds", "", "Not taken", holdings),
		On:    m.plain(columnName(number, "on"), "Day that column "+inspection.ColumnName(number)+" speaks of", ""),
	}
	out.On.Short = true
	if day := (inspection.TrackerColumn{Heading: heading}).Day(); day.Known() {
		out.Day = day.Words()
	}
	return out
}

// trackerRest are the boxes that are about all rows.
func (m boxMaker) trackerRest() []letterBox {
	tick := func(name, label string) letterBox {
		b := m.plain(name, label, "")
		b.Type = "tick"
		return b
	}
	lead := m.lead()
	lead.ID, lead.Label, lead.Hint = "lead_body", "Body that leads on every row", "Where no column says."
	committee := m.committee("Body that agrees new dates and closes these areas", func(c inspection.Committee) bool { return c.Decides })
	committee.ID, committee.Hint = "committee", "Only for rows about areas to improve that have a plan. Bodies are kept on the page “Bodies, meetings and posts”."
	audience := m.audience()
	audience.ID, audience.Label = "audience", "Who may read what comes in"
	on := m.plain("on", "Day of this tracker", "The day on which its plans and claims count as made, like 14 October 2026.")
	on.Short = true
	return []letterBox{
		lead, committee, tick("month_means", "Where a month or a quarter stands for a day due, it means its last day"),
		tick("empty_means", "Where no area is named in a row, the one above it is meant"), audience, on,
	}
}

// trackerStatus asks what a word of the column of status means.
func (m boxMaker) trackerStatus(i int) trackerStatusRow {
	says := m.values.Get(rowName("status", i, "says"))
	var meanings optionGroup
	for _, means := range inspection.TrackerMeanings() {
		meanings.Options = append(meanings.Options, selectOption{Value: string(means), Name: means.Words()})
	}
	return trackerStatusRow{
		Says:  carried{rowName("status", i, "says"), says},
		Means: m.plainChoice(rowName("status", i, "means"), "“"+says+"” means", "", "Choose what it means", meanings),
	}
}
