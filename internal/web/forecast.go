package web

import (
	"fmt"
	"math"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
)

// forecastShowPage says when inspectors are most likely to come next, what that rests on, and how often it was right.
type forecastShowPage struct {
	Page
	Heading  string
	Switch   []Link
	Back     Link
	Councils []forecastView
	Rule     string // of the interval, and where it stands
	Source   Link
	Band     []string
	Trial    *backTestView // nil where too few councils had been inspected twice
	Next     string        // the announced change of rules
	NextFrom Link
	Complete string
}

// forecastView is one council's window, or the sentence that says why it has none.
type forecastView struct {
	ID, Name string
	Window   string
	Absent   string
	From     *Link
	Rows     []windowRow
	Tried    []string
}

type windowRow struct{ Name, From, Until string }

type backTestView struct {
	Label string
	Words []string
	Rows  []measureRow
}

type measureRow struct{ Name, Held, Share, Width string }

// The kinds of window as the tables name them.
const (
	usualName    = "Usual window, counted from publication"
	bandName     = "Band of the councils of England, counted from the end of fieldwork"
	shownName    = "Shown above: whole months around these two"
	comparedName = "For comparison: the usual window, counted from the end of fieldwork"
)

// forecastRoutes registers the page of the next inspection.
func (s *Server) forecastRoutes(r router) {
	r.get("/authorities/:slug/next-inspection", auth.ReadPublic, s.page(s.showForecast, reads{chosen: []string{asAt}}))
}

func (s *Server) showForecast(c *gin.Context) error {
	sub, err := s.subject(c, c.Param("slug"))
	if err != nil {
		return err
	}
	if len(sub.members) == 0 {
		return s.showNotBegun(c, sub)
	}
	known, err := s.reference(c)
	if err != nil {
		return err
	}
	page := forecastShowPage{
		Page: s.base(c, "Next inspection of "+sub.body.Name), Heading: "The next inspection of " + sub.body.Name,
		Back: Link{Name: sub.heading(), Address: "/authorities/" + sub.body.ID},
	}
	for _, link := range sub.links() {
		link.Address += "/next-inspection"
		page.Switch = append(page.Switch, link)
	}
	for _, member := range sub.members {
		page.Councils = append(page.Councils, sub.forecast(known.england.Record, member))
	}
	page.addRules(sub.record, sub.asOf)
	page.addBackTest(sub.record, known.england.Record, sub.asOf)
	return s.render(c, http.StatusOK, "forecast_show", page)
}

// forecast shows one council's window and what it is made of.
func (sub subject) forecast(england *inspection.Record, authority inspection.Body) forecastView {
	f, ok := sub.record.Forecast(england, authority, sub.asOf)
	view := forecastView{ID: authority.ID, Name: authority.Name, Absent: f.Absent}
	if f.From != nil {
		view.From = &Link{Name: sub.title(f.From), Address: inspectionAddress(f.From)}
	}
	if !ok {
		return view
	}
	view.Window = strings.TrimSpace(capital(f.WindowWords()) + ". " + f.EndWords())
	row := func(name string, w inspection.Window) {
		if w.Known() {
			view.Rows = append(view.Rows, windowRow{Name: name, From: w.From.Words(), Until: w.Until.Words()})
		}
	}
	row(usualName+" on "+f.From.Published.Words(), f.Usual)
	row(bandName, f.Band)
	shown := windowRow{Name: shownName, From: f.Window().From.MonthWords(), Until: f.Window().Until.MonthWords()}
	if !f.Usual.Known() || !f.Band.Known() {
		shown.Name = "Shown above: the same in whole months"
	}
	view.Rows = append(view.Rows, shown)
	row(comparedName+" on "+f.From.FieldworkEnd.Words(), f.UsualFieldwork)
	if f.Tried != nil {
		view.Tried = append(view.Tried, f.Tried.Words())
		if w := f.Tried.Usual; w.Known() {
			where := "and that day lies outside it"
			if w.Holds(f.Tried.Next.FieldworkStart) {
				where = "and that day lies inside it"
			}
			view.Tried = append(view.Tried, fmt.Sprintf("Counted from publication it ran from %s, %s.", w.Words(), where))
		}
	}
	return view
}

// addRules adds the rule of the interval and the change of rules that is announced, each with its source.
func (page *forecastShowPage) addRules(r *inspection.Record, asOf inspection.Date) {
	if rule, ok := r.Rule(inspection.InspectionIntervalRule, asOf); ok {
		page.Rule, page.Source = rule.Words, sourceLink(r, rule.SourceID)
	}
	for _, f := range r.Catalogue.Frameworks() {
		if !f.DueOn(asOf) {
			continue
		}
		if rule, ok := r.Rule(inspection.NewFrameworkRule, f.From.First()); ok {
			page.Next, page.NextFrom = rule.Words, sourceLink(r, rule.SourceID)
		}
	}
}

// addBackTest says what the band rests on and how often windows of each kind would have been right.
func (page *forecastShowPage) addBackTest(r, england *inspection.Record, asOf inspection.Date) {
	test, ok := r.BackTest(england, asOf)
	if !ok {
		page.Band = []string{"On this day too few councils had been inspected twice since 2021 to make a band. The window is the usual one alone."}
		return
	}
	page.Complete = test.Seen.Words()
	page.Band = []string{
		fmt.Sprintf("It rests on %d times that a council was inspected again, and on %d councils that were still waiting on %s. "+
			"The time counts from the last day of fieldwork to the first day of the next inspection. "+
			"Only first inspections that began in 2021 or later count, since inspections had stopped during the pandemic.",
			test.Pairs, test.Waiting, test.Seen.Words()),
		"A council that still waits counts for as long as it has waited. Without those the band would look earlier than it is. " +
			"Of 100 councils, about 5 are inspected again before the band begins and about 5 after it ends; this was fixed before anything was measured.",
	}
	view := &backTestView{
		Label: fmt.Sprintf("Measured before the %d change of inspection rules.", test.Change.Year()),
		Words: []string{
			fmt.Sprintf("Tried on the inspections of the past, the band held the day on which inspectors came %s. "+
				"On average it was %s wide, and its middle was %s off. Each council was tried on a band made without it.",
				heldWords(test.Band), daysWords(test.Band.MeanWidth()), daysWords(test.MeanError)),
		},
	}
	if test.AfterChange > 0 {
		view.Label = fmt.Sprintf("Measured before the %d change of inspection rules, save for %d of the %d, where inspectors came back under the new rules.",
			test.Change.Year(), test.AfterChange, test.Pairs)
	}
	if test.Shown.Pairs > 0 {
		view.Words = append(view.Words, fmt.Sprintf("The months shown above join the band and the usual window. They are wider, %s on average, and held the day %s.",
			daysWords(test.Shown.MeanWidth()), heldWords(test.Shown)))
	}
	if test.WaitingLonger > 0 {
		view.Words = append(view.Words, fmt.Sprintf("Of the %d councils still waiting, %s had waited longer than its band by %s.",
			test.Waiting, inspection.NumberWords(test.WaitingLonger), test.Seen.Words()))
	}
	view.Words = append(view.Words, "The same inspections served to choose the method and to try it. The next ones may fit less well.")
	for _, one := range []struct {
		name    string
		measure inspection.Measure
	}{
		{usualName, test.Usual},
		{bandName, test.Band},
		{shownName, test.Shown},
		{comparedName, test.UsualFieldwork},
	} {
		if m := one.measure; m.Pairs > 0 {
			view.Rows = append(view.Rows, measureRow{
				Name: one.name, Held: fmt.Sprintf("%d of %d", m.Inside, m.Pairs),
				Share: fmt.Sprintf("%d in 100", inHundred(m)), Width: daysWords(m.MeanWidth()),
			})
		}
	}
	page.Trial = view
}

// heldWords says how often windows held the day: "in 61 of 67 cases, about 91 in 100".
func heldWords(m inspection.Measure) string {
	if m.Inside == m.Pairs {
		return fmt.Sprintf("in all %d cases", m.Pairs)
	}
	return fmt.Sprintf("in %d of %d cases, about %d in 100", m.Inside, m.Pairs, inHundred(m))
}

func inHundred(m inspection.Measure) int { return int(math.Round(100 * m.HitRate())) }

func daysWords(days float64) string {
	return inspection.CountWords(int(math.Round(days)), "day", "days")
}
