package seed

import (
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// table reads one CSV file of the seed as rows by column name.
func table(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := files.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	out := make([]map[string]string, 0, len(rows)-1)
	for _, row := range rows[1:] {
		record := map[string]string{}
		for i, column := range rows[0] {
			record[column] = row[i]
		}
		out = append(out, record)
	}
	return out
}

// story reads one JSON file of Northamptonshire's story.
func story(t *testing.T, name string) []any {
	t.Helper()
	data, err := files.ReadFile("northamptonshire/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out []any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return out
}

var stories = []string{"inspections.json", "milestones.json", "responses.json", "figures.json", "later_views.json", "links.json"}

// walk calls visit for every string of a JSON value with the key that holds it.
func walk(value any, key string, visit func(key, text string)) {
	switch v := value.(type) {
	case string:
		visit(key, v)
	case []any:
		for _, item := range v {
			walk(item, key, visit)
		}
	case map[string]any:
		for k, item := range v {
			walk(item, k, visit)
		}
	}
}

// texts calls visit for everything in the seed that people read as sentences or titles.
func texts(t *testing.T, visit func(where, text string)) {
	t.Helper()
	readable := []string{"title", "detail", "date_words", "words", "supports", "says", "used", "why", "note", "gist", "topic", "role", "name", "unit", "responsible", "gloss"}
	for _, name := range stories {
		walk(story(t, name), "", func(key, text string) {
			if slices.Contains(readable, key) {
				visit(name, text)
			}
		})
	}
	for name, columns := range map[string][]string{
		"sources.csv": {"title", "publisher"}, "themes.csv": {"name", "meaning"}, "rules.csv": {"about", "words"},
		"glossary.csv": {"term", "short", "meaning", "also"}, "completeness.csv": {"note"}, "official_figures.csv": {"title", "differs"}, "authorities.csv": {"note"},
		"successions.csv": {"note"}, "provider_authorities.csv": {"note"},
	} {
		for _, row := range table(t, name) {
			for _, column := range columns {
				visit(name, row[column])
			}
		}
	}
}

func TestSeedHoldsTheWholeRecord(t *testing.T) {
	for name, want := range map[string]int{"authorities.csv": 157, "inspections.csv": 612, "bank_holidays.csv": 197} {
		if got := len(table(t, name)); got != want {
			t.Errorf("%s has %d rows, want %d", name, got, want)
		}
	}
	for name, want := range map[string]int{"inspections.json": 27, "milestones.json": 60} {
		if got := len(story(t, name)); got != want {
			t.Errorf("%s has %d entries, want %d", name, got, want)
		}
	}
}

func TestSeedNamesOnlyOfficeHoldersAndLeadInspectors(t *testing.T) {
	// Every name of two words in running text must be that of an institution, a paper or a place, so that a person's
	// name cannot slip in: one of its words is listed here.
	institutions := strings.Fields(`Northamptonshire Northamptonshire’s Northampton Kettering Hunsbury Hardingstone
		Moulton Castle Lincolnshire Telegraph Express Chronicle Echo Care Guardian Revolution People Council Board Quality
		Sector Government Law Rayo Police Rescue Parallel Mercury Writers Trust Ofsted Act Insight Area Commission Office
		Department Licence Friends Inspectorate Local Children’s Services Family Executive Work
		Open College County Friday Day January June September`)
	elected := []string{"Chris Heaton-Harris MP", "Councillor Fiona Baker", "Councillor Scott Edwards", "Councillor Kathryn Shaw", "Julian Wooster"}
	pair := regexp.MustCompile(`\b[A-Z][a-z’]+ [A-Z][a-z’]+\b`)
	texts(t, func(where, text string) {
		if slices.Contains(elected, text) {
			return
		}
		for _, name := range pair.FindAllString(text, -1) {
			if !slices.ContainsFunc(strings.Fields(name), func(w string) bool { return slices.Contains(institutions, w) }) {
				t.Errorf("%s: %q in %q may be a person", where, name, text)
			}
		}
	})
	for _, r := range story(t, "responses.json") {
		response := r.(map[string]any)
		name, _ := response["name"].(string)
		if name != "" && !slices.Contains(elected, name) {
			t.Errorf("responses.json names %q, who is not a known office-holder", name)
		}
	}
}

func TestSeedTellsNothingOfConductHealthOrReasonsForLeaving(t *testing.T) {
	telling := regexp.MustCompile(`(?i)quit|resign|sack|dismiss|suspended from|bail-?out|sick|illness|misconduct|disciplin|reason-why|pay-?off`)
	for _, source := range table(t, "sources.csv") {
		if m := telling.FindString(source["address"]); m != "" {
			t.Errorf("sources.csv: the address of %s says %q", source["id"], m)
		}
	}
	texts(t, func(where, text string) {
		if m := telling.FindString(text); m != "" {
			t.Errorf("%s: %q says %q", where, text, m)
		}
	})
}

func TestSeedSpeaksThePagesWords(t *testing.T) {
	other := regexp.MustCompile(`\bRI\b|\bNCT\b|\bNNC\b|\bWNC\b|(?i:judgment|\brating|\brated\b|lineage|predecessor|\bstrand)`)
	texts(t, func(where, text string) {
		if m := other.FindString(text); m != "" {
			t.Errorf("%s: %q says %q", where, text, m)
		}
	})
}

// A name that letters print must lead to one authority, or a letter could be taken for another council's.
func TestEachNameIsOfOneAuthority(t *testing.T) {
	owner := map[string]string{}
	for _, row := range table(t, "authorities.csv") {
		names := []string{row["name"]}
		if row["aliases"] != "" {
			names = append(names, strings.Split(row["aliases"], ";")...)
		}
		for _, name := range names {
			key := strings.ToLower(name)
			if name != strings.TrimSpace(name) || name == "" || owner[key] != "" {
				t.Errorf("%s: the name %q is empty, has spaces around it or is also of %s", row["slug"], name, owner[key])
			}
			owner[key] = row["slug"]
		}
	}
	for name, want := range map[string]string{"hull": "kingston-upon-hull", "city of westminster": "westminster", "county durham": "durham",
		"st helens": "st-helens", "london borough of barnet": "barnet", "kingston-upon-thames": "kingston-upon-thames"} {
		if owner[name] != want {
			t.Errorf("%q is of %q; want %q", name, owner[name], want)
		}
	}
}

func TestSeedRefersOnlyToWhatItHolds(t *testing.T) {
	sources, bodies, themes, inspections := map[string]bool{}, map[string]bool{"*": true}, map[string]bool{}, map[string]bool{}
	for _, s := range table(t, "sources.csv") {
		sources[s["id"]] = true
	}
	for _, name := range []string{"authorities.csv", "places.csv", "providers.csv", "partnerships.csv"} {
		for _, b := range table(t, name) {
			if bodies[b["slug"]] {
				t.Errorf("%s: slug %q is given twice", name, b["slug"])
			}
			bodies[b["slug"]] = true
		}
	}
	for _, th := range table(t, "themes.csv") {
		themes[th["code"]] = true
	}
	for _, in := range story(t, "inspections.json") {
		inspections[in.(map[string]any)["id"].(string)] = true
	}
	known := map[string]map[string]bool{
		"source": sources, "body": bodies, "bodies": bodies, "delivered_by": bodies, "themes": themes, "inspection": inspections,
		"authority": bodies, "from": bodies, "to": bodies, "provider": bodies,
	}
	cited := map[string]bool{}
	check := func(where, key, value string) {
		if held, ok := known[key]; ok && value != "" && !held[value] {
			t.Errorf("%s: %s %q is not in the seed", where, key, value)
		}
		if key == "source" {
			cited[value] = true
		}
	}
	for _, name := range stories {
		walk(story(t, name), "", func(key, text string) { check(name, key, text) })
	}
	for _, name := range []string{"authorities.csv", "successions.csv", "providers.csv", "completeness.csv", "rules.csv", "official_figures.csv", "partnerships.csv", "inspections.csv"} {
		for _, row := range table(t, name) {
			for key, value := range row {
				check(name, key, value)
			}
		}
	}
	for _, row := range table(t, "provider_authorities.csv") { // its from and until are days
		check("provider_authorities.csv", "provider", row["provider"])
		check("provider_authorities.csv", "authority", row["authority"])
		check("provider_authorities.csv", "source", row["source"])
	}
	for id := range sources {
		if !cited[id] {
			t.Errorf("sources.csv: nothing rests on %s", id)
		}
	}
}
