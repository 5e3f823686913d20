package inspection

import "fmt"

// RecommendationKind is Ofsted's own distinction, never ours.
type RecommendationKind string

// The kinds of Recommendation.
const (
	Improvement    RecommendationKind = "improvement"
	PriorityAction RecommendationKind = "priority_action"
)

// Wording says whether words are the inspectors' or ours.
type Wording string

// The kinds of Wording.
const (
	Verbatim   Wording = "verbatim"
	Paraphrase Wording = "paraphrase"
)

// Recommendation is one thing that inspectors asked for: on pages, an area to improve.
type Recommendation struct {
	Reference    string             `gorm:"primaryKey" json:"reference"`
	InspectionID string             `json:"inspection"`
	Number       string             `json:"number"` // place in the letter's whole list; P1, P2 … where that list is not held
	Kind         RecommendationKind `json:"kind"`
	Words        string             `json:"words"`
	Wording      Wording            `json:"wording"`
	FrameworkTag string             `json:"framework_tag,omitempty"` // of the children's social care national framework: "outcome 1"
	Responsible  string             `json:"responsible,omitempty"`   // body addressed, as printed
	SharedKey    string             `json:"shared,omitempty"`        // equal for one item printed in twin letters
	Gloss        string             `json:"gloss,omitempty"`         // in plain English, ours, beside the inspectors' words
	OwnPriority  bool               `json:"own_priority,omitempty"`  // the council's own priority, not Ofsted's
	Page         int                `json:"page,omitempty"`          // of the letter on which it stands; 0 where not known
	Themes       []string           `gorm:"-" json:"themes"`
	Position     int                `json:"-"`
}

// RecommendationTheme says that an item is about a theme. An item may have several.
type RecommendationTheme struct {
	Reference string `gorm:"primaryKey"`
	ThemeCode string `gorm:"primaryKey"`
	Position  int
}

// Theme is a subject that comes back across letters.
type Theme struct {
	Code     string   `gorm:"primaryKey" json:"code"`
	Name     string   `json:"name"`
	Meaning  string   `json:"meaning"`
	Words    []string `gorm:"serializer:json" json:"words,omitempty"` // or phrases that suggest it where an item has them
	Position int      `json:"-"`
}

// ReferenceAlias leads from a reference that is no longer an item's own to the one that took its place, for ever.
type ReferenceAlias struct {
	Reference string `gorm:"primaryKey"`
	LeadsTo   string
}

// Reference builds the durable reference of an item: "NN-ILACS-2026-1". Series is "" for the first letter of its kind in
// that year, "b" for the second, and so on.
func Reference(bodyCode, kindReference string, year int, series, number string) string {
	return fmt.Sprintf("%s-%s-%d%s-%s", bodyCode, kindReference, year, series, number)
}

// PriorityActions counts the items that Ofsted marked as areas for priority action.
func PriorityActions(items []Recommendation) int {
	n := 0
	for _, it := range items {
		if it.Kind == PriorityAction {
			n++
		}
	}
	return n
}

// TwinDiffers reports whether another letter has an item that counts as the same in other words: then the words of one
// must not be read as those of both.
func (r *Record) TwinDiffers(item Recommendation) bool {
	if item.SharedKey == "" {
		return false
	}
	for _, in := range r.Inspections {
		for _, other := range in.Recommendations {
			if other.SharedKey == item.SharedKey && other.Reference != item.Reference && other.Words != item.Words {
				return true
			}
		}
	}
	return false
}
