package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/pg"
	"copil/internal/testdb"
)

const away = "La base de données ne répond pas. Réessayez dans quelques instants ; rien n’a été enregistré."

// A database that is away is said to be away, and the program says that it runs.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	for name, address := range map[string]string{
		"nobody listens": "postgres://copil_app@127.0.0.1:1/copil",
		"no socket":      "postgres:///copil?user=copil_app&host=/nowhere",
		"no answer":      "postgres://copil_app@" + silent.Addr().String() + "/copil",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, err := pg.Connect(t.Context(), address, nil)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(pool.Close)
			o := newOffice(t)
			cookie := o.by(o.Actors[access.Mission]).cookie
			broken := appOver(t, pool, demonstration{})
			b := broken.visitor()
			b.cookie = cookie
			w := b.get(o.path("sites"))
			expect(t, w, http.StatusServiceUnavailable, away, "Service momentanément indisponible")
			broken.checkReference(w)
			if w.Header().Get("Retry-After") == "" {
				t.Error("the answer does not say when to try again")
			}
			expect(t, b.get("/healthz"), http.StatusOK)
			expect(t, b.get("/readyz"), http.StatusServiceUnavailable)
			expect(t, o.visitor().get("/readyz"), http.StatusOK)
		})
	}
}

// Without sessions, even public pages say that the database is away.
func TestSessionsAway(t *testing.T) {
	t.Parallel()
	sys, err := pg.ConnectSystem(t.Context(), "postgres:///copil?user=copil_system&host=/nowhere", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sys.Close)
	a := appOver(t, testdb.Open(t).Pool, demonstration{})
	b := a.stranger(t)
	a.System = sys
	a.Sessions = account.NewSessions(sys, account.Options{Now: a.Now, Today: a.Today, Fail: a.fail})
	b.handler = a.router()
	expect(t, b.get("/compte"), http.StatusServiceUnavailable, away)
	expect(t, b.post("/connexion", url.Values{"email": {"a@b.example"}, "password": {"x"}}), http.StatusServiceUnavailable, away)
	expect(t, b.get("/healthz"), http.StatusOK)
}

// stranger is somebody who is signed in and a member of nothing.
func (a *app) stranger(t *testing.T) *browser {
	t.Helper()
	person, err := account.CreatePerson(t.Context(), a.db.System, testdb.By(access.Actor{}), account.PersonDraft{
		Email: uuid.NewString() + "@essai.example", Name: "Personne d’essai"})
	if err != nil {
		t.Fatal(err)
	}
	return a.signedIn(person.PersonID)
}

// Who finds every connection taken waits a little, then is told.
func TestEveryConnectionTaken(t *testing.T) {
	t.Parallel()
	owner := testdb.Open(t).Owner.Config().ConnConfig
	pool, err := pg.Connect(t.Context(), testdb.As(owner.ConnString(), "copil_app", owner.Database)+"&pool_max_conns=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	o := newOfficeOn(t, pool)
	b := o.by(o.Actors[access.Mission])
	err = pool.InConvention(t.Context(), o.ID, pg.ReadOnly, func(*pg.Tx) error {
		expect(t, b.get(o.path("sites")), http.StatusServiceUnavailable, away)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, b.get(o.path("sites")), http.StatusOK)
}

// with serves one more route, through all that stands before any route.
func (o *office) with(rt route) {
	r := chi.NewRouter()
	r.Use(o.recover, o.secure, o.Sessions.Middleware)
	r.Method(rt.method, rt.pattern, o.serve(rt))
	o.handler = r
}

// note writes something that can be looked for afterwards.
func (o *office) note(r *Request) error {
	return audit.Record(r.Context(), r.Tx, audit.Entry{Stamp: r.Stamp(), Action: audit.Changed, ObjectType: audit.Site, ObjectID: "x", ObjectLabel: "Trace"})
}

// envelope is what every form carries.
func (o *office) envelope(actor access.Actor) url.Values {
	return url.Values{keyField: {uuid.NewString()}, profileField: {actor.MemberID.String()}}
}

// A handler that fails leaves nothing behind and tells the person nothing but a
// reference, under which the log tells all.
func TestHandlerFails(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(*Request) error{
		"panic": func(*Request) error { panic("the secret cause") },
		"error": func(*Request) error { return fmt.Errorf("the secret cause") },
		"sql": func(r *Request) error {
			return pg.Exec(r.Context(), r.Tx, `SELECT the_secret_cause WHERE @convention IS NOT NULL`, nil)
		},
		"late constraint": func(r *Request) error {
			return pg.Exec(r.Context(), r.Tx, `INSERT INTO lists (convention_id, list_code, label, position) VALUES (@convention, NULL, 'the secret cause', 1)`, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			before := o.entries()
			o.with(route{post, "/c/{slug}/x", access.SignedIn, small, func(r *Request) (Reply, error) {
				if err := o.note(r); err != nil {
					return Reply{}, err
				}
				return done(r.Path(), ""), fail(r)
			}})
			w := o.by(o.Actors[access.Mission]).post(o.path("x"), o.envelope(o.Actors[access.Mission]))
			expect(t, w, http.StatusInternalServerError, "L’incident est enregistré. Rien n’a été modifié.")
			o.checkReference(w)
			for _, secret := range []string{"secret", "goroutine", ".go:", "SELECT", "INSERT", "SQLSTATE"} {
				if strings.Contains(w.Body.String(), secret) {
					t.Errorf("the page shows %q", secret)
				}
			}
			if !strings.Contains(o.log.String(), "secret") && name != "late constraint" {
				t.Errorf("the log does not tell the cause: %s", o.log)
			}
			if o.entries() != before {
				t.Error("what was written before is still there")
			}
		})
	}
}

// So does what is made after the transaction, when all is committed or read.
func TestLaterFails(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() (Reply, error){
		"panic":     func() (Reply, error) { panic("the secret cause in /srv/copil") },
		"nil":       func() (Reply, error) { var r *Request; return done(r.Path(), ""), nil },
		"error":     func() (Reply, error) { return Reply{}, fmt.Errorf("the secret cause in /srv/copil") },
		"rendering": func() (Reply, error) { return page("Titre", nil, broken{}), nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.with(route{get, "/c/{slug}/x", access.SignedIn, none, func(*Request) (Reply, error) { return later(fail), nil }})
			w := o.by(o.Actors[access.Mission]).get(o.path("x"))
			expect(t, w, http.StatusInternalServerError, "L’incident est enregistré.")
			o.checkReference(w)
			for _, secret := range []string{"secret", "/srv", "goroutine", ".go:", "nil pointer", "Titre"} {
				if strings.Contains(w.Body.String(), secret) {
					t.Errorf("the page shows %q", secret)
				}
			}
		})
	}
}

// broken is a page that fails half way.
type broken struct{}

func (broken) Render(_ context.Context, w io.Writer) error {
	_, _ = io.WriteString(w, "secret")
	return errors.New("the secret cause")
}

// checkReference finds the page's reference in the log.
func (a *app) checkReference(w *httptest.ResponseRecorder) {
	a.t.Helper()
	found := regexp.MustCompile(`<code>([A-Z2-7]{8})</code>`).FindStringSubmatch(w.Body.String())
	if found == nil || !strings.Contains(a.log.String(), "id="+found[1]) {
		a.t.Errorf("reference %q is not in the log: %s", found, a.log)
	}
}

// A page that is only read changes nothing, whatever its handler tries.
func TestGetNeverWrites(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	before := o.entries()
	write := func(r *Request) (Reply, error) { return done(r.Path(), ""), o.note(r) }
	o.with(route{get, "/c/{slug}/x", access.SignedIn, none, write})
	b := o.by(o.Actors[access.Mission])
	expect(t, b.get(o.path("x")), http.StatusInternalServerError)
	if o.entries() != before || !strings.Contains(o.log.String(), "read-only transaction") {
		t.Errorf("%d entries, %d before: %s", o.entries(), before, o.log)
	}
	// The control: the same handler writes where it may.
	o.with(route{post, "/c/{slug}/x", access.SignedIn, small, write})
	b = o.by(o.Actors[access.Mission])
	expect(t, b.post(o.path("x"), o.envelope(o.Actors[access.Mission])), http.StatusSeeOther)
	if o.entries() != before+1 {
		t.Error("the control wrote nothing")
	}
}

// What a handler wrote is undone when it shows its form again.
func TestInvalidIsRolledBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	before := o.entries()
	o.with(route{post, "/c/{slug}/x", access.SignedIn, small, func(r *Request) (Reply, error) {
		return Reply{status: http.StatusUnprocessableEntity}, o.note(r)
	}})
	form := o.envelope(o.Actors[access.Mission])
	for range 2 { // the key was given back, too
		expect(t, o.by(o.Actors[access.Mission]).post(o.path("x"), form), http.StatusUnprocessableEntity)
	}
	if o.entries() != before {
		t.Error("what was written is still there")
	}
}

// A visitor who leaves before the end undoes what was begun.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	before := o.entries()
	ctx, leave := context.WithCancel(t.Context())
	o.with(route{post, "/c/{slug}/x", access.SignedIn, small, func(r *Request) (Reply, error) {
		err := o.note(r)
		leave()
		return done(r.Path(), ""), err
	}})
	b := o.by(o.Actors[access.Mission])
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, o.path("x"), strings.NewReader(o.envelope(o.Actors[access.Mission]).Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(b.cookie)
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, r)
	if w.Code < 400 || o.entries() != before {
		t.Errorf("%d, %d entries, %d before", w.Code, o.entries(), before)
	}
}
