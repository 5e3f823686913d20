package notice_test

import (
	"crypto/x509"
	"mime"
	"net"
	"strings"
	"testing"
	"time"

	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/notice"
	"inspectiontimeline/internal/notice/noticetest"
)

var site = notice.Site{Address: "https://timeline.example.gov.uk/record"}

// configFor returns how mail leaves by a server.
func configFor(s *noticetest.Server) notice.MailConfig {
	return notice.MailConfig{
		Server: s.Address, From: "Inspection Timeline <timeline@example.gov.uk>", User: noticetest.User, Password: noticetest.Password,
		Site: site, Authority: s.Authority, Clock: func() time.Time { return time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC) },
	}
}

func newMailer(t *testing.T, config notice.MailConfig) *notice.Mailer {
	t.Helper()
	m, err := notice.NewMailer(config)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// digest is what somebody is reminded of.
func digest(post string) inspection.Digest {
	return inspection.Digest{
		Post: post,
		Past: []inspection.Reminder{{Reference: "NN-ILACS-2026-1", Words: "The quality of plans – “all of them”.", Due: inspection.MustDate("2026-10-31"),
			AskedDue: inspection.MustDate("2027-01-31"), Wording: inspection.Paraphrase}},
		Next: []inspection.Reminder{{ActionID: "abc", Words: "<em>Train</em> every manager.", Due: inspection.MustDate("2026-12-31")}},
	}
}

func reminderMail(post string) notice.Mail {
	return notice.Mail{ID: "message1", To: "owner@example.org", Token: "tok", Words: site.Reminders(digest(post), "tok")}
}

// subject returns a subject as a reader sees it.
func subject(t *testing.T, m noticetest.Mail) string {
	t.Helper()
	words, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return words
}

func TestMailArrives(t *testing.T) {
	for name, setup := range map[string]noticetest.Setup{
		"by STARTTLS": {}, "by TLS": {TLS: true}, "in the clear on this machine": {Plain: true, Anonymous: true},
	} {
		t.Run(name, func(t *testing.T) {
			server := noticetest.Start(t, setup)
			config := configFor(server)
			switch {
			case setup.TLS:
				config.Encryption = notice.ImplicitTLS
			case setup.Plain:
				config.Encryption, config.User, config.Password = notice.NoEncryption, "", ""
			}
			mailer := newMailer(t, config)
			for range 2 {
				if err := mailer.Send(t.Context(), reminderMail("Head of quality")); err != nil {
					t.Fatal(err)
				}
			}
			mails := server.Mails()
			if len(mails) != 2 {
				t.Fatalf("%d mails arrived", len(mails))
			}
			m := mails[0]
			if m.From != "timeline@example.gov.uk" || strings.Join(m.To, " ") != "owner@example.org" {
				t.Errorf("it goes from %s to %s", m.From, m.To)
			}
			for header, want := range map[string]string{
				"From": `"Inspection Timeline" <timeline@example.gov.uk>`, "To": "<owner@example.org>",
				"Message-Id": "<message1@example.gov.uk>", "Date": "Sat, 21 Nov 2026 07:00:00 +0000", "Auto-Submitted": "auto-generated",
				"List-Unsubscribe":      "<https://timeline.example.gov.uk/record/messages/unsubscribe/tok>",
				"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			} {
				if got := m.Header.Get(header); got != want {
					t.Errorf("%s is %q, want %q", header, got, want)
				}
			}
			if got := mails[1].Header.Get("Message-Id"); got != m.Header.Get("Message-Id") {
				t.Errorf("a second try is another message, %s", got)
			}
			if got := subject(t, m); got != "To be done by you: 1 past its date, 1 soon" {
				t.Errorf("its subject is %q", got)
			}
			for _, words := range []string{"Head of quality", "NN-ILACS-2026-1", "31 October 2026", "31 January 2027", "In our words, not a quotation.", "The quality of plans – “all of them”.",
				"https://timeline.example.gov.uk/record/recommendations/NN-ILACS-2026-1", "https://timeline.example.gov.uk/record/actions/abc"} {
				if !strings.Contains(m.Plain, words) || !strings.Contains(m.HTML, words) {
					t.Errorf("it does not say %q in both of its forms", words)
				}
			}
			if strings.Contains(m.HTML, "<em>") || strings.Contains(m.HTML, "<img") || strings.Contains(m.HTML, "<link") || !strings.Contains(m.Plain, "<em>Train</em>") {
				t.Errorf("its HTML is\n%s", m.HTML)
			}
		})
	}
}

func TestMailThatIsNotTaken(t *testing.T) {
	always := func(err error) func(string) error { return func(string) error { return err } }
	for _, c := range []struct {
		name   string
		setup  noticetest.Setup
		change func(*notice.MailConfig)
		want   inspection.Handing
		kept   int
	}{
		{name: "an address that there is not is refused for good", want: inspection.Refused,
			setup: noticetest.Setup{Faults: noticetest.Faults{To: always(noticetest.Code(550, "no such user"))}}},
		{name: "an address that is away for a while is tried again", want: inspection.NotTaken,
			setup: noticetest.Setup{Faults: noticetest.Faults{To: always(noticetest.Code(451, "come back later"))}}},
		{name: "who sends is refused, which is mended here", want: inspection.NotTaken,
			setup: noticetest.Setup{Faults: noticetest.Faults{From: always(noticetest.Code(550, "not from you"))}}},
		{name: "the mail itself is refused for good", want: inspection.Refused,
			setup: noticetest.Setup{Faults: noticetest.Faults{Data: func() error { return noticetest.Code(554, "spam") }}}},
		{name: "the mail itself is not taken at once", want: inspection.NotTaken,
			setup: noticetest.Setup{Faults: noticetest.Faults{Data: func() error { return noticetest.Code(452, "full") }}}},
		{name: "the connection breaks when the whole mail has gone: it may have been sent", want: inspection.MaybeHanded, kept: 1,
			setup: noticetest.Setup{Faults: noticetest.Faults{Taken: func() bool { return true }}}},
		{name: "a wrong password", want: inspection.NotTaken, change: func(c *notice.MailConfig) { c.Password = "wrong" }},
		{name: "a server that does not encrypt gets neither mail nor password", want: inspection.NotTaken, setup: noticetest.Setup{Plain: true}},
		{name: "a server for which nobody vouches", want: inspection.NotTaken,
			change: func(c *notice.MailConfig) { c.Authority = x509.NewCertPool() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := noticetest.Start(t, c.setup)
			config := configFor(server)
			if c.change != nil {
				c.change(&config)
			}
			err := newMailer(t, config).Send(t.Context(), reminderMail("Head of quality"))
			if got := notice.How(err); got != c.want || err == nil {
				t.Errorf("it ended as %s: %v", got, err)
			}
			if got := len(server.Mails()); got != c.kept {
				t.Errorf("the server keeps %d mails", got)
			}
			if c.setup.Plain && server.Logins() > 0 {
				t.Error("the password was given in the clear")
			}
			if err != nil && strings.Contains(err.Error(), noticetest.Password) {
				t.Errorf("the error names the password: %v", err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listener.Close()
		config := configFor(&noticetest.Server{Address: listener.Addr().String()})
		if err := newMailer(t, config).Send(t.Context(), reminderMail("Head of quality")); notice.How(err) != inspection.NotTaken {
			t.Errorf("it ended as %s: %v", notice.How(err), err)
		}
	})
}

func TestNoHeaderCanBeMadeByWhatIsInAMail(t *testing.T) {
	server := noticetest.Start(t, noticetest.Setup{})
	mailer := newMailer(t, configFor(server))
	evil := "Head of quality\r\nBcc: thief@example.com\r\n\r\nAnother mail"
	mail := reminderMail(evil)
	mail.Words.Subject = "To do: " + evil
	if err := mailer.Send(t.Context(), mail); err != nil {
		t.Fatal(err)
	}
	news := site.News(inspection.News{InspectionID: "x", Bodies: []string{evil}, Kind: evil, Topic: evil, Published: inspection.MustDate("2026-11-16")}, "tok")
	if err := mailer.Send(t.Context(), notice.Mail{ID: "message2\r\nBcc: thief@example.com", To: "owner@example.org", Token: "tok", Words: news}); err != nil {
		t.Fatal(err)
	}
	for _, m := range server.Mails() {
		if strings.Join(m.To, " ") != "owner@example.org" || m.Header.Get("Bcc") != "" || !strings.Contains(subject(t, m), "Head of quality Bcc: thief@example.com") {
			t.Errorf("it goes to %s with the headers %v", m.To, m.Header)
		}
	}
	if len(server.Mails()) != 2 {
		t.Errorf("%d mails arrived", len(server.Mails()))
	}
	for _, to := range []string{"owner@example.org\r\nRCPT TO:<thief@example.com>", "owner@example.org, thief@example.com", "", "nobody"} {
		mail := reminderMail("Head of quality")
		mail.To = to
		if err := mailer.Send(t.Context(), mail); notice.How(err) != inspection.Refused {
			t.Errorf("a mail to %q ended as %s: %v", to, notice.How(err), err)
		}
	}
	if len(server.Mails()) != 2 {
		t.Error("a mail arrived that was for no address")
	}
}

func TestMailConfig(t *testing.T) {
	whole := notice.MailConfig{Server: "mail.example.gov.uk:587", From: "timeline@example.gov.uk", Site: site}
	if _, err := notice.NewMailer(whole); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		words  string
		change func(*notice.MailConfig)
	}{
		{"is no mail server", func(c *notice.MailConfig) { c.Server = "mail.example.gov.uk" }},
		{"is no mail server", func(c *notice.MailConfig) { c.Server = "mail.example.gov.uk:0" }},
		{"is no mail address", func(c *notice.MailConfig) { c.From = "timeline" }},
		{"is no mail address", func(c *notice.MailConfig) { c.From = "timeline@example.gov.uk\r\nBcc: x@example.com" }},
		{"only to a server on this machine", func(c *notice.MailConfig) { c.Encryption = notice.NoEncryption }},
		{"is no encryption", func(c *notice.MailConfig) { c.Encryption = "ssl" }},
		{"no password", func(c *notice.MailConfig) { c.User = "timeline" }},
		{"no user", func(c *notice.MailConfig) { c.Password = "secret" }},
		{"public address", func(c *notice.MailConfig) { c.Site.Address = "" }},
	} {
		config := whole
		c.change(&config)
		if _, err := notice.NewMailer(config); err == nil || !strings.Contains(err.Error(), c.words) || strings.Contains(err.Error(), "secret") {
			t.Errorf("want %q, got %v", c.words, err)
		}
	}
}
