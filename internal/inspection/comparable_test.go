package inspection

import (
	"slices"
	"strings"
	"testing"
)

// comparableEngland returns England with councils of two regions, one that ended, two that began, and a trust.
func comparableEngland(t *testing.T) *England {
	t.Helper()
	r := newRecord(t)
	edit := func(id string, change func(*Body)) {
		change(&r.Bodies[slices.IndexFunc(r.Bodies, func(b Body) bool { return b.ID == id })])
	}
	edit("east-shire", func(b *Body) {
		b.Region, b.Type, b.LACode, b.Neighbours = "Midlands", "Unitary", "940", "300 941 999 301"
	})
	edit("west-shire", func(b *Body) { b.Region, b.Type, b.LACode = "Midlands", "Unitary", "941" })
	edit("shire-county-council", func(b *Body) { b.Region, b.Type = "Midlands", "County" })
	edit("old-town", func(b *Body) { b.Region, b.Type, b.LACode, b.Neighbours = "North", "Unitary", "300", "940 301" })
	r.Bodies = append(r.Bodies,
		Body{ID: "new-town", Kind: Authority, Name: "New Town", Code: "NT", LACode: "301", Region: "North", Type: "Borough"},
		Body{ID: "lost-town", Kind: Authority, Name: "Lost Town", Code: "LT", Region: "North", Ended: MustDate("2019-03-31")},
		Body{ID: "islands", Kind: Authority, Name: "Islands", Code: "IS", LACode: "420"})
	r.Services = []Service{
		{ProviderID: "trust", AuthorityID: "shire-county-council", From: MustDate("2020-11-01"), Until: MustDate("2021-03-31"), Confidence: ByLetter},
		{ProviderID: "trust", AuthorityID: "east-shire", From: MustDate("2021-04-01"), Confidence: ByLetter},
		{ProviderID: "trust", AuthorityID: "west-shire", From: MustDate("2021-04-01"), Confidence: ByLetter},
		{ProviderID: "company", AuthorityID: "old-town", Confidence: BySingleWeak},
		{ProviderID: "company", AuthorityID: "lost-town", Confidence: BySingleWeak},
	}
	r.inspect("shire-county-council", "sif", "2016-02-01", "2016-04-20", "leaders inadequate, care_and_care_leavers good, overall inadequate")
	r.inspect("old-town", "sif", "2015-02-02", "2015-04-15", "leaders good, help_protection good, care_and_care_leavers good, care_leavers good, overall good")
	r.inspect("new-town", "ilacs-standard", "2019-05-13", "2019-06-28", "leaders outstanding, care_and_care_leavers good, overall outstanding")
	r.inspect("east-shire", "ilacs-standard", "2022-10-03", "2022-11-25", "leaders requires_improvement, help_protection good, care_and_care_leavers inadequate, overall requires_improvement")
	r.inspect("west-shire", "ilacs-standard", "2026-05-11", "2026-07-07", "leaders good, help_protection good, in_care good, care_leavers ?")
	return NewEngland(r)
}

func (e *England) body(t *testing.T, id string) Body {
	t.Helper()
	h, ok := e.History(id)
	if !ok {
		t.Fatalf("no authority %s", id)
	}
	return h.Body
}

func TestWhomAnAuthorityIsSetBeside(t *testing.T) {
	e := comparableEngland(t)
	for _, one := range []struct {
		name, of  string
		group     Group
		chosen    string
		within    string
		on        string
		members   string
		leftOut   string
		providers string
	}{
		{name: "neighbours stand in the order of the list, and a code that is not on the register is told", of: "east-shire", group: GroupNeighbours,
			on: "2026-11-21", members: "east-shire old-town west-shire new-town", leftOut: "The list names an authority with the code 999, which is not on this record."},
		{name: "a neighbour that had not begun is told, with the council that had its area", of: "old-town", group: GroupNeighbours, on: "2018-01-01",
			members: "old-town new-town", leftOut: "East Shire did not exist yet on 1 January 2018: its first day is 1 April 2021. Its area belonged to Shire County Council, whose grades are its own."},
		{name: "on its first day it is a neighbour", of: "old-town", group: GroupNeighbours, on: "2021-04-01", members: "old-town east-shire new-town"},
		{name: "without a list there is the authority alone", of: "islands", group: GroupNeighbours, on: "2026-11-21", members: "islands"},
		{name: "a region is as it was on the day", of: "shire-county-council", group: GroupRegion, on: "2020-06-01", members: "shire-county-council"},
		{name: "a region has those that began since", of: "east-shire", group: GroupRegion, on: "2026-11-21", members: "east-shire west-shire"},
		{name: "an authority without a region is like no other without one", of: "islands", group: GroupRegion, on: "2026-11-21", members: "islands"},
		{name: "a type", of: "old-town", group: GroupType, on: "2026-11-21", members: "old-town east-shire west-shire"},
		{name: "a type within one region", of: "east-shire", group: GroupType, within: "Midlands", on: "2026-11-21", members: "east-shire west-shire"},
		{name: "an authority without a type is like no other without one", of: "lost-town", group: GroupType, on: "2015-11-21", members: "lost-town"},
		{name: "the same trust", of: "west-shire", group: GroupTrust, on: "2026-11-21", members: "west-shire east-shire", providers: "trust"},
		{name: "the trust served another council then", of: "shire-county-council", group: GroupTrust, on: "2021-03-31", members: "shire-county-council", providers: "trust"},
		{name: "before the trust there is none", of: "shire-county-council", group: GroupTrust, on: "2020-10-31", members: "shire-county-council"},
		{name: "a provider of unknown first day is taken to have been there", of: "old-town", group: GroupTrust, on: "2014-01-01", members: "old-town lost-town", providers: "company"},
		{name: "one whom it served and that has ended is told", of: "old-town", group: GroupTrust, on: "2019-04-01", members: "old-town", providers: "company",
			leftOut: "Lost Town ended on 31 March 2019, so it is not shown on 1 April 2019."},
		{name: "the reader's own choice keeps its order, each once", of: "old-town", group: GroupChosen, chosen: "west-shire new-town west-shire old-town", on: "2026-11-21",
			members: "old-town west-shire new-town"},
		{name: "an ended council may be chosen on its last day", of: "old-town", group: GroupChosen, chosen: "lost-town", on: "2019-03-31", members: "old-town lost-town"},
	} {
		t.Run(one.name, func(t *testing.T) {
			c := e.Comparables(Comparing{Authority: e.body(t, one.of), Group: one.group, Chosen: strings.Fields(one.chosen), Within: one.within, On: MustDate(one.on)})
			if got := strings.Join(c.IDs(), " "); got != one.members {
				t.Errorf("members: %s, want %s", got, one.members)
			}
			var left []string
			for _, l := range c.LeftOut {
				left = append(left, l.Words())
			}
			if got := strings.Join(left, "\n"); got != one.leftOut {
				t.Errorf("left out: %s, want %s", got, one.leftOut)
			}
			if got := strings.Join(c.Providers, " "); got != one.providers {
				t.Errorf("providers: %s, want %s", got, one.providers)
			}
			if !c.Members[0].Own || slices.ContainsFunc(c.Members[1:], func(m Comparable) bool { return m.Own }) {
				t.Error("the authority itself is not the one that is marked")
			}
		})
	}
	c := e.Comparables(Comparing{Authority: e.body(t, "old-town"), Group: GroupTrust, On: MustDate("2019-01-01")})
	for _, m := range c.Members {
		if m.Service == nil || !m.Service.Confidence.Weak() {
			t.Errorf("that the company serves %s is not said to be unsure", m.Body.ID)
		}
	}
}

func TestEveryGroupHasWords(t *testing.T) {
	for _, g := range Groups() {
		if g.Words() == "" {
			t.Errorf("group %s has no words", g)
		}
	}
	if Group("friends").Words() != "" {
		t.Error("a group that is none has words")
	}
}

func TestJudgementsOnADay(t *testing.T) {
	e := comparableEngland(t)
	for day, want := range map[string]string{
		"2013-01-01": "leaders help_protection care_and_care_leavers overall",
		"2015-01-01": "leaders help_protection care_and_care_leavers overall",
		"2020-01-01": "leaders help_protection care_and_care_leavers overall",
		"2024-01-01": "leaders help_protection in_care care_leavers overall",
		"2026-11-21": "leaders help_protection in_care care_leavers overall",
	} {
		var got []string
		for _, s := range e.JudgementsOn(MustDate(day)) {
			got = append(got, s.Code)
		}
		if words := strings.Join(got, " "); words != want {
			t.Errorf("on %s: %s, want %s", day, words, want)
		}
	}
}

// latestOfAll returns where some authorities stand in a judgement.
func latestOfAll(t *testing.T, e *England, judgement, day string, ids ...string) (Strand, []LatestJudgement) {
	t.Helper()
	all := e.Catalogue.Judgements()
	strand := all[slices.IndexFunc(all, func(s Strand) bool { return s.Code == judgement })]
	var out []LatestJudgement
	for _, id := range ids {
		h, _ := e.History(id)
		out = append(out, e.LatestJudgement(h, strand, MustDate(day)))
	}
	return strand, out
}

var everyAuthority = []string{"east-shire", "islands", "lost-town", "new-town", "old-town", "shire-county-council", "west-shire"}

func TestCountingNeverMixesRules(t *testing.T) {
	e := comparableEngland(t)
	for _, one := range []struct{ name, judgement, day, counts, rules string }{
		{"under one set of rules", "leaders", "2017-01-01",
			"Leaders: 1 at good, 1 at inadequate. Without a grade: 2 no graded inspection yet, 2 before the first full report here, 1 report not held.",
			"Last inspected: 2 under the single inspection framework of 2013; 5 with no full report on this record by then."},
		{"under two, each for itself", "leaders", "2023-01-01",
			"Leaders: under the inspection rules of 2018, 1 at outstanding, 1 at requires improvement to be good; under the single inspection framework of 2013, 1 at good, 1 at inadequate. " +
				"Without a grade: 1 no graded inspection yet, 1 before the first full report here, 1 report not held.",
			"Last inspected: 2 under the inspection rules of 2018; 2 under the single inspection framework of 2013; 3 with no full report on this record by then."},
		{"a grade for two subjects is the grade of neither", "care_leavers", "2026-11-21",
			"Care leavers: under the single inspection framework of 2013, 1 at good; with one grade for children in care and care leavers together, 1 at good, 1 at inadequate. " +
				"Without a grade: 2 grade not found, 1 before the first full report here, 1 report not held.",
			"Last inspected: 1 under the inspection rules of 2018, without an overall grade since April 2026; 2 under the inspection rules of 2018; " +
				"2 under the single inspection framework of 2013; 2 with no full report on this record by then."},
		{"rules that gave the judgement up", "overall", "2026-11-21",
			"Overall: under the inspection rules of 2018, 1 at outstanding, 1 at requires improvement to be good; under the single inspection framework of 2013, 1 at good, 1 at inadequate. " +
				"Without a grade: 1 not given under the rules of that inspection, 1 before the first full report here, 1 report not held.", ""},
	} {
		t.Run(one.name, func(t *testing.T) {
			strand, all := latestOfAll(t, e, one.judgement, one.day, everyAuthority...)
			if got := CountLatest(strand, all); got != one.counts {
				t.Errorf("got  %s\nwant %s", got, one.counts)
			}
			if got := CountRules(all); one.rules != "" && got != one.rules {
				t.Errorf("got  %s\nwant %s", got, one.rules)
			}
		})
	}
	strand, none := latestOfAll(t, e, "leaders", "2026-11-21", "lost-town")
	if got := CountLatest(strand, none); got != "Leaders: 1 report not held." {
		t.Errorf("without any grade: %s", got)
	}
}

func TestOrderByJudgement(t *testing.T) {
	e := comparableEngland(t)
	sorted := func(judgement, day string, lowestFirst bool) string {
		_, all := latestOfAll(t, e, judgement, day, everyAuthority...)
		places := []int{0, 1, 2, 3, 4, 5, 6}
		slices.SortStableFunc(places, func(a, b int) int { return ByJudgement(all[a], all[b], lowestFirst) })
		var out []string
		for _, i := range places {
			out = append(out, everyAuthority[i])
		}
		return strings.Join(out, " ")
	}
	for _, one := range []struct {
		name, judgement, day string
		lowestFirst          bool
		want                 string
	}{
		{"newer rules stand above older ones whatever the grade, and what is not known last", "leaders", "2023-01-01", false,
			"new-town east-shire old-town shire-county-council west-shire islands lost-town"},
		{"turned round, only the order inside each set of rules turns", "leaders", "2023-01-01", true,
			"east-shire new-town shire-county-council old-town west-shire islands lost-town"},
		{"a shared grade is not ranked among grades of its own", "care_leavers", "2026-11-21", false,
			"new-town east-shire old-town shire-county-council west-shire islands lost-town"},
	} {
		if got := sorted(one.judgement, one.day, one.lowestFirst); got != one.want {
			t.Errorf("%s: got %s, want %s", one.name, got, one.want)
		}
	}
}

func TestLaneOfOneJudgement(t *testing.T) {
	e := comparableEngland(t)
	leaders := e.Catalogue.Judgements()[0]
	for _, one := range []struct{ name, id, day, want string }{
		{"a new council begins with its own life, not with the earlier council's grades", "east-shire", "2026-11-21",
			"2021-04-01 no graded inspection yet; 2022-11-25 Requires improvement to be good"},
		{"an earlier council has its own", "shire-county-council", "2020-01-01", "2013-01-01 before the first full report here; 2016-04-20 Inadequate"},
		{"nothing is drawn of a council whose reports are not held", "lost-town", "2018-01-01", ""},
		{"nothing that came out later is drawn", "old-town", "2015-04-14", "2013-01-01 before the first full report here"},
	} {
		h, _ := e.History(one.id)
		var got []string
		for _, b := range e.LaneOf(h, leaders, MustDate(one.day)).Main[0].Blocks {
			got = append(got, b.From.ISO()+" "+b.Words())
		}
		if words := strings.Join(got, "; "); words != one.want {
			t.Errorf("%s: %s, want %s", one.name, words, one.want)
		}
	}
}

func TestMoreAuthoritiesThanAPageShows(t *testing.T) {
	e := comparableEngland(t)
	if day := MustDate("2026-11-21"); e.MoreThan(5, day, Where{}) || !e.MoreThan(4, day, Where{}) || e.MoreThan(2, day, Where{Region: "Midlands"}) {
		t.Error("five authorities, two of them in the Midlands, are not counted as that")
	}
	if !e.MoreThan(3, MustDate("2018-01-01"), Where{}) || e.MoreThan(5, MustDate("2018-01-01"), Where{}) {
		t.Error("on a past day others are counted than existed")
	}
}
