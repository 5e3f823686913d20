package letter

import (
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
)

func TestADraftOfAJointLetterHoldsTheDayThatItPrints(t *testing.T) {
	d := readTestLetter(t, "jtai_new").Draft(testCatalogue(t))
	if d.StatementDue.String() != "2023-08-21" {
		t.Errorf("the statement is due on %q", d.StatementDue)
	}
	i := slices.IndexFunc(d.Evidence, func(e inspection.Evidence) bool { return e.Field == "statement_due" })
	if i < 0 || d.Evidence[i].Quote == "" || d.Evidence[i].Value != "2023-08-21" {
		t.Errorf("its evidence is %+v", d.Evidence)
	}
}
