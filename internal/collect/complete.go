package collect

import (
	"slices"
	"strings"

	"copil/internal/convention"
	"copil/internal/fault"
	"copil/internal/french"
)

// Blocking returns, by measure, what keeps a case from being handed in: what has
// no answer yet and must have one, the rules that it breaks, and alerts that nobody explained.
func Blocking(c Case) fault.Fields {
	bad, optional := Hindrances(c, Check(c)), c.Optional()
	say := func(measure, message string) { bad.Add(measure, message+c.closed(measure)) }
	for _, m := range c.Measures {
		given := slices.DeleteFunc(slices.Clone(c.Now), func(a Cell) bool { return a.MeasureCode != m.MeasureCode })
		switch empty := EmptyBoxes(m, c.Items, given); {
		case m.Source == convention.FromPosts, len(given) == 0 && optional[m.MeasureCode]:
		case len(given) == 0 && m.RowList != nil:
			say(m.MeasureCode, "Remplissez le tableau, ou choisissez «\u00a0non renseigné\u00a0» ou «\u00a0sans objet\u00a0».")
		case len(given) == 0:
			say(m.MeasureCode, "Saisissez un nombre, ou choisissez «\u00a0non renseigné\u00a0» ou «\u00a0sans objet\u00a0».")
		case given[0].State == NotApplicable && given[0].Reason == "":
			say(m.MeasureCode, "Indiquez pourquoi c’est sans objet.")
		case len(empty) > 0:
			say(m.MeasureCode, emptyMessage(empty))
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
