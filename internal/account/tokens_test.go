package account_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/fault"
	"copil/internal/mail"
	"copil/internal/testdb"
)

// Every way in which a link stops being one.
func TestLinksEnd(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	raw := func(path string) string { return path[len("/mot-de-passe-oublie/"):] }
	for name, c := range map[string]struct {
		after time.Duration
		end   func(account.Person, string) error
		ends  bool
	}{
		"nothing":        {0, func(account.Person, string) error { return nil }, false},
		"almost an hour": {time.Hour - time.Second, func(account.Person, string) error { return nil }, false},
		"an hour":        {time.Hour, func(account.Person, string) error { return nil }, true},
		"another link made": {0, func(p account.Person, _ string) error {
			_, err := account.ResetPath(t.Context(), db.System, p.PersonID, noon)
			return err
		}, false},
		"a bad password": {0, func(_ account.Person, link string) error {
			_, err := account.UseLink(t.Context(), db.System, account.ForReset, link, "court", noon)
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("a bad password: %v", err)
			}
			return nil
		}, false},
		"its use": {0, func(_ account.Person, link string) error {
			_, err := account.UseLink(t.Context(), db.System, account.ForReset, link, goodPassword, noon)
			return err
		}, true},
		"another password": {0, func(p account.Person, _ string) error {
			return account.SetPassword(t.Context(), db.System, stamp, p.PersonID, goodPassword)
		}, true},
		"the account's end": {0, func(p account.Person, _ string) error {
			return account.Disable(t.Context(), db.System, stamp, p.PersonID)
		}, true},
	} {
		p := newPerson(t, db)
		path, err := account.ResetPath(t.Context(), db.System, p.PersonID, noon)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.end(p, raw(path)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		h, err := account.OpenLink(t.Context(), db.System, account.ForReset, raw(path), noon.Add(c.after), testdb.Today)
		if ended := fault.KindOf(err) == fault.NotFound && err != nil; ended != c.ends || !c.ends && h.Person != p {
			t.Errorf("after %s: %+v, %v", name, h, err)
		}
	}
}

// What a mail's link is, by what the person has.
func TestLinkFor(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	has, closed := newPerson(t, db), newPerson(t, db)
	fresh, err := account.CreatePerson(t.Context(), db.System, stamp, account.PersonDraft{Email: freshEmail(), Name: "Camille"})
	if err != nil {
		t.Fatal(err)
	}
	if err := account.Disable(t.Context(), db.System, stamp, closed.PersonID); err != nil {
		t.Fatal(err)
	}
	const prefix = 12
	for name, c := range map[string]struct {
		kind   mail.Kind
		person uuid.UUID
		want   string
	}{
		"invited without password": {mail.Invitation, fresh.PersonID, "/invitation/"},
		"invited with one":         {mail.Invitation, has.PersonID, "/"},
		"forgotten":                {mail.Notice, has.PersonID, "/mot-de-pass"},
		"forgotten, closed":        {mail.Notice, closed.PersonID, ""},
	} {
		got, err := account.LinkFor(t.Context(), db.System, c.kind, c.person, noon)
		if err != nil || got[:min(len(got), prefix)] != c.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestDeviceFamily(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                        "Firefox, Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0":                   "Edge, Windows",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36":                                "Chrome, Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1": "Safari, iPhone",
		"curl/8.0": "",
		"":         "",
	} {
		if got := account.DeviceFamily(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}

// Links that cannot be used any more go after a month, used or not.
func TestSweepForgetsLinks(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p, long := newPerson(t, db), noon.Add(-1000*day) // other tests' are all later
	if _, err := account.ResetPath(t.Context(), db.System, p.PersonID, long); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ days, left int }{{30, 1}, {31, 0}} {
		if err := account.Sweep(t.Context(), db.System, long.Add(time.Duration(c.days)*day)); err != nil {
			t.Fatal(err)
		}
		if got := len(db.Texts(t, `SELECT token FROM account_tokens WHERE person_id = $1`, p.PersonID)); got != c.left {
			t.Errorf("%d days later: %d links, want %d", c.days, got, c.left)
		}
	}
}
