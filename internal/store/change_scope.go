package store

import (
	"errors"
	"slices"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// changesAbout returns the numbers of the entries about the record, or the authority, that a filter names; nil where it names
// none.
func (r *reader) changesAbout(filter ChangeFilter) (*gorm.DB, error) {
	var about *changesOf
	if filter.Of != (RecordName{}) {
		about = &changesOf{reader: r}
		if err := about.record(filter.Of); err != nil {
			return nil, err
		}
	}
	if filter.Authority == "" {
		return about.numbers(nil), nil
	}
	bodies, err := r.listedUnder(filter.Authority)
	if err != nil {
		return nil, err
	}
	authority := &changesOf{reader: r}
	authority.bodies(bodies)
	return authority.numbers(about.numbers(nil)), nil
}

// changesOf gathers, by their kinds and IDs, the records whose entries are wanted.
type changesOf struct {
	*reader
	parts []changesPart
}

// changesPart is the records of one kind whose IDs are given or come from a query.
type changesPart struct {
	kind inspection.RecordKind
	ids  any // []string or *gorm.DB
}

func (c *changesOf) add(kind inspection.RecordKind, ids any) {
	c.parts = append(c.parts, changesPart{kind, ids})
}

// from returns the values of a column in the rows of a table.
func (c *changesOf) from(table, column, condition string, values ...any) *gorm.DB {
	return c.db.Table(table).Select(column).Where(condition, values...)
}

// numbers returns the numbers of the entries, within those given where there are any.
func (c *changesOf) numbers(within *gorm.DB) *gorm.DB {
	if c == nil {
		return within
	}
	var all string
	var queries []any
	for i, part := range c.parts {
		if i > 0 {
			all += " UNION "
		}
		all += "SELECT number FROM changes WHERE record_kind = ? AND record_id IN (?)"
		queries = append(queries, part.kind, part.ids)
	}
	// The name of a table that is a query stands after it.
	query := c.db.Table("("+all+") AS about", queries...).Select("number")
	if within != nil {
		query = query.Where("number IN (?)", within)
	}
	return query
}

// record gathers a record and what was recorded of it. What nothing is recorded of has itself alone.
func (c *changesOf) record(of RecordName) error {
	switch of.Kind {
	case inspection.OfRecommendation:
		item := of.ID
		switch found, err := c.recommendation(of.ID); {
		case err == nil:
			item = found.Reference
		case !errors.Is(err, inspection.ErrNotFound):
			return err
		}
		now, err := c.namesOf([]string{item})
		if err != nil {
			return err
		}
		c.items(append(sortedKeys(now), of.ID))
		return nil
	case inspection.OfInspection:
		c.add(inspection.OfRecommendation, c.from("recommendations", "reference", "inspection_id = ?", of.ID))
		c.ofInspections([]string{of.ID})
	case inspection.OfAction:
		c.add(inspection.OfUpdate, c.from("updates", "id", "action_id = ?", of.ID))
	case inspection.OfCommittee:
		c.add(inspection.OfMeeting, c.from("meetings", "id", "committee_id = ?", of.ID))
	}
	c.add(of.Kind, []string{of.ID})
	c.erasures(of.Kind, []string{of.ID})
	return nil
}

// erasures gathers what was erased of records of one kind.
func (c *changesOf) erasures(kind inspection.RecordKind, ids any) {
	c.add(inspection.OfErasure, c.from("erasures", "id", "record_kind = ? AND record_id IN (?)", kind, ids))
}

// items gathers areas to improve, by every reference that they have had, and what became of them.
func (c *changesOf) items(references any) {
	c.add(inspection.OfRecommendation, references)
	for kind, table := range map[inspection.RecordKind]string{
		inspection.OfMove: "moves", inspection.OfUpdate: "updates", inspection.OfEvidenceItem: "evidence_items",
		inspection.OfQuestion: "questions", inspection.OfLaterView: "later_views",
	} {
		ids := c.from(table, "id", "reference IN (?)", references)
		c.add(kind, ids)
		c.erasures(kind, ids)
	}
	c.add(inspection.OfAction, c.from("action_recommendations", "action_id", "reference IN (?)", references))
	// A link that was taken away is in no table; its ID begins and ends with its references.
	c.add(inspection.OfLink, c.from("recommendation_links", "from_reference || ' ' || kind || ' ' || to_reference",
		"from_reference IN (?) OR to_reference IN (?)", references, references))
}

// ofInspections gathers inspections and what followed their letters, save their areas to improve.
func (c *changesOf) ofInspections(ids any) {
	c.add(inspection.OfInspection, ids)
	c.add(inspection.OfFulfilment, c.from("fulfilments", "id", "inspection_id IN (?)", ids))
	c.add(inspection.OfLaterView, c.from("later_views", "id", "inspection_id IN (?)", ids))
	c.add(inspection.OfLetter, c.from("letters", "id", "inspection_id IN (?)", ids))
}

// bodies gathers everything that is held of some bodies.
func (c *changesOf) bodies(bodies []string) {
	inspections := c.from("inspection_bodies", "inspection_id", "body_id IN ?", bodies)
	asked := c.from("recommendations", "reference", "inspection_id IN (?)", inspections)
	joined := c.from("reference_aliases", "reference", "leads_to IN (?)", asked)
	references := c.db.Table("(? UNION ?) AS referred", asked, joined).Select("reference")
	actions := c.from("action_recommendations", "action_id", "reference IN (?)", references)
	c.ofInspections(inspections)
	c.items(references)
	c.add(inspection.OfAction, c.from("actions", "id", "lead_body_id IN ?", bodies))
	c.add(inspection.OfUpdate, c.from("updates", "id", "action_id IN (?)", actions))
	c.add(inspection.OfMeeting, c.from("meetings", "id", "committee_id IN (?)", c.from("committees", "id", "body_id IN ?", bodies)))
	c.add(inspection.OfMilestone, c.from("milestone_bodies", "milestone_id", "body_id IN ?", bodies))
	c.add(inspection.OfTrackerMapping, c.from("tracker_mappings", "name", "body_id IN ?", bodies))
	for kind, table := range map[inspection.RecordKind]string{
		inspection.OfQuestion: "questions", inspection.OfCommittee: "committees", inspection.OfPost: "posts", inspection.OfFigure: "figures",
		inspection.OfTrackerImport: "tracker_imports",
	} {
		c.add(kind, c.from(table, "id", "body_id IN ?", bodies))
	}
	c.add(inspection.OfCompleteness, c.from("completeness", "body_id || '/' || record", "body_id IN ?", bodies))
	for kind, ends := range map[inspection.RecordKind][3]string{
		inspection.OfSuccession: {"successions", "from_id", "to_id"}, inspection.OfPlaceMember: {"place_members", "place_id", "authority_id"},
		inspection.OfService: {"services", "provider_id", "authority_id"},
	} {
		c.add(kind, c.from(ends[0], ends[1]+" || '/' || "+ends[2], ends[1]+" IN ? OR "+ends[2]+" IN ?", bodies, bodies))
	}
	c.add(inspection.OfBody, slices.Clone(bodies))
}

// sight is what a reader does not read in entries because of how the record stands today: the texts of what was published and
// taken off the public pages again.
type sight struct {
	inspections map[string]bool // of letters that were taken off
	references  map[string]bool // of the areas to improve in these letters
	gone        map[string]bool // those of them that are on the record no more
	lone        map[RecordName]bool
}

// newSight finds what was taken off. Whoever sees such a letter reads its texts still; for all others they are those of a
// letter that is not published.
func (r *reader) newSight(filter ChangeFilter) (sight, error) {
	out := sight{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[RecordName]bool{}}
	var off []inspection.Letter
	err := r.db.Select("id", "state", "inspection_id", "officers").
		Where("inspection_id <> '' AND state <> ?", inspection.LetterPublished).Find(&off).Error
	off = slices.DeleteFunc(off, func(l inspection.Letter) bool { return filter.Officer.ID != "" && l.SeenBy(filter.Officer) })
	if err != nil || len(off) == 0 {
		return out, err
	}
	var letters, ids []string
	for _, letter := range off {
		letters, ids = append(letters, letter.ID), append(ids, letter.InspectionID)
		out.inspections[letter.InspectionID] = true
	}
	given, err := within[givenReference](r, "letter_id", letters)
	if err != nil {
		return out, err
	}
	for _, one := range given {
		out.references[one.Reference], out.gone[one.Reference] = true, true
	}
	items, err := within[inspection.Recommendation](r.columns("reference"), "reference", sortedKeys(out.gone))
	for _, one := range items {
		delete(out.gone, one.Reference)
	}
	if err != nil {
		return out, err
	}
	items, err = within[inspection.Recommendation](r.columns("reference"), "inspection_id", ids)
	for _, one := range items {
		out.references[one.Reference] = true
	}
	return out, err
}

// lookFor notes which of the sources and bodies that some entries are about are on the record no more: they came with a letter
// and went with it.
func (s sight) lookFor(r *reader, entries []inspection.Change) error {
	if len(s.inspections) == 0 {
		return nil
	}
	for _, kind := range []inspection.RecordKind{inspection.OfSource, inspection.OfBody} {
		var ids, held []string
		for _, entry := range entries {
			if entry.RecordKind == kind {
				ids = append(ids, entry.RecordID)
				s.lone[RecordName{kind, entry.RecordID}] = true
			}
		}
		table := map[inspection.RecordKind]string{inspection.OfSource: "sources", inspection.OfBody: "bodies"}[kind]
		for chunk := range slices.Chunk(ids, manyIDs) {
			if err := r.db.Table(table).Where("id IN ?", chunk).Pluck("id", &held).Error; err != nil {
				return err
			}
			for _, id := range held {
				delete(s.lone, RecordName{kind, id})
			}
		}
	}
	return nil
}

// withholds reports whether the texts of an entry are not for the reader. What was supplied with the program was public before
// any letter was logged, and what was recorded of an area that stands on the record is of that.
func (s sight) withholds(entry inspection.Change) bool {
	if entry.ActorID == inspection.Seeder.ID || len(s.inspections) == 0 {
		return false
	}
	references, id := entry.About()
	switch entry.RecordKind {
	case inspection.OfSource, inspection.OfBody:
		return s.lone[RecordName{entry.RecordKind, entry.RecordID}]
	case inspection.OfInspection, inspection.OfRecommendation, inspection.OfLaterView, inspection.OfFulfilment:
		return s.inspections[id] || slices.ContainsFunc(references, func(reference string) bool { return s.references[reference] })
	}
	return slices.ContainsFunc(references, func(reference string) bool { return s.gone[reference] })
}

// hiddenNow returns the actions among some entries that their reader may not read today: who may read an action's past is said
// by the action as it stands.
func (r *reader) hiddenNow(entries []inspection.Change, reader inspection.Audience) (map[string]bool, error) {
	hidden := map[string]bool{}
	if reader.Reads(inspection.ForOfficers) {
		return hidden, nil
	}
	var ids []string
	for _, entry := range entries {
		if entry.RecordKind == inspection.OfAction && !slices.Contains(ids, entry.RecordID) {
			ids = append(ids, entry.RecordID)
		}
	}
	actions, err := within[inspection.Action](r.columns("id", "audience"), "id", ids)
	for _, a := range actions {
		hidden[a.ID] = !reader.Reads(a.Audience)
	}
	return hidden, err
}

// changeNames returns the names of what some entries know by code or ID.
func (r *reader) changeNames(lines []ChangeLine, reader inspection.Audience) (*inspection.ChangeNames, error) {
	names := &inspection.ChangeNames{Catalogue: r.catalogue}
	wanted := [3]map[string]bool{{}, {}, {}}
	for _, line := range lines {
		inspections, sources, actions := line.Mentions()
		for i, ids := range [][]string{inspections, sources, actions} {
			for _, id := range ids {
				wanted[i][id] = true
			}
		}
	}
	var err error
	if names.Inspections, err = within[*inspection.Inspection](r, "id", sortedKeys(wanted[0])); err != nil {
		return nil, err
	}
	if err = r.addBodies(names.Inspections); err != nil {
		return nil, err
	}
	if names.Sources, err = within[inspection.Source](r, "id", sortedKeys(wanted[1])); err != nil {
		return nil, err
	}
	readable := r.where("audience IN ?", reader.Readable())
	if names.Actions, err = within[inspection.Action](readable, "id", sortedKeys(wanted[2])); err != nil {
		return nil, err
	}
	for _, into := range []any{&names.Bodies, &names.Committees, &names.Meetings, &names.Posts, &names.Themes, &names.Rules} {
		if err := r.db.Find(into).Error; err != nil {
			return nil, err
		}
	}
	return names, nil
}
