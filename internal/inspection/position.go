package inspection

// EvidenceHolds is for how many days evidence speaks for an item before members are told that there is none newer.
const EvidenceHolds = 90

// Position is where an area to improve stood during some days: everything that lists and counts need, worked out from its
// moves, updates and evidence. The position of today has no last day.
type Position struct {
	Reference string `gorm:"primaryKey" json:"reference"`
	FromDay   Date   `gorm:"primaryKey" json:"from_day"` // the first day on which it was recorded to stand so
	UntilDay  Date   `json:"until_day"`                  // the first day on which it no longer did; unknown for today's

	State   ProgressState `json:"state"`
	StateOn Date          `json:"state_on"`
	Moves   int           `json:"moves"` // how many moves were made

	OwnerID        string   `json:"owner"`      // a Post
	LeadBodyID     string   `json:"lead_body"`  // the council, trust or partnership that leads
	CommitteeID    string   `json:"decided_by"` // the body that agrees new dates and closes
	SuccessMeasure string   `json:"success_measure"`
	OriginalDue    Date     `json:"original_due"`
	Due            Date     `json:"due"`            // the original day, or the latest that was agreed
	AskedDue       Date     `json:"asked_due"`      // a new day that waits for the body's decision
	AskedWhy       string   `json:"asked_why"`      // the reason given for it
	AskedAudience  Audience `json:"asked_audience"` // who may read the reason
	AskedOn        Date     `json:"asked_on"`       // the day on which it was asked for
	AskedBy        string   `json:"asked_by"`       // the ID of whoever asked for it
	TimesMoved     int      `json:"times_moved"`
	Returned       int      `json:"times_returned"` // how often it came back after closing, or in a later letter
	Answer         Answer   `json:"answer"`         // to an item that takes one

	DeliveredBy string `json:"delivered_by"` // the ID of whoever last said that it is done
	AcceptedBy  string `json:"accepted_by"`  // the ID of whoever last accepted its evidence

	View       ScrutinyView `json:"scrutiny_view"` // scrutiny's latest, beside the state
	ViewOn     Date         `json:"scrutiny_view_on"`
	ComeBackBy Date         `json:"come_back_by"`

	// The newest update and the newest evidence in force that each audience may read.
	UpdatedPublic    Date `json:"updated_public"`
	UpdatedMembers   Date `json:"updated_members"`
	UpdatedOfficers  Date `json:"updated_officers"`
	EvidencePublic   Date `json:"evidence_public"`
	EvidenceMembers  Date `json:"evidence_members"`
	EvidenceOfficers Date `json:"evidence_officers"`

	EvidenceUntil Date     `json:"evidence_until"`    // the last day of any that is accepted; unknown where one does not expire
	EvidenceHeld  int      `json:"evidence_accepted"` // pieces of evidence accepted
	EvidenceFor   Audience `json:"evidence_for"`      // who may read all of them; empty where there are none
}

// Unmoved is the position of an item of which nothing is recorded.
func Unmoved(reference string) Position { return Position{Reference: reference, State: Issued} }

// For returns the position as a reader may see it: the reason for a day that is asked for only where they may read it, and
// no trace of updates and evidence that are not for them.
func (p Position) For(reader Audience) Position {
	if !reader.Reads(p.AskedAudience) {
		p.AskedWhy = ""
	}
	if !reader.Reads(ForMembers) {
		p.UpdatedMembers, p.EvidenceMembers = p.UpdatedPublic, p.EvidencePublic
	}
	if !reader.Reads(ForOfficers) {
		p.UpdatedOfficers, p.EvidenceOfficers = p.UpdatedMembers, p.EvidenceMembers
	}
	if !reader.Reads(p.EvidenceFor) {
		p.EvidenceUntil, p.EvidenceHeld, p.EvidenceFor = Date{}, 0, ""
	}
	return p
}

// Recorded reports whether any progress at all is recorded.
func (p Position) Recorded() bool {
	return p.Moves > 0 || p.UpdatedOfficers.Known() || p.EvidenceOfficers.Known() || p.EvidenceHeld > 0
}

// Stage returns the word that members see for where the item stands.
func (p Position) Stage() Stage {
	if !p.Recorded() {
		return ""
	}
	return p.State.stage()
}

// Updated returns the day of the newest update that an audience may read.
func (p Position) Updated(reader Audience) Date {
	return [...]Date{p.UpdatedPublic, p.UpdatedMembers, p.UpdatedOfficers}[reader.Rank()]
}

// EvidenceOn returns the newest evidence's own day, of that which an audience may read.
func (p Position) EvidenceOn(reader Audience) Date {
	return [...]Date{p.EvidencePublic, p.EvidenceMembers, p.EvidenceOfficers}[reader.Rank()]
}

// PastDate reports whether the item's day has passed and the council does not yet say that it is done.
func (p Position) PastDate(day Date) bool {
	switch p.State {
	case Planned, InProgress, Reopened, Recurred, Issued:
		return p.Due.Known() && p.Due.Last().Before(day)
	}
	return false
}

// MovedMoreThanOnce reports whether the item's day was moved more than once.
func (p Position) MovedMoreThanOnce() bool { return p.TimesMoved > 1 }

// WaitsForDecision reports whether the body that decides has something before it: a new day asked for, or an item that
// was checked and waits to be closed.
func (p Position) WaitsForDecision() bool {
	return p.State.Open() && (p.AskedDue.Known() || p.State == Verified)
}

// LacksEvidence reports whether an open item on which work was planned shows an audience no evidence of the last
// EvidenceHolds days, in all of which it stood as it does.
func (p Position) LacksEvidence(day Date, reader Audience) bool {
	if !p.State.Open() || p.State == Issued {
		return false
	}
	if p.StateOn.AddDays(EvidenceHolds).Compare(day) >= 0 {
		return false // it has not stood as it does for so long
	}
	newest := p.EvidenceOn(reader)
	return !newest.Known() || newest.AddDays(EvidenceHolds).Before(day)
}

// EvidenceInForce reports whether any accepted evidence of the item counts on a day.
func (p Position) EvidenceInForce(day Date) bool {
	return p.EvidenceHeld > 0 && !(p.EvidenceUntil.Known() && p.EvidenceUntil.Before(day))
}

// EvidenceExpired reports whether all accepted evidence of an item that rests on it has expired by a day, so that its
// question is open again.
func (p Position) EvidenceExpired(day Date) bool {
	switch p.State {
	case EvidenceAccepted, Verified, Closed:
		return p.EvidenceUntil.Known() && p.EvidenceUntil.Before(day)
	}
	return false
}

// CameBack reports whether the item came back, whatever became of it since: it was opened again after closing, was recorded
// to be asked for again, or there are later items that ask for it again (AskedAgain).
func (p Position) CameBack(again []string) bool { return p.Returned > 0 || len(again) > 0 }
