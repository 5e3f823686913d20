package opendata

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"inspectiontimeline/internal/inspection"
)

// What a token must be for.
const (
	NeedsLetters = "log_letters"
	NeedsActions = "update_actions"
)

const (
	letterGroup = "Letters being logged"
	actionGroup = "Areas to improve"
)

// onceParameter names a request that a program may send again.
var onceParameter = Parameter{
	Name: "Idempotency-Key", InHeader: true,
	Summary: "A text of the program's own, at most 200 characters of ASCII. Where a program does not know whether a request arrived, it sends it again with the same key. Within 24 hours nothing is then written twice, and the answer has the status 200",
}

var letterIDParameter = Parameter{Name: "id", Summary: "ID of the letter", InPath: true}

// writing are the operations that need a token: what programs may write, and what is theirs alone to read. Those that write are
// answered where the pages' forms are.
func writing() []Operation {
	return []Operation{loggedLetters(), loggedLetter(), logLetter(), addUpdate(), changeAction()}
}

// LoggedLetter is a letter that officers log. Nothing that it says is on the record before a person publishes it.
type LoggedLetter struct {
	ID         string    `json:"id" doc:"Names the letter; it does not change"`
	Self       string    `json:"self" doc:"Where the interface says more about it"`
	Page       string    `json:"page" doc:"The page on which it is reviewed and published"`
	State      string    `json:"state" codes:"waiting|reading|ready|embargoed|published|unreadable|set_aside" doc:"How far it is: waiting to be read, being read, ready to review, reviewed and waiting for Ofsted to publish, published, not readable, or set aside"`
	Problem    *string   `json:"problem" doc:"Why it could not be read or was set aside, and what to do; null where neither is so"`
	FileName   *string   `json:"file_name" doc:"Name of the file as it was sent; null where there is none"`
	Revision   int       `json:"revision" doc:"Counts the saves of its draft; 0 while it has none"`
	AddedAt    time.Time `json:"added_at" doc:"When it was added"`
	AddedBy    string    `json:"added_by" doc:"Post of whoever added it"`
	ExpectedOn Date      `json:"expected_on" doc:"Day on which publication is expected; that day publishes nothing by itself"`
	Inspection *string   `json:"inspection" doc:"ID of the inspection as which it was published; null before"`
}

// LetterDocument is one letter that officers log.
type LetterDocument struct {
	Document
	Letter LoggedLetter `json:"letter" doc:"The letter"`
	Draft  *LetterDraft `json:"draft" doc:"What its draft says, to be reviewed by a person; null while it has none"`
}

// LetterDraft is the beginning of what the draft of a letter says: whose inspection it is, of which kind, and when it was.
type LetterDraft struct {
	Kind  DraftField   `json:"kind" doc:"Code of the kind of inspection"`
	Whose []DraftField `json:"bodies" doc:"Short names of those inspected"`
	Start DraftField   `json:"fieldwork_start" doc:"First day of the inspection"`
	End   DraftField   `json:"fieldwork_end" doc:"Last day of the inspection"`
	Out   DraftField   `json:"published" doc:"Day of publication as the letter has it"`
}

// DraftField is one value of a draft with how sure the reader was of it.
type DraftField struct {
	Value     *string `json:"value" doc:"The value; null where none was found"`
	Name      *string `json:"name" doc:"The same as the pages say it; null where there is none"`
	Certainty *string `json:"certainty" codes:"certain|check|corrected" doc:"Whether the reader is certain, somebody has to look, or an officer has put another value there; null where it was not read from the letter"`
}

// draft returns what the draft of a letter says; nil where it has none.
func (c *Call) draft(r *inspection.Record, l inspection.Letter) *LetterDraft {
	if l.State == inspection.LetterWaiting || l.State == inspection.LetterReading || l.State == inspection.LetterUnreadable {
		return nil
	}
	certainty := map[string]*string{}
	for _, e := range l.Draft.EvidenceNow() {
		if _, more := certainty[e.Field]; !more {
			certainty[e.Field] = text(string(e.Certainty))
		}
	}
	day := func(field string, on inspection.Date) DraftField {
		if !on.Known() {
			return DraftField{Certainty: certainty[field]}
		}
		return DraftField{dateOf(on).Value, text(on.Words()), certainty[field]}
	}
	d := l.Draft
	kind, _ := r.Catalogue.Kind(d.Kind)
	out := &LetterDraft{
		Kind: DraftField{text(d.Kind), text(kind.Name), certainty["kind"]}, Whose: []DraftField{}, Start: day("fieldwork_start", d.FieldworkStart),
		End: day("fieldwork_end", d.FieldworkEnd), Out: day("published", d.Published),
	}
	for _, id := range d.Bodies {
		out.Whose = append(out.Whose, DraftField{text(id), text(r.Name(id)), certainty["bodies"]})
	}
	return out
}

func (c *Call) loggedLetter(l inspection.Letter) LoggedLetter {
	return LoggedLetter{
		ID: l.ID, Self: c.link(Root + "/letters/" + l.ID), Page: c.link("/letters/" + l.ID), State: string(l.State), Problem: text(l.Problem),
		FileName: text(l.FileName), Revision: l.Revision, AddedAt: l.CreatedAt.UTC(), AddedBy: l.CreatedBy, ExpectedOn: dateOf(l.PlannedFor),
		Inspection: text(l.InspectionID),
	}
}

// letterStates are the states by which letters can be asked for.
var letterStates = codesIn([]inspection.LetterState{
	inspection.LetterWaiting, inspection.LetterReading, inspection.LetterReady, inspection.LetterEmbargoed, inspection.LetterPublished,
	inspection.LetterUnreadable, inspection.LetterSetAside,
}, func(s inspection.LetterState) string { return string(s) })

func loggedLetters() Operation {
	return Reading(Operation{
		Name: "letters", Path: "/letters", Page: "/letters", Group: letterGroup, Summary: "Letters that you see, and how far each is",
		Words: "The latest first. Of letters that are not published, only those on which you are listed.", Needs: NeedsLetters,
		Parameters: []Parameter{{Name: "state", Summary: "How far the letters are", OneOf: letterStates}, pageParameter},
	}, func(ctx context.Context, c *Call) (List[LoggedLetter], error) {
		letters, err := c.Store.Letters(ctx, c.Officer)
		if err != nil {
			return List[LoggedLetter]{}, err
		}
		items := []LoggedLetter{}
		for _, l := range letters {
			if state := c.Get("state"); state == "" || state == string(l.State) {
				items = append(items, c.loggedLetter(l))
			}
		}
		return cut(c, items, perPage)
	})
}

func loggedLetter() Operation {
	return Reading(Operation{
		Name: "letter", Path: "/letters/{id}", Page: "/letters/{id}", Group: letterGroup, Summary: "How far one letter is",
		Notes: inspection.OfLetter, Needs: NeedsLetters, Parameters: []Parameter{letterIDParameter},
	}, func(ctx context.Context, c *Call) (LetterDocument, error) {
		l, err := c.Store.Letter(ctx, c.Officer, c.Get("id"))
		if err != nil {
			return LetterDocument{}, err
		}
		r, err := c.record(ctx)
		if err != nil {
			return LetterDocument{}, err
		}
		return LetterDocument{c.document(), c.loggedLetter(l), c.draft(r, l)}, nil
	})
}

func logLetter() Operation {
	return Operation{
		Name: "log_letter", Method: http.MethodPost, Path: "/letters", Group: letterGroup, Summary: "Log a letter",
		Words: "Send the PDF itself; Content-Disposition may give its name. A form with one file in the field letters is taken too. The letter is read and becomes a draft, on which you are listed; only a person publishes it, on its page. " +
			"The status is 201 once the letter has been read, and 202 while it waits for that. It is 200 where the same file is held already or the key was used.",
		Needs: NeedsLetters, Parameters: []Parameter{onceParameter}, Sent: "application/pdf", Answers: reflect.TypeFor[LetterDocument](),
		Status: http.StatusCreated, Also: []int{http.StatusOK, http.StatusAccepted},
	}
}

var actionIDParameter = Parameter{Name: "id", Summary: "ID of the action", InPath: true}

// NewUpdate is what is sent to add an update to an action.
type NewUpdate struct {
	Words       string `json:"words" doc:"What has happened since the last update. No names of children or families, and nothing by which they could be known"`
	On          string `json:"on,omitempty" doc:"Day that this speaks of, such as 2026-11-20; today where it is left out"`
	Audience    string `json:"audience" codes:"public|members|officers" doc:"Who may read it"`
	NamesNobody bool   `json:"names_nobody,omitempty" doc:"Where an answer has asked whether something names a child: that it does not"`
}

func addUpdate() Operation {
	return Operation{
		Name: "add_update", Method: http.MethodPost, Path: "/actions/{id}/updates", Group: actionGroup, Summary: "Add an update to an action",
		Words: "An update is never overwritten; what turns out to be wrong is put right by another. The answer is the action as it then stands, its updates newest first.",
		Needs: NeedsActions, Parameters: []Parameter{actionIDParameter, onceParameter}, Takes: reflect.TypeFor[NewUpdate](),
		Answers: reflect.TypeFor[ActionDocument](), Status: http.StatusCreated, Also: []int{http.StatusOK},
	}
}

// ActionChange is what is sent to change an action. A field that is left out stays as it is.
type ActionChange struct {
	Revision       int      `json:"revision" doc:"Revision of the action as it was read. If somebody else has changed it since, nothing is changed and the status is 409"`
	Words          string   `json:"words,omitempty" doc:"What is to be done"`
	State          string   `json:"state,omitempty" codes:"planned|under_way|done|stopped" doc:"How far it is"`
	Owner          string   `json:"owner,omitempty" doc:"ID of the post that owns it"`
	LeadBody       string   `json:"lead_body,omitempty" doc:"Short name of the body that leads"`
	SuccessMeasure string   `json:"success_measure,omitempty" doc:"How one will see that it worked"`
	Due            string   `json:"due,omitempty" doc:"Day by which it is to be done, such as 2027-06-30"`
	Reason         string   `json:"reason,omitempty" doc:"Why the day moves; needed where it does"`
	Serves         []string `json:"serves,omitempty" doc:"References of all areas to improve that it serves"`
	Audience       string   `json:"audience,omitempty" codes:"public|members|officers" doc:"Who may read it"`
	NamesNobody    bool     `json:"names_nobody,omitempty" doc:"Where an answer has asked whether something names a child: that it does not"`
}

func changeAction() Operation {
	return Operation{
		Name: "change_action", Method: http.MethodPatch, Path: "/actions/{id}", Group: actionGroup, Summary: "Change an action",
		Words: "Fields that are left out stay as they are. The old day and the reason for another one stay visible. The answer is the action as it then stands.",
		Needs: NeedsActions, Parameters: []Parameter{actionIDParameter, onceParameter}, Takes: reflect.TypeFor[ActionChange](),
		Answers: reflect.TypeFor[ActionDocument](),
	}
}
