package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"copil/internal/access"
)

// Requests for another name are refused, whatever they ask for; probes come by address.
func TestHost(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, c := range map[string]struct {
		host, asked string
		path        string
		want        int
	}{
		"the name":                  {"copil.example.org", "copil.example.org", "/", http.StatusOK},
		"with a port":               {"copil.example.org", "copil.example.org:8443", "/", http.StatusOK},
		"in capitals":               {"copil.example.org", "COPIL.example.org", "/", http.StatusOK},
		"another name":              {"copil.example.org", "ailleurs.example", "/", http.StatusMisdirectedRequest},
		"a name that begins alike":  {"copil.example.org", "copil.example.org.ailleurs.example", "/connexion", http.StatusMisdirectedRequest},
		"a file of another name":    {"copil.example.org", "ailleurs.example", "/static/app.css", http.StatusMisdirectedRequest},
		"the address":               {"copil.example.org", "192.0.2.7", "/", http.StatusMisdirectedRequest},
		"no name":                   {"copil.example.org", "", "/", http.StatusMisdirectedRequest},
		"alive, by address":         {"copil.example.org", "10.0.0.3:8080", "/healthz", http.StatusOK},
		"ready, by address":         {"copil.example.org", "10.0.0.3:8080", "/readyz", http.StatusOK},
		"this machine":              {"", "localhost:8080", "/", http.StatusOK},
		"this machine's address":    {"", "127.0.0.1:8080", "/", http.StatusOK},
		"this machine's by IPv6":    {"", "[::1]:8080", "/", http.StatusOK},
		"a name led to it":          {"", "ailleurs.example:8080", "/", http.StatusMisdirectedRequest},
		"a name that looks like it": {"", "127.0.0.1.ailleurs.example", "/", http.StatusMisdirectedRequest},
		"by IPv6, as a setting":     {"::1", "[::1]:8080", "/", http.StatusOK},
	} {
		s := newServer(Options{Pool: o.Pool, System: o.System, Log: o.Log, Now: o.Now, Today: o.Today, Host: c.host})
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, nil)
		r.Host = c.asked
		w := httptest.NewRecorder()
		s.router().ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
}

// Without a session there is nothing that a silent request could misuse; with a
// dead one it is told, too, instead of being sent to sign in.
func TestSilentRequest(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	silent := http.Header{"Sec-Fetch-Site": nil}
	v := o.visitor()
	v.header = silent
	expect(t, v.post("/connexion", url.Values{}), http.StatusUnprocessableEntity)
	b := o.by(o.Actors[access.Mission])
	b.header = silent
	expect(t, b.post("/deconnexion", nil), http.StatusForbidden, "ne dit pas de quelle page vient cet envoi")
	expect(t, b.get("/compte"), http.StatusOK)
	b.header = http.Header{"Origin": {"http://example.com"}} // of before Sec-Fetch-Site
	expect(t, b.post("/deconnexion", nil), http.StatusSeeOther)
}

// Signing in makes the browser known, and signing in again finds it known.
func TestSigningInMakesTheBrowserKnown(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	person, _ := p.someone(t, false, access.Reader)
	v := p.signedIn(t, person)
	v.post("/deconnexion", nil).is(t, http.StatusSeeOther)
	v.post("/connexion", url.Values{"email": {person.Email}, "password": {secret}}).is(t, http.StatusSeeOther)
	p.signedIn(t, person) // another browser
	if n := len(p.Texts(t, `SELECT device FROM known_devices WHERE person_id = $1`, person.PersonID)); n != 2 {
		t.Errorf("two browsers are known as %d", n)
	}
}
