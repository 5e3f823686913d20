package main

import (
	"flag"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var browserPictures = flag.String("browser-pictures", "", "folder for pictures of what Firefox and WebKit show")

// otherBrowsers are those besides Chromium in which the pages are tried: Firefox, and WebKit, which is what shows pages on an iPad.
var otherBrowsers = []struct {
	name     string
	programs []string
	start    func(t *testing.T, found []string) remote
}{
	{"Firefox", []string{"firefox-esr"}, func(t *testing.T, found []string) remote { return startFirefox(t, found[0]) }},
	{"WebKit", []string{"WebKitWebDriver", "Xvfb"}, func(t *testing.T, found []string) remote { return startWebKit(t, found[0], found[1]) }},
}

// programsFor returns the paths of programs. Without them the test is left out, save where CI runs it.
func programsFor(t *testing.T, programs []string) (found []string) {
	t.Helper()
	for _, name := range programs {
		path, err := exec.LookPath(name)
		switch {
		case err == nil:
			found = append(found, path)
		case os.Getenv("CI") != "":
			t.Fatalf("%s is not installed; make test installs it on Debian", name)
		default:
			t.Skipf("%s is not installed; make test installs it on Debian", name)
		}
	}
	return found
}

func TestPagesInOtherBrowsers(t *testing.T) {
	for _, one := range otherBrowsers {
		t.Run(one.name, func(t *testing.T) {
			found := programsFor(t, one.programs)
			o := ownSite(t)
			b := &otherBrowser{t: t, remote: one.start(t, found), origin: siteURL(t)}
			readInOther(t, b, one.name)
			b.origin = o.origin
			writeInOther(t, b)
			for _, fault := range b.remote.faults() {
				t.Errorf("it says: %s", fault)
			}
		})
	}
}

// readInOther looks at the main pages as members do, on a wide screen and on a telephone's.
func readInOther(t *testing.T, b *otherBrowser, name string) {
	b.open("/inspections")
	inspection := askOther[string](b, `document.querySelector('main a[href^="/inspections/"]').getAttribute("href")`)
	for _, address := range []string{
		"/", "/authorities/west-northamptonshire", inspection, "/recommendations", "/search?q=care+leavers", "/compare?authority=west-northamptonshire",
	} {
		for _, width := range []int{1280, 375} {
			b.look(width)
			b.open(address)
			if title := askOther[string](b, "document.title"); !strings.Contains(title, "Inspection Timeline") {
				t.Errorf("%s has the title %q", address, title)
			}
			if heading := askOther[string](b, `(document.querySelector("main h1") || {innerText: ""}).innerText`); strings.TrimSpace(heading) == "" {
				t.Errorf("%s has no heading", address)
			}
			if font := askOther[float64](b, `parseFloat(getComputedStyle(document.querySelector("main h1")).fontSize)`); font < 24 {
				t.Errorf("%s has a heading of %v pixels: it has no style", address, font)
			}
			if over := askOther[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
				t.Errorf("%s scrolls %d pixels sideways at %d", address, over, width)
			}
			askOther[int](b, `(Array.from(document.images).forEach(one => { one.loading = "eager" }), document.images.length)`)
			b.until(`Array.from(document.images).every(one => one.complete)`)
			for _, broken := range askOther[[]string](b, `Array.from(document.images).filter(one => !one.naturalWidth).map(one => one.currentSrc)`) {
				t.Errorf("%s does not show the picture %s", address, broken)
			}
			if *browserPictures != "" {
				file := name + strings.NewReplacer("/", "_", "?", "_").Replace(address) + "_" + map[int]string{1280: "wide", 375: "narrow"}[width] + ".png"
				if err := os.WriteFile(filepath.Join(*browserPictures, file), b.picture(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	b.look(1280)
	b.open("/authorities/west-northamptonshire")
	// Of a style that a browser does not know it drops the whole line.
	if line := askOther[string](b, `getComputedStyle(document.querySelector("main a.term")).textDecorationLine`); line != "underline" {
		t.Errorf("a term that is explained has the line %q under it", line)
	}
	b.click("figure[data-chart-option] .figure-links button")
	b.until(`document.querySelector("figure .chart-interactive svg")`)
}

// writeInOther says who acts, with a mistake at first, and logs a letter as far as its review.
func writeInOther(t *testing.T, b *otherBrowser) {
	b.look(375)
	b.open("/acting?back=%2Fletters%2Fnew")
	b.press("main form .button")
	if status := askOther[int](b, `performance.getEntriesByType("navigation")[0].responseStatus ?? 422`); status != http.StatusUnprocessableEntity {
		t.Errorf("an empty form is answered %d", status)
	}
	if words := askOther[string](b, `document.querySelector("main").innerText`); !strings.Contains(words, "There is a problem") {
		t.Errorf("an empty form is answered with %q", words)
	}
	b.write("#post", "Improvement officer")
	b.click("[name=role][value=officer]")
	b.press("main form .button")
	if path := askOther[string](b, "location.pathname"); path != "/letters/new" {
		t.Fatalf("who acts led to %s", path)
	}
	b.write("#text", strings.ReplaceAll(strings.Join(heldReview, "\n"), "# ", ""))
	b.press("[aria-labelledby=by-text] button")
	b.write("#lead_inspector", "Robin Sample")
	b.press(`.save-bar button[value="save"]`)
	b.open(askOther[string](b, "location.pathname"))
	if kept := askOther[string](b, `document.querySelector("#lead_inspector").value`); !strings.Contains(kept, "Robin Sample") {
		t.Errorf("the review holds %q for the lead inspector", kept)
	}
	if over := askOther[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("the review scrolls %d pixels sideways", over)
	}
}
