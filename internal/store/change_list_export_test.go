package store

import (
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm"

	"inspectiontimeline/internal/inspection"
)

// NoteMany writes so many entries about records of one kind to the chain in one go; record returns the ID and the record of
// each.
func NoteMany(t *testing.T, s *Store, by inspection.Actor, kind inspection.RecordKind, many int, record func(i int) (string, any)) {
	t.Helper()
	err := s.write(t.Context(), by, func(w *tx) error {
		for i := range many {
			id, after := record(i)
			if err := w.note(kind, id, inspection.Created, nil, after); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ChangePlan says how the database finds the entries of the first page of a filter, and those that it folds.
func ChangePlan(t *testing.T, s *Store, filter ChangeFilter) (entries, folded string) {
	t.Helper()
	err := s.read(t.Context(), func(r *reader) error {
		l, err := r.newChangeList(filter, s.london)
		if err != nil {
			return err
		}
		made := wasMade
		if !l.folds() {
			made = ""
		}
		if entries, err = planOf(r, l.narrowed(made).Select("number").Order("number DESC").Limit(changesAtATime)); err != nil {
			return err
		}
		folded, err = planOf(r, l.narrowed(wasSupplied).Select("at, MAX(number) AS last, COUNT(*) AS entries").Group("at"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return entries, folded
}

func planOf(r *reader, query *gorm.DB) (string, error) {
	made := query.Session(&gorm.Session{DryRun: true}).Find(&[]map[string]any{}).Statement
	explain := "EXPLAIN QUERY PLAN "
	if r.db.Name() == "postgres" {
		explain = "EXPLAIN "
	}
	rows, err := r.db.Raw(explain+made.SQL.String(), made.Vars...).Rows()
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		fmt.Fprintln(&out, values[len(values)-1])
	}
	return out.String(), rows.Err()
}

// Analyse lets the database learn how its tables are filled, as it does by itself after a while.
func Analyse(t *testing.T, s *Store) {
	t.Helper()
	if err := s.writePool.Exec("ANALYZE").Error; err != nil {
		t.Fatal(err)
	}
}
