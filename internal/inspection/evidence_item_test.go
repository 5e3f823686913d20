package inspection

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestWhatEvidenceNeeds(t *testing.T) {
	good := func() EvidenceItem {
		return EvidenceItem{Title: "Audit of 40 plans", Address: "https://council.example/audit", On: MustDate("2026-10-01")}
	}
	for name, c := range map[string]struct {
		spoil func(*EvidenceItem)
		files bool
		field string
		words string
	}{
		"a title":                          {func(e *EvidenceItem) { e.Title = "  " }, false, "title", "Enter a title"},
		"a title that fits":                {func(e *EvidenceItem) { e.Title = strings.Repeat("é", 201) }, false, "title", "at most 200"},
		"a link":                           {func(e *EvidenceItem) { e.Address = "" }, false, "address", "Enter the address"},
		"a whole address":                  {func(e *EvidenceItem) { e.Address = "council.example/audit" }, false, "address", "https://"},
		"no address with a password in it": {func(e *EvidenceItem) { e.Address = "https://me:secret@council.example/" }, false, "address", "https://"},
		"no file where files are off":      {func(e *EvidenceItem) { e.FileName, e.Address = "audit.pdf", "" }, false, "file", "does not keep files"},
		"a link or a file":                 {func(e *EvidenceItem) { e.DocumentHash = "ab12" }, true, "address", "not both"},
		"its own day":                      {func(e *EvidenceItem) { e.On = Date{} }, false, "on", "the evidence’s own day"},
		"a day known to the day":           {func(e *EvidenceItem) { e.On = MustDate("2026-10") }, false, "on", "day, month and year"},
		"a day that is not a guess":        {func(e *EvidenceItem) { e.On = MustDate("2026-10-01~") }, false, "on", "day, month and year"},
		"a day that has come":              {func(e *EvidenceItem) { e.On = MustDate("2026-11-21") }, false, "on", "has not come yet"},
		"a day in the time of the record":  {func(e *EvidenceItem) { e.On = MustDate("2012-12-31") }, false, "on", "before 1 January 2013"},
		"a last day after its own":         {func(e *EvidenceItem) { e.ExpiresOn = e.On }, false, "expires_on", "later day"},
		"a last day known to the day":      {func(e *EvidenceItem) { e.ExpiresOn = MustDate("2027") }, false, "expires_on", "day, month and year"},
		"an audience that exists":          {func(e *EvidenceItem) { e.Audience = "friends" }, false, "audience", "who may read"},
	} {
		t.Run(name, func(t *testing.T) {
			e := good()
			c.spoil(&e)
			if words := onlyProblem(t, e.Check(moveToday, c.files), c.field); !strings.Contains(words, c.words) {
				t.Errorf("got %q", words)
			}
		})
	}
	for name, change := range map[string]func(*EvidenceItem){
		"a link of today that does not expire": func(e *EvidenceItem) { e.On = moveToday },
		"a link with a last day":               func(e *EvidenceItem) { e.ExpiresOn = MustDate("2030-01-01") },
		"a file where files are on":            func(e *EvidenceItem) { e.Address, e.FileName, e.DocumentHash = "", "audit.pdf", "ab12" },
		"spaces around what was typed":         func(e *EvidenceItem) { e.Title, e.Address = " Audit of 40 plans ", " "+e.Address+"\n" },
	} {
		t.Run(name+" is good", func(t *testing.T) {
			e := good()
			change(&e)
			if problems := e.Check(moveToday, true); len(problems) > 0 || e.Audience != ForOfficers || e.Title != "Audit of 40 plans" {
				t.Errorf("got %v, %+v", problems, e)
			}
		})
	}
}

// evidenceAt is a piece of evidence that an officer put here and that stands at a state.
func evidenceAt(states ...EvidenceState) EvidenceItem {
	e := EvidenceItem{ID: "e1", ByID: officer.ID, On: MustDate("2026-10-01")}
	for i, state := range states {
		e.Steps = append(e.Steps, EvidenceStep{EvidenceID: e.ID, Number: i + 1, State: state, Recorded: MustDate("2026-10-05")})
	}
	return e
}

func TestEveryStepOfEvidence(t *testing.T) {
	allowed := map[EvidenceState]map[EvidenceState][]Role{
		EvidenceDraft:     {EvidenceSubmitted: {RoleOfficer}},
		EvidenceSubmitted: {EvidenceDraft: {RoleOfficer}, EvidenceInReview: {RoleReviewer}},
		EvidenceInReview:  {EvidenceIn: {RoleReviewer}, EvidenceRejected: {RoleReviewer}},
		EvidenceIn:        {EvidenceLapsed: {RoleOfficer, RoleReviewer}},
	}
	for _, from := range EvidenceStates() {
		for _, to := range EvidenceStates() {
			for _, role := range PeopleRoles() {
				may := slices.Contains(allowed[from][to], role)
				t.Run(fmt.Sprintf("from %s to %s by %s: %v", from, to, role, may), func(t *testing.T) {
					e := evidenceAt(EvidenceDraft, from)
					by := Actor{ID: "/somebody", Post: "Somebody", Role: role}
					step, err := e.Step(to, by, " It was so ", moveToday)
					if may {
						want := EvidenceStep{
							EvidenceID: "e1", Number: 3, State: to, On: moveToday, Recorded: moveToday,
							ByID: by.ID, ByPost: by.Post, Words: "It was so",
						}
						if err != nil || step != want {
							t.Errorf("got %+v, %v", step, err)
						}
						return
					}
					words := problemAt(t, err, "state")
					final := from == EvidenceRejected || from == EvidenceLapsed
					switch {
					case final && !strings.Contains(words, "add a new version"):
						t.Errorf("got %q", words)
					case !final && !strings.Contains(words, "an "): // what can be done, by this person or by others
						t.Errorf("got %q", words)
					case len(allowed[from][to]) == 0 && !strings.Contains(words, "“"+lowerFirst(from.Words())+"”"):
						t.Errorf("got %q", words)
					}
				})
			}
		}
	}
}

func TestStepsOfEvidenceThatAreRefused(t *testing.T) {
	own := Actor{ID: officer.ID, Role: RoleReviewer} // the officer of evidenceAt, acting as a reviewer
	for name, c := range map[string]struct {
		evidence EvidenceItem
		to       EvidenceState
		by       Actor
		words    string // that were entered
		field    string
		want     string
	}{
		"nobody takes their own into review":   {evidenceAt(EvidenceSubmitted), EvidenceInReview, own, "", "state", "Nobody reviews their own"},
		"nobody accepts their own":             {evidenceAt(EvidenceInReview), EvidenceIn, own, "", "state", "Nobody reviews their own"},
		"nobody rejects their own":             {evidenceAt(EvidenceInReview), EvidenceRejected, own, "Thin", "state", "Nobody reviews their own"},
		"nobody without a post reviews":        {evidenceAt(EvidenceInReview), EvidenceIn, Actor{Role: RoleReviewer}, "", "state", "Say first in which post"},
		"not accepting needs a reason":         {evidenceAt(EvidenceInReview), EvidenceRejected, reviewer, " ", "words", "Enter the reason"},
		"expiring needs a reason":              {evidenceAt(EvidenceIn), EvidenceLapsed, officer, "", "words", "Enter the reason"},
		"a reason fits":                        {evidenceAt(EvidenceIn), EvidenceLapsed, officer, strings.Repeat("é", 5001), "words", "Shorten"},
		"no state that does not exist":         {evidenceAt(EvidenceDraft), "shredded", officer, "", "state", "Choose"},
		"evidence without a step is a draft":   {evidenceAt(), EvidenceInReview, reviewer, "", "state", "stands at “draft”"},
		"a reviewer hears who submits a draft": {evidenceAt(), EvidenceInReview, reviewer, "", "state", "Others can submit it (this is for an officer)"},
	} {
		t.Run(name, func(t *testing.T) {
			step, err := c.evidence.Step(c.to, c.by, c.words, moveToday)
			if words := problemAt(t, err, c.field); !strings.Contains(words, c.want) || step != (EvidenceStep{}) {
				t.Errorf("got %q, %+v", words, step)
			}
		})
	}
}

func TestEvidenceExpiresAfterItsLastDay(t *testing.T) {
	e := evidenceAt(EvidenceSubmitted, EvidenceInReview, EvidenceIn)
	e.ExpiresOn = MustDate("2026-11-19")
	for day, want := range map[string]EvidenceState{
		"2026-10-04": EvidenceDraft, // nothing was recorded yet
		"2026-10-05": EvidenceIn, "2026-11-19": EvidenceIn, "2026-11-20": EvidenceLapsed,
	} {
		if got := e.StateOn(MustDate(day)); got != want {
			t.Errorf("on %s it is %s, want %s", day, got, want)
		}
	}
	if _, err := e.Step(EvidenceLapsed, officer, "Old", MustDate("2026-11-20")); !strings.Contains(problemAt(t, err, "state"), "new version") {
		t.Errorf("got %v", err)
	}
	if steps := e.Possible(officer, MustDate("2026-11-20")); len(steps) > 0 {
		t.Errorf("expired, it can still %+v", steps)
	}
	e.Steps = e.Steps[:2]
	if got := e.StateOn(MustDate("2026-11-20")); got != EvidenceInReview {
		t.Errorf("what was never accepted does not expire: %s", got)
	}
}

func TestPossibleStepsSayWhoAndWhatTheyNeed(t *testing.T) {
	steps := evidenceAt(EvidenceInReview).Possible(reviewer, moveToday)
	if len(steps) != 2 || steps[0].To != EvidenceIn || steps[0].Reason || steps[0].WhyNot != "" || !steps[1].Reason {
		t.Errorf("a reviewer: %+v", steps)
	}
	steps = evidenceAt(EvidenceInReview).Possible(clerk, moveToday)
	if len(steps) != 2 || steps[0].WhyNot != "This is for a reviewer" {
		t.Errorf("a clerk: %+v", steps)
	}
	for _, state := range EvidenceStates() {
		if state.Words() == "" {
			t.Errorf("%s has no words", state)
		}
	}
}
