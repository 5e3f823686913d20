package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
)

// The people of the tests.
var (
	Officer        = inspection.Actor{ID: "/improvement-officer", Post: "Improvement officer", Role: inspection.RoleOfficer}
	Reviewer       = inspection.Actor{ID: "/quality-lead", Post: "Quality lead", Role: inspection.RoleReviewer}
	SecondReviewer = inspection.Actor{ID: "/board-adviser", Post: "Board adviser", Role: inspection.RoleReviewer}
	Clerk          = inspection.Actor{ID: "/clerk-to-the-board", Post: "Clerk to the board", Role: inspection.RoleClerk}
)

// On turns the clock of every Store that this package opened to noon of a day, until the test ends or turns it on.
func On(t testing.TB, day string) inspection.Date {
	t.Helper()
	date, err := inspection.ParseDate(day)
	if err != nil {
		t.Fatal(err)
	}
	before := Now()
	t.Cleanup(func() { SetNow(before) })
	SetNow(date.Time().Add(12 * time.Hour))
	return date
}

// What Progress makes for each of its councils.
const (
	itemsToLetter  = 20
	lettersToBody  = 4
	firstOfRecord  = "2026-01-12"
	roundsOfRecord = 6
	weeksToRound   = 7
)

// Progress fills a store with councils, letters of twenty items each, and what became of the items in six rounds of the
// year 2026: moves by all roles, evidence, and so many updates. Of ten items one has nothing recorded, and the others have
// come differently far. Everything passes through the store's own door. It returns the slugs of the councils.
func Progress(t testing.TB, s *store.Store, items, updates int) []string {
	t.Helper()
	p := &progress{t: t, s: s, updates: updates}
	p.letters(items)
	first := On(t, firstOfRecord)
	p.people()
	for round := range roundsOfRecord {
		p.round, p.today = round, On(t, first.AddDays(7*weeksToRound*round).String())
		p.as(Officer, p.officer)
		p.as(Reviewer, p.reviewer)
		p.as(SecondReviewer, p.secondReviewer)
		p.as(Clerk, p.clerk)
	}
	if p.updates > 0 {
		t.Fatalf("%d items have no room for %d updates more", items, p.updates)
	}
	On(t, "2026-11-21")
	return p.councils
}

// progress is one run of Progress.
type progress struct {
	t          testing.TB
	s          *store.Store
	councils   []string
	items      []progressItem
	committees map[string]string // of a council, that decides
	evidence   map[string]string // of an item, that is still to be reviewed
	updates    int               // still to be written
	round      int
	today      inspection.Date
}

type progressItem struct{ reference, council string }

// letters loads the councils and their letters, two councils' letters on the same days. Every fifth pair of letters has one
// item in common.
func (p *progress) letters(items int) {
	themes := Seed(p.t).Themes
	record := &inspection.Record{Themes: themes}
	for n := 0; len(p.items) < items; n++ {
		pair, letter := n/2, n/2%lettersToBody
		slug := fmt.Sprintf("council-%03d", n/2/lettersToBody*2+n%2+1)
		if letter == 0 {
			p.councils = append(p.councils, slug)
			record.Bodies = append(record.Bodies, inspection.Body{ID: slug, Kind: inspection.Authority, Name: "Council " + slug[8:], Code: "C" + slug[8:]})
		}
		in := &inspection.Inspection{
			ID: fmt.Sprintf("%s-letter-%d", slug, letter+1), Kind: "ilacs-standard", Framework: "ilacs-2018",
			Published: inspection.Day(2014+3*letter, time.March, 1+pair%28), Document: inspection.DocumentPublished, Confidence: inspection.ByLetter,
			Bodies: []inspection.InspectionBody{{BodyID: slug, Confirmed: true, Position: 1}},
		}
		in.Bodies[0].InspectionID = in.ID
		for i := 0; i < itemsToLetter && len(p.items) < items; i++ {
			rec := inspection.Recommendation{
				Reference: fmt.Sprintf("C%s-ILACS-%d-%d", slug[8:], in.Published.Year(), i+1), InspectionID: in.ID, Number: fmt.Sprint(i + 1),
				Kind: inspection.Improvement, Wording: inspection.Verbatim, Position: i + 1, Themes: []string{themes[len(p.items)%len(themes)].Code},
				Words: fmt.Sprintf("The quality of plans, and how well matter %d of this letter is understood by those who lead the work.", i+1),
			}
			if i == 0 && pair%5 == 0 {
				rec.SharedKey = fmt.Sprintf("pair-%d", pair)
			}
			in.Recommendations = append(in.Recommendations, rec)
			p.items = append(p.items, progressItem{rec.Reference, slug})
		}
		record.Inspections = append(record.Inspections, in)
	}
	if _, err := p.s.LoadSeed(context.Background(), record); err != nil {
		p.t.Fatal(err)
	}
}

// people gives each council a post that owns, a board that decides and a committee that scrutinises.
func (p *progress) people() {
	p.committees, p.evidence = map[string]string{}, map[string]string{}
	p.as(Officer, func(w *store.Work) error {
		for _, council := range p.councils {
			if _, err := w.SavePost(inspection.Post{BodyID: council, Name: "Head of quality"}); err != nil {
				return err
			}
			board, err := w.SaveCommittee(inspection.Committee{BodyID: council, Name: "Improvement board", Decides: true})
			if err != nil {
				return err
			}
			p.committees[council] = board.ID
			_, err = w.SaveCommittee(inspection.Committee{BodyID: council, Name: "Scrutiny committee", Scrutinises: true})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *progress) as(by inspection.Actor, do func(*store.Work) error) {
	p.t.Helper()
	if err := p.s.Together(context.Background(), by, do); err != nil {
		p.t.Fatalf("round %d: %s: %v", p.round, by.Post, err)
	}
}

// each does something with the items of which the last digit of their place is one of those given.
func (p *progress) each(do func(item progressItem) error, digits ...int) error {
	for i, item := range p.items {
		for _, digit := range digits {
			if i%10 == digit {
				if err := do(item); err != nil {
					return fmt.Errorf("%s: %w", item.reference, err)
				}
			}
		}
	}
	return nil
}

// move returns what makes one kind of move of an item.
func (p *progress) move(w *store.Work, kind inspection.MoveKind) func(progressItem) error {
	return func(item progressItem) error {
		m := inspection.Move{Kind: kind, On: p.today, Words: "As was agreed with those who do the work."}
		switch kind {
		case inspection.MakePlan:
			m.OwnerID, m.LeadBodyID = inspection.PostID(item.council, "Head of quality"), item.council
			m.CommitteeID, m.SuccessMeasure = p.committees[item.council], "Nine of ten plans are good when they are looked at."
			m.Due = inspection.MustDate("2026-07-31")
		case inspection.AskForDate:
			m.Due = p.today.AddMonths(6)
		}
		if kind.Decision() {
			m.CommitteeID, m.MinuteReference = p.committees[item.council], "Minute "+p.today.String()
		}
		return w.MoveRecommendation(item.reference, m)
	}
}

func (p *progress) officer(w *store.Work) error {
	var err error
	do := func(kind inspection.MoveKind, digits ...int) {
		if err == nil {
			err = p.each(p.move(w, kind), digits...)
		}
	}
	switch p.round {
	case 0:
		do(inspection.MakePlan, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	case 1:
		do(inspection.StartWork, 2, 3, 4, 5, 6, 7, 8, 9)
		if err == nil {
			err = p.each(func(item progressItem) error { return p.addEvidence(w, item) }, 2, 5, 6, 7, 8, 9)
		}
	case 2:
		do(inspection.SayDone, 7, 8)
		do(inspection.AskForDate, 3, 4)
	case 3:
		do(inspection.SayDone, 5, 6)
	case 4:
		do(inspection.AskForDate, 4)
	}
	if err != nil {
		return err
	}
	return p.each(func(item progressItem) error {
		if p.updates == 0 {
			return nil
		}
		p.updates--
		_, err := w.AddUpdate(inspection.Update{
			Reference: item.reference, On: p.today, Audience: inspection.Audiences()[p.updates%3],
			Words: "Another twelve plans were looked at this month; most of them now say who does what, and by when.",
		})
		return err
	}, 1, 2, 3, 4, 5, 6, 7, 8, 9)
}

func (p *progress) addEvidence(w *store.Work, item progressItem) error {
	e, err := w.AddEvidence(inspection.EvidenceItem{
		Reference: item.reference, Title: "Audit of plans", Address: "https://example.org/audit.pdf", On: p.today.AddDays(-3),
		Audience: inspection.Audiences()[len(p.evidence)%3], State: inspection.EvidenceSubmitted,
	}, nil)
	p.evidence[item.reference] = e.ID
	return err
}

func (p *progress) reviewer(w *store.Work) error {
	switch p.round {
	case 1:
		return p.each(func(item progressItem) error {
			for _, to := range []inspection.EvidenceState{inspection.EvidenceInReview, inspection.EvidenceIn} {
				if _, err := w.StepEvidence(p.evidence[item.reference], to, ""); err != nil {
					return err
				}
			}
			return nil
		}, 5, 6, 7, 8)
	case 2:
		return p.each(p.move(w, inspection.AcceptEvidence), 7, 8)
	case 4:
		return p.each(p.move(w, inspection.AcceptEvidence), 6)
	}
	return nil
}

func (p *progress) secondReviewer(w *store.Work) error {
	switch p.round {
	case 3:
		return p.each(p.move(w, inspection.Verify), 7, 8)
	case 5:
		return p.each(p.move(w, inspection.Verify), 6)
	}
	return nil
}

func (p *progress) clerk(w *store.Work) error {
	switch p.round {
	case 3:
		return p.each(p.move(w, inspection.AgreeDate), 4)
	case 4:
		return p.each(p.move(w, inspection.CloseItem), 7, 8)
	case 5:
		if err := p.each(p.move(w, inspection.AgreeDate), 4); err != nil {
			return err
		}
		return p.each(p.move(w, inspection.Reopen), 8)
	}
	return nil
}
