package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// England returns every authority with its full inspections, under whatever framework, and their judgements; the successions
// of authorities, who runs their services, how far each kind of record is complete, and the figures that Ofsted published;
// nothing else of them. Of an inspection it has the columns of englandColumns alone.
func (s *Store) England(ctx context.Context) (*inspection.Record, error) {
	var record *inspection.Record
	err := s.read(ctx, func(r *reader) (err error) {
		record, err = r.england()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the record of England: %w", err)
	}
	return record, nil
}

// EnglandAfter returns the record of England as it is now, where one is held already and only some records were touched
// since: it reads those alone. The one that is held stays as it is. Where nothing of England was touched, it is returned.
func (s *Store) EnglandAfter(ctx context.Context, held *inspection.Record, touched Touched) (*inspection.Record, error) {
	record := held
	err := s.read(ctx, func(r *reader) (err error) {
		switch {
		case touched.Everything:
			record, err = r.england()
		case touched.Any(englandKinds...):
			record, err = r.englandAfter(held, touched)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what has changed in the record of England: %w", err)
	}
	return record, nil
}

// englandKinds are the kinds of record that the record of England is made of.
var englandKinds = []inspection.RecordKind{
	inspection.OfInspection, inspection.OfBody, inspection.OfSuccession, inspection.OfService, inspection.OfCompleteness,
	inspection.OfOfficialFigure,
}

func (r *reader) england() (*inspection.Record, error) {
	if r.catalogue == nil {
		return nil, errors.New("the database was opened without frameworks")
	}
	all, err := r.register()
	if err != nil {
		return nil, err
	}
	all.Bodies = slices.DeleteFunc(all.Bodies, notAuthority)
	all.Catalogue, all.PlaceMembers = r.catalogue, nil
	for _, framework := range r.catalogue.Frameworks() {
		if kinds := fullKinds(framework); len(kinds) > 0 {
			list, err := r.englandInspections("i.framework = ? AND i.kind IN ?", framework.Code, kinds)
			if err != nil {
				return nil, err
			}
			all.Inspections = append(all.Inspections, list...)
		}
	}
	slices.SortFunc(all.Inspections, inspection.ByDay)
	if all.OfficialFigures, err = r.officialFigures(); err != nil {
		return nil, err
	}
	all.Completeness, err = r.completeness()
	return all, err
}

func (r *reader) englandAfter(held *inspection.Record, touched Touched) (*inspection.Record, error) {
	next := *held
	if touched.Any(inspection.OfSuccession, inspection.OfService, inspection.OfBody) {
		bodies := touched.Records[inspection.OfBody]
		joined, err := r.joined()
		if err != nil {
			return nil, err
		}
		next.Successions, next.Services = joined.Successions, joined.Services
		fresh, err := within[inspection.Body](r, "id", bodies)
		if err != nil {
			return nil, err
		}
		next.Bodies = replaced(held.Bodies, slices.DeleteFunc(fresh, notAuthority), bodies, byName,
			func(b inspection.Body) string { return b.ID })
	}
	if inspections := touched.Records[inspection.OfInspection]; len(inspections) > 0 {
		var fresh []*inspection.Inspection
		for chunk := range slices.Chunk(inspections, manyIDs) {
			list, err := r.englandInspections("i.id IN ?", chunk)
			if err != nil {
				return nil, err
			}
			fresh = append(fresh, list...)
		}
		fresh = slices.DeleteFunc(fresh, func(in *inspection.Inspection) bool {
			framework, _ := r.catalogue.Framework(in.Framework)
			return !slices.Contains(fullKinds(framework), in.Kind)
		})
		next.Inspections = replaced(held.Inspections, fresh, inspections, inspection.ByDay,
			func(in *inspection.Inspection) string { return in.ID })
	}
	var err error
	if touched.Any(inspection.OfOfficialFigure) {
		if next.OfficialFigures, err = r.officialFigures(); err != nil {
			return nil, err
		}
	}
	if touched.Any(inspection.OfCompleteness) {
		if next.Completeness, err = r.completeness(); err != nil {
			return nil, err
		}
	}
	return &next, nil
}

// replaced returns a sorted list without those of some IDs and with those that stand for them now.
func replaced[T any](held, fresh []T, ids []string, order func(a, b T) int, id func(T) string) []T {
	gone := make(map[string]bool, len(ids))
	for _, one := range ids {
		gone[one] = true
	}
	out := make([]T, 0, len(held)+len(fresh))
	for _, one := range held {
		if !gone[id(one)] {
			out = append(out, one)
		}
	}
	for _, one := range fresh {
		at, _ := slices.BinarySearchFunc(out, one, order)
		out = slices.Insert(out, at, one)
	}
	return out
}

func notAuthority(b inspection.Body) bool { return b.Kind != inspection.Authority }

func fullKinds(framework inspection.Framework) []string {
	var kinds []string
	for _, kind := range framework.Kinds {
		if kind.Full {
			kinds = append(kinds, kind.Code)
		}
	}
	return kinds
}

// englandColumns are those of inspections that the record of England has. Who led an inspection, where its report lies and
// notes stand on its own page.
const englandColumns = "i.id, i.kind, i.framework, i.topic, i.when_words, i.fieldwork_start, i.fieldwork_end, i.published, i.received, " +
	"i.document, i.areas_count, i.whole_list_held, i.confidence"

// englandInspections returns the inspections for which a condition on them, as i, holds, with their bodies and judgements, as
// the record of England has them. It passes over the rows once and keeps a word that many of them have once: there may be a hundred thousand.
func (r *reader) englandInspections(condition string, values ...any) ([]*inspection.Inspection, error) {
	var list []*inspection.Inspection
	byID := map[string]*inspection.Inspection{}
	words := wordStock{}
	err := r.each(r.db.Table("inspections AS i").Select(englandColumns).Where(condition, values...), func(scan func(...any) error) error {
		in := &inspection.Inspection{}
		err := scan(&in.ID, words.to(&in.Kind), words.to(&in.Framework), words.to(&in.Topic), words.to(&in.WhenWords), &in.FieldworkStart,
			&in.FieldworkEnd, &in.Published, &in.Received, words.to((*string)(&in.Document)), &in.AreasCount, &in.WholeListHeld,
			words.to((*string)(&in.Confidence)))
		list, byID[in.ID] = append(list, in), in
		return err
	})
	if err != nil {
		return nil, err
	}
	of := func(table string) *gorm.DB { return partsOf(r.db, table, condition, values...) }
	var id string
	err = r.each(of("inspection_bodies").Select("p.inspection_id, p.body_id, p.confirmed, p.position"), func(scan func(...any) error) error {
		var body inspection.InspectionBody
		if err := scan(&id, words.to(&body.BodyID), &body.Confirmed, &body.Position); err != nil {
			return err
		}
		in := byID[id]
		body.InspectionID = in.ID
		in.Bodies = append(in.Bodies, body)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = r.each(of("judgements").Select("p.inspection_id, p.strand, p.grade, p.confidence, p.position"), func(scan func(...any) error) error {
		var judgement inspection.Judgement
		err := scan(&id, words.to(&judgement.Strand), words.to(&judgement.Grade), words.to((*string)(&judgement.Confidence)), &judgement.Position)
		if err != nil {
			return err
		}
		in := byID[id]
		judgement.InspectionID = in.ID
		in.Judgements = append(in.Judgements, judgement)
		return nil
	})
	for _, in := range list {
		slices.SortFunc(in.Bodies, func(a, b inspection.InspectionBody) int { return cmp.Compare(a.Position, b.Position) })
		slices.SortFunc(in.Judgements, func(a, b inspection.Judgement) int { return cmp.Compare(a.Position, b.Position) })
	}
	return list, err
}

// partsOf returns the rows of a table, as p, that are parts of inspections for which a condition on them, as i, holds.
func partsOf(db *gorm.DB, table, condition string, values ...any) *gorm.DB {
	return db.Table(table+" AS p").Joins("JOIN inspections AS i ON i.id = p.inspection_id").Where(condition, values...)
}

// each passes every row of a query to take, which scans it.
func (r *reader) each(query *gorm.DB, take func(scan func(...any) error) error) error {
	rows, err := query.Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := take(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// wordStock holds each word once, however many rows have it.
type wordStock map[string]string

// to returns what scans a column into a text through the stock.
func (w wordStock) to(text *string) *stockedWord { return &stockedWord{w, text} }

type stockedWord struct {
	stock wordStock
	text  *string
}

// Scan reads a column of text.
func (s *stockedWord) Scan(v any) error {
	var word string
	switch v := v.(type) {
	case string:
		word = v
	case []byte:
		word = string(v)
	default:
		return fmt.Errorf("read a text: cannot use a %T", v)
	}
	known, ok := s.stock[word]
	if !ok {
		known = word
		s.stock[word] = word
	}
	*s.text = known
	return nil
}
