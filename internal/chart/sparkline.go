package chart

import "github.com/shopspring/decimal"

// Sparkline is a tiny line without words, to stand beside its figures in a
// table. It starts from zero and breaks where a figure is missing.
type Sparkline struct {
	Title  string
	Desc   string // what a screen reader says; made from the figures when empty
	Values []decimal.NullDecimal
}

const sparkWidth, sparkHeight, sparkMargin = 120, 32, 4

// Scene draws the line; it is the same in all formats.
func (s Sparkline) Scene() Scene {
	c := &canvas{width: sparkWidth}
	most := greatest(s.Values...)
	if most == 0 {
		most = 1
	}
	step := 0.0
	if len(s.Values) > 1 {
		step = (sparkWidth - 2*sparkMargin) / float64(len(s.Values)-1)
	}
	point := func(i int) [2]float64 {
		height := s.Values[i].Decimal.InexactFloat64() / most * (sparkHeight - 2*sparkMargin)
		return [2]float64{sparkMargin + float64(i)*step, sparkHeight - sparkMargin - height}
	}
	c.line(0, sparkHeight-sparkMargin, sparkWidth, sparkHeight-sparkMargin, Grid, 1, false)
	stretches := runs(s.Values)
	for n, run := range stretches {
		var points [][2]float64
		for i := run[0]; i < run[1]; i++ {
			points = append(points, point(i))
		}
		if len(points) > 1 {
			c.add(Shape{Kind: Polyline, Points: points, Tone: First, Stroke: 2})
		}
		if last := points[len(points)-1]; len(points) == 1 || n == len(stretches)-1 {
			c.dot(last[0], last[1], 3, First)
		}
	}
	return c.scene(s.Title, s.describe(), sparkHeight)
}

// describe tells the figures in words.
func (s Sparkline) describe() string {
	if s.Desc != "" {
		return s.Desc
	}
	var said []string
	for _, v := range s.Values {
		said = append(said, valueText(v))
	}
	return sentence(said)
}
