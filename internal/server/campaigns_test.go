package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/pg"
	"copil/internal/testdb"
	"copil/templates/campaigns"
)

// validated is a submission of the first structure that was validated: at a site, or off-site.
func (o *office) validated(at *uuid.UUID) uuid.UUID {
	o.t.Helper()
	var id uuid.UUID
	o.db.In(o.t, o.ID, func(tx *pg.Tx) (err error) {
		id, err = collect.Begin(o.t.Context(), tx, testdb.By(o.Actors[access.Mission]), o.Structures[0], at, testdb.OpenPeriod)
		return err
	})
	o.handIn(id)
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		return collect.Validate(o.t.Context(), tx, testdb.By(o.Actors[access.Signatory]), id, 3)
	})
	return id
}

// propose proposes a correction of a validated submission, by the mission.
func (o *office) propose(id uuid.UUID) {
	o.t.Helper()
	o.db.In(o.t, o.ID, func(tx *pg.Tx) error {
		cells := []collect.Cell{{MeasureCode: "entries", State: collect.Number, Number: new(decimal.NewFromInt(7))}}
		_, err := collect.ProposeCorrection(o.t.Context(), tx, testdb.By(o.Actors[access.Mission]), id, 4, "Sept entrées oubliées.", cells)
		return err
	})
}

// mails are the kinds and subjects of what waits in the outbox.
func (o *office) mails() []string {
	o.t.Helper()
	return o.db.Texts(o.t, `SELECT kind || ': ' || subject FROM mails WHERE convention_id = $1 ORDER BY mail_id`, o.ID)
}

// The mission opens the collecting of a period: it is told how many are written
// to before anything happens, and they are written to once.
func TestOpenCampaign(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, page := o.by(o.Actors[access.Mission]), o.path("saisies", testdb.ClosedPeriod, "ouverture")
	expect(t, b.get(o.path("saisies")), http.StatusOK, "Ouvrir la collecte "+testdb.ClosedPeriod)
	form := b.filled(page, page, nil)
	if form.Get("due") != "14/08/2015" || len(form["who"]) != 10 {
		t.Fatalf("due %q, %d proposed", form.Get("due"), len(form["who"]))
	}
	wrong := b.filled(page, page, url.Values{"due": {"31/02/2015"}, "message": {"À garder."}})
	delete(wrong, "who")
	expect(t, b.post(page, wrong), http.StatusUnprocessableEntity, "31/02/2015", "À garder.")
	wrong.Set("due", "14/08/2015")
	expect(t, b.post(page, wrong), http.StatusUnprocessableEntity, "Choisissez au moins une saisie à demander.")
	asked := b.post(page, form)
	expect(t, asked, http.StatusOK, "10 saisies demandées à 6 organismes", "reçoivent un courriel", "n’ont aucun membre")
	if got := o.mails(); len(got) > 0 {
		t.Errorf("before it is confirmed: %q", got)
	}
	confirmed, found := readPostForm(asked.Body.String(), page)
	if !found {
		t.Fatal("nothing to confirm")
	}
	expect(t, b.post(page, confirmed), http.StatusSeeOther)
	if got := o.mails(); len(got) == 0 || !strings.HasPrefix(got[0], "ouverture: Chiffres de la période ") {
		t.Errorf("mails: %q", got)
	}
	expect(t, b.get(o.path("saisies", testdb.ClosedPeriod)), http.StatusOK, "14 août 2015", "Toutes (10)", "À saisir (10)")
	expect(t, o.by(o.Actors[access.Structure]).get(o.path()), http.StatusOK, "À soumettre pour le 14 août 2015.")
}

// Many are validated at a time, by who did not enter them, after a look at which.
func TestValidateManyOnThePage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	one := o.newSubmission()
	o.handIn(one)
	page, act := o.path("saisies", testdb.OpenPeriod), o.path("saisies", testdb.OpenPeriod, "valider")
	b := o.by(o.Actors[access.Signatory])
	expect(t, b.get(o.path()), http.StatusOK, "À valider : soumise le ")
	expect(t, b.post(act, b.filled(page, act, nil)), http.StatusUnprocessableEntity, "Choisissez au moins une saisie dans le tableau.")
	choice := b.filled(page+"?tout=1", act, nil)
	if got := choice[campaigns.Choice]; len(got) != 1 || got[0] != one.String()+":3" {
		t.Fatalf("chosen: %q", got)
	}
	stale := b.filled(page, act, url.Values{campaigns.Choice: {one.String() + ":2"}})
	expect(t, b.post(act, stale), http.StatusConflict, "La saisie a changé entre-temps")
	asked := b.post(act, choice)
	expect(t, asked, http.StatusOK, "Valider 1 saisie", "Association Passerelle, Roubaix nord")
	state := func() string {
		return o.db.Texts(t, `SELECT state FROM submissions WHERE convention_id = $1 AND submission_id = $2`, o.ID, one)[0]
	}
	if state() != "soumise" {
		t.Error("validated before it is confirmed")
	}
	confirmed, _ := readPostForm(asked.Body.String(), act)
	expect(t, b.post(act, confirmed), http.StatusSeeOther)
	if state() != "validee" {
		t.Error("not validated")
	}
	expect(t, b.get(page), http.StatusOK, "1 saisie est validée.")
}

// A validated figure changes when a second person accepts it; both versions stay.
func TestRectificationTakesTwo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.validated(&o.Sites[0])
	page := o.path("saisies", testdb.OpenPeriod, id, "rectification")
	mission, deputy := o.by(o.Actors[access.Mission]), o.by(o.Deputy)
	expect(t, mission.get(page), http.StatusOK, "Quels chiffres rectifier ?")
	expect(t, mission.get(page+"?choix=1"), http.StatusOK, `class="field ticks has-error"`, "Choisissez au moins un chiffre à rectifier.")
	form := mission.filled(page+"?chiffre=entries", page, url.Values{"entries": {"7"}, "entries-etat": {"nombre"}})
	expect(t, mission.post(page, form), http.StatusUnprocessableEntity, "Indiquez pourquoi ces chiffres sont à rectifier.")
	form.Set("reason", "Sept entrées oubliées.")
	expect(t, mission.post(page, form), http.StatusSeeOther)
	expect(t, mission.get(page), http.StatusOK, "une autre personne l’accepte ou la refuse", "Sept entrées oubliées.")
	submission, structure := o.path("saisies", testdb.OpenPeriod, id), o.by(o.Actors[access.Structure])
	for _, at := range []string{o.path(), o.path("saisies", testdb.OpenPeriod)} {
		expect(t, deputy.get(at), http.StatusOK, "/rectification")
	}
	for _, b := range []*browser{mission, structure, o.by(o.Actors[access.Chair])} {
		expect(t, b.get(submission), http.StatusOK, "Rectification proposée", page)
		expect(t, b.get(o.path("saisies", testdb.OpenPeriod)), http.StatusOK, "Rectification proposée", page)
	}
	expect(t, o.by(o.Actors[access.Chair]).get(page), http.StatusOK, "Cette décision revient à la mission régionale d’appui, ou au suivi des parties qui coprésident le COPIL.")
	expect(t, deputy.get(page), http.StatusOK, "Période précédente", "historique?chiffre=entries", "Totaux des saisies validées")
	if html := structure.page(page); strings.Contains(html, "Totaux des saisies") {
		t.Error("a structure reads the totals of all")
	}
	signatory := o.by(o.Actors[access.Signatory])
	accept, second := deputy.form(page, page+"/accepter"), signatory.form(page, page+"/accepter")
	expect(t, deputy.post(page+"/accepter", accept), http.StatusSeeOther)
	expect(t, signatory.post(page+"/accepter", second), http.StatusConflict, "Cette rectification est déjà décidée", "acceptée le ", " par "+o.Deputy.Name, "Voir la saisie")
	expect(t, structure.get(submission), http.StatusOK, "; rectifiés le ", "proposé par "+o.Actors[access.Mission].Name+", accepté par "+o.Deputy.Name, "historique?chiffre=entries")
	if html := structure.page(submission); strings.Count(html, ">rectifié<") != 1 || strings.Contains(html, "saisis par "+o.Actors[access.Mission].Name) {
		t.Error("who corrected is named as who entered, or another figure is marked")
	}
	expect(t, mission.get(o.path("saisies", testdb.OpenPeriod, id, "historique")), http.StatusOK, "version 1, remplacée", "Sept entrées oubliées.", "Rectification", "Validation")
	if got := o.mails(); len(got) != 4 || !strings.Contains(got[3], "acceptée") {
		t.Errorf("mails: %q", got)
	}
	expect(t, o.by(o.Other).get(o.path("saisies", testdb.OpenPeriod, id, "historique")), http.StatusNotFound)
}

// What stands in a closed campaign reopens for one alone, with a mail.
func TestReopenOnThePage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	b, page := o.by(o.Actors[access.Mission]), o.path("saisies", testdb.OpenPeriod)
	asked := b.post(page+"/cloture", b.form(page, page+"/cloture"))
	expect(t, asked, http.StatusOK, "1 saisie sera notée « non remise ».")
	confirmed, _ := readPostForm(asked.Body.String(), page+"/cloture")
	expect(t, b.post(page+"/cloture", confirmed), http.StatusSeeOther)
	expect(t, b.get(page), http.StatusOK, "Collecte close", "Rouvrir")
	at := o.path("saisies", testdb.OpenPeriod, id, "rouvrir")
	expect(t, b.post(at, b.filled(at, at, nil)), http.StatusUnprocessableEntity, "Indiquez pourquoi la saisie rouvre.")
	expect(t, b.post(at, b.filled(at, at, url.Values{"reason": {"Congés."}})), http.StatusSeeOther)
	if got := o.mails(); len(got) != 1 || !strings.HasPrefix(got[0], "reouverture: ") {
		t.Errorf("mails: %q", got)
	}
	expect(t, o.by(o.Actors[access.Structure]).get(o.path()), http.StatusOK, "À soumettre pour le 30 mars 2015.")
}
