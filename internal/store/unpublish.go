package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// undo is what puts the public record back as it was before a letter was published.
type undo struct {
	Rows    map[string][]map[string]any // the rows of the inspection by table; none in inspections where it was new
	Sources []string                    // added by the letter
	Bodies  []string
}

// inspectionPart is a table that holds parts of inspections.
type inspectionPart struct{ table, of string }

const aboutInspection = "record_kind = 'inspection' AND record_id = ?"

// inspectionParts lists the tables in the order in which rows may be deleted; rows are added in the other order. Rows of
// inspections and recommendations are changed in their place, because other records refer to them.
var inspectionParts = []inspectionPart{
	{"versions", "disagreement_id IN (SELECT id FROM disagreements WHERE " + aboutInspection + ")"},
	{"disagreements", aboutInspection}, {"citations", aboutInspection}, {"facts", aboutInspection}, {"gaps", aboutInspection},
	{"recommendation_themes", "reference IN (SELECT reference FROM recommendations WHERE inspection_id = ?)"},
	{"judgements", "inspection_id = ?"}, {"findings", "inspection_id = ?"}, {"responses", "inspection_id = ?"},
	{"inspection_evidence", "inspection_id = ?"}, {"inspection_bodies", "inspection_id = ?"},
}

// keptRows are the tables whose rows are changed in their place, with their keys.
var keptRows = []struct{ table, of, key string }{
	{"recommendations", "inspection_id = ?", "reference"}, {"inspections", "id = ?", "id"},
}

// snapshot reads the rows of an inspection as they are.
func (t *tx) snapshot(id string) (undo, error) {
	back := undo{Rows: map[string][]map[string]any{}}
	read := func(table, of string) error {
		var rows []map[string]any
		if err := t.db.Table(table).Where(of, id).Find(&rows).Error; err != nil {
			return fmt.Errorf("read %s of inspection %s: %w", table, id, err)
		}
		back.Rows[table] = rows
		return nil
	}
	for _, part := range inspectionParts {
		if err := read(part.table, part.of); err != nil {
			return undo{}, err
		}
	}
	for _, kept := range keptRows {
		if err := read(kept.table, kept.of); err != nil {
			return undo{}, err
		}
	}
	return back, nil
}

func (t *tx) deleteParts(id string) error {
	for _, part := range inspectionParts {
		if err := t.db.Exec("DELETE FROM "+part.table+" WHERE "+part.of, id).Error; err != nil {
			return fmt.Errorf("clear %s of inspection %s: %w", part.table, id, err)
		}
	}
	return nil
}

// replaceInspection writes an inspection with all its parts in the place of the one that was there, if any, and notes it
// and each item that changed.
func (t *tx) replaceInspection(before, after *inspection.Inspection) error {
	if err := t.deleteParts(after.ID); err != nil {
		return err
	}
	var err error
	if before == nil {
		err = t.db.Create(after).Error
	} else {
		err = t.db.Select("*").Updates(after).Error
	}
	if err != nil {
		return fmt.Errorf("write inspection %s: %w", after.ID, err)
	}
	if err := t.replaceItems(before, after); err != nil {
		return err
	}
	if err := t.addParts(after); err != nil {
		return err
	}
	return t.noteInspection(before, after)
}

// replaceItems writes the items of an inspection, each in the place of the one that had its reference.
func (t *tx) replaceItems(before, after *inspection.Inspection) error {
	for i := range after.Recommendations {
		rec := &after.Recommendations[i]
		rec.InspectionID = after.ID
		var err error
		if _, held := itemOf(before, rec.Reference); held {
			err = t.db.Select("*").Updates(rec).Error
		} else {
			err = t.db.Create(rec).Error
		}
		if err != nil {
			return fmt.Errorf("write area to improve %s: %w", rec.Reference, err)
		}
	}
	if before == nil {
		return nil
	}
	for _, rec := range before.Recommendations {
		if _, stays := itemOf(after, rec.Reference); stays {
			continue
		}
		if err := t.db.Where("reference = ?", rec.Reference).Delete(&inspection.Recommendation{}).Error; err != nil {
			return fmt.Errorf("take out area to improve %s: %w", rec.Reference, err)
		}
	}
	return nil
}

func itemOf(in *inspection.Inspection, reference string) (inspection.Recommendation, bool) {
	if in == nil {
		return inspection.Recommendation{}, false
	}
	i := slices.IndexFunc(in.Recommendations, func(rec inspection.Recommendation) bool { return rec.Reference == reference })
	if i < 0 {
		return inspection.Recommendation{}, false
	}
	return in.Recommendations[i], true
}

// addParts adds the parts of an inspection, which has none.
func (t *tx) addParts(in *inspection.Inspection) error {
	l := &loader{tx: t}
	var themes []inspection.RecommendationTheme
	for _, rec := range in.Recommendations {
		for i, theme := range rec.Themes {
			themes = append(themes, inspection.RecommendationTheme{Reference: rec.Reference, ThemeCode: theme, Position: i + 1})
		}
	}
	var versions []inspection.Version
	for _, d := range in.Disagreements {
		versions = append(versions, d.Versions...)
	}
	var evidence []inspection.InspectionEvidence
	for i, e := range in.Evidence {
		evidence = append(evidence, inspection.InspectionEvidence{InspectionID: in.ID, Position: i + 1, Evidence: e})
	}
	insert(l, themes)
	insertParts(l, in, versions)
	insert(l, evidence)
	return l.err
}

// noteInspection notes what became of an inspection and of each of its items. Either side is nil where there was, or now
// is, none.
func (t *tx) noteInspection(before, after *inspection.Inspection) error {
	either := after
	if after == nil {
		either = before
	}
	if err := t.noteEither(inspection.OfInspection, either.ID, entryOf(before), entryOf(after)); err != nil {
		return err
	}
	if after != nil {
		for _, rec := range after.Recommendations {
			was, held := itemOf(before, rec.Reference)
			if held && reflect.DeepEqual(was, rec) {
				continue
			}
			var old any
			if held {
				old = was
			}
			if err := t.noteEither(inspection.OfRecommendation, rec.Reference, old, rec); err != nil {
				return err
			}
		}
	}
	if before != nil {
		for _, rec := range before.Recommendations {
			if _, stays := itemOf(after, rec.Reference); stays {
				continue
			}
			if err := t.noteEither(inspection.OfRecommendation, rec.Reference, rec, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// entryOf returns an inspection as the record of changes keeps it, nil for none.
func entryOf(in *inspection.Inspection) any {
	if in == nil {
		return nil
	}
	entry := inspectionEntry{Inspection: in, Recommendations: []string{}}
	for _, rec := range in.Recommendations {
		entry.Recommendations = append(entry.Recommendations, rec.Reference)
	}
	return entry
}

// noteEither notes a record that was created, changed or, where nothing is left of it, removed.
func (t *tx) noteEither(kind inspection.RecordKind, id string, before, after any) error {
	action := inspection.Updated
	switch {
	case before == nil:
		action = inspection.Created
	case after == nil:
		action = inspection.Removed
	}
	return t.note(kind, id, action, before, after)
}

// UnpublishLetter takes a letter off the public record, which goes back to exactly what it was before, save the dates that
// officers entered of its inspection since. What was published stays in the record of changes, the reason with it, and
// publishing again gives the same references. Whoever unpublishes it is listed on it, or they would lose it from their sight.
// It fails with inspection.Problems.
func (s *Store) UnpublishLetter(ctx context.Context, by inspection.Actor, id string, reason string) (inspection.Letter, error) {
	var letter inspection.Letter
	reason = strings.TrimSpace(reason)
	err := s.write(ctx, by, func(t *tx) (err error) {
		letter, err = t.changeLetter(id, reason, func(l *inspection.Letter) error {
			switch {
			case l.State != inspection.LetterPublished:
				return inspection.Problems{{Field: "state", Words: "This letter is not published"}}
			case reason == "":
				return inspection.Problems{{Field: "reason", Words: "Enter the reason why this letter is taken off the public pages"}}
			}
			if err := t.unpublish(l, s.catalogue); err != nil {
				return err
			}
			l.List(by.ID)
			return l.Move(inspection.LetterReady)
		})
		return err
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("unpublish letter %s: %w", id, err)
	}
	return letter, nil
}

func (t *tx) unpublish(letter *inspection.Letter, catalogue *inspection.Catalogue) error {
	var done publication
	if err := t.db.Where("letter_id = ?", letter.ID).Take(&done).Error; err != nil {
		return err
	}
	var later int64
	err := t.db.Model(&publication{}).Where("inspection_id = ? AND number > ?", done.InspectionID, done.Number).Count(&later).Error
	if err != nil {
		return err
	}
	if later > 0 {
		return inspection.Problems{{Field: "state",
			Words: "Another letter was published on the same inspection after this one. Unpublish that letter first"}}
	}
	back, err := readUndo(done.Undo)
	if err != nil {
		return err
	}
	r := &reader{db: t.db, catalogue: catalogue}
	before, err := r.wholeInspection(done.InspectionID)
	if err != nil {
		return err
	}
	keepDates(letter, before, back.Rows["inspections"])
	if err := t.restore(done.InspectionID, back); err != nil {
		return err
	}
	after, err := r.wholeInspection(done.InspectionID)
	if err != nil {
		return err
	}
	if err := t.noteInspection(before, after); err != nil {
		return err
	}
	if err := t.leadBack(before, after); err != nil {
		return err
	}
	if err := t.foldItems(before, after); err != nil {
		return err
	}
	if err := t.db.Delete(&done).Error; err != nil {
		return err
	}
	if err := t.removeAround(back); err != nil {
		return err
	}
	return t.dropLoneKeys(before, after)
}

// keepDates keeps the dates that officers entered of an inspection after its letter was published: in the rows that come back
// and in the letter's draft, from which they are published again.
func keepDates(letter *inspection.Letter, now *inspection.Inspection, rows []map[string]any) {
	for _, one := range []struct {
		column string
		now    inspection.Date
		draft  *inspection.Date
	}{
		{"received", now.Received, &letter.Draft.Received}, {"statement_due", now.StatementDue, &letter.Draft.StatementDue},
	} {
		published := one.draft.String()
		if published == "" && len(rows) > 0 {
			published, _ = rows[0][one.column].(string)
		}
		if one.now.String() == published {
			continue
		}
		*one.draft = one.now
		letter.Revision++ // whoever has the draft open would take the date away again
		for _, row := range rows {
			row[one.column] = one.now
		}
	}
}

// aboutItems are the tables with what is recorded of items, by reference.
var aboutItems = []string{"moves", "updates", "evidence_items", "action_recommendations", "questions", "later_views"}

// leadBack lets what was recorded of an item that leaves with its letter go on under the item whose place it had taken, so
// that one history stays one. Where it took nobody's place, what was recorded waits until the letter is published again.
func (t *tx) leadBack(before, after *inspection.Inspection) error {
	for _, rec := range before.Recommendations {
		if _, stays := itemOf(after, rec.Reference); stays {
			continue
		}
		recorded, err := t.recorded(rec.Reference)
		if err != nil {
			return err
		}
		if recorded == 0 {
			continue
		}
		var joined []string
		err = t.db.Model(&inspection.ReferenceAlias{}).Where("leads_to = ?", rec.Reference).Order("reference").Pluck("reference", &joined).Error
		if err != nil {
			return err
		}
		heir, most := "", -1
		for _, reference := range joined {
			if _, back := itemOf(after, reference); !back {
				continue
			}
			if recorded, err = t.recorded(reference); err != nil {
				return err
			}
			if recorded > most {
				heir, most = reference, recorded
			}
		}
		if heir == "" {
			continue
		}
		if err := t.db.Where("reference = ?", rec.Reference).Delete(&inspection.ReferenceAlias{}).Error; err != nil {
			return err
		}
		if err := t.db.Create(&inspection.ReferenceAlias{Reference: rec.Reference, LeadsTo: heir}).Error; err != nil {
			return err
		}
	}
	return nil
}

// recorded counts what was recorded of an item under one reference; a move counts for more than all else, because a
// history of moves has to go on where it began.
func (t *tx) recorded(reference string) (int, error) {
	sum := 0
	for _, table := range aboutItems {
		var count int64
		if err := t.db.Table(table).Where("reference = ?", reference).Count(&count).Error; err != nil {
			return 0, err
		}
		if table == "moves" {
			count *= 1 << 20
		}
		sum += int(count)
	}
	return sum, nil
}

// readUndo reads what keepUndo wrote. Whole numbers stay whole: columns hold no others.
func readUndo(text string) (undo, error) {
	var back undo
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(&back); err != nil {
		return undo{}, fmt.Errorf("read what stood before: %w", err)
	}
	for _, rows := range back.Rows {
		for _, row := range rows {
			for column, value := range row {
				number, ok := value.(json.Number)
				if !ok {
					continue
				}
				whole, err := number.Int64()
				if err != nil {
					return undo{}, fmt.Errorf("read what stood before in %s: %w", column, err)
				}
				row[column] = whole
			}
		}
	}
	return back, nil
}

// wholeInspection returns an inspection with all its parts, nil where there is none.
func (r *reader) wholeInspection(id string) (*inspection.Inspection, error) {
	var list []*inspection.Inspection
	if err := r.db.Where("id = ?", id).Find(&list).Error; err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], r.addParts(list)
}

// restore puts the rows of an inspection back.
func (t *tx) restore(id string, back undo) error {
	if err := t.deleteParts(id); err != nil {
		return err
	}
	for _, kept := range keptRows {
		if err := t.restoreKept(kept.table, kept.of, kept.key, id, back.Rows[kept.table]); err != nil {
			return fmt.Errorf("put back %s of inspection %s: %w", kept.table, id, err)
		}
	}
	for _, part := range slices.Backward(inspectionParts) {
		if rows := back.Rows[part.table]; len(rows) > 0 {
			if err := t.db.Table(part.table).Create(rows).Error; err != nil {
				return fmt.Errorf("put back %s of inspection %s: %w", part.table, id, err)
			}
		}
	}
	return nil
}

func (t *tx) restoreKept(table, of, key, id string, rows []map[string]any) error {
	var there []string
	if err := t.db.Table(table).Where(of, id).Pluck(key, &there).Error; err != nil {
		return err
	}
	for _, row := range rows {
		name, _ := row[key].(string)
		i := slices.Index(there, name)
		var err error
		if i < 0 {
			err = t.db.Table(table).Create(row).Error
		} else {
			there = slices.Delete(there, i, i+1)
			err = t.db.Table(table).Where(key+" = ?", name).Updates(row).Error
		}
		if err != nil {
			return err
		}
	}
	if len(there) == 0 {
		return nil
	}
	return t.db.Exec("DELETE FROM "+table+" WHERE "+key+" IN ?", there).Error
}

// reliance is a column that names what a letter may have brought beside its inspection, and the column beside it that
// names the inspection, if there is one.
type reliance struct{ table, column, inspection string }

var (
	onSources = []reliance{{"citations", "source_id", "record_id"}, {"responses", "source_id", "inspection_id"}, {"versions", "source_id", ""}}
	onBodies  = []reliance{{"inspection_bodies", "body_id", "inspection_id"}, {"responses", "body_id", "inspection_id"},
		{"committees", "body_id", ""}, {"posts", "body_id", ""}, {"questions", "body_id", ""},
		{"moves", "lead_body_id", ""}, {"actions", "lead_body_id", ""},
		{"tracker_mappings", "body_id", ""}, {"tracker_imports", "body_id", ""}}
)

// removeAround takes away what the letter brought beside its inspection. What something else rests on by now is left to
// the letter that put it there, which takes it away in its turn.
func (t *tx) removeAround(back undo) error {
	for _, id := range back.Sources {
		removed, err := removeUnused[inspection.Source](t, inspection.OfSource, id, onSources)
		if err == nil && !removed {
			err = t.passOn(id, onSources, func(heir *undo) { heir.Sources = append(heir.Sources, id) })
		}
		if err != nil {
			return err
		}
	}
	for _, id := range back.Bodies {
		removed, err := removeUnused[inspection.Body](t, inspection.OfBody, id, onBodies)
		if err == nil && !removed {
			err = t.passOn(id, onBodies, func(heir *undo) { heir.Bodies = append(heir.Bodies, id) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// removeUnused removes a record unless one of the columns names it, and reports whether it did.
func removeUnused[T any](t *tx, kind inspection.RecordKind, id string, uses []reliance) (removed bool, err error) {
	for _, use := range uses {
		var count int64
		if err := t.db.Table(use.table).Where(use.column+" = ?", id).Count(&count).Error; err != nil || count > 0 {
			return false, err
		}
	}
	var record T
	if err := t.db.Where("id = ?", id).Take(&record).Error; err != nil {
		return false, err
	}
	if err := t.db.Where("id = ?", id).Delete(new(T)).Error; err != nil {
		return false, err
	}
	return true, t.noteEither(kind, id, record, nil)
}

// passOn adds a record to what a letter that rests on it takes away when it is unpublished.
func (t *tx) passOn(id string, uses []reliance, add func(*undo)) error {
	for _, use := range uses {
		if use.inspection == "" {
			continue
		}
		var heirs []publication
		err := t.db.Where("inspection_id IN (?)", t.db.Table(use.table).Select(use.inspection).Where(use.column+" = ?", id)).
			Order("number DESC").Limit(1).Find(&heirs).Error
		if err != nil {
			return err
		}
		for _, heir := range heirs {
			back, err := readUndo(heir.Undo)
			if err != nil {
				return err
			}
			add(&back)
			data, err := json.Marshal(back)
			if err != nil {
				return err
			}
			return t.db.Model(&heir).Update("undo", string(data)).Error
		}
	}
	return nil
}

// dropLoneKeys takes the shared keys of an inspection's items, as they were and as they are, from items that share them
// with no other any more.
func (t *tx) dropLoneKeys(was, is *inspection.Inspection) error {
	keys := map[string]bool{}
	for _, in := range []*inspection.Inspection{was, is} {
		if in == nil {
			continue
		}
		for _, rec := range in.Recommendations {
			keys[rec.SharedKey] = true
		}
	}
	for _, key := range sortedKeys(keys) {
		var shared []inspection.Recommendation
		if err := t.db.Where("shared_key = ? AND shared_key <> ''", key).Limit(2).Find(&shared).Error; err != nil {
			return err
		}
		if len(shared) != 1 {
			continue
		}
		alone := shared[0]
		alone.SharedKey = ""
		if err := t.setSharedKey(shared[0], alone); err != nil {
			return err
		}
	}
	return nil
}
