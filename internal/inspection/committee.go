package inspection

import (
	"strings"
	"unicode"
)

// Committee is a formal body of a council, or of several: an improvement board, a cabinet, a scrutiny committee.
type Committee struct {
	ID          string `gorm:"primaryKey" json:"id"`
	BodyID      string `json:"body"` // the authority or place that it belongs to
	Name        string `json:"name"`
	Decides     bool   `json:"decides"`     // agrees new dates and closes items
	Scrutinises bool   `json:"scrutinises"` // looks on and says what it thinks
	From        Date   `gorm:"column:from_day" json:"from"`
	Until       Date   `gorm:"column:until_day" json:"until"` // unknown while it sits
	Address     string `json:"address,omitempty"`
}

// SitsOn reports whether the committee exists on a day.
func (c Committee) SitsOn(day Date) bool {
	return !(c.From.Known() && c.From.First().After(day)) && !(c.Until.Known() && c.Until.Last().Before(day))
}

// Meeting is a meeting of a committee, past or to come.
type Meeting struct {
	ID          string `gorm:"primaryKey" json:"id"`
	CommitteeID string `json:"committee"`
	On          Date   `gorm:"column:on_day" json:"on"`
	Address     string `json:"address,omitempty"` // of its papers
}

// Post is a post in a council, a trust or a partnership. Staff stand here by post and never by name.
type Post struct {
	ID     string `gorm:"primaryKey" json:"id"`
	BodyID string `json:"body"`
	Name   string `json:"name"`
	From   Date   `gorm:"column:from_day" json:"from"`
	Until  Date   `gorm:"column:until_day" json:"until"` // unknown while it exists
}

// apostrophes are the signs that people type for one. Several of them count as letters.
const apostrophes = "'’‘‛ʼʹ′`´＇"

// PostID returns the ID of a post: the same words for the same body give the same ID, so that "own" means the same post
// whoever types it, in whatever case, with whatever apostrophes and spaces, seen or unseen.
func PostID(bodyID, name string) string {
	var out strings.Builder
	gap := false
	for _, letter := range strings.ToLower(strings.ReplaceAll(name, "&", " and ")) {
		switch {
		case strings.ContainsRune(apostrophes, letter) || unicode.Is(unicode.Cf, letter): // nothing that tells posts apart
		case unicode.IsLetter(letter) || unicode.IsDigit(letter):
			if gap && out.Len() > 0 {
				out.WriteByte('-')
			}
			gap = false
			out.WriteRune(letter)
		default:
			gap = true
		}
	}
	return bodyID + "/" + out.String()
}

// Holds reports whether the actor holds a post, or is the actor whose ID is given. An actor who only named a post, and no
// body, holds every post of that name, and what was recorded under a name alone, as before there were accounts, is that of
// everybody whose post has it: nobody may slip past a rule by leaving the body out.
func (a Actor) Holds(post string) bool {
	for _, mine := range []string{a.ID, a.PostID} {
		if mine != "" && mine == post || barePostOf(mine, post) || barePostOf(post, mine) {
			return true
		}
	}
	return false
}

// barePostOf reports whether the ID of a post names no body and has the name of another post.
func barePostOf(bare, post string) bool {
	return len(bare) > 1 && bare[0] == '/' && strings.HasSuffix(post, bare)
}

// Question is what a member asked, with the answer and the day on which it came.
type Question struct {
	ID        string   `gorm:"primaryKey" json:"id"`
	BodyID    string   `json:"body"` // the authority or place that is asked
	MeetingID string   `json:"meeting,omitempty"`
	Reference string   `json:"reference,omitempty"` // the item it is about, if it is about one
	AskedBy   string   `json:"asked_by"`            // a post: "a member of the scrutiny committee"
	Asked     Date     `json:"asked"`
	AnswerBy  Date     `json:"answer_by"` // the day by which an answer was promised
	Recorded  Date     `json:"recorded"`
	Words     string   `json:"words"`
	Audience  Audience `json:"audience"`

	Answers []QuestionAnswer `gorm:"-" json:"answers"` // a correction is another answer; all stay
}

// QuestionAnswer is an answer to a question.
type QuestionAnswer struct {
	QuestionID string `gorm:"primaryKey" json:"question"`
	Number     int    `gorm:"primaryKey;autoIncrement:false" json:"number"`
	On         Date   `gorm:"column:on_day" json:"on"` // the day on which it came
	Recorded   Date   `json:"recorded"`
	ByID       string `json:"by"`
	ByPost     string `json:"by_post"`
	Words      string `json:"words"`
	Address    string `json:"address,omitempty"`
}
