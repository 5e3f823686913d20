package main

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"inspectiontimeline/internal/store/storetest"
)

var pictures = flag.Bool("pictures", false, "draw docs/pictures anew from the running program")

// pictureLimit keeps the repository small.
const pictureLimit = 300_000

// TestPictures makes the pictures of the README and the documentation from the program as it runs today.
func TestPictures(t *testing.T) {
	if !*pictures {
		t.Skip("make pictures runs it")
	}
	s := startService(t, nil, "--db", storetest.SQLite(t, true))
	b := openTab(t, s.url)
	for _, picture := range []struct {
		name, address string
		width, height int64
		scheme        string
	}{
		{"home-1280", "/", 1280, 720, "light"},
		{"home-whole", "/", 1280, 2600, "light"},
		{"home-dark", "/", 1280, 720, "dark"},
		{"home-375", "/", 375, 1600, "light"},
		{"authority", "/authorities/west-northamptonshire", 1280, 1600, "light"},
		{"england", "/authorities", 1280, 1100, "light"},
		{"inspections", "/inspections?authority=west-northamptonshire", 1280, 900, "light"},
		{"inspection", "/inspections/west-northamptonshire-ilacs-2022-10-03", 1280, 1400, "light"},
		{"areas", "/recommendations?authority=west-northamptonshire", 1280, 900, "light"},
	} {
		b.look(picture.width, picture.height, "prefers-color-scheme", picture.scheme)
		b.open(picture.address)
		brokenPictures(b) // waits for them
		shot, err := act(b, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		keepPicture(t, picture.name, shot)
	}

	b.look(1280, 720)
	b.open("/")
	brokenPictures(b)
	pdf, err := act(b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPrintBackground()))
	if err != nil {
		t.Fatal(err)
	}
	keepPicture(t, "home-print", firstPage(t, pdf))
	b.reportFaults("a page")
}

// firstPage draws the first page of a PDF.
func firstPage(t *testing.T, pdf []byte) []byte {
	t.Helper()
	folder := t.TempDir()
	printed, drawn := filepath.Join(folder, "printed.pdf"), filepath.Join(folder, "drawn")
	if err := os.WriteFile(printed, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	// It comes with the tools that most systems have for reading PDF files: Debian calls them poppler-utils.
	cmd := exec.CommandContext(context.Background(), "pdftoppm", "-png", "-r", "96", "-singlefile", printed, drawn)
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
	if len(png) > pictureLimit {
		t.Errorf("%s has %d bytes; make it smaller than %d", name, len(png), pictureLimit)
	}
	folder := filepath.Join("..", "..", "docs", "pictures")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}
