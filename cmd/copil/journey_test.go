package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const (
	home   = "/c/mediation-npdc"
	period = "2014-S2" // the one that is collected on the demonstration's day
)

// TestJourney follows a new site from its creation to the report, as the mission,
// a second person, the chairs and a signatory do it; then again in browsers that
// run no script.
func TestJourney(t *testing.T) {
	for name, before := range map[string][]chromedp.Action[chromedp.Void]{
		"with scripts":    nil,
		"without scripts": {noScripts()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := ownDemo(t)
			journey(t, d, func(email string) *tab { return d.open(t, email, before...) })
		})
	}
}

func journey(t *testing.T, d *demonstration, open func(email string) *tab) {
	mission := open("mission@appui.example")
	at := createSite(mission, "S10", "Calais – Marck")
	for _, s := range []struct{ state, since, decision string }{
		{"Candidat", "05/05/2014", ""},
		{"Instruit", "02/06/2014", ""},
		{"Retenu", "16/06/2014", ""}, // only a decision of the committee does that
		{"Conventionné", "30/06/2014", ""},
		{"Actif", "01/07/2014", ""},
	} {
		changeState(mission, s.state, s.since, "2014-02")
	}
	attach(mission, "Communauté des Deux-Terrils", "01/07/2014")
	addPosts(mission, "Communauté des Deux-Terrils", "S10", "5")
	mission.visit(at)
	mission.press("Saisir les chiffres", 200)
	enterWithMistakes(mission)
	submission := mission.path()

	prefect := open("prefecture@etat.example")
	prefect.sees("216", "633 médiateurs") // figures count once they are validated

	second := open("adjoint@appui.example")
	second.visit(submission)
	second.press("Valider ces chiffres", 200)
	second.sees("Les chiffres sont validés", "Validée")

	for _, email := range []string{"prefecture@etat.example", "presidence@region.example"} {
		chair := open(email)
		chair.visit(home)
		chair.sees(
			"Au moins 221 emplois créés (93) ou consolidés (128) sur 3 000",
			"639 médiateurs en poste, 10 structures sur 12",
			"7 sites complets sur 8",
			"7 actifs, 1 suspendu",
			"S10 – Calais – Marck",
		)
		chair.visit(home + "/sites")
		if got := strings.Join(chair.row("S10"), " | "); !strings.Contains(got, "Calais et Marck") || !strings.Contains(got, "6 | 4,80 | 5 | 5") {
			t.Errorf("the list of sites shows S10 as %s", got)
		}
	}
	signatory := open("delegue@cdc.example")
	signatory.visit(home + "/bilans")
	signatory.press("2e semestre 2014", 200)
	signatory.sees("Provisoire : document de travail", "639")
	for _, extension := range []string{".pdf", ".odt", ".xlsx", ".csv"} {
		if !eval[bool](signatory, `!!document.querySelector("main a[href$='/bilans/`+period+extension+`']")`) {
			t.Errorf("the report offers no %s file", extension)
		}
	}
	checkFiles(t, d.signedIn(t, "delegue@cdc.example"), home+"/bilans/"+period, "document de travail", map[string]float64{
		"Médiateurs en poste au dernier jour de la période": 639,
		"Emplois de médiation sociale créés":                93,
		"Emplois créés et consolidés (cumul)":               221,
	})
}

// createSite also checks that a form that is refused keeps what was typed.
func createSite(b *tab, code, name string) (path string) {
	b.visit(home + "/sites")
	b.press("Créer un site", 200)
	b.fill("code", code)
	b.fill("name", name)
	b.fill("communes", "Calais, Mark")
	b.fill("need", "Apaiser les abords du port et des collèges.")
	b.tick("sectors", "Éducation")
	b.fill("since_on", "07/04/2014")
	b.press("Créer le site", http.StatusUnprocessableEntity)
	if b.wrong("communes") == "" || b.wrong("name") != "" {
		b.Errorf("a misspelt commune: « %s » at the communes, « %s » at the name", b.wrong("communes"), b.wrong("name"))
	}
	if got := b.held("name"); got != name {
		b.Errorf("the form lost the name: « %s »", got)
	}
	b.fill("communes", "Calais, Marck")
	b.press("Créer le site", 200)
	b.sees("est créé", code+" – "+name, "Calais (62193) et Marck (62548)", "Repéré")
	return b.path()
}

// changeState moves the site of the page; a state that takes a decision is first
// asked for without one.
func changeState(b *tab, state, since, decision string) {
	b.unfold("Changer l’état du site")
	b.choose("state", state)
	b.fill("since_on", since)
	if state == "Retenu" {
		b.press("Vérifier le changement", http.StatusUnprocessableEntity)
		if got := b.wrong("decision"); !strings.Contains(got, "comité") {
			b.Errorf("without a decision, the form says « %s »", got)
		}
		b.fill("decision", decision)
	}
	b.press("Vérifier le changement", 200)
	b.press("Confirmer le changement", 200)
	b.sees("Le site est maintenant « " + state + " »")
}

func attach(b *tab, structure, since string) {
	b.unfold("Rattacher une structure")
	b.choose("structure", structure)
	b.fill("since_on", since)
	b.press("Rattacher la structure", 200)
	b.sees("La structure est rattachée", structure)
}

func addPosts(b *tab, structure, site, count string) {
	b.visit(home + "/emplois")
	b.choose("structure", structure)
	b.press("Filtrer", 200)
	b.unfold("Ajouter des postes identiques")
	b.fill("count", count)
	b.choose("site", site)
	b.choose("job_type", "CDI")
	b.fill("quotity", "1")
	b.fill("opened_on", "01/09/2014")
	b.fill("filled_on", "31/09/2014")
	b.press("Ajouter ces postes", http.StatusUnprocessableEntity)
	if got := b.wrong("filled_on"); !strings.Contains(got, "n’existe pas dans le calendrier") || b.held("filled_on") != "31/09/2014" {
		b.Errorf("31 September: the form says « %s » and holds « %s »", got, b.held("filled_on"))
	}
	b.fill("filled_on", "15/09/2014")
	b.press("Ajouter ces postes", 200)
	b.sees(count + " postes ajoutés")
}

// figures is what the mission types for the new site.
var figures = []struct{ name, value string }{
	{"mediators.CDI.F", "3"},
	{"mediators.CDI.H", "2"},
	{"mediators.ADULTE_RELAIS.F", "1"},
	{"entries", "6"},
	{"certified", "2"},
	{"interventions.PRES", "340"},
	{"interventions.CONF", "55"},
}

// enterWithMistakes fills in the figures of the form on the page, keeps them as a
// draft on the way to the posts, is refused twice, and hands them in.
func enterWithMistakes(b *tab) {
	for _, f := range figures {
		b.fill(f.name, f.value)
	}
	b.tick("exits-etat", "Sans objet")
	b.fill("exits-motif", "Équipe arrivée en septembre.")
	b.fill("fte", "douze")
	b.press("Enregistrer le brouillon", http.StatusUnprocessableEntity)
	kept(b, "douze", "Saisissez un nombre")
	b.fill("fte", "5,5") // six people, but five posts: a draft may say so
	b.press("Enregistrer et voir les postes", 200)
	b.press("Revenir à la saisie", 200)
	b.sees("1 point bloque la soumission", "Équivalents temps plein au dernier jour : les ETP ne peuvent pas dépasser")
	kept(b, "5,50", "postes pourvus")
	b.fill("fte", "4,8")
	b.press("Enregistrer et soumettre", http.StatusUnprocessableEntity)
	kept(b, "4,8", "")
	b.sees("Médiateurs et médiatrices en poste au dernier jour : 18 cases vides", "Interventions de médiation : 7 cases vides")
	if got := b.wrong("training_hours"); !strings.Contains(got, "« non renseigné »") {
		b.Errorf("without training hours the form says « %s » at them", got)
	}
	b.press("Mettre 0 dans les cases vides", 200)
	kept(b, "4,80", "")
	if a, z := b.held("mediators.CDD.F"), b.held("interventions.VSOC"); a != "0" || z != "" {
		b.Errorf("zeros for one table give « %s » there and « %s » in another one", a, z)
	}
	b.press("Mettre 0 dans les cases vides", 200)
	b.fill("training_hours", "1 210")
	b.press("Enregistrer et soumettre", 200)
	b.sees("Les chiffres sont soumis", "ou un signataire qui copréside, les validera", "4,80", "1 210", "sans objet")
	if eval[int](b, `[...document.querySelectorAll("main button")].filter(e => e.textContent.includes("Valider")).length`) > 0 {
		b.Error("the mission may validate her own figures")
	}
	b.sees("Validation")
}

// kept checks the message at the ETP, and that nothing typed is lost.
func kept(b *tab, fte, message string) {
	b.Helper()
	if got := b.wrong("fte"); !strings.Contains(got, message) || (message == "") != (got == "") {
		b.Errorf("with %s ETP the form says « %s » at them, want « %s »", fte, got, message)
	}
	for _, f := range append(figures, struct{ name, value string }{"fte", fte},
		struct{ name, value string }{"exits-motif", "Équipe arrivée en septembre."},
		struct{ name, value string }{"exits-etat", "sans-objet"}) {
		if got := b.held(f.name); got != f.value {
			b.Errorf("the form lost %s: « %s », typed « %s »", f.name, got, f.value)
		}
	}
	checkSummary(b)
}

// checkSummary follows each link of the summary of errors.
func checkSummary(b *tab) {
	b.Helper()
	for _, target := range eval[[]string](b, `[...document.querySelectorAll("main [role=alert] a")].map(a => a.hash.slice(1)).filter(id => !document.getElementById(decodeURIComponent(id)))`) {
		b.Errorf("the summary of errors leads to « %s », which is nowhere", target)
	}
}
