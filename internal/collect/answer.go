package collect

import (
	"cmp"
	"maps"
	"slices"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/french"
)

func (a answer) same(b answer) bool { return a.sameFigures(b) && a.Comment == b.Comment }

// sameFigures compares two answers, whatever their comments.
func (a answer) sameFigures(b answer) bool {
	return a.State == b.State && a.Reason == b.Reason && slices.Equal(a.Identifiers, b.Identifiers) &&
		maps.EqualFunc(a.Numbers, b.Numbers, decimal.Decimal.Equal)
}

// cells are the answer as Save takes it: the comment stands once, on the first
// cell.
func (a answer) cells(m convention.Measure, items []convention.Item) []Cell {
	cell := Cell{MeasureCode: m.MeasureCode, State: a.State, Reason: a.Reason, Comment: a.Comment}
	if a.State != Number {
		return []Cell{cell}
	}
	var cells []Cell
	for _, b := range boxesOf(m, items) {
		n, given := a.Numbers[b.place()]
		if !given {
			continue
		}
		c := cell
		c.RowItem, c.ColumnItem, c.Number, c.Identifiers = b.row.ItemCode, b.column.ItemCode, &n, a.Identifiers
		cells = append(cells, c)
		cell.Comment = ""
	}
	return cells
}

// changes lists what differs between two answers to a measure, as people read it.
func changes(m convention.Measure, items []convention.Item, before, after answer) (list []Change) {
	label := cmp.Or(m.Headline, m.Label)
	whole := before.State != Number && after.State != Number
	for _, b := range boxesOf(m, items) {
		was, is := before.shown(b.place(), m), after.shown(b.place(), m)
		if was == is {
			continue
		}
		c := Change{label, was, is}
		for _, item := range []convention.Item{b.row, b.column} {
			if item.Label != "" && !whole {
				c.Label += ", " + item.Label
			}
		}
		if list = append(list, c); whole {
			break
		}
	}
	if before.Comment != after.Comment {
		list = append(list, Change{label + ", commentaire", before.Comment, after.Comment})
	}
	return list
}

func (a answer) shown(at box, m convention.Measure) string {
	n, given := a.Numbers[at]
	switch {
	case a.State == Missing:
		return answerMissing
	case a.State == NotApplicable:
		return answerNotApplicable + " (" + a.Reason + ")"
	case !given:
		return ""
	case m.Source == convention.Identifiers:
		return french.Decimal(n, 0) + " (" + a.list() + ")"
	}
	return french.Decimal(n, int32(m.Places))
}
