package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestMoveRecommendation(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		t.Run("a move is kept with its day, its maker and an entry in the record of changes", func(t *testing.T) {
			d.T = t
			before, err := s.Last(ctx)
			if err != nil {
				t.Fatal(err)
			}
			p := d.moves(northArea, inspection.MakePlan)
			if p.State != inspection.Planned || p.Due != inspection.MustDate("2026-10-31") || p.OwnerID != d.owner || p.FromDay != today() || p.UntilDay.Known() {
				t.Errorf("it stands at %+v", p)
			}
			moves := d.progress(northArea, inspection.ForOfficers, "").Moves
			if len(moves) != 1 || moves[0].Number != 1 || moves[0].Recorded != today() || moves[0].ByPost != storetest.Officer.Post || moves[0].ByRole != inspection.RoleOfficer {
				t.Fatalf("the moves are %+v", moves)
			}
			entry := s.LastChange(t, inspection.OfMove, moves[0].ID)
			if entry.Number != before.Number+1 || entry.Action != inspection.Created || entry.ActorID != storetest.Officer.ID || entry.After == "" {
				t.Errorf("the entry is %+v", entry)
			}
			if _, err := s.Check(ctx, &before); err != nil {
				t.Error(err)
			}
		})
		t.Run("an item goes all the way from its letter to its closing, and what it was at each step stays", func(t *testing.T) {
			d.T = t
			d.proof(northArea, inspection.ForMembers)
			p := d.moves(northArea, inspection.StartWork, inspection.AskForDate, inspection.AgreeDate, inspection.SayDone, inspection.AcceptEvidence,
				inspection.Verify, inspection.CloseItem, inspection.RecordView)
			if p.State != inspection.Closed || p.TimesMoved != 1 || p.OriginalDue != inspection.MustDate("2026-10-31") || p.View != inspection.NotEndorsed || p.Moves != 9 {
				t.Errorf("it stands at %+v", p)
			}
			for i, m := range d.progress(northArea, inspection.ForPublic, "").Moves {
				if m.Number != i+1 {
					t.Errorf("move %d has number %d", i+1, m.Number)
				}
			}
			d.checkPositions()
		})
		t.Run("a move that the rules forbid leaves nothing behind", func(t *testing.T) {
			d.T = t
			before := everything(t, s)
			_, err := s.MoveRecommendation(ctx, storetest.Officer, northArea, d.made(inspection.StartWork))
			refusedAt(t, err, "move", "stands at “closed”")
			_, err = s.MoveRecommendation(ctx, storetest.Officer, westArea, inspection.Move{Kind: inspection.MakePlan, On: today()})
			refusedAt(t, err, "owner", "Choose the post")
			plan := d.made(inspection.MakePlan)
			plan.OwnerID = "bradford/director-of-social-care"
			_, err = s.MoveRecommendation(ctx, storetest.Officer, westArea, plan)
			refusedAt(t, err, "owner", "no such post")
			compareTables(t, before, everything(t, s))
		})
		t.Run("a post of a body that has nothing to do with the item cannot own it", func(t *testing.T) {
			d.T = t
			post, err := s.SavePost(ctx, officer, inspection.Post{BodyID: "bradford", Name: "Director"})
			if err != nil {
				t.Fatal(err)
			}
			plan := d.made(inspection.MakePlan)
			plan.OwnerID = post.ID
			_, err = s.MoveRecommendation(ctx, storetest.Officer, westArea, plan)
			refusedAt(t, err, "owner", "no such post")
		})
		t.Run("whoever added evidence, or owned an action before, does not judge the item", func(t *testing.T) {
			d.T = t
			const area = "NN-ILACS-2026-2"
			d.proof(area, inspection.ForMembers)
			a := d.action()
			a.References = []string{area}
			a = d.save(a, "")
			post, err := s.SavePost(ctx, officer, inspection.Post{BodyID: trust, Name: "Head of training"})
			if err != nil {
				t.Fatal(err)
			}
			a.OwnerID = post.ID
			a = d.save(a, "")
			a.References = []string{westArea}
			d.save(a, "")
			plan := d.made(inspection.MakePlan)
			plan.OwnerID = post.ID
			for _, m := range []inspection.Move{plan, d.made(inspection.StartWork), d.made(inspection.SayDone)} {
				if _, err := s.MoveRecommendation(ctx, inspection.Actor{ID: "account-9", Post: "Planner", Role: inspection.RoleOfficer}, area, m); err != nil {
					t.Fatal(err)
				}
			}
			both := storetest.Officer
			both.Role = inspection.RoleReviewer
			for _, by := range []inspection.Actor{both, {ID: "account-8", PostID: d.owner, Post: "Director", Role: inspection.RoleReviewer}} {
				_, err := s.MoveRecommendation(ctx, by, area, d.made(inspection.AcceptEvidence))
				refusedAt(t, err, "move", "Nobody decides on their own item")
			}
			d.moves(area, inspection.AcceptEvidence)
		})
		t.Run("nobody moves an item that is not on the record", func(t *testing.T) {
			d.T = t
			if _, err := s.MoveRecommendation(ctx, storetest.Officer, "NN-ILACS-1999-1", d.made(inspection.MakePlan)); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("of two who make the same move at once the second is told that it was made", func(t *testing.T) {
			d.T = t
			var all sync.WaitGroup
			results := make([]error, 4)
			for i := range results {
				all.Go(func() {
					_, results[i] = s.MoveRecommendation(ctx, storetest.Officer, westArea, d.made(inspection.MakePlan))
				})
			}
			all.Wait()
			made := 0
			for _, err := range results {
				if err == nil {
					made++
					continue
				}
				refusedAt(t, err, "move", "stands at “planned”")
			}
			if moves := d.progress(westArea, inspection.ForOfficers, "").Moves; made != 1 || len(moves) != 1 {
				t.Errorf("it was made %d times and is kept %d times", made, len(moves))
			}
			if _, err := s.Check(ctx, nil); err != nil {
				t.Error(err)
			}
		})
		t.Run("what is recorded together is kept together or not at all", func(t *testing.T) {
			d.T = t
			before := everything(t, s)
			err := s.Together(ctx, storetest.Officer, func(w *store.Work) error {
				if err := w.MoveRecommendation(westArea, d.made(inspection.StartWork)); err != nil {
					return err
				}
				if _, err := w.AddUpdate(inspection.Update{Reference: westArea, On: today(), Words: "It began."}); err != nil {
					return err
				}
				return w.MoveRecommendation(westArea, d.made(inspection.StartWork))
			})
			refusedAt(t, err, "move", "stands at “work under way”")
			compareTables(t, before, everything(t, s))
		})
	})
}

func TestPositionsFollowFromWhatIsRecorded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		storetest.Progress(t, s, 200, 1000)
		written, followed := store.Positions(t, s)
		if len(written) < 800 {
			t.Errorf("only %d positions are written", len(written))
		}
		for i := range min(len(written), len(followed)) {
			if written[i] != followed[i] {
				t.Fatalf("written is %+v; what follows is %+v", written[i], followed[i])
			}
		}
		if len(written) != len(followed) {
			t.Errorf("%d are written and %d follow", len(written), len(followed))
		}
	})
}
