package store

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// The kinds of unit. What is indexed together is named by its kind and its ID: "letter:4kqd…".
const (
	unitLetter     = "letter"
	unitInspection = "inspection" // its areas to improve, findings and responses
	unitView       = "view"
	unitMilestone  = "milestone"
	unitAction     = "action"
	unitUpdate     = "update"
	unitQuestion   = "question"
)

// unitTables are the tables of which each row is a unit.
var unitTables = []struct{ kind, table string }{
	{unitInspection, "inspections"}, {unitLetter, "letters"}, {unitView, "later_views"}, {unitMilestone, "milestones"},
	{unitAction, "actions"}, {unitUpdate, "updates"}, {unitQuestion, "questions"},
}

func unitOf(kind, id string) string { return kind + ":" + id }

// byUnitKind returns the IDs of units by their kinds.
func byUnitKind(units []string) map[string][]string {
	ids := map[string][]string{}
	for _, unit := range units {
		kind, id, _ := strings.Cut(unit, ":")
		ids[kind] = append(ids[kind], id)
	}
	return ids
}

// mostUnits is how many changes are followed to what depends on them. After more, everything is indexed again.
const mostUnits = 2000

// searchTouched returns the units that changes after one may have altered, and the number of the last of these changes. It
// reports everything where there are too many to follow.
func (r *reader) searchTouched(since int64) (units map[string]bool, last int64, everything bool, err error) {
	var changes []inspection.Change
	// The order keeps PostgreSQL at the index also where it has no statistics yet.
	err = r.db.Model(&inspection.Change{}).Select("number", "record_kind", "record_id").Where("number > ?", since).
		Order("number").Limit(mostUnits + 1).Find(&changes).Error
	if err != nil || len(changes) == 0 {
		return nil, since, false, err
	}
	if last = changes[len(changes)-1].Number; len(changes) > mostUnits {
		mark, err := lastMark(r.db)
		return nil, mark.Number, true, err
	}
	touched := searchTouched{reader: r, ids: map[string]map[string]bool{}, references: map[string]bool{}}
	for _, change := range changes {
		touched.add(change)
	}
	if err := touched.follow(); err != nil {
		return nil, last, false, err
	}
	return touched.units(), last, false, nil
}

// searchTouched gathers what has to be indexed again, and follows it to what depends on it.
type searchTouched struct {
	*reader
	ids        map[string]map[string]bool // by kind of unit
	references map[string]bool            // of areas to improve
}

var unitsOfRecords = map[inspection.RecordKind]string{
	inspection.OfLetter: unitLetter, inspection.OfInspection: unitInspection, inspection.OfLaterView: unitView,
	inspection.OfMilestone: unitMilestone, inspection.OfAction: unitAction, inspection.OfUpdate: unitUpdate,
	inspection.OfQuestion: unitQuestion,
}

func (s *searchTouched) add(change inspection.Change) {
	if change.RecordKind == inspection.OfRecommendation {
		s.references[change.RecordID] = true
	} else if kind := unitsOfRecords[change.RecordKind]; kind != "" {
		s.put(kind, change.RecordID)
	}
}

func (s *searchTouched) put(kind string, ids ...string) {
	if s.ids[kind] == nil {
		s.ids[kind] = map[string]bool{}
	}
	for _, id := range ids {
		s.ids[kind][id] = true
	}
}

// follow goes from inspections to their letters and areas to improve, from these to what hangs on them, and from actions to
// their updates: all these show whose they are, and show no more where the letter is taken off.
func (s *searchTouched) follow() error {
	inspections := sortedKeys(s.ids[unitInspection])
	for _, one := range []struct{ kind, table string }{{unitLetter, "letters"}, {unitView, "later_views"}} {
		ids, err := s.pluck(one.table, "id", "inspection_id", inspections)
		if err != nil {
			return err
		}
		s.put(one.kind, ids...)
	}
	asked, err := s.pluck("recommendations", "reference", "inspection_id", inspections)
	if err != nil {
		return err
	}
	for _, reference := range asked {
		s.references[reference] = true
	}
	return s.followReferences()
}

func (s *searchTouched) followReferences() error {
	references := sortedKeys(s.references)
	names, err := s.namesOf(references)
	if err != nil {
		return err
	}
	known := sortedKeys(names)
	for _, one := range []struct {
		kind, table, column string
		references          []string
	}{
		{unitInspection, "recommendations", "inspection_id", references}, {unitView, "later_views", "id", known},
		{unitUpdate, "updates", "id", known}, {unitQuestion, "questions", "id", known},
		{unitAction, "action_recommendations", "action_id", known},
	} {
		ids, err := s.pluck(one.table, one.column, "reference", one.references)
		if err != nil {
			return err
		}
		s.put(one.kind, ids...)
	}
	updates, err := s.pluck("updates", "id", "action_id", sortedKeys(s.ids[unitAction]))
	s.put(unitUpdate, updates...)
	return err
}

// pluck returns the values of one column in the rows of a table in which another holds one of some values.
func (r *reader) pluck(table, column, where string, values []string) ([]string, error) {
	var out []string
	for chunk := range slices.Chunk(values, manyIDs) {
		var some []string
		if err := r.db.Table(table).Where(where+" IN ?", chunk).Pluck(column, &some).Error; err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

func (s *searchTouched) units() map[string]bool {
	units := map[string]bool{}
	for kind, ids := range s.ids {
		for id := range ids {
			units[unitOf(kind, id)] = true
		}
	}
	return units
}

// everyUnit has everything that there is wait for being indexed.
func everyUnit(db *gorm.DB, generation int64) error {
	if err := db.Exec("UPDATE search_units SET generation = ?, waiting = TRUE", generation).Error; err != nil {
		return err
	}
	for _, one := range unitTables {
		named := "'" + unitOf(one.kind, "") + "' || id"
		err := db.Exec(fmt.Sprintf("INSERT INTO search_units (unit, generation, waiting) SELECT %[1]s, %[2]d, TRUE FROM %[3]s "+
			"WHERE %[1]s NOT IN (SELECT unit FROM search_units)", named, generation, one.table)).Error
		if err != nil {
			return fmt.Errorf("list %s: %w", one.table, err)
		}
	}
	return nil
}
