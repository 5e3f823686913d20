package inspection

import "time"

// MoveKind is something that may be done to an area to improve on its way.
type MoveKind string

// The kinds of Move.
const (
	Respond        MoveKind = "respond"         // say whether it is accepted; only where its kind of inspection takes an answer
	MakePlan       MoveKind = "plan"            // name the owner, the lead body, the measure of success and the day
	ChangePlan     MoveKind = "change_plan"     // name others of these, but not another day
	StartWork      MoveKind = "start"           //
	AskForDate     MoveKind = "ask_for_date"    // ask the body that decides for another day
	AgreeDate      MoveKind = "agree_date"      // the body agrees
	RefuseDate     MoveKind = "refuse_date"     // the body does not
	SayDone        MoveKind = "say_done"        // the council's own claim
	AcceptEvidence MoveKind = "accept_evidence" // of what was said to be done
	SendBack       MoveKind = "send_back"       // to work
	Verify         MoveKind = "verify"          // an independent check
	CloseItem      MoveKind = "close"           // the body that decides
	RefuseClosing  MoveKind = "refuse_closing"  // the body sends it back to work
	Reopen         MoveKind = "reopen"          //
	Supersede      MoveKind = "supersede"       // another item takes its place
	MarkRecurred   MoveKind = "recur"           // a later letter asks for it again
	RecordView     MoveKind = "scrutiny_view"   // what scrutiny said, beside the state
)

// Answer is a council's response to an item that takes one.
type Answer string

// The answers.
const (
	Accepted       Answer = "accepted"
	AcceptedInPart Answer = "accepted_in_part"
	NotAccepted    Answer = "not_accepted"
)

// ScrutinyView is what a scrutiny committee said of an item. It has no executive power: its view stands beside the state.
type ScrutinyView string

// The views of scrutiny.
const (
	Endorsed      ScrutinyView = "endorsed"
	NotEndorsed   ScrutinyView = "not_endorsed"
	AskedToReturn ScrutinyView = "asked_to_return"
)

var scrutinyViewWords = map[ScrutinyView]string{
	Endorsed: "Endorsed", NotEndorsed: "Not endorsed", AskedToReturn: "Asked to come back",
}

// ScrutinyViews lists them.
func ScrutinyViews() []ScrutinyView { return []ScrutinyView{Endorsed, NotEndorsed, AskedToReturn} }

// Words says the view as pages do.
func (v ScrutinyView) Words() string { return scrutinyViewWords[v] }

// Move is one thing done to an area to improve. Moves are added and never changed: what was wrong is put right by another
// move, and both stay.
type Move struct {
	ID        string        `gorm:"primaryKey" json:"id"`
	Reference string        `json:"reference"`
	Number    int           `json:"number"` // 1, 2, 3 … of its item
	Kind      MoveKind      `json:"kind"`
	From      ProgressState `gorm:"column:from_state" json:"from"`
	To        ProgressState `gorm:"column:to_state" json:"to"`
	On        Date          `gorm:"column:on_day" json:"on"` // the day on which it was done or decided
	Recorded  Date          `json:"recorded"`                // the day in London on which it was written down
	At        time.Time     `gorm:"column:recorded_at" json:"-"`
	ByID      string        `json:"by"`
	ByPost    string        `json:"by_post"`
	ByRole    Role          `json:"by_role"`

	Words    string   `json:"words"`    // why, or what was done
	Audience Audience `json:"audience"` // of Words; what bodies decided is always public

	OwnerID        string `json:"owner,omitempty"`
	LeadBodyID     string `json:"lead_body,omitempty"`
	CommitteeID    string `json:"committee,omitempty"` // that decides from now on, or that has decided
	SuccessMeasure string `json:"success_measure,omitempty"`
	Due            Date   `json:"due"`        // original, asked for or agreed, by kind
	MovesDate      bool   `json:"moves_date"` // whether Due replaces an earlier day

	MinuteReference string `json:"minute_reference,omitempty"`
	MinuteAddress   string `json:"minute_address,omitempty"`

	Answer     Answer       `json:"answer,omitempty"`
	View       ScrutinyView `json:"view,omitempty"`
	ComeBackBy Date         `json:"come_back_by"`
	Other      string       `json:"other,omitempty"` // the reference that took its place, or that asks again
}

// Decision reports whether the move is what a body decided or said, which is public.
func (k MoveKind) Decision() bool {
	switch k {
	case AgreeDate, RefuseDate, CloseItem, RefuseClosing, Reopen, Supersede, RecordView, MarkRecurred:
		return true
	}
	return false
}
