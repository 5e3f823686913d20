package exchange

import (
	"cmp"
	"fmt"
	"io"

	"inspectiontimeline/internal/inspection"
)

// WriteBriefing writes a paper as a Word document (Office Open XML) of A4 sheets, in the order of the page of the same paper.
// The address of each place to which it leads is asked for, and has to be whole. The same paper gives the same bytes.
func WriteBriefing(w io.Writer, paper inspection.Briefing, address func(inspection.BriefingLead) string) error {
	d := newDocx(paper.Title, paper.AsOf)
	text := func(t inspection.BriefingText) docxText {
		var out docxText
		for _, run := range t {
			one := docxRun{words: run.Words}
			if run.Lead.To != "" {
				one.address = address(run.Lead)
			}
			one.words = cmp.Or(one.words, one.address)
			out = append(out, one)
		}
		return out
	}
	each := func(style string, all []inspection.BriefingText) {
		for _, t := range all {
			d.paragraph(style, text(t))
		}
	}
	d.paragraph("Heading1", docxText{{words: paper.Title}})
	each("", paper.About)
	for i, t := range paper.Headline {
		style := ""
		if i == 0 {
			style = "Lead"
		}
		d.paragraph(style, text(t))
	}
	for _, section := range paper.Sections {
		d.paragraph("Heading2", docxText{{words: section.Title}})
		each("", section.Words)
		if t := section.Table; t != nil {
			table := docxTable{caption: t.Caption, summary: t.Summary, heads: t.Heads, widths: t.Widths}
			for _, row := range t.Rows {
				var cells []docxText
				for _, cell := range row {
					cells = append(cells, text(cell))
				}
				table.rows = append(table.rows, cells)
			}
			d.table(table)
		}
		each("ListBullet", section.List)
		each("Following", section.After)
	}
	if err := d.write(w); err != nil {
		return fmt.Errorf("write a Word document: %w", err)
	}
	return nil
}
