package server

import (
	"slices"

	"github.com/shopspring/decimal"

	"copil/internal/collect"
	"copil/internal/convention"
	"copil/internal/french"
	"copil/templates/submissions"
)

// changes compare the cells of a correction with those that are stored, beside
// those of the period before.
func changes(measures []convention.Measure, items []convention.Item, stored, proposed, before []collect.Cell) (list []submissions.Change) {
	for _, m := range measures {
		if !slices.ContainsFunc(proposed, answering(m)) {
			continue
		}
		at := map[[2]string][3]string{}
		var order [][2]string
		for i, cells := range [][]collect.Cell{stored, proposed, before} {
			for _, c := range cells {
				if c.MeasureCode != m.MeasureCode {
					continue
				}
				key := [2]string{c.RowItem, c.ColumnItem}
				if _, known := at[key]; !known {
					order = append(order, key)
				}
				texts := at[key]
				texts[i] = cellText(c, m)
				at[key] = texts
			}
		}
		for _, key := range order {
			if texts := at[key]; texts[0] != texts[1] {
				label := m.Label
				if place := cellPlace(m, items, key[0], key[1]); place != "" {
					label += ", " + place
				}
				list = append(list, submissions.Change{MeasureCode: m.MeasureCode, Label: label, Unit: m.Unit, Before: texts[0], After: texts[1], Earlier: texts[2]})
			}
		}
	}
	return list
}

// movedTotals are the sums of a period that a correction would move. Identifiers
// are left out: one and the same may stand in several submissions.
func movedTotals(measures []convention.Measure, sums []collect.ValidatedSum, stored, proposed []collect.Cell) (list []submissions.Change) {
	for _, m := range measures {
		i := slices.IndexFunc(sums, func(s collect.ValidatedSum) bool { return s.MeasureCode == m.MeasureCode })
		if i < 0 || m.Source == convention.Identifiers || !slices.ContainsFunc(proposed, answering(m)) {
			continue
		}
		after := sums[i].Number.Sub(numbersOf(stored, m)).Add(numbersOf(proposed, m))
		if !after.Equal(sums[i].Number) {
			list = append(list, submissions.Change{MeasureCode: m.MeasureCode, Label: m.Label, Unit: m.Unit,
				Before: french.Decimal(sums[i].Number, int32(m.Places)), After: french.Decimal(after, int32(m.Places))})
		}
	}
	return list
}

func answering(m convention.Measure) func(collect.Cell) bool {
	return func(c collect.Cell) bool { return c.MeasureCode == m.MeasureCode }
}

// numbersOf adds up the numbers that answer a measure; what is missing adds nothing.
func numbersOf(cells []collect.Cell, m convention.Measure) decimal.Decimal {
	sum := decimal.Zero
	for _, c := range cells {
		if c.MeasureCode == m.MeasureCode && c.Number != nil {
			sum = sum.Add(*c.Number)
		}
	}
	return sum
}
