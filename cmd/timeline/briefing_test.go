package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
)

// officeWait bounds one conversion; LibreOffice makes a profile of its own when it first starts.
const officeWait = 2 * time.Minute

// TestTheBriefingOpensInLibreOffice converts papers to PDF: that of the seed, and one of a council of which more is recorded
// than two sheets could hold.
func TestTheBriefingOpensInLibreOffice(t *testing.T) {
	if testing.Short() {
		t.Skip("LibreOffice takes seconds to start")
	}
	office := installed(t, "soffice")
	folder := t.TempDir()
	busy := busyPaper(t)
	var made bytes.Buffer
	if err := exchange.WriteBriefing(&made, busy, func(to inspection.BriefingLead) string {
		return "https://timeline.example/" + string(to.To) + "/" + to.ID
	}); err != nil {
		t.Fatal(err)
	}
	papers := map[string][]byte{"busy": made.Bytes()}
	for _, slug := range []string{"west-northamptonshire", "northamptonshire", "northamptonshire-childrens-trust"} {
		papers[slug] = downloaded(t, siteURL(t)+"/authorities/"+slug+"/briefing.docx")
	}
	arguments := []string{"-env:UserInstallation=file://" + filepath.Join(folder, "profile"), "--headless", "--convert-to", "pdf", "--outdir", folder}
	for name, paper := range papers {
		file := filepath.Join(folder, name+".docx")
		if err := os.WriteFile(file, paper, 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, file)
	}
	convert := exec.CommandContext(t.Context(), office, arguments...)
	convert.WaitDelay = officeWait
	if said, err := convert.CombinedOutput(); err != nil {
		t.Fatalf("LibreOffice cannot convert the papers: %v\n%s", err, said)
	}
	for name := range papers {
		pdf := filepath.Join(folder, name+".pdf")
		if n := pagesOf(t, pdf); n < 1 || n > 2 {
			t.Errorf("%s takes %d sheets", name, n)
		}
		inOrder(t, name, textOfPDF(t, pdf), "Briefing: children’s services", "As it stood on", "What changed since", "Latest judgements",
			"Areas to improve", "Past their date, and moved", "New dates asked for", "Closures proposed", "Questions to ask", "Sources", "The record:")
	}
	inOrder(t, "busy", textOfPDF(t, filepath.Join(folder, "busy.pdf")), busy.Headline[0].String(), "past its date", "more, at https://timeline.example/list/live")
}

// installed returns a program that a test opens its files with; without it the test is skipped, save in CI.
func installed(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("%s is not installed: %v", name, err)
	default:
		t.Skip(name + " is not installed; make test installs it or says how")
	}
	return path
}

// busyPaper is about a council of the seed with many areas to improve, in each of which something waits or is late.
func busyPaper(t *testing.T) inspection.Briefing {
	record := seededRecord(t).AsOf(today)
	place, _ := record.Body("northamptonshire")
	members := record.MembersOn(place.ID, today)
	facts := inspection.BriefingFacts{
		Record: record, Body: place, Authorities: members, Heading: "Children’s services in Northamptonshire",
		Since: inspection.MustDate("2026-09-15"), SinceWhy: "the meeting of Scrutiny commission, Northamptonshire.", AsOf: today, Reader: inspection.ForMembers,
		Committees: []inspection.Committee{{ID: "board", Name: "Children’s improvement board", Decides: true}},
		Posts:      []inspection.Post{{ID: "head", BodyID: members[0].ID, Name: "Assistant director for help and protection"}},
		Recorded:   "Recorded after 15 September 2026, of what is shown here: 40 updates and 30 pieces of evidence.",
		Fresh:      record.FreshnessWords(members, inspection.Freshness{}, today),
	}
	for n, in := range record.Inspections {
		for i, item := range in.Recommendations {
			p := inspection.Position{
				Reference: item.Reference, State: inspection.InProgress, Moves: 4, OwnerID: "head", CommitteeID: "board",
				StateOn: inspection.MustDate("2026-09-20").AddDays(i), OriginalDue: inspection.MustDate("2026-03-31").AddDays(n),
				Due: inspection.MustDate("2026-10-31").AddDays(i), TimesMoved: 1 + i%3,
			}
			switch i % 3 {
			case 1:
				p.AskedDue, p.AskedOn = inspection.MustDate("2027-03-31").AddDays(i), inspection.MustDate("2026-11-01")
				p.AskedWhy = strings.Repeat("The new system comes later than was thought. ", 5)
			case 2:
				p.State = inspection.Verified
			}
			item.Words = strings.Repeat(item.Words+" ", 3)
			facts.Items = append(facts.Items, inspection.ScrutinyItem{Recommendation: item, Inspection: in, Position: p})
			facts.Moves = append(facts.Moves, inspection.Move{
				Reference: item.Reference, Kind: inspection.AgreeDate, On: p.StateOn, Due: p.Due, CommitteeID: "board",
				MinuteReference: fmt.Sprintf("of the day, item %d", i),
			})
		}
	}
	for i := range 12 {
		facts.Questions = append(facts.Questions, inspection.Question{
			Words: strings.Repeat("How do you know that practice is getting better, and for whom? ", 6), AskedBy: "A member of the commission",
			Asked: inspection.MustDate("2026-10-01").AddDays(i), Audience: inspection.ForMembers,
		})
	}
	return inspection.NewBriefing(facts)
}

// downloaded returns the body of an answer that has to be there.
func downloaded(t *testing.T, address string) []byte {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s is answered %d: %v", address, answer.StatusCode, err)
	}
	return body.Bytes()
}

func textOfPDF(t *testing.T, file string) string {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), installed(t, "pdftotext"), file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var pagesLine = regexp.MustCompile(`(?m)^Pages:\s+([0-9]+)$`)

func pagesOf(t *testing.T, file string) int {
	t.Helper()
	about, err := exec.CommandContext(t.Context(), installed(t, "pdfinfo"), file).Output()
	if err != nil {
		t.Fatal(err)
	}
	found := pagesLine.FindSubmatch(about)
	if found == nil {
		t.Fatalf("%s does not say how many pages it has: %s", file, about)
	}
	n, _ := strconv.Atoi(string(found[1]))
	return n
}

// inOrder reports words that a text does not say after one another.
func inOrder(t *testing.T, name, text string, words ...string) {
	t.Helper()
	text = strings.Join(strings.Fields(text), " ")
	at := 0
	for _, one := range words {
		found := strings.Index(text[at:], one)
		if found < 0 {
			t.Errorf("%s does not say %q after what stands before it:\n%s", name, one, text[at:])
			return
		}
		at += found + len(one)
	}
}
