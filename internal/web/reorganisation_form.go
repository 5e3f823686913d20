package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// reorganisationFormPage is the form on which an officer records a reorganisation to come, or corrects one.
type reorganisationFormPage struct {
	Page
	Heading  string
	Saved    string
	Address  string // to which the form is sent
	Seen     string // the mark of what is recorded, as the form was opened on it; empty for another
	When     []letterBox
	Ending   []letterBox
	Councils []plannedRow
	Shape    []letterBox // of the new councils
	GoOn     []letterBox
	Source   []letterBox
	Withdraw string // the address at which it is withdrawn; empty for one that is not recorded yet
	Refused  string // why it could not be withdrawn
	Back     Link
}

// plannedRow asks for one new council.
type plannedRow struct {
	Number int
	Boxes  []letterBox
}

// What the buttons of the form do.
const (
	doPreview = "preview"
	doSave    = "save"
	doEdit    = "edit"
	doMore    = "more" // rows
)

// The rows that the form of a reorganisation has at least.
const (
	leastEnding   = 2
	leastCouncils = 3
	leastGoOn     = 1
)

// reorganisationDesk is what the form of a reorganisation is made from.
type reorganisationDesk struct {
	base     Page
	id       string // of the reorganisation that is changed; empty for another
	today    inspection.Date
	england  *inspection.England
	register *inspection.Record // every body, places among them, and what joins them, without the plan
	held     inspection.Plan    // as it is recorded
}

// reorganisationDesk opens the form of a reorganisation, of another one where no ID is given.
func (s *Server) reorganisationDesk(c *gin.Context, id string) (*reorganisationDesk, error) {
	known, err := s.reference(c)
	if err != nil {
		return nil, err
	}
	d := &reorganisationDesk{id: id, today: s.today(), england: known.england}
	if d.register, err = s.store.Reorganisations(c.Request.Context()); err != nil {
		return nil, err
	}
	title := "Record a reorganisation to come"
	if id != "" {
		title = "Change or withdraw a reorganisation"
		found, err := d.register.ReorganisationOf(id)
		if err != nil {
			return nil, err
		}
		if problems := d.register.Fixed(found); len(problems) > 0 {
			return nil, &referral{&refusal{http.StatusConflict, "This cannot be changed here", []string{problems[0].Words + "."}}, reorganisationPlace(found)}
		}
		d.register, d.held = d.register.Without(found)
	}
	d.base = s.officerBase(c, title)
	return d, nil
}

// planValues returns what the boxes of the form hold for a plan. planOf reads it back.
func planValues(p inspection.Plan) url.Values {
	v := url.Values{
		"on": {dayText(p.On)}, "region": {p.Region}, "type": {p.Type}, "confidence": {string(p.Confidence)},
		"source_title": {p.Source.Title}, "source_publisher": {p.Source.Publisher}, "source_address": {p.Source.Address}, "note": {p.Note},
	}
	for i, id := range p.Ending {
		v.Set(numbered("ending", i), id)
	}
	for i, id := range p.Continuing {
		v.Set(numbered("continuing", i), id)
	}
	for i, one := range p.New {
		v.Set(rowName("council", i, "name"), one.Name)
		v.Set(rowName("council", i, "code"), one.Code)
	}
	return v
}

// numbered names a box of a list, counted from 1.
func numbered(list string, i int) string { return fmt.Sprintf("%s.%d", list, i+1) }

// planOf reads a plan out of a form. The second result is what the boxes hold when empty rows are left out, so that each
// problem stands at its row.
func planOf(sent url.Values) (inspection.Plan, url.Values, inspection.Problems) {
	f := &draftForm{values: sent}
	p := inspection.Plan{
		On: f.day("on", "the day on which it takes effect"), Region: f.line("region"), Type: f.line("type"),
		Confidence: inspection.Confidence(f.line("confidence")), Note: f.words("note"),
		Source: inspection.Source{Title: f.line("source_title"), Publisher: f.line("source_publisher"), Address: f.address("source_address")},
	}
	for i := range mostRows {
		if id := f.line(numbered("ending", i)); id != "" {
			p.Ending = append(p.Ending, id)
		}
		if id := f.line(numbered("continuing", i)); id != "" {
			p.Continuing = append(p.Continuing, id)
		}
		one := inspection.PlannedCouncil{
			Name: f.line(rowName("council", i, "name")), Code: strings.ToUpper(f.line(rowName("council", i, "code"))),
		}
		if one != (inspection.PlannedCouncil{}) {
			p.New = append(p.New, one)
		}
	}
	values := planValues(p)
	if f.values.Get("on") != "" && !p.On.Known() {
		values.Set("on", f.values.Get("on"))
	}
	for _, name := range []string{namesNobody, "seen"} {
		if answer := sent.Get(name); answer != "" {
			values.Set(name, answer)
		}
	}
	return p, values, f.problems
}

// form returns the page of the form with some values in its boxes.
func (d *reorganisationDesk) form(values url.Values, problems inspection.Problems) reorganisationFormPage {
	page := reorganisationFormPage{
		Page: d.base, Heading: d.base.Title, Address: "/reorganisations/new", Back: Link{Name: "New and ended councils", Address: "/reorganisations"},
	}
	if d.id != "" {
		page.Address = reorganisationAddress(d.id) + "/change"
		page.Withdraw = reorganisationAddress(d.id) + "/withdraw"
		page.Seen = cmp.Or(values.Get("seen"), d.held.Mark())
	}
	page.wrong(problems)
	page.Refused = page.Problem("withdraw")
	box := func(name, kind, label, hint string) letterBox {
		return letterBox{Name: name, ID: name, Label: label, Hint: hint, Type: kind, Value: values.Get(name), Problem: page.Problem(name)}
	}
	page.When = []letterBox{box("on", "text", "The day on which it takes effect",
		"The first day of the councils after it, like 1 April 2028. The councils that end do so the day before.")}
	page.When[0].Short = true
	existing := d.councils()
	filled := func(list string, least int, field string) int {
		n := 0
		for i := range mostRows {
			name := numbered(list, i)
			if field != "" {
				name = rowName(list, i, field)
			}
			if values.Get(name) != "" {
				n = i + 1
			}
		}
		if values.Get("do") == doMore {
			return max(n+2, least+1)
		}
		return max(n, least)
	}
	for i := range filled("ending", leastEnding, "") {
		label := "Council that ends"
		if i > 0 {
			label = "Another council that ends"
		}
		page.Ending = append(page.Ending, box(numbered("ending", i), "select", label, "").choosing(existing))
	}
	for i := range max(filled("council", leastCouncils, "name"), filled("council", leastCouncils, "code")) {
		code := box(rowName("council", i, "code"), "text", "Code", "Its local authority code, like 940. Where it has none yet: two to four letters, like NN. References of its inspections begin with it, and it is never used twice.")
		code.Short = true
		page.Councils = append(page.Councils, plannedRow{i + 1, []letterBox{box(rowName("council", i, "name"), "text", "Name", ""), code}})
	}
	page.Shape = []letterBox{
		box("region", "select", "Region of the new councils", "").choosing([]optionGroup{optionsOf(d.england.Regions())}),
		box("type", "select", "Type of the new councils", "").choosing([]optionGroup{optionsOf(d.england.Types())}),
	}
	for i := range filled("continuing", leastGoOn, "") {
		page.GoOn = append(page.GoOn, box(numbered("continuing", i), "select", "Council that goes on and takes over some of the area", "Not needed").choosing(existing))
	}
	var sure optionGroup
	for _, confidence := range inspection.PlanConfidences() {
		sure.Options = append(sure.Options, selectOption{Value: string(confidence), Name: capital(confidence.Words())})
	}
	note := box("note", "area", "Note", "Not needed. Such as: other earlier councils in the area are not in this register. "+noNames)
	note.Rows = rowsFor(note.Value)
	page.Source = []letterBox{
		box("confidence", "select", "How sure this is", "").choosing([]optionGroup{sure}),
		box("source_title", "text", "Where it says so", "The title of the page or paper"),
		box("source_publisher", "text", "Who published it", "A council, a department or a newspaper"),
		box("source_address", "url", "Its address", "Beginning with https://. Not needed"),
		note,
	}
	return page
}

// councils lists those that can be chosen: they exist, or are to, and no last day is recorded for them.
func (d *reorganisationDesk) councils() []optionGroup {
	now, toCome := optionGroup{}, optionGroup{Heading: "Councils to come"}
	for _, b := range d.register.Bodies {
		switch option := (selectOption{Value: b.ID, Name: b.Name}); {
		case b.Kind != inspection.Authority || b.Ended.Known():
		case b.BegunBy(d.today):
			now.Options = append(now.Options, option)
		default:
			toCome.Options = append(toCome.Options, option)
		}
	}
	return []optionGroup{now, toCome}
}

// openReorganisation opens the form of one that is recorded.
func (s *Server) openReorganisation(c *gin.Context) error {
	d, err := s.reorganisationDesk(c, c.Param("slug"))
	if err != nil {
		return err
	}
	page := d.form(planValues(d.held), nil)
	page.Saved = map[string]string{
		"recorded": "The reorganisation is recorded, and the public pages say so.",
		"changed":  "The reorganisation is changed, and the public pages say so.",
	}[c.Query("saved")]
	return s.showReorganisationForm(c, http.StatusOK, page)
}

func (s *Server) addReorganisation(c *gin.Context) error { return s.takeReorganisation(c, "") }

func (s *Server) changeReorganisation(c *gin.Context) error {
	return s.takeReorganisation(c, c.Param("slug"))
}

// takeReorganisation takes the form: it shows what the pages would say or, once that was seen, saves it.
func (s *Server) takeReorganisation(c *gin.Context, id string) error {
	by, sent, err := s.sentBy(c)
	if err != nil {
		return err
	}
	d, err := s.reorganisationDesk(c, id)
	if err != nil {
		return err
	}
	plan, values, problems := planOf(sent)
	do := sent.Get("do")
	if do == doMore || do == doEdit {
		values.Set("do", do)
		return s.showReorganisationForm(c, http.StatusOK, d.form(values, nil))
	}
	unread := slices.Clone(problems) // what cannot be read is told once
	for _, problem := range plan.Check(d.register, d.today) {
		if !slices.ContainsFunc(unread, func(u inspection.Problem) bool { return u.Field == problem.Field }) {
			problems = append(problems, problem)
		}
	}
	if len(problems) == 0 && do != doSave {
		return s.previewReorganisation(c, d, plan, values)
	}
	recorded, saved := "", "recorded"
	switch {
	case len(problems) > 0:
	case id == "":
		recorded, err = s.store.AddReorganisation(c.Request.Context(), by, plan)
	default:
		saved = "changed"
		recorded, err = s.store.ChangeReorganisation(c.Request.Context(), by, id, sent.Get("seen"), plan)
	}
	return s.afterSaving(c, reorganisationAddress(recorded)+"/change?saved="+saved, err, problems, func(problems inspection.Problems) error {
		return s.showReorganisationForm(c, http.StatusUnprocessableEntity, d.form(values, problems))
	})
}

// withdrawReorganisation takes one off the record that was called off.
func (s *Server) withdrawReorganisation(c *gin.Context) error {
	by, sent, err := s.sentBy(c)
	if err != nil {
		return err
	}
	d, err := s.reorganisationDesk(c, c.Param("slug"))
	if err != nil {
		return err
	}
	var problems inspection.Problems
	if sent.Get("called_off") == "" {
		problems = inspection.Problems{{Field: "withdraw", Words: "Say that the reorganisation is called off, or leave it as it stands"}}
	} else {
		err = s.store.WithdrawReorganisation(c.Request.Context(), by, d.id)
	}
	return s.afterSaving(c, "/reorganisations/new?saved=withdrawn", err, problems, func(problems inspection.Problems) error {
		return s.showReorganisationForm(c, http.StatusUnprocessableEntity, d.form(planValues(d.held), problems))
	})
}

// reorganisationShowPage shows, before anything is saved, what the pages will say of a reorganisation.
type reorganisationShowPage struct {
	Page
	Words   string
	Notes   []string
	Days    []previewDay
	Groups  []string
	Records []string // what would be written
	Hidden  []carried
	Address string
}

// previewDay is what the pages will say on one day.
type previewDay struct {
	ID, Title string
	England   []string
	Same      string // where the pages say what they do on the day before; Councils is then empty
	Councils  []previewCouncil
}

// previewCouncil is what the page of one council will say.
type previewCouncil struct {
	Name   string
	Words  []string
	Grades []latestRow
}

// planned returns England with a plan in its register.
func (d *reorganisationDesk) planned(plan inspection.Plan) *inspection.England {
	record, register := *d.england.Record, plan.In(d.register, d.today)
	record.Bodies, record.Successions = register.Bodies, register.Successions
	record.PlaceMembers, record.Sources = register.PlaceMembers, register.Sources
	return inspection.NewEngland(&record)
}

func (s *Server) previewReorganisation(c *gin.Context, d *reorganisationDesk, plan inspection.Plan, values url.Values) error {
	planned := d.planned(plan)
	x, err := planned.ReorganisationOf(plan.Ending[0])
	if err != nil {
		return err
	}
	d.base.Title = "What the pages will say"
	page := reorganisationShowPage{
		Page: d.base, Words: comingWords(x, d.today), Notes: x.Notes(), Address: d.form(values, nil).Address,
		Groups: d.groups(planned, x), Records: recordsOf(planned.Record, x),
	}
	for name, list := range values {
		if list[0] != "" {
			page.Hidden = append(page.Hidden, carried{name, list[0]})
		}
	}
	slices.SortFunc(page.Hidden, func(a, b carried) int { return strings.Compare(a.Name, b.Name) })
	var before []previewCouncil
	for i, day := range []inspection.Date{x.On.AddDays(-1), x.On, x.On.AddMonths(12)} {
		view := previewDay{
			ID: numbered("day", i), Title: day.Words() + ", " + []string{"the day before", "the first day", "a year later"}[i],
			Councils: previewCouncils(planned, x, day), England: englandOn(planned, day),
		}
		if reflect.DeepEqual(view.Councils, before) {
			view.Same, view.Councils = "As long as no inspection comes, the pages of these councils say what they do on the first day.", nil
		}
		page.Days, before = append(page.Days, view), view.Councils
	}
	return s.render(c, http.StatusOK, "reorganisation_show", page)
}

// previewCouncils says what the pages of a reorganisation's councils will say on a day, with what makes those pages.
func previewCouncils(planned *inspection.England, x inspection.Reorganisation, day inspection.Date) []previewCouncil {
	all := slices.Concat(x.Ended, x.After)
	var ids []string
	for _, b := range all {
		ids = append(ids, b.ID)
	}
	part := planned.Part(ids...)
	var out []previewCouncil
	for _, b := range all {
		sub := subject{record: part.AsOf(day), body: b, members: part.MembersOn(b.ID, day), asOf: day, today: day, until: day}
		view := previewCouncil{Name: sub.heading()}
		if len(sub.members) == 0 {
			view.Words, _ = sub.notBegun()
			out = append(out, view)
			continue
		}
		words, successors := sub.ended()
		if words != "" {
			var names []string
			for _, link := range successors {
				names = append(names, link.Name)
			}
			view.Words = append(view.Words, words+" After it: "+inspection.ListWords(names)+".")
		}
		for _, one := range sub.coming(planned) {
			view.Words = append(view.Words, one.Words)
		}
		for _, headline := range sub.headlines() {
			view.Words = append(append(view.Words, headline.Lead), headline.Detail...)
		}
		view.Grades = latestTableOf([]inspection.Lanes{sub.record.Lanes(b, day)}, "").Rows
		out = append(out, view)
	}
	return out
}

// englandOn says how many councils the pages about England count on a day.
func englandOn(e *inspection.England, day inspection.Date) []string {
	leaders := e.Catalogue.Judgements()[0]
	standing := e.Standing(leaders.Code, day, inspection.StandingBasis{PublishedBy: day}, inspection.Where{})
	out := []string{fmt.Sprintf("England has %s with children’s services.", inspection.CountWords(standing.Total(), "council", "councils"))}
	if standing.NotYet > 0 {
		out = append(out, fmt.Sprintf("Inspectors have not graded %d of them yet.", standing.NotYet))
	}
	return out
}

// groups says which groups of councils change: those of a region and of a type, and lists of statistical neighbours.
func (d *reorganisationDesk) groups(planned *inspection.England, x inspection.Reorganisation) []string {
	var out []string
	before, first := x.On.AddDays(-1), x.On
	count := func(what string, where inspection.Where) {
		was, is := len(planned.Histories(before, where)), len(planned.Histories(first, where))
		line := fmt.Sprintf("%s: %s before, %d after.", what, inspection.CountWords(was, "council", "councils"), is)
		if !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	count("England", inspection.Where{})
	for _, b := range slices.Concat(x.Ended, x.After) {
		if b.Region != "" {
			count(b.Region, inspection.Where{Region: b.Region})
		}
	}
	for _, b := range slices.Concat(x.Ended, x.After) {
		if b.Type != "" {
			count(b.Type, inspection.Where{Type: b.Type})
		}
	}
	for _, ended := range x.Ended {
		var named []string
		for _, b := range planned.Bodies {
			if ended.LACode != "" && slices.Contains(b.NeighbourCodes(), ended.LACode) {
				named = append(named, b.Name)
			}
		}
		if len(named) > 0 {
			out = append(out, fmt.Sprintf("%s is a statistical neighbour of %s. From %s on it is left out there.",
				ended.Name, inspection.ListWords(named), first.Words()))
		}
	}
	if began := x.Began(); len(began) > 0 {
		var names []string
		for _, b := range began {
			names = append(names, b.Name)
		}
		out = append(out, "No statistical neighbours are known for "+inspection.ListWords(names)+" yet, and no council has them as one.")
	}
	return out
}

// recordsOf says which addresses there will be.
func recordsOf(r *inspection.Record, x inspection.Reorganisation) []string {
	var out []string
	for _, b := range x.Ended {
		out = append(out, fmt.Sprintf("%s keeps its page, %s, and its grades. Its last day is %s.", b.Name, bodyLink(b).Address, b.Ended.Words()))
	}
	for _, b := range x.Began() {
		out = append(out, fmt.Sprintf("%s gets the page %s. Its first day is %s.", b.Name, bodyLink(b).Address, b.Created.Words()))
	}
	for _, b := range x.GoOn() {
		out = append(out, b.Name+" keeps its page and its grades.")
	}
	for _, b := range r.Bodies {
		if b.Kind == inspection.Place && b.SourceID == sourceOf(x) {
			out = append(out, fmt.Sprintf("The place %s gets the page %s, which shows its councils together.", b.Name, bodyLink(b).Address))
		}
	}
	return out
}
