package opendata

import (
	"inspectiontimeline/internal/inspection"
)

// Question is what a member asked, with its answers.
type Question struct {
	ID       string           `json:"id" column:"ID" doc:"Names the question; it does not change"`
	Body     *Body            `json:"body" doc:"Who is asked; null where that is not recorded"`
	Area     *string          `json:"area_to_improve" doc:"Reference of the area to improve that it is about; null where it is about none"`
	AskedBy  string           `json:"asked_by" doc:"Post of whoever asked"`
	Asked    Date             `json:"asked" column:"Asked" doc:"Day on which it was asked"`
	AnswerBy Date             `json:"answer_by" doc:"Day by which an answer was promised"`
	Words    string           `json:"words" column:"Question" doc:"The question"`
	Answers  []QuestionAnswer `json:"answers" column:"Answers" doc:"Its answers, the oldest first; a correction is another answer"`
	Audience string           `json:"audience" codes:"public|members|officers" doc:"Who may read it"`
}

// QuestionAnswer is one answer to a question.
type QuestionAnswer struct {
	On      Date    `json:"date" doc:"Day on which it came"`
	By      string  `json:"by" doc:"Post of whoever answered"`
	Words   string  `json:"words" doc:"The answer"`
	Address *string `json:"address" doc:"Where it can be read; null where that is nowhere"`
}

func (c *Call) question(r *inspection.Record, q inspection.Question) Question {
	out := Question{
		ID: q.ID, Body: c.bodyNamed(r, q.BodyID), Area: text(q.Reference), AskedBy: q.AskedBy, Asked: dateOf(q.Asked), AnswerBy: dateOf(q.AnswerBy),
		Words: q.Words, Answers: []QuestionAnswer{}, Audience: string(q.Audience),
	}
	for _, a := range q.Answers {
		out.Answers = append(out.Answers, QuestionAnswer{dateOf(a.On), a.ByPost, a.Words, openAddress(a.Address)})
	}
	return out
}
