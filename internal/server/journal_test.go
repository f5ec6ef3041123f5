package server

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/pg"
	"copil/internal/testdb"
)

// TestWords reads a convention that has words of its own, and one that has none.
func TestWords(t *testing.T) {
	t.Parallel()
	p, plain := newPlace(t), newPlace(t)
	for slug, words := range map[string]string{
		p.slug:     `{"mission": "l’équipe d’animation", "committee": "le comité des partenaires", "posts": "Contrats"}`,
		plain.slug: `{}`,
	} {
		if _, err := p.Owner.Exec(t.Context(), `UPDATE conventions SET words = $1 WHERE slug = $2`, words, slug); err != nil {
			t.Fatal(err)
		}
	}
	v := p.as(t, access.Mission)
	for path, says := range map[string][]string{
		"/emplois":              {"<h1>Contrats</h1>"},
		"/sites/nouveau":        {"une décision du comité des partenaires"},
		"/reglages/membres":     {"Équipe d’animation"},
		"/reglages/mesures":     {"équipe d’animation"},
		"/reglages/indicateurs": {"attendent que le comité des partenaires les active", "à fixer par le comité des partenaires"},
	} {
		v.get("/c/"+p.slug+path).is(t, http.StatusOK).says(t, says...).saysNot(t, "que le COPIL", "la mission d’appui")
	}
	v = plain.as(t, access.Mission)
	v.get("/c/"+plain.slug+"/reglages/membres").is(t, http.StatusOK).says(t, "Mission d’appui", "Postes")
	v.get("/c/"+plain.slug+"/reglages/indicateurs").is(t, http.StatusOK).says(t, "que le comité de pilotage les active")
}

func TestJournal(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	v := p.as(t, access.Chair)
	stamp := audit.Stamp{At: testdb.Today.AddDate(0, 0, 3), OnDay: testdb.Today}
	p.In(t, p.convention, func(tx *pg.Tx) error {
		var entries []audit.Entry
		for range audit.PageSize {
			entries = append(entries, audit.Entry{Stamp: stamp, Action: audit.Changed, ObjectType: audit.Post, ObjectID: uuid.NewString(), ObjectLabel: "Un poste"})
		}
		entries = append(entries,
			audit.Entry{
				Stamp: stamp, Action: audit.StateChanged, ObjectType: audit.Site, ObjectID: uuid.NewString(), ObjectLabel: "Site du Beffroi",
				Before: map[string]string{"state": "candidat"}, After: map[string]any{"To": "instruit", "SinceOn": "2015-03-02T00:00:00Z"},
			},
			audit.Entry{
				Stamp: stamp, Action: audit.Validated, ObjectType: audit.Submission, ObjectID: uuid.NewString(), ObjectLabel: "Saisie de la Liane",
				Before: map[string]string{"state": "soumise"},
			})
		return audit.Record(t.Context(), tx, entries...)
	})
	journal := "/c/" + p.slug + "/journal"

	all := v.get(journal).is(t, http.StatusOK)
	all.says(t, "Site du Beffroi", "16/03/2015", "enregistré le 19/03/2015", "page=2", "Création", "Changement d’état",
		"<del>Candidat</del>", "<ins>Instruit</ins>", "<ins>2 mars 2015</ins>", "à compter du", "<del>Soumise</del>", "<ins>Validée</ins>").
		saysNot(t, "SinceOn", "since_on", "instruit<")
	v.get(journal+"?page=2").is(t, http.StatusOK).saysNot(t, "Site du Beffroi")
	v.get(journal+"?objet=site").is(t, http.StatusOK).says(t, "Site du Beffroi", "1 action retenue", "Tout afficher").saysNot(t, "Un poste")
	v.get(journal+"?action=validated").is(t, http.StatusOK).says(t, "Saisie de la Liane").saysNot(t, "Site du Beffroi")
	v.get(journal+"?du=17/03/2015").is(t, http.StatusOK).says(t, "Aucune action ne répond à ces critères")
	v.get(journal+"?personne="+uuid.NewString()).is(t, http.StatusOK).says(t, "Aucune action ne répond à ces critères")
	for _, name := range []string{"objet", "action", "personne"} {
		v.get(journal+"?"+name+"=zzz").is(t, http.StatusUnprocessableEntity).says(t, "Ce filtre est inconnu", `id="`+name+`-erreur"`).saysNot(t, "Site du Beffroi")
	}
	v.get(journal+"?du=hier").is(t, http.StatusUnprocessableEntity).says(t, `value="hier"`).saysNot(t, "Site du Beffroi")
	v.get(journal+"?du=16/03/2015&au=01/01/2015").is(t, http.StatusUnprocessableEntity).says(t, "précède le début")
	v.get(journal+"?page=9999").is(t, http.StatusNotFound).says(t, "Cette page n’existe pas", "Aller à la dernière page", "page=2")
	v.get(journal+"?page=9999&objet=site").is(t, http.StatusNotFound).says(t, "s’arrête à la page 1", "objet=site&amp;page=1")
	v.get(journal+"?objet=meeting&page=1").is(t, http.StatusOK).says(t, "Aucune action ne répond à ces critères")
	v.get(journal+"?du=hier").is(t, http.StatusUnprocessableEntity).says(t, `id="du-erreur"`, `aria-invalid="true"`)
	all.says(t, `<option value="submission"`).saysNot(t, `<option value="meeting"`, `<option value="frozen"`)

	for _, role := range []access.Role{access.Structure, access.Reader} {
		p.as(t, role).get(journal).is(t, http.StatusForbidden)
	}
}
