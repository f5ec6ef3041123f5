package server

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
)

// A change of state is shown before it is made; asking for it twice, or coming
// back to it, changes nothing.
func TestStateIsConfirmed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, page := o.by(o.Actors[access.Mission]), o.path("sites", o.Sites[0])
	form := b.filled(page, page+"/etat", url.Values{"state": {"suspendu"}, "since_on": {"02/03/2015"}, "reason": {"Un financeur s’est retiré."}})
	before := o.entries()
	for range 2 {
		expect(t, b.post(page+"/etat", form), http.StatusOK, "Confirmer le changement d’état", "Suspendu", "à compter du 2 mars 2015",
			"sans décision du COPIL", "Un financeur s’est retiré.", "« actif » ou « évalué »")
	}
	if o.entries() != before {
		t.Fatal("something changed before it was confirmed")
	}
	asked := b.post(page+"/etat", form)
	confirmed, found := readPostForm(asked.Body.String(), page+"/etat")
	if !found || confirmed.Get(keyField) == form.Get(keyField) {
		t.Fatal("the page of confirmation has no form of its own")
	}
	confirmed.Set(confirmField, "oui")
	stale := url.Values{}
	for name, values := range confirmed {
		stale[name] = values
	}
	stale.Set(keyField, uuid.NewString())
	expect(t, b.post(page+"/etat", confirmed), http.StatusSeeOther)
	expect(t, b.get(page), http.StatusOK, "Le site est maintenant « Suspendu ».")
	expect(t, b.post(page+"/etat", stale), http.StatusConflict, "entre-temps", "Un financeur s’est retiré.")
	if o.entries() != before+1 {
		t.Errorf("%d entries", o.entries()-before)
	}
}

// A decision has a number that looks like one.
func TestDecisionIsRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, page := o.by(o.Actors[access.Mission]), o.path("sites", o.Sites[0])
	form := b.filled(page, page+"/etat", url.Values{"state": {"suspendu"}, "since_on": {"02/03/2015"}, "reason": {"Motif."}, "decision": {"numéro 3"}})
	expect(t, b.post(page+"/etat", form), http.StatusUnprocessableEntity, "par exemple 2014-03", "numéro 3")
}

// What dates from a period whose report is validated counts later, and the page says so.
func TestLateEntries(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, list := o.by(o.Actors[access.Structure]), o.path("emplois")
	const says = "Le bilan « 1er semestre 2014 » est validé et ne change pas"
	for opened, late := range map[string]string{
		"02/06/2014": says + " : ce poste comptera à partir de la période « 2e semestre 2014 ».",
		"02/09/2014": "",
	} {
		form := b.filled(list, list, url.Values{"count": {"1"}, "job_type": {"CDI"}, "opened_on": {opened}})
		w := b.post(list, form)
		expect(t, w, http.StatusSeeOther)
		said := b.get(w.Header().Get("Location"))
		expect(t, said, http.StatusOK, "1 poste ajouté.", says+" : ce qui date du 30 juin 2014 ou d’avant", late)
		if late == "" && strings.Contains(text(said), "ce poste comptera") {
			t.Error("a warning without cause")
		}
	}
	// Figures handed in for the open period do not change either.
	o.handIn(o.newSubmission())
	form := b.filled(list, list, url.Values{"count": {"2"}, "job_type": {"CDI"}, "opened_on": {"02/09/2014"}, "site": {o.Sites[0].String()}})
	w := b.post(list, form)
	expect(t, b.get(w.Header().Get("Location")), http.StatusOK,
		"La saisie « 2e semestre 2014 » est déjà soumise et ne change plus : ces postes compteront à partir de la période « 1er semestre 2015 ».")
	mission, page := o.by(o.Actors[access.Mission]), o.path("sites", o.Sites[0])
	expect(t, mission.get(page), http.StatusOK, says)
	page = o.path("sites", "nouveau")
	form = mission.filled(page, o.path("sites"), url.Values{"code": {"S9"}, "name": {"Wattrelos"}, "communes": {"Wattrelos"}, "need": {"Apaiser."}, "since_on": {"02/06/2014"}})
	w = mission.post(o.path("sites"), form)
	expect(t, mission.get(w.Header().Get("Location")), http.StatusOK, "est créé. "+says+" : ce site comptera à partir de")
}

// A post that figures handed in have counted says why it stays.
func TestCountedPostStays(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	post := o.newPost(o.Structures[0], &o.Sites[0], true)
	b, page := o.by(o.Actors[access.Structure]), o.path("emplois", post, "retirer")
	form := b.filled(page, page, url.Values{"reason": {"Saisi deux fois."}})
	o.handIn(o.newSubmission())
	expect(t, b.get(page), http.StatusOK, "Ce poste est déjà compté dans une saisie soumise ou validée (« 2e semestre 2014 »)", "indiquez sa date de suppression")
	expect(t, b.post(page, form), http.StatusConflict, "il ne se retire plus")
}

// The parties of the act and the mission do not carry sites.
func TestCarriers(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, page := o.by(o.Actors[access.Mission]), o.path("sites", "nouveau")
	html := b.page(page)
	if strings.Contains(html, o.State.String()) || strings.Contains(html, o.Mission.String()) || !strings.Contains(html, o.Structures[0].String()) {
		t.Error("the wrong carriers are offered")
	}
	form := b.filled(page, o.path("sites"), url.Values{"code": {"S9"}, "name": {"Wattrelos"}, "communes": {"Wattrelos"}, "need": {"Apaiser."},
		"since_on": {"02/03/2015"}, "carrier": {o.State.String()}, "zoning_1": {"ZUS"}, "zoning_since_1": {"02/03/2015"}})
	expect(t, b.post(o.path("sites"), form), http.StatusUnprocessableEntity, "Choisissez dans la liste.",
		"ce zonage a pris fin le 31 décembre 2014. À la date du 02/03/2015, choisissez parmi : QPV et hors territoire prioritaire.")
}

// The list of structures typed by hand leads each to where they find theirs.
func TestStructuresByHand(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for role, want := range map[access.Role]string{
		access.Mission: o.path("emplois") + "#structures", access.Signatory: o.path("emplois") + "#structures",
		access.Structure: o.path("structures", o.Structures[0]), access.Reader: o.path("sites"),
	} {
		got := o.by(o.Actors[role]).get(o.path("structures"))
		if got.Code != http.StatusSeeOther || got.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", role, got.Code, got.Header().Get("Location"), want)
		}
	}
}

// Who asks for a page where there are only commands is led to the nearest page
// above, whatever exists.
func TestNearestPage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, visitor := o.by(o.Actors[access.Mission]), o.visitor()
	for path, want := range map[string]string{
		o.path("sites", o.Sites[0], "etat"):                       o.path("sites", o.Sites[0]),
		o.path("sites", o.Sites[0], "structures") + "?x":          o.path("sites", o.Sites[0]),
		o.path("saisies", testdb.OpenPeriod, uuid.Nil, "valider"): o.path("saisies", testdb.OpenPeriod, uuid.Nil),
		"/c/nulle-part/sites/x/etat":                              "/c/nulle-part/sites/x",
		"/deconnexion":                                            "/",
		"/compte/profil":                                          "/compte",
		"/admin/conventions":                                      "/admin",
	} {
		for _, w := range []*browser{b, visitor} {
			got := w.get(path)
			if got.Code != http.StatusSeeOther || got.Header().Get("Location") != want {
				t.Errorf("%s: %d to %q, want %q", path, got.Code, got.Header().Get("Location"), want)
			}
		}
	}
	for path, want := range map[string]string{
		o.path() + "/": o.path(), o.path("sites") + "/?etat=actif": o.path("sites") + "?etat=actif", "/connexion//": "/connexion",
		o.path("indicateurs", "a3-03"): o.path("indicateurs", "A3-03"), o.path("indicateurs", "zz-99"): o.path("indicateurs", "ZZ-99"),
	} {
		if got := b.get(path); got.Code != http.StatusSeeOther || got.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q, want %q", path, got.Code, got.Header().Get("Location"), want)
		}
	}
	for _, path := range []string{"/rien", o.path("nulle-part"), o.path("sites", o.Sites[0], "rien")} {
		if w := b.get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// Where figures may not be asked, the page offers nothing and says why; a command
// that comes all the same is told the same.
func TestNothingToAsk(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	by := testdb.By(o.Actors[access.Mission])
	var late uuid.UUID
	o.db.In(t, o.ID, func(tx *pg.Tx) (err error) {
		late, err = site.Create(t.Context(), tx, by, site.Draft{Code: "S9", Name: "Wattrelos", Need: "Apaiser.", Communes: []string{"59650"}, SinceOn: testdb.Day(2015, 1, 5)})
		return errors.Join(err, site.Attach(t.Context(), tx, by, late, o.Structures[0], testdb.Day(2015, 1, 12)))
	})
	const why = "La structure travaille sur ce site depuis le 12 janvier 2015, après la fin de cette période."
	action := o.path("saisies", testdb.OpenPeriod)
	for _, actor := range []access.Actor{o.Actors[access.Mission], o.Actors[access.Structure]} {
		b, page := o.by(actor), o.path("sites", late)
		w := b.get(page)
		expect(t, w, http.StatusOK, why, "Pas demandée")
		if strings.Contains(text(w), "Saisir les chiffres") {
			t.Error("what would be refused is offered")
		}
		expect(t, b.get(o.path("structures", o.Structures[0])), http.StatusOK, why, "Saisir les chiffres")
		form := b.form(o.path("sites", o.Sites[0]), action)
		form.Set("site", late.String())
		expect(t, b.post(action, form), http.StatusConflict, why)
	}
}

// A post on a site cannot be older than the site, nor than the structure's work there.
func TestPostOlderThanItsSite(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, list := o.by(o.Actors[access.Structure]), o.path("emplois")
	for opened, says := range map[string]string{
		"03/01/2014": "Le site n’existe que depuis le 6 janvier 2014.",
		"10/01/2014": "La structure ne travaille sur ce site que depuis le 17 février 2014.",
	} {
		form := b.filled(list, list, url.Values{"count": {"1"}, "job_type": {"CDI"}, "opened_on": {opened}, "site": {o.Sites[0].String()}})
		expect(t, b.post(list, form), http.StatusUnprocessableEntity, says, opened, `href="#ajout-opened_on"`)
	}
}

// A draft that the mission took over from a structure stays among its tasks.
func TestTakenOverStaysToDo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.newSubmission()
	b := o.by(o.Actors[access.Mission])
	if strings.Contains(text(b.get(o.path())), "Saisie "+testdb.OpenPeriod) {
		t.Error("what a structure has time for is the mission's task")
	}
	page := o.path("saisies", testdb.OpenPeriod, id)
	expect(t, b.post(page, b.filled(page, page, url.Values{"entries": {"12"}})), http.StatusSeeOther)
	expect(t, b.get(o.path()), http.StatusOK, "Saisie "+testdb.OpenPeriod+", Association Passerelle, Roubaix nord", "En cours", "À terminer, puis à soumettre")
	if deputy := o.by(o.Deputy); strings.Contains(text(deputy.get(o.path())), "Saisie "+testdb.OpenPeriod) {
		t.Error("it is nobody else’s")
	}
}

// All that is wrong with a new site is said at once, its code and name included.
func TestTakenCodeIsSaidWithTheRest(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	b, page := o.by(o.Actors[access.Mission]), o.path("sites", "nouveau")
	form := b.filled(page, o.path("sites"), url.Values{"code": {"S1"}, "name": {"Roubaix sud"}, "communes": {"Wattrelos"}, "zoning_0": {"QPV"}, "zoning_1": {"QPV"}})
	expect(t, b.post(o.path("sites"), form), http.StatusUnprocessableEntity, "Code : un autre site porte déjà ce code.", "Nom du site : un autre site porte déjà ce nom.",
		"Besoin du territoire : décrivez", "Territoire prioritaire 1, depuis le : ", "Territoire prioritaire 2, depuis le : ")
}
