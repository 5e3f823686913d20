package letter

import (
	"regexp"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// The reports of before November 2013: on the protection of children, on looked after children, and on both at once.
// They judge on the four points that had "adequate", and close with a record of all judgements.

// olderReport is one kind of them.
type olderReport struct {
	framework string
	title     *regexp.Regexp
	record    []reportRow // of the record of main findings, in its order; none where its strands are not ours
}

func olderRow(strand, label string) reportRow {
	return reportRow{strand: strand, label: regexp.MustCompile(`(?i)^(?:the )?` + label)}
}

var olderReports = []olderReport{
	{"looked-after-children", regexp.MustCompile(`(?i)^inspection of (?:services for )?looked after children(?: services)?\b`), []reportRow{
		olderRow("overall", `overall effectiveness`), olderRow("", `capacity (?:for|to) improve`), olderRow("", `outcomes for looked after`),
		olderRow("", `quality of provision`), olderRow("leaders", `leadership and management`),
	}},
	{"protection-of-children", regexp.MustCompile(`(?i)^inspection of (?:local authority )?arrangements for the protection of children\b`), []reportRow{
		olderRow("overall", `overall effectiveness`), olderRow("help_protection", `effectiveness of the help and protection`),
		olderRow("", `quality of practice`), olderRow("leaders", `leadership and governance`),
	}},
	{"other", regexp.MustCompile(`(?i)^inspection of (?:safeguarding(?: and looked after children)?(?: services)?|` +
		`(?:the )?progress made in the provision of safeguarding services)\b`), nil},
}

var (
	ofsted        = regexp.MustCompile(`\bOfsted\b|\bHM[CI]I?\b|Majesty['’]s (?:Chief )?Inspector`)
	recordHeading = regexp.MustCompile(`(?i)^record of main findings$`)
	olderListEnd  = regexp.MustCompile(`(?i)^(?:(?:the )?effectiveness of the help and protection\b.{0,40}|` +
		`outcomes for .{0,60}|(?:the )?quality of (?:practice|provision)|` +
		`leadership and (?:management|governance)|capacity (?:for|to) improve(?:ment)?|services for looked after children|record of main findings)$`)
	gradeLine     = regexp.MustCompile(`(?i)^grade [1-4]:? \(?(outstanding|good|adequate|inadequate)\)?$`)
	gradeSentence = regexp.MustCompile(`(?i)^(?:[0-9]{1,3}\. )?(?:the )?(?:judge?ment for )?` +
		`(?:(?:overall )?effectiveness|leadership and (?:management|governance))\b[^.]{0,160}?\b(?:is|are)(?: judged)?(?: to be)? ` +
		`(outstanding|good|adequate|inadequate)\b`)
)

// olderReportOf returns the kind that the title of a report names, and the lines of the title.
func olderReportOf(d *document) (olderReport, []line) {
	for _, o := range olderReports {
		if title := d.reportTitle(o.title); title != nil && slices.ContainsFunc(d.lines, func(l line) bool { return ofsted.MatchString(l.text) }) {
			return o, title
		}
	}
	return olderReport{}, nil
}

func isOlderReport(d *document) bool {
	_, title := olderReportOf(d)
	return title != nil
}

func readOlderReport(d *document, r *Reading) {
	report, title := olderReportOf(d)
	body := d.body()
	r.Framework = found(report.framework, "older.title", inspection.Certain, title...)
	readCover(d, r, "older")
	r.LeadInspector = leadInspector(d.front(), "older.cover")
	r.Judgements = report.judgements(body)
	r.Items = reportItems(d, body, olderListEnd, "older.list")
	for i := range r.Items {
		r.Items[i].Body = bodyAuthority
	}
}

// judgements weighs the record of main findings against what stands under the headings of the sections.
func (o olderReport) judgements(body []line) []Judgement {
	if len(o.record) == 0 {
		return nil
	}
	table := map[string]grade{}
	for i, l := range body {
		if recordHeading.MatchString(l.text) {
			start := slices.IndexFunc(body[i:], func(l line) bool { return o.record[0].label.MatchString(l.text) })
			if start >= 0 {
				table = gradeTable(body[i+start:], o.record)
			}
		}
	}
	sections := o.sections(body)
	var out []Judgement
	for _, row := range o.record {
		if row.strand == "" {
			continue
		}
		if g, certainty, ok := agreed(table[row.strand], sections[row.strand]); ok {
			rule := "older.record"
			if table[row.strand].code == "" {
				rule = "older.section"
			}
			out = append(out, Judgement{row.strand, *found(g.code, rule, certainty, g.lines...)})
		}
	}
	return out
}

// sections reads the grade printed right below the heading of a section, or in its first sentence.
func (o olderReport) sections(body []line) map[string][]grade {
	const headingLines, sentenceLines = 2, 3
	out := map[string][]grade{}
	for i, l := range body {
		row := slices.IndexFunc(o.record, func(r reportRow) bool { return r.label.MatchString(l.text) })
		if row < 0 || o.record[row].strand == "" {
			continue
		}
		strand := o.record[row].strand
		for n := 1; n <= headingLines && i+n < len(body); n++ {
			if m := gradeLine.FindStringSubmatch(body[i+n].text); m != nil {
				out[strand] = append(out[strand], grade{gradeCode(m[1]), body[i : i+n+1]})
			}
			p := newPassage(body[i+n : min(i+n+sentenceLines, len(body))])
			if g, ok := p.gradeIn(gradeSentence); ok && o.record[row].label.MatchString(withoutNumber(p.text)) {
				out[strand] = append(out[strand], g)
			}
		}
	}
	return out
}

var leadingNumber = regexp.MustCompile(`(?i)^(?:[0-9]{1,3}\. )?(?:the )?(?:judge?ment for )?`)

func withoutNumber(words string) string {
	return strings.TrimSpace(leadingNumber.ReplaceAllString(words, ""))
}
