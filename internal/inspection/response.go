package inspection

// Response is what somebody said in reply to an inspection, in our words. Elected members and office-holders quoted in
// public sources are named; everybody else appears by role.
type Response struct {
	ID           string `gorm:"primaryKey" json:"-"`
	InspectionID string `json:"inspection"`
	BodyID       string `json:"body"`
	Role         string `json:"role"`
	Name         string `json:"name,omitempty"`
	Gist         string `json:"gist"`
	On           Date   `gorm:"column:on_day" json:"date"`
	SourceID     string `json:"source"`
	Position     int    `json:"-"`
}
