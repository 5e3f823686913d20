package chart

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image/png"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
)

var testSource = []string{
	"Source: Ofsted’s published letters and reports.", "Inspection Timeline, as it stood on 21 November 2026.",
	"https://council.example/authorities/new",
}

// paints reads what a painter paints with, from where `make assets` lays it.
var paints = sync.OnceValues(func() ([3][]byte, error) {
	var out [3][]byte
	for i, name := range []string{"resvg.wasm", "arimo.ttf", "arimo-bold.ttf"} {
		var err error
		if out[i], err = os.ReadFile("../../static/assets/" + name); err != nil {
			return out, err
		}
	}
	return out, nil
})

// newTestPainter returns a painter of its own, which compiles what it paints with for a second before its first picture.
func newTestPainter(t *testing.T) *Painter {
	t.Helper()
	files, err := paints()
	if err != nil {
		t.Fatalf("%v: run make assets", err)
	}
	return NewPainter(testEngine(t), files[0], files[1:]...)
}

var sharedPainter struct {
	once    sync.Once
	painter *Painter
}

func testPainter(t *testing.T) *Painter {
	t.Helper()
	sharedPainter.once.Do(func() { sharedPainter.painter = newTestPainter(t) })
	return sharedPainter.painter
}

func smallSheet(t *testing.T) Sheet {
	t.Helper()
	return Sheet{Chart: testCharts(t, testRecord(t))["lanes_town"], Layout: Narrow, Scheme: Light, Source: testSource}
}

func TestPNGSaysWhatItShows(t *testing.T) {
	sheet := smallSheet(t)
	picture, err := testPainter(t).PNG(t.Context(), sheet)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := decoded.Bounds().Dx(), PixelsEach*(NarrowWidth+2*sheetMargin); got != want {
		t.Errorf("%d pixels wide, want %d", got, want)
	}
	chunks := readChunks(t, picture)
	if kinds := strings.Join(chunks.kinds[:5], " "); kinds != "IHDR pHYs iTXt iTXt iTXt" {
		t.Errorf("begins with %s", kinds)
	}
	for keyword, words := range map[string]string{
		"Title": sheet.Chart.Title, "Description": sheet.Chart.Summary, "Source": strings.Join(testSource, " "),
	} {
		if got := chunks.texts[keyword]; got != words {
			t.Errorf("%s: %q, want %q", keyword, got, words)
		}
	}
	if got := binary.BigEndian.Uint32(chunks.first["pHYs"]); got != 7559 { // 192 dots per inch
		t.Errorf("%d dots per metre", got)
	}
}

type pngChunks struct {
	kinds []string
	first map[string][]byte
	texts map[string]string
}

// readChunks reads a PNG as the specification has it and fails where a length or a checksum is wrong.
func readChunks(t *testing.T, picture []byte) pngChunks {
	t.Helper()
	out := pngChunks{first: map[string][]byte{}, texts: map[string]string{}}
	for rest := picture[8:]; len(rest) > 0; {
		size := binary.BigEndian.Uint32(rest)
		kind, content := string(rest[4:8]), rest[8:8+size]
		if sum := binary.BigEndian.Uint32(rest[8+size:]); sum != crc32.ChecksumIEEE(rest[4:8+size]) {
			t.Fatalf("the checksum of %s is wrong", kind)
		}
		rest = rest[12+size:]
		out.kinds = append(out.kinds, kind)
		if out.first[kind] == nil {
			out.first[kind] = content
		}
		if kind == "iTXt" {
			keyword, after, _ := strings.Cut(string(content), "\x00")
			out.texts[keyword] = strings.TrimPrefix(after, "\x00\x00en-GB\x00\x00")
		}
	}
	return out
}

func TestEqualSheetsGiveTheSamePNG(t *testing.T) {
	sheet := smallSheet(t)
	first, err := testPainter(t).PNG(t.Context(), sheet)
	if err != nil {
		t.Fatal(err)
	}
	again, err := newTestPainter(t).PNG(t.Context(), sheet)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again) {
		t.Error("another painter painted the same sheet in another way")
	}
}

func TestNothingIsPaintedOfWhatIsNoPicture(t *testing.T) {
	p := testPainter(t)
	for name, svg := range map[string]string{
		"nothing": "", "no SVG": "<html></html>", "half an SVG": `<svg xmlns="http://www.w3.org/2000/svg" width="1"`,
		"one too large for the memory": `<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"><rect width="9" height="9"/></svg>`,
	} {
		if _, err := p.paint(t.Context(), []byte(svg)); err == nil {
			t.Errorf("%s was painted", name)
		}
	}
	if _, err := p.paint(t.Context(), []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>`)); err != nil {
		t.Errorf("after that nothing is painted any more: %v", err)
	}
}

func TestAPainterWithoutItsFilesSaysSo(t *testing.T) {
	p := NewPainter(testEngine(t), []byte("no WebAssembly"))
	for range 2 {
		if _, err := p.PNG(t.Context(), smallSheet(t)); err == nil || !strings.Contains(err.Error(), "compile resvg") {
			t.Errorf("error %v", err)
		}
	}
}

func TestPicturesWaitTheirTurn(t *testing.T) {
	p := newTestPainter(t)
	<-p.turn // somebody paints, for as long as this test needs
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	errs := make(chan error, mostWaiting)
	for range mostWaiting {
		waiting.Go(func() { errs <- p.wait(ctx) })
	}
	for p.waiting.Load() < mostWaiting {
		if len(errs) > 0 {
			t.Fatalf("one did not wait: %v", <-errs)
		}
		runtime.Gosched()
	}
	if err := p.wait(ctx); !errors.Is(err, ErrBusy) {
		t.Errorf("one more than may wait: %v", err)
	}
	cancel()
	waiting.Wait()
	for range mostWaiting {
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Errorf("one that went away: %v", err)
		}
	}
	p.turn <- struct{}{}
	if err := p.wait(t.Context()); err != nil {
		t.Errorf("nobody waits any more: %v", err)
	}
}
