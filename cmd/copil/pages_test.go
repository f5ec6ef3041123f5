package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// person is an account and its convention.
type person struct{ email, home string }

var people = map[string]person{
	"visitor":   {},
	"chair":     {"prefecture@etat.example", home},
	"signatory": {"delegue@cdc.example", home},
	"mission":   {"mission@appui.example", home},
	"structure": {"passerelle@structure.example", home},
	"reader":    {"evaluation@lecteur.example", home},
	"admin":     {"admin@copil.example", ""},
	"mission B": {"mission@autre.example", "/c/territoire-b"},
	"struct. B": {"structure@autre.example", "/c/territoire-b"},
}

const (
	anID      = `[0-9a-f-]{36}`
	everybody = "chair, signatory, mission, structure, reader, mission B, struct. B"
	all       = "chair, signatory, mission, mission B"
	writers   = "mission, mission B"
)

// visit is a page as the people named see it. A path that is not known before
// is the first address like find that the path shows.
type visit struct {
	people string
	path   string // absolute, or from ~, the person's convention
	find   string // pattern, where the path only leads to the page
	status int    // 0 for 200
}

// The site map (product.md §2), by role.
var visits = []visit{
	{people: "visitor", path: "/"},
	{people: "visitor", path: "/connexion"},
	{people: "visitor", path: "/connexion?retour=%2Fcompte&email=mission%40appui.example"},
	{people: "visitor", path: "/mot-de-passe-oublie"},
	{people: "visitor", path: "/invitation/perimee", status: 404},
	{people: "visitor", path: "/accessibilite"},
	{people: "visitor", path: "/mentions-legales"},
	{people: "visitor", path: "/nulle-part", status: 404},
	{people: "admin", path: "/admin"},
	{people: "admin", path: "/admin/conventions/nouvelle"},
	{people: "admin", path: "/admin", find: "/admin/conventions/" + anID},
	{people: "admin", path: "/admin", find: "/admin/comptes/" + anID},
	{people: "admin, mission, structure", path: "/compte"},
	{people: "structure", path: "/admin", status: 403},
	{people: everybody, path: "~"},
	{people: everybody, path: "~/convention"},
	{people: all, path: "~/convention/engagements"},
	{people: "signatory, mission", path: "~/convention/engagements/CDC-3"},
	{people: "signatory, mission", path: "~/convention/engagements/CDC-3/CDC/2013"},
	{people: "mission", path: "~/convention/engagements/CDC-3/indicateurs"},
	{people: "mission", path: "~/convention/engagements/CDC-3/CDC/2013/note"},
	{people: "mission", path: "~/convention/constats/annexe"},
	{people: everybody, path: "~/sites"},
	{people: everybody, path: "~/sites", find: "~/sites/" + anID},
	{people: "structure, reader", path: "~/sites/nouveau", status: 403},
	{people: writers, path: "~/sites/nouveau"},
	{people: writers, path: "~/sites", find: "edit"},
	{people: writers, path: "~/structures/nouvelle"},
	{people: all, path: "~/emplois", find: "~/structures/" + anID},
	{people: "structure, struct. B", path: "~", find: "~/structures/" + anID},
	{people: everybody, path: "~/emplois"},
	{people: "mission, signatory", path: "~/emplois", find: "posts"},
	{people: "mission, structure", path: "~/emplois", find: "post"},
	{people: "mission, structure", path: "~/emplois", find: "withdraw"},
	{people: all + ", structure", path: "~/emplois/mutualises"},
	{people: "reader", path: "~/emplois/mutualises", status: 403},
	{people: "chair, mission", path: "~/emplois/mutualises", find: "~/emplois/mutualises/" + anID},
	{people: "mission, structure, signatory", path: "~/saisies/2014-S2/import"},
	{people: everybody, path: "~/indicateurs"},
	{people: "chair, signatory, mission, structure, reader", path: "~/indicateurs/A3-03"},
	{people: "mission, structure, reader", path: "~/indicateurs/A3-04"},
	{people: "mission", path: "~/indicateurs/A2-01"},
	{people: "mission", path: "~/indicateurs/A1-01"},
	{people: "mission B, struct. B", path: "~/indicateurs", find: "~/indicateurs/[A-Z0-9-]+"},
	{people: "mission", path: "~", find: "~/saisies/2014-S2/" + anID}, // to correct: a form
	{people: "mission B", path: "~", find: "~/saisies/2014/" + anID},
	{people: "signatory, structure", path: "~", find: "read-only"},
	{people: all + ", structure, struct. B", path: "~/saisies"},
	{people: "reader", path: "~/saisies", status: 403},
	{people: "mission, structure", path: "~/saisies?vue=indicateurs&periode=2014-S2"},
	{people: "mission", path: "~/saisies?etat=retard&q=rivages"},
	{people: "mission", path: "~/saisies?q=xyzzy"},
	{people: "mission", path: "~/saisies?vue=indicateurs&periode=2014-S2&q=xyzzy"},
	{people: "mission", path: "~/saisies/2014-S2?etat=soumise"}, // none
	{people: "mission", path: "~/saisies/2014-S2?tout=1"},
	{people: "chair, signatory, mission, structure", path: "~/saisies/2014-S2"},
	{people: "mission, structure", path: "~/saisies/2015-S1"}, // not open
	{people: "mission", path: "~/saisies/2015-S1/ouverture"},
	{people: "mission", path: "~/saisies/2014-S2", find: "~/saisies/2014-S2/" + anID + "/rouvrir"},
	{people: "mission, structure", path: "~/saisies/2014-S1", find: "history"},
	{people: "mission, structure", path: "~/saisies/2014-S1", find: "correction"},
	{people: "mission", path: "~/saisies/2014-S1", find: "proposal"},
	{people: everybody, path: "~/gouvernance"},
	{people: everybody, path: "~/gouvernance", find: "~/gouvernance/reunions/" + anID},
	{people: writers, path: "~/gouvernance/reunions/nouvelle"},
	{people: "signatory, reader", path: "~/gouvernance/reunions/nouvelle", status: 403},
	{people: everybody, path: "~/gouvernance/decisions"},
	{people: "mission", path: "~/gouvernance/decisions?etat=retard"},
	{people: "mission", path: "~/gouvernance/decisions?etat=abandonnee"}, // none
	{people: everybody, path: "~/gouvernance/decisions", find: "~/gouvernance/decisions/" + anID},
	{people: "mission, signatory, mission B", path: "~/gouvernance/decisions/nouvelle"},
	{people: everybody, path: "~/bilans"},
	{people: "chair, mission", path: "~/bilans/2014-S1"},
	{people: "signatory", path: "~/bilans/2014-S2"},
	{people: "mission", path: "~/bilans/2015-S1"}, // not open
	{people: "mission B", path: "~/bilans", find: "~/bilans/[0-9S-]+"},
	{people: all, path: "~/financements"},
	{people: "structure, reader", path: "~/financements", status: 403},
	{people: "chair, mission", path: "~/financements", find: "~/financements/" + anID},
	{people: "mission", path: "~/financements?fermete=arbitrage&exercice=2015"},
	{people: "mission", path: "~/financements?exercice=1999"}, // none
	{people: "signatory, mission", path: "~/financements/nouveau"},
	{people: "mission", path: "~/financements", find: "line"},
	{people: "mission", path: "~/financements", find: "step"},
	{people: "mission B, chair, mission", path: "~/financements/horizon"},
	{people: "mission", path: "~/financements/horizon/nouvelle"},
	{people: "mission", path: "~/financements/horizon", find: "~/financements/horizon/" + anID + "/retirer"},
	{people: all, path: "~/journal"},
	{people: "mission", path: "~/journal?action=exported"}, // none
	{people: "mission", path: "~/journal?du=hier", status: 422},
	{people: "mission", path: "~/journal?page=999", status: 404},
	{people: "mission", path: "~/journal?personne=&objet="},
	{people: everybody, path: "~/recherche"},
	{people: "mission, structure, reader", path: "~/recherche?q=mediation"},
	{people: "mission", path: "~/recherche?q=xyzzy"},
	{people: writers, path: "~/reglages"},
	{people: "mission", path: "~/reglages/membres/nouveau"},
	{people: "mission", path: "~/reglages/membres", find: "~/reglages/membres/" + anID},
	{people: "mission", path: "~/reglages/periodes"},
	{people: "mission", path: "~/reglages/listes"},
	{people: "mission", path: "~/reglages/indicateurs"},
	{people: "mission", path: "~/reglages/mesures"},
	{people: "mission", path: "~/reglages/courriels"},
	{people: "mission", path: "/demo/courriels"},
}

// resolve finds the page's address.
func (v visit) resolve(c *client, p person) string {
	c.Helper()
	path := strings.Replace(v.path, "~", p.home, 1)
	structure := func() string {
		return regexp.MustCompile(anID).FindString(c.find(p.home+"/emplois", p.home+"/structures/"+anID))
	}
	switch v.find {
	case "":
		return path
	case "posts":
		return path + "?structure=" + structure()
	case "edit":
		return c.find(path, p.home+"/sites/"+anID) + "/modifier"
	case "line", "step":
		return c.find(path, p.home+"/financements/"+anID) + map[string]string{"line": "/modifier", "step": "/etapes/1"}[v.find]
	case "post", "withdraw":
		if p.email == people["mission"].email {
			path += "?structure=" + structure()
		}
		return c.find(path, p.home+"/emplois/"+anID) + map[string]string{"withdraw": "/retirer"}[v.find]
	case "history", "correction", "proposal":
		return c.find(path, path+"/"+anID) + map[string]string{"history": "/historique", "correction": "/rectification", "proposal": "/rectification?chiffre=entries&chiffre=mediators"}[v.find]
	case "read-only":
		at := p.home
		if p.email != people["structure"].email {
			at += "/emplois"
		}
		return c.find(c.find(at, p.home+"/structures/"+anID), p.home+"/saisies/2014-S1/"+anID)
	}
	return c.find(path, strings.Replace(v.find, "~", p.home, 1))
}

// mistake is a form sent with mistakes, or one that asks for a confirmation: what
// to unfold, what to type, what to press.
type mistake struct {
	who, path, find string
	unfold          string
	type_           map[string]string
	press           string
	confirms        bool // nothing is wrong, and nothing is done yet
}

var mistakes = []mistake{
	{who: "visitor", path: "/connexion", press: "Se connecter"},
	{who: "visitor", path: "/mot-de-passe-oublie", press: "Recevoir un lien"},
	{who: "visitor", path: "/mot-de-passe-oublie", type_: map[string]string{"email": "personne@nulle-part.example"}, press: "Recevoir un lien", confirms: true},
	{who: "mission", path: "~/reglages/membres/nouveau", press: "Envoyer l’invitation"},
	{who: "mission", path: "~/reglages/membres", find: "~/reglages/membres/" + anID, type_: map[string]string{"ends_on": "01/01/2010"}, press: "Enregistrer la date de fin"},
	{who: "structure", path: "/compte", press: "Changer le mot de passe"},
	{who: "admin", path: "/admin/conventions/nouvelle", press: "Créer la convention"},
	{who: "admin", path: "/admin", find: "/admin/conventions/" + anID, press: "Envoyer l’invitation"},
	{who: "mission", path: "~/financements/nouveau", press: "Enregistrer la ligne"},
	{who: "mission", path: "~/financements", find: "~/financements/" + anID, press: "Enregistrer l’étape"},
	{who: "mission", path: "~/financements", find: "step", press: "Annuler l’étape"},
	{who: "mission", path: "~/financements/horizon/nouvelle", press: "Ajouter la ressource"},
	{who: "mission", path: "~/sites/nouveau", press: "Créer le site"},
	{who: "mission", path: "~/sites", find: "edit", type_: map[string]string{"communes": "Nulle-Part"}, press: "Enregistrer le site"},
	{who: "mission", path: "~/structures/nouvelle", press: "Ajouter la structure"},
	{who: "mission", path: "~/sites", find: "~/sites/" + anID, unfold: "Rattacher", press: "Rattacher la structure"},
	{who: "mission", path: "~/sites", find: "~/sites/" + anID, unfold: "Changer l’état", press: "Vérifier le changement"},
	{who: "mission", path: "~/gouvernance/reunions/nouvelle", press: "Planifier la réunion"},
	{who: "mission", path: "~/gouvernance", find: "~/gouvernance/reunions/" + anID, unfold: "Inscrire un point", press: "Inscrire le point"},
	{who: "mission", path: "~/gouvernance", find: "~/gouvernance/reunions/" + anID, unfold: "Joindre une pièce", press: "Joindre la pièce"},
	{who: "mission", path: "~/gouvernance", find: "~/gouvernance/reunions/" + anID, unfold: "Changer l’état", press: "Enregistrer le changement"},
	{who: "mission", path: "~/gouvernance/decisions/nouvelle", press: "Proposer la décision"},
	{who: "mission", path: "~/gouvernance/decisions", find: "~/gouvernance/decisions/" + anID, unfold: "Dire ce qui a été fait", press: "Enregistrer le suivi"},
	{who: "mission", path: "~/gouvernance/decisions", find: "~/gouvernance/decisions/" + anID, unfold: "Abandonner", press: "Abandonner la décision"},
	{who: "mission", path: "~/saisies/2014-S2", press: "Relancer les structures choisies"},
	{who: "mission", path: "~/saisies/2014-S2", unfold: "Prolonger", press: "Prolonger…"},
	{who: "mission", path: "~/saisies/2014-S2?tout=1", press: "Relancer les structures choisies", confirms: true},
	{who: "mission", path: "~/saisies/2014-S2", unfold: "Prolonger", type_: map[string]string{"due": "30/04/2015"}, press: "Prolonger…", confirms: true},
	{who: "mission", path: "~/saisies/2014-S2", unfold: "Clore", press: "Clore…", confirms: true},
	{who: "mission", path: "~/saisies/2015-S1/ouverture", type_: map[string]string{"due": "bientôt"}, press: "Continuer"},
	{who: "mission", path: "~/saisies/2015-S1/ouverture", press: "Continuer", confirms: true},
	{who: "mission", path: "~/saisies/2014-S2", find: "~/saisies/2014-S2/" + anID + "/rouvrir", press: "Rouvrir la saisie"},
	{who: "mission", path: "~/saisies/2014-S1", find: "proposal", type_: map[string]string{"entries": "-1"}, press: "Proposer la rectification"},
	{who: "structure", path: "~/emplois", unfold: "Ajouter des postes", press: "Ajouter ces postes"},
	{who: "structure", path: "~/emplois", find: "post", type_: map[string]string{"filled_on": "hier"}, press: "Enregistrer le poste"},
	{who: "mission", path: "~/emplois/mutualises", find: "~/emplois/mutualises/" + anID, type_: map[string]string{"hours_0": "beaucoup", "euros_1": "x"}, press: "Enregistrer les parts"},
	{who: "mission", path: "~", find: "~/saisies/2014-S2/" + anID, press: "Enregistrer et soumettre",
		type_: map[string]string{"mediators.ADULTE_RELAIS.F": "six", "mediators.CDI.H": "-1", "fte": "douze", "exits": "1,5"}},
}

// TestPages audits every page of the site map, as every role that may see it, at
// both widths.
func TestPages(t *testing.T) {
	t.Parallel()
	d := sharedDemo(t)
	script := axe(t)
	var seen sync.Map // the contents of pages already audited, as several roles see the same
	for who, p := range people {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			c, b := d.signedIn(t, p.email), d.open(t, p.email)
			for _, v := range visits {
				if !contains(v.people, who) {
					continue
				}
				path := v.resolve(c, p)
				b.TB = t
				if status := b.load(chromedp.Navigate(d.base + path)); status != max(v.status, 200) {
					t.Errorf("%s answers %d, want %d", path, status, max(v.status, 200))
				}
				if _, again := seen.LoadOrStore(b.contents(), path); again {
					continue
				}
				b.audit(script, path)
			}
			for _, m := range mistakes {
				if m.who == who {
					b.err(c, p, m)
					b.audit(script, m.path+" "+m.find+" with mistakes")
				}
			}
		})
	}
}

func contains(list, who string) bool {
	for one := range strings.SplitSeq(list, ", ") {
		if one == who {
			return true
		}
	}
	return false
}

// err sends the form and checks that it comes back with a summary that leads
// somewhere, or that it asks for a confirmation.
func (b *tab) err(c *client, p person, m mistake) {
	b.Helper()
	b.visit(visit{path: m.path, find: m.find}.resolve(c, p))
	if m.unfold != "" {
		b.unfold(m.unfold)
	}
	for name, text := range m.type_ {
		b.fill(name, text)
	}
	if m.confirms {
		b.press(m.press, 200)
		return
	}
	b.press(m.press, 422)
	checkSummary(b)
	if !eval[bool](b, `document.activeElement.matches("[role=alert]")`) {
		b.Errorf("%s with mistakes: the summary of errors has not the focus", m.path)
	}
	for name := range m.type_ {
		if b.wrong(name) == "" {
			b.Errorf("%s with mistakes: no message at %s", m.path, name)
		}
	}
}

// axe is the script of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	script, err := os.ReadFile(filepath.Join("..", "..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("this test needs axe-core: run « make axe », which needs npm (apt-get install nodejs npm): %v", err)
	}
	return string(script)
}

const runAxe = `axe.run(document, {
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	resultTypes: ["violations"], preload: false, selectors: true
}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + " (" + v.impact + "): " + v.help + ": " + n.target.join(" ") + " " + n.html.slice(0, 200))))`

// outline finds what axe-core does not look at: headings, identifiers, overflow.
const outline = `(() => {
	const found = [], ids = new Map();
	const h1 = document.querySelectorAll("h1").length;
	if (h1 !== 1) found.push(h1 + " h1");
	for (const e of document.querySelectorAll("[id]")) ids.set(e.id, (ids.get(e.id) ?? 0) + 1);
	for (const [id, n] of ids) if (n > 1 || id === "") found.push(n + " elements with the id «" + id + "»");
	for (const name of ["aria-labelledby", "aria-describedby", "aria-controls", "for"])
		for (const e of document.querySelectorAll("[" + name + "]"))
			for (const id of e.getAttribute(name).split(/\s+/))
				if (!ids.has(id)) found.push(name + " names «" + id + "», which is nowhere");
	for (const a of document.querySelectorAll("a[href^='#']"))
		if (!ids.has(decodeURIComponent(a.hash.slice(1)))) found.push("a link to " + a.hash + ", which is nowhere");
	for (const t of document.querySelectorAll("main table")) if (!t.caption) found.push("a table without a caption");
	if (document.querySelectorAll("main .button.primary, main button.primary").length > 1) found.push("several primary buttons");
	for (const s of document.querySelectorAll("select"))
		if ([...s.options].filter(o => o.value === "").length > 1) found.push("two empty choices in the list " + s.name);
	if (document.documentElement.scrollWidth > innerWidth) {
		const widest = [...document.querySelectorAll("main *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).slice(0, 3);
		found.push("wider than the window: " + document.documentElement.scrollWidth + " " + widest.map(e => e.outerHTML.slice(0, 120)).join(" | "));
	}
	return found;
})()`

// unfolded opens what a page holds folded, but for the menus that would cover it.
const unfolded = `for (const d of document.querySelectorAll("main details")) d.open = true`

// contents is what the page shows below its header, which is audited with the
// other pages of the role, but for what differs at each request.
func (b *tab) contents() string {
	b.Helper()
	return eval[string](b, `document.querySelector("main").outerHTML.replace(/ value="[0-9a-f-]{36}"/g, "")`)
}

// audit reports what is wrong with the page: wide as it comes, narrow with all
// that is folded open.
func (b *tab) audit(script, name string) {
	b.Helper()
	for _, finding := range b.findings(script) {
		b.Errorf("%s %s", name, finding)
	}
}

func (b *tab) findings(script string) (found []string) {
	b.Helper()
	eval[chromedp.Void](b, script+";void 0")
	said := map[string]bool{}
	for _, at := range []struct {
		width int64
		first string
	}{{wide, "0"}, {narrow, unfolded}} {
		b.width(at.width)
		eval[chromedp.Void](b, at.first)
		for _, f := range append(eval[[]string](b, outline), eval[[]string](b, runAxe)...) {
			if !said[f] {
				said[f] = true
				found = append(found, fmt.Sprintf("at %d px: %s", at.width, f))
			}
		}
	}
	b.width(wide)
	return append(found, b.complained()...)
}

// TestAuditFindsFaults plants faults in a page: an audit that finds nothing must
// not be one that looks at nothing.
func TestAuditFindsFaults(t *testing.T) {
	t.Parallel()
	b := sharedDemo(t).open(t, "")
	b.visit("/connexion")
	eval[chromedp.Void](b, `document.querySelector("main").insertAdjacentHTML("beforeend",
		"<h1 id='email'>Deux</h1><img src='/static/favicon.svg'><p style='color: red'>style</p><p class='wide'>large</p><details><button></button></details>");
		document.querySelector(".wide").style.width = "400px";
		document.querySelector(".wide").style.color = "#aaa";
		void setTimeout(() => { throw new Error("planted") })`)
	found := strings.Join(b.findings(axe(t)), "\n")
	for _, want := range []string{"2 h1", "2 elements with the id «email»", "image-alt", "color-contrast", "button-name",
		"wider than the window", "Content Security Policy", "planted"} {
		if !strings.Contains(found, want) {
			t.Errorf("a page with planted faults: the audit misses « %s » in\n%s", want, found)
		}
	}
}
