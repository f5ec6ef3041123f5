package config_test

import (
	"maps"
	"net/mail"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"copil/internal/config"
)

// good is a complete set of settings.
var good = map[string]string{
	"COPIL_LISTEN":              "127.0.0.1:8080",
	"COPIL_BASE_URL":            "https://copil.example.org/",
	"COPIL_DATABASE_URL":        "postgres://copil_app:s3cret@db/copil",
	"COPIL_SYSTEM_DATABASE_URL": "postgresql://copil_system@db/copil",
	"COPIL_OWNER_DATABASE_URL":  "postgres://copil_owner@db/copil",
	"COPIL_MAIL_FROM":           "Copil <copil@example.org>",
	"COPIL_TRUSTED_PROXIES":     "10.1.2.3/8, fd00::/8,",
}

// with is good with some settings changed.
func with(changes map[string]string) func(string) string {
	all := maps.Clone(good)
	maps.Copy(all, changes)
	return func(name string) string { return all[name] }
}

func TestLoad(t *testing.T) {
	t.Parallel()
	got, err := config.Load(with(nil))
	want := config.Config{
		Listen: "127.0.0.1:8080", BaseURL: "https://copil.example.org", Host: "copil.example.org", Secure: true,
		DatabaseURL: good["COPIL_DATABASE_URL"], SystemDatabaseURL: good["COPIL_SYSTEM_DATABASE_URL"],
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Load = %+v, %v; want %+v", got, err, want)
	}
}

func TestLoadAccepts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		set  map[string]string
		want func(config.Config) bool
	}{
		"no address to listen on": {map[string]string{"COPIL_LISTEN": ""}, func(c config.Config) bool { return c.Listen == ":8080" }},
		"mail with TLS": {map[string]string{"COPIL_SMTP_URL": "smtp://u:s3cret@smtp.example.org", "COPIL_MAIL_FROM": "Copil <a@b.example>"}, func(c config.Config) bool {
			return *c.Relay == config.Relay{Host: "smtp.example.org", Port: 587, User: "u", Password: "s3cret", Security: "mandatory", From: mail.Address{Name: "Copil", Address: "a@b.example"}}
		}},
		"mail with TLS at once": {map[string]string{"COPIL_SMTP_URL": "smtp://smtp.example.org?tls=implicit", "COPIL_MAIL_FROM": "a@b.example"}, func(c config.Config) bool {
			return c.Relay.Port == 465 && c.Relay.Security == "implicit" && c.Relay.User == ""
		}},
		"mail to this machine": {map[string]string{"COPIL_SMTP_URL": "smtp://u:s3cret@127.0.0.1:25?tls=none", "COPIL_MAIL_FROM": "a@b.example"}, func(c config.Config) bool {
			return c.Relay.Port == 25 && c.Relay.Security == "none"
		}},
		"no mail":                  {nil, func(c config.Config) bool { return c.Relay == nil }},
		"no proxy":                 {map[string]string{"COPIL_TRUSTED_PROXIES": ""}, func(c config.Config) bool { return c.TrustedProxies == nil }},
		"plain http on localhost":  {map[string]string{"COPIL_BASE_URL": "http://localhost:8080"}, func(c config.Config) bool { return !c.Secure }},
		"plain http on 127.0.0.1":  {map[string]string{"COPIL_BASE_URL": "http://127.0.0.1:1"}, func(c config.Config) bool { return c.BaseURL == "http://127.0.0.1:1" }},
		"plain http on IPv6's own": {map[string]string{"COPIL_BASE_URL": "http://[::1]:1"}, func(c config.Config) bool { return !c.Secure && c.Host == "::1" }},
	} {
		got, err := config.Load(with(c.set))
		if err != nil || !c.want(got) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ setting, value string }{
		"no port":                {"COPIL_LISTEN", "127.0.0.1"},
		"port too large":         {"COPIL_LISTEN", ":70000"},
		"no base":                {"COPIL_BASE_URL", ""},
		"base without scheme":    {"COPIL_BASE_URL", "copil.example.org"},
		"base of mail":           {"COPIL_BASE_URL", "mailto:a@b.example"},
		"base without host":      {"COPIL_BASE_URL", "https://:8080"},
		"base with path":         {"COPIL_BASE_URL", "https://copil.example.org/app"},
		"base in clear":          {"COPIL_BASE_URL", "http://copil.example.org"},
		"no database":            {"COPIL_DATABASE_URL", ""},
		"another database":       {"COPIL_DATABASE_URL", "mysql://u:s3cret@db/x"},
		"unreadable database":    {"COPIL_DATABASE_URL", "postgres://u:s3cret%@db/x"},
		"one role for both":      {"COPIL_SYSTEM_DATABASE_URL", good["COPIL_DATABASE_URL"]},
		"mail by http":           {"COPIL_SMTP_URL", "http://u:s3cret@smtp.example.org"},
		"mail to nobody":         {"COPIL_SMTP_URL", "smtp://:25"},
		"unknown TLS":            {"COPIL_SMTP_URL", "smtp://smtp.example.org?tls=perhaps"},
		"mail port too large":    {"COPIL_SMTP_URL", "smtp://smtp.example.org:70000"},
		"mail password in clear": {"COPIL_SMTP_URL", "smtp://u:s3cret@smtp.example.org?tls=none"},
		"proxy without mask":     {"COPIL_TRUSTED_PROXIES", "10.0.0.1"},
	} {
		_, err := config.Load(with(map[string]string{c.setting: c.value}))
		if err == nil {
			t.Errorf("%s: accepted", name)
			continue
		}
		if got := err.Error(); strings.Count(got, "\n") != 0 || !strings.HasPrefix(got, c.setting+" ") || strings.Contains(got, "s3cret") {
			t.Errorf("%s: %q, want one line that starts with %s and tells no secret", name, got, c.setting)
		}
	}
}

func TestLoadNamesAllThatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := config.Load(func(string) string { return "" })
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"COPIL_BASE_URL", "COPIL_DATABASE_URL", "COPIL_SYSTEM_DATABASE_URL"} {
		if !strings.Contains(err.Error(), name+" manque") {
			t.Errorf("%s is not named in %q", name, err)
		}
	}
}

func TestLoadOwner(t *testing.T) {
	t.Parallel()
	if got, err := config.LoadOwner(with(nil)); err != nil || got != good["COPIL_OWNER_DATABASE_URL"] {
		t.Errorf("LoadOwner = %q, %v", got, err)
	}
	if _, err := config.LoadOwner(with(map[string]string{"COPIL_OWNER_DATABASE_URL": ""})); err == nil {
		t.Error("nothing set: accepted")
	}
}

func TestLoadDemo(t *testing.T) {
	t.Parallel()
	got := config.LoadDemo(with(map[string]string{"COPIL_DEMO_PASSWORD": "abc", "COPIL_POSTGRES_BIN": "/opt/bin"}))
	if want := (config.Demo{Password: "abc", PostgresBin: "/opt/bin"}); got != want {
		t.Errorf("LoadDemo = %+v, want %+v", got, want)
	}
}
