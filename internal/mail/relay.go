package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// How a connection to the relay is encrypted, as in the setting.
const (
	Mandatory     = "mandatory"     // STARTTLS, or nothing is sent
	Opportunistic = "opportunistic" // STARTTLS where the relay offers it
	Implicit      = "implicit"      // TLS from the first byte
	Plain         = "none"          // for a relay on this machine or behind the same wall
)

// Relay is the SMTP server that mails leave by.
type Relay struct {
	Host           string
	Port           int
	User, Password string // "" for a relay that asks for none
	Security       string // one of the four above
	From           mail.Address
}

// relayPatience bounds each step with the relay; a mail takes two of them at most.
const relayPatience = 15 * time.Second

// letter is a mail on its way: it has an address now.
type letter struct {
	id         string // of the message, for good: a second copy bears the same one
	to         mail.Address
	subject    string
	text, html string
	at         time.Time
}

// rejection is why a mail did not leave, in words that name no address.
type rejection struct {
	reason string
	final  bool // trying again would not help
}

func (r *rejection) Error() string { return r.reason }

// send hands a letter over. Its error is a *rejection, whose words may be kept;
// what the relay said in full may hold addresses, and is dropped.
func (r *Relay) send(ctx context.Context, l letter) error {
	message, err := r.compose(l)
	if err != nil {
		return &rejection{"L’adresse de la personne, ou celle de l’expéditeur, n’est pas valable.", true}
	}
	client, err := r.client()
	if err != nil {
		return &rejection{"Le réglage du serveur de messagerie n’est pas valable.", false}
	}
	connection, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return &rejection{"Le serveur de messagerie ne répond pas ou refuse la connexion.", false}
	}
	err = client.SendWithSMTPClient(connection, message)
	// The relay has answered: its farewell is not waited for, so that what became
	// of the letter is stored at once (docs/decisions/0017).
	go func() { _ = client.CloseWithSMTPClient(connection) }()
	return judge(err)
}

// judge tells what can be tried again from what cannot.
func judge(err error) error {
	if err == nil {
		return nil
	}
	refused, ok := errors.AsType[*gomail.SendError](err)
	if !ok || refused.ErrorCode() == 0 {
		return &rejection{"L’échange avec le serveur de messagerie s’est interrompu.", false}
	}
	what := "le message"
	switch refused.Reason {
	case gomail.ErrSMTPRcptTo:
		what = "l’adresse de la personne"
	case gomail.ErrSMTPMailFrom:
		what = "l’adresse de l’expéditeur"
	}
	// What the relay says of the sender is said of every mail: somebody will mend it.
	final := !refused.IsTemp() && refused.Reason != gomail.ErrSMTPMailFrom
	return &rejection{fmt.Sprintf("Le serveur de messagerie a refusé %s (code %d).", what, refused.ErrorCode()), final}
}

func (r *Relay) client() (*gomail.Client, error) {
	options := []gomail.Option{gomail.WithPort(r.Port), gomail.WithTimeout(relayPatience), gomail.WithoutNoop(), gomail.WithoutRset(), gomail.WithHELO(domain(r.From.Address))}
	switch r.Security {
	case Implicit:
		options = append(options, gomail.WithSSL())
	case Opportunistic:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if r.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(r.User), gomail.WithPassword(r.Password))
	}
	return gomail.NewClient(r.Host, options...)
}

// compose makes the message: text first, the same as HTML for those who prefer
// it, nothing that is loaded from elsewhere.
func (r *Relay) compose(l letter) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.FromFormat(r.From.Name, r.From.Address); err != nil {
		return nil, err
	}
	if err := m.AddToFormat(l.to.Name, l.to.Address); err != nil {
		return nil, err
	}
	m.Subject(l.subject)
	m.SetDateWithValue(l.at)
	m.SetMessageIDWithValue(l.id + "@" + domain(r.From.Address))
	m.SetGenHeader("Auto-Submitted", "auto-generated") // keeps absence replies away
	m.SetGenHeader("Content-Language", "fr")
	m.SetBodyString(gomail.TypeTextPlain, l.text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.html)
	return m, nil
}
