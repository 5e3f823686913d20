package chart

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
)

func lanesChart(t *testing.T, id string) Chart {
	t.Helper()
	return testCharts(t, testRecord(t))["lanes_"+id]
}

// find returns the one item whose tip begins with some words.
func find(t *testing.T, o drawnOption, tip string) LaneItem {
	t.Helper()
	items := o.items()
	i := slices.IndexFunc(items, func(item LaneItem) bool { return strings.HasPrefix(item.Tip, tip) })
	if i < 0 {
		t.Fatalf("nothing drawn says %q", tip)
	}
	return items[i]
}

func TestLanesStandOnTheirRows(t *testing.T) {
	c := lanesChart(t, "new")
	height := TopMargin + BottomMargin
	for _, row := range c.Rows {
		height += row.Lines * RowHeight
	}
	if c.Wide.Size.Height != height {
		t.Errorf("the picture is %d high, its rows make %d", c.Wide.Size.Height, height)
	}
	o := readOption(t, c.Wide)
	if row := find(t, o, "Help and protection: Good").Row; o.YAxis[0].Data[int(row)] != "Help and protection" {
		t.Errorf("help and protection is drawn in row %v", row)
	}
}

func TestSharedGradeIsDrawnOnce(t *testing.T) {
	o := readOption(t, lanesChart(t, "new").Wide)
	b := find(t, o, "Children in care and Care leavers: Requires improvement to be good")
	if b.LastRow != b.Row+1 || b.Words[0] != "One grade for both: requires improvement to be good" {
		t.Errorf("the shared grade is drawn as %+v", b)
	}
	for _, tick := range o.items(KindTick) {
		if tick.LastRow == b.Row && tick.Start >= b.Start && tick.Start < b.End {
			t.Errorf("fieldwork is marked inside the shared block: %+v", tick)
		}
	}
}

func TestNothingRunsPastWhatIsComplete(t *testing.T) {
	solid := days(inspection.MustDate("2026-08-23"))
	charts := testCharts(t, testRecord(t))
	for _, name := range []string{"lanes_new", "lanes_city", "overall_new", "overall_city"} {
		for _, layout := range []Layout{Wide, Narrow} {
			open := 0
			for _, item := range readOption(t, charts[name].Picture(layout)).items(KindBlock, KindAbsence) {
				if item.End > solid && item.OpenFrom != solid {
					t.Errorf("%s: runs on past what is complete: %+v", name, item)
				} else if item.End > solid {
					open++
				}
			}
			if strings.HasPrefix(name, "lanes") && open == 0 {
				t.Errorf("%s: nothing is open", name)
			}
			for _, s := range readOption(t, charts[name].Picture(layout)).Series {
				for _, p := range points(t, s.Type, s.Data) {
					if s.LineStyle.Type == "solid" && p[0] > solid {
						t.Errorf("%s: a line is solid up to %v", name, p[0])
					}
				}
			}
		}
	}
	t.Run("a lane that nobody declared complete has marks alone", func(t *testing.T) {
		o := readOption(t, charts["lanes_town"].Wide)
		if blocks := o.items(KindBlock); len(blocks) > 0 {
			t.Errorf("blocks: %+v", blocks)
		}
		if words := find(t, o, "Leaders: Good").Words; !strings.Contains(words[0], "later inspections not found") {
			t.Errorf("the last mark says %q", words)
		}
	})
}

func TestVisitIsNeverABlock(t *testing.T) {
	for name, c := range testCharts(t, testRecord(t)) {
		for _, item := range readOption(t, c.Wide).items() {
			visit := strings.Contains(item.Tip, "isit, ") && !strings.Contains(item.Tip, "Full")
			if visit && item.Kind != KindMark {
				t.Errorf("%s: a visit is drawn as a %s: %+v", name, item.Kind, item)
			}
		}
	}
	perhaps := find(t, readOption(t, lanesChart(t, "new").Wide), "Visits, no grade: Children in care (council not confirmed)")
	if perhaps.Kind != KindMark || !perhaps.Unconfirmed {
		t.Errorf("the unconfirmed visit is %+v", perhaps)
	}
}

func TestDatesNotKnownToTheDayAreSoft(t *testing.T) {
	city := readOption(t, lanesChart(t, "city").Wide)
	unpublished := find(t, city, "Leaders: Good. From 10 February 2023 (end of fieldwork; publication date not found)")
	if unpublished.StartSure <= unpublished.Start {
		t.Errorf("a block from the end of fieldwork has a sharp edge: %+v", unpublished)
	}
	exact := find(t, city, "Leaders: Good. From 23 May 2014")
	if exact.StartSure != 0 {
		t.Errorf("a block from a known day has a soft edge: %+v", exact)
	}
	month := find(t, readOption(t, lanesChart(t, "new").Wide), "Visits, no grade: Child protection plans")
	if month.StartSure != days(inspection.MustDate("2021-07-31")) {
		t.Errorf("a visit known to the month stands at %+v", month)
	}
}

func TestAbsencesAreToldApart(t *testing.T) {
	var looks []Look
	for _, id := range []string{"county", "new", "city"} {
		for _, item := range readOption(t, lanesChart(t, id).Wide).items(KindAbsence) {
			if !slices.Contains(looks, item.Look) {
				looks = append(looks, item.Look)
			}
		}
	}
	slices.Sort(looks)
	want := []Look{LookBeforeRecord, LookGradeNotFound, LookNoSuchJudgement, LookNotInspectedYet, LookNotJudged}
	slices.Sort(want)
	if !slices.Equal(looks, want) {
		t.Errorf("absences drawn: %q, want %q", looks, want)
	}
	known := inspection.Absences()
	for _, look := range looks {
		if !slices.Contains(known, inspection.Absence(look)) {
			t.Errorf("%q is no absence of the domain", look)
		}
	}
}

func TestBreaksAreHeavy(t *testing.T) {
	for id, want := range map[string][]string{
		"county": {"From here under the inspection rules of 2018", "Old County Council ended, 31 March 2021"},
		"new":    {"New Council began, 1 April 2021", "From here under the inspection rules of 2018, without an overall grade since April 2026"},
	} {
		c := lanesChart(t, id)
		var got []string
		for _, line := range c.Table.Rows {
			if line[0] == "All" {
				got = append(got, line[3])
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: breaks %q, want %q", id, got, want)
		}
		for _, item := range readOption(t, c.Wide).items(KindBreak) {
			if int(item.LastRow) != len(readOption(t, c.Wide).YAxis[0].Data)-1 {
				t.Errorf("%s: a break stops at row %v", id, item.LastRow)
			}
		}
	}
}

func TestMoreLanesLeaveOutWhatCameLater(t *testing.T) {
	r := testRecord(t)
	lanes := r.MoreLanes([]inspection.Body{testBody(t, r, "new")}, "", asOf)
	until := inspection.MustDate("2022-12-31")
	c, err := MoreLanes(r, testBody(t, r, "new"), lanes, r.StructuralEvents(asOf), inspection.RecordBegins, until)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range readOption(t, c.Wide).items() {
		if item.Start > days(until) {
			t.Errorf("drawn after the last day: %+v", item)
		}
	}
	if len(c.Table.Rows) != 3 { // one fostering inspection and two events; SEND came later, the third event is not structural
		t.Errorf("told: %q", c.Table.Rows)
	}
	if n := len(readOption(t, c.Wide).items(KindEvent)); n != 2 {
		t.Errorf("%d events", n)
	}
}

// points reads the data of a line series.
func points(t *testing.T, kind string, data []json.RawMessage) [][2]float64 {
	t.Helper()
	if kind != "line" {
		return nil
	}
	var out [][2]float64
	for _, raw := range data {
		var p struct{ Value [2]float64 }
		if err := json.Unmarshal(raw, &p); err != nil {
			t.Fatal(err)
		}
		out = append(out, p.Value)
	}
	return out
}

func TestOverallJoinsNothingAcrossABreak(t *testing.T) {
	charts := testCharts(t, testRecord(t))
	for _, name := range []string{"overall_new", "overall_city"} {
		o := readOption(t, charts[name].Wide)
		lines := 0
		for _, s := range o.Series {
			data := points(t, s.Type, s.Data)
			if data == nil {
				continue
			}
			lines++
			if s.Step != "end" || o.YAxis[0].Type != "value" {
				t.Errorf("%s: steps %q on an axis of type %q turn at the wrong end", name, s.Step, o.YAxis[0].Type)
			}
			for _, b := range o.items(KindBreak) {
				if data[0][0] < b.Start && data[len(data)-1][0] > b.Start {
					t.Errorf("%s: %q runs across %q", name, s.Name, b.Words[0])
				}
			}
		}
		if lines < 3 {
			t.Errorf("%s: %d lines", name, lines)
		}
	}
	t.Run("it ends with the first inspection that gives none", func(t *testing.T) {
		ended := days(inspection.MustDate("2026-07-07"))
		for _, s := range readOption(t, charts["overall_new"].Wide).Series {
			for _, p := range points(t, s.Type, s.Data) {
				if p[0] > ended {
					t.Errorf("%q is drawn up to %v", s.Name, p[0])
				}
			}
		}
		last := charts["overall_new"].Table.Rows[len(charts["overall_new"].Table.Rows)-1]
		if last[2] != "No overall grade is given" || last[3] != "7 July 2026" {
			t.Errorf("the last line is %q", last)
		}
	})
	t.Run("an earlier council's grades stay its own", func(t *testing.T) {
		for _, line := range charts["overall_new"].Table.Rows {
			years := map[string][]string{"New Council": {"2021", "2022", "2026"}, "Old County Council": {"2013", "2016", "2019"}}[line[0]]
			if !slices.ContainsFunc(years, func(year string) bool { return strings.HasSuffix(line[3], year) }) {
				t.Errorf("told of the wrong council: %q", line)
			}
		}
	})
	t.Run("inspections of one subject give none", func(t *testing.T) {
		for _, line := range charts["overall_new"].Table.Rows {
			if strings.Contains(line[5], "Child protection") {
				t.Errorf("told as overall effectiveness: %q", line)
			}
		}
	})
}

func TestThemes(t *testing.T) {
	c := testCharts(t, testRecord(t))["themes"]
	looks := map[string][]Look{}
	o := readOption(t, c.Wide)
	for _, item := range o.items(KindCell) {
		name := o.YAxis[0].Data[int(item.Row)]
		looks[name] = append(looks[name], item.Look)
	}
	for name, want := range map[string][]Look{
		"Assessments and plans": {LookListNotHeld, LookNamed, LookNamed},
		"Neglect":               {LookNamed, LookNotNamed, LookNotNamed},
	} {
		if !slices.Equal(looks[name], want) {
			t.Errorf("%s: %q, want %q", name, looks[name], want)
		}
	}
	if !strings.Contains(c.Table.Columns[1], "(2 of 16 held)") || !strings.Contains(o.XAxis[1].Data[0], "2 of 16") {
		t.Errorf("the list that is not whole: %q, %q", c.Table.Columns[1], o.XAxis[1].Data[0])
	}
	if c.Table.Rows[0][2] != "2 items" || c.Table.Rows[0][1] != "not known" {
		t.Errorf("told: %q", c.Table.Rows[0])
	}
	for _, item := range o.items(KindCell) {
		if strings.ContainsAny(item.Tip[:strings.Index(item.Tip, ".")], "0123456789") {
			t.Errorf("the picture counts: %q", item.Tip)
		}
	}
	if breaks := o.items(KindBreak); len(breaks) != 1 || breaks[0].Start != 0.5 {
		t.Errorf("the earlier council is parted by %+v", breaks)
	}
}

func TestEngland(t *testing.T) {
	r := testRecord(t)
	c := testCharts(t, r)["england"]
	o := readOption(t, c.Wide)
	standings := inspection.NewEngland(r).Standings(inspection.OverallStrand, asOf, inspection.Where{})
	if len(c.Table.Rows) != len(standings) {
		t.Fatalf("%d lines, %d quarters", len(c.Table.Rows), len(standings))
	}
	counts := func(plot int) map[string]float64 { // by quarter's end and look
		out := map[string]float64{}
		for _, item := range o.Series[plot].Payload.Items {
			if item.Kind == KindBand {
				out[fmt.Sprint(item.End, item.Look)] = item.LastRow - item.Row
			}
		}
		return out
	}
	numbers, shares := counts(0), counts(1)
	looks := []Look{LookOutstanding, LookGood, LookRequiresImprovement, LookInadequate, LookNoSuchJudgement, LookNotPublished, LookGradeNotFound, LookBeforeRecord}
	drawn := 0
	for i, on := range standings {
		end := days(on.On.AddDays(1))
		for j, look := range looks {
			n, told := numbers[fmt.Sprint(end, look)], c.Table.Rows[i][1+j]
			if fmt.Sprint(n) != told {
				t.Errorf("%s, %s: %v drawn, %s told", on.On, look, n, told)
			}
			share, ok := shares[fmt.Sprint(end, look)]
			if j > 3 {
				if ok {
					t.Errorf("%s: %s has a share", on.On, look)
				}
				continue
			}
			told = c.Table.Rows[i][11+j]
			if !on.SharesDrawn() {
				if ok || told != "too few known" {
					t.Errorf("%s: a share of %d known is drawn or told as %q", on.On, on.Known(), told)
				}
				continue
			}
			drawn++
			if want := 100 * n / float64(on.Known()); math.Abs(share-want) > 1e-9 || told != fmt.Sprintf("%.0f%%", want) {
				t.Errorf("%s, %s: share %v drawn, %s told, want %v", on.On, look, share, told, want)
			}
		}
	}
	if drawn == 0 || drawn == 4*len(standings) {
		t.Errorf("%d shares drawn: the test needs quarters of both kinds", drawn)
	}
	for plot := range 2 {
		if items := o.Series[plot].Payload.Items; !slices.ContainsFunc(items, func(i LaneItem) bool {
			return i.Kind == KindBreak && i.Start == days(inspection.MustDate("2018-01-01"))
		}) {
			t.Errorf("plot %d has no break in 2018", plot)
		}
	}
}

// englandOf draws a judgement in a part of England.
func englandOf(t *testing.T, judgement string, where inspection.Where) Chart {
	t.Helper()
	r := testRecord(t)
	for i := range r.Bodies {
		if r.Bodies[i].Kind == inspection.Authority {
			r.Bodies[i].Region, r.Bodies[i].Type = "North", "County"
		}
		if r.Bodies[i].ID == "city" {
			r.Bodies[i].Region = "South"
		}
	}
	c, err := England(inspection.NewEngland(r), judgement, where, asOf)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEnglandOfEveryJudgementAndPart(t *testing.T) {
	t.Run("a judgement that only newer rules have says where it begins, and so does one that ended", func(t *testing.T) {
		for code, want := range map[string][]string{
			"in_care":               {"2023-01-01 Rules of 2023: given from here"},
			"care_leavers":          {"2018-01-01 Rules of 2018: no longer given", "2023-01-01 Rules of 2023: given from here"},
			"care_and_care_leavers": {"2018-01-01 Inspection rules of 2018", "2023-01-01 Rules of 2023: no longer given"},
			"adoption":              {"2018-01-01 Rules of 2018: no longer given"},
			"overall":               {"2018-01-01 Inspection rules of 2018", "2026-04-01 Rules of 2026: no longer given"},
			"leaders":               {"2018-01-01 Inspection rules of 2018"},
		} {
			var got []string
			for _, item := range readOption(t, englandOf(t, code, inspection.Where{}).Wide).Series[0].Payload.Items {
				if item.Kind == KindBreak {
					got = append(got, time.UnixMilli(int64(item.Start)).UTC().Format(time.DateOnly)+" "+item.Words[0])
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", code, got, want)
			}
		}
	})
	t.Run("its words name the judgement and the part, and never another one", func(t *testing.T) {
		c := englandOf(t, "leaders", inspection.Where{Region: "South"})
		if c.Subject != "leaders" || c.Subtitle != "Leaders: authorities of South by grade at the end of each quarter, 2014 to 2026" ||
			!strings.HasPrefix(c.Summary, "On 21 November 2026, of 1 authority of South on this record, 1 had a grade for leadership: Outstanding 0 (0%); Good 1 (100%);") {
			t.Errorf("%s: %s; %s", c.Subject, c.Subtitle, c.Summary)
		}
		for _, words := range []string{c.Title, c.Subtitle, c.Summary, c.Caption, c.Table.Caption, strings.Join(c.Table.Columns, " ")} {
			if strings.Contains(strings.ToLower(words), "overall") {
				t.Errorf("says %q", words)
			}
		}
	})
	t.Run("rules under which it went by another name are told", func(t *testing.T) {
		c := englandOf(t, "care_and_care_leavers", inspection.Where{})
		if !strings.Contains(c.Caption, "Under the single inspection framework of 2013 reports gave it as “Children looked after and achieving permanence”.") {
			t.Error(c.Caption)
		}
	})
	t.Run("the axis is no longer than its numbers need", func(t *testing.T) {
		for most, want := range map[int]int{0: 1, 1: 1, 9: 9, 16: 16, 33: 35, 153: 160, 157: 160, 15300: 16000} {
			if got := axisTop(most); got != want {
				t.Errorf("%d authorities: the axis ends at %d, want %d", most, got, want)
			}
		}
	})
	t.Run("a part without any authority is empty", func(t *testing.T) {
		if c := englandOf(t, "leaders", inspection.Where{Region: "West"}); !c.Empty() {
			t.Errorf("drawn: %v", c.Table.Rows)
		}
	})
	t.Run("a judgement that nobody gives is not found", func(t *testing.T) {
		_, err := England(inspection.NewEngland(testRecord(t)), "happiness", inspection.Where{}, asOf)
		if !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	})
}
