package exchange

import (
	"strings"

	"inspectiontimeline/internal/inspection"
)

// TrackerTable is the tracker sheet of the record, with the columns that inspection.OwnTracker reads. Its rows are those of
// TrackerRow.
func TrackerTable() Table {
	return Table{
		Name: "tracker", Title: "Tracker", Columns: []Column{
			{Name: inspection.OwnTrackerMark, Width: 20}, {Name: inspection.OwnTrackerAreas, Width: 22}, {Name: inspection.OwnTrackerWords, Width: 60},
			{Name: inspection.OwnTrackerAction, Width: 60}, {Name: inspection.OwnTrackerOwner}, {Name: inspection.OwnTrackerLead},
			{Name: inspection.OwnTrackerDue, Kind: Days}, {Name: inspection.OwnTrackerMeasure, Width: 40}, {Name: inspection.OwnTrackerStatus, Width: 20},
			{Name: inspection.OwnTrackerOriginal, Kind: Days}, {Name: inspection.OwnTrackerAudience, Width: 20},
		},
		Notes: []Note{
			{"To bring in again", "The page “Bring in a tracker” takes this sheet back as it is, and whatever is changed in it. Keep the names of the columns."},
			{inspection.OwnTrackerMark, "Leave it as it is. It says which action the row is about. A row without it is a new action."},
			{inspection.OwnTrackerAreas, "One reference on each line of the cell."},
			{inspection.OwnTrackerStatus, "“" + inspection.ActionUnderWay.Words() + "” and “" + inspection.ActionDone.Words() + "” are taken back; other words change nothing."},
			{"Not taken back", inspection.OwnTrackerWords + ", " + inspection.OwnTrackerOriginal + " and " + inspection.OwnTrackerAudience + " are there to be read."},
		},
	}
}

// TrackerRow returns the row of an action in TrackerTable, with the names of its owner and the body that leads, and the words of
// the areas to improve that it serves.
func TrackerRow(a inspection.Action, owner, lead string, areas []string) []any {
	return []any{
		a.TrackerMark(), strings.Join(a.References, "\n"), strings.Join(areas, "\n"), a.Words, owner, lead, dayInList(a.Due), a.SuccessMeasure, a.State.Words(),
		dayInList(a.OriginalDue), a.Audience.Words(),
	}
}
