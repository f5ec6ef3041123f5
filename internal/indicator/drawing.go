package indicator

import (
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"copil/internal/chart"
	"copil/internal/convention"
	"copil/internal/french"
)

const drawingRemark = "Sous chaque période\u00a0: structures dont la saisie validée donne ce chiffre, sur celles attendues."

// Trajectory draws an indicator on its way to its target, as known at the end of
// a period: in two parts where its formula has two terms, else in what was there
// before each period and what the period brought.
func (d Data) Trajectory(ind convention.Indicator, upTo convention.Period, end time.Time) chart.Trajectory {
	t := chart.Trajectory{Title: ind.Label, Lower: "acquis avant la période", Upper: "acquis pendant la période", Remark: drawingRemark}
	split := len(ind.Formula.Numerator) == 2
	if split {
		t.Lower, t.Upper = d.name(ind.Formula.Numerator[0]), d.name(ind.Formula.Numerator[1])
	}
	series := d.SinceStart(ind)
	if !several(series) {
		t.Remark = ""
	}
	before, now := Reading{}, Reading{}
	for i, r := range series {
		step := chart.Step{Period: d.column(ind, r, upTo), Least: r.AtLeast}
		switch parts := d.PartsOf(ind, d.Periods[i]); {
		case step.Ahead || !r.Known:
		case split:
			step.Lower, step.Upper = parts[0].null(), parts[1].null()
		default:
			old := decimal.Min(now.Value, r.Value)
			step.Lower, step.Upper = known(old), known(r.Value.Sub(old))
		}
		if !step.Ahead {
			before, now = now, r
		}
		t.Steps = append(t.Steps, step)
	}
	if ind.Target == nil {
		return t
	}
	t.Target = chart.Goal{Value: known(*ind.Target), Label: "cible, fin " + end.Format("2006")}
	if pace := now.Pace(*ind.Target, before, d.Periods, end); now.Known && pace.Needed.IsPositive() {
		_, each := upTo.Rhythm()
		t.Target.Pace = french.SignedDecimal(pace.Needed, int32(ind.Places)) + " " + each
	}
	return t
}

// Stock draws how many there are at the end of each period, as known at the end
// of one, and the first range that the act dates apart: it is of another
// perimeter. Where the coverage changes, a second line compares the same structures.
func (d Data) Stock(ind convention.Indicator, upTo convention.Period) chart.Stock {
	s := chart.Stock{Title: ind.Label, Name: d.name(ind.Formula.Numerator[0]), Constant: "à périmètre constant", Remark: drawingRemark}
	series := d.Series(ind)
	if !several(series) {
		s.Remark = ""
	}
	for _, r := range series {
		reading := chart.Reading{Period: d.column(ind, r, upTo)}
		if r.Known && !reading.Ahead {
			reading.Value = known(r.Value)
		}
		if c, ok := d.changed(ind, r.Period); ok && !reading.Ahead {
			reading.Constant = known(c.Now)
			if last := &s.Readings[len(s.Readings)-1]; !last.Constant.Valid { // the line starts where the comparison does
				last.Constant = known(c.Before)
			}
		}
		s.Readings = append(s.Readings, reading)
	}
	for _, b := range ind.Baselines {
		if b.Year > 0 && !b.Minimum.Equal(b.Maximum) {
			s.Mark = &chart.Range{At: b.At(), Label: "repère " + b.At() + ", autre champ", Low: b.Minimum, High: b.Maximum}
			break
		}
	}
	return s
}

// changed compares a period with the one before where others declared.
func (d Data) changed(ind convention.Indicator, p convention.Period) (Constant, bool) {
	before, ok := d.Before(p)
	if !ok || maps.Equal(d.complete(ind, p.PeriodCode), d.complete(ind, before.PeriodCode)) {
		return Constant{}, false
	}
	return d.Constant(ind, p)
}

// Bars draws a flow, one bar a period up to the given one.
func (d Data) Bars(ind convention.Indicator, upTo convention.Period) chart.Bars {
	bars := chart.Bars{Title: ind.Label, Name: ind.Unit}
	for _, r := range d.Series(ind) {
		if r.Period.Position > upTo.Position {
			break
		}
		row := chart.Row{Label: r.Period.PeriodCode}
		if r.Known {
			row.Value = known(r.Value)
		} else if len(d.Waiting(ind, r.Period)) > 0 {
			row.Text = "non validé"
		}
		bars.Rows = append(bars.Rows, row)
	}
	return bars
}

// column is a period of a drawing, with its coverage under it.
func (d Data) column(ind convention.Indicator, r Reading, upTo convention.Period) chart.Period {
	c := chart.Period{Label: r.Period.PeriodCode}
	if r.Period.Position > upTo.Position {
		c.Ahead = true
		return c
	}
	c.Provisional, c.Unvalidated = r.Provisional, !r.Known && len(d.Waiting(ind, r.Period)) > 0
	if r.Coverage.StructuresExpected > 1 { // of one, the figure itself tells
		c.Note = french.Int(r.Coverage.Structures) + "/" + french.Int(r.Coverage.StructuresExpected)
	}
	return c
}

// several reports whether more than one structure was ever expected.
func several(series []Reading) bool {
	return slices.ContainsFunc(series, func(r Reading) bool { return r.Coverage.StructuresExpected > 1 })
}

func known(d decimal.Decimal) decimal.NullDecimal { return decimal.NewNullDecimal(d) }

func (p Part) null() decimal.NullDecimal {
	return decimal.NullDecimal{Decimal: p.Value, Valid: p.Known}
}
