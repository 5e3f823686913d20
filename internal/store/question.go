package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inspectiontimeline/internal/inspection"
)

// QuestionFilter says which questions to list.
type QuestionFilter struct {
	Bodies    []string // that were asked; all where none is named
	Reference string   // of the area to improve that they are about
	Reader    inspection.Audience
	AsOf      inspection.Date // today where unknown
}

// Questions returns the questions that match and that the reader may read, with the answers recorded by the day, those
// asked last first. It fails with inspection.ErrNotFound where the filter names an area to improve that does not exist.
func (s *Store) Questions(ctx context.Context, filter QuestionFilter) ([]inspection.Question, error) {
	var list []inspection.Question
	filter.AsOf = s.dayOrToday(filter.AsOf)
	err := s.read(ctx, func(r *reader) error {
		var names []string
		var err error
		if filter.Reference != "" {
			if names, err = r.namesUnder("", filter.Reference); err != nil {
				return err
			}
		}
		list, err = r.questionsShown(filter.Bodies, names, filter.Reader, filter.AsOf)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list questions: %w", err)
	}
	return list, nil
}

// questionsShown returns the questions to some bodies, or to any, about an item that has had the given names, or about any.
func (r *reader) questionsShown(bodies, names []string, audience inspection.Audience, day inspection.Date) ([]inspection.Question, error) {
	shown := r.where("audience IN ? AND recorded <= ?", audience.Readable(), day)
	if names != nil {
		shown = shown.where("reference IN ?", names)
	}
	list, err := ofBodies[inspection.Question](shown, bodies)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b inspection.Question) int {
		return cmp.Or(b.Asked.Compare(a.Asked), b.Recorded.Compare(a.Recorded), cmp.Compare(a.ID, b.ID))
	})
	at := make(map[string]int, len(list))
	for i, q := range list {
		at[q.ID] = i
	}
	answers, err := within[inspection.QuestionAnswer](r.where("recorded <= ?", day), "question_id", sortedKeys(at))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(answers, func(a, b inspection.QuestionAnswer) int { return cmp.Compare(a.Number, b.Number) })
	for _, a := range answers {
		q := &list[at[a.QuestionID]]
		q.Answers = append(q.Answers, a)
	}
	return list, nil
}

// AskQuestion records what a member asked. It fails with inspection.Problems.
func (s *Store) AskQuestion(ctx context.Context, by inspection.Actor, q inspection.Question) (inspection.Question, error) {
	err := s.Together(ctx, by, func(w *Work) (err error) {
		q, err = w.AskQuestion(q)
		return err
	})
	if err != nil {
		return inspection.Question{}, fmt.Errorf("record a question: %w", err)
	}
	return q, nil
}

// AskQuestion records what a member asked.
func (w *Work) AskQuestion(q inspection.Question) (inspection.Question, error) {
	all, err := w.bodies()
	if err != nil {
		return q, err
	}
	var meetings []inspection.Meeting
	if q.MeetingID != "" {
		if err := w.t.db.Where("id = ?", q.MeetingID).Find(&meetings).Error; err != nil {
			return q, err
		}
	}
	about, err := w.linked(&q.Reference)
	if err != nil {
		return q, err
	}
	context := inspection.QuestionContext{Today: w.today, Record: all, Meetings: meetings, About: about}
	if problems := q.Check(context); len(problems) > 0 {
		return q, problems
	}
	q.ID, q.Recorded, q.Answers = newID(), w.today, nil
	if err := w.t.db.Create(&q).Error; err != nil {
		return q, err
	}
	return q, w.t.note(inspection.OfQuestion, q.ID, inspection.Created, nil, q)
}

// AnswerQuestion records an answer to a question; answers that came before stay. It returns the question with all its
// answers, and fails with inspection.ErrNotFound and inspection.Problems.
func (s *Store) AnswerQuestion(ctx context.Context, by inspection.Actor, id string, a inspection.QuestionAnswer) (inspection.Question, error) {
	var q inspection.Question
	err := s.Together(ctx, by, func(w *Work) (err error) {
		q, err = w.AnswerQuestion(id, a)
		return err
	})
	if err != nil {
		return inspection.Question{}, fmt.Errorf("answer question %s: %w", id, err)
	}
	return q, nil
}

// AnswerQuestion records an answer to a question.
func (w *Work) AnswerQuestion(id string, a inspection.QuestionAnswer) (inspection.Question, error) {
	var q inspection.Question
	if err := w.t.db.Where("id = ?", id).Take(&q).Error; err != nil {
		return q, err
	}
	if err := w.t.db.Where("question_id = ?", id).Order("number").Find(&q.Answers).Error; err != nil {
		return q, err
	}
	if problems := a.Check(q.Asked, w.today); len(problems) > 0 {
		return q, problems
	}
	a.QuestionID, a.Number, a.Recorded = id, len(q.Answers)+1, w.today
	a.ByID, a.ByPost = w.t.actor.ID, w.t.actor.Post
	if err := w.t.db.Create(&a).Error; err != nil {
		return q, err
	}
	before := q
	q.Answers = append(slices.Clip(q.Answers), a)
	return q, w.t.note(inspection.OfQuestion, id, inspection.Updated, before, q)
}
