package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// lines parts the entries of a cell that has several.
const lines = "\n"

// codesOf returns the local authority codes of the bodies of an inspection; of a partnership its council's.
func codesOf(r *inspection.Record, in *inspection.Inspection) string {
	var codes []string
	for _, of := range in.Bodies {
		body, _ := r.Body(of.BodyID)
		if council, ok := r.Body(body.ListedOn); ok {
			body = council
		}
		if body.LACode != "" && !slices.Contains(codes, body.LACode) {
			codes = append(codes, body.LACode)
		}
	}
	return strings.Join(codes, " ")
}

// aroundEach returns what makes a small record of the bodies of one inspection: a table has very many rows, and each would look
// for its bodies among all that there are.
func aroundEach(r *inspection.Record) func(*inspection.Inspection) *inspection.Record {
	bodies := make(map[string]inspection.Body, len(r.Bodies))
	for _, b := range r.Bodies {
		bodies[b.ID] = b
	}
	return func(in *inspection.Inspection) *inspection.Record {
		small := &inspection.Record{Catalogue: r.Catalogue, Themes: r.Themes}
		for _, of := range in.Bodies {
			for body, ok := bodies[of.BodyID]; ok; body, ok = bodies[body.ListedOn] {
				small.Bodies = append(small.Bodies, body)
			}
		}
		return small
	}
}

func (s *Server) inspectionTable(c *gin.Context) (pageTable, error) {
	asked, err := s.askInspections(c)
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: asked.filter, day: asked.day, Table: exchange.Table{
		Name: "inspections", Title: "Inspections and visits", Columns: []exchange.Column{
			column("Inspection", 40), column("Inspection or visit", 0), column("Kind code", 18), column("Of whom", 0), column("Local authority code", 12),
			column("Whose it was is confirmed", 12), column("Topic", 0), column("Inspectors came", 0), dates("Fieldwork began"), dates("Fieldwork ended"),
			dates("Published"), column("Document", 0), column("What they concluded", 50), column("Inspection rules", 0), column("Rules code", 18),
			column("How well it is known", 0), column("Page", 60), column("Letter or report", 50),
		},
		Notes: []exchange.Note{{Name: "How complete it is", Words: "No complete list of visits is held. How far each list is complete: " + s.whole(c, "/sources#complete")}},
	}}
	t.Notes = append(t.Notes, yearNotes(asked.wanted)...)
	around := aroundEach(asked.record)
	t.rows = eachRow(c.Request.Context(), s.store.EachInspection, asked.wanted, func(in *inspection.Inspection) []any {
		r := around(in)
		view := inspectionRowOf(r, in)
		rules, _ := r.Catalogue.Framework(in.Framework)
		return []any{
			in.ID, view.Link.Name, in.Kind, r.WhomWords(in.Bodies), codesOf(r, in), yes(in.Confirmed()), in.Topic, view.Fieldwork, in.FieldworkStart, in.FieldworkEnd,
			in.Published, documentWords(in.Document), view.Outcome, capital(rules.PlainName), in.Framework,
			in.Confidence.Words(), s.whole(c, inspectionAddress(in)), in.ReportAddress,
		}
	})
	return t, nil
}

// yearNotes say by what the inspections of a year were chosen.
func yearNotes(filter store.InspectionFilter) []exchange.Note {
	if filter.Year == 0 {
		return nil
	}
	return []exchange.Note{{Name: "Year", Words: "Of an inspection whose day of publication is not known, that is the year in which inspectors came."}}
}

func (s *Server) judgementTable(c *gin.Context) (pageTable, error) {
	asked, err := s.askInspections(c)
	if err != nil {
		return pageTable{}, err
	}
	around := aroundEach(asked.record)
	t := pageTable{asked: asked.filter, day: asked.day, page: "/inspections", Table: exchange.Table{
		Name: "judgements", Title: "Judgements", Columns: []exchange.Column{
			column("Inspection", 40), column("Of whom", 0), column("Local authority code", 12), column("Whose it was is confirmed", 12),
			column("Kind of inspection", 0), column("Inspection rules", 0), column("Rules code", 18), column("Judgement", 50), column("Judgement code", 18),
			column("Grade", 0), column("Grade code", 18), dates("Fieldwork began"), dates("Published"), column("How well it is known", 0), column("Page", 60),
		},
		Notes: []exchange.Note{{Name: "Which rows", Words: "One row for each judgement that an inspection gave. A judgement that its rules do not have has no row."}},
	}}
	t.Notes = append(t.Notes, yearNotes(asked.wanted)...)
	t.rows = func(do func([]any) error) error {
		return s.store.EachInspection(c.Request.Context(), asked.wanted, func(in *inspection.Inspection) error {
			r := around(in)
			rules, _ := r.Catalogue.Framework(in.Framework)
			kind, _ := r.Catalogue.Kind(in.Kind)
			for _, j := range in.Judgements {
				strand, _ := rules.Strand(j.Strand)
				known := j.Confidence
				if known == "" {
					known = in.FieldConfidence("judgements")
				}
				err := do([]any{
					in.ID, r.WhomWords(in.Bodies), codesOf(r, in), yes(in.Confirmed()), kind.Name, capital(rules.PlainName), in.Framework, strand.Name, j.Strand,
					gradeOrAbsence(r.Catalogue, in, j), j.Grade, in.FieldworkStart, in.Published, known.Words(), s.whole(c, inspectionAddress(in)),
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return t, nil
}

// gradeOrAbsence names a grade, or says why there is none.
func gradeOrAbsence(catalogue *inspection.Catalogue, in *inspection.Inspection, j inspection.Judgement) string {
	grade, known := catalogue.Grade(in.Framework, j.Strand, j.Grade)
	switch {
	case known:
		return grade.Name
	case j.Grade == inspection.NotJudged:
		return capital(inspection.AbsentNotJudged.Words())
	}
	return capital(inspection.AbsentNotFound.Words())
}

func (s *Server) recommendationTable(c *gin.Context) (pageTable, error) {
	ctx := c.Request.Context()
	asked, err := s.askRecommendations(c)
	if err != nil {
		return pageTable{}, err
	}
	r := asked.record
	names, err := namesOf(ctx, s.store, r.Bodies)
	if err != nil {
		return pageTable{}, err
	}
	if id := asked.wanted.Inspection; id != "" {
		if _, _, err := s.store.InspectionRecord(ctx, id); err != nil {
			asked.filter.wrong("inspection", fmt.Sprintf("Choose an inspection from the list: “%s” is not on it", shortened(id)))
		}
	}
	t := pageTable{asked: asked.filter, day: asked.wanted.AsOf, Table: exchange.Table{
		Name: "areas-to-improve", Title: "Areas to improve", Columns: []exchange.Column{
			column("Reference", 20), column("Inspection", 40), column("Of whom", 0), column("Local authority code", 12), column("Kind of inspection", 0),
			dates("Letter published"), column("Number in the letter", 10), column("Kind", 24), column("Words", 80), column("Whose words", 24), column("In plain English, by us", 60),
			column("Body addressed", 0), column("Themes", 0), column("National framework", 14), column("The same item in two letters", 16), column("Anything recorded", 12), column("How far it is", 18),
			column("Formal state", 24), dates("In this state since"), column("Owner", 0), column("Body that leads", 0), column("Decided by", 0), column("Measure of success", 40),
			dates("Original date"), dates("Latest date"), numbers("Times moved"), column("Past its date", 10), dates("New date asked for"), dates("Latest update shown here"), dates("Newest evidence shown here"),
			column("Scrutiny", 0), column("Ofsted’s later letters", 40), column("Page", 50),
		},
		Notes: []exchange.Note{
			{Name: "Which rows", Words: "Letter by letter. An item that stands in the letters to two councils has a row for each, with the same mark under “The same item in two letters”."},
			{Name: "Progress", Words: "Where nothing is recorded, that does not mean that nothing was done."},
		},
	}}
	around := aroundEach(r)
	t.rows = eachRow(ctx, s.store.EachRecommendation, asked.wanted, func(item store.ListedRecommendation) []any {
		p, in, r := item.Position, item.Inspection, around(item.Inspection)
		said := names.progress(p, asked.wanted.Reader, asked.wanted.AsOf)
		kind, _ := r.Catalogue.Kind(in.Kind)
		return []any{
			item.Reference, in.ID, r.WhomWords(in.Bodies), codesOf(r, in), kind.Name,
			in.Published, item.Number, areaKindWords(item.Kind), item.Words, wordingWords(item.Wording), item.Gloss,
			item.Responsible, namesOfThemes(r.Themes, item.Themes), item.FrameworkTag, item.SharedKey, yes(p.Recorded()), said.Stage.Name,
			said.Formal, p.StateOn, said.Owner, said.Lead, said.Decides, said.Measure,
			p.OriginalDue, p.Due, p.TimesMoved, yes(said.Past), p.AskedDue, p.Updated(asked.wanted.Reader), p.EvidenceOn(asked.wanted.Reader),
			said.Scrutiny, laterWordsOf(item.Views), s.whole(c, "/recommendations/"+item.Reference),
		}
	})
	return t, nil
}

func areaKindWords(kind inspection.RecommendationKind) string {
	if kind == inspection.PriorityAction {
		return "Area for priority action"
	}
	return "Area to improve"
}

func wordingWords(wording inspection.Wording) string {
	return map[inspection.Wording]string{inspection.Paraphrase: "In our words, not a quotation", inspection.Verbatim: "The inspectors’ own words"}[wording]
}

func namesOfThemes(themes []inspection.Theme, codes []string) string {
	var names []string
	for _, t := range themes {
		if slices.Contains(codes, t.Code) {
			names = append(names, t.Name)
		}
	}
	return strings.Join(names, lines)
}

// laterWordsOf says what later letters said of an item, each with its inspection.
func laterWordsOf(views []inspection.LaterView) string {
	var out []string
	for _, v := range views {
		words := v.View.Words()
		if v.Paragraph != "" {
			words += ", paragraph " + v.Paragraph
		}
		out = append(out, words+" ("+v.InspectionID+")")
	}
	return strings.Join(out, lines)
}

func (s *Server) actionTable(c *gin.Context) (pageTable, error) {
	f, wanted, names, err := s.askActions(c)
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: f, day: wanted.AsOf, Table: exchange.Table{
		Name: "actions", Title: "Actions", Columns: []exchange.Column{
			column("Action", 38), column("What is to be done", 80), column("How far it is", 20), column("Owner", 0), column("Body that leads", 0), column("Measure of success", 40),
			dates("Original date"), dates("Latest date"), column("Past its date", 10), column("Areas to improve that it serves", 24), column("Who may read it", 0), column("Page", 60),
		},
	}}
	t.rows = eachRow(c.Request.Context(), s.store.EachAction, wanted, func(a store.ServedAction) []any {
		view := names.action(a.Action, wanted.AsOf)
		return []any{
			a.ID, a.Words, view.State, view.Owner, view.Lead, a.SuccessMeasure, a.OriginalDue, a.Due, yes(view.Past), strings.Join(a.References, lines),
			capital(a.Audience.Words()), s.whole(c, view.Address),
		}
	})
	return t, nil
}

func (s *Server) milestoneTable(c *gin.Context) (pageTable, error) {
	asked, err := s.askMilestones(c)
	if err != nil {
		return pageTable{}, err
	}
	day, err := s.asOf(c)
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: asked.filter, day: day, Table: exchange.Table{
		Name: "milestones", Title: "Milestones", Columns: []exchange.Column{
			column("Milestone", 40), dates("Date"), column("When, in words", 18), column("What happened", 60), column("Detail", 60), column("Note", 40), column("Category", 24), column("Category code", 20),
			column("Whom it concerns", 0), column("How well it is known", 0), column("Sources", 60), column("Page", 60),
		},
	}}
	t.rows = func(do func([]any) error) error {
		return s.store.EachMilestone(c.Request.Context(), func(m inspection.Milestone) error {
			if !asked.holds(m) {
				return nil
			}
			view := milestoneViewOf(asked.record, asked.record, m)
			return do([]any{
				m.ID, m.On, view.When, m.Title, m.Detail, m.Note, view.Category.Name, m.Category,
				strings.Join(view.Whom, lines), m.Confidence.Words(), strings.Join(linkNames(view.Sources), lines), s.whole(c, view.Address),
			})
		})
	}
	return t, nil
}

func linkNames(links []Link) []string {
	var out []string
	for _, link := range links {
		out = append(out, link.Name)
	}
	return out
}

func (s *Server) sourceTable(c *gin.Context) (pageTable, error) {
	sources, err := s.store.Sources(c.Request.Context())
	if err != nil {
		return pageTable{}, err
	}
	known, err := s.register(c)
	if err != nil {
		return pageTable{}, err
	}
	r := &inspection.Record{Bodies: known.bodies}
	kinds := map[string]string{}
	for _, kind := range sourceKinds {
		kinds[kind.ID] = kind.Name
	}
	t := pageTable{Table: exchange.Table{Name: "sources", Title: "Sources", Columns: []exchange.Column{
		column("Source", 40), column("Title", 60), column("Publisher", 0), column("Kind", 40), column("Kind code", 20), dates("Published"), dates("Read on"),
		numbers("Records that rest on it"), column("Address", 60), column("Page", 60),
	}}}
	t.rows = rowsOf(sources, func(source store.SourceUse) []any {
		kind := kinds[source.Kind]
		if kind == "" {
			kind = fieldName(source.Kind)
		}
		return []any{
			source.ID, source.Title, source.Publisher, kind, source.Kind, source.Published, source.ReadOn,
			len(sourceViewOf(r, source).Uses), source.Address, s.whole(c, "/sources#"+source.ID),
		}
	})
	return t, nil
}

func (s *Server) glossaryTable(c *gin.Context) (pageTable, error) {
	terms, err := s.store.Terms(c.Request.Context())
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{Table: exchange.Table{Name: "glossary", Title: "Glossary", Columns: []exchange.Column{
		column("Term", 0), column("In short", 40), column("Meaning", 90), column("Also called", 0),
	}}}
	t.rows = rowsOf(terms, func(term inspection.Term) []any {
		return []any{term.Term, term.Short, term.Meaning, strings.ReplaceAll(term.Also, "|", lines)}
	})
	return t, nil
}

func (s *Server) workingDayTable(c *gin.Context) (pageTable, error) {
	holidays, err := s.store.BankHolidays(c.Request.Context())
	if err != nil {
		return pageTable{}, err
	}
	calendar := inspection.NewCalendar(holidays)
	t := pageTable{Table: exchange.Table{Name: "bank-holidays", Title: "Bank holidays", Columns: []exchange.Column{
		{Name: "Day", Kind: exchange.Days}, column("Weekday", 14), column("Name", 40), column("Note", 24), column("The year is held whole", 14),
	}}}
	t.rows = rowsOf(holidays, func(h inspection.BankHoliday) []any {
		return []any{h.On, h.On.Time().Weekday().String(), h.Name, holidayNotes[h.Kind], yes(calendar.Holds(h.On.Year()))}
	})
	return t, nil
}

func (s *Server) authorityTable(c *gin.Context) (pageTable, error) {
	asked, err := s.askAuthorities(c)
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: asked.filter, day: asked.day, Table: exchange.Table{
		Name: "authorities", Title: "Authorities", Columns: []exchange.Column{
			column("Authority", 0), column("Name in addresses", 30), column("Local authority code", 12), column("ONS code", 14), column("Ofsted’s number", 14), column("Region", 24), column("Type", 24),
			dates("Began"), dates("Ended"), column("Leaders", 0), dates("Leaders, published"), column("Overall", 0), dates("Overall, published"), column("Page", 60),
		},
	}}
	t.rows = rowsOf(asked.found, func(b inspection.Body) []any {
		row := authorityRowOf(asked.known.england.Part(b.ID), b, asked.day, s.today())
		ended := b.Ended
		if ended.After(asked.day) && asked.day != s.today() {
			ended = inspection.Date{} // nobody knew of it on that day
		}
		return []any{
			b.Name, b.ID, b.LACode, b.ONSCode, b.URN, b.Region, b.Type, b.Created, ended, row.Leaders.said(), row.LeadersOn, row.Overall.said(), row.OverallOn,
			s.whole(c, row.Link.Address),
		}
	})
	return t, nil
}

// said is the grade, or what stands where there is none, with the last one that was given.
func (l latestCell) said() string {
	switch {
	case l.Grade != "":
		return l.Grade
	case l.Note != "":
		return l.Words + " (" + l.Note + ")"
	}
	return l.Words
}

func (s *Server) reorganisationTable(c *gin.Context) (pageTable, error) {
	asked, all, region, err := s.askReorganisations(c)
	if err != nil {
		return pageTable{}, err
	}
	all = inRegion(all, region)
	sources, err := s.sourcesOf(c, all)
	if err != nil {
		return pageTable{}, err
	}
	today := s.today()
	t := pageTable{asked: asked.filter, Table: exchange.Table{
		Name: "changes-of-councils", Title: "New and ended councils", Columns: []exchange.Column{
			column("Change", 34), dates("First day of the councils after it"), column("Still to come", 10), column("Kind", 14), column("What happens", 70), column("Councils that end", 0), column("Councils after them", 0),
			column("Notes", 50), column("How well it is known", 0), column("Source", 50), column("Page", 60),
		},
		Notes: []exchange.Note{{Name: "Grades", Words: "No grade passes from one council to another."}},
	}}
	t.rows = rowsOf(all, func(x inspection.Reorganisation) []any {
		view := reorganisationViewOf(x, sources, today)
		return []any{
			x.ID, x.On, yes(x.ToCome(today)), view.Kind, view.Words, strings.Join(linkNames(view.Ended), lines), strings.Join(linkNames(view.After), lines),
			strings.Join(view.Notes, lines), view.Sureness, view.Source.Name, s.whole(c, reorganisationPlace(x).Address),
		}
	})
	return t, nil
}

func (s *Server) themeTable(c *gin.Context) (pageTable, error) {
	asked, err := s.askRecurrence(c)
	if err != nil {
		return pageTable{}, err
	}
	r := asked.record
	t := pageTable{asked: asked.filter, day: asked.asOf, Table: exchange.Table{
		Name: "what-keeps-coming-back", Title: "What keeps coming back", Columns: []exchange.Column{
			column("Theme", 0), column("Theme code", 24), column("Whose letter", 0), column("Letter", 60), column("Inspection", 40), dates("Published"), column("What stands in it", 22),
			column("Reference", 24), column("Words", 80), column("Whose words", 24), column("Page", 60),
		},
		Notes: []exchange.Note{{Name: "Of whom", Words: asked.body.Name}},
	}}
	t.rows = func(do func([]any) error) error {
		for _, theme := range asked.themes {
			for i, mentions := range [][]inspection.ThemeMention{theme.Own, theme.Earlier} {
				whose := []string{asked.body.Name, "Earlier council: " + asked.earlier}[i]
				for _, m := range mentions {
					if err := eachMention(m, func(in *inspection.Inspection, what, reference, words string, wording inspection.Wording) error {
						return do([]any{
							theme.Theme.Name, theme.Theme.Code, whose, r.TitleOf(in), in.ID, in.Published, what, reference, words, wordingWords(wording),
							s.whole(c, "/themes?"+url.Values{"authority": {asked.body.ID}}.Encode()+"#"+theme.Theme.Code),
						})
					}); err != nil {
						return err
					}
				}
			}
		}
		return nil
	}
	return t, nil
}

// eachMention hands over what one letter says of a theme, line by line.
func eachMention(m inspection.ThemeMention, do func(in *inspection.Inspection, what, reference, words string, wording inspection.Wording) error) error {
	first := m.Inspections[0]
	if m.Silent {
		return do(first, "Not mentioned", "", "", "")
	}
	for _, item := range m.Items {
		if err := do(first, areaKindWords(item.Kind), strings.Join(linkNames(referencesOf(m, item)), lines), item.Words, item.Wording); err != nil {
			return err
		}
	}
	for _, finding := range m.Concerns {
		if err := do(first, "Concern", "", finding.Words, inspection.Paraphrase); err != nil {
			return err
		}
	}
	return nil
}

// changeTable is the record of changes, as /changes.csv has it.
func (s *Server) changeTable(c *gin.Context) (pageTable, error) {
	ctx := c.Request.Context()
	eyes, err := s.changeEyes(c)
	if err != nil {
		return pageTable{}, err
	}
	var posts []string
	if eyes.Reader.Reads(inspection.ForOfficers) {
		if posts, err = s.store.ChangePosts(ctx); err != nil {
			return pageTable{}, err
		}
	}
	q, err := s.changesAsked(c, posts)
	if err != nil {
		return pageTable{}, err
	}
	t := pageTable{asked: q.filter, subject: subjectOf(q.wanted), Table: exchange.Table{Name: "changes", Title: "Record of changes"}}
	for i, name := range changeColumns {
		t.Columns = append(t.Columns, exchange.Column{Name: name, Kind: map[bool]exchange.ColumnKind{true: exchange.Numbers}[i == 0], Width: []int{10, 22, 30, 18, 24, 60, 80, 16, 68, 68}[i]})
	}
	t.rows = func(do func([]any) error) error {
		return s.store.EachChange(ctx, q.wanted, func(line store.ChangeLine, names *inspection.ChangeNames) error {
			row := []any{int(line.Number)}
			for _, cell := range changeCells(line, names)[1:] {
				row = append(row, cell)
			}
			return do(row)
		})
	}
	return t, nil
}

// changeColumns head the columns of the record of changes.
var changeColumns = []string{
	"Number", "When (UTC)", "Post", "In the role of", "Kind of record", "What was done", "What changed", "Puts back entry", "Hash", "Hash of the entry before",
}

// changeCells says an entry of the record in words.
func changeCells(line store.ChangeLine, names *inspection.ChangeNames) []string {
	var changed []string
	for _, f := range names.Differences(line.Change) {
		changed = append(changed, f.Name+": "+orNothing(f.Was)+" → "+orNothing(f.Says))
	}
	if words := missingWords(line); words != "" {
		changed = []string{words}
	}
	restores := ""
	if entry, ok := line.Restores(); ok {
		restores = fmt.Sprint(entry)
	}
	return []string{
		fmt.Sprint(line.Number), line.At.UTC().Format(time.RFC3339), line.ActorPost, line.ActorRole.Words(),
		line.RecordKind.Words(), capital(changeWords(line, names)), strings.Join(changed, lines), restores, line.Hash, line.Previous,
	}
}
