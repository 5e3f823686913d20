package opendata

import (
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// Area is an area to improve, as its letter has it.
type Area struct {
	Reference    string   `json:"reference" column:"Reference" doc:"Names the area to improve; it does not change"`
	Self         string   `json:"self" doc:"Where the interface says more about it"`
	Page         string   `json:"page" doc:"Its page"`
	Inspection   string   `json:"inspection" doc:"ID of the inspection whose letter asks for it"`
	Number       string   `json:"number" doc:"Place in the letter's whole list; P1, P2 and so on where that list is not held"`
	Kind         string   `json:"kind" codes:"improvement|priority_action" doc:"An area to improve, or Ofsted's area for priority action"`
	Words        string   `json:"words" column:"What it asks for" doc:"What it asks for"`
	Wording      string   `json:"wording" codes:"verbatim|paraphrase" doc:"Whether the words are the letter's, or ours and not a quotation"`
	Gloss        *string  `json:"in_plain_english" doc:"The same in our words beside the letter's; null where there is none"`
	Themes       []Code   `json:"themes" column:"Themes" doc:"Themes, by codes of /themes"`
	FrameworkTag *string  `json:"framework_tag" doc:"Part of the government's National framework to which the letter ties it; null where it names none"`
	Responsible  *string  `json:"responsible" doc:"Body addressed, as printed; null where none is"`
	OwnPriority  bool     `json:"own_priority" doc:"Whether it is the council's own priority and not the inspectors'"`
	PageOfLetter *int     `json:"page_of_letter" doc:"Page of the letter on which it stands; null where that is not known"`
	SharedWith   []string `json:"shared_with" doc:"References of the same item in other letters"`
}

func referencePath(reference string) string { return "/recommendations/" + reference }

func (c *Call) area(themes []inspection.Theme, item inspection.Recommendation) Area {
	out := Area{
		Reference: item.Reference, Self: c.link(Root + referencePath(item.Reference)), Page: c.link(referencePath(item.Reference)),
		Inspection: item.InspectionID, Number: item.Number, Kind: string(item.Kind), Words: item.Words, Wording: string(item.Wording),
		Gloss: text(item.Gloss), Themes: []Code{}, FrameworkTag: text(item.FrameworkTag), Responsible: text(item.Responsible),
		OwnPriority: item.OwnPriority, PageOfLetter: count(item.Page), SharedWith: []string{},
	}
	for _, t := range themes {
		if slices.Contains(item.Themes, t.Code) {
			out.Themes = append(out.Themes, Code{t.Code, t.Name})
		}
	}
	return out
}

// ListedArea is an area to improve in a list, with where it stands.
type ListedArea struct {
	Area
	Letter     Link        `json:"letter" doc:"The inspection whose letter asks for it"`
	Bodies     []Inspected `json:"bodies" doc:"Whose inspection it was"`
	Progress   Progress    `json:"progress" column:"How far it is" doc:"Where it stands"`
	LaterViews []LaterView `json:"later_views" doc:"What later letters say of it"`
	AskedAgain []string    `json:"asked_again" doc:"References of the later areas that ask for it again"`
}

// Progress is where an area to improve stands. That nothing is recorded does not say that nothing was done.
type Progress struct {
	Recorded       bool    `json:"recorded" doc:"Whether anything is recorded; if not, nothing below says that nothing was done"`
	Stage          *Code   `json:"stage" doc:"How far it is, as members see it; null where nothing is recorded"`
	State          Code    `json:"state" doc:"The formal state behind the stage"`
	Since          Date    `json:"since" doc:"Day of that state"`
	Owner          *string `json:"owner" doc:"Post that owns it; null where none is recorded"`
	LeadBody       *Body   `json:"lead_body" doc:"Body that leads; null where none is recorded"`
	DecidedBy      *string `json:"decided_by" doc:"Committee that agrees new dates and closes; null where none is recorded"`
	SuccessMeasure *string `json:"success_measure" doc:"How one will see that it worked; null where none is recorded"`
	OriginalDue    Date    `json:"original_due" doc:"The first day by which it was to be done"`
	Due            Date    `json:"due" doc:"The day by which it is to be done, the latest that was agreed"`
	TimesMoved     int     `json:"times_moved" doc:"How often the day was moved"`
	PastDate       bool    `json:"past_date" doc:"Whether it is past its date"`
	AskedDue       Date    `json:"asked_due" doc:"Another day that was asked for and waits for a decision"`
	Waits          bool    `json:"waits_for_decision" doc:"Whether the committee that decides has something of it before it"`
	Updated        Date    `json:"updated" doc:"Day of the newest update that the asker may read"`
	Evidence       Date    `json:"evidence" doc:"Day of the newest evidence in force that the asker may read"`
	Expired        bool    `json:"evidence_expired" doc:"Whether all accepted evidence has expired"`
	CameBack       bool    `json:"came_back" doc:"Whether it came back after it was closed, or in a later letter"`
	Scrutiny       *Code   `json:"scrutiny_view" doc:"What scrutiny said last; null where nothing is recorded"`
	ScrutinyOn     Date    `json:"scrutiny_view_on" doc:"Day on which it did"`
}

// names say what stands behind the IDs that progress is recorded with.
type names struct {
	record     *inspection.Record
	posts      []inspection.Post
	committees []inspection.Committee
}

func (c *Call) names(ctx context.Context, r *inspection.Record) (names, error) {
	posts, err := c.Store.Posts(ctx, nil)
	if err != nil {
		return names{}, err
	}
	committees, err := c.Store.Committees(ctx, nil)
	return names{r, posts, committees}, err
}

// post names a post with the body that has it; nil where there is none.
func (n names) post(id string) *string {
	i := slices.IndexFunc(n.posts, func(p inspection.Post) bool { return p.ID == id })
	switch {
	case i < 0:
		return text(id)
	case n.posts[i].BodyID == "":
		return text(n.posts[i].Name)
	}
	return text(n.posts[i].Name + ", " + n.record.Name(n.posts[i].BodyID))
}

func (n names) committee(id string) *string {
	for _, one := range n.committees {
		if one.ID == id {
			return text(one.Name)
		}
	}
	return text(id)
}

func (c *Call) progress(n names, p inspection.Position, again []string) Progress {
	return Progress{
		Recorded: p.Recorded(), Stage: codeOf(p.Stage(), p.Stage().Words()), State: Code{string(p.State), p.State.Words()},
		Since: dateOf(p.StateOn), Owner: n.post(p.OwnerID), LeadBody: c.bodyNamed(n.record, p.LeadBodyID), DecidedBy: n.committee(p.CommitteeID),
		SuccessMeasure: text(p.SuccessMeasure), OriginalDue: dateOf(p.OriginalDue), Due: dateOf(p.Due), TimesMoved: p.TimesMoved,
		PastDate: p.PastDate(c.Day()), AskedDue: dateOf(p.AskedDue), Waits: p.WaitsForDecision(), Updated: dateOf(p.Updated(c.Reader)),
		Evidence: dateOf(p.EvidenceOn(c.Reader)), Expired: p.EvidenceExpired(c.Day()), CameBack: p.CameBack(again),
		Scrutiny: codeOf(p.View, p.View.Words()), ScrutinyOn: dateOf(p.ViewOn),
	}
}

// LaterView is what one paragraph of a later letter says of an earlier area to improve.
type LaterView struct {
	Area      string  `json:"area_to_improve" doc:"Reference of the earlier area"`
	Letter    string  `json:"inspection" doc:"ID of the inspection whose letter says it"`
	View      Code    `json:"view" doc:"What it says, in a word"`
	Paragraph *string `json:"paragraph" doc:"Paragraph of the letter; null where it is silent"`
	Page      *int    `json:"page_of_letter" doc:"Page of the letter; null where that is not known"`
	Quote     *string `json:"quote" doc:"Word for word; null where the letter is not held"`
	Gloss     *string `json:"gloss" doc:"In our words, not a quotation; null where there is none"`
	Repeated  *string `json:"repeated_as" doc:"Reference of the later area that asks for it again; null where none does"`
}

func (c *Call) laterView(_ *inspection.Record, v inspection.LaterView) LaterView {
	return LaterView{
		v.Reference, v.InspectionID, Code{string(v.View), v.View.Words()}, text(v.Paragraph), count(v.Page), text(v.Quote), text(v.Gloss), text(v.Repeats),
	}
}

func recommendations() Operation {
	return Reading(Operation{
		Name: "recommendations", Path: "/recommendations", Page: "/recommendations", Group: "Areas to improve", Summary: "Areas to improve, with where each stands",
		Words: "Latest letters first. A page ends with a letter, so pages differ in length. Total counts items letter by letter: two letters that share an item have one each.",
		Parameters: []Parameter{
			authorityParameter, themeParameter,
			{Name: "stage", Summary: "How far it is; not_started finds those of which nothing is recorded too", OneOf: stageCodes},
			{Name: "show", Summary: "Only those of which this is so", OneOf: showCodes},
			{Name: "inspection", Summary: "ID of the inspection whose letter asks for them", From: letterCodes, At: "/inspections"},
			pageParameter, asAtParameter,
		},
	}, listRecommendations)
}

// AreaList is a list of areas to improve, with how much of what could be listed is on the record.
type AreaList struct {
	List[ListedArea]
	Holdings AreasHeld `json:"holdings" doc:"How much could be listed: where nothing is, inspectors may have asked for something all the same"`
}

// AreasHeld says of how many inspections areas to improve are on the record.
type AreasHeld struct {
	Held        int    `json:"inspections_held" doc:"Inspections and visits of which at least one area to improve is on the record: of the authority that is asked for, whatever else is"`
	Inspections int    `json:"inspections" doc:"All inspections and visits of that authority on the record, or of everybody where none is asked for"`
	Words       string `json:"words" doc:"The same in sentences"`
}

// areasHeld counts what could be listed of an authority, on the day.
func (c *Call) areasHeld(ctx context.Context, held int) (AreasHeld, error) {
	_, all, err := c.Store.Inspections(ctx, store.InspectionFilter{Authority: c.Get("authority"), OutBy: c.Day(), Limit: 1})
	if err != nil {
		return AreasHeld{}, err
	}
	words := fmt.Sprintf("Areas to improve are held here of %d of the %s on this record. ", held, inspection.CountWords(all, "inspection or visit", "inspections and visits"))
	if all == 0 {
		words = "No inspection or visit is on this record. "
	}
	return AreasHeld{held, all, words + "That none is listed does not mean that inspectors asked for nothing."}, nil
}

func listRecommendations(ctx context.Context, c *Call) (AreaList, error) {
	r, err := c.record(ctx)
	if err != nil {
		return AreaList{}, err
	}
	if r.Themes, err = c.Store.Themes(ctx); err != nil {
		return AreaList{}, err
	}
	found, err := c.Store.RecommendationPage(ctx, store.PositionFilter{
		Authority: c.Get("authority"), Inspection: c.Get("inspection"), Theme: c.Get("theme"), Stage: inspection.Stage(c.Get("stage")),
		Show: store.Show(c.Get("show")), Reader: c.Reader, AsOf: c.Day(), Page: c.number(pageParameter.Name, 1), Size: perPage,
	})
	if err != nil {
		return AreaList{}, err
	}
	items, err := c.listedAreas(ctx, r, found.List)
	if err != nil {
		return AreaList{}, err
	}
	out := AreaList{}
	if out.Holdings, err = c.areasHeld(ctx, len(found.Letters)); err != nil {
		return AreaList{}, err
	}
	out.List, err = listOf(c, items, found.Total, found.Pages)
	return out, err
}

func (c *Call) listedAreas(ctx context.Context, r *inspection.Record, list []store.ListedRecommendation) ([]ListedArea, error) {
	n, err := c.names(ctx, r)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, item := range list {
		if item.SharedKey != "" && !slices.Contains(keys, item.SharedKey) {
			keys = append(keys, item.SharedKey)
		}
	}
	twins, err := c.Store.SharedReferences(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make([]ListedArea, 0, len(list))
	for _, item := range list {
		one := ListedArea{
			Area: c.area(r.Themes, item.Recommendation), Letter: c.inspectionLink(r, item.Inspection), Bodies: c.inspection(r, item.Inspection).Bodies,
			Progress: c.progress(n, item.Position.For(c.Reader), item.Again), LaterViews: []LaterView{}, AskedAgain: texts(item.Again),
		}
		for _, reference := range twins[item.SharedKey] {
			if reference != item.Reference {
				one.SharedWith = append(one.SharedWith, reference)
			}
		}
		for _, v := range item.Views {
			one.LaterViews = append(one.LaterViews, c.laterView(r, v))
		}
		out = append(out, one)
	}
	return out, nil
}

// AreaDocument is the story of one area to improve, as far as the asker may read it.
type AreaDocument struct {
	Document
	Area      ListedArea     `json:"area_to_improve" doc:"The area to improve and where it stands"`
	Moves     []Move         `json:"moves" doc:"What was done about it, the oldest first"`
	Updates   []Update       `json:"updates" doc:"What was said about it, the newest first"`
	Evidence  []EvidenceItem `json:"evidence" doc:"Evidence that the asker may read"`
	Actions   []Action       `json:"actions" doc:"Actions that serve it"`
	Questions []Question     `json:"questions" doc:"What members asked about it"`
	Links     []AreaLink     `json:"links" doc:"How it hangs together with other areas"`
}

// Move is one thing that was done about an area to improve.
type Move struct {
	On        Date    `json:"date" doc:"Day on which it was done"`
	Recorded  Date    `json:"recorded" doc:"Day on which it was written down"`
	Kind      Code    `json:"kind" doc:"What was done"`
	Words     *string `json:"words" doc:"Why, or what was said; null where nothing was, or where it is for others"`
	By        string  `json:"by" doc:"Post of whoever recorded it"`
	Due       Date    `json:"due" doc:"Day that was planned, asked for or agreed"`
	Committee *string `json:"committee" doc:"Committee that decided; null where none did"`
	Minute    *string `json:"minute" doc:"Reference of the minute; null where there is none"`
	Address   *string `json:"minute_address" doc:"Where the minute can be read"`
	Other     *string `json:"other" doc:"Reference of another area that took its place or asks again"`
}

// Update is what somebody said about an area to improve or an action.
type Update struct {
	On       Date    `json:"date" doc:"Day of which it speaks"`
	Recorded Date    `json:"recorded" doc:"Day on which it was written down"`
	Words    string  `json:"words" doc:"What was said"`
	By       string  `json:"by" doc:"Post of whoever said it"`
	Action   *string `json:"action" doc:"ID of the action that it is about; null where it is about the area itself"`
	Audience string  `json:"audience" codes:"public|members|officers" doc:"Who may read it"`
}

// EvidenceItem is a piece of evidence. Its file, if it has one, is not handed out here.
type EvidenceItem struct {
	ID       string  `json:"id" doc:"Names it"`
	Title    string  `json:"title" doc:"What it is called"`
	Address  *string `json:"address" doc:"Where it can be read; null for a file"`
	FileName *string `json:"file_name" doc:"Name of its file; null for a link"`
	SHA256   *string `json:"sha256" doc:"SHA-256 of its file in hexadecimal; null for a link"`
	On       Date    `json:"date" doc:"The evidence's own day"`
	Expires  Date    `json:"expires" doc:"Its last day; unknown where it does not expire"`
	Recorded Date    `json:"recorded" doc:"Day on which it was put here"`
	By       string  `json:"by" doc:"Post of whoever put it here"`
	Version  int     `json:"version" doc:"Version, from 1"`
	State    Code    `json:"state" doc:"How far its review is"`
	Audience string  `json:"audience" codes:"public|members|officers" doc:"Who may read it"`
}

// AreaLink says how two areas to improve hang together, read from the later to the earlier.
type AreaLink struct {
	From string  `json:"from" doc:"Reference of the later one"`
	Kind Code    `json:"kind" doc:"How they hang together"`
	To   string  `json:"to" doc:"Reference of the earlier one"`
	Note *string `json:"note" doc:"In our words; null where there is none"`
}

func oneRecommendation() Operation {
	return Reading(Operation{
		Name: "recommendation", Path: "/recommendations/{reference}", Page: "/recommendations/{reference}", Group: "Areas to improve",
		Summary: "One area to improve with its story", Notes: inspection.OfRecommendation,
		Words:      "The reference of an area that was joined to another answers with the other one, whose reference stands in it.",
		Parameters: []Parameter{{Name: "reference", Summary: "Reference of the area to improve", InPath: true}, asAtParameter},
	}, showRecommendation)
}

func showRecommendation(ctx context.Context, c *Call) (AreaDocument, error) {
	item, twins, err := c.Store.Recommendation(ctx, c.Get("reference"))
	if err != nil {
		return AreaDocument{}, err
	}
	if !item.Inspection.OutBy(c.Day()) {
		return AreaDocument{}, c.notOut()
	}
	c.path = map[string]string{"reference": item.Reference}
	r, err := c.record(ctx)
	if err != nil {
		return AreaDocument{}, err
	}
	if r.Themes, err = c.Store.Themes(ctx); err != nil {
		return AreaDocument{}, err
	}
	p, err := c.Store.Progress(ctx, item.Reference, c.Reader, c.Day())
	if err != nil {
		return AreaDocument{}, err
	}
	n := names{r, p.Posts, p.Committees}
	out := AreaDocument{
		Document: c.document(), Moves: []Move{}, Updates: []Update{}, Evidence: []EvidenceItem{}, Actions: []Action{}, Questions: []Question{}, Links: []AreaLink{},
		Area: ListedArea{
			Area: c.area(r.Themes, item.Recommendation), Letter: c.inspectionLink(r, item.Inspection), Bodies: c.inspection(r, item.Inspection).Bodies,
			Progress: c.progress(n, p.Position, p.Again), LaterViews: []LaterView{}, AskedAgain: texts(p.Again),
		},
	}
	for _, twin := range twins {
		if twin.Inspection.OutBy(c.Day()) {
			out.Area.SharedWith = append(out.Area.SharedWith, twin.Reference)
		}
	}
	for _, v := range p.Views {
		out.Area.LaterViews = append(out.Area.LaterViews, c.laterView(r, v))
	}
	for _, m := range p.Moves {
		out.Moves = append(out.Moves, moveOf(n, m))
	}
	for _, u := range p.Updates {
		one := updateOf(u)
		if !slices.ContainsFunc(p.Actions, func(a inspection.Action) bool { return a.ID == u.ActionID }) {
			one.Action = nil // it is for others, or serves the area no more
		}
		out.Updates = append(out.Updates, one)
	}
	for _, e := range p.Evidence {
		out.Evidence = append(out.Evidence, evidenceOf(e, c.Day()))
	}
	for _, a := range p.Actions {
		out.Actions = append(out.Actions, c.action(n, a))
	}
	for _, q := range p.Questions {
		out.Questions = append(out.Questions, c.question(r, q))
	}
	for _, l := range p.Links {
		one, err := c.areaLink(ctx, l, item.Reference)
		if err != nil {
			return AreaDocument{}, err
		}
		if one != nil {
			out.Links = append(out.Links, *one)
		}
	}
	return out, nil
}

// areaLink returns a link of an area to another whose letter was out on the day; nil where that was not.
func (c *Call) areaLink(ctx context.Context, l inspection.RecommendationLink, reference string) (*AreaLink, error) {
	other := l.ToReference
	if other == reference {
		other = l.FromReference
	}
	item, _, err := c.Store.Recommendation(ctx, other)
	if err != nil || !item.Inspection.OutBy(c.Day()) {
		return nil, err
	}
	return &AreaLink{l.FromReference, Code{string(l.Kind), l.Kind.Words()}, l.ToReference, text(l.Note)}, nil
}

func moveOf(n names, m inspection.Move) Move {
	out := Move{
		On: dateOf(m.On), Recorded: dateOf(m.Recorded), Kind: Code{string(m.Kind), capital(m.Kind.Words())}, Words: text(m.Words), By: m.ByPost,
		Due: dateOf(m.Due), Minute: text(m.MinuteReference), Address: openAddress(m.MinuteAddress), Other: text(m.Other),
	}
	if m.MinuteReference != "" {
		out.Committee = n.committee(m.CommitteeID)
	}
	return out
}

func updateOf(u inspection.Update) Update {
	return Update{dateOf(u.On), dateOf(u.Recorded), u.Words, u.ByPost, text(u.ActionID), string(u.Audience)}
}

func evidenceOf(e inspection.EvidenceItem, day inspection.Date) EvidenceItem {
	state := e.StateOn(day)
	return EvidenceItem{
		ID: e.ID, Title: e.Title, Address: openAddress(e.Address), FileName: text(e.FileName), SHA256: text(e.DocumentHash), On: dateOf(e.On),
		Expires: dateOf(e.ExpiresOn), Recorded: dateOf(e.Recorded), By: e.ByPost, Version: e.Version, State: Code{string(state), state.Words()}, Audience: string(e.Audience),
	}
}
