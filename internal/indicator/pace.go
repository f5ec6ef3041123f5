package indicator

import (
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
)

// Pace says how far a cumulative count is from its target and how fast it would
// have to grow.
type Pace struct {
	Target    decimal.Decimal
	Share     decimal.Decimal // of the target reached, as a ratio
	Remaining decimal.Decimal
	Gained    decimal.Decimal // over the last period
	Periods   int             // left until the convention's end, after the one read
	Needed    decimal.Decimal // per period left, rounded up; zero when none is left
}

// Pace compares a reading with its target. periods are those of the convention,
// before is the reading of the period before.
func (r Reading) Pace(target decimal.Decimal, before Reading, periods []convention.Period, end time.Time) Pace {
	p := Pace{Target: target, Remaining: decimal.Max(target.Sub(r.Value), decimal.Zero), Gained: r.Value.Sub(before.Value)}
	if !target.IsZero() {
		p.Share = r.Value.Div(target)
	}
	for _, period := range periods {
		if period.StartsOn.After(r.Period.EndsOn) && !period.EndsOn.After(end) {
			p.Periods++
		}
	}
	if p.Periods > 0 {
		p.Needed = p.Remaining.Div(decimal.NewFromInt(int64(p.Periods))).Ceil()
	}
	return p
}
