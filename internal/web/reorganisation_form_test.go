package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestAReorganisationIsPreviewedAndThenRecorded(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		db := storetest.Open(t, dsn)
		s := newOfficerServer(t, db)
		last := func() store.Mark {
			t.Helper()
			mark, err := db.Last(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return mark
		}
		before := last()
		preview := sends(t, s, "/reorganisations/new", with(norfolkForm(), "do", "preview"))
		says(t, preview, http.StatusOK,
			"What the pages will say", "Nothing is saved yet.",
			"Planned for 1 April 2028: Norfolk is to end; East Norfolk and West Norfolk are to take over its area. No grade passes along.",
			"31 March 2028, the day before", "England has 153 councils with children’s services.", "West Norfolk does not exist yet: it is planned to begin on 1 April 2028.",
			"1 April 2028, the first day", "England has 154 councils with children’s services. Inspectors have not graded 2 of them yet.",
			"Norfolk ended on 31 March 2028. Its grades are its own and nobody else’s. After it: East Norfolk and West Norfolk.",
			"No graded inspection of East Norfolk yet, since it began on 1 April 2028.", "The earlier council, Norfolk, ended on 31 March 2028. Its last grades",
			"As long as no inspection comes, the pages of these councils say what they do on the first day.",
			"England: 153 councils before, 154 after.", "East of England: 11 councils before, 12 after.", "Norfolk is a statistical neighbour of",
			"The place Norfolk gets the page /authorities/norfolk-area",
		)
		if last() != before {
			t.Fatal("the preview has saved something")
		}
		page := document(t, preview)
		if page.Find(".preview-council").Length() != 6 || page.Find(".preview-grades .swatch--outstanding").Length() == 0 {
			t.Errorf("%d councils are shown", page.Find(".preview-council").Length())
		}
		sent := formValues(page.Find("main form"))
		says(t, sends(t, s, "/reorganisations/new", with(sent, "do", "edit")), http.StatusOK, "Record a reorganisation to come")
		more := document(t, sends(t, s, "/reorganisations/new", with(sent, "do", "more")))
		if more.Find(`input[name="council.4.name"]`).Length() != 1 || more.Find(`select[name="ending.3"]`).Length() != 1 || more.Find(`input[name="council.1.name"][value="West Norfolk"]`).Length() != 1 {
			t.Error("there are no more rows, or the words are lost")
		}

		place := led(t, sends(t, s, "/reorganisations/new", with(sent, "do", "save")))
		if place != "/reorganisations/norfolk/change?saved=recorded" {
			t.Fatalf("led to %s", place)
		}
		form := sees(t, s, place)
		says(t, form, http.StatusOK, "The reorganisation is recorded")
		values := formValues(document(t, form).Find(`form[action="/reorganisations/norfolk/change"]`))
		for name, want := range map[string]string{
			"on": "1 April 2028", "ending.1": "norfolk", "council.1.name": "East Norfolk", "council.2.code": "WNF", "region": "East of England",
			"confidence": "news", "source_address": "https://example.org/norfolk", "note": "The districts end too.",
		} {
			if values.Get(name) != want {
				t.Errorf("%s holds %q", name, values.Get(name))
			}
		}
		says(t, sees(t, s, "/reorganisations"), http.StatusOK, "Change or withdraw this")

		changed := with(values, "on", "1 April 2029")
		says(t, sends(t, s, "/reorganisations/norfolk/change", with(changed, "do", "preview")), http.StatusOK, "31 March 2029, the day before", "153 councils before, 154 after")
		led(t, sends(t, s, "/reorganisations/norfolk/change", with(changed, "do", "save")))
		says(t, sees(t, s, "/authorities/norfolk"), http.StatusOK, "Planned for 1 April 2029")

		old := sends(t, s, "/reorganisations/norfolk/change", with(values, "note", "Over theirs.", "do", "save"))
		says(t, old, http.StatusUnprocessableEntity, "Somebody else has changed this reorganisation since you opened it.")
		if kept := formValues(document(t, old).Find("form.officer-form").First()); kept.Get("note") != "Over theirs." {
			t.Errorf("the note is %q", kept.Get("note"))
		}

		says(t, sends(t, s, "/reorganisations/norfolk/withdraw", url.Values{}), http.StatusUnprocessableEntity, "Say that the reorganisation is called off")
		place = led(t, sends(t, s, "/reorganisations/norfolk/withdraw", url.Values{"called_off": {"yes"}}))
		says(t, sees(t, s, place), http.StatusOK, "The reorganisation is withdrawn.")
		if text := document(t, sees(t, s, "/authorities/norfolk")).Find("main").Text(); strings.Contains(text, "Planned for") {
			t.Error("the page of the council still says that it is to end")
		}
		says(t, sees(t, s, "/authorities/west-norfolk"), http.StatusNotFound)
		says(t, sees(t, s, "/reorganisations/norfolk/change"), http.StatusNotFound)
	})
}

func TestAReorganisationWithAProblemChangesNothingAndKeepsTheWords(t *testing.T) {
	db := storetest.Seeded(t)
	s := newOfficerServer(t, db)
	for name, c := range map[string]struct {
		changes []string
		field   string
		says    string
	}{
		"no day":                           {[]string{"on", ""}, "on", "Enter the day on which it takes effect"},
		"a day that cannot be read":        {[]string{"on", "next spring"}, "on", "Enter the day on which it takes effect like 7 July 2026"},
		"a day that has passed":            {[]string{"on", "1 April 2025"}, "on", "Enter a day to come"},
		"no council that ends":             {[]string{"ending.1", ""}, "ending.1", "Choose the council that ends"},
		"a council that nobody knows":      {[]string{"ending.1", "atlantis"}, "ending.1", "Choose a council from the list"},
		"a council that has ended":         {[]string{"ending.1", "poole"}, "ending.1", "Poole has 31 March 2019 as its last day already"},
		"a name that exists":               {[]string{"council.2.name", "Suffolk"}, "council.2.name", "Suffolk is on this record already"},
		"a name that stands twice":         {[]string{"council.2.name", "West Norfolk"}, "council.2.name", "entered twice"},
		"a code that exists":               {[]string{"council.2.code", "NN"}, "council.2.code", "the code of North Northamptonshire"},
		"the name of a place":              {[]string{"council.2.name", "Cumbria"}, "council.2.name", "Cumbria is on this record already"},
		"the code of a place":              {[]string{"council.2.code", "CUM"}, "council.2.code", "CUM is the code of Cumbria"},
		"the code of a provider":           {[]string{"council.2.code", "AFC"}, "council.2.code", "AFC is the code of Achieving for Children"},
		"a region of nowhere":              {[]string{"region", "Narnia"}, "region", "Choose the region"},
		"a confidence that is none":        {[]string{"confidence", "certain"}, "confidence", "how sure"},
		"an address that is none":          {[]string{"source_address", "javascript:alert(1)"}, "source_address", "beginning with https://"},
		"a note that is too long":          {[]string{"note", strings.Repeat("long ", 300)}, "note", "at most 1000 characters"},
		"a title that is too long":         {[]string{"source_title", strings.Repeat("long ", 90)}, "source_title", "at most 300 characters"},
		"a council that ends and goes on":  {[]string{"continuing.1", "norfolk"}, "continuing.1", "cannot go on"},
		"an empty row before a wrong name": {[]string{"council.1.name", "", "council.1.code", "", "council.2.name", "Suffolk"}, "council.1.name", "Suffolk is on this record already"},
	} {
		for _, do := range []string{"preview", "save"} {
			t.Run(name+", "+do, func(t *testing.T) {
				before, err := db.Last(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				sent := with(norfolkForm(), append([]string{"do", do}, c.changes...)...)
				answer := sends(t, s, "/reorganisations/new", sent)
				says(t, answer, http.StatusUnprocessableEntity, c.says)
				page := document(t, answer)
				at := page.Find("[id]").FilterFunction(func(_ int, e *goquery.Selection) bool { return e.AttrOr("id", "") == c.field })
				link := page.Find(".govuk-error-summary a").FilterFunction(func(_ int, e *goquery.Selection) bool { return e.AttrOr("href", "") == "#"+c.field })
				if at.Length() != 1 || link.Length() == 0 {
					t.Errorf("%d boxes and %d links for %s", at.Length(), link.Length(), c.field)
				}
				kept := formValues(page.Find("form.officer-form").First())
				for _, name := range []string{"on", "source_title", "note"} {
					if kept.Get(name) != strings.TrimSpace(sent.Get(name)) {
						t.Errorf("%s holds %q", name, kept.Get(name))
					}
				}
				if after, err := db.Last(t.Context()); err != nil || after != before {
					t.Errorf("something was saved, %v", err)
				}
			})
		}
	}
}

func TestAReorganisationIsAskedAboutPersonalDetails(t *testing.T) {
	s := newOfficerServer(t, storetest.Seeded(t))
	for _, field := range []string{"note", "source_title"} {
		sent := with(norfolkForm(), "do", "save", field, "As Jane Doe, born 1/2/2015, was told")
		answer := sends(t, s, "/reorganisations/new", sent)
		says(t, answer, http.StatusUnprocessableEntity, "Does this name a child, a family or a case?")
	}
	t.Run("whoever says that it does not is not asked again after the preview", func(t *testing.T) {
		sent := with(norfolkForm(), "do", "preview", "note", "As Jane Doe, born 1/2/2015, was told", namesNobody, "yes")
		preview := sends(t, s, "/reorganisations/new", sent)
		says(t, preview, http.StatusOK, "What the pages will say")
		led(t, sends(t, s, "/reorganisations/new", with(formValues(document(t, preview).Find("main form")), "do", "save")))
	})
}

func TestWhatRestsOnANewCouncilKeepsItsReorganisation(t *testing.T) {
	db := storetest.Seeded(t)
	planned(t, db)
	if _, err := db.SaveCommittee(t.Context(), testOfficer, inspection.Committee{BodyID: "west-norfolk", Name: "Shadow executive", Decides: true}); err != nil {
		t.Fatal(err)
	}
	s := newOfficerServer(t, db)
	answer := sends(t, s, "/reorganisations/norfolk/withdraw", url.Values{"called_off": {"yes"}})
	says(t, answer, http.StatusUnprocessableEntity, "West Norfolk cannot be taken off the record: a body that decides or scrutinises rests on it.")
	if document(t, answer).Find(`.govuk-error-summary a[href="#withdraw"]`).Length() != 1 {
		t.Error("the summary does not lead to where it is withdrawn")
	}
	if problems := planProblems(t, s); !slices.Contains(problems, "ending.1") {
		t.Errorf("the plan is gone: %v", problems)
	}
}

// planProblems lists the fields that are wrong when the same plan is sent again.
func planProblems(t *testing.T, s *Server) []string {
	t.Helper()
	var out []string
	page := document(t, sends(t, s, "/reorganisations/new", with(norfolkForm(), "do", "save")))
	page.Find(".govuk-error-summary a").Each(func(_ int, a *goquery.Selection) { out = append(out, strings.TrimPrefix(a.AttrOr("href", ""), "#")) })
	return out
}
