// Package config reads Copil's settings and says, in one go, all that is wrong
// with them.
package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Config is what `copil serve` needs to know.
type Config struct {
	Listen            string         // host:port; the host may be empty
	BaseURL           string         // as people reach it, without a final slash
	Host              string         // the name in BaseURL, without port: requests for another are refused
	Secure            bool           // people come by HTTPS, so cookies may travel by nothing else
	DatabaseURL       string         // as copil_app
	SystemDatabaseURL string         // as copil_system
	TrustedProxies    []netip.Prefix // whose X-Forwarded-For is believed; usually none
	Relay             *Relay         // nil: no mail leaves
}

// Demo is what `copil demo` may be told.
type Demo struct {
	Password    string // of every demonstration account; "" lets the program make one
	PostgresBin string // folder of PostgreSQL's programs; "" lets the program look for it
}

// Load reads the settings of the server through getenv. The error names every
// setting that is missing or wrong, in French, one per line, never a value.
func Load(getenv func(string) string) (Config, error) {
	r := reader{getenv: getenv}
	c := Config{
		Listen:            r.listen("COPIL_LISTEN"),
		DatabaseURL:       r.database("COPIL_DATABASE_URL", "du rôle copil_app"),
		SystemDatabaseURL: r.database("COPIL_SYSTEM_DATABASE_URL", "du rôle copil_system"),
		TrustedProxies:    r.prefixes("COPIL_TRUSTED_PROXIES"),
		Relay:             r.relay("COPIL_SMTP_URL", "COPIL_MAIL_FROM"),
	}
	c.BaseURL, c.Host, c.Secure = r.base("COPIL_BASE_URL")
	if c.DatabaseURL != "" && c.DatabaseURL == c.SystemDatabaseURL {
		r.wrong("COPIL_SYSTEM_DATABASE_URL", "doit désigner un autre rôle que COPIL_DATABASE_URL")
	}
	if len(r.problems) > 0 {
		return Config{}, errors.Join(r.problems...)
	}
	return c, nil
}

// LoadOwner reads the address of the database for `copil migrate`.
func LoadOwner(getenv func(string) string) (string, error) {
	r := reader{getenv: getenv}
	address := r.database("COPIL_OWNER_DATABASE_URL", "du rôle copil_owner")
	return address, errors.Join(r.problems...)
}

// LoadDemo reads the settings of the demonstration; all are optional.
func LoadDemo(getenv func(string) string) Demo {
	return Demo{Password: getenv("COPIL_DEMO_PASSWORD"), PostgresBin: getenv("COPIL_POSTGRES_BIN")}
}

// reader reads settings and gathers what is wrong with them.
type reader struct {
	getenv   func(string) string
	problems []error
}

func (r *reader) wrong(name, problem string) {
	r.problems = append(r.problems, fmt.Errorf("%s %s.", name, problem))
}

func (r *reader) listen(name string) string {
	value := r.getenv(name)
	if value == "" {
		return ":8080"
	}
	_, port, err := net.SplitHostPort(value)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		r.wrong(name, "doit être une adresse et un port, par exemple 127.0.0.1:8080")
	}
	return value
}

func (r *reader) base(name string) (base, host string, secure bool) {
	value := r.getenv(name)
	if value == "" {
		r.wrong(name, "manque : indiquez l’adresse publique du service, par exemple https://copil.example.org")
		return "", "", false
	}
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" || (u.Scheme != "https" && u.Scheme != "http") {
		r.wrong(name, "doit être une adresse complète, par exemple https://copil.example.org")
		return "", "", false
	}
	if u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		r.wrong(name, "doit s’arrêter au nom du serveur, sans chemin ni paramètre")
		return "", "", false
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		r.wrong(name, "doit commencer par https:// : sans chiffrement, seule une adresse locale est admise")
	}
	return u.Scheme + "://" + u.Host, u.Hostname(), u.Scheme == "https"
}

func loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func (r *reader) database(name, of string) string {
	value := r.getenv(name)
	if value == "" {
		r.wrong(name, "manque : indiquez l’adresse PostgreSQL "+of)
		return ""
	}
	u, err := url.Parse(value)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		r.wrong(name, "doit commencer par postgres:// et être une adresse complète")
		return ""
	}
	return value
}

func (r *reader) prefixes(name string) (list []netip.Prefix) {
	for part := range strings.SplitSeq(r.getenv(name), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			r.wrong(name, "doit être une liste de réseaux séparés par des virgules, par exemple 10.0.0.0/8, fd00::/8")
			return nil
		}
		list = append(list, prefix.Masked())
	}
	return list
}
