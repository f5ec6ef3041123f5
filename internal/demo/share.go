package demo

import (
	"cmp"
	"slices"
)

// apportion splits a total in proportion to weights, in whole numbers, by the
// largest remainders; of equal remainders the first wins. Without any weight it
// gives nothing.
func apportion(total int, weights []int) []int {
	parts := make([]int, len(weights))
	sum := add(weights)
	if sum == 0 {
		return parts
	}
	order, left := make([]int, len(weights)), total
	for i, w := range weights {
		order[i] = i
		parts[i] = total * w / sum
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(total*weights[b]%sum, total*weights[a]%sum)
	})
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}

// spread fills a table of whole numbers with given totals of rows and columns,
// which must have the same sum, close to proportional.
func spread(rows, columns []int) [][]int {
	left := slices.Clone(columns)
	table := make([][]int, len(rows))
	for i, total := range rows {
		table[i] = apportion(total, left)
		for j, n := range table[i] {
			left[j] -= n
		}
	}
	return table
}

func add(numbers []int) (sum int) {
	for _, n := range numbers {
		sum += n
	}
	return sum
}
