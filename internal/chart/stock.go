package chart

import (
	"math"
	"strings"

	"github.com/shopspring/decimal"
)

// Stock draws how many there are at the end of each period. A stock is never
// added up over time, so its points are joined by a line, broken where a
// figure is missing.
type Stock struct {
	Title          string
	Desc           string // what a screen reader says; made from the figures when empty
	Name, Constant string // of the two lines: « médiateurs en poste », « à périmètre constant »
	Remark         string // a line under the key, such as what the coverage counts
	Readings       []Reading
	Mark           *Range // an older estimate of another perimeter; may be nil
}

// Reading is the stock on the last day of a period.
type Reading struct {
	Period
	Value    decimal.NullDecimal
	Constant decimal.NullDecimal // of the same structures as the period before; optional
}

// Range is an estimate between two bounds. It is drawn in a column of its own,
// apart: it is neither added to nor joined with the readings.
type Range struct {
	At        string // under its column: « 2011 »
	Label     string // in the key: « repère 2011, autre champ »
	Low, High decimal.Decimal
}

func (r Range) text() string { return number(r.Low) + " à " + number(r.High) }

// Scene draws the stock.
func (s Stock) Scene(f Format) Scene {
	c := newCanvas(f)
	for f == Narrow && len(s.Readings) > 1 && s.Readings[len(s.Readings)-1].Ahead {
		s.Readings = s.Readings[:len(s.Readings)-1] // no room for what is not there yet
	}
	var most float64
	var values, constants []decimal.NullDecimal
	var periods []Period
	for _, r := range s.Readings {
		most = math.Max(most, greatest(r.Value, r.Constant))
		values, constants = append(values, r.Value), append(constants, r.Constant)
		periods = append(periods, r.Period)
	}
	first := 0
	if s.Mark != nil {
		first, most = 1, math.Max(most, s.Mark.High.InexactFloat64())
	}
	p := newPlot(c, c.key(s.entries(c))+c.size*2.4, 230, most, first+len(s.Readings))
	bottom := p.floor
	if s.Mark != nil {
		bottom = p.mark(*s.Mark)
	}
	p.joined(first, constants, Second, true)
	p.joined(first, values, First, false)
	for i, r := range s.Readings {
		p.reading(first+i, r)
	}
	return c.scene(s.Title, s.describe(), math.Max(bottom, p.periods(first, periods)))
}

func (s Stock) entries(c *canvas) []entry {
	var hasConstant bool
	var absent []Period
	for _, r := range s.Readings {
		hasConstant = hasConstant || r.Constant.Valid
		if !r.Value.Valid && !r.Ahead {
			absent = append(absent, r.Period)
		}
	}
	entries := []entry{{func(x, y float64) {
		c.line(x, y, x+swatchWidth, y, First, 2.5, false)
		c.dot(x+swatchWidth/2, y, 5, First)
	}, s.Name, Ink, false}}
	if hasConstant {
		entries = append(entries, entry{func(x, y float64) {
			c.line(x, y, x+swatchWidth, y, Second, 2, true)
			c.dot(x+swatchWidth/2, y, 3.5, Second)
		}, s.Constant, Ink, false})
	}
	if s.Mark != nil {
		entries = append(entries, entry{c.striped(Band), s.Mark.Label + "\u00a0: " + s.Mark.text(), Ink, false})
	}
	entries = append(entries, absentKeys(absent)...)
	return append(entries, entry{nil, s.Remark, Muted, true})
}

// mark draws the range of another perimeter in the first column, behind a fence.
func (p *plot) mark(r Range) (bottom float64) {
	width := p.barWidth()
	high, low := p.y(r.High.InexactFloat64()), p.y(r.Low.InexactFloat64())
	p.hatched(p.x(0)-width/2, high, width, low-high, Band)
	if textWidth(r.text(), p.size) < p.slot-4 { // the key has it anyway
		p.text(p.x(0), high-p.size*0.5, Ink, Middle, false, r.text())
	}
	fence := p.left + p.slot
	p.line(fence, p.ceiling-p.size, fence, p.floor+p.size*1.4, Muted, 1, true)
	y := p.lines(p.x(0), p.floor+p.size*1.4, Muted, Middle, false, wrap(r.At, p.slot-6, p.size))
	return y - p.size*lineHeight*0.6
}

// joined draws a line through neighbouring figures and breaks it at gaps.
func (p *plot) joined(first int, values []decimal.NullDecimal, tone Tone, dash bool) {
	for _, run := range runs(values) {
		var points [][2]float64
		for i := run[0]; i < run[1]; i++ {
			points = append(points, [2]float64{p.x(first + i), p.y(values[i].Decimal.InexactFloat64())})
		}
		if len(points) > 1 {
			p.add(Shape{Kind: Polyline, Points: points, Tone: tone, Stroke: 2.5, Dash: dash})
		}
	}
}

// runs returns the stretches of known figures, as [from, to).
func runs(values []decimal.NullDecimal) [][2]int {
	var found [][2]int
	for i, v := range values {
		switch {
		case !v.Valid:
		case i > 0 && values[i-1].Valid:
			found[len(found)-1][1] = i + 1
		default:
			found = append(found, [2]int{i, i + 1})
		}
	}
	return found
}

// reading draws the points of one period. The greater figure is written above
// its point and the lesser one below, so that close figures stay legible.
func (p *plot) reading(column int, r Reading) {
	if !r.Value.Valid && !r.Ahead {
		p.absent(column, r.Period)
	}
	x, above, below := p.x(column), -p.size*0.8, p.size*1.5
	valueShift, constantShift := above, below
	if r.Constant.Valid && r.Value.Valid && r.Constant.Decimal.GreaterThan(r.Value.Decimal) {
		valueShift, constantShift = below, above
	}
	if r.Constant.Valid {
		y := p.y(r.Constant.Decimal.InexactFloat64())
		p.dot(x, y, 3.5, Second)
		p.text(x, y+constantShift, Second, Middle, false, number(r.Constant.Decimal))
	}
	if r.Value.Valid {
		y := p.y(r.Value.Decimal.InexactFloat64())
		p.dot(x, y, 5, First)
		p.text(x, y+valueShift, Ink, Middle, true, number(r.Value.Decimal))
	}
}

// describe tells the figures in words.
func (s Stock) describe() string {
	if s.Desc != "" {
		return s.Desc
	}
	var said []string
	for _, r := range s.Readings {
		if r.Ahead && !r.Value.Valid {
			continue
		}
		text := r.Label + "\u00a0: " + r.unknown()
		if r.Value.Valid {
			text = r.Label + "\u00a0: " + number(r.Value.Decimal)
		}
		var details []string
		if r.Constant.Valid {
			details = append(details, s.Constant+"\u00a0: "+number(r.Constant.Decimal))
		}
		if r.Note != "" {
			details = append(details, r.Note)
		}
		if r.Provisional {
			details = append(details, provisional)
		}
		if len(details) > 0 {
			text += " (" + strings.Join(details, ", ") + ")"
		}
		said = append(said, text)
	}
	if s.Mark != nil {
		said = append(said, s.Mark.Label+"\u00a0: "+s.Mark.text())
	}
	return sentence(said)
}
