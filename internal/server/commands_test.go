package server

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/pg"
	"copil/internal/testdb"
	"copil/templates/campaigns"
	"copil/templates/settings"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// command is something that a person does by sending a form.
type command struct {
	pattern string // of the route
	actor   access.Actor
	page    string // where the form stands
	action  string // where it is sent
	answers url.Values
}

func (c command) send(b *browser) url.Values { return b.filled(c.page, c.action, c.answers) }

// commands are one good command for each route that changes a convention. A new
// route that changes something gets a line here.
func (o *office) commands() []command {
	mission, structure := o.Actors[access.Mission], o.Actors[access.Structure]
	post := o.newPost(o.Structures[0], nil, false)
	submission := o.newSubmission()
	reader := o.path("reglages", "membres", o.Actors[access.Reader].MemberID)
	deputy := o.path("reglages", "membres", o.Deputy.MemberID)
	line, resource := o.newLine(), o.newResource()
	sent := o.path("saisies", testdb.OpenPeriod, "import", o.newUpload(structure, "3"))
	return []command{
		{"/c/{slug}/sites", mission, o.path("sites", "nouveau"), o.path("sites"), url.Values{
			"code": {"S9"}, "name": {"Wattrelos"}, "communes": {"Wattrelos, Roubaix"}, "sectors": {"EDU"}, "need": {"Apaiser."}, "since_on": {"02/03/2015"},
		}},
		{"/c/{slug}/sites/{id}/modifier", mission, o.path("sites", o.Sites[0], "modifier"), o.path("sites", o.Sites[0], "modifier"), url.Values{
			"name": {"Roubaix centre"}, "need": {"Apaiser."},
		}},
		{"/c/{slug}/sites/{id}/structures", mission, o.path("sites", o.Sites[1]), o.path("sites", o.Sites[1], "structures"), url.Values{
			"structure": {o.Structures[0].String()}, "since_on": {"02/03/2015"},
		}},
		{"/c/{slug}/sites/{id}/etat", mission, o.path("sites", o.Sites[0]), o.path("sites", o.Sites[0], "etat"), url.Values{
			"state": {"suspendu"}, "since_on": {"02/03/2015"}, "reason": {"Un financeur s’est retiré."}, confirmField: {"oui"},
		}},
		{"/c/{slug}/structures", mission, o.path("structures", "nouvelle"), o.path("structures"), url.Values{
			"code": {"B1"}, "name": {"Bailleur du Nord"}, "operator_type": {"BAILLEUR"}, "commune": {"Lille"},
		}},
		{"/c/{slug}/emplois", structure, o.path("emplois"), o.path("emplois"), url.Values{
			"count": {"2"}, "job_type": {"CDI"}, "opened_on": {"02/03/2015"},
		}},
		{"/c/{slug}/emplois/{id}", structure, o.path("emplois", post), o.path("emplois", post), url.Values{"filled_on": {"03/03/2015"}}},
		{"/c/{slug}/emplois/{id}/retirer", structure, o.path("emplois", post, "retirer"), o.path("emplois", post, "retirer"), url.Values{"reason": {"Saisi deux fois."}}},
		{"/c/{slug}/emplois/mutualises/{id}", mission, o.path("emplois", "mutualises", post), o.path("emplois", "mutualises", post), o.shares("40", "60")},
		{"/c/{slug}/saisies/{periode}", structure, o.path("structures", o.Structures[0]), o.path("saisies", testdb.OpenPeriod), nil},
		{"/c/{slug}/saisies/{periode}/{id}", structure, o.path("saisies", testdb.OpenPeriod, submission), o.path("saisies", testdb.OpenPeriod, submission), url.Values{
			"remark": {"Chiffres provisoires."},
		}},
		{"/c/{slug}/saisies/{periode}/{id}", structure, o.path("saisies", testdb.OpenPeriod, submission), o.path("saisies", testdb.OpenPeriod, submission), o.allMissing()},
		{"/c/{slug}/financements", mission, o.path("financements", "nouveau"), o.path("financements"), url.Values{
			"funder": {o.State.String()}, "object": {"Mission d’appui"}, "purpose": {"mission"}, "beneficiary": {o.Mission.String()},
			"first_year": {"2015"}, "planned": {"45 000,50"}, "expected": {"annonce"},
		}},
		{"/c/{slug}/financements/{id}/modifier", mission, o.path("financements", line, "modifier"), o.path("financements", line, "modifier"), url.Values{"planned": {"40 000"}}},
		{"/c/{slug}/financements/{id}/etapes", o.Actors[access.Signatory], o.path("financements", line), o.path("financements", line, "etapes"), url.Values{
			"kind": {"accord"}, "amount": {"45 000"}, "reference": {"Arrêté 12"},
		}},
		{"/c/{slug}/financements/{id}/etapes/{etape}", mission, o.path("financements", line, "etapes", 1), o.path("financements", line, "etapes", 1), url.Values{"undo_reason": {"Demande d’une autre ligne."}}},
		{"/c/{slug}/financements/horizon", mission, o.path("financements", "horizon", "nouvelle"), o.path("financements", "horizon"), url.Values{
			"site": {o.Sites[0].String()}, "label": {"Part des bailleurs"}, "firm_until": {"31/12/2015"}, "firmness": {"notifie"},
		}},
		{"/c/{slug}/financements/horizon/{ressource}/retirer", mission, o.path("financements", "horizon", resource, "retirer"), o.path("financements", "horizon", resource, "retirer"), nil},
		{"/c/{slug}/reglages/membres", mission, o.path("reglages", "membres", "nouveau"), o.path("reglages", "membres"), url.Values{
			"email": {uuid.NewString() + "@essai.example"}, "name": {"Camille Roy"}, "role": {"structure"}, "organisation": {o.Structures[0].String()},
		}},
		{"/c/{slug}/reglages/membres/{id}", mission, reader, reader, url.Values{"ends_on": {"30/06/2015"}}},
		{"/c/{slug}/reglages/membres/{id}/invitation", mission, reader, reader + "/invitation", nil},
		{"/c/{slug}/reglages/membres/{id}/montants", mission, deputy, deputy + "/montants", url.Values{"without_money": {"oui"}}},
		{"/c/{slug}/reglages/membres/{id}/retrait", mission, reader, reader + "/retrait", nil},
		{"/c/{slug}/saisies/{periode}/ouverture", mission, o.path("saisies", testdb.ClosedPeriod, "ouverture"), o.path("saisies", testdb.ClosedPeriod, "ouverture"), url.Values{confirmField: {"1"}}},
		{"/c/{slug}/saisies/{periode}/prolongation", mission, o.path("saisies", testdb.OpenPeriod), o.path("saisies", testdb.OpenPeriod, "prolongation"), url.Values{"due": {"31/05/2015"}, confirmField: {"1"}}},
		{"/c/{slug}/saisies/{periode}/cloture", mission, o.path("saisies", testdb.OpenPeriod), o.path("saisies", testdb.OpenPeriod, "cloture"), url.Values{confirmField: {"1"}}},
		{"/c/{slug}/saisies/{periode}/relancer", mission, o.path("saisies", testdb.OpenPeriod), o.path("saisies", testdb.OpenPeriod, "relancer"), url.Values{
			campaigns.Choice: {submission.String() + ":1"}, confirmField: {"1"},
		}},
		{"/c/{slug}/saisies/{periode}/{id}/rouvrir", mission, o.path("saisies", testdb.OpenPeriod, submission, "rouvrir"), o.path("saisies", testdb.OpenPeriod, submission, "rouvrir"), url.Values{
			"due": {"31/05/2015"}, "reason": {"Changement de direction."},
		}},
		{"/c/{slug}/saisies/{periode}/import", structure, o.path("saisies", testdb.OpenPeriod, "import"), o.path("saisies", testdb.OpenPeriod, "import"), url.Values{
			fileField: {o.entriesFile("3")},
		}},
		{"/c/{slug}/saisies/{periode}/import/{import}", structure, sent, sent, nil},
		{"/c/{slug}/convention/engagements/{engagement}/{partie}/{annee}", o.Actors[access.Signatory], o.path("convention", "engagements", "ETAT-3", "ETAT", 2014), o.path("convention", "engagements", "ETAT-3", "ETAT", 2014), url.Values{
			"state": {"actif"}, "body": {"Quarante-quatre postes fléchés."},
		}},
		{"/c/{slug}/convention/engagements/{engagement}/indicateurs", mission, o.path("convention", "engagements", "ETAT-3", "indicateurs"), o.path("convention", "engagements", "ETAT-3", "indicateurs"), url.Values{
			"indicators": {"A3-07", "A3-08"},
		}},
		{"/c/{slug}/reglages/courriels", mission, o.path("reglages", "courriels"), o.path("reglages", "courriels"), url.Values{settings.MailField: {o.failedMail().String()}}},
	}
}

// allMissing answers every question of a submission with « non renseigné » and
// hands it in.
func (o *office) allMissing() url.Values {
	answers := url.Values{submissions.ActionField: {submissions.HandIn}}
	for _, code := range o.db.Texts(o.t, `SELECT DISTINCT measure_code FROM measures WHERE convention_id = $1`, o.ID) {
		answers.Set(code+ui.StateSuffix, ui.StateMissing)
	}
	return answers
}

// decisions are commands on a submission that has been handed in.
func (o *office) decisions() []command {
	submission := o.newSubmission()
	o.handIn(submission)
	page := o.path("saisies", testdb.OpenPeriod, submission)
	return []command{
		{"/c/{slug}/saisies/{periode}/{id}/valider", o.Actors[access.Signatory], page, page + "/valider", nil},
		{"/c/{slug}/saisies/{periode}/{id}/renvoyer", o.Actors[access.Mission], page, page + "/renvoyer", url.Values{"remarque-entries": {"Les entrées manquent."}, "reason": {"À compléter."}}},
		{"/c/{slug}/saisies/{periode}/valider", o.Actors[access.Signatory], o.path("saisies", testdb.OpenPeriod), o.path("saisies", testdb.OpenPeriod, "valider"), url.Values{
			campaigns.Choice: {submission.String() + ":3"}, confirmField: {"1"},
		}},
	}
}

// rectifications are commands on a submission that has been validated, and on a
// correction that waits.
func (o *office) rectifications() []command {
	proposed, waiting := o.validated(&o.Sites[0]), o.validated(nil)
	o.propose(waiting)
	at := func(id uuid.UUID, more ...any) string {
		return o.path(append([]any{"saisies", testdb.OpenPeriod, id, "rectification"}, more...)...)
	}
	return []command{
		{"/c/{slug}/saisies/{periode}/{id}/rectification", o.Actors[access.Mission], at(proposed) + "?chiffre=entries", at(proposed), url.Values{
			"entries": {"4"}, "entries" + ui.StateSuffix: {ui.StateNumber}, "reason": {"Quatre entrées oubliées."},
		}},
		{"/c/{slug}/saisies/{periode}/{id}/rectification/accepter", o.Actors[access.Signatory], at(waiting), at(waiting, "accepter"), nil},
		{"/c/{slug}/saisies/{periode}/{id}/rectification/refuser", o.Actors[access.Signatory], at(waiting), at(waiting, "refuser"), url.Values{"answer": {"Sans justificatif."}}},
	}
}

// remarkings are commands on a submission that was returned.
func (o *office) remarkings() []command {
	submission := o.newSubmission()
	o.handIn(submission)
	o.giveBack(submission, map[string]string{"entries": "Les entrées manquent."})
	page := o.path("saisies", testdb.OpenPeriod, submission)
	return []command{
		{"/c/{slug}/saisies/{periode}/{id}/remarque", o.Actors[access.Mission], page, page + "/remarque", url.Values{"measure": {"exits"}, "remark": {"Les sorties aussi."}}},
	}
}

// giveBack returns a submission that was handed in for the first time.
func (o *office) giveBack(id uuid.UUID, remarks map[string]string) {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		return collect.Return(o.t.Context(), tx, testdb.By(o.Actors[access.Mission]), id, 3, "", remarks)
	})
}

// eachCommand runs a test for each command, on a convention of its own.
func eachCommand(t *testing.T, pool *pg.Pool, test func(*testing.T, *office, command)) {
	t.Helper()
	lists := []func(*office) []command{(*office).commands, (*office).decisions, (*office).rectifications, (*office).remarkings, (*office).gatherings}
	type place struct{ list, i int }
	var places []place
	for list, of := range lists {
		for i := range of(newOfficeOn(t, pool)) {
			places = append(places, place{list, i})
		}
	}
	for _, at := range places {
		o := newOfficeOn(t, pool)
		c := lists[at.list](o)[at.i]
		t.Run(strings.TrimPrefix(c.pattern, "/c/{slug}/"), func(t *testing.T) {
			t.Parallel()
			o.t = t
			test(t, o, c)
		})
	}
}

// TestEveryCommandIsTried keeps the lists above complete.
func TestEveryCommandIsTried(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	tried := append(o.commands(), slices.Concat(newOffice(t).decisions(), newOffice(t).rectifications(), newOffice(t).remarkings(), newOffice(t).gatherings())...)
	for _, rt := range o.routes() {
		if rt.method == post && rt.inConvention() && !slices.ContainsFunc(tried, func(c command) bool { return c.pattern == rt.pattern }) {
			t.Errorf("POST %s has no line in the commands of commands_test.go", rt.pattern)
		}
	}
}

// A form that is sent twice has one effect, which the log tells of, and the
// second answer is the first one's.
func TestCommandSentTwice(t *testing.T) {
	t.Parallel()
	bothWalls(t, func(t *testing.T, pool *pg.Pool) {
		eachCommand(t, pool, func(t *testing.T, o *office, c command) {
			b := o.by(c.actor)
			form, before := c.send(b), o.entries()
			first := b.post(c.action, form)
			if first.Code != http.StatusSeeOther {
				t.Fatalf("%d\n%s\n%s", first.Code, text(first), o.log)
			}
			after := o.entries()
			if after == before {
				t.Error("the log tells nothing")
			}
			o.checkLog(c.actor, after-before)
			second := b.post(c.action, form)
			if second.Code != http.StatusSeeOther || second.Header().Get("Location") != first.Header().Get("Location") {
				t.Errorf("the second answer is %d to %q, the first was to %q", second.Code, second.Header().Get("Location"), first.Header().Get("Location"))
			}
			if o.entries() != after {
				t.Error("the second sending had an effect")
			}
			to, _, _ := strings.Cut(first.Header().Get("Location"), "#")
			b.page(to)
		})
	})
}

// checkLog reads the last n entries: who did what to which object, and when.
func (o *office) checkLog(actor access.Actor, n int) {
	o.t.Helper()
	holes := o.db.Texts(o.t, `
		SELECT action || ' ' || object_type || ' ' || object_id FROM (
			SELECT * FROM audit_entries WHERE convention_id = $1 ORDER BY entry_id DESC LIMIT $2) e
		WHERE person_id IS DISTINCT FROM $3 OR member_id IS DISTINCT FROM $4 OR on_day <> $5
		   OR action = '' OR object_type = '' OR object_id = '' OR object_label = ''`, o.ID, n, actor.PersonID, actor.MemberID, testdb.Today)
	for _, hole := range holes {
		o.t.Errorf("the log does not say all of %s", hole)
	}
}

// Fifty impatient clicks at the same time have one effect.
func TestCommandSentAtOnce(t *testing.T) {
	t.Parallel()
	eachCommand(t, testdb.Open(t).Pool, func(t *testing.T, o *office, c command) {
		b := o.by(c.actor)
		form, before := c.send(b), o.entries()
		var locations []string
		for _, w := range atOnce(50, func() *httptest.ResponseRecorder {
			alone := *b // its own cookie jar
			return alone.post(c.action, form)
		}) {
			locations = append(locations, w.Header().Get("Location"))
		}
		if distinct := slices.Compact(slices.Sorted(slices.Values(locations))); len(distinct) != 1 || distinct[0] == "" {
			t.Errorf("the answers lead to %q\n%s", distinct, o.log)
		}
		// All that one request does bears one instant.
		instants := o.db.Texts(t, `SELECT DISTINCT at::text FROM (
			SELECT at FROM audit_entries WHERE convention_id = $1 ORDER BY entry_id DESC LIMIT $2) e`, o.ID, o.entries()-before)
		if len(instants) != 1 {
			t.Errorf("%d of them had an effect", len(instants))
		}
	})
}

// What another site makes a browser send is refused before anything is read.
func TestCommandFromAnotherSite(t *testing.T) {
	t.Parallel()
	eachCommand(t, testdb.Open(t).Pool, func(t *testing.T, o *office, c command) {
		b := o.by(c.actor)
		form, before := c.send(b), o.entries()
		for name, header := range map[string]http.Header{
			"cross-site": {"Sec-Fetch-Site": {"cross-site"}},
			"same-site":  {"Sec-Fetch-Site": {"same-site"}},
			"origin":     {"Origin": {"https://ailleurs.example"}},
			"no origin":  {"Origin": {"null"}},
			"silent":     {"Sec-Fetch-Site": nil},
		} {
			b.header = header
			if w := b.post(c.action, form); w.Code != http.StatusForbidden {
				t.Errorf("%s: %d", name, w.Code)
			} else if !strings.Contains(text(w), "rien n’a été enregistré") {
				t.Errorf("%s: the answer does not say what became of it: %s", name, text(w))
			}
		}
		if o.entries() != before {
			t.Error("something changed")
		}
	})
}

// A form says under which profile it was shown; under another one it does nothing.
func TestCommandOfAnotherProfile(t *testing.T) {
	t.Parallel()
	eachCommand(t, testdb.Open(t).Pool, func(t *testing.T, o *office, c command) {
		b := o.by(c.actor)
		form, before := c.send(b), o.entries()
		form.Set(profileField, o.Actors[access.Reader].MemberID.String())
		expect(t, b.post(c.action, form), http.StatusConflict, "affiché sous un autre profil", c.actor.Role.Label(), "rien n’a été enregistré")
		form = c.send(b)
		form.Del(keyField)
		expect(t, b.post(c.action, form), http.StatusUnprocessableEntity, "Le formulaire est incomplet.")
		if o.entries() != before {
			t.Error("something changed")
		}
	})
}

// A key is worth something for whoever it was given to, and to nobody else.
func TestKeyOfAnotherPerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := o.commands()[0]
	first := o.by(o.Actors[access.Mission])
	form := c.send(first)
	expect(t, first.post(c.action, form), http.StatusSeeOther)
	form.Set(profileField, o.Deputy.MemberID.String())
	if w := o.by(o.Deputy).post(c.action, form); w.Code == http.StatusSeeOther {
		t.Errorf("somebody else's key leads to %s", w.Header().Get("Location"))
	}
	if form.Set(keyField, uuid.NewString()); o.by(o.Deputy).post(c.action, form).Code != http.StatusUnprocessableEntity {
		t.Error("the same site was made twice")
	}
}
