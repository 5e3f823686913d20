package web

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// compareTable has what the page compares, in its order.
func (s *Server) compareTable(c *gin.Context) (pageTable, error) {
	a, err := s.askCompare(c, c.Query("authority"))
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: a.filter, day: a.day, Table: exchange.Table{
		Name: "compare", Title: "Authorities compared", Columns: []exchange.Column{
			column("Authority", 0), column("Name in addresses", 30), column("Local authority code", 12), column("Note", 30), dates("Latest full inspection published"),
		},
	}}
	if a.nothing != nil {
		t.rows = rowsOf[compareRow](nil, nil)
		return t, nil
	}
	var page compareShowPage
	page.addRows(a, a.askSort())
	for _, j := range a.columns {
		t.Columns = append(t.Columns, column(j.Short, 0), column(j.Short+": when", 20), column(j.Short+": rules", 20))
	}
	t.Columns = append(t.Columns, column("Page", 60))
	t.Notes = []exchange.Note{{Name: "Which authorities", Words: a.heading() + ". " + strings.Join(a.about(s.nameOf(c)), " ")}}
	t.rows = rowsOf(page.Rows, func(row compareRow) []any {
		id := strings.TrimPrefix(row.Link.Address, "/authorities/")
		h, _ := a.england.History(id)
		cells := []any{row.Link.Name, id, h.Body.LACode, strings.Join(row.Notes, lines), row.published}
		for _, cell := range row.Cells {
			cells = append(cells, cell.said(), cell.When, cell.Rules)
		}
		return append(cells, s.whole(c, row.Link.Address))
	})
	return t, nil
}

// englandStands returns where the authorities that a page about England is asked for stood, and by what they are counted. It
// leaves out none, however many they are.
func (a *englandAsked) englandStands(on inspection.Date) ([]listedStand, []mapKey) {
	stands := a.england.Stands(a.judgement.Code, on, inspection.StandingBasis{PublishedBy: on}, a.where)
	return a.listedStands(stands), a.mapKeys(stands)
}

// partRow is one row of the counts by region or by type.
type partRow struct {
	table string
	standingRow
}

// englandTable counts authorities by grade in each region and each type of council.
func (s *Server) englandTable(c *gin.Context) (pageTable, error) {
	a, err := s.askEngland(c)
	if err != nil {
		return pageTable{}, err
	}
	a.askJudgement()
	a.askWhere(s.homeAuthority(c))
	on := a.england.Seen(a.day)
	stands, keys := a.englandStands(on)
	t := pageTable{asked: a.filter, day: on, Table: exchange.Table{
		Name: "england-" + strings.ReplaceAll(a.judgement.Code, "_", "-"), Title: "England: " + a.judgement.Short,
		Columns: []exchange.Column{column("Counted by", 20), column("Part", 0)},
		Notes:   []exchange.Note{{Name: "Judgement", Words: a.judgement.Name}, {Name: "How complete it is", Words: "The lists of full inspections are complete to " + on.Words() + "."}},
	}}
	var series []int
	for _, key := range keys {
		series = append(series, len(t.Columns))
		t.Columns = append(t.Columns, numbers(key.Words))
	}
	scale, _ := a.england.Catalogue.Scale(a.judgement.Scale)
	t.Columns = append(t.Columns, numbers("Authorities"), column(cmp.Or(bestWords(scale), "Share"), 24))
	t.Chart = &exchange.TableChart{Title: a.judgement.Short + ", authorities by grade on " + on.Words(), Names: 1, Series: series}
	var rows []partRow
	for _, table := range a.standingTables(on, stands, keys) {
		for _, row := range table.Rows {
			rows = append(rows, partRow{table.Part, row})
		}
		if t.Chart.Rows == 0 {
			t.Chart.Rows = len(rows)
		}
		if table.All != nil && len(rows) == len(table.Rows) { // said once
			rows = append(rows, partRow{"All", *table.All})
		}
	}
	t.rows = rowsOf(rows, func(row partRow) []any {
		cells := []any{row.table, row.Name}
		for _, count := range row.Counts {
			cells = append(cells, count.Number)
		}
		return append(cells, row.Total, row.Share)
	})
	return t, nil
}

// mapTable has a row for each authority of the map.
func (s *Server) mapTable(c *gin.Context) (pageTable, error) {
	a, err := s.askEngland(c)
	if err != nil {
		return pageTable{}, err
	}
	a.askJudgement()
	a.askWhere(s.homeAuthority(c))
	stands, _ := a.englandStands(a.day)
	t := pageTable{asked: a.filter, day: a.day, Table: exchange.Table{
		Name: "map-" + strings.ReplaceAll(a.judgement.Code, "_", "-"), Title: "Map of England: " + a.judgement.Short, Columns: []exchange.Column{
			column("Region", 24), column("Authority", 0), column("Name in addresses", 30), column("Local authority code", 12), column("Type", 24), column(a.judgement.Short, 0),
			column("Grade code", 18), dates("Published"), column("Inspection rules", 0), column("Inspection", 40), column("Page of the inspection", 60),
		},
		Notes: []exchange.Note{{Name: "Judgement", Words: a.judgement.Name}, {Name: "How complete it is", Words: a.completeWords()}},
	}}
	t.rows = rowsOf(stands, func(one listedStand) []any {
		b := one.Body
		cells := []any{b.Region, b.Name, b.ID, b.LACode, b.Type, one.view.Words, one.Grade.Code, nil, "", "", ""}
		if in := one.Inspection; in != nil {
			rules, _ := a.england.Catalogue.Framework(in.Framework)
			cells[7], cells[8], cells[9], cells[10] = in.Published, capital(rules.PlainName), in.ID, s.whole(c, one.view.Report)
		}
		return cells
	})
	return t, nil
}

// journeyTable counts the steps from each grade to the next.
func (s *Server) journeyTable(c *gin.Context) (pageTable, error) {
	a, err := s.askJourney(c)
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: a.filter, day: a.day, Table: exchange.Table{
		Name: "journeys-" + strings.ReplaceAll(a.judgement.Code, "_", "-"), Title: "Journeys: " + a.judgement.Short,
		Notes: []exchange.Note{{Name: "Inspection rules", Words: capital(a.rules.PlainName)}, {Name: "Part of England", Words: cmp.Or(a.where.Words(), "All of England")}},
	}}
	var rows []journeyRow
	var heads []gradeHead
	if steps, has := a.steps(); has {
		a.askLow(steps.Scale)
		heads, rows = a.matrix(steps)
	}
	t.Columns = []exchange.Column{column("Grade", 0)}
	var series []int
	for _, head := range heads {
		series = append(series, len(t.Columns))
		t.Columns = append(t.Columns, numbers("Then "+lowerFirst(head.Name)))
	}
	t.Columns = append(t.Columns, numbers("All"))
	t.Chart = &exchange.TableChart{Title: a.judgement.Short + ": what came after each grade", Names: 0, Series: series, Rows: len(rows) - 1}
	t.rows = rowsOf(rows, func(row journeyRow) []any {
		cells := []any{row.Head.Name}
		for _, cell := range row.Cells {
			number, _ := strconv.Atoi(cell.Number.Words)
			cells = append(cells, number)
		}
		return cells
	})
	return t, nil
}

// journeyListTable lists what one number of the journeys counts.
func (s *Server) journeyListTable(c *gin.Context) (pageTable, error) {
	a, err := s.askJourney(c)
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: a.filter, day: a.day, Table: exchange.Table{
		Name: "journeys-authorities", Title: "Journeys, one by one", Columns: []exchange.Column{
			column("Authority", 0), column("Name in addresses", 30), column("Local authority code", 12), column("Grade", 0), dates("Published"), column("Inspection rules", 0), column("Inspection", 40),
			column("What came next", 0), dates("Next published"), column("Next inspection rules", 0), column("Next inspection", 40),
		},
		Notes: []exchange.Note{{Name: "Judgement", Words: a.judgement.Name}, {Name: "Inspection rules", Words: capital(a.rules.PlainName)}},
	}}
	var found []listedStep
	steps, has := a.steps()
	if has {
		from, to := a.askEnds(steps)
		found, _ = a.listedSteps(steps, from, to)
	}
	t.rows = rowsOf(found, func(one listedStep) []any {
		row := a.journeyRow(steps, one)
		cells := []any{
			one.body.Name, one.body.ID, one.body.LACode, row.From.Head.Name, one.from.Published, capital(row.From.Rules), one.from.ID,
			row.Next.Head.Name, nil, capital(row.Next.Rules), "",
		}
		if one.next != nil {
			cells[8], cells[10] = one.next.Published, one.next.ID
		}
		return cells
	})
	return t, nil
}

// askedTable lists what was asked of others on a theme, letter by letter; without a theme it counts the items of each.
func (s *Server) askedTable(c *gin.Context) (pageTable, error) {
	a, themes, err := s.askAsked(c)
	if err != nil {
		return pageTable{}, err
	}
	ctx := c.Request.Context()
	if a.theme == "" {
		return s.askedCounts(c, a, themes)
	}
	t := pageTable{asked: a.filter, day: a.day, Table: exchange.Table{
		Name: "asked-of-others-" + a.theme, Title: "What was asked of others", Columns: []exchange.Column{
			column("References", 24), column("Inspections", 44), column("Of whom", 0), column("Local authority code", 12), dates("Published"), column("Kind", 24), column("Words", 90), column("Whose words", 24),
			column("Themes", 0), column("Page", 60),
		},
		Notes: []exchange.Note{{Name: "Which rows", Words: "An item that stands in the letters to two authorities has one row. A theme that is missing here may stand in a letter that is not held."}},
	}}
	t.rows = func(do func([]any) error) error {
		wanted := a.wanted()
		wanted.Size = askedAtATime
		for wanted.Page = 1; ; wanted.Page++ {
			found, err := s.store.Asked(ctx, wanted)
			if err != nil {
				return err
			}
			for _, asked := range found.List {
				if err := do(s.askedCells(c, found.Record, themes, asked)); err != nil {
					return err
				}
			}
			if wanted.Page >= found.Pages {
				return nil
			}
		}
	}
	return t, nil
}

// askedAtATime is how many items of what was asked of others are read together.
const askedAtATime = 500

func (s *Server) askedCells(c *gin.Context, r *inspection.Record, themes []inspection.Theme, asked inspection.Asked) []any {
	first := asked[0]
	var references, inspections, names, codes []string
	for _, by := range asked {
		references, inspections = append(references, by.Item.Reference), append(inspections, by.Letter.ID)
		names, codes = append(names, r.WhomWords(by.Letter.Bodies)), append(codes, codesOf(r, by.Letter))
	}
	return []any{
		strings.Join(references, lines), strings.Join(inspections, lines), strings.Join(names, lines), strings.Join(codes, lines), first.Letter.Published,
		areaKindWords(first.Item.Kind), first.Item.Words, wordingWords(first.Item.Wording), namesOfThemes(themes, first.Item.Themes),
		s.whole(c, "/recommendations/"+first.Item.Reference),
	}
}

func (s *Server) askedCounts(c *gin.Context, a *askedOf, themes []inspection.Theme) (pageTable, error) {
	wanted := a.wanted()
	wanted.Page, wanted.Size = 1, askedPerPage
	found, err := s.store.Asked(c.Request.Context(), wanted)
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: a.filter, day: a.day, Table: exchange.Table{
		Name: "asked-of-others", Title: "What was asked of others", Columns: []exchange.Column{column("Theme", 50), column("Theme code", 30), numbers("Areas to improve")},
		Notes: []exchange.Note{{Name: "How complete it is", Words: a.heldWords(found)}},
		Chart: &exchange.TableChart{Title: "Areas to improve by theme", Names: 0, Series: []int{2}},
	}}
	var counted []inspection.Theme
	for _, theme := range append(slices.Clone(themes), inspection.Theme{Code: store.NoTheme, Name: noThemeGiven}) {
		if found.Counts[theme.Code] > 0 {
			counted = append(counted, theme)
		}
	}
	t.rows = rowsOf(counted, func(theme inspection.Theme) []any { return []any{theme.Name, theme.Code, found.Counts[theme.Code]} })
	return t, nil
}

// scrutinyRowOf is one area to improve in one of the lists for scrutiny.
type scrutinyRowOf struct {
	list inspection.ScrutinyList
	item inspection.ScrutinyItem
}

// scrutinyTable has the lists for scrutiny, one after another, with every area in each of them.
func (s *Server) scrutinyTable(c *gin.Context) (pageTable, error) {
	var page scrutinyShowPage
	w, f, err := s.askScrutiny(c, &page)
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: f, day: w.asOf, Table: exchange.Table{
		Name: "scrutiny-" + w.body.ID, Title: "For scrutiny: " + w.body.Name, Columns: []exchange.Column{
			column("List", 30), column("How the list is made", 50), column("Reference", 20), column("Inspection", 40), column("Of whom", 0), column("Kind", 24), column("Words", 80), column("Whose words", 24),
			column("How far it is", 18), column("Owner", 0), dates("Original date"), dates("Latest date"), column("Past its date", 10), numbers("Times moved"),
			dates("Newest evidence shown here"), column("Why it stands here", 50), column("Page", 50),
		},
		Notes: []exchange.Note{
			{Name: "Looks back to", Words: page.Since},
			{Name: "Which rows", Words: "An area can stand in several lists. One that stands in the letters to two councils has a row for each; the page counts it once."},
		},
	}}
	var rows []scrutinyRowOf
	if len(w.members) > 0 {
		board := inspection.Scrutiny(w.items, w.since, w.asOf, w.reader)
		for _, list := range append(board.Lists, board.Ended) {
			for _, item := range list.Items {
				rows = append(rows, scrutinyRowOf{list, item})
			}
		}
	}
	t.rows = rowsOf(rows, func(row scrutinyRowOf) []any {
		item, p := row.item, w.data.progress(row.item.Position, w.reader, w.asOf)
		return []any{
			row.list.Title, row.list.Rule, item.Reference, item.Inspection.ID, w.record.WhomWords(item.Inspection.Bodies), areaKindWords(item.Kind), item.Words, wordingWords(item.Wording),
			p.Stage.Name, p.Owner, item.Position.OriginalDue, item.Position.Due, yes(p.Past), item.Position.TimesMoved,
			item.Position.EvidenceOn(w.reader), strings.Join(w.notes(row.list.Code, item, p), lines), s.whole(c, "/recommendations/"+item.Reference),
		}
	})
	return t, nil
}

// englandListTable is the list of inspections in the form in which lists of England are brought in.
func (s *Server) englandListTable(c *gin.Context) (pageTable, error) {
	day, err := s.asOf(c)
	if err != nil {
		return pageTable{}, err
	}
	known, err := s.register(c)
	if err != nil {
		return pageTable{}, err
	}
	around := aroundEach(&inspection.Record{Catalogue: known.catalogue, Bodies: known.bodies})
	t := pageTable{page: "/england", day: day, Table: exchange.EnglandTable()}
	t.rows = func(do func([]any) error) error {
		return s.store.EachInspection(c.Request.Context(), store.InspectionFilter{OutBy: pastDay(c)}, func(in *inspection.Inspection) error {
			for _, row := range exchange.EnglandRows(around(in), in) {
				if err := do(row); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return t, nil
}

// anyAction reports whether there is an action for the tracker sheet.
func (s *Server) anyAction(ctx context.Context) (bool, error) {
	enough := errors.New("there is one")
	err := s.store.EachAction(ctx, store.ActionFilter{Reader: inspection.ForOfficers}, func(store.ServedAction) error { return enough })
	if errors.Is(err, enough) {
		return true, nil
	}
	return false, err
}

// trackerTable is the tracker sheet of this record: every action that serves an area to improve of a council, in the form in
// which /tracker takes it back.
func (s *Server) trackerTable(c *gin.Context) (pageTable, error) {
	f, wanted, names, err := s.askActions(c)
	if err != nil {
		return pageTable{}, err
	}
	// What comes back changes what stands here today, so no other day is taken out.
	wanted.AsOf = s.today()
	t := pageTable{asked: f, subject: "tracker sheet", page: "/tracker", Table: exchange.TrackerTable()}
	t.rows = eachRow(c.Request.Context(), s.store.EachAction, wanted, func(a store.ServedAction) []any {
		return exchange.TrackerRow(a.Action, names.post(a.OwnerID), names.body(a.LeadBodyID), a.Areas)
	})
	return t, nil
}
