package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// progressKinds are the kinds of record that say what became of areas to improve and who sees to it. The drafts of letters
// are among them, since they say nothing before they are published, and so are the accounts of those who record.
var progressKinds = []inspection.RecordKind{
	inspection.OfMove, inspection.OfUpdate, inspection.OfAction, inspection.OfEvidenceItem, inspection.OfQuestion, inspection.OfLaterView,
	inspection.OfLink, inspection.OfCommittee, inspection.OfMeeting, inspection.OfPost, inspection.OfTrackerMapping,
	inspection.OfTrackerImport, inspection.OfLetter, inspection.OfAccount, inspection.OfToken, inspection.OfErasure,
	inspection.OfRemark,
}

// Touched says which records of reference data were written after a version of the data: all but progress, drafts of letters
// and accounts. What does not depend on these is what it was.
type Touched struct {
	Records    map[inspection.RecordKind][]string // their IDs, each once
	Everything bool                               // whatever there is may have been written
}

// mostTouched is how many changes are told apart. A seed or an import makes more, and then everything is read again.
const mostTouched = 2000

// referenceKinds are the kinds of reference data of which it is known what depends on them.
var referenceKinds = []inspection.RecordKind{
	inspection.OfInspection, inspection.OfRecommendation, inspection.OfFulfilment, inspection.OfBody, inspection.OfSuccession,
	inspection.OfPlaceMember, inspection.OfService, inspection.OfCompleteness, inspection.OfMilestone, inspection.OfFigure,
	inspection.OfSource, inspection.OfTheme, inspection.OfTerm, inspection.OfRule, inspection.OfBankHoliday,
	inspection.OfOfficialFigure, inspection.OfSettings,
}

// Nothing reports whether no reference data was written.
func (t Touched) Nothing() bool { return !t.Everything && len(t.Records) == 0 }

// Any reports whether a record of one of the kinds was written, or may have been.
func (t Touched) Any(kinds ...inspection.RecordKind) bool {
	return t.Everything || slices.ContainsFunc(kinds, func(kind inspection.RecordKind) bool { return len(t.Records[kind]) > 0 })
}

// Touched returns what was written after a version. It looks only at what came after, so that it is cheap to ask often.
func (s *Store) Touched(ctx context.Context, since int64) (Touched, error) {
	var changes []inspection.Change
	err := s.read(unnoted(ctx), func(r *reader) error { return touchedSince(r.db, since).Find(&changes).Error })
	if err != nil {
		return Touched{}, fmt.Errorf("ask which reference data has changed: %w", err)
	}
	out := Touched{Records: map[inspection.RecordKind][]string{}, Everything: len(changes) > mostTouched}
	for _, change := range changes {
		out.Records[change.RecordKind] = append(out.Records[change.RecordKind], change.RecordID)
	}
	for kind, ids := range out.Records {
		slices.Sort(ids)
		out.Records[kind] = slices.Compact(ids)
		out.Everything = out.Everything || !slices.Contains(referenceKinds, kind)
	}
	return out, nil
}

func touchedSince(db *gorm.DB, since int64) *gorm.DB {
	// The order keeps PostgreSQL at the index also where it has no statistics yet.
	return db.Model(&inspection.Change{}).Select("number", "record_kind", "record_id").
		Where("number > ? AND record_kind NOT IN ?", since, progressKinds).Order("number").Limit(mostTouched + 1)
}
