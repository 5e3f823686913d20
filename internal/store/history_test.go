package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

// attempt runs a statement on a database past the store and returns what the database said.
func attempt(t *testing.T, dsn, statement string) error {
	t.Helper()
	db := connected(t, dsn)
	defer db.Close()
	_, err := db.Exec(statement)
	return err
}

func TestHistoryCannotBeRewritten(t *testing.T) {
	ctx := context.Background()
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		d := newDesk(t, s, "2026-08-03")
		d.moves(northArea, inspection.MakePlan)
		d.update(northArea, "Training began.", inspection.ForPublic)
		d.proof(northArea, inspection.ForPublic)
		d.save(d.action(), "")
		q, err := s.AskQuestion(ctx, storetest.Clerk, inspection.Question{BodyID: north, AskedBy: "A member", Asked: today(), Words: "Why?"})
		if err == nil {
			_, err = s.AnswerQuestion(ctx, storetest.Clerk, q.ID, inspection.QuestionAnswer{On: today(), Words: "Because."})
		}
		if err != nil {
			t.Fatal(err)
		}
		err = s.AddFulfilment(ctx, officer, inspection.Fulfilment{
			InspectionID: northLatest, BodyID: north, RuleCode: inspection.StatementOfActionRule, On: inspection.MustDate("2026-08-01"),
		})
		if err != nil {
			t.Fatal(err)
		}
		before := everything(t, s)
		last, err := s.Last(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for table, column := range map[string]string{
			"moves": "words", "updates": "words", "evidence_items": "title", "evidence_steps": "state", "action_steps": "reason",
			"questions": "words", "question_answers": "words", "later_views": "gloss", "fulfilments": "words", "changes": "actor_post",
		} {
			statements := []string{fmt.Sprintf("UPDATE %s SET %s = 'otherwise'", table, column), "DELETE FROM " + table}
			if strings.HasPrefix(dsn, "postgres") {
				statements = append(statements, "TRUNCATE "+table+" CASCADE")
			} else {
				statements = append(statements, fmt.Sprintf("INSERT OR REPLACE INTO %s SELECT * FROM %s", table, table))
			}
			for _, statement := range statements {
				if err := attempt(t, dsn, statement); err == nil || !strings.Contains(err.Error(), "history cannot be rewritten") {
					t.Errorf("%s: got %v", statement, err)
				}
			}
		}
		t.Run("nor can a view be given back or withdrawn twice, or a text of the record of changes be exchanged", func(t *testing.T) {
			var id string
			for _, v := range d.progress(northPast, inspection.ForPublic, "").Views {
				id = v.ID
			}
			if err := s.WithdrawLaterView(ctx, storetest.Officer, id, "It speaks of another matter."); err != nil {
				t.Fatal(err)
			}
			for _, statement := range []string{
				"UPDATE later_views SET withdrawn = NULL WHERE id = '" + id + "'",
				"UPDATE later_views SET withdrawn_why = 'otherwise' WHERE id = '" + id + "'",
				"UPDATE changes SET after = '{}' WHERE number = 7",
			} {
				if err := attempt(t, dsn, statement); err == nil || !strings.Contains(err.Error(), "history cannot be rewritten") {
					t.Errorf("%s: got %v", statement, err)
				}
			}
		})
		delete(before, "changes")
		delete(before, "change_keys")
		delete(before, "later_views")
		compareTables(t, before, everything(t, s))
		if _, err := s.Check(ctx, &last); err != nil {
			t.Error(err)
		}
	})
}
