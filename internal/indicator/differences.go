package indicator

import (
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"copil/internal/convention"
)

// Hidden says whether the total of terms for a period must be hidden from who may
// not see the parts: because it is Masked, or because what it has changed by,
// since an earlier total that they may see, tells about one structure. The
// earlier one stays: what was published cannot be taken back.
//
// Who knows the figures of one organisation must not learn another's by
// subtraction, so that all is judged without it; uuid.Nil leaves nobody out.
func (d Data) Hidden(terms []convention.Term, period convention.Period, but uuid.UUID) bool {
	var told []map[string]decimal.Decimal
	for _, p := range d.Periods {
		asked := p.PeriodCode == period.PeriodCode
		if !asked && p.ValidatedOn == nil {
			continue // nobody saw its total who may not see the parts
		}
		parts := d.By(terms, p, func(f Fact) string { return f.OrganisationID.String() })
		delete(parts, but.String())
		hidden := Masked(slices.Collect(maps.Values(parts))) ||
			slices.ContainsFunc(told, func(before map[string]decimal.Decimal) bool { return telling(before, parts) })
		if asked {
			return hidden
		}
		if !hidden {
			told = append(told, parts)
		}
	}
	return true // no such period
}

// telling says whether the difference between two totals tells about one
// structure: fewer than three of them changed, or one makes above 85 % of all
// changes. Small changes are no small cells.
func telling(before, after map[string]decimal.Decimal) bool {
	all, largest, changed := decimal.Zero, decimal.Zero, 0
	structures := maps.Clone(before)
	maps.Copy(structures, after)
	for s := range structures {
		change := after[s].Sub(before[s]).Abs()
		if change.IsPositive() {
			changed++
			all = all.Add(change)
			largest = decimal.Max(largest, change)
		}
	}
	return changed > 0 && (changed < fewestStructures || largest.GreaterThan(all.Mul(decimal.RequireFromString(largestShare))))
}
