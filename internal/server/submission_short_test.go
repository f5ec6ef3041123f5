package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// A small structure hands a short form in, and sees what it was not asked; who
// validates sees it too.
func TestShortFormOnScreen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.followEverything()
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	b := o.by(o.Actors[access.Structure])
	answers := url.Values{"zeros": {"mediators"}, "mediators.CDI.F": {"4"}}
	for _, code := range []string{"fte", "entries", "exits", "certified", "training_hours"} {
		answers.Set(code+"-etat", "non-renseigne")
	}
	if page := b.page(at); strings.Contains(page, "Formulaire court") || strings.Contains(page, "Facultatif") {
		t.Error("nothing is known yet, and the form is short")
	}
	expect(t, b.post(at, b.filled(at, at, answers)), http.StatusSeeOther)
	w := b.get(at)
	expect(t, w, http.StatusOK, "Formulaire court", "moins de 5 personnes", "Facultatif : ", "Interventions de médiation")
	// What is optional may be answered, and unfolds then.
	if strings.Contains(w.Body.String(), "<details open><summary>Facultatif") {
		t.Error("it is unfolded with nothing to say")
	}
	expect(t, b.post(at, b.filled(at, at, url.Values{"referrals-etat": {"non-renseigne"}})), http.StatusSeeOther)
	w = b.get(at)
	if !strings.Contains(w.Body.String(), "<details open><summary>Facultatif") {
		t.Error("what was answered is folded")
	}
	expect(t, b.post(at, b.filled(at, at, url.Values{"action": {"soumettre"}})), http.StatusSeeOther)
	expect(t, o.by(o.Actors[access.Mission]).get(at), http.StatusOK, "Formulaire court", "non demandé", "Valider ces chiffres")
	if got := o.stored("interventions"); got != "" {
		t.Errorf("interventions are stored as %q", got)
	}
}

// followEverything activates every indicator of the library, so that all measures
// are asked.
func (o *office) followEverything() {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		return pg.Exec(o.t.Context(), tx, `UPDATE indicators SET status = 'active' WHERE convention_id = @convention AND status <> @active`, pg.Args{"active": "active"})
	})
}

// A figure that did not reopen blocks: the page says who opens it; a remark more
// does, and who enters learns it.
func TestRemarkMoreOnScreen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	structure, mission := o.by(o.Actors[access.Structure]), o.by(o.Actors[access.Mission])
	answers := url.Values{"zeros": {"mediators"}, "mediators.CDI.F": {"4"}, "certified": {"4"}, "certified-etat": {"nombre"}}
	for _, code := range []string{"fte", "entries", "exits", "training_hours"} {
		answers.Set(code+"-etat", "non-renseigne")
	}
	expect(t, structure.post(at, structure.filled(at, at, answers)), http.StatusSeeOther)
	expect(t, structure.post(at, structure.filled(at, at, url.Values{"action": {"soumettre"}})), http.StatusSeeOther)
	expect(t, mission.post(at+"/renvoyer", mission.filled(at, at+"/renvoyer", url.Values{"remarque-mediators": {"Sans les départs."}})), http.StatusSeeOther)

	w := structure.post(at, structure.filled(at, at, url.Values{"mediators.CDI.F": {"3"}, "action": {"soumettre"}}))
	expect(t, w, http.StatusUnprocessableEntity, "Le nombre dépasse l’effectif.", "Ce champ est fermé : la mission régionale d’appui, ou un signataire qui copréside, peut l’ouvrir par une remarque.")
	expect(t, structure.post(at, structure.filled(at, at, url.Values{"mediators.CDI.F": {"3"}})), http.StatusSeeOther)
	if strings.Contains(structure.page(at), "/remarque") {
		t.Error("the structure may open its own figures")
	}
	more := at + "/remarque"
	expect(t, mission.post(more, mission.filled(at, more, url.Values{"measure": {"certified"}})), http.StatusUnprocessableEntity, "Écrivez ce qui est à corriger.")
	expect(t, mission.post(more, mission.filled(at, more, url.Values{"remark": {"Combien ?"}})), http.StatusUnprocessableEntity, "Choisissez le chiffre à rouvrir.")
	mails := func() int {
		return len(o.db.Texts(t, `SELECT subject FROM mails WHERE convention_id = $1 AND subject LIKE '%une remarque de plus'`, o.ID))
	}
	expect(t, mission.post(more, mission.filled(at, more, url.Values{"measure": {"certified"}, "remark": {"Recomptez-les."}})), http.StatusSeeOther)
	if mails() != 1 {
		t.Errorf("%d mails", mails())
	}
	expect(t, structure.get(at), http.StatusOK, "Recomptez-les.")
	expect(t, structure.post(at, structure.filled(at, at, url.Values{"certified": {"3"}, "action": {"soumettre"}})), http.StatusSeeOther)
}
