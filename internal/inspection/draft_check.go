package inspection

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// FamilySIF is the family of the single inspection framework, the only one whose overall grade was bound by others.
const FamilySIF Family = "sif"

// limiting lists the judgements of the single inspection framework of which any that was inadequate made the whole so.
var limiting = []string{"leaders", "help_protection", "care_and_care_leavers"}

// draftChecker gathers what is wrong with a draft.
type draftChecker struct {
	draft     Draft
	record    *Record
	today     Date
	kind      Kind
	framework Framework
	covered   bool // whether the framework is known
	held      *Inspection
	checks    []DraftCheck
}

// Checks says what is wrong with a draft and what needs an officer's eye, in the order of the form. The record must hold
// the draft's bodies and their inspections.
func (d Draft) Checks(r *Record, today Date) []DraftCheck {
	c := &draftChecker{draft: d, record: r, today: today}
	c.kind, _ = r.Catalogue.Kind(d.Kind)
	c.framework, c.covered = d.Framework(r.Catalogue)
	if c.covered { // as the kind was under the rules of that day
		c.kind, _ = c.framework.Kind(d.Kind)
	}
	c.held = d.Held(r)
	c.checkKind()
	c.checkBodies()
	c.checkFieldwork()
	c.checkVisit()
	c.checkPublication()
	c.checkReceived()
	c.checkGrades()
	c.checkLimitingRule()
	c.checkItems()
	c.checkCorrected()
	c.checkReplies()
	c.checkRecord()
	return c.checks
}

func (c *draftChecker) stop(field, format string, args ...any) { c.add(true, field, format, args...) }
func (c *draftChecker) warn(field, format string, args ...any) { c.add(false, field, format, args...) }

func (c *draftChecker) add(stops bool, field, format string, args ...any) {
	c.checks = append(c.checks, DraftCheck{Field: field, Words: fmt.Sprintf(format, args...), Stops: stops})
}

func (c *draftChecker) checkKind() {
	switch {
	case c.kind.Code == "":
		c.stop("kind", "Choose what kind of inspection or visit this was")
	case c.draft.FieldworkStart.Known() && !c.covered:
		c.stop("kind", "No inspection rules have this kind for fieldwork that began on %s. Check the kind and the first day",
			c.draft.FieldworkStart.Words())
	}
}

func (c *draftChecker) checkBodies() {
	d := c.draft
	if len(d.Bodies) == 0 {
		c.stop("bodies", "Choose the council that the letter is about")
	}
	for i, id := range d.Bodies {
		body, ok := c.record.Body(id)
		switch {
		case !ok:
			c.stop("bodies", "Choose the council from the list: no council is called “%s”", id)
		case slices.Contains(d.Bodies[:i], id):
			c.stop("bodies", "%s is chosen twice. Take one of them out", body.Name)
		case body.Kind == Place:
			c.stop("bodies", "%s is an area, not a council. Choose the council that was inspected", body.Name)
		case d.FieldworkStart.Known() && body.EndedBy(d.FieldworkStart):
			c.stop("bodies", "%s ended on %s, before inspectors came. Choose the council of that day", body.Name, body.Ended.Words())
		case d.FieldworkStart.Known() && body.Created.Known() && d.FieldworkStart.Last().Before(body.Created):
			c.stop("bodies", "%s began on %s, after inspectors came. Choose the earlier council", body.Name, body.Created.Words())
		}
	}
}

func (c *draftChecker) checkFieldwork() {
	start, end := c.draft.FieldworkStart, c.draft.FieldworkEnd
	switch {
	case !start.Known():
		c.stop("fieldwork_start", "Enter the first day of fieldwork")
		return
	case start.First().After(c.today):
		c.stop("fieldwork_start", "%s is in the future. Check the first day of fieldwork", start.Words())
	case start.Precision() != ToDay:
		c.warn("fieldwork_start", "Only %s is known. Enter the day if the letter prints it", start.Words())
	case weekend(start):
		c.warn("fieldwork_start", "%s is a %s. Check the first day of fieldwork", start.Words(), start.Time().Weekday())
	}
	switch days := start.DaysUntil(end); {
	case !end.Known():
		c.warn("fieldwork_end", "Enter the last day of fieldwork if the letter prints it")
	case end.Last().Before(start.First()):
		c.stop("fieldwork_end", "The last day of fieldwork, %s, is before the first, %s. Correct one of them", end.Words(), start.Words())
	case start.Precision() != ToDay || end.Precision() != ToDay:
	case days > 60:
		c.warn("fieldwork_end", "Fieldwork of %d days is unusually long. Check both days", days+1)
	case c.kind.Code == "ilacs-standard" && days < 7:
		c.warn("kind", "Fieldwork of one week is usually a short inspection. Check the kind")
	case c.kind.Code == "ilacs-short" && days > 7:
		c.warn("kind", "Fieldwork of two weeks is usually a standard inspection. Check the kind")
	}
}

func weekend(d Date) bool {
	day := d.Time().Weekday()
	return day == time.Saturday || day == time.Sunday
}

func (c *draftChecker) checkVisit() {
	d := c.draft
	switch c.kind.Code {
	case "ilacs-monitoring-visit":
		if d.VisitNumber == 0 {
			c.warn("visit_number", "Enter which monitoring visit this was, if the letter says so")
		}
	case "ilacs-focused-visit":
		if d.Topic == "" {
			c.warn("topic", "Enter what inspectors looked at")
		}
	}
}

var hourPattern = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

func (c *draftChecker) checkPublication() {
	d := c.draft
	if !d.Final {
		c.stop("final", "Confirm that this is the final version. A draft, or a copy for checking facts, must never be published")
	}
	if d.NoDocument {
		if d.Published.Known() || d.Address != "" || d.PublishedHour != "" {
			c.stop("no_document", "You say that nothing was published, but give a day, an hour or an address. Take out one or the other")
		}
		return
	}
	switch day := d.Published; {
	case !day.Known():
		c.stop("published", "Enter the day on which the letter came out on Ofsted’s site")
	case day.Precision() != ToDay:
		c.stop("published", "Enter the whole date of publication: day, month and year")
	case day.After(c.today):
		c.stop("published", "%s is in the future. Nothing can be published here before Ofsted has published it", day.Words())
	case d.lastDay().Known() && day.Before(d.lastDay().First()):
		c.stop("published", "The day of publication, %s, is before the last day of fieldwork, %s. Correct one of them", day.Words(), d.lastDay().Words())
	case d.lastDay().Known() && d.lastDay().DaysUntil(day) > 365:
		c.warn("published", "The letter came out more than a year after fieldwork. Check the years")
	}
	if d.PublishedHour != "" && !hourPattern.MatchString(d.PublishedHour) {
		c.stop("published_hour", "Enter the hour of publication like 09:30")
	}
	address, err := url.Parse(d.Address)
	switch {
	case d.Address == "":
		c.stop("address", "Enter the address of Ofsted’s page where the letter stands. If Ofsted published nothing, say so")
	case err != nil || address.Scheme != "https" && address.Scheme != "http" || address.Hostname() == "":
		c.stop("address", "Enter a whole web address, beginning with https://")
	case !strings.HasSuffix("."+address.Hostname(), ".gov.uk"):
		c.warn("address", "%s is not a site of the government. Use the address of the inspectors’ own page if there is one", address.Hostname())
	}
}

// lastDay returns the last day of fieldwork, or the first where the last is not known.
func (d Draft) lastDay() Date {
	if d.FieldworkEnd.Known() {
		return d.FieldworkEnd
	}
	return d.FieldworkStart
}

func (c *draftChecker) checkReceived() {
	d := c.draft
	switch {
	case !d.Received.Known():
		c.warn("received", "Enter the day on which the council received the final letter. Without it the duties are counted from publication, which gives their latest possible days")
	case d.Received.Precision() != ToDay:
		c.stop("received", "Enter the whole date on which the final letter was received: day, month and year")
	case d.Received.After(c.today):
		c.stop("received", "%s is in the future. Check the day on which the final letter was received", d.Received.Words())
	case d.lastDay().Known() && d.Received.Before(d.lastDay().First()):
		c.stop("received", "The final letter cannot have been received before the last day of fieldwork, %s", d.lastDay().Words())
	case d.Published.Known() && d.Received.After(d.Published.Last()):
		c.warn("received", "The final letter usually comes before it is published. Check the day")
	}
	after := d.Received
	if !after.Known() {
		after = d.lastDay()
	}
	if fault := statementDueFault(d.StatementDue, after); fault != "" {
		c.stop("statement_due", "%s", fault)
	}
}

func (c *draftChecker) checkGrades() {
	d := c.draft
	if !c.covered {
		return
	}
	seen := map[string]bool{}
	for _, j := range d.Judgements {
		field := "judgement." + j.Strand
		strand, ok := c.framework.Strand(j.Strand)
		switch _, known := c.record.Catalogue.Grade(c.framework.Code, j.Strand, j.Grade); {
		case j.Grade == "":
			continue
		case !c.kind.Graded:
			c.stop(field, "This kind of inspection gives no grades. Take the grade out, or check the kind")
		case !ok:
			c.stop(field, "Under %s there is no such judgement. Take the grade out, or check the kind and the first day", c.framework.PlainName)
		case seen[j.Strand]:
			c.stop(field, "%s is graded twice. Take one of them out", strand.Name)
		case !known && j.Grade != NotJudged:
			c.stop(field, "Choose a grade for “%s” from the list", strand.Name)
		}
		seen[j.Strand] = true
	}
	if !c.kind.Graded {
		return
	}
	given := len(seen) > 0
	for _, strand := range c.framework.Strands {
		needed := c.kind.Full && strand.Main && strand.Within == ""
		switch {
		case seen[strand.Code] || !c.kind.Full:
		case needed:
			c.stop("judgement."+strand.Code, "Choose the grade for “%s”, or “not judged” if the letter prints that", strand.Name)
		case strand.Within != "":
			c.warn("judgement."+strand.Code, "Choose the grade for “%s” if the letter gives one", strand.Name)
		}
	}
	if !c.kind.Full && !given {
		c.stop("judgements", "Choose the grade or outcome that the letter gives")
	}
}

// checkLimitingRule holds the grades against the rule of the single inspection framework. It does not stop: the letter is
// right, even where it breaks the rule; but a value that was read or typed wrongly shows here.
func (c *draftChecker) checkLimitingRule() {
	if c.framework.Family != FamilySIF || !c.kind.Full {
		return
	}
	_, grades := gradesOf(c.draft)
	lowest := "inadequate"
	var low []string
	for _, strand := range limiting {
		if grades[strand] == lowest {
			s, _ := c.framework.Strand(strand)
			low = append(low, s.Phrase)
		}
	}
	overall := grades[OverallStrand]
	switch {
	case len(low) > 0 && overall != "" && overall != lowest:
		c.warn("judgement."+OverallStrand, "Under the single inspection framework any main judgement that was inadequate made the whole inadequate. Here %s is inadequate and the whole is not. Check both against the letter", ListWords(low))
	case len(low) == 0 && overall == lowest:
		c.warn("judgement."+OverallStrand, "The whole is inadequate, but none of the main judgements is. Check them against the letter")
	}
}

func (c *draftChecker) checkItems() {
	d := c.draft
	if len(d.Items) == 0 && !d.WholeListHeld && c.kind.Full {
		c.warn("items", "No area to improve has been entered. If the letter lists none, say that the list is whole")
	}
	unthemed := 0
	for i, it := range d.Items {
		field := "item." + it.Key
		words := plainWords(it.Words)
		switch {
		case strings.TrimSpace(words) == "":
			c.stop(field, "Enter the words of area to improve %d, or remove it", i+1)
		case it.Kind != Improvement && it.Kind != PriorityAction:
			c.stop(field, "Say whether area to improve %d is one of Ofsted’s areas for priority action", i+1)
		case slices.ContainsFunc(d.Items[:i], func(other DraftItem) bool { return plainWords(other.Words) == words }):
			c.warn(field, "Area to improve %d has the same words as one above it. Remove one if it is there twice", i+1)
		case it.Wording == Paraphrase:
			c.warn(field, "Area to improve %d is in our words. Enter the letter’s own if you have them", i+1)
		}
		for _, theme := range it.Themes {
			if !slices.ContainsFunc(c.record.Themes, func(t Theme) bool { return t.Code == theme }) {
				c.stop(field, "Choose the themes of area to improve %d from the list", i+1)
			}
		}
		if len(it.Themes) == 0 && !c.themedOnRecord(i) {
			unthemed++
		}
	}
	if unthemed > 0 {
		c.warn("items", "%s without a theme and will be missing from the lists by theme", CountWords(unthemed, "area to improve is", "areas to improve are"))
	}
	c.checkJoins()
}

// themedOnRecord reports whether an item takes over themes with its place on the record.
func (c *draftChecker) themedOnRecord(i int) bool {
	if c.held == nil {
		return false
	}
	return slices.ContainsFunc(c.draft.Joins(c.held)[i], func(reference string) bool {
		return slices.ContainsFunc(c.held.Recommendations, func(rec Recommendation) bool {
			return rec.Reference == reference && len(rec.Themes) > 0
		})
	})
}

// checkJoins makes sure that the letter's list takes the place of the one on the record, item for item.
func (c *draftChecker) checkJoins() {
	for i, it := range c.draft.Items {
		for _, reference := range strings.Fields(it.Joins) {
			if c.held == nil || !slices.ContainsFunc(c.held.Recommendations, func(rec Recommendation) bool { return rec.Reference == reference }) {
				c.stop("item."+it.Key, "Area to improve %d takes the place of %s, which the record of this inspection does not hold. Choose another", i+1, reference)
			}
		}
	}
	for _, rec := range c.draft.Unjoined(c.held) {
		c.stop("items", "The record holds %s, “%s”. Choose which area to improve of the letter takes its place", rec.Reference, strings.TrimSuffix(rec.Words, "."))
	}
}

func (c *draftChecker) checkReplies() {
	for i, f := range c.draft.Findings {
		if strings.TrimSpace(f.Words) == "" || f.Kind != Strength && f.Kind != Concern && f.Kind != EarlierAreas {
			c.stop("findings", "Enter the words of finding %d and choose its kind, or remove it", i+1)
		}
	}
	for i, reply := range c.draft.Responses {
		address, err := url.Parse(reply.Source)
		_, known := c.record.Body(reply.BodyID)
		switch {
		case strings.TrimSpace(reply.Gist) == "" || reply.Role == "" || !known:
			c.stop("responses", "Enter who replied, in which role, and what they said in reply %d, or remove it", i+1)
		case err != nil || address.Scheme != "https" && address.Scheme != "http" || address.Hostname() == "":
			c.stop("responses", "Enter the web address where reply %d can be read", i+1)
		}
	}
}

// nearby is how many days may lie between two inspections of a kind before they look like one entered twice.
const nearby = 150

// checkRecord holds the draft against what is on the record already.
func (c *draftChecker) checkRecord() {
	d := c.draft
	if c.held != nil {
		c.warn("held", "The record already has this inspection: %s. Publishing confirms it, or corrects it where the letter says otherwise; what it said before stays in its history", c.title(c.held))
		if c.held.Kind != d.Kind && c.kind.Code != "" {
			c.warn("kind", "The record has it as “%s”. Check the kind", c.record.kindName(c.held.Kind))
		}
	}
	for _, in := range c.record.Inspections {
		if in == c.held || !d.sameKind(c.record, in) || !d.concerns(c.record, in) || !c.kind.Full || !d.FieldworkStart.Known() || !in.FieldworkStart.Known() {
			continue
		}
		if days := in.FieldworkStart.DaysUntil(d.FieldworkStart); max(days, -days) < nearby {
			c.warn("fieldwork_start", "The record has another inspection of this kind shortly before or after: %s. Check that this is not the same", c.title(in))
		}
	}
	twins := d.Twins(c.record)
	linked := slices.ContainsFunc(twins, func(in *Inspection) bool { return in.ID == d.TwinOf })
	switch {
	case d.TwinOf != "" && !linked:
		c.stop("twin_of", "The letter that this one repeats is not one of the same visit to another council. Choose again")
	case d.TwinOf == "" && len(twins) > 0:
		for _, in := range twins {
			c.warn("twin_of", "Inspectors were at another council at the same time: %s. If its letter asks for the same in the same words, link the two; each stays an inspection of its own", c.title(in))
		}
	}
}

// title names an inspection on the record: whose, what and when.
func (c *draftChecker) title(in *Inspection) string {
	return fmt.Sprintf("%s, %s, %s", c.record.WhomWords(in.Bodies), lowerFirst(c.record.kindName(in.Kind)), in.VisitedWords())
}
