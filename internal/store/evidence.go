package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// EvidenceFile is a file that is evidence. Whoever hands it over has had it scanned.
type EvidenceFile struct {
	Name      string
	MediaType string
	Bytes     []byte
}

// evidenceEntry is a piece of evidence as the record of changes keeps it, with the step that was taken.
type evidenceEntry struct {
	inspection.EvidenceItem
	Step *inspection.EvidenceStep `json:"step,omitempty"`
}

// AddEvidence adds a piece of evidence of an area to improve: a link or, where one is given, a file. It begins as a draft,
// or submitted where its State says so. Where Replaces names a piece it is the next version of that one. It fails with
// inspection.ErrNotFound and inspection.Problems.
func (s *Store) AddEvidence(ctx context.Context, by inspection.Actor, e inspection.EvidenceItem, file *EvidenceFile) (inspection.EvidenceItem, error) {
	err := s.Together(ctx, by, func(w *Work) (err error) {
		e, err = w.AddEvidence(e, file)
		return err
	})
	if err != nil {
		return inspection.EvidenceItem{}, fmt.Errorf("add evidence: %w", err)
	}
	return e, nil
}

// AddEvidence adds a piece of evidence of an area to improve.
func (w *Work) AddEvidence(e inspection.EvidenceItem, file *EvidenceFile) (inspection.EvidenceItem, error) {
	item, _, err := w.item(e.Reference)
	if err != nil {
		return e, err
	}
	e.Reference, e.Version, e.DocumentHash, e.FileName = item.Reference, 1, "", ""
	if file != nil {
		e.DocumentHash, e.FileName = documentHash(file.Bytes), file.Name
	}
	problems := e.Check(w.today, file != nil)
	if e.Replaces != "" {
		if err := w.nextVersion(&e, &problems); err != nil {
			return e, err
		}
	}
	if len(problems) > 0 {
		return e, problems
	}
	if file != nil {
		if _, err := w.t.keepDocument(file.MediaType, file.Bytes); err != nil {
			return e, err
		}
	}
	if e.State != inspection.EvidenceSubmitted {
		e.State = inspection.EvidenceDraft
	}
	e.ID, e.Recorded, e.At = newID(), w.today, w.t.at
	e.ByID, e.ByPost = w.t.actor.ID, w.t.actor.Post
	step := inspection.EvidenceStep{
		EvidenceID: e.ID, Number: 1, State: e.State, On: w.today, Recorded: w.today, At: w.t.at, ByID: e.ByID, ByPost: e.ByPost,
	}
	e.Steps = []inspection.EvidenceStep{step}
	if err := w.t.db.Create(&e).Error; err != nil {
		return e, err
	}
	if err := w.t.db.Create(&step).Error; err != nil {
		return e, err
	}
	w.touch(e.Reference)
	return e, w.t.note(inspection.OfEvidenceItem, e.ID, inspection.Created, nil, evidenceEntry{EvidenceItem: e})
}

// nextVersion makes a piece of evidence the version after the one that it replaces.
func (w *Work) nextVersion(e *inspection.EvidenceItem, problems *inspection.Problems) error {
	now, err := w.r.namesOf([]string{e.Reference})
	if err != nil {
		return err
	}
	all, err := w.r.evidenceOf(now)
	if err != nil {
		return err
	}
	list := all[e.Reference]
	before := slices.IndexFunc(list, func(one inspection.EvidenceItem) bool { return one.ID == e.Replaces })
	after := slices.ContainsFunc(list, func(one inspection.EvidenceItem) bool { return one.Replaces == e.Replaces })
	switch {
	case before < 0:
		*problems = append(*problems, inspection.Problem{Field: "replaces",
			Words: "Choose the version that this one follows from the evidence of this area to improve"})
	case after:
		*problems = append(*problems, inspection.Problem{Field: "replaces",
			Words: "A version after this one was added already: add yours after that"})
	default:
		e.Version = list[before].Version + 1
	}
	return nil
}

// StepEvidence takes a piece of evidence one step on in its review, with the words that the step needs. It fails with
// inspection.ErrNotFound, and with inspection.Problems where the rules forbid the step.
func (s *Store) StepEvidence(ctx context.Context, by inspection.Actor, id string, to inspection.EvidenceState, words string) (inspection.EvidenceItem, error) {
	var e inspection.EvidenceItem
	err := s.Together(ctx, by, func(w *Work) (err error) {
		e, err = w.StepEvidence(id, to, words)
		return err
	})
	if err != nil {
		return inspection.EvidenceItem{}, fmt.Errorf("take evidence %s to %s: %w", id, to, err)
	}
	return e, nil
}

// StepEvidence takes a piece of evidence one step on in its review.
func (w *Work) StepEvidence(id string, to inspection.EvidenceState, words string) (inspection.EvidenceItem, error) {
	before, err := w.r.evidence(id, w.today)
	if err != nil {
		return before, err
	}
	step, err := before.Step(to, w.t.actor, words, w.today)
	if err != nil {
		return before, err
	}
	step.At = w.t.at
	if err := w.t.db.Create(&step).Error; err != nil {
		return before, err
	}
	after := before
	after.State, after.Steps = step.State, append(slices.Clip(before.Steps), step)
	item, err := w.r.recommendation(before.Reference)
	if err != nil {
		return after, err
	}
	w.touch(item.Reference)
	return after, w.t.note(inspection.OfEvidenceItem, id, inspection.Updated,
		evidenceEntry{EvidenceItem: before}, evidenceEntry{EvidenceItem: after, Step: &step})
}

// Evidence returns a piece of evidence with its steps, as it stands today. It fails with inspection.ErrNotFound, also where
// the reader may not read it.
func (s *Store) Evidence(ctx context.Context, id string, audience inspection.Audience) (inspection.EvidenceItem, error) {
	var e inspection.EvidenceItem
	err := s.read(ctx, func(r *reader) (err error) {
		e, err = r.evidenceFor(id, audience, s.today())
		return err
	})
	if err != nil {
		return inspection.EvidenceItem{}, fmt.Errorf("read evidence %s: %w", id, err)
	}
	return e, nil
}

// EvidenceDocument returns a piece of evidence that is a file, with its bytes, proved to be those that were kept. It fails
// with inspection.ErrNotFound where there is no such file that the reader may read.
func (s *Store) EvidenceDocument(ctx context.Context, id string, audience inspection.Audience) (inspection.EvidenceItem, inspection.Document, []byte, error) {
	var e inspection.EvidenceItem
	var document inspection.Document
	var data []byte
	err := s.read(ctx, func(r *reader) (err error) {
		if e, err = r.evidenceFor(id, audience, s.today()); err != nil {
			return err
		}
		document, data, err = r.document(e.DocumentHash)
		return err
	})
	if err != nil {
		return inspection.EvidenceItem{}, inspection.Document{}, nil, fmt.Errorf("read the file of evidence %s: %w", id, err)
	}
	return e, document, data, nil
}

// evidence returns a piece of evidence with its steps, in the state that it has on a day.
func (r *reader) evidence(id string, day inspection.Date) (inspection.EvidenceItem, error) {
	var e inspection.EvidenceItem
	if err := r.db.Where("id = ?", id).Take(&e).Error; err != nil {
		return e, err
	}
	if err := r.db.Where("evidence_id = ?", id).Order("number").Find(&e.Steps).Error; err != nil {
		return e, err
	}
	e.State = e.StateOn(day)
	return e, nil
}

func (r *reader) evidenceFor(id string, audience inspection.Audience, day inspection.Date) (inspection.EvidenceItem, error) {
	e, err := r.evidence(id, day)
	if err == nil && !e.ReadableBy(audience) {
		err = inspection.ErrNotFound
	}
	return e, err
}

// evidenceOf returns the evidence of items, with all steps, oldest first. The items are given by every reference that they
// have had.
func (r *reader) evidenceOf(now map[string]string) (map[string][]inspection.EvidenceItem, error) {
	list, err := within[inspection.EvidenceItem](r, "reference", sortedKeys(now))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b inspection.EvidenceItem) int {
		return cmp.Or(a.Recorded.Compare(b.Recorded), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	at := make(map[string]int, len(list))
	for i, e := range list {
		at[e.ID] = i
	}
	steps, err := within[inspection.EvidenceStep](r, "evidence_id", sortedKeys(at))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(steps, func(a, b inspection.EvidenceStep) int { return cmp.Compare(a.Number, b.Number) })
	for _, step := range steps {
		e := &list[at[step.EvidenceID]]
		e.Steps = append(e.Steps, step)
	}
	evidence := map[string][]inspection.EvidenceItem{}
	for _, e := range list {
		evidence[now[e.Reference]] = append(evidence[now[e.Reference]], e)
	}
	return evidence, nil
}

// evidenceShown returns the evidence of an item as a reader may see it on a day, with the steps taken by then, newest of
// its own day first.
func (r *reader) evidenceShown(item string, now map[string]string, audience inspection.Audience, day inspection.Date) ([]inspection.EvidenceItem, error) {
	all, err := r.evidenceOf(now)
	if err != nil {
		return nil, err
	}
	var shown []inspection.EvidenceItem
	for _, e := range all[item] {
		e.State = e.StateOn(day)
		e.Steps = slices.DeleteFunc(e.Steps, func(s inspection.EvidenceStep) bool { return s.Recorded.After(day) })
		if len(e.Steps) > 0 && e.ReadableBy(audience) {
			shown = append(shown, e)
		}
	}
	slices.SortStableFunc(shown, func(a, b inspection.EvidenceItem) int { return cmp.Or(b.On.Compare(a.On), b.At.Compare(a.At)) })
	return shown, nil
}
