package mail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Bounds of what a catcher keeps.
const (
	mostCaught   = 5000
	largestCatch = 1 << 20
)

// Catcher is an SMTP server on this machine that delivers nothing: it keeps what
// it gets, for the demonstration and for tests.
type Catcher struct {
	server   *smtp.Server
	listener net.Listener
	mu       sync.Mutex
	caught   []Caught
}

// Caught is a mail as it arrived.
type Caught struct {
	ID         string // its Message-ID
	To         string // the envelope's recipients
	From       string // as in its header
	Subject    string
	At         time.Time // as in its header
	Text, HTML string
	Raw        string
}

// Link returns the address in the mail that begins with base, without it; "" for
// a mail without one.
func (c Caught) Link(base string) string {
	for line := range strings.Lines(c.Text) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), base); ok && strings.HasPrefix(path, "/") {
			return path
		}
	}
	return ""
}

// Catch starts a catcher on a free port of this machine.
func Catch(ctx context.Context) (*Catcher, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for mails: %w", err)
	}
	c := &Catcher{listener: listener}
	c.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &catching{catcher: c}, nil }))
	c.server.Domain, c.server.MaxMessageBytes, c.server.ReadTimeout, c.server.WriteTimeout = "localhost", largestCatch, relayPatience, relayPatience
	go func() { _ = c.server.Serve(listener) }() // until Close
	return c, nil
}

// Relay is how a mailer reaches the catcher.
func (c *Catcher) Relay() *Relay {
	address, _ := c.listener.Addr().(*net.TCPAddr)
	return &Relay{Host: "127.0.0.1", Port: address.Port, Security: Plain, From: mail.Address{Name: "Copil", Address: "copil@copil.example"}}
}

// Close stops the catcher. What it caught can still be read.
func (c *Catcher) Close() error { return c.server.Close() }

// All returns what was caught, newest first.
func (c *Catcher) All() []Caught {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := slices.Clone(c.caught)
	slices.Reverse(all)
	return all
}

func (c *Catcher) keep(m Caught) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.caught) == mostCaught {
		c.caught = slices.Delete(c.caught, 0, 1)
	}
	c.caught = append(c.caught, m)
}

// catching is one connection to the catcher.
type catching struct {
	catcher *Catcher
	to      []string
}

func (s *catching) Mail(string, *smtp.MailOptions) error { return nil }

func (s *catching) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

func (s *catching) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := read(string(raw))
	if err != nil {
		return &smtp.SMTPError{Code: 554, Message: "unreadable"}
	}
	m.To = strings.Join(s.to, ", ")
	s.catcher.keep(m)
	return nil
}

func (s *catching) Reset()        { s.to = nil }
func (s *catching) Logout() error { return nil }

// read takes a message of two alternatives apart.
func read(raw string) (Caught, error) {
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return Caught{}, err
	}
	decode := new(mime.WordDecoder).DecodeHeader
	c := Caught{ID: m.Header.Get("Message-ID"), Raw: raw}
	subject, err1 := decode(m.Header.Get("Subject"))
	from, err2 := m.Header.AddressList("From")
	at, err3 := m.Header.Date()
	_, params, err4 := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return Caught{}, err
	}
	c.Subject, c.From, c.At = subject, from[0].Name+" <"+from[0].Address+">", at
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return Caught{}, err
		}
		content, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			return Caught{}, err
		}
		text := strings.ReplaceAll(string(content), "\r\n", "\n")
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			c.HTML = text
		} else {
			c.Text = text
		}
	}
}
