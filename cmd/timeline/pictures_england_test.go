package main

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
)

// englandPictures makes the pictures of the pages about other councils, and of what is found and taken away, from the record as
// the program brings it.
func englandPictures(t *testing.T) {
	t.Helper()
	o := ownSite(t)
	b := openTab(t, o.origin)
	for _, picture := range []struct {
		name, address string
		height        int64
	}{
		{"compare", "/compare?authority=west-northamptonshire&group=neighbours", 1300},
		{"map", "/england/map", 1300},
		{"journeys", "/england/journeys?judgement=overall", 1300},
		{"reorganisations", "/reorganisations", 900},
		{"search", "/search?q=%22care+leavers%22", 1200},
		{"briefing", "/authorities/west-northamptonshire/briefing", 1500},
	} {
		b.look(1280, picture.height, "prefers-color-scheme", "light")
		if status := b.open(picture.address); status != http.StatusOK {
			t.Fatalf("%s is answered %d", picture.name, status)
		}
		brokenPictures(b) // waits for them
		shot, err := act(b, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatalf("%s: %v", picture.name, err)
		}
		keepPicture(t, picture.name, shot)
	}
	b.reportFaults("a page about England, or one to take away")
}
