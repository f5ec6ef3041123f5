package odt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"copil/internal/document"
)

// Room of a line of a table, in signs of its type: beyond it the type is smaller.
const (
	roomNormal = 88
	roomSmall  = 112
)

// longestWish is what a column of text asks for at most, in signs.
const longestWish = 46

// table writes caption, head, rows and notes.
func (b *body) table(t document.Table) {
	if len(t.Rows) == 0 {
		cells := make([]document.Cell, len(t.Columns))
		cells[0] = document.TextCell("Aucune ligne")
		t.Rows = []document.Row{{Cells: cells}}
	}
	b.paragraph("Caption", words(t.Caption))
	widths, small := b.widths(t)
	g := grid{body: b, table: t, notes: cellNotes(t), small: small}
	g.open("Tableau", widths)
	g.head()
	for _, r := range t.Rows {
		g.row(r)
	}
	b.put("</table:table>")
	for i, n := range g.notes {
		b.paragraph("Note_20_de_20_tableau", letters(i)+"\u00a0\u00a0"+words(n))
	}
	for _, n := range t.Notes {
		b.paragraph("Note_20_de_20_tableau", words(n))
	}
}

// grid is a table being written.
type grid struct {
	*body
	table document.Table
	name  string
	notes []string // of cells, in the order of their letters
	small string   // what ends the name of the style of its cells when its type is smaller
}

// open begins the table: columns that name the rows stand apart, so that a screen reader says them.
func (g *grid) open(kind string, widths []int) {
	g.tables++
	g.name = kind + strconv.Itoa(g.tables)
	fmt.Fprintf(&g.auto, `<style:style style:name="%s" style:family="table"%s</style:style>`, g.name,
		g.opening("table", ` style:width="17cm" table:align="margins" style:may-break-between-rows="true" fo:margin-bottom="0.2cm"`))
	for i, w := range widths {
		fmt.Fprintf(&g.auto, `<style:style style:name="%s.%d" style:family="table-column"><style:table-column-properties style:rel-column-width="%d*"/></style:style>`, g.name, i+1, w)
	}
	g.put(`<table:table table:name="%s" table:style-name="%[1]s"><table:title>%s</table:title>`, g.name, escape(g.table.Caption))
	heads := 0
	for heads < len(g.table.Columns) && g.table.Columns[heads].Head {
		heads++
	}
	for i := range widths {
		if i == 0 && heads > 0 {
			g.put("<table:table-header-columns>")
		}
		g.put(`<table:table-column table:style-name="%s.%d"/>`, g.name, i+1)
		if i == heads-1 {
			g.put("</table:table-header-columns>")
		}
	}
}

func (g *grid) head() {
	g.put(`<table:table-header-rows><table:table-row table:style-name="Ligne">`)
	for i, c := range g.table.Columns {
		text := words(c.Title)
		if c.Unit != "" {
			text += " (" + words(c.Unit) + ")"
		}
		g.cell("Cellule_tete", "Table_20_Heading", g.side(i), text)
	}
	g.put("</table:table-row></table:table-header-rows>")
}

func (g *grid) row(r document.Row) {
	g.put(`<table:table-row table:style-name="Ligne">`)
	for i, c := range r.Cells {
		text := words(c.French())
		style, frame := "Table_20_Contents", "Cellule"
		switch {
		case c.Kind == document.Missing, c.Kind == document.Unvalidated, c.Kind == document.NotApplicable:
			text = `<text:span text:style-name="Absent">` + text + `</text:span>`
		case r.Total:
			text = `<text:span text:style-name="Strong_20_Emphasis">` + text + `</text:span>`
		}
		if c.Note != "" {
			text += `<text:span text:style-name="Appel">` + "\u00a0" + letters(slices.Index(g.notes, c.Note)) + `</text:span>`
		}
		if r.Total {
			frame = "Cellule_total"
		}
		g.cell(frame, style, g.side(i), text)
	}
	g.put("</table:table-row>")
}

func (g *grid) cell(frame, style string, side document.Align, inner string) {
	g.put(`<table:table-cell table:style-name="%s" office:value-type="string"><text:p text:style-name="%s%s%s">%s</text:p></table:table-cell>`,
		frame, style, g.small, map[document.Align]string{document.Right: "_20_droite", document.Center: "_20_centre"}[side], inner)
}

// side is where the cells of a column stand: by default numbers and dates go right.
func (g *grid) side(column int) document.Align {
	if a := g.table.Columns[column].Align; a != document.Auto {
		return a
	}
	if slices.ContainsFunc(g.table.Rows, func(r document.Row) bool {
		return r.Cells[column].Numeric() || r.Cells[column].Kind == document.Day
	}) {
		return document.Right
	}
	return document.Left
}

// widths shares the line between the columns by what they hold, no less than their longest word, and says in what type.
func (b *body) widths(t document.Table) (widths []int, small string) {
	least, wish := make([]int, len(t.Columns)), make([]int, len(t.Columns))
	measure := func(i int, text string) {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '-' }) {
			least[i] = max(least[i], utf8.RuneCountInString(word)+2)
		}
		wish[i] = max(wish[i], least[i], min(utf8.RuneCountInString(text)+2, longestWish))
	}
	for i, c := range t.Columns {
		measure(i, c.Title+" "+c.Unit)
	}
	for _, r := range t.Rows {
		for i, c := range r.Cells {
			measure(i, c.French())
		}
	}
	needed, wished, room := total(least), total(wish), roomNormal
	switch {
	case needed > roomSmall:
		small = "_20_serre"
		room = needed
	case needed > roomNormal:
		small, room = "_20_petit", roomSmall
	}
	widths = make([]int, len(least))
	for i := range widths {
		widths[i] = 100 * wish[i]
		if wished > room {
			widths[i] = 100*least[i] + 100*(wish[i]-least[i])*(room-needed)/(wished-needed)
		}
		widths[i] = max(widths[i], 1)
	}
	return widths, small
}

func total(ns []int) (sum int) {
	for _, n := range ns {
		sum += n
	}
	return sum
}

// cellNotes are the distinct notes of a table's cells.
func cellNotes(t document.Table) (notes []string) {
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			if c.Note != "" && !slices.Contains(notes, c.Note) {
				notes = append(notes, c.Note)
			}
		}
	}
	return notes
}

// letters calls a note: a to z, then aa, ab…
func letters(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letters(i/26-1) + letters(i%26)
}

// keyFigures sets the values in large, each beside what it counts.
func (b *body) keyFigures(k document.KeyFigures) {
	g := grid{body: b, table: document.Table{Caption: "Chiffres clés", Columns: []document.Column{{Title: "Valeur", Head: true}, {Title: "Lecture"}}}}
	g.open("Chiffres", []int{30, 70})
	for _, item := range k.Items {
		style, value := "Valeur", words(item.Value.French())
		if !item.Value.Numeric() {
			style = "Valeur_20_absente"
		} else if item.Unit != "" {
			value += "\u00a0" + words(item.Unit)
		}
		g.put(`<table:table-row table:style-name="Ligne"><table:table-cell table:style-name="Cellule" office:value-type="string"><text:p text:style-name="%s">%s</text:p></table:table-cell>`+
			`<table:table-cell table:style-name="Cellule" office:value-type="string"><text:p text:style-name="Lecture">%s</text:p>`, style, value, words(item.Label))
		if more := strings.Join(nonEmpty(item.Detail, item.Value.Note), "\u00a0; "); more != "" {
			g.put(`<text:p text:style-name="Precision">%s</text:p>`, words(more))
		}
		g.put("</table:table-cell></table:table-row>")
	}
	g.put("</table:table>")
}

// signatures leaves a place for each signatory: whose it is, the date, the signature.
func (b *body) signatures(s document.Signatures) {
	g := grid{body: b, table: document.Table{Caption: "Signatures", Columns: []document.Column{{Title: "Partie et qualité", Head: true}, {Title: "Date"}, {Title: "Signature"}}}}
	g.open("Signatures", []int{42, 20, 38})
	g.head()
	for _, item := range s.Items {
		who := `<text:span text:style-name="Strong_20_Emphasis">` + words(item.Party) + `</text:span>`
		if item.Capacity != "" {
			who += "<text:line-break/>" + words(item.Capacity)
		}
		g.put(`<table:table-row table:style-name="Ligne_signature">`)
		for _, inner := range []string{who, "", ""} {
			g.cell("Cellule_cadre", "Table_20_Contents", document.Left, inner)
		}
		g.put("</table:table-row>")
	}
	g.put("</table:table>")
}
