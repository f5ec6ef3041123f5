package account_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"copil/internal/account"
	"copil/internal/fault"
	"copil/internal/testdb"
)

const day = 24 * time.Hour

// tried is one try from a browser: the kind of its fault, 0 for a success, and
// what the browser is known by afterwards.
func tried(t testing.TB, db *testdb.DB, from account.Visitor, p account.Person, password string, now time.Time) (fault.Kind, string) {
	t.Helper()
	_, device, err := account.SignIn(t.Context(), db.System, from, p.Email, password, now)
	if err != nil {
		return fault.KindOf(err), ""
	}
	return 0, device
}

// known signs the person in and returns what their browser is known by.
func known(t testing.TB, db *testdb.DB, p account.Person, before string, now time.Time) string {
	t.Helper()
	kind, device := tried(t, db, account.Visitor{Address: freshAddress(), Device: before}, p, goodPassword, now)
	if kind != 0 || len(device) < 26 {
		t.Fatalf("signing in: %v, known by %q", kind, device)
	}
	return device
}

// Whatever others try, from the owner's own address too, the owner's browser gets
// in; and all browsers together try a hundred times in an hour at most.
func TestOwnersBrowserGetsInDuringAnAttack(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p := newPerson(t, db)
	mine, office := known(t, db, p, "", noon), freshAddress()
	evaluated := 0
	attack := func(device string, tries int) {
		for i := range tries {
			from := account.Visitor{Address: freshAddress(), Device: device}
			if i%10 == 0 {
				from.Address = office
			}
			if kind, _ := tried(t, db, from, p, "faux", noon.Add(time.Minute)); kind == fault.Invalid {
				evaluated++
			}
		}
	}
	attack("", 70)
	if evaluated != 60 {
		t.Errorf("%d tries of strangers were evaluated", evaluated)
	}
	_, _, err := account.SignIn(t.Context(), db.System, account.Visitor{Address: freshAddress()}, p.Email, goodPassword, noon.Add(2*time.Minute))
	if fault.KindOf(err) != fault.Throttled || !strings.HasSuffix(err.Error(), "avec un navigateur qui vous a déjà servi ici.") {
		t.Errorf("the owner, from a browser of nobody: %v", err)
	}
	kind, mine := tried(t, db, account.Visitor{Address: office, Device: mine}, p, goodPassword, noon.Add(2*time.Minute))
	if kind != 0 {
		t.Fatalf("the owner: %v", kind)
	}
	attack("", 5) // the owner's success makes no room for others
	if evaluated != 60 {
		t.Errorf("%d tries of strangers after the owner's success", evaluated)
	}
	devices := []string{mine}
	for range 8 {
		devices = append(devices, known(t, db, p, known(t, db, newPerson(t, db), "", noon), noon.Add(61*time.Minute)))
	}
	evaluated = 0
	for _, device := range devices { // all of them stolen
		for range 6 {
			if kind, _ := tried(t, db, account.Visitor{Address: freshAddress(), Device: device}, p, "faux", noon.Add(62*time.Minute)); kind == fault.Invalid {
				evaluated++
			}
		}
	}
	if evaluated != 40 {
		t.Errorf("%d tries from known browsers were evaluated", evaluated)
	}
}

// Many failures of one address, or of colleagues behind it, do not keep out a
// browser that is known.
func TestOwnersBrowserGetsInFromABadAddress(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p := newPerson(t, db)
	device, office := known(t, db, p, "", noon), freshAddress()
	for range 50 {
		try(t, db, office, freshEmail(), "faux", noon)
	}
	if kind, _ := tried(t, db, account.Visitor{Address: office}, p, goodPassword, noon); kind != fault.Throttled {
		t.Errorf("a stranger at the same address: %v", kind)
	}
	if kind, _ := tried(t, db, account.Visitor{Address: office, Device: device}, p, goodPassword, noon); kind != 0 {
		t.Errorf("the owner: %v", kind)
	}
}

func TestWhatABrowserIsKnownFor(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	// isKnown tells known browsers by their sixth try: an address that never saw
	// the person has been used up by then, a browser's own bucket has not.
	isKnown := func(p account.Person, device string, now time.Time) bool {
		here := freshAddress()
		for range 5 {
			tried(t, db, account.Visitor{Address: here}, p, "faux", now)
		}
		kind, _ := tried(t, db, account.Visitor{Address: here, Device: device}, p, "faux", now)
		return kind == fault.Invalid
	}
	p, colleague := newPerson(t, db), newPerson(t, db)
	first := known(t, db, p, "", noon)
	if isKnown(colleague, first, noon) {
		t.Error("a browser is known for somebody who never signed in with it")
	}
	second := known(t, db, colleague, first, noon) // a shared computer
	for name, c := range map[string]struct {
		person account.Person
		device string
		after  time.Duration
		want   bool
	}{
		"who signed in last":      {colleague, second, time.Hour, true},
		"who signed in before":    {p, second, time.Hour, true},
		"a copy from before":      {p, first, time.Hour, false},
		"nothing":                 {p, "", time.Hour, false},
		"not even text":           {p, "\xff\x00", time.Hour, false},
		"half a year later":       {p, second, 179 * day, true},
		"more than half a year":   {p, second, 180 * day, false},
		"the colleague, as above": {colleague, second, 180 * day, false},
	} {
		if got := isKnown(c.person, c.device, noon.Add(c.after)); got != c.want {
			t.Errorf("%s: known %v, want %v", name, got, c.want)
		}
	}
	if err := account.SetPassword(t.Context(), db.System, stamp, p.PersonID, goodPassword); err != nil {
		t.Fatal(err)
	}
	if isKnown(p, second, noon.Add(2*time.Hour)) {
		t.Error("a new password does not forget the browsers")
	}
	if !isKnown(colleague, second, noon.Add(2*time.Hour)) {
		t.Error("a new password forgets the browser for somebody else")
	}
	if n := len(db.Texts(t, `SELECT device FROM known_devices WHERE device IN ($1, $2)`, first, second)); n > 0 {
		t.Error("the token is stored in clear")
	}
}

func TestDeviceCookie(t *testing.T) {
	t.Parallel()
	s := newSite(t, testdb.Open(t).System).sessions
	c := s.DeviceCookie("abc")
	if c.Name != "__Host-copil-navigateur" || c.Path != "/" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.MaxAge != 180*24*3600 {
		t.Errorf("cookie: %v", c)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	if got := s.Device(r); got != "" {
		t.Errorf("without a cookie: %q", got)
	}
	if r.AddCookie(c); s.Device(r) != "abc" {
		t.Errorf("with it: %q", s.Device(r))
	}
}

func TestSweepForgetsBrowsers(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p, long := newPerson(t, db), noon.Add(-1000*day) // other tests' are all later
	known(t, db, p, "", long)
	for _, c := range []struct{ days, left int }{{179, 1}, {181, 0}} {
		if err := account.Sweep(t.Context(), db.System, long.Add(time.Duration(c.days)*day)); err != nil {
			t.Fatal(err)
		}
		if got := len(db.Texts(t, `SELECT device FROM known_devices WHERE person_id = $1`, p.PersonID)); got != c.left {
			t.Errorf("%d days later: %d browsers, want %d", c.days, got, c.left)
		}
	}
}
