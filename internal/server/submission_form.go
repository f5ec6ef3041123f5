package server

import (
	"net/url"
	"strings"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
	"copil/templates/submissions"
	"copil/templates/ui"
)

// fillZeros answers « Mettre 0 dans les cases vides » of one table, and returns
// the table's measure; "" when that was not asked.
func fillZeros(form url.Values, v submissions.View) string {
	for _, section := range v.Sections {
		for _, m := range section.Measures {
			if len(m.Rows) == 0 || form.Get(submissions.ZerosField) != m.MeasureCode {
				continue
			}
			for _, box := range m.Boxes() {
				if strings.TrimSpace(form.Get(box.Name)) == "" {
					form.Set(box.Name, "0")
				}
			}
			form.Set(m.MeasureCode+ui.StateSuffix, ui.StateNumber)
			return m.MeasureCode
		}
	}
	return ""
}

// readCells reads the answers of the form: what was left empty gives no cell,
// since missing is not zero. What the form does not ask is not read.
func readCells(form url.Values, v submissions.View) ([]collect.Cell, fault.Fields) {
	var cells []collect.Cell
	bad := fault.Fields{}
	for _, section := range v.Sections {
		for _, m := range section.Measures {
			if m.Fixed != "" || m.Source == convention.FromPosts {
				cells = append(cells, readComment(form, m, v.Cells, bad)...)
				continue
			}
			given := readMeasure(form, m, bad)
			if len(given) == 0 && m.Now.State != "" { // taken back
				given = []collect.Cell{{MeasureCode: m.MeasureCode}}
			}
			cells = append(cells, given...)
		}
	}
	return cells, bad
}

// readComment reads the one thing that a person may change of a figure that did
// not reopen, or that Copil counts: the comment that an alert asks for.
func readComment(form url.Values, m submissions.Measure, stored []collect.Cell, bad fault.Fields) []collect.Cell {
	name := m.MeasureCode + submissions.CommentSuffix
	comment := plainText(form.Get(name))
	if !form.Has(name) || comment == m.Now.Comment {
		return nil
	}
	if problem := tooLong(comment, longText); problem != "" {
		bad.Add(name, problem)
		return nil
	}
	cells := only(stored, m.MeasureCode)
	for i := range cells {
		cells[i].Comment = ""
	}
	if len(cells) > 0 {
		cells[0].Comment = comment
	}
	return cells
}

func readMeasure(form url.Values, m submissions.Measure, bad fault.Fields) []collect.Cell {
	code := m.MeasureCode
	typed := func(name string) string { return plainText(form.Get(name)) }
	cell := collect.Cell{MeasureCode: code, Comment: typed(code + submissions.CommentSuffix)}
	for _, suffix := range []string{submissions.CommentSuffix, ui.ReasonSuffix} {
		if problem := tooLong(typed(code+suffix), longText); problem != "" {
			bad.Add(code+suffix, problem)
		}
	}
	switch form.Get(code + ui.StateSuffix) {
	case ui.StateMissing:
		cell.State = collect.Missing
		return []collect.Cell{cell}
	case ui.StateNotApplicable:
		cell.State, cell.Reason = collect.NotApplicable, typed(code+ui.ReasonSuffix)
		return []collect.Cell{cell}
	}
	cell.State = collect.Number
	cells := readNumbers(typed, form.Get(code+ui.StateSuffix) == ui.StateNumber, cell, m, bad)
	if len(cells) == 0 && cell.Comment != "" { // it would be lost
		bad.Add(code+submissions.CommentSuffix, "Ce commentaire n’accompagne aucune réponse\u00a0: saisissez le chiffre, ou choisissez «\u00a0non renseigné\u00a0».")
	}
	return cells
}

func readNumbers(typed func(string) string, asked bool, cell collect.Cell, m submissions.Measure, bad fault.Fields) []collect.Cell {
	if m.Source == convention.Identifiers {
		return readIdentifiers(typed(m.MeasureCode), asked, cell, m, bad)
	}
	var cells []collect.Cell
	for _, box := range m.Boxes() {
		text := typed(box.Name)
		if text == "" {
			continue
		}
		c := cell
		c.RowItem, c.ColumnItem = box.Row.ItemCode, box.Column.ItemCode
		c.Number = readNumber(text, box.Name, m, bad)
		cells = append(cells, c)
		cell.Comment = "" // the comment stands once, on the first cell
	}
	return cells
}

// reasons refuses « sans objet » without its reason, which a draft may still lack.
func reasons(cells []collect.Cell) fault.Fields {
	bad := fault.Fields{}
	for _, c := range cells {
		if c.State == collect.NotApplicable && c.Reason == "" {
			bad.Add(c.MeasureCode+ui.ReasonSuffix, "Indiquez pourquoi c’est sans objet.")
		}
	}
	return bad
}

func readIdentifiers(text string, asked bool, cell collect.Cell, m submissions.Measure, bad fault.Fields) []collect.Cell {
	seen := map[string]bool{}
	for _, l := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("\r\n;,", r) }) {
		l = strings.TrimSpace(l)
		if len(l) > collect.LongestIdentifier {
			bad.Add(m.MeasureCode, "Un identifiant est trop long\u00a0; mettez-en un par ligne.")
		}
		if l != "" && !seen[l] {
			seen[l] = true
			cell.Identifiers = append(cell.Identifiers, l)
		}
	}
	if len(cell.Identifiers) > collect.MostIdentifiers {
		bad.Add(m.MeasureCode, french.Int(collect.MostIdentifiers)+" identifiants au plus.")
	}
	if len(cell.Identifiers) == 0 && !asked {
		return nil
	}
	cell.Number = new(decimal.NewFromInt(int64(len(cell.Identifiers))))
	return []collect.Cell{cell}
}

func readNumber(text, name string, m submissions.Measure, bad fault.Fields) *decimal.Decimal {
	const negative = "Un nombre négatif n’a pas de sens ici."
	if m.Places == 0 {
		n, err := french.ParseInt(text)
		if err != nil {
			bad.Add(name, err.Error())
		}
		if n < 0 {
			bad.Add(name, negative)
		}
		return new(decimal.NewFromInt(int64(n)))
	}
	d, err := french.ParseDecimal(text)
	switch {
	case err != nil:
		bad.Add(name, err.Error())
	case d.IsNegative():
		bad.Add(name, negative)
	case !d.Equal(d.Round(int32(m.Places))):
		bad.Add(name, french.Plural(int(m.Places), "décimale", "décimales")+" au plus.")
	}
	return &d
}
