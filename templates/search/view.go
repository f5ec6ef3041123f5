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
	return french.Plural(v.total(), "résultat", "résultats") + " pour «\u00a0" + v.Query + "\u00a0»."
}

func (g Group) count() int { return len(g.Results) + g.More }
