package inspection

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Reorganisation is a change of councils on one day: which ended, and which took over their areas. No grade passes along
// it: each council keeps its own.
type Reorganisation struct {
	ID          string // that of its first council that ended or, where none did, of the one that is new
	On          Date   // the first day of the councils after it; those that ended did so the day before
	Ended       []Body // none where the earlier councils are not on the record
	After       []Body // those that took over, new ones and ones that go on
	Successions []Succession
}

// ReorganisationKind tells apart what a Reorganisation did.
type ReorganisationKind string

// The kinds of Reorganisation.
const (
	CouncilNew       ReorganisationKind = "new"        // the earlier councils are not on the record
	CouncilTakenOver ReorganisationKind = "taken_over" // one council took over from one
	CouncilSplit     ReorganisationKind = "split"
	CouncilsMerged   ReorganisationKind = "merged"
	CouncilsRedrawn  ReorganisationKind = "redrawn" // several took over from several
)

var reorganisationKindWords = map[ReorganisationKind]string{
	CouncilNew: "New", CouncilTakenOver: "Taken over", CouncilSplit: "Split", CouncilsMerged: "Merged", CouncilsRedrawn: "Redrawn",
}

// Words says the kind as pages do.
func (k ReorganisationKind) Words() string { return reorganisationKindWords[k] }

// Kind says what the reorganisation did, as far as its councils are on the record.
func (x Reorganisation) Kind() ReorganisationKind {
	switch {
	case len(x.Ended) == 0:
		return CouncilNew
	case len(x.Ended) > 1 && len(x.After) > 1:
		return CouncilsRedrawn
	case len(x.Ended) > 1:
		return CouncilsMerged
	case len(x.After) > 1:
		return CouncilSplit
	}
	return CouncilTakenOver
}

// ToCome reports whether the reorganisation is only planned on a day.
func (x Reorganisation) ToCome(day Date) bool { return x.On.After(day) }

// Began returns the councils that are new with it, not those that went on.
func (x Reorganisation) Began() []Body {
	return kept(x.After, func(b Body) bool { return b.Created == x.On })
}

// GoOn returns the councils that existed before it and took over more.
func (x Reorganisation) GoOn() []Body {
	return kept(x.After, func(b Body) bool { return b.Created != x.On })
}

// Words says what happened, or is planned to happen, seen from a day.
func (x Reorganisation) Words(today Date) string {
	ended, after, area := councilNames(x.Ended), councilNames(x.After), areOrIs(len(x.Ended), "its area.", "their areas.")
	switch {
	case len(x.Ended) == 0 && len(x.Notes()) > 0:
		return after + " began."
	case len(x.Ended) == 0:
		return after + " began. The earlier councils in its area are not in this register."
	case x.ToCome(today):
		return ended + areOrIs(len(x.Ended), " is", " are") + " to end; " + after + areOrIs(len(x.After), " is", " are") + " to take over " + area
	}
	return ended + " ended; " + after + " took over " + area
}

// Notes lists what is noted of the reorganisation, each once.
func (x Reorganisation) Notes() []string {
	var out []string
	for _, s := range x.Successions {
		if s.Note != "" && !slices.Contains(out, s.Note) {
			out = append(out, s.Note)
		}
	}
	if len(x.Ended) == 0 {
		for _, b := range x.After {
			if b.Note != "" {
				out = append(out, b.Note)
			}
		}
	}
	return out
}

// councilNames lists names as a sentence does, so that one which holds an "and" of its own is still told from the next.
func councilNames(bodies []Body) string {
	names, last := make([]string, len(bodies)), " and "
	for i, b := range bodies {
		names[i] = b.Name
		if strings.Contains(b.Name, " and ") {
			last = ", and "
		}
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + last + names[len(names)-1]
}

func areOrIs(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// Reorganisations returns every change of councils on the record, those to come among them, the latest first. Successions of
// one day that share a council are one change; an authority that began within the record and took over from none on it is
// one by itself.
func (r *Record) Reorganisations() []Reorganisation {
	bodies := map[string]Body{}
	for _, b := range r.Bodies {
		bodies[b.ID] = b
	}
	var out []Reorganisation
	followed := map[string]bool{}
	for _, s := range r.Successions {
		followed[s.ToID] = true
		joined := Reorganisation{On: s.On, Successions: []Succession{s}}
		out = slices.DeleteFunc(out, func(x Reorganisation) bool {
			shares := x.On == s.On && slices.ContainsFunc(x.Successions, func(o Succession) bool { return o.FromID == s.FromID || o.ToID == s.ToID })
			if shares {
				joined.Successions = append(joined.Successions, x.Successions...)
			}
			return shares
		})
		out = append(out, joined)
	}
	for i := range out {
		out[i].gather(bodies)
	}
	for _, b := range r.Bodies {
		if b.Kind == Authority && b.Created.Known() && !followed[b.ID] {
			out = append(out, Reorganisation{ID: b.ID, On: b.Created, After: []Body{b}})
		}
	}
	slices.SortFunc(out, func(a, b Reorganisation) int { return cmp.Or(b.On.Compare(a.On), cmp.Compare(a.ID, b.ID)) })
	return out
}

// gather lists the councils of a reorganisation by name, from those of its successions.
func (x *Reorganisation) gather(bodies map[string]Body) {
	add := func(list *[]Body, id string) {
		if b, ok := bodies[id]; ok && !slices.ContainsFunc(*list, func(o Body) bool { return o.ID == id }) {
			*list = append(*list, b)
		}
	}
	slices.SortFunc(x.Successions, func(a, b Succession) int { return cmp.Or(cmp.Compare(a.FromID, b.FromID), cmp.Compare(a.ToID, b.ToID)) })
	for _, s := range x.Successions {
		add(&x.Ended, s.FromID)
		add(&x.After, s.ToID)
	}
	slices.SortFunc(x.Ended, byName)
	slices.SortFunc(x.After, byName)
	if len(x.Ended) > 0 {
		x.ID = x.Ended[0].ID
	}
}

func byName(a, b Body) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }

// ReorganisationOf returns the change of councils in which an authority ended. It fails with ErrNotFound.
func (r *Record) ReorganisationOf(ended string) (Reorganisation, error) {
	for _, x := range r.Reorganisations() {
		if slices.ContainsFunc(x.Ended, func(b Body) bool { return b.ID == ended }) {
			return x, nil
		}
	}
	return Reorganisation{}, fmt.Errorf("reorganisation of %s: %w", ended, ErrNotFound)
}

// reorganisationSource begins the ID of the source of a reorganisation that was recorded here.
const reorganisationSource = "reorganisation-"

// RecordedHere reports whether an officer recorded the reorganisation, so that it can be corrected here; the others came with
// the program.
func (x Reorganisation) RecordedHere() bool {
	return len(x.Successions) > 0 && strings.HasPrefix(x.Successions[0].SourceID, reorganisationSource)
}

// Fixed says, as problems of the form, why a reorganisation on the record cannot be changed or withdrawn; nothing where it can be.
// That its day has come does not fix it: the day comes also for one that was put off or called off and that nobody withdrew.
func (r *Record) Fixed(x Reorganisation) Problems {
	fixed := func(words string, about ...any) Problems {
		return Problems{{Field: "on", Words: fmt.Sprintf(words, about...)}}
	}
	if !x.RecordedHere() {
		return fixed("This came with the program and cannot be changed here")
	}
	for _, s := range r.Successions {
		for _, b := range x.After {
			if s.FromID == b.ID || s.ToID == b.ID && b.Created == x.On && s.On != x.On {
				return fixed("%s is in the reorganisation of %s too. Withdraw that one first", b.Name, s.On.Words())
			}
		}
	}
	return nil
}

// The most that a Plan takes; of texts in characters.
const (
	mostPlanned      = 12 // councils of each sort
	longestName      = 100
	longestTitle     = 300
	longestPublisher = 120
	longestNote      = 1000
)

// Plan is a reorganisation to come, as an officer records it.
type Plan struct {
	On         Date     // the first day of the councils after it
	Ending     []string // the IDs of the councils that end on the day before
	Continuing []string // the IDs of councils that go on, and take over some of the area
	New        []PlannedCouncil
	Region     string // of the new councils, as the two below are
	Type       string
	Confidence Confidence
	Source     Source // its title, publisher and address
	Note       string
}

// Mark tells one state of a plan from another, for a form that was opened on it. It is the same wherever the plan is read from the
// same records.
func (p Plan) Mark() string {
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts, lists and dates always have a form
	}
	return fmt.Sprintf("%x", sha256.Sum256(data))[:16]
}

// PlannedCouncil is a council that is to begin.
type PlannedCouncil struct {
	Name string
	Code string // the CODE of its references: its local authority code, or two to four letters
}

var (
	councilName = regexp.MustCompile(`^[\p{L}\p{M}\p{N} .,&()/’'-]+$`)
	councilCode = regexp.MustCompile(`^(?:[0-9]{3}|[A-Z]{2,4})$`)
	laCode      = regexp.MustCompile(`^[0-9]{3}$`)
)

// Slug returns the ID of a body of a name: the name in lower case with hyphens, without ", City of" at its end.
func Slug(name string) string {
	var out strings.Builder
	name = strings.TrimSuffix(strings.ToLower(name), ", city of")
	for _, letter := range strings.ReplaceAll(name, "&", " and ") {
		switch {
		case letter >= 'a' && letter <= 'z' || letter >= '0' && letter <= '9':
			out.WriteRune(letter)
		case strings.ContainsRune(apostrophes, letter) || letter == '.':
		case out.Len() > 0 && !strings.HasSuffix(out.String(), "-"):
			out.WriteByte('-')
		}
	}
	return strings.Trim(out.String(), "-")
}

// planChecker gathers what is wrong with a plan.
type planChecker struct {
	Plan
	record   *Record
	problems Problems
}

func (c *planChecker) wrong(field, words string, about ...any) {
	c.problems = append(c.problems, Problem{Field: field, Words: fmt.Sprintf(words, about...)})
}

// Check says what is wrong with a plan, in the order of its form. The record holds the register without the plan. Fields of
// lists are numbered from 1: "ending.1", "continuing.1", "council.1.name" and "council.1.code".
func (p Plan) Check(r *Record, today Date) Problems {
	c := &planChecker{Plan: p, record: r}
	c.checkDay(today)
	c.checkExisting("ending", p.Ending)
	if len(p.Ending) == 0 {
		c.wrong("ending.1", "Choose the council that ends")
	}
	if len(p.New)+len(p.Continuing) == 0 {
		c.wrong("council.1.name", "Enter the name of a council that takes over, or choose one that goes on")
	}
	c.checkNew()
	c.checkExisting("continuing", p.Continuing)
	c.checkSource()
	return c.problems
}

func (c *planChecker) checkDay(today Date) {
	switch {
	case !c.On.Exact():
		c.wrong("on", "Enter the day on which it takes effect, as a day, month and year, like 1 April 2028")
	case c.On.Before(RecordBegins):
		c.wrong("on", "This record begins on %s: enter a later day", RecordBegins.Words())
	case !c.On.After(today):
		c.wrong("on", "Enter a day to come: %s is not after today", c.On.Words())
	case c.On.After(today.AddMonths(12 * 20)):
		c.wrong("on", "Check the year: %s is more than 20 years away", c.On.Words())
	}
}

// checkExisting looks at councils that were chosen: those that end, or those that go on.
func (c *planChecker) checkExisting(list string, ids []string) {
	if len(ids) > mostPlanned {
		c.wrong(list+".1", "Choose at most %d councils", mostPlanned)
		return
	}
	for i, id := range ids {
		field := fmt.Sprintf("%s.%d", list, i+1)
		body, ok := c.record.Body(id)
		switch {
		case !ok || body.Kind != Authority:
			c.wrong(field, "Choose a council from the list")
		case slices.Contains(ids[:i], id):
			c.wrong(field, "%s is chosen twice: take one of them out", body.Name)
		case list == "continuing" && slices.Contains(c.Ending, id):
			c.wrong(field, "%s is chosen as one that ends, and cannot go on too: take it out of one of the lists", body.Name)
		case body.Ended.Known():
			c.wrong(field, "%s has %s as its last day already: choose another council", body.Name, body.Ended.Words())
		case c.On.Exact() && body.Created.Known() && !body.Created.First().Before(c.On):
			c.wrong(field, "%s begins only on %s: choose another council, or a later day", body.Name, body.Created.Words())
		default:
			c.checkTakesOver(field, body, list == "ending")
		}
	}
}

// checkTakesOver refuses a council that another reorganisation on the record has take over an area: on the same day, since the
// two could not be told apart, and one that ends also on a later day.
func (c *planChecker) checkTakesOver(field string, body Body, ends bool) {
	for _, s := range c.record.Successions {
		if s.ToID == body.ID && c.On.Exact() && (s.On == c.On || ends && s.On.After(c.On)) {
			c.wrong(field, "%s is to take over another area on %s already: choose another council, or another day", body.Name, s.On.Words())
			return
		}
	}
}

func (c *planChecker) checkNew() {
	if len(c.New) > mostPlanned {
		c.wrong("council.1.name", "Enter at most %d new councils", mostPlanned)
		return
	}
	for i, one := range c.New {
		name, code := fmt.Sprintf("council.%d.name", i+1), fmt.Sprintf("council.%d.code", i+1)
		if words := c.nameFault(i, one.Name); words != "" {
			c.wrong(name, "%s", words)
		}
		if words := c.codeFault(i, one.Code); words != "" {
			c.wrong(code, "%s", words)
		}
	}
	if len(c.New) == 0 {
		return
	}
	region, kind := false, false
	for _, b := range c.record.Bodies {
		region, kind = region || b.Region == c.Region, kind || b.Type == c.Type
	}
	if c.Region == "" || !region {
		c.wrong("region", "Choose the region of the new councils from the list")
	}
	if c.Type == "" || !kind {
		c.wrong("type", "Choose the type of the new councils from the list")
	}
}

// nameFault says what is wrong with the name of a new council. The names of the councils before it count as taken too.
func (c *planChecker) nameFault(i int, name string) string {
	slug := Slug(name)
	switch {
	case name == "":
		return "Enter the name of the new council"
	case len([]rune(name)) > longestName:
		return fmt.Sprintf("Shorten the name: at most %d characters fit", longestName)
	case slug == "" || !councilName.MatchString(name):
		return "Enter the name in letters, like North Northamptonshire"
	case slices.ContainsFunc(c.New[:i], func(o PlannedCouncil) bool { return Slug(o.Name) == slug }):
		return "This name is entered twice: give each new council its own"
	}
	for _, b := range c.record.Bodies {
		named := func(other string) bool { return strings.EqualFold(other, name) }
		if b.ID == slug || named(b.Name) || slices.ContainsFunc(b.Aliases, named) {
			return fmt.Sprintf("%s is on this record already: enter another name, or choose it as a council that goes on", b.Name)
		}
	}
	return ""
}

// codeFault says what is wrong with the code of a new council.
func (c *planChecker) codeFault(i int, code string) string {
	switch {
	case code == "":
		return "Enter the local authority code or, where it has none yet, two to four letters"
	case !councilCode.MatchString(code):
		return "Enter three digits, like 940, or two to four capital letters, like NN"
	case slices.ContainsFunc(c.New[:i], func(o PlannedCouncil) bool { return o.Code == code }):
		return "This code is entered twice: give each new council its own"
	}
	for _, b := range c.record.Bodies {
		if b.Code == code || b.LACode == code {
			return fmt.Sprintf("%s is the code of %s: no code is used twice. Enter two to four letters until it has one of its own", code, b.Name)
		}
	}
	return ""
}

func (c *planChecker) checkSource() {
	if !slices.Contains(PlanConfidences(), c.Confidence) {
		c.wrong("confidence", "Choose from the list how sure this is")
	}
	for _, box := range []struct {
		field, text, missing string
		most                 int
	}{
		{"source_title", c.Source.Title, "Enter what says so: the title of the page or paper", longestTitle},
		{"source_publisher", c.Source.Publisher, "Enter who published it", longestPublisher},
		{"source_address", c.Source.Address, "", longestAddress},
		{"note", c.Note, "", longestNote},
	} {
		switch {
		case box.text == "" && box.missing != "":
			c.wrong(box.field, "%s", box.missing)
		case len([]rune(box.text)) > box.most:
			c.wrong(box.field, "Shorten this: at most %d characters fit", box.most)
		case box.field == "source_address" && box.text != "" && !WebAddress(box.text):
			c.wrong(box.field, "Enter the whole address, beginning with https://")
		}
	}
}

// PlanConfidences lists how well a reorganisation to come can be known, best first: inspectors' letters speak of none.
func PlanConfidences() []Confidence {
	return kept(Confidences(), func(c Confidence) bool { return c != ByLetter })
}

// planSourceKinds says of what kind the source of a plan is, by how well it is known.
var planSourceKinds = map[Confidence]string{
	ByOfficialPage: "official_page", ByListing: "third_party_listing", ByNews: "news", BySingleWeak: "news", ByInference: "compiled",
}

// In returns a record with the plan in it: the councils that end have their last day, the new ones their first, and a place
// joins the councils after a split or merger. The record itself stays as it is. The plan must have been checked against it.
func (p Plan) In(r *Record, today Date) *Record {
	out := *r
	out.Bodies, out.Successions = slices.Clone(r.Bodies), slices.Clone(r.Successions)
	out.PlaceMembers, out.Sources = slices.Clone(r.PlaceMembers), slices.Clone(r.Sources)
	source := p.Source
	source.ID, source.Kind, source.ReadOn = cmp.Or(source.ID, p.sourceID(r)), planSourceKinds[p.Confidence], today
	out.Sources = append(out.Sources, source)
	for i := range out.Bodies {
		if slices.Contains(p.Ending, out.Bodies[i].ID) {
			out.Bodies[i].Ended = p.On.AddDays(-1)
		}
	}
	var after []string
	for _, one := range p.New {
		b := Body{
			ID: Slug(one.Name), Kind: Authority, Name: one.Name, Code: one.Code, Region: p.Region, Type: p.Type,
			Created: p.On, SourceID: source.ID,
		}
		if laCode.MatchString(one.Code) {
			b.LACode = one.Code
		}
		out.Bodies, after = append(out.Bodies, b), append(after, b.ID)
	}
	after = append(after, p.Continuing...)
	for _, from := range p.Ending {
		for _, to := range after {
			out.Successions = append(out.Successions, Succession{
				FromID: from, ToID: to, On: p.On, Confidence: p.Confidence, SourceID: source.ID, Note: p.Note,
			})
		}
	}
	p.addPlace(&out, source.ID, after)
	slices.SortFunc(out.Bodies, byName)
	return &out
}

// sourceID returns an ID for the source of a plan that no other has: a plan keeps its source when other councils end by it.
func (p Plan) sourceID(r *Record) string {
	first := reorganisationSource + slices.Min(p.Ending)
	id := first
	for n := 2; slices.ContainsFunc(r.Successions, func(s Succession) bool { return s.SourceID == id }); n++ {
		id = fmt.Sprintf("%s-%d", first, n)
	}
	return id
}

// addPlace adds the place that the councils after a split or merger share, under the name of the area before it.
func (p Plan) addPlace(r *Record, source string, after []string) {
	if len(p.Ending) == 1 && len(after) == 1 {
		return
	}
	var names []string
	for _, id := range p.Ending {
		name := r.Name(id)
		for _, end := range []string{", City of", ", County of", " County Council", " Council"} {
			name = strings.TrimSuffix(name, end)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	place := Body{Kind: Place, Name: ListWords(names), Created: p.On, SourceID: source}
	place.ID = Slug(place.Name)
	for slices.ContainsFunc(r.Bodies, func(b Body) bool { return b.ID == place.ID }) { // a council keeps its address for ever
		place.ID += "-area"
	}
	r.Bodies = append(r.Bodies, place)
	after = slices.SortedFunc(slices.Values(after), func(a, b string) int { return cmp.Compare(r.Name(a), r.Name(b)) })
	for i, id := range after {
		r.PlaceMembers = append(r.PlaceMembers, PlaceMember{PlaceID: place.ID, AuthorityID: id, Position: i + 1})
	}
}

// Without returns a record as it was before a reorganisation was recorded in it, and the plan from which it was.
func (r *Record) Without(x Reorganisation) (*Record, Plan) {
	out := *r
	p := Plan{On: x.On}
	gone := map[string]bool{}
	for _, b := range x.Began() {
		gone[b.ID] = true
		p.New = append(p.New, PlannedCouncil{Name: b.Name, Code: b.Code})
		p.Region, p.Type = b.Region, b.Type
	}
	for _, b := range x.GoOn() {
		p.Continuing = append(p.Continuing, b.ID)
	}
	source := ""
	for _, s := range x.Successions {
		source, p.Confidence, p.Note = s.SourceID, s.Confidence, s.Note
	}
	p.Source, _ = r.Source(source)
	for _, b := range r.Bodies {
		if b.Kind == Place && b.SourceID == source {
			gone[b.ID] = true
		}
	}
	out.Bodies = kept(r.Bodies, func(b Body) bool { return !gone[b.ID] })
	for i := range out.Bodies {
		if slices.ContainsFunc(x.Ended, func(b Body) bool { return b.ID == out.Bodies[i].ID }) {
			p.Ending = append(p.Ending, out.Bodies[i].ID)
			out.Bodies[i].Ended = Date{}
		}
	}
	out.Successions = kept(r.Successions, func(s Succession) bool { return !slices.Contains(x.Successions, s) })
	out.PlaceMembers = kept(r.PlaceMembers, func(m PlaceMember) bool { return !gone[m.PlaceID] && !gone[m.AuthorityID] })
	out.Sources = kept(r.Sources, func(s Source) bool { return s.ID != source })
	return &out, p
}
