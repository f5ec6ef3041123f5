package funding

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"
)

// hundred is a whole, in percent.
var hundred = decimal.NewFromInt(100)

// ShareOut cuts an amount of euros into parts in proportion to weights, each to
// the cent, so that the parts sum to the amount: every part is first rounded
// down, and the cents left over go to those that lost most by it (largest
// remainders), the earlier one first where two lost the same. Weights are not
// negative; parts are zero where all weights are.
func ShareOut(amount decimal.Decimal, weights []decimal.Decimal) []decimal.Decimal {
	sum := new(big.Rat)
	for _, w := range weights {
		sum.Add(sum, w.Rat())
	}
	exact := make([]*big.Rat, len(weights))
	for i, w := range weights {
		exact[i] = new(big.Rat)
		if sum.Sign() > 0 {
			exact[i].Quo(new(big.Rat).Mul(amount.Rat(), w.Rat()), sum)
		}
	}
	return toCents(exact)
}

// toCents rounds amounts to the cent by largest remainders, so that they sum to
// their exact sum rounded to the cent. No exact zero becomes a cent.
func toCents(exact []*big.Rat) []decimal.Decimal {
	parts, lost := make([]*big.Int, len(exact)), make([]*big.Rat, len(exact))
	sum, left := new(big.Rat), new(big.Int)
	for i, e := range exact {
		sum.Add(sum, e)
		cents := new(big.Rat).Mul(e, big.NewRat(100, 1))
		parts[i] = floor(cents)
		lost[i] = cents.Sub(cents, new(big.Rat).SetInt(parts[i]))
		left.Sub(left, parts[i])
	}
	half := new(big.Rat).Add(sum.Mul(sum, big.NewRat(100, 1)), big.NewRat(1, 2))
	left.Add(left, floor(half))

	order := make([]int, len(exact))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return lost[b].Cmp(lost[a]) })
	found := make([]decimal.Decimal, len(exact))
	for rank, i := range order {
		if int64(rank) < left.Int64() {
			parts[i].Add(parts[i], big.NewInt(1))
		}
		found[i] = decimal.NewFromBigInt(parts[i], -2)
	}
	return found
}

// floor is the largest whole number not above r.
func floor(r *big.Rat) *big.Int { return new(big.Int).Div(r.Num(), r.Denom()) }
