package main

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestHelpOnAPhone opens the guides on narrow screens, finds all of their pictures in them, and goes from the contents to a
// section by keyboard.
func TestHelpOnAPhone(t *testing.T) {
	b := openTab(t, siteURL(t))
	for _, width := range []int64{375, 320} {
		b.look(width, 700)
		for _, address := range []string{"/help", "/help?q=publish+a+letter", "/help/members", "/help/officers", "/help/administrators"} {
			if status := b.open(address); status != http.StatusOK {
				t.Fatalf("%s is answered %d", address, status)
			}
			for _, fault := range append(brokenPictures(b), overflow(b)...) {
				t.Errorf("%s, %d wide: %s", address, width, fault)
			}
		}
	}
	b.open("/help/officers")
	tabTo(b, `.guide-contents a[href="#evidence"]`)
	b.do(chromedp.KeyEvent(kb.Enter))
	if at := ask[string](b, "document.activeElement.id"); at != "evidence" {
		t.Errorf("the contents lead to %q", at)
	}
	b.reportFaults("a guide")
}
