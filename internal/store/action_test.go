package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// action returns an action of the trust for both councils, as somebody would enter it.
func (d *desk) action() inspection.Action {
	return inspection.Action{
		Words: "Train every manager.", OwnerID: d.owner, LeadBodyID: trust, Due: inspection.MustDate("2026-10-31"),
		Audience: inspection.ForPublic, References: []string{northArea, westArea},
	}
}

func (d *desk) save(a inspection.Action, reason string) inspection.Action {
	d.Helper()
	saved, err := d.s.SaveAction(context.Background(), storetest.Officer, a, reason)
	if err != nil {
		d.Fatal(err)
	}
	return saved
}

func (d *desk) says(a inspection.Action, words string) {
	d.Helper()
	_, err := d.s.AddUpdate(context.Background(), storetest.Officer,
		inspection.Update{ActionID: a.ID, On: today(), Words: words, Audience: inspection.ForPublic})
	if err != nil {
		d.Fatal(err)
	}
}

// said returns the words of the updates on an item as everybody may read them on a day, newest first.
func (d *desk) said(reference, day string) []string {
	d.Helper()
	var words []string
	for _, u := range d.progress(reference, inspection.ForPublic, day).Updates {
		words = append(words, u.Words)
	}
	return words
}

func TestActions(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		a := d.save(d.action(), "")
		t.Run("one update on an action of the trust shows on the items of both councils", func(t *testing.T) {
			d.T = t
			d.day("2026-08-10")
			d.says(a, "Half are trained.")
			for _, reference := range []string{northArea, westArea} {
				p := d.progress(reference, inspection.ForPublic, "")
				if len(p.Actions) != 1 || p.Actions[0].ID != a.ID || !slices.Equal(p.Actions[0].References, a.References) {
					t.Errorf("the actions of %s are %+v", reference, p.Actions)
				}
				if !slices.Equal(d.said(reference, ""), []string{"Half are trained."}) || p.Position.UpdatedPublic != today() {
					t.Errorf("%s says %v and was updated on %s", reference, d.said(reference, ""), p.Position.UpdatedPublic)
				}
			}
			for _, authority := range []string{north, west, "northamptonshire"} {
				list, err := s.Actions(ctx, store.ActionFilter{Authority: authority, Reader: inspection.ForPublic})
				if err != nil || len(list) != 1 {
					t.Errorf("%s lists %+v, %v", authority, list, err)
				}
			}
		})
		t.Run("a day is moved only with a reason, and what it was stays", func(t *testing.T) {
			d.T = t
			d.day("2026-09-01")
			later := a
			later.Due = inspection.MustDate("2026-12-31")
			_, err := s.SaveAction(ctx, storetest.Officer, later, " ")
			refusedAt(t, err, "reason", "Enter why the day moves from 31 October 2026")
			a = d.save(later, "Two trainers left.")
			d.day("2026-09-15")
			a.State = inspection.ActionDone
			a = d.save(a, "")
			if a.OriginalDue != inspection.MustDate("2026-10-31") || a.Revision != 3 {
				t.Errorf("it is %+v", a)
			}
			_, steps, updates, err := s.Action(ctx, a.ID, inspection.ForPublic)
			if err != nil || len(steps) != 3 || steps[0].Due != a.OriginalDue || steps[1].Reason != "Two trainers left." || steps[2].State != inspection.ActionDone || len(updates) != 1 {
				t.Errorf("the steps are %+v, the updates %+v, %v", steps, updates, err)
			}
			for day, want := range map[string]inspection.Action{
				"2026-08-03": {State: inspection.ActionPlanned, Due: a.OriginalDue},
				"2026-09-01": {State: inspection.ActionPlanned, Due: a.Due},
				"2026-09-15": {State: inspection.ActionDone, Due: a.Due},
			} {
				list, err := s.Actions(ctx, store.ActionFilter{Reference: westArea, Reader: inspection.ForPublic, AsOf: inspection.MustDate(day)})
				if err != nil || len(list) != 1 || list[0].State != want.State || list[0].Due != want.Due {
					t.Errorf("on %s it was %+v, %v", day, list, err)
				}
			}
			list, err := s.Actions(ctx, store.ActionFilter{AsOf: inspection.MustDate("2026-08-02"), Reader: inspection.ForOfficers})
			if err != nil || len(list) != 0 {
				t.Errorf("before it was recorded there was %+v, %v", list, err)
			}
		})
		t.Run("its words, lead and measure of an earlier day are those of that day", func(t *testing.T) {
			d.T = t
			before, words := today(), a.Words
			d.day("2026-09-29")
			a.Words, a.LeadBodyID, a.SuccessMeasure = "Train every lead.", north, "All are trained."
			a = d.save(a, "")
			for day, want := range map[string]string{before.String(): words + " " + trust, "2026-09-29": "Train every lead. " + north} {
				list, err := s.Actions(ctx, store.ActionFilter{AsOf: inspection.MustDate(day), Reader: inspection.ForOfficers})
				if err != nil || len(list) != 1 || list[0].Words+" "+list[0].LeadBodyID != want || (list[0].SuccessMeasure == a.SuccessMeasure) != (day == "2026-09-29") {
					t.Errorf("on %s it was %+v, %v", day, list, err)
				}
			}
			a.LeadBodyID = trust
			a = d.save(a, "")
		})
		t.Run("what somebody else saved is not saved over", func(t *testing.T) {
			d.T = t
			stale := a
			stale.Revision = 1
			_, err := s.SaveAction(ctx, storetest.Officer, stale, "")
			refusedAt(t, err, "revision", "Somebody else has saved this action")
		})
		t.Run("an action for nothing on the record is refused", func(t *testing.T) {
			d.T = t
			before := everything(t, s)
			wrong := d.action()
			wrong.References = []string{"NN-ILACS-1999-1"}
			_, err := s.SaveAction(ctx, storetest.Officer, wrong, "")
			refusedAt(t, err, "references", "NN-ILACS-1999-1")
			compareTables(t, before, everything(t, s))
			gone := d.action()
			gone.ID = "nowhere"
			if _, err := s.SaveAction(ctx, storetest.Officer, gone, ""); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("what an action counted for stays when it serves an item no more", func(t *testing.T) {
			d.T = t
			d.day("2026-10-01")
			a.References = []string{northArea}
			a = d.save(a, "")
			d.day("2026-10-05")
			d.says(a, "All are trained.")
			if got := d.said(westArea, ""); !slices.Equal(got, []string{"Half are trained."}) {
				t.Errorf("West says %v", got)
			}
			if got := d.said(northArea, ""); !slices.Equal(got, []string{"All are trained.", "Half are trained."}) {
				t.Errorf("North says %v", got)
			}
			now, then := d.progress(westArea, inspection.ForPublic, ""), d.progress(westArea, inspection.ForPublic, "2026-09-30")
			if len(now.Actions) != 0 || len(then.Actions) != 1 {
				t.Errorf("West has %+v; on 30 September it had %+v", now.Actions, then.Actions)
			}
			d.checkPositions()
		})
		t.Run("what was said before an action served an item counts from the day on which it began to", func(t *testing.T) {
			d.T = t
			d.day("2026-10-20")
			a.References = []string{northArea, westArea, "NN-ILACS-2026-2"}
			a = d.save(a, "")
			if got := d.said("NN-ILACS-2026-2", "2026-10-19"); len(got) != 0 {
				t.Errorf("on the day before it said %v", got)
			}
			if got := d.said("NN-ILACS-2026-2", ""); !slices.Equal(got, []string{"All are trained.", "Half are trained."}) {
				t.Errorf("it says %v", got)
			}
			if got := d.said(westArea, ""); !slices.Equal(got, []string{"All are trained.", "Half are trained."}) {
				t.Errorf("West says %v", got)
			}
			d.checkPositions()
		})
		t.Run("an update is about an item or an action that exists", func(t *testing.T) {
			for _, u := range []inspection.Update{{Reference: "NN-ILACS-1999-1"}, {ActionID: "nowhere"}} {
				u.On, u.Words = today(), "Something."
				if _, err := s.AddUpdate(ctx, storetest.Officer, u); !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("got %v", err)
				}
			}
			_, err := s.AddUpdate(ctx, storetest.Officer, inspection.Update{On: today(), Words: "Something."})
			refusedAt(t, err, "reference", "Say which")
		})
	})
}
