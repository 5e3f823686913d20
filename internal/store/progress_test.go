package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const (
	north = "north-northamptonshire"
	west  = "west-northamptonshire"
	trust = "northamptonshire-childrens-trust"

	northArea = "NN-ILACS-2026-1"
	westArea  = "WN-ILACS-2026-1" // the same area to improve, in the twin letter
	northPast = "NN-ILACS-2022-2"
)

// desk is a seeded store with what it takes to work on areas to improve.
type desk struct {
	*testing.T
	s        *store.Store
	owner    string // a post of the trust
	board    string // the ID of the body of the place that decides
	scrutiny string // the ID of a committee that looks on
}

// newDesk sets a desk up on a day.
func newDesk(t *testing.T, s *store.Store, day string) *desk {
	t.Helper()
	storetest.On(t, day)
	d := &desk{T: t, s: s}
	err := s.Together(context.Background(), officer, func(w *store.Work) error {
		post, err := w.SavePost(inspection.Post{BodyID: trust, Name: "Director of social care"})
		if err != nil {
			return err
		}
		board, err := w.SaveCommittee(inspection.Committee{BodyID: "northamptonshire", Name: "Improvement board", Decides: true})
		if err != nil {
			return err
		}
		committee, err := w.SaveCommittee(inspection.Committee{BodyID: north, Name: "Scrutiny commission", Scrutinises: true})
		d.owner, d.board, d.scrutiny = post.ID, board.ID, committee.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// day turns the clock.
func (d *desk) day(day string) inspection.Date {
	d.Helper()
	return storetest.On(d.T, day)
}

// today is the day on the clock.
func today() inspection.Date { return inspection.DayOf(storetest.Now()) }

// made returns a move of a kind as somebody would enter it today.
func (d *desk) made(kind inspection.MoveKind) inspection.Move {
	m := inspection.Move{Kind: kind, On: today(), Words: "Why it was so."}
	switch kind {
	case inspection.MakePlan:
		m.OwnerID, m.LeadBodyID, m.CommitteeID = d.owner, trust, d.board
		m.SuccessMeasure, m.Due = "Nine of ten plans are good.", inspection.MustDate("2026-10-31")
	case inspection.AskForDate:
		m.Due = today().AddMonths(3)
	case inspection.RecordView:
		m.CommitteeID, m.MinuteReference, m.View = d.scrutiny, "Item 4", inspection.NotEndorsed
	}
	if kind.Decision() && kind != inspection.RecordView {
		m.CommitteeID, m.MinuteReference = d.board, "Item 6"
	}
	return m
}

// moves makes moves that have to be allowed, each by somebody who may make it, and returns where the item then stands.
func (d *desk) moves(reference string, kinds ...inspection.MoveKind) inspection.Position {
	d.Helper()
	var p inspection.Position
	for _, kind := range kinds {
		by := storetest.Officer
		switch {
		case kind == inspection.Verify:
			by = storetest.SecondReviewer
		case kind == inspection.AcceptEvidence || kind == inspection.SendBack:
			by = storetest.Reviewer
		case kind.Decision() && kind != inspection.MarkRecurred:
			by = storetest.Clerk
		}
		var err error
		if p, err = d.s.MoveRecommendation(context.Background(), by, reference, d.made(kind)); err != nil {
			d.Fatalf("%s of %s: %v", kind, reference, err)
		}
	}
	return p
}

// proof adds evidence of an item for an audience and has it accepted.
func (d *desk) proof(reference string, audience inspection.Audience) inspection.EvidenceItem {
	d.Helper()
	ctx := context.Background()
	e, err := d.s.AddEvidence(ctx, storetest.Officer, inspection.EvidenceItem{
		Reference: reference, Title: "Audit of plans", Address: "https://example.org/audit", On: today(), Audience: audience,
		State: inspection.EvidenceSubmitted,
	}, nil)
	for _, to := range []inspection.EvidenceState{inspection.EvidenceInReview, inspection.EvidenceIn} {
		if err == nil {
			e, err = d.s.StepEvidence(ctx, storetest.Reviewer, e.ID, to, "")
		}
	}
	if err != nil {
		d.Fatal(err)
	}
	return e
}

func (d *desk) update(reference, words string, audience inspection.Audience) inspection.Update {
	d.Helper()
	u, err := d.s.AddUpdate(context.Background(), storetest.Officer,
		inspection.Update{Reference: reference, On: today(), Words: words, Audience: audience})
	if err != nil {
		d.Fatal(err)
	}
	return u
}

// progress reads an item as a reader may on a day, today where none is named.
func (d *desk) progress(reference string, reader inspection.Audience, day string) inspection.Progress {
	d.Helper()
	p, err := d.s.Progress(context.Background(), reference, reader, inspection.MustDate(day))
	if err != nil {
		d.Fatal(err)
	}
	return p
}

// position returns where an item of a place's list stood on a day.
func (d *desk) position(reference, day string) inspection.Position {
	d.Helper()
	list, err := d.s.Positions(context.Background(), "northamptonshire", inspection.MustDate(day))
	if err != nil {
		d.Fatal(err)
	}
	i := slices.IndexFunc(list, func(item store.ListedRecommendation) bool { return item.Reference == reference })
	if i < 0 {
		d.Fatalf("%s is not on the list as of %s", reference, day)
	}
	return list[i].Position
}

// checkPositions compares the positions written step by step with those worked out from the beginning.
func (d *desk) checkPositions() {
	d.Helper()
	written, followed := store.Positions(d.T, d.s)
	if !slices.Equal(written, followed) {
		d.Errorf("the positions written differ from those that follow:\n%v\n%v", written, followed)
	}
}

// everything dumps all that is kept, the record of changes too.
func everything(t *testing.T, s *store.Store) map[string][]string {
	t.Helper()
	tables := store.Dump(t, s)
	delete(tables, "sqlite_sequence")
	delete(tables, "document_chunks") // whose bytes a dump does not show; each belongs to a document
	return tables
}

// refusedAt checks that something failed with a problem at a field whose words hold a text.
func refusedAt(t *testing.T, err error, field, words string) {
	t.Helper()
	var problems inspection.Problems
	if !errors.As(err, &problems) {
		t.Errorf("got %v; want a problem with %s", err, field)
		return
	}
	if !slices.ContainsFunc(problems, func(p inspection.Problem) bool { return p.Field == field && strings.Contains(p.Words, words) }) {
		t.Errorf("got %v; want %q at %s", problems, words, field)
	}
}

func TestProgressAsItStood(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		d.moves(northArea, inspection.MakePlan)
		d.day("2026-08-20")
		d.moves(northArea, inspection.StartWork)
		d.update(northArea, "Training began.", inspection.ForPublic)
		d.day("2026-09-10")
		d.proof(northArea, inspection.ForPublic)
		d.moves(northArea, inspection.AskForDate)
		d.day("2026-09-30")
		agreed := d.made(inspection.AgreeDate)
		agreed.On = inspection.MustDate("2026-09-24") // written down six days after the board met
		if _, err := s.MoveRecommendation(context.Background(), storetest.Clerk, northArea, agreed); err != nil {
			t.Fatal(err)
		}
		d.day("2026-11-21")

		for _, c := range []struct {
			day              string
			state            inspection.ProgressState
			moves, updates   int
			evidence, moved  int
			asked, commented bool
		}{
			{day: "2026-07-10", state: inspection.Issued},
			{day: "2026-08-02", state: inspection.Issued},
			{day: "2026-08-03", state: inspection.Planned, moves: 1},
			{day: "2026-08-19", state: inspection.Planned, moves: 1},
			{day: "2026-08-20", state: inspection.InProgress, moves: 2, updates: 1, commented: true},
			{day: "2026-09-10", state: inspection.InProgress, moves: 3, updates: 1, evidence: 1, asked: true, commented: true},
			{day: "2026-09-24", state: inspection.InProgress, moves: 3, updates: 1, evidence: 1, asked: true, commented: true},
			{day: "2026-09-30", state: inspection.InProgress, moves: 4, updates: 1, evidence: 1, moved: 1, commented: true},
			{day: "2026-11-21", state: inspection.InProgress, moves: 4, updates: 1, evidence: 1, moved: 1, commented: true},
		} {
			t.Run("progress stands by the day on which it was recorded: "+c.day, func(t *testing.T) {
				p := d.progress(northArea, inspection.ForPublic, c.day)
				at := p.Position
				if at.State != c.state || at.Moves != c.moves || len(p.Moves) != c.moves || len(p.Updates) != c.updates || len(p.Evidence) != c.evidence ||
					at.TimesMoved != c.moved || at.AskedDue.Known() != c.asked || at.UpdatedPublic.Known() != c.commented {
					t.Errorf("it stood at %+v, with %d moves, %d updates and %d pieces of evidence", at, len(p.Moves), len(p.Updates), len(p.Evidence))
				}
				if listed := d.position(northArea, c.day); listed.State != at.State || listed.Due != at.Due || listed.EvidencePublic != at.EvidencePublic {
					t.Errorf("the list has it at %+v; its page at %+v", listed, at)
				}
			})
		}
		t.Run("a letter that was not out yet has nothing on the list", func(t *testing.T) {
			list, err := s.Positions(context.Background(), north, inspection.MustDate("2026-07-06"))
			if err != nil || slices.ContainsFunc(list, func(item store.ListedRecommendation) bool { return item.Reference == northArea }) {
				t.Errorf("it is listed before 7 July 2026: %v", err)
			}
		})
		t.Run("a later view counts from the day on which its letter came out", func(t *testing.T) {
			before, after := d.progress(northPast, inspection.ForPublic, "2026-07-06"), d.progress(northPast, inspection.ForPublic, "2026-07-07")
			if len(before.Views) != 0 || len(after.Views) == 0 {
				t.Errorf("%d views before and %d after", len(before.Views), len(after.Views))
			}
		})
		d.T = t
		d.checkPositions()
	})
}

// Everything said has its words as a mark, so that a leak of any kind shows in what is read.
func TestNothingAboveAReadersAudienceLeavesTheStore(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		plan := d.made(inspection.MakePlan)
		plan.Words, plan.Audience = "move for officers", inspection.ForOfficers
		asked := d.made(inspection.AskForDate)
		asked.Words, asked.Audience = "asked for members", inspection.ForMembers
		for _, m := range []inspection.Move{plan, d.made(inspection.StartWork), asked} {
			if _, err := s.MoveRecommendation(ctx, storetest.Officer, northArea, m); err != nil {
				t.Fatal(err)
			}
		}
		days := map[inspection.Audience]inspection.Date{}
		files := map[inspection.Audience]string{}
		drafts := map[inspection.Audience]string{}
		actions := map[inspection.Audience]string{}
		for i, audience := range inspection.Audiences() {
			days[audience] = d.day(fmt.Sprintf("2026-09-%02d", 10+i))
			d.update(northArea, "update for "+string(audience), audience)
			for name, list := range map[string]map[inspection.Audience]string{"": files, "draft ": drafts} {
				e := inspection.EvidenceItem{Reference: northArea, Title: name + "evidence for " + string(audience), On: today(), Audience: audience}
				if name == "" {
					e.State = inspection.EvidenceSubmitted
				}
				file := &store.EvidenceFile{Name: "file.txt", MediaType: "text/plain", Bytes: []byte("file for " + string(audience) + name)}
				kept, err := s.AddEvidence(ctx, storetest.Officer, e, file)
				if err != nil {
					t.Fatal(err)
				}
				list[audience] = kept.ID
			}
			a, err := s.SaveAction(ctx, storetest.Officer, inspection.Action{
				Words: "action for " + string(audience), OwnerID: d.owner, LeadBodyID: trust, Due: today().AddDays(30), Audience: audience,
				References: []string{northArea},
			}, "")
			if err != nil {
				t.Fatal(err)
			}
			actions[audience] = a.ID
			q, err := s.AskQuestion(ctx, storetest.Officer, inspection.Question{
				BodyID: north, Reference: northArea, AskedBy: "A member", Asked: today(), Words: "question for " + string(audience), Audience: audience,
			})
			if err == nil {
				_, err = s.AnswerQuestion(ctx, storetest.Officer, q.ID, inspection.QuestionAnswer{On: today(), Words: "answer for " + string(audience)})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		d.day("2026-11-21")
		for _, reader := range append(inspection.Audiences(), "somebody") {
			t.Run(fmt.Sprintf("read by %q", reader), func(t *testing.T) {
				p := d.progress(northArea, reader, "")
				listed, err := s.RecommendationPage(ctx, store.PositionFilter{Inspection: northLatest, Reader: reader})
				if err != nil {
					t.Fatal(err)
				}
				list, err := s.Actions(ctx, store.ActionFilter{Authority: north, Reader: reader})
				if err != nil {
					t.Fatal(err)
				}
				questions, err := s.Questions(ctx, store.QuestionFilter{Bodies: []string{north}, Reader: reader})
				if err != nil {
					t.Fatal(err)
				}
				activity, err := s.ProgressSince(ctx, []string{north}, inspection.Date{}, inspection.Date{}, reader)
				if err != nil {
					t.Fatal(err)
				}
				all := fmt.Sprintf("%+v %+v %+v %+v %+v", p, listed.List, list, questions, activity)
				readable := 0
				for _, audience := range inspection.Audiences() {
					reads := reader.Reads(audience)
					if reads {
						readable++
					}
					for _, noun := range []string{"update", "evidence", "action", "question", "answer"} {
						if strings.Contains(all, noun+" for "+string(audience)) != reads {
							t.Errorf("the %s for %s is shown: %t; want %t", noun, audience, !reads, reads)
						}
					}
					_, err := s.Evidence(ctx, files[audience], reader)
					_, _, data, fault := s.EvidenceDocument(ctx, files[audience], reader)
					_, _, _, lack := s.Action(ctx, actions[audience], reader)
					for _, err := range []error{err, fault, lack} {
						if reads && err != nil || !reads && !errors.Is(err, inspection.ErrNotFound) {
							t.Errorf("what is for %s: got %v", audience, err)
						}
					}
					if reads != (string(data) == "file for "+string(audience)) {
						t.Errorf("the file for %s is %q", audience, data)
					}
					draft := reads && reader == inspection.ForOfficers
					if _, err := s.Evidence(ctx, drafts[audience], reader); (err == nil) != draft {
						t.Errorf("the draft for %s: got %v", audience, err)
					}
				}
				if shown := strings.Contains(all, "draft evidence"); shown != (reader == inspection.ForOfficers) {
					t.Errorf("a draft is shown: %t", shown)
				}
				if shown := strings.Contains(all, "move for officers"); shown != (reader == inspection.ForOfficers) {
					t.Errorf("the words of a move are shown: %t", shown)
				}
				if shown := strings.Contains(all, "asked for members"); shown != reader.Reads(inspection.ForMembers) {
					t.Errorf("the reason for another day is shown: %t", shown)
				}
				newest := days[inspection.Audiences()[reader.Rank()]]
				for _, at := range []inspection.Position{p.Position, listed.List[0].Position} {
					if at.UpdatedOfficers != newest || at.EvidenceOfficers != newest || at.Updated(reader) != newest || at.EvidenceOn(reader) != newest {
						t.Errorf("its newest update and evidence are of %s and %s; want %s", at.UpdatedOfficers, at.EvidenceOfficers, newest)
					}
				}
				if activity.Updates != readable || activity.Evidence != readable || len(activity.Moves) != 3 || len(p.Moves) != 3 {
					t.Errorf("it counts %d updates, %d pieces of evidence and %d moves", activity.Updates, activity.Evidence, len(activity.Moves))
				}
			})
		}
		t.Run("a list for everybody has the reason for another day only where that is public", func(t *testing.T) {
			if at := d.position(northArea, ""); at.AskedWhy != "" || !at.AskedDue.Known() {
				t.Errorf("it stands at %+v", at)
			}
		})
	})
}

func TestProgressSince(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-08-03")
		d.moves(northArea, inspection.MakePlan)
		d.moves(westArea, inspection.MakePlan)
		d.day("2026-09-01")
		d.moves(northArea, inspection.StartWork)
		d.update(northArea, "Training began.", inspection.ForPublic)
		shared, err := s.SaveAction(ctx, storetest.Officer, inspection.Action{
			Words: "Train managers.", OwnerID: d.owner, LeadBodyID: trust, Due: today().AddDays(30), References: []string{northArea, westArea},
		}, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.AddUpdate(ctx, storetest.Officer, inspection.Update{ActionID: shared.ID, On: today(), Words: "Half are trained.", Audience: inspection.ForMembers}); err != nil {
			t.Fatal(err)
		}
		d.proof(westArea, inspection.ForPublic)
		d.day("2026-11-21")
		for _, c := range []struct {
			name                     string
			bodies                   []string
			since, until             string
			reader                   inspection.Audience
			moves, updates, evidence int
		}{
			{"of every body, an update on a shared action counts once", nil, "", "", inspection.ForMembers, 3, 2, 1},
			{"of one council, an update on a shared action counts too", []string{west}, "", "", inspection.ForMembers, 1, 1, 1},
			{"the day itself was before", []string{north}, "2026-08-03", "", inspection.ForMembers, 1, 2, 0},
			{"until a day", []string{north, west}, "", "2026-08-31", inspection.ForMembers, 2, 0, 0},
			{"what is for members is not counted for the public", []string{north}, "", "", inspection.ForPublic, 2, 1, 0},
			{"of a body without letters there is nothing", []string{"bradford"}, "", "", inspection.ForOfficers, 0, 0, 0},
		} {
			t.Run(c.name, func(t *testing.T) {
				got, err := s.ProgressSince(ctx, c.bodies, inspection.MustDate(c.since), inspection.MustDate(c.until), c.reader)
				if err != nil || len(got.Moves) != c.moves || got.Updates != c.updates || got.Evidence != c.evidence {
					t.Errorf("got %+v, %v", got, err)
				}
			})
		}
	})
}
