package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"copil/internal/access"
	"copil/internal/audit"
	"copil/internal/pg"
	"copil/internal/site"
	"copil/internal/testdb"
	"copil/templates/search"
)

func TestMatcher(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		query, text string
		want        bool
	}{
		"accents of the text":     {"mediation", "La médiation sociale", true},
		"accents of the query":    {"MÉDIATION", "la mediation", true},
		"ligature":                {"oeuvre", "mise en Œuvre", true},
		"apostrophe":              {"l'etat", "L’Etat", true},
		"every word":              {"sociale emploi", "emplois de médiation sociale", true},
		"a word that is missing":  {"sociale route", "emplois de médiation sociale", false},
		"thousands, joined":       {"3000", "consolider 3 000 emplois", true},
		"thousands, apart":        {"3 000", "consolider 3\u202f000 emplois", true},
		"per cent is a sign":      {"100 %", "atteint 100 % du but", true},
		"per cent is no joker":    {"a%c", "abc", false},
		"underscore is no joker":  {"a_c", "abc", false},
		"backslash":               {`a\c`, "abc", false},
		"decomposed accents":      {"e\u0301tat", "L’État", true},
		"nothing is looked for":   {"  ", "tout", false},
		"across what is searched": {"beta", "al\nbeta", true},
		"hyphen of the text":      {"adultes relais", "postes d’adulte-relais", true},
		"hyphen of the query":     {"adulte-relais", "les adultes relais", true},
		"plural of the text":      {"commune", "les communes", true},
		"plural of the query":     {"communes", "une commune", true},
		"a code keeps its hyphen": {"A3-03", "A3 03", false},
	}
	for name, tt := range tests {
		if got := newMatcher(tt.query).in(tt.text); got != tt.want {
			t.Errorf("%s: %q in %q = %v, want %v", name, tt.query, tt.text, got, tt.want)
		}
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"roubais": "roubaix", "robaix": "roubaix", "wattrelo": "", "watrelos": "wattrelos", "roubais wattrelos": "roubaix wattrelos", "qwertz": "", "roubaix": "",
		"rectification": "", "sertification": "certification", "certifikasion": "certification",
	} {
		m := newMatcher(query)
		m.in("Roubaix – Wattrelos, S1, certification")
		if got := m.suggest(); got != want {
			t.Errorf("%q: %q, want %q", query, got, want)
		}
	}
}

func TestMark(t *testing.T) {
	t.Parallel()
	show := func(parts []search.Part) string {
		var b strings.Builder
		for _, p := range parts {
			if p.Hit {
				b.WriteString("[" + p.Text + "]")
			} else {
				b.WriteString(p.Text)
			}
		}
		return b.String()
	}
	for _, tt := range []struct{ query, text, want string }{
		{"emploi", "d’emplois, Emploi", "d’[emploi]s, [Emploi]"},
		{"oeuvre", "mise en œuvre", "mise en [œuvre]"},
		{"3000", "les 3\u202f000 emplois", "les [3\u202f000] emplois"},
		{"x", "rien", "rien"},
		{"e", "œ", "[œ]"},
	} {
		if got := show(newMatcher(tt.query).mark(tt.text)); got != tt.want {
			t.Errorf("mark(%q, %q) = %q, want %q", tt.query, tt.text, got, tt.want)
		}
	}
	long := strings.Repeat("avant ", 60) + "ici " + strings.Repeat("après ", 60)
	if got := show(newMatcher("ici").excerpt(long)); !strings.Contains(got, "[ici]") || len(got) > 400 || !strings.HasPrefix(got, "… ") || !strings.HasSuffix(got, " …") {
		t.Errorf("excerpt = %q", got)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	by := audit.Stamp{At: time.Now(), OnDay: testdb.Today}
	p.In(t, p.convention, func(tx *pg.Tx) error {
		_, err := site.CreateStructure(t.Context(), tx, by, site.StructureDraft{
			Code: "A9", Name: "Association de la Clé", OperatorType: "ASSOCIATION", OffSite: true, ListedOn: testdb.Today,
		})
		return err
	})
	search := func(v visitor, query string) shown {
		t.Helper()
		return v.get("/c/"+p.slug+"/recherche?q="+url.QueryEscape(query)).is(t, http.StatusOK)
	}
	mission, structure, reader := p.as(t, access.Mission), p.as(t, access.Structure), p.as(t, access.Reader)

	search(mission, "mediation sociale").says(t, "Articles de la convention", "Indicateurs", "<mark>médiation</mark>")
	search(mission, "clé").says(t, "Association de la", "/structures/")
	search(mission, "BOP 147").says(t, "#engagement-ETAT-1")
	search(mission, "a3-03").says(t, "/indicateurs/A3-03")
	search(mission, "%").says(t, "Il faut au moins deux lettres")
	search(mission, "s").says(t, "Il faut au moins deux lettres", "«\u00a0S1\u00a0»").saysNot(t, "Rien ne correspond")
	search(mission, "3000 emplois").says(t, "Chiffres de l’acte", "#chiffre-")
	search(mission, "note 1").says(t, "Notes de l’acte", "#note-1")
	search(mission, "axe 2").says(t, "Axes, enjeux et objectifs", "#axe-2")
	search(mission, "définition").says(t, "Définitions et repères de l’acte", "#reperes")
	search(mission, "annexe").says(t, "Constats de lecture", "#constat-")
	search(mission, "%%").says(t, "Rien ne correspond")
	search(mission, "__").says(t, "Rien ne correspond")
	search(mission, strings.Repeat("é", 5000)).says(t, "Rien ne correspond")
	search(mission, `<script>alert(1)</script>`).saysNot(t, "<script>alert")
	search(mission, "").saysNot(t, "Rien ne correspond")
	search(mission, "mediasion").says(t, "Vouliez-vous dire", ">mediation</a>")
	search(mission, "annexe introuvable").says(t, "Aucun résultat n’a tous les mots de", "le plus, 1 mot sur 2", "#constat-")
	search(mission, "la annexe").saysNot(t, "1 mot sur 2")
	search(mission, "les introuvables").says(t, "Rien ne correspond").saysNot(t, "Aucun résultat n’a")
	search(structure, "introuvable").says(t, "ne porte pas sur les autres structures")
	search(mission, "introuvable").saysNot(t, "ne porte pas sur les autres structures")

	t.Run("who signed is no subject of a search", func(t *testing.T) {
		t.Parallel()
		for _, name := range []string{"Joly", "Saintignon", "Mirada", "Lamy"} {
			search(mission, name).says(t, "Rien ne correspond")
		}
	})
	t.Run("other structures are for those who see everything", func(t *testing.T) {
		t.Parallel()
		search(structure, "association clé").saysNot(t, "/structures/", "Association de la")
		search(reader, "association clé").saysNot(t, "/structures/", "Association de la")
	})
	t.Run("another convention is not searched", func(t *testing.T) {
		t.Parallel()
		q := newPlace(t)
		q.as(t, access.Mission).get("/c/"+q.slug+"/recherche?q=cl%C3%A9").is(t, http.StatusOK).saysNot(t, "Association de la")
	})
}
