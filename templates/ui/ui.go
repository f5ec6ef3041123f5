// Package ui holds what every page shares: the frame, forms, tables, figures, states.
//
// A page is a component that starts with Heading and uses the parts below; the
// server puts it into Page. Texts are French, with U+00A0 where French wants one.
//
//	templ Edit(form ui.Form) {
//		@ui.Heading("Nouveau site", "Un site réunit une ou plusieurs communes.") {
//			@ui.LinkButton(ui.Link{Label: "Importer un fichier", Href: "…"})
//		}
//		@ui.Post(form) {                                  // error summary, hidden values, <form method="post">
//			@ui.Text(form, ui.Field{Name: "nom", Label: "Nom du site", Hint: "Tel qu’il sera publié."})
//			@ui.Date(form, ui.Field{Name: "debut", Label: "Début", Optional: true})
//			@ui.Figure(form, ui.Cell{Field: ui.Field{Name: "A1-01", Label: "Postes pourvus", Unit: "postes"}})
//			@ui.Actions() {
//				@ui.Submit("Enregistrer")                 // one per page
//				@ui.LinkButton(ui.Link{Label: "Annuler", Href: "…"})
//			}
//		}
//	}
//
// Captions of tables and labels of tabs name regions of the page: no two alike on one page.
//
// Style classes a page may use by itself: "stack" (vertical rhythm), "grid" (cards side by side
// when there is room), "row" (inline, wraps), "prose" (long text), "n" (numeric cell, right-aligned),
// "muted", "nowrap", "visually-hidden", "screen-only", "print-only", "page-break" (before, on paper).
package ui

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"copil/internal/access"
	"copil/internal/fault"
)

// Frame is what the page around a page's content needs to know. The zero Actor
// makes a public page: no navigation, no profile.
type Frame struct {
	Title        string // of the tab; Page adds the convention and « Copil »
	Convention   string // short name of the convention; empty outside one
	Home         string // where the logo leads; "/" when empty
	ThemeHref    string // the convention's own stylesheet, if any
	Actor        access.Actor
	Organisation string // of the membership in use
	Until        string // « Accès jusqu’au … », "" where the membership has no end
	Nav          []NavItem
	Notices      []string // permanent band: « Données fictives »
	Today        string   // at its end, the business date; "" where none counts
	Crumbs       []Link   // from the root to the parent; the page itself comes from Title
	Flash        string   // said once, after a successful action
	Version      string   // of Copil
}

// Link is a text that leads somewhere. The zero Link shows nothing.
type Link struct{ Label, Href string }

// NavItem is one entry of a navigation or of tabs. Items that follow each other
// with the same Group stand under that heading.
type NavItem struct {
	Label, Href string
	Current     bool
	Group       string
	Count       int // shown beside the label when not 0: things that wait for the person
}

// Form is a form as the person last sent it: exactly what they typed, and what
// is wrong with it. A fresh form has the stored values and no problems.
type Form struct {
	ID        string // prefix of the fields' ids, when a page holds several forms
	Action    string
	Values    url.Values
	Problems  fault.Fields      // the problem of the whole form stands under ""
	Order     []string          // names of fields that are not parts of this package, in the order of the page, for the summary
	Labels    map[string]string // of such fields, to be said before their messages in the summary
	Stored    string            // title of the summary when the problems are those of what is stored, not of a refusal
	Hidden    []Hidden          // idempotency key, membership, version
	Multipart bool              // the form carries a file
	Filter    bool              // the form of a FilterBar: nothing is required, no choice means « Tout »
	Attrs     templ.Attributes
}

// Hidden is a value that travels with a form, unseen.
type Hidden struct{ Name, Value string }

// Field describes one question of a form.
type Field struct {
	Name, Label, Hint string
	Unit              string // shown after the box: « € », « ETP »
	Optional          bool   // adds « (facultatif) » to the label
	Size              int    // characters the box holds; 0 means the whole measure
	Attrs             templ.Attributes
}

// Option is one answer among several.
type Option struct {
	Value, Label, Hint string
	Group              string // of a Select: heading above this and the following options of the group
	Disabled           bool
}

// Cell describes a figure to enter, which has three distinct answers: a number,
// « non renseigné », « sans objet » with a reason.
type Cell struct {
	Field
	Reasons []Option // reasons offered for « sans objet »; a free text when empty
	Before  string   // the last known value with its date, to compare with
}

// What a Cell sends beside its own name, which carries the number: the answer
// under name+StateSuffix, the reason under name+ReasonSuffix.
const (
	StateSuffix  = "-etat"
	ReasonSuffix = "-motif"

	StateNumber        = "nombre"
	StateMissing       = "non-renseigne"
	StateNotApplicable = "sans-objet"
)

// state is the answer to show as chosen: a number typed or stored speaks for itself.
func (f Form) state(name string) string {
	if s := f.Values.Get(name + StateSuffix); s != "" || f.Values.Get(name) == "" {
		return s
	}
	return StateNumber
}

func (f Form) id(name string) string {
	if f.ID == "" {
		return name
	}
	return f.ID + "-" + name
}

// optionID makes the first option carry the field's own id, so that the error
// summary leads to it.
func (f Form) optionID(name string, i int) string {
	if i == 0 {
		return f.id(name)
	}
	return f.id(name) + "-" + strconv.Itoa(i+1)
}

// describedBy lists the ids of what explains a field; empty when nothing does.
func (f Form) describedBy(field Field) string {
	var ids []string
	if field.Hint != "" {
		ids = append(ids, f.id(field.Name)+"-aide")
	}
	if f.Problems[field.Name] != "" {
		ids = append(ids, f.id(field.Name)+"-erreur")
	}
	return strings.Join(ids, " ")
}

// control gives a text box its attributes; the field's own come last and win.
func (f Form) control(field Field, more templ.Attributes) templ.Attributes {
	attrs := templ.Attributes{"id": f.id(field.Name), "name": field.Name, "autocomplete": "off"}
	if ids := f.describedBy(field); ids != "" {
		attrs["aria-describedby"] = ids
	}
	if f.Problems[field.Name] != "" {
		attrs["aria-invalid"] = "true"
	}
	if !field.Optional && !f.Filter {
		attrs["aria-required"] = "true"
	}
	if field.Size > 0 {
		attrs["size"] = strconv.Itoa(field.Size)
	}
	maps.Copy(attrs, more)
	maps.Copy(attrs, field.Attrs)
	return attrs
}

type problem struct{ name, label, message string }

// problems lists what is wrong, in the order of the page; what belongs to no
// field of it comes last, by name.
func (f Form) problems(seen *questions) []problem {
	order := slices.Concat(seen.order, f.Order)
	rank := func(name string) int {
		if name == "" {
			return -1
		}
		if i := slices.Index(order, name); i >= 0 {
			return i
		}
		return len(order)
	}
	found := make([]problem, 0, len(f.Problems))
	for name, message := range f.Problems {
		found = append(found, problem{name, strings.TrimSuffix(seen.labels[name], "\u00a0?"), message})
	}
	slices.SortFunc(found, func(a, b problem) int {
		return cmp.Or(cmp.Compare(rank(a.name), rank(b.name)), cmp.Compare(a.name, b.name))
	})
	return found
}
