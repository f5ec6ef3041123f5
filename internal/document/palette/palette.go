// Package palette holds the colours of a document, the same in every file format.
package palette

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"copil/internal/chart"
)

// RGB is a colour, each part from 0 to 255.
type RGB struct{ R, G, B int }

// The colours of every document. Warn and Danger say in colour what words beside them say too.
var (
	Ink    = RGB{0x1b, 0x1f, 0x24}
	Muted  = RGB{0x55, 0x5c, 0x66}
	Rule   = RGB{0xc9, 0xce, 0xd6}
	Paper  = RGB{0xff, 0xff, 0xff}
	Second = RGB{0xb0, 0x5a, 0x17}
	Danger = RGB{0x9b, 0x1c, 0x1c}
	Warn   = RGB{0x8a, 0x4b, 0x00}
)

// defaultAccent is used when a document names no colour.
var defaultAccent = RGB{0x1f, 0x3a, 0x6e}

// Accent reads « #rrggbb » and darkens it until white text on it, or it on white, has a contrast of 4.5.
func Accent(s string) RGB {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 24)
	if err != nil || len(s) != 7 {
		return defaultAccent
	}
	c := RGB{int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff)}
	for c.onWhite() < 4.5 {
		c = c.Mix(RGB{}, 0.1)
	}
	return c
}

// Mix returns the colour with a share of another in it.
func (c RGB) Mix(with RGB, share float64) RGB {
	blend := func(a, b int) int { return int(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	return RGB{blend(c.R, with.R), blend(c.G, with.G), blend(c.B, with.B)}
}

// Hex is the colour as « #rrggbb ».
func (c RGB) Hex() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// onWhite is the contrast ratio of WCAG 2 with white.
func (c RGB) onWhite() float64 {
	linear := func(v int) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B) + 0.05)
}

// Tones are the roles of colour of a drawing.
var Tones = []chart.Tone{chart.Ink, chart.Muted, chart.Grid, chart.First, chart.Second, chart.Band, chart.Target}

// Tone gives a colour to a role of a drawing.
func Tone(t chart.Tone, accent RGB) RGB {
	switch t {
	case chart.Muted:
		return Muted
	case chart.Grid:
		return Rule
	case chart.First:
		return accent
	case chart.Second:
		return Second
	case chart.Band:
		return accent.Mix(Paper, 0.75)
	case chart.Target:
		return Danger
	default:
		return Ink
	}
}
