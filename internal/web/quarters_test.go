package web

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store/storetest"
)

func TestQuarterPicker(t *testing.T) {
	london := &filter{Path: "/england/map", kept: url.Values{"region": {"London"}, asAt: {"2016-03-31"}}}
	of := func(day, today string) *quarterPicker {
		return newQuarterPickerOf(london, inspection.MustDate(day), inspection.MustDate(today))
	}
	here := func(p *quarterPicker) (all []string) {
		for _, year := range p.Years {
			for _, q := range year.Quarters {
				if q.Here {
					all = append(all, q.Words)
				}
			}
		}
		return all
	}
	picker := of("2016-03-31", "2026-11-21")
	t.Run("years go back to 2014, each with its quarters", func(t *testing.T) {
		if len(picker.Years) != 13 || picker.Years[0].Year != 2026 || picker.Years[12].Year != 2014 {
			t.Fatalf("the years are %v", picker.Years)
		}
		for _, year := range picker.Years {
			if len(year.Quarters) != 4 {
				t.Errorf("%d has %d quarters", year.Year, len(year.Quarters))
			}
		}
		if q := picker.Years[12].Quarters[1]; q.Name != "June" || q.Words != "30 June 2014" || q.Address != "/england/map?as-at=2014-06-30&region=London" {
			t.Errorf("the second quarter is %+v", q)
		}
	})
	t.Run("the last is today, which needs no day in its address", func(t *testing.T) {
		last := picker.Years[0].Quarters[3]
		if last.Name != "Today" || last.Words != "today, 21 November 2026" || last.Address != "/england/map?region=London" {
			t.Errorf("the last is %+v", last)
		}
	})
	t.Run("the end of a quarter is today on that day, once", func(t *testing.T) {
		year := of("2016-03-31", "2026-06-30").Years[0]
		if len(year.Quarters) != 2 || year.Quarters[1].Name != "Today" {
			t.Errorf("2026 has %+v", year.Quarters)
		}
	})
	for name, tt := range map[string]struct {
		day  string
		here []string
	}{
		"the quarter that is shown is marked":     {"2016-03-31", []string{"31 March 2016"}},
		"today is marked":                         {"2026-11-21", []string{"today, 21 November 2026"}},
		"a day between two quarters is neither's": {"2016-04-01", nil},
		"a day before them all is none":           {"2013-02-03", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := here(of(tt.day, "2026-11-21")); len(got) != len(tt.here) || len(got) == 1 && got[0] != tt.here[0] {
				t.Errorf("marked are %q, want %q", got, tt.here)
			}
		})
	}
}

// Each link of the list keeps what else is asked, on a page of a past day too, whose links are given its day.
func TestQuartersLeadToOtherDaysOfTheSamePage(t *testing.T) {
	s := newServer(t, storetest.Seeded(t))
	page := document(t, get(t, s, "/england/map?judgement=overall&region=London&as-at=2020-06-30"))
	links := page.Find(".quarter-list a")
	if links.Length() != 52 {
		t.Fatalf("%d quarters, want 52", links.Length())
	}
	if here := page.Find(`.quarter-list a[aria-current="date"]`); seen(here.Text()) != "June 2020" {
		t.Errorf("shown is %q", seen(here.Text()))
	}
	links.Each(func(_ int, a *goquery.Selection) {
		href := a.AttrOr("href", "")
		u, err := url.Parse(href)
		if err != nil {
			t.Fatal(err)
		}
		want := a.AttrOr("data-day", "none")
		if want == storetest.Now().Format("2006-01-02") {
			want = ""
		}
		if q := u.Query(); u.Path != "/england/map" || q.Get("judgement") != "overall" || q.Get("region") != "London" || q.Get(asAt) != want {
			t.Errorf("%q leads to %s", seen(a.Text()), href)
		}
	})
	first := links.Last().Parent().Find("a").First()
	if answer := get(t, s, first.AttrOr("href", "")); answer.Code != http.StatusOK {
		t.Errorf("%q is answered %d", seen(first.Text()), answer.Code)
	}
}
