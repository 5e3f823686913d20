package notice

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// Encryption says how the connection to the mail server is encrypted.
type Encryption string

// The encryptions.
const (
	StartTLS     Encryption = "starttls" // begins in the clear and must change over
	ImplicitTLS  Encryption = "tls"      // from the first byte
	NoEncryption Encryption = "none"     // only to a server on this machine
)

// smtpWait bounds each half of a try: connecting, and handing over.
const smtpWait = 30 * time.Second

// MailConfig says how mail leaves.
type MailConfig struct {
	Server     string     // host and port
	From       string     // an address, perhaps with a name: "Inspection Timeline <timeline@example.gov.uk>"
	User       string     // empty where the server asks for nobody
	Password   string     //
	Encryption Encryption // StartTLS where empty
	Site       Site
	Authority  *x509.CertPool // who may vouch for the server; the system's where nil
	Clock      func() time.Time
}

// Mailer hands mail to a server. It is safe for concurrent use.
type Mailer struct {
	config MailConfig
	from   *netmail.Address
	client func() (*mail.Client, error)
}

// Mail is one mail.
type Mail struct {
	ID    string // stays the same however often it is tried
	To    string // address
	Token string // with which such messages are turned off
	Words Words
}

// NewMailer checks a configuration. It does not connect. Its error names everything that is wrong.
func NewMailer(config MailConfig) (*Mailer, error) {
	var errs []error
	if config.Encryption == "" {
		config.Encryption = StartTLS
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	host, port, err := splitServer(config.Server)
	if err != nil {
		errs = append(errs, err)
	}
	from, err := netmail.ParseAddress(config.From)
	if err != nil || strings.ContainsAny(config.From, "\r\n") {
		errs = append(errs, fmt.Errorf("the address that mail comes from, %q, is no mail address", config.From))
	}
	switch config.Encryption {
	case StartTLS, ImplicitTLS:
	case NoEncryption:
		if err == nil && !onThisMachine(host) {
			errs = append(errs, fmt.Errorf("mail goes unencrypted only to a server on this machine, and %s is not", host))
		}
	default:
		errs = append(errs, fmt.Errorf("%q is no encryption: want starttls, tls or none", config.Encryption))
	}
	if config.User == "" && config.Password != "" {
		errs = append(errs, errors.New("a password for the mail server is given, and no user"))
	}
	if config.User != "" && config.Password == "" {
		errs = append(errs, errors.New("a user for the mail server is given, and no password"))
	}
	if !strings.HasPrefix(config.Site.Address, "http://") && !strings.HasPrefix(config.Site.Address, "https://") {
		errs = append(errs, errors.New("mail needs the public address of this service, for the links in it"))
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	m := &Mailer{config: config, from: from}
	m.client = func() (*mail.Client, error) { return newClient(config, host, port) }
	_, err = m.client()
	return m, err
}

func splitServer(server string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(server)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || host == "" || port < 1 || port > 65535 {
		return "", 0, fmt.Errorf("%q is no mail server: want its name and port, such as mail.example.gov.uk:587", server)
	}
	return host, port, nil
}

// onThisMachine reports whether a host can only be this machine.
func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func newClient(c MailConfig, host string, port int) (*mail.Client, error) {
	options := []mail.Option{
		mail.WithPort(port), mail.WithTimeout(smtpWait),
		mail.WithTLSConfig(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: c.Authority}),
	}
	switch c.Encryption {
	case ImplicitTLS:
		options = append(options, mail.WithSSL())
	case NoEncryption:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if c.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.User), mail.WithPassword(c.Password))
	}
	client, err := mail.NewClient(host, options...)
	if err != nil {
		return nil, fmt.Errorf("prepare for the mail server: %w", err)
	}
	return client, nil
}

// Send hands one mail to the server. How says by the error what became of it. Once the mail is on its way it is not broken off
// where ctx ends: then nobody could tell whether it was sent.
func (m *Mailer) Send(ctx context.Context, one Mail) error {
	msg, err := m.message(one)
	if err != nil {
		return refused(fmt.Errorf("write the mail: %w", err))
	}
	client, err := m.client()
	if err != nil {
		return notTaken(err)
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return notTaken(fmt.Errorf("connect to the mail server: %w", err))
	}
	defer hangUp(connection)
	err = client.SendWithSMTPClient(connection, msg)
	switch {
	case msg.IsDelivered(): // whatever happened after that
		return nil
	case err == nil:
		return maybe(errors.New("the mail server did not say whether it took the mail"))
	}
	return judge(err)
}

// hangUp ends a connection. What it says no longer matters.
func hangUp(connection *smtp.Client) {
	if connection.Quit() != nil {
		_ = connection.Close()
	}
}

// judge tells by an error of the dialogue what became of the mail.
func judge(err error) error {
	var at *mail.SendError
	if !errors.As(err, &at) {
		return maybe(fmt.Errorf("hand over the mail: %w", err))
	}
	said := fmt.Errorf("hand over the mail: %w", err)
	final := at.ErrorCode() >= 500
	switch at.Reason {
	case mail.ErrSMTPDataClose:
		switch {
		case final:
			return refused(said)
		case at.ErrorCode() >= 400:
			return notTaken(said)
		}
		return maybe(said) // the end of the mail was on its way, and no answer came
	case mail.ErrSMTPRcptTo, mail.ErrSMTPData:
		if final {
			return refused(said)
		}
		return notTaken(said)
	case mail.ErrSMTPMailFrom, mail.ErrConnCheck, mail.ErrWriteContent, mail.ErrNoUnencoded, mail.ErrGetSender, mail.ErrGetRcpts:
		return notTaken(said) // what stands against the sender is mended here, and then the mail can go
	}
	return maybe(said)
}

// message writes a mail. Everything that stands in a header is on one line.
func (m *Mailer) message(one Mail) (*mail.Msg, error) {
	html, err := one.Words.HTML()
	if err != nil {
		return nil, err
	}
	to, err := netmail.ParseAddress(one.To)
	if err != nil || strings.ContainsAny(one.To, "\r\n") {
		return nil, errors.New("the address is no mail address")
	}
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.from)
	msg.ToMailAddress(&netmail.Address{Address: to.Address})
	msg.Subject(oneLine(one.Words.Subject))
	_, host, _ := strings.Cut(m.from.Address, "@")
	msg.SetMessageIDWithValue(oneLine(one.ID) + "@" + host)
	msg.SetDateWithValue(m.config.Clock())
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if one.Token != "" {
		address := m.config.Site.Unsubscribe(one.Token)
		msg.SetListUnsubscribe(address)
		if strings.HasPrefix(address, "https://") {
			msg.SetListUnsubscribePost() // promises that one click is enough, which is for https alone
		}
	}
	msg.SetBodyString(mail.TypeTextPlain, one.Words.Plain())
	msg.AddAlternativeString(mail.TypeTextHTML, html)
	return msg, nil
}
