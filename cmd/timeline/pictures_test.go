package main

import (
	"flag"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"inspectiontimeline/internal/store/storetest"
)

var pictures = flag.Bool("pictures", false, "draw docs/pictures anew from the running program")

// pictureLimit keeps the repository small.
const pictureLimit = 250_000

// TestPictures makes the pictures of the README and the documentation from the program as it runs today.
func TestPictures(t *testing.T) {
	if !*pictures {
		t.Skip("make pictures runs it")
	}
	s := startService(t, nil, "--db", storetest.SQLite(t, true))
	b := openTab(t, s.url)
	for _, picture := range []struct {
		name, address string
		part          string // what of the page; empty: what the screen shows
		width, height int64
		scheme        string
	}{
		{"home-dark", "/", "", 1280, 720, "dark"},
		{"lanes", "/", "figure.lanes", 1280, 720, "light"},
		{"lanes-375", "/", "figure.lanes", 375, 720, "light"},
		{"lanes-earlier", "/authorities/northamptonshire-county-council", "figure.lanes", 1280, 720, "light"},
		{"overall", "/authorities/west-northamptonshire", "[aria-labelledby=overall] figure", 1280, 720, "light"},
		{"themes", "/authorities/west-northamptonshire", "[aria-labelledby=themes] figure", 1280, 720, "light"},
		{"england", "/england?judgement=overall", "main figure", 1280, 720, "light"},
		{"inspections", "/inspections?authority=west-northamptonshire", "", 1280, 900, "light"},
		{"inspection", "/inspections/west-northamptonshire-ilacs-standard-2022-10-03", "", 1280, 1200, "light"},
		{"areas", "/recommendations?authority=west-northamptonshire", "", 1280, 900, "light"},
	} {
		b.look(picture.width, picture.height, "prefers-color-scheme", picture.scheme)
		if status := b.open(picture.address); status != http.StatusOK {
			t.Fatalf("%s is answered %d", picture.address, status)
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

	b.reportFaults("a page")
	widePictures(t)
	signs(t)
	officersPictures(t)
	peoplePictures(t)
	progressPictures(t)
	englandPictures(t)

	// Debian calls the tools for reading PDF files poppler-utils. Without them the other pictures are made all the same.
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		t.Skip("the picture of the printed page stays as it was: pdftoppm is not installed")
	}
	b.look(1280, 720)
	b.open("/")
	brokenPictures(b)
	pdf, err := act(b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPrintBackground()))
	if err != nil {
		t.Fatal(err)
	}
	keepPicture(t, "home-print", firstPage(t, pdf))
}

// officersPictures makes the pictures of the officers' pages, with letters of our own wording.
func officersPictures(t *testing.T) {
	t.Helper()
	o := ownSite(t)
	all := fillOffice(o)
	b := o.tab(t)
	for _, picture := range []struct {
		name, address string
		at            string // what has the focus and stands in the middle; empty: the head of the page
		width, height int64
	}{
		{"letters", "/letters", "", 1280, 900},
		{"review", all.held, `[name="item.2.words"]`, 1280, 900},
		{"review-375", all.held, "", 375, 1600},
		{"publish", all.held + "/publish", "", 1280, 1300},
	} {
		b.look(picture.width, picture.height, "prefers-color-scheme", "light")
		if status := b.open(picture.address); status != http.StatusOK {
			t.Fatalf("%s is answered %d", picture.name, status)
		}
		if picture.at != "" {
			ask[any](b, `(box => { box.focus(); box.scrollIntoView({block: "center", behavior: "instant"}) })(document.querySelector('`+picture.at+`'))`)
		}
		shot, err := act(b, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatalf("%s: %v", picture.name, err)
		}
		keepPicture(t, picture.name, shot)
	}
	b.reportFaults("an officers' page")
}

// firstPage draws the first page of a PDF.
func firstPage(t *testing.T, pdf []byte) []byte {
	t.Helper()
	folder := t.TempDir()
	printed, drawn := filepath.Join(folder, "printed.pdf"), filepath.Join(folder, "drawn")
	if err := os.WriteFile(printed, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "pdftoppm", "-png", "-r", "96", "-singlefile", printed, drawn)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("draw the printed page: %v\n%s", err, out)
	}
	png, err := os.ReadFile(drawn + ".png")
	if err != nil {
		t.Fatal(err)
	}
	return png
}

func keepPicture(t *testing.T, name string, png []byte) {
	t.Helper()
	png = fewerColours(t, png)
	if len(png) > pictureLimit {
		t.Errorf("%s has %d bytes; make it smaller than %d", name, len(png), pictureLimit)
	}
	if err := os.MkdirAll(pictureFolder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(pictureFolder, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
