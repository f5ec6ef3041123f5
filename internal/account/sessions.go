package account

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"

	"copil/internal/fault"
	"copil/internal/pg"
)

// How long a session lasts: absolute counts from the sign-in, idle from the
// last request.
const (
	absoluteLimit = 12 * time.Hour
	idleLimit     = time.Hour
	// idleGrain is how stale the stored moment of the last request may be, so
	// that reading pages does not write: a session may end that much sooner.
	idleGrain = 5 * time.Minute
)

// What a session keeps.
const (
	personKey = "person" // its identifier
	memberKey = "member" // the membership last chosen
	flashKey  = "flash"
	deviceKey = "device" // the family of the browser, as a person would name it
)

// Options are what sessions need to know.
type Options struct {
	Secure bool             // cookies travel by HTTPS only
	Now    func() time.Time // wall clock
	Today  func() time.Time // business date, on which memberships are in force
	// Fail answers a request whose session cannot be read or stored.
	Fail func(http.ResponseWriter, *http.Request, error)
}

// Sessions remembers who is signed in, in PostgreSQL, so that any replica can answer.
type Sessions struct {
	scs *scs.SessionManager
	sys *pg.System
	now func() time.Time
}

// NewSessions returns the sessions kept through the system role.
func NewSessions(sys *pg.System, o Options) *Sessions {
	m := scs.New()
	m.Store = &store{sys: sys, now: o.Now, today: o.Today}
	m.Codec = codec{}
	m.HashTokenInStore = true
	m.Lifetime = absoluteLimit
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		if errors.Is(err, errNotKept) {
			return // what the request did is done: the answer must not deny it for want of a sentence
		}
		o.Fail(w, r, err)
		if once, ok := w.(*onceWriter); ok {
			once.answered = true
		}
	}
	name := "copil"
	if o.Secure {
		name = "__Host-copil" // no other host of the domain can plant it
	}
	m.Cookie = scs.SessionCookie{
		Name: name, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: o.Secure,
		Persist: false, // it goes with the browser: many of these computers are shared
	}
	return &Sessions{scs: m, sys: sys, now: o.Now}
}

// Middleware loads the session and who is signed in before next, in one round
// trip, and stores what changed when next answers.
func (s *Sessions) Middleware(next http.Handler) http.Handler {
	load := s.scs.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), carrierKey{}, &carrier{})
		load.ServeHTTP(&onceWriter{ResponseWriter: w}, r.WithContext(ctx))
	})
}

// onceWriter drops what follows an answer: scs goes on with the page after
// saying that it could not store the session.
type onceWriter struct {
	http.ResponseWriter
	answered bool
}

func (w *onceWriter) WriteHeader(status int) {
	if !w.answered {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *onceWriter) Write(b []byte) (int, error) {
	if w.answered {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *onceWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Presented reports whether a request brings the cookie of a session, alive or not.
func (s *Sessions) Presented(r *http.Request) bool {
	_, err := r.Cookie(s.scs.Cookie.Name)
	return err == nil
}

// carrier takes what the store found along with the session to the handlers.
type carrier struct {
	token  string // hashed, of the session that was found
	signed *Signed
}

type carrierKey struct{}

func carried(ctx context.Context) *carrier {
	c, _ := ctx.Value(carrierKey{}).(*carrier)
	return c
}

// SignedIn returns who is signed in; false for a visitor. It does not change
// within a request: Begin, Switch and End show in the next one.
func SignedIn(ctx context.Context) (Signed, bool) {
	c := carried(ctx)
	if c == nil || c.signed == nil {
		return Signed{}, false
	}
	return *c.signed, true
}

// Begin signs a person in, under a new token, so that a token planted before is
// worth nothing. device is what the person will know the session by: DeviceFamily.
func (s *Sessions) Begin(ctx context.Context, person uuid.UUID, device string) error {
	if err := s.scs.RenewToken(ctx); err != nil {
		return err
	}
	if err := s.scs.Clear(ctx); err != nil {
		return err
	}
	s.scs.SetDeadline(ctx, s.now().Add(absoluteLimit))
	s.scs.Put(ctx, personKey, person.String())
	s.scs.Put(ctx, deviceKey, device)
	return nil
}

// Renew begins the person's session anew, under another token and the same
// profile: a change of password ended all that there were.
func (s *Sessions) Renew(ctx context.Context, who Signed) error {
	device := s.scs.GetString(ctx, deviceKey)
	if err := s.Begin(ctx, who.Person.PersonID, device); err != nil {
		return err
	}
	if who.Current != uuid.Nil {
		s.scs.Put(ctx, memberKey, who.Current.String())
	}
	return nil
}

// End signs out: the session is gone from the database when it returns.
func (s *Sessions) End(ctx context.Context) error { return s.scs.Destroy(ctx) }

// Switch chooses the membership to act under; limits stay. A membership that the person does not have is NotFound.
func (s *Sessions) Switch(ctx context.Context, member uuid.UUID) error {
	signed, ok := SignedIn(ctx)
	if !ok || !slices.ContainsFunc(signed.Memberships, func(m Membership) bool { return m.MemberID == member }) {
		return fault.New(fault.NotFound, "%s", pg.NoSuchRecord)
	}
	// The token stays: a new one could outlive a sign-out that runs at this moment.
	s.scs.Put(ctx, memberKey, member.String())
	return nil
}

// Flash keeps a sentence for the next page that the person sees.
func (s *Sessions) Flash(ctx context.Context, text string) {
	if s.scs.Token(ctx) == "" { // a visitor's new session, or what follows End
		s.scs.SetDeadline(ctx, s.now().Add(absoluteLimit))
	}
	s.scs.Put(ctx, flashKey, text)
}

// PopFlash returns the sentence kept by Flash, once; "" if there is none.
func (s *Sessions) PopFlash(ctx context.Context) string { return s.scs.PopString(ctx, flashKey) }
