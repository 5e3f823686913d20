package inspection

// Confidence says how well a fact is known, best first. A fact nobody confirmed is not shown as known at all.
type Confidence string

// The confidences, best first.
const (
	ByLetter       Confidence = "letter"
	ByOfficialPage Confidence = "official_page"
	ByListing      Confidence = "third_party_listing"
	ByNews         Confidence = "news"
	BySingleWeak   Confidence = "single_weak_source"
	ByInference    Confidence = "inferred"
)

var confidences = []Confidence{ByLetter, ByOfficialPage, ByListing, ByNews, BySingleWeak, ByInference}

var confidenceWords = map[Confidence]string{
	ByLetter:       "confirmed by the inspectors' letter or report",
	ByOfficialPage: "from an official page",
	ByListing:      "from an official listing, through a third party",
	ByNews:         "from the news",
	BySingleWeak:   "from one weak source",
	ByInference:    "inferred, not stated anywhere",
}

// Words says the confidence as pages do.
func (c Confidence) Words() string { return confidenceWords[c] }

// Known reports whether it is one of the confidences.
func (c Confidence) Known() bool { return confidenceWords[c] != "" }

// Weak reports whether a reader should be told beside the fact itself.
func (c Confidence) Weak() bool { return c == BySingleWeak || c == ByInference }

// Confidences lists them, best first.
func Confidences() []Confidence { return confidences }

// Source is something that facts rest on: a letter, an official page, a newspaper's story.
type Source struct {
	ID        string `gorm:"primaryKey" json:"id"`
	Title     string `json:"title"`
	Publisher string `json:"publisher"`
	Kind      string `json:"kind"` // letter, official_page, third_party_listing, news, statute, compiled
	Address   string `json:"address,omitempty"`
	Published Date   `json:"published"`
	ReadOn    Date   `json:"read_on"`
}

// RecordKind names a kind of record that sources, gaps and changes refer to.
type RecordKind string

// The kinds of record.
const (
	OfBody           RecordKind = "body"
	OfInspection     RecordKind = "inspection"
	OfRecommendation RecordKind = "recommendation"
	OfMilestone      RecordKind = "milestone"
	OfSource         RecordKind = "source"
	OfSuccession     RecordKind = "succession"
	OfService        RecordKind = "service"
	OfCompleteness   RecordKind = "completeness"
	OfTheme          RecordKind = "theme"
	OfTerm           RecordKind = "term"
	OfRule           RecordKind = "rule"
	OfBankHoliday    RecordKind = "bank_holiday"
	OfFigure         RecordKind = "figure"
	OfOfficialFigure RecordKind = "official_figure"
	OfPlaceMember    RecordKind = "place_member"
	OfLetter         RecordKind = "letter"
	OfMove           RecordKind = "move"
	OfUpdate         RecordKind = "update"
	OfAction         RecordKind = "action"
	OfEvidenceItem   RecordKind = "evidence"
	OfCommittee      RecordKind = "committee"
	OfMeeting        RecordKind = "meeting"
	OfPost           RecordKind = "post"
	OfQuestion       RecordKind = "question"
	OfLaterView      RecordKind = "later_view"
	OfLink           RecordKind = "link"
	OfAccount        RecordKind = "account"
	OfToken          RecordKind = "token"    // with which a program acts for an account
	OfSettings       RecordKind = "settings" // of the service: whose it is
	OfRemark         RecordKind = "remark"   // of a reader, who says that something is wrong
)

// Citation says what a source supports about a record.
type Citation struct {
	ID         string     `gorm:"primaryKey" json:"-"`
	RecordKind RecordKind `json:"-"`
	RecordID   string     `json:"-"`
	SourceID   string     `json:"source"`
	Supports   string     `json:"supports"`
	Confidence Confidence `json:"confidence,omitempty"`
	Position   int        `json:"-"`
}

// Fact holds the confidence of one field of a record, where it differs from the record's own.
type Fact struct {
	RecordKind RecordKind `gorm:"primaryKey" json:"-"`
	RecordID   string     `gorm:"primaryKey" json:"-"`
	Field      string     `gorm:"primaryKey" json:"field"`
	Confidence Confidence `json:"confidence"`
}

// Disagreement keeps both sides where sources differ, and says which one the record uses and why.
type Disagreement struct {
	ID         string     `gorm:"primaryKey" json:"-"`
	RecordKind RecordKind `json:"-"`
	RecordID   string     `json:"-"`
	Field      string     `json:"about"`
	Used       string     `json:"used"` // what the record uses; empty where neither could be chosen
	Why        string     `json:"why"`
	Versions   []Version  `gorm:"-" json:"versions"`
}

// Version is what one source says in a Disagreement.
type Version struct {
	DisagreementID string `gorm:"primaryKey" json:"-"`
	SourceID       string `gorm:"primaryKey" json:"source"`
	Says           string `json:"says"`
	Position       int    `json:"-"`
}

// Gap is something looked for and not found. It is shown as a gap and never filled by a guess.
type Gap struct {
	ID         string     `gorm:"primaryKey" json:"-"`
	RecordKind RecordKind `json:"-"`
	RecordID   string     `json:"-"`
	Field      string     `json:"about"`
	Words      string     `json:"words"`
	Position   int        `json:"-"`
}
