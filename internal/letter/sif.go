package letter

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"inspectiontimeline/internal/inspection"
)

// The reports of the single inspection framework (2013 to 2018): a cover with the judgements in a table, a part on the
// local authority and, in most, a part on the local safeguarding children board (LSCB).

var (
	sifTitle  = regexp.MustCompile(`(?i)^(?:re-? ?)?inspection of services for children in need of help and protection\b`)
	lscbTitle = regexp.MustCompile(`(?i)^(?:inspection|review) of the effectiveness of the local safeguarding children['’]?s? board`)
)

func isSIF(d *document) bool        { return d.sifSigns() != nil }
func isLSCBReview(d *document) bool { return d.reportTitle(lscbTitle) != nil }

// sifSigns returns the lines by which a cover is known: those of its title or, where that reads otherwise, the labels of
// the table below the dates of a report.
func (d *document) sifSigns() []line {
	if title := d.reportTitle(sifTitle); title != nil {
		return title
	}
	const enough = 3 // labels
	front := d.front()
	if d.reportTitle(titleStart) == nil || !slices.ContainsFunc(front, func(l line) bool { return publishedLabel.MatchString(l.text) }) {
		return nil
	}
	labels := slices.DeleteFunc(front, func(l line) bool {
		return !slices.ContainsFunc(sifRows, func(row reportRow) bool { return row.label.MatchString(l.text) })
	})
	if len(labels) < enough {
		return nil
	}
	return labels
}

func readSIF(d *document, r *Reading) {
	body := d.firstReport(r)
	table := sifTable(d.coverLines(body))
	certainty := inspection.Certain
	if len(table) < len(sifRows) || d.reportTitle(sifTitle) == nil {
		certainty = inspection.Check
	}
	r.Framework = found("sif", "sif.title", certainty, d.sifSigns()...)
	readCover(d, r, "sif")
	r.LeadInspector = leadInspector(body, "sif.team")
	r.Judgements = sifJudgements(d, body, table)
	r.Items = reportItems(d, body, sifListEnd, "sif.list")
}

// readLSCBReview reads a review of a safeguarding board that was published by itself.
func readLSCBReview(d *document, r *Reading) {
	body := d.body()
	r.Framework = found("lscb-review", "lscb.title", inspection.Certain, d.reportTitle(lscbTitle)...)
	readCover(d, r, "lscb")
	r.LeadInspector = leadInspector(body, "lscb.team")
	if j, ok := lscbJudgement(body); ok {
		r.Judgements = []Judgement{j}
	}
	r.Items = reportItems(d, body, sifListEnd, "lscb.list")
	for i := range r.Items {
		r.Items[i].Body = bodyLSCB
	}
}

// front returns the lines of the first page, on which a report prints its title.
func (d *document) front() []line {
	if len(d.pages) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(d.lines), func(l line) bool { return l.page != d.pages[0].Number })
}

// reportTitle returns the lines of a title on the cover. A page that has a title but no dates of fieldwork is no cover:
// papers of committees name reports too.
func (d *document) reportTitle(pattern *regexp.Regexp) []line {
	front := d.front()
	if !slices.ContainsFunc(front, func(l line) bool { return datesLabel.MatchString(l.text) }) {
		return nil
	}
	return titleIn(front, pattern)
}

// titleIn returns the lines of a title, which begins a line and may wrap.
func titleIn(lines []line, pattern *regexp.Regexp) []line {
	const most = 4
	for i := range lines {
		p := newPassage(lines[i:min(i+most, len(lines))])
		if at := pattern.FindStringIndex(p.text); at != nil {
			return p.between(at[0], at[1])
		}
	}
	return nil
}

var contentsHeading = regexp.MustCompile(`(?i)^(?:table of )?contents$`)

// coverLines returns the lines before the list of contents, or the first two pages where there is none.
func (d *document) coverLines(body []line) []line {
	const most = 2
	end := slices.IndexFunc(body, func(l line) bool { return contentsHeading.MatchString(l.text) })
	if end < 0 {
		end = slices.IndexFunc(body, func(l line) bool { return l.page > d.pages[0].Number+most-1 })
	}
	if end < 0 {
		end = len(body)
	}
	return body[:end]
}

// firstReport returns the lines to read, with a warning where the file holds a second report. A report on the
// safeguarding board belongs to the inspection and is read with it; any other is left out.
func (d *document) firstReport(r *Reading) []line {
	body := d.body()
	for i, l := range body {
		if l.page == d.pages[0].Number || !datesLabel.MatchString(l.text) {
			continue
		}
		start := i
		for start > 0 && body[start-1].page == l.page {
			start--
		}
		head := body[start:i]
		switch {
		case titleIn(head, sifTitle) == nil && titleIn(head, lscbTitle) != nil:
			r.Warnings = append(r.Warnings, fmt.Sprintf("This file holds a second report, on the safeguarding board, from page %d. "+
				"Its judgement and recommendations were read with those of the first.", l.page))
			return body
		case titleIn(head, titleStart) != nil:
			r.Warnings = append(r.Warnings, fmt.Sprintf("This file holds a second report, from page %d. Only the first was read.", l.page))
			return body[:start]
		}
	}
	return body
}

var (
	leadLabel = regexp.MustCompile(`(?i)^(?:lead|reporting) inspectors?\b[ :–-]*(.*)$`)
	deputy    = regexp.MustCompile(`(?i)[ ,;(]*\b(?:and )?deputy\b.*$`)
)

// leadInspector finds the line that names who led the inspection: the first, since a second report has its own.
func leadInspector(lines []line, rule string) *Found[string] {
	for i, l := range lines {
		m := leadLabel.FindStringSubmatch(plain(l))
		if m == nil {
			continue
		}
		phrase, used := m[1], lines[i:i+1]
		if phrase == "" && i+1 < len(lines) {
			phrase, used = plain(lines[i+1]), lines[i:i+2]
		}
		if names, _, ok := inspectorNames(deputy.ReplaceAllString(phrase, "")); ok {
			return found(strings.Join(names, "; "), rule, inspection.Certain, used...)
		}
	}
	return nil
}
