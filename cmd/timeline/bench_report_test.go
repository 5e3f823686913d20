package main

import (
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"inspectiontimeline/internal/store/storetest"
)

// report is what was measured.
type report struct {
	t       *testing.T
	about   string // the section of what is measured now
	figures []benchFigure
	bars    []benchBar
}

// benchFigure is one line of a table.
type benchFigure struct{ section, name, measured, limit, verdict string }

// benchBar is one page of the picture: how long it takes to make, by how many times England the database holds.
type benchBar struct {
	page string
	took []time.Duration // as benchSizes
}

// section begins a table, or goes on with it.
func (r *report) section(name string) { r.about = name }

func (r *report) add(name, figure, limit string, met, fails bool) {
	r.t.Helper()
	verdict := "ok"
	if !met {
		verdict = "MISSED"
		if fails {
			r.t.Errorf("%s: %s, limit %s", name, figure, limit)
		}
	}
	if limit == "none" {
		verdict = ""
	}
	r.figures = append(r.figures, benchFigure{r.about, name, figure, limit, verdict})
}

func (r *report) print() {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nfigure\tmeasured\tlimit\t")
	for _, f := range r.figures {
		fmt.Fprintln(w, strings.Join([]string{f.name, f.measured, f.limit, f.verdict}, "\t"))
	}
	w.Flush()
}

// performanceText stands around the figures.
const performanceText = `# How fast it is

` + "`make bench`" + ` measures the program that ` + "`make build`" + ` built and writes this page; nothing in it is typed by hand. It takes about
25 minutes, and ten more for a soak that says what it found at its end; the machine should do nothing else meanwhile.

| | |
|---|---|
%s
## How to read it

Times depend on the machine, so look at ratios first: they compare two things that were measured in turns, in one run. Only a ratio,
or a size in bytes, can fail the run; a time that is past its limit is marked as missed here.

- *Kept* is a page that is held in memory, and *made anew* one that was asked for after a change that makes all
  pages stale; of the main pages the first is asked for first, and reads again what all need.
- A *bare handler* is a program of the same libraries that does nothing but write the same bytes, headers included. Against it, and
  under load, the program runs with ` + "`--unlimited`" + `: without its limits for each address, and making nothing before it is asked for.
- *N times England* is a database with so many times the councils and inspections of England, made by ` + "`timeline seed --synthetic N`" + `. The
  home place in it is the real one.
- Of several measurements the one in the middle counts. *99 of 100* is the time within which all but one of a hundred answers came.

![%s](pictures/performance.svg)

The longer the bar, the longer a page takes to be made anew on SQLite. Where the three bars of a page are alike, a hundred times
the councils cost its reader nothing.
`

// write writes the page and its picture into a folder.
func (r *report) write(folder string) {
	r.t.Helper()
	var out strings.Builder
	fmt.Fprintf(&out, performanceText, r.machine(), html.EscapeString(barsSummary(r.bars)))
	var sections []string
	rows := map[string][]benchFigure{}
	for _, f := range r.figures {
		if rows[f.section] == nil {
			sections = append(sections, f.section)
		}
		rows[f.section] = append(rows[f.section], f)
	}
	for _, section := range sections {
		fmt.Fprintf(&out, "\n## %s\n\n| What | Measured | Limit | |\n|---|---|---|---|\n", section)
		for _, f := range rows[section] {
			limit := f.limit
			if limit == "none" {
				limit = ""
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", cellOf(f.name), cellOf(f.measured), cellOf(limit), strings.ToLower(f.verdict))
		}
	}
	if err := os.MkdirAll(filepath.Join(folder, "pictures"), 0o755); err != nil {
		r.t.Fatal(err)
	}
	for name, text := range map[string]string{"performance.md": out.String(), "pictures/performance.svg": barsSVG(r.bars)} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
}

// cellOf makes words safe in a cell of a table.
func cellOf(words string) string { return strings.ReplaceAll(words, "|", "\\|") }

// machine says on what it was measured, as rows of a table.
func (r *report) machine() string {
	processor := "unknown"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				processor = strings.TrimSpace(value)
				break
			}
		}
	}
	system, err := exec.CommandContext(r.t.Context(), "uname", "-sr").Output()
	if err != nil {
		r.t.Fatalf("ask for the name of the system: %v", err)
	}
	kernel, _, _ := strings.Cut(strings.TrimSpace(string(system)), "-") // what follows names the builder's own
	command := "make bench"
	if *benchShort {
		command += ", in its short form: the figures show only that measuring works"
	}
	return fmt.Sprintf("| Measured on | %s |\n| By | %s |\n| Processor | %s, %d cores |\n| System | %s |\n| Go | %s |\n",
		time.Now().Format("2 January 2006"), command, processor, runtime.NumCPU(), kernel, runtime.Version())
}

// barsSummary says in a sentence what the picture shows.
func barsSummary(bars []benchBar) string {
	var parts []string
	for _, bar := range bars {
		parts = append(parts, fmt.Sprintf("%s %s", bar.page, bar.took[0].Round(time.Millisecond)))
	}
	return "Bars for each page made anew at 1, 10 and 100 times England. At England: " + strings.Join(parts, ", ")
}

// barsSVG draws the bars, one group for each page.
func barsSVG(bars []benchBar) string {
	const left, width, thick, gap, top = 190, 520, 12, 14, 48
	longest := time.Millisecond
	for _, bar := range bars {
		for _, took := range bar.took {
			longest = max(longest, took)
		}
	}
	shades := []string{"#1d4f91", "#5b8ccf", "#a9c4e8"}
	height := top + len(bars)*(len(benchSizes)*thick+gap) + 12
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="13">`,
		left+width+90, height)
	fmt.Fprintf(&out, "\n<title>%s</title>\n", html.EscapeString(barsSummary(bars)))
	fmt.Fprintf(&out, "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n")
	for i, times := range benchSizes {
		fmt.Fprintf(&out, `<rect x="%d" y="14" width="14" height="14" fill="%s"/><text x="%d" y="26">%s</text>`+"\n",
			left+i*170, shades[i], left+i*170+20, timesWords(times))
	}
	y := top
	for _, bar := range bars {
		fmt.Fprintf(&out, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", left-10, y+len(benchSizes)*thick/2+5, html.EscapeString(bar.page))
		for i, took := range bar.took {
			long := max(int(int64(width)*int64(took)/int64(longest)), 1)
			fmt.Fprintf(&out, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/><text x="%d" y="%d" font-size="11">%s</text>`+"\n",
				left, y, long, thick-1, shades[i], left+long+6, y+thick-2, took.Round(time.Millisecond))
			y += thick
		}
		y += gap
	}
	return out.String() + "</svg>\n"
}

func timesWords(times int) string {
	if times == 1 {
		return "England"
	}
	return fmt.Sprintf("%d times England", times)
}

func TestWhatWasMeasuredIsWrittenDown(t *testing.T) {
	r := report{t: t}
	r.section("Letters")
	r.add("reading | a letter", "12 ms", "80 ms", true, false)
	r.section("Pages")
	r.add("first page", "3.10", "at most 3.00", false, false)
	r.section("Letters")
	r.add("the slowest", "90 ms", "none", true, false)
	r.bars = []benchBar{{"/", []time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 30 * time.Millisecond}}}
	folder := t.TempDir()
	r.write(folder)
	page, err := os.ReadFile(filepath.Join(folder, "performance.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"## Letters\n\n| What | Measured | Limit | |\n|---|---|---|---|\n| reading \\| a letter | 12 ms | 80 ms | ok |\n| the slowest | 90 ms |  |  |\n",
		"| first page | 3.10 | at most 3.00 | missed |", "| Go | " + runtime.Version() + " |", "At England: / 10ms](pictures/performance.svg)",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	picture, err := os.ReadFile(filepath.Join(folder, "pictures/performance.svg"))
	if err != nil || strings.Count(string(picture), "<rect") != 1+3+3 || !strings.Contains(string(picture), `width="520" height="11"`) {
		t.Errorf("the picture is %v\n%s", err, picture)
	}
}

// engineOf is a database of one engine, for measuring.
type engineOf struct {
	name  string
	empty func() string // returns the address of a new, empty database
}

// engines are those that can be measured here.
func (r *report) engines() []engineOf {
	list := []engineOf{{"SQLite", func() string { return filepath.Join(r.t.TempDir(), "timeline.db") }}}
	if server := os.Getenv("TEST_DATABASE_URL"); server != "" {
		return append(list, engineOf{"PostgreSQL", func() string { return storetest.EmptyPostgres(r.t, server) }})
	}
	r.add("PostgreSQL: TEST_DATABASE_URL names no server", "not measured", "none", true, false)
	return list
}
