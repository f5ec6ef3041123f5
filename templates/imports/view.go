// Package imports holds the pages on which a file of figures is sent, compared
// with what is stored, and confirmed.
package imports

import (
	"slices"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/templates/ui"
)

// SeenField carries the versions that a comparison showed.
const SeenField = "vu"

// How much of a long comparison a page shows.
const (
	mostProblems = 200
	mostChanges  = 500
)

// NewView asks for a file.
type NewView struct {
	Period       convention.Period
	Form         ui.Form
	Locked       string // why nothing can be imported, "" when it can
	All          bool   // one file may hold all structures
	TemplateHref string // without extension
}

// Title is the page's.
func (v NewView) Title() string { return "Importer des chiffres, " + v.Period.PeriodCode }

// ShowView compares a file with what is stored.
type ShowView struct {
	Period  convention.Period
	Upload  collect.Upload
	Import  collect.Import // zero once it is done
	Form    ui.Form
	NewHref string
	Href    func(collect.Submission) string
}

// Title is the page's.
func (v ShowView) Title() string { return "Import de " + v.Upload.Name }

func (v ShowView) problems() []collect.ImportProblem {
	return v.Import.Problems[:min(len(v.Import.Problems), mostProblems)]
}

func (v ShowView) problemNote() string {
	n := len(v.Import.Problems)
	note := "Corrigez le fichier, puis envoyez-le de nouveau\u00a0: rien n’est importé tant qu’il reste un problème."
	if n > mostProblems {
		return "Les " + french.Int(mostProblems) + " premiers sur " + french.Int(n) + ". " + note
	}
	return note
}

// entry is one submission and those of its changes that there is room for.
type entry struct {
	collect.ImportEntry
	shown []collect.Change
}

func (v ShowView) entries() (list []entry) {
	room := mostChanges
	for _, e := range v.Import.Changed() {
		n := min(room, len(e.Changes))
		room -= n
		list = append(list, entry{e, e.Changes[:n]})
	}
	return list
}

func (e entry) name() string {
	return e.Form.Submission.Organisation + ", " + e.Form.Submission.Place()
}

func (e entry) note() string {
	note := french.Plural(len(e.Changes), "réponse change", "réponses changent") + "."
	if left := len(e.Changes) - len(e.shown); left > 0 {
		note += " " + french.Plural(left, "n’est pas montrée", "ne sont pas montrées") + "."
	}
	return note
}

func (e entry) blocking() []collect.Finding {
	return slices.DeleteFunc(slices.Clone(e.Findings), func(f collect.Finding) bool { return f.Level != convention.Blocking })
}

func (e entry) alerts() []collect.Finding {
	return slices.DeleteFunc(slices.Clone(e.Findings), func(f collect.Finding) bool { return f.Level == convention.Blocking })
}

func (e entry) label(f collect.Finding) string {
	for _, m := range e.Form.Case.Measures {
		if m.MeasureCode == f.Measure {
			return m.Label
		}
	}
	return "Remarque"
}

// summary counts what the import does.
func (v ShowView) summary() string {
	answers, unchanged := 0, len(v.Import.Entries)
	for _, e := range v.Import.Changed() {
		answers += len(e.Changes)
		unchanged--
	}
	text := french.Plural(v.Import.Rows, "ligne lue", "lignes lues") + ", " + french.Plural(answers, "réponse qui change", "réponses qui changent") +
		" dans " + french.Plural(len(v.Import.Changed()), "saisie", "saisies")
	if unchanged > 0 {
		text += ", " + french.Plural(unchanged, "saisie inchangée", "saisies inchangées")
	}
	return text + "."
}
