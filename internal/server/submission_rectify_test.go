package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/testdb"
)

// A correction that contradicts a figure that was not chosen brings that figure
// into its form, as it is stored, with what was typed of the others: the comment
// that is asked for is written there.
func TestRectificationAddsWhatItContradicts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	structure, mission, signatory := o.by(o.Actors[access.Structure]), o.by(o.Actors[access.Mission]), o.by(o.Actors[access.Signatory])
	answers := structure.filled(at, at, url.Values{"zeros": {"mediators"}, "mediators.CDI.F": {"2"}, "interventions-etat": {"non-renseigne"}, "training_hours": {"1820"}})
	for _, code := range []string{"fte", "entries", "exits", "certified"} {
		answers.Set(code+"-etat", "non-renseigne")
	}
	expect(t, structure.post(at, answers), http.StatusSeeOther)
	hand := structure.filled(at, at, url.Values{"action": {"soumettre"}})
	expect(t, structure.post(at, hand), http.StatusSeeOther)
	check := o.path("saisies", testdb.OpenPeriod, id, "valider")
	expect(t, signatory.post(check, signatory.form(at, check)), http.StatusSeeOther)

	page := o.path("saisies", testdb.OpenPeriod, id, "rectification")
	form := mission.filled(page+"?chiffre=mediators", page, url.Values{"mediators.CDI.F": {"1"}, "reason": {"Une personne comptée deux fois."}})
	if form.Has("training_hours") {
		t.Fatal("what was not chosen is there")
	}
	w := mission.post(page, form)
	expect(t, w, http.StatusUnprocessableEntity, "Expliquez-le dans le commentaire")
	again, _ := readPostForm(w.Body.String(), page)
	for name, want := range map[string]string{"mediators.CDI.F": "1", "reason": "Une personne comptée deux fois.", "training_hours": "1820", "training_hours-commentaire": ""} {
		if got, found := again[name]; !found || got[0] != want {
			t.Errorf("%s is %q in the form, want %q", name, got, want)
		}
	}
	if again.Has("entries") || again.Has("interventions-etat") {
		t.Error("figures that nothing contradicts are there")
	}
	again.Set("training_hours-commentaire", "Les heures de la personne partie en juin comptent aussi.")
	expect(t, mission.post(page, again), http.StatusSeeOther)
	expect(t, signatory.post(page+"/accepter", signatory.form(page, page+"/accepter")), http.StatusSeeOther)
	stored := o.db.Texts(t, `SELECT concat_ws(' ', measure_code, version, number, comment) FROM cell_versions
		WHERE submission_id = $1 AND current AND correction <> '' ORDER BY measure_code`, id)
	if got := strings.Join(stored, " / "); got != "mediators 2 1  / training_hours 2 1820 Les heures de la personne partie en juin comptent aussi." {
		t.Errorf("corrected: %s", got)
	}
}
