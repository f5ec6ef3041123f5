package chart

import (
	"github.com/shopspring/decimal"

	"copil/internal/french"
)

// Share draws how a whole is made up: one bar of 100 %. The shares are of the
// sum of the known parts.
type Share struct {
	Title string
	Desc  string // what a screen reader says; made from the figures when empty
	Parts []Part
}

// Part is a piece of a whole. A part that is missing has no room in the bar.
type Part struct {
	Label   string
	Value   decimal.NullDecimal
	Unknown bool // « sexe non renseigné »: counted, but drawn as an empty outline
}

// Scene draws the bar.
func (s Share) Scene(f Format) Scene {
	c := newCanvas(f)
	whole := s.whole()
	var entries []entry
	tones := 0
	for _, part := range s.Parts {
		draw := c.outlined(Muted, false)
		if !part.Unknown {
			draw = []func(x, y float64){c.solid(First), c.striped(Second), c.solid(Muted), c.striped(Band)}[tones%4]
			tones++
		}
		if !part.Value.Valid {
			draw = nil
		}
		entries = append(entries, entry{draw, part.text(whole), Ink, false})
	}
	y := c.key(entries) + 4
	s.bar(c, y, whole)
	return c.scene(s.Title, s.describe(whole), y+barTall+2)
}

const barTall = 28

// bar draws the parts from left to right.
func (s Share) bar(c *canvas, y float64, whole decimal.Decimal) {
	x, tones := 1.0, 0
	for _, part := range s.Parts {
		position := tones % 4
		if !part.Unknown {
			tones++
		}
		if !part.Value.Valid || !part.Value.Decimal.IsPositive() {
			continue
		}
		width := (c.width - 2) * part.Value.Decimal.Div(whole).InexactFloat64()
		shape := Shape{Kind: Rect, X: x, Y: y, W: width, H: barTall}
		switch {
		case part.Unknown:
			shape.Tone, shape.Stroke = Muted, 1.5
			c.add(shape)
		case position == 0 || position == 2:
			shape.Tone = []Tone{First, "", Muted}[position]
			c.add(shape)
		default:
			c.hatched(x, y, width, barTall, []Tone{"", Second, "", Band}[position])
		}
		x += width
	}
	if whole.IsZero() {
		c.add(Shape{Kind: Rect, X: 1, Y: y, W: c.width - 2, H: barTall, Tone: Grid, Stroke: 1, Dash: true})
	}
}

// whole adds the parts that are known and not below zero.
func (s Share) whole() decimal.Decimal {
	var sum decimal.Decimal
	for _, part := range s.Parts {
		if part.Value.Valid && part.Value.Decimal.IsPositive() {
			sum = sum.Add(part.Value.Decimal)
		}
	}
	return sum
}

// text writes « femmes : 367, soit 58,0 % ».
func (p Part) text(whole decimal.Decimal) string {
	text := p.Label + "\u00a0: " + valueText(p.Value)
	if p.Value.Valid && whole.IsPositive() {
		text += " (" + french.Percent(p.Value.Decimal.Div(whole), 1) + ")"
	}
	return text
}

// describe tells the shares in words.
func (s Share) describe(whole decimal.Decimal) string {
	if s.Desc != "" {
		return s.Desc
	}
	var said []string
	for _, part := range s.Parts {
		said = append(said, part.text(whole))
	}
	return sentence(said)
}
