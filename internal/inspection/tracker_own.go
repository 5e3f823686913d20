package inspection

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// OwnTrackerName is the name of the mapping of the sheet that this program writes itself. It is known without being saved.
const OwnTrackerName = "The tracker sheet of this record"

// The columns of the tracker sheet that this program writes. Those that hold nothing here are for its readers.
const (
	OwnTrackerMark     = "Mark of the action"
	OwnTrackerAreas    = "References"
	OwnTrackerWords    = "Areas to improve"
	OwnTrackerAction   = "Action"
	OwnTrackerOwner    = "Owner"
	OwnTrackerLead     = "Body that leads"
	OwnTrackerDue      = "Due"
	OwnTrackerMeasure  = "Measure of success"
	OwnTrackerStatus   = "How far it is"
	OwnTrackerOriginal = "Original date"
	OwnTrackerAudience = "Who may read it"
)

// OwnTracker returns what the columns of the tracker sheet hold that this program writes, for a council.
func OwnTracker(body string) TrackerMapping {
	m := TrackerMapping{
		Name: OwnTrackerName, BodyID: body, HeadingRow: 1, Rows: TrackerActions, Audience: ForOfficers,
		Columns: []TrackerColumn{
			{Heading: OwnTrackerMark, Holds: HoldsMark}, {Heading: OwnTrackerAreas, Holds: HoldsReference}, {Heading: OwnTrackerAction, Holds: HoldsAction},
			{Heading: OwnTrackerOwner, Holds: HoldsOwner}, {Heading: OwnTrackerLead, Holds: HoldsLead}, {Heading: OwnTrackerDue, Holds: HoldsDue},
			{Heading: OwnTrackerMeasure, Holds: HoldsMeasure}, {Heading: OwnTrackerStatus, Holds: HoldsStatus},
		},
	}
	for _, state := range ActionStates() {
		m.Statuses = append(m.Statuses, TrackerStatus{Says: state.Words(), Means: meaningOf(state)})
	}
	return m
}

// IsOwnTracker reports whether a sheet is one that this program wrote, perhaps with a column that was named anew since.
func IsOwnTracker(sheet Sheet) bool { return slices.Contains(sheet.Headings(1), OwnTrackerMark) }

// meaningOf is what the state of an action says in a tracker.
func meaningOf(state ActionState) TrackerMeaning {
	switch state {
	case ActionUnderWay:
		return MeansUnderWay
	case ActionDone:
		return MeansDone
	}
	return MeansNothing
}

// TrackerMark is how the tracker sheet of this program names an action, and which state of it the sheet shows.
func (a Action) TrackerMark() string { return fmt.Sprintf("%s#%d", a.ID, a.Revision) }

// TrackerSays returns what a row of a tracker would say of the action.
func (a Action) TrackerSays() TrackerSays {
	return TrackerSays{OwnerID: a.OwnerID, LeadBodyID: a.LeadBodyID, SuccessMeasure: plainLines(a.SuccessMeasure), Due: a.Due, Means: meaningOf(a.State)}
}

// SaysOtherwise reports whether a row of the tracker sheet says of its action's words or areas something else than the record.
func (row TrackerRow) SaysOtherwise(a Action) (words, areas bool) {
	named, held := slices.Sorted(slices.Values(row.References)), slices.Sorted(slices.Values(a.References))
	return plainLines(row.Words) != plainLines(a.Words), !slices.Equal(named, held)
}

// plainLines is a text as the cell of a spreadsheet can hold it: its lines parted in one way, and no space around it.
func plainLines(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

// mark reads which action a row is about; none where it is a new one.
func (r *trackerReader) mark() (action string, revision int) {
	text := r.text(HoldsMark)
	if text == "" {
		return "", 0
	}
	id, number, _ := strings.Cut(text, "#")
	revision, err := strconv.Atoi(number)
	if id == "" || err != nil {
		r.wrong(r.columns[HoldsMark], "“%s” is no mark of an action: leave it as the sheet had it, or empty for a new action", shortText(text))
		return "", 0
	}
	return id, revision
}
