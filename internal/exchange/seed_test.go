package exchange_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/seed"
)

func readSmall(t *testing.T) *inspection.Record {
	t.Helper()
	record, err := exchange.ReadSeed(small("none", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func find(t *testing.T, record *inspection.Record, id string) *inspection.Inspection {
	t.Helper()
	i := slices.IndexFunc(record.Inspections, func(in *inspection.Inspection) bool { return in.ID == id })
	if i < 0 {
		t.Fatalf("there is no inspection %s", id)
	}
	return record.Inspections[i]
}

func TestReadSeed(t *testing.T) {
	record := readSmall(t)
	t.Run("other names of a council and words that suggest a theme are read part by part", func(t *testing.T) {
		body, _ := record.Body("north-loamshire")
		if !slices.Equal(body.Aliases, []string{"Loamshire North", "N. Loamshire"}) || !slices.Equal(record.Themes[0].Words, []string{"neglect", "neglected"}) {
			t.Errorf("got %v and %v", body.Aliases, record.Themes[0].Words)
		}
	})
	t.Run("the same council, kind and start are one inspection with both sources", func(t *testing.T) {
		if got := len(record.Inspections); got != 2+4-1 {
			t.Fatalf("there are %d inspections", got)
		}
		in := find(t, record, "north-loamshire-ilacs-standard-2022-10-03")
		var sources []string
		for _, c := range in.Citations {
			sources = append(sources, c.SourceID)
		}
		if !slices.Equal(sources, []string{"register", "england-record"}) {
			t.Errorf("its sources are %v", sources)
		}
		if in.LeadInspector != "A Reader" || in.Published.String() != "2022-11-25" || in.PublishedBasis != "printed" {
			t.Errorf("what the story left out was not filled in: %+v", in)
		}
		if in.Document != inspection.DocumentHeld {
			t.Errorf("the story's word on the document is %q now", in.Document)
		}
		for strand, want := range map[string]string{"overall": "good", "leaders": "outstanding"} {
			if j, ok := in.Judgement(strand); !ok || j.Grade != want {
				t.Errorf("%s is %q; want %q", strand, j.Grade, want)
			}
		}
		if in.Judgements[0].Strand != "leaders" {
			t.Error("the judgements are not in the order of the framework")
		}
	})
	t.Run("an area inspection is of the partnership, which is listed on its council", func(t *testing.T) {
		for council, want := range map[string]inspection.Body{
			"north-loamshire": {ID: "north-loamshire-partnership", Name: "North Loamshire Partnership"},
			"south-loamshire": {ID: "south-loamshire-local-area-partnership", Name: "South Loamshire local area partnership"},
		} {
			partnerships := record.Partnerships(council)
			if len(partnerships) != 1 || partnerships[0].ID != want.ID || partnerships[0].Name != want.Name {
				t.Errorf("%s has %+v; want %s", council, partnerships, want.Name)
			}
		}
		if in := find(t, record, "south-loamshire-area-send-2024-03-18"); !in.Of("south-loamshire-local-area-partnership") || in.Of("south-loamshire") {
			t.Errorf("it is of %+v", in.Bodies)
		}
	})
	t.Run("a publication day from a list says so", func(t *testing.T) {
		in := find(t, record, "south-loamshire-ilacs-standard-2022-10-03")
		if got := in.FieldConfidence("published"); got != inspection.ByListing {
			t.Errorf("got %s", got)
		}
		if got := in.FieldConfidence("fieldwork_start"); got != inspection.ByLetter {
			t.Errorf("the rest has %s", got)
		}
		if j, _ := in.Judgement("leaders"); j.Grade != inspection.NotJudged {
			t.Errorf("leaders is %q", j.Grade)
		}
	})
	t.Run("areas to improve have references of the first body, the kind and the year", func(t *testing.T) {
		var got []string
		for _, in := range record.Inspections {
			for _, rec := range in.Recommendations {
				got = append(got, rec.Reference+" "+string(rec.Wording))
			}
		}
		want := []string{"NL-ILACS-2022-1 paraphrase", "NL-ILACS-2022-2 paraphrase", "NL-FV-2021-P1 paraphrase"}
		if !slices.Equal(got, want) {
			t.Errorf("got %v; want %v", got, want)
		}
	})
	t.Run("a second letter of its kind in a year is lettered", func(t *testing.T) {
		second := `{
    "id": "north-loamshire-focused-visit-2021-09", "kind": "ilacs-focused-visit", "framework": "ilacs-2018",
    "bodies": [{"body": "north-loamshire", "confirmed": true}], "fieldwork_start": {"date": "2021-09", "confidence": "news"},
    "document": "not_found", "areas": {"count": 1, "whole_list_held": true,
      "items": [{"number": "1", "kind": "improvement", "words": "Do more.", "themes": ["neglect"]}]},
    "sources": [{"source": "echo", "supports": "The visit."}], "confidence": "news"
  },
  {
    "id": "loamshire-focused-visit-2021-05"`
		record, err := exchange.ReadSeed(small("northamptonshire/inspections.json", "{\n    \"id\": \"loamshire-focused-visit-2021-05\"", second))
		if err != nil {
			t.Fatal(err)
		}
		if got := find(t, record, "north-loamshire-focused-visit-2021-09").Recommendations[0].Reference; got != "NL-FV-2021b-1" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a body that is not confirmed is held as such", func(t *testing.T) {
		in := find(t, record, "loamshire-focused-visit-2021-05")
		if !in.PerhapsOf("south-loamshire") || in.Of("south-loamshire") || !in.FieldworkStart.Approximate() {
			t.Errorf("got %+v", in)
		}
	})
	t.Run("terms are found by their words", func(t *testing.T) {
		if got := record.Terms[1].ID; got != "childrens-trust" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("the calendar is that of the table", func(t *testing.T) {
		if record.Calendar.WorkingDay(inspection.MustDate("2022-09-19")) {
			t.Error("the one-off holiday is a working day")
		}
	})
}

func TestReadSeedNamesEachMistake(t *testing.T) {
	const story = "northamptonshire/inspections.json"
	for _, c := range []struct{ name, file, text, instead, want string }{
		{"a file that is missing", "rules.csv", "", "", "rules.csv: is missing"},
		{"no framework at all", "frameworks/ilacs-2018.json", `"code": "ilacs-2018"`, `"kode": "ilacs-2018"`, `frameworks/ilacs-2018.json: read framework: json: unknown field "kode"`},
		{"a framework under another name", "frameworks/ilacs-2018.json", `"code": "ilacs-2018"`, `"code": "ilacs-2019"`, `frameworks/ilacs-2018.json, code: "ilacs-2019" is not the name of the file`},
		{"a column nobody knows", "themes.csv", "code,name,meaning", "code,name,meaning,colour", "themes.csv, line 1, column colour: is not a column of this file"},
		{"a column that is missing", "themes.csv", "code,name,meaning", "code,name", "themes.csv, line 1, column meaning: is missing"},
		{"a row that is too short", "themes.csv", "Neglect,Not looking after a child.", "Neglect", "themes.csv, line 2: wrong number of fields"},
		{"a quotation mark that does not end", "themes.csv", "Not looking", `"Not looking`, "themes.csv, line 2:"},
		{"text that is not UTF-8", "themes.csv", "Not looking", "Not \xfflooking", "themes.csv: is not UTF-8"},
		{"a space at the end of a cell", "themes.csv", "neglect,Neglect,", "neglect,Neglect ,", "themes.csv, line 2, column name: begins or ends with a space"},
		{"a source given twice", "sources.csv", "echo,", "register,", `sources.csv, line 4, column id: "register" is already in line 3`},
		{"a kind of source nobody knows", "sources.csv", "news", "gossip", `sources.csv, line 4, column kind: "gossip" is not one of letter`},
		{"an address that is none", "sources.csv", "https://echo.example/1", "echo.example", `sources.csv, line 4, column address: "echo.example" is not a web address`},
		{"an unknown source", "authorities.csv", "2021-04-01,,,register", "2021-04-01,,,ledger", `authorities.csv, line 3, column source: no source of sources.csv has the id "ledger"`},
		{"a slug that cannot stand in an address", "authorities.csv", "south-loamshire,South", "South Loamshire,South", `authorities.csv, line 4, column slug: "South Loamshire" is not lower-case words`},
		{"a code used twice", "authorities.csv", ",SL,", ",NL,", `authorities.csv, line 4, column code: "NL" is already in line 3`},
		{"a council that ended before it began", "authorities.csv", "901 902,,2021-03-31", "901 902,2022-01-01,2021-03-31", "authorities.csv, line 2, column ended_on: 2021-03-31 is before created_on 2022-01-01"},
		{"a neighbour nobody knows", "authorities.csv", "902 900", "902 999", `authorities.csv, line 3, column statistical_neighbours: no authority has the la_code "999"`},
		{"a name given twice", "authorities.csv", "N. Loamshire", "Loamshire North", `authorities.csv, line 3, column aliases: "Loamshire North; Loamshire North" has an empty part, or one twice`},
		{"a population that is no number", "authorities.csv", ",100,", ",many,", `authorities.csv, line 3, column population_0_25: "many" is not a whole number`},
		{"a place of nothing", "places.csv", "north-loamshire south-loamshire", "north-loamshire west-loamshire", `places.csv, line 2, column members: no authority, place, provider or partnership is called "west-loamshire"`},
		{"a provider in an authority's place", "successions.csv", "loamshire-county-council,south-loamshire", "loamshire-trust,south-loamshire", `successions.csv, line 3, column from: "loamshire-trust" is a provider; want authority`},
		{"a confidence nobody knows", "successions.csv", "letter", "sure", `successions.csv, line 2, column confidence: "sure" is not one of letter`},
		{"a succession without its day", "successions.csv", "south-loamshire,2021-04-01", "south-loamshire,", "successions.csv, line 3, column on: is empty"},
		{"a date that is none", "inspections.csv", "2022-11-25,printed", "25 November 2022,printed", `inspections.csv, line 2, column published: "25 November 2022" is not a date`},
		{"a publication before the fieldwork", "inspections.csv", "2022-11-25,printed", "2022-10-01,printed", "inspections.csv, line 2, column published: 2022-10-01 is before fieldwork_start 2022-10-03"},
		{"fieldwork that ended before it began", "inspections.csv", "2024-03-18,2024-03-22", "2024-03-18,2024-03-12", "inspections.csv, line 5, column fieldwork_end: 2024-03-12 is before fieldwork_start 2024-03-18"},
		{"a kind that no framework had on that day", "inspections.csv", "south-loamshire,ilacs-standard,2022-10-03", "south-loamshire,ilacs-standard,2017-10-03", `inspections.csv, line 3, column kind: no framework has "ilacs-standard" for fieldwork that began on 2017-10-03`},
		{"a grade of another scale", "inspections.csv", ",inadequate,", ",adequate,", `inspections.csv, line 3, column overall: "adequate" is not a grade of overall under ilacs-2018`},
		{"a judgement that the framework does not have", "inspections.csv", ",inadequate,not_judged,,", ",inadequate,not_judged,good,", `inspections.csv, line 3, column help_protection: framework ilacs-2018 has no judgement "help_protection"`},
		{"a basis nobody knows", "inspections.csv", "printed", "guessed", `inspections.csv, line 2, column published_basis: "guessed" is not one of printed, listing`},
		{"one inspection twice", "inspections.csv", "south-loamshire,ilacs-standard", "north-loamshire,ilacs-standard", "inspections.csv, line 3: the same council, kind and start stand twice in this file"},
		{"a row that contradicts the story", story, `"document": "held"`, `"document": "held", "lead_inspector": "B Writer"`, "inspections.csv, line 2, column lead_inspector: says A Reader, but north-loamshire-ilacs-standard-2022-10-03 says B Writer"},
		{"a grade that contradicts the story", story, `"grade": null`, `"grade": "inadequate", "confidence": "letter"`, "inspections.csv, line 2, column overall: says good, but"},
		{"a key nobody knows", story, `"topic", "words"`, `"topic", "mood"`, story + `, line 2: unknown field "mood"`},
		{"a value of the wrong kind", story, `"confirmed": false`, `"confirmed": "no"`, story + ", line 22, bodies.confirmed: holds a string"},
		{"a file that is no JSON", story, `"document": "held",`, `"document": "held" :`, story + ", line 8: is not JSON"},
		{"an array that does not end", "northamptonshire/figures.json", "]", "", "northamptonshire/figures.json, line 4: the array does not end"},
		{"something after the array", "northamptonshire/figures.json", "]", "] and more", "northamptonshire/figures.json, line 3: something follows the array"},
		{"a file that holds no array", "northamptonshire/figures.json", "[", "", "northamptonshire/figures.json, line 1: is not a JSON array"},
		{"an unknown body", story, `"body": "south-loamshire", "confirmed": false`, `"body": "atlantis", "confirmed": false`, story + `, line 19, bodies[1].body: no authority, place, provider or partnership is called "atlantis"`},
		{"a framework that does not cover the day", story, `"2021-05~"`, `"2016-05~"`, story + ", line 19, framework: ilacs-2018 does not cover 2016-05~"},
		{"a framework without the kind", story, `"framework": "ilacs-2018",
    "bodies": [{"body": "north-loamshire", "confirmed": true}, `, `"framework": "area-send-2023",
    "bodies": [{"body": "north-loamshire", "confirmed": true}, `, story + `, line 19, kind: framework area-send-2023 has no kind "ilacs-focused-visit"`},
		{"fewer areas than are listed", story, `"count": 3`, `"count": 0`, story + ", line 19, areas.count: 0 is less than the 1 items given"},
		{"a whole list that is not", story, `"count": 2, "whole_list_held": true`, `"count": 5, "whole_list_held": true`, story + ", line 2, areas.whole_list_held: is true, but the count is not the 2 items given"},
		{"a number out of order", story, `"number": "2"`, `"number": "3"`, story + `, line 2, areas.items[1].number: is "3"; want "2"`},
		{"an unknown theme", story, `"themes": ["neglect"]}`, `"themes": ["weather"]}`, story + `, line 2, areas.items[0].themes: "weather" is not in themes.csv`},
		{"twins that differ", story, `"Do that.", "themes": ["neglect"], "shared": "one"}]},
    "findings"`, `"Do those.", "themes": ["neglect"], "shared": "one"}]},
    "findings"`, story + `, line 19, areas.items[0].words: differ from those of the other letter with the shared key "one"`},
		{"an identifier used twice", story, `"id": "loamshire-focused-visit-2021-05"`, `"id": "north-loamshire-ilacs-standard-2022-10-03"`, story + ", line 19: another inspection has the id"},
		{"a record without a source", story, `"sources": [{"source": "echo", "supports": "The visit."}]`, `"sources": []`, story + ", line 19, sources: is empty"},
		{"a disagreement of one", story, `{"says": "May", "source": "echo"}, `, "", story + ", line 2, disagreements[0].versions: has fewer than two"},
		{"a response to nothing", "northamptonshire/responses.json", "north-loamshire-ilacs-standard-2022-10-03", "nothing", `northamptonshire/responses.json, line 2, inspection: no inspection has the id "nothing"`},
		{"a milestone without a day", "northamptonshire/milestones.json", `"2021-04-01"`, `""`, "northamptonshire/milestones.json, line 2, date: is empty"},
		{"a record of an unknown kind", "completeness.csv", "visits", "strolls", `completeness.csv, line 3, column record: "strolls" is not one of`},
		{"an official figure of a judgement nobody gives", "official_figures.csv", ",overall,", ",mood,", `official_figures.csv, line 2, column judgement: "mood" is not one of overall`},
		{"an official figure of a region nobody is in", "official_figures.csv", ",East,", ",Far East,", `official_figures.csv, line 2, column region: "Far East" is not one of`},
		{"an official figure that counts nothing known", "official_figures.csv", "share_good_or_outstanding", "happiness", `official_figures.csv, line 2, column measure: "happiness" is not one of share_good_or_outstanding`},
		{"an official number under a wrong code", "official_figures.csv", "share:50", "shares:50", `official_figures.csv, line 2, column values: "shares" is not one of share`},
		{"an official number that is none", "official_figures.csv", "share:50", "share:half", `official_figures.csv, line 2, column values: "share:half" is not a code, a colon and a whole number`},
		{"an official figure without its day", "official_figures.csv", "outstanding,2022-12-31,", "outstanding,,", "official_figures.csv, line 2, column day: is empty"},
		{"a holiday without its day", "bank_holidays.csv", "2022-09-19", "2022-09", "bank_holidays.csv, line 2, column date: is not a whole day"},
		{"a clock in an unknown unit", "rules.csv", "working_days", "fortnights", `rules.csv, line 2, column unit: "fortnights" is not one of working_days`},
	} {
		t.Run(c.name, func(t *testing.T) {
			record, err := exchange.ReadSeed(small(c.file, c.text, c.instead))
			var problems exchange.SeedProblems
			if !errors.As(err, &problems) || record != nil {
				t.Fatalf("got %v and %v; want no record and the mistakes", record, err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
	t.Run("mistakes of several files at once", func(t *testing.T) {
		files := small("themes.csv", "Not looking after a child.", "")
		files["bank_holidays.csv"] = &fstest.MapFile{Data: []byte("date,name,kind\nsoon,Holiday,ordinary\n")}
		_, err := exchange.ReadSeed(files)
		for _, want := range []string{"themes.csv, line 2, column meaning: is empty", `bank_holidays.csv, line 2, column date: "soon" is not a date`} {
			if !strings.Contains(fmt.Sprint(err), want) {
				t.Errorf("got %v; want it to say %s", err, want)
			}
		}
	})
	t.Run("no more of them than one can read, and how many more there are", func(t *testing.T) {
		files := small("none", "", "")
		files["bank_holidays.csv"] = &fstest.MapFile{Data: []byte("date,name,kind\n" + strings.Repeat("soon,Holiday,sometimes\n", 40))}
		_, err := exchange.ReadSeed(files)
		text := fmt.Sprint(err)
		if lines := strings.Count(text, "\n") + 1; lines != 51 || !strings.Contains(text, "\nand ") {
			t.Errorf("there are %d lines:\n%s", lines, text)
		}
	})
}

func TestReadFrameworks(t *testing.T) {
	t.Run("those of the seed", func(t *testing.T) {
		catalogue, err := exchange.ReadFrameworks(seed.Files())
		if err != nil {
			t.Fatal(err)
		}
		for kind, c := range map[string]struct{ start, framework string }{
			"sif": {"2017-11-06", "sif"}, "ilacs-standard": {"2022-12-31", "ilacs-2018"}, "ilacs-short": {"2023-01-01", "ilacs-2023"},
			"ilacs-focused-visit": {"2026-04-01", "ilacs-2026"}, "area-send": {"2024-01-22", "area-send-2023"},
		} {
			if f, ok := catalogue.FrameworkFor(kind, inspection.MustDate(c.start)); !ok || f.Code != c.framework {
				t.Errorf("%s from %s falls under %q; want %s", kind, c.start, f.Code, c.framework)
			}
		}
	})
	t.Run("none without files", func(t *testing.T) {
		if _, err := exchange.ReadFrameworks(fstest.MapFS{}); err == nil {
			t.Error("an empty folder was read")
		}
	})
}

func TestTheSeedThatTheProgramComesWith(t *testing.T) {
	record, err := exchange.ReadSeed(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("it holds every inspection once", func(t *testing.T) {
		both := 0
		for _, in := range record.Inspections {
			cites := func(id string) bool {
				return slices.ContainsFunc(in.Citations, func(c inspection.Citation) bool { return c.SourceID == id })
			}
			if cites("england-record") && len(in.Citations) > 1 {
				both++
			}
		}
		if got := len(record.Inspections); got != 612+27-6 || both != 6 {
			t.Errorf("there are %d inspections, %d of them in both lists; want 633 and 6", got, both)
		}
		if got := len(record.Milestones); got != 60 {
			t.Errorf("there are %d milestones; want 60", got)
		}
	})
	t.Run("its references are unique", func(t *testing.T) {
		seen := map[string]string{}
		for _, in := range record.Inspections {
			for _, rec := range in.Recommendations {
				if seen[rec.Reference] != "" {
					t.Errorf("%s stands for an item of %s and of %s", rec.Reference, seen[rec.Reference], in.ID)
				}
				seen[rec.Reference] = in.ID
			}
		}
		for _, want := range []string{"NN-ILACS-2026-1", "WN-ILACS-2022-4", "NN-SEND-2024-1", "NCC-ILACS-2019-P1"} {
			if seen[want] == "" {
				t.Errorf("%s is missing", want)
			}
		}
	})
	t.Run("no inspection began before its authority did, or after it ended", func(t *testing.T) {
		for _, in := range record.Inspections {
			start, _ := in.OutDay()
			if in.FieldworkStart.Known() {
				start = in.FieldworkStart
			}
			for _, b := range in.Bodies {
				body, _ := record.Body(b.BodyID)
				if body.Created.Known() && start.Before(body.Created) || body.Ended.Known() && start.First().After(body.Ended) {
					t.Errorf("%s is of %s, which lived from %q to %q", in.ID, body.ID, body.Created, body.Ended)
				}
			}
		}
	})
	t.Run("what is wholly listed is counted, and a visit gives no grade", func(t *testing.T) {
		for _, in := range record.Inspections {
			if kind, _ := record.Catalogue.Kind(in.Kind); !kind.Graded && len(in.Judgements) > 0 {
				t.Errorf("%s is not graded and has %d judgements", in.ID, len(in.Judgements))
			}
			if in.WholeListHeld && (in.AreasCount == nil || *in.AreasCount != len(in.Recommendations)) {
				t.Errorf("%s does not hold its whole list", in.ID)
			}
		}
	})
}
