package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/opendata"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// The words by which texts of each audience are found again.
const (
	publicMark   = "kingfisher"
	membersMark  = "heronswood"
	officersMark = "bitternmoor"
	draftMark    = "curlewfield"
)

// markRecord records something of every kind for each audience, and a letter that is not published. It returns the addresses
// of the interface and of the pages at which what is for others stands.
func markRecord(t *testing.T, db *store.Store) []string {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var hidden []string
	for audience, mark := range map[inspection.Audience]string{
		inspection.ForPublic: publicMark, inspection.ForMembers: membersMark, inspection.ForOfficers: officersMark,
	} {
		post, err := db.SavePost(ctx, storetest.Officer, inspection.Post{BodyID: theTrust, Name: "Director of practice"})
		must(err)
		a, err := db.SaveAction(ctx, storetest.Officer, inspection.Action{
			Words: "Train every manager " + mark, OwnerID: post.ID, LeadBodyID: theTrust, Due: inspection.MustDate("2026-12-15"), SuccessMeasure: "Seen by " + mark,
			References: []string{anItem}, Audience: audience,
		}, "")
		must(err)
		_, err = db.AddUpdate(ctx, storetest.Officer, inspection.Update{ActionID: a.ID, On: inspection.MustDate("2026-11-20"), Words: "Said of the action " + mark, Audience: audience})
		must(err)
		_, err = db.AddUpdate(ctx, storetest.Officer, inspection.Update{Reference: anItem, On: inspection.MustDate("2026-11-20"), Words: "Said of the area " + mark, Audience: audience})
		must(err)
		e, err := db.AddEvidence(ctx, storetest.Officer, inspection.EvidenceItem{
			Reference: anItem, Title: "Audit of plans " + mark, Address: "https://council.example/" + mark, On: inspection.MustDate("2026-11-01"), Audience: audience,
		}, nil)
		must(err)
		_, err = db.StepEvidence(ctx, storetest.Officer, e.ID, inspection.EvidenceSubmitted, "")
		must(err)
		_, err = db.AskQuestion(ctx, storetest.Clerk, inspection.Question{
			BodyID: "north-northamptonshire", AskedBy: "A member", Asked: inspection.MustDate("2026-11-20"), Words: "Who checks " + mark + "?", Reference: anItem, Audience: audience,
		})
		must(err)
		if audience != inspection.ForPublic {
			hidden = append(hidden, "/actions/"+a.ID)
		}
	}
	letter, err := db.AddLetter(ctx, anOfficer, draftMark+".pdf", store.ReadLetter{
		State: inspection.LetterReady, Original: []byte("%PDF " + draftMark), Pages: []string{"Plans were late " + draftMark},
		Draft: inspection.Draft{Kind: "ilacs-standard", Bodies: []string{"north-northamptonshire"}, Topic: draftMark, Note: draftMark},
	})
	must(err)
	_, err = db.IndexSearch(ctx)
	must(err)
	return append(hidden, "/letters/"+letter.ID)
}

func TestNothingForOthersIsToldToAVisitorAddressByAddress(t *testing.T) {
	storetest.LeaveOutWalk(t)
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		hidden := markRecord(t, db)
		s.data.forget()
		addresses := everyAddress(t, s)
		addresses["the area"] = opendata.Root + "/recommendations/" + anItem
		addresses["its letter"] = opendata.Root + "/recommendations?inspection=" + latestLetter
		addresses["its council"] = opendata.Root + "/scrutiny?authority=north-northamptonshire"
		addresses["its actions"] = opendata.Root + "/actions?authority=north-northamptonshire"
		addresses["its history"] = opendata.Root + "/changes?record=recommendation:" + anItem
		for _, mark := range []string{publicMark, membersMark, officersMark, draftMark} {
			addresses["search for "+mark] = opendata.Root + "/search?q=" + mark
		}
		shown := 0
		for name, path := range addresses {
			for range 2 { // the second may come from what is kept
				text := get(t, s, path).Body.String()
				shown += strings.Count(text, publicMark)
				for _, mark := range []string{membersMark, officersMark, draftMark} {
					// What somebody looks for is said back to them.
					if found := strings.Count(text, mark); found > 0 && !strings.Contains(path, mark) || strings.Contains(text, " "+mark) {
						t.Errorf("%s: %s says %s", name, path, mark)
					}
				}
			}
			if strings.Contains(path, membersMark) || strings.Contains(path, officersMark) || strings.Contains(path, draftMark) {
				if found := read[opendata.SearchDocument](t, get(t, s, path)); found.Total > 0 || len(found.Facets.Kinds) > 0 || found.Suggestion != nil {
					t.Errorf("%s: %d found, of %v, and instead %v", path, found.Total, found.Facets.Kinds, found.Suggestion)
				}
			}
		}
		if shown < 10 {
			t.Errorf("what is for everybody is said %d times", shown)
		}
		for _, path := range hidden {
			if answer := get(t, s, opendata.Root+path); answer.Code != http.StatusNotFound && answer.Code != http.StatusUnauthorized {
				t.Errorf("%s: %d", path, answer.Code)
			}
		}
		holdDump(t, get(t, s, opendata.Root+"/dump.zip").Body.Bytes())
		officer := program{t, s, auth.Account{}, storetest.Token(t, db, storetest.Account(t, db, auth.Officer), auth.TokenReads)}
		known := officer.sees(opendata.Root + "/recommendations/" + anItem)
		for _, mark := range []string{publicMark, membersMark, officersMark} {
			if !strings.Contains(known.Body.String(), mark) {
				t.Errorf("an officer’s program is not told %s", mark)
			}
		}
		if dump := officer.sees(opendata.Root + "/dump.zip"); dump.Code == http.StatusOK {
			holdDump(t, dump.Body.Bytes())
		}
	})
}

// holdDump checks that a dump holds what is for everybody and nothing else.
func holdDump(t *testing.T, data []byte) {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, file := range archive.File {
		from, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		shown += bytes.Count(text, []byte(publicMark))
		for _, mark := range []string{membersMark, officersMark, draftMark} {
			if bytes.Contains(text, []byte(mark)) {
				t.Errorf("%s of the dump says %s", file.Name, mark)
			}
		}
	}
	if shown < 10 {
		t.Errorf("the dump says what is for everybody %d times", shown)
	}
}

var firstNumber = regexp.MustCompile(`\d+`)

// numberOn returns a number that a page shows: the first in the text of what a selector finds.
func numberOn(t *testing.T, s *Server, path, selector string) string {
	t.Helper()
	return firstNumber.FindString(seen(document(t, get(t, s, path)).Find(selector).First().Text()))
}

func TestTheInterfaceAndThePagesShowTheSameNumbers(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, one := range []struct{ asks, page string }{
		{"/inspections", "/inspections"},
		{"/inspections?year=2022", "/inspections?year=2022"},
		{"/inspections?kind=ilacs-focused-visit", "/inspections?kind=ilacs-focused-visit"},
		{"/inspections?as-at=2021-05-01", "/inspections?as-at=2021-05-01"},
		{"/authorities", "/authorities"},
		{"/authorities?region=London", "/authorities?region=London"},
		{"/authorities?as-at=2015-01-01", "/authorities?as-at=2015-01-01"},
		{"/milestones", "/milestones"},
		{"/milestones?authority=west-northamptonshire", "/milestones?authority=west-northamptonshire"},
		{"/actions", "/actions"},
		{"/recurrence", "/themes"},
		{"/recurrence?authority=west-northamptonshire&as-at=2023-12-31", "/themes?authority=west-northamptonshire&as-at=2023-12-31"},
		{"/england/map", "/england/map"},
		{"/england/map?judgement=overall&region=London&as-at=2024-03-31", "/england/map?judgement=overall&region=London&as-at=2024-03-31"},
		{"/england/journeys/authorities?from=inadequate&region=London", "/england/journeys/authorities?from=inadequate&region=London"},
		{"/england/journeys/authorities?to=improved&rules=ilacs&judgement=overall", "/england/journeys/authorities?to=improved&rules=ilacs&judgement=overall"},
		{"/england/asked?theme=children-in-need-plans", "/england/asked?theme=children-in-need-plans"},
		{"/england/asked?theme=children-in-need-plans&authority=west-northamptonshire&group=region", "/england/asked?theme=children-in-need-plans&authority=west-northamptonshire&group=region"},
		{"/search?q=plans", "/search?q=plans"},
		{"/search?q=plans&kind=milestone", "/search?q=plans&kind=milestone"},
	} {
		list := read[struct{ Total int }](t, get(t, s, opendata.Root+one.asks))
		if shown := numberOn(t, s, one.page, "#found"); shown != fmt.Sprint(list.Total) {
			t.Errorf("%s has %d, and %s shows %q", one.asks, list.Total, one.page, shown)
		}
	}
	areas := read[opendata.AreaList](t, get(t, s, opendata.Root+"/recommendations"))
	if found := seen(document(t, get(t, s, "/recommendations")).Find("#found").Text()); !strings.Contains(found, fmt.Sprintf("(%d items letter by letter)", areas.Total)) {
		t.Errorf("the interface has %d areas to improve, and the page says %q", areas.Total, found)
	}
	scrutiny := read[opendata.ScrutinyDocument](t, get(t, s, opendata.Root+"/scrutiny"))
	for _, list := range scrutiny.Lists {
		page := seen(document(t, get(t, s, "/scrutiny")).Find("main").Text())
		if list.Count > 0 && !strings.Contains(page, fmt.Sprint(list.Count)) || !strings.Contains(page, list.Title) {
			t.Errorf("scrutiny: %s, %d, does not stand on the page", list.Title, list.Count)
		}
	}
	compared := read[opendata.CompareDocument](t, get(t, s, opendata.Root+"/compare?authority=west-northamptonshire&group=region"))
	if rows := document(t, get(t, s, "/compare?authority=west-northamptonshire&group=region")).Find("table.wide-table tbody tr").Length(); rows != compared.Total || rows != len(compared.Rows) {
		t.Errorf("%d authorities are compared, and the page has %d", compared.Total, rows)
	}
	england := read[opendata.EnglandDocument](t, get(t, s, opendata.Root+"/england?judgement=overall"))
	page := document(t, get(t, s, "/england?judgement=overall"))
	for _, grade := range england.All.Grades {
		heading := fmt.Sprintf("%s: %d", grade.Name, grade.Number)
		if grade.Number > 0 && !strings.Contains(seen(page.Find("main").Text()), heading) {
			t.Errorf("%q does not stand on the page of England", heading)
		}
	}
	for _, one := range []struct{ asks, page, selector string }{
		{"/glossary", "/glossary", "dl.glossary > div"},
		{"/england/map?region=London", "/england/map?region=London", ".tile"},
	} {
		list := read[struct{ Total int }](t, get(t, s, opendata.Root+one.asks))
		if shown := document(t, get(t, s, one.page)).Find(one.selector).Length(); shown != list.Total {
			t.Errorf("%s has %d, and %s shows %d", one.asks, list.Total, one.page, shown)
		}
	}
}

func TestTheInterfaceSaysOfAnInspectionWhatItsPageSays(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, id := range []string{latestLetter, "west-northamptonshire-ilacs-standard-2022-10-03", "northamptonshire-county-council-ilacs-standard-2019-06-17"} {
		page := seen(document(t, get(t, s, "/inspections/"+id)).Find("main").Text())
		said := read[opendata.InspectionDocument](t, get(t, s, opendata.Root+"/inspections/"+id))
		if len(said.Judgements) == 0 || !strings.Contains(page, said.Inspection.Outcome) {
			t.Errorf("%s: %d judgements, outcome %q", id, len(said.Judgements), said.Inspection.Outcome)
		}
		for _, j := range said.Judgements {
			if !strings.Contains(page, j.Name) || !strings.Contains(page, j.Words) || j.Before == nil {
				t.Errorf("%s: %s: %s does not stand on the page", id, j.Name, j.Words)
			}
		}
		for _, area := range said.Areas {
			if !strings.Contains(page, area.Reference) || !strings.Contains(page, seen(area.Words)) {
				t.Errorf("%s: %s does not stand on the page", id, area.Reference)
			}
		}
		for _, clock := range said.Clocks {
			if clock.Due.Value != nil && !strings.Contains(page, inspection.MustDate(*clock.Due.Value).Words()) {
				t.Errorf("%s: %s does not stand on the page", id, *clock.Due.Value)
			}
		}
	}
}

func TestTheInterfaceSaysOfHomeWhatTheFirstPageSays(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, day := range []string{"", "?as-at=2023-06-01"} {
		page := seen(document(t, get(t, s, "/"+day)).Find("main").Text())
		said := read[opendata.AuthorityDocument](t, get(t, s, opendata.Root+"/home"+day))
		if len(said.Headlines) == 0 || len(said.Members) != 2 || len(said.Earlier) != 1 {
			t.Fatalf("%d headlines, %d councils, %d earlier ones", len(said.Headlines), len(said.Members), len(said.Earlier))
		}
		for _, h := range append(said.Headlines, said.Others...) {
			if !strings.Contains(page, h.Lead) {
				t.Errorf("%q does not stand on the page of %q", h.Lead, day)
			}
		}
		for _, one := range said.Counts {
			if !strings.Contains(page, one.Words) || one.Number != nil && !strings.Contains(page, fmt.Sprint(*one.Number)) {
				t.Errorf("%v %q does not stand on the page of %q", one.Number, one.Words, day)
			}
		}
		for _, lanes := range said.Lanes {
			for _, lane := range lanes.Lanes {
				if lane.Main && lane.Latest.Grade != nil && !strings.Contains(page, lane.Latest.Grade.Name) {
					t.Errorf("%s: %s does not stand on the page", lanes.Body.Name, lane.Latest.Words)
				}
			}
		}
		for _, gap := range said.NotHeld {
			if !strings.Contains(page, gap) {
				t.Errorf("%q does not stand on the page of %q", gap, day)
			}
		}
	}
}

func TestTheLatestOfAnAuthorityIsOfJudgementsAlone(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, day := range []string{"", "?as-at=2021-04-01", "?as-at=2026-07-06"} {
		for _, one := range read[opendata.List[opendata.Authority]](t, get(t, s, opendata.Root+"/authorities"+day)).Items {
			for _, latest := range one.Latest {
				if (latest.Grade == nil) == (latest.Absence == nil) {
					t.Errorf("%s%s: %s is said to be %q, with a grade %v and an absence %v", one.ID, day, latest.Judgement, latest.Words, latest.Grade, latest.Absence)
				}
			}
			if one.ID != "north-northamptonshire" {
				continue
			}
			alone := read[opendata.AuthorityDocument](t, get(t, s, opendata.Root+"/authorities/"+one.ID+day)).Authority
			if len(one.Latest) == 0 || !reflect.DeepEqual(alone.Latest, one.Latest) {
				t.Errorf("%s%s: the list says %v, its own answer %v", one.ID, day, one.Latest, alone.Latest)
			}
		}
	}
}

func TestTheWindowInWordsEndsWithItsSentence(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	for _, one := range read[opendata.ForecastDocument](t, get(t, s, opendata.Root+"/authorities/westminster/next-inspection")).Councils {
		if one.Words == nil || !strings.HasSuffix(*one.Words, "sooner.") {
			t.Errorf("the window is said to be %v", one.Words)
		}
	}
}

func TestTheInterfaceSaysHowMuchCouldBeFound(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	areas := read[opendata.AreaList](t, get(t, s, opendata.Root+"/recommendations?authority=bradford")).Holdings
	inspections := read[struct{ Total int }](t, get(t, s, opendata.Root+"/inspections?authority=bradford")).Total
	if areas.Held != 0 || areas.Inspections != inspections || inspections == 0 || !strings.Contains(areas.Words, "does not mean that inspectors asked for nothing") {
		t.Errorf("of Bradford’s %d inspections it says %+v", inspections, areas)
	}
	home := read[opendata.AreaList](t, get(t, s, opendata.Root+"/recommendations?authority=northamptonshire&theme=assessment-and-planning")).Holdings
	if home.Held == 0 || home.Held > home.Inspections {
		t.Errorf("of Northamptonshire it says %+v", home)
	}
	for words, missed := range map[string]bool{"neglect": false, "zeppelin": true} {
		found := read[opendata.SearchDocument](t, get(t, s, opendata.Root+"/search?q="+words))
		page := seen(document(t, get(t, s, "/search?q="+words)).Find("main").Text())
		held := found.Holdings
		if held.Held != 0 || held.Published == 0 || !strings.Contains(held.Words, "The text of no letter or report is held here yet.") {
			t.Errorf("%s: it says %+v", words, held)
		}
		const nothing = "That nothing was found does not mean that inspectors never said it."
		if strings.Contains(held.Words, nothing) != missed || strings.Contains(page, nothing) != missed {
			t.Errorf("%s: it says %q, and the page %q", words, held.Words, page)
		}
	}
}

func TestThePageOfOpenData(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	says(t, get(t, s, "/open-data"), http.StatusOK, "In these commands https://timeline.example stands for the address of this service.",
		"curl 'https://timeline.example/api/v1/home'", "council staff are named by their post", "lead inspectors are named where")
	if addressed := follows(t, newAddressedServer(t, s.store), "/open-data").Body.String(); strings.Contains(addressed, "stands for the address") {
		t.Error("an address stands for the service’s own where that is set")
	}
	answer := get(t, s, "/open-data")
	page := document(t, answer)
	says(t, answer, http.StatusOK, "Open data", "All of it in one file", "null", "Open Government Licence v3.0", "OpenAPI 3.1")
	for _, o := range opendata.Operations() {
		if !strings.Contains(page.Find("main").Text(), o.Summary) {
			t.Errorf("%s is not on the page", o.Name)
		}
	}
	for _, record := range opendata.Dictionary() {
		if page.Find("#record-"+record.Name+" tbody tr").Length() != len(record.Fields) {
			t.Errorf("%s is not explained on the page", record.Name)
		}
	}
	ids := map[string]bool{}
	page.Find("[id]").Each(func(_ int, e *goquery.Selection) {
		id, _ := e.Attr("id")
		if ids[id] {
			t.Errorf("the id %q stands twice", id)
		}
		ids[id] = true
	})
	if page.Find(`a[href="/api/v1/dump.zip"]`).Length() == 0 || page.Find("script:not([src])").Length() > 0 {
		t.Error("the page lacks the file, or has a script of its own")
	}
	var description map[string]json.RawMessage
	if err := json.Unmarshal(get(t, s, opendata.Root+"/openapi.json").Body.Bytes(), &description); err != nil || string(description["openapi"]) != `"3.1.0"` {
		t.Errorf("the description is of OpenAPI %s: %v", description["openapi"], err)
	}
}
