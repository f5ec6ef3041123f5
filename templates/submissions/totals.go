package submissions

import (
	"maps"
	"strings"

	"github.com/a-h/templ"
	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/french"
	"copil/templates/ui"
)

// entry is the form of the figures, as the script needs it: marked, and whether
// what it holds is stored.
func (v View) entry() ui.Form {
	f := v.Form
	attrs := templ.Attributes{"data-entry": true, "autocomplete": "off", "data-unsaved": len(f.Problems) > 0 && f.Stored == "", "data-conflict": v.Conflict}
	maps.Copy(attrs, f.Attrs)
	f.Attrs = attrs
	return f
}

// in reports whether a box counts in the total of a row, of a column, or ("", "") of all.
func (b Box) in(row, column string) bool {
	return (row == "" || b.Row.ItemCode == row) && (column == "" || b.Column.ItemCode == column)
}

// total adds up what the form shows in the boxes of a row, of a column, or of the
// whole grid, which says when boxes are empty. What cannot be read is left out.
func (v View) total(m Measure, row, column string) string {
	sum, known, empty := decimal.Zero, false, false
	for _, b := range m.Boxes() {
		text := strings.TrimSpace(v.Form.Values.Get(b.Name))
		empty = empty || text == ""
		if n, err := french.ParseDecimal(text); err == nil && b.in(row, column) {
			sum, known = sum.Add(n), true
		}
	}
	switch {
	case !known:
		return ""
	case empty && row == "" && column == "":
		return french.Decimal(sum, int32(m.Places)) + " (partiel)"
	}
	return french.Decimal(sum, int32(m.Places))
}

// previous is what the period before says of a box, a row, a column or the whole
// grid; "" where it says nothing.
func (m Measure) previous(row, column string) string {
	if m.Before.State != collect.Number {
		return ""
	}
	sum, known := decimal.Zero, false
	for _, b := range m.Boxes() {
		if n, given := m.Before.Cells[[2]string{b.Row.ItemCode, b.Column.ItemCode}]; given && b.in(row, column) {
			sum, known = sum.Add(n), true
		}
	}
	if !known {
		return ""
	}
	return french.Decimal(sum, int32(m.Places))
}

// control asks for the total that a person knows from elsewhere.
func (m Measure) control() ui.Field {
	return ui.Field{
		Name: m.MeasureCode + TotalSuffix, Label: "Total de contrôle", Unit: m.Unit, Optional: true,
		Hint:  "Si vous connaissez le total par ailleurs, saisissez-le\u00a0: Copil le compare à la somme des cases.",
		Attrs: templ.Attributes{"data-title": m.label(Box{}) + ", total de contrôle"},
	}
}

// note explains a grid's small figures and its totals.
func (m Measure) note() string {
	const totals = "Les totaux additionnent les cases remplies."
	if m.Before.State != collect.Number {
		return totals
	}
	return totals + " En petit, la période précédente."
}
