package chart

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"copil/internal/french"
)

// Period is a column of a chart over time.
type Period struct {
	Label       string // « 2014-S2 »
	Note        string // under the label: its coverage, « 10/12 »; may be empty
	Provisional bool
	Ahead       bool // not there yet: left empty, which is not « non renseigné »
	Unvalidated bool // without a figure: some are entered, none is validated
}

// marks returns the lines under a column.
func (p Period) marks(c *canvas, slot float64) (label, notes []string) {
	label = wrap(p.Label, slot-2, c.size)
	if p.Note != "" {
		notes = wrap(p.Note, slot-2, c.size)
	}
	switch {
	case !p.Provisional:
	case textWidth(provisional, c.size) < slot-2:
		notes = append(notes, provisional)
	default:
		notes = append(notes, provisionalShort)
	}
	return label, notes
}

// plot is the room between the axes of a chart over time.
type plot struct {
	*canvas
	scale
	left, right, ceiling, floor float64 // floor is where zero lies
	slot                        float64
}

// newPlot draws the graduations, from zero to the greatest figure, under what
// the canvas has at its top, and makes room for n columns.
func newPlot(c *canvas, ceiling, height, greatest float64, n int) *plot {
	p := &plot{canvas: c, scale: newScale(greatest), ceiling: ceiling, floor: ceiling + height, right: c.width - 4}
	p.left = textWidth(french.Int(int(p.top)), c.size) + 10
	p.slot = (p.right - p.left) / float64(max(1, n))
	for value := 0.0; value <= p.top; value += p.step {
		y, tone := p.y(value), Grid
		if value == 0 {
			tone = Muted
		}
		c.line(p.left, y, p.right, y, tone, 1, false)
		c.text(p.left-8, y+c.size*0.35, Muted, End, false, french.Int(int(value)))
	}
	return p
}

// y is the height at which a figure is drawn.
func (p *plot) y(value float64) float64 {
	return p.floor - value/p.top*(p.floor-p.ceiling)
}

// x is the middle of a column.
func (p *plot) x(column int) float64 {
	return p.left + (float64(column)+0.5)*p.slot
}

// barWidth leaves room between neighbours.
func (p *plot) barWidth() float64 { return math.Min(56, p.slot*0.62) }

// periods writes what stands under the columns, from the given one on, and
// returns the height of the whole.
func (p *plot) periods(first int, periods []Period) float64 {
	bottom := p.floor
	for i, period := range periods {
		label, notes := period.marks(p.canvas, p.slot)
		tone := Ink
		if period.Ahead {
			tone = Muted
		}
		y := p.lines(p.x(first+i), p.floor+p.size*1.4, tone, Middle, false, label)
		y = p.lines(p.x(first+i), y, Muted, Middle, false, notes)
		bottom = math.Max(bottom, y-p.size*lineHeight*0.6)
	}
	return bottom
}

// absent says « n. r. » where a past figure is missing, « n. v. » where none is validated.
func (p *plot) absent(column int, of Period) {
	text := missing
	if of.Unvalidated {
		text = unvalidated
	}
	p.text(p.x(column), p.floor-p.size*0.5, Muted, Middle, false, text)
}

// unknown is what « n. r. » and « n. v. » stand for.
func (p Period) unknown() string {
	if p.Unvalidated {
		return unvalidatedValue
	}
	return unknownValue
}

// absentKeys explain the short words of columns without a figure.
func absentKeys(of []Period) (entries []entry) {
	if slices.ContainsFunc(of, func(p Period) bool { return !p.Unvalidated }) {
		entries = append(entries, entry{nil, missingKey, Muted, false})
	}
	if slices.ContainsFunc(of, func(p Period) bool { return p.Unvalidated }) {
		entries = append(entries, entry{nil, unvalidatedKey, Muted, false})
	}
	return entries
}

// greatest returns the greatest of the known figures, or zero.
func greatest(values ...decimal.NullDecimal) float64 {
	var most float64
	for _, v := range values {
		if v.Valid {
			most = math.Max(most, v.Decimal.InexactFloat64())
		}
	}
	return most
}
