package web

import (
	"testing"

	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func TestScenariosOfSources(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, db *store.Store) {
		runScenarios(t, newServer(t, db), []scenario{{
			name: "every source, what rests on it, where they disagree and what is not known",
			path: "/sources",
			wants: []string{
				`li#england-record details a[href="/inspections/bradford-ilacs-standard-2026-01-12"]`, `li#ofsted-50306548 h3 a[rel~="noopener"]`,
				`li#ofsted-50306548 .uses a[href="/inspections/north-northamptonshire-ilacs-standard-2026-05-11"]`, `a[href="#kind-news"]`, `#kind-news`,
				`.disagreement a[href="/inspections/northamptonshire-county-council-ilacs-standard-2019-06-17"]`, `.gaps a[href="/inspections/northamptonshire-county-council-sif-2016-02"]`,
				`#complete ~ table a[href="/sources#england-record"]`, `li#ncc-2013-3138 a[href="/milestones#ms-02"]`,
			},
			shows: []string{
				"read on 22 August 2026", "Where sources disagree", "Used here Neither", "What we do not know", "Complete to 22 August 2026.", "No complete list is held.",
				"Every council of today", "Focused and monitoring visits", "no address known",
			},
			hides: append([]string{"ilacs_graded", "third_party_listing", "report_address", "area_send_full"}, notOnAnyPage...),
		}})
	})
}

// TestEverySourceHasAPlace holds the page to what other pages link to.
func TestEverySourceHasAPlace(t *testing.T) {
	page := document(t, get(t, newServer(t, storetest.Seeded(t)), "/sources"))
	for _, source := range storetest.Seed(t).Sources {
		if page.Find(`[id="`+source.ID+`"]`).Length() != 1 {
			t.Errorf("source %s has no place on the page, or several", source.ID)
		}
	}
}

func TestWordsForCodesOfTheSeed(t *testing.T) {
	seed := storetest.Seed(t)
	for _, line := range seed.Completeness {
		if listNames[line.Record] == "" {
			t.Errorf("the list %q has no name", line.Record)
		}
	}
	named := map[string]bool{}
	for _, kind := range sourceKinds {
		named[kind.ID] = true
	}
	for _, source := range seed.Sources {
		if !named[source.Kind] {
			t.Errorf("the kind %q of source %s has no name", source.Kind, source.ID)
		}
	}
	for _, in := range seed.Inspections {
		if documentWords(in.Document) == "" {
			t.Errorf("%s: the state %q of its document has no words", in.ID, in.Document)
		}
		for _, gap := range in.Gaps {
			if fieldNames[gap.Field] == "" {
				t.Errorf("%s: %q has no name", in.ID, gap.Field)
			}
		}
		for _, d := range in.Disagreements {
			if fieldNames[d.Field] == "" {
				t.Errorf("%s: %q has no name", in.ID, d.Field)
			}
		}
		for _, item := range in.Recommendations {
			if item.FrameworkTag != "" && nationalOutcomes[item.FrameworkTag] == "" {
				t.Errorf("%s: %q is not explained", item.Reference, item.FrameworkTag)
			}
		}
	}
}

func TestOutside(t *testing.T) {
	for _, test := range []struct{ name, address, where string }{
		{"Ofsted's files are on Ofsted's site", "https://files.ofsted.gov.uk/v1/file/50306548", "Ofsted’s site"},
		{"another site is named by its host", "https://www.bbc.co.uk/news/uk-1", "bbc.co.uk"},
		{"a host that only looks like Ofsted's is not", "https://ofsted.gov.uk.example.org/", "ofsted.gov.uk.example.org"},
		{"what is no address of a site is not named", "javascript:alert(1)", "another site"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := outside("x", test.address).Where; got != test.where {
				t.Errorf("got %q, want %q", got, test.where)
			}
		})
	}
}
