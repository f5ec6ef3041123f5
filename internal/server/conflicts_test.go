package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/testdb"
)

// What somebody else changed meanwhile is not overwritten, and what was typed is
// still there.
func TestStaleVersion(t *testing.T) {
	t.Parallel()
	const typed = "Ce que j’avais tapé, « avec soin » & <sans> perte."
	shown := map[string]string{ // what the page of a conflict must still show, by the command's route
		"/c/{slug}/sites/{id}/etat":                 typed,
		"/c/{slug}/sites/{id}/modifier":             typed,
		"/c/{slug}/emplois/{id}/retirer":            typed,
		"/c/{slug}/emplois/{id}":                    `value="17/03/2014"`,
		"/c/{slug}/saisies/{periode}/{id}":          typed,
		"/c/{slug}/saisies/{periode}/{id}/valider":  "",
		"/c/{slug}/saisies/{periode}/{id}/renvoyer": typed,
		"/c/{slug}/saisies/{periode}/{id}/rouvrir":  typed,

		"/c/{slug}/saisies/{periode}/{id}/rectification":          typed,
		"/c/{slug}/saisies/{periode}/{id}/rectification/accepter": "",
		"/c/{slug}/saisies/{periode}/{id}/rectification/refuser":  typed,

		"/c/{slug}/gouvernance/reunions/{reunion}/etat":            typed,
		"/c/{slug}/gouvernance/reunions/{reunion}/points":          typed,
		"/c/{slug}/gouvernance/reunions/{reunion}/presences":       typed,
		"/c/{slug}/gouvernance/reunions/{reunion}/releve":          typed,
		"/c/{slug}/gouvernance/reunions/{reunion}/approbations":    typed,
		"/c/{slug}/gouvernance/reunions/{reunion}/pieces":          "",
		"/c/{slug}/gouvernance/decisions/{decision}/ordre-du-jour": "",
		"/c/{slug}/gouvernance/decisions/{decision}/issue":         typed,
		"/c/{slug}/gouvernance/decisions/{decision}/execution":     "30/06/2015",
		"/c/{slug}/gouvernance/decisions/{decision}/suivi":         typed,
		"/c/{slug}/gouvernance/decisions/{decision}/abandon":       typed,

		"/c/{slug}/financements/{id}/modifier":       `value="40 000"`,
		"/c/{slug}/financements/{id}/etapes":         typed,
		"/c/{slug}/financements/{id}/etapes/{etape}": typed,

		"/c/{slug}/reglages/membres/{id}":            `value="17/04/2015"`,
		"/c/{slug}/reglages/membres/{id}/montants":   "",
		"/c/{slug}/reglages/membres/{id}/invitation": "",
		"/c/{slug}/reglages/membres/{id}/retrait":    "",
	}
	tried := 0
	eachCommand(t, testdb.Open(t).Pool, func(t *testing.T, o *office, c command) {
		b := o.by(c.actor)
		form := c.send(b)
		if !form.Has(versionField) || strings.HasSuffix(c.pattern, "/structures") {
			return
		}
		tried++
		want, known := shown[c.pattern]
		if !known {
			t.Fatal("say in this test what the page of a conflict must still show")
		}
		form.Set(versionField, "0")
		for name, value := range map[string]string{"reason": typed, "undo_reason": typed, "reference": typed, "answer": typed, "need": typed, "remark": typed, "note": typed, "title": typed, "minutes": typed, "represented_by": typed, "reservation": typed, "filled_on": "17/03/2014", "ends_on": "17/04/2015"} {
			if form.Has(name) {
				form.Set(name, value)
			}
		}
		before := o.entries()
		expect(t, b.post(c.action, form), http.StatusConflict, "entre-temps", want)
		if o.entries() != before {
			t.Error("the log tells of an effect")
		}
	})
	t.Cleanup(func() {
		if tried < len(shown) {
			t.Errorf("%d forms with a version were tried, want %d", tried, len(shown))
		}
	})
}

// Two people open the same form: the second one to send it is told, and keeps
// what they typed.
func TestTwoPeopleOneSubmission(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	page := o.path("saisies", testdb.OpenPeriod, id)
	first, second := o.by(o.Actors[access.Structure]), o.by(o.Actors[access.Mission])
	one := first.filled(page, page, url.Values{"remark": {"La première."}})
	two := second.filled(page, page, url.Values{"remark": {"La seconde."}, "entries": {"12"}})
	expect(t, first.post(page, one), http.StatusSeeOther)
	w := second.post(page, two)
	expect(t, w, http.StatusConflict, "modifiée entre-temps, dans une autre fenêtre ou par une autre personne", "La seconde.", `value="12"`)
	// What came back can be sent again, now that it was read.
	again, found := readPostForm(w.Body.String(), page)
	if !found {
		t.Fatal("the page of the conflict has no form")
	}
	expect(t, second.post(page, again), http.StatusSeeOther)
}

// Whoever entered figures does not validate them, even under another role.
func TestOwnFiguresAreNotValidated(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	page := o.path("saisies", testdb.OpenPeriod, id)
	mission := o.by(o.Actors[access.Mission])
	form := mission.form(page, page)
	for _, name := range []string{"mediators", "fte", "entries"} {
		form.Set(name+"_etat", "non_renseigne")
	}
	expect(t, mission.post(page, form), http.StatusSeeOther)
	o.handIn(id)
	html := mission.page(page)
	if _, offered := readPostForm(html, page+"/valider"); offered {
		t.Error("the page offers to validate one's own figures")
	}
	deputy := o.by(o.Deputy)
	forged := deputy.form(page, page+"/valider")
	forged.Set(profileField, o.Actors[access.Mission].MemberID.String())
	expect(t, mission.post(page+"/valider", forged), http.StatusConflict, "Vous avez saisi ces chiffres")
	expect(t, deputy.post(page+"/valider", deputy.form(page, page+"/valider")), http.StatusSeeOther)
}

// What is locked says why, and does not change.
func TestLockedSubmission(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	page := o.path("saisies", testdb.OpenPeriod, id)
	b := o.by(o.Actors[access.Structure])
	form := b.filled(page, page, url.Values{"remark": {"Trop tard."}})
	o.handIn(id)
	form.Set(versionField, "3")
	expect(t, b.post(page, form), http.StatusConflict, "attend sa validation", "Trop tard.")
	// Of a period that is not collected, there is nothing to begin.
	begin := b.form(o.path("structures", o.Structures[0]), o.path("saisies", testdb.OpenPeriod))
	expect(t, b.post(o.path("saisies", testdb.ClosedPeriod), begin), http.StatusConflict, "n’est pas ouverte à la saisie")
}
