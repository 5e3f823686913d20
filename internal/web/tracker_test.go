package web

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const trackerOfTest = "Improvement plan\n" +
	"Area,What,Who,When,RAG,Status,Q2 2026/27\n" +
	"1,Audit plans,Head of quality,31/03/27,Amber,In progress,<em>Begun</em>\n" +
	"1,Train,Head of quality,ongoing,Green,In progress,\n" +
	"1,Supervise,Head of quality,30/06/27,Red,In progress,\n"

// trackerServer serves officers, with a post and a body that decides.
func trackerServer(t *testing.T, db *store.Store) *Server {
	t.Helper()
	s := newServer(t, db)
	s.open = true
	_, err := db.SavePost(t.Context(), testOfficer, inspection.Post{BodyID: "northamptonshire-childrens-trust", Name: "Head of quality"})
	if err == nil {
		_, err = db.SaveCommittee(t.Context(), testOfficer, inspection.Committee{BodyID: "northamptonshire", Name: "Improvement board", Decides: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkedTracker brings a tracker to the page on which its rows are checked, and returns where that is.
func checkedTracker(t *testing.T, s *Server) string {
	t.Helper()
	if _, err := s.store.SavePost(t.Context(), testOfficer, inspection.Post{BodyID: theTrust, Name: "Head of quality"}); err != nil {
		t.Fatal(err)
	}
	at := led(t, chooses(t, s, testOfficer, "plan.csv", "", []byte(trackerOfTest)))
	return led(t, asks(t, s, testOfficer, http.MethodPost, at, columnsOfTest()))
}

// chooses sends a file as a browser does.
func chooses(t *testing.T, s *Server, by inspection.Actor, name, mapping string, data []byte) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = form.WriteField("mapping", mapping)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return asksAs(t, s, by, http.MethodPost, "/tracker", form.FormDataContentType(), &body)
}

// columnsOfTest is what an officer enters of the tracker.
func columnsOfTest() url.Values {
	return url.Values{
		"sheet": {"plan"}, "heading_row": {"2"}, "body": {"north-northamptonshire"}, "name": {"Improvement plan"}, "rows": {"actions"},
		"inspection": {"north-northamptonshire-ilacs-standard-2026-05-11"}, "column.1.holds": {"reference"}, "column.2.holds": {"action"},
		"column.3.holds": {"owner"}, "column.4.holds": {"due"}, "column.6.holds": {"status"}, "column.7.holds": {"progress"},
		"lead_body": {"northamptonshire-childrens-trust"}, "audience": {"members"}, "on": {"21 November 2026"},
		"status.1.says": {"In progress"}, "status.1.means": {"under_way"},
	}
}

func TestATrackerIsChosenMappedCheckedAndBroughtIn(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := trackerServer(t, db)
		says(t, asks(t, s, testOfficer, http.MethodGet, "/tracker", nil), http.StatusOK, "Bring in a tracker", "at most 10 MB and 5000 rows")

		at := led(t, chooses(t, s, testOfficer, `C:\plans\plan.csv`, "", []byte(trackerOfTest)))
		first := asks(t, s, testOfficer, http.MethodGet, at, nil)
		says(t, first, http.StatusOK, "plan.csv", "Nothing of the tracker is recorded yet", "Whose tracker it is")
		page := document(t, first)
		if page.Find(`#heading_row[value="2"]`).Length() != 1 || page.Find("form[method=post]").Length() != 0 {
			t.Error("the likely row of headings is not offered, or the rest is asked for before it is known whose tracker it is")
		}
		second := asks(t, s, testOfficer, http.MethodGet, at+"?sheet=plan&heading_row=2&body=north-northamptonshire", nil)
		says(t, second, http.StatusOK, "Audit plans · Train · Supervise", "Its heading says 30 September 2026.")
		if document(t, second).Find(`#inspection option[value="north-northamptonshire-ilacs-standard-2026-05-11"]`).Length() != 1 {
			t.Error("the letter is not offered")
		}

		entered := columnsOfTest()
		entered.Del("status.1.says")
		entered.Del("status.1.means")
		asked := asks(t, s, testOfficer, http.MethodPost, at, entered)
		says(t, asked, http.StatusUnprocessableEntity, "There is a problem", "Choose what “In progress” means", "“In progress” means")
		page = document(t, asked)
		if page.Find(`.govuk-error-summary a[href="#statuses"]`).Length() != 1 || page.Find(`#column\.2\.holds option[value="action"][selected]`).Length() != 1 ||
			page.Find(`input[name="status.1.says"][value="In progress"]`).Length() != 1 || strings.Contains(page.Find("main").Text(), "“Amber” means") {
			t.Error("what was entered is lost, or the words of the status are not asked for")
		}
		check := led(t, asks(t, s, testOfficer, http.MethodPost, at, columnsOfTest()))
		answer := asks(t, s, testOfficer, http.MethodGet, check, nil)
		says(t, answer, http.StatusOK, "2 rows would be brought in: 2 new actions and 1 update.", "1 row is rejected.",
			"Row 4", "D4", "“ongoing” cannot be read as a day: write it like 31 March 2027.", "Adds the action, due on 31 March 2027; adds 1 update.", "NN-ILACS-2026-1")
		if actions, err := db.Actions(t.Context(), store.ActionFilter{Reader: inspection.ForOfficers}); err != nil || len(actions) != 0 {
			t.Fatalf("%d actions are recorded before they are confirmed, %v", len(actions), err)
		}

		says(t, asks(t, s, testOfficer, http.MethodPost, check, url.Values{"left": {"1"}}), http.StatusUnprocessableEntity, "Say that the rejected rows are left out")
		says(t, asks(t, s, testOfficer, http.MethodPost, check, url.Values{"left": {"2"}, "leave_out": {"yes"}}), http.StatusUnprocessableEntity, "there are others than before")
		done := led(t, asks(t, s, testOfficer, http.MethodPost, check, url.Values{"left": {"1"}, "leave_out": {"yes"}}))
		says(t, asks(t, s, testOfficer, http.MethodGet, done, nil), http.StatusOK, "The tracker is brought in.", "plan.csv", "2 new actions and 1 update", "1 row")
		actions, err := db.Actions(t.Context(), store.ActionFilter{Reader: inspection.ForOfficers})
		if err != nil || len(actions) != 2 || actions[0].State != inspection.ActionUnderWay || actions[0].Audience != inspection.ForMembers {
			t.Fatalf("%+v, %v", actions, err)
		}
		says(t, asks(t, s, testOfficer, http.MethodGet, check, nil), http.StatusGone, "This tracker is no longer held", "The columns that you saved are still there")

		// The saved columns lead the same file straight through, and it says nothing new.
		at = led(t, chooses(t, s, testOfficer, "plan.csv", "Improvement plan", []byte(trackerOfTest)))
		again := asks(t, s, testOfficer, http.MethodGet, at, nil)
		says(t, again, http.StatusOK, "“In progress” means")
		if document(t, again).Find(`#column\.7\.holds option[value="progress"][selected]`).Length() != 1 {
			t.Error("the saved columns are not shown")
		}
		check = led(t, asks(t, s, testOfficer, http.MethodPost, at, columnsOfTest()))
		says(t, asks(t, s, testOfficer, http.MethodGet, check, nil), http.StatusOK, "No rows would be brought in: nothing new.", "2 rows say nothing that is not on the record already.")
	})
}

func TestATrackerWithAProblem(t *testing.T) {
	s := trackerServer(t, storetest.Seeded(t))
	says(t, chooses(t, s, testOfficer, "", "", nil), http.StatusUnprocessableEntity, "Choose the tracker, an Excel workbook or a CSV file")
	refused := chooses(t, s, testOfficer, "letter.pdf", "", []byte("%PDF-1.7"))
	says(t, refused, http.StatusUnprocessableEntity, "This is a PDF")
	if document(t, refused).Find(`.govuk-error-summary a[href="#file"]`).Length() != 1 {
		t.Error("the summary does not lead to the file")
	}
	says(t, chooses(t, s, testOfficer, "big.csv", "", make([]byte, exchange.MaxSheetBytes+5)), http.StatusUnprocessableEntity, "larger than 10 MB")
	says(t, asks(t, s, testOfficer, http.MethodPost, "/tracker", url.Values{"mapping": {"x"}}), http.StatusBadRequest, "This form cannot be read")

	at := led(t, chooses(t, s, testOfficer, "plan.csv", "", []byte(trackerOfTest)))
	for name, c := range map[string]struct {
		change func(url.Values)
		field  string
		says   string
	}{
		"no name":                        {func(v url.Values) { v.Del("name") }, "name", "Enter a name under which these columns are kept"},
		"no council":                     {func(v url.Values) { v.Set("body", "atlantis") }, "body", "Choose the council whose tracker this is"},
		"a row that is none":             {func(v url.Values) { v.Set("heading_row", "99") }, "heading_row", "Choose the row with the headings"},
		"no kind of row":                 {func(v url.Values) { v.Del("rows") }, "rows", "Choose whether each row is"},
		"no column of owners":            {func(v url.Values) { v.Del("column.3.holds") }, "columns", "Choose a column for “Owner, as a post”"},
		"two columns for one thing":      {func(v url.Values) { v.Set("column.5.holds", "action") }, "column.5.holds", "is said to hold this already"},
		"progress of no day":             {func(v url.Values) { v.Set("column.5.holds", "progress") }, "column.5.on", "Enter the day that “RAG” speaks of"},
		"progress of a day that is none": {func(v url.Values) { v.Set("column.7.on", "soon") }, "column.7.on", "Enter the day that this column speaks of like 7 July 2026"},
		"nobody who leads":               {func(v url.Values) { v.Del("lead_body") }, "lead_body", "Choose the body that leads"},
		"areas and nobody who decides":   {func(v url.Values) { v.Set("rows", "areas"); v.Set("column.5.holds", "success_measure") }, "committee", "Choose the body that agrees"},
		"an unknown audience":            {func(v url.Values) { v.Set("audience", "all") }, "audience", "Choose who may read this"},
		"a day to come":                  {func(v url.Values) { v.Set("on", "1 January 2027") }, "on", "has not come yet"},
	} {
		t.Run(name, func(t *testing.T) {
			entered := columnsOfTest()
			c.change(entered)
			answer := asks(t, s, testOfficer, http.MethodPost, at, entered)
			says(t, answer, http.StatusUnprocessableEntity, "There is a problem", c.says)
			page := document(t, answer)
			field := strings.ReplaceAll(c.field, ".", `\.`)
			if page.Find(`.govuk-error-summary a[href="#`+c.field+`"]`).Length() != 1 || page.Find("#"+field).Length() != 1 {
				t.Errorf("the summary does not lead to %s", c.field)
			}
			if name != "no name" && page.Find(`#name[value="Improvement plan"]`).Length() != 1 {
				t.Error("what was entered is lost")
			}
		})
	}
	if mappings, err := s.store.TrackerMappings(t.Context()); err != nil || len(mappings) != 0 {
		t.Errorf("%d mappings were saved, %v", len(mappings), err)
	}
}

func TestWhoMayBringInATracker(t *testing.T) {
	s := trackerServer(t, storetest.Seeded(t))
	at := led(t, chooses(t, s, testOfficer, "plan.csv", "", []byte(trackerOfTest)))
	another := inspection.Actor{ID: inspection.PostID("", "Business manager"), Post: "Business manager", Role: inspection.RoleOfficer}
	says(t, asks(t, s, another, http.MethodGet, at, nil), http.StatusGone, "This tracker is no longer held")
	says(t, asks(t, s, testClerk, http.MethodGet, "/tracker", nil), http.StatusForbidden, "This page is for another role")
	for _, path := range []string{"/tracker", at, at + "/check"} {
		if answer := get(t, s, path); answer.Code != http.StatusForbidden {
			t.Errorf("%s elsewhere: status %d", path, answer.Code)
		}
	}
	if answer := asks(t, s, testOfficer, http.MethodGet, at+"/check", nil); led(t, answer) != at {
		t.Error("a tracker without columns can be checked")
	}
}

func TestTrackersAreHeldForAWhileAndNotManyAtOnce(t *testing.T) {
	db := storetest.Seeded(t)
	desk := newTrackers(db)
	hold := func(by string) (string, error) {
		passes(t, time.Minute)
		return desk.hold(t.Context(), by, "", heldTracker{Name: by})
	}
	is := func(id, by string) bool {
		_, ok, err := desk.find(t.Context(), id, by)
		return ok && err == nil
	}
	first, _ := hold("one")
	second, _ := hold("one")
	other, _ := hold("two")
	if !is(first, "one") || is(first, "two") || is("", "one") {
		t.Error("a tracker is not held for whoever chose it")
	}
	if _, err := hold("three"); !errors.Is(err, store.ErrNoRoom) {
		t.Error("more are held than may be")
	}
	third, err := hold("one")
	if err != nil || is(first, "one") || !is(second, "one") || !is(other, "two") {
		t.Error("who brings another does not lose their own oldest")
	}
	passes(t, 29*time.Minute)
	if !is(third, "one") || is(second, "one") {
		t.Error("they are not held for thirty minutes")
	}
	if _, err := hold("three"); err != nil {
		t.Error("what is held too long makes no room")
	}
	third, _ = hold("one")
	if err := desk.replace(t.Context(), third, "one", heldTracker{Mapping: "learned"}); err != nil {
		t.Error(err)
	}
	if held, _, err := desk.find(t.Context(), third, "one"); held.Mapping != "learned" || err != nil {
		t.Errorf("%+v is held, %v", held, err)
	}
	if err := errors.Join(desk.forget(t.Context(), third), desk.replace(t.Context(), third, "one", heldTracker{})); err != nil || is(third, "one") {
		t.Errorf("what was forgotten comes back, %v", err)
	}
}

func TestColumnsThatWereSavedAreNotSaidToBeLostWhereTheTrackerCannotNoteThem(t *testing.T) {
	for _, fault := range []storetest.Fault{storetest.FailsBefore, storetest.Lost} {
		s, faulty := faultyServer(t, storetest.SQLite(t, true))
		if _, err := s.store.SavePost(t.Context(), testOfficer, inspection.Post{BodyID: theTrust, Name: "Head of quality"}); err != nil {
			t.Fatal(err)
		}
		at := led(t, chooses(t, s, testOfficer, "plan.csv", "", []byte(trackerOfTest)))
		get(t, s, "/glossary") // so that the version of the data is known
		faulty.Once(statement("DELETE", "held"), fault, nil)
		answer := asks(t, s, testOfficer, http.MethodPost, at, columnsOfTest())
		if _, _, hit := faulty.Rest(); !hit {
			t.Fatal("the fault was not met")
		}
		to := led(t, answer)
		if to != at+"?mapping=Improvement+plan" {
			t.Fatalf("it leads to %s", to)
		}
		if _, fresh := s.data.fresh(); fresh {
			t.Error("pages go on as if nothing had been saved")
		}
		page := asks(t, s, testOfficer, http.MethodGet, to, nil)
		says(t, page, http.StatusOK, "What the columns hold")
		if document(t, page).Find(`#column\.2\.holds option[value="action"][selected]`).Length() != 1 {
			t.Error("the columns are not there as they were saved")
		}
		if to := led(t, asks(t, s, testOfficer, http.MethodPost, at, columnsOfTest())); to != at+"/check" {
			t.Errorf("saving them again leads to %s", to)
		}
	}
}
