package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/chart"
	"inspectiontimeline/internal/inspection"
)

// journeyShowPage shows how grades of one judgement changed from one inspection to the next under one family of rules, and
// how long authorities took from a low grade to a better one.
type journeyShowPage struct {
	Page
	englandBase
	Complete string // how far the lists go, where that is not to the day shown
	OneOf    string // that the page is of one region, where all would be too many
	NoSuch   *noSuchJudgement
	Again    []countPiece // what became of the authorities that were graded more than once
	Official string       // the same as Ofsted counted it
	Figure   *figure      // nil where nothing led anywhere yet
	Heads    []gradeHead  // of the columns of Matrix
	Matrix   []journeyRow
	Notes    []string
	Unknown  []countPiece // inspections whose own grade is not known
	Waits    *waitView
}

// noSuchJudgement says that the rules do not have the judgement, and leads to rules that do.
type noSuchJudgement struct {
	Words string
	Ways  []Link
}

// countPiece is a piece of a sentence, or a number in it that leads to what it counts.
type countPiece struct {
	Words   string
	Address string // empty for words, and for a number of nothing
}

// gradeHead names a grade, or what stands where there is none.
type gradeHead struct {
	Name string
	Look string // of the swatch; empty for none
}

// journeyRow counts the inspections with one grade by what came next.
type journeyRow struct {
	Head  gradeHead
	Cells []journeyCell
}

type journeyCell struct {
	Label  string // of the column
	Number countPiece
	Hidden string // what the number counts, for those who hear the link alone
}

// waitView is how long authorities took from a low grade to a better one.
type waitView struct {
	Heading string
	Lead    []countPiece
	Median  string
	Figure  *figure // nil where nobody waited
	Years   []waitYear
}

// waitYear is how the waits stood after so many years.
type waitYear struct {
	After   string
	Waiting countPiece
	Better  string
}

func (s *Server) journeyRoutes(r router) {
	chosen := []string{"judgement", "rules", "region", "type", asAt}
	r.get("/england/journeys", auth.ReadPublic, s.page(s.showJourneys, reads{chosen: append(slices.Clone(chosen), "by")}))
	r.get("/england/journeys/authorities", auth.ReadPublic, s.page(s.listJourneys, reads{chosen: append(chosen, "from", "to")}))
}

// journeyAsked is what a page of journeys was asked for.
type journeyAsked struct {
	*englandAsked
	rules inspection.Framework // the first of the family of rules that is meant
	alone bool                 // whether it shows one region because all would be too many
}

// askJourney reads which judgement, rules and part of England are meant. Where no rules are named they are the newest that
// had begun on the day.
func (s *Server) askJourney(c *gin.Context) (*journeyAsked, error) {
	asked, err := s.askEngland(c)
	if err != nil {
		return nil, err
	}
	a := &journeyAsked{englandAsked: asked}
	a.askJudgement()
	all := a.england.Catalogue.FullRules()
	usual := max(0, slices.IndexFunc(all, func(f inspection.Framework) bool { return !f.From.First().After(a.day) }))
	var options optionGroup
	for _, f := range all {
		options.Options = append(options.Options, selectOption{Value: string(f.Family), Name: capital(f.PlainName)})
	}
	family := a.chooseOne("rules", "Inspection rules", "inspection rules", options, usual)
	a.rules = all[slices.IndexFunc(all, func(f inspection.Framework) bool { return string(f.Family) == family })]
	a.askWhere(s.homeAuthority(c))
	a.narrow()
	return a, nil
}

// narrow holds the whole page to what tables show, its drawings too: they are the same numbers.
func (a *journeyAsked) narrow() {
	a.alone, a.where = a.oneRegion(), a.listed
}

// chooseOne adds a control of which one option is always chosen: the usual one where none is asked for.
func (a *journeyAsked) chooseOne(name, label, what string, options optionGroup, usual int) string {
	value := a.filter.choose(name, label, "", what, options)
	if value == "" {
		value = options.Options[usual].Value
		a.filter.Selects[len(a.filter.Selects)-1].Groups[0].Options[usual].Chosen = true
	}
	return value
}

// steps returns the steps that are meant; false where the rules do not have the judgement.
func (a *journeyAsked) steps() (inspection.Steps, bool) {
	return a.england.Steps(a.rules.Family, a.judgement.Code, a.day, a.where)
}

// askLow reads from which grade below good waits are followed: the lowest where none is named. It is empty where the
// judgement's scale has none.
func (a *journeyAsked) askLow(scale inspection.Scale) string {
	var options optionGroup
	for _, g := range scale.GradesBelowGood() {
		options.Options = append(options.Options, selectOption{Value: g.Code, Name: g.Name})
	}
	if len(options.Options) == 0 {
		return ""
	}
	return a.chooseOne("by", "Waits from", "a grade", options, 0)
}

// oneOf says that the page is of one region, where all would be too many.
func (a *journeyAsked) oneOf() string {
	if !a.alone {
		return ""
	}
	return fmt.Sprintf("This page shows at most %d authorities at once. It is of %s alone.", mostAuthorities, a.where.Region)
}

// query is what names the judgement, the rules and the part of England in an address.
func (a *journeyAsked) query() url.Values {
	out := whereQuery(a.where)
	out.Set("judgement", a.judgement.Code)
	out.Set("rules", string(a.rules.Family))
	if past := a.filter.kept.Get(asAt); past != "" {
		out.Set(asAt, past)
	}
	return out
}

// behind is the address of the list of what a number counts.
func (a *journeyAsked) behind(from, to string) string {
	query := a.query()
	for name, value := range map[string]string{"from": from, "to": to} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return "/england/journeys/authorities?" + query.Encode()
}

// count is a number that leads to what it counts, with the words that follow it.
func (a *journeyAsked) count(n int, words, from, to string) countPiece {
	out := countPiece{Words: strconv.Itoa(n) + words}
	if n > 0 {
		out.Address = a.behind(from, to)
	}
	return out
}

// oneOrMany is the word that follows a number.
func oneOrMany(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func (s *Server) showJourneys(c *gin.Context) error {
	a, err := s.askJourney(c)
	if err != nil {
		return err
	}
	var page journeyShowPage
	steps, has := a.steps()
	low := ""
	if has {
		low = a.askLow(steps.Scale)
		if page.Figure, err = a.journeyFigure(c, steps); err != nil {
			return err
		}
		page.Again, page.Official = a.againWords(steps), a.officialAgain()
		page.Heads, page.Matrix = a.matrix(steps)
		page.Notes = a.journeyNotes(steps)
		if n := len(steps.Unknown); n > 0 {
			page.Unknown = []countPiece{
				a.count(n, oneOrMany(n, " inspection", " inspections"), string(inspection.StepUnknown), ""),
				{Words: " of this judgement printed “not judged”, or the grade was not found. They stand on no row."},
			}
		}
		if waits, ok := a.england.GradeWaits(a.rules.Family, a.judgement.Code, low, a.day, a.where); ok {
			if page.Waits, err = a.waitView(c, waits); err != nil {
				return err
			}
		}
		if steps.Seen != a.day {
			page.Complete = fmt.Sprintf("The lists of full inspections are complete to %s. Later ones are not counted here.", steps.Seen.Words())
		}
	}
	page.OneOf = a.oneOf()
	page.Page, page.englandBase = s.englandPage(c, a.englandAsked, "Journeys: "+a.judgement.Short)
	if !has {
		page.NoSuch = a.noSuch()
	}
	return s.render(c, a.filter.status(), "journey_show", page)
}

// noSuch says that the rules do not have the judgement, and which do.
func (a *journeyAsked) noSuch() *noSuchJudgement {
	out := &noSuchJudgement{Words: fmt.Sprintf("Under %s there is no judgement “%s”, so there are no journeys to show.", a.rules.PlainName, a.judgement.Short)}
	for _, f := range a.england.Catalogue.FullRules() {
		if _, has := a.england.Steps(f.Family, a.judgement.Code, a.day, a.where); has {
			out.Ways = append(out.Ways, Link{Name: "Show it under " + f.PlainName, Address: a.filter.with("rules", string(f.Family))})
		}
	}
	return out
}

func (a *journeyAsked) journeyFigure(c *gin.Context, steps inspection.Steps) (*figure, error) {
	made, err := chart.Journeys(a.england, steps, a.where)
	if err != nil || made.Empty() {
		return nil, err
	}
	query := whereQuery(a.where)
	query.Set("rules", string(a.rules.Family))
	return newFigureAsked(made, pastDay(c), query), nil
}

// againWords says what became of the authorities that were graded more than once.
func (a *journeyAsked) againWords(steps inspection.Steps) []countPiece {
	number := func(course inspection.Course, words string) countPiece {
		return a.count(len(steps.Latest(course)), words, "", string(course))
	}
	all := len(steps.Latest(inspection.GradedAgain))
	if all == 0 {
		return []countPiece{{Words: fmt.Sprintf("No authority has been graded more than once under %s yet.", a.rules.PlainName)}}
	}
	return []countPiece{
		number(inspection.GradedAgain, oneOrMany(all, " authority", " authorities")),
		{Words: oneOrMany(all, " was", " were") + " graded more than once under " + a.rules.PlainName + ": "},
		number(inspection.Improved, " improved"), {Words: ", "},
		number(inspection.StayedSame, " stayed the same"), {Words: " ("},
		number(inspection.KeptGood, " of them good or outstanding"), {Words: "), "},
		number(inspection.Declined, " declined"), {Words: ". Each authority’s latest grade is compared with the one before it."},
	}
}

// officialAgain says what Ofsted counted of the same by the day shown, and how it counted.
func (a *journeyAsked) officialAgain() string {
	meant := func(f inspection.OfficialFigure) bool {
		return f.Measure == inspection.InspectedAgain && f.Judgement == a.judgement.Code && f.Family == a.rules.Family && !f.On.After(a.day) && f.Region == ""
	}
	if !slices.ContainsFunc(a.england.OfficialFigures, meant) {
		return "" // nothing has to be worked out then
	}
	for _, c := range slices.Backward(a.england.Official()) {
		f := c.Figure
		if !meant(f) {
			continue
		}
		official, ours := map[string]int{}, map[string]int{}
		for _, v := range c.Values {
			official[v.Code], ours[v.Code] = v.Official, v.Ours
		}
		words := func(n map[string]int) string {
			return fmt.Sprintf("%d such authorities, %d improved, %d stayed good or outstanding and %d declined",
				n[inspection.AgainAll], n[inspection.AgainImproved], n[inspection.AgainKept], n[inspection.AgainDeclined])
		}
		out := fmt.Sprintf("Ofsted’s own figures of %s, for all of England: %s. ", f.On.Words(), words(official))
		if f.FieldworkBy.Known() {
			out += "They count inspections whose fieldwork had ended by that day, published or not; this page counts published letters alone. "
		}
		if c.Agrees() {
			return out + "Counted in Ofsted’s way, this record gives the same numbers."
		}
		return out + "Counted in Ofsted’s way, this record gives " + words(ours) + "."
	}
	return ""
}

// matrix counts the steps from each grade to each end of which there are any.
func (a *journeyAsked) matrix(steps inspection.Steps) (heads []gradeHead, rows []journeyRow) {
	count := steps.Count()
	from, to := map[string]int{}, map[string]int{}
	for pair, n := range count {
		from[pair[0]] += n
		to[pair[1]] += n
	}
	ends := slices.DeleteFunc(steps.Ends(), func(code string) bool { return to[code] == 0 })
	for _, code := range ends {
		heads = append(heads, a.endHead(steps, code))
	}
	row := func(head gradeHead, code string, numbers func(end string) int, all int) {
		out := journeyRow{Head: head}
		cell := func(label string, n int, end, hidden string) {
			hidden = oneOrMany(n, "inspection", "inspections") + hidden
			out.Cells = append(out.Cells, journeyCell{label, a.count(n, "", code, end), hidden})
		}
		for i, end := range ends {
			then := lowerFirst(heads[i].Name)
			cell("Then "+then, numbers(end), end, fmt.Sprintf(": %s, then %s", lowerFirst(head.Name), then))
		}
		cell("All", all, "", " in all: "+lowerFirst(head.Name))
		rows = append(rows, out)
	}
	for _, g := range steps.Scale.Grades {
		if n := from[g.Code]; n > 0 {
			row(a.endHead(steps, g.Code), g.Code, func(end string) int { return count[[2]string{g.Code, end}] }, n)
		}
	}
	if len(rows) > 0 {
		row(gradeHead{Name: "All"}, "", func(end string) int { return to[end] }, len(steps.Graded))
	}
	return heads, rows
}

// endHead names an end of steps.
func (a *journeyAsked) endHead(steps inspection.Steps, code string) gradeHead {
	out := gradeHead{Name: a.england.Catalogue.StepEndWords(steps, code)}
	if g, ok := steps.Scale.Grade(code); ok {
		out.Look = g.Fill
	}
	return out
}

// journeyNotes explain the ends that occur and are no grade.
func (a *journeyAsked) journeyNotes(steps inspection.Steps) []string {
	ends := map[inspection.StepEnd]bool{}
	for _, one := range steps.Graded {
		ends[one.End] = true
	}
	var out []string
	add := func(end inspection.StepEnd, words string) {
		if ends[end] {
			out = append(out, a.england.Catalogue.StepEndWords(steps, string(end))+": "+words)
		}
	}
	add(inspection.StepLeft, "the next full inspection gave no such judgement, because the rules had changed. The authority left this count; it did not move.")
	add(inspection.StepUnknown, "the next full inspection printed “not judged”, or its grade was not found.")
	add(inspection.StepOtherRules, "the next full inspection followed other rules. Its grade stands apart and is not compared.")
	add(inspection.StepEnded, "the council ended before another full inspection. The grade of a council that took over its area is never its own.")
	add(inspection.StepNoneYet, "no later full inspection of the authority had been published by "+steps.Seen.Words()+".")
	return out
}

// mostWaitYears is the longest wait, in whole years, that a list can be asked for.
const mostWaitYears = 20

func (a *journeyAsked) waitView(c *gin.Context, waits inspection.GradeWaits) (*waitView, error) {
	low := waits.From.Code
	out := &waitView{Heading: "How long from " + lowerFirst(waits.From.Name) + " to a better grade"}
	all := len(waits.Waits)
	number := func(end inspection.WaitEnd, words string) countPiece {
		return a.count(len(waits.Ending(end)), words, low, waitCode(end))
	}
	if all+len(waits.Unmeasured) == 0 {
		out.Lead = []countPiece{{Words: fmt.Sprintf("No authority has come to %s in this judgement under %s by %s.", lowerFirst(waits.From.Name), a.rules.PlainName, waits.Seen.Words())}}
		return out, nil
	}
	out.Lead = []countPiece{
		a.count(all, oneOrMany(all, " time", " times"), low, "wait"), {Words: " an authority came to " + lowerFirst(waits.From.Name) + ": "},
		number(inspection.WaitBetter, " had a better grade since"), {Words: ", "},
		number(inspection.WaitGoing, " still waited"), {Words: " on " + waits.Seen.Words() + ", and "},
		number(inspection.WaitGone, " could not be followed further"),
	}
	if len(waits.Ending(inspection.WaitGone)) > 0 {
		out.Lead = append(out.Lead, countPiece{Words: ", because the council ended, was next inspected under other rules, or was no longer given this judgement"})
	}
	out.Lead = append(out.Lead, countPiece{Words: "."})
	if n := len(waits.Unmeasured); n > 0 {
		out.Lead = append(out.Lead, countPiece{Words: " "}, a.count(n, " more", low, waitUnmeasured),
			countPiece{Words: oneOrMany(n, " is", " are") + " left out, because a publication day is not known."})
	}
	if all == 0 {
		return out, nil
	}
	out.Median = "Fewer than half have had a better grade so far."
	if days, ok := waits.Median(); ok {
		out.Median = fmt.Sprintf("By an estimate that counts those still waiting as waiting, half had a better grade within about %[2]s (%[1]d days).", days, inspection.CountWords(inspection.MonthsOfDays(days), "month", "months"))
	}
	made, err := chart.Waits(a.england, waits, a.where)
	if err != nil {
		return nil, err
	}
	query := whereQuery(a.where)
	query.Set("rules", string(a.rules.Family))
	query.Set("by", low)
	out.Figure = newFigureAsked(made, pastDay(c), query)
	for year := 1; year <= mostWaitYears; year++ {
		days := inspection.DaysOfYears(year)
		n := len(waits.SeenFor(days))
		if n == 0 {
			break
		}
		after := inspection.CountWords(year, "year", "years")
		out.Years = append(out.Years, waitYear{
			After: after, Waiting: a.count(n, "", low, waitedCode(year)), Better: fmt.Sprintf("%.0f%%", 100*waits.BetterBy(days)),
		})
	}
	return out, nil
}

// The codes by which lists of waits are asked for.
const waitUnmeasured = "wait_unmeasured"

func waitCode(end inspection.WaitEnd) string { return "wait_" + string(end) }

func waitedCode(years int) string { return "waited_" + strconv.Itoa(years) }

// waitedYears reads waitedCode.
func waitedYears(code string) (int, bool) {
	text, ok := strings.CutPrefix(code, "waited_")
	years, err := strconv.Atoi(text)
	return years, ok && err == nil
}

// chartAsked reads what one of the charts is asked for. The judgement stands in the address itself.
func (s *Server) chartAsked(c *gin.Context, judgement string) (*journeyAsked, inspection.Steps, error) {
	a, err := s.askJourney(c)
	if err != nil {
		return nil, inspection.Steps{}, err
	}
	judgements := a.england.Catalogue.Judgements()
	at := slices.IndexFunc(judgements, func(j inspection.Strand) bool { return j.Code == judgement })
	if at >= 0 {
		a.judgement = judgements[at]
	}
	steps, has := a.steps()
	if at < 0 || !has || len(a.filter.problems) > 0 {
		return nil, steps, fmt.Errorf("chart journeys in %s under %s: %w", judgement, a.rules.Family, inspection.ErrNotFound)
	}
	return a, steps, nil
}

func (s *Server) journeysChart(c *gin.Context, id string) (chart.Chart, error) {
	a, steps, err := s.chartAsked(c, id)
	if err != nil {
		return chart.Chart{}, err
	}
	return chart.Journeys(a.england, steps, a.where)
}

func (s *Server) waitsChart(c *gin.Context, id string) (chart.Chart, error) {
	a, steps, err := s.chartAsked(c, id)
	if err != nil {
		return chart.Chart{}, err
	}
	low := a.askLow(steps.Scale)
	waits, ok := a.england.GradeWaits(a.rules.Family, a.judgement.Code, low, a.day, a.where)
	if !ok || len(a.filter.problems) > 0 {
		return chart.Chart{}, fmt.Errorf("chart waits from %s: %w", cmp.Or(low, "no grade"), inspection.ErrNotFound)
	}
	return chart.Waits(a.england, waits, a.where)
}
