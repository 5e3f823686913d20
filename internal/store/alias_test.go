package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// countyLetter is a draft of the county council's letter of 2019, of which the seed holds some areas to improve in our words:
// its first items take the place of those, two of the seed's that of the first.
func countyLetter(held *inspection.Inspection, joins ...string) inspection.Draft {
	draft := inspection.Draft{
		Kind: "ilacs-standard", Bodies: []string{"northamptonshire-county-council"}, Final: true, WholeListHeld: true,
		FieldworkStart: inspection.MustDate("2019-06-17"), FieldworkEnd: inspection.MustDate("2019-06-28"), LeadInspector: "An Inspector",
		Published: inspection.MustDate("2019-07-30"), Address: "https://files.ofsted.gov.uk/v1/file/11111111",
	}
	for _, j := range held.Judgements {
		draft.Judgements = append(draft.Judgements, inspection.DraftJudgement{Strand: j.Strand, Grade: j.Grade})
	}
	for i := range 16 {
		key := draft.AddItem(inspection.Improvement)
		item := &draft.Items[len(draft.Items)-1]
		item.Words = "Matter " + key + " of sixteen."
		if i < len(joins) {
			item.Joins = joins[i]
		}
	}
	return draft
}

func TestProgressFollowsAnItemThatIsJoinedToAnother(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		record, err := s.Record(ctx, "northamptonshire-county-council")
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(record.Inspections, func(in *inspection.Inspection) bool { return strings.Contains(in.ID, "2019-06") })
		held := record.Inspections[i]
		old, rest := references(held)[:2], references(held)[2:]

		d.moves(old[0], inspection.MakePlan)
		d.update(old[0], "Begun under the old reference.", inspection.ForPublic)
		d.save(inspection.Action{Words: "Help.", OwnerID: d.owner, LeadBodyID: trust, Due: today(), References: []string{old[0]}}, "")
		letter := addLetter(t, s, countyLetter(held, append([]string{strings.Join(old, " ")}, rest...)...))
		d.day("2026-08-10")
		if letter, err = s.PublishLetter(ctx, officer, letter.ID, 1); err != nil {
			t.Fatal(err)
		}
		in, _ := published(t, s, letter)
		now := in.Recommendations[0].Reference

		t.Run("what was recorded under the old reference stands under the new one", func(t *testing.T) {
			d.T = t
			for _, reference := range []string{now, old[0], old[1]} {
				p := d.progress(reference, inspection.ForOfficers, "")
				if p.Position.Reference != now || p.Position.State != inspection.Planned || len(p.Moves) != 1 || len(p.Updates) != 1 || len(p.Actions) != 1 ||
					!slices.Equal(p.Actions[0].References, []string{now}) {
					t.Errorf("%s leads to %+v", reference, p)
				}
			}
			if at := d.position(now, ""); at.State != inspection.Planned || at.FromDay != inspection.MustDate("2026-08-03") {
				t.Errorf("the list has it at %+v", at)
			}
			d.checkPositions()
		})
		t.Run("moves under any of its references make one history", func(t *testing.T) {
			d.T = t
			d.moves(old[1], inspection.StartWork)
			moves := d.progress(now, inspection.ForOfficers, "").Moves
			if len(moves) != 2 || moves[1].Number != 2 || moves[1].Reference != now {
				t.Errorf("the moves are %+v", moves)
			}
		})
		t.Run("an item cannot take its own place under a reference that it had", func(t *testing.T) {
			d.T = t
			m := d.made(inspection.Supersede)
			m.Other = " " + old[0] + " "
			_, err := s.MoveRecommendation(ctx, storetest.Clerk, now, m)
			refusedAt(t, err, "other", "this is the item itself")
		})
		t.Run("when the letter is taken off the record its history goes on where it began", func(t *testing.T) {
			d.T = t
			if letter, err = s.UnpublishLetter(ctx, officer, letter.ID, "A page was missing."); err != nil {
				t.Fatal(err)
			}
			p := d.progress(now, inspection.ForOfficers, "")
			if p.Position.Reference != old[0] || p.Position.State != inspection.InProgress || len(p.Moves) != 2 {
				t.Errorf("%s leads to %+v", now, p.Position)
			}
			if other := d.progress(old[1], inspection.ForOfficers, ""); other.Position.Recorded() || len(other.Moves) != 0 {
				t.Errorf("the other item of the two has %+v", other)
			}
			d.moves(old[0], inspection.AskForDate)
			d.checkPositions()
			if letter, err = s.PublishLetter(ctx, officer, letter.ID, letter.Revision); err != nil {
				t.Fatal(err)
			}
			if p := d.progress(old[1], inspection.ForOfficers, ""); p.Position.Reference != now || len(p.Moves) != 3 || !p.Position.AskedDue.Known() {
				t.Errorf("published again it leads to %+v", p.Position)
			}
			d.checkPositions()
		})
		t.Run("two items that were both moved cannot become one", func(t *testing.T) {
			d.T = t
			if letter, err = s.UnpublishLetter(ctx, officer, letter.ID, "Once more."); err != nil {
				t.Fatal(err)
			}
			d.moves(old[1], inspection.MakePlan)
			before := everything(t, s)
			_, err := s.PublishLetter(ctx, officer, letter.ID, letter.Revision)
			refusedAt(t, err, "item."+letter.Draft.Items[0].Key, "Join only one of")
			compareTables(t, before, everything(t, s))
		})
	})
}
