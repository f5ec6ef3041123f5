package config

import (
	"cmp"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
)

// Relay is the SMTP server that mails leave by.
type Relay struct {
	Host           string
	Port           int
	User, Password string // "" for a relay that asks for none
	Security       string // mandatory, opportunistic, implicit or none
	From           mail.Address
}

// relay reads where mails leave by; nil when they do not.
func (r *reader) relay(name, from string) *Relay {
	value := r.getenv(name)
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "smtp" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		r.wrong(name, "doit être une adresse telle que smtp://utilisateur:motdepasse@smtp.example.org:587?tls=mandatory")
		return nil
	}
	found := &Relay{Host: u.Hostname(), Port: 587, Security: cmp.Or(u.Query().Get("tls"), "mandatory")}
	if !slices.Contains([]string{"mandatory", "opportunistic", "implicit", "none"}, found.Security) {
		r.wrong(name, "doit dire tls=mandatory, tls=opportunistic, tls=implicit ou tls=none")
	}
	if found.Security == "implicit" {
		found.Port = 465
	}
	if u.Port() != "" {
		found.Port, _ = strconv.Atoi(u.Port()) // url.Parse takes digits only
	}
	if found.Port < 1 || found.Port > 65535 {
		r.wrong(name, "doit avoir un port entre 1 et 65535")
	}
	if u.User != nil {
		found.User = u.User.Username()
		found.Password, _ = u.User.Password()
	}
	if found.Password != "" && found.Security == "none" && !loopback(found.Host) {
		r.wrong(name, "ne peut pas envoyer un mot de passe sans chiffrement (tls=none) à une autre machine")
	}
	sender, err := mail.ParseAddress(r.getenv(from))
	if err != nil {
		r.wrong(from, "manque ou n’est pas une adresse : indiquez l’expéditeur, par exemple Copil <ne-pas-repondre@example.org>")
		return nil
	}
	found.From = *sender
	return found
}
