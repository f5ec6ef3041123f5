package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/pg"
	"copil/internal/testdb"
)

const newPassword = "Passerelle-2015"

// invited invites somebody by the form of the mission, and returns who it is.
func (o *office) invited(by access.Actor, email string, role access.Role, organisation uuid.UUID) uuid.UUID {
	o.t.Helper()
	expect(o.t, o.by(by).post(o.path("reglages", "membres"), o.by(by).filled(o.path("reglages", "membres", "nouveau"), o.path("reglages", "membres"), url.Values{
		"email": {email}, "name": {"Camille Roy"}, "role": {string(role)}, "organisation": {organisation.String()},
	})), http.StatusSeeOther)
	return o.one(`SELECT person_id::text FROM people WHERE email = $1`, email)
}

func (o *office) link(make func(context.Context, person) (string, error), of uuid.UUID) string {
	o.t.Helper()
	path, err := make(o.t.Context(), person{o, of})
	if err != nil {
		o.t.Fatal(err)
	}
	return path
}

type person struct {
	*office
	id uuid.UUID
}

func invitation(ctx context.Context, p person) (string, error) {
	return account.InvitationPath(ctx, p.System, p.id, p.Now())
}

func reset(ctx context.Context, p person) (string, error) {
	return account.ResetPath(ctx, p.System, p.id, p.Now())
}

// From the invitation to the one thing to do, and no second use of the link.
func TestInvitation(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	email := uuid.NewString() + "@essai.example"
	who := o.invited(o.Actors[access.Mission], email, access.Structure, o.Structures[0])
	members := o.by(o.Actors[access.Mission])
	if page := members.page(o.path("reglages", "membres")); !strings.Contains(page, "Invitation à envoyer") {
		t.Error("the list does not say that the invitation waits")
	}
	link, older := o.link(invitation, who), o.link(invitation, who)
	guest := o.visitor()
	expect(t, guest.get(link), http.StatusOK, email, "Mission d’appui", "Structure locale, Association Passerelle", "12 caractères")
	expect(t, guest.post(link, url.Values{"password": {"azerty"}}), http.StatusUnprocessableEntity, "trop court", "trop simple", "premiers que l’on essaie")
	w := guest.post(link, url.Values{"password": {newPassword}})
	expect(t, w, http.StatusSeeOther)
	if to := guest.get(w.Header().Get("Location")).Header().Get("Location"); to != o.path() {
		t.Errorf("leads to %s", to)
	}
	expect(t, guest.get(o.path()), http.StatusOK)
	for name, l := range map[string]string{"used": link, "another of theirs": older, "made up": "/invitation/" + strings.Repeat("A", 43), "of another purpose": strings.Replace(link, "/invitation/", "/mot-de-passe-oublie/", 1)} {
		expect(t, o.visitor().get(l), http.StatusNotFound, "Demander un nouveau lien")
		if w := o.visitor().post(l, url.Values{"password": {"Autre-motif-2015"}}); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if page := members.page(o.path("reglages", "membres")); strings.Contains(page, "Invitation à envoyer") {
		t.Error("the list does not say that the person has come")
	}
	if o.link(invitation, who) != "" {
		t.Error("an invitation is a way around a password")
	}
	if page := text(o.visitor().get(o.link(reset, who))); strings.Contains(page, "Mission d’appui") || !strings.Contains(page, email) {
		t.Errorf("who forgot a password reads of an invitation: %s", page)
	}
}

// Whether an address has an account shows nowhere in the convention.
func TestInvitationDisclosesNoAccount(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	mission := o.Actors[access.Mission]
	by := audit.Stamp{At: o.Now(), OnDay: testdb.Today}
	old, err := account.CreatePerson(t.Context(), o.System, by, account.PersonDraft{Email: uuid.NewString() + "@essai.example", Name: "Nom tenu ailleurs"})
	if err != nil {
		t.Fatal(err)
	}
	if err := account.SetPassword(t.Context(), o.System, by, old.PersonID, newPassword); err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{}
	for name, email := range map[string]string{"old": old.Email, "new": uuid.NewString() + "@essai.example"} {
		person := o.invited(mission, email, access.Reader, o.State)
		member := o.one(`SELECT member_id::text FROM members WHERE convention_id = $1 AND person_id = $2`, o.ID, person)
		pages[name] = strings.ReplaceAll(ownIDs.ReplaceAllString(o.by(mission).page(o.path("reglages", "membres", member)), ""), member.String(), "")
	}
	if pages["old"] != pages["new"] {
		t.Errorf("the pages differ: %s", differences(pages["old"], pages["new"]))
	}
	if name := o.db.Texts(t, `SELECT name FROM people WHERE person_id = $1`, old.PersonID)[0]; name != "Nom tenu ailleurs" {
		t.Errorf("the account is now called %s", name)
	}
	for _, table := range []string{"audit_entries", "platform_log", "mails"} {
		if rows := o.db.Texts(t, `SELECT r::text FROM `+table+` r WHERE r::text LIKE '%' || $1 || '%'`, old.Email); len(rows) > 0 {
			t.Errorf("%s names the address: %v", table, rows)
		}
	}
}

var ownIDs = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

// The same bytes whoever is asked for; a link for who exists, and no more than three.
func TestForgotten(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sent := make(chan uuid.UUID, 100)
	o.Forgotten = func(_ context.Context, person uuid.UUID) error { sent <- person; return nil }
	o.handler = o.router()
	who := o.Actors[access.Structure].PersonID
	email := o.db.Texts(t, `SELECT email FROM people WHERE person_id = $1`, who)[0]
	ask := func(email, address string) string {
		b := o.visitor()
		b.address = address
		w := b.post("/mot-de-passe-oublie", url.Values{"email": {email}})
		expect(t, w, http.StatusOK, "Si un compte existe à cette adresse")
		return w.Body.String()
	}
	nobody := func() { // as much is left to do as for somebody
		id := <-sent
		if len(o.db.Texts(t, `SELECT email FROM people WHERE person_id = $1`, id)) > 0 {
			t.Errorf("sent to %s", id)
		}
	}
	for i := range 5 {
		known := ask(email, "192.0.2.1:1")
		if i >= 3 {
			nobody()
		} else if got := <-sent; got != who {
			t.Errorf("sent to %s", got)
		}
		unknown := ask(uuid.NewString()+"@essai.example", "192.0.2.2:1")
		if known != unknown {
			t.Fatalf("the answers differ: %s", differences(known, unknown))
		}
		nobody()
	}
	b := o.visitor()
	b.address = "192.0.2.3:1"
	for range 20 {
		b.post("/mot-de-passe-oublie", url.Values{"email": {uuid.NewString() + "@essai.example"}})
	}
	expect(t, b.post("/mot-de-passe-oublie", url.Values{"email": {email}}), http.StatusTooManyRequests, "réessayez dans un quart d’heure")
	expect(t, o.visitor().post("/mot-de-passe-oublie", url.Values{"email": {"rien"}}), http.StatusUnprocessableEntity, "Saisissez l’adresse")
}

// A link sets a password once, within its time, and ends every session; nothing
// that is stored or logged can be used in its place.
func TestResetLink(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	who := o.Actors[access.Structure]
	before := o.by(who)
	link := o.link(reset, who.PersonID)
	token := strings.TrimPrefix(link, "/mot-de-passe-oublie/")
	stored := o.db.Texts(t, `SELECT r::text FROM account_tokens r WHERE person_id = $1`, who.PersonID)
	if len(stored) != 1 || strings.Contains(stored[0], token) || len(token) != 43 {
		t.Errorf("%q is kept as %q", token, stored)
	}
	hashed := strings.Trim(strings.Split(stored[0], ",")[0], `("`)
	expect(t, o.visitor().get("/mot-de-passe-oublie/"+hashed), http.StatusNotFound)
	expect(t, o.visitor().post(link, url.Values{"password": {newPassword}}), http.StatusSeeOther)
	if w := before.get(o.path()); w.Code != http.StatusSeeOther {
		t.Errorf("an older session goes on: %d", w.Code)
	}

	late := o.link(reset, who.PersonID)
	o.Now = func() time.Time { return time.Now().Add(61 * time.Minute) }
	expect(t, o.visitor().get(late), http.StatusNotFound, "Demander un nouveau lien")
	expect(t, o.visitor().post(late, url.Values{"password": {newPassword}}), http.StatusNotFound)
}

// Of fifty uses at the same time, one succeeds; the others say what to do.
func TestLinkUsedAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	who := o.Actors[access.Structure].PersonID
	changes := func() int {
		return len(o.db.Texts(t, `SELECT entry_id::text FROM platform_log WHERE action = 'password-changed' AND person_id = $1`, who))
	}
	link, before := o.link(reset, who), changes()
	used := 0
	for _, w := range atOnce(50, func() *httptest.ResponseRecorder {
		return o.visitor().post(link, url.Values{"password": {newPassword}})
	}) {
		if w.Code == http.StatusSeeOther {
			used++
			continue
		}
		expect(t, w, http.StatusNotFound, "Si vous avez déjà choisi votre mot de passe, connectez-vous.")
	}
	if used != 1 || changes() != before+1 {
		t.Errorf("%d uses succeed, %d changes", used, changes()-before)
	}
}

// A change of password that is sent many times at once is made once, and never
// twice. Five are all looked at; of fifty, counted before any is looked at, the
// throttle may refuse every one: who guesses gains nothing by haste.
func TestPasswordChangedAtOnce(t *testing.T) {
	t.Parallel()
	for n, least := range map[int]int{5: 1, 50: 0} {
		o := newOffice(t)
		who := o.Actors[access.Structure]
		by := testdb.By(access.Actor{})
		if err := account.SetPassword(t.Context(), o.System, by, who.PersonID, newPassword); err != nil {
			t.Fatal(err)
		}
		b := o.by(who)
		changed := 0
		for _, w := range atOnce(n, func() *httptest.ResponseRecorder {
			alone := *b
			return alone.post("/compte/mot-de-passe", url.Values{"current": {newPassword}, "password": {"Une-autre-passerelle-2015"}})
		}) {
			if changed += count(w.Header().Get("Location") == "/compte"); w.Code >= http.StatusInternalServerError {
				t.Errorf("%d: %s", w.Code, text(w))
			}
		}
		log := len(o.db.Texts(t, `SELECT entry_id::text FROM platform_log WHERE action = 'password-changed' AND person_id = $1`, who.PersonID))
		if changed < least || changed > 1 || log != changed {
			t.Errorf("%d at once: %d say that it is changed, %d changes in the log", n, changed, log)
		}
	}
}

// atOnce does the same many times at the same moment.
func atOnce(n int, do func() *httptest.ResponseRecorder) []*httptest.ResponseRecorder {
	answers := make([]*httptest.ResponseRecorder, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			<-start
			answers[i] = do()
		})
	}
	close(start)
	all.Wait()
	return answers
}

// A link that could not be read for want of a database still works later: the log
// must not keep it.
func TestLogKeepsNoLink(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	link := o.link(reset, o.Actors[access.Structure].PersonID)
	config := o.db.Owner.Config().ConnConfig
	away, err := pg.ConnectSystem(t.Context(), testdb.As(config.ConnString(), "copil_system", config.Database), nil)
	if err != nil {
		t.Fatal(err)
	}
	away.Close()
	o.System = away
	if w := o.visitor().get(link); w.Code < http.StatusInternalServerError {
		t.Fatalf("%d", w.Code)
	}
	if log := o.log.String(); !strings.Contains(log, "/mot-de-passe-oublie/…") || strings.Contains(log, strings.TrimPrefix(link, "/mot-de-passe-oublie/")) {
		t.Errorf("the log says %s", log)
	}
}
