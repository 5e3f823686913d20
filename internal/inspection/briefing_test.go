package inspection

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// paperFacts are those of the record of twice, on the day of the tests of prompts.
func paperFacts(r *Record, body string, positions map[string]Position) BriefingFacts {
	b, _ := r.Body(body)
	facts := BriefingFacts{
		Record: r, Body: b, Authorities: r.MembersOn(body, promptDay), Heading: "Children’s services in " + b.Name,
		Items: itemsOf(r, positions), Since: MustDate("2026-09-15"), SinceWhy: "the meeting of Scrutiny commission.", AsOf: promptDay, Reader: ForPublic,
		Committees: []Committee{{ID: "board", Name: "Improvement board", Decides: true}, {ID: "scrutiny", Name: "Scrutiny commission", Scrutinises: true}},
		Meetings: []Meeting{{CommitteeID: "scrutiny", On: MustDate("2027-03-01")}, {CommitteeID: "scrutiny", On: MustDate("2026-12-10")},
			{CommitteeID: "board", On: MustDate("2026-11-30")}},
		Posts: []Post{{ID: "head", BodyID: "east-shire", Name: "Head of assessment"}},
	}
	if b.Kind == Provider {
		facts.Authorities = nil
	}
	facts.Items = slices.DeleteFunc(facts.Items, func(i ScrutinyItem) bool {
		return !slices.ContainsFunc(facts.Authorities, func(a Body) bool { return i.Inspection.Of(a.ID) })
	})
	return facts
}

// section writes one section of a paper, a line for each text and row.
func section(t *testing.T, paper Briefing, code string) string {
	t.Helper()
	i := slices.IndexFunc(paper.Sections, func(s BriefingSection) bool { return s.Code == code })
	if i < 0 {
		t.Fatalf("the paper has no section %s", code)
	}
	s := paper.Sections[i]
	lines := []string{s.Title}
	add := func(texts []BriefingText) {
		for _, text := range texts {
			line := ""
			for _, run := range text {
				if line += run.Words; run.Words == "" {
					line += fmt.Sprintf("<%s %s>", run.Lead.To, run.Lead.ID)
				}
			}
			lines = append(lines, line)
		}
	}
	add(s.Words)
	if s.Table != nil {
		for _, row := range s.Table.Rows {
			var cells []string
			for _, cell := range row {
				cells = append(cells, cell.String())
			}
			lines = append(lines, strings.Join(cells, " | "))
		}
	}
	add(s.List)
	add(s.After)
	return strings.Join(lines, "\n")
}

// whole writes everything that a paper says.
func whole(t *testing.T, paper Briefing) string {
	out := paper.Title
	for _, text := range slices.Concat(paper.About, paper.Headline) {
		out += "\n" + text.String()
	}
	for _, s := range paper.Sections {
		out += "\n" + section(t, paper, s.Code)
	}
	return out
}

// due is the position of an item on which work is planned.
func due(reference, day string, change func(*Position)) Position {
	p := Position{Reference: reference, State: InProgress, StateOn: MustDate("2026-09-01"), Moves: 2, OwnerID: "head", CommitteeID: "board",
		OriginalDue: MustDate("2026-06-30"), Due: MustDate(day)}
	if p.OriginalDue = p.Due; change != nil {
		change(&p)
	}
	return p
}

func TestABriefingSaysWhatTheFirstScreenSays(t *testing.T) {
	r := twice(t)
	facts := paperFacts(r, "shire", nil)
	paper := NewBriefing(facts)
	headline := r.Headlines(facts.Authorities, promptDay)[0]
	if got := paper.Headline[0].String(); got != headline.Lead {
		t.Errorf("it begins with %q, want %q", got, headline.Lead)
	}
	text := whole(t, paper)
	for _, want := range append(slices.Clone(headline.Detail),
		"Briefing: children’s services in Shire", "As it stood on 21 November 2026. What changed is told since 15 September 2026: the meeting of Scrutiny commission.",
		"Next meeting recorded: Scrutiny commission, 10 December 2026.", "It holds what everyone may read.",
		"Leaders | Both councils | Good | July 2026 | Inspection rules of 2018 | Good, November 2022",
		"Live in all, of every letter: "+fmt.Sprint(Scrutiny(facts.Items, facts.Since, promptDay, ForPublic).List(ScrutinyLive).Count)+".",
		"Where can we read each council’s action plan for the July 2026 letter? Why: the latest possible day for it",
		"No letter or report that is on this record came out in this time.",
		"No area to improve was closed, said to be done, given a new date or checked by Ofsted in this time.",
	) {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	for _, word := range []string{"overdue", "Overdue", "rating", "judgment", "predecessor", "strand", " RI", "as at "} {
		if strings.Contains(text, word) {
			t.Errorf("it says %q", word)
		}
	}
	if again := NewBriefing(facts); !reflect.DeepEqual(paper, again) {
		t.Error("the same facts give another paper")
	}
}

func TestGradesThatDifferStandCouncilByCouncil(t *testing.T) {
	r := newRecord(t)
	r.inspect("shire-county-council", "sif", "2016-02-01", "2016-04-27", "overall requires_improvement, leaders requires_improvement")
	r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	r.inspect("west-shire", "ilacs-standard", "2026-05-11", "2026-07-07", strings.Replace(allGood2026, "leaders good", "leaders outstanding", 1))
	got := section(t, NewBriefing(paperFacts(r, "shire", nil)), "grades")
	for _, want := range []string{
		"Leaders | East | Good | July 2026 | Inspection rules of 2018 | None held; the council began on 1 April 2021",
		"Leaders | West | Outstanding | July 2026", "Help and protection | Both councils | Good",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	paper := NewBriefing(paperFacts(r, "shire", nil))
	own := "The earlier council, Shire County Council, ended on 31 March 2021. Its last grades, of April 2016, were its own"
	if text := whole(t, paper); !strings.Contains(text, own) {
		t.Errorf("the earlier council’s grades are not told as its own:\n%s", text)
	}
	if strings.Count(whole(t, paper), "Shire County Council, ended on") != 1 {
		t.Error("the earlier council is told of more than once")
	}
}

func TestGradesUnderOtherRulesAreNotCompared(t *testing.T) {
	r := newRecord(t)
	r.inspect("old-town", "sif", "2016-02-01", "2016-04-27", "overall requires_improvement, leaders inadequate, help_protection good, care_and_care_leavers good")
	r.inspect("old-town", "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026)
	got := section(t, NewBriefing(paperFacts(r, "old-town", nil)), "grades")
	want := "Leaders | Good | July 2026 | Inspection rules of 2018 | " +
		"Inadequate, April 2016 (other rules: the single inspection framework of 2013; not compared)"
	if !strings.Contains(got, want) {
		t.Errorf("it does not say %q:\n%s", want, got)
	}
}

func TestWhatIsMostUrgentComesFirst(t *testing.T) {
	r := twice(t)
	items := itemsOf(r, nil)
	first := items[0].Reference // of 2022
	positions := map[string]Position{first: due(first, "2026-10-31", func(p *Position) {
		p.OriginalDue, p.TimesMoved = MustDate("2026-06-30"), 2
	})}
	paper := NewBriefing(paperFacts(r, "east-shire", positions))
	rows := strings.Split(section(t, paper, "areas"), "\n")
	row := slices.IndexFunc(rows, func(line string) bool { return strings.Contains(line, " | ") })
	want := " | Under way | Head of assessment, East Shire | 31 October 2026, past its date; first 30 June 2026, moved twice"
	if !strings.HasPrefix(rows[row], first) || !strings.Contains(rows[row], want) {
		t.Errorf("the first row is %q", rows[row])
	}
	past := section(t, paper, "past_date")
	for _, want := range []string{"Past their date: 1. Moved more than once: 1.",
		first + ": 31 October 2026, past its date; first 30 June 2026, moved twice. Owner: Head of assessment, East Shire."} {
		if !strings.Contains(past, want) {
			t.Errorf("it does not say %q:\n%s", want, past)
		}
	}
}

func TestWhatOfstedMarkedForPriorityComesBeforeOrdinaryAreas(t *testing.T) {
	facts := paperFacts(twice(t), "east-shire", nil)
	marked := len(facts.Items) - 1
	for i, item := range facts.Items {
		if in, of := item.Inspection, facts.Items[marked].Inspection; in.Published.Before(of.Published) {
			marked = i // of the oldest letter
		}
	}
	facts.Items[marked].Kind = PriorityAction
	paper := NewBriefing(facts)
	i := slices.IndexFunc(paper.Sections, func(s BriefingSection) bool { return s.Code == "areas" })
	first := paper.Sections[i].Table.Rows[0]
	if got := first[0].String(); !strings.HasPrefix(got, facts.Items[marked].Reference+": Area for priority action (Ofsted’s term): ") {
		t.Errorf("the first row is %q", got)
	}
	if held := section(t, paper, "sources"); !paper.fits() || strings.Contains(held, "more letter") {
		t.Errorf("there is room for all sources, and not all are named:\n%s", held)
	}
	if got := first[1].String(); got != "Nothing recorded" {
		t.Errorf("nothing is recorded of it, and the paper says %q", got)
	}
}

func TestWhatWaitsForTheBodyThatDecides(t *testing.T) {
	r := twice(t)
	positions := map[string]Position{}
	var asked, checked []string
	for _, item := range itemsOf(r, nil) {
		switch {
		case strings.Contains(item.InspectionID, "2026"):
			asked = append(asked, item.Reference)
			positions[item.Reference] = due(item.Reference, "2026-12-31", func(p *Position) {
				p.AskedDue, p.AskedOn = MustDate("2027-03-31"), MustDate("2026-11-01")
			})
		case len(checked) == 0:
			checked = append(checked, item.Reference)
			positions[item.Reference] = due(item.Reference, "2026-12-31", func(p *Position) {
				p.State, p.StateOn = Verified, MustDate("2026-11-02")
			})
		}
	}
	paper := NewBriefing(paperFacts(r, "shire", positions))
	dates := section(t, paper, "dates_asked")
	want := strings.Join(asked, " · ") + ": 31 March 2027 in place of 31 December 2026, asked for on 1 November 2026 (Improvement board decides)."
	if !strings.Contains(dates, want) {
		t.Errorf("what twins ask for is not told once:\n%s\nwant %s", dates, want)
	}
	want = "Closures proposed: 1\n" + checked[0] + ": checked on 2 November 2026, waiting to be closed (Improvement board decides)."
	if got := section(t, paper, "closures"); !strings.Contains(got, want) {
		t.Errorf("got %s", got)
	}
}

func TestDecisionsSinceAreTold(t *testing.T) {
	r := twice(t)
	facts := paperFacts(r, "shire", nil)
	facts.Moves = []Move{
		{Reference: "ES-1", Kind: AgreeDate, On: MustDate("2026-10-02"), Due: MustDate("2027-01-31"), CommitteeID: "board", MinuteReference: "item 4"},
		{Reference: "WS-1", Kind: AgreeDate, On: MustDate("2026-10-02"), Due: MustDate("2027-01-31"), CommitteeID: "board", MinuteReference: "item 4"},
		{Reference: "ES-2", Kind: RecordView, On: MustDate("2026-10-09"), View: AskedToReturn, ComeBackBy: MustDate("2026-12-10"), CommitteeID: "scrutiny"},
		{Reference: "ES-3", Kind: StartWork, On: MustDate("2026-10-03"), Words: "Work that is no decision"},
	}
	got := section(t, NewBriefing(facts), "changed")
	for _, want := range []string{
		"ES-2: 9 October 2026: scrutiny: asked to come back by 10 December 2026.",
		"ES-1 · WS-1: 2 October 2026: another day agreed, 31 January 2027 (Improvement board, minute item 4).",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "ES-3") {
		t.Errorf("work is told as a decision:\n%s", got)
	}
}

func TestAPaperForFewerSaysSo(t *testing.T) {
	facts := paperFacts(twice(t), "east-shire", nil)
	facts.Reader = ForOfficers
	facts.Questions = []Question{
		{Words: "How many\nplans are late?", AskedBy: "A member of the commission", Asked: MustDate("2026-10-22"), Audience: ForOfficers},
		{Words: "What would good look like?", AskedBy: "A member of the commission", Asked: MustDate("2026-10-01"), Audience: ForPublic,
			Answers: []QuestionAnswer{{Words: "This."}}},
	}
	text := whole(t, NewBriefing(facts))
	for _, want := range []string{
		"For officers only: it holds what is not for everyone. Do not publish it.", "Members’ questions waiting for an answer: 1.",
		"Asked by a member of the commission on 22 October 2026, and not answered yet: How many plans are late? (For officers only.)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "What would good look like?") {
		t.Error("a question that was answered is asked")
	}
}

func TestNobodyIsAskedAboutACouncilThatHasEnded(t *testing.T) {
	r := newRecord(t)
	r.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29", allGood2022).ask("then", Improvement)
	facts := paperFacts(r, "shire-county-council", nil)
	facts.Ended, facts.AsOf = "Shire County Council ended on 31 March 2021.", MustDate("2021-03-31")
	facts.Authorities = r.MembersOn("shire-county-council", facts.AsOf)
	text := whole(t, NewBriefing(facts))
	for _, want := range []string{"As it stood on 31 March 2021.", facts.Ended, "The council has ended, so there is nobody to ask."} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

func TestAProvidersPaperLeavesGradesToItsCouncils(t *testing.T) {
	r := twice(t)
	r.Bodies = append(r.Bodies, Body{ID: "trust", Kind: Provider, Name: "Shire Children’s Trust", Code: "SCT"})
	r.Services = []Service{{ProviderID: "trust", AuthorityID: "west-shire"}, {ProviderID: "trust", AuthorityID: "east-shire"}}
	paper := NewBriefing(paperFacts(r, "trust", nil))
	text := whole(t, paper)
	for _, want := range []string{
		"Shire Children’s Trust runs children’s services for East Shire and West Shire.", "No grade of Shire Children’s Trust is on this record.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	var to []string
	for _, run := range paper.Headline[1] {
		if run.Lead.To == ToBriefing {
			to = append(to, run.Lead.ID)
		}
	}
	if !slices.Equal(to, []string{"east-shire", "west-shire"}) {
		t.Errorf("it leads to %v", to)
	}
	if strings.Contains(text, "Leaders") {
		t.Error("it tells a council’s grade")
	}
}

func TestABusyPaperStillFits(t *testing.T) {
	r := twice(t)
	positions := map[string]Position{}
	var items []ScrutinyItem
	for i := range 40 {
		reference := fmt.Sprintf("ES-ILACS-2022-%d", i+1)
		position := due(reference, "2026-10-31", func(p *Position) {
			p.OriginalDue, p.TimesMoved = MustDate("2026-06-30").AddDays(i), i%3
			switch i % 4 {
			case 1:
				p.AskedDue, p.AskedOn = MustDate("2027-03-31").AddDays(i), MustDate("2026-11-01")
			case 2:
				p.State, p.StateOn = Verified, MustDate("2026-11-02").AddDays(i%9)
			}
		})
		positions[reference] = position
		words := strings.Repeat("Plans that children and families understand ", 6)
		items = append(items, ScrutinyItem{Inspection: r.Inspections[0], Position: position,
			Recommendation: Recommendation{Reference: reference, InspectionID: r.Inspections[0].ID, Words: words}})
	}
	facts := paperFacts(r, "east-shire", positions)
	facts.Items = items
	for i := range 9 {
		facts.Questions = append(facts.Questions, Question{
			Words: strings.Repeat("How do you know? ", 30), AskedBy: "A member", Asked: MustDate("2026-10-01").AddDays(i), Audience: ForPublic,
		})
	}
	paper := NewBriefing(facts)
	if !paper.fits() {
		t.Errorf("it takes more than two sheets:\n%s", whole(t, paper))
	}
	text := whole(t, paper)
	for _, want := range []string{
		"Live in all, of every letter: 40.", "more, at <list live>", "more, at <list waiting>", "more, at <scrutiny east-shire>",
		"New dates asked for: 10", "Closures proposed: 10",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	if most, least := len(fewerBounds), fewerBounds[len(fewerBounds)-1]; most < 2 || least.areas < 1 || least.lines < 1 {
		t.Errorf("the least that a paper holds is %+v", least)
	}
}
