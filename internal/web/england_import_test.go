package web

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
	"inspectiontimeline/seed"
)

const listOfTest = "authority,kind,fieldwork_start,fieldwork_end,published,published_basis,lead_inspector,leaders,help_protection,in_care,care_leavers,mood\n" +
	"Leeds,ilacs-standard,2026-09-07,2026-09-18,2026-10-30,listing,<em>Bo</em> Example,good,good,good,good,fine\n" +
	"north-northamptonshire,ilacs-standard,2026-05-11,,,,,inadequate,,,,\n" +
	"Atlantis,ilacs-standard,soon,,,,,good,,,,\n"

// choosesList sends a list as a browser does, with what is said of it.
func choosesList(t *testing.T, s *Server, by inspection.Actor, name string, data []byte, said url.Values) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	for field := range said {
		if err == nil {
			err = form.WriteField(field, said.Get(field))
		}
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return asksAs(t, s, by, http.MethodPost, listAddress, form.FormDataContentType(), &body)
}

func saidOfList() url.Values {
	return url.Values{"source_title": {"List of autumn"}, "source_publisher": {"Ofsted"}, "confidence": {"third_party_listing"}, "read_on": {"20 November 2026"}}
}

func TestAListIsChosenCheckedAndWritten(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		s := newServer(t, db)
		s.open = true
		begin := asks(t, s, testOfficer, http.MethodGet, listAddress, nil)
		says(t, begin, http.StatusOK, "Record of England", "at most 10 MB and 100,000 rows", "fieldwork_start")
		if document(t, begin).Find(`.desk a[href="/england/import"], a[href="/england/import"][aria-current="page"]`).Length() == 0 {
			t.Error("the navigation of officers does not lead here")
		}
		at := led(t, choosesList(t, s, testOfficer, `C:\lists\autumn.csv`, []byte(listOfTest), saidOfList()))
		if !strings.HasPrefix(at, listCheckAddress+"?list=") {
			t.Fatalf("led to %s", at)
		}
		check := asks(t, s, testOfficer, http.MethodGet, at, nil)
		says(t, check, http.StatusOK, "autumn.csv · List of autumn, Ofsted, read on 20 November 2026", "Nothing of it is written yet",
			"1 inspection would be added; on 1 other both sides of a conflict would be noted.", "Nothing is taken from these columns: mood.",
			"Leeds: Full inspection (two weeks), September 2026", "Published 30 October 2026; Leaders: Good; ", "Line 4", "No council here is called “Atlantis”", "“soon” is no date",
			"Leaders: Inadequate; held is Outstanding.", "What is held is surer, and stays", "Add 1 inspection and note conflicts on 1 inspection")
		page := document(t, check)
		if page.Find(`.list-counts a[href="#conflict"]`).Length() != 1 || page.Find(`#conflict`).Length() != 1 ||
			page.Find(`a[href="/inspections/north-northamptonshire-ilacs-standard-2026-05-11"]`).Length() != 1 || page.Find("main em").Length() != 0 {
			t.Error("the conflict is not shown with its inspection, or what the file says is taken for HTML")
		}
		if got := get(t, s, "/inspections/leeds-ilacs-standard-2026-09-07"); got.Code != http.StatusNotFound {
			t.Fatalf("it is on the record before it is written: %d", got.Code)
		}
		mark, _ := page.Find(`input[name="mark"]`).Attr("value")
		says(t, asks(t, s, testOfficer, http.MethodPost, at, url.Values{"mark": {"0123456789abcdef"}}), http.StatusConflict,
			"The record has changed since you looked at the list", "There is a problem")
		says(t, asks(t, s, testOfficer, http.MethodPost, at, nil), http.StatusConflict, "The record has changed")
		done := led(t, asks(t, s, testOfficer, http.MethodPost, at, url.Values{"mark": {mark}}))
		after := asks(t, s, testOfficer, http.MethodGet, strings.TrimSuffix(done, "#saved"), nil)
		says(t, after, http.StatusOK, "The list is written.", "1 inspection was added; on 1 other both sides of a conflict were noted.", "To be looked at", "North Northamptonshire: Full inspection (two weeks), May 2026")
		says(t, asks(t, s, testOfficer, http.MethodGet, at, nil), http.StatusGone, "This list is no longer held")

		shown := get(t, s, "/inspections/leeds-ilacs-standard-2026-09-07")
		says(t, shown, http.StatusOK, "<em>Bo</em> Example", "List of autumn", "from an official listing, through a third party")
		says(t, get(t, s, "/inspections/north-northamptonshire-ilacs-standard-2026-05-11"), http.StatusOK, "Where sources disagree", "Leaders: Inadequate", "Leaders: Outstanding")

		at = led(t, choosesList(t, s, testOfficer, "autumn.csv", []byte(listOfTest), saidOfList()))
		says(t, asks(t, s, testOfficer, http.MethodGet, at, nil), http.StatusOK, "No inspection would be written: 1 row was refused, and the rest says nothing", "Choose another file")

		surer := saidOfList()
		surer.Set("confidence", "letter")
		at = led(t, choosesList(t, s, testOfficer, "autumn.csv", []byte(listOfTest), surer))
		check = asks(t, s, testOfficer, http.MethodGet, at, nil)
		mark, _ = document(t, check).Find(`input[name="mark"]`).Attr("value")
		led(t, asks(t, s, testOfficer, http.MethodPost, at, url.Values{"mark": {mark}}))
		says(t, get(t, s, "/inspections/north-northamptonshire-ilacs-standard-2026-05-11"), http.StatusOK, "An officer has to look at the letter")
	})
}

func TestThePageOfListsSaysHowOneIsWritten(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.open = true
	begin := asks(t, s, testOfficer, http.MethodGet, listAddress, nil)
	says(t, begin, http.StatusOK, "2026-06-08 or 08/06/2026", "“printed” if the report prints it", "requires_improvement", "Requires improvement to be good",
		"Full inspection (two weeks)", "Widespread or systemic failings", "not_judged")
	page := document(t, begin)
	needed := map[string]string{}
	page.Find("#columns ~ table tbody tr").Each(func(_ int, row *goquery.Selection) {
		needed[seen(row.Find("th").Text())] = seen(row.Find("td").First().Text())
		if holds := seen(row.Find("td").Last().Text()); strings.Contains(holds, "for :") || len(holds) < 15 {
			t.Errorf("%s holds %q", row.Find("th").Text(), holds)
		}
	})
	for _, column := range exchange.EnglandColumns() {
		if needed[column] == "" {
			t.Errorf("nothing is said of the column %s", column)
		}
	}
	if needed["kind"] != "Yes" || needed["fieldwork_start"] != "Yes" || needed["lead_inspector"] != "No" || needed["urn"] != needed["authority"] {
		t.Errorf("got %v", needed)
	}
	at := led(t, choosesList(t, s, testOfficer, "example.csv", []byte(page.Find("pre").Text()), saidOfList()))
	says(t, asks(t, s, testOfficer, http.MethodGet, at, nil), http.StatusOK, "1 inspection would be added.", "Add 1 inspection")
}

func TestAListThatCannotBeTakenKeepsWhatWasEntered(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.open = true
	said := saidOfList()
	said.Set("read_on", "tomorrow")
	said.Set("complete", "yes")
	said.Set("source_address", "example")
	answer := choosesList(t, s, testOfficer, "report.pdf", []byte("%PDF-1.7"), said)
	says(t, answer, http.StatusUnprocessableEntity, "There is a problem", "This is a PDF", "Enter the day on which the list was read, like 7 July 2026")
	page := document(t, answer)
	for _, selector := range []string{
		`.govuk-error-summary a[href="#file"]`, `.govuk-error-summary a[href="#list-read_on"]`, `#list-read_on[value="tomorrow"]`,
		`#list-complete[checked]`, `#list-source_title[value="List of autumn"]`, `#file[aria-describedby="file-hint file-problem"]`,
		`#list-confidence option[value="third_party_listing"][selected]`,
	} {
		if page.Find(selector).Length() != 1 {
			t.Errorf("nothing matches %s", selector)
		}
	}
	for name, c := range map[string]struct {
		file string
		said func(url.Values)
		want string
	}{
		"no file":                       {"", nil, "Choose the list, a CSV file"},
		"a day still to come":           {listOfTest, func(v url.Values) { v.Set("read_on", "22 November 2026") }, "Enter a day that is not in the future"},
		"a whole list read on no day":   {listOfTest, func(v url.Values) { v.Del("read_on"); v.Set("complete", "yes") }, "only up to a day can it hold every report"},
		"no name":                       {listOfTest, func(v url.Values) { v.Del("source_title") }, "Enter what the list is called"},
		"a confidence that there isn't": {listOfTest, func(v url.Values) { v.Set("confidence", "hearsay") }, "Choose how well the list knows"},
		"no address of a page":          {listOfTest, func(v url.Values) { v.Set("source_address", "example") }, "beginning with https://"},
	} {
		t.Run(name, func(t *testing.T) {
			said := saidOfList()
			if c.said != nil {
				c.said(said)
			}
			file := "list.csv"
			if c.file == "" {
				file = ""
			}
			says(t, choosesList(t, s, testOfficer, file, []byte(c.file), said), http.StatusUnprocessableEntity, c.want)
		})
	}
	says(t, asksAs(t, s, testOfficer, http.MethodPost, listAddress, "text/plain", strings.NewReader("x")), http.StatusBadRequest, "This form cannot be read")
}

func TestAWholeListReadTodayIsWrittenDown(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.open = true
	said := saidOfList()
	said.Set("complete", "yes")
	row := "authority,kind,fieldwork_start\nnorth-northamptonshire,ilacs-standard,2026-05-11\n"
	at := led(t, choosesList(t, s, testOfficer, "list.csv", []byte(row), said))
	says(t, asks(t, s, testOfficer, http.MethodGet, at, nil), http.StatusOK, "full inspections that this record holds, such as")
	whole, err := fs.ReadFile(seed.Files(), "inspections.csv")
	if err != nil {
		t.Fatal(err)
	}
	at = led(t, choosesList(t, s, testOfficer, "list.csv", whole, said))
	check := asks(t, s, testOfficer, http.MethodGet, at, nil)
	says(t, check, http.StatusOK, "complete to 20 November 2026", "Write down when the list was read")
	mark, _ := document(t, check).Find(`input[name="mark"]`).Attr("value")
	led(t, asks(t, s, testOfficer, http.MethodPost, at, url.Values{"mark": {mark}}))
	says(t, get(t, s, "/"), http.StatusOK, "read on 20 November 2026")
}

func TestListsAreHeldApartAndForgotten(t *testing.T) {
	d := newLists(storetest.Seeded(t))
	hold := func(by string) (string, error) { return d.hold(t.Context(), by, onlyOne, heldList{Name: by}) }
	is := func(secret, by string) bool {
		_, ok, err := d.find(t.Context(), secret, by)
		return ok && err == nil
	}
	var secrets []string
	for i := range mostHeldLists {
		secret, err := hold(fmt.Sprint("officer ", i))
		if err != nil {
			t.Fatalf("list %d is not held: %v", i, err)
		}
		secrets = append(secrets, secret)
	}
	another, err := hold("officer 1")
	if err != nil || is(secrets[1], "officer 1") || !is(another, "officer 1") {
		t.Errorf("somebody's own list is not replaced: %v", err)
	}
	if _, err := hold("another"); !errors.Is(err, store.ErrNoRoom) {
		t.Errorf("one list too many is held: %v", err)
	}
	if is(secrets[0], "another") {
		t.Error("somebody finds a list that they did not choose")
	}
	if err := d.forget(t.Context(), secrets[0]); err != nil {
		t.Error(err)
	}
	if _, err := hold("another"); err != nil {
		t.Errorf("a list that is written still takes a place: %v", err)
	}
	passes(t, listHeldFor)
	if is(another, "officer 1") {
		t.Error("a list is held for ever")
	}
}

func TestOnlyOfficersBringInLists(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.open = true
	for _, by := range []inspection.Actor{storetest.Reviewer, storetest.Clerk} {
		says(t, asks(t, s, by, http.MethodGet, listAddress, nil), http.StatusForbidden, "This page is for another role")
	}
}

func TestOfManyRowsTwoHundredAreShown(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	s.open = true
	rows := "authority,kind,fieldwork_start\n" + strings.Repeat("Atlantis,sif,2016-01-04\n", 250)
	at := led(t, choosesList(t, s, testOfficer, "list.csv", []byte(rows), saidOfList()))
	check := asks(t, s, testOfficer, http.MethodGet, at, nil)
	says(t, check, http.StatusOK, "The first 200 of 250 are shown.", "Nothing would be written: every row was refused.")
	if n := document(t, check).Find("#refused ~ table tbody tr").Length(); n != 200 {
		t.Errorf("%d rows are shown", n)
	}
}

func TestPagesAboutEnglandSayWhenTheirRecordIsOld(t *testing.T) {
	const old = "read on 22 August 2026, more than 3 months ago. Letters published since then may be missing."
	s := newServer(t, storetest.Seeded(t))
	for day, want := range map[string]bool{"2026-11-22": false, "2026-11-23": true} {
		storetest.On(t, day)
		for _, path := range []string{"/", "/england", "/compare"} {
			if text := seen(document(t, get(t, s, path)).Find("main").Text()); strings.Contains(text, old) != want {
				t.Errorf("on %s %s says that the record is old: %t", day, path, !want)
			}
		}
	}
	storetest.On(t, "2026-11-23")
	if text := seen(document(t, get(t, s, "/england?as-at=2024-03-31")).Find("main").Text()); strings.Contains(text, "more than 3 months ago") {
		t.Error("as it stood on a day before it was read it is said to be old")
	}
}
