package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// progressPictures makes the pictures of what became of areas to improve. The letters are real and the progress is made
// up, which the guides say under each picture that shows any.
func progressPictures(t *testing.T) {
	t.Helper()
	o := ownSite(t)
	fillProgress(t, o.store)
	visitor, officer := openTab(t, o.origin), o.tab(t)
	for _, picture := range []struct {
		name, address string
		by            *tab
		part          string // what of the page; empty: what the screen shows
		form          string // that stands open, at the head of the screen
		width, height int64
	}{
		{"scrutiny", "/scrutiny?authority=north-northamptonshire", visitor, "", "", 1280, 1200},
		{"item", "/recommendations/NN-ILACS-2022-1", visitor, "", "", 1280, 1200},
		{"later-letters", "/recommendations/NN-ILACS-2022-2", visitor, "section[aria-labelledby=later]", "", 860, 720},
		{"as-it-stood", "/?as-at=2022-12-15", visitor, "", "", 1280, 720},
		{"next-inspection", "/authorities/north-northamptonshire/next-inspection", visitor, "", "", 1280, 1000},
		{"recurrence", "/themes?authority=west-northamptonshire", visitor, "", "", 1280, 1200},
		{"work", "/recommendations/NN-ILACS-2026-1/work", officer, "", "ask_for_date", 1280, 1300},
	} {
		b := picture.by
		b.look(picture.width, picture.height, "prefers-color-scheme", "light")
		if status := b.open(picture.address); status != http.StatusOK {
			t.Fatalf("%s is answered %d", picture.name, status)
		}
		if picture.form != "" && !ask[bool](b, `(form => {
			if (form) form.closest("details").open = true
			return !!form
		})(document.getElementById("`+picture.form+`"))`) {
			t.Fatalf("%s has no form %s", picture.address, picture.form)
		}
		brokenPictures(b) // waits for them
		shoot := chromedp.CaptureScreenshot()
		if picture.part != "" {
			shoot = chromedp.Screenshot(chromedp.CSS(picture.part))
		}
		shot, err := act(b, shoot)
		if err != nil {
			t.Fatalf("%s: %v", picture.name, err)
		}
		keepPicture(t, picture.name, shot)
	}
	trackerPicture(t, officer)
	visitor.reportFaults("a page that shows progress")
	officer.reportFaults("a page for officers")
}

// trackerPicture chooses a spreadsheet and shows its columns, as the officer who brings it in sees them.
func trackerPicture(t *testing.T, b *tab) {
	t.Helper()
	day := time.Date(2027, time.March, 31, 0, 0, 0, 0, time.UTC)
	file := filepath.Join(t.TempDir(), "Improvement plan, version 17.xlsx")
	data := tracker(t,
		trackerRow(1, "Read forty plans each month", "Head of quality and practice learning", day, "On track", "The first forty are read", "Eight in ten were good"),
		trackerRow(nil, "Train managers", "Head of quality and practice learning", "June 2027", "Complete", "", "All are trained"),
	)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	b.look(1280, 900, "prefers-color-scheme", "light")
	b.open("/tracker")
	b.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	press(b, `form[action="/tracker"] button`)
	send(b, "form[method=get].officer-form", fields{"sheet": "Tracker", "heading_row": "4", "body": "North Northamptonshire"})
	ask[any](b, `(holds => {
		holds.forEach((what, i) => { document.getElementsByName("column." + (i + 1) + ".holds")[0].value = what })
		document.getElementById("columns").scrollIntoView({behavior: "instant"})
	})(["reference", "action", "owner", "", "due", "success_measure", "", "status", "progress", "progress"])`)
	shot, err := act(b, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	keepPicture(t, "tracker", shot)
}
