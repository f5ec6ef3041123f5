package indicator

import (
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/chart"
	"copil/internal/convention"
	"copil/internal/french"
)

// Trajectory draws an indicator on its way to its target, in two parts where its
// formula has two terms.
func (d Data) Trajectory(ind convention.Indicator, today, end time.Time) chart.Trajectory {
	t := chart.Trajectory{Title: ind.Label, Lower: ind.Unit}
	split := len(ind.Formula.Numerator) == 2
	if split {
		t.Lower, t.Upper = d.name(ind.Formula.Numerator[0]), d.name(ind.Formula.Numerator[1])
	}
	for i, r := range d.SinceStart(ind) {
		step := chart.Step{Period: d.column(r, today)}
		if r.Known && !step.Ahead {
			step.Lower = known(r.Value)
			if parts := d.PartsOf(ind, d.Periods[i]); split {
				step.Lower, step.Upper = known(parts[0].Value), known(parts[1].Value)
			}
		}
		t.Steps = append(t.Steps, step)
	}
	if ind.Target != nil {
		t.Target = chart.Goal{Value: known(*ind.Target), Label: "cible, fin " + end.Format("2006")}
	}
	return t
}

// Stock draws how many there are at the end of each period, and the first
// baseline apart: it is of another perimeter.
func (d Data) Stock(ind convention.Indicator, today time.Time) chart.Stock {
	s := chart.Stock{Title: ind.Label, Name: d.name(ind.Formula.Numerator[0]), Constant: "à périmètre constant", Remark: "Sous chaque période : structures qui ont déclaré, sur celles attendues."}
	for _, r := range d.Series(ind) {
		reading := chart.Reading{Period: d.column(r, today)}
		if r.Known && !reading.Ahead {
			reading.Value = known(r.Value)
		}
		s.Readings = append(s.Readings, reading)
	}
	for _, b := range ind.Baselines {
		if b.Year > 0 {
			s.Mark = &chart.Range{At: b.At(), Label: "repère " + b.At() + ", autre champ", Low: b.Minimum, High: b.Maximum}
			break
		}
	}
	return s
}

// Bars draws a flow, one bar a period.
func (d Data) Bars(ind convention.Indicator, today time.Time) chart.Bars {
	bars := chart.Bars{Title: ind.Label, Name: ind.Unit}
	for _, r := range d.Series(ind) {
		if r.Period.StateOn(today) == convention.PeriodClosed {
			continue
		}
		row := chart.Row{Label: r.Period.PeriodCode}
		if r.Known {
			row.Value = known(r.Value)
		}
		bars.Rows = append(bars.Rows, row)
	}
	return bars
}

func (d Data) column(r Reading, today time.Time) chart.Period {
	c := chart.Period{Label: r.Period.PeriodCode, Provisional: r.Provisional}
	if r.Period.StateOn(today) == convention.PeriodClosed {
		return chart.Period{Label: c.Label, Ahead: true}
	}
	if r.Coverage.StructuresExpected > 0 {
		c.Note = french.Int(r.Coverage.Structures) + "/" + french.Int(r.Coverage.StructuresExpected)
	}
	return c
}

func known(d decimal.Decimal) decimal.NullDecimal { return decimal.NewNullDecimal(d) }
