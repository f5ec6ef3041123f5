package pdf

import (
	"copil/internal/chart"
	"copil/internal/document"
	"copil/internal/document/palette"
)

// figure lays out caption, drawing and data.
func (l *layout) figure(f document.Figure) {
	caption := look{face: bold(), size: 9.5, color: ink}
	l.append(14, kept(setRow([]cell{{x: margin, width: textWidth, lines: l.words(l.root.add("P"), f.Caption, caption, textWidth)}},
		rowStyle{size: 9.5, lead: 12.5, below: 5, whole: true})))
	scale := min(1, textWidth/f.Scene.Width, (full-60)/f.Scene.Height)
	width, height := f.Scene.Width*scale, f.Scene.Height*scale
	e := l.root.add("Figure")
	e.alt = f.Alt
	mark := e.content()
	x := margin + (textWidth-width)/2
	drawing := item{mark, func(c *canvas, y float64) {
		e.bbox = &[4]float64{x, pageHeight - y - height, x + width, pageHeight - y}
		c.scene(f.Scene, x, y, scale)
	}}
	l.append(0, []strip{{height: height + 4, items: []item{drawing}}})
	if f.Data != nil {
		l.table(*f.Data, 8)
	}
}

// scene draws the shapes with the top left corner at x, y.
func (c *canvas) scene(s chart.Scene, x, y, scale float64) {
	for _, sh := range s.Shapes {
		color := palette.Tone(sh.Tone, c.accent)
		c.SetDrawColor(color.R, color.G, color.B)
		c.SetFillColor(color.R, color.G, color.B)
		c.SetLineWidth(max(sh.Stroke, 0.4) * scale)
		if sh.Dash {
			c.SetDashPattern([]float64{5 * scale, 4 * scale}, 0)
		}
		c.shape(sh, x, y, scale)
		if sh.Dash {
			c.SetDashPattern(nil, 0)
		}
	}
}

func (c *canvas) shape(sh chart.Shape, left, top, scale float64) {
	x, y, w, h := left+sh.X*scale, top+sh.Y*scale, sh.W*scale, sh.H*scale
	paint := "F"
	if sh.Stroke > 0 {
		paint = "D"
	}
	switch sh.Kind {
	case chart.Rect:
		if sh.Hatch {
			c.hatch(x, y, w, h, scale)
			return
		}
		c.Rect(x, y, w, h, paint)
	case chart.Line:
		c.Line(x, y, x+w, y+h)
	case chart.Polyline:
		for i, p := range sh.Points {
			if i == 0 {
				c.MoveTo(left+p[0]*scale, top+p[1]*scale)
			} else {
				c.LineTo(left+p[0]*scale, top+p[1]*scale)
			}
		}
		c.DrawPath(paint)
	case chart.Circle:
		c.Circle(x, y, w, paint)
	case chart.Text:
		c.label(sh, x, y, scale)
	}
}

func (c *canvas) label(sh chart.Shape, x, baseline, scale float64) {
	f := regular()
	if sh.Bold {
		f = bold()
	}
	text, size := f.clean(sh.Text), sh.Size*scale
	switch sh.Anchor {
	case chart.Middle:
		x -= f.width(text, size) / 2
	case chart.End:
		x -= f.width(text, size)
	}
	c.run(run{text: text, look: look{face: f, size: size, color: palette.Tone(sh.Tone, c.accent)}}, x, baseline)
}

// hatch fills a rectangle with diagonal lines.
func (c *canvas) hatch(x, y, w, h, scale float64) {
	step := 4.5 * scale
	c.SetLineWidth(0.9 * scale)
	c.ClipRect(x, y, w, h, false)
	for d := step; d < w+h; d += step {
		c.Line(x+d, y, x+d-h, y+h)
	}
	c.ClipEnd()
}
