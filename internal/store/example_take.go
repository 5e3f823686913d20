package store

import (
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// exampleTakenWhy is why what later letters say of areas to improve is taken back with the example.
const exampleTakenWhy = "The example was taken away"

// onExampleSources are the columns that name a source.
var onExampleSources = slices.Concat(onSources, []reliance{
	{"figures", "source_id", ""}, {"bodies", "source_id", ""}, {"successions", "source_id", ""}, {"services", "source_id", ""},
	{"completeness", "source_id", ""}, {"rules", "source_id", ""}, {"official_figures", "source_id", ""},
})

// takeExample takes away what is held of an example and returns how many sources left with it. What later letters say is only
// withdrawn, as whatever was recorded of a letter is.
func (t *tx) takeExample(x heldExample) (sources int, err error) {
	for _, l := range x.links {
		if err := t.db.Delete(&l).Error; err != nil {
			return 0, fmt.Errorf("part %s and %s: %w", l.FromReference, l.ToReference, err)
		}
		if err := t.note(inspection.OfLink, linkID(l), inspection.Removed, l, nil); err != nil {
			return 0, err
		}
	}
	for _, before := range x.views {
		after := before
		after.Withdrawn, after.WithdrawnWhy = t.today(), exampleTakenWhy
		if err := t.db.Model(&after).Select("withdrawn", "withdrawn_why").Updates(&after).Error; err != nil {
			return 0, fmt.Errorf("take back view %s: %w", after.ID, err)
		}
		if err := t.note(inspection.OfLaterView, after.ID, inspection.Updated, before, after); err != nil {
			return 0, err
		}
	}
	for _, told := range x.told {
		if err := t.replaceInspection(told.Full, told.Listed); err != nil {
			return 0, err
		}
	}
	for _, in := range x.whole {
		if err := t.removeInspection(in); err != nil {
			return 0, err
		}
	}
	if err := t.fold(x.references()...); err != nil {
		return 0, err
	}
	for _, m := range x.milestones {
		if err := t.removeMilestone(m); err != nil {
			return 0, err
		}
	}
	for _, f := range x.figures {
		if err := t.db.Delete(&f).Error; err != nil {
			return 0, fmt.Errorf("take out figure %s: %w", f.ID, err)
		}
		if err := t.note(inspection.OfFigure, f.ID, inspection.Removed, f, nil); err != nil {
			return 0, err
		}
	}
	for _, id := range x.sources {
		removed, err := removeUnused[inspection.Source](t, inspection.OfSource, id, onExampleSources)
		if err != nil {
			return 0, fmt.Errorf("take out source %s: %w", id, err)
		}
		if removed {
			sources++
		}
	}
	return sources, nil
}

// removeInspection takes an inspection with all its parts off the record.
func (t *tx) removeInspection(in *inspection.Inspection) error {
	if err := t.deleteParts(in.ID); err != nil {
		return err
	}
	if err := t.db.Where("inspection_id = ?", in.ID).Delete(&inspection.Recommendation{}).Error; err != nil {
		return fmt.Errorf("take out the areas to improve of inspection %s: %w", in.ID, err)
	}
	if err := t.db.Where("id = ?", in.ID).Delete(&inspection.Inspection{}).Error; err != nil {
		return fmt.Errorf("take out inspection %s: %w", in.ID, err)
	}
	return t.noteInspection(in, nil)
}

func (t *tx) removeMilestone(m inspection.Milestone) error {
	for _, one := range []struct{ table, of string }{
		{"citations", "record_kind = 'milestone' AND record_id = ?"}, {"milestone_bodies", "milestone_id = ?"}, {"milestones", "id = ?"},
	} {
		if err := t.db.Exec("DELETE FROM "+one.table+" WHERE "+one.of, m.ID).Error; err != nil {
			return fmt.Errorf("take %s of milestone %s out: %w", one.table, m.ID, err)
		}
	}
	return t.note(inspection.OfMilestone, m.ID, inspection.Removed, m, nil)
}
