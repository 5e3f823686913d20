package chart

import (
	"io/fs"
	"os"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// asOf is the day on which the charts of these tests are made.
var asOf = inspection.MustDate("2026-11-21")

// testRecord is a small record under the real frameworks: an old county council, the new one that followed it, a city
// with every kind of full inspection, and a town whose lanes nobody has declared complete.
func testRecord(t *testing.T) *inspection.Record {
	t.Helper()
	files := os.DirFS("../../seed/frameworks")
	names, err := fs.Glob(files, "*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("find frameworks: %v", err)
	}
	var frameworks []inspection.Framework
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := inspection.ParseFramework(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		frameworks = append(frameworks, f)
	}
	catalogue, err := inspection.NewCatalogue(frameworks)
	if err != nil {
		t.Fatal(err)
	}
	date := inspection.MustDate
	authority := func(id, name, created, ended string) inspection.Body {
		return inspection.Body{ID: id, Kind: inspection.Authority, Name: name, Created: date(created), Ended: date(ended)}
	}
	complete := func(body, to string) []inspection.Completeness {
		return []inspection.Completeness{
			{BodyID: body, Record: "sif_graded", To: date(to)}, {BodyID: body, Record: "ilacs_graded", To: date(to)},
		}
	}
	r := &inspection.Record{
		Catalogue: catalogue,
		Bodies: []inspection.Body{
			authority("county", "Old County Council", "", "2021-03-31"), authority("new", "New Council", "2021-04-01", ""),
			authority("city", "City", "", ""), authority("town", "Town", "", ""),
			{ID: "area", Kind: inspection.Partnership, Name: "New Local Area Partnership", ListedOn: "new"},
			{ID: "trust", Kind: inspection.Provider, Name: "The Trust"},
		},
		Successions: []inspection.Succession{{FromID: "county", ToID: "new", On: date("2021-04-01")}},
		Services:    []inspection.Service{{ProviderID: "trust", AuthorityID: "new", From: date("2021-04-01")}},
		Themes: []inspection.Theme{
			{Code: "plans", Name: "Assessments and plans", Position: 1}, {Code: "oversight", Name: "Management oversight", Position: 2},
			{Code: "neglect", Name: "Neglect", Position: 3}, {Code: "health", Name: "Health", Position: 4},
		},
		Milestones: []inspection.Milestone{
			{ID: "m1", On: date("2019-06-10"), Title: "The government orders a trust", Structural: true},
			{ID: "m2", On: date("2022"), Title: "Commissioner’s work ends", Structural: true},
			{ID: "m3", On: date("2020-01-01"), Title: "A plan", Structural: false},
		},
	}
	r.Completeness = append(append(complete("county", "2021-03-31"), complete("new", "2026-08-22")...), complete("city", "2026-08-22")...)
	r.Inspections = testInspections()
	return r
}

// inspected makes an inspection of some bodies from its dates: start and end of fieldwork, and publication.
func inspected(id, kind, framework, start, end, published string, judgements []inspection.Judgement, bodies ...string) *inspection.Inspection {
	in := &inspection.Inspection{
		ID: id, Kind: kind, Framework: framework, Document: inspection.DocumentHeld, Confidence: inspection.ByLetter,
		FieldworkStart: inspection.MustDate(start), FieldworkEnd: inspection.MustDate(end), Published: inspection.MustDate(published),
		Judgements: judgements,
	}
	for _, b := range bodies {
		in.Bodies = append(in.Bodies, inspection.InspectionBody{BodyID: b, Confirmed: true})
	}
	return in
}

// graded makes judgements from pairs of strand and grade; an empty grade was given and not found.
func graded(pairs ...string) []inspection.Judgement {
	var out []inspection.Judgement
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, inspection.Judgement{Strand: pairs[i], Grade: pairs[i+1]})
	}
	return out
}

const (
	best    = "outstanding"
	good    = "good"
	improve = "requires_improvement"
	worst   = "inadequate"
)

func testInspections() []*inspection.Inspection {
	all := []*inspection.Inspection{
		inspected("county-cp", "child-protection", "child-protection-2012", "2013-02~", "", "2013-03-20", graded("overall", worst), "county"),
		inspected("county-sif", "sif", "sif", "2016-02", "", "2016-04-27",
			graded("overall", improve, "leaders", "", "help_protection", "", "care_and_care_leavers", "", "lscb", ""), "county"),
		inspected("county-fv", "ilacs-focused-visit", "ilacs-2018", "2018-10-17", "2018-10-18", "2018-11-13", nil, "county"),
		inspected("county-ilacs", "ilacs-standard", "ilacs-2018", "2019-06-17", "2019-06-28~", "2019-07-29",
			graded("overall", worst, "leaders", improve, "help_protection", worst, "care_and_care_leavers", worst), "county"),
		inspected("new-mv", "ilacs-monitoring-visit", "ilacs-2018", "2021-07", "", "2021-09-09", nil, "new"),
		inspected("new-2022", "ilacs-standard", "ilacs-2018", "2022-10-03", "2022-10-14", "2022-11-25",
			graded("overall", improve, "leaders", improve, "help_protection", improve, "care_and_care_leavers", improve), "new"),
		inspected("new-perhaps", "ilacs-focused-visit", "ilacs-2023", "2025-04", "", "2025-05-20", nil),
		inspected("new-2026", "ilacs-standard", "ilacs-2026", "2026-05-11", "2026-05-22", "2026-07-07",
			graded("leaders", best, "help_protection", good, "in_care", good, "care_leavers", good), "new"),
		inspected("area-send", "area-send", "area-send-2023", "2024-01-22", "2024-01-26", "2024-03-25", graded("send_outcome", "3"), "area"),
		inspected("trust-fostering", "fostering-agency", "sccif", "2021-10", "", "", graded("overall", improve), "trust"),
		inspected("trust-fostering-2", "fostering-agency", "sccif", "", "", "2023-03-21", graded("overall", worst), "trust"),
		inspected("trust-visit", "fostering-agency-visit", "sccif", "2023-04", "", "2023-05~", nil, "trust"),
		inspected("city-sif", "sif", "sif", "2014-02-25", "2014-03-19", "2014-05-23",
			graded("overall", improve, "leaders", good, "help_protection", improve, "care_and_care_leavers", good, "care_leavers", good, "adoption", best), "city"),
		inspected("city-2018", "ilacs-standard", "ilacs-2018", "2018-09-17", "2018-09-28", "2018-10-29",
			graded("overall", worst, "leaders", improve, "help_protection", worst, "care_and_care_leavers", improve), "city"),
		inspected("city-2023", "ilacs-standard", "ilacs-2023", "2023-01-30", "2023-02-10", "",
			graded("overall", good, "leaders", good, "help_protection", inspection.NotJudged, "in_care", good, "care_leavers", best), "city"),
		inspected("town-sif", "sif", "sif", "2015-01-13", "2015-02-04", "2015-03", graded("overall", good, "leaders", good, "help_protection", good), "town"),
	}
	all[2].Topic, all[4].Topic, all[6].Topic = "First contacts", "Child protection plans", "Children in care"
	all[6].Bodies = []inspection.InspectionBody{{BodyID: "new"}} // not confirmed
	item := func(shared string, themes ...string) inspection.Recommendation {
		return inspection.Recommendation{SharedKey: shared, Themes: themes}
	}
	printed := 16
	all[3].AreasCount = &printed
	all[3].Recommendations = []inspection.Recommendation{item("", "neglect"), item("", "oversight")}
	all[5].WholeListHeld = true
	all[5].Recommendations = []inspection.Recommendation{item("", "plans", "oversight"), item("", "plans")}
	all[7].WholeListHeld = true
	all[7].Recommendations = []inspection.Recommendation{item("", "plans", "health")}
	return all
}

func testBody(t *testing.T, r *inspection.Record, id string) inspection.Body {
	t.Helper()
	b, ok := r.Body(id)
	if !ok {
		t.Fatalf("no body %q", id)
	}
	return b
}

// testCharts makes every chart of the test record, by the name of its golden file.
func testCharts(t *testing.T, r *inspection.Record) map[string]Chart {
	t.Helper()
	out := map[string]Chart{}
	add := func(name string, c Chart, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[name] = c
	}
	for _, id := range []string{"county", "new", "city", "town"} {
		c, err := Lanes(r, r.Lanes(testBody(t, r, id), asOf))
		add("lanes_"+id, c, err)
	}
	city, neu := testBody(t, r, "city"), testBody(t, r, "new")
	c, err := MoreLanes(r, neu, append(r.MoreLanes([]inspection.Body{neu}, "", asOf), r.Lanes(city, asOf).More...), r.StructuralEvents(asOf), inspection.RecordBegins, asOf)
	add("more", c, err)
	for _, id := range []string{"new", "city", "town"} {
		c, err = Overall(r, testBody(t, r, id), asOf)
		add("overall_"+id, c, err)
	}
	c, err = Themes(r, neu, []inspection.Body{neu, testBody(t, r, "county")}, asOf)
	add("themes", c, err)
	c, err = England(inspection.NewEngland(r), inspection.OverallStrand, inspection.Where{}, asOf)
	add("england", c, err)
	items := testItems(r)
	c, err = OpenAreas(r, neu, items, asOf)
	add("open_areas", c, err)
	c, err = AreaAges(neu, items, asOf)
	add("area_ages", c, err)
	c, err = AreaAges(neu, manyItems(items, 40), asOf)
	add("area_ages_bands", c, err)
	c, err = MovedDates(neu, items, asOf)
	add("moved_dates", c, err)
	c, err = LaterViews(r, neu, items, asOf)
	add("later_views", c, err)
	england := seededEngland(t) // the record of the tests has too few
	rules := england.Catalogue.FullRules()[0].Family
	steps, _ := england.Steps(rules, "overall", asOf, inspection.Where{})
	c, err = Journeys(england, steps, inspection.Where{})
	add("journeys", c, err)
	waits, _ := england.GradeWaits(rules, "overall", worst, asOf, inspection.Where{})
	c, err = Waits(england, waits, inspection.Where{})
	add("waits", c, err)
	c, err = comparedIn(t, r, "leaders", "2026-11-21", "new", "city", "town")
	add("compare", c, err)
	return out
}
