package inspection

import (
	"slices"
	"time"
)

// ViewOfProgress is what a later letter said of an earlier area to improve.
type ViewOfProgress string

// The views.
const (
	NotMentioned ViewOfProgress = "not_mentioned"
	Improving    ViewOfProgress = "improving"
	Addressed    ViewOfProgress = "addressed"
	StillWeak    ViewOfProgress = "still_weak"
	Repeated     ViewOfProgress = "repeated" // the letter asks for it again
)

var viewOfProgressWords = map[ViewOfProgress]string{
	NotMentioned: "Not mentioned", Improving: "Improving", Addressed: "Addressed", StillWeak: "Still weak", Repeated: "Repeated",
}

// ViewsOfProgress lists them.
func ViewsOfProgress() []ViewOfProgress {
	return []ViewOfProgress{Addressed, Improving, StillWeak, Repeated, NotMentioned}
}

// Known reports whether it is one of the views.
func (v ViewOfProgress) Known() bool { return viewOfProgressWords[v] != "" }

// Words says the view as pages do.
func (v ViewOfProgress) Words() string { return viewOfProgressWords[v] }

// LaterView is what one paragraph of a later letter said of an earlier item. A letter may say several things of one item;
// they stand side by side and are never added up. It counts from the day on which its letter came out.
type LaterView struct {
	ID           string         `gorm:"primaryKey" json:"id"`
	Reference    string         `json:"reference"`  // the earlier item
	InspectionID string         `json:"inspection"` // whose letter says it
	View         ViewOfProgress `json:"view"`
	Paragraph    string         `json:"paragraph,omitempty"` // of the letter, as it numbers them; empty where it is silent
	Page         int            `json:"page,omitempty"`
	Quote        string         `json:"quote,omitempty"`       // word for word; empty until the letter is held
	Gloss        string         `json:"gloss,omitempty"`       // in our words
	Repeats      string         `json:"repeated_as,omitempty"` // the reference of the later item, where it is asked for again
	Matched      string         `json:"matched,omitempty"`     // how the paragraph was found, where the program offered it
	Recorded     Date           `json:"recorded"`
	At           time.Time      `gorm:"column:recorded_at" json:"-"`
	ByPost       string         `json:"by_post"`
	Withdrawn    Date           `json:"withdrawn"` // the day on which it was taken back as wrong; it stays in the record of changes
	WithdrawnWhy string         `json:"withdrawn_why,omitempty"`
}

// LinkKind says how two items hang together.
type LinkKind string

// The kinds of link, read from the later item to the earlier one.
const (
	LinkRepeats    LinkKind = "repeats"
	LinkSupersedes LinkKind = "supersedes"
	LinkArisesFrom LinkKind = "arises_from"
)

var linkKindWords = map[LinkKind]string{LinkRepeats: "repeats", LinkSupersedes: "replaces", LinkArisesFrom: "arises from"}

// LinkKinds lists them.
func LinkKinds() []LinkKind { return []LinkKind{LinkRepeats, LinkSupersedes, LinkArisesFrom} }

// Words says the kind as pages do.
func (k LinkKind) Words() string { return linkKindWords[k] }

// RecommendationLink joins a later item to an earlier one, by an officer's or the seed's word.
type RecommendationLink struct {
	FromReference string   `gorm:"primaryKey" json:"from"` // the later one
	ToReference   string   `gorm:"primaryKey" json:"to"`
	Kind          LinkKind `gorm:"primaryKey" json:"kind"`
	Note          string   `json:"note,omitempty"` // in our words
	ByPost        string   `json:"by_post"`
	Recorded      Date     `json:"recorded"`
}

// AskedAgain returns, by item, the references of the later items that ask for it again, in order and each once: those that
// later letters’ views name, and those that links do. It takes what is in force on a day.
func AskedAgain(views []LaterView, links []RecommendationLink) map[string][]string {
	again := map[string][]string{}
	for _, v := range views {
		if v.View == Repeated {
			again[v.Reference] = append(again[v.Reference], v.Repeats)
		}
	}
	for _, l := range links {
		if l.Kind == LinkRepeats {
			again[l.ToReference] = append(again[l.ToReference], l.FromReference)
		}
	}
	for item, later := range again {
		slices.Sort(later)
		again[item] = slices.Compact(later)
	}
	return again
}

// Progress is everything that is recorded of one area to improve, as far as a reader may read it and as it stood on a day.
type Progress struct {
	Position   Position
	Moves      []Move   // oldest first
	Updates    []Update // newest first, those of its actions among them
	Evidence   []EvidenceItem
	Actions    []Action
	Questions  []Question
	Views      []LaterView
	Again      []string             // the later items that ask for it again, in letters that were out
	Links      []RecommendationLink // from it and to it
	Committees []Committee
	Posts      []Post
}
