package chart

import (
	"math"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// Trajectory draws a cumulated total, made of two parts, period by period on
// its way to a target.
type Trajectory struct {
	Title        string
	Desc         string // what a screen reader says; made from the figures when empty
	Lower, Upper string // names of the parts: « créés », « consolidés »
	Remark       string // a line under the key, such as what the coverage counts
	Steps        []Step
	Target       Goal
}

// Step is the total at the end of a period. A part that is missing is left
// out; the total is then written as « au moins », as where Least says so.
type Step struct {
	Period
	Lower, Upper decimal.NullDecimal
	Least        bool
}

// Goal is what a trajectory should reach at the end of its last period.
type Goal struct {
	Value decimal.NullDecimal // missing: no target is drawn
	Label string              // « cible, fin 2015 »
	Pace  string              // written along the way: « + 1 392 par semestre »; may be empty
}

func (s Step) known() bool { return s.Lower.Valid || s.Upper.Valid }

// total adds the parts that are known.
func (s Step) total() decimal.Decimal { return s.Lower.Decimal.Add(s.Upper.Decimal) }

// totalText marks a total with a missing part.
func (s Step) totalText() string {
	if s.Least || s.Lower.Valid != s.Upper.Valid {
		return "≥\u00a0" + number(s.total())
	}
	return number(s.total())
}

// Scene draws the trajectory.
func (t Trajectory) Scene(f Format) Scene {
	c := newCanvas(f)
	most, last := greatest(t.Target.Value), -1
	periods := make([]Period, len(t.Steps))
	for i, step := range t.Steps {
		periods[i] = step.Period
		most = math.Max(most, step.total().InexactFloat64())
		if step.known() {
			last = i
		}
	}
	top := c.key(t.entries(c, last)) + c.size*2.4 // room for the name of the target
	p := newPlot(c, top, 230, most, len(t.Steps))
	if last >= 0 && t.Target.Value.Valid {
		p.target(t.Target, p.x(last)+p.barWidth()/2+8, p.y(t.Steps[last].total().InexactFloat64()))
	}
	for i, step := range t.Steps {
		p.stack(i, step)
	}
	return c.scene(t.Title, t.describe(), p.periods(0, periods))
}

// entries are the key, with the figures of the last known step.
func (t Trajectory) entries(c *canvas, last int) []entry {
	lower, upper := t.Lower, t.Upper
	var hasProvisional bool
	var absent []Period
	for _, step := range t.Steps {
		hasProvisional = hasProvisional || step.Provisional && step.known()
		if !step.known() && !step.Ahead {
			absent = append(absent, step.Period)
		}
	}
	if last >= 0 {
		lower += "\u00a0: " + valueText(t.Steps[last].Lower)
		upper += "\u00a0: " + valueText(t.Steps[last].Upper)
	}
	entries := []entry{{c.striped(Second), upper, Ink, false}}
	if slices.ContainsFunc(t.Steps, func(s Step) bool { return s.Lower.Valid && !s.Lower.Decimal.IsZero() }) { // else no bar shows it
		entries = append(entries, entry{c.solid(First), lower, Ink, false})
	}
	if hasProvisional {
		entries = append(entries, entry{c.outlined(Ink, true), provisional, Ink, false})
	}
	entries = append(entries, absentKeys(absent)...)
	return append(entries, entry{nil, t.Remark, Muted, true})
}

// stack draws one bar: the lower part full, the upper part hatched, the total above.
func (p *plot) stack(column int, s Step) {
	if !s.known() {
		if !s.Ahead {
			p.absent(column, s.Period)
		}
		return
	}
	width := p.barWidth()
	x := p.x(column) - width/2
	middle := p.y(s.Lower.Decimal.InexactFloat64())
	top := p.y(s.total().InexactFloat64())
	if middle < p.floor {
		p.add(Shape{Kind: Rect, X: x, Y: middle, W: width, H: p.floor - middle, Tone: First})
	}
	if top < middle {
		p.hatched(x, top, width, middle-top, Second)
	}
	above := top - p.size*0.45
	if s.Provisional {
		p.add(Shape{Kind: Rect, X: x - 4, Y: top - 4, W: width + 8, H: p.floor - top + 4, Tone: Ink, Stroke: 1.5, Dash: true})
		above -= 4
	}
	p.text(p.x(column), above, Ink, Middle, true, s.totalText())
}

// target draws the way from where we stand to the target.
func (p *plot) target(g Goal, fromX, fromY float64) {
	x, y := p.right-6, p.y(g.Value.Decimal.InexactFloat64())
	p.line(fromX, fromY, x, y, Target, 2, true)
	p.dot(x, y, 5, Target)
	p.text(p.right, y-p.size*0.8, Target, End, true, strings.TrimSpace(number(g.Value.Decimal)+" "+g.Label))
	if middle := (fromY + y) / 2; g.Pace != "" && fromY-y > p.size*5 {
		p.text((fromX+x)/2-p.size, middle, Target, End, false, g.Pace)
	}
}

// describe tells the figures in words.
func (t Trajectory) describe() string {
	if t.Desc != "" {
		return t.Desc
	}
	var said []string
	for _, step := range t.Steps {
		switch {
		case step.known():
			text := step.Label + "\u00a0: " + step.totalText() + " (" + t.Lower + "\u00a0: " + valueText(step.Lower) +
				", " + t.Upper + "\u00a0: " + valueText(step.Upper) + ")"
			if step.Provisional {
				text += ", " + provisional
			}
			said = append(said, text)
		case !step.Ahead:
			said = append(said, step.Label+"\u00a0: "+step.unknown())
		}
	}
	if t.Target.Value.Valid {
		said = append(said, strings.TrimSpace(number(t.Target.Value.Decimal)+" "+t.Target.Label))
	}
	return sentence(said)
}

// valueText writes a figure, or says that it is missing.
func valueText(v decimal.NullDecimal) string {
	if !v.Valid {
		return unknownValue
	}
	return number(v.Decimal)
}

// sentence joins what a description says.
func sentence(said []string) string {
	if len(said) == 0 {
		return "Aucune donnée."
	}
	return strings.Join(said, "\u00a0; ") + "."
}
