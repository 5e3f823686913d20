package inspection

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// seededFrameworks reads the framework files that the program ships.
func seededFrameworks(t *testing.T) []Framework {
	t.Helper()
	files, err := filepath.Glob("../../seed/frameworks/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("find framework files: %v", err)
	}
	var out []Framework
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ParseFramework(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, f)
	}
	return out
}

// newRecord returns a record of two councils that took over a county, complete to 22 August 2026.
func newRecord(t *testing.T, more ...Framework) *Record {
	t.Helper()
	catalogue, err := NewCatalogue(append(seededFrameworks(t), more...))
	if err != nil {
		t.Fatal(err)
	}
	calendar, _ := seededCalendar(t)
	complete := MustDate("2026-08-22")
	return &Record{
		Catalogue: catalogue, Calendar: calendar,
		Bodies: []Body{
			{ID: "shire", Kind: Place, Name: "Shire"},
			{ID: "shire-county-council", Kind: Authority, Name: "Shire County Council", Code: "SCC", Ended: MustDate("2021-03-31")},
			{ID: "east-shire", Kind: Authority, Name: "East Shire", Code: "ES", Created: MustDate("2021-04-01")},
			{ID: "west-shire", Kind: Authority, Name: "West Shire", Code: "WS", Created: MustDate("2021-04-01")},
			{ID: "old-town", Kind: Authority, Name: "Old Town", Code: "OT"},
			{ID: "east-partnership", Kind: Partnership, Name: "East Shire local area partnership", ListedOn: "east-shire"},
			{ID: "west-partnership", Kind: Partnership, Name: "West Shire local area partnership", ListedOn: "west-shire"},
		},
		PlaceMembers: []PlaceMember{{"shire", "east-shire", 0}, {"shire", "west-shire", 1}},
		Successions: []Succession{
			{FromID: "shire-county-council", ToID: "east-shire", On: MustDate("2021-04-01")},
			{FromID: "shire-county-council", ToID: "west-shire", On: MustDate("2021-04-01")},
		},
		Completeness: []Completeness{
			{BodyID: EveryAuthority, Record: "ilacs_graded", To: complete}, {BodyID: EveryAuthority, Record: "sif_graded", To: complete},
			{BodyID: EveryAuthority, Record: "area_send_full", To: MustDate("2026-06-29")},
			{BodyID: "shire-county-council", Record: "ilacs_graded", To: MustDate("2021-03-31")},
			{BodyID: "shire-county-council", Record: "sif_graded", To: MustDate("2021-03-31")},
		},
		Rules: []Rule{{Code: StatementOfActionRule, Value: 70, Unit: "working_days"}},
	}
}

// inspect adds an inspection. Grades are given as "leaders good, overall inadequate"; "?" stands for a grade not found.
func (r *Record) inspect(body, kind, start, published, grades string) *Inspection {
	day := MustDate(start)
	f, ok := r.Catalogue.FrameworkFor(kind, day)
	if !ok {
		panic("no framework for " + kind + " on " + start)
	}
	in := &Inspection{ID: body + "-" + kind + "-" + start, Kind: kind, Framework: f.Code, FieldworkStart: day,
		Published: MustDate(published), Document: DocumentPublished, Bodies: []InspectionBody{{BodyID: body, Confirmed: true}}}
	if day.Precision() == ToDay {
		in.FieldworkEnd = day.AddDays(11)
	}
	for _, part := range strings.Split(grades, ", ") {
		if strand, grade, ok := strings.Cut(part, " "); ok {
			if grade == "?" {
				grade = ""
			}
			in.Judgements = append(in.Judgements, Judgement{Strand: strand, Grade: grade})
		}
	}
	r.Inspections = append(r.Inspections, in)
	return in
}

// draw returns a lane as one line a block or mark.
func draw(t *testing.T, r *Record, body, lane, asOf string) string {
	t.Helper()
	b, ok := r.Body(body)
	if !ok {
		t.Fatalf("no body %s", body)
	}
	for _, l := range r.Lanes(b, MustDate(asOf)).Main {
		if l.Code != lane {
			continue
		}
		var lines []string
		for _, b := range l.Blocks {
			line := b.From.String() + " to " + b.Until.String() + ": " + b.Words()
			if b.SolidUntil.Before(b.Until) {
				line += ", open after " + b.SolidUntil.String()
			}
			if len(b.Spans) > 0 {
				line += ", one for " + strings.Join(b.Spans, "+")
			}
			lines = append(lines, line)
		}
		for _, m := range l.Marks {
			line := "mark " + m.When + ": " + m.Words
			if !m.Confirmed {
				line += "?"
			}
			lines = append(lines, line)
		}
		if l.Later != "" {
			lines = append(lines, l.Later)
		}
		return strings.Join(lines, "\n")
	}
	return "no lane"
}
