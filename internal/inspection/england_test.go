package inspection

import (
	"reflect"
	"slices"
	"testing"
)

func testEngland(t *testing.T) *Record {
	t.Helper()
	r := newRecord(t)
	r.Bodies = slices.DeleteFunc(r.Bodies, func(b Body) bool { return b.Kind != Authority })
	for i := range r.Bodies {
		r.Bodies[i].Region, r.Bodies[i].Type = "Midlands", "Unitary"
	}
	r.Bodies = append(r.Bodies, Body{ID: "far-town", Kind: Authority, Name: "Far Town", Region: "North", Type: "Unitary", LACode: "900"})
	r.inspect("shire-county-council", "ilacs-standard", "2018-05-08", "2018-07-02", "leaders inadequate")
	r.inspect("east-shire", "ilacs-standard", "2022-05-09", "2022-07-04", "leaders good")
	r.inspect("old-town", "ilacs-short", "2024-02-05", "2024-03-18", "leaders good")
	r.inspect("far-town", "ilacs-short", "2025-02-03", "2025-03-17", "leaders outstanding")
	slices.SortFunc(r.Inspections, ByDay)
	return r
}

func TestEnglandWithSomeInspectionsWritten(t *testing.T) {
	before := testEngland(t)
	england := NewEngland(before)
	wantSame := func(t *testing.T, got, want *England) {
		t.Helper()
		for _, b := range want.Bodies {
			a, _ := got.History(b.ID)
			if w, ok := want.History(b.ID); !ok || !reflect.DeepEqual(a, w) {
				t.Errorf("%s: got %+v, want %+v", b.ID, a, w)
			}
		}
		if got.NewestLetter(MustDate("2026-11-21")) != want.NewestLetter(MustDate("2026-11-21")) {
			t.Errorf("the newest letter is of %s", got.NewestLetter(MustDate("2026-11-21")))
		}
	}
	after := func(change func(r *Record)) *Record {
		out := *before
		out.Inspections = slices.Clone(before.Inspections)
		change(&out)
		slices.SortFunc(out.Inspections, ByDay)
		return &out
	}
	at := slices.IndexFunc(before.Inspections, func(in *Inspection) bool { return in.Of("old-town") })
	id := before.Inspections[at].ID
	added := after(func(r *Record) { r.inspect("west-shire", "ilacs-standard", "2026-05-11", "2026-07-06", "leaders good") })
	moved := *before.Inspections[at]
	moved.Bodies = []InspectionBody{{InspectionID: id, BodyID: "far-town", Confirmed: true}}
	for name, c := range map[string]struct {
		record  *Record
		written []string
	}{
		"one is added":                  {added, []string{"west-shire-ilacs-standard-2026-05-11"}},
		"one is taken away":             {after(func(r *Record) { r.Inspections = slices.Delete(r.Inspections, at, at+1) }), []string{id}},
		"one turns out to be another's": {after(func(r *Record) { r.Inspections[at] = &moved }), []string{id}},
		"nothing is written":            {after(func(*Record) {}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			wantSame(t, england.With(c.record, c.written), NewEngland(c.record))
		})
	}
	t.Run("the England that others hold stays", func(t *testing.T) { wantSame(t, england, NewEngland(testEngland(t))) })
}

func TestEnglandByRegionAndType(t *testing.T) {
	england := NewEngland(testEngland(t))
	day := MustDate("2026-11-21")
	for _, c := range []struct {
		where Where
		want  []string // by name, those that exist
		every int
	}{
		{Where{}, []string{"east-shire", "west-shire", "old-town", "far-town"}, 5},
		{Where{Region: "Midlands"}, []string{"east-shire", "west-shire", "old-town"}, 4},
		{Where{Region: "North", Type: "Unitary"}, []string{"far-town"}, 1},
		{Where{Region: "North", Type: "County"}, nil, 0},
		{Where{Region: "Atlantis"}, nil, 0},
	} {
		var got []string
		for _, h := range england.Histories(day, c.where) {
			got = append(got, h.Body.ID)
		}
		if !slices.Equal(got, c.want) || len(slices.Collect(england.meant(c.where))) != c.every {
			t.Errorf("%+v: got %v and %d in all", c.where, got, len(slices.Collect(england.meant(c.where))))
		}
	}
	if !slices.Equal(england.Regions(), []string{"Midlands", "North"}) || !slices.Equal(england.Types(), []string{"Unitary"}) {
		t.Errorf("got %v and %v", england.Regions(), england.Types())
	}
	if b, ok := england.ByLACode("900"); !ok || b.ID != "far-town" {
		t.Errorf("got %v", b)
	}
}

func TestPartOfEnglandHasTheEarlierCouncilsAndWhatIsSaidOfEveryAuthority(t *testing.T) {
	england := NewEngland(testEngland(t))
	part := england.Part("east-shire", "old-town")
	var ids []string
	for _, b := range part.Bodies {
		ids = append(ids, b.ID)
	}
	slices.Sort(ids)
	if !slices.Equal(ids, []string{"east-shire", "old-town", "shire-county-council"}) || len(part.Inspections) != 3 || len(part.Successions) != 2 {
		t.Errorf("got %v with %d inspections and %d successions", ids, len(part.Inspections), len(part.Successions))
	}
	for _, b := range part.Bodies {
		if got, want := part.CompleteTo(b, "ilacs_graded"), england.CompleteTo(b, "ilacs_graded"); got != want || !got.Known() {
			t.Errorf("%s is complete to %s, want %s", b.ID, got, want)
		}
	}
}

func TestNewestLetterOfEnglandIsThatOfItsRecord(t *testing.T) {
	england := NewEngland(testEngland(t))
	for _, day := range []string{"2010-01-01", "2018-07-02", "2024-03-17", "2024-03-18", "2026-11-21"} {
		if got, want := england.NewestLetter(MustDate(day)), england.Record.NewestLetter(MustDate(day)); got != want {
			t.Errorf("%s: got %s, want %s", day, got, want)
		}
	}
}

func TestWhatIsAskedOfEnglandsRecordIsWhatIsAskedOfAnyOther(t *testing.T) {
	plain := testEngland(t)
	england := NewEngland(plain)
	day := MustDate("2026-11-21")
	for _, id := range []string{"old-town", "shire-county-council", "far-town", "nowhere", "shire"} {
		got, gotOK := england.Record.Body(id)
		want, wantOK := plain.Body(id)
		if !reflect.DeepEqual(got, want) || gotOK != wantOK {
			t.Errorf("%s: got %+v, want %+v", id, got, want)
		}
		if got, want := england.fullInspections(id, day), plain.fullInspections(id, day); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", id, got, want)
		}
	}
	for _, seen := range []Date{day, MustDate("2024-06-01"), day} {
		if got, want := england.waits(seen), plain.waits(seen); !reflect.DeepEqual(got, want) || len(got) == 0 {
			t.Errorf("%s: got %v, want %v", seen, got, want)
		}
	}
	changed := *england.Record
	changed.Bodies, changed.Inspections = nil, nil
	if _, ok := changed.Body("old-town"); ok || len(changed.fullInspections("old-town", day)) > 0 || len(changed.waits(day)) > 0 {
		t.Error("a copy that was changed answers as the record that it was copied from")
	}
}
