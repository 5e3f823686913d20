package inspection

import (
	"cmp"
	"fmt"
	"slices"
)

// DocumentState says whether the public can read what inspectors wrote.
type DocumentState string

// The states of an inspection's own document.
const (
	DocumentHeld         DocumentState = "held"          // its facts were read from the document itself
	DocumentPublished    DocumentState = "published"     // published; we know it through others
	DocumentNotFound     DocumentState = "not_found"     // looked for and not found
	DocumentNotPublished DocumentState = "not_published" // the inspectors published nothing, as for a first monitoring visit
)

// Inspection is one inspection or visit of one or more bodies. Its four dates are told apart: duties run from receipt,
// intervals from publication, and the framework follows the start of fieldwork.
type Inspection struct {
	ID             string        `gorm:"primaryKey" json:"id"`
	Kind           string        `json:"kind"`
	Framework      string        `json:"framework"`
	Topic          string        `json:"topic,omitempty"`
	WhenWords      string        `json:"date_words,omitempty"` // what the dates alone cannot say: "by February 2020"
	FieldworkStart Date          `json:"fieldwork_start"`
	FieldworkEnd   Date          `json:"fieldwork_end"`
	Published      Date          `json:"published"`
	Received       Date          `json:"received"`
	StatementDue   Date          `json:"statement_due"` // printed in the letter: the day by which a statement or plan is due
	PublishedBasis string        `json:"published_basis,omitempty"`
	LeadInspector  string        `json:"lead_inspector,omitempty"`
	ReportAddress  string        `json:"report_address,omitempty"`
	Document       DocumentState `json:"document"`
	DeliveredBy    string        `json:"delivered_by,omitempty"` // the provider that ran the services then
	AreasCount     *int          `json:"areas_count"`            // areas to improve that the document lists; nil where not known
	WholeListHeld  bool          `json:"whole_list_held"`        // whether every one of them is in this record
	Confidence     Confidence    `json:"confidence"`
	Note           string        `json:"note,omitempty"`
	VisitNumber    int           `json:"visit_number,omitempty"`                         // of a monitoring visit, counted since the judgement of inadequate
	AreasCovered   []string      `gorm:"serializer:json" json:"areas_covered,omitempty"` // what a visit looked at; not areas to improve

	Bodies          []InspectionBody `gorm:"-" json:"bodies"`
	Judgements      []Judgement      `gorm:"-" json:"judgements"`
	Recommendations []Recommendation `gorm:"-" json:"areas_to_improve"`
	Findings        []Finding        `gorm:"-" json:"findings"`
	Responses       []Response       `gorm:"-" json:"responses"`
	Citations       []Citation       `gorm:"-" json:"sources"`
	Facts           []Fact           `gorm:"-" json:"confidences"`
	Disagreements   []Disagreement   `gorm:"-" json:"disagreements"`
	Gaps            []Gap            `gorm:"-" json:"gaps"`
	Evidence        []Evidence       `gorm:"-" json:"evidence,omitempty"`
}

// InspectionBody says whom an inspection was of. One that is not confirmed is listed with that word and counts for
// nobody.
type InspectionBody struct {
	InspectionID string `gorm:"primaryKey" json:"-"`
	BodyID       string `gorm:"primaryKey" json:"body"`
	Confirmed    bool   `json:"confirmed"`
	Position     int    `json:"-"`
}

// FindingKind tells a strength from a concern, and from what a letter says about the areas of the one before.
type FindingKind string

// The kinds of Finding.
const (
	Strength     FindingKind = "strength"
	Concern      FindingKind = "concern"
	EarlierAreas FindingKind = "earlier_areas"
)

// Finding is something inspectors found, in our words.
type Finding struct {
	ID           string      `gorm:"primaryKey" json:"-"`
	InspectionID string      `json:"-"`
	Kind         FindingKind `json:"kind"`
	Words        string      `json:"words"`
	Paragraph    string      `json:"paragraph,omitempty"` // of the document, where known
	Position     int         `json:"-"`
}

// OutDay is the day from which an inspection counts: its publication or, where that is unknown, the last known day of
// fieldwork. The second result is false in that case, and the day must then be marked (domain rules 5 and 8).
func (in *Inspection) OutDay() (day Date, published bool) {
	if in.Published.Known() {
		return in.Published, true
	}
	if in.FieldworkEnd.Known() {
		return in.FieldworkEnd, false
	}
	return in.FieldworkStart, false
}

// OutBy reports whether the inspection counts on a day. A date known to the month counts from the end of that month,
// so that nothing shows before it can have been public.
func (in *Inspection) OutBy(day Date) bool {
	out, _ := in.OutDay()
	return out.Known() && !out.Last().After(day)
}

// Of reports whether the inspection is confirmed to be of a body.
func (in *Inspection) Of(body string) bool {
	return slices.ContainsFunc(in.Bodies, func(b InspectionBody) bool { return b.BodyID == body && b.Confirmed })
}

// PerhapsOf reports whether the inspection may be of a body but that is not confirmed.
func (in *Inspection) PerhapsOf(body string) bool {
	return slices.ContainsFunc(in.Bodies, func(b InspectionBody) bool { return b.BodyID == body && !b.Confirmed })
}

// Confirmed reports whether every body that the inspection names is confirmed.
func (in *Inspection) Confirmed() bool {
	return !slices.ContainsFunc(in.Bodies, func(b InspectionBody) bool { return !b.Confirmed })
}

// Visited returns the day or month in which inspectors came: the start of fieldwork, else its end, else publication.
func (in *Inspection) Visited() Date {
	for _, d := range []Date{in.FieldworkStart, in.FieldworkEnd, in.Published} {
		if d.Known() {
			return d
		}
	}
	return Date{}
}

// VisitedWords says when inspectors came: "May 2026", "by February 2020".
func (in *Inspection) VisitedWords() string {
	if in.WhenWords != "" {
		return in.WhenWords
	}
	return in.Visited().MonthWords()
}

// WhomWords names the bodies of an inspection, and says of which it is not confirmed.
func (r *Record) WhomWords(bodies []InspectionBody) string {
	names := make([]string, len(bodies))
	for i, b := range bodies {
		names[i] = r.Name(b.BodyID)
		if !b.Confirmed {
			names[i] += " (not confirmed)"
		}
	}
	return ListWords(names)
}

// TitleOf names an inspection where it stands alone: whose it was, of which kind, and when.
func (r *Record) TitleOf(in *Inspection) string {
	kind, _ := r.Catalogue.Kind(in.Kind)
	return fmt.Sprintf("%s: %s, %s", r.WhomWords(in.Bodies), kind.Name, in.VisitedWords())
}

// Judgement returns the inspection's judgement of a strand.
func (in *Inspection) Judgement(strand string) (Judgement, bool) {
	i := slices.IndexFunc(in.Judgements, func(j Judgement) bool { return j.Strand == strand })
	if i < 0 {
		return Judgement{}, false
	}
	return in.Judgements[i], true
}

// FieldConfidence returns how well one field is known: its own confidence or the record's.
func (in *Inspection) FieldConfidence(field string) Confidence {
	for _, f := range in.Facts {
		if f.Field == field {
			return f.Confidence
		}
	}
	return in.Confidence
}

// ByDay orders inspections by the day from which they count, then by start of fieldwork and ID, so that an order never
// depends on the database.
func ByDay(a, b *Inspection) int {
	da, _ := a.OutDay()
	db, _ := b.OutDay()
	return cmp.Or(da.Compare(db), a.FieldworkStart.Compare(b.FieldworkStart), cmp.Compare(a.ID, b.ID))
}
