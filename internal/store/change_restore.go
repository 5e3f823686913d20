package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// restoration is the entry that a write puts back, and why. It stands in each entry that the write makes.
type restoration struct {
	Number int64
	Reason string
}

// mark adds to the JSON of a record which entry it puts back.
func (r *restoration) mark(text string) (string, error) {
	if r == nil || text == "" {
		return text, nil
	}
	added, err := json.Marshal(struct {
		Restores int64  `json:"restores"`
		Why      string `json:"restored_why"`
	}{r.Number, r.Reason})
	return strings.TrimSuffix(text, "}") + "," + strings.TrimPrefix(string(added), "{"), err
}

// notRestored says, of what is only ever added to, what to do in place of restoring it.
var notRestored = map[inspection.RecordKind]string{
	inspection.OfMove:           "What was done to an area to improve is never rewritten. Record the next step that puts it right, on the page of the area",
	inspection.OfUpdate:         "Updates are never rewritten. Add another update that says what is right",
	inspection.OfEvidenceItem:   "Evidence is never rewritten. Take the next step of its review, or add its next version",
	inspection.OfQuestion:       "Questions and answers are never rewritten. Add another answer: the latest one counts",
	inspection.OfLaterView:      "What a later letter says is never rewritten. Take the entry back on its page, and record the right one",
	inspection.OfFulfilment:     "What followed a letter is never rewritten. Record it again on the page of its dates: the last record counts",
	inspection.OfLetter:         "A letter’s draft is changed on its own page, where its history stands too",
	inspection.OfRecommendation: "An area to improve is what the letter says. Unpublish the letter, correct its draft and publish it again",
	inspection.OfTrackerMapping: "Choose the columns again when you bring in the tracker: the latest choice counts",
	inspection.OfTrackerImport:  "A tracker is brought in again, with what was wrong put right in it",
	inspection.OfAccount:        "Accounts are changed by an administrator, on the page for people",
	inspection.OfToken:          "A token that was revoked never works again. Its holder makes another on the page of their account",
	inspection.OfSettings:       "Settings are changed by an administrator, on the page for settings",
	inspection.OfRemark:         "What a reader wrote and what was answered are never rewritten. Add another answer",
	inspection.OfErasure:        "What was erased cannot be brought back. An erasure that nobody has agreed to is withdrawn on its own page",
}

// Restore writes what an entry changed of a record again as it was before, as a new change of the record as it stands now.
// It passes the checks that any other change passes. It returns the record, and fails with inspection.ErrNotFound, also where filter's reader may not
// see the entry; with inspection.Problems where the entry cannot be restored, and what to do instead; and with
// *inspection.RestoreClash where the same was changed again since.
func (s *Store) Restore(ctx context.Context, by inspection.Actor, number int64, reason string, filter ChangeFilter) (RecordName, error) {
	line, _, err := s.Change(ctx, number, filter)
	if err != nil {
		return RecordName{}, err
	}
	record := RecordName{line.RecordKind, line.RecordID}
	if reason = strings.TrimSpace(reason); reason == "" {
		return record, inspection.Problems{{Field: "reason", Words: "Enter the reason why the earlier value is put back"}}
	}
	if err := Restorable(line); err != nil {
		return record, err
	}
	err = s.Together(ctx, by, func(w *Work) error {
		w.t.restores = &restoration{number, reason}
		return w.restore(s, line.Change, reason)
	})
	if err != nil {
		return record, fmt.Errorf("restore what stood before entry %d: %w", number, err)
	}
	return record, nil
}

// Restorable fails with inspection.Problems where what an entry changed can never be put back, and says what to do instead.
// Whether it was changed again since shows only when it is put back.
func Restorable(line ChangeLine) error {
	refuse := func(words string) error { return inspection.Problems{{Field: "reason", Words: words}} }
	entry := line.Change
	switch {
	case line.Erased:
		return refuse("The words of this entry were erased. Nothing is held that could be put back")
	case line.Withheld:
		return refuse("What this entry is about was taken off the public pages. Change the letter’s draft instead")
	case notRestored[entry.RecordKind] != "":
		return refuse(notRestored[entry.RecordKind])
	}
	switch entry.RecordKind {
	case inspection.OfAction, inspection.OfCommittee, inspection.OfMeeting, inspection.OfPost, inspection.OfInspection:
		if entry.Action == inspection.Updated {
			return nil
		}
	case inspection.OfLink, inspection.OfBankHoliday:
		if entry.Action == inspection.Removed {
			return nil
		}
	}
	if entry.Action == inspection.Created {
		return refuse("Nothing stood here before this entry. End it, stop it or take it away on its own page")
	}
	return refuse("This is changed by publishing a letter or by a later version of the program, and not from here")
}

// restore puts back what an entry changed.
func (w *Work) restore(s *Store, entry inspection.Change, reason string) error {
	switch entry.RecordKind {
	case inspection.OfAction:
		held, err := w.r.action(entry.RecordID)
		if err != nil {
			return err
		}
		a, err := putBack(entry, held, "id", "revision", "reason", "recorded", "original_due")
		if err != nil {
			return err
		}
		_, err = w.SaveAction(a, reason)
		return err
	case inspection.OfCommittee:
		c, err := putBackRow[inspection.Committee](w, entry)
		if err != nil {
			return err
		}
		_, err = w.SaveCommittee(c)
		return err
	case inspection.OfMeeting:
		m, err := putBackRow[inspection.Meeting](w, entry)
		if err != nil {
			return err
		}
		_, err = w.SaveMeeting(m)
		return err
	case inspection.OfPost:
		return w.restorePost(entry)
	case inspection.OfInspection:
		return w.restoreDates(s, entry)
	case inspection.OfLink:
		return w.restoreLink(entry)
	}
	return w.restoreHoliday(entry)
}

// alreadySo says that there is nothing to put back.
var alreadySo = inspection.Problems{{Field: "reason", Words: "It is as it was before this entry already. Nothing has been changed"}}

// putBack returns a record as it is held, save what an entry changed of it, which is as it was before.
func putBack[T any](entry inspection.Change, held T, untouched ...string) (T, error) {
	var out T
	now, err := json.Marshal(held)
	if err != nil {
		return out, err
	}
	text, differs, err := entry.Restored(string(now), append(untouched, "restores", "restored_why", "through")...)
	if err != nil {
		return out, err
	}
	if !differs {
		return out, alreadySo
	}
	return out, json.Unmarshal([]byte(text), &out)
}

// putBackRow is putBack for a record whose row holds all of it.
func putBackRow[T any](w *Work, entry inspection.Change) (T, error) {
	var held T
	if err := w.t.db.Where("id = ?", entry.RecordID).Take(&held).Error; err != nil {
		return held, err
	}
	return putBack(entry, held, "id")
}

// restorePost puts a post back, also one that was ended by mistake: saving a post anew never takes its last day away.
func (w *Work) restorePost(entry inspection.Change) error {
	p, err := putBackRow[inspection.Post](w, entry)
	if err != nil {
		return err
	}
	all, err := w.bodies()
	if err != nil {
		return err
	}
	if problems := p.Check(all.Bodies, w.today); len(problems) > 0 {
		return problems
	}
	w.forgetBodies()
	return save(w, inspection.OfPost, p.ID, p.ID, &p)
}

// restoreDates puts back the dates that officers enter of an inspection. All else of it is what a letter says.
func (w *Work) restoreDates(s *Store, entry inspection.Change) error {
	before, today, err := w.t.inspectionNow(s, entry.RecordID)
	if err != nil {
		return err
	}
	type dates struct {
		Received     inspection.Date `json:"received"`
		StatementDue inspection.Date `json:"statement_due"`
	}
	only, err := onlyFields(entry, "received", "statement_due")
	if err != nil {
		return err
	}
	want, err := putBack(only, dates{before.Received, before.StatementDue})
	if err != nil {
		return err
	}
	if problems := before.CheckDates(want.Received, want.StatementDue, today); len(problems) > 0 {
		return problems
	}
	after := *before
	after.Received, after.StatementDue = want.Received, want.StatementDue
	if err := w.t.db.Model(&after).Select("received", "statement_due").Updates(&after).Error; err != nil {
		return err
	}
	return w.t.noteInspection(before, &after)
}

// onlyFields returns an entry with some fields alone. It fails with inspection.Problems where the entry changed any other.
func onlyFields(entry inspection.Change, names ...string) (inspection.Change, error) {
	sides := [2]map[string]json.RawMessage{}
	for i, text := range []string{entry.Before, entry.After} {
		if err := json.Unmarshal([]byte(text), &sides[i]); err != nil {
			return entry, fmt.Errorf("read entry %d: %w", entry.Number, err)
		}
	}
	kept := [2]map[string]json.RawMessage{{}, {}}
	for _, name := range names {
		for i := range sides {
			kept[i][name] = sides[i][name]
			delete(sides[i], name)
		}
	}
	for i := range sides {
		for _, name := range []string{"restores", "restored_why"} {
			delete(sides[i], name)
		}
	}
	one, err := json.Marshal(sides[0])
	other, fault := json.Marshal(sides[1])
	if err := errors.Join(err, fault); err != nil {
		return entry, err
	}
	if string(one) != string(other) {
		return entry, inspection.Problems{{Field: "reason",
			Words: "This entry changed what a letter says. Unpublish the letter, correct its draft and publish it again"}}
	}
	one, err = json.Marshal(kept[0])
	other, fault = json.Marshal(kept[1])
	entry.Before, entry.After = string(one), string(other)
	return entry, errors.Join(err, fault)
}

// restoreLink links two areas to improve again.
func (w *Work) restoreLink(entry inspection.Change) error {
	var l inspection.RecommendationLink
	if err := json.Unmarshal([]byte(entry.Before), &l); err != nil {
		return fmt.Errorf("read entry %d: %w", entry.Number, err)
	}
	held, err := w.r.link(l)
	if err != nil {
		return err
	}
	if held != nil {
		return alreadySo
	}
	return w.link(l)
}

// restoreHoliday puts a bank holiday back that an officer took out.
func (w *Work) restoreHoliday(entry inspection.Change) error {
	var holiday inspection.BankHoliday
	if err := json.Unmarshal([]byte(entry.Before), &holiday); err != nil {
		return fmt.Errorf("read entry %d: %w", entry.Number, err)
	}
	return w.t.addBankHoliday(holiday)
}
