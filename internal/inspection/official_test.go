package inspection

import (
	"slices"
	"testing"
)

// officialEngland is a small England: four authorities under the real frameworks, one of which has ended since.
func officialEngland(t *testing.T, figures ...OfficialFigure) *England {
	t.Helper()
	overall := func(id, kind, start, end, published, grade string, of string) *Inspection {
		framework, ok := testCatalogue(t).FrameworkFor(kind, MustDate(start))
		if !ok {
			t.Fatalf("no rules for %s on %s", kind, start)
		}
		return &Inspection{
			ID: id, Kind: kind, Framework: framework.Code, FieldworkStart: MustDate(start), FieldworkEnd: MustDate(end), Published: MustDate(published),
			Bodies: []InspectionBody{{BodyID: of, Confirmed: true}}, Judgements: []Judgement{{Strand: OverallStrand, Grade: grade}},
		}
	}
	authority := func(id, region, ended string) Body {
		return Body{ID: id, Kind: Authority, Name: id, Region: region, Ended: MustDate(ended)}
	}
	return NewEngland(&Record{
		Catalogue: testCatalogue(t), OfficialFigures: figures,
		Bodies: []Body{authority("ash", "North", ""), authority("birch", "North", ""), authority("cedar", "South", ""), authority("oak", "South", "2020-03-31")},
		Inspections: []*Inspection{
			overall("ash-sif", "sif", "2015-01-05", "2015-01-29", "2015-03-02", "inadequate", "ash"),
			overall("ash-2019", "ilacs-standard", "2019-01-07", "2019-01-18", "2019-02-20", "requires_improvement", "ash"),
			overall("ash-2022", "ilacs-standard", "2022-03-14", "2022-03-25", "2022-05-05", "good", "ash"),
			overall("birch-2018", "ilacs-short", "2018-05-14", "2018-05-18", "2018-06-20", "outstanding", "birch"),
			overall("birch-2021", "ilacs-short", "2021-05-10", "2021-05-14", "2021-06-20", "good", "birch"),
			overall("cedar-2018", "ilacs-standard", "2018-05-14", "2018-05-25", "2018-06-20", "good", "cedar"),
			overall("cedar-2021", "ilacs-short", "2021-05-10", "2021-05-14", "2021-06-20", "outstanding", "cedar"),
			overall("oak-sif", "sif", "2015-01-05", "2015-01-29", "2015-03-02", "good", "oak"),
			overall("oak-2019", "ilacs-standard", "2019-01-07", "2019-01-18", "2019-02-20", "inadequate", "oak"),
		},
	})
}

func TestOfficialFiguresAreWorkedOut(t *testing.T) {
	share := func(day, published, fieldwork, region string, family Family) OfficialFigure {
		return OfficialFigure{
			On: MustDate(day), PublishedBy: MustDate(published), FieldworkBy: MustDate(fieldwork), Judgement: OverallStrand, Region: region,
			Family: family, Measure: ShareGoodOrBetter, Values: []OfficialValue{{Code: ShareValue}},
		}
	}
	numbers := func(measure OfficialMeasure, day string, family Family, codes ...string) OfficialFigure {
		f := OfficialFigure{On: MustDate(day), PublishedBy: MustDate(day), Judgement: OverallStrand, Family: family, Measure: measure}
		for _, code := range codes {
			f.Values = append(f.Values, OfficialValue{Code: code})
		}
		return f
	}
	for _, c := range []struct {
		name   string
		figure OfficialFigure
		ours   []int
		of     int
	}{
		{"an authority that has ended no longer counts", share("2021-12-31", "2021-12-31", "", "", ""), []int{2}, 3},
		{"and before it ended it does", share("2019-12-31", "2019-12-31", "", "", ""), []int{2}, 4},
		{"a report that was not out does not count", share("2022-03-31", "2022-03-31", "", "North", ""), []int{1}, 2},
		{"it does where the end of fieldwork is what counts", share("2022-03-31", "", "2022-03-31", "North", ""), []int{2}, 2},
		{"both days together", share("2019-02-28", "2019-02-28", "2019-01-10", "South", ""), []int{2}, 2},
		{"one family of rules alone", share("2015-12-31", "2015-12-31", "", "", FamilyILACS), []int{0}, 0},
		{"by grade", numbers(CountByGrade, "2015-06-30", "sif", "good", "requires_improvement", "inadequate"), []int{1, 0, 1}, 0},
		{"by grade, those inspected under other rules since left out", numbers(CountByGrade, "2019-12-31", "sif", "good", "inadequate"), []int{0, 0}, 0},
		{
			"inspected again: only under rules that may be compared",
			numbers(InspectedAgain, "2021-12-31", FamilyILACS, AgainAll, AgainImproved, AgainKept, AgainDeclined), []int{2, 1, 0, 1}, 0,
		},
		{
			"inspected again, one more",
			numbers(InspectedAgain, "2022-12-31", FamilyILACS, AgainAll, AgainImproved, AgainKept, AgainDeclined), []int{3, 2, 0, 1}, 0,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := officialEngland(t, c.figure).Official()
			var ours []int
			for _, v := range got[0].Values {
				ours = append(ours, v.Ours)
				if v.Of != c.of {
					t.Errorf("of %d, want %d", v.Of, c.of)
				}
			}
			if !slices.Equal(ours, c.ours) {
				t.Errorf("got %v, want %v", ours, c.ours)
			}
		})
	}
}

func TestAnOfficialShareAgreesToTheWholePerCent(t *testing.T) {
	for _, c := range []struct {
		value  ComparedValue
		agrees bool
		words  string
	}{
		{ComparedValue{Official: 60, Ours: 91, Of: 151}, true, "91 of 151 (60.3%)"},
		{ComparedValue{Official: 61, Ours: 91, Of: 151}, false, "91 of 151 (60.3%)"},
		{ComparedValue{Official: 67, Ours: 2, Of: 3}, true, "2 of 3 (66.7%)"},
		{ComparedValue{Official: 49}, false, "no grades known"},
	} {
		if c.value.Agrees() != c.agrees || c.value.OursWords(ShareGoodOrBetter) != c.words {
			t.Errorf("%+v: agrees %t, %q", c.value, c.value.Agrees(), c.value.OursWords(ShareGoodOrBetter))
		}
	}
}

func TestOfficialFiguresComeInTheirOrder(t *testing.T) {
	e := officialEngland(t, OfficialFigure{ID: "b", Position: 2}, OfficialFigure{ID: "a", Position: 1})
	if got := e.Official(); got[0].Figure.ID != "a" || got[1].Figure.ID != "b" || &e.Official()[0] != &got[0] {
		t.Errorf("got %v", got)
	}
}

func TestOfficialFigureNamesItsCodes(t *testing.T) {
	for measure, want := range map[OfficialMeasure][]string{
		ShareGoodOrBetter: {"share"}, InspectedAgain: {"all", "improved", "kept", "declined"},
		CountByGrade: {"outstanding", "good", "requires_improvement", "inadequate"},
	} {
		if got := (OfficialFigure{Judgement: "leaders", Measure: measure}).Codes(testCatalogue(t)); !slices.Equal(got, want) {
			t.Errorf("%s: %q", measure, got)
		}
	}
}
