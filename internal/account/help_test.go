package account_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// noon is the wall clock where a test does not move it.
var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

const goodPassword = "Passerelle-2015"

var stamp = audit.Stamp{At: noon, OnDay: testdb.Today}

// freshEmail is an address that no other test uses.
func freshEmail() string { return uuid.NewString() + "@essai.example" }

// freshAddress is a client that no other test uses, in a network of its own.
func freshAddress() string {
	id := uuid.New()
	return fmt.Sprintf("fd%02x:%x:%x:%x::1", id[0], id[1:3], id[3:5], id[9:11])
}

// newPerson opens an account with goodPassword.
func newPerson(t testing.TB, db *testdb.DB) account.Person {
	t.Helper()
	p, err := account.CreatePerson(t.Context(), db.System, stamp, account.PersonDraft{Email: freshEmail(), Name: "Camille Roy"})
	if err != nil {
		t.Fatal(err)
	}
	if err := account.SetPassword(t.Context(), db.System, stamp, p.PersonID, goodPassword); err != nil {
		t.Fatal(err)
	}
	return p
}

// newOrganisation stores an organisation of the convention.
func newOrganisation(t testing.TB, db *testdb.DB, convention uuid.UUID, name string) uuid.UUID {
	t.Helper()
	id := uuid.New()
	db.In(t, convention, func(tx *pg.Tx) error {
		return pg.Exec(t.Context(), tx, `
			INSERT INTO organisations (convention_id, organisation_id, code, name) VALUES (@convention, @id, gen_random_uuid()::text, @name)`,
			pg.Args{"id": id, "name": name})
	})
	return id
}

// newMember makes the person a member of the convention, under a new organisation.
func newMember(t testing.TB, db *testdb.DB, convention uuid.UUID, person account.Person, role access.Role) (m account.Member) {
	t.Helper()
	organisation := newOrganisation(t, db, convention, "Mission régionale")
	db.In(t, convention, func(tx *pg.Tx) (err error) {
		m, err = account.AddMember(t.Context(), tx, stamp, account.Draft{
			PersonID: person.PersonID, Role: role, OrganisationID: organisation, Name: person.Name,
			StartsOn: testdb.Today.AddDate(-1, 0, 0),
		})
		return err
	})
	return m
}

// clock is a wall clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// site is a small site with the sessions under test.
type site struct {
	*clock
	sessions *account.Sessions
	handler  http.Handler
	today    time.Time
	signed   account.Signed // who the last request was signed in as
}

func newSite(t testing.TB, sys *pg.System) *site {
	t.Helper()
	s := &site{clock: &clock{now: noon}, today: testdb.Today}
	s.sessions = account.NewSessions(sys, account.Options{
		Secure: true, Now: s.Now, Today: func() time.Time { return s.today },
		Fail: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "session: "+err.Error(), http.StatusServiceUnavailable)
		},
	})
	mux := http.NewServeMux()
	mux.HandleFunc("/{action}", func(w http.ResponseWriter, r *http.Request) {
		signed, _ := account.SignedIn(r.Context())
		s.signed = signed
		if err := s.act(r.Context(), r.PathValue("action"), r.URL.Query()); err != nil {
			http.Error(w, err.Error(), 400+int(fault.KindOf(err)))
			return
		}
		_, _ = fmt.Fprintf(w, "%s %s", signed.Person.Email, s.popped(r))
	})
	s.handler = s.sessions.Middleware(mux)
	return s
}

func (s *site) act(ctx context.Context, action string, q url.Values) error {
	id, _ := uuid.Parse(q.Get("id"))
	switch action {
	case "in":
		return s.sessions.Begin(ctx, id, q.Get("device"))
	case "out":
		return s.sessions.End(ctx)
	case "switch":
		return s.sessions.Switch(ctx, id)
	case "flash":
		s.sessions.Flash(ctx, "C’est fait.")
	case "out-flash":
		if err := s.sessions.End(ctx); err != nil {
			return err
		}
		s.sessions.Flash(ctx, "À bientôt.")
	}
	return nil
}

func (s *site) popped(r *http.Request) string {
	if r.PathValue("action") != "show" {
		return ""
	}
	return s.sessions.PopFlash(r.Context())
}

// browser keeps the site's cookie.
type browser struct {
	t      testing.TB
	site   *site
	cookie string
	last   *http.Cookie // as last set
}

func (s *site) browser(t testing.TB) *browser { return &browser{t: t, site: s} }

// get asks for a page and returns its status and text.
func (b *browser) get(path string) (int, string) {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, path, nil)
	if b.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "__Host-copil", Value: b.cookie})
	}
	w := httptest.NewRecorder()
	b.site.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookie, b.last = c.Value, c
	}
	return w.Code, strings.TrimSpace(w.Body.String())
}

// must asks for a page that has to succeed.
func (b *browser) must(path string) string {
	b.t.Helper()
	status, text := b.get(path)
	if status != http.StatusOK {
		b.t.Fatalf("%s: %d %s", path, status, text)
	}
	return text
}

// signIn signs the person in.
func (b *browser) signIn(p account.Person) { b.t.Helper(); b.must("/in?id=" + p.PersonID.String()) }

// tracer keeps the statements that were sent.
type tracer struct {
	mu   sync.Mutex
	sent []string
}

func (t *tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sent = append(t.sent, strings.TrimSpace(d.SQL))
	return ctx
}

func (t *tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// take returns the statements sent since the last time.
func (t *tracer) take() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	sent := t.sent
	t.sent = nil
	return sent
}

// traced opens one more pool of the system role, which tells what it sends.
func traced(t testing.TB, db *testdb.DB) (*pg.System, *tracer) {
	t.Helper()
	owner := db.Owner.Config()
	trace := &tracer{}
	sys, err := pg.ConnectSystem(t.Context(), testdb.As(owner.ConnString(), "copil_system", owner.ConnConfig.Database), trace)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sys.Close)
	return sys, trace
}
