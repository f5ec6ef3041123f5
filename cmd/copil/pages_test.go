package main

import (
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
