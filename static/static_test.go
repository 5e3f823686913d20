package static

import (
	"bytes"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

func TestFilesAreOneFlatFolder(t *testing.T) {
	if err := fstest.TestFS(Files(), "app.css", "charts.js", "interactive.js"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"assets", "assets/.keep", ".keep", "static.go"} {
		if file, err := Files().Open(name); err == nil {
			_ = file.Close()
			t.Errorf("%s can be opened; only assets may be", name)
		}
	}
}

func TestAssetsFromNPM(t *testing.T) {
	if missing := Missing(); len(missing) > 0 {
		t.Skipf("built without %v: `make assets` lays them, and `make test` does so first", missing)
	}

	css := read(t, "govuk.css")
	forbidden := map[string]*regexp.Regexp{
		"GDS Transport, which belongs to GOV.UK":       regexp.MustCompile(`(?i)GDS Transport`),
		"a font of its own":                            regexp.MustCompile(`(?i)@font-face`),
		"the crown or the royal arms":                  regexp.MustCompile(`(?i)crown|crest`),
		"something to load, perhaps from another host": regexp.MustCompile(`(?i)url\(|@import`),
		"a source map that is not served":              regexp.MustCompile(`sourceMappingURL`),
	}
	for what, pattern := range forbidden {
		if found := pattern.Find(css); found != nil {
			t.Errorf("govuk.css has %s: %q", what, found)
		}
	}
	for _, class := range []string{".govuk-summary-list", ".govuk-skip-link", ".govuk-details", ".govuk-error-summary"} {
		if !bytes.Contains(css, []byte(class)) {
			t.Errorf("govuk.css lacks %s", class)
		}
	}
	// A page may take 150 KB with all that it loads; the style sheet must leave room for the rest.
	if size := compressed(t, css); size > 25<<10 {
		t.Errorf("govuk.css takes %d bytes on the wire, more than 25 KB", size)
	}

	if !bytes.Contains(read(t, "echarts.min.js"), []byte("renderToSVGString")) {
		t.Error("echarts.min.js cannot draw SVG on the server")
	}
	if !bytes.HasPrefix(read(t, "resvg.wasm"), []byte("\x00asm")) {
		t.Error("resvg.wasm is no WebAssembly")
	}
	for _, name := range []string{"arimo.ttf", "arimo-bold.ttf"} {
		if !bytes.HasPrefix(read(t, name), []byte("\x00\x01\x00\x00")) {
			t.Errorf("%s is no TrueType font", name)
		}
	}
	for _, words := range []string{"Crown Copyright", "Apache License", "The Apache Software Foundation", "Baidu", "Bostock", "Mozilla Public License", "The Arimo Project Authors"} {
		if !bytes.Contains(read(t, "licences.txt"), []byte(words)) {
			t.Errorf("licences.txt lacks %q", words)
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := fs.ReadFile(Files(), name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func compressed(t *testing.T, content []byte) int {
	t.Helper()
	var packed bytes.Buffer
	w := brotli.NewWriterLevel(&packed, brotli.BestCompression)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Len()
}

// TestStylesKeepToTheSystem holds the stylesheets to the steps, colours and corners that app.css names, so that a page made later
// looks like the others.
func TestStylesKeepToTheSystem(t *testing.T) {
	names, err := fs.Glob(embedded, "*.css")
	if err != nil {
		t.Fatal(err)
	}
	colour := regexp.MustCompile(`#[0-9a-f]{3,8}\b`)
	for _, name := range names {
		css := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAll(read(t, name), nil)
		for _, rule := range []struct {
			what           string
			found, allowed *regexp.Regexp
		}{
			// Of text within text, and on paper, where points are what a sheet is measured in.
			{"a size of letters that is no step", regexp.MustCompile(`font-size: ([^;}]+)`), regexp.MustCompile(`^(var\(--[a-z0-9-]+\)|inherit|[0-9.]+(em|pt))$`)},
			{"a corner of its own", regexp.MustCompile(`border-radius: ([^;}]+)`), regexp.MustCompile(`^((0|50%|inherit|var\(--radius\)) ?)+$`)},
			{"a space that is no eighth of 1rem", regexp.MustCompile(`(?:margin|padding|gap)(?:-[a-z]+)*: ([^;}]+)`), nil},
			{"a font of its own", regexp.MustCompile(`font-family: ([^;}]+)`), regexp.MustCompile(`^(inherit|var\(--font\)|ui-monospace, monospace|"Atkinson [A-Za-z -]+")$`)},
		} {
			for _, found := range rule.found.FindAllSubmatch(css, -1) {
				value := string(found[1])
				if ok := rule.allowed != nil && rule.allowed.MatchString(value) || rule.allowed == nil && inEighths(value); !ok {
					t.Errorf("%s has %s: %s", name, rule.what, found[0])
				}
			}
		}
		// app.css names the colours; white and black paper are the same everywhere.
		for _, found := range colour.FindAll(css, -1) {
			if white := string(found) == "#fff" || string(found) == "#000"; name != "app.css" && !white {
				t.Errorf("%s has a colour of its own: %s", name, found)
			}
		}
	}
}

// inEighths reports whether each length in rem is a number of eighths; half of one is the least.
func inEighths(value string) bool {
	for _, found := range regexp.MustCompile(`([0-9.]+)rem`).FindAllStringSubmatch(value, -1) {
		length, err := strconv.ParseFloat(found[1], 64)
		if eighths := length * 8; err != nil || eighths != math.Trunc(eighths) && eighths != 0.5 {
			return false
		}
	}
	return true
}
