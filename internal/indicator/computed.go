package indicator

import (
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
	"copil/internal/site"
)

// Computed is what Copil counts by itself: by what is counted
// (convention.ComputedActiveSites…), then by period.
type Computed map[string]map[string]int

// Compute counts the active sites on the last day of each period that has begun
// (A3-12), and the reports presented within it (G-02). Meetings are not followed
// yet, so that G-01 stays unknown.
func Compute(periods []convention.Period, states []site.StateCount, today time.Time) Computed {
	active, presented := map[string]int{}, map[string]int{}
	for _, p := range periods {
		if p.EndsOn.After(today) {
			continue
		}
		active[p.PeriodCode], presented[p.PeriodCode] = 0, 0
		for _, s := range states {
			if s.PeriodCode == p.PeriodCode && s.State == site.Actif {
				active[p.PeriodCode] += s.Sites
			}
		}
		for _, q := range periods {
			if on := q.PresentedOn; on != nil && !on.Before(p.StartsOn) && !on.After(p.EndsOn) && !on.After(today) {
				presented[p.PeriodCode]++ // each report counts, those of one day too
			}
		}
	}
	return Computed{convention.ComputedActiveSites: active, convention.ComputedPresentations: presented}
}

func (c Computed) read(what string, period convention.Period) Reading {
	n, known := c[what][period.PeriodCode]
	d := decimal.NewFromInt(int64(n))
	return Reading{Period: period, Known: known, Value: d, Numerator: d, Provisional: period.ValidatedOn == nil}
}
