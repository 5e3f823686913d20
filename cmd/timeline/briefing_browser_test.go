package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestMakingABriefingByKeyboard goes from the dashboard to the paper in three steps without a mouse: to the paper, to the day
// since which it looks back, and to its document. It works on a page without scripts too.
func TestMakingABriefingByKeyboard(t *testing.T) {
	b := openTab(t, siteURL(t))
	for _, scripts := range []bool{true, false} {
		b.scripts(scripts)
		b.look(1280, 720)
		b.open("/")
		tabTo(b, ".briefing-link a")
		enter(b)
		mustSay(t, textOf(b, "h1"), "Briefing: children’s services in Northamptonshire")
		tabTo(b, ".briefing-choices a:last-child")
		enter(b)
		mustSay(t, textOf(b, ".paper"), "What changed since 21 November 2025", "published 7 July 2026", "Outstanding")
		tabTo(b, ".briefing-ways a[download]")
		document := ask[string](b, "document.activeElement.href")
		if !strings.HasSuffix(document, "/authorities/northamptonshire/briefing.docx?since=2025-11-21") {
			t.Errorf("the document is at %s", document)
		}
		if size := len(downloaded(t, document)); size < 5_000 {
			t.Errorf("the document has %d bytes", size)
		}
		b.reportFaults("a briefing")
	}
}

// TestTheBriefingPrintsOnTwoSheets prints papers of the seed, and reads them on a phone without scrolling to the side.
func TestTheBriefingPrintsOnTwoSheets(t *testing.T) {
	b := openTab(t, siteURL(t))
	folder := t.TempDir()
	for _, slug := range []string{"west-northamptonshire", "northamptonshire", "northamptonshire-county-council"} {
		b.look(1280, 720)
		b.open("/authorities/" + slug + "/briefing")
		pdf, err := act(b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(folder, slug+".pdf")
		if err := os.WriteFile(file, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
		if n := pagesOf(t, file); n < 1 || n > 2 {
			t.Errorf("%s takes %d sheets", slug, n)
		}
		inOrder(t, slug, textOfPDF(t, file), "Briefing: children’s services", "Latest judgements", "Areas to improve", "Questions to ask", "Sources", "The record:", "/scrutiny?")
		for _, width := range []int64{375, 320} {
			b.look(width, 700)
			if wide := ask[int64](b, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("%s: at %d px the page is %d px wide", slug, width, wide)
			}
		}
	}
	b.reportFaults("a briefing")
}
