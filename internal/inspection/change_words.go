package inspection

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

var recordKindWords = map[RecordKind]string{
	OfBody: "Council, trust or place", OfInspection: "Inspection or visit", OfRecommendation: "Area to improve", OfMilestone: "Milestone",
	OfSource: "Source", OfSuccession: "Council that followed another", OfService: "Service of a provider",
	OfCompleteness: "How far a list is complete", OfTheme: "Theme", OfTerm: "Word of the glossary", OfRule: "Rule",
	OfBankHoliday: "Bank holiday", OfFigure: "Figure", OfOfficialFigure: "Figure that Ofsted published", OfPlaceMember: "Council of a place", OfLetter: "Letter",
	OfMove: "Step of an area to improve", OfUpdate: "Update", OfAction: "Action", OfEvidenceItem: "Evidence",
	OfCommittee: "Body that decides or scrutinises", OfMeeting: "Meeting", OfPost: "Post", OfQuestion: "Question",
	OfLaterView: "What a later letter says", OfLink: "Link between areas to improve", OfFulfilment: "What followed a letter",
	OfTrackerMapping: "Columns of a tracker", OfTrackerImport: "Tracker brought in", OfAccount: "Account", OfErasure: "Erasure",
	OfToken: "Token of a program", OfSettings: "Settings of this service", OfRemark: "Note from a reader",
}

// Words says the kind of record as pages do.
func (k RecordKind) Words() string {
	return cmp.Or(recordKindWords[k], sentenceCase(plainCode(string(k))))
}

// ChangedKinds lists the kinds of record whose changes a reader may see any of, in the order in which pages offer them.
func ChangedKinds(reader Audience) []RecordKind {
	out := []RecordKind{
		OfInspection, OfRecommendation, OfMove, OfUpdate, OfAction, OfEvidenceItem, OfQuestion, OfLaterView, OfLink, OfFulfilment,
		OfCommittee, OfMeeting, OfMilestone, OfSource, OfBody, OfSuccession, OfPlaceMember, OfService, OfFigure, OfCompleteness,
		OfOfficialFigure, OfTheme, OfTerm, OfRule, OfBankHoliday, OfSettings, OfErasure,
	}
	if reader.Reads(ForOfficers) {
		out = append(out, OfPost, OfLetter, OfTrackerMapping, OfTrackerImport, OfAccount, OfToken, OfRemark)
	}
	return out
}

var actionKindWords = map[ActionKind]string{Created: "Added", Updated: "Changed", Removed: "Taken out"}

// ActionKinds lists the kinds of change.
func ActionKinds() []ActionKind { return []ActionKind{Created, Updated, Removed} }

// Words says what a change did.
func (k ActionKind) Words() string { return actionKindWords[k] }

var moveKindWords = map[MoveKind]string{
	Respond: "answered", MakePlan: "plan recorded", ChangePlan: "plan changed", StartWork: "work began",
	AskForDate: "another day asked for", AgreeDate: "another day agreed", RefuseDate: "another day not agreed",
	SayDone: "council says done", AcceptEvidence: "evidence accepted", SendBack: "sent back to work", Verify: "checked",
	CloseItem: "closed", RefuseClosing: "not closed, sent back to work", Reopen: "opened again",
	Supersede: "replaced by another area to improve", MarkRecurred: "came back in a later letter",
	RecordView: "view of scrutiny recorded",
}

// Words says what the move did, as it follows the name of an area to improve.
func (k MoveKind) Words() string { return moveKindWords[k] }

// ChangeNames holds the names of what entries of the record of changes know by code or ID alone.
type ChangeNames struct {
	Catalogue   *Catalogue
	Bodies      []Body
	Committees  []Committee
	Meetings    []Meeting
	Posts       []Post
	Themes      []Theme
	Rules       []Rule
	Sources     []Source
	Inspections []*Inspection // with their bodies
	Actions     []Action
}

// Title names the record that an entry is about: "Area to improve NN-ILACS-2026-1". An entry without its texts is named by
// what its ID says.
func (n *ChangeNames) Title(c Change) string {
	record := latestFields(c)
	kind := c.RecordKind.Words()
	named := func(prefix string, names ...string) string {
		name := cmp.Or(names...)
		if name == "" {
			return kind
		}
		return prefix + name
	}
	switch c.RecordKind {
	case OfRecommendation:
		return kind + " " + c.RecordID
	case OfMove:
		return named("Area to improve ", record.text("reference"))
	case OfInspection:
		return cmp.Or(n.inspectionTitle(c.RecordID), n.inspectionOf(record), "An inspection or visit")
	case OfUpdate:
		if reference := record.text("reference"); reference != "" {
			return "Area to improve " + reference
		}
		return named("", n.action(record.text("action")))
	case OfAction:
		return named("Action: ", shortText(record.text("words")))
	case OfEvidenceItem, OfLaterView:
		return named("Area to improve ", record.text("reference"))
	case OfLink:
		later, rest, _ := strings.Cut(c.RecordID, " ")
		how, earlier, _ := strings.Cut(rest, " ")
		return strings.Join(strings.Fields("Area to improve "+later+" "+LinkKind(how).Words()+" "+earlier), " ")
	case OfFulfilment:
		return named("", n.inspectionTitle(record.text("inspection")))
	case OfQuestion:
		return named("Question to ", n.body(record.text("body")))
	case OfMeeting:
		if on, err := ParseDate(record.text("on")); err == nil && on.Known() {
			return "Meeting of " + cmp.Or(n.committee(record.text("committee")), "a body") + " on " + on.Words()
		}
		return kind
	case OfLetter:
		return named("Letter ", record.text("file_name"), "without a file")
	case OfBody:
		return cmp.Or(record.text("name"), n.body(c.RecordID))
	case OfBankHoliday:
		on, _ := ParseDate(c.RecordID)
		return "Bank holiday of " + on.Words()
	case OfSuccession, OfPlaceMember, OfService:
		one, other, _ := strings.Cut(c.RecordID, "/")
		return kind + ": " + n.body(one) + " and " + n.body(other)
	case OfCompleteness:
		body, list, _ := strings.Cut(c.RecordID, "/")
		return kind + ": " + n.body(body) + ", " + plainCode(list)
	case OfTrackerMapping:
		return kind + ": " + c.RecordID
	case OfTrackerImport:
		return named("Tracker ", record.text("file_name"))
	case OfAccount:
		return named("Account of ", record.text("post"), "a post not named")
	case OfToken:
		return named("Token of a program: ", record.text("name"))
	case OfSettings:
		return kind
	case OfRemark:
		return kind + ": " + record.text("reference")
	case OfErasure:
		return kind + ": " + lowerFirst(RecordKind(record.text("record_kind")).Words())
	}
	return named(kind+": ", record.text("title"), record.text("name"), record.text("term"), record.text("about"))
}

// Did says what an entry did to its record, as it follows the title: "plan recorded".
func (n *ChangeNames) Did(c Change) string {
	before, _ := readFields(c.Before)
	after, _ := readFields(c.After)
	usual := strings.ToLower(c.Action.Words())
	if entry, ok := c.Restores(); ok {
		return fmt.Sprintf("put back as it was before entry %d", entry)
	}
	switch c.RecordKind {
	case OfMove:
		return cmp.Or(MoveKind(after.text("kind")).Words(), "a step recorded")
	case OfUpdate:
		return "update added"
	case OfEvidenceItem:
		if state := EvidenceState(after.text("state")); c.Action == Updated && state.Words() != "" {
			return "evidence moved to “" + state.Words() + "”"
		}
		return "evidence " + usual
	case OfLetter:
		state := LetterState(after.text("state"))
		if state.words() != "" && state != LetterState(before.text("state")) {
			return "now " + state.words()
		}
		if before != nil && !sameValue(before.get("officers"), after.get("officers")) {
			return "another list of the officers who see it"
		}
		return "draft saved"
	case OfLaterView:
		if before.text("withdrawn") == "" && after.text("withdrawn") != "" {
			return "what a later letter says, taken back"
		}
		return "what a later letter says, " + usual
	case OfQuestion:
		if c.Action == Updated {
			return "answered"
		}
		return "asked"
	case OfFulfilment:
		return "what was published after the letter, recorded"
	case OfInspection, OfRecommendation:
		switch c.Action {
		case Created:
			return "put on the record"
		case Removed:
			return "taken off the public pages"
		}
	case OfLink:
		if c.Action == Created {
			return "linked"
		}
		return "link taken away"
	case OfErasure:
		return erasureDid(after)
	case OfAccount:
		if c.Action == Updated {
			return accountDid(before, after)
		}
	case OfToken:
		if c.Action == Updated {
			return "revoked"
		}
		return "made"
	case OfRemark:
		return cmp.Or(remarkDid[RemarkState(after.text("state"))], usual)
	}
	return usual
}

// accountDid says what became of an account. Of its secrets the record says only that they were changed.
func accountDid(before, after fields) string {
	switch state := after.text("state"); {
	case state != before.text("state") && state == "active":
		return "can sign in now"
	case state != before.text("state"):
		return "now " + state
	case !sameValue(before.get("roles"), after.get("roles")):
		return "other roles"
	}
	if changed, _ := after.get("changed").([]any); len(changed) > 0 {
		var what []string
		for _, one := range changed {
			if words, ok := one.(string); ok {
				what = append(what, words)
			}
		}
		return "changed: " + ListWords(what)
	}
	return "changed"
}

// Words says in one line what an entry did: "Area to improve NN-ILACS-2026-1: plan recorded".
func (n *ChangeNames) Words(c Change) string { return n.Title(c) + ": " + n.Did(c) }

// Restores returns the number of the entry that this one puts back, false where it puts back none.
func (c *Change) Restores() (int64, bool) {
	record, err := readFields(c.After)
	if err != nil {
		return 0, false
	}
	number, ok := record.get("restores").(json.Number)
	if !ok {
		return 0, false
	}
	entry, err := number.Int64()
	return entry, err == nil
}

// Mentions lists the inspections, sources and actions that an entry names by their IDs, those inside its parts too.
func (c *Change) Mentions() (inspections, sources, actions []string) {
	if c.RecordKind == OfInspection {
		inspections = append(inspections, c.RecordID)
	}
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, one := range v {
				walk(one)
			}
		case fields:
			for _, one := range v {
				id, _ := one.value.(string)
				switch {
				case id == "":
				case one.name == "inspection" || one.name == "twin_of":
					inspections = append(inspections, id)
				case one.name == "source":
					sources = append(sources, id)
				case one.name == "action":
					actions = append(actions, id)
				}
				walk(one.value)
			}
		}
	}
	for _, side := range []string{c.Before, c.After} {
		if record, err := readFields(side); err == nil {
			walk(record)
		}
	}
	return inspections, sources, actions
}

// About returns the references of areas to improve, and the inspection, of which the entry speaks.
func (c *Change) About() (references []string, inspectionID string) {
	switch c.RecordKind {
	case OfInspection:
		return nil, c.RecordID
	case OfRecommendation:
		references = append(references, c.RecordID)
	}
	record := latestFields(*c)
	for _, name := range []string{"reference", "repeated_as", "other"} {
		if reference := record.text(name); reference != "" {
			references = append(references, reference)
		}
	}
	if c.RecordKind == OfLink {
		references = append(references, record.text("from"), record.text("to"))
	}
	return references, record.text("inspection")
}

// latestFields returns the record after an entry or, where that took it away, before it; none where the texts are not held.
func latestFields(c Change) fields {
	record, _ := readFields(cmp.Or(c.After, c.Before))
	return record
}

// plainCode says a code as words, for what has no name of its own.
func plainCode(code string) string { return strings.ReplaceAll(code, "_", " ") }

func (n *ChangeNames) body(id string) string {
	if id == EveryAuthority {
		return "every authority"
	}
	return (&Record{Bodies: n.Bodies}).Name(id)
}

func (n *ChangeNames) committee(id string) string {
	for _, one := range n.Committees {
		if one.ID == id {
			return one.Name + ", " + n.body(one.BodyID)
		}
	}
	return ""
}

func (n *ChangeNames) post(id string) string {
	for _, one := range n.Posts {
		if one.ID == id {
			return one.Name + ", " + n.body(one.BodyID)
		}
	}
	return ""
}

func (n *ChangeNames) meeting(id string) string {
	for _, one := range n.Meetings {
		if one.ID == id {
			return cmp.Or(n.committee(one.CommitteeID), "A body") + ", " + one.On.Words()
		}
	}
	return ""
}

func (n *ChangeNames) action(id string) string {
	for _, one := range n.Actions {
		if one.ID == id {
			return "Action: " + shortText(one.Words)
		}
	}
	return ""
}

func (n *ChangeNames) inspectionTitle(id string) string {
	for _, in := range n.Inspections {
		if in.ID == id {
			return n.titleOf(in.Kind, in.Bodies, in.VisitedWords())
		}
	}
	return ""
}

// inspectionOf names an inspection by what an entry holds of it, for one that is on the record no more.
func (n *ChangeNames) inspectionOf(record fields) string {
	if record == nil {
		return ""
	}
	var in Inspection
	in.Kind, in.WhenWords = record.text("kind"), record.text("date_words")
	for name, date := range map[string]*Date{
		"fieldwork_start": &in.FieldworkStart, "fieldwork_end": &in.FieldworkEnd, "published": &in.Published,
	} {
		*date, _ = ParseDate(record.text(name))
	}
	bodies, _ := record.get("bodies").([]any)
	for _, one := range bodies {
		if body, ok := one.(fields); ok {
			in.Bodies = append(in.Bodies, InspectionBody{BodyID: body.text("body"), Confirmed: body.get("confirmed") == true})
		}
	}
	return n.titleOf(in.Kind, in.Bodies, in.VisitedWords())
}

func (n *ChangeNames) titleOf(kind string, bodies []InspectionBody, when string) string {
	return (&Record{Bodies: n.Bodies}).WhomWords(bodies) + ": " + n.kind(kind) + ", " + when
}

func (n *ChangeNames) kind(code string) string {
	if n.Catalogue != nil {
		if kind, ok := n.Catalogue.Kind(code); ok {
			return kind.Name
		}
	}
	return plainCode(code)
}
