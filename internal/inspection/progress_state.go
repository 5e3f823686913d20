package inspection

// ProgressState is where an area to improve formally stands between the letter that asked for it and its closing.
type ProgressState string

// The states, in order.
const (
	Issued           ProgressState = "issued"            // the letter asks for it; nothing is recorded
	Planned          ProgressState = "planned"           // it has an owner, a lead body, a measure of success and a day
	InProgress       ProgressState = "in_progress"       // work has begun
	Delivered        ProgressState = "delivered"         // an officer says that it is done: a claim
	EvidenceAccepted ProgressState = "evidence_accepted" // a reviewer in the service accepts the evidence
	Verified         ProgressState = "verified"          // somebody independent has checked it
	Closed           ProgressState = "closed"            // by the body that decides, with a minute
	Superseded       ProgressState = "superseded"        // another item took its place
	Reopened         ProgressState = "reopened"          // closed once, open again
	Recurred         ProgressState = "recurred"          // a later letter asks for it again
)

var progressStates = []ProgressState{
	Issued, Planned, InProgress, Delivered, EvidenceAccepted, Verified, Closed, Superseded, Reopened, Recurred,
}

var progressStateWords = map[ProgressState]string{
	Issued: "Asked for, no plan recorded", Planned: "Planned", InProgress: "Work under way", Delivered: "Council says done",
	EvidenceAccepted: "Evidence accepted", Verified: "Checked, waiting to be closed", Closed: "Closed",
	Superseded: "Replaced by another area to improve", Reopened: "Opened again", Recurred: "Came back in a later letter",
}

// ProgressStates lists the states in order.
func ProgressStates() []ProgressState { return progressStates }

// Known reports whether it is one of the states.
func (s ProgressState) Known() bool { return progressStateWords[s] != "" }

// Words says the state as officers' pages do.
func (s ProgressState) Words() string { return progressStateWords[s] }

// Open reports whether something is still to be done or decided.
func (s ProgressState) Open() bool { return s != Closed && s != Superseded }

// Stage is the state in one of the words that members see; empty where nothing is recorded.
type Stage string

// The stages, in order.
const (
	NotStarted  Stage = "not_started"
	UnderWay    Stage = "under_way"
	SaidDone    Stage = "said_done"
	Checked     Stage = "checked"
	StageClosed Stage = "closed"
	CameBack    Stage = "came_back"
)

var stages = []Stage{NotStarted, UnderWay, SaidDone, Checked, StageClosed, CameBack}

var stageWords = map[Stage]string{
	NotStarted: "Not started", UnderWay: "Under way", SaidDone: "Council says done", Checked: "Checked", StageClosed: "Closed",
	CameBack: "Came back", "": "Nothing recorded",
}

var stageOf = map[ProgressState]Stage{
	Issued: NotStarted, Planned: NotStarted, InProgress: UnderWay, Delivered: SaidDone, EvidenceAccepted: SaidDone,
	Verified: Checked, Closed: StageClosed, Superseded: StageClosed, Reopened: CameBack, Recurred: CameBack,
}

// Stages lists the stages in order.
func Stages() []Stage { return stages }

// Words says the stage as pages do. Of an item of which nothing is recorded nobody said that nothing was begun.
func (s Stage) Words() string { return stageWords[s] }

// States lists the formal states behind the word.
func (s Stage) States() []ProgressState {
	var out []ProgressState
	for _, state := range progressStates {
		if stageOf[state] == s {
			out = append(out, state)
		}
	}
	return out
}

// stage returns the word that members see for the state, of an item of which anything is recorded.
func (s ProgressState) stage() Stage { return stageOf[s] }
