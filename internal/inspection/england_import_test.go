package inspection

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// heldList is the record of newRecord with one inspection of each of three kinds.
func heldList(t *testing.T) *Record {
	t.Helper()
	r := newRecord(t)
	r.Bodies[4].Aliases = []string{"The Town"} // Old Town's
	r.Bodies = append(r.Bodies,
		Body{ID: "new-town", Kind: Authority, Name: "New Town", URN: "80001", LACode: "801", Aliases: []string{"Newtown & District", "The Town"}},
		Body{ID: "new-town-county-council", Kind: Authority, Name: "New Town County Council", Ended: MustDate("2020-03-31"), Aliases: []string{"Newer"}},
		Body{ID: "newer", Kind: Authority, Name: "Newer", URN: "80002", Created: MustDate("2020-04-01")},
	)
	in := r.inspect("old-town", "ilacs-short", "2026-02-02", "2026-03-16", "overall good, leaders good, help_protection good, in_care ?")
	in.Confidence, in.LeadInspector = ByLetter, "Ada Example"
	in.Citations = []Citation{{ID: in.ID + "/source-1", SourceID: "the-letter", Confidence: ByLetter, Position: 1}}
	return r
}

func rowOfList(change func(*EnglandRow)) EnglandRow {
	row := EnglandRow{
		Line: 2, Authority: "old-town", Kind: "ilacs-short", FieldworkStart: MustDate("2026-02-02"), FieldworkEnd: MustDate("2026-02-13"),
		Published: MustDate("2026-03-16"), PublishedBasis: "printed", Grades: []EnglandGrade{{"overall", "good"}, {"leaders", "Good"}},
	}
	if change != nil {
		change(&row)
	}
	return row
}

func planOf(t *testing.T, r *Record, confidence Confidence, rows ...EnglandRow) EnglandPlan {
	t.Helper()
	load := EnglandLoad{List: EnglandList{Rows: rows, Headings: map[string]string{"kind": "framework"}}, Confidence: confidence,
		Source: Source{Title: "A list", ReadOn: MustDate("2026-11-20")}}
	today := MustDate("2026-11-21")
	if problems := load.Check(today); len(problems) > 0 {
		t.Fatal(problems)
	}
	return PlanEngland(EnglandHeld{Record: r, Today: today}, load)
}

// said writes what a plan does, one line for each row that is taken and each reason why one is not.
func said(p EnglandPlan) string {
	var out []string
	for _, o := range p.Outcomes {
		line := fmt.Sprintf("%d %s", o.Line, o.Effect)
		for _, f := range o.Fields {
			line += fmt.Sprintf("; %s %s: %s → %s", f.Name, f.Effect, f.Held, f.Says)
		}
		out = append(out, line)
	}
	for _, r := range p.Refused {
		out = append(out, fmt.Sprintf("%d %s: %s", r.Line, r.Column, r.Words))
	}
	return strings.Join(out, "\n")
}

func TestPlanEnglandGoesByConfidence(t *testing.T) {
	for _, c := range []struct {
		name       string
		confidence Confidence
		held       func(*Inspection)
		row        func(*EnglandRow)
		want       string
		right      string
	}{
		{name: "a row that says what is held does nothing", confidence: ByInference, want: "2 same"},
		{name: "grades may be given by their names, and names in other capitals", confidence: ByNews, want: "2 same",
			row: func(r *EnglandRow) {
				r.LeadInspector = "ada  EXAMPLE"
				r.Grades = []EnglandGrade{{"overall", "GOOD"}, {"help_protection", "good"}}
			}},
		{name: "a weak list still fills what is not held", confidence: BySingleWeak, want: "2 filled; Children in care filled:  → Inadequate",
			row: func(r *EnglandRow) { r.Grades = []EnglandGrade{{"in_care", "inadequate"}} }, right: "Nothing was held here."},
		{name: "a weaker list changes nothing, and both are said", confidence: ByNews, want: "2 conflict; Leaders conflict: Good → Inadequate",
			row:   func(r *EnglandRow) { r.Grades = []EnglandGrade{{"leaders", "inadequate"}} },
			right: "What is held is surer, and stays: it is confirmed by the inspectors' letter or report, the list is from the news."},
		{name: "an equally sure one neither", confidence: ByLetter, want: "2 conflict; Leaders conflict: Good → Inadequate",
			row:   func(r *EnglandRow) { r.Grades = []EnglandGrade{{"leaders", "inadequate"}} },
			right: "Both are confirmed by the inspectors' letter or report, so what is held stays. An officer has to look at the letter."},
		{name: "a surer one does", confidence: ByOfficialPage, want: "2 changed; Leaders changed: Good → Inadequate",
			held:  func(in *Inspection) { in.Judgements[1].Confidence = ByNews },
			row:   func(r *EnglandRow) { r.Grades = []EnglandGrade{{"leaders", "inadequate"}} },
			right: "The list is surer: it is from an official page, what was held is from the news."},
		{name: "the confidence of the one field decides, not that of the inspection", confidence: ByOfficialPage,
			want: "2 conflict; Day of publication changed: 16 March 2026 → 20 March 2026; Lead inspector conflict: Ada Example → Bo Example",
			held: func(in *Inspection) { in.Facts = []Fact{{Field: "published", Confidence: ByListing}} },
			row: func(r *EnglandRow) {
				r.Published, r.LeadInspector = MustDate("2026-03-20"), "Bo Example"
			}, right: "The list is surer: it is from an official page, what was held is from an official listing, through a third party."},
		{name: "a day from a listing is no surer than a listing, whatever the list", confidence: ByLetter,
			want: "2 conflict; Day of publication conflict: 16 March 2026 → 20 March 2026",
			held: func(in *Inspection) { in.Facts = []Fact{{Field: "published", Confidence: ByListing}} },
			row: func(r *EnglandRow) {
				r.Published, r.PublishedBasis = MustDate("2026-03-20"), "listing"
			}},
		{name: "a day fills a month that it lies in", confidence: ByNews, want: "2 filled; Day of publication filled: March 2026 → 16 March 2026",
			held: func(in *Inspection) { in.Published = MustDate("2026-03") }},
		{name: "a month says nothing against a day in it", confidence: ByLetter, want: "2 same",
			row: func(r *EnglandRow) { r.Published = MustDate("2026-03") }},
		{name: "what inspectors did not publish is not published because a list says so", confidence: ByOfficialPage,
			held: func(in *Inspection) { in.Document, in.Published = DocumentNotPublished, Date{} },
			want: "2 conflict; Day of publication conflict: not published → 16 March 2026"},
		{name: "another first day in the same month is perhaps the same inspection", confidence: ByLetter,
			row:  func(r *EnglandRow) { r.FieldworkStart = MustDate("2026-02-03") },
			want: "2 conflict; Start of fieldwork conflict: 2 February 2026 → 3 February 2026"},
		{name: "so is one of a neighbouring kind", confidence: ByNews, row: func(r *EnglandRow) { r.Kind = "ilacs-standard" },
			want: "2 conflict; Kind of inspection conflict: Full inspection (one week) → Full inspection (two weeks)"},
		{name: "and one that is not confirmed to be of the council", confidence: ByLetter, held: func(in *Inspection) { in.Bodies[0].Confirmed = false },
			want: "2 conflict; Whose it was conflict: Not confirmed → Old Town"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := heldList(t)
			if c.held != nil {
				c.held(r.Inspections[0])
			}
			p := planOf(t, r, c.confidence, rowOfList(c.row))
			if got := said(p); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			if c.right != "" && p.Outcomes[0].Fields[0].WhoIsRight() != c.right {
				t.Errorf("says %q", p.Outcomes[0].Fields[0].WhoIsRight())
			}
		})
	}
}

func TestPlanEnglandRefusesRowsInWords(t *testing.T) {
	for _, c := range []struct {
		name string
		row  func(*EnglandRow)
		want string
	}{
		{"a council that nobody knows", func(r *EnglandRow) { r.Authority = "Atlantis" }, "authority: No council here is called “Atlantis”"},
		{"no council at all", func(r *EnglandRow) { r.Authority = "" }, "authority: Say which council was inspected"},
		{"a number and a name of two councils", func(r *EnglandRow) { r.Authority, r.URN = "Old Town", "80001" },
			"authority: The number 80001 is that of New Town, the name is that of Old Town"},
		{"a name of several", func(r *EnglandRow) { r.Authority = "the town" }, "authority: “the town” may be several councils: write old-town or new-town"},
		{"a council that had not begun", func(r *EnglandRow) { r.Authority, r.FieldworkStart = "East Shire", MustDate("2019-06-03") },
			"authority: East Shire began on 1 April 2021, after this inspection: name the earlier council, Shire County Council"},
		{"a council that had ended", func(r *EnglandRow) { r.Authority = "shire-county-council" },
			"authority: Shire County Council ended on 31 March 2021, before this inspection: name the council that followed it, East Shire or West Shire"},
		{"no first day", func(r *EnglandRow) { r.FieldworkStart = MustDate("2026-02") }, "fieldwork_start: Give the day on which fieldwork began"},
		{"days out of order", func(r *EnglandRow) { r.FieldworkEnd = MustDate("2026-01-30") }, "fieldwork_end: 30 January 2026 is before fieldwork began"},
		{"published before it ended", func(r *EnglandRow) { r.Published = MustDate("2026-02-10") }, "published: 10 February 2026 is before fieldwork ended"},
		{"not published yet", func(r *EnglandRow) { r.Published = MustDate("2026-11-23") }, "published: 23 November 2026 is still to come"},
		{"published after the list was read", func(r *EnglandRow) { r.Published = MustDate("2026-11-21") }, "published: 21 November 2026 is after the day on which the list was read"},
		{"a kind under the heading that the file has for it", func(r *EnglandRow) { r.Kind = "mot" }, "framework: “mot” is no kind of inspection here: "},
		{"a kind that its day does not have", func(r *EnglandRow) { r.Kind = "sif" }, "framework: No inspection rules had this kind of inspection when fieldwork began, on 2 February 2026"},
		{"one grade for two judgements that have their own", func(r *EnglandRow) { r.Grades = []EnglandGrade{{"care_and_care_leavers", "good"}} }, "care_and_care_leavers: "},
		{"a grade of another scale", func(r *EnglandRow) { r.Grades = []EnglandGrade{{"leaders", "adequate"}} }, "leaders: “adequate” is not one of its grades: write outstanding, good, "},
		{"an overall grade after they ended", func(r *EnglandRow) {
			r.FieldworkStart, r.FieldworkEnd, r.Published = MustDate("2026-05-11"), Date{}, MustDate("2026-07-07")
		}, "overall: "},
		{"a new inspection that may not be published", func(r *EnglandRow) { r.Authority, r.Published = "new-town", Date{} }, "published: Give the day of publication"},
		{"a new full inspection without grades", func(r *EnglandRow) { r.Authority, r.Grades = "new-town", nil }, ": Give the grades of this full inspection"},
		{"a cell that could not be read", func(r *EnglandRow) { r.Wrong = []EnglandRefusal{{2, "published", "“soon” is no date"}} }, "published: “soon” is no date"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := planOf(t, heldList(t), ByLetter, rowOfList(c.row))
			if got := said(p); !strings.HasPrefix(got, "2 "+c.want) || p.RefusedRows != 1 || len(p.Changes) != 0 {
				t.Errorf("got %q, want %q", got, "2 "+c.want)
			}
		})
	}
	t.Run("every mistake of a row is said at once, and the rows around it are taken", func(t *testing.T) {
		p := planOf(t, heldList(t), ByLetter, rowOfList(nil), rowOfList(func(r *EnglandRow) {
			r.Line, r.Authority, r.Kind, r.Published = 3, "Atlantis", "mot", MustDate("2027-01-01")
		}), rowOfList(func(r *EnglandRow) { r.Line, r.Authority = 4, "new-town" }))
		if got := said(p); strings.Count(got, "3 ") != 3 || !strings.HasPrefix(got, "2 same\n4 added\n") || p.RefusedRows != 1 {
			t.Errorf("got %q", got)
		}
	})
	t.Run("an inspection that stands twice is taken once", func(t *testing.T) {
		for _, second := range []func(*EnglandRow){nil, func(r *EnglandRow) { r.FieldworkStart = MustDate("2026-02-05") }} {
			again := rowOfList(second)
			again.Line = 3
			if got := said(planOf(t, heldList(t), ByLetter, rowOfList(nil), again)); !strings.Contains(got, "3 : This seems to be the inspection of line 2 again") {
				t.Errorf("got %q", got)
			}
		}
	})
}

func TestTwoRowsThatMayBeOneInspectionAreNotBothHeldAgainstIt(t *testing.T) {
	r := heldList(t)
	began := func(line int, day string) EnglandRow {
		return rowOfList(func(r *EnglandRow) { r.Line, r.FieldworkStart = line, MustDate(day) })
	}
	p := planOf(t, r, ByListing, began(2, "2026-02-03"), began(3, "2026-02-04"))
	if got := said(p); len(p.Changes) != 1 || p.RefusedRows != 1 || !strings.Contains(got, "3 : This may be the same inspection as that of line 2") {
		t.Fatalf("got %q", got)
	}
	r.Inspections[0] = p.Changes[0].After
	if again := planOf(t, r, ByListing, began(2, "2026-02-03"), began(3, "2026-02-04")); len(again.Changes) != 0 {
		t.Errorf("the second time it is written again: %s", said(again))
	}
}

func TestAListFindsCouncilsByWhateverNameItHas(t *testing.T) {
	for name, want := range map[string]string{
		"new-town": "new-town", "80001": "new-town", "801": "new-town", "NEW TOWN": "new-town", "Newtown and District": "new-town",
		"Newer": "newer", "80002": "newer",
	} {
		p := planOf(t, heldList(t), ByListing, rowOfList(func(r *EnglandRow) { r.Authority = name }))
		if len(p.Changes) != 1 || !p.Changes[0].After.Of(want) {
			t.Errorf("%q led to %s", name, said(p))
		}
	}
	t.Run("of two councils of one name the one that there was that day", func(t *testing.T) {
		p := planOf(t, heldList(t), ByListing, rowOfList(func(r *EnglandRow) {
			r.Authority, r.FieldworkStart, r.FieldworkEnd, r.Published = "newer", MustDate("2019-06-03"), Date{}, MustDate("2019-08-01")
		}))
		if len(p.Changes) != 1 || !p.Changes[0].After.Of("new-town-county-council") {
			t.Errorf("led to %s", said(p))
		}
	})
}

func TestBothSidesOfAConflictAreKeptOnce(t *testing.T) {
	r := heldList(t)
	conflicting := func(r *EnglandRow) {
		r.LeadInspector, r.Grades = "Bo Example", []EnglandGrade{{"leaders", "inadequate"}}
	}
	p := planOf(t, r, ByListing, rowOfList(conflicting))
	after := p.Changes[0].After
	if len(after.Disagreements) != 2 || len(r.Inspections[0].Disagreements) != 0 {
		t.Fatalf("got %+v", after.Disagreements)
	}
	d := after.Disagreements[1]
	if d.Used != "Leaders: Good" || len(d.Versions) != 2 || d.Versions[0].SourceID != "the-letter" || d.Versions[1].Says != "Leaders: Inadequate" {
		t.Errorf("got %+v", d)
	}
	if len(after.Citations) != 1 {
		t.Error("a list is cited for what was not taken from it")
	}
	r.Inspections[0] = after
	if again := planOf(t, r, ByListing, rowOfList(conflicting)); len(again.Changes) != 0 || again.Count(EnglandConflict) != 1 {
		t.Errorf("the second time %s is written", said(again))
	}
	t.Run("what another list says joins the others", func(t *testing.T) {
		other := rowOfList(func(r *EnglandRow) { conflicting(r); r.LeadInspector = "Cy Example" })
		load := EnglandLoad{List: EnglandList{Rows: []EnglandRow{other}}, Confidence: ByNews, Source: Source{Title: "Another list"}}
		load.Check(MustDate("2026-11-21"))
		p := PlanEngland(EnglandHeld{Record: r, Today: MustDate("2026-11-21")}, load)
		if ds := p.Changes[0].After.Disagreements; len(ds) != 2 || len(ds[0].Versions) != 3 || ds[0].Versions[2].Says != "Cy Example" {
			t.Errorf("got %+v", ds)
		}
	})
	t.Run("a surer list decides, and every side stays", func(t *testing.T) {
		after.Judgements[1].Confidence = ByNews
		p := planOf(t, r, ByOfficialPage, rowOfList(func(r *EnglandRow) { r.Grades = []EnglandGrade{{"leaders", "inadequate"}} }))
		settled := p.Changes[0].After
		if d := settled.Disagreements[1]; d.Used != "Leaders: Inadequate" || len(d.Versions) != 2 || !strings.Contains(d.Why, "from an official page") {
			t.Errorf("got %+v", d)
		}
		if j, _ := settled.Judgement("leaders"); j.Grade != "inadequate" || j.Confidence != ByOfficialPage {
			t.Errorf("got %+v", j)
		}
	})
}

func TestWhoIsRightIsSaidAnewWhenASideIsSurer(t *testing.T) {
	conflicting := rowOfList(func(r *EnglandRow) { r.Grades = []EnglandGrade{{"leaders", "inadequate"}} })
	const held, equal = "What is held is surer, and stays", "Both are confirmed by the inspectors' letter or report"
	why := func(r *Record) string { return r.Inspections[0].Disagreements[0].Why }
	bring := func(t *testing.T, r *Record, by Confidence, title string) EnglandPlan {
		t.Helper()
		load := EnglandLoad{List: EnglandList{Rows: []EnglandRow{conflicting}}, Confidence: by, Source: Source{Title: title}}
		load.Check(MustDate("2026-11-21"))
		p := PlanEngland(EnglandHeld{Record: r, Today: MustDate("2026-11-21")}, load)
		if len(p.Changes) == 1 {
			r.Inspections[0] = p.Changes[0].After
		}
		return p
	}
	for name, second := range map[string]string{"the same list": "A list", "another list": "Another list"} {
		t.Run(name+" is as sure as what is held", func(t *testing.T) {
			r := heldList(t)
			if bring(t, r, ByListing, "A list"); !strings.HasPrefix(why(r), held) {
				t.Fatalf("at first it says %q", why(r))
			}
			if p := bring(t, r, ByLetter, second); len(p.Changes) != 1 || !p.Changes[0].Noted || !strings.HasPrefix(why(r), equal) {
				t.Errorf("it says %q and changes %d", why(r), len(p.Changes))
			}
			if again := bring(t, r, ByLetter, second); len(again.Changes) != 0 {
				t.Errorf("the second time it is written again: %q", why(r))
			}
		})
	}
	t.Run("the same list is less sure than it was", func(t *testing.T) {
		r := heldList(t)
		bring(t, r, ByLetter, "A list")
		if bring(t, r, ByNews, "A list"); !strings.HasPrefix(why(r), held) {
			t.Errorf("it says %q", why(r))
		}
	})
	t.Run("a weaker list does not hide that a sure one has to be looked at", func(t *testing.T) {
		r := heldList(t)
		bring(t, r, ByLetter, "A list")
		if bring(t, r, ByNews, "Another list"); !strings.HasPrefix(why(r), equal) {
			t.Errorf("it says %q", why(r))
		}
	})
	t.Run("what a person wrote stays", func(t *testing.T) {
		r := heldList(t)
		bring(t, r, ByListing, "A list")
		r.Inspections[0].Disagreements[0].Why = "The letter was corrected in May."
		if p := bring(t, r, ByLetter, "A list"); len(p.Changes) != 0 || why(r) != "The letter was corrected in May." {
			t.Errorf("it says %q", why(r))
		}
	})
}

func TestAPlanSaysWhatBecomesOfInspections(t *testing.T) {
	added := rowOfList(func(r *EnglandRow) { r.Line, r.Authority = 3, "new-town" })
	other := rowOfList(func(r *EnglandRow) { r.Line, r.Authority = 4, "newer" })
	conflict := rowOfList(func(r *EnglandRow) { r.Grades = []EnglandGrade{{"leaders", "inadequate"}} })
	fills := rowOfList(func(r *EnglandRow) { r.Grades = []EnglandGrade{{"in_care", "good"}, {"leaders", "inadequate"}} })
	refused := rowOfList(func(r *EnglandRow) { r.Line, r.Authority = 9, "Atlantis" })
	for _, c := range []struct {
		name        string
		rows        []EnglandRow
		looked, was string
	}{
		{"all refused", []EnglandRow{refused}, "Nothing would be written: every row was refused.", "Nothing was written: every row was refused."},
		{"some refused, the rest is known", []EnglandRow{rowOfList(nil), refused},
			"No inspection would be written: 1 row was refused, and the rest says nothing that the record does not hold.",
			"No inspection was written: 1 row was refused, and the rest says nothing that the record does not hold."},
		{"all known", []EnglandRow{rowOfList(nil)}, "The record stays as it is: the list says nothing that it does not hold.",
			"The record stays as it is: the list says nothing that it does not hold."},
		{"new ones and a conflict", []EnglandRow{added, other, conflict},
			"2 inspections would be added; on 1 other both sides of a conflict would be noted.",
			"2 inspections were added; on 1 other both sides of a conflict were noted."},
		{"a conflict alone", []EnglandRow{conflict}, "On 1 inspection both sides of a conflict would be noted.",
			"On 1 inspection both sides of a conflict were noted."},
		{"one that is filled and in conflict at once, and one that is refused", []EnglandRow{added, fills, refused},
			"1 inspection would be added; 1 inspection would be filled or changed.", "1 inspection was added; 1 inspection was filled or changed."},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := planOf(t, heldList(t), ByListing, c.rows...)
			if got := p.Sentences()[0]; got != c.looked {
				t.Errorf("it says %q", got)
			}
			p.Stored = true
			if got := p.Sentences()[0]; got != c.was {
				t.Errorf("afterwards it says %q", got)
			}
		})
	}
}

func TestAKindIsNamedInSeveralWays(t *testing.T) {
	for _, kind := range []string{"ilacs-short", "ILACS_short", "ilacs short", "Full inspection (one week)", "full inspection one week"} {
		if got := said(planOf(t, heldList(t), ByNews, rowOfList(func(r *EnglandRow) { r.Kind = kind }))); got != "2 same" {
			t.Errorf("%q: %s", kind, got)
		}
	}
	for kind, want := range map[string]string{
		"ilacs":   "“ilacs” is no kind of inspection here. Perhaps it is ilacs-standard or ilacs-short; the page “Record of England” lists the kinds",
		"one":     "“one” is no kind of inspection here. Perhaps it is ilacs-short; the page “Record of England” lists the kinds",
		"mot":     "“mot” is no kind of inspection here: the page “Record of England” lists the kinds",
		"":        "Say which kind of inspection it was: the page “Record of England” lists the kinds",
		"Routine": "“Routine” is no kind of inspection here: the page “Record of England” lists the kinds",
	} {
		if got := said(planOf(t, heldList(t), ByNews, rowOfList(func(r *EnglandRow) { r.Kind = kind }))); got != "2 framework: "+want {
			t.Errorf("%q: %s", kind, got)
		}
	}
}

func TestEnglandLoadIsChecked(t *testing.T) {
	today := MustDate("2026-11-21")
	good := EnglandLoad{Source: Source{Title: " A list ", ReadOn: today}, Confidence: ByNews, Complete: true}
	if problems := good.Check(today); len(problems) > 0 || good.Source.ID == "" || good.Source.Title != "A list" || good.Source.Kind != "news" {
		t.Errorf("got %v, %+v", problems, good.Source)
	}
	for field, load := range map[string]EnglandLoad{
		"source_title": {Confidence: ByNews},
		"confidence":   {Source: Source{Title: "A list"}, Confidence: "hearsay"},
		"read_on":      {Source: Source{Title: "A list", ReadOn: today.AddDays(1)}, Confidence: ByNews},
	} {
		if problems := load.Check(today); len(problems) != 1 || problems[0].Field != field {
			t.Errorf("%s: got %v", field, problems)
		}
	}
	whole := EnglandLoad{Source: Source{Title: "A list"}, Confidence: ByNews, Complete: true}
	if problems := whole.Check(today); len(problems) != 1 || !strings.Contains(problems[0].Words, "only up to a day") {
		t.Errorf("got %v", problems)
	}
	month := EnglandLoad{Source: Source{Title: "A list", ReadOn: MustDate("2026-10")}, Confidence: ByNews}
	if problems := month.Check(today); len(problems) != 1 || problems[0].Field != "read_on" {
		t.Errorf("got %v", problems)
	}
}

func TestAListThatLacksWhatIsHeldIsNotWhole(t *testing.T) {
	r := heldList(t)
	other := r.inspect("new-town", "ilacs-short", "2025-06-02", "2025-07-14", "overall good")
	late := r.inspect("new-town", "ilacs-short", "2026-11-02", "2026-12-14", "leaders good")
	gone := r.inspect("new-town-county-council", "ilacs-short", "2019-06-03", "2019-07-15", "overall good")
	plan := func(rows ...EnglandRow) EnglandPlan {
		load := EnglandLoad{List: EnglandList{Rows: rows}, Confidence: ByNews, Complete: true, Source: Source{Title: "A list", ReadOn: MustDate("2026-11-20")}}
		if problems := load.Check(MustDate("2026-11-21")); len(problems) > 0 {
			t.Fatal(problems)
		}
		return PlanEngland(EnglandHeld{Record: r, Today: MustDate("2026-11-21"), Full: []*Inspection{r.Inspections[0], other, late, gone}}, load)
	}
	if p := plan(rowOfList(nil)); !slices.Equal(p.Lacks, []string{"New Town, June 2025"}) || len(p.Completeness) > 0 {
		t.Errorf("lacks %q and moves %+v", p.Lacks, p.Completeness)
	} else if said := strings.Join(p.Sentences(), " "); !strings.Contains(said, "lacks 1 full inspection that this record holds, such as New Town, June 2025") {
		t.Errorf("says %q", said)
	}
	whole := plan(rowOfList(nil), rowOfList(func(row *EnglandRow) {
		row.Line, row.Authority, row.Grades = 3, "new-town", []EnglandGrade{{"overall", "good"}}
		row.FieldworkStart, row.FieldworkEnd, row.Published = MustDate("2025-06-02"), MustDate("2025-06-06"), MustDate("2025-07-14")
	}))
	if len(whole.Lacks) > 0 || len(whole.Completeness) == 0 {
		t.Errorf("lacks %q and moves %+v; refused %+v", whole.Lacks, whole.Completeness, whole.Refused)
	}
}

func TestTheMarkOfAPlanFollowsWhatItDoes(t *testing.T) {
	mark := func(p EnglandPlan) string {
		t.Helper()
		m, err := p.Mark()
		if err != nil || len(m) != 16 {
			t.Fatalf("%q, %v", m, err)
		}
		return m
	}
	one := mark(planOf(t, heldList(t), ByNews, rowOfList(nil)))
	if again := mark(planOf(t, heldList(t), ByNews, rowOfList(nil))); again != one {
		t.Error("the same plan has another mark")
	}
	r := heldList(t)
	r.Inspections[0].Judgements[0].Grade = "inadequate"
	if other := mark(planOf(t, r, ByNews, rowOfList(nil))); other == one {
		t.Error("another plan has the same mark")
	}
}
