package inspection

import (
	"slices"
	"strings"
	"testing"
)

var reorganisationDay = MustDate("2026-11-21")

// countyPlan is the plan of a county, Old Town, that is split in two.
func countyPlan() Plan {
	return Plan{
		On: MustDate("2028-04-01"), Ending: []string{"old-town"}, Region: "East", Type: "Unitary Authority",
		New:        []PlannedCouncil{{"North Town", "NTN"}, {"South Town", "951"}},
		Confidence: ByOfficialPage, Source: Source{Title: "A decision", Publisher: "A department", Address: "https://example.org/a"}, Note: "Two of three.",
	}
}

// townRecord is newRecord with what a plan has to know of councils.
func townRecord(t *testing.T) *Record {
	t.Helper()
	r := newRecord(t)
	for i := range r.Bodies {
		if b := &r.Bodies[i]; b.Kind == Authority {
			b.Region, b.Type = "East", "Unitary Authority"
		}
		if r.Bodies[i].ID == "old-town" {
			r.Bodies[i].Aliases, r.Bodies[i].LACode = []string{"City of Old Town"}, "950"
		}
	}
	return r
}

func bodyOf(t *testing.T, r *Record, id string) Body {
	t.Helper()
	b, ok := r.Body(id)
	if !ok {
		t.Fatalf("no body %s", id)
	}
	return b
}

func TestSlugsFollowOneRule(t *testing.T) {
	for name, want := range map[string]string{
		"North Northamptonshire": "north-northamptonshire", "Bristol, City of": "bristol", "Kingston Upon Hull, City of": "kingston-upon-hull",
		"Bournemouth, Christchurch and Poole": "bournemouth-christchurch-and-poole", "King’s Lynn & West": "kings-lynn-and-west",
		"St. Helens": "st-helens", "  –  ": "",
	} {
		if got := Slug(name); got != want {
			t.Errorf("%q gives %q, not %q", name, got, want)
		}
	}
}

func TestSlugsAreThoseOfTheSeed(t *testing.T) {
	r := newRecord(t)
	for _, b := range r.Bodies {
		if b.Kind == Authority && Slug(b.Name) != b.ID {
			t.Errorf("%s has the address %s, not %s", b.Name, b.ID, Slug(b.Name))
		}
	}
}

func TestReorganisationsAreToldApart(t *testing.T) {
	r := &Record{
		Bodies: []Body{
			{ID: "a", Kind: Authority, Name: "A", Ended: MustDate("2021-03-31")}, {ID: "b", Kind: Authority, Name: "B", Ended: MustDate("2021-03-31")},
			{ID: "ab", Kind: Authority, Name: "A and B", Created: MustDate("2021-04-01")},
			{ID: "c", Kind: Authority, Name: "C", Ended: MustDate("2021-03-31")},
			{ID: "c-east", Kind: Authority, Name: "C East", Created: MustDate("2021-04-01")},
			{ID: "c-west", Kind: Authority, Name: "C West", Created: MustDate("2021-04-01")},
			{ID: "d", Kind: Authority, Name: "D", Ended: MustDate("2019-03-31")}, {ID: "e", Kind: Authority, Name: "E"},
			{ID: "f", Kind: Authority, Name: "F", Created: MustDate("2009-04-01")},
			{ID: "g", Kind: Authority, Name: "G", Created: MustDate("2009-04-01"), Note: "The earlier G is not held."},
		},
		Successions: []Succession{
			{FromID: "a", ToID: "ab", On: MustDate("2021-04-01"), Note: "Of three."}, {FromID: "c", ToID: "c-east", On: MustDate("2021-04-01")},
			{FromID: "c", ToID: "c-west", On: MustDate("2021-04-01")}, {FromID: "b", ToID: "ab", On: MustDate("2021-04-01"), Note: "Of three."},
			{FromID: "d", ToID: "e", On: MustDate("2019-04-01")},
		},
	}
	var got []string
	for _, x := range r.Reorganisations() {
		got = append(got, strings.Join(append([]string{x.ID, x.On.ISO(), x.Kind().Words(), x.Words(reorganisationDay)}, x.Notes()...), " | "))
	}
	want := []string{
		"a | 2021-04-01 | Merged | A and B ended; A and B took over their areas. | Of three.",
		"c | 2021-04-01 | Split | C ended; C East and C West took over its area.",
		"d | 2019-04-01 | Taken over | D ended; E took over its area.",
		"f | 2009-04-01 | New | F began. The earlier councils in its area are not in this register.",
		"g | 2009-04-01 | New | G began. | The earlier G is not held.",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	t.Run("one that is to come is said as a plan", func(t *testing.T) {
		x, err := r.ReorganisationOf("b")
		if words := x.Words(MustDate("2020-01-01")); err != nil || words != "A and B are to end; A and B is to take over their areas." {
			t.Errorf("got %q, %v", words, err)
		}
	})
	t.Run("a council that goes on is told from one that begins", func(t *testing.T) {
		x, err := r.ReorganisationOf("d")
		if err != nil || len(x.Began()) != 0 || len(x.GoOn()) != 1 {
			t.Errorf("got %+v, %v", x, err)
		}
	})
	t.Run("a name that holds an and is told from the next", func(t *testing.T) {
		if got := councilNames([]Body{{Name: "Cumberland"}, {Name: "Westmorland and Furness"}}); got != "Cumberland, and Westmorland and Furness" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("a council that did not end has none", func(t *testing.T) {
		if _, err := r.ReorganisationOf("e"); err == nil {
			t.Error("it has one")
		}
	})
}

func TestAPlanThatIsRightHasNoProblem(t *testing.T) {
	if problems := countyPlan().Check(townRecord(t), reorganisationDay); len(problems) > 0 {
		t.Errorf("got %v", problems)
	}
}

func TestAPlanSaysWhatIsWrongWithIt(t *testing.T) {
	long := strings.Repeat("x", 1001)
	for name, c := range map[string]struct {
		change func(p *Plan)
		field  string
		says   string
	}{
		"no day":                           {func(p *Plan) { p.On = Date{} }, "on", "Enter the day"},
		"a month":                          {func(p *Plan) { p.On = MustDate("2028-04") }, "on", "a day, month and year"},
		"a day before the record":          {func(p *Plan) { p.On = MustDate("2009-04-01") }, "on", "This record begins on"},
		"a day that has passed":            {func(p *Plan) { p.On = MustDate("2026-04-01") }, "on", "a day to come"},
		"today":                            {func(p *Plan) { p.On = reorganisationDay }, "on", "a day to come"},
		"a day in another century":         {func(p *Plan) { p.On = MustDate("2128-04-01") }, "on", "Check the year"},
		"nobody ends":                      {func(p *Plan) { p.Ending = nil }, "ending.1", "Choose the council that ends"},
		"an unknown council ends":          {func(p *Plan) { p.Ending = []string{"atlantis"} }, "ending.1", "from the list"},
		"a place ends":                     {func(p *Plan) { p.Ending = []string{"shire"} }, "ending.1", "from the list"},
		"one ends twice":                   {func(p *Plan) { p.Ending = []string{"old-town", "old-town"} }, "ending.2", "chosen twice"},
		"one that has ended":               {func(p *Plan) { p.Ending = []string{"old-town", "shire-county-council"} }, "ending.2", "has 31 March 2021 as its last day already"},
		"nobody takes over":                {func(p *Plan) { p.New = nil }, "council.1.name", "takes over"},
		"a council that ends goes on":      {func(p *Plan) { p.Continuing = []string{"old-town"} }, "continuing.1", "cannot go on"},
		"an unknown council goes on":       {func(p *Plan) { p.Continuing = []string{"atlantis"} }, "continuing.1", "from the list"},
		"a code without a name":            {func(p *Plan) { p.New[1].Name = "" }, "council.2.name", "Enter the name"},
		"a name of signs":                  {func(p *Plan) { p.New[1].Name = "??" }, "council.2.name", "in letters"},
		"a name too long":                  {func(p *Plan) { p.New[1].Name = long }, "council.2.name", "100 characters"},
		"a name that exists":               {func(p *Plan) { p.New[1].Name = "west  shire" }, "council.2.name", "West Shire is on this record already"},
		"another name of one that exists":  {func(p *Plan) { p.New[1].Name = "city of old town" }, "council.2.name", "Old Town is on this record already"},
		"the same name twice":              {func(p *Plan) { p.New[1].Name = "NORTH town" }, "council.2.name", "entered twice"},
		"no code":                          {func(p *Plan) { p.New[0].Code = "" }, "council.1.code", "Enter the local authority code"},
		"a code of another shape":          {func(p *Plan) { p.New[0].Code = "N1" }, "council.1.code", "three digits"},
		"a code that is taken":             {func(p *Plan) { p.New[0].Code = "ES" }, "council.1.code", "the code of East Shire"},
		"a local authority code, taken":    {func(p *Plan) { p.New[0].Code = "950" }, "council.1.code", "the code of Old Town"},
		"the same code twice":              {func(p *Plan) { p.New[1].Code = "NTN" }, "council.2.code", "entered twice"},
		"no region":                        {func(p *Plan) { p.Region = "" }, "region", "Choose the region"},
		"a region of nowhere":              {func(p *Plan) { p.Region = "Narnia" }, "region", "Choose the region"},
		"a type of nothing":                {func(p *Plan) { p.Type = "Kingdom" }, "type", "Choose the type"},
		"no confidence":                    {func(p *Plan) { p.Confidence = "" }, "confidence", "how sure"},
		"a confidence off the list":        {func(p *Plan) { p.Confidence = "certain" }, "confidence", "how sure"},
		"inspectors’ letters know no plan": {func(p *Plan) { p.Confidence = ByLetter }, "confidence", "how sure"},
		"no source":                        {func(p *Plan) { p.Source.Title = "" }, "source_title", "Enter what says so"},
		"no publisher":                     {func(p *Plan) { p.Source.Publisher = "" }, "source_publisher", "who published it"},
		"an address of no page":            {func(p *Plan) { p.Source.Address = "javascript:alert(1)" }, "source_address", "beginning with https://"},
		"a note too long":                  {func(p *Plan) { p.Note = long }, "note", "at most 1000 characters"},
		"a name with markup":               {func(p *Plan) { p.New[1].Name = "<b>South</b>" }, "council.2.name", "in letters"},
		"too many new councils":            {func(p *Plan) { p.New = make([]PlannedCouncil, 13) }, "council.1.name", "at most 12 new"},
		"too many that end":                {func(p *Plan) { p.Ending = make([]string, 13) }, "ending.1", "at most 12 councils"},
	} {
		t.Run(name, func(t *testing.T) {
			p := countyPlan()
			c.change(&p)
			problems := p.Check(townRecord(t), reorganisationDay)
			if len(problems) == 0 || problems[0].Field != c.field || !strings.Contains(problems[0].Words, c.says) {
				t.Errorf("got %v", problems)
			}
		})
	}
	t.Run("a council ends before it began", func(t *testing.T) {
		p := countyPlan()
		planned := p.In(townRecord(t), reorganisationDay)
		again := countyPlan()
		again.On, again.Ending, again.New = MustDate("2028-01-01"), []string{"north-town"}, []PlannedCouncil{{"Far Town", "FT"}}
		problems := again.Check(planned, reorganisationDay)
		if len(problems) != 1 || problems[0].Field != "ending.1" || !strings.Contains(problems[0].Words, "begins only on 1 April 2028") {
			t.Errorf("got %v", problems)
		}
	})
}

// Plans that name the same councils must not run into one another: each is read back from its successions.
func TestPlansOfTheSameCouncils(t *testing.T) {
	grows := countyPlan() // East Shire goes on, and takes over Old Town
	grows.New, grows.Continuing = nil, []string{"east-shire"}
	held := grows.In(townRecord(t), reorganisationDay)
	other := func(on string) Plan {
		p := countyPlan()
		p.On, p.Ending, p.New, p.Continuing = MustDate(on), []string{"west-shire"}, nil, []string{"east-shire"}
		return p
	}
	refused := func(t *testing.T, problems Problems, field, words string) {
		t.Helper()
		if len(problems) != 1 || problems[0].Field != field || !strings.Contains(problems[0].Words, words) {
			t.Errorf("got %v", problems)
		}
	}
	t.Run("a council takes over in one reorganisation on a day", func(t *testing.T) {
		refused(t, other("2028-04-01").Check(held, reorganisationDay), "continuing.1", "East Shire is to take over another area on 1 April 2028 already")
		if problems := other("2028-05-01").Check(held, reorganisationDay); len(problems) > 0 {
			t.Errorf("on another day: %v", problems)
		}
	})
	t.Run("a council does not end before it takes over", func(t *testing.T) {
		ends := countyPlan()
		ends.Ending = []string{"east-shire"}
		for _, on := range []string{"2027-04-01", "2028-04-01"} {
			ends.On = MustDate(on)
			refused(t, ends.Check(held, reorganisationDay), "ending.1", "East Shire is to take over another area on 1 April 2028")
		}
		ends.On = MustDate("2028-04-02")
		if problems := ends.Check(held, reorganisationDay); len(problems) > 0 {
			t.Errorf("after it: %v", problems)
		}
	})
	t.Run("one on which a later one rests stays until that is withdrawn", func(t *testing.T) {
		split := countyPlan().In(townRecord(t), reorganisationDay)
		x, err := split.ReorganisationOf("old-town")
		if err != nil {
			t.Fatal(err)
		}
		ends, goesOn := other("2030-04-01"), other("2030-04-01")
		ends.Ending, goesOn.Continuing = []string{"north-town"}, []string{"north-town"}
		for _, later := range []Plan{ends, goesOn} {
			refused(t, later.In(split, reorganisationDay).Fixed(x), "on", "North Town is in the reorganisation of 1 April 2030 too. Withdraw that one first")
		}
		last, err := ends.In(split, reorganisationDay).ReorganisationOf("north-town")
		if problems := ends.In(split, reorganisationDay).Fixed(last); err != nil || len(problems) > 0 {
			t.Errorf("the later one itself: %v, %v", problems, err)
		}
	})
	t.Run("each has a source of its own, also where an earlier one was changed to other councils", func(t *testing.T) {
		moved := other("2028-05-01")
		moved.Source.ID = "reorganisation-old-town"
		both := countyPlan().In(moved.In(townRecord(t), reorganisationDay), reorganisationDay)
		x, err := both.ReorganisationOf("old-town")
		if err != nil || x.Successions[0].SourceID != "reorganisation-old-town-2" || !x.RecordedHere() {
			t.Errorf("got %+v, %v", x.Successions, err)
		}
	})
	t.Run("the place never takes the address of a council", func(t *testing.T) {
		p := countyPlan()
		p.New[0].Name = "Old Town Area"
		planned := p.In(townRecord(t), reorganisationDay)
		if b := bodyOf(t, planned, "old-town-area"); b.Kind != Authority {
			t.Errorf("the council is %+v", b)
		}
		if b := bodyOf(t, planned, "old-town-area-area"); b.Kind != Place || len(planned.Members(b.ID)) != 2 {
			t.Errorf("the place is %+v", b)
		}
	})
}

func TestAPlanInTheRecord(t *testing.T) {
	r := townRecord(t)
	planned := countyPlan().In(r, reorganisationDay)
	t.Run("the record itself stays as it was", func(t *testing.T) {
		if b := bodyOf(t, r, "old-town"); b.Ended.Known() || len(r.Successions) != 2 || len(r.Sources) != 0 {
			t.Errorf("got %+v", b)
		}
	})
	t.Run("it has the councils, who follows whom, the source and the place", func(t *testing.T) {
		north, south := bodyOf(t, planned, "north-town"), bodyOf(t, planned, "south-town")
		if north.Created != MustDate("2028-04-01") || north.Code != "NTN" || north.LACode != "" || south.LACode != "951" || north.Region != "East" {
			t.Errorf("got %+v and %+v", north, south)
		}
		if old := bodyOf(t, planned, "old-town"); old.Ended != MustDate("2028-03-31") {
			t.Errorf("the old one ends on %s", old.Ended)
		}
		place := bodyOf(t, planned, "old-town-area")
		if place.Kind != Place || place.Name != "Old Town" || len(planned.Members(place.ID)) != 2 {
			t.Errorf("the place is %+v", place)
		}
		x, err := planned.ReorganisationOf("old-town")
		if err != nil || x.Kind() != CouncilSplit || !x.RecordedHere() || len(planned.Fixed(x)) > 0 {
			t.Errorf("got %+v, %v", x, err)
		}
		if source, ok := planned.Source(x.Successions[0].SourceID); !ok || source.Title != "A decision" || source.ReadOn != reorganisationDay {
			t.Errorf("the source is %+v", source)
		}
	})
	t.Run("what was recorded with the program stays", func(t *testing.T) {
		x, _ := planned.ReorganisationOf("shire-county-council")
		if problems := planned.Fixed(x); len(problems) != 1 || !strings.Contains(problems[0].Words, "came with the program") {
			t.Errorf("got %v", problems)
		}
	})
	t.Run("without it the record is what it was, and the plan comes back", func(t *testing.T) {
		x, _ := planned.ReorganisationOf("old-town")
		without, plan := planned.Without(x)
		if len(without.Bodies) != len(r.Bodies) || len(without.Successions) != len(r.Successions) || len(without.PlaceMembers) != len(r.PlaceMembers) ||
			len(without.Sources) != 0 || bodyOf(t, without, "old-town").Ended.Known() {
			t.Errorf("got %+v", without)
		}
		want := countyPlan()
		if plan.On != want.On || !slices.Equal(plan.Ending, want.Ending) || !slices.Equal(plan.New, want.New) || plan.Region != want.Region ||
			plan.Type != want.Type || plan.Confidence != want.Confidence || plan.Note != want.Note || plan.Source.Title != want.Source.Title {
			t.Errorf("the plan is %+v", plan)
		}
	})
	t.Run("one council for one has no place of its own, two for two have", func(t *testing.T) {
		p := countyPlan()
		p.New = p.New[:1]
		if _, ok := p.In(r, reorganisationDay).Body("old-town-area"); ok {
			t.Error("there is a place")
		}
		p = countyPlan()
		p.Ending = append(p.Ending, "east-shire")
		if place := bodyOf(t, p.In(r, reorganisationDay), "east-shire-and-old-town"); place.Name != "East Shire and Old Town" {
			t.Errorf("the place is %+v", place)
		}
	})
}

// A council that is to end exists until it does: what is said of it before is what would be said without the plan.
func TestACouncilThatIsToEndIsWhatItWas(t *testing.T) {
	r := townRecord(t)
	r.inspect("old-town", "ilacs-standard", "2019-01-07", "2019-03-01", "overall good, leaders good")
	planned := countyPlan().In(r, reorganisationDay)
	old := bodyOf(t, planned, "old-town")
	t.Run("the lists that are complete for every authority are for it", func(t *testing.T) {
		if got := planned.CompleteTo(old, "ilacs_graded"); got != MustDate("2026-08-22") {
			t.Errorf("complete to %s", got)
		}
		gone := bodyOf(t, planned, "shire-county-council")
		if got := planned.CompleteTo(gone, "area_send_full"); got.Known() {
			t.Errorf("the list is complete to %s for a council that had ended", got)
		}
	})
	t.Run("its lanes are the same today", func(t *testing.T) {
		for _, lane := range []string{"leaders", "help_protection", "in_care", "overall"} {
			if got, want := draw(t, planned, "old-town", lane, "2026-11-21"), draw(t, r, "old-town", lane, "2026-11-21"); got != want {
				t.Errorf("%s:\n%s\nand not\n%s", lane, got, want)
			}
		}
	})
	t.Run("after its last day they stop there", func(t *testing.T) {
		if got := draw(t, planned, "old-town", "leaders", "2029-01-01"); !strings.Contains(got, "to 2028-03-31: Good") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("it counts among the authorities until then, and the new ones after", func(t *testing.T) {
		e := NewEngland(planned)
		for day, want := range map[string]int{"2026-11-21": 3, "2028-03-31": 3, "2028-04-01": 4} {
			if got := len(e.Histories(MustDate(day), Where{})); got != want {
				t.Errorf("on %s there are %d", day, got)
			}
		}
	})
	t.Run("one that was never inspected is not said to have reports that are not held", func(t *testing.T) {
		p := countyPlan()
		p.Ending = []string{"east-shire"}
		e := NewEngland(p.In(townRecord(t), reorganisationDay))
		h, _ := e.History("east-shire")
		if stand := e.stand(h, "leaders", h.latest(dayNumber(reorganisationDay), 0)); stand.NotHeld || stand.Absence != AbsentNotYet {
			t.Errorf("got %+v", stand)
		}
		gone, _ := e.History("shire-county-council")
		gone.Full = nil
		e.Completeness = nil
		if stand := e.stand(gone, "leaders", gone.latest(dayNumber(MustDate("2020-01-01")), 0)); !stand.NotHeld {
			t.Errorf("of one that has ended: %+v", stand)
		}
	})
}

func TestACouncilThatIsToBegin(t *testing.T) {
	planned := countyPlan().In(townRecord(t), reorganisationDay)
	north, first := bodyOf(t, planned, "north-town"), MustDate("2028-04-01")
	t.Run("nothing stands in its lanes before its first day, though the lists are older than it", func(t *testing.T) {
		lanes := planned.Lanes(north, first)
		for _, lane := range lanes.Main {
			for _, b := range lane.Blocks {
				if b.From.Before(first) || b.SolidUntil.Before(b.From) {
					t.Errorf("%s: %+v", lane.Code, b)
				}
			}
		}
	})
	t.Run("its headline says that it has no grade of its own, and what the earlier council had", func(t *testing.T) {
		headlines := planned.Headlines([]Body{north}, first)
		if len(headlines) != 1 || headlines[0].Lead != "No graded inspection of North Town yet, since it began on 1 April 2028." ||
			!strings.Contains(strings.Join(headlines[0].Detail, " "), "The earlier council, Old Town, ended on 31 March 2028") {
			t.Errorf("got %+v", headlines)
		}
	})
	t.Run("its place has no council before, not even the earlier one", func(t *testing.T) {
		if got := planned.MembersOn("old-town-area", MustDate("2028-03-31")); len(got) != 0 {
			t.Errorf("got %+v", got)
		}
		if got := planned.MembersOn("old-town-area", first); len(got) != 2 {
			t.Errorf("got %+v", got)
		}
	})
}

// A council that goes on has no part in the past of one whose area it is to take over, until it does.
func TestACouncilThatGoesOnHasNoEarlierCouncilBeforeTheDay(t *testing.T) {
	p := countyPlan()
	p.New, p.Continuing = nil, []string{"east-shire"}
	planned := p.In(townRecord(t), reorganisationDay)
	for day, want := range map[string]int{"2026-11-21": 1, "2028-03-31": 1, "2028-04-01": 2} {
		r := planned.AsOf(MustDate(day))
		if got := r.EarlierCouncils(bodyOf(t, r, "east-shire")); len(got) != want {
			t.Errorf("on %s the earlier councils are %+v", day, got)
		}
	}
}
