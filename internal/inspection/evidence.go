package inspection

// Certainty says whether a value read from a letter is beyond doubt.
type Certainty string

// The certainties.
const (
	Certain Certainty = "certain"
	Check   Certainty = "check" // an officer has to look
	// Corrected says that an officer put another value in the place of the one that was read from the quote.
	Corrected Certainty = "corrected"
)

// Evidence is where in a letter one value stands: the words it was read from, word for word.
type Evidence struct {
	Field     string    `json:"field"` // of the draft, as its form names it: "fieldwork_start", "judgement.leaders", "item.3"
	Page      int       `json:"page"`  // counted from 1; of the first line of the quote
	Quote     string    `json:"quote"` // lines of the letter joined by "\n"
	Rule      string    `json:"rule"`  // the reader's rule that found it
	Certainty Certainty `json:"certainty"`
	Value     string    `gorm:"-" json:"value,omitempty"` // what was read from it, as Draft.Value says it
}

// InspectionEvidence keeps the evidence of a published inspection, in the order of its letter's form.
type InspectionEvidence struct {
	InspectionID string `gorm:"primaryKey"`
	Position     int    `gorm:"primaryKey;autoIncrement:false"`
	Evidence     `gorm:"embedded"`
}

// TableName is the table's: evidence has no plural.
func (InspectionEvidence) TableName() string { return "inspection_evidence" }
