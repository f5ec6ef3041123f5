package main

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestCampaign collects a semester as its people do: from the opening, the
// invitation and a lost connection to a figure that is returned, mended,
// validated, read by a chair and rectified. The pages that only this walk reaches
// are audited on the way.
func TestCampaign(t *testing.T) {
	t.Parallel()
	d, script := ownDemo(t), axe(t)
	mission := d.open(t, "mission@appui.example")
	openCampaign(mission)
	clerk := d.open(t, "")
	link := invite(mission, "saisie@passerelle.example", "Association Passerelle")
	clerk.visit(link)
	clerk.audit(script, "the link of an invitation")
	accept(clerk, link)
	if status := mission.load(chromedp.Navigate(d.base + link)); status != http.StatusNotFound {
		t.Errorf("the link that was used answers %d", status)
	}
	mission.audit(script, "a link that was used")

	// The one thing to do stands on the first page.
	clerk.press("Saisie 2015-S1, Association Passerelle, Roubaix – Wattrelos", 200)
	form := clerk.path()
	typeFigures(clerk)
	submit(clerk)

	mission.visit(home + "/saisies/2015-S1?tout=1")
	mission.audit(script, "a campaign with something to validate and to remind")
	mission.visit(form)
	mission.audit(script, "a review")
	mission.unfold("Équivalents temps plein au dernier jour")
	mission.fill("remarque-fte", "Un mi-temps est parti en mai : vérifiez les ETP.")
	mission.unfold("Renvoyer pour correction")
	mission.press("Renvoyer", 200)
	mission.sees("renvoyée pour correction")

	clerk.visit(form)
	clerk.sees("Un mi-temps est parti en mai", "Relu, non rouvert")
	if clerk.held("fte") != "2,50" || eval[bool](clerk, `!!document.querySelector("[name='exits']")`) {
		t.Errorf("returned, the form offers ETP « %s », and the exits too: %v", clerk.held("fte"), eval[bool](clerk, `!!document.querySelector("[name='exits']")`))
	}
	clerk.fill("fte", "2")
	clerk.press("Enregistrer et soumettre", 200)
	clerk.sees("Les chiffres sont soumis")

	mission.visit(home + "/saisies/2015-S1")
	mission.sees("Association Passerelle", "Soumise")
	mission.visit(form)
	mission.press("Valider ces chiffres", 200)
	mission.sees("Les chiffres sont validés")
	mission.audit(script, "figures that are validated")

	chair := d.open(t, "presidence@region.example")
	chair.visit(home)
	chair.sees("3 médiateurs en poste, 1 structure sur 12")
	chair.visit(home + "/bilans/2015-S1")
	chair.sees("1er semestre 2015", "Provisoire", "Médiateurs en poste")

	rectify(mission, form)
	mission.audit(script, "a correction that was proposed")
	state := d.open(t, "suivi@etat.example")
	state.visit(home)
	state.press("Rectification, 2015-S1, Association Passerelle", 200)
	state.audit(script, "a correction to decide on")
	state.press("Refuser", http.StatusUnprocessableEntity) // no reason is given
	state.audit(script, "a refusal without a reason")
	state.press("Accepter la rectification", 200)
	state.sees("La rectification est acceptée")
	state.visit(form + "/historique")
	state.sees("Rectification proposée", "Une seconde sortie en juin avait été oubliée.", "Rectification acceptée", "version 1, remplacée")
	state.audit(script, "a history with a correction")
}

// rectify proposes another number of exits. What they contradict asks for a word,
// though it was not chosen.
func rectify(b *tab, form string) {
	b.Helper()
	b.visit(form + "/rectification")
	b.tick("chiffre", "Sorties pendant la période")
	b.press("Continuer", 200)
	b.fill("exits", "2")
	b.fill("reason", "Une seconde sortie en juin avait été oubliée.")
	b.press("Proposer la rectification", 200)
	b.sees("La rectification est proposée")
}

func openCampaign(b *tab) {
	b.visit(home + "/saisies")
	b.press("Ouvrir la collecte 2015-S1", 200)
	b.press("Continuer", 200)
	b.sees("Confirmer l’ouverture")
	b.press("Ouvrir la collecte", 200)
	b.sees("La collecte est ouverte", "reçoivent un courriel")
}

// invite makes a member of somebody who has no account, and returns the path of
// the link in the mail that they get.
func invite(b *tab, email, organisation string) (path string) {
	b.visit(home + "/reglages/membres/nouveau")
	b.fill("email", email)
	b.fill("name", "Agent de saisie (démonstration)")
	b.tick("role", "Structure locale")
	b.choose("organisation", organisation)
	b.press("Envoyer l’invitation", 200)
	link := regexp.MustCompile(`/invitation/[A-Za-z0-9_-]{20,}`)
	for range 100 { // the mailer looks every two seconds
		b.visit("/demo/courriels")
		if path = link.FindString(eval[string](b, `document.documentElement.textContent`)); path != "" {
			return path
		}
	}
	b.Fatal("no invitation is caught")
	return ""
}

func accept(b *tab, path string) {
	b.visit(path)
	b.sees("Association Passerelle")
	b.fill("password", "court")
	b.press("Enregistrer et me connecter", http.StatusUnprocessableEntity)
	b.fill("password", "Girafe-violette-42-nage")
	b.press("Enregistrer et me connecter", 200)
	b.sees("À faire")
}

// typeFigures fills in half the form, loses the connection, and the rest.
func typeFigures(b *tab) {
	b.Helper()
	b.fill("mediators.ADULTE_RELAIS.F", "1")
	b.until("the first figures are saved", saved("Enregistré à"))
	b.do(connection(false))
	b.fill("mediators.ADULTE_RELAIS.H", "1")
	b.fill("mediators.EMPLOI_AVENIR.F", "1")
	b.until("the form says that nothing is saved", saved("connexion perdue"))
	b.do(connection(true))
	b.until("it is saved once the connection is back", saved("Enregistré à"))
	at := b.path()
	b.visit(home)
	b.visit(at)
	if h, f := b.held("mediators.ADULTE_RELAIS.H"), b.held("mediators.EMPLOI_AVENIR.F"); h != "1" || f != "1" {
		b.Errorf("back on the form, it holds %q and %q", h, f)
	}
	b.press("Mettre 0 dans les cases vides", 200)
	b.fill("entries", "0")
	b.fill("exits", "1")
	b.fill("fte", "5")
	for _, name := range []string{"certified", "training_hours"} {
		b.tick(name+"-etat", "Non renseigné")
	}
	eval[bool](b, `(() => { for (const s of document.querySelectorAll("select[name='interventions-etat']")) { s.closest("details").open = true; s.value = "non-renseigne" } return true })()`)
}

// saved is that the line of the form's saving says something.
func saved(text string) string {
	return `document.querySelector("#enregistrement").textContent.includes(` + quote(text) + `)`
}

// submit is refused for a broken rule, then for an alert without a comment.
func submit(b *tab) {
	b.Helper()
	b.press("Enregistrer et soumettre", http.StatusUnprocessableEntity)
	b.sees("Les ETP ne peuvent pas dépasser le nombre de médiateurs en poste")
	b.fill("fte", "2,5")
	b.press("Enregistrer et soumettre", http.StatusUnprocessableEntity)
	b.sees("ne correspond pas aux entrées et sorties")
	eval[bool](b, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
	b.fill("mediators-commentaire", "Une sortie en mai, remplacée le même jour par un retour de congé.")
	b.press("Enregistrer et soumettre", 200)
	b.sees("Les chiffres sont soumis")
}
