package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// setupAddress is where an administrator says which council the service is for.
const setupAddress = "/setup"

func (s *Server) setupRoutes(r router) {
	r.get(setupAddress, auth.ChangeSettings, s.private(s.showSetup))
	r.post(setupAddress, auth.ChangeSettings, s.private(s.chooseHome))
	r.get(setupAddress+"/next", auth.ChangeSettings, s.private(s.showNextSteps))
	r.get(setupAddress+"/example", auth.ChangeSettings, s.private(s.showExample))
	r.post(setupAddress+"/example", auth.ChangeSettings, s.private(s.takeExampleAway))
}

// setupShowPage is where an administrator finds and chooses the council that the service is for.
type setupShowPage struct {
	Page
	Home    Link   // what the first page is about
	Fixed   bool   // whether that is set where the service is started
	Asked   string // what was searched for
	Search  letterBox
	Found   []homeView
	Wrong   string // why nothing could be chosen; empty where something was
	Example bool   // whether there is an example that could be taken away
}

// homeView is a council or place to choose.
type homeView struct {
	Slug, Name, Why string
	Chosen          bool
}

// showSetup answers with what a search finds.
func (s *Server) showSetup(c *gin.Context) error {
	return s.setupPage(c, http.StatusOK, clean(c.Query("q")), nil)
}

func (s *Server) setupPage(c *gin.Context, status int, asked string, problems inspection.Problems) error {
	ctx := c.Request.Context()
	register, err := s.store.Reorganisations(ctx)
	if err != nil {
		return err
	}
	home := s.home(ctx)
	page := setupShowPage{
		Page: s.officerBase(c, "Which council is this service for?"), Fixed: s.startHome != "", Asked: asked,
		Home: Link{Name: register.Name(home), Address: "/"},
	}
	for _, one := range register.HomesNamed(asked, s.today()) {
		page.Found = append(page.Found, homeView{one.ID, one.Name, one.Why, one.ID == home})
	}
	if asked != "" && len(page.Found) == 0 && len(problems) == 0 {
		problems = inspection.Problems{{Field: "q", Words: "Enter another part of the name: no council or place is called “" + asked + "”"}}
		status = http.StatusUnprocessableEntity
	}
	page.wrong(problems)
	page.Wrong = page.Problem("home")
	page.Search = letterBox{
		Name: "q", ID: "q", Label: "Part of its name", Type: "text", Value: asked, Problem: page.Problem("q"),
		Hint: "Such as Camden, or the name of a children’s trust.",
	}
	if held, about, err := s.exampleHeld(c); err != nil {
		return err
	} else {
		page.Example = held.Any() && !about && len(held.Worked) == 0
	}
	return s.render(c, status, "setup_show", page)
}

// chooseHome makes the council that was chosen the one that the first page is about.
func (s *Server) chooseHome(c *gin.Context) error {
	by, values, err := s.sentBy(c)
	if err != nil {
		return err
	}
	asked := values.Get("q")
	switch {
	case s.startHome != "":
		return s.setupPage(c, http.StatusConflict, asked, inspection.Problems{{
			Field: "home", Words: "Start the service without --home and TIMELINE_HOME first: they say which council it is for"}})
	case values.Get("home") == "":
		return s.setupPage(c, http.StatusUnprocessableEntity, asked, inspection.Problems{{Field: "home", Words: "Choose a council or place from the list"}})
	}
	settings, err := s.store.Settings(c.Request.Context())
	if err != nil {
		return err
	}
	settings.Home = values.Get("home")
	_, err = s.store.SaveSettings(c.Request.Context(), by, settings)
	var problems inspection.Problems
	switch {
	case errors.As(err, &problems):
		return s.setupPage(c, http.StatusUnprocessableEntity, asked, inspection.Problems{{Field: "home", Words: "Choose a council or place from the list"}})
	case errors.Is(err, inspection.ErrSettingsChanged):
		return s.setupPage(c, http.StatusConflict, asked, inspection.Problems{{
			Field: "home", Words: "Choose again: somebody else changed the settings at the same moment"}})
	case err != nil:
		return err
	}
	s.data.forget()
	return s.redirect(c, http.StatusSeeOther, setupAddress+"/next?saved=home")
}

// setupNextPage lists what to do after a council was chosen, and what of it is done.
type setupNextPage struct {
	Page
	Saved string
	Home  Link
	Steps []setupStep
}

// setupStep is one thing to do.
type setupStep struct {
	Title string
	Words string
	State string // "Done" or "Not yet"
	Done  bool
	Way   []string // what to do, one after another, where it is more than one thing
	Links []Link
}

// Look names the colour of the tag that says the state.
func (v setupStep) Look() string {
	if v.Done {
		return "green"
	}
	return "grey"
}

var setupSaved = map[string]string{
	"home": "The first page is now about your council.", "example": "The example is taken away. The dates and grades that every council has stay.",
}

func (s *Server) showNextSteps(c *gin.Context) error {
	ctx := c.Request.Context()
	steps, err := s.store.FirstSteps(ctx)
	if err != nil {
		return err
	}
	home := s.home(ctx)
	record, err := s.store.Record(ctx, home)
	if err != nil {
		return err
	}
	data, err := s.committees(c, nil)
	if err != nil {
		return err
	}
	who, err := s.person(c)
	if err != nil {
		return err
	}
	page := setupNextPage{
		Page: s.officerBase(c, "Next steps"), Saved: setupSaved[c.Query("saved")], Home: Link{Name: record.Name(home), Address: "/"},
	}
	step := func(title, words string, done bool, needs auth.Permission, link Link) *setupStep {
		one := setupStep{Title: title, Words: words, State: "Not yet", Done: done}
		if done {
			one.State = "Done"
		}
		if who != nil && who.may(needs) && !(who.open && needs == auth.ManagePeople) {
			one.Links = []Link{link}
		} else if roles := rolesFor(needs); roles != "" {
			one.Words += " This is done by " + roles + "."
		}
		page.Steps = append(page.Steps, one)
		return &page.Steps[len(page.Steps)-1]
	}
	council := s.council(c)
	step("Choose your council", "The first page is about "+page.Home.Name+".", s.startHome != "" || s.homeChosen(c), auth.ChangeSettings,
		Link{Name: "Choose another", Address: setupAddress})
	step("Say who runs the service and whom readers turn to", "Both stand at the foot of every page.",
		council.Name != "" && council.Contact.Any(), auth.ChangeSettings, Link{Name: "Settings", Address: settingsAddress})
	people := step("Invite people", "Each has an account of their own, with a post and one or more roles.", steps.People > 1, auth.ManagePeople,
		Link{Name: "People", Address: "/people"})
	if s.open {
		people.Words = "A demonstration has no accounts. Start the program without --open to invite people."
	}
	decides := true
	for _, one := range deciders(record.Members(home), placesOf(record), data.committees, s.today()) {
		decides = decides && !one.Missing
	}
	step("Name the bodies that decide", "Only they agree new dates and close an area to improve.", decides, auth.KeepBodies,
		Link{Name: "Bodies, meetings and posts", Address: "/committees"})
	first := step("Log your first letter", "Begin with Ofsted’s latest letter to your council.", steps.Letters > 0, auth.LogLetters,
		Link{Name: "Add a letter", Address: "/letters/new"})
	first.Way = []string{
		"Add the letter as a PDF, or paste its text. The program reads it into a form.",
		"Review the form. Each value stands beside the sentence it was read from.",
		"Publish it once the letter is on Ofsted’s site. Until then only the officers listed on it see it.",
	}
	step("Bring in your tracker", "A spreadsheet of actions and updates. You say once what its columns hold.", steps.Trackers > 0, auth.ImportTracker,
		Link{Name: "Tracker", Address: "/tracker"})
	held, about, err := s.exampleHeld(c)
	if err != nil {
		return err
	}
	if worked := len(held.Worked) > 0; !about && (held.Any() && !worked || held.Taken) {
		example := step("Take the example away", "The whole story of Northamptonshire is here to look at. Take it away when you no longer need it.",
			held.Taken, auth.ChangeSettings, Link{Name: "What would go", Address: setupAddress + "/example"})
		if held.Taken {
			example.Words, example.Links = "The story of Northamptonshire is no longer on this record. The grades of its councils stay.", nil
		}
	}
	return s.render(c, http.StatusOK, "setup_next", page)
}

// rolesFor names who may do something: "an officer or an administrator".
func rolesFor(needs auth.Permission) string {
	var roles []string
	for _, role := range needs.Roles() {
		roles = append(roles, inspection.Role(role).Words())
	}
	return inspection.JoinWords(roles, "or")
}

// homeChosen reports whether somebody said what the first page is about, here or where the service is started.
func (s *Server) homeChosen(c *gin.Context) bool {
	now, err := s.settingsNow(c.Request.Context())
	return s.startHome != "" || err == nil && now.Home != ""
}

// chooseCouncil says on the first page that another council can be chosen, to those who can; empty where somebody chose one.
func (s *Server) chooseCouncil(c *gin.Context, name string) string {
	if c.Request.URL.Path != "/" || s.homeChosen(c) {
		return ""
	}
	who, err := s.person(c)
	if err != nil || !s.open && (who == nil || !who.may(auth.ChangeSettings)) {
		return ""
	}
	return "This service is set up for " + name + ". Is yours another council?"
}

// exampleHeld returns what is held of the example, and whether it is about the council of the first page and so no example.
func (s *Server) exampleHeld(c *gin.Context) (held store.ExampleHeld, about bool, err error) {
	if s.example == nil {
		return held, false, nil
	}
	example, err := s.example()
	if err != nil {
		return held, false, err
	}
	held, err = s.store.Example(c.Request.Context(), example)
	return held, example.About(s.home(c.Request.Context())), err
}

// setupExamplePage says what goes with the example before it is taken away, or why it stays.
type setupExamplePage struct {
	Page
	Own    string // the council of the first page, where the example is its own record
	Gone   bool   // whether nothing of it is held
	Goes   []string
	Stays  string
	Worked []workedView
}

// workedView is a record of the example that somebody has worked on.
type workedView struct {
	Link Link
	Why  string
}

func (s *Server) showExample(c *gin.Context) error { return s.examplePage(c, http.StatusOK) }

func (s *Server) examplePage(c *gin.Context, status int) error {
	held, about, err := s.exampleHeld(c)
	if err != nil {
		return err
	}
	page := setupExamplePage{Page: s.officerBase(c, "Take the example away"), Gone: !held.Any()}
	if about {
		body, err := s.store.Body(c.Request.Context(), s.home(c.Request.Context()))
		if err != nil {
			return err
		}
		page.Own = body.Name
	}
	for _, one := range []struct {
		count     int
		one, many string
	}{
		{held.Inspections, "inspection or visit", "inspections and visits"}, {held.Areas, "area to improve", "areas to improve"},
		{held.LaterViews, "note of what a later letter says", "notes of what later letters say"}, {held.Milestones, "milestone", "milestones"},
		{held.Figures, "figure", "figures"}, {held.Sources, "source that nothing else rests on", "sources that nothing else rests on"},
	} {
		if one.count > 0 {
			page.Goes = append(page.Goes, inspection.CountWords(one.count, one.one, one.many))
		}
	}
	page.Stays = fmt.Sprintf("The dates and grades of %s stay, as those of every council do.",
		inspection.CountWords(held.Told, "inspection of Northamptonshire’s councils", "inspections of Northamptonshire’s councils"))
	for _, one := range held.Worked {
		page.Worked = append(page.Worked, workedView{workedLink(one), one.Why})
	}
	return s.render(c, status, "setup_example", page)
}

// workedLink leads to a record of the example.
func workedLink(one store.WorkedOn) Link {
	link := Link{Name: cmp.Or(one.Title, one.Record.ID)}
	switch one.Record.Kind {
	case inspection.OfInspection:
		link.Address = "/inspections/" + one.Record.ID
	case inspection.OfRecommendation:
		link.Address = "/recommendations/" + one.Record.ID
	case inspection.OfMilestone:
		link.Address = "/milestones"
	}
	return link
}

// takeExampleAway takes the example away once it was confirmed.
func (s *Server) takeExampleAway(c *gin.Context) error {
	by, _, err := s.sentBy(c)
	if err != nil {
		return err
	}
	held, about, err := s.exampleHeld(c)
	switch {
	case err != nil:
		return err
	case about || len(held.Worked) > 0:
		return s.examplePage(c, http.StatusConflict)
	case s.example == nil:
		return inspection.ErrNotFound
	}
	example, err := s.example()
	if err != nil {
		return err
	}
	_, err = s.store.TakeExampleAway(c.Request.Context(), by, example, s.homeOf)
	var stays *store.ExampleStays
	if errors.As(err, &stays) { // somebody was quicker, with work on it or another council
		return s.examplePage(c, http.StatusConflict)
	}
	if err != nil {
		return err
	}
	s.data.forget()
	return s.redirect(c, http.StatusSeeOther, setupAddress+"/next?saved=example")
}
