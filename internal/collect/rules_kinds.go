package collect

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/french"
	"copil/internal/site"
)

// apply judges one rule.
func (j *judge) apply(r convention.Rule) {
	switch r.Kind {
	case convention.AtMost:
		j.atMost(r)
	case convention.RowsAtMost:
		j.rowsAtMost(r)
	case convention.Equal:
		j.equal(r)
	case convention.Balance:
		j.balance(r)
	case convention.Variation:
		j.variation(r)
	case convention.NeverLower:
		j.neverLower(r)
	case convention.Cumulated:
		j.cumulated(r)
	case convention.Together:
		j.together(r)
	case convention.Least:
		j.least(r)
	case convention.Control:
		j.control(r)
	case convention.Dated:
		j.dated(r)
	case convention.PriorityArea:
		j.priorityArea(r)
	case convention.ValidSiren:
		j.identifiers(r)
	case convention.Names:
		j.names(r)
	}
}

// or is a parameter, or what it is when the rule does not give it.
func or(n *decimal.Decimal, otherwise int64) decimal.Decimal {
	if n == nil {
		return decimal.NewFromInt(otherwise)
	}
	return *n
}

func (j *judge) sides(from answers, r convention.Rule) (left, right decimal.Decimal, known bool) {
	left, known = j.sum(from, r.Left...)
	right, also := j.sum(from, r.Right...)
	return left, right, known && also
}

func (j *judge) atMost(r convention.Rule) {
	left, right, known := j.sides(j.now, r)
	factor := or(r.Factor, 1)
	if !known || left.LessThanOrEqual(factor.Mul(right)) {
		return
	}
	detail := j.side(j.now, r.Left) + "\u00a0; " + j.side(j.now, r.Right)
	if r.Factor != nil {
		detail += " (" + j.figure("", factor) + "\u00a0×\u00a0" + j.figure(r.At, right) + " = " + j.figure(r.At, factor.Mul(right)) + ")"
	}
	j.say(r, r.At, box{}, detail+".")
}

// rowsAtMost says in one finding all the rows in which left is above right.
func (j *judge) rowsAtMost(r convention.Rule) {
	list := j.measures[r.Left[0].Measure].RowList
	if list == nil { // not asked
		return
	}
	var rows []string
	for _, item := range j.items[*list] {
		row := r
		row.Left, row.Right = inRow(r.Left, item.ItemCode), inRow(r.Right, item.ItemCode)
		if left, right, known := j.sides(j.now, row); known && above(r, left, right) {
			rows = append(rows, j.side(j.now, row.Left)+"\u00a0; "+j.side(j.now, row.Right)+".")
		}
	}
	if len(rows) > mostNamed {
		rows = append(rows[:mostNamed], "Et d’autres lignes.")
	}
	if len(rows) > 0 {
		j.say(r, r.At, box{}, strings.Join(rows, " "))
	}
}

// above reports whether left is above right by more than a rule tolerates.
func above(r convention.Rule, left, right decimal.Decimal) bool {
	excess := left.Sub(right)
	return excess.GreaterThan(or(r.Allowance, 0)) && excess.Mul(decimal.NewFromInt(100)).GreaterThan(or(r.Percent, 0).Mul(right))
}

// inRow restricts terms to one row of their tables.
func inRow(terms []convention.Term, item string) []convention.Term {
	terms = slices.Clone(terms)
	for i := range terms {
		terms[i].Rows = []string{item}
	}
	return terms
}

func (j *judge) equal(r convention.Rule) {
	if left, right, known := j.sides(j.now, r); known && !left.Equal(right) {
		j.say(r, r.At, box{}, j.side(j.now, r.Left)+"\u00a0; "+j.side(j.now, r.Right)+".")
	}
}

// at is what the rule's own measure is now and was in the period before.
func (j *judge) at(r convention.Rule) (now, before decimal.Decimal, known bool) {
	own := convention.Term{Measure: r.At}
	now, known = j.sum(j.now, own)
	before, also := j.sum(j.before, own)
	return now, before, known && also
}

func (j *judge) balance(r convention.Rule) {
	now, before, known := j.at(r)
	left, right, also := j.sides(j.now, r)
	want := before.Add(left).Sub(right)
	if known && also && !now.Equal(want) {
		j.say(r, r.At, box{}, j.named(convention.Term{Measure: r.At}, now)+"\u00a0; attendu\u00a0: "+j.figure(r.At, want)+", soit "+
			j.figure(r.At, before)+" à la période précédente, plus "+j.figure(r.At, left)+", moins "+j.figure(r.At, right)+".")
	}
}

func (j *judge) variation(r convention.Rule) {
	now, before, known := j.at(r)
	change := now.Sub(before).Abs()
	if !known || change.LessThanOrEqual(or(r.Allowance, 0)) || change.Mul(decimal.NewFromInt(100)).LessThanOrEqual(or(r.Percent, 0).Mul(before)) {
		return
	}
	j.say(r, r.At, box{}, j.compared(r, now, before)+".")
}

// compared writes a figure beside that of the period before.
func (j *judge) compared(r convention.Rule, now, before decimal.Decimal) string {
	return j.named(convention.Term{Measure: r.At}, now) + ", contre " + j.figure(r.At, before) + " à la période précédente"
}

func (j *judge) neverLower(r convention.Rule) {
	if now, before, known := j.at(r); known && now.LessThan(before) {
		j.say(r, r.At, box{}, j.compared(r, now, before)+".")
	}
}

// cumulated adds this period to those before it; in the first one there is
// nothing before.
func (j *judge) cumulated(r convention.Rule) {
	left, right, known := j.sides(j.now, r)
	if !known {
		return
	}
	if len(j.Earlier) > 0 {
		leftBefore, rightBefore, also := j.sides(j.earlier, r)
		if !also {
			return
		}
		left, right = left.Add(leftBefore), right.Add(rightBefore)
	}
	if left.GreaterThan(right) {
		j.say(r, r.At, box{}, "Depuis le début, "+j.figure(r.At, left)+" pour "+j.figure(r.At, right)+".")
	}
}

func (j *judge) together(r convention.Rule) {
	if left, right, known := j.sides(j.now, r); known && left.IsZero() != right.IsZero() {
		j.say(r, r.At, box{}, j.side(j.now, r.Left)+"\u00a0; "+j.side(j.now, r.Right)+".")
	}
}

func (j *judge) least(r convention.Rule) {
	left, right, known := j.sides(j.now, r)
	if known && left.IsPositive() && right.LessThan(or(r.Factor, 1)) {
		j.say(r, r.At, box{}, j.side(j.now, r.Left)+"\u00a0; "+j.side(j.now, r.Right)+".")
	}
}

// control compares a total typed beside a table with the sum of its cells. A
// table that is not full has no sum yet.
func (j *judge) control(r convention.Rule) {
	for _, t := range r.Left {
		typed, given := j.Controls[t.Measure]
		if sum, known := j.sum(j.now, t); given && known && !sum.Equal(typed) {
			j.say(r, t.Measure, box{}, "Total saisi\u00a0: "+j.figure(t.Measure, typed)+"\u00a0; somme des cases\u00a0: "+j.figure(t.Measure, sum)+".")
		}
	}
}

// dated looks for figures of entries that do not exist yet on the period's last day.
func (j *judge) dated(r convention.Rule) {
	for _, t := range r.Left {
		m := j.measures[t.Measure]
		if m.RowList == nil {
			continue
		}
		for _, b := range j.boxes(m) {
			c := j.now[[3]string{t.Measure, b.row, b.column}]
			i := slices.IndexFunc(j.items[*m.RowList], func(i convention.Item) bool { return i.ItemCode == b.row })
			item := j.items[*m.RowList][i]
			if item.SinceOn != nil && item.SinceOn.After(j.Period.EndsOn) && t.Reads(t.Measure, b.row, b.column) && c.Number != nil && c.Number.IsPositive() {
				j.say(r, t.Measure, b, item.Label+"\u00a0: depuis le "+french.Date(*item.SinceOn)+".")
			}
		}
	}
}

// priorityArea looks for figures on a site that was in no priority area by the
// period's last day. One that was is not blamed: what counts is the day on which
// each agreement was signed, which may be an earlier one.
func (j *judge) priorityArea(r convention.Rule) {
	was := slices.ContainsFunc(j.Zonings, func(z site.Zoning) bool {
		return z.Zoning != site.NoZoning && !z.SinceOn.After(j.Period.EndsOn)
	})
	for _, t := range r.Left {
		if n, known := j.sum(j.now, t); j.OnSite && !was && known && n.IsPositive() {
			j.say(r, t.Measure, box{}, j.named(t, n)+".")
		}
	}
}
