package inspection

import (
	"slices"
	"strings"
	"testing"
)

func TestScrutinysLists(t *testing.T) {
	since, asOf := MustDate("2026-09-01"), MustDate("2026-11-20")
	fresh := MustDate("2026-11-01") // evidence that everybody sees
	at := func(state ProgressState) Position {
		return Position{State: state, StateOn: MustDate("2026-08-01"), Due: MustDate("2027-03-31"), EvidencePublic: fresh, EvidenceMembers: fresh,
			EvidenceOfficers: fresh}
	}
	with := func(p Position, change func(*Position)) Position { change(&p); return p }
	view := func(id string, v ViewOfProgress) LaterView { return LaterView{ID: id, View: v} }
	for name, c := range map[string]struct {
		item ScrutinyItem
		in   []ScrutinyCode
	}{
		"what nothing is recorded of is live": {ScrutinyItem{Position: Unmoved("X")}, []ScrutinyCode{ScrutinyLive}},
		"what was closed since is live no more": {
			ScrutinyItem{Before: at(Verified), Position: at(Closed)}, []ScrutinyCode{ScrutinyClosed}},
		"what was replaced since is listed with it": {
			ScrutinyItem{Before: at(Planned), Position: at(Superseded)}, []ScrutinyCode{ScrutinyClosed}},
		"what had been closed before is in no list": {ScrutinyItem{Before: at(Closed), Position: at(Closed)}, nil},
		"what was closed, opened and closed again since is listed": {
			ScrutinyItem{Before: at(Closed), Position: with(at(Closed), func(p *Position) { p.StateOn = MustDate("2026-10-01") })},
			[]ScrutinyCode{ScrutinyClosed}},
		"what the council says is done since": {
			ScrutinyItem{Before: at(InProgress), Position: at(Delivered)}, []ScrutinyCode{ScrutinyLive, ScrutinySaidDone}},
		"what was said and checked since waits for closing": {
			ScrutinyItem{Before: at(InProgress), Position: at(Verified)}, []ScrutinyCode{ScrutinyLive, ScrutinySaidDone, ScrutinyWaiting}},
		"what had been said before and was only accepted since": {
			ScrutinyItem{Before: at(Delivered), Position: at(EvidenceAccepted)}, []ScrutinyCode{ScrutinyLive}},
		"what was sent back and said to be done once more": {
			ScrutinyItem{Before: at(Delivered), Position: with(at(Delivered), func(p *Position) { p.StateOn = MustDate("2026-10-01") })},
			[]ScrutinyCode{ScrutinyLive, ScrutinySaidDone}},
		"a day that was asked for waits": {
			ScrutinyItem{Before: at(InProgress), Position: with(at(InProgress), func(p *Position) { p.AskedDue = MustDate("2027-06-30") })},
			[]ScrutinyCode{ScrutinyLive, ScrutinyDatesAsked, ScrutinyWaiting}},
		"a day that was agreed since": {
			ScrutinyItem{Before: at(InProgress), Position: with(at(InProgress), func(p *Position) { p.TimesMoved = 1 })},
			[]ScrutinyCode{ScrutinyLive, ScrutinyDatesAgreed}},
		"days that were agreed before": {
			ScrutinyItem{Before: with(at(InProgress), func(p *Position) { p.TimesMoved = 2 }),
				Position: with(at(InProgress), func(p *Position) { p.TimesMoved = 2 })},
			[]ScrutinyCode{ScrutinyLive, ScrutinyMovedMore}},
		"what is past its date": {
			ScrutinyItem{Before: at(InProgress), Position: with(at(InProgress), func(p *Position) { p.Due = MustDate("2026-11-19") })},
			[]ScrutinyCode{ScrutinyLive, ScrutinyPastDate}},
		"what is due on the day itself": {
			ScrutinyItem{Before: at(InProgress), Position: with(at(InProgress), func(p *Position) { p.Due = asOf })}, []ScrutinyCode{ScrutinyLive}},
		"evidence that the reader may not see": {
			ScrutinyItem{Before: at(InProgress), Position: with(at(InProgress), func(p *Position) { p.EvidenceMembers = Date{} })},
			[]ScrutinyCode{ScrutinyLive, ScrutinyNoEvidence}},
		"what a letter said since": {
			ScrutinyItem{Before: at(Planned), Position: at(Planned), Views: []LaterView{view("1", Improving)}},
			[]ScrutinyCode{ScrutinyLive, ScrutinyOfstedChecked}},
		"what a letter said before": {
			ScrutinyItem{Before: at(Planned), Position: at(Planned), Views: []LaterView{view("1", Improving)},
				ViewsBefore: []LaterView{view("1", Improving)}}, []ScrutinyCode{ScrutinyLive}},
		"a letter that is silent": {
			ScrutinyItem{Before: at(Planned), Position: at(Planned), Views: []LaterView{view("1", NotMentioned)}}, []ScrutinyCode{ScrutinyLive}},
		"what a letter asks for again": {
			ScrutinyItem{Before: at(Planned), Position: at(Planned), Views: []LaterView{view("1", Repeated)}, Again: []string{"X-2026-1"}},
			[]ScrutinyCode{ScrutinyLive, ScrutinyOfstedChecked, ScrutinyCameBack}},
		"what a letter asked for again after it was closed": {
			ScrutinyItem{Before: at(Closed), Position: at(Closed), Again: []string{"X-2026-1"}}, []ScrutinyCode{ScrutinyCameBack}},
		"what came back and was planned anew": {
			ScrutinyItem{Before: at(Planned), Position: with(at(Planned), func(p *Position) { p.Returned = 1 })},
			[]ScrutinyCode{ScrutinyLive, ScrutinyCameBack}},
	} {
		t.Run(name, func(t *testing.T) {
			board := Scrutiny([]ScrutinyItem{c.item}, since, asOf, ForMembers)
			var in []ScrutinyCode
			for _, list := range board.Lists {
				if list.Count != len(list.Items) {
					t.Errorf("%s counts %d of %d", list.Code, list.Count, len(list.Items))
				}
				if list.Count > 0 {
					in = append(in, list.Code)
				}
			}
			if !slices.Equal(in, c.in) {
				t.Errorf("got %v, want %v", in, c.in)
			}
		})
	}
}

func TestScrutinyCountsASharedAreaOnce(t *testing.T) {
	item := func(reference, shared string, state ProgressState) ScrutinyItem {
		return ScrutinyItem{Recommendation: Recommendation{Reference: reference, SharedKey: shared}, Position: Position{State: state}}
	}
	board := Scrutiny([]ScrutinyItem{
		item("NN-1", "plans", Issued), item("WN-1", "plans", Issued), item("NN-2", "", Issued), item("WN-2", "", Issued),
		item("NN-3", "visits", Issued), item("WN-3", "visits", Closed),
	}, MustDate("2026-09-01"), moveToday, ForPublic)
	for code, want := range map[ScrutinyCode][2]int{ScrutinyLive: {4, 5}, ScrutinyClosed: {1, 1}, ScrutinyCameBack: {0, 0}} {
		if list := board.List(code); list.Count != want[0] || len(list.Items) != want[1] {
			t.Errorf("%s counts %d and lists %d, want %v", code, list.Count, len(list.Items), want)
		}
	}
}

func TestScrutinysListsSayTheirRules(t *testing.T) {
	board := Scrutiny(nil, MustDate("2026-03-03"), moveToday, ForPublic)
	if len(board.Lists) != 11 {
		t.Fatalf("got %d lists", len(board.Lists))
	}
	for _, list := range board.Lists {
		if list.Title == "" || !strings.HasSuffix(list.Rule, ".") {
			t.Errorf("%s has the title %q and the rule %q", list.Code, list.Title, list.Rule)
		}
		if since := strings.HasSuffix(list.Title, "since"); since && !strings.Contains(list.Rule, "after 3 March 2026") {
			t.Errorf("%s does not say since when: %q", list.Code, list.Rule)
		}
	}
	for code, words := range map[ScrutinyCode]string{
		ScrutinyPastDate: "20 November 2026", ScrutinyNoEvidence: "90 days", ScrutinyOfstedChecked: "after 3 March 2026",
	} {
		if rule := board.List(code).Rule; !strings.Contains(rule, words) {
			t.Errorf("%s: %q", code, rule)
		}
	}
	t.Run("without a meeting everything that was ever recorded is new", func(t *testing.T) {
		item := ScrutinyItem{Position: Position{State: Closed}}
		list := Scrutiny([]ScrutinyItem{item}, Date{}, moveToday, ForPublic).List(ScrutinyClosed)
		if list.Count != 1 || !strings.Contains(list.Rule, "since progress was first recorded here") {
			t.Errorf("got %+v", list)
		}
	})
	if list := board.List("else"); list.Title != "" {
		t.Errorf("there is a list %+v", list)
	}
}

func TestWhatACouncilThatHasEndedWasAskedStandsApart(t *testing.T) {
	r := newRecord(t)
	in := r.inspect("shire-county-council", "ilacs-standard", "2019-06-17", "2019-07-30", allGood2022)
	in.ask("old", Improvement, Improvement)
	for day, ended := range map[string]bool{"2019-08-01": false, "2021-03-31": false, "2021-04-01": true, "2026-11-21": true} {
		if got := r.Ended(in, MustDate(day)); got != ended {
			t.Errorf("on %s it had ended: %v", day, got)
		}
	}
	item := func(place int, ended bool, state ProgressState) ScrutinyItem {
		return ScrutinyItem{
			Recommendation: in.Recommendations[place], Inspection: in, Ended: ended,
			Position: Position{State: state, Due: MustDate("2020-01-01"), AskedDue: MustDate("2020-06-01"), Returned: 1, TimesMoved: 2},
		}
	}
	board := Scrutiny([]ScrutinyItem{item(0, true, InProgress), item(1, true, Closed)}, MustDate("2026-03-03"), moveToday, ForPublic)
	for _, list := range board.Lists {
		if list.Count != 0 || len(list.Items) != 0 {
			t.Errorf("%s counts %d", list.Code, list.Count)
		}
	}
	if ended := board.Ended; ended.Count != 1 || len(ended.Items) != 1 || !strings.HasSuffix(ended.Rule, ".") {
		t.Errorf("apart stand %+v", ended)
	}
	council, _ := r.Body("shire-county-council")
	if got := r.Prompts([]Body{council}, "", []ScrutinyItem{item(0, true, InProgress)}, ForPublic, moveToday); len(got) != 0 {
		t.Errorf("a council that has ended is asked %+v", got)
	}
	east, _ := r.Body("east-shire")
	if got := questions(r.Prompts([]Body{east}, "", []ScrutinyItem{item(0, true, InProgress)}, ForPublic, moveToday), ""); strings.Contains(got, "old") {
		t.Errorf("another council is asked %s", got)
	}
	if words := r.progressWords([]Body{council}, nil, moveToday); !strings.Contains(words, "has ended") {
		t.Errorf("its page says %q", words)
	}
	followed := []FollowedItem{{Recommendation: in.Recommendations[0], Inspection: in, Ended: true}}
	if len(OpenAreas(followed, moveToday)) != 0 || len(ProgressByLetter(followed, moveToday)) != 0 {
		t.Error("charts count it as open")
	}
}

func TestAListSaysOfWhichYearsItsLettersAre(t *testing.T) {
	of := func(year, shared string) ScrutinyItem {
		return ScrutinyItem{Recommendation: Recommendation{SharedKey: shared}, Inspection: &Inspection{Published: MustDate(year)}}
	}
	got := ScrutinyList{Items: []ScrutinyItem{of("2022-11-25", ""), of("2026-07-07", "a"), of("2026-07-07", "a"), of("2026-07-07", "")}}.ByYear()
	if want := "By the year of the letter: 2 from 2026, 1 from 2022."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (ScrutinyList{Items: []ScrutinyItem{of("2022-11-25", "")}}).ByYear(); got != "" {
		t.Errorf("all are of one year: %q", got)
	}
}
