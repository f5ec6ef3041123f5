package indicator

import "github.com/shopspring/decimal"

// Masking thresholds (domain.md §8.1): small cells, and statistical secrecy.
const (
	smallestCell     = 5
	fewestStructures = 3
	largestShare     = "0.85"
)

// Masked says whether a total must be hidden from who may not see its parts:
// under 5, made of fewer than three structures, or of one above 85 %. parts are
// the contributions by structure; a zero contributes nothing.
func Masked(parts []decimal.Decimal) bool {
	total, largest, contributors := decimal.Zero, decimal.Zero, 0
	for _, p := range parts {
		if p.IsPositive() {
			contributors++
			total = total.Add(p)
			largest = decimal.Max(largest, p)
		}
	}
	if total.IsZero() {
		return false // nobody is revealed by nothing
	}
	return total.LessThan(decimal.NewFromInt(smallestCell)) ||
		contributors < fewestStructures ||
		largest.GreaterThan(total.Mul(decimal.RequireFromString(largestShare)))
}
