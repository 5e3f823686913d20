package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// mainPages are those that most readers come for, by the names that their pictures and goldens have.
var mainPages = []struct{ name, address string }{
	{"home", "/"},
	{"inspection", "/inspections/west-northamptonshire-ilacs-standard-2022-10-03"},
	{"areas", "/recommendations?authority=west-northamptonshire"},
	{"compare", "/compare"},
	{"england", "/england"},
}

// layoutWidths are a desk, a tablet held upright and a telephone, with the heights that their pictures have.
var layoutWidths = []struct{ width, height int64 }{{1280, 900}, {768, 1024}, {375, 812}}

// layoutParts are the parts whose boxes are held, each by the first that is shown.
var layoutParts = []string{
	".masthead", ".wordmark", ".masthead-search", ".nav", ".as-of", ".switch", "main h1", ".changed", ".latest", ".counts", ".section-nav", ".filters",
	"main figure", "main .wide-table", ".footer-links",
}

// layoutTolerance is by how many pixels a box may stand or measure otherwise: fonts round differently from machine to machine.
const layoutTolerance = 3

// box is where a part stands on the page, in pixels.
type box struct {
	Part                string
	X, Y, Width, Height float64
}

// TestLayout compares where the main parts of the main pages stand with what was looked at and found good. The words of a page
// belong to its layout: whoever changes them looks at the page and runs this with -update.
func TestLayout(t *testing.T) {
	b := openTab(t, siteURL(t))
	for _, page := range mainPages {
		t.Run(page.name, func(t *testing.T) {
			b.t = t
			var found strings.Builder
			for _, size := range layoutWidths {
				b.look(size.width, size.height, "prefers-color-scheme", "light")
				if status := b.open(page.address); status != http.StatusOK {
					t.Fatalf("answered %d", status)
				}
				fmt.Fprintf(&found, "%d px\n", size.width)
				for _, one := range boxesOf(b) {
					fmt.Fprintf(&found, "%-16s %.0f %.0f %.0f %.0f\n", strings.ReplaceAll(one.Part, " ", ">"), one.X, one.Y, one.Width, one.Height)
				}
			}
			compareBoxes(t, filepath.Join("testdata", "layout", page.name+".golden"), found.String())
		})
	}
}

// boxesOf measures the parts of the page that is open, once its font and pictures are there. Where the foot stands depends on all
// that is above it; only its size is held.
func boxesOf(b *tab) []box {
	b.t.Helper()
	brokenPictures(b)
	return ask[[]box](b, `document.fonts.ready.then(() => `+jsList(layoutParts)+`.flatMap(part => {
		const one = [...document.querySelectorAll(part)].find(one => one.checkVisibility())
		if (!one) return []
		const {x, y, width, height} = one.getBoundingClientRect()
		return [{Part: part, X: x, Y: part === ".footer-links" ? 0 : y, Width: width, Height: height}]
	}))`)
}

func jsList(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = fmt.Sprintf("%q", value)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// compareBoxes holds measured boxes to a golden, line by line.
func compareBoxes(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	now, then := strings.Split(got, "\n"), strings.Split(string(golden), "\n")
	near := slices.EqualFunc(now, then, func(a, b string) bool {
		x, y := strings.Fields(a), strings.Fields(b)
		return a == b || slices.EqualFunc(x, y, func(m, n string) bool {
			var p, q float64
			_, first := fmt.Sscan(m, &p)
			_, second := fmt.Sscan(n, &q)
			return m == n || first == nil && second == nil && max(p-q, q-p) <= layoutTolerance
		})
	})
	if !near {
		t.Errorf("the layout is another than %s says; look at the page, and run with -update if it is right\ngot:\n%swant:\n%s", path, got, golden)
	}
}

// comparedPictures are held to those in docs/pictures, so that a change of the look is seen by whoever makes it.
var comparedPictures = []struct{ name, address string }{{"home-1280", "/"}, {"design-1280", "/design"}}

// How far a picture may be from the one that is kept: by that much in a channel of a pixel, which the smaller number of colours of
// the kept one takes, and by that share of pixels.
const (
	pixelTolerance   = 24
	pictureTolerance = 0.005
)

// TestPicturesAreAsKept compares pages with their pictures where the browser is the one that drew those; others draw letters in
// other ways, and TestLayout alone holds the pages there.
func TestPicturesAreAsKept(t *testing.T) {
	b := openTab(t, siteURL(t))
	kept, err := os.ReadFile(filepath.Join(pictureFolder, browserNote))
	if err != nil {
		t.Fatalf("read which browser drew the pictures: %v", err)
	}
	b.open("/healthz")
	if now := browserVersion(b); strings.TrimSpace(string(kept)) != now {
		t.Skipf("the pictures were drawn by Chromium %s and this is %s, so only the layout is compared", bytes.TrimSpace(kept), now)
	}
	for _, one := range comparedPictures {
		b.look(layoutWidths[0].width, layoutWidths[0].height, "prefers-color-scheme", "light")
		b.open(one.address)
		brokenPictures(b)
		ask[any](b, `document.fonts.ready.then(() => null)`)
		shot, err := act(b, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		drawn, err := os.ReadFile(filepath.Join(pictureFolder, one.name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if share := differing(t, shot, drawn); share > pictureTolerance {
			t.Errorf("%s differs from its picture in %.2f %% of its pixels; look at it, and run make pictures if it is right", one.name, share*100)
		}
	}
}

// browserVersion returns the major version of the browser, which is what changes how it draws.
func browserVersion(b *tab) string {
	b.t.Helper()
	return ask[string](b, `navigator.userAgent.match(/Chrome\/(\d+)/)[1]`)
}

// differing returns the share of pixels in which two pictures differ; all where they differ in size.
func differing(t *testing.T, a, b []byte) float64 {
	t.Helper()
	one, other := decoded(t, a), decoded(t, b)
	if one.Bounds() != other.Bounds() {
		return 1
	}
	n := 0
	for y := range one.Bounds().Dy() {
		for x := range one.Bounds().Dx() {
			r1, g1, b1, _ := one.At(x, y).RGBA()
			r2, g2, b2, _ := other.At(x, y).RGBA()
			if apart(r1, r2) || apart(g1, g2) || apart(b1, b2) {
				n++
			}
		}
	}
	return float64(n) / float64(one.Bounds().Dx()*one.Bounds().Dy())
}

// apart reports whether two values of a channel, of 16 bits, are farther apart than is let pass.
func apart(a, b uint32) bool { return max(a, b)-min(a, b) > pixelTolerance<<8 }

func decoded(t *testing.T, data []byte) image.Image {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// TestDesignInBrowser opens the page that shows every part as readers do: no other page leads to it.
func TestDesignInBrowser(t *testing.T) {
	b := openTab(t, siteURL(t))
	design := visit{"/design", http.StatusOK}
	readWithoutScripts(b, design, readWithScripts(b, design, axeScript(t)))
}
