package chart

import (
	"math"
	"strings"

	"github.com/shopspring/decimal"

	"copil/internal/french"
)

// Format is the room that a chart is drawn for. Letters keep their size
// relative to the width, so a chart for a telephone is another drawing.
type Format int

// The formats: Wide for pages and paper, Narrow for 320 pixels.
const (
	Wide   Format = iota // 640 units wide
	Narrow               // 340 units wide
)

const (
	wideWidth, narrowWidth = 640, 340
	wideSize, narrowSize   = 14, 15 // letters
	lineHeight             = 1.3    // of the size of its letters
	missing                = "n.\u00a0r."
	missingKey             = "n.\u00a0r.\u00a0: non renseigné"
	provisional            = "provisoire"
	provisionalShort       = "prov."
	unknownValue           = "non renseigné"
	unvalidated            = "n.\u00a0v."
	unvalidatedKey         = "n.\u00a0v.\u00a0: non validé"
	unvalidatedValue       = "non validé"
)

// Known is a figure that is known. The zero decimal.NullDecimal is a figure
// that is missing, which is not zero: no chart draws it.
func Known(n int) decimal.NullDecimal {
	return decimal.NewNullDecimal(decimal.NewFromInt(int64(n)))
}

// canvas collects shapes and knows the room they have.
type canvas struct {
	width, size float64
	shapes      []Shape
}

func newCanvas(f Format) *canvas {
	if f == Narrow {
		return &canvas{width: narrowWidth, size: narrowSize}
	}
	return &canvas{width: wideWidth, size: wideSize}
}

func (c *canvas) add(s Shape) { c.shapes = append(c.shapes, s) }

func (c *canvas) line(x1, y1, x2, y2 float64, tone Tone, stroke float64, dash bool) {
	c.add(Shape{Kind: Line, X: x1, Y: y1, W: x2 - x1, H: y2 - y1, Tone: tone, Stroke: stroke, Dash: dash})
}

func (c *canvas) dot(x, y, radius float64, tone Tone) {
	c.add(Shape{Kind: Circle, X: x, Y: y, W: radius, Tone: tone})
}

// hatched is a bar of diagonal lines inside a thin outline.
func (c *canvas) hatched(x, y, w, h float64, tone Tone) {
	c.add(Shape{Kind: Rect, X: x, Y: y, W: w, H: h, Tone: tone, Hatch: true})
	c.add(Shape{Kind: Rect, X: x, Y: y, W: w, H: h, Tone: tone, Stroke: 1})
}

func (c *canvas) text(x, y float64, tone Tone, anchor Anchor, bold bool, text string) {
	c.add(Shape{Kind: Text, X: x, Y: y, Tone: tone, Anchor: anchor, Bold: bold, Text: text, Size: c.size})
}

// lines writes texts one under the other and returns the baseline after them.
func (c *canvas) lines(x, y float64, tone Tone, anchor Anchor, bold bool, texts []string) float64 {
	for _, text := range texts {
		c.text(x, y, tone, anchor, bold, text)
		y += c.size * lineHeight
	}
	return y
}

func (c *canvas) scene(title, desc string, height float64) Scene {
	return Scene{Width: c.width, Height: math.Ceil(height), Title: title, Desc: desc, Shapes: c.shapes}
}

// entry is one line of a key: a swatch drawn from its left middle point, and words.
type entry struct {
	swatch func(x, y float64) // nil for words alone
	text   string
	tone   Tone
	apart  bool // on a line of its own
}

const swatchWidth = 22

// key writes entries from the top left, on as many lines as they need, and
// returns the height that they take.
func (c *canvas) key(entries []entry) float64 {
	step := c.size * 1.5
	x, y := 0.0, c.size
	for _, e := range entries {
		if e.text == "" {
			continue
		}
		indent := 0.0
		if e.swatch != nil {
			indent = swatchWidth + 6
		}
		for i, text := range wrap(e.text, c.width-indent, c.size) {
			need := indent + textWidth(text, c.size)
			if x > 0 && (i > 0 || e.apart || x+need > c.width) {
				x, y = 0, y+step
			}
			if i == 0 && e.swatch != nil {
				e.swatch(x, y-c.size*0.35)
			}
			c.text(x+indent, y, e.tone, Start, false, text)
			x += need + 20
		}
	}
	if len(c.shapes) == 0 {
		return 0
	}
	return y + c.size*0.5
}

// solid and striped are the swatches of the two series.
func (c *canvas) solid(tone Tone) func(x, y float64) {
	return func(x, y float64) {
		c.add(Shape{Kind: Rect, X: x, Y: y - 6, W: swatchWidth, H: 12, Tone: tone})
	}
}

func (c *canvas) striped(tone Tone) func(x, y float64) {
	return func(x, y float64) { c.hatched(x, y-6, swatchWidth, 12, tone) }
}

func (c *canvas) outlined(tone Tone, dash bool) func(x, y float64) {
	return func(x, y float64) {
		c.add(Shape{Kind: Rect, X: x + 1, Y: y - 6, W: swatchWidth - 2, H: 12, Tone: tone, Stroke: 1.5, Dash: dash})
	}
}

// textWidth estimates how long a text runs in Arial, Helvetica or Liberation
// Sans: close enough to keep labels apart, whatever the reader's font.
func textWidth(text string, size float64) float64 {
	var em float64
	for _, r := range text {
		switch {
		case strings.ContainsRune("ijlI.,:;'’|! \u00a0\u202ftf()/-", r):
			em += 0.3
		case strings.ContainsRune("mwMW%@œŒ", r):
			em += 0.87
		case r >= 'A' && r <= 'Z' || r == 'É' || r == 'À':
			em += 0.68
		default:
			em += 0.56
		}
	}
	return em * size
}

// wrap breaks a text into lines that fit the width: after spaces and hyphens,
// and inside a word only when the word alone is too long.
func wrap(text string, width, size float64) []string {
	var lines []string
	var line string
	for _, word := range words(text) {
		if line != "" && textWidth(strings.TrimRight(line+word, " "), size) > width {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		for _, r := range word {
			if textWidth(line+string(r), size) > width && strings.TrimSpace(line) != "" && r != ' ' {
				lines, line = append(lines, line), ""
			}
			line += string(r)
		}
	}
	if line = strings.TrimRight(line, " "); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// words cuts a text after each run of spaces and after each hyphen.
func words(text string) []string {
	var found []string
	for text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }), " "); text != ""; {
		end := strings.IndexAny(text, " -")
		if end < 0 {
			return append(found, text)
		}
		found = append(found, text[:end+1])
		text = text[end+1:]
	}
	return found
}

// scale maps figures from zero up onto heights.
type scale struct{ top, step float64 }

// newScale chooses whole graduations, about four, that reach the greatest figure.
func newScale(greatest float64) scale {
	if greatest <= 0 {
		greatest = 1
	}
	magnitude := math.Pow(10, math.Floor(math.Log10(greatest/4)))
	step := 10 * magnitude
	for _, round := range []float64{1, 2, 2.5, 5} {
		if round*magnitude*4 >= greatest {
			step = round * magnitude
			break
		}
	}
	if step = math.Max(1, step); step < 10 {
		step = math.Ceil(step)
	}
	return scale{top: math.Ceil(greatest/step) * step, step: step}
}

// number writes a figure as it is, with the decimals that it has.
func number(d decimal.Decimal) string {
	return french.Decimal(d, max(0, -d.Exponent()))
}
