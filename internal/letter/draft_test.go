package letter

import (
	"os"
	"slices"
	"testing"

	"inspectiontimeline/internal/inspection"
)

// testCatalogue is the catalogue of the seed's frameworks.
func testCatalogue(t testing.TB) *inspection.Catalogue {
	t.Helper()
	entries, err := os.ReadDir("../../seed/frameworks")
	if err != nil {
		t.Fatal(err)
	}
	var all []inspection.Framework
	for _, e := range entries {
		data, err := os.ReadFile("../../seed/frameworks/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		f, err := inspection.ParseFramework(data)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	catalogue, err := inspection.NewCatalogue(all)
	if err != nil {
		t.Fatal(err)
	}
	return catalogue
}

func readTestLetter(t *testing.T, name string) Reading {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	return Interpret(ParseText(string(text)), testRegister(t))
}

func TestADraftHoldsWhatTheLetterSaysWithItsEvidence(t *testing.T) {
	r := readTestLetter(t, "ilacs_2026_no_overall")
	d := r.Draft(testCatalogue(t))
	if d.Kind != "ilacs-standard" || !slices.Equal(d.Bodies, []string{"west-northamptonshire"}) || d.PrintedName != "West Northamptonshire" {
		t.Errorf("the draft is of %s, %v, %q", d.Kind, d.Bodies, d.PrintedName)
	}
	if d.FieldworkStart.String() != "2026-06-08" || d.FieldworkEnd.String() != "2026-06-19" || d.Published.Known() {
		t.Errorf("its days are %s, %s, %s", d.FieldworkStart, d.FieldworkEnd, d.Published)
	}
	if len(d.Judgements) != 4 || len(d.Items) != 4 || !d.WholeListHeld {
		t.Errorf("it has %d judgements and %d items, whole %v", len(d.Judgements), len(d.Items), d.WholeListHeld)
	}
	if it := d.Items[3]; it.Key != "4" || it.Page != 2 || it.Wording != inspection.Verbatim || it.FrameworkTag != "outcome 4; enabler 1" || it.Responsible != "" {
		t.Errorf("its last item is %+v", it)
	}
	for _, field := range []string{"kind", "bodies", "fieldwork_start", "fieldwork_end", "lead_inspector", "judgement.leaders", "judgement.care_leavers", "item.1", "item.4"} {
		i := slices.IndexFunc(d.Evidence, func(e inspection.Evidence) bool { return e.Field == field })
		if i < 0 || d.Evidence[i].Quote == "" || d.Evidence[i].Page == 0 || d.Evidence[i].Rule == "" {
			t.Errorf("%s has no evidence", field)
		}
	}
	if slices.ContainsFunc(d.Evidence, func(e inspection.Evidence) bool { return e.Field == "published" }) {
		t.Error("a day that the letter does not print has evidence")
	}
}

func TestADraftOfALetterToTwoCouncilsIsOfBoth(t *testing.T) {
	d := readTestLetter(t, "ilacs_2021_two_authorities").Draft(testCatalogue(t))
	if !slices.Equal(d.Bodies, []string{"kingston-upon-thames", "richmond-upon-thames"}) {
		t.Errorf("its bodies are %v", d.Bodies)
	}
}

func TestADraftWithoutAListDoesNotHoldTheWholeList(t *testing.T) {
	d := readTestLetter(t, "ilacs_2024_prose_in_place_of_a_list").Draft(testCatalogue(t))
	if d.WholeListHeld || len(d.Items) != 0 || len(d.Warnings) == 0 {
		t.Errorf("items %v, whole %v, warnings %q", d.Items, d.WholeListHeld, d.Warnings)
	}
}

func TestAKindThatTheCatalogueLacksIsLeftToTheOfficer(t *testing.T) {
	r := Reading{Framework: &Found[string]{Value: "other", Page: 1, Quote: "Inspection", Rule: "x", Certainty: inspection.Check}}
	d := r.Draft(testCatalogue(t))
	if d.Kind != "" || len(d.Evidence) != 0 || len(d.Warnings) != 1 {
		t.Errorf("the draft is %+v", d)
	}
	r.Framework.Value = "protection-of-children"
	if d := r.Draft(testCatalogue(t)); d.Kind != "child-protection" {
		t.Errorf("the kind is %q", d.Kind)
	}
}
