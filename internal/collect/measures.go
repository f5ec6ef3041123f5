package collect

import (
	"context"
	"slices"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/pg"
	"copil/internal/site"
)

// Asked returns the measures that a reporter enters or that Copil counts for it,
// in the order of the form.
func Asked(measures []convention.Measure, reporter string) []convention.Measure {
	return slices.DeleteFunc(slices.Clone(measures), func(m convention.Measure) bool {
		return !slices.Contains(m.EnteredBy, reporter) && (m.Source != convention.FromPosts || reporter != "structure")
	})
}

// withPosts replaces what is counted from posts by the count of the period's
// last day.
func (l loaded) withPosts(ctx context.Context, tx *pg.Tx, cells []Cell) ([]Cell, error) {
	if l.Reporter != "structure" {
		return cells, nil
	}
	n, err := site.CountPosts(ctx, tx, l.OrganisationID, l.SiteID, l.period.EndsOn)
	if err != nil {
		return nil, err
	}
	counted := FromPosts(n)
	cells = slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { _, derived := counted[c.MeasureCode]; return derived })
	for _, m := range l.measures {
		if n, derived := counted[m.MeasureCode]; derived {
			cells = append(cells, Cell{MeasureCode: m.MeasureCode, State: Number, Number: new(decimal.NewFromInt(int64(n)))})
		}
	}
	return cells, nil
}

// FromPosts names the measures that are counted from posts.
func FromPosts(n site.Counts) map[string]int {
	return map[string]int{
		"posts_open":                n.Open,
		"posts_filled":              n.Filled,
		"jobs_created":              n.Created,
		"jobs_created_still_open":   n.CreatedOpen,
		"jobs_consolidated":         n.Consolidated,
		"jobs_created_consolidated": n.CreatedConsolidated,
	}
}
