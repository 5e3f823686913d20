package inspection

import "time"

// Update is what an officer says about an item or an action on a day. Updates are added and never changed.
type Update struct {
	ID        string    `gorm:"primaryKey" json:"id"`
	Reference string    `json:"reference,omitempty"` // of the item it is about; empty for one about an action
	ActionID  string    `json:"action,omitempty"`    // counts for every item that the action serves
	On        Date      `gorm:"column:on_day" json:"on"`
	Recorded  Date      `json:"recorded"`
	At        time.Time `gorm:"column:recorded_at" json:"-"`
	ByID      string    `json:"by"`
	ByPost    string    `json:"by_post"`
	Words     string    `json:"words"`
	Audience  Audience  `json:"audience"`
}

// Action is a piece of work. It may serve several areas to improve, of several bodies.
type Action struct {
	ID             string      `gorm:"primaryKey" json:"id"`
	Words          string      `json:"words"`
	OwnerID        string      `json:"owner"`
	LeadBodyID     string      `json:"lead_body"`
	SuccessMeasure string      `json:"success_measure,omitempty"`
	OriginalDue    Date        `json:"original_due"`
	Due            Date        `json:"due"`
	State          ActionState `json:"state"`
	Audience       Audience    `json:"audience"`
	Recorded       Date        `json:"recorded"`
	Revision       int         `json:"revision"`
	References     []string    `gorm:"-" json:"serves"` // the items, in order
}

// ActionState is how far an action is, by its owner's word.
type ActionState string

// The states of an Action.
const (
	ActionPlanned  ActionState = "planned"
	ActionUnderWay ActionState = "under_way"
	ActionDone     ActionState = "done"
	ActionStopped  ActionState = "stopped"
)

var actionStateWords = map[ActionState]string{
	ActionPlanned: "Planned", ActionUnderWay: "Under way", ActionDone: "Done, says its owner", ActionStopped: "Stopped",
}

// ActionStates lists them in order.
func ActionStates() []ActionState {
	return []ActionState{ActionPlanned, ActionUnderWay, ActionDone, ActionStopped}
}

// Words says the state as pages do.
func (s ActionState) Words() string { return actionStateWords[s] }

// ActionRecommendation says that an action serves an item, or did during some days: what it counted for then stays.
type ActionRecommendation struct {
	ActionID  string `gorm:"primaryKey"`
	Reference string `gorm:"primaryKey"`
	Recorded  Date   `gorm:"primaryKey"`       // the first day
	Until     Date   `gorm:"column:until_day"` // the first day on which it no longer did; unknown while it does
	Position  int
}

// ActionStep is an action's own line as it was recorded: what a later one changed stays.
type ActionStep struct {
	ActionID       string      `gorm:"primaryKey" json:"-"`
	Number         int         `gorm:"primaryKey;autoIncrement:false" json:"number"`
	Words          string      `json:"words"`
	State          ActionState `json:"state"`
	OwnerID        string      `json:"owner"`
	LeadBodyID     string      `json:"lead_body"`
	SuccessMeasure string      `json:"success_measure,omitempty"`
	Due            Date        `json:"due"`
	Reason         string      `json:"reason,omitempty"` // for another day
	Recorded       Date        `json:"recorded"`
	At             time.Time   `gorm:"column:recorded_at" json:"-"`
	ByID           string      `json:"by"`
	ByPost         string      `json:"by_post"`
}
