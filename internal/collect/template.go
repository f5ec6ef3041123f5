package collect

import (
	"strings"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/sheet"
)

// TemplateSheet is the name of the sheet that people fill in.
const TemplateSheet = "Saisie"

// What may stand in the column « Réponse ».
const (
	answerNumber        = "chiffre"
	answerMissing       = "non renseigné"
	answerNotApplicable = "sans objet"
)

// The columns that an import reads, by their headers.
const (
	colOrganisation = "Code structure"
	colSite         = "Code site"
	colPeriod       = "Code période"
	colMeasure      = "Code donnée"
	colRow          = "Code ligne"
	colColumn       = "Code colonne"
	colAnswer       = "Réponse"
	colValue        = "Valeur"
	colReason       = "Motif"
	colComment      = "Commentaire"
)

// templateColumns are those of the sheet, in their order: codes that only Copil
// reads, then what people read, then what they fill in.
var templateColumns = []sheet.Column{
	{Header: colOrganisation, Hidden: true}, {Header: colSite, Hidden: true}, {Header: colPeriod, Hidden: true},
	{Header: colMeasure, Hidden: true}, {Header: colRow, Hidden: true}, {Header: colColumn, Hidden: true},
	{Header: "Structure", Width: 24}, {Header: "Site", Width: 18}, {Header: "Rubrique", Width: 22}, {Header: "Donnée", Width: 44},
	{Header: "Ligne", Width: 26}, {Header: "Colonne", Width: 16}, {Header: "Unité", Width: 12},
	{Header: "Période précédente", Kind: sheet.KindDecimal, Width: 12, Note: "La réponse de la période précédente, pour comparer."},
	{Header: colAnswer, Width: 16, Note: "chiffre (zéro compris), non renseigné ou sans objet. Laissez vide si vous n’avez pas encore la réponse\u00a0; un chiffre dans «\u00a0Valeur\u00a0» suffit."},
	{Header: colValue, Kind: sheet.KindDecimal, Width: 14, Note: "Un nombre, ou des identifiants séparés par des points-virgules. Pas de formule."},
	{Header: colReason, Width: 30, Note: "Pourquoi c’est sans objet."},
	{Header: colComment, Width: 40, Note: "Sur la première ligne de chaque donnée suffit. N’écrivez aucun nom de personne."},
}

// Template is the file in which a submission, or many, are filled in without
// Copil: what is stored now, with the period before beside it. ReadImport reads
// it. Cells that may not change are locked; may says why one submission may not
// be written by whoever asks for the file, "" when it may. The posts are those
// that they may change; without any there is no sheet of posts.
func Template(forms []Form, register Register, may func(Submission) string) []sheet.Sheet {
	s := sheet.Sheet{Name: TemplateSheet, Columns: templateColumns, Protected: true}
	for _, f := range forms {
		locked, optional := may(f.Submission) != "", f.Case.Optional()
		for _, m := range f.Case.Measures {
			if m.Source == convention.FromPosts {
				continue
			}
			s.Rows = append(s.Rows, f.templateRows(m, locked || MayWriteMeasure(f.Submission, m) != "", optional[m.MeasureCode])...)
		}
	}
	if len(register.Places) == 0 {
		return []sheet.Sheet{s, readMe(false)}
	}
	return []sheet.Sheet{s, register.sheet(), readMe(true)}
}

// longestCell is how many characters a cell of a spreadsheet holds.
const longestCell = 32_767

func (f Form) templateRows(m convention.Measure, locked, optional bool) (rows [][]sheet.Cell) {
	label := m.Label
	if optional {
		label += " (facultatif)"
	}
	now, before := answerTo(f.Case.Now, m), answerTo(f.Case.Before, m)
	if len(now.list()) > longestCell {
		return nil // what is not in the file stays as it is
	}
	place := f.Submission.SiteName
	if f.Submission.SiteID == nil {
		place = "Hors site"
	}
	for i, b := range boxesOf(m, f.Case.Items) {
		open := func(c sheet.Cell) sheet.Cell {
			if locked {
				return c
			}
			return c.Open()
		}
		comment := ""
		if i == 0 {
			comment = now.Comment
		}
		response := sheet.Text(now.word(b.place()))
		if !locked {
			response = response.OneOf(answerNumber, answerMissing, answerNotApplicable)
		}
		rows = append(rows, []sheet.Cell{
			sheet.Text(f.OrganisationCode), sheet.Text(f.SiteCode), sheet.Text(f.Submission.PeriodCode),
			sheet.Text(m.MeasureCode), sheet.Text(b.row.ItemCode), sheet.Text(b.column.ItemCode),
			sheet.Text(f.Submission.Organisation), sheet.Text(place), sheet.Text(m.Section), sheet.Text(label),
			sheet.Text(b.row.Label), sheet.Text(b.column.Label), sheet.Text(m.Unit), before.earlier(b.place(), m.Places),
			open(response), open(now.value(b.place(), m)), open(sheet.Text(now.Reason)), open(sheet.Text(comment)),
		})
	}
	return rows
}

// readMe is the sheet that says how the others work.
func readMe(posts bool) sheet.Sheet {
	s := sheet.Sheet{Name: "Lisez-moi", Columns: []sheet.Column{{Header: "Remplir ce fichier", Width: 110}}, Protected: true}
	lines := []string{
		"Remplissez les cellules colorées, enregistrez, puis envoyez le fichier à Copil\u00a0: page de la période, «\u00a0Importer un fichier\u00a0».",
		"Copil montre ce qui va changer avant d’enregistrer quoi que ce soit. L’import enregistre un brouillon\u00a0: les chiffres se soumettent ensuite dans Copil.",
		"Chaque donnée a trois réponses possibles\u00a0: un chiffre (zéro compris), «\u00a0non renseigné\u00a0» ou «\u00a0sans objet\u00a0», avec son motif.",
		"Dans un tableau, «\u00a0non renseigné\u00a0» et «\u00a0sans objet\u00a0» valent pour toutes les cases.",
		"Une cellule vide n’est pas un zéro\u00a0: la réponse manque. Vider une réponse la retire. Une ligne supprimée du fichier laisse la réponse telle qu’elle est.",
		"Une liste d’identifiants tient dans une cellule, séparés par des points-virgules.",
		"Ne renommez, ne fusionnez et ne supprimez pas les en-têtes\u00a0; leur ordre est libre. Les formules ne sont pas lues\u00a0: collez les valeurs.",
		"N’écrivez aucun nom de personne, ni dans un motif, ni dans un commentaire.",
	}
	if posts {
		lines = append(lines, "La feuille «\u00a0"+PostsSheet+"\u00a0» est le registre des postes. Les dates et la consolidation d’un poste peuvent changer\u00a0; les lignes libres, déjà numérotées, servent à ajouter des postes. "+
			"Une ligne supprimée du fichier ne retire aucun poste.",
			"Les chiffres comptés d’après les postes ne se saisissent pas\u00a0: Copil les compte lui-même, à la fin de la période.")
	}
	for _, line := range lines {
		s.Rows = append(s.Rows, []sheet.Cell{sheet.Text(line)})
	}
	return s
}

// answer is what a submission says of one measure.
type answer struct {
	State       CellState // "" when there is no answer
	Numbers     map[box]decimal.Decimal
	Identifiers []string
	Reason      string
	Comment     string
}

// answerTo gathers the cells of one measure.
func answerTo(cells []Cell, m convention.Measure) answer {
	a := answer{Numbers: map[box]decimal.Decimal{}}
	for _, c := range cells {
		if c.MeasureCode != m.MeasureCode || c.State == "" {
			continue
		}
		a.State, a.Identifiers = c.State, c.Identifiers
		if c.Reason != "" {
			a.Reason = oneLineEnd(c.Reason)
		}
		if c.Comment != "" {
			a.Comment = oneLineEnd(c.Comment)
		}
		if c.Number != nil {
			a.Numbers[box{c.RowItem, c.ColumnItem}] = *c.Number
		}
	}
	return a
}

// oneLineEnd writes the ends of lines as spreadsheets do; forms send two signs.
func oneLineEnd(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

func (a answer) list() string { return strings.Join(a.Identifiers, "; ") }

// word is what stands under « Réponse ».
func (a answer) word(at box) string {
	switch a.State {
	case Missing:
		return answerMissing
	case NotApplicable:
		return answerNotApplicable
	case Number:
		if _, given := a.Numbers[at]; given {
			return answerNumber
		}
	}
	return ""
}

func (a answer) value(at box, m convention.Measure) sheet.Cell {
	n, given := a.Numbers[at]
	switch {
	case !given:
		return sheet.Cell{}
	case m.Source == convention.Identifiers:
		return sheet.Text(a.list())
	}
	return sheet.Decimal(n, int32(m.Places))
}

func (a answer) earlier(at box, places int16) sheet.Cell {
	n, given := a.Numbers[at]
	switch {
	case a.State == Missing:
		return sheet.Missing()
	case a.State == NotApplicable:
		return sheet.NotApplicable("")
	case !given:
		return sheet.Cell{}
	}
	return sheet.Decimal(n, int32(places))
}

// boxOf is one cell of a measure with its labels, zero where the measure has no
// such list.
type boxOf struct{ row, column convention.Item }

func (b boxOf) place() box { return box{b.row.ItemCode, b.column.ItemCode} }

// boxesOf are the cells of a measure, row by row; one where it has no breakdown.
func boxesOf(m convention.Measure, items []convention.Item) (boxes []boxOf) {
	of := func(list *string) (found []convention.Item) {
		if list == nil {
			return []convention.Item{{}}
		}
		for _, item := range items {
			if item.ListCode == *list {
				found = append(found, item)
			}
		}
		return found
	}
	for _, row := range of(m.RowList) {
		for _, column := range of(m.ColumnList) {
			boxes = append(boxes, boxOf{row, column})
		}
	}
	return boxes
}
