package main

import (
	"context"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// connection cuts the window from the network, or connects it again.
func connection(on bool) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1}},
		})
		return err
	})
}

// TestSavingWhileTyping types figures while the connection comes and goes, the
// session ends and somebody else writes: nothing that was typed is lost.
func TestSavingWhileTyping(t *testing.T) {
	t.Parallel()
	d := ownDemo(t)
	b, other := d.open(t, "mission@appui.example"), d.open(t, "adjoint@appui.example")
	says := func(b *tab, text string) {
		t.Helper()
		b.until("the form says « "+text+" »", `document.querySelector("#enregistrement").textContent.includes(`+quote(text)+`)`)
	}
	at := createSite(b, "S11", "Calais – Marck")
	for _, s := range []struct{ state, since string }{{"Candidat", "05/05/2014"}, {"Instruit", "02/06/2014"}, {"Retenu", "16/06/2014"}, {"Conventionné", "30/06/2014"}, {"Actif", "01/07/2014"}} {
		changeState(b, s.state, s.since, "2014-02")
	}
	attach(b, "Les Passeurs du Ternois", "01/07/2014")
	b.visit(at)
	b.press("Saisir les chiffres", 200)
	form := b.path()

	b.fill("mediators.CDI.F", "3")
	b.fill("mediators.CDI.H", "2")
	says(b, "Enregistré à")
	b.until("the total follows", `[...document.querySelectorAll("#mediators [data-total]")].at(-1).textContent.startsWith("5")`)

	// The connection is cut, then the window is left.
	b.do(connection(false))
	b.fill("mediators.CDI.F", "4")
	says(b, "connexion perdue. Ce que vous avez tapé est gardé sur cet appareil.")
	b.do(connection(true))
	says(b, "Enregistré à")
	b.fill("mediators.CDI.H", "2x")
	says(b, "Enregistré, sauf ce qui ne se lit pas, à")
	b.until("the slip is said at its box", `document.getElementById("mediators.CDI.H").getAttribute("aria-invalid") === "true"`)
	b.visit(home)
	b.visit(form)
	says(b, "remis dans les cases")
	if f, h := b.held("mediators.CDI.F"), b.held("mediators.CDI.H"); f != "4" || h != "2x" {
		t.Errorf("back on the form, it holds %q and %q", f, h)
	}
	b.fill("mediators.CDI.H", "6")
	says(b, "Enregistré à")

	// Somebody else writes meanwhile.
	other.visit(form)
	other.fill("entries", "1")
	says(other, "Enregistré à")
	b.fill("mediators.CDI.F", "7")
	says(b, "modifiée entre-temps, dans une autre fenêtre ou par une autre personne")
	b.press("Garder ce que j’ai tapé", 200)
	says(b, "Enregistré à")
	other.visit(form)
	if f, e := other.held("mediators.CDI.F"), other.held("entries"); f != "7" || e != "1" {
		t.Errorf("stored are %q and %q, want what both typed", f, e)
	}

	// The same by the button: who leaves the refused page without a choice has
	// overwritten nothing.
	other.fill("entries", "2")
	says(other, "Enregistré à")
	eval[bool](b, `document.getElementsByName("entries")[0].value = "5", true`) // no event: the button comes first
	b.press("Enregistrer le brouillon", http.StatusConflict)
	b.visit(home)
	b.visit(form)
	says(b, "remis dans les cases, mais la saisie a changé depuis")
	other.visit(form)
	if mine, theirs := b.held("entries"), other.held("entries"); mine != "5" || theirs != "2" {
		t.Errorf("after a conflict nobody settled, one sees %q and %q is stored, want 5 and 2", mine, theirs)
	}
	b.press("Reprendre les chiffres enregistrés", 200)
	if got := b.held("entries"); got != "2" {
		t.Errorf("taken back, the box holds %q", got)
	}

	// The session ends, and begins again in another window.
	eval[bool](b, `fetch("/deconnexion", {method: "POST"}).then(() => true)`)
	b.fill("mediators.CDI.F", "8")
	says(b, "votre session a expiré")
	eval[bool](b, `fetch("/connexion", {method: "POST", body: new URLSearchParams({email: "mission@appui.example", password: `+quote(password)+`})}).then(() => true)`)
	eval[bool](b, `dispatchEvent(new Event("focus"))`)
	says(b, "Enregistré à")
	other.visit(form)
	if f := other.held("mediators.CDI.F"); f != "8" {
		t.Errorf("stored is %q after signing in again", f)
	}

	// It ends again, and the button is pressed.
	eval[bool](b, `fetch("/deconnexion", {method: "POST"}).then(() => true)`)
	b.fill("mediators.CDI.F", "9")
	b.press("Enregistrer le brouillon", http.StatusUnauthorized)
	b.sees("Votre session a expiré", "cette page le garde")
	b.complained() // of the connection cut above
	b.audit(axe(t), "the page that keeps what was typed")
	eval[bool](b, `fetch("/connexion", {method: "POST", body: new URLSearchParams({email: "mission@appui.example", password: `+quote(password)+`})}).then(() => true)`)
	b.press("Envoyer ce que j’ai tapé", 200)
	if f := b.held("mediators.CDI.F"); b.path() != form || f != "9" {
		t.Errorf("sent again, %s holds %q", b.path(), f)
	}
}
