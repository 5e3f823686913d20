package main

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/notice"
	"inspectiontimeline/internal/notice/noticetest"
	"inspectiontimeline/internal/store"
	"inspectiontimeline/internal/store/storetest"
)

const (
	mailTrust = "northamptonshire-childrens-trust"
	mailNorth = "north-northamptonshire"
	mailArea  = "NN-ILACS-2026-1"
)

// sortingOffice is a database with an owner and a member, and a mail server.
type sortingOffice struct {
	*testing.T
	dsn    string
	server *noticetest.Server
	log    *bytes.Buffer
}

// newSortingOffice plans an area to improve for the owner on 3 August 2026: it is due on 31 October.
func newSortingOffice(t *testing.T, setup noticetest.Setup) *sortingOffice {
	t.Helper()
	storetest.On(t, "2026-08-03")
	o := &sortingOffice{T: t, dsn: storetest.SQLite(t, true), server: noticetest.Start(t, setup), log: &bytes.Buffer{}}
	s := storetest.Open(t, o.dsn)
	ctx := t.Context()
	for _, a := range []auth.Account{
		{Address: "owner@example.org", BodyID: mailTrust, Post: "Director of social care", Roles: []auth.Role{auth.Officer}},
		{Address: "member@example.org", BodyID: mailNorth, Post: "Committee member", Roles: []auth.Role{auth.Member}},
	} {
		a.State = auth.Active
		if _, err := s.AddAccount(ctx, storetest.Administrator, a); err != nil {
			t.Fatal(err)
		}
	}
	err := s.Together(ctx, storetest.Officer, func(w *store.Work) error {
		post, err := w.SavePost(inspection.Post{BodyID: mailTrust, Name: "Director of social care"})
		if err != nil {
			return err
		}
		board, err := w.SaveCommittee(inspection.Committee{BodyID: "northamptonshire", Name: "Improvement board", Decides: true})
		if err != nil {
			return err
		}
		return w.MoveRecommendation(mailArea, inspection.Move{
			Kind: inspection.MakePlan, On: inspection.MustDate("2026-08-03"), OwnerID: post.ID, LeadBodyID: mailTrust, CommitteeID: board.ID,
			SuccessMeasure: "Nine of ten plans are good.", Due: inspection.MustDate("2026-10-31"),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// clockAt sets the clock of everything to a time in London.
func (o *sortingOffice) clockAt(text string) {
	o.Helper()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		o.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", text, london)
	if err != nil {
		o.Fatal(err)
	}
	storetest.SetNow(at.UTC())
}

// config is how messages leave here. Webhooks are lines of channels.
func (o *sortingOffice) config(webhooks string) config {
	o.Helper()
	public, err := url.Parse("https://timeline.example.gov.uk")
	if err != nil {
		o.Fatal(err)
	}
	channels, err := notice.ParseChannels(webhooks)
	if err != nil {
		o.Fatal(err)
	}
	return config{doors: doorsConfig{public: public}, messages: messagesConfig{
		smtp: o.server.Address, from: "timeline@example.gov.uk", user: noticetest.User, password: noticetest.Password, channels: channels,
	}}
}

// postman is one program's, with a connection of its own to the database.
func (o *sortingOffice) postman(webhooks string) *postman {
	o.Helper()
	cfg := o.config(webhooks)
	options := storetest.Options(o)
	options.Messages = cfg.messages.ways()
	s, err := store.Open(context.Background(), o.dsn, options)
	if err != nil {
		o.Fatal(err)
	}
	o.Cleanup(func() {
		if err := s.Close(); err != nil {
			o.Error(err)
		}
	})
	clock := storetest.Now
	p, err := newPostman(s, cfg, clock, slog.New(slog.NewJSONHandler(o.log, nil)))
	if err != nil {
		o.Fatal(err)
	}
	config := cfg.messages.mailConfig(cfg.doors, clock)
	config.Authority = o.server.Authority
	if p.mailer, err = notice.NewMailer(config); err != nil {
		o.Fatal(err)
	}
	return p
}

// states says how the messages stand that are not sent.
func (o *sortingOffice) states(p *postman) string {
	o.Helper()
	box, err := p.store.Outbox(o.Context())
	if err != nil {
		o.Fatal(err)
	}
	var out []string
	for _, m := range box.List {
		out = append(out, string(m.State))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// arrived says to whom mail came.
func (o *sortingOffice) arrived() string {
	var out []string
	for _, m := range o.server.Mails() {
		out = append(out, m.To...)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestRemindersLeaveAtSevenInLondon(t *testing.T) {
	o := newSortingOffice(t, noticetest.Setup{})
	p := o.postman("")
	for _, c := range []struct {
		at   string
		want int
	}{
		{"2026-09-15 23:30", 0},
		{"2026-09-16 00:30", 0}, // the day has begun in London, and not yet by universal time
		{"2026-09-16 06:59", 0},
		{"2026-09-16 07:00", 1}, // 06:00 by universal time
		{"2026-09-16 23:59", 1},
		{"2026-10-28 06:59", 1}, // clocks went back on the 25th
		{"2026-10-28 07:00", 2}, // 07:00 by universal time
	} {
		o.clockAt(c.at)
		p.round(t.Context())
		if got := len(o.server.Mails()); got != c.want {
			t.Errorf("by %s in London %d mails have come, want %d", c.at, got, c.want)
		}
	}
	if got := o.arrived(); got != "owner@example.org owner@example.org" {
		t.Errorf("mail came to %s", got)
	}
}

func TestAMailArrivesOnceThoughSeveralProgramsSend(t *testing.T) {
	o := newSortingOffice(t, noticetest.Setup{})
	programs := []*postman{o.postman(""), o.postman(""), o.postman("")}
	for _, p := range programs {
		p.log = slog.New(slog.DiscardHandler)
	}
	o.clockAt("2026-09-16 07:30")
	var group sync.WaitGroup
	for _, p := range programs {
		group.Go(func() { p.round(t.Context()) })
	}
	group.Wait()
	for _, p := range programs {
		p.round(t.Context())
	}
	if got := o.arrived(); got != "owner@example.org" {
		t.Errorf("mail came to %s", got)
	}
}

func TestAMailThatMayHaveBeenSentIsNotSentAgain(t *testing.T) {
	t.Run("the program stopped between sending it and writing that down", func(t *testing.T) {
		o := newSortingOffice(t, noticetest.Setup{})
		o.clockAt("2026-09-16 07:30")
		stopped := o.postman("")
		if err := stopped.remind(t.Context()); err != nil {
			t.Fatal(err)
		}
		d, err := stopped.store.TakeMessage(t.Context())
		if err != nil || d == nil {
			t.Fatalf("there is no message: %v", err)
		}
		if err := stopped.hand(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		next := o.postman("")
		o.clockAt("2026-09-16 07:45")
		next.round(t.Context())
		if o.arrived() != "owner@example.org" || o.states(next) != "doubtful" {
			t.Errorf("mail came to %s, and the message is %s", o.arrived(), o.states(next))
		}
	})
	t.Run("the server broke off when it had it", func(t *testing.T) {
		o := newSortingOffice(t, noticetest.Setup{Faults: noticetest.Faults{Taken: func() bool { return true }}})
		o.clockAt("2026-09-16 07:30")
		p := o.postman("")
		p.round(t.Context())
		o.clockAt("2026-09-17 06:00")
		p.round(t.Context())
		if o.arrived() != "owner@example.org" || o.states(p) != "doubtful" {
			t.Errorf("mail came to %s, and the message is %s", o.arrived(), o.states(p))
		}
	})
}

func TestAMailThatIsNotTakenIsTriedAgainAndOneThatIsRefusedIsNot(t *testing.T) {
	answer := noticetest.Code(451, "come back later, owner@example.org")
	o := newSortingOffice(t, noticetest.Setup{Faults: noticetest.Faults{To: func(string) error { return answer }}})
	p := o.postman("")
	o.clockAt("2026-09-16 07:30")
	p.round(t.Context())
	if o.states(p) != "waiting" {
		t.Fatalf("the message is %s", o.states(p))
	}
	answer = noticetest.Code(550, "no such user owner@example.org")
	o.clockAt("2026-09-16 07:32")
	p.round(t.Context())
	if o.states(p) != "failed" || o.arrived() != "" {
		t.Errorf("the message is %s, and mail came to %s", o.states(p), o.arrived())
	}
	box, err := p.store.Outbox(t.Context())
	if err != nil || len(box.List) != 1 || !strings.Contains(box.List[0].Problem, "no such user") {
		t.Errorf("what went wrong is not told: %+v, %v", box.List, err)
	}
	if told := o.log.String() + box.List[0].Problem; strings.Contains(told, "owner@example.org") || !strings.Contains(told, "message not sent") {
		t.Errorf("the log says %s", told)
	}
	answer = nil
	if err := p.store.RetryMessage(t.Context(), box.List[0].ID); err != nil {
		t.Fatal(err)
	}
	p.round(t.Context())
	if o.arrived() != "owner@example.org" {
		t.Errorf("tried anew by an administrator it came to %q", o.arrived())
	}
}

// TestNothingOfADraftLeaves lets every message leave while a letter is a draft and after it was taken back.
func TestNothingOfADraftLeaves(t *testing.T) {
	const secret = "XYZZY"
	var told []string
	channel := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		told = append(told, string(body))
		w.WriteHeader(http.StatusAccepted)
	}))
	defer channel.Close()
	o := newSortingOffice(t, noticetest.Setup{})
	p := o.postman("members " + channel.URL + "/secret")
	ctx := t.Context()
	draft := inspection.Draft{
		Kind: "ilacs-focused-visit", Bodies: []string{mailNorth}, Topic: secret, FieldworkStart: inspection.MustDate("2026-09-01"),
		FieldworkEnd: inspection.MustDate("2026-09-02"), LeadInspector: secret, WholeListHeld: true,
		Items:    []inspection.DraftItem{{Key: "1", Kind: inspection.Improvement, Words: secret + " in the inspectors’ own words.", Wording: inspection.Verbatim, Page: 1}},
		Received: inspection.MustDate("2026-09-08"), Published: inspection.MustDate("2026-09-15"),
		Address: "https://files.ofsted.gov.uk/v1/file/50306549", Final: true,
	}
	o.clockAt("2026-09-16 07:30")
	letter, err := p.store.AddLetter(ctx, storetest.Officer, secret+".pdf", store.ReadLetter{State: inspection.LetterReady, Draft: draft})
	if err != nil {
		t.Fatal(err)
	}
	p.round(ctx)
	if _, err := p.store.PublishLetter(ctx, storetest.Officer, letter.ID, letter.Revision); err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.UnpublishLetter(ctx, storetest.Officer, letter.ID, "It was not out yet"); err != nil {
		t.Fatal(err)
	}
	o.clockAt("2026-09-23 07:30")
	p.round(ctx)
	if o.arrived() != "owner@example.org owner@example.org" || len(told) != 0 {
		t.Fatalf("mail came to %s, and the channel was told %d times", o.arrived(), len(told))
	}
	for _, m := range o.server.Mails() {
		if strings.Contains(m.Raw+m.Plain+m.HTML, secret) {
			t.Errorf("a mail tells of a draft:\n%s", m.Plain)
		}
	}
	if strings.Contains(o.log.String(), secret) {
		t.Error("the log tells of a draft")
	}
	if _, err := p.store.PublishLetter(ctx, storetest.Officer, letter.ID, letter.Revision); err != nil {
		t.Fatal(err)
	}
	p.round(ctx)
	last := o.server.Mails()[len(o.server.Mails())-1]
	if strings.Join(last.To, "") != "member@example.org" || !strings.Contains(last.Plain, secret) || len(told) != 1 || !strings.Contains(told[0], secret) {
		t.Errorf("once it is published, %s is told\n%s\nand the channel %s", last.To, last.Plain, told)
	}
}

func TestThePostmanStopsWhenItIsTold(t *testing.T) {
	o := newSortingOffice(t, noticetest.Setup{})
	p := o.postman("")
	o.clockAt("2026-09-16 06:00")
	ctx, stop := context.WithCancel(t.Context())
	ticks, ended := make(chan time.Time), make(chan bool)
	go func() {
		p.carry(ctx, ticks)
		close(ended)
	}()
	ticks <- storetest.Now() // the first round is over
	stop()
	<-ended
	if o.arrived() != "" {
		t.Errorf("mail came to %s", o.arrived())
	}
}

func TestALinkIsSentAtOnceAndTriedAgainWhereTheServerIsAway(t *testing.T) {
	var tries atomic.Int32
	o := newSortingOffice(t, noticetest.Setup{Faults: noticetest.Faults{To: func(string) error {
		if tries.Add(1) == 1 {
			return noticetest.Code(451, "come back later")
		}
		return nil
	}}})
	p := o.postman("")
	o.clockAt("2026-09-16 06:00")
	ctx, stop := context.WithCancel(t.Context())
	ticks, ended := make(chan time.Time), make(chan bool)
	go func() {
		p.carry(ctx, ticks)
		close(ended)
	}()
	const address = "https://timeline.example.gov.uk/links/token"
	if err := p.linkSender()(ctx, auth.Account{Address: "new@example.org"}, auth.Invitation, address); err != nil {
		t.Fatal(err)
	}
	for len(o.server.Mails()) == 0 {
		ticks <- storetest.Now()
	}
	stop()
	<-ended
	m := o.server.Mails()[0]
	if strings.Join(m.To, " ") != "new@example.org" || !strings.Contains(m.Plain, address) || !strings.Contains(m.Plain, "7 days") || m.Header.Get("List-Unsubscribe") != "" || tries.Load() != 2 {
		t.Errorf("after %d tries %s got\n%s", tries.Load(), m.To, m.Plain)
	}
	if strings.Contains(o.log.String(), "links/token") || strings.Contains(o.log.String(), "new@example.org") {
		t.Errorf("the log says %s", o.log)
	}
	if rows := o.states(p); rows != "" {
		t.Errorf("the outbox holds messages that are %s", rows)
	}
	var none *postman
	if none.linkSender() != nil {
		t.Error("without mail links are taken")
	}
}

func TestMessagesConfiguration(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("channels", "members https://chat.example/topsecret\n")
	bad := write("bad", "members http://chat.example/topsecret\n")
	password := write("password", "topsecret\n")
	mail := []string{"--smtp", "mail.council.example:587", "--smtp-from", "timeline@council.example", "--url", "https://timeline.council.example"}
	for _, c := range []struct {
		name  string
		env   variables
		args  []string
		words []string
	}{
		{"without a public address", nil, mail[:4], []string{"--smtp", "--url"}},
		{"without an address that it comes from", nil, slices.Concat(mail[:2], mail[4:]), []string{"--smtp", "no mail address"}},
		{"without a server", nil, mail[2:], []string{"--smtp", "give the mail server"}},
		{"unencrypted to another machine", nil, append(slices.Clone(mail), "--smtp-tls", "none"), []string{"on this machine"}},
		{"a user without a password", nil, append(slices.Clone(mail), "--smtp-user", "timeline"), []string{"no password"}},
		{"a password file that there is not", nil, append(slices.Clone(mail), "--smtp-user", "timeline", "--smtp-password-file", "/nowhere"), []string{"--smtp-password-file", "cannot be read"}},
		{"a channel that is not encrypted", nil, []string{"--webhook-file", bad, "--url", "https://timeline.council.example"}, []string{"--webhook-file", "https://"}},
		{"channels without a public address", variables{"TIMELINE_WEBHOOKS": "members https://chat.example/topsecret"}, nil, []string{"--webhook-file", "--url"}},
		{"in a demonstration", nil, []string{"--open", "--webhook-file", good}, []string{"a demonstration sends nothing"}},
		{"reminders that make no sense", nil, []string{"--remind-ahead", "0", "--remind-every", "60"}, []string{"--remind-ahead", "--remind-every"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := runCommand(t, c.env, append([]string{"serve", "--addr", "127.0.0.1:0", "--db", filepath.Join(folder, "none.db")}, c.args...)...)
			if got.code != exitUsage {
				t.Fatalf("it ended with %d: %s", got.code, got.stderr)
			}
			for _, words := range c.words {
				if !strings.Contains(got.stderr, words) {
					t.Errorf("it does not say %q: %s", words, got.stderr)
				}
			}
			if strings.Contains(got.stderr, "topsecret") {
				t.Errorf("it says a secret: %s", got.stderr)
			}
		})
	}
	t.Run("doctor says by which ways messages leave, and no secret", func(t *testing.T) {
		db := storetest.SQLite(t, true)
		none := runCommand(t, nil, "doctor", "--db", db)
		mustSucceed(t, none)
		if !strings.Contains(none.stdout, "messages  none are sent") {
			t.Errorf("without a server it says %s", none.stdout)
		}
		some := runCommand(t, nil, append([]string{"doctor", "--db", db, "--smtp-user", "timeline", "--smtp-password-file", password, "--webhook-file", good}, mail...)...)
		mustSucceed(t, some)
		if !strings.Contains(some.stdout, "mail from timeline@council.example by mail.council.example:587; news to 1 channel") || strings.Contains(some.stdout+some.stderr, "topsecret") {
			t.Errorf("it says %s", cmp.Or(some.stdout, some.stderr))
		}
	})
}
