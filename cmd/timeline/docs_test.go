package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

const (
	operationsGuide = "../../docs/operations.md"
	securityGuide   = "../../docs/security.md"
	approvalGuide   = "../../docs/approval.md"
)

func readGuide(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// flagsOf returns the flags of a command by name.
func flagsOf(c command) map[string]*flag.Flag {
	set := flag.NewFlagSet(c.name, flag.ContinueOnError)
	c.flags(set, &config{})
	flags := map[string]*flag.Flag{}
	set.VisitAll(func(f *flag.Flag) { flags[f.Name] = f })
	return flags
}

// flagTable writes the flags of a command as the guide does, save those that it shares with serve. It is empty where the
// command has no other.
func flagTable(c command, shared map[string]*flag.Flag) string {
	var rows []string
	for name, f := range flagsOf(c) {
		if same := shared[name]; c.name != "serve" && same != nil && same.Usage == f.Usage {
			continue
		}
		usual := ""
		if f.DefValue != "" && f.DefValue != "false" {
			usual = "`" + f.DefValue + "`"
		}
		variable := "TIMELINE_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		rows = append(rows, fmt.Sprintf("| `--%s` | `%s` | %s | %s |\n", name, variable, usual, strings.ReplaceAll(f.Usage, "|", `\|`)))
	}
	if len(rows) == 0 {
		return ""
	}
	slices.Sort(rows)
	return "| Flag | Variable | If not given | |\n|---|---|---|---|\n" + strings.Join(rows, "")
}

// TestTheGuideForOperationsHasEveryFlag holds its tables against the program; with -update they are written anew.
func TestTheGuideForOperationsHasEveryFlag(t *testing.T) {
	guide := readGuide(t, operationsGuide)
	all := commands()
	serving := flagsOf(all[slices.IndexFunc(all, func(c command) bool { return c.name == "serve" })])
	want := guide
	for _, c := range all {
		table := flagTable(c, serving)
		if c.hidden || table == "" {
			continue
		}
		begins := "<!-- flags of " + c.name + " -->\n"
		head, rest, found := strings.Cut(want, begins)
		_, tail, closed := strings.Cut(rest, "<!-- end of flags -->\n")
		if !found || !closed {
			t.Errorf("the flags of %s have no place", c.name)
			continue
		}
		want = head + begins + table + "<!-- end of flags -->\n" + tail
	}
	if *update {
		if err := os.WriteFile(operationsGuide, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != guide {
		t.Errorf("its tables are not those of the program: run go test ./cmd/timeline -run %s -update, and read the difference", t.Name())
	}
}

var variableName = regexp.MustCompile(`"(TIMELINE_[A-Z_]*[A-Z])"`)

func TestTheGuideForOperationsHasEveryVariableThatIsNoFlag(t *testing.T) {
	guide := readGuide(t, operationsGuide)
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, path := range sources {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		for _, match := range variableName.FindAllStringSubmatch(readGuide(t, path), -1) {
			found++
			if !strings.Contains(guide, "`"+match[1]+"`") {
				t.Errorf("%s reads %s, which the guide does not name", path, match[1])
			}
		}
	}
	if found < 3 {
		t.Errorf("%d variables were found in the program", found)
	}
}

// TestTimesInTheGuidesAreThoseOfTheProgram holds the tables of times against the constants that the program goes by.
func TestTimesInTheGuidesAreThoseOfTheProgram(t *testing.T) {
	minutes := func(span time.Duration) int { return int(span / time.Minute) }
	hours := func(span time.Duration) int { return int(span / time.Hour) }
	days := func(span time.Duration) int { return int(span / (24 * time.Hour)) }
	for _, c := range []struct{ path, row string }{
		{securityGuide, fmt.Sprintf("| Without a request | %d minutes |", minutes(auth.SessionIdle))},
		{securityGuide, fmt.Sprintf("| At all | %d hours |", hours(auth.SessionLongest))},
		{securityGuide, fmt.Sprintf("| For the one-time code | %d minutes |", minutes(auth.SecondStep))},
		{securityGuide, fmt.Sprintf("| Until the organisation is asked again | %d minutes |", minutes(auth.RecheckAfter))},
		{securityGuide, fmt.Sprintf("| Until a session ends that the organisation does not confirm | %d minutes |", minutes(auth.RecheckBy))},
		{securityGuide, fmt.Sprintf("| For signing in at the organisation and coming back | %d minutes |", minutes(auth.BegunHolds))},
		{securityGuide, fmt.Sprintf("| Invitation · link for another password | %d days · %d hour |", days(auth.InvitationHolds), hours(auth.ResetHolds))},
		{operationsGuide, fmt.Sprintf("is signed out here within %d minutes.", minutes(auth.RecheckBy))},
		{operationsGuide, fmt.Sprintf("Every %d minutes, at the next page", minutes(auth.RecheckAfter))},
		{approvalGuide, fmt.Sprintf("| Session | %d minutes without a request, %d hours at most |", minutes(auth.SessionIdle), hours(auth.SessionLongest))},
		{approvalGuide, fmt.Sprintf("| Network address in these | %d days |", days(inspection.NetworkHolds))},
		{approvalGuide, fmt.Sprintf("| Failed tries, as hashes | %d minutes |", minutes(auth.SlowForgets))},
		{approvalGuide, fmt.Sprintf("| deleted %d days later |", days(store.LinksStay))},
		{approvalGuide, fmt.Sprintf("| %d days after it was sent | deleted |", days(store.MessagesStay))},
		{approvalGuide, fmt.Sprintf("| Link that stops mail, as a hash | %d days |", days(store.StopLinksStay))},
	} {
		if !strings.Contains(readGuide(t, c.path), c.row) {
			t.Errorf("%s does not say %q", c.path, c.row)
		}
	}
}

var ruleOfGosec = regexp.MustCompile(`\bG\d{3}\b`)

// TestEveryFindingThatIsLeftOutIsExplained holds what make security leaves out against the guide.
func TestEveryFindingThatIsLeftOutIsExplained(t *testing.T) {
	makefile, guide := readGuide(t, "../../Makefile"), readGuide(t, securityGuide)
	_, rest, _ := strings.Cut(makefile, "\nEXPLAINED := ")
	left, _, found := strings.Cut(rest, "\n\n")
	if !found {
		t.Fatal("the Makefile has no list of findings that are left out")
	}
	rules := ruleOfGosec.FindAllString(left, -1)
	for _, rule := range rules {
		if !strings.Contains(guide, "| "+rule) {
			t.Errorf("%s is left out and not explained", rule)
		}
	}
	if len(rules) == 0 {
		t.Error("no rule was found in the list")
	}
}

var (
	nameOfTest  = regexp.MustCompile("`(Test[A-Za-z]+)`")
	testDefined = regexp.MustCompile(`(?m)^func (Test[A-Za-z]+)\(`)
)

// TestTheTestsThatTheGuideNamesExist keeps the threat model from leaning on tests that are gone.
func TestTheTestsThatTheGuideNamesExist(t *testing.T) {
	defined := map[string]bool{}
	for _, pattern := range []string{"*_test.go", "../../internal/*/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			for _, match := range testDefined.FindAllStringSubmatch(readGuide(t, path), -1) {
				defined[match[1]] = true
			}
		}
	}
	named := nameOfTest.FindAllStringSubmatch(readGuide(t, securityGuide), -1)
	for _, match := range named {
		if !defined[match[1]] {
			t.Errorf("there is no test %s", match[1])
		}
	}
	if len(named) < 30 {
		t.Errorf("the guide names %d tests", len(named))
	}
}

var (
	guideLink    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	guideHeading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInAnchors = regexp.MustCompile(`[^a-z0-9 _-]`)
)

// anchorsOf lists what a link into a guide can lead to, as sites that show such files name it.
func anchorsOf(text string) []string {
	var anchors []string
	for _, heading := range guideHeading.FindAllStringSubmatch(text, -1) {
		anchors = append(anchors, strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(heading[1]), ""), " ", "-"))
	}
	return anchors
}

func TestLinksOfTheGuidesLeadSomewhere(t *testing.T) {
	guides, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	decisions, err := filepath.Glob("../../docs/decisions/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, guide := range append(append(guides, decisions...), "../../README.md", "../../CHANGELOG.md") {
		for _, link := range guideLink.FindAllStringSubmatch(readGuide(t, guide), -1) {
			path, anchor, _ := strings.Cut(link[1], "#")
			if strings.Contains(path, "://") {
				continue
			}
			target := guide
			if path != "" {
				target = filepath.Join(filepath.Dir(guide), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s leads nowhere: %v", guide, link[1], err)
				continue
			}
			if anchor != "" && !slices.Contains(anchorsOf(readGuide(t, target)), anchor) {
				t.Errorf("%s: %s leads to no heading", guide, link[1])
			}
		}
	}
}
