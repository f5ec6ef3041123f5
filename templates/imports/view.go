// Package imports holds the pages on which a file of figures is sent, compared
// with what is stored, and confirmed.
package imports

import (
	"slices"
	"strings"

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
	Posts        bool   // the person may change posts
	TemplateHref string // without extension
	Waiting      []collect.Upload
	Href         func(collect.Upload) string
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

	PostsHref string
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

// ofStructure is the posts of one structure that change, and those of the changes
// that there is room for.
type ofStructure struct {
	name  string
	posts int
	added int
	all   int
	shown []collect.Change
}

func (v ShowView) posts() (list []ofStructure) {
	room := mostChanges
	for _, p := range v.Import.Posts {
		if len(list) == 0 || list[len(list)-1].name != p.Structure {
			list = append(list, ofStructure{name: p.Structure})
		}
		last := &list[len(list)-1]
		if last.posts++; p.Post == nil {
			last.added++
		}
		n := min(room, len(p.Changes))
		room -= n
		last.all += len(p.Changes)
		last.shown = append(last.shown, p.Changes[:n]...)
	}
	return list
}

func (o ofStructure) note() string {
	var parts []string
	if o.added > 0 {
		parts = append(parts, french.Plural(o.added, "poste ajouté", "postes ajoutés"))
	}
	if changed := o.posts - o.added; changed > 0 {
		parts = append(parts, french.Plural(changed, "poste modifié", "postes modifiés"))
	}
	note := french.List(parts) + "."
	if left := o.all - len(o.shown); left > 0 {
		note += " " + french.Plural(left, "changement n’est pas montré", "changements ne sont pas montrés") + "."
	}
	return note
}

// Stored says what an import changes or has changed: « 2 saisies modifiées et 3
// postes ajoutés ou modifiés ».
func Stored(submissions, posts int) string {
	var parts []string
	if submissions > 0 {
		parts = append(parts, french.Plural(submissions, "saisie modifiée", "saisies modifiées"))
	}
	if posts > 0 {
		parts = append(parts, french.Plural(posts, "poste ajouté ou modifié", "postes ajoutés ou modifiés"))
	}
	return french.List(parts)
}

// until says who sees a file that waits, and how long it does.
func until(u collect.Upload) string {
	return "Vous seul pouvez voir et confirmer cet envoi. Sans confirmation, il est effacé le " + french.Date(u.KeptUntil()) + "."
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
	parts := []string{french.Plural(v.Import.Rows, "ligne lue", "lignes lues")}
	if n := len(v.Import.Changed()); n > 0 {
		parts = append(parts, french.Plural(answers, "réponse qui change", "réponses qui changent")+" dans "+french.Plural(n, "saisie", "saisies"))
	}
	if n := len(v.Import.Posts); n > 0 {
		parts = append(parts, french.Plural(n, "poste ajouté ou modifié", "postes ajoutés ou modifiés"))
	}
	if unchanged > 0 {
		parts = append(parts, french.Plural(unchanged, "saisie inchangée", "saisies inchangées"))
	}
	return strings.Join(parts, ", ") + "."
}
