package inspection

import (
	"slices"
	"strings"
	"testing"
)

// chain is a theme's letters as a reader meets them: "east-shire 2022: ES-1".
func chain(mentions []ThemeMention) []string {
	var out []string
	for _, m := range mentions {
		var parts []string
		for _, item := range m.Items {
			parts = append(parts, item.Reference)
		}
		for _, finding := range m.Concerns {
			parts = append(parts, finding.Words)
		}
		if m.Silent {
			parts = append(parts, "silent")
		}
		day, _ := m.Inspections[0].OutDay()
		out = append(out, day.String()[:4]+": "+strings.Join(parts, ", "))
	}
	return out
}

func TestRecurrence(t *testing.T) {
	r := newRecord(t)
	r.Themes = []Theme{
		{Code: "plans", Name: "Plans", Words: []string{"plans"}, Position: 1}, {Code: "neglect", Name: "Neglect", Words: []string{"neglect"}, Position: 2},
		{Code: "homes", Name: "Homes", Words: []string{"homes"}, Position: 3},
	}
	county := r.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-29", "")
	county.asks("SCC-1", "Neglect.", "neglect")
	for _, body := range []string{"east-shire", "west-shire"} {
		in := r.inspect(body, "ilacs-standard", "2022-10-03", "2022-11-25", "")
		in.asks(strings.ToUpper(body[:1])+"-2022-1", "Plans and neglect.", "plans", "neglect")
		in.Recommendations[0].SharedKey = "shared"
	}
	about := r.inspect("east-shire", "ilacs-focused-visit", "2023-10-10", "2023-11-15", "")
	about.Findings = []Finding{{Kind: Concern, Words: "Neglect goes on."}, {Kind: Strength, Words: "Plans are fine."}}
	later := r.inspect("east-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "")
	later.asks("E-2026-1", "Plans again.", "plans", "homes")
	r.Links = []RecommendationLink{{FromReference: "E-2026-1", ToReference: "E-2022-1", Kind: LinkRepeats}, {FromReference: "E-2026-1", ToReference: "SCC-1", Kind: LinkArisesFrom}}
	place := append(r.ListedUnder("shire"), r.EarlierCouncils(r.Members("shire")...)...)
	named := func(asOf string) []RecurringTheme { return r.Recurrence(place, MustDate(asOf)) }
	theme := func(t *testing.T, list []RecurringTheme, code string) RecurringTheme {
		t.Helper()
		i := slices.IndexFunc(list, func(one RecurringTheme) bool { return one.Theme.Code == code })
		if i < 0 {
			t.Fatalf("%s does not come back", code)
		}
		return list[i]
	}
	t.Run("a theme that one letter names has not come back", func(t *testing.T) {
		if list := named("2026-11-21"); slices.ContainsFunc(list, func(one RecurringTheme) bool { return one.Theme.Code == "homes" }) {
			t.Error("homes are listed")
		}
	})
	t.Run("twin letters are one, and a visit in between that does not name the theme stands as silent", func(t *testing.T) {
		plans := theme(t, named("2026-11-21"), "plans")
		if got, want := chain(plans.Own), []string{"2022: E-2022-1", "2023: silent", "2026: E-2026-1"}; !slices.Equal(got, want) {
			t.Errorf("got %q; want %q", got, want)
		}
		if n := len(plans.Own[0].Inspections); n != 2 {
			t.Errorf("the first letter stands for %d inspections", n)
		}
		if own, earlier := plans.Asked(); own != 2 || earlier != 0 {
			t.Errorf("asked for in %d letters and %d to the earlier council", own, earlier)
		}
	})
	t.Run("the earlier council’s letters stand apart, and a visit’s concern counts where no item is held", func(t *testing.T) {
		neglect := theme(t, named("2026-11-21"), "neglect")
		if got, want := chain(neglect.Own), []string{"2022: E-2022-1", "2023: Neglect goes on."}; !slices.Equal(got, want) {
			t.Errorf("own: %q; want %q", got, want)
		}
		if got, want := chain(neglect.Earlier), []string{"2019: SCC-1"}; !slices.Equal(got, want) {
			t.Errorf("earlier: %q; want %q", got, want)
		}
		if own, earlier := neglect.Asked(); own != 1 || earlier != 1 {
			t.Errorf("asked for in %d letters and %d to the earlier council", own, earlier)
		}
	})
	t.Run("on the earlier council’s own page its letters are its own", func(t *testing.T) {
		body, _ := r.Body("shire-county-council")
		if list := r.Recurrence([]Body{body}, MustDate("2026-11-21")); len(list) != 0 {
			t.Errorf("one letter is a chain: %+v", list)
		}
	})
	t.Run("words that differ between twins stand side by side", func(t *testing.T) {
		west := r.Inspections[slices.IndexFunc(r.Inspections, func(in *Inspection) bool { return in.Of("west-shire") })]
		west.Recommendations[0].Words = "Plans and neglect, in other words."
		defer func() { west.Recommendations[0].Words = "Plans and neglect." }()
		plans := theme(t, named("2026-11-21"), "plans")
		if got := chain(plans.Own)[0]; got != "2022: E-2022-1, W-2022-1" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("links between the items of a theme are named, others are not", func(t *testing.T) {
		if got := theme(t, named("2026-11-21"), "plans").Links; len(got) != 1 || got[0].ToReference != "E-2022-1" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("before the later letter was out nothing had come back in it", func(t *testing.T) {
		if list := named("2026-07-06"); slices.ContainsFunc(list, func(one RecurringTheme) bool { return one.Theme.Code == "plans" }) {
			t.Error("plans are listed on the day before")
		}
	})
}

func TestAThemeComesBackFromRoundToRound(t *testing.T) {
	for name, c := range map[string]struct {
		letters func(r *Record)
		asked   int // letters that ask for something on the theme; 0 where it has not come back
	}{
		"both areas in one round are no recurrence": {func(r *Record) {
			r.inspect("east-partnership", "area-send", "2024-02-26", "2024-05-01", "").asks("E-1", "Plans.", "plans")
			r.inspect("west-partnership", "area-send", "2024-09-16", "2024-11-20", "").asks("W-1", "Plans.", "plans")
		}, 0},
		"nor are focused visits to both councils": {func(r *Record) {
			for body, day := range map[string]string{"east-shire": "2023-10-10", "west-shire": "2024-10-10"} {
				r.inspect(body, "ilacs-focused-visit", day, day, "").Findings = []Finding{{Kind: Concern, Words: "Plans are late."}}
			}
		}, 0},
		"more than a year apart there are two rounds": {func(r *Record) {
			r.inspect("east-partnership", "area-send", "2024-02-26", "2024-05-01", "").asks("E-1", "Plans.", "plans")
			r.inspect("west-partnership", "area-send", "2025-03-17", "2025-05-20", "").asks("W-1", "Plans.", "plans")
		}, 2},
		"two letters to one area are two rounds": {func(r *Record) {
			r.inspect("east-shire", "ilacs-focused-visit", "2024-02-26", "2024-03-20", "").asks("E-1", "Plans.", "plans")
			r.inspect("east-shire", "ilacs-focused-visit", "2024-10-01", "2024-11-20", "").asks("E-2", "Plans.", "plans")
		}, 2},
		"inspectors of two kinds make two rounds, and only who asked is counted": {func(r *Record) {
			r.inspect("east-shire", "ilacs-standard", "2024-05-13", "2024-07-08", "").asks("E-1", "Plans.", "plans")
			r.inspect("west-shire", "ilacs-focused-visit", "2024-10-10", "2024-11-15", "").Findings = []Finding{{Kind: Concern, Words: "Plans are late."}}
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecord(t)
			r.Themes = []Theme{{Code: "plans", Name: "Plans", Words: []string{"plans"}, Position: 1}}
			c.letters(r)
			list := r.Recurrence(r.ListedUnder("shire"), MustDate("2026-11-21"))
			if (len(list) > 0) != (c.asked > 0) {
				t.Fatalf("%d themes come back", len(list))
			}
			for _, one := range list {
				if own, _ := one.Asked(); own != c.asked {
					t.Errorf("asked for in %d letters; want %d", own, c.asked)
				}
			}
		})
	}
}
