package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// recommendationShowPage is the story of one area to improve, as far as its reader may see it.
type recommendationShowPage struct {
	Page
	Heading  string
	Item     recommendationView
	Ours     bool
	Letter   letterView
	Whom     []whomView
	Twins    []letterTwin
	Themes   []inspection.Theme
	TagWords string
	Work     string // the address at which officers work on it; empty for others

	NoProgress string // what is said where none is recorded
	Progress   progressView
	Track      []trackStep
	CameBack   bool   // whether it came back, whatever became of it since
	Again      []Link // the later areas that ask for it again
	Dues       []dueView
	Decisions  []moveView
	Scrutiny   []moveView
	Moves      []moveView
	Updates    []updateView
	Evidence   []evidenceItemView
	Actions    []actionView
	Questions  []questionLine
	Later      []laterViewGroup
	Links      []linkLine
}

// letterTwin is the same item in another letter.
type letterTwin struct {
	Reference Link
	Letter    Link
}

// trackStep is one of the stages on the way from the letter to the closing.
type trackStep struct {
	Name          string
	Reached, Here bool
}

// updateView is what somebody said of an item or an action.
type updateView struct {
	When, Words, By, Late string
	For                   string // who may read it, where that is not everybody
	Action                *Link
}

// questionLine is a member's question with its answers.
type questionLine struct {
	When, By, Words string
	Answers         []updateView
}

// linkLine says how an item hangs together with another.
type linkLine struct {
	Says  string
	Other Link
	Note  string
}

func (s *Server) showRecommendation(c *gin.Context) error {
	ctx := c.Request.Context()
	day, err := s.asOf(c)
	if err != nil {
		return err
	}
	item, twins, err := s.store.Recommendation(ctx, c.Param("reference"))
	if err != nil {
		return err
	}
	if item.Reference != c.Param("reference") { // of an item that was joined to another: its reference leads there for ever
		return s.redirect(c, http.StatusPermanentRedirect, referenceLink(item.Reference).Address)
	}
	if !item.Inspection.OutBy(day) {
		return s.showNotOut(c, day)
	}
	if err := s.noteInternal(c, inspection.OfRecommendation, item.Reference); err != nil {
		return err
	}
	themes, err := s.store.Themes(ctx)
	if err != nil {
		return err
	}
	known, err := s.register(c)
	if err != nil {
		return err
	}
	r := &inspection.Record{Catalogue: known.catalogue, Bodies: known.bodies}
	heading := "Area to improve " + item.Reference
	page := recommendationShowPage{
		Page: s.base(c, heading), Heading: heading, Item: recommendationViewOf(themes, item.Recommendation),
		Ours: item.Wording == inspection.Paraphrase, Letter: letterOf(r, item.Inspection), Whom: whom(r, item.Inspection),
		TagWords: tagWords(item.FrameworkTag),
	}
	for _, twin := range twins {
		if twin.Inspection.OutBy(day) {
			page.Twins = append(page.Twins, letterTwin{Reference: referenceLink(twin.Reference), Letter: letterOf(r, twin.Inspection).Link})
		}
	}
	for _, t := range themes {
		if slices.Contains(item.Themes, t.Code) {
			page.Themes = append(page.Themes, t)
		}
	}
	reader := s.reader(c)
	if reader == inspection.ForOfficers {
		page.Work = referenceLink(item.Reference).Address + "/work"
	}
	if page.Later, err = s.laterViewGroups(ctx, item, day); err != nil {
		return err
	}
	if err := page.tell(ctx, s.store, known.bodies, item.Reference, reader, day); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "recommendation_show", page)
}

// tell adds what is recorded of the item, as it stood on a day.
func (page *recommendationShowPage) tell(
	ctx context.Context, s *store.Store, bodies []inspection.Body, reference string, reader inspection.Audience, day inspection.Date,
) error {
	p, err := s.Progress(ctx, reference, reader, day)
	if err != nil {
		return err
	}
	names := naming{bodies: bodies, posts: p.Posts, committees: p.Committees}
	page.Progress = names.progress(p.Position, reader, day)
	page.Track = trackOf(p.Position.Stage())
	page.CameBack = p.Position.CameBack(p.Again)
	for _, later := range p.Again {
		page.Again = append(page.Again, referenceLink(later))
	}
	if !p.Position.Recorded() {
		page.NoProgress = noProgress
		if len(p.Actions) > 0 {
			page.NoProgress = "No plan is recorded for this area itself yet. What is being done for it stands below."
		}
	}
	page.Dues = names.dueDates(p.Moves, reader)
	for _, m := range p.Moves {
		view := names.move(m, reader)
		page.Moves = append(page.Moves, view)
		switch {
		case m.Kind == inspection.RecordView:
			page.Scrutiny = append(page.Scrutiny, view)
		case m.Kind.Decision() && m.MinuteReference != "":
			page.Decisions = append(page.Decisions, view)
		}
	}
	for _, u := range p.Updates {
		view := updateViewOf(u, reference)
		if !slices.ContainsFunc(p.Actions, func(a inspection.Action) bool { return a.ID == u.ActionID }) {
			view.Action = nil // it is for others, or serves the area no more
		}
		page.Updates = append(page.Updates, view)
	}
	for _, e := range p.Evidence {
		page.Evidence = append(page.Evidence, evidenceItemViewOf(e, day))
	}
	for _, a := range p.Actions {
		page.Actions = append(page.Actions, names.action(a, day))
	}
	for _, q := range p.Questions {
		page.Questions = append(page.Questions, questionLineOf(q))
	}
	for _, l := range p.Links {
		line := linkLineOf(l, reference)
		other, _, err := s.Recommendation(ctx, line.Other.Name)
		if err != nil {
			return err
		}
		if other.Inspection.OutBy(day) {
			page.Links = append(page.Links, line)
		}
	}
	return nil
}

// trackOf lays out the stages. An item that came back begins again: no stage is reached but that.
func trackOf(stage inspection.Stage) []trackStep {
	if stage == inspection.CameBack {
		return nil
	}
	var out []trackStep
	reached := true
	for _, one := range inspection.Stages() {
		if one == inspection.CameBack {
			continue
		}
		out = append(out, trackStep{Name: one.Words(), Reached: reached, Here: one == stage})
		reached = reached && one != stage
	}
	return out
}

func updateViewOf(u inspection.Update, reference string) updateView {
	view := updateView{When: u.On.Words(), Words: u.Words, By: u.ByPost, For: audienceNote(u.Audience)}
	if u.Recorded != u.On {
		view.Late = u.Recorded.Words()
	}
	if u.ActionID != "" {
		view.Action = &Link{Name: "an action that serves this area", Address: actionAddress(u.ActionID)}
	}
	return view
}

// audienceNote says who may read something, where that is not everybody.
func audienceNote(a inspection.Audience) string {
	if a == inspection.ForPublic {
		return ""
	}
	return "For " + a.Words()
}

func questionLineOf(q inspection.Question) questionLine {
	line := questionLine{When: q.Asked.Words(), By: q.AskedBy, Words: q.Words}
	for _, a := range q.Answers {
		line.Answers = append(line.Answers, updateView{When: a.On.Words(), Words: a.Words, By: a.ByPost})
	}
	return line
}

// linkLineOf reads a link from the side of one of its two items.
func linkLineOf(l inspection.RecommendationLink, reference string) linkLine {
	if l.FromReference == reference {
		return linkLine{Says: "This one " + l.Kind.Words(), Other: referenceLink(l.ToReference), Note: l.Note}
	}
	says := map[inspection.LinkKind]string{
		inspection.LinkRepeats: "Repeated by", inspection.LinkSupersedes: "Replaced by", inspection.LinkArisesFrom: "Led to",
	}
	return linkLine{Says: says[l.Kind], Other: referenceLink(l.FromReference), Note: l.Note}
}

// nationalOutcomes are the outcomes of the government's National framework for children's social care, in short.
var nationalOutcomes = map[string]string{
	"outcome 1": "families stay together and get the help they need",
	"outcome 2": "the family network supports children and young people",
	"outcome 3": "children and young people are safe in and outside their home",
	"outcome 4": "children in care and care leavers have stable, loving homes",
}

// tagWords explains the part of the National framework that a letter names beside an item.
func tagWords(tag string) string {
	if tag == "" {
		return ""
	}
	words := "The letter ties this to " + tag + " of the government’s National framework for children’s social care"
	if outcome, ok := nationalOutcomes[tag]; ok {
		words += ": " + outcome
	}
	return words + "."
}
