// Package noticetest is a mail server for tests: a real one, that keeps what it takes and fails where it is told to.
package noticetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// What the server lets in where it asks who somebody is.
const (
	User     = "timeline"
	Password = "correct horse battery staple"
)

// Faults are where a server fails. What is nil works.
type Faults struct {
	From func(address string) error // answers MAIL FROM
	To   func(address string) error // answers RCPT TO
	Data func() error               // answers the end of a mail, which is kept only where it is nil
	// Taken is called when a mail is kept and its answer is not given yet; where it returns true the connection breaks then.
	Taken func() bool
}

// Code is an answer of the server that refuses something: 550 for good, 451 for a while.
func Code(code int, words string) error { return &smtp.SMTPError{Code: code, Message: words} }

// Setup says how the server is reached.
type Setup struct {
	TLS       bool // from the first byte; otherwise by STARTTLS
	Plain     bool // no TLS at all
	Anonymous bool // asks nobody who they are
	Faults    Faults
}

// Server is a mail server on this machine.
type Server struct {
	Address   string         // host and port
	Authority *x509.CertPool // that vouches for it
	setup     Setup

	mutex  sync.Mutex
	mails  []Mail
	logins int
}

// Mail is what the server took.
type Mail struct {
	From   string
	To     []string
	Header mail.Header
	Plain  string
	HTML   string
	Raw    string
}

// Start starts a server that ends with the test.
func Start(t testing.TB, setup Setup) *Server {
	t.Helper()
	certificate, authority := newCertificate(t)
	s := &Server{Authority: authority, setup: setup}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{server: s, conn: c}, nil }))
	server.Domain, server.ErrorLog = "localhost", log.New(io.Discard, "", 0)
	server.AllowInsecureAuth = setup.Plain
	server.ReadTimeout, server.WriteTimeout = time.Minute, time.Minute
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if !setup.Plain && !setup.TLS {
		server.TLSConfig = config
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = listener.Addr().String()
	if setup.TLS {
		listener = tls.NewListener(listener, config)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close the mail server: %v", err)
		}
		if err := <-ended; err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("serve mail: %v", err)
		}
	})
	return s
}

// Mails returns what the server took so far.
func (s *Server) Mails() []Mail {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Logins returns how often somebody gave a password.
func (s *Server) Logins() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.logins
}

// session is one connection.
type session struct {
	server *Server
	conn   *smtp.Conn
	known  bool
	mail   Mail
}

func (s *session) AuthMechanisms() []string {
	if s.server.setup.Anonymous {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.server.mutex.Lock()
		s.server.logins++
		s.server.mutex.Unlock()
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known && !s.server.setup.Anonymous {
		return smtp.ErrAuthRequired
	}
	if fault := s.server.setup.Faults.From; fault != nil {
		if err := fault(from); err != nil {
			return err
		}
	}
	s.mail = Mail{From: from}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if fault := s.server.setup.Faults.To; fault != nil {
		if err := fault(to); err != nil {
			return err
		}
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if fault := s.server.setup.Faults.Data; fault != nil {
		if err := fault(); err != nil {
			return err
		}
	}
	taken := s.mail
	if err := taken.read(string(raw)); err != nil {
		return Code(554, err.Error())
	}
	s.server.mutex.Lock()
	s.server.mails = append(s.server.mails, taken)
	s.server.mutex.Unlock()
	if s.server.setup.Faults.Taken != nil && s.server.setup.Faults.Taken() {
		return s.conn.Conn().Close()
	}
	return nil
}

func (s *session) Reset() { s.mail = Mail{} }

func (s *session) Logout() error { return nil }

// read takes a mail apart.
func (m *Mail) read(raw string) error {
	message, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return err
	}
	m.Raw, m.Header = raw, message.Header
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	parts := multipart.NewReader(message.Body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var body io.Reader = part
		if part.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(part)
		}
		words, err := io.ReadAll(body)
		if err != nil {
			return err
		}
		text := strings.ReplaceAll(string(words), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			m.HTML = text
		} else {
			m.Plain = text
		}
	}
}

// newCertificate returns a certificate for this machine, and who vouches for it.
func newCertificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	authority := x509.NewCertPool()
	authority.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, authority
}
