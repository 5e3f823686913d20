package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// The eyes for which the tests read the record of changes.
var (
	publicEyes  = store.ChangeFilter{Reader: inspection.ForPublic}
	memberEyes  = store.ChangeFilter{Reader: inspection.ForMembers}
	officerEyes = store.ChangeFilter{Reader: inspection.ForOfficers, Officer: officer}
)

// changePages reads every page of a list of changes, and checks that they are in order and hold nothing twice.
func changePages(t *testing.T, s *store.Store, filter store.ChangeFilter) []store.ChangeLine {
	t.Helper()
	var all []store.ChangeLine
	for {
		page, err := s.Changes(context.Background(), filter)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range page.Lines {
			if n := len(all); n > 0 && all[n-1].Number <= line.Number {
				t.Fatalf("entry %d follows entry %d", line.Number, all[n-1].Number)
			}
			all = append(all, line)
		}
		if page.Next == 0 {
			return all
		}
		filter.Before = page.Next
	}
}

// everyChange reads what an export holds.
func everyChange(t *testing.T, s *store.Store, filter store.ChangeFilter) []store.ChangeLine {
	t.Helper()
	var all []store.ChangeLine
	err := s.EachChange(context.Background(), filter, func(line store.ChangeLine, names *inspection.ChangeNames) error {
		if names == nil {
			t.Fatal("an entry comes without names")
		}
		all = append(all, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// tellChanges records something of every audience, with words that say for whom they are.
func tellChanges(t *testing.T, s *store.Store) *desk {
	t.Helper()
	ctx := context.Background()
	d := newDesk(t, s, "2026-10-01")
	d.moves(northArea, inspection.MakePlan, inspection.StartWork)
	for _, audience := range inspection.Audiences() {
		words := "This is for " + string(audience) + "."
		d.update(northArea, words, audience)
		_, actionErr := s.SaveAction(ctx, storetest.Officer, inspection.Action{
			Words: words, OwnerID: d.owner, LeadBodyID: trust, Due: today(), Audience: audience, References: []string{northArea},
		}, "")
		asked, questionErr := s.AskQuestion(ctx, storetest.Clerk, inspection.Question{
			BodyID: north, AskedBy: "A member", Asked: today(), Words: words, Audience: audience,
		})
		_, answerErr := s.AnswerQuestion(ctx, storetest.Officer, asked.ID, inspection.QuestionAnswer{Words: words, On: today()})
		_, evidenceErr := s.AddEvidence(ctx, storetest.Officer, inspection.EvidenceItem{
			Reference: northArea, Title: words, Address: "https://example.org/audit", On: today(), Audience: audience, State: inspection.EvidenceSubmitted,
		}, nil)
		_, draftErr := s.AddEvidence(ctx, storetest.Officer, inspection.EvidenceItem{
			Reference: northArea, Title: "This is for officers.", Address: "https://example.org/audit", On: today(), Audience: audience,
		}, nil)
		if err := errors.Join(actionErr, questionErr, answerErr, evidenceErr, draftErr); err != nil {
			t.Fatal(err)
		}
	}
	d.moves(northArea, inspection.RecordView)
	addLetter(t, s, inspection.Draft{Note: "This is for the officers listed."})
	return d
}

func TestChangesAreSeenByTheirReaders(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		tellChanges(t, s)
		marks := []string{"This is for public.", "This is for members.", "This is for officers.", "This is for the officers listed."}
		other := store.ChangeFilter{Reader: inspection.ForOfficers, Officer: inspection.Actor{ID: "officer-2", Role: inspection.RoleOfficer}}
		for name, c := range map[string]struct {
			eyes  store.ChangeFilter
			reads int // how many of the marks
		}{
			"visitors": {publicEyes, 1}, "members": {memberEyes, 2}, "officers not listed": {other, 3}, "reviewers": {store.ChangeFilter{Reader: inspection.ForOfficers}, 3},
			"officers listed": {officerEyes, 4}, "nobody in particular": {store.ChangeFilter{}, 1},
		} {
			t.Run(name, func(t *testing.T) {
				var texts strings.Builder
				exported := everyChange(t, s, c.eyes)
				for _, line := range exported {
					texts.WriteString(line.Before + line.After)
				}
				for i, mark := range marks {
					if got := strings.Contains(texts.String(), mark); got != (i < c.reads) {
						t.Errorf("%q is read: %v", mark, got)
					}
				}
				if strings.Contains(texts.String(), `"kind":"plan"`) != c.eyes.Reader.Reads(inspection.ForOfficers) {
					t.Error("the plan, which nobody marked, is for officers")
				}
				if !strings.Contains(texts.String(), `"scrutiny_view"`) {
					t.Error("what scrutiny said is missing")
				}
				var listed []int64
				supplied := 0
				small := c.eyes
				small.Limit = 7
				for _, line := range changePages(t, s, small) {
					if line.Folded > 0 {
						supplied += line.Folded
						continue
					}
					listed = append(listed, line.Number)
					one, _, err := s.Change(context.Background(), line.Number, c.eyes)
					if err != nil || one.After != line.After || one.Number != line.Number {
						t.Errorf("entry %d by itself: %v", line.Number, err)
					}
				}
				slices.Reverse(listed)
				var made []int64
				for _, line := range exported {
					if line.ActorPost == inspection.Seeder.Post {
						supplied--
						continue
					}
					made = append(made, line.Number)
				}
				if supplied != 0 || !slices.Equal(listed, made) {
					t.Errorf("pages have %v and %d more supplied, the export has %v", listed, supplied, made)
				}
				last, err := s.Last(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				for number := int64(1); number <= last.Number; number++ {
					if slices.ContainsFunc(exported, func(l store.ChangeLine) bool { return l.Number == number }) {
						continue
					}
					if _, _, err := s.Change(context.Background(), number, c.eyes); !errors.Is(err, inspection.ErrNotFound) {
						t.Fatalf("entry %d is in no list and is shown: %v", number, err)
					}
				}
			})
		}
	})
}

func TestWhatIsInternalNowHasNoPublicPast(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s, "2026-10-01")
		a, err := s.SaveAction(ctx, storetest.Officer, inspection.Action{
			Words: "Said too early", OwnerID: d.owner, LeadBodyID: trust, Due: today(), Audience: inspection.ForPublic, References: []string{northArea},
		}, "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.AddUpdate(ctx, storetest.Officer, inspection.Update{ActionID: a.ID, On: today(), Words: "Half done.", Audience: inspection.ForPublic})
		if err != nil {
			t.Fatal(err)
		}
		history := publicEyes
		history.Of = store.RecordName{Kind: inspection.OfAction, ID: a.ID}
		if got := changePages(t, s, history); len(got) != 2 {
			t.Fatalf("while it is public %d entries are", len(got))
		}
		a.Audience = inspection.ForOfficers
		if _, err := s.SaveAction(ctx, storetest.Officer, a, ""); err != nil {
			t.Fatal(err)
		}
		page, err := s.Changes(ctx, history)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range page.Lines {
			if words := page.Names.Words(line.Change); line.RecordKind == inspection.OfAction || strings.Contains(words, "early") {
				t.Errorf("the public still sees %s", words)
			}
		}
		history.Reader = inspection.ForOfficers
		if got := changePages(t, s, history); len(got) != 3 {
			t.Errorf("officers see %d entries", len(got))
		}
	})
}

func TestWhatWasTakenOffThePublicPagesIsNotReadInThePast(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		draft := northLetter()
		draft.Items[0].Words = "Words of the letter that nobody should read yet."
		letter := publish(t, s, draft)
		reads := func(eyes store.ChangeFilter) bool {
			t.Helper()
			return slices.ContainsFunc(everyChange(t, s, eyes), func(l store.ChangeLine) bool { return strings.Contains(l.Before+l.After, "nobody should read yet") })
		}
		other := store.ChangeFilter{Reader: inspection.ForOfficers, Officer: inspection.Actor{ID: "officer-2", Role: inspection.RoleOfficer}}
		if !reads(publicEyes) || !reads(other) {
			t.Error("what is published is not read")
		}
		if _, err := s.UnpublishLetter(ctx, officer, letter.ID, "Too early"); err != nil {
			t.Fatal(err)
		}
		if reads(publicEyes) || reads(memberEyes) || reads(other) {
			t.Error("what was taken off is still read")
		}
		if !reads(officerEyes) {
			t.Error("the officer who is listed on the letter reads it no more")
		}
		seeded := false
		for _, line := range everyChange(t, s, publicEyes) {
			if line.Withheld && (line.Before != "" || line.After != "") {
				t.Errorf("entry %d is withheld and has texts", line.Number)
			}
			seeded = seeded || line.RecordID == northLatest && !line.Withheld && line.ActorPost == inspection.Seeder.Post && line.After != ""
		}
		if !seeded {
			t.Error("what stood before the letter is not read any more")
		}
		if _, err := s.PublishLetter(ctx, officer, letter.ID, letter.Revision); err != nil {
			t.Fatal(err)
		}
		if !reads(publicEyes) {
			t.Error("what is published again is not read")
		}
	})
}

func TestChangesAreNarrowed(t *testing.T) {
	ctx := context.Background()
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		d := tellChanges(t, s)
		d.day("2026-10-02")
		update := d.update(westArea, "West has begun.", inspection.ForPublic)
		meeting, err := s.SaveMeeting(ctx, storetest.Clerk, inspection.Meeting{CommitteeID: d.board, On: today()})
		if err != nil {
			t.Fatal(err)
		}
		kinds := func(filter store.ChangeFilter) string {
			t.Helper()
			seen := map[string]bool{}
			for _, line := range changePages(t, s, filter) {
				if line.Folded == 0 {
					seen[string(line.RecordKind)] = true
				}
			}
			var out []string
			for kind := range seen {
				out = append(out, kind)
			}
			slices.Sort(out)
			return strings.Join(out, " ")
		}
		for name, c := range map[string]struct {
			filter func(*store.ChangeFilter)
			want   string
		}{
			"to a kind":        {func(f *store.ChangeFilter) { f.Kind = inspection.OfUpdate }, "update"},
			"to an area":       {func(f *store.ChangeFilter) { f.Of = store.RecordName{inspection.OfRecommendation, northArea} }, "action evidence link move recommendation update"},
			"to an inspection": {func(f *store.ChangeFilter) { f.Of = store.RecordName{inspection.OfInspection, northLatest} }, "inspection recommendation later_view"},
			"to a body":        {func(f *store.ChangeFilter) { f.Of = store.RecordName{inspection.OfCommittee, d.board} }, "committee meeting"},
			"to nothing there": {func(f *store.ChangeFilter) { f.Of = store.RecordName{inspection.OfAction, "none"} }, ""},
			"to an authority":  {func(f *store.ChangeFilter) { f.Authority, f.Post = west, "Improvement officer" }, "update"},
			"to a place":       {func(f *store.ChangeFilter) { f.Authority, f.Kind = "northamptonshire", inspection.OfMeeting }, "meeting"},
			"to a post":        {func(f *store.ChangeFilter) { f.Post = storetest.Clerk.Post }, "meeting move question"},
			"to what was done": {func(f *store.ChangeFilter) { f.Action = inspection.Removed }, ""},
			"to one day": {func(f *store.ChangeFilter) {
				f.Since, f.Until = inspection.MustDate("2026-10-02"), inspection.MustDate("2026-10-02")
			}, "meeting update"},
			"to days to come": {func(f *store.ChangeFilter) { f.Since = inspection.MustDate("2026-10-03") }, ""},
			"to a record's post": {func(f *store.ChangeFilter) {
				f.Of, f.Post = store.RecordName{inspection.OfRecommendation, westArea}, "Improvement officer"
			}, "update"},
		} {
			filter := officerEyes
			c.filter(&filter)
			want := strings.Fields(c.want)
			slices.Sort(want)
			if got := kinds(filter); got != strings.Join(want, " ") {
				t.Errorf("%s: got %s; want %s", name, got, c.want)
			}
		}
		if _, err := s.Changes(ctx, store.ChangeFilter{Authority: "atlantis"}); !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("an authority that is not there: %v", err)
		}
		if update.ID == "" || meeting.ID == "" {
			t.Error("nothing was recorded")
		}
	})
}

// In summer a day in London begins at eleven in the evening, as a server's clock counts.
func TestADayOfChangesIsADayInLondon(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		before := storetest.Now()
		t.Cleanup(func() { storetest.SetNow(before) })
		for _, at := range []string{"2026-06-30T22:59:59Z", "2026-06-30T23:00:00Z", "2026-07-01T22:59:59Z", "2026-07-01T23:00:00Z"} {
			moment, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			storetest.SetNow(moment)
			if err := s.Note(t, officer, inspection.OfMilestone, at, nil, map[string]string{"title": at}); err != nil {
				t.Fatal(err)
			}
		}
		day := inspection.MustDate("2026-07-01")
		lines := changePages(t, s, store.ChangeFilter{Since: day, Until: day})
		if len(lines) != 2 || lines[0].RecordID != "2026-07-01T22:59:59Z" || lines[1].RecordID != "2026-06-30T23:00:00Z" {
			t.Errorf("got %d lines", len(lines))
		}
	})
}

func TestWhatWasSuppliedIsFolded(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		last, err := s.Last(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		lines := changePages(t, s, publicEyes)
		if len(lines) != 1 || int64(lines[0].Folded) != last.Number || lines[0].Number != last.Number || lines[0].ActorPost != inspection.Seeder.Post {
			t.Fatalf("%d lines, the first %+v", len(lines), lines[0])
		}
		asked := publicEyes
		asked.Post, asked.Since, asked.Until, asked.Limit = inspection.Seeder.Post, lines[0].Day, lines[0].Day, 1000
		if each := changePages(t, s, asked); int64(len(each)) != last.Number || each[0].Folded != 0 {
			t.Errorf("%d of %d are listed", len(each), last.Number)
		}
		kind := publicEyes
		kind.Kind = inspection.OfTheme
		if themes := changePages(t, s, kind); len(themes) != 1 || themes[0].Folded != len(storetest.Seed(t).Themes) {
			t.Errorf("of the themes got %+v", themes)
		}
	})
}

func TestWordsThatWereErasedAreSaidToBe(t *testing.T) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		change(t, dsn, "DELETE FROM change_keys WHERE number = 40", "UPDATE changes SET before = '', after = '' WHERE number = 40")
		line, _, err := storetest.Open(t, dsn).Change(context.Background(), 40, publicEyes)
		if err != nil || !line.Erased {
			t.Errorf("got %+v, %v", line, err)
		}
	})
}

// manyChanges is a record of changes as a council may have it after years.
const manyChanges = 60_000

func TestAPageOfAManyChangesIsQuick(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		d := tellChanges(t, s)
		store.NoteMany(t, s, officer, inspection.OfUpdate, manyChanges, func(i int) (string, any) {
			audience := inspection.ForOfficers
			if i%10_000 == 0 {
				audience = inspection.ForPublic
			}
			return fmt.Sprintf("update-%d", i), inspection.Update{
				ID: fmt.Sprintf("update-%d", i), Reference: northArea, ByPost: "Improvement officer", Audience: audience,
				Words: "Another twelve plans were looked at this month; most of them now say who does what, and by when.",
			}
		})
		store.Analyse(t, s)
		narrowed := func(eyes store.ChangeFilter, narrow func(*store.ChangeFilter)) store.ChangeFilter {
			narrow(&eyes)
			return eyes
		}
		for name, c := range map[string]struct {
			filter store.ChangeFilter
			index  string
		}{
			"visitors":            {publicEyes, "changes_open"},
			"members":             {memberEyes, "changes_open"},
			"officers":            {officerEyes, ""},
			"a kind":              {narrowed(officerEyes, func(f *store.ChangeFilter) { f.Kind = inspection.OfMove }), ""},
			"a kind, visitors":    {narrowed(publicEyes, func(f *store.ChangeFilter) { f.Kind = inspection.OfMove }), ""},
			"the largest kind":    {narrowed(officerEyes, func(f *store.ChangeFilter) { f.Kind = inspection.OfUpdate }), ""},
			"a post nobody has":   {narrowed(officerEyes, func(f *store.ChangeFilter) { f.Post = "Nobody" }), "changes_post"},
			"a day":               {narrowed(officerEyes, func(f *store.ChangeFilter) { f.Until = inspection.MustDate("2026-09-30") }), ""},
			"one area to improve": {narrowed(officerEyes, func(f *store.ChangeFilter) { f.Of = store.RecordName{inspection.OfRecommendation, northArea} }), "changes_kind"},
			"a body":              {narrowed(officerEyes, func(f *store.ChangeFilter) { f.Of = store.RecordName{inspection.OfCommittee, d.board} }), "changes_kind"},
			"an authority":        {narrowed(officerEyes, func(f *store.ChangeFilter) { f.Authority = "northamptonshire" }), "changes_kind"},
		} {
			t.Run(name, func(t *testing.T) {
				entries, folded := store.ChangePlan(t, s, c.filter)
				if !strings.Contains(entries, c.index) {
					t.Errorf("not by index %s:\n%s", c.index, entries)
				}
				if !strings.Contains(folded, "changes_supplied") && c.index == "changes_open" {
					t.Errorf("what is folded is not found by its index:\n%s", folded)
				}
				best := time.Hour
				for range 3 {
					begun := time.Now()
					if _, err := s.Changes(ctx, c.filter); err != nil {
						t.Fatal(err)
					}
					best = min(best, time.Since(begun))
				}
				t.Logf("%s: a page of %d changes: %v", name, manyChanges, best.Round(100*time.Microsecond))
				if best > quickEnough {
					t.Errorf("a page takes %v:\n%s", best, entries)
				}
			})
		}
	})
}

// quickEnough bounds a page on a machine that does much else at the same time; alone it takes less than a tenth of this.
const quickEnough = time.Second
