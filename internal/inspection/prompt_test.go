package inspection

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// promptDay is the day on which the tests of prompts ask.
var promptDay = MustDate("2026-11-21")

// itemsOf returns the areas to improve of a record with the positions given by reference, and the views that it holds.
func itemsOf(r *Record, positions map[string]Position) []ScrutinyItem {
	var out []ScrutinyItem
	for _, in := range r.Inspections {
		for _, item := range in.Recommendations {
			p, ok := positions[item.Reference]
			if !ok {
				p = Unmoved(item.Reference)
			}
			one := ScrutinyItem{Recommendation: item, Inspection: in, Position: p}
			for _, v := range r.LaterViews {
				if v.Reference == item.Reference {
					one.Views = append(one.Views, v)
				}
			}
			out = append(out, one)
		}
	}
	return out
}

// questions returns the questions of one rule, or of all where none is named.
func questions(prompts []Prompt, code PromptCode) string {
	var lines []string
	for _, p := range prompts {
		if code == "" || p.Code == code {
			lines = append(lines, p.Question)
		}
	}
	return strings.Join(lines, "\n")
}

// twice inspects both councils in 2022 and in 2026, with twin areas each time.
func twice(t *testing.T) *Record {
	r := newRecord(t)
	r.Themes = []Theme{{Code: "health", Name: "Health", Position: 1}, {Code: "plans", Name: "Plans", Position: 2}}
	for _, b := range []string{"east-shire", "west-shire"} {
		r.inspect(b, "ilacs-standard", "2022-10-03", "2022-11-25", allGood2022).ask("then", Improvement, Improvement)
		r.inspect(b, "ilacs-standard", "2026-05-11", "2026-07-07", allGood2026).ask("now", Improvement)
	}
	return r
}

func TestPromptsAboutPlansAndReturns(t *testing.T) {
	r := twice(t)
	r.inspect("east-partnership", "area-send", "2024-01-22", "2024-03-25", "send_outcome 3")
	r.inspect("west-partnership", "area-send", "2024-03-18", "2024-07-12", "send_outcome 3")
	both := bodies(r, "east-shire", "west-shire")
	t.Run("a plan is asked about once its latest possible day has passed, once for both councils", func(t *testing.T) {
		wantLines(t, questions(r.Prompts(both, "Shire", nil, ForPublic, promptDay), PromptPlan),
			"Where can we read each council’s action plan for the July 2026 letter?")
	})
	t.Run("on that day itself nobody is asked", func(t *testing.T) {
		if got := questions(r.Prompts(both, "Shire", nil, ForPublic, MustDate("2026-10-14")), PromptPlan); got != "" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("on one council's page it is the council's", func(t *testing.T) {
		wantLines(t, questions(r.Prompts(both[:1], "", nil, ForPublic, promptDay), PromptPlan),
			"Where can we read the council’s action plan for the July 2026 letter?")
	})
	t.Run("a plan that is recorded as published is not asked for", func(t *testing.T) {
		done := *r
		done.Fulfilments = []Fulfilment{{
			InspectionID: "west-shire-ilacs-standard-2026-05-11", BodyID: "west-shire", RuleCode: StatementOfActionRule,
			On: MustDate("2026-10-01"), Address: "https://west.example/plan", RecordedOn: MustDate("2026-10-02"), Position: 1,
		}}
		wantLines(t, questions(done.Prompts(both, "Shire", nil, ForPublic, promptDay), PromptPlan),
			"Where can we read East’s action plan for the July 2026 letter?")
	})
	t.Run("a return that was announced and is not recorded is asked about once, with its whole band", func(t *testing.T) {
		prompts := r.Prompts(both, "Shire", nil, ForPublic, promptDay)
		wantLines(t, questions(prompts, PromptReturn), "Have inspectors returned on SEND since 2024, and what did they find?")
		i := slices.IndexFunc(prompts, func(p Prompt) bool { return p.Code == PromptReturn })
		if want := "A monitoring inspection was expected about summer 2025–early 2026, and nothing is recorded."; prompts[i].Rule != want {
			t.Errorf("got %s", prompts[i].Rule)
		}
	})
	t.Run("a return whose time has not passed is not asked about", func(t *testing.T) {
		if got := questions(r.Prompts(both, "Shire", nil, ForPublic, MustDate("2025-06-01")), PromptReturn); got != "" {
			t.Errorf("got %s", got)
		}
	})
}

func TestPromptsAboutSubjectsThatComeBack(t *testing.T) {
	t.Run("a subject of two full letters in a row is asked about once, whoever's letters they are", func(t *testing.T) {
		r := twice(t)
		wantLines(t, questions(r.Prompts(bodies(r, "east-shire", "west-shire"), "Shire", nil, ForPublic, promptDay), PromptAgain),
			"Plans: in the 2022 letters, again in 2026. What is different now?")
	})
	t.Run("with one council it is one letter", func(t *testing.T) {
		r := twice(t)
		wantLines(t, questions(r.Prompts(bodies(r, "east-shire"), "", nil, ForPublic, promptDay), PromptAgain),
			"Plans: in the 2022 letter, again in 2026. What is different now?")
	})
	t.Run("what is recorded as asked for again stands before what only shares a theme", func(t *testing.T) {
		r := twice(t)
		then, now := r.Inspections[0], r.Inspections[1]
		then.Recommendations, now.Recommendations = nil, nil
		then.ask("", Improvement, Improvement)
		now.ask("", Improvement, Improvement)
		then.Recommendations[0].Themes, now.Recommendations[0].Themes = []string{"health"}, []string{"health"}
		r.Links = []RecommendationLink{{FromReference: now.Recommendations[1].Reference, ToReference: then.Recommendations[1].Reference, Kind: LinkRepeats}}
		prompts := r.Prompts(bodies(r, "east-shire"), "", nil, ForPublic, promptDay)
		wantLines(t, questions(prompts, PromptAgain),
			"Plans: in the 2022 letter, again in 2026. What is different now?",
			"Health: in the 2022 letter, again in 2026. What is different now?")
		for _, p := range prompts {
			if p.Code == PromptAgain && strings.Contains(p.Rule, "recorded as asking for it again") != strings.HasPrefix(p.Question, "Plans") {
				t.Errorf("%s: %s", p.Question, p.Rule)
			}
		}
	})
	t.Run("an item with two themes in common is asked about under one of them", func(t *testing.T) {
		r := twice(t)
		r.Inspections[0].Recommendations[0].Themes = []string{"plans", "health"}
		r.Inspections[1].Recommendations[0].Themes = []string{"plans", "health"}
		wantLines(t, questions(r.Prompts(bodies(r, "east-shire"), "", nil, ForPublic, promptDay), PromptAgain),
			"Health: in the 2022 letter, again in 2026. What is different now?")
	})
	t.Run("a letter between the two breaks the row", func(t *testing.T) {
		r := twice(t)
		r.inspect("east-shire", "ilacs-short", "2024-02-05", "2024-03-18", allGood2024)
		if got := questions(r.Prompts(bodies(r, "east-shire"), "", nil, ForPublic, promptDay), PromptAgain); got != "" {
			t.Errorf("got %s", got)
		}
	})
}

func TestPromptsAboutWhereItemsStand(t *testing.T) {
	r := twice(t)
	both := bodies(r, "east-shire", "west-shire")
	east, west := r.Inspections[1].Recommendations[0].Reference, r.Inspections[3].Recommendations[0].Reference
	older := r.Inspections[0].Recommendations[1].Reference
	under := func(change func(*Position)) Position {
		p := Position{State: InProgress, Moves: 2, Due: MustDate("2027-03-31"), EvidencePublic: MustDate("2026-11-01"), EvidenceMembers: MustDate("2026-11-01"), EvidenceOfficers: MustDate("2026-11-01")}
		change(&p)
		return p
	}
	for _, c := range []struct {
		says      string
		code      PromptCode
		positions map[string]Position
		want      string
	}{
		{"one that came back after closing", PromptCameBack, map[string]Position{east: under(func(p *Position) { p.State, p.Returned = Reopened, 1 })},
			"Area to improve " + east + " came back. What was missed, and what will be different?"},
		{"one past its date", PromptPastDate, map[string]Position{east: under(func(p *Position) { p.Due = MustDate("2026-11-20") })},
			"Area to improve " + east + " is past its date. What is left to do, and by when?"},
		{"one due today is not past its date", PromptPastDate, map[string]Position{east: under(func(p *Position) { p.Due = promptDay })}, ""},
		{"twins count once", PromptPastDate, map[string]Position{
			east: under(func(p *Position) { p.Due = MustDate("2026-11-20") }), west: under(func(p *Position) { p.Due = MustDate("2026-11-20") }),
		}, "Area to improve " + east + " is past its date. What is left to do, and by when?"},
		{"two of different letters are counted together", PromptPastDate, map[string]Position{
			east: under(func(p *Position) { p.Due = MustDate("2026-11-20") }), older: under(func(p *Position) { p.Due = MustDate("2026-11-20") }),
		}, "Two areas to improve are past their date. What is left to do on each, and by when?"},
		{"one whose date moved more than once", PromptMoved, map[string]Position{east: under(func(p *Position) { p.TimesMoved = 2 })},
			"Area to improve " + east + " was given a new date more than once. What would make the latest one hold?"},
		{"one moved once is not asked about", PromptMoved, map[string]Position{east: under(func(p *Position) { p.TimesMoved = 1 })}, ""},
		{"nor one that is closed", PromptMoved, map[string]Position{east: under(func(p *Position) { p.State, p.TimesMoved = Closed, 3 })}, ""},
		{"one that waits for a new date", PromptWaiting, map[string]Position{east: under(func(p *Position) { p.AskedDue = MustDate("2027-06-30") })},
			"Area to improve " + east + " waits for a decision. When will it be taken?"},
		{"one without new evidence", PromptNoEvidence, map[string]Position{east: under(func(p *Position) { p.EvidencePublic = MustDate("2026-08-22") })},
			"Area to improve " + east + " shows no new evidence. What tells us how far it is?"},
		{"evidence of ninety days ago is still new", PromptNoEvidence, map[string]Position{east: under(func(p *Position) { p.EvidencePublic = MustDate("2026-08-23") })}, ""},
		{"evidence that the reader may not see does not count", PromptNoEvidence, map[string]Position{east: under(func(p *Position) { p.EvidencePublic = Date{} })},
			"Area to improve " + east + " shows no new evidence. What tells us how far it is?"},
		{"one whose accepted evidence has expired", PromptExpired, map[string]Position{east: under(func(p *Position) { p.State, p.EvidenceUntil = Verified, MustDate("2026-11-20") })},
			"Area to improve " + east + " rests on evidence that has expired. Is it still so?"},
		{"where nothing is recorded there is nothing to ask about where it stands", PromptNoEvidence, nil, ""},
	} {
		t.Run(c.says, func(t *testing.T) {
			prompts := r.Prompts(both, "Shire", itemsOf(r, c.positions), ForPublic, promptDay)
			if got := questions(prompts, c.code); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			for _, p := range prompts {
				if p.Code == c.code && (len(p.References) != len(c.positions) || p.Rule == "" || p.Short == "") {
					t.Errorf("got %+v", p)
				}
			}
		})
	}
	t.Run("one that a letter asks for again is asked about, unless its subject is already or it is closed", func(t *testing.T) {
		r := twice(t)
		r.inspect("east-shire", "ilacs-standard", "2018-10-01", "2018-11-23", allGood2022).ask("long ago", Improvement)
		ask := func(reference string, state ProgressState) string {
			items := itemsOf(r, map[string]Position{reference: {Reference: reference, State: state}})
			for i := range items {
				if items[i].Reference == reference {
					items[i].Again = []string{"X-2026-9"}
				}
			}
			return questions(r.Prompts(both, "Shire", items, ForPublic, promptDay), PromptCameBack)
		}
		named := map[string]bool{}
		for _, p := range r.Prompts(both, "Shire", itemsOf(r, nil), ForPublic, promptDay) {
			for _, reference := range p.References {
				named[reference] = named[reference] || p.Code == PromptAgain
			}
		}
		asked, left := 0, 0
		for _, item := range itemsOf(r, nil) {
			if got := ask(item.Reference, Planned); (got == "") != named[item.Reference] || ask(item.Reference, Closed) != "" {
				t.Errorf("%s: %q", item.Reference, got)
			}
			if named[item.Reference] {
				left++
			} else {
				asked++
			}
		}
		if asked == 0 || left == 0 {
			t.Errorf("%d items are asked about and %d left to their subject, so nothing was proved", asked, left)
		}
	})
	t.Run("an officer who sees newer evidence is not asked for it", func(t *testing.T) {
		items := itemsOf(r, map[string]Position{east: under(func(p *Position) { p.EvidencePublic = Date{} })})
		if got := questions(r.Prompts(both, "Shire", items, ForOfficers, promptDay), PromptNoEvidence); got != "" {
			t.Errorf("got %s", got)
		}
	})
}

func TestPromptsAboutWhatIsNotKnown(t *testing.T) {
	r := twice(t)
	both := bodies(r, "east-shire", "west-shire")
	t.Run("areas of which no later letter's view is recorded", func(t *testing.T) {
		wantLines(t, questions(r.Prompts(both, "Shire", itemsOf(r, nil), ForPublic, promptDay), PromptNoView),
			"What became of East’s two areas from 2022?", "What became of West’s two areas from 2022?")
	})
	t.Run("those that have one are not asked about", func(t *testing.T) {
		seen := *r
		for _, item := range r.Inspections[0].Recommendations {
			seen.LaterViews = append(seen.LaterViews, LaterView{Reference: item.Reference, InspectionID: r.Inspections[1].ID, View: Improving})
		}
		wantLines(t, questions(seen.Prompts(both, "Shire", itemsOf(&seen, nil), ForPublic, promptDay), PromptNoView),
			"What became of West’s two areas from 2022?")
	})
	t.Run("a letter that was read and says nothing of them is called silent, another is not", func(t *testing.T) {
		r.Inspections[3].Document = DocumentHeld
		for _, p := range r.Prompts(both, "Shire", itemsOf(r, nil), ForPublic, promptDay) {
			if p.Code == PromptNoView && strings.Contains(p.Short, "silent") != strings.HasPrefix(p.Short, "West") {
				t.Errorf("got %s", p.Short)
			}
		}
	})
	t.Run("a provider's lowest outcome with nothing after it", func(t *testing.T) {
		r.Bodies = append(r.Bodies, Body{ID: "trust", Kind: Provider, Name: "Shire Children’s Trust"})
		r.Services = []Service{{ProviderID: "trust", AuthorityID: "east-shire"}}
		r.inspect("trust", "fostering-agency", "2023-02-06", "2023-03-21", "overall inadequate")
		wantLines(t, questions(r.Prompts(both, "Shire", nil, ForPublic, promptDay), PromptNoResult),
			"What have inspectors found at the fostering agency since March 2023?")
		r.inspect("trust", "fostering-agency", "2024-02-06", "2024-03-21", "overall good")
		if got := questions(r.Prompts(both, "Shire", nil, ForPublic, promptDay), PromptNoResult); got != "" {
			t.Errorf("after a better result: got %s", got)
		}
	})
}

func TestCountPositions(t *testing.T) {
	area := func(reference, shared string) Recommendation {
		return Recommendation{Reference: reference, SharedKey: shared}
	}
	areas := []Recommendation{area("A-1", "twin"), area("B-1", "twin"), area("A-2", ""), area("A-3", "")}
	late := Position{State: InProgress, Moves: 3, Due: MustDate("2026-10-31"), TimesMoved: 2}
	for _, c := range []struct {
		says      string
		positions map[string]Position
		want      string
	}{
		{"where nothing is recorded that is said", nil, "0 of 3 recorded: No progress recorded here yet."},
		{"an update for officers alone is nothing that the public can see", map[string]Position{"A-2": {State: Issued, UpdatedOfficers: promptDay}},
			"0 of 3 recorded: No progress recorded here yet."},
		{"one that is late and was moved counts once", map[string]Position{"A-2": late}, "1 of 3 recorded: 3 open · 1 moved more than once or past its date"},
		{"twins count once, and stand as badly as the worse of them", map[string]Position{"A-1": {State: Closed, Moves: 9}, "B-1": late},
			"1 of 3 recorded: 3 open · 1 moved more than once or past its date"},
		{"twins are closed when both are", map[string]Position{"A-1": {State: Closed, Moves: 9}, "B-1": {State: Superseded, Moves: 1}}, "1 of 3 recorded: 2 open"},
		{"those that wait for a decision are counted", map[string]Position{"A-2": {State: Verified, Moves: 5}, "A-3": {State: InProgress, Moves: 3, AskedDue: MustDate("2027-01-31")}},
			"2 of 3 recorded: 3 open · 2 waiting for the body that decides"},
	} {
		t.Run(c.says, func(t *testing.T) {
			n := CountPositions(areas, c.positions, promptDay)
			if got := fmt.Sprintf("%d of %d recorded: %s", n.Recorded, n.Items, n.Words()); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestCountsSayHowAreasStand(t *testing.T) {
	r := twice(t)
	now, then := r.Inspections[1].Recommendations[0].Reference, r.Inspections[0].Recommendations[0].Reference
	note := func(positions map[string]Position) string {
		return r.Counts(bodies(r, "east-shire", "west-shire"), positions, promptDay)[0].Note
	}
	t.Run("those of the latest letters", func(t *testing.T) {
		if got := note(map[string]Position{now: {State: InProgress, Moves: 2, Due: MustDate("2026-10-31")}}); got != "1 open · 1 moved more than once or past its date" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("and how many of earlier letters are still open", func(t *testing.T) {
		if got := note(map[string]Position{now: {State: InProgress, Moves: 2}, then: {State: InProgress, Moves: 2}}); got != "1 open · 1 still open from earlier letters" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a closed one of an earlier letter is history", func(t *testing.T) {
		if got := note(map[string]Position{then: {State: Closed, Moves: 9}}); got != noProgress {
			t.Errorf("got %s", got)
		}
	})
}
