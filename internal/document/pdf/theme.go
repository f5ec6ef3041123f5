package pdf

import (
	"math"
	"strconv"
	"strings"

	"copil/internal/chart"
)

// The page, in points: A4 with margins of 20 mm.
const (
	pageWidth, pageHeight = 595.28, 841.89
	margin                = 56.7
	textWidth             = pageWidth - 2*margin
	textTop, textBottom   = 68.0, pageHeight - 62
	headerLine            = 46.0
	footerLine            = pageHeight - 44
)

// Sizes of type and their leading.
const (
	bodySize, bodyLead   = 10.0, 14.2
	tableSize, tableLead = 8.8, 11.4
	smallSize, smallLead = 8.0, 10.6
	paragraphGap         = 6.5
)

type rgb struct{ r, g, b int }

var (
	ink    = rgb{0x1b, 0x1f, 0x24}
	muted  = rgb{0x55, 0x5c, 0x66}
	rule   = rgb{0xc9, 0xce, 0xd6}
	paper  = rgb{0xff, 0xff, 0xff}
	second = rgb{0xb0, 0x5a, 0x17}
	danger = rgb{0x9b, 0x1c, 0x1c}
	amber  = rgb{0x8a, 0x4b, 0x00}
)

// defaultAccent is used when a document names no colour.
var defaultAccent = rgb{0x1f, 0x3a, 0x6e}

// readAccent reads « #rrggbb » and darkens it until white text on it, or it on white, has a contrast of 4.5.
func readAccent(s string) rgb {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 24)
	if err != nil || len(s) != 7 {
		return defaultAccent
	}
	c := rgb{int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff)}
	for contrastWithWhite(c) < 4.5 {
		c = c.mix(rgb{}, 0.1)
	}
	return c
}

// mix returns the colour with a share of another in it.
func (c rgb) mix(with rgb, share float64) rgb {
	blend := func(a, b int) int { return int(math.Round(float64(a)*(1-share) + float64(b)*share)) }
	return rgb{blend(c.r, with.r), blend(c.g, with.g), blend(c.b, with.b)}
}

// contrastWithWhite is the contrast ratio of WCAG 2.
func contrastWithWhite(c rgb) float64 {
	linear := func(v int) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b) + 0.05)
}

// tone gives a colour to a role of the drawing.
func tone(t chart.Tone, accent rgb) rgb {
	switch t {
	case chart.Muted:
		return muted
	case chart.Grid:
		return rule
	case chart.First:
		return accent
	case chart.Second:
		return second
	case chart.Band:
		return accent.mix(paper, 0.75)
	case chart.Target:
		return danger
	default:
		return ink
	}
}
