package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/testdb"
)

// A submission that comes back reopens where a remark stands, and nowhere else.
func TestReturnedReopensWhatIsRemarked(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	o.handIn(id)
	mission, structure := o.by(o.Actors[access.Mission]), o.by(o.Actors[access.Structure])
	back := at + "/renvoyer"
	expect(t, mission.get(at), http.StatusOK, "Valider ces chiffres", "À corriger dans « Entrées")
	// A remark is needed, and what was typed stays.
	form := mission.filled(at, back, url.Values{"reason": {"Presque."}})
	w := mission.post(back, form)
	expect(t, w, http.StatusUnprocessableEntity, "seuls ces chiffres rouvrent")
	if again, _ := readPostForm(w.Body.String(), back); again.Get("reason") != "Presque." {
		t.Errorf("the reason is lost: %v", again)
	}
	form.Set("remarque-entries", strings.Repeat("x", 5001))
	expect(t, mission.post(back, form), http.StatusUnprocessableEntity, "5 000 caractères au plus")
	form.Set("remarque-entries", "Comptez aussi mars.")
	expect(t, mission.post(back, form), http.StatusSeeOther)

	w = structure.get(at)
	expect(t, w, http.StatusOK, "Presque.", "Remarque sur « Entrées", "Comptez aussi mars.", "Relu, non rouvert")
	form, _ = readPostForm(w.Body.String(), at)
	for _, closed := range []string{"exits", "exits-etat", "mediators.CDI.F", "certified"} {
		if form.Has(closed) {
			t.Errorf("%s is asked again", closed)
		}
	}
	// What is forged for a closed figure is not read, nor is it taken back.
	form.Set("entries", "4")
	form.Set("entries-etat", "nombre")
	form.Set("exits", "9")
	form.Set("exits-etat", "nombre")
	expect(t, structure.post(at, form), http.StatusSeeOther)
	if o.stored("entries") != "number 4" || o.stored("exits") != "missing" {
		t.Errorf("entries %q, exits %q", o.stored("entries"), o.stored("exits"))
	}
	s := o.script(o.Actors[access.Structure], at)
	_, _ = s.save(url.Values{"entries": {"5"}, "exits": {"9"}, "exits-etat": {"nombre"}})
	if o.stored("entries") != "number 5" || o.stored("exits") != "missing" {
		t.Errorf("by the script: entries %q, exits %q", o.stored("entries"), o.stored("exits"))
	}
	form = structure.form(at, at)
	form.Set("action", "soumettre")
	expect(t, structure.post(at, form), http.StatusSeeOther)
	expect(t, mission.get(at), http.StatusOK, "Valider ces chiffres")
}
