// Package reports holds the pages of the periods' reports: their list, and a report as a page made from the same document as its files.
package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"copil/internal/access"
	"copil/internal/chart"
	"copil/internal/convention"
	"copil/internal/document"
	"copil/internal/french"
	"copil/internal/report"
	"copil/templates/ui"
)

// ToCome says why somebody may not read a report yet.
func ToCome(words access.Words) string {
	return "Diffusion à venir\u00a0: les bilans contiennent des effectifs inférieurs à cinq et des chiffres par structure, qui ne sont pas publics. Ils sont réservés aux signataires et " + french.To(words.TheMission()) + "\u00a0; leur version à diffuser, où ces chiffres sont masqués, n’existe pas encore."
}

// IndexView lists the periods of a convention, the latest first.
type IndexView struct {
	Today   time.Time
	Periods []convention.Period
	Href    func(period, extension string) string // extension: "" for the page, ".pdf"…
}

// validated are the periods whose report was validated, the latest first.
func (v IndexView) validated() (found []convention.Period) {
	for _, p := range slices.Backward(v.Periods) {
		if state := p.StateOn(v.Today); state == convention.PeriodValidated || state == convention.PeriodPresented {
			found = append(found, p)
		}
	}
	return found
}

func (v IndexView) presented(p convention.Period) string {
	if p.StateOn(v.Today) != convention.PeriodPresented {
		return "pas encore"
	}
	return french.Date(*p.PresentedOn)
}

// ShowView is one report.
type ShowView struct {
	Report report.Report
	Href   func(extension string) string
}

// tag names the state of a period's report.
func tag(p convention.Period, state convention.PeriodState) (ui.Kind, string) {
	switch state {
	case convention.PeriodPresented:
		return ui.Success, "Validé le " + french.Date(*p.ValidatedOn) + ", présenté le " + french.Date(*p.PresentedOn)
	case convention.PeriodValidated:
		return ui.Success, "Validé le " + french.Date(*p.ValidatedOn)
	case convention.PeriodOpen:
		return ui.Warning, "Provisoire\u00a0: document de travail"
	}
	return ui.Neutral, "Période non ouverte"
}

// lead says what the report covers and how old it is.
func (v ShowView) lead() string {
	p, d := v.Report.Period, v.Report.Document
	return capital(french.DateRange(p.StartsOn, p.EndsOn)) + "\u00a0; " + d.Version + " du " + french.Date(d.Date) + "."
}

// anchor is the address of a heading within the page.
func anchor(i int) string { return "partie-" + strconv.Itoa(i+1) }

// contents are the headings of the first level.
func (v ShowView) contents() []ui.Link {
	var links []ui.Link
	for i, b := range v.Report.Document.Body {
		if h, ok := b.(document.Heading); ok && h.Level == 1 {
			links = append(links, ui.Link{Label: h.Text, Href: "#" + anchor(i)})
		}
	}
	return links
}

// footnotes are those of the whole document, in order; a note called twice is listed once.
func (v ShowView) footnotes() []string {
	var notes []string
	note := func(t document.Text) {
		for _, s := range t {
			if s.Footnote != "" && !slices.Contains(notes, s.Footnote) {
				notes = append(notes, s.Footnote)
			}
		}
	}
	for _, b := range v.Report.Document.Body {
		for _, t := range texts(b) {
			note(t)
		}
	}
	return notes
}

func (v ShowView) footnote(text string) string {
	return strconv.Itoa(slices.Index(v.footnotes(), text) + 1)
}

func texts(b document.Block) []document.Text {
	switch b := b.(type) {
	case document.Paragraph:
		return []document.Text{b.Text}
	case document.List:
		return b.Items
	case document.Callout:
		return b.Text
	case document.Definitions:
		var all []document.Text
		for _, d := range b.Items {
			all = append(all, d.Text)
		}
		return all
	}
	return nil
}

// drawing is a figure in its two widths; figures are numbered in the order of the document.
func (v ShowView) drawing(at int, f document.Figure) string {
	n := 0
	for _, b := range v.Report.Document.Body[:at] {
		if _, ok := b.(document.Figure); ok {
			n++
		}
	}
	return chart.Responsive(fmt.Sprintf("figure-%d", n+1), func(format chart.Format) chart.Scene {
		if format == chart.Narrow && n < len(v.Report.Narrow) {
			return v.Report.Narrow[n]
		}
		return f.Scene
	})
}

// broken says whether the block opens a page on paper.
func (v ShowView) broken(at int) bool {
	if at == 0 {
		return false
	}
	_, ok := v.Report.Document.Body[at-1].(document.PageBreak)
	return ok
}

func columns(t document.Table) []ui.Column {
	var all []ui.Column
	for i, c := range t.Columns {
		all = append(all, ui.Column{Label: unbroken(c.Title), Unit: c.Unit, Numeric: right(t, i)})
	}
	return all
}

// right says whether a column is set to the right, as numbers are.
func right(t document.Table, column int) bool {
	switch t.Columns[column].Align {
	case document.Right:
		return true
	case document.Auto:
		return slices.ContainsFunc(t.Rows, func(r document.Row) bool { return r.Cells[column].Numeric() })
	}
	return false
}

func body(t document.Table, total bool) []document.Row {
	return slices.DeleteFunc(slices.Clone(t.Rows), func(r document.Row) bool { return r.Total != total })
}

// calls are the distinct notes of a table's cells, in order. A reason why there is no value stands in its cell already.
func calls(t document.Table) []string {
	var notes []string
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			if c.Note != "" && !slices.Contains(notes, c.Note) {
				notes = append(notes, c.Note)
			}
		}
	}
	return notes
}

// letter calls a note: a to z, then aa, ab…
func letter(notes []string, note string) string { return letters(slices.Index(notes, note)) }

func letters(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return letters(i/26-1) + letters(i%26)
}

// note says in words, for a screen reader, what the letter of a note is.
func note(n int) string {
	return strings.TrimSpace(fmt.Sprintf("%s du tableau", french.Plural(n, "note", "notes")))
}

// foot is the rows of totals, nil when there are none.
func foot(t document.Table) templ.Component {
	if len(body(t, true)) == 0 {
		return nil
	}
	return rows(t, true)
}
