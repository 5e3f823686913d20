package web

import (
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/gin-gonic/gin"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

// someDraft makes a draft of whatever a form may hold.
func someDraft(r *rand.Rand, record *inspection.Record) inspection.Draft {
	texts := []string{
		"", "Plain words", hostile, "“Quoted” — and\nover\n\ntwo lines", "a&b=c;d+e%20", "naïve “ﬁ” £", "x\ty", strings.Repeat("long ", 300),
	}
	words := func() string { return strings.TrimSpace(texts[r.IntN(len(texts))]) }
	line := func() string { return strings.Join(strings.Fields(texts[r.IntN(len(texts)-1)]), " ") }
	some := func() string { return line() + "x" }
	days := []string{"", "2026-05-11", "2026-05-11~", "2026-05", "2026", "2013-10~", "2019~"}
	day := func() inspection.Date { return inspection.MustDate(days[r.IntN(len(days))]) }
	kinds := record.Catalogue.Kinds()
	d := inspection.Draft{
		Kind: kinds[r.IntN(len(kinds))].Code, Topic: line(), VisitNumber: r.IntN(3), FieldworkStart: day(), FieldworkEnd: day(),
		LeadInspector: line(), WholeListHeld: r.IntN(2) == 0, Note: words(), Received: day(), Published: day(),
		PublishedHour: []string{"", "09:30", "23:59"}[r.IntN(3)], Address: []string{"", "https://reports.ofsted.gov.uk/provider/44/1?a=b&c"}[r.IntN(2)],
		NoDocument: r.IntN(2) == 0, Final: r.IntN(2) == 0, TwinOf: []string{"", "one-not-on-record"}[r.IntN(2)],
		PrintedName: line(), Warnings: []string{"A warning"}, Evidence: []inspection.Evidence{{Field: "kind", Page: 1, Quote: "x"}},
	}
	for _, b := range record.Bodies[:r.IntN(3)] {
		d.Bodies = append(d.Bodies, b.ID)
	}
	if f, ok := d.Framework(record.Catalogue); ok {
		kind, _ := f.Kind(d.Kind)
		for _, strand := range f.Strands {
			scale, _ := record.Catalogue.Scale(strand.Scale)
			if kind.Graded && r.IntN(2) == 0 {
				d.Judgements = append(d.Judgements, inspection.DraftJudgement{Strand: strand.Code, Grade: scale.Grades[r.IntN(len(scale.Grades))].Code})
			}
		}
	}
	if r.IntN(4) == 0 {
		d.Judgements = append(d.Judgements, inspection.DraftJudgement{Strand: "unheard_of", Grade: "splendid"})
	}
	for i := range r.IntN(4) {
		item := inspection.DraftItem{
			Key: string(rune('a' + i)), Kind: inspection.Improvement, Words: words(), Wording: inspection.Verbatim, Gloss: words(),
			FrameworkTag: line(), Responsible: line(), OwnPriority: r.IntN(2) == 0, Page: r.IntN(3),
			Joins: []string{"", "NN-ILACS-2026-P1", "NN-ILACS-2026-P1 NN-ILACS-2026-P2"}[r.IntN(3)],
		}
		if r.IntN(2) == 0 {
			item.Kind, item.Wording = inspection.PriorityAction, inspection.Paraphrase
		}
		for _, t := range record.Themes[:r.IntN(3)] {
			item.Themes = append(item.Themes, t.Code)
		}
		d.Items = append(d.Items, item)
	}
	for range r.IntN(3) {
		d.AreasCovered = append(d.AreasCovered, some())
		d.Findings = append(d.Findings, inspection.DraftFinding{
			Kind: []inspection.FindingKind{inspection.Strength, inspection.Concern, inspection.EarlierAreas}[r.IntN(3)], Words: some(), Paragraph: line(),
		})
		d.Responses = append(d.Responses, inspection.DraftResponse{
			BodyID: []string{"", "west-northamptonshire", "unknown-body"}[r.IntN(3)], Role: line(), Name: line(), Gist: some(), On: day(), Source: line(),
		})
	}
	return d
}

// formValues are what a browser would send of a form that is shown.
func formValues(page *goquery.Selection) url.Values {
	values := url.Values{}
	page.Find("input, select, textarea").Each(func(_ int, box *goquery.Selection) {
		name, _ := box.Attr("name")
		value, _ := box.Attr("value")
		switch {
		case box.Is("select"):
			value, _ = box.Find("option[selected]").Attr("value")
		case box.Is("textarea"):
			value = strings.ReplaceAll(box.Text(), "\n", "\r\n")
		case box.Is(`[type="checkbox"]`):
			if _, ticked := box.Attr("checked"); !ticked {
				return
			}
		}
		values.Add(name, value)
	})
	return values
}

func TestAFormShownAndSentBackIsTheSameDraft(t *testing.T) {
	record := storetest.Seed(t)
	s := newOfficerServer(t, storetest.Seeded(t))
	for seed := range uint64(40) {
		draft := someDraft(rand.New(rand.NewPCG(seed, 1)), record)
		c, _ := gin.CreateTestContext(httptest.NewRecorder())
		c.Request = httptest.NewRequest("GET", "/letters/x", nil)
		held := inspection.Letter{ID: "x", State: inspection.LetterReady, Revision: 3, Draft: draft}
		page, err := s.letterPage(c, held, draftValues(draft), draft, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.render(c, 200, "letter_show", page); err != nil {
			t.Fatal(err)
		}
		shown, err := goquery.NewDocumentFromReader(strings.NewReader(string(c.MustGet(answered).(*response).bodies[plain])))
		if err != nil {
			t.Fatal(err)
		}
		if n := shown.Find("em, script:not([src])").Length(); n > 0 {
			t.Fatalf("seed %d: mark-up of the draft is mark-up of the page", seed)
		}
		ids := map[string]bool{}
		shown.Find("[id]").Each(func(_ int, e *goquery.Selection) {
			id, _ := e.Attr("id")
			if ids[id] {
				t.Errorf("seed %d: the id %q stands twice", seed, id)
			}
			ids[id] = true
		})
		shown.Find(`a[href^="#"], [aria-describedby], [aria-labelledby], label[for]`).Each(func(_ int, e *goquery.Selection) {
			for _, name := range []string{"href", "aria-describedby", "aria-labelledby", "for"} {
				for _, id := range strings.Fields(strings.TrimPrefix(e.AttrOr(name, ""), "#")) {
					if !ids[id] && !strings.HasPrefix(id, "/") && !strings.HasPrefix(id, "http") {
						t.Errorf("seed %d: %s names %q, which is not on the page", seed, name, id)
					}
				}
			}
		})
		got, problems := parseDraft(formValues(shown.Find("form.review-form")), inspection.Draft{
			PrintedName: draft.PrintedName, Warnings: draft.Warnings, Evidence: draft.Evidence,
		})
		if len(problems) > 0 {
			t.Fatalf("seed %d: %v", seed, problems)
		}
		if !reflect.DeepEqual(got, draft) {
			t.Fatalf("seed %d: sent back\n%+v\nwas\n%+v", seed, got, draft)
		}
	}
}

func TestDatesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "7 July 2026": "2026-07-07", "7th july 2026": "2026-07-07", "07/07/2026": "2026-07-07", "7.7.2026": "2026-07-07", "7-7-2026": "2026-07-07",
		"2026-07-07": "2026-07-07", "1 Feb 2026": "2026-02-01", "July 2026": "2026-07", "2026": "2026", "about July 2026": "2026-07~", "2026-07~": "2026-07~",
	} {
		if d, err := readDay(text); err != nil || d.String() != want {
			t.Errorf("%q is read as %q, %v; want %q", text, d, err, want)
		}
	}
	for _, text := range []string{"31 February 2026", "7/13/2026", "soon", "7 July", "2026-7-7", "about"} {
		if d, err := readDay(text); err == nil {
			t.Errorf("%q is read as %q", text, d)
		}
	}
}

func TestWhatCannotBeReadInAFormIsNamed(t *testing.T) {
	for _, tt := range []struct{ name, field, value string }{
		{"a date that is none", "fieldwork_start", "31 February 2026"},
		{"an hour that is none", "published_hour", "25:00"},
		{"an address that is none", "address", "reports.ofsted.gov.uk"},
		{"an address that runs a script", "address", "javascript:alert(1)"},
		{"a number that is none", "visit_number", "second"},
		{"a line that is a book", "topic", strings.Repeat("x", 501)},
		{"words that are a book", "note", strings.Repeat("x", 20_001)},
		{"a finding of no kind", "finding.1.kind", "surprise"},
		{"a key that is none", "items", "../../x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			values := url.Values{tt.field: {tt.value}, "finding.1.words": {"Words"}}
			if tt.field != "finding.1.kind" {
				values.Set("finding.1.kind", string(inspection.Strength))
			}
			_, problems := parseDraft(values, inspection.Draft{})
			if len(problems) != 1 || problems[0].Field != tt.field {
				t.Errorf("problems are %v", problems)
			}
		})
	}
	draft, problems := parseDraft(url.Values{"topic": {"a\x00b\ufffd\u0007 c"}}, inspection.Draft{})
	if draft.Topic != "ab c" || len(problems) > 0 {
		t.Errorf("control characters: %q, %v", draft.Topic, problems)
	}
}
