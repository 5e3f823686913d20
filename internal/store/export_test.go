package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// HoldWriteLock begins to write and does not end until release is called.
func HoldWriteLock(t *testing.T, s *Store) (release func()) {
	t.Helper()
	held, end, ended := make(chan bool), make(chan bool), make(chan error)
	go func() {
		ended <- s.write(t.Context(), inspection.Seeder, func(*tx) error {
			close(held)
			<-end
			return nil
		})
	}()
	<-held
	return func() {
		close(end)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// Note writes an entry about a record to the chain, as every change of a later part does.
func (s *Store) Note(t *testing.T, by inspection.Actor, kind inspection.RecordKind, id string, before, after any) error {
	t.Helper()
	return s.write(t.Context(), by, func(t *tx) error { return t.note(kind, id, inspection.Updated, before, after) })
}

// Columns returns the columns that the domain's types want in each table, and those that the table has.
func Columns(t *testing.T, s *Store) (want, got map[string][]string) {
	t.Helper()
	want, got = map[string][]string{}, map[string][]string{}
	for _, model := range []any{
		inspection.Source{}, inspection.Body{}, inspection.Succession{}, inspection.PlaceMember{}, inspection.Service{},
		inspection.Inspection{}, inspection.InspectionBody{}, inspection.Judgement{}, inspection.Theme{},
		inspection.Recommendation{}, inspection.RecommendationTheme{}, inspection.Finding{}, inspection.Response{},
		inspection.Milestone{}, inspection.MilestoneBody{}, inspection.Figure{}, inspection.Completeness{},
		inspection.Citation{}, inspection.Fact{}, inspection.Disagreement{}, inspection.Version{}, inspection.Gap{},
		inspection.Term{}, inspection.Rule{}, inspection.BankHoliday{}, inspection.Change{}, inspection.ChangeKey{},
		inspection.Letter{}, inspection.LetterPage{}, inspection.Document{}, documentChunk{}, inspection.InspectionEvidence{},
		inspection.ReferenceAlias{}, publication{}, givenReference{},
	} {
		statement := &gorm.Statement{DB: s.readPool}
		if err := statement.Parse(model); err != nil {
			t.Fatal(err)
		}
		table := statement.Schema.Table
		want[table] = slices.Sorted(slices.Values(statement.Schema.DBNames))
		columns, err := s.readPool.Migrator().ColumnTypes(table)
		if err != nil {
			t.Fatal(err)
		}
		for _, column := range columns {
			got[table] = append(got[table], column.Name())
		}
		slices.Sort(got[table])
	}
	return want, got
}

// Tables returns the names of the tables in the database.
func Tables(t *testing.T, s *Store) []string {
	t.Helper()
	tables, err := s.readPool.Migrator().GetTables()
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// Dump returns every row of every table as text, in no particular order.
func Dump(t *testing.T, s *Store) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range Tables(t, s) {
		var rows []map[string]any
		if err := s.readPool.Table(table).Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		out[table] = []string{}
		for _, row := range rows {
			var line []string
			for _, column := range slices.Sorted(maps.Keys(row)) {
				line = append(line, fmt.Sprintf("%s=%v", column, row[column]))
			}
			out[table] = append(out[table], strings.Join(line, " "))
		}
	}
	return out
}

// LastChange returns the last entry about a record.
func (s *Store) LastChange(t *testing.T, kind inspection.RecordKind, id string) inspection.Change {
	t.Helper()
	var entry inspection.Change
	if err := s.readPool.Where("record_kind = ? AND record_id = ?", kind, id).Order("number DESC").Take(&entry).Error; err != nil {
		t.Fatal(err)
	}
	return entry
}

// VersionPlan says how SQLite finds the version.
func VersionPlan(t *testing.T, s *Store) string {
	t.Helper()
	var steps []struct{ Detail string }
	if err := s.readPool.Raw("EXPLAIN QUERY PLAN " + versionQuery).Scan(&steps).Error; err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(steps)
}
