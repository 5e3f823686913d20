package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/letter/lettertest"
	"inspectiontimeline/internal/store"
)

// Letters of our own wording, page by page, for councils that the seed holds.
var (
	// heldReview is of an inspection that the seed holds in words of ours.
	heldReview = []string{strings.Join([]string{
		"# Inspection of North Northamptonshire local authority children’s services",
		"Inspection dates: 11 to 22 May 2026",
		"Lead inspector: Robin Sample, His Majesty’s Inspector",
		"",
		"Judgement                                           Grade",
		"The impact of leaders on practice with children     Outstanding",
		"and families",
		"The experiences and progress of children who need   Good",
		"help and protection",
		"The experiences and progress of children in care    Good",
		"The experiences and progress of care leavers        Good",
		"",
		"Leaders know their services well. They know where visits are late and what is done about it.",
	}, "\n"), strings.Join([]string{
		"# What needs to improve?",
		"• The timeliness of visits to children who live far from home, so that none of them waits longer than the plan for that",
		"child says. (Outcome 4, stable, loving homes)",
		"• The recording of the decisions that managers make in supervision. (Enabler, leadership)",
		"• What care leavers are told of the help that they can ask for.",
		"",
		"# The experiences and progress of children who need help and protection: good",
		"1. Children are seen alone, and their wishes are written down.",
		"2. Plans name who does what and by when. Some of them are not looked at again in time.",
		"# The experiences and progress of children in care: good",
		"3. Most children live with people who know them well.",
		"# The experiences and progress of care leavers: good",
		"4. Personal advisers stay in touch. Not every young person knows what the local offer is.",
		"# The impact of leaders on social work practice with children and families: outstanding",
		"5. Leaders know their services well.",
	}, "\n")}

	// visitLetter is of a visit, which gives no grade and names areas for priority action.
	visitLetter = []string{strings.Join([]string{
		"14 January 2019", "",
		"Mr Tobias Fenn, Executive Director of People",
		"Solihull Metropolitan Borough Council", "",
		"Dear Mr Fenn", "",
		"# Focused visit to Solihull Metropolitan Borough Council children’s services", "",
		"This letter summarises the findings of a focused visit to Solihull local authority’s",
		"children’s services on 11 December 2018 to 12 December 2018. The inspectors were",
		"Ruth Amara HMI and Hanne de Vries, Senior HMI.", "",
		"Inspectors looked at the local authority’s arrangements for children in need and children",
		"subject to a child protection plan.", "",
		"# Areas for priority action",
		"The local authority needs to take swift and decisive action to address the following:", "",
		"1. The oversight of work with children who are visited by a worker that they do not know.",
		"2. The delay before a lawyer is asked, whatever the plan says.", "",
		"# Areas for improvement", "",
		"• how chronologies are kept",
		"• what supervision asks and whether anybody answers",
	}, "\n")}
)

// longName is the name of a file as offices give them, without a place to break a line at.
var longName = strings.Repeat("FINAL_letter_to_the_director_of_childrens_services_", 3) + "v12.pdf"

// longLetter has as many areas to improve as any letter that we know of, each of several lines.
func longLetter() []string {
	pages := []string{strings.Join([]string{
		"# Inspection of Bradford local authority children’s services",
		"Inspection dates: 7 to 18 September 2026",
		"Lead inspector: Robin Sample, His Majesty’s Inspector",
		"",
		"Judgement                                           Grade",
		"The impact of leaders on practice with children     Requires improvement to be good",
		"and families",
		"The experiences and progress of children who need   Inadequate",
		"help and protection",
		"The experiences and progress of children in care    Requires improvement to be good",
		"The experiences and progress of care leavers        Requires improvement to be good",
	}, "\n")}
	// Lines that stood alike at the foot of every page would be a footer's: one subject fewer than a page has items.
	const pageOf = 8
	subjects := []string{"visits", "plans", "reviews", "assessments", "records", "meetings", "decisions"}
	for first := 1; first <= 40; first += pageOf {
		var lines []string
		if first == 1 {
			lines = []string{"# What needs to improve?"}
		}
		for i := first; i < first+pageOf; i++ {
			about := subjects[i%len(subjects)]
			lines = append(lines, fmt.Sprintf("• The oversight, by managers at every level, of %s, so that number %d", about, i),
				fmt.Sprintf("of its kind is looked at again when due, changed where %s do not help, and explained to", about),
				fmt.Sprintf("the child and to whoever else cares for %s, in words that they can come back to.", about))
		}
		pages = append(pages, strings.Join(lines, "\n"))
	}
	return append(pages, "# The experiences and progress of children who need help and protection: inadequate\n1. Plans are not looked at again in time.")
}

// officeLetters are the addresses of letters that between them stand in every state.
type officeLetters struct {
	held, newer, visit, byHand, scanned, unreadable, embargoed, published, aside, waiting, reading string
}

// fillOffice adds letters of every kind by the officers' own pages, and takes them to their states.
func fillOffice(o *desk) officeLetters {
	o.t.Helper()
	var all officeLetters
	all.unreadable = o.addRead("cut short.pdf", lettertest.Truncated(visitLetter...))
	all.scanned = o.addRead("scanned.pdf", lettertest.Picture(2))
	all.visit = o.addRead("focused visit.pdf", lettertest.PDF(visitLetter...))
	all.byHand = o.addByHand()

	all.newer = o.addRead("west, autumn.pdf", lettertest.PDF(heldBack...))
	o.submit(all.newer, "#review", map[string]string{"received": "9 November 2026", "final": "yes", "do": "save"})

	waits := strings.NewReplacer("West Northamptonshire", "Rutland", "Quentin Quillwort", "Robin Sample")
	all.embargoed = o.addRead("rutland.pdf", lettertest.PDF(waits.Replace(heldBack[0])))
	o.submit(all.embargoed+"/publish", "form[action$='/state']", map[string]string{"planned": "1 December 2026", "to": "embargoed"})

	again := strings.NewReplacer("West Northamptonshire", "Leicester", "Quentin Quillwort", "Robin Sample")
	all.aside = o.addRead("leicester.pdf", lettertest.PDF(again.Replace(heldBack[0])))
	o.submit(all.aside, "form[action$='/state']", map[string]string{"to": "set_aside", "reason": "Sent to us by mistake"})

	out := strings.NewReplacer("11 to 22 May 2026", "1 to 12 June 2026", "North Northamptonshire", "Derby")
	all.published = o.addRead("derby.pdf", lettertest.PDF(out.Replace(heldReview[0]), heldReview[1]))
	o.submit(all.published, "#review", map[string]string{
		"received": "1 July 2026", "final": "yes", "lead_inspector": "Robin Sample and another", "do": "save",
		"item.1.gloss": "Visit children who live far away as often as was promised.", "item.1.own_priority": "yes",
		"finding.1.kind": "strength", "finding.1.words": "Leaders know their services", "finding.1.paragraph": "5",
	})
	o.submit(all.published+"/publish", "form[action$='/publish']", map[string]string{
		"published": "14 July 2026", "published_hour": "10:30", "address": "https://files.ofsted.gov.uk/v1/file/50999998", "seen": "yes", "final": "yes",
	})

	all.held = o.addRead("north.pdf", lettertest.PDF(heldReview...))
	o.submit(all.held, "#review", map[string]string{
		"lead_inspector": "Robin Sample and another", "item.1.joins": "NN-ILACS-2026-1", "item.3.joins": "NN-ILACS-2026-2", "do": "save",
	})
	return all
}

// leaveUnread adds letters as they stand before the reader has come to them.
func leaveUnread(o *desk, all *officeLetters) {
	o.t.Helper()
	by := inspection.Actor{ID: "officer", Post: "an officer at this machine", Role: inspection.RoleOfficer}
	waiting, err := o.store.StartLetter(o.t.Context(), by, "waits.pdf", store.HeldFile{})
	if err != nil {
		o.t.Fatal(err)
	}
	reading, err := o.store.StartLetter(o.t.Context(), by, "is being read.pdf", store.HeldFile{})
	if err == nil {
		err = o.store.SetReading(o.t.Context(), by, reading.ID)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	all.waiting, all.reading = "/letters/"+waiting.ID, "/letters/"+reading.ID
}

// addRead adds a file and returns the address of its letter once it has been read.
func (o *desk) addRead(name string, data []byte) string {
	o.t.Helper()
	if to := o.add(name, data); to != "/letters" {
		return to
	}
	for began := time.Now(); time.Since(began) < actionWait; {
		page, err := goquery.NewDocumentFromReader(strings.NewReader(o.get("/letters")))
		if err != nil {
			o.t.Fatal(err)
		}
		if page.Find("[data-refresh]").Length() > 0 {
			continue
		}
		return page.Find("tbody tr").FilterFunction(func(_ int, row *goquery.Selection) bool {
			return strings.Contains(row.Text(), name)
		}).Find("a").First().AttrOr("href", "")
	}
	o.t.Fatalf("%s is not read in a minute", name)
	return ""
}
