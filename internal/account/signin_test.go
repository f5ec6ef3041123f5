package account_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/account"
	"copil/internal/fault"
	"copil/internal/testdb"
)

const (
	wrongMessage = "Adresse électronique ou mot de passe incorrect."
	wait15       = "Trop d’essais\u00a0: réessayez dans 15 minutes."
)

// try signs in and returns the kind of the fault and its message; "" for a success.
func try(t testing.TB, db *testdb.DB, ip, email, password string, now time.Time) (fault.Kind, string) {
	t.Helper()
	p, _, err := account.SignIn(t.Context(), db.System, account.Visitor{Address: ip}, email, password, now)
	if err == nil {
		if p.PersonID == uuid.Nil {
			t.Fatal("signed in as nobody")
		}
		return 0, ""
	}
	if p != (account.Person{}) {
		t.Errorf("refused, and given %+v", p)
	}
	return fault.KindOf(err), err.Error()
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p, disabled := newPerson(t, db), newPerson(t, db)
	if err := account.Disable(t.Context(), db.System, stamp, disabled.PersonID); err != nil {
		t.Fatal(err)
	}
	fresh, err := account.CreatePerson(t.Context(), db.System, stamp, account.PersonDraft{Email: freshEmail(), Name: "Sans mot de passe"})
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := account.SignIn(t.Context(), db.System, account.Visitor{Address: freshAddress()}, " "+strings.ToUpper(p.Email)+" ", goodPassword, noon)
	if err != nil || got != p {
		t.Errorf("right: %+v, %v", got, err)
	}
	for name, c := range map[string]struct{ email, password string }{
		"wrong password":   {p.Email, "Passerelle-2014"},
		"no password":      {p.Email, ""},
		"unknown":          {freshEmail(), goodPassword},
		"disabled":         {disabled.Email, goodPassword},
		"no password yet":  {fresh.Email, ""},
		"nothing":          {"", ""},
		"not even text":    {"\xff\x00", "\xff\x00"},
		"a zero character": {p.Email + "\x00", goodPassword},
	} {
		if kind, message := try(t, db, freshAddress(), c.email, c.password, noon); kind != fault.Invalid || message != wrongMessage {
			t.Errorf("%s: %v %q", name, kind, message)
		}
	}
}

func TestPasswordIsTheSameHoweverItsAccentsAreTyped(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p := newPerson(t, db)
	if err := account.SetPassword(t.Context(), db.System, stamp, p.PersonID, "Été-indien-2015"); err != nil {
		t.Fatal(err)
	}
	if _, message := try(t, db, freshAddress(), p.Email, "E\u0301te\u0301-indien-2015", noon); message != "" {
		t.Error(message)
	}
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p := newPerson(t, db)
	for name, email := range map[string]string{"known": p.Email, "unknown": freshEmail()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			here := freshAddress()
			for i := range 5 {
				if kind, message := try(t, db, here, email, "faux", noon); kind != fault.Invalid {
					t.Fatalf("try %d: %v %q", i+1, kind, message)
				}
			}
			// What counts is in the database: another connection, and a right password, change nothing.
			sys, _ := traced(t, db)
			_, _, err := account.SignIn(t.Context(), sys, account.Visitor{Address: here}, email, goodPassword, noon)
			if fault.KindOf(err) != fault.Throttled || err.Error() != wait15 {
				t.Errorf("sixth try: %v", err)
			}
			later := noon.Add(14*time.Minute + time.Second)
			if _, message := try(t, db, here, email, "faux", later); message != "Trop d’essais\u00a0: réessayez dans 1 minute." {
				t.Errorf("14 minutes later: %q", message)
			}
			// Trying too soon did not prolong the wait.
			if kind, _ := try(t, db, here, email, "faux", noon.Add(15*time.Minute)); kind != fault.Invalid {
				t.Errorf("15 minutes later: %v", kind)
			}
		})
	}
}

func TestOwnerGetsInFromElsewhere(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p := newPerson(t, db)
	thief, owner := freshAddress(), freshAddress()
	for range 6 {
		try(t, db, thief, p.Email, "faux", noon)
	}
	if _, message := try(t, db, owner, p.Email, goodPassword, noon); message != "" {
		t.Errorf("the owner, elsewhere: %q", message)
	}
	if kind, _ := try(t, db, thief, p.Email, goodPassword, noon); kind != fault.Throttled {
		t.Errorf("the thief, after the owner's success: %v", kind)
	}
}

func TestSuccessClearsTheFailures(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p := newPerson(t, db)
	here := freshAddress()
	for range 3 {
		for range 4 {
			try(t, db, here, p.Email, "faux", noon)
		}
		if _, message := try(t, db, here, p.Email, goodPassword, noon); message != "" {
			t.Fatal(message)
		}
	}
}

func TestOneAddressCannotTryManyAccounts(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p := newPerson(t, db)
	network := strings.TrimSuffix(freshAddress(), "1")
	for i := range 50 { // each from another address of one IPv6 network
		if kind, message := try(t, db, fmt.Sprint(network, i+1), freshEmail(), "faux", noon); kind != fault.Invalid {
			t.Fatalf("try %d: %q", i+1, message)
		}
		if i == 30 { // a thief's own account does not buy more tries
			try(t, db, network+"1", p.Email, goodPassword, noon)
		}
	}
	if kind, message := try(t, db, network+"ffff", freshEmail(), "faux", noon); kind != fault.Throttled || message != wait15 {
		t.Errorf("one more: %v %q", kind, message)
	}
}

// Sixty tries of one account are evaluated in an hour at most, from any number of
// addresses at the same time.
func TestManyAddressesCannotTryOneAccount(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p := newPerson(t, db)
	var evaluated, throttled atomic.Int32
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for i := range 15 {
				now := noon.Add(time.Duration(worker*15+i) * time.Millisecond)
				_, _, err := account.SignIn(t.Context(), db.System, account.Visitor{Address: freshAddress()}, p.Email, "faux", now)
				switch fault.KindOf(err) {
				case fault.Invalid:
					evaluated.Add(1)
				case fault.Throttled:
					throttled.Add(1)
				default:
					t.Errorf("%v", err)
				}
			}
		})
	}
	all.Wait()
	if e := evaluated.Load(); e > 60 || e < 50 || e+throttled.Load() != 120 {
		t.Errorf("%d evaluated and %d refused of 120", e, throttled.Load())
	}
	if kind, _ := try(t, db, freshAddress(), p.Email, goodPassword, noon.Add(time.Minute)); evaluated.Load() == 60 && kind != fault.Throttled {
		t.Errorf("one more: %v", kind)
	}
	if _, message := try(t, db, freshAddress(), p.Email, goodPassword, noon.Add(61*time.Minute)); message != "" {
		t.Errorf("an hour later: %q", message)
	}
}

func TestPlatformLog(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p := newPerson(t, db)
	unknown, here := freshEmail(), freshAddress()
	try(t, db, here, p.Email, "faux", noon)
	try(t, db, here, p.Email, goodPassword, noon)
	if got, want := db.Texts(t, `SELECT action FROM platform_log WHERE person_id = $1 ORDER BY entry_id`, p.PersonID),
		[]string{"sign-in-failed", "signed-in"}; !slices.Equal(got, want) {
		t.Errorf("log of the person: %v, want %v", got, want)
	}
	before := db.Texts(t, `SELECT entry_id::text FROM platform_log WHERE person_id IS NULL AND action = 'sign-in-failed'`)
	try(t, db, here, unknown, "secret-jamais-écrit", noon)
	if after := db.Texts(t, `SELECT entry_id::text FROM platform_log WHERE person_id IS NULL AND action = 'sign-in-failed'`); len(after) <= len(before) {
		t.Error("the failure of an unknown account is not in the log")
	}
	if got := db.Texts(t, `SELECT l::text FROM platform_log l WHERE l::text LIKE '%' || $1 || '%' OR l::text LIKE '%jamais%' OR l::text LIKE '%' || $2 || '%'`,
		unknown, here); len(got) > 0 {
		t.Errorf("the log tells what it should not: %q", got)
	}
}

// This test does not run in parallel: it takes all the turns to hash, so that
// whoever hashes has to wait until the context ends.
func TestHashingIsBoundedAndDoneForUnknownAccountsToo(t *testing.T) {
	db := testdb.Open(t)
	p := newPerson(t, db)
	account.OccupyHashing(t)
	for name, email := range map[string]string{"known": p.Email, "unknown": freshEmail()} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		_, _, err := account.SignIn(ctx, db.System, account.Visitor{Address: freshAddress()}, email, goodPassword, noon)
		cancel()
		if fault.KindOf(err) != fault.Unavailable || !strings.HasPrefix(err.Error(), "Trop de personnes") {
			t.Errorf("%s: %v, want to wait for a turn to hash", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := account.SetPassword(ctx, db.System, stamp, p.PersonID, goodPassword); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("setting a password: %v", err)
	}
}
