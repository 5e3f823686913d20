package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// eraser destroys the texts of one record in all the tables.
type eraser struct {
	t       *tx
	r       *reader
	records map[RecordName]bool // whose entries lose their texts
	numbers []int64             // of other entries that do
	items   map[string]bool     // whose positions have to be worked out again
	gone    erased
}

// also has the entries of other records lose their texts, since they hold the same words.
func (e *eraser) also(kind inspection.RecordKind, ids ...string) {
	for _, id := range ids {
		e.records[RecordName{kind, id}] = true
	}
}

// blank puts the word for what was erased in the place of texts: those columns of some rows that hold any.
func (e *eraser) blank(rows *gorm.DB, columns ...string) error {
	texts := map[string]any{}
	for _, column := range columns {
		texts[column] = gorm.Expr("CASE WHEN "+column+" = '' THEN '' ELSE ? END", inspection.ErasedWords)
	}
	return rows.Updates(texts).Error
}

// in returns the rows of a table for which a condition holds.
func (e *eraser) in(table, condition string, values ...any) *gorm.DB {
	return e.t.db.Table(table).Where(condition, values...)
}

func (e *eraser) record(of RecordName) error {
	switch of.Kind {
	case inspection.OfUpdate:
		return e.update(of.ID)
	case inspection.OfMove:
		return e.move(of.ID)
	case inspection.OfAction:
		return e.action(of.ID)
	case inspection.OfEvidenceItem:
		return e.evidence(of.ID)
	case inspection.OfQuestion:
		if err := e.blank(e.in("questions", "id = ?", of.ID), "words", "asked_by"); err != nil {
			return err
		}
		return e.blank(e.in("question_answers", "question_id = ?", of.ID), "words", "address")
	case inspection.OfLaterView:
		return e.blank(e.in("later_views", "id = ?", of.ID), "gloss", "withdrawn_why")
	case inspection.OfLink:
		from, rest, _ := strings.Cut(of.ID, " ")
		kind, to, _ := strings.Cut(rest, " ")
		return e.blank(e.in("recommendation_links", "from_reference = ? AND kind = ? AND to_reference = ?", from, kind, to), "note")
	case inspection.OfFulfilment:
		return e.blank(e.in("fulfilments", "id = ?", of.ID), "words", "address")
	case inspection.OfCommittee:
		if err := e.in("committees", "id = ?", of.ID).Update("address", "").Error; err != nil {
			return err
		}
		return e.blank(e.in("committees", "id = ?", of.ID), "name")
	case inspection.OfMeeting:
		return e.in("meetings", "id = ?", of.ID).Update("address", "").Error
	case inspection.OfSource:
		return e.source(of.ID)
	case inspection.OfSuccession:
		return e.succession(of.ID)
	case inspection.OfLetter:
		return e.letter(of.ID)
	case inspection.OfTrackerImport:
		return e.trackerImport(of.ID)
	case inspection.OfToken:
		return e.blank(e.in("tokens", "id = ?", of.ID), "name")
	case inspection.OfRemark:
		return e.remark(of.ID)
	case inspection.OfSettings:
		// Nothing takes the place of these: pages would show it as an address.
		return e.in("settings", "id = ?", of.ID).Updates(map[string]any{
			"email": "", "page": "", "telephone": "", "officer": "", "officer_email": "", "cookie_notice": "",
		}).Error
	}
	return inspection.ErrNotFound
}

// remark erases a note of a reader. What they had searched for may stand in the address of the page.
func (e *eraser) remark(id string) error {
	if err := e.t.db.Where("remark_id = ?", id).Delete(&remarkContact{}).Error; err != nil {
		return err
	}
	if err := e.in("remarks", "id = ?", id).Updates(map[string]any{"page": "", "elsewhere": ""}).Error; err != nil {
		return err
	}
	if err := e.blank(e.in("remarks", "id = ?", id), "words"); err != nil {
		return err
	}
	return e.blank(e.in("remark_answers", "remark_id = ?", id), "words")
}

func (e *eraser) source(id string) error {
	if err := e.in("sources", "id = ?", id).Update("address", "").Error; err != nil {
		return err
	}
	return e.blank(e.in("sources", "id = ?", id), "title", "publisher")
}

// succession erases the notes that a succession has and had. All successions of a reorganisation hold the same one, also those of
// councils that are no longer planned, of which the record of changes alone knows.
func (e *eraser) succession(id string) error {
	var entries []inspection.Change
	err := e.t.db.Where("record_kind = ? AND actor_id <> ?", inspection.OfSuccession, inspection.Seeder.ID).Find(&entries).Error
	if err != nil {
		return err
	}
	type note struct{ source, words string }
	holding := map[note][]string{} // the successions that have it or had
	var erased []note
	for _, entry := range entries {
		for _, text := range []string{entry.Before, entry.After} {
			if text == "" {
				continue
			}
			var s inspection.Succession
			if err := json.Unmarshal([]byte(text), &s); err != nil {
				return fmt.Errorf("read entry %d: %w", entry.Number, err)
			}
			if s.Note == "" || s.Note == inspection.ErasedWords {
				continue
			}
			held := note{s.SourceID, s.Note}
			holding[held] = append(holding[held], entry.RecordID)
			if entry.RecordID == id {
				erased = append(erased, held)
			}
		}
	}
	for _, one := range erased {
		e.also(inspection.OfSuccession, holding[one]...)
		if err := e.blank(e.in("successions", "source_id = ? AND note = ?", one.source, one.words), "note"); err != nil {
			return err
		}
	}
	return nil
}

func (e *eraser) update(id string) error {
	u, err := one[inspection.Update](e.t, id)
	if err != nil {
		return err
	}
	if err := e.blank(e.in("updates", "id = ?", id), "words"); err != nil {
		return err
	}
	if err := e.trackersOf("update_id IN ?", []string{id}); err != nil {
		return err
	}
	return e.onItem(u.Reference, u.Words)
}

func (e *eraser) move(id string) error {
	m, err := one[inspection.Move](e.t, id)
	if err != nil {
		return err
	}
	err = e.blank(e.in("moves", "id = ?", id), "words", "success_measure", "minute_reference", "minute_address")
	if err != nil {
		return err
	}
	return e.onItem(m.Reference, m.Words, m.SuccessMeasure)
}

// onItem erases some texts wherever they stand word for word in what was recorded of an area to improve: a measure of success
// goes from plan to plan, and the last cell of a tracker becomes an update and a claim that the work is done.
func (e *eraser) onItem(reference string, texts ...string) error {
	texts = slices.DeleteFunc(texts, func(text string) bool { return text == "" || text == inspection.ErasedWords })
	if reference == "" {
		return nil
	}
	now, err := e.r.itemsNamed([]string{reference})
	if err != nil {
		return err
	}
	if item, there := now[reference]; there {
		e.items[item] = true
		reference = item
	}
	known, err := e.r.namesOf([]string{reference})
	if err != nil || len(texts) == 0 {
		return err
	}
	names := sortedKeys(known)
	for _, copied := range []struct {
		kind   inspection.RecordKind
		table  string
		column string
	}{
		{inspection.OfMove, "moves", "words"}, {inspection.OfMove, "moves", "success_measure"}, {inspection.OfUpdate, "updates", "words"},
	} {
		var ids []string
		same := func() *gorm.DB { return e.in(copied.table, "reference IN ? AND "+copied.column+" IN ?", names, texts) }
		if err := same().Pluck("id", &ids).Error; err != nil {
			return err
		}
		if len(ids) == 0 {
			continue
		}
		if err := e.blank(same(), copied.column); err != nil {
			return err
		}
		e.also(copied.kind, ids...)
		if copied.kind == inspection.OfUpdate {
			if err := e.trackersOf("update_id IN ?", ids); err != nil {
				return err
			}
		}
	}
	var rows []trackerRow
	if err := e.t.db.Where("reference IN ?", names).Find(&rows).Error; err != nil {
		return err
	}
	var imports []string
	for _, row := range rows {
		if slices.Contains(texts, row.Says.SuccessMeasure) {
			imports = append(imports, row.ImportID)
			if err := e.trackerRow(row); err != nil {
				return err
			}
		}
	}
	return e.trackerFiles(imports)
}

func (e *eraser) action(id string) error {
	// Whoever has the action open in a form cannot save its old words over this.
	err := e.in("actions", "id = ?", id).Update("revision", gorm.Expr("revision + 1")).Error
	if err != nil {
		return err
	}
	if err := e.blank(e.in("actions", "id = ?", id), "words", "success_measure"); err != nil {
		return err
	}
	if err := e.blank(e.in("action_steps", "action_id = ?", id), "words", "success_measure", "reason"); err != nil {
		return err
	}
	return e.trackersOf("action_id = ? AND update_id = ''", id)
}

func (e *eraser) evidence(id string) error {
	item, err := one[inspection.EvidenceItem](e.t, id)
	if err != nil {
		return err
	}
	if err := e.blank(e.in("evidence_items", "id = ?", id), "title", "address", "file_name"); err != nil {
		return err
	}
	if err := e.in("evidence_items", "id = ?", id).Update("document_hash", "").Error; err != nil {
		return err
	}
	if err := e.blank(e.in("evidence_steps", "evidence_id = ?", id), "words"); err != nil {
		return err
	}
	return e.document(item.DocumentHash)
}

// document deletes a file that nothing refers to any more.
func (e *eraser) document(hash string) error {
	if hash == "" || hash == noFile {
		return nil
	}
	for table, column := range map[string]string{
		"letters": "document_hash", "evidence_items": "document_hash", "tracker_imports": "document_hash", "settings": "logo",
	} {
		var uses int64
		if err := e.in(table, column+" = ?", hash).Count(&uses).Error; err != nil {
			return err
		}
		if uses > 0 {
			e.gone.kept++
			return nil
		}
	}
	if err := e.t.db.Where("hash = ?", hash).Delete(&documentChunk{}).Error; err != nil {
		return err
	}
	deleted := e.t.db.Where("hash = ?", hash).Delete(&inspection.Document{})
	e.gone.files += int(deleted.RowsAffected)
	return deleted.Error
}

// letter destroys what is held of a letter that is not published, and what was written down when it was.
func (e *eraser) letter(id string) error {
	letter, err := one[inspection.Letter](e.t, id)
	if err != nil {
		return err
	}
	if err := e.t.letterErasable(id); err != nil {
		return err
	}
	if err := e.publications(letter); err != nil {
		return err
	}
	if err := e.t.db.Where("letter_id = ?", id).Delete(&inspection.LetterPage{}).Error; err != nil {
		return err
	}
	hash := letter.DocumentHash
	letter.State, letter.Problem, letter.Draft, letter.Revision = inspection.LetterUnreadable, letterErased, inspection.Draft{}, 0
	letter.DocumentHash, letter.PlannedFor = "", inspection.Date{}
	letter.UpdatedAt, letter.UpdatedBy = e.t.at, e.t.actor.Post
	if letter.FileName != "" {
		letter.FileName = inspection.ErasedWords
	}
	err = e.t.db.Select("state", "problem", "draft", "revision", "document_hash", "planned_for", "updated_at", "updated_by", "file_name").
		Updates(&letter).Error
	if err != nil {
		return err
	}
	return e.document(hash)
}

// letterErased is the problem of a letter that was erased.
const letterErased = "Everything that was held of this letter was erased, since it must not be held. Two administrators agreed on that."

// publications erases what was written down of a letter's inspection since the letter was added. What came with the program is
// no word of ours and stays.
func (e *eraser) publications(letter inspection.Letter) error {
	if letter.InspectionID == "" {
		return nil
	}
	added := e.t.db.Model(&inspection.Change{}).Select("MIN(number)").
		Where("record_kind = ? AND record_id = ?", inspection.OfLetter, letter.ID)
	given := e.t.db.Model(&givenReference{}).Select("reference").Where("letter_id = ?", letter.ID)
	there := e.t.db.Model(&inspection.Recommendation{}).Select("reference").Where("inspection_id = ?", letter.InspectionID)
	var numbers []int64
	err := e.t.db.Model(&inspection.Change{}).Where("actor_id <> ? AND number > (?)", inspection.Seeder.ID, added).
		Where("record_kind = ? AND record_id = ? OR record_kind = ? AND (record_id IN (?) OR record_id IN (?))",
			inspection.OfInspection, letter.InspectionID, inspection.OfRecommendation, given, there).
		Pluck("number", &numbers).Error
	if err != nil {
		return err
	}
	e.numbers = append(e.numbers, numbers...)
	another, err := e.r.publishedLetter(letter.InspectionID)
	if err != nil || another != "" {
		return err // what is quoted is in that one
	}
	quoting := func() *gorm.DB { return e.in("later_views", "inspection_id = ? AND quote <> ''", letter.InspectionID) }
	var views []string
	if err := quoting().Pluck("id", &views).Error; err != nil || len(views) == 0 {
		return err
	}
	e.also(inspection.OfLaterView, views...)
	return e.blank(quoting(), "quote")
}

// noFile is the hash of a file without a byte, to which a tracker refers whose own file was erased.
var noFile = documentHash(nil)

func (e *eraser) trackerImport(id string) error {
	done, err := one[inspection.TrackerImport](e.t, id)
	if err != nil {
		return err
	}
	if err := e.blank(e.in("tracker_imports", "id = ?", id), "file_name"); err != nil {
		return err
	}
	if err := e.withoutFile(done); err != nil {
		return err
	}
	var rows []trackerRow
	if err := e.t.db.Where("import_id = ?", id).Find(&rows).Error; err != nil {
		return err
	}
	for _, row := range rows {
		if err := e.trackerRow(row); err != nil {
			return err
		}
	}
	var saved trackerMapping
	if err := e.t.db.Where("name = ?", done.Mapping).Take(&saved).Error; err != nil {
		return err
	}
	// Headings and words of the column of status are the tracker's own.
	saved.Mapping.Sheet, saved.Mapping.Columns, saved.Mapping.Statuses = "", nil, nil
	e.also(inspection.OfTrackerMapping, done.Mapping)
	return e.t.db.Select("mapping").Updates(&saved).Error
}

// trackersOf erases what rows of trackers said last, and the files that they stand in.
func (e *eraser) trackersOf(condition string, values ...any) error {
	var rows []trackerRow
	if err := e.t.db.Where(condition, values...).Find(&rows).Error; err != nil {
		return err
	}
	var imports []string
	for _, row := range rows {
		if err := e.trackerRow(row); err != nil {
			return err
		}
		imports = append(imports, row.ImportID)
	}
	return e.trackerFiles(imports)
}

func (e *eraser) trackerRow(row trackerRow) error {
	if row.Says.SuccessMeasure == "" {
		return nil
	}
	row.Says.SuccessMeasure = inspection.ErasedWords
	return e.t.db.Select("says").Updates(&row).Error
}

// trackerFiles deletes the files of trackers, in each version that was brought in: a row says in which version it changed
// last, and stands in others too.
func (e *eraser) trackerFiles(imports []string) error {
	if len(imports) == 0 {
		return nil
	}
	var versions []inspection.TrackerImport
	same := e.t.db.Model(&inspection.TrackerImport{}).Select("mapping_name").Where("id IN ?", imports)
	if err := e.t.db.Where("mapping_name IN (?)", same).Order("id").Find(&versions).Error; err != nil {
		return err
	}
	for _, version := range versions {
		if err := e.withoutFile(version); err != nil {
			return err
		}
	}
	return nil
}

// withoutFile deletes the file of a tracker. The tracker refers to a file without a byte from then on.
func (e *eraser) withoutFile(done inspection.TrackerImport) error {
	if done.DocumentHash == noFile {
		return nil
	}
	if _, err := e.t.keepDocument("application/octet-stream", nil); err != nil {
		return err
	}
	if err := e.in("tracker_imports", "id = ?", done.ID).Update("document_hash", noFile).Error; err != nil {
		return err
	}
	return e.document(done.DocumentHash)
}
