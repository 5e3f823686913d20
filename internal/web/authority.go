package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
)

// authorityShowPage is the page about one authority, or about the authorities of one place. The first page is that of
// the home place.
type authorityShowPage struct {
	Page
	Beside      string // what the links to where it stands beside others are
	Choose      string // says that another council can be chosen; empty where that is not for this reader, or is done
	Heading     string
	Switch      []Link // between a place and its councils
	Ended       string // of an earlier council: when, and who came after it
	Successors  []Link
	Briefing    Link         // to the paper for a committee's meeting
	Coming      []comingView // reorganisations to come of its councils; none on a past day
	Fresh       []string
	Headlines   []headlineView
	Others      []headlineView
	Latest      latestTable
	Counts      []countView
	Councils    []laneView
	Earlier     []laneView
	EarlierLine string // what is said at the heavy line before the earlier councils
	More        *moreView
	Dates       *datesView // nil for an earlier council, for which nothing is to come
	Feeds       feedLinks
	Areas       areasView
	SEND        []areasView
	Visits      []visitView
	Prompts     []promptView // to ask about: the first of them
	MorePrompts string
	AllPrompts  Link
	Differences []inspection.Difference
	DifferNames string
	Overall     *figure
	Followed    followedView // what became of the areas to improve
	Themes      *figure
	Recurring   Link // the same with the words of each letter
	Figures     []figureView
	Providers   []providerView
	Neighbours  []Link
	Compare     []Link // each council beside others
	NotHeld     []string
	Unknown     []gapView
	CSS         string // a word for the layout: "pair" where two councils stand side by side
}

type headlineView struct {
	Lead    string
	Letters string
	Links   []Link
	Detail  []string
}

type latestTable struct {
	Caption string
	Columns []string
	Rows    []latestRow
}

type latestRow struct {
	Name  string
	Lines int // the height of its row in the picture, in units of a row
	Cells []latestCell
}

// latestCell is what is latest in one lane. Look names the swatch beside the words; the words say the same.
type latestCell struct {
	Look  string
	Grade string
	When  string
	Words string // where there is no grade
	Note  string
}

type countView struct {
	Number  int
	Numbers bool // whether the number is shown; a sentence that says that nothing is known has none
	Words   string
	Note    string
	List    string // the part of the page that it opens
}

type visitView struct {
	When, Body, Words string
	Confirmed         bool
	Link              Link
}

type figureView struct {
	Name, Value, When, Note string
	Source                  Link
}

type providerView struct{ Name, Words string }

type gapView struct {
	Link  Link
	Words []string
}

// laneView is one council's lanes: the picture, the column of words beside it, and the same as a list.
type laneView struct {
	ID      string
	Name    string
	Address string
	Figure  figure
	Latest  []latestRow
	Entries []entryView
}

type entryView struct {
	When, Title, Address string
	Lines                []string
	Break                bool
}

type moreView struct {
	Names  string
	Figure figure
	Events []entryView
}

func (s *Server) showHome(c *gin.Context) error { return s.showBody(c, s.home(c.Request.Context())) }

func (s *Server) showAuthority(c *gin.Context) error { return s.showBody(c, c.Param("slug")) }

// subject is what a page about a body is made from.
type subject struct {
	record  *inspection.Record
	body    inspection.Body
	members []inspection.Body // the authorities it is about; none where it had not begun on the day
	place   inspection.Body   // the place it is or belongs to; empty where there is none
	asOf    inspection.Date   // the day as of which the page shows the record
	today   inspection.Date
	past    inspection.Date // the same where it is not today
	until   inspection.Date // that day or, for an earlier council, its last one: what came later is not its own
}

// subject returns what a page about a body is made from, as the record stood on the day asked for.
func (s *Server) subject(c *gin.Context, slug string) (subject, error) {
	day, err := s.asOf(c)
	if err != nil {
		return subject{}, err
	}
	record, err := s.store.Record(c.Request.Context(), slug)
	if err != nil {
		return subject{}, err
	}
	body, ok := record.Body(slug)
	if !ok || !body.HasPage() {
		return subject{}, fmt.Errorf("page of %s: %w", slug, inspection.ErrNotFound)
	}
	sub := subject{record: record.AsOf(day), body: body, members: record.MembersOn(slug, day), asOf: day, today: s.today(), past: pastDay(c), until: day}
	if ended := sub.allEnded(); ended.Known() {
		sub.until = ended.Last()
	}
	for _, m := range record.PlaceMembers {
		place, _ := record.Body(m.PlaceID) // the latest of those that have begun
		if (m.AuthorityID == slug || m.PlaceID == slug) && place.BegunBy(day) && !place.Created.Before(sub.place.Created) {
			sub.place = place
		}
	}
	return sub, nil
}

func (s *Server) showBody(c *gin.Context, slug string) error {
	sub, err := s.subject(c, slug)
	if err != nil {
		return err
	}
	known, err := s.reference(c)
	if err != nil {
		return err
	}
	heading := sub.heading()
	if len(sub.members) == 0 {
		return s.showNotBegun(c, sub)
	}
	items, err := s.items(c, sub)
	if err != nil {
		return err
	}
	r, day := sub.record, sub.asOf
	page := authorityShowPage{
		Page: s.base(c, heading), Heading: heading, Switch: sub.links(),
		Fresh:       r.FreshnessWords(sub.members, known.freshness(r, day), sub.until),
		Headlines:   sub.headlines(),
		Others:      sub.otherHeadlines(),
		Counts:      counts(r.Counts(sub.members, positionsOf(items), day)),
		Areas:       sub.latestAreas(),
		SEND:        sub.sendAreas(),
		Visits:      sub.visits(),
		Figures:     sub.figures(),
		Providers:   sub.providers(),
		Neighbours:  neighbours(sub.members, known.bodies),
		Compare:     comparisons(sub.members),
		NotHeld:     sub.notHeld(),
		Unknown:     sub.unknown(),
		CSS:         map[bool]string{true: "pair", false: "single"}[len(sub.members) > 1],
		EarlierLine: sub.earlierLine(),
		Briefing:    briefingLink(sub.body),
		Feeds:       s.feedLinks(sub.body),
	}
	if slug == s.home(c.Request.Context()) {
		page.Canonical = "/"
		page.Nav[0].Here = c.Request.URL.Path == "/"
		page.Choose = s.chooseCouncil(c, sub.body.Name)
	}
	page.Beside = "How does it compare? Set beside its statistical neighbours:"
	if len(sub.members) > 1 {
		page.Beside = "How do they compare? Set beside their statistical neighbours:"
	}
	page.Coming = sub.coming(known.england)
	if page.Ended, page.Successors = sub.ended(); page.Ended == "" {
		if page.Dates, err = s.dates(c, sub, known.england.Record); err != nil {
			return err
		}
		page.addPrompts(sub, sub.prompts(items, inspection.ForPublic))
	}
	if page.AsOf.Past && !recorded(items) {
		page.AsOf.Note = "No progress had been recorded here by then."
	}
	if len(sub.members) == 2 {
		a, b := sub.members[0], sub.members[1]
		page.Differences = r.Differences(a, b, sub.body.Name, day)
		page.DifferNames = a.NameWithin(sub.body.Name) + " and " + b.NameWithin(sub.body.Name)
	}
	if err := s.addCharts(&page, sub); err != nil {
		return err
	}
	if page.Followed, err = s.progressFigures(c, sub, items); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "authority_show", page)
}

// showNotBegun answers for a council on a day before it began, with the way to the council that came before it.
func (s *Server) showNotBegun(c *gin.Context, sub subject) error {
	words, ways := sub.notBegun()
	return s.showNothingYet(c, sub.heading(), words, ways...)
}

// addCharts adds the drawings and the words that belong to them.
func (s *Server) addCharts(page *authorityShowPage, sub subject) error {
	var all []inspection.Lanes
	for _, m := range sub.members {
		lanes := sub.record.Lanes(m, sub.asOf)
		view, err := sub.laneView(lanes)
		if err != nil {
			return err
		}
		all = append(all, lanes)
		page.Councils = append(page.Councils, view)
	}
	page.Latest = latestTableOf(all, sub.body.Name)
	for _, b := range sub.record.EarlierCouncils(sub.members...) {
		view, err := sub.laneView(sub.record.Lanes(b, sub.asOf))
		if err != nil {
			return err
		}
		page.Earlier = append(page.Earlier, view)
	}
	var err error
	if page.More, err = sub.more(); err != nil {
		return err
	}
	if sub.body.Kind == inspection.Authority {
		if page.Overall, err = sub.overall(); err != nil {
			return err
		}
	}
	page.Recurring = Link{Name: "What keeps coming back: the words of each letter, side by side", Address: recurrenceAddress(sub.body.ID)}
	page.Themes, err = sub.themes()
	return err
}

// heading says whose page it is.
func (sub subject) heading() string {
	name := sub.body.Name
	if sub.body.EndedBy(sub.today) {
		return "Children’s services of " + name
	}
	for _, suffix := range []string{", City of", ", County of"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return "Children’s services in " + withArticle(name)
}

// withArticle returns the name of a council as it stands in a sentence after "in": "the Isles of Scilly", "the City of London".
func withArticle(name string) string {
	if strings.HasPrefix(name, "Isles of ") || strings.HasPrefix(name, "City of ") {
		return "the " + name
	}
	return name
}

// links lead between a place and its councils.
func (sub subject) links() []Link {
	if sub.place.ID == "" {
		return nil
	}
	members := sub.record.MembersOn(sub.place.ID, sub.asOf)
	if len(members) < 2 {
		return nil
	}
	all := "All councils"
	if len(members) == 2 {
		all = "Both councils"
	}
	out := []Link{{Name: all, Address: "/authorities/" + sub.place.ID, Here: sub.body.ID == sub.place.ID}}
	for _, m := range members {
		out = append(out, Link{Name: m.Name, Address: "/authorities/" + m.ID, Here: m.ID == sub.body.ID})
	}
	return out
}

func bodyLink(b inspection.Body) Link { return Link{Name: b.Name, Address: "/authorities/" + b.ID} }

func inspectionAddress(in *inspection.Inspection) string { return "/inspections/" + in.ID }

// councilOf names the council of the page that an inspection was of, as short as the page allows.
func (sub subject) councilOf(in *inspection.Inspection) string {
	for _, m := range sub.members {
		if in.Of(m.ID) {
			return m.NameWithin(sub.body.Name)
		}
		for _, p := range sub.record.Partnerships(m.ID) {
			if in.Of(p.ID) {
				return m.NameWithin(sub.body.Name)
			}
		}
	}
	return sub.record.Name(sub.body.ID)
}

func (sub subject) headlines() []headlineView {
	var out []headlineView
	for _, h := range sub.record.Headlines(sub.members, sub.asOf) {
		view := headlineView{Lead: h.Lead, Letters: h.LettersOn, Detail: h.Detail}
		for _, in := range h.Letters {
			view.Links = append(view.Links, Link{Name: sub.councilOf(in), Address: inspectionAddress(in)})
		}
		out = append(out, view)
	}
	return out
}

func (sub subject) otherHeadlines() []headlineView {
	var out []headlineView
	for _, h := range sub.record.OtherHeadlines(sub.members, sub.asOf) {
		view := headlineView{Lead: h.Lead}
		if h.Detail != "" {
			view.Detail = []string{h.Detail}
		}
		for _, in := range h.Inspections {
			view.Links = append(view.Links, Link{Name: sub.councilOf(in), Address: inspectionAddress(in)})
		}
		if view.Letters = "Report"; len(view.Links) > 1 {
			view.Letters = "Reports"
		}
		out = append(out, view)
	}
	return out
}

// latestTableOf sets the lanes' latest entries side by side, a column for each council.
func latestTableOf(all []inspection.Lanes, place string) latestTable {
	out := latestTable{Caption: "Latest published grades"}
	var codes []string
	for _, lanes := range all {
		out.Columns = append(out.Columns, lanes.Body.NameWithin(place))
		for _, lane := range lanes.Main {
			if !slices.Contains(codes, lane.Code) {
				codes = append(codes, lane.Code)
				out.Rows = append(out.Rows, latestRow{Name: lane.Name})
			}
		}
	}
	for i, code := range codes {
		for _, lanes := range all {
			var cell latestCell
			if n := slices.IndexFunc(lanes.Main, func(l inspection.Lane) bool { return l.Code == code }); n >= 0 {
				cell = latestCellOf(lanes.Main[n])
			}
			out.Rows[i].Cells = append(out.Rows[i].Cells, cell)
		}
	}
	return out
}

func latestCellOf(lane inspection.Lane) latestCell {
	l := lane.Latest
	out := latestCell{Look: string(l.Absence), Grade: l.Grade.Name, Note: l.Note}
	switch {
	case out.Grade != "":
		out.Look, out.When = l.Grade.Fill, l.When
	case l.Absence == inspection.AbsentNoSuchJudgement:
		out.Words = "None given"
	default:
		out.Words, out.Note = l.Words, "" // the words hold the note
	}
	if n := len(lane.Marks); n > 0 && lane.Marks[n-1].Visit {
		out.Look = string(inspection.AbsentVisit)
	}
	return out
}

func counts(lines []inspection.CountLine) []countView {
	var out []countView
	for _, l := range lines {
		out = append(out, countView{
			Number: l.Number, Numbers: l.Number > 0 || l.List == inspection.ListExpected,
			Words: l.Words, Note: l.Note, List: string(l.List),
		})
	}
	return out
}

// visits lists the visits of the page's councils, latest first, one that went to several once.
func (sub subject) visits() []visitView {
	r := sub.record
	var all []*inspection.Inspection
	for _, m := range sub.members {
		for _, in := range append(r.InspectionsOf(m.ID, sub.asOf), r.PerhapsOf(m.ID, sub.asOf)...) {
			if !r.Graded(in) && !slices.Contains(all, in) {
				all = append(all, in)
			}
		}
	}
	slices.SortFunc(all, func(a, b *inspection.Inspection) int { return inspection.ByDay(b, a) })
	var out []visitView
	for _, in := range all {
		k, _ := r.Catalogue.Kind(in.Kind)
		v := visitView{When: in.VisitedWords(), Words: in.Topic, Confirmed: in.Confirmed(), Link: Link{Name: k.Name, Address: inspectionAddress(in)}}
		var names []string
		for _, b := range in.Bodies {
			body, _ := r.Body(b.BodyID)
			names = append(names, body.NameWithin(sub.body.Name))
		}
		v.Body = inspection.ListWords(names)
		out = append(out, v)
	}
	return out
}

func (sub subject) figures() []figureView {
	var out []figureView
	for _, f := range sub.record.Figures {
		if !slices.ContainsFunc(sub.members, func(m inspection.Body) bool { return m.ID == f.BodyID }) && f.BodyID != sub.body.ID {
			continue
		}
		v := figureView{Name: f.Name, Value: f.Value, Note: f.Note, Source: Link{Name: "Source", Address: "/sources#" + f.SourceID}}
		if f.On.Known() {
			v.When = f.On.Words()
		}
		if len(sub.members) > 1 {
			b, _ := sub.record.Body(f.BodyID)
			v.Name = b.NameWithin(sub.body.Name) + ": " + v.Name
		}
		if source, ok := sub.record.Source(f.SourceID); ok {
			v.Source.Name = source.Title
		}
		out = append(out, v)
	}
	return out
}

// neighbours links to an authority's statistical neighbours, nearest first.
func neighbours(members, bodies []inspection.Body) []Link {
	if len(members) != 1 {
		return nil
	}
	var out []Link
	for _, code := range members[0].NeighbourCodes() {
		i := slices.IndexFunc(bodies, func(b inspection.Body) bool { return b.LACode == code && b.Kind == inspection.Authority })
		if i >= 0 {
			out = append(out, bodyLink(bodies[i]))
		}
	}
	return out
}

// comparisons lead to where each council stands beside its statistical neighbours. Councils that ended are listed with none.
func comparisons(members []inspection.Body) []Link {
	var out []Link
	for _, b := range members {
		if b.Neighbours == "" {
			continue
		}
		out = append(out, Link{Name: b.Name, Address: "/compare?" + url.Values{"authority": {b.ID}}.Encode()})
	}
	return out
}

// notHeld says what is not held about the authorities, and about the earlier councils that the page shows.
func (sub subject) notHeld() []string {
	about := append(slices.Clone(sub.members), sub.record.EarlierCouncils(sub.members...)...)
	for i, b := range about {
		if b.EndedBy(sub.today) && !b.EndedBy(sub.asOf) {
			about[i].Note = "" // it tells of the end, which was still to come
		}
	}
	return sub.record.GeneralGaps(about, sub.asOf)
}

// unknown gathers what was looked for and not found, inspection by inspection, latest first.
func (sub subject) unknown() []gapView {
	all := slices.Clone(sub.record.Inspections)
	slices.SortFunc(all, func(a, b *inspection.Inspection) int { return inspection.ByDay(b, a) })
	var out []gapView
	for _, in := range all {
		if len(in.Gaps) == 0 || !in.OutBy(sub.asOf) {
			continue
		}
		v := gapView{Link: Link{Name: sub.title(in), Address: inspectionAddress(in)}}
		for _, g := range in.Gaps {
			v.Words = append(v.Words, g.Words)
		}
		out = append(out, v)
	}
	return out
}

// title names an inspection: what it was, of whom, when.
func (sub subject) title(in *inspection.Inspection) string {
	k, _ := sub.record.Catalogue.Kind(in.Kind)
	var names []string
	for _, b := range in.Bodies {
		names = append(names, sub.record.Name(b.BodyID))
	}
	return fmt.Sprintf("%s, %s, %s", k.Name, inspection.ListWords(names), in.VisitedWords())
}

// earlierLine is what stands at the heavy line before the earlier councils' past.
func (sub subject) earlierLine() string {
	earlier := sub.record.EarlierCouncils(sub.members...)
	if len(earlier) == 0 {
		return ""
	}
	var together []string // those that ended last, on the same day
	for _, b := range earlier {
		if b.Ended == earlier[0].Ended {
			together = append(together, b.Name)
		}
	}
	last := earlier[0].Ended
	line, below := fmt.Sprintf("Above this line: from %s, when %s ended.", last.AddDays(1).Words(), inspection.ListWords(together)), "Below it"
	if slices.ContainsFunc(sub.members, func(m inspection.Body) bool { return m.BegunBy(last) }) { // it goes on, with a past of its own
		line, below = fmt.Sprintf("%s ended on %s.", inspection.ListWords(together), last.Words()), "Below this line"
	}
	for _, p := range sub.record.Providers(sub.members...) {
		words := p.Name + " serves"
		if len(sub.members) == 2 {
			words += " both councils"
		} else {
			words += " the council"
		}
		if p.Created.Known() {
			words += " since " + p.Created.Words()
		}
		line += " " + words + "."
	}
	if len(earlier) > 1 {
		return line + " " + below + ": the earlier councils’ past, which is their own."
	}
	return line + " " + below + ": the earlier council’s past, which is its own."
}
