package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/testdb"
)

// A draft keeps all that can be read: nothing is refused for being incomplete or
// for breaking a rule, empty boxes stay empty, and the page says what blocks.
func TestDraft(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	at := o.path("saisies", testdb.OpenPeriod, o.newSubmission())
	b := o.by(o.Actors[access.Structure])
	draft := b.filled(at, at, url.Values{
		"fte": {"1,5"}, "mediators.CDI.F": {"3"}, "entries-etat": {"nombre"}, "exits-etat": {"sans-objet"}, "certified": {"0"}, "remark": {"Provisoire."},
		"mediators.INCONNU.F": {"7"}, "inconnue": {"8"}, "mediators.CDI": {"9"}, "fte.CDI": {"10"}, // forged: not asked, not read
	})
	w := b.post(at, draft)
	expect(t, w, http.StatusSeeOther)
	w = b.get(w.Header().Get("Location"))
	expect(t, w, http.StatusOK, "Le brouillon est enregistré.", "1 point bloque la soumission", "Équivalents temps plein au dernier jour : les ETP ne peuvent pas dépasser le nombre de postes pourvus")
	again, _ := readPostForm(w.Body.String(), at)
	for name, want := range map[string]string{"fte": "1,50", "mediators.CDI.F": "3", "mediators.CDI.H": "", "exits-etat": "sans-objet", "entries": "", "certified": "0", "remark": "Provisoire."} {
		if got := again.Get(name); got != want {
			t.Errorf("%s is %q in the draft, want %q", name, got, want)
		}
	}
	if got := o.db.Texts(t, `SELECT measure_code || row_item || column_item FROM cell_versions WHERE convention_id = $1 AND measure_code IN ('mediators', 'entries') AND current`, o.ID); strings.Join(got, " ") != "mediatorsCDIF" {
		t.Errorf("cells %v", got)
	}
	// What is emptied is taken back.
	again.Set("certified", "")
	again.Set("certified-etat", "")
	again.Set("mediators.CDI.F", "")
	expect(t, b.post(at, again), http.StatusSeeOther)
	if form := b.form(at, at); form.Get("certified") != "" || form.Get("mediators.CDI.F") != "" {
		t.Errorf("emptied, the form still holds %q and %q", form.Get("certified"), form.Get("mediators.CDI.F"))
	}
}

// Handing in says what lacks, table by table; zeros are put only when asked.
func TestHandingIn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.newPost(o.Structures[0], &o.Sites[0], true)
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	b := o.by(o.Actors[access.Structure])
	form := b.filled(at, at, url.Values{"mediators.CDI.F": {"1"}, "exits-etat": {"sans-objet"}, "action": {"soumettre"}})
	for name := range form {
		if code, found := strings.CutSuffix(name, "-etat"); found && form.Get(name) == "" && code != "mediators" {
			form.Set(name, "non-renseigne")
		}
	}
	for _, code := range []string{"fte", "entries", "certified", "training_hours", "presence_hours"} { // radio buttons: nothing is chosen
		form.Set(code+"-etat", "non-renseigne")
	}
	before := o.entries()
	expect(t, b.post(at, form), http.StatusUnprocessableEntity, "Sorties pendant la période, motif : indiquez pourquoi c’est sans objet.")
	form.Set("exits-motif", "Équipe récente.")
	w := b.post(at, form)
	expect(t, w, http.StatusUnprocessableEntity, "Médiateurs et médiatrices en poste au dernier jour : 20 cases vides (Adulte-relais, Femmes", "Mettre 0 dans les cases vides", "1 erreur à corriger")
	if o.entries() != before {
		t.Error("something changed")
	}
	form, _ = readPostForm(w.Body.String(), at)
	form.Set("zeros", "mediators")
	w = b.post(at, form)
	if got := w.Header().Get("Location"); got != at+"#mediators" {
		t.Errorf("%d, to %q", w.Code, got)
	}
	form = b.form(at, at)
	if form.Get("mediators.CDI.F") != "1" || form.Get("mediators.CDI.H") != "0" || form.Get("exits-motif") != "Équipe récente." {
		t.Errorf("%v", form)
	}
	form.Set("action", "soumettre")
	expect(t, b.post(at, form), http.StatusSeeOther)
	if page := b.page(at); !strings.Contains(page, "Soumise") {
		t.Error("it was not handed in")
	}
}

// The way to the posts keeps the draft, and one comes back to posts counted anew.
func TestToThePostsAndBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	b := o.by(o.Actors[access.Structure])
	w := b.post(at, b.filled(at, at, url.Values{"action": {"postes"}, "fte": {"1"}}))
	expect(t, w, http.StatusSeeOther)
	expect(t, b.get(w.Header().Get("Location")), http.StatusOK, "Revenir à la saisie "+testdb.OpenPeriod, "Le brouillon est enregistré.")
	expect(t, b.get(at), http.StatusOK, "1 point bloque la soumission")
	o.newPost(o.Structures[0], &o.Sites[0], true)
	if page := b.page(at); strings.Contains(page, "bloque la soumission") || b.form(at, at).Get("fte") != "1,00" {
		t.Error("the page does not count the post that was added, or lost the ETP")
	}
	o.handIn(id)
	if strings.Contains(b.page(o.path("emplois")), "Revenir à la saisie") {
		t.Error("the posts lead back to a submission that is handed in")
	}
}
