package main

import (
	"cmp"
	"testing"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// Bodies and letters that the seed holds.
const (
	northID    = "north-northamptonshire"
	westID     = "west-northamptonshire"
	trustID    = "northamptonshire-childrens-trust"
	northLater = "north-northamptonshire-ilacs-standard-2026-05-11"
	westLater  = "west-northamptonshire-ilacs-standard-2026-05-11"
)

// progressRecord is what became of areas to improve of the seed: years of moves, dates moved twice and asked for, evidence
// in each of its states, updates for each audience, actions across councils and their trust, questions and meetings.
type progressRecord struct {
	action, answered, waiting, meeting string // their IDs
	boards, scrutiny                   map[string]string
}

// recorder writes one.
type recorder struct {
	t   *testing.T
	s   *store.Store
	rec *progressRecord
}

// fillProgress records it through the store's own door, each day's work on that day.
func fillProgress(t *testing.T, s *store.Store) *progressRecord {
	t.Helper()
	r := &recorder{t: t, s: s, rec: &progressRecord{boards: map[string]string{}, scrutiny: map[string]string{}}}
	r.people()
	r.plans()
	r.work()
	r.decisions()
	r.thisYear()
	r.questions()
	storetest.On(t, "2026-11-21")
	return r.rec
}

// on lets somebody do something on a day.
func (r *recorder) on(day string, by inspection.Actor, do func(w *store.Work) error) {
	r.t.Helper()
	storetest.On(r.t, day)
	if err := r.s.Together(r.t.Context(), by, do); err != nil {
		r.t.Fatalf("%s, %s: %v", day, by.Post, err)
	}
}

// move is on for one move of each of some items.
func (r *recorder) move(day string, by inspection.Actor, m inspection.Move, references ...string) {
	r.t.Helper()
	r.on(day, by, func(w *store.Work) error {
		for _, reference := range references {
			m.On = inspection.MustDate(day)
			if m.Kind.Decision() {
				m.CommitteeID, m.MinuteReference = r.bodyOf(m.Kind, reference), m.On.Words()+", item 6"
			}
			if err := w.MoveRecommendation(reference, m); err != nil {
				return err
			}
		}
		return nil
	})
}

// bodyOf names who decides, or scrutinises, for the council of an item.
func (r *recorder) bodyOf(kind inspection.MoveKind, reference string) string {
	bodies, council := r.rec.boards, northID
	if kind == inspection.RecordView {
		bodies = r.rec.scrutiny
	}
	if reference[:2] == "WN" {
		council = westID
	}
	return bodies[council]
}

func (r *recorder) people() {
	r.on("2023-01-16", storetest.Officer, func(w *store.Work) error {
		from := inspection.MustDate("2021-04-01")
		for council, name := range map[string]string{northID: "North", westID: "West"} {
			board, err := w.SaveCommittee(inspection.Committee{BodyID: council, Name: "Improvement board", Decides: true, From: from})
			if err != nil {
				return err
			}
			scrutiny, err := w.SaveCommittee(inspection.Committee{
				BodyID: council, Name: name + " children’s scrutiny committee", Scrutinises: true, From: from, Address: "https://example.org/" + council,
			})
			if err != nil {
				return err
			}
			r.rec.boards[council], r.rec.scrutiny[council] = board.ID, scrutiny.ID
			if _, err := w.SavePost(inspection.Post{BodyID: council, Name: "Director of children’s services"}); err != nil {
				return err
			}
		}
		_, err := w.SavePost(inspection.Post{BodyID: trustID, Name: "Head of quality and practice learning"})
		return err
	})
	r.on("2025-05-06", storetest.Clerk, func(w *store.Work) error {
		for council, committee := range r.rec.scrutiny {
			for _, day := range []string{"2025-06-03", "2026-03-03", "2026-10-06", "2027-01-12"} {
				met, err := w.SaveMeeting(inspection.Meeting{
					CommitteeID: committee, On: inspection.MustDate(day), Address: "https://example.org/papers/" + day,
				})
				if err != nil {
					return err
				}
				if council == northID && day == "2026-10-06" {
					r.rec.meeting = met.ID
				}
			}
		}
		return nil
	})
}

func (r *recorder) plans() {
	plan := func(day, due string, references ...string) {
		for _, reference := range references {
			r.move(day, storetest.Officer, inspection.Move{
				Kind: inspection.MakePlan, OwnerID: inspection.PostID(trustID, "Head of quality and practice learning"), LeadBodyID: trustID,
				CommitteeID: r.bodyOf(inspection.MakePlan, reference), Due: inspection.MustDate(due), Audience: inspection.ForPublic,
				SuccessMeasure: "Nine in ten plans that are read each quarter say what changes for the child, and by when.",
			}, reference)
		}
	}
	plan("2023-02-06", "2023-12-31", "NN-ILACS-2022-1", "NN-ILACS-2022-2", "NN-ILACS-2022-3", "NN-ILACS-2022-4", "WN-ILACS-2022-1")
	plan("2023-03-06", "2024-06-30", "WN-ILACS-2022-2", "WN-ILACS-2022-3", "WN-ILACS-2022-4")
	plan("2026-08-10", "2027-03-31", "NN-ILACS-2026-1")
	plan("2026-08-10", "2026-10-31", "WN-ILACS-2026-1")
	plan("2026-08-10", "2026-12-31", "NN-ILACS-2026-2", "WN-ILACS-2026-2")
	plan("2024-09-02", "2025-03-31", "NN-SEND-2024-1", "NN-SEND-2024-2")
}

// work begins the work, and has words and evidence of it.
func (r *recorder) work() {
	r.move("2023-03-06", storetest.Officer, inspection.Move{Kind: inspection.StartWork},
		"NN-ILACS-2022-1", "NN-ILACS-2022-2", "NN-ILACS-2022-3", "NN-ILACS-2022-4", "WN-ILACS-2022-1", "WN-ILACS-2022-2", "WN-ILACS-2022-3")
	r.on("2023-09-04", storetest.Officer, func(w *store.Work) error {
		for audience, words := range map[inspection.Audience]string{
			inspection.ForPublic:   "All team managers have begun the training.",
			inspection.ForMembers:  "Two teams have not sent anybody to the training yet.",
			inspection.ForOfficers: "The trainer’s contract has to be renewed first.",
		} {
			_, err := w.AddUpdate(inspection.Update{
				Reference: "NN-ILACS-2022-1", On: inspection.MustDate("2023-09-01"), Words: words, Audience: audience,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	for _, one := range []struct {
		title, reference, expires string
		audience                  inspection.Audience
		steps                     []inspection.EvidenceState
	}{
		{"Audit of plans, first quarter", "NN-ILACS-2022-1", "2024-09-30", inspection.ForPublic, []inspection.EvidenceState{inspection.EvidenceInReview, inspection.EvidenceIn}},
		{"Audit of plans, second quarter", "NN-ILACS-2022-1", "", inspection.ForPublic, []inspection.EvidenceState{inspection.EvidenceInReview, inspection.EvidenceIn}},
		{"What families said", "NN-ILACS-2022-1", "", inspection.ForPublic, []inspection.EvidenceState{inspection.EvidenceInReview, inspection.EvidenceRejected}},
		{"Minutes of the practice forum", "NN-ILACS-2022-1", "", inspection.ForPublic, []inspection.EvidenceState{inspection.EvidenceInReview}},
		{"List of managers trained", "NN-ILACS-2022-1", "", inspection.ForMembers, []inspection.EvidenceState{inspection.EvidenceSubmitted}},
		{"Notes for the next audit", "NN-ILACS-2022-1", "", inspection.ForOfficers, nil},
		{"Register of homes", "NN-ILACS-2022-2", "", inspection.ForPublic, []inspection.EvidenceState{inspection.EvidenceInReview, inspection.EvidenceIn}},
		{"Plans read in one week", "NN-ILACS-2022-3", "", inspection.ForPublic, []inspection.EvidenceState{inspection.EvidenceInReview, inspection.EvidenceIn}},
		{"Direct work, a sample", "NN-ILACS-2022-4", "", inspection.ForPublic, []inspection.EvidenceState{inspection.EvidenceInReview, inspection.EvidenceIn}},
	} {
		r.evidence(one.title, one.reference, one.expires, one.audience, one.steps)
	}
}

func (r *recorder) evidence(title, reference, expires string, audience inspection.Audience, steps []inspection.EvidenceState) {
	r.t.Helper()
	var held inspection.EvidenceItem
	r.on("2024-03-04", storetest.Officer, func(w *store.Work) (err error) {
		e := inspection.EvidenceItem{
			Reference: reference, Title: title, Address: "https://example.org/evidence.pdf", On: inspection.MustDate("2024-02-12"), Audience: audience,
		}
		if expires != "" {
			e.ExpiresOn = inspection.MustDate(expires)
		}
		if len(steps) > 0 {
			e.State = inspection.EvidenceSubmitted
		}
		held, err = w.AddEvidence(e, nil)
		return err
	})
	r.on("2024-03-11", storetest.Reviewer, func(w *store.Work) error {
		for _, to := range steps {
			if to == inspection.EvidenceSubmitted {
				continue
			}
			if _, err := w.StepEvidence(held.ID, to, "Read with two team managers."); err != nil {
				return err
			}
		}
		return nil
	})
}

// decisions moves days, closes, and opens again what came back.
func (r *recorder) decisions() {
	why := "Half of the teams were without a manager for two months."
	for _, one := range []struct{ asked, agreed, due string }{
		{"2023-11-06", "2023-12-04", "2024-09-30"}, {"2024-07-01", "2024-09-02", "2027-03-31"},
	} {
		r.move(one.asked, storetest.Officer, inspection.Move{
			Kind: inspection.AskForDate, Due: inspection.MustDate(one.due), Words: why, Audience: inspection.ForPublic}, "NN-ILACS-2022-1")
		r.move(one.agreed, storetest.Clerk, inspection.Move{Kind: inspection.AgreeDate, Due: inspection.MustDate(one.due), Words: why}, "NN-ILACS-2022-1")
	}
	done := []string{"NN-ILACS-2022-2", "NN-ILACS-2022-3", "NN-ILACS-2022-4"}
	r.move("2024-05-06", storetest.Officer, inspection.Move{Kind: inspection.SayDone, Words: "Every team works by the new guide.", Audience: inspection.ForPublic}, done...)
	r.move("2024-06-03", storetest.Reviewer, inspection.Move{Kind: inspection.AcceptEvidence}, done...)
	r.move("2024-07-08", storetest.SecondReviewer, inspection.Move{Kind: inspection.Verify, Words: "Twenty plans were read at random.", Audience: inspection.ForPublic}, done...)
	r.move("2024-10-07", storetest.Clerk, inspection.Move{Kind: inspection.CloseItem}, "NN-ILACS-2022-2", "NN-ILACS-2022-3")
	r.move("2025-06-03", storetest.Clerk, inspection.Move{Kind: inspection.RecordView, View: inspection.NotEndorsed,
		Words: "Members want to hear it from young people first."}, "NN-ILACS-2022-2")
	r.move("2026-03-03", storetest.Clerk, inspection.Move{Kind: inspection.RecordView, View: inspection.AskedToReturn,
		ComeBackBy: inspection.MustDate("2027-01-12"), Words: "The committee asked what each delay means for children."}, "NN-ILACS-2022-1")
	r.move("2026-07-13", storetest.Clerk, inspection.Move{Kind: inspection.Reopen, Words: "The letter of July 2026 still finds plans late."}, "NN-ILACS-2022-3")
}

// thisYear is what is new since the latest meeting.
func (r *recorder) thisYear() {
	r.move("2026-08-17", storetest.Officer, inspection.Move{Kind: inspection.StartWork}, "NN-ILACS-2026-1", "NN-ILACS-2026-2", "WN-ILACS-2026-1")
	r.on("2026-09-07", storetest.Officer, func(w *store.Work) error {
		action, err := w.SaveAction(inspection.Action{
			Words:   "Read forty plans of children in need each month, with the managers who signed them.",
			OwnerID: inspection.PostID(trustID, "Head of quality and practice learning"), LeadBodyID: trustID, Due: inspection.MustDate("2026-10-31"),
			SuccessMeasure: "Nine in ten are good.", Audience: inspection.ForPublic, References: []string{"NN-ILACS-2026-1", "WN-ILACS-2026-1", "NN-ILACS-2022-1"},
		}, "")
		if err != nil {
			return err
		}
		r.rec.action = action.ID
		action.Due, action.State = inspection.MustDate("2026-11-14"), inspection.ActionUnderWay
		if _, err = w.SaveAction(action, "The first month’s plans came late."); err != nil {
			return err
		}
		_, err = w.AddUpdate(inspection.Update{
			ActionID: action.ID, On: inspection.MustDate("2026-09-07"), Words: "The first forty were read.", Audience: inspection.ForPublic,
		})
		return err
	})
	r.move("2026-10-12", storetest.Officer, inspection.Move{Kind: inspection.AskForDate, Due: inspection.MustDate("2027-06-30"),
		Words: "The new system comes in spring.", Audience: inspection.ForPublic}, "WN-ILACS-2022-2", "WN-ILACS-2026-1")
	r.move("2026-10-13", storetest.Officer, inspection.Move{Kind: inspection.SayDone, Words: "The offer is printed and online.", Audience: inspection.ForPublic}, "NN-ILACS-2026-2")
	r.move("2026-10-14", storetest.Officer, inspection.Move{Kind: inspection.MarkRecurred, Other: "WN-ILACS-2026-1"}, "WN-ILACS-2022-1")
	r.move("2026-11-02", storetest.Clerk, inspection.Move{Kind: inspection.CloseItem}, "NN-ILACS-2022-4")
	r.on("2026-11-09", storetest.Officer, func(w *store.Work) error {
		for _, v := range []inspection.LaterView{
			{Reference: "WN-ILACS-2022-4", View: inspection.Improving, Paragraph: "12", Gloss: "Direct work is kinder and better recorded."},
			{Reference: "WN-ILACS-2022-3", View: inspection.NotMentioned},
		} {
			v.InspectionID = westLater
			if _, err := w.AddLaterView(v); err != nil {
				return err
			}
		}
		return nil
	})
}

func (r *recorder) questions() {
	r.on("2026-10-06", storetest.Officer, func(w *store.Work) error {
		for _, q := range []inspection.Question{
			{Words: "How many children in need have no plan today?", Reference: "NN-ILACS-2026-1", Audience: inspection.ForPublic, AnswerBy: inspection.MustDate("2026-10-20")},
			{Words: "What do care leavers say of the local offer?", Reference: "NN-ILACS-2026-2", Audience: inspection.ForPublic},
			{Words: "Which teams have no manager?", Audience: inspection.ForMembers},
		} {
			q.BodyID, q.MeetingID, q.Asked, q.AskedBy = northID, r.rec.meeting, inspection.MustDate("2026-10-06"), "A member of the scrutiny committee"
			asked, err := w.AskQuestion(q)
			if err != nil {
				return err
			}
			r.rec.waiting = cmp.Or(r.rec.waiting, asked.ID)
			r.rec.answered = asked.ID
		}
		return nil
	})
	r.on("2026-11-03", storetest.Officer, func(w *store.Work) error {
		_, err := w.AnswerQuestion(r.rec.answered, inspection.QuestionAnswer{
			On: inspection.MustDate("2026-11-03"), Words: "One team in the east, since August. A manager begins in December.", Address: "https://example.org/answer",
		})
		return err
	})
}
