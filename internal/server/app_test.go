package server

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/demo"
	"copil/internal/pg"
	"copil/internal/testdb"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestMain(m *testing.M) { testdb.Main(m) }

// password is that of every account of the demonstration.
const password = "mot de passe de démonstration"

// demonstration is the shipped demonstration, made once for all tests that only
// read; tests that write make an Agreement of their own.
type demonstration struct {
	accounts []demo.Account
	suffix   string
	slug     string // of mediation-npdc
	other    string // of territoire-b
}

var theDemonstration = sync.OnceValues(func() (demonstration, error) { return loadDemonstration(context.Background()) })

func loadDemonstration(ctx context.Context) (demonstration, error) {
	db, err := testdb.Shared()
	if err != nil {
		return demonstration{}, err
	}
	now := time.Now()
	d := demonstration{suffix: fmt.Sprintf("s%x", now.UnixNano())}
	d.slug, d.other = "mediation-npdc-"+d.suffix, "territoire-b-"+d.suffix
	d.accounts, err = demo.Load(ctx, demo.Options{Pool: db.Pool, System: db.System, Password: password, Now: now, Suffix: d.suffix})
	return d, err
}

// app is the whole application over the shared database.
type app struct {
	*server
	demonstration
	t       testing.TB
	db      *testdb.DB
	handler http.Handler
	log     *syncBuffer
}

// newApp returns the application as the server's role, over the demonstration.
func newApp(t testing.TB) *app {
	t.Helper()
	return newAppOn(t, testdb.Open(t).Pool)
}

// newAppOn returns the application on another pool: the twin's, or a broken one.
func newAppOn(t testing.TB, pool *pg.Pool) *app {
	t.Helper()
	d, err := theDemonstration()
	if err != nil {
		t.Fatal(err)
	}
	return appOver(t, pool, d)
}

func appOver(t testing.TB, pool *pg.Pool, d demonstration) *app {
	t.Helper()
	db := testdb.Open(t)
	a := &app{demonstration: d, t: t, db: db, log: &syncBuffer{}}
	a.server = newServer(Options{
		Pool: pool, System: db.System, Log: slog.New(slog.NewTextHandler(a.log, nil)), Now: time.Now,
		Today: func() time.Time { return testdb.Today }, Version: "essai", Host: "example.com",
	})
	a.handler = a.router()
	return a
}

// bothWalls runs a test on the pool of the server's role and on that of its twin,
// which bypasses row-level security: the first wall must hold alone.
func bothWalls(t *testing.T, test func(*testing.T, *pg.Pool)) {
	t.Helper()
	db := testdb.Open(t)
	for name, pool := range map[string]*pg.Pool{"both walls": db.Pool, "first wall alone": db.Twin} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, pool)
		})
	}
}

// person finds an account of the demonstration by its e-mail.
func (a *app) person(email string) uuid.UUID {
	a.t.Helper()
	local, domain, _ := strings.Cut(email, "@")
	return a.one(`SELECT person_id::text FROM people WHERE email = $1`, local+"-"+a.suffix+"@"+domain)
}

// one runs a query as superuser that finds one identifier.
func (a *app) one(sql string, args ...any) uuid.UUID {
	a.t.Helper()
	found := a.db.Texts(a.t, sql, args...)
	if len(found) != 1 {
		a.t.Fatalf("%d rows: %s %v", len(found), sql, args)
	}
	return uuid.MustParse(found[0])
}

// emails are who stands for each role in the demonstration.
var emails = map[access.Role]string{
	access.Chair: "prefecture@etat.example", access.Signatory: "suivi@etat.example", access.Mission: "mission@appui.example",
	access.Structure: "passerelle@structure.example", access.Reader: "evaluation@lecteur.example", access.Admin: "admin@copil.example",
}

// as returns a browser signed in with the role's account of the demonstration.
func (a *app) as(role access.Role) *browser { return a.signedIn(a.person(emails[role])) }

// signedIn returns a browser in which a person has signed in, without the slow
// hash of a password.
func (a *app) signedIn(person uuid.UUID) *browser {
	a.t.Helper()
	b := a.visitor()
	begin := a.Sessions.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := a.Sessions.Begin(r.Context(), person, "Firefox, Linux"); err != nil {
			a.t.Error(err)
		}
	}))
	w := httptest.NewRecorder()
	begin.ServeHTTP(w, httptest.NewRequestWithContext(a.t.Context(), http.MethodGet, "/", nil))
	b.keep(w)
	return b
}

// visitor returns a browser in which nobody has signed in.
func (a *app) visitor() *browser {
	return &browser{app: a, handler: a.handler, header: http.Header{}}
}

// browser keeps the session's cookie from one request to the next.
type browser struct {
	app     *app
	handler http.Handler
	cookie  *http.Cookie
	header  http.Header // added to each request
	address string      // from where requests come; "" for the usual one
	host    string      // to which they go; "" for the usual one
}

func (b *browser) keep(w *httptest.ResponseRecorder) {
	for _, c := range w.Result().Cookies() {
		if c.Name == "copil" {
			b.cookie = c
		}
	}
}

// get asks for a page.
func (b *browser) get(path string) *httptest.ResponseRecorder {
	return b.send(http.MethodGet, path, nil)
}

// post sends a form as it is; what stands under fileField goes as a file.
func (b *browser) post(path string, form url.Values) *httptest.ResponseRecorder {
	if form.Has(fileField) {
		return b.postFile(path, form, "saisie.csv", []byte(form.Get(fileField)))
	}
	return b.send(http.MethodPost, path, strings.NewReader(form.Encode()))
}

// postFile sends a form with a file.
func (b *browser) postFile(path string, form url.Values, name string, content []byte) *httptest.ResponseRecorder {
	b.app.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, values := range form {
		for _, value := range values {
			if field != fileField {
				_ = w.WriteField(field, value) // a buffer takes everything
			}
		}
	}
	file, err := w.CreateFormFile(fileField, name)
	if err != nil {
		b.app.t.Fatal(err)
	}
	_, _ = file.Write(content)
	_ = w.Close()
	alone := *b // its own boundary, whatever is sent at the same time
	alone.header = b.header.Clone()
	alone.header.Set("Content-Type", w.FormDataContentType())
	return alone.send(http.MethodPost, path, &body)
}

func (b *browser) send(method, path string, body io.Reader) *httptest.ResponseRecorder {
	b.app.t.Helper()
	r := httptest.NewRequestWithContext(b.app.t.Context(), method, path, body)
	if b.header.Get("Origin") == "" {
		r.Header.Set("Sec-Fetch-Site", "same-origin") // as every browser says
	}
	maps.Copy(r.Header, b.header)
	if method == http.MethodPost && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if b.cookie != nil {
		r.AddCookie(b.cookie)
	}
	if b.address != "" {
		r.RemoteAddr = b.address
	}
	if b.host != "" {
		r.Host = b.host
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	b.keep(w)
	return w
}

// page asks for a page that must be there, and returns it.
func (b *browser) page(path string) string {
	b.app.t.Helper()
	w := b.get(path)
	if w.Code != http.StatusOK {
		b.app.t.Fatalf("GET %s: %d\n%s", path, w.Code, b.app.log)
	}
	return w.Body.String()
}

// syncBuffer is a log that requests may write at the same time.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// golden compares with a file kept beside the tests.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs: if it is meant so, « make golden ».\n%s", path, differences(string(want), got))
	}
}

// differences lists the lines that one text has and the other has not.
func differences(want, got string) string {
	var list strings.Builder
	for sign, texts := range map[string][2]string{"-": {want, got}, "+": {got, want}} {
		for line := range strings.Lines(texts[0]) {
			if !strings.Contains("\n"+texts[1], "\n"+line) {
				list.WriteString(sign + " " + line)
			}
		}
	}
	return list.String()
}
