package indicator

import (
	"slices"

	"github.com/shopspring/decimal"

	"copil/internal/convention"
)

// Headline returns the active indicator that the dashboard shows first for what:
// convention.Progress or convention.StockFigure. Not every convention has both.
func Headline(indicators []convention.Indicator, what string) (convention.Indicator, bool) {
	i := slices.IndexFunc(indicators, func(ind convention.Indicator) bool { return ind.Headline == what && ind.Status == "active" })
	if i < 0 {
		return convention.Indicator{}, false
	}
	return indicators[i], true
}

// SinceStart reads an indicator for every period as what was reached since the
// convention's start: a cumulative count as it is, a flow added up over periods.
// A period without any figure is not known.
func (d Data) SinceStart(ind convention.Indicator) []Reading {
	series := d.Series(ind)
	if ind.AcrossPeriods != "sum" {
		return series
	}
	total := decimal.Zero
	for i := range series {
		if series[i].Known {
			total = total.Add(series[i].Value)
			series[i].Value, series[i].Numerator = total, total
		}
	}
	return series
}

// Part is one term of a formula as a figure of its own: "créés", "consolidés".
type Part struct {
	Label string
	Value decimal.Decimal
	Known bool
}

// PartsOf reads each term of an indicator's numerator by itself, named by its measure.
func (d Data) PartsOf(ind convention.Indicator, period convention.Period) []Part {
	var parts []Part
	for _, t := range ind.Formula.Numerator {
		p := Part{Label: d.name(t)}
		p.Value, p.Known, _ = d.sum([]convention.Term{t}, period, nil)
		parts = append(parts, p)
	}
	return parts
}

// name is what sentences and drawings call a term.
func (d Data) name(t convention.Term) string {
	if t.Word != "" {
		return t.Word
	}
	for _, m := range d.Measures {
		if m.MeasureCode == t.Measure {
			return m.Label
		}
	}
	return t.Measure
}

// Waits reports whether the submission holds a figure that the indicator would
// read, entered but not validated yet.
func (e Expectation) Waits(ind convention.Indicator) bool {
	return slices.ContainsFunc(ind.Formula.Measures(), func(m string) bool { return slices.Contains(e.Entered, m) })
}

// Waiting returns the states of the submissions that hold a figure which the
// indicator would read for a period, entered but not validated yet.
func (d Data) Waiting(ind convention.Indicator, period convention.Period) []string {
	var states []string
	for _, e := range d.Expectations {
		if e.PeriodCode == period.PeriodCode && e.Waits(ind) && !slices.Contains(states, e.State) {
			states = append(states, e.State)
		}
	}
	return states
}
