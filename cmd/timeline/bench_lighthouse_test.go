package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	// lighthouseRounds is how often each page is measured; the figure in the middle counts.
	lighthouseRounds = 3
	lighthouseScript = "../../static/bench/node_modules/lighthouse/cli/index.js"
	// lighthouseTries is how often a measurement begins that breaks off: now and then the browser loses its own recording.
	lighthouseTries = 3
)

// lighthousePages are the five main pages.
var lighthousePages = []string{"/", "/authorities/west-northamptonshire", "/inspections", "/recommendations", "/search?q=care+leavers"}

// TestBenchLighthouse prints what Lighthouse says alone.
func TestBenchLighthouse(t *testing.T) {
	benchPart(t, "Lighthouse", func(r *report) {
		r.measureMainPages(t.TempDir())
	})
}

// lighthouseScores are what Lighthouse says of a page, of 100.
type lighthouseScores struct{ accessibility, bestPractices, performance int }

// measureLighthouse looks at the main pages as Lighthouse does: on a slow telephone with a slow connection. How fast they are
// depends on the machine, so that only the other two can fail it.
func (r *report) measureLighthouse(url string) {
	for _, address := range lighthousePages {
		var accessible, practices, fast []int
		for range lighthouseRounds {
			scores := r.lighthouse(url + address)
			accessible, practices, fast = append(accessible, scores.accessibility), append(practices, scores.bestPractices), append(fast, scores.performance)
		}
		name := "Lighthouse " + address + ": "
		r.add(name+"accessibility", fmt.Sprint(median(accessible)), "100", median(accessible) == 100, true)
		r.add(name+"best practice", fmt.Sprint(median(practices)), "100", median(practices) == 100, true)
		r.add(name+"performance", fmt.Sprint(median(fast)), "at least 95", median(fast) >= 95, false)
	}
}

// measureMainPages does so with a server that answers as often as it is asked.
func (r *report) measureMainPages(folder string) {
	p := startProcess(r.t, folder, nil, programPath(r.t), "serve", "--addr", "127.0.0.1:0", "--unlimited")
	r.measureLighthouse(p.url)
	p.stop(r.t)
}

// lighthouse measures a page once, with the settings for a telephone that it has of itself.
func (r *report) lighthouse(address string) lighthouseScores {
	r.t.Helper()
	file := filepath.Join(r.t.TempDir(), "lighthouse.json")
	flags := []string{"--headless=new", "--disable-gpu", "--disable-component-update", "--disable-background-networking"}
	if os.Geteuid() == 0 {
		flags = append(flags, "--no-sandbox") // it cannot be root's
	}
	for try := 1; ; try++ {
		cmd := exec.CommandContext(r.t.Context(), "node", lighthouseScript, address, "--quiet", "--output=json", "--output-path="+file,
			"--only-categories=accessibility,best-practices,performance", "--no-enable-error-reporting", "--chrome-flags="+strings.Join(flags, " "))
		cmd.Env = append(os.Environ(), "CHROME_PATH="+browserPath(r.t))
		out, err := cmd.CombinedOutput()
		if err == nil {
			break
		}
		if try == lighthouseTries {
			r.t.Fatalf("lighthouse %s: %v\n%s", address, err, out)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		r.t.Fatal(err)
	}
	var said struct {
		Categories map[string]struct{ Score *float64 }
	}
	if err := json.Unmarshal(data, &said); err != nil {
		r.t.Fatal(err)
	}
	score := func(name string) int {
		given := said.Categories[name].Score
		if given == nil {
			r.t.Fatalf("lighthouse says nothing of the %s of %s", name, address)
		}
		return int(*given*100 + 0.5)
	}
	return lighthouseScores{score("accessibility"), score("best-practices"), score("performance")}
}

// measureScripts sums what the first page loads of JavaScript by itself, before anything is pressed.
func (r *report) measureScripts(url string) {
	b := openTab(r.t, url)
	b.look(1280, 720)
	b.open("/")
	var bytes float64
	for _, one := range b.loaded() {
		if strings.HasSuffix(one.address, ".js") {
			bytes += one.bytes
		}
	}
	b.reportFaults("the first page")
	r.add("/ JavaScript that it loads by itself", fmt.Sprintf("%.1f KB", bytes/1000), "15 KB", bytes > 0 && bytes <= 15_000, true)
}
