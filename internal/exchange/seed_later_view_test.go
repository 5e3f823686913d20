package exchange_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"inspectiontimeline/internal/exchange"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/seed"
)

func TestWhatLaterLettersSaidIsReadWithTheSeed(t *testing.T) {
	record := readSmall(t)
	if len(record.LaterViews) != 1 || len(record.Links) != 1 {
		t.Fatalf("got %+v and %+v", record.LaterViews, record.Links)
	}
	view := record.LaterViews[0]
	if view.Reference != "NL-FV-2021-P1" || view.View != inspection.Repeated || view.Repeats != "NL-ILACS-2022-2" || view.ID == "" || view.ByPost == "" {
		t.Errorf("the view is %+v", view)
	}
	if link := record.Links[0]; link.FromReference != "NL-ILACS-2022-2" || link.ToReference != "NL-FV-2021-P1" || link.Kind != inspection.LinkRepeats {
		t.Errorf("the link is %+v", link)
	}
}

func TestMistakesInWhatLaterLettersSaidAreNamed(t *testing.T) {
	const views, links = "northamptonshire/later_views.json", "northamptonshire/links.json"
	for _, c := range []struct{ name, file, text, instead, want string }{
		{"a view of nothing", views, "NL-FV-2021-P1", "NL-FV-2021-P9", views + `, line 2, item: no area to improve has the reference "NL-FV-2021-P9"`},
		{"a view in no letter", views, `"inspection": "north-loamshire`, `"inspection": "atlantis`, views + ", line 2, inspection: no inspection has the id"},
		{"a view nobody knows", views, `"view": "repeated"`, `"view": "fine"`, views + ", line 2, view: Choose what the letter says"},
		{"a view that the letter gave before it was asked", views, "north-loamshire-ilacs-standard-2022-10-03", "loamshire-focused-visit-2021-05", views + ", line 2, inspection: Choose a later letter"},
		{"a view without words", views, `"gloss": "It is asked for again."`, `"gloss": ""`, views + ", line 2, gloss: is empty"},
		{"a view that points nowhere", views, `"page": 1, `, "", views + ", line 2, paragraph: Enter the number of the paragraph"},
		{"something asked again under no item", views, "NL-ILACS-2022-2", "NL-FV-2021-P1", views + ", line 2, repeats: Choose the area to improve"},
		{"a link to nothing", links, "NL-FV-2021-P1", "NL-FV-2021-P9", links + ", line 2, earlier: Check the reference"},
		{"a link of a kind nobody knows", links, "repeats", "resembles", links + ", line 2, kind: Choose how the two hang together"},
	} {
		t.Run(c.name, func(t *testing.T) {
			record, err := exchange.ReadSeed(small(c.file, c.text, c.instead))
			if record != nil || !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestTheSeedSaysWhatNorthsLetterOf2026SaidOf2022(t *testing.T) {
	record, err := exchange.ReadSeed(seed.Files())
	if err != nil {
		t.Fatal(err)
	}
	const (
		again = inspection.Repeated
		done  = inspection.Addressed
		some  = inspection.Improving
		weak  = inspection.StillWeak
	)
	for reference, want := range map[string]map[string]inspection.ViewOfProgress{
		"NN-ILACS-2022-1": {"5": some, "16": weak, "54": some, "": again, "47": done},
		"NN-ILACS-2022-2": {"11": some, "21": some, "23": done, "47": done},
		"NN-ILACS-2022-3": {"17": some, "19": weak, "20": some, "47": done},
		"NN-ILACS-2022-4": {"9": weak, "18": some, "47": done},
		"WN-ILACS-2022-1": {}, // West's letter does not say whether anything of 2022 was dealt with
	} {
		views := record.ViewsOf(reference, inspection.MustDate("2026-07-07"))
		if len(views) != len(want) {
			t.Errorf("%s has %d views; want %d", reference, len(views), len(want))
		}
		for _, v := range views {
			if v.View != want[v.Paragraph] || v.Gloss == "" || v.Quote != "" {
				t.Errorf("%s, paragraph %q: %+v", reference, v.Paragraph, v)
			}
		}
		if got := record.ViewsOf(reference, inspection.MustDate("2026-07-06")); len(got) > 0 {
			t.Errorf("%s has %d views on the day before the letter came out", reference, len(got))
		}
	}
	for _, code := range []string{"NN", "WN"} {
		if !slices.ContainsFunc(record.Links, func(l inspection.RecommendationLink) bool {
			return l.Kind == inspection.LinkRepeats && l.FromReference == code+"-ILACS-2026-1" && l.ToReference == code+"-ILACS-2022-1"
		}) {
			t.Errorf("%s: children in need of 2022 and of 2026 are not linked", code)
		}
	}
}
