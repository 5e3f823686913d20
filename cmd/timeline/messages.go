package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"time"

	"inspectiontimeline/internal/auth"
	"inspectiontimeline/internal/inspection"
	"inspectiontimeline/internal/notice"
	"inspectiontimeline/internal/store"
)

const (
	// remindAt is the hour in London from which the reminders of a day are made.
	remindAt = 7
	// sendEvery is how often the outbox is looked into.
	sendEvery = 10 * time.Second
)

// messagesConfig is how messages leave. Without a mail server and without channels none is made.
type messagesConfig struct {
	smtp         string
	from         string
	user         string
	passwordFile string
	encryption   string
	webhookFile  string
	reminders    inspection.ReminderSchedule

	// What those say, once they are validated.
	password string
	channels []notice.Channel

	link linkSender // nil where no mail is sent
}

// linkSender sends somebody a link with which they set a password.
type linkSender = func(ctx context.Context, to auth.Account, purpose auth.Purpose, address string) error

func messageFlags(set *flag.FlagSet, m *messagesConfig) {
	set.StringVar(&m.smtp, "smtp", "", "mail server and port, such as mail.council.example:587; without it no mail is sent; needs --smtp-from and --url")
	set.StringVar(&m.from, "smtp-from", "", "address that mail comes from, such as timeline@council.example")
	set.StringVar(&m.user, "smtp-user", "", "user name for the mail server; its password is in TIMELINE_SMTP_PASSWORD or in --smtp-password-file")
	set.StringVar(&m.passwordFile, "smtp-password-file", "", "file with the password for the mail server")
	set.StringVar(&m.encryption, "smtp-tls", string(notice.StartTLS), "how the connection to the mail server is encrypted: starttls, tls, or none where it is on this machine")
	set.StringVar(&m.webhookFile, "webhook-file", "", "file with the channels that are told of each published letter, one on a line: a name, a space and the address of its webhook; TIMELINE_WEBHOOKS may hold the same")
	set.IntVar(&m.reminders.Ahead, "remind-ahead", inspection.UsualReminders.Ahead, "how many days before its day an owner is first reminded of something")
	set.IntVar(&m.reminders.Every, "remind-every", inspection.UsualReminders.Every, "days from one reminder to the next")
}

// validate reads what the flags say, and the secrets that they lead to, and reports what is wrong with them. It says no secret.
func (m *messagesConfig) validate(doors doorsConfig, getenv func(string) string, wrong func(name, format string, args ...any)) {
	for _, problem := range m.reminders.Check() {
		wrong("remind-"+problem.Field, "%s", problem.Words)
	}
	m.readSecrets(getenv, wrong)
	way := "smtp"
	switch {
	case m.smtp == "" && (m.from != "" || m.user != ""):
		wrong("smtp", "give the mail server too, or leave --smtp-from and --smtp-user away")
		return
	case m.smtp == "" && len(m.channels) == 0:
		return
	case m.smtp == "":
		way = "webhook-file"
	}
	switch {
	case doors.open:
		wrong(way, "a demonstration sends nothing; leave --open away")
	case doors.url == "":
		wrong(way, "messages lead back to this service; give its public address with --url")
	case m.smtp != "" && doors.public != nil:
		if _, err := notice.NewMailer(m.mailConfig(doors, time.Now)); err != nil {
			wrong(way, "%s", strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	}
}

// readSecrets reads the password and the channels from where they are, which is never the command line.
func (m *messagesConfig) readSecrets(getenv func(string) string, wrong func(name, format string, args ...any)) {
	m.password = getenv("TIMELINE_SMTP_PASSWORD")
	if m.passwordFile != "" {
		text, err := os.ReadFile(m.passwordFile)
		if err != nil {
			wrong("smtp-password-file", "it cannot be read: %v", err)
		}
		m.password = strings.TrimRight(string(text), "\r\n")
	}
	webhooks := getenv("TIMELINE_WEBHOOKS")
	if m.webhookFile != "" {
		text, err := os.ReadFile(m.webhookFile)
		if err != nil {
			wrong("webhook-file", "it cannot be read: %v", err)
		}
		webhooks = string(text)
	}
	var err error
	if m.channels, err = notice.ParseChannels(webhooks); err != nil {
		wrong("webhook-file", "%v", err)
	}
}

// ways are those by which messages leave, as the database has to know them.
func (m *messagesConfig) ways() store.Messages {
	ways := store.Messages{Mail: m.smtp != "", Reminders: m.reminders}
	for _, channel := range m.channels {
		ways.Channels = append(ways.Channels, channel.Name)
	}
	return ways
}

func (m *messagesConfig) mailConfig(doors doorsConfig, clock func() time.Time) notice.MailConfig {
	return notice.MailConfig{
		Server: m.smtp, From: m.from, User: m.user, Password: m.password, Encryption: notice.Encryption(m.encryption),
		Site: siteOf(doors), Clock: clock,
	}
}

// siteOf is the service as messages lead to it.
func siteOf(doors doorsConfig) notice.Site {
	return notice.Site{Address: strings.TrimRight(doors.public.String(), "/")}
}

// words say for doctor by which ways messages leave.
func (m *messagesConfig) words() string {
	var ways []string
	if m.smtp != "" {
		ways = append(ways, fmt.Sprintf("mail from %s by %s", m.from, m.smtp))
	}
	if n := len(m.channels); n > 0 {
		ways = append(ways, "news to "+inspection.CountWords(n, "channel", "channels"))
	}
	if len(ways) == 0 {
		return "none are sent; mail needs --smtp, and --url for the links in it"
	}
	return strings.Join(ways, "; ")
}

// postman makes reminders and hands messages over.
type postman struct {
	store      *store.Store
	mailer     *notice.Mailer // nil where no mail is sent
	webhook    *notice.Webhook
	site       notice.Site
	log        *slog.Logger
	clock      func() time.Time
	london     *time.Location
	remindedOn inspection.Date // the last day whose reminders it made

	links chan passwordLink // that were asked for
	late  []passwordLink    // that could not be handed over yet
}

// passwordLink is a link on its way to somebody. It is held here alone, because whoever reads it can set their password: where
// the program stops before it is sent, it has to be asked for again.
type passwordLink struct {
	mail  notice.Mail
	tries int
}

const (
	// mostLinks is how many links may be on their way.
	mostLinks = 100
	// linkTries is how often a link is tried, once at each look into the outbox.
	linkTries = 6
)

// newPostman returns one for the ways that are configured, nil where there are none.
func newPostman(s *store.Store, cfg config, clock func() time.Time, log *slog.Logger) (*postman, error) {
	m := &cfg.messages
	if m.smtp == "" && len(m.channels) == 0 {
		return nil, nil
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, fmt.Errorf("load the time zone: %w", err)
	}
	p := &postman{
		store: s, webhook: notice.NewWebhook(m.channels, nil), site: siteOf(cfg.doors), log: log, clock: clock, london: london,
		links: make(chan passwordLink, mostLinks),
	}
	if m.smtp != "" {
		if p.mailer, err = notice.NewMailer(m.mailConfig(cfg.doors, clock)); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// work carries messages until ctx ends.
func (p *postman) work(ctx context.Context) error {
	often := time.NewTicker(sendEvery)
	defer often.Stop()
	p.carry(ctx, often.C)
	return nil
}

// carry sends what the outbox holds at each tick, and links at once, until ctx ends. A message that is on its way then goes its
// way to the end.
func (p *postman) carry(ctx context.Context, ticks <-chan time.Time) {
	for {
		p.round(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticks:
			late := p.late
			p.late = nil
			for _, link := range late {
				p.mailLink(ctx, link)
			}
		case link := <-p.links:
			p.mailLink(ctx, link)
		}
	}
}

// linkSender returns what takes links to be sent, nil where no mail is. It waits for no server.
func (p *postman) linkSender() linkSender {
	if p == nil || p.mailer == nil {
		return nil
	}
	return func(_ context.Context, to auth.Account, purpose auth.Purpose, address string) error {
		words := p.site.PasswordLink(address, purpose == auth.Invitation, holdsWords(purpose.Holds()))
		select {
		case p.links <- passwordLink{mail: notice.Mail{ID: strings.ToLower(rand.Text()), To: to.Address, Words: words}}:
			return nil
		default:
			return errors.New("too many links wait to be sent")
		}
	}
}

// holdsWords says how long a link works: "7 days", "1 hour".
func holdsWords(d time.Duration) string {
	if days := int(d.Hours()) / 24; days > 0 {
		return inspection.CountWords(days, "day", "days")
	}
	return inspection.CountWords(int(d.Hours()), "hour", "hours")
}

// mailLink hands a link over, and keeps it for the next look where the server is away.
func (p *postman) mailLink(ctx context.Context, link passwordLink) {
	err := p.mailer.Send(context.WithoutCancel(ctx), link.mail)
	link.tries++
	switch how := notice.How(err); {
	case err == nil:
		p.log.Info("link sent", "message", link.mail.ID)
	case how == inspection.NotTaken && link.tries < linkTries:
		p.late = append(p.late, link)
	default:
		p.log.Warn("link not sent", "message", link.mail.ID, "ended", how, "problem", problemOf(err))
	}
}

// round makes the reminders of the day, once it is time for them, and sends what is due. Where something could not be handed
// over the rest waits for the next round: most often the server is away.
func (p *postman) round(ctx context.Context) {
	if err := p.remind(ctx); err != nil && ctx.Err() == nil {
		p.log.Error("make reminders", "error", err)
	}
	for ctx.Err() == nil {
		more, err := p.deliver(ctx)
		if err != nil && ctx.Err() == nil {
			p.log.Error("send messages", "error", err)
		}
		if err != nil || !more {
			return
		}
	}
}

// remind makes the reminders of a day when it is past seven in London, in winter and in summer.
func (p *postman) remind(ctx context.Context) error {
	now := p.clock().In(p.london)
	day := inspection.DayOf(now)
	if now.Hour() < remindAt || day == p.remindedOn {
		return nil
	}
	made, err := p.store.MakeReminders(ctx)
	if err != nil {
		return err
	}
	p.remindedOn = day
	if made > 0 {
		p.log.Info("reminders made", "messages", made)
	}
	return p.store.DropMessages(ctx)
}

// deliver takes one message and hands it over. It reports whether another may be taken at once.
func (p *postman) deliver(ctx context.Context) (more bool, err error) {
	d, err := p.store.TakeMessage(ctx)
	if err != nil || d == nil {
		return false, err
	}
	// From here on the end of ctx breaks nothing off: it would leave open whether the message was sent.
	err = p.hand(context.WithoutCancel(ctx), d)
	how, problem := notice.How(err), problemOf(err)
	if err := p.store.SettleMessage(context.WithoutCancel(ctx), d.ID, d.Lease, how, problem); err != nil {
		return false, err
	}
	if err == nil {
		p.log.Info("message sent", "message", d.ID, "kind", d.Kind)
	} else {
		p.log.Warn("message not sent", "message", d.ID, "kind", d.Kind, "ended", how, "problem", problem)
	}
	return how != inspection.NotTaken, nil
}

// hand words a message and hands it to whoever takes it on.
func (p *postman) hand(ctx context.Context, d *store.Delivery) error {
	var words notice.Words
	switch d.Kind {
	case inspection.NewsMessage:
		words = p.site.News(d.News, d.Token)
	case inspection.RemarkMessage:
		words = p.site.Remark(d.Remark)
	case inspection.AnswerMessage:
		words = p.site.RemarkAnswer(d.Remark)
	default:
		words = p.site.Reminders(d.Digest, d.Token)
	}
	if d.Channel != "" {
		return p.webhook.Send(ctx, d.Channel, words)
	}
	return p.mailer.Send(ctx, notice.Mail{ID: d.ID, To: d.Address, Token: d.Token, Words: words})
}

// mostProblem is how much of what a server says is kept.
const mostProblem = 300

// mailAddress finds what servers repeat of a mail in their answers.
var mailAddress = regexp.MustCompile(`[^\s<>]+@[^\s<>]+`)

// problemOf returns what went wrong, on one line and without anybody's address.
func problemOf(err error) string {
	if err == nil {
		return ""
	}
	words := mailAddress.ReplaceAllString(strings.Join(strings.Fields(err.Error()), " "), "an address")
	if runes := []rune(words); len(runes) > mostProblem {
		words = string(runes[:mostProblem]) + " …"
	}
	return words
}
