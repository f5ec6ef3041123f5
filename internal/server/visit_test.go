package server

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/testdb"
)

const secret = "mot de passe d’essai"

// place is the whole application over one shipped convention that belongs to the test.
type place struct {
	*testdb.DB
	url        string
	slug       string
	convention uuid.UUID
	offices    map[string]uuid.UUID // organisations by code
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{DB: testdb.Open(t), offices: map[string]uuid.UUID{}}
	p.convention = p.Convention(t)
	p.slug = "v-" + p.convention.String()
	file, err := convention.Shipped("mediation-npdc")
	if err != nil {
		t.Fatal(err)
	}
	file.Agreement.Slug = p.slug
	var parties *pg.Rows[convention.Party]
	p.In(t, p.convention, func(tx *pg.Tx) error {
		if err := convention.Create(t.Context(), tx, file); err != nil {
			return err
		}
		b := tx.Batch()
		parties = convention.Parties(b)
		return b.Send(t.Context())
	})
	for _, party := range parties.All {
		p.offices[party.PartyCode] = party.OrganisationID
	}
	today := func() time.Time { return testdb.Today }
	srv := httptest.NewServer(New(Options{
		Pool: p.Pool, System: p.System, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: time.Now, Today: today,
		Demo: []DemoAccount{{"essai@copil.example", "Lecteur, essai"}},
	}))
	t.Cleanup(srv.Close)
	p.url = srv.URL
	return p
}

// someone opens an account with a password. Without a role it is a member of nothing.
func (p *place) someone(t *testing.T, administrator bool, roles ...access.Role) (account.Person, []account.Member) {
	t.Helper()
	by := audit.Stamp{At: time.Now(), OnDay: testdb.Today}
	person, err := account.CreatePerson(t.Context(), p.System, by, account.PersonDraft{
		Email: uuid.NewString() + "@essai.example", Name: "Personne d’essai", Administrator: administrator,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := account.ImposePassword(t.Context(), p.System, by, secret, person.PersonID); err != nil {
		t.Fatal(err)
	}
	var members []account.Member
	for _, role := range roles {
		p.In(t, p.convention, func(tx *pg.Tx) error {
			m, err := account.AddMember(t.Context(), tx, by, account.Draft{
				PersonID: person.PersonID, Role: role, OrganisationID: p.offices["ETAT"], Name: "Personne d’essai", StartsOn: testdb.Today,
			})
			members = append(members, m)
			return err
		})
	}
	return person, members
}

// visitor is a browser that follows no redirect by itself.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
}

func (p *place) visitor(t *testing.T) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{t, p.url, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is a browser in which somebody with these roles has signed in.
func (p *place) as(t *testing.T, roles ...access.Role) visitor {
	t.Helper()
	person, _ := p.someone(t, false, roles...)
	return p.signedIn(t, person)
}

func (p *place) signedIn(t *testing.T, person account.Person) visitor {
	t.Helper()
	v := p.visitor(t)
	v.post("/connexion", url.Values{"email": {person.Email}, "password": {secret}}).is(t, http.StatusSeeOther)
	return v
}

// shown is what came back, its text as a browser shows it.
type shown struct {
	status   int
	location string
	header   http.Header
	body     string
}

func (v visitor) get(path string) shown {
	v.t.Helper()
	return v.do(http.MethodGet, path, "")
}

func (v visitor) post(path string, values url.Values) shown {
	v.t.Helper()
	return v.do(http.MethodPost, path, values.Encode())
}

func (v visitor) do(method, path, body string) shown {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return shown{res.StatusCode, res.Header.Get("Location"), res.Header, string(content)}
}

func (a shown) is(t *testing.T, status int) shown {
	t.Helper()
	if a.status != status {
		t.Fatalf("status = %d, want %d\n%s", a.status, status, a.body)
	}
	return a
}

// says checks that the page shows each text.
func (a shown) says(t *testing.T, texts ...string) shown {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("the page does not say %q", text)
		}
	}
	return a
}

func (a shown) saysNot(t *testing.T, texts ...string) shown {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("the page says %q", text)
		}
	}
	return a
}

func (a shown) leadsTo(t *testing.T, location string) shown {
	t.Helper()
	if a.status != http.StatusSeeOther || a.location != location {
		t.Errorf("shown = %d to %q, want 303 to %q", a.status, a.location, location)
	}
	return a
}
