// Package server answers HTTP requests: a table of routes with their
// permissions, one transaction per request, and a reply written after the commit.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/fault"
	"copil/internal/mail"
	"copil/internal/pg"
	"copil/web"
)

// Options is what a server is made of.
type Options struct {
	Pool           *pg.Pool
	System         *pg.System
	Log            *slog.Logger
	Now            func() time.Time     // wall time: sessions, log
	Today          func() time.Time     // business date, at midnight UTC: periods, deadlines, states
	Version        string               // shown at the foot of every page
	Demo           []DemoAccount        // shown at the sign-in page of the demonstration; empty elsewhere
	TrustedProxies []netip.Prefix       // whose X-Forwarded-For is believed; usually none
	Secure         bool                 // served over HTTPS: cookies and links say so
	BaseURL        string               // as links in mails begin
	MailOff        bool                 // mails wait: there is no relay
	Caught         func() []mail.Caught // what the demonstration would have sent, newest first; nil elsewhere
	// Forgotten sends a person the link to choose another password, after the
	// answer; nil where mail is off.
	Forgotten func(context.Context, uuid.UUID) error
	Host      string // the only name that requests may use, without port; "" stands for those of this machine
}

// DemoAccount is one account that the demonstration offers at sign-in.
type DemoAccount struct{ Email, Label string }

type server struct {
	Options
	Sessions *account.Sessions
	exports  chan struct{} // one place for each file being made or read
	waiting  chan struct{} // one place for each that waits for its turn
}

// exportsAtOnce bounds how many files are made or read at the same time, so that
// other pages keep their share of the processors; waitingAtOnce how many more
// wait, each with up to 5 MB in memory.
const (
	exportsAtOnce = 2
	waitingAtOnce = 50
)

// New returns the whole application.
func New(o Options) http.Handler {
	return newServer(o).router()
}

func newServer(o Options) *server {
	s := &server{Options: o, exports: make(chan struct{}, exportsAtOnce), waiting: make(chan struct{}, waitingAtOnce)}
	s.Sessions = account.NewSessions(o.System, account.Options{Secure: o.Secure, Now: o.Now, Today: o.Today, Fail: s.fail})
	return s
}

func (s *server) router() chi.Router {
	r := chi.NewRouter()
	r.Use(s.clientIP())
	r.Use(s.recover)
	r.Use(s.secure)
	r.Use(s.named)
	r.Use(s.sameSite)
	r.Method(http.MethodGet, "/static/*", web.Handler())
	r.Get("/healthz", s.healthz)
	r.Get("/readyz", s.readyz)
	r.Group(func(r chi.Router) {
		r.Use(middleware.Compress(5, "text/html", "text/css"))
		r.Use(s.Sessions.Middleware)
		for _, rt := range s.routes() {
			r.Method(rt.method, rt.pattern, s.serve(rt))
		}
		nothing := func(w http.ResponseWriter, r *http.Request) {
			if tidy := path.Clean(r.URL.Path); r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/") && tidy != "/" {
				http.Redirect(w, r, (&url.URL{Path: tidy, RawQuery: r.URL.RawQuery}).String(), http.StatusSeeOther)
				return
			}
			s.fail(w, r, fault.New(fault.NotFound, pg.NoSuchRecord))
		}
		r.NotFound(nothing)
		r.MethodNotAllowed(s.nearest(r, nothing))
	})
	return r
}

// nearest answers who asks for a page where there are only commands, as after a
// reload or a session that ended: it leads to the nearest page above. Only the
// address is looked at, so that it says nothing of what exists.
func (s *server) nearest(routes chi.Routes, otherwise http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			for above := path.Dir(r.URL.Path); above != "/c"; above = path.Dir(above) {
				if routes.Match(chi.NewRouteContext(), http.MethodGet, above) {
					http.Redirect(w, r, (&url.URL{Path: above}).String(), http.StatusSeeOther)
					return
				}
			}
		}
		otherwise(w, r)
	}
}

// clientIP says from where a request comes: the connection's own address, or what
// a trusted proxy says of it.
func (s *server) clientIP() func(http.Handler) http.Handler {
	if len(s.TrustedProxies) == 0 {
		return middleware.ClientIPFromRemoteAddr
	}
	var trusted []string
	for _, p := range s.TrustedProxies {
		trusted = append(trusted, p.String())
	}
	return middleware.ClientIPFromXFF(trusted...)
}

// healthz says that the program runs, whatever the database does.
func (s *server) healthz(w http.ResponseWriter, _ *http.Request) {
	_, _ = w.Write([]byte("ok\n"))
}

// readyz says that requests can be answered.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	if err := s.Pool.Ping(r.Context()); err != nil {
		http.Error(w, "base de données injoignable", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// secure sets the headers that tell browsers what a page may do: nothing but its
// own files, no inline script or style, no frame.
func (s *server) secure(next http.Handler) http.Handler {
	const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()")
		if s.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// recover turns a panic into the page of an internal error. The transaction has
// been rolled back by then.
func (s *server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if cause := recover(); cause != nil {
				if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(cause)
				}
				s.fail(w, r, panicked(cause))
			}
		}()
		next.ServeHTTP(w, r)
	})
}
