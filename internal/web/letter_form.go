package web

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"inspectiontimeline/internal/inspection"
)

// What one form may hold. A letter has far less of everything; more is a mistake or an attack.
const (
	mostFormBytes  = 2 << 20
	mostItems      = 200
	mostRows       = 200 // of findings, of responses and of authorities
	mostLineRunes  = 500
	mostWordsRunes = 20_000
)

// draftValues returns what the boxes of the form hold for a draft. parseDraft reads it back.
func draftValues(d inspection.Draft) url.Values {
	v := url.Values{}
	set := func(name, value string) { v.Set(name, value) }
	tick := func(name string, ticked bool) {
		if ticked {
			v.Set(name, "yes")
		}
	}
	set("kind", d.Kind)
	v["bodies"] = slices.Clone(d.Bodies)
	set("topic", d.Topic)
	set("visit_number", numberText(d.VisitNumber))
	set("fieldwork_start", dayText(d.FieldworkStart))
	set("fieldwork_end", dayText(d.FieldworkEnd))
	set("lead_inspector", d.LeadInspector)
	for _, j := range d.Judgements {
		v.Add("judgements", j.Strand)
		set("judgement."+j.Strand, j.Grade)
	}
	for _, item := range d.Items {
		v.Add("items", item.Key)
		name := func(field string) string { return itemName(item.Key, field) }
		set(name("words"), item.Words)
		set(name("gloss"), item.Gloss)
		set(name("responsible"), item.Responsible)
		set(name("framework_tag"), item.FrameworkTag)
		set(name("page"), numberText(item.Page))
		v[name("joins")] = strings.Fields(item.Joins)
		v[name("themes")] = slices.Clone(item.Themes)
		tick(name("kind"), item.Kind == inspection.PriorityAction)
		tick(name("own_priority"), item.OwnPriority)
		tick(name("wording"), item.Wording == inspection.Paraphrase)
	}
	tick("whole_list_held", d.WholeListHeld)
	set("areas_covered", strings.Join(d.AreasCovered, "\n"))
	for i, finding := range d.Findings {
		set(rowName("finding", i, "kind"), string(finding.Kind))
		set(rowName("finding", i, "words"), finding.Words)
		set(rowName("finding", i, "paragraph"), finding.Paragraph)
	}
	for i, response := range d.Responses {
		set(rowName("response", i, "body"), response.BodyID)
		set(rowName("response", i, "role"), response.Role)
		set(rowName("response", i, "name"), response.Name)
		set(rowName("response", i, "gist"), response.Gist)
		set(rowName("response", i, "date"), dayText(response.On))
		set(rowName("response", i, "source"), response.Source)
	}
	set("note", d.Note)
	set("received", dayText(d.Received))
	set("statement_due", dayText(d.StatementDue))
	set("published", dayText(d.Published))
	set("published_hour", d.PublishedHour)
	set("address", d.Address)
	tick("no_document", d.NoDocument)
	tick("final", d.Final)
	set("twin_of", d.TwinOf)
	return v
}

// itemName names a box of an item; the key stays the same while items are moved.
func itemName(key, field string) string { return "item." + key + "." + field }

// rowName names a box of a row of findings or responses, which are counted from 1.
func rowName(list string, i int, field string) string {
	return fmt.Sprintf("%s.%d.%s", list, i+1, field)
}

func numberText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// dayText is how a box shows a date: as letters print it.
func dayText(d inspection.Date) string {
	if !d.Known() {
		return ""
	}
	return d.Words()
}

var (
	itemKey = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)
	clock   = regexp.MustCompile(`^([01]?[0-9]|2[0-3])[:.]([0-5][0-9])$`)
	ordinal = regexp.MustCompile(`\b([0-9]{1,2})(?:st|nd|rd|th)\b`)
)

// writtenDays are the ways in which dates are written, each with the text form of a Date that says as much.
var writtenDays = []struct{ layout, iso string }{
	{"2 January 2006", time.DateOnly}, {"2 Jan 2006", time.DateOnly}, {"2/1/2006", time.DateOnly}, {"2.1.2006", time.DateOnly},
	{"2-1-2006", time.DateOnly}, {"January 2006", "2006-01"}, {"Jan 2006", "2006-01"}, {"2006", "2006"},
}

// draftForm reads a draft out of a form's values.
type draftForm struct {
	values   url.Values
	problems inspection.Problems
}

// parseDraft reads a draft out of what the form's boxes hold. What the form does not show is taken from the draft as it
// is held: its evidence, the reader's warnings. Problems name the boxes whose words cannot be read.
func parseDraft(values url.Values, held inspection.Draft) (inspection.Draft, inspection.Problems) {
	f := &draftForm{values: values}
	d := held
	d.Kind = f.line("kind")
	d.Bodies = f.chosen("bodies")
	d.Topic = f.line("topic")
	d.VisitNumber = f.number("visit_number", 99, "the number of the visit, such as 2")
	d.FieldworkStart = f.day("fieldwork_start", "the day on which fieldwork began")
	d.FieldworkEnd = f.day("fieldwork_end", "the day on which fieldwork ended")
	d.LeadInspector = f.line("lead_inspector")
	d.Judgements = f.judgements()
	d.Items = f.items()
	d.WholeListHeld = f.ticked("whole_list_held")
	d.AreasCovered = nil
	for line := range strings.SplitSeq(f.words("areas_covered"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			d.AreasCovered = append(d.AreasCovered, line)
		}
	}
	d.Findings = f.findings()
	d.Responses = f.responses()
	d.Note = f.words("note")
	d.Received = f.day("received", "the day on which the council received the final letter")
	d.StatementDue = f.day("statement_due", "the day that the letter prints")
	f.publication(&d)
	d.TwinOf = f.line("twin_of")
	return d, f.problems
}

// publication reads what is known of the day on which a letter came out.
func (f *draftForm) publication(d *inspection.Draft) {
	d.Published = f.day("published", "the day of publication")
	d.PublishedHour = f.hour("published_hour")
	d.Address = f.line("address")
	if d.Address != "" {
		u, err := url.Parse(d.Address)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" {
			f.wrong("address", "Enter the whole address of the page, beginning with https://")
		}
	}
	d.NoDocument = f.ticked("no_document")
	d.Final = f.ticked("final")
}

func (f *draftForm) wrong(field, words string) {
	f.problems = append(f.problems, inspection.Problem{Field: field, Words: words})
}

func (f *draftForm) ticked(name string) bool { return f.values.Get(name) != "" }

// chosen reads what was chosen among several, each once.
func (f *draftForm) chosen(name string) []string {
	var out []string
	for _, value := range f.values[name] {
		if value = clean(value); value != "" && len(out) < mostRows && !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	return out
}

// line reads a box of one line.
func (f *draftForm) line(name string) string {
	text := strings.Join(strings.Fields(clean(f.values.Get(name))), " ")
	if len([]rune(text)) > mostLineRunes {
		f.wrong(name, fmt.Sprintf("Shorten this: at most %d characters fit", mostLineRunes))
	}
	return text
}

// address reads a box for an address; how long one may be is the domain's to say.
func (f *draftForm) address(name string) string { return strings.TrimSpace(clean(f.values.Get(name))) }

// words reads a box of several lines.
func (f *draftForm) words(name string) string {
	text := strings.ReplaceAll(f.values.Get(name), "\r\n", "\n")
	text = strings.TrimSpace(clean(text))
	if len([]rune(text)) > mostWordsRunes {
		f.wrong(name, "Shorten this: at most 20,000 characters fit")
	}
	return text
}

// clean takes away what no keyboard types and a database may refuse.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, text)
}

func (f *draftForm) number(name string, most int, what string) int {
	text := f.line(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		f.wrong(name, "Enter "+what)
		return 0
	}
	return n
}

func (f *draftForm) day(name, what string) inspection.Date {
	d, err := readDay(f.line(name))
	if err != nil {
		f.wrong(name, "Enter "+what+" like 7 July 2026")
	}
	return d
}

// readDay reads a date as people write it: "7 July 2026", "7/7/2026", "July 2026", or in the text form of a Date.
func readDay(text string) (inspection.Date, error) {
	if d, err := inspection.ParseDate(text); err == nil {
		return d, nil
	}
	text, about := strings.CutPrefix(strings.ToLower(text), "about ")
	text = ordinal.ReplaceAllString(text, "$1")
	for _, form := range writtenDays {
		if t, err := time.Parse(form.layout, text); err == nil {
			text = t.Format(form.iso)
			break
		}
	}
	if about {
		text += "~"
	}
	return inspection.ParseDate(text)
}

func (f *draftForm) hour(name string) string {
	text := f.line(name)
	if text == "" {
		return ""
	}
	parts := clock.FindStringSubmatch(text)
	if parts == nil {
		f.wrong(name, "Enter the hour of publication like 10:30")
		return text
	}
	if len(parts[1]) == 1 {
		parts[1] = "0" + parts[1]
	}
	return parts[1] + ":" + parts[2]
}

func (f *draftForm) judgements() []inspection.DraftJudgement {
	var out []inspection.DraftJudgement
	strands := f.values["judgements"]
	for _, strand := range strands[:min(len(strands), mostRows)] {
		grade := f.line("judgement." + strand)
		known := slices.ContainsFunc(out, func(j inspection.DraftJudgement) bool { return j.Strand == strand })
		if grade != "" && !known {
			out = append(out, inspection.DraftJudgement{Strand: strand, Grade: grade})
		}
	}
	return out
}

func (f *draftForm) items() []inspection.DraftItem {
	keys := f.values["items"]
	if len(keys) > mostItems {
		f.wrong("items", fmt.Sprintf("A letter can have at most %d areas to improve here. Check that this is one letter", mostItems))
		keys = keys[:mostItems]
	}
	var out []inspection.DraftItem
	for _, key := range keys {
		known := slices.ContainsFunc(out, func(item inspection.DraftItem) bool { return item.Key == key })
		if known || !itemKey.MatchString(key) {
			f.wrong("items", "The list of areas to improve cannot be read. Open the letter again")
			break
		}
		name := func(field string) string { return itemName(key, field) }
		item := inspection.DraftItem{
			Key: key, Kind: inspection.Improvement, Words: f.words(name("words")), Wording: inspection.Verbatim,
			Gloss: f.words(name("gloss")), FrameworkTag: f.line(name("framework_tag")), Responsible: f.line(name("responsible")),
			OwnPriority: f.ticked(name("own_priority")), Joins: strings.Join(f.chosen(name("joins")), " "),
			Page: f.number(name("page"), 400, "the page on which the item begins, such as 2"),
		}
		if f.ticked(name("kind")) {
			item.Kind = inspection.PriorityAction
		}
		if f.ticked(name("wording")) {
			item.Wording = inspection.Paraphrase
		}
		item.Themes = f.chosen(name("themes"))
		out = append(out, item)
	}
	return out
}

// rows counts the rows of a list that a form holds.
func (f *draftForm) rows(list, field string) int {
	n := 0
	for n < mostRows && f.values.Has(rowName(list, n, field)) {
		n++
	}
	return n
}

// findings reads the rows in which anything was written.
func (f *draftForm) findings() []inspection.DraftFinding {
	var out []inspection.DraftFinding
	for i := range f.rows("finding", "words") {
		finding := inspection.DraftFinding{
			Kind:  inspection.FindingKind(f.line(rowName("finding", i, "kind"))),
			Words: f.words(rowName("finding", i, "words")), Paragraph: f.line(rowName("finding", i, "paragraph")),
		}
		switch {
		case finding.Words == "" && finding.Paragraph == "":
			continue
		case !slices.Contains([]inspection.FindingKind{inspection.Strength, inspection.Concern, inspection.EarlierAreas}, finding.Kind):
			f.wrong(rowName("finding", i, "kind"), "Choose whether this is a strength, a concern or about the areas of the letter before")
		}
		out = append(out, finding)
	}
	return out
}

// responses reads the rows in which anything was written.
func (f *draftForm) responses() []inspection.DraftResponse {
	var out []inspection.DraftResponse
	for i := range f.rows("response", "gist") {
		name := func(field string) string { return rowName("response", i, field) }
		response := inspection.DraftResponse{
			BodyID: f.line(name("body")), Role: f.line(name("role")), Name: f.line(name("name")), Gist: f.words(name("gist")),
			On: f.day(name("date"), "the day on which this was said"), Source: f.line(name("source")),
		}
		if response.Role == "" && response.Name == "" && response.Gist == "" && response.Source == "" && f.values.Get(name("date")) == "" {
			continue
		}
		if response.Gist == "" {
			f.wrong(name("gist"), "Enter what was said in reply, in our words")
		}
		out = append(out, response)
	}
	return out
}
