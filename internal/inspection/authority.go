package inspection

import "strings"

// BodyKind tells apart the kinds of body that inspections are about.
type BodyKind string

// The kinds of Body.
const (
	// Authority is a council with children's services: the body that Ofsted inspects and grades.
	Authority BodyKind = "authority"
	// Provider runs services for one or more authorities under registrations of its own, as a children's trust does.
	Provider BodyKind = "provider"
	// Partnership is the council, NHS and others of one area, which Area SEND inspections and JTAIs judge together.
	Partnership BodyKind = "partnership"
	// Place is an area that several authorities share since an earlier council was split; it is never graded itself.
	Place BodyKind = "place"
)

// Body is a council, provider, partnership or place. Its ID is the slug in its address and never changes.
type Body struct {
	ID         string   `gorm:"primaryKey" json:"id"`
	Kind       BodyKind `json:"kind"`
	Name       string   `json:"name"`
	ShortName  string   `json:"short_name,omitempty"` // as a sentence calls a provider: "the children's trust"
	Code       string   `json:"code"`                 // the CODE of references; unique, never reused; empty for places and partnerships
	URN        string   `json:"urn,omitempty"`
	LACode     string   `json:"la_code,omitempty"`
	ONSCode    string   `json:"ons_code,omitempty"`
	Region     string   `json:"region,omitempty"`
	Type       string   `json:"type,omitempty"`
	Population int      `json:"population_0_25,omitempty"` // aged 0 to 25; 0 where it is not known
	Neighbours string   `json:"statistical_neighbours,omitempty"`
	Created    Date     `json:"created_on"`
	Ended      Date     `json:"ended_on"`            // its last day; unknown while it exists
	ListedOn   string   `json:"listed_on,omitempty"` // the authority on whose page a partnership stands
	Note       string   `json:"note,omitempty"`
	SourceID   string   `json:"source,omitempty"`
	Aliases    []string `gorm:"serializer:json" json:"aliases,omitempty"` // other names that letters print for it
}

// EndedBy reports whether the body had ended before a day.
func (b Body) EndedBy(day Date) bool { return b.Ended.Known() && b.Ended.Before(day) }

// Ended reports whether nobody can act any more on what an inspection asks for: every body that it is confirmed to be of had
// ended before a day. Its areas to improve are then the earlier council's own, and stand open for nobody.
func (r *Record) Ended(in *Inspection, day Date) bool {
	ended := false
	for _, of := range in.Bodies {
		if !of.Confirmed {
			continue
		}
		if !r.BodyEnded(of.BodyID, day) {
			return false
		}
		ended = true
	}
	return ended
}

// BodyEnded reports whether a body had ended before a day. A partnership ends with its council.
func (r *Record) BodyEnded(id string, day Date) bool {
	b, _ := r.Body(id)
	council, _ := r.Body(b.ListedOn)
	return b.EndedBy(day) || council.EndedBy(day)
}

// NeighbourCodes returns the local authority codes of its statistical neighbours, nearest first.
func (b Body) NeighbourCodes() []string { return strings.Fields(b.Neighbours) }

// NameWithin returns the name as it reads on the page of a place: "North" for North Northamptonshire within
// Northamptonshire, the whole name where the place's is no part of it.
func (b Body) NameWithin(place string) string {
	if short, cut := strings.CutSuffix(b.Name, " "+place); cut && short != "" {
		return short
	}
	return b.Name
}

// PartnershipOf returns the partnership of an authority's area under the name that it has where no other is known.
func PartnershipOf(authority Body) Body {
	return Body{
		ID: authority.ID + "-local-area-partnership", Kind: Partnership,
		Name: authority.Name + " local area partnership", ListedOn: authority.ID,
	}
}

// Succession says that on a day one authority took over (part of) another's area. No grade passes along it.
type Succession struct {
	FromID     string     `gorm:"primaryKey" json:"from"`
	ToID       string     `gorm:"primaryKey" json:"to"`
	On         Date       `gorm:"column:on_day" json:"on"`
	Confidence Confidence `json:"confidence"`
	SourceID   string     `json:"source"`
	Note       string     `json:"note,omitempty"`
}

// PlaceMember says that an authority belongs to a place, in the order in which the place lists them.
type PlaceMember struct {
	PlaceID     string `gorm:"primaryKey" json:"place"`
	AuthorityID string `gorm:"primaryKey" json:"authority"`
	Position    int    `json:"position"`
}

// Service says that a provider serves an authority.
type Service struct {
	ProviderID  string     `gorm:"primaryKey" json:"provider"`
	AuthorityID string     `gorm:"primaryKey" json:"authority"`
	From        Date       `gorm:"column:from_day" json:"from"`
	Until       Date       `gorm:"column:until_day" json:"until"`
	Confidence  Confidence `json:"confidence"`
	SourceID    string     `json:"source"`
	Note        string     `json:"note,omitempty"`
}
