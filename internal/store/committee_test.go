package store_test

import (
	"context"
	"errors"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestCommitteesMeetingsAndPosts(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		t.Run("the bodies and posts of an item are those of its council, its place and its trust", func(t *testing.T) {
			d.T = t
			if _, err := s.SaveCommittee(ctx, officer, inspection.Committee{BodyID: west, Name: "Overview and scrutiny", Scrutinises: true}); err != nil {
				t.Fatal(err)
			}
			p := d.progress(northArea, inspection.ForPublic, "")
			if len(p.Committees) != 2 || p.Committees[0].ID != d.board || p.Committees[1].ID != d.scrutiny || len(p.Posts) != 1 || p.Posts[0].ID != d.owner {
				t.Errorf("they are %+v and %+v", p.Committees, p.Posts)
			}
		})
		t.Run("a committee is changed under its ID and ends on a day", func(t *testing.T) {
			d.T = t
			list, err := s.Committees(ctx, []string{north})
			if err != nil || len(list) != 1 {
				t.Fatalf("got %+v, %v", list, err)
			}
			renamed := list[0]
			renamed.Name = "Scrutiny committee for children"
			if _, err := s.SaveCommittee(ctx, officer, renamed); err != nil {
				t.Fatal(err)
			}
			if err := s.EndCommittee(ctx, officer, renamed.ID, today()); err != nil {
				t.Fatal(err)
			}
			list, err = s.Committees(ctx, []string{north})
			if err != nil || len(list) != 1 || list[0].Name != renamed.Name || list[0].Until != today() || !list[0].Scrutinises {
				t.Errorf("got %+v, %v", list, err)
			}
			if entry := s.LastChange(t, inspection.OfCommittee, renamed.ID); entry.Action != inspection.Updated || entry.Before == "" {
				t.Errorf("the entry is %+v", entry)
			}
			if all, err := s.Committees(ctx, nil); err != nil || len(all) != 3 {
				t.Errorf("of every body there are %+v, %v", all, err)
			}
			view := d.made(inspection.RecordView)
			d.day("2026-08-10")
			view.On = today()
			_, err = s.MoveRecommendation(ctx, storetest.Clerk, northArea, view)
			refusedAt(t, err, "on", "did not sit on 10 August 2026")
		})
		t.Run("what is not there cannot end, and no day ends nothing", func(t *testing.T) {
			for _, err := range []error{s.EndCommittee(ctx, officer, "nowhere", today()), s.EndPost(ctx, officer, "nowhere", today())} {
				if !errors.Is(err, inspection.ErrNotFound) {
					t.Errorf("got %v", err)
				}
			}
			refusedAt(t, s.EndCommittee(ctx, officer, d.board, inspection.Date{}), "until", "Enter the last day")
			refusedAt(t, s.EndPost(ctx, officer, d.owner, inspection.MustDate("2026")), "until", "Enter the last day")
			_, err := s.SaveCommittee(ctx, officer, inspection.Committee{BodyID: "atlantis", Name: "Board", Decides: true})
			refusedAt(t, err, "body", "Choose the council")
		})
		t.Run("the same body meets once on a day", func(t *testing.T) {
			first, err := s.SaveMeeting(ctx, officer, inspection.Meeting{CommitteeID: d.board, On: inspection.MustDate("2026-09-15")})
			if err != nil {
				t.Fatal(err)
			}
			again, err := s.SaveMeeting(ctx, officer, inspection.Meeting{CommitteeID: d.board, On: first.On, Address: "https://example.org/papers"})
			if err != nil || again.ID != first.ID {
				t.Errorf("got %+v, %v", again, err)
			}
			later, err := s.SaveMeeting(ctx, officer, inspection.Meeting{CommitteeID: d.board, On: inspection.MustDate("2026-10-20")})
			if err != nil {
				t.Fatal(err)
			}
			later.On = first.On
			_, err = s.SaveMeeting(ctx, officer, later)
			refusedAt(t, err, "on", "recorded already")
			list, err := s.Meetings(ctx, []string{"northamptonshire"})
			if err != nil || len(list) != 2 || list[0].ID != later.ID || list[1].Address != "https://example.org/papers" {
				t.Errorf("got %+v, %v", list, err)
			}
			if list, err := s.Meetings(ctx, []string{west}); err != nil || len(list) != 0 {
				t.Errorf("West has %+v, %v", list, err)
			}
		})
		t.Run("the same words are the same post, whose owner can be nobody once it has ended", func(t *testing.T) {
			d.T = t
			since := inspection.Post{BodyID: trust, Name: "Director of social care", From: inspection.MustDate("2026-01-05")}
			if _, err := s.SavePost(ctx, officer, since); err != nil {
				t.Fatal(err)
			}
			before := everything(t, s)
			post, err := s.SavePost(ctx, officer, inspection.Post{BodyID: trust, Name: "Director of Social Care"})
			if err != nil || post.ID != d.owner {
				t.Errorf("got %+v, %v", post, err)
			}
			post.Name = "Director of social care"
			if _, err := s.SavePost(ctx, officer, post); err != nil {
				t.Fatal(err)
			}
			delete(before, "changes")
			delete(before, "change_keys")
			compareTables(t, before, everything(t, s))
			if err := s.EndPost(ctx, officer, d.owner, inspection.MustDate("2026-08-09")); err != nil {
				t.Fatal(err)
			}
			if posts, err := s.Posts(ctx, []string{trust}); err != nil || len(posts) != 1 || posts[0].Until != inspection.MustDate("2026-08-09") {
				t.Errorf("got %+v, %v", posts, err)
			}
			d.day("2026-08-10")
			_, err = s.MoveRecommendation(ctx, storetest.Officer, westArea, d.made(inspection.MakePlan))
			refusedAt(t, err, "owner", "this post ended")
			_, err = s.SavePost(ctx, officer, inspection.Post{BodyID: trust, Name: "Director of social care"})
			refusedAt(t, err, "name", "its last day is 9 August 2026")
		})
	})
}
