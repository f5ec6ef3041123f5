package collect

import (
	"strings"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/french"
)

// judge applies rules to one case and keeps what they find.
type judge struct {
	Case
	measures map[string]convention.Measure
	items    map[string][]convention.Item // by list
	now      answers
	before   answers
	earlier  answers
	found    []Finding
}

// answers are cells by measure, row and column.
type answers map[[3]string]Cell

func newJudge(c Case) *judge {
	j := &judge{Case: c, measures: map[string]convention.Measure{}, items: map[string][]convention.Item{},
		now: byPlace(c.Now), before: byPlace(c.Before), earlier: byPlace(c.Earlier)}
	for _, m := range c.Measures {
		j.measures[m.MeasureCode] = m
	}
	for _, i := range c.Items {
		j.items[i.ListCode] = append(j.items[i.ListCode], i)
	}
	return j
}

func byPlace(cells []Cell) answers {
	all := answers{}
	for _, c := range cells {
		all[[3]string{c.MeasureCode, c.RowItem, c.ColumnItem}] = c
	}
	return all
}

// box is one place for a number in a measure's table; a measure without table is
// one box.
type box struct{ row, column string }

func (j *judge) boxes(m convention.Measure) []box {
	if m.RowList == nil {
		return []box{{}}
	}
	var all []box
	for _, row := range j.items[*m.RowList] {
		if m.ColumnList == nil {
			all = append(all, box{row.ItemCode, ""})
			continue
		}
		for _, column := range j.items[*m.ColumnList] {
			all = append(all, box{row.ItemCode, column.ItemCode})
		}
	}
	return all
}

// sum adds up terms; it is not known when one box is without a number.
func (j *judge) sum(from answers, terms ...convention.Term) (total decimal.Decimal, known bool) {
	for _, t := range terms {
		m, asked := j.measures[t.Measure]
		if !asked {
			return total, false
		}
		for _, b := range j.boxes(m) {
			if !t.Reads(t.Measure, b.row, b.column) {
				continue
			}
			c := from[[3]string{t.Measure, b.row, b.column}]
			if c.State != Number || c.Number == nil {
				return total, false
			}
			total = total.Add(*c.Number)
		}
	}
	return total, true
}

// say keeps a finding, if its measure is asked.
func (j *judge) say(r convention.Rule, at string, b box, detail string) {
	if _, asked := j.measures[at]; !asked && at != "" {
		return
	}
	j.found = append(j.found, Finding{Number: r.Number, Level: r.Level, Measure: at, Row: b.row, Column: b.column,
		Message: strings.TrimSpace(r.Message + " " + detail), Warning: r.Kind == convention.Names, Total: r.Kind == convention.Control})
}

// named writes what a term counts and how much it is: « Médiateurs en poste : 12 ».
func (j *judge) named(t convention.Term, n decimal.Decimal) string {
	m := j.measures[t.Measure]
	name := m.Label
	var parts []string
	for _, restricted := range []struct {
		list  *string
		items []string
	}{{m.RowList, t.Rows}, {m.ColumnList, t.Columns}} {
		for _, code := range restricted.items {
			parts = append(parts, j.label(restricted.list, code))
		}
	}
	if len(parts) > 0 {
		name += " (" + strings.Join(parts, ", ") + ")"
	}
	return name + "\u00a0: " + j.figure(t.Measure, n)
}

func (j *judge) label(list *string, item string) string {
	if list != nil {
		for _, i := range j.items[*list] {
			if i.ItemCode == item {
				return i.Label
			}
		}
	}
	return item
}

// side writes one side of a comparison, term by term.
func (j *judge) side(from answers, terms []convention.Term) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		n, _ := j.sum(from, t)
		parts[i] = j.named(t, n)
	}
	return strings.Join(parts, "\u00a0; ")
}

// figure writes a number with the decimals of its measure, or none if it is whole.
func (j *judge) figure(measure string, n decimal.Decimal) string {
	if n.IsInteger() {
		return french.Decimal(n, 0)
	}
	return french.Decimal(n, int32(max(j.measures[measure].Places, 2)))
}
