package inspection

// NotJudged is the grade code of a judgement for which the document prints that it was not judged.
const NotJudged = "not_judged"

// Judgement is the grade an inspection gave one strand. An empty grade means that the judgement was made and its grade
// was not found; a strand that the framework does not have has no Judgement at all.
type Judgement struct {
	InspectionID string     `gorm:"primaryKey" json:"-"`
	Strand       string     `gorm:"primaryKey" json:"judgement"`
	Grade        string     `json:"grade"`
	Confidence   Confidence `json:"confidence,omitempty"`
	Position     int        `json:"-"`
}

// Absence is the reason why a lane shows no grade. The seven kinds are told apart by word and by mark (rule 7 of the
// first screen); "no data" is none of them.
type Absence string

// The kinds of Absence.
const (
	AbsentNotJudged       Absence = "not_judged"        // the document prints "not judged"
	AbsentNoSuchJudgement Absence = "no_such_judgement" // the framework does not have this judgement
	AbsentNotYet          Absence = "not_inspected_yet" // no graded inspection of this authority yet
	AbsentNotFound        Absence = "grade_not_found"   // given, and not found by us
	AbsentVisit           Absence = "visit"             // a visit, which gives none
	AbsentNotPublished    Absence = "not_published"     // not published by the inspectors
	AbsentBeforeRecord    Absence = "before_record"     // before the first full report that our record has
)

var absenceWords = map[Absence]string{
	AbsentNotJudged:       "not judged",
	AbsentNoSuchJudgement: "not given",
	AbsentNotYet:          "no graded inspection yet",
	AbsentNotFound:        "grade not found",
	AbsentVisit:           "a visit, no grade",
	AbsentNotPublished:    "not published",
	AbsentBeforeRecord:    "before the first full report here",
}

// Words says the absence as pages do.
func (a Absence) Words() string { return absenceWords[a] }

// Absences lists the kinds in the order of the key to the lanes.
func Absences() []Absence {
	return []Absence{AbsentNotYet, AbsentNoSuchJudgement, AbsentNotJudged, AbsentNotFound, AbsentVisit, AbsentNotPublished, AbsentBeforeRecord}
}
