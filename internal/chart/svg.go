package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// SVG writes a scene as an accessible drawing that takes the width it is
// given. The id, unique in its page, names the title, the description and the
// hatches. Colours come from the stylesheet: filled shapes and texts have the
// class tone-<tone>, lines and outlines the class line-<tone>.
func SVG(w io.Writer, s Scene, id string) error {
	_, err := io.WriteString(w, s.SVG(id))
	return err
}

// SVG returns what the function SVG writes. Everything in it is escaped.
func (s Scene) SVG(id string) string {
	out := &writer{id: identifier(id)}
	out.put(`<svg class="chart" role="img" aria-labelledby="%[1]s-title %[1]s-desc" viewBox="0 0 %[2]s %[3]s" xmlns="http://www.w3.org/2000/svg">`,
		out.id, num(s.Width), num(s.Height))
	out.put(`<title id="%s-title">%s</title><desc id="%[1]s-desc">%[3]s</desc>`, out.id, escape(s.Title), escape(s.Desc))
	out.hatches(s.Shapes)
	for _, shape := range s.Shapes {
		out.shape(shape)
	}
	out.put("</svg>")
	return out.String()
}

// File returns the drawing as a file of its own: with a size, and with the given stylesheet in it, since no page lends it one.
func (s Scene) File(style string) string {
	size := ` width="` + num(s.Width) + `pt" height="` + num(s.Height) + `pt"`
	head, rest, _ := strings.Cut(s.SVG("figure"), ">")
	return head + size + "><style>" + style + "</style>" + rest
}

// Responsive writes a chart twice, for wide and for narrow screens; the
// stylesheet shows one of chart-wide and chart-narrow. Paper shows the wide one.
func Responsive(id string, draw func(Format) Scene) string {
	return `<div class="chart-wide">` + draw(Wide).SVG(id) + `</div>` +
		`<div class="chart-narrow">` + draw(Narrow).SVG(id+"-narrow") + `</div>`
}

type writer struct {
	bytes.Buffer
	id string
}

func (w *writer) put(format string, args ...any) { fmt.Fprintf(&w.Buffer, format, args...) }

// hatches defines the diagonal lines of each tone that needs them.
func (w *writer) hatches(shapes []Shape) {
	var tones []Tone
	for _, s := range shapes {
		if s.Hatch && !slices.Contains(tones, s.Tone) {
			tones = append(tones, s.Tone)
		}
	}
	if len(tones) == 0 {
		return
	}
	w.put("<defs>")
	for _, tone := range tones {
		w.put(`<pattern id="%s-hatch-%s" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`+
			`<path class="line-%[2]s" d="M3 0V6" stroke-width="2.5"/></pattern>`, w.id, identifier(string(tone)))
	}
	w.put("</defs>")
}

func (w *writer) shape(s Shape) {
	switch s.Kind {
	case Rect:
		w.put(`<rect x="%s" y="%s" width="%s" height="%s"`, num(s.X), num(s.Y), num(s.W), num(s.H))
	case Line:
		w.put(`<line x1="%s" y1="%s" x2="%s" y2="%s"`, num(s.X), num(s.Y), num(s.X+s.W), num(s.Y+s.H))
	case Polyline:
		w.put(`<polyline points="%s"`, points(s.Points))
	case Circle:
		w.put(`<circle cx="%s" cy="%s" r="%s"`, num(s.X), num(s.Y), num(s.W))
	case Text:
		w.text(s)
		return
	}
	tone := identifier(string(s.Tone))
	switch {
	case s.Hatch:
		w.put(` fill="url(#%s-hatch-%s)"`, w.id, tone)
	case s.Stroke > 0:
		w.put(` class="line-%s" stroke-width="%s"`, tone, num(s.Stroke))
	default:
		w.put(` class="tone-%s"`, tone)
	}
	if s.Dash {
		w.put(` stroke-dasharray="5 4"`)
	}
	w.put("/>")
}

func (w *writer) text(s Shape) {
	w.put(`<text x="%s" y="%s" class="tone-%s" font-size="%s"`, num(s.X), num(s.Y), identifier(string(s.Tone)), num(s.Size))
	if s.Bold {
		w.put(` font-weight="700"`)
	}
	if s.Anchor != "" && s.Anchor != Start {
		w.put(` text-anchor="%s"`, identifier(string(s.Anchor)))
	}
	w.put(">%s</text>", escape(s.Text))
}

func points(points [][2]float64) string {
	texts := make([]string, len(points))
	for i, p := range points {
		texts[i] = num(p[0]) + "," + num(p[1])
	}
	return strings.Join(texts, " ")
}

// num writes a length, to a hundredth.
func num(f float64) string {
	text := strconv.FormatFloat(f, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// escape also replaces what XML cannot hold.
func escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}

// identifier keeps what is safe in an attribute that names things.
func identifier(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, text)
}
