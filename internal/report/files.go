package report

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"copil/internal/document"
	"copil/internal/document/odt"
	"copil/internal/document/pdf"
	"copil/internal/french"
	"copil/internal/sheet"
)

// PDF writes the report for reading and printing.
func PDF(w io.Writer, r Report) error { return pdf.Write(w, r.Document) }

// ODT writes the report for a word processor.
func ODT(w io.Writer, r Report) error { return odt.Write(w, r.Document) }

// XLSX writes the report for calculation: the key figures, a sheet for each table, and all values in the long form.
func XLSX(w io.Writer, r Report) error {
	d := r.Document
	book := sheet.Workbook{Title: d.Title, Author: d.Author, At: d.Date,
		Notices: append([]string{say("%s, %s", d.Status.French(), french.Date(d.Date))}, d.Notices...)}
	tables := []document.Table{keyTable(d)}
	for _, b := range d.Body {
		switch b := b.(type) {
		case document.Table:
			tables = append(tables, b)
		case document.Figure:
			if b.Data != nil {
				tables = append(tables, *b.Data)
			}
		}
	}
	for _, t := range tables {
		book.Sheets = append(book.Sheets, sheetOf(cmp.Or(t.Short, tabName(t.Caption, "")), t))
	}
	book.Sheets = append(book.Sheets, sheetOf("Données", r.Values))
	return book.XLSX(w)
}

// CSV writes the long form alone. Each row carries the status, date and notices of the report, so that none travels without them.
func CSV(w io.Writer, r Report) error {
	s := sheetOf("Données", r.Values)
	s.Columns = append(s.Columns, sheet.Column{Header: "Statut du bilan"}, sheet.Column{Header: "Date du bilan", Kind: sheet.KindDate}, sheet.Column{Header: "Mention"})
	for i := range s.Rows {
		s.Rows[i] = append(s.Rows[i], sheet.Text(r.Document.Status.French()), sheet.Date(r.Document.Date), sheet.Text(strings.Join(r.Document.Notices, "\u00a0; ")))
	}
	return sheet.Workbook{Sheets: []sheet.Sheet{s}}.CSV(w)
}

// longestTab is what the tab of a sheet holds.
const longestTab = 31

// binding words announce what follows: a name does not end with one.
var binding = map[string]bool{"à": true, "au": true, "aux": true, "avec": true, "dans": true, "de": true, "des": true, "du": true, "en": true,
	"et": true, "la": true, "le": true, "les": true, "ou": true, "par": true, "pour": true, "sur": true, "toute": true, "toutes": true, "tout": true, "tous": true, "un": true, "une": true}

// tabName is a name for the tab of a table: a label and, if both fit, by what it is broken down. A label that is too long ends at a
// word that can end it.
func tabName(label, by string) string {
	name := strings.ReplaceAll(label, "\u00a0", " ")
	if full := name + " – " + lowerFirst(by); by != "" && utf8.RuneCountInString(full) <= longestTab {
		return full
	}
	if utf8.RuneCountInString(name) <= longestTab {
		return name
	}
	words := strings.Fields(name)
	for len(words) > 1 && (utf8.RuneCountInString(strings.Join(words, " ")) > longestTab || binding[words[len(words)-1]]) {
		words = words[:len(words)-1]
	}
	return strings.TrimRight(string([]rune(strings.Join(words, " "))[:min(longestTab, utf8.RuneCountInString(strings.Join(words, " ")))]), ",;: ")
}

// keyTable sets the key figures as a table.
func keyTable(d document.Document) document.Table {
	t := document.Table{Caption: "L’essentiel", Columns: []document.Column{{Title: "Chiffre", Head: true}, {Title: "Valeur", Align: document.Right}, {Title: "Unité"}, {Title: "Lecture"}}}
	for _, b := range d.Body {
		if keys, ok := b.(document.KeyFigures); ok {
			for _, k := range keys.Items {
				t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.TextCell(capital(k.Label)), k.Value, document.TextCell(k.Unit), document.TextCell(k.Detail)}})
			}
		}
	}
	return t
}

// sheetOf keeps numbers numbers and dates dates. Notes of cells move to a column of their own, since a number cannot carry one.
func sheetOf(name string, t document.Table) sheet.Sheet {
	s := sheet.Sheet{Name: name, Caption: t.Caption, Notes: t.Notes}
	for i, c := range t.Columns {
		s.Columns = append(s.Columns, sheet.Column{Header: c.Title, Unit: c.Unit, Kind: columnKind(t, i), Width: columnWidth(t, i)})
	}
	noted := slices.ContainsFunc(t.Rows, func(r document.Row) bool { return notesOf(r) != "" })
	if noted {
		s.Columns = append(s.Columns, sheet.Column{Header: "Précisions", Width: 80})
	}
	for _, r := range t.Rows {
		var cells []sheet.Cell
		for _, c := range r.Cells {
			cells = append(cells, cellOf(c))
		}
		if noted {
			cells = append(cells, sheet.Text(notesOf(r)))
		}
		s.Rows = append(s.Rows, cells)
		if r.Total {
			s.Totals++
		}
	}
	return s
}

// notesOf joins the notes of a row; the reason of « sans objet » stands in its cell.
func notesOf(r document.Row) string {
	var notes []string
	for _, c := range r.Cells {
		if c.Note != "" && c.Kind != document.NotApplicable && !slices.Contains(notes, c.Note) {
			notes = append(notes, c.Note)
		}
	}
	return strings.Join(notes, " ")
}

func columnKind(t document.Table, column int) sheet.Kind {
	kinds := map[document.CellKind]sheet.Kind{document.Integer: sheet.KindInt, document.Decimal: sheet.KindDecimal, document.Percent: sheet.KindPercent, document.Day: sheet.KindDate}
	for _, r := range t.Rows {
		if k, typed := kinds[r.Cells[column].Kind]; typed {
			return k
		}
	}
	if t.Columns[column].Align == document.Right {
		return sheet.KindInt
	}
	return sheet.KindText
}

// columnWidth fits the words of a column, within reason; numbers take the width of their kind.
func columnWidth(t document.Table, column int) float64 {
	if columnKind(t, column) != sheet.KindText {
		return 0
	}
	longest := utf8.RuneCountInString(t.Columns[column].Title)
	for _, r := range t.Rows {
		longest = max(longest, utf8.RuneCountInString(r.Cells[column].Text))
	}
	return float64(min(longest, 44) + 3)
}

func cellOf(c document.Cell) sheet.Cell {
	var out sheet.Cell
	switch c.Kind {
	case document.Integer, document.Decimal:
		out = sheet.Decimal(*c.Number, c.Places)
	case document.Percent:
		out = sheet.Percent(*c.Number, c.Places)
	case document.Day:
		return sheet.Date(c.Date)
	case document.Missing:
		return sheet.Missing()
	case document.Unvalidated:
		return sheet.Unvalidated()
	case document.NotApplicable:
		return sheet.NotApplicable(strings.TrimSuffix(c.Note, "."))
	default:
		return sheet.Text(c.Text)
	}
	if c.Least {
		out = out.AtLeast()
	}
	if c.Signed {
		out = out.Signed()
	}
	return out
}
