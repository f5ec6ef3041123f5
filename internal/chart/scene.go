// Package chart turns figures into drawings: a Scene is plain shapes, written as accessible SVG here and as vectors by document/pdf.
package chart

// Scene is a drawing in points, origin top left. Shapes are painted in order.
type Scene struct {
	Width, Height float64
	Title, Desc   string // what a screen reader says
	Shapes        []Shape
}

// Kind is the geometry of a shape.
type Kind int

// The kinds of shape.
const (
	Rect Kind = iota
	Line
	Polyline
	Circle
	Text
)

// Tone is a role of colour, given its value by the stylesheet (SVG) or the PDF writer.
type Tone string

// The tones. First and Second are the two series of a chart.
const (
	Ink    Tone = "ink"
	Muted  Tone = "muted"
	Grid   Tone = "grid"
	First  Tone = "first"
	Second Tone = "second"
	Band   Tone = "band"
	Target Tone = "target"
)

// Anchor says which part of a text stands at its X.
type Anchor string

// The anchors; an empty one is Start.
const (
	Start  Anchor = "start"
	Middle Anchor = "middle"
	End    Anchor = "end"
)

// Shape is one mark. Which fields count depends on its Kind. A Rect, Polyline
// or Circle with a Stroke is an outline, without filling.
type Shape struct {
	Kind        Kind
	X, Y, W, H  float64      // Rect: corner and size; Line: X,Y to X+W,Y+H; Circle: centre and radius W; Text: baseline
	Points      [][2]float64 // Polyline
	Tone        Tone
	Stroke      float64 // line width; 0 for filled shapes
	Dash, Hatch bool    // Hatch: filled with diagonal lines, so that colour is never the only sign
	Text        string
	Size        float64
	Bold        bool
	Anchor      Anchor
}
