package account_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/pg"
	"copil/internal/testdb"
)

func TestCookie(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	b := newSite(t, db.System).browser(t)
	b.must("/show")
	if b.last != nil {
		t.Errorf("a visitor gets a cookie: %v", b.last)
	}
	b.signIn(newPerson(t, db))
	c := b.last
	if c.Name != "__Host-copil" || c.Path != "/" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 0 {
		t.Errorf("cookie: %v", c)
	}
	if n := len(db.Texts(t, "SELECT token FROM sessions WHERE token = $1", b.cookie)); n != 0 {
		t.Error("the token is stored in clear")
	}
}

func TestSignInChangesTheToken(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	s := newSite(t, db.System)
	thief, victim := s.browser(t), s.browser(t)
	thief.must("/flash") // a token that the thief knows…
	victim.cookie = thief.cookie
	victim.signIn(newPerson(t, db)) // …is what the victim signs in with
	if victim.cookie == thief.cookie {
		t.Error("the token is the same after signing in")
	}
	if got := thief.must("/who"); got != "" {
		t.Errorf("the planted token is signed in as %q", got)
	}
}

func TestSwitch(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	p := newPerson(t, db)
	newMember(t, db, db.Acme, p, access.Structure)
	second := newMember(t, db, db.Acme, p, access.Mission)
	other := newMember(t, db, db.Acme, newPerson(t, db), access.Chair)
	s := newSite(t, db.System)
	b := s.browser(t)
	b.signIn(p)
	b.must("/switch?id=" + second.MemberID.String())
	b.must("/who")
	if s.signed.Current != second.MemberID {
		t.Errorf("current %v; want %v", s.signed.Current, second.MemberID)
	}
	if status, text := b.get("/switch?id=" + other.MemberID.String()); status == http.StatusOK {
		t.Errorf("somebody else's membership: %d %s", status, text)
	}
	if status, _ := s.browser(t).get("/switch?id=" + second.MemberID.String()); status == http.StatusOK {
		t.Error("a visitor switched")
	}
	// Switching does not prolong the session.
	for range 12 {
		s.Add(59 * time.Minute)
		b.must("/who")
	}
	b.must("/switch?id=" + second.MemberID.String())
	s.Add(13 * time.Minute)
	if got := b.must("/who"); got != "" {
		t.Errorf("after 12 hours and a switch: %q", got)
	}
}

func TestStolenCookieIsDeadAfterSignOut(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	s := newSite(t, db.System)
	b := s.browser(t)
	b.signIn(newPerson(t, db))
	stolen := *b
	b.must("/out")
	if b.last.MaxAge >= 0 || b.last.Value != "" {
		t.Errorf("the cookie is not taken back: %v", b.last)
	}
	if got := stolen.must("/who"); got != "" {
		t.Errorf("the stolen cookie is signed in as %q", got)
	}
}

// A request that began before the sign-out and ends after it must not bring the
// session back.
func TestSignOutWinsOverARunningRequest(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	s := newSite(t, db.System)
	b := s.browser(t)
	b.signIn(newPerson(t, db))
	elsewhere := *b
	inner := s.handler
	running := s.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.sessions.Flash(r.Context(), "Trop tard.")
		s.handler = inner
		b.must("/out")
		w.WriteHeader(http.StatusOK)
	}))
	s.handler = running
	elsewhere.must("/any")
	if got := elsewhere.must("/who"); got != "" {
		t.Errorf("the session is back: %q", got)
	}
}

// Nor must a switch of membership that runs meanwhile leave a session behind.
func TestSignOutWinsOverARunningSwitch(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	p := newPerson(t, db)
	newMember(t, db, db.Acme, p, access.Structure)
	second := newMember(t, db, db.Acme, p, access.Mission)
	s := newSite(t, db.System)
	b := s.browser(t)
	b.signIn(p)
	elsewhere := *b
	inner := s.handler
	s.handler = s.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.sessions.Switch(r.Context(), second.MemberID); err != nil {
			t.Error(err)
		}
		s.handler = inner
		b.must("/out")
		w.WriteHeader(http.StatusOK)
	}))
	elsewhere.must("/any")
	if got := elsewhere.must("/who"); got != "" {
		t.Errorf("the session is back: %q", got)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	p := newPerson(t, db)
	for name, c := range map[string]struct {
		steps []time.Duration // a request after each
		alive bool
	}{
		"a break":                       {[]time.Duration{54 * time.Minute}, true},
		"a long break":                  {[]time.Duration{time.Hour}, false},
		"a visit prolongs":              {[]time.Duration{40 * time.Minute, 40 * time.Minute}, true},
		"a visit is not for ever":       {[]time.Duration{40 * time.Minute, time.Hour}, false},
		"busy for nearly twelve hours":  {slices.Repeat([]time.Duration{51 * time.Minute}, 14), true},  // 11 h 54
		"busy for twelve hours or more": {slices.Repeat([]time.Duration{52 * time.Minute}, 14), false}, // 12 h 08
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, db.System)
			b := s.browser(t)
			b.signIn(p)
			var got string
			for _, step := range c.steps {
				s.Add(step)
				got = b.must("/who")
			}
			if alive := got != ""; alive != c.alive {
				t.Errorf("alive %v, want %v", alive, c.alive)
			}
		})
	}
}

func TestReadingPagesWritesNothing(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	p := newPerson(t, db)
	newMember(t, db, db.Acme, p, access.Mission)
	sys, trace := traced(t, db)
	s := newSite(t, sys)
	b := s.browser(t)
	b.signIn(p)
	trace.take()
	for _, c := range []struct {
		later time.Duration
		want  []string
	}{
		{0, []string{"SELECT"}}, {4 * time.Minute, []string{"SELECT"}},
		{2 * time.Minute, []string{"SELECT", "UPDATE"}}, {4 * time.Minute, []string{"SELECT"}},
	} {
		s.Add(c.later)
		if b.must("/show") == "" {
			t.Fatal("not signed in")
		}
		var verbs []string
		for _, sql := range trace.take() {
			verb, _, _ := strings.Cut(sql, " ")
			verbs = append(verbs, strings.TrimSpace(verb))
		}
		if !slices.Equal(verbs, c.want) {
			t.Errorf("%v later: %v, want %v", c.later, verbs, c.want)
		}
	}
}

func TestFlash(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	b := newSite(t, db.System).browser(t)
	p := newPerson(t, db)
	b.signIn(p)
	b.must("/flash")
	for _, want := range []string{p.Email + " C’est fait.", p.Email} {
		if got := b.must("/show"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	b.must("/out-flash")
	for _, want := range []string{"À bientôt.", ""} {
		if got := b.must("/show"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWhatIsWithdrawnIsGoneWithTheNextRequest(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	p := newPerson(t, db)
	m := newMember(t, db, db.Acme, p, access.Mission)
	s := newSite(t, db.System)
	b := s.browser(t)
	b.signIn(p)
	b.must("/switch?id=" + m.MemberID.String())

	b.must("/who")
	if len(s.signed.Memberships) != 1 || s.signed.Current != m.MemberID {
		t.Fatalf("signed in as %+v", s.signed)
	}
	end := testdb.Today
	db.In(t, db.Acme, func(tx *pg.Tx) error {
		return account.EndMember(t.Context(), tx, stamp, m.MemberID, 1, &end)
	})
	if b.must("/who"); len(s.signed.Memberships) != 1 {
		t.Error("a membership is not in force on its last day")
	}
	s.today = end.AddDate(0, 0, 1)
	if b.must("/who"); len(s.signed.Memberships) != 0 || s.signed.Current != [16]byte{} {
		t.Errorf("after the last day: %+v", s.signed)
	}
	if err := account.Disable(t.Context(), db.System, stamp, p.PersonID); err != nil {
		t.Fatal(err)
	}
	if got := b.must("/who"); got != "" {
		t.Errorf("disabled, and signed in as %q", got)
	}
	// Even a session that survived would be nobody's.
	b.signIn(p)
	if got := b.must("/who"); got != "" {
		t.Errorf("disabled, and signed in again as %q", got)
	}
}

func TestMembershipsAreThePersonsOwn(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	p, other := newPerson(t, db), newPerson(t, db)
	reader := newMember(t, db, db.Acme, p, access.Reader)
	chair := newMember(t, db, db.Acme, p, access.Chair)
	elsewhere := newMember(t, db, db.Bolt, p, access.Structure)
	newMember(t, db, db.Acme, other, access.Mission)
	newMember(t, db, db.Bolt, other, access.Mission)
	s := newSite(t, db.System)
	b := s.browser(t)
	b.signIn(p)
	b.must("/who")
	var got []string
	for _, m := range s.signed.Memberships {
		got = append(got, m.MemberID.String())
	}
	want := []string{chair.MemberID.String(), reader.MemberID.String(), elsewhere.MemberID.String()}
	if !slices.Equal(got, want) { // both conventions have one name; Acme's slug is the older
		t.Errorf("memberships %v, want %v", got, want)
	}
	m, ok := s.signed.As("t-" + db.Bolt.String())
	if a := m.Actor(s.signed.Person); !ok || a != (access.Actor{
		PersonID: p.PersonID, MemberID: elsewhere.MemberID, ConventionID: db.Bolt,
		OrganisationID: elsewhere.OrganisationID, Role: access.Structure, Name: "Camille Roy",
	}) {
		t.Errorf("actor in the other convention: %+v, %v", a, ok)
	}
	if m.ShortName != "Essai" || m.ConventionName != "Convention d’essai" || m.Accent != "#1f4e5f" || m.OrganisationName != "Mission régionale" {
		t.Errorf("membership: %+v", m)
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	s := newSite(t, db.System)
	b := s.browser(t)
	s.Add(-1000 * time.Hour) // other tests' sessions are all later
	b.signIn(newPerson(t, db))
	sum := sha256.Sum256([]byte(b.cookie))
	count := func() int {
		return len(db.Texts(t, "SELECT token FROM sessions WHERE token = $1", base64.RawURLEncoding.EncodeToString(sum[:])))
	}
	for _, c := range []struct{ later, left int }{{59, 1}, {61, 0}} {
		if err := account.Sweep(t.Context(), db.System, s.Now().Add(time.Duration(c.later)*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if got := count(); got != c.left {
			t.Errorf("%d minutes later: %d sessions, want %d", c.later, got, c.left)
		}
	}
}

func TestSessionsThatCannotBeKept(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	sys, _ := traced(t, db)
	s := newSite(t, sys)
	b := s.browser(t)
	b.signIn(newPerson(t, db))
	s.handler = s.sessions.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.sessions.Flash(r.Context(), "x")
		sys.Close() // the database goes away during the request
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write([]byte("la page"))
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	}))
	// What the request did is done: the answer must not deny it for want of a flash.
	if status, text := b.get("/any"); status != http.StatusOK || !strings.Contains(text, "la page") {
		t.Errorf("flash not stored: %d %q", status, text)
	}
	if status, _ := b.get("/any"); status != http.StatusServiceUnavailable {
		t.Errorf("not read: %d", status)
	}
}

func TestAs(t *testing.T) {
	t.Parallel()
	first := account.Membership{Slug: "a", MemberID: [16]byte{1}}
	second := account.Membership{Slug: "a", MemberID: [16]byte{2}}
	third := account.Membership{Slug: "b", MemberID: [16]byte{3}}
	for name, c := range map[string]struct {
		current account.Membership
		slug    string
		want    account.Membership
		ok      bool
	}{
		"none chosen":      {account.Membership{}, "a", first, true},
		"chosen":           {second, "a", second, true},
		"chosen elsewhere": {third, "a", first, true},
		"no member":        {second, "c", account.Membership{}, false},
	} {
		s := account.Signed{Memberships: []account.Membership{first, second, third}, Current: c.current.MemberID}
		if got, ok := s.As(c.slug); got != c.want || ok != c.ok {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
	if _, ok := account.SignedIn(t.Context()); ok {
		t.Error("signed in outside any request")
	}
}

func TestAdministrator(t *testing.T) {
	t.Parallel()
	if a := (account.Person{Administrator: true}).Actor(); !a.Can(access.PlatformAdmin) || a.Can(access.FigureRead) {
		t.Errorf("administrator: %+v", a)
	}
	if a := (account.Person{}).Actor(); a.Can(access.SignedIn) || a.Can(access.PlatformAdmin) {
		t.Errorf("anybody: %+v", a)
	}
}
