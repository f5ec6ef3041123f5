package server

import (
	"html"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"copil/internal/access"
	"copil/internal/collect"
	"copil/internal/pg"
	"copil/internal/testdb"
)

var tags = regexp.MustCompile(`<[^>]*>`)

// sentences is what a page says, as plain text with ordinary spaces.
func sentences(page string) string {
	text := html.UnescapeString(tags.ReplaceAllString(page, " "))
	text = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
	text = strings.Join(strings.Fields(text), " ")
	return strings.NewReplacer(" ,", ",", " .", ".").Replace(text)
}

// reads fails unless a page says each of the lines.
func reads(t *testing.T, name string, page *httptest.ResponseRecorder, lines ...string) {
	t.Helper()
	text := sentences(page.Body.String())
	for _, line := range lines {
		if !strings.Contains(text, line) {
			t.Errorf("%q does not read: %s\n%.3000s", name, line, text)
		}
	}
}

// The home of a chair on 16 March 2015 says the lines that product.md §6 gives,
// in their order.
func TestChairReadsTheHeadlines(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, role := range []access.Role{access.Chair, access.Signatory, access.Mission} {
		text := sentences(a.as(role).get("/c/" + a.slug).Body.String())
		at := 0
		for _, line := range []string{
			"Situation au 16 mars 2015 : la convention s’achève dans 290 jours ; aucune suite décidée.",
			"Au moins 216 emplois créés (88) ou consolidés (128) sur 3 000, soit 7,2 % : postes, 31 décembre 2014, provisoire ; validé au 30 juin 2014 : 166.",
			"+ 50 au dernier semestre ; il en faudrait 1 392 par semestre.",
			"633 médiateurs en poste, 10 structures sur 12 (+ 4 à périmètre constant) ; repère 2011, autre champ : 850 à 900.",
			"À décider le 14 avril : bilan du 2e semestre 2014, site du Ternois (S9), suspension du site de Dunkerque (S5), suite après le 31 décembre 2015.",
			"À signer : relevé du 7 octobre 2014 (manque : Conseil régional Nord-Pas-de-Calais).",
			"En retard : définir « créé » et « consolidé », 259 jours ; une saisie non remise (Point services du Cambrésis), une à corriger (Association Sambre Entraide).",
			"à corriger, échéance le",
			"non remise, échéance le",
			"Mission régionale d’appui : aucun euro ferme en 2015 ; 12 postes de sites sans financement après le 30 juin, 77 sur 113 après le 31 décembre.",
			"Sites : 6 actifs, 1 suspendu, 1 conventionné, 1 instruit ; adultes-relais de toute la région, d’après l’État : 470 notifiés, 446 conventionnés, 412 pourvus.",
		} {
			i := strings.Index(text[at:], line)
			if i < 0 {
				t.Errorf("%s does not read, in its place: %s\n%.2500s", role, line, text)
				break
			}
			at += i
		}
	}
}

// Who may not see the parts reads totals of validated reports only, and nothing
// from which a silent structure could be worked out (docs/decisions/0014).
func TestOthersReadPublishedTotals(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, role := range []access.Role{access.Reader, access.Structure} {
		b := a.as(role)
		for _, path := range []string{"", "/indicateurs", "/indicateurs/A3-03", "/indicateurs/A3-04"} {
			text := sentences(b.get("/c/" + a.slug + path).Body.String())
			for _, secret := range []string{"633", "216 emplois", "629", "+ 4 à périmètre constant", "créés (88)", "600,80"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s reads %q at %q", role, secret, path)
				}
			}
		}
		if text := sentences(b.get("/c/" + a.slug + "/indicateurs").Body.String()); !strings.Contains(text, "651") || !strings.Contains(text, "166") {
			t.Errorf("%s does not read the validated totals: %.1500s", role, text)
		}
	}
}

// One rule on every page: what is validated is a figure, what is only entered is
// « non validé », and only what nobody gave is « non renseigné ».
func TestEnteredFiguresAreNotMissing(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for path, want := range map[string][]string{
		"":                   {"au moins 216 sur 3 000, soit 7,2 %, provisoire", "2014-S2, provisoire ;", "S3 – Maubeuge – Louvroil – Hautmont Partiel", "dont 80 encore ouverts"},
		"/sites":             {"S3 – Maubeuge – Louvroil – Hautmont Partiel"},
		"/emplois":           {"Association Sambre Entraide À corriger non validé", "les postes de toute la région sont comptés par l’État"},
		"/indicateurs":       {"9 indicateurs actifs sans cible : à fixer par le COPIL.", "(bilans) 1 2"},
		"/indicateurs/A3-01": {"Au 31 décembre 2014 : au moins 88 créés, dont 80 encore ouverts.", "12 structures sur 12, sites : sans objet"},
		"/indicateurs/A3-17": {"8 structures sur 10"},
		"/bilans/2014-S2":    {"Association Sambre Entraide non validé", "Point services du Cambrésis non renseigné"},
		"/saisies?vue=indicateurs&periode=2014-S2": {"Association Sambre Entraide renseigné, à corriger", "Beffrois Médiation renseigné renseigné", "Point services du Cambrésis non remise"},
		"/saisies/2014-S2":                         {"27 sur 29 saisies, soit 93 %", "En retard (2)"},
		"/saisies?etat=retard":                     {"Association Sambre Entraide Maubeuge – Louvroil – Hautmont À corriger En retard"},
		"/indicateurs/A3-03":                       {"Association au moins"},
		"/indicateurs/A3-04":                       {"À corriger non validé", "S3 – Maubeuge – Louvroil – Hautmont Partiel 6", "les postes de toute la région sont comptés par l’État"},
	} {
		reads(t, path, a.as(access.Mission).get("/c/"+a.slug+path), want...)
	}
}

// A cumulative total that lacks a structure which never had a validated count is
// « au moins » on every page, its pace included.
func TestTotalsThatLackAStructure(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	b := a.signedIn(a.person("mission@autre.example"))
	for path, want := range map[string][]string{
		"":                 {"Au moins 142 logements", "sur 1 800, soit 7,9 % :", "au moins 142 sur 1 800, soit 7,9 %, provisoire", "la part est donc un minimum, le rythme nécessaire un maximum"},
		"/indicateurs":     {"au moins 142 "},
		"/indicateurs/R-1": {"2014 : ≥ 142 (", "Année 2014 au moins 142 2 structures sur 3, 2 sites complets sur 2 Provisoire", "Étiquette B au moins 20", "Association 74"},
		"/bilans/2014":     {"Logements rénovés, sur 1 800, soit 7,9 % de la cible au moins 142 logements", "Premier cumul connu : au moins 142 logements", "part d’un cumul « au moins »"},
	} {
		reads(t, path, b.get("/c/"+a.other+path), want...)
	}
}

// A structure reads apart how far its submission and the period's report have come;
// who can never act is not told that nothing waits for now.
func TestStandingIsSaidTwice(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for email, want := range map[string][]string{
		"passerelle@structure.example": {"2e semestre 2014, saisie validée ; bilan de la période provisoire.", "le bilan de la période n’est pas encore validé, même si votre saisie l’est."},
		"prefecture@etat.example":      {"Rien ne vous est demandé dans Copil."},
	} {
		reads(t, email, a.signedIn(a.person(email)).get("/c/"+a.slug), want...)
	}
}

// A share in whole percent is rounded as everywhere, and whole only when it is.
func TestShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ part, all, want int }{{28, 29, 97}, {0, 3, 0}, {1, 8, 13}, {1, 3, 33}, {299, 300, 99}, {3, 3, 100}} {
		if got := share(c.part, c.all); got != c.want {
			t.Errorf("%d of %d: %d %%, want %d %%", c.part, c.all, got, c.want)
		}
	}
}

// A collection that opens takes nothing away: a structure still sees its last
// validated figures, and of which period they are.
func TestOwnFiguresOutlastAnOpening(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.validated(nil)
	o.validated(&o.Sites[0])
	o.db.In(t, o.ID, func(tx *pg.Tx) error {
		return collect.OpenPeriod(t.Context(), tx, testdb.By(o.Actors[access.Mission]), "2015-S1", testdb.Today, testdb.Day(2015, 8, 31))
	})
	text := sentences(o.by(o.Actors[access.Structure]).page(o.path()))
	if want := "Postes ouverts au dernier jour 0 postes 2e semestre 2014, saisie validée ; bilan de la période provisoire. 1er semestre 2015 : pas encore."; !strings.Contains(text, want) {
		t.Errorf("the dashboard does not say « %s »:\n%.1800s", want, text[max(strings.Index(text, "Votre structure"), 0):])
	}
}

// Nor does it take the totals away: the chair reads those of the last period
// collected, what was late of it, and apart what the new collection has brought.
func TestTotalsOutlastAnOpening(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.validated(nil)
	o.newPost(o.Structures[0], nil, true)
	o.newSubmission()
	o.db.In(t, o.ID, func(tx *pg.Tx) error {
		return pg.Exec(t.Context(), tx, `UPDATE periods SET due_on = @day WHERE convention_id = @convention AND period_code = @period`,
			pg.Args{"day": testdb.Day(2015, 3, 1), "period": testdb.OpenPeriod})
	})
	chair := o.by(o.Actors[access.Chair])
	lines := func() (read []string) {
		text := sentences(chair.page(o.path()))
		for _, line := range []*regexp.Regexp{regexp.MustCompile(`[^.]* sur 3 000[^.]*\.`), regexp.MustCompile(`\d+ médiateurs? en poste, \d+ structures? sur \d+`), regexp.MustCompile(`En retard : [^.]*\.`)} {
			found := line.FindString(text)
			if found == "" {
				t.Fatalf("no line %v:\n%.2000s", line, text)
			}
			read = append(read, found)
		}
		return read
	}
	before := lines()
	o.db.In(t, o.ID, func(tx *pg.Tx) error {
		return collect.OpenPeriod(t.Context(), tx, testdb.By(o.Actors[access.Mission]), "2015-S1", testdb.Today, testdb.Day(2015, 8, 31))
	})
	if after := lines(); !slices.Equal(before, after) {
		t.Errorf("an opening changes\n%q\nto\n%q", before, after)
	}
	reads(t, "dashboard", chair.get(o.path()), "Collecte en cours, 1er semestre 2015 : 0 saisie validée sur", "échéance le 31 août 2015.")
}
