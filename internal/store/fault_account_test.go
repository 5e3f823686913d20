package store_test

import (
	"context"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

func accountWrites(d *faultyDesk) []write {
	ctx, s, t := context.Background(), d.s, d.T
	a, leaves := storetest.Account(t, s, auth.Officer), storetest.Account(t, s, auth.Officer)
	by := inspection.Actor{ID: a.ID, Post: a.Post, Role: inspection.RoleOfficer}
	link := addLink(t, s, a, auth.Reset)
	program := storetest.Account(t, s, auth.Officer)
	revoked := tokenOf(t, s, storetest.Token(t, s, program, auth.TokenReads))
	session := auth.HashToken(storetest.SignIn(t, s, program))
	holds := storetest.Account(t, s, auth.Officer)
	used := tokenOf(t, s, storetest.Token(t, s, holds, auth.TokenReads))
	storetest.Token(t, s, holds, auth.TokenLogs)
	storetest.SignIn(t, s, holds)
	soon := storetest.Now().Add(time.Hour)
	tries, worked := auth.SlowKeys("somebody@example.org", "203.0.113.7", ""), auth.SlowKeys("another@example.org", "203.0.113.9", "")
	must(t, worked, doing(func() (time.Duration, error) { return s.BeginSignIn(ctx, worked) })())
	fresh := auth.Account{Address: "new@example.org", Post: "New officer", Roles: []auth.Role{auth.Officer}, State: auth.Active}
	return []write{
		{name: "an account", do: doing(func() (auth.Account, error) { return s.AddAccount(ctx, storetest.Administrator, fresh) })},
		{name: "a change of an account", do: doing(func() (auth.Account, error) {
			return s.ChangeAccount(ctx, storetest.Administrator, a.ID, func(a *auth.Account) error { a.Post = "Another post"; return nil })
		})},
		{name: "an account that is closed", do: func() error { return s.CloseAccount(ctx, storetest.Administrator, leaves.ID) }},
		{name: "a link that is used", do: doing(func() (auth.Account, error) {
			return s.UseLink(ctx, storetest.Administrator, auth.HashToken(link), setPassword("another"))
		})},
		{name: "a link", quiet: true, do: func() error {
			return s.AddLink(ctx, storetest.Administrator, auth.Link{
				Hash: auth.HashToken("three"), AccountID: program.ID, Purpose: auth.Reset, CreatedAt: storetest.Now(), ExpiresAt: soon,
			})
		}},
		{name: "a code that is used", quiet: true, do: func() error {
			return s.UseCode(ctx, a.ID, func(a *auth.Account) error { a.CodeUsed = 9; return nil })
		}},
		{name: "an attempt to sign in", quiet: true, do: doing(func() (time.Duration, error) { return s.BeginSignIn(ctx, tries) })},
		{name: "an attempt that is taken back", quiet: true, do: func() error { return s.SignInUncounted(ctx, tries) }},
		{name: "an attempt that worked", quiet: true, do: func() error { return s.SignInWorked(ctx, worked) }},
		{name: "an access", quiet: true, do: func() error {
			return s.NoteAccess(ctx, inspection.Access{AccountID: a.ID, Post: a.Post, What: inspection.SignedIn, Network: "203.0.113.7"})
		}},
		{name: "a token that is used", quiet: true, do: func() error { return s.SeeToken(ctx, used.ID, soon) }},
		{name: "tokens that are vouched for", quiet: true, do: func() error { return s.VouchTokens(ctx, holds.ID, &soon) }},
		{name: "tokens that are revoked", do: func() error { return s.RevokeTokens(ctx, by, holds.ID) }},
		{name: "sessions that are ended", quiet: true, do: func() error { return s.EndSessions(ctx, holds.ID, "") }},
		{name: "a token", do: doing(func() (auth.Token, error) {
			return s.AddToken(ctx, by, auth.Token{AccountID: a.ID, Hash: auth.HashToken("one"), Name: "One", Purpose: auth.TokenReads}, 30)
		})},
		{name: "a token that is revoked", do: func() error { return s.RevokeToken(ctx, by, program.ID, revoked.ID) }},
		{name: "what a program sends once", do: doing(func() (string, error) {
			id, _, err := s.Once(ctx, by, store.Once{Key: "one", Request: "POST"}, func(w *store.Work) (string, error) {
				u, err := w.AddUpdate(inspection.Update{Reference: northArea, On: today(), Words: "By a program.", Audience: inspection.ForPublic})
				return u.ID, err
			})
			return id, err
		})},
		{name: "a session", quiet: true, do: func() error {
			return s.AddSession(ctx, auth.Session{Hash: auth.HashToken("two"), AccountID: a.ID, Role: auth.Officer, CreatedAt: storetest.Now(), SeenAt: storetest.Now(), CheckedAt: storetest.Now()})
		}},
		{name: "a change of a session", quiet: true, do: func() error {
			return s.ChangeSession(ctx, session, func(session *auth.Session) { session.Waits = !session.Waits })
		}},
		{name: "a session that is used", quiet: true, do: func() error { return s.SeeSession(ctx, session, soon) }},
		{name: "an end of a session", quiet: true, do: func() error { return s.EndSession(ctx, session) }},
		{name: "what is kept for a time only", quiet: true, first: func() { passes(d.T, 400*24*time.Hour) }, do: func() error { return s.DropStale(ctx) }},
	}
}

func messageWrites(d *faultyDesk) []write {
	ctx, s, t := context.Background(), d.s, d.T
	wants := storetest.Account(t, s, auth.Officer)
	for _, address := range []string{"owner@example.org", "deputy@example.org", "secretary@example.org"} {
		owner := auth.Account{Address: address, BodyID: trust, Post: "Director of social care", Roles: []auth.Role{auth.Officer}, State: auth.Active}
		must(t, owner, doing(func() (auth.Account, error) { return s.AddAccount(ctx, storetest.Administrator, owner) })())
	}
	// take takes a message that can be turned off.
	take := func() *store.Delivery {
		for {
			taken, err := s.TakeMessage(ctx)
			if must(d.T, taken, err) == nil {
				d.Fatal("no message is due")
			}
			if taken.Token != "" {
				return taken
			}
		}
	}
	var taken *store.Delivery
	first, second := sendsIn(t, s, "The day is wrong.", "reader@example.org"), sendsIn(t, s, "The name is wrong.", "")
	return []write{
		{name: "a note of a reader", do: doing(func() (inspection.Remark, error) {
			return s.AddRemark(ctx, remark("Another day is wrong."), "other@example.org")
		})},
		{name: "an answer to a note", do: doing(func() (inspection.Remark, error) {
			return s.AnswerRemark(ctx, storetest.Officer, first.ID, inspection.RemarkAnswer{Outcome: inspection.RemarkPutRight, Words: "It is right now."}, 0)
		})},
		{name: "a note that is closed", do: func() error { return s.CloseRemark(ctx, storetest.Officer, second.ID) }},
		{name: "reminders", quiet: true, do: doing(func() (int, error) { return s.MakeReminders(ctx) })},
		{name: "a message that is taken", quiet: true, do: doing(func() (*store.Delivery, error) { return s.TakeMessage(ctx) })},
		{name: "what messages somebody wants", quiet: true, do: func() error {
			return s.SetMessagePreferences(ctx, inspection.MessagePreferences{AccountID: wants.ID, Reminders: inspection.Never, News: inspection.Never})
		}},
		{name: "how a message ended", quiet: true, first: func() { taken = take() }, do: func() error {
			return s.SettleMessage(ctx, taken.ID, taken.Lease, inspection.Refused, "what the server said")
		}},
		{name: "a message that is sent again", quiet: true, do: func() error { return s.RetryMessage(ctx, taken.ID) }},
		{name: "messages that are turned off", quiet: true, do: doing(func() (inspection.MessageKind, error) {
			return s.TurnOffMessages(ctx, auth.HashToken(taken.Token))
		})},
		{name: "old messages that are dropped", quiet: true, first: func() {
			taken = take()
			must(d.T, taken, s.SettleMessage(ctx, taken.ID, taken.Lease, inspection.Refused, "what the server said"))
			passes(d.T, 400*24*time.Hour)
		}, do: func() error { return s.DropMessages(ctx) }},
		{name: "the index of what can be searched", quiet: true, first: func() {
			must(d.T, taken, doing(func() (int, error) { return s.IndexSearch(ctx) })())
			d.update(northArea, "Quixotry.", inspection.ForPublic)
		}, do: doing(func() (int, error) { return s.IndexSearch(ctx) })},
	}
}
