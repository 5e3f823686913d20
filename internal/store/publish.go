package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a day begins in London, also where the system has no zone files

	"inspectiontimeline/internal/inspection"
)

// publication is what publishing a letter changed, and the place of that in the chain of changes.
type publication struct {
	LetterID     string `gorm:"primaryKey"`
	InspectionID string
	Number       int64
	Undo         string // JSON of an undo
}

// givenReference is a reference that a letter's item was given once and keeps for ever.
type givenReference struct {
	Reference string `gorm:"primaryKey"`
	Head      string
	LetterID  string
	ItemKey   string
}

// LetterRecord returns the record that a draft is checked against: the inspections of its councils with all their parts,
// those of the councils beside them, every body and every source.
func (s *Store) LetterRecord(ctx context.Context, draft inspection.Draft) (*inspection.Record, error) {
	var record *inspection.Record
	err := s.read(ctx, func(r *reader) (err error) {
		record, err = r.letterRecord(draft)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the record that a letter is about: %w", err)
	}
	return record, nil
}

func (r *reader) letterRecord(draft inspection.Draft) (*inspection.Record, error) {
	if r.catalogue == nil {
		return nil, errors.New("the database was opened without frameworks")
	}
	all, err := r.register()
	if err != nil {
		return nil, err
	}
	record, err := r.recordOf(all, besides(all, draft.Bodies)...)
	if err != nil {
		return nil, err
	}
	record.Bodies = all.Bodies
	return record, r.db.Order("id").Find(&record.Sources).Error
}

// besides returns bodies together with those whose letters may repeat theirs: the other councils of their places and of
// their providers.
func besides(all *inspection.Record, ids []string) []inspection.Body {
	var out []inspection.Body
	include := func(id string) {
		body, ok := all.Body(id)
		if ok && !slices.ContainsFunc(out, func(b inspection.Body) bool { return b.ID == id }) {
			out = append(out, body)
		}
	}
	for _, id := range ids {
		include(id)
		if body, ok := all.Body(id); ok && body.ListedOn != "" {
			include(body.ListedOn)
		}
	}
	for _, body := range slices.Clone(out) {
		for _, member := range all.PlaceMembers {
			if member.AuthorityID == body.ID {
				include(member.PlaceID)
			}
		}
		for _, service := range all.Services {
			if service.AuthorityID == body.ID {
				for _, other := range all.Services {
					if other.ProviderID == service.ProviderID {
						include(other.AuthorityID)
					}
				}
			}
		}
	}
	return out
}

// PublishLetter puts what a letter's draft says on the public record: a new inspection, or the one held with the letter's
// values. It fails with inspection.Problems where a check stops it, and with *inspection.DraftConflict where the draft is
// not the one that the officer saw.
func (s *Store) PublishLetter(ctx context.Context, by inspection.Actor, id string, revision int) (inspection.Letter, error) {
	var letter inspection.Letter
	err := s.write(ctx, by, func(t *tx) (err error) {
		letter, err = t.changeLetter(id, "", func(l *inspection.Letter) error {
			if err := t.checkOpen(l, revision); err != nil {
				return err
			}
			inspectionID, err := t.publish(s, l)
			if err != nil {
				return err
			}
			l.InspectionID, l.PlannedFor = inspectionID, inspection.Date{}
			return l.Move(inspection.LetterPublished)
		})
		if err != nil {
			return err
		}
		return t.announce(s, letter.InspectionID)
	})
	if err != nil {
		return inspection.Letter{}, fmt.Errorf("publish letter %s: %w", id, err)
	}
	return letter, nil
}

// publish writes what a letter says on the record and returns the ID of its inspection.
func (t *tx) publish(s *Store, letter *inspection.Letter) (string, error) {
	r := &reader{db: t.db, catalogue: s.catalogue}
	record, err := r.letterRecord(letter.Draft)
	if err != nil {
		return "", err
	}
	if problems := stopping(letter.Draft, record, t.now); len(problems) > 0 {
		return "", problems
	}
	held := letter.Draft.Held(record)
	inspectionID, err := t.inspectionID(letter, letter.Draft.NewID(record))
	if err != nil {
		return "", err
	}
	p, err := letter.Draft.Publication(record, held, inspectionID, t.today())
	if err != nil {
		return "", err
	}
	if err := t.giveReferences(letter, p, record, held); err != nil {
		return "", err
	}
	changed, err := t.linkTwins(letter, p, record)
	if err != nil {
		return "", err
	}
	back, err := t.snapshot(p.Inspection.ID)
	if err != nil {
		return "", err
	}
	if err := t.addAround(p, &back); err != nil {
		return "", err
	}
	if err := t.replaceInspection(held, p.Inspection); err != nil {
		return "", err
	}
	if err := t.shareKeys(record, changed); err != nil {
		return "", err
	}
	if err := t.followItems(letter, held, p.Inspection); err != nil {
		return "", err
	}
	return p.Inspection.ID, t.keepUndo(letter.ID, p.Inspection.ID, back)
}

// stopping returns what keeps a draft from being published.
func stopping(draft inspection.Draft, record *inspection.Record, now time.Time) inspection.Problems {
	var problems inspection.Problems
	today := inspection.DayOf(now)
	for _, check := range draft.Checks(record, today) {
		if check.Stops {
			problems = append(problems, inspection.Problem{Field: check.Field, Words: check.Words})
		}
	}
	switch {
	case draft.Published != today:
	case draft.PublishedHour == "":
		problems = append(problems, inspection.Problem{Field: "published_hour",
			Words: "Enter the hour at which it came out today, like 09:30"})
	case draft.PublishedHour > now.Format("15:04"):
		problems = append(problems, inspection.Problem{Field: "published_hour",
			Words: "Wait until " + draft.PublishedHour + ": nothing is published here before Ofsted has published it"})
	}
	return problems
}

// inspectionID returns the ID for an inspection that is new to the record: one that no inspection has and no other letter
// ever gave to one.
func (t *tx) inspectionID(letter *inspection.Letter, want string) (string, error) {
	for n := 1; ; n++ {
		id := want
		if n > 1 {
			id = fmt.Sprintf("%s-%d", want, n)
		}
		var others, held int64
		err := t.db.Model(&inspection.Letter{}).Where("inspection_id = ? AND id <> ?", id, letter.ID).Count(&others).Error
		if err != nil {
			return "", err
		}
		if err := t.db.Model(&inspection.Inspection{}).Where("id = ?", id).Count(&held).Error; err != nil {
			return "", err
		}
		if others == 0 && held == 0 {
			return id, nil
		}
	}
}

// giveReferences gives the items of a publication their references and remembers them for ever.
func (t *tx) giveReferences(letter *inspection.Letter, p *inspection.Publication, record *inspection.Record, held *inspection.Inspection) error {
	var before []givenReference
	if err := t.db.Where("letter_id = ?", letter.ID).Find(&before).Error; err != nil {
		return err
	}
	named := *record
	named.Bodies = append(slices.Clip(record.Bodies), p.Bodies...)
	head, err := t.referenceHead(&named, before, p.Inspection, held)
	if err != nil {
		return err
	}
	given, earlier := map[string]string{}, map[string]string{}
	for _, one := range before {
		earlier[one.Reference] = one.ItemKey
		if one.Head == head {
			given[one.ItemKey] = one.Reference
		}
	}
	taken, err := t.takenReferences(head)
	if err != nil {
		return err
	}
	p.GiveReferences(head, given, func(reference string) bool { return taken[reference] })
	p.LeadOn(earlier)
	for i, rec := range p.Inspection.Recommendations {
		if _, before := earlier[rec.Reference]; before || i >= len(letter.Draft.Items) {
			continue
		}
		// Of two letters to one inspection the first one's gift stands: the reference is taken either way.
		one := givenReference{Reference: rec.Reference, Head: head, LetterID: letter.ID, ItemKey: letter.Draft.Items[i].Key}
		if taken[rec.Reference] {
			var known int64
			if err := t.db.Model(&givenReference{}).Where("reference = ?", rec.Reference).Count(&known).Error; err != nil {
				return err
			}
			if known > 0 {
				continue
			}
		}
		if err := t.db.Create(&one).Error; err != nil {
			return err
		}
	}
	return nil
}

// takenReferences returns every reference under a head that was ever given to anything.
func (t *tx) takenReferences(head string) (map[string]bool, error) {
	taken := map[string]bool{}
	for _, model := range []any{&inspection.Recommendation{}, &givenReference{}, &inspection.ReferenceAlias{}} {
		var references []string
		if err := t.db.Model(model).Where("reference LIKE ?", head+"-%").Pluck("reference", &references).Error; err != nil {
			return nil, err
		}
		for _, reference := range references {
			taken[reference] = true
		}
	}
	return taken, nil
}

// referenceHead returns what the references of a publication begin with: what those of the inspection held begin with, or
// what this letter's began with before, or the first of the series that is free.
func (t *tx) referenceHead(record *inspection.Record, before []givenReference, in, held *inspection.Inspection) (string, error) {
	if held != nil && held.ReferenceHead() != "" {
		return held.ReferenceHead(), nil
	}
	base := record.ReferenceBase(in)
	for _, one := range before {
		if series := strings.TrimPrefix(one.Head, base); series == "" || len(series) == 1 && strings.HasPrefix(one.Head, base) {
			return one.Head, nil
		}
	}
	letters, err := t.lettersUnder(record, in)
	if err != nil {
		return "", err
	}
	for n := letters; ; n++ {
		head := base
		if n > 0 {
			head += string(rune('a' + n))
		}
		taken, err := t.takenReferences(head)
		if err != nil {
			return "", err
		}
		if len(taken) == 0 {
			return head, nil
		}
	}
}

// lettersUnder counts the other inspections on the record whose references have the same base, whether or not they have
// items: each of them has its letter in the series.
func (t *tx) lettersUnder(record *inspection.Record, in *inspection.Inspection) (int, error) {
	first, _ := record.Body(in.Bodies[0].BodyID)
	council := cmp.Or(first.ListedOn, first.ID)
	var ids []string
	for _, b := range record.Bodies {
		if b.ID == council || b.ListedOn == council {
			ids = append(ids, b.ID)
		}
	}
	r := &reader{db: t.db}
	list, err := r.inspectionsOf(ids)
	if err != nil {
		return 0, err
	}
	if err := r.addBodies(list); err != nil {
		return 0, err
	}
	count := 0
	for _, other := range list {
		if other.ID != in.ID && record.ReferenceBase(other) == record.ReferenceBase(in) {
			count++
		}
	}
	return count, nil
}

// addAround adds what the inspection needs beside itself: sources, partnerships, and where joined references lead.
func (t *tx) addAround(p *inspection.Publication, back *undo) error {
	for _, source := range p.Sources {
		if err := t.db.Create(&source).Error; err != nil {
			return err
		}
		if err := t.note(inspection.OfSource, source.ID, inspection.Created, nil, source); err != nil {
			return err
		}
		back.Sources = append(back.Sources, source.ID)
	}
	for _, body := range p.Bodies {
		if err := t.db.Create(&body).Error; err != nil {
			return err
		}
		if err := t.note(inspection.OfBody, body.ID, inspection.Created, nil, body); err != nil {
			return err
		}
		back.Bodies = append(back.Bodies, body.ID)
	}
	for _, alias := range p.Aliases {
		if err := t.db.Where("reference = ?", alias.Reference).Delete(&inspection.ReferenceAlias{}).Error; err != nil {
			return err
		}
		if err := t.db.Create(&alias).Error; err != nil {
			return err
		}
	}
	return nil
}

// followItems lets what was recorded of an inspection's items follow these to the references that they have now. It fails
// with inspection.Problems where an item would get two histories.
func (t *tx) followItems(letter *inspection.Letter, held, in *inspection.Inspection) error {
	err := t.foldItems(held, in)
	var split *twoHistories
	if !errors.As(err, &split) {
		return err
	}
	field := "items"
	for i, rec := range in.Recommendations {
		if rec.Reference == split.item && i < len(letter.Draft.Items) {
			field = "item." + letter.Draft.Items[i].Key
		}
	}
	return inspection.Problems{{Field: field, Words: split.words()}}
}

// linkTwins gives the items of a publication one shared key with those of the inspections whose letters repeat them: the
// one that its draft names, and those whose published letters name it. It returns the others' items that change.
func (t *tx) linkTwins(letter *inspection.Letter, p *inspection.Publication, record *inspection.Record) ([]inspection.Recommendation, error) {
	var letters []inspection.Letter
	naming := t.db.Where("state = ? AND draft LIKE ?", inspection.LetterPublished, "%"+p.Inspection.ID+"%").Order("id")
	if err := naming.Find(&letters).Error; err != nil {
		return nil, err
	}
	twins := []string{letter.Draft.TwinOf}
	for _, other := range letters {
		if other.Draft.TwinOf == p.Inspection.ID && !slices.Contains(twins, other.InspectionID) {
			twins = append(twins, other.InspectionID)
		}
	}
	var changed []inspection.Recommendation
	for _, in := range record.Inspections {
		if in.ID != p.Inspection.ID && slices.Contains(twins, in.ID) {
			changed = append(changed, p.LinkTwins(in)...)
		}
	}
	return changed, nil
}

// shareKeys writes the shared keys of the twins' items.
func (t *tx) shareKeys(record *inspection.Record, changed []inspection.Recommendation) error {
	for _, after := range changed {
		before := after
		for _, in := range record.Inspections {
			for _, rec := range in.Recommendations {
				if rec.Reference == after.Reference {
					before = rec
				}
			}
		}
		if err := t.setSharedKey(before, after); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) setSharedKey(before, after inspection.Recommendation) error {
	err := t.db.Model(&inspection.Recommendation{}).Where("reference = ?", after.Reference).Update("shared_key", after.SharedKey).Error
	if err != nil {
		return err
	}
	return t.note(inspection.OfRecommendation, after.Reference, inspection.Updated, before, after)
}

func (t *tx) keepUndo(letter, in string, back undo) error {
	data, err := json.Marshal(back)
	if err != nil {
		return err
	}
	return t.db.Create(&publication{LetterID: letter, InspectionID: in, Number: t.last.Number, Undo: string(data)}).Error
}
