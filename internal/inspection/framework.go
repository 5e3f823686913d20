package inspection

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// Family groups frameworks whose judgements may be compared: the inspection rules of 2018 and their later versions are
// one family, the single inspection framework before them another.
type Family string

// The families that rules of the first screen name. Others come with their framework files and need no name here.
const (
	FamilyILACS    Family = "ilacs"
	FamilyAreaSEND Family = "area-send"
	FamilyJTAI     Family = "jtai"
)

// OverallStrand is the code of overall effectiveness in every framework that has it.
const OverallStrand = "overall"

// Framework is one dated set of inspection rules. It is data: a later framework is one new file in seed/frameworks.
type Framework struct {
	Code        string   `json:"code"`
	Name        string   `json:"name"`            // in full, as the inspectorate prints it
	PlainName   string   `json:"plain_name"`      // as pages say it: "the inspection rules of 2018"
	Short       string   `json:"short,omitempty"` // the subject in a word, where sentences set it apart from a council's grades: "SEND"
	Family      Family   `json:"family"`
	Inspectors  string   `json:"inspectors"`             // who inspects: "Ofsted"
	InShort     string   `json:"in_short,omitempty"`     // the same where there is little room: "Ofsted and CQC"
	From        Date     `json:"from"`                   // first day of fieldwork that these rules cover
	Until       Date     `json:"until"`                  // last such day; unknown while they are in force
	Announced   bool     `json:"announced,omitempty"`    // expected, its content unknown; it has no kinds yet
	AnnouncedOn Date     `json:"announced_on"`           // the day on which it was; unknown where it does not matter
	SingleTopic bool     `json:"single_topic,omitempty"` // one subject each: an overall grade is that subject's alone
	Outcome     bool     `json:"outcome,omitempty"`      // gives an outcome for a whole area, not grades of a council
	Kinds       []Kind   `json:"kinds"`
	Strands     []Strand `json:"judgements"`
	Scales      []Scale  `json:"scales,omitempty"`     // scales first used here
	NoOverall   string   `json:"no_overall,omitempty"` // what a page says where these rules ended the overall grade
	Sources     []string `json:"sources,omitempty"`    // addresses where the rules stand
	Note        string   `json:"note,omitempty"`       // what a reader must know where it meets other frameworks
}

// DueOn reports whether the framework had been announced by a day and was not yet in force.
func (f Framework) DueOn(day Date) bool {
	return f.Announced && !f.AnnouncedOn.After(day) && f.From.First().After(day)
}

// Kind is a kind of inspection or visit under a framework.
type Kind struct {
	Code      string `json:"code"`           // as in addresses: "ilacs-standard"
	Name      string `json:"name"`           // "Full inspection of children's services (two weeks)"
	Reference string `json:"reference"`      // the KIND of a reference: "ILACS"
	Record    string `json:"record"`         // the completeness record that lists such events: "ilacs_graded"
	Graded    bool   `json:"graded"`         // whether it gives judgements; a visit never does
	Full      bool   `json:"full,omitempty"` // whether it judges the whole of an authority's children's services
	Lane      string `json:"lane,omitempty"` // the lane its events share; empty where each judgement has a lane of its own
	// Codes of the rules that each letter sets going, in the order in which they fall due; a day that the letter prints is
	// the last one's.
	Duties         []string `json:"duties,omitempty"`
	PriorityDuties []string `json:"priority_duties,omitempty"` // the same where the letter has an area for priority action
	TakesAnswer    bool     `json:"takes_answer,omitempty"`    // whether the council says of each area if it accepts it; Ofsted's letters ask for none
}

// Strand is what one judgement is about. On pages the word is "judgement".
type Strand struct {
	Code   string   `json:"code"`
	Name   string   `json:"name"`             // in full, as printed
	Short  string   `json:"short"`            // as a lane is headed: "Leaders"
	Phrase string   `json:"phrase"`           // as a sentence says it: "leadership"
	Scale  string   `json:"scale"`            // code of its scale
	Main   bool     `json:"main,omitempty"`   // whether its lane is drawn on the first screen
	Covers []string `json:"covers,omitempty"` // strands of other frameworks that this one judgement spans
	Within string   `json:"within,omitempty"` // the strand that this is a sub-judgement of
	Starts bool     `json:"starts,omitempty"` // a judgement that did not exist in its family before
	Note   string   `json:"note,omitempty"`
}

// Scale is an ordered set of grades. Grades rank inside their own scale and nowhere else.
type Scale struct {
	Code   string  `json:"code"`
	Name   string  `json:"name"`
	Grades []Grade `json:"grades"` // best first
}

// Grade is one step of a scale.
type Grade struct {
	Code      string         `json:"code"`
	Name      string         `json:"name"`                // in full: "Requires improvement to be good"
	Fill      string         `json:"fill"`                // how it is drawn: one of the four grade fills, or "neutral"
	Announces []Announcement `json:"announces,omitempty"` // what this outcome leads to by the framework's own rules
	Duties    []string       `json:"duties,omitempty"`    // codes of the rules that a letter with this outcome sets going
}

// Announcement is a return that an outcome announces, known only approximately.
type Announcement struct {
	Kind   string `json:"kind"`   // kind of the expected inspection
	Words  string `json:"words"`  // "monitoring inspection"
	Phrase string `json:"phrase"` // as a sentence begins with it: "Monitoring"
	Months int    `json:"months"` // about so many months after fieldwork and letter
}

// Catalogue holds every framework, and answers which one an inspection falls under.
type Catalogue struct {
	frameworks []Framework
	byCode     map[string]*Framework
	scales     map[string]*Scale
	kinds      map[string]Kind
}

// ParseFramework reads one framework file: the JSON of a Framework. A key it does not know is an error, so that a
// misspelt one cannot pass as absent.
func ParseFramework(data []byte) (Framework, error) {
	var f Framework
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return Framework{}, fmt.Errorf("read framework: %w", err)
	}
	return f, nil
}

// NewCatalogue checks frameworks against one another and returns their catalogue. It fails on a code given twice, a
// strand whose scale nobody defines, and a strand that covers one nobody defines.
func NewCatalogue(frameworks []Framework) (*Catalogue, error) {
	c := &Catalogue{
		frameworks: slices.Clone(frameworks), byCode: map[string]*Framework{},
		scales: map[string]*Scale{}, kinds: map[string]Kind{},
	}
	slices.SortFunc(c.frameworks, func(a, b Framework) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Code, b.Code))
	})
	for i := range c.frameworks {
		f := &c.frameworks[i]
		if f.Code == "" || c.byCode[f.Code] != nil {
			return nil, fmt.Errorf("framework %q: a code is missing or given twice", f.Code)
		}
		c.byCode[f.Code] = f
		for j := range f.Scales {
			if c.scales[f.Scales[j].Code] != nil {
				return nil, fmt.Errorf("framework %s: scale %q is defined twice", f.Code, f.Scales[j].Code)
			}
			c.scales[f.Scales[j].Code] = &f.Scales[j]
		}
		for _, k := range f.Kinds {
			c.kinds[k.Code] = k
		}
	}
	strands := map[string]bool{}
	for _, f := range c.frameworks {
		for _, s := range f.Strands {
			strands[s.Code] = true
			if c.scales[s.Scale] == nil {
				return nil, fmt.Errorf("framework %s: judgement %s uses scale %q, which no file defines", f.Code, s.Code, s.Scale)
			}
		}
	}
	for _, f := range c.frameworks {
		for _, s := range f.Strands {
			for _, covered := range s.Covers {
				if !strands[covered] {
					return nil, fmt.Errorf("framework %s: judgement %s covers %q, which no file defines", f.Code, s.Code, covered)
				}
			}
		}
	}
	return c, nil
}

// Frameworks lists every framework in order of its first day.
func (c *Catalogue) Frameworks() []Framework { return c.frameworks }

// Framework returns the framework of a code.
func (c *Catalogue) Framework(code string) (Framework, bool) {
	f, ok := c.byCode[code]
	if !ok {
		return Framework{}, false
	}
	return *f, true
}

// FrameworkFor returns the framework that covers a kind of inspection whose fieldwork began on a day. Schemes follow
// the start of fieldwork, not publication (domain rules, section 3.2).
func (c *Catalogue) FrameworkFor(kind string, start Date) (Framework, bool) {
	for i := len(c.frameworks) - 1; i >= 0; i-- {
		f := c.frameworks[i]
		if _, ok := f.Kind(kind); ok && !start.Before(f.From) && (!f.Until.Known() || !start.After(f.Until.Last())) {
			return f, true
		}
	}
	return Framework{}, false
}

// Kind returns a kind of inspection by its code, from whichever framework last defines it.
func (c *Catalogue) Kind(code string) (Kind, bool) { k, ok := c.kinds[code]; return k, ok }

// Kinds lists every kind once, in the order of the frameworks.
func (c *Catalogue) Kinds() []Kind {
	var out []Kind
	seen := map[string]bool{}
	for _, f := range c.frameworks {
		for _, k := range f.Kinds {
			if !seen[k.Code] {
				seen[k.Code] = true
				out = append(out, c.kinds[k.Code])
			}
		}
	}
	return out
}

// Scale returns the scale of a code.
func (c *Catalogue) Scale(code string) (Scale, bool) {
	s, ok := c.scales[code]
	if !ok {
		return Scale{}, false
	}
	return *s, true
}

// Grade returns the grade of a code as the strand's scale defines it.
func (c *Catalogue) Grade(framework, strand, grade string) (Grade, bool) {
	f, ok := c.byCode[framework]
	if !ok {
		return Grade{}, false
	}
	s, ok := f.Strand(strand)
	if !ok {
		return Grade{}, false
	}
	return c.scales[s.Scale].Grade(grade)
}

// Kind returns a kind of this framework by its code.
func (f Framework) Kind(code string) (Kind, bool) {
	i := slices.IndexFunc(f.Kinds, func(k Kind) bool { return k.Code == code })
	if i < 0 {
		return Kind{}, false
	}
	return f.Kinds[i], true
}

// Strand returns a strand of this framework by its code.
func (f Framework) Strand(code string) (Strand, bool) {
	i := slices.IndexFunc(f.Strands, func(s Strand) bool { return s.Code == code })
	if i < 0 {
		return Strand{}, false
	}
	return f.Strands[i], true
}

// Covering returns the strand of this framework that judged what a later framework calls by the given code: the strand
// of that code itself, or the one that spanned it.
func (f Framework) Covering(code string) (Strand, bool) {
	if s, ok := f.Strand(code); ok {
		return s, true
	}
	i := slices.IndexFunc(f.Strands, func(s Strand) bool { return slices.Contains(s.Covers, code) })
	if i < 0 {
		return Strand{}, false
	}
	return f.Strands[i], true
}

// Joint reports whether inspections under this framework are of the partnership of an area rather than of its council.
func (f Framework) Joint() bool {
	return f.Outcome || f.Family == FamilyAreaSEND || f.Family == FamilyJTAI
}

// GivesOverall reports whether inspections under this framework give a grade for overall effectiveness of the whole.
func (f Framework) GivesOverall() bool {
	_, ok := f.Strand(OverallStrand)
	return ok && !f.SingleTopic
}

// Grade returns a grade of the scale by its code.
func (s Scale) Grade(code string) (Grade, bool) {
	i := s.Rank(code)
	if i < 0 {
		return Grade{}, false
	}
	return s.Grades[i], true
}

// Rank returns the place of a grade in its scale, 0 for the best, -1 for a grade of another scale.
func (s Scale) Rank(code string) int {
	return slices.IndexFunc(s.Grades, func(g Grade) bool { return g.Code == code })
}

// Lowest reports whether a grade is the last of its scale.
func (s Scale) Lowest(code string) bool {
	return len(s.Grades) > 0 && s.Grades[len(s.Grades)-1].Code == code
}
