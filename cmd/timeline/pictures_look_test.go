package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

var pictureFolder = filepath.Join("..", "..", "docs", "pictures")

// browserNote is the file that names the browser which drew the pictures.
const browserNote = "chromium.txt"

// widePictures makes the pictures of the main pages at each width, with the clock of tests: they change with the pages alone.
func widePictures(t *testing.T) {
	t.Helper()
	b := openTab(t, siteURL(t))
	pages := slices.Clone(mainPages)
	for _, more := range [][2]string{
		{"authority", "/authorities/west-northamptonshire"}, {"area", "/recommendations/WN-ILACS-2026-1"}, {"scrutiny", "/scrutiny"},
		{"search", "/search?q=care+leavers"}, {"briefing", "/authorities/northamptonshire/briefing"}, {"design", "/design"},
	} {
		pages = append(pages, struct{ name, address string }{more[0], more[1]})
	}
	for _, page := range pages {
		for _, size := range layoutWidths {
			b.look(size.width, size.height, "prefers-color-scheme", "light")
			if status := b.open(page.address); status != http.StatusOK {
				t.Fatalf("%s is answered %d", page.address, status)
			}
			brokenPictures(b)
			ask[any](b, `document.fonts.ready.then(() => null)`)
			shot, err := act(b, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatalf("%s: %v", page.name, err)
			}
			keepPicture(t, fmt.Sprintf("%s-%d", page.name, size.width), shot)
		}
	}
	b.reportFaults("a page")
	if err := os.WriteFile(filepath.Join(pictureFolder, browserNote), []byte(browserVersion(b)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// signs makes the pictures that stand for the service elsewhere, from the pages in testdata/signs: what other sites show beside a
// link, and the sign on a telephone and in browsers that read no SVG.
func signs(t *testing.T) {
	t.Helper()
	files := httptest.NewServer(http.FileServer(http.Dir(filepath.Join("..", ".."))))
	defer files.Close()
	b := openTab(t, files.URL)
	for _, sign := range []struct {
		name, page    string
		width, height int64
	}{{"social", "social", 1200, 630}, {"icon-180", "touch", 180, 180}, {"icon-32", "touch", 32, 32}} {
		b.look(sign.width, sign.height)
		if status := b.open("/cmd/timeline/testdata/signs/" + sign.page + ".html"); status != http.StatusOK {
			t.Fatalf("%s is answered %d", sign.page, status)
		}
		brokenPictures(b)
		ask[any](b, `document.fonts.ready.then(() => null)`)
		shot, err := act(b, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("..", "..", "static", sign.name+".png"), fewerColours(t, shot), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// fewerColours writes a picture in the 256 colours that it has most of, which takes a third of the bytes: a page has few colours,
// and the many between them are the edges of letters.
func fewerColours(t *testing.T, data []byte) []byte {
	t.Helper()
	from := decoded(t, data)
	often := map[color.RGBA]int{}
	each := func(visit func(x, y int, c color.RGBA)) {
		for y := range from.Bounds().Dy() {
			for x := range from.Bounds().Dx() {
				visit(x, y, color.RGBAModel.Convert(from.At(x, y)).(color.RGBA))
			}
		}
	}
	each(func(_, _ int, c color.RGBA) { often[c]++ })
	// Of colours that are as frequent, the darker one, so that the same picture is always written in the same bytes.
	byNumber := func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(often[b], often[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	}
	var palette color.Palette
	for _, c := range slices.SortedFunc(maps.Keys(often), byNumber)[:min(256, len(often))] {
		palette = append(palette, c)
	}
	nearest := map[color.RGBA]uint8{}
	to := image.NewPaletted(from.Bounds(), palette)
	each(func(x, y int, c color.RGBA) {
		at, known := nearest[c]
		if !known {
			at = uint8(palette.Index(c))
			nearest[c] = at
		}
		to.SetColorIndex(x, y, at)
	})
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, to); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
