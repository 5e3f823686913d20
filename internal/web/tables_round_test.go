package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// unmoved checks that doing something leaves the record of changes, and so the record, as it was.
func unmoved(t *testing.T, db *store.Store, do func()) {
	t.Helper()
	before, err := db.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	do()
	if after, err := db.Last(t.Context()); err != nil || after != before {
		t.Errorf("the record was changed from %v to %v, %v", before, after, err)
	}
}

func TestTheListOfEnglandComesBackUnchanged(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		sheets := readTable(t, get(t, s, "/england/inspections.csv"))
		for _, extension := range []string{"csv", "xlsx"} {
			data := get(t, s, "/england/inspections."+extension).Body.Bytes()
			list, err := exchange.ReadEngland("list."+extension, data)
			if err != nil {
				t.Fatal(err)
			}
			if len(list.Rows) != len(sheets.rows) || len(list.Rows) < 600 || len(list.Unknown) > 0 {
				t.Errorf("%s: %d rows of %d, unknown columns %q", extension, len(list.Rows), len(sheets.rows), list.Unknown)
			}
			for _, confidence := range []inspection.Confidence{inspection.ByLetter, inspection.ByListing, inspection.BySingleWeak} {
				load := inspection.EnglandLoad{List: list, Confidence: confidence, Source: inspection.Source{Title: "Our own list"}}
				unmoved(t, db, func() {
					plan, err := db.LoadEngland(t.Context(), testOfficer, load, "")
					if err != nil || plan.Count(inspection.EnglandSame) != len(list.Rows) || plan.RefusedRows > 0 || !plan.Nothing() {
						t.Errorf("%s, %s: %d of %d rows are the same, %d are refused: %v; %v", extension, confidence, plan.Count(inspection.EnglandSame), len(list.Rows),
							plan.RefusedRows, plan.Refused, err)
					}
				})
			}
		}
		var problems inspection.Problems
		whole := get(t, s, "/england/inspections.csv").Body.Bytes()
		headings := strings.Split(strings.TrimPrefix(string(whole[:bytes.IndexByte(whole, '\r')]), "\uFEFF"), ",")
		for _, heading := range headings {
			renamed := strings.Replace(string(whole), heading, "renamed", 1)
			if _, err := exchange.ReadEngland("list.csv", []byte(renamed)); !errors.As(err, &problems) || !strings.Contains(problems[0].Words, heading) {
				t.Errorf("a list whose column %s is renamed: %v", heading, err)
			}
		}
		if len(headings) < 10 {
			t.Errorf("the list has the columns %q", headings)
		}
	})
}

// actionsOnAll records an action for every area to improve of the seed, with whatever words could come back otherwise.
func actionsOnAll(t *testing.T, s *Server) int {
	t.Helper()
	texts := []string{
		"Train every team manager", "=HYPERLINK(\"https://example.org\")", "+44 1604 000000", "-1", "@SUM(A1)", "＝1+1", "'=1", "''-1", "two\nlines; with, signs", "“Quoted” – and’s",
	}
	items, err := s.store.Recommendations(t.Context(), store.RecommendationFilter{})
	if err != nil {
		t.Fatal(err)
	}
	states := inspection.ActionStates()
	for i, item := range items {
		lead := item.Inspection.Bodies[0].BodyID
		post, err := s.store.SavePost(t.Context(), anOfficer, inspection.Post{BodyID: lead, Name: fmt.Sprintf("Head of service %d", i%5)})
		if err != nil {
			t.Fatal(err)
		}
		a := inspection.Action{
			Words: texts[i%len(texts)], SuccessMeasure: texts[(i+3)%len(texts)], OwnerID: post.ID, LeadBodyID: lead, Due: inspection.MustDate("2026-12-15").AddDays(i),
			References: []string{item.Reference}, State: states[i%len(states)], Audience: inspection.Audiences()[i%3],
		}
		if i == 0 {
			a.Words = "Look at every plan again"
		}
		if i > 0 && i%4 == 0 {
			a.References = append(a.References, items[i-1].Reference)
		}
		if _, err := s.store.SaveAction(t.Context(), anOfficer, a, ""); err != nil {
			t.Fatal(err)
		}
	}
	return len(items)
}

func TestTheTrackerSheetComesBackUnchanged(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		s.open = true
		all := actionsOnAll(t, s)
		taken := func(extension string) []byte {
			t.Helper()
			answer := asksAs(t, s, anOfficer, http.MethodGet, "/tracker."+extension, "", nil)
			if answer.Code != http.StatusOK {
				t.Fatalf("status %d", answer.Code)
			}
			return answer.Body.Bytes()
		}
		loadOf := func(name string, data []byte) inspection.TrackerLoad {
			t.Helper()
			book, err := exchange.OpenSheet(name, data)
			if err != nil {
				t.Fatal(err)
			}
			sheet, _ := book.Sheet("Tracker")
			if !inspection.IsOwnTracker(sheet) && !strings.Contains(name, "renamed") {
				t.Fatalf("it is not known again: %q", sheet.Rows[0])
			}
			return inspection.TrackerLoad{
				Mapping: inspection.OwnTracker("north-northamptonshire"), Sheet: sheet, FileName: name, MediaType: exchange.SheetMediaType(name, data), File: data,
			}
		}
		for _, extension := range []string{"csv", "xlsx"} {
			unmoved(t, db, func() {
				result, err := db.LoadTracker(t.Context(), anOfficer, loadOf("tracker."+extension, taken(extension)))
				if err != nil || result.Same != all || len(result.Accepted)+len(result.Rejected) > 0 {
					t.Errorf("%s: %d of %d rows say nothing new; %+v, %+v; %v", extension, result.Same, all, result.Accepted, result.Rejected, err)
				}
			})
		}
		t.Run("what is changed in it is changed on the record, and nothing else", func(t *testing.T) {
			data := bytes.Replace(taken("csv"), []byte("Look at every plan again"), []byte("Look at every plan"), 1)
			load := loadOf("tracker.csv", data)
			result, err := db.LoadTracker(t.Context(), anOfficer, load)
			if err != nil || result.Changes != 1 || result.Same != all-1 || result.Accepted[0].Does[0] != "words it anew" {
				t.Errorf("%+v, %v", result, err)
			}
			unmoved(t, db, func() {
				result, err := db.LoadTracker(t.Context(), anOfficer, loadOf("tracker.csv", bytes.Replace(data, []byte("Look at every plan"), []byte("Look at some plans"), 1)))
				if err != nil || result.Stored || len(result.Rejected) != 1 || !strings.Contains(result.Rejected[0].Words, "Somebody else has saved this action") {
					t.Errorf("a sheet that was taken before: %+v, %v", result, err)
				}
			})
		})
		t.Run("a column that is named anew is said", func(t *testing.T) {
			for _, heading := range []string{"Due", "Owner", "Mark of the action"} {
				unmoved(t, db, func() {
					_, err := db.LoadTracker(t.Context(), anOfficer, loadOf("renamed.csv", bytes.Replace(taken("csv"), []byte(heading), []byte("Renamed"), 1)))
					var problems inspection.Problems
					if !errors.As(err, &problems) || !strings.Contains(problems[0].Words, "no column headed “"+heading+"”") {
						t.Errorf("%s: %v", heading, err)
					}
				})
			}
		})
		t.Run("a mark that is not ours is said", func(t *testing.T) {
			sheet := string(taken("csv"))
			mark, _, _ := strings.Cut(strings.Split(sheet, "\r\n")[1], ",")
			for _, other := range []string{"none#1", "something"} {
				result, err := db.CheckTracker(t.Context(), anOfficer, loadOf("tracker.csv", []byte(strings.Replace(sheet, mark, other, 1))))
				if err != nil || len(result.Rejected) != 1 || result.Rejected[0].Cell != "A2" || !strings.Contains(result.Rejected[0].Words, "leave it as the sheet had it") {
					t.Errorf("%s: %+v, %v", other, result.Rejected, err)
				}
			}
		})
	})
}

func TestTheTrackerPageKnowsItsOwnSheet(t *testing.T) {
	eachItemDesk(t, func(d *itemDesk) {
		t := d.t
		d.acts("officers")
		start := sees(t, d.Server, "/tracker")
		if document(t, start).Find(`.downloads a[href="/tracker.xlsx"]`).Length() != 1 {
			t.Error("the page does not lead to the sheet")
		}
		sheet := asksAs(t, d.Server, anOfficer, http.MethodGet, "/tracker.xlsx", "", nil).Body.Bytes()
		at := led(t, chooses(t, d.Server, anOfficer, "tracker.xlsx", "", sheet))
		page := document(t, sees(t, d.Server, at))
		if got, _ := page.Find("#name").Attr("value"); got != inspection.OwnTrackerName || page.Find(`option[value="mark"][selected]`).Length() != 1 {
			t.Errorf("the columns are not known: %q", got)
		}
	})
}
