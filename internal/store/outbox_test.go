package store_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

// post is a seeded store from which messages leave, with an owner and a member.
type post struct {
	*desk
	dsn           string
	owner, member auth.Account
}

// eachPost runs a test on a store of each engine from which messages leave.
func eachPost(t *testing.T, day string, test func(t *testing.T, p *post)) {
	storetest.EachDSN(t, true, func(t *testing.T, dsn string) {
		s := withMessages(t, dsn, store.Messages{Mail: true, Channels: []string{"members"}})
		p := &post{desk: newDesk(t, s, day), dsn: dsn}
		p.owner = p.account(auth.Account{Address: "owner@example.org", BodyID: trust, Post: "Director of social care", Roles: []auth.Role{auth.Officer}})
		p.member = p.account(auth.Account{Address: "member@example.org", BodyID: north, Post: "Committee member", Roles: []auth.Role{auth.Member}})
		test(t, p)
	})
}

// withMessages opens a database from which messages leave in some ways.
func withMessages(t *testing.T, dsn string, ways store.Messages) *store.Store {
	t.Helper()
	return storetest.OpenWith(t, dsn, func(o *store.Options) { o.Messages = ways })
}

func (p *post) account(a auth.Account) auth.Account {
	p.Helper()
	a.State = auth.Active
	added, err := p.s.AddAccount(context.Background(), storetest.Administrator, a)
	if err != nil {
		p.Fatal(err)
	}
	return added
}

// take takes a message that has to be there.
func (p *post) take() *store.Delivery {
	p.Helper()
	d, err := p.s.TakeMessage(context.Background())
	if err != nil {
		p.Fatal(err)
	}
	if d == nil {
		p.Fatal("no message is due")
	}
	return d
}

// takeAll takes every message that is due and says of each that it was sent.
func (p *post) takeAll() []*store.Delivery {
	p.Helper()
	var out []*store.Delivery
	for {
		d, err := p.s.TakeMessage(context.Background())
		if err != nil {
			p.Fatal(err)
		}
		if d == nil {
			return out
		}
		p.settle(d, inspection.HandedOver)
		out = append(out, d)
	}
}

func (p *post) settle(d *store.Delivery, how inspection.Handing) {
	p.Helper()
	if err := p.s.SettleMessage(context.Background(), d.ID, d.Lease, how, "what the server said"); err != nil {
		p.Fatal(err)
	}
}

// remind makes the reminders of today and returns how many there are.
func (p *post) remind() int {
	p.Helper()
	made, err := p.s.MakeReminders(context.Background())
	if err != nil {
		p.Fatal(err)
	}
	return made
}

// unsent returns the states of the messages that are not sent.
func (p *post) unsent() string {
	p.Helper()
	box, err := p.s.Outbox(context.Background())
	if err != nil {
		p.Fatal(err)
	}
	var states []string
	for _, m := range box.List {
		states = append(states, string(m.State))
	}
	slices.Sort(states)
	return strings.Join(states, " ")
}

// addressees says whom messages are for.
func addressees(list []*store.Delivery) string {
	var out []string
	for _, d := range list {
		out = append(out, d.Address+d.Channel)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestNewsOfALetter(t *testing.T) {
	ctx := context.Background()
	eachPost(t, "2026-07-20", func(t *testing.T, p *post) {
		letter := addLetter(t, p.s, northLetter())
		t.Run("no message is about a letter that is not published", func(t *testing.T) {
			p.T = t
			if _, err := p.s.SetLetterState(ctx, officer, letter.ID, inspection.LetterEmbargoed, "", inspection.MustDate("2026-07-21")); err != nil {
				t.Fatal(err)
			}
			if p.remind(); p.unsent() != "" {
				t.Errorf("the outbox holds messages that are %s", p.unsent())
			}
		})
		t.Run("publishing it tells members of the council and the channels, and nobody else", func(t *testing.T) {
			p.T = t
			p.account(auth.Account{Address: "west@example.org", BodyID: west, Post: "Committee member", Roles: []auth.Role{auth.Member}})
			p.account(auth.Account{Address: "place@example.org", BodyID: "northamptonshire", Post: "Leader", Roles: []auth.Role{auth.Member, auth.Clerk}})
			gone := p.account(auth.Account{Address: "gone@example.org", BodyID: north, Post: "Former member", Roles: []auth.Role{auth.Member}})
			if err := p.s.CloseAccount(ctx, storetest.Administrator, gone.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := p.s.PublishLetter(ctx, officer, letter.ID, 1); err != nil {
				t.Fatal(err)
			}
			sent := p.takeAll()
			if got := addressees(sent); got != "member@example.org members place@example.org" {
				t.Fatalf("it is told to %s", got)
			}
			n := sent[0].News
			if strings.Join(n.Bodies, ", ") != "North Northamptonshire" || len(n.Areas) == 0 || len(n.Judgements) == 0 || n.Published != inspection.MustDate("2026-07-07") {
				t.Errorf("it says %+v", n)
			}
			for _, d := range sent {
				if (d.Token == "") != (d.Channel != "") {
					t.Errorf("the message to %s%s has the token %q", d.Address, d.Channel, d.Token)
				}
			}
		})
		t.Run("a letter that is corrected and published again is told to nobody twice", func(t *testing.T) {
			p.T = t
			if _, err := p.s.UnpublishLetter(ctx, officer, letter.ID, "A day was wrong"); err != nil {
				t.Fatal(err)
			}
			if _, err := p.s.PublishLetter(ctx, officer, letter.ID, 1); err != nil {
				t.Fatal(err)
			}
			if got := p.takeAll(); len(got) != 0 {
				t.Errorf("it is told again to %s", addressees(got))
			}
		})
	})
}

func TestNewsIsWithdrawnWithItsLetter(t *testing.T) {
	ctx := context.Background()
	eachPost(t, "2026-07-20", func(t *testing.T, p *post) {
		letter := publish(t, p.s, northLetter())
		if p.unsent() != "waiting waiting" {
			t.Fatalf("the outbox holds messages that are %s", p.unsent())
		}
		if _, err := p.s.UnpublishLetter(ctx, officer, letter.ID, "It was not out yet"); err != nil {
			t.Fatal(err)
		}
		if got := p.takeAll(); len(got) != 0 || p.unsent() != "" {
			t.Errorf("a letter that is off the record is told to %s, and the outbox holds messages that are %s", addressees(got), p.unsent())
		}
		if _, err := p.s.PublishLetter(ctx, officer, letter.ID, 1); err != nil {
			t.Fatal(err)
		}
		if got := addressees(p.takeAll()); got != "member@example.org members" {
			t.Errorf("published after all it is told to %q", got)
		}
	})
}

func TestOldLettersAreNoNews(t *testing.T) {
	eachPost(t, "2026-11-21", func(t *testing.T, p *post) {
		publish(t, p.s, northLetter()) // of 7 July
		if p.unsent() != "" {
			t.Errorf("the outbox holds messages that are %s", p.unsent())
		}
	})
}

func TestWithoutWaysNothingIsMade(t *testing.T) {
	storetest.EachSeeded(t, func(t *testing.T, s *store.Store) {
		p := &post{desk: newDesk(t, s, "2026-07-20")}
		p.account(auth.Account{Address: "owner@example.org", BodyID: trust, Post: "Director of social care", Roles: []auth.Role{auth.Officer, auth.Member}})
		publish(t, s, northLetter())
		p.moves(northArea, inspection.MakePlan)
		p.day("2026-11-01")
		if made := p.remind(); made != 0 || p.unsent() != "" {
			t.Errorf("%d reminders are made, and the outbox holds messages that are %s", made, p.unsent())
		}
	})
}

func TestReminders(t *testing.T) {
	ctx := context.Background()
	eachPost(t, "2026-08-03", func(t *testing.T, p *post) {
		p.moves(northArea, inspection.MakePlan) // by 31 October
		action := p.action()
		action.Audience = inspection.ForOfficers
		action = p.save(action, "")
		on := func(day string, want int) {
			p.Helper()
			p.day(day)
			if made := p.remind(); made != want {
				p.Errorf("on %s %d reminders are made, want %d", day, made, want)
			}
		}
		t.Run("the owner gets one message with everything, 45 days before, and no second one on that day", func(t *testing.T) {
			p.T = t
			on("2026-09-15", 0)
			on("2026-09-16", 1)
			on("2026-09-16", 0)
			sent := p.takeAll()
			if addressees(sent) != "owner@example.org" || len(sent[0].Digest.Next) != 2 || len(sent[0].Digest.Past) != 0 || sent[0].Digest.Post != "Director of social care" {
				t.Fatalf("%s get %+v", addressees(sent), sent)
			}
		})
		t.Run("then weekly, and what was missed while the program did not run comes with the next", func(t *testing.T) {
			p.T = t
			on("2026-09-17", 0)
			on("2026-09-22", 0)
			on("2026-09-25", 1)
			p.takeAll()
		})
		t.Run("what is done by the time that a message is sent is not in it", func(t *testing.T) {
			p.T = t
			on("2026-09-30", 1)
			action.State = inspection.ActionDone
			action = p.save(action, "")
			sent := p.takeAll()
			if len(sent) != 1 || len(sent[0].Digest.Next) != 1 || sent[0].Digest.Next[0].Reference != northArea {
				t.Errorf("the message holds %+v", sent)
			}
		})
		t.Run("after its date it is past it, until it is said to be done", func(t *testing.T) {
			p.T = t
			on("2026-11-01", 1)
			sent := p.takeAll()
			if len(sent) != 1 || len(sent[0].Digest.Past) != 1 {
				t.Fatalf("the message holds %+v", sent)
			}
			p.proof(northArea, inspection.ForMembers)
			p.moves(northArea, inspection.StartWork, inspection.SayDone)
			on("2026-11-08", 0)
		})
		t.Run("a message that is no longer wanted leaves the outbox unsent", func(t *testing.T) {
			p.T = t
			p.day("2026-12-01")
			westPlan := p.made(inspection.MakePlan)
			westPlan.Due = inspection.MustDate("2026-12-24")
			if _, err := p.s.MoveRecommendation(ctx, storetest.Officer, westArea, westPlan); err != nil {
				t.Fatal(err)
			}
			on("2026-12-02", 1)
			err := p.s.SetMessagePreferences(ctx, inspection.MessagePreferences{AccountID: p.owner.ID, Reminders: inspection.Never, News: inspection.Never})
			if err != nil {
				t.Fatal(err)
			}
			if sent := p.takeAll(); len(sent) != 0 || p.unsent() != "" {
				t.Errorf("%s get one, and the outbox holds messages that are %s", addressees(sent), p.unsent())
			}
			on("2026-12-08", 0)
		})
		t.Run("who wants them weekly gets them on Mondays", func(t *testing.T) {
			p.T = t
			err := p.s.SetMessagePreferences(ctx, inspection.MessagePreferences{AccountID: p.owner.ID, Reminders: inspection.Weekly, News: inspection.Never})
			if err != nil {
				t.Fatal(err)
			}
			on("2026-12-14", 1) // Monday
			on("2026-12-15", 0)
			on("2026-12-21", 1)
		})
	})
}

// TestDaysOfRemindersAreLondons makes reminders just before and after midnight in London, in summer, when the day has begun
// there and not yet by universal time.
func TestDaysOfRemindersAreLondons(t *testing.T) {
	eachPost(t, "2026-07-20", func(t *testing.T, p *post) {
		plan := p.made(inspection.MakePlan)
		plan.Due = inspection.MustDate("2026-09-15") // 45 days after 1 August
		if _, err := p.s.MoveRecommendation(context.Background(), storetest.Officer, northArea, plan); err != nil {
			t.Fatal(err)
		}
		storetest.SetNow(time.Date(2026, time.July, 31, 22, 59, 0, 0, time.UTC))
		if made := p.remind(); made != 0 {
			t.Errorf("a minute before midnight in London %d reminders are made", made)
		}
		storetest.SetNow(time.Date(2026, time.July, 31, 23, 1, 0, 0, time.UTC))
		if made := p.remind(); made != 1 {
			t.Errorf("a minute after midnight in London %d reminders are made", made)
		}
		if d := p.take(); d.Day != inspection.MustDate("2026-08-01") {
			t.Errorf("they are of %s", d.Day)
		}
	})
}

func TestTakeMessage(t *testing.T) {
	ctx := context.Background()
	waits := func(t *testing.T, p *post) {
		t.Helper()
		p.T = t
		p.moves(northArea, inspection.MakePlan)
		p.day("2026-09-16")
		if p.remind() != 1 {
			t.Fatal("no reminder is made")
		}
	}
	t.Run("of several programs one gets a message", func(t *testing.T) {
		eachPost(t, "2026-08-03", func(t *testing.T, p *post) {
			waits(t, p)
			stores := []*store.Store{p.s, withMessages(t, p.dsn, store.Messages{Mail: true}), withMessages(t, p.dsn, store.Messages{Mail: true})}
			taken := make([]*store.Delivery, len(stores))
			var group sync.WaitGroup
			for i, s := range stores {
				group.Go(func() {
					var err error
					if taken[i], err = s.TakeMessage(ctx); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			taken = slices.DeleteFunc(taken, func(d *store.Delivery) bool { return d == nil })
			if len(taken) != 1 || p.unsent() != "sending" {
				t.Errorf("%d programs got it, and it is %s", len(taken), p.unsent())
			}
		})
	})
	t.Run("one that was not taken waits longer each time", func(t *testing.T) {
		eachPost(t, "2026-08-03", func(t *testing.T, p *post) {
			waits(t, p)
			p.settle(p.take(), inspection.NotTaken)
			if d, err := p.s.TakeMessage(ctx); d != nil || err != nil {
				t.Fatalf("it is tried again at once: %v", err)
			}
			storetest.SetNow(storetest.Now().Add(time.Minute))
			queues, err := p.s.Queues(ctx)
			if err != nil || queues.Messages != (store.Queue{Waiting: 1, Oldest: time.Minute}) {
				t.Errorf("what waits is %+v, %v: it has waited since it was made", queues.Messages, err)
			}
			first := p.take()
			if first.Tries != 1 {
				t.Errorf("it was tried %d times", first.Tries)
			}
			p.settle(first, inspection.HandedOver)
			if p.unsent() != "" {
				t.Errorf("it is %s", p.unsent())
			}
		})
	})
	t.Run("one whose program stopped in the middle is not sent again, unless an administrator says so", func(t *testing.T) {
		eachPost(t, "2026-08-03", func(t *testing.T, p *post) {
			waits(t, p)
			lost := p.take()
			storetest.SetNow(storetest.Now().Add(10 * time.Minute))
			if d, err := p.s.TakeMessage(ctx); d != nil || err != nil {
				t.Fatalf("it is sent again: %v", err)
			}
			if p.unsent() != "doubtful" {
				t.Errorf("it is %s", p.unsent())
			}
			if err := p.s.RetryMessage(ctx, lost.ID); err != nil {
				t.Fatal(err)
			}
			again := p.take()
			if again.ID != lost.ID {
				t.Errorf("another message is sent: %s", again.ID)
			}
			if err := p.s.SettleMessage(ctx, lost.ID, lost.Lease, inspection.HandedOver, ""); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("the program that had stopped still says how it ended: %v", err)
			}
			p.settle(again, inspection.HandedOver)
			var problems inspection.Problems
			if err := p.s.RetryMessage(ctx, lost.ID); !errors.As(err, &problems) {
				t.Errorf("what was sent is sent again: %v", err)
			}
			if err := p.s.RetryMessage(ctx, "none"); !errors.Is(err, inspection.ErrNotFound) {
				t.Errorf("a message that there is not: %v", err)
			}
		})
	})
	t.Run("a program that was only slow still says how it ended", func(t *testing.T) {
		eachPost(t, "2026-08-03", func(t *testing.T, p *post) {
			waits(t, p)
			slow := p.take()
			storetest.SetNow(storetest.Now().Add(10 * time.Minute))
			if _, err := p.s.TakeMessage(ctx); err != nil {
				t.Fatal(err)
			}
			p.settle(slow, inspection.HandedOver)
			if p.unsent() != "" {
				t.Errorf("it is %s", p.unsent())
			}
		})
	})
	t.Run("what is kept of a message goes after thirty days, and of a letter it stays that it was told", func(t *testing.T) {
		eachPost(t, "2026-07-20", func(t *testing.T, p *post) {
			letter := publish(t, p.s, northLetter())
			for range 2 {
				p.settle(p.take(), inspection.Refused)
			}
			p.day("2026-08-21")
			if err := p.s.DropMessages(ctx); err != nil {
				t.Fatal(err)
			}
			rows := store.Dump(t, p.s)["outbox"]
			if len(rows) != 2 || strings.Contains(strings.Join(rows, ""), "what the server said") || !strings.Contains(rows[0], letter.InspectionID) {
				t.Errorf("the outbox holds %s", rows)
			}
			if p.unsent() != "" {
				t.Errorf("old messages are listed as %s", p.unsent())
			}
		})
	})
}

func TestTurningMessagesOff(t *testing.T) {
	ctx := context.Background()
	eachPost(t, "2026-07-20", func(t *testing.T, p *post) {
		publish(t, p.s, northLetter())
		var token string
		for _, d := range p.takeAll() {
			token += d.Token
		}
		hash := auth.HashToken(token)
		if kind, err := p.s.MessagesTurnedOff(ctx, hash); err != nil || kind != inspection.NewsMessage {
			t.Fatalf("the token turns off %q: %v", kind, err)
		}
		if chosen, err := p.s.MessagePreferences(ctx, p.member.ID); err != nil || chosen.News != "" {
			t.Errorf("looking turned them off: %+v, %v", chosen, err)
		}
		for range 2 {
			if kind, err := p.s.TurnOffMessages(ctx, hash); err != nil || kind != inspection.NewsMessage {
				t.Fatalf("they cannot be turned off: %v", err)
			}
		}
		chosen, err := p.s.MessagePreferences(ctx, p.member.ID)
		if err != nil || chosen.News != inspection.Never || chosen.Of(inspection.ReminderMessage, nil) != inspection.Daily {
			t.Errorf("then somebody wants %+v: %v", chosen, err)
		}
		if _, err := p.s.TurnOffMessages(ctx, auth.HashToken("guessed")); !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("a token that nobody has turns something off: %v", err)
		}
		p.day("2027-12-01")
		if err := p.s.DropMessages(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := p.s.MessagesTurnedOff(ctx, hash); !errors.Is(err, inspection.ErrNotFound) {
			t.Errorf("after more than a year the token still works: %v", err)
		}
	})
}

func TestMessagesMoveNothingPublic(t *testing.T) {
	ctx := context.Background()
	eachPost(t, "2026-08-03", func(t *testing.T, p *post) {
		p.moves(northArea, inspection.MakePlan)
		before, err := p.s.Last(ctx)
		if err != nil {
			t.Fatal(err)
		}
		p.day("2026-09-16")
		p.remind()
		p.takeAll()
		if after, err := p.s.Last(ctx); err != nil || after != before {
			t.Errorf("the record of changes went on from %s to %s: %v", before, after, err)
		}
	})
}
