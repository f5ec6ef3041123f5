package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/account"
	"copil/internal/audit"
	"copil/internal/testdb"
)

// Who is withdrawn, or past the last day, finds nothing at the next request.
func TestWithdrawal(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	mission := o.by(o.Actors[access.Mission])
	for name, c := range map[string]struct {
		role    access.Role
		action  string
		answers url.Values
	}{
		"withdrawn": {access.Structure, "/retrait", nil},
		"ended":     {access.Reader, "", url.Values{"ends_on": {"15/03/2015"}}},
	} {
		who := o.Actors[c.role]
		page := o.path("reglages", "membres", who.MemberID)
		their := o.by(who)
		expect(t, their.get(o.path()), http.StatusOK)
		expect(t, mission.post(page+c.action, mission.filled(page, page+c.action, c.answers)), http.StatusSeeOther)
		if w := their.get(o.path()); w.Code != http.StatusNotFound {
			t.Errorf("%s: the next request is %d", name, w.Code)
		}
		expect(t, mission.get(page), http.StatusOK, "Terminé le 15/03/2015")
		expect(t, mission.post(page, mission.filled(page, page, url.Values{"ends_on": {""}})), http.StatusSeeOther)
		expect(t, their.get(o.path()), http.StatusOK)
	}
}

// The mission opens the roles that it may, for organisations that fit, and
// touches neither the others nor itself.
func TestWhoAppoints(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	mission := o.by(o.Actors[access.Mission])
	invite := func(role access.Role, organisation uuid.UUID) string {
		form := mission.filled(o.path("reglages", "membres", "nouveau"), o.path("reglages", "membres"), url.Values{
			"email": {uuid.NewString() + "@essai.example"}, "name": {"Camille Roy"}, "role": {string(role)}, "organisation": {organisation.String()},
		})
		w := mission.post(o.path("reglages", "membres"), form)
		if w.Code == http.StatusSeeOther {
			return ""
		}
		return text(w)
	}
	for _, c := range []struct {
		role         access.Role
		organisation uuid.UUID
		want         string
	}{
		{access.Chair, o.State, "Choisissez un rôle que vous pouvez confier."},
		{access.Signatory, o.State, "Choisissez un rôle que vous pouvez confier."},
		{access.Admin, o.State, "Choisissez un rôle que vous pouvez confier."},
		{access.Mission, o.State, "est de votre propre organisme"},
		{access.Structure, o.State, "Choisissez une structure employeuse"},
		{access.Reader, uuid.New(), "Choisissez un organisme de la convention."},
		{access.Mission, o.Mission, ""},
		{access.Structure, o.Structures[1], ""},
		{access.Reader, o.State, ""},
	} {
		if got := invite(c.role, c.organisation); c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.role, got)
		}
	}
	other := func(role access.Role, listed string) string {
		form := mission.filled(o.path("reglages", "membres", "nouveau"), o.path("reglages", "membres"), url.Values{
			"email": {uuid.NewString() + "@essai.example"}, "name": {"Alix Martin"}, "role": {string(role)}, "organisation": {listed}, "other": {"Cabinet Évalor"},
		})
		return text(mission.post(o.path("reglages", "membres"), form))
	}
	for _, problem := range []struct{ got, want string }{
		{other(access.Structure, ""), "Seul un lecteur peut être d’un organisme absent de la liste."},
		{other(access.Reader, o.State.String()), "mais pas les deux"},
		{other(access.Reader, ""), ""},
		{other(access.Reader, ""), ""}, // the same organisation again
	} {
		if problem.want == "" && problem.got != "" || !strings.Contains(problem.got, problem.want) {
			t.Errorf("%s: %s", problem.want, problem.got)
		}
	}
	if n := len(o.db.Texts(t, `SELECT name FROM organisations WHERE convention_id = $1 AND name = 'Cabinet Évalor'`, o.ID)); n != 1 {
		t.Errorf("%d organisations were added", n)
	}
	for _, who := range []access.Actor{o.Actors[access.Chair], o.Actors[access.Signatory], o.Actors[access.Mission]} {
		page := o.path("reglages", "membres", who.MemberID)
		if strings.Contains(mission.page(page), `action="`+page) {
			t.Errorf("%s: a form is offered", who.Role)
		}
		other := o.path("reglages", "membres", o.Deputy.MemberID)
		form := mission.form(other, other+"/retrait")
		if w := mission.post(page+"/retrait", form); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", who.Role, w.Code)
		}
	}
}

// One's own sessions are listed, and end one by one, together, or with the
// password; somebody else's stay.
func TestOwnSessions(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	who := o.Actors[access.Structure]
	by := audit.Stamp{At: o.Now(), OnDay: testdb.Today}
	if err := account.SetPassword(t.Context(), o.System, by, who.PersonID, newPassword); err != nil {
		t.Fatal(err)
	}
	here, there, third, foreign := o.by(who), o.by(who), o.by(who), o.by(o.Other)
	page := here.page("/compte")
	if n := strings.Count(page, "Firefox, Linux</th>"); n != 3 || !strings.Contains(page, "Celle-ci") {
		t.Errorf("%d sessions are listed", n)
	}
	form, _ := readPostForm(page, "/compte/sessions")
	expect(t, foreign.post("/compte/sessions", form), http.StatusSeeOther)
	expect(t, here.post("/compte/sessions", form), http.StatusSeeOther)
	open := func() (n int) {
		for _, b := range []*browser{there, third} {
			if b.get("/compte").Code == http.StatusOK {
				n++
			}
		}
		return n
	}
	if n := open(); n != 1 {
		t.Errorf("%d of two others stay after one was ended", n)
	}
	expect(t, here.post("/compte/sessions", url.Values{"session": {"autres"}}), http.StatusSeeOther)
	if n := open(); n != 0 {
		t.Errorf("%d stay after all others were ended", n)
	}
	there = o.by(who)
	change := func(current, password string) url.Values {
		return url.Values{"current": {current}, "password": {password}}
	}
	expect(t, here.post("/compte/mot-de-passe", change("faux", "court")), http.StatusUnprocessableEntity, "trop court")
	expect(t, here.post("/compte/mot-de-passe", change("faux", "Rivages-sud-2015")), http.StatusUnprocessableEntity, "pas votre mot de passe actuel")
	cookie := here.cookie.Value
	expect(t, here.post("/compte/mot-de-passe", change(newPassword, "Rivages-sud-2015")), http.StatusSeeOther)
	expect(t, here.get("/compte"), http.StatusOK, "Votre mot de passe est changé.")
	if here.cookie.Value == cookie {
		t.Error("the session keeps its token")
	}
	if there.get("/compte").Code == http.StatusOK {
		t.Error("another session goes on")
	}
	expect(t, foreign.get("/compte"), http.StatusOK)
}

func TestAdministration(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	admin, person := o.administrator()
	to := "/admin/conventions/" + o.ID.String()
	if _, err := o.db.Owner.Exec(t.Context(), `UPDATE conventions SET words = '{"mission": "l’équipe d’animation"}' WHERE convention_id = $1`, o.ID); err != nil {
		t.Fatal(err)
	}
	expect(t, admin.get(to), http.StatusOK, "Dans la convention « ", "Équipe d’animation")
	email := uuid.NewString() + "@essai.example"
	answers := url.Values{"email": {email}, "name": {"Préfecture"}, "role": {"chair"}, "organisation": {o.Structures[0].String()}, "ends_on": {""}}
	expect(t, admin.post(to, answers), http.StatusUnprocessableEntity, "Choisissez un signataire de la convention.")
	answers.Set("organisation", o.State.String())
	expect(t, admin.post(to, answers), http.StatusSeeOther)
	chair := o.one(`SELECT person_id::text FROM members JOIN people USING (person_id) WHERE convention_id = $1 AND email = $2 AND role = 'chair'`, o.ID, email)
	expect(t, admin.get(o.path()), http.StatusNotFound)

	their := o.signedIn(chair)
	expect(t, their.get(o.path()), http.StatusOK)
	account := "/admin/comptes/" + chair.String()
	expect(t, admin.post(account, nil), http.StatusUnprocessableEntity)
	expect(t, admin.post(account, admin.form(account, account)), http.StatusSeeOther)
	if w := their.get(o.path()); w.Code != http.StatusSeeOther {
		t.Errorf("a closed account goes on: %d", w.Code)
	}
	expect(t, admin.get(account), http.StatusOK, "est fermé depuis")
	expect(t, admin.post("/admin/comptes/"+person.String(), url.Values{confirmField: {"oui"}}), http.StatusForbidden)
	expect(t, admin.post("/admin/conventions", url.Values{"email": {"x"}}), http.StatusUnprocessableEntity, "Choisissez le fichier", "Écrivez une adresse")
}
