// Package search shows what a search finds in a convention.
package search

import (
	"net/url"

	"copil/internal/french"
	"copil/templates/ui"
)

// View is a search and its results.
type View struct {
	Form      ui.Form
	Query     string // as typed, "" before the first search
	Short     bool   // too short to look for
	Cut       bool   // too long: its end is not looked for
	OwnOnly   bool   // the role does not search the other structures
	Suggested string // what finds something, where this finds nothing; "" for no idea
	Groups    []Group
	Most      int // how many of the words the results have, where none has all; else 0
	Words     int // how many words weigh, where none has all
}

func (v View) suggestedHref() string {
	return v.Form.Action + "?" + url.Values{"q": {v.Suggested}}.Encode()
}

// Group is what was found of one kind.
type Group struct {
	ID, Title string
	Results   []Result
	More      int // left out, since a page shows so many
}

// Result is one thing found.
type Result struct {
	Title   []Part
	Href    string
	Context string // « Axe 3 », « Signataire : État »
	Excerpt []Part
}

// Part is a stretch of text; Hit says that it is what was looked for.
type Part struct {
	Text string
	Hit  bool
}

func (v View) total() int {
	n := 0
	for _, g := range v.Groups {
		n += len(g.Results) + g.More
	}
	return n
}

func (v View) lead() string {
	if v.Query == "" || v.Short {
		return "Sites, structures, indicateurs et bilans de cette convention\u00a0; articles, engagements, chiffres et notes de l’acte."
	}
	if v.Most > 0 {
		return "Aucun résultat n’a tous les mots de «\u00a0" + v.Query + "\u00a0»."
	}
	return french.Plural(v.total(), "résultat", "résultats") + " pour «\u00a0" + v.Query + "\u00a0»."
}

// nearly says which results are shown where none has all the words.
func (v View) nearly() string {
	if v.Most == v.Words { // only small words lack
		return "Voici ce qui en a les mots principaux\u00a0: " + french.Plural(v.total(), "résultat", "résultats") + "."
	}
	return "Voici ce qui en a le plus, " + french.Plural(v.Most, "mot", "mots") + " sur " + french.Int(v.Words) + "\u00a0: " + french.Plural(v.total(), "résultat", "résultats") + "."
}

func (g Group) count() int { return len(g.Results) + g.More }
