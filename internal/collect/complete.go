package collect

import (
	"slices"
	"strings"

	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
)

// Broken returns which rules the answers break, by measure. A table with empty
// boxes has no total yet, so that no rule speaks of it.
func Broken(measures []convention.Measure, items []convention.Item, cells []Cell) fault.Fields {
	t, unknown := Totals{}, map[string]bool{}
	for _, m := range measures {
		unknown[m.MeasureCode] = len(EmptyBoxes(m, items, cells)) > 0
	}
	for _, c := range cells {
		if c.State != Number || c.Number == nil {
			unknown[c.MeasureCode] = true
			continue
		}
		t[c.MeasureCode] = t[c.MeasureCode].Add(*c.Number)
	}
	for code, is := range unknown {
		if is {
			delete(t, code)
		}
	}
	return t.Check()
}

// Blocking returns, by measure, what keeps answers from being handed in: the
// rules they break, and what has no answer yet.
func Blocking(measures []convention.Measure, items []convention.Item, cells []Cell) fault.Fields {
	bad := Broken(measures, items, cells)
	for _, m := range measures {
		given := slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.MeasureCode != m.MeasureCode })
		switch empty := EmptyBoxes(m, items, given); {
		case m.Source == convention.FromPosts:
		case len(given) == 0 && m.RowList != nil:
			bad.Add(m.MeasureCode, "Remplissez le tableau, ou choisissez «\u00a0non renseigné\u00a0» ou «\u00a0sans objet\u00a0».")
		case len(given) == 0:
			bad.Add(m.MeasureCode, "Saisissez un nombre, ou choisissez «\u00a0non renseigné\u00a0» ou «\u00a0sans objet\u00a0».")
		case given[0].State == NotApplicable && given[0].Reason == "":
			bad.Add(m.MeasureCode, "Indiquez pourquoi c’est sans objet.")
		case len(empty) > 0:
			bad.Add(m.MeasureCode, emptyMessage(empty))
		}
	}
	return bad
}

// mostNamed bounds the boxes that a message names one by one.
const mostNamed = 3

func emptyMessage(empty []string) string {
	named := strings.Join(empty[:min(len(empty), mostNamed)], "\u00a0; ")
	if len(empty) > mostNamed {
		named += "\u00a0…"
	}
	return french.Plural(len(empty), "case vide", "cases vides") + " (" + named + "). Saisissez des nombres, 0 compris, ou choisissez «\u00a0non renseigné\u00a0» pour tout le tableau."
}

// EmptyBoxes names the boxes without a number in a table that was begun, by row
// and column. A table without any answer has none: it is unanswered as a whole.
func EmptyBoxes(m convention.Measure, items []convention.Item, cells []Cell) (names []string) {
	filled := map[[2]string]bool{}
	for _, c := range cells {
		if c.MeasureCode != m.MeasureCode {
			continue
		}
		if c.State != Number {
			return nil
		}
		filled[[2]string{c.RowItem, c.ColumnItem}] = true
	}
	if m.RowList == nil || len(filled) == 0 {
		return nil
	}
	for _, row := range items {
		if row.ListCode != *m.RowList {
			continue
		}
		if m.ColumnList == nil {
			if !filled[[2]string{row.ItemCode, ""}] {
				names = append(names, row.Label)
			}
			continue
		}
		for _, column := range items {
			if column.ListCode == *m.ColumnList && !filled[[2]string{row.ItemCode, column.ItemCode}] {
				names = append(names, row.Label+", "+column.Label)
			}
		}
	}
	return names
}
