package inspection

// Milestone is an event around the inspections: a direction, a new trust, a plan. Only structural ones are drawn.
type Milestone struct {
	ID         string     `gorm:"primaryKey" json:"id"`
	On         Date       `gorm:"column:on_day" json:"date"`
	OnWords    string     `gorm:"column:on_words" json:"date_words,omitempty"` // what the date alone cannot say: "spring 2020"
	Title      string     `json:"title"`
	Detail     string     `json:"detail,omitempty"`
	Category   string     `json:"category"`
	Structural bool       `json:"structural"`
	Confidence Confidence `json:"confidence"`
	Note       string     `json:"note,omitempty"`
	Bodies     []string   `gorm:"-" json:"bodies"`
	Citations  []Citation `gorm:"-" json:"sources"`
}

// When returns the date as pages say it.
func (m Milestone) When() string {
	if m.OnWords != "" {
		return m.OnWords
	}
	return m.On.Words()
}

// MilestoneBody says which body a milestone belongs to.
type MilestoneBody struct {
	MilestoneID string `gorm:"primaryKey"`
	BodyID      string `gorm:"primaryKey"`
	Position    int
}

// Figure is a published number about a place or its services, for context.
type Figure struct {
	ID       string `gorm:"primaryKey" json:"id"`
	BodyID   string `json:"body"`
	Name     string `json:"name"`
	Value    string `json:"value"`
	Unit     string `json:"unit"`
	On       Date   `gorm:"column:on_day" json:"date"`
	SourceID string `json:"source"`
	Note     string `json:"note,omitempty"`
	Position int    `json:"-"`
}
