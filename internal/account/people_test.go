package account_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/fault"
	"copil/internal/pg"
	"copil/internal/testdb"
)

func TestPasswordProblem(t *testing.T) {
	t.Parallel()
	const (
		short  = "Ce mot de passe est trop court\u00a0: il faut au moins 12 caractères, ou 7 mots."
		repeat = "Il répète trop les mêmes caractères\u00a0: variez-les."
		simple = "Il est trop simple\u00a0: mêlez minuscules, majuscules, chiffres et autres signes" +
			" (les quatre pour 12 caractères, trois pour 14), ou écrivez 7 mots."
		edge  = "Le mot de passe commence ou finit par une espace\u00a0: retirez-la."
		known = "Il est parmi les premiers que l’on essaie\u00a0: évitez les mots de passe courants et les suites du clavier."
	)
	for password, want := range map[string]string{
		"":                                     short,
		"Quai-12":                              short,
		"Quai":                                 short + " " + simple,
		"azerty":                               short + " " + simple + " " + known,
		"Bateau-1234":                          short, // 11
		"Bateau-12345":                         "",    // 12 of four
		"Éàçèùî-12345":                         "",    // accents are letters, and one character each
		"Bateau123456":                         simple,
		"Bateaux123456":                        simple, // 13 of three
		"Bateaux1234567":                       "",     // 14 of three
		"bateaux-1234567":                      "",     // 15 of three, without capitals
		"bateauxdemersurlequai1234567890vents": simple,
		"Aaaaaaaaaaa1!":                        repeat,
		"Motdepasse1!":                         known,
		"Mot-de-Passe-2015":                    known,
		"P@ssw0rd-P@ssw0rd":                    known,
		"Azertyuiop-123":                       known,
		"Bienvenue-2015!":                      known,
		"Été-Été-Été-2015":                     known,
		"Étésurlequai-2015":                    "",
		"le pont du canal mène vers notre vieux marché":                         "",
		"le pont du canal mène vers un marché":                                  simple, // six, for short words do not count
		"un pont et un canal et un quai et un mur":                              simple,
		"boulevard boulevard boulevard boulevard boulevard boulevard boulevard": simple,
		"pont canal quai mur tour rue place":                                    "",
		" Bateau-12345":                                                         edge,
		"Bateau-12345 ":                                                         edge,
		"Bateau-12345\u00a0":                                                    edge,
		"pont canal quai mur tour rue place\n":                                  edge,
		" ":                                                                     edge,
		"Bateau 12345":                                                          "",
		"Bateau-12345\xff":                                                      "Ce mot de passe contient des caractères illisibles\u00a0: choisissez-en un autre.",
	} {
		if got := account.PasswordProblem(password); got != want {
			t.Errorf("%q: %q, want %q", password, got, want)
		}
	}
	if got := account.PasswordProblem(goodPassword + string(make([]byte, 256))); got != "Ce mot de passe est trop long\u00a0: pas plus de 256 caractères." {
		t.Errorf("too long: %q", got)
	}
}

func TestCreatePerson(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	by := stamp
	by.Actor.PersonID = uuid.New()
	email := freshEmail()
	p, err := account.CreatePerson(t.Context(), db.System, by, account.PersonDraft{Email: " A" + email + " ", Name: " Camille ", Administrator: true})
	if err != nil || p.Email != "a"+email || p.Name != "Camille" || !p.Administrator {
		t.Fatalf("created %+v, %v", p, err)
	}
	got := db.Texts(t, `SELECT action || ' ' || (detail->>'person') FROM platform_log WHERE person_id = $1`, by.Actor.PersonID)
	if want := []string{"person-created " + p.PersonID.String()}; !slices.Equal(got, want) {
		t.Errorf("log: %v, want %v", got, want)
	}
	for name, c := range map[string]struct {
		draft account.PersonDraft
		kind  fault.Kind
		field string
	}{
		"address taken":  {account.PersonDraft{Email: "A" + email, Name: "x"}, fault.Conflict, "email"},
		"no address":     {account.PersonDraft{Name: "x"}, fault.Invalid, "email"},
		"not an address": {account.PersonDraft{Email: "x", Name: "x"}, fault.Invalid, "email"},
		"a named one":    {account.PersonDraft{Email: "X <a@b.example>", Name: "x"}, fault.Invalid, "email"},
		"no name":        {account.PersonDraft{Email: freshEmail(), Name: " "}, fault.Invalid, "name"},
	} {
		_, err := account.CreatePerson(t.Context(), db.System, by, c.draft)
		wantFault(t, name, err, c.kind, c.field)
	}
}

func TestDirectory(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	p, disabled := newPerson(t, db), newPerson(t, db)
	m := newMember(t, db, db.Acme, p, access.Chair)
	newMember(t, db, db.Acme, p, access.Mission)
	newMember(t, db, db.Acme, disabled, access.Reader)
	gone := newMember(t, db, db.Acme, newPerson(t, db), access.Reader)
	db.In(t, db.Acme, func(tx *pg.Tx) error {
		return account.EndMember(t.Context(), tx, stamp, gone.MemberID, gone.Version, new(testdb.Today.AddDate(0, 0, -1)))
	})
	if err := account.Disable(t.Context(), db.System, stamp, disabled.PersonID); err != nil {
		t.Fatal(err)
	}
	accounts, conventions, err := account.Directory(t.Context(), db.System, testdb.Today)
	if err != nil {
		t.Fatal(err)
	}
	of := func(p account.Person) account.Held {
		return accounts[slices.IndexFunc(accounts, func(h account.Held) bool { return h.Person == p })]
	}
	if h := of(p); !h.HasPassword || h.DisabledAt != nil || len(h.Memberships) != 2 || h.Memberships[0].MemberID != m.MemberID {
		t.Errorf("account: %+v", h)
	}
	if h := of(disabled); h.DisabledAt == nil || !h.DisabledAt.Equal(noon) {
		t.Errorf("disabled account: %+v", h)
	}
	want := account.Hosted{ConventionID: db.Acme, Slug: "t-" + db.Acme.String(), Name: "Convention d’essai", Members: 1}
	if !slices.Contains(conventions, want) {
		t.Errorf("not among the conventions: %+v", want)
	}
	closing := func(want ...string) {
		t.Helper()
		if got, err := account.OnlyMemberOf(t.Context(), db.System, p.PersonID, testdb.Today); err != nil || !slices.Equal(got, want) {
			t.Errorf("only member of %q, %v; want %q", got, err, want)
		}
	}
	closing(want.Name)
	if err := account.Disable(t.Context(), db.System, stamp, p.PersonID); err != nil {
		t.Fatal(err)
	}
	_, conventions, err = account.Directory(t.Context(), db.System, testdb.Today)
	if want.Members = 0; err != nil || !slices.Contains(conventions, want) {
		t.Errorf("without the account of its only member: not among the conventions: %+v, %v", want, err)
	}
	newMember(t, db, db.Acme, newPerson(t, db), access.Reader)
	closing()
}

func TestSetPasswordEndsSessions(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p, other := newPerson(t, db), newPerson(t, db)
	s := newSite(t, db.System)
	b, stays := s.browser(t), s.browser(t)
	b.signIn(p)
	stays.signIn(other)
	if err := account.SetPassword(t.Context(), db.System, stamp, p.PersonID, "Rivages-2015-x"); err != nil {
		t.Fatal(err)
	}
	if got := b.must("/who"); got != "" {
		t.Errorf("still signed in as %q", got)
	}
	if got := stays.must("/who"); got != other.Email {
		t.Errorf("the other person is signed in as %q", got)
	}
	if _, message := try(t, db, freshAddress(), p.Email, goodPassword, noon); message != wrongMessage {
		t.Errorf("the old password: %q", message)
	}
	if _, message := try(t, db, freshAddress(), p.Email, "Rivages-2015-x", noon); message != "" {
		t.Errorf("the new password: %q", message)
	}
}

func TestSetPasswordRefuses(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p, disabled := newPerson(t, db), newPerson(t, db)
	if err := account.Disable(t.Context(), db.System, stamp, disabled.PersonID); err != nil {
		t.Fatal(err)
	}
	wantFault(t, "weak", account.SetPassword(t.Context(), db.System, stamp, p.PersonID, "demo"), fault.Invalid, "password")
	wantFault(t, "nobody", account.SetPassword(t.Context(), db.System, stamp, uuid.New(), goodPassword), fault.NotFound, "")
	wantFault(t, "disabled", account.SetPassword(t.Context(), db.System, stamp, disabled.PersonID, goodPassword), fault.NotFound, "")
	wantFault(t, "disabled already", account.Disable(t.Context(), db.System, stamp, disabled.PersonID), fault.NotFound, "")
	wantFault(t, "one of two", account.ImposePassword(t.Context(), db.System, stamp, "demo", p.PersonID, uuid.New()), fault.NotFound, "")
	if _, message := try(t, db, freshAddress(), p.Email, goodPassword, noon); message != "" {
		t.Errorf("the password is not what it was: %q", message)
	}
}

func TestImposePassword(t *testing.T) {
	t.Parallel()
	db := testdb.Open(t)
	p, other := newPerson(t, db), newPerson(t, db)
	if err := account.ImposePassword(t.Context(), db.System, stamp, "demo", p.PersonID, other.PersonID); err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{p.Email, other.Email} {
		if _, message := try(t, db, freshAddress(), email, "demo", noon); message != "" {
			t.Error(message)
		}
	}
}

func TestAddMember(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	p := newPerson(t, db)
	here, elsewhere := newOrganisation(t, db, db.Acme, "Structure"), newOrganisation(t, db, db.Bolt, "Ailleurs")
	before := testdb.Today.AddDate(0, 0, -1)
	good := account.Draft{PersonID: p.PersonID, Role: access.Structure, OrganisationID: here, Name: " Camille ", StartsOn: testdb.Today}
	add := func(d account.Draft) (m account.Member, err error) {
		err = db.InConvention(t.Context(), db.Acme, pg.ReadWrite, func(tx *pg.Tx) (err error) {
			m, err = account.AddMember(t.Context(), tx, stamp, d)
			return err
		})
		return m, err
	}
	m, err := add(good)
	if err != nil || m.Name != "Camille" || m.OrganisationName != "Structure" || m.Version != 1 || !m.StartsOn.Equal(testdb.Today) {
		t.Fatalf("added %+v, %v", m, err)
	}
	for name, c := range map[string]struct {
		change func(*account.Draft)
		kind   fault.Kind
		field  string
	}{
		"again":                  {func(*account.Draft) {}, fault.Conflict, "role"},
		"no role":                {func(d *account.Draft) { d.Role = "" }, fault.Invalid, "role"},
		"the platform's role":    {func(d *account.Draft) { d.Role = access.Admin }, fault.Invalid, "role"},
		"no name":                {func(d *account.Draft) { d.Name = " " }, fault.Invalid, "name"},
		"no start":               {func(d *account.Draft) { d.StartsOn = d.StartsOn.AddDate(-2014, -2, -15) }, fault.Invalid, "starts_on"},
		"an end before":          {func(d *account.Draft) { d.EndsOn = &before }, fault.Invalid, "ends_on"},
		"nobody":                 {func(d *account.Draft) { d.PersonID = uuid.New() }, fault.Invalid, "person"},
		"a foreign organisation": {func(d *account.Draft) { d.OrganisationID = elsewhere }, fault.Invalid, "organisation"},
	} {
		d := good
		c.change(&d)
		_, err := add(d)
		wantFault(t, name, err, c.kind, c.field)
	}
	lines := logOf(t, db)
	if len(lines) != 1 || lines[0].Action != audit.Created || lines[0].ObjectID != m.MemberID.String() ||
		lines[0].ObjectLabel != "Structure locale, Structure" {
		t.Errorf("log: %+v", lines)
	}
}

func TestEndMember(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	m := newMember(t, db, db.Acme, newPerson(t, db), access.Mission)
	end, before := testdb.Today, m.StartsOn.AddDate(0, 0, -1)
	for _, c := range []struct {
		name    string
		foreign bool
		version int
		kind    fault.Kind
	}{
		{"of another convention", true, 1, fault.NotFound},
		{"an end before the start", false, 1, fault.Invalid},
		{"an older version", false, 0, fault.Conflict},
	} {
		convention, day := db.Acme, end
		if c.foreign {
			convention = db.Bolt
		}
		if c.kind == fault.Invalid {
			day = before
		}
		err := db.Twin.InConvention(t.Context(), convention, pg.ReadWrite, func(tx *pg.Tx) error {
			return account.EndMember(t.Context(), tx, stamp, m.MemberID, c.version, &day)
		})
		if fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	db.In(t, db.Acme, func(tx *pg.Tx) error { return account.EndMember(t.Context(), tx, stamp, m.MemberID, 1, &end) })
	db.In(t, db.Acme, func(tx *pg.Tx) error { return account.EndMember(t.Context(), tx, stamp, m.MemberID, 2, nil) })
	lines := logOf(t, db)
	if want := []audit.Change{{Field: "fin", Before: "", After: "2015-03-16"}}; !slices.Equal(lines[1].Changes(), want) || lines[1].Action != audit.Changed {
		t.Errorf("log: %+v, want %v", lines[1], want)
	}
}

func TestMembers(t *testing.T) {
	t.Parallel()
	db := testdb.New(t)
	m := newMember(t, db, db.Acme, newPerson(t, db), access.Mission)
	newMember(t, db, db.Bolt, newPerson(t, db), access.Mission)
	for name, pool := range map[string]*pg.Pool{"both walls": db.Pool, "the first wall alone": db.Twin} {
		var found *pg.Rows[account.Member]
		err := pool.InConvention(t.Context(), db.Acme, pg.ReadOnly, func(tx *pg.Tx) error {
			b := tx.Batch()
			found = account.Members(b)
			return b.Send(t.Context())
		})
		if err != nil || !slices.Equal(found.All, []account.Member{m}) {
			t.Errorf("%s: %+v, %v; want %+v", name, found.All, err, m)
		}
	}
}

// logOf is the log of the first convention, newest first.
func logOf(t *testing.T, db *testdb.DB) []audit.Line {
	t.Helper()
	var found *pg.Rows[audit.Line]
	db.Read(t, db.Acme, func(b *pg.Batch) { found = audit.List(b, audit.Filter{}) })
	return found.All
}

// wantFault checks a fault's kind and, unless field is "", that it is about that field.
func wantFault(t *testing.T, name string, err error, kind fault.Kind, field string) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Errorf("%s: %v", name, err)
		return
	}
	if f, ok := errors.AsType[*fault.Error](err); field != "" && (!ok || f.Fields[field] == "") {
		t.Errorf("%s: no problem with field %s in %v", name, field, err)
	}
}
