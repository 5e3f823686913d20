package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// secret stands in every text that must not be held.
const secret = "quillwort"

var secondAdministrator = inspection.Actor{ID: "/data-protection", Post: "Data protection officer", Role: inspection.RoleAdministrator}

// erase has two administrators erase a record.
func (d *desk) erase(kind inspection.RecordKind, id string) inspection.Erasure {
	d.Helper()
	ctx := context.Background()
	e, err := d.s.AskErasure(ctx, storetest.Administrator, store.RecordName{Kind: kind, ID: id}, inspection.NamesChild)
	if err == nil {
		e, err = d.s.AgreeErasure(ctx, secondAdministrator, e.ID)
	}
	if err != nil {
		d.Fatalf("erase %s %s: %v", kind, id, err)
	}
	return e
}

// holds lists where a database holds a text: in which tables and, on SQLite, in which of its files, used or not.
func holds(t *testing.T, s *store.Store, dsn, text string) []string {
	t.Helper()
	found := map[string]bool{}
	for table, rows := range store.Dump(t, s) {
		for _, row := range rows {
			if strings.Contains(row, text) {
				found["the table "+table] = true
			}
		}
	}
	for _, chunk := range store.Chunks(t, s) {
		if bytes.Contains(chunk, []byte(text)) {
			found["the bytes of a file"] = true
		}
	}
	if !strings.HasPrefix(dsn, "postgres") {
		for _, end := range []string{"", "-wal"} {
			data, err := os.ReadFile(dsn + end)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte(text)) {
				found["timeline.db"+end] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// mayHold are the texts of each kind of record, put there with the secret in all of them. Each returns the ID of its record.
var mayHold = map[string]struct {
	kind inspection.RecordKind
	put  func(d *desk) (string, error)
}{
	"a source of a reorganisation": {inspection.OfSource, func(d *desk) (string, error) {
		plan := norfolkPlan()
		plan.Source = inspection.Source{Title: "On " + secret, Publisher: secret, Address: "https://example.org/" + secret}
		_, err := d.s.AddReorganisation(context.Background(), storetest.Officer, plan)
		return "reorganisation-norfolk", err
	}},
	"a note on a reorganisation, which each of its successions holds": {inspection.OfSuccession, func(d *desk) (string, error) {
		plan := norfolkPlan()
		plan.Note = "As " + secret + " said."
		_, err := d.s.AddReorganisation(context.Background(), storetest.Officer, plan)
		return "norfolk/west-norfolk", err
	}},
	"a note that a reorganisation no longer has, nor one of its councils": {inspection.OfSuccession, func(d *desk) (string, error) {
		plan := norfolkPlan()
		plan.Note = "As " + secret + " said."
		if _, err := d.s.AddReorganisation(context.Background(), storetest.Officer, plan); err != nil {
			return "", err
		}
		plan.Note, plan.New[0].Name = "The districts end too.", "Greater Lynn"
		_, err := d.s.ChangeReorganisation(context.Background(), storetest.Officer, "norfolk", seen(d.T, d.s, "norfolk"), plan)
		return "norfolk/west-norfolk", err
	}},
	"an update": {inspection.OfUpdate, func(d *desk) (string, error) {
		return d.update(northArea, "About "+secret+".", inspection.ForPublic).ID, nil
	}},
	"a step with its measure and minute": {inspection.OfMove, func(d *desk) (string, error) {
		d.moves(northArea, inspection.MakePlan)
		change, view := d.made(inspection.ChangePlan), d.made(inspection.RecordView)
		change.OwnerID, change.LeadBodyID, change.CommitteeID = d.owner, north, d.board
		change.SuccessMeasure, change.Words = "No more of "+secret+".", "Since "+secret+" left."
		view.Words, view.MinuteReference, view.MinuteAddress = "On "+secret, "Item "+secret, "https://example.org/"+secret
		_, err := d.s.MoveRecommendation(context.Background(), storetest.Officer, northArea, change)
		if err != nil {
			return "", err
		}
		id := d.lastMove(northArea)
		d.erase(inspection.OfMove, id)
		_, err = d.s.MoveRecommendation(context.Background(), storetest.Clerk, northArea, view)
		return d.lastMove(northArea), err
	}},
	"a reason for another day, which the position holds": {inspection.OfMove, func(d *desk) (string, error) {
		d.moves(northArea, inspection.MakePlan)
		ask := d.made(inspection.AskForDate)
		ask.Words = "Because of " + secret + "."
		_, err := d.s.MoveRecommendation(context.Background(), storetest.Officer, northArea, ask)
		return d.lastMove(northArea), err
	}},
	"a measure of success that went from plan to plan": {inspection.OfMove, func(d *desk) (string, error) {
		plan := d.made(inspection.MakePlan)
		plan.SuccessMeasure = "One sees " + secret + " no more."
		_, err := d.s.MoveRecommendation(context.Background(), storetest.Officer, northArea, plan)
		first := d.lastMove(northArea)
		if err != nil {
			return "", err
		}
		again := d.made(inspection.ChangePlan)
		again.OwnerID, again.LeadBodyID, again.CommitteeID, again.SuccessMeasure = d.owner, north, d.board, plan.SuccessMeasure
		_, err = d.s.MoveRecommendation(context.Background(), storetest.Officer, northArea, again)
		return first, err
	}},
	"evidence at an address": {inspection.OfEvidenceItem, func(d *desk) (string, error) {
		e, err := d.s.AddEvidence(context.Background(), storetest.Officer, inspection.EvidenceItem{
			Reference: northArea, Title: "On " + secret, Address: "https://example.org/" + secret, On: today(), State: inspection.EvidenceSubmitted,
		}, nil)
		if err == nil {
			_, err = d.s.StepEvidence(context.Background(), storetest.Reviewer, e.ID, inspection.EvidenceInReview, "")
		}
		if err == nil {
			_, err = d.s.StepEvidence(context.Background(), storetest.Reviewer, e.ID, inspection.EvidenceRejected, "It names "+secret)
		}
		return e.ID, err
	}},
	"evidence that is a file": {inspection.OfEvidenceItem, func(d *desk) (string, error) {
		e, err := d.s.AddEvidence(context.Background(), storetest.Officer,
			inspection.EvidenceItem{Reference: northArea, Title: "On " + secret, On: today(), Audience: inspection.ForPublic},
			&store.EvidenceFile{Name: secret + ".txt", MediaType: "text/plain", Bytes: []byte(strings.Repeat("All about "+secret+". ", 1000))})
		return e.ID, err
	}},
	"a question with its answer": {inspection.OfQuestion, func(d *desk) (string, error) {
		q, err := d.s.AskQuestion(context.Background(), storetest.Clerk, inspection.Question{
			BodyID: north, AskedBy: "The mother of " + secret, Asked: today(), Words: "What of " + secret + "?", Audience: inspection.ForPublic,
		})
		if err == nil {
			_, err = d.s.AnswerQuestion(context.Background(), storetest.Officer, q.ID, inspection.QuestionAnswer{
				On: today(), Words: secret + " is well.", Address: "https://example.org/" + secret,
			})
		}
		return q.ID, err
	}},
	"an action with what it was before": {inspection.OfAction, func(d *desk) (string, error) {
		a := d.action()
		a.Words, a.SuccessMeasure = "See to "+secret, "No more of "+secret
		a = d.save(a, "")
		a.Words, a.Due = "See to "+secret+" twice", a.Due.AddDays(7)
		return d.save(a, "Since "+secret+" moved").ID, nil
	}},
	"what a later letter says, in our words": {inspection.OfLaterView, func(d *desk) (string, error) {
		v, err := d.s.AddLaterView(context.Background(), storetest.Officer, inspection.LaterView{
			Reference: "WN-ILACS-2022-1", InspectionID: "west-northamptonshire-ilacs-standard-2026-05-11", View: inspection.Improving, Paragraph: "12",
			Gloss: secret + " is better.",
		})
		if err == nil {
			err = d.s.WithdrawLaterView(context.Background(), storetest.Officer, v.ID, "It names "+secret)
		}
		return v.ID, err
	}},
	"a note on a link": {inspection.OfLink, func(d *desk) (string, error) {
		l := inspection.RecommendationLink{FromReference: westArea, ToReference: "WN-ILACS-2022-1", Kind: inspection.LinkArisesFrom, Note: "As of " + secret}
		return westArea + " arises_from WN-ILACS-2022-1", d.s.LinkRecommendations(context.Background(), storetest.Officer, l)
	}},
	"what followed a letter": {inspection.OfFulfilment, func(d *desk) (string, error) {
		f := inspection.Fulfilment{InspectionID: northLatest, BodyID: north, RuleCode: inspection.StatementOfActionRule,
			Address: "https://example.org/" + secret, Words: "With " + secret}
		return strings.Join([]string{northLatest, north, inspection.StatementOfActionRule, "1"}, "/"), d.s.AddFulfilment(context.Background(), storetest.Officer, f)
	}},
	"the name of a body": {inspection.OfCommittee, func(d *desk) (string, error) {
		c, err := d.s.SaveCommittee(context.Background(), storetest.Clerk, inspection.Committee{
			BodyID: north, Name: "Panel on " + secret, Scrutinises: true, Address: "https://example.org/" + secret,
		})
		return c.ID, err
	}},
	"the papers of a meeting": {inspection.OfMeeting, func(d *desk) (string, error) {
		m, err := d.s.SaveMeeting(context.Background(), storetest.Clerk, inspection.Meeting{CommitteeID: d.board, On: today(), Address: "https://example.org/" + secret})
		return m.ID, err
	}},
	"a letter that was published and taken off": {inspection.OfLetter, func(d *desk) (string, error) {
		ctx, draft := context.Background(), northLetter()
		draft.LeadInspector, draft.Note, draft.Items[0].Gloss, draft.Items[1].Words = "Inspector "+secret, "Mark "+secret, "Of "+secret, "Second, on "+secret
		draft.Findings = []inspection.DraftFinding{{Kind: inspection.Strength, Words: "Good for " + secret}}
		draft.Responses = []inspection.DraftResponse{{BodyID: north, Role: "Leader", Name: secret, Gist: "Glad of " + secret, On: inspection.MustDate("2026-07-08"), Source: "https://example.org/reply"}}
		draft.Evidence = []inspection.Evidence{{Field: "item.2", Page: 1, Quote: "on " + secret, Rule: "list", Certainty: inspection.Certain}}
		letter, err := d.s.AddLetter(ctx, officer, secret+".pdf", store.ReadLetter{
			State: inspection.LetterReady, Draft: draft, Original: []byte("the file of " + secret), MediaType: "application/pdf",
			Pages: []string{"12. A page on " + secret + " and others."},
		})
		if err == nil {
			letter, err = d.s.PublishLetter(ctx, officer, letter.ID, letter.Revision)
		}
		if err == nil {
			err = d.s.SetInspectionDates(ctx, officer, letter.InspectionID, inspection.MustDate("2026-06-30"), inspection.Date{})
		}
		if err == nil {
			_, err = d.s.AddLaterView(ctx, officer, inspection.LaterView{
				Reference: northPast, InspectionID: letter.InspectionID, View: inspection.Improving, Paragraph: "12", Quote: "on " + secret + " and others",
			})
		}
		if err == nil {
			_, err = d.s.UnpublishLetter(ctx, officer, letter.ID, "It names "+secret)
		}
		return letter.ID, err
	}},
	"a tracker with its file": {inspection.OfTrackerImport, func(d *desk) (string, error) {
		load := d.actionTracker(actionRow("1", "Audit plans", "Director of social care", "31/03/27", "As "+secret, "", ""))
		load.FileName = secret + ".xlsx"
		load.Sheet.Rows[1][5] = "Status of " + secret
		load.Mapping.Columns[5].Heading = "Status of " + secret
		load.Mapping.Statuses = append(load.Mapping.Statuses, inspection.TrackerStatus{Says: "As " + secret, Means: inspection.MeansNothing})
		load.File = []byte(fmt.Sprint(load.Sheet))
		d.bringIn(load)
		return d.lastImport(), nil
	}},
	"an update that a tracker brought, whose file it stands in too": {inspection.OfUpdate, func(d *desk) (string, error) {
		d.moves(northArea, inspection.MakePlan)
		row := withoutPlan(actionRow("1", "", "", "", "Done", "", "Done for "+secret))
		load := d.areaTracker(row)
		d.bringIn(load)
		other := d.areaTracker(row, withoutPlan(actionRow("1", "", "", "", "Done", "Begun", "Done for "+secret)))
		other.File = append(other.File, " a later version"...)
		d.bringIn(other)
		for _, u := range d.progress(northArea, inspection.ForOfficers, "").Updates {
			if strings.Contains(u.Words, secret) {
				return u.ID, nil
			}
		}
		return "", errors.New("the tracker brought no update")
	}},
	"an action that a tracker brought": {inspection.OfAction, func(d *desk) (string, error) {
		row := actionRow("1", "See to "+secret, "Director of social care", "31/03/27", "", "", "")
		row[4] = "No more of " + secret
		d.bringIn(d.actionTracker(row))
		return d.actions(northArea)[0].ID, nil
	}},
	"a token’s name": {inspection.OfToken, func(d *desk) (string, error) {
		a := storetest.Account(d.T, d.s, auth.Officer)
		token := auth.Token{AccountID: a.ID, Hash: auth.HashToken("one"), Name: "For " + secret, Purpose: auth.TokenReads}
		token, err := d.s.AddToken(context.Background(), storetest.Officer, token, 90)
		return token.ID, err
	}},
	"settings": {inspection.OfSettings, func(d *desk) (string, error) {
		_, err := d.s.SaveSettings(context.Background(), storetest.Administrator, inspection.Settings{
			Email: secret + "@council.gov.uk", Page: "https://council.gov.uk/" + secret, Officer: secret, OfficerEmail: secret + "@council.gov.uk",
			CookieNotice: "Ask " + secret + ".",
		})
		return inspection.SettingsID, err
	}},
	"a note of a reader with its answer": {inspection.OfRemark, func(d *desk) (string, error) {
		m, err := d.s.AddRemark(context.Background(), inspection.Remark{
			Page: "/search?q=" + secret, Words: "You name " + secret + ".", Elsewhere: "https://example.org/" + secret,
		}, secret+"@example.org")
		if err != nil {
			return "", err
		}
		_, err = d.s.AnswerRemark(context.Background(), storetest.Officer, m.ID, inspection.RemarkAnswer{
			Outcome: inspection.RemarkPutRight, Words: "Nobody names " + secret + " now.",
		}, 0)
		return m.ID, err
	}},
}

// lastMove returns the ID of the latest move of an item.
func (d *desk) lastMove(reference string) string {
	d.Helper()
	moves := d.progress(reference, inspection.ForOfficers, "").Moves
	return moves[len(moves)-1].ID
}

func (d *desk) lastImport() string {
	d.Helper()
	list, err := d.s.TrackerImports(context.Background(), 1)
	if err != nil || len(list) != 1 {
		d.Fatalf("got %v, %v", list, err)
	}
	return list[0].ID
}

func TestNotOnePieceOfAnErasedTextIsLeft(t *testing.T) {
	storetest.LeaveOutWalk(t)
	ctx := context.Background()
	kinds := map[inspection.RecordKind]bool{}
	for name, c := range mayHold {
		kinds[c.kind] = true
		t.Run(name, func(t *testing.T) {
			storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
				s := storetest.Open(t, dsn)
				d := newDesk(t, s, "2026-10-01")
				id, err := c.put(d)
				if err != nil {
					t.Fatal(err)
				}
				if len(holds(t, s, dsn, secret)) == 0 {
					t.Fatal("nothing holds the words before they are erased")
				}
				before, err := s.Last(ctx)
				if err != nil {
					t.Fatal(err)
				}
				plan, err := s.PlanErasure(ctx, store.RecordName{Kind: c.kind, ID: id})
				if err != nil {
					t.Fatal(err)
				}
				e := d.erase(c.kind, id)
				if places := holds(t, s, dsn, secret); len(places) > 0 {
					t.Errorf("the words are still in %v", places)
				}
				if plan.Entries != e.Entries || e.Entries == 0 {
					t.Errorf("it was to take the words of %d entries and took those of %d", plan.Entries, e.Entries)
				}
				checked, err := s.Check(ctx, &before)
				if err != nil || checked.Erased < int64(e.Entries) || checked.Erasures == 0 {
					t.Errorf("the record of changes: %+v, %v", checked, err)
				}
				d.checkPositions()
			})
		})
	}
	for _, kind := range inspection.ErasableKinds() {
		if !kinds[kind] {
			t.Errorf("nothing tries whether %s can be erased", kind)
		}
	}
}

func TestWhatStaysOfAnErasure(t *testing.T) {
	ctx := context.Background()
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		d := newDesk(t, s, "2026-10-01")
		bad, good := d.update(northArea, "About "+secret+".", inspection.ForPublic), d.update(northArea, "Training began.", inspection.ForPublic)
		of := store.RecordName{Kind: inspection.OfUpdate, ID: bad.ID}
		e, err := s.AskErasure(ctx, storetest.Administrator, of, inspection.NamesChild)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("nothing goes before somebody else agrees", func(t *testing.T) {
			_, err := s.AgreeErasure(ctx, storetest.Administrator, e.ID)
			refusedAt(t, err, "role", "another administrator has to agree")
			_, err = s.AgreeErasure(ctx, officer, e.ID)
			refusedAt(t, err, "role", "an administrator")
			_, err = s.AskErasure(ctx, secondAdministrator, of, inspection.NamesChild)
			refusedAt(t, err, "record", "waits already")
			if words := d.said(northArea, ""); !slices.Contains(words, "About "+secret+".") {
				t.Errorf("the updates are %v", words)
			}
		})
		t.Run("a plan changes nothing", func(t *testing.T) {
			d.T = t
			d.same(func() {
				plan, err := s.PlanErasure(ctx, of)
				if err != nil || plan != (store.ErasurePlan{Entries: 1}) {
					t.Errorf("got %+v, %v", plan, err)
				}
			})
		})
		t.Run("it can be withdrawn and asked for again", func(t *testing.T) {
			d.T = t
			if _, err := s.WithdrawErasure(ctx, secondAdministrator, e.ID); err != nil {
				t.Fatal(err)
			}
			_, err := s.AgreeErasure(ctx, secondAdministrator, e.ID)
			refusedAt(t, err, "state", "withdrawn")
			e = d.erase(of.Kind, of.ID)
		})
		t.Run("the words are gone, and what else was recorded stands", func(t *testing.T) {
			d.T = t
			if words := d.said(northArea, ""); !slices.Contains(words, inspection.ErasedWords) || !slices.Contains(words, good.Words) {
				t.Errorf("the updates are %v", words)
			}
			list, err := s.Erasures(ctx)
			if err != nil || len(list) != 2 || e.Entries != 1 || e.Audience != inspection.ForPublic {
				t.Errorf("got %+v, %v", list, err)
			}
		})
		t.Run("the record of changes says who asked, who agreed and why, and not to visitors before it was done", func(t *testing.T) {
			entry := s.LastChange(t, inspection.OfErasure, e.ID)
			if !strings.Contains(entry.After, storetest.Administrator.Post) || entry.ActorPost != secondAdministrator.Post || !strings.Contains(entry.After, `"reason":"child"`) {
				t.Errorf("it says %s", entry.After)
			}
			page, err := s.Changes(ctx, store.ChangeFilter{Reader: inspection.ForPublic, Kind: inspection.OfErasure})
			if err != nil || len(page.Lines) != 1 || page.Lines[0].Number != entry.Number || page.Lines[0].Before != "" {
				t.Errorf("visitors see %+v, %v", page.Lines, err)
			}
		})
		t.Run("asking again of what there is not is refused", func(t *testing.T) {
			_, err := s.AskErasure(ctx, storetest.Administrator, store.RecordName{Kind: inspection.OfUpdate, ID: "none"}, inspection.NamesChild)
			if !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("got %v", err)
			}
			_, err = s.AskErasure(ctx, storetest.Administrator, store.RecordName{Kind: inspection.OfInspection, ID: northLatest}, inspection.NamesChild)
			refusedAt(t, err, "record", "unpublish the letter")
		})
	})
}

func TestAFileStaysWhileSomethingElseRefersToIt(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-10-01")
		var ids []string
		for _, reference := range []string{northArea, westArea} {
			e, err := s.AddEvidence(ctx, storetest.Officer, inspection.EvidenceItem{Reference: reference, Title: "A file", On: today()},
				&store.EvidenceFile{Name: "a.txt", MediaType: "text/plain", Bytes: []byte(secret)})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, e.ID)
		}
		for i, want := range []store.ErasurePlan{{Entries: 1, Kept: 1}, {Entries: 1, Files: 1}} {
			plan, err := s.PlanErasure(ctx, store.RecordName{Kind: inspection.OfEvidenceItem, ID: ids[i]})
			if err != nil || plan != want {
				t.Errorf("plan %d: %+v, %v", i, plan, err)
			}
			d.erase(inspection.OfEvidenceItem, ids[i])
			if held := len(store.Chunks(t, s)) > 0; held != (i == 0) {
				t.Errorf("after erasing %d of two the file is held: %v", i+1, held)
			}
			if _, _, _, err := s.EvidenceDocument(ctx, ids[i], inspection.ForOfficers); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("the file of what was erased: %v", err)
			}
		}
	})
}

func TestALetterIsErasedOnlyOffThePublicPages(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		newDesk(t, s, "2026-10-01")
		letter := publish(t, s, northLetter())
		of := store.RecordName{Kind: inspection.OfLetter, ID: letter.ID}
		_, err := s.AskErasure(ctx, storetest.Administrator, of, inspection.TellsOfCase)
		refusedAt(t, err, "record", "unpublish it first")
		waiting, err := s.StartLetter(ctx, officer, "b.pdf", store.HeldFile{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.AskErasure(ctx, storetest.Administrator, store.RecordName{Kind: inspection.OfLetter, ID: waiting.ID}, inspection.TellsOfCase)
		refusedAt(t, err, "record", "being read")
		unpublish(t, s, letter)
		e, err := s.AskErasure(ctx, storetest.Administrator, of, inspection.TellsOfCase)
		if err != nil {
			t.Fatal(err)
		}
		// It may have been published again before the other administrator came to it.
		again := publishChanged(t, s, letter, func(*inspection.Draft) {})
		_, err = s.AgreeErasure(ctx, secondAdministrator, e.ID)
		refusedAt(t, err, "record", "unpublish it first")
		unpublish(t, s, again)
		if _, err := s.AgreeErasure(ctx, secondAdministrator, e.ID); err != nil {
			t.Fatal(err)
		}
		held, err := s.Letter(ctx, officer, letter.ID)
		if err != nil || held.State != inspection.LetterUnreadable || held.FileName != inspection.ErasedWords || held.Revision != 0 {
			t.Errorf("the letter is %+v, %v", held, err)
		}
	})
}

func TestAnOldFormCannotBringAnErasedActionBack(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-10-01")
		a := d.save(d.action(), "")
		d.erase(inspection.OfAction, a.ID)
		_, err := s.SaveAction(context.Background(), storetest.Officer, a, "")
		refusedAt(t, err, "revision", "since you opened it")
	})
}

// Only the one word may take the place of a text, and nothing else about what was recorded changes.
func TestOnlyTextsCanBeErased(t *testing.T) {
	texts := map[string][]string{
		"moves": {"words", "success_measure", "minute_reference", "minute_address"}, "updates": {"words"},
		"evidence_items": {"title", "address", "file_name", "document_hash"}, "evidence_steps": {"words"},
		"action_steps": {"words", "success_measure", "reason"}, "questions": {"words", "asked_by"}, "question_answers": {"words", "address"},
		"fulfilments": {"words", "address"}, "later_views": {"gloss", "quote"},
	}
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		d := newDesk(t, s, "2026-10-01")
		d.moves(northArea, inspection.MakePlan)
		d.update(northArea, "Training began.", inspection.ForPublic)
		d.proof(northArea, inspection.ForPublic)
		d.save(d.action(), "")
		for _, name := range []string{"a question with its answer", "what followed a letter"} {
			if _, err := mayHold[name].put(d); err != nil {
				t.Fatal(err)
			}
		}
		_, columns := store.Columns(t, s)
		for table, erasable := range texts {
			for _, column := range columns[table] {
				value, erased := "NULL", false
				switch {
				case column == "document_hash":
					value, erased = "''", true
				case slices.Contains(erasable, column):
					value, erased = "'"+inspection.ErasedWords+"'", true
				case table == "later_views" && (column == "withdrawn" || column == "withdrawn_why"):
					continue // withdrawing has rules of its own
				}
				err := attempt(t, dsn, fmt.Sprintf("UPDATE %s SET %s = %s", table, column, value))
				refused := err != nil && strings.Contains(err.Error(), "history cannot be rewritten")
				if erased && err != nil || !erased && !refused {
					t.Errorf("%s.%s: got %v", table, column, err)
				}
			}
			if err := attempt(t, dsn, fmt.Sprintf("UPDATE %s SET %s = 'otherwise'", table, erasable[0])); err == nil {
				t.Errorf("%s takes another text", table)
			}
		}
	})
}

func TestAnErasureIsSettledOnce(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s := storetest.Open(t, dsn)
		d := newDesk(t, s, "2026-10-01")
		d.erase(inspection.OfUpdate, d.update(northArea, "Training began.", inspection.ForPublic).ID)
		for _, statement := range []string{
			"DELETE FROM erasures", "UPDATE erasures SET agreed = NULL", "UPDATE erasures SET withdrawn = '2026-10-02'", "UPDATE erasures SET reason = 'staff'",
		} {
			if err := attempt(t, dsn, statement); err == nil || !strings.Contains(err.Error(), "history cannot be rewritten") {
				t.Errorf("%s: got %v", statement, err)
			}
		}
	})
}

func TestWhoeverAskedInvitedNobodyToAgree(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-10-01")
		of := store.RecordName{Kind: inspection.OfUpdate, ID: d.update(northArea, "Training began.", inspection.ForPublic).ID}
		first, second := storetest.Account(t, s, auth.Administrator), storetest.Account(t, s, auth.Administrator)
		actor := func(a auth.Account) inspection.Actor {
			return inspection.Actor{ID: a.ID, Post: "Administrator " + a.ID, Role: inspection.RoleAdministrator}
		}
		asked, err := s.AskErasure(t.Context(), actor(first), of, inspection.ErasureReasons()[0])
		if err != nil {
			t.Fatal(err)
		}
		link := func(id string) auth.Link {
			return auth.Link{Hash: auth.HashToken(auth.NewToken()), AccountID: id, Purpose: auth.Reset, CreatedAt: storetest.Now(), ExpiresAt: storetest.Now().Add(auth.ResetHolds)}
		}
		if err := s.AddLink(t.Context(), actor(first), link(second.ID)); err != nil {
			t.Fatal(err)
		}
		_, err = s.AgreeErasure(t.Context(), actor(second), asked.ID)
		refusedAt(t, err, "role", "whom they did not invite has to agree")
		third := storetest.Account(t, s, auth.Administrator)
		if err := s.AddLink(t.Context(), actor(second), link(third.ID)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AgreeErasure(t.Context(), actor(third), asked.ID); err != nil {
			t.Errorf("an administrator whom somebody else invited: %v", err)
		}
	})
}
