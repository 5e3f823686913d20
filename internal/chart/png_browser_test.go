package chart

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	imagedraw "image/draw"
	"image/png"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// sheetsOfEachKind is one sheet of each kind of chart, in both layouts and both schemes among them.
func sheetsOfEachKind(t *testing.T) map[string]Sheet {
	t.Helper()
	out := map[string]Sheet{}
	charts := testCharts(t, testRecord(t))
	for _, name := range slices.Sorted(maps.Keys(charts)) {
		c := charts[name]
		if _, has := out[c.Name]; has {
			continue
		}
		s := Sheet{Chart: c, Layout: Wide, Scheme: Light, Source: testSource}
		if len(out)%2 > 0 {
			s.Scheme = Dark
		}
		if len(out)%3 > 0 {
			s.Layout = Narrow
		}
		out[c.Name] = s
	}
	return out
}

// TestPNGsLookAsInABrowser holds what resvg paints to what Chromium paints of the same document.
func TestPNGsLookAsInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("painting takes seconds")
	}
	painter := testPainter(t)
	sheets := sheetsOfEachKind(t)
	drawn := map[string][]byte{}
	for name, sheet := range sheets {
		svg, err := testEngine(t).DrawSheet(t.Context(), sheet)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		drawn[name] = svg
	}
	shots := screenshots(t, drawn)
	for name, svg := range drawn {
		t.Run(name, func(t *testing.T) {
			painted, err := painter.paint(t.Context(), svg)
			if err != nil {
				t.Fatal(err)
			}
			if shot := shots[name]; painted.Bounds() != shot.Bounds() {
				t.Fatalf("painted %v, the browser %v", painted.Bounds(), shot.Bounds())
			}
			if off := unlike(painted, shots[name]); off != nil {
				t.Errorf("painted otherwise than in the browser at %v", off)
			}
		})
	}
	// The comparison has to see what it is there for: one word that is missing, or one mark.
	for name, gone := range map[string]string{NameCompare: `<text[^>]*>Good</text>`, NameLanes: `<polygon[^>]*>`} {
		t.Run("without "+gone, func(t *testing.T) {
			at := regexp.MustCompile(gone).FindIndex(drawn[name])
			if at == nil {
				t.Fatalf("%s has none", name)
			}
			painted, err := painter.paint(t.Context(), slices.Concat(drawn[name][:at[0]], drawn[name][at[1]:]))
			if err != nil {
				t.Fatal(err)
			}
			if unlike(painted, shots[name]) == nil {
				t.Error("nobody would see that it is missing")
			}
		})
	}
}

// The comparison is of squares of the pictures, since two programs never smooth an edge or a letter in the same way.
const (
	squareSide = 12   // pixels: as high as a small letter
	unlikeness = 0.16 // of the way from black to white, in the mean of a square
)

// unlike returns the squares in which two pictures of the same size differ.
func unlike(a, b *image.RGBA) []image.Point {
	var out []image.Point
	size := a.Bounds().Size()
	for y := 0; y+squareSide <= size.Y; y += squareSide {
		for x := 0; x+squareSide <= size.X; x += squareSide {
			one, other := meanOf(a, x, y), meanOf(b, x, y)
			for i := range one {
				if math.Abs(one[i]-other[i]) > unlikeness {
					out = append(out, image.Pt(x, y))
					break
				}
			}
		}
	}
	return out
}

// meanOf is the mean red, green and blue of a square, each from 0 to 1.
func meanOf(picture *image.RGBA, left, top int) (mean [3]float64) {
	for y := top; y < top+squareSide; y++ {
		row := picture.Pix[picture.PixOffset(left, y):]
		for at := 0; at < 4*squareSide; at += 4 {
			for i := range mean {
				mean[i] += float64(row[at+i]) / (255 * squareSide * squareSide)
			}
		}
	}
	return mean
}

// screenshots are SVG documents as Chromium paints them, on a screen of as many pixels as our pictures have.
func screenshots(t *testing.T, documents map[string][]byte) map[string]*image.RGBA {
	t.Helper()
	found, err := exec.Command("../../.ci/chrome").Output()
	if err != nil {
		if os.Getenv("CI") != "" || os.Getenv("CHROME") != "" {
			t.Fatalf("no browser that tests can drive: %v", err)
		}
		t.Skip("no Chromium or Chrome is installed; make test installs one or says how")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(strings.TrimSpace(string(found))), chromedp.Flag("disable-gpu", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, free := chromedp.NewExecAllocator(context.Background(), options...)
	defer free()
	ctx, cancel := context.WithTimeout(allocator, 2*time.Minute)
	defer cancel()
	ctx, stop := chromedp.NewContext(ctx)
	defer stop()

	var page strings.Builder
	page.WriteString(`<!DOCTYPE html><meta charset="utf-8"><title>Charts</title><body style="margin:0">`)
	for name, svg := range documents {
		fmt.Fprintf(&page, `<img id="%s" style="display:block" alt="" src="data:image/svg+xml;base64,%s">`, name, base64.StdEncoding.EncodeToString(svg))
	}
	file := filepath.Join(t.TempDir(), "charts.html")
	if err := os.WriteFile(file, []byte(page.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, chromedp.Steps(chromedp.EmulateViewport(800, 600, chromedp.EmulateScale(PixelsEach)), chromedp.Navigate("file://"+file))); err != nil {
		t.Fatalf("open the charts: %v", err)
	}
	out := map[string]*image.RGBA{}
	for name := range documents {
		shot, err := chromedp.Run(ctx, chromedp.Screenshot(chromedp.CSS("#"+name)))
		if err != nil {
			t.Fatalf("photograph %s: %v", name, err)
		}
		decoded, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = image.NewRGBA(decoded.Bounds())
		imagedraw.Draw(out[name], out[name].Rect, decoded, decoded.Bounds().Min, imagedraw.Src)
	}
	return out
}
