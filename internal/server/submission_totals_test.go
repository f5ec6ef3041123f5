package server

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// fullTable puts a number into one box of a form's table and 0 into its others.
func fullTable(form url.Values, measure, box, number string) {
	for name := range form {
		if strings.HasPrefix(name, measure+".") && name != measure+".total" {
			form.Set(name, "0")
		}
	}
	form.Set(measure+"."+box, number)
}

// controls are the totals typed beside tables, as stored.
func (o *office) controls() string {
	o.t.Helper()
	return strings.Join(o.db.Texts(o.t, `SELECT controls::text FROM submissions WHERE convention_id = $1 AND controls <> '{}'`, o.ID), " ")
}

// The total typed beside a table is kept as it was typed, compared with the sum
// of the boxes, and wrong where it stands.
func TestControlTotal(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	at := o.path("saisies", testdb.OpenPeriod, o.newSubmission())
	b := o.by(o.Actors[access.Structure])
	form := b.form(at, at)
	if !form.Has("mediators.total") || form.Has("fte.total") {
		t.Fatal("the form asks for the wrong totals")
	}
	fullTable(form, "mediators", "CDI.F", "4")
	const says = "Total saisi : 5 ; somme des cases : 4."
	form.Set("mediators.total", "5")
	expect(t, b.post(at, form), http.StatusSeeOther)
	w := b.get(at)
	expect(t, w, http.StatusOK, says, `href="#mediators.total"`, `id="mediators.total-erreur"`)
	form, _ = readPostForm(w.Body.String(), at)
	if got := form.Get("mediators.total"); got != "5" {
		t.Errorf("the draft holds %q", got)
	}
	form.Set("action", "soumettre")
	w = b.post(at, form)
	expect(t, w, http.StatusUnprocessableEntity, says, `id="mediators.total-erreur"`)
	for typed, problem := range map[string]string{"cinq": "Saisissez un nombre", "-5": "Un nombre négatif n’a pas de sens ici."} {
		form, _ = readPostForm(w.Body.String(), at)
		form.Set("mediators.total", typed)
		w = b.post(at, form)
		expect(t, w, http.StatusUnprocessableEntity, "total de contrôle", `value="`+typed+`"`)
		if !strings.Contains(strings.ToLower(text(w)), strings.ToLower(problem)) {
			t.Errorf("%q: the page does not say %q", typed, problem)
		}
	}
	stale := maps.Clone(form)
	stale.Set("mediators.total", "7")
	stale.Set(versionField, "0")
	expect(t, b.post(at, stale), http.StatusConflict, `value="7"`, "Valeur enregistrée : « 5 »")
	if got := o.controls(); got != `{"mediators": "5"}` {
		t.Errorf("stored: %s", got)
	}
	form = b.filled(at, at, url.Values{"mediators.total": {""}})
	expect(t, b.post(at, form), http.StatusSeeOther)
	if got := o.controls(); got != "" || strings.Contains(b.page(at), "Total saisi") {
		t.Errorf("taken back, it is stored as %s", got)
	}
}

// While one types it is saved like all else; one that cannot be read leaves what
// is stored.
func TestControlTotalSavedWhileTyping(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := o.script(o.Actors[access.Structure], o.path("saisies", testdb.OpenPeriod, o.newSubmission()))
	fullTable(s.form, "mediators", "CDI.F", "4")
	for _, step := range []struct{ typed, problem, stored string }{
		{"", "", ""},
		{"5", "Total saisi", `{"mediators": "5"}`},
		{"5x", "", `{"mediators": "5"}`},
		{" 4 ", "", `{"mediators": "4"}`},
		{"", "", ""},
	} {
		w, answer := s.save(url.Values{"mediators.total": {step.typed}})
		problem, found := answer.Problems["mediators.total"]
		if w.Code != http.StatusOK || found != (step.problem != "" || step.typed == "5x") || !strings.Contains(problem, step.problem) {
			t.Errorf("%q: %d %v", step.typed, w.Code, answer.Problems)
		}
		if got := o.controls(); got != step.stored {
			t.Errorf("%q is stored as %s, want %s", step.typed, got, step.stored)
		}
		s.form.Set("_version", strconv.Itoa(answer.Version))
	}
	entries := o.entries()
	if _, answer := s.save(url.Values{"mediators.total": {""}}); s.form.Get("_version") != strconv.Itoa(answer.Version) || o.entries() != entries {
		t.Error("nothing new was stored")
	}
}

// An alert at a figure that Copil counts is explained there, like any other: in
// the form, while one types, and where the figure did not reopen.
func TestCommentOnCountedPosts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.db.In(t, o.ID, func(tx *pg.Tx) error { // more posts open than filled
		return pg.Exec(t.Context(), tx, `
			UPDATE rules SET level = 'alert', kind = 'at_most', at_measure = 'posts_open', factor = NULL, percent = NULL, allowance = NULL,
			       left_terms = '[{"measure": "posts_open"}]', right_terms = '[{"measure": "posts_filled"}]', message = 'Des postes sont vacants.'
			WHERE convention_id = @convention AND number = @number`, pg.Args{"number": "V06"})
	})
	o.newPost(o.Structures[0], &o.Sites[0], false)
	id := o.newSubmission()
	at := o.path("saisies", testdb.OpenPeriod, id)
	b := o.by(o.Actors[access.Structure])
	form := answered(b.form(at, at))
	if !form.Has("posts_open-commentaire") || form.Has("jobs_created-commentaire") {
		t.Fatal("the form asks for the wrong comments")
	}
	w := b.post(at, form)
	expect(t, w, http.StatusUnprocessableEntity, "Des postes sont vacants.", `href="#posts_open-commentaire"`, `id="posts_open-commentaire-erreur"`)
	form, _ = readPostForm(w.Body.String(), at)
	form.Set("posts_open-commentaire", strings.Repeat("é", 5001))
	expect(t, b.post(at, form), http.StatusUnprocessableEntity, "5 000 caractères au plus")

	s := o.script(o.Actors[access.Structure], at)
	_, answer := s.save(nil)
	if answer.Problems["posts_open-commentaire"] == "" {
		t.Errorf("while one types: %v", answer.Problems)
	}
	const comment = "Deux départs en juin, deux recrutements en cours."
	if _, answer = s.save(url.Values{"posts_open-commentaire": {comment}}); len(answer.Problems) > 0 || !strings.Contains(answer.Alerts["posts_open"], "vacants") {
		t.Errorf("explained: %v %v", answer.Problems, answer.Alerts)
	}
	if got := o.stored("posts_open"); got != "number 1 "+comment {
		t.Errorf("stored: %q", got)
	}
	form = answered(b.form(at, at))
	if got := form.Get("posts_open-commentaire"); got != comment {
		t.Errorf("the form holds %q", got)
	}
	expect(t, b.post(at, form), http.StatusSeeOther)
	mission := o.by(o.Deputy) // who has touched no post
	expect(t, mission.get(at), http.StatusOK, "Des postes sont vacants.", comment)
	expect(t, mission.post(at+"/renvoyer", mission.filled(at, at+"/renvoyer", url.Values{"remarque-entries": {"Combien ?"}})), http.StatusSeeOther)
	form = answered(b.filled(at, at, url.Values{"posts_open-commentaire": {comment + " Un est pourvu."}}))
	expect(t, b.post(at, form), http.StatusSeeOther)
	if got := o.stored("posts_open"); got != "number 1 "+comment+" Un est pourvu." {
		t.Errorf("returned, stored: %q", got)
	}
}
