package chart

import (
	"math"
	"strings"

	"github.com/shopspring/decimal"
)

// Bars compares figures of one kind, one horizontal bar each, from zero.
// Figures below zero have no bar, only their value.
type Bars struct {
	Title        string
	Desc         string // what a screen reader says; made from the figures when empty
	Name, Before string // of the figures and of those they are compared with: « 2014-S2 », « 2014-S1 »
	Remark       string
	Rows         []Row
}

// Row is one bar.
type Row struct {
	Label  string
	Value  decimal.NullDecimal
	Before decimal.NullDecimal // what it is compared with; optional
	Text   string              // written instead of the value, or of « non renseigné »
}

func (r Row) text() string {
	if r.Text != "" {
		return r.Text
	}
	return valueText(r.Value)
}

const (
	barHeight, beforeHeight = 18, 5
	valueGap                = 8 // between a bar and its figure
)

// Scene draws the bars.
func (b Bars) Scene(f Format) Scene {
	c := newCanvas(f)
	y := c.key(b.entries(c))
	if y > 0 {
		y += c.size * 0.5
	}
	left, labelWidth := b.labels(c, f)
	most, valueWidth := 0.0, 0.0
	for _, row := range b.Rows {
		most = math.Max(most, greatest(row.Value, row.Before))
		valueWidth = math.Max(valueWidth, textWidth(row.text(), c.size)*1.08)
	}
	unit := 0.0
	if most > 0 {
		unit = math.Max(c.width-left-valueWidth-valueGap, 40) / most
	}
	start := y
	for _, row := range b.Rows {
		y = c.row(row, y, left, labelWidth, unit)
	}
	if f == Wide {
		c.line(left, start, left, math.Max(start, y-6), Muted, 1, false)
	}
	return c.scene(b.Title, b.describe(), y)
}

// labels returns where bars start and how long a line of a label may be:
// beside the bars when the room is wide, above them when it is narrow.
func (b Bars) labels(c *canvas, f Format) (left, width float64) {
	if f == Narrow {
		return 1, c.width
	}
	for _, row := range b.Rows {
		width = math.Max(width, textWidth(row.Label, c.size))
	}
	width = math.Min(width, c.width*0.36)
	return width + 12, width
}

func (b Bars) entries(c *canvas) []entry {
	var entries []entry
	compared := false
	for _, row := range b.Rows {
		compared = compared || row.Before.Valid
	}
	if compared {
		entries = []entry{{c.solid(First), b.Name, Ink, false}, {func(x, y float64) {
			c.add(Shape{Kind: Rect, X: x, Y: y - beforeHeight/2, W: swatchWidth, H: beforeHeight, Tone: Muted})
		}, b.Before, Ink, false}}
	}
	return append(entries, entry{nil, b.Remark, Muted, true})
}

// row draws one bar from the height y and returns the height after it.
func (c *canvas) row(r Row, y, left, labelWidth, unit float64) float64 {
	label := wrap(r.Label, labelWidth, c.size)
	beside := left > 1
	middle := y + barHeight/2
	if beside {
		c.lines(left-10, middle+c.size*0.35, Ink, End, false, label)
	} else {
		y = c.lines(0, y+c.size, Ink, Start, false, label) - c.size*0.85
		middle = y + barHeight/2
	}
	end := left
	if r.Value.Valid && r.Value.Decimal.IsPositive() {
		length := r.Value.Decimal.InexactFloat64() * unit
		c.add(Shape{Kind: Rect, X: left, Y: y, W: length, H: barHeight, Tone: First})
		end += length
	}
	bottom := y + barHeight
	if r.Before.Valid {
		length := math.Max(0, r.Before.Decimal.InexactFloat64()*unit)
		c.add(Shape{Kind: Rect, X: left, Y: bottom + 2, W: length, H: beforeHeight, Tone: Muted})
		bottom += 2 + beforeHeight
	}
	tone := Ink
	if !r.Value.Valid {
		tone = Muted
	}
	c.text(end+valueGap, middle+c.size*0.35, tone, Start, r.Value.Valid, r.text())
	if !beside {
		c.line(left, y-1, left, bottom+1, Muted, 1, false)
	} else {
		bottom = math.Max(bottom, y+float64(len(label))*c.size*lineHeight)
	}
	return bottom + 12
}

// describe tells the figures in words.
func (b Bars) describe() string {
	if b.Desc != "" {
		return b.Desc
	}
	var said []string
	for _, row := range b.Rows {
		text := row.Label + "\u00a0: " + row.text()
		if row.Before.Valid {
			text += strings.TrimRight(" ("+b.Before, " ") + "\u00a0: " + number(row.Before.Decimal) + ")"
		}
		said = append(said, text)
	}
	return sentence(said)
}
